"""R04-3 · S · 重点时段少休假 / Avoid leave in key periods.

第(四)条 “靠前驻守，盯紧看牢”: whoever is posted is not sent to rest then.

Days of a month: each 补休 on a date on which rotation is frozen at an object of the person is
counted. Leave that the sheet 请假与任务 holds is a fact; its cover is L-4.

Example: 补休 on 2027-02-16, inside 春节 (小年 to 元宵): 1.

Encoding: the columns of 补休 on those dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.domain.day_plan import DayKind, DayPlan, MonthCase
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel


class LeaveInKeyPeriods(BaseDayRule):
    """重点时段少休假."""

    article = Article(
        rule="R04-3",
        level="S",
        clause="第(四)条",
        title="重点时段少休假",
        title_en="Avoid leave in key periods",
        quote="靠前驻守，盯紧看牢",
    )

    def post_days(self, model: DayModel) -> None:
        """补休 on frozen dates."""
        instance = model.instance
        terms = []
        for (person, day), column in model.rests.items():
            sites = [
                instance.site_by_id[site_id]
                for site_id, stints in model.case.stints_at.items()
                if any(one.inspector_id == person and one.covers(day) for one in stints)
            ]
            if any(instance.frozen(site, day) for site in sites):
                terms.append((column, 1))
        weight = instance.policy.weight_rest_in_key_period
        model.pay("rest_in_key_period", "重点时段内补休", weight, "天", terms)

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Recount from the rows."""
        count = 0
        for row in days.rows:
            if row.kind is DayKind.REST:
                posted = {
                    stint.site_id
                    for stint in case.plan.stints
                    if stint.inspector_id == row.inspector_id and stint.covers(row.day)
                }
                sites = [case.instance.site_by_id[one] for one in posted]
                count += any(
                    period.start <= row.day <= period.end
                    for site in sites
                    for period in case.instance.freezes_of(site)
                )
        return {"rest_in_key_period": count}


RULE = LeaveInKeyPeriods()
