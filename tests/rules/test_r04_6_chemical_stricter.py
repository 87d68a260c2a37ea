"""R04-6: grades for which the matrix gives chemical sites less."""

from __future__ import annotations

import pytest

from constraints.r04_6_chemical_stricter import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import instance, plan, sector, site, stint
from tests.witnesses import model_amounts

CHEMICAL = (site("O1", sector="CH"),)
GENERAL = MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), team_size=2, min_days_per_month=4)


def matrix(days: int, form: Form = Form.REGULAR) -> tuple[MatrixRow, ...]:
    own = MatrixRow(sector="CH", grade=Grade.SECOND, forms=(form,), min_days_per_month=days)
    return (GENERAL, own)


def two_rows(chemical: int | None, others: int | None) -> tuple[MatrixRow, ...]:
    """三级 定期 by two people at chemical sites, by one elsewhere."""
    third = MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=others)
    return (third, third.model_copy(update={"sector": "CH", "min_days_per_month": chemical}))


CASES = [
    pytest.param(
        instance(sites=CHEMICAL, matrix=matrix(3)),
        plan(stint()),
        {"chemical_laxer_grades": 1},
        id="two people three days are less than two people four days",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=matrix(4)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="as much is enough",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=matrix(0, Form.RESIDENT)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="residents are there every working day",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=two_rows(None, 5)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="an empty cell is the default of five days",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=two_rows(2, None)),
        plan(stint()),
        {"chemical_laxer_grades": 1},
        id="and so it is for the others",
    ),
    pytest.param(
        instance(
            sites=CHEMICAL,
            matrix=(MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)), *two_rows(3, 2)),
        ),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="each grade for itself",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=(MatrixRow(sector="CH", grade=Grade.THIRD),)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="nobody anywhere",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=(MatrixRow(grade=Grade.THIRD), two_rows(0, 0)[1])),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="nobody elsewhere",
    ),
    pytest.param(
        instance(
            sites=CHEMICAL,
            matrix=(
                *matrix(4),
                MatrixRow(sector="CO", grade=Grade.SECOND, forms=(Form.RESIDENT,)),
            ),
        ),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="coal mines have rules of their own",
    ),
    pytest.param(
        instance(sites=CHEMICAL, sectors=(sector("CH", chemical=True, team_size=2),)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="no other sector",
    ),
    pytest.param(
        instance(
            sites=CHEMICAL,
            sectors=(sector(), sector("CH", chemical=True)),
            matrix=matrix(4),
        ),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="two people at least, whatever the sector says",
    ),
    pytest.param(
        instance(sites=CHEMICAL, matrix=two_rows(2, 4)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="two people two days are as much as one person four days",
    ),
    pytest.param(
        instance(matrix=matrix(3)),
        plan(stint()),
        {"chemical_laxer_grades": 0},
        id="a plan without chemical sites",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_the_amount_is_counted_and_no_plan_pays_it(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == {}
