"""R04-1 · H · 重点时段在岗 / Presence in key periods.

第(四)条 “统筹春节、五一、中秋、国庆等重要节假日，重要会议、重大活动等重要敏感时段，
合理安排驻点监督力量，靠前驻守，盯紧看牢”.

Days of a month: a key period with 加强覆盖 asks, by the grade of each object in its scope, for
somebody on every date (每日), weekends and holidays included, or for one visit (一次) before it
ends; both only while a stint serves the object, and not where it stands still (停产, 停建). An
object that does not produce on holidays (节假日生产 否) wants nobody every day on their days off;
the one visit may be then, to see that it stands still. What a period that goes on next month asks
once is asked then.

Duty on days off is spread over the people: each pays the square of the days off on which they were
on duty in the calendar year, so the next one falls to whoever had fewest.

Example: 春节 2027-01-30 … 02-20, an 一级 object: 20 dates of February, each with somebody. P1 had 3
days off on duty this year and gets 2: 25 − 9 = 16.

Encoding: per date Σ presence + missing ≥ 1; per period Σ presence + missing ≥ 1; per person a
column per duty day that costs 1, 3, 5 …, from the days served on.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.domain.calendar import KeyPeriod, days_between
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.terms import Grade
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

DAILY, ONCE = "每日", "一次"


class KeyPeriodPresence(BaseDayRule):
    """重点时段在岗."""

    article = Article(
        rule="R04-1",
        level="H",
        clause="第(四)条",
        title="重点时段在岗",
        title_en="Presence in key periods",
        quote="统筹春节、五一、中秋、国庆等重要节假日，重要会议、重大活动等重要敏感时段，合理安排驻点监督力量",
    )

    def post_days(self, model: DayModel) -> None:
        """Presence by grade, and duty spread over the people."""
        case, instance = model.case, model.instance
        for site_id, stints in case.stints_at.items():
            site = instance.site_by_id[site_id]
            weight, daily = model.weight(site_id), set[dt.date]()
            for period in instance.key_periods:
                applies = period.applies_to(site.county, site.sector, site.id)
                if not period.boost_coverage or not applies or site.status.idle:
                    continue
                first, last = max(period.start, case.first), min(period.end, case.last)
                days = [
                    day
                    for day in days_between(first, last)
                    if any(one.covers(day) for one in stints)
                ]
                wanted = _required(period, case.grade(site_id))
                open_days = [day for day in days if day >= case.since]
                if wanted == DAILY:
                    daily.update(
                        day
                        for day in open_days
                        if site.holiday_production or not instance.calendar.on_holiday(day)
                    )
                if wanted == ONCE and open_days and period.end <= case.last:
                    if any(
                        period.start <= row.day < case.first
                        for row in case.served_at.get(site_id, ())
                    ):
                        continue
                    visits = [term for day in days for term in model.anyone(site_id, day)]
                    model.want(self.article, f"{site_id} {period.name}", visits, 1, weight)
            for day in sorted(daily):
                anyone = model.anyone(site_id, day)
                model.want(self.article, f"{site_id} {day}", anyone, 1, weight)
        self._spread(model)

    def _spread(self, model: DayModel) -> None:
        case, is_workday = model.case, model.instance.calendar.is_workday
        before = Counter(
            row.inspector_id
            for row in case.served
            if row.site_id
            and row.day < case.first
            and row.day.year == case.first.year
            and not is_workday(row.day)
        )
        costs: list[tuple[int, int]] = []
        for person in model.people:
            days = [day for day in case.dates if not is_workday(day)]
            duty = [term for day in days for term in model.anywhere(person, day)]
            if duty:
                steps = [model.column(f"duty {person} {at}") for at, _ in enumerate(duty)]
                minus = [(one, -1) for one, _ in duty]
                model.row(self.article.rule, person, [*((s, 1) for s in steps), *minus], lower=0)
                costs += [(s, 2 * (before[person] + at) + 1) for at, s in enumerate(steps)]
        model.pay(
            "duty_spread", "值守不均", model.instance.policy.weight_duty_spread, "天数平方", costs
        )

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Dates without anybody, and periods without a visit, per object."""
        for site_id, stints in case.stints_at.items():
            site = case.instance.site_by_id[site_id]
            empty: set[dt.date] = set()
            unvisited: list[tuple[dt.date, dt.date]] = []
            for period in case.instance.key_periods:
                if not (
                    period.boost_coverage
                    and period.applies_to(site.county, site.sector, site.id)
                    and not site.status.idle
                ):
                    continue
                dates = {
                    day
                    for one in stints
                    for day in days_between(
                        max(period.start, case.first_of(one)), min(period.end, case.last_of(one))
                    )
                }
                open_dates = {day for day in dates if day >= case.since}
                by_grade = period.required_first, period.required_second, period.required_third
                asked = dict(zip(Grade, by_grade, strict=False)).get(case.grade(site_id), "")
                if asked == DAILY:
                    shut = set[dt.date]()
                    if not site.holiday_production:
                        shut = {day for day in dates if case.instance.calendar.on_holiday(day)}
                    empty |= {day for day in open_dates - shut if not days.people_at(site_id, day)}
                elif asked == ONCE and open_dates and period.end <= case.last:
                    served = any(
                        period.start <= row.day < case.first
                        for row in case.served_at.get(site_id, ())
                    )
                    if not served and not any(days.people_at(site_id, day) for day in dates):
                        unvisited.append((min(dates), max(dates)))
            spans = [(min(empty), max(empty), len(empty))] if empty else []
            for first, last, missing in [*spans, *((a, b, 1) for a, b in unvisited)]:
                yield DayShortage(
                    rule=self.article.rule,
                    department=stints[0].department,
                    site_id=site_id,
                    start=first,
                    end=last,
                    missing=missing,
                )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Squares of the days on duty in the year, less those of before."""
        calendar = case.instance.calendar
        before: dict[str, int] = defaultdict(int)
        for row in case.served:
            if row.site_id and row.day < case.first and row.day.year == case.first.year:
                before[row.inspector_id] += not calendar.is_workday(row.day)
        total = 0
        for person, rows in days.of_person.items():
            now = sum(bool(row.site_id) and not calendar.is_workday(row.day) for row in rows)
            total += (before[person] + now) ** 2 - before[person] ** 2
        return {"duty_spread": total}

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Days without anybody."""
        return f"重点时段应有人在岗，缺{shortage.missing}天（次）"


def _required(period: KeyPeriod, grade: Grade) -> str:
    """For the encoding: what the period asks at an object of this grade, a column of the sheet
    重点时段."""
    if grade is Grade.FIRST:
        return period.required_first
    if grade is Grade.SECOND:
        return period.required_second
    return period.required_third if grade is Grade.THIRD else ""


RULE = KeyPeriodPresence()
