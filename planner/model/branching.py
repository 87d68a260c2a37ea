"""Branch on the services: sharper bounds for the tiers of served priority.

When people are short, the relaxation serves a pair by half a pair. Whether a service is given on a
date is a yes or no; branching on it, with the relaxation solved anew on each side, closes in a few
steps what branch and bound over all columns closes in many seconds (120 posts: 4 s against 24 s).
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from planner.domain.posting import Service
from planner.model.answer import Effort, Floats, Ints, Limit
from planner.model.build import PlanModel
from planner.model.parity import ParityCuts
from planner.model.relaxation import DUAL, ROUNDING_SLACK, Relaxation, Relaxed

FRACTIONAL = 1e-6
NODES = 24
NODE_ROUNDS = 1


@dataclass(frozen=True, slots=True, order=True)
class _Node:
    """One side of some branches: what no solution in it can go below, and its relaxation."""

    value: float
    number: int
    branch: tuple[Limit, ...] = field(compare=False)
    relaxed: Relaxed = field(compare=False)


@dataclass(frozen=True, slots=True)
class Sharpened:
    """What branching showed: a bound, the relaxation of the best leaf, and of every leaf what no
    solution in it can go below."""

    bound: int
    leaf: Relaxed
    leaves: tuple[tuple[float, tuple[Limit, ...]], ...]

    def implied(self, value: int) -> tuple[Limit, ...]:
        """The branches on which every solution up to ``value`` lies."""
        left = [branch for lowest, branch in self.leaves if lowest - ROUNDING_SLACK <= value]
        return (
            tuple(
                one for one in left[0] if all(any(one is other for other in rest) for rest in left)
            )
            if left
            else ()
        )


def sharpen(
    model: PlanModel,
    relaxation: Relaxation,
    parity: ParityCuts,
    coefficients: Ints,
    standing: Sequence[Limit],
    root: Relaxed,
    effort: Callable[[], Effort | None],
) -> Sharpened:
    """The relaxation whose services are whole, and what is left of the branches.

    ``standing`` are the limits in force; ``effort`` gives the effort of the next step, None to end
    with the bound reached so far.
    """
    numbers = itertools.count()
    waiting = [_Node(root.safe_value, next(numbers), (), root)]
    for _ in range(NODES):
        node = waiting[0]
        split = _split(model, coefficients, node.relaxed.point)
        allowed = effort()
        if split is None or allowed is None:
            break
        heapq.heappop(waiting)
        for limit in (_given(model, *split), _withheld(model, *split)):
            branch = (*node.branch, limit)
            relaxation.keep_limits((*standing, *branch))
            found = tightened(relaxation, parity, coefficients, allowed, DUAL, NODE_ROUNDS)
            if found is None:  # no time: the bound of the parent holds
                heapq.heappush(waiting, _Node(node.value, next(numbers), branch, node.relaxed))
            else:
                value = max(node.value, found.safe_value)
                heapq.heappush(waiting, _Node(value, next(numbers), branch, found))
    relaxation.keep_limits(standing)
    leaf = waiting[0]
    bound = max(root.bound, math.ceil(leaf.value - ROUNDING_SLACK))
    return Sharpened(bound, leaf.relaxed, tuple((one.value, one.branch) for one in waiting))


def tightened(
    relaxation: Relaxation,
    parity: ParityCuts,
    coefficients: Ints,
    effort: Effort,
    method: int,
    idle_rounds: int,
) -> Relaxed | None:
    """The relaxation with parity cuts, until ``idle_rounds`` of them in a row did not help; None as
    in ``minimise``."""
    relaxed = relaxation.minimise(coefficients, effort, method)
    idle = 0
    while relaxed is not None and idle < idle_rounds:
        cuts = parity.violated(relaxed.point)
        if not cuts:
            break
        relaxation.add_cuts(cuts)
        tighter = relaxation.minimise(coefficients, effort, DUAL)
        if tighter is None:
            break
        idle = 0 if tighter.bound > relaxed.bound else idle + 1
        relaxed = tighter
    return relaxed


def _split(model: PlanModel, coefficients: Ints, point: Floats) -> tuple[Service, dt.date] | None:
    """The service and change date that are most undecided, by what they are worth to the tier; the
    earliest of equals."""
    best: tuple[float, Service, dt.date] | None = None
    for service in model.services:
        worth = 1 + max((abs(coefficients[one]) for one in model.ends(service).values()), default=0)
        level = 0.0
        steps: dict[dt.date, float] = defaultdict(float)
        for day, column in model.begins(service).items():
            steps[day] += point[column]
        for day, column in model.ends(service).items():
            steps[day] -= point[column]
        for day in sorted(steps):
            level += steps[day]
            undecided = min(level, 1.0 - level)
            if undecided > FRACTIONAL:
                weight = undecided * float(worth)
                if best is None or weight > best[0] * (1 + FRACTIONAL):
                    best = (weight, service, day)
    return best[1:] if best is not None else None


def _given(model: PlanModel, service: Service, day: dt.date) -> Limit:
    coefficients = np.zeros(len(model.upper), dtype=np.int64)
    for column, k in model.active(service, day):
        coefficients[column] -= k
    return Limit(coefficients, -1)


def _withheld(model: PlanModel, service: Service, day: dt.date) -> Limit:
    coefficients = np.zeros(len(model.upper), dtype=np.int64)
    for column, k in model.active(service, day):
        coefficients[column] += k
    return Limit(coefficients, 0)
