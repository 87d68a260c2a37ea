"""附件1 驻点情况统计表 (FA1, R16-3): the official form, the only file with phone numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import in_post
from planner.domain.tables import Site
from planner.io.recognise import ATTACHMENT_1_TITLE
from planner.reports.labels import chinese_date, department_order, owner_title
from planner.reports.styles import (
    HEADING_FONT,
    TITLE_FONT,
    height_of,
    new_workbook,
    pages_of,
    print_on_a4,
    put,
    room_on_a4,
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
WIDTHS = (5, 17.5, 30, 31, 10.5, 13, 15)
SCALE_PERCENT = 90
"""With these widths the form fills A4 landscape, even where a missing font widens the columns."""
HEAD_HEIGHTS = (26.0, 38.0, 22.0, 40.0)
"""Points of “附件1”, title, department with date, headings."""
FIRST_ROW = 5
LOWEST_ROW = 26.0


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
    there = in_post(instance, plan, as_of)
    lines: list[Line] = []
    counties = _counties(instance)
    for code in department_order(instance, plan.departments):
        sites = [instance.site_by_id[site_id] for unit, site_id in there if unit == code]
        sites.sort(key=lambda site: (counties[site.county], site.id))
        for number, site in enumerate(sites, start=1):
            lines.append(_line(instance, number, code, site, there[code, site.id]))
    return tuple(lines)


def attachment1(instance: Instance, plan: Plan, as_of: dt.date) -> Workbook:
    """The workbook of the form."""
    owner = owner_title(instance, plan.departments)
    return form_of(lines_of(instance, plan, as_of), owner, chinese_date(as_of))


def form_of(lines: Sequence[Line], owner: str, as_of: str) -> Workbook:
    """The form with the lines of ``owner``, 部门 in the head, ``as_of`` a date in words."""
    workbook = new_workbook(ATTACHMENT_1_TITLE)
    sheet = workbook.create_sheet(ATTACHMENT_1_TITLE)
    _write_head(sheet, owner, as_of)
    heights = [_write_line(sheet, row, line) for row, line in enumerate(lines, start=FIRST_ROW)]
    _write_departments(sheet, lines, heights)
    if not lines:
        put(sheet, FIRST_ROW, 1, "截至该日没有在驻人员。")
        sheet.merge_cells(
            start_row=FIRST_ROW, start_column=1, end_row=FIRST_ROW, end_column=len(HEADINGS)
        )
        sheet.row_dimensions[FIRST_ROW].height = LOWEST_ROW
    set_widths(sheet, WIDTHS)
    print_on_a4(
        sheet, heading_rows=f"{FIRST_ROW - 1}:{FIRST_ROW - 1}", landscape=True, scale=SCALE_PERCENT,
        foot="— &P —",
    )  # fmt: skip
    sheet.freeze_panes = f"A{FIRST_ROW}"
    return workbook


def _counties(instance: Instance) -> dict[str, int]:
    """The place of each county: as 县区距离 lists them, then as the list of objects does."""
    named = [name for row in instance.distances for name in (row.origin, row.destination)]
    named += [site.county for site in instance.sites]
    return {name: at for at, name in enumerate(dict.fromkeys(named))}


def _line(
    instance: Instance, number: int, department: str, site: Site, stints: Sequence[Stint]
) -> Line:
    ids = tuple(dict.fromkeys(stint.inspector_id for stint in stints))
    people = [instance.inspector_by_id[one] for one in ids]
    return Line(
        number=number,
        department=instance.department_by_code[department].short_name,
        site_name=site.name,
        address=site.address,
        form="、".join(dict.fromkeys(str(stint.form) for stint in stints)),
        names=tuple(person.name for person in people),
        phones=tuple(person.phone for person in people),
    )


def _write_head(sheet: Worksheet, owner: str, as_of: str) -> None:
    width = len(HEADINGS)
    put(sheet, 1, 1, "附件1", font=HEADING_FONT, points=16, align="left", border=False, wrap=False)
    put(sheet, 2, 1, TITLE, font=TITLE_FONT, points=22, border=False, wrap=False)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    put(sheet, 3, 1, f"部门：{owner}", align="left", border=False, wrap=False)
    put(sheet, 3, width, f"截至：{as_of}", align="right", border=False, wrap=False)
    for at, heading in enumerate(HEADINGS, start=1):
        put(sheet, FIRST_ROW - 1, at, heading, font=HEADING_FONT)
    for row, height in enumerate(HEAD_HEIGHTS, start=1):
        sheet.row_dimensions[row].height = height


def _write_line(sheet: Worksheet, row: int, line: Line) -> float:
    """Write all but the department; the height of the row."""
    texts = (
        str(line.number), line.department, line.site_name, line.address, line.form,
        "\n".join(line.names), "\n".join(line.phones),
    )  # fmt: skip
    put(sheet, row, 1, line.number)
    for at, text in enumerate(texts[2:], start=3):
        put(sheet, row, at, text, align="left" if at in {3, 4} else "center")
    height = max(LOWEST_ROW, height_of(texts, WIDTHS))
    sheet.row_dimensions[row].height = height
    return height


def _write_departments(sheet: Worksheet, lines: Sequence[Line], heights: Sequence[float]) -> None:
    """One cell per department and page: a cell that crosses a page would leave one without its
    name, so page breaks are set here and the name is repeated after each."""
    from openpyxl.worksheet.pagebreak import Break

    room = room_on_a4(landscape=True, scale=SCALE_PERCENT)
    pages = pages_of(heights, room - sum(HEAD_HEIGHTS), room - HEAD_HEIGHTS[-1])
    for page in pages:
        for _, same in groupby(page, key=lambda at: lines[at].department):
            block = list(same)
            first, last = FIRST_ROW + block[0], FIRST_ROW + block[-1]
            for row in range(first, last + 1):
                put(sheet, row, 2, lines[block[0]].department if row == first else None)
            if last > first:
                sheet.merge_cells(start_row=first, start_column=2, end_row=last, end_column=2)
    for page in pages[:-1]:
        sheet.row_breaks.append(Break(id=FIRST_ROW + page[-1]))
