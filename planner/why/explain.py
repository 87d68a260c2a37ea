"""为什么这样安排一个对象: who serves it and at whose cost, or why nobody does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from planner.domain.base import Frozen
from planner.domain.calendar import ONE_DAY
from planner.domain.coverage import holes, owed_part
from planner.domain.plan import Stint
from planner.domain.tables import Inspector, Site
from planner.offer import Offer
from planner.posts import ranked_sites
from planner.priority import describe
from planner.why.forced import Base, Forced, Method, Price
from planner.why.refusals import Refusals, Standing, Way, can_be_lifted, waterfall
from planner.why.why_not import offer_for

ALTERNATIVES = 3
"""So many of the next best people get a price …"""
RESOLVED = 2
"""… and so many of them by solving the unit again, which takes seconds each."""


class Served(Frozen):
    """派驻: one stint at the object. For a new one ``able`` is the number of colleagues whom every
    rule would let begin there on that day; ``free`` of them have no other posting then; the prices
    are those of the best ones."""

    stint: Stint
    running: bool
    able: int = 0
    free: int = 0
    prices: tuple[Price, ...] = ()


class Fallen(Frozen):
    """瀑布的一级: how many people a rule takes away, of those whom the rules before it left."""

    rule: str
    clause: str
    title: str
    people: int


class Engaged(Frozen):
    """A person who may be sent, and the object of the unit that has him on these dates; empty and
    0 for who is free."""

    inspector_id: str
    site_id: str = ""
    rank: int = 0


class NearMiss(Frozen):
    """差一条: a person whom one rule alone keeps out, beginning on ``day``."""

    inspector_id: str
    rule: str
    title: str
    fact: str
    liftable: bool
    day: dt.date


class Gap(Frozen):
    """无人的日期: why nobody serves the object from ``start`` to ``end``."""

    start: dt.date
    end: dt.date
    people: int
    fallen: tuple[Fallen, ...]
    able: tuple[Engaged, ...]
    misses: tuple[NearMiss, ...]
    prices: tuple[Price, ...]
    reason: str = ""


class Explanation(Frozen):
    """The answer about an object. ``rank`` of ``ranked`` objects of its unit; 0 when the unit owes
    it nothing in this round."""

    site_id: str
    grade: str
    score: int
    score_line: str
    rank: int
    ranked: int
    served: tuple[Served, ...] = ()
    gaps: tuple[Gap, ...] = ()


def explain(forced: Forced, site: Site) -> Explanation:
    """Who serves the object of this unit and why them, and why nobody does on the other dates."""
    ranked = ranked_sites(forced.instance, site.department)
    rating = forced.instance.rating_by_site.get(site.id)
    known = Explanation(
        site_id=site.id,
        grade=rating.grade.label if rating else "未定级",
        score=rating.score if rating else 0,
        score_line=describe(rating) if rating else "",
        rank=ranked.index(site) + 1 if site in ranked else 0,
        ranked=len(ranked),
    )
    if not known.rank:
        return known
    question = _Question(forced, site, ranked)
    return known.model_copy(
        update={"served": tuple(question.served()), "gaps": tuple(question.gaps())}
    )


class _Question:
    def __init__(self, forced: Forced, site: Site, ranked: Sequence[Site]) -> None:
        self.forced = forced
        self.instance = forced.instance
        self.plan = forced.plan
        self.site = site
        self.ranks = {one.id: rank for rank, one in enumerate(ranked, start=1)}
        self.people = [one for one in self.instance.inspectors if one.department == site.department]
        self.refusals = Refusals(self.instance, site, forced.rules)
        self.rows = [row for row in self.plan.stints if row.site_id == site.id]
        self._prices: dict[tuple[str, dt.date | None], Price | None] = {}

    # -- who serves ---------------------------------------------------------------------------

    def served(self) -> Iterator[Served]:
        """Every stint at the object that reaches into the round, by slot and start."""
        for row in sorted(self.rows, key=lambda one: (one.slot, one.start)):
            if row.end is not None and row.end < self.plan.round_start:
                continue
            if row.start < self.plan.round_start:
                yield Served(stint=row, running=True)
            else:
                yield self._newcomer(row)

    def _newcomer(self, row: Stint) -> Served:
        ways = [
            Way(service, row.start)
            for service in self.refusals.services
            if (service.form, service.group) == (row.form, row.group)
        ]
        there = {one.inspector_id for one in self.rows if _meet(one, row.start, row.end)}
        able = [
            standing.person
            for person in self.people
            if person.id not in there
            for standing in [self.refusals.standing(person, ways)]
            if standing.admissible
        ]
        free = [one for one in able if not self._engaged(one, row.start, row.end).rank]
        posting = [
            one
            for one in self.plan.stints
            if (one.inspector_id, one.group or one.site_id, one.start)
            == (row.inspector_id, row.group or row.site_id, row.start)
        ]
        prices = self._swaps(posting, free)[:ALTERNATIVES]
        priced = {one.inspector_id for one in prices}
        others = [one for one in self._by_rank(able, row.start, row.end) if one.id not in priced]
        prices += self._demanded(others[: min(RESOLVED, ALTERNATIVES - len(prices))], None)
        return Served(
            stint=row, running=False, able=len(able), free=len(free), prices=tuple(prices)
        )

    def _swaps(self, posting: Sequence[Stint], people: Sequence[Inspector]) -> list[Price]:
        """The prices of putting one of these people into the posting, the best first; people for
        whom a rule forbids the mere swap are left out."""
        found = []
        for person in people:
            changed = self.forced.prices.swapped(self.plan, posting, person.id)
            if changed is not None:
                price = Price(
                    inspector_id=person.id,
                    method=Method.SWAPPED,
                    base=Base.GIVEN_AS_IT_IS,
                    status="FEASIBLE",
                    tiers=self.forced.prices.changes(self.plan, changed),
                )
                found.append((self.forced.prices.tiers(changed), person.id, price))
        return [price for _, _, price in sorted(found, key=lambda one: one[:2])]

    # -- why nobody does ------------------------------------------------------------------------

    def gaps(self) -> Iterator[Gap]:
        """Every stretch of owed dates with nobody."""
        owed = self.instance.owed_window(self.site)
        assert owed is not None
        spans = [(row.start, row.end or owed[1]) for row in self.rows]
        for hole in holes(spans, *owed):
            if owed_part(self.instance, self.site, hole):
                yield self._gap(*hole)

    def _gap(self, start: dt.date, end: dt.date) -> Gap:
        ways = self.refusals.ways(start, end)
        standings = [self.refusals.standing(person, ways) for person in self.people]
        able = [one.person for one in standings if one.admissible]
        steps = waterfall(self.forced.rules, standings)
        since = start if self.rows else None
        # Whoever is in post may always be kept a day longer: that would answer nothing.
        others = [one for one in able if all(row.inspector_id != one.id for row in self.rows)]
        return Gap(
            start=start,
            end=end,
            people=len(self.people),
            fallen=tuple(
                Fallen(
                    rule=one.rule.article.rule,
                    clause=one.rule.article.clause,
                    title=one.rule.article.title,
                    people=len(one.people),
                )
                for one in steps
            ),
            able=tuple(self._engaged(one, start, end) for one in able),
            misses=tuple(self._misses(standings)),
            prices=tuple(self._demanded(self._by_rank(others, start, end)[:RESOLVED], since)),
            reason=next(
                (
                    one.reason
                    for one in self.plan.shortages
                    if one.site_id == self.site.id and one.start <= end and one.end >= start
                ),
                "",
            ),
        )

    def _misses(self, standings: Sequence[Standing]) -> Iterator[NearMiss]:
        """People kept out by one rule, those that a row of 豁免 could let in first."""
        found = []
        for standing in standings:
            only = standing.only_refusal
            if only is None:
                continue
            way, rule = only
            found.append(
                NearMiss(
                    inspector_id=standing.person.id,
                    rule=rule.article.rule,
                    title=rule.article.title,
                    fact=self.refusals.fact(standing.person, way, rule),
                    liftable=can_be_lifted(rule),
                    day=way.day,
                )
            )
        yield from sorted(found, key=lambda one: (not one.liftable, one.rule, one.inspector_id))

    # -- people elsewhere -----------------------------------------------------------------------

    def _engaged(self, person: Inspector, start: dt.date, end: dt.date | None) -> Engaged:
        """The best ranked object that has the person on some of these dates."""
        held = [
            row.site_id
            for row in self.plan.stints
            if row.inspector_id == person.id
            and row.site_id != self.site.id
            and row.site_id in self.ranks
            and _meet(row, start, end)
        ]
        best = min(held, key=lambda one: self.ranks[one], default="")
        return Engaged(inspector_id=person.id, site_id=best, rank=self.ranks.get(best, 0))

    def _by_rank(
        self, people: Sequence[Inspector], start: dt.date, end: dt.date | None
    ) -> list[Inspector]:
        """Free people first, then those at the objects of the lowest rank."""
        places = {one.id: self._engaged(one, start, end).rank for one in people}
        return sorted(people, key=lambda one: (places[one.id] > 0, -places[one.id], one.id))

    def _demanded(self, people: Sequence[Inspector], since: dt.date | None) -> list[Price]:
        """The prices of these people at the object, each found by solving the unit again."""
        found = []
        for person in people:
            key = person.id, since
            if key not in self._prices:
                offer = offer_for(self.forced, person, self.site, since)
                self._prices[key] = (
                    self.forced.demanded(person.id, self.site.id, since, offer)
                    if isinstance(offer, Offer)
                    else None
                )
            price = self._prices[key]
            if price is not None:
                found.append(price)
        return found


def _meet(row: Stint, start: dt.date, end: dt.date | None) -> bool:
    """Whether a stint shares a day with ``start`` … ``end``."""
    return (end is None or row.start <= end) and (row.end is None or row.end + ONE_DAY > start)
