"""日程资料.xlsx: dangerous operations, appointments and weather for a month plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.domain.day_plan import DayData
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.io.issues import IssueLog
from planner.io.schema_days import DAY_SHEETS
from planner.io.sheets import write_blank
from planner.io.workbooks import read_tables


def read_day_data(
    paths: Sequence[Path], instance: Instance
) -> tuple[DayData | None, tuple[InputIssue, ...]]:
    """What the workbooks say together, None when something is wrong, and every problem. A ledger
    will do: its other sheets are left alone."""
    log = IssueLog()
    tables = read_tables(paths, DAY_SHEETS, instance, log)
    data = None if tables is None else DayData.model_validate(tables)
    return data, tuple(log.issues)


def write_day_data_template(path: Path) -> None:
    """Write the blank workbook."""
    write_blank(path, "日程资料（空白模板）", DAY_SHEETS)
