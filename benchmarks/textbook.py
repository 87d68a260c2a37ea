"""Peer (a): a week-indexed CP-SAT model, as the scheduling examples of OR-Tools teach it.

``x[person, service, week]`` says that the person is there, ``start`` that the person was not there
the week before. Sliding windows keep the half-year, minimum up-times the shortest stay. Weeks are
the change dates of each service, so freeze windows are kept by having no date in them. All legal
weeks may begin or end a stint: the model allows more than our candidates do.
"""

from __future__ import annotations

import datetime as dt
import itertools
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ortools.sat.python import cp_model

from benchmarks import trace
from benchmarks.lexicographic import minimise_in_order
from benchmarks.openings import (
    Opening,
    Openings,
    answer_of,
    demanding_sectors,
    endings_of,
    month_capacity,
    with_every_date,
    worth_percent,
)
from constraints.l_8_fair_choice import DAYS_PER_STEP, VARIETY_MONTHS, lot
from constraints.r02_7_high_risk_stages import OVERSIZE_DAY
from constraints.r09_3_skill import SKILLED
from constraints.r18_1_nearness import UNLISTED_KILOMETRES
from planner.components import Component
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import clock_start
from planner.domain.coverage import months_worked, regular_days_per_month
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Site
from planner.domain.terms import Form, Grade, SiteKind, StageScale, StintStatus
from planner.rule import TIERS_OF_A_ROUND, Rule, Tier
from planner.solve import ComponentAnswer

Literal = Any
Term = tuple[int, Any]  # coefficient and variable
Pair = tuple[str, str]  # person and service
LinearExpr = cp_model.LinearExpr
SERVED = {
    Grade.FIRST: Tier.SERVED_FIRST,
    Grade.SECOND: Tier.SERVED_SECOND,
    Grade.THIRD: Tier.SERVED_THIRD,
    Grade.FOURTH: Tier.SERVED_FOURTH,
}


def textbook(
    component: Component,
    rules: Sequence[Rule],
    limit_seconds: float,
    workers: int,
    *settings_of_ours: object,
) -> ComponentAnswer:
    """In place of ``planner.solve.solve_component``; building the model is not counted."""
    began = time.monotonic()
    component = with_every_date(component)
    model = _Textbook(component, rules)
    found = partial(trace.note, component.posts[0].service.id, {})
    seed = component.instance.seed
    outcome = minimise_in_order(model.cp, model.objectives(), limit_seconds, workers, seed, found)
    chosen = {} if outcome.values is None else model.chosen(outcome.values)
    return answer_of(component, outcome.status, chosen, time.monotonic() - began, outcome.tiers)


class _Textbook:
    def __init__(self, component: Component, rules: Sequence[Rule]) -> None:
        self.instance = component.instance
        self.component = component
        self.cp = cp_model.CpModel()
        self.services = {post.service.id: post.service for post in component.posts}
        self.x: dict[Pair, dict[int, Literal]] = {}
        self.start: dict[Pair, dict[int, Literal]] = {}
        self.openings: dict[Pair, dict[int, Opening]] = {}
        self.endings: dict[Pair, dict[int, Candidate]] = {}
        self.post_of_holder: dict[Pair, int] = {}
        self.at: dict[str, list[str]] = defaultdict(list)
        self.given: dict[str, list[Literal]] = {}
        self.begin: dict[str, list[Literal]] = {}
        self.cost: dict[int, list[Term]] = {tier: [] for tier in TIERS_OF_A_ROUND}
        self.constant: dict[int, int] = dict.fromkeys(TIERS_OF_A_ROUND, 0)
        self._people(rules)
        self._teams()
        self._one_place()
        self._priority()
        self._stability()
        self._quality()
        self._fairness()

    # -- variables and rules ----------------------------------------------------------------

    def _bool(self) -> Literal:
        return self.cp.new_bool_var("")

    def _people(self, rules: Sequence[Rule]) -> None:
        instance = self.instance
        there: set[tuple[str, str]] = set()
        for index, post in enumerate(self.component.posts):
            endings = endings_of(post, self.component.candidates[index], instance, rules)
            for one in endings.values():
                there |= {(one.inspector_id, site) for site in one.site_ids}
            if max(endings, default=0) > 0:
                self._holder(endings, index)
        people = {
            one.inspector_id
            for found in self.component.candidates
            for one in found
            if not one.running
        }
        once: dict[tuple[str, str], list[Literal]] = defaultdict(list)
        openings = Openings(instance, rules)
        for service in self.services.values():
            for person in sorted(people):
                if any((person, site) in there for site in service.site_ids):
                    continue
                inspector = instance.inspector_by_id[person]
                ways = openings.all(service, inspector)
                if ways:
                    self._newcomer(person, service, ways)
                    for site in service.site_ids:
                        once[person, site] += self.start[person, service.id].values()
        for starts in once.values():
            self.cp.add_at_most_one(starts)

    def _holder(self, endings: dict[int, Candidate], post: int) -> None:
        until = max(endings)
        pair = endings[until].inspector_id, endings[until].service.id
        x = {leg: self._bool() for leg in range(until)}
        self._enter(pair, x)
        self.endings[pair] = endings
        self.post_of_holder[pair] = post
        if 0 not in endings:
            self.cp.add(x[0] == 1)
        for leg in range(1, until):
            if leg in endings:
                self.cp.add_implication(x[leg], x[leg - 1])
            else:
                self.cp.add(x[leg] == x[leg - 1])

    def _leaves(self, pair: Pair, leg: int) -> Any:
        """1 when a holder leaves at the start of a leg."""
        x = self.x[pair]
        return (x[leg - 1] if leg else 1) - x.get(leg, 0)

    def _newcomer(self, person: str, service: Service, ways: dict[int, Opening]) -> None:
        pair, cp = (person, service.id), self.cp
        reachable = {leg for way in ways.values() for leg in range(way.first, way.until)}
        x = {leg: self._bool() for leg in sorted(reachable)}
        start = {leg: self._bool() for leg in sorted(ways)}
        self._enter(pair, x)
        self.start[pair] = start
        self.openings[pair] = ways
        for leg in sorted(reachable):
            rise = [known[at] for known, at in ((x, leg - 1), (start, leg)) if at in known]
            cp.add_bool_or(*rise, ~x[leg])
            staying = [
                start[way.first] for way in ways.values() if way.first <= leg < way.free_from
            ]
            if staying:
                cp.add(LinearExpr.sum(staying) <= x[leg])
        for way in ways.values():
            window = range(way.first, way.until + 1)
            if way.until in x:
                cp.add_bool_or(*(~x[leg] for leg in window))

    def _enter(self, pair: Pair, x: dict[int, Literal]) -> None:
        self.x[pair] = x
        self.at[pair[1]].append(pair[0])

    def _there(self, service: Service, leg: int, people: Iterable[str]) -> list[Literal]:
        columns = (self.x[person, service.id].get(leg) for person in people)
        return [one for one in columns if one is not None]

    def _starts(self, service: Service, leg: int, people: Iterable[str]) -> list[Literal]:
        found = (self.start.get((person, service.id), {}).get(leg) for person in people)
        return [one for one in found if one is not None]

    def _teams(self) -> None:
        """A whole team or nobody, in one piece of the round, in one form per site."""
        begun: dict[str, list[Literal]] = defaultdict(list)
        for service in self.services.values():
            legs = range(len(service.grid))
            given, begin = [self._bool() for _ in legs], [self._bool() for _ in legs]
            self.given[service.id], self.begin[service.id] = given, begin
            for leg in legs:
                there = self._there(service, leg, self.at[service.id])
                self.cp.add(LinearExpr.sum(there) == service.team_size * given[leg])
                before = [given[leg - 1]] if leg else []
                self.cp.add_bool_or(*before, begin[leg], ~given[leg])
            for site in service.site_ids:
                begun[site] += begin
            self._frozen_begins(service)
        for begins in begun.values():
            self.cp.add_at_most_one(begins)

    def _frozen_begins(self, service: Service) -> None:
        """In a freeze window people begin only where somebody else has to go."""
        sites = self._sites(service)
        for leg, day in enumerate(service.grid):
            if leg == 0 or not any(self.instance.frozen(site, day) for site in sites):
                continue
            gone = [
                self._leaves(pair, leg)
                for pair, endings in self.endings.items()
                if pair[1] == service.id and leg in endings and endings[leg].end_reason.forced
            ]
            gone += [
                self.x[person, service.id][leg - 1]
                for person in self.at[service.id]
                for ways in [self.openings.get((person, service.id), {})]
                if any(
                    way.until == leg and way.candidate.end_reason.forced for way in ways.values()
                )
                and leg not in self.x[person, service.id]
            ]
            starts = self._starts(service, leg, self.at[service.id])
            self.cp.add(LinearExpr.sum(starts) <= LinearExpr.sum(gone))

    def _one_place(self) -> None:
        """One released post, or a few 定期 ones within the month."""
        instance, policy = self.instance, self.instance.policy
        mine: dict[str, list[Service]] = defaultdict(list)
        for person, service_id in self.x:
            mine[person].append(self.services[service_id])
        for person, services in mine.items():
            dates = sorted({day for service in services for day in service.grid})
            for day, following in itertools.pairwise([*dates, instance.round.end + ONE_DAY]):
                released, regular = [], []
                for service in services:
                    leg = bisect_right(service.grid, day) - 1
                    literal = self.x[person, service.id].get(leg)
                    if literal is None or day >= service.finish:
                        continue
                    if service.form is Form.REGULAR:
                        regular.append((service, literal))
                    else:
                        released.append(literal)
                self.cp.add_at_most_one(released)
                if regular:
                    most = policy.regular_max_objects
                    held = LinearExpr.sum([literal for _, literal in regular])
                    self.cp.add(held + most * LinearExpr.sum(released) <= most)
                    self._month_load(regular, (day, following - ONE_DAY))

    def _month_load(
        self, regular: Sequence[tuple[Service, Literal]], span: tuple[dt.date, dt.date]
    ) -> None:
        instance = self.instance
        days = [
            sum(regular_days_per_month(instance, one) for one in service.site_ids)
            for service, _ in regular
        ]
        wanted = LinearExpr.weighted_sum([literal for _, literal in regular], days)
        for year, month in months_worked(instance, span):
            most = month_capacity(instance, year, month)
            if max(days) * instance.policy.regular_max_objects > most:
                self.cp.add(wanted <= most)

    # -- objectives -------------------------------------------------------------------------

    def objectives(self) -> dict[int, Any]:
        """One expression per tier."""
        return {
            tier: LinearExpr.weighted_sum([one for _, one in terms], [k for k, _ in terms])
            + self.constant[tier]
            for tier, terms in self.cost.items()
        }

    def _pay(self, tier: Tier, weight: int, literals: Iterable[Literal]) -> None:
        if weight:
            self.cost[tier] += [(weight, one) for one in literals]

    def _sites(self, service: Service) -> list[Site]:
        return [self.instance.site_by_id[one] for one in service.site_ids]

    def _priority(self) -> None:
        """Lost days by grade, then sites above which a lower score has more."""
        instance = self.instance
        options: dict[str, list[Service]] = defaultdict(list)
        for service in self.services.values():
            for site_id in service.site_ids:
                options[site_id].append(service)
        for site_id, services in options.items():
            site = instance.site_by_id[site_id]
            window = instance.owed_window(site)
            assert window is not None
            rating = instance.rating_by_site[site_id]
            tier, score = SERVED[rating.grade], max(1, rating.score)
            self.constant[tier] += 10 * score * len(instance.calendar.workdays(*window))
            for service in services:
                changes = (*service.grid, service.finish)
                for leg, (day, following) in enumerate(itertools.pairwise(changes)):
                    first, last = max(day, window[0]), min(following - ONE_DAY, window[1])
                    days = len(instance.calendar.workdays(first, last))
                    worth = worth_percent(instance, site, service) // 10
                    self._pay(tier, -score * worth * days, [self.given[service.id][leg]])
            self._stages(site, services, window)
        self._inversions(options)

    def _stages(
        self, site: Site, services: Sequence[Service], window: tuple[dt.date, dt.date]
    ) -> None:
        """Days of dangerous building stages without anybody, each under its greatest scale."""
        days: dict[dt.date, bool] = {}
        if site.kind is SiteKind.PROJECT:
            stages = self.instance.stages_of.get(site.id, ())
            for stage in sorted(stages, key=lambda one: one.scale is StageScale.OVERSIZE):
                first, last = max(window[0], stage.start), min(window[1], stage.end)
                oversize = stage.scale is StageScale.OVERSIZE
                days |= dict.fromkeys(self.instance.calendar.workdays(first, last), oversize)
        for oversize in (True, False):
            tier, weight = (Tier.SERVED_FIRST, OVERSIZE_DAY) if oversize else (Tier.QUALITY, 1)
            mine = sorted(day for day, scale in days.items() if scale is oversize)
            self.constant[tier] += weight * len(mine)
            for service in services:
                changes = (*service.grid, service.finish)
                for leg, (day, following) in enumerate(itertools.pairwise(changes)):
                    met = sum(day <= one < following for one in mine)
                    self._pay(tier, -weight * met, [self.given[service.id][leg]])

    def _inversions(self, options: dict[str, list[Service]]) -> None:
        """A running maximum of the strength from the lowest score up."""
        ranks: dict[tuple[str, str], dict[int, list[Site]]] = defaultdict(lambda: defaultdict(list))
        for site_id in sorted(options):
            site = self.instance.site_by_id[site_id]
            score = self.instance.rating_by_site[site_id].score
            ranks[site.department, site.sector][score].append(site)
        inverted = {site_id: self._bool() for site_id in options}
        self._pay(Tier.INVERSIONS, 1, inverted.values())
        for levels in ranks.values():
            for strength in (1, 2, 3):
                below: Literal = 0
                for score in sorted(levels):
                    above = self._bool()
                    for site in levels[score]:
                        given = LinearExpr.sum(
                            [
                                literal
                                for service in options[site.id]
                                if service.form.strength >= strength
                                for literal in self.begin[service.id]
                            ]
                        )
                        self.cp.add(given + inverted[site.id] >= below)
                        self.cp.add(above >= given)
                    self.cp.add(above >= below)
                    below = above

    def _stability(self) -> None:
        """Overrides used, holders who leave early, absences without a substitute."""
        policy = self.instance.policy
        for pair, starts in self.start.items():
            for leg, literal in starts.items():
                lifted = len(self.openings[pair][leg].candidate.overrides)
                self._pay(Tier.STABILITY, policy.weight_override * lifted, [literal])
        for pair, endings in self.endings.items():
            for leg, one in endings.items():
                weight = policy.weight_running_change * one.moved
                weight += policy.weight_override * len(one.overrides)
                weight += policy.weight_late_rotation * (leg > 0 and self._late(one))
                self._pay(Tier.STABILITY, weight, [self._leaves(pair, leg)])
        for pair in self.x:
            if self.services[pair[1]].team_size == 1:
                self._absences(pair)

    def _late(self, holder: Candidate) -> bool:
        """Whether a holder stays past the half-year of some site without an extension."""
        instance, person = self.instance, holder.inspector_id
        for site_id in holder.site_ids:
            first = clock_start(instance, person, site_id, holder.start)
            over = add_months(first, instance.policy.max_stint_months)
            extended = any(
                row.inspector_id == person and row.site_id == site_id and row.until >= over
                for row in instance.extensions
            )
            if holder.end >= over and not extended:
                return True
        return False

    def _absences(self, pair: Pair) -> None:
        instance, service, x = self.instance, self.services[pair[1]], self.x[pair]
        shortest, longest = instance.policy.absence_short_days, instance.policy.absence_long_days
        changes = (*service.grid, instance.round.end + ONE_DAY)
        for absence in instance.absences_of.get(pair[0], ()):
            if absence.substitute_id:
                continue
            days = {
                leg: len(
                    instance.calendar.workdays(
                        max(day, absence.start), min(following - ONE_DAY, absence.end)
                    )
                )
                for leg, (day, following) in enumerate(itertools.pairwise(changes))
                if leg in x
            }
            met = [leg for leg, count in days.items() if count]
            flag = None
            for first, last in itertools.combinations_with_replacement(met, 2):
                total = sum(days[leg] for leg in met if first <= leg <= last)
                if shortest < total <= longest:
                    flag = self._bool() if flag is None else flag
                    self.cp.add_bool_or(flag, *(~x[leg] for leg in met if first <= leg <= last))
            if flag is not None:
                weight = instance.policy.weight_uncovered_absence
                self._pay(Tier.STABILITY, weight, [flag])

    def _quality(self) -> None:
        """Skill in the team and of each newcomer, old hands, staggered changes, overlap."""
        instance, policy = self.instance, self.instance.policy
        known: dict[str, set[str]] = defaultdict(set)
        for (person, site_id), stints in instance.stints_of.items():
            if any(stint.start < instance.round.start for stint in stints):
                known[person].add(instance.site_by_id[site_id].sector)
        occupied = {stint.site_id for stint in instance.running}
        for service in self.services.values():
            sectors = {site.sector for site in self._sites(service)}
            people = self.at[service.id]
            old = [one for one in people if sectors <= known[one]]
            new = [one for one in people if one not in old]
            self._skilled_member(service)
            if service.team_size > 1:
                flag = self._bool()
                self._pay(Tier.QUALITY, policy.weight_all_new_pair, [flag])
                for leg in range(len(service.grid)):
                    starts = self._starts(service, leg, new)
                    experienced = LinearExpr.sum([flag, *self._there(service, leg, old)])
                    self.cp.add(LinearExpr.sum(starts) <= service.team_size * experienced)
                self._staggered(service)
            elif occupied.isdisjoint(service.site_ids):
                for person in new:
                    starts = list(self.start.get((person, service.id), {}).values())
                    self._pay(Tier.QUALITY, policy.weight_unmentored, starts)
        for (person, service_id), by_leg in self.start.items():
            inspector = instance.inspector_by_id[person]
            sites = self._sites(self.services[service_id])
            steps = max(0, SKILLED - min(inspector.skill(site.sector) for site in sites))
            weight = policy.weight_low_skill * steps
            weight += policy.weight_not_backbone * (not inspector.backbone)
            self._pay(Tier.QUALITY, weight, by_leg.values())
        self._crowded_weeks()
        self._overlap()

    def _skilled_member(self, service: Service) -> None:
        instance, demanding = self.instance, demanding_sectors(self.instance, service)
        skilled = {
            person
            for person in self.at[service.id]
            if all(instance.inspector_by_id[person].skill(one) >= SKILLED for one in demanding)
        }
        others = [person for person in self.at[service.id] if person not in skilled]
        for leg in range(len(service.grid)) if demanding else ():
            starts = self._starts(service, leg, others)
            there = self._there(service, leg, skilled)
            if starts:
                self.cp.add(LinearExpr.sum(starts) <= service.team_size * LinearExpr.sum(there))

    def _staggered(self, service: Service) -> None:
        span = dt.timedelta(days=self.instance.policy.stagger_days)
        people = self.at[service.id]
        excess = self.cp.new_int_var(0, 2 * len(service.grid), "")
        self._pay(Tier.QUALITY, self.instance.policy.weight_unstaggered_pair, [excess])
        for day in service.grid:
            starts = [
                literal
                for leg, other in enumerate(service.grid)
                if day <= other < day + span
                for literal in self._starts(service, leg, people)
            ]
            self.cp.add(LinearExpr.sum(starts) - 1 <= excess)

    def _crowded_weeks(self) -> None:
        """New people of a week beyond the share of the posts that are filled in the round."""
        policy = self.instance.policy
        starts: dict[tuple[int, int], list[Literal]] = defaultdict(list)
        for service in self.services.values():
            for leg, day in enumerate(service.grid):
                starts[day.isocalendar()[:2]] += self._starts(service, leg, self.at[service.id])
        filled = LinearExpr.sum(
            [
                service.team_size * begin
                for service in self.services.values()
                for begin in self.begin[service.id]
            ]
        )
        for literals in starts.values():
            excess = self.cp.new_int_var(0, len(literals), "")
            changes = LinearExpr.sum(literals) - excess
            self.cp.add(100 * changes <= policy.weekly_change_share_percent * filled + 99)
            self._pay(Tier.QUALITY, policy.weight_changes_in_week, [excess])

    def _overlap(self) -> None:
        """A holder who leaves a released post on the date on which a new one begins."""
        begun: dict[tuple[str, dt.date], list[Literal]] = defaultdict(list)
        for (person, service_id), starts in self.start.items():
            service = self.services[service_id]
            if service.form.released:
                for leg, literal in starts.items():
                    begun[person, service.grid[leg]].append(literal)
        for (person, service_id), endings in self.endings.items():
            service = self.services[service_id]
            for leg in endings if service.form.released else ():
                if not 0 < leg < len(service.grid):
                    continue
                begins = begun.get((person, service.grid[leg]))
                if begins:
                    flag, left = self._bool(), self._leaves((person, service_id), leg)
                    self.cp.add(LinearExpr.sum(begins) + left <= 1 + flag)
                    self._pay(Tier.QUALITY, self.instance.policy.weight_no_overlap, [flag])

    def _fairness(self) -> None:
        """Distance, past load, returns and lots of every start."""
        instance, policy = self.instance, self.instance.policy
        past = self._past_days()
        for (person, service_id), starts in self.start.items():
            service = self.services[service_id]
            home = instance.inspector_by_id[person].home_county
            far = max(self._tens(home, site.county) for site in self._sites(service))
            weight = policy.weight_distance * far
            weight += policy.weight_load_spread * (past[person] // DAYS_PER_STEP)
            self._pay(Tier.FAIRNESS, weight, starts.values())
            drawn = lot(instance.seed, person, min(service.site_ids))
            self._pay(Tier.CHANCE, drawn, starts.values())
            for leg, literal in starts.items():
                day = service.grid[leg]
                if any(
                    row.start < day
                    and day < add_months((row.end or row.start) + ONE_DAY, VARIETY_MONTHS)
                    for site_id in service.site_ids
                    for row in instance.stints_of.get((person, site_id), ())
                ):
                    self._pay(Tier.FAIRNESS, policy.weight_variety, [literal])

    def _past_days(self) -> dict[str, int]:
        last = self.instance.round.start - ONE_DAY
        first = add_months(self.instance.round.start, -12)
        days: dict[str, set[int]] = defaultdict(set)
        for stint in self.instance.stints:
            if stint.form.released and stint.status is not StintStatus.DRAFT:
                since, until = max(stint.start, first), min(stint.end or last, last)
                days[stint.inspector_id] |= set(range(since.toordinal(), until.toordinal() + 1))
        return defaultdict(int, {person: len(found) for person, found in days.items()})

    def _tens(self, home: str, county: str) -> int:
        if not home or home == county:
            return 0
        kilometres = self.instance.kilometres(home, county)
        return int(-(-(UNLISTED_KILOMETRES if kilometres is None else kilometres) // 10))

    # -- the plan ---------------------------------------------------------------------------

    def chosen(self, values: Sequence[int]) -> dict[int, list[Candidate]]:
        """Runs of weeks as stints, each in the post that its predecessor leaves."""
        found: dict[int, list[Candidate]] = defaultdict(list)
        posts = {
            service_id: [
                index
                for index, post in enumerate(self.component.posts)
                if post.service.id == service_id
            ]
            for service_id in self.services
        }
        for pair, endings in self.endings.items():
            leg = sum(values[one.index] for one in self.x[pair].values())
            found[self.post_of_holder[pair]].append(endings[leg])
        for index, post in enumerate(self.component.posts):
            running = [one for one in self.component.candidates[index] if one.running]
            if post.holder is not None and running and index not in found:
                found[index].append(max(running, key=lambda one: one.until))
        for service_id, service in self.services.items():
            stints = []
            for person in self.at[service_id]:
                for leg, literal in self.start.get((person, service_id), {}).items():
                    if values[literal.index] and values[self.x[person, service_id][leg].index]:
                        stints.append((leg, self._run(values, (person, service_id), leg)))
            for leg, candidate in sorted(stints, key=lambda one: (one[0], one[1].inspector_id)):
                found[self._free_post(posts[service_id], found, service.grid[leg])].append(
                    candidate
                )
        return found

    def _run(self, values: Sequence[int], pair: Pair, leg: int) -> Candidate:
        x, until = self.x[pair], leg
        while until in x and values[x[until].index]:
            until += 1
        return self.openings[pair][leg].ending(until)

    def _free_post(
        self, posts: Sequence[int], found: dict[int, list[Candidate]], day: dt.date
    ) -> int:
        """A post with a slot that is free on a date, rather one that is left on it."""
        free = [
            (all(one.until != day for one in found[index]), index)
            for index in posts
            if sum(one.until > day for one in found[index]) < len(self.component.posts[index].slots)
        ]
        return min(free)[1]
