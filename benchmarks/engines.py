"""The engines that are measured: each puts its own search into the place of ours in
``planner.solve``, and gets the same components, time and processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import planner.solve
from benchmarks import trace
from benchmarks.greedy import greedy
from benchmarks.textbook import textbook
from benchmarks.whole import whole_cp_sat
from planner.model import branch_and_bound, cpsat, tiers
from planner.model.answer import Answer, Bools, Effort, Question
from planner.model.build import PlanModel
from planner.model.tiers import Budget, Solution
from planner.solve import ComponentAnswer

Engine = Callable[[], AbstractContextManager[object]]
Search = Callable[[Question, Effort], Answer]


@contextmanager
def ours() -> Iterator[None]:
    """Our search; every plan that it finds on the way is written down."""
    with ExitStack() as stack:
        for module in (branch_and_bound, cpsat):
            stack.enter_context(patch.object(module, "solve", _noting(module.solve)))
        yield


@contextmanager
def first_plan() -> Iterator[None]:
    """Our search, interrupted as soon as it has a plan of the component."""
    search = tiers.solve_tiers

    def interrupted(model: PlanModel, budget: Budget, start: Bools | None = None) -> Solution:
        found: list[Answer] = []

        def watched(solve: Search) -> Search:
            def call(question: Question, effort: Effort) -> Answer:
                answer = solve(question, effort)
                found.extend([answer] if answer.values is not None else [])
                return answer

            return call

        with ExitStack() as stack:
            for module in (branch_and_bound, cpsat):
                stack.enter_context(patch.object(module, "solve", watched(module.solve)))
            return search(model, replace(budget, should_stop=lambda: bool(found)), start)

    with patch.object(tiers, "solve_tiers", interrupted):
        yield


def _noting(solve: Search) -> Search:
    def call(question: Question, effort: Effort) -> Answer:
        answer = solve(question, effort)
        if answer.values is not None:
            model, values = question.model, {}
            assert isinstance(model, PlanModel)
            for tier in model.tiers:
                coefficients, constant = model.objective(tier)
                values[int(tier)] = int(coefficients @ answer.values) + constant
            trace.note(model.posts[0].service.id, values)
        return answer

    return call


@contextmanager
def whole_stint_model() -> Iterator[None]:
    """CP-SAT on the whole stint model. Where it is cut off its measuring columns have slack, so
    what it claims to pay is dropped; the checkers count its plan like everybody's."""
    build_and_search = planner.solve.solve_component

    def solve_component(*arguments: Any) -> ComponentAnswer:
        with patch.object(tiers, "solve_tiers", whole_cp_sat):
            answer = build_and_search(*arguments)
        return replace(answer, component=answer.component.model_copy(update={"penalties": ()}))

    with patch.object(planner.solve, "solve_component", solve_component):
        yield


ENGINES: dict[str, Engine] = {
    "ours": ours,
    "greedy": lambda: patch.object(planner.solve, "solve_component", greedy),
    "stint model, CP-SAT": whole_stint_model,
    "weekly model, CP-SAT": lambda: patch.object(planner.solve, "solve_component", textbook),
}
