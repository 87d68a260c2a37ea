"""R10-1 · H · 先培训后进驻 / Train before entry.

第(十)条 “驻点监督人员进驻企业前…开展业务培训”. For every sector of the sites there is a training
of the person that ended before the first day and at most ``training_valid_months`` earlier, not
failed, with none of the three contents missing. A planned training counts (settled reading 7).

Example: trained until 2027-01-10: may start on 2027-01-11, not on 2027-01-10.

Days of a month: so are 替班人员, for each date on which they stand in.

Encoding: candidates; for days, there is a column for nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from planner.domain.calendar import add_months
from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseDayRule, BaseRule


class TrainingFirst(BaseRule, BaseDayRule):
    """先培训后进驻."""

    article = Article(
        rule="R10-1",
        level="H",
        clause="第(十)条",
        title="先培训后进驻",
        title_en="Train before entry",
        quote="驻点监督人员进驻企业前，各级驻点监督派出单位要通过集中培训、聘请专家授课等形式开展业务培训",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """A valid training in every sector."""
        if candidate.running:
            return True
        oldest = add_months(candidate.start, -instance.policy.training_valid_months)
        valid: set[str] = set()
        for row in instance.trainings_of.get(candidate.inspector_id, ()):
            complete = False not in (row.passed, row.task_list, row.measures, row.hazard_criteria)
            if complete and oldest <= row.end < candidate.start:
                valid.update(row.sectors)
        return all(instance.site_by_id[one].sector in valid for one in candidate.site_ids)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Look for the training of every new stint."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        for stint in plan.stints:
            if (stint.inspector_id, stint.site_id, stint.start) in running:
                continue
            facts = _lacking(instance, stint.inspector_id, stint.site_id, stint.start)
            if facts:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=facts,
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Look for the training of every day of 替班人员."""
        for row in case.stand_ins(days):
            facts = _lacking(case.instance, row.inspector_id, row.site_id, row.day)
            if facts:
                yield self.day_breach(row, facts)

    def explain_day(self, violation: Violation) -> str:
        """The same words for a 替班人员."""
        return self.explain(violation)

    def explain(self, violation: Violation) -> str:
        """Name the sector, the newest training and the entry."""
        return (
            f"{violation.fact('进驻')}进驻前没有行业{violation.fact('行业')}的有效培训"
            f"（最近：{violation.fact('最近有效培训')}）。"
        )


def _lacking(
    instance: Instance, inspector_id: str, site_id: str, entry: dt.date
) -> tuple[tuple[str, str], ...]:
    """For the checkers: the facts where no training is valid on the day of entry, else none."""
    sector = instance.site_by_id[site_id].sector
    ends = [
        row.end
        for row in instance.trainings_of.get(inspector_id, ())
        if sector in row.sectors
        and row.passed is not False
        and row.task_list is not False
        and row.measures is not False
        and row.hazard_criteria is not False
    ]
    first = add_months(entry, -instance.policy.training_valid_months)
    if any(first <= end < entry for end in ends):
        return ()
    newest = max(ends).isoformat() if ends else "无"
    return ("行业", sector), ("最近有效培训", newest), ("进驻", entry.isoformat())


RULE = TrainingFirst()
