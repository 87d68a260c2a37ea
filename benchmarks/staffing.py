"""人力测算 of one large unit: the city sample as if a single bureau were in charge of it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.measure import rated
from benchmarks.units import part_of
from constraints import RULES
from planner.domain.instance import Instance
from planner.staffing.check import faults
from planner.staffing.frontier import frontier_of

SITES, PEOPLE = 320, 300
"""Of the 440 × 435 of the city: enough for 200 posts."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Sizes, CPU seconds of the frontier and of checking its rosters, and how many of its answers
    are proved."""

    posts: int
    people: int
    answers: int
    proved: int
    faults: int
    seconds: float
    check_seconds: float


def one_bureau(city: Instance) -> Instance:
    """Every object and person of a city in its first unit."""
    bureau = city.departments[0]
    sectors = tuple(row.code for row in city.sectors)
    whole = city.model_copy(
        update={
            "departments": (bureau.model_copy(update={"sectors": sectors}),),
            "sites": tuple(
                row.model_copy(update={"department": bureau.code, "level": bureau.level})
                for row in city.sites
            ),
            "inspectors": tuple(
                row.model_copy(update={"department": bureau.code}) for row in city.inspectors
            ),
            "list_items": (),
            "stints": (),
        }
    )
    sites = {row.id for row in whole.sites[:SITES]}
    return part_of(whole, sites, {row.id for row in whole.inspectors[:PEOPLE]})


def measure() -> Measured:
    """One run in one process."""
    known = one_bureau(rated("city"))
    began = time.process_time()
    found = frontier_of(known, known.departments[0].code, RULES)
    assert found is not None
    done = time.process_time()
    answers = list(found.answers())
    bad = [line for one in answers for line in faults(found.unit, one, RULES)]
    return Measured(
        posts=sum(one.team for one in found.unit.duties),
        people=len(found.unit.people),
        answers=len(answers),
        proved=sum(one.proved for one in answers),
        faults=len(bad),
        seconds=done - began,
        check_seconds=time.process_time() - done,
    )
