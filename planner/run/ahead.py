"""The composition of ``planner ahead`` and ``plan --ahead``: whether a plan leads into a dead end,
and one that does not.

The next round is planned as if this plan were carried out to the letter. What is served to the end
of this round and not throughout the next has no continuation that could be shown: people have to
be trained, borrowed or hired before then.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from constraints import RULES
from planner.ahead import LookAhead, look_ahead
from planner.components import units_of
from planner.domain.calendar import ONE_DAY
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage
from planner.domain.record import joined, share_of
from planner.domain.terms import Grade
from planner.exit_codes import BAD_INPUT, IMPOSSIBLE, INTERRUPTED, NO_PLAN, OK
from planner.io.next_round import next_round
from planner.reports.ahead import ahead_workbook
from planner.reports.folder import AHEAD_WORKBOOK
from planner.reports.labels import Names, site_order
from planner.rule import Rule, Tier
from planner.run.change import as_written
from planner.run.outcome import Outcome
from planner.run.reading import judge_file
from planner.solve import AHEAD_STAGE, Progress, Settings, solve
from planner.verify import verify as judge
from planner.workers import Interruption, each_in_workers, heartbeat, solve_in_workers

SHOWN = 40
LEAST_SECONDS = 2.0


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
    moved, wrong = _next_instance(found.instance, found.plan)
    if moved is None:
        text = "下一轮的工作簿有错误，没有往下排。请用 planner next 写出后改正。"
        return Outcome(BAD_INPUT, (text,), issues=wrong)
    settings = Settings(limit_seconds, jobs or os.cpu_count() or 1, last_tier=Tier.SERVED_FOURTH)
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
    if interruption.happened:
        text = f"已中断，{name} 没有算完，哪些对象接续不上没有结论。"
        return Outcome(INTERRUPTED, (text,), issues=found.file.issues)
    if made.proof.status != "OPTIMAL" or judge(moved, made, RULES).violations:
        text = f"{name} 在时限内没有算完，哪些对象接续不上没有结论。请放宽 --limit 再试。"
        return Outcome(NO_PLAN, (text,), issues=found.file.issues)
    lines = [*following_lines(moved, found.plan, made)]
    proof = found.plan.proof
    looked = proof is not None and any(one.tier == Tier.AHEAD for one in proof.tiers)
    if dead_ends(moved, found.plan, made) and not looked:
        lines.append("想另排一份本轮同样好、下一轮更接得上的计划：planner plan 加 --ahead。")
    return Outcome(OK, tuple(lines), issues=found.file.issues)


@dataclass(frozen=True, slots=True)
class ViewAhead:
    """The plan of all units once each has looked ahead, its next round, and what each unit found;
    ``moved`` is None where the next round has no workbook that could be planned."""

    plan: Plan
    moved: Instance | None
    units: Mapping[str, LookAhead]

    @property
    def following(self) -> Plan | None:
        """The next round of the units for which it was worked out."""
        found = [one.following for one in self.units.values() if one.following is not None]
        return joined(found) if found else None


@dataclass(frozen=True, slots=True)
class _Given:
    """What every unit needs: this round and the next one, its plan, and how to search until when,
    in seconds of ``time.time``."""

    instance: Instance
    moved: Instance
    plan: Plan
    settings: Settings
    until: float


def with_a_view_ahead(
    instance: Instance,
    made: Plan,
    settings: Settings,
    progress: Callable[[Progress], None],
    interruption: Interruption,
) -> ViewAhead:
    """Look for a plan that is as good in this round and leaves more to the next one. The units are
    worked through side by side and together take about as long as ``settings`` allow; with
    ``reproducible``, each search may take as much."""
    moved, _ = _next_instance(instance, made)
    if moved is None:
        return ViewAhead(made, None, {})
    found: dict[str, LookAhead] = {}
    until = time.time() + settings.limit_seconds
    order = [one.department for one in units_of(instance, made.departments)]

    given = _Given(instance, moved, made, settings, until)
    with heartbeat(progress, settings.limit_seconds) as show:

        def tell(news: str = "") -> None:
            left = max(0.0, until - time.time())
            show(Progress(len(found), len(order), 0, 0, left, news, AHEAD_STAGE))

        def done(unit: str, answer: LookAhead) -> None:
            found[unit] = answer
            name = instance.department_by_code[unit].short_name
            tell(f"{name}：{'下一轮更接得上' if answer.better else '照原计划'}")

        tell()
        each_in_workers(order, _unit_ahead, given, settings.jobs, interruption, done)
    if not any(one.better for one in found.values()):
        return ViewAhead(made, moved, found)
    shares = [
        found[unit].plan if unit in found else share_of(instance, made, (unit,))
        for unit in made.departments
    ]
    return ViewAhead(joined(shares), moved, found)


def _unit_ahead(given: _Given, stopped: Callable[[], bool], unit: str) -> LookAhead:
    """One unit's look ahead, in a worker process."""
    settings = given.settings

    def over() -> bool:
        return stopped() or (not settings.reproducible and time.time() > given.until)

    def solver(here: Instance, rules: Sequence[Rule], *, last_tier: Tier) -> Plan:
        left = settings.limit_seconds if settings.reproducible else given.until - time.time()
        own = replace(settings, limit_seconds=max(LEAST_SECONDS, left), jobs=1, last_tier=last_tier)
        return solve(here, (unit,), rules, own, interrupted=stopped)

    def carried(plan: Plan) -> Instance:
        # Nothing but the record depends on the plan.
        stints = next_round(given.instance, plan)[0].stints
        return given.moved.model_copy(update={"stints": stints})

    share = share_of(given.instance, given.plan, (unit,))
    return look_ahead(given.instance, share, RULES, solver, carried, over)


def view_ahead_lines(view: ViewAhead, *, interrupted: bool) -> tuple[str, ...]:
    """What was won for the next round, and for whom no continuation can be shown."""
    remedy = "" if interrupted else "请放宽 --limit 再试。"
    following = view.following
    if view.moved is None or following is None:
        return (f"下一轮没有算完，接续不上的对象没有结论，计划照常。{remedy}",)
    return (
        *_won(view, view.moved),
        *following_lines(view.moved, view.plan, following),
        *_left_out(view, view.moved, remedy),
    )


def view_ahead_file(view: ViewAhead) -> dict[str, bytes]:
    """The same as a workbook by its name; none where the next round was not worked out."""
    moved, following = view.moved, view.following
    if moved is None or following is None:
        return {}
    head, *_ = following_lines(moved, view.plan, following)
    notes = (*_won(view, moved), head, *_left_out(view, moved, ""))
    return {AHEAD_WORKBOOK: ahead_workbook(moved, dead_ends(moved, view.plan, following), notes)}


def _won(view: ViewAhead, moved: Instance) -> Iterator[str]:
    """What another plan wins for the next round."""
    name = moved.round.name
    better = {unit: one for unit, one in view.units.items() if one.better}
    if better:
        amounts = "，".join(
            f"{grade.label} {sum(before)} → {sum(after)}"
            for grade, before, after in zip(
                Grade,
                zip(*(one.before for one in better.values()), strict=True),
                zip(*(one.lost for one in better.values()), strict=True),
                strict=True,
            )
            if sum(before) or sum(after)
        )
        yield (
            f"为 {name} 另排了 {_units(moved, better)}：本轮的服务和先后次序不变，"
            f"{name} 缺的派驻（每缺一个工作日计该对象得分的10倍）{amounts}。"
        )
    elif any(one.tried for one in view.units.values()):
        yield f"试过为 {name} 另排，没有找到本轮同样好、下一轮更好的计划。"


def _left_out(view: ViewAhead, moved: Instance, remedy: str) -> Iterator[str]:
    """The units whose next round was not worked out."""
    done = {unit for unit, one in view.units.items() if one.following is not None}
    left_out = [unit for unit in view.plan.departments if unit not in done]
    if left_out:
        name = moved.round.name
        yield f"{_units(moved, left_out)} 的 {name} 没有算完，接续不上的对象没有结论。{remedy}"


def _units(moved: Instance, codes: Iterable[str]) -> str:
    return "、".join(moved.department_by_code[one].short_name for one in codes)


def _next_instance(
    instance: Instance, plan: Plan
) -> tuple[Instance | None, tuple[InputIssue, ...]]:
    """The next round as its workbook says it, once the plan is carried out; what is wrong with that
    workbook where there is none."""
    moved, _, issues = as_written(next_round(instance, plan)[0])
    return moved, issues


def dead_ends(moved: Instance, plan: Plan, following: Plan) -> Mapping[str, Sequence[Shortage]]:
    """The objects that ``plan`` serves on its last working day and ``following`` not throughout,
    with the dates that stay without service; the most important first."""
    last = moved.calendar.workday_before(plan.round_end + ONE_DAY)
    served = {
        row.site_id
        for row in plan.stints
        if row.site_id in moved.site_by_id and (row.end is None or row.end >= last)
    }
    short: dict[str, list[Shortage]] = defaultdict(list)
    for row in following.shortages:
        if row.site_id in served:
            short[row.site_id].append(row)
    order = sorted(short, key=lambda one: site_order(moved, moved.site_by_id[one]))
    return {site_id: tuple(short[site_id]) for site_id in order}


def following_lines(moved: Instance, plan: Plan, following: Plan) -> Iterator[str]:
    """The next round in a line, then a line for each dead end."""
    assert following.proof is not None
    name, names = moved.round.name, Names(moved)
    found = dead_ends(moved, plan, following)
    yield (
        f"按这份计划全部执行，接着排了 {name}（{moved.round.start} 至 {moved.round.end}，"
        "对象服务已证明最多；风险因素、名单、培训按现有的沿用）。"
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
