"""经费测算.xlsx (R18-1) and the weekly 隐患整改周台账.xlsx (R13-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.ledgers import Hazard, Ledgers, is_overdue
from planner.domain.policy import Policy
from planner.papers.budget import Cost
from planner.reports.labels import Names, half_year, owner_title
from planner.reports.styles import new_workbook
from planner.reports.tables import Cell, Table, write_table

if TYPE_CHECKING:
    from openpyxl import Workbook

TOTAL = "合计"
NOTHING_FOUND = "本周未发现隐患"
RATES = ("budget_meals_yuan", "budget_travel_yuan", "budget_lodging_yuan")
SIX_DAYS = dt.timedelta(days=6)


def budget_workbook(instance: Instance, costs: Sequence[Cost], units: Sequence[str]) -> Workbook:
    """The estimate of some units, one row per unit and quarter."""
    policy, names = instance.policy, Names(instance)
    rows: list[tuple[Cell, ...]] = [
        (
            names.department(one.department), one.quarter, one.people, one.days, one.nights,
            one.meals_yuan, one.travel_yuan, one.lodging_yuan, one.experts_yuan, one.total_yuan,
        )
        for one in costs
    ]  # fmt: skip
    sums = [
        sum(getattr(one, field) for one in costs)
        for field in (
            "days",
            "nights",
            "meals_yuan",
            "travel_yuan",
            "lodging_yuan",
            "experts_yuan",
            "total_yuan",
        )
    ]
    table = Table(
        title="经费测算",
        headings=(
            "派出单位", "季度", "人数", "驻点人日", "异地夜数", "伙食（元）", "交通（元）",
            "住宿（元）", "专家（元）", "合计（元）",
        ),
        widths=(18, 10, 8, 11, 11, 12, 12, 12, 12, 13),
        rows=(*rows, (TOTAL, "", "", *sums)),
        notes=(
            (
                f"每人日伙食 {policy.budget_meals_yuan} 元、交通 {policy.budget_travel_yuan} 元，"
                f"每夜住宿 {policy.budget_lodging_yuan} 元。{_assumed(policy)}"
            ),
            (
                "只计本轮之内。蹲守、流动按没有请假的工作日计，定期按每月最少驻点日计；连续两天在居住县"
                "（市、区）以外驻点的计一夜，没有填居住县市区的不计住宿。专家费用取自台账“专家合同”，"
                "合同金额按合同期的天数均摊，计落在本轮之内的部分。"
            ),
        ),
    )  # fmt: skip
    workbook = new_workbook(table.title)
    head = f"{owner_title(instance, units)}{half_year(instance.round)}驻点监督经费测算"
    write_table(workbook.create_sheet(table.title), table, head)
    return workbook


def _assumed(policy: Policy) -> str:
    """Which rates nobody has decided, and where to decide them."""
    default = Policy()
    titles = [
        str(Policy.model_fields[name].title)
        for name in RATES
        if getattr(policy, name) == getattr(default, name)
    ]
    if not titles:
        return "标准取自工作簿的“参数”表。"
    return (
        f"其中{'、'.join(titles)}是假定的标准：请在工作簿的“参数”表中各加一行，参数写上述名称，"
        "值写本地标准，再重新测算。"
    )


def week_workbook(
    instance: Instance, ledgers: Ledgers, unit: str, monday: dt.date
) -> Workbook | None:
    """The ledger of a unit and ISO week: what was open in it, and objects with a log and nothing
    found. None where nobody was on site and nothing was open."""
    sunday = monday + SIX_DAYS
    own = {site.id for site in instance.sites if site.department == unit}
    hazards = [
        one
        for one in ledgers.hazards
        if one.site_id in own
        and one.found_on <= sunday
        and (one.closed_on is None or one.closed_on >= monday)
    ]
    with_hazards = {one.site_id for one in hazards}
    quiet = {
        log.site_id
        for log in ledgers.work_logs
        if log.site_id in own - with_hazards and monday <= log.day <= sunday
    }
    if not hazards and not quiet:
        return None
    year, week, _ = monday.isocalendar()
    table = Table(
        title="隐患整改周台账",
        headings=(
            "对象", "编号", "发现日期", "发现人", "隐患内容", "依据", "级别", "责任人", "整改期限",
            "销号日期", "直报日期", "执法立案号", "移交部门", "状态",
        ),
        widths=(22, 11, 12, 16, 32, 16, 6, 9, 12, 12, 12, 12, 11, 8),
        rows=(*_hazard_rows(instance, hazards, sunday), *_quiet_rows(instance, quiet)),
        notes=(
            (
                f"{year}年第{week}周（{monday} 至 {sunday}）：本周发现、本周销号和周末仍未销号的"
                "隐患；有工作日志而没有隐患的对象也列出。"
            ),
        ),
        left=frozenset({0, 4, 5}),
    )  # fmt: skip
    workbook = new_workbook(table.title)
    head = f"{Names(instance).department_in_full(unit)}{year}年第{week}周隐患整改台账"
    write_table(workbook.create_sheet(table.title), table, head)
    return workbook


def _hazard_rows(
    instance: Instance, hazards: Sequence[Hazard], sunday: dt.date
) -> Iterator[tuple[Cell, ...]]:
    names = Names(instance)
    for one in sorted(hazards, key=lambda row: (row.site_id, row.found_on, row.id)):
        closed = one.closed_on if one.closed_on and one.closed_on <= sunday else None
        late = is_overdue(one, sunday)
        yield (
            names.site(one.site_id), one.id, str(one.found_on), names.person(one.found_by),
            one.content, one.basis, one.level.value, one.responsible, str(one.deadline or ""),
            str(closed or ""), str(one.reported_on or ""), one.enforcement_no,
            names.department(one.transfer_department) if one.transfer_department else "",
            "已销号" if closed else "逾期" if late else "整改中",
        )  # fmt: skip


def _quiet_rows(instance: Instance, sites: set[str]) -> Iterator[tuple[Cell, ...]]:
    for site_id in sorted(sites):
        yield (Names(instance).site(site_id), "", "", "", NOTHING_FOUND, *[""] * 9)
