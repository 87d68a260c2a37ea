"""季度会商材料 (R14-1): coverage, shortages, hazards, exceptions and the next list of a quarter."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence

from planner.domain.calendar import ONE_DAY, add_months, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.ledgers import HazardLevel, Ledgers, is_overdue
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form, Grade, ListAction
from planner.monthly.reminders import reminders
from planner.reports.labels import Names, chinese_date, date_in, month_day, owner_title
from planner.reports.month_text import (
    exception_lines,
    form_lines,
    matters_text,
    shortage_lines,
)
from planner.reports.papers import Values
from planner.reports.site_list import quarter_title


def consultation(
    instance: Instance,
    plan: Plan,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    quarter: str,
    until: dt.date,
) -> Values:
    """The fields of the paper for the units of a plan; what lies after ``until`` is not told as
    done."""
    units = plan.departments
    first = quarter_start(quarter)
    last = min(add_months(first, 3) - ONE_DAY, until)
    sites = {site.id for site in instance.sites if site.department in units}
    own = [row for row in rows if row.department in units]
    exceptions = [
        *exception_lines(instance, plan, own, sites, first, last),
        *form_lines(instance, rows, ledgers, units, first, last),
        *_early(instance, plan, first, last),
    ]
    return {
        "单位": owner_title(instance, units),
        "季度": quarter_title(quarter),
        "截至": chinese_date(last),
        "覆盖": _coverage(instance, plan, last),
        "人力缺口": list(shortage_lines(instance, plan, first, last)) or ["没有缺口。"],
        "隐患情况": list(_hazards(instance, ledgers, sites, first, last)),
        "帮扶事项": [matters_text(ledgers, sites, first, last, "本季度")],
        "例外事项": exceptions or ["没有动用豁免、延长驻点、变动形式或提前轮换。"],
        "下季度名单": list(_next_list(instance, units, first)),
        "问题": _questions(instance, rows, ledgers, units, first, last) or ["台账和计划没有提示。"],
    }


def _coverage(instance: Instance, plan: Plan, day: dt.date) -> list[dict[str, str | int]]:
    """Objects of each grade by the form in which they are served on a day of the round."""
    day = min(max(day, instance.round.start), instance.round.end)
    forms = {row.site_id: row.form for row in plan.stints if row.covers(day)}
    found: dict[Grade, Counter[Form | None]] = {grade: Counter() for grade in Grade}
    for site in instance.sites:
        rating, window = instance.rating_by_site.get(site.id), instance.owed_window(site)
        if site.department not in plan.departments or rating is None or window is None:
            continue
        if window[0] <= day <= window[1] and instance.may_be_stationed(site):
            found[rating.grade][forms.get(site.id)] += 1
    return [
        {
            "等级": grade.label,
            "应派": counts.total(),
            "蹲守": counts[Form.RESIDENT],
            "流动": counts[Form.MOBILE],
            "定期": counts[Form.REGULAR],
            "未派": counts[None],
        }
        for grade, counts in found.items()
        if counts
    ]


def _hazards(
    instance: Instance, ledgers: Ledgers, sites: set[str], first: dt.date, last: dt.date
) -> Iterator[str]:
    own = [one for one in ledgers.hazards if one.site_id in sites and one.found_on <= last]
    now = [one for one in own if one.found_on >= first]
    closed = [one for one in now if one.closed_on is not None and one.closed_on <= last]
    major = [one for one in now if one.level is HazardLevel.MAJOR]
    yield (
        f"本季度发现隐患{len(now)}项，已整改{len(closed)}项；其中重大事故隐患{len(major)}项，"
        f"已整改{sum(one in closed for one in major)}项。"
    )
    by_sector = Counter(
        instance.sector_by_code[instance.site_by_id[one.site_id].sector].name for one in now
    )
    if by_sector:
        told = "、".join(f"{name}{number}项" for name, number in by_sector.most_common())
        yield f"按行业：{told}。"
    names = Names(instance)
    for one in own:
        if one.deadline is not None and is_overdue(one, last):
            yield (
                f"逾期未销号：{names.site(one.site_id)} {one.id}，应于"
                f"{date_in(last.year, one.deadline)}前整改。"
            )


def _early(instance: Instance, plan: Plan, first: dt.date, last: dt.date) -> Iterator[str]:
    """Running postings that the plan ends before they are due."""
    names = Names(instance)
    for one in plan.changes:
        if first <= one.new_end <= last:
            yield (
                f"提前轮换：{names.short_person(one.inspector_id)}在{names.site(one.site_id)}"
                f"由{date_in(last.year, one.due)}提前到{month_day(one.new_end)}，"
                f"{one.reason.rstrip('。')}。"
            )


def _next_list(instance: Instance, units: Sequence[str], first: dt.date) -> Iterator[str]:
    quarter = quarter_of(add_months(first, 3))
    rows = [
        row for row in instance.list_items if row.quarter == quarter and row.department in units
    ]
    if not rows:
        yield f"{quarter_title(quarter)}名单尚未研判。"
        return
    counts = Counter(row.action for row in rows)
    told = "、".join(f"{action.value}{counts[action]}个" for action in ListAction)
    yield f"{quarter_title(quarter)}名单：{told}。"
    names = Names(instance)
    for row in rows:
        if row.action is not ListAction.KEEP:
            why = f"：{row.own_reason}" if row.own_reason else ""
            yield f"{row.action.value} {names.site(row.site_id)}{why}。"


def _questions(
    instance: Instance,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    units: Sequence[str],
    first: dt.date,
    last: dt.date,
) -> list[str]:
    """What the reminders of the quarter ask for, each rule once."""
    found = reminders(instance, rows, ledgers, units, first, last)
    counts = Counter(one.rule for one in found)
    examples = {one.rule: one for one in reversed(found)}
    names = Names(instance)
    lines = []
    for rule, number in sorted(counts.items()):
        one = examples[rule]
        where = f"{names.site(one.site_id)}，" if one.site_id else ""
        more = f"等{number}处" if number > 1 else ""
        lines.append(f"{where}{one.text}{more}（{rule}）。")
    return lines
