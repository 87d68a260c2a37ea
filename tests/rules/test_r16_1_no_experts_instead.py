"""R16-1: only people who are posted stand for the presence."""

from __future__ import annotations

import pytest

from constraints.r16_1_no_experts_instead import RULE
from planner.domain.day_plan import (
    Appointment,
    AppointmentKind,
    DayData,
    DayKind,
    DayRow,
    MonthCase,
)
from planner.domain.tables import Absence
from planner.domain.terms import AbsenceKind
from tests.builders import day, inspector, site, stint
from tests.day_witnesses import agree, month, rest, rows

EXPERTS = DayData(
    appointments=(Appointment(site_id="O1", day=day("2027-03-03"), kind=AppointmentKind.EXPERT),)
)
INSPECTION = DayData(
    appointments=(
        Appointment(site_id="O1", day=day("2027-03-03"), kind=AppointmentKind.INSPECTION),
    )
)
LEAVE = Absence(
    inspector_id="P1", kind=AbsenceKind.ANNUAL, start=day("2027-03-03"), end=day("2027-03-04"),
    substitute_id="P2",
)  # fmt: skip
PEOPLE = (inspector("P1"), inspector("P2"))
WITH_EXPERTS = month(stint(), data=EXPERTS)
AWAY = month(stint(), absences=(LEAVE,), inspectors=PEOPLE)

CASES = [
    pytest.param(WITH_EXPERTS, rows("2027-03-03"), {}, id="beside the experts"),
    pytest.param(
        month(stint(), data=EXPERTS, first="2027-03-03", last="2027-03-03"),
        (),
        {"short": 8},
        id="experts alone on the only day",
    ),
    pytest.param(month(stint(), data=INSPECTION), (), {}, id="no experts"),
    pytest.param(
        month(stint(), data=EXPERTS, first="2027-03-03", last="2027-03-03"),
        rows("2027-03-03"),
        {},
        id="posted on the only day",
    ),
    pytest.param(
        month(stint(), inspectors=PEOPLE),
        rows("2027-03-01", inspector_id="P2"),
        None,
        id="somebody who is not posted, on the first free day",
    ),
    pytest.param(
        month(stint(), since="2027-03-02", served=rows("2027-03-01"), inspectors=PEOPLE),
        rows("2027-03-03", inspector_id="P2"),
        None,
        id="somebody who is not posted, after served days",
    ),
    pytest.param(
        month(stint(), sites=(site("O1"), site("O2"))),
        rows("2027-03-03", site_id="O2"),
        None,
        id="where nobody is posted",
    ),
    pytest.param(
        month(stint(), served=rows("2027-02-06", kind=DayKind.DUTY)),
        rest("2027-03-03"),
        {},
        id="at rest nobody is anywhere",
    ),
    pytest.param(WITH_EXPERTS, rows("2027-03-04"), {"short": 8}, id="experts alone"),
    pytest.param(month(stint(end="2027-03-02"), data=EXPERTS), (), {}, id="no stint on that date"),
    pytest.param(
        month(stint(), inspectors=PEOPLE),
        rows("2027-03-03", inspector_id="P2"),
        None,
        id="somebody who is not posted",
    ),
    pytest.param(month(stint(end="2027-03-02")), rows("2027-03-03"), None, id="after the stint"),
    pytest.param(AWAY, rows("2027-03-03", inspector_id="P2"), {}, id="the named substitute"),
    pytest.param(
        AWAY, rows("2027-03-04", inspector_id="P2"), {}, id="the substitute on the last day"
    ),
    pytest.param(
        AWAY, rows("2027-03-05", inspector_id="P2"), None, id="the substitute after the leave"
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
