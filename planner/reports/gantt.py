"""甘特图: stints as bars of an SVG that needs no script and prints in black and white."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, KeyPeriod
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.reports.labels import Names, span
from planner.reports.rotation import in_round, rows_by_person, rows_by_site

LABEL_WIDTH = 250
DAY_WIDTH = 4.4
ROW_HEIGHT = 18
HEAD_HEIGHT = 26
CHARACTER_WIDTH = 10.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One stint: place and size in pixels, whether it is shaded, its name and full title."""

    x: float
    width: float
    shade: bool
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the chart; ``frozen`` are (x, width) of windows in which nobody is rotated."""

    y: int
    label: str
    bars: tuple[Bar, ...]
    frozen: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A Gantt chart in pixels; ``months`` are (x, name) of the first days of months."""

    width: float
    height: int
    lanes: tuple[Lane, ...]
    months: tuple[tuple[float, str], ...]


def chart_by_site(instance: Instance, plan: Plan) -> Chart:
    """Objects as lanes, people as bars."""
    names = Names(instance)
    lanes = []
    for at, row in enumerate(rows_by_site(instance, plan)):
        label = names.short_site(row.site.id) + (f" 岗位{row.slot}" if row.slot > 1 else "")
        bars = _bars(plan, row.stints, lambda s: names.short_person(s.inspector_id), names)
        lanes.append(Lane(_y(at), label, bars, _frozen(plan, row.freezes)))
    return _chart(plan, lanes)


def chart_by_person(instance: Instance, plan: Plan) -> Chart:
    """People as lanes, objects as bars."""
    names = Names(instance)
    lanes = []
    for at, row in enumerate(rows_by_person(instance, plan)):
        bars = _bars(plan, row.stints, lambda s: names.short_site(s.site_id), names)
        site = instance.site_by_id[row.stints[0].site_id]
        frozen = _frozen(plan, instance.freezes_of(site))
        lanes.append(Lane(_y(at), names.person(row.inspector.id), bars, frozen))
    return _chart(plan, lanes)


def _chart(plan: Plan, lanes: Sequence[Lane]) -> Chart:
    days = (plan.round_end - plan.round_start).days + 1
    firsts = [plan.round_start + ONE_DAY * n for n in range(days)]
    months = tuple((_x(plan, day), f"{day.month}月") for day in firsts if day.day == 1)
    height = HEAD_HEIGHT + ROW_HEIGHT * len(lanes) + 4
    return Chart(LABEL_WIDTH + days * DAY_WIDTH, height, tuple(lanes), months)


def _bars(
    plan: Plan, stints: Iterable[Stint], label: Callable[[Stint], str], names: Names
) -> tuple[Bar, ...]:
    bars = []
    known = {id(stint) for stint in in_round(plan)}
    for at, stint in enumerate(one for one in stints if id(one) in known):
        start = max(stint.start, plan.round_start)
        end = min(stint.end or plan.round_end, plan.round_end)
        width = ((end - start).days + 1) * DAY_WIDTH
        room = int((width - 4) / CHARACTER_WIDTH)
        text = label(stint)
        title = (
            f"{names.person(stint.inspector_id)} {names.site(stint.site_id)} "
            f"{stint.form} {span(stint.start, stint.end)}"
        )
        bars.append(Bar(_x(plan, start), width - 1, at % 2 == 1, text[:room], title))
    return tuple(bars)


def _frozen(plan: Plan, periods: Iterable[KeyPeriod]) -> tuple[tuple[float, float], ...]:
    spans = []
    for period in periods:
        start, end = max(period.start, plan.round_start), min(period.end, plan.round_end)
        if start <= end:
            spans.append((_x(plan, start), ((end - start).days + 1) * DAY_WIDTH))
    return tuple(spans)


def _x(plan: Plan, day: dt.date) -> float:
    return round(LABEL_WIDTH + (day - plan.round_start).days * DAY_WIDTH, 1)


def _y(lane: int) -> int:
    return HEAD_HEIGHT + lane * ROW_HEIGHT
