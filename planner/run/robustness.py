"""The composition of ``planner n-1``: a plan in, the answer to every single absence out."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from constraints import RULES
from planner.change.robustness import (
    Fallout,
    Given,
    Month,
    fallouts,
    months_of,
    robustness_of,
    single_points,
    unit_plans,
)
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.exit_codes import BAD_INPUT, INTERRUPTED, NO_PLAN, OK
from planner.io.files import write_atomically, write_folder
from planner.io.plan_json import plan_to_json
from planner.reports.destination import refusal, standing
from planner.reports.labels import Names
from planner.reports.robustness import fallout_text, percent_text, robustness_outputs
from planner.run.outcome import Outcome
from planner.run.reading import departments_named, judge_file
from planner.workers import Interruption, each_in_workers

WORKBOOK, PAGE, STORE = "单人缺位.xlsx", "单人缺位.html", "单人缺位.jsonl"
POINTS_SHOWN = 10


def n_1(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    limit_seconds: float,
    jobs: int | None = None,
    force: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
    notify: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Let every person of the plan fall out from every month on, and write what that would cost.

    What is reached stands in a store at once; a rerun with the same workbook and plan goes on from
    there: with a longer ``limit_seconds`` for a search, also where nothing was proved.
    """
    # What stands beside our store is our own.
    ours = force or (out / STORE).exists()
    refused = refusal(out, force=True) or standing(out, (WORKBOOK, PAGE), force=ours)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, None)
    if isinstance(found, Outcome):
        return found
    instance, plan = found.instance, found.plan
    if found.verdict.violations:
        text = "计划有违规，没有测算：请先改正。"
        return found.refused(text)
    codes, wrong = departments_named(instance, departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    wanted = [one for one in months_of(instance, plan) if not codes or one.department in codes]
    key = _key(instance, plan)
    out.mkdir(parents=True, exist_ok=True)
    known = _read(out / STORE, key)
    given = Given(unit_plans(instance, plan), tuple(RULES), limit_seconds)
    total = sum(len(one.people) for one in wanted)
    left = (_left(month, known, limit_seconds) for month in wanted)
    tasks = [one for one in left if one.people]
    reached = total - sum(len(one.people) for one in tasks)
    interruption = Interruption(notify)
    with interruption.watched(), (out / STORE).open("a", encoding="utf-8") as lines:
        lines.write("\n")  # whatever a cut-off run left in the last line

        def done(month: Month, cases: tuple[Fallout, ...]) -> None:
            nonlocal reached
            for case in cases:
                place = _place(case)
                known[place] = case.better(known[place]) if place in known else case
                lines.write(_line(key, known[place]))
            lines.flush()
            name = Names(instance).department(month.department)
            reached += len(cases)
            progress(reached, total, f"{name} {month.day}")

        progress(reached, total, "")
        each_in_workers(tasks, fallouts, given, jobs or os.cpu_count() or 1, interruption, done)
    cut_off = reached < total
    order = [(month.department, person, month.day) for month in wanted for person in month.people]
    cases = [known[place] for place in order if place in known]
    write_atomically(out / STORE, "".join(_line(key, case) for case in cases).encode())
    made = robustness_outputs(instance, plan, cases, (WORKBOOK, PAGE))
    files = write_folder(out, made, last=WORKBOOK)
    lines_said = _summary(instance, cases, (reached, total) if cut_off else None)
    code = OK if all(one.solved or one.status == "INFEASIBLE" for one in cases) else NO_PLAN
    if cut_off:
        code = INTERRUPTED
    return Outcome(code, tuple(lines_said), (*files, out / STORE), found.file.issues)


def _key(instance: Instance, plan: Plan) -> str:
    text = f"{instance.input_hash}\n{plan_to_json(plan, instance)}"
    return hashlib.sha256(text.encode()).hexdigest()


_Place = tuple[str, str, object]


def _place(case: Fallout) -> _Place:
    return case.department, case.inspector_id, case.day


def _left(month: Month, known: dict[_Place, Fallout], limit_seconds: float) -> Month:
    """The people of a month without an answer, and those for whom more time may tell more: it told
    nothing at all, or proved nothing in a shorter search."""
    people = []
    for person in month.people:
        case = known.get((month.department, person, month.day))
        if case is None or not (
            case.final or (case.solved and case.limit_seconds >= limit_seconds)
        ):
            people.append(person)
    return Month(month.department, month.day, tuple(people))


def _line(key: str, case: Fallout) -> str:
    row = {"key": key, **case.model_dump(mode="json")}
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def _read(store: Path, key: str) -> dict[_Place, Fallout]:
    """The cases of the store that were answered under the same key."""
    found: dict[_Place, Fallout] = {}
    for line in store.read_text(encoding="utf-8").splitlines() if store.exists() else ():
        try:
            row = json.loads(line)
            if row.pop("key") == key:
                case = Fallout(**row)
                found[_place(case)] = case
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # the last line of a run that was cut off
    return found


def _summary(
    instance: Instance, cases: list[Fallout], cut_off: tuple[int, int] | None
) -> Iterable[str]:
    whole = robustness_of(cases)
    if whole.unproved:
        again = "" if cut_off else "放宽 --limit 再运行一次，只重算这些。"
        yield f"有 {whole.unproved} 种未证明最少（表中带*，是至多的数）。{again}"
    percent, percent_first_two = percent_text(whole)
    yield (
        f"单人缺位 {whole.cases} 种（在岗人员 × 各月第一个工作日起缺到本轮末）："
        f"不少服务即可补上的占 {percent}，一级、二级对象不受影响的占 {percent_first_two}。"
    )
    points = single_points(cases)
    if points:
        yield f"单点人员（缺了就有一级、二级对象少服务）{len(points)} 人："
        yield from (f"  {fallout_text(instance, one)}" for one in points[:POINTS_SHOWN])
        if points[POINTS_SHOWN:]:
            yield f"  另有 {len(points) - POINTS_SHOWN} 人，见 {WORKBOOK}。"
    else:
        yield "没有单点人员：缺任何一人，一级、二级对象的服务都能补上。"
    if whole.unsolved:
        yield f"有 {whole.unsolved} 种时限内没有结论，再运行一次（可放宽 --limit）接着算。"
    if cut_off:
        done, wanted = cut_off
        yield f"已中断：算完 {done}/{wanted} 种，已写出；用同样的命令再运行，接着算。"
