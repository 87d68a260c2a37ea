"""R06-4: one operation per person and date, the most dangerous first."""

from __future__ import annotations

import pytest

from constraints.r06_4_operation_conflicts import RULE
from planner.domain.day_plan import DayData, DayRow, HalfDay, MonthCase
from planner.domain.ledgers import (
    DangerousOperation,
    OperationKind,
    OperationLevel,
    OperationStatus,
)
from planner.domain.terms import Form
from tests.builders import day, site, stint
from tests.day_witnesses import agree, month, rows


def operation(
    number: int,
    kind: OperationKind,
    level: str = "二级",
    site_id: str = "O1",
    status: OperationStatus = OperationStatus.NOTIFIED,
) -> DangerousOperation:
    return DangerousOperation(
        id=f"OP{number}", site_id=site_id, kind=kind, level=OperationLevel(level), status=status,
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
CANCELLED = operation(6, OperationKind.HOT_WORK, status=OperationStatus.CANCELLED)
NOBODY = operation(7, OperationKind.HOT_WORK, site_id="O9")
NEXT = operation(8, OperationKind.HOT_WORK, site_id="O2")
TOWN = tuple(site(one, town="某镇") for one in ("O1", "O2"))
GROUP = tuple(stint(one, form=Form.MOBILE, group="G1") for one in ("O1", "O2"))
NEIGHBOURS = month(*GROUP, sites=TOWN, data=DayData(operations=(HOT, NEXT)))
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
    pytest.param(
        notified(CANCELLED, NOBODY, LIFTING, HOT), (), {"missed_operations": 4}, id="one of four"
    ),
    pytest.param(
        TWO.model_copy(update={"since": day("2027-03-03")}),
        (),
        {"missed_operations": 5},
        id="missed on the first free day",
    ),
    pytest.param(
        TWO.model_copy(update={"since": day("2027-03-03")}),
        at("OP1", "OP2"),
        None,
        id="at both on the first free day",
    ),
    pytest.param(
        NEIGHBOURS,
        rows("2027-03-03", half=HalfDay.MORNING, operation_ids=("OP1",))
        + rows("2027-03-03", site_id="O2", half=HalfDay.AFTERNOON, operation_ids=("OP8",)),
        None,
        id="nobody is at two in two halves of a day",
    ),
    pytest.param(notified(HOT, form=Form.REGULAR), (), {}, id="定期 is not named"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
