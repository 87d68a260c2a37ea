"""R04-2: dates on which accidents are to be feared."""

from __future__ import annotations

import pytest

from constraints.r04_2_accident_stages import RULE
from planner.domain.day_plan import DayData, DayRow, MonthCase, WeatherAlert
from planner.domain.tables import ConstructionStage
from planner.domain.terms import Form, StageScale
from tests.builders import day, stint
from tests.day_witnesses import agree, month, rows
from tests.rules.rows import freeze

STAGE = ConstructionStage(
    id="SG", site_id="O1", kind="基坑", scale=StageScale.HIGH_RISK,
    planned_start=day("2027-03-03"), planned_end=day("2027-03-06"),
)  # fmt: skip
REGULAR = stint(form=Form.REGULAR)
STAGED = month(REGULAR, stages=(STAGE,))


def alert(scope: str) -> MonthCase:
    row = WeatherAlert(start=day("2027-03-01"), end=day("2027-03-02"), kind="暴雨", scope=(scope,))
    return month(REGULAR, data=DayData(alerts=(row,)))


def period(kind: str, scope: str = "全市", boost: bool = True) -> MonthCase:
    row = freeze("2027-03-01", "2027-03-02", scope, kind=kind, boost_coverage=boost)
    return month(REGULAR, key_periods=(row,))


CASES = [
    pytest.param(STAGED, (), {"prone_days": 3}, id="three working days of a stage"),
    pytest.param(STAGED, rows("2027-03-03~04"), {"prone_days": 1}, id="two of them served"),
    pytest.param(month(stint(), stages=(STAGE,)), (), {}, id="蹲守 is there anyway"),
    pytest.param(alert("全市"), (), {"prone_days": 2}, id="a warning for all"),
    pytest.param(alert("任城区"), rows("2027-03-01"), {"prone_days": 1}, id="for the county"),
    pytest.param(alert("S1"), (), {"prone_days": 2}, id="for the sector"),
    pytest.param(alert("曲阜市"), (), {}, id="for another county"),
    pytest.param(period("事故易发"), (), {"prone_days": 2}, id="work is taken up again"),
    pytest.param(period("事故易发", "任城区"), (), {"prone_days": 2}, id="in the county"),
    pytest.param(period("事故易发", "S1"), (), {"prone_days": 2}, id="in the sector"),
    pytest.param(period("事故易发", "O1"), (), {"prone_days": 2}, id="at the object"),
    pytest.param(period("事故易发", boost=False), (), {}, id="without 加强覆盖"),
    pytest.param(period("季节"), (), {}, id="a season"),
    pytest.param(
        month(stint(form=Form.REGULAR, end="2027-03-03"), stages=(STAGE,)),
        (),
        {"prone_days": 1},
        id="the stint ends in the stage",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
