"""R03-4 · H · 派驻期间脱钩 / Released from the original post.

第(三)条 “蹲守驻点、流动驻点人员派驻期间与原工作脱钩”. The form is one that the person may take
(可担任形式), the person is not 停派, may go underground at coal mines, and every day of the stint
inside the round lies within 可投入起止 and before 预计退休调离日期. Long assignments elsewhere
are absences, judged by R05-3; other postings by R03-5.

Example: 可投入止 2027-05-31: a stint may end on 2027-05-31.

Days of a month: a 替班人员 is not 停派, may go underground at coal mines, and each of the days lies
within 可投入起止 and before 预计退休调离日期. 可担任形式 is not asked: who stands in for a few days
is not released for it.

Encoding: candidates; for days, there is a column for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.terms import AppraisalFlag
from planner.rule import Article, BaseDayRule, BaseRule


class Released(BaseRule, BaseDayRule):
    """派驻期间脱钩."""

    article = Article(
        rule="R03-4",
        level="H",
        clause="第(三)条",
        title="派驻期间脱钩",
        title_en="Released from the original post",
        quote="蹲守驻点、流动驻点人员派驻期间与原工作脱钩",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Form, fitness and dates of the person."""
        person = instance.inspector_by_id[candidate.inspector_id]
        if candidate.running:
            first = max(candidate.start, instance.round.start)
        else:
            first = candidate.start
            coal = any(
                instance.sector_by_code[instance.site_by_id[one].sector].coal
                for one in candidate.site_ids
            )
            if candidate.form not in person.forms or (coal and not person.underground_ok):
                return False
            if person.appraisal is AppraisalFlag.SUSPENDED or first < person.available_from:
                return False
        if candidate.end < first:
            return True
        gone = person.leaves_on is not None and candidate.end >= person.leaves_on
        return candidate.end <= person.available_to and not gone

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Form, fitness and dates of every stint."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        for stint in plan.stints:
            person = instance.inspector_by_id[stint.inspector_id]
            known = (stint.inspector_id, stint.site_id, stint.start) in running
            last = stint.end or plan.round_end
            reasons = []
            if not known:
                if stint.form not in person.forms:
                    reasons.append(f"不担任{stint.form.value}")
                if person.appraisal is AppraisalFlag.SUSPENDED:
                    reasons.append("已停派")
                sector = instance.site_by_id[stint.site_id].sector
                if instance.sector_by_code[sector].coal and not person.underground_ok:
                    reasons.append("不能入井")
                if stint.start < person.available_from:
                    reasons.append(f"{person.available_from.isoformat()}起才可投入")
            if last >= plan.round_start:
                if last > person.available_to:
                    reasons.append(f"可投入至{person.available_to.isoformat()}")
                if person.leaves_on is not None and last >= person.leaves_on:
                    reasons.append(f"{person.leaves_on.isoformat()}退休或调离")
            if reasons:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(("原因", "、".join(reasons)),),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Fitness and dates of 替班人员."""
        sectors, sites = case.instance.sector_by_code, case.instance.site_by_id
        for row in case.stand_ins(days):
            person = case.instance.inspector_by_id[row.inspector_id]
            leaves, coal = person.leaves_on, sectors[sites[row.site_id].sector].coal
            reasons = {
                "已停派": person.appraisal is AppraisalFlag.SUSPENDED,
                "不能入井": coal and not person.underground_ok,
                f"{person.available_from}起才可投入": row.day < person.available_from,
                f"可投入至{person.available_to}": row.day > person.available_to,
                f"{leaves}退休或调离": bool(leaves and leaves <= row.day),
            }
            if any(reasons.values()):
                yield self.day_breach(
                    row, (("原因", "、".join(why for why, holds in reasons.items() if holds)),)
                )

    def explain_day(self, violation: Violation) -> str:
        """List the reasons for a 替班人员."""
        return f"该人员不能替班：{violation.fact('原因')}。"

    def explain(self, violation: Violation) -> str:
        """List the reasons."""
        return f"该人员不能如此派驻：{violation.fact('原因')}。"


RULE = Released()
