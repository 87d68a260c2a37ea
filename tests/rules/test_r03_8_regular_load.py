"""R03-8: number of 定期 objects and their share of a month."""

from __future__ import annotations

import pytest

from constraints.r03_8_regular_load import RULE
from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, Plan, Stint
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from tests.builders import day, instance, plan, rating, site, stint
from tests.rules.rows import override
from tests.witnesses import checker_accepts, model_accepts, model_amounts

SITES = tuple(site(f"O{number}") for number in range(1, 5))


def case_with(days: int | None = 5, **policy: object) -> Instance:
    row = MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=days)
    return instance(
        sites=SITES,
        ratings=tuple(rating(one.id, Grade.THIRD) for one in SITES),
        matrix=(row,),
        policy=Policy.model_validate(policy),
    )


def regular(site_id: str, start: str = "2027-01-11", end: str = "2027-07-10") -> Stint:
    return stint(site_id, start=start, end=end, form=Form.REGULAR)


# February 2027 has 16 working days, 65 % are 10.4; March has 23, 65 % are 14.95.
CASES = [
    pytest.param(case_with(), plan(regular("O1"), regular("O2")), True, id="two objects"),
    pytest.param(
        case_with(), plan(regular("O1"), regular("O2"), regular("O3")), False, id="three objects"
    ),
    pytest.param(
        case_with(regular_max_objects=3),
        plan(*(regular(one, "2027-03-01", "2027-03-31") for one in ("O1", "O2", "O3"))),
        False,
        id="the policy allows three, March has not the days",
    ),
    pytest.param(
        case_with(days=4, regular_max_load_percent=50),
        plan(regular("O1"), regular("O2")),
        True,
        id="exactly the share of February",
    ),
    pytest.param(
        case_with(),
        plan(regular("O1"), regular("O2", end="2027-04-16"), regular("O3", "2027-04-19")),
        True,
        id="one after the other",
    ),
    pytest.param(
        case_with(),
        plan(regular("O1"), regular("O2", end="2027-04-19"), regular("O3", "2027-04-19")),
        False,
        id="three on one day",
    ),
    pytest.param(
        case_with(days=6), plan(regular("O1"), regular("O2")), False, id="twelve days in February"
    ),
    pytest.param(
        case_with(days=6),
        plan(regular("O1", "2027-03-01", "2027-04-30"), regular("O2", "2027-03-01", "2027-04-30")),
        True,
        id="twelve days in March and April",
    ),
    pytest.param(
        case_with(),
        plan(*(stint(f"O{n}", f"P{n}", form=Form.REGULAR) for n in (1, 2, 3))),
        True,
        id="three people",
    ),
    pytest.param(case_with(), plan(*(stint(f"O{n}") for n in (1, 2, 3))), True, id="other forms"),
    pytest.param(
        case_with(regular_max_objects=3, regular_max_load_percent=70),
        plan(*(regular(one, "2027-03-01", "2027-03-31") for one in ("O1", "O2", "O3"))),
        True,
        id="the policy allows three and 70 %",
    ),
]

ALONE = [
    pytest.param(case_with(days=10), plan(regular("O1")), True, id="ten days in February"),
    pytest.param(case_with(days=11), plan(regular("O1")), False, id="eleven days in February"),
    pytest.param(
        case_with(days=11), plan(regular("O1", "2027-03-01")), True, id="eleven days from March"
    ),
    pytest.param(
        case_with(days=None, regular_min_days_per_month=11),
        plan(regular("O1")),
        False,
        id="the default of the policy",
    ),
    pytest.param(
        case_with(days=11),
        plan(regular("O1", end="2027-01-31")),
        True,
        id="eleven days until January",
    ),
    pytest.param(
        case_with(days=11),
        plan(regular("O1", end="2027-02-01")),
        False,
        id="a working day of February",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_both_witnesses_judge_all_objects(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), ALONE)
def test_both_witnesses_judge_one_object(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


LIFTED = case_with().model_copy(update={"overrides": (override("R03-8", site_id="O3"),)})
USED = OverrideUse(rule="R03-8", inspector_id="P1", site_id="O3", start=day("2027-01-11"))

AMOUNTS = [
    pytest.param(
        LIFTED,
        plan(regular("O1"), regular("O2"), regular("O3"), overrides_used=(USED,)),
        {"load_overrides_used": 1},
        id="three objects, one taken out",
    ),
    pytest.param(
        LIFTED,
        plan(regular("O1"), regular("O3")),
        {"load_overrides_used": 0},
        id="two objects need no row",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), AMOUNTS)
def test_the_use_of_a_row_is_counted(here: Instance, made: Plan, amounts: dict[str, int]) -> None:
    assert RULE.costs(here, made) == amounts
    assert model_amounts(RULE, here, made) == amounts
    assert model_accepts(RULE, here, made)


def test_too_many_objects_name_the_newest_stint() -> None:
    proposal = plan(regular("O1"), regular("O2"), regular("O3", "2027-03-01", "2027-04-30"))
    counted = [one for one in RULE.violations(case_with(), proposal) if one.fact("对象数")]
    (found,) = counted
    assert (found.site_id, found.start) == ("O3", day("2027-03-01"))
    text = RULE.explain(found)
    for fact in ("2027-03-01", "3个", "O1、O2、O3", "上限2个"):
        assert fact in text


def test_what_a_row_takes_out_is_named_instead_of_the_newest() -> None:
    here = case_with().model_copy(update={"overrides": (override("R03-8", site_id="O2"),)})
    found = RULE.violations(here, plan(regular("O1"), regular("O2"), regular("O3")))
    assert {one.site_id for one in found} == {"O2"}


def test_a_row_for_one_object_does_not_hide_the_next_one_of_the_month() -> None:
    here = case_with(days=6).model_copy(update={"overrides": (override("R03-8", site_id="O2"),)})
    made = plan(
        regular("O1"),
        regular("O2", "2027-02-01", "2027-02-10"),
        regular("O3", "2027-02-11", "2027-02-28"),
    )
    assert [one.site_id for one in RULE.violations(here, made)] == ["O2", "O3"]


def test_too_many_days_name_the_month_once() -> None:
    proposal = plan(regular("O1"), regular("O2", end="2027-02-10"), regular("O3", "2027-02-11"))
    (found,) = RULE.violations(case_with(days=6), proposal)
    assert found.breach == (day("2027-02-01"), day("2027-02-10"))
    text = RULE.explain(found)
    for fact in ("2027-02", "12个驻点日", "16个工作日", "65%"):
        assert fact in text


def test_each_month_is_named_with_its_days() -> None:
    both = plan(*(regular(one, "2027-02-15", "2027-03-31") for one in ("O1", "O2")))
    found = list(RULE.violations(case_with(days=8), both))
    assert [one.fact("月份") for one in found] == ["2027-02", "2027-03"]
    assert [one.breach for one in found] == [
        (day("2027-02-15"), day("2027-02-28")),
        (day("2027-03-01"), day("2027-03-31")),
    ]
