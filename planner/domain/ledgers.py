"""The ledgers that a department keeps beside the plan (catalogue 2.5, 2.8, 2.10, 2.12).

One class per ledger; references are ids, dates are inclusive, None stands for "not known yet".
The plan reads none of them but 重复认定, which is a sheet of its workbook too: they feed the
month's days, reports and papers. People are named by id only (L-5).
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from planner.domain.base import Frozen
from planner.domain.terms import Form


class FilingStatus(StrEnum):
    """状态 of a 名单版本 (R02-2)."""

    DRAFT = "草案"
    FILED = "备案"


class PlanState(StrEnum):
    """状态 of a 计划版本; each follows the one before. From 批准 on the plan is final."""

    DRAFT = "草案"
    REVIEW = "审核"
    APPROVED = "批准"
    FILED = "备案"

    @property
    def final(self) -> bool:
        """Whether the plan is approved."""
        return self in {PlanState.APPROVED, PlanState.FILED}


class ListVersion(Frozen):
    """名单版本: one quarterly analysis of one unit; its items are rows of 驻点名单 (R02-1).

    ``version`` counts from 1 within the quarter. Key: quarter, department, version.
    """

    quarter: str
    department: str
    version: int = Field(default=1, ge=1)
    judged_on: dt.date | None = None
    judged_by: str = ""
    filed_on: dt.date | None = None
    file_no: str = ""
    status: FilingStatus = FilingStatus.DRAFT


class FormChange(Frozen):
    """形式变动: one change of an object's 驻点形式 and who agreed (R03-7).

    ``before`` is None where the object was not stationed, ``after`` where it no longer is. Key:
    site, day.
    """

    site_id: str
    day: dt.date
    before: Form | None = None
    after: Form | None = None
    reason: str = ""
    approver: str = ""


class DuplicateKind(StrEnum):
    """类别 of a 重复驻点 case."""

    SAME = "同码同址"
    SUSPECTED = "疑似"


class DuplicateDecision(StrEnum):
    """结论 of a 重复驻点 case."""

    LEAD_UNIT = "牵头单位"
    JOINT = "联合驻点"
    NONE = "不重复"


class DuplicateRecord(Frozen):
    """重复认定: several claims of one object and what the safety committee decided (R02-6).

    ``key`` is the object's identity (``Instance.site_key``) or, for a suspected case, the site ids
    in order. ``lead_department`` is given with 牵头单位 only. ``decision`` is None until decided.
    """

    key: str
    site_ids: tuple[str, ...]
    departments: tuple[str, ...]
    found_on: dt.date
    kind: DuplicateKind
    decision: DuplicateDecision | None = None
    lead_department: str = ""
    decided_by: str = ""
    decided_on: dt.date | None = None
    minutes_no: str = ""


class OperationKind(StrEnum):
    """危险作业 (R06-3; the optional ones are those of GB 30871)."""

    HOT_WORK = "动火"
    MAINTENANCE = "设备检维修"
    HEIGHT = "高处"
    CONFINED_SPACE = "受限空间"
    LIFTING = "吊装"
    TEMPORARY_POWER = "临时用电"
    EXCAVATION = "动土"
    ROAD_CLOSING = "断路"
    BLINDING = "盲板抽堵"

    @property
    def must_be_attended(self) -> bool:
        """Whether R06-3 itself names the kind, so that 蹲守 and 流动 people have to be there."""
        return self in {
            OperationKind.HOT_WORK,
            OperationKind.MAINTENANCE,
            OperationKind.HEIGHT,
        }


class OperationLevel(StrEnum):
    """作业级别; 特级 is the most dangerous."""

    SPECIAL = "特级"
    FIRST = "一级"
    SECOND = "二级"


class OperationStatus(StrEnum):
    """状态 of a 危险作业."""

    NOTIFIED = "已报备"
    DONE = "已完成"
    CANCELLED = "已取消"


class DangerousOperation(Frozen):
    """危险作业 that an object notified, and who attended it (R06-3)."""

    id: str
    site_id: str
    kind: OperationKind
    level: OperationLevel | None = None
    planned_start: dt.date
    planned_end: dt.date
    permit_no: str = ""
    notified_on: dt.date | None = None
    status: OperationStatus = OperationStatus.NOTIFIED
    attended_by: str = ""
    attended_on: dt.date | None = None
    reason_not_attended: str = ""


class CheckItem(StrEnum):
    """逐项检查: the five items that R06-5 wants in the daily log."""

    DUTY_LISTS = "全员责任清单"
    MORNING_MEETING = "晨会制度"
    REWARDED_REPORTS = "有奖举报"
    WARNING_EDUCATION = "警示教育"
    DIAGNOSIS = "安全诊断"


class WorkLog(Frozen):
    """工作日志: one person's day at one object (R12-1), with the quantities that 附件2 adds up.

    ``reward_yuan`` is printed in 万元. Key: day, inspector, site.
    """

    day: dt.date
    inspector_id: str
    site_id: str
    hours: float | None = Field(default=None, ge=0, le=24)
    checked: tuple[CheckItem, ...] = ()
    duty_lists_checked: int = Field(default=0, ge=0)
    """核查全员责任清单（人）"""
    rules_improved: int = Field(default=0, ge=0)
    """指导完善规章制度（条）"""
    morning_meetings: int = Field(default=0, ge=0)
    """督促召开“晨会”（次）"""
    warning_lessons: int = Field(default=0, ge=0)
    """督促召开警示教育（场次）"""
    drills: int = Field(default=0, ge=0)
    """督促召开应急演练（次）"""
    reward_yuan: int = Field(default=0, ge=0)
    """督促落实有奖举报（元）"""
    operations_attended: int = Field(default=0, ge=0)
    """现场监督危险作业（次）"""
    findings: str = ""
    weather: str = ""
    signed: bool = False


class HazardLevel(StrEnum):
    """隐患级别."""

    ORDINARY = "一般"
    MAJOR = "重大"


class Hazard(Frozen):
    """隐患: one row of the ledger (R06-2, R13-1 … R13-3).

    ``found_by`` is an inspector's id. ``reported_on`` is 直报, ``enforcement_no`` 执法立案号.
    """

    id: str
    site_id: str
    found_on: dt.date
    found_by: str
    content: str
    basis: str = ""
    level: HazardLevel = HazardLevel.ORDINARY
    responsible: str = ""
    on_site_office: bool = False
    deadline: dt.date | None = None
    closed_on: dt.date | None = None
    reported_on: dt.date | None = None
    enforcement_no: str = ""
    transfer_department: str = ""
    transferred_on: dt.date | None = None


class SpotCheck(Frozen):
    """抽查: one stint drawn for one day and what was found there (R11-1, R11-2).

    The stint is named by site, inspector and ``stint_start``. ``present`` is None until the check
    has been made; ``score`` is 0 … 100.
    """

    id: str
    department: str
    quarter: str
    day: dt.date
    seed: int
    site_id: str
    inspector_id: str
    stint_start: dt.date
    present: bool | None = None
    tasks_checked: int | None = Field(default=None, ge=0)
    score: int | None = Field(default=None, ge=0, le=100)
    conclusion: str = ""
    follow_up: str = ""


class PeriodKind(StrEnum):
    """What a 期间 is; each is written in its own way."""

    ROUND = "轮次"
    QUARTER = "季度"
    MONTH = "月"
    WEEK = "周"

    @property
    def example(self) -> str:
        """How one is written: ``2027Q1``."""
        return _PERIODS[self]

    @classmethod
    def of(cls, period: str) -> PeriodKind:
        """What a period is that is written in this way."""
        return next(kind for kind in cls if _signs(kind.example) == _signs(period))


def _signs(period: str) -> str:
    """``Q``: what is left of a period without its numbers."""
    return "".join(one for one in period if not one.isdigit())


_PERIODS = {
    PeriodKind.ROUND: "2027H1",
    PeriodKind.QUARTER: "2027Q1",
    PeriodKind.MONTH: "2027-02",
    PeriodKind.WEEK: "2027-W07",
}


class SubmissionKind(StrEnum):
    """报送种类."""

    ATTACHMENT_1 = "附件1"
    ATTACHMENT_2 = "附件2"
    TEXT = "文字材料"
    WEEKLY_LEDGER = "周台账"
    LIST_FILING = "名单备案"
    SCHEME_FILING = "方案备案"
    CONSULTATION = "会商"
    SUMMARY = "月度汇总"
    BRIEFING = "听取汇报"

    @property
    def period(self) -> PeriodKind:
        """What it is handed in for: each round, quarter, month or week."""
        return _PERIOD_OF[self]


_PERIOD_OF = {
    SubmissionKind.ATTACHMENT_1: PeriodKind.MONTH,
    SubmissionKind.ATTACHMENT_2: PeriodKind.MONTH,
    SubmissionKind.TEXT: PeriodKind.MONTH,
    SubmissionKind.WEEKLY_LEDGER: PeriodKind.WEEK,
    SubmissionKind.LIST_FILING: PeriodKind.QUARTER,
    SubmissionKind.SCHEME_FILING: PeriodKind.ROUND,
    SubmissionKind.CONSULTATION: PeriodKind.QUARTER,
    SubmissionKind.SUMMARY: PeriodKind.MONTH,
    SubmissionKind.BRIEFING: PeriodKind.MONTH,
}


class Submission(Frozen):
    """报送: one paper of one unit and period, when it is due and when it was sent (R16-2).

    ``period`` is a round, quarter, month or ISO week: 2027H1, 2027Q1, 2027-02, 2027-W07.
    ``file_hash`` is the SHA-256 of what was sent. Key: kind, period, department.
    """

    kind: SubmissionKind
    period: str
    department: str
    due_on: dt.date
    sent_on: dt.date | None = None
    file_hash: str = ""


class ExpertContract(Frozen):
    """专家合同: a purchase of experts' services, or their letter of appointment (R18-2).

    ``experts`` are names. The period is inclusive; ``amount_yuan`` is for all of it. Key:
    contract_no.
    """

    contract_no: str
    department: str
    firm: str = ""
    experts: tuple[str, ...]
    start: dt.date
    end: dt.date
    amount_yuan: int = Field(default=0, ge=0)


class ExpertService(Frozen):
    """专家服务: one day of an expert at an object beside its inspectors (R09-4, R16-1).

    ``inspector_id`` is who went along. Key: day, site, expert.
    """

    day: dt.date
    site_id: str
    expert: str
    contract_no: str = ""
    inspector_id: str = ""
    content: str = ""


class SupportMatter(Frozen):
    """帮扶事项: what an object asked for, and what became of it (R08-1)."""

    id: str
    site_id: str
    raised_on: dt.date
    matter: str
    owner: str = ""
    deadline: dt.date | None = None
    result: str = ""
    closed_on: dt.date | None = None


def is_open(one: Hazard | SupportMatter, day: dt.date) -> bool:
    """Whether it was not closed up to a day."""
    return one.closed_on is None or one.closed_on > day


def is_overdue(one: Hazard | SupportMatter, day: dt.date) -> bool:
    """Whether its deadline was before a day and it was still open then."""
    return one.deadline is not None and one.deadline < day and is_open(one, day)


class EnterpriseList(Frozen):
    """一企一清单: one version of the list of an object (R07-2).

    ``day`` is when it was made or updated, ``handed_over_on`` when it went to the successor. Key:
    site, version.
    """

    site_id: str
    version: int = Field(default=1, ge=1)
    day: dt.date
    handed_over_on: dt.date | None = None


class TaskGroup(StrEnum):
    """五类重点共性任务 of article 6, in its order."""

    MEASURES = "十五条硬措施和八抓20条"
    RESPONSIBILITY = "全员安全生产责任制"
    HAZARDS = "重大隐患整治和双重预防"
    OPERATIONS = "危险作业管理审批"
    ORGANISATION = "安全管理机构和逐项检查"


class TaskResult(Frozen):
    """任务完成: what a check of one group of common tasks at an object came to (R06-1).

    It counts for everybody who is posted there on the day. Key: site, group, day.
    """

    site_id: str
    group: TaskGroup
    day: dt.date
    result: str


class InspectionKind(StrEnum):
    """检查类别 of a 行政检查 (国办发〔2024〕54号)."""

    ROUTINE = "日常检查"
    SPECIAL = "专项检查"
    CASE = "个案检查"

    @property
    def capped(self) -> bool:
        """Whether it counts towards the yearly cap: one after a complaint, a referral, an alarm or
        at the enterprise's own wish does not."""
        return self is not InspectionKind.CASE


class Inspection(Frozen):
    """行政检查: a formal inspection of an object by any authority, no day of stationing (L-6).

    ``authority`` is a name in words: it need not be a unit of the workbook. Key: site, day,
    authority.
    """

    site_id: str
    day: dt.date
    authority: str
    kind: InspectionKind = InspectionKind.ROUTINE


class Ledgers(Frozen):
    """台账: all ledgers of some units together."""

    list_versions: tuple[ListVersion, ...] = ()
    form_changes: tuple[FormChange, ...] = ()
    duplicates: tuple[DuplicateRecord, ...] = ()
    operations: tuple[DangerousOperation, ...] = ()
    work_logs: tuple[WorkLog, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    spot_checks: tuple[SpotCheck, ...] = ()
    submissions: tuple[Submission, ...] = ()
    expert_contracts: tuple[ExpertContract, ...] = ()
    expert_services: tuple[ExpertService, ...] = ()
    support_matters: tuple[SupportMatter, ...] = ()
    enterprise_lists: tuple[EnterpriseList, ...] = ()
    task_results: tuple[TaskResult, ...] = ()
    inspections: tuple[Inspection, ...] = ()
