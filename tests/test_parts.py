"""A unit's share of a plan is judged and reported the same by its part of the instance."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import share_of
from planner.domain.tables import Absence, JointPosting
from planner.domain.terms import AbsenceKind, StintStatus
from planner.duplicates import duplicate_cases
from planner.reports.folder import outputs
from planner.run.writing import catalogue, write_plan
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import verify

UNITS = ("JN-GA", "JN-SW", "JN-SC")
"""Three small units of the default city."""


@pytest.fixture(scope="module")
def shared() -> tuple[Instance, Plan]:
    """The default city, in which the first unit also claims an object of the second, serves one
    together with the third, had one of the second's people in its record, and has somebody of a
    fourth stand in for a person on leave."""
    city = sample_instance("default", 1)

    def sites_of(unit: str) -> list[str]:
        return [
            site.id
            for site in city.sites
            if site.department == unit and city.owed_window(site) and city.may_be_stationed(site)
        ]

    first, second, third = UNITS
    theirs = city.site_by_id[sites_of(second)[0]]
    own = city.site_by_id[sites_of(first)[0]]
    claimed = own.model_copy(
        update={"uscc": theirs.uscc, "premises_no": theirs.premises_no, "project_code": ""}
    )
    theirs_too = theirs.model_copy(update={"project_code": ""})
    together = JointPosting(
        site_id=sites_of(third)[0], departments=(first, third), reason="测试", approver="张三",
        approved_on=dt.date(2026, 12, 1),
    )  # fmt: skip
    guest = next(one.id for one in city.inspectors if one.department == second)
    past = next(row for row in city.stints if row.site_id in sites_of(first))
    been = past.model_copy(
        update={
            "inspector_id": guest, "status": StintStatus.FINISHED,
            "start": dt.date(2026, 1, 5), "end": dt.date(2026, 3, 6),
        }
    )  # fmt: skip
    away = Absence(
        inspector_id=next(one.id for one in city.inspectors if one.department == first),
        kind=AbsenceKind.ANNUAL, start=dt.date(2027, 3, 1), end=dt.date(2027, 3, 2),
        substitute_id=next(one.id for one in city.inspectors if one.department == "JN-YJ"),
    )  # fmt: skip
    sites = {claimed.id: claimed, theirs_too.id: theirs_too}
    instance = city.model_copy(
        update={
            "sites": tuple(sites.get(site.id, site) for site in city.sites),
            "joint_postings": (*city.joint_postings, together),
            "stints": (*city.stints, been),
            "absences": (*city.absences, away),
        }
    )
    assert len(duplicate_cases(instance)) == len(duplicate_cases(city)) + 1
    return instance, solve(instance, UNITS, RULES, Settings(60, 1, reproducible=True))


@pytest.mark.parametrize("unit", UNITS)
def test_the_part_of_a_unit_gives_the_same_verdict_and_files(
    shared: tuple[Instance, Plan], unit: str
) -> None:
    instance, plan = shared
    part = share_of(instance, plan, (unit,))
    whole, seen = ((verify(one, part, RULES), one) for one in (instance, instance.seen_from(unit)))
    assert seen[0] == whole[0]
    assert len(seen[1].sites) < len(instance.sites)
    files = [
        outputs(part, one, judged, catalogue=catalogue(), issues=(), as_of=dt.date(2027, 1, 31))
        for judged, one in (whole, seen)
    ]
    assert files[0] == files[1]


def test_any_number_of_processes_writes_the_same_bytes(
    shared: tuple[Instance, Plan], tmp_path: Path
) -> None:
    instance, plan = shared
    verdict = verify(instance, plan, RULES)
    written = [
        {
            path.relative_to(tmp_path / str(jobs)): path.read_bytes()
            for path in write_plan(
                tmp_path / str(jobs), plan, instance, verdict, (), dt.date(2027, 1, 31), jobs=jobs
            )
        }
        for jobs in (1, 3)
    ]
    assert written[0] == written[1]
    assert len(written[0]) == 4 * (1 + len(UNITS))
