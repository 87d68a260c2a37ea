"""日程资料.xlsx: dangerous operations, appointments and weather for a month plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.domain.day_plan import DayData
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.io.assemble import models_of
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.plan_workbook import known_rows
from planner.io.reader import read_ledger_sheets
from planner.io.references import resolve_references
from planner.io.rows import check_keys
from planner.io.schema_days import DAY_SHEETS
from planner.io.sheets import write_blank


def read_day_data(
    paths: Sequence[Path], instance: Instance
) -> tuple[DayData | None, tuple[InputIssue, ...]]:
    """What the workbooks say together, None when something is wrong, and every problem. A ledger
    will do: its other sheets are left alone."""
    log = IssueLog()
    tables: dict[str, dict[Any, None]] = {sheet.table: {} for sheet in DAY_SHEETS}
    for path in paths:
        try:
            found = read_ledger_sheets(path, DAY_SHEETS, log)
        except UnreadableWorkbookError as error:
            log.error(path.name, "", error.message, error.remedy)
            continue
        for sheet in DAY_SHEETS:
            check_keys(found.get(sheet.title, ()), log)
        resolve_references(known_rows(instance) | found, log)
        for sheet in DAY_SHEETS:
            rows = models_of(sheet, found.get(sheet.title, ()), log)
            tables[sheet.table] |= dict.fromkeys(rows)
    ids = Counter(one.id for one in tables["operations"])
    for name in sorted(one for one, count in ids.items() if count > 1):
        log.error("危险作业", "", f"编号“{name}”在几个文件中内容不同", "请核对，只保留一行")
    if log.has_errors:
        return None, tuple(log.issues)
    return DayData(**{name: tuple(rows) for name, rows in tables.items()}), tuple(log.issues)


def write_day_data_template(path: Path) -> None:
    """Write the blank workbook."""
    write_blank(path, "日程资料（空白模板）", DAY_SHEETS)
