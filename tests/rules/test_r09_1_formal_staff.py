"""Verdicts of r09_1_formal_staff by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r09_1_formal_staff import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import StaffType
from tests.builders import inspector, past, plan, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("administrative", make(), plan(stint()), True),
    (
        "enforcement team",
        make(inspectors=(inspector(staff_type=StaffType.ENFORCEMENT),)),
        plan(stint()),
        True,
    ),
    ("agency", make(inspectors=(inspector(staff_type=StaffType.AGENCY),)), plan(stint()), False),
    (
        "seconded",
        make(inspectors=(inspector(staff_type=StaffType.SECONDED),)),
        plan(stint()),
        False,
    ),
    (
        "there already",
        make(
            inspectors=(inspector(staff_type=StaffType.AGENCY),),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        True,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted
