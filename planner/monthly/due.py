"""到期事项: every paper that the opinion asks of a unit, with the day by which it is due.

What is sent on its last day is in time, also where that is a day off: then the reminder comes on
the working day before (R16-2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from planner.domain.base import Frozen
from planner.domain.calendar import ONE_DAY, add_months, days_between, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, Submission, SubmissionKind
from planner.domain.terms import Level

SPOT_CHECK_WEEKS = 8
"""The sample of a quarter's spot check is drawn by the end of this week (catalogue 4.2)."""


class Due(Frozen):
    """一项到期事项. ``day`` is the working day on which to remind of it, ``deadline`` the last day
    on which it is in time. ``kind`` is None where nothing is sent, so that nothing is registered;
    ``sent_on`` comes from the register of what was sent."""

    day: dt.date
    deadline: dt.date
    department: str
    rule: str
    kind: SubmissionKind | None
    period: str
    text: str
    sent_on: dt.date | None = None

    def state(self, today: dt.date) -> str:
        """已报, 迟报, 逾期, or empty while there is time."""
        if self.sent_on is not None:
            return "迟报" if self.sent_on > self.deadline else "已报"
        return "逾期" if self.kind is not None and self.deadline < today else ""


def due_between(
    instance: Instance, ledgers: Ledgers, units: Sequence[str], first: dt.date, last: dt.date
) -> tuple[Due, ...]:
    """Everything to be reminded of or due from one day to another, by day and unit. The monthly
    report is owed by municipal departments; county bureaus give them their numbers (R12-2)."""
    sent = {(one.kind, one.period, one.department): one for one in ledgers.submissions}
    order = {row.code: at for at, row in enumerate(instance.departments)}
    found = (
        _registered(instance, one, unit, sent)
        for one in _calendar(instance, first, add_months(last, 1))
        for unit in units
        if one.rule != "R16-2" or instance.department_by_code[unit].level is not Level.COUNTY
    )
    within = (one for one in found if one.day <= last and one.deadline >= first)
    return tuple(sorted(within, key=lambda one: (one.day, order[one.department], one.rule)))


def _registered(
    instance: Instance,
    one: Due,
    unit: str,
    sent: dict[tuple[SubmissionKind, str, str], Submission],
) -> Due:
    """What a unit owes, as its register knows it. The opinion itself sets the day of the monthly
    report; of other papers the register says by when the office wants them."""
    known = sent.get((one.kind, one.period, unit)) if one.kind else None
    if known is None:
        return one.model_copy(update={"department": unit})
    deadline = one.deadline if one.rule == "R16-2" else known.due_on
    return one.model_copy(
        update={
            "department": unit, "sent_on": known.sent_on, "deadline": deadline,
            "day": in_time(instance, deadline),
        }
    )  # fmt: skip


def _calendar(instance: Instance, first: dt.date, last: dt.date) -> Iterator[Due]:
    """What every unit owes; some entries lie a little outside the dates."""
    yield from _of_round(instance)
    for month in _months(first, last):
        yield from _of_month(instance, month)
    for quarter in dict.fromkeys(quarter_of(month) for month in _months(first, last)):
        yield from _of_quarter(instance, quarter)
    friday = instance.policy.ledger_week_day
    for day in days_between(first, last):
        if day.isoweekday() == friday:
            year, week, _ = day.isocalendar()
            yield _due(
                instance, day, "R13-1", SubmissionKind.WEEKLY_LEDGER, f"{year}-W{week:02d}",
                "隐患整改周台账",
            )  # fmt: skip


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    """First days of the months from one before ``first`` to the one of ``last``."""
    month, found = add_months(first.replace(day=1), -1), []
    while month <= last:
        found.append(month)
        month = add_months(month, 1)
    return found


def in_time(instance: Instance, day: dt.date) -> dt.date:
    """The last working day on which a paper that is due on ``day`` is in time."""
    return day if instance.calendar.is_workday(day) else instance.calendar.workday_before(day)


def enterprise_list_due(instance: Instance, entry: dt.date) -> dt.date:
    """The working day by which 一企一清单 of an object is made after people came (R07-2); the day
    of entry is the first."""
    day = entry
    for _ in range(instance.policy.enterprise_list_due_days - 1):
        day = instance.calendar.workday_on_or_after(day + ONE_DAY)
    return day


def _due(
    instance: Instance,
    deadline: dt.date,
    rule: str,
    kind: SubmissionKind | None,
    period: str,
    text: str,
) -> Due:
    day = in_time(instance, deadline)
    return Due(
        day=day, deadline=deadline, department="", rule=rule, kind=kind, period=period, text=text
    )


def due_day(instance: Instance, month: dt.date) -> dt.date:
    """The last day on which the report of a month is in time, be it a day off (R16-2: 5日前, the
    5th included)."""
    return add_months(month, 1).replace(day=instance.policy.monthly_report_due_day)


def _of_month(instance: Instance, month: dt.date) -> Iterator[Due]:
    """Reports on a month, due in the next one, and what closes the month itself."""
    period = f"{month:%Y-%m}"
    following = add_months(month, 1)
    fifth = due_day(instance, month)
    for kind, text in (
        (SubmissionKind.ATTACHMENT_1, "附件1《驻点情况统计表》"),
        (SubmissionKind.ATTACHMENT_2, "附件2《驻点监督工作情况统计表》"),
        (SubmissionKind.TEXT, "驻点工作文字材料"),
    ):
        yield _due(instance, fifth, "R16-2", kind, period, f"{month.month}月{text}报市安委会办公室")
    end = instance.calendar.workday_before(following)
    yield _due(
        instance, end, "R12-2", SubmissionKind.SUMMARY, period,
        "各驻点人员当月汇总；县级数字报市有关部门",
    )  # fmt: skip
    yield _due(
        instance, end, "R16-5", SubmissionKind.BRIEFING, period, "听取驻点工作汇报，研究突出问题"
    )
    yield _due(instance, end, "R12-3", None, period, "下月驻点日程（20—25日编排，月底前印发）")


def _of_quarter(instance: Instance, quarter: str) -> Iterator[Due]:
    start = quarter_start(quarter)
    yield _due(
        instance,
        start.replace(day=instance.policy.list_update_due_day),
        "R02-2",
        SubmissionKind.LIST_FILING,
        quarter,
        "季度研判，更新名单并报同级安委会办公室备案",
    )
    sample = start + (7 * SPOT_CHECK_WEEKS - 1) * ONE_DAY
    yield _due(instance, sample, "R11-1", None, quarter, "抽取驻点监督抽查样本，本季度内完成核查")
    end = instance.calendar.workday_before(add_months(start, 3))
    yield _due(
        instance,
        end,
        "R14-1",
        SubmissionKind.CONSULTATION,
        quarter,
        "季度研究会商（县级安委会办公室组织）",
    )


def _of_round(instance: Instance) -> Iterator[Due]:
    """What is due once a half-year; replanning the rest of it begins no other."""
    round = instance.round
    before = instance.calendar.workday_before(round.whole_start)
    yield _due(
        instance,
        before,
        "R15-1",
        SubmissionKind.SCHEME_FILING,
        round.name,
        "工作方案、任务清单报同级安委会办公室备案",
    )
    yield _due(instance, before, "R05-10", None, round.name, "人员轮换计划批准")
    yield _due(instance, before, "R10-1", None, round.name, "新派人员完成进驻前培训")
    day = enterprise_list_due(instance, round.whole_start)
    yield _due(instance, day, "R07-2", None, round.name, "新进驻人员完成“一企一清单”")
