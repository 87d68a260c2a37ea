"""Reading a plan back: plan.json, or 派驻计划.xlsx as people have edited it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage, Stint
from planner.domain.terms import StintStatus
from planner.io.assemble import models_of, split_teams
from planner.io.columns import Sheet
from planner.io.history import check_names
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.plan_json import PlanFileError, companions_of, plan_from_json
from planner.io.reader import read_plan_sheets
from planner.io.references import resolve_references
from planner.io.rows import Places, Record, Records, places_of
from planner.io.schema import SHEET_BY_TITLE
from planner.io.schema_people import STINTS
from planner.io.schema_plan import UNSERVED

LARGEST_PLAN_BYTES = 100 * (1 << 20)
REST_WORKBOOK = re.compile(r"工作簿-\d{4}-\d{2}-\d{2}起\.xlsx")
"""What ``workbook_name`` gives."""
_REFERRED = ("部门单位", "行业领域", "驻点人员", "驻点对象")


@dataclass(frozen=True)
class PlanFile:
    """A plan as read from a file: ``plan`` is None when ``issues`` hold an error. ``places`` tells
    where the stints stand in a workbook; plan.json has none. ``as_of`` is the day of an edited
    附件1: the first and last days of its new rows are not a person's word."""

    plan: Plan | None
    issues: tuple[InputIssue, ...]
    places: Places = field(default_factory=dict)
    as_of: dt.date | None = None


def read_plan(path: Path, instance: Instance, departments: Collection[str] = ()) -> PlanFile:
    """The plan of a file, or the errors; of ``departments`` alone where they are given.

    A workbook does not tell whom it was made for: without ``departments`` it has to answer for
    every unit, so that a plan with a unit's rows removed is no plan without that unit.

    A workbook carries no proof: its goals are not compared, its stints are judged like any other.
    The proof of plan.json is dropped where the workbook was changed since: it says nothing about
    the new content, and the stints are judged by what the workbook says now.
    """
    log = IssueLog()
    plan: Plan | None = None
    places: Places = {}
    if path.suffix.lower() == ".json":
        plan = _read_json(path, instance, log)
        if plan is not None and departments:
            check_units(path, plan.departments, plan, departments, instance, log)
    else:
        try:
            whole, places = _read_workbook(path, instance, log)
            companion = companion_of(path)
            if companion is not None:
                _check_round(companion, instance, path, log)
            present = {row.department for row in whole.stints}
            present |= {row.department for row in whole.shortages}
            check_units(path, present, companion, departments or whole.departments, instance, log)
            plan = whole
        except UnreadableWorkbookError as error:
            log.error(path.name, "", error.message, error.remedy)
    if plan is not None and not log.has_errors:
        plan = _narrowed(plan, departments) if departments else plan
        _report_missing_units(plan, instance, departments, path.name, log)
    return PlanFile(None if log.has_errors else plan, tuple(log.issues), places)


def _narrowed(plan: Plan, departments: Collection[str]) -> Plan:
    """The rows of some units; what is proved of the whole says nothing of them."""
    whole = set(plan.departments) == set(departments)
    return plan.model_copy(
        update={
            "departments": tuple(departments),
            "stints": tuple(row for row in plan.stints if row.department in departments),
            "shortages": tuple(row for row in plan.shortages if row.department in departments),
            "proof": plan.proof if whole else None,
        }
    )


def _report_missing_units(
    plan: Plan, instance: Instance, departments: Collection[str], file: str, log: IssueLog
) -> None:
    if not plan.departments:
        log.error(file, "", "计划中没有任何派出单位", "请使用本软件写出的 plan.json")
    missing = [
        row.short_name
        for row in instance.departments
        if row.code not in plan.departments and not departments
    ]
    if plan.departments and missing:
        log.warning(
            file, "", f"这份计划不含 {'、'.join(missing)}，没有核查它们",
            "要排全部单位的计划，请不加 --department 运行 planner plan",
        )  # fmt: skip


def read_earlier_plan(path: Path, instance: Instance, departments: Collection[str]) -> PlanFile:
    """A plan with which another one of some units is compared, or the errors. plan.json may be of
    a round that began earlier and name people and objects that are no more."""
    if path.suffix.lower() != ".json":
        return read_plan(path, instance, departments)
    log = IssueLog()
    plan = _load_json(path, log)
    if plan is not None and plan.round_end != instance.round.end:
        log.error(
            path.name, "", f"原计划止于 {plan.round_end}，工作簿的轮次止于 {instance.round.end}",
            "请给出同一轮的原计划",
        )  # fmt: skip
    return PlanFile(None if log.has_errors else plan, tuple(log.issues))


def _read_json(path: Path, instance: Instance, log: IssueLog) -> Plan | None:
    plan = _load_json(path, log)
    if plan is None:
        return None
    fits = _check_round(plan, instance, path, log)
    if fits and plan.input_hash != instance.input_hash:
        log.warning(
            path.name, "",
            "工作簿在排出这份计划以后改过：按工作簿现在的内容逐条核查，原来的最优证明不再适用",
            "核查无违规的，计划照样可用；想要最好的安排，请重新运行 planner plan",
        )  # fmt: skip
        plan = plan.model_copy(update={"proof": None})
    _check_references(plan, instance, path.name, log)
    return plan


def _check_round(plan: Plan, instance: Instance, path: Path, log: IssueLog) -> bool:
    """Whether plan and workbook are of the same dates: a replan begins a round of its own, with a
    workbook of its own."""
    theirs, own = instance.round, (plan.round_start, plan.round_end)
    if own == (theirs.start, theirs.end):
        return True
    if plan.round_end != theirs.end:
        log.error(
            path.name, "",
            f"计划的轮次是 {plan.round}（{own[0]} 至 {own[1]}），工作簿的轮次是 {theirs.name}"
            f"（{theirs.start} 至 {theirs.end}）",
            "请用同一轮次的工作簿，或在“参数”中写明 round_start、round_end",
        )  # fmt: skip
        return False
    later = plan.round_start > theirs.start
    log.error(
        path.name, "",
        f"这份计划自 {plan.round_start} 起，工作簿自 {theirs.start} 起，两者不配套",
        f"请改用与这份计划一同写出的“{workbook_name(plan.round_start)}”（在它所在的结果文件夹中）"
        if later
        else f"请改用与“{workbook_name(theirs.start)}”一同写出的计划，或排这份计划时的工作簿",
    )  # fmt: skip
    return False


def companion_of(path: Path) -> Plan | None:
    """The plan.json that was written beside a workbook: it has the dates and the units that the
    workbook does not tell."""
    beside = path.parent / "plan.json"
    text = beside.read_text(encoding="utf-8-sig", errors="ignore") if beside.is_file() else ""
    known = bool(text) and path.name in (companions_of(text) or {})
    return _load_json(beside, IssueLog()) if known else None


def check_units(
    path: Path,
    present: Collection[str],
    companion: Plan | None,
    asked: Collection[str],
    instance: Instance,
    log: IssueLog,
) -> None:
    """Refuse the file of some units where more are asked for: everything of the others would seem
    to be taken out by hand. Without a ``companion``, ``present`` rows of one unit alone tell."""
    own = companion.departments if companion else present
    owing = {site.department for site in instance.sites if instance.owed_window(site) is not None}
    if not (owing & set(asked)) - set(own) or (companion is None and len(present) != 1):
        return
    units = [row for row in instance.departments if row.code in own]
    log.error(
        path.name, "",
        f"这份文件只是 {'、'.join(row.short_name for row in units)} 的，没有其他单位的行",
        f"请加 --department {','.join(row.code for row in units)}；没有这个选项的命令，"
        "计划（adopt 的原计划）请用同一文件夹的 plan.json；要全部单位的，请用上一级文件夹的文件",
    )  # fmt: skip


def workbook_name(start: dt.date) -> str:
    """The workbook that a replan from ``start`` on writes, to which its plan belongs."""
    return f"工作簿-{start}起.xlsx"


def _load_json(path: Path, log: IssueLog) -> Plan | None:
    if not path.is_file():
        log.error(path.name, "", f"找不到文件“{path.name}”", "请检查文件名和所在文件夹")
        return None
    if path.stat().st_size > LARGEST_PLAN_BYTES:
        log.error(path.name, "", "文件过大，不像 plan.json", "请使用本软件写出的 plan.json")
        return None
    try:
        return plan_from_json(path.read_text(encoding="utf-8-sig"))
    except (PlanFileError, UnicodeDecodeError) as error:
        known = isinstance(error, PlanFileError)
        message = str(error) if known else "文件不是 UTF-8 文本"
        log.error(path.name, "", message, "" if known else "请使用本软件写出的 plan.json")
        return None


def _check_references(plan: Plan, instance: Instance, file: str, log: IssueLog) -> None:
    named = {
        "对象": (instance.site_by_id, [*_sites(plan.stints), *_sites(plan.shortages)]),
        "人员": (instance.inspector_by_id, [row.inspector_id for row in plan.stints]),
        "单位": (instance.department_by_code, plan.departments),
    }
    for kind, (known, ids) in named.items():
        unknown = sorted({one for one in ids if one not in known})
        if unknown:
            shown = "、".join(unknown[:5]) + (" 等" if unknown[5:] else "")
            log.error(
                file, "", f"计划中的{kind} {shown} 不在工作簿中", "请用排这份计划时的工作簿核查"
            )


def _sites(rows: Iterable[Stint | Shortage]) -> list[str]:
    return [row.site_id for row in rows]


def _read_workbook(path: Path, instance: Instance, log: IssueLog) -> tuple[Plan, Places]:
    records = known_rows(instance)
    records |= read_plan_sheets(path, (STINTS, UNSERVED), log)
    resolve_references(records, log)
    split_teams(records, log)
    people, sites = (
        {row.get("id"): row for row in records[title]} for title in ("驻点人员", "驻点对象")
    )
    for record in records[STINTS.title]:
        record.values.setdefault("status", StintStatus.DRAFT)
        check_names(record, people, sites, log)
    stints = tuple(one for one in models_of(STINTS, records[STINTS.title], log))
    shortages = tuple(one for one in models_of(UNSERVED, records[UNSERVED.title], log))
    plan = Plan(
        round=instance.round.name,
        round_start=instance.round.start,
        round_end=instance.round.end,
        departments=tuple(row.code for row in instance.departments),
        stints=tuple(row for row in stints if isinstance(row, Stint)),
        shortages=tuple(row for row in shortages if isinstance(row, Shortage)),
        input_hash=instance.input_hash,
    )
    return plan, places_of({STINTS.title: records[STINTS.title]})


def known_rows(instance: Instance) -> Records:
    """The instance's units, sectors, people and objects, to which the rows of a plan or of a
    ledger refer."""
    return {title: _known(instance, SHEET_BY_TITLE[title]) for title in _REFERRED}


def _known(instance: Instance, sheet: Sheet) -> list[Record]:
    return [
        Record(sheet, sheet.title, 0, {name: value for name, value in row if value}, {})
        for row in getattr(instance, sheet.table)
    ]
