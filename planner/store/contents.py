"""Rows in and out: what the store holds as the rows of workbooks and ledgers.

A row is known again by its natural key. Keeping the same rows twice changes nothing; rows that a
whole sheet no longer has are marked gone, and come back when it has them again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.io.assemble import build_instance, content_hash
from planner.io.columns import Sheet
from planner.io.issues import IssueLog
from planner.io.parameters import read_settings
from planner.io.rows import Record, Records
from planner.io.schema import SHEETS
from planner.io.schema_basis import DEPARTMENTS, PARAMETERS, SECTORS
from planner.io.schema_ledgers import LEDGERS
from planner.io.schema_people import INSPECTORS, STINTS
from planner.io.schema_sites import SITES
from planner.store.changes import LoggedSession
from planner.store.database import address_in
from planner.store.errors import StoreError
from planner.store.merge import Others, on_a_new_export
from planner.store.tables import SHELVES, Shelf
from planner.store.values import Row, fill, natural_key, put, told

M = TypeVar("M", bound=Frozen)

_SHELF_OF_MODEL = {shelf.sheet.model: shelf for shelf in SHELVES.values()}


# -- in -----------------------------------------------------------------------------------------


def keep_workbook(session: LoggedSession, records: Records, others: Others | None = None) -> None:
    """Make the workbook's sheets what these records say, whole sheets at a time.

    What ``others`` have done since the workbook was written stays. StoreError where both have
    changed the same thing; the transaction must not be committed then. Of a sheet that is a
    ledger too (重复认定), only an export of this store that has the sheet can say what is gone.
    """
    if others is None:
        others = Others(session, None)
    ledger_titles = {sheet.title for sheet in LEDGERS}
    for sheet in SHEETS:
        rows = [record.values for record in records.get(sheet.title, ())]
        whole = sheet.title not in ledger_titles or (others.marked and sheet.title in records)
        _keep_sheet(session, SHELVES[sheet.title], rows, others, whole=whole)
    _refuse_conflicts(session, others, SHEETS)


def keep_whole_ledgers(
    session: LoggedSession, whole: Ledgers, sheets: Sequence[Sheet], others: Others
) -> None:
    """Make some ledgers what an edited export says: rows that it no longer has are marked gone.

    What has been done since it was written (``others``) stays. StoreError as for a workbook.
    """
    for sheet in sheets:
        rows = map(dict, getattr(whole, sheet.table))
        _keep_sheet(session, SHELVES[sheet.title], rows, others)
    _refuse_conflicts(session, others, sheets)


def _refuse_conflicts(session: LoggedSession, others: Others, sheets: Sequence[Sheet]) -> None:
    if others.conflicts:
        told = "\n".join(others.conflicts)
        raise StoreError(
            f"{told}\n这份工作簿写出以后，台账库又改过，以上各处两边不一致，没有导入。"
            f"{on_a_new_export(address_in(session), sheets)}"
        )


def keep(session: LoggedSession, rows: Sequence[Frozen]) -> None:
    """Add rows of one kind (logs, hazards …), or change those whose key is known."""
    if not rows:
        return
    shelf = _SHELF_OF_MODEL[type(rows[0])]
    named = _named(shelf.sheet, map(dict, rows))
    query = select(shelf.row).where(shelf.row.natural_key.in_(named))
    known = {row.natural_key: row for row in session.scalars(query)}
    last = session.scalar(select(func.max(shelf.row.position))) or 0
    for position, (key, values) in enumerate(named.items(), start=last + 1):
        row = known.get(key) or _new(session, shelf, key, position)
        put(row, "gone", False)
        fill(row, shelf, values)
    session.flush()


def _keep_sheet(
    session: LoggedSession, shelf: Shelf, rows: Iterable[Row], others: Others, *, whole: bool = True
) -> None:
    """Add and change rows; those that a ``whole`` sheet does not have any more are gone."""
    known = {row.natural_key: row for row in session.scalars(select(shelf.row))}
    for position, (key, values) in enumerate(_named(shelf.sheet, rows).items(), start=1):
        row = known.pop(key, None)
        if row is None:
            fill(_new(session, shelf, key, position), shelf, values)
            continue
        put(row, "position", position)
        settled = others.settle(shelf, row, values)
        if settled is not None:
            put(row, "gone", False)
            fill(row, shelf, settled)
    for row in known.values():
        if whole and others.may_go(shelf, row):
            put(row, "gone", True)
    session.flush()


def _new(session: LoggedSession, shelf: Shelf, key: str, position: int) -> Any:
    row = shelf.row(natural_key=key, position=position, gone=False)
    session.add(row)
    return row


def _named(sheet: Sheet, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by natural key; what is there twice is numbered from the second on."""
    named: dict[str, Row] = {}
    seen: Counter[str] = Counter()
    for row in rows:
        key = natural_key(sheet, row)
        seen[key] += 1
        named[f"{key}#{seen[key]}" if seen[key] > 1 else key] = row
    return named


# -- out ----------------------------------------------------------------------------------------


def rows_of(session: Session, sheet: Sheet) -> Iterator[Row]:
    """The rows of a sheet that are not gone, in their order; empty values are left out."""
    shelf = SHELVES[sheet.title]
    query = (
        select(shelf.row)
        .where(shelf.row.gone.is_(False))
        .order_by(shelf.row.position, shelf.row.row_id)
    )
    for row in session.scalars(query):
        values = {column.field: told(row, column, shelf) for column in shelf.columns}
        yield {name: value for name, value in values.items() if value is not None}


def ledger(session: Session, model: type[M]) -> tuple[M, ...]:
    """The rows of one kind: ``ledger(session, Hazard)``."""
    return tuple(model(**row) for row in rows_of(session, _SHELF_OF_MODEL[model].sheet))


def ledgers(session: Session) -> Ledgers:
    """All ledgers together."""
    whole = {sheet.table: tuple(map(dict, rows_of(session, sheet))) for sheet in LEDGERS}
    return Ledgers.model_validate(whole)


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


def gone_of(session: Session) -> Records:
    """Units, sectors, people and objects that have left the workbook. Ledgers go on telling of
    them, so each has its id here, and no name: a name means who bears it today."""
    found: Records = {}
    for sheet in (DEPARTMENTS, SECTORS, INSPECTORS, SITES):
        row = SHELVES[sheet.title].row
        ids = session.scalars(select(row.natural_key).where(row.gone.is_(True)))
        name = sheet.id_column.field
        found[sheet.title] = [Record(sheet, sheet.title, 0, {name: one}, {}) for one in ids]
    return found


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
