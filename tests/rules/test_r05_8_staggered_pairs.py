"""R05-8: people of one team who change within four weeks."""

from __future__ import annotations

import pytest

from constraints.r05_8_staggered_pairs import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from tests.builders import instance, past, plan, site, stint
from tests.witnesses import model_amounts

NEW = instance()
STAYS = instance(stints=(past("O1", "P1", "2026-10-12", None),))

CASES = [
    pytest.param(
        NEW,
        plan(stint(), stint(inspector_id="P2", slot=2)),
        {"unstaggered_changes": 1},
        id="both begin together",
    ),
    pytest.param(
        NEW,
        plan(stint(), stint(inspector_id="P2", slot=2, start="2027-02-07")),
        {"unstaggered_changes": 1},
        id="27 days apart",
    ),
    pytest.param(
        NEW,
        plan(stint(), stint(inspector_id="P2", slot=2, start="2027-02-08")),
        {"unstaggered_changes": 0},
        id="28 days apart",
    ),
    pytest.param(
        STAYS,
        plan(stint(start="2026-10-12", end="2027-04-11"), stint(inspector_id="P2", slot=2)),
        {"unstaggered_changes": 0},
        id="one of them is there already",
    ),
    pytest.param(NEW, plan(stint()), {"unstaggered_changes": 0}, id="nobody to stagger with"),
    pytest.param(
        NEW,
        plan(stint(end="2027-01-24"), stint(inspector_id="P2", start="2027-01-25")),
        {"unstaggered_changes": 0},
        id="one after the other in a single post",
    ),
    pytest.param(
        instance(sites=(site("O1"), site("O2"))),
        plan(
            *(
                stint(one, person, slot=slot)
                for one, person, slot in (
                    ("O1", "P1", 1),
                    ("O1", "P2", 2),
                    ("O2", "P3", 1),
                    ("O2", "P4", 2),
                )
            )
        ),
        {"unstaggered_changes": 2},
        id="two pairs",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
