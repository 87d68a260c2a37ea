"""事件: what each does to the workbook, what it refuses, and that the plan after it is sound.

The state after an event is written as a workbook and read again, as the command does.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from constraints import RULES
from planner.change.compare import ChangeKind
from planner.change.events import (
    EVENT_BY_WORD,
    EVENTS,
    LONGEST_NOTICE_DAYS,
    OPTIONS,
    Event,
    Particulars,
    edits_of,
)
from planner.change.replan import Replanned, replan
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Absence, ListItem, RiskFactors
from planner.domain.terms import (
    AbsenceKind,
    EndReason,
    Form,
    Grade,
    ListAction,
    SiteStatus,
    StintStatus,
)
from planner.edits import EditError
from planner.exit_codes import BAD_INPUT
from planner.offer import Offer
from planner.requests import KeptRows
from planner.rolling import rest_of_round
from planner.rule import Rule
from planner.run import change
from planner.solve import Settings, solve
from tests.builders import ROUND, day, department, inspector, instance, past, sector, site, trained
from tests.conftest import PlannedSample

MARCH = day("2027-03-03")
SECTORS = ("S1", "S2", "S3")
FAR = day("2027-12-31")
SOUND_PLANS = 2
"""So many plans are made for each event, whatever is refused in between."""


@cache
def two_units() -> Instance:
    """D1 serves O1 (一级), O2, O3 and O4 (三级), D2 serves O5 (三级); O6 is not stationed yet."""
    people = tuple(
        inspector(name, department=unit, skills=tuple((one, 2) for one in SECTORS))
        for unit, names in (("D1", ("P1", "P2", "P3", "P4", "P5")), ("D2", ("Q1", "Q2")))
        for name in names
    )
    units = {"O5": "D2"}
    fields = {"O4": "S3", "O5": "S2"}
    sites = tuple(
        site(name, department=units.get(name, "D1"), sector=fields.get(name, "S1"))
        for name in ("O1", "O2", "O3", "O4", "O5", "O6")
    )
    facts: dict[str, dict[str, Any]] = {
        "O1": {"open_major_hazards": 1}, "O6": {"penalties_1y": 0},
    }  # fmt: skip
    known = instance(
        departments=(
            department("D1", sectors=("S1", "S3")),
            department("D2", sectors=("S2",), parent="D1"),
        ),
        sectors=tuple(sector(code) for code in SECTORS),
        inspectors=people,
        sites=sites,
        risk_factors=tuple(
            RiskFactors(site_id=one.id, quarter="2027Q1", **facts.get(one.id, {"penalties_1y": 2}))
            for one in sites
        ),
        trainings=(trained(*(one.id for one in people), sectors=SECTORS),),
        absences=(
            Absence(
                inspector_id="P5", kind=AbsenceKind.ASSIGNMENT, start=ROUND.start, end=ROUND.end
            ),
        ),
        stints=(
            past("O4", "P3", "2026-05-11", "2026-11-08", form=Form.REGULAR),
            past("O1", "P1", "2026-12-07", None),
            past("O2", "P2", "2026-10-12", None, form=Form.REGULAR),
            past("O3", "P2", "2026-11-02", None, form=Form.REGULAR),
            past("O4", "P4", "2026-11-09", None, form=Form.REGULAR),
            past("O5", "Q1", "2026-11-16", None, form=Form.REGULAR, department="D2"),
        ),
    )
    return as_read(known)


def as_read(known: Instance) -> Instance:
    """As the workbook says it: rated, with the key periods of the calendar."""
    read, _, issues = change.as_written(known)
    assert read is not None, issues
    return read


@cache
def listed() -> Instance:
    """The same with a list: O3 is put off, O5 leaves in summer."""
    known = two_units()
    rows = tuple(
        ListItem(
            quarter="2027Q1",
            department=one.department,
            site_id=one.id,
            action=ListAction.DEFER if one.id == "O3" else ListAction.KEEP,
        )
        for one in known.sites
    )
    free = tuple(row for row in known.stints if row.site_id != "O3")
    return as_read(known.model_copy(update={"list_items": rows, "stints": free}))


@cache
def plan_of(with_list: bool) -> Plan:
    known = listed() if with_list else two_units()
    return solve(known, ("D1", "D2"), RULES, Settings(30))


def solver(known: Instance, units: Sequence[str], rules: Sequence[Rule], offer: Offer) -> Plan:
    return solve(known, units, rules, Settings(30), offer=offer)


def changed(known: Instance, word: str, since: dt.date, **about: Any) -> Instance:
    """The state after an event, as the workbook says it that would be written."""
    made = plan_of(bool(known.list_items))
    return as_read(change.state_on(known, made, EVENT_BY_WORD[word], Particulars(since, **about)))


def after(known: Instance, word: str, since: dt.date = MARCH, **about: Any) -> Replanned:
    state = changed(known, word, since, **about)
    kept = EVENT_BY_WORD[word].kept(state, Particulars(since, **about))
    requests = (KeptRows(kept),) if kept else ()
    return replan(state, plan_of(bool(known.list_items)), RULES, solver, requests)


def refused(known: Instance, word: str, since: dt.date = MARCH, **about: Any) -> EditError:
    with pytest.raises(EditError) as caught:
        changed(known, word, since, **about)
    return caught.value


def rows_at(plan: Plan, site_id: str) -> list[Stint]:
    return sorted((row for row in plan.stints if row.site_id == site_id), key=lambda r: r.start)


# -- 等级上升 -------------------------------------------------------------------------------------


def test_a_raised_object_gets_the_new_form_and_the_old_one_ends_before() -> None:
    made = plan_of(False)
    assert [row.form for row in rows_at(made, "O2")] == [Form.REGULAR, Form.REGULAR]
    since = day("2027-03-22")  # no meeting is on
    found = after(two_units(), "等级上升", since, site_id="O2", grade=Grade.FIRST)
    assert found.verdict.accepted
    old, new = rows_at(found.plan, "O2")
    assert (old.form, old.end, old.end_reason) == (
        Form.REGULAR, since - dt.timedelta(days=1), EndReason.OTHER,
    )  # fmt: skip
    assert (new.form, new.start) == (Form.RESIDENT, since)


def test_on_an_empty_list_all_objects_stay_on_it() -> None:
    state = changed(two_units(), "等级上升", MARCH, site_id="O2", grade=Grade.FIRST)
    assert all(state.owed_window(one) is not None for one in state.sites)
    (row,) = (row for row in state.list_items if row.grade is not None)
    assert (row.site_id, row.grade, row.approver) == ("O2", Grade.FIRST, "待补")


@pytest.mark.parametrize("grade", [Grade.THIRD, Grade.FOURTH])
def test_a_grade_that_is_no_rise_is_refused(grade: Grade) -> None:
    error = refused(two_units(), "等级上升", site_id="O2", grade=grade)
    assert "现在是三级，这不是上升" in str(error)
    assert "一级、二级" in str(error)


def test_an_object_off_the_list_cannot_be_raised() -> None:
    assert "新增对象" in str(refused(listed(), "等级上升", site_id="O3", grade=Grade.FIRST))


# -- 新增对象、退出名单 ----------------------------------------------------------------------------


def test_an_object_enters_in_its_row_of_the_quarter() -> None:
    known = listed()
    state = changed(known, "新增对象", MARCH, site_id="O3", grade=Grade.SECOND)
    assert len(state.list_items) == len(known.list_items)
    (row,) = state.list_items_of["O3"]
    assert (row.action, row.valid_from, row.grade) == (ListAction.ADD, MARCH, Grade.SECOND)
    window = state.owed_window(state.site_by_id["O3"])
    assert window == (MARCH, state.round.end)


@pytest.mark.parametrize("since", [MARCH, day("2027-05-10")])
def test_an_object_leaves_in_its_row_and_was_served_until_the_day_before(since: dt.date) -> None:
    """In the second quarter too: a row of it would have all objects rated anew."""
    known = listed()
    state = changed(known, "退出名单", since, site_id="O5")
    assert len(state.list_items) == len(known.list_items)
    (row,) = state.list_items_of["O5"]
    assert (row.quarter, row.action, row.valid_to) == (
        "2027Q1", ListAction.LEAVE, since - dt.timedelta(days=1),
    )  # fmt: skip
    assert state.owed_window(state.site_by_id["O5"]) is None
    assert {one.site_id: one.grade for one in state.ratings} == {
        one.site_id: one.grade for one in known.ratings
    }


def test_leaving_an_empty_list_leaves_the_others_on_it() -> None:
    state = changed(two_units(), "退出名单", MARCH, site_id="O5")
    off = [one.id for one in state.sites if state.owed_window(one) is None]
    assert off == ["O5"]


def test_who_is_on_the_list_cannot_enter_nor_who_is_off_leave() -> None:
    entering = refused(listed(), "新增对象", site_id="O1")
    leaving = refused(listed(), "退出名单", site_id="O3")
    assert "已在名单上" in str(entering)
    assert "已不在名单上" in str(leaving)
    assert entering.cell == ("list_items", listed().list_items[0], "action")
    assert leaving.cell == ("list_items", listed().list_items[2], "action")


@pytest.mark.parametrize(
    ("word", "site_id", "action"),
    [("退出名单", "O1", ListAction.KEEP), ("新增对象", "O3", ListAction.DEFER)],
)
def test_a_row_of_a_later_quarter_that_says_otherwise_is_named(
    word: str, site_id: str, action: ListAction
) -> None:
    since = day("2027-03-31")
    row = ListItem(
        quarter="2027Q2", department="D1", site_id=site_id, action=action,
        valid_from=since if action is ListAction.DEFER else None,
    )  # fmt: skip
    known = listed()
    known = known.model_copy(update={"list_items": (*known.list_items, row)})
    error = refused(known, word, since, site_id=site_id)
    assert "2027Q2" in str(error)
    assert error.cell == ("list_items", row, "action")


def test_an_idle_object_does_not_enter() -> None:
    known = listed()
    sites = tuple(
        one.model_copy(update={"status": SiteStatus.STOPPED}) if one.id == "O3" else one
        for one in known.sites
    )
    error = refused(known.model_copy(update={"sites": sites}), "新增对象", site_id="O3")
    assert "停产" in str(error)


# -- 延长 -----------------------------------------------------------------------------------------


def test_an_extension_moves_the_handover() -> None:
    until = day("2027-05-20")
    assert rows_at(plan_of(False), "O2")[0].end == day("2027-04-11")
    found = after(two_units(), "延长", inspector_id="P2", site_id="O2", until=until)
    assert found.verdict.accepted
    holder, successor = rows_at(found.plan, "O2")
    assert (holder.inspector_id, holder.end) == ("P2", until)
    assert successor.start == until + dt.timedelta(days=1)
    assert ChangeKind.PROLONGED in {one.kind for one in found.changes}


def test_an_extension_once_more_changes_its_row() -> None:
    about: dict[str, Any] = {"inspector_id": "P2", "site_id": "O2"}
    known = changed(two_units(), "延长", MARCH, until=day("2027-05-20"), **about)
    made = plan_of(False)
    later = change.state_on(
        known, made.model_copy(update={"stints": known.running}), EVENT_BY_WORD["延长"],
        Particulars(MARCH, until=day("2027-06-20"), **about),
    )  # fmt: skip
    assert [row.until for row in later.extensions] == [day("2027-06-20")]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"inspector_id": "P3", "until": day("2027-05-20")}, "不在 O2 驻点"),
        ({"inspector_id": "P2", "until": day("2027-04-01")}, "不延长也可驻到 2027-04-11"),
        ({"inspector_id": "P2", "until": day("2027-08-20")}, "最多延至 2027-07-11"),
    ],
)
def test_an_extension_that_does_nothing_says_why(about: dict[str, Any], why: str) -> None:
    assert why in str(refused(two_units(), "延长", site_id="O2", **about))


def test_nobody_is_extended_beyond_the_day_on_which_he_leaves() -> None:
    known = two_units()
    people = tuple(
        one.model_copy(update={"leaves_on": day("2027-05-04")}) if one.id == "P2" else one
        for one in known.inspectors
    )
    known = known.model_copy(update={"inspectors": people})
    about: dict[str, Any] = {"inspector_id": "P2", "site_id": "O2", "until": day("2027-05-20")}
    assert "最多延至 2027-05-03" in str(refused(known, "延长", **about))


# -- 机构改革 -------------------------------------------------------------------------------------


def test_a_sector_moves_with_its_people_and_the_past_stays() -> None:
    found = after(two_units(), "机构改革", sector="S3", unit="D2")
    assert found.verdict.accepted
    assert found.instance.inspector_by_id["P4"].department == "D2"
    past_row, running = (row for row in found.instance.stints if row.site_id == "O4")
    assert (past_row.inspector_id, past_row.department) == ("P3", "D1")
    assert (running.inspector_id, running.department) == ("P4", "D2")
    assert not [one for one in found.changes if (one.inspector_id, one.place) == ("P4", "O4")]


def test_a_unit_without_a_sector_is_taken_over_whole() -> None:
    found = after(two_units(), "机构改革", sector="S2", unit="D1")
    assert found.verdict.accepted
    assert [row.code for row in found.instance.departments] == ["D1"]
    assert {row.department for row in found.instance.inspectors} == {"D1"}
    assert found.plan.departments == ("D1",)
    assert [row.department for row in found.plan.stints if row.site_id == "O5"] == ["D1", "D1"]
    assert found.changes == ()


def test_a_sector_that_is_the_units_already_is_refused() -> None:
    assert "不用划给 D1" in str(refused(two_units(), "机构改革", sector="S1", unit="D1"))


# -- 其他 -----------------------------------------------------------------------------------------


def test_a_day_that_is_in_the_calendar_already_is_changed() -> None:
    known = changed(two_units(), "放假", MARCH)
    again = change.state_on(
        known.model_copy(update={"stints": two_units().stints}), plan_of(False),
        EVENT_BY_WORD["调休上班"], Particulars(MARCH),
    )  # fmt: skip
    assert [(row.day, row.workday) for row in again.calendar.adjustments] == [(MARCH, True)]


def test_a_wrong_date_is_no_holiday_notice() -> None:
    until = MARCH + dt.timedelta(days=LONGEST_NOTICE_DAYS)
    assert "请核对日期" in str(refused(two_units(), "放假", until=until))


# -- 选项 -----------------------------------------------------------------------------------------


def test_all_that_is_missing_or_unused_is_named_at_once() -> None:
    about = Particulars(MARCH, form=Form.RESIDENT, unit="D1")
    with pytest.raises(EditError) as caught:
        edits_of(EVENT_BY_WORD["延长"], two_units(), about)
    told = str(caught.value)
    assert "还需要 --inspector、--object、--to" in told
    assert "用不到 --form、--unit" in told


def test_an_idle_object_has_no_last_day_and_the_message_says_what_to_do() -> None:
    about = Particulars(MARCH, until=FAR, site_id="O1")
    with pytest.raises(EditError, match="复产后"):
        edits_of(EVENT_BY_WORD["停产"], two_units(), about)


def test_every_name_that_means_nothing_is_told_at_once() -> None:
    named = change.Named(since=MARCH, grade="五级", form="住", unit="D9", inspector="某人")
    with pytest.raises(EditError) as caught:
        named.found_in(two_units())
    told = str(caught.value)
    assert "一级、二级、三级、四级" in told
    assert all(option in told for option in ("--grade", "--form", "--unit", "--inspector"))


def test_an_unknown_event_lists_all_and_the_most_alike() -> None:
    with pytest.raises(EditError) as caught:
        change.event_called("等级提升")
    told = str(caught.value)
    assert "是不是“等级上升”？" in told
    assert all(event.word in told for event in EVENTS)


def test_a_refusal_names_sheet_and_cell(planned: PlannedSample, tmp_path: Path) -> None:
    known = planned.instance
    number, row = next(
        (number, row)
        for number, row in enumerate(known.list_items, start=2)
        if row.action is ListAction.KEEP
    )
    outcome = change.replan(
        planned.workbook, planned.folder / "plan.json", tmp_path / "重排", word="新增对象",
        named=change.Named(since=MARCH, site=row.site_id), limit_seconds=10, jobs=1,
    )  # fmt: skip
    assert outcome.exit_code == BAD_INPUT
    (told,) = outcome.messages
    assert told.startswith(f"驻点名单!D{number}：{row.site_id} 已在名单上")


# -- 任何事件，任何一天 ----------------------------------------------------------------------------


def some_particulars(event: Event, known: Instance, rng: random.Random) -> Particulars:
    """Any values for what the event needs, most of them about somebody in post."""
    first, last = known.round.start, known.round.end
    since = rng.choice(
        (first, last, day("2027-03-06"), day("2027-05-01"), day("2027-04-12"))
        if rng.random() < 0.6
        else [first + dt.timedelta(days=n) for n in range((last - first).days)]
    )
    rows = plan_of(bool(known.list_items)).stints
    row = rng.choice([row for row in rows if row.start <= since <= (row.end or last)])
    values: dict[str, Any] = {
        "until": since + dt.timedelta(days=rng.choice((0, 3, 20, 45, 90))),
        "inspector_id": rng.choice((row.inspector_id, row.inspector_id, "P5")),
        "site_id": rng.choice((row.site_id, row.site_id, "O3", rng.choice(known.sites).id)),
        "grade": rng.choice(tuple(Grade)),
        "form": rng.choice(tuple(Form)),
        "unit": rng.choice(known.departments).code,
        "sector": rng.choice(known.sectors).code,
        "counties": (rng.choice(known.sites).county,),
    }
    wanted = {*event.needs, *(one for one in event.may_have if rng.random() < 0.5)}
    return Particulars(since, **{name: values[name] for name in OPTIONS if name in wanted})


def served(rows: Iterable[Stint], before: dt.date) -> set[tuple[str, str, int, dt.date, dt.date]]:
    """Who was where on which days before a date."""
    return {
        (
            row.site_id, row.inspector_id, row.slot, row.start,
            min(row.end or dt.date.max, before - dt.timedelta(days=1)),
        )
        for row in rows
        if row.start < before and row.status is not StintStatus.DRAFT
    }  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.word)
def test_any_event_on_any_day_gives_a_sound_plan_or_a_reason(event: Event) -> None:
    rng = random.Random(event.word)
    sound = 0
    for known in (two_units(), listed()) * 20:
        about = some_particulars(event, known, rng)
        made = plan_of(bool(known.list_items))
        state = reason = None
        try:
            state = change.state_on(known, made, event, about)
        except EditError as error:
            reason = str(error)
        if state is None:
            assert reason is not None
            assert any("一" <= sign <= "龥" for sign in reason), reason
            continue
        read = as_read(state)
        before = rest_of_round(known, made, about.since)
        assert served(read.stints, about.since) == served(before.stints, about.since), about
        kept = event.kept(read, about)
        found = replan(read, made, RULES, solver, (KeptRows(kept),) if kept else ())
        assert found.status == "OPTIMAL", about
        assert found.verdict.accepted, (about, found.verdict.violations)
        sound += 1
        if sound == SOUND_PLANS:
            return
    pytest.fail(f"only {sound} plans")
