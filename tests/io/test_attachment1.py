"""附件1 as people edit it: read back with its cells, or refused with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.change.adopt import edits_between
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import EndReason, Form
from planner.io.attachment1 import read_edited_plan
from planner.io.plan_workbook import PlanFile
from planner.reports.attachment1 import attachment1
from tests.builders import day, department, inspector, instance, plan, site, stint


def known() -> Instance:
    """D1 with four people, two of whom share a name, and D2 with one."""
    return instance(
        departments=(department("D1"), department("D2")),
        inspectors=(
            inspector("P1", name="张三", phone="13800000001"),
            inspector("P2", name="李四", phone="13800000002"),
            inspector("P3", name="王五", phone="13800000003"),
            inspector("P4", name="王五", phone="13800000004"),
            inspector("Q1", name="赵六", phone="13800000005", department="D2"),
        ),
        sites=(site("O1"), site("O2", name="乙厂"), site("O3", name="丙厂")),
    )


MADE = plan(
    stint("O1", "P1"),
    stint("O2", "P2", "2026-12-07", "2027-06-06", end_reason=EndReason.ROTATION),
    stint("O2", "P3", "2027-06-07", "2027-12-06"),
    departments=("D1", "D2"),
)


def read_after(
    tmp_path: Path, edit: Callable[[Worksheet], None], made: Plan = MADE, as_of: str = "2027-01-11"
) -> PlanFile:
    here = known()
    workbook = attachment1(here, made, day(as_of))
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    edit(sheet)
    path = tmp_path / "附件1.xlsx"
    workbook.save(path)
    return read_edited_plan(path, here, made)


def edited(tmp_path: Path, edit: Callable[[Worksheet], None], **how: str) -> list[Stint]:
    """The rows that are not in the plan as it was."""
    found = read_after(tmp_path, edit, as_of=how.get("as_of", "2027-01-11"))
    assert found.plan is not None, found.issues
    return [row for row in found.plan.stints if row not in MADE.stints]


def wrong(tmp_path: Path, edit: Callable[[Worksheet], None], **how: str) -> list[tuple[str, str]]:
    """Cells and messages of the errors."""
    found = read_after(tmp_path, edit, as_of=how.get("as_of", "2027-01-11"))
    assert found.plan is None
    errors = [one for one in found.issues if one.severity == "错误"]
    assert all(one.remedy for one in errors)
    assert not any("1380000" in one.message + one.remedy for one in found.issues)
    return [(one.cell, one.message) for one in errors]


def put(**cells: object) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        for cell, value in cells.items():
            sheet[cell] = value

    return edit


def test_an_untouched_form_changes_nothing(tmp_path: Path) -> None:
    for as_of in ("2027-01-11", "2027-03-31", "2027-06-07"):
        found = read_after(tmp_path, lambda sheet: None, as_of=as_of)
        assert found.plan is not None
        assert edits_between(MADE.stints, found.plan.stints) == ()


def test_a_person_who_takes_a_place_has_its_last_day(tmp_path: Path) -> None:
    (new,) = edited(tmp_path, put(F5="王 五", G5="138 0000 0004"))
    assert (new.site_id, new.inspector_id, new.slot) == ("O1", "P4", 1)
    assert (new.start, new.end) == (day("2027-01-11"), day("2027-07-10"))


def test_days_before_the_date_of_the_form_stay(tmp_path: Path) -> None:
    old, new = edited(tmp_path, put(F6="王五", G6=13800000003), as_of="2027-02-28")  # a Sunday
    assert (old.inspector_id, old.end, old.end_reason) == (
        "P2", day("2027-02-28"), EndReason.ROTATION,
    )  # fmt: skip
    assert (new.inspector_id, new.start, new.end) == ("P3", day("2027-03-01"), day("2027-06-06"))


def test_the_cell_of_an_edit_is_told(tmp_path: Path) -> None:
    found = read_after(tmp_path, put(F5="李四", G5="13800000002"))
    assert found.plan is not None
    (edit,) = edits_between(MADE.stints, found.plan.stints)
    assert edit.fields == ("inspector_id",)
    assert edit.number is not None
    assert found.places["stints"][edit.number].cell("inspector_id") == "驻点情况统计表!F5"


def test_a_colleague_joins_with_the_dates_of_the_pair(tmp_path: Path) -> None:
    (new,) = edited(tmp_path, put(F5="张三\n王五", G5="13800000001\n13800000003"))
    assert (new.inspector_id, new.slot, new.start, new.end) == (
        "P3", 2, day("2027-01-11"), day("2027-07-10"),
    )  # fmt: skip


def test_an_emptied_cell_and_a_deleted_line_leave_nobody(tmp_path: Path) -> None:
    for edit in (put(F5=None, G5=None), lambda sheet: sheet.delete_rows(5)):
        found = read_after(tmp_path, edit)
        assert found.plan is not None
        (gone,) = edits_between(MADE.stints, found.plan.stints)
        assert (gone.before, gone.after) == (MADE.stints[0], None)


def test_another_form_ends_the_old_row_and_begins_one(tmp_path: Path) -> None:
    (new,) = edited(tmp_path, put(E5="定期"))
    assert (new.inspector_id, new.form, new.start) == ("P1", Form.REGULAR, day("2027-01-11"))
    old, new = edited(tmp_path, put(E6="定期驻点"), as_of="2027-03-31")
    assert (old.form, old.end) == (Form.RESIDENT, day("2027-03-30"))
    assert (new.form, new.start, new.end) == (
        Form.REGULAR, day("2027-03-31"), day("2027-06-06"),
    )  # fmt: skip


def test_a_name_without_a_phone_is_enough_where_it_is_the_only_one(tmp_path: Path) -> None:
    (new,) = edited(tmp_path, put(F5="李四", G5=None))
    assert new.inspector_id == "P2"


@pytest.mark.parametrize(
    ("cells", "cell", "told"),
    [
        ({"F5": "王五", "G5": None}, "F5", "D1有几个“王五”（P3、P4），电话与他们都不符"),
        ({"F5": "王五", "G5": "13900000000"}, "F5", "D1有几个“王五”（P3、P4），电话与他们都不符"),
        ({"F5": "李四"}, "G5", "电话不是李四（P2）在“驻点人员”中的电话"),
        ({"F5": "赵六"}, "F5", "D1的“驻点人员”中没有“赵六”（D2有同名的人，不跨单位派驻）"),
        ({"F5": "李四、张三"}, "G5", "姓名 2 个，电话 1 个，对不上"),
        ({"F5": "李四\n李四", "G5": None}, "F5", "“李四”写了两次"),
        ({"C5": "丁厂"}, "C5", "D1没有对象“丁厂”"),
        ({"C5": "乙厂"}, "C6", "这个对象在第 5 行已经有了"),
        ({"B5": "D9"}, "B5", "“D9”不是这份计划的派出单位"),
        ({"E5": "驻点"}, "E5", "“驻点”不是一种驻点形式"),
        ({"E5": "流动驻点"}, "E5", "改为流动驻点须有流动组号，附件1没有"),
        ({"F5": "=F6"}, "F5", "是公式或错误值"),
        ({"C5": "丙厂", "F5": "李四", "G5": None}, "F5", "计划中该对象到这一天无人"),
        ({"G3": "截至：2028年3月1日"}, "", "“截至：2028年3月1日”不是计划之内的日期"),
        ({"G3": None}, "", "没有“截至：”和日期"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_cell(
    tmp_path: Path, cells: dict[str, object], cell: str, told: str
) -> None:
    found = wrong(tmp_path, put(**cells))
    assert any(one[0] == cell and one[1].startswith(told) for one in found), found


def test_another_address_is_told_and_not_taken(tmp_path: Path) -> None:
    found = read_after(tmp_path, put(D5="别处"))
    assert found.plan is not None
    assert [(one.cell, one.severity) for one in found.issues if one.severity == "警告"] == [
        ("D5", "警告")
    ]


def test_on_a_day_off_who_was_there_last_cannot_be_replaced(tmp_path: Path) -> None:
    """P2 ends on Sunday the 6th; the form of that day shows him, and nothing of the days after."""
    made = MADE.model_copy(
        update={"stints": (MADE.stints[0], MADE.stints[1].model_copy(
            update={"end": day("2027-06-04")}), MADE.stints[2])}
    )  # fmt: skip
    found = read_after(tmp_path, put(F6="王五", G6="13800000003"), made, "2027-06-06")
    assert found.plan is None
    assert [one.cell for one in found.issues if one.severity == "错误"] == ["F6"]
