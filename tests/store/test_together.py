"""Two processes write at once and lose nothing; a kill at any moment leaves the last commit."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from planner.domain.instance import Instance
from planner.domain.ledgers import ListVersion, Submission, SubmissionKind
from planner.io.reader import read_workbook
from planner.io.rows import Records
from planner.io.writer import write_workbook
from planner.run.db import backup, import_workbook, restore
from planner.samples import sample_instance
from planner.store import copies
from planner.store.contents import instance_of, keep, keep_workbook, ledger, records_of
from planner.store.database import Address, Database, address_of
from tests.builders import day, instance
from tests.store.test_contents import TODAY, entries, where

FORK = multiprocessing.get_context("fork")
ROUNDS = 25
KILLS = 24


def at_once(target: Callable[..., None], *arguments: tuple[Any, ...]) -> None:
    """Run a function in several processes that set out together; all must end well."""
    start = FORK.Event()
    processes = [FORK.Process(target=target, args=(start, *one)) for one in arguments]
    for process in processes:
        process.start()
    start.set()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(arguments)


def count_up(start: Event, store: str, name: str) -> None:
    """Read, add one and write, many times over, and hand in a paper each time."""
    database = Database(address_of(store))
    start.wait()
    for number in range(ROUNDS):
        with database.writing(name, "计数") as session:
            (version,) = ledger(session, ListVersion)
            count = int(version.file_no or 0) + 1
            keep(session, [version.model_copy(update={"file_no": str(count)})])
            keep(session, [paper(f"{name}{number}")])


def paper(period: str) -> Submission:
    return Submission(
        kind=SubmissionKind.TEXT, period=period, department="D1", due_on=day("2027-03-05")
    )


def test_two_writers_lose_nothing(store: Address, tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    write_workbook(instance(), path)
    import_workbook(where(store), path, "甲")
    database = Database(store)
    with database.writing("甲", "开始") as session:
        keep(session, [ListVersion(quarter="2027Q1", department="D1")])
    at_once(count_up, (where(store), "乙"), (where(store), "丙"))
    with database.reading() as reader:
        (version,) = ledger(reader, ListVersion)
        papers = ledger(reader, Submission)
    assert version.file_no == str(2 * ROUNDS)
    assert {one.period for one in papers} == {f"{a}{n}" for a in "乙丙" for n in range(ROUNDS)}
    counted = [
        (one.before or {}, one.after or {})
        for one in entries(store)
        if one.table_name == "list_versions" and one.task == "计数"
    ]
    assert [int(after["file_no"]) for _, after in counted] == list(range(1, 2 * ROUNDS + 1))
    assert all(
        int(before["file_no"] or 0) + 1 == int(after["file_no"]) for before, after in counted
    )


def import_at_once(start: Event, store: str, path: Path, who: str) -> None:
    start.wait()
    os._exit(import_workbook(store, path, who).exit_code)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_first_imports_at_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Where there is no store yet, one of them makes it; the second finds nothing to do."""
    path = tmp_path / "in.xlsx"
    write_workbook(instance(), path)
    new = str(tmp_path / "新.db") if kind == "sqlite" else request.getfixturevalue("empty_database")
    at_once(import_at_once, (new, path, "甲"), (new, path, "乙"))
    assert len({one.who for one in entries(address_of(new))}) == 1


# -- kills --------------------------------------------------------------------------------------


def to_and_fro(
    store: str, begun: Event, committed: Event, workbooks: tuple[Records, Records]
) -> None:
    """Import the one and the other workbook for ever."""
    database = Database(address_of(store))
    while True:
        for records in workbooks:
            with database.writing("甲", "导入") as session:
                begun.set()
                keep_workbook(session, records)
            committed.set()


def two_workbooks(tmp_path: Path) -> tuple[tuple[Records, Instance], tuple[Records, Instance]]:
    """A department sample, and the same with every person in another office and one absence
    less."""
    found = []
    known = sample_instance("department", 1)
    other = known.model_copy(
        update={
            "inspectors": tuple(
                one.model_copy(update={"office": "另一科", "skills": one.skills[::-1]})
                for one in known.inspectors
            ),
            "absences": known.absences[1:],
        }
    )
    for name, one in (("甲", known), ("乙", other)):
        path = tmp_path / f"{name}.xlsx"
        write_workbook(one, path)
        result = read_workbook(path, today=TODAY)
        assert result.instance is not None
        found.append((result.records, result.instance))
    return found[0], found[1]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_leaves_the_last_commit(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """SIGKILL at many moments of an import: the store is sound and holds one workbook or the
    other, or none before the first commit, never a part; its log tells how it came there."""
    store: Address = request.getfixturevalue(f"{kind}_store")
    (one, first), (other, second) = two_workbooks(tmp_path)
    chance = random.Random(1)
    allowed: list[Instance | None] = [first, second, None]
    for number in range(KILLS):
        begun, committed = FORK.Event(), FORK.Event()
        arguments = (where(store), begun, committed, (other, one))
        process = FORK.Process(target=to_and_fro, args=arguments)
        process.start()
        assert begun.wait(timeout=60)
        if number >= KILLS // 3:
            assert committed.wait(timeout=60)
            allowed = [first, second]
        time.sleep(chance.uniform(0, 0.4))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        if store.file:
            with closing(sqlite3.connect(store.file)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        database = Database(store)
        with database.reading() as reader:
            found = instance_of(records_of(reader), today=TODAY)
        assert found in allowed
        people = {row.id: row.office for row in found.inspectors} if found else {}
        assert offices_by_the_log(store) == people
    assert len(entries(store)) > 2 * len(first.inspectors)


def offices_by_the_log(store: Address) -> dict[str, str]:
    """Who is in which office, as the log of changes tells it from the beginning."""
    found: dict[str, str] = {}
    for entry in entries(store):
        if entry.table_name == "inspectors" and entry.after and "office" in entry.after:
            if entry.before is not None:
                assert entry.before["office"] == found[entry.natural_key]
            found[entry.natural_key] = entry.after["office"]
    return found


def back_and_forth(store: str, begun: Event, backups: tuple[Path, Path]) -> None:
    """Restore the one and the other backup for ever."""
    while True:
        for one in backups:
            begun.set()
            copies.restore(address_of(store), one)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_kill_while_restoring_leaves_one_whole_store(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store: Address = request.getfixturevalue(f"{kind}_store")
    (_, first), (_, second) = two_workbooks(tmp_path)
    for name in ("甲", "乙"):
        file = tmp_path / f"{name}.db"
        assert import_workbook(str(file), tmp_path / f"{name}.xlsx", name).exit_code == 0
        assert backup(str(file), tmp_path / f"{name}-备份.db").exit_code == 0
    backups = (tmp_path / "甲-备份.db", tmp_path / "乙-备份.db")
    assert restore(where(store), backups[0], force=True).exit_code == 0
    chance = random.Random(2)
    for _ in range(KILLS // 3):
        begun = FORK.Event()
        process = FORK.Process(target=back_and_forth, args=(where(store), begun, backups))
        process.start()
        assert begun.wait(timeout=60)
        time.sleep(chance.uniform(0, 0.8))
        process.kill()
        process.join()
        with Database(store).reading() as reader:
            found = instance_of(records_of(reader), today=TODAY)
        assert found in (first, second)
        assert {one.who for one in entries(store)} == {"甲" if found == first else "乙"}
