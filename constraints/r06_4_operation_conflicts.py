"""R06-4 · A · 同日多处作业冲突 / Several operations on one day.

Derived from 第(六)条 “必须到现场监督”: who is at one operation is not at another.

Days of a month: nobody attends two operations on one date. Where not all can be attended, the more
dangerous ones come first: 特级动火 before other 动火, then 设备检维修, then 高处. So each date of
an operation without anybody, at an object that 蹲守 or 流动 serves, pays its rank: 8, 4, 2, 1. A
流动 visit is moved to where operations are, if the rest allows it.

Example: 动火 and 高处 on one date, one inspector: the 动火 is attended, 1 is paid.

Encoding: per person and date Σ attends ≤ 1; per operation and date rank × (1 − attended).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.ledgers import (
    DangerousOperation,
    OperationKind,
    OperationLevel,
    OperationStatus,
)
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

SPECIAL_HOT_WORK = 8
RANKS: Mapping[OperationKind, int] = {
    OperationKind.HOT_WORK: 4,
    OperationKind.MAINTENANCE: 2,
    OperationKind.HEIGHT: 1,
}


class OperationConflicts(BaseDayRule):
    """同日多处作业冲突."""

    article = Article(
        rule="R06-4",
        level="A",
        clause="第(六)条",
        title="同日多处作业冲突",
        title_en="Several operations on one day",
        quote="蹲守驻点和流动驻点监督人员必须到现场监督",
    )

    def post_days(self, model: DayModel) -> None:
        """One operation per person and date; what is missed by its rank."""
        case = model.case
        terms: list[tuple[int, int]] = []
        constant = 0
        busy: dict[tuple[str, dt.date], list[tuple[int, int]]] = defaultdict(list)
        for site_id, stints in case.stints_at.items():
            for operation in case.operations_at.get(site_id, ()):
                if not operation.kind.must_be_attended:
                    continue
                if operation.status is OperationStatus.CANCELLED:
                    continue
                for day in case.dates:
                    forms = {one.form for one in stints if one.covers(day)} - {Form.REGULAR}
                    during = operation.planned_start <= day <= operation.planned_end
                    if day < case.since or not during or not forms:
                        continue
                    attends = [
                        (model.attend(person, operation, day), 1)
                        for person in model.people_at(site_id, day)
                    ]
                    for person, one in zip(model.people_at(site_id, day), attends, strict=True):
                        busy[person, day].append(one)
                    attended = model.column(f"attended {operation.id} {day}")
                    minus = [(column, -1) for column, _ in attends]
                    model.row(
                        self.article.rule, f"{operation.id} {day}", [(attended, 1), *minus], upper=0
                    )
                    rank = RANKS[operation.kind]
                    if (operation.kind, operation.level) == (
                        OperationKind.HOT_WORK,
                        OperationLevel.SPECIAL,
                    ):
                        rank = SPECIAL_HOT_WORK
                    terms.append((attended, -rank))
                    constant += rank
        for (person, day), attends in busy.items():
            model.row(self.article.rule, f"{person} {day}", attends, upper=1)
        weight = model.instance.policy.weight_missed_operation
        model.pay(
            "missed_operations", "危险作业无人到场", weight, "次，按风险", terms, constant=constant
        )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """People who attend several operations on one date."""
        for person, rows in days.of_person.items():
            counts: Counter[dt.date] = Counter()
            for row in rows:
                counts[row.day] += len(row.operation_ids)
            for day, count in counts.items():
                if count > 1 and day >= case.since:
                    row = next(one for one in rows if one.day == day and one.operation_ids)
                    yield Violation(
                        rule=self.article.rule,
                        site_id=row.site_id,
                        inspector_id=person,
                        department=row.department,
                        start=day,
                        end=day,
                        facts=(("日期", day.isoformat()), ("作业数", str(count))),
                    )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Ranks of the operations that nobody attends, date by date."""
        return {"missed_operations": sum(_rank(one) for one, _ in missed(case, days))}

    def explain_day(self, violation: Violation) -> str:
        """How many operations."""
        fact = violation.fact
        return f"{fact('日期')}一人安排了{fact('作业数')}处作业，只能到一处。"


def missed(case: MonthCase, days: DayPlan) -> list[tuple[DangerousOperation, dt.date]]:
    """Operations and dates, from ``since`` on, at objects of 蹲守 and 流动 that nobody attends."""
    found = []
    for operation in case.data.operations:
        stints = [
            one for one in case.stints_at.get(operation.site_id, ()) if one.form is not Form.REGULAR
        ]
        if operation.status is OperationStatus.CANCELLED or not _rank(operation):
            continue
        found += [
            (operation, day)
            for day in case.dates
            if day >= case.since
            and operation.planned_start <= day <= operation.planned_end
            and any(one.covers(day) for one in stints)
            and not any(
                operation.id in row.operation_ids
                for row in days.at_site.get(operation.site_id, {}).get(day, ())
            )
        ]
    return found


def _rank(operation: DangerousOperation) -> int:
    """How dangerous the operation is; 0 for a kind that the article does not name."""
    special = operation.level is OperationLevel.SPECIAL
    if operation.kind is OperationKind.HOT_WORK and special:
        return SPECIAL_HOT_WORK
    return RANKS.get(operation.kind, 0)


RULE = OperationConflicts()
