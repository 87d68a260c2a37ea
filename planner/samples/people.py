"""Sample people: how many a unit has, who they are, what they know and when they were trained."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.domain.tables import Inspector, Site, Training
from planner.domain.terms import AppraisalFlag, Form, Grade, StaffType
from planner.samples.catalogue import SECTOR_BY_CODE
from planner.samples.names import Namer
from planner.samples.sites import Unit

RELEASED = frozenset({Form.RESIDENT, Form.MOBILE})
PART_TIME = frozenset({Form.REGULAR})
LARGEST_GROUP, GROUP_TEAM, OBJECTS_PER_PART_TIMER = 4, 2, 2
MIN_PEOPLE = 2

# Kinds of people who need the planner's attention, with their share of all people.
_SPECIAL_SHARES = {
    "agency": 0.015,
    "contract": 0.01,
    "seconded": 0.01,
    "probation": 0.025,
    "retiring": 0.01,
    "untrained": 0.02,
    "expired": 0.02,
    "failed": 0.005,
    "short": 0.01,
    "suspended": 0.003,
    "criticised": 0.006,
}
_STAFF_TYPES = (
    StaffType.ADMINISTRATIVE,
    StaffType.CIVIL_SERVANT_LIKE,
    StaffType.PUBLIC_INSTITUTION,
    StaffType.ENFORCEMENT,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """岗位需求 of one sector in a unit: released (蹲守, 流动) and part-time (定期) people."""

    released: int
    part_time: int


def demand_by_sector(sites: Sequence[Site], grades: Mapping[str, Grade]) -> dict[str, Demand]:
    """What the default matrix asks for the sites of one unit."""
    count = Counter((one.sector, grades[one.id]) for one in sites if one.id in grades)
    found = {}
    for code in sorted({one.sector for one in sites}):
        team = SECTOR_BY_CODE[code].team_size
        second = count[code, Grade.SECOND]
        groups = -(-second // LARGEST_GROUP)
        found[code] = Demand(
            released=count[code, Grade.FIRST] * team
            + (team if second == 1 else groups * GROUP_TEAM),
            part_time=-(-count[code, Grade.THIRD] // OBJECTS_PER_PART_TIMER),
        )
    return found


def shared_out(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """``total`` in whole numbers by weight (largest remainders), at least ``least`` each."""
    free = total - least * len(weights)
    exact = [free * weight / sum(weights) for weight in weights]
    parts = [int(one) for one in exact]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: free - sum(parts)]:
        parts[n] += 1
    return [least + part for part in parts]


def people_per_unit(
    units: Sequence[Unit], demands: Sequence[Mapping[str, Demand]], total: int
) -> list[int]:
    """Share the people out by demand and number of objects."""
    weights = [
        unit.staffing * sum(one.released for one in demand.values())
        + sum(one.part_time for one in demand.values())
        + 0.35 * sum(count for _, count in unit.counts)
        for unit, demand in zip(units, demands, strict=True)
    ]
    return shared_out(total, weights, MIN_PEOPLE)


def build_people(
    rng: random.Random, unit: Unit, demand: Mapping[str, Demand], total: int, namer: Namer
) -> list[Inspector]:
    """The inspectors of one unit, ordinary ones only."""
    needed = sum(one.released for one in demand.values())
    released = min(total - 1, max(1, round(needed * unit.staffing)))
    sectors = list(demand)
    homes = _homes(sectors, [demand[one].released + 0.05 for one in sectors], released)
    homes += _homes(sectors, [demand[one].part_time + 0.2 for one in sectors], total - released)
    return [
        _person(rng, unit, home, number, number <= released, namer)
        for number, home in enumerate(homes, start=1)
    ]


def _homes(sectors: Sequence[str], weights: Sequence[float], total: int) -> list[str]:
    parts = shared_out(total, weights)
    return [code for code, part in zip(sectors, parts, strict=True) for _ in range(part)]


def _person(
    rng: random.Random, unit: Unit, home: str, number: int, released: bool, namer: Namer
) -> Inspector:
    hired = dt.date(rng.randint(1996, 2023), rng.choice((1, 7, 8, 9)), 1)
    forms = RELEASED if released else PART_TIME
    if released and rng.random() < 0.3:
        forms = RELEASED | PART_TIME
    skills = _skills(rng, unit, home)
    years = round(min(25.0, (2027 - hired.year) * rng.uniform(0.3, 0.9)), 1)
    return Inspector(
        id=f"{unit.department.code}-{number:03d}",
        name=namer.person(),
        gender="男" if rng.random() < 0.72 else "女",
        birth=dt.date(hired.year - rng.randint(22, 27), rng.randint(1, 12), 1),
        department=unit.department.code,
        office=unit.bureau.office if rng.random() < 0.6 else "综合执法队",
        title=rng.choice(("四级主任科员", "一级科员", "三级主任科员", "工程师", "副科长")),
        staff_type=rng.choices(_STAFF_TYPES, (55, 15, 15, 15))[0],
        work_start=hired,
        hire_date=hired,
        probation_end=dt.date(hired.year + 1, hired.month, 1) - dt.timedelta(days=1),
        education=rng.choice(("本科/安全工程", "本科/化学工程", "硕士/采矿工程", "本科/法学")),
        skills=skills,
        sector_years=((home, years),),
        backbone=rng.random() < (0.45 if released else 0.2),
        certificate_no=f"示例执法{unit.department.code}{number:03d}",
        certificate_valid_to=dt.date(rng.randint(2027, 2031), 12, 31),
        forms=forms,
        available_from=dt.date(2025, 1, 1),
        available_to=dt.date(2029, 12, 31),
        home_county=rng.choice(unit.counties).name,
        underground_ok=home == "HY10a" or rng.random() < 0.85,
        phone=namer.phone(),
        appraisal=AppraisalFlag.PREFERRED if rng.random() < 0.05 else AppraisalFlag.NORMAL,
    )


def _skills(rng: random.Random, unit: Unit, home: str) -> tuple[tuple[str, int], ...]:
    """Best at home; about half of the unit's other sectors a little."""
    found = []
    for code in unit.department.sectors:
        if code == home:
            found.append((code, rng.choices((1, 2, 3), (20, 50, 30))[0]))
        elif rng.random() < 0.5:
            found.append((code, rng.choices((0, 1, 2), (2, 6, 2))[0]))
    return tuple(found)


# -- people who need attention --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Staff:
    """All people, and the ids of those who need attention by kind."""

    inspectors: tuple[Inspector, ...]
    special: Mapping[str, tuple[str, ...]]


def with_special_people(rng: random.Random, people: Sequence[Inspector]) -> Staff:
    """Turn a few people into probationers, agency staff, retiring ones and so on."""
    order = [one.id for one in people]
    rng.shuffle(order)
    special: dict[str, tuple[str, ...]] = {}
    for kind, share in _SPECIAL_SHARES.items():
        number = max(2 if kind == "retiring" else 1, round(share * len(people)))
        special[kind], order = tuple(order[:number]), order[number:]
    changes = {one: _special_fields(rng, kind) for kind, found in special.items() for one in found}
    return Staff(
        tuple(
            one.model_copy(update=changes[one.id]) if one.id in changes else one for one in people
        ),
        special,
    )


def _special_fields(rng: random.Random, kind: str) -> dict[str, Any]:
    hired = dt.date(2026, rng.choice((7, 8, 9)), 1)
    fields: dict[str, dict[str, Any]] = {
        "agency": {
            "staff_type": StaffType.AGENCY,
            "certificate_no": "",
            "certificate_valid_to": None,
        },
        "contract": {
            "staff_type": StaffType.CONTRACT,
            "certificate_no": "",
            "certificate_valid_to": None,
        },
        "seconded": {"staff_type": StaffType.SECONDED, "note": "由县局借调"},
        "probation": {
            "staff_type": StaffType.ADMINISTRATIVE,
            "work_start": hired,
            "hire_date": hired,
            "birth": dt.date(2002, rng.randint(1, 12), 1),
            "probation_end": dt.date(2027, hired.month, 1) - dt.timedelta(days=1),
            "sector_years": (),
            "backbone": False,
            "available_from": hired,
        },
        "retiring": {
            "birth": dt.date(1967, rng.randint(2, 6), 1),
            "leaves_on": dt.date(2027, rng.choice((3, 4, 5, 6)), 1),
        },
        "short": {"available_to": dt.date(2027, 4, 27), "note": "5月起抽调专班"},
        "suspended": {"appraisal": AppraisalFlag.SUSPENDED},
        "criticised": {"appraisal": AppraisalFlag.CRITICISED},
    }
    return fields.get(kind, {})


# -- trainings ------------------------------------------------------------------------------------


def build_trainings(
    rng: random.Random, units: Sequence[Unit], staff: Staff
) -> tuple[Training, ...]:
    """Three past courses and a coming one per unit, without those who missed them."""
    missed = {kind: set(staff.special[kind]) for kind in ("untrained", "expired", "failed")}
    new = set(staff.special["probation"])
    rows = []
    for unit in units:
        mine = [one.id for one in staff.inspectors if one.department == unit.department.code]
        former = [one for one in mine if one not in missed["untrained"] | missed["failed"] | new]
        regular = [one for one in former if one not in missed["expired"]]
        winter = [one for one in regular if rng.random() < 0.85]
        coming = [one for one in mine if one in missed["untrained"] | missed["expired"] | new]
        failed = [one for one in mine if one in missed["failed"]]
        for people, start, end, passed in (
            (former, dt.date(2025, 12, 15), dt.date(2025, 12, 19), True),
            (regular, dt.date(2026, 6, 22), dt.date(2026, 6, 26), True),
            (winter, dt.date(2026, 12, 14), dt.date(2026, 12, 18), True),
            (failed, dt.date(2026, 12, 14), dt.date(2026, 12, 18), False),
            (coming, dt.date(2027, 3, 22), dt.date(2027, 3, 24), None),
        ):
            if people:
                held = None if passed is None else True
                rows.append(
                    Training(
                        inspector_ids=tuple(people),
                        sectors=unit.department.sectors,
                        start=start,
                        end=end,
                        task_list=held,
                        measures=held,
                        hazard_criteria=held,
                        passed=passed,
                    )
                )
    return tuple(rows)
