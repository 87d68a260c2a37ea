"""事件: what happened, as edits of the workbook (catalogue 4.4).

An event is a word and a few particulars. What needs more, such as a new object with all its
columns, is entered in the workbook itself: a replan without an event starts from what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from planner.domain.calendar import CalendarDay, KeyPeriod, add_months, days_between, quarter_of
from planner.domain.instance import Instance
from planner.domain.tables import (
    Absence,
    Conflict,
    ConstructionStage,
    Extension,
    ListItem,
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
from planner.edits import AddRow, ChangeRows, Edit, EditError

TO_BE_FILLED = "待补"
"""The approver of a row that an event drafts: a person has to fill it in."""


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


@dataclass(frozen=True, slots=True)
class Event:
    """事件: its word, the particulars that it needs and those that it may have, and its edits."""

    word: str
    title: str
    needs: tuple[str, ...]
    edits: Callable[[Instance, Particulars], Iterator[Edit]]
    may_have: tuple[str, ...] = ()


def edits_of(event: Event, instance: Instance, particulars: Particulars) -> tuple[Edit, ...]:
    """The edits of an event; EditError when a particular is missing, unused or contradictory."""
    allowed = {"since", *event.needs, *event.may_have}
    given = {one.name for one in fields(particulars) if getattr(particulars, one.name)}
    missing = [OPTIONS[name] for name in event.needs if name not in given]
    unused = [OPTIONS[name] for name in sorted(given - allowed)]
    if missing:
        raise EditError(f"事件“{event.word}”还需要 {'、'.join(missing)}")
    if unused:
        raise EditError(f"事件“{event.word}”用不到 {'、'.join(unused)}")
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
        last = max(row.start, about.since - dt.timedelta(days=1))
        yield ChangeRows(table="absences", where=where, values=(("end", last),))


def _recusal(instance: Instance, about: Particulars) -> Iterator[Edit]:
    row = Conflict(
        inspector_id=about.inspector_id,
        site_id=about.site_id,
        relation=Relation.OTHER,
        start=about.since,
    )
    yield AddRow(table="conflicts", row=row)


def _listed(action: ListAction, reason: str) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        if not instance.list_items:
            raise EditError(
                "驻点名单是空表（全部对象都在名单上），请先填写名单，或改用“停产”“关闭”"
            )
        yield AddRow(table="list_items", row=_list_row(instance, about, action, reason))

    return edits


def _list_row(instance: Instance, about: Particulars, action: ListAction, reason: str) -> ListItem:
    leaves = action is ListAction.LEAVE
    return ListItem(
        quarter=quarter_of(about.since),
        department=instance.site_by_id[about.site_id].department,
        site_id=about.site_id,
        action=action,
        reason=reason,
        grade=about.grade,
        grade_reason=reason if about.grade else "",
        approver=TO_BE_FILLED if about.grade else "",
        form=about.form,
        valid_from=None if leaves else about.since,
        valid_to=about.since if leaves else None,
    )


def _status(status: SiteStatus) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        yield ChangeRows(
            table="sites", where=(("id", about.site_id),), values=(("status", status),)
        )

    return edits


def _raised(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """A person's decision on the grade, in the newest row of the list where there is one."""
    assert about.grade is not None
    current = instance.list_item(about.site_id)
    if current is None:
        row = _list_row(instance, about, ListAction.KEEP, "等级上升")
        yield AddRow(table="list_items", row=row.model_copy(update={"valid_from": None}))
        return
    values: dict[str, object] = {
        "grade": about.grade,
        "grade_reason": "等级上升",
        "approver": current.approver or TO_BE_FILLED,
        "form": about.form,
    }
    where = (("site_id", about.site_id), ("quarter", current.quarter))
    yield ChangeRows(table="list_items", where=where, values=tuple(values.items()))


def _accident(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """Nobody changes at the object until the investigation is over: a freeze window of its own,
    and drafts of 延长驻点 for those whose half-year ends in it (R05-9)."""
    assert about.until is not None
    yield AddRow(
        table="key_periods",
        row=KeyPeriod(
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
    for row in instance.running:
        due = add_months(row.start, instance.policy.max_stint_months)
        if row.site_id == about.site_id and about.since <= due <= about.until:
            yield AddRow(table="extensions", row=_extension(row.inspector_id, about, "事故调查"))


def _extended(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield AddRow(table="extensions", row=_extension(about.inspector_id, about, "继续完成重要工作"))


def _extension(inspector_id: str, about: Particulars, matter: str) -> Extension:
    assert about.until is not None
    return Extension(
        site_id=about.site_id,
        inspector_id=inspector_id,
        until=about.until,
        matter=matter,
        approver=TO_BE_FILLED,
        approved_on=about.since,
    )


def _calendar(workday: bool) -> Callable[[Instance, Particulars], Iterator[Edit]]:
    def edits(instance: Instance, about: Particulars) -> Iterator[Edit]:
        for day in days_between(about.since, about.until or about.since):
            kind = "调休上班" if workday else "放假"
            row = CalendarDay(day=day, workday=workday, kind=kind, basis="放假通知")
            yield AddRow(table="adjustments", row=row)

    return edits


def _meeting(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield AddRow(table="key_periods", row=_period(about, "重要会议活动", freeze=True))


def _weather(instance: Instance, about: Particulars) -> Iterator[Edit]:
    yield AddRow(table="key_periods", row=_period(about, "极端天气", freeze=False))


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


def _reform(instance: Instance, about: Particulars) -> Iterator[Edit]:
    """A sector goes to another unit, with its objects and the people who serve at them now."""
    losing = {
        site.department
        for site in instance.sites
        if site.sector == about.sector and site.department != about.unit
    }
    for row in instance.departments:
        if row.code in losing:
            left = tuple(one for one in row.sectors if one != about.sector)
            yield ChangeRows(
                table="departments", where=(("code", row.code),), values=(("sectors", left),)
            )
        elif row.code == about.unit and about.sector not in row.sectors:
            more = (*row.sectors, about.sector)
            yield ChangeRows(
                table="departments", where=(("code", row.code),), values=(("sectors", more),)
            )
    moved = {site.id for site in instance.sites if site.sector == about.sector}
    if moved:
        yield ChangeRows(
            table="sites", where=(("sector", about.sector),), values=(("department", about.unit),)
        )
    for table in ("list_items", "stints"):
        for site_id in sorted(moved):
            if any(row.site_id == site_id for row in getattr(instance, table)):
                yield ChangeRows(
                    table=table,
                    where=(("site_id", site_id),),
                    values=(("department", about.unit),),
                )
    for person in sorted({row.inspector_id for row in instance.running if row.site_id in moved}):
        yield ChangeRows(
            table="inspectors", where=(("id", person),), values=(("department", about.unit),)
        )


_PERSON, _OBJECT, _LAST = "inspector_id", "site_id", "until"

EVENTS: tuple[Event, ...] = (
    Event("病假", "病假", (_PERSON, _LAST), _absent(AbsenceKind.SICK)),
    Event("产假", "产假", (_PERSON, _LAST), _absent(AbsenceKind.MATERNITY)),
    Event("抽调", "抽调、公务", (_PERSON, _LAST), _absent(AbsenceKind.ASSIGNMENT)),
    Event("退休", "退休", (_PERSON,), _leaves),
    Event("调离", "调离", (_PERSON,), _leaves),
    Event("履职不力", "履职不力、脱岗，停派", (_PERSON,), _suspended),
    Event("提前返岗", "提前返岗", (_PERSON,), _back),
    Event("回避", "发现须回避", (_PERSON, _OBJECT), _recusal),
    Event(
        "新增对象", "工作簿中的对象列入名单", (_OBJECT,),
        _listed(ListAction.ADD, "新增"), ("grade", "form"),
    ),
    Event("退出名单", "对象退出名单", (_OBJECT,), _listed(ListAction.LEAVE, "退出")),
    Event("停产", "对象停产停建", (_OBJECT,), _status(SiteStatus.STOPPED)),
    Event("关闭", "对象关闭", (_OBJECT,), _status(SiteStatus.CLOSED)),
    Event("等级上升", "对象等级上升", (_OBJECT, "grade"), _raised, ("form",)),
    Event("事故", "对象发生事故，调查期间不轮换", (_OBJECT, _LAST), _accident),
    Event("延长", "延长驻点", (_PERSON, _OBJECT, _LAST), _extended),
    Event("放假", "公布放假的日子", (), _calendar(workday=False), (_LAST,)),
    Event("调休上班", "公布调休上班的日子", (), _calendar(workday=True), (_LAST,)),
    Event("会议", "会议活动期间不轮换", (_LAST,), _meeting, ("counties", "sector")),
    Event("极端天气", "极端天气加强覆盖", (_LAST,), _weather, ("counties", "sector")),
    Event("危险作业", "超规模危险作业", (_OBJECT, _LAST), _operation),
    Event("机构改革", "行业划给另一单位", ("sector", "unit"), _reform),
)  # fmt: skip
"""Every event by its word, in the order in which help lists them."""

EVENT_BY_WORD: Mapping[str, Event] = {event.word: event for event in EVENTS}
