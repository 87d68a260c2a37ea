"""长期不在岗: when absences keep a person from holding a post (settled reading 8).

For pruning; the checker of R05-3 joins absences by code of its own.
"""

from __future__ import annotations

import datetime as dt

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance


def on_leave(instance: Instance, inspector_id: str, day: dt.date) -> bool:
    """Whether 请假与任务 has a row of the person that covers the day."""
    return any(one.start <= day <= one.end for one in instance.absences_of.get(inspector_id, ()))


def long_absences(instance: Instance, inspector_id: str) -> list[tuple[dt.date, dt.date]]:
    """First and last date of every spell of more than ``absence_long_days`` working days.

    Absences with no working day between them are one spell.
    """
    calendar, spells = instance.calendar, list[tuple[dt.date, dt.date]]()
    for row in sorted(instance.absences_of.get(inspector_id, ()), key=lambda row: row.start):
        if spells and row.start <= calendar.workday_on_or_after(spells[-1][1] + ONE_DAY):
            spells[-1] = spells[-1][0], max(spells[-1][1], row.end)
        else:
            spells.append((row.start, row.end))
    return [
        span for span in spells if len(calendar.workdays(*span)) > instance.policy.absence_long_days
    ]
