"""示例数据: fictional but realistic instances of every size, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from planner.domain.calendar import Round, WorkCalendar
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.matrix import DEFAULT_MATRIX
from planner.domain.tables import Department, Site
from planner.priority import rate
from planner.samples import events, people
from planner.samples.catalogue import EMERGENCY, JINING, SECTORS, City, fictional_city
from planner.samples.factors import build_factors
from planner.samples.history import History
from planner.samples.names import Namer
from planner.samples.sites import (
    Unit,
    add_duplicates,
    build_sites,
    city_units,
    county_units,
    single_unit,
    target_grades,
    with_official_grades,
)

SampleSize = Literal["default", "department", "hard", "city", "province"]

ROUND = "2027H1"
CITIES_OF_PROVINCE = 16
GRADE_SHARES = (0.17, 0.26, 0.30)
HARD_GRADE_SHARES = (0.68, 0.16, 0.13)
DEPARTMENT_COUNTS = (("HY08a", 12), ("HY08b", 14), ("HY08c", 19))
HARD_COUNTS = (("HY08a", 26), ("HY08b", 47), ("HY08c", 27))


@dataclass(frozen=True, slots=True)
class _Scale:
    """What makes a size: people, duplicates, shares of 一级, 二级 and 三级, ease of staffing."""

    people: int
    duplicates: int
    shares: tuple[float, float, float]
    staffing: float


SCALES: dict[str, _Scale] = {
    "default": _Scale(260, 4, GRADE_SHARES, 1.45),
    "department": _Scale(70, 0, GRADE_SHARES, 1.7),
    "hard": _Scale(150, 0, HARD_GRADE_SHARES, 1.15),
    "city": _Scale(435, 6, GRADE_SHARES, 1.25),
    "province": _Scale(6960, 60, GRADE_SHARES, 1.25),
}


def sample_instance(size: SampleSize, seed: int) -> Instance:
    """A fictional instance of the round 2027H1.

    ``default``: the ten departments of a city, about 200 objects and 260 people. ``department``:
    one well-staffed emergency bureau, 45 × 70. ``hard``: one bureau of 100 objects, many of them
    served by pairs, × 150 people. ``city``: city and county units, about 440 × 435.
    ``province``: sixteen such cities. KeyError for any other size.
    """
    scale = SCALES[size]
    rng = random.Random(f"{size}:{seed}")
    namer = Namer(rng)
    cities = _cities(size)
    units = _units(size, cities, scale.staffing, namer)
    sites, pairs = add_duplicates(rng, build_sites(rng, units, namer), scale.duplicates)
    targets = target_grades(rng, sites, scale.shares)
    sites = with_official_grades(rng, sites, targets)
    round, calendar = Round.named(ROUND), WorkCalendar()
    instance = Instance(
        round=round,
        seed=seed,
        calendar=calendar,
        departments=tuple(unit.department for unit in units),
        sectors=SECTORS,
        matrix=DEFAULT_MATRIX,
        inspectors=(),
        sites=tuple(sites),
        key_periods=default_key_periods(round, calendar),
        stages=events.build_stages(sites, targets),
        distances=events.build_distances(cities),
        joint_postings=events.build_joint_postings(sites, pairs),
    )
    items, empty = events.build_list(rng, sites, targets, pairs)
    graded = _extended(
        instance, risk_factors=build_factors(rng, instance, targets), list_items=tuple(items)
    )
    graded = _extended(graded, ratings=rate(graded))
    staff = _staff(rng, units, graded, scale.people, namer)
    manned = _extended(
        graded,
        inspectors=staff.inspectors,
        departments=_with_formal_staff(units, staff),
        trainings=people.build_trainings(rng, units, staff),
        overrides=events.build_overrides(staff, sites),
        absences=events.build_absences(rng, staff.inspectors, round, calendar),
    )
    history = History(rng, manned, empty)
    history.fill()
    return _extended(
        manned,
        stints=tuple(history.stints),
        extensions=tuple(history.extensions),
        conflicts=events.build_conflicts(rng, staff.inspectors, sites, history.stints),
    )


def _extended(instance: Instance, **fields: object) -> Instance:
    """A new instance with more fields; look-ups are built afresh."""
    known = {name: getattr(instance, name) for name in Instance.model_fields}
    return Instance(**{**known, **fields})


def _cities(size: str) -> list[City]:
    if size != "province":
        return [JINING]
    return [JINING, *(fictional_city(number) for number in range(2, CITIES_OF_PROVINCE + 1))]


def _units(size: str, cities: list[City], staffing: float, namer: Namer) -> list[Unit]:
    single = {"department": DEPARTMENT_COUNTS, "hard": HARD_COUNTS}
    if size in single:
        return [single_unit(JINING, EMERGENCY, single[size], staffing, namer)]
    units = []
    for city in cities:
        units += city_units(city, namer, staffing)
        if size != "default":
            units += county_units(city, namer, staffing)
    return units


def _staff(
    rng: random.Random, units: list[Unit], instance: Instance, total: int, namer: Namer
) -> people.Staff:
    grades = {one.site_id: one.grade for one in instance.ratings}
    sites_of: dict[str, list[Site]] = {unit.department.code: [] for unit in units}
    for site in instance.sites:
        sites_of[site.department].append(site)
    demands = [people.demand_by_sector(sites_of[unit.department.code], grades) for unit in units]
    numbers = people.people_per_unit(units, demands, total)
    ordinary = [
        person
        for unit, demand, number in zip(units, demands, numbers, strict=True)
        for person in people.build_people(rng, unit, demand, number, namer)
    ]
    return people.with_special_people(rng, ordinary)


def _with_formal_staff(units: list[Unit], staff: people.Staff) -> tuple[Department, ...]:
    formal = Counter(one.department for one in staff.inspectors if one.staff_type.formal)
    return tuple(
        unit.department.model_copy(update={"formal_staff": formal[unit.department.code]})
        for unit in units
    )
