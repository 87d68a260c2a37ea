"""The records of the workbook: one class per sheet of the contract, named in its docstring.

References are ids. None stands for "not given".
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property

from pydantic import Field

from planner.domain.base import Frozen
from planner.domain.terms import (
    AbsenceKind,
    AccidentLevel,
    AppraisalFlag,
    Density,
    Form,
    Grade,
    Level,
    ListAction,
    MajorHazardLevel,
    Relation,
    SiteKind,
    SiteStatus,
    StaffType,
    StageScale,
    StandardLevel,
    WeekendCoverage,
    WorkStage,
)

PROBATION_MONTHS = 12
"""试用期 in months where only the 录用日期 is known (R09-2)."""
QUALIFIED = 1
"""专业能力 that the sector of an object asks for (R09-3)."""


class Department(Frozen):
    """派出单位: a row of 部门单位."""

    code: str
    name: str
    short_name: str
    level: Level
    county: str = ""
    parent: str = ""
    sectors: tuple[str, ...]
    contact: str = ""
    contact_phone: str = ""
    formal_staff: int | None = None


class Sector(Frozen):
    """A row of 行业领域. An empty ``allowed_forms`` allows every form.

    ``inspection_caps`` are the most formal inspections in a year of one authority at one object,
    by 官方风险等级; 其他 stands for the grades that are not named (L-6).
    """

    code: str
    name: str
    chemical: bool = False
    coal: bool = False
    team_size: int = 1
    allowed_forms: tuple[Form, ...] = ()
    approval_no: str = ""
    approval_date: dt.date | None = None
    task_book_version: str = ""
    task_book_date: dt.date | None = None
    weekend_coverage: WeekendCoverage = WeekendCoverage.NONE
    inspection_caps: tuple[tuple[str, int], ...] = ()


class MatrixRow(Frozen):
    """A row of 派驻矩阵: how a grade is stationed. ``sector`` empty = every sector; ``forms`` in
    order of preference, empty = not stationed. Several rows of one sector and grade follow one
    another in preference. None means the default of the sector or of the form."""

    sector: str = ""
    grade: Grade
    forms: tuple[Form, ...] = ()
    team_size: int | None = None
    min_days_per_month: int | None = None


class Inspector(Frozen):
    """驻点监督人员: a row of 驻点人员. ``skills`` maps sector code to 0 … 3."""

    id: str
    name: str
    gender: str = ""
    birth: dt.date | None = None
    department: str
    office: str = ""
    title: str = ""
    staff_type: StaffType
    work_start: dt.date | None = None
    hire_date: dt.date | None
    probation_end: dt.date | None = None
    leaves_on: dt.date | None = None
    education: str = ""
    skills: tuple[tuple[str, int], ...]
    sector_years: tuple[tuple[str, float], ...] = ()
    backbone: bool = False
    certificate_no: str = ""
    certificate_valid_to: dt.date | None = None
    forms: frozenset[Form]
    available_from: dt.date
    available_to: dt.date
    home_county: str = ""
    underground_ok: bool = True
    phone: str
    appraisal: AppraisalFlag = AppraisalFlag.NORMAL
    note: str = ""

    @cached_property
    def _skill_map(self) -> dict[str, int]:
        return dict(self.skills)

    def skill(self, sector: str) -> int:
        """专业能力 in a sector: 0 不熟 … 3 专家."""
        return self._skill_map.get(sector, 0)


class Site(Frozen):
    """驻点对象: a row of 驻点对象."""

    id: str
    kind: SiteKind
    name: str
    uscc: str = ""
    premises_no: str = ""
    project_code: str = ""
    county: str
    town: str = ""
    address: str
    longitude: float | None = None
    latitude: float | None = None
    sector: str
    department: str
    direct_department: str = ""
    level: Level
    ownership: str = ""
    corporation: str = ""
    employees: int | None = None
    status: SiteStatus = SiteStatus.NORMAL
    holiday_production: bool = True
    manager: str = ""
    manager_phone: str = ""
    safety_director: str = ""
    safety_director_phone: str = ""
    official_grade: str = ""
    grade_scheme: str = ""
    note: str = ""


class RiskFactors(Frozen):
    """风险因素 of one site in one quarter. None = unknown: scores 0 and lowers the completeness."""

    site_id: str
    quarter: str
    major_hazard: MajorHazardLevel | None = None
    red_points: int | None = None
    open_major_hazards: int | None = None
    outdated: bool | None = None
    standard_level: StandardLevel | None = None
    director_missing: bool | None = None
    production_start: dt.date | None = None
    density: Density | None = None
    penalties_3y: int | None = None
    penalties_1y: int | None = None
    accident_3y: AccidentLevel | None = None
    accident_on: dt.date | None = None
    hazards_1y: int | None = None
    reports_true: int | None = None
    stage: WorkStage | None = None
    source: str = ""
    verified_on: dt.date | None = None


_CARRIED = re.compile(r"^由\d{4}Q\d名单结转，待研判；?")
"""What the workbook of the next round says of a row that it carries over."""


class ListItem(Frozen):
    """A row of 驻点名单; ``grade`` and ``form`` are a person's decisions and win."""

    quarter: str
    department: str
    site_id: str
    action: ListAction
    reason: str = ""
    grade: Grade | None = None
    grade_reason: str = ""
    approver: str = ""
    form: Form | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def carried(self) -> bool:
        """Whether the row was carried over from an earlier quarter and nobody has judged it yet."""
        return _CARRIED.match(self.reason) is not None

    @property
    def own_reason(self) -> str:
        """The reason without the note that the row was carried over."""
        return _CARRIED.sub("", self.reason)


class Absence(Frozen):
    """A row of 请假与任务; dates inclusive."""

    inspector_id: str
    kind: AbsenceKind
    start: dt.date
    end: dt.date
    half_day: str = ""
    approved: bool = True
    substitute_id: str = ""


class Conflict(Frozen):
    """回避: matches a site by id, USCC or corporation. The relation is confidential (L-5)."""

    inspector_id: str
    site_id: str = ""
    uscc: str = ""
    corporation: str = ""
    relation: Relation = Field(repr=False)
    start: dt.date | None = None
    end: dt.date | None = None
    source: str = ""

    def concerns(self, site: Site) -> bool:
        """Whether the record names this site, its credit code or its corporation."""
        return bool(
            (self.site_id and self.site_id == site.id)
            or (self.uscc and self.uscc == site.uscc)
            or (self.corporation and self.corporation == site.corporation)
        )


class Training(Frozen):
    """A row of 培训; None for an unknown tick."""

    inspector_ids: tuple[str, ...]
    sectors: tuple[str, ...]
    start: dt.date | None = None
    end: dt.date
    task_list: bool | None = None
    measures: bool | None = None
    hazard_criteria: bool | None = None
    passed: bool | None = None


class ConstructionStage(Frozen):
    """A row of 施工阶段; actual dates win over planned ones."""

    id: str
    site_id: str
    kind: str
    scale: StageScale
    planned_start: dt.date
    planned_end: dt.date
    actual_start: dt.date | None = None
    actual_end: dt.date | None = None
    status: str = ""

    @property
    def start(self) -> dt.date:
        """First day of the stage."""
        return self.actual_start or self.planned_start

    @property
    def end(self) -> dt.date:
        """Last day of the stage."""
        return self.actual_end or self.planned_end


class JointPosting(Frozen):
    """A row of 联合驻点: the departments that may serve one site together."""

    site_id: str
    departments: tuple[str, ...]
    reason: str
    approver: str
    approved_on: dt.date


class Extension(Frozen):
    """A row of 延长驻点 (R05-9)."""

    site_id: str
    inspector_id: str
    until: dt.date
    matter: str
    approver: str
    approved_on: dt.date


class Override(Frozen):
    """豁免: lifts one H* rule for exactly the person, site and dates that it names.

    At least one of ``inspector_id`` and ``site_id`` is given; an empty one and an empty date match
    everything.
    """

    rule: str
    inspector_id: str = ""
    site_id: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    reason: str
    approver: str
    approved_on: dt.date
    document_no: str = ""

    def lifts(
        self, rule: str, inspector_id: str, site_id: str, first: dt.date, last: dt.date
    ) -> bool:
        """Whether the row names this rule, person and site and covers these dates."""
        return self.names(rule, inspector_id, site_id) and self.covers(first, last)

    def names(self, rule: str, inspector_id: str, site_id: str) -> bool:
        """Whether the row is for this rule, person and site."""
        return (
            self.rule == rule
            and self.inspector_id in {"", inspector_id}
            and self.site_id in {"", site_id}
        )

    def covers(self, first: dt.date, last: dt.date) -> bool:
        """Whether the row's dates hold all of these."""
        return (self.start is None or self.start <= first) and (
            self.end is None or last <= self.end
        )


class Distance(Frozen):
    """A row of 县区距离; symmetric."""

    origin: str
    destination: str
    kilometres: float


class Rating(Frozen):
    """定级结果 of one site: score, grade and the line of parts that is printed (catalogue §3)."""

    site_id: str
    score: int
    completeness_percent: int
    parts: tuple[tuple[str, int], ...]
    computed_grade: Grade
    grade: Grade
    reasons: tuple[str, ...] = ()

    @property
    def unverified(self) -> bool:
        """待核实: less than 70 % of the factors are known."""
        return self.completeness_percent < 70
