"""R03-2: 蹲守 people are there on every working day."""

from __future__ import annotations

import pytest

from constraints.r03_2_resident import RULE
from planner.domain.day_plan import DayKind, DayRow, MonthCase
from planner.domain.terms import Form, WeekendCoverage
from tests.builders import sector, stint
from tests.day_witnesses import agree, month, rest, rows
from tests.rules.rows import absence

SERVED = rows("2027-02-06", kind=DayKind.DUTY)
ROTA = (sector("S1", weekend_coverage=WeekendCoverage.ROTA),)
FULL = (sector("S1", weekend_coverage=WeekendCoverage.FULL),)
PAIR = (stint(), stint("O1", "P2", slot=2))
WEEK = rows("2027-03-01~05")

CASES = [
    pytest.param(month(stint()), WEEK, {}, id="every working day"),
    pytest.param(month(stint()), rows("2027-03-01~04"), {"short": 8}, id="one day missing"),
    pytest.param(month(stint()), (), {"short": 40}, id="never"),
    pytest.param(
        month(stint(), served=SERVED), rows("2027-03-01~04") + rest("2027-03-05"), {}, id="补休"
    ),
    pytest.param(
        month(stint(), absences=(absence("2027-03-04", "2027-03-05"),)),
        rows("2027-03-01~03"),
        {},
        id="leave",
    ),
    pytest.param(month(*PAIR), WEEK, {"short": 40}, id="the other one of a pair"),
    pytest.param(month(stint(end="2027-03-02")), rows("2027-03-01~02"), {}, id="the stint is over"),
    pytest.param(month(stint(), sectors=ROTA), WEEK, {"short": 16}, id="a weekend without anybody"),
    pytest.param(
        month(stint(), sectors=FULL),
        WEEK + rows("2027-03-06", kind=DayKind.DUTY),
        {"short": 8},
        id="Sunday without anybody",
    ),
    pytest.param(
        month(*PAIR, sectors=ROTA),
        WEEK
        + rows("2027-03-06", kind=DayKind.DUTY)
        + rows("2027-03-01~05", inspector_id="P2")
        + rows("2027-03-07", inspector_id="P2", kind=DayKind.DUTY),
        {},
        id="a rota",
    ),
    pytest.param(
        month(stint(), since="2027-03-05", served=rows("2027-03-01")),
        rows("2027-03-05"),
        {},
        id="served is past",
    ),
    pytest.param(
        month(stint("O1", "P2", form=Form.REGULAR), stint(slot=2)),
        (),
        {"short": 40},
        id="next to 定期",
    ),
    pytest.param(month(stint(form=Form.REGULAR), sectors=ROTA), (), {}, id="定期"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
