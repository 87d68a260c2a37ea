"""The tables of a month's days: whose number is whose."""

from __future__ import annotations

from constraints import DAY_RULES
from planner.domain.plan import Stint
from planner.reports.days import DayReport
from tests.builders import rating, site, stint
from tests.day_witnesses import day_plan, month, rows
from tests.rules.rows import freeze


def people_of(*stints: Stint) -> str:
    """人员 of the only object, with the numbers of its days."""
    case = month(*stints, last="2027-03-31")
    days = day_plan(case, rows("2027-03-30", inspector_id="P3"))
    sheet = DayReport(case, days, DAY_RULES).schedule()["按对象"]
    return str(next(row[3].value for row in sheet.iter_rows(min_row=3) if row[3].value))


def test_a_number_stays_with_its_owner_when_the_rest_of_a_month_is_planned_anew() -> None:
    """P1 is in the second slot; who comes later in the first one does not take his number."""
    there = stint("O1", "P1", "2027-01-11", slot=2)
    before = people_of(there, stint("O1", "P3", "2027-01-18", slot=1))
    assert before == "①人员P1 ②人员P3"
    after = people_of(
        there,
        stint("O1", "P3", "2027-01-18", "2027-03-12", slot=1),
        stint("O1", "P2", "2027-03-15", slot=1),
    )
    assert after == "①人员P1 ②人员P3 ③人员P2"


def test_a_key_period_lists_whom_the_plan_serves_in_it() -> None:
    """O2 is served from the day after the period; O3 on its last two days, and nobody comes."""
    period = freeze(
        "2027-03-01", "2027-03-12", boost_coverage=True,
        required_first="一次", required_second="一次", required_third="一次",
    )  # fmt: skip
    case = month(
        stint("O1", "P1"), stint("O2", "P2", "2027-03-13"), stint("O3", "P3", "2027-03-11"),
        last="2027-03-31", key_periods=(period,), sites=tuple(map(site, ("O1", "O2", "O3"))),
        ratings=tuple(map(rating, ("O1", "O2", "O3"))),
    )  # fmt: skip
    duty = DayReport(case, day_plan(case, rows("2027-03-06")), DAY_RULES).duty()
    assert duty is not None
    lines = list(duty["重点时段力量安排表"].iter_rows(min_row=2, values_only=True))
    assert [(line[3], line[6], line[7]) for line in lines if line[1]] == [
        ("企业O1", "人员P1：6*", ""),
        ("企业O3", "", "11、12"),
    ]
