"""L-4 · S · 年休假 / Annual leave.

职工带薪年休假条例第2、3条: leave is due, so the plan works around it (settled reading 8).

An absence of 3 … 10 working days inside a stint wants a second person at the post or a named
替班人员. Where there is neither, it is counted and listed for the month plan.

Example: single post, five working days of leave in April, nobody named: 1.

Encoding: constants of the candidates.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import days_between
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import Form
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel

Post = tuple[str, str, Form]
"""Unit, mobile group or site, and form."""


class LeaveCover(BaseRule):
    """年休假."""

    article = Article(
        rule="L-4",
        level="S",
        clause="职工带薪年休假条例第3条",
        title="年休假",
        title_en="Annual leave",
        quote="单位应当保证职工享受年休假",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Uncovered absences in single posts."""
        instance = model.instance
        terms = []
        for one in model.stints:
            if one.in_flow and one.candidate.service.team_size == 1:
                count = _uncovered(
                    instance, one.candidate.inspector_id, one.first, one.candidate.end
                )
                terms.append((one.index, count))
        return (
            Penalty(
                "uncovered_absences",
                "请假无人替班",
                Tier.STABILITY,
                instance.policy.weight_uncovered_absence,
                "次",
                tuple(terms),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the stints, one per mobile group and person."""
        policy, calendar = instance.policy, instance.calendar
        slots: dict[Post, set[int]] = defaultdict(set)
        served: dict[str, dict[Post, set[dt.date]]] = defaultdict(lambda: defaultdict(set))
        for stint in plan.stints:
            last = min(stint.end or plan.round_end, plan.round_end)
            if last >= plan.round_start:
                post = stint.department, stint.group or stint.site_id, stint.form
                slots[post].add(stint.slot)
                days = calendar.workdays(max(stint.start, plan.round_start), last)
                served[stint.inspector_id][post].update(days)
        medium = range(policy.absence_short_days + 1, policy.absence_long_days + 1)
        count = 0
        for absence in instance.absences:
            if not absence.substitute_id:
                away = set(days_between(absence.start, absence.end))
                for post, there in served[absence.inspector_id].items():
                    count += len(slots[post]) == 1 and len(there & away) in medium
        return {"uncovered_absences": count}


def _uncovered(instance: Instance, inspector_id: str, start: dt.date, end: dt.date) -> int:
    """For the encoding: absences of medium length inside the dates without a named substitute."""
    policy, count = instance.policy, 0
    end = min(end, instance.round.end)
    for absence in instance.absences_of.get(inspector_id, ()):
        if absence.substitute_id or absence.end < start or absence.start > end:
            continue
        days = len(instance.calendar.workdays(max(absence.start, start), min(absence.end, end)))
        count += policy.absence_short_days < days <= policy.absence_long_days
    return count


RULE = LeaveCover()
