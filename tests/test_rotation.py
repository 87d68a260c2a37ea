"""Who stays, goes and comes: tiny plans, solved and then judged by the verifier."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.policy import Policy
from planner.domain.tables import Absence, Conflict, MatrixRow, Training
from planner.domain.terms import (
    AbsenceKind,
    EndReason,
    Form,
    Grade,
    ListAction,
    Relation,
    SiteStatus,
    StaffType,
)
from planner.io.consistency import PARTLY_IN_PRINCIPLE
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, inspector, instance, past, rating, site, trained
from tests.rules.rows import absence, extension, freeze, listed, override

REPRODUCIBLE = Settings(limit_seconds=60, reproducible=True)
BOTH = (inspector("P1"), inspector("P2"))
THREE = (*BOTH, inspector("P3"))
CHEMICAL = (site("O1", sector="CH"),)
AUTUMN = (past("O1", "P1", "2026-10-12", None),)


def solved(here: Instance) -> Plan:
    made = solve(here, ["D1"], RULES, REPRODUCIBLE)
    verdict = verify(here, made, RULES)
    assert [one.sentence for one in verdict.violations] == []
    assert verdict.wrong_amounts == ()
    assert made.proof is not None
    assert made.proof.status == "OPTIMAL"
    return made


def rows(made: Plan) -> set[tuple[str, str, str, str]]:
    """Object, person, first and last day of every stint."""
    return {(s.site_id, s.inspector_id, str(s.start), str(s.end)) for s in made.stints}


def two_sites(**fields: Any) -> Instance:
    """O1 scores 41, O2 scores 90."""
    return instance(
        sites=(site("O1"), site("O2")),
        ratings=(rating("O1", score=41), rating("O2", score=90)),
        **fields,
    )


def in_group(inspector_id: str) -> tuple[Stint, ...]:
    """Mobile group G1 at O1 … O3 since October."""
    return tuple(
        past(one, inspector_id, "2026-10-12", None, form=Form.MOBILE, group="G1")
        for one in ("O1", "O2", "O3")
    )


def group_of_three(waiting: bool = False, **fields: Any) -> Instance:
    """P1 in mobile group G1 at O1 … O3 since October; with ``waiting`` O4 could join."""
    ids = ("O1", "O2", "O3", "O4") if waiting else ("O1", "O2", "O3")
    defaults: dict[str, Any] = {
        "sites": tuple(site(one) for one in ids),
        "ratings": tuple(rating(one, Grade.SECOND, 30) for one in ids),
        "matrix": (
            MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), team_size=1),
            MatrixRow(grade=Grade.SECOND, forms=(Form.RESIDENT,)),
        ),
        "inspectors": BOTH,
        "stints": in_group("P1"),
    }
    return instance(**{**defaults, **fields})


PLANS = [
    pytest.param(
        instance(
            sites=CHEMICAL,
            ratings=(rating("O1", Grade.FOURTH, 20),),
            stints=(past("O1", "P1", "2026-10-01", None),),
        ),
        {("O1", "P1", "2026-10-01", "2027-01-10")},
        id="a chemical object that is no longer stationed is left as the round begins",
    ),
    pytest.param(
        instance(
            list_items=(
                listed("O1").model_copy(update={"action": ListAction.DEFER, "reason": "停产检修"}),
                listed("O1").model_copy(update={"quarter": "2027Q2"}),
            ),
            stints=(past("O1", "P1", "2026-11-05", None),),
        ),
        {("O1", "P1", "2026-11-05", "2027-01-10")},
        id="whose object is put off to April does not come back in the cool-off",
    ),
    pytest.param(
        instance(
            inspectors=BOTH,
            stints=(
                past("O1", "P1", "2026-07-12", None),
                past("O1", "P2", "2026-11-05", None, slot=2),
            ),
            policy=Policy(cool_off_months=0),
        ),
        {
            ("O1", "P1", "2026-07-12", "2027-01-11"),
            ("O1", "P2", "2026-11-05", "2027-01-10"),
            ("O1", "P2", "2027-01-12", "2027-07-11"),
        },
        id="whose place is gone counts as new where he begins again",
    ),
    pytest.param(
        instance(
            inspectors=BOTH,
            stints=(
                past("O1", "P1", "2026-06-01", "2026-08-31"),
                past("O1", "P1", "2026-12-01", None),
            ),
        ),
        {("O1", "P1", "2026-12-01", "2027-01-10"), ("O1", "P2", "2027-01-11", "2027-07-10")},
        id="overdue after a short break: goes at once though the stay itself is short",
    ),
    pytest.param(
        instance(
            inspectors=BOTH,
            key_periods=(freeze("2027-01-11", "2027-01-26"),),
            stints=(past("O1", "P1", "2026-06-24", None),),
        ),
        {("O1", "P1", "2026-06-24", "2027-01-26"), ("O1", "P2", "2027-01-27", "2027-07-26")},
        id="overdue, and the round begins in a freeze window: changes on the first free day",
    ),
    pytest.param(
        instance(key_periods=(freeze("2027-01-11", "2027-01-26"),)),
        {("O1", "P1", "2027-01-27", "2027-07-26")},
        id="a vacant object that was listed before does not enter in the window",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-12-14", None, form=Form.REGULAR),),
            absences=(absence("2027-01-11", "2027-02-26"),),
        ),
        {("O1", "P1", "2026-12-14", "2027-01-10")},
        id="called away from a form that is kept: no return in another form",
    ),
    pytest.param(
        instance(
            sites=CHEMICAL,
            inspectors=(
                inspector("P1", skills=(("CH", 1),)),
                inspector("P2", skills=(("CH", 1),)),
                inspector("P3", skills=(("CH", 1),)),
            ),
            stints=(*AUTUMN, past("O1", "P2", "2026-12-14", None, slot=2)),
        ),
        {("O1", "P1", "2026-10-12", "2027-04-11"), ("O1", "P2", "2026-12-14", "2027-04-11")},
        id="a running pair without a skilled member stays until somebody new would join",
    ),
    pytest.param(
        instance(
            sites=CHEMICAL,
            inspectors=(inspector("P2"), inspector("P3")),
            stints=(past("O1", "P2", "2026-10-12", None),),
        ),
        {("O1", "P2", "2026-10-12", "2027-04-11"), ("O1", "P3", "2027-01-11", "2027-04-11")},
        id="a newcomer stops with the partner whom nobody follows",
    ),
    pytest.param(
        instance(
            sites=(site("O1", sector="CH"), site("O2", sector="CH")),
            ratings=(rating("O1", score=41), rating("O2", score=90)),
            inspectors=BOTH,
            stints=(
                past("O1", "P1", "2027-01-04", None),
                past("O1", "P2", "2027-01-04", None, slot=2),
            ),
        ),
        {
            ("O1", "P1", "2027-01-04", "2027-04-05"),
            ("O1", "P2", "2027-01-04", "2027-04-05"),
            ("O2", "P1", "2027-04-06", "2027-10-05"),
            ("O2", "P2", "2027-04-06", "2027-10-05"),
        },
        id="a complete pair stays three months although another object scores more",
    ),
    pytest.param(
        instance(inspectors=BOTH, stints=(past("O1", "P1", "2026-12-28", "2027-01-31"),)),
        {("O1", "P1", "2026-12-28", "2027-03-27"), ("O1", "P2", "2027-03-29", "2027-09-28")},
        id="a written end earlier than three months gives way",
    ),
    pytest.param(
        instance(
            inspectors=BOTH,
            stints=(past("O1", "P1", "2026-12-28", "2027-01-31", end_reason=EndReason.TRANSFER),),
        ),
        {("O1", "P1", "2026-12-28", "2027-01-31"), ("O1", "P2", "2027-02-01", "2027-07-31")},
        id="a written end with a forced reason holds",
    ),
    pytest.param(
        instance(
            key_periods=(freeze("2027-01-18", "2027-02-20"),),
            inspectors=(
                inspector("P1", leaves_on=day("2027-02-10")),
                inspector("P2", available_from=day("2027-02-01")),
            ),
            stints=AUTUMN,
        ),
        {("O1", "P1", "2026-10-12", "2027-02-09"), ("O1", "P2", "2027-02-11", "2027-08-10")},
        id="a holder who retires stays to the last day and is followed inside the window",
    ),
    pytest.param(
        instance(
            inspectors=(inspector("P1"), inspector("P2", available_from=day("2027-02-01"))),
            stints=(past("O1", "P1", "2026-05-11", None),),
        ),
        {("O1", "P1", "2026-05-11", "2027-01-10"), ("O1", "P2", "2027-02-01", "2027-07-31")},
        id="an overdue holder is followed as soon as somebody is free",
    ),
    pytest.param(
        instance(inspectors=(inspector("P1", available_to=day("2027-03-31")),)),
        {("O1", "P1", "2027-01-11", "2027-03-31")},
        id="a person who is lent for a part of the round serves that part",
    ),
    pytest.param(
        instance(inspectors=(inspector("P1", hire_date=day("2026-02-01")),)),
        {("O1", "P1", "2027-02-01", "2027-07-31")},
        id="a vacant post waits for the end of probation",
    ),
    pytest.param(
        instance(
            conflicts=(
                Conflict(
                    inspector_id="P1",
                    site_id="O1",
                    relation=Relation.OTHER,
                    end=day("2027-01-31"),
                ),
            )
        ),
        {("O1", "P1", "2027-02-01", "2027-07-31")},
        id="a vacant post waits for the end of a conflict",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-03-01", "2026-08-14"),)),
        {("O1", "P1", "2027-02-15", "2027-08-14")},
        id="a vacant post waits for the end of the cool-off",
    ),
    pytest.param(
        two_sites(
            list_items=(listed("O1", None, "2027-03-31"), listed("O2")),
            stints=(past("O1", "P1", "2027-01-04", None),),
        ),
        {("O1", "P1", "2027-01-04", "2027-03-31"), ("O2", "P1", "2027-04-01", "2027-09-30")},
        id="whoever comes free in the middle of a week serves from that day",
    ),
    pytest.param(
        instance(
            sites=(site("O1"), site("O2"), site("O3")),
            ratings=(
                rating("O1", Grade.THIRD, 20),
                rating("O2", Grade.THIRD, 25),
                rating("O3", Grade.THIRD, 20),
            ),
            matrix=(MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=6),),
            list_items=(
                listed("O1", None, "2027-01-31"),
                listed("O2"),
                listed("O3", "2027-03-01", "2027-05-31"),
            ),
        ),
        {
            ("O1", "P1", "2027-01-11", "2027-01-31"),
            ("O2", "P1", "2027-01-11", "2027-07-10"),
            ("O3", "P1", "2027-03-01", "2027-05-31"),
        },
        id="two 定期 objects fit in January and from March though not in February",
    ),
    pytest.param(
        group_of_three(
            extensions=(extension("2027-06-30"),),
        ),
        {
            *((one, "P1", "2026-10-12", "2027-04-11") for one in ("O1", "O2", "O3")),
            *((one, "P2", "2027-04-12", "2027-10-11") for one in ("O1", "O2", "O3")),
        },
        id="an extension at one object does not extend the group",
    ),
]


@pytest.mark.parametrize(("here", "expected"), PLANS)
def test_the_plan(here: Instance, expected: set[tuple[str, str, str, str]]) -> None:
    made = solved(here)
    assert rows(made) == expected


JOINING = [
    pytest.param({}, True, id="nothing against it"),
    pytest.param(
        {
            "trainings": (
                Training(inspector_ids=("P1",), sectors=("S1",), end=day("2025-12-20")),
                trained("P2"),
            )
        },
        False,
        id="trained too long ago",
    ),
    pytest.param(
        {"inspectors": (inspector("P1", staff_type=StaffType.AGENCY), inspector("P2"))},
        False,
        id="no formal staff",
    ),
    pytest.param(
        {"stints": (*in_group("P1"), past("O4", "P1", "2026-06-01", "2026-10-11"))},
        False,
        id="left the object in October",
    ),
]


@pytest.mark.parametrize(("fields", "joins"), JOINING)
def test_a_left_over_joins_a_group_only_if_its_holder_may_come(
    fields: dict[str, Any], joins: bool
) -> None:
    made = solved(group_of_three(waiting=True, **fields))
    at_o4 = {row.group for row in made.stints if row.site_id == "O4" and row.start.year == 2027}
    assert (at_o4 == {"G1"}) is joins


def test_a_team_that_cannot_be_completed_ends_with_a_reason_and_as_a_change() -> None:
    made = solved(
        instance(
            sites=CHEMICAL, inspectors=BOTH[:1], stints=(past("O1", "P1", "2026-12-14", None),)
        )
    )
    (gone,) = made.stints
    assert (str(gone.end), gone.end_reason) == ("2027-01-10", EndReason.OTHER)
    assert "配不齐" in gone.note
    assert [str(one.due) for one in made.changes] == ["2027-06-13"]


def test_a_past_return_inside_the_cool_off_blocks_nothing() -> None:
    history = (
        past("O1", "P1", "2026-06-01", "2026-08-31"),
        past("O1", "P1", "2026-10-12", None),
    )
    made = solved(instance(inspectors=BOTH, stints=history))
    assert {row.inspector_id for row in made.stints} == {"P1", "P2"}


# -- 豁免 ---------------------------------------------------------------------------------------

AT_O1 = {"site_id": "O1"}
WINDOW = (freeze("2027-03-01", "2027-07-05"),)
OVERRIDES = [
    pytest.param(
        instance(stints=AUTUMN, overrides=(override("R05-1", **AT_O1),)),
        {("O1", "P1", "2026-10-12", "2027-07-11")},
        {("R05-1", "P1", "O1")},
        id="R05-1 without dates: to the end of the round",
    ),
    pytest.param(
        instance(
            stints=AUTUMN,
            overrides=(override("R05-1", **AT_O1, start=day("2027-04-12"), end=day("2027-05-31")),),
        ),
        {("O1", "P1", "2026-10-12", "2027-05-31")},
        {("R05-1", "P1", "O1")},
        id="R05-1 with the dates of the excess",
    ),
    pytest.param(
        instance(
            stints=AUTUMN,
            overrides=(override("R05-1", **AT_O1, start=day("2026-10-01"), end=day("2026-10-31")),),
        ),
        {("O1", "P1", "2026-10-12", "2027-04-11")},
        set(),
        id="R05-1 with other dates lifts nothing",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-05-11", None),),
            overrides=(override("R05-1", **AT_O1),),
        ),
        {("O1", "P1", "2026-05-11", "2027-07-11")},
        {("R05-1", "P1", "O1")},
        id="R05-1 for an overdue holder: one stint that goes on",
    ),
    pytest.param(
        two_sites(
            stints=(past("O1", "P1", "2026-12-14", None),), overrides=(override("R05-2", **AT_O1),)
        ),
        {("O1", "P1", "2026-12-14", "2027-01-10"), ("O2", "P1", "2027-01-11", "2027-07-10")},
        {("R05-2", "P1", "O1")},
        id="R05-2: goes after four weeks",
    ),
    pytest.param(
        instance(
            key_periods=WINDOW,
            inspectors=BOTH,
            stints=(past("O1", "P1", "2026-12-14", None),),
            overrides=(override("R05-5", inspector_id="", **AT_O1),),
        ),
        {("O1", "P1", "2026-12-14", "2027-06-13"), ("O1", "P2", "2027-06-14", "2027-12-13")},
        {("R05-5", "P1", "O1"), ("R05-5", "P2", "O1")},
        id="R05-5: changes inside a window that leaves no other date",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-07-06", "2026-11-30"),),
            overrides=(override("R05-7", **AT_O1), override("R05-1", **AT_O1)),
        ),
        {("O1", "P1", "2027-01-11", "2027-07-10")},
        {("R05-1", "P1", "O1"), ("R05-7", "P1", "O1")},
        id="R05-7 and R05-1: returns at once",
    ),
    pytest.param(
        instance(
            stints=AUTUMN,
            extensions=(extension("2027-09-30"),),
            overrides=(override("R05-9", **AT_O1),),
        ),
        {("O1", "P1", "2026-10-12", "2027-09-30")},
        {("R05-9", "P1", "O1")},
        id="R05-9: an extension of more than three months",
    ),
    pytest.param(
        instance(
            inspectors=(inspector("P1", skills=(("S1", 0),)),),
            overrides=(override("R09-3", **AT_O1),),
        ),
        {("O1", "P1", "2027-01-11", "2027-07-10")},
        {("R09-3", "P1", "O1")},
        id="R09-3: not qualified",
    ),
    pytest.param(
        instance(
            sites=(site("O1"), site("O2"), site("O3")),
            ratings=tuple(rating(one, Grade.THIRD, 20) for one in ("O1", "O2", "O3")),
            overrides=(override("R03-8", site_id="O3"),),
        ),
        {(one, "P1", "2027-01-11", "2027-07-10") for one in ("O1", "O2", "O3")},
        {("R03-8", "P1", "O3")},
        id="R03-8: a third 定期 object",
    ),
    pytest.param(
        group_of_three(
            stints=(*in_group("P2"), past("O3", "P1", "2026-06-01", "2026-11-30")),
            policy=Policy(max_stint_months=12),
            inspectors=(inspector("P1"), inspector("P2", leaves_on=day("2027-01-11"))),
            overrides=(override("R05-7", site_id="O3"),),
        ),
        {
            *((one, "P2", "2026-10-12", "2027-01-10") for one in ("O1", "O2", "O3")),
            *((one, "P1", "2027-01-11", "2027-05-31") for one in ("O1", "O2", "O3")),
        },
        {("R05-7", "P1", "O3")},
        id="a mobile group needs the row for the offending object only",
    ),
]


@pytest.mark.parametrize(("here", "expected", "used"), OVERRIDES)
def test_a_row_of_overrides_is_planned_accepted_and_listed(
    here: Instance, expected: set[tuple[str, str, str, str]], used: set[tuple[str, str, str]]
) -> None:
    made = solved(here)
    assert rows(made) == expected
    listed_rows = {(one.rule, one.inspector_id, one.site_id) for one in made.overrides_used}
    assert listed_rows == used
    lifted = {
        (one.violation.rule, one.violation.inspector_id, one.violation.site_id)
        for one in verify(here, made, RULES).overridden
    }
    assert lifted == used


def test_the_import_accepts_the_rules_that_hold_in_part_in_principle() -> None:
    assert {rule.article.rule for rule in RULES if rule.article.principle_part} == (
        PARTLY_IN_PRINCIPLE
    )


# -- 交接 ---------------------------------------------------------------------------------------

HANDOVERS = [
    pytest.param({}, "2027-04-12与前任人员P1在现场交接", "P1", id="one day"),
    pytest.param(
        {"policy": Policy(handover_overlap_days=2)},
        "2027-04-12、2027-04-13与前任人员P1在现场交接",
        "P1",
        id="two days",
    ),
    pytest.param({"policy": Policy(handover_overlap_days=0)}, "", "", id="none wanted"),
    pytest.param(
        {"inspectors": (inspector("P1", leaves_on=day("2027-04-12")), inspector("P2"))},
        "",
        "",
        id="the old holder retires",
    ),
    pytest.param(
        {"stints": (*AUTUMN, past("O2", "P2", "2025-01-06", "2025-07-05"))},
        "2027-04-12与前任人员P1在现场交接",
        "",
        id="the new one knows the sector",
    ),
]


@pytest.mark.parametrize(("fields", "note", "mentor"), HANDOVERS)
def test_the_handover_is_written_into_the_row(
    fields: dict[str, Any], note: str, mentor: str
) -> None:
    defaults: dict[str, Any] = {
        "sites": (site("O1"), site("O2", status=SiteStatus.CLOSED)),
        "ratings": (rating("O1"),),
        "inspectors": BOTH,
        "stints": AUTUMN,
    }
    made = solved(instance(**{**defaults, **fields}))
    (new,) = [row for row in made.stints if row.inspector_id == "P2"]
    assert (new.note, new.mentor_id) == (note, mentor)
    (old,) = [row for row in made.stints if row.inspector_id == "P1"]
    days = note.partition("与")[0]
    assert old.note == (f"结束后于{days}再到场，与接任的人员P2交接" if note else "")


def test_a_row_that_ends_for_an_absence_says_so() -> None:
    """结束原因 is a closed list without 公务 or 婚丧."""
    trip = Absence(
        inspector_id="P1", kind=AbsenceKind.OFFICIAL,
        start=day("2027-03-15"), end=day("2027-04-16"),
    )  # fmt: skip
    made = solved(
        instance(sites=(site("O1"),), ratings=(rating("O1"),), inspectors=BOTH, absences=(trip,),
                 stints=(past("O1", "P1", "2026-11-16", None),))
    )  # fmt: skip
    (old,) = [row for row in made.stints if row.inspector_id == "P1"]
    assert (old.end, old.end_reason) == (day("2027-03-14"), EndReason.OTHER)
    assert old.note == "2027-03-15起请假或抽调"
