"""R03-1: days of the month at 定期 objects."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r03_1_regular_week import RULE
from planner.domain.day_plan import (
    Appointment,
    AppointmentKind,
    DayData,
    DayKind,
    DayRow,
    MonthCase,
)
from planner.domain.plan import Stint
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import day, rating, stint
from tests.day_witnesses import agree, month, rows
from tests.rules.rows import freeze


def regular(
    *stints: Stint, mode: str = "workdays", contiguous: bool = True, **fields: Any
) -> MonthCase:
    """P1 at O1, 三级 with 5 days a month, in the first week of March: two days wanted."""
    return month(
        *(stints or (stint(form=Form.REGULAR),)),
        ratings=(rating("O1", Grade.THIRD),),
        policy=Policy(regular_week_mode=mode, regular_contiguous=contiguous),
        **fields,
    )  # fmt: skip


WHOLE: dict[str, Any] = {"last": "2027-03-31"}
WEEK = regular()
TWO = regular(stint(form=Form.REGULAR), stint("O1", "P2", form=Form.REGULAR, slot=2))
FEBRUARY = rows("2027-02-15~16")
OFTEN = rows("2027-02-02", "2027-02-16", "2027-02-17")
VISIT = DayData(
    appointments=(Appointment(site_id="O1", day=day("2027-03-06"), kind=AppointmentKind.EXPERT),)
)
DUTY = rows("2027-03-06", kind=DayKind.DUTY)
PERIOD = freeze("2027-03-05", "2027-03-07", boost_coverage=True, required_third="一次")

FIFTEEN_DAYS = MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=15)


def saturday(start: str, end: str, *scope: str, boost: bool = True) -> MonthCase:
    """Whoever is on duty on Saturday 2027-03-06, with a key period."""
    period = freeze(start, end, *scope, boost_coverage=boost)
    return regular(data=VISIT, key_periods=(period,))


CASES = [
    pytest.param(WEEK, rows("2027-03-01~02"), {"regular_pieces": 1}, id="two days of seven"),
    pytest.param(WEEK, rows("2027-03-01"), {"regular_pieces": 1, "short": 2}, id="one day"),
    pytest.param(WEEK, (), {"short": 4}, id="no day"),
    pytest.param(WEEK, rows("2027-03-01", "2027-03-03"), {"regular_pieces": 2}, id="two pieces"),
    pytest.param(
        WEEK, rows("2027-03-01~03"), {"regular_pieces": 1, "regular_extra_days": 1}, id="one more"
    ),
    pytest.param(
        regular(last="2027-03-10"),
        rows("2027-03-05", "2027-03-08"),
        {"regular_pieces": 1},
        id="a weekend does not interrupt",
    ),
    pytest.param(
        regular(last="2027-03-12"),
        rows("2027-03-01~02"),
        {"regular_pieces": 1},
        id="twelve days want two",
    ),
    pytest.param(
        regular(last="2027-03-13"),
        rows("2027-03-01~02"),
        {"regular_pieces": 1, "short": 2},
        id="thirteen days want three",
    ),
    pytest.param(
        regular(stint(form=Form.REGULAR, end="2027-03-01"), last="2027-03-10"),
        rows("2027-03-01"),
        {"regular_pieces": 1},
        id="the last day of a stint",
    ),
    pytest.param(
        regular(stint(form=Form.REGULAR, start="2027-03-06"), last="2027-03-07"),
        (),
        {},
        id="a part without a working day",
    ),
    pytest.param(
        regular(**WHOLE), rows("2027-03-01~05"), {"regular_pieces": 1}, id="five days of a month"
    ),
    pytest.param(
        regular(**WHOLE), rows("2027-03-01~04"), {"regular_pieces": 1, "short": 2}, id="four days"
    ),
    pytest.param(
        regular(mode="seven_days", **WHOLE),
        rows("2027-03-01~05"),
        {"regular_pieces": 1, "short": 4},
        id="seven days wanted",
    ),
    pytest.param(
        regular(mode="natural_week", **WHOLE),
        rows("2027-03-08~12"),
        {"regular_pieces": 1},
        id="a natural week",
    ),
    pytest.param(
        regular(mode="natural_week", **WHOLE),
        rows("2027-03-02~05", "2027-03-08"),
        {"regular_pieces": 1, "short": 2},
        id="five days of two weeks",
    ),
    pytest.param(
        regular(mode="natural_week"),
        rows("2027-03-01~02"),
        {"regular_pieces": 1},
        id="no whole month, no natural week",
    ),
    pytest.param(TWO, rows("2027-03-01~02"), {"regular_pieces": 1}, id="one of two slots"),
    pytest.param(
        TWO,
        rows("2027-03-01") + rows("2027-03-03", inspector_id="P2"),
        {"regular_pieces": 2, "short": 2},
        id="half of it by each is not",
    ),
    pytest.param(
        regular(data=VISIT),
        rows("2027-03-01") + DUTY,
        {"regular_pieces": 1, "short": 2},
        id="a Saturday does not count",
    ),
    pytest.param(
        regular(key_periods=(PERIOD,)),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1},
        id="on duty in a key period it does",
    ),
    pytest.param(
        saturday("2027-03-06", "2027-03-06", "任城区"),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1},
        id="a key period of one day, of the county",
    ),
    pytest.param(
        saturday("2027-03-06", "2027-03-06", "S1"),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1},
        id="of the sector",
    ),
    pytest.param(
        saturday("2027-03-06", "2027-03-06", "O1"),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1},
        id="of the object",
    ),
    pytest.param(
        saturday("2027-03-06", "2027-03-06", boost=False),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1, "short": 2},
        id="a key period that does not boost coverage",
    ),
    pytest.param(
        saturday("2027-03-20", "2027-03-21"),
        rows("2027-03-05") + DUTY,
        {"regular_pieces": 1, "short": 2},
        id="a key period of another week",
    ),
    pytest.param(
        regular(first="2027-03-15", last="2027-03-21", served=OFTEN),
        rows("2027-03-15~16"),
        {"regular_pieces": 1},
        id="the week of most days",
    ),
    pytest.param(
        regular(
            first="2027-03-15",
            last="2027-03-21",
            served=rows("2027-01-11~13") + rows("2027-02-15~16"),
        ),
        rows("2027-03-15~16"),
        {"regular_pieces": 1},
        id="the week of January does not count",
    ),
    pytest.param(
        regular(first="2027-04-12", last="2027-04-18", served=rows("2027-03-08~09")),
        rows("2027-04-13~14"),
        {"regular_pieces": 1},
        id="the fourteenth is in the second week",
    ),
    pytest.param(
        regular(first="2027-05-10", last="2027-05-16", served=rows("2027-04-14")),
        rows("2027-05-10~11"),
        {"regular_pieces": 1},
        id="and it was",
    ),
    pytest.param(
        regular(matrix=(FIFTEEN_DAYS,), first="2027-02-01", last="2027-02-28"),
        rows("2027-02-01~04", "2027-02-11~12", "2027-02-15~19", "2027-02-22~25"),
        {"regular_pieces": 1},
        id="all of February is a whole month",
    ),
    pytest.param(
        regular(contiguous=False),
        rows("2027-03-01", "2027-03-03"),
        {},
        id="pieces do not matter",
    ),
    pytest.param(
        TWO, rows("2027-03-01~02", inspector_id="P2"), {"regular_pieces": 1}, id="the other slot"
    ),
    pytest.param(
        TWO,
        rows("2027-03-01~03") + rows("2027-03-01~02", inspector_id="P2"),
        {"regular_pieces": 2, "regular_extra_days": 1},
        id="one of them comes a day more",
    ),
    pytest.param(
        regular(stint("O1", "P2"), stint(form=Form.REGULAR, slot=2)),
        rows("2027-03-01"),
        {"regular_pieces": 1, "short": 2},
        id="next to another form",
    ),
    pytest.param(
        regular(served=FEBRUARY),
        rows("2027-03-01~02"),
        {"regular_pieces": 1, "regular_other_week": 2},
        id="another week than in February",
    ),
    pytest.param(
        regular(first="2027-03-15", last="2027-03-21", served=FEBRUARY),
        rows("2027-03-15~16"),
        {"regular_pieces": 1},
        id="the same week",
    ),
    pytest.param(
        regular(since="2027-03-03", served=rows("2027-03-01~02")),
        (),
        {"regular_pieces": 1},
        id="served days count",
    ),
    pytest.param(month(stint()), (), {}, id="other forms"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
