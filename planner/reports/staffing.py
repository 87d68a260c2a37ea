"""The files of ``planner staffing``: 人力测算.xlsx, 人力测算.html and a PNG of each curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.io.files import workbook_bytes
from planner.reports.labels import Names, span
from planner.reports.picture import picture
from planner.reports.staffing_chart import LEGEND, StaffingChart, staffing_charts
from planner.reports.staffing_tables import remarks, tables
from planner.reports.styles import (
    height_of,
    new_workbook,
    print_on_a4,
    put,
    set_widths,
)
from planner.reports.tables import POINTS, Table, write_table
from planner.reports.templates import template
from planner.staffing.frontier import Frontier

if TYPE_CHECKING:
    from openpyxl import Workbook

STAFFING_WORKBOOK, STAFFING_PAGE = "人力测算.xlsx", "人力测算.html"
STAFFING_FILES = (STAFFING_WORKBOOK, STAFFING_PAGE)
CURVE = "人数曲线"
ON_THE_PAGE = ("最少人数", "增一人的价值", "紧缺资质", "人数曲线")
"""Tables of the page; rosters are in the workbook alone."""


def staffing_outputs(instance: Instance, units: Sequence[Frontier]) -> dict[str, bytes]:
    """The files by name."""
    found = tables(instance, units)
    charts = staffing_charts(instance, units)
    return {
        **{f"{CURVE}-{one.title}.png": _picture(instance, one) for one in charts},
        STAFFING_WORKBOOK: workbook_bytes(_workbook(instance, units, found)),
        STAFFING_PAGE: _page(instance, units, found, charts).encode(),
    }


def curves_in(folder: Path) -> list[Path]:
    """The pictures of curves that stand in a folder already."""
    return sorted(folder.glob(f"{CURVE}-*.png"))


def _picture(instance: Instance, chart: StaffingChart) -> bytes:
    title = f"{chart.title}驻点监督{CURVE}（{instance.round.name}）"
    return picture("staffing", chart, title, LEGEND)


def summary_lines(instance: Instance, units: Sequence[Frontier]) -> Iterator[str]:
    """What the command says of each unit."""
    names = Names(instance)
    for one in units:
        level = one.levels[-1]
        recruits, people = level.fixed.values
        text = (
            f"{names.department(one.unit.department)}：站满全部应派岗位最少 {people} 人"
            f"（脱产 {level.released}，兼职 {level.part_time}）"
        )
        if recruits:
            text += f"，其中须增补 {recruits} 人"
        if level.rotating is not None:
            again, all_people = level.rotating.values
            text += f"；连续两个半年轮换最少 {all_people} 人"
            text += f"，其中须增补 {again} 人" if again else ""
        proved = level.fixed.proved and level.rotating is not None and level.rotating.proved
        text += f"；现有可派 {len(one.unit.people)} 人。"
        yield text if proved else f"{text}（未全部证明最少）"


# -- 人力测算.xlsx -------------------------------------------------------------------------------


def _workbook(instance: Instance, units: Sequence[Frontier], found: Sequence[Table]) -> Workbook:
    workbook = new_workbook(f"驻点监督人力测算 {instance.round.name}")
    notes = remarks(instance, units)
    for table in found:
        title = f"驻点监督人力测算：{table.title}（{instance.round.name}）"
        write_table(workbook.create_sheet(table.title), table, title)
    sheet = workbook.create_sheet("口径")
    for row, text in enumerate(notes, start=1):
        put(sheet, row, 1, text, align="left", border=False, points=POINTS)
        sheet.row_dimensions[row].height = height_of((text,), (90,), POINTS)
    set_widths(sheet, (90,))
    print_on_a4(sheet, heading_rows="", landscape=False, title="驻点监督人力测算口径")
    return workbook


# -- 人力测算.html -------------------------------------------------------------------------------


def _page(
    instance: Instance,
    units: Sequence[Frontier],
    found: Sequence[Table],
    charts: Sequence[StaffingChart],
) -> str:
    names = Names(instance)
    who = f"{len(units)}个派出单位"
    if len(units) == 1:
        who = names.department_in_full(units[0].unit.department)
    return template("staffing.html").render(
        title=f"{who}驻点监督人力测算",
        round_span=span(instance.round.start, instance.round.end),
        lines=list(summary_lines(instance, units)),
        tables={table.title: table for table in found if table.title in ON_THE_PAGE},
        charts=charts,
        legend=LEGEND,
        remarks=remarks(instance, units),
    )
