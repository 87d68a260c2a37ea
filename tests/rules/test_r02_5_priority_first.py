"""R02-5: what is lost when people are short, and which sites are passed over."""

from __future__ import annotations

import pytest

from constraints.r02_5_priority_first import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import instance, past, plan, rating, sector, shortage, site, stint
from tests.rules.rows import listed
from tests.witnesses import model_amounts

TWO = instance(
    sites=(site("O1"), site("O2")),
    ratings=(rating("O1", score=60), rating("O2", score=40)),
)
WORKDAYS = len(TWO.calendar.workdays(TWO.round.start, TWO.round.end))
SECOND = instance(ratings=(rating("O1", Grade.SECOND, 30),))
TWICE = instance(
    ratings=SECOND.ratings,
    matrix=(
        MatrixRow(grade=Grade.SECOND, forms=(Form.REGULAR,), min_days_per_month=2),
        MatrixRow(grade=Grade.SECOND, forms=(Form.REGULAR, Form.RESIDENT), min_days_per_month=9),
    ),
)
EQUALS = TWO.model_copy(update={"ratings": (rating("O1"), rating("O2"))})
THREE = instance(
    sites=(site("O1"), site("O2"), site("O3")),
    ratings=(rating("O1", score=60), rating("O2", score=50), rating("O3", score=40)),
)
LOW = instance(
    sites=(site("O2"), site("O3"), site("O4")),
    matrix=tuple(
        MatrixRow(grade=grade, forms=(Form.REGULAR,), min_days_per_month=2) for grade in Grade
    ),
    ratings=(
        rating("O2", Grade.SECOND, 30),
        rating("O3", Grade.THIRD, 20),
        rating("O4", Grade.FOURTH, 10),
    ),
)
ALL_SERVED = tuple(stint(one, form=Form.REGULAR) for one in ("O2", "O3", "O4"))

CASES = [
    # A lost working day costs score × 10.
    pytest.param(
        TWO,
        plan(stint("O1"), stint("O2", "P2")),
        {"unserved_first": 0, "inverted_sites": 0},
        id="both served in the preferred form",
    ),
    pytest.param(
        TWO,
        plan(stint("O1"), shortages=(shortage("O2"),)),
        {"unserved_first": 40 * 10 * WORKDAYS, "inverted_sites": 0},
        id="the lower one is left",
    ),
    pytest.param(
        TWO,
        plan(stint("O2"), shortages=(shortage("O1"),)),
        {"unserved_first": 60 * 10 * WORKDAYS, "inverted_sites": 1},
        id="the higher one is passed over",
    ),
    pytest.param(
        TWO,
        plan(stint("O1"), stint("O2", "P2", start="2027-01-18")),
        {"unserved_first": 40 * 10 * 5, "inverted_sites": 0},
        id="one week late",
    ),
    pytest.param(
        SECOND,
        plan(stint()),
        {"unserved_second": 30 * 4 * WORKDAYS},
        id="the second form of the matrix is worth six tenths",
    ),
    pytest.param(
        SECOND.model_copy(update={"policy": Policy(service_value_second_percent=65)}),
        plan(stint()),
        {"unserved_second": 30 * 4 * WORKDAYS},
        id="a worth counts in whole tenths",
    ),
    pytest.param(
        instance(
            ratings=(rating("O1", Grade.SECOND, 30),),
            sectors=(sector(allowed_forms=(Form.RESIDENT,)),),
        ),
        plan(stint()),
        {"unserved_second": 0},
        id="the first form that the sector allows is the preferred one",
    ),
    pytest.param(
        TWICE,
        plan(stint(form=Form.REGULAR)),
        {"unserved_second": 0},
        id="a form that two rows of the matrix name counts where it is named first",
    ),
    pytest.param(
        TWICE,
        plan(stint()),
        {"unserved_second": 30 * 4 * WORKDAYS},
        id="and takes no second place",
    ),
    pytest.param(
        instance(list_items=(listed(form=Form.REGULAR),)),
        plan(stint(form=Form.REGULAR)),
        {"unserved_first": 0},
        id="the form that a person decided is the preferred one",
    ),
    pytest.param(
        instance(list_items=(listed(form=Form.REGULAR),)),
        plan(stint()),
        {"unserved_first": 50 * 7 * WORKDAYS},
        id="the matrix's form is the last where a person decided another",
    ),
    pytest.param(
        TWO,
        plan(stint("O1", end=None), stint("O2", "P2", end=None)),
        {"unserved_first": 0},
        id="an open end lasts to the end of the round",
    ),
    pytest.param(
        THREE.model_copy(update={"list_items": (listed("O2"), listed("O3"))}),
        plan(stint("O1"), stint("O2", "P2"), shortages=(shortage("O3"),)),
        {"unserved_first": 40 * 10 * WORKDAYS},
        id="what is not owed cannot be lost",
    ),
    pytest.param(
        LOW,
        plan(*ALL_SERVED),
        {"unserved_second": 0, "unserved_third": 0, "unserved_fourth": 0, "inverted_sites": 0},
        id="every grade has its own loss: nothing is lost",
    ),
    pytest.param(
        LOW,
        plan(ALL_SERVED[0], shortages=(shortage("O3"), shortage("O4"))),
        {
            "unserved_second": 0,
            "unserved_third": 20 * 10 * WORKDAYS,
            "unserved_fourth": 10 * 10 * WORKDAYS,
        },
        id="every grade has its own loss: the lower two are left",
    ),
    pytest.param(
        TWO,
        plan(stint("O1", form=Form.REGULAR), stint("O2", "P2")),
        {"inverted_sites": 1},
        id="a weaker form above a stronger one",
    ),
    pytest.param(
        TWO,
        plan(stint("O2", form=Form.REGULAR), shortages=(shortage("O1"),)),
        {"inverted_sites": 1},
        id="the weakest form is more than nothing",
    ),
    pytest.param(
        EQUALS,
        plan(stint("O2"), shortages=(shortage("O1"),)),
        {"inverted_sites": 0},
        id="of two equals either may be left",
    ),
    pytest.param(
        THREE,
        plan(stint("O3"), shortages=(shortage("O1"), shortage("O2"))),
        {"inverted_sites": 2},
        id="one served below two that are not",
    ),
    pytest.param(
        instance(ratings=(rating("O1", score=0),)),
        plan(shortages=(shortage("O1"),)),
        {"unserved_first": 10 * WORKDAYS},
        id="a score of nothing counts as one",
    ),
    pytest.param(
        instance(
            sites=(site("O1"), site("O2"), site("O3", sector="CO"), site("O4", sector="CO")),
            ratings=tuple(rating(f"O{n}", score=score) for n, score in enumerate((9, 8, 7, 6), 1)),
        ),
        plan(stint("O2"), stint("O4", "P2"), shortages=(shortage("O1"), shortage("O3"))),
        {"unserved_first": (9 + 7) * 10 * WORKDAYS, "inverted_sites": 2},
        id="one inverted site in each of two sectors",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-07-13", None),)),
        plan(
            stint(start="2026-07-13", end="2027-01-11"),
            shortages=(shortage("O1", "2027-01-12", "2027-07-11"),),
        ),
        {"unserved_first": 50 * 10 * (WORKDAYS - 1)},
        id="served on the first day of the round only",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
