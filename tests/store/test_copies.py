"""The file itself: versions of the schema, backup and restore, on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from planner.domain.ledgers import PlanState
from planner.io.plan_json import plan_to_json
from planner.io.writer import write_workbook
from planner.run.db import (
    backup,
    export_workbook,
    import_workbook,
    init,
    list_plans,
    log,
    restore,
    upgrade,
)
from planner.store.contents import keep
from planner.store.database import Address, Database, address_of, begin, engine_of
from planner.store.migrate import HEAD, REVISIONS
from planner.store.migrate import upgrade as migrate
from planner.store.plans import advance, save_plan
from planner.store.tables import Base
from tests.store.test_contents import LEDGER_ROWS, where
from tests.store.test_guards import KNOWN, PLAN, REFUSED, REFUSED_ONCE_APPROVED, refuse

Content = Mapping[str, Sequence[Mapping[str, Any]]]


def content_of(address: Address) -> Content:
    """Every row of every table that is there."""
    engine = engine_of(address)
    with begin(engine, writes=False) as connection:
        there = inspect(connection).get_table_names()
        return {
            table.name: [
                dict(row)
                for row in connection.execute(select(table).order_by(table.c.row_id)).mappings()
            ]
            for table in Base.metadata.sorted_tables
            if table.name in there
        }


@pytest.fixture
def full(store: Address, tmp_path: Path) -> Address:
    """A store with a workbook, every ledger and an approved plan."""
    path = tmp_path / "in.xlsx"
    write_workbook(KNOWN, path)
    assert import_workbook(where(store), path, "甲").exit_code == 0
    database = Database(store)
    with database.writing("甲", "记台账") as session:
        for row in LEDGER_ROWS:
            keep(session, [row])
        save_plan(session, PLAN, plan_to_json(PLAN, KNOWN).encode())
    for state in (PlanState.REVIEW, PlanState.APPROVED):
        with database.writing("乙", str(state)) as session:
            advance(session, "2027H1-1", state, approver="王五")
    return store


def stamped(address: Address, revision: str) -> None:
    engine = engine_of(address)
    with begin(engine, writes=True) as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))


# -- versions of the schema ---------------------------------------------------------------------


def test_the_migrations_make_the_tables_of_the_program(store: Address) -> None:
    """A changed contract needs a migration: this test says which."""
    engine = engine_of(store)
    with begin(engine, writes=False) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_init_makes_a_store_once(tmp_path: Path) -> None:
    path = tmp_path / "planner.db"
    assert init(str(path)).messages == (f"已建立台账库 {path}。",)
    made = path.read_bytes()
    assert init(str(path)).messages == (f"已有台账库 {path}。",)
    assert path.read_bytes() == made


def test_a_newer_schema_is_refused(full: Address, tmp_path: Path) -> None:
    stamped(full, "9999")
    before = content_of(full)
    path = tmp_path / "in.xlsx"
    for outcome in (
        import_workbook(where(full), path, "甲"),
        export_workbook(where(full), tmp_path / "out.xlsx"),
        upgrade(where(full)),
        backup(where(full), tmp_path / "b.db"),
        list_plans(where(full)),
    ):
        assert outcome.exit_code == 2
        assert "由更新版本的程序建立（结构 9999，" in outcome.messages[-1]
    assert content_of(full) == before
    assert {one.name for one in tmp_path.glob("*.*")} <= {"in.xlsx", "planner.db"} | {
        f"planner.db-{one}" for one in ("wal", "shm")
    }


def brought_up(content: Content) -> Content:
    """The rows of an earlier schema after an upgrade: its new tables are empty."""
    return {**{table.name: [] for table in Base.metadata.sorted_tables}, **content}


def older(address: Address, source: Address, revision: str) -> None:
    """A store of an earlier schema with the rows of another one, as far as it has tables for
    them."""
    rows = content_of(source)
    engine = engine_of(address)
    with begin(engine, writes=True) as connection:
        migrate(connection, REVISIONS[0])
        there = inspect(connection).get_table_names()
        for table in Base.metadata.sorted_tables:
            if table.name in there and rows[table.name]:
                connection.execute(table.insert(), rows[table.name])
        migrate(connection, revision)


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_schema_is_backed_up_and_upgraded(
    kind: str, revision: str, full: Address, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    if kind == "sqlite":
        old = address_of(str(tmp_path / "旧.db"))
    else:
        old = address_of(request.getfixturevalue("empty_database"))
    older(old, full, revision)
    before = content_of(old)
    assert before["hazards"]
    assert "inspections" not in before
    refused = list_plans(where(old))
    assert refused.exit_code == 2
    assert f"请先运行：{old.command('upgrade')}，升级前" in refused.messages[0]
    done = upgrade(where(old))
    assert f"已由 {revision} 升级到 {HEAD}" in done.messages[0]
    (safe,) = done.files
    assert content_of(old) == brought_up(before)
    refuse(old, {"DELETE FROM changes": REFUSED["DELETE FROM changes"]})
    assert list_plans(str(safe)).exit_code == 2  # the backup is of the old schema
    assert content_of(address_of(str(safe))) == before
    assert "已是最新" in upgrade(where(old)).messages[0]


# -- backup and restore -------------------------------------------------------------------------


def test_a_backup_holds_everything(full: Address, tmp_path: Path) -> None:
    target = tmp_path / "备份.db"
    assert backup(where(full), target).files == (target,)
    assert content_of(address_of(str(target))) == content_of(full)
    refuse(address_of(str(target)), {"DELETE FROM changes": "只能增加"})


def test_a_backup_is_one_whole_file_or_none(full: Address, tmp_path: Path) -> None:
    folder = tmp_path / "备份"
    folder.mkdir()
    backup(where(full), folder / "b.db")
    assert [one.name for one in folder.iterdir()] == ["b.db"]
    missing = backup(where(address_of(str(tmp_path / "没有.db"))), folder / "c.db")
    assert missing.exit_code == 2
    assert [one.name for one in folder.iterdir()] == ["b.db"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_is_restored(
    kind: str, full: Address, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From either database to either one, into an empty place and over another content."""
    known = content_of(full)
    saved = tmp_path / "备份.db"
    backup(where(full), saved)
    if kind == "sqlite":
        target = address_of(str(tmp_path / "新.db"))
    else:
        target = address_of(request.getfixturevalue("empty_database"))
    assert restore(where(target), saved, force=False).exit_code == 0
    assert content_of(target) == known
    refuse(target, REFUSED_ONCE_APPROVED)


def test_what_a_restore_replaces_is_backed_up_first(
    full: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved = tmp_path / "备份.db"
    backup(where(full), saved)
    known = content_of(full)
    database = Database(full)
    with database.writing("丙", "备案") as session:
        advance(session, "2027H1-1", PlanState.FILED)
    later = content_of(full)
    refused = restore(where(full), saved, force=False)
    assert refused.exit_code == 2
    assert "--force" in refused.messages[0]
    assert content_of(full) == later
    done = restore(where(full), saved, force=True)
    assert content_of(full) == known
    assert content_of(address_of(str(done.files[0]))) == later
    with database.writing("丁", "备案") as session:  # new rows get new numbers
        advance(session, "2027H1-1", PlanState.FILED)
    assert len(content_of(full)["changes"]) == len(known["changes"]) + 1


def test_a_backup_of_an_older_schema_is_restored_and_brought_up_to_date(
    full: Address, tmp_path: Path
) -> None:
    old = tmp_path / "旧备份.db"
    older(address_of(str(old)), full, REVISIONS[0])
    target = str(tmp_path / "新.db")
    assert restore(target, old, force=False).exit_code == 0
    assert content_of(address_of(target)) == brought_up(content_of(address_of(str(old))))
    refuse(address_of(target), {"DELETE FROM changes": "只能增加"})


def test_a_damaged_backup_is_refused_before_anything_is_backed_up(
    full: Address, tmp_path: Path, new_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = content_of(full)
    damaged = tmp_path / "坏.db"
    content = bytearray(new_file.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    damaged.write_bytes(content)
    for source in (damaged, tmp_path / "没有.db"):
        assert restore(where(full), source, force=True).exit_code == 2
    text_file = tmp_path / "说明.txt"
    text_file.write_text("这不是备份" * 1000, encoding="utf-8")
    assert restore(where(full), text_file, force=True).exit_code == 2
    assert content_of(full) == before
    beside = full.file.parent if full.file else tmp_path
    assert not list(beside.glob("*恢复前*"))


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "别的.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (line TEXT)")
        connection.commit()
    for outcome in (
        init(str(path)),
        restore(str(path), path, force=False),
        log(str(path), title="", key="", since=None, limit=1),
    ):
        assert outcome.exit_code == 2
    engine = engine_of(address_of(str(path)))
    assert inspect(engine).get_table_names() == ["notes"]


@pytest.mark.parametrize(
    ("db", "says"),
    [
        ("mysql://u:geheim@h/x", "不能用 mysql"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "连不上"),
        ("没有/这个/库.db", "没有"),
    ],
)
def test_what_cannot_be_opened_is_told(db: str, says: str, tmp_path: Path) -> None:
    for outcome in (init(db), list_plans(db)):
        assert outcome.exit_code == 2
        assert says in outcome.messages[0]
        assert "geheim" not in outcome.messages[0]
