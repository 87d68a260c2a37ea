"""月度驻点日程表.xlsx: it comes back as it was written, and what people write into it is judged."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from constraints import DAY_RULES
from planner.days.solve import Given, solve_part
from planner.domain.day_plan import DayData, DayKind, DayPlan, MonthCase
from planner.domain.findings import Severity
from planner.domain.ledgers import DangerousOperation, OperationKind
from planner.domain.record import share_of
from planner.domain.terms import Form, Grade
from planner.io.days_workbook import read_day_workbook
from planner.io.files import workbook_bytes
from planner.io.issues import IssueLog
from planner.reports.days import DayReport
from planner.verify import verify_days
from tests.builders import day, department, inspector, rating, site, stint
from tests.day_witnesses import day_plan, month, rest, rows
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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ("②", rows("2027-03-03", site_id="O2")),
        (2, rows("2027-03-03", site_id="O2")),
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
    (warning,) = [one for one in log.issues if one.severity is Severity.WARNING]
    assert (warning.sheet, warning.cell) == ("按对象", "G5")
    assert "G5、H5" in warning.message


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
