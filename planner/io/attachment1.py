"""附件1 as people have edited it, read back: who is where on its date, as rows of a plan.

The form names objects, people and forms on one day. What it does not hold comes from the plan: a
person who takes another's place has that one's last day, a colleague who joins a pair the pair's.
The days before the date of the form stay as the plan has them: a row that began earlier ends the
day before, and the new one begins on the first working day from that date on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import in_post
from planner.domain.tables import Inspector
from planner.domain.terms import EndReason, Form, StintNature, StintStatus
from planner.io.archive import CellValue, ErrorCell, FormulaCell, Grid, open_workbook
from planner.io.cleaning import CellError, read_cell, tidy_person_name, tidy_site_name
from planner.io.columns import FORM_SYNONYMS, Column, Kind, Sheet
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.layout import RawTable, filled_rows, find_table, plain
from planner.io.plan_workbook import PlanFile, check_units, companion_of, read_plan
from planner.io.recognise import ATTACHMENT_1_TITLE
from planner.io.rows import Place, read_rows

PHONE = Column("驻点人员联系方式", "phones", Kind.PHONE, note="电话")
FORM_SHEET = Sheet(
    title=ATTACHMENT_1_TITLE,
    table="attachment1",
    model=None,
    columns=(
        Column("序号", "number", note="序号"),
        Column("部门单位", "department", required=True, note="派出单位的简称或全称"),
        Column("驻点企业名称", "site", required=True, note="对象的名称"),
        Column("驻点企业地址", "address", note="地址"),
        Column("驻点形式", "form", required=True, note="驻点形式"),
        Column("驻点人员姓名", "people", required=True, blank_allowed=True, note="姓名，每人一行"),
        PHONE,
    ),
    note="附件1",
)
"""The columns of the form (catalogue FA1)."""

_DATE = re.compile(r"截至[:：]?\s*(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})")
_BETWEEN = re.compile(r"[\n、，,;；/]+")
_CHANGE_IN_RECORD = "请在派驻计划.xlsx 的“派驻记录”中改，写明起止日期"

_Key = tuple[str, str]
"""Unit and object."""


def read_edited_plan(path: Path, instance: Instance, plan: Plan) -> PlanFile:
    """``plan`` as a person has edited it in 派驻计划.xlsx or 附件1, or the errors."""
    if path.suffix.lower() != ".json" and _is_form(path):
        return read_attachment1(path, instance, plan)
    return read_plan(path, instance, plan.departments)


def read_attachment1(path: Path, instance: Instance, plan: Plan) -> PlanFile:
    """``plan`` with what a person has changed in its 附件1, or the errors with their cells.

    ``places`` tells the line of the form for every row that the form shows.
    """
    log = IssueLog()
    with open_workbook(path) as workbook:
        title = next(one for one in workbook.titles if plain(one) == ATTACHMENT_1_TITLE)
        grid = workbook.grid(title)
    table = find_table(grid, FORM_SHEET, "", log)
    day = _date_of(grid, plan, log)
    if table is None or log.has_errors or day is None:
        return PlanFile(None, tuple(log.issues))
    reader = _Reader(instance, plan, day, table, log)
    lines = reader.lines()
    present, asked = ({unit for unit, _ in keys} for keys in (lines, reader.held))
    check_units(path, present, companion_of(path), asked, instance, log)
    rows = [] if log.has_errors else reader.rows(lines)
    stints = tuple(row for row, _ in rows)
    edited = plan.model_copy(update={"stints": stints, "proof": None})
    places = {"stints": tuple(place for _, place in rows)}
    return PlanFile(None if log.has_errors else edited, tuple(log.issues), places, reader.day)


def _is_form(path: Path) -> bool:
    titles: tuple[str, ...] = ()
    with suppress(UnreadableWorkbookError), open_workbook(path) as workbook:
        titles = workbook.titles  # what is wrong with a file is said where it is read
    return ATTACHMENT_1_TITLE in map(plain, titles)


def _date_of(grid: Grid, plan: Plan, log: IssueLog) -> dt.date | None:
    """截至: the day of which the form speaks."""
    for _, values in grid.rows:
        for value in values:
            found = _DATE.search(value) if isinstance(value, str) else None
            if found is None:
                continue
            try:
                day = dt.date(*map(int, found.groups()))
            except ValueError:
                day = None
            if day is not None and plan.round_start <= day <= plan.round_end:
                return day
            log.error(
                grid.title, "", f"“{value.strip()}”不是计划之内的日期",
                f"请写 {plan.round_start} 至 {plan.round_end} 之间的日期",
            )  # fmt: skip
            return None
    log.error(grid.title, "", "没有“截至：”和日期", "请保留表头上方的“截至：2027年3月31日”")
    return None


def _phones_in(text: str, count: int) -> list[str]:
    """The phones of ``count`` people, empty ones where none is given; more or fewer where they do
    not fit."""
    lines = [one for one in text.split("\n") if one.strip()]
    if len(lines) != count:
        lines = [one for one in _BETWEEN.split(text) if one.strip()]
    return [_phone(one) for one in lines] or [""] * count


def _phone(text: str) -> str:
    try:
        return str(read_cell(PHONE, text).value or "")
    except CellError:
        return text.strip()


def _unlike_names(count: int, phones: Sequence[str]) -> tuple[str, str]:
    """What to say where phones and names do not fit, and how to put it right."""
    message = f"姓名 {count} 个，电话 {len(phones)} 个，对不上"
    return message, "请一人一行，姓名和电话的次序一致"


@dataclass
class _Line:
    """One line of the form: who is at an object, and in which form (None: as in the plan)."""

    place: Place
    people: list[str] = field(default_factory=list)
    form: Form | None = None


class _Reader:
    def __init__(
        self, instance: Instance, plan: Plan, day: dt.date, table: RawTable, log: IssueLog
    ) -> None:
        self.instance = instance
        self.plan = plan
        self.day = instance.calendar.workday_on_or_after(day)
        self.held: Mapping[_Key, Sequence[Stint]] = in_post(instance, plan, day)
        self.table = table
        self.log = log
        self.units = {
            name: row.code
            for row in instance.departments
            if row.code in plan.departments
            for name in (row.name, row.short_name, row.code)
        }
        letters = table.letters
        self.letters = {
            **letters,
            **dict.fromkeys(("inspector_id", "slot", "start", "end"), letters["people"]),
        }

    def rows(self, lines: Mapping[_Key, _Line]) -> list[tuple[Stint, Place]]:
        """The rows of the plan as the form has them, each with its line."""
        missing = Place(self.table.title, self._first_row() - 1, {})
        shown = {id(row) for rows in self.held.values() for row in rows}
        found = [(row, missing) for row in self.plan.stints if id(row) not in shown]
        for key in dict.fromkeys((*self.held, *lines)):
            line = lines.get(key) or _Line(missing)
            found += [(row, line.place) for row in self._edited(key, line)]
        found.sort(key=lambda one: (one[0].department, one[0].site_id, one[0].slot, one[0].start))
        return found

    # -- the lines ----------------------------------------------------------------------------

    def _first_row(self) -> int:
        return min((number for number, _ in self.table.rows), default=2)

    def lines(self) -> dict[_Key, _Line]:
        """Who is at each object by the form."""
        lines: dict[_Key, _Line] = {}
        for number, cells in self.table.rows:
            key = self._key(number, cells)
            if key is None:
                continue
            if key in lines:
                self._error(
                    number, "site", f"这个对象在第 {lines[key].place.number} 行已经有了",
                    "请合为一行，几人各占一行姓名和电话",
                )  # fmt: skip
                continue
            lines[key] = _Line(
                Place(self.table.title, number, self.letters),
                self._people(number, cells, key),
                self._form(number, cells, key),
            )
            self._check_address(number, cells, key)
        return lines

    def _key(self, number: int, cells: Mapping[str, CellValue]) -> _Key | None:
        unit = self._text(number, cells, "department")
        name = tidy_site_name(self._text(number, cells, "site"))
        codes = {self.units[unit]} if unit in self.units else set()
        if not unit:  # the cell of a unit goes with the first of its lines
            codes = set(self.units.values())
        if not codes:
            units = dict.fromkeys(self._short(one) for one in self.units.values())
            self._error(
                number, "department", f"“{unit}”不是这份计划的派出单位", f"请填 {'、'.join(units)}"
            )
            return None
        named = [
            (site.department, site.id)
            for site in self.instance.sites
            if site.department in codes and tidy_site_name(site.name) == name
        ]
        served = [key for key in named if key in self.held]
        if len(named) == 1 or len(served) == 1:
            return (served or named)[0]
        ids = "、".join(site_id for _, site_id in named)
        what = f"有几个对象叫“{name}”（{ids}）" if named else f"没有对象“{name}”"
        remedy = _CHANGE_IN_RECORD if named else "请按“驻点对象”中的名称填写；改单位的请改工作簿"
        self._error(number, "site", f"{unit}{what}", remedy)
        return None

    def _short(self, code: str) -> str:
        return self.instance.department_by_code[code].short_name

    def _form(self, number: int, cells: Mapping[str, CellValue], key: _Key) -> Form | None:
        """The form that a person has written; None where it is the plan's."""
        text = self._text(number, cells, "form")
        forms = list(dict.fromkeys(row.form for row in self.held.get(key, ())))
        if plain(text) == plain("、".join(forms)):
            return None
        by_name = {form.value: form for form in Form}
        form = by_name.get(FORM_SYNONYMS.get(text, text))
        if form is None:
            self._error(
                number, "form", f"“{text}”不是一种驻点形式", f"请填 {'、'.join(by_name)} 之一"
            )
        elif forms == [form]:
            return None
        elif form is Form.MOBILE:
            self._error(number, "form", "改为流动驻点须有流动组号，附件1没有", _CHANGE_IN_RECORD)
        return form

    def _people(self, number: int, cells: Mapping[str, CellValue], key: _Key) -> list[str]:
        """The ids of the people whom a line names."""
        text = self._text(number, cells, "people")
        names = [tidy_person_name(one) for one in _BETWEEN.split(text) if one.strip()]
        phones = self._phones(number, cells, len(names))
        if phones is None:
            return []
        found = []
        for name, phone in zip(names, phones, strict=True):
            person = self._person(number, name, phone, key[0])
            if person is not None and person.id in found:
                self._error(number, "people", f"“{name}”写了两次", "请只写一次")
            elif person is not None:
                found.append(person.id)
        return found

    def _phones(self, number: int, cells: Mapping[str, CellValue], count: int) -> list[str] | None:
        """A phone for every name, empty where none is given; None where they do not fit."""
        text = self._text(number, cells, "phones") if "phones" in self.table.letters else ""
        found = _phones_in(text, count)
        if len(found) != count:
            self._error(number, "phones", *_unlike_names(count, found))
            return None
        return found

    def _person(self, number: int, name: str, phone: str, unit: str) -> Inspector | None:
        """Whom a name and a phone mean within a unit. No message repeats a phone (L-5)."""
        named = [one for one in self.instance.inspectors if tidy_person_name(one.name) == name]
        own = [one for one in named if one.department == unit]
        called = [one for one in own if phone and one.phone == phone]
        if len(called) == 1:
            return called[0]
        if not own:
            others = "、".join(dict.fromkeys(self._short(one.department) for one in named))
            is_of = f"（{others}有同名的人，不跨单位派驻）" if named else ""
            self._error(
                number, "people", f"{self._short(unit)}的“驻点人员”中没有“{name}”{is_of}",
                "请核对姓名，或先在工作簿“驻点人员”中补上这个人",
            )  # fmt: skip
        elif len(own) > 1:
            ids = "、".join(one.id for one in own)
            same = "电话也相同" if called else "电话与他们都不符"
            self._error(
                number, "people", f"{self._short(unit)}有几个“{name}”（{ids}），{same}",
                "请填他本人的电话；电话相同的，请在派驻计划.xlsx 中按编号改" if not called
                else _CHANGE_IN_RECORD,
            )  # fmt: skip
        elif phone:
            self._error(
                number, "phones", f"电话不是{name}（{own[0].id}）在“驻点人员”中的电话",
                "换人的请把姓名和电话一起改；电话变了的请改工作簿“驻点人员”",
            )  # fmt: skip
        else:
            return own[0]
        return None

    def _check_address(self, number: int, cells: Mapping[str, CellValue], key: _Key) -> None:
        if "address" not in self.table.letters:
            return
        text = self._text(number, cells, "address")
        if plain(text) != plain(self.instance.site_by_id[key[1]].address):
            self.log.warning(
                self.table.title, self._cell(number, "address"), "地址与工作簿不同，没有采纳",
                "地址变了的请改工作簿“驻点对象”",
            )  # fmt: skip

    def _text(self, number: int, cells: Mapping[str, CellValue], name: str) -> str:
        raw = cells.get(name)
        if isinstance(raw, FormulaCell | ErrorCell):
            self._error(number, name, "是公式或错误值", "请改为文字")
            return ""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        return "" if raw is None else str(raw).strip()

    def _cell(self, number: int, name: str) -> str:
        return f"{self.table.letters.get(name) or 'A'}{number}"

    def _error(self, number: int, name: str, message: str, remedy: str) -> None:
        self.log.error(self.table.title, self._cell(number, name), message, remedy)

    # -- the rows -----------------------------------------------------------------------------

    def _edited(self, key: _Key, line: _Line) -> Iterator[Stint]:
        """The rows of an object that the form shows, as it has them."""
        held = self.held.get(key, ())
        old = list(dict.fromkeys(row.inspector_id for row in held))
        gone = [one for one in old if one not in line.people]
        come = [one for one in line.people if one not in old]
        instead: dict[str, str | None] = dict.fromkeys(gone)
        instead.update(zip(gone, come, strict=False))
        for row in held:
            yield from self._replaced(row, instead.get(row.inspector_id, row.inspector_id), line)
        free = (slot for slot in range(1, 100) if slot not in {row.slot for row in held})
        for person, slot in zip(come[len(gone) :], free, strict=False):
            if not held:
                name = self.instance.inspector_by_id[person].name
                self.log.error(
                    self.table.title, f"{line.place.letters['people']}{line.place.number}",
                    f"计划中该对象到这一天无人，附件1没有{name}的结束日期", _CHANGE_IN_RECORD,
                )  # fmt: skip
                return
            colleague = held[0]
            yield self._new(colleague, person, line).model_copy(update={"slot": slot})

    def _replaced(self, row: Stint, person: str | None, line: _Line) -> Iterator[Stint]:
        """A row with the person (None: nobody) and the form of the line from the day on."""
        if person == row.inspector_id and line.form in {None, row.form}:
            yield row
            return
        if row.end is not None and row.end < self.day:
            name = self.instance.inspector_by_id[row.inspector_id].name
            letter = line.place.letters.get("people", "A")
            self.log.error(
                self.table.title, f"{letter}{line.place.number}",
                f"“截至”是休息日，{name}到 {row.end} 为止，此后的人附件1没有列出",
                "请改工作日的附件1，或改派驻计划.xlsx",
            )  # fmt: skip
            return
        if row.start < self.day:
            yield row.model_copy(
                update={"end": self.day - ONE_DAY, "end_reason": EndReason.ROTATION}
            )
        if person is not None:
            yield self._new(row, person, line)

    def _new(self, row: Stint, person: str, line: _Line) -> Stint:
        """The row of a person who takes the place of ``row``, or stands beside it."""
        form = line.form or row.form
        return row.model_copy(
            update={
                "inspector_id": person,
                "form": form,
                "group": row.group if form is Form.MOBILE else "",
                "start": max(row.start, self.day),
                "round": self.plan.round,
                "nature": StintNature.PLANNED,
                "status": StintStatus.DRAFT,
                "mentor_id": "",
                "note": "",
            }
        )


# -- as departments send it ----------------------------------------------------------------------


SENT_SHEET = replace(
    FORM_SHEET,
    columns=tuple(
        replace(one, blank_allowed=one.blank_allowed or one.field == "department")
        for one in FORM_SHEET.columns
    ),
)
"""The form where no plan is known: the cell of a unit goes with the first of its lines."""


@dataclass(frozen=True)
class SentPosting:
    """A line of the form as it was sent, and its row. ``department`` is what stands there, of a
    county unit its name."""

    row: int = field(compare=False)
    department: str
    site: str
    address: str
    form: str
    names: tuple[str, ...]
    phones: tuple[str, ...]


def read_sent_attachment1(grid: Grid, sender: str, log: IssueLog) -> tuple[SentPosting, ...]:
    """The lines of a form that ``sender`` has sent; what is wrong is in ``log`` with its cell."""
    table = find_table(grid, SENT_SHEET, "", log)
    if table is None:
        return ()
    table.rows = filled_rows(table, ("site", "form", "people"))
    unit, found = sender, []
    for record in read_rows(table, log):
        unit = record.get("department") or unit
        forms = [
            FORM_SYNONYMS.get(one, one) for one in _BETWEEN.split(record.get("form") or "") if one
        ]
        unknown = [one for one in forms if one not in set(Form)]
        if unknown:
            choice = "、".join(Form)
            record.fail(log, "form", f"“{unknown[0]}”不是一种驻点形式", f"请填 {choice} 之一")
        people = _BETWEEN.split(record.get("people") or "")
        names = [tidy_person_name(one) for one in people if one.strip()]
        phones = _phones_in(record.get("phones") or "", len(names))
        if len(phones) != len(names):
            record.fail(log, "phones", *_unlike_names(len(names), phones))
        if not names:
            record.warn(log, "people", "没有驻点人员", "确实无人的不必列出，有人的请填姓名")
        if not record.broken:
            found.append(
                SentPosting(
                    record.number, unit, tidy_site_name(record.get("site")),
                    record.get("address") or "", "、".join(forms), tuple(names), tuple(phones),
                )
            )  # fmt: skip
    return tuple(found)
