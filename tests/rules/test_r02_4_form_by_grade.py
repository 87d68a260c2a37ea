"""Verdicts of r02_4_form_by_grade by both witnesses."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r02_4_form_by_grade import RULE
from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import ListItem, MatrixRow
from planner.domain.terms import Form, Grade, ListAction
from tests.builders import instance as make
from tests.builders import past, plan, rating, sector, site, stint
from tests.witnesses import checker_accepts, model_accepts

TEAM: dict[str, Any] = {"sectors": (sector("S1", team_size=2),)}
SECOND = stint(inspector_id="P2", slot=2)
AUTUMN = Round.named("2027H2")
EITHER: dict[str, Any] = {
    "ratings": (rating("O1", Grade.SECOND),),
    "matrix": (MatrixRow(grade=Grade.SECOND, forms=(Form.REGULAR, Form.RESIDENT)),),
}
MOBILE = MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,))
RESIDENT_DAYS = (
    MatrixRow(grade=Grade.SECOND, forms=(Form.RESIDENT,), min_days_per_month=9),
    MOBILE,
)


def mobile(site_id: str, start: str = "2027-01-11", end: str = "2027-07-10") -> Stint:
    return stint(site_id, start=start, end=end, form=Form.MOBILE, group="G1")


def group(days: int) -> dict[str, Any]:
    """Four 二级 objects with so many days a month each."""
    ids = [f"O{n}" for n in range(1, 5)]
    return {
        "sites": tuple(site(one) for one in ids),
        "ratings": tuple(rating(one, Grade.SECOND, 30) for one in ids),
        "matrix": (MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), min_days_per_month=days),),
    }


CASES = [
    ("first grade resident", make(), plan(stint()), True),
    ("first grade regular", make(), plan(stint(form=Form.REGULAR)), False),
    (
        "third grade regular",
        make(ratings=(rating("O1", Grade.THIRD),)),
        plan(stint(form=Form.REGULAR)),
        True,
    ),
    ("fourth grade", make(ratings=(rating("O1", Grade.FOURTH),)), plan(stint()), False),
    (
        "a person decided",
        make(
            list_items=(
                ListItem(
                    quarter="2027Q1",
                    department="D1",
                    site_id="O1",
                    action=ListAction.KEEP,
                    form=Form.REGULAR,
                ),
            )
        ),
        plan(stint(form=Form.REGULAR)),
        True,
    ),
    (
        "against the decision",
        make(
            list_items=(
                ListItem(
                    quarter="2027Q1",
                    department="D1",
                    site_id="O1",
                    action=ListAction.KEEP,
                    form=Form.REGULAR,
                ),
            )
        ),
        plan(stint()),
        False,
    ),
    ("one where the sector wants two", make(**TEAM), plan(stint()), False),
    ("two where the sector wants two", make(**TEAM), plan(stint(), SECOND), True),
    (
        "the row of the matrix wins",
        make(**TEAM, matrix=(MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,), team_size=1),)),
        plan(stint()),
        True,
    ),
    (
        "four days a month for four objects fit into February",
        make(**group(4)),
        plan(*(mobile(f"O{n}") for n in range(1, 5))),
        True,
    ),
    (
        "five days a month for four objects do not",
        make(**group(5)),
        plan(*(mobile(f"O{n}") for n in range(1, 5))),
        False,
    ),
    (
        "but they do into half of it",
        make(**group(5)),
        plan(*(mobile(f"O{n}", "2027-02-15", "2027-02-28") for n in range(1, 5))),
        True,
    ),
    (
        "five days a month do not fit into February alone",
        make(**group(5)),
        plan(*(mobile(f"O{n}", "2027-02-01", "2027-02-28") for n in range(1, 5))),
        False,
    ),
    (
        "nor into October of the second half-year",
        make(**group(5), round=AUTUMN),
        plan(
            *(mobile(f"O{n}", "2027-07-12", "2028-01-09") for n in range(1, 5)),
            round=AUTUMN.name,
            round_start=AUTUMN.start,
            round_end=AUTUMN.end,
        ),
        False,
    ),
    (
        "January lies in the round in part only",
        make(
            **group(6),
            stints=tuple(
                past(f"O{n}", "P1", "2026-10-12", None, form=Form.MOBILE, group="G1")
                for n in range(1, 5)
            ),
        ),
        plan(*(mobile(f"O{n}", "2026-10-12", "2027-01-31") for n in range(1, 5))),
        True,
    ),
    (
        "the days of another form are not those of a group",
        make(**{**group(5), "matrix": RESIDENT_DAYS}),
        plan(*(mobile(f"O{n}") for n in range(1, 5))),
        True,
    ),
    (
        "of two rows that name a form the first holds",
        make(**{**group(5), "matrix": (MOBILE, *group(5)["matrix"])}),
        plan(*(mobile(f"O{n}") for n in range(1, 5))),
        True,
    ),
    (
        "a matrix that says nothing of a group that is there",
        make(
            **{**group(5), "matrix": ()},
            stints=tuple(
                past(f"O{n}", "P1", "2026-10-12", None, form=Form.MOBILE, group="G1")
                for n in range(1, 5)
            ),
        ),
        plan(*(mobile(f"O{n}", "2026-10-12", "2027-03-31") for n in range(1, 5))),
        True,
    ),
    (
        "two forms at one object",
        make(**EITHER),
        plan(stint(end="2027-04-11"), stint(form=Form.REGULAR, start="2027-04-12")),
        False,
    ),
    (
        "the other form on the first day of the round",
        make(**EITHER, stints=(past("O1", "P1", "2026-10-12", None, form=Form.REGULAR),)),
        plan(
            stint(form=Form.REGULAR, start="2026-10-12", end="2027-01-11"),
            stint(inspector_id="P2", start="2027-01-12"),
        ),
        False,
    ),
    (
        "one alone after a week without anybody",
        make(**TEAM),
        plan(stint(start="2027-01-18")),
        False,
    ),
    (
        "a form that is not admitted next to a running stint",
        make(
            sites=(site("O1"), site("O2")),
            stints=(past("O1", "P1", "2026-10-12", None, form=Form.REGULAR),),
        ),
        plan(
            past("O1", "P1", "2026-10-12", "2027-04-11", form=Form.REGULAR),
            stint("O2", "P2", form=Form.REGULAR),
        ),
        False,
    ),
    (
        "a running stint keeps its form",
        make(stints=(past("O1", "P1", "2026-10-12", None, form=Form.REGULAR),)),
        plan(past("O1", "P1", "2026-10-12", "2027-04-11", form=Form.REGULAR)),
        True,
    ),
    (
        "sector forbids",
        make(sectors=(sector("S1", allowed_forms=(Form.REGULAR,)),)),
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


RUNNING = [
    pytest.param(
        make(**TEAM, stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(stint(start="2026-10-12", end="2027-04-11")),
        True,
        id="one was there alone: what is left of a team may stay",
    ),
    pytest.param(
        make(
            **TEAM,
            stints=(
                past("O1", "P1", "2026-10-12", None),
                past("O1", "P2", "2026-12-14", None, slot=2),
            ),
        ),
        plan(
            stint(start="2026-10-12", end="2027-04-11"),
            stint(inspector_id="P2", slot=2, start="2026-12-14", end="2027-06-11"),
        ),
        False,
        id="two were there, one stays alone",
    ),
    pytest.param(
        make(**TEAM, stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(
            stint(start="2026-10-12", end="2027-04-11"),
            stint(inspector_id="P2", start="2027-04-12", end="2027-10-11"),
        ),
        False,
        id="one alone is followed by one alone",
    ),
]


@pytest.mark.parametrize(("instance", "made", "accepted"), RUNNING)
def test_what_is_left_of_a_running_team(instance: Instance, made: Plan, accepted: bool) -> None:
    """Settled reading 13; no single candidate decides it."""
    assert checker_accepts(RULE, instance, made) is accepted
