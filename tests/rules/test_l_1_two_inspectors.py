"""L-1: two with certificates at inspections, colleagues together."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.l_1_two_inspectors import RULE
from planner.domain.day_plan import (
    Appointment,
    AppointmentKind,
    DayData,
    DayRow,
    HalfDay,
    MonthCase,
)
from planner.domain.tables import Absence
from planner.domain.terms import Form
from tests.builders import day, inspector, site, stint
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


def half(name: HalfDay, inspector_id: str = "P1") -> tuple[DayRow, ...]:
    return rows("2027-03-03", inspector_id=inspector_id, half=name)


def leave(name: HalfDay, inspector_id: str = "P1") -> Absence:
    away = absence("2027-03-03", "2027-03-03", inspector_id)
    return away.model_copy(update={"half_day": name})


AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON
APART = agreed(absences=(leave(AM), leave(PM, "P2")))
MORNINGS, AFTERNOONS = (agreed(absences=(leave(one), leave(one, "P2"))) for one in (PM, AM))
THIRD = month(
    stint(),
    stint("O1", "P2", slot=2),
    stint("O1", "P3", slot=3),
    inspectors=tuple(inspector(one, certificate_no="37-1") for one in ("P1", "P2", "P3")),
    absences=(leave(AM), leave(PM, "P2")),
    data=DayData(appointments=(appointment(),)),
)
REGULAR = (stint(form=Form.REGULAR), stint("O1", "P2", form=Form.REGULAR, slot=2))
MOBILE = month(
    *(
        stint(place, person, form=Form.MOBILE, slot=slot, group="G1")
        for place in ("O1", "O2")
        for slot, person in enumerate(("P1", "P2"), start=1)
    ),
    sites=tuple(site(one, town="某镇") for one in ("O1", "O2")),
)

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
    pytest.param(
        APART, half(PM) + half(AM, "P2"), {"short": 8}, id="one before noon and one after it"
    ),
    pytest.param(
        THIRD,
        half(PM) + half(AM, "P2") + rows("2027-03-03", inspector_id="P3"),
        {},
        id="and one all day",
    ),
    pytest.param(MORNINGS, half(AM) + half(AM, "P2"), {}, id="both before noon"),
    pytest.param(AFTERNOONS, half(PM) + half(PM, "P2"), {}, id="both after noon"),
    pytest.param(AFTERNOONS, half(PM), {"short": 8}, id="one after noon"),
    pytest.param(
        agreed(absences=(leave(AM),)),
        half(PM) + rows("2027-03-03", inspector_id="P2"),
        {},
        id="one after noon and one all day",
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
    pytest.param(MOBILE, half(AM) + half(PM, "P2"), {"apart": 1}, id="one after the other"),
    pytest.param(MOBILE, half(PM) + half(PM, "P2"), {}, id="together after noon"),
    pytest.param(MOBILE, rows("2027-03-03") + half(AM, "P2"), {}, id="together before noon"),
    pytest.param(MOBILE, half(AM), {"apart": 1}, id="alone before noon"),
    pytest.param(
        MOBILE,
        half(AM)
        + half(PM, "P2")
        + rows("2027-03-03", inspector_id="P2", site_id="O2", half=AM)
        + rows("2027-03-03", site_id="O2", half=PM),
        {"apart": 2},
        id="past each other at two objects",
    ),
    pytest.param(month(REGULAR[0]), rows("2027-03-03"), {}, id="a post of one"),
    pytest.param(month(stint(), stint("O1", "P2", slot=2)), rows("2027-03-03"), {}, id="蹲守"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
