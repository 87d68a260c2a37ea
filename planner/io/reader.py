"""导入: one workbook becomes an instance, with one list of everything found and changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.io.archive import WorkbookFile, open_workbook
from planner.io.assemble import build_instance, content_hash, settle_status, split_teams
from planner.io.columns import Sheet
from planner.io.consistency import check_consistency
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.layout import find_table, plain, sheet_of
from planner.io.parameters import read_settings
from planner.io.recognise import (
    OUTPUT_TITLES,
    refuse_data_workbook,
    refuse_json_as_input,
    refuse_other_input,
    refuse_other_plan,
)
from planner.io.references import resolve_references
from planner.io.rows import Places, Record, Records, check_keys, places_of, read_rows
from planner.io.schema import GUIDE_TITLE, SHEETS
from planner.io.schema_scenarios import SCENARIOS


@dataclass(frozen=True)
class ReadResult:
    """``instance`` is None when an error stops the import; ``issues`` are in workbook order.

    ``places`` tells where the rows of the instance stand, by table and in its order, so that a
    later message can name them. ``records`` are the rows as the workbook gives them, before empty
    sheets and cells get their defaults.
    """

    instance: Instance | None
    issues: tuple[InputIssue, ...]
    places: Places = field(default_factory=dict)
    records: Records = field(default_factory=dict)


def read_workbook(
    path: Path, *, today: dt.date, round_name: str | None = None, seed: int | None = None
) -> ReadResult:
    """Read a workbook of the contract; whatever is wrong with it is in ``issues``.

    ``today`` decides which round comes next where neither the option nor 参数 names one.
    """
    log = IssueLog()
    try:
        refuse_json_as_input(path)
        with open_workbook(path) as workbook:
            refuse_other_input(workbook.titles)
            records = _records(workbook, SHEETS, log)
    except UnreadableWorkbookError as error:
        log.error(path.name, "", error.message, error.remedy)
        return ReadResult(None, tuple(log.issues))
    _require_sheets(records, log)
    for sheet in SHEETS:
        if sheet.key:
            check_keys(records.get(sheet.title, ()), log)
    resolve_references(records, log)
    settings = read_settings(
        records.get("参数", ()), log, round_name=round_name, seed=seed, today=today
    )
    split_teams(records, log)
    settle_status(records, settings.round, log)
    check_consistency(records, settings.round, log)
    instance = None
    if not log.has_errors:
        instance = build_instance(records, settings, content_hash(records), log)
    return ReadResult(instance, tuple(log.issues), places_of(records), records)


def read_plan_sheets(path: Path, sheets: Sequence[Sheet], log: IssueLog) -> Records:
    """The records of the sheets of 派驻计划.xlsx; UnreadableWorkbookError when it is none."""
    with open_workbook(path) as workbook:
        refuse_other_plan(workbook.titles)
        records = _records(workbook, sheets, log)
    for sheet in sheets:
        if sheet.title not in records:
            log.error(
                path.name, "", f"没有表“{sheet.title}”", "请用本软件写出的工作簿，并保留这张表"
            )
    return {sheet.title: records.get(sheet.title, []) for sheet in sheets}


def read_ledger_sheets(path: Path, sheets: Sequence[Sheet], log: IssueLog) -> Records:
    """The records of those of some sheets that a workbook has; UnreadableWorkbookError when it
    cannot be opened. A workbook with none of them is an error."""
    with open_workbook(path) as workbook:
        refuse_data_workbook(workbook.titles, sheets)
        records = _records(workbook, sheets, log)
    if not records and not log.has_errors:
        names = "、".join(sheet.title for sheet in sheets)
        log.error(path.name, "", "没有任何一张台账", f"请用这些表名：{names}")
    return records


def sheets_in(path: Path, sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Those of some sheets that a workbook has; UnreadableWorkbookError as above."""
    with open_workbook(path) as workbook:
        found = [sheet_of(title, sheets) for title in workbook.titles]
    present = {one[0].title for one in found if one is not None}
    return tuple(sheet for sheet in sheets if sheet.title in present)


def read_sheet(path: Path, sheet: Sheet, log: IssueLog) -> list[Record]:
    """The records of one sheet of a workbook; UnreadableWorkbookError when it cannot be opened."""
    with open_workbook(path) as workbook:
        records = _records(workbook, (sheet,), log)
    if sheet.title not in records:
        log.error(path.name, "", f"没有表“{sheet.title}”", f"请加上这张表：{sheet.note}")
    return records.get(sheet.title, [])


STORE_MARK = "本工作簿由台账库"
"""How the line begins that an export of the store leaves in 说明."""


def read_mark(path: Path) -> str:
    """The line in 说明 by which the store knows its export again; empty where there is none. A
    workbook that is made from another one keeps it. UnreadableWorkbookError when the workbook
    cannot be opened."""
    with open_workbook(path) as workbook:
        rows = workbook.grid(GUIDE_TITLE).rows if GUIDE_TITLE in workbook.titles else ()
    text = str(rows[0][1][0]) if rows else ""
    return text if text.startswith(STORE_MARK) else ""


def _records(workbook: WorkbookFile, sheets: Sequence[Sheet], log: IssueLog) -> Records:
    """Records by the title of their sheet; several worksheets may hold one sheet."""
    records: Records = {}
    for title in workbook.titles:
        found = sheet_of(title, sheets)
        if found is None:
            known = OUTPUT_TITLES | {GUIDE_TITLE, SCENARIOS.title}
            unknown = sheets is SHEETS and plain(title) not in known
            if unknown and workbook.grid(title).rows:
                log.warning(
                    title, "", f"不认识表“{title}”，未读入", "若是约定中的表，请改用约定的表名"
                )
            continue
        sheet, part = found
        if plain(title) != sheet.title and not part:
            log.change(title, "", f"表“{title}”按“{sheet.title}”读入")
        rows = records.setdefault(sheet.title, [])
        table = find_table(workbook.grid(title), sheet, part, log)
        if table is not None:
            rows += read_rows(table, log)
    return records


def _require_sheets(records: Records, log: IssueLog) -> None:
    for sheet in SHEETS:
        if not sheet.needed or records.get(sheet.title):
            continue
        if sheet.title not in records:
            log.error("", "", f"缺少表“{sheet.title}”", f"请加上这张表：{sheet.note}")
        elif not any(issue.sheet == sheet.title for issue in log.issues):
            log.error(sheet.title, "A2", f"表“{sheet.title}”没有数据", f"请填写：{sheet.note}")
