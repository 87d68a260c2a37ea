"""改动: small named changes of an instance, from which scenarios, events and repairs are made.

An edit adds, changes or removes rows of one table of the workbook, sets a parameter, or moves a
number of people. ``applied`` makes them one after the other and finds again what follows from them:
the default key periods and the ratings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count, islice
from typing import Any, Protocol

from pydantic import ValidationError

from planner.domain.base import Frozen
from planner.domain.calendar import ONE_DAY, WorkCalendar, add_months, quarter_of
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.tables import Inspector, ListItem, Site, Training
from planner.domain.terms import Form, Grade, ListAction, SiteStatus, StaffType
from planner.priority import rate

CALENDAR_TABLE = "adjustments"
"""日历调整: its rows are a part of the calendar, not a table of the instance."""
YEARS_OF_SERVICE = 5
"""How long new people are taken to have served, and to stay."""


class EditError(ValueError):
    """An edit that cannot be made; the message is Chinese and says why. ``cell`` tells the table,
    the row and the field of the workbook that it is about, where it is about one."""

    def __init__(self, message: str, cell: tuple[str, Frozen, str] | None = None) -> None:
        super().__init__(message)
        self.cell = cell


class Edit(Protocol):
    """One change. ``made`` raises EditError when it does not fit the instance."""

    def made(self, instance: Instance) -> Instance:
        """The changed instance; what follows from the change is not found again yet."""


def applied(instance: Instance, edits: Iterable[Edit]) -> Instance:
    """The instance after all edits, in their order, with its default key periods and ratings found
    again. EditError names what does not fit."""
    before = instance.key_periods
    regular = before == _default_periods(instance)
    for edit in edits:
        instance = edit.made(instance)
    if regular and instance.key_periods == before:
        instance = instance.model_copy(update={"key_periods": _default_periods(instance)})
    return instance.model_copy(update={"ratings": rate(instance), "input_hash": ""})


def _default_periods(instance: Instance) -> tuple[Any, ...]:
    return default_key_periods(instance.round, instance.calendar, instance.policy)


class AddRow(Frozen):
    """Put a row (a record of ``planner.domain``) at the end of a table, such as ``absences``."""

    table: str
    row: Frozen

    def made(self, instance: Instance) -> Instance:
        """With the row."""
        return _with_rows(instance, self.table, (*rows_of(instance, self.table), self.row))


class ChangeRows(Frozen):
    """Give the rows whose fields equal ``where`` new ``values``."""

    table: str
    where: tuple[tuple[str, Any], ...]
    values: tuple[tuple[str, Any], ...]

    def made(self, instance: Instance) -> Instance:
        """With the changed rows; EditError when none fits or a value does not."""
        rows = rows_of(instance, self.table)
        found = _matching(self.table, rows, self.where)
        changed = tuple(
            _changed(self.table, row, dict(self.values)) if row in found else row for row in rows
        )
        return _with_rows(instance, self.table, changed)


class RemoveRows(Frozen):
    """Take out the rows whose fields equal ``where``. A person or an object goes with every row
    about them; what was served stays in the history of the others."""

    table: str
    where: tuple[tuple[str, Any], ...]

    def made(self, instance: Instance) -> Instance:
        """Without the rows; EditError when none fits."""
        rows = rows_of(instance, self.table)
        found = _matching(self.table, rows, self.where)
        kept = _with_rows(instance, self.table, tuple(row for row in rows if row not in found))
        if self.table == "inspectors":
            return _without(kept, "inspector_id", {row.id for row in found})
        if self.table == "sites":
            return _without(kept, "site_id", {row.id for row in found})
        return kept


class SetParameter(Frozen):
    """Set one parameter of the policy."""

    name: str
    value: Any

    def made(self, instance: Instance) -> Instance:
        """With the new value; EditError for an unknown name or an impossible value."""
        if self.name not in type(instance.policy).model_fields:
            raise EditError(f"没有参数 {self.name}，参数名见工作簿“参数”表的批注")
        values = {**dict(instance.policy), self.name: self.value}
        try:
            policy = type(instance.policy)(**values)
        except ValidationError as error:
            raise EditError(f"参数 {self.name} 不能是 {self.value}") from error
        return instance.model_copy(update={"policy": policy})


class Hire(Frozen):
    """增人: ``count`` new people of a unit, qualified and trained in ``sectors``; released
    (蹲守 and 流动) unless ``forms`` says otherwise. Their ids begin with ``新增``."""

    count: int
    department: str
    sectors: tuple[str, ...]
    skill: int = 2
    forms: frozenset[Form] = frozenset({Form.RESIDENT, Form.MOBILE})

    def made(self, instance: Instance) -> Instance:
        """With the new people and their training; EditError for an unknown unit or sector."""
        if self.department not in instance.department_by_code:
            raise EditError(f"没有单位 {self.department}")
        unknown = [one for one in self.sectors if one not in instance.sector_by_code]
        if unknown:
            raise EditError(f"没有行业编码 {'、'.join(unknown)}")
        taken = set(instance.inspector_by_id)
        free = (one for n in count(1) if (one := f"新增{n:02d}") not in taken)
        ids = list(islice(free, self.count))
        return with_people(instance, ids, self.department, self.sectors, self.skill, self.forms)


def with_people(
    instance: Instance,
    ids: Sequence[str],
    department: str,
    sectors: tuple[str, ...],
    skill: int,
    forms: frozenset[Form],
) -> Instance:
    """The instance with new formal people of a unit under these ids, with 专业能力 ``skill`` and a
    training in ``sectors`` just before the round."""
    start, end = instance.round.start, instance.round.end
    people = tuple(
        Inspector(
            id=one,
            name=one,
            department=department,
            staff_type=StaffType.ADMINISTRATIVE,
            hire_date=add_months(start, -12 * YEARS_OF_SERVICE),
            skills=tuple((sector, skill) for sector in sectors),
            forms=forms,
            available_from=start,
            available_to=add_months(end, 12 * YEARS_OF_SERVICE),
            home_county=instance.department_by_code[department].county,
            phone="",
        )
        for one in ids
    )
    training = (trained(instance, tuple(ids), sectors),) if ids else ()
    return instance.model_copy(
        update={
            "inspectors": (*instance.inspectors, *people),
            "trainings": (*instance.trainings, *training),
        }
    )


def trained(instance: Instance, ids: tuple[str, ...], sectors: tuple[str, ...]) -> Training:
    """A complete, passed training of some people that ends the day before the round."""
    return Training(
        inspector_ids=ids,
        sectors=sectors,
        end=instance.round.start - ONE_DAY,
        task_list=True,
        measures=True,
        hazard_criteria=True,
        passed=True,
    )


class Dismiss(Frozen):
    """减人: ``count`` people of a unit fewer; with ``sector`` only people qualified for it. Who is
    in no running posting goes first, the higher id before the lower one."""

    count: int
    department: str
    sector: str = ""

    def made(self, instance: Instance) -> Instance:
        """Without these people; EditError when there are not so many."""
        busy = {row.inspector_id for row in instance.running}
        found = sorted(
            (
                one
                for one in instance.inspectors
                if one.department == self.department
                and (not self.sector or one.skill(self.sector) >= 1)
            ),
            key=lambda one: one.id,
            reverse=True,
        )
        found.sort(key=lambda one: one.id in busy)
        if len(found) < self.count:
            raise EditError(f"{self.department} 只有 {len(found)} 人符合，不能减 {self.count} 人")
        for one in found[: self.count]:
            instance = RemoveRows(table="inspectors", where=(("id", one.id),)).made(instance)
        return instance


class CopyRow(Frozen):
    """照样增加: ``count`` more people or objects like the one called ``like``, with new ``values``.

    A person brings the same training, an object the same risk factors and list rows; nobody's
    history, leave or recusal comes along, nor the codes that would make the object the same one.
    """

    table: str
    like: str
    count: int
    values: tuple[tuple[str, Any], ...] = ()

    def made(self, instance: Instance) -> Instance:
        """With the copies; EditError when there is no such row or a value does not fit."""
        (pattern,) = _matching(self.table, rows_of(instance, self.table), (("id", self.like),))
        taken = {row.id for row in rows_of(instance, self.table)}
        numbers = (n for n in range(1, len(taken) + self.count + 1))
        ids = [name for n in numbers if (name := f"{self.like}-同{n}") not in taken][: self.count]
        people = self.table == "inspectors"
        own = {"phone": ""} if people else {"uscc": "", "project_code": ""}
        copies = tuple(
            _changed(self.table, pattern, {**own, "name": one, **dict(self.values), "id": one})
            for one in ids
        )
        instance = _with_rows(instance, self.table, (*rows_of(instance, self.table), *copies))
        for table in ("trainings",) if people else ("risk_factors", "list_items"):
            instance = _with_rows(instance, table, self._followed(rows_of(instance, table), ids))
        return instance

    def _followed(self, rows: Sequence[Any], ids: Sequence[str]) -> tuple[Any, ...]:
        if self.table == "inspectors":
            return tuple(
                row.model_copy(update={"inspector_ids": (*row.inspector_ids, *ids)})
                if self.like in row.inspector_ids
                else row
                for row in rows
            )
        copied = (
            row.model_copy(update={"site_id": one})
            for one in ids
            for row in rows
            if row.site_id == self.like
        )
        return (*rows, *copied)


class Decide(Frozen):
    """定级定式: a person's grade or form for an object, as 驻点名单 would say it.

    An empty list means that every object is on it, so that deciding one writes rows for all.
    """

    site_id: str
    grade: Grade | None = None
    form: Form | None = None

    def made(self, instance: Instance) -> Instance:
        """With the decision in every list row of the object; EditError for an unknown one."""
        if self.site_id not in instance.site_by_id:
            raise EditError(f"没有对象 {self.site_id}")
        quarter = quarter_of(instance.round.start)
        added = full_list(instance, quarter) if not instance.list_items else ()
        if self.site_id not in {row.site_id for row in (*instance.list_items, *added)}:
            row = _list_row(instance.site_by_id[self.site_id], quarter, ListAction.ADD)
            added = (row.model_copy(update={"reason": "情景设定"}),)
        decided: dict[str, Any] = {}
        if self.grade is not None:
            decided |= {"grade": self.grade, "grade_reason": "情景设定", "approver": "情景设定"}
        if self.form is not None:
            decided["form"] = self.form
        rows = tuple(
            row.model_copy(update=decided) if row.site_id == self.site_id else row
            for row in (*instance.list_items, *added)
        )
        return instance.model_copy(update={"list_items": rows})


def full_list(instance: Instance, quarter: str) -> tuple[ListItem, ...]:
    """驻点名单 of a quarter that says what an empty one means: every object that is not 关闭."""
    return tuple(
        _list_row(site, quarter, ListAction.KEEP)
        for site in instance.sites
        if site.status is not SiteStatus.CLOSED
    )


def _list_row(site: Site, quarter: str, action: ListAction) -> ListItem:
    return ListItem(quarter=quarter, department=site.department, site_id=site.id, action=action)


class Scenario(Frozen):
    """情景: a named list of edits. ``text`` says in Chinese what they are."""

    name: str
    edits: tuple[Any, ...]
    text: str = ""


# -- tables -------------------------------------------------------------------------------------


def rows_of(instance: Instance, table: str) -> tuple[Any, ...]:
    """The rows of a table by its name in ``planner.io.schema``."""
    if table == CALENDAR_TABLE:
        return instance.calendar.adjustments
    return tuple(getattr(instance, table))


def _with_rows(instance: Instance, table: str, rows: tuple[Any, ...]) -> Instance:
    if table == CALENDAR_TABLE:
        return instance.model_copy(update={"calendar": WorkCalendar(adjustments=rows)})
    return instance.model_copy(update={table: rows})


def _matching(table: str, rows: Sequence[Any], where: Sequence[tuple[str, Any]]) -> tuple[Any, ...]:
    found = tuple(
        row for row in rows if all(getattr(row, name, None) == value for name, value in where)
    )
    if not found:
        said = "，".join(f"{name}={value}" for name, value in where)
        raise EditError(f"{table} 中没有这样的行：{said}")
    return found


def _changed(table: str, row: Frozen, values: dict[str, Any]) -> Frozen:
    unknown = sorted(set(values) - set(type(row).model_fields))
    if unknown:
        raise EditError(f"{table} 没有字段 {'、'.join(unknown)}")
    try:
        return type(row)(**{**dict(row), **values})
    except ValidationError as error:
        raise EditError(f"{table} 的值不可用：{values}") from error


def _without(instance: Instance, field: str, ids: set[str]) -> Instance:
    """Every row about these people or objects out of every table."""
    tables = ("risk_factors", "list_items", "stints", "absences", "conflicts", "stages",
              "joint_postings", "extensions", "overrides")  # fmt: skip
    update: dict[str, Any] = {
        table: tuple(
            row for row in rows_of(instance, table) if getattr(row, field, None) not in ids
        )
        for table in tables
    }
    if field == "inspector_id":
        update["trainings"] = tuple(
            row.model_copy(update={"inspector_ids": left})
            for row in instance.trainings
            if (left := tuple(one for one in row.inspector_ids if one not in ids))
        )
    return instance.model_copy(update=update)
