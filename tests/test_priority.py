"""Priority: every item at its boundary, direct rules, hysteresis, a person's grade, unknowns."""

from __future__ import annotations

from typing import Any

import pytest

from planner.domain.calendar import quarter_of
from planner.domain.policy import Policy
from planner.domain.tables import ConstructionStage, ListItem, Rating, RiskFactors, Site
from planner.domain.terms import (
    AccidentLevel,
    Density,
    Grade,
    ListAction,
    MajorHazardLevel,
    SiteStatus,
    StageScale,
    StandardLevel,
    WorkStage,
)
from planner.priority import describe, rate
from tests.builders import day, instance, site

# Known everywhere, and nothing that scores: the ground on which each test raises one item.
HARMLESS: dict[str, Any] = {
    "major_hazard": MajorHazardLevel.NONE,
    "red_points": 0,
    "open_major_hazards": 0,
    "outdated": False,
    "standard_level": StandardLevel.FIRST,
    "director_missing": False,
    "production_start": day("2010-05-01"),
    "density": Density.NO,
    "penalties_3y": 0,
    "penalties_1y": 0,
    "accident_3y": AccidentLevel.NONE,
    "hazards_1y": 0,
    "reports_true": 0,
    "stage": WorkStage.NONE,
}
FORTY_POINTS: dict[str, Any] = {
    "major_hazard": MajorHazardLevel.FIRST,
    "outdated": True,
    "density": Density.DENSE,
    "stage": WorkStage.HIGH_RISK,
}
DEADLY: dict[str, Any] = {"accident_3y": AccidentLevel.FATAL}
EVERYTHING: dict[str, Any] = {
    "major_hazard": MajorHazardLevel.FIRST,
    "red_points": 9,
    "open_major_hazards": 5,
    "outdated": True,
    "standard_level": StandardLevel.NONE,
    "director_missing": True,
    "production_start": day("2026-12-01"),
    "density": Density.DENSE,
    "penalties_3y": 9,
    "penalties_1y": 9,
    "accident_3y": AccidentLevel.MAJOR,
    "accident_on": day("2026-11-01"),
    "hazards_1y": 99,
    "reports_true": 3,
    "stage": WorkStage.OVERSIZE,
}


def factors(site_id: str = "O1", quarter: str = "2027Q1", **fields: Any) -> RiskFactors:
    return RiskFactors(site_id=site_id, quarter=quarter, **{**HARMLESS, **fields})


def rated(*rows: RiskFactors, one: Site | None = None, **fields: Any) -> Rating:
    (found, *_) = rate(instance(sites=(one or site(),), risk_factors=rows, **fields))
    return found


def decision(grade: Grade, quarter: str = "2027Q1", **fields: Any) -> ListItem:
    return ListItem(
        quarter=quarter,
        department="D1",
        site_id="O1",
        action=ListAction.KEEP,
        grade=grade,
        **fields,
    )


@pytest.mark.parametrize(
    ("fields", "score"),
    [
        ({}, 0),
        ({"major_hazard": MajorHazardLevel.FIRST}, 18),
        ({"major_hazard": MajorHazardLevel.SECOND}, 14),
        ({"major_hazard": MajorHazardLevel.THIRD}, 10),
        ({"major_hazard": MajorHazardLevel.FOURTH}, 7),
        ({"red_points": 1}, 8),
        ({"red_points": 30}, 8),
        ({"open_major_hazards": 1}, 12),
        ({"open_major_hazards": 2}, 16),
        ({"open_major_hazards": 3}, 20),
        ({"outdated": True}, 8),
        ({"standard_level": StandardLevel.SECOND}, 2),
        ({"standard_level": StandardLevel.THIRD}, 4),
        ({"standard_level": StandardLevel.NONE}, 7),
        ({"director_missing": True}, 7),
        ({"standard_level": StandardLevel.THIRD, "director_missing": True}, 7),
        ({"standard_level": StandardLevel.NONE, "director_missing": True}, 7),
        ({"production_start": day("2026-01-11")}, 5),
        ({"production_start": day("2026-01-10")}, 0),
        ({"production_start": day("2027-07-11")}, 5),
        ({"production_start": day("2027-07-12")}, 0),
        ({"density": Density.SOME}, 3),
        ({"density": Density.DENSE}, 5),
        ({"penalties_3y": 1}, 2),
        ({"penalties_3y": 2}, 4),
        ({"penalties_3y": 3}, 6),
        ({"penalties_3y": 5}, 8),
        ({"penalties_3y": 1, "penalties_1y": 1}, 2),
        ({"penalties_3y": 2, "penalties_1y": 2}, 6),
        ({"penalties_3y": None, "penalties_1y": 2}, 6),
        ({"penalties_3y": 5, "penalties_1y": 2}, 8),
        ({"accident_3y": AccidentLevel.MINOR, "accident_on": day("2026-06-01")}, 6),
        ({"accident_3y": AccidentLevel.SERIOUS, "accident_on": day("2025-01-11")}, 6),
        ({"accident_3y": AccidentLevel.SERIOUS, "accident_on": day("2025-01-10")}, 3),
        ({"accident_3y": AccidentLevel.FATAL, "accident_on": day("2025-01-11")}, 10),
        ({"accident_3y": AccidentLevel.FATAL, "accident_on": day("2025-01-10")}, 5),
        ({"accident_3y": AccidentLevel.MAJOR, "accident_on": day("2024-01-11")}, 5),
        ({"accident_3y": AccidentLevel.MAJOR, "accident_on": day("2024-01-10")}, 0),
        ({"accident_3y": AccidentLevel.FATAL}, 10),
        ({"reports_true": 1}, 2),
        ({"stage": WorkStage.OVERHAUL}, 6),
        ({"stage": WorkStage.HIGH_RISK}, 9),
        ({"stage": WorkStage.OVERSIZE}, 12),
    ],
)
def test_points_of_each_item(fields: dict[str, Any], score: int) -> None:
    found = rated(factors(**fields))
    assert found.score == score
    assert sum(points for _, points in found.parts) == score


def test_the_maximum_is_a_hundred() -> None:
    rest = tuple(site(f"O{n}") for n in range(2, 12))
    worst = RiskFactors(site_id="O1", quarter="2027Q1", **EVERYTHING)
    rows = (worst, *(factors(one.id) for one in rest))
    found = rate(instance(sites=(site(), *rest), risk_factors=rows))[0]
    assert found.score == 100
    totals = {
        code: sum(points for name, points in found.parts if name.startswith(code))
        for code in ("D1", "D2", "D3", "D4")
    }
    assert totals == {"D1": 38, "D2": 25, "D3": 25, "D4": 12}
    assert found.grade is Grade.FIRST


def test_hazard_counts_are_judged_inside_the_sector() -> None:
    sites = [site(f"O{n:02d}") for n in range(1, 12)]
    rows = [factors(f"O{n:02d}", hazards_1y=n - 1) for n in range(1, 12)]
    other = site("X1", sector="CH", department="D1")
    closed = site("X2", status=SiteStatus.CLOSED)
    found = rate(
        instance(
            sites=(*sites, other, closed),
            risk_factors=(*rows, factors("X1", hazards_1y=500), factors("X2", hazards_1y=900)),
        )
    )
    scores = {one.site_id: one.score for one in found}
    # Eleven sites with 0 … 10 hazards: percentiles 0, 10 … 100.
    assert [scores[f"O{n:02d}"] for n in range(1, 12)] == [0, 0, 0, 0, 0, 2, 2, 2, 4, 7, 7]
    assert scores["X1"] == 0
    assert "X2" not in scores


def test_equal_counts_stand_out_nowhere_and_reports_share_the_seven() -> None:
    sites = tuple(site(f"O{n}") for n in range(1, 12))
    equal = rate(
        instance(sites=sites, risk_factors=tuple(factors(s.id, hazards_1y=8) for s in sites))
    )
    assert {one.score for one in equal} == {0}
    rows = [factors(s.id, hazards_1y=n, reports_true=1) for n, s in enumerate(sites)]
    found = rate(instance(sites=sites, risk_factors=tuple(rows)))
    assert [one.score for one in found][-3:] == [6, 7, 7]


@pytest.mark.parametrize(
    ("score_fields", "grade"),
    [
        ({"major_hazard": MajorHazardLevel.SECOND}, Grade.FOURTH),  # 14
        ({"outdated": True, "standard_level": StandardLevel.NONE}, Grade.THIRD),  # 15
        (
            {"major_hazard": MajorHazardLevel.FIRST, "director_missing": True, "penalties_3y": 1},
            Grade.THIRD,
        ),  # 27
        (
            {
                "major_hazard": MajorHazardLevel.THIRD,
                "outdated": True,
                "density": Density.DENSE,
                "production_start": day("2026-12-01"),
            },
            Grade.SECOND,
        ),  # 28
        (
            {
                "major_hazard": MajorHazardLevel.FIRST,
                "outdated": True,
                "standard_level": StandardLevel.NONE,
                "penalties_3y": 3,
            },
            Grade.SECOND,
        ),  # 39
        (FORTY_POINTS, Grade.FIRST),
    ],
)
def test_grade_thresholds(score_fields: dict[str, Any], grade: Grade) -> None:
    assert rated(factors(**score_fields)).grade is grade


def test_thresholds_come_from_the_policy() -> None:
    rows = factors(outdated=True)
    assert rated(rows).grade is Grade.FOURTH
    assert rated(rows, policy=Policy(grade_third_score=8)).grade is Grade.THIRD
    assert rated(rows, policy=Policy(grade_third_score=8, grade_first_score=8)).grade is Grade.FIRST


@pytest.mark.parametrize(
    ("one", "fields", "grade"),
    [
        (site(sector="CO"), {}, Grade.FIRST),
        (site(), {"open_major_hazards": 1}, Grade.FIRST),
        (site(official_grade="红色", grade_scheme="危化四色"), {}, Grade.FIRST),
        (site(official_grade="橙", grade_scheme="危化四色"), {}, Grade.FOURTH),
        (site(official_grade="D级", grade_scheme="工贸ABCD"), {}, Grade.FIRST),
        (site(official_grade="d", grade_scheme="煤矿ABCD"), {}, Grade.FIRST),
        (site(official_grade="A", grade_scheme="工贸ABCD"), {}, Grade.FOURTH),
        (site(official_grade="红", grade_scheme=""), {}, Grade.FIRST),
        (site(official_grade="D", grade_scheme=""), {}, Grade.FOURTH),
        (site(official_grade="D", grade_scheme="自定"), {}, Grade.FOURTH),
        (site(), {**DEADLY, "accident_on": day("2026-01-11")}, Grade.FIRST),
        (site(), {**DEADLY, "accident_on": day("2026-01-10")}, Grade.THIRD),
        (site(), DEADLY, Grade.THIRD),
        (
            site(),
            {"accident_3y": AccidentLevel.SERIOUS, "accident_on": day("2026-12-01")},
            Grade.THIRD,
        ),
        (
            site(),
            {"accident_3y": AccidentLevel.SERIOUS, "accident_on": day("2023-12-01")},
            Grade.FOURTH,
        ),
        (site(sector="CH"), {}, Grade.SECOND),
        (site(), {"penalties_1y": 2}, Grade.THIRD),
        (site(), {"penalties_1y": 1}, Grade.FOURTH),
        (site(), {"reports_true": 1}, Grade.THIRD),
    ],
)
def test_direct_rules(one: Site, fields: dict[str, Any], grade: Grade) -> None:
    found = rated(factors(**fields), one=one)
    assert found.grade is grade
    assert found.computed_grade is grade
    direct = [reason for reason in found.reasons if reason.endswith(f"至少{grade.label}")]
    assert bool(direct) == (grade is not Grade.FOURTH)


def test_an_official_grade_without_direction_is_reported() -> None:
    found = rated(factors(), one=site(official_grade="D级", grade_scheme=""))
    assert found.reasons == ("官方等级D级（方案未注明）方向不明，未采用",)


def test_a_direct_rule_never_lowers() -> None:
    worst = factors(open_major_hazards=3)
    assert rated(worst, one=site(sector="CH")).grade is Grade.FIRST


# -- hysteresis ------------------------------------------------------------------------------------


def test_a_grade_falls_by_one_per_quarter() -> None:
    found = rated(factors(quarter="2026Q4", open_major_hazards=1), factors())
    assert found.score == 0
    assert found.grade is Grade.SECOND
    assert found.reasons == ("上季度为一级，每季度最多降一级，暂定二级",)


def test_a_fall_of_one_grade_is_free_and_a_rise_immediate() -> None:
    falls = rated(factors(quarter="2026Q4", reports_true=1), factors())
    assert (falls.grade, falls.reasons) == (Grade.FOURTH, ())
    rises = rated(factors(quarter="2026Q4"), factors(open_major_hazards=1))
    assert rises.grade is Grade.FIRST


def test_a_fall_is_held_quarter_by_quarter() -> None:
    fell = (factors(quarter="2026Q3", open_major_hazards=1), factors(quarter="2026Q4"), factors())
    assert rated(*fell).grade is Grade.THIRD
    longer = (factors(quarter="2026Q2", open_major_hazards=1), factors(quarter="2026Q3"), *fell[1:])
    assert rated(*longer).grade is Grade.FOURTH


def test_a_fatal_accident_without_a_date_is_said_to_be_open() -> None:
    found = rated(factors(**DEADLY))
    assert found.grade is Grade.THIRD
    assert "死亡事故未填日期，无法判断是否在12个月内" in found.reasons


def test_the_listed_grade_of_the_quarter_before_wins_over_its_factors() -> None:
    listed = decision(Grade.SECOND, quarter="2026Q4")
    found = rated(factors(quarter="2026Q4", open_major_hazards=1), factors(), list_items=(listed,))
    assert found.grade is Grade.THIRD
    assert rated(factors(), list_items=(decision(Grade.FIRST, "2026Q3"),)).grade is Grade.FOURTH


def test_without_a_quarter_before_nothing_is_held() -> None:
    assert rated(factors()).grade is Grade.FOURTH


# -- a person's grade ------------------------------------------------------------------------------


def test_a_manual_grade_with_reason_wins_up_and_down() -> None:
    up = rated(factors(), list_items=(decision(Grade.FIRST, grade_reason="连续两次夜查发现三违"),))
    assert (up.computed_grade, up.grade) == (Grade.FOURTH, Grade.FIRST)
    assert up.reasons == ("人工定为一级：连续两次夜查发现三违",)
    rows = factors(**FORTY_POINTS)
    down = rated(rows, list_items=(decision(Grade.FOURTH, grade_reason="装置已永久停用"),))
    assert (down.computed_grade, down.grade) == (Grade.FIRST, Grade.FOURTH)


def test_a_manual_grade_without_reason_is_ignored() -> None:
    found = rated(factors(), list_items=(decision(Grade.FIRST, grade_reason="  "),))
    assert found.grade is Grade.FOURTH
    assert found.reasons == ("人工等级一级未写理由，未采用",)
    same = rated(factors(), list_items=(decision(Grade.FOURTH),))
    assert (same.grade, same.reasons) == (Grade.FOURTH, ())


def test_down_from_a_direct_rule_needs_an_approver() -> None:
    rows = factors(open_major_hazards=1)
    refused = rated(rows, list_items=(decision(Grade.THIRD, grade_reason="隐患已制定方案"),))
    assert refused.grade is Grade.FIRST
    assert refused.reasons[-1] == "人工等级三级低于直接判定的一级，无批准人，未采用"
    approved = decision(Grade.THIRD, grade_reason="隐患已制定方案", approver="示例局长")
    assert rated(rows, list_items=(approved,)).grade is Grade.THIRD


def test_above_the_direct_grade_no_approver_is_needed() -> None:
    rows = factors(**FORTY_POINTS)
    down = decision(Grade.SECOND, grade_reason="装置已永久停用")
    found = rated(rows, one=site(sector="CH"), list_items=(down,))
    assert (found.computed_grade, found.grade) == (Grade.FIRST, Grade.SECOND)


def test_the_list_in_force_decides() -> None:
    older = decision(Grade.THIRD, quarter="2026Q4", grade_reason="上季度专项整治")
    newest = older.model_copy(update={"quarter": "2027Q1", "grade": None})
    assert rated(factors(), list_items=(older,)).grade is Grade.THIRD
    assert rated(factors(), list_items=(newest, older)).grade is Grade.FOURTH


@pytest.mark.parametrize("quarter", ["2027Q2", "2027Q3"])
def test_a_grade_of_a_later_quarter_waits_for_the_next_plan(quarter: str) -> None:
    now = decision(Grade.THIRD, grade_reason="专项整治")
    later = decision(Grade.FIRST, quarter=quarter, grade_reason="下一季度再定")
    assert rated(factors(), list_items=(now, later)).grade is Grade.THIRD


def test_who_joins_in_a_later_quarter_has_the_grade_of_that_list() -> None:
    joins = decision(Grade.FIRST, quarter="2027Q2", grade_reason="新建项目")
    rows = (joins.model_copy(update={"action": ListAction.ADD}),)
    assert rated(factors(), list_items=rows).grade is Grade.FIRST


# -- unknown inputs --------------------------------------------------------------------------------


def test_unknown_factors_score_nothing_and_are_marked() -> None:
    found = rated()
    assert (found.score, found.completeness_percent, found.parts) == (0, 0, ())
    assert found.unverified
    assert "（待核实）" in describe(found)


def test_completeness_counts_the_factors_that_matter() -> None:
    assert rated(factors()).completeness_percent == 100
    # 14 of 15: the date is missing.
    assert rated(factors(accident_3y=AccidentLevel.FATAL)).completeness_percent == 93
    hazard = factors(major_hazard=MajorHazardLevel.SECOND, red_points=None)
    assert rated(hazard).completeness_percent == 100
    four = factors(penalties_3y=None, hazards_1y=None, density=None, stage=None)
    assert rated(four).completeness_percent == 71
    assert not rated(four).unverified
    five = four.model_copy(update={"standard_level": None})
    assert rated(five).completeness_percent == 64
    assert rated(five).unverified


def test_facts_of_the_site_fill_the_factors() -> None:
    unknown = RiskFactors(site_id="O1", quarter="2027Q1")
    trial = rated(unknown, one=site(status=SiteStatus.TRIAL))
    assert trial.parts == (("D2 试生产", 5),)
    overhaul = rated(unknown, one=site(status=SiteStatus.OVERHAUL))
    assert overhaul.parts == (("D4 检维修开停车", 6),)


@pytest.mark.parametrize(
    ("fields", "score"),
    [
        ({"employees": 299}, 0),
        ({"employees": 300}, 7),
        ({"employees": 300, "safety_director": "示例甲"}, 0),
        ({"sector": "CH", "employees": 99}, 0),
        ({"sector": "CH", "employees": 100}, 7),
        ({"sector": "CO", "employees": 100}, 7),
    ],
)
def test_a_missing_safety_director_is_computed(fields: dict[str, Any], score: int) -> None:
    found = rated(factors(director_missing=None), one=site(**fields))
    assert (found.score, found.completeness_percent) == (score, 100)


def test_the_lower_line_holds_for_every_high_risk_sector() -> None:
    policy = Policy(director_sectors=("S1",))
    found = rated(factors(director_missing=None), one=site(employees=100), policy=policy)
    assert found.parts == (("D2 应设未设安全总监", 7),)
    assert {"HY03", "HY04a", "HY08a", "HY08c", "HY01b"} <= set(Policy().director_sectors)


def test_dated_construction_stages_count_in_their_quarter() -> None:
    stage = ConstructionStage(
        id="S1",
        site_id="O1",
        kind="高支模",
        scale=StageScale.OVERSIZE,
        planned_start=day("2027-03-20"),
        planned_end=day("2027-05-01"),
    )
    assert rated(factors(), stages=(stage,)).score == 12
    later = stage.model_copy(update={"actual_start": day("2027-05-01")})
    assert rated(factors(), stages=(later,)).score == 12  # the plan is for both quarters
    after = stage.model_copy(
        update={"planned_start": day("2027-07-12"), "planned_end": day("2027-09-01")}
    )
    assert rated(factors(), stages=(after,)).score == 0
    over = stage.model_copy(
        update={"planned_start": day("2026-11-02"), "planned_end": day("2026-12-31")}
    )
    assert rated(factors(), stages=(over,)).score == 0


def test_an_older_row_is_used_and_said_so() -> None:
    found = rated(factors(quarter="2026Q2", outdated=True), factors(quarter="2027Q2"))
    assert found.score == 8
    assert found.reasons == ("沿用2026Q2风险因素",)


def test_closed_sites_are_not_rated_and_idle_ones_are() -> None:
    closed, stopped = site("O1", status=SiteStatus.CLOSED), site("O2", status=SiteStatus.STOPPED)
    found = rate(instance(sites=(closed, stopped, site("O3"))))
    assert [one.site_id for one in found] == ["O2", "O3"]


def test_the_printed_line() -> None:
    down = decision(Grade.SECOND, grade_reason="已停用", approver="示例局长")
    rows = factors(major_hazard=MajorHazardLevel.THIRD, open_major_hazards=1, outdated=True)
    found = rated(rows, list_items=(down,))
    assert describe(found) == (
        "30分：D1危险性22（重大危险源三级+10、未销号重大事故隐患1项+12），"
        "D2本质安全8（工艺设备落后+8），D3历史0，D4阶段0；数据完整度100%；"
        "自动等级一级，驻点等级二级；有未销号重大事故隐患，至少一级；"
        "人工定为二级：已停用（示例局长批准）"
    )


def test_quarters() -> None:
    found = [quarter_of(day(f"2027-{month:02d}-15"))[-1] for month in (1, 3, 4, 6, 7, 9, 10, 12)]
    assert found == ["1", "1", "2", "2", "3", "3", "4", "4"]
    assert quarter_of(day("2026-12-31")) == "2026Q4"
