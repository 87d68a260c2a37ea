"""交接: who hands which post of an object to whom, and what goes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.domain.ledgers import (
    DangerousOperation,
    EnterpriseList,
    Hazard,
    Ledgers,
    OperationStatus,
    SupportMatter,
    TaskGroup,
    TaskResult,
    is_open,
)
from planner.domain.plan import Stint
from planner.remarks import days_after_end

LONGEST_GAP = dt.timedelta(days=31)
"""Whoever left earlier hands nothing over."""
OPERATIONS_AHEAD = dt.timedelta(days=30)
"""Operations that begin later are not yet the successor's matter."""


@dataclass(frozen=True, slots=True)
class Handover:
    """交接: the last holder of a post and the person who begins in it."""

    old: Stint
    new: Stint

    @property
    def together(self) -> tuple[dt.date, ...]:
        """The days on which both are there to hand over: the successor's first one, or those on
        which the plan lets the last holder come once more (R05-4). Without any they have to
        arrange one."""
        if self.old.end is None or self.old.end >= self.new.start:
            return (self.new.start,)
        return tuple(day for day in days_after_end(self.old) if self.new.covers(day))


def handovers(
    rows: Sequence[Stint], planned: Iterable[Stint], first: dt.date, last: dt.date
) -> tuple[Handover, ...]:
    """The changes of people of some planned postings from one day to another, by day and object.

    ``rows`` hold the history and the plan. Who goes on in the same post hands nothing over.
    """
    found = []
    for new in planned:
        if not first <= new.start <= last:
            continue
        before = [
            row
            for row in rows
            if (row.site_id, row.slot) == (new.site_id, new.slot)
            and row.start < new.start
            and (row.end is None or row.end >= new.start - LONGEST_GAP)
        ]
        old = max(before, key=lambda one: (one.start, one.inspector_id), default=None)
        if old is not None and old.inspector_id != new.inspector_id:
            found.append(Handover(old, new))
    return tuple(sorted(found, key=lambda one: (one.new.start, one.new.site_id, one.new.slot)))


def open_hazards(ledgers: Ledgers, site_id: str, day: dt.date) -> tuple[Hazard, ...]:
    """未销号: what was found at an object up to a day and not closed by then."""
    return tuple(
        one
        for one in ledgers.hazards
        if one.site_id == site_id and one.found_on <= day and is_open(one, day)
    )


def coming_operations(
    ledgers: Ledgers, site_id: str, day: dt.date
) -> tuple[DangerousOperation, ...]:
    """Operations that run or begin soon after a day."""
    return tuple(
        one
        for one in ledgers.operations
        if one.site_id == site_id
        and one.status is OperationStatus.NOTIFIED
        and one.planned_end >= day
        and one.planned_start <= day + OPERATIONS_AHEAD
    )


def open_matters(ledgers: Ledgers, site_id: str, day: dt.date) -> tuple[SupportMatter, ...]:
    """帮扶事项 that an object raised up to a day and that were not settled by then."""
    return tuple(
        one
        for one in ledgers.support_matters
        if one.site_id == site_id and one.raised_on <= day and is_open(one, day)
    )


def latest_list(ledgers: Ledgers, site_id: str, day: dt.date) -> EnterpriseList | None:
    """The last version of 一企一清单 of an object that was made up to a day."""
    known = (one for one in ledgers.enterprise_lists if one.site_id == site_id and one.day <= day)
    return max(known, key=lambda one: (one.day, one.version), default=None)


def task_results(ledgers: Ledgers, row: Stint, day: dt.date) -> dict[TaskGroup, TaskResult]:
    """The last result of each group of common tasks at the object of a posting, from its first day
    to ``day``; groups without one are missing."""
    end = min(row.end or day, day)
    own = (
        one
        for one in ledgers.task_results
        if one.site_id == row.site_id and row.start <= one.day <= end
    )
    return {one.group: one for one in sorted(own, key=lambda one: one.day)}
