"""Two people edit an export each: what one has changed, the other does not undo unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from planner.domain.instance import Instance
from planner.domain.ledgers import ListVersion
from planner.domain.tables import Absence, Conflict
from planner.domain.terms import AbsenceKind, Relation
from planner.io.reader import read_mark
from planner.io.writer import write_workbook
from planner.run.db import export_workbook, import_workbook
from planner.run.outcome import Outcome
from planner.run.quarter import make_list
from planner.store.contents import keep
from planner.store.database import Address, Database
from tests.builders import day, inspector, instance, site, trained
from tests.store.test_contents import entries, read, where

Edit = Callable[[openpyxl.Workbook], None]


def absence(person: str) -> Absence:
    return Absence(
        inspector_id=person, kind=AbsenceKind.ANNUAL, start=day("2027-03-01"), end=day("2027-03-05")
    )


START = instance(
    inspectors=tuple(inspector(one, office="一科", note="") for one in ("P1", "P2", "P3")),
    sites=(site("O1"),),
    absences=(absence("P1"), absence("P2")),
    trainings=(trained("P1"), trained("P2")),
    conflicts=(Conflict(inspector_id="P1", site_id="O1", relation=Relation.SPOUSE, source="申报"),),
)


@pytest.fixture
def begun(sqlite_store: Address, tmp_path: Path) -> Address:
    """A store with three people."""
    path = tmp_path / "开始.xlsx"
    write_workbook(START, path)
    assert import_workbook(where(sqlite_store), path, "甲").exit_code == 0
    return sqlite_store


class Editor:
    """Somebody who exports once and imports what he has made of it."""

    def __init__(self, store: Address, folder: Path, name: str) -> None:
        self.store, self.name, self.path = store, name, folder / f"{name}.xlsx"
        assert export_workbook(where(store), self.path).exit_code == 0

    def edits(self, *edits: Edit) -> Outcome:
        workbook = openpyxl.load_workbook(self.path)
        for edit in edits:
            edit(workbook)
        workbook.save(self.path)
        return import_workbook(where(self.store), self.path, self.name)


def put(title: str, row: int, heading: str, value: object) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        headings = [cell.value for cell in workbook[title][1]]
        workbook[title].cell(row, headings.index(heading) + 1).value = value

    return edit


def drop(title: str, row: int) -> Edit:
    return lambda workbook: workbook[title].delete_rows(row)


def add_absence(person: str) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        headings = [cell.value for cell in workbook["请假与任务"][1]]
        values = {"人员编号": person, "类别": "病假", "起始日期": "2027-04-01",
                  "结束日期": "2027-04-20"}  # fmt: skip
        workbook["请假与任务"].append([values.get(str(one)) for one in headings])

    return edit


def held(store: Address, tmp_path: Path) -> Instance:
    path = tmp_path / "现在.xlsx"
    assert export_workbook(where(store), path).exit_code == 0
    return read(path)


@pytest.fixture
def two(begun: Address, tmp_path: Path) -> tuple[Editor, Editor]:
    """Two editors with the same export."""
    return Editor(begun, tmp_path, "乙"), Editor(begun, tmp_path, "丙")


def test_different_edits_come_together(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    """Other rows, other fields of one row, new rows and rows left out."""
    one, other = two
    database = Database(begun)
    with database.writing("丁", "记台账") as session:  # the ledgers are no part of a workbook
        keep(session, [ListVersion(quarter="2027Q1", department="D1")])
    done = one.edits(
        put("驻点人员", 2, "科室", "二科"), put("驻点人员", 4, "专业能力", "S1:3"),
        add_absence("P3"), drop("请假与任务", 2),
    )  # fmt: skip
    assert done.exit_code == 0, done
    done = other.edits(
        put("驻点人员", 2, "备注", "组长"), put("驻点人员", 3, "科室", "三科"),
        drop("培训", 3),
    )  # fmt: skip
    assert done.exit_code == 0, done
    assert "别人改过的 4 行保留" in done.messages[-1]
    now = held(begun, tmp_path)
    assert [(row.office, row.note) for row in now.inspectors] == [
        ("二科", "组长"), ("三科", ""), ("一科", ""),
    ]  # fmt: skip
    assert now.inspectors[2].skills == (("S1", 3),)
    assert [(row.inspector_id, row.kind) for row in now.absences] == [
        ("P2", "年休假"), ("P3", "病假"),
    ]  # fmt: skip
    assert [row.inspector_ids for row in now.trainings] == [("P1",)]


CLASHES: dict[str, tuple[Edit, Edit, str]] = {
    "one cell": (
        put("驻点人员", 2, "科室", "二科"), put("驻点人员", 2, "科室", "三科"),
        "驻点人员 P1 “科室”两边都改了：工作簿为 三科，台账库为 二科",
    ),
    "a phone": (
        put("驻点人员", 2, "联系电话", "13900001111"),
        put("驻点人员", 2, "联系电话", "13900002222"),
        "“联系电话”两边都改了：工作簿为 139****2222，台账库为 139****1111",
    ),
    "one list": (
        put("驻点人员", 2, "专业能力", "S1:3"), put("驻点人员", 2, "专业能力", "S1:1"),
        "驻点人员 P1 “专业能力”两边都改了",
    ),
    "left out and changed": (
        drop("请假与任务", 2), put("请假与任务", 2, "结束日期", "2027-03-09"),
        "请假与任务 P1/年休假/2027-03-01 工作簿改了它，台账库其间已把它移出",
    ),
    "changed and left out": (
        put("请假与任务", 2, "结束日期", "2027-03-09"), drop("请假与任务", 2),
        "请假与任务 P1/年休假/2027-03-01 工作簿删去了它，台账库其间改了它",
    ),
    "both add": (
        add_absence("P3"),
        lambda book: (add_absence("P3")(book), put("请假与任务", 4, "半天", "上午")(book),
                      put("请假与任务", 4, "结束日期", "2027-04-30")(book))[0],
        "请假与任务 P3/病假/2027-04-01 “结束日期”两边都改了",
    ),
}  # fmt: skip


@pytest.mark.parametrize("clash", CLASHES)
def test_what_both_changed_is_refused(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path, clash: str
) -> None:
    one, other = two
    first, second, refusal = CLASHES[clash]
    assert one.edits(first).exit_code == 0
    before = entries(begun)
    done = other.edits(second)
    assert done.exit_code == 2
    assert refusal in done.messages[0]
    assert f"重新 {begun.command('export 新工作簿.xlsx')}，改在" in done.messages[0]
    assert len(entries(begun)) == len(before)


def test_the_same_change_twice_is_no_clash(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    one, other = two
    same = (put("驻点人员", 2, "科室", "二科"), add_absence("P3"), drop("培训", 3))
    assert one.edits(*same).exit_code == 0
    assert other.edits(*same).exit_code == 0
    now = held(begun, tmp_path)
    assert now.inspectors[0].office == "二科"
    assert len(now.absences) == 3
    assert len(now.trainings) == 1


def test_edits_of_what_is_confidential_come_together_or_are_refused_without_a_word_of_it(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    one, other = two
    assert one.edits(put("回避", 2, "来源", "举报")).exit_code == 0
    assert other.edits(put("回避", 2, "关系", "近姻亲")).exit_code == 0
    (row,) = held(begun, tmp_path).conflicts
    assert (row.relation, row.source) == (Relation.IN_LAW, "举报")
    clash = one.edits(put("回避", 2, "关系", "直系血亲"))
    assert clash.exit_code == 2
    assert "回避 P1/O1// “关系”两边都改了\n" in clash.messages[0]


def test_one_may_go_on_with_the_same_workbook(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    one, other = two
    assert one.edits(put("驻点人员", 2, "科室", "二科")).exit_code == 0
    assert other.edits(put("驻点人员", 3, "科室", "三科")).exit_code == 0
    assert one.edits(put("驻点人员", 2, "科室", "四科")).exit_code == 0
    assert one.edits(drop("培训", 3)).exit_code == 0
    assert [row.office for row in held(begun, tmp_path).inspectors] == ["四科", "三科", "一科"]
    clash = one.edits(put("驻点人员", 3, "科室", "五科"))
    assert clash.exit_code == 2
    assert "驻点人员 P2 “科室”" in clash.messages[0]


def test_sound_edits_that_contradict_each_other_are_refused(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    """One takes a person off the books, the other sends him on leave."""
    one, other = two
    assert one.edits(drop("驻点人员", 4)).exit_code == 0
    before = entries(begun)
    done = other.edits(add_absence("P3"))
    assert done.exit_code == 2
    assert "P3" in done.messages[0]
    assert "合并后的工作簿" in done.messages[0]
    assert f"重新 {begun.command('export 新工作簿.xlsx')}，改在" in done.messages[0]
    assert len(entries(begun)) == len(before)


def test_a_workbook_without_the_mark_is_taken_as_it_is(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    assert two[0].edits(put("驻点人员", 2, "科室", "二科")).exit_code == 0
    assert import_workbook(where(begun), tmp_path / "开始.xlsx", "丁").exit_code == 0
    assert held(begun, tmp_path).inspectors[0].office == "一科"


def test_a_workbook_made_from_an_export_keeps_its_mark(
    begun: Address, two: tuple[Editor, Editor], tmp_path: Path
) -> None:
    """乙 changes a row; 丙 makes a new list from the export of before and imports that."""
    one, other = two
    assert one.edits(put("驻点人员", 2, "科室", "二科")).exit_code == 0
    done = make_list(other.path, tmp_path / "名单", quarter="2027Q2")
    assert done.exit_code == 0, done.messages
    made = tmp_path / "名单" / "工作簿-2027Q2名单.xlsx"
    assert import_workbook(where(begun), made, "丙").exit_code == 0
    assert held(begun, tmp_path).inspectors[0].office == "二科"
    plain = tmp_path / "无记号.xlsx"
    write_workbook(START, plain)
    assert read_mark(plain) == ""


def test_another_stores_mark_means_nothing(begun: Address, tmp_path: Path) -> None:
    editor = Editor(begun, tmp_path, "乙")
    other = tmp_path / "另一个.db"
    assert import_workbook(str(other), tmp_path / "开始.xlsx", "甲").exit_code == 0
    changed = tmp_path / "改过.xlsx"
    write_workbook(START.model_copy(update={"absences": ()}), changed)
    assert import_workbook(str(other), changed, "甲").exit_code == 0
    done = import_workbook(str(other), editor.path, "乙")
    assert done.exit_code == 0
    assert "恢复 2" in done.messages[-1]
