"""R18-1: started tens of kilometres from home to the object."""

from __future__ import annotations

import pytest

from constraints.r18_1_nearness import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Distance
from planner.domain.terms import Form
from tests.builders import inspector, instance, past, plan, site, stint
from tests.witnesses import model_amounts


def trip(home: str, kilometres: float | None = None) -> Instance:
    listed = (
        ()
        if kilometres is None
        else (Distance(origin="任城区", destination="梁山县", kilometres=kilometres),)
    )
    return instance(
        sites=(site("O1", county="梁山县"), site("O2", county="任城区")),
        inspectors=(inspector(home_county=home),),
        distances=listed,
    )  # fmt: skip


TEAM = tuple(stint(one, form=Form.MOBILE, group="L-01") for one in ("O1", "O2"))

CASES = [
    pytest.param(trip("任城区", 62), plan(stint()), {"distance": 7}, id="62 km are seven tens"),
    pytest.param(trip("任城区", 61), plan(stint()), {"distance": 7}, id="and so are 61 km"),
    pytest.param(trip("任城区", 60), plan(stint()), {"distance": 6}, id="60 km are six"),
    pytest.param(trip("梁山县", 62), plan(stint()), {"distance": 0}, id="at home"),
    pytest.param(trip("任城区"), plan(stint()), {"distance": 5}, id="unlisted: 50 km"),
    pytest.param(trip(""), plan(stint()), {"distance": 0}, id="home unknown"),
    pytest.param(trip("任城区", 62), plan(*TEAM), {"distance": 7}, id="a group by its farthest"),
    pytest.param(
        trip("任城区", 62).model_copy(update={"stints": (past("O1", "P1", "2026-10-12", None),)}),
        plan(stint(start="2026-10-12", end="2027-04-11")),
        {"distance": 0},
        id="who is there already travels no more",
    ),
    pytest.param(
        trip("任城区", 62),
        plan(stint(end="2027-04-11"), stint(inspector_id="P1", start="2027-04-12")),
        {"distance": 14},
        id="two trips",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
