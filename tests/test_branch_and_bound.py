"""HiGHS must not be believed where it is known to be wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from planner.model import branch_and_bound
from planner.model.answer import Effort, Ints, Question
from planner.model.program import UNBOUNDED, Program
from planner.model.quiet import quiet_highs

PROGRAM = Path(__file__).with_name("data") / "presolve.mps"


def read(path: Path) -> tuple[Program, Ints]:
    """A program of integers 0 … upper from an MPS file, and its objective."""
    highs = quiet_highs()
    highs.readModel(str(path))
    lp = highs.getLp()
    program = Program()
    for upper in lp.col_upper_:
        program.column("", int(upper))
    matrix = lp.a_matrix_
    terms: list[list[tuple[int, int]]] = [[] for _ in range(lp.num_row_)]
    for column, (first, last) in enumerate(itertools.pairwise(matrix.start_)):
        for entry in range(first, last):
            terms[matrix.index_[entry]].append((column, int(matrix.value_[entry])))
    for row, found in enumerate(terms):
        lower, upper = max(lp.row_lower_[row], -UNBOUNDED), min(lp.row_upper_[row], UNBOUNDED)
        program.row("", str(row), found, int(lower), int(upper))
    return program, np.array(lp.col_cost_, dtype=np.int64)


def test_a_program_that_the_presolve_of_highs_calls_infeasible_is_solved() -> None:
    """A small day model: 36 columns, 57 rows, and plans of value -4. With all rules of its presolve
    HiGHS 1.16 says that there is none."""
    program, objective = read(PROGRAM)
    everything = np.ones(len(program.upper), dtype=np.bool_)
    question = Question(program, everything, objective, ())
    answer = branch_and_bound.solve(question, Effort(None, None, 1, 0))
    assert (answer.status, answer.bound) == ("OPTIMAL", -4)


def test_what_a_known_solution_contradicts_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    program, objective = read(PROGRAM)
    everything = np.ones(len(program.upper), dtype=np.bool_)
    known = branch_and_bound.solve(
        Question(program, everything, objective, ()), Effort(None, None, 1, 0)
    ).values
    monkeypatch.setattr(branch_and_bound, "PARALLEL_ROWS_AND_COLUMNS", 0)
    answer = branch_and_bound.solve(
        Question(program, everything, objective, (), known), Effort(None, None, 1, 0)
    )
    assert answer.status != "INFEASIBLE"
    assert answer.values is not None
    assert int(objective @ answer.values) == -4
    assert answer.bound <= -4
