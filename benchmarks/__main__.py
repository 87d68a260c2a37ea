"""``make bench``: our solver and its peers in one run, the small commands, and the profile.

Nothing here is asserted: the tables say what was reached. ``--part`` and ``--size`` choose,
``--limit`` adds runs of all engines with a longer limit.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import days as daily
from benchmarks import scenarios, trace
from benchmarks.engines import ENGINES, first_plan, ours
from benchmarks.measure import Run, rated, run
from benchmarks.profile import shares
from benchmarks.questions import questions
from benchmarks.staffing import measure
from benchmarks.units import small_units
from constraints import RULES
from planner.io.reader import read_workbook
from planner.io.writer import write_workbook
from planner.samples import sample_instance
from planner.verify import verify

TARGETS = {
    "department": ("3", "10"),
    "hard": ("-", "30"),
    "default": ("-", "-"),
    "city": ("30", "180"),
}
PROOF_SECONDS = 180.0
FURTHER_LIMITS: Mapping[str, Sequence[float]] = {"department": (30.0,), "hard": (120.0,)}
REPEATS = {"department": 5}
CALLS = 5
TODAY = dt.date(2026, 11, 24)
PARTS = ("plans", "commands", "profile", "units", "staffing", "questions", "scenarios", "days")
UNITS, UNIT_SECONDS = 8, 20.0
SEED = 1


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is measured: which samples, and which limits besides the time that we need."""

    names: Sequence[str]
    limits: Sequence[float]

    def further(self, size: str) -> list[float]:
        """Limits of a sample, the shortest first."""
        return sorted({*FURTHER_LIMITS.get(size, ()), *self.limits})


def plans(console: Console, sizes: Sizes) -> None:
    """Per sample: our proof, our first plan, and every peer at equal and at longer time."""
    targets = Table(title="ours, two processes: seconds until a verified plan (medians)")
    for heading in ("sample", "parts", "first", "target", "final", "CPU", "target", "MB"):
        targets.add_column(heading, justify="right")
    targets.add_column("widest gap")
    peers = Table(title="peers with the same verifier and costs (* proved optimal)")
    for heading in ("sample", "engine", "limit", "wall", "CPU", "MB", "verified"):
        peers.add_column(heading)
    peers.add_column("tiers", overflow="fold")
    peers.add_column("against ours", overflow="fold")
    peers.add_column("ours as good after", overflow="fold")
    for size in sizes.names:
        instance = rated(size)
        repeats = [run(instance, ours, PROOF_SECONDS) for _ in range(REPEATS.get(size, 1))]
        best = statistics.median_low([one.seconds for one in repeats])
        mine = next(one for one in repeats if one.seconds == best)
        first = [run(instance, first_plan, PROOF_SECONDS) for _ in range(REPEATS.get(size, 1))]
        targets.add_row(
            size,
            str(mine.components),
            f"{statistics.median(one.seconds for one in first):.1f}",
            TARGETS[size][0],
            f"{mine.seconds:.1f}",
            f"{statistics.median(one.cpu_seconds for one in repeats):.1f}",
            TARGETS[size][1],
            f"{max(one.memory_mb for one in repeats):.0f}",
            _widest_gap(mine),
        )
        peers.add_section()
        peers.add_row(size, "ours", "-", *_figures(mine), "", "")
        for limit in (None, *sizes.further(size)):
            for name, engine in ENGINES.items():
                done = limit is None or (mine.proved_all and mine.seconds < limit)
                if (name == "ours" and done) or (name == "greedy" and limit is not None):
                    continue  # known already
                theirs = run(instance, engine, limit or mine.seconds)
                shown = "as ours" if limit is None else f"{limit:.0f}"
                compared = ("", "") if name == "ours" else _compared(mine, theirs)
                peers.add_row(size, name, shown, *_figures(theirs), *compared)
    console.print(targets)
    console.print(peers)


def _figures(one: Run) -> tuple[str, ...]:
    shown = " ".join(
        f"{tier}:{value}{'*' if tier in one.proved else ''}"
        for tier, value in (one.values or {}).items()
    )
    return (
        f"{one.seconds:.1f}",
        f"{one.cpu_seconds:.1f}",
        f"{one.memory_mb:.0f}",
        one.label,
        shown,
    )


def _widest_gap(one: Run) -> str:
    assert one.plan.proof is not None
    gap, tier = max((tier.gap, tier.tier) for tier in one.plan.proof.tiers)
    return "0, all proved" if gap == 0 else f"{gap:.2%} in tier {tier}"


def _compared(mine: Run, theirs: Run) -> tuple[str, str]:
    """The first tier that differs, and how much sooner we were as good as they in the end."""
    if mine.values is None or theirs.values is None:
        return ("no plan" if mine.values else "no plan of ours"), ""
    when = trace.reached(mine.moments, mine.components, theirs.values)
    differs = [tier for tier, value in mine.values.items() if value != theirs.values[tier]]
    if not differs:
        verdict = "equal"
    else:
        tier = differs[0]
        word = "worse" if theirs.values[tier] > mine.values[tier] else "BETTER"
        verdict = f"{word} from tier {tier} on"
    if when is None:
        return verdict, "never"
    seconds = when - mine.began
    ratio = theirs.last_better / seconds
    return verdict, f"{seconds:.1f} s, they {theirs.last_better:.1f} s: x {ratio:.1f}"


def commands(console: Console) -> None:
    """Medians of several calls of the small commands."""
    table = Table(title="small commands (median of several calls, seconds)")
    for heading in ("work", "wall", "CPU", "target"):
        table.add_column(heading)
    city = rated("city")
    plan = run(city, ours, PROOF_SECONDS).plan
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "city.xlsx"
        write_workbook(city, workbook)
        rows = sum(
            len(sheet)
            for sheet in (
                *(city.sites, city.inspectors, city.stints, city.trainings, city.absences),
                *(city.risk_factors, city.list_items, city.conflicts, city.distances),
            )
        )
        works: list[tuple[str, str, Callable[[], object]]] = [
            (
                f"import the city workbook ({len(city.sites)} objects, {rows} rows in all)",
                "2",
                lambda: read_workbook(workbook, today=TODAY),
            ),
            ("verify the plan of the city", "2", lambda: verify(rated("city"), plan, RULES)),
        ]
        for name, target, work in works:
            wall, cpu = _medians(work)
            table.add_row(name, f"{wall:.2f}", f"{cpu:.2f}", target)
    help_text = [sys.executable, "-m", "planner", "--help"]
    wall, _ = _medians(lambda: subprocess.run(help_text, capture_output=True, check=True))
    table.add_row("planner --help", f"{wall:.2f}", "", "0.4")
    wall, cpu = _medians(lambda: sample_instance("province", SEED), calls=1)
    table.add_row("make the sample of a province", f"{wall:.2f}", f"{cpu:.2f}", "60")
    console.print(table)


def _medians(work: Callable[[], object], calls: int = CALLS) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(calls):
        began, used = time.monotonic(), time.process_time()
        work()
        walls.append(time.monotonic() - began)
        cpus.append(time.process_time() - used)
    return statistics.median(walls), statistics.median(cpus)


def profile(console: Console, sizes: Sizes) -> None:
    """Where the CPU time of one process goes."""
    names = [size for size in sizes.names if size != "default"]
    table = Table(title="CPU seconds by part, one process, each part without those inside it")
    table.add_column("part")
    found = [shares(rated(size), PROOF_SECONDS) for size in names]
    for size in names:
        table.add_column(size, justify="right")
        table.add_column("share", justify="right")
    for part in found[0] if found else ():
        cells = [(one[part], one[part] / sum(one.values())) for one in found]
        table.add_row(part, *(text for a, b in cells for text in (f"{a:.1f}", f"{b:.0%}")))
    console.print(table)


def units(console: Console) -> None:
    """What the candidates that we leave out would serve, where the weekly model can prove it."""
    table = Table(title="small units: tiers 11 to 50, * where all are proved")
    for heading in ("unit", "ours", "weekly model, CP-SAT", "weekly model"):
        table.add_column(heading, overflow="fold")
    for name, part in small_units(SEED, UNITS):
        mine = run(part, ours, UNIT_SECONDS)
        theirs = run(part, ENGINES["weekly model, CP-SAT"], UNIT_SECONDS)
        cells = [
            " ".join(str(value) for value in (one.values or {}).values())
            + ("*" if one.proved_all else "")
            for one in (mine, theirs)
        ]
        table.add_row(name, *cells, _compared(mine, theirs)[0])
    console.print(table)


def staffing(console: Console) -> None:
    """The frontier of one unit of 200 posts × 300 people, and how much of it is proved."""
    one = measure()
    table = Table(title="staffing of one large unit, one process, CPU seconds")
    for heading in ("posts", "people", "answers", "proved", "refused", "frontier", "check"):
        table.add_column(heading, justify="right")
    sizes = (one.posts, one.people, one.answers, one.proved, one.faults)
    table.add_row(*map(str, sizes), f"{one.seconds:.1f}", f"{one.check_seconds:.1f}")
    console.print(table)


def whatif(console: Console) -> None:
    """Fifty scenarios of the department sample, each with a verified plan."""
    one = scenarios.measure()
    table = Table(title="fifty scenarios of the department sample and the base, two processes")
    for heading in ("verified", "proved", "widest gap", "wall", "CPU", "target"):
        table.add_column(heading, justify="right")
    figures = (f"{one.widest_gap:.2%}", f"{one.seconds:.1f}", f"{one.cpu_seconds:.1f}", "180")
    table.add_row(str(one.planned), str(one.proved), *figures)
    console.print(table)


def days(console: Console, sizes: Sizes) -> None:
    """The days of every month of a round."""
    table = Table(title="the days of a month, two processes")
    for heading in (
        "sample",
        "month",
        "parts",
        "rows",
        "gap",
        "shortages",
        "accepted",
        "wall",
        "CPU",
        "verify",
    ):
        table.add_column(heading, justify="right")

    def told(one: daily.Measured) -> None:
        table.add_row(
            one.size,
            one.month,
            str(one.parts),
            str(one.rows),
            f"{one.gap:.2%}",
            str(one.shortages),
            str(one.accepted),
            f"{one.seconds:.1f}",
            f"{one.cpu_seconds:.1f}",
            f"{one.verify_seconds:.2f}",
        )

    for size in sizes.names:
        daily.measure(size, told)
    console.print(table)


def main() -> None:
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="only these parts")
    parser.add_argument("--size", action="append", choices=list(TARGETS), help="only these samples")
    parser.add_argument(
        "--limit", action="append", type=float, default=[], help="one more limit, in seconds"
    )
    options = parser.parse_args()
    parts = options.part or PARTS
    sizes = Sizes(options.size or list(TARGETS), options.limit)
    console = Console(width=170)
    if "plans" in parts:
        plans(console, sizes)
    if "commands" in parts:
        commands(console)
    if "profile" in parts:
        profile(console, sizes)
    if "units" in parts:
        units(console)
    if "staffing" in parts:
        staffing(console)
    if "questions" in parts:
        questions(console)
    if "scenarios" in parts:
        whatif(console)
    if "days" in parts:
        days(console, sizes)


if __name__ == "__main__":
    main()
