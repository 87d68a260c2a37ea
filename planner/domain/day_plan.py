"""The days of one month: who is where on which date, and what cannot be met (月度驻点日程).

A day plan works out a verified half-year plan: people go where a stint of that plan posts them, or
where they are named as 替班人员. Days before ``since`` have been served and never change.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from planner.domain.base import Frozen
from planner.domain.calendar import WHOLE_CITY, days_between
from planner.domain.instance import Instance
from planner.domain.ledgers import DangerousOperation
from planner.domain.plan import PenaltyResult, Plan, Stint, TierResult, worst_status
from planner.domain.terms import Grade

GRADE_WEIGHTS: Mapping[Grade, int] = {
    Grade.FIRST: 8,
    Grade.SECOND: 4,
    Grade.THIRD: 2,
    Grade.FOURTH: 1,
}
"""What a missing day costs at an object of each grade."""
LONG_RUN = "连续驻点"
LONG_RUN_WEIGHT = 1
"""What a date costs on which somebody has been at objects for too long on end (L-3). One free date
saves up to seven such dates: less than a date without anybody costs at an 一级 object."""


class DayKind(StrEnum):
    """性质 of a row of the day plan. 值守 is presence on a day off, which earns 补休 (L-3); 替班
    stands in for somebody on leave."""

    POSTED = "驻点"
    DUTY = "值守"
    SUBSTITUTE = "替班"
    REST = "补休"


class HalfDay(StrEnum):
    """Half of a working day (R03-5: 流动 objects in one 镇街, or half a day of leave)."""

    MORNING = "上午"
    AFTERNOON = "下午"


class DayRow(Frozen):
    """One person on one date: at an object, or at rest without one.

    ``half`` is None for a whole day. ``operation_ids`` are the 危险作业 that the person attends.
    """

    day: dt.date
    department: str
    inspector_id: str
    site_id: str = ""
    kind: DayKind
    half: HalfDay | None = None
    operation_ids: tuple[str, ...] = ()

    @property
    def halves(self) -> int:
        """Half-days of presence: 2 for a whole day."""
        return 2 if self.half is None else 1


def row_order(row: DayRow) -> tuple[str, dt.date, str, str, str]:
    """The order of rows in a day plan."""
    return row.department, row.day, row.site_id, row.inspector_id, row.half or ""


class DayShortage(Frozen):
    """缺口: a demand of one rule that the month leaves unmet.

    ``missing`` counts what the rule counts (days, half-days, persons). ``start`` and ``end`` are
    the first and last date that it is about. ``about`` says which demand of the rule it is, where
    the rule has another one.
    """

    rule: str
    department: str
    site_id: str = ""
    inspector_id: str = ""
    operation_id: str = ""
    start: dt.date
    end: dt.date
    missing: int
    about: str = ""


def people_by_half(rows: Iterable[DayRow]) -> list[set[str]]:
    """For checkers: of the rows of one object and date, who is there before noon and who after."""
    return [{row.inspector_id for row in rows if row.half in {None, half}} for half in HalfDay]


class DayUnit(Frozen):
    """What was shown of one department: every tier is minimised. ``parts`` counts the independent
    parts that were solved."""

    department: str
    status: str
    parts: int
    tiers: tuple[TierResult, ...]
    penalties: tuple[PenaltyResult, ...]


class DayProof(Frozen):
    """证明 of a day plan: that of each of its departments."""

    seed: int
    solver: str
    units: tuple[DayUnit, ...]

    @property
    def status(self) -> str:
        """The status of the whole: OPTIMAL where every department is."""
        return worst_status([one.status for one in self.units])

    @property
    def tiers(self) -> tuple[TierResult, ...]:
        """Tier by tier the sums over the departments."""
        found: dict[int, list[TierResult]] = defaultdict(list)
        for unit in self.units:
            for tier in unit.tiers:
                found[tier.tier].append(tier)
        return tuple(
            rows[0].model_copy(
                update={
                    "value": sum(one.value for one in rows),
                    "bound": sum(one.bound for one in rows),
                }
            )
            for _, rows in sorted(found.items())
        )

    @property
    def penalties(self) -> tuple[PenaltyResult, ...]:
        """The amounts of each penalty, summed over the departments."""
        found: dict[tuple[int, str], list[PenaltyResult]] = defaultdict(list)
        for unit in self.units:
            for one in unit.penalties:
                found[one.tier, one.name].append(one)
        return tuple(
            rows[0].model_copy(update={"amount": sum(one.amount for one in rows)})
            for _, rows in sorted(found.items())
        )

    def restricted_to(self, departments: Collection[str]) -> DayProof:
        """The proof of some departments."""
        own = tuple(one for one in self.units if one.department in departments)
        return self.model_copy(update={"units": own})


class DayPlan(Frozen):
    """月度驻点日程 of one or more departments; served days of the month are part of ``rows``.

    ``input_hash`` is the workbook's.
    """

    month: str
    first: dt.date
    last: dt.date
    since: dt.date
    departments: tuple[str, ...]
    rows: tuple[DayRow, ...]
    shortages: tuple[DayShortage, ...] = ()
    proof: DayProof | None = None
    input_hash: str = ""

    @cached_property
    def at_site(self) -> Mapping[str, Mapping[dt.date, Sequence[DayRow]]]:
        """Rows with presence, by site and date."""
        found: dict[str, dict[dt.date, list[DayRow]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            if row.site_id:
                found[row.site_id][row.day].append(row)
        return {site_id: dict(days) for site_id, days in found.items()}

    @cached_property
    def of_person(self) -> Mapping[str, Sequence[DayRow]]:
        """Rows by person, in order of their dates."""
        found: dict[str, list[DayRow]] = defaultdict(list)
        for row in sorted(self.rows, key=lambda one: (one.day, one.half or "", one.site_id)):
            found[row.inspector_id].append(row)
        return dict(found)

    def people_at(self, site_id: str, day: dt.date) -> frozenset[str]:
        """Who is at a site on a date."""
        return frozenset(row.inspector_id for row in self.at_site.get(site_id, {}).get(day, ()))


class AppointmentKind(StrEnum):
    """类别 of a 约定事项."""

    INSPECTION = "执法检查"
    EXPERT = "专家服务"


class Appointment(Frozen):
    """约定事项: a formal inspection (L-1) or a visit of experts (R16-1) at a site on a date."""

    site_id: str
    day: dt.date
    kind: AppointmentKind
    note: str = ""


class WeatherAlert(Frozen):
    """天气预警: dates of extreme weather; ``scope`` as that of a key period (R04-2)."""

    start: dt.date
    end: dt.date
    kind: str
    scope: tuple[str, ...] = (WHOLE_CITY,)


class DayData(Frozen):
    """日程资料: what a month plan is told beside the workbook."""

    operations: tuple[DangerousOperation, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    alerts: tuple[WeatherAlert, ...] = ()


class MonthCase(Frozen):
    """月度情形: everything that one month of some departments is planned and judged by.

    ``plan`` is the verified half-year plan of these departments alone. ``first`` … ``last`` is the
    part of the month inside its round. ``served`` holds rows before ``since``: those of this month
    are kept as they are, earlier ones are history. ``earlier`` are the rows from ``since`` on of
    the day plan that this one replaces; None when there is none to stay close to. ``people`` are
    those of one part, None where the case is whole: a part also sees what others served at its
    sites. ``known_since`` says by unit from which date up to ``first`` the days before are known
    without a break; all of them are for a unit that it does not name.
    """

    instance: Instance
    plan: Plan
    first: dt.date
    last: dt.date
    since: dt.date
    data: DayData = DayData()
    served: tuple[DayRow, ...] = ()
    earlier: tuple[DayRow, ...] | None = None
    people: frozenset[str] | None = None
    known_since: tuple[tuple[str, dt.date], ...] = ()

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """Every date of the case."""
        return tuple(days_between(self.first, self.last))

    @cached_property
    def workdays(self) -> tuple[dt.date, ...]:
        """Its working days."""
        return tuple(self.instance.calendar.workdays(self.first, self.last))

    @cached_property
    def stints_at(self) -> Mapping[str, Sequence[Stint]]:
        """The stints that run on one of the dates, by site, in order of slot and start."""
        found: dict[str, list[Stint]] = defaultdict(list)
        for row in sorted(self.plan.stints, key=lambda one: (one.slot, one.start)):
            if row.start <= self.last and self.last_of(row) >= self.first:
                found[row.site_id].append(row)
        return dict(sorted(found.items()))

    def last_of(self, stint: Stint) -> dt.date:
        """The last date of a stint that counts here: at most ``last``."""
        return self.last if stint.end is None else min(stint.end, self.last)

    def first_of(self, stint: Stint) -> dt.date:
        """The first date of a stint that counts here."""
        return max(stint.start, self.first)

    @cached_property
    def _halves_away(self) -> Mapping[tuple[str, dt.date], frozenset[HalfDay]]:
        found: dict[tuple[str, dt.date], set[HalfDay]] = defaultdict(set)
        for row in self.instance.absences:
            halves = {HalfDay(row.half_day)} if row.half_day else set(HalfDay)
            for day in days_between(max(row.start, self.first), min(row.end, self.last)):
                found[row.inspector_id, day] |= halves
        return {key: frozenset(halves) for key, halves in found.items()}

    @cached_property
    def leave(self) -> Mapping[str, frozenset[dt.date]]:
        """Dates of whole days of 请假与任务 by person."""
        found: dict[str, set[dt.date]] = defaultdict(set)
        for (person, day), halves in self._halves_away.items():
            if len(halves) == len(HalfDay):
                found[person].add(day)
        return {person: frozenset(days) for person, days in found.items()}

    def half_on_leave(self, inspector_id: str, day: dt.date) -> HalfDay | None:
        """The half of a date on which the person is away, where it is only one."""
        halves = self._halves_away.get((inspector_id, day), frozenset())
        return next(iter(halves)) if len(halves) == 1 else None

    def on_leave(self, inspector_id: str, day: dt.date) -> bool:
        """Whether the person is away all day."""
        return day in self.leave.get(inspector_id, ())

    @cached_property
    def substitutes(self) -> Mapping[tuple[str, dt.date], frozenset[str]]:
        """Named 替班人员 by person and date of the absence."""
        found: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
        for row in self.instance.absences:
            if row.substitute_id and not row.half_day:
                for day in days_between(max(row.start, self.first), min(row.end, self.last)):
                    found[row.inspector_id, day].add(row.substitute_id)
        return {key: frozenset(people) for key, people in found.items()}

    def stand_ins(self, days: DayPlan) -> Iterator[DayRow]:
        """For checkers: the rows from ``since`` on of people at an object where no stint has them
        on that date."""
        for row in days.rows:
            posted = any(
                one.inspector_id == row.inspector_id and one.covers(row.day)
                for one in self.stints_at.get(row.site_id, ())
            )
            if row.site_id and row.day >= self.since and not posted:
                yield row

    def known_from(self, unit: str) -> dt.date:
        """The date after which no day of a unit is unknown."""
        return dict(self.known_since).get(unit, dt.date.min)

    def owns(self, inspector_id: str) -> bool:
        """Whether what the person served is for this part to make good."""
        return self.people is None or inspector_id in self.people

    def presence(
        self,
        inspector_id: str,
        site_id: str,
        day: dt.date,
        half: HalfDay | None = None,
        operation_ids: tuple[str, ...] = (),
    ) -> DayRow:
        """The row of a person at a site: its unit and 性质 follow from calendar and stints. Where
        nobody is posted, it belongs to the site's unit if the plan is about that, else to the
        person's."""
        posted = [one for one in self.stints_at.get(site_id, ()) if one.covers(day)]
        if not self.instance.calendar.is_workday(day):
            kind = DayKind.DUTY
        elif inspector_id in {one.inspector_id for one in posted}:
            kind = DayKind.POSTED
        else:
            kind = DayKind.SUBSTITUTE
        owner = self.instance.site_by_id[site_id].department
        if posted:
            unit = posted[0].department
        elif owner in self.plan.departments:
            unit = owner
        else:
            unit = self.instance.inspector_by_id[inspector_id].department
        return DayRow(
            day=day,
            department=unit,
            inspector_id=inspector_id,
            site_id=site_id,
            kind=kind,
            half=half,
            operation_ids=operation_ids,
        )

    def rest(self, inspector_id: str, day: dt.date) -> DayRow:
        """The row of a person at 补休."""
        unit = self.instance.inspector_by_id[inspector_id].department
        return DayRow(day=day, department=unit, inspector_id=inspector_id, kind=DayKind.REST)

    def operations_on(self, site_id: str, day: dt.date) -> tuple[str, ...]:
        """Ids of the 危险作业 that a site plans for a date."""
        return tuple(
            one.id
            for one in self.operations_at.get(site_id, ())
            if one.planned_start <= day <= one.planned_end
        )

    def grade(self, site_id: str) -> Grade:
        """驻点等级 of a site; 四级 without a rating."""
        rating = self.instance.rating_by_site.get(site_id)
        return rating.grade if rating else Grade.FOURTH

    @cached_property
    def served_at(self) -> Mapping[str, Sequence[DayRow]]:
        """Served rows by site."""
        found: dict[str, list[DayRow]] = defaultdict(list)
        for row in self.served:
            found[row.site_id].append(row)
        return dict(found)

    @cached_property
    def served_by(self) -> Mapping[str, Sequence[DayRow]]:
        """Served rows, rest included, by person."""
        found: dict[str, list[DayRow]] = defaultdict(list)
        for row in self.served:
            found[row.inspector_id].append(row)
        return dict(found)

    @cached_property
    def operations_at(self) -> Mapping[str, Sequence[DangerousOperation]]:
        """危险作业 by site."""
        found: dict[str, list[DangerousOperation]] = defaultdict(list)
        for one in sorted(self.data.operations, key=lambda row: row.id):
            found[one.site_id].append(one)
        return dict(found)

    def restricted_to(self, sites: Collection[str], people: Collection[str]) -> MonthCase:
        """The case of some sites and the people who serve them, or have served them."""

        def own(rows: Iterable[DayRow]) -> tuple[DayRow, ...]:
            return tuple(one for one in rows if one.inspector_id in people or one.site_id in sites)

        return self.model_copy(
            update={
                "plan": self.plan.model_copy(
                    update={
                        "stints": tuple(s for s in self.plan.stints if s.site_id in sites),
                    }
                ),
                "served": own(self.served),
                "earlier": None if self.earlier is None else own(self.earlier),
                "people": frozenset(people),
            }
        )
