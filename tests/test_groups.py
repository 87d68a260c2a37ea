"""流动组: members that come and go, groups above the limits, and what is left over."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from constraints.r02_5_priority_first import RULE as PRIORITY_FIRST
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Conflict, MatrixRow, Site
from planner.domain.terms import EndReason, Form, Grade, ListAction, Relation
from planner.posts import build_services, owed_sites
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, inspector, instance, past, rating, site, trained
from tests.rules.rows import listed
from tests.test_lists import KEEP, row

MOBILE = MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), team_size=1, min_days_per_month=4)


def anybody_joins(held: Stint, new: Site) -> bool:
    """No holder is kept out of a group."""
    return True


def grouped(count: int, **fields: Any) -> Instance:
    """P1 runs a mobile group of O1 … until 2027-04-11; P2 and P3 are free."""
    ids = [f"O{n}" for n in range(1, count + 1)]
    defaults: dict[str, Any] = {
        "sites": tuple(site(one) for one in ids),
        "ratings": tuple(rating(one, Grade.SECOND, 39 - n) for n, one in enumerate(ids)),
        "matrix": (MOBILE,),
        "inspectors": (inspector("P1"), inspector("P2"), inspector("P3")),
        "stints": running(*ids),
    }
    return instance(**{**defaults, **fields})


def running(*site_ids: str, person: str = "P1", group: str = "G1") -> tuple[Any, ...]:
    return tuple(
        past(one, person, "2026-10-12", None, form=Form.MOBILE, group=group) for one in site_ids
    )


def solved(here: Instance) -> Plan:
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    verdict = verify(here, made, RULES)
    assert [one.sentence for one in verdict.violations] == []
    assert verdict.wrong_amounts == ()
    assert made.proof is not None
    assert made.proof.status == "OPTIMAL"
    return made


def rows_at(made: Plan, site_id: str) -> list[tuple[str, str, str]]:
    return [
        (one.inspector_id, str(one.end), (one.end_reason or EndReason.OTHER).value)
        for one in sorted(made.stints, key=lambda one: one.start)
        if one.site_id == site_id
    ]


def test_a_member_that_leaves_before_the_handover_has_no_row_after() -> None:
    here = grouped(3, list_items=(listed("O1"), listed("O2"), listed("O3", None, "2027-03-31")))
    made = solved(here)
    assert rows_at(made, "O3") == [("P1", "2027-03-31", "退出名单")]
    assert [end for _, end, _ in rows_at(made, "O1")] == ["2027-04-11", "2027-10-11"]
    assert made.shortages == ()


def test_a_member_that_leaves_after_the_handover_is_paid_for_as_long_as_it_is_owed() -> None:
    here = grouped(3, list_items=(listed("O1"), listed("O2"), listed("O3", None, "2027-05-31")))
    made = solved(here)
    assert [end for _, end, _ in rows_at(made, "O3")] == ["2027-04-11", "2027-05-31"]
    assert PRIORITY_FIRST.costs(here, made)["unserved_second"] == 0


def test_a_group_that_falls_below_the_limit_ends_and_says_why() -> None:
    here = grouped(2, list_items=(listed("O1"), listed("O2", None, "2027-03-31")))
    made = solved(here)
    assert rows_at(made, "O1") == rows_at(made, "O2") == [("P1", "2027-03-31", "退出名单")]
    (short,) = made.shortages
    assert (short.site_id, str(short.start), short.reason) == (
        "O1",
        "2027-04-01",
        "流动组有对象退出，剩下的不足2个",
    )


def test_a_left_over_joins_the_group_that_would_break_up() -> None:
    here = grouped(
        2,
        sites=tuple(site(f"O{n}") for n in range(1, 4)),
        ratings=tuple(rating(f"O{n}", Grade.SECOND, 30) for n in range(1, 4)),
        list_items=(listed("O1"), listed("O2", None, "2027-03-31"), listed("O3")),
    )
    (service,) = build_services(here, owed_sites(here, ["D1"])["D1"], anybody_joins)
    assert service.site_ids == ("O1", "O2", "O3")
    assert solved(here).shortages == ()


def test_a_group_above_the_limit_keeps_the_members_of_the_highest_rank() -> None:
    here = grouped(5)
    made = solved(here)
    assert {one.site_id for one in made.shortages} == {"O5"}
    assert rows_at(made, "O5") == [("P1", "2027-01-10", "其他")]
    assert rows_at(made, "O1")[0][0] == "P1"


def test_what_is_left_of_a_group_joins_one_with_room() -> None:
    here = grouped(
        5,
        stints=(*running("O1", "O2", "O3"), *running("O4", "O5", person="P2", group="G2")),
        list_items=(
            *(listed(f"O{n}") for n in range(1, 5)),
            row(ListAction.LEAVE, site_id="O5"),
        ),
    )
    (service,) = build_services(here, owed_sites(here, ["D1"])["D1"], anybody_joins)
    assert (service.group, service.site_ids) == ("G1", ("O1", "O2", "O3", "O4"))
    assert solved(here).shortages == ()


def test_the_days_of_a_group_fit_into_the_shortest_month() -> None:
    """February 2027 has 16 working days: three objects of five days, not four."""
    five_days = MOBILE.model_copy(update={"min_days_per_month": 5})
    here = grouped(6, matrix=(five_days,), stints=())
    services = build_services(here, owed_sites(here, ["D1"])["D1"], anybody_joins)
    assert [len(one.site_ids) for one in services] == [3, 3]


@pytest.mark.parametrize(
    "only_mobile",
    [
        {"list_items": (row(KEEP, form=Form.MOBILE), row(KEEP, site_id="O2"))},
        {"matrix": (MOBILE, MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)))},
    ],
    ids=["by a person", "by the matrix"],
)
def test_the_loss_of_an_object_without_any_service_is_counted(
    only_mobile: dict[str, Any],
) -> None:
    here = instance(
        sites=(site("O1"), site("O2")),
        ratings=(rating("O1", Grade.SECOND, 30), rating("O2")),
        inspectors=(inspector("P1"), inspector("P2")),
        **only_mobile,
    )
    made = solved(here)
    (short,) = made.shortages
    assert short.site_id == "O1"
    assert "没有可与之编组的对象" in short.reason
    assert made.proof is not None
    paid = {one.name: one.amount for one in made.proof.penalties}
    assert paid["unserved_second"] == 30 * 10 * 122


def test_the_worth_of_a_group_is_that_of_each_object() -> None:
    """流动 is second best at an 一级 object and the best at the others: 60 % and 100 %."""
    both = MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT, Form.MOBILE))
    here = grouped(
        3,
        matrix=(MOBILE, both),
        ratings=(rating("O1"), *(rating(one, Grade.SECOND, 30) for one in ("O2", "O3"))),
        inspectors=(inspector("P1"), inspector("P2")),
    )
    made = solved(here)
    assert made.proof is not None
    paid = {one.name: one.amount for one in made.proof.penalties}
    assert (paid["unserved_first"], paid["unserved_second"]) == (50 * 4 * 122, 0)


PAIR = MOBILE.model_copy(update={"team_size": 2})


def incomplete(**fields: Any) -> Instance:
    """P1 and P2 run a group of O1, O2 and O3 in two sectors, but P2 has no row at O3 (sector CO);
    P3 and P4 are free."""
    second = tuple(
        past(one, "P2", "2026-10-12", None, slot=2, form=Form.MOBILE, group="G1")
        for one in ("O1", "O2")
    )
    defaults: dict[str, Any] = {
        "sites": (site("O1"), site("O2"), site("O3", sector="CO")),
        "ratings": tuple(rating(f"O{n}", Grade.SECOND, 30) for n in range(1, 4)),
        "matrix": (PAIR,),
        "inspectors": tuple(inspector(f"P{n}") for n in range(1, 5)),
        "stints": (*running("O1", "O2", "O3"), *second),
    }
    return instance(**{**defaults, **fields})


def test_a_holder_gets_the_member_that_he_lacks() -> None:
    made = solved(incomplete())
    assert rows_at(made, "O3")[:2] == [
        ("P1", "2027-04-11", "期满轮换"),
        ("P2", "2027-04-11", "期满轮换"),
    ]
    assert made.shortages == ()


@pytest.mark.parametrize(
    "kept_out",
    [
        {"trainings": (trained("P1", "P3", "P4"), trained("P2", sectors=("S1", "CH")))},
        {
            "inspectors": (
                *(inspector(f"P{n}") for n in (1, 3, 4)),
                inspector("P2", probation_end=day("2027-03-01")),
            )
        },
        {
            "conflicts": (
                Conflict(inspector_id="P2", site_id="O3", relation=Relation.FORMER_EMPLOYEE),
            )
        },
    ],
    ids=["not trained for it", "on probation", "in conflict with it"],
)
def test_a_member_that_a_holder_may_not_join_leaves_the_group(kept_out: dict[str, Any]) -> None:
    here = incomplete(**kept_out)
    made = solved(here)
    assert rows_at(made, "O3") == [("P1", "2027-01-10", "其他")]
    assert [(one.site_id, str(one.start)) for one in made.shortages] == [("O3", "2027-01-11")]
    assert {one.inspector_id for one in made.stints if str(one.start) < "2027-01-11"} == {
        "P1",
        "P2",
    }


def test_two_holders_in_one_slot_do_not_have_a_plan_refused() -> None:
    """O3 is in the group, but the slot of P1 is P2's there, who knows nothing else."""
    here = incomplete(
        matrix=(MOBILE,),
        stints=(*running("O1", "O2"), *running("O3", person="P2")),
        trainings=(trained("P2", "P3", "P4"), trained("P1", sectors=("S1",))),
    )
    made = solved(here)
    assert rows_at(made, "O3") == [("P2", "2027-01-10", "其他")]
    assert rows_at(made, "O1")[0][:2] == ("P1", "2027-04-11")


def breaking_up(*people: str) -> Instance:
    """The half-year of P2 in a pair is over on 2027-02-09; both objects may be served alone."""
    second = tuple(
        past(one, "P2", "2026-08-10", None, slot=2, form=Form.MOBILE, group="G1")
        for one in ("O1", "O2")
    )
    first = tuple(
        past(one, "P1", "2026-11-23", None, form=Form.MOBILE, group="G1") for one in ("O1", "O2")
    )
    alone = MatrixRow(grade=Grade.SECOND, forms=(Form.RESIDENT,), team_size=1)
    return grouped(
        2,
        matrix=(PAIR, alone),
        inspectors=tuple(inspector(one) for one in people),
        stints=(*first, *second),
    )


def test_a_pair_that_nobody_completes_makes_way_for_single_people() -> None:
    made = solved(breaking_up("P1", "P2"))
    kept = {(one.inspector_id, str(one.end)) for one in made.stints if one.group}
    assert kept == {("P1", "2027-01-10"), ("P2", "2027-01-10")}
    alone = {
        (one.inspector_id, str(one.start), str(one.end)) for one in made.stints if one.slot == 1
    }
    assert {("P1", "2027-01-11", "2027-05-22"), ("P2", "2027-01-11", "2027-02-09")} <= alone


def test_a_pair_that_somebody_completes_stays() -> None:
    made = solved(breaking_up("P1", "P2", "P3"))
    at_first = {
        (one.inspector_id, str(one.end)) for one in made.stints if one.start < day("2027-01-11")
    }
    assert at_first == {("P1", "2027-05-22"), ("P2", "2027-02-09")}
