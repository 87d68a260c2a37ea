"""Every cause and every repair is itself tried: less of a cause and the object can be served.

The smallest instances are also counted through: every plan that the verifier accepts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from constraints import RULES
from planner.cli import main
from planner.components import components_of
from planner.diagnose import clashes_of, rule_and_subject
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.tables import RiskFactors
from planner.domain.terms import Form, Grade, StaffType
from planner.edits import ChangeRows, applied
from planner.exit_codes import BAD_INPUT, OK
from planner.io.reader import ReadResult
from planner.io.writer import write_workbook
from planner.model.build import PlanModel
from planner.model.core import core_of, possible
from planner.priority import rate
from planner.repair.claim import KEPT, WHOLE, Served
from planner.repair.inquiry import Inquiry
from planner.repair.menu import (
    Planned,
    Repair,
    Search,
    ShortObject,
    repairs_of_impossible,
    short_objects,
)
from planner.repair.remedies import Approval
from planner.repair.standing import wholly_served
from planner.run import reading
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, department, inspector, instance, past, site, trained
from tests.enumeration import Enumeration
from tests.rules.rows import freeze, listed

APPROVAL = Approval(day("2026-12-01"), "局长", "力量不足，确需如此安排")
TWO = {"sites": (site("O1"), site("O2"))}
P1, P2, P3 = (inspector(f"P{number}") for number in (1, 2, 3))


def graded(**fields: Any) -> Instance:
    """An instance whose objects are all put into 一级 by the list, rated as the reader rates: O1
    has 20 points, the others 12."""
    here = instance(**fields)
    decided: dict[str, Any] = {"grade": Grade.FIRST, "grade_reason": "专班研判重点对象"}
    items = tuple(listed(one.id).model_copy(update=decided) for one in here.sites)
    factors = tuple(
        RiskFactors(site_id=one.id, quarter="2027Q1", open_major_hazards=3 if one.id == "O1" else 1)
        for one in here.sites
    )
    here = here.model_copy(update={"list_items": items, "risk_factors": factors})
    return here.model_copy(update={"ratings": rate(here)})


SHORT: dict[str, tuple[Instance, str]] = {
    "one person for two objects, the other untrained": (
        graded(**TWO, inspectors=(P1, P2), trainings=(trained("P1"),)),
        "O2",
    ),
    "the other is no formal staff": (
        graded(**TWO, inspectors=(P1, inspector("P2", staff_type=StaffType.AGENCY))),
        "O2",
    ),
    "a pair of which one is untrained and one on probation": (
        graded(
            sites=(site(sector="CH"),),
            inspectors=(P1, inspector("P2", probation_end=day("2028-01-01")), P3),
            trainings=(trained("P1", "P2"),),
        ),
        "O1",
    ),
    "nobody of a pair is trained": (
        graded(sites=(site(sector="CH"),), inspectors=(P1, P2), trainings=()),
        "O1",
    ),
    "the half-year of the only one ends": (
        graded(inspectors=(P1,), stints=(past("O1", "P1", "2026-10-12", None),)),
        "O1",
    ),
    "only a weaker form has people": (
        graded(
            inspectors=(inspector("P1", forms=frozenset({Form.REGULAR})),),
        ),
        "O1",
    ),
    "somebody of another unit is free": (
        graded(
            **TWO,
            departments=(department(), department("D2")),
            inspectors=(P1, inspector("X1", department="D2")),
        ),
        "O2",
    ),
    "two lesser objects are worth more": (
        graded(
            sites=(site("O1", sector="CH"), site("O2"), site("O3")),
            inspectors=(P1, P2),
        ),
        "O1",
    ),
}


def planned(here: Instance) -> Planned:
    """The plans of an instance."""
    return Planned(here, RULES, Search(120))


def short(name: str) -> ShortObject:
    """The short object of an instance."""
    here, site_id = SHORT[name]
    made = planned(here)
    assert site_id in short_objects(made, ("D1",))
    return ShortObject(made, site_id, APPROVAL)


def repairs(name: str) -> list[Repair]:
    """The menu of an instance."""
    one = short(name)
    return list(one.repairs(one.cause()))


# -- causes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHORT)
def test_less_of_a_cause_and_the_object_can_be_served(name: str) -> None:
    one = short(name)
    core = one.cause().core
    assert core is not None
    assert core.members
    assert core.minimal
    assert core.confirmed
    for member in core.members:
        assert one.inquiry.possible_without(core, member), member


@pytest.mark.parametrize("name", SHORT)
def test_the_plan_of_now_fits_the_model_in_which_the_cause_was_sought(name: str) -> None:
    """Without the claim for the object itself the rest holds, so that the core is about it."""
    one = short(name)
    kept = Inquiry(one.instance, one.claim, RULES)
    kept.model.rows = [row for row in kept.model.rows if row.rule != WHOLE]
    assert kept.core(lambda rule: True) is None


def test_a_cause_names_people_rules_and_objects() -> None:
    core = short("one person for two objects, the other untrained").cause().core
    assert core is not None
    told = {(one.rule, one.subject, one.barred) for one in core.members}
    assert ("R10-1", "P2", True) in told
    assert ("R03-5", "P1", False) in told
    assert (KEPT, "O1", False) in told


def test_an_object_that_costs_lesser_ones_more_is_told_so() -> None:
    cause = short("two lesser objects are worth more").cause()
    assert {one.site_id for one in cause.losers} == {"O2", "O3"}
    assert cause.core is not None


TWICE = graded(
    sites=(site("O1"), site("O2"), site("O3")),
    inspectors=(P1, P2),
    stints=(past("O1", "P1", "2026-12-14", None), past("O2", "P1", "2026-12-14", None)),
)


def test_less_of_an_impossible_core_and_the_rest_is_possible() -> None:
    (component, *_) = components_of(TWICE, ("D1",), RULES)
    model = PlanModel(component.instance, component.posts, component.candidates)
    model.post_rules(RULES)
    core = core_of(model, rule_and_subject, lambda key: False)
    assert core is not None
    assert core.minimal
    assert core.confirmed
    assert not possible(model, rule_and_subject, core.members)
    for member in core.members:
        assert possible(model, rule_and_subject, core.members.keys() - {member}), member
    assert {(one.article.rule, one.subject) for one in clashes_of(TWICE, ("D1",), RULES)[0]} == set(
        core.members
    )


# -- repairs -------------------------------------------------------------------------------------

HELPS = {
    "one person for two objects, the other untrained": "培训人员P2（P2）：2027-01-08 前完成",
    "the other is no formal staff": "经批准豁免 R09-1：人员P2（P2）",
    "a pair of which one is untrained and one on probation": "培训人员P3",
    "nobody of a pair is trained": "；并且培训人员P",
    "the half-year of the only one ends": "经批准延长人员P1（P1）在企业O1（O1）的驻点",
    "only a weaker form has people": "驻点形式由蹲守驻点改为定期驻点",
    "somebody of another unit is free": "从D2借用人员X1（X1）",
}


@pytest.mark.parametrize("name", HELPS)
def test_the_expected_repair_is_in_the_menu(name: str) -> None:
    assert any(HELPS[name] in one.remedy.text for one in repairs(name))


@pytest.mark.parametrize("name", HELPS)  # those that have a menu
def test_every_repair_of_the_menu_helps_and_harms_nobody_before(name: str) -> None:
    here, site_id = SHORT[name]
    before = solve(here, ("D1",), RULES, Settings(limit_seconds=20))
    claim = Served.before_others(here, before, site_id)
    for one in repairs(name):
        changed = applied(here, one.remedy.edits)
        made = solve(changed, ("D1",), RULES, Settings(limit_seconds=20))
        assert wholly_served(changed, made, site_id)
        assert not list(claim.violations(changed, made))
        assert verify(changed, made, RULES).accepted


def test_nobody_without_the_skill_is_trained() -> None:
    """R09-3 would keep the person out all the same."""
    here = graded(**TWO, inspectors=(P1, inspector("P2", skills=())), trainings=(trained("P1"),))
    one = ShortObject(planned(here), "O2", APPROVAL)
    assert not any("培训" in found.remedy.text for found in one.repairs(one.cause()))


def test_the_edge_of_a_freeze_window_can_be_moved() -> None:
    """The holder is due in the window and the follower leaves before it ends."""
    here = graded(
        inspectors=(P1, inspector("P2", available_from=day("2027-03-15"))),
        stints=(past("O1", "P1", "2026-09-14", None),),
        key_periods=(freeze("2027-03-08", "2027-03-19"),),
    )
    made = planned(here)
    assert short_objects(made, ("D1",)) == ["O1"]
    one = ShortObject(made, "O1", APPROVAL)
    assert any("重点时段“春节”" in found.remedy.text for found in one.repairs(one.cause()))


def test_a_moved_default_key_period_stays_moved() -> None:
    """The default periods are found again after an edit, but not over one of themselves."""
    here = graded()
    periods = default_key_periods(here.round, here.calendar, here.policy)
    here = here.model_copy(update={"key_periods": periods})
    first = next(one for one in periods if one.freeze_rotation and one.start < one.end)
    edit = ChangeRows(
        table="key_periods",
        where=(("name", first.name), ("start", first.start)),
        values=(("start", first.end),),
    )
    moved = applied(here, [edit]).key_periods
    assert [one.start for one in moved if one.name == first.name and one.end == first.end] == [
        first.end
    ]


def test_cheaper_repairs_come_first_and_the_table_of_prices_decides() -> None:
    people = (P1, P2, inspector("P3", staff_type=StaffType.AGENCY))
    here = graded(**TWO, inspectors=people, trainings=(trained("P1", "P3"),))
    dear = here.model_copy(
        update={"policy": here.policy.model_copy(update={"repair_cost_train": 50})}
    )
    first = []
    for each in (here, dear):
        one = ShortObject(planned(each), "O2", APPROVAL)
        first.append(next(iter(one.repairs(one.cause()))).remedy.text[:2])
    assert first == ["培训", "经批"]


def test_an_impossible_unit_gets_overrides_that_make_it_possible() -> None:
    found = list(repairs_of_impossible(planned(TWICE), "D1", APPROVAL))
    assert found
    for one in found:
        assert "R05-2" in one.remedy.text
        changed = applied(TWICE, one.remedy.edits)
        made = solve(changed, ("D1",), RULES, Settings(limit_seconds=20))
        assert made.proof is not None
        assert made.proof.status == "OPTIMAL"
        assert verify(changed, made, RULES).accepted


# -- counted through -----------------------------------------------------------------------------

TINY: dict[str, tuple[Instance, str, tuple[str, ...]]] = {
    "one person, two objects": (graded(**TWO, inspectors=(P1,)), "O2", ("2027-04-12",)),
    "a holder is due": (
        graded(inspectors=(P1,), stints=(past("O1", "P1", "2026-10-12", None),)),
        "O1",
        ("2027-02-01", "2027-04-12"),
    ),
    "a pair of one": (graded(sites=(site(sector="CH"),)), "O1", ("2027-04-12",)),
    "better after all": (
        instance(**TWO, inspectors=(P1, P2), trainings=(trained("P1", "P2"),)),
        "O2",
        ("2027-04-12",),
    ),
}


POSSIBLE = {"better after all"}
"""Where the object can be served after all."""


@pytest.mark.parametrize("name", TINY)
def test_a_claim_has_a_core_just_when_no_plan_at_all_keeps_it(name: str) -> None:
    here, site_id, dates = TINY[name]
    made = solve(here, ("D1",), RULES, Settings(limit_seconds=20))
    claim = Served.before_others(here, made, site_id)
    every = Enumeration(here, tuple(map(day, dates))).plans
    assert every
    kept = any(not list(claim.violations(here, plan)) for _, plan, _ in every)
    assert kept == (name in POSSIBLE)
    assert (Inquiry(here, claim, RULES).core(lambda rule: True) is None) == kept


# -- the command ---------------------------------------------------------------------------------


def workbook(folder: Path, here: Instance) -> Path:
    """The workbook of an instance."""
    path = folder / "in.xlsx"
    write_workbook(here, path)
    return path


def readable() -> Instance:
    """Two objects, and one of the two people is not trained."""
    return graded(**TWO, inspectors=(P1, P2), trainings=(trained("P1"),))


def test_a_repair_is_written_and_a_plan_of_it_keeps_the_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = workbook(tmp_path, readable()), tmp_path / "new.xlsx"
    before = source.read_bytes()
    assert main(["repair", str(source)]) == OK
    told = capsys.readouterr().out
    assert (
        "R10-1 先培训后进驻（第(十)条）：1 人不能进驻（没有该行业有效培训）：人员P2（P2）" in told
    )
    assert "1. 〔代价 2〕培训人员P2（P2）" in told
    assert main(["repair", str(source), "--apply", "1", "--out", str(target)]) == OK
    assert "改动 培训第 3 行：新增" in capsys.readouterr().out
    assert source.read_bytes() == before
    again = reading.check(target).instance
    assert again is not None
    assert again.trainings[-1].inspector_ids == ("P2",)
    assert main(["plan", str(target), "--out", str(tmp_path / "out")]) == OK
    assert "全程有人 2 个" in capsys.readouterr().out


def test_check_asks_for_what_a_person_has_to_decide(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = (P1, inspector("P2", staff_type=StaffType.AGENCY))
    here = readable().model_copy(update={"inspectors": people, "trainings": (trained("P1", "P2"),)})
    source, target = workbook(tmp_path, here), tmp_path / "new.xlsx"
    assert main(["repair", str(source), "--apply", "1", "--out", str(target)]) == OK
    assert "待填" in capsys.readouterr().out
    assert main(["check", str(target)]) == BAD_INPUT
    told = capsys.readouterr().out
    assert "“批准人”还是“待填”" in told
    assert "“理由”还是“待填”" in told
    given = ["--approver", "王局长", "--reason", "力量不足，确需如此安排", "--force"]
    assert main(["repair", str(source), "--apply", "1", "--out", str(target), *given]) == OK
    capsys.readouterr()
    assert main(["check", str(target)]) == OK


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--object", "O9"], "“驻点对象”中没有这样的对象编号"),
        (["--department", "D9"], "没有这个单位"),
        (["--apply", "1"], "--apply 和 --out 须一起写"),
        (["--apply", "99", "--out", "new.xlsx"], "修复办法只有"),
        (["--reason", "短"], "--reason 少于 10 个字"),
        (["--apply", "1", "--out", "new.txt"], "文件名应以 .xlsx 结尾"),
    ],
)
def test_bad_options_are_told_and_nothing_is_written(
    options: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = workbook(tmp_path, readable())
    monkeypatch.chdir(tmp_path)
    assert main(["repair", str(source), *options]) == BAD_INPUT
    printed = capsys.readouterr()
    assert told in printed.out + printed.err
    assert [one.name for one in tmp_path.iterdir()] == ["in.xlsx"]


def test_nothing_short_needs_no_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = readable().model_copy(update={"trainings": (trained("P1", "P2"),)})
    assert main(["repair", str(workbook(tmp_path, here))]) == OK
    assert "没有要修复的" in capsys.readouterr().out


def test_an_impossible_workbook_gets_its_core_and_the_menu(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reader itself refuses the plainest cases, so the instance is handed over read."""
    with patch("planner.run.repair.check", return_value=ReadResult(TWICE, ())):
        assert main(["repair", str(tmp_path / "in.xlsx")]) == OK
    told = capsys.readouterr().out
    assert "已证明无法排出计划" in told
    assert "经批准豁免 R05-2：人员P1（P1）" in told
    assert "D1可以排出计划" in told
