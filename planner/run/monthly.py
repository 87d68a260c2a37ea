"""The composition of ``planner month`` and ``planner due``: a plan and its ledgers in, the month's
report out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.day_plan import DayPlan
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.domain.plan import Plan, Stint
from planner.domain.record import full_record, share_of
from planner.exit_codes import BAD_INPUT, OK
from planner.io.days_json import read_days
from planner.io.files import workbook_bytes, write_folder
from planner.io.issues import IssueLog
from planner.io.ledgers import read_ledgers, with_trainings, write_ledger_template
from planner.io.reader import read_mark
from planner.io.word import Templates, folder_problem
from planner.io.writer import write_workbook
from planner.monthly.due import Due, due_between
from planner.monthly.gaps import Gap, gaps_of
from planner.monthly.reminder import Reminder
from planner.monthly.reminders import reminders, unapproved, unlogged, unplanned
from planner.monthly.work import Line, Postings, postings_of, reported_lines, total_of, work_lines
from planner.reports.attachment1 import attachment1
from planner.reports.attachment2 import attachment2
from planner.reports.destination import refusal, standing
from planner.reports.folder import ATTACHMENT_1
from planner.reports.labels import Names
from planner.reports.month import month_workbook
from planner.reports.month_text import month_text
from planner.run.ledgers import approved_units, ledgers_of
from planner.run.outcome import Outcome
from planner.run.reading import check, departments_named, judge_file

ATTACHMENT_2 = "附件2-驻点监督工作情况统计表.xlsx"
CHECKED = "月度核对.xlsx"
TEXT = "月度文字材料.docx"
GAPS_SHOWN = 12
UNITS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Month:
    """What the report of a month is made from; quantities are cumulative from ``since``. ``days``
    are the day plans that say on which dates a log is due."""

    instance: Instance
    plan: Plan
    ledgers: Ledgers
    days: tuple[DayPlan, ...]
    first: dt.date
    last: dt.date
    since: dt.date
    templates: Templates
    whole: bool
    """Whether the report is of all units of the plan, and none of them was chosen."""
    approved: frozenset[str] | None
    """Units with an approved plan of the round; None where no store tells."""


def ledger(target: Path) -> Outcome:
    """Write the blank workbook of the ledgers."""
    write_ledger_template(target)
    return Outcome(OK, (), (target,))


def take_trainings(path: Path, ledgers: Sequence[Path], target: Path) -> Outcome:
    """Write the workbook with the rows of 培训 of some ledgers."""
    read = check(path)
    if read.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误。",), issues=read.issues)
    found = read_ledgers(ledgers, read.instance)
    if found.ledgers is None:
        return Outcome(BAD_INPUT, ("台账有错误，未写工作簿。",), issues=found.issues)
    before = read.instance.trainings
    whole = with_trainings(read.instance, found.trainings)
    new = set(whole.trainings) - set(before)
    if not new:
        return Outcome(BAD_INPUT, ("台账的“培训”没有工作簿中没有的行，未写工作簿。",))
    write_workbook(whole, target, read_mark(path))
    rows = f"“培训”原有 {len(before)} 行，现有 {len(whole.trainings)} 行"
    text = f"台账的培训 {len(new)} 行已写入；{rows}。"
    return Outcome(OK, (text,), (target,), (*found.issues, *read.issues))


def report_month(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    first: dt.date,
    ledgers: Sequence[str] = (),
    days_paths: Sequence[Path] = (),
    departments: tuple[str, ...] = (),
    since: dt.date | None = None,
    templates: Path | None = None,
    force: bool = False,
) -> Outcome:
    """Write 附件1, 附件2, the text and the checks of one month, for every unit and for all
    together."""
    refused = refusal(out, force=True) or folder_problem(templates)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, None)
    if isinstance(found, Outcome):
        return found
    instance = found.instance
    last = add_months(first, 1) - ONE_DAY
    plan = _with_past(instance, found.plan, last)
    wrong = _wrong_month(instance, first, last) or _wrong_start(since, last)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    read = ledgers_of(ledgers, instance)
    log = IssueLog()
    days = tuple(read_days(one, log) for one in days_paths)
    if read.ledgers is None or log.has_errors:
        text = "台账或日程有错误，未写月报。"
        return Outcome(BAD_INPUT, (text,), issues=(*read.issues, *log.issues))
    known = tuple(one for one in days if one is not None)
    strange = tuple(_wrong_days(instance, plan, f"{first:%Y-%m}", days_paths, known))
    if strange:
        return Outcome(BAD_INPUT, (*strange, "日程不符，未写月报。"))
    if found.verdict.violations:
        text = "计划有违规，未写月报：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    begin = since or first.replace(month=1)
    month = Month(
        instance, plan, read.ledgers, known, first, last, begin, Templates(templates),
        not departments, approved_units(ledgers, instance.round.name),
    )  # fmt: skip
    sums = _sums(month)
    files = dict(_files(month, sums))
    if month.templates.problems:
        return Outcome(BAD_INPUT, (*month.templates.problems, "模板有错误，未写月报。"))
    there = standing(out, files, force=force)
    if there:
        return Outcome(BAD_INPUT, (there,))
    written = write_folder(out, files, last=ATTACHMENT_2)
    issues = (*read.issues, *found.file.issues)
    lines = (*month.templates.missing, *_lines(month, sums, bool(ledgers)))
    return Outcome(OK, lines, tuple(written), issues)


def due(
    path: Path,
    *,
    first: dt.date,
    last: dt.date,
    ledgers: Sequence[str] = (),
    departments: tuple[str, ...] = (),
) -> Outcome:
    """List everything due from one day to another."""
    read = check(path)
    if read.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误。",), issues=read.issues)
    instance = read.instance
    codes, wrong = departments_named(instance, departments)
    if last < first:
        wrong = wrong or f"--to {last}：早于 --from {first}。"
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    files = ledgers_of(ledgers, instance)
    if files.ledgers is None:
        return Outcome(BAD_INPUT, ("台账有错误。",), issues=files.issues)
    units = tuple(row.code for row in instance.departments if not codes or row.code in codes)
    found = due_between(instance, files.ledgers, units, first, last)
    return Outcome(OK, tuple(_due_lines(instance, found, len(units))), (), files.issues)


def _due_lines(instance: Instance, found: Sequence[Due], units: int) -> Iterator[str]:
    """One line for what all units owe alike, else one per state, with the units in it."""
    names, today = Names(instance), dt.date.today()
    groups: dict[tuple[dt.date, dt.date, str, str, str], list[str]] = {}
    for one in found:
        key = one.day, one.deadline, one.rule, one.text, one.state(today)
        groups.setdefault(key, []).append(names.department(one.department))
    for (day, deadline, rule, text, state), owing in groups.items():
        who = "" if len(owing) == units else "、".join(owing[:UNITS_SHOWN])
        more = f"等{len(owing)}个单位" if who and owing[UNITS_SHOWN:] else ""
        colon = "：" if who else ""
        latest = "" if deadline == day else f"，最迟{deadline}"
        yield f"{day} {who}{more}{colon}{text}{latest}（{rule}）{state}"
    if not found:
        yield "这段时间没有到期事项。"


def _wrong_month(instance: Instance, first: dt.date, last: dt.date) -> str:
    round = instance.round
    if last < round.whole_start or first > round.end:
        return f"--month {first:%Y-%m}：不在本轮（{round.whole_start} 至 {round.end}）之内。"
    return ""


def _with_past(instance: Instance, plan: Plan, last: dt.date) -> Plan:
    """The plan; where a month is over before the rest of the round that it plans, with the rows of
    派驻记录 that say who was there."""
    if last >= plan.round_start:
        return plan
    rows = (row for row in full_record(instance, plan) if row.department in plan.departments)
    return plan.model_copy(update={"stints": tuple(rows)})


def _wrong_days(
    instance: Instance, plan: Plan, month: str, paths: Sequence[Path], days: Sequence[DayPlan]
) -> Iterator[str]:
    """Day plans of another month, or of none of the units of the report."""
    names = Names(instance)
    for path, one in zip(paths, days, strict=True):
        if one.month != month:
            yield f"--days {path}：是{one.month}的日程，月报是{month}的。请换成当月的。"
        elif not set(one.departments) & set(plan.departments):
            units = "、".join(map(names.department, one.departments))
            yield f"--days {path}：是{units}的日程，月报中没有这些单位。请换成所报单位的。"


def _wrong_start(since: dt.date | None, last: dt.date) -> str:
    return f"--since {since}：晚于本月最后一天 {last}。" if since and since > last else ""


def _files(month: Month, sums: _Sums) -> Iterator[tuple[str, bytes]]:
    plan, instance = month.plan, month.instance
    yield from _part("", month, sums, plan)
    if len(plan.departments) > 1:
        for code in plan.departments:
            folder = f"{instance.department_by_code[code].short_name}/"
            reported = tuple(
                one for one in plan.departments if instance.reporter_of(one, (code,)) == code
            )
            yield from _part(folder, month, sums, share_of(instance, plan, reported))


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the month's ledgers come to for all units together; every unit has its share."""

    rows: tuple[Stint, ...]
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    unlogged: tuple[Reminder, ...]


def _sums(month: Month) -> _Sums:
    instance, units = month.instance, month.plan.departments
    rows = postings_of(instance, month.plan.stints)
    postings = Postings(instance, rows)
    lines = work_lines(instance, postings, month.ledgers, units, month.since, month.last)
    gaps = gaps_of(instance, rows, month.ledgers, units, month.first, month.last, month.days)
    missing = unlogged(instance, rows, month.ledgers, units, month.since, month.first)
    return _Sums(rows, lines, gaps, missing)


def _part(folder: str, month: Month, sums: _Sums, plan: Plan) -> Iterator[tuple[str, bytes]]:
    """The files of some units. 附件1 shows who is there on the last day of the month."""
    instance, units = month.instance, plan.departments
    as_of = min(max(month.last, instance.round.whole_start), instance.round.end)
    rows = sums.rows
    lines = reported_lines(instance, sums.lines, units)
    reporters = tuple(dict.fromkeys(instance.reporter_of(one, units) for one in units))
    gaps = [one for one in sums.gaps if one.department in units]
    # What is reported on this month falls due in the next.
    until = add_months(month.first, 2) - ONE_DAY
    due = due_between(instance, month.ledgers, units, month.first, until)
    sent = [one for one in due if one.kind is not None and one.period[:7] <= f"{month.first:%Y-%m}"]
    reminded = reminders(instance, rows, month.ledgers, units, month.first, month.last)
    reminded = (*(one for one in sums.unlogged if one.department in units), *reminded)
    if month.approved is not None:
        reminded = (*unapproved(instance, units, month.approved), *reminded)
    if month.whole and not folder:
        reminded = (*unplanned(instance, units), *reminded)
    for name, workbook in (
        (ATTACHMENT_1, attachment1(instance, plan, as_of)),
        (ATTACHMENT_2, attachment2(instance, lines, reporters)),
        (
            CHECKED,
            month_workbook(
                instance, rows, month.ledgers, gaps, sent, reminded, units, month.first, month.last
            ),
        ),
    ):
        yield f"{folder}{name}", workbook_bytes(workbook)
    text = month_text(
        instance, plan, rows, month.ledgers, lines, gaps,
        month.since, month.first, month.last,
    )  # fmt: skip
    yield f"{folder}{TEXT}", month.templates.fill(TEXT, text)


def _lines(month: Month, sums: _Sums, with_ledgers: bool) -> Iterator[str]:
    found = total_of(sums.lines)
    yield (
        f"{month.first.year}年{month.first.month}月月报；附件2自 {month.since} 累计："
        f"派出 {found.people_city + found.people_county} 人次、"
        f"派驻 {found.sites_city + found.sites_county} 家次，"
        f"发现隐患 {found.hazards} 项、已整改 {found.hazards_closed} 项，"
        f"其中重大 {found.major_hazards} 项、已整改 {found.major_hazards_closed} 项。"
    )
    if not with_ledgers:
        yield "没有给出台账（--ledger），附件2的数字都是零。空白台账：planner ledger 台账.xlsx"
    elif sums.unlogged:
        people = Counter(one.text for one in sums.unlogged)
        for text, number in people.items():
            yield f"{number}人{text}（FA2，见 {CHECKED} 的“提示”）。"
        yield "附件2是累计数：请把以前各月的台账也给出（--ledger 可重复写），或用台账库。"
    names, units = Names(month.instance), month.plan.departments
    bureaus = [
        names.department(one.department)
        for one in unplanned(month.instance, units)
        if month.instance.reporter_of(one.department, units) != one.department
    ]
    if bureaus:
        more = f"等{len(bureaus)}个单位" if bureaus[UNITS_SHOWN:] else ""
        yield (
            f"附件2的县级栏没有计入{'、'.join(bureaus[:UNITS_SHOWN])}{more}：名单中有应派驻的对象，"
            "但不在所报的单位或计划中。"
        )
    gaps = sums.gaps
    if gaps and with_ledgers:
        yield f"日志核对发现 {len(gaps)} 处，见 {CHECKED}："
        for one in gaps[:GAPS_SHOWN]:
            who = f" {names.person(one.inspector_id)}" if one.inspector_id else ""
            yield f"  {names.site(one.site_id)}{who}：{one.short}（{one.rule}）"
        if gaps[GAPS_SHOWN:]:
            yield f"  另有 {len(gaps) - GAPS_SHOWN} 处。"
