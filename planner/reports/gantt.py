"""甘特图: postings as bars of SVGs that need no script, fit a page and print in black and white."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from planner.domain.calendar import ONE_DAY, KeyPeriod
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.reports.labels import Names, span
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
ROW_HEIGHT = 18
HEAD_HEIGHT = 22
CHARACTER_WIDTH = 10.5
LANES_ON_A_PAGE = 46
LABEL_CHARACTERS = 15


@dataclass(frozen=True, slots=True)
class Bar:
    """One posting: place and size in pixels, kind, its name and full title.

    ``kind`` is ``past`` (over before the round), ``held`` (there before the round) or ``new``.
    """

    x: float
    width: float
    kind: str
    text: str
    title: str


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
    """A chart of one page in pixels; ``months`` are (x, name) of the first days of months,
    ``round_x`` is where the round begins."""

    title: str
    width: float
    height: int
    lanes: tuple[Lane, ...]
    months: tuple[tuple[float, str], ...]
    round_x: float


def charts_by_site(instance: Instance, plan: Plan) -> tuple[Chart, ...]:
    """Objects as lanes, people as bars, by department."""
    names = Names(instance)
    past = _past(instance, plan)
    lanes = []
    for row in rows_by_site(instance, plan):
        over = [s for s in past if (s.site_id, s.slot) == (row.site.id, row.slot)]
        postings = [Posting((one,)) for one in (*over, *row.stints)]
        label = names.short_site(row.site.id)
        label = label[:LABEL_CHARACTERS] + (f" 岗位{row.slot}" if row.slot > 1 else "")
        bars = _bars(plan, postings, lambda one: names.short_person(one.inspector_id), names)
        department = names.department(row.site.department)
        lanes.append(Lane(department, label, bars, _frozen(plan, row.freezes)))
    return _charts(plan, lanes)


def charts_by_person(instance: Instance, plan: Plan) -> tuple[Chart, ...]:
    """People as lanes, objects as bars, by department; what overlaps has a lane of its own."""
    names = Names(instance)
    stints: dict[str, list[Stint]] = defaultdict(list)
    for stint in (*_past(instance, plan), *in_round(plan)):
        stints[stint.inspector_id].append(stint)
    people = dict.fromkeys(row.inspector for row in rows_by_person(instance, plan))
    lanes: list[Lane] = []
    for person in people:
        for at, track in enumerate(tracks_of(postings_of(stints[person.id]))):
            site = instance.site_by_id[track[-1].site_ids[0]]
            lanes.append(
                Lane(
                    department=names.department(person.department),
                    label="" if at else names.person(person.id),
                    bars=_bars(plan, track, lambda one: _sites(names, one), names),
                    frozen=_frozen(plan, instance.freezes_of(site)),
                )
            )
    return _charts(plan, lanes)


def _charts(plan: Plan, lanes: Sequence[Lane]) -> tuple[Chart, ...]:
    """One chart per department and page."""
    days = [_first(plan) + ONE_DAY * n for n in range((plan.round_end - _first(plan)).days + 1)]
    months = tuple((_x(plan, day), f"{day.month}月") for day in days if day.day == 1)
    charts = []
    for department, same in groupby(lanes, key=lambda lane: lane.department):
        own = list(same)
        pages = [own[at : at + LANES_ON_A_PAGE] for at in range(0, len(own), LANES_ON_A_PAGE)]
        for number, page in enumerate(pages, start=1):
            placed = tuple(
                replace(lane, y=HEAD_HEIGHT + at * ROW_HEIGHT) for at, lane in enumerate(page)
            )
            title = f"{department}（{number}/{len(pages)}）" if len(pages) > 1 else department
            height = HEAD_HEIGHT + ROW_HEIGHT * len(page) + 2
            width = LABEL_WIDTH + len(days) * DAY_WIDTH
            charts.append(Chart(title, width, height, placed, months, _x(plan, plan.round_start)))
    return tuple(charts)


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


def _sites(names: Names, posting: Posting) -> str:
    return "、".join(names.short_site(one) for one in posting.site_ids)


def _bars(
    plan: Plan, postings: Iterable[Posting], label: Callable[[Posting], str], names: Names
) -> tuple[Bar, ...]:
    bars = []
    for posting in postings:
        start = max(posting.start, _first(plan))
        end = min(posting.end or plan.round_end, plan.round_end)
        width = ((end - start).days + 1) * DAY_WIDTH
        kind = "new" if posting.start >= plan.round_start else "held"
        if end < plan.round_start:
            kind = "past"
        text = label(posting)
        room = int((width - 4) / CHARACTER_WIDTH)
        title = (
            f"{names.person(posting.inspector_id)} "
            f"{'、'.join(names.site(one) for one in posting.site_ids)} "
            f"{posting.form} {span(posting.start, posting.end)}"
        )
        shown = text if len(text) <= room else f"{text[: room - 1]}…" if room > 3 else text[:room]
        bars.append(Bar(_x(plan, start), width - 1, kind, shown, title))
    return tuple(bars)


def _frozen(plan: Plan, periods: Iterable[KeyPeriod]) -> tuple[tuple[float, float], ...]:
    spans = []
    for period in periods:
        start, end = max(period.start, plan.round_start), min(period.end, plan.round_end)
        if start <= end:
            spans.append((_x(plan, start), ((end - start).days + 1) * DAY_WIDTH))
    return tuple(spans)


def _first(plan: Plan) -> dt.date:
    return plan.round_start - ONE_DAY * HISTORY_DAYS


def _x(plan: Plan, day: dt.date) -> float:
    return round(LABEL_WIDTH + (day - _first(plan)).days * DAY_WIDTH, 1)
