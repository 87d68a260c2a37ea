"""驻点名单: from when to when an object is owed service, and who is left out and said to be."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import ListItem
from planner.domain.terms import EndReason, Form, Grade, ListAction, SiteStatus
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, department, inspector, instance, past, rating, sector, site

WHOLE = ("2027-01-11", "2027-07-11")
KEEP, ADD, LEAVE, DEFER = ListAction.KEEP, ListAction.ADD, ListAction.LEAVE, ListAction.DEFER
HOLDER = (past("O1", "P1", "2026-12-14", None),)


def row(
    action: ListAction,
    quarter: str = "2027Q1",
    begin: str | None = None,
    end: str | None = None,
    **fields: Any,
) -> ListItem:
    return ListItem(
        **{
            "quarter": quarter,
            "department": "D1",
            "site_id": "O1",
            "action": action,
            "valid_from": day(begin) if begin else None,
            "valid_to": day(end) if end else None,
            **fields,
        }
    )


def owed(here: Instance, site_id: str = "O1") -> tuple[str, str] | None:
    window = here.owed_window(here.site_by_id[site_id])
    return (window[0].isoformat(), window[1].isoformat()) if window else None


def solved(here: Instance) -> Plan:
    made = solve(here, [one.code for one in here.departments], RULES, Settings(reproducible=True))
    verdict = verify(here, made, RULES)
    assert [one.sentence for one in verdict.violations] == []
    assert verdict.wrong_amounts == ()
    return made


@pytest.mark.parametrize(
    ("rows", "window"),
    [
        ((row(KEEP),), WHOLE),
        ((row(ADD, begin="2027-02-01"),), ("2027-02-01", "2027-07-11")),
        ((row(KEEP, begin="2027-02-01"),), ("2027-02-01", "2027-07-11")),
        ((row(KEEP, end="2027-03-31"),), ("2027-01-11", "2027-03-31")),
        ((row(LEAVE),), None),
        ((row(LEAVE, end="2027-03-31"),), ("2027-01-11", "2027-03-31")),
        ((row(DEFER),), None),
        ((row(DEFER, begin="2027-03-01"),), ("2027-01-11", "2027-02-28")),
        ((row(KEEP), row(DEFER, "2027Q2")), ("2027-01-11", "2027-03-31")),
        ((row(KEEP), row(LEAVE, "2027Q2")), ("2027-01-11", "2027-03-31")),
        ((row(KEEP), row(LEAVE, "2027Q2", end="2027-05-14")), ("2027-01-11", "2027-05-14")),
        ((row(DEFER), row(KEEP, "2027Q2")), ("2027-04-01", "2027-07-11")),
        ((row(ADD, "2027Q2"),), ("2027-04-01", "2027-07-11")),
        ((row(KEEP), row(KEEP, "2027Q2", begin="2027-04-15")), WHOLE),
        ((row(KEEP, end="2027-05-31"), row(KEEP, "2027Q2")), WHOLE),
        ((row(KEEP, end="2027-02-28"), row(ADD, "2027Q2")), ("2027-04-01", "2027-07-11")),
        ((row(KEEP, "2026Q3"),), WHOLE),
        ((row(KEEP, "2026Q3"), row(LEAVE, "2026Q4")), None),
        ((row(KEEP), row(LEAVE, "2027Q3")), WHOLE),
        ((row(KEEP), row(LEAVE, "2027Q4")), WHOLE),
        ((row(ADD, "2027Q3"),), None),
    ],
)
def test_the_list_is_read_quarter_by_quarter(
    rows: tuple[ListItem, ...], window: tuple[str, str] | None
) -> None:
    assert owed(instance(list_items=rows)) == window
    assert owed(instance(list_items=rows[::-1])) == window


def test_off_every_list_nothing_is_owed_and_without_a_list_everything() -> None:
    assert owed(instance()) == WHOLE
    assert owed(instance(list_items=(row(KEEP, site_id="O2"),))) is None


@pytest.mark.parametrize("action", [KEEP, ADD])
def test_the_date_of_a_row_does_not_delay_where_somebody_is(action: ListAction) -> None:
    here = instance(
        list_items=(row(action, begin="2027-01-18"),),
        inspectors=(inspector("P1"), inspector("P2")),
        stints=HOLDER,
    )
    assert owed(here) == WHOLE
    assert solved(here).shortages == ()


def test_a_round_that_ends_in_a_quarter_has_that_quarter() -> None:
    short = Round(name="2027春", start=day("2027-01-11"), end=day("2027-05-31"))
    rows = (row(KEEP), row(LEAVE, "2027Q2"))
    assert owed(instance(round=short, list_items=rows)) == ("2027-01-11", "2027-03-31")


def test_who_is_put_off_in_the_second_quarter_is_left_at_its_end() -> None:
    made = solved(instance(list_items=(row(KEEP), row(DEFER, "2027Q2"))))
    (stint,) = made.stints
    assert (str(stint.end), stint.end_reason) == ("2027-03-31", EndReason.OFF_LIST)
    assert made.shortages == ()


def test_a_holder_leaves_where_the_object_is_put_off_and_somebody_comes_later() -> None:
    here = instance(
        list_items=(row(DEFER), row(KEEP, "2027Q2")),
        inspectors=(inspector("P1"), inspector("P2")),
        stints=HOLDER,
    )
    old, new = sorted(solved(here).stints, key=lambda one: one.start)
    assert (str(old.end), old.end_reason) == ("2027-01-10", EndReason.OFF_LIST)
    assert (new.inspector_id, str(new.start)) == ("P2", "2027-04-01")


@pytest.mark.parametrize(
    "rows",
    [
        (row(LEAVE),),
        (row(LEAVE, end="2027-03-31"),),
        (row(ADD, begin="2027-03-01"),),
        (row(DEFER),),
        (row(KEEP, site_id="O2"),),
    ],
)
@pytest.mark.parametrize("status", [SiteStatus.NORMAL, SiteStatus.STOPPED])
def test_a_coal_mine_is_owed_throughout(rows: tuple[ListItem, ...], status: SiteStatus) -> None:
    here = instance(
        sites=(site(sector="CO", status=status),),
        list_items=rows,
        inspectors=(inspector("P1"), inspector("P2")),
    )
    assert owed(here) == WHOLE
    made = solved(here)
    assert {(s.inspector_id, str(s.start)) for s in made.stints} == {
        ("P1", "2027-01-11"),
        ("P2", "2027-01-11"),
    }


def test_a_closed_mine_owes_nothing() -> None:
    assert owed(instance(sites=(site(sector="CO", status=SiteStatus.CLOSED),))) is None


def test_a_mine_whose_grade_has_no_form_is_a_shortage_that_says_so() -> None:
    here = instance(sites=(site(sector="CO"),), ratings=(rating("O1", Grade.FOURTH, 10),))
    (short,) = solved(here).shortages
    assert (str(short.start), str(short.end)) == WHOLE
    assert "请在驻点名单中指定驻点形式" in short.reason


def test_a_mine_that_two_units_claim_is_served_by_one() -> None:
    here = instance(
        departments=(department(), department("D2")),
        sites=(
            site("O1", sector="CO", uscc="U", direct_department="D1"),
            site("O2", sector="CO", uscc="U", department="D2", direct_department="D1"),
        ),
        inspectors=(inspector("P1"), inspector("P2")),
    )
    made = solved(here)
    assert {one.site_id for one in made.stints} == {"O1"}
    assert made.shortages == ()


def test_listed_objects_that_nobody_is_owed_to_are_named() -> None:
    here = instance(
        sites=tuple(site(f"O{n}") for n in range(1, 7)),
        sectors=(sector("S1"),),
        ratings=(
            rating("O1", Grade.FIRST),
            rating("O2", Grade.FOURTH, 12),
            rating("O3", Grade.FOURTH, 14).model_copy(update={"completeness_percent": 40}),
            rating("O4", Grade.FOURTH, 13),
            rating("O5", Grade.FOURTH, 11),
            rating("O6", Grade.FOURTH, 9),
        ),
        list_items=(
            *(row(KEEP, site_id=f"O{n}") for n in (1, 2, 3)),
            row(KEEP, site_id="O4", form=Form.REGULAR),
            row(LEAVE, site_id="O5"),
        ),
    )
    found = here.not_stationed(["D1"])
    assert [(one.site_id, one.score, one.unverified) for one in found] == [
        ("O3", 14, True),
        ("O2", 12, False),
    ]
    assert here.not_stationed(["D2"]) == ()
