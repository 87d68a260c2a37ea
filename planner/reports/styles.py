"""The look of printed tables: fonts by name, thin borders, A4 (GB/T 9704 practice)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planner.io.sheets import write_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
SHADE = "D9D9D9"
LINE_POINTS = 17.0
"""Height of one line of 12-point text."""


def put(
    worksheet: Worksheet,
    row: int,
    column: int,
    value: Any,
    *,
    font: str = BODY_FONT,
    points: float = 12,
    bold: bool = False,
    align: str = "center",
    border: bool = True,
    fill: str = "",
    wrap: bool = True,
) -> None:
    """Write one cell with its look; text never becomes a formula."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell = worksheet.cell(row, column)
    if isinstance(value, str):
        write_text(cell, value)
    else:
        cell.value = value
    cell.font = Font(name=font, size=points, bold=bold)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=wrap)
    if border:
        side = Side(style="thin", color="000000")
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def set_widths(worksheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths in characters, from column A on."""
    from openpyxl.utils import get_column_letter

    for at, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(at)].width = width


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two characters wide."""
    return sum(
        max(1, math.ceil(sum(2 if ord(one) > 0x2E7F else 1 for one in part) / (width - 1)))
        for part in text.split("\n")
    )


def print_on_a4(worksheet: Worksheet, *, heading_rows: str, landscape: bool) -> None:
    """A4, one page wide, repeated heading, page numbers."""
    setup = worksheet.page_setup
    setup.paperSize = worksheet.PAPERSIZE_A4
    setup.orientation = "landscape" if landscape else "portrait"
    setup.fitToWidth, setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = heading_rows
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = 0.6
    margins.top, margins.bottom = 0.8, 0.8
    worksheet.oddFooter.center.text = "— &P —"
