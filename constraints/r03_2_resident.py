"""R03-2 · H · 蹲守驻点常驻 / Residential form: permanently at one object.

第(三)条 “蹲守驻点指驻点监督人员常驻企业开展监督”.

A person in a 蹲守 stint has one object for the whole of it: no 蹲守 stint at another object shares
a date with it. 蹲守 beside 定期 or 流动 is two places at once (R03-5); that the object is covered
to the end is R05-3.

Example: O1 until 2027-04-11 and O2 from 2027-04-12: one object each day. O2 from 2027-04-11: two.

Encoding: none of its own; the cumulative rows of R03-5 hold every released post of a person.

Days of a month: the person is at the object on every working day of the stint, unless on leave or
at 补休. Where the sector's 周末值守 is 轮值 or 全覆盖, somebody of the object is there on every day
off as well.

Example: leave on 2027-03-03, 补休 on 2027-03-04: at the object on the 21 other working days.

Encoding for days: per person and working day, presence + 补休 + missing ≥ 1; per day off Σ presence
+ missing ≥ 1.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY
from planner.domain.clock import last_day
from planner.domain.coverage import stints_by_person
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form, WeekendCoverage
from planner.rule import Article, BaseDayRule, BaseRule

if TYPE_CHECKING:
    from planner.model.days import DayModel


class Resident(BaseRule, BaseDayRule):
    """蹲守驻点常驻."""

    article = Article(
        rule="R03-2",
        level="H",
        clause="第(三)条",
        title="蹲守驻点常驻",
        title_en="Residential form: permanently at one object",
        quote="蹲守驻点指驻点监督人员常驻企业开展监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a 蹲守 service of several objects."""
        return candidate.form is not Form.RESIDENT or len(candidate.site_ids) == 1

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep each person's 蹲守 stints; every later one that meets an earlier one elsewhere."""
        for inspector_id, stints in stints_by_person(plan).items():
            held: list[Stint] = []
            for stint in stints:
                if stint.form is not Form.RESIDENT:
                    continue
                held = [one for one in held if last_day(one) >= stint.start]
                for other in held:
                    both_until = min(last_day(other), last_day(stint))
                    if both_until < plan.round_start:
                        continue  # what is over before the round is no fault of the plan
                    if other.site_id != stint.site_id:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=stint.site_id,
                            inspector_id=inspector_id,
                            department=stint.department,
                            start=stint.start,
                            end=both_until,
                            facts=(
                                ("对象", stint.site_id),
                                ("另一对象", other.site_id),
                                ("重叠起", stint.start.isoformat()),
                                ("重叠止", both_until.isoformat()),
                            ),
                        )
                held.append(stint)

    def explain(self, violation: Violation) -> str:
        """Name the two objects and the dates they share."""
        fact = violation.fact
        return (
            f"蹲守人员应常驻一个对象，{fact('重叠起')}至{fact('重叠止')}"
            f"却同时蹲守{fact('另一对象')}和{fact('对象')}。"
        )

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Presence on working days, and of somebody on days off."""
        case, calendar = model.case, model.instance.calendar
        for site_id, stints in case.stints_at.items():
            sector = model.instance.sector_by_code[model.instance.site_by_id[site_id].sector]
            weekends = sector.weekend_coverage is not WeekendCoverage.NONE
            for day in case.dates:
                held = [one for one in stints if one.form is Form.RESIDENT and one.covers(day)]
                if day < case.since or not held:
                    continue
                subject, weight = f"{site_id} {day}", model.weight(site_id)
                if not calendar.is_workday(day):
                    if weekends:
                        model.want(self.article, subject, model.anyone(site_id, day), 1, weight)
                    continue
                for stint in held:
                    person = stint.inspector_id
                    if not case.on_leave(person, day):
                        terms = [*model.here(person, site_id, day), *model.rest(person, day)]
                        model.want(self.article, f"{person} {subject}", terms, 1, weight)

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Per person the working days without presence, per object the days off without anybody."""
        resting = {(row.inspector_id, row.day) for row in days.rows if not row.site_id}
        for site_id, stints in case.stints_at.items():
            site = case.instance.site_by_id[site_id]
            cover = case.instance.sector_by_code[site.sector].weekend_coverage
            missing: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
            for stint in stints:
                if stint.form is not Form.RESIDENT:
                    continue
                day = max(case.first_of(stint), case.since)
                while day <= case.last_of(stint):
                    person = stint.inspector_id
                    there = days.people_at(site_id, day)
                    if case.instance.calendar.is_workday(day):
                        away = (person, day) in resting or case.on_leave(person, day)
                        if person not in there and not away:
                            missing[stint.department, person].add(day)
                    elif cover is not WeekendCoverage.NONE and not there:
                        missing[stint.department, ""].add(day)
                    day += ONE_DAY
            for (department, person), dates in sorted(missing.items()):
                yield DayShortage(
                    rule=self.article.rule,
                    department=department,
                    site_id=site_id,
                    inspector_id=person,
                    start=min(dates),
                    end=max(dates),
                    missing=len(dates),
                )

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Working days of a person, or days off."""
        if shortage.inspector_id:
            return f"蹲守人员缺{shortage.missing}个工作日"
        return f"周末值守缺{shortage.missing}天"


RULE = Resident()
