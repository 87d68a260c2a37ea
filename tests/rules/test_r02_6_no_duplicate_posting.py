"""Verdicts of r02_6_no_duplicate_posting; no single candidate decides it."""

from __future__ import annotations

import pytest

from constraints.r02_6_no_duplicate_posting import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import JointPosting
from tests.builders import day, department, inspector, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts

TWICE = {
    "departments": (department(), department("D2")),
    "inspectors": (inspector(), inspector("P2", department="D2")),
    "sites": (site(uscc="U"), site("O2", uscc="U", department="D2")),
}
SECOND = stint("O2", "P2", department="D2")

CASES = [
    ("one unit", make(**TWICE), plan(stint()), True),
    ("two units", make(**TWICE), plan(stint(), SECOND), False),
    (
        "one after the other",
        make(**TWICE),
        plan(stint(end="2027-03-31"), stint("O2", "P2", "2027-04-01", department="D2")),
        True,
    ),
    (
        "on one common day",
        make(**TWICE),
        plan(stint(end="2027-04-01"), stint("O2", "P2", "2027-04-01", department="D2")),
        False,
    ),
    (
        "joint",
        make(
            **TWICE,
            joint_postings=(
                JointPosting(
                    site_id="O1",
                    departments=("D1", "D2"),
                    reason="联合",
                    approver="甲",
                    approved_on=day("2026-12-01"),
                ),
            ),
        ),
        plan(stint(), SECOND),
        True,
    ),
    (
        "other premises",
        make(
            **{
                **TWICE,
                "sites": (site(uscc="U"), site("O2", uscc="U", premises_no="02", department="D2")),
            }
        ),
        plan(stint(), SECOND),
        True,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_checker(instance: Instance, made: Plan, accepted: bool) -> None:
    """The checker gives the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
