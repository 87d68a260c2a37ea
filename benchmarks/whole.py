"""Peer (b): the stint model, every column and row of it, given to CP-SAT at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from benchmarks import trace
from benchmarks.lexicographic import minimise_in_order
from planner.model.answer import Bools
from planner.model.build import PlanModel
from planner.model.program import Row
from planner.model.tiers import Budget, Solution, TierOutcome

LinearExpr = cp_model.LinearExpr


def whole_cp_sat(model: PlanModel, budget: Budget, start: Bools | None = None) -> Solution:
    """In place of ``planner.model.tiers.solve_tiers``; a whole round has no start."""
    assert start is None
    cp = cp_model.CpModel()
    columns = [
        cp.new_bool_var(name) if upper == 1 else cp.new_int_var(0, upper, name)
        for name, upper in zip(model.names, model.upper, strict=True)
    ]
    for row in model.rows:
        _post(cp, row, columns, model.upper)
    objectives = {}
    for tier in model.tiers:
        cost, constant = model.objective(tier)
        used = np.flatnonzero(cost)
        terms = LinearExpr.weighted_sum([columns[j] for j in used], [int(cost[j]) for j in used])
        objectives[tier] = terms + constant
    found = partial(trace.note, model.posts[0].service.id, {})
    outcome = minimise_in_order(
        cp, objectives, budget.limit_seconds, budget.workers, budget.seed, found
    )
    values = None if outcome.values is None else np.array(outcome.values, dtype=np.int64)
    tiers = tuple(TierOutcome(tier, *pair, 0.0) for tier, pair in outcome.tiers.items())
    return Solution(outcome.status, values, tiers)


def _post(cp: cp_model.CpModel, row: Row, columns: list[Any], uppers: list[int]) -> None:
    literals = [columns[j] for j in row.columns]
    if set(row.coefficients) == {1} and row.upper == 1 and all(uppers[j] == 1 for j in row.columns):
        if row.lower == 1:
            cp.add_exactly_one(literals)
        else:
            cp.add_at_most_one(literals)
        return
    terms = LinearExpr.weighted_sum(literals, list(row.coefficients))
    cp.add_linear_constraint(terms, row.lower, row.upper)
