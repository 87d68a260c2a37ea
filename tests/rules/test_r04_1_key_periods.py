"""R04-1: presence in key periods, and duty spread over the people."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r04_1_key_periods import RULE
from planner.domain.calendar import KeyPeriod
from planner.domain.day_plan import DayKind, DayRow, MonthCase
from planner.domain.terms import Grade, SiteStatus
from tests.builders import rating, site, stint
from tests.day_witnesses import agree, month, rows
from tests.rules.rows import freeze


def asked(grade: Grade = Grade.FIRST, end: str = "2027-03-06", **fields: Any) -> MonthCase:
    period = freeze(
        "2027-03-04", end, boost_coverage=True, required_first="每日", required_second="一次",
        required_third="无",
    )  # fmt: skip
    return month(
        stint(), ratings=(rating("O1", grade),), key_periods=(period,),
        **fields,
    )  # fmt: skip


def qingming(production: bool, grade: Grade = Grade.FIRST) -> MonthCase:
    """清明 2027 is on Monday 04-05: three days off between a Friday and a Tuesday."""
    period = freeze(
        "2027-04-02", "2027-04-06", boost_coverage=True, required_first="每日",
        required_second="一次",
    )  # fmt: skip
    return month(
        stint(), ratings=(rating("O1", grade),), key_periods=(period,),
        sites=(site(holiday_production=production),), first="2027-04-02", last="2027-04-06",
    )  # fmt: skip


SHUT = site(holiday_production=False)
WORKDAYS = rows("2027-04-02", "2027-04-06")
DAYS = rows("2027-03-04~05")
SATURDAY = rows("2027-03-06", kind=DayKind.DUTY)
ELSEWHERE = freeze("2027-03-04", "2027-03-06", "曲阜市", boost_coverage=True, required_first="每日")
QUIET = freeze("2027-03-04", "2027-03-06", required_first="每日")
MONDAY = freeze("2027-03-01", "2027-03-01", boost_coverage=True, required_first="每日")
WEEKEND = freeze("2027-03-06", "2027-03-07", boost_coverage=True, required_first="每日")
EARLIER = rows("2027-02-06", "2027-02-07", kind=DayKind.DUTY)
LAST_YEAR = rows("2026-12-26", kind=DayKind.DUTY)


def daily(scope: str, *before: KeyPeriod) -> MonthCase:
    """Somebody every day of the period, which comes after others."""
    period = ELSEWHERE.model_copy(update={"scope": (scope,)})
    return month(stint(), key_periods=(*before, period))


CASES = [
    pytest.param(asked(), DAYS + SATURDAY, {"duty_spread": 1}, id="every date"),
    pytest.param(asked(), DAYS, {"short": 8}, id="Saturday without anybody"),
    pytest.param(asked(), (), {"short": 24}, id="nobody"),
    pytest.param(asked(Grade.SECOND), (), {"short": 4}, id="no visit"),
    pytest.param(asked(Grade.SECOND), rows("2027-03-05"), {}, id="one visit"),
    pytest.param(asked(Grade.SECOND), rows("2027-03-03"), {"short": 4}, id="the day before"),
    pytest.param(asked(Grade.SECOND, "2027-03-20"), (), {}, id="the visit may come next month"),
    pytest.param(
        asked(Grade.SECOND, first="2027-03-05", served=rows("2027-03-04")),
        (),
        {},
        id="visited last month",
    ),
    pytest.param(
        asked(Grade.SECOND, since="2027-03-05", served=rows("2027-03-04")),
        (),
        {},
        id="visited before the free days",
    ),
    pytest.param(asked(Grade.THIRD), (), {}, id="nothing asked"),
    pytest.param(asked(Grade.FOURTH), (), {}, id="四级"),
    pytest.param(
        asked(sites=(site(status=SiteStatus.STOPPED),)), (), {}, id="production is stopped"
    ),
    pytest.param(qingming(True), WORKDAYS, {"short": 24}, id="produces on the holiday"),
    pytest.param(qingming(False), WORKDAYS, {}, id="does not produce on the holiday"),
    pytest.param(qingming(False), (), {"short": 16}, id="produces on working days"),
    pytest.param(qingming(False, Grade.SECOND), (), {"short": 4}, id="no visit at all"),
    pytest.param(
        qingming(False, Grade.SECOND),
        rows("2027-04-04", kind=DayKind.DUTY),
        {"duty_spread": 1},
        id="the one visit on the holiday",
    ),
    pytest.param(asked(sites=(SHUT,)), DAYS, {"short": 8}, id="an ordinary weekend"),
    pytest.param(month(stint(), key_periods=(ELSEWHERE,)), (), {}, id="another county"),
    pytest.param(month(stint(), key_periods=(QUIET,)), (), {}, id="frozen, no presence asked"),
    pytest.param(daily("任城区"), (), {"short": 24}, id="the county"),
    pytest.param(daily("S1"), (), {"short": 24}, id="the sector"),
    pytest.param(daily("O1"), (), {"short": 24}, id="the object"),
    pytest.param(daily("全市", QUIET, MONDAY), (), {"short": 32}, id="two of three periods"),
    pytest.param(asked(since="2027-03-04"), (), {"short": 24}, id="from the first day on"),
    pytest.param(asked(Grade.SECOND, "2027-03-07"), (), {"short": 4}, id="it ends with the dates"),
    pytest.param(
        asked(end="2027-03-07", first="2027-03-06", since="2027-03-07", served=SATURDAY),
        rows("2027-03-07", kind=DayKind.DUTY),
        {"duty_spread": 4},
        id="served in the month counts once",
    ),
    pytest.param(
        month(stint(), stint(inspector_id="P2", slot=2), key_periods=(WEEKEND,)),
        SATURDAY + rows("2027-03-07", inspector_id="P2", kind=DayKind.DUTY),
        {"duty_spread": 2},
        id="once each",
    ),
    pytest.param(
        asked(served=EARLIER + rows("2027-02-27", kind=DayKind.DUTY)),
        DAYS + SATURDAY,
        {"duty_spread": 16 - 9},
        id="the fourth of the year",
    ),
    pytest.param(
        asked(served=EARLIER), DAYS + SATURDAY, {"duty_spread": 9 - 4}, id="the third of the year"
    ),
    pytest.param(
        asked(served=LAST_YEAR), DAYS + SATURDAY, {"duty_spread": 1}, id="a new year begins anew"
    ),
    pytest.param(asked(since="2027-03-06"), SATURDAY, {"duty_spread": 1}, id="served is past"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
