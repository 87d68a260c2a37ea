"""Verdicts of r04_7_all_coal_mines; no single candidate decides it."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r04_7_all_coal_mines import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import SiteStatus
from tests.builders import department, plan, shortage, site, stint
from tests.builders import instance as make
from tests.rules.rows import listed
from tests.witnesses import checker_accepts

MINE = (site(sector="CO", status=SiteStatus.STOPPED),)

TWICE: dict[str, Any] = {
    "departments": (department(), department("D2")),
    "sites": (
        site("O1", sector="CO", uscc="U"),
        site("O2", sector="CO", uscc="U", department="D2"),
    ),
}

CASES = [
    ("no mine", make(), plan(), True),
    ("idle mine unserved", make(sites=MINE), plan(), False),
    ("idle mine served", make(sites=MINE), plan(stint()), True),
    ("explained", make(sites=MINE), plan(shortages=(shortage("O1"),)), True),
    ("one working day open", make(sites=MINE), plan(stint(end="2027-07-08")), False),
    ("off the list", make(sites=MINE, list_items=(listed(end="2027-03-31"),)), plan(), False),
    ("two claims, one serves", make(**TWICE), plan(stint(), departments=("D1", "D2")), True),
    (
        "two claims, one explains",
        make(**TWICE),
        plan(shortages=(shortage("O2"),), departments=("D1", "D2")),
        True,
    ),
    ("two claims, nobody there", make(**TWICE), plan(departments=("D1", "D2")), False),
    ("the other claim is not planned", make(**TWICE), plan(), True),
    (
        "a mine after one that is not planned",
        make(
            departments=(department(), department("D2")),
            sites=(site("O1", sector="CO", department="D2"), site("O2", sector="CO")),
        ),
        plan(),
        False,
    ),
    ("only a weekend open", make(sites=MINE), plan(stint(end="2027-07-09")), True),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_checker(instance: Instance, made: Plan, accepted: bool) -> None:
    """The checker gives the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
