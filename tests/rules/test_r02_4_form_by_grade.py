"""Verdicts of r02_4_form_by_grade by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r02_4_form_by_grade import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import ListItem, MatrixRow
from planner.domain.terms import Form, Grade, ListAction
from tests.builders import instance as make
from tests.builders import past, plan, rating, sector, stint
from tests.witnesses import checker_accepts, model_accepts

CASES = [
    ("first grade resident", make(), plan(stint()), True),
    ("first grade regular", make(), plan(stint(form=Form.REGULAR)), False),
    (
        "third grade regular",
        make(ratings=(rating("O1", Grade.THIRD),)),
        plan(stint(form=Form.REGULAR)),
        True,
    ),
    ("fourth grade", make(ratings=(rating("O1", Grade.FOURTH),)), plan(stint()), False),
    (
        "a person decided",
        make(
            list_items=(
                ListItem(
                    quarter="2027Q1",
                    department="D1",
                    site_id="O1",
                    action=ListAction.KEEP,
                    form=Form.REGULAR,
                ),
            )
        ),
        plan(stint(form=Form.REGULAR)),
        True,
    ),
    (
        "against the decision",
        make(
            list_items=(
                ListItem(
                    quarter="2027Q1",
                    department="D1",
                    site_id="O1",
                    action=ListAction.KEEP,
                    form=Form.REGULAR,
                ),
            )
        ),
        plan(stint()),
        False,
    ),
    (
        "two forms at one object",
        make(
            ratings=(rating("O1", Grade.SECOND),),
            matrix=(MatrixRow(grade=Grade.SECOND, forms=(Form.REGULAR, Form.RESIDENT)),),
        ),
        plan(stint(end="2027-04-11"), stint(form=Form.REGULAR, start="2027-04-12")),
        False,
    ),
    (
        "a running stint keeps its form",
        make(stints=(past("O1", "P1", "2026-10-12", None, form=Form.REGULAR),)),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11", form=Form.REGULAR)),
        True,
    ),
    (
        "sector forbids",
        make(sectors=(sector("S1", allowed_forms=(Form.REGULAR,)),)),
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
