"""The sheets that stand behind the city's 附件2: 各部门数字, 报送情况 and 核对."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.ledgers import SubmissionKind
from planner.domain.tables import Department
from planner.io.attachment2 import EACH_DEPARTMENT
from planner.monthly.merging import State
from planner.monthly.work import Line
from planner.reports.attachment2 import cells_of
from planner.reports.labels import Names, dotted_date
from planner.reports.tables import Table, write_table

if TYPE_CHECKING:
    from openpyxl import Workbook

THERE, MISSING = "有", "缺"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a department stands with the report of a month."""

    department: Department
    kinds: frozenset[SubmissionKind]
    """The forms that are there."""
    sent_on: dt.date | None
    due: dt.date
    state: State


def add_sheets(
    workbook: Workbook,
    instance: Instance,
    month: dt.date,
    lines: Sequence[Line],
    standings: Sequence[Standing],
    doubts: Sequence[InputIssue],
) -> None:
    """Add the sheets to the workbook of the merged form; 核对 where there is something to check."""
    head = f"全市{month.year}年{month.month}月"
    tables = [_each(instance, month, lines), _standings(standings)]
    if doubts:
        tables.append(_doubts(doubts))
    for table in tables:
        write_table(workbook.create_sheet(table.title), table, f"{head}：{table.title}")


def _each(instance: Instance, month: dt.date, lines: Iterable[Line]) -> Table:
    names = Names(instance)
    return Table(
        title=EACH_DEPARTMENT.title,
        headings=tuple(
            column.heading.replace("（", "\n（") for column in EACH_DEPARTMENT.columns
        ),
        widths=(9, 16, 22, 10, *([9.0] * 15)),
        rows=tuple(
            (
                f"{month:%Y-%m}", names.department(line.department),
                instance.sector_by_code[line.sector].name, str(line.form),
                *cells_of(line.quantities),
            )
            for line in lines
        ),
        notes=("注：汇总表由这些数字合计。下个月汇总时用 --last 给出本文件，核对累计数。",),
        left=frozenset({2}),
    )  # fmt: skip


def _standings(standings: Iterable[Standing]) -> Table:
    kinds = (SubmissionKind.ATTACHMENT_1, SubmissionKind.ATTACHMENT_2)
    return Table(
        title="报送情况",
        headings=("部门", *kinds, "应报日期", "报送日期", "情况"),
        widths=(26, 9, 9, 14, 14, 18),
        rows=tuple(
            (
                one.department.short_name,
                *(THERE if kind in one.kinds else MISSING for kind in kinds),
                dotted_date(one.due), dotted_date(one.sent_on) if one.sent_on else "", one.state,
            )
            for one in standings
        ),
        notes=(
            "应报日期当天不算迟（R16-2）。报送日期取自台账“报送”，没有登记的取附件2的填表日期。",
            "文字材料是 Word 文件，没有读入，请人工核对。汇总表不含缺的材料。",
        ),
    )  # fmt: skip


def _doubts(doubts: Iterable[InputIssue]) -> Table:
    return Table(
        title="核对",
        headings=("所在", "单元格", "情况", "办法"),
        widths=(50, 9, 55, 45),
        rows=tuple((one.sheet, one.cell, one.message, one.remedy) for one in doubts),
        notes=("不影响汇总、但请核对的事项。",),
        left=frozenset({0, 2, 3}),
    )
