"""写出: an instance as a workbook of the contract; the reader reads it back as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.policy import Policy
from planner.io.cleaning import show
from planner.io.columns import Column, Kind, Sheet, label_of
from planner.io.files import workbook_bytes, write_atomically
from planner.io.schema import GUIDE_TITLE, SHEETS
from planner.io.schema_basis import ADJUSTMENTS, PARAMETERS
from planner.io.schema_people import STINTS
from planner.io.sheets import add_sheet, fill_row, write_text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Row = Mapping[str, Any]
"""Values by field."""


def write_workbook(instance: Instance, path: Path, mark: str = "") -> None:
    """Write the workbook of an instance, whole or not at all; OSError when that is impossible.

    Everything is written out, defaults too, so that a reader sees what the plan is made from.
    ``mark`` is the line in 说明 of the workbook that it is made from (``read_mark``).
    """
    rows = {one.title: _rows(instance, one) for one in SHEETS}
    write_rows(path, instance.round.name, rows, mark)


def write_rows(
    path: Path, round_name: str, rows: Mapping[str, Iterable[Row]], guide: str = ""
) -> None:
    """Write a workbook of these rows by sheet, whole or not at all; OSError when impossible.

    ``guide`` is a line for the sheet 说明, which no plan reads.
    """
    write_sheets(path, f"驻点监督工作簿 {round_name}", SHEETS, rows, guide)


def write_sheets(
    path: Path,
    title: str,
    sheets: Iterable[Sheet],
    rows: Mapping[str, Iterable[Row]],
    guide: str = "",
) -> None:
    """Write a workbook of some sheets as ``write_rows`` does."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.remove(workbook.active)
    workbook.properties.title = title
    for sheet in sheets:
        fill_sheet(add_sheet(workbook, sheet), sheet, rows.get(sheet.title, ()))
    if guide:
        write_text(workbook.create_sheet(GUIDE_TITLE).cell(1, 1), guide)
    write_atomically(path, workbook_bytes(workbook))


def write_stints(workbook: Workbook, instance: Instance, stints: Sequence[Stint]) -> Worksheet:
    """Add the sheet 派驻记录 with these rows to a workbook."""
    sheet = add_sheet(workbook, STINTS)
    fill_sheet(sheet, STINTS, _stint_rows(instance, stints))
    return sheet


def _rows(instance: Instance, sheet: Sheet) -> Iterable[Row]:
    if sheet is PARAMETERS:
        return _parameter_rows(instance)
    if sheet is STINTS:
        return _stint_rows(instance, instance.stints)
    if sheet is ADJUSTMENTS:
        return [dict(row) for row in instance.calendar.adjustments]
    return [dict(row) for row in getattr(instance, sheet.table)]


def _parameter_rows(instance: Instance) -> Iterable[Row]:
    """Round and seed, and every parameter that is not its default."""
    yield {"name": "round_start", "value": instance.round.start, "remark": "轮次第一天"}
    yield {"name": "round_end", "value": instance.round.end, "remark": "轮次最后一天"}
    yield {"name": "seed", "value": str(instance.seed), "remark": "同等人选抽签的种子"}
    for name, info in Policy.model_fields.items():
        value = getattr(instance.policy, name)
        if value != info.default:
            shown = "、".join(map(label_of, value)) if isinstance(value, tuple) else value
            yield {"name": name, "value": _switch(shown), "remark": info.title}


def _switch(value: Any) -> str:
    return show(Column("", ""), value)


def _stint_rows(instance: Instance, stints: Sequence[Stint]) -> Iterable[Row]:
    for stint in stints:
        site = instance.site_by_id.get(stint.site_id)
        person = instance.inspector_by_id.get(stint.inspector_id)
        yield {
            **dict(stint),
            "site_name": site.name if site else "",
            "inspector_name": person.name if person else "",
        }


def fill_sheet(worksheet: Worksheet, sheet: Sheet, rows: Iterable[Row]) -> None:
    """Write rows, as values by field, below the headings of a sheet."""
    for number, row in enumerate(rows, start=2):
        fill_row(worksheet, number, [cell_value(column, row) for column in sheet.columns])


def cell_value(column: Column, row: Row) -> Any:
    """What is put into the cell of a column: dates and numbers as such, all else as text."""
    value = row.get(column.field)
    if value is None or value == "" or value == ():
        return None
    if column.kind is Kind.PEOPLE and isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (bool, Enum, tuple, frozenset)):
        return show(column, value)
    return value
