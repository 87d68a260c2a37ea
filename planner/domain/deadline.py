"""到期 before a plan exists: how long R05-1 and R05-6 let a person stay at an object.

For encodings. Checkers reckon the half-year of a finished plan's chains in
``planner.domain.clock``; the two share no code, so that a fault in one shows against the other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.tables import Extension, Site


class Shift(Enum):
    """What becomes of a change that falls due in a freeze window (R05-6), or before the round."""

    NONE = auto()
    BEFORE = auto()
    BEHIND = auto()
    OVERDUE = auto()


@dataclass(frozen=True, slots=True)
class Deadline:
    """``due`` is the last day of the half-year itself, ``last`` the last day allowed without an
    extension; ``extensions`` are the rows of 延长驻点 that reach beyond ``due``, good or not."""

    due: dt.date
    last: dt.date
    shift: Shift
    extensions: tuple[Extension, ...]


def deadline(instance: Instance, inspector_id: str, site_id: str, first: dt.date) -> Deadline:
    """The deadline of a person whose clock at the site began on ``first``."""
    policy, site, round = instance.policy, instance.site_by_id[site_id], instance.round
    over = add_months(first, policy.max_stint_months)
    on_duty = instance.calendar.workday_on_or_after(over)
    shift, relief = Shift.NONE, over
    blocked = any(instance.frozen(site, day) for day in {over, on_duty})
    if blocked and not instance.lifted("R05-5", inspector_id, site_id, over, on_duty):
        shortest = add_months(first, policy.min_stint_months)
        early = _first_free(instance, site, reversed(range(shortest.toordinal(), over.toordinal())))
        latest = over + policy.rotation_shift_tolerance_days * ONE_DAY
        if early is not None:
            shift, relief = Shift.BEFORE, early
        else:
            shift = Shift.BEHIND
            relief = (
                _first_free(instance, site, range(over.toordinal(), latest.toordinal() + 1))
                or latest
            )
    if relief < round.start:
        shift = Shift.OVERDUE
        ordinals = range(round.start.toordinal(), round.end.toordinal() + 1)
        free = _first_free(instance, site, ordinals)
        relief = free or round.end + ONE_DAY
    extensions = tuple(
        row
        for row in instance.extensions
        if row.site_id == site_id and row.inspector_id == inspector_id and row.until >= over
    )
    return Deadline(over - ONE_DAY, relief - ONE_DAY, shift, extensions)


def _first_free(instance: Instance, site: Site, ordinals: Iterable[int]) -> dt.date | None:
    """The first of some days that is a working day outside every freeze window."""
    for day in map(dt.date.fromordinal, ordinals):
        if instance.calendar.is_workday(day) and not instance.frozen(site, day):
            return day
    return None
