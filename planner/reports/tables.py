"""Tables that a workbook and a page show alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.io.privacy import mask_phones
from planner.reports.styles import HEADING_FONT, SHADE, height_of, print_on_a4, put, set_widths

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | dt.date
POINTS = 10


@dataclass(frozen=True, slots=True)
class Table:
    """A table: headings, widths in characters, rows; ``left`` are columns of text, from 0.
    ``ids`` are those by which a table is read back: a number in them is no phone."""

    title: str
    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    left: frozenset[int] = frozenset({0})
    ids: frozenset[int] = frozenset()


def write_table(sheet: Worksheet, table: Table, title: str) -> None:
    """Headings in the first row, so that the table can be filtered; remarks below it; ``title`` is
    printed above."""
    _write_row(sheet, 1, table.headings, table, heading=True)
    for row, cells in enumerate(table.rows, start=2):
        _write_row(sheet, row, cells, table)
    for row, note in enumerate(table.notes, start=len(table.rows) + 3):
        put(sheet, row, 1, mask_phones(note), align="left", border=False, points=POINTS)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(table.widths))
        sheet.row_dimensions[row].height = height_of((note,), (sum(table.widths),), POINTS)
    set_widths(sheet, table.widths)
    sheet.freeze_panes = "A2"
    print_on_a4(sheet, heading_rows="1:1", landscape=True, title=title)


def _write_row(
    sheet: Worksheet,
    row: int,
    cells: Sequence[Cell],
    table: Table,
    *,
    heading: bool = False,
) -> None:
    for at, value in enumerate(cells):
        text = mask_phones(value) if isinstance(value, str) and at not in table.ids else value
        align = "left" if at in table.left and not heading else "center"
        font = {"font": HEADING_FONT, "fill": SHADE} if heading else {}
        put(sheet, row, at + 1, text, align=align, points=POINTS, **font)
    texts = [str(value) for value in cells]
    sheet.row_dimensions[row].height = max(18, height_of(texts, table.widths, POINTS))
