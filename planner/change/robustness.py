"""n-1: what happens when one person falls out.

A case is one person who is absent from the first working day of a month to the end of the round.
It is answered by the replan with the fewest changes: what service is lost all the same, and how
much has to change. Whoever has no posting from that day on is missed by nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.change.replan import SOLVED, Replanned, replan
from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import share_of
from planner.domain.tables import Absence
from planner.domain.terms import AbsenceKind, Grade
from planner.duplicates import duplicate_cases
from planner.offer import Offer
from planner.rolling import rest_of_round
from planner.rule import Rule, Tier
from planner.solve import Settings, solve

REFUSED = "REFUSED"
"""The verifier does not accept the new plan: there are no figures."""


class Fallout(Frozen):
    """一人缺位: one case and its answer.

    ``posted`` says whether the plan has the person anywhere from ``day`` on; ``lost`` are working
    days without service that the plan had, by grade from 一级 on; ``proved`` that neither these nor
    the changed postings can be fewer. Without a solved ``status`` there are no figures. Each search
    for it could take ``limit_seconds``.
    """

    department: str
    inspector_id: str
    day: dt.date
    posted: bool
    status: str = "OPTIMAL"
    lost: tuple[int, ...] = (0, 0, 0, 0)
    changed_stints: int = 0
    changed_days: int = 0
    proved: bool = True
    limit_seconds: float = 0

    @property
    def final(self) -> bool:
        """Whether more time cannot tell more."""
        return self.proved and (self.solved or self.status == "INFEASIBLE")

    @property
    def solved(self) -> bool:
        """Whether there is a verified answer."""
        return self.status in SOLVED

    @property
    def covered(self) -> bool:
        """Whether no object loses a day."""
        return self.solved and not any(self.lost)

    def better(self, earlier: Fallout) -> Fallout:
        """This answer or the ``earlier`` one of a shorter search, whichever says more."""
        if self.final or not earlier.solved:
            return self
        found, known = ((one.lost, one.changed_stints, one.changed_days) for one in (self, earlier))
        kept = self if self.solved and found < known else earlier
        return kept.model_copy(update={"limit_seconds": self.limit_seconds})

    def lost_up_to(self, grade: Grade) -> int:
        """Working days lost at objects of this grade or a stricter one."""
        return sum(self.lost[:grade])


@dataclass(frozen=True, slots=True)
class Month:
    """All cases of one unit on one day."""

    department: str
    day: dt.date
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit's part of the instance and of the plan."""

    instance: Instance
    plan: Plan


@dataclass(frozen=True, slots=True)
class Given:
    """What every case needs: the units by code, the rules, and seconds for a case."""

    units: Mapping[str, UnitPlan]
    rules: tuple[Rule, ...]
    limit_seconds: float


def unit_plans(instance: Instance, plan: Plan) -> dict[str, UnitPlan]:
    """Every unit of the plan on its own. Objects that wait for the decision on a duplicate are left
    out: another unit serves them."""
    pending = {one for case in duplicate_cases(instance) for one in case.pending_site_ids}
    found = {}
    for unit in plan.departments:
        part = instance.restricted_to(unit)
        part = part.model_copy(
            update={"sites": tuple(site for site in part.sites if site.id not in pending)}
        )
        found[unit] = UnitPlan(part, share_of(instance, plan, (unit,)))
    return found


def month_starts(instance: Instance) -> tuple[dt.date, ...]:
    """The first working day of the round and of each later month in it."""
    round, found = instance.round, set[dt.date]()
    first = round.start
    while first <= round.end:
        day = instance.calendar.workday_on_or_after(first)
        if day <= round.end:
            found.add(day)
        first = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return tuple(sorted(found))


def months_of(instance: Instance, plan: Plan) -> list[Month]:
    """Every unit and month, with all people of the unit who are in the plan."""
    people: dict[str, set[str]] = {unit: set() for unit in plan.departments}
    for row in plan.stints:
        if row.end is None or row.end >= instance.round.start:
            people[row.department].add(row.inspector_id)
    return [
        Month(unit, day, tuple(sorted(people[unit])))
        for unit in plan.departments
        if people[unit]
        for day in month_starts(instance)
    ]


def fallouts(given: Given, stopped: Callable[[], bool], month: Month) -> tuple[Fallout, ...]:
    """The cases of one unit and day; fewer when it was stopped."""
    return tuple(_fallouts(given, stopped, month))


def _fallouts(given: Given, stopped: Callable[[], bool], month: Month) -> Iterator[Fallout]:
    unit = given.units[month.department]
    rest = rest_of_round(unit.instance, unit.plan, month.day)
    posted = {
        row.inspector_id for row in unit.plan.stints if row.end is None or row.end >= month.day
    }
    for person in month.people:
        if stopped():
            return
        case = Fallout(
            department=month.department, inspector_id=person, day=month.day,
            posted=person in posted, limit_seconds=given.limit_seconds,
        )  # fmt: skip
        yield case if not case.posted else _answered(given, unit.plan, rest, case)


def _answered(given: Given, plan: Plan, rest: Instance, case: Fallout) -> Fallout:
    gone = Absence(
        inspector_id=case.inspector_id,
        kind=AbsenceKind.SICK,
        start=case.day,
        end=rest.round.end,
    )
    state = rest.model_copy(update={"absences": (*rest.absences, gone)})
    settings = Settings(given.limit_seconds, 1, last_tier=Tier.CHANGED_DAYS)

    def solver(
        here: Instance, units: Sequence[str], rules: Sequence[Rule], *, offer: Offer
    ) -> Plan:
        return solve(here, units, rules, settings, offer=offer)

    held = _places_held(state, plan, case)
    near = replan(state, plan, given.rules, solver, thorough=False, only_at=frozenset(held))
    changed = near.tier(Tier.CHANGED_STINTS).value if near.status in SOLVED else None
    if near.sound and not any(near.lost) and changed is not None and changed <= 2 * len(held):
        return case.model_copy(update={**_figures(near), "proved": True})
    found = replan(state, plan, given.rules, solver, thorough=False, start=near.plan.stints)
    return case.model_copy(update=_figures(found))


def _places_held(state: Instance, plan: Plan, case: Fallout) -> set[str]:
    """Objects and groups that the person serves on an owed working day of the rest of the round.

    To lose nothing there, the own posting changes at each of them, and so does somebody else's: two
    changes at every place are the fewest that any plan can have.
    """
    found = set()
    for row in plan.stints:
        if row.inspector_id != case.inspector_id or row.site_id not in state.site_by_id:
            continue
        owed = state.owed_window(state.site_by_id[row.site_id])
        if owed is not None:
            last = min(row.end or owed[1], owed[1])
            if state.calendar.workdays(max(row.start, owed[0], case.day), last):
                found.add(row.group or row.site_id)
    return found


def _figures(found: Replanned) -> dict[str, object]:
    if found.status not in SOLVED:
        return {"status": found.status, "proved": found.status == "INFEASIBLE"}
    if not found.sound:
        return {"status": REFUSED, "proved": False}
    return {
        "status": found.status,
        "lost": found.lost,
        "changed_stints": found.tier(Tier.CHANGED_STINTS).value,
        "changed_days": found.tier(Tier.CHANGED_DAYS).value,
        "proved": found.proved,
    }


# -- the whole ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Robustness:
    """稳健度 of some cases, of those who are posted: how many are covered without any loss, and
    without one at 一级 and 二级 objects. With ``unproved`` answers or without some these are the
    fewest that there are."""

    cases: int
    covered: int
    covered_first_two: int
    unproved: int
    unsolved: int

    @property
    def exact(self) -> bool:
        """Whether no case that is not covered now may turn out to be."""
        return not (self.unproved or self.unsolved)

    @property
    def percent(self) -> int:
        """Covered cases of all, in percent, rounded down; 100 without cases."""
        return 100 * self.covered // self.cases if self.cases else 100

    @property
    def percent_first_two(self) -> int:
        """The same for 一级 and 二级 objects alone."""
        return 100 * self.covered_first_two // self.cases if self.cases else 100


def robustness_of(cases: Sequence[Fallout]) -> Robustness:
    """Count the cases."""
    posted = [one for one in cases if one.posted]
    return Robustness(
        cases=len(posted),
        covered=sum(one.covered for one in posted),
        covered_first_two=sum(one.solved and not one.lost_up_to(Grade.SECOND) for one in posted),
        unproved=sum(one.solved and not one.proved for one in posted),
        unsolved=sum(not one.solved for one in posted),
    )


def single_points(cases: Sequence[Fallout]) -> tuple[Fallout, ...]:
    """单点人员: of everybody whose absence costs 一级 or 二级 objects service, the worst case; the
    worst first. What is proved comes before what may turn out to be less."""
    worst: dict[str, Fallout] = {}
    for one in cases:
        if one.solved and one.lost_up_to(Grade.SECOND):
            known = worst.get(one.inspector_id)
            if known is None or (one.proved, one.lost) > (known.proved, known.lost):
                worst[one.inspector_id] = one
    return tuple(
        sorted(
            worst.values(),
            key=lambda one: (not one.proved, [-n for n in one.lost], one.inspector_id),
        )
    )
