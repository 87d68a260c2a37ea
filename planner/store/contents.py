"""Rows in and out: what the store holds as the rows of workbooks and ledgers.

A row is known again by its natural key. Keeping the same rows twice changes nothing; rows that a
whole sheet no longer has are marked gone, and come back when it has them again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.io.assemble import build_instance, content_hash
from planner.io.cleaning import show
from planner.io.columns import Column, Kind, Sheet, label_of
from planner.io.issues import IssueLog
from planner.io.parameters import read_settings
from planner.io.rows import Record, Records
from planner.io.schema import SHEETS
from planner.io.schema_basis import PARAMETERS
from planner.io.schema_people import INSPECTORS, STINTS
from planner.io.schema_sites import SITES
from planner.store.changes import LoggedSession
from planner.store.tables import SHELVES, Shelf

M = TypeVar("M", bound=Frozen)
Row = Mapping[str, Any]
"""Values by field, as the domain has them; empty ones may be missing."""

_SHELF_OF_MODEL = {shelf.sheet.model: shelf for shelf in SHELVES.values()}


# -- in -----------------------------------------------------------------------------------------


def keep_workbook(session: LoggedSession, records: Records) -> None:
    """Make the workbook's sheets what these records say, whole sheets at a time."""
    for sheet in SHEETS:
        rows = [record.values for record in records.get(sheet.title, ())]
        _keep(session, SHELVES[sheet.title], rows, whole=True)


def keep(session: LoggedSession, rows: Sequence[Frozen]) -> None:
    """Add rows of one kind (logs, hazards …), or change those whose key is known."""
    if rows:
        _keep(session, _SHELF_OF_MODEL[type(rows[0])], [dict(row) for row in rows], whole=False)


def _keep(session: LoggedSession, shelf: Shelf, rows: Iterable[Row], *, whole: bool) -> None:
    named = _named(shelf.sheet, rows)
    query = select(shelf.row)
    if not whole:
        query = query.where(shelf.row.natural_key.in_(named))
    known = {row.natural_key: row for row in session.scalars(query)}
    last = 0 if whole else session.scalar(select(func.max(shelf.row.position))) or 0
    for place, (key, values) in enumerate(named.items(), start=1):
        row = known.pop(key, None)
        if row is None:
            row = shelf.row(natural_key=key, position=last + place)
            session.add(row)
        elif whole:
            _set(row, "position", place)
        _set(row, "gone", False)
        fill(row, shelf, values)
    for row in known.values():
        _set(row, "gone", True)
    session.flush()


def _named(sheet: Sheet, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by natural key; what is there twice is numbered from the second on."""
    named: dict[str, Row] = {}
    seen: Counter[str] = Counter()
    for row in rows:
        key = natural_key(sheet, row)
        seen[key] += 1
        named[f"{key}#{seen[key]}" if seen[key] > 1 else key] = row
    return named


def natural_key(sheet: Sheet, row: Row) -> str:
    """What people call a row by: ``YJ-017``, ``OBJ-0042/2027Q1``."""
    fields = sheet.key or sheet.known_by
    return "/".join(show(sheet.by_field[name], row.get(name)) for name in fields)


def fill(row: Any, shelf: Shelf, values: Row) -> None:
    """Give a row of the store the values of a row of the sheet."""
    for column in shelf.columns:
        value = values.get(column.field)
        if column.field in shelf.parts:
            _fill_parts(row, column, shelf.parts[column.field], _several(column, value))
        else:
            _set(row, column.field, _kept(value))


def _fill_parts(row: Any, column: Column, part: type[Any], values: Mapping[str, Any]) -> None:
    """Keep the parts that stay, so that only what differs is written."""
    there = {one.value: one for one in getattr(row, column.field)}
    parts = []
    for position, (value, amount) in enumerate(values.items(), start=1):
        one = there.get(value) or part(value=value, position=position)
        _set(one, "position", position)
        if amount is not None:
            _set(one, "amount", amount)
        parts.append(one)
    if parts != getattr(row, column.field):
        setattr(row, column.field, parts)


def _several(column: Column, value: Any) -> dict[str, Any]:
    """The values of a field with their amounts, in order; None where there are none."""
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return dict(value or ())
    ordered = [one for one in column.terms if one in value] if isinstance(value, frozenset) else (
        value or ()
    )  # fmt: skip
    return {label_of(one): None for one in ordered}


def _kept(value: Any) -> Any:
    if isinstance(value, Enum):
        return label_of(value)
    return None if value == "" else value


def _set(row: Any, name: str, value: Any) -> None:
    """Change a field only where it differs, so that a row that says the same stays untouched."""
    if getattr(row, name) != value:
        setattr(row, name, value)


# -- out ----------------------------------------------------------------------------------------


def rows_of(session: Session, sheet: Sheet) -> Iterator[Row]:
    """The rows of a sheet that are not gone, in their order; empty values are left out."""
    shelf = SHELVES[sheet.title]
    query = select(shelf.row).where(shelf.row.gone.is_(False)).order_by(shelf.row.position)
    for row in session.scalars(query):
        values = {column.field: _told(row, column, shelf) for column in shelf.columns}
        yield {name: value for name, value in values.items() if value is not None}


def _told(row: Any, column: Column, shelf: Shelf) -> Any:
    value = getattr(row, column.field)
    if column.field not in shelf.parts:
        return column.term_by_label[value] if column.terms and value is not None else value
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return tuple((part.value, part.amount) for part in value) or None
    return tuple(column.term_by_label.get(part.value, part.value) for part in value) or None


def ledger(session: Session, model: type[M]) -> tuple[M, ...]:
    """The rows of one kind: ``ledger(session, Hazard)``."""
    return tuple(model(**row) for row in rows_of(session, _SHELF_OF_MODEL[model].sheet))


def records_of(session: Session) -> Records:
    """The workbook that the store holds; rows say where they stand in its export."""
    records = {sheet.title: list(_records(session, sheet)) for sheet in SHEETS}
    names = {
        sheet.title: {one.values["id"]: one.values["name"] for one in records[sheet.title]}
        for sheet in (SITES, INSPECTORS)
    }
    for record in records[STINTS.title]:
        for name, title, reference in (
            ("site_name", SITES.title, "site_id"),
            ("inspector_name", INSPECTORS.title, "inspector_id"),
        ):
            record.values[name] = names[title].get(record.values[reference], "")
    return records


def _records(session: Session, sheet: Sheet) -> Iterator[Record]:
    letters = {column.field: _letter(at) for at, column in enumerate(sheet.columns, start=1)}
    for number, row in enumerate(rows_of(session, sheet), start=2):
        yield Record(sheet, sheet.title, number, dict(row), letters)


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at))


def instance_of(records: Records, *, today: dt.date) -> Instance | None:
    """The instance of the store's workbook, without ratings; None where it holds none.

    ``today`` decides which round comes next where 参数 names none.
    """
    log = IssueLog()
    if not records[INSPECTORS.title]:
        return None
    settings = read_settings(
        records[PARAMETERS.title], log, round_name=None, seed=None, today=today
    )
    return build_instance(records, settings, content_hash(records), log)
