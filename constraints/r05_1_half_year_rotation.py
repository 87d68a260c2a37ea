"""R05-1 · H* · 每半年轮换一次 / Rotate every six months.

第(五)条 “驻点监督人员原则上每半年轮换一次”.

The chain of one person at one object (stints with less than ``cool_off_months`` between, history
included, whatever the form) ends by its first start + ``max_stint_months`` − 1 day, the due day.

Exceptions: (a) the due change date lies in a freeze window and R05-6 moves it behind the window;
how far is judged by R05-6. (b) A row of 延长驻点 reaches beyond the due day; whether it is long
enough and in order is judged by R05-9. (c) The change was overdue before the round began; then the
person must be gone on the first free working day of the round.

The split with R05-6: this rule reports an end after the due day, unless the freeze window leaves
no choice but a late change. R05-6 reports such a change that comes too late, and an end before the
due day that leaves the change inside the window.

Example: in place since 2026-09-14: due day 2027-03-13.

Encoding: the clock of a candidate is known before the model, that of a running holder's own
follow-up included. That newcomers do not follow themselves: per person and service of which two
columns do not overlap, Σ columns ≤ 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import (
    OPEN_END,
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
from planner.rule import Article, Breach, PrincipleRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn


class HalfYearRotation(PrincipleRule):
    """每半年轮换一次."""

    article = Article(
        rule="R05-1",
        level="H*",
        clause="第(五)条",
        title="每半年轮换一次",
        title_en="Rotate every six months",
        quote="驻点监督人员原则上每半年轮换一次",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The days beyond the half-year of the chain at each of the sites."""
        person = candidate.inspector_id
        for site_id in candidate.site_ids:
            first = clock_start(instance, person, site_id, candidate.start)
            if candidate.end < add_months(first, instance.policy.max_stint_months):
                continue
            limit = deadline(instance, person, site_id, first)
            if limit.shift is Shift.BEHIND or limit.extensions:
                continue
            allowed = limit.last if limit.shift is Shift.OVERDUE else limit.due
            if candidate.end > allowed:
                yield Breach(site_id, max(allowed + ONE_DAY, candidate.start), candidate.end)

    def post(self, model: PlanModel) -> None:
        """One stint of a person per service: a second one would go on with the same clock. Two on
        one date are R03-5."""
        for service in model.services:
            mine: dict[str, list[StintColumn]] = defaultdict(list)
            for one in model.stints_of_service[service.id]:
                if one.in_flow:
                    mine[one.candidate.inspector_id].append(one)
            for person, columns in mine.items():
                if max(one.first for one in columns) >= min(one.candidate.until for one in columns):
                    terms = [(one.index, 1) for one in columns]
                    model.row(self.article.rule, f"{person} {service.id}", terms, upper=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Compare the last day of every chain with its due day."""
        for chain in chains_of(instance, plan):
            person, site_id = chain.inspector_id, chain.site_id
            half = half_year(instance, person, site_id, chain.first)
            allowed = half.latest_day if half.overdue else half.due_day
            if half.moved_behind or chain.last <= allowed:
                continue
            if extensions_beyond(instance, person, site_id, half.due_day):
                continue
            open_ended = chain.last == OPEN_END
            yield Violation(
                rule=self.article.rule,
                site_id=site_id,
                inspector_id=person,
                department=chain.newest.department,
                start=chain.newest.start,
                end=chain.newest.end,
                breach=(max(allowed + ONE_DAY, chain.newest.start), chain.last),
                facts=(
                    ("起算", chain.first.isoformat()),
                    ("到期", half.due_day.isoformat()),
                    ("最迟", allowed.isoformat()),
                    ("结束", "未填" if open_ended else chain.last.isoformat()),
                    ("超期天数", "不定" if open_ended else str((chain.last - allowed).days)),
                ),
            )

    def explain(self, violation: Violation) -> str:
        """Say since when, until when and how many days too long."""
        fact = violation.fact
        return (
            f"自{fact('起算')}起在该对象连续驻点，{fact('到期')}满半年，最迟应于{fact('最迟')}结束，"
            f"计划结束日期为{fact('结束')}，超期天数{fact('超期天数')}，也无延长驻点记录。"
        )


RULE = HalfYearRotation()
