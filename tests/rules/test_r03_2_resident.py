"""R03-2: a 蹲守 person has one object on any date."""

from __future__ import annotations

import pytest

from constraints.r03_2_resident import RULE
from constraints.r03_5_one_place import RULE as ONE_PLACE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate, Service
from planner.domain.terms import EndReason, Form
from tests.builders import day, instance, past, plan, site, stint
from tests.witnesses import checker_accepts, model_accepts

TWO = instance(sites=(site("O1"), site("O2")))

CASES = [
    pytest.param(TWO, plan(stint("O1")), True, id="one object"),
    pytest.param(
        TWO,
        plan(stint("O1", end="2027-04-11"), stint("O2", start="2027-04-12")),
        True,
        id="one after the other",
    ),
    pytest.param(
        TWO,
        plan(stint("O1", end="2027-04-12"), stint("O2", start="2027-04-12")),
        False,
        id="one day at both",
    ),
    pytest.param(TWO, plan(stint("O1"), stint("O2", "P2")), True, id="two people"),
    pytest.param(
        TWO,
        plan(stint("O1", group="G1"), stint("O2", group="G1")),
        False,
        id="two objects under one group name",
    ),
    pytest.param(
        TWO,
        plan(stint("O1", form=Form.REGULAR), stint("O2", form=Form.REGULAR)),
        True,
        id="定期 may have two",
    ),
    pytest.param(
        TWO, plan(stint("O1", end=None), stint("O2", start="2027-06-01")), False, id="open-ended"
    ),
    pytest.param(
        TWO,
        plan(
            stint("O1", end="2027-01-15", form=Form.REGULAR),
            stint("O1", start="2027-01-18"),
            stint("O2", start="2027-01-18"),
        ),
        False,
        id="two objects after a 定期 one",
    ),
    pytest.param(
        TWO.model_copy(update={"stints": (past("O1", "P1", "2026-07-13", None),)}),
        plan(stint("O1", start="2026-07-13", end="2027-01-11"), stint("O2")),
        False,
        id="one day at both, the first of the round",
    ),
    pytest.param(
        TWO.model_copy(update={"stints": (past("O1", "P1", "2026-07-13", None),)}),
        plan(stint("O1", start="2026-07-13", end="2027-01-10"), stint("O2")),
        True,
        id="handed over as the round begins",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_both_witnesses(case: Instance, proposal: Plan, accepted: bool) -> None:
    """The rows of R03-5 hold every released post of a person."""
    assert checker_accepts(RULE, case, proposal) is accepted
    assert model_accepts(RULE, case, proposal, ONE_PLACE) is accepted


def test_a_mixture_of_forms_is_left_to_r03_5() -> None:
    assert checker_accepts(RULE, TWO, plan(stint("O1"), stint("O2", form=Form.REGULAR)))


@pytest.mark.parametrize(
    ("form", "site_ids", "admitted"),
    [
        (Form.RESIDENT, ("O1",), True),
        (Form.RESIDENT, ("O1", "O2"), False),
        (Form.MOBILE, ("O1", "O2"), True),
    ],
)
def test_a_resident_service_has_one_site(
    form: Form, site_ids: tuple[str, ...], admitted: bool
) -> None:
    start, finish = day("2027-01-11"), day("2027-07-12")
    service = Service("S", "D1", site_ids, form, 1, (start,), finish)
    candidate = Candidate(service, 1, "P1", start, day("2027-07-10"), finish, EndReason.ROTATION)
    assert RULE.admits(TWO, candidate) is admitted


def test_the_text_names_both_objects_and_the_dates() -> None:
    proposal = plan(stint("O1", end="2027-04-20"), stint("O2", start="2027-04-12"))
    (found,) = RULE.violations(TWO, proposal)
    assert (found.inspector_id, found.start) == ("P1", day("2027-04-12"))
    text = RULE.explain(found)
    for fact in ("O1", "O2", "2027-04-12", "2027-04-20"):
        assert fact in text
