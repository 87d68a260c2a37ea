"""事件: what happened, as edits of the workbook (catalogue 4.4).

An event is a word and a few particulars. What needs more, such as a new object with all its
columns, is entered in the workbook itself: a replan without an event starts from what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from planner.admission import first_block
from planner.domain.base import Frozen
from planner.domain.calendar import (
    ONE_DAY,
    CalendarDay,
    KeyPeriod,
    add_months,
    days_between,
    quarter_of,
)
from planner.domain.clock import clock_start
from planner.domain.deadline import deadline
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.tables import (
    Absence,
    Conflict,
    ConstructionStage,
    Department,
    Extension,
    ListItem,
    Site,
)
from planner.domain.terms import (
    AbsenceKind,
    AppraisalFlag,
    Form,
    Grade,
    ListAction,
    PeriodStatus,
    Relation,
    SiteStatus,
    StageScale,
)
from planner.edits import AddRow, ChangeRows, Edit, EditError, RemoveRows, full_list
from planner.posts import Due, chain_start, due_of
from planner.priority import analysis_date

TO_BE_FILLED = "待补"
"""The approver of a row that an event drafts: a person has to fill it in."""
LONGEST_NOTICE_DAYS = 31
"""More days at once are no holiday notice, but a wrong date."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What an event is about; which of them an event needs stands with it. ``since`` is the first
    day on which it counts, ``until`` the last one."""

    since: dt.date
    until: dt.date | None = None
    inspector_id: str = ""
    site_id: str = ""
    grade: Grade | None = None
    form: Form | None = None
    unit: str = ""
    sector: str = ""
    counties: tuple[str, ...] = ()


def _nothing_kept(instance: Instance, about: Particulars) -> tuple[Stint, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Event:
    """事件: its word, the particulars that it needs and those that it may have, and its edits.

    ``kept`` are rows of 派驻记录 that the new plan has to have, found in the instance after the
    edits. ``note`` says what a coordinator has to know to use the event.
    """

    word: str
    title: str
    needs: tuple[str, ...]
    edits: Callable[[Instance, Particulars], Iterator[Edit]]
    may_have: tuple[str, ...] = ()
    note: str = ""
    kept: Callable[[Instance, Particulars], tuple[Stint, ...]] = _nothing_kept

    @property
    def usage(self) -> str:
        """The options in one line, those that may be left out in brackets."""
        needed = [f"{OPTIONS[name]} {EXAMPLES[name]}" for name in ("since", *self.needs)]
        more = [f"[{OPTIONS[name]} {EXAMPLES[name]}]" for name in self.may_have]
        return " ".join((f"--event {self.word}", *needed, *more))


def edits_of(event: Event, instance: Instance, particulars: Particulars) -> tuple[Edit, ...]:
    """The edits of an event; EditError says all that is missing, unused or contradictory."""
    allowed = {"since", *event.needs, *event.may_have}
    given = {one.name for one in fields(particulars) if getattr(particulars, one.name)}
    missing = [OPTIONS[name] for name in event.needs if name not in given]
    unused = [OPTIONS[name] for name in OPTIONS if name in given - allowed]
    wrong = []
    if missing:
        wrong.append(f"还需要 {'、'.join(missing)}")
    if unused:
        wrong.append(f"用不到 {'、'.join(unused)}")
    if wrong:
        note = f"\n{event.note}" if event.note else ""
        raise EditError(f"事件“{event.word}”{'，'.join(wrong)}。写法：{event.usage}{note}")
    if particulars.until is not None and particulars.until < particulars.since:
        raise EditError(f"--to {particulars.until} 早于 --from {particulars.since}")
    return tuple(event.edits(instance, particulars))


OPTIONS: Mapping[str, str] = {
    "since": "--from",
    "until": "--to",
    "inspector_id": "--inspector",
    "site_id": "--object",
    "grade": "--grade",
    "form": "--form",
    "unit": "--unit",
    "sector": "--sector",
    "counties": "--county",
}
"""The option of each particular."""

EXAMPLES: Mapping[str, str] = {
    "since": "2027-03-03",
    "until": "2027-03-31",
    "inspector_id": "李四",
    "site_id": "OBJ-0033",
    "grade": "一级",
    "form": "蹲守驻点",
    "unit": "市应急局",
    "sector": "HY03",
    "counties": "任城区",
}
"""What stands for a particular in the examples."""


def _absent(kind: AbsenceKind) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        assert about.until is not None
        row = Absence(
            inspector_id=about.inspector_id, kind=kind, start=about.since, end=about.until
        )
        yield AddRow(table="absences", row=row)

    return edits


def _leaves(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield _person(about, leaves_on=about.since)


def _suspended(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield _person(about, appraisal=AppraisalFlag.SUSPENDED)


def _person(about: Particulars, **values: object) -> Edit:
    where = (("id", about.inspector_id),)
    return ChangeRows(table="inspectors", where=where, values=tuple(values.items()))


def _back(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """Every absence that runs on that day ends the day before."""
    running = [
        row
        for row in instance.absences_of.get(about.inspector_id, ())
        if row.start <= about.since <= row.end
    ]
    if not running:
        raise EditError(f"{about.inspector_id} 在 {about.since} 没有请假或任务")
    for row in running:
        where = (("inspector_id", row.inspector_id), ("start", row.start), ("end", row.end))
        if row.start == about.since:
            yield RemoveRows(table="absences", where=where)
        else:
            last = about.since - ONE_DAY
            yield ChangeRows(table="absences", where=where, values=(("end", last),))


def _recusal(instance: Instance, about: Particulars) -> Iterator[Edit]:
    row = Conflict(
        inspector_id=about.inspector_id,
        site_id=about.site_id,
        relation=Relation.OTHER,
        start=about.since,
    )
    yield AddRow(table="conflicts", row=row)


# -- 驻点名单 ------------------------------------------------------------------------------------


def _enters(instance: Instance, about: Particulars) -> Iterator[Edit]:
    site = instance.site_by_id[about.site_id]
    coal = instance.sector_by_code[site.sector].coal
    if site.status is SiteStatus.CLOSED or (site.status.idle and not coal):
        raise EditError(
            f"{site.id} 的生产状态是“{site.status}”，列入名单也不派驻。"
            "已恢复生产的请先改为“正常”，再列入名单",
            ("sites", site, "status"),
        )  # fmt: skip
    window = instance.owed_window(site)
    if window is not None and window[0] <= about.since:
        raise EditError(
            f"{site.id} 已在名单上（{window[0]} 至 {window[1]}），不能再新增。"
            "要改等级的请用事件“等级上升”",
            _list_cell(instance, site),
        )  # fmt: skip
    values: dict[str, object] = {
        "action": ListAction.ADD, "reason": "新增", "valid_from": about.since, "valid_to": None,
    }  # fmt: skip
    if about.grade is not None:
        values |= {"grade": about.grade, "grade_reason": "新增", "approver": TO_BE_FILLED}
    if about.form is not None:
        values["form"] = about.form
    edits = tuple(_in_list(instance, site, values))
    after = _made(instance, edits).owed_window(site)
    if after is None or after[0] > about.since:
        raise _contradicted(instance, site)
    yield from edits


def _exits(instance: Instance, about: Particulars) -> Iterator[Edit]:
    site = instance.site_by_id[about.site_id]
    if instance.sector_by_code[site.sector].coal:
        raise EditError(
            f"{site.id} 是煤矿，一律派驻（R04-7），退出名单不减少派驻；关闭的请用事件“关闭”",
            ("sites", site, "status"),
        )  # fmt: skip
    current = instance.list_item(site.id)
    if instance.owed_window(site) is None:
        raise EditError(
            f"{site.id} 从 {about.since} 起已不在名单上，或已停产、关闭，不必退出",
            _list_cell(instance, site),
        )  # fmt: skip
    last = about.since - ONE_DAY
    begun = current.valid_from if current else None
    values: dict[str, object] = {
        "action": ListAction.LEAVE, "reason": "退出", "valid_to": last,
        "valid_from": begun if begun is not None and begun <= last else None,
    }  # fmt: skip
    edits = tuple(_in_list(instance, site, values))
    if _made(instance, edits).owed_window(site) is not None:
        raise _contradicted(instance, site)
    yield from edits


def _raised(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """A person's decision on the grade."""
    assert about.grade is not None
    site = instance.site_by_id[about.site_id]
    current = instance.list_item(site.id)
    if instance.owed_window(site) is None:
        raise EditError(
            f"{site.id} 不在名单上，或已停产、关闭，不派驻，等级上升不起作用。"
            "要列入名单的请用事件“新增对象”，可同时写 --grade",
            _list_cell(instance, site),
        )  # fmt: skip
    now = instance.rating_by_site[site.id].grade
    if about.grade >= now:
        stricter = "、".join(grade.label for grade in Grade if grade < now)
        advice = f"请写更严的等级：{stricter}" if stricter else "已是最严的等级"
        raise EditError(
            f"--grade {about.grade.label}：{site.id} 现在是{now.label}，这不是上升。{advice}。"
            "等级下降请在“驻点名单”中写明等级、理由和批准人，不写 --event 重排"
        )
    values: dict[str, object] = {
        "grade": about.grade,
        "grade_reason": "等级上升",
        "approver": (current.approver if current else "") or TO_BE_FILLED,
        "form": about.form,
    }
    yield from _in_list(instance, site, values)


def _in_list(instance: Instance, site: Site, values: Mapping[str, object]) -> Iterator[Edit]:
    """Put values in the object's row of the list of the quarter by which the rest of the round is
    rated: a row of a later quarter would have all objects rated anew (``analysis_date``). An empty
    list means that all are on it, and a single row that the others are not: then all get one."""
    quarter = quarter_of(analysis_date(instance))
    rows = full_list(instance, quarter) if not instance.list_items else ()
    yield from (AddRow(table="list_items", row=row) for row in rows)
    if any(
        (row.site_id, row.quarter) == (site.id, quarter) for row in (*instance.list_items, *rows)
    ):
        where = (("site_id", site.id), ("quarter", quarter))
        yield ChangeRows(table="list_items", where=where, values=tuple(values.items()))
        return
    row = instance.list_item(site.id) or ListItem(
        quarter=quarter, department=site.department, site_id=site.id, action=ListAction.KEEP
    )
    update = {"quarter": quarter, "action": ListAction.KEEP, **values}
    yield AddRow(table="list_items", row=row.model_copy(update=update))


def _list_cell(instance: Instance, site: Site) -> tuple[str, Frozen, str]:
    """Where the workbook says whether the object is on the list."""
    row = instance.list_item(site.id)
    idle = site.status.idle or site.status is SiteStatus.CLOSED
    return ("sites", site, "status") if row is None or idle else ("list_items", row, "action")


def _made(instance: Instance, edits: Sequence[Edit]) -> Instance:
    for edit in edits:
        instance = edit.made(instance)
    return instance


def _contradicted(instance: Instance, site: Site) -> EditError:
    """A row of a later quarter says otherwise."""
    row = instance.list_items_of[site.id][-1]
    return EditError(
        f"{row.quarter} 的名单另有 {site.id} 的一行（动作“{row.action}”），与这件事矛盾。"
        "请先改正或删去这一行再重排",
        ("list_items", row, "action"),
    )  # fmt: skip


def _status(status: SiteStatus) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        site = instance.site_by_id[about.site_id]
        if site.status in {status, SiteStatus.CLOSED}:
            raise EditError(f"{site.id} 的生产状态已是“{site.status}”", ("sites", site, "status"))
        yield ChangeRows(
            table="sites", where=(("id", about.site_id),), values=(("status", status),)
        )

    return edits


# -- 事故、延长 -----------------------------------------------------------------------------------


def _accident(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """Nobody changes at the object until the investigation is over: a freeze window of its own,
    and drafts of 延长驻点 for those whose half-year ends in it (R05-9)."""
    assert about.until is not None
    yield _new_period(
        instance,
        KeyPeriod(
            name="事故调查",
            start=about.since,
            end=about.until,
            kind="事故",
            freeze_rotation=True,
            boost_coverage=True,
            scope=(about.site_id,),
            status=PeriodStatus.OFFICIAL,
            basis="事故调查期间不轮换",
        ),
    )
    for row in instance.running_at.get(about.site_id, ()):
        if _leaves_anyway(row) or _due(instance, row).change > about.until:
            continue
        _allow(instance, row, about.until)
        yield from _extension(instance, row, about, "事故调查")


def _extended(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """The half-year of the holder ends later; at a mobile group, at all of its objects."""
    assert about.until is not None
    row = _held_by(instance, about)
    person = instance.inspector_by_id[about.inspector_id]
    if _leaves_anyway(row):
        raise EditError(f"{person.id} 将于 {row.end} 因{row.end_reason}离开，不能延长")
    due = _due(instance, row)
    if about.until <= due.last_day:
        raise EditError(
            f"--to {about.until}：{person.id} 在 {row.site_id} 不延长也可驻到 {due.last_day}。"
            "要他比原计划留得久而未满半年，请在派驻计划.xlsx 中改结束日期，用 planner adopt 采纳"
        )
    _allow(instance, row, about.until)
    block = first_block(instance, person, _places(instance, row), about.since)
    if block.day <= about.until:
        raise EditError(
            f"--to {about.until}：{person.id} 自 {block.day} 起{block.words}，"
            f"最多延至 {block.day - ONE_DAY}"
        )
    edits = tuple(_extension(instance, row, about, "继续完成重要工作"))
    moved = _due(_made(instance, edits), row)
    if moved.last_day != about.until:
        kept = moved.last_day > due.last_day
        advice = f"请改写 --to {moved.last_day}" if kept else "这次延长不起作用，请改写 --to"
        raise EditError(
            f"--to {about.until}：此后的换人日处于重点时段，按 R05-6 须在 "
            f"{moved.last_day} 驻满后换人。{advice}"
        )
    yield from edits


def _until_extended(instance: Instance, about: Particulars) -> tuple[Stint, ...]:
    """The holder stays until the extension is over."""
    row = _held_by(instance, about)
    return tuple(one.model_copy(update={"end": about.until}) for one in _together(instance, row))


def _held_by(instance: Instance, about: Particulars) -> Stint:
    rows = [
        row
        for row in instance.running_at.get(about.site_id, ())
        if row.inspector_id == about.inspector_id
    ]
    if not rows:
        there = "、".join(row.inspector_id for row in instance.running_at.get(about.site_id, ()))
        raise EditError(
            f"--inspector {about.inspector_id}：{about.since} 不在 {about.site_id} 驻点，无从延长。"
            f"当日在驻的是 {there or '（无人）'}"
        )
    return max(rows, key=lambda row: row.start)


def _leaves_anyway(row: Stint) -> bool:
    return row.end is not None and row.end_reason is not None and row.end_reason.forced


def _together(instance: Instance, row: Stint) -> tuple[Stint, ...]:
    """A running row, or all those that the person has in its mobile group."""
    return tuple(
        one
        for one in instance.running
        if one.inspector_id == row.inspector_id
        and (
            (one.department, one.group) == (row.department, row.group)
            if row.group
            else (one.site_id, one.start) == (row.site_id, row.start)
        )
    )


def _places(instance: Instance, row: Stint) -> tuple[Site, ...]:
    ids = dict.fromkeys(one.site_id for one in _together(instance, row))
    return tuple(instance.site_by_id[one] for one in ids)


def _due(instance: Instance, row: Stint) -> Due:
    """When the holder has to be followed at the latest, whatever end the plan chose."""
    open_row = row.model_copy(update={"end": None, "end_reason": None})
    sites = _places(instance, row)
    return due_of(instance, row.inspector_id, chain_start(instance, row), open_row, sites)


def _allow(instance: Instance, row: Stint, until: dt.date) -> None:
    """EditError when an extension would go on for longer than R05-9 allows."""
    first = clock_start(instance, row.inspector_id, row.site_id, row.start)
    over = deadline(instance, row.inspector_id, row.site_id, first).due + ONE_DAY
    latest = add_months(over, instance.policy.extension_max_months) - ONE_DAY
    if until > latest:
        raise EditError(
            f"--to {until}：{row.inspector_id} 在 {row.site_id} 于 {over - ONE_DAY} 满半年，"
            f"最多延至 {latest}（R05-9）。请写 {latest} 或更早；确需更长的请在“豁免”写明 R05-9"
        )


def _extension(instance: Instance, held: Stint, about: Particulars, matter: str) -> Iterator[Edit]:
    """A row of 延长驻点 at each place of a holder, whose end in 派驻记录 no longer holds."""
    assert about.until is not None
    known = {(row.site_id, row.inspector_id) for row in instance.extensions}
    for one in _together(instance, held):
        row = Extension(
            site_id=one.site_id,
            inspector_id=one.inspector_id,
            until=about.until,
            matter=matter,
            approver=TO_BE_FILLED,
            approved_on=about.since,
        )
        if (one.site_id, one.inspector_id) in known:
            where = (("site_id", one.site_id), ("inspector_id", one.inspector_id))
            yield ChangeRows(table="extensions", where=where, values=tuple(dict(row).items()))
        else:
            yield AddRow(table="extensions", row=row)
        yield ChangeRows(
            table="stints", where=_key(one), values=(("end", None), ("end_reason", None))
        )


def _calendar(workday: bool) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        days = days_between(about.since, about.until or about.since)
        if len(days) > LONGEST_NOTICE_DAYS:
            raise EditError(
                f"--to {about.until}：一次放假或调休最多 {LONGEST_NOTICE_DAYS} 天，请核对日期"
            )
        known = {row.day for row in instance.calendar.adjustments}
        for day in days:
            kind = "调休上班" if workday else "放假"
            row = CalendarDay(day=day, workday=workday, kind=kind, basis="放假通知")
            if day in known:
                where, values = (("day", day),), tuple(dict(row).items())
                yield ChangeRows(table="adjustments", where=where, values=values)
            else:
                yield AddRow(table="adjustments", row=row)

    return edits


def _meeting(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield _new_period(instance, _period(about, "重要会议活动", freeze=True))


def _weather(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield _new_period(instance, _period(about, "极端天气", freeze=False))


def _new_period(instance: Instance, period: KeyPeriod) -> Edit:
    """EditError when the sheet has this one already."""
    for row in instance.key_periods:
        if (row.name, row.start, row.scope) == (period.name, period.start, period.scope):
            raise EditError(
                f"“{row.name}”（{row.start} 起）已在重点时段中", ("key_periods", row, "name")
            )
    return AddRow(table="key_periods", row=period)


def _period(about: Particulars, name: str, freeze: bool) -> KeyPeriod:
    assert about.until is not None
    scope = (*about.counties, *((about.sector,) if about.sector else ()))
    return KeyPeriod(
        name=name,
        start=about.since,
        end=about.until,
        kind=name,
        freeze_rotation=freeze,
        boost_coverage=True,
        scope=scope or ("全市",),
        status=PeriodStatus.OFFICIAL,
        basis="临时通知",
    )


def _operation(instance: Instance, about: Particulars) -> Iterator[Edit]:
    assert about.until is not None
    taken = {row.id for row in instance.stages}
    number = next(n for n in range(1, len(taken) + 2) if f"作业{n:03d}" not in taken)
    yield AddRow(
        table="stages",
        row=ConstructionStage(
            id=f"作业{number:03d}",
            site_id=about.site_id,
            kind="危险作业",
            scale=StageScale.OVERSIZE,
            planned_start=about.since,
            planned_end=about.until,
        ),
    )


# -- 机构改革 ------------------------------------------------------------------------------------


def _reform(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """A sector goes to another unit of the same level and county, with its objects and the people
    who serve at them now, whose stints go on. What is over stays with the unit that sent them; a
    unit whose only sector this was is taken over whole, with all that refers to it."""
    to = instance.department_by_code[about.unit]
    sites = [row for row in instance.sites if row.sector == about.sector]
    peers = [
        row
        for row in instance.departments
        if (row.level, row.county) == (to.level, to.county) and row is not to
    ]
    losing = [
        row
        for row in peers
        if about.sector in row.sectors or any(site.department == row.code for site in sites)
    ]
    if not losing:
        raise EditError(
            f"--sector {about.sector}：没有别的{to.level}级单位主管这个行业，不用划给 {to.code}"
        )
    left = {row.code: tuple(one for one in row.sectors if one != about.sector) for row in losing}
    gone = [code for code, sectors in left.items() if not sectors]
    for code in gone:
        yield from _taken_over(instance, code, to)
    yield from (
        ChangeRows(table="departments", where=(("code", code),), values=(("sectors", sectors),))
        for code, sectors in left.items()
        if sectors
    )
    if about.sector not in to.sectors:
        more = (*to.sectors, about.sector)
        yield ChangeRows(
            table="departments", where=(("code", to.code),), values=(("sectors", more),)
        )
    moved = [row for row in sites if row.department in left.keys() - set(gone)]
    to_unit = (("department", to.code),)
    for site in moved:
        yield ChangeRows(table="sites", where=(("id", site.id),), values=to_unit)
        if site.id in instance.list_items_of:
            yield ChangeRows(table="list_items", where=(("site_id", site.id),), values=to_unit)
    rows = [row for site in moved for row in instance.running_at.get(site.id, ())]
    for row in rows:
        yield ChangeRows(table="stints", where=_key(row), values=to_unit)
    for person in sorted({row.inspector_id for row in rows}):
        yield ChangeRows(table="inspectors", where=(("id", person),), values=to_unit)


def _taken_over(instance: Instance, code: str, to: Department) -> Iterator[Edit]:
    """A unit that is no more: another one in its place wherever it is named."""
    for table, field in (
        ("inspectors", "department"), ("sites", "department"), ("sites", "direct_department"),
        ("list_items", "department"), ("stints", "department"), ("departments", "parent"),
    ):  # fmt: skip
        if any(getattr(row, field) == code for row in getattr(instance, table)):
            yield ChangeRows(table=table, where=((field, code),), values=((field, to.code),))
    if to.parent == code:
        yield ChangeRows(table="departments", where=(("code", to.code),), values=(("parent", ""),))
    for row in instance.joint_postings:
        if code in row.departments:
            units = tuple(dict.fromkeys(to.code if one == code else one for one in row.departments))
            where = (("site_id", row.site_id),)
            if len(units) > 1:
                yield ChangeRows(
                    table="joint_postings", where=where, values=(("departments", units),)
                )
            else:
                yield RemoveRows(table="joint_postings", where=where)
    yield RemoveRows(table="departments", where=(("code", code),))


def _key(row: Stint) -> tuple[tuple[str, object], ...]:
    """What tells a row of 派驻记录 from all others."""
    return (
        ("site_id", row.site_id), ("inspector_id", row.inspector_id), ("slot", row.slot),
        ("start", row.start), ("status", row.status),
    )  # fmt: skip


_PERSON, _OBJECT, _LAST = "inspector_id", "site_id", "until"

EVENTS: tuple[Event, ...] = (
    Event(
        "病假", "病假", (_PERSON, _LAST), _absent(AbsenceKind.SICK),
        note="十个工作日以上的才换人，较短的由同岗或替班人员顶替。",
    ),
    Event("产假", "产假", (_PERSON, _LAST), _absent(AbsenceKind.MATERNITY)),
    Event("抽调", "抽调、公务", (_PERSON, _LAST), _absent(AbsenceKind.ASSIGNMENT)),
    Event(
        "退休", "退休", (_PERSON,), _leaves,
        note="--from 是不再驻点的第一天。",
    ),
    Event(
        "调离", "调离", (_PERSON,), _leaves,
        note="--from 是不再驻点的第一天。",
    ),
    Event("履职不力", "履职不力、脱岗，停派", (_PERSON,), _suspended),
    Event(
        "提前返岗", "提前返岗", (_PERSON,), _back,
        note="--from 是返岗的第一天。",
    ),
    Event("回避", "发现须回避", (_PERSON, _OBJECT), _recusal),
    Event(
        "新增对象", "工作簿中的对象列入名单", (_OBJECT,),
        _enters, ("grade", "form"),
        note="对象须已在工作簿“驻点对象”中；已在名单上的不能再新增。",
    ),
    Event(
        "退出名单", "对象退出名单", (_OBJECT,), _exits,
        note="--from 是不再派驻的第一天，退出日期记为前一天。",
    ),
    Event(
        "停产", "对象停产停建", (_OBJECT,), _status(SiteStatus.STOPPED),
        note="没有结束日期：复产后在“驻点对象”把生产状态改回“正常”，不写 --event 再重排。",
    ),
    Event(
        "关闭", "对象关闭", (_OBJECT,), _status(SiteStatus.CLOSED),
        note="没有结束日期：关闭的对象不再派驻。",
    ),
    Event(
        "等级上升", "对象等级上升", (_OBJECT, "grade"), _raised, ("form",),
        note="须比现在的等级更严；旧形式的在驻人员到前一天为止，改派新形式。",
    ),
    Event(
        "事故", "对象发生事故，调查期间不轮换", (_OBJECT, _LAST), _accident,
        note="--to 是调查期的最后一天，未定的按预计写；期满的在驻人员写出延长驻点草稿。",
    ),
    Event(
        "延长", "延长驻点", (_PERSON, _OBJECT, _LAST), _extended, kept=_until_extended,
        note="在驻人员留到 --to，接任者顺延；须晚于半年期满之日，至多延长三个月（R05-9）。",
    ),
    Event(
        "放假", "公布放假的日子", (), _calendar(workday=False), (_LAST,),
        note="不写 --to 则只有 --from 这一天。",
    ),
    Event(
        "调休上班", "公布调休上班的日子", (), _calendar(workday=True), (_LAST,),
        note="不写 --to 则只有 --from 这一天。",
    ),
    Event(
        "会议", "会议活动期间不轮换", (_LAST,), _meeting, ("counties", "sector"),
        note="不写 --county、--sector 则为全市。",
    ),
    Event(
        "极端天气", "极端天气加强覆盖", (_LAST,), _weather, ("counties", "sector"),
        note="不写 --county、--sector 则为全市。",
    ),
    Event("危险作业", "超规模危险作业", (_OBJECT, _LAST), _operation),
    Event(
        "机构改革", "行业划给另一单位", ("sector", "unit"), _reform,
        note="只在同级单位之间；正在驻点的人员随对象划转，只主管这一行业的单位整个并入。",
    ),
)  # fmt: skip
"""Every event by its word, in the order in which help lists them."""

EVENT_BY_WORD: Mapping[str, Event] = {event.word: event for event in EVENTS}
