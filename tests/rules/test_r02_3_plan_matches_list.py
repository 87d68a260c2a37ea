"""Verdicts of r02_3_plan_matches_list; no single candidate decides it."""

from __future__ import annotations

import pytest

from constraints.r02_3_plan_matches_list import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import ListItem, MatrixRow
from planner.domain.terms import Grade, ListAction, SiteStatus
from tests.builders import day, past, plan, rating, shortage, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts

LISTED = {"quarter": "2027Q1", "department": "D1", "site_id": "O1"}

CASES = [
    ("served", make(), plan(stint()), True),
    ("forgotten", make(), plan(), False),
    ("explained", make(), plan(shortages=(shortage("O1"),)), True),
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
