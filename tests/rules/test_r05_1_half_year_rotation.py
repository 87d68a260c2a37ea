"""R05-1: the due day of a chain, and who judges the end of it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.r05_1_half_year_rotation import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from tests.builders import day, instance, past, plan, site, stint
from tests.rules.rows import extension, freeze
from tests.witnesses import checker_accepts, model_accepts

AUTUMN = past("O1", "P1", "2026-09-14", None)
OLD = past("O1", "P1", "2026-06-01", None)
SPRING_FESTIVAL = freeze("2027-01-18", "2027-02-20")
HIT = instance(stints=(past("O1", "P1", "2026-08-03", None),), key_periods=(SPRING_FESTIVAL,))
LONG_WINDOW = instance(
    stints=(past("O1", "P1", "2026-12-14", None),),
    key_periods=(freeze("2027-03-01", "2027-06-30"),),
)
FROZEN_START = instance(stints=(OLD,), key_periods=(freeze("2027-01-08", "2027-01-15"),))

CASES = [
    pytest.param(instance(), plan(stint(end="2027-07-10")), True, id="six months to the day"),
    pytest.param(instance(), plan(stint(end="2027-07-11")), False, id="one day more"),
    pytest.param(instance(), plan(stint(end="2027-04-30")), True, id="shorter is no matter here"),
    pytest.param(
        instance(stints=(AUTUMN,)),
        plan(stint(start="2026-09-14", end="2027-03-13")),
        True,
        id="running, to the due day",
    ),
    pytest.param(
        instance(stints=(AUTUMN,)),
        plan(stint(start="2026-09-14", end="2027-03-14")),
        False,
        id="running, one day more",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-04-13", "2026-07-11"),)),
        plan(stint(end="2027-07-10")),
        False,
        id="away a day less than the cool-off: still one chain",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-04-13", "2026-07-10"),)),
        plan(stint(end="2027-07-10")),
        True,
        id="away for the cool-off: a new chain",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", "2027-01-08"),)),
        plan(stint(end="2027-04-11", slot=2)),
        True,
        id="going on after days off: the due day of the chain",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", "2027-01-08"),)),
        plan(stint(end="2027-04-12", slot=2)),
        False,
        id="going on in another slot does not reset the clock",
    ),
    pytest.param(
        instance(),
        plan(stint(end="2027-04-09"), stint(start="2027-04-12", end="2027-07-11")),
        False,
        id="who follows himself goes on with the same clock",
    ),
    pytest.param(
        instance(stints=(AUTUMN,)),
        plan(stint(end="2027-07-10")),
        False,
        id="a running stint left out of the plan still counts",
    ),
    pytest.param(
        instance(sites=(site("O1"), site("O2")), stints=(past("O2", "P1", "2026-09-14", None),)),
        plan(stint(end="2027-07-10")),
        True,
        id="another object has its own clock",
    ),
    pytest.param(
        instance(stints=(AUTUMN,), extensions=(extension("2027-03-31"),)),
        plan(stint(start="2026-09-14", end="2027-06-30")),
        True,
        id="an extension leaves the judgement to R05-9",
    ),
    pytest.param(
        instance(stints=(AUTUMN,), extensions=(extension("2027-03-13"),)),
        plan(stint(start="2026-09-14", end="2027-03-14")),
        False,
        id="a row that does not reach beyond the due day extends nothing",
    ),
    pytest.param(
        instance(stints=(AUTUMN,), extensions=(extension("2027-03-14"),)),
        plan(stint(start="2026-09-14", end="2027-03-14")),
        True,
        id="a row that reaches a day beyond the due day",
    ),
    pytest.param(
        instance(stints=(OLD,)),
        plan(stint(start="2026-06-01", end="2027-01-10")),
        True,
        id="overdue before the round, gone at its start",
    ),
    pytest.param(
        instance(stints=(OLD,)),
        plan(stint(start="2026-06-01", end="2027-01-11")),
        False,
        id="overdue before the round, still there on the first day",
    ),
    pytest.param(
        FROZEN_START,
        plan(stint(start="2026-06-01", end="2027-01-17")),
        True,
        id="overdue, frozen start: gone on the first free working day",
    ),
    pytest.param(
        FROZEN_START,
        plan(stint(start="2026-06-01", end="2027-01-18")),
        False,
        id="overdue, frozen start: a day too late",
    ),
    pytest.param(
        HIT,
        plan(stint(start="2026-08-03", end="2027-02-02")),
        True,
        id="due in a window, ends by the due day: left to R05-6",
    ),
    pytest.param(
        HIT,
        plan(stint(start="2026-08-03", end="2027-02-03")),
        False,
        id="due in a window, could have ended before it",
    ),
    pytest.param(
        LONG_WINDOW,
        plan(stint(start="2026-12-14", end="2027-07-09")),
        True,
        id="no room before the window: how late is left to R05-6",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_a_stint_without_an_end_is_not_a_rotation() -> None:
    case = instance(stints=(AUTUMN,))
    (found,) = RULE.violations(case, plan(stint(start="2026-09-14", end=None)))
    assert found.fact("结束") == "未填"


def test_the_violation_names_the_last_stint_and_the_facts() -> None:
    case = instance(stints=(past("O1", "P1", "2026-10-12", "2027-01-08"),))
    (found,) = RULE.violations(case, plan(stint(end="2027-05-01")))
    assert (found.rule, found.site_id, found.inspector_id) == ("R05-1", "O1", "P1")
    assert (found.start, found.end) == (day("2027-01-11"), day("2027-05-01"))
    text = RULE.explain(found)
    for fact in ("2026-10-12", "2027-04-11", "2027-05-01", "超期天数20"):
        assert fact in text


@given(
    start=st.dates(dt.date(2027, 1, 11), dt.date(2027, 6, 30)),
    months=st.integers(1, 9),
    extra_days=st.integers(-40, 40),
)
def test_the_due_day_is_the_day_before_the_same_day_months_later(
    start: dt.date, months: int, extra_days: int
) -> None:
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    same_day = min(
        start.day,
        (dt.date(year, month, 28) + dt.timedelta(4)).replace(day=1).toordinal()
        - dt.date(year, month, 1).toordinal(),
    )
    end = dt.date(year, month, same_day) + dt.timedelta(extra_days - 1)
    if end < start:
        return
    case = instance(policy=Policy(max_stint_months=months))
    proposal = plan(stint(start=start.isoformat(), end=end.isoformat()))
    assert checker_accepts(RULE, case, proposal) is (extra_days <= 0)
    assert model_accepts(RULE, case, proposal) is (extra_days <= 0)
