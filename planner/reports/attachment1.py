"""附件1 驻点情况统计表 (FA1, R16-3): the official form, the only file with phone numbers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.reports.labels import chinese_date, department_order
from planner.reports.styles import (
    HEADING_FONT,
    LINE_POINTS,
    TITLE_FONT,
    lines_in,
    print_on_a4,
    put,
    set_widths,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "驻 点 情 况 统 计 表"
HEADINGS = (
    "序号", "部门单位", "驻点企业名称", "驻点企业地址", "驻点形式", "驻点人员姓名",
    "驻点人员联系方式",
)  # fmt: skip
WIDTHS = (6, 14, 34, 38, 12, 14, 18)
FIRST_ROW = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One object with the people who are there on the reference date, in slot order."""

    number: int
    department: str
    site_name: str
    address: str
    form: str
    names: tuple[str, ...]
    phones: tuple[str, ...]


def lines_of(instance: Instance, plan: Plan, as_of: dt.date) -> tuple[Line, ...]:
    """The rows of the form: 部门 → 县市区 → 对象, numbers from 1 in every department."""
    there: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        if stint.covers(as_of):
            there[stint.department, stint.site_id].append(stint)
    lines: list[Line] = []
    for code in department_order(instance, plan.departments):
        sites = [instance.site_by_id[site_id] for unit, site_id in there if unit == code]
        sites.sort(key=lambda site: (_county_order(instance, site), site.id))
        for number, site in enumerate(sites, start=1):
            lines.append(_line(instance, number, code, site, there[code, site.id]))
    return tuple(lines)


def attachment1(instance: Instance, plan: Plan, as_of: dt.date) -> Workbook:
    """The workbook of the form."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.properties.title = "驻点情况统计表"
    sheet = workbook.active
    sheet.title = "驻点情况统计表"
    lines = lines_of(instance, plan, as_of)
    _write_head(sheet, instance, plan, as_of)
    for row, line in enumerate(lines, start=FIRST_ROW):
        _write_line(sheet, row, line)
    _merge_departments(sheet, lines)
    set_widths(sheet, WIDTHS)
    print_on_a4(sheet, heading_rows=f"{FIRST_ROW - 1}:{FIRST_ROW - 1}", landscape=True)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    return workbook


def _county_order(instance: Instance, site: Site) -> tuple[int, str]:
    """Counties in the order in which the list of objects names them."""
    counties = {name: at for at, name in enumerate(dict.fromkeys(s.county for s in instance.sites))}
    return counties[site.county], site.county


def _line(
    instance: Instance, number: int, department: str, site: Site, stints: Sequence[Stint]
) -> Line:
    ordered = sorted(stints, key=lambda one: (one.slot, one.start))
    ids = tuple(dict.fromkeys(stint.inspector_id for stint in ordered))
    people = [instance.inspector_by_id[one] for one in ids]
    return Line(
        number=number,
        department=instance.department_by_code[department].short_name,
        site_name=site.name,
        address=site.address,
        form="、".join(dict.fromkeys(str(stint.form) for stint in ordered)),
        names=tuple(person.name for person in people),
        phones=tuple(person.phone for person in people),
    )


def _write_head(sheet: Worksheet, instance: Instance, plan: Plan, as_of: dt.date) -> None:
    width = len(HEADINGS)
    put(sheet, 1, 1, "附件1", font=HEADING_FONT, points=16, align="left", border=False, wrap=False)
    put(sheet, 2, 1, TITLE, font=TITLE_FONT, points=22, border=False, wrap=False)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    sheet.row_dimensions[2].height = 36
    units = [instance.department_by_code[code] for code in plan.departments]
    owner = units[0].name if len(units) == 1 else f"{len(units)}个部门单位汇总"
    put(sheet, 3, 1, f"部门：{owner}", align="left", border=False, wrap=False)
    put(sheet, 3, width, f"截至：{chinese_date(as_of)}", align="right", border=False, wrap=False)
    sheet.row_dimensions[3].height = 22
    for at, heading in enumerate(HEADINGS, start=1):
        put(sheet, FIRST_ROW - 1, at, heading, font=HEADING_FONT)
    sheet.row_dimensions[FIRST_ROW - 1].height = 30


def _write_line(sheet: Worksheet, row: int, line: Line) -> None:
    texts = (
        line.department, line.site_name, line.address, line.form,
        "\n".join(line.names), "\n".join(line.phones),
    )  # fmt: skip
    put(sheet, row, 1, line.number)
    for at, text in enumerate(texts, start=2):
        put(sheet, row, at, text, align="left" if at in {3, 4} else "center")
    pairs = zip(texts, WIDTHS[1:], strict=True)
    lines = max(lines_in(text, width) for text, width in pairs)
    sheet.row_dimensions[row].height = max(24, LINE_POINTS * lines + 4)


def _merge_departments(sheet: Worksheet, lines: Sequence[Line]) -> None:
    row = FIRST_ROW
    for _, same in groupby(lines, key=lambda line: line.department):
        count = len(list(same))
        if count > 1:
            sheet.merge_cells(start_row=row, start_column=2, end_row=row + count - 1, end_column=2)
        row += count
