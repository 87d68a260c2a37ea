"""R03-1: the weeks of a month hold a person's 定期 objects."""

from __future__ import annotations

import pytest

from constraints.r03_1_regular_week import RULE, capacity_days
from constraints.r03_8_regular_load import RULE as REGULAR_LOAD
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import day, instance, plan, rating, site, stint
from tests.rules.rows import override
from tests.witnesses import checker_accepts, model_accepts

SITES = tuple(site(f"O{number}") for number in range(1, 6))
RATINGS = tuple(rating(one.id, Grade.THIRD) for one in SITES)


def regular(site_id: str, start: str = "2027-01-11", end: str = "2027-07-10") -> Stint:
    return stint(site_id, start=start, end=end, form=Form.REGULAR)


def case_with(days: int | None = 5, *, caps: bool = False, **policy: object) -> Instance:
    """Five sites; the caps of R03-8 are lifted for P1 unless ``caps`` keeps them."""
    row = MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=days)
    return instance(
        sites=SITES,
        ratings=RATINGS,
        matrix=(row,),
        policy=Policy.model_validate(policy),
        overrides=() if caps else (override("R03-8"),),
    )


def objects(count: int, start: str = "2027-01-11", end: str = "2027-07-10") -> Plan:
    return plan(*(regular(f"O{number}", start, end) for number in range(1, count + 1)))


# Working days of 2027: March 23, May 18, June 21.
CASES = [
    pytest.param(case_with(), objects(3), True, id="three objects fit into every month"),
    pytest.param(
        case_with(15, regular_week_mode="seven_days"),
        objects(1, "2027-02-01", "2027-02-28"),
        False,
        id="sixteen working days are two weeks of seven",
    ),
    pytest.param(case_with(), objects(4), False, id="four do not fit into February and May"),
    pytest.param(
        case_with(), objects(5, "2027-03-01", "2027-04-30"), False, id="five do not fit into March"
    ),
    pytest.param(
        case_with(), objects(4, "2027-03-01", "2027-05-06"), False, id="a working day of May"
    ),
    pytest.param(
        case_with(),
        plan(
            *(regular(f"O{number}", end="2027-04-16") for number in (1, 2)),
            *(regular(f"O{number}", start="2027-04-19") for number in (3, 4)),
        ),
        True,
        id="one after the other",
    ),
    pytest.param(
        case_with(days=8), objects(2, "2027-05-06", "2027-05-31"), False, id="sixteen of fifteen"
    ),
    pytest.param(case_with(), plan(*(stint(f"O{n}") for n in range(1, 5))), True, id="other forms"),
    pytest.param(
        case_with(),
        plan(*(stint(f"O{n}", f"P{n}", form=Form.REGULAR) for n in range(1, 5))),
        True,
        id="four people",
    ),
    pytest.param(
        case_with(), objects(4, "2027-03-01", "2027-04-30"), True, id="four fit into March"
    ),
    pytest.param(
        case_with(), objects(4, "2027-03-01", "2027-05-02"), True, id="May only on days off"
    ),
    pytest.param(
        case_with(days=None, regular_min_days_per_month=8),
        objects(2, "2027-03-01", "2027-04-30"),
        True,
        id="default days, sixteen of twenty",
    ),
    pytest.param(
        case_with(days=16), objects(1, "2027-03-01", "2027-04-30"), True, id="not in long months"
    ),
    pytest.param(
        case_with(days=16), objects(1, "2027-03-01", "2027-05-02"), True, id="May on days off"
    ),
]

ALONE = [
    pytest.param(case_with(days=15), objects(1), True, id="one object of three weeks"),
    pytest.param(case_with(days=16), objects(1), False, id="one day more than three weeks"),
    pytest.param(
        case_with(days=16, caps=True), objects(1), False, id="one day more, whatever R03-8 says"
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_both_witnesses_judge_all_objects(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_where_the_caps_of_r03_8_suffice_the_model_leaves_it_to_them() -> None:
    case = case_with(caps=True)
    assert model_accepts(RULE, case, objects(4))
    assert not model_accepts(RULE, case, objects(4), REGULAR_LOAD)


@pytest.mark.parametrize(("case", "proposal", "accepted"), ALONE)
def test_both_witnesses_judge_one_object(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_the_capacities_of_2026_in_the_catalogue() -> None:
    weeks = [capacity_days(instance(), 2026, month) // 5 for month in range(1, 13)]
    assert weeks == [4, 3, 4, 4, 3, 4, 4, 4, 4, 3, 4, 4]


@pytest.mark.parametrize("month", [4, 9])
def test_natural_weeks_hold_only_two_objects_in_april_and_september_2026(month: int) -> None:
    natural = instance(policy=Policy(regular_week_mode="natural_week"))
    assert capacity_days(natural, 2026, month) == 10


def test_one_violation_per_month_with_the_facts() -> None:
    found = list(RULE.violations(case_with(), objects(4)))
    assert [one.fact("月份") for one in found] == ["2027-02", "2027-05"]
    assert {one.start for one in found} == {day("2027-01-11")}
    joined = plan(*objects(4).stints, regular("O5", "2027-02-15"))
    assert [one.fact("月份") for one in RULE.violations(case_with(), joined)][:2] == [
        "2027-02",
        "2027-03",
    ]
    text = RULE.explain(found[1])
    for fact in ("2027-05", "O1、O2、O3、O4", "20个驻点日", "15个"):
        assert fact in text
