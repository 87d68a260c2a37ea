"""The reason of a shortage is true: who may be sent, where they are, and what keeps others out."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Shortage
from planner.domain.terms import AbsenceKind, AppraisalFlag, EndReason, Form, StaffType
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, department, inspector, instance, past, rating, site
from tests.rules.rows import absence

TWO_SITES: dict[str, Any] = {
    "sites": (site("O1"), site("O2")),
    "ratings": (rating("O1", score=41), rating("O2", score=60)),
}


def shortages(here: Instance) -> tuple[Shortage, ...]:
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    assert verify(here, made, RULES).accepted
    return made.shortages


def test_the_only_person_is_at_the_object_of_the_higher_rank() -> None:
    (short,) = shortages(instance(**TWO_SITES))
    assert (short.site_id, short.rank) == ("O1", 2)
    assert short.reason == "本单位1人，此期间可派1人：1人已安排在排序更前的对象（第1位）"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"forms": frozenset({Form.REGULAR})}, "不担任蹲守驻点"),
        ({"staff_type": StaffType.AGENCY}, "不是本单位正式人员"),
        ({"probation_end": day("2028-01-01")}, "仍在试用期"),
        ({"skills": ()}, "没有该行业专业能力"),
        ({"appraisal": AppraisalFlag.SUSPENDED}, "已停派"),
        ({"available_from": day("2028-01-01")}, "尚未可投入"),
        ({"available_to": day("2026-12-31")}, "已不可投入"),
        ({"leaves_on": day("2027-01-01")}, "已退休或调离"),
    ],
)
def test_what_keeps_a_person_out_is_said_in_plain_words(fields: dict[str, Any], why: str) -> None:
    (short,) = shortages(instance(inspectors=(inspector(**fields),)))
    assert short.reason == f"本单位1人，此期间可派0人；其余1人：{why}1人"


def test_without_training() -> None:
    (untrained,) = shortages(instance(trainings=()))
    assert untrained.reason.endswith("没有该行业有效培训1人")


@pytest.mark.parametrize("kind", AbsenceKind)
def test_every_kind_of_absence_is_leave_or_secondment(kind: AbsenceKind) -> None:
    """Not only sick leave; 尚未可投入 is said of 可投入起 alone."""
    leave = absence("2027-01-04", "2027-07-30").model_copy(update={"kind": kind})
    (away,) = shortages(instance(absences=(leave,)))
    assert away.reason.endswith("请假或抽调1人")


def test_people_of_several_kinds_are_counted_apart() -> None:
    people = (
        inspector("P1"),
        inspector("P2", forms=frozenset({Form.REGULAR})),
        inspector("P3", forms=frozenset({Form.REGULAR})),
        inspector("P4", staff_type=StaffType.AGENCY),
        inspector("X1", department="D2"),
    )
    units = (department(), department("D2"))
    (short,) = shortages(instance(**TWO_SITES, inspectors=people, departments=units))
    assert short.reason == (
        "本单位4人，此期间可派1人：1人已安排在排序更前的对象（第1位）"
        "；其余3人：不担任蹲守驻点2人、不是本单位正式人员1人"
    )


def test_one_person_is_no_pair() -> None:
    (short,) = shortages(instance(sites=(site(sector="CH"),)))
    assert short.reason == "本单位1人，此期间可派1人：1人未安排，不足每班2人"


def test_a_holder_whose_half_year_is_over_cannot_go_on() -> None:
    (short,) = shortages(instance(stints=(past("O1", "P1", "2026-10-12", None),)))
    assert str(short.start) == "2027-04-12"
    assert short.reason.endswith("其余1人：在该对象已满或将满半年1人")


def test_a_holder_who_is_moved_before_the_half_year_is_over_counts_where_he_goes() -> None:
    """Nobody may begin anew so soon, but he might have stayed: the word of his row says so too."""
    running = past("O1", "P1", "2026-09-21", None)
    here = instance(**TWO_SITES, stints=(running,))
    made = solve(here, ["D1"], RULES, Settings(reproducible=True))
    assert verify(here, made, RULES).accepted
    ended = next(one for one in made.stints if one.site_id == "O1")
    assert (ended.end, ended.end_reason) == (day("2027-01-10"), EndReason.EARLY)
    assert [(one.site_id, one.due) for one in made.changes] == [("O1", day("2027-03-21"))]
    (short,) = made.shortages
    assert short.reason == "本单位1人，此期间可派1人：1人已安排在排序更前的对象（第1位）"
