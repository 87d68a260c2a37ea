"""R05-6: where a change moves whose date lies in a freeze window."""

from __future__ import annotations

import pytest

from constraints.r05_1_half_year_rotation import RULE as HALF_YEAR
from constraints.r05_6_frozen_due_date import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from tests.builders import day, instance, past, plan, site, stint
from tests.rules.rows import extension, freeze, override
from tests.witnesses import checker_accepts, model_accepts

EXTENSION = extension("2027-03-31")
SUMMER = past("O1", "P1", "2026-08-03", None)  # due on 2027-02-02
WINTER = past("O1", "P1", "2026-12-14", None)  # due on 2027-06-13
SPRING_FESTIVAL = freeze("2027-01-18", "2027-02-20")
LONG = freeze("2027-03-01", "2027-06-30")
EARLY = instance(stints=(SUMMER,), key_periods=(SPRING_FESTIVAL,))
LATE = instance(stints=(WINTER,), key_periods=(LONG,))
TIGHT = instance(
    stints=(WINTER,), key_periods=(LONG,), policy=Policy(rotation_shift_tolerance_days=10)
)

UP_TO_THE_ROUND = instance(
    stints=(past("O1", "P1", "2026-06-20", None),),
    key_periods=(freeze("2026-12-01", "2027-01-10"),),
    policy=Policy(min_stint_months=6),
)
EXACTLY = override("R05-1", site_id="O1", start=day("2027-07-01"), end=day("2027-07-09"))


def early(end: str) -> Plan:
    return plan(stint(start="2026-08-03", end=end))


def late(end: str) -> Plan:
    return plan(stint(start="2026-12-14", end=end))


CASES = [
    pytest.param(EARLY, early("2027-01-14"), True, id="last free working day before the window"),
    pytest.param(EARLY, early("2027-01-15"), False, id="one day later, change in the window"),
    pytest.param(EARLY, early("2027-02-02"), False, id="on the due day, change in the window"),
    pytest.param(EARLY, early("2026-12-31"), True, id="even earlier is R05-2's"),
    pytest.param(EARLY, early("2027-02-21"), True, id="behind the window without need is R05-1's"),
    pytest.param(LATE, late("2027-06-30"), True, id="first free working day after the window"),
    pytest.param(LATE, late("2027-07-01"), False, id="a day later than that"),
    pytest.param(TIGHT, late("2027-06-23"), True, id="at most the tolerance late"),
    pytest.param(TIGHT, late("2027-06-24"), False, id="a day beyond the tolerance"),
    pytest.param(
        instance(stints=(SUMMER,), key_periods=(freeze("2027-01-18", "2027-02-20", "兖州区"),)),
        early("2027-02-02"),
        True,
        id="a window of another county does not apply",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-07-16", None),), key_periods=(SPRING_FESTIVAL,)),
        plan(stint(start="2026-07-16", end="2027-01-14")),
        True,
        id="nominal date on a free Saturday, people would change in the window: moved before",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-07-16", None),), key_periods=(SPRING_FESTIVAL,)),
        plan(stint(start="2026-07-16", end="2027-01-15")),
        False,
        id="nominal date on a free Saturday: the due day itself is too late",
    ),
    pytest.param(
        instance(stints=(SUMMER,), key_periods=(SPRING_FESTIVAL,), extensions=(EXTENSION,)),
        early("2027-02-02"),
        True,
        id="an extension takes its place",
    ),
    pytest.param(
        instance(stints=(SUMMER,), key_periods=(SPRING_FESTIVAL,), overrides=(override("R05-5"),)),
        early("2027-02-02"),
        True,
        id="without R05-5 there is no conflict",
    ),
    pytest.param(
        instance(stints=(WINTER,), key_periods=(LONG,), overrides=(override("R05-1"),)),
        late("2027-07-09"),
        True,
        id="without R05-1 there is no conflict",
    ),
    pytest.param(
        LATE.model_copy(update={"overrides": (EXACTLY,)}),
        late("2027-07-09"),
        True,
        id="R05-1 is lifted for exactly the days too many",
    ),
    pytest.param(
        LATE.model_copy(update={"overrides": (EXACTLY,)}),
        late("2027-07-10"),
        False,
        id="a day more than that",
    ),
    pytest.param(
        LATE.model_copy(
            update={"overrides": (EXACTLY.model_copy(update={"start": day("2027-07-02")}),)}
        ),
        late("2027-07-09"),
        False,
        id="R05-1 is lifted from the day after",
    ),
    pytest.param(
        LATE.model_copy(
            update={
                "sites": (site("O1"), site("O2")),
                "stints": (WINTER, past("O2", "P2", "2026-12-14", None)),
                "overrides": (EXACTLY,),
            }
        ),
        plan(
            stint(start="2026-12-14", end="2027-07-09"),
            stint("O2", "P2", start="2026-12-14", end="2027-07-09"),
        ),
        False,
        id="not lifted at another object",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-06-01", None),),
            key_periods=(freeze("2026-11-30", "2026-12-04"),),
        ),
        plan(stint(start="2026-06-01", end="2027-01-10")),
        True,
        id="overdue before the round is R05-1's",
    ),
    pytest.param(
        UP_TO_THE_ROUND,
        plan(stint(start="2026-06-20", end="2027-01-10")),
        True,
        id="moved behind a window to the first day of the round",
    ),
    pytest.param(
        UP_TO_THE_ROUND,
        plan(stint(start="2026-06-20", end="2027-01-11")),
        False,
        id="moved to the first day of the round is not overdue",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize("end_day", range(1, 29))
@pytest.mark.parametrize("month", ["2027-01", "2027-02", "2027-03"])
def test_exactly_one_of_the_two_rules_reports_an_end_that_is_too_late(
    month: str, end_day: int
) -> None:
    end = f"{month}-{end_day:02d}"
    breaches = sum(not checker_accepts(rule, EARLY, early(end)) for rule in (RULE, HALF_YEAR))
    assert breaches == (day(end) > day("2027-01-14"))


def test_where_r05_5_is_lifted_the_stint_is_due_as_usual() -> None:
    case = instance(stints=(WINTER,), key_periods=(LONG,), overrides=(override("R05-5"),))
    assert checker_accepts(HALF_YEAR, case, late("2027-06-13"))
    assert not checker_accepts(HALF_YEAR, case, late("2027-06-14"))


def test_a_mobile_candidate_is_judged_at_each_of_its_sites() -> None:
    sites = (site("O1"), site("O2", county="兖州区"))
    case = instance(
        sites=sites,
        stints=(SUMMER, past("O2", "P1", "2026-08-03", None)),
        key_periods=(freeze("2027-01-18", "2027-02-20", "兖州区"),),
    )
    both = plan(
        stint("O1", start="2026-08-03", end="2027-02-02"),
        stint("O2", start="2026-08-03", end="2027-02-02"),
    )
    (found,) = RULE.violations(case, both)
    assert found.site_id == "O2"


def test_the_facts_say_which_way_the_change_moves() -> None:
    (found,) = RULE.violations(EARLY, early("2027-01-20"))
    assert found.start == day("2026-08-03")
    text = RULE.explain(found)
    for fact in ("2026-08-03", "2027-02-03", "提前", "最迟于2027-01-15", "2027-01-20"):
        assert fact in text
    (found,) = RULE.violations(LATE, late("2027-07-05"))
    assert "顺延" in RULE.explain(found)
    assert "最迟于2027-07-01" in RULE.explain(found)
