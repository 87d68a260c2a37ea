"""The staffing model: posts without dates, filled by people who may fill them.

People who may do exactly the same are one crew, and the model counts them: that leaves a few
hundred integers of a unit of 200 posts × 300 people. Who of a crew goes where is settled
afterwards (``planner.staffing.roster``).

With ``rotating`` there are two rosters, one for each of two half-years: nobody is at the same
object in both (R05-1, R05-7). That is what a roster for one half-year leaves out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.staffing.demand import Duty
from planner.staffing.people import Unit, recruit_id, skilled

LIMIT_SECONDS = 20.0
OPTIMAL = "OPTIMAL"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a unit.

    Either every duty of ``duties`` is to be filled, with the fewest recruits and then the fewest
    people; or, with ``heads``, at most that many people fill what gives the highest sum of scores.
    ``recruits`` limits the recruits by their sectors, ``trainable`` is the sector in which one
    person may be trained.
    """

    duties: tuple[Duty, ...]
    recruits: Mapping[tuple[str, ...], int]
    heads: int | None = None
    most_recruits: int | None = None
    trainable: str = ""
    rotating: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """一类人: people who may do exactly the same duties, equally well.

    ``skilled_at`` maps the ids of these duties to whether they count as the skilled member;
    ``learns`` is true for the one person who has been trained. ``sectors`` is set for recruits.
    """

    members: tuple[str, ...]
    skilled_at: Mapping[str, bool]
    learns: bool = False
    sectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a crew take a duty in a half-year (0, or 1 in the second roster)."""

    half: int
    crew: Crew
    duty: Duty
    number: int


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution by crews: the numbers, how many people of each crew they take (in the order of
    ``crews``), and the objective's value and proven bound, first recruits, then people; or the sum
    of scores alone."""

    counts: tuple[Count, ...]
    used: tuple[tuple[Crew, int], ...]
    values: tuple[int, ...]
    bounds: tuple[int, ...]


def crews_of(unit: Unit, question: Question) -> list[Crew]:
    """The people of the unit, the trained one and the recruits, by what they may do."""
    known = unit.instance.inspector_by_id
    gains = unit.trained.get(question.trainable, {})
    alike: dict[tuple[frozenset[tuple[str, bool]], ...], list[str]] = defaultdict(list)
    for person in sorted({*unit.people, *(one for one, _ in gains)}):
        abilities = tuple(
            frozenset(
                (duty.id, skilled(known[person], duty))
                for duty in question.duties
                if (person, duty.id) in pairs
            )
            for pairs in (unit.spans, gains)
        )
        if any(abilities):
            alike[abilities].append(person)
    crews = []
    for (may, more), members in alike.items():
        crews.append(Crew(tuple(members), dict(may)))
        if more:
            crews.append(Crew(tuple(members[:1]), dict(may | more), learns=True))
    for sectors, number in question.recruits.items():
        may_do = {one.id: True for one in question.duties if one.id in unit.recruits[sectors]}
        if may_do and number:
            ids = tuple(recruit_id(sectors, at) for at in range(1, number + 1))
            crews.append(Crew(ids, may_do, sectors=sectors))
    return crews


class StaffingModel:
    """The integers and rows of one question; ``cautious`` counts every 定期 object of a person as
    the one that takes most days, so that any share of a crew's objects fits its people."""

    def __init__(self, unit: Unit, question: Question, *, cautious: bool) -> None:
        from ortools.sat.python import cp_model

        self._cp = cp_model.CpModel()
        self._unit, self._question, self._cautious = unit, question, cautious
        self.crews = crews_of(unit, question)
        self._halves = (0, 1) if question.rotating else (0,)
        self._used = [self._integer(len(one.members)) for one in self.crews]
        self._taken: dict[tuple[int, int, str], Any] = {}
        self._teams: dict[tuple[int, str], list[tuple[Any, bool]]] = defaultdict(list)
        self._given: dict[str, Any] = {
            one.id: 1 if question.heads is None else self._integer(1) for one in question.duties
        }
        self._part_time: list[Any] = []
        for half in self._halves:
            for at in range(len(self.crews)):
                self._post_crew(half, at)
            for duty in question.duties:
                self._post_team(half, duty)
        if question.rotating:
            self._post_no_return()
        self._post_training()
        self._recruits = sum(
            used for crew, used in zip(self.crews, self._used, strict=True) if crew.sectors
        )
        if question.heads is not None:
            self._cp.add(sum(self._used) <= question.heads)
        if question.most_recruits is not None:
            self._cp.add(self._recruits <= question.most_recruits)

    def _integer(self, most: int) -> Any:
        return self._cp.new_int_var(0, most, "")

    def _post_crew(self, half: int, at: int) -> None:
        """One released post per person, or 定期 objects up to the limits, never both."""
        crew, unit = self.crews[at], self._unit
        limits = unit.instance.policy
        released, regular = list[tuple[Any, Duty]](), list[tuple[Any, Duty]]()
        for duty in self._question.duties:
            if duty.id in crew.skilled_at:
                number = self._integer(min(duty.team, len(crew.members)))
                self._taken[half, at, duty.id] = number
                self._teams[half, duty.id].append((number, crew.skilled_at[duty.id]))
                (released if duty.released else regular).append((number, duty))
        busy = sum(number for number, _ in released)
        if regular:
            part_time = self._integer(len(crew.members))
            each = (max if self._cautious else min)(max(1, one.days) for _, one in regular)
            most = min(limits.regular_max_objects, unit.days_per_month // each)
            self._cp.add(sum(number for number, _ in regular) <= most * part_time)
            self._cp.add(
                sum(number * duty.days for number, duty in regular)
                <= unit.days_per_month * part_time
            )
            for number, _ in regular:
                self._cp.add(number <= part_time)  # different people at one object
            busy += part_time
        self._cp.add(busy <= self._used[at])

    def _post_team(self, half: int, duty: Duty) -> None:
        """The whole team or nobody, one of them skilled where that is asked."""
        able = self._teams[half, duty.id]
        given = self._given[duty.id]
        self._cp.add(sum(number for number, _ in able) == duty.team * given)
        if duty.demanding_sectors:
            self._cp.add(sum(number for number, knows in able if knows) >= given)

    def _post_no_return(self) -> None:
        for (half, at, duty_id), number in self._taken.items():
            if half == 0:
                self._cp.add(number + self._taken[1, at, duty_id] <= self._used[at])

    def _post_training(self) -> None:
        """One person at most is trained, and counts no longer among the untrained."""
        chosen = []
        for at, crew in enumerate(self.crews):
            if crew.learns:
                learns = self._integer(1)
                chosen.append(learns)
                self._cp.add(self._used[at] <= learns)
                before = next(
                    i
                    for i, one in enumerate(self.crews)
                    if not one.learns and not one.sectors and crew.members[0] in one.members
                )
                self._cp.add(self._used[before] <= len(self.crews[before].members) - learns)
        if chosen:
            self._cp.add(sum(chosen) <= 1)

    def solve(self) -> Solved | None:
        """Answer the question; None without any solution, which recruits of every kind rule
        out."""
        if self._question.heads is not None:
            scores = sum(one.score * self._given[one.id] for one in self._question.duties)
            return self._improve([(scores, -1)])
        return self._improve([(self._recruits, 1), (sum(self._used), 1)])

    def _improve(self, objectives: Sequence[tuple[Any, int]]) -> Solved | None:
        """Minimise (1) or maximise (-1) one objective after the other, each within the value of
        those before."""
        from ortools.sat.python import cp_model

        values, bounds = [], []
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2  # nearly a matching: the relaxation proves it
        solver.parameters.random_seed = self._unit.instance.seed % 2**31
        solver.parameters.max_time_in_seconds = LIMIT_SECONDS
        for objective, sense in objectives:
            if isinstance(objective, int):
                values.append(objective)
                bounds.append(objective)
                continue
            self._cp.minimize(sense * objective)
            status = solver.solve(self._cp)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return None
            value = round(solver.objective_value)
            bound = math.ceil(solver.best_objective_bound - 1e-6)
            values.append(sense * value)
            bounds.append(sense * (value if status == cp_model.OPTIMAL else bound))
            self._cp.add(sense * objective <= value)
        return Solved(
            counts=tuple(self._counts(solver)),
            used=tuple(
                (crew, solver.value(used))
                for crew, used in zip(self.crews, self._used, strict=True)
            ),
            values=tuple(values),
            bounds=tuple(bounds),
        )

    def _counts(self, solver: Any) -> Iterator[Count]:
        duties = {one.id: one for one in self._question.duties}
        for (half, at, duty_id), number in self._taken.items():
            if solver.value(number):
                yield Count(half, self.crews[at], duties[duty_id], solver.value(number))
