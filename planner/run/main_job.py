"""Composition root: workbook in, verified plan out. The only importer of ``constraints``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import share_of
from planner.exit_codes import BAD_INPUT, IMPOSSIBLE, INTERRUPTED, NO_PLAN, OK, VIOLATIONS
from planner.io.files import write_folder
from planner.io.next_round import next_round
from planner.io.plan_json import PlanFileError, plan_from_json
from planner.io.reader import ReadResult, read_mark
from planner.io.writer import write_workbook
from planner.reports.destination import refusal
from planner.reports.folder import PLAN_JSON, REFUSED_REPORT, REPORT, outputs
from planner.reports.labels import Names
from planner.reports.rotation import in_round
from planner.run.ahead import view_ahead_file, view_ahead_lines, with_a_view_ahead
from planner.run.outcome import Outcome
from planner.run.reading import check, departments_named, judge_file
from planner.run.writing import catalogue, no_room, reference_date, write_plan
from planner.solve import Progress, Settings
from planner.verify import Verdict
from planner.verify import verify as judge
from planner.workers import Interruption, solve_in_workers

AHEAD_REFUSED = "往下看得到的计划没有通过独立核查，没有采用，计划照常。请把这一行发给维护人员。"


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
    view_ahead: bool = False,
    as_of: dt.date | None = None,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
    notify: Callable[[str], None] | None = None,
) -> Outcome:
    """Plan the departments of a workbook (all of them by default) and write the folder.

    Nothing is written unless the verifier accepts the plan. ``departments`` are codes or names;
    ``as_of`` is the reference date of 附件1. ``notify`` gets what has to be said at once. With
    ``view_ahead`` the next round is planned as well, and of the plans that are equally good now one
    is sought that it can follow better.
    """
    refused = refusal(out, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    result = check(path, round_name=round_name, seed=seed)
    instance = result.instance
    if instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未排计划。",), issues=result.issues)
    codes, wrong = departments_named(instance, departments)
    chosen = codes or tuple(row.code for row in instance.departments)
    wrong = wrong or _wrong_day(instance, as_of) or no_room(out, instance, chosen)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=result.issues)
    settings = Settings(limit_seconds, jobs or os.cpu_count() or 1, reproducible)
    interruption = Interruption(notify or _ignore)
    with interruption.watched():
        made = solve_in_workers(
            instance, chosen, RULES, settings, progress or _ignore, interruption
        )
        assert made.proof is not None
        if made.proof.status == "INFEASIBLE":
            return Outcome(IMPOSSIBLE, _conflicts(result, chosen), issues=result.issues)
        if made.proof.status in {"UNKNOWN", "MODEL_INVALID"}:
            if interruption.happened:
                text = "已中断，此前还没有可用的计划，未写出任何文件。"
                return Outcome(INTERRUPTED, (text,), issues=result.issues)
            text = (
                f"{limit_seconds:.0f} 秒内没有找到完整的计划。这不等于无解：请放宽 --limit 再试。"
            )
            return Outcome(NO_PLAN, (text,), issues=result.issues)
        verdict = judge(instance, made, RULES)
        refused_lines: tuple[str, ...] = ()
        if not verdict.accepted:
            refused_lines = _refused(instance, verdict)
            made = _accepted_part(made, instance)
            verdict = judge(instance, made, RULES)
            if not made.departments or not verdict.accepted:
                return Outcome(NO_PLAN, refused_lines, issues=result.issues)
        beyond: tuple[str, ...] = ()
        beside: dict[str, bytes] = {}
        if view_ahead and not interruption.happened:
            looked = with_a_view_ahead(instance, made, settings, progress or _ignore, interruption)
            judged = judge(instance, looked.plan, RULES)
            beyond = (AHEAD_REFUSED,)
            if judged.accepted:
                made, verdict, beside = looked.plan, judged, view_ahead_file(looked)
                beyond = view_ahead_lines(looked, interrupted=interruption.happened)
        better = _better_there(out, made)
        if better:
            return Outcome(OK, (better,), issues=result.issues)
        files = write_plan(
            out, made, instance, verdict, result.issues, as_of,
            beside=beside, jobs=jobs, progress=progress or _ignore,
        )  # fmt: skip
    lines = (*refused_lines, *_summary(made, verdict, interruption.happened), *beyond)
    return Outcome(NO_PLAN if refused_lines else OK, lines, tuple(files), result.issues)


def verify(
    path: Path,
    plan_path: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
) -> Outcome:
    """Judge plan.json or 派驻计划.xlsx against a workbook."""
    found = judge_file(path, plan_path, departments, round_name)
    if isinstance(found, Outcome):
        return found
    code = OK if found.verdict.accepted else VIOLATIONS
    return Outcome(code, found.lines(), issues=found.file.issues)


def report(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    as_of: dt.date | None = None,
    force: bool = False,
) -> Outcome:
    """Write the files of a plan again, from plan.json or a 派驻计划.xlsx that people have edited.

    A plan with a breach gets no 附件1, nothing that could be sent: only a report that names the
    breaches, under a name of its own.
    """
    refused = refusal(out, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, round_name)
    if isinstance(found, Outcome):
        return found
    wrong = _wrong_day(found.instance, as_of) or no_room(
        out, found.instance, found.plan.departments
    )
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=found.file.issues)
    issues = (*found.file.issues, *found.issues)
    if not found.verdict.accepted:
        day = as_of or reference_date(found.instance, dt.date.today())
        page = outputs(
            found.plan, found.instance, found.verdict,
            catalogue=catalogue(), issues=issues, as_of=day,
        )[REPORT]  # fmt: skip
        files = write_folder(out, {REFUSED_REPORT: page}, last=REFUSED_REPORT)
        text = "计划有违规，没有写附件1和轮换表，只写出核查报告：请按它改正后再运行。"
        return Outcome(VIOLATIONS, (*found.lines(), text), tuple(files), found.file.issues)
    files = write_plan(out, found.plan, found.instance, found.verdict, issues, as_of)
    return Outcome(OK, found.lines(), tuple(files), found.file.issues)


def start_next_round(
    path: Path,
    plan_path: Path,
    target: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
) -> Outcome:
    """Write the workbook of the next round from this one and a plan that breaks no rule."""
    found = judge_file(path, plan_path, departments, round_name)
    if isinstance(found, Outcome):
        return found
    if found.verdict.violations:
        text = "计划有违规，没有写下一轮工作簿：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    moved, notes = next_round(found.instance, found.plan)
    write_workbook(moved, target, read_mark(path))
    return Outcome(OK, notes, (target,), found.file.issues)


def _ignore(step: object) -> None:
    """Nobody is listening."""


def _wrong_day(instance: Instance, as_of: dt.date | None) -> str:
    round = instance.round
    if as_of is None or round.start <= as_of <= round.end:
        return ""
    return f"--as-of {as_of}：不在本轮之内，请写 {round.start} 至 {round.end} 之间的日期。"


def _conflicts(result: ReadResult, departments: tuple[str, ...]) -> tuple[str, ...]:
    from planner.diagnose import conflicts

    assert result.instance is not None
    found = conflicts(result.instance, departments, RULES, result.places)
    return (
        "已证明无法排出计划。以下条款、人员和对象不能同时满足：",
        *found,
        "证明有效的修复办法见 planner repair。",
    )


def _accepted_part(made: Plan, instance: Instance) -> Plan:
    """The departments whose own plan the verifier accepts: one fault costs one unit its plan."""
    fine = tuple(
        code
        for code in made.departments
        if judge(instance, share_of(instance, made, (code,)), RULES).accepted
    )
    return share_of(instance, made, fine)


def _better_there(out: Path, made: Plan) -> str:
    """A search that was cut short never replaces a better plan of the same workbook: what to say
    then; empty when the new plan may be written."""
    if made.proof is None or made.proof.status == "OPTIMAL" or not (out / PLAN_JSON).exists():
        return ""
    try:
        there = plan_from_json((out / PLAN_JSON).read_text(encoding="utf-8"))
    except (PlanFileError, OSError, UnicodeError):
        return ""
    same = (there.input_hash, there.departments) == (made.input_hash, made.departments)
    if not same or there.proof is None:
        return ""
    old, new = (
        {tier.tier: tier.value for tier in proof.tiers} for proof in (there.proof, made.proof)
    )
    both = sorted(old.keys() & new.keys())
    if [old[tier] for tier in both] > [new[tier] for tier in both]:
        return ""
    return (
        f"这次求解未完成，得到的计划不好于 {out} 中同一工作簿已有的计划，未覆盖。"
        "请加大 --limit，或换一个文件夹。"
    )


def _refused(instance: Instance, verdict: Verdict) -> tuple[str, ...]:
    names = Names(instance)
    lines = [
        f"{names.department(one.violation.department) if one.violation.department else ''} "
        f"{one.violation.site_id} {one.violation.inspector_id} "
        f"{one.violation.rule}：{one.sentence}"
        for one in verdict.violations
    ]
    lines += [
        f"{name}：求解值 {'缺' if a is None else a}，复算 {b}"
        for name, a, b in verdict.wrong_amounts
    ]
    head = "以下单位的计划没有通过独立核查，没有写出。请把这几行发给维护人员："
    return (head, *lines)


def _summary(made: Plan, verdict: Verdict, interrupted: bool) -> tuple[str, ...]:
    assert made.proof is not None
    gap = max((tier.gap for tier in made.proof.tiers), default=0.0)
    quality = (
        "各层目标均已证明最优（在可选的换人日期内）"
        if made.proof.status == "OPTIMAL"
        else f"求解未完成的可行计划，与下界的差距最大 {gap:.1%}，可加大 --limit 再排"
    )
    served = {stint.site_id for stint in in_round(made)}
    short = {row.site_id for row in made.shortages}
    lines = [
        f"{made.round} 计划已通过全部 {len(verdict.rules)} 条规则核查：{quality}。",
        (
            f"应派对象 {len(served | short)} 个：全程有人 {len(served - short)} 个，"
            f"部分日期无人 {len(served & short)} 个，未安排 {len(short - served)} 个"
            f"（见“未安排对象”；原因和修复办法见 planner repair）。"
        ),
        (
            f"派驻 {len(made.stints)} 段，动用豁免 {len(made.overrides_used)} 次，"
            f"随机种子 {made.proof.seed}。"
        ),
    ]
    return ("已中断，保留此前最好的计划。", *lines) if interrupted else tuple(lines)
