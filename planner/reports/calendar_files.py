"""日历文件: a day plan as one ``.ics`` per person, for the calendar of a phone or a desktop."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence

from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import DayKind, DayPlan, DayRow, MonthCase
from planner.reports.labels import Names

FOLDER = "日历"
_UNSAFE = re.compile(r'[/\\:*?"<>|.\x00-\x1f\s]')


def calendar_files(case: MonthCase, days: DayPlan) -> dict[str, bytes]:
    """The files by name, in the folder 日历. Days on end at one place are one entry. Identities and
    stamps depend on the day plan alone, so that the same plan gives the same bytes and a newer one
    replaces what has the same beginning."""
    names = Names(case.instance)
    files = {}
    for person, rows in sorted(days.of_person.items()):
        name = _UNSAFE.sub("_", f"{person} {names.short_person(person)}")
        files[f"{FOLDER}/{name}.ics"] = _calendar(case, names, person, rows)
    return files


def _calendar(case: MonthCase, names: Names, person: str, rows: Sequence[DayRow]) -> bytes:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//planner//day plan//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"驻点日程 {names.short_person(person)}")
    stamp = dt.datetime.combine(case.since, dt.time(), dt.UTC)
    for run in _runs(rows):
        first, last = run[0], run[-1]
        event = Event()
        key = f"{person}|{first.site_id}|{first.kind.value}|{first.day}|{first.half or ''}"
        event.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@planner")
        event.add("dtstamp", stamp)
        event.add("dtstart", first.day)
        event.add("dtend", last.day + ONE_DAY)
        place = names.short_site(first.site_id) if first.site_id else ""
        half = f"（{first.half.value}）" if first.half else ""
        event.add("summary", f"{first.kind.value} {place}{half}".strip())
        if first.site_id:
            event.add("location", case.instance.site_by_id[first.site_id].address)
        attended = sorted({one for row in run for one in row.operation_ids})
        if attended:
            event.add("description", f"到场监督危险作业：{'、'.join(attended)}")
        if first.kind is not DayKind.REST:
            event.add("transp", "OPAQUE")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _runs(rows: Sequence[DayRow]) -> list[list[DayRow]]:
    """Rows of consecutive dates at one place, of one kind."""
    runs: list[list[DayRow]] = []
    for row in rows:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and last.day + ONE_DAY == row.day
            and (last.site_id, last.kind, last.half) == (row.site_id, row.kind, row.half)
        ):
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs
