"""变动对照: the before-and-after table of a replan, for a notice and in 派驻计划.xlsx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.change.compare import ChangeKind, Span, StintChange
from planner.domain.instance import Instance
from planner.reports.labels import Names, span
from planner.reports.styles import (
    HEADING_FONT,
    TITLE_FONT,
    dress,
    height_of,
    print_on_a4,
    put,
    set_widths,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "变动对照"
HEADINGS = ("序号", "派出单位", "驻点对象", "形式", "人员", "变动", "原安排", "现安排", "原因")
WIDTHS = (5, 9, 24, 9, 14, 9, 23, 23, 10)
LEFT = {3}
CHANGED_COLOUR = "FFF2CC"
HEADING_ROW = 3
POINTS = 10


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What a plan changes against an earlier one, and the sentence that proves it least."""

    changes: tuple[StintChange, ...]
    proof: str


def change_lines(instance: Instance, changes: Sequence[StintChange]) -> Iterator[str]:
    """One line per change, ready to be pasted into a notice."""
    names = Names(instance)
    for number, one in enumerate(changes, start=1):
        _, objects, form, person, kind, was, now, why = _cells(names, one)
        reason = f"（{why}）" if why and why != kind else ""
        dates = f"{was} 改为 {now}" if was and now else was or now
        yield f"{number}. {objects}，{form}，{person}：{kind}{reason}，{dates}"


def write_changes(workbook: Workbook, instance: Instance, report: ChangeReport, title: str) -> None:
    """The sheet 变动对照 in front, and a colour and a note on each row of 派驻记录 that differs."""
    sheet = workbook.create_sheet(SHEET, 0)
    workbook.active = 0
    columns = len(HEADINGS)
    put(sheet, 1, 1, f"{title}变动对照表", font=TITLE_FONT, points=18, border=False)
    put(sheet, 2, 1, report.proof, points=POINTS, align="left", border=False)
    for row in (1, 2):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[2].height = height_of((report.proof,), (sum(WIDTHS),), POINTS)
    for at, heading in enumerate(HEADINGS, start=1):
        put(sheet, HEADING_ROW, at, heading, font=HEADING_FONT, points=POINTS)
    names = Names(instance)
    for number, one in enumerate(report.changes, start=1):
        texts = (str(number), *_cells(names, one))
        row = HEADING_ROW + number
        for at, text in enumerate(texts, start=1):
            align = "left" if at in LEFT else "center"
            value = int(text) if at == 1 else text
            put(sheet, row, at, value, points=POINTS, align=align)
        sheet.row_dimensions[row].height = max(20, height_of(texts, WIDTHS, POINTS))
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 1)
    print_on_a4(sheet, heading_rows=f"{HEADING_ROW}:{HEADING_ROW}", landscape=True, title="")


def mark_changes(
    records: Worksheet, rows: Sequence[tuple[str, str]], changes: Sequence[StintChange],
    span_columns: tuple[int, int],
) -> None:  # fmt: skip
    """Colour the rows of 派驻记录 that differ, with the earlier dates in a comment on the cell that
    changed. ``rows`` are the (place, person) of the sheet's rows from the second on;
    ``span_columns`` the columns of first and last day."""
    from openpyxl.comments import Comment

    found = {(one.place, one.inspector_id): one for one in changes if one.after is not None}
    for number, key in enumerate(rows, start=2):
        change = found.get(key)
        if change is None:
            continue
        first, last = span_columns
        begins = change.before is None or change.before[0] != (change.after or change.before)[0]
        for column in (first, last) if begins else (last,):
            dress(records, number, column, points=POINTS, fill=CHANGED_COLOUR)
        text = f"原：{_span(change.before)}" if change.before else "原计划没有这一段"
        records.cell(number, last).comment = Comment(text, "变动", width=220, height=60)


def _cells(names: Names, one: StintChange) -> tuple[str, str, str, str, str, str, str, str]:
    return (
        names.department(one.department),
        "、".join(names.site(site_id) for site_id in one.site_ids),
        str(one.form),
        names.person(one.inspector_id),
        str(one.kind),
        _span(one.before),
        _span(one.after),
        "" if one.kind in {ChangeKind.ADDED, ChangeKind.SUBSTITUTE} else one.reason,
    )


def _span(dates: Span | None) -> str:
    return span(*dates) if dates else ""
