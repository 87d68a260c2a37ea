"""R02-7 · H · 危大工程阶段在岗 / Presence during high-risk construction stages.

第(二)条 “建设项目危大工程施工阶段，作为驻点监督重点”.

At a project site the stints together cover every working day of each stage of scale 超规模 inside
the owed window, or a row of 未安排对象 explains the day. Ordinary 危大 stages are a warning of the
risk score, not judged here. Actual dates of a stage win over planned ones. A site that the plan
does not name at all is R02-3's, or another department's (R02-6).

Example: deep pit 2027-03-01 … 2027-03-12, stints until 2027-03-05 and from 2027-03-08: covered.

Encoding: none of its own. A site is served without a break (R05-3) or its dates are a shortage; so
the stages only weigh in the score by which the served part is chosen (R02-5).
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.clock import last_day
from planner.domain.coverage import (
    holes,
    planned_sites,
    shortage_spans,
    stints_by_site,
    working_part,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import SiteKind, StageScale
from planner.rule import Article, BaseRule


class HighRiskStages(BaseRule):
    """危大工程阶段在岗."""

    article = Article(
        rule="R02-7",
        level="H",
        clause="第(二)条",
        title="危大工程阶段在岗",
        title_en="Presence during high-risk construction stages",
        quote="建设项目危大工程施工阶段，作为驻点监督重点",
    )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Look for working days of 超规模 stages that neither a stint nor a shortage covers."""
        stints, explained = stints_by_site(plan), shortage_spans(plan)
        for site, (start, end) in planned_sites(instance, plan):
            named = site.id in stints or site.id in explained
            if site.kind is not SiteKind.PROJECT or not named:
                continue
            covered = [(one.start, last_day(one)) for one in stints.get(site.id, ())]
            covered += explained.get(site.id, ())
            for stage in instance.stages_of.get(site.id, ()):
                if stage.scale is not StageScale.OVERSIZE:
                    continue
                for hole in holes(covered, max(start, stage.start), min(end, stage.end)):
                    span = working_part(instance, hole)
                    if span is not None:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=site.id,
                            department=site.department,
                            start=span[0],
                            end=span[1],
                            facts=(
                                ("施工阶段", f"{stage.id} {stage.kind}"),
                                ("阶段起", stage.start.isoformat()),
                                ("阶段止", stage.end.isoformat()),
                                ("无人起", span[0].isoformat()),
                                ("无人止", span[1].isoformat()),
                                ("工作日", str(len(instance.calendar.workdays(*span)))),
                            ),
                        )

    def explain(self, violation: Violation) -> str:
        """Say which stage is without anybody on which days."""
        fact = violation.fact
        return (
            f"超规模危大工程阶段{fact('施工阶段')}（{fact('阶段起')}至{fact('阶段止')}）"
            f"在{fact('无人起')}至{fact('无人止')}的{fact('工作日')}个工作日无人驻点，"
            "也未列入未安排对象。"
        )


RULE = HighRiskStages()
