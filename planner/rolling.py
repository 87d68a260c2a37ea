"""滚动: the rest of a round as a problem of its own.

What was served before a day is history, what runs on it is in post, and the round begins on that
day: so served days cannot change, and every rule holds as it does for any plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import StintStatus
from planner.posts import chain_start, due_of


def carried_out(instance: Instance, plan: Plan, day: dt.date) -> Iterator[Stint]:
    """派驻记录 on the morning of ``day``, when the plan has been kept: the history, what of the
    plan is over (结束) and what runs (执行). What begins on ``day`` or later is left out."""
    planned = {_key(row) for row in plan.stints}
    planning = set(plan.departments)
    running = {_key(row) for row in instance.running if row.department in planning}
    for row in instance.stints:
        if row.status is StintStatus.DRAFT or _key(row) in planned:
            continue
        if _key(row) in running:  # the plan has no such row any more: it was over as it began
            last = max(row.start, instance.round.start - ONE_DAY)
            yield row.model_copy(update={"end": last, "status": StintStatus.FINISHED})
        else:
            yield row
    for row in plan.stints:
        if row.start < day:
            over = row.end is not None and row.end < day
            status = StintStatus.FINISHED if over else StintStatus.RUNNING
            yield row.model_copy(update={"status": status, "round": row.round or plan.round})


def rest_of_round(instance: Instance, plan: Plan, day: dt.date) -> Instance:
    """The instance whose round is what is left of it from ``day`` on; the ratings are kept.

    A running row whose end was only the plan's choice is open again, so that its half-year clock
    says how long it may go on. ValueError for a day outside the round.
    """
    if not instance.round.start <= day <= instance.round.end:
        raise ValueError(day)
    rest = instance.model_copy(
        update={
            "round": instance.round.model_copy(update={"start": day}),
            "stints": tuple(carried_out(instance, plan, day)),
        }
    )
    return rest.model_copy(update={"stints": tuple(_opened(rest, row) for row in rest.stints)})


def still_to_come(plan: Plan, day: dt.date) -> tuple[Stint, ...]:
    """The rows of a plan that run on ``day`` or begin later."""
    return tuple(row for row in plan.stints if row.end is None or row.end >= day)


def _opened(rest: Instance, row: Stint) -> Stint:
    """The row without its end where the rules would let the holder stay longer."""
    if row.status is not StintStatus.RUNNING or row.end is None:
        return row
    if row.start >= rest.round.start or (row.end_reason is not None and row.end_reason.forced):
        return row
    site = rest.site_by_id.get(row.site_id)
    if site is None:
        return row
    open_row = row.model_copy(update={"end": None, "end_reason": None})
    due = due_of(rest, row.inspector_id, chain_start(rest, row), open_row, (site,))
    return open_row if due.last_day > row.end else row


def _key(row: Stint) -> tuple[str, str, int, dt.date]:
    return row.inspector_id, row.site_id, row.slot, row.start
