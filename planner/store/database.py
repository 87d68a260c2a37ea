"""Opening the store: a SQLite file or a PostgreSQL database, one writer at a time.

Whoever writes takes the lock as the transaction begins, before anything is read, and keeps it until
the commit; nothing that somebody else has written in between can be overwritten unseen. Readers see
the last commit and wait for nobody.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from planner.store.changes import LoggedSession, refuse_unlogged_writes
from planner.store.errors import StoreError
from planner.store.migrate import HEAD, Revision, revision_of

DEFAULT_FILE = "planner.db"
"""The store where nothing else is named: a file in the current folder."""
BUSY_SECONDS = 60
"""How long a writer waits for another one."""

_WRITER = "planner_writer"
_ADVISORY_LOCK = 1_886_151_026
"""The lock of PostgreSQL that all writers take: any number that nobody else uses."""


@dataclass(frozen=True)
class Address:
    """Where the store is: the URL, and what a message may show of it (never a password)."""

    url: URL

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for a server."""
        named = self.url.database if self.url.get_backend_name() == "sqlite" else None
        return Path(named) if named else None

    def command(self, words: str) -> str:
        """``planner db`` and ``words`` as they are typed for this store."""
        if self.file == Path(DEFAULT_FILE):
            return f"planner db {words}"
        server = self.url.set(drivername="postgresql")
        where = str(self.file or server.render_as_string())
        return f"planner db {words} --db " + (f'"{where}"' if " " in where else where)

    def __str__(self) -> str:
        return str(self.file.resolve() if self.file else self.url.render_as_string())


def address_of(text: str | None) -> Address:
    """The store that ``--db`` or PLANNER_DB means: a URL, or the path of a file.

    StoreError for a URL of another kind of database.
    """
    text = text or DEFAULT_FILE
    if "://" not in text:
        return Address(URL.create("sqlite", database=os.fspath(Path(text))))
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError("--db 的网址写得不对，应如 postgresql://用户@主机/库名") from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return Address(url.set(drivername="postgresql+psycopg"))
    if backend == "sqlite" and url.database:
        return Address(url)
    raise StoreError(f"--db 不能用 {backend}：只能是 SQLite 文件，或 postgresql:// 开头的网址")


def address_in(session: Session) -> Address:
    """The store that a session works on."""
    return Address(session.get_bind().engine.url)


class Database:
    """The store at an address. ``reading`` and ``writing`` give a session in a transaction."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._engine = engine_of(address)
        refuse_unlogged_writes(self._engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the store, the last commit."""
        with self._begin(writes=False) as connection:
            yield Session(connection, autoflush=False)

    @contextmanager
    def writing(self, who: str, task: str) -> Iterator[LoggedSession]:
        """A session that may change the store: all is committed at the end, or nothing."""
        with self._begin(writes=True) as connection:
            session = LoggedSession(connection, who, task)
            yield session
            session.flush()

    @contextmanager
    def _begin(self, *, writes: bool) -> Iterator[Connection]:
        if self.address.file and not self.address.file.exists():
            raise StoreError(f"没有 {self.address}。请先运行：{self.address.command('init')}")
        with told(self.address), begin(self._engine, writes=writes) as connection:
            require_current(connection, self.address)
            yield connection


def engine_of(address: Address) -> Engine:
    """An engine whose connections are set up as the store needs them; each lasts as long as its
    transaction, so that nothing keeps the file open or the server busy."""
    if address.file:
        engine = create_engine(
            address.url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(
            address.url,
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            connect_args={"options": "-c timezone=UTC"},
        )
    except ModuleNotFoundError:
        raise StoreError("用 PostgreSQL 要先安装：pip install 'planner[postgresql]'") from None


@contextmanager
def begin(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """A transaction; one that ``writes`` holds the writers' lock from the start."""
    server = engine.dialect.name == "postgresql"
    options: dict[str, Any] = {_WRITER: writes}
    if server and writes:  # what is read after the lock was taken is the latest
        options["isolation_level"] = "READ COMMITTED"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if server and writes:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        yield connection


def existing(connection: Connection, address: Address) -> Revision:
    """The version of a store; StoreError where there is none, or a later program's."""
    found = revision_of(connection)
    if found is None:
        raise StoreError(f"{address} 中还没有台账库。请先运行：{address.command('init')}")
    if found.newer:
        raise StoreError(
            f"{address} 由更新版本的程序建立（结构 {found.name}，本程序只认到 {HEAD}）。"
            "未读取、未改动，请先升级本程序"
        )
    return found


def require_current(connection: Connection, address: Address) -> None:
    """StoreError unless the schema is the one of this program."""
    found = existing(connection, address)
    if not found.current:
        raise StoreError(
            f"{address} 的结构是旧的（{found.name}，现为 {HEAD}）。请先运行："
            f"{address.command('upgrade')}，升级前会自动备份"
        )


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Say in Chinese what a database says in English when it cannot be reached or used."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # the second as a connection is set up
        said = str(error.orig if isinstance(error, DBAPIError) else error)
        meaning = next((text for sign, text in _TROUBLES if re.search(sign, said)), "")
        if not meaning and isinstance(error, OperationalError):
            meaning = "连不上。请核对网址、用户、密码，服务器是否在运行"
        if not meaning:
            raise  # a defect of the program
        advised = meaning.format(restore=address.command("restore 备份.db"))
        raise StoreError(f"{address} {advised}") from error


_TROUBLES: tuple[tuple[str, str], ...] = (
    ("not a database", "不是台账库文件，未改动。请核对 --db"),
    ("malformed", "已损坏，未改动。请从备份恢复：{restore}"),
    ("is locked|is busy", f"正被另一个程序写入，等了 {BUSY_SECONDS} 秒。未改动，请稍后重试"),
    ("readonly|unable to open", "打不开或不能写。请核对路径和权限"),
    ("disk I/O|disk is full", "所在的磁盘出错或已满。已提交的内容不受影响，请清理后重试"),
    ("permission denied", "不许这个用户建表或读写。请数据库管理员授权"),
)
"""What databases say (the first that is found) and what it means to the user."""


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL",
        "foreign_keys=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
