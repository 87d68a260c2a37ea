"""The instance: everything that one plan needs, with the look-ups that the steps share."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from planner.domain.base import Frozen
from planner.domain.calendar import (
    ONE_DAY,
    KeyPeriod,
    Round,
    WorkCalendar,
    add_months,
    days_between,
    quarter_of,
    quarter_start,
)
from planner.domain.ledgers import DuplicateRecord
from planner.domain.plan import Stint
from planner.domain.policy import Policy
from planner.domain.tables import (
    Absence,
    Conflict,
    ConstructionStage,
    Department,
    Distance,
    Extension,
    Inspector,
    JointPosting,
    ListItem,
    MatrixRow,
    Override,
    Rating,
    RiskFactors,
    Sector,
    Site,
    Training,
)
from planner.domain.terms import Level, ListAction, SiteStatus, StintStatus

K = TypeVar("K")
V = TypeVar("V")
Window = tuple[dt.date, dt.date]


class Instance(Frozen):
    """One planning problem: the cleaned workbook with its round, calendar and ratings.

    ``departments`` … ``distances`` mirror the sheets. ``key_periods`` and ``matrix`` are already
    filled with the defaults where the sheet is empty; ``ratings`` has one entry per site that is
    neither 关闭 nor off the list. ``stints`` is the sheet 派驻记录 in full.
    """

    round: Round
    seed: int = 0
    policy: Policy = Policy()
    calendar: WorkCalendar = WorkCalendar()
    departments: tuple[Department, ...]
    sectors: tuple[Sector, ...]
    matrix: tuple[MatrixRow, ...]
    inspectors: tuple[Inspector, ...]
    sites: tuple[Site, ...]
    risk_factors: tuple[RiskFactors, ...] = ()
    list_items: tuple[ListItem, ...] = ()
    stints: tuple[Stint, ...] = ()
    absences: tuple[Absence, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    trainings: tuple[Training, ...] = ()
    key_periods: tuple[KeyPeriod, ...] = ()
    stages: tuple[ConstructionStage, ...] = ()
    joint_postings: tuple[JointPosting, ...] = ()
    duplicates: tuple[DuplicateRecord, ...] = ()
    extensions: tuple[Extension, ...] = ()
    overrides: tuple[Override, ...] = ()
    distances: tuple[Distance, ...] = ()
    ratings: tuple[Rating, ...] = ()
    input_hash: str = ""

    # -- look-ups -------------------------------------------------------------------------------

    @cached_property
    def department_by_code(self) -> Mapping[str, Department]:
        """部门单位 by code."""
        return {row.code: row for row in self.departments}

    def reporter_of(self, code: str, units: Collection[str]) -> str:
        """Who of some units reports the numbers of a unit: the municipal department above a county
        bureau, where it is among them, or the unit itself (R16-2)."""
        unit = self.department_by_code.get(code)
        bureau = unit is not None and unit.level is Level.COUNTY and unit.parent in units
        return unit.parent if unit and bureau else code

    @cached_property
    def sector_by_code(self) -> Mapping[str, Sector]:
        """行业领域 by code."""
        return {row.code: row for row in self.sectors}

    @cached_property
    def inspector_by_id(self) -> Mapping[str, Inspector]:
        """驻点人员 by id."""
        return {row.id: row for row in self.inspectors}

    @cached_property
    def site_by_id(self) -> Mapping[str, Site]:
        """驻点对象 by id."""
        return {row.id: row for row in self.sites}

    @cached_property
    def rating_by_site(self) -> Mapping[str, Rating]:
        """定级结果 by site id."""
        return {row.site_id: row for row in self.ratings}

    @cached_property
    def absences_of(self) -> Mapping[str, Sequence[Absence]]:
        """请假与任务 by inspector id; missing ids have none."""
        return _grouped((row.inspector_id, row) for row in self.absences)

    @cached_property
    def conflicts_of(self) -> Mapping[str, Sequence[Conflict]]:
        """回避 by inspector id."""
        return _grouped((row.inspector_id, row) for row in self.conflicts)

    @cached_property
    def trainings_of(self) -> Mapping[str, Sequence[Training]]:
        """培训 by inspector id."""
        return _grouped((one, row) for row in self.trainings for one in row.inspector_ids)

    @cached_property
    def stages_of(self) -> Mapping[str, Sequence[ConstructionStage]]:
        """施工阶段 by site id."""
        return _grouped((row.site_id, row) for row in self.stages)

    @cached_property
    def list_items_of(self) -> Mapping[str, Sequence[ListItem]]:
        """驻点名单 rows by site id, in quarter order."""
        rows = sorted(self.list_items, key=lambda row: row.quarter)
        return _grouped((row.site_id, row) for row in rows)

    @cached_property
    def stints_of(self) -> Mapping[tuple[str, str], Sequence[Stint]]:
        """派驻记录 rows that count as served or running, by (inspector id, site id), by start."""
        rows = sorted(self.stints, key=lambda row: (row.start, row.slot))
        return _grouped(
            ((row.inspector_id, row.site_id), row)
            for row in rows
            if row.status is not StintStatus.DRAFT
        )

    @cached_property
    def running(self) -> tuple[Stint, ...]:
        """Stints that run into the round: 执行 or 批准, begun before it and not over before it."""
        return tuple(
            row
            for row in self.stints
            if row.status in {StintStatus.RUNNING, StintStatus.APPROVED}
            and row.start < self.round.start
            and (row.end is None or row.end >= self.round.start)
        )

    @cached_property
    def running_so_far(self) -> tuple[Stint, ...]:
        """The running stints, one for one, as they were served up to the round."""
        last = self.round.start - ONE_DAY
        return tuple(row.model_copy(update={"end": last}) for row in self.running)

    @cached_property
    def running_at(self) -> Mapping[str, Sequence[Stint]]:
        """Running stints by site id."""
        return _grouped((row.site_id, row) for row in self.running)

    def overrides_for(self, rule: str) -> tuple[Override, ...]:
        """豁免 rows of one rule."""
        return self._overrides_by_rule.get(rule, ())

    @cached_property
    def _overrides_by_rule(self) -> Mapping[str, tuple[Override, ...]]:
        return {
            rule: tuple(rows)
            for rule, rows in _grouped((row.rule, row) for row in self.overrides).items()
        }

    def lifted(
        self, rule: str, inspector_id: str, site_id: str, first: dt.date, last: dt.date
    ) -> bool:
        """Whether a row of 豁免 lifts ``rule`` for this person and site on all these dates."""
        return any(
            row.lifts(rule, inspector_id, site_id, first, last) for row in self.overrides_for(rule)
        )

    @cached_property
    def _freezes(self) -> dict[tuple[str, str, str], tuple[KeyPeriod, ...]]:
        return {}

    @cached_property
    def _frozen_days(self) -> dict[tuple[str, str, str], frozenset[dt.date]]:
        return {}

    def freezes_of(self, site: Site) -> tuple[KeyPeriod, ...]:
        """Key periods with 冻结轮换 whose scope holds the site."""
        key = (site.county, site.sector, site.id)
        if key not in self._freezes:
            self._freezes[key] = tuple(
                period
                for period in self.key_periods
                if period.freeze_rotation and period.applies_to(*key)
            )
        return self._freezes[key]

    def frozen(self, site: Site, day: dt.date) -> bool:
        """Whether rotation is frozen at the site on ``day`` (R05-5)."""
        key = (site.county, site.sector, site.id)
        if key not in self._frozen_days:
            self._frozen_days[key] = frozenset(
                one
                for period in self.freezes_of(site)
                for one in days_between(period.start, period.end)
            )
        return day in self._frozen_days[key]

    def restricted_to(self, department: str) -> Instance:
        """The part of the instance that one dispatching unit's people and sites need."""
        part = self._rows_about((department,))
        people = {row.id for row in part["inspectors"]}
        sites = {row.id for row in part["sites"]}
        stints = [
            row for row in part["stints"] if row.inspector_id in people and row.site_id in sites
        ]
        return self._with_rows({**part, "stints": tuple(stints), "risk_factors": ()})

    def seen_from(self, department: str) -> Instance:
        """The part of the instance by which the plan of one unit is judged and reported: its rows,
        those of the units with which it shares an object (several claims of one, or 联合驻点), and
        whoever the record names there besides."""
        part = self._rows_about({department, *self._sharing_with.get(department, ())})
        people = {row.id for row in part["inspectors"]}
        sites = {row.id for row in part["sites"]}
        people |= {row.inspector_id for row in part["stints"]}
        people |= {row.mentor_id for row in part["stints"]}
        people |= {row.substitute_id for row in part["absences"]}
        sites |= {row.site_id for row in part["stints"]}
        part["inspectors"] = tuple(row for row in self.inspectors if row.id in people)
        part["sites"] = tuple(row for row in self.sites if row.id in sites)
        return self._with_rows(part)

    def _with_rows(self, part: Mapping[str, tuple[Any, ...]]) -> Instance:
        # A list that names none of the sites still says that none is on it.
        listed = part["list_items"] or self.list_items[:1]
        return self.model_copy(update={**part, "list_items": listed})

    def _rows_about(self, units: Collection[str]) -> dict[str, tuple[Any, ...]]:
        """For each table that is divided, the rows that concern some units, in their order."""
        found = {}
        for table, numbers in self._numbers_of_units.items():
            rows = getattr(self, table)
            chosen = {n for unit in units for n in numbers.get(unit, ())}
            found[table] = tuple(rows[n] for n in sorted(chosen))
        return found

    @cached_property
    def _sharing_with(self) -> Mapping[str, frozenset[str]]:
        """The units with claims of the same object, or posted together, by unit."""
        groups: dict[str, set[str]] = defaultdict(set)
        for site in self.sites:
            groups[self.site_key[site.id]].add(site.department)
        for row in self.joint_postings:
            if row.site_id in self.site_by_id:
                groups[self.site_key[row.site_id]].update(row.departments)
        found: dict[str, set[str]] = defaultdict(set)
        for together in groups.values():
            if len(together) > 1:
                for unit in together:
                    found[unit] |= together
        return {unit: frozenset(together) for unit, together in found.items()}

    @cached_property
    def _numbers_of_units(self) -> Mapping[str, Mapping[str, Sequence[int]]]:
        """For each table that is divided, the places of the rows that concern each unit."""
        person_in = {row.id: row.department for row in self.inspectors}
        site_in = {row.id: row.department for row in self.sites}
        everybody = {*person_in.values(), *site_in.values()}

        def own(row: Inspector | Site) -> set[str]:
            return {row.department}

        def of_site(row: ListItem | Rating | RiskFactors) -> set[str]:
            return {site_in.get(row.site_id, "")}

        def of_either(row: object) -> set[str]:
            person, site = getattr(row, "inspector_id", ""), getattr(row, "site_id", "")
            if not (person or site):
                return everybody
            return {person_in.get(person, ""), site_in.get(site, "")}

        return {
            "inspectors": _by_unit(self.inspectors, own),
            "sites": _by_unit(self.sites, own),
            "risk_factors": _by_unit(self.risk_factors, of_site),
            "list_items": _by_unit(self.list_items, of_site),
            "ratings": _by_unit(self.ratings, of_site),
            "stints": _by_unit(self.stints, of_either),
            "absences": _by_unit(self.absences, of_either),
            "stages": _by_unit(self.stages, of_either),
            "extensions": _by_unit(self.extensions, of_either),
            "overrides": _by_unit(self.overrides, of_either),
            "conflicts": _by_unit(
                self.conflicts, lambda row: {person_in.get(row.inspector_id, "")}
            ),
            "trainings": _by_unit(
                self.trainings, lambda row: {person_in.get(one, "") for one in row.inspector_ids}
            ),
        }

    @property
    def provisional_years(self) -> tuple[int, ...]:
        """暂定: years of the round whose holidays are reckoned, for want of a notice."""
        years = range(self.round.start.year, self.round.end.year + 1)
        return tuple(year for year in years if self.calendar.unannounced(year))

    # -- what is owed ---------------------------------------------------------------------------

    def list_item(self, site_id: str) -> ListItem | None:
        """The row of 驻点名单 whose grade and form hold for a site in this round, or None.

        It is the newest one that is in force when the site is first owed service: a later quarter
        moves the owed window, and its grade and form wait for the next plan.
        """
        owed = self._listed_windows.get(site_id)
        since = quarter_of(owed[0] if owed else self.round.start)
        rows = [row for row in self.list_items_of.get(site_id, ()) if row.quarter <= since]
        return rows[-1] if rows else None

    @cached_property
    def site_key(self) -> Mapping[str, str]:
        """Identity of an object across departments: project code, or USCC and premises (R02-6)."""
        return {
            site.id: (
                f"P:{site.project_code}"
                if site.project_code
                else f"U:{site.uscc}:{site.premises_no or '01'}"
                if site.uscc
                else f"S:{site.id}"
            )
            for site in self.sites
        }

    def owed_window(self, site: Site) -> Window | None:
        """First and last date on which the site is owed service in the round, or None.

        A coal mine is owed service throughout, whatever the list says and also when it is idle
        (R04-7). Off the list, 暂缓, closed and idle sites owe nothing; duplicates are settled
        elsewhere (R02-6).
        """
        if site.status is SiteStatus.CLOSED:
            return None
        if self.sector_by_code[site.sector].coal:
            return self.round.start, self.round.end
        return None if site.status.idle else self._listed_windows.get(site.id)

    @cached_property
    def _listed_windows(self) -> Mapping[str, Window]:
        """The part of the round in which each site is on the list; without any list, all of it."""
        if not self.list_items:
            return {site.id: (self.round.start, self.round.end) for site in self.sites}
        held = {stint.site_id for stint in self.running}
        found = {
            site_id: self._listed_window(rows, site_id in held)
            for site_id, rows in self.list_items_of.items()
        }
        return {site_id: window for site_id, window in found.items() if window is not None}

    def _listed_window(self, rows: Sequence[ListItem], held: bool) -> Window | None:
        """Walk the rows of one site, quarter by quarter; of several stretches the longest counts.

        Who is ``held`` by a running stint, or begins with a row that ends the listing, is on the
        list before the first row, so that 生效日期 of a 保留 does not delay it. What a row says
        about a date falls away when a newer row takes effect on or before it. The list of a quarter
        of which less than a month lies in the round is the next round's.
        """
        listed = held or rows[0].action in {ListAction.LEAVE, ListAction.DEFER}
        changes: list[tuple[dt.date, bool]] = []
        for row in rows:
            first = quarter_start(row.quarter)
            if first > self.round.start and add_months(first, 1) > self.round.end + ONE_DAY:
                break
            news = _list_changes(row, first)
            changes = [one for one in changes if one[0] < news[0][0]] + news
        stretches: list[Window] = []
        since = self.round.start
        for day, then in [*changes, (self.round.end + ONE_DAY, False)]:
            until = min(day - ONE_DAY, self.round.end)
            if listed and not then and since <= until:
                stretches.append((since, until))
            if then and not listed:
                since = max(day, self.round.start)
            listed = then
        return max(stretches, key=lambda one: (one[1] - one[0], one[1]), default=None)

    def not_stationed(self, departments: Iterable[str]) -> tuple[Rating, ...]:
        """Ratings of the departments' listed sites that their grade leaves without any form, the
        highest score first: 四级 by the default matrix. Nobody is owed to them, and nobody should
        overlook them, least of all where the facts are incomplete (``Rating.unverified``)."""
        wanted = set(departments)
        found = [
            self.rating_by_site[site.id]
            for site in self.sites
            if site.department in wanted
            and site.id in self.rating_by_site
            and self.owed_window(site) is not None
            and not self.may_be_stationed(site)
        ]
        return tuple(sorted(found, key=lambda one: (-one.score, one.site_id)))

    def may_be_stationed(self, site: Site) -> bool:
        """Whether a person or the matrix gives the site a form that its sector allows; a coal mine
        is always owed one."""
        if self.sector_by_code[site.sector].coal:
            return True
        item = self.list_item(site.id)
        if item is not None and item.form is not None:
            return True
        allowed = self.sector_by_code[site.sector].allowed_forms
        forms = {form for row in self.matrix_rows(site) for form in row.forms}
        return bool(forms & set(allowed) if allowed else forms)

    def matrix_rows(self, site: Site) -> tuple[MatrixRow, ...]:
        """The rows of 派驻矩阵 that hold for the site, in order of preference (R02-4).

        Rows of the sector win over rows for every sector.
        """
        rating = self.rating_by_site.get(site.id)
        if rating is None:
            return ()
        rows = [row for row in self.matrix if row.grade is rating.grade]
        own = tuple(row for row in rows if row.sector == site.sector)
        return own or tuple(row for row in rows if not row.sector)

    def kilometres(self, one: str, other: str) -> float | None:
        """Distance between two counties by 县区距离; 0 within one; None when it is not listed."""
        if one == other:
            return 0.0
        return self._distance_map.get((one, other))

    @cached_property
    def _distance_map(self) -> Mapping[tuple[str, str], float]:
        pairs = {(row.origin, row.destination): row.kilometres for row in self.distances}
        return {**{(b, a): km for (a, b), km in pairs.items()}, **pairs}


def _list_changes(row: ListItem, quarter_begin: dt.date) -> list[tuple[dt.date, bool]]:
    """The dates on which a row puts its site on the list (True) or takes it off."""
    begin = row.valid_from or quarter_begin
    after = row.valid_to + ONE_DAY if row.valid_to else None
    if row.action is ListAction.LEAVE:
        return [(after or begin, False)]
    if row.action is ListAction.DEFER:
        return [(begin, False)]
    if after is None:
        return [(begin, True)]
    return [(begin, True), (after, False)] if begin < after else [(after, False)]


def _by_unit(rows: Sequence[V], units: Callable[[V], Iterable[str]]) -> Mapping[str, Sequence[int]]:
    """The places of the rows that concern each unit."""
    return _grouped((unit, n) for n, row in enumerate(rows) for unit in units(row))


def _grouped(pairs: Iterable[tuple[K, V]]) -> Mapping[K, Sequence[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
