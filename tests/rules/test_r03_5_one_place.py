"""R03-5: nobody is in two places on one date."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.r03_5_one_place import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form
from tests.builders import day, instance, past, plan, site, stint
from tests.witnesses import checker_accepts, model_accepts, one_column_each

THREE = instance(sites=(site("O1"), site("O2"), site("O3")))
REGULAR, RESIDENT, MOBILE = Form.REGULAR, Form.RESIDENT, Form.MOBILE


def pair(one: Form, other: Form, **fields: str) -> Plan:
    return plan(stint("O1", form=one), stint("O2", form=other, **fields))


CASES = [
    pytest.param(THREE, pair(REGULAR, REGULAR), True, id="two 定期 objects"),
    pytest.param(THREE, pair(REGULAR, RESIDENT), False, id="定期 beside 蹲守"),
    pytest.param(THREE, pair(REGULAR, MOBILE), False, id="定期 beside 流动"),
    pytest.param(THREE, pair(RESIDENT, RESIDENT), False, id="two 蹲守 objects"),
    pytest.param(THREE, pair(RESIDENT, MOBILE), False, id="蹲守 beside 流动"),
    pytest.param(THREE, pair(RESIDENT, RESIDENT, inspector_id="P2"), True, id="two people"),
    pytest.param(
        THREE,
        plan(
            stint("O1", form=MOBILE, group="G1"),
            stint("O2", form=MOBILE, group="G1"),
            stint("O3", form=MOBILE, group="G1"),
        ),
        True,
        id="one mobile group",
    ),
    pytest.param(
        THREE,
        plan(stint("O1", form=MOBILE, group="G1"), stint("O2", form=MOBILE, group="G2")),
        False,
        id="two mobile groups",
    ),
    pytest.param(
        THREE,
        plan(
            stint("O1", form=MOBILE, group="G1"),
            stint("O2", form=MOBILE, group="G1", department="D2"),
        ),
        False,
        id="groups of one name in two departments",
    ),
    pytest.param(
        THREE,
        plan(stint("O1", form=REGULAR), stint("O1", form=REGULAR, slot=2)),
        False,
        id="two slots of one object",
    ),
    pytest.param(
        THREE,
        plan(stint("O1", form=MOBILE, group="G1"), stint("O1", form=MOBILE, group="G1", slot=2)),
        False,
        id="two slots of one object in a mobile group",
    ),
    pytest.param(
        THREE,
        plan(
            stint("O1", form=MOBILE, group="G1", end="2027-04-11"),
            stint("O2", form=REGULAR, start="2027-04-12"),
        ),
        True,
        id="定期 after 流动",
    ),
    pytest.param(
        THREE,
        plan(
            stint("O1", form=MOBILE, group="G1", end="2027-04-11"),
            stint("O2", form=REGULAR, start="2027-04-11"),
        ),
        False,
        id="one date shared",
    ),
    pytest.param(
        THREE, plan(stint("O1", end=None), stint("O2", start="2027-06-01")), False, id="open-ended"
    ),
    pytest.param(
        THREE.model_copy(update={"stints": (past("O1", "P1", "2026-07-13", None),)}),
        plan(stint("O1", start="2026-07-13", end="2027-01-11"), stint("O2")),
        False,
        id="the first day of the round shared",
    ),
    pytest.param(
        THREE,
        plan(stint("O1"), stint("O2", form=REGULAR), stint("O3", form=REGULAR)),
        False,
        id="two 定期 objects beside 蹲守",
    ),
    pytest.param(
        THREE,
        plan(
            stint("O1", end="2027-04-11"),
            stint("O2", form=REGULAR, start="2027-04-12"),
            stint("O3", form=REGULAR, start="2027-04-12"),
        ),
        True,
        id="two 定期 objects after 蹲守",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_both_witnesses(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal) is accepted


def test_the_text_names_both_stints_and_the_dates() -> None:
    proposal = pair(RESIDENT, REGULAR, start="2027-04-12", end="2027-06-30")
    (found,) = RULE.violations(THREE, proposal)
    assert (found.site_id, found.inspector_id) == ("O2", "P1")
    assert (found.start, found.end) == (day("2027-04-12"), day("2027-06-30"))
    text = RULE.explain(found)
    for fact in ("O1岗位1（蹲守驻点）", "O2岗位1（定期驻点）", "2027-04-12至2027-06-30"):
        assert fact in text


STINTS = st.builds(
    lambda site_id, person, form, group, first, length: stint(
        site_id,
        person,
        f"2027-02-{first:02d}",
        f"2027-02-{min(28, first + length):02d}",
        form=form,
        group=group if form is MOBILE else "",
    ),
    st.sampled_from(["O1", "O2", "O3"]),
    st.sampled_from(["P1", "P2"]),
    st.sampled_from(list(Form)),
    st.sampled_from(["G1", "G2"]),
    st.integers(1, 28),
    st.integers(0, 10),
)


def clashes(one: Stint, other: Stint) -> bool:
    """The rule, day by day and in words of the settled reading."""
    together = any(one.covers(d) and other.covers(d) for d in map(day, FEBRUARY))
    if one.inspector_id != other.inspector_id or not together:
        return False
    if one.site_id == other.site_id:
        return True
    both_regular = one.form is REGULAR and other.form is REGULAR
    one_group = one.form is MOBILE and other.form is MOBILE and one.group == other.group
    return not (both_regular or one_group)


FEBRUARY = [f"2027-02-{number:02d}" for number in range(1, 29)]


@given(st.lists(STINTS, max_size=6))
def test_the_sweep_finds_every_pair(stints: list[Stint]) -> None:
    expected = sum(clashes(one, other) for one, other in itertools.combinations(stints, 2))
    proposal = plan(*stints)
    assert len(list(RULE.violations(THREE, proposal))) == expected
    if one_column_each(THREE, proposal):
        assert model_accepts(RULE, THREE, proposal) is (expected == 0)
