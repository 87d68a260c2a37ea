"""Scenarios side by side: what they mean, what is wrong with them, and what a run keeps."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from constraints import RULES
from planner import whatif
from planner.clauses import LOOSER, relaxations
from planner.cli import main
from planner.domain.calendar import CalendarDay
from planner.domain.instance import Instance
from planner.domain.plan import PenaltyResult, Proof, TierResult
from planner.domain.policy import Policy
from planner.domain.terms import Form, Grade, ListAction
from planner.edits import (
    AddRow,
    ChangeRows,
    CopyRow,
    Decide,
    Dismiss,
    RemoveRows,
    Scenario,
    SetParameter,
    applied,
)
from planner.io.scenarios import ScenariosRead, read_scenarios
from planner.io.writer import write_workbook
from planner.reports.comparison import Comparison, planned, remarks, status_of, summary_lines
from planner.rule import Rule, Tier
from planner.run import whatif as run
from planner.run.reading import check
from planner.solve import Settings, solve
from planner.verify import Verdict, verify
from planner.whatif import Figures, Result, Variants, figures_of, key_of, together
from planner.workers import Interruption
from tests.builders import day, department, inspector, instance, past, site
from tests.enumeration import Enumeration
from tests.rules.rows import absence, freeze, listed
from tests.test_enumeration import tiers

P1, P2, P3 = (inspector(f"P{n}", name=f"人员{'甲乙丙'[n - 1]}") for n in (1, 2, 3))
TWO = (site("O1"), site("O2"))
FIRST = tuple(
    listed(one.id).model_copy(
        update={"grade": Grade.FIRST, "grade_reason": "试验", "approver": "某人"}
    )
    for one in TWO
)
HERE = instance(
    sites=TWO,
    inspectors=(P1, P2, P3),
    list_items=FIRST,
    absences=(absence("2027-03-01", "2027-03-05"),),
    key_periods=(freeze("2027-02-01", "2027-02-14"),),
)
BASE = Scenario(name="基准", edits=())
ROW = '[[情景]]\n名称 = "甲"\n'


def read(text: str, tmp_path: Path, here: Instance = HERE) -> ScenariosRead:
    """The scenarios of a TOML file."""
    path = tmp_path / "情景.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenarios(path, here)


def only(text: str, tmp_path: Path) -> Instance:
    """The instance after the only scenario of a file without errors."""
    found = read(ROW + text, tmp_path)
    assert found.issues == ()
    (scenario,) = found.scenarios
    return applied(HERE, scenario.edits)


def row_of(name: str, here: Instance) -> Any:
    return here.inspector_by_id[name]


# -- what a row means -----------------------------------------------------------------------------


def test_people_are_added_by_count(tmp_path: Path) -> None:
    text = (
        '操作 = "增加"\n表 = "驻点人员"\n数量 = 2\n内容 = {单位编码 = "市D1局", 专业能力 = "CH:3"}'
    )
    new = only(text, tmp_path).inspectors[3:]
    assert [(one.department, one.skills) for one in new] == [("D1", (("CH", 3),))] * 2


def test_a_person_is_added_in_full_by_one_row_and_trained_by_another(tmp_path: Path) -> None:
    values = (
        "人员编号=P9；姓名=新人；单位编码=D1；人员性质=公务员；录用日期=2016-08-01；"
        "专业能力=S1:2;CH:1；可担任形式=蹲守、流动；可投入起=2027-01-01；可投入止=长期；"
        "联系电话=13800000000"
    )
    text = (
        f'操作 = "增加"\n表 = "驻点人员"\n内容 = "{values}"\n'
        f'{ROW}操作 = "增加"\n表 = "培训"\n内容 = "人员编号=新人；行业编码=S1；结束日期=2026-12-20"'
    )
    here = only(text, tmp_path)
    assert row_of("P9", here).skills == (("S1", 2), ("CH", 1))
    assert row_of("P9", here).forms == {Form.RESIDENT, Form.MOBILE}
    assert here.trainings_of["P9"][0].sectors == ("S1",)


def test_a_row_is_added_like_another(tmp_path: Path) -> None:
    text = '操作 = "增加"\n表 = "驻点对象"\n选行 = "O1"\n数量 = 2\n内容 = {县市区 = "邹城市"}'
    here = only(text, tmp_path)
    assert [one.county for one in here.sites] == ["任城区", "任城区", "邹城市", "邹城市"]
    assert [one.id for one in here.sites[2:]] == ["O1-同1", "O1-同2"]
    assert {one.site_id for one in here.list_items} == {one.id for one in here.sites}
    assert len({here.site_key[one.id] for one in here.sites}) == 4


def test_a_copied_person_brings_the_training(tmp_path: Path) -> None:
    here = only('操作 = "增加"\n表 = "驻点人员"\n选行 = "人员乙"', tmp_path)
    assert here.trainings_of["P2-同1"] == here.trainings_of["P2"]


def test_a_person_is_changed_by_name(tmp_path: Path) -> None:
    text = '操作 = "修改"\n表 = "驻点人员"\n选行 = "人员乙"\n内容 = {可投入止 = 2027-03-31}'
    here = only(text, tmp_path)
    assert row_of("P2", here).available_to == day("2027-03-31")
    assert row_of("P1", here) == P1


def test_people_are_removed_by_name_and_by_count(tmp_path: Path) -> None:
    assert "P2" not in only('操作 = "删除"\n表 = "驻点人员"\n选行 = "P2"', tmp_path).inspector_by_id
    text = '操作 = "删除"\n表 = "驻点人员"\n数量 = 2\n内容 = {单位编码 = "D1", 专业能力 = "CH:1"}'
    assert len(only(text, tmp_path).inspectors) == 1


def test_an_object_is_removed_and_another_one_graded(tmp_path: Path) -> None:
    text = (
        '操作 = "删除"\n表 = "驻点对象"\n选行 = "O1"\n'
        f'{ROW}操作 = "修改"\n表 = "驻点对象"\n选行 = "O2"\n'
        '内容 = {驻点等级 = "三级", 驻点形式 = "定期"}'
    )
    here = only(text, tmp_path)
    assert [one.id for one in here.sites] == ["O2"]
    assert here.rating_by_site["O2"].grade is Grade.THIRD
    assert here.list_items[0].form is Form.REGULAR


def test_grading_one_object_leaves_the_others_owed_without_a_list() -> None:
    here = applied(
        HERE.model_copy(update={"list_items": ()}), (Decide(site_id="O1", grade=Grade.SECOND),)
    )
    assert here.rating_by_site["O1"].grade is Grade.SECOND
    assert [row.action for row in here.list_items] == [ListAction.KEEP] * 2
    assert all(here.owed_window(one) == (here.round.start, here.round.end) for one in here.sites)


def test_parameters_are_named_by_field_or_title_and_may_be_percent(tmp_path: Path) -> None:
    text = '操作 = "修改"\n表 = "参数"\n选行 = "一级分数线"\n内容 = 45'
    assert only(text, tmp_path).policy.grade_first_score == 45
    text = '操作 = "修改"\n表 = "参数"\n选行 = "regular_max_load_percent"\n内容 = "70%"'
    assert only(text, tmp_path).policy.regular_max_load_percent == 70


def test_calendar_and_key_periods(tmp_path: Path) -> None:
    text = '操作 = "增加"\n表 = "日历调整"\n内容 = "日期=2027-03-01；是否工作日=否"'
    assert only(text, tmp_path).calendar.adjustments == (
        CalendarDay(day=day("2027-03-01"), workday=False),
    )
    text = '操作 = "修改"\n表 = "重点时段"\n选行 = "名称=春节"\n内容 = {止 = 2027-02-20}'
    assert only(text, tmp_path).key_periods[0].end == day("2027-02-20")
    assert not only('操作 = "删除"\n表 = "重点时段"\n选行 = "春节"', tmp_path).key_periods


def test_ranges_and_combinations_become_scenarios(tmp_path: Path) -> None:
    text = (
        f'{ROW}操作 = "增加"\n表 = "驻点人员"\n数量 = "1至3"\n'
        f'内容 = {{单位编码 = "D1", 专业能力 = "S1:2"}}\n'
        f'{ROW}操作 = "修改"\n表 = "参数"\n选行 = "max_stint_months"\n内容 = "6|7"'
    )
    found = read(text, tmp_path)
    assert [one.name for one in found.scenarios] == [
        f"甲（数量={n}，值={m}）" for n in (1, 2, 3) for m in (6, 7)
    ]
    last = applied(HERE, found.scenarios[-1].edits)
    assert (len(last.inspectors), last.policy.max_stint_months) == (6, 7)


def test_an_array_is_a_list_where_a_cell_holds_one(tmp_path: Path) -> None:
    text = '操作 = "修改"\n表 = "驻点人员"\n选行 = "P1"\n内容 = {可担任形式 = ["定期", "流动"]}'
    assert row_of("P1", only(text, tmp_path)).forms == {Form.REGULAR, Form.MOBILE}
    both = read(
        f'{ROW}操作 = "修改"\n表 = "驻点人员"\n选行 = "P1"\n'
        '内容 = {可担任形式 = [["定期"], ["流动", "蹲守"]]}',
        tmp_path,
    )
    assert [one.name for one in both.scenarios] == [
        "甲（可担任形式=定期）", "甲（可担任形式=流动、蹲守）",
    ]  # fmt: skip


# -- what is wrong, and where ---------------------------------------------------------------------

CHANGE = '操作 = "修改"\n表 = "驻点人员"\n'
WRONG = {
    '操作 = "涨"\n表 = "驻点人员"': "“操作”“涨”不在可选项中",
    '表 = "驻点人员"': "没有写“操作”",
    '操作 = "删除"\n表 = "派驻记录"\n选行 = "O1"': "没有可改的表“派驻记录”",
    '操作 = "删除"': "没有可改的表“”",
    f'{CHANGE}选行 = "P7"\n内容 = {{姓名 = "某"}}': "没有这样的行：P7",
    f'{CHANGE}内容 = {{姓名 = "某"}}': "没有写是哪一行",
    f'{CHANGE}选行 = "P1"': "没有写改成什么",
    f'{CHANGE}选行 = "P1"\n内容 = {{身高 = 3}}': "“驻点人员”没有列“身高”",
    f'{CHANGE}选行 = "P1"\n内容 = {{人员编号 = "P8"}}': "不能改“人员编号”",
    f'{CHANGE}选行 = "P1"\n内容 = {{姓名 = ""}}': "“姓名”不能为空",
    f'{CHANGE}选行 = "P1"\n内容 = {{可投入止 = "三月"}}': "“可投入止”“三月”不是日期",
    f'{CHANGE}选行 = "P1"\n内容 = {{可投入止 = 2019-01-01}}': "可投入止早于可投入起",
    f'{CHANGE}选行 = "P1"\n内容 = {{单位编码 = "D9"}}': "“D9”在表“部门单位”中不存在",
    f'{CHANGE}选行 = "P1"\n数量 = 2\n内容 = {{姓名 = "某"}}': "这里不能写“数量”",
    f'{CHANGE}选行 = ["P1", "P2"]\n内容 = {{姓名 = "某"}}': "“选行”不能是几个值",
    f'{CHANGE}选行 = "P1"\n内容 = "姓名=某；=3"': "“内容”中的",
    f'{CHANGE}选行 = "P1"\n内容 = {{姓名 = []}}': "范围是空的",
    '操作 = "增加"\n表 = "驻点人员"\n数量 = 0\n内容 = {单位编码 = "D1"}': "“数量”应在 1 到 999",
    '操作 = "增加"\n表 = "驻点人员"\n数量 = "几个"\n内容 = {单位编码 = "D1"}': "不是正整数",
    '操作 = "增加"\n表 = "驻点人员"\n数量 = 2\n内容 = {单位编码 = "D1"}': "按人数增加时写",
    '操作 = "增加"\n表 = "驻点人员"\n内容 = {单位编码 = "D1", 专业能力 = "S1:1;CH:2"}': "须相同",
    '操作 = "增加"\n表 = "驻点人员"\n选行 = "P1"\n内容 = {人员编号 = "P2"}': "照样增加时不写",
    '操作 = "增加"\n表 = "驻点对象"\n内容 = {对象编号 = "O9"}': "必填列没有写：对象类型、名称",
    '操作 = "增加"\n表 = "请假与任务"\n选行 = "P1"\n内容 = {类别 = "病假"}': "时不写“选行”",
    '操作 = "增加"\n表 = "重点时段"\n内容 = "名称=春节；起=2027-02-01；止=2027-02-02；类型=节假日；'
    '冻结轮换=是；加强覆盖=否；范围=全市；状态=正式"': "与“重点时段”中已有的一行重复",
    '操作 = "删除"\n表 = "驻点人员"\n数量 = 9\n内容 = {单位编码 = "D1"}': "只有 3 人符合",
    '操作 = "删除"\n表 = "驻点人员"\n数量 = 1\n内容 = {姓名 = "某"}': "按人数减少时写",
    '操作 = "删除"\n表 = "驻点人员"\n选行 = "P1"\n内容 = {姓名 = "某"}': "删除时不写",
    '操作 = "删除"\n表 = "驻点人员"\n选行 = {单位编码 = "D1"}': "有 3 行符合",
    '操作 = "增加"\n表 = "参数"\n选行 = "一级分数线"\n内容 = 5': "参数只能修改",
    '操作 = "修改"\n表 = "参数"\n选行 = "一级分数线"': "参数没有写全",
    '操作 = "修改"\n表 = "参数"\n选行 = "身高"\n内容 = 5': "没有参数“身高”",
    '操作 = "修改"\n表 = "参数"\n选行 = "一级分数线"\n内容 = 500': "超出范围",
    '操作 = "修改"\n表 = "参数"\n选行 = "一级分数线"\n内容 = 20': "分数线应为",
    '操作 = "修改"\n表 = "参数"\n选行 = "round_start"\n内容 = 2027-02-01': "情景不能改 round_start",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_bad_row_is_told_with_its_line_and_the_others_stay(text: str, tmp_path: Path) -> None:
    good = '[[情景]]\n名称 = "乙"\n操作 = "删除"\n表 = "驻点人员"\n选行 = "P3"\n'
    found = read(f"{good}\n# 说明 [[情景]]\n{ROW}{text}\n", tmp_path)
    assert [one.name for one in found.scenarios] == ["乙"]
    assert found.refused == ("甲",)
    (issue,) = found.issues
    assert (issue.sheet, issue.cell) == ("情景.toml", "第 8 行")
    assert WRONG[text] in issue.message
    assert issue.remedy


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[[情景]]\n名称 = 甲乙 丙\n", "第 2 行", "不合 TOML 的写法"),
        ('[[情景]]\n操作 = "删除"\n', "第 1 行", "没有写“名称”"),
        ('\n[[情景]]\n名称 = "甲"\n体重 = 3\n', "第 2 行", "不认识“体重”"),
        ('[情景]\n名称 = "甲"\n', "", "应写作 [[情景]]"),
        ("甲 = 3\n", "", "不认识“甲”"),
        ("", "", "没有情景"),
    ],
)
def test_a_file_that_is_no_list_of_scenarios(
    text: str, line: str, message: str, tmp_path: Path
) -> None:
    found = read(text, tmp_path)
    assert not found.scenarios
    assert (found.issues[0].cell, message in found.issues[0].message) == (line, True)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert "无法读取" in read_scenarios(tmp_path / "无.toml", HERE).issues[0].message
    path = tmp_path / "情景.toml"
    path.write_bytes('[[情景]]\n名称 = "甲"'.encode("gbk"))
    assert "UTF-8" in read_scenarios(path, HERE).issues[0].message
    book = tmp_path / "情景.xlsx"
    book.write_bytes(b"no workbook")
    assert "不是 xlsx 工作簿" in read_scenarios(book, HERE).issues[0].message


# -- the sheet 情景 --------------------------------------------------------------------------------

HEADINGS = ("名称", "操作", "表", "选行", "内容", "数量")


def workbook_with(path: Path, rows: Sequence[Sequence[Any]], here: Instance = HERE) -> Path:
    """The workbook of an instance with a sheet 情景."""
    write_workbook(here, path)
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("情景")
    for row in (HEADINGS, *rows):
        sheet.append(row)
    book.save(path)
    return path


def test_the_sheet_says_the_same_as_the_file(tmp_path: Path) -> None:
    path = workbook_with(
        tmp_path / "一.xlsx",
        [
            ("甲", "增加", "驻点人员", None, "单位编码=D1；专业能力=CH:2", "1、2"),
            ("乙", "修改", "参数", "一级分数线", 45, None),
            ("丙", "修改", "驻点人员", "P9", "姓名=某", None),
            ("丙", "删除", "驻点人员", "P1", None, None),
            ("丁", "涨", "驻点人员", "P1", None, None),
        ],
    )
    found = read_scenarios(path, HERE)
    assert [one.name for one in found.scenarios] == ["甲（数量=1）", "甲（数量=2）", "乙"]
    assert sorted(found.refused) == ["丁", "丙"]
    assert {(one.sheet, one.cell) for one in found.issues} == {("情景", "D4"), ("情景", "B6")}


def test_the_sheet_is_no_part_of_what_is_planned(tmp_path: Path) -> None:
    with_sheet = check(
        workbook_with(tmp_path / "一.xlsx", [("甲", "删除", "参数", None, None, None)])
    )
    write_workbook(HERE, tmp_path / "二.xlsx")
    without = check(tmp_path / "二.xlsx")
    assert with_sheet.instance is not None
    assert without.instance is not None
    assert with_sheet.instance.input_hash == without.instance.input_hash
    assert with_sheet.issues == without.issues


def test_the_template_offers_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    assert main(["template", str(path)]) == 0
    sheet = openpyxl.load_workbook(path)["情景"]
    assert [cell.value for cell in sheet[1]][:6] == list(HEADINGS)
    assert all(cell.comment for cell in sheet[1])
    assert sheet.data_validations.count == 2


# -- a run ----------------------------------------------------------------------------------------

REMOVE_P3 = Scenario(name="少一人", edits=(RemoveRows(table="inspectors", where=(("id", "P3"),)),))


def run_of(
    scenarios: Sequence[Scenario],
    here: Instance = HERE,
    rules: Sequence[Rule] = RULES,
    **given: Any,
) -> list[Result]:
    """The results of scenarios on two processes."""
    here = applied(here, ())
    variants = Variants(here, ("D1",), rules, 20.0, given.pop("known", {}), **given)
    return variants.results(scenarios, 2, Interruption(lambda text: None))


def test_a_scenario_is_as_good_as_the_best_of_all_plans() -> None:
    beginner = inspector("P2", skills=(("S1", 1),), backbone=False)
    here = instance(sites=TWO, inspectors=(P1, beginner, P3))
    for edit in (*REMOVE_P3.edits, SetParameter(name="weight_low_skill", value=5)):
        here = edit.made(here)
    figures = figures_of(here, "D1", RULES, 20.0)
    everything = Enumeration(here, (day("2027-04-12"), day("2027-05-31"))).plans
    proof = Proof(
        status="OPTIMAL", seed=0, solver="", tiers=figures.tiers, penalties=penalties_of(here),
        components=(),
    )  # fmt: skip
    own = tuple(one.value for one in figures.tiers if one.tier < Tier.CHANCE)
    assert own == min(tiers(verdict, proof) for _, _, verdict in everything)


def penalties_of(here: Instance) -> tuple[PenaltyResult, ...]:
    """The weights of the goals, by a solve of its own."""
    made = solve(here, ("D1",), RULES, Settings(20.0, 1))
    assert made.proof is not None
    assert verify(here, made, RULES).accepted
    return made.proof.penalties


def test_units_that_a_scenario_leaves_alone_are_solved_once() -> None:
    here = instance(
        departments=(department("D1"), department("D2")),
        sites=(site("O1"), site("O2", department="D2", name="企业二")),
        inspectors=(P1, inspector("P2", department="D2"), P3),
        list_items=(FIRST[0], FIRST[1].model_copy(update={"department": "D2"})),
        key_periods=HERE.key_periods,
    )
    here = applied(here, ())
    kept: list[str] = []
    known: dict[str, Figures] = {}
    variants = Variants(here, ("D1", "D2"), RULES, 20.0, known, keep=lambda k, f: kept.append(k))
    found = variants.results([BASE, REMOVE_P3, REMOVE_P3], 1, Interruption(lambda text: None))
    assert len(kept) == len(known) == 3
    assert found[0].units["D2"] == found[1].units["D2"]
    assert found[1].units == found[2].units
    assert found[0].whole.count(Grade.FIRST).whole == 2


@pytest.mark.parametrize(
    "edit",
    [
        SetParameter(name="weight_distance", value=3),
        RemoveRows(table="absences", where=(("inspector_id", "P1"),)),
        CopyRow(table="sites", like="O1", count=1),
        Dismiss(count=1, department="D1"),
        AddRow(table="adjustments", row=CalendarDay(day=day("2027-03-01"), workday=False)),
        Decide(site_id="O1", form=Form.MOBILE),
    ],
)
def test_the_key_tells_every_change(edit: Any) -> None:
    here = applied(HERE, ())
    before = key_of(here, "D1", RULES, 20.0)
    assert key_of(applied(HERE, (edit,)), "D1", RULES, 20.0) != before
    assert key_of(here.model_copy(update={"seed": 1}), "D1", RULES, 20.0) != before
    assert key_of(here, "D1", RULES, 21.0) != before
    assert key_of(applied(HERE, ()), "D1", RULES, 20.0) == before


def fails_for(*names: str) -> Callable[..., Figures]:
    """``figures_of`` that raises, or ends its process, where the first person has this name."""

    def failing(here: Instance, department: str, rules: Sequence[Rule], limit: float) -> Figures:
        name = here.inspectors[0].name
        if name == "死":
            os._exit(1)
        if name in names:
            raise RuntimeError("某人的电话 13800000000")
        return figures_of(here, department, rules, limit)

    return failing


def renamed(name: str) -> Scenario:
    edit = ChangeRows(table="inspectors", where=(("id", "P1"),), values=(("name", name),))
    return Scenario(name=name, edits=(edit,))


@pytest.mark.parametrize("name", ["错", "死"])
def test_a_scenario_that_fails_costs_no_other(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "figures_of", fails_for("错"))
    kept: list[Figures] = []
    found = run_of([BASE, renamed(name), REMOVE_P3], keep=lambda key, one: kept.append(one))
    assert [one.whole.status for one in found] == ["OPTIMAL", "FAILED", "OPTIMAL"]
    assert [one.status for one in kept] == ["OPTIMAL", "OPTIMAL"]
    assert status_of(found[1]) == "程序出错，没有结果"
    assert not [line for line in remarks(Comparison("", "", found)) if "13800000000" in line]


def test_a_plan_that_is_refused_has_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "verify", lambda *given: Verdict((), (("远近", 1, 2),)))
    figures = figures_of(applied(HERE, ()), "D1", RULES, 20.0)
    assert figures == Figures(status="REFUSED", reasons=("远近：求解值 1，复算 2",))


def test_what_was_not_found_in_time_is_not_called_impossible() -> None:
    unknown, none = (
        Result(BASE, {"D1": Figures(status=status)}, 1) for status in ("UNKNOWN", "INFEASIBLE")
    )
    assert status_of(unknown) == "时限内未得出结论"
    assert status_of(none) == "已证明无法排出"
    assert status_of(Result(BASE, {}, 1)) == "未算"
    lines = list(summary_lines(Comparison("情景比较", "情景", (unknown, none))))
    assert lines[1:] == ["基准：时限内未得出结论。", "基准：已证明无法排出。"]


def test_units_add_up_and_one_without_a_plan_takes_the_numbers_away() -> None:
    tier = TierResult(tier=11, name="", value=6, bound=4, seconds=0.0)
    one = Figures(status="OPTIMAL", released=2, days=(3, 9), tiers=(tier,))
    two = Figures(status="FEASIBLE", part_time=1, days=(5,), tiers=(tier,))
    whole = together((one, two))
    assert (whole.status, whole.released, whole.part_time) == ("FEASIBLE", 2, 1)
    assert (whole.days, whole.spread) == ((3, 5, 9), 6)
    assert (whole.tier(11), whole.gap) == (12, 1 / 3)
    assert together((one, Figures(status="UNKNOWN"))) == Figures(status="UNKNOWN")
    refused = Figures(status="REFUSED", reasons=("甲",))
    assert together((refused, Figures(status="UNKNOWN"))) == refused


def test_an_interruption_leaves_the_rest_out() -> None:
    interruption = Interruption(lambda text: None)
    interruption.stop.set()
    variants = Variants(applied(HERE, ()), ("D1",), RULES, 20.0, {})
    (found,) = variants.results([BASE], 1, interruption)
    assert not found.complete
    assert not planned(found)


# -- the command ----------------------------------------------------------------------------------

ROWS = [
    ("少一人", "删除", "驻点人员", "P3", None, None),
    ("增人", "增加", "驻点人员", None, "单位编码=D1；专业能力=S1:2", "1、2"),
    ("错", "删除", "驻点人员", "P9", None, None),
]
PICTURES = ("情景比较-服务.png", "情景比较-优先分.png")
FILES = ("情景比较.xlsx", "情景比较.html", "情景比较.jsonl", *PICTURES)


def test_the_command_writes_the_comparison_and_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = workbook_with(tmp_path / "一.xlsx", ROWS)
    out = tmp_path / "比较"
    assert main(["whatif", str(book), "--out", str(out), "--jobs", "1"]) == 2
    said = capsys.readouterr().out
    assert "错误 情景!D4 情景“错”" in said
    assert "有错误、没有算的情景 1 个：错。" in said
    sheet = openpyxl.load_workbook(out / FILES[0])["比较"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=5)] == [
        "基准", "少一人", "增人（数量=1）", "增人（数量=2）",
    ]  # fmt: skip
    page = (out / FILES[1]).read_text(encoding="utf-8")
    assert page.count("<svg") == 7
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in PICTURES)
    assert "http" not in page.replace("http-equiv", "")
    assert "13800000000" not in page
    assert "未算：情景!D4" in page


def test_equal_input_gives_equal_bytes_and_a_rerun_goes_on(tmp_path: Path) -> None:
    book = workbook_with(tmp_path / "一.xlsx", ROWS[:2])
    once, again = tmp_path / "一", tmp_path / "二"
    assert main(["whatif", str(book), "--out", str(once), "--jobs", "1"]) == 0
    assert main(["whatif", str(book), "--out", str(again), "--jobs", "2"]) == 0
    whole = {name: (once / name).read_bytes() for name in FILES}
    assert whole == {name: (again / name).read_bytes() for name in FILES}
    store = once / FILES[2]
    lines = store.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    store.write_text("\n".join([lines[0], lines[2], lines[1][:40]]), encoding="utf-8")
    progress: list[tuple[int, int, str]] = []
    run.whatif(
        book, None, once, limit_seconds=60, jobs=1,
        progress=lambda *step: progress.append(step),
    )  # fmt: skip
    assert progress[0][1] == 2
    assert whole == {name: (once / name).read_bytes() for name in FILES}


def test_a_changed_input_starts_anew(tmp_path: Path) -> None:
    out = tmp_path / "比较"
    book = workbook_with(tmp_path / "一.xlsx", ROWS[:1])
    assert main(["whatif", str(book), "--out", str(out)]) == 0
    before = (out / FILES[2]).read_text(encoding="utf-8")
    fewer = HERE.model_copy(update={"absences": ()})
    workbook_with(tmp_path / "一.xlsx", ROWS[:1], fewer)
    assert main(["whatif", str(book), "--out", str(out)]) == 0
    after = (out / FILES[2]).read_text(encoding="utf-8")
    keys = [{json.loads(line)["key"] for line in one.splitlines()} for one in (before, after)]
    assert not keys[0] & keys[1]


def test_bad_input_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "比较"
    write_workbook(HERE, tmp_path / "一.xlsx")
    arguments = ["whatif", str(tmp_path / "一.xlsx"), "--out", str(out)]
    assert main(arguments) == 2
    assert "没有表“情景”" in capsys.readouterr().out
    assert main([*arguments, "--department", "无此单位"]) == 2
    assert "没有这个单位" in capsys.readouterr().out
    assert main(["whatif", str(tmp_path / "无.xlsx"), "--out", str(out)]) == 2
    assert not out.exists()
    out.mkdir()
    (out / FILES[0]).write_bytes(b"mine")
    book = workbook_with(tmp_path / "二.xlsx", ROWS[:1])
    assert main(["whatif", str(book), "--out", str(out)]) == 2
    assert (out / FILES[0]).read_bytes() == b"mine"


# -- planner clauses ------------------------------------------------------------------------------


def test_every_principle_and_parameter_is_loosened_alone() -> None:
    found = list(relaxations(HERE, RULES))
    rules = [one.article for one in RULES if one.article.in_principle]
    assert [one.name for one in found[: len(rules)]] == [f"{r.rule} {r.title}" for r in rules]
    assert len(found) - len(rules) <= len(LOOSER)
    assert set(LOOSER) <= set(Policy.model_fields)
    assert all(len(one.edits) == 1 for one in found)


def test_a_lifted_rule_serves_whom_it_left_out() -> None:
    novice = inspector("P1", hire_date=day("2026-12-01"))
    here = instance(sites=TWO[:1], inspectors=(novice,), list_items=FIRST[:1])
    scenarios = {one.name[:5]: one for one in relaxations(here, RULES)}
    found = run_of([BASE, scenarios["R09-2"], scenarios["R09-1"]], here, only_looser=True)
    served = [one.whole.count(Grade.FIRST).whole for one in found]
    assert served == [0, 1, 0]
    assert [one.whole.overrides for one in found] == [0, 1, 0]


def test_a_looser_rule_never_makes_a_plan_worse() -> None:
    here = HERE.model_copy(
        update={
            "stints": (past("O1", "P1", "2026-08-10", None), past("O2", "P2", "2026-09-07", None))
        }
    )
    base, *found = run_of([BASE, *relaxations(here, RULES)], here, only_looser=True)
    values = [[tier.value for tier in one.whole.tiers] for one in found]
    assert all(one <= [tier.value for tier in base.whole.tiers] for one in values)


def test_the_command_clauses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_workbook(HERE, tmp_path / "一.xlsx")
    out = tmp_path / "代价"
    assert main(["clauses", str(tmp_path / "一.xlsx"), "--out", str(out)]) == 0
    assert "条款代价：" in capsys.readouterr().out
    assert {one.name for one in out.iterdir()} == {
        "条款代价.xlsx", "条款代价.html", "条款代价.jsonl", "条款代价-服务.png",
        "条款代价-优先分.png",
    }  # fmt: skip
