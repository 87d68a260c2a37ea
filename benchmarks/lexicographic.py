"""CP-SAT on one model with several objectives in strict order, as its users do it: solve, fix the
value, go on from that solution."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """The values of all variables (None without a plan), and by tier the value and the bound."""

    status: str
    values: list[int] | None
    tiers: Mapping[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Linear:
    """An objective as the model holds it."""

    offset: int
    terms: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, cp: cp_model.CpModel) -> _Linear:
        found = cp.proto.objective
        return cls(int(found.offset), tuple(zip(found.vars, found.coeffs, strict=True)))

    def at(self, values: list[int]) -> int:
        """Its value at a solution."""
        return self.offset + sum(values[var] * k for var, k in self.terms)


class _Watch(cp_model.CpSolverSolutionCallback):
    def __init__(self, found: Callable[[], None]) -> None:
        super().__init__()
        self.found = found

    def on_solution_callback(self) -> None:
        self.found()


def minimise_in_order(
    cp: cp_model.CpModel,
    objectives: Mapping[int, Any],
    limit_seconds: float,
    workers: int,
    seed: int,
    found: Callable[[], None],
) -> Outcome:
    """Any plan first, with all the time there is; then tier after tier, half of what is left for
    each, because an early tier outweighs all later ones. ``found`` is called at every better
    plan."""
    until = time.monotonic() + limit_seconds
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % (2**31)
    solver.parameters.max_time_in_seconds = limit_seconds
    status = solver.solve(cp, _Watch(found))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(solver.status_name(status), None, {})
    values = list(solver.response_proto.solution)
    bounds: dict[int, int] = {}
    settled: dict[int, _Linear] = {}
    proved = True
    for tier, objective in sorted(objectives.items()):
        cp.proto.solution_hint.vars.clear()
        cp.proto.solution_hint.values.clear()
        cp.proto.solution_hint.vars.extend(range(len(values)))
        cp.proto.solution_hint.values.extend(values)
        cp.minimize(objective)
        settled[tier] = _Linear.of(cp)
        bounds[tier] = 0
        share = (until - time.monotonic()) * SHARE
        if share > 0:
            solver.parameters.max_time_in_seconds = share
            status = solver.solve(cp, _Watch(found))
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                values = list(solver.response_proto.solution)
                bounds[tier] = round(solver.best_objective_bound)
            proved &= status == cp_model.OPTIMAL
        else:
            proved = False
        cp.add(objective <= settled[tier].at(values))
    final = {tier: one.at(values) for tier, one in settled.items()}
    tiers = {tier: (value, min(bounds[tier], value)) for tier, value in final.items()}
    return Outcome("OPTIMAL" if proved else "FEASIBLE", values, tiers)
