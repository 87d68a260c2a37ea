"""The tables of a month's days: whose number is whose."""

from __future__ import annotations

from constraints import DAY_RULES
from planner.domain.plan import Stint
from planner.reports.days import DayReport
from tests.builders import stint
from tests.day_witnesses import day_plan, month, rows


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
