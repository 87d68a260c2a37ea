"""R16-1 · H · 专家不得代替 / Experts may not stand in.

第(十六)条 “驻点监督人员不得委托专家代替开展驻点监督工作”.

Days of a month: a row stands for somebody whom the half-year plan posts at the object on that date,
or whom 请假与任务 names as 替班人员 of such a person; nobody else counts. Where 专家服务 is agreed,
one of them is there.

Example: experts at O1 on 2027-03-10, and nobody posted comes: one missing.

Encoding: there is a column for nobody else; Σ presence + missing ≥ 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.day_plan import AppointmentKind, DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel


class NoExpertsInstead(BaseDayRule):
    """专家不得代替."""

    article = Article(
        rule="R16-1",
        level="H",
        clause="第(十六)条",
        title="专家不得代替",
        title_en="Experts may not stand in",
        quote="驻点监督人员不得委托专家代替开展驻点监督工作",
    )

    def post_days(self, model: DayModel) -> None:
        """Somebody of us beside the experts."""
        case = model.case
        visits = {
            (one.site_id, one.day)
            for one in case.data.appointments
            if one.kind is AppointmentKind.EXPERT
        }
        for site_id, day in sorted(visits):
            posted = any(one.covers(day) for one in case.stints_at.get(site_id, ()))
            if posted and max(case.first, case.since) <= day <= case.last:
                anyone = model.anyone(site_id, day)
                model.want(self.article, f"{site_id} {day}", anyone, 1, model.weight(site_id))

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Rows of people who are neither posted there nor named as 替班人员."""
        for row in days.rows:
            if row.day < case.since or not row.site_id:
                continue
            posted = {
                one.inspector_id
                for one in case.stints_at.get(row.site_id, ())
                if one.covers(row.day)
            }
            named = {
                absence.substitute_id
                for absence in case.instance.absences
                if absence.inspector_id in posted
                and not absence.half_day
                and absence.start <= row.day <= absence.end
            }
            if row.inspector_id not in posted | named or row.day > case.last:
                yield self.day_breach(row, (("日期", row.day.isoformat()),))

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Visits of experts without anybody of us."""
        for site_id, stints in case.stints_at.items():
            dates = {
                one.day
                for one in case.data.appointments
                if one.kind is AppointmentKind.EXPERT and one.site_id == site_id
            }
            for day in sorted(dates):
                inside = max(case.first, case.since) <= day <= case.last
                covered = any(one.covers(day) for one in stints)
                if inside and covered and not days.people_at(site_id, day):
                    yield DayShortage(
                        rule=self.article.rule,
                        department=stints[0].department,
                        site_id=site_id,
                        start=day,
                        end=day,
                        missing=1,
                    )

    def explain_day(self, violation: Violation) -> str:
        """When."""
        return f"{violation.fact('日期')}在该对象没有派驻，也不是替班人员，不能代替驻点。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Nobody beside the experts."""
        return "专家服务当天没有驻点人员在场"


RULE = NoExpertsInstead()
