"""Peer (c): lists, as a careful person keeps them in Excel.

Whoever is there stays until due. Then object by object, the most important first: the preferred
form, for every free slot and every due date the first of the free people in a plain order. When
nobody is free, one look back: somebody already sent elsewhere comes, if a free person can take
over there. Else a weaker form, else a later begin. No solver.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks import trace
from benchmarks.openings import (
    Opening,
    Openings,
    answer_of,
    demanding_sectors,
    endings_of,
    leg_of,
    month_capacity,
    with_every_date,
    worth_percent,
)
from constraints.r09_3_skill import SKILLED
from planner.components import Component
from planner.domain.calendar import ONE_DAY
from planner.domain.coverage import months_worked, regular_days_per_month
from planner.domain.posting import Candidate, Service
from planner.domain.terms import Form
from planner.rule import Rule
from planner.solve import ComponentAnswer


def greedy(
    component: Component,
    rules: Sequence[Rule],
    limit_seconds: float,
    workers: int,
    *settings_of_ours: object,
) -> ComponentAnswer:
    """In place of ``planner.solve.solve_component``; it never needs the limit."""
    began = time.monotonic()
    component = with_every_date(component)
    chosen = _Sheets(component, rules).fill()
    trace.note(component.posts[0].service.id, {})
    return answer_of(component, "FEASIBLE", chosen, time.monotonic() - began, {})


@dataclass(slots=True)
class _Entry:
    """A line of the sheets: a person in a seat. A newcomer has an ``opening``, a holder some
    ``endings``."""

    seat: int
    candidate: Candidate
    opening: Opening | None = None
    endings: Mapping[int, Candidate] = field(default_factory=dict)

    @property
    def first(self) -> dt.date:
        return max(self.candidate.start, self.candidate.service.grid[0])

    def shortened(self, leg: int) -> Candidate | None:
        """The stint that leaves at the start of a leg; None when the rules forbid it."""
        if self.opening is not None:
            legal = self.opening.free_from <= leg <= self.opening.until
            return self.opening.ending(leg) if legal else None
        return self.endings.get(leg)


class _Sheets:
    def __init__(self, component: Component, rules: Sequence[Rule]) -> None:
        self.component, self.instance = component, component.instance
        self.openings = Openings(self.instance, rules)
        self.services = {post.service.id: post.service for post in component.posts}
        self.seats: dict[str, list[int]] = defaultdict(list)
        self.post_of_seat: list[int] = []
        self.people = sorted({one.inspector_id for found in component.candidates for one in found})
        self.lines: dict[str, list[_Entry]] = {one: [] for one in self.services}
        self.of_person: dict[str, list[_Entry]] = defaultdict(list)
        self.away: dict[int, Candidate] = {}
        self.served_by: dict[str, str] = {}
        for index, post in enumerate(component.posts):
            endings = endings_of(post, component.candidates[index], self.instance, rules)
            for _ in post.slots:
                self.seats[post.service.id].append(len(self.post_of_seat))
                self.post_of_seat.append(index)
            latest = max(endings, default=0)
            if latest > 0:
                seat = self.seats[post.service.id][-1]
                self._write(_Entry(seat, endings[latest], endings=endings))
                self.served_by |= dict.fromkeys(post.service.site_ids, post.service.id)
            elif endings:
                self.away[index] = endings[latest]

    def fill(self) -> dict[int, list[Candidate]]:
        """Go down the list of objects; the chosen people by post."""
        done: set[str] = set()
        for site_id in sorted(self._site_ids(), key=self._rank):
            kept = self.served_by.get(site_id)
            if kept is not None:
                if kept not in done and not self._go_on(self.services[kept]):
                    self._fall_back(self.services[kept])
                done.add(kept)
            if site_id not in self.served_by:
                self._open(site_id)
        chosen: dict[int, list[Candidate]] = defaultdict(list)
        for entries in self.lines.values():
            for entry in entries:
                chosen[self.post_of_seat[entry.seat]].append(entry.candidate)
        for index, candidate in self.away.items():
            chosen[index].append(candidate)
        return chosen

    # -- objects ----------------------------------------------------------------------------

    def _site_ids(self) -> set[str]:
        return {one for service in self.services.values() for one in service.site_ids}

    def _rank(self, site_id: str) -> tuple[int, int, str]:
        rating = self.instance.rating_by_site[site_id]
        return int(rating.grade), -rating.score, site_id

    def _open(self, site_id: str) -> None:
        """The preferred form at once, else a weaker one, else the same in a later month."""
        options = [
            service
            for service in self.services.values()
            if site_id in service.site_ids and self.served_by.keys().isdisjoint(service.site_ids)
        ]
        site = self.instance.site_by_id[site_id]
        options.sort(key=lambda one: (-worth_percent(self.instance, site, one), one.id))
        latest = max((len(one.grid) for one in options), default=0)
        for leg in range(latest):
            for service in options:
                if leg < len(service.grid) and self._begin(service, leg):
                    self.served_by |= dict.fromkeys(service.site_ids, service.id)
                    return

    def _begin(self, service: Service, leg: int) -> bool:
        for seat in self.seats[service.id]:
            if not self._send(service, seat, leg):
                self._clear(service)
                return False
        if not self._go_on(service):
            self._clear(service)
            return False
        return True

    def _go_on(self, service: Service) -> bool:
        """Follow everybody who leaves; where nobody can, the service ends for the whole team."""
        while True:
            open_seats = []
            for seat in self.seats[service.id]:
                mine = [one for one in self.lines[service.id] if one.seat == seat]
                until = max((one.candidate.until for one in mine), default=service.grid[0])
                if until < service.finish:
                    open_seats.append((until, seat))
            if not open_seats:
                return True
            day, seat = min(open_seats)
            if not self._send(service, seat, leg_of(service, day)):
                return self._end(service, day)

    def _end(self, service: Service, day: dt.date) -> bool:
        """Let everybody leave on a day; False when the rules keep somebody longer."""
        leg = leg_of(service, day)
        staying = [one for one in self.lines[service.id] if one.candidate.until > day]
        shorter = [(one, one.shortened(leg)) for one in staying]
        if leg == 0 or any(candidate is None for _, candidate in shorter):
            return False
        for one, candidate in shorter:
            assert candidate is not None
            one.candidate = candidate
        return True

    def _fall_back(self, service: Service) -> None:
        """Without newcomers: whoever is there stays until the first has to go, or the holders are
        withdrawn as the round begins where that leaves a team incomplete."""
        holders = [one for one in self.lines[service.id] if one.opening is None]
        self._clear(service)
        for one in holders:
            one.candidate = one.endings[max(one.endings)]
            self._write(one)
        day = min(one.candidate.until for one in holders)
        if len(holders) == service.team_size and self._end(service, day):
            return
        for one in holders:
            self.away[self.post_of_seat[one.seat]] = one.endings[0]
        self._clear(service)
        for site_id in service.site_ids:
            del self.served_by[site_id]

    # -- people -----------------------------------------------------------------------------

    def _write(self, entry: _Entry) -> None:
        self.lines[entry.candidate.service.id].append(entry)
        self.of_person[entry.candidate.inspector_id].append(entry)

    def _strike(self, entry: _Entry) -> None:
        self.lines[entry.candidate.service.id].remove(entry)
        self.of_person[entry.candidate.inspector_id].remove(entry)

    def _clear(self, service: Service) -> None:
        for entry in list(self.lines[service.id]):
            self._strike(entry)

    def _send(self, service: Service, seat: int, leg: int) -> bool:
        """The first free person, or one look back; nobody in a freeze window, unless the one before
        had to go."""
        day, lines = service.grid[leg], self.lines[service.id]
        sites = [self.instance.site_by_id[one] for one in service.site_ids]
        if leg > 0 and any(self.instance.frozen(site, day) for site in sites):
            before = [one.candidate for one in lines if one.seat == seat]
            if not any(one.until == day and one.end_reason.forced for one in before):
                return False
        found = next(self._ready(service, seat, leg), None)
        if found is not None:
            self._write(found)
            return True
        return self._look_back(service, seat, leg)

    def _look_back(self, service: Service, seat: int, leg: int) -> bool:
        """Somebody sent elsewhere comes here, and a free person takes over there."""
        for person in self.people:
            sent = [one for one in self.of_person[person] if one.opening is not None]
            if len(sent) != 1 or sent[0].candidate.service.id == service.id:
                continue
            old = sent[0]
            self._strike(old)
            here = self._entry(service, seat, leg, person)
            if here is not None:
                self._write(here)
                instead = self._instead_of(old)
                if instead is not None:
                    self._write(instead)
                    return True
                self._strike(here)
            self._write(old)
        return False

    def _instead_of(self, old: _Entry) -> _Entry | None:
        assert old.opening is not None
        service = old.candidate.service
        leg = leg_of(service, old.candidate.until)
        for one in self._ready(service, old.seat, old.opening.first):
            candidate = one.shortened(leg)
            if candidate is not None and one.candidate.until >= candidate.until:
                entry = _Entry(old.seat, candidate, one.opening)
                followers = [line for line in self.lines[service.id] if line.opening is not None]
                if all(self._skilled(service, line, entry) for line in followers):
                    return entry
        return None

    def _ready(self, service: Service, seat: int, leg: int) -> Iterator[_Entry]:
        """Free people in order: whoever can stay longest, knows the sector, is near, was little
        away."""
        found = [self._entry(service, seat, leg, person) for person in self.people]
        yield from sorted((one for one in found if one is not None), key=self._order)

    def _order(self, entry: _Entry) -> tuple[int, int, float, int, str]:
        candidate, instance = entry.candidate, self.instance
        person = instance.inspector_by_id[candidate.inspector_id]
        sites = [instance.site_by_id[one] for one in candidate.site_ids]
        skill = min(person.skill(site.sector) for site in sites)
        far = max(instance.kilometres(person.home_county, site.county) or 0.0 for site in sites)
        load = sum(len(instance.stints_of.get((person.id, site.id), ())) for site in sites)
        return -candidate.until.toordinal(), -min(skill, SKILLED), far, load, person.id

    def _entry(self, service: Service, seat: int, leg: int, person: str) -> _Entry | None:
        opening = self.openings.at(service, self.instance.inspector_by_id[person], leg)
        if opening is None or self._was_there(service, person):
            return None
        entry = _Entry(seat, opening.candidate, opening)
        later = [one.first for one in self.of_person[person] if one.first > entry.first]
        if later and not self._free(entry):
            reached = [i for i, day in enumerate(service.grid) if day <= min(later)]
            shorter = entry.shortened(reached[-1]) if reached[-1] > leg else None
            if shorter is None:
                return None
            entry.candidate = shorter
        return entry if self._free(entry) and self._skilled(service, entry, entry) else None

    def _was_there(self, service: Service, person: str) -> bool:
        sites = set(service.site_ids)
        gone = [self.away[index] for index in self.away]
        lines = [*(one.candidate for one in self.of_person[person]), *gone]
        return any(
            one.inspector_id == person and not sites.isdisjoint(one.site_ids) for one in lines
        )

    def _free(self, entry: _Entry) -> bool:
        """Nothing else on those dates, or few enough 定期 objects."""
        candidate, policy = entry.candidate, self.instance.policy
        others = [
            one
            for one in self.of_person[candidate.inspector_id]
            if one.first < candidate.until and entry.first < one.candidate.until
        ]
        forms = {one.candidate.form for one in (entry, *others)}
        if not others:
            return True
        if forms != {Form.REGULAR} or len(others) >= policy.regular_max_objects:
            return False
        days = sum(
            regular_days_per_month(self.instance, site_id)
            for one in (entry, *others)
            for site_id in one.candidate.site_ids
        )
        last = min(candidate.until - ONE_DAY, self.instance.round.end)
        for year, month in months_worked(self.instance, (entry.first, last)):
            if days > month_capacity(self.instance, year, month):
                return False
        return True

    def _skilled(self, service: Service, newcomer: _Entry, more: _Entry) -> bool:
        """Whether a demanding team has a skilled member on the day of a newcomer."""
        instance, demanding = self.instance, demanding_sectors(self.instance, service)
        team = [
            instance.inspector_by_id[one.candidate.inspector_id]
            for one in (*self.lines[service.id], more)
            if one.first <= newcomer.first < one.candidate.until
        ]
        last_seat = len(team) == service.team_size
        return (
            not demanding
            or any(all(person.skill(one) >= SKILLED for one in demanding) for person in team)
            or not last_seat
        )
