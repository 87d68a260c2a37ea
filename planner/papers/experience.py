"""视同基层工作经历 (R09-5): how long a person has in fact served in 蹲守 and 流动 postings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.ledgers import WorkLog
from planner.domain.plan import Stint
from planner.domain.terms import StintStatus

DAYS_OF_A_MONTH = 30
"""What is left of several stretches adds up to a month."""
SERVED = frozenset({StintStatus.RUNNING, StintStatus.FINISHED})


@dataclass(frozen=True, slots=True)
class Served:
    """A posting as far as it was served: ``days`` with a log, None where there are no logs."""

    stint: Stint
    start: dt.date
    end: dt.date
    days: int | None


@dataclass(frozen=True, slots=True)
class Experience:
    """The service of one person: whole months and days over; what overlaps counts once."""

    inspector_id: str
    served: tuple[Served, ...]
    months: int
    days: int


def experiences(
    rows: Iterable[Stint], logs: Iterable[WorkLog], until: dt.date
) -> tuple[Experience, ...]:
    """Everybody with 蹲守 or 流动 service up to a day, by id.

    A posting counts when 派驻记录 says that it was or is served, or when a log shows it: what is
    only planned is no experience.
    """
    days = defaultdict[tuple[str, str], set[dt.date]](set)
    for log in logs:
        days[log.inspector_id, log.site_id].add(log.day)
    found: dict[str, list[Served]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.start, one.site_id)):
        end = min(row.end or until, until)
        if not row.form.released or end < row.start:
            continue
        logged = sum(row.start <= day <= end for day in days[row.inspector_id, row.site_id])
        if logged or row.status in SERVED:
            found[row.inspector_id].append(Served(row, row.start, end, logged or None))
    return tuple(_experience(person, found[person]) for person in sorted(found))


def _experience(person: str, served: Sequence[Served]) -> Experience:
    months = days = 0
    for start, end in _stretches(served):
        whole = 0
        while add_months(start, whole + 1) <= end + ONE_DAY:
            whole += 1
        months += whole
        days += (end + ONE_DAY - add_months(start, whole)).days
    carried, left = divmod(days, DAYS_OF_A_MONTH)
    return Experience(person, tuple(served), months + carried, left)


def _stretches(served: Iterable[Served]) -> list[tuple[dt.date, dt.date]]:
    """The dates of several postings without overlap; neighbours are joined."""
    found: list[tuple[dt.date, dt.date]] = []
    for one in sorted(served, key=lambda row: row.start):
        if found and one.start <= found[-1][1] + ONE_DAY:
            found[-1] = found[-1][0], max(found[-1][1], one.end)
        else:
            found.append((one.start, one.end))
    return found
