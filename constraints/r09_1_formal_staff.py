"""R09-1 · H* · 正式人员 / Formal staff only.

第(九)条 “原则上不得选派本单位非正式人员”. 行政编制, 参公事业, 事业编制 and 执法队伍 are formal
staff; 借调 people are formal elsewhere and need a row of 豁免. People who are there already are
not judged again.

Example: 劳务派遣: refused.

Days of a month: 替班人员 are formal staff as well.

Encoding: candidates; for days, there is a column for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseDayRule, Breach, PrincipleRule

FORMAL_TYPES = {"行政编制", "参公事业", "事业编制", "执法队伍"}


class FormalStaff(PrincipleRule, BaseDayRule):
    """正式人员."""

    article = Article(
        rule="R09-1",
        level="H*",
        clause="第(九)条",
        title="正式人员",
        title_en="Formal staff only",
        quote="原则上不得选派本单位非正式人员",
    )

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The first day of a newcomer who is no formal staff, at every site."""
        person = instance.inspector_by_id[candidate.inspector_id]
        if not candidate.running and not person.staff_type.formal:
            for site_id in candidate.site_ids:
                yield Breach(site_id, candidate.start, candidate.start)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Every new stint of somebody outside the four formal types."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        for stint in plan.stints:
            kind = instance.inspector_by_id[stint.inspector_id].staff_type
            new = (stint.inspector_id, stint.site_id, stint.start) not in running
            if new and kind.value not in FORMAL_TYPES:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(("人员性质", kind.value),),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Days of 替班人员 outside the four formal types."""
        for row in case.stand_ins(days):
            kind = case.instance.inspector_by_id[row.inspector_id].staff_type
            if kind.value not in FORMAL_TYPES:
                yield self.day_breach(row, (("人员性质", kind.value),))

    def explain_day(self, violation: Violation) -> str:
        """The same words for a 替班人员."""
        return self.explain(violation)

    def explain(self, violation: Violation) -> str:
        """Name the type."""
        return f"人员性质为{violation.fact('人员性质')}，不是本单位正式人员，原则上不得选派。"


RULE = FormalStaff()
