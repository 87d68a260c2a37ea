"""R09-2 · H* · 试用期内不选派 / Not during probation.

第(九)条 “原则上不得选派…试用期内新录用人员”. A stint starts after the end of probation: the
entered date, else one year after 录用日期. Without both it is 待核实 and refused.

Example: hired 2026-03-01, no date entered: may start on 2027-03-01, the day after 2027-02-28.

Days of a month: nobody stands in (替班) before that date either.

Encoding: candidates; for days, there is a column for nobody else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.tables import PROBATION_MONTHS, Inspector
from planner.rule import Article, BaseDayRule, Breach, PrincipleRule


class NoProbation(PrincipleRule, BaseDayRule):
    """试用期内不选派."""

    article = Article(
        rule="R09-2",
        level="H*",
        clause="第(九)条",
        title="试用期内不选派",
        title_en="Not during probation",
        quote="原则上不得选派本单位非正式人员、试用期内新录用人员",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The first day of a newcomer whose probation is not over by then, at every site."""
        if not candidate.running and not self._over(instance, candidate):
            for site_id in candidate.site_ids:
                yield Breach(site_id, candidate.start, candidate.start)

    def _over(self, instance: Instance, candidate: Candidate) -> bool:
        person = instance.inspector_by_id[candidate.inspector_id]
        if person.probation_end is not None:
            return candidate.start > person.probation_end
        return person.hire_date is not None and candidate.start >= add_months(
            person.hire_date, PROBATION_MONTHS
        )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Every new stint that starts on or before the last day of probation."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        for stint in plan.stints:
            if (stint.inspector_id, stint.site_id, stint.start) in running:
                continue
            last = _last_day(instance.inspector_by_id[stint.inspector_id])
            if last is None or stint.start <= last:
                shown = last.isoformat() if last else "待核实"
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(("试用期截止", shown), ("起始", stint.start.isoformat())),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Days of 替班人员 on or before the last day of probation."""
        for row in case.stand_ins(days):
            last = _last_day(case.instance.inspector_by_id[row.inspector_id])
            if last is None or row.day <= last:
                shown = last.isoformat() if last else "待核实"
                yield self.day_breach(row, (("试用期截止", shown), ("起始", row.day.isoformat())))

    def explain_day(self, violation: Violation) -> str:
        """The same words for a 替班人员."""
        return self.explain(violation)

    def explain(self, violation: Violation) -> str:
        """Name both dates."""
        return (
            f"试用期截止{violation.fact('试用期截止')}，{violation.fact('起始')}尚不得派驻"
            "（待核实的请补填录用日期或试用期截止）。"
        )


def _last_day(person: Inspector) -> dt.date | None:
    """For the checkers: the last day of probation; None where nothing is known of it."""
    if person.probation_end is None and person.hire_date is not None:
        return add_months(person.hire_date, PROBATION_MONTHS) - ONE_DAY
    return person.probation_end


RULE = NoProbation()
