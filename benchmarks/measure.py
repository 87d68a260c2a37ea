"""One run of one engine: its plan, and what the run took."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from benchmarks import trace
from benchmarks.engines import Engine
from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.model.build import PlanModel
from planner.priority import rate
from planner.rule import Goal
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import Verdict, verify

JOBS = 2
SAMPLE_SECONDS = 0.1
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Run:
    """A run. ``values`` are the tiers of the finished plan, recounted by the rules' ``costs``, and
    None without a plan; ``moments`` are timed from ``began``. Memory is the largest sum of the
    resident sets of all processes at one instant."""

    plan: Plan
    verdict: Verdict
    values: Mapping[int, int] | None
    proved: frozenset[int]
    seconds: float
    cpu_seconds: float
    memory_mb: float
    began: float
    moments: list[trace.Moment]

    @property
    def components(self) -> int:
        """The number of independent parts."""
        return len(self.plan.proof.components) if self.plan.proof else 0

    @property
    def label(self) -> str:
        """Whether there is a plan, and whether the verifier accepts it."""
        if self.values is None:
            return "no plan"
        return "yes" if self.verdict.accepted else "NO"

    @property
    def proved_all(self) -> bool:
        """Whether there is a plan and every tier of it is proved optimal."""
        return self.values is not None and self.proved >= self.values.keys()

    @property
    def last_better(self) -> float:
        """Seconds until the engine found the last better plan of any part."""
        return max((one.at for one in self.moments), default=self.began) - self.began


@cache
def rated(size: str) -> Instance:
    """A sample with its grades."""
    sample = sample_instance(size, 1)  # type: ignore[arg-type]
    return sample.model_copy(update={"ratings": rate(sample)})


def run(instance: Instance, engine: Engine, limit_seconds: float) -> Run:
    """Plan every unit of an instance with one engine, on two processes, and verify the plan."""
    units = tuple(row.code for row in instance.departments)
    settings = Settings(limit_seconds=limit_seconds, jobs=JOBS)
    with tempfile.TemporaryDirectory() as folder, _peak_memory() as peak, engine():
        file = Path(folder) / "trace"
        os.environ[trace.FILE] = str(file)
        cpu, began = cpu_seconds(), time.monotonic()
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(JOBS, mp_context=fork) as pool:
            plan = solve(instance, units, RULES, settings, executor=pool)
            verdict = verify(instance, plan, RULES)
            seconds = time.monotonic() - began
        cpu = cpu_seconds() - cpu
        found = trace.moments(file)
        del os.environ[trace.FILE]
    assert plan.proof is not None
    complete = plan.proof.status in {"OPTIMAL", "FEASIBLE"}
    return Run(
        plan,
        verdict,
        tier_values(instance, verdict) if complete else None,
        frozenset(one.tier for one in plan.proof.tiers if one.gap == 0),
        seconds,
        cpu,
        peak[0],
        began,
        found,
    )


def tier_values(instance: Instance, verdict: Verdict) -> dict[int, int]:
    """The tiers of a plan as the checkers count them, whoever made it."""
    empty = PlanModel(instance, (), ())
    penalties = [one for rule in RULES if isinstance(rule, Goal) for one in rule.penalties(empty)]
    amounts = {name: amount for rule in verdict.rules for name, amount in rule.costs}
    values = {one.tier: 0 for one in penalties}
    for one in penalties:
        values[one.tier] += one.weight * amounts[one.name]
    return {int(tier): value for tier, value in sorted(values.items())}


def cpu_seconds() -> float:
    """Seconds of the processors, by this process and its children that are over."""
    used = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        used += usage.ru_utime + usage.ru_stime
    return used


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """Samples this process and its children; the list holds the largest sum in megabytes."""
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        this = psutil.Process()
        while not over.wait(SAMPLE_SECONDS):
            total = 0
            for process in (this, *this.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            peak[0] = max(peak[0], total / MEGABYTE)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield peak
    over.set()
    watcher.join()
