"""覆盖: stretches of dates that stints cover, and what is left open between them.

For checkers; every function sweeps intervals and never walks person by person and day by day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import last_day
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.domain.terms import Form, WeekendCoverage

Span = tuple[dt.date, dt.date]
SEVEN_DAYS = 7
"""The least days a month under ``regular_week_mode`` seven_days (R03-1)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of dates, both inclusive, on which the same stints run."""

    start: dt.date
    end: dt.date
    stints: tuple[Stint, ...]


def stretches(stints: Sequence[Stint], first: dt.date, last: dt.date) -> Iterator[Stretch]:
    """Cut ``first`` … ``last`` wherever one of the stints begins or ends."""
    cuts = {first}
    for stint in stints:
        cuts |= {day for day in (stint.start, last_day(stint) + ONE_DAY) if first < day <= last}
    starts = sorted(cuts)
    ends = [day - ONE_DAY for day in starts[1:]] + [last]
    for start, end in zip(starts, ends, strict=True):
        if start <= end:
            yield Stretch(start, end, tuple(stint for stint in stints if stint.covers(start)))


def holes(spans: Iterable[Span], first: dt.date, last: dt.date) -> Iterator[Span]:
    """The maximal parts of ``first`` … ``last`` that lie in none of the spans."""
    open_from = first
    for start, end in sorted(spans):
        if open_from > last:
            return
        if start > open_from:
            yield open_from, min(start - ONE_DAY, last)
        open_from = max(open_from, end + ONE_DAY)
    if open_from <= last:
        yield open_from, last


def owed_part(instance: Instance, site: Site, span: Span) -> Span | None:
    """First and last owed day of a span: working days, or every day under 周末值守 全覆盖
    (settled reading 2). None when the span has none."""
    start, end = span
    if start > end:
        return None
    if instance.sector_by_code[site.sector].weekend_coverage is WeekendCoverage.FULL:
        return span
    return working_part(instance, span)


def working_part(instance: Instance, span: Span) -> Span | None:
    """First and last working day of a span, or None when it has none."""
    start, end = span
    if start > end:
        return None
    first = instance.calendar.workday_on_or_after(start)
    return (first, instance.calendar.workday_before(end + ONE_DAY)) if first <= end else None


def stints_by_site(plan: Plan) -> Mapping[str, Sequence[Stint]]:
    """The plan's stints by site id, in order of their start."""
    found: dict[str, list[Stint]] = defaultdict(list)
    for stint in sorted(plan.stints, key=lambda s: (s.start, s.slot, s.inspector_id)):
        found[stint.site_id].append(stint)
    return found


def stints_by_person(plan: Plan) -> Mapping[str, Sequence[Stint]]:
    """The plan's stints by inspector id, in order of their start."""
    found: dict[str, list[Stint]] = defaultdict(list)
    for stint in sorted(plan.stints, key=lambda s: (s.start, s.site_id, s.slot)):
        found[stint.inspector_id].append(stint)
    return found


def shortage_spans(plan: Plan) -> Mapping[str, Sequence[Span]]:
    """The dates that rows of 未安排对象 explain, by site id."""
    found: dict[str, list[Span]] = defaultdict(list)
    for row in plan.shortages:
        found[row.site_id].append((row.start, row.end))
    return found


def planned_sites(instance: Instance, plan: Plan) -> Iterator[tuple[Site, Span]]:
    """Sites of the planned departments that are owed service, with the owed window."""
    wanted = set(plan.departments)
    for site in instance.sites:
        if site.department in wanted:
            window = instance.owed_window(site)
            if window is not None:
                yield site, window


# -- load of 定期驻点 ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegularLoad:
    """定期负荷: the 定期 stints of one person on a stretch of dates inside the round."""

    inspector_id: str
    stretch: Stretch

    @property
    def site_ids(self) -> tuple[str, ...]:
        """The different objects."""
        return tuple(sorted({stint.site_id for stint in self.stretch.stints}))

    @property
    def newest(self) -> Stint:
        """The stint that came last and so made the load what it is."""
        return max(self.stretch.stints, key=lambda stint: (stint.start, stint.site_id))


def regular_loads(instance: Instance, plan: Plan) -> Iterator[RegularLoad]:
    """Every stretch of the round on which a person has 定期 objects and that has a working day."""
    for inspector_id, stints in stints_by_person(plan).items():
        regular = [stint for stint in stints if stint.form is Form.REGULAR]
        if not regular:
            continue
        for stretch in stretches(regular, instance.round.start, instance.round.end):
            if stretch.stints and working_part(instance, (stretch.start, stretch.end)):
                yield RegularLoad(inspector_id, stretch)


def regular_days_per_month(instance: Instance, site_id: str) -> int:
    """每月最少驻点日 of a site under 定期驻点: the matrix, else the default (working days)."""
    policy = instance.policy
    rows = instance.matrix_rows(instance.site_by_id[site_id])
    row = next((one for one in rows if Form.REGULAR in one.forms), None)
    days = row.min_days_per_month if row else None
    if days is None:
        days = policy.regular_min_days_per_month
    return max(days, SEVEN_DAYS) if policy.regular_week_mode == "seven_days" else days


def months_worked(instance: Instance, span: Span) -> Iterator[tuple[int, int]]:
    """Year and month of every calendar month in which the span has a working day."""
    start, end = span
    month = start.replace(day=1)
    while month <= end:
        days = instance.calendar.workdays_of_month(month.year, month.month)
        if (
            days
            and max(start, days[0]) <= min(end, days[-1])
            and working_part(instance, (max(start, month), min(end, days[-1])))
        ):
            yield month.year, month.month
        month = add_months(month, 1)
