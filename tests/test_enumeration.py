"""Tiny instances, all plans: what the verifier accepts is no better than what the solver found.

The plans come from ``tests.enumeration``, which knows no candidates and no model. Each instance is
also compared column by column: what the model allows the verifier accepts at the same cost, and
what the verifier accepts the model allows, as far as it offers such columns.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from unittest.mock import patch

import pytest

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof
from planner.domain.policy import Policy
from planner.domain.terms import Form, Grade
from planner.rule import Tier
from planner.solve import Settings, solve
from planner.verify import Verdict, verify
from tests.builders import day, inspector, instance, past, rating, site
from tests.enumeration import Enumeration
from tests.rules.rows import absence, freeze, listed

PLANT = (site("O1", sector="CH"),)
TWO = (site("O1"), site("O2"))
THREE = (*TWO, site("O3"))
P1, P2, P3 = (inspector(f"P{number}") for number in (1, 2, 3))
BEGINNER = inspector("P2", skills=(("S1", 1), ("CH", 1)), backbone=False)
REGULAR = inspector("P1", forms=frozenset({Form.REGULAR}))
SECOND = (rating("O1", Grade.SECOND, 30), rating("O2", Grade.SECOND, 25))
AUTUMN = past("O1", "P1", "2026-10-12", None)
GROUP = tuple(
    past(o, "P1", "2026-10-12", None, form=Form.MOBILE, group="L-01") for o in ("O1", "O2")
)

TINY: dict[str, tuple[Instance, tuple[str, ...]]] = {
    "two sites": (
        instance(sites=TWO, inspectors=(P1, BEGINNER)),
        ("2027-04-12", "2027-05-31"),
    ),
    "a pair": (
        instance(sites=PLANT, inspectors=(P1, BEGINNER, P3)),
        ("2027-02-08", "2027-04-12"),
    ),
    "a holder": (
        instance(inspectors=(P1, P2), stints=(AUTUMN,)),
        ("2027-02-01", "2027-04-12", "2027-06-07"),
    ),
    "three 定期 objects for one": (
        instance(
            sites=THREE,
            ratings=tuple(rating(one.id, Grade.THIRD, 20) for one in THREE),
            inspectors=(REGULAR,),
        ),
        ("2027-04-12",),
    ),
    "a mobile group": (
        instance(sites=TWO, ratings=SECOND, inspectors=(P1, P2)),
        ("2027-04-12",),
    ),
    "a mobile group that is held": (
        instance(sites=TWO, ratings=SECOND, inspectors=(P1, P2), stints=GROUP),
        ("2027-04-12", "2027-05-31"),
    ),
    "a holder due in a freeze window": (
        instance(
            inspectors=(P1, P2),
            stints=(past("O1", "P1", "2026-09-14", None),),
            key_periods=(freeze("2027-03-01", "2027-03-19"),),
        ),
        ("2027-02-26", "2027-03-15", "2027-03-22"),
    ),
    "an overdue holder": (
        instance(inspectors=(P1, P2), stints=(past("O1", "P1", "2026-05-11", None),)),
        ("2027-01-18", "2027-04-12"),
    ),
    "a long absence": (
        instance(inspectors=(P1, P2), absences=(absence("2027-03-10", "2027-03-31"),)),
        ("2027-03-10", "2027-04-06"),
    ),
    "one object exits, another enters": (
        instance(
            sites=TWO, list_items=(listed("O1", end="2027-03-31"), listed("O2", start="2027-04-01"))
        ),
        ("2027-02-01", "2027-04-01"),
    ),
    "a pair that is held, only one can follow": (
        instance(
            sites=PLANT,
            inspectors=(P1, P2, P3),
            stints=(AUTUMN, past("O1", "P2", "2026-12-14", None, slot=2)),
        ),
        ("2027-03-01", "2027-04-12", "2027-06-14"),
    ),
    "half a pair is held, one can join until it is due": (
        instance(sites=PLANT, inspectors=(P1, P2), stints=(AUTUMN,)),
        ("2027-04-12",),
    ),
    "a pair of beginners is held": (
        instance(
            sites=PLANT,
            inspectors=tuple(inspector(one, skills=(("CH", 1),)) for one in ("P1", "P2", "P3")),
            stints=(AUTUMN, past("O1", "P2", "2026-12-14", None, slot=2)),
        ),
        ("2027-04-12", "2027-06-14"),
    ),
    "a holder who retires": (
        instance(
            inspectors=(inspector("P1", leaves_on=day("2027-04-01")), P2),
            stints=(past("O1", "P1", "2026-12-14", None),),
        ),
        ("2027-03-29", "2027-04-01", "2027-04-06"),
    ),
    "a holder who retires in a freeze window": (
        instance(
            inspectors=(
                inspector("P1", leaves_on=day("2027-02-10")),
                inspector("P2", available_from=day("2027-02-01")),
            ),
            stints=(AUTUMN,),
            key_periods=(freeze("2027-01-18", "2027-02-20"),),
        ),
        ("2027-02-11", "2027-02-22"),
    ),
    "an overdue holder, the follower is free later": (
        instance(
            inspectors=(P1, inspector("P2", available_from=day("2027-02-01"))),
            stints=(past("O1", "P1", "2026-05-11", None),),
        ),
        ("2027-02-01", "2027-04-12"),
    ),
    "the probation of the only one ends": (
        instance(inspectors=(inspector("P1", hire_date=day("2026-02-01")),)),
        ("2027-02-01", "2027-04-12"),
    ),
    "the object of a holder exits in the middle of a week": (
        instance(
            sites=TWO,
            list_items=(listed("O1", end="2027-03-31"), listed("O2")),
            stints=(past("O1", "P1", "2026-12-14", None),),
        ),
        ("2027-03-15", "2027-04-01", "2027-04-06"),
    ),
}

# A holder may go early only on the first change date of a month, so that there are not four times
# as many columns. Here it costs two changes instead of one, or some days of service.
COARSE: dict[str, tuple[Instance, tuple[str, ...]]] = {
    "a pair of two weeks, and a better object": (
        instance(
            sites=(site("O1", sector="CH"), site("O2", sector="CH")),
            ratings=(rating("O1", score=41), rating("O2", score=90)),
            inspectors=(P1, P2),
            stints=(
                past("O1", "P1", "2026-12-28", None),
                past("O1", "P2", "2026-12-28", None, slot=2),
            ),
        ),
        ("2027-03-29",),
    ),
    "two holders change places on the due date of one": (
        instance(
            sites=TWO,
            inspectors=(P1, P2),
            stints=(AUTUMN, past("O2", "P2", "2026-12-14", None)),
        ),
        ("2027-03-15", "2027-04-12", "2027-06-14"),
    ),
}


WEIGHTS = [name for name in Policy.model_fields if name.startswith("weight_")]


@cache
def everything(name: str) -> tuple[Enumeration, Plan, Proof]:
    """All plans of an instance, and the solver's with its proof."""
    here, dates = (TINY | COARSE)[name]
    with patch("planner.candidates.SMALL_PAIRS", 0):  # few enough columns to enumerate
        made = solve(here, ("D1",), RULES, Settings(reproducible=True))
        assert made.proof is not None
        assert made.proof.status == "OPTIMAL"
        return Enumeration(here, tuple(map(day, dates))), made, made.proof


def tiers(verdict: Verdict, proof: Proof) -> tuple[int, ...]:
    """The recounted value of every tier but that of the lots."""
    counted = {name: amount for rule in verdict.rules for name, amount in rule.costs}
    values: dict[int, int] = defaultdict(int)
    for one in proof.penalties:
        if one.tier < Tier.CHANCE:
            values[one.tier] += one.weight * counted[one.name]
    return tuple(values[tier] for tier in sorted(values))


@pytest.mark.parametrize("name", TINY | COARSE)
def test_the_solver_finds_a_plan_that_the_verifier_accepts(name: str) -> None:
    found, made, proof = everything(name)
    verdict = verify(found.here, made, RULES)
    assert [one.sentence for one in verdict.violations] == []
    assert verdict.wrong_amounts == ()
    claimed = tuple(one.value for one in proof.tiers if one.tier < Tier.CHANCE)
    assert tiers(verdict, proof) == claimed


@pytest.mark.parametrize("weight", WEIGHTS)
def test_what_is_not_priced_is_counted_all_the_same(weight: str) -> None:
    for here, _ in (TINY | COARSE).values():
        free = here.model_copy(update={"policy": Policy(**{weight: 0})})
        verdict = verify(free, solve(free, ("D1",), RULES, Settings(reproducible=True)), RULES)
        assert [one.sentence for one in verdict.violations] == []
        assert verdict.wrong_amounts == ()


@pytest.mark.parametrize("name", TINY)
def test_no_plan_that_the_verifier_accepts_is_better(name: str) -> None:
    found, made, proof = everything(name)
    best = min(tiers(verdict, proof) for _, _, verdict in found.plans)
    assert best == tiers(verify(found.here, made, RULES), proof)


@pytest.mark.parametrize("name", COARSE)
def test_early_ends_are_offered_once_a_month(name: str) -> None:
    """Better plans need an end between the first change dates of two months."""
    found, made, proof = everything(name)
    own = tiers(verify(found.here, made, RULES), proof)
    for rows, _, verdict in found.plans:
        assert tiers(verdict, proof) >= own or found.columns(rows) is None
    assert min(tiers(verdict, proof) for _, _, verdict in found.plans) < own


@pytest.mark.parametrize("name", COARSE)
def test_a_small_unit_is_offered_every_change_date(name: str) -> None:
    """And so finds what the dates of a large unit leave out."""
    here, _ = COARSE[name]
    fine = solve(here, ("D1",), RULES, Settings(reproducible=True))
    assert fine.proof is not None
    _, made, proof = everything(name)
    better = tiers(verify(here, fine, RULES), fine.proof)
    assert better < tiers(verify(here, made, RULES), proof)


@pytest.mark.parametrize("name", TINY | COARSE)
def test_nobody_ends_for_a_reason_that_is_not_true(name: str) -> None:
    found, made, _ = everything(name)
    for one in made.stints:
        if one.end_reason is not None and one.end_reason.forced:
            assert one.end_reason in found.reasons(one)


@pytest.mark.parametrize("name", TINY | COARSE)
def test_the_model_allows_what_the_verifier_accepts(name: str) -> None:
    """Of the plans whose columns the model offers; it offers no voluntary end before the due date
    of a newcomer and not every start."""
    found, _, _ = everything(name)
    offered = 0
    for rows, _, _ in found.plans:
        columns = found.columns(rows)
        if columns is not None:
            offered += 1
            assert found.least(columns) is not None, rows
    assert offered or name in COARSE  # whose plans may all need finer dates


@pytest.mark.parametrize("name", TINY | COARSE)
def test_the_verifier_accepts_what_the_model_allows(name: str) -> None:
    """And counts the same amounts."""
    found, _, _ = everything(name)
    model, allowed = found.model, 0
    for columns in found.choices():
        values = found.least(columns)
        if values is None:
            continue
        allowed += 1
        verdict = verify(found.here, found.written(columns), RULES)
        assert [one.sentence for one in verdict.violations] == []
        paid = {one.name: model.amount(one, values) for one in model.penalties}
        counted = {name: amount for rule in verdict.rules for name, amount in rule.costs}
        assert paid == {name: counted[name] for name in paid}
    assert allowed
