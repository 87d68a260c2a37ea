"""HiGHS branch and bound over a subset of the columns of a program.

The relaxation is so tight that a few hundred simplex iterations close what CP-SAT cannot prove in
minutes (45 × 70: tier QUALITY 0.2 s against more than 15 s without a proof).
"""

from __future__ import annotations

import math
import threading
from dataclasses import replace

import highspy
import numpy as np

from planner.model.answer import Answer, Effort, Ints, Question, holds
from planner.model.program import UNBOUNDED
from planner.model.quiet import quiet_highs

LESS_THAN_ONE = 0.999
PARALLEL_ROWS_AND_COLUMNS = 1 << 13
"""A rule of the presolve of HiGHS 1.16 that calls small programs infeasible that are not."""
WATCH_SECONDS = 0.2
SEARCHES_INSIDE = ("rins", "rens", "root_reduced_cost")


def solve(question: Question, effort: Effort) -> Answer:
    """Answer the question; a solution is checked in integers before it is returned."""
    highs = _program(question)
    if highs is None:
        return Answer("INFEASIBLE", None, UNBOUNDED)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", effort.seed % (2**31))
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("presolve_rule_off", PARALLEL_ROWS_AND_COLUMNS)
    # All objective coefficients are integers: an absolute gap below one is none.
    highs.setOptionValue("mip_abs_gap", LESS_THAN_ONE)
    if effort.limit_seconds is not None:
        highs.setOptionValue("time_limit", max(0.05, effort.limit_seconds))
    if effort.node_limit is not None:
        highs.setOptionValue("mip_max_nodes", effort.node_limit)
    hint = question.hint
    if hint is not None and (hint[~question.keep].any() or not holds(question, hint)):
        hint = None
    if hint is not None:
        _begin_at(highs, hint[question.keep])
        # A good plan is known: looking for better ones costs more than the proof itself.
        for one in SEARCHES_INSIDE:
            highs.setOptionValue(f"mip_heuristic_run_{one}", False)
    _run(highs, effort)
    status = highs.getModelStatus()
    info = highs.getInfo()
    iterations = max(0, info.simplex_iteration_count)
    if status in {
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    }:
        if hint is not None:  # HiGHS is wrong: here is a solution
            return Answer("FEASIBLE", hint, -UNBOUNDED, iterations)
        return Answer("INFEASIBLE", None, UNBOUNDED, iterations)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Answer("UNKNOWN", None, -UNBOUNDED, iterations)
    values = np.zeros(len(question.keep), dtype=np.int64)
    values[question.keep] = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    if not holds(question, values):
        return Answer("UNKNOWN", None, -UNBOUNDED, iterations)
    value = int(question.objective @ values)
    bound = math.ceil(info.mip_dual_bound - 1e-6) if info.mip_dual_bound > -1e30 else -UNBOUNDED
    if hint is not None and bound > int(question.objective @ hint):  # wrong again
        return Answer("FEASIBLE", hint, -UNBOUNDED, iterations)
    if status != highspy.HighsModelStatus.kOptimal:
        return Answer("FEASIBLE", values, min(bound, value), iterations)
    if bound < value and hint is not None:
        # Presolve tidied the first solution, and HiGHS gave it back as it had been.
        again = solve(replace(question, hint=None), effort)
        return replace(again, iterations=again.iterations + iterations)
    return Answer("OPTIMAL", values, value, iterations)


def _program(question: Question) -> highspy.Highs | None:
    """The restricted program; None when a row without columns cannot hold."""
    entries, keep = question.model.entries, question.keep
    kept = np.flatnonzero(keep)
    position = np.cumsum(keep) - 1
    offered = keep[entries.columns]
    sizes = np.bincount(entries.rows[offered], minlength=len(entries.lower))
    empty = sizes == 0
    if (entries.lower[empty] > 0).any() or (entries.upper[empty] < 0).any():
        return None
    indices = [position[entries.columns[offered]]]
    values = [entries.coefficients[offered]]
    lengths, upper = sizes[~empty].tolist(), entries.upper[~empty].tolist()
    for limit in question.limits:
        used = np.flatnonzero(limit.coefficients[kept])
        if not len(used) and limit.upper < 0:
            return None
        indices.append(used)
        values.append(limit.coefficients[kept][used])
        lengths.append(len(used))
        upper.append(limit.upper)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(kept), len(upper)
    program.col_cost_ = question.objective[kept].astype(np.float64)
    program.col_lower_ = np.zeros(len(kept))
    program.col_upper_ = np.array(question.model.upper, dtype=np.float64)[kept]
    lower = np.full(len(upper), -math.inf)
    lower[: len(upper) - len(question.limits)] = entries.lower[~empty]
    program.row_lower_, program.row_upper_ = lower, np.array(upper, dtype=np.float64)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    program.a_matrix_.index_ = np.concatenate(indices).astype(np.int32)
    program.a_matrix_.value_ = np.concatenate(values).astype(np.float64)
    program.integrality_ = [highspy.HighsVarType.kInteger] * len(kept)
    highs = quiet_highs()
    highs.passModel(program)
    return highs


def _begin_at(highs: highspy.Highs, values: Ints) -> None:
    """Give a first solution: the answer is never worse."""
    start = highspy.HighsSolution()
    start.col_value = values.astype(np.float64)
    highs.setSolution(start)


def _run(highs: highspy.Highs, effort: Effort) -> None:
    """Run to the end, or until an interruption is asked for."""
    finished = threading.Event()
    highs.HandleUserInterrupt = True

    def watch() -> None:
        while not finished.wait(WATCH_SECONDS):
            if effort.should_stop():
                highs.cancelSolve()  # type: ignore[no-untyped-call]

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    highs.run()
    finished.set()
    watcher.join()
