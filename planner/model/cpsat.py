"""CP-SAT over a subset of the columns of a program."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from planner.model.answer import DETERMINISTIC_SECONDS, Answer, Effort, Question
from planner.model.program import UNBOUNDED, Row

WATCH_SECONDS = 0.2
STATUS_NAMES = {
    cp_model.OPTIMAL: "OPTIMAL",
    cp_model.FEASIBLE: "FEASIBLE",
    cp_model.INFEASIBLE: "INFEASIBLE",
    cp_model.UNKNOWN: "UNKNOWN",
    cp_model.MODEL_INVALID: "MODEL_INVALID",
}


def solve(question: Question, effort: Effort) -> Answer:
    """Answer the question. The second engine: it finds plans where the relaxation is loose."""
    model, keep, objective = question.model, question.keep, question.objective
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
        if not _post(cp, row, variables, model.upper):
            return Answer("INFEASIBLE", None, UNBOUNDED)
    for limit in question.limits:
        coefficients, value = limit.coefficients, limit.upper
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
    if question.hint is not None:
        for column in np.flatnonzero(keep):
            cp.add_hint(variables[column], int(question.hint[column]))
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = effort.workers
    parameters.random_seed = effort.seed % (2**31)
    if effort.limit_seconds is not None:
        parameters.max_time_in_seconds = max(0.05, effort.limit_seconds)
    else:
        parameters.max_deterministic_time = DETERMINISTIC_SECONDS
    finished = threading.Event()

    def watch() -> None:
        # A long search without a new incumbent never enters the callback.
        while not finished.wait(WATCH_SECONDS):
            if effort.should_stop():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = solver.solve(cp)
    finished.set()
    watcher.join()
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


def _post(cp: cp_model.CpModel, row: Row, variables: list[Any], model_upper: list[int]) -> bool:
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
