"""Verdicts of r02_3_plan_matches_list; no single candidate decides it."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r02_3_plan_matches_list import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import JointPosting, ListItem, MatrixRow
from planner.domain.terms import Form, Grade, Level, ListAction, SiteStatus
from tests.builders import day, department, past, plan, rating, sector, shortage, site, stint
from tests.builders import instance as make
from tests.rules.rows import listed
from tests.witnesses import checker_accepts

LISTED = {"quarter": "2027Q1", "department": "D1", "site_id": "O1"}

OTHERS: dict[str, Any] = {
    "departments": (department(), department("D2")),
    "sites": (site(department="D2"),),
}
SHARED = JointPosting(
    site_id="O1",
    departments=("D1", "D2"),
    reason="联合",
    approver="甲",
    approved_on=day("2026-12-01"),
)
TWO_LEVELS: dict[str, Any] = {
    "departments": (department(), department("D2", level=Level.COUNTY)),
    "sites": (site(uscc="U"), site("O2", uscc="U", department="D2", level=Level.COUNTY)),
}

TWO_UNITS: dict[str, Any] = {
    "departments": (department(), department("D2")),
    "sites": (site(uscc="U"), site("O2", uscc="U", department="D2")),
}
BOTH = ("D1", "D2")
WEEKS = stint(end="2027-03-05")
HELD = past("O1", "P1", "2026-09-14", None)

CASES = [
    ("served", make(), plan(stint()), True),
    ("forgotten", make(), plan(), False),
    ("explained", make(), plan(shortages=(shortage("O1"),)), True),
    (
        "explained without a reason",
        make(),
        plan(shortages=(shortage("O1").model_copy(update={"reason": " "}),)),
        False,
    ),
    (
        "served and yet a shortage",
        make(),
        plan(stint(), shortages=(shortage("O1", "2027-03-01", "2027-03-05"),)),
        False,
    ),
    (
        "a shortage from the day after",
        make(),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06"),)),
        True,
    ),
    (
        "a shortage from the last day on",
        make(),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-05"),)),
        False,
    ),
    ("at another unit's object", make(**OTHERS), plan(stint()), False),
    ("shared by a joint posting", make(**OTHERS, joint_postings=(SHARED,)), plan(stint()), True),
    (
        "a unit of another level serves its own claim",
        make(**TWO_LEVELS),
        plan(stint(), departments=("D1", "D2")),
        False,
    ),
    (
        "both levels serve",
        make(**TWO_LEVELS),
        plan(stint(), stint("O2", "P2", department="D2"), departments=("D1", "D2")),
        True,
    ),
    ("two units claim it, one is planned", make(**TWO_UNITS), plan(), True),
    ("two units claim it, both forget it", make(**TWO_UNITS), plan(departments=BOTH), False),
    ("two units claim it, one serves", make(**TWO_UNITS), plan(stint(), departments=BOTH), True),
    (
        "two units claim it, one explains",
        make(**TWO_UNITS),
        plan(shortages=(shortage("O2"),), departments=BOTH),
        True,
    ),
    (
        "the other claim has lapsed",
        make(
            departments=TWO_UNITS["departments"],
            sites=(
                site(uscc="U"),
                site("O2", uscc="U", department="D2", status=SiteStatus.CLOSED),
            ),
        ),
        plan(),
        False,
    ),
    (
        "another unit that is not planned has another object",
        make(
            departments=TWO_UNITS["departments"],
            sites=(site(uscc="U"), site("O2", uscc="V", department="D2")),
        ),
        plan(),
        False,
    ),
    ("a running stint goes on", make(stints=(HELD,)), plan(stint(start="2026-09-14")), True),
    (
        "a running stint on the first day of the round",
        make(stints=(HELD,)),
        plan(stint(start="2026-09-14", end="2027-01-11")),
        True,
    ),
    (
        "idle, and a running stint on the first day",
        make(sites=(site(status=SiteStatus.STOPPED),), stints=(HELD,)),
        plan(stint(start="2026-09-14", end="2027-01-11")),
        False,
    ),
    ("up to the exit", make(list_items=(listed(end="2027-03-05"),)), plan(WEEKS), True),
    (
        "only on the day of the exit",
        make(list_items=(listed(end="2027-03-05"),)),
        plan(stint(start="2027-03-05", end="2027-03-05")),
        True,
    ),
    (
        "a day beyond the exit",
        make(list_items=(listed(end="2027-03-04"),)),
        plan(WEEKS),
        False,
    ),
    (
        "without an end, beyond the exit",
        make(list_items=(listed(end="2027-03-05"),)),
        plan(stint(end=None)),
        False,
    ),
    (
        "shared with a third unit",
        make(
            **OTHERS,
            joint_postings=(SHARED.model_copy(update={"departments": ("D2", "D3")}),),
        ),
        plan(stint()),
        False,
    ),
    (
        "a grade without a form",
        make(ratings=(rating("O1", Grade.FOURTH),), list_items=(listed(),)),
        plan(),
        True,
    ),
    (
        "a grade without a form, but a person decided on one",
        make(ratings=(rating("O1", Grade.FOURTH),), list_items=(listed(form=Form.REGULAR),)),
        plan(),
        False,
    ),
    (
        "a grade whose forms the sector does not allow",
        make(sectors=(sector(allowed_forms=(Form.REGULAR,)),)),
        plan(),
        True,
    ),
    (
        "a grade of whose forms the sector allows one",
        make(sectors=(sector(allowed_forms=(Form.REGULAR, Form.RESIDENT)),)),
        plan(),
        False,
    ),
    (
        "a mine without a form is forgotten",
        make(sites=(site(sector="CO"),), ratings=(rating("O1", Grade.FOURTH),)),
        plan(),
        False,
    ),
    ("idle", make(sites=(site(status=SiteStatus.STOPPED),)), plan(), True),
    ("idle but served", make(sites=(site(status=SiteStatus.STOPPED),)), plan(stint()), False),
    ("deferred", make(list_items=(ListItem(action=ListAction.DEFER, **LISTED),)), plan(), True),
    (
        "before it takes effect",
        make(list_items=(ListItem(action=ListAction.ADD, valid_from=day("2027-03-01"), **LISTED),)),
        plan(stint()),
        False,
    ),
    (
        "on the day",
        make(list_items=(ListItem(action=ListAction.ADD, valid_from=day("2027-03-01"), **LISTED),)),
        plan(stint(start="2027-03-01", end="2027-08-31")),
        True,
    ),
    (
        "withdrawn before the round, nobody follows",
        make(stints=(past("O1", "P1", "2026-09-14", None),)),
        plan(stint(start="2026-09-14", end="2027-01-10")),
        False,
    ),
    (
        "withdrawn before the round because the grade wants nobody any more",
        make(
            stints=(past("O1", "P1", "2026-09-14", None),),
            ratings=(rating("O1", Grade.FOURTH),),
            matrix=(MatrixRow(grade=Grade.FOURTH),),
        ),
        plan(stint(start="2026-09-14", end="2027-01-10")),
        True,
    ),
    (
        "running row deleted",
        make(stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(shortages=(shortage("O1"),)),
        False,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_checker(instance: Instance, made: Plan, accepted: bool) -> None:
    """The checker gives the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
