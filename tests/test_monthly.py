"""月报: the quantities of 附件2, the checks of the logs, what is due, and the files."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from planner.change.replan import rest_of_plan
from planner.cli import main
from planner.commands.printing import ISSUES_SHOWN, told
from planner.domain.calendar import Round
from planner.domain.day_plan import DayKind, DayPlan, DayRow
from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.ledgers import (
    DangerousOperation,
    FormChange,
    Hazard,
    HazardLevel,
    Ledgers,
    OperationKind,
    PeriodKind,
    Submission,
    SubmissionKind,
    WorkLog,
)
from planner.domain.plan import Stint
from planner.domain.tables import Absence, Extension, ListItem, MatrixRow
from planner.domain.terms import AbsenceKind, Form, Grade, Level, ListAction
from planner.exit_codes import BAD_INPUT
from planner.io.days_json import days_to_json
from planner.io.ledgers import read_ledgers, write_ledger_template
from planner.io.plan_json import plan_from_json, plan_to_json
from planner.io.writer import write_workbook
from planner.monthly.changes import form_changes, told_changes
from planner.monthly.due import due_between
from planner.monthly.gaps import gaps_of
from planner.monthly.reminders import unlogged
from planner.monthly.work import Postings, Quantities, postings_of, total_of, work_lines
from planner.reports.attachment1 import lines_of
from planner.reports.attachment2 import FIRST_ROW, GROUPS, NOTE, cells_of, reward_text, total_cells
from planner.reports.month import month_workbook
from planner.reports.month_text import GAPS, SHORTAGES_SHOWN, form_lines, month_text
from planner.reports.styles import lines_in
from planner.reports.tables import POINTS
from planner.rolling import rest_of_round
from planner.run.ledgers import ledgers_of
from planner.run.outcome import Outcome
from planner.run.reading import check
from tests.builders import day, department, inspector, instance, plan, shortage, site, stint
from tests.conftest import PlannedSample

FEBRUARY, END = day("2027-02-01"), day("2027-02-28")


def log(date: str, inspector_id: str = "P1", site_id: str = "O1", **fields: Any) -> WorkLog:
    return WorkLog(day=day(date), inspector_id=inspector_id, site_id=site_id, **fields)


def hazard(id: str, found: str, **fields: Any) -> Hazard:
    return Hazard(
        **{
            "id": id, "site_id": "O1", "found_on": day(found), "found_by": "P1",
            "content": "示例", **fields,
        }
    )  # fmt: skip


def world(**fields: Any) -> Instance:
    """P1 and P2 of the city unit D1, P3 of the county unit D2."""
    return instance(
        departments=(department(), department("D2", level=Level.COUNTY)),
        inspectors=(inspector("P1"), inspector("P2"), inspector("P3", department="D2")),
        sites=(site("O1"), site("O2"), site("O3", department="D2")),
        **fields,
    )


ROWS = (
    stint("O1", "P1", "2027-01-11", "2027-07-09"),
    stint("O2", "P2", "2027-01-11", "2027-07-09", form=Form.REGULAR),
    stint("O3", "P3", "2027-01-11", "2027-07-09", department="D2"),
)


def lines(ledgers: Ledgers, since: str = "2027-01-01", rows: tuple[Stint, ...] = ROWS) -> Any:
    return work_lines(world(), Postings(world(), rows), ledgers, ("D1", "D2"), day(since), END)


# -- 附件2 ----------------------------------------------------------------------------------------


def test_people_and_sites_count_once_a_month_by_the_level_of_the_unit() -> None:
    served = Ledgers(
        work_logs=(
            log("2027-01-12"), log("2027-01-13"), log("2027-02-02"),
            log("2027-02-02", "P2", "O2"), log("2027-02-03", "P3", "O3"),
        )
    )  # fmt: skip
    first, regular, county = lines(served)
    assert (first.department, first.form) == ("D1", Form.REGULAR)
    assert first.quantities == Quantities(people_city=1, sites_city=1)
    assert regular.quantities == Quantities(people_city=2, sites_city=2)
    assert county.quantities == Quantities(people_county=1, sites_county=1)
    assert total_of((first, regular, county)) == Quantities(3, 1, 3, 1)


def test_two_people_at_one_object_are_two_person_times_and_one_enterprise_time() -> None:
    rows = (*ROWS, stint("O1", "P2", "2027-01-11", "2027-07-09", slot=2))
    (found,) = lines(Ledgers(work_logs=(log("2027-02-02"), log("2027-02-02", "P2"))), rows=rows)
    assert (found.quantities.people_city, found.quantities.sites_city) == (2, 1)


def test_what_logs_and_the_ledger_hold_is_added_up() -> None:
    ledgers = Ledgers(
        work_logs=(
            log("2027-01-12", duty_lists_checked=3, reward_yuan=500, drills=1),
            log("2027-02-02", duty_lists_checked=4, reward_yuan=12_000, morning_meetings=2),
        ),
        hazards=(
            hazard("H1", "2027-01-12", closed_on=day("2027-01-20")),
            hazard("H2", "2027-02-02", level=HazardLevel.MAJOR, closed_on=day("2027-03-05")),
            hazard("H3", "2027-02-02", level=HazardLevel.MAJOR, closed_on=day("2027-02-05")),
            hazard("H4", "2027-03-02"),
        ),
    )
    (found,) = lines(ledgers)
    total = found.quantities
    assert (total.duty_lists_checked, total.drills, total.morning_meetings) == (7, 1, 2)
    assert (total.hazards, total.hazards_closed) == (3, 2), "H2 is closed after the month"
    assert (total.major_hazards, total.major_hazards_closed) == (2, 1)
    assert cells_of(total)[9] == 1.25, "有奖举报 in 万元"


def test_quantities_count_from_the_chosen_day_on() -> None:
    served = Ledgers(work_logs=(log("2027-01-12"), log("2027-02-02")))
    assert total_of(lines(served)).people_city == 2
    assert total_of(lines(served, since="2027-02-01")).people_city == 1


def test_cumulative_values_never_fall_from_month_to_month() -> None:
    ledgers = Ledgers(
        work_logs=tuple(log(f"2027-0{m}-15", drills=m) for m in (1, 2, 3)),
        hazards=tuple(
            hazard(f"H{m}", f"2027-0{m}-15", closed_on=day("2027-03-20")) for m in (1, 2)
        ),
    )
    before = Quantities()
    for end in ("2027-01-31", "2027-02-28", "2027-03-31"):
        found = work_lines(
            world(), Postings(world(), ROWS), ledgers, ("D1",), day("2027-01-01"), day(end)
        )
        now = total_of(found)
        pairs = zip(dataclasses.astuple(before), dataclasses.astuple(now), strict=True)
        assert all(a <= b for a, b in pairs)
        before = now


def test_a_day_without_a_posting_counts_nowhere() -> None:
    assert lines(Ledgers(work_logs=(log("2027-02-02", "P2", "O1", drills=1),))) == ()


def test_substitutes_count_as_whom_they_stand_in_for() -> None:
    leave = Absence(
        inspector_id="P1", kind=AbsenceKind.SICK, start=day("2027-02-02"), end=day("2027-02-03"),
        substitute_id="P3",
    )  # fmt: skip
    known = world(absences=(leave,))
    logs = tuple(log(f"2027-02-0{n}", "P3", drills=1) for n in (1, 2, 3, 4))
    (found,) = work_lines(
        known, Postings(known, ROWS), Ledgers(work_logs=logs), ("D1", "D2"), FEBRUARY, END
    )
    assert (found.department, found.form) == ("D1", Form.RESIDENT)
    assert found.quantities == Quantities(people_city=1, sites_city=1, drills=2)


def test_who_changes_form_in_a_month_counts_once_under_the_last() -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-10"),
        stint("O1", "P1", "2027-02-11", "2027-07-09", form=Form.MOBILE),
        stint("O1", "P2", "2027-01-11", "2027-02-10"),
    )
    logs = (
        log("2027-01-12"), log("2027-02-15", drills=1), log("2027-02-02", drills=2),
        log("2027-02-03", "P2"),
    )  # fmt: skip
    found = {one.form: one.quantities for one in lines(Ledgers(work_logs=logs), rows=rows)}
    assert found[Form.RESIDENT] == Quantities(people_city=2, sites_city=1, drills=2)
    assert found[Form.MOBILE] == Quantities(people_city=1, sites_city=1, drills=1)


COMES_AGAIN = (
    stint(
        "O1", "P2", "2026-09-07", "2027-02-10",
        note="结束后于2027-02-11再到场，与接任的人员P1交接",
    ),
    stint("O1", "P1", "2027-02-11", "2027-07-09", form=Form.MOBILE),
)  # fmt: skip


def test_the_log_of_the_day_on_which_a_post_is_handed_over_counts() -> None:
    """R05-4: the plan has P2 come once more; another day of his is still a stranger's."""
    logs = (log("2027-02-11", "P2", drills=2), log("2027-02-12", "P2", drills=4), log("2027-02-11"))
    found = {one.form: one.quantities for one in lines(Ledgers(work_logs=logs), rows=COMES_AGAIN)}
    assert found[Form.RESIDENT] == Quantities(people_city=1, drills=2)
    assert found[Form.MOBILE] == Quantities(people_city=1, sites_city=1), "the holder's form"


def test_the_log_of_the_day_on_which_a_post_is_handed_over_is_no_deviation() -> None:
    logs = tuple(log(one, "P2") for one in ("2027-02-11", "2027-02-12"))
    found = gaps_of(world(), COMES_AGAIN, Ledgers(work_logs=logs), ("D1",), FEBRUARY, END)
    assert [one.days for one in found if one.rule == "R02-3"] == [(day("2027-02-12"),)]


def test_the_total_of_rewards_is_that_of_the_printed_cells() -> None:
    rewards = (log("2027-02-02", reward_yuan=1_060), log("2027-02-02", "P2", "O2", reward_yuan=60))
    found = lines(Ledgers(work_logs=rewards))
    assert [cells_of(one.quantities)[9] for one in found] == [0.01, 0.11]
    assert total_cells(found)[9] == 0.12, "1120 yuan would be 0.11"
    assert reward_text(found) == "0.12"


def test_the_plan_says_when_a_running_posting_ends() -> None:
    running = stint("O1", "P1", "2026-12-07", "2027-06-06")
    known = world(stints=(running.model_copy(update={"end": None}),))
    (only,) = postings_of(known, (running,))
    assert only.end == day("2027-06-06")


# -- 核对 -----------------------------------------------------------------------------------------


def found_gaps(ledgers: Ledgers, known: Instance | None = None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in gaps_of(known or world(), ROWS, ledgers, ("D1",), FEBRUARY, END):
        found.setdefault(one.rule, []).append(one.text)
    return found


def full_month(known: Instance) -> tuple[WorkLog, ...]:
    days = known.calendar.workdays(FEBRUARY, END)
    return (
        *(log(str(one)) for one in days),
        *(log(str(one), "P2", "O2") for one in days[:5]),
    )


def test_no_bracket_of_a_heading_stands_alone_on_a_line() -> None:
    book = month_workbook(world(), ROWS, Ledgers(), (), (), (), ("D1",), FEBRUARY, END)
    for sheet in book:
        for cell in sheet[1]:
            width = sheet.column_dimensions[cell.column_letter].width
            text = str(cell.value)
            assert lines_in(text, width, POINTS) == len(text.split("\n")), (sheet.title, text)


def test_a_month_with_every_log_has_no_gap() -> None:
    assert found_gaps(Ledgers(work_logs=full_month(world()))) == {}


def test_missing_logs_of_a_resident_are_dated_and_leave_is_excused() -> None:
    known = world()
    logs = full_month(known)[1:]
    assert found_gaps(Ledgers(work_logs=logs)) == {"R12-1": ["应驻点16日，缺日志1日：2月1日"]}
    leave = Absence(inspector_id="P1", kind=AbsenceKind.SICK, start=FEBRUARY, end=FEBRUARY)
    away = world(absences=(leave,))
    assert found_gaps(Ledgers(work_logs=logs), away) == {}


def test_every_day_without_a_log_is_named() -> None:
    logs = full_month(world())[7:]
    dates = "1日、2日、3日、4日、11日、12日、15日"
    assert found_gaps(Ledgers(work_logs=logs)) == {"R12-1": [f"应驻点16日，缺日志7日：2月{dates}"]}


def test_a_line_on_the_screen_names_ten_days_at_most() -> None:
    ten = "2月1日、2日、3日、4日、11日、12日、15日、16日、17日、18日"
    logs = full_month(world())
    for missing, whole, short in ((10, ten, ten), (11, f"{ten}、19日", f"{ten}等 11 天")):
        ledgers = Ledgers(work_logs=logs[missing:])
        (one,) = gaps_of(world(), ROWS, ledgers, ("D1",), FEBRUARY, END)
        head = f"应驻点16日，缺日志{missing}日："
        assert (one.text, one.short) == (head + whole, head + short)


def test_where_days_are_planned_they_alone_want_logs() -> None:
    """A resident at rest (补休) needs none, a day that was not planned is named."""
    rows = tuple(
        DayRow(day=day(one), department="D1", inspector_id="P1", site_id="O1", kind=DayKind.POSTED)
        for one in ("2027-02-01", "2027-02-02", "2027-02-06")
    )
    planned = DayPlan(
        month="2027-02", first=FEBRUARY, last=END, since=FEBRUARY, departments=("D1",), rows=rows
    )
    logs = (log("2027-02-01"), log("2027-02-03"), log("2027-02-06"))
    found = gaps_of(world(), ROWS, Ledgers(work_logs=logs), ("D1",), FEBRUARY, END, days=(planned,))
    assert [(one.rule, one.text) for one in found] == [
        ("R12-1", "2月3日有日志，但日程没有安排"),
        ("R12-1", "应驻点3日，缺日志1日：2月2日"),
    ]


def test_planned_days_of_substitutes_want_logs_as_long_as_there_is_leave() -> None:
    planned = DayPlan(
        month="2027-02", first=FEBRUARY, last=END, since=FEBRUARY, departments=("D1",),
        rows=tuple(
            DayRow(
                day=day(one), department="D1", inspector_id="P2", site_id="O1",
                kind=DayKind.SUBSTITUTE,
            )
            for one in ("2027-02-02", "2027-02-03", "2027-02-04")
        ),
    )  # fmt: skip
    leave = Absence(
        inspector_id="P1", kind=AbsenceKind.SICK, start=day("2027-02-02"), end=day("2027-02-03"),
        substitute_id="P2",
    )  # fmt: skip
    known = world(absences=(leave,))

    def told(*logs: WorkLog) -> list[tuple[str, str]]:
        found = gaps_of(
            known, ROWS, Ledgers(work_logs=logs), ("D1",), FEBRUARY, END, days=(planned,)
        )
        return [(one.inspector_id, one.text) for one in found]

    assert told(log("2027-02-02", "P2")) == [("P2", "应替班2日，缺日志1日：2月3日")]
    assert told(log("2027-02-02", "P2"), log("2027-02-03", "P2")) == []
    assert "计划中此人不在该对象" in told(
        *(log(f"2027-02-0{n}", "P2") for n in (2, 3, 4))
    )[0][1]  # fmt: skip


def test_a_substitute_who_may_not_stand_in_is_named_though_the_work_counts() -> None:
    leave = Absence(
        inspector_id="P1", kind=AbsenceKind.SICK, start=day("2027-02-01"), end=day("2027-02-05"),
        substitute_id="P2",
    )  # fmt: skip
    people = [inspector("P1"), inspector("P2", available_to=day("2027-02-03"))]
    known = world(absences=(leave,)).model_copy(update={"inspectors": tuple(people)})
    attended = DangerousOperation(
        id="W1", site_id="O1", kind=OperationKind.HOT_WORK, planned_start=day("2027-02-05"),
        planned_end=day("2027-02-05"), attended_by="P2",
    )  # fmt: skip
    logs = tuple(log(f"2027-02-0{n}", "P2") for n in (3, 4))
    ledgers = Ledgers(work_logs=logs, operations=(attended,))
    (found,) = (
        one
        for one in gaps_of(known, ROWS, ledgers, ("D1",), FEBRUARY, END)
        if one.inspector_id == "P2" and one.rule == "L-4"
    )
    assert found.text == "2月4日、5日替班，但按现有数据不得在该对象替班（R03-4），日志仍计入附件2"
    assert (found.department, found.site_id) == ("D1", "O1")
    (line,) = work_lines(known, Postings(known, ROWS), ledgers, ("D1",), FEBRUARY, END)
    assert line.quantities.people_city == 1
    own = (*ROWS, stint("O1", "P2", "2027-02-01", "2027-02-05", slot=2))
    rules = {one.rule for one in gaps_of(known, own, ledgers, ("D1",), FEBRUARY, END)}
    assert "L-4" not in rules, "who is posted there stands in for nobody"


def test_the_least_days_are_those_of_the_matrix() -> None:
    matrix = (MatrixRow(grade=Grade.FIRST, forms=(Form.REGULAR,), min_days_per_month=7),)
    known = world(matrix=matrix)
    logs = full_month(known)
    assert found_gaps(Ledgers(work_logs=logs), known)["R03-1"] == [
        "定期驻点本月应不少于7日，日志5日"
    ]


def test_a_hazard_where_nobody_is_posted_is_named() -> None:
    logs = full_month(world())
    other = hazard("H1", "2027-02-02", found_by="P2", site_id="O4")
    known = world()
    known = known.model_copy(update={"sites": (*known.sites, site("O4"))})
    assert found_gaps(Ledgers(work_logs=logs, hazards=(other,)), known) == {
        "R02-3": ["隐患H1于2027-02-02发现，但计划中当天无人在该对象，未计入附件2"]
    }
    counted = hazard("H2", "2027-02-02", found_by="P2")
    assert found_gaps(Ledgers(work_logs=logs, hazards=(counted,)), known) == {}
    text = month_text(
        known, plan(*ROWS), ROWS, Ledgers(hazards=(other, counted)), (), (), FEBRUARY, FEBRUARY, END
    )
    assert text["本月隐患"] == 1


def test_leaders_read_counts_of_what_is_amiss_and_no_names() -> None:
    known = world()
    ledgers = Ledgers(work_logs=full_month(known)[5:])
    gaps = gaps_of(known, ROWS, ledgers, ("D1", "D2"), FEBRUARY, END)
    assert {one.inspector_id for one in gaps} - {""}
    text = month_text(known, plan(*ROWS), ROWS, ledgers, (), gaps, FEBRUARY, FEBRUARY, END)
    missing = [one.site_id for one in gaps if one.rule == "R12-1"]
    lines = text["日志和台账核对"]
    assert lines[0] == f"缺日志，或日志与日程不符{len(missing)}处，涉及2个对象。"
    assert set(missing) == {"O1", "O3"}
    assert not [one for one in lines if any(person.id in one for person in known.inspectors)]
    assert {one.rule for one in gaps} <= GAPS.keys()


def test_what_does_not_fit_into_the_text_is_counted_without_an_internal_file() -> None:
    known = world()
    many = tuple(
        shortage("O1", f"2027-02-{n:02}", f"2027-02-{n:02}") for n in range(1, SHORTAGES_SHOWN + 3)
    )
    text = month_text(
        known, plan(*ROWS, shortages=many), ROWS, Ledgers(), (), (), FEBRUARY, FEBRUARY, END
    )
    assert text["未派驻到位的对象"][-1] == "另有2处。"


# A replan on 2027-02-08: O1 goes from 蹲守 to 定期 and keeps P1, who also relieves P2 at O2.
REPLANNED = (
    stint("O1", "P1", "2027-01-11", "2027-02-07"),
    stint("O1", "P1", "2027-02-08", "2027-07-09", form=Form.REGULAR),
    stint("O2", "P2", "2027-01-11", "2027-02-07", form=Form.REGULAR),
    stint("O2", "P1", "2027-02-08", "2027-07-09", form=Form.REGULAR),
)


def test_what_changes_form_between_two_forms_of_attachment_1_is_told_without_a_ledger() -> None:
    known, made = world(), plan(*REPLANNED)
    before, after = (
        {line.site_name: line.form for line in lines_of(known, made, one)}
        for one in (day("2027-01-31"), END)
    )
    differing = {site for site in before if before[site] != after[site]}
    (only,) = form_changes(known, REPLANNED, FEBRUARY, END)
    assert {known.site_by_id[only.site_id].name} == differing
    assert (only.day, only.before, only.after) == (
        day("2027-02-08"), Form.RESIDENT, Form.REGULAR,
    )  # fmt: skip
    gaps = gaps_of(known, REPLANNED, Ledgers(), ("D1",), FEBRUARY, END)
    text = month_text(known, made, REPLANNED, Ledgers(), (), gaps, FEBRUARY, FEBRUARY, END)
    assert text["驻点形式变动"] == ["企业O1自2月8日起由蹲守驻点改为定期驻点。"]
    assert "驻点形式变动没有登记，或与派驻计划不符1处，涉及1个对象。" in text["日志和台账核对"]
    sheet = month_workbook(
        known, REPLANNED, Ledgers(), gaps, (), (), ("D1",), FEBRUARY, END
    )["形式变动"]  # fmt: skip
    assert [cell.value for cell in sheet[2]][2:5] == ["2027-02-08", "蹲守驻点", "定期驻点"]


@pytest.mark.parametrize(
    ("date", "before", "after", "said"),
    [
        ("2027-02-08", Form.RESIDENT, Form.REGULAR, []),
        ("2027-02-08", Form.RESIDENT, Form.MOBILE, ["改为流动驻点，派驻计划中由蹲守驻点改为定期"]),
        ("2027-02-03", Form.RESIDENT, Form.REGULAR, ["当天没有这一变动", "没有登记"]),
        ("2027-02-08", None, Form.REGULAR, ["由不驻点改为定期驻点，派驻计划中由蹲守驻点改为定期"]),
    ],
)  # fmt: skip
def test_the_ledger_of_changes_of_form_is_held_against_the_postings(
    date: str, before: Form | None, after: Form | None, said: list[str]
) -> None:
    row = FormChange(site_id="O1", day=day(date), before=before, after=after, reason="降级")
    ledgers = Ledgers(form_changes=(row,))
    gaps = gaps_of(world(), REPLANNED, ledgers, ("D1",), FEBRUARY, END)
    found = sorted(one.text for one in gaps if one.rule == "R03-7")
    assert len(found) == len(said)
    assert all(part in text for part, text in zip(said, found, strict=True))


@pytest.mark.parametrize("ledgered", ["2027-04-10", "2027-04-11", "2027-04-12", "2027-04-15"])
def test_a_change_of_form_is_told_once_with_its_reason_where_the_day_of_the_ledger_is_off(
    ledgered: str,
) -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-04-11", form=Form.MOBILE),
        stint("O1", "P1", "2027-04-12", "2027-07-09", form=Form.REGULAR),
    )
    row = FormChange(
        site_id="O1", day=day(ledgered), before=Form.MOBILE, after=Form.REGULAR, reason="降级"
    )
    other = FormChange(site_id="O2", day=day(ledgered), before=Form.MOBILE, after=Form.REGULAR)
    ledgers = Ledgers(form_changes=(row, other))
    april = day("2027-04-01"), day("2027-04-30")
    (found,) = (one for one in told_changes(world(), rows, ledgers, *april) if one.site_id == "O1")
    assert (found.day, found.reason) == (day("2027-04-12"), "降级")
    assert len(told_changes(world(), rows, ledgers, *april)) == 2, "O2 by the ledger alone"


def test_a_change_on_the_weekend_between_two_months_is_told_in_one_of_them() -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-28"),
        stint("O1", "P1", "2027-03-01", "2027-07-09", form=Form.REGULAR),
    )
    row = FormChange(site_id="O1", day=END, before=Form.RESIDENT, after=Form.REGULAR, reason="降级")
    ledgers = Ledgers(form_changes=(row,))
    assert told_changes(world(), rows, ledgers, FEBRUARY, END) == ()
    (found,) = told_changes(world(), rows, ledgers, day("2027-03-01"), day("2027-03-31"))
    assert (found.day, found.reason) == (day("2027-03-01"), "降级")


def test_a_row_of_the_ledger_tells_one_change_of_those_back_and_forth() -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-04-05"),
        stint("O1", "P1", "2027-04-06", "2027-04-11", form=Form.REGULAR),
        stint("O1", "P1", "2027-04-12", "2027-04-18"),
        stint("O1", "P1", "2027-04-19", "2027-07-09", form=Form.REGULAR),
    )
    row = FormChange(
        site_id="O1", day=day("2027-04-18"), before=Form.RESIDENT, after=Form.REGULAR, reason="降级"
    )
    april = day("2027-04-01"), day("2027-04-30")
    found = told_changes(world(), rows, Ledgers(form_changes=(row,)), *april)
    assert [one.reason for one in found] == ["", "", "降级"]


def test_each_unit_at_one_object_tells_its_own_change_of_form() -> None:
    known = instance(
        departments=(department(), department("D2")),
        inspectors=(inspector("P1"), inspector("P2", department="D2")),
        sites=(site("O1"),),
    )
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-21", form=Form.MOBILE),
        stint("O1", "P1", "2027-02-22", "2027-07-09"),
        stint("O1", "P2", "2027-01-11", "2027-02-21", form=Form.REGULAR, department="D2"),
        stint("O1", "P2", "2027-02-22", "2027-07-09", form=Form.MOBILE, department="D2"),
    )
    row = FormChange(
        site_id="O1", day=day("2027-02-22"), before=Form.MOBILE, after=Form.RESIDENT, reason="升级"
    )
    ledgers = Ledgers(form_changes=(row,))

    def said(*units: str) -> list[str]:
        return list(form_lines(known, rows, ledgers, units, FEBRUARY, END))

    first = "企业O1自2月22日起由流动驻点改为蹲守驻点，升级。"
    second = "企业O1（D2）自2月22日起由定期驻点改为流动驻点。"
    assert (said("D1"), said("D2"), said("D1", "D2")) == ([first], [second], [first, second])
    sheet = month_workbook(
        known, rows, ledgers, (), (), (), ("D2",), FEBRUARY, END
    )["形式变动"]  # fmt: skip
    told = [[cell.value for cell in line][3:5] for line in sheet.iter_rows(min_row=2)]
    assert [one for one in told if one[0]] == [["定期驻点", "流动驻点"]]
    gaps = gaps_of(known, rows, ledgers, ("D1", "D2"), FEBRUARY, END)
    assert [one.text for one in gaps if one.rule == "R03-7"] == [], "the ledger has a row for both"


def test_a_ledger_that_tells_when_people_came_and_went_fits_the_postings() -> None:
    rows = (stint("O1", "P1", "2027-01-11", "2027-02-10"), stint("O2", "P2", "2027-02-15", None))
    told = (
        FormChange(site_id="O1", day=day("2027-02-11"), before=Form.RESIDENT),
        FormChange(site_id="O2", day=day("2027-02-15"), after=Form.RESIDENT),
    )
    gaps = gaps_of(world(), rows, Ledgers(form_changes=told), ("D1",), FEBRUARY, END)
    assert [one.text for one in gaps if one.rule == "R03-7"] == []


def test_the_text_names_everybody_who_changed_in_one_line_a_person() -> None:
    """FA1: 附件1 shows one day, so that nobody who came or went may be left out here."""
    people = tuple(inspector(f"P{n}") for n in range(1, 16))
    known = instance(departments=(department(),), inspectors=people, sites=(site("O1"), site("O2")))
    others = tuple(
        stint(one, person.id, "2027-01-11", "2027-02-10")
        for person in people[1:]
        for one in ("O1", "O2")
    )
    rows = (*REPLANNED[:2], *others)
    text = month_text(known, plan(*rows), rows, Ledgers(), (), (), FEBRUARY, FEBRUARY, END)
    first, *rest = text["人员调整"]
    assert first == "2月8日人员P1仍驻企业O1（由蹲守驻点改为定期驻点）。"
    assert rest == [
        f"2月10日{person.name}离开企业O1、企业O2（蹲守驻点）。" for person in people[1:]
    ]


def test_an_object_that_is_no_more_in_the_workbook_changes_nothing() -> None:
    rows = tuple(row.model_copy(update={"site_id": "O9"}) for row in REPLANNED[:2])
    assert form_changes(world(), rows, FEBRUARY, END) == ()


def test_who_goes_on_in_the_same_form_has_not_moved() -> None:
    rows = (
        stint("O1", "P1", "2027-01-11", "2027-02-19"),
        stint("O1", "P1", "2027-02-22", "2027-07-09", group="G"),
    )
    known = world()
    text = month_text(known, plan(*rows), rows, Ledgers(), (), (), FEBRUARY, FEBRUARY, END)
    assert text["人员调整"] == ["本月没有调整。"]


def test_dates_in_the_text_name_the_year_only_where_it_is_another() -> None:
    told = Extension(
        inspector_id="P1", site_id="O1", until=day("2028-01-07"),
        matter="事故核查", approver="王五", approved_on=day("2027-02-01"),
    )  # fmt: skip
    known, rows = world(extensions=(told,)), (stint("O1", "P1", "2027-02-03", "2027-07-09"),)
    made = plan(*rows, shortages=(shortage("O2", "2027-01-11", "2027-03-10"),))
    text = month_text(known, made, rows, Ledgers(), (), (), FEBRUARY, FEBRUARY, END)
    (news,), (extended,) = text["人员调整"], text["豁免和延长驻点"]
    assert news.startswith("2月3日人员P1进驻")
    assert "延至2028年1月7日，事故核查，王五于2月1日批准" in extended
    assert "2月1日至2月28日未派驻" in text["未派驻到位的对象"][0]


def test_attended_operations_of_logs_and_ledger_are_compared() -> None:
    first, *rest = full_month(world())
    hot = DangerousOperation(
        id="W1", site_id="O1", kind=OperationKind.HOT_WORK, planned_start=FEBRUARY,
        planned_end=FEBRUARY, attended_by="P1",
    )  # fmt: skip
    same = (first.model_copy(update={"operations_attended": 1}), *rest)
    assert found_gaps(Ledgers(work_logs=same, operations=(hot,))) == {}
    assert found_gaps(Ledgers(work_logs=(first, *rest), operations=(hot,))) == {
        "R16-4": ["本月日志写现场监督危险作业0次，“危险作业”台账有人到场的1次；附件2按日志"]
    }
    assert "1次，“危险作业”台账有人到场的0次" in found_gaps(Ledgers(work_logs=same))["R16-4"][0]


def test_a_regular_posting_needs_its_days() -> None:
    logs = full_month(world())[:-1]
    assert found_gaps(Ledgers(work_logs=logs))["R03-1"] == ["定期驻点本月应不少于5日，日志4日"]


def test_logs_where_the_person_is_not_posted_are_named() -> None:
    logs = (*full_month(world()), log("2027-02-02", "P2", "O1"))
    assert "2月2日有日志" in found_gaps(Ledgers(work_logs=logs))["R02-3"][0]


def test_a_major_hazard_has_to_be_reported_at_once() -> None:
    logs = full_month(world())
    late = hazard(
        "H1", "2027-02-02", level=HazardLevel.MAJOR, reported_on=day("2027-02-05"),
        deadline=day("2027-02-10"),
    )  # fmt: skip
    found = found_gaps(Ledgers(work_logs=logs, hazards=(late,)))
    assert "2027-02-05才直报" in found["R06-2"][0]
    assert "尚未销号" in found["R13-1"][0]
    good = late.model_copy(
        update={"reported_on": day("2027-02-03"), "closed_on": day("2027-02-09")}
    )
    assert found_gaps(Ledgers(work_logs=logs, hazards=(good,))) == {}


def test_an_operation_at_a_resident_needs_somebody_and_a_log() -> None:
    logs = full_month(world())
    hot = DangerousOperation(
        id="W1", site_id="O1", kind=OperationKind.HOT_WORK,
        planned_start=day("2027-02-20"), planned_end=day("2027-02-20"),
    )  # fmt: skip
    assert "无人到场" in found_gaps(Ledgers(work_logs=logs, operations=(hot,)))["R06-3"][0]
    attended = hot.model_copy(update={"attended_by": "P1", "attended_on": day("2027-02-13")})
    found = found_gaps(Ledgers(work_logs=logs, operations=(attended,)))
    assert "当天没有日志" in found["R12-1"][0]
    good = hot.model_copy(
        update={"attended_by": "P1", "attended_on": FEBRUARY, "planned_start": FEBRUARY}
    )
    assert "R06-3" not in found_gaps(Ledgers(work_logs=logs, operations=(good,)))
    regular = hot.model_copy(update={"site_id": "O2"})
    assert found_gaps(Ledgers(work_logs=logs, operations=(regular,))) == {}, "定期 need not"


# -- 累计 -----------------------------------------------------------------------------------------

MARCH = day("2027-03-01")


def without_logs(ledgers: Ledgers, known: Instance | None = None, since: str = "2027-01-01") -> Any:
    found = unlogged(known or world(), ROWS, ledgers, ("D1",), day(since), MARCH)
    return [(one.inspector_id, one.text[5:12]) for one in found]


def test_who_has_no_log_in_a_month_that_attachment_2_adds_up_is_named() -> None:
    january, february = log("2027-01-12"), log("2027-02-02")
    other = (log("2027-01-12", "P2", "O2"), log("2027-02-02", "P2", "O2"))
    assert without_logs(Ledgers(work_logs=(january, february, *other))) == []
    assert without_logs(Ledgers(work_logs=(february, *other))) == [("P1", "2027-01")]
    assert without_logs(Ledgers(work_logs=(february, *other)), since="2027-02-01") == []
    assert without_logs(Ledgers(work_logs=(log("2027-03-02"),))) == [
        ("P1", "2027-01"), ("P2", "2027-01"), ("P1", "2027-02"), ("P2", "2027-02"),
    ]  # fmt: skip


@pytest.mark.parametrize(("until", "named"), [("2027-02-18", True), ("2027-02-19", False)])
def test_who_was_there_for_less_than_six_days_may_have_no_log(until: str, named: bool) -> None:
    """From 02-22 on February 2027 has 5 working days, from 02-19 on 6."""
    away = Absence(inspector_id="P1", kind=AbsenceKind.SICK, start=FEBRUARY, end=day(until))
    logs = (log("2027-01-12"), log("2027-01-12", "P2", "O2"), log("2027-02-02", "P2", "O2"))
    found = without_logs(Ledgers(work_logs=logs), world(absences=(away,)))
    assert (found == [("P1", "2027-02")]) is named


def month_command(planned: PlannedSample, folder: Path, out: Path) -> list[str]:
    """``planner month`` for February of the sample, with a ledger of its logs alone."""
    ledger = filled_ledger(folder / "台账.xlsx", {"工作日志": logs_of(planned)})
    return [
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", "2027-02",
        "--ledger", str(ledger), "--out", str(out),
    ]  # fmt: skip


def test_a_month_whose_earlier_ledgers_are_not_given_says_so(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "二月"
    command = month_command(planned, tmp_path, out)
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "人在驻而没有2027-01的工作日志" in said
    assert "请把以前各月的台账也给出（--ledger 可重复写）" in said
    sheet = openpyxl.load_workbook(out / "月度核对.xlsx")["提示"]
    assert "FA2" in [line[1].value for line in sheet.iter_rows()]
    assert main([*command, "--since", "2027-02-01", "--force"]) == 0
    assert "人在驻而没有" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"attended_on": day("2027-02-19")}, "W1写为2027-02-19到场，不在计划起止之内"),
        ({"attended_on": day("2027-02-01")}, "W1写为2027-02-01到场，不在计划起止之内"),
        ({"attended_by": "P2"}, "W1的到场人员当天没有派驻在该对象"),
    ],
)
def test_who_came_on_another_day_or_is_not_posted_there_did_not_attend(
    fields: dict[str, Any], told: str
) -> None:
    hot = DangerousOperation(
        id="W1", site_id="O1", kind=OperationKind.HOT_WORK, planned_start=day("2027-02-02"),
        planned_end=day("2027-02-03"), attended_by="P1", attended_on=day("2027-02-03"),
    )  # fmt: skip
    first, *rest = full_month(world())
    logs = (first.model_copy(update={"operations_attended": 1}), *rest)
    assert found_gaps(Ledgers(work_logs=logs, operations=(hot,))) == {}
    wrong = found_gaps(Ledgers(work_logs=logs, operations=(hot.model_copy(update=fields),)))
    assert told in wrong["R06-3"][0]
    assert "台账有人到场的0次" in wrong["R16-4"][0]


# -- 到期 -----------------------------------------------------------------------------------------


def test_the_report_of_a_month_is_due_on_the_fifth_with_a_reminder_on_a_working_day() -> None:
    known = world()
    found = due_between(known, Ledgers(), ("D1",), day("2027-02-01"), day("2027-05-31"))
    days = {
        one.period: (one.day, one.deadline)
        for one in found
        if one.kind is SubmissionKind.ATTACHMENT_2
    }
    assert days["2027-01"] == (day("2027-02-04"), day("2027-02-05")), "2027-02-05 is 除夕"
    assert days["2027-02"] == (day("2027-03-05"), day("2027-03-05"))
    assert all(known.calendar.is_workday(one.day) for one in found)


@pytest.mark.parametrize(
    ("sent", "state"),
    [("2027-02-04", "已报"), ("2027-02-05", "已报"), ("2027-02-06", "迟报"), (None, "逾期")],
)
def test_the_fifth_is_in_time_where_it_is_a_day_off(sent: str | None, state: str) -> None:
    """R16-2: “5日前” includes the 5th; a later 应报日期 of the register does not move it."""
    row = Submission(
        kind=SubmissionKind.TEXT, period="2027-01", department="D1",
        due_on=day("2027-02-28"), sent_on=day(sent) if sent else None,
    )  # fmt: skip
    ledgers = Ledgers(submissions=(row,))
    for first, last in (("2027-02-04", "2027-02-04"), ("2027-02-05", "2027-02-05")):
        found = due_between(world(), ledgers, ("D1",), day(first), day(last))
        (one,) = (one for one in found if one.kind is SubmissionKind.TEXT)
        assert one.state(day("2027-02-06")) == state
        assert one.state(day("2027-02-05")) == (state if sent else "")


def test_other_papers_are_due_when_the_register_says_so() -> None:
    row = Submission(
        kind=SubmissionKind.LIST_FILING, period="2027Q2", department="D1",
        due_on=day("2027-04-18"), sent_on=day("2027-04-18"),
    )  # fmt: skip
    found = due_between(
        world(), Ledgers(submissions=(row,)), ("D1",), day("2027-04-14"), day("2027-04-16")
    )
    (one,) = (one for one in found if one.kind is SubmissionKind.LIST_FILING)
    assert (one.day, one.deadline) == (day("2027-04-16"), day("2027-04-18")), "a Sunday"
    assert one.state(day("2027-04-20")) == "已报"


def test_replanning_the_rest_of_a_round_begins_no_round() -> None:
    late = Round(name="2027H1", start=day("2027-04-12"), end=day("2027-07-11"))
    known = world(round=late)
    once = {"R15-1", "R05-10", "R10-1", "R07-2"}
    april = due_between(known, Ledgers(), ("D1",), day("2027-04-01"), day("2027-04-30"))
    assert not once & {one.rule for one in april}
    days = (day("2027-01-01"), day("2027-01-31"))
    whole = due_between(world(), Ledgers(), ("D1",), *days)
    assert due_between(known, Ledgers(), ("D1",), *days) == whole
    assert once <= {one.rule for one in whole}


def test_what_was_sent_late_or_not_at_all_is_said() -> None:
    sent = Submission(
        kind=SubmissionKind.ATTACHMENT_1, period="2027-02", department="D1",
        due_on=day("2027-03-05"), sent_on=day("2027-03-08"),
    )  # fmt: skip
    known = instance(departments=(department(), department("D2")))
    found = due_between(
        known, Ledgers(submissions=(sent,)), ("D1", "D2"), day("2027-03-05"), day("2027-03-05")
    )
    states = {(one.department, one.kind): one.state(day("2027-03-09")) for one in found if one.kind}
    assert states["D1", SubmissionKind.ATTACHMENT_1] == "迟报"
    assert states["D2", SubmissionKind.ATTACHMENT_1] == "逾期"
    assert found[0].state(day("2027-03-01")) in {"", "迟报"}


def test_a_summary_and_a_briefing_of_the_month_can_be_marked_done() -> None:
    done = tuple(
        Submission(
            kind=kind, period="2027-02", department="D1", due_on=END, sent_on=day("2027-02-25")
        )
        for kind in (SubmissionKind.SUMMARY, SubmissionKind.BRIEFING)
    )
    found = due_between(world(), Ledgers(submissions=done), ("D1", "D2"), FEBRUARY, END)
    states = {
        (one.rule, one.department): one.state(day("2027-03-01"))
        for one in found
        if one.rule in {"R12-2", "R16-5"} and one.period == "2027-02"
    }
    assert states == {
        ("R12-2", "D1"): "已报", ("R16-5", "D1"): "已报",
        ("R12-2", "D2"): "逾期", ("R16-5", "D2"): "逾期",
    }  # fmt: skip


def test_a_quarter_asks_for_list_spot_check_and_consultation() -> None:
    found = due_between(world(), Ledgers(), ("D1",), day("2027-04-01"), day("2027-06-30"))
    rules = {one.rule for one in found}
    assert {"R02-2", "R11-1", "R14-1", "R13-1", "R12-2", "R16-5"} <= rules


# -- files ----------------------------------------------------------------------------------------


def filled_ledger(path: Path, rows: dict[str, list[dict[str, Any]]]) -> Path:
    write_ledger_template(path)
    workbook = openpyxl.load_workbook(path)
    for title, given in rows.items():
        sheet = workbook[title]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for at, row in enumerate(given, start=2):
            for heading, value in row.items():
                sheet.cell(at, columns[heading]).value = value
    workbook.save(path)
    return path


def logs_of(planned: PlannedSample) -> list[dict[str, Any]]:
    """A log of every working day of February of the first posting."""
    plan = plan_from_json((planned.folder / "plan.json").read_text(encoding="utf-8"))
    row = next(one for one in plan.stints if one.start <= FEBRUARY and one.end and one.end >= END)
    days = [FEBRUARY + dt.timedelta(days=n) for n in range(4)]
    return [
        {
            "日期": one,
            "人员编号": row.inspector_id,
            "对象编号": row.site_id,
            "督促落实有奖举报（元）": 500,
        }
        for one in days
    ]


def test_the_files_of_a_month(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "二月"
    command = month_command(planned, tmp_path, out)
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "派出 1 人次、派驻 1 家次" in said
    assert "18日等 16 天（R12-1）" in said
    checked = openpyxl.load_workbook(out / "月度核对.xlsx")["日志核对"]
    named = [str(line[4].value) for line in checked.iter_rows()]
    assert any(one.endswith("18日、19日、22日、23日、24日、25日、26日") for one in named)
    form = openpyxl.load_workbook(out / "附件2-驻点监督工作情况统计表.xlsx")["附件2"]
    assert form["A2"].value == "全市安全生产驻点监督工作情况统计表"
    headings = [cell.value for cell in form[FIRST_ROW - 1][3:]]
    wanted = [heading for _, group in GROUPS for heading in group]
    assert [str(one).replace("\n", "") for one in headings] == wanted
    assert len(wanted) == 15
    last = form.max_row
    assert form.cell(last, 1).value == NOTE
    assert str(form.cell(last - 1, 1).value).startswith("联系人：")
    assert form.cell(last - 2, 2).value == "合计"
    assert form.cell(last - 2, 13).value == 0.2
    assert main(command) == 2, "a report that stands there is not replaced"
    assert "其中已有 附件1" in capsys.readouterr().out
    assert main([*command, "--force"]) == 0
    assert {one.name for one in out.iterdir()} == {
        "附件1-驻点情况统计表.xlsx", "附件2-驻点监督工作情况统计表.xlsx", "月度核对.xlsx",
        "月度文字材料.docx",
    }  # fmt: skip


@pytest.fixture(scope="module")
def with_bureau(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Workbook, plan and February's ledger of D1 and of its county bureau D2, one object each."""
    folder = tmp_path_factory.mktemp("县级")
    known = instance(
        departments=(
            department(contact="张三"),
            department("D2", name="某区D2局", level=Level.COUNTY, county="任城区", parent="D1"),
        ),
        inspectors=(inspector("P1"), inspector("P2", department="D2")),
        sites=(site("O1"), site("O2", address="某路2号", department="D2", level=Level.COUNTY)),
        list_items=tuple(
            ListItem(
                quarter="2027Q1", department=unit, site_id=one, action=ListAction.KEEP,
                grade=Grade.FIRST, grade_reason="会商研究后定级", approver="王五",
            )
            for unit, one in (("D1", "O1"), ("D2", "O2"))
        ),
    )  # fmt: skip
    workbook, out = folder / "数据.xlsx", folder / "结果"
    write_workbook(known, workbook)
    assert main(["plan", str(workbook), "--out", str(out), "--jobs", "1"]) == 0
    rows = [
        {"日期": day("2027-02-02"), "人员编号": "P1", "对象编号": "O1", "督促召开晨会": 2},
        {"日期": day("2027-02-02"), "人员编号": "P2", "对象编号": "O2", "督促召开晨会": 3},
        {"日期": day("2027-02-03"), "人员编号": "P2", "对象编号": "O2", "督促召开晨会": 5},
    ]
    ledger = filled_ledger(folder / "台账.xlsx", {"工作日志": rows})
    return workbook, out / "plan.json", ledger


def month_of(files: tuple[Path, Path, Path], out: Path, *more: str) -> None:
    workbook, made, ledger = map(str, files)
    command = ["month", workbook, made, "--month", "2027-02", "--ledger", ledger]
    assert main([*command, "--out", str(out), *more]) == 0


def text_of(path: Path) -> str:
    return "\n".join(one.text for one in Document(str(path)).paragraphs)


def form_rows(folder: Path) -> list[tuple[Any, ...]]:
    """Heading, rows, total and note of 附件2."""
    sheet = openpyxl.load_workbook(folder / "附件2-驻点监督工作情况统计表.xlsx")["附件2"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    return [rows[2][:1], *(row[1:10] for row in rows[FIRST_ROW - 1 : -2]), rows[-1][:1]]


def test_a_municipal_department_reports_its_county_bureaus_in_columns_of_their_own(
    with_bureau: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """R16-2: one row for a sector and form, and one paper for the office."""
    month_of(with_bureau, tmp_path / "二月")
    for folder in (tmp_path / "二月", tmp_path / "二月" / "D1"):
        assert form_rows(folder) == [
            ("部门：市D1局",),
            ("S1", "蹲守驻点", 1, 1, 1, 1, 0, 0, 10),
            ("合计", None, 1, 1, 1, 1, 0, 0, 10),
            (NOTE,),
        ]
        form = openpyxl.load_workbook(folder / "附件1-驻点情况统计表.xlsx").active
        assert form is not None
        assert form["A3"].value == "部门：市D1局"
        assert [form.cell(row, 3).value for row in (5, 6)] == ["企业O1", "企业O2"]
        text = text_of(folder / "月度文字材料.docx")
        assert "市安委会办公室：" in text
        assert "派出驻点监督人员2人次（市级1、县级1）" in text


def test_a_county_bureau_gives_its_numbers_to_the_department_above(
    with_bureau: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    month_of(with_bureau, tmp_path / "二月")
    folder = tmp_path / "二月" / "D2"
    heading, row, total, (note,) = form_rows(folder)
    assert heading == ("部门：某区D2局",)
    assert row[2:6] == total[2:6] == (0, 1, 0, 1)
    assert note.startswith("注：县级数字，报市D1局汇总填表")
    text = text_of(folder / "月度文字材料.docx")
    assert "市D1局：" in text
    assert "市安委会办公室" not in text
    sent = openpyxl.load_workbook(tmp_path / "二月" / "月度核对.xlsx")["报送情况"]
    assert {line[2].value for line in sent.iter_rows(min_row=2) if line[3].value == "R16-2"} == {
        "D1"
    }


def test_a_department_without_its_bureaus_is_told_whom_its_form_lacks(
    with_bureau: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    month_of(with_bureau, tmp_path / "二月", "--department", "D1")
    assert "附件2的县级栏没有计入D2：" in capsys.readouterr().out
    assert form_rows(tmp_path / "二月")[1][2:6] == (1, 0, 1, 0)
    month_of(with_bureau, tmp_path / "县", "--department", "D2")
    assert "没有计入" not in capsys.readouterr().out


def test_county_bureaus_do_not_owe_the_monthly_report() -> None:
    found = due_between(world(), Ledgers(), ("D1", "D2"), FEBRUARY, day("2027-03-31"))
    assert {one.department for one in found if one.rule == "R16-2"} == {"D1"}
    assert {one.department for one in found if one.rule == "R12-2"} == {"D1", "D2"}


def test_a_month_before_the_rest_of_a_round_is_reported_as_it_was(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = planned.folder / "plan.json"
    made = plan_from_json(file.read_text(encoding="utf-8"))
    rest = rest_of_round(planned.instance, made, day("2027-04-12"))
    late, later = tmp_path / "其余.xlsx", tmp_path / "其余.json"
    write_workbook(rest, late)
    read = check(late).instance
    assert read is not None
    later.write_text(plan_to_json(rest_of_plan(read, made), read), encoding="utf-8")
    ledger = str(filled_ledger(tmp_path / "台账.xlsx", {"工作日志": logs_of(planned)}))
    cells = []
    for workbook, plan_file, out in ((planned.workbook, file, "原"), (late, later, "后")):
        command = ["month", str(workbook), str(plan_file), "--ledger", ledger, "--month"]
        assert main([*command, "2027-03", "--out", str(tmp_path / out)]) == 0
        forms = ("附件1-驻点情况统计表.xlsx", "附件2-驻点监督工作情况统计表.xlsx")
        cells.append([list(openpyxl.load_workbook(tmp_path / out / one).active.values)
                      for one in forms])  # fmt: skip
    assert cells[0] == cells[1]
    assert len(cells[0][0]) > FIRST_ROW
    said = "4月12日以前的缺口见当时的计划，本计划自该日起。"
    for out, times in (("原", 0), ("后", 1)):
        text = Document(str(tmp_path / out / "月度文字材料.docx"))
        assert [one.text for one in text.paragraphs].count(said) == times
    assert main([*command, "2026-12", "--out", str(tmp_path / "十二月")]) == 2
    assert "不在本轮（2027-01-11 至 2027-07-11）之内" in capsys.readouterr().out


def test_several_ledgers_are_added_up_and_a_row_in_two_counts_once(
    planned: PlannedSample, tmp_path: Path
) -> None:
    known = check(planned.workbook).instance
    assert known is not None
    rows = logs_of(planned)
    one = filled_ledger(tmp_path / "甲.xlsx", {"工作日志": rows[:3]})
    other = filled_ledger(tmp_path / "乙.xlsx", {"工作日志": rows[2:]})
    found = read_ledgers((one, other), known)
    assert found.ledgers is not None
    assert len(found.ledgers.work_logs) == len(rows)
    changed = [{**rows[2], "督促落实有奖举报（元）": 700}]
    third = filled_ledger(tmp_path / "丙.xlsx", {"工作日志": changed})
    wrong = read_ledgers((one, third), known)
    assert wrong.ledgers is None
    assert [(one.sheet, one.cell) for one in wrong.issues] == [("丙.xlsx：工作日志", "A2")]
    assert "与“甲.xlsx：工作日志!A4”各有一行，内容不同" in wrong.issues[0].message


@pytest.mark.parametrize(
    ("amount", "severity", "said"),
    [
        (2, Severity.WARNING, "“督促落实有奖举报（元）”只有 2，请核对单位（金额，以元为单位"),
        (99, Severity.WARNING, "只有 99"),
        (0.01, Severity.ERROR, "“0.01”不是整数"),
        (100, None, ""),
        (0, None, ""),
    ],
)
def test_a_reward_that_may_be_meant_in_another_unit_is_told(
    amount: float, severity: Severity | None, said: str, planned: PlannedSample, tmp_path: Path
) -> None:
    """附件2 prints 万元 with two decimals: less than 100 yuan is lost in it."""
    row = {**logs_of(planned)[0], "督促落实有奖举报（元）": amount}
    found = read_ledgers(
        (filled_ledger(tmp_path / "台账.xlsx", {"工作日志": [row]}),), planned.instance
    )
    told = [one for one in found.issues if one.severity is not Severity.CHANGE]
    assert [(one.severity, one.cell) for one in told] == ([(severity, "K2")] if severity else [])
    assert all(said in one.message for one in told)
    assert all("以元为单位" in one.message + one.remedy for one in told)


def test_a_ledger_with_the_heading_of_before_is_read(
    planned: PlannedSample, tmp_path: Path
) -> None:
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": logs_of(planned)[:1]})
    workbook = openpyxl.load_workbook(ledger)
    (heading,) = (one for one in workbook["工作日志"][1] if str(one.value).endswith("（元）"))
    heading.value = "督促落实有奖举报"
    workbook.save(ledger)
    found = read_ledgers((ledger,), planned.instance)
    assert found.ledgers is not None
    assert [one.reward_yuan for one in found.ledgers.work_logs] == [500]


def test_ledgers_of_the_store_count_as_those_of_workbooks(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "planner.db")
    rows = logs_of(planned)
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": rows})
    assert main(["db", "import", str(planned.workbook), "--db", store]) == 0
    assert main(["db", "ledger", str(ledger), "--db", store]) == 0
    found = ledgers_of((store,), planned.instance)
    assert found.ledgers is not None
    assert len(found.ledgers.work_logs) == len(rows)
    both = ledgers_of((store, str(ledger)), planned.instance)
    assert both.ledgers == found.ledgers, "a row in both counts once"
    person = rows[0]["人员编号"]
    others = tuple(one for one in planned.instance.inspectors if one.id != person)
    fewer = planned.instance.model_copy(update={"inspectors": others})
    left = ledgers_of((store,), fewer)
    assert left.ledgers is not None
    assert left.ledgers.work_logs == ()
    assert f"{len(rows)} 行台账的对象或人员不在工作簿中" in left.issues[0].message
    missing = ledgers_of((str(tmp_path / "没有.db"),), planned.instance)
    assert missing.ledgers is None
    assert "没有.db" in missing.issues[0].message


def test_trainings_of_a_ledger_reach_the_workbook_and_the_store(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known, new = planned.instance.trainings[0], tmp_path / "新数据.xlsx"
    judged = known.model_copy(update={"passed": not known.passed})
    held = known.model_copy(update={"start": None, "end": day("2027-02-03")})
    row = {
        "人员编号": "、".join(known.inspector_ids), "行业编码": "、".join(known.sectors),
        "任务清单": "是", "制度措施": "是", "重大隐患判定标准": "是",
    }  # fmt: skip
    said = {True: "是", False: "否", None: None}
    rows = [
        {**row, "起始日期": known.start, "结束日期": known.end, "合格": said[judged.passed]},
        {**row, "结束日期": held.end, "合格": said[held.passed]},
    ]
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"培训": rows})
    command = ["trainings", str(planned.workbook), str(new), "--ledger", str(ledger)]
    due = ["due", "--from", "2027-02-01", "--to", "2027-02-28", "--ledger", str(ledger)]
    assert main([*due, str(planned.workbook)]) == 0
    assert "台账的培训有 2 行不在工作簿中" in capsys.readouterr().out
    assert main(command) == 0
    wanted = {*planned.instance.trainings[1:], judged, held}
    written = check(new).instance
    assert written is not None
    assert set(written.trainings) == wanted
    as_before = {"trainings": planned.instance.trainings, "input_hash": planned.instance.input_hash}
    assert written.model_copy(update=as_before) == planned.instance, "nothing else has changed"
    capsys.readouterr()
    assert main([*due, str(new)]) == 0
    assert "不在工作簿中" not in capsys.readouterr().out
    assert main(["trainings", str(new), str(tmp_path / "又.xlsx"), "--ledger", str(ledger)]) == 2
    assert "没有工作簿中没有的行" in capsys.readouterr().out
    store, out = str(tmp_path / "planner.db"), tmp_path / "导出.xlsx"
    assert main(["db", "import", str(planned.workbook), "--db", store]) == 0
    assert main(["db", "ledger", str(ledger), "--db", store]) == 0
    assert main(["db", "export", str(out), "--db", store]) == 0
    exported = check(out).instance
    assert exported is not None
    assert set(exported.trainings) == wanted


def test_a_wrong_training_in_a_ledger_has_its_cell(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"人员编号": "没有的人", "行业编码": "HY08a", "结束日期": day("2027-02-03")}]
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"培训": rows})
    out = tmp_path / "新数据.xlsx"
    assert main(["trainings", str(planned.workbook), str(out), "--ledger", str(ledger)]) == 2
    assert "错误 台账.xlsx：培训!A2" in capsys.readouterr().out
    assert not out.exists()


def test_a_wrong_ledger_names_every_cell_and_writes_nothing(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**logs_of(planned)[0], "人员编号": "没有的人", "督促召开应急演练": "两次"}]
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": rows})
    out = tmp_path / "二月"
    command = [
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", "2027-02",
        "--ledger", str(ledger), "--out", str(out),
    ]  # fmt: skip
    assert main(command) == 2
    said = capsys.readouterr().out
    assert "台账.xlsx：工作日志!B2" in said
    assert "台账.xlsx：工作日志!J2" in said
    assert not out.exists()


def test_a_wrong_column_of_a_ledger_is_one_line(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**one, "督促召开应急演练": 0.5} for one in logs_of(planned)]
    rows[1]["督促召开应急演练"] = 1.5
    more = [{**rows[0], "日期": rows[-1]["日期"] + dt.timedelta(days=n)} for n in (1, 2, 3)]
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"工作日志": [*rows, *more]})
    command = ["due", str(planned.workbook), "--from", "2027-02-01", "--to", "2027-02-28"]
    assert main([*command, "--ledger", str(ledger)]) == 2
    said = [one for one in capsys.readouterr().out.splitlines() if one.startswith("错误")]
    assert [one.split()[1] for one in said] == [
        "台账.xlsx：工作日志!J2、J4:J8", "台账.xlsx：工作日志!J3",
    ]  # fmt: skip


def test_what_is_too_much_to_print_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """No command is named that lists them: of ledgers there is none."""
    issues = [
        InputIssue(severity=Severity.ERROR, sheet="工作日志", cell=f"L{n}", message=f"{m}")
        for m in range(ISSUES_SHOWN + 1)
        for n in (2, 3)
    ]
    assert told(Outcome(BAD_INPUT, (), issues=tuple(issues))) == BAD_INPUT
    *shown, last = capsys.readouterr().out.splitlines()
    assert len(shown) == ISSUES_SHOWN
    assert shown[-1] == f"错误 工作日志!L2、L3 {ISSUES_SHOWN - 1}"
    assert last == "另有 2 条没有显示：请先改好以上各条，再运行一次"


def test_ledgers_of_one_file_name_are_told_apart_by_their_folders(
    planned: PlannedSample, tmp_path: Path
) -> None:
    wrong = {**logs_of(planned)[0], "督促召开应急演练": "两次"}
    files = [tmp_path / one / "台账.xlsx" for one in ("甲", "乙")]
    for file in files:
        file.parent.mkdir()
        filled_ledger(file, {"工作日志": [wrong]})
    found = read_ledgers(files, planned.instance)
    assert [(one.sheet, one.cell) for one in found.issues] == [
        (f"{file}：工作日志", "J2") for file in files
    ]


def test_dates_that_cannot_be_are_told_with_their_cells(
    planned: PlannedSample, tmp_path: Path
) -> None:
    log = logs_of(planned)[0]
    dates = (day("2028-02-01"), day("2017-02-01"))
    file = filled_ledger(
        tmp_path / "台账.xlsx", {"工作日志": [{**log, "日期": one} for one in dates]}
    )
    found = read_ledgers((file,), planned.instance)
    assert found.ledgers is not None, "the round of the workbook may be an earlier one"
    assert [(one.severity, one.cell) for one in found.issues] == [
        (Severity.WARNING, "A2"), (Severity.WARNING, "A3"),
    ]  # fmt: skip
    late, early = (one.message for one in found.issues)
    assert "2028-02-01 晚于本轮最后一天 2027-07-11" in late
    assert "2017-02-01 早于文件印发 2023-09-01" in early


def test_what_happened_before_its_beginning_is_refused(
    planned: PlannedSample, tmp_path: Path
) -> None:
    log = logs_of(planned)[0]
    operation = {
        "编号": "WX-1", "对象编号": log["对象编号"], "作业种类": "动火",
        "计划起": day("2027-03-02"), "计划止": day("2027-03-03"), "到场日期": day("2027-03-01"),
    }  # fmt: skip
    hazard = {
        "编号": "YH-1", "对象编号": log["对象编号"], "发现日期": day("2027-03-02"),
        "发现人": log["人员编号"], "隐患内容": "消防通道堵塞",
        "整改期限": day("2027-03-01"), "直报日期": day("2027-03-01"),
    }  # fmt: skip
    file = filled_ledger(tmp_path / "台账.xlsx", {"危险作业": [operation], "隐患台账": [hazard]})
    found = read_ledgers((file,), planned.instance)
    assert found.ledgers is None
    assert [one.message for one in found.issues] == [
        "到场日期（2027-03-01）早于计划起（2027-03-02）",
        "整改期限（2027-03-01）早于发现日期（2027-03-02）",
        "直报日期（2027-03-01）早于发现日期（2027-03-02）",
    ]


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("附件1", "2027-02", "2027-02"),
        ("附件2", "2027年2月", "2027-02"),
        ("文字材料", "2027.2", "2027-02"),
        ("附件1", dt.date(2027, 2, 1), "2027-02"),
        ("周台账", "2027年第7周", "2027-W07"),
        ("周台账", "2027-W07", "2027-W07"),
        ("名单备案", "2027年第一季度", "2027Q1"),
        ("会商", "2027Q1", "2027Q1"),
        ("方案备案", "2027年上半年", "2027H1"),
        ("方案备案", "2027h1", "2027H1"),
        ("附件1", "二月", None),
        ("附件1", "2027-13", None),
        ("周台账", "2027-W54", None),
        ("附件1", 2027.1, None),
    ],
)
def test_a_period_is_read_however_it_is_written(
    kind: str, written: object, read: str | None, planned: PlannedSample, tmp_path: Path
) -> None:
    row = {
        "种类": kind, "期间": written, "单位编码": planned.plan.departments[0],
        "应报日期": day("2027-03-05"),
    }  # fmt: skip
    found = read_ledgers(
        (filled_ledger(tmp_path / "台账.xlsx", {"报送": [row]}),), planned.instance
    )
    kinds = [(one.severity, one.cell) for one in found.issues]
    if read is None:
        assert kinds == [(Severity.ERROR, "B2")]
        return
    assert found.ledgers is not None
    assert found.ledgers.submissions[0].period == read
    assert kinds == ([] if written == read else [(Severity.CHANGE, "B2")])


def test_a_period_that_does_not_fit_what_is_handed_in_is_refused(
    planned: PlannedSample, tmp_path: Path
) -> None:
    """Nothing would ever be found handed in under it."""
    (unit, *_) = planned.plan.departments
    pairs = (
        ("附件1", "2027年第一季度"), ("附件2", "2027-02"), ("周台账", "2027-02"),
        ("会商", "2027H1"), ("方案备案", "2027-W07"),
    )  # fmt: skip
    rows = [
        {"种类": kind, "期间": period, "单位编码": unit, "应报日期": day("2027-03-05")}
        for kind, period in pairs
    ]
    found = read_ledgers((filled_ledger(tmp_path / "台账.xlsx", {"报送": rows}),), planned.instance)
    assert found.ledgers is None
    wrong = [one for one in found.issues if one.severity is Severity.ERROR]
    assert [(one.sheet, one.cell, one.message, one.remedy) for one in wrong] == [
        ("台账.xlsx：报送", cell, f"“期间”{told}报送", f"请改期间为{remedy}，或改种类")
        for cell, told, remedy in (
            ("B2", "2027Q1 是季度，而“种类”附件1按月", "月，写作 2027-02"),
            ("B4", "2027-02 是月，而“种类”周台账按周", "周，写作 2027-W07"),
            ("B5", "2027H1 是轮次，而“种类”会商按季度", "季度，写作 2027Q1"),
            ("B6", "2027-W07 是周，而“种类”方案备案按轮次", "轮次，写作 2027H1"),
        )
    ]


def test_a_list_is_judged_within_its_quarter(planned: PlannedSample, tmp_path: Path) -> None:
    """R02-1: a warning with the cell; a version that nobody has filed yet may lack the date."""
    (unit, *_) = planned.plan.departments
    days = (
        ("2027-01-01", None), ("2027-03-31", None), ("2026-12-31", None), ("2027-04-01", None),
        (None, "2027-01-08"), (None, None),
    )  # fmt: skip
    rows = [
        {
            "季度": "2027Q1", "单位编码": unit, "版本": number,
            "研判日期": judged and day(judged), "备案日期": filed and day(filed),
        }
        for number, (judged, filed) in enumerate(days, start=1)
    ]  # fmt: skip
    ledger = filled_ledger(tmp_path / "台账.xlsx", {"名单版本": rows})
    found = read_ledgers((ledger,), planned.instance)
    assert found.ledgers is not None
    assert len(found.ledgers.list_versions) == len(days)
    told = [(one.sheet, one.cell, one.message) for one in found.issues if "R02-1" in one.message]
    assert told == [
        (
            "台账.xlsx：名单版本",
            "D4",
            "研判日期 2026-12-31 不在 2027Q1 之内（R02-1：每季度研判一次）",
        ),
        (
            "台账.xlsx：名单版本",
            "D5",
            "研判日期 2027-04-01 不在 2027Q1 之内（R02-1：每季度研判一次）",
        ),
        ("台账.xlsx：名单版本", "D6", "名单已备案，没有研判日期（R02-1）"),
    ]


def test_what_is_due_is_due_for_the_periods_that_may_be_entered() -> None:
    round = world().round
    due = due_between(world(), Ledgers(), ("D1",), day("2027-01-01"), round.end)
    asked = {(one.kind, PeriodKind.of(one.period)) for one in due if one.kind is not None}
    assert asked == {(kind, kind.period) for kind in SubmissionKind}


def test_days_of_another_month_or_of_other_units_are_refused(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    march = DayPlan(
        month="2027-03", first=day("2027-03-01"), last=day("2027-03-31"), since=day("2027-03-01"),
        departments=planned.plan.departments, rows=(),
    )  # fmt: skip
    other = march.model_copy(update={"month": "2027-02", "departments": ("别处",)})
    files = [tmp_path / "三月.json", tmp_path / "别处.json"]
    for file, content in zip(files, (march, other), strict=True):
        file.write_text(days_to_json(content), encoding="utf-8")
    command = [
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", "2027-02",
        "--out", str(tmp_path / "二月"),
    ]  # fmt: skip
    assert main([*command, *(part for one in files for part in ("--days", str(one)))]) == 2
    said = capsys.readouterr().out
    assert "是2027-03的日程，月报是2027-02的" in said
    assert "是别处的日程" in said
    assert not (tmp_path / "二月").exists()


@pytest.mark.parametrize(
    ("month", "said"), [("2028-02", "不在本轮"), ("2027-13", "月份写作"), ("二月", "月份写作")]
)
def test_a_month_that_cannot_be_is_refused(
    month: str,
    said: str,
    planned: PlannedSample,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = [
        "month", str(planned.workbook), str(planned.folder / "plan.json"), "--month", month,
        "--out", str(tmp_path / "x"),
    ]  # fmt: skip
    assert main(command) == 2
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_due_lists_what_comes(planned: PlannedSample, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["due", str(planned.workbook), "--from", "2027-02-01", "--to", "2027-02-28"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "2027-02-04 1月附件2" in said
    assert "报市安委会办公室，最迟2027-02-05（R16-2）" in said
    assert main([*command[:-1], "2027-01-01"]) == 2
    assert "早于" in capsys.readouterr().out


def test_a_ledger_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "台账.xlsx")
    assert main(["ledger", target]) == 0
    assert main(["ledger", target]) == 2
    assert "--force" in capsys.readouterr().err
