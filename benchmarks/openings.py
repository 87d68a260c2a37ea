"""Who could serve what from when: what every peer that plans in weeks has to look up first.

The same rules decide (``Rule.admits``) as for our own candidates, but on every change date.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from constraints.r03_1_regular_week import capacity_days
from planner.admission import first_block, needed_overrides
from planner.components import Component
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import clock_start
from planner.domain.instance import Instance
from planner.domain.plan import ComponentResult, TierResult
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector, Site
from planner.domain.terms import EndReason
from planner.model.extract import Chosen
from planner.options import options_of
from planner.posts import Post, due_of, every_day_owed
from planner.rule import Rule, Tier
from planner.solve import ComponentAnswer


@dataclass(frozen=True, slots=True)
class Opening:
    """A newcomer's longest stint from a change date; ``first`` and ``until`` count the service's
    legs. From leg ``free_from`` on the person may leave before ``until``."""

    candidate: Candidate
    first: int
    free_from: int
    until: int

    def ending(self, leg: int) -> Candidate:
        """The stint that leaves at the start of a leg."""
        if leg == self.until:
            return self.candidate
        return shortened(self.candidate, self.candidate.service.grid[leg])


def with_every_date(component: Component) -> Component:
    """The component with services that may change also on the dates that somebody's own dates
    force, beside the weekly ones."""
    dates: dict[str, set[dt.date]] = defaultdict(set)
    for found in component.candidates:
        for one in found:
            dates[one.service.id] |= {one.start, one.until}
    services = {
        post.service.id: replace(
            post.service,
            grid=tuple(
                sorted(
                    {
                        *post.service.grid,
                        *(
                            day
                            for day in dates[post.service.id]
                            if post.service.grid[0] <= day < post.service.finish
                        ),
                    }
                )
            ),
        )
        for post in component.posts
    }
    return replace(
        component,
        posts=tuple(replace(post, service=services[post.service.id]) for post in component.posts),
        candidates=tuple(
            tuple(replace(one, service=services[one.service.id]) for one in found)
            for found in component.candidates
        ),
    )


def shortened(candidate: Candidate, day: dt.date) -> Candidate:
    """The same stint, ended of free will the day before ``day``."""
    end = day - ONE_DAY
    return replace(
        candidate, until=day, end=end, end_reason=EndReason.ROTATION, overrides=(), note=""
    )


def leg_of(service: Service, until: dt.date) -> int:
    """The leg that begins on a change date; their number for the service's finish."""
    return len(service.grid) if until >= service.finish else service.grid.index(until)


def endings_of(
    post: Post, candidates: Sequence[Candidate], instance: Instance, rules: Sequence[Rule]
) -> dict[int, Candidate]:
    """The ways in which whoever is there may leave, by leg: those of our candidates (0 is a
    withdrawal as the round begins) and every other week that the rules leave."""
    running = [one for one in candidates if one.running]
    if post.holder is None or not running:
        return {}
    found = {leg_of(post.service, one.until): one for one in running}
    latest = found[max(found)]
    earliest = add_months(post.holder.start, instance.policy.min_stint_months)
    for leg, day in enumerate(post.service.grid[: max(found)]):
        if leg > 0 and leg not in found and day >= earliest:
            early = shortened(latest, day)
            if not any(needed_overrides(instance, rule, early) != [] for rule in rules):
                found[leg] = early
    return dict(sorted(found.items()))


class Openings:
    """Looks stints up, each once."""

    def __init__(self, instance: Instance, rules: Sequence[Rule]) -> None:
        self.instance = instance
        self.standing = [rule for rule in rules if not rule.dated]
        self.dated = [rule for rule in rules if rule.dated]
        self._refused: dict[tuple[str, str], bool] = {}
        self._known: dict[tuple[str, str, int], Opening | None] = {}

    def at(self, service: Service, person: Inspector, leg: int) -> Opening | None:
        """The opening at the start of a leg, or None."""
        key = service.id, person.id, leg
        if key not in self._known:
            self._known[key] = self._find(service, person, leg)
        return self._known[key]

    def all(self, service: Service, person: Inspector) -> dict[int, Opening]:
        """Every opening of a person, by leg."""
        found = ((leg, self.at(service, person, leg)) for leg in range(len(service.grid)))
        return {leg: one for leg, one in found if one is not None}

    def _find(self, service: Service, person: Inspector, leg: int) -> Opening | None:
        start = service.grid[leg]
        candidate = (
            None
            if self._refused.get((service.id, person.id))
            else self._longest(service, person, start)
        )
        if candidate is None:
            return None
        uses = [needed_overrides(self.instance, rule, candidate) for rule in self.standing]
        self._refused[service.id, person.id] = None in uses
        if None not in uses:
            uses += [needed_overrides(self.instance, rule, candidate) for rule in self.dated]
        lifted: list[tuple[str, str]] = []
        for use in uses:
            if use is None:
                return None
            lifted += use
        until = leg_of(service, candidate.until)
        earliest = add_months(start, self.instance.policy.min_stint_months)
        free = next((i for i in range(leg + 1, until) if service.grid[i] >= earliest), until)
        return Opening(replace(candidate, overrides=tuple(lifted)), leg, free, until)

    def _longest(self, service: Service, person: Inspector, start: dt.date) -> Candidate | None:
        """The longest stint from a date, before any rule."""
        instance = self.instance
        sites = [instance.site_by_id[one] for one in service.site_ids]
        blocked, reason, _ = first_block(instance, person, sites, start)
        chain = min(clock_start(instance, person.id, site.id, start) for site in sites)
        due = due_of(instance, person.id, chain, None, sites)
        if due.change <= start:
            due = due_of(instance, person.id, start, None, sites)
        forced = blocked <= due.last_day
        last = due.change
        if forced:
            every_day = any(every_day_owed(instance, site) for site in sites)
            last = blocked if every_day else instance.calendar.workday_on_or_after(blocked)
        ends = [day for day in (*service.grid, service.finish) if start < day <= last]
        if not ends or blocked <= start:
            return None
        until = ends[-1]
        end = blocked - ONE_DAY if forced else due.last_day
        why = reason if forced else EndReason.ROTATION
        if until == service.finish <= instance.round.end and end >= until - ONE_DAY:
            end, why = until - ONE_DAY, EndReason.OFF_LIST
        elif until < service.finish:
            end = min(end, until - ONE_DAY)
        return Candidate(service, 1, person.id, start, end, until, why)


def demanding_sectors(instance: Instance, service: Service) -> list[str]:
    """Sectors of a service at which somebody skilled has to be in the team (R09-3)."""
    sectors = {instance.site_by_id[one].sector for one in service.site_ids}
    return [
        one
        for one in sorted(sectors)
        if instance.sector_by_code[one].chemical
        or instance.sector_by_code[one].coal
        or one in instance.policy.skilled_sectors
    ]


def worth_percent(instance: Instance, site: Site, service: Service) -> int:
    """The worth of a form at a site by its place in the order of preference (R02-5)."""
    offered = {one.form: one.value_percent for one in options_of(instance, site)}
    return offered.get(service.form, instance.policy.service_value_third_percent)


def month_capacity(instance: Instance, year: int, month: int) -> int:
    """Days of a month for the 定期 objects of one person (R03-8, R03-1)."""
    workdays = len(instance.calendar.workdays_of_month(year, month))
    share = instance.policy.regular_max_load_percent * workdays // 100
    return min(share, capacity_days(instance, year, month))


def answer_of(
    component: Component,
    status: str,
    chosen: Mapping[int, Sequence[Candidate]],
    seconds: float,
    tiers: Mapping[int, tuple[int, int]],
) -> ComponentAnswer:
    """A peer's plan in the words of ``planner.solve``; ``chosen`` by post index."""
    result = ComponentResult(
        department=component.department,
        posts=len(component.posts),
        inspectors=component.inspectors,
        columns=component.columns,
        status=status,
        seconds=seconds,
        tiers=tuple(
            TierResult(tier=tier, name=Tier(tier).title, value=value, bound=bound, seconds=0.0)
            for tier, (value, bound) in sorted(tiers.items())
        ),
    )
    rows = tuple(
        Chosen(post, tuple(chosen.get(index, ()))) for index, post in enumerate(component.posts)
    )
    return ComponentAnswer(result, rows if chosen else (), ())
