"""R04-5: two assigned people on every owed date of a chemical site, between rounds too."""

from __future__ import annotations

import pytest

from constraints.r03_5_one_place import RULE as ONE_PLACE
from constraints.r04_4_two_per_chemical import RULE as TEAM
from constraints.r04_5_continuous import RULE
from constraints.r05_3_no_gap import RULE as NO_GAP
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage
from planner.domain.terms import Grade
from tests.builders import day, department, instance, past, plan, rating, shortage, site, stint
from tests.rules.rows import listed
from tests.witnesses import checker_accepts, model_accepts

PLANT = instance(sites=(site(sector="CH"),))
HELD = instance(
    sites=(site(sector="CH"),),
    stints=(past("O1", "P1", "2026-09-14", None), past("O1", "P2", "2026-07-13", None, slot=2)),
)
ALONE = instance(sites=(site(sector="CH"),), stints=(past("O1", "P2", "2026-07-13", None),))
FOURTH = PLANT.model_copy(update={"ratings": (rating("O1", Grade.FOURTH),)})
SECOND = stint(inspector_id="P2", slot=2)


def taken_over(last: str, *explained: Shortage) -> Plan:
    """P1 and P3 all round; P2, who runs, until ``last``."""
    return plan(
        stint(start="2026-09-14", end="2027-07-11"),
        stint(inspector_id="P2", slot=2, start="2026-07-13", end=last),
        stint(inspector_id="P3", slot=2, end="2027-07-11"),
        shortages=explained,
    )


CASES = [
    pytest.param(PLANT, plan(stint(), SECOND), True, id="a pair all round"),
    pytest.param(PLANT, plan(), True, id="not named at all is R02-3's"),
    pytest.param(PLANT, plan(shortages=(shortage("O1"),)), True, id="nobody, explained"),
    pytest.param(PLANT, plan(stint()), False, id="one person"),
    pytest.param(PLANT, plan(stint(), stint(slot=2)), False, id="one person twice"),
    pytest.param(
        PLANT,
        plan(stint(), stint(inspector_id="P2", slot=2, end="2027-03-31")),
        False,
        id="one person from April on",
    ),
    pytest.param(FOURTH, plan(stint()), False, id="one person where nobody has to be"),
    pytest.param(
        PLANT,
        plan(
            stint(start="2027-03-01"),
            stint(inspector_id="P2", slot=2, start="2027-03-01"),
            shortages=(shortage("O1", "2027-01-11", "2027-02-26"),),
        ),
        True,
        id="explained up to the weekend before",
    ),
    pytest.param(instance(), plan(), True, id="a plain site"),
    pytest.param(
        instance(sites=(site(sector="CH"),), list_items=(listed(start="2027-06-01"),)),
        plan(
            stint(start="2027-06-01", end="2027-09-30"),
            stint(inspector_id="P2", slot=2, start="2027-06-01", end="2027-09-30"),
        ),
        True,
        id="owed only from the entry",
    ),
    pytest.param(HELD, taken_over("2027-01-10"), True, id="handed over at the start"),
    pytest.param(HELD, taken_over("2027-01-08"), True, id="handed over across a weekend"),
    pytest.param(
        HELD,
        taken_over("2026-12-31", shortage("O1", "2027-01-01", "2027-01-10")),
        True,
        id="before the round, explained",
    ),
    pytest.param(
        ALONE,
        plan(
            stint(inspector_id="P2", start="2026-07-13", end="2027-01-10"),
            stint(inspector_id="P1"),
            stint(inspector_id="P3", slot=2),
        ),
        True,
        id="only one was there before: the plan cannot change that",
    ),
]

# The model writes the shortages by itself and lets running holders stay up to the round.
AROUND = [
    pytest.param(
        PLANT,
        plan(
            stint(start="2027-03-01"),
            stint(inspector_id="P2", slot=2, start="2027-03-01"),
            shortages=(shortage("O1", "2027-01-11", "2027-02-25"),),
        ),
        False,
        id="one working day not explained",
    ),
    pytest.param(
        ALONE,
        plan(
            stint(inspector_id="P2", start="2026-07-13", end="2027-01-07"),
            stint(inspector_id="P1"),
            stint(inspector_id="P3", slot=2),
        ),
        False,
        id="the only one leaves before the round",
    ),
    pytest.param(
        HELD,
        plan(
            stint(start="2026-09-14", end="2027-01-10"),
            stint(inspector_id="P2", slot=2, start="2026-07-13", end="2027-01-10"),
        ),
        False,
        id="both are withdrawn, nobody follows",
    ),
    pytest.param(
        FOURTH,
        plan(stint(start="2026-09-14", end="2027-01-11")),
        False,
        id="one person on the first day where nobody has to be",
    ),
    pytest.param(HELD, taken_over("2027-01-07"), False, id="a working day before the round"),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_both_witnesses(case: Instance, proposal: Plan, accepted: bool) -> None:
    """The rows of R05-3 and R03-5 and the team of R04-4 leave no date without two people."""
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal, ONE_PLACE, TEAM, NO_GAP) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), AROUND)
def test_the_checker_judges_what_surrounds_the_model(
    case: Instance, proposal: Plan, accepted: bool
) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted


def test_the_text_counts_people_before_the_round() -> None:
    (found,) = RULE.violations(HELD, taken_over("2026-12-31"))
    assert (found.start, found.end) == (day("2027-01-04"), day("2027-01-08"))
    text = RULE.explain(found)
    for fact in ("2027-01-04至2027-01-08", "在岗1人", "应有2人"):
        assert fact in text


@pytest.mark.parametrize(("unit", "accepted"), [("D2", True), ("D1", False)])
def test_whose_object_another_department_serves_only_ends(unit: str, accepted: bool) -> None:
    """R02-6 gives the object to the other claim: who ran there leaves before the round."""
    known = instance(
        departments=(department(), department("D2")),
        sites=(
            site(sector="CH", uscc="U"),
            site("O2", sector="CH", uscc="U", department=unit),
        ),
        stints=HELD.stints,
    )
    made = plan(
        stint(start="2026-09-14", end="2027-01-10"),
        stint(inspector_id="P2", slot=2, start="2026-07-13", end="2027-01-10"),
    )
    assert checker_accepts(RULE, known, made) is accepted
