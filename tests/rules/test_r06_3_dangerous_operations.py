"""R06-3: dangerous operations have somebody there."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r06_3_dangerous_operations import RULE
from planner.domain.day_plan import DayData, DayKind, DayRow, MonthCase
from planner.domain.ledgers import DangerousOperation, OperationKind, OperationStatus
from planner.domain.terms import Form
from tests.builders import day, stint
from tests.day_witnesses import agree, day_plan, month, rows


def operation(start: str = "2027-03-03", end: str = "", **fields: Any) -> DangerousOperation:
    defaults = {
        "id": "OP1", "site_id": "O1", "kind": OperationKind.HOT_WORK,
        "planned_start": day(start), "planned_end": day(end or start),
    }  # fmt: skip
    return DangerousOperation.model_validate({**defaults, **fields})


def notified(form: Form = Form.RESIDENT, **fields: Any) -> MonthCase:
    return month(stint(form=form), data=DayData(operations=(operation(**fields),)))


def second(first: DangerousOperation) -> MonthCase:
    """OP1 after another one."""
    return month(stint(), data=DayData(operations=(first, operation())))


THERE = rows("2027-03-03")
ATTENDS = rows("2027-03-03", operation_ids=("OP1",))
SATURDAY: dict[str, Any] = {"start": "2027-03-06"}

CASES = [
    pytest.param(notified(), ATTENDS, {}, id="attended"),
    pytest.param(notified(), THERE, {"short": 8}, id="there, but not at the operation"),
    pytest.param(notified(), (), {"short": 8}, id="nobody"),
    pytest.param(notified(end="2027-03-04"), ATTENDS, {"short": 8}, id="one of two days"),
    pytest.param(notified(**SATURDAY), (), {"short": 8}, id="Saturday without anybody"),
    pytest.param(
        notified(**SATURDAY),
        rows("2027-03-06", kind=DayKind.DUTY, operation_ids=("OP1",)),
        {},
        id="Saturday attended",
    ),
    pytest.param(notified(kind=OperationKind.LIFTING), THERE, {}, id="吊装 need not be attended"),
    pytest.param(notified(status=OperationStatus.CANCELLED), THERE, {}, id="cancelled"),
    pytest.param(notified(Form.MOBILE), (), {}, id="流动 is elsewhere"),
    pytest.param(notified(Form.MOBILE), THERE, {"short": 8}, id="流动 does not attend"),
    pytest.param(notified(Form.MOBILE), ATTENDS, {}, id="流动 attends"),
    pytest.param(notified(Form.REGULAR), THERE, {}, id="定期 is not named"),
    pytest.param(
        notified(), rows("2027-03-03", operation_ids=("OP9",)), None, id="an unknown operation"
    ),
    pytest.param(
        notified(), rows("2027-03-04", operation_ids=("OP1",)), None, id="on another date"
    ),
    pytest.param(
        second(operation(id="OP0", site_id="O9")),
        (),
        {"short": 8},
        id="the first is at an object without anybody",
    ),
    pytest.param(
        second(operation(id="OP0", status=OperationStatus.CANCELLED)),
        (),
        {"short": 8},
        id="the first is cancelled",
    ),
    pytest.param(
        notified(end="2027-03-04").model_copy(update={"since": day("2027-03-04")}),
        (),
        {"short": 8},
        id="what was missed is past",
    ),
    pytest.param(
        notified().model_copy(update={"since": day("2027-03-03")}),
        rows("2027-03-03", operation_ids=("OP9",)),
        None,
        id="an unknown operation on the first free day",
    ),
    pytest.param(notified(start="2027-03-08"), (), {}, id="after the dates of the case"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)


def test_the_operation_is_named() -> None:
    case = notified()
    (missed,) = RULE.day_shortages(case, day_plan(case, THERE))
    assert missed.operation_id == "OP1"
