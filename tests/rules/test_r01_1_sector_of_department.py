"""Verdicts of r01_1_sector_of_department by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r01_1_sector_of_department import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import department, inspector, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("own sector", make(), plan(stint()), True),
    ("only sector", make(departments=(department(sectors=("S1",)),)), plan(stint()), True),
    ("foreign sector", make(departments=(department(sectors=("CH",)),)), plan(stint()), False),
    (
        "borrowed person",
        make(
            departments=(department(), department("D2")),
            inspectors=(inspector(department="D2"),),
        ),
        plan(stint()),
        False,
    ),
    ("one of several sectors", make(sites=(site(sector="CO"),)), plan(stint()), True),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted
