"""Parity cuts: an odd number of people cannot fill half a pair.

On one date let N be people, T services of two and K services of one. Whoever of N works elsewhere
is missing, whoever comes from outside helps: 2 Σ_T y + Σ_K y ≤ |N| + Σ (outsiders in T and K), with
y = 1 when the service is given. Added to Σ_K y ≤ |K|, halved and rounded down (Chvátal, Gomory):

    Σ_T y + Σ_K y − Σ (outsiders in T and K) ≤ ⌊(|N| + |K|) / 2⌋

Without these rows the relaxation of a unit that is short of people serves half pairs, and every
later tier inherits the slack (29 posts, 25 people: they close three quarters of the gap).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from planner.domain.posting import Service
from planner.model.answer import Floats, Limit
from planner.model.build import PlanModel, StintColumn

POSITIVE = 1e-6
VIOLATED = 1e-3
MOSTLY = 0.5
CUTS_PER_ROUND = 40


def parity_cuts(model: PlanModel, point: Floats) -> list[Limit]:
    """The most violated cuts at a point of the relaxation, at most ``CUTS_PER_ROUND``."""
    released = [one for one in model.stints if one.in_flow and one.candidate.form.released]
    services = {one.id: one for one in model.services if one.form.released}
    if all(service.team_size < 2 for service in services.values()):
        return []
    found: dict[tuple[object, ...], tuple[float, Limit]] = {}
    for day in sorted({one.first for one in released}):
        given = {
            name: sum(k * point[column] for column, k in model.active(service, day))
            for name, service in services.items()
        }
        if all(min(level, 1 - level) < POSITIVE for level in given.values()):
            continue
        active = [one for one in released if one.active(day)]
        used: dict[str, float] = defaultdict(float)
        for one in active:
            used[one.candidate.inspector_id] += point[one.index]
        for people, names in _linked(active, point):
            if all(given[name] > 1 - POSITIVE for name in names):
                continue
            chosen = [services[name] for name in sorted(names) if services[name].team_size == 2]
            chosen += [
                services[name]
                for name in sorted(names)
                if services[name].team_size == 1 and given[name] > MOSTLY
            ]
            for inside in _odd(people, used, sum(one.team_size == 1 for one in chosen)):
                limit = _cut(model, day, active, inside, chosen)
                violation = float(limit.coefficients @ point) - limit.upper
                if violation > VIOLATED:
                    key = (day, tuple(one.id for one in chosen), tuple(sorted(inside)))
                    found[key] = (violation, limit)
    best = sorted(found.items(), key=lambda one: (-round(one[1][0], 6), str(one[0])))
    return [limit for _, (_, limit) in best[:CUTS_PER_ROUND]]


def _linked(active: Sequence[StintColumn], point: Floats) -> Iterator[tuple[set[str], set[str]]]:
    """The people and services that the point ties together on a date."""
    neighbours: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for one in active:
        if point[one.index] > POSITIVE:
            person = ("person", one.candidate.inspector_id)
            service = ("service", one.candidate.service.id)
            neighbours[person].add(service)
            neighbours[service].add(person)
    seen: set[tuple[str, str]] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        part, front = {start}, [start]
        while front:
            for other in neighbours[front.pop()] - part:
                part.add(other)
                front.append(other)
        seen |= part
        yield (
            {name for kind, name in part if kind == "person"},
            {name for kind, name in part if kind == "service"},
        )


def _odd(people: set[str], used: Mapping[str, float], singles: int) -> Iterator[set[str]]:
    """Sets of the people that leave |N| + |K| odd: all, or those who are mostly used; without the
    least used one where the number is even."""
    for chosen in (people, {one for one in people if used[one] > MOSTLY}):
        if (len(chosen) + singles) % 2:
            yield chosen
        elif chosen:
            yield chosen - {min(sorted(chosen), key=lambda one: round(used[one], 6))}


def _cut(
    model: PlanModel,
    day: dt.date,
    active: Sequence[StintColumn],
    inside: set[str],
    services: Sequence[Service],
) -> Limit:
    coefficients = np.zeros(len(model.upper), dtype=np.int64)
    for service in services:
        for column, k in model.active(service, day):
            coefficients[column] += k
    names = {service.id for service in services}
    for one in active:
        if one.candidate.service.id in names and one.candidate.inspector_id not in inside:
            coefficients[one.index] -= 1
    singles = sum(service.team_size == 1 for service in services)
    return Limit(coefficients, (len(inside) + singles) // 2)
