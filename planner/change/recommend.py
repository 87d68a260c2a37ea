"""替补: who could take over a slot from a day on, and what would follow.

The holder is taken out of the slot by a 回避 from that day: a forced end, after which he may serve
elsewhere. Everybody whom the rules let begin there that day is tried by a replan with the fewest
changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from planner.change.compare import StintChange
from planner.change.replan import SOLVED, replan
from planner.change.robustness import REFUSED, UnitPlan
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Conflict, Inspector, Site
from planner.domain.terms import Relation
from planner.offer import Offer
from planner.requests import Demand
from planner.rolling import rest_of_round
from planner.rule import Rule, Tier
from planner.solve import Settings, solve
from planner.why.refusals import Refusals, Standing

PAST_MONTHS = 12
FOLLOWED = "由替补接替"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """空缺: a slot of an object from a day on, with its holder then, if there is one; ``state`` is
    the rest of the round without him there."""

    site: Site
    slot: int
    day: dt.date
    holder: Stint | None
    state: Instance
    plan: Plan


@dataclass(frozen=True, slots=True)
class Substitute:
    """替补人选 with what follows: without a solved ``status`` nothing is known.

    ``lost`` are working days by grade that the plan had and the new one has not; ``skill`` is
    专业能力 in the object's sector; ``kilometres`` from the home county, None where not listed;
    ``past_days`` in post in the last 12 months; ``free`` whether the person is nowhere that day.
    """

    inspector_id: str
    status: str
    lost: tuple[int, ...]
    changed_stints: int
    changed_days: int
    proved: bool
    skill: int
    kilometres: float | None
    past_days: int
    free: bool
    changes: tuple[StintChange, ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """Sort key, the best first."""
        known = self.status in SOLVED
        far = 1e9 if self.kilometres is None else self.kilometres
        return (not known, self.lost, self.changed_stints, self.changed_days, -self.skill, far,
                self.past_days, self.inspector_id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What every trial needs: the vacancy, the rules, and seconds for a trial."""

    vacancy: Vacancy
    rules: tuple[Rule, ...]
    limit_seconds: float


def vacancy_of(unit: UnitPlan, site: Site, slot: int, day: dt.date) -> Vacancy:
    """The slot without its holder from ``day`` on, a working day."""
    holder = next(
        (
            row
            for row in unit.plan.stints
            if (row.site_id, row.slot) == (site.id, slot) and row.covers(day)
        ),
        None,
    )
    state = rest_of_round(unit.instance, unit.plan, day)
    if holder is not None:
        gone = Conflict(
            inspector_id=holder.inspector_id, site_id=site.id, relation=Relation.OTHER, start=day
        )
        state = state.model_copy(update={"conflicts": (*state.conflicts, gone)})
    return Vacancy(site, slot, day, holder, state, unit.plan)


def standings(vacancy: Vacancy, rules: Sequence[Rule]) -> tuple[Standing, ...]:
    """How the others of the unit stand to the slot on that day; who is at the object already is
    left out."""
    state, day = vacancy.state, vacancy.day
    there = {
        row.inspector_id
        for row in vacancy.plan.stints
        if row.site_id == vacancy.site.id and row.covers(day)
    }
    refusals = Refusals(state, vacancy.site, rules)
    ways = refusals.ways(day, day)
    return tuple(
        refusals.standing(person, ways)
        for person in sorted(state.inspectors, key=lambda one: one.id)
        if person.id not in there
    )


def tried(given: Given, stopped: Callable[[], bool], person: Inspector) -> Substitute | None:
    """The fewest changes with this person in the slot from the day on; None when stopped."""
    if stopped():
        return None
    vacancy = given.vacancy
    settings = Settings(given.limit_seconds, 1, last_tier=Tier.CHANGED_DAYS)

    def solver(
        here: Instance, units: Sequence[str], rules: Sequence[Rule], *, offer: Offer
    ) -> Plan:
        return solve(here, units, rules, settings, offer=offer, interrupted=stopped)

    demand = Demand(person.id, vacancy.site.id, by=vacancy.day)
    found = replan(vacancy.state, vacancy.plan, given.rules, solver, (demand,), thorough=False)
    known = found.status in SOLVED
    sound = known and found.sound
    return Substitute(
        inspector_id=person.id,
        status=found.status if sound or not known else REFUSED,
        lost=found.lost if sound else (),
        changed_stints=found.tier(Tier.CHANGED_STINTS).value if sound else 0,
        changed_days=found.tier(Tier.CHANGED_DAYS).value if sound else 0,
        proved=sound and found.proved,
        skill=person.skill(vacancy.site.sector),
        kilometres=vacancy.state.kilometres(person.home_county, vacancy.site.county),
        past_days=_past_days(vacancy.state.stints, person.id, vacancy.day),
        free=not any(
            row.inspector_id == person.id and row.covers(vacancy.day) for row in vacancy.plan.stints
        ),
        changes=tuple(_told(one, vacancy) for one in found.changes) if sound else (),
    )


def _told(change: StintChange, vacancy: Vacancy) -> StintChange:
    """The holder leaves because he is followed, whatever stands for that in the search."""
    holder = vacancy.holder
    if holder is None or change.inspector_id != holder.inspector_id:
        return change
    there = vacancy.site.id in change.site_ids and change.after is not None
    return replace(change, reason=FOLLOWED) if there else change


def _past_days(rows: Iterable[Stint], inspector_id: str, day: dt.date) -> int:
    """Days in post in the 12 months before a day; two places on one day count once."""
    since = add_months(day, -PAST_MONTHS)
    days: set[dt.date] = set()
    for row in rows:
        if row.inspector_id == inspector_id:
            first, last = max(row.start, since), min(row.end or day, day - ONE_DAY)
            days |= {first + n * ONE_DAY for n in range((last - first).days + 1)}
    return len(days)
