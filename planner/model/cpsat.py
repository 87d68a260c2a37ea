"""CP-SAT over a subset of the columns of a PlanModel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from planner.model.build import UNBOUNDED, PlanModel, Row

Ints = NDArray[np.int64]
STATUS_NAMES = {
    cp_model.OPTIMAL: "OPTIMAL",
    cp_model.FEASIBLE: "FEASIBLE",
    cp_model.INFEASIBLE: "INFEASIBLE",
    cp_model.UNKNOWN: "UNKNOWN",
    cp_model.MODEL_INVALID: "MODEL_INVALID",
}


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how hard to search: wall seconds, deterministic time (None = no limit of that
    kind), workers and seed."""

    limit_seconds: float
    deterministic_limit: float | None
    workers: int
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What CP-SAT said: status name, the values of all columns (None without a solution) and the
    proven lower bound of the objective over the columns that were offered."""

    status: str
    values: Ints | None
    bound: int


def solve(
    model: PlanModel,
    *,
    keep: NDArray[np.bool_],
    objective: Ints,
    limits: list[tuple[Ints, int]],
    effort: Effort,
    hint: Ints | None = None,
    stop_at: int | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Answer:
    """Minimise ``objective`` over the kept columns; all others are 0.

    ``limits`` are the finished tiers: Σ coefficient × column ≤ value. ``stop_at`` is a bound that
    cannot be beaten: reaching it ends the search.
    """
    cp = cp_model.CpModel()
    variables: list[Any] = [None] * len(model.upper)
    for column in np.flatnonzero(keep):
        upper = model.upper[column]
        variables[column] = (
            cp.new_bool_var(model.names[column])
            if upper == 1
            else cp.new_int_var(0, upper, model.names[column])
        )
    for row in model.rows:
        if not _post(cp, row, variables):
            return Answer("INFEASIBLE", None, UNBOUNDED)
    for coefficients, value in limits:
        terms = [
            (variables[j], int(coefficients[j])) for j in np.flatnonzero(coefficients) if keep[j]
        ]
        if terms:
            cp.add(
                cp_model.LinearExpr.weighted_sum([one for one, _ in terms], [k for _, k in terms])
                <= value
            )
        elif value < 0:
            return Answer("INFEASIBLE", None, UNBOUNDED)
    chosen = [j for j in np.flatnonzero(objective) if keep[j]]
    if chosen:
        cp.minimize(
            cp_model.LinearExpr.weighted_sum(
                [variables[j] for j in chosen], [int(objective[j]) for j in chosen]
            )
        )
    if hint is not None:
        for column in np.flatnonzero(keep):
            cp.add_hint(variables[column], int(hint[column]))
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = effort.workers
    parameters.random_seed = effort.seed % (2**31)
    parameters.max_time_in_seconds = max(0.01, effort.limit_seconds)
    if effort.deterministic_limit is not None:
        parameters.max_deterministic_time = effort.deterministic_limit
    callback = _Watch(stop_at, should_stop)
    status = solver.solve(cp, callback)
    name = STATUS_NAMES[status]
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(name, None, UNBOUNDED if name == "INFEASIBLE" else -UNBOUNDED)
    values = np.zeros(len(model.upper), dtype=np.int64)
    for column in np.flatnonzero(keep):
        values[column] = solver.value(variables[column])
    bound = (
        int(objective @ values)
        if name == "OPTIMAL"
        else math.ceil(solver.best_objective_bound - 1e-6)
    )
    return Answer(name, values, bound)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Stops when the incumbent meets a bound that cannot be beaten, or when asked to."""

    def __init__(self, stop_at: int | None, should_stop: Callable[[], bool]) -> None:
        super().__init__()
        self._stop_at = stop_at
        self._should_stop = should_stop

    def on_solution_callback(self) -> None:
        met = self._stop_at is not None and self.objective_value <= self._stop_at + 1e-6
        if met or self._should_stop():
            self.stop_search()


def _post(cp: cp_model.CpModel, row: Row, variables: list[Any]) -> bool:
    """Add one row over the kept columns; False when it cannot hold."""
    terms = [
        (variables[column], value)
        for column, value in zip(row.columns, row.coefficients, strict=True)
        if variables[column] is not None
    ]
    if not terms:
        return row.lower <= 0 <= row.upper
    ones = all(value == 1 for _, value in terms)
    literals = [variable for variable, _ in terms]
    booleans = (
        ones
        and all(
            len(variable.proto.domain) == 2 and variable.proto.domain[1] == 1
            for variable in literals
        )
        if ones
        else False
    )
    if booleans and row.upper == 1 and row.lower == 1:
        cp.add_exactly_one(literals)
    elif booleans and row.upper == 1 and row.lower <= 0:
        cp.add_at_most_one(literals)
    else:
        expression = cp_model.LinearExpr.weighted_sum(literals, [value for _, value in terms])
        if row.lower == row.upper:
            cp.add(expression == row.lower)
        else:
            if row.lower > -UNBOUNDED:
                cp.add(expression >= row.lower)
            if row.upper < UNBOUNDED:
                cp.add(expression <= row.upper)
    return True
