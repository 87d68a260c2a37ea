"""Raw tables become records: every cell read, every problem and every change reported once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planner.io.archive import CellValue
from planner.io.cleaning import NO_WORDS, TICKS, CellError, is_blank, read_cell, show
from planner.io.columns import Column, Kind, Sheet
from planner.io.issues import IssueLog
from planner.io.layout import RawTable


@dataclass
class Record:
    """One row of a sheet of the contract. Empty cells have no value.

    ``broken`` rows had an error and never reach the instance, but their ids are known.
    """

    sheet: Sheet
    title: str
    number: int
    values: dict[str, Any]
    letters: Mapping[str, str]
    broken: bool = False
    changes: list[str] = field(default_factory=list)

    def cell(self, *fields: str) -> str:
        """The first of the fields that has a column, as a coordinate; the row otherwise."""
        found = next((self.letters[name] for name in fields if self.letters.get(name)), "A")
        return f"{found}{self.number}"

    def fail(self, log: IssueLog, name: str, message: str, remedy: str) -> None:
        """Report an error and keep the row out of the instance."""
        self.broken = True
        log.error(self.title, self.cell(name), message, remedy)

    def warn(self, log: IssueLog, name: str, message: str, remedy: str = "") -> None:
        """Report a warning at one of the row's cells."""
        log.warning(self.title, self.cell(name), message, remedy)

    def get(self, name: str) -> Any:
        """The value of a field, or None."""
        return self.values.get(name)


Records = dict[str, list[Record]]
"""Records by the title of their sheet of the contract."""


@dataclass(frozen=True)
class Place:
    """Where a row stands: worksheet, row number, and the column letter of each field."""

    title: str
    number: int
    letters: Mapping[str, str]

    def cell(self, field: str) -> str:
        """``派驻记录!I12``."""
        return f"{self.title}!{self.letters.get(field) or 'A'}{self.number}"

    @property
    def row(self) -> str:
        """``派驻记录第 12 行``."""
        return f"{self.title}第 {self.number} 行"


Places = Mapping[str, Sequence[Place]]
"""The places of the rows of each table of an instance, in their order."""


def places_of(records: Records) -> Places:
    """Where the sound rows of each sheet stand, by table."""
    return {
        rows[0].sheet.table: tuple(
            Place(row.title, row.number, row.letters) for row in rows if not row.broken
        )
        for rows in records.values()
        if rows
    }


def read_rows(table: RawTable, log: IssueLog) -> list[Record]:
    """The records of one worksheet."""
    ticked = {column.field for column in table.sheet.columns if _uses_ticks(table, column)}
    records = []
    for number, cells in table.rows:
        record = Record(table.sheet, table.title, number, {}, table.letters)
        for column in table.sheet.columns:
            if column.field in cells:
                _read_into(record, column, cells[column.field], log)
        _fill_from_fallback(record)
        _fill_switches(record, ticked, log)
        _require_values(record, log)
        _check_periods(record, log)
        records.append(record)
    return records


def _read_into(record: Record, column: Column, raw: CellValue, log: IssueLog) -> None:
    try:
        reading = read_cell(column, raw)
    except CellError as error:
        secret = record.sheet.confidential
        message = f"“{column.heading}”" + ("的值有误" if secret else error.message)
        record.fail(log, column.field, message, error.remedy)
        record.values[column.field] = None
        return
    if reading.changed:
        told = _change(record.sheet, column, raw, reading.shown)
        log.change(record.title, record.cell(column.field), told)
    if reading.doubt:
        secret = record.sheet.confidential
        record.warn(log, column.field, f"“{column.heading}”请核对" if secret else reading.doubt)
    if reading.value is not None:
        record.values[column.field] = reading.value


def _change(sheet: Sheet, column: Column, raw: CellValue, shown: str) -> str:
    if sheet.confidential or column.kind is Kind.PHONE:
        return f"“{column.heading}”的写法已规范"
    before = str(raw).strip()
    if before == shown:
        return f"“{column.heading}”“{shown}”首尾的空格已去掉"
    return f"“{column.heading}”由“{before}”改写为“{shown}”"


def _fill_from_fallback(record: Record) -> None:
    """Let a name stand in for a missing id; it is resolved with the other references."""
    for column in record.sheet.columns:
        if not column.fallback or record.get(column.field) or column.field in record.values:
            continue
        name = record.get(column.fallback)
        if name:
            record.values[column.field] = name


def _uses_ticks(table: RawTable, column: Column) -> bool:
    """Whether a column answers with √ or nothing at all (√/空)."""
    if column.kind is not Kind.BOOLEAN or column.field not in table.letters:
        return False
    words = {str(cells[column.field]).strip().lower() for _, cells in table.rows
             if not is_blank(cells[column.field])}  # fmt: skip
    return bool(words & TICKS) and not words & (NO_WORDS | {"×"})


def _fill_switches(record: Record, ticked: set[str], log: IssueLog) -> None:
    for name in sorted(ticked):
        if name not in record.values:
            record.values[name] = False
            heading = record.sheet.by_field[name].heading
            log.change(record.title, record.cell(name), f"“{heading}”是打勾列，空格按“否”读入")


def _require_values(record: Record, log: IssueLog) -> None:
    for column in record.sheet.columns:
        has_column = column.field in record.letters or column.fallback in record.letters
        if not column.must_be_filled or column.field in record.values:
            continue
        if not has_column:
            record.broken = True  # the missing column has been reported
            continue
        message = f"必填列“{column.heading}”是空的"
        remedy = f"请填写{column.heading}" + (f"，如 {column.example}" if column.example else "")
        record.fail(log, column.field, message, remedy)


def _check_periods(record: Record, log: IssueLog) -> None:
    for first, last in record.sheet.periods:
        start, end = record.get(first), record.get(last)
        if start is not None and end is not None and end < start:
            names = record.sheet.by_field
            shown = ("", "") if record.sheet.confidential else (f"（{end}）", f"（{start}）")
            record.fail(
                log, last,
                f"{names[last].heading}{shown[0]}早于{names[first].heading}{shown[1]}",
                "请核对两个日期",
            )  # fmt: skip


def check_keys(records: Sequence[Record], log: IssueLog) -> None:
    """Report rows that repeat the key of an earlier row of the same sheet."""
    seen: dict[tuple[Any, ...], Record] = {}
    for record in records:
        key = tuple(record.get(name) for name in record.sheet.key)
        if not key or record.get(record.sheet.key[0]) is None:
            continue
        earlier = seen.setdefault(key, record)
        if earlier is not record:
            columns = [record.sheet.by_field[name] for name in record.sheet.key]
            names = "、".join(column.heading for column in columns)
            place = f"“{earlier.title}”第 {earlier.number} 行"
            shown = (show(column, part) for column, part in zip(columns, key, strict=True))
            value = "、".join(filter(None, shown))
            own_id = record.sheet.key == (record.sheet.id_column.field,) and (
                record.sheet.id_column.kind is Kind.CODE and not record.sheet.id_column.refers_to
            )
            remedy = "请只保留一行" + ("，或改编号" if own_id else "")
            record.fail(log, record.sheet.key[0], f"{names}“{value}”与{place}重复", remedy)
