"""R10-3: teams of newcomers, and newcomers alone."""

from __future__ import annotations

import pytest

from constraints.r10_3_old_leads_new import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import StintStatus
from tests.builders import instance, past, plan, site, stint
from tests.witnesses import model_amounts

NEWCOMERS = instance(sites=(site("O1", sector="CH"),))
ONE_OLD = instance(
    sites=(site("O1", sector="CH"), site("O2", sector="CH")),
    stints=(past("O2", "P2", "2026-01-12", "2026-07-10"),),
)
HANDED_OVER = instance(
    sites=(site("O1", sector="CH"),),
    stints=(past("O1", "P1", "2026-07-13", None), past("O1", "P2", "2026-07-13", None, slot=2)),
)
PAIR = plan(stint(), stint(inspector_id="P2", slot=2))

CASES = [
    pytest.param(NEWCOMERS, PAIR, {"all_new_teams": 1}, id="both new to the sector"),
    pytest.param(ONE_OLD, PAIR, {"all_new_teams": 0}, id="one served the sector before"),
    pytest.param(
        NEWCOMERS,
        plan(stint(end=None), stint(inspector_id="P2", slot=2, end=None)),
        {"all_new_teams": 1},
        id="without an end",
    ),
    pytest.param(
        ONE_OLD.model_copy(
            update={
                "stints": (past("O2", "P2", "2026-01-12", "2026-07-10", status=StintStatus.DRAFT),)
            }
        ),
        PAIR,
        {"all_new_teams": 1},
        id="what was only drafted was not served",
    ),
    pytest.param(
        ONE_OLD.model_copy(
            update={"stints": (past("O2", "P2", "2027-01-11", None, status=StintStatus.APPROVED),)}
        ),
        PAIR,
        {"all_new_teams": 1},
        id="what begins with the round is no experience",
    ),
    pytest.param(
        ONE_OLD,
        plan(stint(), stint(inspector_id="P2", slot=2, end="2027-01-11")),
        {"all_new_teams": 0, "unaccompanied_first_timers": 0},
        id="with the old hand on the first day",
    ),
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
    pytest.param(
        instance(sites=tuple(site(f"O{n}", sector="CH") for n in (1, 2))),
        plan(
            *PAIR.stints,
            stint("O2", "P3"),
            stint("O2", "P4", slot=2),
        ),
        {"all_new_teams": 2},
        id="two pairs of newcomers",
    ),
    pytest.param(
        instance(sites=(site("O1"), site("O2"))),
        plan(stint("O1"), stint("O2", "P2")),
        {"unaccompanied_first_timers": 2},
        id="two newcomers alone",
    ),
    pytest.param(
        instance(sites=(site("O1"), site("O2", sector="CH"))),
        plan(stint("O1"), stint("O2", "P2"), stint("O2", "P3", slot=2)),
        {"all_new_teams": 1, "unaccompanied_first_timers": 1},
        id="a newcomer alone and a pair of them",
    ),
    pytest.param(
        instance(
            sites=(site("O1"), site("O2")), stints=(past("O2", "P1", "2026-01-12", "2026-07-10"),)
        ),
        plan(stint("O1")),
        {"unaccompanied_first_timers": 0},
        id="alone, but experienced in just this sector",
    ),
    pytest.param(
        HANDED_OVER,
        plan(
            stint(start="2026-07-13", end="2027-01-10"),
            stint(inspector_id="P2", slot=2, start="2026-07-13", end="2027-01-10"),
            stint(inspector_id="P3"),
            stint(inspector_id="P4", slot=2),
        ),
        {"all_new_teams": 1},
        id="who left before the round leads nobody",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
