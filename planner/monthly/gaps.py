"""日志核对: what the logs of a month leave out, and what they say that the plan does not.

One line per finding, with the rule that it is about. Nothing here stops a report: the unit corrects
its logs, or explains (R12-1, R17-3).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.domain.away import on_leave
from planner.domain.base import Frozen
from planner.domain.calendar import ONE_DAY, days_between
from planner.domain.day_plan import DayKind, DayPlan
from planner.domain.instance import Instance
from planner.domain.ledgers import (
    DangerousOperation,
    FormChange,
    HazardLevel,
    Ledgers,
    OperationStatus,
    WorkLog,
    is_overdue,
)
from planner.domain.plan import Stint
from planner.domain.stand_in import barred_by
from planner.domain.terms import Form
from planner.monthly.changes import UnitChange, form_changes
from planner.monthly.work import Postings
from planner.options import options_of

DAYS_NAMED = 10
"""How many days a short sentence names."""
REPORT_DAYS = 1
"""A major hazard is reported on the day or the next (R06-2)."""


class Gap(Frozen):
    """一处不符: the rule, whom and what it is about, and a Chinese sentence with the facts.

    ``says`` is that sentence; where it is about some ``days`` of one month, ``{}`` stands for them.
    """

    rule: str
    department: str
    site_id: str
    inspector_id: str = ""
    day: dt.date | None = None
    says: str
    days: tuple[dt.date, ...] = ()

    @property
    def text(self) -> str:
        """The sentence with all of its days: each has to be settled."""
        return self._with(self.days, "")

    @property
    def short(self) -> str:
        """The sentence with a few of its days, for a screen."""
        more = f"等 {len(self.days)} 天" if self.days[DAYS_NAMED:] else ""
        return self._with(self.days[:DAYS_NAMED], more)

    def _with(self, days: Sequence[dt.date], more: str) -> str:
        if not days:
            return self.says
        named = "、".join(f"{day.day}日" for day in days)
        return self.says.format(f"{days[0].month}月{named}{more}")


def gaps_of(
    instance: Instance,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    units: Sequence[str],
    first: dt.date,
    last: dt.date,
    days: Sequence[DayPlan] = (),
) -> tuple[Gap, ...]:
    """All findings of one month for some units, by unit, object and person. Where day plans say
    who is where, every planned day wants a log, and no other has one."""
    postings, planned, logs = Postings(instance, rows), _Planned(days), _logged(ledgers)
    counted = [
        log
        for log in ledgers.work_logs
        if first <= log.day <= last and postings.of(log.inspector_id, log.site_id, log.day)
    ]
    found = [
        *_missing(instance, rows, logs, first, last, planned),
        *_missing_substitutes(postings, logs, first, last, planned),
        *_strange(instance, postings, ledgers, first, last),
        *_barred_substitutes(instance, postings, ledgers, first, last),
        *_hazards(instance, postings, ledgers, first, last),
        *_operations(instance, postings, ledgers, logs, first, last),
        *_operations_counted(instance, postings, counted, ledgers, first, last),
        *_experts(instance, counted, ledgers, first, last, planned),
        *_contracts(instance, ledgers, first, last),
        *_forms(instance, postings, rows, ledgers, first, last),
    ]
    order = {row.code: at for at, row in enumerate(instance.departments)}
    return tuple(
        sorted(
            (one for one in found if one.department in units),
            key=lambda one: (order[one.department], one.site_id, one.inspector_id, one.rule),
        )
    )


_Logs = Mapping[tuple[str, str], set[dt.date]]


def _logged(ledgers: Ledgers) -> _Logs:
    days: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for log in ledgers.work_logs:
        days[log.inspector_id, log.site_id].add(log.day)
    return days


class _Planned:
    """What day plans say: the dates of a person at an object, those of ``substitutes`` (替班) by
    person and object, and the dates of a unit that they cover at all."""

    def __init__(self, plans: Iterable[DayPlan]) -> None:
        self._days: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
        self._covered: dict[str, set[dt.date]] = defaultdict(set)
        self._people: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
        self.substitutes: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
        for plan in plans:
            for unit in plan.departments:
                self._covered[unit].update(days_between(plan.first, plan.last))
            for row in plan.rows:
                if row.site_id:
                    self._days[row.inspector_id, row.site_id].add(row.day)
                    self._people[row.site_id, row.day].add(row.inspector_id)
                if row.kind is DayKind.SUBSTITUTE:
                    self.substitutes[row.inspector_id, row.site_id].add(row.day)

    def of(self, row: Stint) -> set[dt.date]:
        """The planned days of a posting's person at its object."""
        return self._days.get((row.inspector_id, row.site_id), set())

    def people_at(self, site_id: str, day: dt.date) -> set[str]:
        """Who is planned at an object on a day."""
        return self._people.get((site_id, day), set())

    def covers(self, unit: str, day: dt.date) -> bool:
        """Whether a day plan of the unit has the date."""
        return day in self._covered.get(unit, ())


def _missing(
    instance: Instance,
    rows: Iterable[Stint],
    logs: _Logs,
    first: dt.date,
    last: dt.date,
    planned: _Planned,
) -> Iterator[Gap]:
    """Planned days without a log and logs of other days; where nothing is planned day by day, the
    working days of a resident, and the least number of days of the other forms."""
    for row in rows:
        begin, end = max(row.start, first), min(row.end or last, last)
        if begin > end or row.inspector_id not in instance.inspector_by_id:
            continue
        dates = days_between(begin, end)
        there = set(dates) & logs.get((row.inspector_id, row.site_id), set())
        covered = {day for day in dates if planned.covers(row.department, day)}
        wanted = planned.of(row) & covered
        open_days = [
            day
            for day in instance.calendar.workdays(begin, end)
            if day not in covered and not on_leave(instance, row.inspector_id, day)
        ]
        unplanned = sorted(there & covered - wanted)
        if unplanned:
            yield _gap("R12-1", row, "{}有日志，但日程没有安排", unplanned)
        if row.form is Form.RESIDENT:
            wanted |= set(open_days)
        missing = sorted(wanted - there)
        if missing:
            text = f"应驻点{len(wanted)}日，缺日志{len(missing)}日：{{}}"
            yield _gap("R12-1", row, text, missing)
        if row.form is not Form.RESIDENT and not covered:
            whole = begin == first and end == last
            yield from _too_few(instance, row, len(there), len(open_days), whole)


def _missing_substitutes(
    postings: Postings, logs: _Logs, first: dt.date, last: dt.date, planned: _Planned
) -> Iterator[Gap]:
    """Planned days of 替班人员 without a log; a day whose leave is no more wants none."""
    for (person, site_id), days in planned.substitutes.items():
        wanted = {
            day: row
            for day in days
            if first <= day <= last and (row := postings.of(person, site_id, day))
        }
        missing = sorted(set(wanted) - logs.get((person, site_id), set()))
        if missing:
            text = f"应替班{len(wanted)}日，缺日志{len(missing)}日：{{}}"
            row = wanted[missing[0]].model_copy(update={"inspector_id": person})
            yield _gap("R12-1", row, text, missing)


def _too_few(
    instance: Instance, row: Stint, logged: int, open_days: int, whole: bool
) -> Iterator[Gap]:
    """Fewer days than 每月最少驻点日 of the matrix; in a month that is not whole, one day."""
    policy, regular = instance.policy, row.form is Form.REGULAR
    default = (
        policy.regular_min_days_per_month if regular else policy.mobile_min_days_per_object_month
    )
    # An earlier posting may be in a form that the matrix does not admit, or at an object that is
    # no more in the workbook: the default.
    site = instance.site_by_id.get(row.site_id)
    options = options_of(instance, site) if site else ()
    least = next((one.min_days_per_month for one in options if one.form is row.form), default)
    wanted = min(least if whole else 1, open_days)
    if logged < wanted:
        text = f"{row.form}本月应不少于{wanted}日，日志{logged}日"
        yield _gap("R03-1" if regular else "R03-3", row, text)


def _gap(rule: str, row: Stint, says: str, days: Sequence[dt.date] = ()) -> Gap:
    return Gap(
        rule=rule,
        department=row.department,
        site_id=row.site_id,
        inspector_id=row.inspector_id,
        day=days[0] if days else None,
        says=says,
        days=tuple(days),
    )


def _strange(
    instance: Instance, postings: Postings, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Gap]:
    """Logs of days on which the person was not posted there and handed nothing over: they count
    nowhere in 附件2."""
    strange: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
    for log in ledgers.work_logs:
        if first <= log.day <= last and not postings.of(log.inspector_id, log.site_id, log.day):
            strange[log.inspector_id, log.site_id].append(log.day)
    for (person, site_id), days in strange.items():
        yield Gap(
            rule="R02-3",
            department=instance.site_by_id[site_id].department,
            site_id=site_id,
            inspector_id=person,
            day=min(days),
            says="{}有日志，但计划中此人不在该对象，未计入附件2",
            days=tuple(sorted(days)),
        )


def _barred_substitutes(
    instance: Instance, postings: Postings, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Gap]:
    """Days on which somebody stood in, by a log or at an operation, who may not do so there."""
    came = {(log.inspector_id, log.site_id, log.day) for log in ledgers.work_logs}
    came |= {
        (one.attended_by, one.site_id, one.attended_on or one.planned_start)
        for one in ledgers.operations
        if one.attended_by
    }
    barred: dict[tuple[Stint, tuple[str, ...]], list[dt.date]] = defaultdict(list)
    for person, site_id, day in sorted(came):
        posting = postings.of(person, site_id, day) if first <= day <= last else None
        if posting is not None and posting.inspector_id != person:
            rules = barred_by(instance, person, posting.department, site_id, day)
            if rules:
                row = posting.model_copy(update={"inspector_id": person})
                barred[row, rules].append(day)
    for (row, rules), days in barred.items():
        text = f"{{}}替班，但按现有数据不得在该对象替班（{'、'.join(rules)}），日志仍计入附件2"
        yield _gap("L-4", row, text, days)


def _hazards(
    instance: Instance, postings: Postings, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Gap]:
    """Hazards of days without a posting, which count nowhere in 附件2; major ones that were not
    reported at once, and those over their deadline."""
    for one in ledgers.hazards:
        found_now = first <= one.found_on <= last
        if found_now and postings.of_hazard(one) is None:
            text = f"隐患{one.id}于{one.found_on}发现，但计划中当天无人在该对象，未计入附件2"
            yield _of_site(instance, "R02-3", one.site_id, one.found_by, one.found_on, text)
        latest = one.found_on + REPORT_DAYS * ONE_DAY
        late = one.reported_on is None or one.reported_on > latest
        if one.level is HazardLevel.MAJOR and found_now and late:
            told = f"{one.reported_on}才直报" if one.reported_on else "没有直报日期"
            text = f"重大隐患{one.id}于{one.found_on}发现，{told}"
            yield _of_site(instance, "R06-2", one.site_id, one.found_by, one.found_on, text)
        if one.deadline is not None and is_overdue(one, last):
            text = f"隐患{one.id}应于{one.deadline}前整改，尚未销号"
            yield _of_site(instance, "R13-1", one.site_id, one.found_by, one.deadline, text)


def _operations(
    instance: Instance,
    postings: Postings,
    ledgers: Ledgers,
    logs: _Logs,
    first: dt.date,
    last: dt.date,
) -> Iterator[Gap]:
    """Operations that had to be attended and were not, on one of their dates and by somebody who is
    posted there; attendances without a log."""
    for one in ledgers.operations:
        over = first <= one.planned_end <= last
        if not over or one.status is OperationStatus.CANCELLED or not one.kind.must_be_attended:
            continue
        posting = postings.at(one.site_id, one.planned_start)
        bound = posting is not None and posting.form is not Form.REGULAR
        if bound and not one.attended_by:
            why = f"（{one.reason_not_attended}）" if one.reason_not_attended else "，没有写原因"
            text = f"{one.planned_start}的{one.kind}作业{one.id}无人到场{why}"
            yield _of_site(instance, "R06-3", one.site_id, "", one.planned_start, text)
        fault = _fault_of_attendance(postings, one)
        if bound and one.attended_by and fault:
            text = f"{one.planned_start}的{one.kind}作业{one.id}{fault}，不算到场"
            yield _of_site(instance, "R06-3", one.site_id, one.attended_by, one.planned_start, text)
        day = one.attended_on or one.planned_start
        if one.attended_by and day not in logs.get((one.attended_by, one.site_id), ()):
            text = f"{day}到场监督{one.kind}作业{one.id}，当天没有日志"
            yield _of_site(instance, "R12-1", one.site_id, one.attended_by, day, text)


def _fault_of_attendance(postings: Postings, one: DangerousOperation) -> str:
    """Why the ledger's attendance is none; empty where it is one."""
    day = one.attended_on or one.planned_start
    if not one.planned_start <= day <= one.planned_end:
        return f"写为{day}到场，不在计划起止之内（改期的请改计划起止）"
    if postings.of(one.attended_by, one.site_id, day) is None:
        return "的到场人员当天没有派驻在该对象"
    return ""


def _operations_counted(
    instance: Instance,
    postings: Postings,
    counted: Iterable[WorkLog],
    ledgers: Ledgers,
    first: dt.date,
    last: dt.date,
) -> Iterator[Gap]:
    """Objects of which the logs that 附件2 adds up and the ledger of 危险作业 do not have the same
    number of attended operations in the month; ``counted`` are the logs that lie in a posting."""
    logged, kept = Counter[str](), Counter[str]()
    for log in counted:
        logged[log.site_id] += log.operations_attended
    for one in ledgers.operations:
        attended = one.attended_by and not _fault_of_attendance(postings, one)
        if attended and first <= (one.attended_on or one.planned_start) <= last:
            kept[one.site_id] += 1
    for site_id in {**logged, **kept}:
        if logged[site_id] != kept[site_id]:
            text = (
                f"本月日志写现场监督危险作业{logged[site_id]}次，“危险作业”台账有人到场的"
                f"{kept[site_id]}次；附件2按日志"
            )
            yield _of_site(instance, "R16-4", site_id, "", last, text)


def _experts(
    instance: Instance,
    counted: Iterable[WorkLog],
    ledgers: Ledgers,
    first: dt.date,
    last: dt.date,
    planned: _Planned,
) -> Iterator[Gap]:
    """Days of experts without anybody who is posted there, by logs and day plans, or without the
    person who is said to have gone along (R16-1)."""
    logged: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for log in counted:
        logged[log.site_id, log.day].add(log.inspector_id)
    for one in ledgers.expert_services:
        if not first <= one.day <= last:
            continue
        there = logged[one.site_id, one.day] | planned.people_at(one.site_id, one.day)
        who = ""
        if not there:
            text = f"{one.day}专家{one.expert}到场，当天没有驻点人员的日志或日程"
        elif one.inspector_id and one.inspector_id not in there:
            who = one.inspector_id
            text = f"{one.day}写为陪同专家{one.expert}，当天没有此人在该对象的日志或日程"
        else:
            continue
        yield _of_site(instance, "R16-1", one.site_id, who, one.day, text)


def _contracts(
    instance: Instance, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Gap]:
    """Days of experts that no contract covers (R18-2)."""
    contracts = {one.contract_no: one for one in ledgers.expert_contracts}
    for one in ledgers.expert_services:
        if not first <= one.day <= last:
            continue
        contract = contracts.get(one.contract_no)
        if not one.contract_no:
            why = "没有写合同编号"
        elif contract is None:
            why = f"合同{one.contract_no}不在台账“专家合同”中"
        elif one.expert not in contract.experts:
            why = f"合同{one.contract_no}中没有这位专家"
        elif not contract.start <= one.day <= contract.end:
            why = f"合同{one.contract_no}的期限是{contract.start}至{contract.end}"
        else:
            continue
        text = f"{one.day}专家{one.expert}的服务{why}"
        yield _of_site(instance, "R18-2", one.site_id, "", one.day, text)


def _forms(
    instance: Instance,
    postings: Postings,
    rows: Sequence[Stint],
    ledgers: Ledgers,
    first: dt.date,
    last: dt.date,
) -> Iterator[Gap]:
    """Changes of form that the ledger does not have, and rows of the ledger that the postings do
    not show (R03-7)."""
    logged = {
        (one.site_id, one.day): one for one in ledgers.form_changes if first <= one.day <= last
    }
    shown: dict[tuple[str, dt.date], list[UnitChange]] = defaultdict(list)
    for change in form_changes(instance, rows, first, last):
        shown[change.site_id, change.day].append(change)
    for site_id, day in sorted(shown.keys() - logged.keys()):
        for change in shown[site_id, day]:
            text = f"自{day}起{_words(change)}，台账“形式变动”没有登记"
            yield _of_site(instance, "R03-7", site_id, "", day, text)
    for (site_id, day), one in logged.items():
        was = postings.at(site_id, instance.calendar.workday_before(day))
        now = postings.at(site_id, day)
        changes = shown.get((site_id, day), ())
        known = [(was.form if was else None, now.form if now else None)]
        known += [(change.before, change.after) for change in changes]
        if (one.before, one.after) not in known:
            told = "、".join(map(_words, changes)) or "当天没有这一变动"
            text = f"台账“形式变动”写自{day}起{_words(one)}，派驻计划中{told}"
            yield _of_site(instance, "R03-7", site_id, "", day, text)


def _words(change: FormChange) -> str:
    return f"由{change.before or '不驻点'}改为{change.after or '不再驻点'}"


def _of_site(
    instance: Instance, rule: str, site_id: str, inspector_id: str, day: dt.date, text: str
) -> Gap:
    return Gap(
        rule=rule,
        department=instance.site_by_id[site_id].department,
        site_id=site_id,
        inspector_id=inspector_id,
        day=day,
        says=text,
    )
