"""季度名单: what the list of a quarter proposes, what a person's rows do, and the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.cli import main
from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.ledgers import DuplicateDecision, DuplicateKind, DuplicateRecord
from planner.domain.tables import ListItem, RiskFactors
from planner.domain.terms import (
    Density,
    Form,
    Grade,
    ListAction,
    MajorHazardLevel,
    SiteStatus,
    StandardLevel,
)
from planner.quarter.listing import Entry, Listing, listing, newest_quarter, quarters_of
from planner.run.reading import check
from tests.builders import day, department, instance, past, site
from tests.conftest import PlannedSample

HARMLESS = {
    "major_hazard": MajorHazardLevel.NONE,
    "standard_level": StandardLevel.FIRST,
    "density": Density.NO,
}
DANGEROUS = {"open_major_hazards": 2, "outdated": True}


def facts(site_id: str, quarter: str, **fields: Any) -> RiskFactors:
    return RiskFactors(site_id=site_id, quarter=quarter, **{**HARMLESS, **fields})


def row(site_id: str, quarter: str, action: ListAction, **fields: Any) -> ListItem:
    return ListItem(quarter=quarter, department="D1", site_id=site_id, action=action, **fields)


def second_quarter(*rows: ListItem, **fields: Any) -> Instance:
    """Three dangerous objects of D1, with facts for both quarters."""
    sites = fields.pop("sites", tuple(site(one) for one in ("O1", "O2", "O3")))
    given = tuple(
        facts(one.id, quarter, **DANGEROUS) for one in sites for quarter in ("2027Q1", "2027Q2")
    )
    return instance(sites=sites, risk_factors=given, list_items=rows, **fields)


def made(known: Instance, quarter: str = "2027Q2") -> Listing:
    return listing(known, quarter, tuple(one.code for one in known.departments))


def entry(found: Listing, site_id: str) -> Entry:
    return next(one for one in found.entries if one.item.site_id == site_id)


def test_who_was_on_the_list_stays_and_who_reaches_a_grade_comes_on() -> None:
    found = made(second_quarter(row("O1", "2027Q1", ListAction.KEEP)))
    assert entry(found, "O1").item.action is ListAction.KEEP
    assert entry(found, "O1").item.reason == "研判无变化"
    new = entry(found, "O2")
    assert new.item.action is ListAction.ADD
    assert "未销号重大事故隐患2项" in new.item.reason
    assert new.item.valid_from == day("2027-04-12")
    assert (new.form, new.team_size) == (Form.RESIDENT, 1)
    assert new.item.grade is Grade.FIRST


def test_the_list_of_the_first_quarter_holds_from_the_start() -> None:
    found = made(second_quarter(row("O1", "2026Q4", ListAction.KEEP)), "2027Q1")
    assert found.judged_on == day("2027-01-11")
    assert entry(found, "O2").item.valid_from is None


def test_changes_of_score_and_grade_are_said() -> None:
    known = instance(
        sites=(site("O1"),),
        risk_factors=(facts("O1", "2027Q1", **DANGEROUS), facts("O1", "2027Q2", outdated=True)),
        list_items=(row("O1", "2027Q1", ListAction.KEEP),),
    )
    found = entry(made(known), "O1")
    assert found.before is not None
    assert found.before.grade is Grade.FIRST
    assert found.item.grade is Grade.SECOND, "a grade falls by one in a quarter"
    assert "评分由24分变为8分" in found.item.reason
    assert "等级由一级变为二级" in found.item.reason


def test_closed_objects_leave_and_idle_ones_wait() -> None:
    sites = (
        site("O1", status=SiteStatus.CLOSED),
        site("O2", status=SiteStatus.STOPPED),
        site("O3", status=SiteStatus.STOPPED),
    )
    rows = (row("O1", "2027Q1", ListAction.KEEP), row("O2", "2027Q1", ListAction.ADD))
    found = made(second_quarter(*rows, sites=sites))
    gone = entry(found, "O1").item
    assert (gone.action, gone.reason) == (ListAction.LEAVE, "已关闭")
    assert gone.valid_to == day("2027-04-10")
    waiting = entry(found, "O2").item
    assert waiting.action is ListAction.DEFER
    assert "恢复生产后" in waiting.reason
    assert [(one.site_id, one.department) for one in found.unlisted] == [("O3", "D1")]


def test_a_harmless_object_comes_on_no_list_and_leaves_none_by_itself() -> None:
    known = instance(
        sites=(site("O1"), site("O2")),
        risk_factors=(facts("O1", "2027Q2"), facts("O2", "2027Q2")),
        list_items=(row("O1", "2027Q1", ListAction.KEEP),),
    )
    found = made(known)
    kept = entry(found, "O1")
    assert (kept.item.action, kept.form) == (ListAction.KEEP, None)
    assert "是否退出请认定" in kept.note
    assert "请认定" not in kept.item.reason, "the form that is sent says no more than the reason"
    assert [one.site_id for one in found.unlisted] == ["O2"]


def test_a_persons_rows_stand_as_they_are() -> None:
    own = row("O1", "2027Q2", ListAction.DEFER, reason="企业整体搬迁")
    found = entry(made(second_quarter(own)), "O1")
    assert found.decided
    assert found.item == own


def test_rows_that_were_only_carried_over_are_judged_anew() -> None:
    carried = row("O1", "2027Q1", ListAction.KEEP, reason="由2026Q4名单结转，待研判；重点企业")
    found = entry(made(second_quarter(carried), "2027Q1"), "O1")
    assert not found.decided
    assert found.item.action is ListAction.KEEP
    assert "结转" not in found.item.reason


def test_who_was_put_off_or_taken_off_comes_back_with_the_word_for_it() -> None:
    rows = (row("O1", "2027Q1", ListAction.DEFER), row("O2", "2027Q1", ListAction.LEAVE))
    found = made(second_quarter(*rows))
    assert entry(found, "O1").item.reason.startswith("上季度暂缓，本季度恢复")
    assert entry(found, "O2").item.reason.startswith("上季度退出，本季度达到派驻等级")


def test_without_new_factors_a_persons_decision_goes_on() -> None:
    rows = (
        row("O1", "2027Q1", ListAction.DEFER, reason="搬迁期间"),
        row("O2", "2027Q1", ListAction.LEAVE, reason="整改验收合格"),
    )
    known = second_quarter(*rows)
    stale = tuple(one for one in known.risk_factors if one.quarter == "2027Q1")
    found = made(known.model_copy(update={"risk_factors": stale}))
    waiting = entry(found, "O1").item
    assert (waiting.action, waiting.reason) == (
        ListAction.DEFER, "上季度暂缓（搬迁期间），没有新的风险因素",
    )  # fmt: skip
    assert [(one.site_id, one.reason) for one in found.unlisted] == [
        ("O2", "上季度退出（整改验收合格），没有新的风险因素")
    ]


def test_without_any_list_who_is_in_post_was_on_it() -> None:
    known = second_quarter(stints=(past("O1", "P1", "2026-12-07", None),))
    found = made(known)
    assert entry(found, "O1").item.action is ListAction.KEEP
    assert entry(found, "O2").item.action is ListAction.ADD


def test_of_two_claims_the_one_that_is_not_to_lead_waits() -> None:
    code = "91370800FAKE000017"
    sites = (
        site("O1", uscc=code, direct_department="D1"),
        site("O2", uscc=code, department="D2", direct_department="D1"),
    )
    units = (department(), department("D2"))
    found = made(second_quarter(sites=sites, departments=units))
    assert entry(found, "O1").item.action is ListAction.ADD
    other = entry(found, "O2")
    assert other.item.action is ListAction.DEFER
    assert "O1是同一对象" in other.item.reason
    assert other.form is None


def test_a_decision_on_a_duplicate_ends_the_wait() -> None:
    code = "91370800FAKE000017"
    sites = (site("O1", uscc=code), site("O2", uscc=code, department="D2", direct_department="D2"))
    decision = DuplicateRecord(
        key=f"U:{code}:01", site_ids=("O1", "O2"), departments=("D1", "D2"),
        found_on=day("2026-12-01"), kind=DuplicateKind.SAME,
        decision=DuplicateDecision.LEAD_UNIT, lead_department="D1", minutes_no="纪要3号",
    )  # fmt: skip
    about: dict[str, Any] = {
        "sites": sites, "departments": (department(), department("D2")), "duplicates": (decision,),
    }  # fmt: skip
    found = made(second_quarter(**about))
    said = "与D1的O1是同一对象，已认定由其牵头，依据纪要3号（R02-6）"
    assert entry(found, "O1").item.action is ListAction.ADD
    assert entry(found, "O2").item.action is ListAction.DEFER
    assert entry(found, "O2").item.reason == said
    kept = row("O2", "2027Q2", ListAction.KEEP).model_copy(update={"department": "D2"})
    other = entry(made(second_quarter(kept, **about)), "O2")
    assert (other.item, other.note) == (kept, said), "a person's row stays, and is told"


def test_a_decision_of_a_person_on_form_goes_on() -> None:
    decided = row("O1", "2027Q1", ListAction.KEEP, form=Form.RESIDENT)
    found = entry(made(second_quarter(decided)), "O1")
    assert found.item.form is Form.RESIDENT


def test_quarters_of_a_round() -> None:
    assert quarters_of(Round.named("2027H1")) == ("2027Q1", "2027Q2")
    assert quarters_of(Round.named("2027H2")) == ("2027Q3", "2027Q4")
    assert newest_quarter(second_quarter()) == "2027Q2"
    assert newest_quarter(instance(sites=(site(),))) == "2027Q1"


# -- files ----------------------------------------------------------------------------------------


def test_the_files_of_a_list(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "名单"
    command = ["list", str(planned.workbook), "--quarter", "2027Q2", "--out", str(out)]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "2027年第二季度名单" in said
    assert "这份名单还不能备案" in said, "the sample has no factors of the second quarter"
    form = openpyxl.load_workbook(out / "驻点监督企业名单-2027Q2.xlsx")["备案表"]
    assert form["A1"].value == "驻点监督企业名单（备案表）"
    before = check(planned.workbook).instance
    after = check(out / "工作簿-2027Q2名单.xlsx").instance
    assert before is not None
    assert after is not None
    units = tuple({one.department for one in before.sites})
    wanted = [one.item for one in listing(before, "2027Q2", units).entries]
    assert sorted(
        (one for one in after.list_items if one.quarter == "2027Q2"), key=lambda one: one.site_id
    ) == sorted(wanted, key=lambda one: one.site_id)
    listed = [one for one in wanted if one.action in {ListAction.ADD, ListAction.KEEP}]
    numbers = [cell.value for cell in form["A"] if isinstance(cell.value, int)]
    assert len(numbers) == len(listed) > 0
    assert main(command) == 2, "a list that stands there is not replaced"
    assert "未覆盖" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("quarter", "said"),
    [("2028Q1", "请写 2027Q1、2027Q2"), ("2027", "季度写作 2027Q2")],
)
def test_a_quarter_that_cannot_be_is_refused(
    quarter: str,
    said: str,
    planned: PlannedSample,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "名单"
    assert main(["list", str(planned.workbook), "--quarter", quarter, "--out", str(out)]) == 2
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert not out.exists()
