"""The composition of ``planner ahead``: whether a plan leads into a dead end in the next half-year.

The next round is planned as if this plan were carried out to the letter. What is served to the end
of this round and not throughout the next has no continuation that could be shown: people have to
be trained, borrowed or hired before then.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage
from planner.exit_codes import BAD_INPUT, IMPOSSIBLE, INTERRUPTED, NO_PLAN, OK
from planner.io.next_round import next_round
from planner.reports.labels import Names, site_order
from planner.run.change import as_written
from planner.run.outcome import Outcome
from planner.run.reading import judge_file
from planner.solve import Progress, Settings
from planner.verify import verify as judge
from planner.workers import Interruption, solve_in_workers

SHOWN = 40


def ahead(
    path: Path,
    plan_path: Path,
    *,
    departments: tuple[str, ...] = (),
    limit_seconds: float,
    jobs: int | None = None,
    progress: Callable[[Progress], None],
    notify: Callable[[str], None],
) -> Outcome:
    """Say for which objects no continuation in the next round can be shown, and why."""
    found = judge_file(path, plan_path, departments, None)
    if isinstance(found, Outcome):
        return found
    if found.verdict.violations:
        text = "计划有违规，没有往下排：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    carried, _ = next_round(found.instance, found.plan)
    moved, _, wrong = as_written(carried)
    if moved is None:
        text = "下一轮的工作簿有错误，没有往下排。请用 planner next 写出后改正。"
        return Outcome(BAD_INPUT, (text,), issues=wrong)
    settings = Settings(limit_seconds, jobs or os.cpu_count() or 1)
    interruption = Interruption(notify)
    with interruption.watched():
        made = solve_in_workers(
            moved, found.plan.departments, RULES, settings, progress, interruption
        )
    assert made.proof is not None
    name = moved.round.name
    if made.proof.status == "INFEASIBLE":
        text = f"已证明：这份计划执行完以后，{name} 排不出计划。原因见 planner next 后的 plan。"
        return Outcome(IMPOSSIBLE, (text,), issues=found.file.issues)
    if made.proof.status not in {"OPTIMAL", "FEASIBLE"} or not judge(moved, made, RULES).accepted:
        code = INTERRUPTED if interruption.happened else NO_PLAN
        text = f"{name} 还没有排出计划，没有结论。请放宽 --limit 再试。"
        return Outcome(code, (text,), issues=found.file.issues)
    lines = tuple(_lines(moved, found.plan, made))
    return Outcome(OK, lines, issues=found.file.issues)


def dead_ends(moved: Instance, plan: Plan, following: Plan) -> Mapping[str, Sequence[Shortage]]:
    """The objects that ``plan`` serves on its last day and ``following`` not throughout, with the
    dates that stay without service; the most important first."""
    served = {
        row.site_id
        for row in plan.stints
        if row.site_id in moved.site_by_id and (row.end is None or row.end >= plan.round_end)
    }
    short: dict[str, list[Shortage]] = defaultdict(list)
    for row in following.shortages:
        if row.site_id in served:
            short[row.site_id].append(row)
    order = sorted(short, key=lambda one: site_order(moved, moved.site_by_id[one]))
    return {site_id: tuple(short[site_id]) for site_id in order}


def _lines(moved: Instance, plan: Plan, following: Plan) -> Iterator[str]:
    assert following.proof is not None
    name, names = moved.round.name, Names(moved)
    found = dead_ends(moved, plan, following)
    proved = "，各层目标均已证明最优" if following.proof.status == "OPTIMAL" else "，未证明最优"
    yield (
        f"按这份计划全部执行，接着排了 {name}（{moved.round.start} 至 {moved.round.end}{proved}；"
        "风险因素、名单、培训按现有的沿用）。"
    )
    if not found:
        yield f"本轮末有人的对象，{name} 全程都能接续。"
        return
    yield f"本轮末有人、而 {name} 接续不上的对象 {len(found)} 个（可提前培训、借调或增人）："
    for site_id, rows in list(found.items())[:SHOWN]:
        dates = "、".join(f"{row.start} 至 {row.end}" for row in rows)
        yield (
            f"  {names.grade(site_id)} {names.site(site_id)}（{names.department_of(site_id)}）："
            f"{dates} 无人。{rows[0].reason}"
        )
    if len(found) > SHOWN:
        yield f"  另有 {len(found) - SHOWN} 个。"
