"""Where the time of our solver goes: CPU seconds of its parts in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import planner.components
import planner.solve
from constraints import RULES
from planner.domain.instance import Instance
from planner.model import branch_and_bound, cpsat, tiers
from planner.model.build import PlanModel
from planner.model.parity import ParityCuts
from planner.model.relaxation import Relaxation
from planner.solve import Settings
from planner.verify import verify

PARTS: list[tuple[str, object, str]] = [
    ("posts and services", planner.components, "build_services"),
    ("candidates", planner.components, "field_of"),
    ("columns and rows", PlanModel, "__init__"),
    ("columns and rows", PlanModel, "post_rules"),
    ("linear relaxations", Relaxation, "__init__"),
    ("linear relaxations", Relaxation, "minimise"),
    ("parity cuts", ParityCuts, "__init__"),
    ("parity cuts", ParityCuts, "violated"),
    ("branching on services", tiers, "sharpen"),
    ("branching on services", tiers, "tightened"),
    ("branch and bound", branch_and_bound, "solve"),
    ("CP-SAT", cpsat, "solve"),
    ("reading the plan", planner.solve, "rows_of"),
]
VERIFY, REST = "verify", "all else"


class _Clock:
    """Adds up CPU time, each part without the parts that it calls."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys([name for name, _, _ in PARTS] + [VERIFY, REST], 0.0)
        self.running = [REST]
        self.since = time.process_time()

    def switch(self) -> None:
        now = time.process_time()
        self.seconds[self.running[-1]] += now - self.since
        self.since = now

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def call(*arguments: Any, **named: Any) -> Any:
            self.switch()
            self.running.append(part)
            try:
                return work(*arguments, **named)
            finally:
                self.switch()
                self.running.pop()

        return call


def shares(instance: Instance, limit_seconds: float) -> dict[str, float]:
    """Plan and verify an instance; CPU seconds by part."""
    clock = _Clock()
    with ExitStack() as stack:
        for part, owner, name in PARTS:
            timed = clock.timed(part, getattr(owner, name))
            stack.enter_context(patch.object(owner, name, timed))
        units = tuple(row.code for row in instance.departments)
        plan = planner.solve.solve(instance, units, RULES, Settings(limit_seconds=limit_seconds))
        clock.timed(VERIFY, verify)(instance, plan, RULES)
        clock.switch()
    return clock.seconds
