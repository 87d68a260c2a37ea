"""R12-3: served days stay, and little differs from an earlier day plan."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r12_3_stability import RULE
from planner.domain.day_plan import DayKind, DayRow, MonthCase
from tests.builders import stint
from tests.day_witnesses import agree, checker_says, day_plan, month, rest, rows

DUTY = rows("2027-02-06", kind=DayKind.DUTY)
EARLIER = rows("2027-03-01~02")


def closest(earlier: tuple[DayRow, ...] | None, **fields: Any) -> MonthCase:
    return month(stint(), earlier=earlier, **fields)


CASES = [
    pytest.param(closest(None), EARLIER, {}, id="nothing to stay close to"),
    pytest.param(closest(EARLIER), EARLIER, {}, id="the same"),
    pytest.param(
        closest(EARLIER), rows("2027-03-01", "2027-03-03"), {"changed_days": 2}, id="one day moved"
    ),
    pytest.param(closest(EARLIER), (), {"changed_days": 2}, id="both dropped"),
    pytest.param(closest(()), EARLIER, {"changed_days": 2}, id="both new"),
    pytest.param(
        closest(EARLIER, served=DUTY),
        rows("2027-03-01") + rest("2027-03-02"),
        {"changed_days": 2},
        id="at rest instead",
    ),
    pytest.param(
        closest(rows("2027-03-01~02", inspector_id="P9")),
        (),
        {"changed_days": 2},
        id="somebody who is no longer posted",
    ),
]


def test_served_days_stay() -> None:
    case = month(stint(), since="2027-03-03", served=EARLIER)
    days = day_plan(case, ())
    assert checker_says(RULE, case, days) == {}
    for changed in ((), days.rows[:1], (*days.rows, *rows("2027-03-02", inspector_id="P2"))):
        assert checker_says(RULE, case, days.model_copy(update={"rows": changed})) is None


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
