"""Records become the Instance: defaults filled in, stints of several people split, hash taken."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from planner.domain.base import Frozen
from planner.domain.calendar import CalendarDay, Round, WorkCalendar
from planner.domain.instance import Instance
from planner.domain.matrix import DEFAULT_MATRIX
from planner.domain.terms import StintStatus
from planner.io.columns import Sheet
from planner.io.issues import IssueLog
from planner.io.parameters import Settings
from planner.io.rows import Record, Records
from planner.io.schema import SHEETS
from planner.io.schema_basis import ADJUSTMENTS
from planner.io.schema_ledgers import DUPLICATES


def split_teams(records: Records, log: IssueLog) -> None:
    """Turn a row of 派驻记录 that names several people into one row per person, in slot order."""
    split: list[Record] = []
    for record in records.get("派驻记录", ()):
        people: tuple[str, ...] = record.get("inspector_id") or ()
        slot = record.get("slot")
        names: tuple[str, ...] = record.get("inspector_name") or ()
        if slot is None or not people:
            split.append(record)
            continue
        if len(people) > 1:
            slots = "、".join(str(slot + n) for n in range(len(people)))
            message = f"一格中有 {len(people)} 人，已拆成岗位序 {slots} 各一行"
            log.change(record.title, record.cell("inspector_id", "inspector_name"), message)
        if names and len(names) != len(people):
            record.fail(
                log, "inspector_name",
                f"人员编号有 {len(people)} 个，姓名有 {len(names)} 个，对不上",
                "请按同样的次序写全，或只填人员编号",
            )  # fmt: skip
        for n, person in enumerate(people):
            name = names[n] if len(names) == len(people) else None
            values = {**record.values, "inspector_id": person, "slot": slot + n}
            values["inspector_name"] = name
            split.append(
                Record(
                    record.sheet, record.title, record.number, values, record.letters,
                    record.broken,
                )
            )  # fmt: skip
    records["派驻记录"] = split


def settle_status(records: Records, round: Round, log: IssueLog) -> None:
    """Fill an empty 状态 of 派驻记录: 结束 when it was over before the round, 执行 otherwise."""
    for record in records.get("派驻记录", ()):
        if record.broken or record.get("status") is not None:
            continue
        end: dt.date | None = record.get("end")
        over = end is not None and end < round.start
        status = StintStatus.FINISHED if over else StintStatus.RUNNING
        record.values["status"] = status
        log.change(record.title, record.cell("status"), f"“状态”空着，按“{status}”读入")


def content_hash(records: Records) -> str:
    """SHA-256 of what the workbook says, whatever its file bytes, notation or column order.

    Informational columns do not count; the order of rows does. An empty 重复认定 does not count
    either: workbooks, and their plans, are older than that sheet.
    """
    content = [
        [sheet.title, [_canonical(record) for record in records.get(sheet.title, ())]]
        for sheet in SHEETS
        if sheet is not DUPLICATES or records.get(sheet.title)
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(record: Record) -> dict[str, Any]:
    fields = record.sheet.model.model_fields if record.sheet.model else ("name", "value")
    return {
        column.field: record.get(column.field)
        for column in record.sheet.columns
        if column.field in fields and record.get(column.field) is not None
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def build_instance(
    records: Records, settings: Settings, input_hash: str, log: IssueLog
) -> Instance | None:
    """The instance of records without errors; None when a row breaks its model (reported)."""
    from planner.domain.key_periods import default_key_periods

    tables: dict[str, tuple[Any, ...]] = {
        sheet.table: models_of(sheet, records.get(sheet.title, ()), log)
        for sheet in SHEETS
        if sheet.model is not None
    }
    days: tuple[CalendarDay, ...] = tables.pop(ADJUSTMENTS.table)
    if log.has_errors:
        return None
    calendar = WorkCalendar(adjustments=days)
    tables["matrix"] = tables["matrix"] or DEFAULT_MATRIX
    tables["key_periods"] = tables["key_periods"] or default_key_periods(
        settings.round, calendar, settings.policy
    )
    return Instance(
        round=settings.round,
        seed=settings.seed,
        policy=settings.policy,
        calendar=calendar,
        input_hash=input_hash,
        **tables,
    )


def models_of(sheet: Sheet, records: Sequence[Record], log: IssueLog) -> tuple[Frozen, ...]:
    """The rows of one sheet as its model; a row that breaks it is reported and left out."""
    assert sheet.model is not None
    fields = sheet.model.model_fields
    empty = {name: None for name, info in fields.items() if info.is_required()}
    rows = []
    for record in records:
        values = {
            name: value
            for name, value in record.values.items()
            if name in fields and value is not None
        }
        try:
            rows.append(sheet.model(**{**empty, **values}))
        except ValidationError as error:
            names = (str(problem["loc"][0]) for problem in error.errors() if problem["loc"])
            name = next((name for name in names if name in sheet.by_field), "")
            heading = sheet.by_field[name].heading if name else "这一行"
            record.fail(log, name, f"“{heading}”的值不可用", f"请按模板“{sheet.title}”的批注填写")
    return tuple(rows)
