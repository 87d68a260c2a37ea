"""人数曲线 as an SVG that needs no script and prints in black and white: lines differ by dashes
and marks, not by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.instance import Instance
from planner.reports.labels import Names
from planner.staffing.frontier import Frontier, Point
from planner.staffing.roster import Answer

LEFT, TOP, WIDTH, HEIGHT = 52, 16, 560, 200
"""The drawing area inside a chart, in pixels."""
LEGEND = (
    ("fixed", "一个半年"),
    ("rotating", "连续两个半年并轮换"),
    ("bound", "已证明的上界，与黑线重合处即为最优"),
    ("now", "现有可派人数"),
    ("", "纵轴为已保障优先分占全部应派的百分比"),
)
STEP = 20
"""Percent between two horizontal lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: ``kind`` names its look, ``points`` its corners in pixels."""

    kind: str
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The corners as SVG writes them."""
        return " ".join(f"{x},{y}" for x, y in self.points)


@dataclass(frozen=True, slots=True)
class StaffingChart:
    """The served share of the owed priority against the number of people.

    ``heads`` are (x, people, percent) of the marks below, ``shares`` (y, percent) of those at the
    left. Lines are ``bound`` (proven), ``fixed`` (one half-year) and ``rotating`` (two).
    """

    title: str
    heads: tuple[tuple[float, int, int], ...]
    shares: tuple[tuple[float, int], ...]
    now_x: float
    lines: tuple[Line, ...]
    left: int = LEFT
    top: int = TOP
    right: int = LEFT + WIDTH
    bottom: int = TOP + HEIGHT
    width: int = LEFT + WIDTH + 30
    height: int = TOP + HEIGHT + 46


def staffing_charts(instance: Instance, units: Sequence[Frontier]) -> tuple[StaffingChart, ...]:
    """One chart per unit, and before them the sum where there are several."""
    names = Names(instance)
    charts = []
    if len(units) > 1:
        merged = list(zip(*(one.curve for one in units), strict=True))
        charts.append(_chart("全部单位合计", merged, sum(one.score for one in units)))
    for one in units:
        title = names.department(one.unit.department)
        charts.append(_chart(title, [(point,) for point in one.curve], one.score))
    return tuple(charts)


def _chart(title: str, points: Sequence[Sequence[Point]], score: int) -> StaffingChart:
    percents = [same[0].percent for same in points]
    first, last = min(percents), max(percents)
    xs = [LEFT + WIDTH * (one - first) / (last - first) for one in percents]
    fixed = [[one.fixed for one in same] for same in points]
    rotating = [[one.rotating for one in same if one.rotating] for same in points]
    whole = all(len(found) == len(same) for found, same in zip(rotating, points, strict=True))
    lines = [
        Line("bound", _corners(xs, [_sum(same, bound=True) for same in fixed], score)),
        Line("fixed", _corners(xs, [_sum(same) for same in fixed], score)),
    ]
    if whole:
        lines.append(Line("rotating", _corners(xs, [_sum(same) for same in rotating], score)))
    return StaffingChart(
        title=title,
        heads=tuple(
            (round(x, 1), sum(one.heads for one in same), same[0].percent)
            for x, same in zip(xs, points, strict=True)
        ),
        shares=tuple((_y(one), one) for one in range(0, 101, STEP)),
        now_x=round(xs[percents.index(100)], 1),
        lines=tuple(lines),
    )


def _sum(answers: Sequence[Answer], *, bound: bool = False) -> int:
    return sum((one.bounds if bound else one.values)[0] for one in answers)


def _corners(
    xs: Sequence[float], amounts: Sequence[int], score: int
) -> tuple[tuple[float, float], ...]:
    return tuple((round(x, 1), _y(100 * one / score)) for x, one in zip(xs, amounts, strict=True))


def _y(percent: float) -> float:
    return round(TOP + HEIGHT * (1 - percent / 100), 1)
