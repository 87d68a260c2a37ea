"""The composition of ``planner papers``: a plan and its ledgers in, papers for people out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from planner.domain.calendar import ONE_DAY, quarter_of
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.domain.plan import Plan, Stint
from planner.domain.record import share_of
from planner.exit_codes import BAD_INPUT, OK
from planner.io.files import workbook_bytes, write_folder
from planner.io.word import TEMPLATES, Templates, folder_problem, shipped_template
from planner.monthly.work import postings_of
from planner.papers.budget import costs_of
from planner.papers.experience import experiences
from planner.papers.handovers import handovers
from planner.quarter.listing import quarters_of
from planner.reports import papers
from planner.reports.accounts import budget_workbook, week_workbook
from planner.reports.consultation import consultation
from planner.reports.destination import refusal, standing
from planner.reports.labels import Names
from planner.run.ledgers import ledgers_of
from planner.run.outcome import Outcome
from planner.run.reading import judge_file


class Kind(StrEnum):
    """文书种类."""

    NOTICE = "派驻通知"
    HANDOVER = "交接单"
    CERTIFICATE = "基层工作经历证明"
    SIGN_IN = "培训签到表"
    WEEKLY = "隐患整改周台账"
    CONSULTATION = "季度会商材料"
    BUDGET = "经费测算"


OF_SEVERAL = (Kind.CONSULTATION, Kind.BUDGET)
"""Papers that several units have together besides."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What the papers are made from. ``first`` to ``last`` are the days they are about; ``issued``
    is the date on them, None where people write it by hand: then they are of ``today``."""

    instance: Instance
    plan: Plan
    rows: tuple[Stint, ...]
    ledgers: Ledgers
    first: dt.date
    last: dt.date
    issued: dt.date | None
    today: dt.date
    templates: Templates

    @property
    def until(self) -> dt.date:
        """The last day of which the papers tell what has happened."""
        return min(self.issued or self.today, self.last)


def write_templates(out: Path, *, force: bool) -> Outcome:
    """Write the shipped templates for an office to edit."""
    there = standing(out, TEMPLATES, force=force)
    if there:
        return Outcome(BAD_INPUT, (there,))
    files = {name: shipped_template(name).read_bytes() for name in TEMPLATES}
    written = write_folder(out, files, last=TEMPLATES[-1])
    text = "在 WPS 中修改后用 --templates 指明这个文件夹；花括号中的字段可移动、删去，不可改名。"
    return Outcome(OK, (text,), tuple(written))


def write_papers(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    kinds: Sequence[Kind] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    issued: dt.date | None = None,
    ledgers: Sequence[str] = (),
    departments: tuple[str, ...] = (),
    templates: Path | None = None,
    force: bool = False,
) -> Outcome:
    """Write the papers of some kinds, or of all, of each unit; all of them or none."""
    refused = refusal(out, force=force) or folder_problem(templates)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, None)
    if isinstance(found, Outcome):
        return found
    instance, plan = found.instance, found.plan
    begin, end = first or instance.round.start, last or instance.round.end
    if end < begin:
        return Outcome(BAD_INPUT, (f"--to {end}：早于 --from {begin}。",))
    read = ledgers_of(ledgers, instance)
    if read.ledgers is None:
        return Outcome(BAD_INPUT, ("台账有错误，未写文书。",), issues=read.issues)
    if found.verdict.violations:
        text = "计划有违规，未写文书：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    rows, desk = postings_of(instance, plan.stints), Templates(templates)
    today = dt.date.today()
    wanted = Papers(instance, plan, rows, read.ledgers, begin, end, issued, today, desk)
    files = dict(_files(wanted, kinds or tuple(Kind)))
    if desk.problems:
        return Outcome(BAD_INPUT, (*desk.problems, "模板有错误，未写文书。"))
    if not files:
        return Outcome(OK, (f"{begin} 至 {end} 没有要写的文书。",))
    there = standing(out, files, force=force)
    if there:
        return Outcome(BAD_INPUT, (there,))
    write_folder(out, files, last=list(files)[-1])
    issues = (*read.issues, *found.file.issues)
    lines = (*desk.missing, *_lines(wanted, files), f"已写出 {out}，每个单位一个文件夹。")
    return Outcome(OK, lines, issues=issues)


def _quarters(wanted: Papers) -> list[str]:
    """The quarters of the round that the papers are about, as far as they have begun."""
    return [
        quarter
        for quarter in quarters_of(wanted.instance.round)
        if quarter_of(wanted.first) <= quarter <= quarter_of(wanted.until)
    ]


def _files(wanted: Papers, kinds: Sequence[Kind]) -> Iterator[tuple[str, bytes]]:
    units = wanted.plan.departments
    for unit in units:
        own = replace(wanted, plan=share_of(wanted.instance, wanted.plan, (unit,)))
        folder = wanted.instance.department_by_code[unit].short_name
        for kind in kinds:
            for name, content in MAKERS[kind](own):
                yield f"{folder}/{name}", content
    for kind in OF_SEVERAL if len(units) > 1 else ():
        if kind in kinds:
            yield from MAKERS[kind](wanted)


Made = Iterator[tuple[str, bytes]]


def _notice(wanted: Papers) -> Made:
    values = papers.notice(wanted.instance, wanted.plan, wanted.first, wanted.last, wanted.issued)
    if values["名单"]:
        name = f"{Kind.NOTICE}.docx"
        yield name, wanted.templates.fill(name, values, phones=True)


def _handovers(wanted: Papers) -> Made:
    for one in handovers(wanted.rows, wanted.plan.stints, wanted.first, wanted.last):
        values = papers.handover(wanted.instance, one, wanted.ledgers, wanted.issued)
        content = wanted.templates.fill(f"{Kind.HANDOVER}.docx", values)
        yield f"{Kind.HANDOVER}/{one.new.start}-{one.new.site_id}-{one.new.slot}.docx", content


def _certificates(wanted: Papers) -> Made:
    (unit,) = wanted.plan.departments
    people = {one.id for one in wanted.instance.inspectors if one.department == unit}
    own = [row for row in wanted.rows if row.inspector_id in people]
    for one in experiences(own, wanted.ledgers.work_logs, wanted.until):
        values = papers.certificate(wanted.instance, one, wanted.until, wanted.issued)
        content = wanted.templates.fill(f"{Kind.CERTIFICATE}.docx", values)
        yield f"{Kind.CERTIFICATE}/{one.inspector_id}.docx", content


def _sign_in(wanted: Papers) -> Made:
    values = papers.sign_in(wanted.instance, wanted.plan, wanted.first, wanted.last)
    if values["名单"]:
        name = f"{Kind.SIGN_IN}.docx"
        yield name, wanted.templates.fill(name, values)


def _weeks(wanted: Papers) -> Made:
    (unit,) = wanted.plan.departments
    monday = wanted.first - wanted.first.weekday() * ONE_DAY
    while monday <= wanted.until:
        workbook = week_workbook(wanted.instance, wanted.ledgers, unit, monday)
        if workbook is not None:
            year, week, _ = monday.isocalendar()
            yield f"{Kind.WEEKLY}/{year}-W{week:02}.xlsx", workbook_bytes(workbook)
        monday += 7 * ONE_DAY


def _consultations(wanted: Papers) -> Made:
    for quarter in _quarters(wanted):
        values = consultation(
            wanted.instance, wanted.plan, wanted.rows, wanted.ledgers, quarter, wanted.until
        )
        content = wanted.templates.fill(f"{Kind.CONSULTATION}.docx", values)
        yield f"{Kind.CONSULTATION}-{quarter}.docx", content


def _budget(wanted: Papers) -> Made:
    units = wanted.plan.departments
    costs = costs_of(wanted.instance, wanted.rows, units, wanted.ledgers.expert_contracts)
    if costs:
        workbook = budget_workbook(wanted.instance, costs, units)
        yield f"{Kind.BUDGET}-{wanted.plan.round}.xlsx", workbook_bytes(workbook)


MAKERS: Mapping[Kind, Callable[[Papers], Made]] = {
    Kind.NOTICE: _notice,
    Kind.HANDOVER: _handovers,
    Kind.CERTIFICATE: _certificates,
    Kind.SIGN_IN: _sign_in,
    Kind.WEEKLY: _weeks,
    Kind.CONSULTATION: _consultations,
    Kind.BUDGET: _budget,
}


def _lines(wanted: Papers, files: Mapping[str, bytes]) -> Iterator[str]:
    counts = {kind: sum(kind.value in name for name in files) for kind in Kind}
    told = "、".join(f"{kind.value} {number}" for kind, number in counts.items() if number)
    units = "、".join(Names(wanted.instance).department(one) for one in wanted.plan.departments[:3])
    more = f"等{len(wanted.plan.departments)}个单位" if wanted.plan.departments[3:] else ""
    yield f"{units}{more} {wanted.first} 至 {wanted.last} 的文书：{told} 份。"
