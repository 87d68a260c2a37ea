"""R02-7: working days of 超规模 stages are covered or explained."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r02_7_high_risk_stages import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import ConstructionStage
from planner.domain.terms import SiteKind, StageScale
from tests.builders import day, department, instance, plan, shortage, site, stint
from tests.rules.rows import listed
from tests.witnesses import checker_accepts


def stage(start: str = "2027-03-01", end: str = "2027-03-12", **fields: Any) -> ConstructionStage:
    defaults: dict[str, Any] = {
        "id": "G1",
        "site_id": "O1",
        "kind": "深基坑",
        "scale": StageScale.OVERSIZE,
        "planned_start": day(start),
        "planned_end": day(end),
    }
    return ConstructionStage(**{**defaults, **fields})


def project(*stages: ConstructionStage, **fields: Any) -> Instance:
    sites = (site(kind=SiteKind.PROJECT),)
    return instance(**{"sites": sites, "stages": stages, **fields})


CASES = [
    pytest.param(project(stage()), plan(stint()), True, id="covered"),
    pytest.param(project(stage()), plan(), True, id="not named at all is R02-3's"),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05"), stint(inspector_id="P2", start="2027-03-08")),
        True,
        id="handover over the weekend",
    ),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05"), stint(inspector_id="P2", start="2027-03-09")),
        False,
        id="a working day between",
    ),
    pytest.param(project(stage()), plan(stint(start="2027-03-01")), True, id="from the first day"),
    pytest.param(project(stage()), plan(stint(start="2027-03-02")), False, id="from the second"),
    pytest.param(project(stage()), plan(stint(end="2027-03-12")), True, id="to the last day"),
    pytest.param(project(stage()), plan(stint(end="2027-03-11")), False, id="not to the last day"),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06", "2027-07-11"),)),
        True,
        id="explained",
    ),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-09", "2027-07-11"),)),
        False,
        id="a day not explained",
    ),
    pytest.param(
        project(stage(scale=StageScale.HIGH_RISK)),
        plan(stint(end="2027-03-05")),
        True,
        id="ordinary 危大 is a warning",
    ),
    pytest.param(
        project(stage(), sites=(site(),)),
        plan(stint(end="2027-03-05")),
        True,
        id="not a construction project",
    ),
    pytest.param(
        project(stage(actual_start=day("2027-03-08"))),
        plan(stint(start="2027-03-08")),
        True,
        id="the actual start wins",
    ),
    pytest.param(
        project(stage("2026-12-01", "2027-01-15")), plan(stint()), True, id="before the round"
    ),
    pytest.param(
        project(stage(), list_items=(listed(end="2027-03-05"),)),
        plan(stint(end="2027-03-05")),
        True,
        id="only inside the owed window",
    ),
    pytest.param(
        project(
            stage(),
            departments=(department(), department("D2")),
            sites=(site(kind=SiteKind.PROJECT, department="D2"),),
        ),
        plan(stint(end="2027-03-05")),
        True,
        id="a department that is not planned",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "accepted"), CASES)
def test_verdicts(case: Instance, proposal: Plan, accepted: bool) -> None:
    assert checker_accepts(RULE, case, proposal) is accepted


def test_the_text_names_the_stage_and_the_days() -> None:
    (found,) = RULE.violations(project(stage()), plan(stint(end="2027-03-05")))
    assert (found.site_id, found.start, found.end) == ("O1", day("2027-03-08"), day("2027-03-12"))
    text = RULE.explain(found)
    for fact in ("G1 深基坑", "2027-03-01", "2027-03-08", "2027-03-12", "5个工作日"):
        assert fact in text
