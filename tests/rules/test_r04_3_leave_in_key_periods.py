"""R04-3: 补休 outside key periods."""

from __future__ import annotations

import pytest

from constraints.r04_3_leave_in_key_periods import RULE
from planner.domain.day_plan import DayKind, DayRow, MonthCase
from tests.builders import site, stint
from tests.day_witnesses import agree, month, rest, rows
from tests.rules.rows import freeze

SERVED = rows("2027-02-06", "2027-02-07", kind=DayKind.DUTY)


def frozen(*scope: str) -> MonthCase:
    """P1 in 任城区 and P2 in 曲阜市."""
    period = freeze("2027-03-03", "2027-03-04", *scope)
    sites = (site("O1"), site("O2", county="曲阜市"))
    return month(stint(), stint("O2", "P2"), sites=sites, served=SERVED, key_periods=(period,))


CASES = [
    pytest.param(frozen(), rest("2027-03-03~04"), {"rest_in_key_period": 2}, id="inside"),
    pytest.param(frozen(), rest("2027-03-04~05"), {"rest_in_key_period": 1}, id="one day inside"),
    pytest.param(frozen(), rest("2027-03-02", "2027-03-05"), {}, id="outside"),
    pytest.param(frozen("曲阜市"), rest("2027-03-03"), {}, id="another county"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
