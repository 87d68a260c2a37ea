"""R02-7: working days of 超规模 stages are covered or explained."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from constraints.r02_7_high_risk_stages import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import ConstructionStage, MatrixRow
from planner.domain.terms import Form, Grade, SiteKind, StageScale
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, department, instance, plan, rating, shortage, site, stint
from tests.rules.rows import absence, listed
from tests.witnesses import checker_accepts, model_amounts


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
    pytest.param(project(), plan(stint()), True, id="no stage"),
    pytest.param(
        project(stage()),
        plan(shortages=(shortage("O1"),)),
        True,
        id="nobody, and that is explained",
    ),
    pytest.param(
        project(stage(id="G0", scale=StageScale.HIGH_RISK), stage()),
        plan(stint(end="2027-03-05")),
        False,
        id="an ordinary stage before it",
    ),
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
        id="ordinary 危大 is a goal",
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


def amounts(oversize: int, ordinary: int) -> dict[str, int]:
    return {"oversize_stage_days": oversize, "high_risk_stage_days": ordinary}


AMOUNTS = [
    pytest.param(
        project(stage()),
        plan(stint()),
        amounts(0, 0),
        id="covered",
    ),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06"),)),
        amounts(5, 0),
        id="five working days explained and yet open",
    ),
    pytest.param(project(), plan(stint()), amounts(0, 0), id="no stage"),
    pytest.param(
        project(stage()),
        plan(stint(end="2027-03-05")),
        amounts(5, 0),
        id="not explained",
    ),
    pytest.param(
        project(
            stage(),
            stage(site_id="O2"),
            stage(site_id="O2", start="2027-04-12", end="2027-04-13", scale=StageScale.HIGH_RISK),
            stage(site_id="O3", start="2027-04-14", end="2027-04-14", scale=StageScale.HIGH_RISK),
            sites=(
                site("O0"),
                *(site(one, kind=SiteKind.PROJECT) for one in ("O1", "O2", "O3")),
            ),
        ),
        plan(
            stint("O0"),
            stint(inspector_id="P2", end="2027-03-05"),
            shortages=(shortage("O2"), shortage("O3")),
        ),
        amounts(5 + 10, 2 + 1),
        id="three projects after an object that is none",
    ),
    pytest.param(
        project(stage(scale=StageScale.HIGH_RISK)),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06"),)),
        amounts(0, 5),
        id="ordinary 危大",
    ),
    pytest.param(
        project(stage(), stage("2027-03-08", "2027-03-19", id="G2", scale=StageScale.HIGH_RISK)),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06"),)),
        amounts(5, 5),
        id="a day of both counts once, as 超规模",
    ),
    pytest.param(
        project(stage(), stage(id="G2")),
        plan(stint(end="2027-03-05"), shortages=(shortage("O1", "2027-03-06"),)),
        amounts(5, 0),
        id="two stages on the same days",
    ),
    pytest.param(
        project(stage()),
        plan(),
        amounts(0, 0),
        id="not named at all",
    ),
    pytest.param(
        project(stage(), sites=(site(),)),
        plan(shortages=(shortage("O1"),)),
        amounts(0, 0),
        id="no project",
    ),
]


@pytest.mark.parametrize(("case", "proposal", "counted"), AMOUNTS)
def test_open_days_are_counted(case: Instance, proposal: Plan, counted: dict[str, int]) -> None:
    assert RULE.costs(case, proposal) == counted
    assert model_amounts(RULE, case, proposal) == counted


@pytest.mark.parametrize("scale", list(StageScale))
def test_the_plan_is_there_in_the_stage(scale: StageScale) -> None:
    """P1 is away in March: the stage is before, most of the round after it."""
    here = project(
        stage("2027-01-18", "2027-02-26", scale=scale),
        absences=(absence("2027-03-01", "2027-03-31"),),
    )
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    verdict = verify(here, made, RULES)
    assert verdict.accepted
    assert made.proof is not None
    paid = {one.name: one.amount for one in made.proof.penalties}
    assert {name: paid[name] for name in RULE.costs(here, made)} == dict(RULE.costs(here, made))
    (first,) = made.stints
    after_march = scale is StageScale.HIGH_RISK  # an ordinary stage decides between equals only
    assert (str(first.start) > "2027-03-31") is after_march


def test_a_stage_of_a_third_grade_project_comes_before_a_day_of_a_first_grade_object() -> None:
    here = project(
        stage("2027-01-18", "2027-07-09"),
        sites=(site(kind=SiteKind.PROJECT), site("O2")),
        ratings=(rating("O1", Grade.THIRD, 20), rating("O2", Grade.FIRST, 90)),
        matrix=(
            MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)),
            MatrixRow(grade=Grade.THIRD, forms=(Form.RESIDENT,)),
        ),
    )
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    assert verify(here, made, RULES).accepted
    assert {one.site_id for one in made.stints} == {"O1"}
