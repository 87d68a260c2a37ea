"""情景比较 and 条款代价: variants of a plan side by side, as a workbook and as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.terms import Grade
from planner.io.files import workbook_bytes
from planner.io.privacy import mask_phones
from planner.reports.labels import STATUS_WORDS, TIER_MEANINGS, UNIT_REMARK, Names, percent_above
from planner.reports.labels import span as dates
from planner.reports.picture import picture
from planner.reports.styles import height_of, new_workbook, print_on_a4, put, set_widths
from planner.reports.tables import POINTS, Cell, Table, write_table
from planner.reports.templates import template
from planner.rule import SERVED, Tier
from planner.whatif import FAILED, REFUSED, Figures, Result

if TYPE_CHECKING:
    from openpyxl import Workbook

TIERS = (*SERVED, Tier.INVERSIONS, Tier.STABILITY, Tier.QUALITY, Tier.FAIRNESS)
"""The sum of the lots is left out: it tells a reader nothing."""
NOT_REACHED = "未算"
WORDS = {**STATUS_WORDS, REFUSED: "计划未通过核查，不显示", FAILED: "程序出错，没有结果"}
NOTHING = "—"

COUNTS: tuple[tuple[str, Callable[[Figures], int]], ...] = (
    ("脱产人数", lambda one: one.released),
    ("兼职人数", lambda one: one.part_time),
    ("新派人次", lambda one: one.started),
    ("提前调整", lambda one: one.changed),
    ("动用豁免", lambda one: one.overrides),
    ("路程（10公里）", lambda one: one.distance),
    ("最多与最少相差（天）", lambda one: one.spread),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: ``first`` is the name of the first column, ``results[0]`` the base.
    ``refused`` are scenarios that cannot be read, with what is wrong."""

    title: str
    first: str
    results: Sequence[Result]
    refused: Sequence[str] = ()

    @property
    def base(self) -> Figures:
        """The plan of the workbook as it is."""
        return self.results[0].whole


LABEL, BARS, AFTER, ROW = 250, 480, 170, 20
"""Pixels of a chart: names, bars, words after them, height of a bar's row."""
LONGEST_NAME = 21
SERVED_BARS, PRIORITY_BARS = "服务", "优先分"
PICTURES = (SERVED_BARS, PRIORITY_BARS)
"""What the names of the pictures end with."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its name, its parts as (look, x, width), and the words at its end."""

    name: str
    parts: tuple[tuple[str, float, float], ...]
    text: str

    @property
    def label(self) -> str:
        """As much of the name as there is room for."""
        whole = len(self.name) <= LONGEST_NAME
        return self.name if whole else f"{self.name[: LONGEST_NAME - 1]}…"


@dataclass(frozen=True, slots=True)
class BarChart:
    """情景条形图: a bar per scenario, from the ``axis`` to the right, or to both sides of it.
    ``legend`` has (look, text)."""

    title: str
    bars: tuple[Bar, ...]
    axis: float
    legend: tuple[tuple[str, str], ...]
    label: int = LABEL
    after: int = LABEL + BARS
    row: int = ROW

    @property
    def width(self) -> float:
        """Pixels."""
        return self.after + AFTER

    @property
    def height(self) -> int:
        """Pixels."""
        return len(self.bars) * self.row + 8


def comparison_outputs(
    instance: Instance, found: Comparison, files: Sequence[str]
) -> dict[str, bytes]:
    """The workbook and the page under the two names of ``files``, and the charts as pictures."""
    charts = charts_of(found)
    title = f"驻点监督{found.title}（{instance.round.name}）："
    return {
        files[0]: workbook_bytes(_workbook(instance, found)),
        **{
            picture_name(found.title, kind): picture(
                "bars", chart, title + chart.title, chart.legend
            )
            for kind, chart in charts.items()
        },
        files[1]: _page(instance, found, charts).encode(),
    }


def picture_name(title: str, kind: str) -> str:
    """``情景比较-服务.png``."""
    return f"{title}-{kind}.png"


def status_of(result: Result) -> str:
    """How a scenario ended, in words; one that was not found in time is not called impossible."""
    return WORDS.get(result.whole.status, result.whole.status) if result.complete else NOT_REACHED


def planned(result: Result) -> bool:
    """Whether a scenario has numbers."""
    return result.complete and result.whole.planned


def signed(number: int) -> str:
    """A difference with its sign; nothing where there is none."""
    return f"{number:+d}" if number else NOTHING


# -- tables ---------------------------------------------------------------------------------------


def tables(instance: Instance, found: Comparison) -> tuple[Table, ...]:
    """All tables in the order of the sheets."""
    several = (_by_unit(instance, found),) if found.results[0].wanted > 1 else ()
    return (_side_by_side(found), _differences(found), _goals(found), *several)


def _grades(found: Comparison) -> list[Grade]:
    return [
        grade
        for grade in Grade
        if any(
            (one := result.whole.count(grade)).whole + one.part + one.unserved
            for result in found.results
        )
    ]


def _measures(found: Comparison) -> list[tuple[str, Callable[[Figures], int]]]:
    measures: list[tuple[str, Callable[[Figures], int]]] = []
    for grade in _grades(found):
        for word in ("whole", "part", "unserved"):
            title = {"whole": "全程有人", "part": "部分日期无人", "unserved": "未安排"}[word]

            def number(one: Figures, grade: Grade = grade, word: str = word) -> int:
                return int(getattr(one.count(grade), word))

            measures.append((f"{grade.label}{title}", number))
    return [*measures, *COUNTS]


def _side_by_side(found: Comparison) -> Table:
    measures = _measures(found)
    rows = []
    for one in found.results:
        head: tuple[Cell, ...] = (one.scenario.name, one.scenario.text, status_of(one))
        if planned(one):
            gap = percent_above(one.whole.gap)
            rows.append((*head, gap, *(number(one.whole) for _, number in measures)))
        else:
            rows.append((*head, NOTHING, *(NOTHING for _ in measures)))
    return Table(
        title="比较",
        headings=(found.first, "改动", "状态", "最大差距", *(title for title, _ in measures)),
        widths=(22, 34, 15, 9, *(8 for _ in measures)),
        rows=tuple(rows),
        notes=("每个计划都已通过独立核查。差距为 0 即已证明不可能更好。",),
        left=frozenset({0, 1, 2}),
    )


def _differences(found: Comparison) -> Table:
    measures = _measures(found)
    rows = []
    for one in found.results[1:]:
        if planned(one) and planned(found.results[0]):
            cells = [signed(number(one.whole) - number(found.base)) for _, number in measures]
        else:
            cells = [NOTHING for _ in measures]
        rows.append((one.scenario.name, one.scenario.text, status_of(one), *cells))
    return Table(
        title="与基准的差",
        headings=(found.first, "改动", "状态", *(title for title, _ in measures)),
        widths=(22, 34, 15, *(8 for _ in measures)),
        rows=tuple(rows),
        notes=(f"“{NOTHING}”为没有差别或没有结果，看状态。",),
        left=frozenset({0, 1, 2}),
    )


def _goals(found: Comparison) -> Table:
    shown = [t for t in TIERS if any(row.tier == t for r in found.results for row in r.whole.tiers)]
    rows = []
    for one in found.results:
        cells: list[Cell] = [one.scenario.name, one.scenario.text, status_of(one)]
        for tier in shown:
            value = one.whole.tier(tier)
            known = planned(one) and planned(found.results[0])
            cells += [
                value if planned(one) else NOTHING,
                signed(value - found.base.tier(tier)) if known else NOTHING,
            ]
        rows.append(tuple(cells))
    return Table(
        title="各层目标",
        headings=(
            found.first,
            "改动",
            "状态",
            *(h for t in shown for h in (t.title, "与基准的差")),
        ),
        widths=(22, 34, 15, *(12 for _ in (*shown, *shown))),
        rows=tuple(rows),
        notes=(
            "各层都是越小越好，前一层绝对优先；负的差为改进。",
            UNIT_REMARK,
            *(f"{tier.title}：{TIER_MEANINGS[tier]}。" for tier in shown),
        ),
        left=frozenset({0, 1, 2}),
    )


def _by_unit(instance: Instance, found: Comparison) -> Table:
    """The units whose figures differ from the base."""
    names, base = Names(instance), found.results[0].units
    rows = []
    for one in found.results:
        for code, figures in one.units.items():
            if one is not found.results[0] and figures == base.get(code):
                continue
            cells: tuple[Cell, ...] = (NOTHING,) * 5
            if figures.planned:
                counts = [figures.count(grade) for grade in Grade]
                cells = (
                    sum(count.whole for count in counts),
                    sum(count.part for count in counts),
                    sum(count.unserved for count in counts),
                    figures.released,
                    figures.part_time,
                )
            word = WORDS.get(figures.status, figures.status)
            rows.append((one.scenario.name, names.department(code), word, *cells))
    return Table(
        title="各单位",
        headings=(
            found.first, "派出单位", "状态", "全程有人", "部分日期无人", "未安排", "脱产人数",
            "兼职人数",
        ),
        widths=(24, 18, 16, 9, 9, 9, 9, 9),
        rows=tuple(rows),
        notes=("只列与基准不同的单位。",),
        left=frozenset({0, 1, 2}),
    )  # fmt: skip


def remarks(found: Comparison) -> list[str]:
    """What the figures mean, and every scenario without figures."""
    lines = [
        "基准即工作簿原样。每一行都重新求解：单位之间不共用人员，没有改到的单位用基准的结果。",
        "“时限内未得出结论”不等于排不出，可加大 --limit 再算。",
        "部分日期无人、未安排的对象按优先次序排在可派人数以外；未服务的分数见“各层目标”。",
        "最多与最少相差：本轮派驻天数最多的人与最少的人之差，只计派出的人。",
    ]
    for one in found.results:
        reasons = one.whole.reasons if one.complete else ()
        lines += [f"{one.scenario.name}：{WORDS[one.whole.status]}。{text}" for text in reasons]
    return [*lines, *(f"未算：{text}" for text in found.refused)]


def summary_lines(found: Comparison) -> Iterator[str]:
    """What the command says."""
    done = [one for one in found.results if one.complete]
    good = [one for one in done if one.whole.planned]
    proved = sum(one.whole.status == "OPTIMAL" for one in good)
    widest = max((one.whole.gap for one in good), default=0.0)
    yield (
        f"{found.title}：{len(found.results)} 个（含基准），有计划并通过核查 {len(good)} 个，"
        f"其中已证明最优 {proved} 个，差距最大 {percent_above(widest)}。"
    )
    for one in found.results:
        if not planned(one):
            yield f"{one.scenario.name}：{status_of(one)}。"


# -- the workbook ---------------------------------------------------------------------------------


def _workbook(instance: Instance, found: Comparison) -> Workbook:
    workbook = new_workbook(f"{found.title} {instance.round.name}")
    for table in tables(instance, found):
        title = f"驻点监督{found.title}：{table.title}（{instance.round.name}）"
        write_table(workbook.create_sheet(table.title), table, title)
        workbook[table.title].freeze_panes = "B2"
    sheet = workbook.create_sheet("说明")
    for row, text in enumerate(remarks(found), start=1):
        put(sheet, row, 1, mask_phones(text), align="left", border=False, points=POINTS)
        sheet.row_dimensions[row].height = height_of((text,), (90,), POINTS)
    set_widths(sheet, (90,))
    print_on_a4(sheet, heading_rows="", landscape=False, title=f"{found.title}说明")
    return workbook


# -- the page -------------------------------------------------------------------------------------


def charts_of(found: Comparison) -> dict[str, BarChart]:
    """The charts by what the names of their pictures end with; differences need a base."""
    served = BarChart(
        "应派对象：全程有人、部分日期无人、未安排",
        tuple(served_bars(found)),
        LABEL,
        (("whole", "全程有人"), ("part", "部分日期无人"), ("none", "未安排")),
    )
    priority = BarChart(
        "各级对象未服务的优先分与基准之差，向左为减少",
        tuple(priority_bars(found)),
        LABEL + BARS / 2,
        (("whole", "减少"), ("none", "增加")),
    )
    if not planned(found.results[0]):
        return {SERVED_BARS: served}
    return {SERVED_BARS: served, PRIORITY_BARS: priority}


def served_bars(found: Comparison) -> list[Bar]:
    """Objects served throughout, in part and not at all, one bar per scenario."""
    counts = []
    for one in found.results:
        own = [one.whole.count(grade) for grade in Grade]
        parts = [sum(c.whole for c in own), sum(c.part for c in own), sum(c.unserved for c in own)]
        counts.append(parts if planned(one) else [])
    most = max((sum(parts) for parts in counts), default=0) or 1
    bars = []
    for one, parts in zip(found.results, counts, strict=True):
        x, drawn = float(LABEL), []
        for look, number in zip(("whole", "part", "none"), parts, strict=False):
            width = round(BARS * number / most, 1)
            drawn.append((look, round(x, 1), width))
            x += width
        text = "，".join(
            f"{word} {number}"
            for word, number in zip(("全程", "部分", "未安排"), parts, strict=False)
        )
        bars.append(Bar(one.scenario.name, tuple(drawn), text or status_of(one)))
    return bars


def priority_bars(found: Comparison) -> list[Bar]:
    """By how much the unserved priority of all grades differs from the base: less at the left."""
    changes = [
        sum(one.whole.tier(t) - found.base.tier(t) for t in SERVED) if planned(one) else None
        for one in found.results[1:]
    ]
    most = max((abs(one) for one in changes if one is not None), default=0) or 1
    middle = LABEL + BARS / 2
    bars = []
    for result, change in zip(found.results[1:], changes, strict=True):
        if change is None:
            bars.append(Bar(result.scenario.name, (), status_of(result)))
            continue
        width = round(BARS / 2 * abs(change) / most, 1)
        part = ("whole", round(middle - width, 1), width) if change < 0 else ("none", middle, width)
        bars.append(
            Bar(
                result.scenario.name,
                (part,) if change else (),
                f"{change:+d}" if change else "不变",
            )
        )
    return bars


def _page(instance: Instance, found: Comparison, charts: Mapping[str, BarChart]) -> str:
    return template("comparison.html").render(
        title=f"驻点监督{found.title}",
        round_span=dates(instance.round.start, instance.round.end),
        lines=list(summary_lines(found)),
        tables={one.title: one for one in tables(instance, found)},
        charts=tuple(charts.values()),
        remarks=remarks(found),
    )
