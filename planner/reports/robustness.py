"""单人缺位: what every single absence would cost, per person and month, as workbook and page."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.change.robustness import Fallout, Robustness, robustness_of, single_points
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import Grade
from planner.io.files import workbook_bytes
from planner.reports.labels import Names, departments_title, month_day, round_title, span
from planner.reports.styles import new_workbook
from planner.reports.tables import Cell, Table, write_table
from planner.reports.templates import template

if TYPE_CHECKING:
    from openpyxl import Workbook

NOT_POSTED, NOT_SOLVED, IMPOSSIBLE = "—", "未定", "排不出"
REMARKS = (
    (
        "每格：该人从这一天起缺位到本轮末，按最少变动重排的结果。“不变”无须改动；“动2段”改动2段派驻即可，"
        "服务不减；“少38日”即使改动，仍有对象共少服务38个工作日，括号中按等级分；“—”此后没有派驻；"
        "“*”未证明最少，是至多的数。"
    ),
    "稳健度：在岗人员各月缺位的全部情形中，不少服务即可补上的比例。大的单位按每月一次的换人日期测算。",
)


LOOKS = (
    ("", "没有派驻，或不变"),
    ("moved", "要动几段，服务不减"),
    ("lost", "三级、四级对象少服务"),
    ("point", "一级、二级对象少服务"),
    ("open", "未定或排不出"),
)
"""How the cells of the page look, the worse the darker."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One person of the page: what the absence from each month on costs, with its look."""

    person: str
    cells: tuple[tuple[str, str], ...]


def robustness_outputs(
    instance: Instance, plan: Plan, cases: Sequence[Fallout], names: Sequence[str]
) -> dict[str, bytes]:
    """The workbook and the page under two names."""
    return {
        names[0]: workbook_bytes(robustness_workbook(instance, plan, cases)),
        names[1]: robustness_page(instance, plan, cases).encode(),
    }


def robustness_page(instance: Instance, plan: Plan, cases: Sequence[Fallout]) -> str:
    """One page without network: the summary, the single points of failure, and a table of people
    and months per unit whose darker cells are the worse ones, in black and white as well."""
    names = Names(instance)
    days = sorted({case.day for case in cases})
    found: dict[str, dict[str, dict[dt.date, Fallout]]] = defaultdict(lambda: defaultdict(dict))
    for case in cases:
        found[case.department][case.inspector_id][case.day] = case
    units = [
        (
            names.department(unit),
            [
                HeatRow(names.person(person), tuple(_heat(own.get(day)) for day in days))
                for person, own in people.items()
            ],
        )
        for unit, people in found.items()
    ]
    return template("robustness.html").render(
        title=f"{departments_title(instance, plan)}{round_title(plan)}单人缺位测算",
        span=span(plan.round_start, plan.round_end),
        tables=(
            replace(_summary(instance, cases), notes=REMARKS[1:]),
            _points(instance, cases),
        ),
        looks=LOOKS,
        days=[f"{month_day(day)}起" for day in days],
        units=units,
        remark=REMARKS[0],
    )


def _heat(case: Fallout | None) -> tuple[str, str]:
    """The text of a cell and its look."""
    if case is None:
        return NOT_SOLVED, "open"
    text = _short(case)
    if not case.posted:
        return text, ""
    if not case.solved:
        return text, "open"
    if case.lost_up_to(Grade.SECOND):
        return text, "point"
    if not case.covered:
        return text, "lost"
    return text, "moved" if case.changed_stints else ""


def robustness_workbook(instance: Instance, plan: Plan, cases: Sequence[Fallout]) -> Workbook:
    """Sheets 汇总, 单点人员 and 人员各月."""
    workbook = new_workbook(f"单人缺位测算 {plan.round}")
    title = f"{departments_title(instance, plan)}{round_title(plan)}单人缺位测算"
    for table in (_summary(instance, cases), _points(instance, cases), _matrix(instance, cases)):
        write_table(workbook.create_sheet(table.title), table, f"{title}：{table.title}")
    return workbook


def fallout_text(instance: Instance, case: Fallout) -> str:
    """One case in a line."""
    names = Names(instance)
    changed = f"变动 {case.changed_stints} 段{'' if case.proved else '（未证明最少）'}"
    return (
        f"{names.department(case.department)} {names.person(case.inspector_id)} "
        f"自 {case.day} 缺位：{_lost(case)}，{changed}"
    )


def percent_text(found: Robustness) -> tuple[str, str]:
    """稳健度, and that of 一级 and 二级 objects, in words."""
    least = "" if found.exact else "至少"
    return f"{least}{found.percent}%", f"{least}{found.percent_first_two}%"


def _summary(instance: Instance, cases: Sequence[Fallout]) -> Table:
    by_unit: dict[str, list[Fallout]] = defaultdict(list)
    for case in cases:
        by_unit[case.department].append(case)
    rows: list[tuple[Cell, ...]] = []
    names = Names(instance)
    whole = [("合计", list(cases))] if len(by_unit) > 1 else []
    for name, found in [*((names.department(u), c) for u, c in by_unit.items()), *whole]:
        one = robustness_of(found)
        rows.append(
            (
                name,
                len({case.inspector_id for case in found if case.posted}),
                one.cases,
                one.covered,
                *percent_text(one),
                len(single_points(found)),
                one.unproved,
                one.unsolved,
            )
        )
    headings = (
        "派出单位", "在岗人数", "缺位情形", "能补上", "稳健度", "一级二级稳健度", "单点人员",
        "未证明", "未定",
    )  # fmt: skip
    return Table("汇总", headings, (18, 9, 9, 9, 11, 14, 9, 8, 8), tuple(rows), REMARKS)


def _points(instance: Instance, cases: Sequence[Fallout]) -> Table:
    names = Names(instance)
    rows = tuple(
        (
            names.department(one.department),
            names.person(one.inspector_id),
            one.day.isoformat(),
            _lost(one),
            one.changed_stints,
            one.changed_days,
            "是" if one.proved else "否",
        )
        for one in single_points(cases)
    )
    return Table(
        "单点人员",
        (
            "派出单位",
            "人员",
            "最不利的缺位日",
            "少服务的工作日",
            "变动段数",
            "变动人天",
            "已证明最少",
        ),
        (18, 22, 14, 34, 9, 9, 11),
        rows,
        (
            "缺了就有一级、二级对象少服务的人，最要紧的在前。可为他们培养替手。",
            "未证明最少的在后：那是至多的数，也许并不少。",
        ),
        frozenset({0, 1, 3}),
    )


def _matrix(instance: Instance, cases: Sequence[Fallout]) -> Table:
    names = Names(instance)
    days = sorted({case.day for case in cases})
    rows: dict[tuple[str, str], dict[dt.date, str]] = defaultdict(dict)
    for case in cases:
        rows[case.department, case.inspector_id][case.day] = _short(case)
    return Table(
        "人员各月",
        ("派出单位", "人员", *(f"{day:%m-%d}起" for day in days)),
        (16, 18, *(14 for _ in days)),
        tuple(
            (names.department(unit), names.person(person),
             *(found.get(day, NOT_SOLVED) for day in days))
            for (unit, person), found in rows.items()
        ),
        REMARKS[:1],
        frozenset({0, 1}),
    )  # fmt: skip


def _short(case: Fallout) -> str:
    if not case.posted:
        return NOT_POSTED
    if not case.solved:
        return IMPOSSIBLE if case.status == "INFEASIBLE" else NOT_SOLVED
    mark = "" if case.proved else "*"
    if not case.covered:
        return _lost(case) + mark
    return (f"动{case.changed_stints}段" if case.changed_stints else "不变") + mark


def _lost(case: Fallout) -> str:
    parts = "、".join(
        f"{grade.label}{days}" for grade, days in zip(Grade, case.lost, strict=True) if days
    )
    return f"{'' if case.proved else '至多'}少{sum(case.lost)}日（{parts}）"
