"""Verdicts of r09_2_no_probation by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r09_2_no_probation import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import day, inspector, past, plan, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("hired long ago", make(), plan(stint()), True),
    (
        "last day of probation",
        make(inspectors=(inspector(probation_end=day("2027-01-11")),)),
        plan(stint()),
        False,
    ),
    (
        "day after probation",
        make(inspectors=(inspector(probation_end=day("2027-01-10")),)),
        plan(stint()),
        True,
    ),
    (
        "a year after hiring",
        make(inspectors=(inspector(hire_date=day("2026-01-11")),)),
        plan(stint()),
        True,
    ),
    (
        "a day less than a year",
        make(inspectors=(inspector(hire_date=day("2026-01-12")),)),
        plan(stint()),
        False,
    ),
    (
        "unknown, but there already",
        make(
            inspectors=(inspector("P1", hire_date=None),),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        True,
    ),
    (
        "unknown, beside somebody who is there",
        make(
            inspectors=(inspector("P1"), inspector("P2", hire_date=None)),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11"), stint(inspector_id="P2", slot=2)),
        False,
    ),
    ("unknown", make(inspectors=(inspector(hire_date=None),)), plan(stint()), False),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted
