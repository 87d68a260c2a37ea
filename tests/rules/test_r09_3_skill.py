"""Verdicts of r09_3_skill by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r09_3_skill import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.terms import Form
from tests.builders import inspector, past, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts, model_amounts

WEAK, STRONG, OTHER = (
    inspector("P1", skills=(("CH", 1),)),
    inspector("P2", skills=(("CH", 2),)),
    inspector("P3", skills=(("CH", 1),)),
)
PLANT = make(sites=(site(sector="CH"),), inspectors=(WEAK, STRONG, OTHER))
HELD = PLANT.model_copy(
    update={
        "stints": (
            past("O1", "P1", "2026-10-12", None),
            past("O1", "P3", "2026-12-14", None, slot=2),
        )
    }
)
FOLLOWED = (
    past("O1", "P1", "2026-10-12", "2027-04-11"),
    past("O1", "P3", "2026-12-14", "2027-06-13", slot=2),
)


def follow(inspector_id: str) -> Plan:
    """Two running holders; the first is followed while the second is still there."""
    return plan(*FOLLOWED, stint(inspector_id=inspector_id, start="2027-04-12"))


CASES = [
    ("qualified", make(), plan(stint()), True),
    ("no skill", make(inspectors=(inspector(skills=(("CH", 3),)),)), plan(stint()), False),
    ("least skill", make(inspectors=(inspector(skills=(("S1", 1),)),)), plan(stint()), True),
    (
        "no skill, but there already",
        make(inspectors=(inspector(skills=()),), stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        True,
    ),
    (
        "no skill, next to somebody who is there already",
        make(
            sites=(site("O1"), site("O2")),
            inspectors=(inspector(skills=()), inspector("P2", skills=())),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11"), stint("O2", "P2")),
        False,
    ),
    (
        "chemical, one of two is skilled",
        PLANT,
        plan(stint(), stint(inspector_id="P2", slot=2)),
        True,
    ),
    ("chemical, nobody is skilled", PLANT, plan(stint(), stint(inspector_id="P3", slot=2)), False),
    (
        "chemical, a skilled member who leaves too early",
        PLANT,
        plan(
            stint(),
            stint(inspector_id="P2", slot=2, end="2027-04-11"),
            stint(inspector_id="P3", slot=2, start="2027-04-12"),
        ),
        False,
    ),
    ("chemical, a skilled member joins", HELD, follow("P2"), True),
    (
        "a sector of the parameter",
        make(
            inspectors=(inspector(skills=(("S1", 1),)),),
            policy=Policy(skilled_sectors=("S1",)),
        ),
        plan(stint()),
        False,
    ),
]

PAID = [
    pytest.param(make(), plan(stint()), {"low_skill": 0, "not_backbone": 0}, id="skilled backbone"),
    pytest.param(
        make(inspectors=(inspector(skills=(("S1", 1),), backbone=False),)),
        plan(stint()),
        {"low_skill": 1, "not_backbone": 1},
        id="one step below 熟练",
    ),
    pytest.param(
        make(
            sites=(site("O1"), site("O2")),
            inspectors=tuple(
                inspector(one, skills=(("S1", 1),), backbone=False) for one in ("P1", "P2")
            ),
        ),
        plan(stint(), stint("O2", "P2")),
        {"low_skill": 2, "not_backbone": 2},
        id="two of them",
    ),
    pytest.param(
        make(inspectors=(inspector(skills=(("S1", 3),)),)),
        plan(stint()),
        {"low_skill": 0},
        id="more than 熟练 earns nothing",
    ),
    pytest.param(
        make(
            inspectors=(inspector(skills=(), backbone=False),),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        {"low_skill": 0, "not_backbone": 0},
        id="who is there already is not judged again",
    ),
    pytest.param(
        make(
            sites=(site("O1"), site("O2", sector="CO")),
            inspectors=(inspector(skills=(("S1", 2), ("CO", 1))),),
        ),
        plan(*(stint(one, form=Form.MOBILE, group="G1") for one in ("O1", "O2"))),
        {"low_skill": 1},
        id="a group by its hardest sector, once",
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted


@pytest.mark.parametrize(("here", "made", "amounts"), PAID)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
