"""Rows of some sheets that stand in several workbooks: added up, each counted once.

Every problem names its file: with more than one workbook on the table, a sheet and a cell do not
say where to look.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.domain.base import Frozen
from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.io.assemble import models_of
from planner.io.columns import Sheet
from planner.io.consistency import check_ledgers
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.plan_workbook import known_rows
from planner.io.reader import read_ledger_sheets
from planner.io.references import resolve_references
from planner.io.rows import Record, Records, check_keys
from planner.io.schema import SHEET_BY_TITLE

OPINION_DATE = dt.date(2023, 9, 1)
"""济安办字〔2023〕39号 is of this day: nothing was done under it before."""

Tables = dict[str, tuple[Frozen, ...]]
"""Rows of sheets, by table."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row and where a person finds it."""

    model: Frozen
    sheet: str
    cell: str


def read_tables(
    paths: Sequence[Path],
    sheets: Sequence[Sheet],
    instance: Instance,
    log: IssueLog,
    others: Mapping[str, Iterable[Frozen]] | None = None,
    gone: Records | None = None,
) -> Tables | None:
    """What some workbooks and ``others`` say together; None when something is wrong. Rows may name
    what is in the instance, and by its id what is ``gone`` from it, but for rows of a sheet that
    the workbook of the instance has too.

    A workbook need not have all the sheets. A row that stands in two places counts once; two rows
    of one key that differ are an error, as they are within one sheet.
    """
    others = others or {}
    found: dict[str, list[_Row]] = {
        sheet.table: [
            _Row(row, f"台账库：{sheet.title}", "") for row in others.get(sheet.table, ())
        ]
        for sheet in sheets
    }
    for path, name in zip(paths, _names(paths), strict=True):
        own = IssueLog()
        try:
            records = _records(path, sheets, instance, gone or {}, own)
        except UnreadableWorkbookError as error:
            log.error(name, "", error.message, error.remedy)
            continue
        for sheet in sheets:
            rows = [row for row in records.get(sheet.title, ()) if not row.broken]
            models = models_of(sheet, rows, own)
            if not own.has_errors:
                found[sheet.table] += [
                    _Row(model, f"{name}：{row.title}", row.cell(*sheet.key[:1]))
                    for row, model in zip(rows, models, strict=True)
                ]
        for issue in own.issues:
            place = f"{name}：{issue.sheet}" if issue.sheet != path.name else name
            log.issues.append(issue.model_copy(update={"sheet": place}))
    if log.has_errors:
        return None
    whole = {sheet.table: _once(sheet, found[sheet.table], log) for sheet in sheets}
    return None if log.has_errors else whole


def _names(paths: Sequence[Path]) -> list[str]:
    """File names; with their folders where two files have the same name."""
    count = Counter(path.name for path in paths)
    return [path.name if count[path.name] == 1 else str(path) for path in paths]


def _records(
    path: Path, sheets: Sequence[Sheet], instance: Instance, gone: Records, log: IssueLog
) -> Records:
    records = read_ledger_sheets(path, sheets, log)
    for rows in records.values():
        check_keys(rows, log)
        for row in rows:
            _doubt_dates(row, instance.round, log)
    check_ledgers(records, log)
    known = known_rows(instance)
    before = {title: [*rows, *gone.get(title, ())] for title, rows in known.items()}
    shared = {title: rows for title, rows in records.items() if title in SHEET_BY_TITLE}
    alone = {title: rows for title, rows in records.items() if title not in shared}
    resolve_references({**known, **shared}, log)
    resolve_references({**before, **alone}, log)
    return records


def _doubt_dates(row: Record, round: Round, log: IssueLog) -> None:
    """What is said to have happened lies between the opinion and the end of the round."""
    for column in row.sheet.columns:
        day = row.get(column.field) if column.happened else None
        if day is None or OPINION_DATE <= day <= round.end:
            continue
        limit = (
            f"晚于本轮最后一天 {round.end}" if day > round.end else f"早于文件印发 {OPINION_DATE}"
        )
        row.warn(log, column.field, f"“{column.heading}”{day} {limit}", "请核对年份")


def _once(sheet: Sheet, rows: Iterable[_Row], log: IssueLog) -> tuple[Frozen, ...]:
    known: dict[object, _Row] = {}
    for row in rows:
        key = tuple(getattr(row.model, field) for field in sheet.key) or row.model
        first = known.setdefault(key, row)
        if first.model != row.model:
            said = "、".join(str(getattr(row.model, field)) for field in sheet.key)
            there = "!".join(filter(None, (first.sheet, first.cell)))
            log.error(
                row.sheet, row.cell, f"{said} 与“{there}”各有一行，内容不同", "请核对，只保留一行"
            )
    return tuple(row.model for row in known.values())
