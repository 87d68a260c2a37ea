"""派驻计划.xlsx: the plan as 派驻记录, as rotation tables, with shortages, goals and rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.io.columns import Sheet
from planner.io.privacy import mask_phones
from planner.io.schema_plan import UNSERVED
from planner.io.sheets import add_sheet, fill_row
from planner.io.writer import cell_value, write_stints
from planner.priority import describe
from planner.reports.content import RuleCheck
from planner.reports.labels import (
    Names,
    departments_title,
    percent_above,
    round_title,
    status_text,
    tier_text,
)
from planner.reports.rotation import SiteRow, Week, rows_by_person, rows_by_site, weeks_of
from planner.reports.styles import (
    HEADING_FONT,
    LINE_POINTS,
    SHADE,
    TITLE_FONT,
    lines_in,
    print_on_a4,
    put,
    set_widths,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

BAR_COLOURS = ("BDD7EE", "F8CBAD")
"""Stints that follow one another in a row alternate between these."""
FROZEN_BAR_COLOURS = ("9DB7CE", "D8AB8D")
"""The same in weeks in which nobody is rotated."""
SITE_HEADINGS = ("序号", "派出单位", "县市区", "驻点对象", "等级", "形式", "岗位", "人员和起止")
SITE_WIDTHS = (6, 11, 10, 30, 7, 11, 6, 36)
PERSON_HEADINGS = ("序号", "派出单位", "人员", "对象和起止")
PERSON_WIDTHS = (6, 11, 18, 46)
WEEK_WIDTH = 4.2
HEADING_ROW = 4


def plan_workbook(instance: Instance, plan: Plan, checks: Sequence[RuleCheck]) -> Workbook:
    """The workbook; its sheet 派驻记录 is the history of the next round."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.remove(workbook.active)
    workbook.properties.title = f"驻点监督派驻计划 {plan.round}"
    stints = sorted(plan.stints, key=lambda s: (s.department, s.site_id, s.slot, s.start))
    write_stints(workbook, instance, [_masked(stint) for stint in stints])
    _write_by_site(workbook.create_sheet("按对象轮换表"), instance, plan)
    _write_by_person(workbook.create_sheet("按人员轮换表"), instance, plan)
    _write_shortages(workbook, instance, plan)
    _write_goals(workbook.create_sheet("目标得分"), plan)
    _write_checks(workbook.create_sheet("规则核查"), checks)
    return workbook


def _masked(stint: Stint) -> Stint:
    return stint.model_copy(update={"note": mask_phones(stint.note)})


# -- rotation tables ----------------------------------------------------------------------------


def _write_by_site(sheet: Worksheet, instance: Instance, plan: Plan) -> None:
    names, weeks = Names(instance), weeks_of(plan)
    _write_head(sheet, instance, plan, "按对象轮换表", SITE_HEADINGS, SITE_WIDTHS, weeks)
    for number, row in enumerate(rows_by_site(instance, plan), start=1):
        site = row.site
        spans = "\n".join(_span(names.short_person(s.inspector_id), s) for s in row.stints)
        texts = (
            names.department(site.department), site.county, site.name, names.grade(site.id),
            "\n".join(row.forms), str(row.slot), spans or "未安排",
        )  # fmt: skip
        _write_row(sheet, number, texts, SITE_WIDTHS, left={4, 8})
        labels = [(stint, names.short_person(stint.inspector_id)) for stint in row.stints]
        _write_bars(sheet, number, len(SITE_HEADINGS), weeks, labels, row)


def _write_by_person(sheet: Worksheet, instance: Instance, plan: Plan) -> None:
    names, weeks = Names(instance), weeks_of(plan)
    _write_head(sheet, instance, plan, "按人员轮换表", PERSON_HEADINGS, PERSON_WIDTHS, weeks)
    for number, row in enumerate(rows_by_person(instance, plan), start=1):
        spans = "\n".join(_span(names.site(s.site_id), s) for s in row.stints)
        texts = (names.department(row.inspector.department), names.person(row.inspector.id), spans)
        _write_row(sheet, number, texts, PERSON_WIDTHS, left={4})
        labels = [(stint, names.short_site(stint.site_id)) for stint in row.stints]
        site = instance.site_by_id[row.stints[0].site_id]
        frozen = SiteRow(site, 1, row.stints, instance.freezes_of(site))
        _write_bars(sheet, number, len(PERSON_HEADINGS), weeks, labels, frozen)


def _write_head(
    sheet: Worksheet, instance: Instance, plan: Plan, title: str,
    headings: Sequence[str], widths: Sequence[float], weeks: Sequence[Week],
) -> None:  # fmt: skip
    columns = len(headings) + len(weeks)
    text = f"{departments_title(instance, plan)}{round_title(plan)}驻点监督{title}"
    put(sheet, 1, 1, text, font=TITLE_FONT, points=20, border=False, wrap=False)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.row_dimensions[1].height = 32
    remark = "每格一周，格上为周一的月/日；深色的周内有不换人的重点时段；起止日期为首日和末日。"
    put(sheet, 2, 1, remark, align="left", border=False, wrap=False)
    for at, heading in enumerate(headings, start=1):
        put(sheet, HEADING_ROW, at, heading, font=HEADING_FONT)
    for at, week in enumerate(weeks, start=len(headings) + 1):
        shaded = any(
            week.meets(period.start, period.end)
            for period in instance.key_periods
            if period.freeze_rotation and "全市" in period.scope
        )
        label = f"{week.start.month}/\n{week.start.day}"
        fill = SHADE if shaded else ""
        put(sheet, HEADING_ROW, at, label, font=HEADING_FONT, points=9, fill=fill)
    sheet.row_dimensions[HEADING_ROW].height = 34
    set_widths(sheet, (*widths, *(WEEK_WIDTH for _ in weeks)))
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, min(5, len(headings)) + 1)
    print_on_a4(sheet, heading_rows=f"{HEADING_ROW}:{HEADING_ROW}", landscape=True)


def _span(label: str, stint: Stint) -> str:
    if stint.end is None:
        return f"{label} {stint.start:%y.%m.%d} 起"
    return f"{label} {stint.start:%y.%m.%d}—{stint.end:%y.%m.%d}"


def _write_row(
    sheet: Worksheet, number: int, texts: Sequence[str], widths: Sequence[float], left: set[int]
) -> None:
    row = HEADING_ROW + number
    put(sheet, row, 1, number, points=11)
    for at, text in enumerate(texts, start=2):
        put(sheet, row, at, text, points=11, align="left" if at in left else "center")
    lines = max(lines_in(text, width) for text, width in zip(texts, widths[1:], strict=True))
    sheet.row_dimensions[row].height = max(20, (LINE_POINTS - 1.5) * lines + 3)


def _write_bars(
    sheet: Worksheet, number: int, offset: int, weeks: Sequence[Week],
    labels: Sequence[tuple[Stint, str]], row: SiteRow,
) -> None:  # fmt: skip
    """One cell per week: coloured where somebody is there, the name where a stint begins."""
    previous = -1
    for at, week in enumerate(weeks, start=offset + 1):
        there = [n for n, (stint, _) in enumerate(labels) if week.meets(stint.start, stint.end)]
        frozen = any(week.meets(period.start, period.end) for period in row.freezes)
        fill, text = SHADE if frozen else "", ""
        if there:
            newest = there[-1]
            fill = (FROZEN_BAR_COLOURS if frozen else BAR_COLOURS)[newest % 2]
            text = labels[newest][1] if newest != previous else ""
            previous = newest
        place = HEADING_ROW + number
        put(sheet, place, at, text, points=8, align="left", fill=fill, wrap=False)
        if not text:
            sheet.cell(place, at).value = None  # so that the name beside it can run over


# -- shortages, goals, rules --------------------------------------------------------------------


def _write_shortages(workbook: Workbook, instance: Instance, plan: Plan) -> None:
    sheet = add_sheet(workbook, UNSERVED)
    order = [row.code for row in instance.departments]
    rows = sorted(plan.shortages, key=lambda s: (order.index(s.department), s.rank, s.start))
    for number, shortage in enumerate(rows, start=2):
        rating = instance.rating_by_site.get(shortage.site_id)
        values: dict[str, Any] = {
            **dict(shortage),
            "site_name": Names(instance).site(shortage.site_id),
            "rating": describe(rating) if rating else "",
        }
        fill_row(sheet, number, _values(UNSERVED, values))
    sheet.column_dimensions["I"].width = 60
    sheet.column_dimensions["J"].width = 60


def _values(sheet: Sheet, values: dict[str, Any]) -> list[Any]:
    return [cell_value(column, values) for column in sheet.columns]


def _write_goals(sheet: Worksheet, plan: Plan) -> None:
    proof = plan.proof
    put(sheet, 1, 1, status_text(proof), align="left", border=False, wrap=False)
    headings = ("层", "目标（越小越好）", "值", "下界", "差距", "结论")
    _write_table_head(sheet, 3, headings)
    row = 3
    for tier in proof.tiers if proof else ():
        row += 1
        texts = (tier.tier, tier.name, tier.value, tier.bound, percent_above(tier.gap))
        for at, value in enumerate((*texts, tier_text(tier)), start=1):
            put(sheet, row, at, value, align="left" if at in {2, 6} else "center")
    row += 2
    _write_table_head(sheet, row, ("层", "扣分项", "数量", "单位", "单价", "扣分"))
    for one in proof.penalties if proof else ():
        row += 1
        amounts = (one.amount, one.unit, one.weight, one.amount * one.weight)
        for at, value in enumerate((one.tier, one.title, *amounts), start=1):
            put(sheet, row, at, value, align="left" if at == 2 else "center")
    set_widths(sheet, (8, 36, 14, 14, 12, 20))
    print_on_a4(sheet, heading_rows="3:3", landscape=False)


def _write_checks(sheet: Worksheet, checks: Sequence[RuleCheck]) -> None:
    _write_table_head(sheet, 1, ("规则", "级别", "条款", "内容", "结果", "落实之处", "说明"))
    for row, check in enumerate(checks, start=2):
        entry = check.entry
        details = "\n".join(finding.text for finding in check.findings)
        texts = (entry.rule, entry.level, entry.clause, entry.title, check.result, entry.where)
        for at, text in enumerate((*texts, details), start=1):
            put(sheet, row, at, text, points=11, align="left" if at in {4, 6, 7} else "center")
    set_widths(sheet, (9, 7, 16, 30, 18, 36, 60))
    sheet.freeze_panes = "A2"
    print_on_a4(sheet, heading_rows="1:1", landscape=True)


def _write_table_head(sheet: Worksheet, row: int, headings: Sequence[str]) -> None:
    for at, heading in enumerate(headings, start=1):
        put(sheet, row, at, heading, font=HEADING_FONT)
