"""L-1: two with certificates at inspections, colleagues together."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.l_1_two_inspectors import RULE
from planner.domain.day_plan import Appointment, AppointmentKind, DayData, DayRow, MonthCase
from planner.domain.terms import Form
from tests.builders import day, inspector, stint
from tests.day_witnesses import agree, month, rows
from tests.rules.rows import absence


def appointment(
    site_id: str = "O1",
    on: str = "2027-03-03",
    kind: AppointmentKind = AppointmentKind.INSPECTION,
) -> Appointment:
    return Appointment(site_id=site_id, day=day(on), kind=kind)


def agreed(
    valid_to: str | None = None,
    number: str = "37-2",
    appointments: tuple[Appointment, ...] = (appointment(),),
    **fields: Any,
) -> MonthCase:
    """An inspection on 2027-03-03; the certificate of P2 as given."""
    people = (
        inspector("P1", certificate_no="37-1"),
        inspector("P2", certificate_no=number, certificate_valid_to=valid_to and day(valid_to)),
    )
    stints = (stint(), stint("O1", "P2", slot=2))
    data = DayData(appointments=appointments)
    return month(*stints, inspectors=people, data=data, **fields)


BOTH = rows("2027-03-03") + rows("2027-03-03", inspector_id="P2")
REGULAR = (stint(form=Form.REGULAR), stint("O1", "P2", form=Form.REGULAR, slot=2))

CASES = [
    pytest.param(agreed(), BOTH, {}, id="two with certificates"),
    pytest.param(agreed(), rows("2027-03-03"), {"short": 8}, id="one"),
    pytest.param(agreed(), (), {"short": 16}, id="nobody"),
    pytest.param(agreed("2027-03-03"), BOTH, {}, id="valid to the day"),
    pytest.param(agreed("2027-03-02"), BOTH, {"short": 8}, id="expired the day before"),
    pytest.param(agreed(number=""), BOTH, {"short": 8}, id="no certificate"),
    pytest.param(
        agreed(first="2027-03-03", last="2027-03-03"), (), {"short": 16}, id="the only day"
    ),
    pytest.param(
        agreed(appointments=(appointment(on="2027-02-26"), appointment(on="2027-03-08"))),
        (),
        {},
        id="before and after the dates",
    ),
    pytest.param(
        agreed(appointments=(appointment(kind=AppointmentKind.EXPERT),)),
        (),
        {},
        id="another kind",
    ),
    pytest.param(
        agreed(appointments=(appointment("O0"), appointment())),
        (),
        {"short": 16},
        id="the first is at an object without anybody",
    ),
    pytest.param(
        month(stint(end="2027-03-02"), data=DayData(appointments=(appointment(),))),
        (),
        {},
        id="nobody is posted there any more",
    ),
    pytest.param(month(*REGULAR), BOTH, {}, id="together"),
    pytest.param(
        month(*REGULAR, since="2027-03-03"),
        rows("2027-03-03~04"),
        {"apart": 2},
        id="alone from the first free day on",
    ),
    pytest.param(month(*REGULAR), rows("2027-03-03~04"), {"apart": 2}, id="alone on two days"),
    pytest.param(
        month(*REGULAR, absences=(absence("2027-03-03", "2027-03-03", "P2"),)),
        rows("2027-03-03~04"),
        {"apart": 1},
        id="the other one is on leave",
    ),
    pytest.param(month(REGULAR[0]), rows("2027-03-03"), {}, id="a post of one"),
    pytest.param(month(stint(), stint("O1", "P2", slot=2)), rows("2027-03-03"), {}, id="蹲守"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
