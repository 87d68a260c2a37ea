"""R05-9: which rows of 延长驻点 carry a chain beyond its due day."""

from __future__ import annotations

import pytest

from constraints.r05_1_half_year_rotation import RULE as HALF_YEAR
from constraints.r05_9_extension import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Extension
from tests.builders import day, instance, past, plan, site, stint
from tests.rules.rows import extension, freeze, override
from tests.witnesses import checker_accepts, model_accepts

AUTUMN = past("O1", "P1", "2026-08-31", None)  # due on 2027-02-27


def extended(*rows: Extension) -> Instance:
    return instance(stints=(AUTUMN,), extensions=rows)


def until(end: str) -> Plan:
    return plan(stint(start="2026-08-31", end=end))


CASES = [
    pytest.param(extended(extension("2027-04-30")), until("2027-04-30"), True, id="as written"),
    pytest.param(extended(extension("2027-04-30")), until("2027-05-01"), False, id="a day longer"),
    pytest.param(extended(extension("2027-05-27")), until("2027-05-27"), True, id="three months"),
    pytest.param(
        extended(extension("2027-05-28")), until("2027-05-27"), False, id="a day over three months"
    ),
    pytest.param(
        extended(extension("2027-06-30")), until("2027-02-27"), True, id="a row nobody needs"
    ),
    pytest.param(
        extended(extension("2027-04-30", matter=" ")), until("2027-04-30"), False, id="no matter"
    ),
    pytest.param(
        extended(extension("2027-04-30", approver="")), until("2027-04-30"), False, id="no approver"
    ),
    pytest.param(
        extended(extension("2027-03-31"), extension("2027-04-30")),
        until("2027-04-30"),
        True,
        id="the better of two rows",
    ),
    pytest.param(
        extended(extension("2027-03-31"), extension("2027-04-15")),
        until("2027-04-30"),
        False,
        id="the better of two rows is not enough",
    ),
    pytest.param(
        extended(extension("2027-06-30"), extension("2027-04-30")),
        until("2027-04-30"),
        True,
        id="a bad row does not spoil a good one",
    ),
    pytest.param(
        extended(extension("2027-04-30", inspector_id="P2")),
        until("2027-04-30"),
        True,
        id="a row of somebody else: R05-1's",
    ),
    pytest.param(extended(), until("2027-04-30"), True, id="no row at all: R05-1's"),
    pytest.param(
        extended(extension("2027-02-27")), until("2027-04-30"), True, id="no extension: R05-1's"
    ),
    pytest.param(
        extended(extension("2027-04-30"), extension("2027-04-15", site_id="O2")).model_copy(
            update={
                "sites": (site("O1"), site("O2")),
                "stints": (AUTUMN, past("O2", "P1", "2026-08-31", None)),
            }
        ),
        plan(
            stint(start="2026-08-31", end="2027-04-30"),
            stint("O2", start="2026-08-31", end="2027-04-30"),
        ),
        False,
        id="in order at one object, not at the next",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-12-14", None),),
            extensions=(extension("2027-06-20"),),
            key_periods=(freeze("2027-03-01", "2027-06-30"),),
            overrides=(override("R05-5"),),
        ),
        plan(stint(start="2026-12-14", end="2027-06-30")),
        False,
        id="without R05-5 the row is needed",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-12-14", None),),
            extensions=(extension("2027-06-20"),),
            key_periods=(freeze("2027-03-01", "2027-06-30"),),
        ),
        plan(stint(start="2026-12-14", end="2027-06-30")),
        True,
        id="R05-6 allows more than the row",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


@pytest.mark.parametrize("with_row", [True, False])
@pytest.mark.parametrize("end", ["2027-02-27", "2027-02-28", "2027-04-30", "2027-05-01"])
def test_never_reported_by_both_rules(end: str, with_row: bool) -> None:
    case = extended(*[extension("2027-04-30")] * with_row)
    breaches = sum(not checker_accepts(rule, case, until(end)) for rule in (RULE, HALF_YEAR))
    assert breaches == (day(end) > day("2027-04-30" if with_row else "2027-02-27"))


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (extension("2027-03-31"), "延长期满后仍未结束"),
        (extension("2027-07-31"), "最多延至2027-05-27"),
        (extension("2027-04-30", matter=""), "未填延长事项"),
        (extension("2027-04-30", approver=""), "未填批准人"),
    ],
)
def test_the_text_says_what_is_wrong(row: Extension, complaint: str) -> None:
    (found,) = RULE.violations(extended(row), until("2027-04-30"))
    assert found.start == day("2026-08-31")
    text = RULE.explain(found)
    assert complaint in text
    assert "2027-02-27到期" in text
    assert row.until.isoformat() in text
    assert "2027-04-30" in text
