"""Verdicts of r01_3_level_of_jurisdiction by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r01_3_level_of_jurisdiction import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import JointPosting
from planner.domain.terms import Level
from tests.builders import day, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("same level", make(), plan(stint()), True),
    ("county site", make(sites=(site(level=Level.COUNTY),)), plan(stint()), False),
    (
        "joint posting",
        make(
            sites=(site(level=Level.COUNTY),),
            joint_postings=(
                JointPosting(
                    site_id="O1",
                    departments=("D1", "D2"),
                    reason="市县联合",
                    approver="甲",
                    approved_on=day("2026-12-01"),
                ),
            ),
        ),
        plan(stint()),
        True,
    ),
    (
        "joint posting of others",
        make(
            sites=(site(level=Level.COUNTY),),
            joint_postings=(
                JointPosting(
                    site_id="O1",
                    departments=("D2", "D3"),
                    reason="市县联合",
                    approver="甲",
                    approved_on=day("2026-12-01"),
                ),
            ),
        ),
        plan(stint()),
        False,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted
