"""What the ledgers of experts, support, lists, tasks and inspections are checked for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.cli import main
from planner.domain.day_plan import DayKind, DayPlan, DayRow
from planner.domain.instance import Instance
from planner.domain.ledgers import (
    EnterpriseList,
    ExpertContract,
    ExpertService,
    Inspection,
    InspectionKind,
    Ledgers,
    SupportMatter,
    TaskGroup,
    TaskResult,
)
from planner.domain.plan import Stint
from planner.io.ledgers import read_ledgers
from planner.io.reader import read_workbook
from planner.io.writer import write_workbook
from planner.monthly.due import enterprise_list_due
from planner.monthly.gaps import gaps_of
from planner.monthly.inspections import inspected
from planner.monthly.reminders import reminders
from planner.papers.budget import costs_of
from planner.papers.handovers import handovers
from planner.reports.accounts import budget_workbook
from planner.reports.consultation import consultation
from planner.reports.month import month_workbook
from planner.reports.month_text import matters_text, month_text
from planner.reports.papers import handover
from tests.builders import (
    SECTORS,
    day,
    department,
    inspector,
    instance,
    past,
    plan,
    sector,
    site,
    stint,
)
from tests.conftest import PlannedSample
from tests.test_monthly import END, FEBRUARY, ROWS, filled_ledger, hazard, log, world

# -- 专家 -----------------------------------------------------------------------------------------

CONTRACT = ExpertContract(
    contract_no="HT-1", department="D1", experts=("某甲", "某乙"), start=day("2027-02-02"),
    end=day("2027-12-31"), amount_yuan=1_000,
)  # fmt: skip


def service(date: str, **fields: Any) -> ExpertService:
    defaults = {"site_id": "O1", "expert": "某甲", "contract_no": "HT-1"}
    return ExpertService(**{**defaults, "day": day(date), **fields})


def expert_gaps(*services: ExpertService, **fields: Any) -> list[tuple[str, str, str]]:
    """The findings about experts of February: rule, person and text."""
    ledgers = Ledgers(
        expert_contracts=(CONTRACT,),
        expert_services=services,
        work_logs=tuple(log(f"2027-02-{n:02}") for n in (1, 2, 26)),
    )
    days = fields.pop("days", ())
    found = gaps_of(world(**fields), ROWS, ledgers, ("D1",), FEBRUARY, END, days)
    return [
        (one.rule, one.inspector_id, one.text) for one in found if one.rule in {"R16-1", "R18-2"}
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"expert": "某乙", "inspector_id": "P1"}, []),
        ({"contract_no": ""}, ["R18-2 2027-02-02专家某甲的服务没有写合同编号"]),
        (
            {"contract_no": "HT-9"},
            ["R18-2 2027-02-02专家某甲的服务合同HT-9不在台账“专家合同”中"],
        ),
        ({"expert": "某丙"}, ["R18-2 2027-02-02专家某丙的服务合同HT-1中没有这位专家"]),
        (
            {"day": day("2027-02-01")},
            ["R18-2 2027-02-01专家某甲的服务合同HT-1的期限是2027-02-02至2027-12-31"],
        ),
        (
            {"day": day("2027-02-03")},
            ["R16-1 2027-02-03专家某甲到场，当天没有驻点人员的日志或日程"],
        ),
        (
            {"inspector_id": "P2"},
            ["R16-1 2027-02-02写为陪同专家某甲，当天没有此人在该对象的日志或日程"],
        ),
        (
            {"day": day("2027-02-27"), "contract_no": ""},
            [
                "R16-1 2027-02-27专家某甲到场，当天没有驻点人员的日志或日程",
                "R18-2 2027-02-27专家某甲的服务没有写合同编号",
            ],
        ),
        ({"day": day("2027-03-01"), "contract_no": ""}, []),
    ],
    ids=[
        "好", "第二位专家", "无合同", "合同不明", "不是合同中的专家", "合同以前", "无人在场",
        "陪同的人不在", "两处", "下月",
    ],
)  # fmt: skip
def test_an_expert_comes_by_contract_and_beside_an_inspector(
    fields: dict[str, Any], said: list[str]
) -> None:
    found = expert_gaps(service("2027-02-02").model_copy(update=fields))
    assert [f"{rule} {text}" for rule, _, text in found] == said


def test_a_contract_holds_on_its_first_and_last_day() -> None:
    last = CONTRACT.model_copy(update={"end": day("2027-02-26")})
    ledgers = Ledgers(
        expert_contracts=(last,),
        expert_services=(service("2027-02-02"), service("2027-02-26"), service("2027-02-27")),
    )
    found = gaps_of(world(), ROWS, ledgers, ("D1",), FEBRUARY, END)
    assert [one.day for one in found if one.rule == "R18-2"] == [day("2027-02-27")]


def test_a_log_where_nobody_is_posted_does_not_accompany() -> None:
    ledgers = Ledgers(
        expert_contracts=(CONTRACT,), expert_services=(service("2027-02-02", inspector_id="P2"),),
        work_logs=(log("2027-02-02", "P2"),),
    )  # fmt: skip
    found = gaps_of(world(), ROWS, ledgers, ("D1",), FEBRUARY, END)
    assert [one.text for one in found if one.rule == "R16-1"] == [
        "2027-02-02专家某甲到场，当天没有驻点人员的日志或日程"
    ]


def test_a_planned_day_accompanies_as_a_log_does() -> None:
    row = DayRow(
        day=day("2027-02-03"), department="D1", inspector_id="P1", site_id="O1",
        kind=DayKind.POSTED,
    )  # fmt: skip
    planned = DayPlan(
        month="2027-02", first=FEBRUARY, last=END, since=FEBRUARY, departments=("D1",), rows=(row,)
    )
    there = service("2027-02-03", inspector_id="P1")
    assert expert_gaps(there, days=(planned,)) == []
    elsewhere = there.model_copy(update={"site_id": "O2", "inspector_id": ""})
    assert [one[0] for one in expert_gaps(elsewhere, days=(planned,))] == ["R16-1"]


def test_findings_of_other_ledgers_stand_in_the_text_without_logs() -> None:
    services = (service("2027-02-02", contract_no=""), service("2027-02-03", expert="某丙"))
    late = hazard("H1", "2027-02-02", deadline=day("2027-02-10"))
    ledgers = Ledgers(expert_contracts=(CONTRACT,), expert_services=services, hazards=(late,))
    gaps = gaps_of(world(), ROWS, ledgers, ("D1",), FEBRUARY, END)
    assert {one.rule for one in gaps} == {"R12-1", "R03-1", "R16-1", "R18-2", "R13-1"}
    text = month_text(world(), plan(*ROWS), ROWS, ledgers, (), gaps, FEBRUARY, FEBRUARY, END)
    assert text["日志和台账核对"] == [
        "没有给出工作日志，未核对日志。",
        "隐患逾期未整改1处，涉及1个对象。",
        "专家服务没有有效的合同2处，涉及1个对象。",
    ]


def test_a_contract_costs_its_days_in_the_round_and_adds_up() -> None:
    year = CONTRACT.model_copy(update={"start": day("2027-01-01"), "end": day("2027-12-31")})
    first = costs_of(world(), (), ("D1", "D2"), (year,))
    # 2027-01-11 … 07-11: days 11 to 90, 91 to 181, 182 to 192 of 365.
    assert [(one.department, one.quarter, one.experts_yuan) for one in first] == [
        ("D1", "2027Q1", 1000 * 90 // 365 - 1000 * 10 // 365),
        ("D1", "2027Q2", 1000 * 181 // 365 - 1000 * 90 // 365),
        ("D1", "2027Q3", 1000 * 192 // 365 - 1000 * 181 // 365),
    ]
    whole = CONTRACT.model_copy(update={"end": day("2027-07-11")})
    assert sum(one.experts_yuan for one in costs_of(world(), (), ("D1",), (whole,))) == 1_000
    over = CONTRACT.model_copy(update={"start": day("2026-01-01"), "end": day("2027-01-10")})
    assert costs_of(world(), (), ("D1",), (over,)) == ()
    with_people = costs_of(world(), ROWS, ("D1",), (year,))
    table = budget_workbook(world(), with_people, ("D1",))["经费测算"]
    headings = [cell.value for cell in table[1]]
    at, total = headings.index("专家（元）"), headings.index("合计（元）")
    rows = list(table.iter_rows(min_row=2, max_row=len(with_people) + 2, values_only=True))
    assert rows[0][at] == first[0].experts_yuan
    assert all(row[total] == sum(row[total - 4 : total]) for row in rows)
    assert rows[-1][at] == sum(one.experts_yuan for one in with_people)


# -- 帮扶、清单、任务 -----------------------------------------------------------------------------

ROW = stint("O1", "P1", "2027-01-11", "2027-07-09")
EVERY_TASK = tuple(
    TaskResult(site_id="O1", group=group, day=day("2027-02-02"), result="已落实")
    for group in TaskGroup
)
LIST = EnterpriseList(site_id="O1", day=day("2027-01-22"))


def told(
    rule: str, ledgers: Ledgers, *rows: Stint, last: str = "2027-02-28", known: Any = None
) -> list[str]:
    """The texts of one rule's reminders for the month of a day."""
    until = day(last)
    found = reminders(
        known or world(), rows or (ROW,), ledgers, ("D1", "D2"), until.replace(day=1), until
    )
    return [one.text for one in found if one.rule == rule]


def matter(**fields: Any) -> SupportMatter:
    defaults = {
        "id": "B1", "site_id": "O1", "raised_on": day("2027-02-02"), "matter": "消防改造政策",
        "deadline": day("2027-02-27"),
    }  # fmt: skip
    return SupportMatter(**{**defaults, **fields})


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({}, True),
        ({"deadline": day("2027-02-28")}, False),
        ({"deadline": None}, False),
        ({"closed_on": day("2027-02-28")}, False),
        ({"closed_on": day("2027-03-01")}, True),
    ],
    ids=["逾期", "今天到期", "没有期限", "已办结", "月后才办结"],
)
def test_matters_are_asked_after_when_they_are_overdue(fields: dict[str, Any], late: bool) -> None:
    ledgers = Ledgers(support_matters=(matter(**fields),))
    said = ["帮扶事项B1应于2027-02-27前办结，没有办结日期"] if late else []
    assert told("R08-1", ledgers) == said


def test_matters_are_counted_in_the_texts_of_month_and_quarter() -> None:
    ledgers = Ledgers(
        support_matters=(
            matter(raised_on=FEBRUARY),
            matter(id="B2", raised_on=day("2027-01-20"), closed_on=END),
            matter(id="B3", raised_on=day("2027-01-20"), deadline=None),
            matter(id="B4", raised_on=day("2027-03-01")),
            matter(id="B5", site_id="O3"),
        )
    )
    said = "本月提出1项，办结1项；未办结2项，其中逾期1项。"
    assert matters_text(ledgers, {"O1"}, FEBRUARY, END, "本月") == said
    text = month_text(world(), plan(ROW), (ROW,), ledgers, (), (), FEBRUARY, FEBRUARY, END)
    assert text["帮扶事项"] == said
    paper = consultation(world(), plan(ROW), (ROW,), ledgers, "2027Q1", END)
    assert paper["帮扶事项"] == ["本季度提出3项，办结1项；未办结2项，其中逾期1项。"]


def test_the_list_of_an_object_is_due_on_the_tenth_working_day() -> None:
    assert enterprise_list_due(world(), day("2027-01-11")) == day("2027-01-22")


@pytest.mark.parametrize(
    ("lists", "last", "said"),
    [
        ((LIST,), "2027-01-31", ""),
        ((LIST.model_copy(update={"day": day("2027-01-11")}),), "2027-01-31", ""),
        ((), "2027-01-22", ""),
        ((), "2027-01-23", "2027-01-11进驻，应于2027-01-22前形成“一企一清单”"),
        (
            (LIST.model_copy(update={"day": day("2027-01-08")}),), "2027-01-31",
            "2027-01-11进驻，应于2027-01-22前形成“一企一清单”，只有2027-01-08的第1版",
        ),
        (
            (LIST.model_copy(update={"day": day("2027-01-25")}),), "2027-01-31",
            "2027-01-11进驻，“一企一清单”于2027-01-25形成，晚于期限2027-01-22",
        ),
        ((LIST.model_copy(update={"day": day("2027-01-25")}),), "2027-02-28", ""),
        (
            (LIST.model_copy(update={"day": day("2027-03-02")}),), "2027-02-28",
            "2027-01-11进驻，应于2027-01-22前形成“一企一清单”",
        ),
    ],
    ids=["及时", "进驻当天", "到期当天", "没有", "进驻以前的", "迟", "迟的只说一次", "以后的"],
)  # fmt: skip
def test_an_object_with_people_needs_its_list(
    lists: tuple[EnterpriseList, ...], last: str, said: str
) -> None:
    elsewhere = EnterpriseList(site_id="O2", day=day("2027-01-12"))
    ledgers = Ledgers(enterprise_lists=(*lists, elsewhere))
    assert told("R07-2", ledgers, last=last) == ([said] if said else [])


@pytest.mark.parametrize(
    ("updated", "last", "late"),
    [
        (None, "2027-03-31", False),
        (None, "2027-04-01", True),
        ("2027-02-28", "2027-04-01", True),
        ("2027-03-01", "2027-04-01", False),
        ("2027-03-31", "2027-04-01", False),
    ],
    ids=["30天内", "30天后", "换人以前更新", "换人当天更新", "换人后更新"],
)
def test_a_change_of_people_asks_for_a_new_version(
    updated: str | None, last: str, late: bool
) -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-26"),
        stint("O1", "P2", "2027-03-01", "2027-07-09"),
    )
    later = [LIST.model_copy(update={"version": 2, "day": day(updated)})] if updated else []
    ledgers = Ledgers(enterprise_lists=(LIST, *later))
    newest = f"{updated}的第2版" if updated else "2027-01-22的第1版"
    said = f"2027-03-01换人，30天内应更新“一企一清单”，最近一版是{newest}"
    assert told("R07-2", ledgers, *rows, last=last) == ([said] if late else [])


@pytest.mark.parametrize(
    ("updated", "last", "since"),
    [
        (None, "2027-02-28", "2027-01-11"),
        (None, "2027-03-31", "2027-01-11"),
        (None, "2027-04-30", "2027-01-11"),
        ("2027-01-11", "2027-03-31", ""),
        ("2027-01-11", "2027-04-30", "2027-03-08"),
        ("2027-03-08", "2027-04-30", ""),
    ],
)
def test_a_later_change_of_people_does_not_put_off_an_update(
    updated: str | None, last: str, since: str
) -> None:
    rows = (
        past("O1", "P1", "2026-07-13", "2027-01-08"),
        past("O1", "P2", "2026-07-13", "2027-03-05", slot=2),
        stint("O1", "P3", "2027-01-11", "2027-07-09"),
        stint("O1", "P4", "2027-03-08", "2027-07-09", slot=2),
    )
    newest = LIST.model_copy(update={"day": day(updated or "2026-07-20")})
    found = told("R07-2", Ledgers(enterprise_lists=(newest,)), *rows, last=last)
    assert [text.partition("换人")[0] for text in found] == ([since] if since else [])


@pytest.mark.parametrize(("person", "late"), [("P2", True), ("P1", False)])
def test_who_comes_long_after_the_last_person_is_a_change(person: str, late: bool) -> None:
    rows = (
        past("O1", "P1", "2026-01-12", "2026-06-30"),
        stint("O1", person, "2027-01-11", "2027-07-09"),
    )
    old = LIST.model_copy(update={"day": day("2026-01-20")})
    said = "2027-01-11换人，30天内应更新“一企一清单”，最近一版是2026-01-20的第1版"
    found = told("R07-2", Ledgers(enterprise_lists=(old,)), *rows, last="2027-03-31")
    assert found == ([said] if late else [])


def test_nobody_there_needs_no_list() -> None:
    over = stint("O1", "P1", "2027-01-11", "2027-01-29")
    kept = Ledgers(enterprise_lists=(EnterpriseList(site_id="O2", day=day("2027-01-12")),))
    assert told("R07-2", kept, over) == []


@pytest.mark.parametrize(
    ("end", "done", "missing"),
    [
        ("2027-04-17", EVERY_TASK, ""),
        ("2027-04-17", EVERY_TASK[1:], "派驻至2027-04-17，已过半，没有检查结果的共性任务："),
        ("2027-04-19", EVERY_TASK[1:], ""),
        ("2027-02-28", EVERY_TASK[1:], "派驻于2027-02-28结束，没有检查结果的共性任务："),
    ],
    ids=["都有", "过半", "未过半", "结束"],
)
def test_common_tasks_are_asked_after_at_half_time_and_at_the_end(
    end: str, done: tuple[TaskResult, ...], missing: str
) -> None:
    row = stint("O1", "P1", "2027-01-11", end)
    said = [f"{missing}{TaskGroup.MEASURES}"] if missing else []
    assert told("R06-1", Ledgers(task_results=done), row) == said


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2026-11-30", "派驻没有结束日期，最长至2027-05-29，已过半"),
        ("2026-12-01", ""),
        ("2026-09-01", "派驻没有结束日期，最长至2027-02-28，已到期"),
        ("2026-09-02", "派驻没有结束日期，最长至2027-03-01，已过半"),
    ],
    ids=["过半", "未过半", "到期", "还有一天"],
)
def test_a_posting_without_an_end_is_asked_after_as_if_it_were_the_longest(
    start: str, said: str
) -> None:
    row = past("O1", "P1", start, None)
    found = told("R06-1", Ledgers(task_results=EVERY_TASK[1:]), row)
    assert [text.partition("，没有检查结果")[0] for text in found] == ([said] if said else [])


def test_results_of_other_days_and_objects_do_not_count() -> None:
    row = stint("O1", "P1", "2027-02-02", "2027-02-26")
    first, *others = EVERY_TASK
    for update, counts in (
        ({}, True),
        ({"day": day("2027-02-26")}, True),
        ({"day": day("2027-02-01")}, False),
        ({"day": day("2027-02-27")}, False),
        ({"site_id": "O2"}, False),
        ({"group": TaskGroup.HAZARDS, "day": day("2027-02-03")}, False),
    ):
        results = (first.model_copy(update=update), *others)
        assert bool(told("R06-1", Ledgers(task_results=results), row)) is not counts, update


def test_a_unit_that_keeps_no_register_is_told_once() -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-26"),
        stint("O2", "P2", "2027-01-11", "2027-02-26"),
        stint("O3", "P3", "2027-01-11", "2027-02-26", department="D2"),
    )
    ledgers = Ledgers(
        enterprise_lists=(EnterpriseList(site_id="O3", day=day("2027-02-01")),),
        task_results=(EVERY_TASK[0].model_copy(update={"site_id": "O3"}),),
    )
    assert told("R07-2", ledgers, *rows) == [
        "台账“一企一清单”没有登记，应有清单的对象2个",
        "2027-01-11进驻，“一企一清单”于2027-02-01形成，晚于期限2027-01-22",
    ]
    once, single = told("R06-1", ledgers, *rows)
    assert once == "台账“任务完成”没有登记，过半或结束的派驻2段没有共性任务的检查结果"
    assert single.startswith("派驻于2027-02-26结束，没有检查结果的共性任务：")


def test_a_handover_tells_the_list_the_tasks_and_the_open_matters() -> None:
    old = past("O1", "P1", "2026-09-01", "2027-02-26")
    new = stint("O1", "P2", "2027-03-01", "2027-07-09")
    known = instance(inspectors=(inspector("P1"), inspector("P2")))
    (one,) = handovers((old, new), (new,), new.start, new.start)
    empty = handover(known, one, Ledgers(), None)
    assert empty["清单"] == "□ 已移交　　□ 未建立，接收人于3月12日前完成"
    assert (empty["移交人起"], empty["移交人止"]) == ("2026年9月1日", "2027年2月26日")
    assert (empty["接收人起"], empty["接收人止"]) == ("3月1日", "7月9日")
    assert [row["日期"] for row in empty["任务"]] == ["未登记"] * 5
    assert [row["编号"] for row in empty["帮扶"]] == ["", ""], "room to write"
    results = (
        EVERY_TASK[0],
        EVERY_TASK[0].model_copy(update={"day": day("2027-02-20"), "result": "补签1人"}),
        EVERY_TASK[1].model_copy(update={"day": day("2026-08-31")}),
    )
    ledgers = Ledgers(
        enterprise_lists=(
            LIST,
            LIST.model_copy(update={"version": 2, "day": day("2027-02-20")}),
            LIST.model_copy(update={"version": 3, "day": day("2027-03-20")}),
        ),
        task_results=results,
        support_matters=(
            matter(owner="王五", result="已联系消防"),
            matter(id="B2", closed_on=day("2027-03-01")),
            matter(id="B3", raised_on=day("2027-03-02")),
            matter(id="B5", raised_on=day("2027-03-01")),
            matter(id="B4", site_id="O2"),
        ),
    )
    full = handover(known, one, ledgers, None)
    assert full["清单"] == "第2版（2月20日），□ 已移交；接收人于3月31日前更新"
    assert [(row["日期"], row["结果"]) for row in full["任务"][:2]] == [
        ("2月20日", "补签1人"), ("未登记", ""),
    ]  # fmt: skip
    assert [(row["编号"], row["办理"]) for row in full["帮扶"]] == [
        ("B1", "王五；已联系消防"), ("B5", ""), ("", ""), ("", ""),
    ]  # fmt: skip
    given = LIST.model_copy(update={"handed_over_on": day("2027-02-26")})
    handed = handover(known, one, Ledgers(enterprise_lists=(given,)), None)
    assert handed["清单"].startswith("第1版（1月22日），2月26日已移交；")


# -- 行政检查 -------------------------------------------------------------------------------------


def inspections(*rows: tuple[str, str] | tuple[str, str, InspectionKind]) -> Ledgers:
    """Inspections of O1: day, authority and kind."""
    return Ledgers(
        inspections=tuple(
            Inspection(site_id="O1", day=day(row[0]), authority=row[1], kind=row[2])
            if len(row) == 3
            else Inspection(site_id="O1", day=day(row[0]), authority=row[1])
            for row in rows
        )
    )


def capped(*caps: tuple[str, int], **fields: Any) -> Instance:
    """O1 of the official grade B, in a sector with these caps."""
    return instance(
        departments=(department(), department("D2")),
        sectors=(sector(inspection_caps=caps), *SECTORS[1:]),
        sites=(site(official_grade="B", **fields),),
    )


FOUR = tuple((f"2027-01-{n:02}", "D1") for n in (4, 11, 18, 25))
LAST_BUT_ONE = ["2027年D1行政检查3次，接近年度上限4次"]


@pytest.mark.parametrize(
    ("caps", "rows", "said"),
    [
        ((), FOUR, []),
        ((("A", 1),), FOUR, []),
        ((("B", 6),), FOUR, []),
        ((("B", 5),), FOUR, ["2027年D1行政检查4次，接近年度上限5次"]),
        ((("B", 4),), FOUR, ["2027年D1行政检查4次，已达年度上限4次"]),
        ((("A", 9), ("其他", 3)), FOUR, ["2027年D1行政检查4次，超过年度上限3次"]),
        ((("B", 9), ("其他", 3)), FOUR, []),
        ((("B", 4),), FOUR[:2], []),
        ((("B", 4),), FOUR[:3], LAST_BUT_ONE),
        ((("B", 2),), FOUR[:1], ["2027年D1行政检查1次，接近年度上限2次"]),
        ((("B", 1),), FOUR[:1], ["2027年D1行政检查1次，已达年度上限1次"]),
        ((("B", 10),), (*FOUR, *FOUR), ["2027年D1行政检查8次，接近年度上限10次"]),
        ((("B", 4),), (*FOUR[:3], ("2027-01-25", "D1", InspectionKind.CASE)), LAST_BUT_ONE),
        ((("B", 4),), (*FOUR[:3], ("2026-12-30", "D1")), LAST_BUT_ONE),
        ((("B", 4),), (*FOUR[:3], ("2027-03-01", "D1")), LAST_BUT_ONE),
        ((("B", 4),), (*FOUR[:3], ("2027-01-25", "消防")), LAST_BUT_ONE),
        (
            (("B", 4),), (*FOUR[:3], ("2027-01-25", "市D1局")),
            ["2027年D1行政检查4次，已达年度上限4次"],
        ),
        ((("B", 0),), FOUR[:1], ["2027年D1行政检查1次，超过年度上限0次"]),
    ],
    ids=[
        "没有上限", "别的等级", "还早", "接近", "已达", "其他等级", "本等级优先", "还有两次",
        "还有一次", "两次中还有一次", "一次", "八成", "个案", "上年", "下月", "别的单位", "全称",
        "零次",
    ],
)  # fmt: skip
def test_a_cap_is_the_workbooks_and_about_one_authority(
    caps: tuple[tuple[str, int], ...], rows: Any, said: list[str]
) -> None:
    assert told("L-6", inspections(*rows), known=capped(*caps)) == said


@pytest.mark.parametrize(
    ("rows", "several"),
    [
        ((("2027-02-01", "D1"), ("2027-02-28", "消防")), "D1、消防"),
        ((("2027-02-02", "D1"), ("2027-02-02", "消防")), ""),
        ((("2027-02-02", "D1"), ("2027-02-02", "消防"), ("2027-02-20", "D1")), ""),
        (
            (
                ("2027-02-02", "D1"), ("2027-02-02", "消防"), ("2027-02-20", "D1"),
                ("2027-02-22", "消防"),
            ),
            "D1、消防",
        ),
        (
            (
                ("2027-02-02", "D1"), ("2027-02-09", "D1"), ("2027-02-09", "环境"),
                ("2027-02-09", "消防"), ("2027-02-16", "消防"),
            ),
            "D1、消防",
        ),
        ((("2027-01-29", "D1"), ("2027-02-01", "消防")), ""),
        ((("2027-02-02", "D1"), ("2027-02-09", "市D1局")), ""),
        ((("2027-02-02", "D1"), ("2027-02-09", "消防", InspectionKind.CASE)), ""),
    ],
    ids=[
        "先后", "联合", "联合后一家又来", "联合后各来", "第三家只联合", "两个月", "同一单位",
        "个案",
    ],
)  # fmt: skip
def test_several_authorities_in_a_month_burden_an_object(rows: Any, several: str) -> None:
    said = [f"本月{several}先后行政检查，请合并或联合进行"] if several else []
    assert told("L-6", inspections(*rows), known=capped()) == said


def test_an_enterprise_is_inspected_wherever_it_stands_in_the_workbook() -> None:
    code = "91110000600037341L"
    known = instance(
        departments=(department(), department("D2")),
        sites=(site("O1", uscc=code), site("O2", uscc=code, department="D2"), site("O4")),
    )
    ledgers = Ledgers(
        inspections=(
            Inspection(site_id="O1", day=day("2027-02-02"), authority="D1"),
            Inspection(site_id="O2", day=day("2027-02-09"), authority="D2"),
            Inspection(site_id="O2", day=day("2027-02-10"), authority="D2",
                       kind=InspectionKind.CASE),
        )
    )  # fmt: skip
    found = inspected(known, ledgers, FEBRUARY, END)
    assert [one.site.id for one in found] == ["O1", "O2"]
    assert all((one.capped, one.cases) == ({"D1": 1, "D2": 1}, 1) for one in found)


def test_the_table_of_inspections_counts_them_apart_from_stationing() -> None:
    ledgers = inspections(
        *FOUR, ("2027-02-02", "消防"), ("2027-02-03", "消防", InspectionKind.CASE)
    )
    logs = (log("2027-02-02"), log("2027-02-02", "P2"), log("2027-02-03"), log("2026-12-30"))
    given = ledgers.model_copy(update={"work_logs": logs})
    known = capped(("B", 6))
    workbook = month_workbook(known, (ROW,), given, (), (), (), ("D1",), FEBRUARY, END)
    (row,) = workbook["行政检查"].iter_rows(min_row=2, max_row=2, values_only=True)
    assert row == ("D1", "企业O1", "B", 5, "D1 4次、消防 1次", 6, 1, 2)
    notes = [str(cell.value) for (cell,) in workbook["行政检查"].iter_rows(max_col=1) if cell.value]
    assert any("2027年1月1日至2027-02-28的次数，取自台账" in note for note in notes)


# -- files ----------------------------------------------------------------------------------------


def test_wrong_cells_of_the_registers_are_named(planned: PlannedSample, tmp_path: Path) -> None:
    site_id, person = planned.instance.sites[0].id, planned.instance.inspectors[0].id
    rows: dict[str, list[dict[str, Any]]] = {
        "专家合同": [
            {
                "合同编号": "HT-1", "单位编码": "没有", "专家": "某甲", "合同起": "2027-03-01",
                "合同止": "2027-02-01", "金额": "六万",
            }
        ],
        "专家服务": [
            {"服务日期": "2027-02-30", "对象编号": site_id, "专家": "某甲", "陪同人员": person}
        ],
        "帮扶事项": [{"编号": "B1", "对象编号": site_id, "提出日期": "2027-02-01"}],
        "一企一清单": [
            {"对象编号": site_id, "版本": 0, "日期": "2027-02-01"},
            {"对象编号": "OBJ-9999", "版本": 1, "日期": "2027-02-01"},
        ],
        "任务完成": [
            {"对象编号": site_id, "共性任务": "其他", "日期": "2027-02-01", "结果": "好"}
        ],
        "行政检查": [{"对象编号": site_id, "检查日期": "2027-02-01", "检查类别": "抽查"}],
    }  # fmt: skip
    found = read_ledgers((filled_ledger(tmp_path / "台账.xlsx", rows),), planned.instance)
    assert found.ledgers is None
    assert all(issue.sheet.startswith("台账.xlsx：") for issue in found.issues)
    places = {(issue.sheet.partition("：")[2], issue.cell) for issue in found.issues}
    assert places >= {
        ("专家合同", "B2"), ("专家合同", "F2"), ("专家合同", "G2"), ("专家服务", "A2"),
        ("帮扶事项", "D2"), ("一企一清单", "B2"), ("一企一清单", "A3"), ("任务完成", "B2"),
        ("行政检查", "C2"), ("行政检查", "D2"),
    }  # fmt: skip


def test_caps_stand_in_an_optional_column(tmp_path: Path) -> None:
    path = tmp_path / "工作簿.xlsx"
    write_workbook(capped(("A", 7), ("其他", 12)), path)
    today = dt.date(2026, 11, 24)
    read = read_workbook(path, today=today).instance
    assert read is not None
    assert read.sectors[0].inspection_caps == (("A", 7), ("其他", 12))
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["行业领域"]
    column = next(cell.column for cell in sheet[1] if cell.value == "行政检查上限")
    cell = sheet.cell(2, column)
    for text, said in (
        ("A两次", "“A两次”不是“键:整数”的形式"),
        ("A:2.5", "“A:2.5”不是“键:整数”的形式"),
        ("A:熟练", "“A:熟练”不是“键:整数”的形式"),
        ("A:-1", "A 的数值 -1 是负数"),
    ):
        cell.value = text
        workbook.save(path)
        wrong = read_workbook(path, today=today)
        assert wrong.instance is None
        assert [one.message for one in wrong.issues if one.cell == cell.coordinate] == [
            f"“行政检查上限”{said}"
        ]
    sheet.delete_cols(column)
    workbook.save(path)
    without = read_workbook(path, today=today).instance
    assert without is not None
    assert without.sectors[0].inspection_caps == ()


def test_the_month_says_of_a_store_whether_the_plan_is_approved(
    planned: PlannedSample, tmp_path: Path
) -> None:
    store, out = str(tmp_path / "planner.db"), tmp_path / "二月"
    plan_file = str(planned.folder / "plan.json")
    assert main(["db", "import", str(planned.workbook), "--db", store]) == 0
    assert main(["db", "plan", "add", plan_file, "--db", store]) == 0

    def said() -> bool:
        command = [
            "month", str(planned.workbook), plan_file, "--month", "2027-02", "--ledger", store,
            "--out", str(out), "--force",
        ]  # fmt: skip
        assert main(command) == 0
        sheet = openpyxl.load_workbook(out / "月度核对.xlsx")["提示"]
        rules = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
        return "R01-4" in rules

    key = f"{planned.plan.round}-1"
    assert said(), "a draft is no approved plan"
    assert main(["db", "plan", "advance", key, "审核", "--db", store]) == 0
    assert said()
    assert main(["db", "plan", "advance", key, "批准", "--approver", "某", "--db", store]) == 0
    assert not said()
