"""R03-5: one place on one date, or two halves in one 镇街."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r03_5_one_place import RULE
from planner.domain.day_plan import DayKind, DayRow, HalfDay, MonthCase
from planner.domain.terms import Form
from tests.builders import day, site, stint
from tests.day_witnesses import agree, day_plan, model_says, month, rest, rows
from tests.rules.rows import absence, freeze


def group(*towns: str, form: Form = Form.MOBILE, second: str = "G1", **fields: Any) -> MonthCase:
    sites = tuple(site(f"O{n}", town=town) for n, town in enumerate(towns, start=1))
    stints = (stint("O1", form=form, group="G1"), stint("O2", form=form, group=second))
    served = rows("2027-02-06", kind=DayKind.DUTY)
    return month(*stints, sites=sites, served=served, **fields)


NEAR, FAR = group("某镇", "某镇"), group("某镇", "另镇")
AM = rows("2027-03-01", half=HalfDay.MORNING)
PM = rows("2027-03-01", site_id="O2", half=HalfDay.AFTERNOON)
WHOLE = rows("2027-03-01")


def mornings_off(case: MonthCase, last: str, inspector_id: str = "P1") -> MonthCase:
    """The case with leave from 2027-03-01 on, before noon."""
    leave = absence("2027-03-01", last, inspector_id).model_copy(update={"half_day": "上午"})
    absences = (*case.instance.absences, leave)
    return case.model_copy(
        update={"instance": case.instance.model_copy(update={"absences": absences})}
    )


AWAY = mornings_off(NEAR, "2027-03-01")
WEEKEND = freeze(
    "2027-03-06", "2027-03-07", boost_coverage=True,
    required_first="每日", required_second="每日", required_third="每日",
)  # fmt: skip
NAMED = absence("2027-03-01", "2027-03-01").model_copy(update={"substitute_id": "P2"})

CASES = [
    pytest.param(NEAR, WHOLE + rows("2027-03-02", site_id="O2"), {}, id="one after the other"),
    pytest.param(NEAR, WHOLE + rows("2027-03-01", site_id="O2"), None, id="two places"),
    pytest.param(
        NEAR,
        WHOLE + rows("2027-03-02") + rows("2027-03-02", site_id="O2"),
        None,
        id="two places on the second day",
    ),
    pytest.param(NEAR, AM + PM, {"half_days": 2}, id="two halves in one 镇街"),
    pytest.param(FAR, AM + PM, None, id="two halves in two 镇街"),
    pytest.param(group("", ""), AM + PM, None, id="镇街 unknown"),
    pytest.param(group("某镇", "某镇", second="G2"), AM + PM, None, id="two groups"),
    pytest.param(group("某镇", "某镇", form=Form.REGULAR), AM + PM, None, id="定期 has no halves"),
    pytest.param(NEAR, AM, None, id="half a day alone"),
    pytest.param(
        NEAR, AM + rows("2027-03-01", half=HalfDay.AFTERNOON), None, id="two halves at one object"
    ),
    pytest.param(
        NEAR,
        AM + rows("2027-03-01", site_id="", kind=DayKind.REST, half=HalfDay.AFTERNOON),
        None,
        id="half a day at rest",
    ),
    pytest.param(
        group("某镇", "某镇", "某镇"),
        AM + rows("2027-03-01", site_id="O3", half=HalfDay.AFTERNOON),
        None,
        id="half a day where nobody is posted",
    ),
    pytest.param(NEAR, WHOLE + PM, None, id="a day and a half"),
    pytest.param(NEAR, WHOLE + rest("2027-03-01"), None, id="at rest and there"),
    pytest.param(NEAR, AM + PM + rest("2027-03-02"), {"half_days": 2}, id="at rest the day after"),
    pytest.param(AWAY, PM, {"half_days": 1}, id="leave before noon"),
    pytest.param(AWAY, rows("2027-03-01", half=HalfDay.MORNING), None, id="on leave and there"),
    pytest.param(AWAY, WHOLE + PM, None, id="a day and a half, with leave"),
    pytest.param(
        mornings_off(month(stint(form=Form.REGULAR)), "2027-03-05"),
        rows("2027-03-01~02", half=HalfDay.AFTERNOON),
        None,
        id="定期 has no halves beside leave",
    ),
    pytest.param(
        mornings_off(month(stint(), absences=(NAMED,)), "2027-03-01", "P2"),
        rows("2027-03-01", inspector_id="P2", kind=DayKind.SUBSTITUTE, half=HalfDay.AFTERNOON),
        None,
        id="a substitute for half a day",
    ),
    pytest.param(
        mornings_off(month(stint(), key_periods=(WEEKEND,)), "2027-03-07"),
        rows("2027-03-06~07", half=HalfDay.AFTERNOON, kind=DayKind.DUTY),
        None,
        id="half a day of duty beside leave",
    ),
    pytest.param(
        group("某镇", "某镇", key_periods=(WEEKEND,)),
        rows("2027-03-06", half=HalfDay.MORNING, kind=DayKind.DUTY)
        + rows("2027-03-06", site_id="O2", half=HalfDay.AFTERNOON, kind=DayKind.DUTY),
        None,
        id="two halves of duty in one 镇街",
    ),
]


@pytest.mark.parametrize(("case", "found", "expected"), CASES)
def test_both_witnesses(
    case: MonthCase, found: tuple[DayRow, ...], expected: dict[str, int] | None
) -> None:
    agree(RULE, case, found, expected)


def test_nobody_rests_in_the_half_that_leave_leaves() -> None:
    rest_of_day = rows("2027-03-01", site_id="", kind=DayKind.REST, half=HalfDay.AFTERNOON)
    found = list(RULE.day_violations(AWAY, day_plan(AWAY, rest_of_day)))
    assert [(one.inspector_id, one.site_id, one.start) for one in found] == [
        ("P1", "", day("2027-03-01"))
    ]
    assert model_says(RULE, AWAY, rest_of_day) is None


REGULAR = mornings_off(month(stint(form=Form.REGULAR)), "2027-03-01")
AFTERNOON = rows("2027-03-01", half=HalfDay.AFTERNOON)


@pytest.mark.parametrize(
    ("case", "found", "said"),
    [
        (NEAR, WHOLE + rows("2027-03-01", site_id="O2"), "同一天只能在一处，流动同镇街可各半天"),
        (NEAR, AM, "不能只驻半天（没有请半天假）"),
        (AWAY, AM, "这半天请假"),
        (REGULAR, AFTERNOON, "定期驻点和替班不能只驻半天"),
        (NEAR, rows("2027-03-06", half=HalfDay.MORNING), "休息日不能只驻半天"),
        (
            NEAR,
            rows("2027-03-01", site_id="", kind=DayKind.REST, half=HalfDay.MORNING),
            "补休不分半天",
        ),
    ],
)
def test_half_a_day_alone_is_not_called_two_places(
    case: MonthCase, found: tuple[DayRow, ...], said: str
) -> None:
    (violation,) = RULE.day_violations(case, day_plan(case, found))
    assert RULE.explain_day(violation).endswith(f"：{said}。")
