"""The look of the contract's sheets: headings, notes, widths, drop-downs, frozen header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.io.columns import Column, Kind, Sheet
from planner.io.files import workbook_bytes, write_atomically
from planner.io.schema import SHEET_BY_TITLE

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FONT = "宋体"
HEADING_COLOUR = "DDEBF7"
REQUIRED_COLOUR = "FCE4D6"
LAST_DROP_DOWN_ROW = 5000
LONGEST_INLINE_LIST = 250
"""Excel takes no more characters in a list that is written into the rule itself."""
_WIDTHS = {
    Kind.DATE: 12.5, Kind.MONTH: 12.5, Kind.INTEGER: 10, Kind.NUMBER: 10, Kind.BOOLEAN: 10,
    Kind.PHONE: 15, Kind.CREDIT_CODE: 22, Kind.SITE_NAME: 32, Kind.LIST: 22, Kind.PEOPLE: 16,
    Kind.INTEGER_MAP: 24, Kind.NUMBER_MAP: 20, Kind.QUARTER: 10, Kind.PERIOD: 12,
}  # fmt: skip
_WIDE = {"address": 34, "name": 24, "remark": 40, "reason": 34, "note": 24, "matter": 30}
_TEXT_KINDS = frozenset(Kind) - {Kind.DATE, Kind.MONTH, Kind.INTEGER, Kind.NUMBER}


def write_blank(path: Path, title: str, sheets: Iterable[Sheet]) -> None:
    """Write a blank workbook of some sheets, with drop-downs and notes, whole or not at all;
    OSError when that is impossible."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.properties.title = title
    workbook.remove(workbook.active)
    for sheet in sheets:
        add_sheet(workbook, sheet)
    write_atomically(path, workbook_bytes(workbook))


def add_sheet(workbook: Workbook, sheet: Sheet) -> Worksheet:
    """A worksheet with the heading row of a sheet; required columns are marked."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    worksheet = workbook.create_sheet(sheet.title)
    edge = Side(style="thin", color="BFBFBF")
    for at, column in enumerate(sheet.columns, start=1):
        cell = worksheet.cell(1, at, column.heading)
        cell.font = Font(name=FONT, size=11, bold=column.required)
        colour = REQUIRED_COLOUR if column.must_be_filled else HEADING_COLOUR
        cell.fill = PatternFill("solid", fgColor=colour)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(left=edge, right=edge, top=edge, bottom=edge)
        comment = Comment(column_note(column), "说明", width=260, height=120)
        cell.comment = comment
        letter = get_column_letter(at)
        worksheet.column_dimensions[letter].width = _width(column)
        if column.kind in _TEXT_KINDS:
            worksheet.column_dimensions[letter].number_format = "@"
        if column.kind in {Kind.DATE, Kind.MONTH}:
            worksheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        _add_drop_down(worksheet, column, letter)
    worksheet.row_dimensions[1].height = 30
    worksheet.freeze_panes = "C2" if len(sheet.columns) > 6 else "A2"
    worksheet.print_title_rows = "1:1"
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = worksheet.PAPERSIZE_A4
    worksheet.page_setup.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    return worksheet


def fill_row(worksheet: Worksheet, number: int, values: Sequence[Any]) -> None:
    """Write one row of data: text never becomes a formula, dates look the same everywhere."""
    for at, value in enumerate(values, start=1):
        if value is None:
            continue
        cell = worksheet.cell(number, at)
        if isinstance(value, str):
            write_text(cell, value)
        else:
            cell.value = value
            if isinstance(value, dt.date):
                cell.number_format = "yyyy-mm-dd"


def write_text(cell: Any, text: str) -> None:
    """Put text into a cell as text, whatever sign it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = "@"


def column_note(column: Column) -> str:
    """The comment of a heading: meaning, format, choices, example, required or not."""
    if column.must_be_filled:
        need = "必填"
    elif column.required:
        need = "此列必须有，可空"
    else:
        need = "选填"
    lines = [column.note or column.heading, f"格式：{column.kind}（{need}）"]
    if column.labels:
        lines.append("可选：" + "、".join(column.labels))
    if column.refers_to:
        lines.append(f"对应表：{column.refers_to}")
    if column.example:
        lines.append(f"例：{column.example}")
    return "\n".join(lines)


def _width(column: Column) -> float:
    if column.field in _WIDE:
        return _WIDE[column.field]
    words = (column.heading, *(column.labels if column.kind is Kind.ENUM else ()))
    return max(_WIDTHS.get(column.kind, 13), *(2 * len(word) + 3 for word in words))


def _add_drop_down(worksheet: Worksheet, column: Column, letter: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    source = _choices(column)
    if not source:
        return
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    rule.showInputMessage = True
    worksheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{LAST_DROP_DOWN_ROW}")


def _choices(column: Column) -> str:
    """The source of a drop-down: fixed words, or the ids of the sheet that is referred to."""
    if column.kind is Kind.BOOLEAN:
        return '"是,否"'
    if column.kind is Kind.ENUM:
        words = ",".join(column.labels)
        return f'"{words}"' if len(words) <= LONGEST_INLINE_LIST else ""
    if column.kind is Kind.LIST and column.labels:
        return '"' + ",".join(column.labels) + '"'
    if column.refers_to in SHEET_BY_TITLE and column.kind in {Kind.CODE, Kind.LIST, Kind.PEOPLE}:
        return f"'{column.refers_to}'!$A$2:$A${LAST_DROP_DOWN_ROW}"
    return ""
