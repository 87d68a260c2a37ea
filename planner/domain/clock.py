"""半年时钟: chains and stays of one person at one object, and when the half-year is over.

For checkers and reports: chains and stays are read off a finished plan. What is known of a person
before a plan exists (``clock_start``, ``stay_start``) is walked from the history alone, by other
code; how long the clock then runs, encodings ask ``planner.domain.deadline``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import full_record
from planner.domain.tables import Extension, Site

OPEN_END = dt.date(9000, 1, 1)


def last_day(stint: Stint) -> dt.date:
    """Last day of a stint; a day beyond every plan for a stint without a written end."""
    return stint.end or OPEN_END


@dataclass(frozen=True, slots=True)
class Tenure:
    """在岗时段: stints of one person at one object that count as one, in order of their start."""

    inspector_id: str
    site_id: str
    stints: tuple[Stint, ...]
    first: dt.date
    last: dt.date

    @property
    def newest(self) -> Stint:
        """The stint that began last."""
        return self.stints[-1]


def chains_of(instance: Instance, plan: Plan) -> tuple[Tenure, ...]:
    """Chains (settled reading 4): stints with less than 冷却期 or no break between them. Only
    chains whose newest stint is the plan's."""
    months = instance.policy.cool_off_months
    unbroken = instance.calendar.workday_on_or_after
    return _tenures(
        instance, plan, lambda away: max(add_months(away, months) - ONE_DAY, unbroken(away))
    )


def stays_of(instance: Instance, plan: Plan) -> tuple[Tenure, ...]:
    """Unbroken stays: stints with at most non-working days between them. Only stays whose newest
    stint is the plan's."""
    return _tenures(instance, plan, instance.calendar.workday_on_or_after)


def _tenures(
    instance: Instance, plan: Plan, latest_return: Callable[[dt.date], dt.date]
) -> tuple[Tenure, ...]:
    """Join stints that begin on or before ``latest_return`` of the first day away."""
    planned = {id(stint) for stint in plan.stints}
    rows: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for stint in served_record(instance, plan):
        rows[stint.inspector_id, stint.site_id].append(stint)
    found = []
    for (inspector_id, site_id), stints in rows.items():
        if not any(id(stint) in planned for stint in stints):
            continue
        for part in _parts(stints, latest_return):
            if id(part[-1]) in planned:
                last = max(last_day(stint) for stint in part)
                found.append(Tenure(inspector_id, site_id, part, part[0].start, last))
    return tuple(found)


def _parts(
    stints: Iterable[Stint], latest_return: Callable[[dt.date], dt.date]
) -> Iterable[tuple[Stint, ...]]:
    part: list[Stint] = []
    last = dt.date.min
    for stint in stints:
        if part and last < OPEN_END and stint.start > latest_return(last + ONE_DAY):
            yield tuple(part)
            part = []
        last = max(last, last_day(stint)) if part else last_day(stint)
        part.append(stint)
    if part:
        yield tuple(part)


def served_record(instance: Instance, plan: Plan) -> tuple[Stint, ...]:
    """The full record with what was served of running stints that the plan does not repeat, and
    with past rows without an end cut to their first day; ordered by start, site and slot."""
    repeated = {(s.inspector_id, s.site_id, s.start) for s in plan.stints}
    planned = {id(stint) for stint in plan.stints}
    rows = [
        stint
        if stint.end or id(stint) in planned
        else stint.model_copy(update={"end": stint.start})
        for stint in full_record(instance, plan)
    ]
    rows += [
        stint
        for stint in instance.running_so_far
        if (stint.inspector_id, stint.site_id, stint.start) not in repeated
    ]
    return tuple(sorted(rows, key=lambda s: (s.start, s.site_id, s.slot, s.inspector_id)))


# -- before a plan exists -----------------------------------------------------------------------


def clock_start(instance: Instance, inspector_id: str, site_id: str, start: dt.date) -> dt.date:
    """First day of the chain that a stint from ``start`` belongs to, as history alone tells.

    A running stint counts as served up to the start of the round: what follows it within 冷却期
    belongs to its chain whatever the plan makes of its end.
    """
    months = instance.policy.cool_off_months
    first = start
    for row in reversed(instance.stints_of.get((inspector_id, site_id), ())):
        away = _known_end(instance, row) + ONE_DAY
        if row.start < first and (
            first < add_months(away, months) or first <= instance.calendar.workday_on_or_after(away)
        ):
            first = row.start
    return first


def stay_start(instance: Instance, inspector_id: str, site_id: str, start: dt.date) -> dt.date:
    """First day of the unbroken stay that a stint from ``start`` may belong to.

    A running stint may be kept up to ``start``, so that it always may be continued.
    """
    first = start
    for row in reversed(instance.stints_of.get((inspector_id, site_id), ())):
        away = _known_end(instance, row) + ONE_DAY
        if row.start < first and (
            _runs(instance, row) or first <= instance.calendar.workday_on_or_after(away)
        ):
            first = row.start
    return first


def _known_end(instance: Instance, row: Stint) -> dt.date:
    if _runs(instance, row):
        return instance.round.start - ONE_DAY
    return row.end or row.start


def _runs(instance: Instance, row: Stint) -> bool:
    return any(row is one for one in instance.running_at.get(row.site_id, ()))


# -- the half-year ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HalfYear:
    """到期: what R05-1 and R05-6 make of a chain that began on ``first``.

    ``change`` is the nominal change date (first + 每轮驻点最长); ``shifted`` when it, or the
    working day on which people would change, lies in a freeze window. Then ``before`` is the last
    free working day before it, or None when the stint would be shorter than 自愿轮换前最短驻点.
    ``overdue``: the change fell due before the round began. ``latest_day`` is the last day allowed
    without an extension.
    """

    first: dt.date
    change: dt.date
    shifted: bool
    before: dt.date | None
    overdue: bool
    latest_day: dt.date

    @property
    def due_day(self) -> dt.date:
        """The last day of the half-year itself, before any shift."""
        return self.change - ONE_DAY

    @property
    def moved_behind(self) -> bool:
        """Whether R05-6 has no choice but a change behind the freeze window."""
        return self.shifted and self.before is None and not self.overdue


def half_year(instance: Instance, inspector_id: str, site_id: str, first: dt.date) -> HalfYear:
    """The half-year of the chain that began on ``first``.

    Where a row of 豁免 lifts R05-5 for the person on that change date, people may change in a
    freeze window and nothing is shifted.
    """
    policy, site = instance.policy, instance.site_by_id[site_id]
    change = add_months(first, policy.max_stint_months)
    working = instance.calendar.workday_on_or_after(change)
    shifted = (instance.frozen(site, change) or instance.frozen(site, working)) and not (
        instance.lifted("R05-5", inspector_id, site_id, change, working)
    )
    before, due_change = None, change
    if shifted:
        before = _free_before(instance, site, change, add_months(first, policy.min_stint_months))
        latest_change = change + policy.rotation_shift_tolerance_days * ONE_DAY
        due_change = before or first_free_workday(instance, site, change, latest_change)
    overdue = due_change < instance.round.start
    if overdue:
        due_change = first_free_workday(
            instance, site, instance.round.start, instance.round.end + ONE_DAY
        )
    return HalfYear(first, change, shifted, before, overdue, due_change - ONE_DAY)


def first_free_workday(instance: Instance, site: Site, start: dt.date, latest: dt.date) -> dt.date:
    """The first working day from ``start`` outside all freeze windows, at most ``latest``."""
    day = instance.calendar.workday_on_or_after(start)
    while day < latest and instance.frozen(site, day):
        day = instance.calendar.workday_on_or_after(day + ONE_DAY)
    return min(day, latest)


def _free_before(
    instance: Instance, site: Site, change: dt.date, earliest: dt.date
) -> dt.date | None:
    day = instance.calendar.workday_before(change)
    while day >= earliest and instance.frozen(site, day):
        day = instance.calendar.workday_before(day)
    return day if day >= earliest else None


def extensions_beyond(
    instance: Instance, inspector_id: str, site_id: str, day: dt.date
) -> tuple[Extension, ...]:
    """Rows of 延长驻点 for a person at an object that reach beyond ``day``."""
    return tuple(
        row
        for row in instance.extensions
        if (row.inspector_id, row.site_id) == (inspector_id, site_id) and row.until > day
    )
