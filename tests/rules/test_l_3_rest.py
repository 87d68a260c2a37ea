"""L-3: rest is earned, taken in time, and long stretches are counted."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.l_3_rest import RULE
from planner.domain.day_plan import DayKind, DayRow, HalfDay, MonthCase
from planner.domain.policy import Policy
from planner.domain.terms import WeekendCoverage
from tests.builders import plan, sector, stint
from tests.day_witnesses import agree, month, rest, rows
from tests.rules.rows import absence

ROTA = (sector("S1", weekend_coverage=WeekendCoverage.ROTA),)
SATURDAY = rows("2027-03-06", kind=DayKind.DUTY)


def earned(*dates: str, taken: tuple[DayRow, ...] = (), **fields: Any) -> MonthCase:
    served = rows(*dates, kind=DayKind.DUTY) + taken
    return month(stint(), served=served, **fields)


DUE = earned("2027-01-02")  # 60 days later it is 2027-03-03
ELSEWHERE = earned("2027-01-02").model_copy(update={"plan": plan(stint("O1", "P2"))})
AWAY = absence("2027-03-04", "2027-03-06", "P2").model_copy(update={"substitute_id": "P1"})
SOON: dict[str, Any] = {"sectors": ROTA, "policy": Policy(rest_within_days=3)}
BEFORE_NOON = absence("2027-03-02", "2027-03-02").model_copy(update={"half_day": "上午"})
SHORT_RUNS: dict[str, Any] = {"policy": Policy(longest_run_days=2)}

CASES = [
    pytest.param(month(stint()), (), {}, id="nothing earned"),
    pytest.param(DUE, (), {"short": 8, "open_rest": 1}, id="due and not taken"),
    pytest.param(DUE, rest("2027-03-03"), {}, id="on the last day"),
    pytest.param(DUE, rest("2027-03-04"), {"short": 8}, id="a day late"),
    pytest.param(earned("2027-02-06"), (), {"open_rest": 1}, id="due next month"),
    pytest.param(
        earned("2026-12-26"), rest("2027-03-05"), {}, id="overdue: by the end of the month"
    ),
    pytest.param(earned("2026-12-26"), (), {"short": 8, "open_rest": 1}, id="overdue"),
    pytest.param(
        earned("2027-01-02", "2027-01-03"),
        rest("2027-03-02"),
        {"short": 8, "open_rest": 1},
        id="one of two that fall due",
    ),
    pytest.param(
        earned("2027-01-02", "2027-02-06", taken=rest("2027-02-22")),
        (),
        {"open_rest": 1},
        id="the oldest is made good first",
    ),
    pytest.param(DUE, rest("2027-03-02~03"), None, id="more than earned"),
    pytest.param(DUE, rest("2027-03-01"), {}, id="on the first free day"),
    pytest.param(month(stint()), rest("2027-03-01"), None, id="unearned on the first free day"),
    pytest.param(
        month(stint(), since="2027-03-03", served=rows("2027-03-02")),
        rest("2027-03-03"),
        None,
        id="unearned after served days",
    ),
    pytest.param(
        month(stint(), sectors=ROTA, last="2027-03-10"),
        SATURDAY + rows("2027-03-07", kind=DayKind.DUTY) + rest("2027-03-08~09"),
        {},
        id="two earned, two taken",
    ),
    pytest.param(
        month(stint(), sectors=ROTA, last="2027-03-10"),
        SATURDAY + rest("2027-03-08~09"),
        None,
        id="one earned, two taken",
    ),
    pytest.param(
        DUE.model_copy(update={"people": frozenset({"P2"})}), (), {}, id="for another part"
    ),
    pytest.param(
        earned("2027-01-02").model_copy(
            update={
                "people": frozenset({"P2"}),
                "served": rows("2027-01-02", kind=DayKind.DUTY)
                + rows("2027-01-02", inspector_id="P2", kind=DayKind.DUTY),
            }
        ),
        (),
        {"short": 8, "open_rest": 1},
        id="one of two is for another part",
    ),
    pytest.param(
        earned("2027-02-27", taken=rest("2027-02-22")),
        (),
        {"open_rest": 1},
        id="an earlier rest makes nothing good",
    ),
    pytest.param(
        month(stint(), sectors=ROTA, last="2027-03-08"),
        SATURDAY + rest("2027-03-08"),
        {},
        id="earned on Saturday, taken on Monday",
    ),
    pytest.param(
        month(stint(), sectors=ROTA, last="2027-03-08"),
        rest("2027-03-05") + SATURDAY,
        None,
        id="taken before it is earned",
    ),
    pytest.param(ELSEWHERE, (), {"short": 8, "open_rest": 1}, id="posted nowhere any more"),
    pytest.param(ELSEWHERE, rest("2027-03-03"), {}, id="posted nowhere, at rest"),
    pytest.param(
        month(stint("O1", "P2"), sectors=ROTA, absences=(AWAY,)),
        SATURDAY,
        {"open_rest": 1},
        id="earned as 替班人员",
    ),
    pytest.param(
        month(stint(), last="2027-03-10", **SOON),
        rows("2027-03-01"),
        {},
        id="a working day earns nothing",
    ),
    pytest.param(
        month(stint(), since="2027-03-06", last="2027-03-10", **SOON),
        SATURDAY,
        {"short": 8, "open_rest": 1},
        id="earned on the first free day",
    ),
    pytest.param(
        month(stint(), since="2027-03-08", last="2027-03-10", served=SATURDAY, **SOON),
        (),
        {"short": 8, "open_rest": 1},
        id="earned before the free days of the month",
    ),
    pytest.param(
        month(stint(), last="2027-03-10", **SOON),
        SATURDAY,
        {"short": 8, "open_rest": 1},
        id="earned and due in the month",
    ),
    pytest.param(
        month(stint(), last="2027-03-10", **SOON),
        SATURDAY + rest("2027-03-09"),
        {},
        id="earned, due and taken in the month",
    ),
    pytest.param(
        month(stint(), last="2027-03-10", **SOON),
        SATURDAY + rest("2027-03-10"),
        {"short": 8},
        id="earned in the month, a day late",
    ),
    pytest.param(
        earned("2027-03-01", first="2027-03-04", last="2027-03-10", **SOON),
        SATURDAY + rest("2027-03-08"),
        {"short": 16, "open_rest": 1},
        id="two dues, each a day of rest short",
    ),
    pytest.param(
        earned("2027-03-01", first="2027-03-04", last="2027-03-10", **SOON),
        (),
        {"short": 8, "open_rest": 1},
        id="what is not earned does not fall due",
    ),
    pytest.param(
        month(stint(), sectors=ROTA), SATURDAY, {"open_rest": 1}, id="earned and still open"
    ),
    pytest.param(
        month(stint(), **SHORT_RUNS), rows("2027-03-01~04"), {"short": 2}, id="four days on end"
    ),
    pytest.param(
        month(stint(), **SHORT_RUNS), rows("2027-03-01~02", "2027-03-04~05"), {}, id="a day between"
    ),
    pytest.param(
        month(stint(), last="2027-03-03", **SHORT_RUNS),
        rows("2027-03-01~03"),
        {"short": 1},
        id="up to the last day",
    ),
    pytest.param(
        month(stint(), since="2027-03-03", served=rows("2027-03-01~02"), **SHORT_RUNS),
        rows("2027-03-03"),
        {"short": 1},
        id="too long on the first free day",
    ),
    pytest.param(
        month(stint(), first="2027-03-02", served=rows("2027-03-01"), **SHORT_RUNS),
        rows("2027-03-02~03"),
        {"short": 1},
        id="begun last month",
    ),
    pytest.param(
        month(
            stint(),
            first="2027-03-01",
            since="2027-03-04",
            served=rows("2027-03-01~03"),
            **SHORT_RUNS,
        ),
        rows("2027-03-04"),
        {"short": 1},
        id="what was too long already is past",
    ),
    pytest.param(
        month(stint(), absences=(BEFORE_NOON,), **SHORT_RUNS),
        rows("2027-03-01", "2027-03-03") + rows("2027-03-02", half=HalfDay.AFTERNOON),
        {"short": 1},
        id="half a day is no free date",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
