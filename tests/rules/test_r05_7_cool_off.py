"""R05-7: nobody returns to an object before the cool-off is over."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.r05_7_cool_off import RULE
from planner.domain.calendar import add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.terms import Form, StintStatus
from tests.builders import day, instance, past, plan, site, stint
from tests.witnesses import checker_accepts, model_accepts

LEFT_IN_AUGUST = past("O1", "P1", "2026-03-02", "2026-08-31")


def left(end: str, **fields: object) -> Instance:
    return instance(stints=(past("O1", "P1", "2026-06-01", end, **fields),))


CASES = [
    pytest.param(instance(), plan(stint()), True, id="never there"),
    pytest.param(
        instance(stints=(LEFT_IN_AUGUST,)),
        plan(stint(start="2027-03-01")),
        True,
        id="six months away",
    ),
    pytest.param(
        instance(stints=(LEFT_IN_AUGUST,)),
        plan(stint(start="2027-02-28")),
        False,
        id="a day less than six months away",
    ),
    pytest.param(left("2027-01-08"), plan(stint()), True, id="only days off between: no return"),
    pytest.param(left("2027-01-07"), plan(stint()), False, id="one working day between"),
    pytest.param(
        left("2027-01-07"), plan(stint(inspector_id="P2")), True, id="somebody else may come"
    ),
    pytest.param(
        instance(
            sites=(site("O1"), site("O2")),
            stints=(past("O2", "P1", "2026-06-01", "2026-12-31"),),
        ),
        plan(stint()),
        True,
        id="another object is no return",
    ),
    pytest.param(
        left("2026-12-31", status=StintStatus.DRAFT),
        plan(stint()),
        True,
        id="a draft was never served",
    ),
    pytest.param(
        instance(
            stints=(LEFT_IN_AUGUST, past("O1", "P1", "2026-05-04", "2026-06-30", slot=2)),
        ),
        plan(stint(start="2027-02-01")),
        False,
        id="the later of two overlapping ends counts",
    ),
    pytest.param(
        instance(policy=Policy(cool_off_months=0), stints=(LEFT_IN_AUGUST,)),
        plan(stint()),
        True,
        id="no cool-off in the policy",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-09-14", None),)),
        plan(stint(start="2026-09-14", end="2027-03-13")),
        True,
        id="running on is no return",
    ),
    pytest.param(
        instance(
            stints=(
                past("O1", "P1", "2026-06-01", "2026-08-31"),
                past("O1", "P1", "2026-10-12", None),
            )
        ),
        plan(stint(start="2026-10-12", end="2027-04-11")),
        True,
        id="a return before the round is past",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-12-14", None, form=Form.REGULAR),)),
        plan(
            stint(start="2026-12-14", end="2027-01-10", form=Form.REGULAR),
            stint(start="2027-03-01", end="2027-08-31"),
        ),
        False,
        id="withdrawn as the round begins, back in another form",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize(
    ("back", "accepted"), [("2027-04-12", True), ("2027-04-13", False), ("2027-06-01", False)]
)
def test_a_return_within_the_plan(back: str, accepted: bool) -> None:
    twice = plan(stint(end="2027-04-09"), stint(start=back, end="2027-07-10"))
    assert checker_accepts(RULE, instance(), twice) is accepted


def test_a_running_stint_that_the_plan_leaves_out_was_served_up_to_the_round() -> None:
    case = instance(stints=(past("O1", "P1", "2026-09-14", None),))
    (found,) = RULE.violations(case, plan(stint(start="2027-02-01")))
    assert found.fact("上次离开") == "2027-01-10"


def test_the_text_says_when_the_person_left_and_may_return() -> None:
    case = instance(stints=(LEFT_IN_AUGUST,))
    (found,) = RULE.violations(case, plan(stint(start="2027-02-01")))
    assert (found.site_id, found.inspector_id, found.start) == ("O1", "P1", day("2027-02-01"))
    text = RULE.explain(found)
    for fact in ("2026-08-31", "2027-02-01", "2027-03-01"):
        assert fact in text


@given(
    end=st.dates(dt.date(2026, 7, 1), dt.date(2027, 1, 5)),
    start=st.dates(dt.date(2027, 1, 11), dt.date(2027, 7, 11)),
    months=st.integers(0, 12),
)
def test_both_witnesses_agree_on_every_pair_of_dates(
    end: dt.date, start: dt.date, months: int
) -> None:
    case = instance(
        policy=Policy(cool_off_months=months),
        stints=(past("O1", "P1", "2026-06-01", end.isoformat()),),
    )
    proposal = plan(stint(start=start.isoformat(), end="2027-07-20"))
    expected = start >= add_months(end + dt.timedelta(1), months)
    assert checker_accepts(RULE, case, proposal) is expected
    assert model_accepts(RULE, case, proposal) is expected
