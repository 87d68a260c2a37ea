"""The files that an office sends on: right headings, right people, nothing that must not leak."""

from __future__ import annotations

import datetime as dt
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from constraints import DAY_RULES, RULES
from planner.catalogue import entries
from planner.domain.calendar import CalendarDay, WorkCalendar
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.statutory import statutory_days
from planner.domain.terms import Form, WeekendCoverage
from planner.io.files import write_folder
from planner.io.plan_json import plan_from_json
from planner.io.plan_workbook import read_plan
from planner.reports.attachment1 import HEADINGS, attachment1, lines_of
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK, REPORT, outputs
from planner.reports.labels import provisional_text
from planner.reports.rotation import in_round, rows_by_person
from planner.verify import verify
from tests.builders import day, department, inspector, instance, plan, shortage, site, stint
from tests.conftest import PlannedSample

HOSTILE = '=HYPERLINK("http://x","点我")<script>alert(1)</script>'


def test_headings_of_attachment_1_are_verbatim(planned: PlannedSample) -> None:
    sheet = openpyxl.load_workbook(planned.folder / ATTACHMENT_1).active
    assert [cell.value for cell in sheet[4]] == [
        "序号", "部门单位", "驻点企业名称", "驻点企业地址", "驻点形式", "驻点人员姓名",
        "驻点人员联系方式",
    ] == list(HEADINGS)  # fmt: skip
    assert sheet["A1"].value == "附件1"
    assert sheet["A2"].value == "驻 点 情 况 统 计 表"
    assert sheet["G3"].value == "截至：2027年1月11日"
    assert sheet.print_title_rows == "$4:$4"
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert {sheet["A2"].font.name, sheet["A4"].font.name, sheet["A5"].font.name} == {
        "方正小标宋简体", "黑体", "仿宋_GB2312",
    }  # fmt: skip


def test_attachment_1_lists_who_is_there_on_the_day(planned: PlannedSample) -> None:
    as_of = planned.instance.round.start
    lines = lines_of(planned.instance, planned.plan, as_of)
    there = {s.site_id for s in planned.plan.stints if s.covers(as_of)}
    assert len(lines) == len(there) > 0
    for line in lines:
        people = {p.name: p.phone for p in planned.instance.inspectors}
        assert [people[name] for name in line.names] == list(line.phones)


def city() -> tuple[Instance, Plan]:
    """Two departments; a pair whose second person is named first in the plan."""
    known = instance(
        departments=(department("D1"), department("D2")),
        inspectors=(
            inspector("P1", name="甲", phone="13800000001"),
            inspector("P2", name="乙", phone="13800000002"),
            inspector("P3", name="丙", phone="13800000003", department="D2"),
        ),
        sites=(
            site("O1", county="乙县", name="一厂"),
            site("O2", county="甲县", name="二厂"),
            site("O3", county="乙县", name="三厂", department="D2"),
            site("O4", county="乙县", name="四厂"),
        ),
    )
    made = plan(
        stint("O4", "P2", "2027-01-11", "2027-07-10", slot=2),
        stint("O4", "P1", "2027-01-11", "2027-07-10"),
        stint("O2", "P1", "2027-01-11", "2027-07-10"),
        stint("O1", "P2", "2027-01-11", "2027-03-10"),
        stint("O3", "P3", "2027-01-11", "2027-07-10", department="D2"),
        departments=("D2", "D1"),
    )
    return known, made


def test_numbers_restart_and_objects_follow_department_county_id() -> None:
    lines = lines_of(*city(), day("2027-01-11"))
    assert [(line.number, line.department, line.site_name) for line in lines] == [
        (1, "D1", "一厂"), (2, "D1", "四厂"), (3, "D1", "二厂"), (1, "D2", "三厂"),
    ]  # fmt: skip
    assert lines[1].names == ("甲", "乙")
    assert lines[1].phones == ("13800000001", "13800000002")


def test_two_people_stand_in_one_cell_on_two_lines() -> None:
    sheet = attachment1(*city(), day("2027-01-11")).active
    assert sheet["F6"].value == "甲\n乙"
    assert sheet["G6"].value == "13800000001\n13800000002"
    assert sheet["G6"].data_type == "s"
    assert "B5:B7" in {str(one) for one in sheet.merged_cells.ranges}


def test_no_department_cell_crosses_a_page() -> None:
    """Every page begins with the name of the department, however many objects it has."""
    sites = tuple(site(f"O{n:03}", department="D1" if n < 40 else "D2") for n in range(60))
    people = tuple(inspector(f"P{n:03}", department=one.department) for n, one in enumerate(sites))
    known = instance(
        departments=(department("D1"), department("D2")), sites=sites, inspectors=people
    )
    stints = (
        stint(one.id, who.id, department=one.department)
        for one, who in zip(sites, people, strict=True)
    )
    sheet = attachment1(known, plan(*stints, departments=("D1", "D2")), day("2027-01-11")).active
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert len(breaks) > 2
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # Excel would ignore the breaks
    for last in breaks:
        assert sheet.cell(last + 1, 2).value in {"D1", "D2"}
        for area in sheet.merged_cells.ranges:
            assert not area.min_row <= last < area.max_row
    tops = [5, *(last + 1 for last in breaks)]
    for top, end in zip(tops, [*breaks, sheet.max_row], strict=True):
        heights = [sheet.row_dimensions[row].height for row in range(top, end + 1)]
        assert sum(heights) < 595 / 0.9 - 108  # A4 landscape less the margins, at 90 %


def test_nobody_is_listed_after_the_last_day() -> None:
    lines = lines_of(*city(), day("2027-03-11"))
    assert "一厂" not in {line.site_name for line in lines}


def texts_of(path: Path) -> str:
    """Everything that a file says, packed or not."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_phones_leave_the_house_in_attachment_1_only(planned: PlannedSample) -> None:
    phones = [person.phone for person in planned.instance.inspectors]
    shown = texts_of(planned.folder / ATTACHMENT_1)
    assert sum(phone in shown for phone in phones) > 10
    for name in (PLAN_JSON, PLAN_WORKBOOK, REPORT):
        text = texts_of(planned.folder / name)
        assert not [phone for phone in phones if phone in text], name


def test_relations_of_recusal_are_never_printed(planned: PlannedSample) -> None:
    assert planned.instance.conflicts
    words = {str(row.relation) for row in planned.instance.conflicts} - {"其他", "本人"}
    for path in planned.folder.iterdir():
        assert not [word for word in words if word in texts_of(path)], path.name


@pytest.fixture
def hostile_folder(tmp_path: Path) -> Path:
    """Files of a plan whose names try to be formulas and scripts."""
    known = instance(
        sites=(site("O1", name=HOSTILE, address=HOSTILE), site("O2", name="@SUM(A1)")),
        inspectors=(inspector("P1", name="+1", phone="=1+1"),),
    )
    made = plan(
        stint("O1", "P1", "2027-01-11", "2027-07-10", note="电话 13912345678"),
        shortages=(shortage("O2").model_copy(update={"reason": HOSTILE}),),
    )
    files = outputs(
        made, known, verify(known, made, RULES),
        catalogue=entries(RULES, DAY_RULES), issues=(), as_of=dt.date(2027, 1, 11),
    )  # fmt: skip
    write_folder(tmp_path / "out", files, last=PLAN_JSON)
    return tmp_path / "out"


def test_text_never_becomes_formula_or_script(hostile_folder: Path) -> None:
    for name in (ATTACHMENT_1, PLAN_WORKBOOK):
        workbook = openpyxl.load_workbook(hostile_folder / name)
        cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
        assert HOSTILE in {cell.value for cell in cells}
    page = (hostile_folder / REPORT).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_phones_in_remarks_are_masked(hostile_folder: Path) -> None:
    for name in (PLAN_JSON, PLAN_WORKBOOK, REPORT):
        assert "13912345678" not in texts_of(hostile_folder / name)
    assert "139****5678" in texts_of(hostile_folder / PLAN_JSON)


def test_the_page_needs_no_network(planned: PlannedSample) -> None:
    page = (planned.folder / REPORT).read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?!#)|@import|url\((?!#)|https?://", page)
    for entry in entries(RULES, DAY_RULES):
        assert f">{entry.rule}<" in page
    assert page.count("<svg") > 3


def test_workbook_and_json_say_the_same(planned: PlannedSample) -> None:
    read = read_plan(planned.folder / PLAN_WORKBOOK, planned.instance)
    from_workbook = read.plan
    assert from_workbook is not None
    assert not read.issues

    def rows(one: Plan) -> list[Any]:
        return sorted((s.model_dump() for s in one.stints), key=str)

    assert rows(from_workbook) == rows(planned.plan)
    assert from_workbook.shortages == planned.plan.shortages


def test_rotation_tables_show_every_stint_and_shade_frozen_weeks(planned: PlannedSample) -> None:
    workbook = openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)
    assert workbook.sheetnames == [
        "派驻记录", "按对象轮换表", "按人员轮换表", "未派人员", "未安排对象", "目标得分",
        "规则核查",
    ]  # fmt: skip
    by_site = workbook["按对象轮换表"]
    weeks = [cell.value for cell in by_site[4][8:]]
    assert weeks[0] == "1/\n11"
    assert len(weeks) == 26
    shaded = {cell.value for cell in by_site[4][8:] if cell.fill.fgColor.rgb.endswith("D9D9D9")}
    assert "3/\n1" in shaded  # the two sessions
    assert "5/\n24" not in shaded
    posts = {(s.site_id, s.slot) for s in planned.plan.stints}
    assert by_site.max_row - 4 == len(posts | {(s.site_id, 1) for s in planned.plan.shortages})
    rows = rows_by_person(planned.instance, planned.plan)
    assert workbook["按人员轮换表"].max_row - 4 == len(rows)
    assert {row.inspector.id for row in rows} == {
        s.inspector_id for s in planned.plan.stints if s.end is None or s.end >= day("2027-01-11")
    }


def test_a_mobile_team_is_one_line_per_object() -> None:
    known, made = city()
    group = tuple(
        one.model_copy(update={"form": Form.MOBILE, "group": "L-01"}) for one in made.stints
    )
    lines = lines_of(known, made.model_copy(update={"stints": group}), day("2027-01-11"))
    assert {line.form for line in lines} == {"流动驻点"}


# -- 暂定 ---------------------------------------------------------------------------------------


def test_a_plan_on_a_reckoned_calendar_is_called_provisional(planned: PlannedSample) -> None:
    document = json.loads((planned.folder / PLAN_JSON).read_text(encoding="utf-8"))
    assert document["provisional_years"] == [2027]
    assert list(document).index("provisional_years") == list(document).index("round_end") + 1
    workbook = openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)
    for title in ("派驻记录", "未派人员", "未安排对象", "目标得分", "规则核查"):
        assert "（暂定）" in workbook[title].oddHeader.center.text
    for title in ("按对象轮换表", "按人员轮换表"):
        assert "（暂定）" in workbook[title]["A1"].value
        assert "暂定：2027年放假安排尚未公布" in workbook[title]["A2"].value


def test_a_plan_of_before_the_mark_is_still_read(planned: PlannedSample) -> None:
    document = json.loads((planned.folder / PLAN_JSON).read_text(encoding="utf-8"))
    del document["provisional_years"]
    assert plan_from_json(json.dumps(document)) == plan_from_json(
        (planned.folder / PLAN_JSON).read_text(encoding="utf-8")
    )


def test_a_notice_entered_by_hand_takes_the_mark_away() -> None:
    days = tuple(
        CalendarDay(day=dates[0], workday=False) for dates in statutory_days(2027).values()
    )
    for adjustments, years in ((days, ()), (days[1:], (2027,))):
        known = instance(calendar=WorkCalendar(adjustments=adjustments))
        assert known.provisional_years == years
        assert bool(provisional_text(known)) == bool(years)


def test_weekends_by_turns_are_left_to_the_month_plan_aloud(planned: PlannedSample) -> None:
    known = planned.instance
    rota = {row.code for row in known.sectors if row.weekend_coverage is WeekendCoverage.ROTA}
    served = {one.site_id for one in in_round(planned.plan)}
    count = sum(known.site_by_id[one].sector in rota for one in served)
    page = (planned.folder / REPORT).read_text(encoding="utf-8")
    assert count
    assert f"周末轮值的对象 {count} 个：本计划保证工作日有人" in page
