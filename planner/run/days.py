"""The composition of ``planner days`` and ``planner verify-days``."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from constraints import DAY_RULES
from planner.days.solve import Settings, plan_days
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.day_plan import DayPlan, DayRow, DayShortage, MonthCase
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.record import share_of
from planner.exit_codes import BAD_INPUT, INTERRUPTED, NO_PLAN, OK, VIOLATIONS
from planner.io.day_data import read_day_data
from planner.io.days_json import days_to_json, read_days
from planner.io.days_workbook import DayWorkbook, gap_cells, read_day_workbook
from planner.io.files import workbook_bytes, write_folder
from planner.io.issues import IssueLog
from planner.reports.calendar_files import FOLDER, calendar_files
from planner.reports.days import UNATTENDED, DayReport
from planner.reports.destination import refusal, standing
from planner.reports.labels import Names
from planner.reports.unattended import unattended
from planner.run.outcome import Outcome
from planner.run.reading import (
    departments_named,
    finding_line,
    judge_file,
    wrong_amount_lines,
)
from planner.verify import Judged, Verdict, verify_days
from planner.workers import Interruption

DAYS_JSON = "days.json"
SCHEDULE, DUTY, ROSTER = "月度驻点日程表.xlsx", "重点时段力量安排表.xlsx", "每日在岗表.xlsx"
SHORTAGES_SHOWN = 20
REPLANNED, JUDGED = ("照原样保留", "，重新安排"), ("应与它一致", "")
"""What planning and judging do with the days of an earlier plan: with those before the first free
one, and with those after it whose people are no longer posted there."""
SINCE_WITHOUT_EARLIER = "--from 之前的日子取自原日程，请同时用 --earlier 给出它的 days.json。"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a month: workbook, plan, 日程资料, earlier months, the day plan to replace."""

    workbook: Path
    plan: Path
    data: tuple[Path, ...] = ()
    served: tuple[Path, ...] = ()
    earlier: Path | None = None


def days(
    inputs: Inputs,
    out: Path,
    *,
    month: dt.date,
    since: dt.date | None = None,
    departments: tuple[str, ...] = (),
    limit_seconds: float,
    jobs: int | None = None,
    reproducible: bool = False,
    force: bool = False,
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
    notify: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Plan the days of a month and write the folder; nothing is written unless every day rule
    accepts it.

    ``month`` is its first day. From ``since`` on the days are free; those before come from the day
    plan that is replaced.
    """
    refused = _refusal(out, force=force)
    if since and not inputs.earlier:
        refused = refused or SINCE_WITHOUT_EARLIER
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = _case(inputs, month, since, departments, REPLANNED)
    if isinstance(found, Outcome):
        return found
    case, issues = found
    settings = Settings(limit_seconds, jobs or os.cpu_count() or 1, reproducible)
    interruption = Interruption(notify)
    with interruption.watched():
        made = plan_days(case, DAY_RULES, settings, interruption, progress)
        if made is None:
            if interruption.happened:
                return Outcome(INTERRUPTED, ("已中断，未写出任何文件。",), issues=issues)
            text = f"{limit_seconds:.0f} 秒内没有排完全部日程，未写出。请放宽 --limit 再试。"
            return Outcome(NO_PLAN, (text,), issues=issues)
        verdict = verify_days(case, made, DAY_RULES)
        if not verdict.accepted:
            head = "日程没有通过独立核查，没有写出。请把这几行发给维护人员："
            lines = _findings(case.instance, verdict)
            return Outcome(NO_PLAN, (head, *lines), issues=issues)
        files = _write(out, case, made)
    return Outcome(OK, tuple(_summary(case, made)), tuple(files), issues)


def _refusal(out: Path, *, force: bool) -> str:
    """Why a day plan may not be written to a folder; empty where it may."""
    return refusal(out, force=True) or standing(out, (DAYS_JSON, SCHEDULE), force=force)


def verify(
    inputs: Inputs,
    days_path: Path,
    *,
    since: dt.date | None = None,
    departments: tuple[str, ...] = (),
    out: Path | None = None,
    force: bool = False,
) -> Outcome:
    """Judge a days.json, or a 月度驻点日程表.xlsx that people have edited, against workbook and
    plan, day rule by day rule.

    ``since`` is the first free day of a workbook that replaces ``inputs.earlier``; days.json has it
    itself. A workbook has to answer for every unit of the plan, or for ``departments``. What every
    rule accepts is written to ``out`` with all its tables, so that later months can build on it.
    """
    refused = _refusal(out, force=force) if out else ""
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    log = IssueLog()
    is_json = days_path.suffix.lower() == ".json"
    file = read_days(days_path, log) if is_json else read_day_workbook(days_path, log)
    if file is None:
        return Outcome(BAD_INPUT, issues=tuple(log.issues))
    wanted = departments
    if isinstance(file, DayPlan):
        if since and since != file.since:
            text = f"--from {since}：{days_path.name} 自 {file.since} 起重排，请去掉 --from。"
            return Outcome(BAD_INPUT, (text,))
        # The file may not say itself which of its days are past: only an earlier one may.
        since = file.since if inputs.earlier and file.since > file.first else None
        wanted = departments or file.departments
    elif since and not inputs.earlier:
        return Outcome(BAD_INPUT, (SINCE_WITHOUT_EARLIER,))
    found = _case(inputs, file.first.replace(day=1), since, wanted, JUDGED)
    if isinstance(found, Outcome):
        return found
    case, issues = found
    if (file.first, file.last) != (case.first, case.last):
        text = (
            f"{days_path.name}：写的是 {file.first} 至 {file.last}，"
            f"这份计划在该月的日子是 {case.first} 至 {case.last}。请用同一轮次的计划核查。"
        )
        return Outcome(BAD_INPUT, (text,), issues=issues)
    made = file if isinstance(file, DayPlan) else file.day_plan(case, log)
    issues = (*log.issues, *issues)
    if made is None:
        return Outcome(BAD_INPUT, issues=issues)
    absent = [one for one in case.plan.departments if one not in made.departments]
    if absent:
        text = f"{days_path.name}：其中没有单位 {'、'.join(absent)} 的日程，请改正 --department。"
        return Outcome(BAD_INPUT, (text,), issues=issues)
    if departments:
        made = _share_of(made, case.plan.departments)
    unknown = _unknown(case.instance, made.rows)
    if unknown:
        text = f"{days_path.name}：日程中的 {unknown} 不在工作簿中，请用排日程时的工作簿核查。"
        return Outcome(BAD_INPUT, (text,), issues=issues)
    verdict = verify_days(case, made, DAY_RULES)
    lines = _findings(case.instance, verdict, file if isinstance(file, DayWorkbook) else None)
    if made.since > case.since:
        lines.append(f"日程自称从 {made.since} 起重排，没有用 --earlier 给出原日程，已按全月核查。")
    if isinstance(file, DayWorkbook) and file.edited:
        again = "，另一张表按它重写" if out and verdict.accepted else ""
        lines.append(f"只有“{file.edited}”表改过，以它为准{again}。")
    lines.append(
        f"核查完毕：违规 {len(verdict.violations)} 条，豁免 {len(verdict.overridden)} 条，"
        f"列出的缺口 {len(made.shortages)} 处。"
    )
    if not verdict.accepted:
        lines += ["没有写出：请先改正。"] if out else []
        return Outcome(VIOLATIONS, tuple(lines), issues=issues)
    files = _write(out, case, made) if out else []
    return Outcome(OK, tuple(lines), tuple(files), issues)


# -- the case ------------------------------------------------------------------------------------


def _case(
    inputs: Inputs,
    month: dt.date,
    since: dt.date | None,
    departments: Sequence[str],
    fate: tuple[str, str],
) -> tuple[MonthCase, tuple[InputIssue, ...]] | Outcome:
    """The case of the files, or the outcome where they cannot be used; ``fate`` is what becomes of
    the earlier plan's days."""
    found = judge_file(inputs.workbook, inputs.plan, (), None)
    if isinstance(found, Outcome):
        return found
    instance, plan = found.instance, found.plan
    codes, wrong = departments_named(instance, departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    if found.verdict.violations:
        text = "计划有违规，没有排日程：请先改正，或用 planner report 看核查报告。"
        return found.refused(text)
    absent = [one for one in codes if one not in plan.departments]
    if absent:
        names = "、".join(instance.department_by_code[one].short_name for one in absent)
        text = f"单位 {names} 不在这份计划中，没有可排的日程。请改正 --department，或换一份计划。"
        return Outcome(BAD_INPUT, (text,), issues=found.file.issues)
    chosen = tuple(one for one in plan.departments if not codes or one in codes)
    log = IssueLog()
    data, problems = read_day_data(inputs.data, instance)
    log.issues += problems
    history = [read_days(path, log) for path in inputs.served]
    earlier = read_days(inputs.earlier, log) if inputs.earlier else None
    if log.has_errors or data is None:
        return Outcome(BAD_INPUT, issues=tuple(log.issues))
    if earlier is not None and earlier.month != f"{month:%Y-%m}":
        text = f"--earlier：是 {earlier.month} 的日程，要排的是 {month:%Y-%m}。请给出同一个月的。"
        return Outcome(BAD_INPUT, (text,))
    first = max(month, plan.round_start)
    last = min(add_months(month, 1) - ONE_DAY, plan.round_end)
    if first > last:
        text = f"不在这份计划的轮次（{plan.round_start} 至 {plan.round_end}）内。"
        return Outcome(BAD_INPUT, (f"--month {month:%Y-%m}：{text}",))
    begin = since or first
    wrong = _wrong_history([*zip(inputs.served, history, strict=True)], first)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    if earlier is not None and (earlier.first > first or earlier.last != last):
        text = (
            f"--earlier：是 {earlier.first} 至 {earlier.last} 的日程，"
            f"这份计划在该月的日子是 {first} 至 {last}。请给出同一轮次的。"
        )
        return Outcome(BAD_INPUT, (text,))
    absent = [one for one in chosen if earlier is not None and one not in earlier.departments]
    if absent:
        names = "、".join(instance.department_by_code[one].short_name for one in absent)
        text = f"--earlier：其中没有单位 {names} 的日程。请用 --department 只排其余单位，或换一份。"
        return Outcome(BAD_INPUT, (text,))
    if not first <= begin <= last or (earlier and earlier.first < first and not since):
        text = f"应在 {first} 至 {last} 之间：此前的日子这份计划不管。"
        return Outcome(BAD_INPUT, (f"--from {since or '没有写'}：{text}",))
    # A plan that was replanned within the month begins later than the days that were served.
    first = earlier.first if earlier else first
    before = [row for one in history if one for row in one.rows if row.day < first]
    kept = [row for row in earlier.rows if first <= row.day < begin] if earlier else []
    rest = None if earlier is None else [row for row in earlier.rows if row.day >= begin]
    units = set(chosen)
    case = MonthCase(
        instance=instance,
        plan=share_of(instance, plan, chosen),
        first=first,
        last=last,
        since=begin,
        data=data,
        served=_of(units, (*dict.fromkeys((*before, *kept)),)),
        earlier=None if rest is None else _of(units, rest),
        known_since=tuple((one, known_since(one, history, first)) for one in chosen),
    )
    unknown = _unknown(instance, (*case.served, *(case.earlier or ())))
    if unknown:
        text = f"--served、--earlier：日程中的 {unknown} 不在工作簿中。请给出同一工作簿的日程。"
        return Outcome(BAD_INPUT, (text,))
    if earlier is not None and inputs.earlier:
        _tell_of_earlier(case, earlier, inputs.earlier.name, fate, log)
    tell_of_missing_history(case, [one for one in history if one], log)
    return case, (*log.issues, *found.issues)  # what is about the month first


def _tell_of_earlier(
    case: MonthCase, earlier: DayPlan, file: str, fate: tuple[str, str], log: IssueLog
) -> None:
    """Say what becomes of a day plan of another workbook, or of another half-year plan."""
    free = [row for row in case.earlier or () if row.site_id]
    gone = [row for row in free if not _posted(case, row)]
    other = earlier.input_hash != case.instance.input_hash
    if not gone and not other:
        return
    kept = [row for row in case.served if row.day >= case.first]
    basis = "改动前的工作簿" if other else "另一份计划"
    before, after = fate
    log.warning(
        file, "",
        f"原日程是按{basis}排的：{case.since} 以前的 {_person_days(kept)} 人天{before}，此后的 "
        f"{_person_days(free)} 人天中有 {_person_days(gone)} 人天的人已不派驻在那里{after}",
        "请确认这是本月正在执行的日程",
    )  # fmt: skip


def known_since(unit: str, history: Sequence[DayPlan | None], first: dt.date) -> dt.date:
    """From which date on the day plans of a unit follow one another up to ``first``."""
    plans = [one for one in history if one is not None and unit in one.departments]
    for one in sorted(plans, key=lambda days: days.first, reverse=True):
        if one.first < first <= one.last + ONE_DAY:
            first = one.first
    return first


def tell_of_missing_history(case: MonthCase, history: Sequence[DayPlan], log: IssueLog) -> None:
    """Say which earlier months of the round nothing is known of."""
    months: list[str] = []
    month = case.plan.round_start.replace(day=1)
    while month < case.first.replace(day=1):
        name = f"{month:%Y-%m}"
        known = {unit for one in history if one.month == name for unit in one.departments}
        absent = [one for one in case.plan.departments if one not in known]
        units = "、".join(case.instance.department_by_code[one].short_name for one in absent)
        if absent:
            months.append(
                f"{name}（{units}）" if len(absent) < len(case.plan.departments) else name
            )
        month = add_months(month, 1)
    if months:
        log.warning(
            "--served", "",
            f"没有给出 {'、'.join(months)} 的 days.json，那时的值守、补休和值守次数不计，"
            "跨过那时的驻点间隔也不计",
            "请用 --served 逐个给出；那时没有排日程的，不必理会",
        )  # fmt: skip


def _person_days(rows: Iterable[DayRow]) -> str:
    """人天 of presence: half a day is one half, 补休 is none."""
    return f"{sum(row.halves for row in rows if row.site_id) / 2:g}"


def _posted(case: MonthCase, row: DayRow) -> bool:
    """Whether the plan has the person of a row there, or a person for whom it is named."""
    holders = {
        one.inspector_id for one in case.stints_at.get(row.site_id, ()) if one.covers(row.day)
    }
    named = {one for holder in holders for one in case.substitutes.get((holder, row.day), ())}
    return row.inspector_id in holders | named


def _share_of(made: DayPlan, departments: tuple[str, ...]) -> DayPlan:
    """The part of a day plan that belongs to some departments."""
    return made.model_copy(
        update={
            "departments": departments,
            "rows": _of(departments, made.rows),
            "shortages": _of(departments, made.shortages),
            "proof": made.proof.restricted_to(departments) if made.proof else None,
        }
    )


def _wrong_history(files: Sequence[tuple[Path, DayPlan | None]], first: dt.date) -> str:
    """What is wrong with the day plans of earlier months: one that is no earlier, or two of the
    same days; empty when nothing is."""
    known = [(path, days) for path, days in files if days is not None]
    for at, (path, days) in enumerate(known):
        if days.first >= first:
            return f"--served {path}：是 {days.month} 的日程，不在要排的日子（{first} 起）之前。"
        for other_path, other in known[:at]:
            shared = set(days.departments) & set(other.departments)
            if shared and days.first <= other.last and other.first <= days.last:
                same = f"与 {other_path} 是同一时段的日程"
                return f"--served {path}：{same}，请只给出实际执行的一份。"
    return ""


Row = TypeVar("Row", DayRow, DayShortage)


def _of(units: Collection[str], rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.department in units)


def _unknown(instance: Instance, rows: Sequence[DayRow]) -> str:
    """Ids of the rows that the workbook does not know."""
    people = {row.inspector_id for row in rows} - instance.inspector_by_id.keys()
    sites = {row.site_id for row in rows if row.site_id} - instance.site_by_id.keys()
    return "、".join(sorted(people | sites)[:5])


# -- what is written and said --------------------------------------------------------------------


def _write(out: Path, case: MonthCase, made: DayPlan) -> list[Path]:
    """The files of all departments, and of each in its folder when there are several."""
    files = _files(case, made, calendars=len(made.departments) == 1)
    if len(made.departments) > 1:
        for code in made.departments:
            folder = case.instance.department_by_code[code].short_name
            part = case.model_copy(
                update={
                    "plan": share_of(case.instance, case.plan, (code,)),
                    "served": _of({code}, case.served),
                }
            )
            found = _files(part, _share_of(made, (code,)), calendars=True)
            files |= {f"{folder}/{name}": content for name, content in found.items()}
    calendars = [path for path in out.glob(f"**/{FOLDER}/*.ics") if path.is_file()]
    kept = {out / name for name in files}
    stale = [path for path in (*calendars, out / DUTY) if path not in kept and path.exists()]
    return [
        path
        for path in write_folder(out, files, last=DAYS_JSON, obsolete=stale)
        if path.suffix != ".ics"
    ]


def _files(case: MonthCase, made: DayPlan, *, calendars: bool) -> dict[str, bytes]:
    report = DayReport(case, made, DAY_RULES)
    files = {
        SCHEDULE: workbook_bytes(report.schedule()),
        ROSTER: workbook_bytes(report.roster()),
        DAYS_JSON: days_to_json(made).encode(),
    }
    duty = report.duty()
    if duty is not None:
        files[DUTY] = workbook_bytes(duty)
    return files | (calendar_files(case, made) if calendars else {})


def _summary(case: MonthCase, made: DayPlan) -> list[str]:
    proof = made.proof
    assert proof is not None
    report = DayReport(case, made, DAY_RULES)
    people = {row.inspector_id for row in made.rows}
    gaps = "；".join(f"“{tier.name}”差距不超过 {tier.gap:.1%}" for tier in proof.tiers if tier.gap)
    state = "各层均已证明最优" if proof.status == "OPTIMAL" else gaps or "时间不够，未全部证明最优"
    kinds = Counter(row.kind.value for row in made.rows)
    lines = [
        f"{made.month} 日程已通过全部 {len(DAY_RULES)} 条逐日规则核查：{state}。",
        (
            f"对象 {len(case.stints_at)} 个，人员 {len(people)} 人，"
            f"驻点 {_person_days(made.rows)} 人天（其中值守 {kinds['值守']}、"
            f"替班 {kinds['替班']}），补休 {kinds['补休']} 天。"
        ),
    ]
    changed = next((one.amount for one in proof.penalties if one.name == "changed_days"), None)
    if changed is not None:
        lines.append(f"自 {made.since} 起与原日程不同的 {changed} 人天，此前的未动。")
    names = Names(case.instance)
    for one in made.shortages[:SHORTAGES_SHOWN]:
        whom = names.site(one.site_id) if one.site_id else names.person(one.inspector_id)
        lines.append(
            f"缺口 {one.rule} {names.department(one.department)} {whom} "
            f"{one.start:%m-%d}至{one.end:%m-%d}：{report.shortage_text(one)}"
        )
    if made.shortages[SHORTAGES_SHOWN:]:
        rest = len(made.shortages) - SHORTAGES_SHOWN
        lines.append(f"另有缺口 {rest} 处，全部见 {SCHEDULE} 的“缺口”表。")
    listed = {one.operation_id for one in made.shortages}
    missed = [one for one in unattended(case, made) if one.operation.id not in listed]
    for row in missed[:SHORTAGES_SHOWN]:
        operation, first, last = row.operation, row.dates[0], row.dates[-1]
        lines.append(
            f"{UNATTENDED} {operation.id} {names.department(row.department)} "
            f"{names.site(operation.site_id)} {operation.kind} {first:%m-%d}至{last:%m-%d}："
            f"{row.why}，{row.proposal}"
        )
    if missed[SHORTAGES_SHOWN:]:
        rest = len(missed) - SHORTAGES_SHOWN
        lines.append(f"另有{UNATTENDED} {rest} 处，全部见 {SCHEDULE} 的“{UNATTENDED}”表。")
    return lines


def _findings(
    instance: Instance, verdict: Verdict, workbook: DayWorkbook | None = None
) -> list[str]:
    """A line per breach, per lifted breach and per wrong amount. Of an edited ``workbook`` with the
    cells, and with the row to write where a 缺口 is not listed."""
    names = Names(instance)

    def line(one: Judged) -> str:
        text = finding_line(names, one)
        if workbook is None:
            return text
        row = f"请改日程，或让“缺口”表有这一行：{gap_cells(one.unstated)}。" if one.unstated else ""
        return " ".join(filter(None, (workbook.place(one.violation), text))) + row

    return [
        *(f"违规 {line(one)}" for one in verdict.violations),
        *(f"已豁免 {line(one)}" for one in verdict.overridden),
        *wrong_amount_lines(verdict, "日程"),
    ]
