"""日程资料.xlsx: dangerous operations, appointments and weather for a month plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.domain.day_plan import DayData
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.io.assemble import models_of
from planner.io.files import workbook_bytes, write_atomically
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.plan_workbook import known_rows
from planner.io.reader import read_sheets
from planner.io.references import resolve_references
from planner.io.rows import check_keys
from planner.io.schema_days import DAY_SHEETS
from planner.io.sheets import add_sheet


def read_day_data(path: Path, instance: Instance) -> tuple[DayData | None, tuple[InputIssue, ...]]:
    """The data of a workbook, None when something is wrong with it, and every problem."""
    log = IssueLog()
    try:
        found = read_sheets(path, DAY_SHEETS, log)
    except UnreadableWorkbookError as error:
        log.error(path.name, "", error.message, error.remedy)
        return None, tuple(log.issues)
    if not found:
        titles = "、".join(f"“{sheet.title}”" for sheet in DAY_SHEETS)
        log.error(
            path.name, "", f"没有{titles}中的任何一张表", "请用 planner day-data 写出空白表来填"
        )
    for sheet in DAY_SHEETS:
        check_keys(found.get(sheet.title, ()), log)
    resolve_references(known_rows(instance) | found, log)
    tables: dict[str, Any] = {
        sheet.table: models_of(sheet, found.get(sheet.title, ()), log) for sheet in DAY_SHEETS
    }
    return None if log.has_errors else DayData(**tables), tuple(log.issues)


def write_day_data_template(path: Path) -> None:
    """Write the blank workbook, whole or not at all; OSError when that is impossible."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.properties.title = "日程资料（空白模板）"
    workbook.remove(workbook.active)
    for sheet in DAY_SHEETS:
        add_sheet(workbook, sheet)
    write_atomically(path, workbook_bytes(workbook))
