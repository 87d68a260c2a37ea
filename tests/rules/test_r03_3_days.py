"""R03-3: days, visits and gaps of 流动 objects."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r03_3_mobile_group import RULE
from planner.domain.day_plan import DayRow, HalfDay, MonthCase
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import day, rating, site, stint
from tests.day_witnesses import agree, day_plan, month, rows
from tests.rules.rows import absence

TOWN = tuple(site(one, town="某镇") for one in ("O1", "O2"))


def mobile(*people: str, **fields: Any) -> MonthCase:
    """O1 and O2, 二级 with 4 days a month, in the first week of March: one day each wanted."""
    stints = [
        stint(place, person, form=Form.MOBILE, slot=slot, group="G1")
        for slot, person in enumerate(people or ("P1",), start=1)
        for place in ("O1", "O2")
    ]
    ratings = tuple(rating(one, Grade.SECOND) for one in ("O1", "O2"))
    return month(*stints, sites=TOWN, ratings=ratings, **fields)


def both(first: tuple[str, ...], second: tuple[str, ...], **fields: Any) -> tuple[DayRow, ...]:
    return rows(*first, **fields) + rows(*second, site_id="O2", **fields)


EIGHT_DAYS = MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), min_days_per_month=8)
EVERY_DAY = EIGHT_DAYS.model_copy(update={"min_days_per_month": 16})
MARCH: dict[str, Any] = {"last": "2027-03-31"}
CLOSE: dict[str, Any] = {"policy": Policy(mobile_max_gap_days=5), **MARCH}


def halves(*dates: str) -> tuple[DayRow, ...]:
    """In the morning at O1, in the afternoon at O2."""
    mornings = rows(*dates, half=HalfDay.MORNING)
    return mornings + rows(*dates, site_id="O2", half=HalfDay.AFTERNOON)


BEFORE_NOON = absence("2027-03-02", "2027-03-02").model_copy(update={"half_day": "上午"})
AFTER_NOON = rows("2027-03-02", half=HalfDay.AFTERNOON)

CASES = [
    pytest.param(
        mobile(),
        both(("2027-03-01~02",), ("2027-03-03~04",)),
        {"mobile_idle_days": 1},
        id="two days each",
    ),
    pytest.param(mobile(), (), {"mobile_idle_days": 5, "short": 16}, id="nobody"),
    pytest.param(
        mobile(), both(("2027-03-01~02",), ("2027-03-03",)), None, id="a visit of one day"
    ),
    pytest.param(
        mobile(), both(("2027-03-01~03",), ("2027-03-05",)), None, id="begun on the last day"
    ),
    pytest.param(
        mobile(), both(("2027-03-01",), ("2027-03-02~03",)), None, id="the first day alone"
    ),
    pytest.param(
        mobile(since="2027-03-03"), both(("2027-03-03",), ()), None, id="the first open day alone"
    ),
    pytest.param(
        mobile(policy=Policy(mobile_min_days_per_visit=1)),
        rows("2027-03-01", half=HalfDay.MORNING) + rows("2027-03-02", site_id="O2"),
        None,
        id="half a day is no visit",
    ),
    pytest.param(
        mobile(matrix=(EIGHT_DAYS,), **MARCH),
        both(("2027-03-01~05", "2027-03-08~09"), ("2027-03-10~12", "2027-03-15~19")),
        {"mobile_idle_days": 8, "short": 8},
        id="seven days where the matrix says eight",
    ),
    pytest.param(
        mobile(matrix=(), **MARCH),
        both(("2027-03-01~03",), ("2027-03-08~11",)),
        {"mobile_idle_days": 16, "short": 8},
        id="three days where the matrix says nothing",
    ),
    pytest.param(
        mobile(matrix=(EVERY_DAY,), first="2027-02-01", last="2027-02-28"),
        rows("2027-02-01~04", "2027-02-11~12", "2027-02-15~19", "2027-02-22~26"),
        {"short": 4 * 2 * 16},
        id="all of February is a whole month",
    ),
    pytest.param(
        mobile(policy=Policy(mobile_min_days_per_visit=1)),
        both(("2027-03-01",), ("2027-03-02",)),
        {"mobile_idle_days": 3},
        id="one is enough",
    ),
    pytest.param(
        mobile(last="2027-03-09"),
        both(("2027-03-01~02", "2027-03-05"), ("2027-03-03~04",)),
        None,
        id="Friday alone",
    ),
    pytest.param(
        mobile(last="2027-03-09"),
        both(("2027-03-05", "2027-03-08"), ("2027-03-01~02",)),
        {"mobile_idle_days": 3},
        id="over a weekend",
    ),
    pytest.param(
        month(
            *(stint(one, form=Form.MOBILE, group="G1", end="2027-03-03") for one in ("O1", "O2")),
            sites=TOWN,
            ratings=tuple(rating(one, Grade.SECOND) for one in ("O1", "O2")),
        ),
        (),
        {"mobile_idle_days": 3, "short": 16},
        id="three days of a stint that ends",
    ),
    pytest.param(
        mobile("P1", "P2"),
        both(("2027-03-01",), ("2027-03-02~03",)) + rows("2027-03-02", inspector_id="P2"),
        {"mobile_idle_days": 6},
        id="whoever of the group comes",
    ),
    pytest.param(
        mobile(**MARCH),
        both(
            ("2027-03-01~04", "2027-03-15~19"), ("2027-03-08~12", "2027-03-22~26", "2027-03-29~31")
        ),
        {"mobile_idle_days": 1},
        id="a month",
    ),
    pytest.param(
        mobile(**MARCH),
        both(("2027-03-01~03",), ("2027-03-08~11",)),
        {"mobile_idle_days": 16, "short": 8},
        id="three days of a month",
    ),
    pytest.param(
        mobile(**CLOSE),
        both(
            ("2027-03-01~02", "2027-03-09~10", "2027-03-17~18", "2027-03-25~26"),
            ("2027-03-03~04", "2027-03-11~12", "2027-03-19", "2027-03-22", "2027-03-30~31"),
        ),
        {"mobile_idle_days": 7},
        id="no long gap",
    ),
    pytest.param(
        mobile(**CLOSE),
        both(
            ("2027-03-01~02", "2027-03-15~16", "2027-03-23~24"),
            ("2027-03-03~04", "2027-03-11~12", "2027-03-19", "2027-03-22", "2027-03-30~31"),
        ),
        {"mobile_idle_days": 9, "short": 4 * 3},
        id="eight days without a visit",
    ),
    pytest.param(
        mobile(first="2027-03-03", served=rows("2027-03-02")),
        rows("2027-03-03"),
        {"mobile_idle_days": 2, "short": 8},
        id="a visit that goes on",
    ),
    pytest.param(
        mobile(**CLOSE, served=rows("2027-02-19")),
        both(
            ("2027-03-02~03", "2027-03-10~11", "2027-03-18~19", "2027-03-26", "2027-03-29"),
            ("2027-03-04~05", "2027-03-12", "2027-03-15", "2027-03-22~23", "2027-03-30~31"),
        ),
        {"mobile_idle_days": 7, "short": 4},
        id="not seen since a Friday in February",
    ),
    *(
        pytest.param(
            mobile(**CLOSE, served=rows("2027-02-19")).model_copy(
                update={"known_since": ((unit, day(since)),)}
            ),
            both(
                ("2027-03-02~03", "2027-03-10~11", "2027-03-18~19", "2027-03-26", "2027-03-29"),
                ("2027-03-04~05", "2027-03-12", "2027-03-15", "2027-03-22~23", "2027-03-30~31"),
            ),
            {"mobile_idle_days": 7} | ({"short": 4} if counted else {}),
            id=f"the days of {unit} are known since {since}",
        )
        for unit, since, counted in (
            ("D1", "2027-02-19", True),
            ("D1", "2027-02-20", False),
            ("D2", "2027-03-01", True),
        )
    ),
    pytest.param(mobile(), halves("2027-03-01~02"), None, id="two half-days are one day"),
    pytest.param(mobile(), halves("2027-03-01~04"), {"mobile_idle_days": 1}, id="four are a visit"),
    pytest.param(
        mobile(last="2027-03-20"),
        halves("2027-03-01~04"),
        {"mobile_idle_days": 11, "short": 16},
        id="half-days count a half",
    ),
    pytest.param(
        mobile(),
        both(("2027-03-01~02",), ("2027-03-04~05",)) + halves("2027-03-03"),
        {},
        id="days and a half",
    ),
    pytest.param(
        mobile(),
        both(("2027-03-01",), ("2027-03-03~04",)) + halves("2027-03-02"),
        None,
        id="a day and a half are too few",
    ),
    pytest.param(
        mobile(since="2027-03-02", served=halves("2027-03-01")),
        halves("2027-03-02"),
        {"mobile_idle_days": 3},
        id="begun before the free days",
    ),
    pytest.param(
        mobile(first="2027-03-02", served=halves("2027-03-01")),
        halves("2027-03-02"),
        {"mobile_idle_days": 3, "short": 8},
        id="begun last month",
    ),
    pytest.param(
        mobile(since="2027-03-02", served=rows("2027-03-01", site_id="O2")),
        halves("2027-03-02"),
        None,
        id="another object was visited before the free days",
    ),
    pytest.param(
        mobile(absences=(BEFORE_NOON,)),
        rows("2027-03-01", "2027-03-03") + AFTER_NOON + rows("2027-03-04~05", site_id="O2"),
        {},
        id="half a day of leave",
    ),
    pytest.param(
        mobile(absences=(BEFORE_NOON,)),
        rows("2027-03-01") + AFTER_NOON + rows("2027-03-04~05", site_id="O2"),
        None,
        id="half a day of leave leaves half a day",
    ),
    pytest.param(month(stint()), (), {}, id="other forms"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)


def test_the_dates_of_what_is_missing() -> None:
    case = mobile(**MARCH)
    found = both(("2027-03-01~03",), ("2027-03-08~11",))
    (short,) = RULE.day_shortages(case, day_plan(case, found))
    assert (short.start, short.end) == (day("2027-03-01"), day("2027-03-31"))
