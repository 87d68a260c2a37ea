"""R06-3 · H · 危险作业现场监督 / Attend dangerous operations.

第(六)条 “驻点监督期间，企业存在动火作业、设备检维修、高处作业的，
蹲守驻点和流动驻点监督人员必须到现场监督”.

Days of a month: each date of a notified operation of one of these kinds, at an object that 蹲守
serves, has a row of somebody there that names the operation; at an object that 流动 serves only
where somebody of the group is there on that date. 定期 is not named by the article.

Example: 动火 on 2027-03-06, a Saturday, at an object of 蹲守: somebody comes, and gets 补休.

Encoding: per operation, date and person a column "attends" ≤ presence; Σ attends + missing ≥ 1,
under 流动 ≥ somebody there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.calendar import days_between
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.ledgers import OperationStatus
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel


class AttendOperations(BaseDayRule):
    """危险作业现场监督."""

    article = Article(
        rule="R06-3",
        level="H",
        clause="第(六)条",
        title="危险作业现场监督",
        title_en="Attend dangerous operations",
        quote="企业存在动火作业、设备检维修、高处作业的，蹲守驻点和流动驻点监督人员必须到现场监督",
    )

    def post_days(self, model: DayModel) -> None:
        """Somebody who is there attends."""
        case, rule = model.case, self.article.rule
        for site_id, stints in case.stints_at.items():
            for operation in case.operations_at.get(site_id, ()):
                if not operation.kind.must_be_attended:
                    continue
                if operation.status is OperationStatus.CANCELLED:
                    continue
                for day in days_between(operation.planned_start, operation.planned_end):
                    forms = {one.form for one in stints if one.covers(day)}
                    if not max(case.first, case.since) <= day <= case.last:
                        continue
                    if not forms & {Form.RESIDENT, Form.MOBILE}:
                        continue
                    subject = f"{operation.id} {day}"
                    attends = []
                    for person in model.people_at(site_id, day):
                        column = model.attend(person, operation, day)
                        here = model.here(person, site_id, day)
                        minus = [(one, -1) for one, _ in here]
                        model.row(rule, f"{person} {subject}", [(column, 1), *minus], upper=0)
                        attends.append((column, 1))
                    weight = model.weight(site_id)
                    if Form.RESIDENT in forms:
                        model.want(self.article, subject, attends, 1, weight)
                    else:
                        there = [(one, -1) for one, _ in model.present(site_id, day)]
                        model.want(self.article, subject, [*attends, *there], 0, weight, most=1)

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Dates of operations that nobody attends who should, per operation."""
        for operation in case.data.operations:
            stints = case.stints_at.get(operation.site_id, ())
            if not operation.kind.must_be_attended or not stints:
                continue
            if operation.status is OperationStatus.CANCELLED:
                continue
            visits = days.at_site.get(operation.site_id, {})
            missing: list[dt.date] = []
            day = max(operation.planned_start, case.since, case.first)
            while day <= min(operation.planned_end, case.last):
                resident = any(one.form is Form.RESIDENT and one.covers(day) for one in stints)
                mobile = any(one.form is Form.MOBILE and one.covers(day) for one in stints)
                rows = visits.get(day, ())
                attended = any(operation.id in row.operation_ids for row in rows)
                if not attended and (resident or (mobile and rows)):
                    missing.append(day)
                day += dt.timedelta(days=1)
            if missing:
                yield DayShortage(
                    rule=self.article.rule,
                    department=stints[0].department,
                    site_id=operation.site_id,
                    operation_id=operation.id,
                    start=missing[0],
                    end=missing[-1],
                    missing=len(missing),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Rows that name an operation which is not there on that date."""
        known = {one.id: one for one in case.data.operations}
        for row in days.rows:
            for operation_id in row.operation_ids:
                one = known.get(operation_id)
                fits = (
                    one is not None
                    and one.site_id == row.site_id
                    and one.planned_start <= row.day <= one.planned_end
                )
                if not fits and row.day >= case.since:
                    yield self.day_breach(
                        row, (("日期", row.day.isoformat()), ("作业", operation_id))
                    )

    def explain_day(self, violation: Violation) -> str:
        """Which operation."""
        fact = violation.fact
        return f"{fact('日期')}写有作业{fact('作业')}，但当天该对象没有报备这项作业。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Dates without anybody."""
        return f"危险作业{shortage.operation_id}有{shortage.missing}天无人到现场监督"


RULE = AttendOperations()
