"""备份 and 恢复: a backup is one SQLite file, whatever the store is kept in.

A SQLite store is copied by the database itself while others work; a PostgreSQL store row by row
from one state of it. Restoring replaces everything in one transaction, the log of changes included.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text

from planner.store.database import (
    BUSY_SECONDS,
    Address,
    address_of,
    begin,
    engine_of,
    existing,
    told,
)
from planner.store.errors import StoreError
from planner.store.migrate import Revision, revision_of, upgrade
from planner.store.tables import Base

_ROWS_AT_ONCE = 1000


def prepare(address: Address) -> bool:
    """Make the store where there is none yet; whether it was made. StoreError when the place is
    taken by something else."""
    if address.file and not address.file.resolve().parent.is_dir():
        raise StoreError(f"没有文件夹 {address.file.resolve().parent}，请先建好")
    with told(address), _transaction(address, writes=True) as connection:
        if revision_of(connection) is not None:
            return False
        if inspect(connection).get_table_names():
            raise StoreError(f"{address} 中已有别的程序的表，未改动。请换一个文件或数据库")
        upgrade(connection)
        return True


def revision_at(address: Address) -> Revision:
    """The version of the schema of a store; StoreError where there is none, or a later one."""
    if address.file and not address.file.exists():
        raise StoreError(f"没有 {address}。请先运行：{address.command('init')}")
    with told(address), _transaction(address, writes=False) as connection:
        return existing(connection, address)


def bring_up_to_date(address: Address) -> None:
    """Bring the schema of a store to this program's version."""
    with told(address), _transaction(address, writes=True) as connection:
        if not existing(connection, address).current:
            upgrade(connection)


def backup(address: Address, target: Path) -> None:
    """Copy the store, as it is at this moment, to a SQLite file, whole or not at all."""
    revision_at(address)
    with told(address), _draft(target) as draft:
        if address.file:
            with closing(_opened(address.file)) as source, closing(_opened(draft)) as copy:
                source.backup(copy)
        else:
            with _transaction(address, writes=False) as source_rows:
                found = existing(source_rows, address)
                with _transaction(address_of(str(draft)), writes=True) as copy_rows:
                    upgrade(copy_rows, found.name)
                    _copy_rows(source_rows, copy_rows)
        with closing(_opened(draft)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
            _require_sound(copy, target)


def restore(address: Address, source: Path, keep: Path | None = None) -> None:
    """Replace whatever the store holds by a backup, in one transaction; what it held is backed up
    to ``keep`` first, once the new content is known to be good.

    A backup of an older schema is brought up to date on the way. StoreError when the file is no
    sound backup.
    """
    if not source.is_file():
        raise StoreError(f"没有备份文件 {source}")
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        copy = address_of(str(Path(folder) / "restore.db"))
        assert copy.file
        with (
            told(address_of(str(source))),
            closing(_opened(source)) as original,
            closing(_opened(copy.file)) as draft,
        ):
            _require_sound(original, source)
            original.backup(draft)
        with told(address_of(str(source))), _transaction(copy, writes=True) as connection:
            if not existing(connection, address_of(str(source))).current:
                upgrade(connection)
        if keep:
            backup(address, keep)
        if address.file:
            with (
                told(address),
                closing(_opened(copy.file)) as draft,
                closing(_opened(address.file)) as target,
            ):
                draft.backup(target)
            return
        prepare(address)
        with (
            told(address),
            _transaction(copy, writes=False) as rows,
            _transaction(address, writes=True) as target_rows,
        ):
            _copy_rows(rows, target_rows)


def holds_something(address: Address) -> bool:
    """Whether a store is there and anything was ever written to it."""
    if address.file and not address.file.exists():
        return False
    changes = Base.metadata.tables["changes"]
    with told(address), _transaction(address, writes=False) as connection:
        if revision_of(connection) is None:
            return bool(inspect(connection).get_table_names())
        return connection.scalar(select(func.count()).select_from(changes)) != 0


def _transaction(address: Address, *, writes: bool) -> AbstractContextManager[Connection]:
    """A transaction of the store's own upkeep, which the log of changes knows nothing of."""
    return begin(engine_of(address), writes=writes)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _require_sound(connection: sqlite3.Connection, path: Path) -> None:
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
            raise
        sound = False
    if not sound:
        raise StoreError(f"{path} 已损坏，不能用。请换一份备份")


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when all went well."""
    target.resolve().parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.resolve().parent, prefix=".planner-", suffix=".tmp")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.replace(target)
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{draft}{suffix}").unlink()


def _copy_rows(source: Connection, target: Connection) -> None:
    """Replace every row of the target, which has the same schema; its guards stand aside and come
    back."""
    found = revision_of(source)
    metadata = Base.metadata
    if found and not found.current:
        metadata = MetaData()
        metadata.reflect(source, only=lambda name, _: name != "alembic_version")
    tables = metadata.sorted_tables
    with _unguarded(target, tables):
        for table in reversed(tables):
            target.execute(table.delete())
        for table in tables:
            for rows in source.execute(select(table)).mappings().partitions(_ROWS_AT_ONCE):
                target.execute(table.insert(), [dict(row) for row in rows])
    if target.dialect.name == "postgresql":
        for table in tables:
            target.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'row_id'),"
                    f" coalesce(max(row_id), 1), max(row_id) IS NOT NULL) FROM {table.name}"
                )
            )


@contextmanager
def _unguarded(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Let the rows of another store in: the triggers are for those who change this one."""
    if connection.dialect.name == "sqlite":
        triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        guards = [tuple(row) for row in connection.execute(text(triggers))]
        for name, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for _, sql in guards:
            connection.exec_driver_sql(sql)
        return
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # none may wait for the commit
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
