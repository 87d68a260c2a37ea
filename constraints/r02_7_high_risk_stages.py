"""R02-7 · H · 危大工程阶段在岗 / Presence during high-risk construction stages.

第(二)条 “建设项目危大工程施工阶段，作为驻点监督重点”.

At a project site the stints together cover every working day of each stage of scale 超规模 inside
the owed window, or a row of 未安排对象 explains the day. Actual dates of a stage win over planned
ones. A site that the plan does not name at all is R02-3's, or another department's (R02-6).

When people are short, a working day of a 超规模 stage without anybody costs as much as a day at an
一级 object of 100 points, whatever the grade of the project; a day of an ordinary 危大 stage is
counted as a goal, once it is settled which objects are served for how long.

Example: deep pit 2027-03-01 … 2027-03-12, stints until 2027-03-05 and from 2027-03-08: covered.

Encoding: the begin and end columns of the services carry the stage days before them.

Days of a month: on every working day of a 超规模 stage somebody is at a project that 蹲守 serves;
under other forms the days of stages are a goal (R04-2).

Encoding for days: per day Σ presence + missing ≥ 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.clock import last_day
from planner.domain.coverage import (
    holes,
    planned_sites,
    shortage_spans,
    stints_by_site,
    working_part,
)
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import Form, SiteKind, StageScale
from planner.rule import Article, BaseDayRule, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel

OVERSIZE_DAY = 1000
"""R02-5 counts a day of an object of 100 points in the preferred form as 100 × 10 tenths."""


class HighRiskStages(BaseRule, BaseDayRule):
    """危大工程阶段在岗."""

    article = Article(
        rule="R02-7",
        level="H",
        clause="第(二)条",
        title="危大工程阶段在岗",
        title_en="Presence during high-risk construction stages",
        quote="建设项目危大工程施工阶段，作为驻点监督重点",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Days of 超规模 stages before anything else, days of ordinary 危大 stages as a goal."""
        terms: dict[StageScale, list[tuple[int, int]]] = {scale: [] for scale in StageScale}
        constants = dict.fromkeys(StageScale, 0)
        for site_id in sorted({one for service in model.services for one in service.site_ids}):
            for scale, days in _stage_days(model.instance, site_id).items():
                constants[scale] += len(days)
                for service in model.services:
                    if site_id not in service.site_ids:
                        continue
                    for sign, columns in ((1, model.begins(service)), (-1, model.ends(service))):
                        terms[scale] += [
                            (column, sign * sum(one < day for one in days))
                            for day, column in columns.items()
                        ]
        oversize, ordinary = StageScale.OVERSIZE, StageScale.HIGH_RISK
        return (
            Penalty(
                "oversize_stage_days",
                "超规模危大工程阶段无人驻点",
                Tier.SERVED_FIRST,
                OVERSIZE_DAY,
                "工作日",
                tuple(terms[oversize]),
                constants[oversize],
            ),
            Penalty(
                "high_risk_stage_days",
                "危大工程阶段无人驻点",
                Tier.QUALITY,
                1,
                "工作日",
                tuple(terms[ordinary]),
                constants[ordinary],
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Working days of the stages on which no stint covers the project."""
        stints, explained = stints_by_site(plan), shortage_spans(plan)
        open_days: dict[StageScale, int] = dict.fromkeys(StageScale, 0)
        for site, (start, end) in planned_sites(instance, plan):
            if site.kind is not SiteKind.PROJECT or not (site.id in stints or site.id in explained):
                continue
            covered = [(one.start, last_day(one)) for one in stints.get(site.id, ())]
            bare: dict[StageScale, set[dt.date]] = {scale: set() for scale in StageScale}
            oversize: set[dt.date] = set()
            for stage in instance.stages_of.get(site.id, ()):
                first, last = max(start, stage.start), min(end, stage.end)
                for hole in holes(covered, first, last):
                    bare[stage.scale].update(instance.calendar.workdays(*hole))
                if stage.scale is StageScale.OVERSIZE:
                    oversize.update(instance.calendar.workdays(first, last))
            open_days[StageScale.OVERSIZE] += len(bare[StageScale.OVERSIZE])
            open_days[StageScale.HIGH_RISK] += len(bare[StageScale.HIGH_RISK] - oversize)
        return {
            "oversize_stage_days": open_days[StageScale.OVERSIZE],
            "high_risk_stage_days": open_days[StageScale.HIGH_RISK],
        }

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

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Somebody on every working day of a 超规模 stage."""
        case = model.case
        for site_id, stints in case.stints_at.items():
            if model.instance.site_by_id[site_id].kind is not SiteKind.PROJECT:
                continue
            for day in case.workdays:
                held = any(one.form is Form.RESIDENT and one.covers(day) for one in stints)
                staged = any(
                    one.scale is StageScale.OVERSIZE and one.start <= day <= one.end
                    for one in model.instance.stages_of.get(site_id, ())
                )
                if held and staged and day >= case.since:
                    model.want(
                        self.article,
                        f"{site_id} {day}",
                        model.anyone(site_id, day),
                        1,
                        model.weight(site_id),
                    )

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Working days of 超规模 stages without anybody, per project."""
        for site_id, stints in case.stints_at.items():
            if case.instance.site_by_id[site_id].kind is not SiteKind.PROJECT:
                continue
            bare: set[dt.date] = set()
            for stage in case.instance.stages_of.get(site_id, ()):
                if stage.scale is StageScale.OVERSIZE:
                    for stint in stints:
                        first = max(case.first_of(stint), stage.start, case.since)
                        last = min(case.last_of(stint), stage.end)
                        if stint.form is Form.RESIDENT and first <= last:
                            bare.update(case.instance.calendar.workdays(first, last))
            bare = {day for day in bare if not days.people_at(site_id, day)}
            if bare:
                yield DayShortage(
                    rule=self.article.rule,
                    department=stints[0].department,
                    site_id=site_id,
                    start=min(bare),
                    end=max(bare),
                    missing=len(bare),
                )

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Working days without anybody."""
        return f"超规模危大工程阶段有{shortage.missing}个工作日无人"


def _stage_days(instance: Instance, site_id: str) -> Mapping[StageScale, Sequence[dt.date]]:
    """Owed working days of a project on which a stage runs, each under its greatest scale."""
    site = instance.site_by_id[site_id]
    owed = instance.owed_window(site)
    if site.kind is not SiteKind.PROJECT or owed is None:
        return {}
    found: dict[dt.date, StageScale] = {}
    for scale in (StageScale.HIGH_RISK, StageScale.OVERSIZE):
        for stage in instance.stages_of.get(site_id, ()):
            if stage.scale is scale:
                first, last = max(owed[0], stage.start), min(owed[1], stage.end)
                found.update(dict.fromkeys(instance.calendar.workdays(first, last), scale))
    days = {scale: [day for day in found if found[day] is scale] for scale in StageScale}
    return {scale: found_days for scale, found_days in days.items() if found_days}


RULE = HighRiskStages()
