"""Verdicts of r10_1_training_first by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r10_1_training_first import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import day, inspector, past, plan, stint, trained
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("trained", make(), plan(stint()), True),
    ("untrained", make(trainings=()), plan(stint()), False),
    (
        "ends the day before",
        make(trainings=(trained("P1", end=day("2027-01-10")),)),
        plan(stint()),
        True,
    ),
    (
        "ends on the day",
        make(trainings=(trained("P1", end=day("2027-01-11")),)),
        plan(stint()),
        False,
    ),
    ("a year old", make(trainings=(trained("P1", end=day("2026-01-11")),)), plan(stint()), True),
    ("older", make(trainings=(trained("P1", end=day("2026-01-10")),)), plan(stint()), False),
    ("failed", make(trainings=(trained("P1", passed=False),)), plan(stint()), False),
    (
        "without hazard criteria",
        make(trainings=(trained("P1", hazard_criteria=False),)),
        plan(stint()),
        False,
    ),
    ("without task list", make(trainings=(trained("P1", task_list=False),)), plan(stint()), False),
    ("without measures", make(trainings=(trained("P1", measures=False),)), plan(stint()), False),
    (
        "untrained, beside somebody who is there",
        make(
            inspectors=(inspector("P1"), inspector("P2")),
            stints=(past("O1", "P1", "2026-10-12", None),),
            trainings=(),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11"), stint(inspector_id="P2", slot=2)),
        False,
    ),
    (
        "untrained, but there already",
        make(stints=(past("O1", "P1", "2026-10-12", None),), trainings=()),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        True,
    ),
    ("other sector", make(trainings=(trained("P1", sectors=("CH",)),)), plan(stint()), False),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted
