"""Fifty scenarios of the department sample: the questions of ``planner whatif``, all at once."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import rated
from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.terms import Form, Grade, StaffType
from planner.edits import (
    AddRow,
    ChangeRows,
    CopyRow,
    Decide,
    Dismiss,
    Edit,
    Hire,
    RemoveRows,
    Scenario,
    SetParameter,
)
from planner.whatif import Variants
from planner.workers import Interruption

LIMIT_SECONDS = 60.0
JOBS = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """How many scenarios (with the base) have a verified plan, how many are proved, their widest
    gap, the seconds of the wall clock, and of the CPU in the worker processes."""

    planned: int
    proved: int
    widest_gap: float
    seconds: float
    cpu_seconds: float


def fifty(instance: Instance) -> list[Scenario]:
    """People, objects, grades, forms, parameters, calendar and key periods, alone and combined."""
    unit = instance.departments[0].code
    sectors = [site.sector for site in instance.sites]
    busiest = sorted(set(sectors), key=lambda one: (-sectors.count(one), one))
    owed = sorted(instance.ratings, key=lambda one: (one.grade, one.site_id))
    first = [one.site_id for one in owed[:6]]
    third = [one.site_id for one in owed if one.grade is Grade.THIRD]
    people = [one for one in instance.inspectors if one.staff_type is not StaffType.AGENCY]
    freezing = [one for one in instance.key_periods if one.freeze_rotation]
    groups: list[Sequence[Edit]] = [
        *([Hire(count=n, department=unit, sectors=(busiest[0],))] for n in (1, 2, 3, 5, 8)),
        *([Hire(count=2, department=unit, sectors=(one,))] for one in busiest[1:4]),
        *([Dismiss(count=n, department=unit)] for n in (1, 3, 5, 10, 15, 20, 25, 30, 40)),
        *([Dismiss(count=n, department=unit, sector=busiest[0])] for n in (2, 5, 10)),
        *([RemoveRows(table="inspectors", where=(("id", one.id),))] for one in people[:5]),
        *([RemoveRows(table="sites", where=(("id", one),))] for one in first[:3]),
        *([CopyRow(table="sites", like=first[0], count=n)] for n in (1, 2, 4)),
        *([Decide(site_id=one, grade=Grade.FIRST)] for one in third[:3]),
        *([Decide(site_id=one, form=Form.RESIDENT)] for one in third[:2]),
        *([SetParameter(name="grade_first_score", value=n)] for n in (36, 38, 44)),
        *([SetParameter(name="grade_second_score", value=n)] for n in (24, 32)),
        [SetParameter(name="max_stint_months", value=5)],
        [SetParameter(name="max_stint_months", value=8)],
        [SetParameter(name="regular_max_objects", value=3)],
        [SetParameter(name="cool_off_months", value=12)],
        [SetParameter(name="weekly_change_share_percent", value=10)],
        *(
            [ChangeRows(
                table="key_periods", where=(("name", one.name),),
                values=(("freeze_rotation", False),),
            )]
            for one in freezing[:2]
        ),
        [AddRow(table="key_periods", row=freezing[0].model_copy(
            update={"name": "临时", "start": instance.round.start, "end": instance.round.start},
        ))],
        [Dismiss(count=5, department=unit), SetParameter(name="regular_max_objects", value=3)],
        [Hire(count=2, department=unit, sectors=(busiest[0],)), *(
            Decide(site_id=one, grade=Grade.FIRST) for one in third[:2]
        )],
    ]  # fmt: skip
    return [Scenario(name=str(at), edits=tuple(edits)) for at, edits in enumerate(groups, start=1)]


def measure() -> Measured:
    """Solve the base and fifty scenarios of the department sample on two processes."""
    instance = rated("department")
    base = Scenario(name="base", edits=())
    variants = Variants(
        instance, [one.code for one in instance.departments], RULES, LIMIT_SECONDS, {}
    )
    began, used = time.monotonic(), _children()
    found = variants.results([base, *fifty(instance)], JOBS, Interruption(lambda text: None))
    seconds = time.monotonic() - began
    good = [one.whole for one in found if one.whole.planned]
    return Measured(
        planned=len(good),
        proved=sum(one.status == "OPTIMAL" for one in good),
        widest_gap=max(one.gap for one in good),
        seconds=seconds,
        cpu_seconds=_children() - used,
    )


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
