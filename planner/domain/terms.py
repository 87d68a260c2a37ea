"""The closed vocabularies of the workbook (catalogue §2), as they are printed."""

from enum import IntEnum, StrEnum


class Level(StrEnum):
    """层级 / 管辖层级."""

    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县"


TO_FILL_IN = "待填"
"""What the program writes where a person has to decide; ``check`` asks for the cell."""


class Form(StrEnum):
    """驻点形式 (article 3)."""

    REGULAR = "定期驻点"
    RESIDENT = "蹲守驻点"
    MOBILE = "流动驻点"

    @property
    def released(self) -> bool:
        """Whether the inspector is released from the original post (脱钩, R03-4)."""
        return self is not Form.REGULAR

    @property
    def strength(self) -> int:
        """Presence on the site: 蹲守 3 > 流动 2 > 定期 1."""
        return {Form.RESIDENT: 3, Form.MOBILE: 2, Form.REGULAR: 1}[self]


class Grade(IntEnum):
    """驻点等级: 一级 is the strictest. Never the official A–D grade."""

    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4

    @property
    def label(self) -> str:
        """The printed name, e.g. ``一级``."""
        return "一二三四"[self - 1] + "级"

    @classmethod
    def parse(cls, label: str) -> "Grade":
        """Read a printed name; ValueError when it is none of 一级 … 四级."""
        for grade in cls:
            if grade.label == label:
                return grade
        raise ValueError(label)


class StaffType(StrEnum):
    """人员性质 (R09-1)."""

    ADMINISTRATIVE = "行政编制"
    CIVIL_SERVANT_LIKE = "参公事业"
    PUBLIC_INSTITUTION = "事业编制"
    ENFORCEMENT = "执法队伍"
    SECONDED = "借调"
    AGENCY = "劳务派遣"
    CONTRACT = "编外聘用"
    OTHER = "其他"

    @property
    def formal(self) -> bool:
        """Whether these people are 本单位正式人员 (article 9)."""
        return self in {
            StaffType.ADMINISTRATIVE,
            StaffType.CIVIL_SERVANT_LIKE,
            StaffType.PUBLIC_INSTITUTION,
            StaffType.ENFORCEMENT,
        }


class AppraisalFlag(StrEnum):
    """年度状态 (R11-3)."""

    NORMAL = "正常"
    PREFERRED = "优先"
    CRITICISED = "通报批评"
    NO_AWARD = "取消评优"
    SUSPENDED = "停派"


class SiteKind(StrEnum):
    """对象类型."""

    ENTERPRISE = "企业"
    PROJECT = "建设项目"
    SCENIC = "景区"
    STATION = "站场港口"
    PREMISES = "场所"
    AREA = "重点地区"


class SiteStatus(StrEnum):
    """生产状态."""

    NORMAL = "正常"
    STOPPED = "停产"
    SUSPENDED = "停建"
    TRIAL = "试生产"
    OVERHAUL = "检修"
    CLOSED = "关闭"

    @property
    def idle(self) -> bool:
        """停产 and 停建: no service owed, coal mines excepted (R04-7)."""
        return self in {SiteStatus.STOPPED, SiteStatus.SUSPENDED}


class WeekendCoverage(StrEnum):
    """周末值守 (R03-2): which days off an object is owed somebody besides the working days.

    全覆盖 owes all of them, so that a change leaves no day without its people. 轮值 has the people
    who are posted take turns: that is a matter of days inside their stints (month plan), and owes
    the half-year plan no day more.
    """

    NONE = "无"
    ROTA = "轮值"
    FULL = "全覆盖"


class ListAction(StrEnum):
    """动作 in 驻点名单."""

    ADD = "新增"
    KEEP = "保留"
    LEAVE = "退出"
    DEFER = "暂缓"


class StintNature(StrEnum):
    """性质 of a 派驻记录."""

    PLANNED = "计划"
    EXTENDED = "延长"
    SUBSTITUTE = "补位"
    REINFORCEMENT = "加派"
    HISTORY = "历史"


class StintStatus(StrEnum):
    """状态 of a 派驻记录."""

    DRAFT = "草案"
    APPROVED = "批准"
    RUNNING = "执行"
    FINISHED = "结束"


class EndReason(StrEnum):
    """结束原因."""

    ROTATION = "期满轮换"
    EARLY = "提前轮换"
    EXTENSION_OVER = "延长期满"
    TRANSFER = "调离"
    RETIREMENT = "退休"
    SICK_OR_MATERNITY = "病产假"
    RECUSAL = "回避"
    POOR_PERFORMANCE = "履职不力"
    OFF_LIST = "退出名单"
    COMPLETION = "完工"
    SUBSTITUTION = "补位"
    OTHER = "其他"

    @property
    def forced(self) -> bool:
        """Whether the closed list of R05-2 lets a stint end early and inside a key period."""
        return self not in {EndReason.ROTATION, EndReason.EARLY, EndReason.EXTENSION_OVER}


class AbsenceKind(StrEnum):
    """类别 of 请假与任务."""

    ANNUAL = "年休假"
    SICK = "病假"
    MATERNITY = "产假"
    FAMILY = "婚丧"
    TRAINING = "培训"
    OFFICIAL = "公务"
    ASSIGNMENT = "抽调"
    COMPENSATORY = "补休"


class Relation(StrEnum):
    """关系 of a 回避 row; never printed in any report (L-5)."""

    SELF = "本人"
    SPOUSE = "配偶"
    DIRECT_KIN = "直系血亲"
    COLLATERAL_KIN = "三代以内旁系血亲"
    IN_LAW = "近姻亲"
    FORMER_EMPLOYEE = "曾任职"
    OTHER = "其他"


class PeriodStatus(StrEnum):
    """状态 of a key period: published, reckoned, date still to come, or custom."""

    OFFICIAL = "正式"
    PROVISIONAL = "暂定"
    PLACEHOLDER = "待定"
    DEFAULT = "默认"


class StageScale(StrEnum):
    """规模 of a 施工阶段 (R02-7)."""

    HIGH_RISK = "危大"
    OVERSIZE = "超规模"


class MajorHazardLevel(StrEnum):
    """重大危险源级别."""

    NONE = "无"
    FOURTH = "四级"
    THIRD = "三级"
    SECOND = "二级"
    FIRST = "一级"


class StandardLevel(StrEnum):
    """标准化等级."""

    NONE = "无"
    THIRD = "三级"
    SECOND = "二级"
    FIRST = "一级"


class Density(StrEnum):
    """人员密集."""

    NO = "否"
    SOME = "较密集"
    DENSE = "密集"


class AccidentLevel(StrEnum):
    """近3年事故 (最严重)."""

    NONE = "无"
    MINOR = "轻伤"
    SERIOUS = "重伤"
    FATAL = "死亡1-2人"
    MAJOR = "较大及以上"


class WorkStage(StrEnum):
    """在建危大阶段."""

    NONE = "无"
    HIGH_RISK = "危大"
    OVERSIZE = "超规模危大"
    OVERHAUL = "检维修开停车"
