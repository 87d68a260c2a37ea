"""The composition of ``planner whatif`` and ``planner clauses``: variants in, comparison out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from constraints import RULES
from planner.clauses import relaxations
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.edits import Scenario
from planner.exit_codes import BAD_INPUT, INTERRUPTED, NO_PLAN, OK
from planner.io.files import write_atomically, write_folder
from planner.io.scenarios import ScenariosRead, read_scenarios
from planner.reports.comparison import (
    PICTURES,
    Comparison,
    comparison_outputs,
    picture_name,
    planned,
    summary_lines,
)
from planner.reports.destination import refusal, standing
from planner.reports.labels import department_order
from planner.run.outcome import Outcome, errors_of
from planner.run.reading import check, departments_named
from planner.whatif import Figures, Result, Variants, read_stored, stored
from planner.workers import Interruption

BASE = Scenario(name="基准", edits=(), text="工作簿原样")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a command compares: the title of its files, the word for one variant, and whether every
    variant allows whatever the base allows."""

    title: str
    variant: str
    only_looser: bool

    @property
    def files(self) -> tuple[str, str]:
        """The workbook and the page."""
        return f"{self.title}.xlsx", f"{self.title}.html"

    @property
    def pictures(self) -> tuple[str, ...]:
        """The charts."""
        return tuple(picture_name(self.title, kind) for kind in PICTURES)

    @property
    def store(self) -> str:
        """What a rerun goes on from."""
        return f"{self.title}.jsonl"


WHATIF = Kind("情景比较", "情景", only_looser=False)
CLAUSES = Kind("条款代价", "条款或参数", only_looser=True)


def whatif(
    path: Path,
    scenarios: Path | None,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    limit_seconds: float,
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = lambda done, total, text: None,
    notify: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Compare the scenarios of a file, by default those of the workbook's own sheet 情景."""
    return _compare(
        path, out, lambda instance: read_scenarios(scenarios or path, instance),
        WHATIF, departments, round_name, limit_seconds, jobs, force,
        progress, notify,
    )  # fmt: skip


def clauses(
    path: Path,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    limit_seconds: float,
    jobs: int | None = None,
    force: bool = False,
    progress: Progress = lambda done, total, text: None,
    notify: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Compare the plan with what it would be under each looser rule and parameter."""
    return _compare(
        path, out, lambda instance: ScenariosRead(tuple(relaxations(instance, RULES))),
        CLAUSES, departments, round_name, limit_seconds, jobs,
        force, progress, notify,
    )  # fmt: skip


def _compare(
    path: Path,
    out: Path,
    variants: Callable[[Instance], ScenariosRead],
    kind: Kind,
    departments: tuple[str, ...],
    round_name: str | None,
    limit_seconds: float,
    jobs: int | None,
    force: bool,
    progress: Progress,
    notify: Callable[[str], None],
) -> Outcome:
    # What stands beside our store is our own.
    ours = force or (out / kind.store).exists()
    refused = refusal(out, force=True) or standing(out, (*kind.files, *kind.pictures), force=ours)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    result = check(path, round_name=round_name)
    instance = result.instance
    if instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未比较。",), issues=result.issues)
    codes, wrong = departments_named(instance, departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=result.issues)
    read = variants(instance)
    issues: tuple[InputIssue, ...] = (*read.issues, *result.issues)
    if not read.scenarios:
        return Outcome(BAD_INPUT, ("没有可以比较的情景，未写出任何文件。",), issues=issues)
    interruption = Interruption(notify)
    chosen = department_order(instance, codes or tuple(row.code for row in instance.departments))
    out.mkdir(parents=True, exist_ok=True)
    with interruption.watched():
        results = _results(
            instance, chosen, (BASE, *read.scenarios), kind, out / kind.store, limit_seconds,
            jobs or os.cpu_count() or 1, interruption, progress,
        )  # fmt: skip
        wrong_rows = [
            f"{'!'.join(filter(None, (one.sheet, one.cell)))} {one.message}"
            for one in errors_of(read.issues)
        ]
        found = Comparison(kind.title, kind.variant, results, wrong_rows)
        made = comparison_outputs(instance, found, kind.files)
        obsolete = [out / name for name in kind.pictures if name not in made]
        files = write_folder(out, made, last=kind.files[-1], obsolete=obsolete)
    lines = [*summary_lines(found)]
    if read.refused:
        lines.append(f"有错误、没有算的情景 {len(read.refused)} 个：{'、'.join(read.refused)}。")
    if interruption.happened:
        lines.append("已中断：算完的已写出；用同样的命令再运行，接着算其余的。")
    code = OK
    if not all(planned(one) or one.whole.status == "INFEASIBLE" for one in results):
        code = NO_PLAN
    if read.refused:
        code = BAD_INPUT
    if interruption.happened:
        code = INTERRUPTED
    return Outcome(code, tuple(lines), (*files, out / kind.store), issues)


def _results(
    instance: Instance,
    departments: Sequence[str],
    scenarios: Sequence[Scenario],
    kind: Kind,
    store: Path,
    limit: float,
    jobs: int,
    interruption: Interruption,
    progress: Progress,
) -> list[Result]:
    """Solve what the store does not know yet; it holds every unit as soon as it is reached, and in
    the end those of this run alone, in their order."""
    known = read_stored(store.read_text(encoding="utf-8").splitlines()) if store.exists() else {}
    with store.open("a", encoding="utf-8") as lines:
        lines.write("\n")  # whatever a cut-off run left in the last line

        def keep(key: str, figures: Figures) -> None:
            lines.write(stored(key, figures))
            lines.flush()

        run = Variants(instance, departments, RULES, limit, known, kind.only_looser, keep)
        results = run.results(scenarios, jobs, interruption, progress)
    wanted = [key for key in run.keys if key in known]
    write_atomically(store, "".join(stored(key, known[key]) for key in wanted).encode())
    return results
