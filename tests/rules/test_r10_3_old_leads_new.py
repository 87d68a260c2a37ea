"""R10-3: teams of newcomers, and newcomers alone."""

from __future__ import annotations

import pytest

from constraints.r10_3_old_leads_new import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import instance, past, plan, site, stint
from tests.witnesses import model_amounts

NEWCOMERS = instance(sites=(site("O1", sector="CH"),))
ONE_OLD = instance(
    sites=(site("O1", sector="CH"), site("O2", sector="CH")),
    stints=(past("O2", "P2", "2026-01-12", "2026-07-10"),),
)
PAIR = plan(stint(), stint(inspector_id="P2", slot=2))

CASES = [
    pytest.param(NEWCOMERS, PAIR, {"all_new_teams": 1}, id="both new to the sector"),
    pytest.param(ONE_OLD, PAIR, {"all_new_teams": 0}, id="one served the sector before"),
    pytest.param(
        ONE_OLD,
        plan(
            stint(),
            stint(inspector_id="P2", slot=2, end="2027-04-11"),
            stint(inspector_id="P3", slot=2, start="2027-04-12"),
        ),
        {"all_new_teams": 1},
        id="alone with a newcomer after the old hand has left",
    ),
    pytest.param(
        instance(), plan(stint()), {"unaccompanied_first_timers": 1}, id="a newcomer alone"
    ),
    pytest.param(
        instance(stints=(past("O1", "P2", "2026-10-12", None),)),
        plan(
            stint(inspector_id="P2", start="2026-10-12", end="2027-04-11"),
            stint(start="2027-04-12"),
        ),
        {"unaccompanied_first_timers": 0},
        id="somebody is there who hands over",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
