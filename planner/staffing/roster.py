"""名册: who of each crew goes where, after the model has settled the numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from planner.domain.instance import Window
from planner.staffing.demand import Duty
from planner.staffing.model import Count, Crew, Question, Solved, StaffingModel
from planner.staffing.people import Unit, is_recruit

DEAL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """名册的一行: one person in one duty, in the first or, when people change, second half-year."""

    person: str
    duty: Duty
    half: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question.

    ``places`` is the witness; ``trained`` the person who has to be trained for it. ``values`` and
    ``bounds`` are recruits and people, or the sum of scores alone; a witness that a rougher model
    had to give can be worse than the bound.
    """

    question: Question
    places: tuple[Place, ...]
    trained: str
    values: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def proved(self) -> bool:
        """Whether nothing better exists."""
        return self.values == self.bounds

    @property
    def people(self) -> frozenset[str]:
        """Everybody in it."""
        return frozenset(one.person for one in self.places)

    @property
    def served(self) -> tuple[Duty, ...]:
        """The duties that are filled."""
        filled = {one.duty.id for one in self.places}
        return tuple(one for one in self.question.duties if one.id in filled)

    def span(self, unit: Unit, place: Place) -> Window | None:
        """The first and last day on which somebody of the roster can be in that place."""
        pair = place.person, place.duty.id
        if pair in unit.spans:
            return unit.spans[pair]
        if place.person == self.trained:
            return unit.trained[self.question.trainable].get(pair)
        found = [spans for sectors, spans in unit.recruits.items() if is_recruit(pair[0], sectors)]
        return found[0].get(place.duty.id) if found else None


def answer(unit: Unit, question: Question) -> Answer | None:
    """Solve, and name the people; None when there is no solution or, with ``rotating``, when no
    way was found to share the posts out."""
    bounds: tuple[int, ...] | None = None
    for cautious in (False, True):
        solved = StaffingModel(unit, question, cautious=cautious).solve()
        if solved is None:
            return None
        bounds = bounds or solved.bounds
        dealt = _dealt(unit, solved)
        if dealt is not None:
            trained = next((c.crew.members[0] for c in solved.counts if c.crew.learns), "")
            return Answer(question, dealt, trained, solved.values, bounds)
    return None


def _dealt(unit: Unit, solved: Solved) -> tuple[Place, ...] | None:
    """Share the duties of every crew out among its people; None where that cannot be done.

    Where a trained person is one of a crew, the others of it are dealt.
    """
    trained = {one.crew.members[0] for one in solved.counts if one.crew.learns}
    of_crew: dict[int, list[Count]] = defaultdict(list)
    for count in solved.counts:
        of_crew[id(count.crew)].append(count)
    places: list[Place] = []
    for crew, used in solved.used:
        if not of_crew[id(crew)]:
            continue
        others = [one for one in crew.members if crew.learns or one not in trained]
        dealt = _deal(unit, crew, others[:used], of_crew[id(crew)])
        if dealt is None:
            return None
        places += dealt
    return tuple(sorted(places, key=lambda one: (one.half, one.duty.id, one.person)))


def _deal(
    unit: Unit, crew: Crew, people: Sequence[str], counts: Sequence[Count]
) -> list[Place] | None:
    """A small assignment: every duty to as many different people as counted, within the load of
    each, and nobody at the same object in both half-years."""
    if len(people) == 1:
        return [Place(people[0], one.duty, one.half) for one in counts]
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    chosen: dict[tuple[int, str, int], Any] = {}
    for count in counts:
        for at in range(len(people)):
            chosen[count.half, count.duty.id, at] = cp.new_bool_var("")
        cp.add(sum(_row(chosen, count, len(people))) == count.number)
    for half in (0, 1):
        own = [one for one in counts if one.half == half]
        regular = [one for one in own if not one.duty.released]
        for at in range(len(people)):
            busy = [chosen[half, one.duty.id, at] for one in own if one.duty.released]
            load = [chosen[half, one.duty.id, at] for one in regular]
            part_time = cp.new_bool_var("")
            cp.add(sum(busy) + part_time <= 1)
            cp.add(sum(load) <= unit.instance.policy.regular_max_objects * part_time)
            days = [one.duty.days for one in regular]
            weighted = [k * one for k, one in zip(days, load, strict=True)]
            cp.add(sum(weighted) <= unit.days_per_month * part_time)
    for half, duty_id, at in chosen:
        if half == 0 and (1, duty_id, at) in chosen:
            cp.add(chosen[0, duty_id, at] + chosen[1, duty_id, at] <= 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = DEAL_SECONDS
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [
        Place(people[at], count.duty, count.half)
        for count in counts
        for at in range(len(people))
        if solver.value(chosen[count.half, count.duty.id, at])
    ]


def _row(chosen: dict[tuple[int, str, int], Any], count: Count, people: int) -> list[Any]:
    return [chosen[count.half, count.duty.id, at] for at in range(people)]
