"""甘特图: postings as bars of SVGs that need no script, fit a page and print in black and white.

Against an earlier plan, what changed has a thick frame and a black corner, and a thin line under it
shows the earlier dates; a posting that is no more is such a line alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from planner.change.compare import Span, StintChange
from planner.domain.calendar import ONE_DAY, KeyPeriod
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Inspector, Site
from planner.domain.terms import Form
from planner.reports.labels import Names, department_order, month_day, site_order, span
from planner.reports.rotation import (
    Posting,
    in_round,
    postings_of,
    rows_by_person,
    rows_by_site,
    tracks_of,
)

HISTORY_DAYS = 42
"""How much of the time before the round is shown."""
LABEL_WIDTH = 176
DAY_WIDTH = 2.6
ROW_HEIGHT, CHANGED_ROW_HEIGHT = 18, 23
"""Of a lane; the second leaves room for the earlier dates below the bars."""
HEAD_HEIGHT = 22
PAGE_HEIGHT = 850
"""Of all lanes of a chart, so that it fits an A4 page."""
CHARACTER_WIDTH = 10.5
LABEL_CHARACTERS = 15
MARK_WIDTH = 9
MONTH_WIDTH = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One posting: place and size in pixels, kind, its name and full title.

    ``kind`` is ``past`` (over before the plan begins), ``held`` (there before it), ``new``, or
    ``was`` (in the earlier plan alone). ``was`` has (x, width) of the earlier dates, where they
    were others.
    """

    x: float
    width: float
    kind: str
    text: str
    title: str
    changed: bool = False
    was: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a chart; ``frozen`` are (x, width) of windows in which nobody is rotated."""

    department: str
    label: str
    bars: tuple[Bar, ...]
    frozen: tuple[tuple[float, float], ...]
    y: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one page in pixels; ``months`` are (x, x of the name, name) of their first days,
    ``round_x`` is where the round begins. ``unit`` and ``page`` (from 1; 0 for the only one) tell
    what it shows."""

    unit: str
    page: int
    title: str
    width: float
    height: int
    row_height: int
    lanes: tuple[Lane, ...]
    months: tuple[tuple[float, float, str], ...]
    round_x: float
    left: int = LABEL_WIDTH


@dataclass(frozen=True, slots=True)
class _Gone:
    """A posting of the earlier plan that is no more."""

    change: StintChange
    start: dt.date
    end: dt.date


def legend(plan: Plan, *, changed: bool) -> tuple[tuple[str, str], ...]:
    """Kinds of bars and their meaning, by the day on which the plan begins: a replan begins within
    a round. ``changed`` is with changes against an earlier plan."""
    day = month_day(plan.round_start)
    kinds = (
        ("held", f"{day}前已在驻"),
        ("new", f"{day}起新派"),
        ("past", f"{day}前已结束"),
        ("before", f"{day}以前"),
        ("freeze", "重点时段，不换人"),
        ("", "按对象的图中空白处无人，或不在名单上"),
    )
    return (("changed", "有变动"), ("was", "原安排"), *kinds) if changed else kinds


class _Changes:
    """The changes against an earlier plan, by the rows that show them."""

    def __init__(self, changes: Sequence[StintChange]) -> None:
        self.all = changes
        self._found = {(one.place, one.inspector_id, one.form): one for one in changes}
        self.gone = [_Gone(one, *one.before) for one in changes if one.before and one.after is None]

    def of(self, posting: Posting) -> StintChange | None:
        """What changed of a posting; None for an earlier stay that stays as it was."""
        row = posting.stints[0]
        key: tuple[str, str, Form] = (row.group or row.site_id, row.inspector_id, row.form)
        one = self._found.get(key)
        if one is None or one.after is None:
            return None
        return one if _meet((posting.start, posting.end), one.after) else None


def charts_by_site(
    instance: Instance, plan: Plan, changes: Sequence[StintChange] = ()
) -> tuple[Chart, ...]:
    """Objects as lanes, people as bars, by department."""
    names, known = Names(instance), _Changes(changes)
    past = _past(instance, plan)
    rows = {(row.site.id, row.slot): row.stints for row in rows_by_site(instance, plan)}
    for change in changes:
        for site_id in change.site_ids:
            rows.setdefault((site_id, change.slot), ())
    drawer = _Drawer(plan, names, known, lambda one: names.short_person(one.inspector_id))
    lanes = []
    for site, slot in _in_order(instance, rows):
        over = [s for s in past if (s.site_id, s.slot) == (site.id, slot)]
        postings = [Posting((one,)) for one in (*over, *rows[site.id, slot])]
        label = names.short_site(site.id)
        label = label[:LABEL_CHARACTERS] + (f" 岗位{slot}" if slot > 1 else "")
        department = names.department(site.department)
        frozen = _frozen(plan, instance.freezes_of(site))
        lanes.append(Lane(department, label, drawer.bars(postings), frozen))
        gone = [
            one for one in known.gone
            if site.id in one.change.site_ids and one.change.slot == slot
        ]  # fmt: skip
        lanes += [
            Lane(department, "", drawer.lines(track), frozen)
            for track in tracks_of(sorted(gone, key=lambda one: one.start))
        ]
    return _charts(plan, lanes, CHANGED_ROW_HEIGHT if changes else ROW_HEIGHT)


def charts_by_person(
    instance: Instance, plan: Plan, changes: Sequence[StintChange] = ()
) -> tuple[Chart, ...]:
    """People as lanes, objects as bars, by department; what overlaps has a lane of its own."""
    names, known = Names(instance), _Changes(changes)
    stints: dict[str, list[Stint]] = defaultdict(list)
    for stint in (*_past(instance, plan), *in_round(plan)):
        stints[stint.inspector_id].append(stint)
    drawer = _Drawer(plan, names, known, lambda one: _sites(names, one.site_ids))
    lanes: list[Lane] = []
    for person in _people(instance, plan, changes):
        gone = [one for one in known.gone if one.change.inspector_id == person.id]
        shown: list[Posting | _Gone] = [*postings_of(stints[person.id]), *gone]
        shown.sort(key=lambda one: one.start)
        for at, track in enumerate(tracks_of(shown)):
            last = track[-1]
            sites = last.change.site_ids if isinstance(last, _Gone) else last.site_ids
            site = instance.site_by_id.get(sites[0])
            postings = [one for one in track if isinstance(one, Posting)]
            lines = [one for one in track if isinstance(one, _Gone)]
            lanes.append(
                Lane(
                    department=names.department(person.department),
                    label="" if at else names.person(person.id),
                    bars=(*drawer.bars(postings), *drawer.lines(lines)),
                    frozen=_frozen(plan, instance.freezes_of(site)) if site else (),
                )
            )
    return _charts(plan, lanes, CHANGED_ROW_HEIGHT if changes else ROW_HEIGHT)


def _in_order(instance: Instance, places: Iterable[tuple[str, int]]) -> list[tuple[Site, int]]:
    """The slots of objects in the order of the rotation tables."""
    found = [
        (instance.site_by_id[site_id], slot)
        for site_id, slot in places
        if site_id in instance.site_by_id
    ]
    return sorted(found, key=lambda one: (site_order(instance, one[0]), one[1]))


def _people(instance: Instance, plan: Plan, changes: Sequence[StintChange]) -> list[Inspector]:
    """Whom the plan sends or an earlier plan sent, by department and id."""
    shown = {row.inspector.id for row in rows_by_person(instance, plan)}
    shown |= {one.inspector_id for one in changes}
    order = department_order(instance, tuple(row.code for row in instance.departments))
    people = [one for one in instance.inspectors if one.id in shown]
    return sorted(people, key=lambda one: (order.index(one.department), one.id))


def _charts(plan: Plan, lanes: Sequence[Lane], row_height: int) -> tuple[Chart, ...]:
    """One chart per department and page."""
    days = [_first(plan) + ONE_DAY * n for n in range((plan.round_end - _first(plan)).days + 1)]
    begin = _x(plan, plan.round_start)
    months = tuple(_month(_x(plan, day), day.month, begin) for day in days if day.day == 1)
    room = PAGE_HEIGHT // row_height
    charts = []
    for department, same in groupby(lanes, key=lambda lane: lane.department):
        own = list(same)
        pages = [own[at : at + room] for at in range(0, len(own), room)]
        for number, page in enumerate(pages, start=1):
            placed = tuple(
                replace(lane, y=HEAD_HEIGHT + at * row_height) for at, lane in enumerate(page)
            )
            several = len(pages) > 1
            charts.append(
                Chart(
                    unit=department,
                    page=number if several else 0,
                    title=f"{department}（{number}/{len(pages)}）" if several else department,
                    width=LABEL_WIDTH + len(days) * DAY_WIDTH,
                    height=HEAD_HEIGHT + row_height * len(page) + 2,
                    row_height=row_height,
                    lanes=placed,
                    months=months,
                    round_x=begin,
                )
            )
    return tuple(charts)


def _month(x: float, month: int, begin: float) -> tuple[float, float, str]:
    """Line and name of a month; the name stands clear of the line where the round begins."""
    near = 0 < begin - x < MONTH_WIDTH
    return x, (begin if near else x) + 3, f"{month}月"


def _past(instance: Instance, plan: Plan) -> list[Stint]:
    """Stints that ended shortly before the round, those included that the plan itself ends."""
    ended = [one for one in plan.stints if one.end is not None and one.end < plan.round_start]
    known = {(one.site_id, one.slot, one.inspector_id, one.start) for one in plan.stints}
    ended += [
        one
        for one in instance.stints
        if one.end is not None
        and _first(plan) <= one.end < plan.round_start
        and (one.site_id, one.slot, one.inspector_id, one.start) not in known
    ]
    return sorted(ended, key=lambda one: (one.start, one.site_id, one.slot))


def _sites(names: Names, site_ids: Iterable[str]) -> str:
    return "、".join(names.short_site(one) for one in site_ids)


@dataclass(frozen=True, slots=True)
class _Drawer:
    """Draws postings of a plan, with ``label`` as their text."""

    plan: Plan
    names: Names
    changes: _Changes
    label: Callable[[Posting | StintChange], str]

    def bars(self, postings: Iterable[Posting]) -> tuple[Bar, ...]:
        """Postings as bars, with the earlier dates below those that changed."""
        bars = []
        for posting in postings:
            x, width = _place(self.plan, posting.start, posting.end)
            kind = "new" if posting.start >= self.plan.round_start else "held"
            if posting.end is not None and posting.end < self.plan.round_start:
                kind = "past"
            change = self.changes.of(posting)
            was = change.before if change else None
            title = self._title(posting, (posting.start, posting.end))
            room = width - 4 - (MARK_WIDTH if change else 0)
            bars.append(
                Bar(
                    x, width - 1, kind, _cut(self.label(posting), room),
                    f"{title}，{change.kind}" if change else title,
                    changed=change is not None,
                    was=(_place(self.plan, *was),) if was else (),
                )
            )  # fmt: skip
        return tuple(bars)

    def lines(self, gone: Iterable[_Gone]) -> tuple[Bar, ...]:
        """Postings that are no more as thin lines."""
        bars = []
        for one in gone:
            x, width = _place(self.plan, one.start, one.end)
            text = _cut(f"{one.change.kind}：{self.label(one.change)}", width - 4)
            title = f"{self._title(one.change, (one.start, one.end))}，{one.change.kind}"
            bars.append(Bar(x, width, "was", text, title, was=((x, width),)))
        return tuple(bars)

    def _title(self, one: Posting | StintChange, dates: tuple[dt.date, dt.date | None]) -> str:
        sites = "、".join(self.names.site(site_id) for site_id in one.site_ids)
        return f"{self.names.person(one.inspector_id)} {sites} {one.form} {span(*dates)}"


def _cut(text: str, width: float) -> str:
    """As much of a text as has room."""
    room = max(0, int(width / CHARACTER_WIDTH))
    if len(text) <= room:
        return text
    return f"{text[: room - 1]}…" if room > 3 else text[:room]


def _meet(one: tuple[dt.date, dt.date | None], other: Span) -> bool:
    return one[0] <= other[1] and (one[1] is None or other[0] <= one[1])


def _place(plan: Plan, start: dt.date, end: dt.date | None) -> tuple[float, float]:
    """(x, width) of dates, cut at the edges of the chart."""
    first = max(start, _first(plan))
    last = min(end or plan.round_end, plan.round_end)
    return _x(plan, first), max(0, (last - first).days + 1) * DAY_WIDTH


def _frozen(plan: Plan, periods: Iterable[KeyPeriod]) -> tuple[tuple[float, float], ...]:
    shown = [(max(one.start, plan.round_start), min(one.end, plan.round_end)) for one in periods]
    return tuple(_place(plan, *dates) for dates in shown if dates[0] <= dates[1])


def _first(plan: Plan) -> dt.date:
    return plan.round_start - ONE_DAY * HISTORY_DAYS


def _x(plan: Plan, day: dt.date) -> float:
    return round(LABEL_WIDTH + (day - _first(plan)).days * DAY_WIDTH, 1)
