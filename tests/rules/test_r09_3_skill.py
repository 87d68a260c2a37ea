"""Verdicts of r09_3_skill by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r09_3_skill import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import inspector, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("qualified", make(), plan(stint()), True),
    ("no skill", make(inspectors=(inspector(skills=(("CH", 3),)),)), plan(stint()), False),
    ("least skill", make(inspectors=(inspector(skills=(("S1", 1),)),)), plan(stint()), True),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted


def test_a_demanding_team_has_a_skilled_member() -> None:
    """化工: 1 + 1 is refused by the checker, 1 + 2 is not."""
    weak = inspector("P1", skills=(("CH", 1),))
    strong = inspector("P2", skills=(("CH", 2),))
    other = inspector("P3", skills=(("CH", 1),))
    here = make(sites=(site(sector="CH"),), inspectors=(weak, strong, other))
    assert checker_accepts(RULE, here, plan(stint(), stint(inspector_id="P2", slot=2)))
    assert not checker_accepts(RULE, here, plan(stint(), stint(inspector_id="P3", slot=2)))
