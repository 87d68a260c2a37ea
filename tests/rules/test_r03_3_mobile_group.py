"""R03-3: size, department and common people of a mobile group."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r03_3_mobile_group import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.policy import Policy
from planner.domain.terms import Form
from tests.builders import day, department, instance, past, plan, site, stint
from tests.witnesses import checker_accepts, model_accepts, one_column_each

FIVE = instance(sites=tuple(site(f"O{number}") for number in range(1, 6)))
FOREIGN = instance(
    departments=(department(), department("D2")),
    sites=(site("O1"), site("O2", department="D2")),
)


def mobile(site_id: str, inspector_id: str = "P1", group: str = "G1", **fields: Any) -> Stint:
    return stint(site_id, inspector_id, form=Form.MOBILE, group=group, **fields)


def group(count: int, **fields: Any) -> Plan:
    return plan(*(mobile(f"O{number}", **fields) for number in range(1, count + 1)))


# What one service decides by itself.
SERVICES = [
    pytest.param(FIVE, group(1), False, id="one object"),
    pytest.param(FIVE, group(2), True, id="two objects"),
    pytest.param(FIVE, group(4), True, id="four objects"),
    pytest.param(FIVE, group(5), False, id="five objects"),
    pytest.param(
        FIVE.model_copy(update={"policy": Policy(mobile_group_max=5)}),
        group(5),
        True,
        id="the policy allows five",
    ),
    pytest.param(FOREIGN, group(2), False, id="an object of another department"),
    pytest.param(FIVE, plan(mobile("O1", group=""), mobile("O2", group="")), False, id="no group"),
    pytest.param(FIVE, plan(stint("O1")), True, id="other forms are not judged"),
]

# What depends on several stints.
MEMBERS = [
    pytest.param(
        FIVE,
        plan(mobile("O1"), mobile("O2"), mobile("O2", "P2", slot=2)),
        False,
        id="a second slot at one object only",
    ),
    pytest.param(
        FIVE,
        plan(
            *(mobile(f"O{n}", "P1") for n in (1, 2)),
            *(mobile(f"O{n}", "P2", slot=2) for n in (1, 2)),
        ),
        True,
        id="a team of two",
    ),
    pytest.param(
        FIVE,
        plan(mobile("O1", end=None), mobile("O2", end=None)),
        True,
        id="without an end",
    ),
    pytest.param(
        FIVE, plan(mobile("O1"), mobile("O2", "P2")), False, id="different people at the objects"
    ),
    pytest.param(
        FIVE,
        plan(
            *(mobile(f"O{n}", end="2027-04-09") for n in (1, 2)),
            *(mobile(f"O{n}", "P2", start="2027-04-12") for n in (1, 2)),
        ),
        True,
        id="handed over as a whole",
    ),
    pytest.param(
        FIVE,
        plan(
            mobile("O1", end="2027-04-09"),
            mobile("O1", "P2", start="2027-04-12"),
            mobile("O2", end="2027-04-12"),
            mobile("O2", "P2", start="2027-04-13"),
        ),
        False,
        id="handed over on two days",
    ),
    pytest.param(
        FIVE,
        plan(mobile("O1"), mobile("O2", end="2027-05-14")),
        False,
        id="the group shrinks to one object",
    ),
    pytest.param(
        FIVE,
        plan(mobile("O1"), mobile("O2"), mobile("O3", "P2", "G2")),
        False,
        id="a group of one beside a good one",
    ),
    pytest.param(
        FIVE,
        plan(mobile("O1"), mobile("O2"), mobile("O3", "P2", "G2"), mobile("O4", "P2", "G2")),
        True,
        id="two groups",
    ),
    pytest.param(
        FIVE.model_copy(
            update={
                "stints": tuple(
                    past(f"O{n}", "P1", start, None, form=Form.MOBILE, group="G1")
                    for n, start in ((1, "2026-09-14"), (2, "2026-10-12"))
                )
            }
        ),
        plan(mobile("O1", start="2026-09-14"), mobile("O2", start="2026-10-12")),
        True,
        id="how the group grew before the round is past",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), SERVICES)
def test_both_witnesses_judge_a_service(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), MEMBERS)
def test_both_witnesses_judge_the_members(case: Instance, proposal: Plan, accepted: bool) -> None:
    """In the model one column serves all sites of a group."""
    assert checker_accepts(RULE, case, proposal) is accepted
    both = model_accepts(RULE, case, proposal) and one_column_each(case, proposal)
    assert both is accepted


def test_only_the_checker_knows_a_group_handed_over_across_days_off() -> None:
    """One column has one last day for all sites."""
    apart = plan(
        mobile("O1", end="2027-04-09"),
        mobile("O1", "P2", start="2027-04-12"),
        mobile("O2", end="2027-04-11"),
        mobile("O2", "P2", start="2027-04-12"),
    )
    assert checker_accepts(RULE, FIVE, apart)
    assert not one_column_each(FIVE, apart)


def test_whether_an_object_may_leave_a_group_of_three_is_left_to_r05_3() -> None:
    shrinks = plan(mobile("O1"), mobile("O2"), mobile("O3", end="2027-05-14"))
    assert checker_accepts(RULE, FIVE, shrinks)


def test_one_violation_for_a_fault_that_lasts() -> None:
    handed_over = plan(
        *group(5, end="2027-04-11").stints,
        *group(5, inspector_id="P2", start="2027-04-12").stints,
    )
    (found,) = RULE.violations(FIVE, handed_over)
    assert found.start == day("2027-01-11")


def test_groups_of_two_departments_may_have_the_same_name() -> None:
    sites = (site("O1"), site("O2"), site("O3", department="D2"), site("O4", department="D2"))
    case = instance(departments=(department(), department("D2")), sites=sites)
    proposal = plan(
        mobile("O1"),
        mobile("O2"),
        mobile("O3", "P2", department="D2"),
        mobile("O4", "P2", department="D2"),
    )
    assert checker_accepts(RULE, case, proposal)


@pytest.mark.parametrize(
    ("case", "proposal", "facts"),
    [
        (FIVE, group(5), ("流动组G1", "有5个对象，应为2至4个", "2027-01-11")),
        (FOREIGN, group(2), ("O1、O2", "分属D1、D2")),
        (
            FIVE,
            plan(mobile("O1"), mobile("O2", "P2")),
            ("岗位1的人员在各对象不一致", "O1、O2"),
        ),
        (FIVE, plan(mobile("O1", group="")), ("未填流动组号", "O1")),
    ],
)
def test_the_text_states_the_facts(case: Instance, proposal: Plan, facts: tuple[str, ...]) -> None:
    (found,) = RULE.violations(case, proposal)
    assert found.start == day("2027-01-11")
    text = RULE.explain(found)
    for fact in facts:
        assert fact in text
