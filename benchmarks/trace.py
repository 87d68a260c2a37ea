"""When each engine found what: a file to which every worker process appends."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "PLANNER_BENCH_TRACE"


@dataclass(frozen=True, slots=True)
class Moment:
    """A better plan of one component at a monotonic time; ``values`` by tier, empty when the
    engine did not evaluate it."""

    component: str
    at: float
    values: tuple[tuple[int, int], ...]


def note(component: str, values: Mapping[int, int]) -> None:
    """Write down that a better plan of a component was found just now."""
    path = os.environ.get(FILE)
    if path:
        row = json.dumps([component, time.monotonic(), sorted(values.items())])
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(row + "\n")


def moments(path: Path) -> list[Moment]:
    """What was written, in order of time."""
    if not path.exists():
        return []
    rows = [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]
    found = [Moment(key, at, tuple((t, v) for t, v in values)) for key, at, values in rows]
    return sorted(found, key=lambda one: one.at)


def first_complete(rows: list[Moment], components: int) -> float | None:
    """When every component had a plan; None when one never had."""
    first: dict[str, float] = {}
    for row in rows:
        first.setdefault(row.component, row.at)
    return max(first.values()) if len(first) == components else None


def reached(rows: list[Moment], components: int, goal: Mapping[int, int]) -> float | None:
    """When the plans of all components together were as good as ``goal``, tier by tier in strict
    order; None when they never were."""
    best: dict[str, tuple[tuple[int, int], ...]] = {}
    wanted = tuple(value for _, value in sorted(goal.items()))
    for row in rows:
        best[row.component] = min(best.get(row.component, row.values), row.values)
        if len(best) == components:
            sums = dict.fromkeys(goal, 0)
            for values in best.values():
                for tier, value in values:
                    sums[tier] += value
            if tuple(value for _, value in sorted(sums.items())) <= wanted:
                return row.at
    return None
