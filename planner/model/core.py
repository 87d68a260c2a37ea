"""冲突核: a smallest part of a model's rows that cannot hold together.

Rows are left out group by group; a group without which the rest has a solution stays. Every step is
a fresh solve without an objective, and so is the last one, which confirms what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import highspy
import numpy as np

from planner.model import branch_and_bound
from planner.model.answer import Answer, Effort, Question
from planner.model.build import PlanModel
from planner.model.program import Row
from planner.model.quiet import quiet_highs

NODES_PER_STEP = 1000
CONFIRMING_SEED = 1
RAY_ZERO = 1e-7

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Core(Generic[Key]):
    """Groups of rows without a common solution. ``minimal`` when each of them was found to be
    needed, and ``confirmed`` when one more solve, begun elsewhere, finds no solution either."""

    members: Mapping[Key, Sequence[Row]]
    minimal: bool
    confirmed: bool


def core_of(
    model: PlanModel, group_of: Callable[[Row], Key | None], last: Callable[[Key], bool]
) -> Core[Key] | None:
    """A minimal set of groups of the model's rows without a common solution; None where a solution
    exists or none of this could be settled.

    Rows of the group None always hold. Groups for which ``last`` holds are left out only after all
    others, so that a core rather keeps them than not.
    """
    always: list[Row] = []
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in model.rows:
        key = group_of(row)
        (always if key is None else groups[key]).append(row)
    kept = _blamed(model, group_of, groups)

    def status(trial: Mapping[Key, Sequence[Row]], seed: int = 0) -> str:
        return _answer(model, always, trial.values(), seed).status

    if status(kept) != "INFEASIBLE":
        kept = dict(groups)
        if status(kept) != "INFEASIBLE":
            return None
    minimal = True
    order = sorted(kept, key=lambda key: not last(key))
    for step in _chunks(order[::-1], whole=len(kept) == len(groups)):
        if not step & kept.keys():
            continue
        trial = {key: rows for key, rows in kept.items() if key not in step}
        found = status(trial)
        if found == "INFEASIBLE":
            kept = trial
        elif len(step) == 1:
            minimal &= found in {"OPTIMAL", "FEASIBLE"}
    return Core(kept, minimal, status(kept, CONFIRMING_SEED) == "INFEASIBLE")


def possible(
    model: PlanModel, group_of: Callable[[Row], Key | None], members: Iterable[Key]
) -> bool:
    """Whether these groups, with all that always holds, have a common solution."""
    wanted = {None, *members}
    rows = [row for row in model.rows if group_of(row) in wanted]
    return _answer(model, rows, ()).values is not None


def _chunks(keys: list[Key], *, whole: bool) -> list[set[Key]]:
    """Halves, quarters … and at last single groups: of the ``whole`` model large innocent parts go
    first; of what the relaxation blames hardly any part is innocent."""
    chunks = []
    size = len(keys) // 2 if whole else 0
    while size > 1:
        chunks += [set(keys[i : i + size]) for i in range(0, len(keys), size)]
        size //= 2
    return [*chunks, *({key} for key in keys)]


def _answer(
    model: PlanModel,
    always: Iterable[Row],
    groups: Iterable[Iterable[Row]],
    seed: int = 0,
) -> Answer:
    """Solve with some of the rows only; columns that none of them names are left out."""
    trial = model.with_rows([*always, *(row for rows in groups for row in rows)])
    columns = len(model.upper)
    keep = np.zeros(columns, dtype=np.bool_)
    keep[trial.entries.columns] = True
    question = Question(trial, keep, np.zeros(columns, dtype=np.int64), ())
    return branch_and_bound.solve(question, Effort(None, NODES_PER_STEP, 1, seed))


def _blamed(
    model: PlanModel, group_of: Callable[[Row], Key | None], groups: Mapping[Key, list[Row]]
) -> dict[Key, list[Row]]:
    """The groups of the rows that prove by themselves that even the relaxation has no solution;
    all groups where it has one. Only a first guess: it is solved again."""
    ray = _infeasible_ray(model)
    if ray is None:
        return dict(groups)
    guilty = {
        group_of(row) for row, weight in zip(model.rows, ray, strict=True) if abs(weight) > RAY_ZERO
    }
    return {key: rows for key, rows in groups.items() if key in guilty}


def _infeasible_ray(model: PlanModel) -> Sequence[float] | None:
    entries = model.entries
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.upper), len(model.rows)
    program.col_cost_ = np.zeros(len(model.upper))
    program.col_lower_ = np.zeros(len(model.upper))
    program.col_upper_ = np.array(model.upper, dtype=np.float64)
    program.row_lower_, program.row_upper_ = entries.lower, entries.upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = np.bincount(entries.rows, minlength=len(model.rows))
    program.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    program.a_matrix_.index_ = entries.columns.astype(np.int32)
    program.a_matrix_.value_ = entries.coefficients.astype(np.float64)
    highs = quiet_highs()
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("threads", 1)
    highs.passModel(program)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return None
    _, known, ray = highs.getDualRay()  # type: ignore[attr-defined]
    return list(ray) if known else None
