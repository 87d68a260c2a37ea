"""未派人员 and teams that change as a whole: the lists are complete and the reasons are true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import openpyxl
import pytest

from constraints import RULES
from planner.admission import first_block, needed_overrides
from planner.domain.instance import Instance
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Absence, Conflict, Inspector
from planner.domain.terms import AbsenceKind, AppraisalFlag, EndReason, Form, Relation, StaffType
from planner.options import options_of
from planner.posts import owed_sites
from planner.reports.folder import PLAN_WORKBOOK, REPORT
from planner.reports.people import USABLE, people_of_units, whole_changes
from planner.reports.rotation import in_round, weeks_of
from tests.builders import (
    day,
    department,
    inspector,
    instance,
    past,
    plan,
    rating,
    site,
    stint,
    trained,
)
from tests.conftest import PlannedSample

OF_PEOPLE = {"R01-1", "R01-3", "R03-4", "R09-1", "R09-2", "R09-3", "R10-1"}
"""Rules that look at a person and an object, and at no other stint."""


def reason(**fields: Any) -> str:
    """Why P2 is not sent when P1 is at the only object."""
    people = (inspector("P1"), inspector("P2", **fields))
    known = instance(ratings=(rating("O1"),), inspectors=people)
    (unit,) = people_of_units(known, plan(stint()))
    assert (unit.total, unit.sent, len(unit.idle)) == (2, 1, 1)
    return unit.idle[0].reason


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, USABLE),
        ({"appraisal": AppraisalFlag.SUSPENDED}, "年度状态为停派"),
        ({"staff_type": StaffType.AGENCY}, "人员性质为劳务派遣，不是本单位正式人员"),
        (
            {"staff_type": StaffType.SECONDED, "available_to": day("2026-12-31")},
            "人员性质为借调，不是本单位正式人员",
        ),
        ({"probation_end": day("2027-12-31")}, "试用期至2027-12-31"),
        ({"hire_date": None}, "没有录用日期，无从判断试用期"),
        ({"hire_date": day("2026-12-01")}, "2026-12-01录用，试用期未满"),
        ({"leaves_on": day("2027-01-01")}, "2027-01-01退休或调离"),
        ({"available_to": day("2026-12-31")}, "可投入至2026-12-31"),
        ({"available_from": day("2027-08-01")}, "2027-08-01起才可投入"),
        ({"forms": frozenset({Form.REGULAR})}, "可担任形式为定期驻点，本单位的对象用不到"),
        ({"skills": ()}, "没有本单位应派行业的专业能力"),
        (
            {"probation_end": day("2027-03-31")},
            f"{USABLE}（部分日期除外：试用期至2027-03-31）",
        ),
    ],
)
def test_why_somebody_is_not_sent(fields: dict[str, Any], words: str) -> None:
    assert reason(**fields) == words


def unit_with(**fields: Any) -> Instance:
    people = (inspector("P1"), inspector("P2"))
    return instance(**{"ratings": (rating("O1"),), "inspectors": people, **fields})


def idle_reasons(known: Instance) -> list[str]:
    return [one.reason for unit in people_of_units(known, plan(stint())) for one in unit.idle]


def test_without_training_or_on_leave() -> None:
    assert idle_reasons(unit_with(trainings=(trained("P1"),))) == ["没有应派行业的有效培训"]
    leave = Absence(
        inspector_id="P2", kind=AbsenceKind.SICK, start=day("2027-01-04"), end=day("2027-07-30")
    )
    assert idle_reasons(unit_with(absences=(leave,))) == ["病假（2027-01-04 至 2027-07-30）"]


def test_a_conflict_is_never_a_reason() -> None:
    conflict = Conflict(inspector_id="P2", site_id="O1", relation=Relation.SPOUSE)
    assert idle_reasons(unit_with(conflicts=(conflict,))) == [USABLE]


def test_who_cannot_do_every_form_is_called_so() -> None:
    known = unit_with(
        inspectors=(inspector("P1"), inspector("P2", forms=frozenset({Form.REGULAR}))),
        sites=(site("O1"), site("O2")),
        ratings=(rating("O1"), rating("O2", grade=3)),  # type: ignore[arg-type]
    )
    assert idle_reasons(known) == [f"{USABLE}（只担任定期驻点）"]


def test_a_unit_that_owes_nothing_needs_nobody() -> None:
    known = instance(
        departments=(department(), department("D2")),
        ratings=(rating("O1"),),
        inspectors=(inspector("P1"), inspector("X1", department="D2")),
    )
    units = people_of_units(known, plan(stint(), departments=("D1", "D2")))
    assert [one.reason for one in units[1].idle] == ["本单位本轮没有应派对象"]


def admitted(known: Instance, person: Inspector, days: list[dt.date]) -> bool:
    """Whether the rules about people let somebody begin anywhere in the unit."""
    rules = [rule for rule in RULES if rule.article.rule in OF_PEOPLE]
    for one in owed_sites(known, (person.department,))[person.department]:
        for option in options_of(known, one):
            for start in days:
                service = Service(
                    one.id, person.department, (one.id,), option.form, 1, (start,), start
                )
                trial = Candidate(service, 1, person.id, start, start, start, EndReason.ROTATION)
                if first_block(known, person, (), start).day > start and all(
                    needed_overrides(known, rule, trial) is not None for rule in rules
                ):
                    return True
    return False


def test_the_rules_agree_with_who_could_be_sent(planned: PlannedSample) -> None:
    known = planned.instance
    days = [known.calendar.workday_on_or_after(week.start) for week in weeks_of(planned.plan)]
    idle = [one for unit in people_of_units(known, planned.plan) for one in unit.idle]
    assert {one.usable for one in idle} == {True, False}
    for one in idle:
        person = known.inspector_by_id[one.inspector_id]
        assert admitted(known, person, days) is one.usable, one


def test_workbook_and_page_list_everybody_who_is_not_sent(planned: PlannedSample) -> None:
    sent = {one.inspector_id for one in in_round(planned.plan)}
    idle = {one.id for one in planned.instance.inspectors} - sent
    sheet = openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)["未派人员"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {row[2] for row in rows if row[2]} == idle
    assert all(row[6] for row in rows if row[2])
    page = (planned.folder / REPORT).read_text(encoding="utf-8")
    section = page[page.index('<h3 id="idle">') :]
    section = section[: section.index("</table>")]
    assert all(f"（{one}）" in section for one in idle)


# -- teams --------------------------------------------------------------------------------------

PAIR = {"sites": (site("O1", sector="CH"),), "ratings": (rating("O1"),)}


def pair_changes(second: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """P1 and P2 are followed by P3 on 2027-04-12 and by P4 on another date."""
    last = str(day(second) - dt.timedelta(days=1))
    known = instance(
        **PAIR,
        inspectors=tuple(inspector(f"P{n}") for n in range(1, 5)),
        stints=(
            past("O1", "P1", "2026-10-12", None), past("O1", "P2", "2026-10-12", None, slot=2),
        ),
    )  # fmt: skip
    made = plan(
        stint("O1", "P1", "2026-10-12", "2027-04-11"),
        stint("O1", "P2", "2026-10-12", last, slot=2),
        stint("O1", "P3", "2027-04-12", "2027-10-11"),
        stint("O1", "P4", second, "2027-10-11", slot=2),
    )
    return [(str(one.day), one.before, one.after) for one in whole_changes(known, made)]


def test_a_pair_of_which_nobody_stays_is_told() -> None:
    assert pair_changes("2027-04-12") == [("2027-04-12", ("P1", "P2"), ("P3", "P4"))]


def test_a_staggered_pair_is_not() -> None:
    assert pair_changes("2027-05-10") == []
