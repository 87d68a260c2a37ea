"""Peers: other ways to answer the same model. Same columns, rows, tiers and verifier as ours.

Each has the signature of ``planner.model.tiers.solve_tiers`` and gives no bound of its own unless
its solver proves one.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np

from planner.model import branch_and_bound, cpsat
from planner.model.answer import Effort, Ints, Limit, Question
from planner.model.build import PlanModel
from planner.model.tiers import Budget, Solution, TierOutcome
from planner.rule import Tier

GREEDY_CALL_SECONDS = 5.0


def whole_cp_sat(model: PlanModel, budget: Budget) -> Solution:
    """The stint model given whole to CP-SAT, tier after tier, an even share of time for each."""
    tiers = model.tiers
    everything = np.ones(len(model.upper), dtype=np.bool_)
    limits: list[Limit] = []
    best: Ints | None = None
    bounds: dict[int, int] = {}
    for at, tier in enumerate(tiers):
        objective, constant = model.objective(tier)
        share = max(0.1, budget.left() / (len(tiers) - at))
        question = Question(model, everything, objective, tuple(limits), best)
        answer = cpsat.solve(question, Effort(share, None, budget.workers, budget.seed))
        best = answer.values if answer.values is not None else best
        if best is None:
            return Solution("UNKNOWN", None, ())
        bounds[tier] = max(answer.bound, 0 - constant) + constant
        limits.append(Limit(objective, int(objective @ best)))
    return _solution(model, best, bounds)


def greedy(model: PlanModel, budget: Budget) -> Solution:
    """A careful person with a spreadsheet: object by object, the most important first, for each the
    best people of those who are left; what is decided is never looked at again."""
    stints = len(model.stints)
    held = np.zeros(len(model.upper), dtype=np.bool_)
    held[stints:] = True
    objective = np.sum([model.objective(tier)[0] for tier in model.tiers], axis=0)
    best: Ints | None = None
    for service in sorted(model.services, key=lambda one: _importance(model, one.site_ids)):
        own = {one.index for one in model.stints_of_service[service.id]}
        keep = held.copy()
        for one in model.stints:
            keep[one.index] |= one.index in own or one.candidate.running
        limits: list[Limit] = []
        if best is not None:
            served = [tier for tier in model.tiers if tier < Tier.STABILITY]
            total = np.sum([model.objective(tier)[0] for tier in served], axis=0)
            limits.append(Limit(total, int(total @ best)))
            keep |= best > 0
        question = Question(model, keep, objective, tuple(limits), best)
        answer = branch_and_bound.solve(question, Effort(GREEDY_CALL_SECONDS, None, 1, budget.seed))
        if answer.values is not None:
            best = answer.values
            held[:stints] |= best[:stints] > 0
        if budget.over():
            break
    return _solution(model, best, {})


def _importance(model: PlanModel, site_ids: tuple[str, ...]) -> tuple[int, int, str]:
    ratings = [model.instance.rating_by_site[one] for one in site_ids]
    first = min(ratings, key=lambda one: (one.grade, -one.score))
    return int(first.grade), -first.score, first.site_id


def _solution(model: PlanModel, best: Ints | None, bounds: Mapping[int, int]) -> Solution:
    if best is None:
        return Solution("UNKNOWN", None, ())
    outcomes = []
    for tier in model.tiers:
        coefficients, constant = model.objective(tier)
        value = int(coefficients @ best) + constant
        outcomes.append(TierOutcome(tier, value, min(value, bounds.get(tier, 0)), 0.0))
    proved = all(one.value <= one.bound for one in outcomes)
    return Solution("OPTIMAL" if proved else "FEASIBLE", best, tuple(outcomes))


def elapsed(began: float) -> float:
    """Seconds since ``began``."""
    return time.monotonic() - began
