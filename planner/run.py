"""Composition root: workbook in, verified plan out. The only importer of ``constraints``."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from constraints import RULES
from planner.catalogue import Entry, entries
from planner.domain.calendar import ONE_DAY
from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.outlook import outlook
from planner.io.plan_workbook import read_plan
from planner.io.reader import ReadResult, read_workbook
from planner.priority import rate
from planner.reports.folder import write_outputs
from planner.solve import Progress, Settings, TierNews, prepare_worker, solve
from planner.verify import Judged, Verdict, WrongAmount
from planner.verify import verify as judge

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Event

OK, BAD_INPUT, IMPOSSIBLE, NO_PLAN, VIOLATIONS, INTERRUPTED = 0, 2, 3, 4, 5, 130


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What ``plan`` did: exit code, Chinese lines for the user, files written, input findings."""

    exit_code: int
    messages: tuple[str, ...]
    files: tuple[Path, ...] = ()
    issues: tuple[InputIssue, ...] = ()
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class VerifyOutcome:
    """What ``verify`` found."""

    exit_code: int
    violations: tuple[Judged, ...] = ()
    overridden: tuple[Judged, ...] = ()
    issues: tuple[InputIssue, ...] = ()
    wrong_amounts: tuple[WrongAmount, ...] = field(default=())


def catalogue() -> tuple[Entry, ...]:
    """All 86 rules with where each is enforced."""
    return entries(RULES)


def check(path: Path, *, round_name: str | None = None, seed: int | None = None) -> ReadResult:
    """Read, clean and rate a workbook; every problem is in ``issues``."""
    result = read_workbook(path, round_name=round_name, seed=seed, today=dt.date.today())
    if result.instance is None:
        return result
    rated = result.instance.model_copy(update={"ratings": rate(result.instance)})
    return replace(
        result, instance=rated, issues=(*outlook(rated, result.places), *result.issues)
    )


def plan(
    path: Path,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    seed: int | None = None,
    limit_seconds: float,
    jobs: int | None = None,
    reproducible: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> PlanOutcome:
    """Plan the departments of a workbook (all of them by default) and write the folder.

    Nothing is written unless the verifier accepts the plan.
    """
    result = check(path, round_name=round_name, seed=seed)
    instance = result.instance
    if instance is None:
        return PlanOutcome(BAD_INPUT, ("工作簿有错误，未排计划。",), issues=result.issues)
    unknown = [code for code in departments if code not in instance.department_by_code]
    if unknown:
        known = "、".join(sorted(instance.department_by_code))
        text = f"--department 中的单位编码不存在：{'、'.join(unknown)}。可用的有：{known}"
        return PlanOutcome(BAD_INPUT, (text,), issues=result.issues)
    chosen = departments or tuple(row.code for row in instance.departments)
    settings = Settings(limit_seconds, jobs or os.cpu_count() or 1, reproducible)
    made, interrupted = _solve(instance, chosen, settings, progress or _ignore)
    assert made.proof is not None
    if made.proof.status == "INFEASIBLE":
        return PlanOutcome(IMPOSSIBLE, _conflicts(result, chosen), issues=result.issues)
    if made.proof.status in {"UNKNOWN", "MODEL_INVALID"}:
        if interrupted:
            return PlanOutcome(
                INTERRUPTED, ("已中断，此前还没有可用的计划。",), issues=result.issues
            )
        text = f"{limit_seconds:.0f} 秒内没有找到完整的计划。这不等于无解：请放宽 --limit 再试。"
        return PlanOutcome(NO_PLAN, (text,), issues=result.issues)
    verdict = judge(instance, made, RULES)
    if not verdict.accepted:
        return PlanOutcome(NO_PLAN, _refused(verdict), issues=result.issues, plan=made)
    files = _write(out, made, instance, verdict, result.issues)
    return PlanOutcome(OK, _summary(made, verdict, interrupted), tuple(files), result.issues, made)


def verify(path: Path, plan_path: Path, *, round_name: str | None = None) -> VerifyOutcome:
    """Judge plan.json or 派驻计划.xlsx against a workbook."""
    result = check(path, round_name=round_name)
    if result.instance is None:
        return VerifyOutcome(BAD_INPUT, issues=result.issues)
    read = read_plan(plan_path, result.instance)
    if read.plan is None:
        return VerifyOutcome(BAD_INPUT, issues=read.issues)
    verdict = judge(result.instance, read.plan, RULES)
    code = OK if verdict.accepted else VIOLATIONS
    return VerifyOutcome(
        code, verdict.violations, verdict.overridden, read.issues, verdict.wrong_amounts
    )


def _ignore(step: Progress) -> None:
    """No progress wanted."""


def _solve(
    instance: Instance,
    departments: tuple[str, ...],
    settings: Settings,
    progress: Callable[[Progress], None],
) -> tuple[Plan, bool]:
    """Solve in worker processes, so that Ctrl-C reaches us and the best plan can be kept."""
    context = multiprocessing.get_context()
    stop = context.Event()
    told: SimpleQueue[TierNews] = context.SimpleQueue()

    def news() -> Iterator[TierNews]:
        while not told.empty():
            yield told.get()

    previous = signal.signal(signal.SIGINT, lambda number, frame: stop.set())
    try:
        with ProcessPoolExecutor(
            settings.jobs, mp_context=context, initializer=_start_worker, initargs=(stop, told)
        ) as pool:
            made = solve(
                instance, departments, RULES, settings, executor=pool, progress=progress, news=news
            )
    finally:
        signal.signal(signal.SIGINT, previous)
    return made, stop.is_set()


def _start_worker(stop: Event, told: SimpleQueue[TierNews]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_worker(stop.is_set, told.put)


def _write(
    out: Path, made: Plan, instance: Instance, verdict: Verdict, issues: tuple[InputIssue, ...]
) -> list[Path]:
    """The folder of the whole plan, and one per department when there are several."""
    as_of = reference_date(instance, dt.date.today())
    known = catalogue()
    files = write_outputs(out, made, instance, verdict, catalogue=known, issues=issues, as_of=as_of)
    if len(made.departments) > 1:
        for code in made.departments:
            part = _part(made, instance, code)
            files += write_outputs(
                out / instance.department_by_code[code].short_name,
                part,
                instance,
                judge(instance, part, RULES),
                catalogue=known,
                issues=issues,
                as_of=as_of,
            )
    return files


def reference_date(instance: Instance, today: dt.date) -> dt.date:
    """截至 of 附件1 (FA1): the last day of the month before ``today``, within the round."""
    last_month = today.replace(day=1) - ONE_DAY
    return min(max(instance.round.start, last_month), instance.round.end)


def _part(made: Plan, instance: Instance, department: str) -> Plan:
    """One department's share of a merged plan, with its own proof."""
    sites = {site.id for site in instance.sites if site.department == department}
    return made.model_copy(
        update={
            "departments": (department,),
            "stints": tuple(row for row in made.stints if row.department == department),
            "shortages": tuple(row for row in made.shortages if row.department == department),
            "changes": tuple(row for row in made.changes if row.site_id in sites),
            "overrides_used": tuple(row for row in made.overrides_used if row.site_id in sites),
            "proof": made.proof.restricted_to(department) if made.proof else None,
        }
    )


def _conflicts(result: ReadResult, departments: tuple[str, ...]) -> tuple[str, ...]:
    from planner.diagnose import conflicts

    assert result.instance is not None
    found = conflicts(result.instance, departments, RULES, result.places)
    return ("已证明无法排出计划。以下条款、人员和对象不能同时满足：", *found)


def _refused(verdict: Verdict) -> tuple[str, ...]:
    lines = [f"{one.violation.rule}：{one.sentence}" for one in verdict.violations]
    lines += [
        f"{name}：求解值 {'缺' if a is None else a}，复算 {b}"
        for name, a, b in verdict.wrong_amounts
    ]
    return ("求得的计划没有通过独立核查，未写出任何文件。请把以下内容发给维护人员：", *lines)


def _summary(made: Plan, verdict: Verdict, interrupted: bool) -> tuple[str, ...]:
    assert made.proof is not None
    gap = max((tier.gap for tier in made.proof.tiers), default=0.0)
    quality = (
        "各层目标均已证明最优"
        if made.proof.status == "OPTIMAL"
        else (f"可行计划，各层与下界的差距最大 {gap:.1%}")
    )
    lines = [
        f"{made.round} 计划已通过全部 {len(verdict.rules)} 条规则核查：{quality}。",
        (
            f"派驻 {len(made.stints)} 段，未安排 {len(made.shortages)} 项，"
            f"动用豁免 {len(made.overrides_used)} 次，随机种子 {made.proof.seed}。"
        ),
    ]
    return ("已中断，保留此前最好的计划。", *lines) if interrupted else tuple(lines)


def errors_of(issues: tuple[InputIssue, ...]) -> tuple[InputIssue, ...]:
    """The findings that stop a run."""
    return tuple(one for one in issues if one.severity is Severity.ERROR)
