"""人选: who may take a post from when to when, and for the others the rule that refused.

A candidate starts on a change date and stays until the half-year is over (R05-1, moved by R05-6),
until the service is over or until the person's own dates force the change. Shorter voluntary
stints are not offered: ending early never serves more, it only adds a handover.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.findings import Rejection
from planner.domain.instance import Instance
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector, Site
from planner.domain.terms import AppraisalFlag, EndReason
from planner.posts import Due, Post, chain_start, due_of
from planner.rule import Rule

FAR_AWAY = dt.date.max
AVAILABILITY_RULE = "R03-4"


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates of some posts, in a fixed order, with the refusals.

    ``by_post`` runs parallel to ``posts``. ``rejections`` has one entry per refused inspector and
    service: the first rule that refused at the service's first change date.
    """

    posts: tuple[Post, ...]
    by_post: tuple[tuple[Candidate, ...], ...]
    rejections: tuple[Rejection, ...]


def field_of(instance: Instance, posts: Sequence[Post], rules: Sequence[Rule]) -> Field:
    """Find the candidates of all posts."""
    return _Finder(instance, posts, rules).run()


class _Finder:
    def __init__(self, instance: Instance, posts: Sequence[Post], rules: Sequence[Rule]) -> None:
        self.instance = instance
        self.posts = tuple(posts)
        self.standing_rules = [rule for rule in rules if not rule.dated]
        self.dated_rules = [rule for rule in rules if rule.dated]
        self.rejections: list[Rejection] = []
        self.people: dict[str, list[Inspector]] = defaultdict(list)
        for person in sorted(instance.inspectors, key=lambda one: one.id):
            self.people[person.department].append(person)
        self.releases: dict[str, set[dt.date]] = defaultdict(set)
        self._admissible: dict[tuple[str, str, dt.date], Candidate | None] = {}

    def run(self) -> Field:
        holders = [self._holder_candidates(post) for post in self.posts]
        for found in holders:
            for candidate in found:
                self.releases[candidate.inspector_id].add(candidate.until)
        posts_of_service: dict[str, list[int]] = defaultdict(list)
        for index, post in enumerate(self.posts):
            posts_of_service[post.service.id].append(index)
        by_post: list[tuple[Candidate, ...]] = [()] * len(self.posts)
        for indices in posts_of_service.values():
            service = self.posts[indices[0]].service
            qualified = self._qualified(service)
            for index in indices:
                own = holders[index]
                found = self._newcomers(self.posts[index], own, qualified)
                by_post[index] = (*own, *found)
        return Field(self.posts, tuple(by_post), tuple(self.rejections))

    # -- who is there already ---------------------------------------------------------------

    def _holder_candidates(self, post: Post) -> tuple[Candidate, ...]:
        """The dates at which the running holder may be followed; the first may be the withdrawal
        at the start of the round (``end`` before the round)."""
        row = post.holder
        if row is None:
            return ()
        instance, service = self.instance, post.service
        sites = _sites(instance, service)
        clock = min(chain_start(instance, held) for held in post.held)
        due = due_of(instance, clock, row, sites)
        person = instance.inspector_by_id[row.inspector_id]
        blocked, reason = first_block(instance, person, sites, service.grid[0])
        candidate = Candidate(
            service=service,
            slot=post.slots[0],
            inspector_id=row.inspector_id,
            start=row.start,
            end=row.start,
            until=service.grid[0],
            end_reason=EndReason.ROTATION,
            running=True,
        )
        if due.change >= service.finish and blocked >= service.finish:
            last_day, why = due.last_day, EndReason.ROTATION
            if blocked <= last_day:
                last_day, why = blocked - ONE_DAY, reason
            options = [self._until(candidate, service.finish, last_day, why)]
        elif blocked < due.change:
            options = [self._at_grid(candidate, blocked, reason)]
        else:
            options = [self._at_grid(candidate, due.change, EndReason.ROTATION, due.last_day)]
        latest = options[0].until
        earliest = add_months(row.start, instance.policy.min_stint_months)
        options += [
            self._until(candidate, day, day - ONE_DAY, EndReason.ROTATION)
            for day in _first_of_each_month(service.grid)
            if earliest <= day < latest
        ]
        withdrawal = self._until(
            candidate, service.grid[0], service.grid[0] - ONE_DAY, EndReason.SUBSTITUTION
        )
        kept = [one for one in options if one.until == service.grid[0] or self._admitted(one)]
        may_withdraw = service.team_size > 1 or not kept
        if may_withdraw and all(one.until != service.grid[0] for one in kept):
            kept.append(withdrawal)
        return tuple(sorted(kept, key=lambda one: one.until))

    def _at_grid(
        self,
        candidate: Candidate,
        latest: dt.date,
        reason: EndReason,
        last_day: dt.date = FAR_AWAY,
    ) -> Candidate:
        """End at the last change date not after ``latest``; an overdue holder at the first free
        one (settled reading 4: nothing earlier can be planned)."""
        service = candidate.service
        reached = [day for day in service.grid if day <= latest]
        until = reached[-1] if len(reached) > 1 else self._first_free(service)
        if latest < service.grid[0]:
            last_day = FAR_AWAY
        return self._until(
            candidate, until, min(until - ONE_DAY, max(last_day, candidate.start)), reason
        )

    def _first_free(self, service: Service) -> dt.date:
        sites = _sites(self.instance, service)
        for day in service.grid:
            if not any(self.instance.frozen(site, day) for site in sites):
                return day
        return service.grid[0]

    def _until(
        self, candidate: Candidate, until: dt.date, last_day: dt.date, reason: EndReason
    ) -> Candidate:
        service = candidate.service
        if until == service.finish and service.finish <= self.instance.round.end:
            last_day, reason = service.finish - ONE_DAY, EndReason.OFF_LIST
        return replace(candidate, until=until, end=last_day, end_reason=reason)

    # -- who may come -----------------------------------------------------------------------

    def _qualified(self, service: Service) -> list[Inspector]:
        """People of the unit whom no undated rule refuses."""
        found = []
        for person in self.people[service.department]:
            trial = Candidate(
                service=service,
                slot=1,
                inspector_id=person.id,
                start=service.grid[0],
                end=service.finish - ONE_DAY,
                until=service.finish,
                end_reason=EndReason.ROTATION,
            )
            refusal = self._refusal(trial, self.standing_rules)
            if refusal is None:
                found.append(person)
                first = self._draft_newcomer(service, person, service.grid[0])
                refusal = self._refusal(first, self.dated_rules) if first else AVAILABILITY_RULE
            if refusal is not None:
                self.rejections.append(
                    Rejection(rule=refusal, inspector_id=person.id, site_id=service.site_ids[0])
                )
        return found

    def _newcomers(
        self, post: Post, own: Sequence[Candidate], qualified: Sequence[Inspector]
    ) -> tuple[Candidate, ...]:
        service = post.service
        dates = {candidate.until for candidate in own if candidate.until < service.finish}
        team = service.team_size > 1
        if not own:
            dates = {service.grid[0]}
            if team:
                # One comes free, the other may have waited: everybody, but once a month.
                dates |= set(_first_of_each_month(service.grid))
        found: dict[tuple[str, dt.date], Candidate] = {}
        tried: set[dt.date] = set()
        while dates - tried:
            for start in sorted(dates - tried):
                tried.add(start)
                for person in qualified:
                    candidate = self._newcomer(service, post.slots[0], person, start)
                    if candidate is not None:
                        found[person.id, start] = candidate
            dates |= {one.until for one in found.values() if one.until < service.finish}
        if not own and not team:
            for person in qualified:
                for start in sorted(self._free_dates(service, person) - tried):
                    candidate = self._newcomer(service, post.slots[0], person, start)
                    if candidate is not None:
                        found[person.id, start] = candidate
        return tuple(found[key] for key in sorted(found))

    def _free_dates(self, service: Service, person: Inspector) -> set[dt.date]:
        """Change dates at which the person becomes free for a vacant post: the end of an own post,
        of an absence, the begin of availability, the day after a planned training."""
        instance = self.instance
        events = set(self.releases.get(person.id, ())) | {person.available_from}
        events |= {row.end + ONE_DAY for row in instance.absences_of.get(person.id, ())}
        events |= {row.end + ONE_DAY for row in instance.trainings_of.get(person.id, ())}
        starts = set()
        for event in events:
            if event > service.grid[0]:
                later = [day for day in service.grid if day >= event]
                if later:
                    starts.add(later[0])
        return starts

    def _newcomer(
        self, service: Service, slot: int, person: Inspector, start: dt.date
    ) -> Candidate | None:
        key = (service.id, person.id, start)
        if key not in self._admissible:
            draft = self._draft_newcomer(service, person, start)
            self._admissible[key] = self._admitted(draft) if draft else None
        candidate = self._admissible[key]
        return replace(candidate, slot=slot) if candidate is not None else None

    def _draft_newcomer(
        self, service: Service, person: Inspector, start: dt.date
    ) -> Candidate | None:
        """The longest stint from ``start``, before any rule; None when the person cannot come."""
        instance = self.instance
        sites = _sites(instance, service)
        blocked, reason = first_block(instance, person, sites, start)
        if blocked <= start:
            return None
        due = self._due(service, start)
        candidate = Candidate(
            service=service,
            slot=1,
            inspector_id=person.id,
            start=start,
            end=start,
            until=service.finish,
            end_reason=EndReason.ROTATION,
        )
        if due.change >= service.finish and blocked >= service.finish:
            if blocked <= due.last_day:
                candidate = self._until(candidate, service.finish, blocked - ONE_DAY, reason)
            else:
                candidate = self._until(candidate, service.finish, due.last_day, EndReason.ROTATION)
        else:
            forced = blocked < due.change
            reached = [day for day in service.grid if start < day <= min(due.change, blocked)]
            if not reached:
                return None
            why = reason if forced else EndReason.ROTATION
            last_day = reached[-1] - ONE_DAY
            if not forced:
                last_day = min(last_day, due.last_day)
            candidate = self._until(candidate, reached[-1], last_day, why)
        return candidate

    def _due(self, service: Service, start: dt.date) -> Due:
        return due_of(self.instance, start, None, _sites(self.instance, service))

    # -- rules ------------------------------------------------------------------------------

    def _admitted(self, candidate: Candidate) -> Candidate | None:
        """The candidate with the overrides that it needs, or None when a rule refuses."""
        lifted = []
        for rule in (*self.standing_rules, *self.dated_rules):
            if not rule.admits(self.instance, candidate):
                if not self._lifts(rule, candidate):
                    return None
                lifted.append(rule.article.rule)
        return replace(candidate, overrides=tuple(lifted)) if lifted else candidate

    def _refusal(self, candidate: Candidate, rules: Iterable[Rule]) -> str | None:
        for rule in rules:
            if not rule.admits(self.instance, candidate) and not self._lifts(rule, candidate):
                return rule.article.rule
        return None

    def _lifts(self, rule: Rule, candidate: Candidate) -> bool:
        return rule.article.in_principle and all(
            self.instance.lifted(
                rule.article.rule, candidate.inspector_id, site_id, candidate.start
            )
            for site_id in candidate.site_ids
        )


def first_block(
    instance: Instance, person: Inspector, sites: Sequence[Site], start: dt.date
) -> tuple[dt.date, EndReason]:
    """The first day from ``start`` on which the person cannot serve the sites, and why;
    ``date.max`` when there is none. Settled reading 8 decides which absences count."""
    blocks: list[tuple[dt.date, EndReason]] = []
    if person.appraisal is AppraisalFlag.SUSPENDED:
        blocks.append((start, EndReason.POOR_PERFORMANCE))
    if person.available_from > start:
        blocks.append((start, EndReason.OTHER))
    blocks.append((person.available_to + ONE_DAY, EndReason.TRANSFER))
    if person.leaves_on is not None:
        blocks.append((person.leaves_on, EndReason.RETIREMENT))
    for absence in instance.absences_of.get(person.id, ()):
        workdays = instance.calendar.workdays(absence.start, absence.end)
        if absence.end >= start and len(workdays) > instance.policy.absence_long_days:
            blocks.append((absence.start, EndReason.SICK_OR_MATERNITY))
    for conflict in instance.conflicts_of.get(person.id, ()):
        over = conflict.end is not None and conflict.end < start
        if not over and any(conflict.concerns(site) for site in sites):
            blocks.append((conflict.start or start, EndReason.RECUSAL))
    day, reason = min(blocks, key=lambda block: block[0])
    return max(day, start), reason


def _first_of_each_month(grid: Sequence[dt.date]) -> list[dt.date]:
    """The start and then one date a month: finer early moves would multiply the columns by four
    and hardly ever serve more."""
    found: dict[tuple[int, int], dt.date] = {}
    for day in grid:
        found.setdefault((day.year, day.month), day)
    return list(found.values())


def _sites(instance: Instance, service: Service) -> list[Site]:
    return [instance.site_by_id[site_id] for site_id in service.site_ids]
