"""抽查抽样表.xlsx and 抽查结果表.xlsx (R11-1, R11-2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from planner.domain.day_plan import DayPlan
from planner.domain.instance import Instance
from planner.domain.ledgers import SpotCheck
from planner.domain.terms import Form
from planner.io.schema_ledgers import SPOT_CHECKS
from planner.io.sheets import add_sheet
from planner.io.writer import fill_sheet
from planner.papers.spot_check import HALF, Sample, day_plan_of, name_of
from planner.reports.labels import Names, owner_title
from planner.reports.site_list import quarter_title
from planner.reports.styles import new_workbook
from planner.reports.tables import Cell, Table, write_table

if TYPE_CHECKING:
    from openpyxl import Workbook

RESIDENT_DAY = "蹲守，工作日均应在岗"
DAY_PLAN = "月度日程"
OTHER_DAY = "工作日，请对照月度日程"


def checks_of(sample: Sample) -> tuple[SpotCheck, ...]:
    """The rows of the ledger 抽查 for a sample, before anything was checked; by day."""
    drawn = sorted(sample.drawn, key=lambda one: (one[1], name_of(one[0].stint)))
    return tuple(
        SpotCheck(
            id=f"CC-{sample.quarter}-{sample.department}-{number:02d}",
            department=sample.department,
            quarter=sample.quarter,
            day=day,
            seed=sample.seed,
            site_id=member.stint.site_id,
            inspector_id=member.stint.inspector_id,
            stint_start=member.stint.start,
        )
        for number, (member, day) in enumerate(drawn, start=1)
    )


def sample_workbook(
    instance: Instance, samples: Sequence[Sample], day_plans: Sequence[DayPlan]
) -> Workbook:
    """Sheets 抽样, for whoever goes, and 总体, from which anybody can draw again."""
    workbook = new_workbook("抽查抽样表")
    units = [one.department for one in samples]
    head = f"{owner_title(instance, units)}{quarter_title(samples[0].quarter)}驻点监督抽查"
    for table in (_drawn(instance, samples, day_plans), _members(instance, samples)):
        write_table(workbook.create_sheet(table.title), table, f"{head}：{table.title}")
    return workbook


def result_workbook(samples: Sequence[Sample]) -> Workbook:
    """The ledger 抽查 with the drawn rows, to be filled in on site and read back as a ledger."""
    workbook = new_workbook("抽查结果表")
    sheet = add_sheet(workbook, SPOT_CHECKS)
    fill_sheet(sheet, SPOT_CHECKS, [dict(row) for one in samples for row in checks_of(one)])
    return workbook


def _drawn(instance: Instance, samples: Sequence[Sample], day_plans: Sequence[DayPlan]) -> Table:
    names = Names(instance)
    forms = {name_of(row.stint): row.stint.form for one in samples for row in one.members}
    rows: list[tuple[Cell, ...]] = []
    for sample in samples:
        for one in checks_of(sample):
            site = instance.site_by_id[one.site_id]
            form = forms[f"{one.site_id}|{one.inspector_id}|{one.stint_start}"]
            known = [each for each in day_plans if one.department in each.departments]
            basis = RESIDENT_DAY if form is Form.RESIDENT else OTHER_DAY
            if day_plan_of(known, one.day) is not None:
                basis = DAY_PLAN
            rows.append(
                (
                    one.id, names.department(one.department), str(one.day), names.site(site.id),
                    site.county, site.address, names.grade(site.id), str(form),
                    names.person(one.inspector_id), str(one.stint_start), basis,
                )
            )  # fmt: skip
    return Table(
        title="抽样",
        headings=(
            "编号", "派出单位", "抽查日期", "对象", "县市区", "地址", "驻点等级", "驻点形式",
            "人员", "派驻起始", "日期依据",
        ),
        widths=(23, 13, 12, 26, 9, 28, 8, 10, 17, 12, 20),
        rows=tuple(rows),
        notes=("抽查前不得通知被查单位和人员。结果填入《抽查结果表》，作为台账“抽查”保存。",),
        left=frozenset({3, 5}),
    )  # fmt: skip


def _members(instance: Instance, samples: Sequence[Sample]) -> Table:
    return Table(
        title="总体",
        headings=(
            "派出单位", "驻点形式", "县市区", "驻点等级", "对象编号", "人员编号", "派驻起始",
            "权重", "层内次序", "累计权重", "可查日数", "首日", "末日", "抽中", "抽查日期",
        ),
        widths=(13, 10, 13, 9, 12, 13, 12, 6, 24, 9, 9, 12, 12, 7, 12),
        rows=tuple(row for one in samples for row in _member_rows(instance, one)),
        notes=(
            *(_facts(instance, one) for one in samples),
            ("权重 1 为前两个季度抽过的对象或人员，其余为 2。可查日期为首日至末日之间此人没有请假的"
            "工作日。抽法和复算办法见文档 spot-check.md：分层排列、按权重等距抽取。"),
        ),
        left=frozenset(),
    )  # fmt: skip


def _member_rows(instance: Instance, sample: Sample) -> Iterator[tuple[Cell, ...]]:
    days = {name_of(one.stint): day for one, day in sample.drawn}
    unit = Names(instance).department(sample.department)
    for one in sample.members:
        name = name_of(one.stint)
        how = "必抽" if name in sample.certain else "抽中" if name in days else ""
        yield (
            unit, *one.stratum, one.stint.site_id, one.stint.inspector_id, str(one.stint.start),
            one.weight, str(one.number), one.share, len(one.days), str(one.days[0]),
            str(one.days[-1]), how, str(days.get(name, "")),
        )  # fmt: skip


def _facts(instance: Instance, sample: Sample) -> str:
    halved = sum(one.weight == HALF for one in sample.members)
    unit = Names(instance).department(sample.department)
    return (
        f"{unit}（{sample.department}）：种子 {sample.seed}，"
        f"比例 {sample.rate_percent}%，总体 {len(sample.members)} 段、减半 {halved} 段，"
        f"抽 {len(sample.drawn)} 段，起点数 {sample.start}。"
    )
