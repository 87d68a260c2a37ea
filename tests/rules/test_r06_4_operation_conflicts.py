"""R06-4: one operation per person and date, the most dangerous first."""

from __future__ import annotations

import pytest

from constraints.r06_4_operation_conflicts import RULE
from planner.domain.day_plan import DayData, DayRow, MonthCase
from planner.domain.ledgers import DangerousOperation, OperationKind, OperationLevel
from planner.domain.terms import Form
from tests.builders import day, stint
from tests.day_witnesses import agree, month, rows


def operation(number: int, kind: OperationKind, level: str = "二级") -> DangerousOperation:
    return DangerousOperation(
        id=f"OP{number}", site_id="O1", kind=kind, level=OperationLevel(level),
        planned_start=day("2027-03-03"), planned_end=day("2027-03-03"),
    )  # fmt: skip


def notified(*operations: DangerousOperation, form: Form = Form.RESIDENT) -> MonthCase:
    stints = (stint(form=form), stint("O1", "P2", form=form, slot=2))
    return month(*stints, data=DayData(operations=operations))


HOT = operation(1, OperationKind.HOT_WORK)
HEIGHT = operation(2, OperationKind.HEIGHT)
REPAIR = operation(3, OperationKind.MAINTENANCE)
SPECIAL = operation(4, OperationKind.HOT_WORK, "特级")
LIFTING = operation(5, OperationKind.LIFTING)
TWO = notified(HOT, HEIGHT)


def at(*operation_ids: str, inspector_id: str = "P1") -> tuple[DayRow, ...]:
    return rows("2027-03-03", inspector_id=inspector_id, operation_ids=operation_ids)


CASES = [
    pytest.param(TWO, at("OP1"), {"missed_operations": 1}, id="the hot work is attended"),
    pytest.param(TWO, at("OP2"), {"missed_operations": 4}, id="the other one is"),
    pytest.param(TWO, at("OP1", "OP2"), None, id="nobody is at both"),
    pytest.param(TWO, at("OP1") + at("OP2", inspector_id="P2"), {}, id="two people"),
    pytest.param(
        notified(REPAIR, SPECIAL, LIFTING), at(), {"missed_operations": 2 + 8}, id="ranks"
    ),
    pytest.param(
        notified(HOT, form=Form.MOBILE), (), {"missed_operations": 4}, id="流动 is elsewhere"
    ),
    pytest.param(notified(HOT, form=Form.REGULAR), (), {}, id="定期 is not named"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
