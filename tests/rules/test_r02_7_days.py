"""R02-7: somebody on every working day of an oversize stage."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r02_7_high_risk_stages import RULE
from planner.domain.day_plan import DayRow, MonthCase
from planner.domain.tables import ConstructionStage
from planner.domain.terms import Form, SiteKind, StageScale
from tests.builders import day, site, stint
from tests.day_witnesses import agree, month, rows


def staged(
    scale: StageScale,
    form: Form = Form.RESIDENT,
    start: str = "2027-03-04",
    arrives: str = "2027-01-11",
    **fields: Any,
) -> MonthCase:
    stage = ConstructionStage(
        id="SG", site_id="O1", kind="基坑", scale=scale,
        planned_start=day(start), planned_end=day("2027-03-08"),
    )  # fmt: skip
    sites = (site(kind=SiteKind.PROJECT), site("O2", kind=SiteKind.PROJECT))
    there = (stint(form=form, start=arrives), stint("O2", "P2"))
    return month(*there, stages=(stage,), sites=sites, **fields)


OVERSIZE = staged(StageScale.OVERSIZE)
CASES = [
    pytest.param(OVERSIZE, rows("2027-03-04~05"), {}, id="both working days of the week"),
    pytest.param(OVERSIZE, rows("2027-03-01~04"), {"short": 8}, id="Friday without anybody"),
    pytest.param(OVERSIZE, (), {"short": 16}, id="nobody"),
    pytest.param(
        staged(StageScale.OVERSIZE, arrives="2027-03-05"),
        (),
        {"short": 8},
        id="nobody is posted there before",
    ),
    pytest.param(
        staged(StageScale.OVERSIZE, start="2027-03-05", last="2027-03-05"),
        (),
        {"short": 8},
        id="a stage of one day",
    ),
    pytest.param(staged(StageScale.HIGH_RISK), (), {}, id="an ordinary stage is a goal"),
    pytest.param(staged(StageScale.OVERSIZE, Form.REGULAR), (), {}, id="定期 is a goal"),
    pytest.param(
        staged(StageScale.OVERSIZE, since="2027-03-05"), (), {"short": 8}, id="served is past"
    ),
    pytest.param(month(stint(), stages=OVERSIZE.instance.stages), (), {}, id="no project"),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)
