"""R05-6 · H · 两个“原则上”冲突的处理 / When six months end in a frozen window.

第(五)条 “驻点监督人员原则上每半年轮换一次”, “原则上重点时段不轮换驻点人员”.

Where the nominal change date of a chain (first start + ``max_stint_months``), or the working day
on which people would change, lies in a freeze window of the object, the change is moved by a
fixed rule: to the last free working day before the window when the stint then lasts
``min_stint_months`` or more; otherwise to the first free working day after it, at most
``rotation_shift_tolerance_days`` late. Ending even earlier is always possible under R05-2.

The split with R05-1: this rule reports a change behind the window that comes later than the rule
allows, and an end up to the due day that leaves the change inside the window although it could
lie before it. Every other end after the due day is R05-1's. It is silent where a row of 延长驻点
reaches beyond the due day (R05-9), where the change was overdue before the round (R05-1), and
where a row of 豁免 lifts R05-1 for the days too many or R05-5 for the change date, because then
the two rules do not conflict.

Example: in place since 2026-08-03, 春节 window 2027-01-18 … 2027-02-20: the change date 2027-02-03
moves to Friday 2027-01-15, so the last day is 2027-01-14.

Encoding: none; the clock of a candidate is known before the model.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from planner.domain.calendar import ONE_DAY
from planner.domain.clock import (
    OPEN_END,
    HalfYear,
    chains_of,
    clock_start,
    extensions_beyond,
    half_year,
)
from planner.domain.deadline import Shift, deadline
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseRule


class FrozenDueDate(BaseRule):
    """两个“原则上”冲突的处理."""

    article = Article(
        rule="R05-6",
        level="H",
        clause="第(五)条",
        title="两个“原则上”冲突的处理",
        title_en="When six months end in a frozen window",
        quote="原则上重点时段不轮换驻点人员",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse an end that the fixed rule does not allow at one of the sites."""
        person, start = candidate.inspector_id, candidate.start
        for site_id in candidate.site_ids:
            first = clock_start(instance, person, site_id, start)
            limit = deadline(instance, person, site_id, first)
            refused = {
                Shift.BEFORE: limit.last < candidate.end <= limit.due,
                Shift.BEHIND: limit.last < candidate.end,
            }.get(limit.shift, False)
            if (
                refused
                and not limit.extensions
                and not instance.lifted(
                    "R05-1", person, site_id, limit.last + ONE_DAY, candidate.end
                )
            ):
                return False
        return True

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Compare the last day of every chain that falls due in a freeze window."""
        for chain in chains_of(instance, plan):
            person, site_id, start = chain.inspector_id, chain.site_id, chain.newest.start
            half = half_year(instance, person, site_id, chain.first)
            if not _breaks(half, chain.last):
                continue
            late = half.latest_day + ONE_DAY
            if instance.lifted("R05-1", person, site_id, late, chain.last):
                continue
            if extensions_beyond(instance, person, site_id, half.due_day):
                continue
            yield Violation(
                rule=self.article.rule,
                site_id=site_id,
                inspector_id=person,
                department=chain.newest.department,
                start=start,
                end=chain.newest.end,
                facts=(
                    ("起算", chain.first.isoformat()),
                    ("应换日期", half.change.isoformat()),
                    ("调整", "顺延" if half.moved_behind else "提前"),
                    ("最迟更换", (half.latest_day + ONE_DAY).isoformat()),
                    ("结束", "未填" if chain.last == OPEN_END else chain.last.isoformat()),
                ),
            )

    def explain(self, violation: Violation) -> str:
        """Say when the change falls due, which way it moves and how far."""
        fact = violation.fact
        return (
            f"自{fact('起算')}起满半年应于{fact('应换日期')}更换，该日处于重点时段，"
            f"按规则{fact('调整')}，最迟于{fact('最迟更换')}更换，计划结束日期为{fact('结束')}。"
        )


def _breaks(half: HalfYear, last: dt.date) -> bool:
    if half.overdue or not half.shifted:
        return False
    return half.latest_day < last and (half.moved_behind or last <= half.due_day)


RULE = FrozenDueDate()
