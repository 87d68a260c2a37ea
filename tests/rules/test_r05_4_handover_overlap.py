"""R05-4: changes at which the old holder cannot stay a day longer."""

from __future__ import annotations

import pytest

from constraints.r05_4_handover_overlap import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import Form
from tests.builders import day, instance, past, plan, site, stint
from tests.witnesses import model_amounts

RUNNING = instance(
    sites=(site("O1"), site("O2")),
    stints=(past("O1", "P1", "2026-10-12", None),),
)
LEAVING = stint("O1", start="2026-10-12", end="2027-04-11")
ON_A_SATURDAY = RUNNING.model_copy(
    update={"round": RUNNING.round.model_copy(update={"start": day("2027-04-10")})}
)
LEFT_ON_FRIDAY = stint("O1", start="2026-10-12", end="2027-04-09")

CASES = [
    pytest.param(
        RUNNING,
        plan(LEAVING, stint("O1", "P2", "2027-04-12"), stint("O2", "P1", "2027-04-12")),
        {"handovers_without_overlap": 1},
        id="begins elsewhere the very day",
    ),
    pytest.param(
        RUNNING,
        plan(LEAVING, stint("O1", "P2", "2027-04-12"), stint("O2", "P1", "2027-04-13")),
        {"handovers_without_overlap": 0},
        id="one working day later",
    ),
    pytest.param(
        RUNNING,
        plan(LEAVING, stint("O2", "P1", "2027-04-12", form=Form.REGULAR)),
        {"handovers_without_overlap": 0},
        id="a 定期 post leaves room for the day",
    ),
    pytest.param(
        RUNNING,
        plan(stint("O1", start="2026-10-12", end="2027-01-10"), stint("O2", "P1")),
        {"handovers_without_overlap": 0},
        id="withdrawn before the round",
    ),
    pytest.param(
        RUNNING,
        plan(stint("O1", start="2026-10-12", end="2027-04-08"), stint("O2", "P1", "2027-04-09")),
        {"handovers_without_overlap": 1},
        id="in the middle of a week",
    ),
    pytest.param(
        RUNNING,
        plan(stint("O1", start="2026-10-12", end="2027-01-11"), stint("O2", "P1", "2027-01-12")),
        {"handovers_without_overlap": 1},
        id="after the first day of the round",
    ),
    pytest.param(
        ON_A_SATURDAY,
        plan(LEFT_ON_FRIDAY, stint("O2", "P1", "2027-04-12"), round_start=day("2027-04-10")),
        {"handovers_without_overlap": 0},
        id="gone before a round that begins on days off",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
