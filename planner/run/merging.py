"""The composition of ``planner merge``: what the departments sent in, the city's tables out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.findings import Severity
from planner.domain.instance import Instance
from planner.domain.ledgers import Submission, SubmissionKind
from planner.domain.terms import Form
from planner.exit_codes import BAD_INPUT, OK
from planner.io.attachment2 import FORM_2, REWARD, SentRow
from planner.io.city import City, read_city
from planner.io.files import workbook_bytes, write_folder
from planner.io.issues import IssueLog
from planner.io.packages import Packages, Sent, read_merged, read_packages
from planner.monthly.due import due_day
from planner.monthly.merging import State, fallen, merged, state_of
from planner.monthly.work import Line, Quantities, total_of
from planner.reports.attachment1 import Line as PostingLine
from planner.reports.attachment1 import form_of
from planner.reports.attachment2 import attachment2
from planner.reports.destination import refusal, standing
from planner.reports.folder import ATTACHMENT_1
from planner.reports.labels import chinese_date
from planner.reports.merging import Standing, add_sheets
from planner.run.ledgers import submissions_of
from planner.run.monthly import ATTACHMENT_2
from planner.run.outcome import Outcome

KINDS = (SubmissionKind.ATTACHMENT_1, SubmissionKind.ATTACHMENT_2)
PASSED_SHOWN = 5
_REMEDY = "请核对；上月报多了的，先更正上月汇总的“各部门数字”"


@dataclass(frozen=True)
class _Month:
    """The month reported on, and what was sent of it."""

    first: dt.date
    city: City
    found: Packages

    @property
    def instance(self) -> Instance:
        return self.city.instance

    def sent(self, kind: SubmissionKind) -> tuple[Sent, ...]:
        """The forms of a kind, in the order of the departments."""
        forms = (self.found.forms.get((kind, one.code)) for one in self.city.departments)
        return tuple(one for one in forms if one is not None)

    @property
    def rows(self) -> tuple[SentRow, ...]:
        return tuple(row for one in self.sent(SubmissionKind.ATTACHMENT_2) for row in one.rows)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(row.line for row in self.rows)


def merge(
    paths: Sequence[Path],
    out: Path,
    *,
    first: dt.date,
    data: Path | None = None,
    ledgers: Sequence[str] = (),
    last: Path | None = None,
    force: bool = False,
) -> Outcome:
    """Write the city's 附件1 and 附件2 of a month from those of the departments."""
    refused = refusal(out, force=True)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    log = IssueLog()
    city = read_city(data, first, log)
    if city is None:
        return Outcome(BAD_INPUT, ("部门的工作簿有错误，未汇总。",), issues=tuple(log.issues))
    month = _Month(first, city, read_packages(paths, city, log))
    registered = submissions_of(ledgers, city.instance, log)
    _check_days(month, log)
    if last is not None:
        _check_last(month, last, log)
    _doubt_duplicates(month, log)
    if not month.found.forms and not log.has_errors:
        log.error("、".join(map(str, paths)), "", "没有一份附件1或附件2", "请给出各部门报送的材料")
    if registered is None or log.has_errors:
        text = "有错误，未汇总：请按各行改正；报送材料的退回部门改正，或先移出那份文件。"
        return Outcome(BAD_INPUT, (text,), issues=tuple(log.issues))
    standings = _standings(month, registered)
    files = dict(_files(month, standings, log))
    there = standing(out, files, force=force)
    if there:
        return Outcome(BAD_INPUT, (there,))
    written = write_folder(out, files, last=ATTACHMENT_2)
    return Outcome(OK, tuple(_said(month, standings)), tuple(written), tuple(log.issues))


# -- checks --------------------------------------------------------------------------------------


def _check_days(month: _Month, log: IssueLog) -> None:
    """A form of another month is seen by its date: both are written after the month before was
    reported, and 附件1 is of the end of the month or of the day on which it is sent. An 附件2 may
    be filled in as late as the next month's; that is for a person to look at."""
    start = month.first.replace(day=month.instance.policy.monthly_report_due_day) + ONE_DAY
    end = add_months(month.first, 2) - 2 * ONE_DAY
    labels = {SubmissionKind.ATTACHMENT_1: "截至", SubmissionKind.ATTACHMENT_2: "填表日期"}
    for kind, label in labels.items():
        for one in month.sent(kind):
            place = f"{one.file}：{one.sheet}"
            late = one.day is not None and one.day > end
            if one.day is None and kind is SubmissionKind.ATTACHMENT_1:
                log.warning(
                    place, one.day_cell, "没有写“截至：”的日期",
                    f"请核对是不是{chinese_date(add_months(month.first, 1) - ONE_DAY)}的在驻人员",
                )  # fmt: skip
            elif late and kind is SubmissionKind.ATTACHMENT_2:
                log.warning(
                    place, one.day_cell,
                    f"“{label}”{one.day} 已是报下一个月的时候",
                    f"请核对是不是{month.first.year}年{month.first.month}月的数字",
                )  # fmt: skip
            elif one.day is not None and (late or one.day < start):
                log.error(
                    place, one.day_cell,
                    f"“{label}”{one.day} 不是{month.first.year}年{month.first.month}月的报送",
                    f"请换成当月的{kind}，或改正日期",
                )  # fmt: skip


def _check_last(month: _Month, path: Path, log: IssueLog) -> None:
    """No cumulative quantity of a department is less than in last month's merged table (FA2)."""
    rows = read_merged(path, month.city, log)
    wanted = add_months(month.first, -1)
    wrong = sorted({one for one, _ in rows} - {f"{wanted:%Y-%m}"})
    if wrong:
        log.error(
            str(path), "", f"--last 是{'、'.join(wrong)}的汇总，要{wanted:%Y-%m}的",
            "请给出上个月的",
        )  # fmt: skip
        return
    if wanted.year != month.first.year:
        log.error(
            str(path), "", "附件2自1月1日重新累计，1月不与上年12月比较", "请去掉 --last"
        )  # fmt: skip
        return
    sent = {(one.line.department, one.line.sector, one.line.form): one for one in month.rows}
    for _, row in rows:
        line = row.line
        form = month.found.forms.get((SubmissionKind.ATTACHMENT_2, line.department))
        if form is None:
            continue
        place = f"{form.file}：{form.sheet}"
        what = f"{month.instance.sector_by_code[line.sector].name}{line.form}"
        now = sent.get((line.department, line.sector, line.form))
        if now is not None:
            for name in fallen(line.quantities, now.line.quantities):
                before, after = (_shown(one, name) for one in (line, now.line))
                log.error(
                    place, now.cells[name],
                    f"{what}“{FORM_2.by_field[name].heading}”是 {after}，上月累计 {before}，"
                    "累计数不会减少",
                    _REMEDY,
                )  # fmt: skip
        elif form.sound and fallen(line.quantities, Quantities()):
            log.error(place, "", f"没有“{what}”一行，上月累计有数字", _REMEDY)
    _doubt_repetition(month, [row.line for _, row in rows], log)


def _doubt_repetition(month: _Month, last: Iterable[Line], log: IssueLog) -> None:
    """A form without a date that says what last month's did may be last month's."""

    def amounts(lines: Iterable[Line], unit: str) -> dict[tuple[str, Form], Quantities]:
        return {(one.sector, one.form): one.quantities for one in lines if one.department == unit}

    before = tuple(last)
    for form in month.sent(SubmissionKind.ATTACHMENT_2):
        unit = form.department.code
        own = amounts(month.lines, unit)
        if own and own == amounts(before, unit) and form.day is None:
            log.warning(
                f"{form.file}：{form.sheet}", "", "没有填表日期，各行数字与上月汇总的完全相同",
                "请核对报的是不是上月的表",
            )  # fmt: skip


def _shown(line: Line, name: str) -> str:
    """A quantity as the form has it."""
    amount = getattr(line.quantities, name)
    return f"{amount / 10_000:g}" if name == REWARD else str(amount)


def _doubt_duplicates(month: _Month, log: IssueLog) -> None:
    """One enterprise in the forms of two departments is for the office to settle (R02-6)."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in month.sent(SubmissionKind.ATTACHMENT_1):
        for posting in one.postings:
            place = f"{one.file}：{one.sheet}第 {posting.row} 行"
            found[posting.site].setdefault(one.department.short_name, place)
    for site, units in found.items():
        if len(units) > 1:
            log.warning(
                "、".join(units.values()), "", f"{'、'.join(units)}都列有“{site}”",
                "请核对是不是同一对象；重复的，由安委办认定牵头单位（R02-6）",
            )  # fmt: skip


# -- who has sent --------------------------------------------------------------------------------


def _standings(month: _Month, registered: Iterable[Submission]) -> tuple[Standing, ...]:
    period = f"{month.first:%Y-%m}"
    days = {
        (SubmissionKind.ATTACHMENT_2, one.department.code): one.day
        for one in month.sent(SubmissionKind.ATTACHMENT_2)
    } | {
        (one.kind, one.department): one.sent_on
        for one in registered
        if one.kind in KINDS and one.period == period and one.sent_on is not None
    }
    due, today = due_day(month.instance, month.first), dt.date.today()
    found = []
    for unit in month.city.departments:
        kinds = frozenset(kind for kind in KINDS if (kind, unit.code) in month.found.forms)
        known = (days.get((kind, unit.code)) for kind in KINDS)
        sent_on = max((day for day in known if day is not None), default=None)
        state = state_of(len(kinds), len(KINDS), sent_on, due, today)
        found.append(Standing(unit, kinds, sent_on, due, state))
    return tuple(found)


# -- files and words -----------------------------------------------------------------------------


def _files(
    month: _Month, standings: Sequence[Standing], log: IssueLog
) -> Iterator[tuple[str, bytes]]:
    lines = merged(month.instance, month.lines)
    units = [one.department.code for one in month.sent(SubmissionKind.ATTACHMENT_2)]
    workbook = attachment2(month.instance, lines, units)
    doubts = [one for one in log.issues if one.severity is Severity.WARNING]
    add_sheets(workbook, month.instance, month.first, month.lines, standings, doubts)
    yield ATTACHMENT_2, workbook_bytes(workbook)
    sent = month.sent(SubmissionKind.ATTACHMENT_1)
    owner = f"各派出部门（共{len(sent)}个）"
    form = form_of(tuple(_postings(sent)), owner, _as_of(month.first, sent))
    yield ATTACHMENT_1, workbook_bytes(form)


def _postings(sent: Iterable[Sent]) -> Iterator[PostingLine]:
    """The lines of 附件1: those of a unit together, numbered from 1 in each."""
    for one in sent:
        units: dict[str, list[PostingLine]] = defaultdict(list)
        for row in one.postings:
            own = units[row.department]
            own.append(
                PostingLine(
                    len(own) + 1, row.department, row.site, row.address, row.form, row.names,
                    row.phones,
                )
            )  # fmt: skip
        for lines in units.values():
            yield from lines


def _as_of(first: dt.date, sent: Sequence[Sent]) -> str:
    """截至 of the whole: the day of the forms, or the first and the last of several."""
    days = sorted({one.day for one in sent if one.day}) or [add_months(first, 1) - ONE_DAY]
    return "至".join(chinese_date(one) for one in dict.fromkeys((days[0], days[-1])))


def _said(month: _Month, standings: Sequence[Standing]) -> Iterator[str]:
    total = total_of(month.lines)
    counts = "、".join(f"{kind} {len(month.sent(kind))} 份" for kind in KINDS)
    yield (
        f"{month.first.year}年{month.first.month}月汇总：收到{counts}，"
        f"应有 {len(standings)} 个部门的；"
        f"累计派出 {total.people_city + total.people_county} 人次、"
        f"派驻 {total.sites_city + total.sites_county} 家次，"
        f"发现隐患 {total.hazards} 项、已整改 {total.hazards_closed} 项。"
    )
    for state in State:
        units = [one.department.short_name for one in standings if one.state is state]
        if units and state is not State.IN_TIME:
            more = "（附件2没有填表日期，也没有 --ledger 登记）" if state is State.UNDATED else ""
            yield f"{state}：{'、'.join(units)}{more}"
    if any(len(one.kinds) < len(KINDS) for one in standings):
        yield f"汇总不含缺的材料；应于 {standings[0].due} 前报（含当日）。"
    bureaus = sorted(month.found.bureaus)
    if bureaus:
        more = f"等 {len(bureaus)} 个" if bureaus[PASSED_SHOWN:] else ""
        yield (
            f"县级单位自己的附件1、附件2没有读入：{'、'.join(bureaus[:PASSED_SHOWN])}{more}；"
            "其数字应在上级业务部门的表中（R16-2）。"
        )
    passed = month.found.passed_over
    if passed:
        names = "、".join(list(dict.fromkeys(one.name for one in passed))[:PASSED_SHOWN])
        yield f"不是部门的附件1、附件2，没有读入 {len(passed)} 个工作簿：{names}"
