"""What a search is given and what it says, whichever solver runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.model.program import Program

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
DETERMINISTIC_SECONDS = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Σ coefficient × column ≤ ``upper``: a finished tier, a branch of the search, or a cut."""

    coefficients: Ints
    upper: int


@dataclass(frozen=True, slots=True)
class Question:
    """Minimise ``objective`` within ``limits`` over the columns in ``keep``; all others are 0."""

    model: Program
    keep: Bools
    objective: Ints
    limits: tuple[Limit, ...]
    hint: Ints | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how hard to search. Without ``limit_seconds`` only what does not depend on the
    clock ends it: ``node_limit`` nodes of branch and bound, ``iteration_limit`` steps of the
    simplex, or ``DETERMINISTIC_SECONDS`` of CP-SAT's own time."""

    limit_seconds: float | None
    node_limit: int | None
    workers: int
    seed: int
    iteration_limit: int | None = None
    should_stop: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the search said: OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN or MODEL_INVALID; the values of
    all columns (None without a solution), the proven lower bound over the kept columns, and the
    simplex iterations that it took."""

    status: str
    values: Ints | None
    bound: int
    iterations: int = 0


def holds(question: Question, values: Ints) -> bool:
    """Whether integer values satisfy every row and limit exactly; no solver's tolerance."""
    entries = question.model.entries
    totals = np.zeros(len(entries.lower), dtype=np.int64)
    np.add.at(totals, entries.rows, entries.coefficients * values[entries.columns])
    return bool(((entries.lower <= totals) & (totals <= entries.upper)).all()) and all(
        int(one.coefficients @ values) <= one.upper for one in question.limits
    )
