"""R01-3 · H · 分级 / Level of jurisdiction.

第(一)条 “分级分类”的原则: a site has one responsible level; a unit of another level serves it only
with a row of 联合驻点.

Example: a county bureau at a city-level site without 联合驻点: refused.

Encoding: candidates only.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseRule


class LevelOfJurisdiction(BaseRule):
    """分级."""

    article = Article(
        rule="R01-3",
        level="H",
        clause="第(一)条",
        title="分级",
        title_en="Level of jurisdiction",
        quote="分级分类",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Same level, or a joint posting that names the unit."""
        code = candidate.service.department
        level = instance.department_by_code[code].level
        for site_id in candidate.site_ids:
            joint = any(
                row.site_id == site_id and code in row.departments
                for row in instance.joint_postings
            )
            if instance.site_by_id[site_id].level is not level and not joint:
                return False
        return True

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Compare levels of unit and site."""
        joint = {(row.site_id, one) for row in instance.joint_postings for one in row.departments}
        for stint in plan.stints:
            mine = instance.department_by_code[stint.department].level
            theirs = instance.site_by_id[stint.site_id].level
            if mine != theirs and (stint.site_id, stint.department) not in joint:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(("对象层级", theirs.value), ("单位层级", mine.value)),
                )

    def explain(self, violation: Violation) -> str:
        """Name both levels."""
        return (
            f"对象由{violation.fact('对象层级')}级管辖，{violation.fact('单位层级')}级单位派驻"
            "须登记联合驻点。"
        )


RULE = LevelOfJurisdiction()
