"""Verdicts of r04_7_all_coal_mines; no single candidate decides it."""

from __future__ import annotations

import pytest

from constraints.r04_7_all_coal_mines import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import SiteStatus
from tests.builders import instance as make
from tests.builders import plan, shortage, site, stint
from tests.witnesses import checker_accepts

MINE = (site(sector="CO", status=SiteStatus.STOPPED),)

CASES = [
    ("no mine", make(), plan(), True),
    ("idle mine unserved", make(sites=MINE), plan(), False),
    ("idle mine served", make(sites=MINE), plan(stint()), True),
    ("explained", make(sites=MINE), plan(shortages=(shortage("O1"),)), True),
    ("one working day open", make(sites=MINE), plan(stint(end="2027-07-08")), False),
    ("only a weekend open", make(sites=MINE), plan(stint(end="2027-07-09")), True),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_checker(instance: Instance, made: Plan, accepted: bool) -> None:
    """The checker gives the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
