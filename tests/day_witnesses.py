"""The two witnesses of a day rule, asked of the same rows.

The encoding is asked through a DayModel that holds the rule alone: presence, rest and attendance
are fixed as the rows say, the other columns stay free, and HiGHS says whether the rows can hold and
what each penalty costs at least. The checker says what is wrong, what is missing and what is paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import DayData, DayKind, DayPlan, DayRow, MonthCase
from planner.domain.plan import Stint
from planner.model.answer import Effort, Limit, Question
from planner.model.branch_and_bound import solve
from planner.model.days import DayModel, short_name
from planner.rule import DayRule
from planner.verify import shortage_cost
from tests.builders import day, inspector, instance, plan
from tests.witnesses import IDLE, NEIGHBOUR, SERVED
from tests.witnesses import in_company as plan_in_company

# Rules of a person wherever the person is, rules of an object whoever is there, and the rule that
# misses a row that was there.
OF_PEOPLE, OF_OBJECTS, OF_MISSING_ROWS = {"L-3", "L-4"}, {"R03-3"}, {"R12-3"}

EFFORT = Effort(limit_seconds=None, node_limit=1000, workers=1, seed=0)


def month(
    *stints: Stint,
    first: str = "2027-03-01",
    last: str = "2027-03-07",
    since: str | None = None,
    data: DayData | None = None,
    served: tuple[DayRow, ...] = (),
    earlier: tuple[DayRow, ...] | None = None,
    **fields: Any,
) -> MonthCase:
    """A case over some dates: by default the first week of March 2027, Monday to Sunday, with the
    people P1, P2 and P3."""
    fields.setdefault("inspectors", tuple(inspector(one) for one in ("P1", "P2", "P3")))
    return MonthCase(
        instance=instance(**fields),
        plan=plan(*stints),
        first=day(first),
        last=day(last),
        since=day(since or first),
        data=data or DayData(),
        served=served,
        earlier=earlier,
    )


def rows(
    *dates: str, site_id: str = "O1", inspector_id: str = "P1", kind: DayKind = DayKind.POSTED,
    **fields: Any,
) -> tuple[DayRow, ...]:  # fmt: skip
    """Rows of one person at one site; a date ``2027-03-01~04`` stands for four of them."""
    found = []
    for text in dates:
        start, _, end = text.partition("~")
        first = day(start)
        last = first.replace(day=int(end)) if end else first
        while first <= last:
            found.append(
                DayRow(
                    day=first, department="D1", inspector_id=inspector_id, site_id=site_id,
                    kind=kind, **fields,
                )
            )  # fmt: skip
            first += ONE_DAY
    return tuple(found)


def rest(*dates: str, inspector_id: str = "P1") -> tuple[DayRow, ...]:
    """Days of 补休."""
    return rows(*dates, site_id="", inspector_id=inspector_id, kind=DayKind.REST)


def day_plan(case: MonthCase, found: Iterable[DayRow]) -> DayPlan:
    """A day plan of the case with these rows and the served ones."""
    served = [row for row in case.served if case.first <= row.day < case.since]
    return DayPlan(
        month=f"{case.first:%Y-%m}",
        first=case.first,
        last=case.last,
        since=case.since,
        departments=("D1",),
        rows=(*served, *found),
    )


def checker_says(rule: DayRule, case: MonthCase, days: DayPlan) -> dict[str, int] | None:
    """What the rows pay by the checker, with what they miss; None where it finds a violation.
    Everything found says where, when and about whom."""
    violations = list(rule.day_violations(case, days))
    name = rule.article.rule
    for one in violations:
        assert one.rule == name
        assert one.facts
        assert all(value not in {"", "None"} for _, value in one.facts)
        assert one.department
        assert one.site_id or name in OF_PEOPLE
        assert one.inspector_id or name in OF_OBJECTS
        about = {
            row.day
            for row in days.rows
            if one.inspector_id == row.inspector_id or one.site_id == row.site_id
        }
        assert {one.start, one.end} <= about or name in OF_MISSING_ROWS
        assert any(value in rule.explain_day(one) for _, value in one.facts)
    missing = list(rule.day_shortages(case, days))
    for short in missing:
        assert short.rule == name
        assert short.missing > 0
        assert short.start <= short.end
        assert short.department
        assert short.site_id or name in OF_PEOPLE
        assert rule.explain_shortage(short).strip()
        assert rule.suggest(short).startswith("请")
    company = in_company(case, days)
    for found, again in (
        (violations, rule.day_violations(*company)),
        (missing, rule.day_shortages(*company)),
    ):
        others = [one for one in again if one.inspector_id != NEIGHBOUR.id]
        assert {str(one) for one in found} == {
            str(one) for one in others if one.site_id not in {IDLE.id, SERVED.id}
        }
    amounts = {name: value for name, value in rule.day_costs(case, days).items() if value}
    cost = sum(shortage_cost(case, one) for one in missing)
    if cost:
        amounts[short_name(rule.article.rule)] = cost
    return None if violations else amounts


def in_company(case: MonthCase, days: DayPlan) -> tuple[MonthCase, DayPlan]:
    """The same case after an object and a person who have nothing to do with it."""
    instance, whole = plan_in_company(case.instance, case.plan)
    there = [
        row
        for day in instance.calendar.workdays(case.since, case.last)
        for row in rows(day.isoformat(), site_id=SERVED.id, inspector_id=NEIGHBOUR.id)
    ]
    return (
        case.model_copy(update={"instance": instance, "plan": whole}),
        days.model_copy(update={"rows": (*there, *days.rows)}),
    )


def model_says(
    rule: DayRule, case: MonthCase, found: Sequence[DayRow], *others: DayRule
) -> dict[str, int] | None:
    """What the rows pay by the encoding, each penalty at its least; None where it excludes them."""
    model = DayModel(case)
    model.post_rules((rule, *others))
    for one in model.penalties:
        assert one.title
        assert one.unit
    free = [row for row in found if row.day >= case.since]
    if not model.attends:  # the rule has nothing to do with operations
        free = [row.model_copy(update={"operation_ids": ()}) for row in free]
    values = model.values_of(free)
    if values is None:
        return None
    size = len(model.upper)
    keep = np.ones(size, dtype=np.bool_)
    ones = np.zeros(size, dtype=np.int64)
    for column, value in values.items():
        keep[column] = bool(value) and column not in model.fixed
        ones[column] = int(keep[column])
    amounts = {}
    fixed = Limit(-ones, -int(ones.sum()))
    for penalty in (None, *model.penalties):
        objective = np.zeros(size, dtype=np.int64)
        for column, coefficient in penalty.terms if penalty else ():
            objective[column] += coefficient
        if not keep.any():
            answer = ones
        else:
            found_values = solve(Question(model, keep, objective, (fixed,)), EFFORT).values
            if found_values is None:
                return None
            answer = found_values
        if penalty:
            amount = model.amount(penalty, answer)
            if amount:
                amounts[penalty.name] = amount
    return amounts


def agree(
    rule: DayRule, case: MonthCase, found: Sequence[DayRow], expected: dict[str, int] | None
) -> None:
    """Both witnesses say that the rows pay ``expected`` and no more, with ``short`` for what they
    miss; None where the rule excludes them."""
    wanted = None
    if expected is not None:
        short = short_name(rule.article.rule)
        wanted = {short if name == "short" else name: n for name, n in expected.items()}
    assert checker_says(rule, case, day_plan(case, found)) == wanted
    assert model_says(rule, case, found) == wanted
