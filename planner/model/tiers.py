"""Tiers in strict order: relax all of them, solve what is left, prove tier by tier.

The relaxation goes through the open tiers and keeps each at its bound; columns whose reduced cost
shows that no such solution uses them fall away. Branch and bound then minimises the first tier
that mixes many terms, with every earlier one held at its bound, over the columns of least reduced
cost. A column with reduced cost d is in no solution better than bound + d, so an answer over the
columns up to d is a proof up to that value: the set grows until the answer is proved. When the
earlier bounds cannot be held together, the first tier that the incumbent leaves above its bound
is minimised instead, and the rest is relaxed again with what that costs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from planner.model import branch_and_bound, cpsat
from planner.model.answer import Answer, Bools, Effort, Floats, Ints, Question
from planner.model.build import UNBOUNDED, PlanModel
from planner.model.relaxation import Relaxation, Relaxed
from planner.rule import Tier

REDUCED_COST_SLACK = 1e-5
WIDEN_COLUMNS = 400
CALL_SHARE = 0.4
SUPPORT = 1e-6
FIRST_MIXED_TIER = Tier.QUALITY
NODES_PER_CALL = 2000


@dataclass(frozen=True, slots=True)
class TierOutcome:
    """Value and proven bound of one tier, constants included."""

    tier: int
    value: int
    bound: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The outcome of one component. ``values`` is None without a plan; ``status`` is OPTIMAL when
    every tier meets its bound."""

    status: str
    values: Ints | None
    tiers: tuple[TierOutcome, ...]


@dataclass(slots=True)
class Budget:
    """What is left of the time; ``reproducible`` counts deterministic time instead."""

    limit_seconds: float
    workers: int
    seed: int
    reproducible: bool
    should_stop: Callable[[], bool] = lambda: False
    report: Callable[[int, int | None, int | None], None] = lambda tier, value, bound: None
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds until the limit."""
        return self.limit_seconds - (time.monotonic() - self.started)

    def over(self) -> bool:
        """Whether to stop with what there is."""
        return self.should_stop() or (not self.reproducible and self.left() <= 0)

    def effort(self) -> Effort:
        """The effort of one call: a share of what is left, or a fixed number of nodes."""
        if self.reproducible:
            return Effort(None, NODES_PER_CALL, 1, self.seed, self.should_stop)
        share = max(0.1, self.left() * CALL_SHARE)
        return Effort(share, None, self.workers, self.seed, self.should_stop)


def solve_tiers(model: PlanModel, budget: Budget) -> Solution:
    """Solve one component; see the module docstring."""
    return _Ladder(model, budget).climb()


class _Ladder:
    def __init__(self, model: PlanModel, budget: Budget) -> None:
        self.model = model
        self.budget = budget
        self.tiers = model.tiers
        self.objectives = {tier: model.objective(tier) for tier in self.tiers}
        self.best: Ints | None = None
        self.settled: list[tuple[Ints, int]] = []
        self.outcomes: list[TierOutcome] = []
        self.alive = np.ones(len(model.upper), dtype=np.bool_)
        self.proved: dict[int, int] = {}
        self.infeasible = False

    def climb(self) -> Solution:
        position = 0
        while position < len(self.tiers):
            began = time.monotonic()
            bounds, alive = self._relax_from(position)
            if not bounds:
                return Solution("INFEASIBLE" if self.infeasible else "UNKNOWN", None, ())
            self._dive(position, bounds)
            target = self._search(position, bounds, alive)
            if target is None:
                return Solution("INFEASIBLE" if self.infeasible else "UNKNOWN", None, ())
            seconds = (time.monotonic() - began) / (target - position + 1)
            for index in range(position, target + 1):
                self._settle(index, bounds[index - position], seconds)
            position = target + 1
        self._tighten()
        proved = all(one.value <= one.bound for one in self.outcomes)
        return Solution("OPTIMAL" if proved else "FEASIBLE", self.best, tuple(self.outcomes))

    def _search(self, position: int, bounds: list[Relaxed], alive: list[Bools]) -> int | None:
        """The index of the last tier that the new incumbent settles, None without any plan.

        First all at once: the first mixed tier, with every one before it at its bound. When that
        cannot be, tier by tier from the first one that the incumbent does not hold at its bound;
        the incumbent itself shows that the ones before it can be held.
        """
        reached = position + len(bounds) - 1
        mixed = self._mixed_from(position, reached)
        if self.best is None or not self.budget.over():
            if self._minimise(mixed, position, bounds, alive):
                return mixed
            while self.best is not None and not self.budget.over():
                target = self._first_above_bound(position, mixed, bounds)
                if not self._minimise(target, position, bounds, alive):
                    break
                if target == mixed or self._value(target) > bounds[target - position].bound:
                    return target
            if self.best is None:
                self._minimise(position, position, bounds, alive)
        # Out of time: what was found before holds, without a better bound.
        return position if self.best is not None and bounds else None

    def _mixed_from(self, first: int, last: int) -> int:
        """The first tier from ``first`` on that mixes many terms; ``last`` when none does."""
        mixed = (n for n in range(first, last) if self.tiers[n] >= FIRST_MIXED_TIER)
        return next(mixed, last)

    def _value(self, index: int) -> int:
        """The incumbent's value of a tier, without the constant."""
        assert self.best is not None
        return int(self.objectives[self.tiers[index]][0] @ self.best)

    def _first_above_bound(self, position: int, last: int, bounds: list[Relaxed]) -> int:
        above = (
            index
            for index in range(position, last)
            if self._value(index) > bounds[index - position].bound
        )
        return next(above, last)

    # -- relaxation -------------------------------------------------------------------------

    def _relax_from(self, position: int) -> tuple[list[Relaxed], list[Bools]]:
        """Bounds of the open tiers, each with the earlier ones kept, and the columns left after
        each; empty when there is no solution, or no time to look for the first one."""
        if self.best is not None and self.budget.over():
            return [self._trivial(position)], [self.alive]
        relaxation = Relaxation(self.model, self.budget.seed)
        alive = self.alive.copy()
        relaxation.fix_to_zero(~alive)
        for coefficients, value in self.settled:
            relaxation.add_row(coefficients, value)
        found: list[Relaxed] = []
        left: list[Bools] = []
        for tier in self.tiers[position:]:
            if found and self.budget.over():
                break
            coefficients, _ = self.objectives[tier]
            corner = tier >= FIRST_MIXED_TIER
            relaxed = relaxation.minimise(coefficients, corner=corner, effort=self.budget.effort())
            if relaxed is None:
                self.infeasible = relaxation.infeasible and self.best is None and not found
                break
            found.append(relaxed)
            room = relaxed.bound - relaxed.safe_value + REDUCED_COST_SLACK
            alive = alive & (relaxed.reduced_costs <= max(room, REDUCED_COST_SLACK))
            left.append(alive)
            relaxation.fix_to_zero(~alive)
            relaxation.add_row(coefficients, relaxed.bound)
        if not found and self.best is not None:
            return [self._trivial(position)], [self.alive]
        return found, left

    def _trivial(self, position: int) -> Relaxed:
        """Without time for a relaxation: no amount of a penalty is negative."""
        coefficients, constant = self.objectives[self.tiers[position]]
        nothing = np.zeros(len(coefficients))
        return Relaxed(-constant, nothing, nothing, float(-constant))

    def _dive(self, position: int, bounds: list[Relaxed]) -> None:
        """An incumbent from the people whom the relaxations use, those who are there and those of
        the incumbent: tier by tier over these few columns, until time presses."""
        stints = len(self.model.stints)
        keep = np.ones(len(self.model.upper), dtype=np.bool_)
        corners = bounds[self._mixed_from(position, position + len(bounds) - 1) - position :]
        keep[:stints] = np.any([one.point[:stints] > SUPPORT for one in corners], axis=0)
        for one in self.model.stints:
            keep[one.index] |= one.candidate.running
        if self.best is not None:
            keep |= self.best > 0
        limits = list(self.settled)
        for index, relaxed in enumerate(bounds, start=position):
            tier = self.tiers[index]
            if self.best is not None and (tier >= FIRST_MIXED_TIER or self.budget.over()):
                break
            objective = self.objectives[tier][0]
            if self.best is None or self._value(index) > relaxed.bound:
                self._call(keep, objective, limits, relaxed.point)
            if self.best is None:
                break
            limits.append((objective, self._value(index)))

    # -- integer solutions ------------------------------------------------------------------

    def _minimise(
        self, target: int, position: int, bounds: list[Relaxed], alive: list[Bools]
    ) -> bool:
        """Minimise a tier with the open ones before it at their bounds; False when they cannot
        be held, or when the time ran out without a solution."""
        relaxed = bounds[target - position]
        base = alive[target - position - 1] if target > position else self.alive
        objective = self.objectives[self.tiers[target]][0]
        limits = self.settled + [
            (self.objectives[self.tiers[index]][0], bounds[index - position].bound)
            for index in range(position, target)
        ]
        fractional = relaxed.bound - relaxed.safe_value
        proved, room, value = relaxed.bound, 0.0, UNBOUNDED
        if self.best is not None and all(int(c @ self.best) <= most for c, most in limits):
            value = int(objective @ self.best)
        while value > proved:
            keep = base & (relaxed.reduced_costs <= fractional + room + REDUCED_COST_SLACK)
            if value < UNBOUNDED and self.best is not None:
                keep |= self.best > 0
            whole = bool(keep.sum() >= base.sum())
            beyond = UNBOUNDED if whole else relaxed.bound + math.floor(room) + 1
            answer = self._call(keep, objective, limits, relaxed.point)
            if answer.values is not None:
                value = int(objective @ answer.values)
                proved = max(proved, min(answer.bound, beyond, value))
            elif answer.status == "INFEASIBLE" and whole:
                # With no tier held at a bound, nothing but the rules themselves is at fault.
                self.infeasible = not limits
                return False
            if answer.status not in {"OPTIMAL", "INFEASIBLE"} or self.budget.over():
                break
            room = self._wider(relaxed, base, keep, value)
        if value == UNBOUNDED:
            return False
        self.proved[target] = min(value, proved)
        return True

    def _wider(self, relaxed: Relaxed, base: Bools, keep: Bools, value: int) -> float:
        """The room that lets in half as many columns again, and at least ``WIDEN_COLUMNS``; no
        more than could improve on ``value``."""
        waiting = np.sort(relaxed.reduced_costs[base & ~keep])
        if not len(waiting):
            return float(value - 1 - relaxed.bound)
        more = min(len(waiting), max(WIDEN_COLUMNS, int(keep.sum()) // 2)) - 1
        room = float(waiting[more] - (relaxed.bound - relaxed.safe_value))
        return min(room, float(value - 1 - relaxed.bound))

    def _call(
        self, keep: Bools, objective: Ints, limits: list[tuple[Ints, int]], point: Floats
    ) -> Answer:
        """Branch and bound; where it finds nothing at all, CP-SAT tries."""
        hint = self.best if self.best is not None else np.rint(point).astype(np.int64)
        question = Question(self.model, keep, objective, tuple(limits), hint)
        answer = branch_and_bound.solve(question, self.budget.effort())
        if answer.status == "UNKNOWN" and not self.budget.over():
            answer = cpsat.solve(question, self.budget.effort())
        if answer.values is not None:
            self.best = answer.values
        return answer

    # -- results ----------------------------------------------------------------------------

    def _tighten(self) -> None:
        """With the people fixed, let every measuring column take its least value: a search that
        was cut off may have left slack in them. The tiers are then read again."""
        if all(one.value <= one.bound for one in self.outcomes):
            return
        assert self.best is not None
        people = len(self.model.stints)
        keep = np.ones(len(self.best), dtype=np.bool_)
        keep[:people] = self.best[:people] > 0
        chosen = np.zeros(len(self.best), dtype=np.int64)
        chosen[:people] = self.best[:people]
        total = np.sum([coefficients for coefficients, _ in self.objectives.values()], axis=0)
        held = (-chosen, -int(chosen.sum()))
        question = Question(self.model, keep, total, (held,), self.best)
        effort = Effort(None, NODES_PER_CALL, 1, self.budget.seed)
        answer = branch_and_bound.solve(question, effort)
        if answer.values is not None:
            self.best = answer.values
        self.outcomes = [
            replace(
                one,
                value=int(self.objectives[one.tier][0] @ self.best) + self.objectives[one.tier][1],
            )
            for one in self.outcomes
        ]

    def _settle(self, index: int, relaxed: Relaxed, seconds: float) -> None:
        """Keep a tier at its value; columns that cannot be part of such a plan fall away."""
        assert self.best is not None
        tier, value = self.tiers[index], self._value(index)
        coefficients, constant = self.objectives[tier]
        bound = min(value, self.proved.get(index, relaxed.bound))
        room = value - relaxed.safe_value + REDUCED_COST_SLACK
        self.alive &= (relaxed.reduced_costs <= room) | (self.best > 0)
        self.settled.append((coefficients, value))
        self.outcomes.append(TierOutcome(tier, value + constant, bound + constant, seconds))
        self.budget.report(tier, value + constant, bound + constant)
