"""L-8: who was away less goes first, nobody is sent back soon, the lot decides the rest."""

from __future__ import annotations

import pytest

from constraints.l_8_fair_choice import RULE, lot
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import Form, StintStatus
from tests.builders import inspector, instance, past, plan, site, stint
from tests.witnesses import model_amounts

SITES = (site("O1"), site("O2"), site("O3"))


def served(start: str, end: str, form: Form = Form.RESIDENT, site_id: str = "O2") -> Instance:
    return instance(sites=SITES, stints=(past(site_id, "P1", start, end, form=form),))


CASES = [
    pytest.param(instance(), plan(stint()), {"past_load": 0, "returns_within_year": 0}, id="new"),
    pytest.param(
        served("2026-02-01", "2026-05-31"), plan(stint()), {"past_load": 4}, id="120 days: four"
    ),
    pytest.param(
        served("2026-02-01", "2026-05-30"), plan(stint()), {"past_load": 3}, id="119 days: three"
    ),
    pytest.param(
        served("2026-02-01", "2026-05-31", Form.REGULAR),
        plan(stint()),
        {"past_load": 0},
        id="定期 is not away",
    ),
    pytest.param(
        served("2025-01-01", "2026-01-10"), plan(stint()), {"past_load": 0}, id="a year ago"
    ),
    pytest.param(
        served("2026-01-12", "2026-06-30", site_id="O1"),
        plan(stint()),
        {"returns_within_year": 1},
        id="back at the same site within the year",
    ),
    pytest.param(
        served("2025-06-01", "2026-01-10", site_id="O1"),
        plan(stint()),
        {"returns_within_year": 0},
        id="back after a year",
    ),
    pytest.param(
        served("2026-10-12", "2027-04-11", site_id="O1"),
        plan(stint(start="2026-10-12", end="2027-04-11")),
        {"past_load": 0, "returns_within_year": 0, "lots": 0},
        id="who is there already is not chosen again",
    ),
    pytest.param(
        instance(seed=7), plan(stint()), {"lots": lot(7, "P1", "O1")}, id="the lot of the seed"
    ),
    pytest.param(
        instance(
            sites=SITES,
            inspectors=(inspector("P1"), inspector("P2")),
            stints=(past("O2", "P1", "2026-12-13", None),),
        ),
        plan(
            stint("O2", "P1", "2026-12-13", "2027-03-14"),
            stint("O1", "P1", "2027-03-15"),
            stint("O2", "P2", "2027-03-15"),
        ),
        {"past_load": 0},
        id="29 days before the round: not yet one",
    ),
    pytest.param(
        served("2025-06-01", "2026-01-11", site_id="O1"),
        plan(stint()),
        {"returns_within_year": 1},
        id="back a day before the year is over",
    ),
    pytest.param(
        instance(
            sites=SITES,
            stints=(
                past("O2", "P1", "2026-02-01", "2026-05-31"),
                past("O1", "P1", "2026-03-01", "2026-03-15"),
                past("O3", "P1", "2026-05-01", "2026-05-31"),
            ),
        ),
        plan(stint("O2")),
        {"past_load": 4},
        id="two places at a time: each day counts once",
    ),
    pytest.param(
        instance(
            sites=SITES,
            stints=(
                past("O2", "P1", "2026-02-01", "2026-05-30"),
                past("O1", "P1", "2026-03-01", "2026-03-15"),
            ),
        ),
        plan(stint("O2")),
        {"past_load": 3},
        id="a second place within 119 days adds nothing",
    ),
    pytest.param(
        instance(
            sites=SITES,
            inspectors=(inspector("P1"), inspector("P2")),
            stints=(past("O1", "P1", "2026-01-12", "2026-06-30"),),
        ),
        plan(stint(), stint("O2", "P2")),
        {"returns_within_year": 1},
        id="one comes back, the next one is new",
    ),
    pytest.param(
        instance(
            sites=SITES,
            stints=(past("O1", "P1", "2026-02-01", "2026-12-31", status=StintStatus.DRAFT),),
        ),
        plan(stint()),
        {"past_load": 0, "returns_within_year": 0},
        id="what was only drafted was not served",
    ),
    pytest.param(
        instance(
            sites=SITES,
            stints=(past("O1", "P1", "2027-01-11", None, status=StintStatus.APPROVED),),
        ),
        plan(stint()),
        {"returns_within_year": 0},
        id="who comes for the first time does not return",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted


def test_lots_depend_on_the_seed_and_lie_below_100() -> None:
    lots = [lot(seed, "P1", "O1") for seed in range(300)]
    assert set(lots) <= set(range(100))
    assert len(set(lots)) > 80
