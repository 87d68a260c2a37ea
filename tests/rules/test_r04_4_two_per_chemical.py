"""R04-4: two different people on every served date of a chemical site."""

from __future__ import annotations

import pytest

from constraints.r03_5_one_place import RULE as ONE_PLACE
from constraints.r04_4_two_per_chemical import RULE
from constraints.r05_3_no_gap import RULE as NO_GAP
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import WeekendCoverage
from tests.builders import SECTORS, day, instance, plan, sector, shortage, site, stint
from tests.witnesses import checker_accepts, model_accepts

PLANT = instance(sites=(site(sector="CH"),))
WEEKENDS = instance(
    sites=(site(sector="CH"),),
    sectors=(
        SECTORS[0],
        sector("CH", chemical=True, team_size=2, weekend_coverage=WeekendCoverage.FULL),
    ),
)
PAIR = (stint(), stint(inspector_id="P2", slot=2))


def changing(last: str, first: str, case: Instance = PLANT) -> tuple[Instance, Plan]:
    return case, plan(
        stint(end="2027-07-11"),
        stint(inspector_id="P2", slot=2, end=last),
        stint(inspector_id="P3", slot=2, start=first, end="2027-07-11"),
    )


# What the size of the team decides.
TEAMS = [
    pytest.param(PLANT, plan(*PAIR), True, id="a pair"),
    pytest.param(PLANT, plan(PAIR[0]), False, id="one person"),
    pytest.param(PLANT, plan(), True, id="nobody"),
    pytest.param(
        PLANT, plan(PAIR[0], shortages=(shortage("O1"),)), False, id="one person, called a shortage"
    ),
    pytest.param(instance(), plan(PAIR[0]), True, id="a plain site"),
    pytest.param(
        instance(sites=(site("O2"), site("O1", sector="CH"))),
        plan(stint("O2", "P2"), PAIR[0]),
        False,
        id="one person, after a plain site",
    ),
    pytest.param(
        instance(sites=(site(sector="CO"),)), plan(PAIR[0]), True, id="coal mines are R02-4's"
    ),
]

# What depends on dates and on who they are.
DATES = [
    pytest.param(PLANT, plan(stint(), stint(slot=2)), False, id="one person in both slots"),
    pytest.param(*changing("2027-04-09", "2027-04-12"), True, id="changed over a weekend"),
    pytest.param(*changing("2027-04-09", "2027-04-13"), False, id="a working day alone"),
    pytest.param(
        *changing("2027-04-09", "2027-04-12", WEEKENDS), False, id="a weekend alone that is owed"
    ),
    pytest.param(*changing("2027-04-11", "2027-04-12", WEEKENDS), True, id="no day alone"),
    pytest.param(
        PLANT,
        plan(stint(end="2027-10-01"), stint(inspector_id="P2", slot=2, end="2027-07-09")),
        True,
        id="alone only beyond the owed window",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), TEAMS)
def test_both_witnesses_judge_the_team(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), DATES)
def test_both_witnesses_judge_the_dates(case: Instance, proposal: Plan, accepted: bool) -> None:
    """That both posts are filled over the same dates is R05-3, by different people R03-5."""
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal, ONE_PLACE, NO_GAP) is accepted


def test_the_text_says_who_is_alone_and_when() -> None:
    (found,) = RULE.violations(*changing("2027-04-09", "2027-04-14"))
    assert (found.start, found.end) == (day("2027-04-12"), day("2027-04-13"))
    text = RULE.explain(found)
    for fact in ("2027-04-12至2027-04-13", "P1一人"):
        assert fact in text
