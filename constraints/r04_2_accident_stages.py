"""R04-2 · S · 事故易发阶段加强 / Accident-prone stages.

第(四)条 “聚焦基坑施工、高空作业、复工复产、极端天气等事故易发阶段”.

Days of a month: at objects that 定期 or 流动 serves, each working day that lies in a construction
stage, in a 天气预警 of its place or in a key period of the kind 事故易发, and on which nobody
comes, is counted.

Example: stage 2027-03-01 … 03-12, ten working days, the 定期 week falls on five of them: 5.

Encoding: per day 1 − somebody there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

ACCIDENT_PRONE = "事故易发"


class AccidentStages(BaseDayRule):
    """事故易发阶段加强."""

    article = Article(
        rule="R04-2",
        level="S",
        clause="第(四)条",
        title="事故易发阶段加强",
        title_en="Accident-prone stages",
        quote="聚焦基坑施工、高空作业、复工复产、极端天气等事故易发阶段",
    )

    def post_days(self, model: DayModel) -> None:
        """Days of stages and warnings without anybody."""
        case, terms, constant = model.case, list[tuple[int, int]](), 0
        for site_id, stints in case.stints_at.items():
            site = model.instance.site_by_id[site_id]
            for day in case.workdays:
                forms = {one.form for one in stints if one.covers(day)}
                if forms and Form.RESIDENT not in forms and _prone(case, site, day):
                    constant += 1
                    terms += [(column, -1) for column, _ in model.present(site_id, day)]
        model.pay(
            "prone_days", "事故易发日无人", model.instance.policy.weight_stage_day, "天", terms,
            constant=constant,
        )  # fmt: skip

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Recount from the rows."""
        count = 0
        for site_id, stints in case.stints_at.items():
            site = case.instance.site_by_id[site_id]
            spans = [(one.start, one.end) for one in case.instance.stages_of.get(site_id, ())]
            spans += [
                (one.start, one.end)
                for one in case.instance.key_periods
                if one.kind == ACCIDENT_PRONE
                and one.boost_coverage
                and one.applies_to(site.county, site.sector, site.id)
            ]
            spans += [
                (one.start, one.end)
                for one in case.data.alerts
                if {"全市", site.county, site.sector, site.id} & set(one.scope)
            ]
            prone = {day for first, last in spans for day in case.workdays if first <= day <= last}
            for day in prone:
                forms = [one.form for one in stints if one.covers(day)]
                served = bool(forms) and Form.RESIDENT not in forms
                count += served and not days.people_at(site_id, day)
        return {"prone_days": count}


def _prone(case: MonthCase, site: Site, day: dt.date) -> bool:
    """For the encoding: whether accidents are to be feared there on the date."""
    scope = {"全市", site.county, site.sector, site.id}
    return (
        any(one.start <= day <= one.end for one in case.instance.stages_of.get(site.id, ()))
        or any(one.start <= day <= one.end and scope & set(one.scope) for one in case.data.alerts)
        or any(
            one.start <= day <= one.end
            and one.boost_coverage
            and one.kind == ACCIDENT_PRONE
            and scope & set(one.scope)
            for one in case.instance.key_periods
        )
    )


RULE = AccidentStages()
