"""月度核对.xlsx: what the logs of a month leave out, who changed, what was reported."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, WorkLog
from planner.domain.plan import Stint
from planner.monthly.changes import UnitChange, moves, told_changes
from planner.monthly.due import Due
from planner.monthly.gaps import Gap
from planner.monthly.inspections import inspected
from planner.monthly.reminder import Reminder
from planner.monthly.work import FROM_LOGS, Postings
from planner.reports.labels import Names, owner_title
from planner.reports.styles import new_workbook
from planner.reports.tables import Table, write_table

if TYPE_CHECKING:
    from openpyxl import Workbook

TITLE = "月度核对"
NOT_SENT = "未报"


def month_workbook(
    instance: Instance,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    gaps: Sequence[Gap],
    due: Sequence[Due],
    reminded: Sequence[Reminder],
    units: Sequence[str],
    first: dt.date,
    last: dt.date,
) -> Workbook:
    """Sheets 日志核对, 个人汇总, 人员变动, 形式变动, 报送情况, 行政检查 and 提示 of some units."""
    workbook = new_workbook(f"{TITLE} {first:%Y-%m}")
    head = f"{owner_title(instance, units)}{first.year}年{first.month}月"
    own = [row for row in rows if row.department in units]
    for table in (
        _gaps(instance, gaps),
        _summaries(instance, own, ledgers, first, last),
        _people(instance, own, first, last),
        _forms(instance, told_changes(instance, rows, ledgers, first, last), units),
        due_table(instance, due, last),
        _inspections(instance, ledgers, units, first, last),
        _reminders(instance, reminded),
    ):
        write_table(workbook.create_sheet(table.title), table, f"{head}：{table.title}")
    return workbook


def _gaps(instance: Instance, gaps: Iterable[Gap]) -> Table:
    names = Names(instance)
    return Table(
        title="日志核对",
        headings=("派出单位", "对象", "人员", "规则", "情况"),
        widths=(15, 30, 18, 8, 70),
        rows=tuple(
            (
                names.department(one.department),
                names.site(one.site_id),
                names.person(one.inspector_id) if one.inspector_id else "",
                one.rule,
                one.text,
            )
            for one in gaps
        ),
        notes=(
            (
                "给出日程（--days）的按日程逐日核对；没有的，蹲守按每个工作日一份日志核对（请假除外），"
                "定期、流动按每月最少驻点日核对。"
                "不在派驻期内的日志不计入附件2。请补登日志或说明原因。"
            ),
        ),
        left=frozenset({1, 4}),
    )


def _summaries(
    instance: Instance, rows: Sequence[Stint], ledgers: Ledgers, first: dt.date, last: dt.date
) -> Table:
    """R12-2: what each person did at each object in the month; 替班人员 whose logs say so, too."""
    names, postings = Names(instance), Postings(instance, rows)
    logs: dict[tuple[str, str], list[WorkLog]] = defaultdict(list)
    for log in ledgers.work_logs:
        if first <= log.day <= last:
            logs[log.inspector_id, log.site_id].append(log)
    hazards = Counter(
        (one.found_by, one.site_id) for one in ledgers.hazards if first <= one.found_on <= last
    )
    there = [row for row in rows if row.start <= last and (row.end is None or row.end >= first)]
    pairs = {
        (log.inspector_id, log.site_id): row
        for one in logs.values()
        for log in one
        if (row := postings.of(log.inspector_id, log.site_id, log.day))
    } | {(row.inspector_id, row.site_id): row for row in there}
    found = []
    for pair, row in sorted(pairs.items(), key=lambda one: (one[1].department, one[0])):
        mine = logs[pair]
        found.append(
            (
                names.department(row.department), names.person(pair[0]), names.site(pair[1]),
                str(row.form), len(mine),
                *(sum(getattr(log, name) for log in mine) for name in FROM_LOGS), hazards[pair],
            )
        )  # fmt: skip
    return Table(
        title="个人汇总",
        headings=(
            "派出单位", "人员", "对象", "驻点形式", "日志日数", "责任清单\n（人）",
            "规章制度\n（条）", "晨会\n（次）", "警示教育\n（场）", "演练\n（次）",
            "有奖举报\n（元）", "危险作业\n（次）", "隐患\n（项）",
        ),
        widths=(13, 18, 28, 10, 8, 9, 9, 8, 9, 8, 9, 9, 8),
        rows=tuple(found),
        notes=("本月数，取自工作日志和隐患台账，供各驻点人员核对后报派出单位（R12-2）。",),
        left=frozenset({2}),
    )  # fmt: skip


def _reminders(instance: Instance, reminded: Iterable[Reminder]) -> Table:
    """What a unit is reminded of in the same words at several objects, or of several people, is one
    row that names them all."""
    names = Names(instance)
    alike: dict[tuple[str, str, str], list[Reminder]] = defaultdict(list)
    for one in reminded:
        alike[one.department, one.rule, one.text].append(one)
    rows = []
    for (unit, rule, text), found in alike.items():
        sites = {one.site_id: names.site(one.site_id) for one in found if one.site_id}
        people = {
            one.inspector_id: names.person(one.inspector_id) for one in found if one.inspector_id
        }
        whom = (
            f"{sites.get(one.site_id, '')} {people.get(one.inspector_id, '')}".strip()
            for one in found
        )
        rows.append(
            (
                names.department(unit), rule, _counted(sites, "个对象"), _counted(people, "人"),
                f"{text}：{'、'.join(whom)}" if found[1:] else text,
            )
        )  # fmt: skip
    return Table(
        title="提示",
        headings=("派出单位", "规则", "对象", "人员", "情况"),
        widths=(15, 8, 30, 18, 70),
        rows=tuple(rows),
        notes=("截至月末的情况，急的在前，只作提示，不影响计划和报送。",),
        left=frozenset({2, 4}),
    )


def _counted(names: Mapping[str, str], measure: str) -> str:
    """The only one of some names by id, or how many they are."""
    return f"{len(names)}{measure}" if len(names) > 1 else "".join(names.values())


def _people(instance: Instance, rows: Iterable[Stint], first: dt.date, last: dt.date) -> Table:
    """Postings that began or ended in the month."""
    names, found = Names(instance), []
    stay = {
        row
        for one in moves(instance, rows, first, last)
        if one.before and one.after
        for row in (one.before, one.after)
    }
    for row in sorted(rows, key=lambda one: (one.department, one.site_id, one.slot, one.start)):
        begun = first <= row.start <= last
        ended = row.end is not None and first <= row.end <= last
        if begun or ended:
            news = "、".join([*(["进驻"] if begun else []), *(["离开"] if ended else [])])
            if row in stay:
                news = "改变形式"
            found.append(
                (
                    names.department(row.department), names.site(row.site_id), row.slot,
                    names.person(row.inspector_id), str(row.form), str(row.start),
                    str(row.end or ""), news, row.nature.value,
                    row.end_reason.value if ended and row.end_reason else "",
                )
            )  # fmt: skip
    return Table(
        title="人员变动",
        headings=(
            "派出单位", "对象", "岗位序", "人员", "驻点形式", "起始日期", "结束日期", "变动",
            "性质", "结束原因",
        ),
        widths=(15, 30, 7, 18, 10, 12, 12, 10, 8, 12),
        rows=tuple(found),
        notes=("本月进驻或离开的派驻；附件1按截至日期列在驻人员，月内的变动列在这里。",),
        left=frozenset({1}),
    )  # fmt: skip


def _forms(instance: Instance, changes: Iterable[UnitChange], units: Sequence[str]) -> Table:
    names = Names(instance)
    return Table(
        title="形式变动",
        headings=("派出单位", "对象", "变动日期", "原形式", "新形式", "理由", "批准人"),
        widths=(15, 30, 12, 12, 12, 40, 12),
        rows=tuple(
            (
                names.department(one.department), names.site(one.site_id), str(one.day),
                str(one.before or "不驻点"), str(one.after or "不再驻点"), one.reason, one.approver,
            )
            for one in changes
            if one.department in units
        ),
        notes=("派驻计划中的变动和台账“形式变动”登记的；理由、批准人取自台账（R03-7）。",),
        left=frozenset({1, 5}),
    )  # fmt: skip


def due_table(instance: Instance, due: Iterable[Due], today: dt.date) -> Table:
    """What is due, and what of it was sent."""
    names = Names(instance)
    return Table(
        title="报送情况",
        headings=(
            "应报日期", "提醒日期", "派出单位", "规则", "期间", "事项", "报送日期", "状态",
        ),
        widths=(12, 12, 16, 8, 11, 46, 12, 8),
        rows=tuple(
            (
                str(one.deadline), str(one.day), names.department(one.department), one.rule,
                one.period, one.text,
                str(one.sent_on or (NOT_SENT if one.kind else "")), one.state(today),
            )
            for one in due
        ),
        notes=(
            (
                "报送日期取自台账“报送”；没有登记种类的事项只作提醒。应报日期当天报送不算迟；落在休息日的，"
                "提前到前一个工作日提醒。月报的应报日期按参数“monthly_report_due_day”，"
                "其他材料台账填了的按台账。"
            ),
        ),
        left=frozenset({5}),
    )  # fmt: skip


def _inspections(
    instance: Instance, ledgers: Ledgers, units: Sequence[str], first: dt.date, last: dt.date
) -> Table:
    """L-6: formal inspections of the year, apart from the days on which people were stationed."""
    names = Names(instance)
    served = Counter(
        site_id
        for site_id, _ in {
            (log.site_id, log.day)
            for log in ledgers.work_logs
            if log.day.year == last.year and log.day <= last
        }
    )
    return Table(
        title="行政检查",
        headings=(
            "派出单位", "对象", "官方风险等级", "本年检查", "各检查单位", "年度上限", "个案检查",
            "驻点日数",
        ),
        widths=(15, 30, 14, 10, 40, 10, 10, 10),
        rows=tuple(
            (
                names.department(one.site.department), names.site(one.site.id),
                one.site.official_grade, sum(one.capped.values()),
                "、".join(f"{who} {number}次" for who, number in one.capped.items()),
                "" if one.cap is None else one.cap, one.cases, served[one.site.id],
            )
            for one in inspected(instance, ledgers, first, last)
            if one.site.department in units
        ),
        notes=(
            (
                f"{last.year}年1月1日至{last}的次数，取自台账“行政检查”；驻点不是行政检查，有日志的驻点日数列在"
                "最后。个案检查（举报、转办、监测线索、企业申请）不计入上限。上限取自“行业领域”的“行政检查上限”，"
                "按同一单位对同一对象计，没有填的只计数（L-6）。"
            ),
        ),
        left=frozenset({1, 4}),
    )  # fmt: skip
