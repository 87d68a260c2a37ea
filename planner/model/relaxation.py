"""The linear relaxation of a PlanModel, solved by HiGHS over a growing set of its columns.

A large unit has tens of thousands of candidates, of which a few thousand matter. The relaxation
begins with those who are there already; the duals price all others, and those that would help come
in, until none is left (column generation: 120 posts, first tier 1 s against 8 s with all columns).
Bounds are recomputed from the duals over every column in plain arithmetic (Neumaier and
Shcherbina), so that neither a tolerance nor a column that is not yet in can make them too good.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.model.answer import Bools, Effort, Floats, Ints, Limit
from planner.model.build import PlanModel
from planner.model.quiet import quiet_highs

ROUNDING_SLACK = 1e-6
SMALL_COLUMNS = 4000
COLUMNS_PER_POST = 10
TOLERANCE = 1e-6
ELASTIC_COST = 10.0
AFRESH, DUAL, PRIMAL = 0, 1, 4


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The relaxation of one tier: a safe integer bound, a point, and the reduced costs with the
    value that they were computed at. A column with reduced cost d is in no solution better than
    ``safe_value`` + d."""

    bound: int
    point: Floats
    reduced_costs: Floats
    safe_value: float


class Relaxation:
    """A HiGHS model that keeps its columns, cuts, basis and limits from tier to tier.

    ``_order`` says what each HiGHS column is: a column of the model, or, below 0, the slack of a
    limit. ``_extra`` holds limits and cuts in the order of their rows, behind those of the model.
    """

    def __init__(self, model: PlanModel, seed: int) -> None:
        self.infeasible = False
        self.iterations = 0
        self._posts = np.full(len(model.upper), -1, dtype=np.int64)
        for one in model.stints:
            self._posts[one.index] = one.post
        self._column_upper = np.array(model.upper, dtype=np.float64)
        entries = model.entries
        self._row_lower, self._row_upper = entries.lower, entries.upper
        by_column = np.argsort(entries.columns, kind="stable")
        self._rows, self._columns = entries.rows[by_column], entries.columns[by_column]
        self._values = entries.coefficients[by_column].astype(np.float64)
        self._starts = np.searchsorted(self._columns, np.arange(len(model.upper) + 1))
        self._extra: list[Limit] = []
        self._slacks: dict[int, int] = {}
        self._mark = 0
        self._cost = np.zeros(len(model.upper))
        self._slack_cost = 1.0
        self._highs = self._empty_program(seed)
        self._order = np.zeros(0, dtype=np.int64)
        pool = np.ones(len(model.upper), dtype=np.bool_)
        if len(model.stints) > SMALL_COLUMNS:
            pool[: len(model.stints)] = False
            pool[[one.index for one in model.stints if one.candidate.running]] = True
        self.pool = np.zeros(len(model.upper), dtype=np.bool_)
        self._bring_in(np.flatnonzero(pool))

    def _empty_program(self, seed: int) -> highspy.Highs:
        highs = quiet_highs()
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("solver", "simplex")
        highs.setOptionValue("random_seed", seed % (2**31))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 0, len(self._row_lower)
        program.row_lower_, program.row_upper_ = self._row_lower, self._row_upper
        program.a_matrix_.start_ = np.zeros(1, dtype=np.int32)
        highs.passModel(program)
        return highs

    # -- rows and columns -------------------------------------------------------------------

    @property
    def cuts(self) -> tuple[Limit, ...]:
        """The rows that every plan satisfies."""
        return tuple(one for one in self._extra if id(one) not in self._slacks)

    def add_cuts(self, cuts: Iterable[Limit]) -> None:
        """Let rows hold from now on that every plan satisfies."""
        for cut in cuts:
            self._add_row(cut)

    def drop_idle_cuts(self, point: Floats, kept: Iterable[Limit]) -> None:
        """Forget the cuts that do not bind at a point, ``kept`` excepted."""
        safe = {id(one) for one in kept}
        idle = [
            place
            for place, one in enumerate(self._extra)
            if id(one) not in self._slacks
            and id(one) not in safe
            and float(one.coefficients @ point) < one.upper - TOLERANCE
        ]
        self._delete_rows(idle)

    def _delete_rows(self, places: Sequence[int]) -> None:
        if places:
            rows = np.array(places, dtype=np.int32) + len(self._row_lower)
            self._highs.deleteRows(len(rows), rows)
            gone = set(places)
            self._extra = [one for n, one in enumerate(self._extra) if n not in gone]

    def keep_limits(self, limits: Sequence[Limit]) -> None:
        """Let exactly these limits hold, beside the cuts. Each is elastic: what exceeds it is paid
        dearly, so that no set of columns is ever without a solution; the bound stays valid."""
        wanted = {id(one) for one in limits}
        gone = [
            place
            for place, one in enumerate(self._extra)
            if id(one) in self._slacks and id(one) not in wanted
        ]
        if gone:
            slacks = np.flatnonzero(
                np.isin(self._order, [self._slacks.pop(id(self._extra[place])) for place in gone])
            )
            self._delete_rows(gone)
            self._highs.deleteCols(len(slacks), slacks.astype(np.int32))
            self._order = np.delete(self._order, slacks)
        for limit in limits:
            if id(limit) not in self._slacks:
                self._add_row(limit)
                self._mark -= 1
                self._slacks[id(limit)] = self._mark
                row = np.array([len(self._row_lower) + len(self._extra) - 1], dtype=np.int32)
                self._highs.addCol(self._slack_cost, 0.0, math.inf, 1, row, np.array([-1.0]))
                self._order = np.append(self._order, self._mark)

    def _add_row(self, limit: Limit) -> None:
        place = np.flatnonzero(self._order >= 0)
        inside = limit.coefficients[self._order[place]]
        place, inside = place[inside != 0], inside[inside != 0]
        self._highs.addRow(
            -math.inf,
            float(limit.upper),
            len(place),
            place.astype(np.int32),
            inside.astype(np.float64),
        )
        self._extra.append(limit)

    def forbid(self, columns: Bools) -> None:
        """Fix columns to 0 that no solution worth having can use."""
        chosen = columns & (self._column_upper > 0)
        self._column_upper[chosen] = 0.0
        for place in np.flatnonzero(self._order >= 0):
            if chosen[self._order[place]]:
                self._highs.changeColBounds(int(place), 0.0, 0.0)

    def _bring_in(self, columns: NDArray[np.int64]) -> None:
        """Add columns to the program, with their entries in every row and limit."""
        base = len(self._row_lower)
        starts, rows, values = [0], [], []
        for column in columns:
            span = slice(self._starts[column], self._starts[column + 1])
            extra = [
                (base + n, limit.coefficients[column])
                for n, limit in enumerate(self._extra)
                if limit.coefficients[column]
            ]
            rows += [self._rows[span], np.array([row for row, _ in extra], dtype=np.int64)]
            values += [self._values[span], np.array([k for _, k in extra], dtype=np.float64)]
            starts.append(starts[-1] + span.stop - span.start + len(extra))
        self._highs.addCols(
            len(columns),
            self._cost[columns],
            np.zeros(len(columns)),
            self._column_upper[columns],
            starts[-1],
            np.array(starts[:-1], dtype=np.int32),
            np.concatenate(rows).astype(np.int32),
            np.concatenate(values),
        )
        self._order = np.concatenate([self._order, columns])
        self.pool[columns] = True

    # -- solving ----------------------------------------------------------------------------

    def minimise(self, coefficients: Ints, effort: Effort, method: int) -> Relaxed | None:
        """Solve with this objective; None when nothing satisfies the rows or time is up.

        ``PRIMAL`` goes on from the last basis, which suits another objective; so does ``DUAL``,
        which suits another row. ``AFRESH`` presolves and forgets the basis, which suits the tiers
        that mix many terms.
        """
        self._cost = coefficients.astype(np.float64)
        self._slack_cost = ELASTIC_COST * max(1.0, float(np.abs(self._cost).max(initial=0.0)))
        real = self._order >= 0
        costs = np.full(len(self._order), self._slack_cost)
        costs[real] = self._cost[self._order[real]]
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        if method == AFRESH:
            self._highs.clearSolver()
        self._highs.setOptionValue("simplex_strategy", method or DUAL)
        until = None
        if effort.limit_seconds is not None:
            until = self._highs.getRunTime() + effort.limit_seconds
            self._highs.setOptionValue("time_limit", until)
        before = self.iterations
        while True:
            if effort.iteration_limit is not None:
                left = effort.iteration_limit - (self.iterations - before)
                self._highs.setOptionValue("simplex_iteration_limit", max(0, left))
            self._highs.run()
            self.iterations += max(0, self._highs.getInfo().simplex_iteration_count)
            self._highs.setOptionValue("simplex_strategy", PRIMAL)
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                waiting = np.flatnonzero(~self.pool)
                self.infeasible = not len(waiting)
                if self.infeasible:
                    return None
                self._bring_in(waiting)
                continue
            if status != highspy.HighsModelStatus.kOptimal or effort.should_stop():
                return None
            solution = self._highs.getSolution()
            value, reduced = self._safe_bound(np.array(solution.row_dual))
            reached = self._highs.getInfo().objective_function_value
            bound = math.ceil(value - ROUNDING_SLACK * max(1.0, abs(value) * 1e-3))
            helpful = (reduced < -TOLERANCE) & ~self.pool & (self._column_upper > 0)
            if bound >= reached - TOLERANCE or not helpful.any():
                point = np.zeros(len(self._cost))
                real = self._order >= 0
                point[self._order[real]] = np.array(solution.col_value)[real]
                return Relaxed(bound, point, reduced, value)
            self._bring_in(self._best_of_each_post(np.flatnonzero(helpful), reduced))

    def _best_of_each_post(self, columns: NDArray[np.int64], reduced: Floats) -> NDArray[np.int64]:
        order = np.lexsort((columns, reduced[columns], self._posts[columns]))
        columns = columns[order]
        posts = self._posts[columns]
        rank = np.arange(len(posts)) - np.searchsorted(posts, posts)
        return np.sort(columns[rank < COLUMNS_PER_POST])

    def _safe_bound(self, duals: Floats) -> tuple[float, Floats]:
        lower = np.append(self._row_lower, np.full(len(self._extra), -math.inf))
        upper = np.append(self._row_upper, [float(limit.upper) for limit in self._extra])
        duals = np.where((duals > 0) & np.isinf(lower), 0.0, duals)
        duals = np.where((duals < 0) & np.isinf(upper), 0.0, duals)
        base = len(self._row_lower)
        reduced = self._cost - np.bincount(
            self._columns, weights=duals[self._rows] * self._values, minlength=len(self._cost)
        )
        for dual, limit in zip(duals[base:], self._extra, strict=True):
            if dual:
                reduced -= dual * limit.coefficients
        positive, negative = duals > 0, duals < 0
        value = float(
            duals[positive] @ lower[positive]
            + duals[negative] @ upper[negative]
            + np.minimum(reduced, 0.0) @ self._column_upper
        )
        return value, reduced
