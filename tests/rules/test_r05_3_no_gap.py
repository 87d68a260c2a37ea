"""R05-3: coverage of the slots of an object, and long absences."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r05_3_no_gap import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.terms import WeekendCoverage
from tests.builders import (
    ROUND,
    SECTORS,
    day,
    department,
    inspector,
    instance,
    past,
    plan,
    sector,
    shortage,
    site,
    stint,
)
from tests.rules.rows import absence, listed
from tests.witnesses import checker_accepts, model_accepts

ALWAYS = instance(sectors=(sector("S1", weekend_coverage=WeekendCoverage.FULL), *SECTORS[1:]))
ROTA = instance(sectors=(sector("S1", weekend_coverage=WeekendCoverage.ROTA), *SECTORS[1:]))

ON_A_SATURDAY = instance(
    inspectors=(inspector("P1"), inspector("P2")),
    stints=(past("O1", "P1", "2026-12-07", None),),
    round=ROUND.model_copy(update={"start": day("2027-04-10")}),
)


def handover(last: str, first: str, **fields: Any) -> Plan:
    return plan(stint(end=last), stint(inspector_id="P2", start=first, **fields))


COVERAGE = [
    pytest.param(instance(), plan(stint(end="2027-07-11")), True, id="one person all round"),
    pytest.param(instance(), plan(stint(end="2027-07-09")), True, id="until the last working day"),
    pytest.param(instance(), plan(), True, id="no stint at all is R02-3's"),
    pytest.param(instance(), handover("2027-04-16", "2027-04-19"), True, id="over a weekend"),
    pytest.param(instance(), handover("2027-04-16", "2027-04-20"), False, id="a Monday missing"),
    pytest.param(instance(), handover("2027-04-30", "2027-05-05"), True, id="over Labour Day"),
    pytest.param(
        instance(), handover("2027-04-16", "2027-04-19", slot=2), False, id="the wrong slot follows"
    ),
    pytest.param(
        ALWAYS,
        handover("2027-04-18", "2027-04-19", end="2027-07-11"),
        True,
        id="weekends too, covered",
    ),
    pytest.param(
        ALWAYS,
        handover("2027-04-16", "2027-04-19", end="2027-07-11"),
        False,
        id="weekends too, missing",
    ),
    pytest.param(ROTA, handover("2027-04-16", "2027-04-19"), True, id="a weekend rota is no gap"),
    pytest.param(
        ON_A_SATURDAY,
        plan(
            stint(start="2026-12-07", end="2027-04-11"),
            stint(inspector_id="P2", start="2027-05-10", end="2027-11-09"),
            shortages=(shortage("O1", "2027-04-10", "2027-05-09"),),
            round_start=day("2027-04-10"),
        ),
        True,
        id="gone on the days off with which the round begins",
    ),
    pytest.param(
        instance(),
        plan(
            stint(end="2027-04-16"),
            stint(inspector_id="P2", start="2027-04-20"),
            shortages=(shortage("O1", "2027-04-17", "2027-04-19"),),
        ),
        False,
        id="a gap inside cannot be explained",
    ),
    pytest.param(
        instance(),
        plan(
            stint(start="2027-03-01"),
            shortages=(shortage("O1", "2027-01-11", "2027-02-28"),),
        ),
        True,
        id="unserved before, explained",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-05-14"), shortages=(shortage("O1", "2027-05-15", "2027-07-11"),)),
        True,
        id="unserved after, explained",
    ),
    pytest.param(
        instance(),
        plan(stint(), stint(inspector_id="P2", slot=2)),
        True,
        id="two slots alike",
    ),
    pytest.param(
        instance(),
        plan(stint(), stint(inspector_id="P2", slot=2, start="2027-01-12")),
        False,
        id="one slot begins a working day later",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-07-09"), stint(inspector_id="P2", slot=2, end="2027-10-10")),
        True,
        id="slots end differently, but beyond the last owed day",
    ),
    pytest.param(
        instance(list_items=(listed(start="2027-03-01", end="2027-05-14"),)),
        plan(stint(start="2027-03-01", end="2027-05-14")),
        True,
        id="only the owed window counts",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-09-14", None),)),
        plan(
            stint(start="2026-09-14", end="2027-03-13"),
            stint(inspector_id="P2", start="2027-03-15"),
        ),
        True,
        id="a running stint and its successor",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-09-14", None),)),
        plan(stint(start="2026-09-14", end="2027-01-10")),
        True,
        id="withdrawn at the start, nobody follows: R02-3 says whether anybody is owed",
    ),
    pytest.param(
        instance(
            departments=(department(), department("D2")),
            sites=(site(), site("O2", department="D2")),
        ),
        plan(stint(), stint("O2", "P2", end="2027-02-26")),
        True,
        id="objects of departments that are not planned",
    ),
]

# Rows of 未安排对象 are written after the model, for every owed date that it leaves.
UNEXPLAINED = [
    pytest.param(instance(), plan(stint(end="2027-07-08")), False, id="a working day is missing"),
    pytest.param(instance(), plan(stint(start="2027-01-12")), False, id="begins a day late"),
    pytest.param(
        instance(),
        plan(
            stint(start="2027-03-02"),
            shortages=(shortage("O1", "2027-01-11", "2027-02-28"),),
        ),
        False,
        id="unserved before, a day unexplained",
    ),
    pytest.param(
        instance(sites=(site("O1"), site("O2"))),
        plan(stint(end="2027-05-14"), shortages=(shortage("O2", "2027-05-15", "2027-07-11"),)),
        False,
        id="explained for another object",
    ),
]

ABSENCES = [
    pytest.param(
        instance(
            absences=(absence("2027-02-01", "2027-02-05"), absence("2027-03-01", "2027-03-15"))
        ),
        plan(stint()),
        False,
        id="eleven working days after five",
    ),
    pytest.param(
        instance(absences=(absence("2026-12-01", "2027-01-11"),)),
        plan(stint()),
        False,
        id="away until the first day",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-09-14", None),),
            absences=(absence("2027-01-11", "2027-01-29"),),
        ),
        plan(stint(start="2026-09-14", end="2027-01-11")),
        False,
        id="away on the first day of the round, the last of the stint",
    ),
    pytest.param(
        instance(
            absences=(absence("2027-03-01", "2027-03-12"), absence("2027-03-15", "2027-03-19"))
        ),
        plan(stint()),
        False,
        id="a week after two weeks",
    ),
    pytest.param(
        instance(
            absences=(absence("2026-10-12", "2026-11-13"), absence("2027-03-01", "2027-03-15"))
        ),
        plan(stint()),
        False,
        id="long before the stint, and again in it",
    ),
    pytest.param(
        instance(absences=(absence("2027-03-01", "2027-03-12"),)),
        plan(stint()),
        True,
        id="ten working days",
    ),
    pytest.param(
        instance(absences=(absence("2027-03-01", "2027-03-15"),)),
        plan(stint()),
        False,
        id="eleven working days",
    ),
    pytest.param(
        instance(
            absences=(absence("2027-03-15", "2027-03-26"), absence("2027-03-01", "2027-03-12"))
        ),
        plan(stint()),
        False,
        id="two absences with a weekend between them are one long one",
    ),
    pytest.param(
        instance(
            absences=(absence("2027-03-16", "2027-03-26"), absence("2027-03-01", "2027-03-12"))
        ),
        plan(stint()),
        True,
        id="a working day between them keeps them apart",
    ),
    pytest.param(
        instance(absences=(absence("2027-03-01", "2027-03-15", "P2"),)),
        plan(stint()),
        True,
        id="somebody else is away",
    ),
    pytest.param(
        instance(absences=(absence("2027-07-11", "2027-08-15"),)),
        plan(stint(end="2027-07-10")),
        True,
        id="away from the day after",
    ),
    pytest.param(
        instance(absences=(absence("2027-07-10", "2027-08-15"),)),
        plan(stint(end="2027-07-10")),
        False,
        id="away from the last day",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-09-14", None),),
            absences=(absence("2026-10-12", "2026-11-13"),),
        ),
        plan(
            stint(start="2026-09-14", end="2027-07-10"),
        ),
        True,
        id="an absence before the round is past",
    ),
    pytest.param(
        instance(
            policy=Policy(absence_long_days=5), absences=(absence("2027-03-01", "2027-03-08"),)
        ),
        plan(stint()),
        False,
        id="the policy says what is long",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), COVERAGE)
def test_both_witnesses_judge_coverage(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), UNEXPLAINED)
def test_the_checker_judges_what_is_not_explained(
    case: Instance, proposal: Plan, accepted: bool
) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted


def test_only_the_checker_knows_two_people_in_one_slot() -> None:
    """The model hands over from one date to the next."""
    overlapping = handover("2027-04-16", "2027-04-12")
    assert checker_accepts(RULE, instance(), overlapping)
    assert not model_accepts(RULE, instance(), overlapping)


@pytest.mark.parametrize(("case", "proposal", "accepted"), ABSENCES)
def test_both_witnesses_judge_absences(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_a_withdrawn_holder_is_not_judged_by_absences_across_the_start() -> None:
    case = instance(
        stints=(past("O1", "P1", "2026-09-14", None),),
        absences=(absence("2026-12-28", "2027-02-26"),),
    )
    withdrawn = plan(stint(start="2026-09-14", end="2027-01-10"), shortages=(shortage("O1"),))
    assert checker_accepts(RULE, case, withdrawn)
    assert model_accepts(RULE, case, withdrawn)


@pytest.mark.parametrize(
    ("proposal", "facts"),
    [
        (
            handover("2027-04-16", "2027-04-21"),
            ("岗位1", "P1", "2027-04-16", "P2", "2027-04-21", "2027-04-19至2027-04-20"),
        ),
        (
            plan(
                stint(inspector_id="P3", end="2027-02-26"),
                stint(start="2027-03-01", end="2027-04-16"),
                stint(inspector_id="P4", start="2027-05-10"),
                stint(inspector_id="P2", start="2027-04-21", end="2027-05-09"),
            ),
            ("岗位1", "P1", "2027-04-16", "P2", "2027-04-21", "2027-04-19至2027-04-20"),
        ),
        (
            plan(stint(), stint(inspector_id="P2", slot=2, start="2027-02-01")),
            ("岗位1自2027-01-11至2027-07-09", "岗位2自2027-02-01至2027-07-09"),
        ),
        (plan(stint(end="2027-06-30")), ("2027-07-01至2027-07-09", "未安排对象")),
    ],
)
def test_the_text_states_the_facts(proposal: Plan, facts: tuple[str, ...]) -> None:
    (found,) = RULE.violations(instance(), proposal)
    assert found.site_id == "O1"
    assert found.start is not None
    assert found.end is not None
    assert RULE.explain(found).count("岗位1衔接") == (found.inspector_id == "P2")
    assert found.start < found.end
    text = RULE.explain(found)
    for fact in facts:
        assert fact in text


def test_the_text_of_an_absence_does_not_tell_its_kind() -> None:
    case = instance(absences=(absence("2027-03-01", "2027-03-31"),))
    (found,) = RULE.violations(case, plan(stint()))
    assert found.start == day("2027-01-11")
    text = RULE.explain(found)
    assert found.inspector_id == "P1"
    assert "2027-03-01至2027-03-31" in text
    assert "23个工作日" in text
    assert "病假" not in text
