"""附件2 全市安全生产驻点监督工作情况统计表 (FA2, R16-4): the official form of 15 quantities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.terms import Level
from planner.monthly.work import Line, Quantities, total_of
from planner.reports.labels import Names, addressee
from planner.reports.styles import (
    HEADING_FONT,
    TITLE_FONT,
    height_of,
    new_workbook,
    print_on_a4,
    put,
    set_widths,
)
from planner.reports.tables import Cell

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "附件2"
TITLE = "全市安全生产驻点监督工作情况统计表"
NOTE = "注：此表由市级驻点监督派出部门填写，相关数据为动态累计数据，发现重大事故隐患要随时报告。"
COUNTY_NOTE = "注：县级数字，报{}汇总填表，相关数据为动态累计数据，发现重大事故隐患要随时报告。"
LEADING = ("序号", "行业领域", "驻点监督形式")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("派出驻点监督人员", ("市级（人次）", "县级（人次）")),
    ("派驻企业单位", ("市级（人次）", "县级（人次）")),
    (
        "督促企业单位落实责任及措施",
        (
            "核查全员责任清单（人）", "指导完善规章制度（条）", "督促召开“晨会”（次）",
            "督促召开警示教育（场次）", "督促召开应急演练（次）", "督促落实有奖举报（万元）",
            "现场监督危险作业（次）",
        ),
    ),
    (
        "驻点监督排查发现隐患",
        ("发现隐患（项）", "已整改（项）", "其中发现重大事故隐患（项）", "已整改（项）"),
    ),
)  # fmt: skip
"""Headings in two lines, verbatim."""
WIDTHS = (5, 14, 10, *([8.5] * 4), *([9.5] * 7), *([8.5] * 4))
HEAD_HEIGHTS = (26.0, 38.0, 22.0, 24.0, 62.0)
"""Points of “附件2”, title, department, and the two lines of headings."""
FIRST_ROW = 6
LOWEST_ROW = 26.0
POINTS = 11
HUNDREDS = 100
"""Hundreds of yuan in 万元."""


def attachment2(instance: Instance, lines: Sequence[Line], units: Sequence[str]) -> Workbook:
    """The workbook of the form from the lines that ``units`` report; several stand in one table,
    with the unit before the sector, unless the lines are those of all together. The numbers of a
    county bureau alone go to the department above it, and a note says so."""
    workbook = new_workbook(TITLE)
    sheet = workbook.create_sheet(SHEET)
    _write_head(sheet, instance, units)
    names, row, number, unit = Names(instance), FIRST_ROW, 0, ""
    for line in lines:
        number = number + 1 if line.department == unit else 1
        unit = line.department
        sector = instance.sector_by_code[line.sector].name
        where = f"{names.department(unit)}\n{sector}" if unit and units[1:] else sector
        _write_row(sheet, row, (number, where, str(line.form), *cells_of(line.quantities)))
        row += 1
    _write_row(sheet, row, ("", "合计", "", *total_cells(lines)))
    _write_foot(sheet, instance, units, row + 1)
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    print_on_a4(
        sheet, heading_rows=f"{FIRST_ROW - 2}:{FIRST_ROW - 1}", landscape=True, foot="— &P —"
    )
    return workbook


def cells_of(found: Quantities) -> tuple[Cell, ...]:
    """The fifteen cells; rewards in 万元 with two decimals."""
    return _cells(found, _hundreds(found))


def total_cells(lines: Sequence[Line]) -> tuple[Cell, ...]:
    """合计: the sums of the cells above it, so that 万元 add up as they are printed."""
    return _cells(total_of(lines), sum(_hundreds(line.quantities) for line in lines))


def reward_text(lines: Sequence[Line]) -> str:
    """督促落实有奖举报 of 合计 in 万元, as the form has it."""
    return f"{sum(_hundreds(line.quantities) for line in lines) / HUNDREDS:.2f}"


def _hundreds(found: Quantities) -> int:
    """Rewards in hundreds of yuan, the second decimal of 万元; a half is rounded up."""
    return (found.reward_yuan + 50) // 100


def _cells(found: Quantities, hundreds: int) -> tuple[Cell, ...]:
    return (
        found.people_city, found.people_county, found.sites_city, found.sites_county,
        found.duty_lists_checked, found.rules_improved, found.morning_meetings,
        found.warning_lessons, found.drills, hundreds / HUNDREDS,
        found.operations_attended, found.hazards, found.hazards_closed, found.major_hazards,
        found.major_hazards_closed,
    )  # fmt: skip


def _write_head(sheet: Worksheet, instance: Instance, units: Sequence[str]) -> None:
    width = len(WIDTHS)
    put(sheet, 1, 1, "附件2", font=HEADING_FONT, points=16, align="left", border=False, wrap=False)
    put(sheet, 2, 1, TITLE, font=TITLE_FONT, points=22, border=False, wrap=False)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    names = Names(instance)
    owner = (
        names.department_in_full(units[0]) if len(units) == 1 else f"各派出部门（共{len(units)}个）"
    )
    put(sheet, 3, 1, f"部门：{owner}", align="left", border=False, wrap=False)
    upper, lower = FIRST_ROW - 2, FIRST_ROW - 1
    for at, heading in enumerate(LEADING, start=1):
        put(sheet, upper, at, heading, font=HEADING_FONT, points=POINTS)
        put(sheet, lower, at, None, font=HEADING_FONT, points=POINTS)
        sheet.merge_cells(start_row=upper, start_column=at, end_row=lower, end_column=at)
    column = len(LEADING) + 1
    for group, headings in GROUPS:
        for at, heading in enumerate(headings, start=column):
            put(sheet, upper, at, group if at == column else None, font=HEADING_FONT, points=POINTS)
            unit_below = heading.replace("（", "\n（")
            put(sheet, lower, at, unit_below, font=HEADING_FONT, points=POINTS)
        last = column + len(headings) - 1
        sheet.merge_cells(start_row=upper, start_column=column, end_row=upper, end_column=last)
        column = last + 1
    for row, height in enumerate(HEAD_HEIGHTS, start=1):
        sheet.row_dimensions[row].height = height


def _write_row(sheet: Worksheet, row: int, cells: Sequence[Cell]) -> None:
    for at, value in enumerate(cells, start=1):
        put(sheet, row, at, value, points=POINTS)
        if isinstance(value, float):
            sheet.cell(row, at).number_format = "0.00"
    texts = [str(value) for value in cells]
    sheet.row_dimensions[row].height = max(LOWEST_ROW, height_of(texts, WIDTHS, POINTS))


def _write_foot(sheet: Worksheet, instance: Instance, units: Sequence[str], row: int) -> None:
    contact = instance.department_by_code[units[0]].contact if len(units) == 1 else ""
    put(sheet, row, 1, f"联系人：{contact}", align="left", border=False, wrap=False)
    middle = len(WIDTHS) // 2 + 1
    put(sheet, row, middle, "填表日期：", align="left", border=False, wrap=False)
    county = len(units) == 1 and instance.department_by_code[units[0]].level is Level.COUNTY
    note = COUNTY_NOTE.format(addressee(instance, units)) if county else NOTE
    put(sheet, row + 1, 1, note, align="left", border=False, wrap=False)
    for one in (row, row + 1):
        sheet.row_dimensions[one].height = 22.0
