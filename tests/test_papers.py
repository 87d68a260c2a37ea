"""Papers for people: what they count, what their templates may hold, and the files."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.shared import Mm, Pt

from docs.paper_templates import templates
from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.ledgers import (
    CheckItem,
    DangerousOperation,
    EnterpriseList,
    HazardLevel,
    Ledgers,
    ListVersion,
    OperationKind,
    OperationStatus,
    SpotCheck,
)
from planner.domain.policy import Policy
from planner.domain.tables import Absence, ListItem
from planner.domain.terms import AbsenceKind, AppraisalFlag, Form, Grade, Level, ListAction
from planner.io.word import TEMPLATES, TemplateError, Templates, WordTemplate, shipped_template
from planner.monthly.reminders import reminders, unapproved, unplanned
from planner.papers.budget import Cost, costs_of
from planner.papers.experience import experiences
from planner.papers.handovers import coming_operations, handovers, open_hazards
from planner.reports.accounts import RATES, budget_workbook, week_workbook
from planner.reports.consultation import consultation
from planner.reports.labels import chinese_date
from planner.reports.month import month_workbook
from planner.reports.papers import duration, handover
from planner.run.papers import Kind, Papers
from tests.builders import (
    SECTORS,
    day,
    department,
    inspector,
    instance,
    past,
    plan,
    rating,
    shortage,
    site,
    stint,
)
from tests.conftest import PlannedSample
from tests.test_monthly import END, FEBRUARY, filled_ledger, hazard, log, logs_of


def text_of(path: Path) -> str:
    """All text of a Word file: paragraphs, and the cells of its tables."""
    document = Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join((*(one.text for one in document.paragraphs), *cells))


# -- 基层工作经历 ---------------------------------------------------------------------------------


def test_experience_counts_months_and_days_that_were_served_once() -> None:
    rows = (
        past("O1", "P1", "2026-01-15", "2026-03-20"),
        past("O2", "P1", "2026-03-01", "2026-04-09", form=Form.MOBILE),
        past("O3", "P1", "2026-06-01", "2026-06-28"),
    )
    (one,) = experiences(rows, (), day("2026-12-31"))
    # 15 January to 9 April are two months and 26 days, June 28 days: 54 days are a month and 24.
    assert (one.months, one.days) == (3, 24)
    assert [row.days for row in one.served] == [None, None, None]
    assert duration(one.months, one.days) == "3个月零24天"


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (past("O1", "P1", "2026-01-15", "2026-03-20", form=Form.REGULAR), False),
        (stint("O1", "P1", "2027-01-11", "2027-07-09"), False),
        (stint("O2", "P1", "2027-01-11", "2027-07-09"), True),
        (past("O1", "P1", "2026-12-07", "2027-06-06"), True),
        (past("O1", "P1", "2027-03-01", "2027-06-06"), False),
    ],
    ids=["定期", "只是计划", "有日志", "执行", "尚未开始"],
)  # fmt: skip
def test_only_what_was_served_is_experience(row: Any, counts: bool) -> None:
    logs = (log("2027-01-12", "P1", "O2"),)
    found = experiences((row,), logs, day("2027-01-31"))
    assert bool(found) is counts
    assert all(one.served[0].end == day("2027-01-31") for one in found)


def test_experience_ends_with_the_day_of_the_certificate() -> None:
    row = past("O1", "P1", "2026-12-07", None)
    for until, wanted in (("2027-01-06", (1, 0)), ("2027-01-05", (0, 30)), ("2026-12-07", (0, 1))):
        (one,) = experiences((row,), (), day(until))
        carried = (1, 0) if wanted == (0, 30) else wanted
        assert (one.months, one.days) == carried, until


# -- 交接 -----------------------------------------------------------------------------------------


def test_a_handover_is_a_change_of_people_in_one_post() -> None:
    old = past("O1", "P1", "2026-09-01", "2027-02-26")
    new = stint("O1", "P2", "2027-03-01", "2027-07-09")
    other_slot = stint("O1", "P3", "2027-03-01", "2027-07-09", slot=2)
    same = stint("O2", "P4", "2027-03-01", "2027-07-09")
    before_same = past("O2", "P4", "2026-09-01", "2027-02-26")
    planned = (new, other_slot, same)
    rows = (old, before_same, *planned)
    (found,) = handovers(rows, planned, day("2027-03-01"), day("2027-03-31"))
    assert (found.old, found.new, found.together) == (old, new, ())
    assert handovers(rows, planned, day("2027-03-02"), day("2027-03-31")) == ()
    together = old.model_copy(update={"end": day("2027-03-01")})
    (found,) = handovers((together, new), (new,), day("2027-03-01"), day("2027-03-01"))
    assert found.together == (day("2027-03-01"),)
    long_gone = old.model_copy(update={"end": day("2027-01-15")})
    assert handovers((long_gone, new), (new,), day("2027-03-01"), day("2027-03-01")) == ()


COMES_AGAIN = "住厂区；结束后于2027-03-02、2027-03-03再到场，与接任的人员P2交接"


@pytest.mark.parametrize(
    ("note", "told"),
    [
        (COMES_AGAIN, ("2027年3月2日", "移交人3月2日、3月3日再到场")),
        ("结束后于2027-02-30再到场，与接任的人员P2交接", None),
        ("结束后于2027-02-25再到场，与接任的人员P2交接", None),
        ("与接任的人员P2在2027-03-02交接", None),
    ],
    ids=["再到场", "没有这一天", "尚未离岗", "别的话"],
)
def test_a_handover_is_on_the_days_of_the_plan(note: str, told: tuple[str, str] | None) -> None:
    """R05-4: 交接单 says what 备注 of the plan says, and else that a day has to be arranged."""
    old = past("O1", "P1", "2026-09-01", "2027-02-26", note=note)
    new = stint("O1", "P2", "2027-03-01", "2027-07-09")
    known = instance(sites=(site("O1"),), inspectors=(inspector("P1"), inspector("P2")))
    (one,) = handovers((old, new), (new,), new.start, new.start)
    values = handover(known, one, Ledgers(), None)
    unplanned = "2027年3月1日", "移交人已离岗，须约定时间"
    assert (values["交接日期"], values["重叠"]) == (told or unplanned)


def test_a_handover_has_no_phone_in_whatever_way_it_is_written() -> None:
    old = past("O1", "P1", "2026-09-01", "2027-02-26")
    new = stint("O1", "P2", "2027-03-01", "2027-07-09")
    known = instance(
        inspectors=(inspector("P1"), inspector("P2")),
        sites=(
            site(
                manager="张某", manager_phone="2345678",
                safety_director="李某", safety_director_phone="+8613812345678",
            ),
        ),
    )  # fmt: skip
    (one,) = handovers((old, new), (new,), new.start, new.start)
    values = handover(known, one, Ledgers(), None)
    assert (values["负责人"], values["安全总监"]) == ("张某 ***5678", "李某 +86138****5678")


@pytest.mark.parametrize(
    ("county", "address", "told"),
    [
        ("任城区", "任城区某路1号", "某路1号"),
        ("任城区", "济宁市任城区 某路1号", "某路1号"),
        ("任城区", "山东省济宁市任城区某路1号", "某路1号"),
        ("任城区", "山东省 任城区某路1号", "某路1号"),
        ("任城区", "某路1号", "某路1号"),
        ("任城区", "任城区", ""),
        ("曲阜市", "济宁市曲阜市某路1号", "某路1号"),
        ("曲阜市", "曲阜市某路1号", "某路1号"),
        ("曲阜市", "某路8号（曲阜市某医院对面）", "某路8号（曲阜市某医院对面）"),
        ("金乡县", "济宁化工园区金乡县路1号", "济宁化工园区金乡县路1号"),
        ("", "某路1号", "某路1号"),
    ],
)
def test_a_handover_names_the_county_once(county: str, address: str, told: str) -> None:
    """The form writes the county before the address."""
    old = past("O1", "P1", "2026-09-01", "2027-02-26")
    new = stint("O1", "P2", "2027-03-01", "2027-07-09")
    known = instance(
        inspectors=(inspector("P1"), inspector("P2")),
        sites=(site(county=county, address=address),),
    )
    (one,) = handovers((old, new), (new,), new.start, new.start)
    values = handover(known, one, Ledgers(), None)
    assert (values["县市区"], values["地址"]) == (county, told)


def test_what_goes_with_a_post() -> None:
    hot = DangerousOperation(
        id="W1", site_id="O1", kind=OperationKind.HOT_WORK,
        planned_start=day("2027-03-10"), planned_end=day("2027-03-11"),
    )  # fmt: skip
    ledgers = Ledgers(
        hazards=(
            hazard("H1", "2027-02-01"),
            hazard("H2", "2027-02-01", closed_on=day("2027-03-01")),
            hazard("H3", "2027-02-01", closed_on=day("2027-03-02")),
            hazard("H4", "2027-03-02"),
            hazard("H5", "2027-02-01", site_id="O2"),
        ),
        operations=(
            hot,
            hot.model_copy(update={"id": "W2", "status": OperationStatus.CANCELLED}),
            hot.model_copy(update={"id": "W3", "planned_end": day("2027-03-01")}),
            hot.model_copy(update={"id": "W4", "planned_start": day("2027-04-01")}),
        ),
    )
    at = day("2027-03-01")
    assert [one.id for one in open_hazards(ledgers, "O1", at)] == ["H1", "H3"]
    assert [one.id for one in coming_operations(ledgers, "O1", at)] == ["W1", "W3"]
    assert [one.id for one in coming_operations(ledgers, "O1", day("2027-03-02"))] == ["W1", "W4"]


# -- 提示 -----------------------------------------------------------------------------------------


def reminded(ledgers: Ledgers, known: Instance, rows: Any = None) -> dict[str, list[str]]:
    rows = rows or (stint("O1", "P1", "2027-01-11", "2027-07-09"),)
    found: dict[str, list[str]] = {}
    for one in reminders(known, rows, ledgers, ("D1",), FEBRUARY, END):
        found.setdefault(one.rule, []).append(one.text)
    return found


GOOD = Ledgers(
    list_versions=(ListVersion(quarter="2027Q1", department="D1", filed_on=day("2027-01-10")),),
    enterprise_lists=(EnterpriseList(site_id="O1", day=day("2027-01-20")),),
)


def ledgers_with(**tables: Any) -> Ledgers:
    """The good ledgers, some of them exchanged."""
    return GOOD.model_copy(update=tables)


def good(**fields: Any) -> Instance:
    """A unit with nothing to be reminded of."""
    task_book = {"task_book_version": "2026版"}
    defaults: dict[str, Any] = {
        "departments": (department(contact="甲", contact_phone="05370000000"),),
        "sectors": tuple(one.model_copy(update=task_book) for one in SECTORS),
        "inspectors": (
            inspector(certificate_no="Z1", certificate_valid_to=day("2027-07-09")),
            inspector("P9"),
        ),
    }
    return instance(**{**defaults, **fields})


def test_a_unit_in_order_is_reminded_of_nothing() -> None:
    assert reminded(GOOD, good()) == {}


@pytest.mark.parametrize(
    ("rule", "said", "ledgers", "fields"),
    [
        ("R15-2", "联系人", GOOD, {"departments": (department(),)}),
        ("R02-2", "2027-01-10前备案", ledgers_with(list_versions=()), {}),
        (
            "R02-2", "没有备案日期",
            ledgers_with(list_versions=(ListVersion(quarter="2027Q1", department="D1"),)),
            {},
        ),
        ("R07-1", "没有“一业一册”版本", GOOD, {"sectors": SECTORS}),
        ("R06-6", "应设未设安全总监", GOOD, {"sites": (site(employees=300),)}),
        ("L-2", "没有执法证号", GOOD, {"inspectors": (inspector(), inspector("P9"))}),
        (
            "L-2", "早于派驻结束",
            GOOD,
            {
                "inspectors": (
                    inspector(certificate_no="Z1", certificate_valid_to=day("2027-07-08")),
                    inspector("P9"),
                )
            },
        ),
        (
            "R13-2", "没有执法立案号",
            ledgers_with(hazards=(hazard("H1", "2027-02-02", level=HazardLevel.MAJOR),)),
            {},
        ),
        (
            "R13-3", "超过30天未销号",
            ledgers_with(
                hazards=(
                    hazard(
                        "H1", "2027-01-20", transfer_department="D9",
                        transferred_on=day("2027-01-28"),
                    ),
                )
            ),
            {},
        ),
        (
            "R06-5", "晨会制度",
            ledgers_with(work_logs=(log("2027-02-02", checked=(CheckItem.DIAGNOSIS,)),)),
            {},
        ),
    ],
)  # fmt: skip
def test_what_a_unit_is_reminded_of(
    rule: str, said: str, ledgers: Ledgers, fields: dict[str, Any]
) -> None:
    found = reminded(ledgers, good(**fields))
    assert list(found) == [rule]
    assert said in found[rule][0]


def test_urgent_reminders_come_first_and_equal_ones_are_one_row() -> None:
    sites = tuple(site(f"O{n}", employees=300) for n in range(1, 4))
    known = good(sites=sites, inspectors=(inspector("P1"), inspector("P2"), inspector("P9")))
    rows = tuple(stint(f"O{n}", f"P{min(n, 2)}", "2027-01-11", "2027-07-09") for n in range(1, 4))
    ledgers = ledgers_with(
        hazards=(hazard("H1", "2027-02-02", level=HazardLevel.MAJOR, site_id="O3"),)
    )
    found = reminders(known, rows, ledgers, ("D1",), FEBRUARY, END)
    book = month_workbook(known, rows, ledgers, (), (), found, ("D1",), FEBRUARY, END)
    cells = [row[1:5] for row in book["提示"].iter_rows(min_row=2, max_row=5, values_only=True)]
    late = "2027-01-11进驻，应于2027-01-22前形成“一企一清单”"
    assert cells == [
        ("R13-2", "企业O3", "", "重大隐患H1未销号，没有执法立案号，请提请启动执法程序"),
        ("R07-2", "2个对象", "", f"{late}：企业O2、企业O3"),
        (
            "L-2", "", "2人",
            "没有执法证号，执法检查须由两名持证人员进行：人员P1（P1）、人员P2（P2）",
        ),
        ("R06-6", "3个对象", "", "应设未设安全总监，请督促配备：企业O1、企业O2、企业O3"),
    ]  # fmt: skip


def test_somebody_has_to_be_free_on_every_working_day() -> None:
    """P9 is the only one who could be sent; while he is on leave, nobody could."""
    leave = Absence(
        inspector_id="P9", kind=AbsenceKind.ANNUAL, start=day("2027-02-03"), end=day("2027-02-04")
    )
    found = reminded(GOOD, good(absences=(leave,)))
    assert list(found) == ["R04-8"]
    assert found["R04-8"][0].startswith("2027-02-03机动人员0人，少于1人")
    crowd = tuple(inspector(f"P{n}", certificate_no="Z1") for n in range(1, 42))
    rows = tuple(stint("O1", one.id, "2027-01-11", "2027-07-09") for one in crowd[:39])
    many = reminded(GOOD, good(inspectors=crowd), rows)
    assert many["R04-8"][0].startswith("2027-02-01机动人员2人，少于3人"), "5 % of 41 are 3"


def test_a_unit_with_objects_and_no_plan_is_named() -> None:
    known = good(
        departments=(department(), department("D2"), department("D3")),
        sites=(site("O1"), site("O2", department="D2"), site("O3", department="D3")),
        ratings=(rating("O1"), rating("O2"), rating("O3", Grade.FOURTH)),
    )
    assert [(one.rule, one.department) for one in unplanned(known, ("D1",))] == [("R01-4", "D2")]
    assert unplanned(known, ("D1", "D2")) == ()
    (one,) = unapproved(known, ("D1", "D2"), {"D1"})
    assert (one.rule, one.department) == ("R01-4", "D2")
    assert one.text == "台账库中没有本单位2027H1已批准的计划"


def test_whom_a_spot_check_did_not_find_is_named_until_something_follows() -> None:
    check = SpotCheck(
        id="C1", department="D1", quarter="2027Q1", day=day("2027-02-02"), seed=1, site_id="O1",
        inspector_id="P1", stint_start=day("2027-01-11"), present=False,
    )  # fmt: skip
    for update, rules in (
        ({}, ["R17-3"]),
        ({"follow_up": "通报批评"}, []),
        ({"present": True}, []),
        ({"present": None}, []),
        ({"day": day("2027-03-01")}, []),
    ):
        given = ledgers_with(spot_checks=(check.model_copy(update=update),))
        assert list(reminded(given, good())) == rules


def test_a_criticised_person_with_a_posting_is_named() -> None:
    person, *others = good().inspectors
    for flag, rules in (
        (AppraisalFlag.CRITICISED, ["R11-3"]),
        (AppraisalFlag.NO_AWARD, ["R11-3"]),
        (AppraisalFlag.PREFERRED, []),
    ):
        flagged = person.model_copy(update={"appraisal": flag})
        assert list(reminded(GOOD, good(inspectors=(flagged, *others)))) == rules


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (AppraisalFlag.PREFERRED, ["年度状态为优先，年度考核评优中优先考虑"]),
        (AppraisalFlag.CRITICISED, ["年度状态为通报批评，不参加年度考核评优"]),
        (AppraisalFlag.NO_AWARD, ["年度状态为取消评优，不参加年度考核评优"]),
        (AppraisalFlag.NORMAL, []),
        (AppraisalFlag.SUSPENDED, []),
    ],
)
def test_the_appraisal_of_december_names_who_comes_first_and_who_is_left_out(
    flag: AppraisalFlag, said: list[str]
) -> None:
    """Also of people without a posting."""
    known = good(inspectors=(inspector("P9", appraisal=flag),))

    def told(last: str) -> list[str]:
        found = reminders(known, (), GOOD, ("D1",), day("2027-11-01"), day(last))
        return [one.text for one in found if one.rule == "R11-3"]

    assert told("2027-12-31") == said
    assert told("2027-11-30") == []


@pytest.mark.parametrize(
    ("work_start", "taken", "said"),
    [
        ("2007-10-31", "2027-08-06", ["2027年应休年休假15天，已登记5天"]),
        ("2007-11-01", "2027-08-06", ["2027年应休年休假10天，已登记5天"]),
        ("2017-11-01", "2027-08-06", []),
        ("2017-11-01", "2027-08-05", ["2027年应休年休假5天，已登记4天"]),
        ("2026-11-01", "2027-08-02", []),
        (None, "2027-08-02", []),
    ],
)
def test_annual_leave_is_asked_after_from_october_on(
    work_start: str | None, taken: str, said: list[str]
) -> None:
    leave = Absence(
        inspector_id="P1", kind=AbsenceKind.ANNUAL, start=day("2027-08-02"), end=day(taken)
    )
    begun = {"work_start": day(work_start) if work_start else None}
    person = (
        good().inspectors[0].model_copy(update={**begun, "certificate_valid_to": day("2030-01-01")})
    )
    known = good(inspectors=(person,), absences=(leave,))
    rows = (stint("O1", "P1", "2027-07-12", "2028-01-09"),)

    def asked(last: str) -> list[str]:
        found = reminders(known, rows, GOOD, ("D1",), day("2027-09-01"), day(last))
        return [one.text for one in found if one.rule == "L-4"]

    assert asked("2027-10-31") == said
    assert asked("2027-09-30") == []


def test_a_transfer_of_thirty_days_is_not_asked_after() -> None:
    recent = hazard("H1", "2027-01-20", transfer_department="D9", transferred_on=day("2027-01-29"))
    assert reminded(ledgers_with(hazards=(recent,)), good()) == {}


def test_two_units_at_one_enterprise_in_a_week_burden_it() -> None:
    code = "91110000600037341L"
    known = good(
        departments=(
            department(contact="甲", contact_phone="05370000000"),
            department("D2", level=Level.COUNTY),
        ),
        sites=(site(uscc=code), site("O2", uscc=code, department="D2")),
    )
    every = tuple(CheckItem)
    logs = (log("2027-02-02", checked=every), log("2027-02-05", "P9", "O2", checked=every))
    found = reminded(ledgers_with(work_logs=logs), known)
    assert list(found) == ["R17-2"]
    next_week = (logs[0], log("2027-02-08", "P9", "O2", checked=every))
    assert reminded(ledgers_with(work_logs=next_week), known) == {}


# -- 经费测算 -------------------------------------------------------------------------------------


def budget(known: Instance, *rows: Any) -> list[tuple[str, int, int, int]]:
    return [
        (one.quarter, one.people, one.days, one.nights) for one in costs_of(known, rows, ("D1",))
    ]


def test_a_resident_costs_every_working_day_and_a_night_between_two() -> None:
    away = inspector(home_county="兖州区")
    week = stint("O1", "P1", "2027-03-29", "2027-04-02")
    # Monday to Wednesday are of March, Thursday and Friday of April.
    assert budget(instance(inspectors=(away,)), week) == [("2027Q1", 1, 3, 2), ("2027Q2", 1, 2, 1)]
    assert [one[3] for one in budget(instance(), week)] == [0, 0], "home unknown"
    near = inspector(home_county="任城区")
    assert [one[3] for one in budget(instance(inspectors=(near,)), week)] == [0, 0]


def test_two_objects_on_a_day_cost_it_once_and_leave_nothing() -> None:
    known = instance(
        sites=(site("O1"), site("O2")),
        absences=(
            Absence(
                inspector_id="P1", kind=AbsenceKind.ANNUAL,
                start=day("2027-03-04"), end=day("2027-03-05"),
            ),
        ),
    )  # fmt: skip
    rows = (stint("O1", "P1", "2027-03-01", "2027-03-05", form=Form.MOBILE, group="G"),
            stint("O2", "P1", "2027-03-01", "2027-03-05", form=Form.MOBILE, group="G"))  # fmt: skip
    assert budget(known, *rows) == [("2027Q1", 1, 3, 0)]


def test_a_regular_posting_costs_the_days_that_it_owes() -> None:
    known = instance(sites=(site("O1"), site("O2")))
    months = {"start": "2027-03-01", "end": "2027-05-31", "form": Form.REGULAR}
    one, two = stint("O1", "P1", **months), stint("O2", "P1", **months)
    assert budget(known, one) == [("2027Q1", 1, 5, 0), ("2027Q2", 1, 10, 0)]
    assert budget(known, one, two) == [("2027Q1", 1, 10, 0), ("2027Q2", 1, 20, 0)]


def test_the_rates_are_parameters() -> None:
    known = instance()
    rates = {"budget_meals_yuan": 1, "budget_travel_yuan": 10, "budget_lodging_yuan": 100}
    known = known.model_copy(
        update={
            "policy": known.policy.model_copy(update=rates),
            "inspectors": (inspector(home_county="兖州区"),),
        }
    )
    (cost,) = costs_of(known, (stint("O1", "P1", "2027-03-01", "2027-03-05"),), ("D1",))
    assert (cost.meals_yuan, cost.travel_yuan, cost.lodging_yuan) == (5, 50, 400)
    assert cost.total_yuan == 455
    assert "标准取自工作簿的“参数”表。" in budget_notes(known, cost)


def test_rates_that_nobody_has_decided_are_called_assumed() -> None:
    known = instance()
    (cost,) = costs_of(known, (stint("O1", "P1", "2027-03-01", "2027-03-05"),), ("D1",))
    whole = budget_notes(known, cost)
    assert "驻点伙食补助、驻点市内交通、异地驻点住宿是假定的标准" in whole
    assert "【" not in whole
    assert "budget_" not in whole
    decided = known.policy.model_copy(update={"budget_meals_yuan": 60})
    part = budget_notes(known.model_copy(update={"policy": decided}), cost)
    assert "其中驻点市内交通、异地驻点住宿是假定的标准" in part


def test_the_budget_needs_no_sheet_that_the_workbook_may_lack() -> None:
    """A workbook that planner sample wrote has no 说明; a title is as good as a name in 参数."""
    known = instance()
    (cost,) = costs_of(known, (stint("O1", "P1", "2027-03-01", "2027-03-05"),), ("D1",))
    sheet = budget_workbook(known, (cost,), ("D1",)).active
    assert "2027年上半年驻点监督经费测算" in sheet.oddHeader.center.text
    notes = budget_notes(known, cost)
    assert "说明" not in notes
    assert "在工作簿的“参数”表中各加一行" in notes
    titles = [field.title for field in Policy.model_fields.values()]
    assert [titles.count(Policy.model_fields[one].title) for one in RATES] == [1, 1, 1]


def budget_notes(known: Instance, cost: Cost) -> str:
    sheet = budget_workbook(known, (cost,), ("D1",)).active
    return "\n".join(str(row[0].value) for row in sheet.iter_rows())


# -- 周台账 ---------------------------------------------------------------------------------------


def test_the_ledger_of_a_week_holds_what_was_open_in_it() -> None:
    known = instance(sites=(site("O1"), site("O2"), site("O3")))
    ledgers = Ledgers(
        hazards=(
            hazard("H1", "2027-01-20", deadline=day("2027-02-01")),
            hazard("H2", "2027-01-20", closed_on=day("2027-02-01")),
            hazard("H3", "2027-02-07", closed_on=day("2027-02-08"), deadline=day("2027-03-01")),
            hazard("H4", "2027-01-20", closed_on=day("2027-01-31")),
            hazard("H5", "2027-02-08"),
        ),
        work_logs=(
            log("2027-02-02"), log("2027-02-02", "P2", "O2"), log("2027-02-08", site_id="O3"),
        ),
    )  # fmt: skip
    workbook = week_workbook(known, ledgers, "D1", day("2027-02-01"))
    assert workbook is not None
    rows = list(workbook.active.iter_rows(min_row=2, values_only=True))
    assert {row[1]: row[13] for row in rows if row[13]} == {
        "H1": "逾期", "H2": "已销号", "H3": "整改中",
    }  # fmt: skip
    assert [row[0] for row in rows if row[4] == "本周未发现隐患"] == ["企业O2"]
    assert week_workbook(known, ledgers, "D2", day("2027-02-01")) is None
    assert week_workbook(known, Ledgers(), "D1", day("2027-02-01")) is None


# -- 会商 -----------------------------------------------------------------------------------------


def test_the_consultation_counts_coverage_and_the_next_list() -> None:
    known = instance(
        sites=(site("O1"), site("O2"), site("O3")),
        ratings=(rating("O1"), rating("O2"), rating("O3", Grade.FOURTH)),
        list_items=(
            *(ListItem(quarter="2027Q1", department="D1", site_id=one, action=ListAction.KEEP)
              for one in ("O1", "O2", "O3")),
            ListItem(quarter="2027Q2", department="D1", site_id="O2", action=ListAction.LEAVE,
                     reason="已停产"),
        ),
    )  # fmt: skip
    made = plan(stint("O1", "P1"), shortages=(shortage("O2"),))
    ledgers = Ledgers(
        hazards=(
            hazard("H1", "2027-02-02", closed_on=day("2027-02-09")),
            hazard("H2", "2027-02-02", level=HazardLevel.MAJOR, deadline=day("2027-03-01")),
            hazard("H3", "2027-04-02"),
        )
    )
    found = consultation(known, made, made.stints, ledgers, "2027Q1", day("2027-07-11"))
    assert found["覆盖"] == [
        {"等级": "一级", "应派": 2, "蹲守": 1, "流动": 0, "定期": 0, "未派": 1}
    ]
    assert "企业O2" in found["人力缺口"][0]
    assert found["隐患情况"][0].startswith(
        "本季度发现隐患2项，已整改1项；其中重大事故隐患1项，已整改0项"
    )
    assert "H2" in found["隐患情况"][-1]
    assert found["下季度名单"][1:] == ["退出 企业O2：已停产。"]


# -- templates ------------------------------------------------------------------------------------


def test_the_shipped_templates_are_what_the_script_makes() -> None:
    made = templates()
    assert set(made) == set(TEMPLATES)
    for name, content in made.items():
        assert shipped_template(name).read_bytes() == content, f"{name}: run docs.paper_templates"


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_layout_is_that_of_the_standard(name: str) -> None:
    document = Document(str(shipped_template(name)))
    (section,) = document.sections
    page = (section.page_width, section.page_height)
    margins = (
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin,
    )  # fmt: skip
    assert [round((one or 0) / Mm(1)) for one in page] == [210, 297]
    assert [round((one or 0) / Mm(1)) for one in margins] == [37, 35, 28, 26]
    title = document.paragraphs[0]
    head, body = title.runs[0].font, document.styles["Normal"].font
    assert (head.name, head.size) == ("方正小标宋简体", Pt(22))
    assert (body.name, body.size) == ("仿宋_GB2312", Pt(16))
    foot = section.footer.paragraphs[0]
    assert (foot.text, section.even_page_footer.paragraphs[0].text) == ("—  —", "—  —")
    assert "PAGE" in foot._p.xml


def template_with(path: Path, text: str) -> WordTemplate:
    document = Document()
    document.add_paragraph(text)
    document.save(str(path))
    return WordTemplate(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 单位名 }}和{{ 别的 }}", "没有字段“别的、单位名”"),
        ("{% for 行 in 名单 %}{{ 行.电话 }}{% endfor %}", "没有字段“电话”"),
        ("{{ 单位 ", "字段写法有误：“{{ 单位”"),
        ("前{% for 行 in %}后", "字段写法有误：“{% for 行 in %}后”花括号中缺少内容"),
        ("{% if 单位 %}{% for 行 in 名单 %}前{% endfor %}", "“{% if 单位 %}”没有以“endif”结束"),
        ("{{ 单位 }}{% endfor %}", "“{% endfor %}”前面没有与它配对的“for”"),
        ("{% 循环 名单 %}", "“{% 循环 名单 %}”中没有“循环”这种语句"),
        ("{{ 单位 | 大写 }}", "“{{ 单位 | 大写 }}”中没有“大写”这种写法"),
        ("决定{ { 单位 }}至", "“{ { 单位 ”不是字段"),
        ("决定{{ 单位 } }至", "字段写法有误：“{{ 单位 } }至”花括号中写得不对"),
        ("决定{ % for 行 in 名单 %}", "不是字段"),
        ("{{ 单位.__class__.__mro__ }}", "填写时出错：“{{ 单位.__class__.__mro__ }}”中有字段"),
        ("商{{ 1 / 0 }}", "填写时出错：“商{{ 1 / 0 }}”中有字段不能这样用"),
    ],
)
def test_a_broken_template_names_file_and_field(text: str, said: str, tmp_path: Path) -> None:
    template = template_with(tmp_path / "派驻通知.docx", text)
    with pytest.raises(TemplateError, match=re.escape(said)) as caught:
        template.fill({"单位": "某局", "名单": [{"人员": "甲"}]})
    assert "派驻通知.docx" in str(caught.value)
    assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}", str(caught.value)), "in Chinese"


def test_a_mistake_in_a_header_is_shown(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("{{ 单位 }}")
    document.sections[0].header.paragraphs[0].text = "页眉{{ 单位 + }}"
    document.save(str(tmp_path / "派驻通知.docx"))
    with pytest.raises(TemplateError, match=re.escape("“{{ 单位 + }}”花括号中缺少内容")):
        WordTemplate(tmp_path / "派驻通知.docx").fill({"单位": "某局"})


@pytest.mark.parametrize("name", TEMPLATES)
def test_headings_of_tables_stand_on_one_line(name: str) -> None:
    """With a millimetre to spare, for fonts are not alike everywhere."""
    for table in Document(str(shipped_template(name))).tables:
        head = table.rows[0]
        if head._tr.xpath("w:trPr/w:tblHeader"):
            for cell in head.cells:
                (run,) = cell.paragraphs[0].runs
                room = cell.width - Mm(2 * 1 + 1)
                assert len(cell.text) * run.font.size <= room, cell.text


def test_phones_are_masked_and_markup_is_text(tmp_path: Path) -> None:
    template = template_with(tmp_path / "x.docx", "{{ 单位 }}")
    for phones, wanted in ((False, "<b>&138****5678"), (True, "<b>&13812345678")):
        content = template.fill({"单位": "<b>&13812345678\x01"}, phones=phones)
        assert Document(io.BytesIO(content)).paragraphs[0].text == wanted


# -- files ----------------------------------------------------------------------------------------


def command(planned: PlannedSample, out: Path, *more: str) -> list[str]:
    return [
        "papers", str(planned.workbook), str(planned.folder / "plan.json"), "--out", str(out),
        *more,
    ]  # fmt: skip


def test_the_papers_of_a_department(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": logs_of(planned)})
    out = tmp_path / "文书"
    assert main(command(planned, out, "--ledger", str(ledger), "--date", "2027-03-05")) == 0
    (folder,) = out.iterdir()
    notice = text_of(folder / "派驻通知.docx")
    begun = [one for one in planned.plan.stints if one.start >= planned.plan.round_start]
    phones = {planned.instance.inspector_by_id[one.inspector_id].phone for one in begun}
    shown = set(re.findall(r"\d{11}", notice))
    assert shown
    assert shown <= phones
    assert "2027年3月5日" in notice
    tables = [folder / "培训签到表.docx", *(folder / "基层工作经历证明").iterdir()]
    for papers, written in (
        ((folder / "派驻通知.docx", *(folder / "交接单").iterdir()), r"\d月\d+日"),
        (tables, r"\D202[67]\.\d{1,2}\.\d{1,2}\D"),  # the columns are narrow
    ):
        for handed in map(text_of, papers):
            assert re.search(written, handed)
            assert not re.search(r"\d-\d{2}-\d", handed.replace("-JN-", ""))
    others = [path for path in folder.rglob("*.docx") if path.name != "派驻通知.docx"]
    assert len(others) > 10
    for path in others:
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", text_of(path)), path
    for kind in Kind:
        assert any(kind in str(path.relative_to(folder)) for path in folder.rglob("*"))
    assert main(command(planned, out)) == 2
    assert "--force" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("issued", "last", "wanted"),
    [
        (None, "2027-07-09", "2027-02-10"),
        (None, "2027-01-31", "2027-01-31"),
        ("2027-03-05", "2027-07-09", "2027-03-05"),
        ("2027-03-05", "2027-02-28", "2027-02-28"),
    ],
)
def test_papers_tell_nothing_of_the_future(issued: str | None, last: str, wanted: str) -> None:
    """Without a date of issue they end with today."""
    papers = Papers(
        instance(), plan(), (), Ledgers(), day("2027-01-11"), day(last),
        day(issued) if issued else None, day("2027-02-10"), Templates(None),
    )  # fmt: skip
    assert papers.until == day(wanted)


def test_a_certificate_without_a_date_ends_today(planned: PlannedSample, tmp_path: Path) -> None:
    kind = ("--kind", "基层工作经历证明")
    assert main(command(planned, tmp_path / "今天", *kind)) == 0
    until = min(dt.date.today(), planned.instance.round.end)
    certificates = list((tmp_path / "今天").rglob("*.docx"))
    assert certificates
    assert all(chinese_date(until) in text_of(path) for path in certificates)


def test_the_same_papers_have_the_same_bytes(planned: PlannedSample, tmp_path: Path) -> None:
    for name in "ab":
        assert main(command(planned, tmp_path / name, "--kind", "派驻通知")) == 0
    one, other = (next((tmp_path / name).rglob("*.docx")) for name in "ab")
    assert one.read_bytes() == other.read_bytes()


def test_an_office_may_use_its_own_templates(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, out = tmp_path / "模板", tmp_path / "文书"
    assert main(["paper-templates", str(own)]) == 0
    assert {one.name for one in own.iterdir()} == set(TEMPLATES)
    assert main(["paper-templates", str(own)]) == 2
    document = Document(str(own / "派驻通知.docx"))
    document.paragraphs[0].runs[0].text = "我局的通知"
    document.save(str(own / "派驻通知.docx"))
    more = ("--templates", str(own), "--kind", "派驻通知")
    assert main(command(planned, out, *more)) == 0
    assert "我局的通知" in text_of(next(out.rglob("派驻通知.docx")))
    assert "没有" not in capsys.readouterr().out, "every template is there"
    (own / "培训签到表.docx").unlink()
    assert main(command(planned, out, *more, "--kind", "培训签到表", "--force")) == 0
    said = f"--templates {own}：没有培训签到表.docx，用的是自带的模板。"
    assert said in capsys.readouterr().out.splitlines()
    (own / "派驻通知.docx").write_text("不是文档", encoding="utf-8")
    document.paragraphs[0].runs[0].text = "{{ 局名 }}"
    document.save(str(own / "交接单.docx"))
    capsys.readouterr()
    broken = tmp_path / "坏"
    assert main(command(planned, broken, "--templates", str(own))) == 2
    said = capsys.readouterr().out
    assert "派驻通知.docx：不是 Word 文档" in said
    assert "交接单.docx：没有字段“" in said
    assert "局名" in said
    assert not broken.exists()
    assert main(command(planned, broken, "--templates", str(tmp_path))) == 2
    assert "没有任何一个模板" in capsys.readouterr().out


def test_a_handover_knows_the_field_of_earlier_templates(
    planned: PlannedSample, tmp_path: Path
) -> None:
    own, out = tmp_path / "模板", tmp_path / "文书"
    assert main(["paper-templates", str(own)]) == 0
    document = Document(str(own / "交接单.docx"))
    document.add_paragraph("最迟{{ 清单期限 }}完成")
    document.save(str(own / "交接单.docx"))
    more = ("--templates", str(own), "--kind", "交接单")
    assert main(command(planned, out, *more)) == 0
    papers = [text_of(path) for path in out.rglob("*.docx")]
    assert papers
    assert all(re.search(r"最迟(\d{4}年)?\d+月\d+日完成", one) for one in papers)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--kind", "证书"), "没有 证书"),
        (("--from", "2027-03-01", "--to", "2027-02-01"), "早于"),
        (("--date", "明天"), "日期写作"),
    ],
)
def test_wrong_options_are_refused(
    more: tuple[str, ...],
    said: str,
    planned: PlannedSample,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(command(planned, tmp_path / "x", *more)) == 2
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert not (tmp_path / "x").exists()


def test_the_text_of_a_month_says_what_attachment_2_says(
    planned: PlannedSample, tmp_path: Path
) -> None:
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": logs_of(planned)})
    out = tmp_path / "二月"
    assert main([
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", "2027-02",
        "--ledger", str(ledger), "--out", str(out),
    ]) == 0  # fmt: skip
    form = openpyxl.load_workbook(out / "附件2-驻点监督工作情况统计表.xlsx")["附件2"]
    total = [cell.value for cell in form[form.max_row - 2]][3:]
    text = text_of(out / "月度文字材料.docx")
    for wanted in (
        f"累计派出驻点监督人员{total[0] + total[1]}人次（市级{total[0]}、县级{total[1]}）",
        f"派驻企业单位{total[2] + total[3]}家次",
        f"落实有奖举报{total[9]:.2f}万元",
        f"累计发现隐患{total[11]}项、已整改{total[12]}项",
        "本月日志4份",
    ):
        assert wanted in text
    bare = tmp_path / "没有台账"
    assert main([
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", "2027-02",
        "--out", str(bare),
    ]) == 0  # fmt: skip
    assert "没有给出工作日志，未核对日志。" in text_of(bare / "月度文字材料.docx")
    summary = openpyxl.load_workbook(out / "月度核对.xlsx")["个人汇总"]
    assert sum(row[4].value for row in summary.iter_rows(min_row=2) if row[3].value) == 4
