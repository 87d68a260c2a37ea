"""Whatever is wrong with a workbook is said at once, with its cell and how to put it right."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from planner.domain.findings import InputIssue
from planner.io.cleaning import CellError, read_cell
from planner.io.reader import read_workbook
from planner.io.schema_people import INSPECTORS
from planner.io.writer import write_workbook
from planner.samples import sample_instance

TODAY = dt.date(2026, 11, 24)
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("io") / "good.xlsx"
    write_workbook(sample_instance("department", 1), path)
    return path


def issues_after(good: Path, folder: Path, edit: Edit) -> list[InputIssue]:
    """What the reader says of the good workbook after a person's edit."""
    workbook = openpyxl.load_workbook(good)
    edit(workbook)
    path = folder / "edited.xlsx"
    workbook.save(path)
    result = read_workbook(path, today=TODAY)
    wrong = any(issue.severity == "错误" for issue in result.issues)
    assert wrong is (result.instance is None)
    return list(result.issues)


def put(sheet: str, cell: str, value: object) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        workbook[sheet][cell].value = value

    return edit


def heading(sheet: str, old: str, new: str) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        cell = next(cell for cell in workbook[sheet][1] if cell.value == old)
        cell.value = new

    return edit


def row(sheet: str, **values: object) -> Edit:
    """Add a row by headings."""

    def edit(workbook: openpyxl.Workbook) -> None:
        worksheet = workbook[sheet]
        at = worksheet.max_row + 1
        for cell in worksheet[1]:
            if cell.value in values:
                worksheet.cell(at, cell.column).value = values[cell.value]

    return edit


def one_day_twice(workbook: openpyxl.Workbook) -> None:
    for _ in range(2):
        row("日历调整", 日期=dt.date(2027, 2, 11), 是否工作日="否")(workbook)


def running_row(workbook: openpyxl.Workbook) -> int:
    """The number of a 蹲守 row of 派驻记录 that is 执行."""
    sheet = workbook["派驻记录"]
    return next(
        n
        for n in range(2, sheet.max_row + 1)
        if sheet.cell(n, 15).value == "执行" and sheet.cell(n, 8).value == "蹲守驻点"
    )


def copied_row(**values: object) -> Edit:
    """Add a copy of a running row with other values, by headings."""

    def edit(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["派驻记录"]
        source = running_row(workbook)
        known = {cell.value: sheet.cell(source, cell.column).value for cell in sheet[1]}
        row("派驻记录", **(known | values))(workbook)

    return edit


def in_two_places(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["派驻记录"]
    here = sheet.cell(running_row(workbook), 2).value
    objects = (workbook["驻点对象"].cell(n, 1).value for n in range(2, 50))
    elsewhere = next(one for one in objects if one != here)
    copied_row(对象编号=elsewhere, 对象名称=None, 岗位序=6)(workbook)


def two_in_one_slot(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["派驻记录"]
    here = sheet.cell(running_row(workbook), 6).value
    people = (workbook["驻点人员"].cell(n, 1).value for n in range(2, 50))
    other = next(one for one in people if one != here)
    copied_row(人员编号=other, 姓名=None)(workbook)


def draft_in_post(workbook: openpyxl.Workbook) -> None:
    workbook["派驻记录"].cell(running_row(workbook), 15).value = "草案"


APPROVED = {"批准人": "王局", "批准日期": dt.date(2026, 12, 1)}
PERSON = {"人员编号": "JN-YJ-002"}

ERRORS: tuple[tuple[str, Edit, str, str, str], ...] = (
    ("missing sheet", lambda w: w.remove(w["驻点对象"]), "", "", "缺少表“驻点对象”"),
    ("missing column", heading("驻点人员", "姓名", "X"), "驻点人员", "A1", "缺少必填列“姓名”"),
    ("duplicate id", put("驻点人员", "A3", "JN-YJ-001"), "驻点人员", "A3", "重复"),
    ("unknown unit", put("驻点人员", "E3", "JN-XX"), "驻点人员", "E3", "不存在"),
    ("unknown word", put("驻点人员", "H3", "神仙"), "驻点人员", "H3", "神仙"),
    ("end before start", put("驻点人员", "U3", dt.date(2001, 1, 1)), "驻点人员", "U3", "早于"),
    ("impossible date", put("驻点人员", "T3", "2027-02-30"), "驻点人员", "T3", "2027-02-30"),
    ("text for a date", put("驻点人员", "T3", "明年"), "驻点人员", "T3", "明年"),
    ("text for a number", put("驻点对象", "J3", "很远"), "驻点对象", "J3", "不是数字"),
    ("formula", put("驻点对象", "C3", "=A1"), "驻点对象", "C3", "公式"),
    ("empty cell", put("驻点对象", "C3", None), "驻点对象", "C3", "是空的"),
    ("unknown object", put("派驻记录", "B3", "OBJ-9999"), "派驻记录", "B3", "不存在"),
    ("unknown parameter", row("参数", 参数="无此参数", 值="1"), "参数", "A5", "没有参数"),
    ("bad parameter", row("参数", 参数="max_stint_months", 值="很久"), "参数", "B5", "整数"),
    (
        "thresholds in the wrong order",
        row("参数", 参数="grade_first_score", 值="1"), "参数", "B5", "分数线",
    ),
    (
        "recusal from nothing",
        row("回避", 关系="配偶", **PERSON), "回避", "B", "都是空的",
    ),
    (
        "a hard rule cannot be lifted",
        row("豁免", 规则编号="R10-1", 理由="情况特殊，人手确实不足", **PERSON, **APPROVED),
        "豁免", "A", "不能豁免",
    ),
    (
        "no such rule",
        row("豁免", 规则编号="R99-9", 理由="情况特殊，人手确实不足", **PERSON, **APPROVED),
        "豁免", "A", "没有规则",
    ),
    (
        "a reason too short",
        row("豁免", 规则编号="R05-1", 理由="忙", **PERSON, **APPROVED), "豁免", "F", "10 个字",
    ),
    (
        "an override for nobody",
        row("豁免", 规则编号="R05-1", 理由="情况特殊，人手确实不足", **APPROVED),
        "豁免", "B", "都是空的",
    ),
    ("several people in a row", put("驻点人员", "B3", "张三、李四"), "驻点人员", "B3", "几个人"),
    ("a folder's name", put("部门单位", "C2", "../别处"), "部门单位", "C2", "文件夹名"),
    ("a parameter too large", row("参数", 参数="cool_off_months", 值="9999"), "参数", "B5", "超出"),
    ("a round long ago", put("参数", "B2", dt.date(1900, 1, 8)), "参数", "B", "不合理"),
    ("a month as a day", put("驻点人员", "T3", dt.date(1905, 7, 15)), "驻点人员", "T3", "2023.9"),
    ("a phone that lost its end", put("驻点人员", "X3", "1.38E+10"), "驻点人员", "X3", "是空的"),
    ("rows far below", put("驻点人员", "A2000", "JN-YJ-999"), "驻点人员", "A", "没有读入"),
    ("another name", put("派驻记录", "G3", "张无忌"), "派驻记录", "G3", "不符"),
    ("two names for one id", put("派驻记录", "G3", "张三、李四"), "派驻记录", "G3", "对不上"),
    ("in two places at once", in_two_places, "派驻记录", "B", "同时在两处在岗"),
    ("two people in one slot", two_in_one_slot, "派驻记录", "I", "同一岗位上的日期重叠"),
    ("a draft in post", draft_in_post, "派驻记录", "O", "状态为“草案”"),
    (
        "two rows for one day",
        one_day_twice,
        "日历调整", "A3", "“2027-02-11”与“日历调整”第 2 行重复",
    ),
    (
        "one's own substitute",
        row("请假与任务", 类别="病假", 起始日期=dt.date(2027, 2, 1), 结束日期=dt.date(2027, 2, 9),
            替班人员="JN-YJ-002", **PERSON),
        "请假与任务", "G", "替班人员就是请假人",
    ),
    ("chemistry alone", put("行业领域", "E2", 1), "行业领域", "E2", "少于 2 人"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "sheet", "cell", "told"), [case[1:] for case in ERRORS], ids=[c[0] for c in ERRORS]
)
def test_an_error_names_its_cell_and_its_remedy(
    good: Path, tmp_path: Path, edit: Edit, sheet: str, cell: str, told: str
) -> None:
    issues = issues_after(good, tmp_path, edit)
    found = [
        issue
        for issue in issues
        if issue.severity == "错误"
        and issue.sheet == sheet
        and issue.cell.startswith(cell)
        and told in issue.message
    ]
    assert found, [issue for issue in issues if issue.severity == "错误"]
    assert all(issue.remedy for issue in found)


def called_alike(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["驻点对象"]
    names = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, names["名称"]).value = sheet.cell(2, names["名称"]).value
    sheet.cell(3, names["县市区"]).value = "别处"


def one_address(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["驻点对象"]
    names = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(3, names["地址"]).value = sheet.cell(2, names["地址"]).value


LEFT = {"季度": "2027Q2", "单位编码": "JN-YJ", "动作": "退出"}


def two_units_of_one_name(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["部门单位"]
    at = sheet.max_row + 1
    for cell in list(sheet[2]):
        sheet.cell(at, cell.column).value = cell.value
    sheet.cell(at, 1).value = "JN-ZZ"


def test_two_units_of_one_short_name_would_share_a_folder(good: Path, tmp_path: Path) -> None:
    found = issues_after(good, tmp_path, two_units_of_one_name)
    assert [one.message for one in found if one.severity == "错误" and "简称" in one.message]


def leave_twice(workbook: openpyxl.Workbook) -> None:
    for _ in range(2):
        row("请假与任务", 类别="病假", 起始日期=dt.date(2027, 2, 1), 结束日期=dt.date(2027, 2, 9),
            **PERSON)(workbook)  # fmt: skip


def one_leaves(workbook: openpyxl.Workbook) -> None:
    row("驻点名单", 对象编号=workbook["驻点对象"]["A2"].value, **LEFT)(workbook)


def decided(**given: str) -> Edit:
    """A row of 重复认定 on the first two objects, for 标识 一案 unless another is given."""

    def edit(workbook: openpyxl.Workbook) -> None:
        sites = workbook["驻点对象"]
        ids = f"{sites['A2'].value}、{sites['A3'].value}"
        row("重复认定", 对象编号=ids, 单位编码="JN-YJ", 发现日期=dt.date(2026, 11, 2),
            类别="疑似", **{"标识": "一案", **given})(workbook)  # fmt: skip

    return edit


def one_object_decided(**given: str) -> Edit:
    def edit(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["驻点对象"]
        names = {cell.value: cell.column for cell in sheet[1]}
        for heading in ("统一社会信用代码", "场所编号", "项目编码"):
            sheet.cell(3, names[heading]).value = sheet.cell(2, names[heading]).value
        decided(**given)(workbook)

    return edit


def two_levels_decided(workbook: openpyxl.Workbook) -> None:
    one_object_decided(结论="牵头单位", 牵头单位="JN-YJ")(workbook)
    sheet = workbook["驻点对象"]
    at = next(cell.column for cell in sheet[1] if cell.value == "管辖层级")
    sheet.cell(3, at).value = "县"


def two_leads(workbook: openpyxl.Workbook) -> None:
    sectors = workbook["行业领域"]["A2"].value
    row("部门单位", 单位编码="JN-NW", 单位名称="济宁市能源局", 简称="市能源局", 层级="市",
        行业领域=sectors)(workbook)  # fmt: skip
    decided(结论="牵头单位", 牵头单位="JN-YJ")(workbook)
    decided(标识="二案", 结论="牵头单位", 牵头单位="JN-NW")(workbook)


def test_what_is_decided_not_to_be_one_object_is_asked_no_more(good: Path, tmp_path: Path) -> None:
    def doubts(*edits: Edit) -> list[str]:
        def edit(workbook: openpyxl.Workbook) -> None:
            for one in edits:
                one(workbook)

        return [one.message for one in issues_after(good, tmp_path, edit) if "疑似" in one.message]

    assert len(doubts(one_address)) == 1
    assert len(doubts(one_address, decided())) == 1, "not decided yet"
    assert doubts(one_address, decided(结论="不重复")) == []


WARNINGS: tuple[tuple[str, Edit, str, str], ...] = (
    ("a name twice", called_alike, "驻点对象", "是同一对象"),
    ("an address twice", one_address, "驻点对象", "地址相同，疑似与第 2 行"),
    (
        "one object of two codes", decided(结论="牵头单位", 牵头单位="JN-YJ"),
        "重复认定", "认定为牵头单位，但这几行的代码和场所编号不同",
    ),
    (
        "two objects of one code", one_object_decided(结论="不重复"),
        "重复认定", "认定为不重复，但这几行是同一代码",
    ),
    (
        "nobody leads", one_object_decided(结论="牵头单位"),
        "重复认定", "牵头单位没有填，或不是这几行的派出单位",
    ),
    (
        "two levels of one object", two_levels_decided,
        "重复认定", "这几行分属两个管辖层级，认定只管同一层级",
    ),
    ("two leads", two_leads, "重复认定", "与第 2 行认定的牵头单位不同"),
    (
        "joint on no record", one_object_decided(结论="联合驻点"),
        "重复认定", "“联合驻点”没有这几个单位的一行",
    ),
    ("leave twice", leave_twice, "请假与任务", "请假日期重叠"),
    ("another level", put("部门单位", "D2", "省"), "驻点对象", "管辖层级是“市”"),
    ("distances", row("县区距离", 起点="邹城市", 终点="任城区", 公里=900), "县区距离", "往返应"),
    (
        "a recusal from nowhere", row("回避", 集团名称="没有的集团", 关系="本人", **PERSON),
        "回避", "不对应任何驻点对象",
    ),
    ("a lonely cell", put("驻点对象", "A200", "一、续表"), "驻点对象", "只填了一格"),
    ("1927", put("驻点人员", "J3", dt.date(1927, 1, 11)), "驻点人员", "1927-01-11"),
    ("off the list for no reason", one_leaves, "驻点名单", "没有写理由"),
    (
        "another object's name", put("派驻记录", "C3", "别的公司"),
        "派驻记录", "对象名称“别的公司”与对象编号",
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "sheet", "told"), [case[1:] for case in WARNINGS], ids=[c[0] for c in WARNINGS]
)
def test_a_warning_names_its_sheet(
    good: Path, tmp_path: Path, edit: Edit, sheet: str, told: str
) -> None:
    found = [one for one in issues_after(good, tmp_path, edit) if one.severity == "警告"]
    assert [one for one in found if one.sheet == sheet and told in one.message], found


def test_part_of_a_holiday_notice_leaves_the_year_provisional(good: Path, tmp_path: Path) -> None:
    def add(*days: tuple[int, int]) -> Edit:
        def edit(workbook: openpyxl.Workbook) -> None:
            for month, day in days:
                row("日历调整", 日期=dt.date(2027, month, day), 是否工作日="否")(workbook)

        return edit

    def doubts(edit: Edit) -> list[str]:
        found = issues_after(good, tmp_path, edit)
        return [one.message for one in found if one.sheet == "日历调整"]

    (partly,) = doubts(add((2, 5), (2, 6)))
    assert "还没有：元旦、清明节" in partly
    whole = ((1, 1), (2, 6), (4, 5), (5, 1), (6, 9), (9, 15), (10, 1))
    assert not doubts(add(*whole))


def test_spaces_that_are_dropped_are_called_so(good: Path, tmp_path: Path) -> None:
    found = issues_after(good, tmp_path, put("驻点人员", "K3", "2020-01-05  "))
    assert [one.message for one in found if one.severity == "更正"] == [
        "“试用期截止”“2020-01-05”首尾的空格已去掉"
    ]


def test_the_extension_of_a_file_does_not_matter(good: Path, tmp_path: Path) -> None:
    other = tmp_path / "good.xls"
    other.write_bytes(good.read_bytes())
    assert read_workbook(other, today=TODAY).instance is not None


def test_what_stands_below_and_between_tables_is_left_out(good: Path, tmp_path: Path) -> None:
    def add(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["驻点对象"]
        for text in ("本页小计", "总计（家）", "※ 数据截至月底"):
            sheet.cell(sheet.max_row + 1, 1).value = text
        at = sheet.max_row + 1
        for cell in sheet[1]:
            sheet.cell(at, cell.column).value = cell.value

    found = issues_after(good, tmp_path, add)
    assert not [one for one in found if one.severity == "错误"]
    assert sum("略过" in one.message for one in found) == 4


def test_a_recusal_is_never_repeated(good: Path, tmp_path: Path) -> None:
    def hint(workbook: openpyxl.Workbook) -> None:
        person = workbook["驻点人员"]["B2"].value
        row("回避", 人员编号=person, 对象编号="秘密公司", 关系="前同事", 起始日期="去年")(workbook)

    found = [one for one in issues_after(good, tmp_path, hint) if one.sheet == "回避"]
    assert {one.severity for one in found} == {"错误", "更正"}
    text = "".join(one.message + one.remedy for one in found)
    person = sample_instance("department", 1).inspectors[0].name
    for secret in ("秘密公司", "前同事", "去年", person):
        assert secret not in text


def test_all_errors_are_told_at_once(good: Path, tmp_path: Path) -> None:
    def many(workbook: openpyxl.Workbook) -> None:
        put("驻点人员", "H3", "神仙")(workbook)
        put("驻点对象", "C3", None)(workbook)
        put("派驻记录", "B3", "OBJ-9999")(workbook)

    issues = issues_after(good, tmp_path, many)
    cells = {(one.sheet, one.cell) for one in issues if one.severity == "错误"}
    assert cells >= {("驻点人员", "H3"), ("驻点对象", "C3"), ("派驻记录", "B3")}


def tidy_department(workbook: openpyxl.Workbook) -> None:
    """What people do to a table: a title above, totals below, other headings, wide digits."""
    worksheet = workbook["驻点人员"]
    heading("驻点人员", "人员性质", "编制性质")(workbook)
    worksheet["B2"].value = " ".join(worksheet["B2"].value)
    worksheet["X2"].value = 13812345678.0
    worksheet["T2"].value = "2020.1.5"
    worksheet["T3"].value = "2020年1月5日"
    worksheet["T4"].value = "20200105"
    worksheet["T5"].value = 43835
    worksheet["T6"].value = "2020/1/5"
    worksheet["T7"].value = "２０２０－０１－０５"
    worksheet["S2"].value = "定期，蹲守"
    worksheet.insert_rows(1)
    worksheet["A1"].value = "驻点监督人员一览表"
    worksheet.merge_cells("A1:X1")
    worksheet.cell(worksheet.max_row + 1, 1).value = "合计"


def test_untidy_tables_are_read_and_every_change_is_told(good: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(good)
    tidy_department(workbook)
    path = tmp_path / "untidy.xlsx"
    workbook.save(path)
    result = read_workbook(path, today=TODAY)
    assert result.instance is not None, result.issues
    people = result.instance.inspectors
    assert people[0].name == sample_instance("department", 1).inspectors[0].name
    assert people[0].phone == "13812345678"
    assert [str(one.available_from) for one in people[:6]] == ["2020-01-05"] * 6
    assert sorted(people[0].forms) == ["定期驻点", "蹲守驻点"]
    assert len(people) == len(sample_instance("department", 1).inspectors)
    told = "\n".join(f"{one.cell} {one.message}" for one in result.issues if one.severity == "更正")
    for piece in ("表头在第 2 行", "编制性质", "B3 ", "T3 ", "T4 ", "T8 ", "合计"):
        assert piece in told, piece
    assert "13812345678" not in told


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file with these parts."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return raw.getvalue()


def test_not_a_workbook(tmp_path: Path) -> None:
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    sealed = ole + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    files = {
        "empty.xlsx": (b"", "0 字节"),
        "csv.xlsx": ("编号,姓名\n1,张三\n".encode(), "不是 xlsx"),
        "old.xlsx": (ole + b"\0" * 600, "旧格式"),
        "sealed.xlsx": (sealed, "密码"),
        "letter.xlsx": (
            packed({"[Content_Types].xml": b"<Types/>", "word/x.xml": b""}),
            "不是 xlsx",
        ),
        "cut.xlsx": (b"PK\x03\x04" + b"\0" * 100, "不是 xlsx"),
    }
    for name, (content, told) in files.items():
        (tmp_path / name).write_bytes(content)
        result = read_workbook(tmp_path / name, today=TODAY)
        assert result.instance is None
        assert [told in issue.message for issue in result.issues] == [True], name
        assert result.issues[0].remedy


def repacked(good: Path, target: Path, replace: dict[str, bytes]) -> Path:
    """The good workbook with some parts replaced."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, replace.get(name, source.read(name)))
    return target


def test_an_external_entity_is_refused(good: Path, tmp_path: Path) -> None:
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&e;'
        b"</workbook>"
    )
    path = repacked(good, tmp_path / "evil.xlsx", {"xl/workbook.xml": evil})
    result = read_workbook(path, today=TODAY)
    assert result.instance is None
    assert "实体" in result.issues[0].message


DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    "part",
    [
        DOCTYPE.encode(),
        ("<!-- <x> -->" + DOCTYPE).encode(),
        ('<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPE).encode("utf-16"),
        DOCTYPE.encode("utf-16-le"),
    ],
    ids=["plain", "after a comment", "utf-16", "utf-16 without a mark"],
)
def test_a_document_type_is_refused_whatever_reads_xml(
    part: bytes, good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where openpyxl would resolve entities, because it reads with lxml."""
    path = repacked(good, tmp_path / "evil.xlsx", {"xl/styles.xml": part})

    def resolve(*_: object, **__: object) -> None:
        raise AssertionError("openpyxl was given the file")

    monkeypatch.setattr("openpyxl.load_workbook", resolve)
    result = read_workbook(path, today=TODAY)
    assert result.instance is None
    assert "实体" in result.issues[0].message


def test_a_comment_is_no_document_type(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as source:
        styles = source.read("xl/styles.xml")
    at = styles.index(b"?>") + 2 if styles.startswith(b"<?xml") else 0
    noted = styles[:at] + b"<!-- <!DOCTYPE x> <x> -->" + styles[at:]
    path = repacked(good, tmp_path / "noted.xlsx", {"xl/styles.xml": noted})
    assert read_workbook(path, today=TODAY).instance is not None


def test_openpyxl_reads_with_defusedxml() -> None:
    import openpyxl.xml

    assert openpyxl.xml.DEFUSEDXML
    assert not openpyxl.xml.LXML


def test_a_bomb_is_refused_without_unpacking_it(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as source:
        sheet = next(name for name in source.namelist() if name.endswith("sheet5.xml"))
    path = repacked(good, tmp_path / "bomb.xlsx", {sheet: b" " * (300 << 20)})
    began = time.monotonic()
    result = read_workbook(path, today=TODAY)
    assert time.monotonic() - began < 10
    assert result.instance is None
    assert "压缩比异常" in result.issues[0].message


def test_a_million_blank_rows_end_early(good: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(good) as source:
        name = "xl/worksheets/sheet11.xml"
        text = source.read(name).decode()
    blank = io.StringIO()
    for number in range(1000, 1_000_000):
        blank.write(f'<row r="{number}"/>')
    changed = text.replace("</sheetData>", blank.getvalue() + "</sheetData>")
    path = repacked(good, tmp_path / "blank.xlsx", {name: changed.encode()})
    began = time.monotonic()
    result = read_workbook(path, today=TODAY)
    assert time.monotonic() - began < 20
    assert result.instance is not None


def test_an_unknown_round_and_sheet(good: Path, tmp_path: Path) -> None:
    issues = issues_after(
        good, tmp_path, lambda w: w.create_sheet("我的草稿").__setitem__("A1", "草稿")
    )
    assert any(one.severity == "警告" and "我的草稿" in one.message for one in issues)
    result = read_workbook(good, today=TODAY, round_name="2027H2")
    assert result.instance is not None
    assert str(result.instance.round.start) == "2027-07-12"


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("S1:0;S2:3", (("S1", 0), ("S2", 3))),
        ("S1：不熟；S2：一般；S3：熟练；S4：专家", (("S1", 0), ("S2", 1), ("S3", 2), ("S4", 3))),
    ],
)
def test_levels_of_skill_are_numbers_or_their_words(
    written: str, levels: tuple[tuple[str, int], ...]
) -> None:
    assert read_cell(INSPECTORS.by_field["skills"], written).value == levels


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("S1:4", "S1 的等级 4 超出范围"),
        ("S1:-1", "S1 的等级 -1 超出范围"),
        ("S1:1.5", "“S1:1.5”不是“键:整数”的形式"),
        ("S1:内行", "“S1:内行”不是“键:整数”的形式"),
    ],
)
def test_other_levels_of_skill_are_refused(written: str, said: str) -> None:
    with pytest.raises(CellError) as refused:
        read_cell(INSPECTORS.by_field["skills"], written)
    assert refused.value.message == said
