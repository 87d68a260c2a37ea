"""轮换表: who is where in which week, by object and by person."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from planner.domain.calendar import ONE_DAY, KeyPeriod
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Inspector, Site
from planner.domain.terms import Form
from planner.reports.labels import department_order, site_order

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the round, Monday to Sunday, cut at the ends of the round."""

    start: dt.date
    end: dt.date

    def meets(self, start: dt.date, end: dt.date | None) -> bool:
        """Whether any day of the week lies in the span."""
        return start <= self.end and (end is None or self.start <= end)


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One slot of one object with its stints by start; no stints where nobody is sent."""

    site: Site
    slot: int
    stints: tuple[Stint, ...]
    freezes: tuple[KeyPeriod, ...]

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the stints, in order, each once."""
        return tuple(dict.fromkeys(stint.form for stint in self.stints))


@dataclass(frozen=True, slots=True)
class Posting:
    """One person at one or more objects in one form on the same dates, e.g. in a mobile team."""

    stints: tuple[Stint, ...]

    @property
    def inspector_id(self) -> str:
        """Who is posted."""
        return self.stints[0].inspector_id

    @property
    def site_ids(self) -> tuple[str, ...]:
        """The objects, each once."""
        return tuple(dict.fromkeys(stint.site_id for stint in self.stints))

    @property
    def form(self) -> Form:
        """The common form."""
        return self.stints[0].form

    @property
    def start(self) -> dt.date:
        """The common first day."""
        return self.stints[0].start

    @property
    def end(self) -> dt.date | None:
        """The common last day."""
        return self.stints[0].end


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One inspector with postings that follow one another; several rows where they overlap."""

    inspector: Inspector
    postings: tuple[Posting, ...]


def weeks_of(plan: Plan) -> tuple[Week, ...]:
    """The weeks of the round."""
    monday = plan.round_start - ONE_DAY * plan.round_start.weekday()
    weeks = []
    while monday <= plan.round_end:
        end = min(monday + WEEK - ONE_DAY, plan.round_end)
        weeks.append(Week(max(monday, plan.round_start), end))
        monday += WEEK
    return tuple(weeks)


def rows_by_site(instance: Instance, plan: Plan) -> tuple[SiteRow, ...]:
    """Every object of the plan, served or not: department, grade, falling score."""
    posts: dict[str, dict[int, list[Stint]]] = defaultdict(lambda: defaultdict(list))
    for stint in in_round(plan):
        posts[stint.site_id][stint.slot].append(stint)
    wanted = set(posts) | {shortage.site_id for shortage in plan.shortages}
    sites = [instance.site_by_id[one] for one in wanted if one in instance.site_by_id]
    rows = []
    for site in sorted(sites, key=lambda one: site_order(instance, one)):
        freezes = instance.freezes_of(site)
        for slot, stints in sorted(posts[site.id].items()) or [(1, [])]:
            rows.append(SiteRow(site, slot, _by_start(stints), freezes))
    return tuple(rows)


def rows_by_person(instance: Instance, plan: Plan) -> tuple[PersonRow, ...]:
    """Everybody whom the plan sends, by department and id; what overlaps stands in its own row."""
    stints: dict[str, list[Stint]] = defaultdict(list)
    for stint in in_round(plan):
        stints[stint.inspector_id].append(stint)
    order = {code: at for at, code in enumerate(department_order(instance, plan.departments))}
    people = [person for person in instance.inspectors if person.id in stints]
    people.sort(key=lambda one: (order.get(one.department, len(order)), one.id))
    return tuple(
        PersonRow(person, track)
        for person in people
        for track in tracks_of(postings_of(stints[person.id]))
    )


def postings_of(stints: Iterable[Stint]) -> tuple[Posting, ...]:
    """Stints put together by person, form, team and dates, in the order of their starts."""
    found: dict[tuple[str, Form, str, dt.date, dt.date | None], list[Stint]] = defaultdict(list)
    for one in _by_start(stints):
        found[one.inspector_id, one.form, one.group, one.start, one.end].append(one)
    return tuple(Posting(tuple(rows)) for rows in found.values())


class Dated(Protocol):
    """What has a first and a last day; None for an open end."""

    @property
    def start(self) -> dt.date: ...

    @property
    def end(self) -> dt.date | None: ...


D = TypeVar("D", bound=Dated)


def tracks_of(postings: Sequence[D]) -> list[tuple[D, ...]]:
    """Split postings, given by start, into the fewest rows without overlap."""
    tracks: list[list[D]] = []
    for posting in postings:
        for track in tracks:
            last = track[-1].end
            if last is not None and last < posting.start:
                track.append(posting)
                break
        else:
            tracks.append([posting])
    return [tuple(track) for track in tracks]


def in_round(plan: Plan) -> tuple[Stint, ...]:
    """The stints that have a day in the round."""
    return tuple(
        stint
        for stint in plan.stints
        if stint.start <= plan.round_end and (stint.end is None or stint.end >= plan.round_start)
    )


def changes_by_week(plan: Plan, weeks: Sequence[Week]) -> tuple[int, ...]:
    """How many people start in each week (轮换人次); a mobile team counts each member once."""
    starts = {
        (stint.inspector_id, stint.group or stint.site_id, stint.start) for stint in plan.stints
    }
    days = Counter(start for _, _, start in starts)
    return tuple(
        sum(count for day, count in days.items() if week.start <= day <= week.end) for week in weeks
    )


def freezing(instance: Instance) -> tuple[KeyPeriod, ...]:
    """Key periods in which nobody is rotated anywhere in the city or in a part of it."""
    return tuple(period for period in instance.key_periods if period.freeze_rotation)


def _by_start(stints: Iterable[Stint]) -> tuple[Stint, ...]:
    return tuple(sorted(stints, key=lambda one: (one.start, one.site_id, one.slot)))
