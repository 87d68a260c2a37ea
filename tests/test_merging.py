"""planner merge: the city's 附件1 and 附件2 from what ten departments send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.cli import main
from planner.domain.plan import Plan
from planner.domain.terms import Form
from planner.io.city import read_city
from planner.io.files import workbook_bytes
from planner.io.issues import IssueLog
from planner.io.ledgers import write_ledger_template
from planner.monthly.merging import State, state_of
from planner.monthly.work import Line, Quantities
from planner.reports.attachment1 import attachment1
from planner.reports.attachment2 import attachment2
from planner.samples.catalogue import SECTORS
from tests.builders import day, department, inspector, instance, plan, site, stint
from tests.conftest import PlannedSample

MONTH = "2027-02"
FORM_1, FORM_2 = "附件1-驻点情况统计表.xlsx", "附件2-驻点监督工作情况统计表.xlsx"
UPPER = (
    "序号", "行业领域", "驻点\n监督\n形式", "派出驻点\n监督人员", None, "派驻企业\n单位", None,
    "督促企业单位落实责任及措施", *([None] * 6), "驻点监督排查发现隐患", *([None] * 3),
)  # fmt: skip
LOWER = (
    None, None, None, "市级\n（人次）", "县级\n（人次）", "市级\n（人次）", "县级\n（人次）",
    "核查全员责任清单（人）", "指导完善规章制度（条）", "督促召开“晨会”（次）",
    "督促召开警示教育（场次）", "督促召开应急演练（次）", "督促落实有奖举报（万元）",
    "现场监督危险作业（次）", "发现隐患（项）", "已整改（项）", "其中发现重大事故隐患（项）",
    "已整改（项）",
)  # fmt: skip
"""The two lines of the official form as a person types them."""
CHEMICAL = ("危险化学品", "蹲守驻点", 9, 1, 4, 1, 30, 2, 8, 1, 1, 0.15, 3, 12, 10, 2, 1)
METAL = ("冶金", "定期", 5, 2, 5, 2, 10, 0, 4, None, "", 0.2, 0, 3, 0, 0, 0)
SUM = (14, 3, 9, 3, 40, 2, 12, 1, 1, 0.35, 3, 15, 10, 2, 1)
"""Of CHEMICAL and METAL, by hand."""


def typed(
    path: Path,
    unit: str = "市应急局",
    rows: Sequence[Sequence[Any]] = (CHEMICAL, METAL),
    total: Sequence[Any] | None = SUM,
    foot: str = "联系人：张三　填表日期：2027.3.4",
    edit: Callable[[Worksheet], None] = lambda sheet: None,
) -> Path:
    """附件2 typed by hand after the paper form: first row of figures 6."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for text in ("附件2", "全市安全生产驻点监督工作情况统计表", f"部门：{unit}"):
        sheet.append((text,))
    sheet.append(UPPER)
    sheet.append(LOWER)
    for columns in ("A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:G4", "H4:N4", "O4:R4"):
        sheet.merge_cells(columns)
    for number, row in enumerate(rows, start=1):
        sheet.append((number, *row))
    sheet.append((len(rows) + 1,))  # a line of the paper that nobody filled
    if total is not None:
        sheet.append(("合计", None, None, *total))
    sheet.append((foot,))
    sheet.append(("注：此表由市级驻点监督派出部门填写，相关数据为动态累计数据。",))
    edit(sheet)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def posted(path: Path, unit: str, *rows: Sequence[Any], as_of: str = "2027年2月28日") -> Path:
    """附件1 typed by hand."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.append((f"部门：{unit}", None, None, f"截至：{as_of}"))
    sheet.append(
        ("序号", "部门单位", "驻点企业名称", "驻点企业地址", "驻点形式", "驻点人员姓名",
         "驻点人员联系方式")
    )  # fmt: skip
    for row in rows:
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def merge(out: Path, *sources: Path | str, month: str = MONTH) -> int:
    command = ["merge", *map(str, sources), "--month", month, "--out", str(out)]
    return main(command)


def cells(path: Path, title: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[title].rows]


def errors(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The places of the errors, without the folder."""
    said = capsys.readouterr().out.splitlines()
    return [line.split()[1] for line in said if line.startswith("错误 ")]


# -- sums ----------------------------------------------------------------------------------------


def test_the_city_has_one_row_for_a_sector_and_form_with_the_sums(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tmp_path / "二月"
    typed(sent / "应急.xlsx", "济宁市应急管理局")
    typed(
        sent / "能源" / "表.xlsx", "市能源局",
        [("煤矿", "蹲守驻点", 45, 6, 21, 3, *([1] * 5), 1.25, 1, 9, 9, 0, 0)],
        [45, 6, 21, 3, *([1] * 5), 1.25, 1, 9, 9, 0, 0],
    )  # fmt: skip
    out = tmp_path / "汇总"
    assert merge(out, sent) == 0
    said = capsys.readouterr().out
    assert "累计派出 68 人次、派驻 36 家次，发现隐患 24 项、已整改 19 项" in said
    rows = cells(out / FORM_2, "附件2")
    assert rows[2][0] == "部门：各派出部门（共2个）"
    table = [row for row in rows[5:] if row[1]]
    assert table == [
        [1, "危险化学品", "蹲守驻点", 9, 1, 4, 1, 30, 2, 8, 1, 1, 0.15, 3, 12, 10, 2, 1],
        [2, "冶金", "定期驻点", 5, 2, 5, 2, 10, 0, 4, 0, 0, 0.2, 0, 3, 0, 0, 0],
        [3, "煤矿", "蹲守驻点", 45, 6, 21, 3, 1, 1, 1, 1, 1, 1.25, 1, 9, 9, 0, 0],
        [None, "合计", None, 59, 9, 30, 6, 41, 3, 13, 2, 2, 1.6, 4, 24, 19, 2, 1],
    ]


def test_departments_that_share_a_sector_are_one_row(tmp_path: Path) -> None:
    data = tmp_path / "部门.xlsx"
    workbook = openpyxl.Workbook()
    units, sectors = workbook.active, workbook.create_sheet("行业领域")
    assert units is not None
    units.title = "部门单位"
    for row in (
        ("单位编码", "单位名称", "简称", "层级", "上级业务部门", "行业领域"),
        ("A", "甲市一局", "市一局", "市", None, "X"),
        ("B", "甲市二局", "市二局", "市", None, "X"),
        ("C", "乙县一局", "县一局", "县", "A", "X"),
    ):
        units.append(row)
    sectors.append(("行业编码", "行业领域", "化工危化", "煤矿", "岗位人数", "允许形式"))
    sectors.append(("X", "渔港", "否", "否", 1, None))
    workbook.save(data)
    one, other = [1, 2, 3, 4, *([0] * 11)], [10, 20, 30, 40, *([0] * 11)]
    files = [
        typed(tmp_path / "一.xlsx", "市一局", [("渔港", "流动驻点", *one)], one),
        typed(tmp_path / "二.xlsx", "市二局", [("渔港", "流动驻点", *other)], other),
    ]
    out = tmp_path / "汇总"
    assert merge(out, *files, "--data", data) == 0
    rows = cells(out / FORM_2, "附件2")
    assert rows[5][:7] == [1, "渔港", "流动驻点", 11, 22, 33, 44]
    assert rows[6][1] == "合计"
    each = cells(out / FORM_2, "各部门数字")
    assert [row[:6] for row in each[1:3]] == [
        [MONTH, "市一局", "渔港", "流动驻点", 1, 2], [MONTH, "市二局", "渔港", "流动驻点", 10, 20],
    ]  # fmt: skip
    typed(tmp_path / "全" / "一.xlsx", "市一局", [("渔港", "流动驻点", *one)], one)
    typed(tmp_path / "全" / "县.xlsx", "C", [("渔港", "流动驻点", *one)], one)
    assert merge(tmp_path / "再", tmp_path / "全", "--data", data) == 0, "C is a county unit"
    who = [row[0] for row in cells(out / FORM_2, "报送情况")[1:3]]
    assert who == ["市一局", "市二局"], "county units report to their department (R16-2)"


def test_what_month_writes_is_read_and_what_is_no_form_is_passed_over(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tmp_path / "二月"
    command = [
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", MONTH,
        "--out", str(sent),
    ]  # fmt: skip
    assert main(command) == 0
    out = sent / "汇总"
    assert merge(out, sent, "--data", planned.workbook) == 0
    said = capsys.readouterr().out
    assert "没有读入 1 个工作簿：月度核对.xlsx" in said
    mine, merged = (cells(folder / FORM_1, "驻点情况统计表") for folder in (sent, out))
    assert merged[3:] == mine[3:], "objects, people and phones as the department sent them"
    assert merged[2][-1] == "截至：2027年2月28日"


def test_forms_of_county_units_in_a_folder_are_passed_over_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tmp_path / "二月"
    typed(sent / "应急" / FORM_2)
    bureau = typed(sent / "应急" / "任城区应急局" / FORM_2, "任城区应急管理局")
    posted(sent / "应急" / "邹城市应急局" / FORM_1, "邹城市应急局")
    assert merge(tmp_path / "汇总", sent) == 0
    said = capsys.readouterr().out
    assert "累计派出 17 人次" in said, "of the department alone"
    assert "没有读入：任城区应急管理局、邹城市应急局；" in said
    assert merge(tmp_path / "再", bureau) == 2, "a file that is named is wanted"


@pytest.mark.parametrize(
    ("text", "bureau"),
    [
        ("济宁市任城区应急局", True),
        ("单县应急局", True),
        ("济宁高新区应急局", True),
        ("邹城市市场监管局", True),
        ("市应急局", False),
        ("市场监管局", False),
        ("市城市管理局", False),
        ("济宁市能源管理局", False),
        ("市商务局、市市场监管局", False),
        ("", False),
    ],
)
def test_a_county_unit_has_its_county_before_its_name(text: str, bureau: bool) -> None:
    city = read_city(None, day("2027-02-01"), IssueLog())
    assert city is not None
    assert city.is_bureau(text) is bureau


def test_a_merged_table_is_not_merged_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tmp_path / "二月"
    typed(sent / "应急.xlsx")
    out = sent / "汇总"
    assert merge(out, sent) == 0
    before = (out / FORM_2).read_bytes()
    assert merge(out, sent) == 2, "what stands there is not replaced"
    assert merge(out, sent, "--force") == 0
    assert (out / FORM_2).read_bytes() == before
    capsys.readouterr()
    assert merge(tmp_path / "再", out / FORM_2) == 2
    assert "几个部门的汇总表" in capsys.readouterr().out


def test_the_form_as_it_is_written_comes_back_whole(tmp_path: Path) -> None:
    city = read_city(None, day("2027-02-01"), IssueLog())
    assert city is not None
    amounts = Quantities(1, 2, 3, 4, 5, 6, 7, 8, 9, 12_300, 11, 16, 14, 13, 12)
    line = Line("JN-YJ", "HY08b", Form.RESIDENT, amounts)
    path = tmp_path / "附件2.xlsx"
    form = attachment2(city.instance, [line], ["JN-YJ"])
    path.write_bytes(workbook_bytes(form))
    out = tmp_path / "汇总"
    assert merge(out, path) == 0
    assert cells(out / FORM_2, "附件2")[5:7] == cells(path, "附件2")[5:7]


# -- checks --------------------------------------------------------------------------------------


def test_every_wrong_cell_is_named_at_once_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet["B6"], sheet["C6"] = "煤矿", "蹲点"  # another's sector, no form
        sheet["D7"], sheet["M7"] = -1, 0.123
        sheet["P7"] = 4  # 已整改 of 3 发现; M9 and P9 are totals
        sheet["H7"] = "=1+1"

    typed(tmp_path / "二月" / "应急.xlsx", edit=spoil)
    posted(
        tmp_path / "二月" / "名单.xlsx",
        "市应急局",
        (1, "市应急局", "甲厂", "", "驻厂", "张三、李四", "1"),
    )
    out = tmp_path / "汇总"
    assert merge(out, tmp_path / "二月") == 2
    form, people = "二月/应急.xlsx：Sheet!", "二月/名单.xlsx：Sheet!"
    assert sorted(errors(capsys)) == sorted(
        [f"{form}{cell}" for cell in ("B6", "C6", "D7", "H7", "M7", "M9", "P7", "P9")]
        + [f"{people}{cell}" for cell in ("E3", "G3")]
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"P6": 13}, ["P6", "P9"]),
        ({"Q6": 13}, ["Q6", "Q9"]),
        ({"R6": 3}, ["R6", "R9"]),
        ({"B7": "危险化学品", "C7": "蹲守"}, ["B7"]),
        ({"O9": 14}, ["O9"]),
        ({"M9": 0.34}, ["M9"]),
        ({"O9": "=SUM(O6:O8)"}, []),
        ({"A10": "填表日期：2027年2月5日"}, ["A10"]),
        ({"A10": "填表日期：三月"}, ["A10"]),
        ({"A10": "联系人：张三　填表日期：　年　月　日"}, []),
        ({"A10": "填表日期", "B10": "2027年2月5日"}, []),
        ({"A10": "填表日期：", "B10": "2027年2月5日"}, ["A10"]),
        ({"A3": "部 门（盖章）：市应急局"}, []),
        ({"A3": "部门：市应急管理局（盖章） 填表日期：2027.3.4"}, []),
        ({"A3": "部门：", "B3": "JN-YJ"}, []),
        ({"A3": "部门："}, ["A3"]),
        ({"A3": "部门：任城区应急局"}, ["A3"]),
        ({"F5": "家次"}, ["A5"]),
    ],
)  # fmt: skip
def test_a_form_is_held_to_fa2(
    changed: dict[str, Any], where: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def edit(sheet: Worksheet) -> None:
        for cell, value in changed.items():
            sheet[cell] = value

    path = typed(tmp_path / "应急.xlsx", edit=edit)
    assert merge(tmp_path / "汇总", path) == (2 if where else 0)
    assert sorted(errors(capsys)) == [f"应急.xlsx：Sheet!{cell}" for cell in where]


def test_an_enterprise_in_two_forms_is_for_the_office_to_settle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = ("甲厂", "某路1号", "蹲守", "张三\n李四", "13800000001\n13800000002")
    first = posted(
        tmp_path / "一.xlsx", "市应急局", (1, "市应急局", *row), (2, None, "乙厂", *row[1:])
    )
    second = posted(tmp_path / "二.xlsx", "市市场监管局", (1, "市市场监管局", *row))
    out = tmp_path / "汇总"
    assert merge(out, first, second) == 0
    said = capsys.readouterr().out
    assert "市应急局、市市场监管局都列有“甲厂”" in said
    assert "都列有“乙厂”" not in said
    assert "13800000001" not in said
    rows = cells(out / FORM_1, "驻点情况统计表")[4:]
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (1, "市应急局", "甲厂"), (2, None, "乙厂"), (1, "市市场监管局", "甲厂"),
    ]  # fmt: skip
    assert rows[0][4:] == ["蹲守驻点", "张三\n李四", "13800000001\n13800000002"]
    book = openpyxl.load_workbook(out / FORM_2)
    assert not [
        one for sheet in book for line in sheet.values for one in line if "1380" in str(one)
    ]


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("2027年1月31日", 2),
        ("2027年2月4日", 2),
        ("2027年2月6日", 0),
        ("2027年3月4日", 0),
        ("2027年3月31日", 2),
    ],
)
def test_a_form_of_another_month_is_refused(
    as_of: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = (1, "市应急局", "甲厂", "", "蹲守", "张三", "")
    path = posted(tmp_path / "名单.xlsx", "市应急局", row, as_of=as_of)
    assert merge(tmp_path / "汇总", path) == code
    assert errors(capsys) == (["名单.xlsx：Sheet!D1"] if code else [])


@pytest.mark.parametrize(("day", "doubted"), [("2027年3月6日", False), ("2027年4月3日", True)])
def test_a_form_that_may_be_of_the_next_month_is_doubted(
    day: str, doubted: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = typed(tmp_path / "应急.xlsx", foot=f"填表日期：{day}")
    assert merge(tmp_path / "汇总", path) == 0
    told = "警告 应急.xlsx：Sheet!A10 “填表日期”2027-04-03 已是报下一个月的时候"
    assert (told in capsys.readouterr().out) is doubted


def test_a_department_without_postings_sends_an_empty_form(tmp_path: Path) -> None:
    here = instance(
        departments=(department("D1", name="济宁市应急管理局"),), inspectors=(inspector("P1"),),
        sites=(site("O1"),),
    )  # fmt: skip
    empty: Plan = plan(stint("O1", "P1")).model_copy(update={"stints": ()})
    path = tmp_path / "附件1.xlsx"
    path.write_bytes(workbook_bytes(attachment1(here, empty, day("2027-02-28"))))
    assert merge(tmp_path / "汇总", path) == 0
    assert cells(tmp_path / "汇总" / FORM_1, "驻点情况统计表")[4][0] == "截至该日没有在驻人员。"


def test_two_forms_of_one_department_that_differ_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(tmp_path / "二月" / "一.xlsx")
    typed(tmp_path / "二月" / "二.xlsx")
    assert merge(tmp_path / "同", tmp_path / "二月") == 0, "the same in two places counts once"
    assert "累计派出 17 人次" in capsys.readouterr().out
    typed(tmp_path / "二月" / "二.xlsx", rows=[CHEMICAL], total=CHEMICAL[2:])
    assert merge(tmp_path / "汇总", tmp_path / "二月") == 2
    assert errors(capsys) == ["二月/二.xlsx：Sheet!A3"]


def test_what_cannot_be_read_is_told_and_not_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(tmp_path / "二月" / "一.xlsx")
    (tmp_path / "二月" / "旧.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    assert merge(tmp_path / "汇总", tmp_path / "二月", tmp_path / "没有.xlsx") == 2
    assert errors(capsys) == ["二月/旧.xls", "没有.xlsx"]


# -- last month ----------------------------------------------------------------------------------


def january(tmp_path: Path, month: str = "2027-01") -> Path:
    out = tmp_path / "上月汇总"
    path = typed(tmp_path / "上月.xlsx", foot="")
    assert merge(out, path, month=month) == 0
    return out / FORM_2


def test_cumulative_figures_do_not_fall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = january(tmp_path)
    same = typed(tmp_path / "同.xlsx")
    capsys.readouterr()
    assert merge(tmp_path / "一", same, "--last", last) == 0
    assert "警告" not in capsys.readouterr().out
    less = (*CHEMICAL[:11], 0.14, *CHEMICAL[12:])
    fewer = typed(tmp_path / "少.xlsx", rows=[less], total=less[2:])
    capsys.readouterr()
    assert merge(tmp_path / "二", fewer, "--last", last) == 2
    said = capsys.readouterr().out
    assert (
        "错误 少.xlsx：Sheet!M6 危险化学品蹲守驻点“督促落实有奖举报（万元）”是 0.14，上月累计 0.15"
        in said
    )
    assert "错误 少.xlsx：Sheet 没有“冶金定期驻点”一行，上月累计有数字" in said
    assert said.count("错误") == 3, "0.15 and its total of 0.14 do not fit, either"
    assert not (tmp_path / "二").exists()


def test_last_months_form_without_a_date_is_doubted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = january(tmp_path)
    again = typed(tmp_path / "又.xlsx", foot="")
    capsys.readouterr()
    assert merge(tmp_path / "一", again, "--last", last) == 0
    assert "没有填表日期，各行数字与上月汇总的完全相同" in capsys.readouterr().out


def test_an_empty_form_has_lost_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = january(tmp_path)
    empty = typed(tmp_path / "空.xlsx", rows=[], total=[0] * 15)
    capsys.readouterr()
    assert merge(tmp_path / "一", empty, "--last", last) == 2
    assert capsys.readouterr().out.count("一行，上月累计有数字") == 2


def test_a_row_that_cannot_be_read_is_not_taken_for_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = january(tmp_path)
    path = typed(tmp_path / "错.xlsx", rows=[CHEMICAL, ("冶炼", *METAL[1:])])
    capsys.readouterr()
    assert merge(tmp_path / "一", path, "--last", last) == 2
    assert errors(capsys) == ["错.xlsx：Sheet!B7"]


def test_a_department_that_has_not_sent_has_not_fallen(tmp_path: Path) -> None:
    last = january(tmp_path)
    other = typed(tmp_path / "能源.xlsx", "市能源局", [("煤矿", "蹲守", *([1] * 15))], [1] * 15)
    assert merge(tmp_path / "一", other, "--last", last) == 0


def test_last_is_the_month_before_of_the_same_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = january(tmp_path)
    path = typed(tmp_path / "三月.xlsx", foot="")
    capsys.readouterr()
    assert merge(tmp_path / "一", path, "--last", last, month="2027-03") == 2
    assert "--last 是2027-01的汇总，要2027-02的" in capsys.readouterr().out
    december = january(tmp_path / "旧", "2026-12")
    capsys.readouterr()
    assert merge(tmp_path / "二", path, "--last", december, month="2027-01") == 2
    assert "自1月1日重新累计" in capsys.readouterr().out
    assert merge(tmp_path / "三", path, "--last", path) == 2
    assert "没有表“各部门数字”" in capsys.readouterr().out


# -- who has sent --------------------------------------------------------------------------------


def standings(path: Path) -> dict[str, list[Any]]:
    return {row[0]: row[1:] for row in cells(path, "报送情况")[1:11]}


def test_who_has_sent_who_is_late_and_who_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = (1, None, "甲厂", "", "蹲守", "张三", "")
    coal = [("煤矿", "蹲守", *([1] * 15))]
    sent = tmp_path / "二月"
    typed(sent / "应急2.xlsx", foot="填表日期：2027年3月5日")
    posted(sent / "应急1.xlsx", "市应急局", row)
    typed(sent / "能源2.xlsx", "市能源局", coal, [1] * 15, foot="填表日期：2027-3-6")
    posted(sent / "能源1.xlsx", "市能源局", (*row[:2], "乙厂", *row[3:]))
    typed(sent / "水务2.xlsx", "市城乡水务局", [("重点水利工程", "定期", *([1] * 15))], [1] * 15)
    ledger = tmp_path / "台账.xlsx"
    write_ledger_template(ledger)
    workbook = openpyxl.load_workbook(ledger)
    for at, kind in enumerate(("附件1", "附件2"), start=2):
        for column, value in enumerate(
            (kind, MONTH, "市公安局", dt.date(2027, 3, 5), dt.date(2027, 3, 4)), start=1
        ):
            workbook["报送"].cell(at, column).value = value
    workbook.save(ledger)
    out = tmp_path / "汇总"
    assert merge(out, sent, "--ledger", ledger) == 0
    said = capsys.readouterr().out
    found = standings(out / FORM_2)
    assert len(found) == 10
    assert found["市应急局"] == ["有", "有", "2027.3.5", "2027.3.5", "已报"], "5日当天不迟"
    assert found["市能源局"] == ["有", "有", "2027.3.5", "2027.3.6", "迟报"]
    assert found["市城乡水务局"] == ["缺", "有", "2027.3.5", "2027.3.4", "不全"]
    assert found["市公安局"][-1] == "已登记报送，没有文件"
    assert "迟报：市能源局" in said
    assert "应有 10 个部门的" in said
    assert "汇总不含缺的材料；应于 2027-03-05 前报" in said


def test_what_is_awaited_is_overdue_after_its_day() -> None:
    due = day("2027-03-05")
    assert state_of(0, 2, None, due, due) is State.AWAITED
    assert state_of(0, 2, None, due, day("2027-03-06")) is State.OVERDUE
    assert state_of(2, 2, None, due, due) is State.UNDATED


def test_the_list_of_departments_knows_the_names_of_the_samples() -> None:
    city = read_city(None, day("2027-02-01"), IssueLog())
    assert city is not None
    assert len(city.departments) == 10
    units = {code: unit for unit in city.departments for code in unit.sectors}
    for sector in SECTORS:
        found = city.sector(sector.name, units[sector.code])
        assert found is not None
        assert found.code == sector.code
    mines, coal = units["HY08a"], units["HY10a"]
    assert city.sector("煤矿", mines) is None
    assert city.sector("煤矿", coal) is not None
