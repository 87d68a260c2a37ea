"""工作情况 (FA2): the fifteen quantities of 附件2, added up from logs and ledgers.

Everything is 动态累计: from the first day of the year, or of the programme, to the last day of the
month. A log counts under the sector of its object and under the form of the posting that its day
lies in, or of the posting that its writer came to hand over (R05-4); 替班人员 count as whom they
stand in for. What nobody's posting covers counts nowhere and is listed (``planner.monthly.gaps``),
and so is who stood in without being allowed to: that work was done, and counts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from planner.domain.instance import Instance
from planner.domain.ledgers import Hazard, HazardLevel, Ledgers, WorkLog
from planner.domain.plan import Stint
from planner.domain.tables import Absence
from planner.domain.terms import Form, Level
from planner.remarks import days_after_end


@dataclass(frozen=True, slots=True)
class Quantities:
    """15 项: in the order of the form. ``people`` are distinct (person, object, month) with a
    served day, ``sites`` distinct (object, month), by the level of the dispatching unit. Where the
    form changes within a month, each counts once, under the form of its last served day."""

    people_city: int = 0
    people_county: int = 0
    sites_city: int = 0
    sites_county: int = 0
    duty_lists_checked: int = 0
    rules_improved: int = 0
    morning_meetings: int = 0
    warning_lessons: int = 0
    drills: int = 0
    reward_yuan: int = 0
    operations_attended: int = 0
    hazards: int = 0
    hazards_closed: int = 0
    major_hazards: int = 0
    major_hazards_closed: int = 0

    def __add__(self, other: Quantities) -> Quantities:
        return Quantities(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(Quantities))
        )


FROM_LOGS = (
    "duty_lists_checked", "rules_improved", "morning_meetings", "warning_lessons", "drills",
    "reward_yuan", "operations_attended",
)  # fmt: skip
"""Quantities that people write in their logs."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form: a sector of a dispatching or a reporting unit in one form."""

    department: str
    sector: str
    form: Form
    quantities: Quantities


Place = tuple[str, str, Form]
"""Unit, sector and form: a row of the form."""


def postings_of(instance: Instance, planned: Iterable[Stint]) -> tuple[Stint, ...]:
    """The postings in which days were served: the history and the plan; of a running posting the
    plan's row, which says when it ends."""
    rows = {(one.inspector_id, one.site_id, one.start): one for one in instance.stints}
    rows |= {(one.inspector_id, one.site_id, one.start): one for one in planned}
    return tuple(rows.values())


class Postings:
    """Who was posted where on a day, and for whom somebody stood in (替班人员 of 请假与任务)."""

    def __init__(self, instance: Instance, rows: Iterable[Stint]) -> None:
        self._by_pair: dict[tuple[str, str], list[Stint]] = defaultdict(list)
        self._by_site: dict[str, list[Stint]] = defaultdict(list)
        for row in rows:
            self._by_pair[row.inspector_id, row.site_id].append(row)
            self._by_site[row.site_id].append(row)
        self._stood_in: dict[str, list[Absence]] = defaultdict(list)
        for absence in instance.absences:
            if absence.substitute_id:
                self._stood_in[absence.substitute_id].append(absence)

    def of(self, inspector_id: str, site_id: str, day: dt.date) -> Stint | None:
        """The posting of a person at an object on a day, the one that the person came to hand over
        that day, or the one in which the person stood in for somebody on leave."""
        return (
            self.own(inspector_id, site_id, day)
            or self.handed_over(inspector_id, site_id, day)
            or next(
                (
                    row
                    for absence in self._stood_in.get(inspector_id, ())
                    if absence.start <= day <= absence.end
                    and (row := self.own(absence.inspector_id, site_id, day))
                ),
                None,
            )
        )

    def own(self, inspector_id: str, site_id: str, day: dt.date) -> Stint | None:
        """The person's own posting."""
        return _covering(self._by_pair.get((inspector_id, site_id), ()), day)

    def handed_over(self, inspector_id: str, site_id: str, day: dt.date) -> Stint | None:
        """The person's posting that is over, where the plan has him come once more that day."""
        rows = self._by_pair.get((inspector_id, site_id), ())
        return next((row for row in rows if day in days_after_end(row)), None)

    def at(self, site_id: str, day: dt.date) -> Stint | None:
        """A posting of anybody at an object on a day."""
        return _covering(self._by_site.get(site_id, ()), day)

    def of_hazard(self, hazard: Hazard) -> Stint | None:
        """The posting under which a hazard counts: the finder's, else anybody's that day."""
        own = self.of(hazard.found_by, hazard.site_id, hazard.found_on)
        return own or self.at(hazard.site_id, hazard.found_on)


def _covering(rows: Iterable[Stint], day: dt.date) -> Stint | None:
    return next(
        (row for row in rows if row.start <= day and (row.end is None or day <= row.end)), None
    )


def work_lines(
    instance: Instance,
    postings: Postings,
    ledgers: Ledgers,
    units: Sequence[str],
    since: dt.date,
    until: dt.date,
) -> tuple[Line, ...]:
    """The rows of the form for some units: every sector and form with a posting or a quantity,
    in the order of the workbook's units and sectors."""
    found: dict[Place, Quantities] = defaultdict(Quantities)
    logs = [one for one in ledgers.work_logs if since <= one.day <= until]
    _add_served(instance, postings, logs, found)
    for log in logs:
        place = _place(instance, postings.of(log.inspector_id, log.site_id, log.day))
        if place is not None:
            found[place] += Quantities(**{name: getattr(log, name) for name in FROM_LOGS})
    for hazard in ledgers.hazards:
        if since <= hazard.found_on <= until:
            place = _place(instance, postings.of_hazard(hazard))
            if place is not None:
                found[place] += _of_hazard(hazard, until)
    return _in_order(instance, {one: found[one] for one in found if one[0] in units})


def reported_lines(
    instance: Instance, lines: Iterable[Line], units: Collection[str]
) -> tuple[Line, ...]:
    """The rows of the form as some units report them: a municipal department has one row for each
    sector and form, with what its county bureaus among the units did in the columns of the county
    level (R16-2)."""
    found: dict[Place, Quantities] = defaultdict(Quantities)
    for one in lines:
        if one.department in units:
            unit = instance.reporter_of(one.department, units)
            found[unit, one.sector, one.form] += one.quantities
    return _in_order(instance, found)


def _in_order(instance: Instance, found: Mapping[Place, Quantities]) -> tuple[Line, ...]:
    units = {row.code: at for at, row in enumerate(instance.departments)}
    sectors = {row.code: at for at, row in enumerate(instance.sectors)}
    forms = {form: at for at, form in enumerate(Form)}
    places = sorted(found, key=lambda one: (units[one[0]], sectors[one[1]], forms[one[2]]))
    return tuple(Line(*place, found[place]) for place in places)


def total_of(lines: Iterable[Line]) -> Quantities:
    """合计: the sum of some rows."""
    total = Quantities()
    for line in lines:
        total += line.quantities
    return total


def _place(instance: Instance, posting: Stint | None) -> Place | None:
    if posting is None or posting.site_id not in instance.site_by_id:
        return None
    sector = instance.site_by_id[posting.site_id].sector
    return posting.department, sector, posting.form


def _of_hazard(hazard: Hazard, until: dt.date) -> Quantities:
    closed = hazard.closed_on is not None and hazard.closed_on <= until
    major = hazard.level is HazardLevel.MAJOR
    return Quantities(
        hazards=1,
        hazards_closed=int(closed),
        major_hazards=int(major),
        major_hazards_closed=int(major and closed),
    )


def _add_served(
    instance: Instance,
    postings: Postings,
    logs: Iterable[WorkLog],
    found: dict[Place, Quantities],
) -> None:
    """人次 and 家次: who served where in which month, each once, at the last place of the month."""
    people: dict[tuple[str, str, int, int], Place] = {}
    sites: dict[tuple[str, int, int], Place] = {}

    def order(one: WorkLog) -> tuple[dt.date, bool, str]:
        # Where the form changes as well, who comes to hand over is not the day's last word.
        over = postings.handed_over(one.inspector_id, one.site_id, one.day) is not None
        return one.day, not over, one.inspector_id

    for log in sorted(logs, key=order):
        place = _place(instance, postings.of(log.inspector_id, log.site_id, log.day))
        if place is not None:
            month = log.day.year, log.day.month
            people[log.inspector_id, log.site_id, *month] = place
            sites[log.site_id, *month] = place
    county = _is_county(instance)
    for place in people.values():
        found[place] += Quantities(people_county=1) if county(place) else Quantities(people_city=1)
    for place in sites.values():
        found[place] += Quantities(sites_county=1) if county(place) else Quantities(sites_city=1)


def _is_county(instance: Instance) -> Callable[[Place], bool]:
    levels: Mapping[str, Level] = {row.code: row.level for row in instance.departments}
    return lambda place: levels[place[0]] is Level.COUNTY
