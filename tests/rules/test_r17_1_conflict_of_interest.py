"""Verdicts of r17_1_conflict_of_interest by both witnesses."""

from __future__ import annotations

import pytest

from constraints.r17_1_conflict_of_interest import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Conflict
from planner.domain.terms import Relation
from tests.builders import day, past, plan, site, stint
from tests.builders import instance as make
from tests.witnesses import checker_accepts, model_accepts


def spouse(site_id: str = "O1", end: str | None = None) -> Conflict:
    """P1 is married to somebody at the object."""
    return Conflict(
        inspector_id="P1",
        site_id=site_id,
        relation=Relation.SPOUSE,
        end=day(end) if end else None,
    )


CASES = [
    ("none", make(), plan(stint()), True),
    (
        "by site",
        make(conflicts=(Conflict(inspector_id="P1", site_id="O1", relation=Relation.SPOUSE),)),
        plan(stint()),
        False,
    ),
    (
        "by corporation",
        make(
            sites=(site(corporation="甲集团"),),
            conflicts=(Conflict(inspector_id="P1", corporation="甲集团", relation=Relation.OTHER),),
        ),
        plan(stint()),
        False,
    ),
    (
        "another site",
        make(conflicts=(Conflict(inspector_id="P1", site_id="O2", relation=Relation.SPOUSE),)),
        plan(stint()),
        True,
    ),
    ("ends before the start", make(conflicts=(spouse(end="2027-01-10"),)), plan(stint()), True),
    ("ends on the first day", make(conflicts=(spouse(end="2027-01-11"),)), plan(stint()), False),
    (
        "the second of two concerns the object",
        make(conflicts=(spouse("O2"), spouse(end="2027-01-10"), spouse())),
        plan(stint()),
        False,
    ),
    (
        "holds, and the first day of the round is the last",
        make(conflicts=(spouse(),), stints=(past("O1", "P1", "2026-07-13", None),)),
        plan(past("O1", "P1", "2026-07-13", "2027-01-11")),
        False,
    ),
    (
        "holds, but the round begins without",
        make(conflicts=(spouse(),), stints=(past("O1", "P1", "2026-07-13", None),)),
        plan(past("O1", "P1", "2026-07-13", "2027-01-10")),
        True,
    ),
    (
        "begins after the end",
        make(
            conflicts=(
                Conflict(
                    inspector_id="P1",
                    site_id="O1",
                    relation=Relation.SPOUSE,
                    start=day("2027-07-11"),
                ),
            )
        ),
        plan(stint()),
        True,
    ),
    (
        "begins on the last day",
        make(
            conflicts=(
                Conflict(
                    inspector_id="P1",
                    site_id="O1",
                    relation=Relation.SPOUSE,
                    start=day("2027-07-10"),
                ),
            )
        ),
        plan(stint()),
        False,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(instance: Instance, made: Plan, accepted: bool) -> None:
    """Checker and pruning give the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted
    assert model_accepts(RULE, instance, made) is accepted


def test_every_stint_is_judged() -> None:
    here = make(
        sites=(site("O1"), site("O2")),
        conflicts=tuple(
            Conflict(inspector_id=person, site_id=one, relation=Relation.SPOUSE)
            for person, one in (("P1", "O1"), ("P2", "O2"))
        ),
    )
    found = list(RULE.violations(here, plan(stint("O1"), stint("O2", "P2"))))
    assert [one.inspector_id for one in found] == ["P1", "P2"]


def test_the_relation_is_never_printed() -> None:
    """L-5: neither facts nor sentence tell why."""
    conflict = Conflict(inspector_id="P1", site_id="O1", relation=Relation.SPOUSE)
    (found,) = RULE.violations(make(conflicts=(conflict,)), plan(stint()))
    assert Relation.SPOUSE.value not in RULE.explain(found) + repr(found)
