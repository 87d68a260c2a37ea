"""The look of printed tables: fonts by name, thin borders, A4 (GB/T 9704 practice)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from planner.io.sheets import write_text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
SHADE = "D9D9D9"

SCREEN_FONT = "宋体"
"""The unit of column widths is a digit of this font, at 11 points."""
COLUMN_POINTS = 6.0
"""That unit in points; 7 where another font stands in for it."""
PADDING_POINTS = 6
"""What a cell keeps free at its two sides."""
NARROW = 0.56
"""Width of a digit or Latin letter; a Chinese character has 1."""
LINE = 1.45
"""Height of a line over the size of its text; fonts that stand in for a missing one are taller."""
DATE_FORMAT = 'yyyy"年"m"月"d"日"'
"""How a date is shown; the cell holds the date itself, so that it sorts and filters."""
TALLEST_ROW = 409.0
"""Excel knows no higher row."""
A4_HEIGHT_POINTS = {"portrait": 841.9, "landscape": 595.3}
POINTS_PER_INCH = 72
MARGIN_INCHES = 0.75
"""Above and below a sheet without a printed title."""


def new_workbook(title: str) -> Workbook:
    """An empty workbook whose column widths mean the same on every computer of an office."""
    from openpyxl import Workbook as NewWorkbook
    from openpyxl.styles import Font

    workbook = NewWorkbook()
    workbook.remove(workbook.active)
    workbook.properties.title = title
    # openpyxl has no public way to the style from which Excel takes the unit of widths.
    workbook._named_styles["Normal"].font = Font(name=SCREEN_FONT, size=11)
    return workbook


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. ``start`` draws a thick line at its left: here somebody begins, in colour
    or not."""

    font: str = BODY_FONT
    points: float = 12
    align: str = "center"
    border: bool = True
    fill: str = ""
    wrap: bool = True
    line: str = "000000"
    start: bool = False


_KNOWN: WeakKeyDictionary[Workbook, dict[tuple[Look, str], Any]] = WeakKeyDictionary()
"""The style arrays of each workbook by look and number format: openpyxl compares every style of a
cell with all others, so that a city would take ten seconds without them."""


def put(
    worksheet: Worksheet,
    row: int,
    column: int,
    value: Any,
    *,
    date_format: str = DATE_FORMAT,
    **look: Any,
) -> None:
    """Write one cell with its look; text never becomes a formula."""
    cell = worksheet.cell(row, column)
    if isinstance(value, str):
        write_text(cell, value)
    else:
        cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = date_format
    dress(worksheet, row, column, **look)


def dress(worksheet: Worksheet, row: int, column: int, **look: Any) -> None:
    """The look of a cell, whatever it holds; the fields of ``Look`` by name."""
    cell, wanted = worksheet.cell(row, column), Look(**look)
    known = _KNOWN.setdefault(worksheet.parent, {})
    key = wanted, cell.number_format
    if key not in known:
        _apply(cell, wanted)
        known[key] = copy(cell._style)
    cell._style = copy(known[key])


def _apply(cell: Any, look: Look) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    cell.font = Font(name=look.font, size=look.points)
    cell.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=look.wrap)
    if look.border:
        side = Side(style="thin", color=look.line)
        left = Side(style="medium", color="000000") if look.start else side
        cell.border = Border(left=left, right=side, top=side, bottom=side)
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)


def set_widths(worksheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths in characters, from column A on."""
    from openpyxl.utils import get_column_letter

    for at, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(at)].width = width


def lines_in(text: str, width: float, points: float = 12) -> int:
    """How many lines a text takes in a column; no font is measured, it may not be there."""
    room = (width * COLUMN_POINTS - PADDING_POINTS) / points
    return sum(max(1, math.ceil(_length(part) / room)) for part in text.split("\n"))


def height_of(texts: Sequence[str], widths: Sequence[float], points: float = 12) -> float:
    """Height in points of a row that shows all of its texts."""
    lines = max(lines_in(text, width, points) for text, width in zip(texts, widths, strict=True))
    return min(TALLEST_ROW, round(LINE * points * lines + 6, 1))


def _length(text: str) -> float:
    return sum(1 if ord(one) > 0x2E7F else NARROW for one in text)


def pages_of(heights: Sequence[float], first_room: float, room: float) -> list[range]:
    """Which rows stand on which page: as many as fit, at least one."""
    pages: list[range] = []
    start, left = 0, first_room
    for at, height in enumerate(heights):
        if height > left and at > start:
            pages.append(range(start, at))
            start, left = at, room
        left -= height
    return [*pages, range(start, len(heights))] if heights else []


def print_on_a4(
    worksheet: Worksheet,
    *,
    heading_rows: str,
    landscape: bool,
    scale: int | None = None,
    title: str = "",
    margin_inches: float = 0.4,
    foot: str = "第 &P 页，共 &N 页",
) -> None:
    """A4, repeated heading, page numbers.

    Without a ``scale`` in percent the sheet is shrunk to one page width; with it the page breaks
    that the sheet sets hold, which Excel ignores otherwise. ``title`` is printed above every page
    and is not in the cells.
    """
    setup = worksheet.page_setup
    setup.paperSize = worksheet.PAPERSIZE_A4
    setup.orientation = "landscape" if landscape else "portrait"
    worksheet.sheet_properties.pageSetUpPr.fitToPage = scale is None
    if scale is None:
        setup.fitToWidth, setup.fitToHeight = 1, 0
    else:
        setup.scale = scale
    if heading_rows:
        worksheet.print_title_rows = heading_rows
    worksheet.print_options.horizontalCentered = True
    margins = worksheet.page_margins
    margins.left = margins.right = margin_inches
    margins.top, margins.bottom = (0.95 if title else MARGIN_INCHES), MARGIN_INCHES
    margins.header, margins.footer = 0.4, 0.35
    if title:
        head = worksheet.oddHeader.center
        head.text = title.replace("&", "&&")
        head.font, head.size = f"{TITLE_FONT},常规", 18
    foot_text = worksheet.oddFooter.center
    foot_text.text = foot
    foot_text.font, foot_text.size = "宋体,常规", 12


def room_on_a4(*, landscape: bool, scale: int) -> float:
    """Points of rows between the upper and lower margin, less what printers differ."""
    height = A4_HEIGHT_POINTS["landscape" if landscape else "portrait"]
    return (height - 2 * MARGIN_INCHES * POINTS_PER_INCH - 12) * 100 / scale
