"""驻点监督企业名单 of a quarter (R02-1, R02-2): the form, what changed, who is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.tables import Rating
from planner.domain.terms import ListAction
from planner.quarter.listing import Entry, Listing, Unlisted
from planner.reports.labels import Names, chinese_date, owner_title
from planner.reports.styles import (
    HEADING_FONT,
    TITLE_FONT,
    height_of,
    new_workbook,
    print_on_a4,
    put,
    set_widths,
)
from planner.reports.tables import Cell, Table, write_table

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "备案表"
TITLE = "驻点监督企业名单（备案表）"
HEADINGS = (
    "序号", "部门单位", "企业（项目、场所）名称", "统一社会信用代码", "县市区", "地址", "行业领域",
    "评分", "驻点等级", "驻点形式", "拟派人数", "动作", "理由",
)  # fmt: skip
WIDTHS = (5, 13, 25, 20, 9, 25, 13, 6, 7, 10, 6, 6, 32)
LEFT = frozenset({3, 6, 13})
"""Columns of running text."""
POINTS = 11
FIRST_ROW = 5
LOWEST_ROW = 26.0
NOT_STATIONED = "不派驻"
NONE_YET = "—"
_QUARTERS = "一二三四"


def quarter_title(quarter: str) -> str:
    """``2027年第二季度``."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    assert match is not None
    return f"{match[1]}年第{_QUARTERS[int(match[2]) - 1]}季度"


def site_list(listing: Listing, units: Sequence[str]) -> Workbook:
    """The workbook of some units: 备案表, 变化对照 and 未列入对象."""
    instance = listing.instance
    entries = sorted(
        (one for one in listing.entries if one.item.department in units),
        key=lambda one: _order(instance, one),
    )
    unlisted = [one for one in listing.unlisted if one.department in units]
    workbook = new_workbook(f"{TITLE} {listing.quarter}")
    listed = [one for one in entries if one.listed]
    _write_form(workbook.create_sheet(SHEET), listing, listed, units)
    head = f"{owner_title(instance, units)}{quarter_title(listing.quarter)}名单"
    for table in (_changes(instance, entries), _left_out(instance, unlisted)):
        write_table(workbook.create_sheet(table.title), table, f"{head}：{table.title}")
    return workbook


def _order(instance: Instance, entry: Entry) -> tuple[int, int, int, str]:
    """Unit, grade, falling score, id."""
    codes = [row.code for row in instance.departments]
    grade, score = (entry.rating.grade, entry.rating.score) if entry.rating else (9, 0)
    return codes.index(entry.item.department), int(grade), -score, entry.item.site_id


# -- 备案表 ---------------------------------------------------------------------------------------


def _write_form(
    sheet: Worksheet, listing: Listing, entries: Sequence[Entry], units: Sequence[str]
) -> None:
    width = len(HEADINGS)
    unit = listing.instance.department_by_code[units[0]] if len(units) == 1 else None
    put(sheet, 1, 1, TITLE, font=TITLE_FONT, points=22, border=False, wrap=False)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    put(sheet, 2, 1, f"（{quarter_title(listing.quarter)}）", points=14, border=False, wrap=False)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    owner = f"部门：{owner_title(listing.instance, units)}（盖章）"
    put(sheet, 3, 1, owner, align="left", border=False, wrap=False)
    judged = f"研判日期：{chinese_date(listing.judged_on)}"
    put(sheet, 3, width, judged, align="right", border=False, wrap=False)
    for at, heading in enumerate(HEADINGS, start=1):
        put(sheet, FIRST_ROW - 1, at, heading, font=HEADING_FONT, points=POINTS)
    for row, height in enumerate((38.0, 22.0, 22.0, 36.0), start=1):
        sheet.row_dimensions[row].height = height
    number, last_unit = 0, ""
    for row, entry in enumerate(entries, start=FIRST_ROW):
        number = number + 1 if entry.item.department == last_unit else 1
        last_unit = entry.item.department
        cells = (number, *_form_cells(listing.instance, entry))
        for at, value in enumerate(cells, start=1):
            align = "left" if at in LEFT else "center"
            put(sheet, row, at, value, align=align, points=POINTS)
        texts = [str(value) for value in cells]
        sheet.row_dimensions[row].height = max(LOWEST_ROW, height_of(texts, WIDTHS, POINTS))
    foot = FIRST_ROW + max(1, len(entries))
    if not entries:
        put(sheet, FIRST_ROW, 1, "本季度没有列入名单的对象。")
        sheet.merge_cells(start_row=FIRST_ROW, start_column=1, end_row=FIRST_ROW, end_column=width)
        sheet.row_dimensions[FIRST_ROW].height = LOWEST_ROW
    contact = f"联系人：{unit.contact}" if unit else "联系人："
    put(sheet, foot, 1, contact, align="left", border=False, wrap=False)
    put(sheet, foot, width, "填表日期：    年  月  日", align="right", border=False, wrap=False)
    sheet.row_dimensions[foot].height = 24.0
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    print_on_a4(
        sheet, heading_rows=f"{FIRST_ROW - 1}:{FIRST_ROW - 1}", landscape=True, foot="— &P —"
    )


def _form_cells(instance: Instance, entry: Entry) -> tuple[Cell, ...]:
    names, site = Names(instance), instance.site_by_id[entry.item.site_id]
    return (
        names.department(entry.item.department),
        names.site(site.id),
        site.uscc or site.project_code,
        site.county,
        site.address,
        instance.sector_by_code[site.sector].name,
        *_score_and_grade(entry.rating),
        str(entry.form) if entry.form else NOT_STATIONED,
        entry.team_size,
        entry.item.action.value,
        entry.item.reason,
    )


def _score_and_grade(rating: Rating | None) -> tuple[Cell, Cell]:
    return (rating.score, rating.grade.label) if rating else (NONE_YET, NONE_YET)


# -- 变化对照, 未列入对象 -------------------------------------------------------------------------


def _changes(instance: Instance, entries: Sequence[Entry]) -> Table:
    """Everything that is not as it was a quarter ago, and what a person has decided."""
    return Table(
        title="变化对照",
        headings=(
            "派出单位", "对象编号", "名称", "动作", "上季度评分", "本季度评分", "上季度等级",
            "本季度等级", "理由", "生效日期", "退出日期", "依据", "请认定",
        ),
        widths=(13, 12, 28, 7, 8, 8, 8, 8, 40, 11, 11, 7, 22),
        rows=tuple(_change_rows(instance, entries)),
        notes=(
            (
                "保留而评分、等级都没有变化、也没有要认定之处的对象不列。“人工”为驻点名单中本季度已有的行，原样采用；"
                "其余为软件按风险因素提出的建议，由单位研判认定。上季度没有数据的写“—”。"
            ),
            "等级每季度最多降一级；直接判定只升不降；人工等级须写理由。",
        ),
        left=frozenset({2, 8, 12}),
    )  # fmt: skip


def _change_rows(instance: Instance, entries: Sequence[Entry]) -> Iterator[tuple[Cell, ...]]:
    names = Names(instance)
    for one in entries:
        before, now = _score_and_grade(one.before), _score_and_grade(one.rating)
        same = one.before is not None and before == now and not one.note
        if one.item.action is ListAction.KEEP and same:
            continue
        yield (
            names.department(one.item.department),
            one.item.site_id,
            names.site(one.item.site_id),
            one.item.action.value,
            before[0], now[0], before[1], now[1],
            one.item.reason,
            str(one.item.valid_from or ""),
            str(one.item.valid_to or ""),
            "人工" if one.decided else "建议",
            one.note,
        )  # fmt: skip


def _left_out(instance: Instance, unlisted: Sequence[Unlisted]) -> Table:
    names = Names(instance)
    return Table(
        title="未列入对象",
        headings=("派出单位", "对象编号", "名称", "县市区", "原因"),
        widths=(16, 14, 40, 12, 50),
        rows=tuple(
            (
                names.department(one.department),
                one.site_id,
                names.site(one.site_id),
                instance.site_by_id[one.site_id].county,
                one.reason,
            )
            for one in unlisted
        ),
        notes=("工作簿“驻点对象”中有、而上季度和本季度都不在名单上的对象。",),
        left=frozenset({2, 4}),
    )
