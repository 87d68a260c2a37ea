"""Why there is no plan: the smallest set of rules and subjects that cannot hold together.

The rows of a component are grouped by rule and subject. A group is dropped when the rest has no
solution without it; what cannot be dropped is the core. Every step is a fresh solve without an
objective, so the core is confirmed by its last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from planner.domain.instance import Instance
from planner.model.answer import Effort, Question
from planner.model.branch_and_bound import solve
from planner.model.build import PlanModel, Row
from planner.rule import Rule
from planner.solve import components_of

NODES_PER_STEP = 1000


def conflicts(
    instance: Instance, departments: Sequence[str], rules: Sequence[Rule]
) -> tuple[str, ...]:
    """One Chinese line per member of the core of each component without a plan."""
    titles = {rule.article.rule: rule.article.title for rule in rules}
    components, _ = components_of(instance, departments, rules)
    lines: list[str] = []
    for component in components:
        model = PlanModel(component.instance, component.posts, component.candidates)
        model.post_rules(rules)
        for rule, subject in _core(model):
            lines.append(f"{rule} {titles.get(rule, rule)}：{subject}")
    return tuple(lines)


def _core(model: PlanModel) -> list[tuple[str, str]]:
    """A minimal set of (rule, subject) groups whose rows have no common solution; empty when the
    component has a solution."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in model.rows:
        groups[row.rule, row.subject.split(" ")[0]].append(row)
    if not _impossible(model, groups):
        return []
    kept = dict(groups)
    for step in _chunks(list(groups)):
        trial = {key: rows for key, rows in kept.items() if key not in step}
        if _impossible(model, trial):
            kept = trial
    return sorted(kept)


def _chunks(keys: list[tuple[str, str]]) -> list[set[tuple[str, str]]]:
    """Halves, quarters … and at last single groups: large innocent parts go first."""
    chunks = []
    size = len(keys) // 2
    while size > 1:
        chunks += [set(keys[i : i + size]) for i in range(0, len(keys), size)]
        size //= 2
    return [*chunks, *({key} for key in keys)]


def _impossible(model: PlanModel, groups: dict[tuple[str, str], list[Row]]) -> bool:
    every = model.rows
    model.rows = [row for rows in groups.values() for row in rows]
    try:
        columns = len(model.upper)
        keep = np.ones(columns, dtype=np.bool_)
        question = Question(model, keep, np.zeros(columns, dtype=np.int64), ())
        return solve(question, Effort(None, NODES_PER_STEP, 1, 0)).status == "INFEASIBLE"
    finally:
        model.rows = every
