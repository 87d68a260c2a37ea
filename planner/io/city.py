"""全市: the departments that report to 市安委会办公室, and how their forms name them.

The list of the opinion ships as ``data/departments.csv``; a workbook with 部门单位 and 行业领域
takes its place where a city has others (R01-2).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.domain.calendar import Round, add_months
from planner.domain.instance import Instance
from planner.domain.tables import Department, Sector
from planner.domain.terms import Level
from planner.io.issues import IssueLog
from planner.io.layout import plain
from planner.io.schema_basis import DEPARTMENTS, SECTORS
from planner.io.workbooks import read_tables
from planner.resources import data_file

_COUNTY = re.compile(r"(?:[^局委]+?县|[^局委]{2,}?[区旗市])\w")
"""A county and what follows it; 市 of 城市管理局 is none."""


@dataclass(frozen=True)
class City:
    """An instance of units and sectors alone. ``also`` are further names of sectors, by code."""

    instance: Instance
    also: Mapping[str, str]

    @property
    def departments(self) -> tuple[Department, ...]:
        """Who reports to the office (R16-2): every municipal department with a sector."""
        units = self.instance.departments
        return tuple(one for one in units if one.level is Level.CITY and one.sectors)

    def department(self, text: str) -> Department | None:
        """The department that a form means by its code or one of its names."""
        named = [one for one in self.departments if _folded(text) in _names_of(one)]
        return named[0] if len(named) == 1 else None

    def is_bureau(self, text: str) -> bool:
        """Whether a form is of a county unit, whose figures its department reports (R16-2): one of
        the workbook, or one that has its county before its name (任城区应急局, 邹城市应急局)."""
        if self.department(text) is not None:
            return False
        units = (one for one in self.instance.departments if one.level is Level.COUNTY)
        known = {_folded(name) for one in units for name in (one.code, one.name, one.short_name)}
        cities = {one.name[: one.name.find("市") + 1] for one in self.departments}
        rest = name = _folded(text)
        for city in (*sorted(cities), "市"):
            rest = rest.removeprefix(city)
        return name in known or bool(_COUNTY.match(rest))

    def sector(self, text: str, department: Department) -> Sector | None:
        """The sector that a department means by its code or one of its names; None where it has
        no such sector."""
        own = [self.instance.sector_by_code[code] for code in department.sectors]
        known = (
            (one, {_folded(name) for name in (one.code, one.name, self.also.get(one.code, ""))})
            for one in own
        )
        return next((one for one, names in known if text and _folded(text) in names), None)


def read_city(data: Path | None, first: dt.date, log: IssueLog) -> City | None:
    """The departments of a workbook, or without one those of the opinion; None when something is
    wrong. ``first`` is the first day of the month reported on."""
    city = _default_city(first)
    if data is None:
        return city
    tables = read_tables((data,), (DEPARTMENTS, SECTORS), city.instance, log)
    if tables is None:
        return None
    rows = {name: tables[name] or getattr(city.instance, name) for name in tables}
    also = {} if tables["sectors"] else city.also
    city = City(city.instance.model_copy(update=rows), also)
    if not city.departments:
        log.error(
            f"{data.name}：{DEPARTMENTS.title}", "", "没有层级为“市”、有行业领域的单位",
            "汇总的是市级部门的报送（R16-2），请补上这些单位",
        )  # fmt: skip
        return None
    return city


def _default_city(first: dt.date) -> City:
    with data_file("departments.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sectors: dict[str, list[str]] = {}
    for row in rows:
        sectors.setdefault(row["单位编码"], []).append(row["行业编码"])
    units = {row["单位编码"]: row for row in rows}
    instance = Instance(
        round=Round(name=f"{first:%Y-%m}", start=first, end=add_months(first, 12)),
        departments=tuple(
            Department(
                code=code, name=row["单位名称"], short_name=row["简称"], level=Level.CITY,
                sectors=tuple(sectors[code]),
            )
            for code, row in units.items()
        ),
        sectors=tuple(Sector(code=row["行业编码"], name=row["行业领域"]) for row in rows),
        matrix=(), inspectors=(), sites=(),
    )  # fmt: skip
    return City(instance, {row["行业编码"]: row["又称"] for row in rows})


def _names_of(unit: Department) -> set[str]:
    """What a department is called: 济宁市应急管理局 is 市应急管理局, too."""
    at = max(unit.name.find("市"), 0)
    return set(map(_folded, (unit.code, unit.name, unit.name[at:], unit.short_name)))


def _folded(text: str) -> str:
    """A name without spaces, brackets and quotation marks, which everybody writes differently."""
    return re.sub(r"[\W_]", "", plain(text)).upper()
