"""L-4: leave is respected, and long leave is covered."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.l_4_leave_cover import RULE
from planner.domain.day_plan import DayKind, DayRow, HalfDay, MonthCase
from planner.domain.policy import Policy
from planner.domain.tables import Absence
from planner.domain.terms import AbsenceKind, Form
from tests.builders import day, inspector, stint
from tests.day_witnesses import agree, day_plan, month, rest, rows

PEOPLE = (inspector("P1"), inspector("P2"))


def leave(start: str, end: str, **fields: Any) -> Absence:
    defaults = {
        "inspector_id": "P1", "kind": AbsenceKind.ANNUAL, "start": day(start), "end": day(end),
    }  # fmt: skip
    return Absence.model_validate({**defaults, **fields})


def away(*absences: Absence, form: Form = Form.RESIDENT, **fields: Any) -> MonthCase:
    return month(
        stint(form=form), absences=absences, inspectors=PEOPLE,
        **fields,
    )  # fmt: skip


WEEK = leave("2027-03-01", "2027-03-05")
NAMED = leave("2027-03-01", "2027-03-05", substitute_id="P2")
COVER = rows("2027-03-01~05", inspector_id="P2", kind=DayKind.SUBSTITUTE)
TWO = leave("2027-03-01", "2027-03-02")
MORNING = leave("2027-03-01", "2027-03-01", half_day="上午")
THREE_DUTIES = rows("2027-02-06~08", kind=DayKind.DUTY)
PAIR = month(stint(), stint("O1", "P2", slot=2), absences=(WEEK,), inspectors=PEOPLE)

CASES = [
    pytest.param(away(WEEK), (), {"short": 40}, id="a week without anybody"),
    pytest.param(away(NAMED), COVER, {}, id="the named substitute"),
    pytest.param(away(NAMED), COVER[:4], {"short": 8}, id="the substitute misses a day"),
    pytest.param(PAIR, rows("2027-03-01~05", inspector_id="P2"), {}, id="the other one of a pair"),
    pytest.param(away(TWO), rows("2027-03-03~05"), {}, id="two days may be ignored"),
    pytest.param(
        away(TWO, policy=Policy(absence_short_days=1)),
        rows("2027-03-03~05"),
        {"short": 16},
        id="not where one is the limit",
    ),
    pytest.param(
        away(TWO, leave("2027-03-03", "2027-03-03")),
        rows("2027-03-04~05"),
        {"short": 24},
        id="two absences on end are one",
    ),
    pytest.param(away(TWO), rows("2027-03-02~05"), None, id="planned on a day of leave"),
    pytest.param(away(MORNING), rows("2027-03-01~05"), None, id="all day on half a day of leave"),
    pytest.param(
        away(TWO), rows("2027-03-01", "2027-03-03~05"), None, id="planned on its first day"
    ),
    pytest.param(
        away(TWO, since="2027-03-02"),
        rows("2027-03-02~05"),
        None,
        id="planned on the first free day",
    ),
    pytest.param(
        away(WEEK, last="2027-03-12"),
        (),
        {"short": 8 * 5 + 8 * 3},
        id="a week of leave and a week that begins without anybody",
    ),
    pytest.param(
        away(policy=Policy(absence_short_days=0)),
        rows("2027-03-03~05"),
        {"short": 16},
        id="no day may be ignored",
    ),
    pytest.param(
        away(since="2027-03-03"), (), {"short": 24}, id="the third day is the first free one"
    ),
    pytest.param(
        away(MORNING),
        rows("2027-03-01", half=HalfDay.AFTERNOON) + rows("2027-03-02~05"),
        {},
        id="the half that is left",
    ),
    pytest.param(
        away(MORNING),
        rows("2027-03-01", half=HalfDay.MORNING) + rows("2027-03-02~05"),
        None,
        id="the half that is leave",
    ),
    pytest.param(
        away(MORNING, served=THREE_DUTIES), rest("2027-03-01"), None, id="rest on half a day"
    ),
    pytest.param(
        away(MORNING, leave("2027-03-01", "2027-03-01", half_day="下午")),
        rows("2027-03-01", half=HalfDay.AFTERNOON) + rows("2027-03-02~05"),
        None,
        id="two half-days are a day",
    ),
    pytest.param(away(WEEK, form=Form.REGULAR), (), {}, id="定期 takes other days"),
    pytest.param(
        month(stint(), served=THREE_DUTIES),
        rows("2027-03-01~02") + rest("2027-03-03~05"),
        {"short": 8},
        id="three days of rest on end",
    ),
    pytest.param(
        month(stint(), served=THREE_DUTIES),
        rest("2027-03-01~02", "2027-03-04") + rows("2027-03-03", "2027-03-05"),
        {},
        id="rest in two parts",
    ),
    pytest.param(
        away(TWO, served=THREE_DUTIES),
        rest("2027-03-03") + rows("2027-03-04~05"),
        {"short": 8},
        id="leave and rest on end",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)


AFTERNOON = leave("2027-03-01", "2027-03-01", half_day="下午")


@pytest.mark.parametrize(
    ("absences", "half", "said"),
    [
        ((TWO,), None, "全天请假"),
        ((MORNING, AFTERNOON), None, "全天请假"),
        ((MORNING, AFTERNOON), HalfDay.AFTERNOON, "下午请假"),
        ((MORNING,), None, "上午请假"),
        ((TWO, MORNING), None, "全天请假"),
    ],
)
def test_the_leave_is_called_what_it_is(
    absences: tuple[Absence, ...], half: HalfDay | None, said: str
) -> None:
    case = away(*absences)
    found = RULE.day_violations(case, day_plan(case, rows("2027-03-01", half=half)))
    assert [RULE.explain_day(one) for one in found] == [f"2027-03-01{said}，却安排了驻点。"]
