"""Sample history: running stints that fall due on different dates, and who was there before."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, Round, add_months
from planner.domain.distance import site_kilometres
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.plan import Stint
from planner.domain.tables import Department, Extension, Inspector, Site
from planner.domain.terms import (
    AppraisalFlag,
    EndReason,
    Form,
    Grade,
    SiteStatus,
    StintNature,
    StintStatus,
)
from planner.samples.people import GROUP_TEAM, LARGEST_GROUP

RUNNING_SHARE, LAPSED_SHARE, PREDECESSOR_SHARE, WRITTEN_END_SHARE = 0.67, 0.5, 0.75, 0.6
FIRST_START, LAST_START = dt.date(2026, 7, 13), dt.date(2026, 12, 14)
HISTORY_START = dt.date(2026, 1, 5)
# Half-years begun in these weeks end inside the windows before and after Spring Festival.
CROWDED_WEEKS = (dt.date(2026, 7, 20), dt.date(2026, 8, 17))
OVERDUE_START, EXPIRED_EXTENSION = dt.date(2026, 5, 18), dt.date(2026, 12, 31)
VALID_EXTENSION = dt.date(2027, 4, 11)
SKILLED_SECTORS = {"HY08a"}

Busy = tuple[dt.date, dt.date, Form]


@dataclass(frozen=True, slots=True)
class _Job:
    """A service that somebody may hold: its objects, form and team."""

    sites: tuple[Site, ...]
    form: Form
    team: int
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One person in one slot of a job from ``start`` to ``end``."""

    job: _Job
    slot: int
    person: Inspector
    start: dt.date
    end: dt.date | None


class History:
    """Fills ``stints`` and ``extensions`` for an instance whose people, objects and grades are
    settled. Objects in ``excluded`` have nobody."""

    def __init__(self, rng: random.Random, instance: Instance, excluded: Collection[str]) -> None:
        self.stints: list[Stint] = []
        self.extensions: list[Extension] = []
        self._rng = rng
        self._instance = instance
        self._freezes = [
            period
            for name in ("2026H1", "2027H1")
            for period in default_key_periods(Round.named(name), instance.calendar)
            if period.freeze_rotation
        ]
        self._mondays = [
            day
            for day in _mondays(HISTORY_START, LAST_START)
            if instance.calendar.is_workday(day) and not self._frozen(day)
        ]
        self._busy: dict[str, list[Busy]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self._people: dict[str, list[Inspector]] = defaultdict(list)
        for person in instance.inspectors:
            self._people[person.department].append(person)
        self._sites: dict[str, list[Site]] = defaultdict(list)
        for site in instance.sites:
            if site.id not in excluded and _served(instance, site):
                self._sites[site.department].append(site)

    def fill(self) -> None:
        """Write the history of every department in order."""
        overdue_cities: set[str] = set()
        for department in self._instance.departments:
            city = _city(department)
            turns: list[_Turn] = []
            credit = dict.fromkeys(Form, self._rng.random())
            for job in self._jobs(department.code):
                credit[job.form] += RUNNING_SHARE
                if credit[job.form] >= 1:
                    credit[job.form] -= 1
                    overdue = (
                        city not in overdue_cities and job.team == 1 and job.form is Form.RESIDENT
                    )
                    found = self._man(job, overdue)
                    if found and overdue:
                        overdue_cities.add(city)
                    turns += found
                elif self._rng.random() < LAPSED_SHARE:
                    self._man_until_the_round(job)
            for turn in turns:
                if self._rng.random() < PREDECESSOR_SHARE:
                    self._add_predecessor(turn)
        self._extend_one_per_city()

    # -- what may be held -----------------------------------------------------------------------

    def _jobs(self, department: str) -> list[_Job]:
        """The services by the default matrix, the higher grade and score first."""
        ratings, instance = self._instance.rating_by_site, self._instance
        sites = sorted(
            self._sites[department],
            key=lambda one: (ratings[one.id].grade, -ratings[one.id].score, one.id),
        )
        jobs = []
        second: dict[str, list[Site]] = defaultdict(list)
        for site in sites:
            grade = ratings[site.id].grade
            if grade is Grade.FIRST:
                team = instance.sector_by_code[site.sector].team_size
                jobs.append(_Job((site,), Form.RESIDENT, team))
            elif grade is Grade.SECOND:
                second[site.sector].append(site)
        for sector, members in second.items():
            if len(members) == 1:
                team = instance.sector_by_code[sector].team_size
                jobs.append(_Job(tuple(members), Form.RESIDENT, team))
                continue
            for number, near in enumerate(_near_groups(instance, members), start=1):
                name = f"{department}-{sector}-{number:02d}"
                jobs.append(_Job(tuple(near), Form.MOBILE, GROUP_TEAM, name))
        jobs += [
            _Job((site,), Form.REGULAR, instance.sector_by_code[site.sector].team_size)
            for site in sites
            if ratings[site.id].grade is Grade.THIRD
        ]
        return jobs

    # -- who holds it ---------------------------------------------------------------------------

    def _man(self, job: _Job, overdue: bool) -> list[_Turn]:
        starts = [OVERDUE_START if overdue else self._start() for _ in range(job.team)]
        ends = [None if overdue else self._written_end(start) for start in starts]
        turns = self._team(job, starts, ends)
        if overdue:
            self.extensions += [
                self._extension(turn.job.sites[0].id, turn.person.id, EXPIRED_EXTENSION)
                for turn in turns
            ]
        self._write(turns, StintNature.PLANNED, StintStatus.RUNNING, None)
        return turns

    def _man_until_the_round(self, job: _Job) -> None:
        """A whole half-year that ended on the day before the round."""
        last = self._instance.round.start - ONE_DAY
        turns = self._team(job, [FIRST_START] * job.team, [last] * job.team)
        self._write(turns, StintNature.HISTORY, StintStatus.FINISHED, EndReason.ROTATION)

    def _team(
        self, job: _Job, starts: Sequence[dt.date], ends: Sequence[dt.date | None]
    ) -> list[_Turn]:
        """People for every slot, or nobody: half a team is no team."""
        turns: list[_Turn] = []
        for slot, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
            skill = 2 if slot == 1 and self._needs_skill(job) else 1
            person = self._pick(job, start, end, skill, {turn.person.id for turn in turns})
            if person is None:
                return []
            turns.append(_Turn(job, slot, person, start, end))
        for turn in turns:
            self._book(turn)
        return turns

    def _add_predecessor(self, turn: _Turn) -> None:
        """Who was in the slot for four to six months up to the day before."""
        last = turn.start - ONE_DAY
        starts = [
            day
            for day in self._mondays
            if add_months(turn.start, -6) <= day <= add_months(turn.start, -4)
        ]
        if not starts:
            return
        start = self._rng.choice(starts)
        person = self._pick(turn.job, start, last, 1, set())
        if person is not None:
            former = _Turn(turn.job, turn.slot, person, start, last)
            self._book(former)
            self._write([former], StintNature.HISTORY, StintStatus.FINISHED, EndReason.ROTATION)

    def _pick(
        self, job: _Job, start: dt.date, end: dt.date | None, skill: int, taken: Collection[str]
    ) -> Inspector | None:
        """Somebody who may serve and is free; more likely the more skilled."""
        sector = job.sites[0].sector
        fit = [
            person
            for person in self._people[job.sites[0].department]
            if person.id not in taken
            and person.skill(sector) >= skill
            and self._admissible(person, job, start)
            and self._free(person, job.form, start, end)
        ]
        if not fit:
            return None
        return self._rng.choices(fit, [person.skill(sector) ** 2 for person in fit])[0]

    def _admissible(self, person: Inspector, job: _Job, start: dt.date) -> bool:
        instance, sector = self._instance, job.sites[0].sector
        trained = any(
            row.passed and sector in row.sectors and row.end < start <= add_months(row.end, 12)
            for row in instance.trainings_of.get(person.id, ())
        )
        return (
            trained
            and person.staff_type.formal
            and job.form in person.forms
            and person.probation_end is not None
            and person.probation_end < start
            and person.available_from <= start
            and person.appraisal is not AppraisalFlag.SUSPENDED
            and (person.underground_ok or not instance.sector_by_code[sector].coal)
            and all((person.id, site.id) not in self._seen for site in job.sites)
        )

    def _free(self, person: Inspector, form: Form, start: dt.date, end: dt.date | None) -> bool:
        """No other post on those dates; of 定期 posts one may be there already."""
        last = self._last_day(end)
        met = [busy for busy in self._busy[person.id] if busy[0] <= last and busy[1] >= start]
        if form is Form.REGULAR:
            limit = self._instance.policy.regular_max_objects
            return len(met) < limit and all(busy[2] is Form.REGULAR for busy in met)
        return not met

    def _book(self, turn: _Turn) -> None:
        self._busy[turn.person.id].append((turn.start, self._last_day(turn.end), turn.job.form))
        self._seen |= {(turn.person.id, site.id) for site in turn.job.sites}

    def _last_day(self, end: dt.date | None) -> dt.date:
        """A running stint goes on until it is relieved, whatever end is written."""
        return end if end and end < self._instance.round.start else dt.date.max

    def _needs_skill(self, job: _Job) -> bool:
        sector = self._instance.sector_by_code[job.sites[0].sector]
        return sector.chemical or sector.coal or sector.code in SKILLED_SECTORS

    # -- dates ----------------------------------------------------------------------------------

    def _frozen(self, day: dt.date) -> bool:
        return any(period.start <= day <= period.end for period in self._freezes)

    def _start(self) -> dt.date:
        days = [day for day in self._mondays if day >= FIRST_START]
        weights = [1 if CROWDED_WEEKS[0] <= day <= CROWDED_WEEKS[1] else 2 for day in days]
        return self._rng.choices(days, weights)[0]

    def _written_end(self, start: dt.date) -> dt.date | None:
        """The half-year, where its end needs no shift (R05-6)."""
        change = add_months(start, 6)
        handover = self._instance.calendar.workday_on_or_after(change)
        shifted = self._frozen(change) or self._frozen(handover)
        if shifted or self._rng.random() >= WRITTEN_END_SHARE:
            return None
        return change - ONE_DAY

    # -- rows -----------------------------------------------------------------------------------

    def _write(
        self,
        turns: Sequence[_Turn],
        nature: StintNature,
        status: StintStatus,
        end_reason: EndReason | None,
    ) -> None:
        self.stints += [
            Stint(
                site_id=site.id,
                department=site.department,
                slot=turn.slot,
                inspector_id=turn.person.id,
                form=turn.job.form,
                start=turn.start,
                end=turn.end,
                round="2026H2" if turn.start >= FIRST_START else "2026H1",
                group=turn.job.group,
                nature=nature,
                status=status,
                end_reason=end_reason,
            )
            for turn in turns
            for site in turn.job.sites
        ]

    def _extend_one_per_city(self) -> None:
        """One half-year that ends early in the round goes on with approval."""
        extended: set[str] = set()
        for row in self.stints:
            city = _city(self._instance.department_by_code[row.department])
            early = dt.date(2026, 8, 17) <= row.start <= dt.date(2026, 9, 21)
            if (
                early
                and row.status is StintStatus.RUNNING
                and row.form is Form.RESIDENT
                and row.end is None
                and city not in extended
            ):
                extended.add(city)
                self.extensions.append(
                    self._extension(row.site_id, row.inspector_id, VALID_EXTENSION)
                )

    def _extension(self, site_id: str, inspector_id: str, until: dt.date) -> Extension:
        return Extension(
            site_id=site_id,
            inspector_id=inspector_id,
            until=until,
            matter="重大隐患整改尚未销号，继续跟踪",
            approver="示例分管领导",
            approved_on=dt.date(2026, 11, 10),
        )


def _served(instance: Instance, site: Site) -> bool:
    coal = instance.sector_by_code[site.sector].coal
    return site.status is not SiteStatus.CLOSED and (coal or not site.status.idle)


def _city(department: Department) -> str:
    return (department.parent or department.code).split("-")[0]


def _mondays(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    day = first + dt.timedelta(days=-first.weekday() % 7)
    while day <= last:
        yield day
        day += dt.timedelta(days=7)


def _near_groups(instance: Instance, sites: Sequence[Site]) -> list[list[Site]]:
    """Groups of 2 to 4 of nearly even sizes: each takes the nearest to its first object."""
    rest = list(sites)
    groups = []
    for left in range(math.ceil(len(rest) / LARGEST_GROUP), 0, -1):
        near = sorted((site_kilometres(instance, rest[0], one), one.id, one) for one in rest)
        rest = [one for _, _, one in near]
        size = math.ceil(len(rest) / left)
        groups.append(rest[:size])
        rest = rest[size:]
    return groups
