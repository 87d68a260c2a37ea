"""缺口 by sector and county as a table of cells: numbers in shades of grey, so that it reads in
black and white."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.reports.rotation import in_round

LABEL_WIDTH = 176
CELL_WIDTH, CELL_HEIGHT = 50, 32
HEAD_CHARACTERS = 4
"""Of a line of a column's heading."""
HEAD_LINE = 13
DARKEST = 150
"""Grey of the cell with the most days, of 255; text on it is still read well."""
TOTAL = "合计"
LEGEND = (
    ("cell", "有缺口，颜色越深无人工作日越多"),
    ("", "格中为“有无人日期的对象/应派对象”和无人的工作日；合计含没有列出的行业和县市区"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading in lines; ``x`` is its middle, ``y`` the foot of its first line."""

    x: float
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in pixels, its colour and lines; ``days`` are the unserved working days in it."""

    x: int
    y: int
    fill: str
    days: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShortageChart:
    """The table in pixels; ``labels`` are (right edge, foot, text) of the rows."""

    title: str
    width: int
    height: int
    heads: tuple[Head, ...]
    labels: tuple[tuple[int, int, str], ...]
    cells: tuple[Cell, ...]
    cell_width: int = CELL_WIDTH
    cell_height: int = CELL_HEIGHT


@dataclass(slots=True)
class _Count:
    """Objects that are owed somebody and those of them with unserved dates, by id."""

    owed: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    days: int = 0


def shortage_chart(instance: Instance, plan: Plan) -> ShortageChart | None:
    """Sectors with unserved dates as rows, counties with such as columns, those with the most days
    first; None without any."""
    counts = _counts(instance, plan)
    short = {key for key, one in counts.items() if one.short}
    if not short:
        return None
    rows = [row for row in (*(s.name for s in instance.sectors), TOTAL) if (row, TOTAL) in short]
    counties = {site.county for site in instance.sites if (TOTAL, site.county) in short}
    columns = [*sorted(counties, key=lambda one: (-counts[TOTAL, one].days, one)), TOTAL]
    heads = [_lines_of(name) for name in columns]
    top = 8 + HEAD_LINE * max(map(len, heads))
    most = max(counts[key].days for key in short if TOTAL not in key)
    return ShortageChart(
        title="缺口（行业和县市区）",
        width=LABEL_WIDTH + CELL_WIDTH * len(columns) + 2,
        height=top + CELL_HEIGHT * len(rows) + 2,
        heads=tuple(
            Head(_left(at) + CELL_WIDTH / 2, top - 5 - HEAD_LINE * (len(lines) - 1), lines)
            for at, lines in enumerate(heads)
        ),
        labels=tuple(
            (LABEL_WIDTH - 6, top + CELL_HEIGHT * at + 20, name) for at, name in enumerate(rows)
        ),
        cells=tuple(
            _cell(counts, (row, column), (_left(x), top + CELL_HEIGHT * y), most)
            for y, row in enumerate(rows)
            for x, column in enumerate(columns)
        ),
    )


def _counts(instance: Instance, plan: Plan) -> Mapping[tuple[str, str], _Count]:
    """By sector and county, with the sums."""
    counts: dict[tuple[str, str], _Count] = defaultdict(_Count)
    sectors = {row.code: row.name for row in instance.sectors}

    def cells(site_id: str) -> Iterable[_Count]:
        site = instance.site_by_id.get(site_id)
        if site is None:
            return
        for row in (sectors[site.sector], TOTAL):
            for column in (site.county, TOTAL):
                yield counts[row, column]

    for stint in in_round(plan):
        for one in cells(stint.site_id):
            one.owed.add(stint.site_id)
    for gap in plan.shortages:
        days = len(instance.calendar.workdays(gap.start, gap.end))
        for one in cells(gap.site_id):
            one.owed.add(gap.site_id)
            one.short.add(gap.site_id)
            one.days += days
    return counts


def _cell(
    counts: Mapping[tuple[str, str], _Count],
    key: tuple[str, str],
    place: tuple[int, int],
    most: int,
) -> Cell:
    one = counts.get(key, _Count())
    grey = 255
    if one.days and TOTAL not in key:
        grey -= round((255 - DARKEST) * one.days / most)
    ratio = f"{len(one.short)}/{len(one.owed)}" if one.owed else ""
    lines = (ratio, f"{one.days}日") if one.short else (ratio,)
    return Cell(*place, f"#{grey:02x}{grey:02x}{grey:02x}", one.days, lines)


def _left(column: int) -> int:
    return LABEL_WIDTH + CELL_WIDTH * column


def _lines_of(name: str) -> tuple[str, ...]:
    return tuple(name[at : at + HEAD_CHARACTERS] for at in range(0, len(name), HEAD_CHARACTERS))
