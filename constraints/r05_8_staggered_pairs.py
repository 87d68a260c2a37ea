"""R05-8 · S · 错峰轮换 / Stagger two-person teams.

第(五)条 “避免出现人员衔接空挡”, 第(十)条 “以老带新”.

The people of a team change on different dates, at least ``stagger_days`` apart, so that one of
them always knows the site. Counted per team: the most changes inside one such span, less one.

Nor does a unit change many of its people at once: of the posts that it fills in the round, at most
``weekly_change_share_percent``, rounded up, get somebody new in one week from Monday to Sunday.
Counted per unit: the new postings beyond that, over all weeks. Filling an empty post counts too:
who begins together falls due together.

Example: both new people of a pair begin on 2027-01-11: 1. They are four of the ten people of the
unit who begin in that week, where 30 % allow three: 1.

Encoding: for each span of ``stagger_days``, Σ begins in it ≤ 1 + excess of the team. For each unit
and week, 100 × (Σ begins in it − excess) ≤ share × Σ team of the services given + 99.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import new_postings
from planner.domain.terms import Form
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn


class StaggeredPairs(BaseRule):
    """错峰轮换."""

    article = Article(
        rule="R05-8",
        level="S",
        clause="第(五)条",
        title="错峰轮换",
        title_en="Stagger two-person teams",
        quote="避免出现人员衔接空挡",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Excess changes per team, and per unit and week."""
        policy = model.instance.policy
        return (
            Penalty(
                "unstaggered_changes",
                "两人同期轮换",
                Tier.QUALITY,
                policy.weight_unstaggered_pair,
                "次",
                tuple((column, 1) for column in self._bunched_in_teams(model)),
            ),
            Penalty(
                "crowded_weeks",
                "一周内轮换过于集中",
                Tier.QUALITY,
                policy.weight_changes_in_week,
                "段",
                tuple((column, 1) for column in self._crowded_weeks(model)),
            ),
        )

    def _bunched_in_teams(self, model: PlanModel) -> Iterable[int]:
        """Columns with the excess of each team."""
        span = dt.timedelta(days=model.instance.policy.stagger_days)
        for service in model.services:
            if service.team_size < 2:
                continue
            begins = [
                one for one in model.stints_of_service[service.id] if not one.candidate.running
            ]
            if not begins:
                continue
            slack = model.column(f"bunched {service.id}", upper=len(service.grid) * 2)
            on: dict[dt.date, int] = {}
            for day in sorted({one.first for one in begins}):
                on[day] = model.column(f"begins {service.id} {day}", upper=service.team_size)
                terms = [(one.index, 1) for one in begins if one.first == day]
                model.row("R05-8", f"{service.id} {day}", [*terms, (on[day], -1)], 0, 0)
            for day in on:
                inside = [(on[other], 1) for other in on if day <= other < day + span]
                model.row("R05-8", service.id, [*inside, (slack, -1)], upper=1)
            yield slack

    def _crowded_weeks(self, model: PlanModel) -> Iterable[int]:
        """Columns with the excess of each unit and week; a week in which one person may begin
        needs none, because a share is rounded up."""
        share = model.instance.policy.weekly_change_share_percent
        begins: dict[tuple[str, dt.date], list[StintColumn]] = defaultdict(list)
        for one in model.stints:
            if not one.candidate.running:
                monday = one.first - dt.timedelta(days=one.first.weekday())
                begins[one.candidate.service.department, monday].append(one)
        for (unit, monday), mine in sorted(begins.items()):
            if len(mine) < 2:
                continue
            filled = [
                (column, -share * service.team_size)
                for service in model.services
                if service.department == unit
                for column in model.begins(service).values()
            ]
            excess = model.column(f"crowded {unit} {monday}", upper=len(mine))
            changes = [(one.index, 100) for one in mine]
            model.row("R05-8", f"{unit} {monday}", [*changes, *filled, (excess, -100)], upper=99)
            yield excess

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the new postings of each team and of each unit."""
        span = dt.timedelta(days=instance.policy.stagger_days)
        starts: dict[tuple[str, str, Form], list[dt.date]] = defaultdict(list)
        teams: dict[tuple[str, str, Form], set[int]] = defaultdict(set)
        for stint in plan.stints:
            if stint.end is None or stint.end >= plan.round_start:
                teams[stint.department, stint.group or stint.site_id, stint.form].add(stint.slot)
        for posting in new_postings(plan):
            starts[posting.department, posting.place, posting.form].append(posting.start)
        total = 0
        for place, dates in starts.items():
            if len(teams[place]) > 1:
                most = max(sum(day <= other < day + span for other in dates) for day in dates)
                total += most - 1
        return {"unstaggered_changes": total, "crowded_weeks": _beyond_share(instance, plan)}


def _beyond_share(instance: Instance, plan: Plan) -> int:
    """New postings of a week beyond the share of their unit's filled posts, over all weeks."""
    first_day = instance.calendar.workday_on_or_after(plan.round_start)
    filled = {
        (stint.department, stint.group or stint.site_id, stint.form, stint.slot)
        for stint in plan.stints
        if stint.end is None or stint.end >= first_day
    }
    posts = Counter(department for department, *_ in filled)
    changes = Counter(
        (posting.department, posting.start.isocalendar()[:2]) for posting in new_postings(plan)
    )
    share = instance.policy.weekly_change_share_percent
    return sum(
        max(0, count - math.ceil(posts[department] * share / 100))
        for (department, _), count in changes.items()
    )


RULE = StaggeredPairs()
