"""``make bench``: one table of our solver and its peers, and the times of the small commands."""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from benchmarks.peers import elapsed, greedy, whole_cp_sat
from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.reader import read_workbook
from planner.io.writer import write_workbook
from planner.model.build import PlanModel
from planner.model.tiers import Budget, Solution, solve_tiers
from planner.priority import rate
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import verify

Engine = Callable[[PlanModel, Budget], Solution]
ENGINES: dict[str, Engine] = {"ours": solve_tiers, "cp-sat": whole_cp_sat, "greedy": greedy}
LIMITS = {"department": 20.0, "hard": 120.0, "city": 120.0}
CALLS = 5


def rated(size: str) -> Instance:
    """A sample with its grades."""
    sample = sample_instance(size, 1)  # type: ignore[arg-type]
    return sample.model_copy(update={"ratings": rate(sample)})


def run(size: str, engine: str, limit_seconds: float) -> tuple[Plan, float]:
    """Plan every unit of a sample with one engine, on two processes."""
    instance = rated(size)
    units = tuple(row.code for row in instance.departments)
    settings = Settings(limit_seconds=limit_seconds, jobs=2)
    began = time.monotonic()
    with (
        patch("planner.model.tiers.solve_tiers", ENGINES[engine]),
        ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool,
    ):
        plan = solve(instance, units, RULES, settings, executor=pool)
    return plan, elapsed(began)


def solver_table(sizes: list[str], limit_seconds: float | None) -> Table:
    """Tier values of every engine at equal time; ``*`` marks a value that is proved optimal."""
    table = Table(title="plans (two processes; values per tier, * proved)")
    for heading in ("sample", "engine", "seconds", "x ours", "verified", "tiers"):
        table.add_column(heading, overflow="fold")
    for size in sizes:
        limit = limit_seconds or LIMITS[size]
        ours = 0.0
        for engine in ENGINES:
            plan, seconds = run(size, engine, limit)
            ours = ours or seconds
            verdict = verify(rated(size), plan, RULES)
            assert plan.proof is not None
            shown = " ".join(
                f"{tier.tier}:{tier.value}{'*' if tier.gap == 0 else f'({tier.gap:.1%})'}"
                for tier in plan.proof.tiers
            )
            verified = "yes" if verdict.accepted else "no"
            if not plan.proof.tiers:
                verified, shown = "-", "no plan within the limit"
            table.add_row(size, engine, f"{seconds:.1f}", f"{seconds / ours:.1f}", verified, shown)
    return table


def command_table() -> Table:
    """Best of several calls of the small commands, in seconds."""
    table = Table(title="small commands (best of several)")
    table.add_column("work")
    table.add_column("seconds")
    city = rated("city")
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "city.xlsx"
        write_workbook(city, workbook)
        today = dt.date(2026, 11, 24)
        plan, _ = run("default", "ours", 20.0)
        default = rated("default")
        works: dict[str, Callable[[], object]] = {
            "import the city workbook (about 440 objects, 435 people)": lambda: read_workbook(
                workbook, today=today
            ),
            "verify the plan of the default city": lambda: verify(default, plan, RULES),
            "planner --help": lambda: subprocess.run(
                [sys.executable, "-m", "planner", "--help"], capture_output=True, check=True
            ),
        }
        for name, work in works.items():
            table.add_row(name, f"{min(_timed(work) for _ in range(CALLS)):.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    table.add_row("peak memory of a worker process (MB)", f"{peak:.0f}")
    return table


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return elapsed(began)


def main() -> None:
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", action="append", choices=list(LIMITS), help="only these samples")
    parser.add_argument("--limit", type=float, help="seconds for every engine")
    options = parser.parse_args()
    console = Console(width=140)
    console.print(solver_table(options.size or list(LIMITS), options.limit))
    console.print(command_table())


if __name__ == "__main__":
    main()
