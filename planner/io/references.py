"""References between sheets: codes are checked, names that people write instead are resolved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.io.cleaning import half_width, tidy_person, tidy_site_name
from planner.io.columns import Column, Kind
from planner.io.issues import IssueLog
from planner.io.rows import Record, Records


@dataclass
class _Register:
    """What one sheet can be called by: ids, and names with the ids that bear them."""

    ids: set[str] = field(default_factory=set)
    by_name: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    department_of: dict[str, str] = field(default_factory=dict)

    def find(self, token: str, department: str) -> list[str]:
        """The ids that a token can mean; within one department when it bears the name there."""
        if token in self.ids:
            return [token]
        found = list(dict.fromkeys(self.by_name.get(_folded(token), ())))
        own = [one for one in found if self.department_of.get(one) == department]
        return own or found


_NAME_FIELDS: Mapping[str, tuple[str, ...]] = {
    "部门单位": ("short_name", "name"),
    "行业领域": ("name",),
    "驻点人员": ("name",),
    "驻点对象": ("name",),
}


def resolve_references(records: Records, log: IssueLog) -> None:
    """Replace names by ids in every record and report what is unknown or ambiguous.

    部门单位 and 行业领域 come first, because names of people are looked up within a department.
    """
    registers = {title: _register(records.get(title, ())) for title in _NAME_FIELDS}
    for title in ("部门单位", "行业领域"):
        _resolve_targets(records, registers, {title}, log)
    for title in ("驻点人员", "驻点对象"):
        for record in records.get(title, ()):
            department = record.get("department")
            if record.get("id") and department:
                registers[title].department_of[record.get("id")] = department
    _resolve_targets(records, registers, {"驻点人员", "驻点对象"}, log)
    _check_scopes(records, registers, log)


def _register(records: Iterable[Record]) -> _Register:
    register = _Register()
    for record in records:
        identity = record.get(record.sheet.id_column.field)
        if identity is None:
            continue
        register.ids.add(identity)
        for name in _NAME_FIELDS[record.sheet.title]:
            if record.get(name):
                register.by_name[_folded(record.get(name))].append(identity)
    return register


def _folded(name: str) -> str:
    return half_width(tidy_site_name(tidy_person(name)))


def _resolve_targets(
    records: Records, registers: Mapping[str, _Register], targets: set[str], log: IssueLog
) -> None:
    for record in (record for rows in records.values() for record in rows):
        for column in record.sheet.columns:
            if column.refers_to not in targets or record.get(column.field) is None:
                continue
            register = registers[column.refers_to]
            if register.ids:  # an empty or missing sheet has been reported once
                _resolve(record, column, register, log)


def _resolve(record: Record, column: Column, register: _Register, log: IssueLog) -> None:
    value = record.get(column.field)
    department = str(record.get("department") or "")

    def one(token: str) -> str:
        return _id_of(token, department, record, column, register, log)

    if isinstance(value, str):
        record.values[column.field] = one(value)
    elif column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        record.values[column.field] = tuple((one(key), number) for key, number in value)
    else:
        record.values[column.field] = tuple(dict.fromkeys(one(token) for token in value))


def _id_of(
    token: str, department: str, record: Record, column: Column, register: _Register, log: IssueLog
) -> str:
    found = register.find(token, department)
    target = column.refers_to
    if len(found) == 1:
        if found[0] != token:
            message = f"“{column.heading}”按{target}的编号读入"
            if not record.sheet.confidential:
                message = f"“{column.heading}”“{token}”按{target}的编号 {found[0]} 读入"
            log.change(record.title, record.cell(column.field, column.fallback), message)
        return found[0]
    place = next(name for name in (column.field, column.fallback, "")
                 if record.letters.get(name) or not name)  # fmt: skip
    said = "这一项" if record.sheet.confidential else f"“{token}”"
    if found:
        several = "" if record.sheet.confidential else f"：{'、'.join(found[:5])}"
        record.fail(
            log, place, f"{said}在表“{target}”中有几个{several}",
            "请改填编号",
        )  # fmt: skip
    else:
        record.fail(
            log, place, f"“{column.heading}”{said}在表“{target}”中不存在",
            f"请核对，或在“{target}”中补上这一行",
        )  # fmt: skip
    return token


def _check_scopes(records: Records, registers: Mapping[str, _Register], log: IssueLog) -> None:
    """The tokens of 范围: 全市, a county, a sector or a site (settled reading 16)."""
    counties = set(_counties(records))
    for record in (*records.get("重点时段", ()), *records.get("天气预警", ())):
        scope: list[str] = []
        for token in record.get("scope") or ():
            sectors = registers["行业领域"].find(token, "")
            known = token == "全市" or token in counties or token in registers["驻点对象"].ids
            if not known and len(sectors) == 1 and sectors[0] != token:
                message = f"范围“{token}”按行业编码 {sectors[0]} 读入"
                log.change(record.title, record.cell("scope"), message)
                token = sectors[0]
            elif not known and not sectors:
                record.fail(
                    log, "scope", f"范围“{token}”不是全市、县市区、行业编码或对象编号",
                    "请按“驻点对象”“行业领域”中的写法填写",
                )  # fmt: skip
            scope.append(token)
        if scope:
            record.values["scope"] = tuple(scope)


def _counties(records: Records) -> Iterator[Any]:
    for title, name in (
        ("部门单位", "county"), ("驻点对象", "county"), ("驻点人员", "home_county"),
        ("县区距离", "origin"), ("县区距离", "destination"),
    ):  # fmt: skip
        for record in records.get(title, ()):
            if record.get(name):
                yield record.get(name)
