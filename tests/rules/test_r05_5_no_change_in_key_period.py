"""R05-5: changes of people inside freeze windows."""

from __future__ import annotations

import pytest

from constraints.r05_5_no_change_in_key_period import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import EndReason, Form, ListAction
from tests.builders import day, instance, past, plan, stint
from tests.rules.rows import freeze, listed
from tests.witnesses import checker_accepts, model_accepts

FESTIVAL = freeze("2027-01-30", "2027-02-20")
QUIET = instance(key_periods=(FESTIVAL,))
START = freeze("2027-01-08", "2027-01-15")
ADDED = listed(start="2027-01-04", action=ListAction.ADD)
SUMMER = freeze("2027-07-12", "2027-07-16")

# What one stint decides by itself: how it ends.
ENDS = [
    pytest.param(QUIET, plan(stint(end="2027-01-28")), True, id="leaves on the day before"),
    pytest.param(QUIET, plan(stint(end="2027-01-29")), False, id="leaves on the first day"),
    pytest.param(QUIET, plan(stint(end="2027-02-19")), False, id="leaves on the last day"),
    pytest.param(QUIET, plan(stint(end="2027-02-20")), True, id="leaves on the day after"),
    pytest.param(
        QUIET,
        plan(stint(end="2027-02-05", end_reason=EndReason.SICK_OR_MATERNITY)),
        True,
        id="leaves for a forced reason",
    ),
    pytest.param(
        QUIET,
        plan(stint(end="2027-02-05", end_reason=EndReason.ROTATION)),
        False,
        id="rotation is not forced",
    ),
    pytest.param(
        instance(key_periods=(FESTIVAL,), list_items=(listed(end="2027-02-05"),)),
        plan(stint(end="2027-02-05")),
        True,
        id="the object exits then",
    ),
    pytest.param(
        instance(key_periods=(FESTIVAL,), list_items=(listed(end="2027-02-06"),)),
        plan(stint(end="2027-02-05")),
        False,
        id="the object exits a day later",
    ),
    pytest.param(
        instance(key_periods=(SUMMER,)),
        plan(stint(end="2027-07-11")),
        False,
        id="the end of the round is no exit",
    ),
    pytest.param(
        instance(key_periods=(freeze("2027-08-01", "2027-08-10"),)),
        plan(stint(start="2027-03-01", end="2027-08-05")),
        False,
        id="planned ends beyond the round are judged",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-07-13", None),),
            key_periods=(freeze("2026-12-31", "2027-01-03"),),
        ),
        plan(stint(start="2026-07-13", end="2027-01-01")),
        True,
        id="what ended before the round is past",
    ),
    pytest.param(
        instance(key_periods=(START,), stints=(past("O1", "P1", "2026-07-13", None),)),
        plan(stint(start="2026-07-13", end="2027-01-10")),
        False,
        id="gone when the round begins",
    ),
    pytest.param(
        instance(key_periods=(freeze("2027-01-30", "2027-02-20", "兖州区"),)),
        plan(stint(end="2027-02-05")),
        True,
        id="a window of another county",
    ),
    pytest.param(
        instance(key_periods=(freeze("2027-01-30", "2027-02-20", "兖州区", "S1"),)),
        plan(stint(end="2027-02-05")),
        False,
        id="a window of the sector",
    ),
    pytest.param(
        instance(key_periods=(freeze("2027-01-30", "2027-02-20", freeze_rotation=False),)),
        plan(stint(end="2027-02-05")),
        True,
        id="a window that only boosts coverage",
    ),
]

# What depends on who was there before.
STARTS = [
    pytest.param(
        instance(
            key_periods=(START,),
            stints=(past("O1", "P2", "2026-09-14", "2027-01-08", end_reason=EndReason.RECUSAL),),
            list_items=(listed(start="2027-01-04"),),
        ),
        plan(stint(start="2027-01-12")),
        True,
        id="the predecessor in the history had to leave",
    ),
    pytest.param(QUIET, plan(stint(start="2027-01-29")), True, id="comes the day before"),
    pytest.param(QUIET, plan(stint(start="2027-02-22")), True, id="comes after it"),
    pytest.param(
        QUIET,
        plan(
            stint(end="2027-02-04", end_reason=EndReason.TRANSFER),
            stint(inspector_id="P2", start="2027-02-11"),
        ),
        True,
        id="the predecessor had to leave",
    ),
    pytest.param(
        instance(key_periods=(FESTIVAL,), list_items=(listed(start="2027-02-06"),)),
        plan(stint(start="2027-02-11")),
        True,
        id="the object enters, first working day",
    ),
    pytest.param(
        instance(key_periods=(START,), list_items=(ADDED,)),
        plan(stint()),
        True,
        id="the object was added a week before the round",
    ),
    pytest.param(
        instance(key_periods=(START,), list_items=(listed(start="2027-01-04"),)),
        plan(stint()),
        False,
        id="an object that stays on the list",
    ),
    pytest.param(
        instance(key_periods=(START,)), plan(stint()), False, id="the round begins in a window"
    ),
    pytest.param(
        instance(key_periods=(FESTIVAL,), list_items=(listed("O2"),)),
        plan(stint(start="2027-02-11")),
        False,
        id="an object off the list",
    ),
    pytest.param(
        instance(key_periods=(START,), stints=(past("O1", "P1", "2027-01-09", None),)),
        plan(stint(start="2027-01-09", end="2027-07-08")),
        True,
        id="a running stint began there",
    ),
    pytest.param(
        QUIET,
        plan(
            stint(end="2027-02-04", form=Form.REGULAR),
            stint(start="2027-02-12", end="2027-07-10"),
        ),
        False,
        id="a working day between is one",
    ),
    pytest.param(QUIET, plan(stint(start="2027-01-30")), False, id="comes on the first day"),
    pytest.param(QUIET, plan(stint(start="2027-02-20")), False, id="comes on the last day"),
    pytest.param(
        instance(key_periods=(FESTIVAL,), list_items=(listed(start="2027-02-06"),)),
        plan(stint(start="2027-02-12")),
        False,
        id="the object entered a day ago",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), ENDS)
def test_both_witnesses_judge_the_end(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(("case", "proposal", "accepted"), STARTS)
def test_both_witnesses_judge_the_start(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_only_the_checker_knows_the_slots_of_a_team() -> None:
    """In the model they are alike, and the writer gives the place that is free to who follows."""
    crossed = plan(
        stint(end="2027-02-04", end_reason=EndReason.TRANSFER),
        stint(inspector_id="P2", start="2027-02-11", slot=2),
    )
    assert not checker_accepts(RULE, QUIET, crossed)
    assert model_accepts(RULE, QUIET, crossed)


def test_only_the_checker_knows_a_change_of_form_in_a_window() -> None:
    """The model sees the end of the first stint and does not look for the next one."""
    goes_on = plan(
        stint(end="2027-02-04", form=Form.REGULAR), stint(start="2027-02-11", end="2027-07-10")
    )
    assert checker_accepts(RULE, QUIET, goes_on)
    assert not model_accepts(RULE, QUIET, goes_on)


def test_a_stint_inside_one_window_breaks_the_rule_twice() -> None:
    found = list(RULE.violations(QUIET, plan(stint(start="2027-02-01", end="2027-02-11"))))
    assert [one.fact("变动日期") for one in found] == ["2027-02-01", "2027-02-12"]
    assert {one.start for one in found} == {day("2027-02-01")}


def test_the_text_names_the_window() -> None:
    (found,) = RULE.violations(QUIET, plan(stint(end="2027-02-04")))
    text = RULE.explain(found)
    for fact in ("2027-02-05", "轮换离开", "春节", "2027-01-30", "2027-02-20"):
        assert fact in text
