"""The linear relaxation of a PlanModel, solved by HiGHS tier after tier.

Its bounds are recomputed from the duals in plain arithmetic (Neumaier and Shcherbina), so that the
tolerances of the simplex cannot make them too good.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.model.answer import Effort
from planner.model.build import UNBOUNDED, PlanModel

Floats = NDArray[np.float64]
ROUNDING_SLACK = 1e-6
FIXED = 1e-7


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation of one tier: a safe integer bound, a point and the reduced costs."""

    bound: int
    point: Floats
    reduced_costs: Floats
    safe_value: float


class Relaxation:
    """A HiGHS model that keeps rows and fixings from tier to tier."""

    def __init__(self, model: PlanModel, seed: int) -> None:
        self.infeasible = False
        columns = len(model.upper)
        self.column_upper = np.array(model.upper, dtype=np.float64)
        self.row_lower = np.array([_low(row.lower) for row in model.rows])
        self.row_upper = np.array([_high(row.upper) for row in model.rows])
        counts = [len(row.columns) for row in model.rows]
        self.starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        self.indices = np.array(
            [column for row in model.rows for column in row.columns], dtype=np.int32
        )
        self.values = np.array(
            [value for row in model.rows for value in row.coefficients], dtype=np.float64
        )
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        # Interior point, afresh for every tier: the tiers are so degenerate that a warm simplex
        # wanders (120 posts: 12 s for all tiers, against 42 s warm, 16 s cold).
        self._highs.setOptionValue("solver", "ipm")
        self._highs.setOptionValue("random_seed", seed % (2**31))
        lp = highspy.HighsLp()
        lp.num_col_ = columns
        lp.num_row_ = len(model.rows)
        lp.col_cost_ = np.zeros(columns)
        lp.col_lower_ = np.zeros(columns)
        lp.col_upper_ = self.column_upper
        lp.row_lower_ = self.row_lower
        lp.row_upper_ = self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self.starts
        lp.a_matrix_.index_ = self.indices
        lp.a_matrix_.value_ = self.values
        self._highs.passModel(lp)

    def add_row(self, coefficients: NDArray[np.int64], upper: float) -> None:
        """Keep Σ coefficient × column ≤ ``upper`` from now on (a finished tier)."""
        columns = np.flatnonzero(coefficients).astype(np.int32)
        values = coefficients[columns].astype(np.float64)
        self._highs.addRow(-math.inf, upper, len(columns), columns, values)
        self.row_lower = np.append(self.row_lower, -math.inf)
        self.row_upper = np.append(self.row_upper, upper)
        self.starts = np.append(self.starts, self.starts[-1] + len(columns)).astype(np.int32)
        self.indices = np.append(self.indices, columns).astype(np.int32)
        self.values = np.append(self.values, values)

    def fix_to_zero(self, columns: NDArray[np.bool_]) -> None:
        """Forbid columns that no solution worth having can use."""
        chosen = np.flatnonzero(columns & (self.column_upper > 0)).astype(np.int32)
        self.column_upper[chosen] = 0.0
        for column in chosen:
            self._highs.changeColBounds(int(column), 0.0, 0.0)

    def minimise(
        self, coefficients: NDArray[np.int64], *, corner: bool, effort: Effort
    ) -> Relaxed | None:
        """Solve with this objective; None when the relaxation is infeasible or time is up.

        A ``corner`` of the optimal face uses few columns. Its middle costs less and gives duals
        that rule out more columns.
        """
        self._highs.setOptionValue("run_crossover", "on" if corner else "off")
        cost = coefficients.astype(np.float64)
        count = len(cost)
        self._highs.clearSolver()
        self._highs.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        if effort.limit_seconds is not None:
            until = self._highs.getRunTime() + effort.limit_seconds
            self._highs.setOptionValue("time_limit", until)
        self._highs.run()
        status = self._highs.getModelStatus()
        self.infeasible = status == highspy.HighsModelStatus.kInfeasible
        if self.infeasible or status == highspy.HighsModelStatus.kTimeLimit:
            return None
        solution = self._highs.getSolution()
        duals = np.array(solution.row_dual)
        value, reduced = self._safe_bound(cost, duals)
        bound = math.ceil(value - ROUNDING_SLACK * max(1.0, abs(value) * 1e-3))
        return Relaxed(bound, np.array(solution.col_value), reduced, value)

    def _safe_bound(self, cost: Floats, duals: Floats) -> tuple[float, Floats]:
        duals = np.where((duals > 0) & np.isinf(self.row_lower), 0.0, duals)
        duals = np.where((duals < 0) & np.isinf(self.row_upper), 0.0, duals)
        per_entry = np.repeat(duals, np.diff(self.starts)) * self.values
        reduced = cost - np.bincount(self.indices, weights=per_entry, minlength=len(cost))
        positive, negative = duals > 0, duals < 0
        value = float(
            duals[positive] @ self.row_lower[positive]
            + duals[negative] @ self.row_upper[negative]
            + np.minimum(reduced, 0.0) @ self.column_upper
        )
        return value, reduced


def _low(value: int) -> float:
    return -math.inf if value <= -UNBOUNDED else float(value)


def _high(value: int) -> float:
    return math.inf if value >= UNBOUNDED else float(value)
