"""Minimum staffing of tiny units by trying everything, in this file's own reading of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from planner.domain.instance import Instance
from planner.domain.tables import Inspector
from planner.domain.terms import Form


@dataclass(frozen=True)
class Need:
    """A post to fill: sites, form, team, whether one has to have 专业能力 2, score."""

    sites: tuple[str, ...]
    sector: str
    form: Form
    team: int
    demanding: bool
    score: int = 50


@dataclass(frozen=True)
class Person:
    """Somebody of the unit, or a recruit."""

    skills: Mapping[str, int]
    forms: frozenset[Form]
    recruit: bool = False

    def may(self, need: Need) -> bool:
        """Qualified, trained and ready for the form."""
        return need.form in self.forms and self.skills.get(need.sector, 0) >= 1


State = tuple[tuple[int, bool], ...]
"""Per half-year and need: how many are there, and whether one of them is skilled."""


def people_of(instance: Instance) -> list[Person]:
    """The people of a tiny unit with the skills that their trainings make usable."""
    return [Person(_usable(instance, one), one.forms) for one in instance.inspectors]


def _usable(instance: Instance, person: Inspector) -> Mapping[str, int]:
    trained = {code for row in instance.trainings_of.get(person.id, ()) for code in row.sectors}
    return {code: level for code, level in person.skills if code in trained}


def recruits_of(needs: Sequence[Need], halves: int) -> list[Person]:
    """As many recruits of each sector as there are posts of it."""
    return [
        Person({need.sector: 2}, frozenset(Form), recruit=True)
        for need in needs
        for _ in range(need.team * halves)
    ]


def fewest(
    needs: Sequence[Need], people: Sequence[Person], most: int, halves: int
) -> tuple[int, int]:
    """The fewest recruits, and the fewest people with so few."""
    costs: list[tuple[int, int]] = []
    for state, (recruits, used) in _reachable(needs, people, most, halves).items():
        if all(count == need.team for need, (count, _) in _pairs(needs, state)) and all(
            knows or not need.demanding for need, (_, knows) in _pairs(needs, state)
        ):
            costs.append((recruits, used))
    return min(costs)


def highest(
    needs: Sequence[Need], people: Sequence[Person], most: int, halves: int
) -> dict[int, int]:
    """By number of people used at most, the highest sum of scores of what is filled in every
    half-year."""
    best = dict.fromkeys(range(len(people) + 1), 0)
    for state, used in _cheapest_heads(needs, people, most, halves).items():
        score = 0
        for at, need in enumerate(needs):
            parts = [state[half * len(needs) + at] for half in range(halves)]
            if all(n == need.team and (knows or not need.demanding) for n, knows in parts):
                score += need.score
        for heads in range(used, len(people) + 1):
            best[heads] = max(best[heads], score)
    return best


def _pairs(needs: Sequence[Need], state: State) -> Iterator[tuple[Need, tuple[int, bool]]]:
    for at, part in enumerate(state):
        yield needs[at % len(needs)], part


def _choices(needs: Sequence[Need], person: Person, most: int) -> list[tuple[int, ...]]:
    """What one person can do in one half-year: nothing, one released post, or 定期
    objects up to ``most``."""
    able = [at for at, need in enumerate(needs) if person.may(need)]
    released = [(at,) for at in able if needs[at].form is not Form.REGULAR]
    regular = [at for at in able if needs[at].form is Form.REGULAR]
    loads = (load for size in range(1, most + 1) for load in combinations(regular, size))
    return [(), *released, *loads]


def _moves(
    needs: Sequence[Need], person: Person, most: int, halves: int
) -> Iterator[tuple[int, ...]]:
    """What one person can do, as positions in a state; never the same post in both half-years."""
    own = _choices(needs, person, most)
    if halves == 1:
        yield from own
        return
    for first in own:
        for second in own:
            if set(first).isdisjoint(second):
                yield (*first, *(at + len(needs) for at in second))


def _after(
    needs: Sequence[Need], state: State, person: Person, move: Iterable[int]
) -> State | None:
    found = list(state)
    for at in move:
        need = needs[at % len(needs)]
        count, knows = found[at]
        if count == need.team:
            return None
        found[at] = count + 1, knows or person.skills[need.sector] >= 2
    return tuple(found)


def _reachable(
    needs: Sequence[Need], people: Sequence[Person], most: int, halves: int
) -> dict[State, tuple[int, int]]:
    states: dict[State, tuple[int, int]] = {((0, False),) * (len(needs) * halves): (0, 0)}
    for person in people:
        further = dict(states)
        for move in _moves(needs, person, most, halves):
            for state, (recruits, used) in states.items():
                new = _after(needs, state, person, move) if move else None
                if new is not None:
                    cost = recruits + person.recruit, used + 1
                    further[new] = min(further.get(new, cost), cost)
        states = further
    return states


def _cheapest_heads(
    needs: Sequence[Need], people: Sequence[Person], most: int, halves: int
) -> dict[State, int]:
    return {state: used for state, (_, used) in _reachable(needs, people, most, halves).items()}
