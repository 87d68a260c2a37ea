"""The composition of ``planner recommend``: a slot in, ranked substitutes out."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constraints import RULES
from planner.change.recommend import Given, Substitute, Vacancy, standings, tried, vacancy_of
from planner.change.replan import SOLVED
from planner.change.robustness import unit_plans
from planner.domain.instance import Instance
from planner.domain.tables import Inspector
from planner.domain.terms import Grade
from planner.exit_codes import BAD_INPUT, INTERRUPTED, OK
from planner.reports.changes import change_lines
from planner.reports.labels import Names, span
from planner.rule import Rule
from planner.run.outcome import Outcome
from planner.run.reading import judge_file
from planner.shortages import WHY_NOT
from planner.why.look_up import LookUpError, found
from planner.why.refusals import Standing
from planner.workers import Interruption, each_in_workers

NEAR_SHOWN = 5
FORMAL = "R09-1"
HOW_RANKED = (
    "名次依次比：少服务的天数（等级高的在前）、变动段数、变动人天、专业能力、路程、近12个月在岗天数。"
    "planner replan 不指定人选，变动同样少的再比计划的各项目标，选的人可能不是第1名。"
)


@dataclass(frozen=True, slots=True)
class Recommended:
    """The outcome in words, and the rows for programs."""

    outcome: Outcome
    rows: tuple[dict[str, Any], ...] = ()


def recommend(
    path: Path,
    plan_path: Path,
    *,
    site: str,
    slot: int,
    since: dt.date,
    top: int,
    limit_seconds: float,
    jobs: int | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
    notify: Callable[[str], None] = lambda text: None,
) -> Recommended:
    """Who could take over a slot of an object from a day on, the best first."""
    read = judge_file(path, plan_path, (), None)
    if isinstance(read, Outcome):
        return Recommended(read)
    instance, plan = read.instance, read.plan
    try:
        meant = found(instance.sites, site, "--object")
    except LookUpError as error:
        return Recommended(Outcome(BAD_INPUT, (str(error),)))
    day = instance.calendar.workday_on_or_after(since)
    slots = {row.slot for row in plan.stints if row.site_id == meant.id}
    round = instance.round
    wrong = ""
    if meant.department not in plan.departments:
        unit = Names(instance).department(meant.department)
        wrong = f"--object {site}：这份计划不含派出单位{unit}。"
    elif not round.start <= since <= round.end:
        wrong = f"--from {since}：不在本轮之内，请写 {round.start} 至 {round.end} 之间的日期。"
    elif day > round.end:
        wrong = f"--from {since}：此后本轮没有工作日了，请写更早的日期。"
    elif slot not in slots:
        there = "、".join(map(str, sorted(slots)))
        wrong = f"--slot {slot}：计划中该对象的岗位序有 {there or '（无人）'}。"
    if wrong:
        return Recommended(Outcome(BAD_INPUT, (wrong,)))
    vacancy = vacancy_of(unit_plans(instance, plan)[meant.department], meant, slot, day)
    stand = standings(vacancy, RULES)
    people = [one.person for one in stand if one.admissible]
    ranked: list[Substitute] = []
    interruption = Interruption(notify)
    with interruption.watched():

        def done(person: Inspector, one: Substitute | None) -> None:
            if one is not None:
                ranked.append(one)
            progress(len(ranked), len(people), person.name)

        given = Given(vacancy, tuple(RULES), limit_seconds)
        each_in_workers(people, tried, given, jobs or os.cpu_count() or 1, interruption, done)
    ranked.sort(key=lambda one: one.rank)
    lines = tuple(_lines(instance, vacancy, ranked, stand, top))
    if day != since:
        lines = (f"--from {since} 是休息日，按其后第一个工作日 {day} 计。", *lines)
    cut = len(ranked) < len(people)
    if cut:
        lines = (*lines, f"已中断：只算了 {len(ranked)}/{len(people)} 人。")
    rows = tuple(_row(one) for one in ranked[:top])
    return Recommended(Outcome(INTERRUPTED if cut else OK, lines, (), read.file.issues), rows)


def _lines(
    instance: Instance,
    vacancy: Vacancy,
    ranked: Sequence[Substitute],
    stand: Sequence[Standing],
    top: int,
) -> Iterator[str]:
    names = Names(instance)
    site, holder = vacancy.site, vacancy.holder
    where = f"{names.site(site.id)}（{site.id}）岗位{vacancy.slot}"
    who = (
        f"，接替{names.person(holder.inspector_id)}（{span(holder.start, holder.end)}）"
        if holder
        else "，此日无人"
    )
    possible = [one for one in ranked if one.status in SOLVED]
    all_tried = f"规则允许的 {len(ranked)} 人逐一试排，" if len(ranked) > len(possible) else ""
    yield f"{where}，自 {vacancy.day} 起{who}。{all_tried}可派 {len(possible)} 人，按影响从小到大："
    for number, one in enumerate(possible[:top], start=1):
        yield f"{number}. {names.person(one.inspector_id)}：{_consequences(one)}；{_merits(one)}"
        yield from (f"   {line}" for line in change_lines(instance, one.changes))
    if possible[top:]:
        yield f"另有 {len(possible) - top} 人可派（--top 显示更多）。"
    if len(possible) > 1:
        yield HOW_RANKED
    for one in ranked:
        if one.status not in SOLVED:
            why = {
                "INFEASIBLE": "已证明派去就排不出计划",
                "UNKNOWN": "时限内没有结论，可放宽 --limit",
            }.get(one.status, "没有通过核查，请报告维护人员")
            yield f"{names.person(one.inspector_id)}：{why}"
    yield from _others(names, stand)


def _consequences(one: Substitute) -> str:
    lost = "、".join(
        f"{grade.label}{days}日" for grade, days in zip(Grade, one.lost, strict=True) if days
    )
    text = f"变动 {one.changed_stints} 段、{one.changed_days} 人天"
    text += f"，少服务 {lost}" if lost else "，服务不减"
    return text + ("（已证明最少）" if one.proved else "（未证明最少）")


def _merits(one: Substitute) -> str:
    far = "路程未填" if one.kilometres is None else f"路程{one.kilometres:.0f}公里"
    free = "当日未派" if one.free else "当日在他处"
    return f"专业能力{one.skill}，{far}，近12个月在岗{one.past_days}天，{free}"


def _others(names: Names, stand: Sequence[Standing]) -> Iterator[str]:
    """Whom the rules keep out, counted by rule, and by name who lacks one thing only."""
    kept_out = [one for one in stand if not one.admissible]
    counts = Counter(_plainest(one.rules) for one in kept_out if one.rules)
    if counts:
        text = "、".join(f"{title}{count}人" for title, count in counts.most_common())
        yield f"其余 {len(kept_out)} 人不能派：{text}。"
    near = [(one.person, only[1]) for one in kept_out if (only := one.only_refusal)]
    for person, rule in near[:NEAR_SHOWN]:
        yield f"  {names.person(person.id)}：只差 {rule.article.rule} {rule.article.title}"
    if near[NEAR_SHOWN:]:
        yield f"  另有 {len(near) - NEAR_SHOWN} 人只差一条。"


def _plainest(rules: Sequence[Rule]) -> str:
    """The first rule that keeps somebody out; who is no formal staff is that before all else."""
    first = next((one for one in rules if one.article.rule == FORMAL), rules[0]).article
    return WHY_NOT.get(first.rule, f"不符合“{first.title}”")


def _row(one: Substitute) -> dict[str, Any]:
    return {
        "inspector_id": one.inspector_id,
        "status": one.status,
        "lost_days_by_grade": list(one.lost),
        "changed_stints": one.changed_stints,
        "changed_days": one.changed_days,
        "proved": one.proved,
        "skill": one.skill,
        "kilometres": one.kilometres,
        "past_days": one.past_days,
        "free": one.free,
    }
