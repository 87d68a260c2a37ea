"""R03-8: at most 65 % of the working days at 定期 objects."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r03_8_regular_load import RULE
from planner.domain.day_plan import DayRow, MonthCase
from planner.domain.policy import Policy
from planner.domain.terms import Form
from planner.verify import verify_days
from tests.builders import day, site, stint
from tests.day_witnesses import agree, day_plan, month, rows
from tests.rules.rows import override


def march(form: Form = Form.REGULAR, **fields: Any) -> MonthCase:
    """23 working days, of which 14 are allowed."""
    stints = (stint("O1", form=form), stint("O2", form=form))
    both = (site("O1"), site("O2"))
    return month(*stints, sites=both, last="2027-03-31", **fields)


FIRST = rows("2027-03-01~05", "2027-03-08~12")
FOUR = rows("2027-03-15~18", site_id="O2")

CASES = [
    pytest.param(march(), FIRST + FOUR, {}, id="fourteen days at two objects"),
    pytest.param(march(), FIRST + FOUR + rows("2027-03-19"), None, id="fifteen"),
    pytest.param(
        march(overrides=(override("R03-8", site_id="O2"),)),
        FIRST + FOUR + rows("2027-03-19"),
        {},
        id="one object taken out by 豁免",
    ),
    pytest.param(
        march(policy=Policy(regular_max_load_percent=66)),
        FIRST + FOUR + rows("2027-03-19"),
        {},
        id="a higher limit",
    ),
    pytest.param(
        month(stint(form=Form.REGULAR), first="2027-01-11", last="2027-01-31"),
        rows("2027-01-11~15", "2027-01-18~22", "2027-01-25~27"),
        {},
        id="thirteen of the twenty working days of January",
    ),
    pytest.param(march(Form.RESIDENT), FIRST + FOUR + rows("2027-03-19"), {}, id="蹲守"),
    pytest.param(
        march(since="2027-03-22", served=FIRST + FOUR + rows("2027-03-19")),
        (),
        {},
        id="too many served already",
    ),
    pytest.param(
        march(since="2027-03-22", served=FIRST + FOUR),
        rows("2027-03-22"),
        None,
        id="one more than served",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)


def test_a_day_of_relief_is_not_a_month() -> None:
    """A row of 豁免 lifts what it names, be it the first day or all but one of the days."""
    for start, end in (("2027-03-01", "2027-03-01"), ("2027-03-01", "2027-03-30")):
        lifted = override("R03-8", site_id="O2", start=day(start), end=day(end))
        case = march(overrides=(lifted,))
        found = day_plan(case, FIRST + FOUR + rows("2027-03-19", site_id="O2"))
        verdict = verify_days(case, found, (RULE,))
        assert len(verdict.violations) == 1
        assert not verdict.overridden
