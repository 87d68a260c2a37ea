"""R09-2 · H* · 试用期内不选派 / Not during probation.

第(九)条 “原则上不得选派…试用期内新录用人员”. A stint starts after the end of probation: the
entered date, else one year after 录用日期. Without both it is 待核实 and refused.

Example: hired 2026-03-01, no date entered: may start on 2027-03-01, the day after 2027-02-28.

Encoding: candidates only.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, Breach, PrincipleRule

PROBATION_MONTHS = 12


class NoProbation(PrincipleRule):
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
            person = instance.inspector_by_id[stint.inspector_id]
            last = person.probation_end
            if last is None and person.hire_date is not None:
                last = add_months(person.hire_date, PROBATION_MONTHS) - ONE_DAY
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

    def explain(self, violation: Violation) -> str:
        """Name both dates."""
        return (
            f"试用期截止{violation.fact('试用期截止')}，{violation.fact('起始')}尚不得派驻"
            "（待核实的请补填录用日期或试用期截止）。"
        )


RULE = NoProbation()
