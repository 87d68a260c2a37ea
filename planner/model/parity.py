"""Parity cuts: an odd number of people cannot fill half a pair.

On one date let N be people, T services of two and K services of one. Whoever of N works elsewhere
is missing, whoever comes from outside helps: 2 Σ_T y + Σ_K y ≤ |N| + Σ (outsiders in T and K), with
y = 1 when the service is given. Added to Σ_K y ≤ |K|, halved and rounded down (Chvátal, Gomory):

    Σ_T y + Σ_K y − Σ (outsiders in T and K) ≤ ⌊(|N| + |K|) / 2⌋

Without these rows the relaxation of a unit that is short of people serves half pairs, and every
later tier inherits the slack (29 posts, 25 people: they close three quarters of the gap).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from planner.model.answer import Bools, Floats, Ints, Limit
from planner.model.build import PlanModel

POSITIVE = 1e-6
VIOLATED = 1e-3
MOSTLY = 0.5
CUTS_PER_ROUND = 40


class ParityCuts:
    """Finds the cuts that a point of the relaxation violates.

    People and services of 蹲守 and 流动 go by number here; ``_column``, ``_person``, ``_service``,
    ``_first`` and ``_until`` run parallel, one entry per stint column.
    """

    def __init__(self, model: PlanModel) -> None:
        released = [one for one in model.stints if one.in_flow and one.candidate.form.released]
        people = {name: n for n, name in enumerate(sorted(model.stints_of_person))}
        self._columns = len(model.upper)
        self._services = [one for one in model.services if one.form.released]
        numbers = {one.id: n for n, one in enumerate(self._services)}
        self._team = np.array([one.team_size for one in self._services], dtype=np.int64)
        self._column = _ints(one.index for one in released)
        self._person = _ints(people[one.candidate.inspector_id] for one in released)
        self._service = _ints(numbers[one.candidate.service.id] for one in released)
        self._first = _ints(one.first.toordinal() for one in released)
        self._until = _ints(one.candidate.until.toordinal() for one in released)
        steps = [
            (n, day.toordinal(), column, sign)
            for n, service in enumerate(self._services)
            for sign, columns in ((1, model.begins(service)), (-1, model.ends(service)))
            for day, column in columns.items()
        ]
        self._step_service = _ints(step[0] for step in steps)
        self._step_day = _ints(step[1] for step in steps)
        self._step_column = _ints(step[2] for step in steps)
        self._step_sign = _ints(step[3] for step in steps)

    def violated(self, point: Floats) -> list[Limit]:
        """The most violated cuts, at most ``CUTS_PER_ROUND``, in a fixed order."""
        if not (self._team == 2).any():
            return []
        found: dict[tuple[int, ...], tuple[float, Limit]] = {}
        for day in np.unique(self._first):
            given = self._given(point, day)
            if not ((given > POSITIVE) & (given < 1 - POSITIVE)).any():
                continue
            active = (self._first <= day) & (day < self._until)
            for people, services in self._linked(active, point):
                if (given[services] > 1 - POSITIVE).all():
                    continue
                pairs = services[self._team[services] == 2]
                singles = services[(self._team[services] == 1) & (given[services] > MOSTLY)]
                for inside in self._odd(active, point, people, len(singles)):
                    limit = self._cut(day, active, inside, pairs, singles)
                    violation = float(limit.coefficients @ point) - limit.upper
                    if violation > VIOLATED:
                        key = (int(day), *pairs, -1, *singles, -1, *inside)
                        found[key] = (violation, limit)
        best = sorted(found.items(), key=lambda one: (-round(one[1][0], 6), one[0]))
        return [limit for _, (_, limit) in best[:CUTS_PER_ROUND]]

    def _given(self, point: Floats, day: int) -> Floats:
        """How far each service is given on a date."""
        reached = self._step_day <= day
        given = np.zeros(len(self._services))
        amounts = self._step_sign[reached] * point[self._step_column[reached]]
        np.add.at(given, self._step_service[reached], amounts)
        return given

    def _linked(self, active: Bools, point: Floats) -> Iterator[tuple[Ints, Ints]]:
        """The people and services that the point ties together on a date."""
        entries = np.flatnonzero(active & (point[self._column] > POSITIVE))
        neighbours: dict[int, set[int]] = defaultdict(set)
        for person, service in zip(self._person[entries], self._service[entries], strict=True):
            neighbours[int(person)].add(~int(service))
            neighbours[~int(service)].add(int(person))
        seen: set[int] = set()
        for start in sorted(one for one in neighbours if one >= 0):
            if start in seen:
                continue
            part, front = {start}, [start]
            while front:
                new = neighbours[front.pop()] - part
                part |= new
                front += new
            seen |= part
            yield (
                _ints(sorted(one for one in part if one >= 0)),
                _ints(sorted(~one for one in part if one < 0)),
            )

    def _odd(self, active: Bools, point: Floats, people: Ints, singles: int) -> Iterator[Ints]:
        """Sets of the people that leave |N| + |K| odd: all, or those who are mostly used; without
        the least used one where the number is even."""
        amounts = point[self._column[active]]
        used = np.bincount(self._person[active], weights=amounts, minlength=people.max() + 1)
        for chosen in (people, people[used[people] > MOSTLY]):
            if (len(chosen) + singles) % 2:
                yield chosen
            elif len(chosen):
                yield np.delete(chosen, np.argmin(np.round(used[chosen], 6)))

    def _cut(self, day: int, active: Bools, inside: Ints, pairs: Ints, singles: Ints) -> Limit:
        services = np.concatenate([pairs, singles])
        coefficients = np.zeros(self._columns, dtype=np.int64)
        steps = (self._step_day <= day) & np.isin(self._step_service, services)
        coefficients[self._step_column[steps]] = self._step_sign[steps]
        outside = active & np.isin(self._service, services) & ~np.isin(self._person, inside)
        coefficients[self._column[outside]] = -1
        return Limit(coefficients, (len(inside) + len(singles)) // 2)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
