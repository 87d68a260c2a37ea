"""日历文件: a day plan as one ``.ics`` per person, for the calendar of a phone or a desktop."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import DayKind, DayPlan, DayRow, MonthCase
from planner.domain.plan import Stint
from planner.remarks import HANDOVER, handed_over_in
from planner.reports.labels import Names

FOLDER = "日历"
_UNSAFE = re.compile(r'[/\\:*?"<>|.\x00-\x1f\s]')


def calendar_files(case: MonthCase, days: DayPlan) -> dict[str, bytes]:
    """The files by name, in the folder 日历. Days on end at one place are one entry. Identities and
    stamps depend on the day plan alone, so that the same plan gives the same bytes and a newer one
    replaces what has the same beginning."""
    names = Names(case.instance)
    coming: dict[str, list[tuple[dt.date, Stint]]] = defaultdict(list)
    for day, row in handed_over_in(case.plan, days):
        coming[row.inspector_id].append((day, row))
    files = {}
    for person in sorted({*days.of_person, *coming}):
        name = _UNSAFE.sub("_", f"{person} {names.short_person(person)}")
        rows = days.of_person.get(person, ())
        files[f"{FOLDER}/{name}.ics"] = _calendar(case, names, person, rows, coming[person])
    return files


def _calendar(
    case: MonthCase,
    names: Names,
    person: str,
    rows: Sequence[DayRow],
    coming: Sequence[tuple[dt.date, Stint]],
) -> bytes:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//planner//day plan//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"驻点日程 {names.short_person(person)}")
    stamp = dt.datetime.combine(case.since, dt.time(), dt.UTC)

    def event(kind: str, site_id: str, first: dt.date, last: dt.date, half: str = "") -> Event:
        found = Event()
        key = f"{person}|{site_id}|{kind}|{first}|{half}"
        found.add("uid", f"{hashlib.sha256(key.encode()).hexdigest()[:32]}@planner")
        found.add("dtstamp", stamp)
        found.add("dtstart", first)
        found.add("dtend", last + ONE_DAY)
        place = names.short_site(site_id) if site_id else ""
        found.add("summary", f"{kind} {place}{f'（{half}）' if half else ''}".strip())
        if site_id:
            found.add("location", case.instance.site_by_id[site_id].address)
        return found

    for run in _runs(rows):
        first, last = run[0], run[-1]
        one = event(first.kind.value, first.site_id, first.day, last.day, first.half or "")
        attended = sorted({each for row in run for each in row.operation_ids})
        if attended:
            one.add("description", f"到场监督危险作业：{'、'.join(attended)}")
        if first.kind is not DayKind.REST:
            one.add("transp", "OPAQUE")
        calendar.add_component(one)
    for day, stint in coming:
        one = event(HANDOVER, stint.site_id, day, day)
        one.add("transp", "OPAQUE")
        calendar.add_component(one)
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
