"""Verdicts of r03_4_released by both witnesses."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from constraints.r03_4_released import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import AppraisalFlag, Form
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, inspector, past, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("free", make(), plan(stint()), True),
    (
        "form not taken",
        make(inspectors=(inspector(forms=frozenset({Form.REGULAR})),)),
        plan(stint()),
        False,
    ),
    (
        "suspended",
        make(inspectors=(inspector(appraisal=AppraisalFlag.SUSPENDED),)),
        plan(stint()),
        False,
    ),
    (
        "available to the last day",
        make(inspectors=(inspector(available_to=day("2027-07-10")),)),
        plan(stint()),
        True,
    ),
    (
        "available a day less",
        make(inspectors=(inspector(available_to=day("2027-07-09")),)),
        plan(stint()),
        False,
    ),
    (
        "retires the day after",
        make(inspectors=(inspector(leaves_on=day("2027-07-11")),)),
        plan(stint()),
        True,
    ),
    (
        "retires on the last day",
        make(inspectors=(inspector(leaves_on=day("2027-07-10")),)),
        plan(stint()),
        False,
    ),
    (
        "retires on the first day of the round",
        make(
            inspectors=(inspector(leaves_on=day("2027-01-11")),),
            stints=(past("O1", "P1", "2026-07-13", None),),
        ),
        plan(past("O1", "P1", "2026-07-13", "2027-01-11")),
        False,
    ),
    (
        "suspended and without the form, but there already",
        make(
            inspectors=(
                inspector(appraisal=AppraisalFlag.SUSPENDED, forms=frozenset({Form.REGULAR})),
            ),
            stints=(past("O1", "P1", "2026-10-12", None),),
        ),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11")),
        True,
    ),
    (
        "available from the first day",
        make(inspectors=(inspector(available_from=day("2027-01-11")),)),
        plan(stint()),
        True,
    ),
    (
        "available a day later",
        make(inspectors=(inspector(available_from=day("2027-01-12")),)),
        plan(stint()),
        False,
    ),
    ("fit for mines", make(sites=(site(sector="CO"),)), plan(stint()), True),
    (
        "not fit for mines, elsewhere",
        make(inspectors=(inspector(underground_ok=False),)),
        plan(stint()),
        True,
    ),
    (
        "not fit for mines",
        make(sites=(site(sector="CO"),), inspectors=(inspector(underground_ok=False),)),
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


@pytest.mark.parametrize(
    ("fields", "span"),
    [
        ({"available_to": day("2027-05-31")}, ("2027-01-11", "2027-05-31")),
        ({"leaves_on": day("2027-05-31")}, ("2027-01-11", "2027-05-30")),
        ({"available_from": day("2027-02-01")}, ("2027-02-01", "2027-07-31")),
    ],
    ids=["until May", "retires in May", "from February"],
)
def test_who_comes_or_leaves_in_the_round_serves_until_then(
    fields: dict[str, Any], span: tuple[str, str]
) -> None:
    here = make(inspectors=(inspector(**fields),))
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    assert verify(here, made, RULES).accepted
    assert [(str(one.start), str(one.end)) for one in made.stints] == [span]
