"""R05-2: stays that end too early without a forced reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.r05_2_not_too_early import RULE
from planner.domain.calendar import add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.policy import Policy
from planner.domain.terms import EndReason, Form, StintStatus
from tests.builders import day, instance, past, plan, site, stint
from tests.witnesses import checker_accepts, model_accepts

RUNNING = past("O1", "P1", "2026-11-02", None)

CASES = [
    pytest.param(instance(), plan(stint(end="2027-04-10")), True, id="three months to the day"),
    pytest.param(
        instance(), plan(stint(end="2027-04-09")), True, id="Friday before the Monday of the change"
    ),
    pytest.param(instance(), plan(stint(end="2027-04-08")), False, id="Thursday is too early"),
    pytest.param(
        instance(),
        plan(stint(end="2027-02-28", end_reason=EndReason.RETIREMENT)),
        True,
        id="a forced reason",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-02-28", end_reason=EndReason.ROTATION)),
        False,
        id="rotation is no forced reason",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-02-28", end_reason=EndReason.EARLY)),
        False,
        id="an early rotation has to wait for the shortest stint",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-02-28", end_reason=EndReason.EXTENSION_OVER)),
        False,
        id="neither is the end of an extension",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-01-31", end_reason=EndReason.OFF_LIST)),
        True,
        id="the object leaves the list",
    ),
    pytest.param(
        instance(stints=(RUNNING,)),
        plan(stint(start="2026-11-02", end="2027-02-01")),
        True,
        id="a running stint moved to three months",
    ),
    pytest.param(
        instance(stints=(RUNNING,)),
        plan(stint(start="2026-11-02", end="2027-01-29")),
        False,
        id="a running stint moved too early: Monday is still before three months",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", "2027-01-08", form=Form.REGULAR),)),
        plan(stint(end="2027-02-10")),
        True,
        id="going on in another form is one stay",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", "2027-01-07", form=Form.REGULAR),)),
        plan(stint(end="2027-02-10")),
        False,
        id="a working day between makes two stays",
    ),
    pytest.param(
        instance(policy=Policy(min_stint_months=0)),
        plan(stint(end="2027-01-11")),
        True,
        id="no minimum in the policy",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_a_stay_in_two_stints_is_judged_as_one() -> None:
    pieces = plan(stint(end="2027-02-19"), stint(start="2027-02-22", end="2027-04-11", slot=2))
    assert checker_accepts(RULE, instance(), pieces)


def in_group(site_id: str, start: str, end: str, **fields: Any) -> Stint:
    group = {"form": Form.MOBILE, "group": "G1", **fields}
    return stint(site_id, start=start, end=end, **group)


@pytest.mark.parametrize(
    ("others", "accepted"),
    [
        ((), False),
        ((in_group("O1", "2026-09-14", "2027-02-26"),), True),
        ((in_group("O1", "2026-09-14", "2027-02-26", inspector_id="P2"),), False),
        ((in_group("O1", "2026-09-14", "2027-02-26", group="G2"),), False),
        ((in_group("O1", "2026-07-13", "2027-01-10"),), False),
    ],
    ids=["alone", "one group", "another person", "another group", "left before it joined"],
)
def test_an_object_that_joins_a_group_counts_with_it(
    others: tuple[Stint, ...], accepted: bool
) -> None:
    joined = in_group("O2", "2027-01-11", "2027-02-26")
    case = instance(
        sites=(site("O1"), site("O2")),
        stints=tuple(one.model_copy(update={"status": StintStatus.RUNNING}) for one in others),
    )
    assert checker_accepts(RULE, case, plan(joined, *others)) is accepted


def test_history_alone_is_not_judged() -> None:
    case = instance(stints=(past("O1", "P1", "2026-10-12", "2026-10-30"),))
    assert checker_accepts(RULE, case, plan())


def test_the_text_names_dates_and_reason() -> None:
    case = instance(stints=(RUNNING,))
    proposal = plan(stint(start="2026-11-02", end="2027-01-20", end_reason=EndReason.ROTATION))
    (found,) = RULE.violations(case, proposal)
    assert (found.start, found.inspector_id) == (day("2026-11-02"), "P1")
    text = RULE.explain(found)
    for fact in ("2026-11-02", "2027-01-20", "2027-02-02", "期满轮换"):
        assert fact in text


@given(start=st.dates(dt.date(2027, 1, 11), dt.date(2027, 6, 1)), stint_days=st.integers(60, 130))
def test_the_next_working_day_decides(start: dt.date, stint_days: int) -> None:
    case = instance()
    end = start + dt.timedelta(stint_days - 1)
    change = end + dt.timedelta(1)
    while not case.calendar.is_workday(change):
        change += dt.timedelta(1)
    proposal = plan(stint(start=start.isoformat(), end=end.isoformat()))
    expected = change >= add_months(start, 3)
    assert checker_accepts(RULE, case, proposal) is expected
    assert model_accepts(RULE, case, proposal) is expected
