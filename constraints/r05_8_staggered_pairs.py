"""R05-8 · S · 错峰轮换 / Stagger two-person teams.

第(五)条 “避免出现人员衔接空挡”, 第(十)条 “以老带新”.

The people of a team change on different dates, at least ``stagger_days`` apart, so that one of
them always knows the site. Counted per team: the most changes inside one such span, less one.

Example: both new people of a pair begin on 2027-01-11: 1.

Encoding: for each span of ``stagger_days``, Σ begins in it ≤ 1 + excess of the team.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import new_postings
from planner.domain.terms import Form
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel


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
        """Excess changes per team."""
        span = dt.timedelta(days=model.instance.policy.stagger_days)
        excess = []
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
            excess.append((slack, 1))
        return (
            Penalty(
                "unstaggered_changes",
                "两人同期轮换",
                Tier.QUALITY,
                model.instance.policy.weight_unstaggered_pair,
                "次",
                tuple(excess),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the new postings of each team."""
        span = dt.timedelta(days=instance.policy.stagger_days)
        starts: dict[tuple[str, str, Form], list[dt.date]] = defaultdict(list)
        teams: dict[tuple[str, str, Form], set[int]] = defaultdict(set)
        for stint in plan.stints:
            if stint.end is None or stint.end >= plan.round_start:
                teams[stint.department, stint.group or stint.site_id, stint.form].add(stint.slot)
        for posting in new_postings(instance, plan):
            starts[posting.department, posting.place, posting.form].append(posting.start)
        total = 0
        for place, dates in starts.items():
            if len(teams[place]) > 1:
                most = max(sum(day <= other < day + span for other in dates) for day in dates)
                total += most - 1
        return {"unstaggered_changes": total}


RULE = StaggeredPairs()
