"""Nobody writes past the log, nobody rewrites it, and an approved plan is final."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from planner.domain.ledgers import ListVersion, PlanState
from planner.domain.plan import Plan
from planner.io.plan_json import plan_to_json
from planner.io.writer import write_workbook
from planner.run.db import import_workbook
from planner.store.changes import LoggedSession, UnloggedWriteError
from planner.store.contents import keep, ledger
from planner.store.database import Address, Database, begin, engine_of
from planner.store.errors import StoreError
from planner.store.plans import advance, find_plan, plan_history, save_plan
from planner.store.tables import SHELVES, Change
from tests.builders import instance, plan, shortage, site, stint
from tests.store.test_contents import entries, where

KNOWN = instance(sites=(site("O1"), site("O2", name="另一厂")))
PLAN = plan(stint("O1", "P1"), shortages=(shortage("O2"),), input_hash="0" * 64)
VERSION = ListVersion(quarter="2027Q1", department="D1")


@pytest.fixture
def peopled(store: Address, tmp_path: Path) -> Address:
    """A store with one version of a list and one saved plan."""
    return settle(store, tmp_path)


@pytest.fixture
def peopled_file(sqlite_store: Address, tmp_path: Path) -> Address:
    """The same in a SQLite file, for what no database has a part in."""
    return settle(sqlite_store, tmp_path)


def settle(store: Address, tmp_path: Path) -> Address:
    path = tmp_path / "in.xlsx"
    write_workbook(KNOWN, path)
    assert import_workbook(where(store), path, "甲").exit_code == 0
    database = Database(store)
    with database.writing("甲", "记台账") as session:
        keep(session, [VERSION])
        assert save(session, PLAN) == "2027H1-1"
    return store


def save(session: LoggedSession, one: Plan) -> str:
    return save_plan(session, one, plan_to_json(one, KNOWN).encode())


ROW = SHELVES["名单版本"].row

UNLOGGED: dict[str, Callable[[Session], object]] = {
    "statement": lambda session: session.execute(update(ROW).values(judged_by="乙")),
    "insert": lambda session: session.execute(
        insert(Change), [{"who": "乙", "task": "", "table_name": "", "natural_key": ""}]
    ),
    "text": lambda session: session.execute(text("UPDATE list_versions SET judged_by = '乙'")),
    "query": lambda session: session.query(ROW).update({"judged_by": "乙"}),
    "bulk": lambda session: session.bulk_update_mappings(ROW, [{"row_id": 1, "judged_by": "乙"}]),
    "driver": lambda session: session.connection().exec_driver_sql("DELETE FROM list_versions"),
}


def change(database: Database, *actions: Callable[[LoggedSession], object]) -> None:
    """Do all this to the store in one transaction."""
    with database.writing("乙", "改动") as session:
        for action in actions:
            action(session)


@pytest.mark.parametrize("way", UNLOGGED)
@pytest.mark.parametrize("after_a_logged_one", [False, True])
def test_writing_past_the_log_is_refused(
    peopled_file: Address, way: str, after_a_logged_one: bool
) -> None:
    before = len(entries(peopled_file))
    logged = VERSION.model_copy(update={"judged_by": "丙"})
    first = [lambda session: keep(session, [logged])] if after_a_logged_one else []
    database = Database(peopled_file)
    with pytest.raises(UnloggedWriteError):
        change(database, *first, UNLOGGED[way])
    with pytest.raises(UnloggedWriteError), database.reading() as reader:
        UNLOGGED[way](reader)
    with database.reading() as reader:
        assert ledger(reader, ListVersion) == (VERSION,)
    assert len(entries(peopled_file)) == before


def test_a_failed_flush_does_not_open_the_door(peopled_file: Address) -> None:
    repeated = ROW(natural_key="2027Q1/D1/1", position=9, gone=False)
    database = Database(peopled_file)
    with pytest.raises(DBAPIError):
        change(database, lambda session: session.add(repeated))
    with pytest.raises(UnloggedWriteError):
        change(database, UNLOGGED["statement"])


def test_a_part_that_changes_is_logged_with_its_row(peopled: Address) -> None:
    """Also where somebody reaches for the part alone."""
    database = Database(peopled)
    shelf = SHELVES["驻点人员"]
    with database.writing("乙", "改能力") as session:
        part = session.query(shelf.parts["skills"]).filter_by(value="S1").one()
        part.amount = 3
    last = entries(peopled)[-1]
    assert (last.table_name, last.natural_key) == ("inspectors", "P1")
    assert last.before == {"skills": [["S1", 2], ["CH", 2], ["CO", 2]]}
    assert last.after == {"skills": [["S1", 3], ["CH", 2], ["CO", 2]]}
    with database.writing("乙", "删能力") as session:
        session.delete(session.query(shelf.parts["skills"]).filter_by(value="CO").one())
    assert entries(peopled)[-1].after == {"skills": [["S1", 3], ["CH", 2]]}


def test_a_deleted_row_leaves_an_entry(peopled: Address) -> None:
    database = Database(peopled)
    with database.writing("乙", "删除") as session:
        session.delete(session.query(ROW).one())
    last = entries(peopled)[-1]
    assert last.after is None
    assert last.before is not None
    assert last.before["quarter"] == "2027Q1"


REFUSED = {
    "UPDATE changes SET who = '乙'": "只能增加",
    "DELETE FROM changes": "只能增加",
    "UPDATE plans SET input_hash = 'x'": "不能修改",
    "UPDATE plans SET proof = '{}'": "不能修改",
    "DELETE FROM plans": "不能修改",
    "UPDATE plans SET state = '批准', approver = '王五'": "次序",
    "UPDATE plans SET state = '备案'": "次序",
    "UPDATE plans SET approver = '某人'": "次序",
    "UPDATE plan_stints SET slot = 2": "不能增删改",
    "DELETE FROM plan_stints": "不能增删改",
    "DELETE FROM plan_shortages": "不能增删改",
}
REFUSED_ONCE_APPROVED = {
    **REFUSED,
    "UPDATE plans SET state = '草案'": "次序",
    "UPDATE plans SET state = '审核'": "次序",
    "UPDATE plans SET file_no = '1号'": "次序",
    "INSERT INTO plan_stints (natural_key, plan_id, site_id, department, slot, inspector_id, form,"
    " start) SELECT 'x', plan_id, site_id, department, slot, inspector_id, form, start"
    " FROM plan_stints": "不能增删改",
    "INSERT INTO plans (natural_key, round, number, state, input_hash, plan_hash, plan_json,"
    " approver, file_no) SELECT 'x', round, 9, state, input_hash, plan_hash, plan_json, approver,"
    " file_no FROM plans": "次序",
}  # fmt: skip
for allowed_now in ("备案'", "批准', approver = '王五'"):
    del REFUSED_ONCE_APPROVED[f"UPDATE plans SET state = '{allowed_now}"]


def refuse(address: Address, statements: dict[str, str]) -> None:
    """Each of the statements fails, and says why, on a connection that the program does not
    watch."""
    engine = engine_of(address)
    for statement, why in statements.items():
        with pytest.raises(DBAPIError, match=why), begin(engine, writes=True) as connection:
            connection.execute(text(statement))


def test_the_database_itself_refuses(peopled: Address) -> None:
    refuse(peopled, REFUSED)


def test_an_approved_plan_is_final_in_the_database(peopled: Address) -> None:
    database = Database(peopled)
    for state, approver in ((PlanState.REVIEW, ""), (PlanState.APPROVED, "王五")):
        with database.writing("甲", str(state)) as session:
            advance(session, "2027H1-1", state, approver=approver)
    refuse(peopled, REFUSED_ONCE_APPROVED)
    with database.writing("丁", "备案") as session:
        advance(session, "2027H1-1", PlanState.FILED, file_no="济安办〔2027〕2号")
    refuse(peopled, {**REFUSED_ONCE_APPROVED, "UPDATE plans SET file_no = ''": "次序"})
    with database.reading() as reader:
        (found,) = plan_history(reader)
    assert [(one.state, one.who) for one in found.steps] == [
        ("草案", "甲"), ("审核", "甲"), ("批准", "甲"), ("备案", "丁"),
    ]  # fmt: skip
    assert (found.approver, found.file_no) == ("王五", "济安办〔2027〕2号")


def test_nothing_is_emptied(postgresql_store: Address) -> None:
    refuse(postgresql_store, {"TRUNCATE changes": "不能清空", "TRUNCATE plans CASCADE": "不能清空"})


def test_a_plan_comes_out_byte_for_byte(peopled: Address) -> None:
    database = Database(peopled)
    with database.reading() as reader:
        found = find_plan(reader, "2027H1-1")
    assert found.content.decode() == plan_to_json(PLAN, KNOWN)
    assert (found.state, found.input_hash, found.departments) == ("草案", "0" * 64, ("D1",))


def test_the_same_plan_is_saved_once_and_another_one_is_another_version(peopled: Address) -> None:
    other = PLAN.model_copy(update={"shortages": (shortage("O2", end="2027-03-01"),)})
    database = Database(peopled)
    with database.writing("甲", "存计划") as session:
        assert save(session, PLAN) == "2027H1-1"
        assert not session.entries
        assert save(session, other) == "2027H1-2"
    with database.reading() as reader:
        assert [one.key for one in plan_history(reader)] == ["2027H1-1", "2027H1-2"]


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        (["批准"], "不能改为 批准：下一步是 审核"),
        (["审核", "审核"], "不能改为 审核：下一步是 批准"),
        (["审核", "备案"], "不能改为 备案：下一步是 批准"),
        (["审核", "批准"], "--approver"),
    ],
)
def test_states_follow_one_another(
    sqlite_store: Address, tmp_path: Path, steps: list[str], refusal: str
) -> None:
    path = tmp_path / "in.xlsx"
    write_workbook(KNOWN, path)
    import_workbook(where(sqlite_store), path, "甲")
    forward = [partial(advance, key="2027H1-1", state=PlanState(one)) for one in steps]
    database = Database(sqlite_store)
    with pytest.raises(StoreError, match=refusal):
        change(database, lambda session: save(session, PLAN), *forward)
    with database.reading() as reader:
        assert plan_history(reader) == ()


def test_a_plan_of_strangers_is_refused(peopled: Address) -> None:
    strange = plan(stint("O9", "P7"), shortages=(shortage("O8"),))
    database = Database(peopled)
    with pytest.raises(StoreError, match="驻点人员 P7；驻点对象 O8、O9。"):
        change(database, lambda session: save(session, strange))


def test_a_plan_that_is_not_there(peopled: Address) -> None:
    database = Database(peopled)
    with pytest.raises(StoreError, match="没有计划 2027H1-7"), database.reading() as reader:
        find_plan(reader, "2027H1-7")
