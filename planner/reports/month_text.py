"""月度文字材料 (R16-2): progress, people, forms and changes of a month in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, is_open, is_overdue
from planner.domain.plan import Plan, Stint
from planner.domain.terms import StintNature
from planner.monthly.changes import moves, told_changes
from planner.monthly.gaps import Gap
from planner.monthly.work import Line, Postings, total_of
from planner.reports.attachment2 import reward_text
from planner.reports.labels import (
    Names,
    addressee,
    chinese_date,
    date_in,
    month_day,
    owner_title,
)
from planner.reports.papers import UNDATED, Values

SHORTAGES_SHOWN = 10
"""More are counted."""
NATURES_TOLD = frozenset({StintNature.SUBSTITUTE, StintNature.REINFORCEMENT, StintNature.EXTENDED})
"""Why somebody came who was not planned."""
GAPS = {
    "R12-1": "缺日志，或日志与日程不符",
    "R02-3": "日志、隐患与派驻计划不符",
    "L-4": "不得替班的人替班",
    "R03-7": "驻点形式变动没有登记，或与派驻计划不符",
    "R03-1": "定期驻点日数不足",
    "R03-3": "流动驻点日数不足",
    "R06-2": "重大隐患没有及时直报",
    "R06-3": "危险作业无人到场监督",
    "R13-1": "隐患逾期未整改",
    "R16-1": "专家到场而没有驻点人员",
    "R18-2": "专家服务没有有效的合同",
    "R16-4": "危险作业次数日志与台账不一",
}
"""What the rules of findings are about, to a leader: counts, for who lacks a log is settled within
the unit."""
OTHER_GAPS = "其他"
BY_LOGS = frozenset({"R12-1", "R03-1", "R03-3", "R16-1", "R16-4"})
"""Rules whose findings say nothing where there are no logs at all."""


def month_text(
    instance: Instance,
    plan: Plan,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    lines: Sequence[Line],
    gaps: Sequence[Gap],
    since: dt.date,
    first: dt.date,
    last: dt.date,
) -> Values:
    """The fields of the text, which counts as 附件2 does; ``lines`` are its rows."""
    units, total, postings = plan.departments, total_of(lines), Postings(instance, rows)
    own = [row for row in rows if row.department in units]
    as_of = min(max(last, instance.round.whole_start), instance.round.end)
    there = [row for row in plan.stints if row.covers(as_of)]
    sites = {site.id for site in instance.sites if site.department in units}
    logs = [one for one in ledgers.work_logs if one.site_id in sites and first <= one.day <= last]
    hazards = [one for one in ledgers.hazards if one.site_id in sites]
    late = [one for one in hazards if is_overdue(one, last)]
    return {
        "单位": owner_title(instance, units),
        "主送": addressee(instance, units),
        "日期": UNDATED,
        "月份": f"{first.year}年{first.month}月",
        "起算": chinese_date(since),
        "截至": chinese_date(as_of),
        "对象数": len({row.site_id for row in there}),
        "人数": len({row.inspector_id for row in there}),
        "市级人次": total.people_city,
        "县级人次": total.people_county,
        "市级家次": total.sites_city,
        "县级家次": total.sites_county,
        "责任清单": total.duty_lists_checked,
        "规章制度": total.rules_improved,
        "晨会": total.morning_meetings,
        "警示教育": total.warning_lessons,
        "应急演练": total.drills,
        "有奖举报": reward_text(lines),
        "危险作业": total.operations_attended,
        "日志": len(logs),
        "隐患": total.hazards,
        "已整改": total.hazards_closed,
        "重大隐患": total.major_hazards,
        "重大已整改": total.major_hazards_closed,
        "本月隐患": sum(
            first <= one.found_on <= last and postings.of_hazard(one) is not None for one in hazards
        ),
        "逾期": len(late),
        "帮扶事项": matters_text(ledgers, sites, first, last, "本月"),
        "驻点形式变动": _or_none(form_lines(instance, rows, ledgers, units, first, last), "变动"),
        "人员调整": _or_none(_people(instance, own, first, last), "调整"),
        "豁免和延长驻点": _or_none(
            exception_lines(instance, plan, own, sites, first, last), "豁免和延长"
        ),
        "未派驻到位的对象": _or_none(_shortages(instance, plan, first, last), "缺口"),
        "日志和台账核对": (
            _or_none(_gap_lines(gaps), "不符")
            if ledgers.work_logs
            else [
                "没有给出工作日志，未核对日志。",
                *_gap_lines(one for one in gaps if one.rule not in BY_LOGS),
            ]
        ),
    }


def matters_text(
    ledgers: Ledgers, sites: set[str], first: dt.date, last: dt.date, period: str
) -> str:
    """帮扶事项 of some days that are called ``period``: raised, settled, and open at their end
    (R08-1)."""
    own = [one for one in ledgers.support_matters if one.site_id in sites and one.raised_on <= last]
    raised = sum(one.raised_on >= first for one in own)
    settled = sum(one.closed_on is not None and first <= one.closed_on <= last for one in own)
    still = [one for one in own if is_open(one, last)]
    late = sum(is_overdue(one, last) for one in still)
    return f"{period}提出{raised}项，办结{settled}项；未办结{len(still)}项，其中逾期{late}项。"


def _or_none(lines: Iterable[str], what: str) -> list[str]:
    return list(lines) or [f"本月没有{what}。"]


def form_lines(
    instance: Instance,
    rows: Iterable[Stint],
    ledgers: Ledgers,
    units: Collection[str],
    first: dt.date,
    last: dt.date,
) -> Iterator[str]:
    """Changes of form of some units in some days, by the postings and by the ledger (R03-7); a unit
    that joins another's object is named."""
    names = Names(instance)
    for one in told_changes(instance, rows, ledgers, first, last):
        if one.department in units:
            joins = one.department != instance.site_by_id[one.site_id].department
            who = f"（{names.department(one.department)}）" if joins else ""
            why = f"，{one.reason}" if one.reason else ""
            yield (
                f"{names.site(one.site_id)}{who}自{month_day(one.day)}起由{one.before or '不驻点'}"
                f"改为{one.after or '不再驻点'}{why}。"
            )


def _people(
    instance: Instance, rows: Iterable[Stint], first: dt.date, last: dt.date
) -> Iterator[str]:
    """Who came, who went and who stays in another form, by day; all objects of one person in one
    line."""
    names = Names(instance)
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in moves(instance, rows, first, last):
        row = one.after or one.before
        assert row is not None
        what = "进驻" if one.before is None else "离开"
        how = str(row.form) + (f"，{row.nature}" if row.nature in NATURES_TOLD else "")
        if one.before is not None and one.after is not None:
            what, how = "仍驻", f"由{one.before.form}改为{row.form}"
        head = f"{month_day(one.day)}{names.short_person(row.inspector_id)}{what}"
        alike[head, how].append(names.site(row.site_id))
    for (head, how), sites in alike.items():
        yield f"{head}{'、'.join(sites)}（{how}）。"


def exception_lines(
    instance: Instance,
    plan: Plan,
    rows: Iterable[Stint],
    sites: set[str],
    first: dt.date,
    last: dt.date,
) -> Iterator[str]:
    """Overrides that postings of some days need, and extensions that hold in them."""
    names = Names(instance)
    ends = {(row.inspector_id, row.site_id, row.start): row.end for row in rows}
    for use in plan.overrides_used:
        end = ends.get((use.inspector_id, use.site_id, use.start))
        if use.start > last or (end is not None and end < first):
            continue
        given = next(
            (
                one
                for one in instance.overrides
                if one.names(use.rule, use.inspector_id, use.site_id)
            ),
            None,
        )
        allowed = (
            f"，{given.approver}于{date_in(last.year, given.approved_on)}批准" if given else ""
        )
        yield (
            f"豁免{use.rule}：{names.short_person(use.inspector_id)}驻"
            f"{names.site(use.site_id)}（{date_in(last.year, use.start)}起{allowed}）。"
        )
    for row in instance.extensions:
        if row.site_id in sites and row.approved_on <= last and row.until >= first:
            yield (
                f"延长驻点：{names.short_person(row.inspector_id)}在{names.site(row.site_id)}"
                f"延至{date_in(last.year, row.until)}，{row.matter}，{row.approver}于"
                f"{date_in(last.year, row.approved_on)}批准。"
            )


def shortage_lines(instance: Instance, plan: Plan, first: dt.date, last: dt.date) -> Iterator[str]:
    """Objects that are owed people in some days and have none; 派驻计划.xlsx says why. A plan of
    the rest of a round does not know of earlier ones."""
    names = Names(instance)
    whole = Round(name=plan.round, start=plan.round_start, end=plan.round_end).whole_start
    if max(first, whole) < plan.round_start:
        yield f"{month_day(plan.round_start)}以前的缺口见当时的计划，本计划自该日起。"
    for one in plan.shortages:
        if one.start <= last and one.end >= first:
            begin, end = max(one.start, first), min(one.end, last)
            yield (
                f"{names.site(one.site_id)}（{one.grade.label}，{one.score}分）"
                f"{month_day(begin)}至{month_day(end)}未派驻。"
            )


def _shortages(instance: Instance, plan: Plan, first: dt.date, last: dt.date) -> list[str]:
    """The first objects without people; the rest is counted: 未安排对象 names them all."""
    found = list(shortage_lines(instance, plan, first, last))
    rest = len(found) - SHORTAGES_SHOWN
    return [*found[:SHORTAGES_SHOWN], *([f"另有{rest}处。"] if rest > 0 else [])]


def _gap_lines(gaps: Iterable[Gap]) -> Iterator[str]:
    """How many findings there are of each kind, at how many objects."""
    sites: dict[str, list[str]] = defaultdict(list)
    for one in gaps:
        sites[GAPS.get(one.rule, OTHER_GAPS)].append(one.site_id)
    order = (*GAPS.values(), OTHER_GAPS)
    for what in sorted(sites, key=order.index):
        yield f"{what}{len(sites[what])}处，涉及{len(set(sites[what]))}个对象。"
