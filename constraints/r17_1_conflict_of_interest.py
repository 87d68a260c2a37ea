"""R17-1 · H · 利益冲突回避 / Conflict of interest.

第(十七)条 and 公务员法第74、76条: nobody serves a site with which an active conflict is on
record, by site, credit code or corporation. The relation is confidential and never printed (L-5).

Example: conflict from 2027-03-01 on: a stint may end on 2027-02-28.

Days of a month: nobody stands in (替班) at such a site while the conflict lasts.

Encoding: candidates; for days, there is a column for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseDayRule, BaseRule


class ConflictOfInterest(BaseRule, BaseDayRule):
    """利益冲突回避."""

    article = Article(
        rule="R17-1",
        level="H",
        clause="第(十七)条",
        title="利益冲突回避",
        title_en="Conflict of interest",
        quote="严守“亲”“清”政商关系",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """No conflict on any day of the stint inside or after the round's start."""
        first = max(candidate.start, instance.round.start)
        for row in instance.conflicts_of.get(candidate.inspector_id, ()):
            if (row.start and row.start > candidate.end) or (row.end and row.end < first):
                continue
            if candidate.end >= first and any(
                row.concerns(instance.site_by_id[one]) for one in candidate.site_ids
            ):
                return False
        return True

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Join stints and conflicts; days before the round are not judged."""
        for stint in plan.stints:
            site = instance.site_by_id[stint.site_id]
            begin = max(stint.start, plan.round_start)
            finish = stint.end or plan.round_end
            for row in instance.conflicts_of.get(stint.inspector_id, ()):
                since = max(begin, row.start or begin)
                until = min(finish, row.end or finish)
                if since <= until and row.concerns(site):
                    yield Violation(
                        rule=self.article.rule,
                        site_id=stint.site_id,
                        inspector_id=stint.inspector_id,
                        department=stint.department,
                        start=stint.start,
                        end=stint.end,
                        facts=(("自", since.isoformat()),),
                    )
                    break

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Join days of 替班人员 and conflicts."""
        for row in case.stand_ins(days):
            site = case.instance.site_by_id[row.site_id]
            if any(
                one.concerns(site)
                and not (one.start and one.start > row.day)
                and not (one.end and one.end < row.day)
                for one in case.instance.conflicts_of.get(row.inspector_id, ())
            ):
                yield self.day_breach(row, (("日期", row.day.isoformat()),))

    def explain_day(self, violation: Violation) -> str:
        """Say that recusal holds, without the relation."""
        return f"替班人员{violation.fact('日期')}对该对象须回避，不得替班。"

    def explain(self, violation: Violation) -> str:
        """Say that recusal holds, without the relation."""
        return f"该人员自{violation.fact('自')}起对该对象须回避。"


RULE = ConflictOfInterest()
