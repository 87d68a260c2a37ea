"""What replan and adopt say and write: the proof first, the files that belong together, names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.domain.plan import TierResult
from planner.domain.tables import ListItem
from planner.domain.terms import Form, Grade, ListAction
from planner.exit_codes import BAD_INPUT, IMPOSSIBLE, OK
from planner.io.plan_workbook import read_plan
from planner.io.writer import write_workbook
from planner.reports.destination import rest_workbooks
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK
from planner.requests import AsListed
from planner.rule import Tier
from planner.run import change, main_job
from planner.run.outcome import Outcome
from planner.run.reading import check
from tests.builders import day, department, inspector, instance, past, plan, site, stint, trained

MARCH = "2027-03-03"


@dataclass(frozen=True)
class Small:
    """A workbook of one unit with two objects and three people, and its plan."""

    workbook: Path
    folder: Path

    def replan(self, out: Path, word: str = "", **about: Any) -> Outcome:
        since = day(about.pop("since", MARCH))
        return change.replan(
            self.workbook, self.folder / PLAN_JSON, out,
            word=word, named=change.Named(since, **about), limit_seconds=60, jobs=1,
        )  # fmt: skip

    def adopt(self, edited: Path, out: Path) -> Outcome:
        return change.adopt(
            self.workbook, self.folder / PLAN_JSON, edited, out, limit_seconds=60, jobs=1
        )


def listed(site_id: str, grade: Grade, department: str = "D1") -> ListItem:
    return ListItem(
        quarter="2027Q1", department=department, site_id=site_id, action=ListAction.KEEP,
        grade=grade, grade_reason="会商确定", approver="某某",
    )  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    folder = tmp_path_factory.mktemp("small")
    people = ("P1", "P2", "P3")

    known = instance(
        inspectors=tuple(inspector(one, phone=f"1380000000{one[1]}") for one in people),
        sites=(site("O1"), site("O2")),
        trainings=(trained(*people),),
        list_items=(listed("O1", Grade.FIRST), listed("O2", Grade.FIRST)),
        stints=(past("O1", "P1", "2026-12-07", None), past("O2", "P2", "2026-12-14", None)),
    )
    workbook = folder / "数据.xlsx"
    write_workbook(known, workbook)
    outcome = main_job.plan(workbook, folder / "结果", limit_seconds=60, jobs=1)
    assert outcome.exit_code == OK, (outcome.messages, outcome.issues)
    return Small(workbook, folder / "结果")


@pytest.fixture(scope="module")
def ill(small: Small, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """P1 is ill from March on: P3 comes earlier."""
    out = tmp_path_factory.mktemp("ill") / "三月"
    return small.replan(out, "病假", inspector="人员P1", until=dt.date(2027, 7, 11)), out


def test_the_proof_comes_first_everywhere(ill: tuple[Outcome, Path]) -> None:
    outcome, out = ill
    first = outcome.messages[0]
    assert first.startswith("已证明最少：变动 ")
    assert "事件直接引起 " in first
    assert "原有服务不减" in first
    sheet = openpyxl.load_workbook(out / PLAN_WORKBOOK)["变动对照"]
    assert sheet["A2"].value == first
    assert first in (out / "核查报告.html").read_text(encoding="utf-8")


def found_with(values: dict[Tier, tuple[int, int]], changes: int = 0) -> Any:
    """What ``proof_text`` looks at, with values and bounds of the tiers."""

    class Found:
        solved = ("D1",)
        instance = instance()

        class broken:  # noqa: N801
            violations = ()

        def __init__(self) -> None:
            self.changes = (None,) * changes

        def tier(self, tier: Tier) -> TierResult:
            value, bound = values.get(tier, (0, 0))
            return TierResult(tier=tier, name=tier.title, value=value, bound=bound, seconds=0)

    return Found()


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        (
            {Tier.CHANGED_STINTS: (4, 2), Tier.CHANGED_DAYS: (90, 0)},
            "未证明最少：当前 4 段，界 2 段。可加大 --limit 再试。",
        ),
        (
            {Tier.LOST_THIRD: (38, 5), Tier.CHANGED_STINTS: (4, 4)},
            "未证明最少：当前 4 段，界 4 段；三级对象少服务当前 38 个工作日、界 5。",
        ),
        (
            {Tier.CHANGED_STINTS: (4, 4), Tier.CHANGED_DAYS: (90, 80)},
            "段数已证明最少，人天未证明：当前 90 人天，界 80 人天。",
        ),
    ],
)
def test_what_is_not_proved_is_said_first(
    monkeypatch: pytest.MonkeyPatch, values: dict[Tier, tuple[int, int]], begins: str
) -> None:
    monkeypatch.setattr(change, "_causes", lambda found, cause: "")
    assert change.proof_text(found_with(values, 4)).startswith(begins)


def test_ends_that_are_forced_are_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but what the event ends: no claim that fewer than 0 changes are impossible."""
    monkeypatch.setattr(change, "_causes", lambda found, cause: "")
    text = change.proof_text(found_with({}, 3))
    assert text == (
        "已证明最少：变动 3 段、0 人天，原有服务不减。除必然结束的 3 段外，没有别的变动。"
    )


def test_a_closed_object_ends_its_rows_by_itself(small: Small, tmp_path: Path) -> None:
    outcome = small.replan(tmp_path / "关闭", "关闭", site="O2")
    assert outcome.exit_code == OK
    assert "（事件直接引起 2 段，没有另动的）" in outcome.messages[0]
    assert "少于 0" not in "".join(outcome.messages)


def test_a_plan_and_a_workbook_of_other_dates_are_refused(
    small: Small, ill: tuple[Outcome, Path], tmp_path: Path
) -> None:
    _, out = ill
    for name in (PLAN_JSON, PLAN_WORKBOOK):
        outcome = main_job.verify(small.workbook, out / name)
        assert outcome.exit_code == BAD_INPUT
        (wrong,) = [one for one in outcome.issues if one.severity == "错误"]
        assert "这份计划自 2027-03-03 起，工作簿自 2027-01-11 起" in wrong.message
        assert "工作簿-2027-03-03起.xlsx" in wrong.remedy
    again = change.replan(
        small.workbook, out / PLAN_JSON, tmp_path / "again",
        named=change.Named(day("2027-05-12")), limit_seconds=60,
    )  # fmt: skip
    assert again.exit_code == BAD_INPUT
    assert "工作簿-2027-03-03起.xlsx" in again.issues[0].remedy
    back = main_job.verify(out / "工作簿-2027-03-03起.xlsx", small.folder / PLAN_JSON)
    assert back.exit_code == BAD_INPUT
    assert "这份计划自 2027-01-11 起，工作簿自 2027-03-03 起" in back.issues[0].message


def test_the_workbook_of_a_replan_belongs_to_its_plan(
    ill: tuple[Outcome, Path], tmp_path: Path
) -> None:
    outcome, out = ill
    book = out / "工作簿-2027-03-03起.xlsx"
    assert "工作簿-2027-03-03起.xlsx" in outcome.messages[-1]
    assert main_job.verify(book, out / PLAN_JSON).exit_code == OK
    again = change.replan(
        book, out / PLAN_JSON, tmp_path / "五月",
        word="提前返岗", named=change.Named(day("2027-05-12"), inspector="P1"),
        limit_seconds=60, jobs=1,
    )  # fmt: skip
    assert again.exit_code == OK
    assert any("不自动交还" in line for line in again.messages)


def test_a_folder_that_is_used_again_holds_one_workbook(small: Small, tmp_path: Path) -> None:
    """What the program wrote makes way; what a person has changed in it does not."""
    out, word = tmp_path / "重排", "放假"
    first = small.replan(out, word, since=MARCH)
    assert first.exit_code == OK
    again = small.replan(out, word, since="2027-04-07")
    assert again.exit_code == OK
    assert [path.name for path in rest_workbooks(out)] == ["工作簿-2027-04-07起.xlsx"]
    assert any("工作簿-2027-03-03起.xlsx 没有改动过，已删去" in line for line in again.messages)
    (book,) = rest_workbooks(out)
    edited(book, book, lambda workbook: workbook["参数"].append(["", "", "补填"]))
    refused = small.replan(out, word, since="2027-04-07")
    assert refused.exit_code == BAD_INPUT
    assert "工作簿-2027-04-07起.xlsx 在写出以后改动过" in refused.messages[0]


def test_what_is_in_the_way_of_a_unit_is_told_before_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that has the name of the folder of a unit: every command that writes one refuses."""
    known = instance(
        departments=(department("D1"), department("D2")),
        inspectors=(inspector("P1"), inspector("P2", department="D2")),
        sites=(site("O1"), site("O2", department="D2")),
        list_items=(listed("O1", Grade.FIRST), listed("O2", Grade.FIRST, "D2")),
    )
    workbook, made = tmp_path / "数据.xlsx", tmp_path / "结果"
    write_workbook(known, workbook)
    assert main_job.plan(workbook, made, limit_seconds=60, jobs=1).exit_code == OK
    file, day_of_event = made / PLAN_JSON, change.Named(day(MARCH))

    def later(book: openpyxl.Workbook) -> None:
        sheet = book["派驻记录"]
        (start,) = [cell.column for cell in sheet[1] if cell.value == "起始日期"]
        sheet.cell(2, start).value = "2027-02-01"

    changed = edited(made / PLAN_WORKBOOK, tmp_path / "改过.xlsx", later)
    out = tmp_path / "别处"
    out.mkdir()
    in_the_way = out / known.departments[1].short_name
    in_the_way.write_text("别人的文件", "utf-8")

    def unwanted(*_: object) -> None:
        raise AssertionError("searched in vain")

    monkeypatch.setattr(main_job, "solve_in_workers", unwanted)
    monkeypatch.setattr(change, "least_change", unwanted)
    for refused in (
        main_job.plan(workbook, out, limit_seconds=60),
        main_job.report(workbook, file, out),
        change.replan(workbook, file, out, named=day_of_event, limit_seconds=60),
        change.adopt(workbook, file, changed, out, limit_seconds=60),
    ):
        assert refused.exit_code == BAD_INPUT
        assert f"“{in_the_way.name}”是文件，与要写的文件夹同名" in refused.messages[0]
    assert list(out.iterdir()) == [in_the_way]
    one = main_job.report(workbook, file, out, departments=("D1",))
    assert one.exit_code == OK  # the plan of a single unit has no folder of its own


def edited(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def with_p3_at_o1(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["驻点情况统计表"]
    (row,) = [at for at in range(5, 9) if sheet.cell(at, 3).value == "企业O1"]
    sheet.cell(row, 6).value = "人员P3"
    sheet.cell(row, 7).value = "13800000003"


def test_an_edited_form_is_taken_over(small: Small, tmp_path: Path) -> None:
    """P3 takes over from P1 in March: his last day is repaired, for P1's would be too early."""
    written = main_job.report(
        small.workbook, small.folder / PLAN_JSON, tmp_path / "三月", as_of=day("2027-03-31")
    )
    assert written.exit_code == OK
    form = edited(tmp_path / "三月" / ATTACHMENT_1, tmp_path / "附件1.xlsx", with_p3_at_o1)
    outcome = small.adopt(form, tmp_path / "采纳")
    assert outcome.exit_code == OK, outcome.messages
    assert outcome.messages[0].startswith("已证明最少：变动 1 段（改动直接引起 1 段")
    text = "\n".join(outcome.messages)
    assert "驻点情况统计表!F5 企业O1（O1）岗位1，结束日期：2027-06-06 改为 2027-03-30" in text
    assert "新增：企业O1（O1）岗位1，人员P3（P3），2027-03-31 至 2027-06-06" in text
    assert "附件1改动之处 2027-03-31 的人员保留" in text
    known = check(small.workbook).instance
    assert known is not None
    adopted = read_plan(tmp_path / "采纳" / PLAN_JSON, known).plan
    assert adopted is not None
    there = [row for row in adopted.stints if row.site_id == "O1" and row.covers(day("2027-03-31"))]
    assert [row.inspector_id for row in there] == ["P3"]


def test_a_form_that_no_plan_can_keep_is_refused(small: Small, tmp_path: Path) -> None:
    """P3 cannot be resident at both objects on one day."""

    def edit(workbook: openpyxl.Workbook) -> None:
        for row in (5, 6):
            workbook["驻点情况统计表"].cell(row, 6).value = "人员P3"
            workbook["驻点情况统计表"].cell(row, 7).value = "13800000003"

    form = edited(small.folder / ATTACHMENT_1, tmp_path / "附件1.xlsx", edit)
    outcome = small.adopt(form, tmp_path / "采纳")
    assert outcome.exit_code == IMPOSSIBLE
    assert any(line.startswith("R03-5 人员P3（P3）") for line in outcome.messages)
    assert not (tmp_path / "采纳").exists()


def test_who_is_listed_is_judged_by_day_place_and_form() -> None:
    rows = plan(stint("O1", "P1", "2027-01-11", "2027-03-31"), stint("O1", "P2", "2027-04-01"))
    wanted = AsListed(
        day("2027-03-31"),
        [("P1", "O1", Form.RESIDENT), ("P2", "O1", Form.RESIDENT), ("P1", "O1", Form.REGULAR)],
        [("P3", "O1")],
    )
    broken = wanted.violations(instance(), rows)
    assert [(one.inspector_id, one.site_id) for one in broken] == [("P1", "O1"), ("P2", "O1")]
    (left,) = AsListed(day("2027-03-31"), [], [("P1", "O1")]).violations(instance(), rows)
    assert left.inspector_id == "P1"
    assert not list(AsListed(day("2027-04-01"), [], [("P1", "O1")]).violations(instance(), rows))


def test_an_untouched_form_writes_nothing(small: Small, tmp_path: Path) -> None:
    outcome = small.adopt(small.folder / ATTACHMENT_1, tmp_path / "采纳")
    assert outcome.exit_code == OK
    assert "没有差别" in outcome.messages[0]
    assert not (tmp_path / "采纳").exists()


def test_a_row_taken_out_is_told_with_who_is_there_instead(small: Small, tmp_path: Path) -> None:
    def edit(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["派驻记录"]
        heads = [cell.value for cell in sheet[1]]
        start = heads.index("起始日期") + 1
        where = heads.index("对象编号") + 1
        for at in range(2, sheet.max_row + 1):
            later = str(sheet.cell(at, start).value) > "2027-02"
            if sheet.cell(at, where).value == "O1" and later:
                sheet.delete_rows(at)
                return
        raise AssertionError("no successor")

    file = edited(small.folder / PLAN_WORKBOOK, tmp_path / "改.xlsx", edit)
    outcome = small.adopt(file, tmp_path / "采纳")
    assert outcome.exit_code == OK, outcome.messages
    (told,) = [line for line in outcome.messages if line.startswith("删去")]
    assert "企业O1岗位1：" in told
    assert "现由" in told or "没有人接" in told
