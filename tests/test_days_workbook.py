"""月度驻点日程表.xlsx: it comes back as it was written, and what people write into it is judged."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from constraints import DAY_RULES
from planner.days.solve import Given, solve_part
from planner.domain.day_plan import DayData, DayKind, DayPlan, DayRow, HalfDay, MonthCase
from planner.domain.findings import InputIssue, Severity
from planner.domain.ledgers import DangerousOperation, OperationKind
from planner.domain.record import share_of
from planner.domain.terms import Form, Grade
from planner.io.days_workbook import DayWorkbook, read_day_workbook
from planner.io.files import workbook_bytes
from planner.io.issues import IssueLog
from planner.reports.days import DayReport
from planner.verify import verify_days
from tests.builders import day, department, inspector, rating, site, stint
from tests.day_witnesses import day_plan, month, rest, rows
from tests.rules.rows import absence
from tests.test_day_enumeration import random_case

Edit = Callable[[Any], None]


def written(case: MonthCase, days: DayPlan, path: Path) -> Path:
    path.write_bytes(workbook_bytes(DayReport(case, days, DAY_RULES).schedule()))
    return path


def with_shortages(case: MonthCase, days: DayPlan) -> DayPlan:
    missing = tuple(one for rule in DAY_RULES for one in rule.day_shortages(case, days))
    return days.model_copy(update={"shortages": missing})


def read_back(case: MonthCase, path: Path) -> DayPlan:
    log = IssueLog()
    workbook = read_day_workbook(path, log)
    assert workbook is not None, log.issues
    days = workbook.day_plan(case, log)
    assert days is not None, log.issues
    assert not [one for one in log.issues if one.severity is not Severity.CHANGE]
    return days


@pytest.mark.parametrize("seed", range(300, 330))
def test_what_is_written_comes_back(seed: int, tmp_path: Path) -> None:
    case = random_case(seed)
    given = Given((case,), DAY_RULES, None, time.time())
    found = solve_part(given, lambda: False, 0).rows
    made = with_shortages(case, day_plan(case, found))
    back = read_back(case, written(case, made, tmp_path / "月度驻点日程表.xlsx"))
    assert set(back.rows) == set(made.rows)
    assert len(back.rows) == len(made.rows)
    assert set(back.shortages) == set(made.shortages)
    assert (back.first, back.last) == (made.first, made.last)


def test_ids_that_look_like_phones_come_back(tmp_path: Path) -> None:
    """In a name they are phones, and masked."""
    person, place, work = "13812345678", "13912345678", "13712345678"
    asked = DangerousOperation(
        id=work, site_id=place, kind=OperationKind.HOT_WORK,
        planned_start=day("2027-03-06"), planned_end=day("2027-03-06"),
    )  # fmt: skip
    case = month(
        stint(place, person),
        sites=(site(place),),
        ratings=(rating(place),),
        inspectors=(inspector(person, name=f"甲{person}"),),
        data=DayData(operations=(asked,)),
    )
    found = rows("2027-03-01~04", site_id=place, inspector_id=person)
    made = with_shortages(case, day_plan(case, found))
    assert {place, person, work} <= {
        text for one in made.shortages for text in (one.site_id, one.inspector_id, one.operation_id)
    }
    path = written(case, made, tmp_path / "月度驻点日程表.xlsx")
    back = read_back(case, path)
    assert (back.rows, set(back.shortages)) == (made.rows, set(made.shortages))
    assert f"甲{person}" not in str(
        [
            [cell.value for cell in line]
            for sheet in openpyxl.load_workbook(path)
            for line in sheet.iter_rows()
        ]
    )


def operation(number: int) -> DangerousOperation:
    return DangerousOperation(
        id=f"OP{number}", site_id="O1", kind=OperationKind.HOT_WORK,
        planned_start=day("2027-03-02"), planned_end=day("2027-03-03"),
    )  # fmt: skip


def group(**fields: Any) -> MonthCase:
    """P1 serves O1 and O2 of one 镇街, P2 is at O3; two operations at O1."""
    sites = (site("O1", town="某镇"), site("O2", town="某镇"), site("O3"))
    mobile = {"form": Form.MOBILE, "group": "G1"}
    return month(
        stint("O1", "P1", **mobile), stint("O2", "P1", **mobile), stint("O3", "P2"),
        sites=sites, ratings=tuple(rating(one.id, Grade.THIRD) for one in sites),
        data=DayData(operations=(operation(1), operation(2))), **fields,
    )  # fmt: skip


PLANNED = (
    *rows("2027-03-01"),
    *rows("2027-03-02", operation_ids=("OP2",)),
    *rows("2027-03-04~05", site_id="O2"),
    *rows("2027-03-01~03", "2027-03-05", site_id="O3", inspector_id="P2"),
    *rows("2027-03-06", site_id="O3", inspector_id="P2", kind=DayKind.DUTY),
    *rest("2027-03-04", inspector_id="P2"),
)
UNDATED = ("R03-2", "", "D1", "O3", "", "P2", "", "", "某日", "2027-03-02", "", 1)


def edited(tmp_path: Path, edit: Edit) -> Path:
    path = written(group(), day_plan(group(), PLANNED), tmp_path / "月度驻点日程表.xlsx")
    workbook = openpyxl.load_workbook(path)
    edit(workbook)
    workbook.save(path)
    return path


def put(sheet: str, cell: str, value: Any) -> Edit:
    def edit(workbook: Any) -> None:
        workbook[sheet][cell] = value

    return edit


def test_marks_of_halves_and_operations(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(edited(tmp_path, lambda workbook: None))["按人员"]
    assert [cell.value for cell in sheet[3]][:9] == [
        "人员P1（P1）", "D1", "①企业O1（O1） ②企业O2（O2）", "4", "①", "①火2", None, "②", "②",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[4]][4:] == ["①", "①", "①", "休", "①", "①", None]
    assert sheet["E1"].is_date
    assert sheet["E1"].number_format == "d"


HALVED = (
    *rows("2027-03-03", half=HalfDay.MORNING),
    *rows("2027-03-03", site_id="O2", half=HalfDay.AFTERNOON),
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ("②", rows("2027-03-03", site_id="O2")),
        (2, rows("2027-03-03", site_id="O2")),
        (2.0, rows("2027-03-03", site_id="O2")),
        ("2", rows("2027-03-03", site_id="O2")),
        ("２", rows("2027-03-03", site_id="O2")),
        ("1上2下午", HALVED),
        ("①上２下", HALVED),
        ("1火2", rows("2027-03-03", operation_ids=("OP2",))),
        (" ① 火1 ", rows("2027-03-03", operation_ids=("OP1",))),
        ("①火1火2", rows("2027-03-03", operation_ids=("OP1", "OP2"))),
        ("补休", rest("2027-03-03")),
    ],
)
def test_what_people_write_is_read(tmp_path: Path, value: Any, expected: Any) -> None:
    path = edited(tmp_path, put("按人员", "G3", value))
    workbook = read_day_workbook(path, IssueLog())
    assert workbook is not None
    days = workbook.day_plan(group(), IssueLog())
    assert days is not None
    found = [row for row in days.rows if row.inspector_id == "P1" and row.day == day("2027-03-03")]
    assert tuple(found) == expected


def test_a_person_may_be_added_with_an_object(tmp_path: Path) -> None:
    def add(workbook: Any) -> None:
        sheet = workbook["按人员"]
        sheet["A5"], sheet["C5"], sheet["E5"] = "P3", "①O3", "①上"

    workbook = read_day_workbook(edited(tmp_path, add), IssueLog())
    assert workbook is not None
    days = workbook.day_plan(group(), IssueLog())
    assert days is not None
    (row,) = [row for row in days.rows if row.inspector_id == "P3"]
    assert (row.site_id, row.day, row.half) == ("O3", day("2027-03-01"), "上午")
    assert row.kind is DayKind.SUBSTITUTE
    table = verify_days(group(), days, DAY_RULES)
    places = {one.violation.rule: workbook.place(one.violation) for one in table.violations}
    assert places["R16-1"] == "按人员!E5"


@pytest.mark.parametrize("site_id", ["O1", "O2"])
def test_somebody_of_another_unit_is_judged_and_not_passed_over(
    tmp_path: Path, site_id: str
) -> None:
    """P9 of D2 is written in where the stint of D1 is over, and where D1 has none."""
    case = month(
        stint("O1", "P1", end="2027-03-02"),
        departments=(department("D1"), department("D2")),
        sites=(site("O1"), site("O2"), site("O9", department="D2")),
        inspectors=(inspector("P1"), inspector("P9", department="D2")),
    )
    path = written(case, day_plan(case, rows("2027-03-01~02")), tmp_path / "月度驻点日程表.xlsx")
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["按人员"]
    sheet["A4"], sheet["C4"], sheet["G4"], sheet["H4"] = "P9", f"①{site_id} ②O9", "①", "②"
    workbook.save(path)
    read = read_day_workbook(path, IssueLog())
    assert read is not None
    days = read.day_plan(case, IssueLog())
    assert days is not None
    found = [row for row in days.rows if row.inspector_id == "P9"]
    assert [(row.department, row.site_id) for row in found] == [("D1", site_id)]
    told = verify_days(case, days, DAY_RULES).violations
    assert ("R16-1", "按人员!G4") in {
        (one.violation.rule, read.place(one.violation)) for one in told
    }


def test_the_table_of_one_unit_is_not_judged_for_several(tmp_path: Path) -> None:
    """All that is of the others would be missing: the option that is lacking is told."""
    units = department("D1"), department("D2", short_name="第二局")
    both = month(
        stint("O1", "P1"), stint("O2", "P2", department="D2"),
        departments=units, sites=(site("O1"), site("O2", department="D2")),
        inspectors=(inspector("P1"), inspector("P2", department="D2")),
    )  # fmt: skip
    own = both.model_copy(update={"plan": share_of(both.instance, both.plan, ("D2",))})
    there = [
        row.model_copy(update={"department": "D2"})
        for row in rows("2027-03-01~05", site_id="O2", inspector_id="P2")
    ]
    path = written(own, day_plan(own, there), tmp_path / "月度驻点日程表.xlsx")
    log = IssueLog()
    workbook = read_day_workbook(path, log)
    assert workbook is not None
    assert workbook.day_plan(own, log) is not None
    assert not log.has_errors
    assert workbook.day_plan(both, log) is None
    (found,) = [one for one in log.issues if one.severity is Severity.ERROR]
    assert "只是 第二局 的" in found.message
    assert "请加 --department D2；" in found.remedy


@pytest.mark.parametrize(
    ("edit", "cell", "said"),
    [
        (put("按人员", "G3", "随便"), "按人员!G3", "看不懂"),
        (put("按人员", "G3", "=1+1"), "按人员!G3", "看不懂"),
        (put("按人员", "G3", "③"), "按人员!G3", "没有 ③"),
        (put("按人员", "G3", "12"), "按人员!G3", "没有 ⑫"),
        (put("按人员", "G3", "0"), "按人员!G3", "看不懂“0”"),
        (put("按人员", "G3", "21"), "按人员!G3", "看不懂“21”"),
        (put("按人员", "G3", "1①"), "按人员!G3", "看不懂“1①”"),
        (put("按人员", "G3", True), "按人员!G3", "看不懂“True”"),
        (put("按人员", "G3", 1.5), "按人员!G3", "看不懂“1.5”"),
        (put("按对象", "H3", "随便"), "按对象!H3", "看不懂"),
        (put("按对象", "H3", "⑨"), "按对象!H3", "“人员”栏中没有 ⑨"),
        (put("按人员", "G3", "①火"), "按人员!G3", "有 2 项危险作业"),
        (put("按人员", "H3", "②火"), "按人员!H3", "有 0 项危险作业"),
        (put("按人员", "G3", "①火3"), "按人员!G3", "有 2 项危险作业"),
        (put("按人员", "G3", "①火" + "9" * 9000), "按人员!G3", "看不懂"),
        (put("按人员", "A3", "无此人"), "按人员!A3", "不在工作簿中"),
        (put("按人员", "A3", None), "按人员!A3", "没有写是谁"),
        (put("按人员", "A4", "P1"), "按人员!A4", "重复"),
        (put("按人员", "C3", "①无此企业"), "按人员!E3", "没有 ①"),
        (put("按人员", "E1", None), "按人员!E1", "应是日期 2027-03-01"),
        (put("按人员", "F1", "2日"), "按人员!F1", "应是日期 2027-03-02"),
        (put("按人员", "K1", None), "按人员!K1", "应是日期 2027-03-07"),
        (put("按人员", "K1", dt.datetime(2028, 3, 7)), "按人员!K1", "应是日期 2027-03-07"),
        (put("按人员", "F1", dt.datetime(2027, 3, 1)), "按人员!F1", "应是日期 2027-03-02"),
        (put("按人员", "L1", dt.datetime(2027, 3, 9)), "按人员!L1", "多余"),
        (put("按对象", "F1", None), "按对象!F1", "应是日期 2027-03-01"),
        (put("按人员", "A1", "姓名"), "按人员!A1", "找不到"),
        (lambda workbook: workbook["缺口"].append(UNDATED), "缺口!I4", "某日"),
        (lambda workbook: workbook.remove(workbook["按人员"]), "", "没有表“按人员”"),
        (lambda workbook: workbook.remove(workbook["按对象"]), "", "没有表“按对象”"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, edit: Edit, cell: str, said: str) -> None:
    log = IssueLog()
    path = edited(tmp_path, edit)
    workbook = read_day_workbook(path, log)
    assert workbook is None or workbook.day_plan(group(), log) is None
    found = [one for one in log.issues if one.severity is Severity.ERROR]
    assert any(said in one.message and one.remedy for one in found), found
    places = {f"{one.sheet}!{one.cell}" for one in found}
    assert not cell or cell in places


def test_a_heading_of_one_row_hides_nobody(tmp_path: Path) -> None:
    def shorten(workbook: Any) -> None:
        for one in list(workbook["按人员"].merged_cells.ranges):
            workbook["按人员"].unmerge_cells(str(one))
        workbook["按人员"].delete_rows(2)

    assert set(read_back(group(), edited(tmp_path, shorten)).rows) == set(PLANNED)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    def spoil(workbook: Any) -> None:
        workbook["按人员"]["G3"], workbook["按人员"]["H4"] = "随便", "⑨"

    log = IssueLog()
    workbook = read_day_workbook(edited(tmp_path, spoil), log)
    assert workbook is not None
    assert workbook.day_plan(group(), log) is None
    assert {one.cell for one in log.issues if one.severity is Severity.ERROR} == {"G3", "H4"}


def test_what_breaks_a_rule_stands_in_a_cell(tmp_path: Path) -> None:
    """P2 stays away on Tuesday and rests twice for one day of duty, before having served it."""

    def change(workbook: Any) -> None:
        sheet = workbook["按人员"]
        sheet["F4"], sheet["G4"] = None, "休"

    workbook = read_day_workbook(edited(tmp_path, change), IssueLog())
    assert workbook is not None
    case, log = group(), IssueLog()
    days = workbook.day_plan(case, log)
    assert days is not None
    found = {
        (one.violation.rule, workbook.place(one.violation))
        for one in verify_days(case, days, DAY_RULES).violations
    }
    assert {("R03-2", "按人员!F4"), ("L-3", "按人员!G4"), ("L-3", "按人员!H4")} <= found
    assert workbook.edited == "按人员"
    assert not [one for one in log.issues if one.severity is Severity.WARNING]


BY_SITE_ALONE: list[tuple[Edit, set[Any]]] = [
    (put("按对象", "H5", None), {(day("2027-03-03"), "P2", "O3")}),
    (put("按对象", "H3", 1), {(day("2027-03-03"), "P1", "O1")}),
]


def read_edited(
    path: Path, case: MonthCase | None = None
) -> tuple[DayWorkbook, DayPlan, list[InputIssue]]:
    log, case = IssueLog(), case or group()
    workbook = read_day_workbook(path, log)
    assert workbook is not None
    days = workbook.day_plan(case, log)
    assert days is not None, log.issues
    return workbook, days, [one for one in log.issues if one.severity is Severity.WARNING]


def places(found: Iterable[DayRow]) -> set[tuple[dt.date, str, str]]:
    return {(row.day, row.inspector_id, row.site_id) for row in found}


@pytest.mark.parametrize(("edit", "changed"), BY_SITE_ALONE)
def test_the_grid_of_objects_may_be_the_one_that_is_edited(
    tmp_path: Path, edit: Edit, changed: set[Any]
) -> None:
    """补休 is still what 按人员 says."""
    workbook, days, warnings = read_edited(edited(tmp_path, edit))
    assert workbook.edited == "按对象"
    assert not warnings
    assert places(days.rows) ^ places(PLANNED) == changed
    assert rest("2027-03-04", inspector_id="P2")[0] in days.rows


def test_what_breaks_a_rule_in_the_grid_of_objects_stands_in_its_cell(tmp_path: Path) -> None:
    """P3, whom the plan has nowhere, is written in beside P2."""

    def add(workbook: Any) -> None:
        sheet = workbook["按对象"]
        sheet["D5"], sheet["H5"] = f"{sheet['D5'].value} ②P3", "①②"

    workbook, days, warnings = read_edited(edited(tmp_path, add))
    assert not warnings
    assert places(days.rows) - places(PLANNED) == {(day("2027-03-03"), "P3", "O3")}
    told = verify_days(group(), days, DAY_RULES).violations
    assert ("R16-1", "按对象!H5") in {
        (one.violation.rule, workbook.place(one.violation)) for one in told
    }


def test_two_grids_that_were_both_edited_are_told_apart_in_one_line(tmp_path: Path) -> None:
    def both(workbook: Any) -> None:
        workbook["按人员"]["F4"] = None
        workbook["按对象"]["H5"] = None

    workbook, days, (warning,) = read_edited(edited(tmp_path, both))
    assert workbook.edited == ""
    assert (warning.sheet, warning.cell) == ("按对象", "G5")
    assert "有 2 格与“按人员”不一致：G5、H5；按“按人员”核查" in warning.message
    assert places(PLANNED) - places(days.rows) == {(day("2027-03-02"), "P2", "O3")}


def test_the_same_edit_in_both_grids_is_none_to_tell_of(tmp_path: Path) -> None:
    def both(workbook: Any) -> None:
        workbook["按人员"]["F4"] = workbook["按对象"]["G5"] = None

    workbook, _, warnings = read_edited(edited(tmp_path, both))
    assert (workbook.edited, warnings) == ("", [])


def test_a_grid_of_objects_that_cannot_be_read_does_not_pass_for_the_written_one(
    tmp_path: Path,
) -> None:
    def both(workbook: Any) -> None:
        workbook["按人员"]["F4"], workbook["按对象"]["H3"] = None, "随便"

    workbook, _, (warning,) = read_edited(edited(tmp_path, both))
    assert workbook.edited == ""
    assert "有 2 格与“按人员”不一致：H3、G5；" in warning.message


def test_a_workbook_that_lost_its_fingerprint_names_the_cells_that_differ(tmp_path: Path) -> None:
    def copy(workbook: Any) -> None:
        workbook["按人员"]["F4"] = None
        workbook.custom_doc_props.props = []

    workbook, _, (warning,) = read_edited(edited(tmp_path, copy))
    assert workbook.edited == ""
    assert (warning.cell, "有 1 格" in warning.message) == ("G5", True)


def clear(sheet: str, *cells: str) -> Edit:
    def edit(workbook: Any) -> None:
        for cell in cells:
            workbook[sheet][cell] = None

    return edit


@pytest.mark.parametrize(
    ("edit", "cell"),
    [
        (clear("按人员", "E3", "H3", "I3"), "E3"),
        (clear("按对象", "F3", "I4", "J4"), "E3"),
        (lambda workbook: workbook["按人员"].delete_rows(3), ""),
    ],
)
def test_days_taken_from_a_mobile_person_are_told(tmp_path: Path, edit: Edit, cell: str) -> None:
    """P1 goes nowhere on three days; what P2, who is 蹲守, has no more is a 缺口."""
    _, _, (warning,) = read_edited(edited(tmp_path, edit))
    assert (warning.sheet, warning.cell) == ("按人员", cell)
    gone = "企业O1（O1）3月1日" + ("、3月2日" if not cell else "")
    assert "流动人员 人员P1（P1）" in warning.message
    assert warning.message.endswith(f"{gone}；企业O2（O2）3月4日、3月5日")
    assert f"少驻点 {3 if cell else 4} 天" in warning.message


def test_only_free_days_without_leave_are_taken_from_anybody(tmp_path: Path) -> None:
    case = group(since="2027-03-02", absences=(absence("2027-03-04", "2027-03-04"),))
    path = edited(tmp_path, clear("按人员", "E3", "H3", "I3"))
    _, _, (warning,) = read_edited(path, case)
    assert warning.cell == "I3"
    assert warning.message.endswith("少驻点 1 天，这些天没有安排：企业O2（O2）3月5日")


def test_of_many_days_that_are_taken_the_first_ten_are_named(tmp_path: Path) -> None:
    mobile = [stint(one, "P1", form=Form.MOBILE, group="G1") for one in ("O1", "O2")]
    case = month(*mobile, sites=(site("O1"), site("O2")), last="2027-03-31")
    made = day_plan(case, rows("2027-03-01~05", "2027-03-08~12", "2027-03-15"))
    path = written(case, made, tmp_path / "月度驻点日程表.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["按人员"].delete_rows(3)
    workbook.save(path)
    _, _, (warning,) = read_edited(path, case)
    assert warning.message.endswith("、3月11日、3月12日等 11 天")


@pytest.mark.parametrize(
    "edit",
    [
        put("按人员", "E3", "②"),
        put("按人员", "E3", "休"),
        clear("按人员", "E4"),
        clear("按对象", "F5"),
    ],
)
def test_a_day_that_is_moved_or_asked_for_by_a_rule_is_not_told_so(
    tmp_path: Path, edit: Edit
) -> None:
    workbook, _, warnings = read_edited(edited(tmp_path, edit))
    assert workbook.edited
    assert not warnings


def test_a_gap_that_is_stated_and_is_none_stands_in_its_row(tmp_path: Path) -> None:
    case = group()
    made = with_shortages(case, day_plan(case, PLANNED))
    assert made.shortages
    path = written(case, made, tmp_path / "月度驻点日程表.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["缺口"]["L2"] = 9
    workbook.save(path)
    read = read_day_workbook(path, IssueLog())
    assert read is not None
    days = read.day_plan(case, IssueLog())
    assert days is not None
    first = days.shortages[0]
    assert first.missing == 9
    places = [
        read.place(one.violation)
        for one in verify_days(case, days, DAY_RULES).violations
        if one.violation.rule == first.rule and "与日程不符" in one.sentence
    ]
    assert places == ["缺口第 2 行"]


def test_served_days_keep_what_they_were(tmp_path: Path) -> None:
    """A served day that the workbook leaves alone is the same row, whatever the plan says now."""
    served = rows("2027-03-01", kind=DayKind.SUBSTITUTE)
    case = group(since="2027-03-02", served=served)
    days = read_back(case, written(case, day_plan(case, PLANNED[2:]), tmp_path / "x.xlsx"))
    assert [row for row in days.rows if (row.day, row.inspector_id) == (served[0].day, "P1")] == [
        served[0]
    ]
    assert days.since == case.since
