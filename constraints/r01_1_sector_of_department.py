"""R01-1 · H · 行业—部门对应 / Sector belongs to department.

第(一)条 names the sectors of each department; the mapping is data. A site's sector is one of the
dispatching unit's, and the inspector is on that unit's staff.

Example: 市能源局 (HY10a …) does not post to a site of HY08b.

Days of a month: a 替班人员 is on the staff of the unit that posts whom he stands in for.

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


class SectorOfDepartment(BaseRule, BaseDayRule):
    """行业—部门对应."""

    article = Article(
        rule="R01-1",
        level="H",
        clause="第(一)条",
        title="行业—部门对应",
        title_en="Sector belongs to department",
        quote="负责组织向非危险化学品生产的化工企业、民用爆炸物品生产销售企业派出人员驻点监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """The unit's own people at sites of the unit's sectors."""
        unit = instance.department_by_code[candidate.service.department]
        person = instance.inspector_by_id[candidate.inspector_id]
        sectors = {instance.site_by_id[one].sector for one in candidate.site_ids}
        return person.department == unit.code and sectors <= set(unit.sectors)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Look up unit, sector and person of every stint."""
        for stint in plan.stints:
            site = instance.site_by_id[stint.site_id]
            home = instance.inspector_by_id[stint.inspector_id].department
            covered = instance.department_by_code[stint.department].sectors
            if site.sector not in covered or home != stint.department:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(
                        ("行业", site.sector),
                        ("派出单位", stint.department),
                        ("人员单位", home),
                    ),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Rows of people who stand in for nobody of their own unit."""
        for row in case.stand_ins(days):
            home = case.instance.inspector_by_id[row.inspector_id].department
            units = {
                one.department
                for one in case.stints_at.get(row.site_id, ())
                for absence in case.instance.absences_of.get(one.inspector_id, ())
                if one.covers(row.day)
                and absence.start <= row.day <= absence.end
                and absence.substitute_id == row.inspector_id
            }
            if units and home not in units:
                yield self.day_breach(
                    row,
                    (
                        ("日期", row.day.isoformat()),
                        ("派出单位", "、".join(sorted(units))),
                        ("人员单位", home),
                    ),
                )

    def explain_day(self, violation: Violation) -> str:
        """Name both units."""
        fact = violation.fact
        return (
            f"{fact('日期')}的替班人员属于{fact('人员单位')}，"
            f"不是派出单位{fact('派出单位')}的人员。"
        )

    def explain(self, violation: Violation) -> str:
        """Name the sector, the unit and the person's own unit."""
        return (
            f"派出单位{violation.fact('派出单位')}不负责行业{violation.fact('行业')}，"
            f"或人员属于{violation.fact('人员单位')}，不是该单位人员。"
        )


RULE = SectorOfDepartment()
