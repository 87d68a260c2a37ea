"""人选: who may take a post from when to when.

A candidate starts on a change date and stays until the half-year is over (R05-1, moved by R05-6),
until the service is over or until the person's own dates force the change. Shorter voluntary
stints are offered only where they can serve more: to holders in a team at the date on which a
partner has to go, and to newcomers of a team where nobody else can follow that partner; or where
a plan stays closer to an earlier one, on the change dates of that one and the first after a
shortest stint.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.admission import first_block, needed_overrides
from planner.domain.away import long_absences
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import clock_start
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.posting import Candidate, Service
from planner.domain.tables import PROBATION_MONTHS, Inspector, Site
from planner.domain.terms import EndReason, Form
from planner.offer import ORDINARY, Offer
from planner.options import options_of
from planner.posts import Due, Post, chain_start, due_of, every_day_owed
from planner.remarks import LEAVES_TO_FILL_IN, POST_GONE, TEAM_INCOMPLETE
from planner.rule import BaseRule, PrincipleRule, Rule

SMALL_PAIRS = 2000
ALL_CHANGES_PAIRS = 500
TEAM = 2


@dataclass(frozen=True, slots=True)
class Field:
    """All candidates of some posts, in a fixed order; ``by_post`` runs parallel to ``posts``."""

    posts: tuple[Post, ...]
    by_post: tuple[tuple[Candidate, ...], ...]


def field_of(
    instance: Instance, posts: Sequence[Post], rules: Sequence[Rule], offer: Offer = ORDINARY
) -> Field:
    """Find the candidates of all posts."""
    return _Finder(instance, posts, rules, offer).run()


def draft_of(
    instance: Instance, service: Service, person: Inspector, start: dt.date
) -> Candidate | None:
    """The longest stint of a person in slot 1 of a service from ``start``, before any rule is
    asked; None when the person is away on that day, or has to leave a team too soon."""
    return _Finder(instance, (), (), ORDINARY)._draft_newcomer(service, person, start)


def drafts_of(instance: Instance, post: Post, starts: Iterable[dt.date]) -> tuple[Candidate, ...]:
    """The longest stint of everybody of the unit in a post from each start, before any rule is
    asked: who would be there if nothing kept them out."""
    finder = _Finder(instance, (post,), (), ORDINARY)
    drafts = (
        finder._draft_newcomer(post.service, person, start)
        for person in finder.people[post.service.department]
        for start in sorted(starts)
    )
    return tuple(replace(one, slot=post.slots[0]) for one in drafts if one is not None)


class _Finder:
    def __init__(
        self, instance: Instance, posts: Sequence[Post], rules: Sequence[Rule], offer: Offer
    ) -> None:
        self.instance = instance
        self.earlier = _by_place(offer.earlier)
        self.as_written = _by_place((*offer.earlier, *offer.asked))
        self.posts = tuple(posts)
        self.rules = [rule for rule in rules if decides(rule)]
        self.standing_rules = [rule for rule in self.rules if not rule.dated]
        # What a row of 豁免 may lift has to be asked for the dates of each candidate.
        self.dated_rules = [
            one for one in self.rules if one.dated or instance.overrides_for(one.article.rule)
        ]
        self.people: dict[str, list[Inspector]] = defaultdict(list)
        for person in sorted(instance.inspectors, key=lambda one: one.id):
            self.people[person.department].append(person)
        pairs = sum(len(self.people[post.service.department]) for post in self.posts)
        self.small = offer.thorough or pairs <= SMALL_PAIRS
        self.all_changes = pairs <= ALL_CHANGES_PAIRS
        self.only_at = offer.only_at
        self.releases: dict[str, set[dt.date]] = defaultdict(set)
        self._changes: dict[tuple[str, str], frozenset[dt.date]] = {}
        self._open: dict[str, Sequence[dt.date]] = {}
        self._admissible: dict[tuple[str, str, dt.date], Candidate | None] = {}

    def run(self) -> Field:
        posts_of_service: dict[str, list[int]] = defaultdict(list)
        for index, post in enumerate(self.posts):
            posts_of_service[post.service.id].append(index)
        by_post: list[tuple[Candidate, ...]] = [()] * len(self.posts)
        if self.only_at is not None:
            for index, post in enumerate(self.posts):
                if _place(post.service) not in self.only_at:
                    by_post[index] = tuple(self._as_written(post, ()))
                    posts_of_service.pop(post.service.id, None)
        holders: dict[int, tuple[Candidate, ...]] = {}
        for indices in posts_of_service.values():
            holders |= self._holders_of_service(indices)
        for found in holders.values():
            for candidate in found:
                self.releases[candidate.inspector_id].add(candidate.until)
        for indices in posts_of_service.values():
            service = self.posts[indices[0]].service
            there = {one.inspector_id for index in indices for one in holders[index]}
            qualified = [one for one in self._qualified(service) if one.id not in there]
            newcomers = {
                index: self._newcomers(self.posts[index], holders[index], qualified)
                for index in indices
            }
            followers = {
                day: {one.inspector_id for one in newcomers[index] if one.start == day}
                for index in indices
                for day in self._last_dates([holders[index]], service)
            }
            for index in indices:
                cut = self._cut_short(newcomers[index], followers)
                found = tuple(dict.fromkeys((*holders[index], *newcomers[index], *cut)))
                by_post[index] = (*found, *self._as_written(self.posts[index], found))
        return Field(self.posts, tuple(by_post))

    # -- who is there already ---------------------------------------------------------------

    def _holders_of_service(self, indices: Sequence[int]) -> dict[int, tuple[Candidate, ...]]:
        """The dates at which each running holder of a service may be followed.

        In a team the others have to be able to stop where one of them has to go and nobody
        follows. A team that has to wait for newcomers, or soon breaks up because nobody can follow
        the first of them who has to go, may be withdrawn as the round begins: its objects may be
        better served in another form for the whole round. So may, in a replan, whoever is there in
        a form that the grade does not admit any more. Any other team stays (settled reading 13).
        """
        found = {index: self._holder_candidates(self.posts[index]) for index in indices}
        service = self.posts[indices[0]].service
        if self.earlier and self._outdated(service):
            return {
                index: (*self._withdrawn(self.posts[index]), *own) for index, own in found.items()
            }
        dates = self._last_dates(list(found.values()), service)
        lasts = all(
            any(one.until > service.grid[0] for one in found[index]) for index in indices
        ) and self._followed(service, found.values())
        for index, own in found.items():
            if self.posts[index].holder is None:
                continue
            # Who may leave to fill in elsewhere need not: the team cannot count on it.
            ends = {one.until for one in own if one.end_reason is not EndReason.SUBSTITUTION}
            latest = max(ends, default=dt.date.min)
            wanted = {day for day in dates - ends if day < latest}
            if service.grid[0] not in ends and (not own or (service.team_size > 1 and not lasts)):
                wanted.add(service.grid[0])
            template = own[-1] if own else self._running(self.posts[index])
            found[index] = tuple(
                sorted(
                    (*own, *(self._early_end(template, day) for day in sorted(wanted))),
                    key=lambda one: one.until,
                )
            )
        return found

    def _outdated(self, service: Service) -> bool:
        """Whether an object of the service may not be served in its form by anybody new."""
        return not all(
            any(option.form is service.form for option in options_of(self.instance, site))
            for site in _sites(self.instance, service)
        )

    def _withdrawn(self, post: Post) -> Iterator[Candidate]:
        """The holder gone before the round, to make way for another form."""
        if post.holder is not None:
            last = self.instance.round.start - ONE_DAY
            gone = self._until(self._running(post), post.service.grid[0], last, EndReason.OTHER)
            yield replace(gone, note=POST_GONE)

    def _followed(self, service: Service, holders: Iterable[Sequence[Candidate]]) -> bool:
        """Whether enough people may follow the holders who have to go first, at the latest; nobody
        has to where the team lasts for a whole shortest stint of the round."""
        latest = [max(one.until for one in own) for own in holders if own]
        first = min(latest, default=service.finish)
        long_enough = add_months(service.grid[0], self.instance.policy.min_stint_months)
        if first >= min(long_enough, service.finish):
            return True
        there = {one.inspector_id for own in holders for one in own}
        followers = (
            person
            for person in self._qualified(service)
            if person.id not in there and self._newcomer(service, 1, person, first) is not None
        )
        leaving = latest.count(first)
        return sum(1 for _ in itertools.islice(followers, leaving)) == leaving

    def _last_dates(self, holders: Sequence[Sequence[Candidate]], service: Service) -> set[dt.date]:
        """In a team, the dates inside the window on which a holder has to go."""
        if service.team_size == 1:
            return set()
        found = {max(one.until for one in own) for own in holders if own}
        return {day for day in found if service.grid[0] < day < service.finish}

    def _early_end(self, template: Candidate, day: dt.date) -> Candidate:
        """An end that the team needs: an ordinary change where the rules allow it, else one with
        the reason written down."""
        plain = replace(template, overrides=(), note="")
        early = self._until(plain, day, day - ONE_DAY, EndReason.EARLY)
        return self._admitted(early) or replace(
            early, end_reason=EndReason.OTHER, note=TEAM_INCOMPLETE
        )

    def _running(self, post: Post) -> Candidate:
        """The holder of a post, before any end is chosen."""
        row = post.holder
        assert row is not None
        return Candidate(
            service=post.service,
            slot=post.slots[0],
            inspector_id=row.inspector_id,
            start=row.start,
            end=row.start,
            until=post.service.grid[0],
            end_reason=EndReason.ROTATION,
            running=True,
            due=min(self._planned_end(post, by_override)[0] for by_override in (False, True)),
        )

    def _planned_end(self, post: Post, by_override: bool) -> tuple[dt.date, dt.date, EndReason]:
        """When the holder is to be followed if nothing moves him, his last day, and why."""
        row, service = post.holder, post.service
        assert row is not None
        instance = self.instance
        sites = _sites(instance, service)
        person = instance.inspector_by_id[row.inspector_id]
        # The round may begin on days off, before the first change date.
        begins = instance.round.start
        blocked, reason, _ = first_block(instance, person, sites, begins)
        if row.end is not None and row.end_reason is not None and row.end_reason.forced:
            written = max(row.end + ONE_DAY, begins)
            if written < blocked:
                blocked, reason = written, row.end_reason
        clock = min(chain_start(instance, held) for held in post.held)
        due = due_of(instance, row.inspector_id, clock, row, sites, by_override=by_override)
        if due.change < service.grid[0]:
            # Settled reading 4: nothing earlier can be planned for who is overdue.
            free = self._first_free(service)
            due = Due(free, free - ONE_DAY)
        until, last_day, why = self._last(service, due, blocked, reason)
        return until, max(last_day, row.start), why

    def _last(
        self, service: Service, due: Due, blocked: dt.date, reason: EndReason
    ) -> tuple[dt.date, dt.date, EndReason]:
        """The due day or, when that is earlier, the day on which the person is called away."""
        if blocked > due.last_day:
            return min(due.change, service.finish), due.last_day, EndReason.ROTATION
        return self._needed_from(service, blocked - ONE_DAY), blocked - ONE_DAY, reason

    def _holder_candidates(self, post: Post) -> tuple[Candidate, ...]:
        """The planned end of the running holder and the dates to which he may be moved."""
        row, service = post.holder, post.service
        if row is None:
            return ()
        candidate = self._running(post)
        plain, planned = (
            self._until(candidate, *self._planned_end(post, by_override))
            for by_override in (False, True)
        )
        earliest = add_months(row.start, self.instance.policy.min_stint_months)
        changes = self._earlier_changes(service, row.inspector_id)
        dates = sorted({*self._offered(self._open_dates(service)), *changes})
        opened = self._opened_dates(candidate)
        early = {day for day in dates if earliest <= day} | opened
        options = [*dict.fromkeys((plain, planned)), *self._beyond(candidate, planned)]
        options += [
            self._until(
                candidate, day, day - ONE_DAY,
                EndReason.EARLY if day < plain.until else EndReason.ROTATION,
            )
            for day in sorted(early - {plain.until})
            if day < planned.until
        ]  # fmt: skip
        if self.earlier:
            options += self._leaving_to_fill_in(candidate, dates, planned.until)
        admitted = (self._admitted(one) for one in options)
        return tuple(
            sorted((one for one in admitted if one is not None), key=lambda one: one.until)
        )

    def _leaving_to_fill_in(
        self, candidate: Candidate, dates: Iterable[dt.date], before: dt.date
    ) -> list[Candidate]:
        """Leaving for a gap elsewhere (补位), as the service begins or on an open date."""
        return [
            replace(
                self._until(candidate, day, day - ONE_DAY, EndReason.SUBSTITUTION),
                note=LEAVES_TO_FILL_IN,
            )
            for day in sorted({candidate.service.grid[0], *dates})
            if candidate.start < day < before
        ]

    def _offered(self, dates: Sequence[dt.date]) -> Sequence[dt.date]:
        """Every change date in a small unit; in a large one the first of each month, because finer
        moves would multiply its columns by four and hardly ever serve more."""
        return dates if self.small else first_of_each_month(dates)

    def _open_dates(self, service: Service) -> Sequence[dt.date]:
        """The change dates of the service outside the freeze windows of all its objects."""
        if service.id not in self._open:
            sites = _sites(self.instance, service)
            self._open[service.id] = [
                day
                for day in service.grid
                if not any(self.instance.frozen(site, day) for site in sites)
            ]
        return self._open[service.id]

    def _opened_dates(self, candidate: Candidate) -> set[dt.date]:
        """Change dates for the holder that only rows of 豁免 open: one a month, and the first that
        each row covers."""
        service, person = candidate.service, candidate.inspector_id
        rows = [
            row
            for rule in ("R05-2", "R05-5")
            for row in self.instance.overrides_for(rule)
            if row.inspector_id in {"", person} and row.site_id in {"", *service.site_ids}
        ]
        found: set[dt.date] = set()
        for row in rows:
            covered = [day for day in service.grid if row.covers(day, day)]
            found |= set(first_of_each_month(covered))
        return found

    def _beyond(self, candidate: Candidate, planned: Candidate) -> list[Candidate]:
        """Staying past the half-year as far as a row of 豁免 lifts R05-1."""
        service, found = candidate.service, []
        for row in self.instance.overrides_for("R05-1"):
            concerned = row.inspector_id in {"", candidate.inspector_id}
            if not concerned or row.site_id not in {"", *service.site_ids}:
                continue
            last_day = min(row.end or self.instance.round.end, self.instance.round.end)
            change = self.instance.calendar.workday_on_or_after(last_day + ONE_DAY)
            if change > planned.until and not planned.end_reason.forced:
                found.append(
                    self._until(
                        candidate, min(change, service.finish), last_day, EndReason.ROTATION
                    )
                )
        return found

    def _first_free(self, service: Service) -> dt.date:
        return next(iter(self._open_dates(service)), service.grid[0])

    def _until(
        self, candidate: Candidate, until: dt.date, last_day: dt.date, reason: EndReason
    ) -> Candidate:
        last_day, reason = self._ending(candidate.service, until, last_day, reason)
        return replace(candidate, until=until, end=last_day, end_reason=reason)

    def _ending(
        self, service: Service, until: dt.date, last_day: dt.date, reason: EndReason
    ) -> tuple[dt.date, EndReason]:
        """The last day and the reason: the end of the service's own window comes before others."""
        window_ends = service.finish - ONE_DAY
        if until == service.finish <= self.instance.round.end and last_day >= window_ends:
            return window_ends, EndReason.OFF_LIST
        return last_day, reason

    # -- who may come -----------------------------------------------------------------------

    def _qualified(self, service: Service) -> list[Inspector]:
        """People of the unit whom no undated rule refuses; for a team of a large unit, only those
        who are available for its whole window: part-time calendars would multiply its columns."""
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
            whole = service.team_size == 1 or self.small or _all_along(person, service)
            if whole and not self._refused(trial, self.standing_rules):
                found.append(person)
        return found

    def _newcomers(
        self, post: Post, own: Sequence[Candidate], qualified: Sequence[Inspector]
    ) -> tuple[Candidate, ...]:
        service = post.service
        dates = {candidate.until for candidate in own if candidate.until < service.finish}
        team = service.team_size > 1
        if not own:
            dates = {service.grid[0], self._first_free(service)}
            if team:
                # One comes free, the other may have waited: everybody.
                dates |= set(self._offered(service.grid))
        found: dict[tuple[str, dt.date], Candidate] = {}
        tried: set[dt.date] = set()
        short: list[Candidate] = []
        while dates - tried:
            for start in sorted(dates - tried):
                tried.add(start)
                for person in qualified:
                    candidate = self._newcomer(service, post.slots[0], person, start)
                    if candidate is not None:
                        found[person.id, start] = candidate
                        short += self._until_others_begin(candidate)
            ends = (one.until for one in (*found.values(), *short))
            dates |= {day for day in ends if day < service.finish}
        # A service that began with its holder may begin later in the round instead, where losing
        # its first days loses the fewest.
        leaves = [one.until == service.grid[0] for one in own]
        vacant = any(leaves) if self.earlier and self.all_changes else all(leaves)
        if (vacant and own) or not (own or team):
            for person in qualified:
                released = self.releases.get(person.id, ())
                for start in sorted(self._free_dates(service, person, released) - tried):
                    candidate = self._newcomer(service, post.slots[0], person, start)
                    if candidate is not None:
                        found[person.id, start] = candidate
                        short += self._until_others_begin(candidate)
        return (*(found[key] for key in sorted(found)), *short)

    def _cut_short(
        self, newcomers: Iterable[Candidate], followers: Mapping[dt.date, set[str]]
    ) -> tuple[Candidate, ...]:
        """Newcomers of a team who stop with a partner whom nobody else can follow."""
        months = self.instance.policy.min_stint_months
        found = (
            self._admitted(
                self._until(replace(one, overrides=()), day, day - ONE_DAY, EndReason.EARLY)
            )
            for one in newcomers
            for day in sorted(followers)
            if add_months(one.start, months) <= day < one.until
            and followers[day] <= {one.inspector_id}
        )
        return tuple(one for one in found if one is not None)

    def _free_dates(
        self, service: Service, person: Inspector, released: Iterable[dt.date] = ()
    ) -> set[dt.date]:
        """Dates at which the person becomes free for a vacant post: when ``released`` from another
        one, after an absence, probation, a conflict or the cool-off, when the availability begins,
        the day after a planned training."""
        instance = self.instance
        events = {*released, person.available_from}
        events |= {last + ONE_DAY for _, last in long_absences(instance, person.id)}
        events |= {row.end + ONE_DAY for row in instance.trainings_of.get(person.id, ())}
        events |= {row.end + ONE_DAY for row in instance.conflicts_of.get(person.id, ()) if row.end}
        if person.probation_end is not None:
            events.add(person.probation_end + ONE_DAY)
        elif person.hire_date is not None:
            events.add(add_months(person.hire_date, PROBATION_MONTHS))
        events |= {
            add_months(row.end + ONE_DAY, instance.policy.cool_off_months)
            for site_id in service.site_ids
            for row in instance.stints_of.get((person.id, site_id), ())
            if row.end is not None
        }
        sites = _sites(instance, service)
        starts = set()
        for event in events:
            if service.grid[0] < event < service.finish:
                day = instance.calendar.workday_on_or_after(event)
                while any(instance.frozen(site, day) for site in sites):
                    day = instance.calendar.workday_on_or_after(day + ONE_DAY)
                starts.add(day)
        return {day for day in starts if day < service.finish}

    def _newcomer(
        self, service: Service, slot: int, person: Inspector, start: dt.date
    ) -> Candidate | None:
        key = (service.id, person.id, start)
        if key not in self._admissible:
            draft = self._draft_newcomer(service, person, start)
            self._admissible[key] = self._admitted(draft) if draft else None
        candidate = self._admissible[key]
        if candidate is None or candidate.slot == slot:
            return candidate
        return replace(candidate, slot=slot)

    def _draft_newcomer(
        self, service: Service, person: Inspector, start: dt.date
    ) -> Candidate | None:
        """The longest stint from ``start``, before any rule; None when the person cannot come."""
        instance = self.instance
        sites = _sites(instance, service)
        blocked, reason, _ = first_block(instance, person, sites, start)
        if blocked <= start:
            return None
        chain = min(clock_start(instance, person.id, site.id, start) for site in sites)
        due = due_of(instance, person.id, chain, None, sites)
        if due.change <= start:
            due = due_of(instance, person.id, start, None, sites)
        until, last_day, why = self._last(service, due, blocked, reason)
        if why.forced and service.team_size > 1 and until < service.finish:
            # In a team everybody may follow everybody: weekly dates, and nobody who is known to
            # leave too soon, keep the columns few.
            until = max(day for day in service.grid if day <= until)
            last_day = min(last_day, until - ONE_DAY)
            if until < add_months(start, instance.policy.min_stint_months):
                return None
        if until <= start or last_day < start:
            return None
        last_day, why = self._ending(service, until, last_day, why)
        return Candidate(
            service=service,
            slot=1,
            inspector_id=person.id,
            start=start,
            end=last_day,
            until=until,
            end_reason=why,
        )

    # -- an earlier plan, and what is asked for -----------------------------------------------

    def _as_written(self, post: Post, found: Iterable[Candidate]) -> Iterator[Candidate]:
        """The given rows in this post, unless they are offered already or not admitted."""
        service, holder = post.service, post.holder
        unit = {person.id for person in self.people[service.department]}
        known = {(one.inspector_id, one.start, one.until, one.end) for one in found}
        for row in self.as_written.get((service.department, _place(service), service.form), ()):
            assert row.end is not None
            if holder is not None and (row.inspector_id, row.start) == (
                holder.inspector_id,
                holder.start,
            ):
                draft = self._running(post)
            elif row.start >= service.grid[0] and row.inspector_id in unit:
                draft = Candidate(
                    service=service,
                    slot=post.slots[0],
                    inspector_id=row.inspector_id,
                    start=row.start,
                    end=row.end,
                    until=service.finish,
                    end_reason=EndReason.ROTATION,
                )
            else:
                continue
            reason = row.end_reason or EndReason.ROTATION
            until = self._needed_from(service, row.end)
            draft = self._until(draft, until, row.end, reason)
            candidate = self._admitted(draft) if until > draft.start else None
            key = (draft.inspector_id, draft.start, draft.until, draft.end)
            if candidate is None or key in known or self._refused(candidate, self.standing_rules):
                continue
            known.add(key)
            yield candidate

    def _until_others_begin(self, one: Candidate) -> Iterator[Candidate]:
        """The newcomer until a day on which somebody of the earlier plan begins there, even if the
        stint is short (补位), or, after a shortest stint, until one on which people change
        elsewhere or, in a small unit, until the first day on which others may follow."""
        if not self.earlier:
            return
        service = one.service
        key = service.department, _place(service), service.form
        here = {row.start for row in self.earlier.get(key, ())}
        shortest = add_months(one.start, self.instance.policy.min_stint_months)
        open_dates = self._open_dates(service) if self.all_changes else ()
        first = next((day for day in open_dates if day >= shortest), one.until)
        changes = self._earlier_changes(service, one.inspector_id)
        for day in sorted({*here, first, *(day for day in changes if day >= shortest)}):
            if not one.start < day < one.until:
                continue
            short = self._until(replace(one, overrides=()), day, day - ONE_DAY, EndReason.EARLY)
            admitted = self._admitted(short)
            if admitted is None and day in here:
                admitted = self._admitted(replace(short, end_reason=EndReason.SUBSTITUTION))
            if admitted is not None:
                yield admitted

    def _earlier_changes(self, service: Service, person: str) -> frozenset[dt.date]:
        """The days inside the window on which people of the unit begin, or are to be followed, in
        the earlier plan: dates of changes here too, though not of this grid; and those on which
        somebody of the unit comes free. Beyond ``ALL_CHANGES_PAIRS`` people × posts, where that
        doubles the columns and the time of a proof, the days of the person and the place alone."""
        key = service.id, "" if self.all_changes else person
        if key not in self._changes:
            found: set[dt.date] = set()
            for (department, place, _), rows in self.earlier.items():
                for row in rows:
                    near = place == _place(service) or row.inspector_id == person
                    if department == service.department and (self.all_changes or near):
                        assert row.end is not None
                        found |= {row.start, self._needed_from(service, row.end)}
            if self.earlier and self.all_changes:
                for one in self.people[service.department]:
                    found |= self._free_dates(service, one)
            inside = (day for day in found if service.grid[0] < day < service.finish)
            self._changes[key] = frozenset(inside)
        return self._changes[key]

    def _needed_from(self, service: Service, last_day: dt.date) -> dt.date:
        """The day on which the service needs somebody else after this last day."""
        day = last_day + ONE_DAY
        if not any(every_day_owed(self.instance, one) for one in _sites(self.instance, service)):
            day = self.instance.calendar.workday_on_or_after(day)
        return min(max(day, service.grid[0]), service.finish)

    # -- rules ------------------------------------------------------------------------------

    def _admitted(self, candidate: Candidate) -> Candidate | None:
        """The candidate with the overrides that it needs, or None when a rule refuses. Newcomers
        have passed the standing rules before."""
        lifted: list[tuple[str, str]] = []
        for rule in self.rules if candidate.running else self.dated_rules:
            needed = needed_overrides(self.instance, rule, candidate)
            if needed is None:
                return None
            lifted += needed
        return replace(candidate, overrides=tuple(lifted)) if lifted else candidate

    def _refused(self, candidate: Candidate, rules: Iterable[Rule]) -> bool:
        return any(needed_overrides(self.instance, rule, candidate) is None for rule in rules)


def _by_place(rows: Iterable[Stint]) -> Mapping[tuple[str, str, Form], Sequence[Stint]]:
    """Rows with an end by unit, place and form; one for all objects of a mobile group."""
    found: dict[tuple[str, str, Form], dict[tuple[str, dt.date], Stint]] = defaultdict(dict)
    for row in rows:
        if row.end is not None:
            place = found[row.department, row.group or row.site_id, row.form]
            known = place.get((row.inspector_id, row.start))
            if known is None or known.end is None or known.end < row.end:
                place[row.inspector_id, row.start] = row
    return {key: tuple(rows.values()) for key, rows in found.items()}


def _place(service: Service) -> str:
    return service.group or service.site_ids[0]


def decides(rule: Rule) -> bool:
    """Whether the rule says anything about candidates at all."""
    if isinstance(rule, PrincipleRule) and type(rule).admits is PrincipleRule.admits:
        return type(rule).breaches is not PrincipleRule.breaches
    return type(rule).admits is not BaseRule.admits


def _all_along(person: Inspector, service: Service) -> bool:
    last = service.finish - ONE_DAY
    leaves = person.leaves_on is not None and person.leaves_on <= last
    return person.available_from <= service.grid[0] and last <= person.available_to and not leaves


def first_of_each_month(grid: Sequence[dt.date]) -> list[dt.date]:
    """The start and then one date a month: finer early moves would multiply the columns by four
    and hardly ever serve more."""
    found: dict[tuple[int, int], dt.date] = {}
    for day in grid:
        found.setdefault((day.year, day.month), day)
    return list(found.values())


def _sites(instance: Instance, service: Service) -> list[Site]:
    return [instance.site_by_id[site_id] for site_id in service.site_ids]
