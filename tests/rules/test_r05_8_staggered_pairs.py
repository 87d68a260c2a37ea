"""R05-8: people of one team who change within four weeks, of one unit who change in one week."""

from __future__ import annotations

import pytest

from constraints.r05_8_staggered_pairs import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from tests.builders import department, instance, past, plan, site, stint
from tests.witnesses import model_amounts

NEW = instance()
STAYS = instance(stints=(past("O1", "P1", "2026-10-12", None),))
KEPT = stint(start="2026-10-12", end="2027-04-11")
UNIT = instance(
    sites=tuple(site(f"O{n}") for n in range(1, 9)),
    stints=(past("O1", "P1", "2026-10-12", None),),
)


def posts(*starts: str) -> Plan:
    """P1 stays at O1; others begin on these dates, each at a site without anybody."""
    kept = stint("O1", "P1", "2026-10-12", "2027-04-11")
    new = (stint(f"O{n}", f"P{n}", start) for n, start in enumerate(starts, 2))
    return plan(kept, *new)


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
    pytest.param(
        NEW,
        plan(stint(end=None), stint(inspector_id="P2", slot=2, end=None)),
        {"unstaggered_changes": 1, "crowded_weeks": 1},
        id="without an end",
    ),
    pytest.param(
        STAYS,
        plan(
            stint(start="2026-10-12", end="2027-01-11"),
            stint(inspector_id="P2", slot=2, end="2027-01-24"),
            stint(inspector_id="P3", slot=2, start="2027-01-25"),
        ),
        {"unstaggered_changes": 1},
        id="next to somebody who leaves on the first day",
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
        {"unstaggered_changes": 2, "crowded_weeks": 2},
        id="two pairs",
    ),
    pytest.param(
        UNIT,
        posts("2027-01-11", "2027-01-15", "2027-01-18"),
        {"crowded_weeks": 0},
        id="two of four in a week: 30 % are rounded up",
    ),
    pytest.param(
        UNIT,
        posts("2027-01-11", "2027-01-15", "2027-01-17"),
        {"crowded_weeks": 1},
        id="three of four from Monday to Sunday",
    ),
    pytest.param(
        UNIT,
        posts("2027-01-11", "2027-01-11", "2027-01-11", "2027-01-18"),
        {"crowded_weeks": 1},
        id="three of five, the next Monday is another week",
    ),
    pytest.param(
        UNIT,
        posts("2027-01-11", "2027-01-11", "2027-01-11", "2027-01-18", "2027-01-18", "2027-01-18"),
        {"crowded_weeks": 0},
        id="twice three of seven",
    ),
    pytest.param(
        UNIT,
        plan(
            stint("O1", "P1", "2026-10-12", "2027-01-11"),
            *(stint(f"O{n}", f"P{n}") for n in (2, 3, 4)),
        ),
        {"crowded_weeks": 1},
        id="a post that is filled on the first day is one of four",
    ),
    pytest.param(
        UNIT.model_copy(update={"policy": Policy(weekly_change_share_percent=60)}),
        posts("2027-01-11", "2027-01-11", "2027-01-11"),
        {"crowded_weeks": 0},
        id="three of four where 60 % may",
    ),
    pytest.param(STAYS, plan(KEPT), {"crowded_weeks": 0}, id="whoever is kept does not change"),
    pytest.param(
        instance(
            departments=(department(), department("D2")),
            sites=(site("O1"), site("O2", department="D2")),
        ),
        plan(
            stint(),
            stint("O2", "P2", department="D2"),
            departments=("D1", "D2"),
        ),
        {"crowded_weeks": 0},
        id="each unit for itself",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
