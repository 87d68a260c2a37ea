"""The model against the verifier: solved plans are clean."""

from __future__ import annotations

import pytest

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade
from planner.priority import rate
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import department, inspector, instance, past, rating, site

QUICK = Settings(limit_seconds=60)


def solved(here: Instance) -> Plan:
    return solve(here, [row.code for row in here.departments], RULES, QUICK)


def assert_clean(here: Instance, made: Plan) -> None:
    verdict = verify(here, made, RULES)
    assert [one.sentence for one in verdict.violations] == []
    assert verdict.wrong_amounts == ()


def test_one_site_one_person_is_served_the_whole_round() -> None:
    here = instance()
    made = solved(here)
    assert_clean(here, made)
    assert [(s.site_id, s.inspector_id, str(s.start), str(s.end)) for s in made.stints] == [
        ("O1", "P1", "2027-01-11", "2027-07-10")
    ]
    assert made.shortages == ()
    assert made.proof is not None
    assert made.proof.status == "OPTIMAL"


def test_too_few_people_serve_the_higher_score_and_name_the_other() -> None:
    sites = (site("O1"), site("O2"))
    here = instance(sites=sites, ratings=(rating("O1", score=41), rating("O2", score=60)))
    made = solved(here)
    assert_clean(here, made)
    assert {s.site_id for s in made.stints} == {"O2"}
    (short,) = made.shortages
    assert (short.site_id, short.rank) == ("O1", 2)
    assert "排序更前的对象（第1位）" in short.reason


def test_a_chemical_site_gets_two_people_or_none() -> None:
    sites = (site("O1", sector="CH"),)
    alone = instance(sites=sites)
    assert solved(alone).stints == ()
    both = instance(sites=sites, inspectors=(inspector("P1"), inspector("P2")))
    made = solved(both)
    assert_clean(both, made)
    assert {s.inspector_id for s in made.stints} == {"P1", "P2"}


def test_the_holder_is_followed_when_the_half_year_is_over() -> None:
    here = instance(
        inspectors=(inspector("P1"), inspector("P2")),
        stints=(past("O1", "P1", "2026-10-12", None),),
    )
    made = solved(here)
    assert_clean(here, made)
    first, second = sorted(made.stints, key=lambda s: s.start)
    assert (first.inspector_id, str(first.end)) == ("P1", "2027-04-11")
    assert (second.inspector_id, str(second.start)) == ("P2", "2027-04-12")


def test_the_same_seed_gives_the_same_plan() -> None:
    here = sample_instance("department", 3)
    here = here.model_copy(update={"ratings": rate(here)})
    reproducible = Settings(reproducible=True)
    one, two = (solve(here, ["JN-YJ"], RULES, reproducible) for _ in range(2))
    assert one.stints == two.stints
    assert one.shortages == two.shortages


@pytest.mark.parametrize("seed", [1, 2])
def test_a_sample_department_is_proved_optimal_and_clean(seed: int) -> None:
    here = sample_instance("department", seed)
    here = here.model_copy(update={"ratings": rate(here)})
    made = solved(here)
    assert_clean(here, made)
    assert made.proof is not None
    assert made.proof.status == "OPTIMAL"


def test_more_objects_than_weeks_of_a_month_are_left_out() -> None:
    """February and May 2027 hold three whole weeks, so 15 days in weeks: four objects of four days
    are one too many for R03-1, but neither for the working days of R03-8 nor for anything else."""
    sites = tuple(site(f"O{n}") for n in range(1, 5))
    wide = instance(
        sites=sites,
        inspectors=(inspector("P1", forms=frozenset({Form.REGULAR})),),
        matrix=(MatrixRow(grade=Grade.FIRST, forms=(Form.REGULAR,), min_days_per_month=4),),
        ratings=tuple(rating(one.id) for one in sites),
        policy=Policy(regular_max_objects=4, regular_max_load_percent=100),
    )
    made = solved(wide)
    assert_clean(wide, made)
    assert len(made.stints) == 3
    others = tuple(rule for rule in RULES if rule.article.rule != "R03-1")
    assert len(solve(wide, ["D1"], others, QUICK).stints) == 4


def test_two_units_may_use_one_group_number() -> None:
    """流动组号 belongs to a unit: equal numbers of two units stay two groups."""
    sites = tuple(site(f"O{n}", department="D1" if n < 3 else "D2") for n in range(1, 5))
    people = tuple(inspector(f"P{n}", department="D1" if n < 2 else "D2") for n in (1, 2))
    running = tuple(
        past(
            one.id,
            "P1" if one.department == "D1" else "P2",
            "2026-10-12",
            None,
            form=Form.MOBILE,
            group="L-01",
            department=one.department,
        )
        for one in sites
    )
    both = instance(
        departments=(department("D1"), department("D2")),
        sites=sites,
        inspectors=people,
        matrix=(MatrixRow(grade=Grade.FIRST, forms=(Form.MOBILE,), team_size=1),),
        ratings=tuple(rating(one.id) for one in sites),
        stints=running,
    )
    made = solve(both, ["D1", "D2"], RULES, Settings(limit_seconds=20))
    assert verify(both, made, RULES).accepted
    kept = [row for row in made.stints if row.start < both.round.start]
    assert {(row.department, row.group) for row in kept} == {("D1", "L-01"), ("D2", "L-01")}
    assert len(kept) == 4


def test_a_service_of_no_days_is_no_service() -> None:
    """Begin and end on one date must not count a site as served in the inversions."""
    city = sample_instance("city", 1)
    here = city.model_copy(update={"ratings": rate(city)})
    made = solve(here, ["JN01-GX"], RULES, QUICK)
    assert_clean(here, made)
