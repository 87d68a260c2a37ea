"""变更记录: every change of a row is written down in the transaction that makes it.

One mechanism sees to it: as a session writes its rows, it first writes an entry for each. Whatever
would write past it (statements, bulk methods, text) is refused by the connection, and triggers keep
the entries as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.orm import Session

from planner.store.tables import Change, Logged, Part
from planner.store.values import sealed

Values = dict[str, Any]

_UNLOGGED = frozenset({"row_id", "natural_key", "position"})
_WRITES = re.compile(r"\s*(insert|update|delete|replace|merge|truncate|with)\b", re.IGNORECASE)
_ALLOWED = "planner_writes"


class UnloggedWriteError(Exception):
    """Something tried to write past the log of changes: a defect of the program."""


class LoggedSession(Session):
    """A session that writes an entry for every row that it changes.

    ``who`` and ``task`` stand in the ``entries``, which are those written so far.
    """

    def __init__(self, bind: Connection, who: str, task: str) -> None:
        super().__init__(bind, expire_on_commit=False)
        self.entries: list[Change] = []
        self.permit = bind.info
        self.who = who
        self.task = task


@event.listens_for(LoggedSession, "before_flush")
def _write_entries(session: LoggedSession, *_: Any) -> None:
    now, deleted = dt.datetime.now(dt.UTC), session.deleted  # a set that is made at each call
    entries = [
        Change(
            at=now,
            who=session.who,
            task=session.task,
            table_name=row.__tablename__,
            natural_key=row.natural_key,
            before=before,
            after=after,
        )
        for row in _touched(session)
        for before, after in _difference(row, deleted)
    ]
    session.add_all(entries)
    session.entries += entries
    session.permit[_ALLOWED] = True


@event.listens_for(LoggedSession, "after_flush")
@event.listens_for(LoggedSession, "after_rollback")
def _write_no_more(session: LoggedSession, *_: Any) -> None:
    session.permit.pop(_ALLOWED, None)


def refuse_unlogged_writes(engine: Engine) -> None:
    """Let the connections of an engine write nothing but what a LoggedSession has logged."""

    @event.listens_for(engine, "before_cursor_execute")
    def _refuse(connection: Connection, _: Any, statement: str, *__: Any) -> None:
        if _WRITES.match(statement) and not connection.info.get(_ALLOWED):
            raise UnloggedWriteError(statement.partition("(")[0])


def content(row: Any, *, before: bool = False, deleted: Collection[Any] = ()) -> Values:
    """What a row says, ready for JSON; empty fields are left out, confidential ones are hashes.
    ``before`` its changes, too; ``deleted`` parts no longer count."""
    mapper = inspect(type(row))
    found: Values = {}
    for name in mapper.column_attrs.keys():  # noqa: SIM118 - not a dict
        if name not in _UNLOGGED:
            found[name] = _plain(_value(row, name, before))
    for name in mapper.relationships.keys():  # noqa: SIM118 - not a dict
        parts = (part for part in _parts(row, name, before) if part not in deleted)
        found[name] = _listed(parts, before)
    found["gone"] = found.get("gone") or None
    said = {name: value for name, value in found.items() if value not in (None, "", [])}
    return sealed(row.__tablename__, row.natural_key, said)


def _touched(session: Session) -> Iterator[Any]:
    """The rows that a flush is about to write, each once; a part stands for its row."""
    rows: dict[int, Any] = {}
    for one in (*session.new, *session.dirty, *session.deleted):
        row = one.owner if isinstance(one, Part) else one
        if isinstance(row, Logged):
            rows.setdefault(id(row), row)
    yield from rows.values()


def _difference(
    row: Any, deleted: Collection[Any]
) -> Iterator[tuple[Values | None, Values | None]]:
    """Before and after of a row: nothing when it says the same."""
    if inspect(row).pending:
        yield None, content(row)
    elif row in deleted:
        yield content(row, before=True), None
    else:
        before, after = content(row, before=True), content(row, deleted=deleted)
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        if names:
            yield _only(names, before), _only(names, after)


def _only(names: Iterable[str], values: Values) -> Values:
    return {name: values.get(name) for name in names}


def _value(row: Any, name: str, before: bool) -> Any:
    if not before:
        return getattr(row, name)
    history = inspect(row).attrs[name].load_history()
    return (*history.deleted, *history.unchanged, None)[0]


def _parts(row: Any, name: str, before: bool) -> list[Any]:
    if not before:
        return list(getattr(row, name))
    history = inspect(row).attrs[name].load_history()
    return [*history.deleted, *history.unchanged]


def _listed(parts: Iterable[Any], before: bool) -> list[Any]:
    ordered = sorted(parts, key=lambda part: _value(part, "position", before))
    return [
        [_value(part, "value", before), _value(part, "amount", before)]
        if hasattr(part, "amount")
        else _value(part, "value", before)
        for part in ordered
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value.isoformat() if isinstance(value, dt.date) else value
