"""派驻计划.xlsx: the plan as 派驻记录 and as rotation tables, with idle people, shortages, goals
and rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from planner.domain.calendar import KeyPeriod
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.columns import Sheet
from planner.io.privacy import mask_phones
from planner.io.recognise import IDLE_PEOPLE_TITLE
from planner.io.schema_people import STINTS
from planner.io.schema_plan import UNSERVED
from planner.io.sheets import add_sheet, fill_row, write_text
from planner.io.writer import cell_value, write_stints
from planner.priority import describe
from planner.reports.changes import ChangeReport, mark_changes, write_changes
from planner.reports.content import RuleCheck, grouped
from planner.reports.labels import (
    UNIT_REMARK,
    Names,
    department_order,
    departments_title,
    month_day,
    percent_above,
    provisional_text,
    round_title,
    status_text,
    tier_meaning,
    tier_text,
)
from planner.reports.people import USABLE_REMARK, people_of_units
from planner.reports.rotation import (
    Posting,
    freezing,
    rows_by_person,
    rows_by_site,
    weeks_of,
)
from planner.reports.styles import (
    BODY_FONT,
    HEADING_FONT,
    SHADE,
    TITLE_FONT,
    dress,
    height_of,
    new_workbook,
    print_on_a4,
    put,
    set_widths,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HELD_COLOUR, HELD_FROZEN_COLOUR = "DDEBF7", "9DB7CE"
"""Weeks of who was there before the round; the second in weeks in which nobody is rotated."""
NEW_COLOUR, NEW_FROZEN_COLOUR = "F8CBAD", "D8AB8D"
"""Weeks of who comes in the round."""
SITE_HEADINGS = ("序号", "派出单位", "县市区", "驻点对象", "等级", "形式", "岗位", "人员和起止")
SITE_WIDTHS = (4.5, 8.5, 7.5, 20, 5, 8.5, 4.5, 24)
PERSON_HEADINGS = ("序号", "派出单位", "人员", "形式", "对象和起止")
PERSON_WIDTHS = (4.5, 8.5, 11, 8.5, 48)
WEEK_WIDTH = 2.5
CHARACTERS_A_WEEK = 2
SHORTEST_NAME = 3
PALE = "A6A6A6"
"""Lines between weeks, so that a name that runs over them can be read."""
HEADING_ROW = 4
TABLE_POINTS = 10

CONTRACT_WIDTHS = {
    "round": 7.5, "site_id": 9.5, "site_name": 21, "department": 8.5, "slot": 4.5,
    "inspector_id": 10.5, "inspector_name": 7.5, "form": 8.5, "start": 11, "end": 11,
    "group": 13, "nature": 5.5, "mentor_id": 10.5, "end_reason": 8.5, "status": 5.5, "note": 20,
    "rank": 5, "grade": 5.5, "score": 5.5, "reason": 40, "rating": 36,
}  # fmt: skip
"""Widths of 派驻记录 and 未安排对象 by field."""
FREE_TEXT = {"site_name", "inspector_name", "note", "reason", "rating"}
"""Fields in which people may have written a phone number."""


def plan_workbook(
    instance: Instance,
    plan: Plan,
    checks: Sequence[RuleCheck],
    changed: ChangeReport | None = None,
) -> Workbook:
    """The workbook; its sheet 派驻记录 is the history of the next round. Where the plan was
    ``changed`` against an earlier one, that comes first and is marked in the rows."""
    workbook = new_workbook(f"驻点监督派驻计划 {plan.round}")
    provisional = "（暂定）" if instance.provisional_years else ""
    title = f"{departments_title(instance, plan)}{round_title(plan)}{provisional}驻点监督"
    stints = sorted(plan.stints, key=lambda s: (s.department, s.site_id, s.slot, s.start))
    records = write_stints(workbook, instance, stints)
    _print_contract_sheet(records, STINTS, f"{title}派驻记录")
    _write_by_site(workbook.create_sheet("按对象轮换表"), instance, plan, title)
    _write_by_person(workbook.create_sheet("按人员轮换表"), instance, plan, title)
    _write_idle_people(workbook.create_sheet(IDLE_PEOPLE_TITLE), instance, plan, title)
    shortages = _write_shortages(workbook, instance, plan)
    _print_contract_sheet(shortages, UNSERVED, f"{title}未安排对象")
    _write_goals(workbook.create_sheet("目标得分"), instance, plan, title)
    _write_checks(workbook.create_sheet("规则核查"), checks, title)
    if changed is not None:
        places = [(row.group or row.site_id, row.inspector_id) for row in stints]
        fields = [column.field for column in STINTS.columns]
        dates = fields.index("start") + 1, fields.index("end") + 1
        mark_changes(records, places, changed.changes, dates)
        write_changes(workbook, instance, changed, title)
    return workbook


def _print_contract_sheet(sheet: Worksheet, contract: Sheet, title: str) -> None:
    """Make a sheet of the contract printable. The title is in the page header, so that the rows
    can still be pasted into the workbook as they are."""
    widths = [CONTRACT_WIDTHS.get(column.field, 12) for column in contract.columns]
    for row in range(2, sheet.max_row + 1):
        texts = []
        for at, column in enumerate(contract.columns, start=1):
            cell = sheet.cell(row, at)
            if column.field in FREE_TEXT and isinstance(cell.value, str):
                write_text(cell, mask_phones(cell.value))
            align = "left" if column.field in FREE_TEXT else "center"
            dress(sheet, row, at, points=TABLE_POINTS, align=align)
            texts.append(_shown(cell.value))
        sheet.row_dimensions[row].height = max(18, height_of(texts, widths, TABLE_POINTS))
    for at, column in enumerate(contract.columns, start=1):
        sheet.cell(1, at).font = _heading_font(bold=column.required)
    headings = [column.heading for column in contract.columns]
    sheet.row_dimensions[1].height = max(20, height_of(headings, widths, TABLE_POINTS))
    set_widths(sheet, widths)
    print_on_a4(sheet, heading_rows="1:1", landscape=True, title=title)


def _heading_font(*, bold: bool) -> Any:
    from openpyxl.styles import Font

    return Font(name=HEADING_FONT, size=TABLE_POINTS, bold=bold)


def _shown(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, dt.date) else str(value)


# -- rotation tables ----------------------------------------------------------------------------


def _write_by_site(sheet: Worksheet, instance: Instance, plan: Plan, title: str) -> None:
    names = Names(instance)
    _write_head(sheet, instance, plan, f"{title}按对象轮换表", SITE_HEADINGS, SITE_WIDTHS)
    for number, row in enumerate(rows_by_site(instance, plan), start=1):
        site = row.site
        postings = [Posting((stint,)) for stint in row.stints]
        spans = [_span(names.short_person(one.inspector_id), one) for one in postings]
        texts = (
            str(number), names.department(site.department), site.county, names.site(site.id),
            names.grade(site.id), "\n".join(row.forms), str(row.slot),
            "\n".join(spans) or "未安排",
        )  # fmt: skip
        _write_row(sheet, number, texts, SITE_WIDTHS, left={4, 8})
        labels = [names.short_person(one.inspector_id) for one in postings]
        _write_bars(sheet, number, len(SITE_HEADINGS), plan, postings, labels, row.freezes)
    sheet.print_area = sheet.dimensions


def _write_by_person(sheet: Worksheet, instance: Instance, plan: Plan, title: str) -> None:
    names = Names(instance)
    _write_head(sheet, instance, plan, f"{title}按人员轮换表", PERSON_HEADINGS, PERSON_WIDTHS)
    number, previous = 0, ""
    for at, row in enumerate(rows_by_person(instance, plan), start=1):
        person = row.inspector
        number += person.id != previous
        previous = person.id
        labels = [_joined(names.short_site(one) for one in each.site_ids) for each in row.postings]
        spans = "\n".join(map(_span, labels, row.postings))
        forms = "\n".join(dict.fromkeys(str(one.form) for one in row.postings))
        who = f"{mask_phones(person.name)}\n{person.id}"
        texts = (str(number), names.department(person.department), who, forms, spans)
        _write_row(sheet, at, texts, PERSON_WIDTHS, left={5})
        site = instance.site_by_id[row.postings[0].site_ids[0]]
        freezes = instance.freezes_of(site)
        _write_bars(sheet, at, len(PERSON_HEADINGS), plan, row.postings, labels, freezes)
    sheet.print_area = sheet.dimensions


def _joined(parts: Iterable[str]) -> str:
    return "、".join(parts)


def _write_head(
    sheet: Worksheet, instance: Instance, plan: Plan, title: str,
    headings: Sequence[str], widths: Sequence[float],
) -> None:  # fmt: skip
    weeks, provisional = weeks_of(plan), provisional_text(instance)
    columns = len(headings) + len(weeks)
    put(sheet, 1, 1, title, font=TITLE_FONT, points=20, border=False, wrap=False)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    sheet.row_dimensions[1].height = 32
    remark = (
        "每格一周，表头为该周第一天的月/日；起止日期含首尾两天；粗线和名字处为到岗的一周，"
        "周中换人的写接任者；前任到场交接的日期见“派驻记录”备注。"
    )
    remark += f"{provisional}。" if provisional else ""
    put(sheet, 2, 1, remark, align="left", border=False, wrap=False, points=TABLE_POINTS)
    _write_legend(sheet, plan, len(headings))
    for at, heading in enumerate(headings, start=1):
        put(sheet, HEADING_ROW, at, heading, font=HEADING_FONT, points=TABLE_POINTS)
    for at, week in enumerate(weeks, start=len(headings) + 1):
        shaded = any(
            week.meets(period.start, period.end) and "全市" in period.scope
            for period in freezing(instance)
        )
        label = f"{week.start.month}/\n{week.start.day}"
        fill = SHADE if shaded else ""
        put(sheet, HEADING_ROW, at, label, font=HEADING_FONT, points=8, fill=fill)
    sheet.row_dimensions[HEADING_ROW].height = 30
    set_widths(sheet, (*widths, *(WEEK_WIDTH for _ in weeks)))
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, min(5, len(headings)) + 1)
    print_on_a4(sheet, heading_rows=f"{HEADING_ROW}:{HEADING_ROW}", landscape=True)


def _write_legend(sheet: Worksheet, plan: Plan, offset: int) -> None:
    """The third row tells what each colour means."""
    day = month_day(plan.round_start)
    put(sheet, 3, 1, "图例：", align="left", border=False, wrap=False, points=TABLE_POINTS)
    legend = (
        (f"{day}前已在驻", HELD_COLOUR), (f"{day}起新派", NEW_COLOUR),
        ("重点时段不换人（在岗的同色加深）", SHADE), ("无人", ""),
    )  # fmt: skip
    for (text, fill), at in zip(legend, (1, 8, 14, 24), strict=True):
        put(sheet, 3, offset + at, None, fill=fill)
        put(
            sheet, 3, offset + at + 1, text,
            align="left", border=False, wrap=False, points=TABLE_POINTS,
        )  # fmt: skip
    sheet.row_dimensions[3].height = 18


def _span(label: str, posting: Posting) -> str:
    if posting.end is None:
        return f"{label} {posting.start:%y.%m.%d}起"
    return f"{label} {posting.start:%y.%m.%d}—{posting.end:%y.%m.%d}"


def _write_row(
    sheet: Worksheet, number: int, texts: Sequence[str], widths: Sequence[float], left: set[int]
) -> None:
    row = HEADING_ROW + number
    for at, text in enumerate(texts, start=1):
        value = int(text) if at == 1 else text
        align = "left" if at in left else "center"
        put(sheet, row, at, value, points=TABLE_POINTS, align=align)
    sheet.row_dimensions[row].height = max(20, height_of(texts, widths, TABLE_POINTS))


def _write_bars(
    sheet: Worksheet, number: int, offset: int, plan: Plan,
    postings: Sequence[Posting], labels: Sequence[str], freezes: Sequence[KeyPeriod],
) -> None:  # fmt: skip
    """One cell per week: coloured where somebody is there, the name where a posting begins. Only
    that cell has text, so that the name can run over into the weeks of the posting."""
    place, weeks = HEADING_ROW + number, weeks_of(plan)
    holders = [
        max((n for n, one in enumerate(postings) if week.meets(one.start, one.end)), default=None)
        for week in weeks
    ]
    for at, (week, holder) in enumerate(zip(weeks, holders, strict=True)):
        frozen = any(week.meets(period.start, period.end) for period in freezes)
        fill, text = SHADE if frozen else "", None
        if holder is not None:
            new = postings[holder].start >= plan.round_start
            colours = (NEW_COLOUR, NEW_FROZEN_COLOUR) if new else (HELD_COLOUR, HELD_FROZEN_COLOUR)
            fill = colours[frozen]
            if at == 0 or holders[at - 1] != holder:
                room = holders.count(holder) * CHARACTERS_A_WEEK
                text = labels[holder][: max(room, SHORTEST_NAME)]
        put(
            sheet, place, offset + 1 + at, text,
            points=8, align="left", fill=fill, wrap=False, line=PALE, start=text is not None,
        )  # fmt: skip


# -- people who are not sent --------------------------------------------------------------------


def _write_idle_people(sheet: Worksheet, instance: Instance, plan: Plan, title: str) -> None:
    """A group of rows per unit; who could be sent stands first."""
    names = Names(instance)
    headings = ("序号", "派出单位", "人员编号", "姓名", "科室", "能否派出", "没有派出的原因")
    widths = (5, 17.5, 13, 10, 16, 10, 60)
    _write_table_row(sheet, 1, headings, widths, heading=True)
    row = 1
    for unit in people_of_units(instance, plan):
        row += 1
        _write_group_row(sheet, row, f"{names.department(unit.department)}：{unit.text}", widths)
        for number, one in enumerate(unit.idle, start=1):
            row += 1
            person = instance.inspector_by_id[one.inspector_id]
            texts = (
                number, names.department(unit.department), person.id, mask_phones(person.name),
                person.office, "能" if one.usable else "不能", one.reason,
            )  # fmt: skip
            _write_table_row(sheet, row, texts, widths, left={5, 7})
    put(sheet, row + 1, 1, USABLE_REMARK, align="left", border=False)
    sheet.merge_cells(start_row=row + 1, start_column=1, end_row=row + 1, end_column=len(widths))
    sheet.row_dimensions[row + 1].height = height_of((USABLE_REMARK,), (sum(widths),))
    set_widths(sheet, widths)
    sheet.freeze_panes = "A2"
    print_on_a4(sheet, heading_rows="1:1", landscape=True, title=f"{title}未派人员")


# -- shortages, goals, rules --------------------------------------------------------------------


def _write_shortages(workbook: Workbook, instance: Instance, plan: Plan) -> Worksheet:
    sheet = add_sheet(workbook, UNSERVED)
    order = department_order(instance, plan.departments)
    rows = sorted(plan.shortages, key=lambda s: (order.index(s.department), s.rank, s.start))
    for number, shortage in enumerate(rows, start=2):
        rating = instance.rating_by_site.get(shortage.site_id)
        values: dict[str, Any] = {
            **dict(shortage),
            "site_name": Names(instance).site(shortage.site_id),
            "rating": describe(rating) if rating else "",
        }
        fill_row(sheet, number, _values(UNSERVED, values))
    return sheet


def _values(sheet: Sheet, values: dict[str, Any]) -> list[Any]:
    return [cell_value(column, values) for column in sheet.columns]


def _write_goals(sheet: Worksheet, instance: Instance, plan: Plan, title: str) -> None:
    proof = plan.proof
    widths = (5, 25, 30, 11, 11, 8, 15)
    provisional = provisional_text(instance)
    remarks = (
        status_text(proof),
        *((f"{provisional}。",) if provisional else ()),
        "各层按次序求最小，上一层不为下一层让步。“下界”是任何计划都不能低于的数。",
        UNIT_REMARK,
    )
    for row, remark in enumerate(remarks, start=1):
        put(sheet, row, 1, remark, align="left", border=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(widths))
        sheet.row_dimensions[row].height = height_of((remark,), (sum(widths),))
    row = len(remarks) + 2
    headings = ("层", "目标（越小越好）", "含义", "数值", "下界", "差距", "结论")
    _write_table_row(sheet, row, headings, widths, heading=True)
    for place, tier in enumerate(proof.tiers if proof else (), start=1):
        row += 1
        texts = (place, tier.name, tier_meaning(tier.tier), tier.value, tier.bound,
                 percent_above(tier.gap), tier_text(tier))  # fmt: skip
        _write_table_row(sheet, row, texts, widths, left={2, 3})
    row += 2
    headings = ("层", "计分项", "", "数量", "单位", "单价", "计分")
    first = row
    places = {tier.tier: at for at, tier in enumerate(proof.tiers, start=1)} if proof else {}
    _write_table_row(sheet, row, headings, widths, heading=True)
    for one in proof.penalties if proof else ():
        row += 1
        amounts = (one.amount, one.unit, one.weight, one.amount * one.weight)
        place = places.get(one.tier, one.tier)
        _write_table_row(sheet, row, (place, one.title, "", *amounts), widths, left={2})
    for each in range(first, row + 1):
        sheet.merge_cells(start_row=each, start_column=2, end_row=each, end_column=3)
    set_widths(sheet, widths)
    print_on_a4(sheet, heading_rows="", landscape=False, title=f"{title}目标得分")


def _write_checks(sheet: Worksheet, checks: Sequence[RuleCheck], title: str) -> None:
    headings = ("规则", "要求", "条款", "内容", "结果", "如何落实", "说明")
    widths = (8, 9, 17, 26, 28, 34, 32)
    _write_table_row(sheet, 1, headings, widths, heading=True)
    row = 1
    for group, lines in grouped(checks):
        row += 1
        _write_group_row(sheet, row, f"{group}（{len(lines)}条）：{group.remark}", widths)
        for check in lines:
            row += 1
            entry = check.entry
            details = "\n".join(finding.text for finding in check.findings)
            texts = (entry.rule, check.level, entry.clause, entry.title, check.result, check.how,
                     details)  # fmt: skip
            _write_table_row(sheet, row, texts, widths, left={4, 5, 6, 7})
    set_widths(sheet, widths)
    sheet.freeze_panes = "A2"
    print_on_a4(sheet, heading_rows="1:1", landscape=True, title=f"{title}规则核查")


def _write_group_row(sheet: Worksheet, row: int, text: str, widths: Sequence[float]) -> None:
    """One line over all columns, above the rows of its group."""
    for at in range(1, len(widths) + 1):
        put(sheet, row, at, text if at == 1 else None,
            font=HEADING_FONT, points=11, align="left", fill=SHADE)  # fmt: skip
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(widths))
    sheet.row_dimensions[row].height = 22


def _write_table_row(
    sheet: Worksheet, row: int, values: Sequence[Any], widths: Sequence[float],
    *, left: Iterable[int] = (), heading: bool = False,
) -> None:  # fmt: skip
    points = 12 if heading else 11
    for at, value in enumerate(values, start=1):
        font = HEADING_FONT if heading else BODY_FONT
        align = "left" if at in set(left) else "center"
        put(sheet, row, at, value, font=font, points=points, align=align)
    texts = [_shown(value) for value in values]
    sheet.row_dimensions[row].height = max(20, height_of(texts, widths, points))
