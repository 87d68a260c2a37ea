"""Small units with few people, on which CP-SAT can prove the weekly model.

Our candidates leave out ends and begins that hardly ever serve more. The weekly model leaves out
none, so where it proves a better optimum than ours, that is what leaving them out costs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.measure import rated
from planner.domain.instance import Instance

SIZES = ("department", "hard", "default", "city")
SITES = (6, 8, 10)
SPARE_PEOPLE = (0, 2, 5, 8)


def part_of(whole: Instance, sites: set[str], people: set[str]) -> Instance:
    """Some sites and people of an instance, and whoever is at these sites already."""
    people = people | {row.inspector_id for row in whole.running if row.site_id in sites}
    inspectors = tuple(row for row in whole.inspectors if row.id in people)
    units = {row.department for row in inspectors}
    units |= {row.department for row in whole.sites if row.id in sites}
    return whole.model_copy(
        update={
            "departments": tuple(row for row in whole.departments if row.code in units),
            "sites": tuple(row for row in whole.sites if row.id in sites),
            "inspectors": inspectors,
            "stints": tuple(
                row for row in whole.stints if row.site_id in sites and row.inspector_id in people
            ),
            "ratings": tuple(row for row in whole.ratings if row.site_id in sites),
        }
    )


def small_units(seed: int, count: int) -> Iterator[tuple[str, Instance]]:
    """Random parts of one unit each, with their names."""
    rng = random.Random(seed)
    for _ in range(count):
        size = rng.choice(SIZES)
        whole = rated(size)
        by_unit = {
            row.code: [site.id for site in whole.sites if site.department == row.code]
            for row in whole.departments
        }
        unit = rng.choice([code for code, sites in by_unit.items() if len(sites) >= min(SITES)])
        chosen = rng.sample(by_unit[unit], min(len(by_unit[unit]), rng.choice(SITES)))
        people = [row.id for row in whole.inspectors if row.department == unit]
        spare = rng.sample(people, min(len(people), rng.choice(SPARE_PEOPLE)))
        part = part_of(whole.restricted_to(unit), set(chosen), set(spare))
        yield f"{size} {unit}: {len(part.sites)} × {len(part.inspectors)}", part
