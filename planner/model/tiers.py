"""Tiers in strict order: relax, search, prove, and go on with what is settled.

Each tier is relaxed within the values of those before it. Then branch and bound looks for a plan
among the people whom the relaxation uses; that is often enough to meet the bound. Where it is not,
the tiers of served priority branch on the services, and what those branches rule out holds for all
later tiers. At last branch and bound runs over the columns of least reduced cost: a column with
reduced cost d is in no solution better than the relaxation + d, so an answer over the columns up to
d is a proof up to that value, and the set grows until the answer is proved.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from planner.model import branch_and_bound, cpsat
from planner.model.answer import Answer, Bools, Effort, Floats, Ints, Limit, Question
from planner.model.branching import sharpen, tightened
from planner.model.build import PlanModel
from planner.model.parity import ParityCuts
from planner.model.program import UNBOUNDED
from planner.model.relaxation import AFRESH, PRIMAL, Relaxation, Relaxed
from planner.rule import Tier

REDUCED_COST_SLACK = 1e-5
GROWTH_COLUMNS = 1000
MANY_COLUMNS = 10000
ROOT_ROUNDS = 2
CALL_SHARE = 0.4
FIRST_MIXED_TIER = Tier.AHEAD
NODES_PER_CALL = 2000
ITERATIONS_PER_SECOND = 4000


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
    """What is left of the time. ``reproducible`` measures it by the work done, not by the clock:
    ``ITERATIONS_PER_SECOND`` steps of the simplex count as a second. Tiers after ``last_tier`` are
    left as they come."""

    limit_seconds: float
    workers: int
    seed: int
    reproducible: bool
    should_stop: Callable[[], bool] = lambda: False
    report: Callable[[int, int, int], None] = lambda tier, value, bound: None
    last_tier: int = Tier.CHANCE
    started: float = field(default_factory=time.monotonic)
    iterations: int = 0

    def left(self) -> float:
        """Seconds until the limit."""
        if self.reproducible:
            return self.limit_seconds - self.iterations / ITERATIONS_PER_SECOND
        return self.limit_seconds - (time.monotonic() - self.started)

    def over(self) -> bool:
        """Whether to stop with what there is."""
        return self.should_stop() or self.left() <= 0

    def effort(self) -> Effort:
        """The effort of one call: a share of what is left."""
        share = max(0.1, self.left() * CALL_SHARE)
        if self.reproducible:
            steps = int(share * ITERATIONS_PER_SECOND)
            return Effort(None, NODES_PER_CALL, 1, self.seed, steps, self.should_stop)
        return Effort(share, None, self.workers, self.seed, None, self.should_stop)


def solve_tiers(model: PlanModel, budget: Budget, start: Bools | None = None) -> Solution:
    """Solve one component; see the module docstring. ``start`` marks the columns of people in a
    plan from which the search sets out, if it is one."""
    ladder = _Ladder(model, budget)
    if start is not None:
        ladder.set_out(start)
    return ladder.climb()


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is known of a tier besides its value: the bound, that there is no plan at all, and the
    branches on which every plan of that value lies."""

    bound: int
    infeasible: bool = False
    implied: tuple[Limit, ...] = ()


class _Ladder:
    def __init__(self, model: PlanModel, budget: Budget) -> None:
        self.model = model
        self.budget = budget
        self.tiers = tuple(tier for tier in model.tiers if tier <= budget.last_tier)
        self.objectives = {tier: model.objective(tier) for tier in self.tiers}
        self.relaxation = Relaxation(model, budget.seed)
        self.parity = ParityCuts(model)
        self.there = np.array([one.candidate.running for one in model.stints], dtype=np.bool_)
        self.best: Ints | None = None
        self.settled: list[Limit] = []
        self.implied: list[Limit] = []
        self.searched = 0
        self.outcomes: list[TierOutcome] = []
        self.alive = np.ones(len(model.upper), dtype=np.bool_)

    def set_out(self, start: Bools) -> None:
        """Take the plan with these people for the first incumbent: with as many of them as there
        can be, and measured by no more than they cost."""
        keep = self.alive.copy()
        keep[: len(start)] = start
        wanted = np.zeros(len(keep), dtype=np.int64)
        wanted[: len(start)] = -start.astype(np.int64)
        self._search(wanted, np.zeros(len(keep)), keep)
        if self.best is not None:
            self._tidy()

    def climb(self) -> Solution:
        """Settle all tiers."""
        for tier in self.tiers:
            began = time.monotonic()
            relaxed = self._relax(tier)
            proof = self._minimise(tier, relaxed)
            if self.best is None:
                return Solution("INFEASIBLE" if proof.infeasible else "UNKNOWN", None, ())
            self._settle(tier, relaxed, proof, time.monotonic() - began)
        self._tighten()
        proved = all(one.value <= one.bound for one in self.outcomes)
        return Solution("OPTIMAL" if proved else "FEASIBLE", self.best, tuple(self.outcomes))

    # -- bounds -----------------------------------------------------------------------------

    def _relax(self, tier: int) -> Relaxed:
        """The relaxation of a tier within the settled ones, with parity cuts until they help no
        more. Without time, or where the incumbent has nothing of it, only that no amount is
        negative."""
        objective, constant = self.objectives[tier]
        nothing = np.zeros(len(objective))
        trivial = Relaxed(-constant, nothing, nothing, float(-constant))
        if self.budget.over() or self._value(objective) <= trivial.bound:
            return trivial
        self.relaxation.keep_limits(self.settled)
        effort = self.budget.effort()
        method = AFRESH if tier >= FIRST_MIXED_TIER else PRIMAL
        relaxed = tightened(self.relaxation, self.parity, objective, effort, method, ROOT_ROUNDS)
        self._count()
        return relaxed or trivial

    def _more(self) -> Effort | None:
        self._count()
        return None if self.budget.over() else self.budget.effort()

    def _count(self) -> None:
        """Charge the work done so far to the budget."""
        self.budget.iterations = self.relaxation.iterations + self.searched

    # -- plans ------------------------------------------------------------------------------

    def _minimise(self, tier: int, relaxed: Relaxed) -> _Proof:
        """Improve the incumbent and the bound of a tier until they meet or time is up."""
        objective = self.objectives[tier][0]
        if self.relaxation.infeasible:
            return _Proof(relaxed.bound, infeasible=True)
        if self._value(objective) <= relaxed.bound:
            return _Proof(relaxed.bound)
        self._search(objective, relaxed.point, self._used(relaxed))
        if self._value(objective) <= relaxed.bound or self.budget.over():
            return _Proof(relaxed.bound)
        if tier >= FIRST_MIXED_TIER:
            return self._grow(objective, relaxed, relaxed.bound)
        sharpened = sharpen(
            self.model, self.relaxation, self.parity, objective, self.settled, relaxed, self._more
        )
        self._search(objective, sharpened.leaf.point, self._used(sharpened.leaf))
        proof = self._grow(objective, relaxed, sharpened.bound)
        if self.best is None:
            return proof
        return replace(proof, implied=sharpened.implied(self._value(objective)))

    def _grow(self, objective: Ints, relaxed: Relaxed, bound: int) -> _Proof:
        """Branch and bound over more and more columns, those of least reduced cost first."""
        if self._value(objective) > bound and self.alive.sum() > MANY_COLUMNS:
            room = bound - relaxed.safe_value + REDUCED_COST_SLACK
            asked_for = self.alive & self.relaxation.pool & (relaxed.reduced_costs <= room)
            self._search(objective, relaxed.point, asked_for)
        proved, reach = bound, float(bound)
        while self._value(objective) > proved and not self.budget.over():
            room = reach - relaxed.safe_value + REDUCED_COST_SLACK
            keep = self.alive & (relaxed.reduced_costs <= room)
            whole = bool(keep.sum() == self.alive.sum())
            answer = self._search(objective, relaxed.point, keep)
            # Whoever is not among the columns can only be in a solution beyond the reach.
            beyond = UNBOUNDED if whole else math.floor(reach + REDUCED_COST_SLACK) + 1
            if answer.status == "INFEASIBLE" and whole:
                return _Proof(proved, infeasible=True)
            if answer.status not in {"OPTIMAL", "INFEASIBLE"}:
                return _Proof(max(proved, min(answer.bound, beyond)))
            proved = max(proved, min(answer.bound, beyond))
            reach = self._further(relaxed, keep, self._value(objective))
        return _Proof(proved)

    def _value(self, objective: Ints) -> int:
        """The incumbent's value; ``UNBOUNDED`` without one."""
        return UNBOUNDED if self.best is None else int(objective @ self.best)

    def _used(self, relaxed: Relaxed) -> Bools:
        """The people whom a relaxation uses, those who are there, and every other column."""
        people = len(self.model.stints)
        keep = self.alive.copy()
        keep[:people] &= relaxed.point[:people] > REDUCED_COST_SLACK
        keep[:people] |= self.there
        return keep

    def _further(self, relaxed: Relaxed, keep: Bools, value: int) -> float:
        """The reach that lets in twice as many columns again, at least ``GROWTH_COLUMNS``; no more
        than could improve on ``value``."""
        waiting = np.sort(relaxed.reduced_costs[self.alive & ~keep])
        last = min(len(waiting), max(GROWTH_COLUMNS, 2 * int(keep.sum()))) - 1
        reach = relaxed.safe_value + float(waiting[last]) if last >= 0 else math.inf
        return min(reach, float(value - 1))

    def _search(self, objective: Ints, point: Floats, keep: Bools) -> Answer:
        """Branch and bound over some columns and those of the incumbent; where it finds nothing
        at all, CP-SAT tries. What is no better in this tier may be worse in those to come: the
        better of two plans is the one that is better in the first tier in which they differ."""
        if self.best is not None:
            keep = keep | (self.best > 0)
        hint = self.best if self.best is not None else np.rint(point).astype(np.int64)
        within = (*self.settled, *self.relaxation.cuts)
        question = Question(self.model, keep, objective, within, hint)
        answer = branch_and_bound.solve(question, self.budget.effort())
        self.searched += answer.iterations
        self._count()
        if answer.status == "UNKNOWN" and not self.budget.over():
            answer = cpsat.solve(question, self.budget.effort())
        values = answer.values
        if values is not None and (
            self.best is None or self._amounts(values) < self._amounts(self.best)
        ):
            self.best = values
        return answer

    def _amounts(self, values: Ints) -> list[int]:
        """The values of all tiers in their order."""
        return [int(coefficients @ values) for coefficients, _ in self.objectives.values()]

    # -- results ----------------------------------------------------------------------------

    def _settle(self, tier: int, relaxed: Relaxed, proof: _Proof, seconds: float) -> None:
        """Keep a tier at its value; columns that cannot be part of such a plan fall away, and what
        the branches ruled out stays so."""
        assert self.best is not None
        coefficients, constant = self.objectives[tier]
        value = self._value(coefficients)
        room = value - relaxed.safe_value + REDUCED_COST_SLACK
        self.alive &= (relaxed.reduced_costs <= room) | (self.best > 0)
        self.relaxation.forbid(~self.alive)
        self.relaxation.drop_idle_cuts(relaxed.point, self.implied)
        self.implied += proof.implied
        self.relaxation.add_cuts(proof.implied)
        self.settled.append(Limit(coefficients, value))
        bound = min(value, proof.bound)
        self.outcomes.append(TierOutcome(tier, value + constant, bound + constant, seconds))
        self.budget.report(tier, value + constant, bound + constant)

    def _tighten(self) -> None:
        """With the people fixed, let every measuring column take its least value: a search that
        was cut off may have left slack in them, and nothing holds those of weight 0. No tier gets
        worse; their values are then read again."""
        if self._unpriced().any() or any(one.value > one.bound for one in self.outcomes):
            self._tidy()
        best = self.best
        assert best is not None
        self.outcomes = [
            replace(
                one,
                value=int(self.objectives[one.tier][0] @ best) + self.objectives[one.tier][1],
            )
            for one in self.outcomes
        ]

    def _tidy(self) -> None:
        """Give every measuring column its least value beside the people of the incumbent."""
        assert self.best is not None
        people = len(self.model.stints)
        keep = np.ones(len(self.best), dtype=np.bool_)
        keep[:people] = self.best[:people] > 0
        chosen = np.zeros(len(self.best), dtype=np.int64)
        chosen[:people] = self.best[:people]
        priced = [coefficients for coefficients, _ in self.objectives.values()]
        total = np.sum([*priced, self._unpriced()], axis=0)
        held = Limit(-chosen, -int(chosen.sum()))
        question = Question(self.model, keep, total, (held, *self.settled), self.best)
        effort = Effort(None, NODES_PER_CALL, 1, self.budget.seed)
        answer = branch_and_bound.solve(question, effort)
        if answer.values is not None:
            self.best = answer.values

    def _unpriced(self) -> Ints:
        """What the penalties of weight 0 would cost at a weight of 1."""
        cost = np.zeros(len(self.model.upper), dtype=np.int64)
        for penalty in self.model.penalties:
            if penalty.weight == 0 and penalty.tier in self.objectives:
                for column, coefficient in penalty.terms:
                    cost[column] += coefficient
        return cost
