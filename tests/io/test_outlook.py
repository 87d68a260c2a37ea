"""What a coordinator is told before planning: who cannot be sent, who gets nobody, what does
nothing."""

from __future__ import annotations

from typing import Any

import pytest

from planner.domain.calendar import WorkCalendar
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.ledgers import DuplicateDecision as Decision
from planner.domain.ledgers import DuplicateKind, DuplicateRecord
from planner.domain.tables import Absence, Conflict, Extension, Inspector, ListItem
from planner.domain.terms import (
    AbsenceKind,
    AppraisalFlag,
    Form,
    Grade,
    ListAction,
    Relation,
    StaffType,
)
from planner.io.outlook import outlook
from planner.io.rows import Place
from tests.builders import ROUND, day, department, inspector, instance, past, rating, site, trained
from tests.rules.rows import freeze

Fields = dict[str, Any]
HOLDER = past("O1", "P1", "2026-10-12", None)


def told(known: Instance) -> str:
    """All warnings in one text."""
    places = {
        table: [Place(table, n, {}) for n in range(2, 2 + len(getattr(known, table)))]
        for table in (
            "inspectors",
            "sites",
            "list_items",
            "absences",
            "extensions",
            "stints",
            "key_periods",
        )
    }
    issues = outlook(known, places)
    assert all(one.sheet and one.cell and one.remedy for one in issues)
    return "\n".join(f"{one.sheet}!{one.cell} {one.message}" for one in issues)


def extension(until: str, person: str = "P1") -> Extension:
    return Extension(
        site_id="O1", inspector_id=person, until=day(until), matter="隐患整改", approver="王局",
        approved_on=day("2026-12-01"),
    )  # fmt: skip


def item(**fields: Any) -> ListItem:
    defaults: dict[str, Any] = {
        "quarter": "2027Q1", "department": "D1", "site_id": "O1", "action": ListAction.KEEP,
    }  # fmt: skip
    return ListItem(**{**defaults, **fields})


def away(substitute: Inspector, start: str = "2027-03-01", end: str = "2027-03-05") -> Fields:
    """P1 is on leave, and somebody is named."""
    row = Absence(
        inspector_id="P1", kind=AbsenceKind.ANNUAL, start=day(start), end=day(end),
        substitute_id=substitute.id,
    )  # fmt: skip
    return {"absences": (row,), "inspectors": (inspector("P1"), substitute)}


def test_a_substitute_who_may_serve_or_is_not_needed_in_the_round_is_no_warning() -> None:
    agency = inspector("P2", staff_type=StaffType.AGENCY)
    trainings = (trained("P1", "P2"),)
    assert told(instance(**away(inspector("P2")), trainings=trainings)) == ""
    for start, end in (("2026-12-07", "2026-12-11"), ("2027-08-02", "2027-08-06")):
        assert told(instance(**away(agency, start, end), trainings=trainings)) == ""


def test_nothing_is_said_of_a_workbook_in_order() -> None:
    assert told(instance(stints=(HOLDER,), extensions=(extension("2027-06-30"),))) == ""


CASES: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("fixed", {"stints": (past("O1", "P1", "2027-01-18", None),)}, "stints!A2 1 行派驻从本轮开始"),
    ("no hire date", {"inspectors": (inspector(hire_date=None),)}, "inspectors!A2 1 人没有录用"),
    ("no training", {"trainings": ()}, "inspectors!A2 1 人没有本单位行业的有效培训"),
    (
        "a training too old",
        {"trainings": (trained("P1", end=day("2025-12-01")),)}, "没有本单位行业的有效培训",
    ),
    (
        "fourth grade",
        {"ratings": (rating("O1", Grade.FOURTH),)}, "sites!A2 1 个对象的等级按派驻矩阵不派驻",
    ),
    (
        "off the list",
        {"sites": (site("O1"), site("O2")), "list_items": (item(),)},
        "sites!A3 1 个对象不在“驻点名单”中",
    ),
    ("an old list", {"list_items": (item(quarter="2026Q3"),)}, "最新为 2026Q3"),
    (
        "a grade without a reason",
        {"list_items": (item(grade=Grade.SECOND),)},
        "list_items!A2 人工等级二级没有采用，仍为一级：没有写等级理由",
    ),
    (
        "a downgrade that nobody approved",
        {"list_items": (item(grade=Grade.SECOND, grade_reason="整改完成"),)},
        "又没有批准人",
    ),
    (
        "leave not approved",
        {
            "absences": (
                Absence(
                    inspector_id="P1", kind=AbsenceKind.SICK, start=day("2027-02-01"),
                    end=day("2027-03-01"), approved=False,
                ),
            )
        },
        "absences!A2 1 条请假未批准",
    ),
    (
        "a substitute who is no formal staff",
        away(inspector("P2", staff_type=StaffType.AGENCY)),
        "absences!A2 替班人员人员P2（P2）不得替班（R09-1），按无人替班",
    ),
    (
        "a substitute without a training for one of two sectors, in conflict at one object",
        {
            **away(inspector("P2")),
            "sites": (site("O1"), site("O2", sector="CH", department="D1")),
            "trainings": (trained("P1"), trained("P2", sectors=("S1",))),
            "conflicts": (Conflict(inspector_id="P2", site_id="O1", relation=Relation.SPOUSE),),
        },
        "P2（P2）在这些对象或日子不得替班（R10-1：CH行业；R17-1：O1）：日程那时不派",
    ),
    (
        "a substitute on probation on the first day only",
        away(inspector("P2", probation_end=day("2027-03-01"))),
        "P2（P2）在这些对象或日子不得替班（R09-2：2027-03-01）：日程那时不派，半年计划按无人替班",
    ),
    (
        "a substitute on probation on all days",
        away(inspector("P2", probation_end=day("2027-03-05"))),
        "P2（P2）不得替班（R09-2），按无人替班",
    ),
    (
        "a substitute who retires, in conflict at one of two objects for some days",
        {
            **away(inspector("P2", leaves_on=day("2027-03-05"))),
            "sites": (site("O1"), site("O2")),
            "conflicts": tuple(
                Conflict(
                    inspector_id="P2", site_id="O1", relation=Relation.SPOUSE,
                    start=day(start), end=day(end),
                )
                for start, end in (("2027-03-01", "2027-03-02"), ("2027-03-04", "2027-03-04"))
            ),
        },
        "（R03-4：2027-03-05；R17-1：O1 2027-03-01至2027-03-02、2027-03-04）：日程那时不派",
    ),
    (
        "a substitute who is 停派",
        away(inspector("P2", appraisal=AppraisalFlag.SUSPENDED)),
        "P2（P2）不得替班（R03-4），按无人替班",
    ),
    (
        "three regular objects",
        {
            "sites": (site("O1"), site("O2"), site("O3")),
            "stints": tuple(
                past(one, "P1", "2026-12-14", None, form=Form.REGULAR) for one in ("O1", "O2", "O3")
            ),
        },
        "人员P1（P1）同时负责 3 个定期对象",
    ),
    ("an extension that is over", {"extensions": (extension("2026-12-31"),)}, "在本轮"),
    ("nobody there", {"extensions": (extension("2027-06-01"),)}, "不在该对象"),
    (
        "a written end",
        {"stints": (past("O1", "P1", "2026-10-12", "2027-03-01"),),
         "extensions": (extension("2027-06-01"),)},
        "写明 2027-03-01 结束",
    ),
    (
        "a day too long",
        {"stints": (HOLDER,), "extensions": (extension("2027-07-12"),)}, "最多延至 2027-07-11",
    ),
    (
        "no longer than the half-year",
        {"stints": (HOLDER,), "extensions": (extension("2027-04-01"),)}, "没有用处",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_warning_names_the_row(fields: dict[str, Any], words: str) -> None:
    assert words in told(instance(**fields))


def test_key_periods_without_the_holidays_are_doubted() -> None:
    meeting = freeze("2027-03-01", "2027-03-12")
    text = told(instance(key_periods=(meeting,)))
    assert "key_periods!" in text
    assert "2027春节" in text
    assert "2027全国两会" not in text  # the unit's own business
    every = default_key_periods(ROUND, WorkCalendar())
    assert "key_periods!" not in told(instance(key_periods=every))


@pytest.mark.parametrize(("decision", "waits"), [(None, True), (Decision.LEAD_UNIT, False)])
def test_claims_that_wait_for_a_decision_are_named(decision: Decision | None, waits: bool) -> None:
    record = DuplicateRecord(
        key="U:U:01", site_ids=("O1", "O2"), departments=("D1", "D2"), found_on=day("2026-12-01"),
        kind=DuplicateKind.SAME, decision=decision, lead_department="D1", minutes_no="纪要3号",
    )  # fmt: skip
    known = instance(
        departments=(department(), department("D2")),
        inspectors=(inspector(), inspector("P2", department="D2")),
        sites=(site(uscc="U"), site("O2", uscc="U", department="D2")),
        duplicates=(record,),
    )
    said = told(known)
    assert ("1 个对象与其他单位的是同一对象，还没有认定牵头单位" in said) is waits
    assert ("这些不派：" in said) is waits
