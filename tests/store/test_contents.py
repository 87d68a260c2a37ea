"""Workbooks and ledgers go in and come out as they were, and every difference is logged once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.ledgers import (
    CheckItem,
    DangerousOperation,
    DuplicateDecision,
    DuplicateKind,
    DuplicateRecord,
    EnterpriseList,
    ExpertContract,
    ExpertService,
    FilingStatus,
    FormChange,
    Hazard,
    HazardLevel,
    Inspection,
    InspectionKind,
    ListVersion,
    OperationKind,
    OperationLevel,
    SpotCheck,
    Submission,
    SubmissionKind,
    SupportMatter,
    TaskGroup,
    TaskResult,
    WorkLog,
)
from planner.domain.tables import Conflict, Training
from planner.domain.terms import Form, Relation
from planner.io.ledgers import write_ledger_template
from planner.io.reader import ReadResult, read_workbook
from planner.io.schema_ledgers import LEDGERS
from planner.io.writer import write_workbook
from planner.resources import data_file
from planner.run.db import (
    export_ledgers,
    export_workbook,
    import_workbook,
    keep_ledgers,
    keep_whole_ledger,
    log,
)
from planner.samples import sample_instance
from planner.store.contents import keep, ledger, ledgers, records_of
from planner.store.database import Address, Database
from planner.store.tables import SHELVES, Change
from tests.builders import day, inspector, instance, site, trained

TODAY = dt.date(2026, 11, 24)


def where(address: Address) -> str:
    """The store as ``--db`` names it."""
    return address.url.render_as_string(hide_password=False)


def read(path: Path) -> Instance:
    result: ReadResult = read_workbook(path, today=TODAY)
    assert result.instance is not None, result.issues
    return result.instance


def edited(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def entries(address: Address) -> list[Change]:
    """The whole log of changes."""
    database = Database(address)
    with database.reading() as session:
        return list(session.scalars(select(Change).order_by(Change.row_id)))


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the department sample."""
    path = tmp_path_factory.mktemp("sample") / "示例.xlsx"
    write_workbook(sample_instance("department", 1), path)
    return path


def comes_out_equal(address: Address, source: Path, exported: Path) -> None:
    assert import_workbook(where(address), source, "甲").exit_code == 0
    assert export_workbook(where(address), exported).exit_code == 0
    assert read(exported) == read(source)
    assert read(exported).input_hash
    assert "没有带来改动" in import_workbook(where(address), exported, "甲").messages[-1]


def test_an_equal_workbook_comes_out(store: Address, department: Path, tmp_path: Path) -> None:
    comes_out_equal(store, department, tmp_path / "out.xlsx")


def test_an_equal_city_comes_out(sqlite_store: Address, tmp_path: Path) -> None:
    city = data_file("samples", "city_2027H1.xlsx")
    comes_out_equal(sqlite_store, city, tmp_path / "out.xlsx")


def test_the_same_workbook_again_changes_and_logs_nothing(store: Address, department: Path) -> None:
    import_workbook(where(store), department, "甲")
    before = len(entries(store))
    again = import_workbook(where(store), department, "乙")
    assert "没有带来改动" in again.messages[-1]
    assert len(entries(store)) == before > 100


def test_empty_sheets_stay_empty(sqlite_store: Address, department: Path, tmp_path: Path) -> None:
    """Defaults are filled in when a workbook is read, not when it is kept."""

    def clear(workbook: openpyxl.Workbook) -> None:
        for title in ("重点时段", "派驻矩阵"):
            workbook[title].delete_rows(2, workbook[title].max_row)
        workbook["驻点人员"]["C2"].value = None

    source = edited(department, tmp_path / "空表.xlsx", clear)
    exported = tmp_path / "out.xlsx"
    import_workbook(where(sqlite_store), source, "甲")
    export_workbook(where(sqlite_store), exported)
    assert openpyxl.load_workbook(exported)["重点时段"].max_row == 1
    assert read(exported) == read(source)


def test_only_the_differences_are_logged(store: Address, department: Path, tmp_path: Path) -> None:
    known = read(department)
    person, mover = known.inspectors[0], known.inspectors[1]
    leaver = next(
        number
        for number, row in enumerate(known.absences, start=2)
        if row.inspector_id not in {person.id, mover.id}
    )

    def edit(workbook: openpyxl.Workbook) -> None:
        people = workbook["驻点人员"]
        headings = [cell.value for cell in people[1]]
        people.cell(2, headings.index("科室") + 1).value = "另一科"
        people.cell(3, headings.index("专业能力") + 1).value = f"{mover.skills[0][0]}:3"
        workbook["请假与任务"].delete_rows(leaver)

    import_workbook(where(store), department, "甲")
    before = len(entries(store))
    changed = edited(department, tmp_path / "改过.xlsx", edit)
    import_workbook(where(store), changed, "乙")
    news = entries(store)[before:]
    assert {one.who for one in news} == {"乙"}
    assert {one.task for one in news} == {"导入 改过.xlsx"}
    found = {(one.table_name, one.natural_key): (one.before, one.after) for one in news}
    assert found["inspectors", person.id] == ({"office": person.office}, {"office": "另一科"})
    assert found["inspectors", mover.id] == (
        {"skills": [list(one) for one in mover.skills]},
        {"skills": [[mover.skills[0][0], 3]]},
    )
    gone = [one for one in news if one.table_name == "absences"]
    assert [(one.before, one.after) for one in gone] == [({"gone": None}, {"gone": True})]
    assert len(news) == 3
    exported = tmp_path / "out.xlsx"
    export_workbook(where(store), exported)
    assert read(exported) == read(changed)
    import_workbook(where(store), department, "丙")
    assert [(one.before, one.after) for one in entries(store) if one.who == "丙"][-1] == (
        {"gone": True},
        {"gone": None},
    )


def test_a_row_that_moves_is_no_change(
    sqlite_store: Address, department: Path, tmp_path: Path
) -> None:
    def swap(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["驻点人员"]
        for one, other in zip(sheet[2], sheet[3], strict=True):
            one.value, other.value = other.value, one.value

    import_workbook(where(sqlite_store), department, "甲")
    before = len(entries(sqlite_store))
    moved = edited(department, tmp_path / "换行.xlsx", swap)
    import_workbook(where(sqlite_store), moved, "乙")
    assert len(entries(sqlite_store)) == before
    exported = tmp_path / "out.xlsx"
    export_workbook(where(sqlite_store), exported)
    assert read(exported) == read(moved)
    assert read(exported).input_hash != read(department).input_hash


def test_a_bad_workbook_leaves_the_store_alone(
    sqlite_store: Address, department: Path, tmp_path: Path
) -> None:
    broken = edited(department, tmp_path / "坏.xlsx", lambda book: book["驻点人员"].delete_cols(1))
    outcome = import_workbook(where(sqlite_store), broken, "甲")
    assert outcome.exit_code == 2
    assert any(issue.sheet == "驻点人员" for issue in outcome.issues)
    assert not entries(sqlite_store)


def test_the_printed_log_masks_phones_and_keeps_secrets(
    sqlite_store: Address, tmp_path: Path
) -> None:
    def made(phone: str, relation: Relation) -> Path:
        path = tmp_path / "in.xlsx"
        known = instance(
            inspectors=(inspector("P1", phone=phone),),
            sites=(site("O1"),),
            conflicts=(
                Conflict(inspector_id="P1", site_id="O1", relation=relation, source="举报"),
            ),
        )
        write_workbook(known, path)
        return path

    import_workbook(where(sqlite_store), made("13800001234", Relation.SPOUSE), "甲")
    import_workbook(where(sqlite_store), made("13900005678", Relation.IN_LAW), "甲")
    shown = "\n".join(log(where(sqlite_store), title="", key="", since=None, limit=500).messages)
    assert "联系电话 138****1234 → 139****5678" in shown
    assert "回避 （内容保密） 修改" in shown
    assert "P1/O1" not in shown, "who has to stay away from whom is confidential, too"
    found = [one for one in entries(sqlite_store) if one.table_name == "conflicts"]
    first, last = found[0].after, found[-1]
    assert first is not None
    assert last.before == {"relation": first["relation"]}
    assert last.after is not None
    assert list(last.after) == ["relation"]
    kept = json.dumps([(one.before, one.after) for one in found], ensure_ascii=False)
    for secret in ("配偶", "近姻亲", "举报"):
        assert secret not in kept
    with Database(sqlite_store).reading() as session:
        (row,) = records_of(session)["回避"]
    assert (row.values["relation"], row.values["source"]) == (Relation.IN_LAW, "举报")
    for secret in ("13800001234", "13900005678", "配偶", "近姻亲", "举报"):
        assert secret not in shown


def test_the_log_is_searched_by_sheet_row_and_day(sqlite_store: Address, department: Path) -> None:
    import_workbook(where(sqlite_store), department, "甲")
    person = read(department).inspectors[0].id

    def found(title: str = "", key: str = "", since: dt.date | None = None) -> tuple[str, ...]:
        return log(where(sqlite_store), title=title, key=key, since=since, limit=100_000).messages

    assert len(found("驻点人员")) == len(read(department).inspectors)
    assert [line.partition(" | ")[2] for line in found("驻点人员", person)] == [
        f"驻点人员 {person} 新增"
    ]
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    assert found(since=tomorrow) == ("没有符合条件的变更。",)
    unknown = log(where(sqlite_store), title="员工", key="", since=None, limit=1)
    assert unknown.exit_code == 2
    assert "驻点人员" in unknown.messages[0]


LEDGER_ROWS: tuple[Frozen, ...] = (
    ListVersion(quarter="2027Q1", department="D1", judged_on=day("2027-01-05"), judged_by="王五",
                filed_on=day("2027-01-08"), file_no="济安办〔2027〕1号", version=2,
                status=FilingStatus.FILED),
    FormChange(site_id="O1", day=day("2027-02-01"), before=Form.REGULAR, after=Form.RESIDENT,
               reason="事故", approver="王五"),
    DuplicateRecord(key="U:X:01", site_ids=("O2", "O1"), departments=("D1",),
                    found_on=day("2026-12-01"), kind=DuplicateKind.SAME,
                    decision=DuplicateDecision.LEAD_UNIT, lead_department="D1", decided_by="王五",
                    decided_on=day("2026-12-05"), minutes_no="纪要3号"),
    DangerousOperation(id="WX-1", site_id="O1", kind=OperationKind.HOT_WORK,
                       level=OperationLevel.SPECIAL, planned_start=day("2027-02-03"),
                       planned_end=day("2027-02-04"), attended_by="P1"),
    WorkLog(day=day("2027-02-03"), inspector_id="P1", site_id="O1", hours=7.5,
            checked=(CheckItem.DIAGNOSIS, CheckItem.DUTY_LISTS), duty_lists_checked=3,
            reward_yuan=500, findings="阀门渗漏", signed=True),
    Hazard(id="YH-1", site_id="O1", found_on=day("2027-02-03"), found_by="P1", content="阀门渗漏",
           level=HazardLevel.MAJOR, reported_on=day("2027-02-03"), on_site_office=True),
    SpotCheck(id="CC-1", department="D1", quarter="2027Q1", day=day("2027-02-10"), seed=7,
              site_id="O1", inspector_id="P1", stint_start=day("2027-01-11"), present=True,
              score=0),
    Submission(kind=SubmissionKind.ATTACHMENT_2, period="2027-02", department="D1",
               due_on=day("2027-03-05"), sent_on=day("2027-03-04"), file_hash="ab" * 32),
    ExpertContract(contract_no="HT-1", department="D1", firm="某研究院", experts=("某甲", "某乙"),
                   start=day("2027-01-01"), end=day("2027-12-31"), amount_yuan=60_000),
    ExpertService(day=day("2027-02-03"), site_id="O1", expert="某甲", contract_no="HT-1",
                  inspector_id="P1", content="安全诊断"),
    SupportMatter(id="BF-1", site_id="O1", raised_on=day("2027-02-03"), matter="消防改造政策",
                  owner="王五", deadline=day("2027-03-01"), result="已协调",
                  closed_on=day("2027-02-20")),
    EnterpriseList(site_id="O1", version=2, day=day("2027-02-01"),
                   handed_over_on=day("2027-02-05")),
    TaskResult(site_id="O1", group=TaskGroup.OPERATIONS, day=day("2027-02-03"), result="已落实"),
    Inspection(site_id="O1", day=day("2027-02-03"), authority="某消防队",
               kind=InspectionKind.CASE),
)  # fmt: skip


def test_every_ledger_has_a_row_here() -> None:
    assert {type(row) for row in LEDGER_ROWS} == {sheet.model for sheet in LEDGERS}


@pytest.fixture
def peopled(store: Address, tmp_path: Path) -> Address:
    """A store with the people and objects that the ledgers name."""
    path = tmp_path / "in.xlsx"
    sites = (site("O1"), site("O2", name="另一厂"), site("O3", name="第三厂"))
    write_workbook(instance(inspectors=(inspector("P1"),), sites=sites), path)
    outcome = import_workbook(where(store), path, "甲")
    assert outcome.exit_code == 0, outcome
    return store


def test_ledgers_come_out_as_they_went_in(peopled: Address) -> None:
    database = Database(peopled)
    for _ in range(2):
        with database.writing("甲", "记台账") as session:
            for row in LEDGER_ROWS:
                keep(session, [row])
    with database.reading() as session:
        for row in LEDGER_ROWS:
            assert ledger(session, type(row)) == (row,)
        whole = ledgers(session)
    assert {row for sheet in LEDGERS for row in getattr(whole, sheet.table)} == set(LEDGER_ROWS)
    logged = [one for one in entries(peopled) if one.task == "记台账"]
    assert len(logged) == len(LEDGER_ROWS)


def test_ledger_files_are_added_to_what_is_there(peopled: Address, tmp_path: Path) -> None:
    def filled(name: str, number: str, content: str, site_id: str = "O1") -> Path:
        path = tmp_path / name
        write_ledger_template(path)
        workbook = openpyxl.load_workbook(path)
        sheet = workbook["隐患台账"]
        values = {"编号": number, "对象编号": site_id, "发现日期": "2027-02-03", "发现人": "P1",
                  "隐患内容": content}  # fmt: skip
        sheet.append([values.get(str(cell.value)) for cell in sheet[1]])
        workbook.save(path)
        return path

    first, second = filled("一.xlsx", "YH-1", "渗漏"), filled("二.xlsx", "YH-2", "裂缝")
    assert keep_ledgers(where(peopled), [first, second], "乙").exit_code == 0
    changed = keep_ledgers(where(peopled), [filled("三.xlsx", "YH-1", "阀门渗漏")], "乙")
    assert changed.messages == ("已存入 三.xlsx：隐患台账 修改 1。",)
    assert "没有带来改动" in keep_ledgers(where(peopled), [second], "乙").messages[0]
    bad = keep_ledgers(where(peopled), [filled("坏.xlsx", "YH-3", "缺口", site_id="O9")], "乙")
    assert bad.exit_code == 2
    assert any("O9" in issue.message for issue in bad.issues)
    with Database(peopled).reading() as session:
        assert [(one.id, one.content) for one in ledger(session, Hazard)] == [
            ("YH-1", "阀门渗漏"), ("YH-2", "裂缝"),
        ]  # fmt: skip


def test_a_decision_on_a_duplicate_goes_out_with_the_workbook(
    peopled: Address, tmp_path: Path
) -> None:
    at, decision = where(peopled), next(r for r in LEDGER_ROWS if isinstance(r, DuplicateRecord))
    with Database(peopled).writing("甲", "记台账") as session:
        keep(session, [decision])
    again = import_workbook(at, tmp_path / "in.xlsx", "甲")
    assert "没有带来改动" in again.messages[-1], "an empty sheet of another's withdraws nothing"
    out = tmp_path / "out.xlsx"
    assert export_workbook(at, out).exit_code == 0
    assert read(out).duplicates == (decision,)
    older = edited(out, tmp_path / "older.xlsx", lambda one: one.remove(one["重复认定"]))
    again = import_workbook(at, older, "甲")
    assert "没有带来改动" in again.messages[-1], "a sheet that is not there says nothing"
    left = edited(out, tmp_path / "left.xlsx", without("重复认定", 2))
    assert "重复认定 移出 1" in import_workbook(at, left, "甲").messages[-1]
    assert export_workbook(at, out).exit_code == 0
    assert read(out) == read(tmp_path / "in.xlsx")


def test_no_workbook_leaves_a_decision_without_its_objects(
    peopled: Address, tmp_path: Path
) -> None:
    """It would stay, and the next export of the workbook would have errors."""
    decision = next(row for row in LEDGER_ROWS if isinstance(row, DuplicateRecord))
    with Database(peopled).writing("甲", "记台账") as session:
        keep(session, [decision])
    before, later = len(entries(peopled)), tmp_path / "later.xlsx"
    write_workbook(instance(inspectors=(inspector("P1"),), sites=(site("O1"),)), later)
    refused = import_workbook(where(peopled), later, "甲")
    assert refused.exit_code == 2
    assert "重复认定!B2 “对象编号”“O2”在表“驻点对象”中不存在" in refused.messages[0]
    assert len(entries(peopled)) == before


def test_an_empty_sheet_of_decisions_leaves_the_hash_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    write_workbook(instance(inspectors=(inspector("P1"),), sites=(site("O1"),)), path)
    older = edited(path, tmp_path / "older.xlsx", lambda one: one.remove(one["重复认定"]))
    assert read(older).input_hash == read(path).input_hash


def test_a_ledger_row_changes_under_its_key(peopled: Address) -> None:
    database = Database(peopled)
    open_hazard = next(row for row in LEDGER_ROWS if isinstance(row, Hazard))
    another = open_hazard.model_copy(update={"id": "YH-2"})
    closed = open_hazard.model_copy(update={"closed_on": day("2027-02-20")})
    with database.writing("甲", "记台账") as session:
        keep(session, [open_hazard, another])
    with database.writing("乙", "销号") as session:
        keep(session, [closed])
    with database.reading() as session:
        assert ledger(session, Hazard) == (closed, another)
    last = entries(peopled)[-1]
    assert (last.who, last.natural_key) == ("乙", "YH-1")
    assert (last.before, last.after) == ({"closed_on": None}, {"closed_on": "2027-02-20"})


def without(title: str, row: int) -> Callable[[openpyxl.Workbook], None]:
    return lambda workbook: workbook[title].delete_rows(row)


@pytest.fixture
def written(peopled: Address, tmp_path: Path) -> Path:
    """The export of a store with a row of every ledger and a second log."""
    wrong = next(row for row in LEDGER_ROWS if isinstance(row, WorkLog))
    with Database(peopled).writing("甲", "记台账") as session:
        for row in (*LEDGER_ROWS, wrong.model_copy(update={"day": day("2027-02-04")})):
            keep(session, [row])
    out = tmp_path / "台账.xlsx"
    done = export_ledgers(where(peopled), out)
    assert f"共 {len(LEDGER_ROWS) + 1} 行" in done.messages[0]
    return out


def logged_days(address: Address) -> list[dt.date]:
    with Database(address).reading() as session:
        return [one.day for one in ledger(session, WorkLog)]


def test_a_wrong_row_of_a_ledger_is_withdrawn_and_comes_back(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    at = where(peopled)
    assert keep_whole_ledger(at, written, "乙").messages == ("台账.xlsx 没有带来改动。",)
    left = edited(written, tmp_path / "改.xlsx", without("工作日志", 2))
    assert keep_ledgers(at, [left], "乙").messages == ("改.xlsx 没有带来改动。",)
    done = keep_whole_ledger(at, left, "乙")
    assert done.messages == ("已存入 改.xlsx：工作日志 移出 1。",)
    assert logged_days(peopled) == [day("2027-02-04")]
    last = entries(peopled)[-1]
    assert (last.who, last.before, last.after) == ("乙", {"gone": None}, {"gone": True})
    assert keep_ledgers(at, [written], "乙").messages == ("已存入 台账.xlsx：工作日志 恢复 1。",)
    assert len(logged_days(peopled)) == 2


def test_a_key_that_is_put_right_leaves_no_second_row(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    def right(workbook: openpyxl.Workbook) -> None:
        workbook["工作日志"].cell(2, 1).value = day("2027-02-05")
        workbook.remove(workbook["隐患台账"])

    done = keep_whole_ledger(where(peopled), edited(written, tmp_path / "改.xlsx", right), "乙")
    assert done.messages == ("已存入 改.xlsx：工作日志 新增 1、移出 1。",)
    assert sorted(logged_days(peopled)) == [day("2027-02-04"), day("2027-02-05")]
    with Database(peopled).reading() as session:
        assert len(ledger(session, Hazard)) == 1, "a sheet that is not there says nothing"


def test_what_others_have_entered_since_stays(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    at, hazard = where(peopled), next(row for row in LEDGER_ROWS if isinstance(row, Hazard))
    changed = ({"id": "YH-2"}, {"closed_on": day("2027-02-20")})
    with Database(peopled).writing("丙", "记台账 丙.xlsx") as writing:
        keep(writing, [hazard.model_copy(update=one) for one in changed])
    left = edited(written, tmp_path / "改.xlsx", without("工作日志", 2))
    done = keep_whole_ledger(at, left, "乙")
    assert done.messages == (
        "已存入 改.xlsx：工作日志 移出 1。", "这份台账写出以后存入、改过的 2 行保留。",
    )  # fmt: skip
    with Database(peopled).reading() as session:
        assert [one.closed_on for one in ledger(session, Hazard)] == [day("2027-02-20"), None]
    clash = keep_whole_ledger(at, edited(left, left, without("隐患台账", 2)), "丁")
    assert clash.exit_code == 2
    assert "隐患台账 YH-1 工作簿删去了它，台账库其间改了它" in clash.messages[0]
    assert "export 新台账.xlsx --ledger" in clash.messages[0]

    def found_later(workbook: openpyxl.Workbook) -> None:
        columns = {cell.value: cell.column for cell in workbook["隐患台账"][1]}
        for heading in ("发现日期", "直报日期"):
            workbook["隐患台账"].cell(2, columns[heading]).value = day("2027-02-25")

    contradiction = edited(written, tmp_path / "改.xlsx", found_later)
    before = len(entries(peopled))
    done = keep_whole_ledger(at, contradiction, "丁")
    assert done.exit_code == 2
    assert "有以上矛盾" in done.messages[0]
    assert len(entries(peopled)) == before


def dated(text: str) -> Callable[[openpyxl.Workbook], None]:
    """The first log on another day."""

    def edit(workbook: openpyxl.Workbook) -> None:
        workbook["工作日志"].cell(2, 1).value = day(text)

    return edit


def test_logs_of_another_file_of_the_same_name_stay(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    """What was entered after the export is not its to withdraw: not with one account, one name of
    both files and the same command."""
    at, folder = where(peopled), tmp_path / "别处"
    folder.mkdir()
    march = edited(written, folder / written.name, dated("2027-03-01"))
    assert keep_ledgers(at, [march], "甲").messages == ("已存入 台账.xlsx：工作日志 新增 1。",)
    done = keep_whole_ledger(at, written, "甲")
    assert done.messages == (
        "台账.xlsx 没有带来改动。", "这份台账写出以后存入、改过的 1 行保留。",
    )  # fmt: skip
    assert day("2027-03-01") in logged_days(peopled)
    april = edited(written, folder / written.name, dated("2027-04-01"))
    assert "新增 1、移出 1" in keep_whole_ledger(at, april, "甲").messages[0]
    kept = logged_days(peopled)
    assert "没有带来改动" in keep_whole_ledger(at, written, "甲").messages[0]
    assert day("2027-04-01") in kept
    assert logged_days(peopled) == kept


def test_ledgers_may_name_who_has_left_the_workbook(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    """By id: a name means who bears it today, and an id that never was is wrong. Not in 培训 and
    重复认定, which go out with the workbook."""
    at, later = where(peopled), tmp_path / "调动后.xlsx"
    with Database(peopled).writing("甲", "记台账") as session:
        hazard = next(row for row in LEDGER_ROWS if isinstance(row, Hazard))
        keep(session, [hazard.model_copy(update={"id": "YH-9", "site_id": "O3"})])
    sites = (site("O1"), site("O2", name="另一厂"))
    write_workbook(instance(inspectors=(inspector("P9"),), sites=sites), later)
    assert import_workbook(at, later, "甲").exit_code == 0
    assert export_ledgers(at, written).exit_code == 0
    left = edited(written, tmp_path / "改.xlsx", without("工作日志", 2))
    with Database(peopled).writing("丙", "记台账 丙.xlsx") as session:
        keep(session, [ListVersion(quarter="2026Q4", department="D1")])
    done = keep_whole_ledger(at, left, "乙")
    assert done.messages[0] == "已存入 改.xlsx：工作日志 移出 1。", done.issues
    assert logged_days(peopled) == [day("2027-02-04")]
    assert keep_ledgers(at, [written], "乙").messages == ("已存入 台账.xlsx：工作日志 恢复 1。",)

    def names(who: str) -> Callable[[openpyxl.Workbook], None]:
        def edit(workbook: openpyxl.Workbook) -> None:
            workbook["工作日志"].cell(2, 2).value = who

        return edit

    for wrong in ("P8", inspector("P1").name):
        bad = edited(written, tmp_path / "坏.xlsx", names(wrong))
        for refused in (keep_ledgers(at, [bad], "乙"), keep_whole_ledger(at, bad, "乙")):
            assert refused.exit_code == 2
            assert f"“人员编号”“{wrong}”在表“驻点人员”中不存在" in refused.issues[0].message

    def decide(workbook: openpyxl.Workbook) -> None:
        columns = {cell.value: cell.column for cell in workbook["重复认定"][1]}
        workbook["重复认定"].cell(2, columns["对象编号"]).value = "O1、O3"

    refused = keep_ledgers(at, [edited(written, tmp_path / "坏.xlsx", decide)], "乙")
    assert [one.message for one in refused.issues] == ["“对象编号”“O3”在表“驻点对象”中不存在"]


def test_trainings_that_are_put_into_an_export_are_kept(
    peopled: Address, written: Path, tmp_path: Path
) -> None:
    """The export has no such sheet, so it says nothing of other rows."""
    at, kept = where(peopled), trained("P1")
    with Database(peopled).writing("甲", "记台账") as session:
        keep(session, [kept])

    def add(workbook: openpyxl.Workbook) -> None:
        blank = openpyxl.load_workbook(template)["培训"]
        sheet = workbook.create_sheet("培训")
        sheet.append([cell.value for cell in blank[1]])
        values = {"人员编号": "P1", "行业编码": "S1", "结束日期": "2027-03-02", "合格": "是"}
        sheet.append([values.get(str(cell.value)) for cell in blank[1]])

    template = tmp_path / "模板.xlsx"
    write_ledger_template(template)
    done = keep_whole_ledger(at, edited(written, tmp_path / "改.xlsx", add), "乙")
    assert done.messages[0] == "已存入 改.xlsx：培训 新增 1。", done.issues
    with Database(peopled).reading() as stored:
        assert [one.end for one in ledger(stored, Training)] == [kept.end, day("2027-03-02")]


def test_only_an_export_of_this_store_is_the_whole(peopled: Address, tmp_path: Path) -> None:
    blank = tmp_path / "空白.xlsx"
    write_ledger_template(blank)
    with Database(peopled).writing("甲", "记台账") as session:
        keep(session, [next(row for row in LEDGER_ROWS if isinstance(row, WorkLog))])
    refused = keep_whole_ledger(where(peopled), blank, "乙")
    assert refused.exit_code == 2
    assert "不是这个台账库写出的台账" in refused.messages[0]
    assert len(logged_days(peopled)) == 1


def test_every_sheet_says_how_a_row_is_known_again() -> None:
    assert [
        title for title, shelf in SHELVES.items() if not (shelf.sheet.key or shelf.sheet.known_by)
    ] == []
    for shelf in SHELVES.values():
        assert {*shelf.sheet.key, *shelf.sheet.known_by} <= set(shelf.sheet.by_field)
