"""Who could serve what from when: what every peer that plans in weeks has to look up first.

The same rules decide (``Rule.admits``) as for our own candidates, but on every change date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from constraints.r03_1_regular_week import capacity_days
from planner.admission import first_block
from planner.components import Component
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import ComponentResult, TierResult
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector
from planner.domain.terms import EndReason
from planner.model.extract import Chosen
from planner.posts import Post, due_of
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
        day = self.candidate.service.grid[leg]
        return shortened(self.candidate, day)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who is there as the round begins. ``latest`` is the stint until due; ``exits`` are
    the earlier legs at which the rules let the person leave, 0 a withdrawal as the round begins."""

    latest: Candidate
    withdrawal: Candidate | None
    exits: tuple[int, ...]
    until: int

    def ending(self, leg: int) -> Candidate:
        """The stint that leaves at the start of a leg."""
        if leg == self.until:
            return self.latest
        if leg == 0 and self.withdrawal is not None:
            return self.withdrawal
        return shortened(self.latest, self.latest.service.grid[leg])


def shortened(candidate: Candidate, day: dt.date) -> Candidate:
    """The same stint, ended of free will the day before ``day``."""
    end = day - ONE_DAY
    return replace(candidate, until=day, end=end, end_reason=EndReason.ROTATION)


def leg_of(service: Service, until: dt.date) -> int:
    """The leg that begins on a change date; their number for the service's finish."""
    return len(service.grid) if until >= service.finish else service.grid.index(until)


def holder_of(
    post: Post, candidates: Sequence[Candidate], instance: Instance, rules: Sequence[Rule]
) -> Holder | None:
    """Who is there, with every week in which the rules let the person leave."""
    running = [one for one in candidates if one.running]
    if post.holder is None or not running:
        return None
    grid = post.service.grid
    latest = max(running, key=lambda one: one.until)
    first = min(running, key=lambda one: one.until)
    withdrawal = first if first.until == grid[0] else None
    earliest = add_months(post.holder.start, instance.policy.min_stint_months)
    exits = [
        leg
        for leg, day in enumerate(grid)
        if leg > 0
        and earliest <= day < latest.until
        and _lifted(shortened(latest, day), rules, instance) is not None
    ]
    if withdrawal is not None:
        exits.insert(0, 0)
    return Holder(latest, withdrawal, tuple(exits), leg_of(post.service, latest.until))


class Openings:
    """Looks stints up, each once."""

    def __init__(self, instance: Instance, rules: Sequence[Rule]) -> None:
        self.instance = instance
        self.standing = [rule for rule in rules if not rule.dated]
        self.dated = [rule for rule in rules if rule.dated]
        self._lifted: dict[tuple[str, str], tuple[str, ...] | None] = {}
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
        pair = service.id, person.id
        if pair in self._lifted and self._lifted[pair] is None:
            return None
        start = service.grid[leg]
        candidate = _longest(self.instance, service, person, start)
        if candidate is None:
            return None
        if pair not in self._lifted:
            self._lifted[pair] = _lifted(candidate, self.standing, self.instance)
        standing = self._lifted[pair]
        dated = None if standing is None else _lifted(candidate, self.dated, self.instance)
        if standing is None or dated is None:
            return None
        until = leg_of(service, candidate.until)
        earliest = add_months(start, self.instance.policy.min_stint_months)
        free = next((i for i in range(leg + 1, until) if service.grid[i] >= earliest), until)
        return Opening(replace(candidate, overrides=(*standing, *dated)), leg, free, until)


def _longest(
    instance: Instance, service: Service, person: Inspector, start: dt.date
) -> Candidate | None:
    sites = [instance.site_by_id[one] for one in service.site_ids]
    blocked, reason = first_block(instance, person, sites, start)
    due = due_of(instance, start, None, sites)
    last = min(due.change, blocked)
    ends = [day for day in (*service.grid, service.finish) if start < day <= last]
    if not ends:
        return None
    until, end, why = ends[-1], min(ends[-1] - ONE_DAY, due.last_day), EndReason.ROTATION
    if until == service.finish and until <= instance.round.end:
        end, why = until - ONE_DAY, EndReason.OFF_LIST
    elif until == service.finish:
        end = due.last_day
        if blocked <= end:
            end, why = blocked - ONE_DAY, reason
    elif blocked < due.change:
        end, why = until - ONE_DAY, reason
    return Candidate(service, 1, person.id, start, end, until, why)


def _lifted(
    candidate: Candidate, rules: Sequence[Rule], instance: Instance
) -> tuple[str, ...] | None:
    """The rules that rows of 豁免 lift for the stint; None when a rule refuses it."""
    lifted = []
    for rule in rules:
        if not rule.admits(instance, candidate):
            name = rule.article.rule
            if not rule.article.in_principle or not all(
                instance.lifted(name, candidate.inspector_id, site_id, candidate.start)
                for site_id in candidate.site_ids
            ):
                return None
            lifted.append(name)
    return tuple(lifted)


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
        index=component.index,
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
    rows = []
    for index, post in enumerate(component.posts):
        held = [one.until for one in component.candidates[index] if one.running]
        rows.append(Chosen(post, tuple(chosen.get(index, ())), max(held, default=None)))
    return ComponentAnswer(result, (), tuple(rows) if chosen else ())
