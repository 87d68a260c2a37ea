"""What the registers of the objects leave open: 帮扶事项, 一企一清单 and 任务完成.

A unit that does not keep a register at all is told so once, and not object by object.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, TaskGroup, is_overdue
from planner.domain.plan import Stint
from planner.monthly.due import enterprise_list_due
from planner.monthly.reminder import Reminder
from planner.papers.handovers import latest_list, task_results

LIST_UPDATE_DAYS = dt.timedelta(days=30)
"""Within so many days of a change of people the list is updated (catalogue R07-2, 猜)."""


def matter_reminders(instance: Instance, ledgers: Ledgers, last: dt.date) -> Iterator[Reminder]:
    """Matters that should have been settled and are not (R08-1)."""
    for one in ledgers.support_matters:
        if is_overdue(one, last):
            yield Reminder(
                rule="R08-1",
                department=instance.site_by_id[one.site_id].department,
                site_id=one.site_id,
                text=f"帮扶事项{one.id}应于{one.deadline}前办结，没有办结日期",
            )


def list_reminders(
    instance: Instance,
    rows: Iterable[Stint],
    there: Iterable[Stint],
    ledgers: Ledgers,
    first: dt.date,
    last: dt.date,
) -> Iterator[Reminder]:
    """Objects with people whose list is missing, late, or older than the last change of people
    (R07-2). ``rows`` are all postings, ``there`` those of the days from ``first`` to ``last``."""
    served = {row.site_id for row in there}
    at: dict[str, list[Stint]] = defaultdict(list)
    for row in rows:
        if row.site_id in served and row.site_id in instance.site_by_id and row.start <= last:
            at[row.site_id].append(row)
    kept = {instance.site_by_id[one.site_id].department for one in ledgers.enterprise_lists}
    found = []
    for site_id, own in sorted(at.items()):
        text = _list_text(instance, own, ledgers, first, last)
        if text:
            unit = instance.site_by_id[site_id].department
            found.append(Reminder(rule="R07-2", department=unit, site_id=site_id, text=text))
    return _once_where_not_kept(found, kept, "台账“一企一清单”没有登记，应有清单的对象{}个")


def _list_text(
    instance: Instance, own: Sequence[Stint], ledgers: Ledgers, first: dt.date, last: dt.date
) -> str:
    """What is wrong with the list of the object of some postings; empty where nothing is."""
    entry = min(row.start for row in own)
    due = enterprise_list_due(instance, entry)
    site_id = own[0].site_id
    latest = latest_list(ledgers, site_id, last)
    if latest is None or latest.day < entry:
        older = f"，只有{latest.day}的第{latest.version}版" if latest else ""
        return f"{entry}进驻，应于{due}前形成“一企一清单”{older}" if due < last else ""
    changed = _changed_after(own, latest.day)
    if changed is not None and changed + LIST_UPDATE_DAYS < last:
        return (
            f"{changed}换人，30天内应更新“一企一清单”，最近一版是{latest.day}的第{latest.version}版"
        )
    made = min(
        one.day for one in ledgers.enterprise_lists if one.site_id == site_id and one.day >= entry
    )
    if made > due and first <= made <= last:
        return f"{entry}进驻，“一企一清单”于{made}形成，晚于期限{due}"
    return ""


def _changed_after(own: Iterable[Stint], day: dt.date) -> dt.date | None:
    """When after a day a post of an object first passed to another person, however long it had
    been empty; None where it did not. The first change, for a later one grants no new delay."""
    holders: dict[int, str] = {}
    for row in sorted(own, key=lambda one: one.start):
        passed = holders.get(row.slot, row.inspector_id) != row.inspector_id
        if passed and row.start > day:
            return row.start
        holders[row.slot] = row.inspector_id
    return None


def task_reminders(
    instance: Instance, there: Iterable[Stint], ledgers: Ledgers, last: dt.date
) -> Iterator[Reminder]:
    """Groups of common tasks without a result when half of a posting is over, and at its end
    (R06-1). One without a written end is taken to last as long as a posting may."""
    kept = {instance.site_by_id[one.site_id].department for one in ledgers.task_results}
    found = []
    for row in there:
        if row.site_id not in instance.site_by_id:
            continue
        longest = add_months(row.start, instance.policy.max_stint_months) - ONE_DAY
        end = row.end or longest
        if last < row.start + (end - row.start) // 2:
            continue
        done = task_results(ledgers, row, last)
        missing = [group.value for group in TaskGroup if group not in done]
        if missing:
            if row.end is None:
                time = f"没有结束日期，最长至{end}，{'已到期' if end <= last else '已过半'}"
            else:
                time = f"于{end}结束" if end <= last else f"至{end}，已过半"
            found.append(
                Reminder(
                    rule="R06-1",
                    department=row.department,
                    site_id=row.site_id,
                    inspector_id=row.inspector_id,
                    text=f"派驻{time}，没有检查结果的共性任务：{'、'.join(missing)}",
                )
            )
    text = "台账“任务完成”没有登记，过半或结束的派驻{}段没有共性任务的检查结果"
    return _once_where_not_kept(found, kept, text)


def _once_where_not_kept(
    found: Iterable[Reminder], kept: Collection[str], text: str
) -> Iterator[Reminder]:
    """The reminders of units that keep the register; of the others one each, with their number."""
    others: dict[str, list[Reminder]] = defaultdict(list)
    for one in found:
        if one.department in kept:
            yield one
        else:
            others[one.department].append(one)
    for unit, own in others.items():
        yield Reminder(rule=own[0].rule, department=unit, text=text.format(len(own)))
