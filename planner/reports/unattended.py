"""未覆盖作业: 危险作业 of a month that nobody attends, why, and what could be done (R06-3, R06-4).

Those that the article wants attended are among the 缺口 as well; the others are for the unit to
settle with the enterprise: the mobile group is elsewhere, the posting is 定期, or there is none.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.ledgers import (
    DangerousOperation,
    OperationKind,
    OperationLevel,
    OperationStatus,
)
from planner.domain.terms import Form
from planner.reports.labels import Names

KINDS = tuple(OperationKind)
MOST_DATES = 5


@dataclass(frozen=True, slots=True)
class Unattended:
    """The dates of one operation on which nobody attends it for one reason."""

    operation: DangerousOperation
    department: str
    dates: tuple[dt.date, ...]
    why: str
    proposal: str


def unattended(case: MonthCase, days: DayPlan) -> tuple[Unattended, ...]:
    """The operations from ``since`` on, at objects of the units, the most dangerous first."""
    found: dict[tuple[str, str, str, str], list[dt.date]] = defaultdict(list)
    operations = {one.id: one for one in case.data.operations if _concerns(case, one)}
    for one in operations.values():
        for day, (why, proposal) in _missed(case, days, one):
            posted = [row for row in case.stints_at.get(one.site_id, ()) if row.covers(day)]
            unit = posted[0].department if posted else _owner(case, one)
            found[one.id, unit, why, proposal].append(day)
    rows = [
        Unattended(operations[which], unit, tuple(dates), why, proposal)
        for (which, unit, why, proposal), dates in found.items()
    ]
    return tuple(sorted(rows, key=_order))


def _order(row: Unattended) -> tuple[bool, int, dt.date, str]:
    one = row.operation
    special = one.kind is OperationKind.HOT_WORK and one.level is OperationLevel.SPECIAL
    return not special, KINDS.index(one.kind), row.dates[0], one.id


def _owner(case: MonthCase, one: DangerousOperation) -> str:
    return case.instance.site_by_id[one.site_id].department


def _concerns(case: MonthCase, one: DangerousOperation) -> bool:
    """Whether the article names the kind, and the object is one of the units'."""
    ours = one.site_id in case.stints_at or _owner(case, one) in case.plan.departments
    return ours and one.kind.must_be_attended and one.status is not OperationStatus.CANCELLED


def _missed(
    case: MonthCase, days: DayPlan, one: DangerousOperation
) -> Iterator[tuple[dt.date, tuple[str, str]]]:
    for day in case.dates:
        there = days.at_site.get(one.site_id, {}).get(day, ())
        planned = one.planned_start <= day <= one.planned_end and day >= case.since
        if planned and not any(one.id in row.operation_ids for row in there):
            yield day, _reason(case, days, one, day)


def _reason(
    case: MonthCase, days: DayPlan, one: DangerousOperation, day: dt.date
) -> tuple[str, str]:
    """Why nobody attends, and what could be done."""
    posted = [row for row in case.stints_at.get(one.site_id, ()) if row.covers(day)]
    forms = {row.form for row in posted}
    present = len(days.people_at(one.site_id, day))
    if not posted:
        return "计划没有派驻该对象，第(六)条不要求", "可请行业主管部门或属地到场"
    if forms == {Form.REGULAR}:
        why = f"定期驻点，第(六)条不要求；当天在场{present}人"
        return (
            why,
            "可请在场人员到场" if present else f"可请企业改到驻点的日子{_visits(case, days, one)}",
        )
    if present:
        wanted = sum(
            other.kind.must_be_attended and other.status is not OperationStatus.CANCELLED
            for other in case.operations_at[one.site_id]
            if other.planned_start <= day <= other.planned_end
        )
        why = f"当天作业{wanted}处，在场{present}人，先到风险高的"
        return why, "请企业错开日期，或派替班人员"
    if Form.RESIDENT in forms:
        return "当天无人在岗", "请派替班人员，或请企业改期"
    names = Names(case.instance)
    elsewhere = {
        names.short_site(row.site_id)
        for person in sorted({row.inspector_id for row in posted})
        for row in days.of_person.get(person, ())
        if row.day == day and row.site_id
    }
    why = f"流动组当天在{'、'.join(sorted(elsewhere))}" if elsewhere else "流动组当天不驻点"
    return why, f"请企业改到驻点的日子{_visits(case, days, one)}，或调整日程、派替班人员"


def _visits(case: MonthCase, days: DayPlan, one: DangerousOperation) -> str:
    """``（2月24、25日）``: the first dates from ``since`` on with somebody at the object."""
    dates = sorted(day for day in days.at_site.get(one.site_id, {}) if day >= case.since)
    shown = "、".join(str(day.day) for day in dates[:MOST_DATES])
    more = "等" if dates[MOST_DATES:] else ""
    return f"（{dates[0].month}月{shown}日{more}）" if dates else ""
