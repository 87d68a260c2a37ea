"""R04-4: two people at chemical sites."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r04_4_two_per_chemical import RULE
from planner.domain.day_plan import DayRow, HalfDay, MonthCase
from planner.domain.plan import Stint
from planner.domain.policy import Policy
from planner.domain.terms import Form
from tests.builders import site, stint
from tests.day_witnesses import agree, month, rows
from tests.rules.rows import absence

CHEMICAL = tuple(site(one, sector="CH", town="某镇") for one in ("O1", "O2"))


def pair(
    form: Form, sector: str = "CH", stints: tuple[Stint, ...] = (), **fields: Any
) -> MonthCase:
    posted = [
        stint(place, person, form=form, slot=slot, group="G1" if form is Form.MOBILE else "")
        for place in (("O1", "O2") if form is Form.MOBILE else ("O1",))
        for slot, person in enumerate(("P1", "P2"), start=1)
    ]
    sites = CHEMICAL if sector == "CH" else tuple(site(one) for one in ("O1", "O2"))
    return month(*posted, *stints, sites=sites, **fields)


def together(*dates: str, **fields: Any) -> tuple[DayRow, ...]:
    found = (rows(*dates, inspector_id=one, **fields) for one in ("P1", "P2"))
    return tuple(row for part in found for row in part)


HALVES = together("2027-03-01", half=HalfDay.MORNING)
APART = rows("2027-03-01", half=HalfDay.MORNING) + rows(
    "2027-03-01", inspector_id="P2", half=HalfDay.AFTERNOON
)
SECOND = rows("2027-03-01~03", inspector_id="P2")
AM, PM = HalfDay.MORNING, HalfDay.AFTERNOON


SHARE = Policy(pair_both_percent=50)
"""Both at once on one of two days."""


def resident(half: HalfDay, other: HalfDay) -> MonthCase:
    """蹲守 by two on 2027-03-01 and 03-02; on the 1st each is away for half a day."""
    away = ((half, "P1"), (other, "P2"))
    return pair(
        Form.RESIDENT,
        last="2027-03-02",
        policy=SHARE,
        absences=tuple(
            absence("2027-03-01", "2027-03-01", person).model_copy(update={"half_day": part})
            for part, person in away
        ),
    )


def on_first(*halves: HalfDay | None) -> tuple[DayRow, ...]:
    """Each for a half of the 1st, or all of it, and P1 alone on the 2nd."""
    found = (rows("2027-03-01", inspector_id=f"P{n}", half=h) for n, h in enumerate(halves, 1))
    return (*(row for part in found for row in part), *rows("2027-03-02"))


THREE = pair(
    Form.RESIDENT,
    stints=(stint("O1", "P3", slot=3),),
    last="2027-03-02",
    absences=(absence("2027-03-01", "2027-03-01", "P3").model_copy(update={"half_day": PM}),),
    policy=Policy(pair_both_percent=100),
)
"""A third one may come for half of the 1st."""

CASES = [
    pytest.param(pair(Form.REGULAR), together("2027-03-01~03"), {}, id="both"),
    pytest.param(pair(Form.REGULAR), rows("2027-03-01"), None, id="one alone"),
    pytest.param(
        pair(Form.REGULAR, since="2027-03-02", served=together("2027-03-01")),
        rows("2027-03-02"),
        None,
        id="one alone after served days",
    ),
    pytest.param(pair(Form.REGULAR, "S1"), rows("2027-03-01"), {}, id="not chemical"),
    pytest.param(pair(Form.MOBILE), together("2027-03-01~02"), {}, id="流动 together"),
    pytest.param(pair(Form.MOBILE), HALVES, {}, id="half a day together"),
    pytest.param(pair(Form.MOBILE), APART, None, id="both, but never together"),
    pytest.param(
        pair(Form.MOBILE), rows("2027-03-01") + APART[1:], None, id="alone in the morning"
    ),
    pytest.param(pair(Form.MOBILE), rows("2027-03-01", half=HalfDay.MORNING), None, id="alone"),
    pytest.param(pair(Form.RESIDENT), rows("2027-03-01~05") + SECOND, {}, id="both on three"),
    pytest.param(
        pair(Form.RESIDENT), rows("2027-03-01~05") + SECOND[:2], {"short": 8}, id="on two of five"
    ),
    pytest.param(
        pair(Form.RESIDENT, policy=Policy(pair_both_percent=40)),
        rows("2027-03-01~05") + SECOND[:2],
        {},
        id="a lower share",
    ),
    pytest.param(pair(Form.RESIDENT), together("2027-03-01~04"), {"short": 8}, id="nobody on one"),
    pytest.param(pair(Form.RESIDENT), (), {"short": 8 * (5 + 3)}, id="never"),
    pytest.param(resident(PM, PM), on_first(AM, AM), {}, id="蹲守, both before noon"),
    pytest.param(resident(AM, AM), on_first(PM, PM), {}, id="蹲守, both after noon"),
    pytest.param(resident(PM, AM), on_first(AM, PM), {"short": 8}, id="蹲守, they never meet"),
    pytest.param(
        pair(
            Form.RESIDENT,
            last="2027-03-02",
            since="2027-03-02",
            served=on_first(AM, PM)[:2],
            policy=SHARE,
        ),
        rows("2027-03-02"),
        {"short": 8},
        id="蹲守, they never met on a served day",
    ),
    pytest.param(
        pair(
            Form.RESIDENT,
            last="2027-03-02",
            since="2027-03-02",
            served=on_first(None, PM)[:2],
            policy=SHARE,
        ),
        rows("2027-03-02"),
        {},
        id="蹲守, one all day and one after noon",
    ),
    pytest.param(
        THREE,
        together("2027-03-01") + rows("2027-03-02"),
        {"short": 8},
        id="蹲守, two halves of one day are no two days",
    ),
    pytest.param(
        pair(Form.REGULAR, since="2027-03-02", served=rows("2027-03-01")),
        (),
        {},
        id="served is past",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
