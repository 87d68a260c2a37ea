"""台账: 工作日志, 隐患台账, 危险作业 and the others, in workbooks of their own.

People keep them apart from the workbook of a plan: one file of a unit, of a person or of a month.
What several files say is added up; a row that stands in two of them counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.io.assemble import models_of
from planner.io.columns import Sheet
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.plan_workbook import known_rows
from planner.io.reader import read_ledger_sheets
from planner.io.references import resolve_references
from planner.io.rows import Record, check_keys
from planner.io.schema_ledgers import LEDGERS
from planner.io.sheets import write_blank


@dataclass(frozen=True)
class LedgerFiles:
    """What some files say: ``ledgers`` is None when ``issues`` hold an error."""

    ledgers: Ledgers | None
    issues: tuple[InputIssue, ...]


def read_ledgers(
    paths: Sequence[Path], instance: Instance, others: Iterable[Ledgers] = ()
) -> LedgerFiles:
    """The ledgers of some files together with others, with every problem of the files; ids and
    names are those of the instance. A sheet that a file does not have is as an empty one."""
    log, others = IssueLog(), tuple(others)
    rows: dict[str, list[Any]] = {
        sheet.table: [row for one in others for row in getattr(one, sheet.table)]
        for sheet in LEDGERS
    }
    for path in paths:
        try:
            found = _records(path, instance, log, several=len(paths) > 1)
        except UnreadableWorkbookError as error:
            log.error(path.name, "", error.message, error.remedy)
            continue
        for sheet in LEDGERS:
            rows[sheet.table] += models_of(sheet, found.get(sheet.title, ()), log)
    if log.has_errors:
        return LedgerFiles(None, tuple(log.issues))
    for sheet in LEDGERS:
        rows[sheet.table] = _once(sheet, rows[sheet.table], log)
    whole = None if log.has_errors else Ledgers(**{name: tuple(all) for name, all in rows.items()})
    return LedgerFiles(whole, tuple(log.issues))


def _records(
    path: Path, instance: Instance, log: IssueLog, *, several: bool
) -> dict[str, list[Record]]:
    own = IssueLog()
    records = read_ledger_sheets(path, LEDGERS, own)
    for rows in records.values():
        check_keys(rows, own)
    known = known_rows(instance)
    resolve_references({**known, **records}, own)
    for issue in own.issues:
        name = f"{path.name}：{issue.sheet}" if several and issue.sheet else issue.sheet
        log.issues.append(issue.model_copy(update={"sheet": name}))
    return records


def _once(sheet: Sheet, rows: Iterable[Any], log: IssueLog) -> list[Any]:
    """Rows of several files without those that are said twice; two that differ are an error."""
    known: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        key = tuple(getattr(row, field) for field in sheet.key)
        first = known.setdefault(key, row)
        if first != row:
            said = "、".join(str(one) for one in key)
            log.error(sheet.title, "", f"{said} 在两处各有一行，内容不同", "请核对，只保留一行")
    return list(known.values())


def write_ledger_template(path: Path) -> None:
    """Write the blank workbook."""
    write_blank(path, "驻点监督台账（空白模板）", LEDGERS)
