"""提示: what a unit should put in order, of rules that forbid nothing.

One line per matter, from the workbook, the plan and the ledgers as they stand at the end of a
month. Nothing here stops a report.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.domain.away import on_leave
from planner.domain.calendar import ONE_DAY, add_months, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.ledgers import CheckItem, HazardLevel, Ledgers, is_open
from planner.domain.plan import Stint
from planner.domain.tables import Inspector
from planner.domain.terms import AbsenceKind, AppraisalFlag
from planner.monthly.inspections import inspection_reminders
from planner.monthly.registers import list_reminders, matter_reminders, task_reminders
from planner.monthly.reminder import Reminder
from planner.priority import owing_directors

TRANSFER_DAYS = dt.timedelta(days=30)
"""A transfer that is open for longer is asked after (R13-3)."""

RESERVE_PERCENT = 5
"""Share of a unit's formal staff that is free on any working day, at least one person, so that
somebody can be sent at once in extreme weather or after an accident (R04-8)."""
LEAVE_BY_YEARS = ((1, 5), (10, 10), (20, 15))
"""Days of annual leave from so many years of work on (职工带薪年休假条例第3条)."""
LEAVE_ASKED_FROM = 10
"""From this month on leave that is not entered is asked after."""
LOGGED_FROM = 6
"""Who is posted on so many working days of a month is on site on one of them in every form (R03-1,
R03-3)."""
APPRAISAL_MONTH = 12
"""When the yearly appraisal is told who did well and who did not."""

URGENT = ("R13-2", "R17-3", "R13-3", "R08-1", "R02-2", "R07-2")
"""Rules of which something is overdue or somebody has to act at once; they are told first."""


def reminders(
    instance: Instance,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    units: Sequence[str],
    first: dt.date,
    last: dt.date,
) -> tuple[Reminder, ...]:
    """All reminders of some units for some days, urgent rules first, then by unit and object."""
    there = [row for row in rows if row.start <= last and (row.end is None or row.end >= first)]
    found = [
        *_units(instance, ledgers, last),
        *_sectors(instance, there),
        *_directors(instance, there, last),
        *_certificates(instance, there),
        *_people(instance, there, last),
        *_appraisals(instance, last),
        *_reserves(instance, there, first, last),
        *_hazards(instance, ledgers, last),
        *_absent(instance, ledgers, first, last),
        *_logs(instance, ledgers, first, last),
        *matter_reminders(instance, ledgers, last),
        *list_reminders(instance, rows, there, ledgers, first, last),
        *task_reminders(instance, there, ledgers, last),
        *inspection_reminders(instance, ledgers, first, last),
    ]
    order = {row.code: at for at, row in enumerate(instance.departments)}
    return tuple(
        sorted(
            (one for one in found if one.department in units),
            key=lambda one: (
                URGENT.index(one.rule) if one.rule in URGENT else len(URGENT),
                order[one.department], one.rule, one.site_id, one.inspector_id,
            ),
        )
    )  # fmt: skip


def unplanned(instance: Instance, planned: Collection[str]) -> tuple[Reminder, ...]:
    """Units that have objects on the list and are not in the plan (R01-4)."""
    owed = Counter(
        site.department
        for site in instance.sites
        if instance.owed_window(site) is not None and instance.may_be_stationed(site)
    )
    return tuple(
        Reminder(
            rule="R01-4",
            department=unit.code,
            text=f"名单中有{owed[unit.code]}个应派驻的对象，本计划没有这个单位",
        )
        for unit in instance.departments
        if unit.code in owed and unit.code not in planned
    )


def unapproved(
    instance: Instance, units: Collection[str], approved: Collection[str]
) -> tuple[Reminder, ...]:
    """Units of a plan without an approved plan of the round (R01-4)."""
    text = f"台账库中没有本单位{instance.round.name}已批准的计划"
    return tuple(
        Reminder(rule="R01-4", department=unit, text=text) for unit in units if unit not in approved
    )


def unlogged(
    instance: Instance,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    units: Collection[str],
    since: dt.date,
    first: dt.date,
) -> tuple[Reminder, ...]:
    """People without a single log in a month from ``since`` to before ``first`` in which they were
    posted: a ledger was left out, and what 附件2 adds up would fall below last month's (FA2)."""
    logged = {(one.inspector_id, one.day.year, one.day.month) for one in ledgers.work_logs}
    found, begin = [], since
    while begin < first:
        end = add_months(begin.replace(day=1), 1) - ONE_DAY
        days: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
        for row in rows:
            if row.department in units and row.inspector_id in instance.inspector_by_id:
                there = max(row.start, begin), min(row.end or end, end)
                days[row.department, row.inspector_id].update(instance.calendar.workdays(*there))
        for (unit, person), posted in sorted(days.items()):
            present = [day for day in posted if not on_leave(instance, person, day)]
            if len(present) >= LOGGED_FROM and (person, begin.year, begin.month) not in logged:
                text = f"在驻而没有{begin:%Y-%m}的工作日志，附件2的累计数可能低于上月所报"
                found.append(Reminder(rule="FA2", department=unit, inspector_id=person, text=text))
        begin = end + ONE_DAY
    return tuple(found)


def _units(instance: Instance, ledgers: Ledgers, last: dt.date) -> Iterator[Reminder]:
    """Units without a coordinator (R15-2) or whose list of the quarter is not filed (R02-2)."""
    quarter = quarter_of(last)
    due = quarter_start(quarter).replace(day=instance.policy.list_update_due_day)
    filed = {
        one.department
        for one in ledgers.list_versions
        if one.quarter == quarter and one.filed_on is not None and one.filed_on <= last
    }
    with_sites = {site.department for site in instance.sites}
    for unit in instance.departments:
        if unit.code not in with_sites:
            continue
        if not unit.contact or not unit.contact_phone:
            missing = "联系人" if not unit.contact else "联系电话"
            yield Reminder(
                rule="R15-2", department=unit.code, text=f"“部门单位”没有填{missing}，须明确专人"
            )
        if due <= last and unit.code not in filed:
            text = f"{quarter}名单应于{due}前备案，台账“名单版本”没有备案日期"
            yield Reminder(rule="R02-2", department=unit.code, text=text)


def _sectors(instance: Instance, there: Iterable[Stint]) -> Iterator[Reminder]:
    """Sectors with people at their objects and no task book (R07-1)."""
    pairs = {
        (row.department, instance.site_by_id[row.site_id].sector)
        for row in there
        if row.site_id in instance.site_by_id
    }
    for unit, code in sorted(pairs):
        sector = instance.sector_by_code[code]
        if not sector.task_book_version:
            text = f"行业“{sector.name}”已派驻，没有“一业一册”版本"
            yield Reminder(rule="R07-1", department=unit, text=text)


def _directors(instance: Instance, there: Iterable[Stint], last: dt.date) -> Iterator[Reminder]:
    """Objects with people that owe a safety director (R06-6)."""
    owing = owing_directors(instance, last)
    for unit, site_id in sorted({(row.department, row.site_id) for row in there}):
        if site_id in owing:
            text = "应设未设安全总监，请督促配备"
            yield Reminder(rule="R06-6", department=unit, site_id=site_id, text=text)


def _certificates(instance: Instance, there: Iterable[Stint]) -> Iterator[Reminder]:
    """People without a certificate, or whose certificate ends before their posting (L-2)."""
    latest: dict[str, Stint] = {}
    for row in sorted(there, key=lambda one: (one.end or instance.round.end, one.site_id)):
        latest[row.inspector_id] = row
    for person_id, row in latest.items():
        person = instance.inspector_by_id.get(person_id)
        if person is None:
            continue
        until = row.end or instance.round.end
        valid = person.certificate_valid_to
        if not person.certificate_no:
            text = "没有执法证号，执法检查须由两名持证人员进行"
        elif valid is not None and valid < until:
            text = f"执法证有效期至{valid}，早于派驻结束（{until}），请及时换证"
        else:
            continue
        yield Reminder(rule="L-2", department=row.department, inspector_id=person_id, text=text)


def _people(instance: Instance, there: Iterable[Stint], last: dt.date) -> Iterator[Reminder]:
    """People with a posting after a criticism (R11-3), and late in the year those whose statutory
    leave is neither taken nor entered (L-4)."""
    units = {row.inspector_id: row.department for row in there}
    for person_id, unit in units.items():
        person = instance.inspector_by_id.get(person_id)
        if person is None:
            continue
        if person.appraisal in {AppraisalFlag.CRITICISED, AppraisalFlag.NO_AWARD}:
            text = f"年度状态为{person.appraisal.value}，仍在派驻，请研究是否调整"
            yield Reminder(rule="R11-3", department=unit, inspector_id=person_id, text=text)
        owed = _leave_owed(person.work_start, last)
        entered = sum(
            len(instance.calendar.workdays(one.start, one.end))
            for one in instance.absences_of.get(person_id, ())
            if one.kind is AbsenceKind.ANNUAL and one.start.year == last.year
        )
        if last.month >= LEAVE_ASKED_FROM and entered < owed:
            text = f"{last.year}年应休年休假{owed}天，已登记{entered}天"
            yield Reminder(rule="L-4", department=unit, inspector_id=person_id, text=text)


def _appraisals(instance: Instance, last: dt.date) -> Iterator[Reminder]:
    """In the month of the yearly appraisal, whom it prefers and whom it leaves out (R11-3)."""
    if last.month != APPRAISAL_MONTH:
        return
    for person in instance.inspectors:
        if person.appraisal is AppraisalFlag.PREFERRED:
            text = "年度状态为优先，年度考核评优中优先考虑"
        elif person.appraisal in {AppraisalFlag.CRITICISED, AppraisalFlag.NO_AWARD}:
            text = f"年度状态为{person.appraisal.value}，不参加年度考核评优"
        else:
            continue
        yield Reminder(
            rule="R11-3", department=person.department, inspector_id=person.id, text=text
        )


def _leave_owed(work_start: dt.date | None, last: dt.date) -> int:
    """Days of a year by full years of work; 0 where they are not known."""
    return max(
        (
            days
            for years, days in LEAVE_BY_YEARS
            if work_start is not None and add_months(work_start, 12 * years) <= last
        ),
        default=0,
    )


def _reserves(
    instance: Instance, there: Sequence[Stint], first: dt.date, last: dt.date
) -> Iterator[Reminder]:
    """Units of which too few people are free on some working day (R04-8): the worst day."""
    round = instance.round
    days = instance.calendar.workdays(max(first, round.start), min(last, round.end))
    for unit in sorted({row.department for row in there}):
        staff = [
            one for one in instance.inspectors if one.department == unit and one.staff_type.formal
        ]
        needed = max(1, math.ceil(len(staff) * RESERVE_PERCENT / 100))
        fewest: tuple[int, dt.date] | None = None
        for day in days:
            busy = {row.inspector_id for row in there if row.covers(day)}
            free = sum(one.id not in busy and _can_go(instance, one, day) for one in staff)
            if fewest is None or free < fewest[0]:
                fewest = free, day
        if fewest is not None and fewest[0] < needed:
            text = (
                f"{fewest[1]}机动人员{fewest[0]}人，少于{needed}人（正式人员的{RESERVE_PERCENT}%，"
                "至少1人）：极端天气、突发情况时无人可加派"
            )
            yield Reminder(rule="R04-8", department=unit, text=text)


def _can_go(instance: Instance, person: Inspector, day: dt.date) -> bool:
    """Whether the person is there and may be sent at all."""
    gone = person.leaves_on is not None and person.leaves_on <= day
    away = on_leave(instance, person.id, day)
    available = person.available_from <= day <= person.available_to
    return available and not gone and not away and person.appraisal is not AppraisalFlag.SUSPENDED


def _hazards(instance: Instance, ledgers: Ledgers, last: dt.date) -> Iterator[Reminder]:
    """Major hazards without enforcement (R13-2) and transfers without an end (R13-3)."""
    for one in ledgers.hazards:
        if one.found_on > last or not is_open(one, last):
            continue
        unit = instance.site_by_id[one.site_id].department
        if one.level is HazardLevel.MAJOR and not one.enforcement_no:
            text = f"重大隐患{one.id}未销号，没有执法立案号，请提请启动执法程序"
            yield Reminder(rule="R13-2", department=unit, site_id=one.site_id, text=text)
        if not one.transfer_department:
            continue
        receiver = instance.department_by_code.get(one.transfer_department)
        name = receiver.short_name if receiver else one.transfer_department
        if one.transferred_on is None:
            text = f"隐患{one.id}应移交{name}，没有移交日期"
        elif one.transferred_on + TRANSFER_DAYS < last:
            text = f"隐患{one.id}于{one.transferred_on}移交{name}，超过30天未销号，请催办"
        else:
            continue
        yield Reminder(rule="R13-3", department=unit, site_id=one.site_id, text=text)


def _absent(
    instance: Instance, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Reminder]:
    """People whom a spot check did not find (R17-3)."""
    for one in ledgers.spot_checks:
        if one.present is False and first <= one.day <= last and not one.follow_up:
            yield Reminder(
                rule="R17-3",
                department=instance.site_by_id[one.site_id].department,
                site_id=one.site_id,
                inspector_id=one.inspector_id,
                text=f"{one.day}抽查不在岗（{one.id}），没有填后续处理",
            )


def _logs(
    instance: Instance, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Reminder]:
    """Items that no log of an object checked (R06-5), and weeks in which several units were at one
    object (R17-2)."""
    checked: dict[str, set[CheckItem]] = defaultdict(set)
    weeks: dict[tuple[str, int, int], dict[str, str]] = defaultdict(dict)
    for log in ledgers.work_logs:
        if not first <= log.day <= last:
            continue
        checked[log.site_id].update(log.checked)
        unit = instance.site_by_id[log.site_id].department
        year, week, _ = log.day.isocalendar()
        key = instance.site_key.get(log.site_id, log.site_id)
        weeks[key, year, week][unit] = log.site_id
    for site_id, items in checked.items():
        missing = [one.value for one in CheckItem if one not in items]
        if missing:
            text = f"日志没有检查过：{'、'.join(missing)}"
            unit = instance.site_by_id[site_id].department
            yield Reminder(rule="R06-5", department=unit, site_id=site_id, text=text)
    for (_, year, week), sites in sorted(weeks.items()):
        for unit, site_id in sites.items() if len(sites) > 1 else ():
            others = "、".join(
                instance.department_by_code[one].short_name for one in sites if one != unit
            )
            text = f"{year}年第{week}周与{others}同时在该企业，请错开或联合"
            yield Reminder(rule="R17-2", department=unit, site_id=site_id, text=text)
