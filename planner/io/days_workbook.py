"""月度驻点日程表.xlsx: how its cells are written, and the day plan that an edited one holds.

“按人员” says who is where: a row per person, a column per date, in each cell the marks of the
person's objects. “按对象” tells the same by object, without 补休; “缺口” is what the month is said
to miss. A workbook carries no proof, and does not say which of its days are past.

People edit one of the two grids. Which one it was is told by a fingerprint of the days, kept as a
property of the document when it is written: the grid that still has it is as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from planner.domain.calendar import days_between
from planner.domain.day_plan import (
    DayPlan,
    DayRow,
    DayShortage,
    HalfDay,
    MonthCase,
    row_order,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.terms import Form
from planner.io.archive import CellValue, Grid, open_workbook
from planner.io.assemble import models_of
from planner.io.cleaning import half_width, is_blank
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.layout import find_table, plain
from planner.io.plan_workbook import known_rows
from planner.io.privacy import mask_phones
from planner.io.references import resolve_references
from planner.io.rows import Place, places_of, read_rows
from planner.io.schema_days import DAY_SHORTAGES

BY_SITE, BY_PERSON = "按对象", "按人员"
HEADINGS = {BY_SITE: ("驻点对象", "人员"), BY_PERSON: ("人员", "对象")}
"""Of each grid the columns that name its rows and explain its marks."""
MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
REST_MARK, LEAVE_MARK, OPERATION_MARK = "休", "假", "火"
_REST_WORDS, _LEAVE_WORDS = {REST_MARK, "补休", "休息"}, {LEAVE_MARK, "请假"}
_HALF_OF = {half.value[0]: half for half in HalfDay}
_HEADING_SEARCH_ROWS = 20
_CELLS_NAMED = 10
_DATES_NAMED = 10
FINGERPRINT = "日程指纹"
"""The property of the document that holds ``fingerprint`` of what was written."""

_ENTRY = re.compile(rf"([{MARKS}])(?:([上下])午?)?((?:{OPERATION_MARK}[0-9]{{0,2}})*)")
_CELL = re.compile(rf"(?:{_ENTRY.pattern})+")
_MARKED = re.compile(rf"([{MARKS}])([^{MARKS}]+)")
_ID = re.compile(r"\(([^()]+)\)$")
_PLAIN_MARK = re.compile(r"(?:^|(?<=[上下午]))[0-9]{1,2}(?=[上下火]|$)")
"""A number that stands for a mark, and not for an operation."""
_HALF_WIDTH = {ord("０") + n: str(n) for n in range(10)}
_HOW = {
    title: f"请填“{column}”栏中的序号，如 {MARKS[0]}（或 1）、{MARKS[0]}上{MARKS[1]}下；"
    + (f"补休填“{REST_MARK}”，" if title == BY_PERSON else "")
    + "不驻点空着"
    for title, (_, column) in HEADINGS.items()
}


def entry_text(mark: str, row: DayRow, case: MonthCase) -> str:
    """``①``, ``①上``, ``①火``: a mark, the half of the day, and the 危险作业 that is attended, with
    its number where the object has several on the date."""
    planned = case.operations_on(row.site_id, row.day)
    attended = [
        OPERATION_MARK + (str(planned.index(one) + 1) if len(planned) > 1 else "")
        for one in row.operation_ids
        if one in planned
    ]
    return mark + (row.half.value[0] if row.half else "") + "".join(attended)


def fingerprint(rows: Iterable[DayRow], case: MonthCase) -> str:
    """A short text that differs where other people are at other objects, or for other halves or
    operations. Of the rows of a workbook those at the objects of 按对象 count, which both grids
    have."""
    text = "\n".join("\t".join(one) for one in sorted(_said(row, case) for row in rows))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _said(row: DayRow, case: MonthCase) -> tuple[str, str, str, str]:
    """What both grids say of a row of presence."""
    return row.day.isoformat(), row.site_id, row.inspector_id, entry_text("", row, case)


def gap_cells(shortage: DayShortage) -> str:
    """The cells of its row in 缺口: ``规则 R03-2，派出单位 D1，…``."""
    cells = ((one.heading, getattr(shortage, one.field, "")) for one in DAY_SHORTAGES.columns)
    return "，".join(f"{title} {value}" for title, value in cells if value)


def read_day_workbook(path: Path, log: IssueLog) -> DayWorkbook | None:
    """The workbook as it stands; None when it is no 月度驻点日程表, and what is wrong stands in
    ``log``."""
    titles = (BY_PERSON, BY_SITE, DAY_SHORTAGES.title)
    try:
        with open_workbook(path) as workbook:
            by_plain = {plain(title): title for title in workbook.titles}
            grids = {one: workbook.grid(by_plain[one]) for one in titles if one in by_plain}
            stamp = workbook.document_property(FINGERPRINT)
    except UnreadableWorkbookError as error:
        log.error(path.name, "", error.message, error.remedy)
        return None
    remedy = "请用 planner days 写出的月度驻点日程表.xlsx，并保留各张表"
    for title in titles:
        if title not in grids:
            log.error(path.name, "", f"没有表“{title}”", remedy)
    headings = {one: _heading_of(grids[one], one, log) for one in HEADINGS if one in grids}
    known = {title: one for title, one in headings.items() if one is not None}
    if log.has_errors:
        return None
    first = min(one.first for one in known.values())
    last = max(one.last for one in known.values())
    for title, heading in known.items():
        expected = {heading.column_of(day): day for day in days_between(first, last)}
        written = {column: day for day, column in heading.dates.items()}
        wrong = [one for one in expected | written if expected.get(one) != written.get(one)]
        if wrong:
            cell, day = _cell(min(wrong), heading.row), expected.get(min(wrong))
            what = f"这一格应是日期 {day}" if day else "这一格的日期多余"
            log.error(title, cell, what, f"表头应是 {first} 至 {last} 每天一列；{remedy}")
    return None if log.has_errors else DayWorkbook(first, last, grids, known, stamp)


# -- the grids -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Heading:
    """Where a grid has its columns, counted from 0, and its heading."""

    row: int
    name: int
    marks: int
    dates: Mapping[dt.date, int]

    @cached_property
    def _origin(self) -> dt.date:
        """The date that column 0 would have, by most of the dates."""
        counted = Counter(day - dt.timedelta(at) for day, at in self.dates.items())
        return counted.most_common(1)[0][0]

    def column_of(self, day: dt.date) -> int:
        """Where a date belongs."""
        return (day - self._origin).days

    @property
    def first(self) -> dt.date:
        """The first date that stands where it belongs."""
        return min(day for day, at in self.dates.items() if at == self.column_of(day))

    @property
    def last(self) -> dt.date:
        """The last date that stands where it belongs."""
        return max(day for day, at in self.dates.items() if at == self.column_of(day))


def _heading_of(grid: Grid, title: str, log: IssueLog) -> _Heading | None:
    name, marks = HEADINGS[title]
    for number, cells in grid.rows[:_HEADING_SEARCH_ROWS]:
        at = {plain(one): n for n, one in enumerate(cells) if isinstance(one, str)}
        dates: dict[dt.date, int] = {}
        for n, one in enumerate(cells):
            if isinstance(one, dt.datetime):
                dates.setdefault(one.date(), n)
        if {name, marks} <= at.keys() and dates:
            return _Heading(number, at[name], at[marks], dates)
    remedy = "请保留第一行的表头，日期是日期格式"
    log.error(title, "A1", f"找不到有“{name}”“{marks}”和各天日期的表头", remedy)
    return None


@dataclass(frozen=True)
class _Row:
    """One row of a grid: whom it is about, the names by mark, and the cells by date."""

    number: int
    id: str
    names: Mapping[str, str]
    cells: Mapping[dt.date, CellValue]


def _rows_of_grid(
    grid: Grid, heading: _Heading, register: _Register, log: IssueLog
) -> Iterator[_Row]:
    seen: dict[str, int] = {}
    for number, values in grid.rows:
        at = dict(enumerate(values))
        cells = {day: at.get(column) for day, column in heading.dates.items()}
        filled = any(not is_blank(one) for one in cells.values())
        text = _text(at.get(heading.name))
        name = register.find(text)
        if number <= heading.row or not (name or (filled and number > heading.row + 1)):
            continue  # the two rows of the heading, and remarks below the table
        cell = _cell(heading.name, number)
        if name is None:
            log.error(
                grid.title, cell, f"“{text}”不在工作簿中" if text else "这一行没有写是谁",
                "请写作“名称（编号）”，或只写编号",
            )  # fmt: skip
        elif name in seen:
            log.error(grid.title, cell, f"“{text}”与第 {seen[name]} 行重复", "请合并成一行")
        else:
            seen[name] = number
            names = dict(_MARKED.findall(_text(at.get(heading.marks))))
            yield _Row(number, name, names, cells)


class _Register:
    """What people or objects can be called by in a cell; ``others`` are asked after them."""

    def __init__(
        self, names: Iterable[tuple[str, Sequence[str]]], others: _Register | None = None
    ) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._others = others
        for identity, known in names:
            for name in (identity, *known):
                self._ids[_folded(name)].add(identity)

    def find(self, text: str) -> str | None:
        """The id at the end of a text in brackets, or the one that bears the name alone."""
        folded = _folded(text)
        bracketed = _ID.search(folded)
        for name in (bracketed[1] if bracketed else folded, folded):
            if len(self._ids.get(name, ())) == 1:
                return next(iter(self._ids[name]))
        return self._others.find(text) if self._others else None


def _people(instance: Instance, ids: Iterable[str], others: _Register | None = None) -> _Register:
    known = [instance.inspector_by_id[one] for one in ids]
    written = [mask_phones(one.name) for one in known]
    return _Register(
        (
            (one.id, (one.name, name, name + one.id[-3:]))
            for one, name in zip(known, written, strict=True)
        ),
        others,
    )


# -- the day plan --------------------------------------------------------------------------------


@dataclass
class DayWorkbook:
    """A 月度驻点日程表.xlsx of the dates ``first`` … ``last``, before it is read for a case.

    ``edited`` is the grid that alone was changed since the workbook was written, once it is read;
    empty where neither was, where both were, and where that is not known.
    """

    first: dt.date
    last: dt.date
    _grids: Mapping[str, Grid]
    _headings: Mapping[str, _Heading]
    _written: str
    edited: str = ""
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _shortages: list[tuple[DayShortage, Place]] = field(default_factory=list)

    def day_plan(self, case: MonthCase, log: IssueLog) -> DayPlan | None:
        """The day plan of the departments of a case; None when a cell cannot be read, and what is
        wrong stands in ``log``. Days before ``since`` that are as they were keep their 性质."""
        instance, units = case.instance, case.plan.departments
        people = _people(instance, instance.inspector_by_id)
        sites = _Register((one.id, (one.name,)) for one in instance.sites)
        served = {_key(row): row for row in case.served if case.first <= row.day < case.since}
        told = [
            row
            for line in self._rows(BY_PERSON, people, log)
            for row in self._told(BY_PERSON, line, sites, case, log)
        ]
        rows: list[DayRow] = []
        for row in self._settled(told, case, people, sites, log):
            known = served.get(_key(row))
            same = known is not None and known.operation_ids == row.operation_ids
            rows.append(known if known is not None and same else row)
        self._check_units(case, log)
        self._read_shortages(instance, log)
        if log.has_errors:
            return None
        return DayPlan(
            month=f"{self.first:%Y-%m}",
            first=self.first,
            last=self.last,
            since=case.since,
            departments=units,
            rows=tuple(sorted((row for row in rows if row.department in units), key=row_order)),
            shortages=tuple(one for one, _ in self._shortages if one.department in units),
            input_hash=instance.input_hash,
        )

    def place(self, violation: Violation) -> str:
        """The cells that a violation is about, such as ``按人员!H12:J12``, or the row of 缺口;
        empty where the workbook has none."""
        for shortage, place in self._shortages:
            if _is_of(violation, shortage):
                return place.row
        start, end = violation.start, violation.end or violation.start
        if start is None or end is None or end < self.first or start > self.last:
            return ""
        keys = [(BY_PERSON, violation.inspector_id), (BY_SITE, violation.site_id)]
        for key in reversed(keys) if self.edited == BY_SITE else keys:
            if key in self._numbers:
                span = max(start, self.first), min(end, self.last)
                cells = (self._cell_of(key[0], self._numbers[key], day) for day in span)
                return f"{key[0]}!{':'.join(dict.fromkeys(cells))}"
        return ""

    def _cell_of(self, title: str, number: int, day: dt.date) -> str:
        return _cell(self._headings[title].dates[day], number)

    def _rows(self, title: str, register: _Register, log: IssueLog) -> list[_Row]:
        rows = list(_rows_of_grid(self._grids[title], self._headings[title], register, log))
        self._numbers |= {(title, one.id): one.number for one in rows}
        return rows

    def _told(
        self, title: str, line: _Row, others: _Register, case: MonthCase, log: IssueLog
    ) -> Iterator[DayRow]:
        """What the cells of a row say; ``others`` are what the marks stand for."""
        for day, raw in line.cells.items():
            cell, text = self._cell_of(title, line.number, day), _cell_text(raw)
            if title == BY_PERSON and text in _REST_WORDS:
                yield case.rest(line.id, day)
            elif title == BY_PERSON and text in _LEAVE_WORDS:
                if not case.on_leave(line.id, day):
                    remedy = "请在工作簿的“请假与任务”中登记，否则只是这天没有安排"
                    log.warning(title, cell, f"{day} 没有登记的全天请假", remedy)
            elif text and not _CELL.fullmatch(text):
                log.error(title, cell, f"看不懂“{text}”", _HOW[title])
                continue
            for mark, half, fires in _ENTRY.findall(text):
                other = others.find(line.names.get(mark, ""))
                if other is None:
                    what = HEADINGS[title][1]
                    message = f"“{what}”栏中没有 {mark}，或它所写的{what}不在工作簿中"
                    remedy = f"请在“{what}”栏中写明，如“②{what}编号”；两个各半天写 ①上②下"
                    log.error(title, cell, message, remedy)
                    continue
                person, site_id = (line.id, other) if title == BY_PERSON else (other, line.id)
                planned = case.operations_on(site_id, day)
                attended = _attended(fires, planned)
                if attended is None:
                    message = f"“{OPERATION_MARK}”：这个对象 {day} 有 {len(planned)} 项危险作业"
                    remedy = "一项的写“火”，几项的按编号次序写“火1”“火2”；作业由 --data 给出"
                    log.error(title, cell, message, remedy)
                    continue
                yield case.presence(person, site_id, day, _HALF_OF.get(half), attended)

    def _settled(
        self,
        told: list[DayRow],
        case: MonthCase,
        people: _Register,
        sites: _Register,
        log: IssueLog,
    ) -> list[DayRow]:
        """What the workbook says, of which 按人员 says ``told``: where the grids differ, the one
        that was edited is right. Where that is both or not known, it is 按人员, and the cells of
        按对象 that say something else are named."""
        lines = self._rows(BY_SITE, sites, log)
        listed = {line.id for line in lines}
        mine = [row for row in told if row.site_id in listed]
        at_site: dict[str, set[str]] = defaultdict(set)
        for row in mine:
            at_site[row.site_id].add(row.inspector_id)
        theirs, unread = list[DayRow](), IssueLog()
        for line in lines:
            near = at_site[line.id] | {one.inspector_id for one in case.stints_at.get(line.id, ())}
            register = _people(case.instance, sorted(near), people)
            theirs += self._told(BY_SITE, line, register, case, unread)
        different = {_said(row, case) for row in mine} ^ {_said(row, case) for row in theirs}
        if not different and not unread.issues:
            return told
        if fingerprint(theirs, case) == self._written and not unread.issues:
            self.edited = BY_PERSON
            self._tell_of_removed(theirs, told, case, log)
            return told
        if fingerprint(mine, case) == self._written:
            self.edited = BY_SITE
            log.issues += unread.issues
            rows = [*(row for row in told if row.site_id not in listed), *theirs]
            self._tell_of_removed(mine, rows, case, log)
            return rows
        cells = {
            self._cell_of(BY_SITE, self._numbers[BY_SITE, site_id], dt.date.fromisoformat(day))
            for day, site_id, _, _ in different
        }
        _tell_of_difference(cells | {one.cell for one in unread.issues}, log)
        return told

    def _tell_of_removed(
        self, before: Iterable[DayRow], rows: Iterable[DayRow], case: MonthCase, log: IssueLog
    ) -> None:
        """Name the 流动 people who have nothing any more on days on which they were somewhere: no
        rule asks for each of these days."""
        busy = {(row.inspector_id, row.day) for row in rows}
        gone: dict[str, dict[str, list[dt.date]]] = defaultdict(lambda: defaultdict(list))
        for row in sorted(before, key=lambda one: (one.inspector_id, one.day)):
            person, day = row.inspector_id, row.day
            mobile = any(
                one.inspector_id == person and one.form is Form.MOBILE and one.covers(day)
                for one in case.stints_at.get(row.site_id, ())
            )
            free = (person, day) not in busy and not case.on_leave(person, day)
            if mobile and free and day >= case.since:
                gone[person][row.site_id].append(day)
        for person, sites in gone.items():
            days = sorted({day for found in sites.values() for day in found})
            where = "；".join(
                f"{mask_phones(case.instance.site_by_id[one].name)}（{one}）{_dates_text(found)}"
                for one, found in sites.items()
            )
            name = mask_phones(case.instance.inspector_by_id[person].name)
            number = self._numbers.get((BY_PERSON, person))
            log.warning(
                BY_PERSON,
                self._cell_of(BY_PERSON, number, days[0]) if number else "",
                f"流动人员 {name}（{person}）比写出的日程少驻点 {len(days)} 天，这些天没有安排："
                f"{where}",
                f"请另排对象或填“{REST_MARK}”；确实不安排的不必理会",
            )

    def _check_units(self, case: MonthCase, log: IssueLog) -> None:
        """Refuse the table of some units where more are to be judged: everything of the others
        would seem to be taken out by hand."""
        units_at = {
            site_id: {one.department for one in stints}
            for site_id, stints in case.stints_at.items()
        }
        there = [
            units for site_id, units in units_at.items() if (BY_SITE, site_id) in self._numbers
        ]
        own = set[str]().union(*there)
        if not own or not set[str]().union(*units_at.values()) - own:
            return
        units = [row for row in case.instance.departments if row.code in own]
        log.error(
            BY_SITE, "",
            f"这份日程表只是 {'、'.join(row.short_name for row in units)} 的，没有其他单位的行",
            f"请加 --department {','.join(row.code for row in units)}；要全部单位的，"
            "请用上一级文件夹的日程表",
        )  # fmt: skip

    def _read_shortages(self, instance: Instance, log: IssueLog) -> None:
        sheet = DAY_SHORTAGES
        table = find_table(self._grids[sheet.title], sheet, "", log)
        records = known_rows(instance)
        records[sheet.title] = read_rows(table, log) if table else []
        resolve_references(records, log)
        rows = models_of(sheet, records[sheet.title], log)
        places = places_of({sheet.title: records[sheet.title]}).get(sheet.table, ())
        self._shortages = [
            (row, place)
            for row, place in zip(rows, places, strict=False)
            if isinstance(row, DayShortage)
        ]


def _tell_of_difference(cells: Iterable[str], log: IssueLog) -> None:
    """One warning with the cells of 按对象 that say something else than 按人员."""
    found = sorted(cells, key=_order_of_cell)
    named = "、".join(found[:_CELLS_NAMED]) + "等" * (len(found) > _CELLS_NAMED)
    log.warning(
        BY_SITE, found[0],
        f"有 {len(found)} 格与“{BY_PERSON}”不一致：{named}；按“{BY_PERSON}”核查",
        f"改动写在“{BY_SITE}”中的，请写进“{BY_PERSON}”再核查；下次只改一张表",
    )  # fmt: skip


def _attended(fires: str, planned: Sequence[str]) -> tuple[str, ...] | None:
    """The 危险作业 that a cell means; None where that is not clear."""
    found = []
    for number in re.findall(f"{OPERATION_MARK}([0-9]*)", fires):
        at = int(number) if number else len(planned)
        if not 1 <= at <= len(planned) or (not number and len(planned) > 1):
            return None
        found.append(planned[at - 1])
    return tuple(found)


def _key(row: DayRow) -> tuple[dt.date, str, str, HalfDay | None]:
    return row.day, row.inspector_id, row.site_id, row.half


def _is_of(violation: Violation, shortage: DayShortage) -> bool:
    """Whether a violation says that this row of 缺口 does not hold."""
    same = ("rule", "site_id", "inspector_id", "department", "start", "end")
    return ("缺", str(shortage.missing)) in violation.facts and all(
        getattr(violation, one) == getattr(shortage, one) for one in same
    )


def _text(raw: CellValue) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def _cell_text(raw: CellValue) -> str:
    """A cell of a date without spaces; a number in the place of a mark is that mark."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = "" if is_blank(raw) else re.sub(r"\s+", "", getattr(raw, "text", None) or str(raw))
    return _PLAIN_MARK.sub(_mark_of, text.translate(_HALF_WIDTH))


def _mark_of(number: re.Match[str]) -> str:
    at = int(number[0])
    return MARKS[at - 1] if 1 <= at <= len(MARKS) else number[0]


def _dates_text(days: Sequence[dt.date]) -> str:
    """``3月1日、3月2日``; of many dates the first."""
    named = "、".join(f"{day.month}月{day.day}日" for day in days[:_DATES_NAMED])
    return named + (f"等 {len(days)} 天" if days[_DATES_NAMED:] else "")


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", half_width(text))


def _order_of_cell(cell: str) -> tuple[int, int, str]:
    """By row, then by column."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters


def _cell(column: int, row: int) -> str:
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row}"
