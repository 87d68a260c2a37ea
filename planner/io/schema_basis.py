"""The contract of the basic sheets: 参数, 部门单位, 行业领域, 派驻矩阵, calendar and distances."""

from __future__ import annotations

from planner.domain.calendar import CalendarDay, KeyPeriod
from planner.domain.tables import Department, Distance, MatrixRow, Sector
from planner.domain.terms import Form, Level, PeriodStatus, WeekendCoverage
from planner.io.columns import (
    FORM_SYNONYMS,
    LEVEL_SYNONYMS,
    Column,
    Kind,
    Sheet,
    date_column,
    department_column,
    grade_column,
    sector_column,
)

_PRESENCE = ("每日", "一次", "无")

PERIOD_STATUS_SYNONYMS = {
    "official": "正式", "已公布": "正式", "provisional": "暂定", "placeholder": "待定",
    "占位": "待定", "default": "默认", "惯例": "默认",
}  # fmt: skip
"""The English words of the contract and others in use."""

PARAMETERS = Sheet(
    "参数", "parameters", None,
    (
        Column("参数", "name", Kind.TEXT, required=True, aliases=("参数名", "参数名称"),
               note="参数名，从列表中选；全部参数和默认值见“说明”表", example="max_stint_months"),
        Column("值", "value", Kind.TEXT, required=True, aliases=("取值", "参数值"),
               note="参数的值；日期写 2027-01-11，开关写 是/否，百分数写整数", example="6"),
        Column("说明", "remark", note="随意填写，不读入", aliases=("备注",)),
    ),
    note="可整表空着：空表即全部用默认值，轮次取下一个半年",
    key=("name",), aliases=("参数表", "参数设置"),
)  # fmt: skip

DEPARTMENTS = Sheet(
    "部门单位", "departments", Department,
    (
        Column("单位编码", "code", Kind.CODE, required=True, aliases=("编码", "单位代码"),
               note="每个派出单位一个，不得重复", example="JN-YJ"),
        Column("单位名称", "name", required=True, aliases=("名称", "部门名称", "全称"),
               note="全称", example="济宁市应急管理局"),
        Column("简称", "short_name", required=True, aliases=("单位简称", "部门单位"),
               note="附件1“部门单位”栏所印", example="市应急局"),
        Column("层级", "level", Kind.ENUM, required=True, terms=tuple(Level),
               synonyms=LEVEL_SYNONYMS, aliases=("级别", "单位层级"), note="单位的层级",
               example="市"),
        Column("县市区", "county", aliases=("属地", "所在县市区"), note="县级单位填所在县市区",
               example="任城区"),
        department_column("上级业务部门", "parent", "县级单位的数据由哪个市级部门汇总"),
        sector_column("行业领域", "sectors", "该单位主管的行业领域", required=True,
                      kind=Kind.LIST, aliases=("行业编码", "主管行业"),
                      example="HY08a、HY08b、HY08c"),
        Column("联系人", "contact", Kind.PERSON_NAME, note="专责联系人", example="李四"),
        Column("联系电话", "contact_phone", Kind.PHONE, aliases=("联系人电话", "电话"),
               note="联系人电话，按文本填", example="0537-2345678"),
        Column("在岗正式人数", "formal_staff", Kind.INTEGER, minimum=0, aliases=("正式人数",),
               note="用于规模提示", example="86"),
    ),
    note="派出驻点人员的单位，每单位一行",
    needed=True, key=("code",), aliases=("部门", "单位", "派出单位"),
)  # fmt: skip

SECTORS = Sheet(
    "行业领域", "sectors", Sector,
    (
        Column("行业编码", "code", Kind.CODE, required=True, aliases=("编码", "行业代码"),
               note="每个行业领域一个，不得重复", example="HY08b"),
        Column("行业领域", "name", required=True, aliases=("行业名称", "名称"),
               note="行业领域的名称", example="危险化学品"),
        Column("化工危化", "chemical", Kind.BOOLEAN, required=True, aliases=("是否化工危化",),
               note="是否化工或危化（两人一企）", example="是"),
        Column("煤矿", "coal", Kind.BOOLEAN, required=True, aliases=("是否煤矿",),
               note="是否煤矿（全覆盖）", example="否"),
        Column("岗位人数", "team_size", Kind.INTEGER, required=True, minimum=1, maximum=6,
               aliases=("每企人数",), note="每个对象同时在岗几人；化工危化、煤矿为 2", example="2"),
        Column("允许形式", "allowed_forms", Kind.LIST, required=True, blank_allowed=True,
               terms=tuple(Form), synonyms=FORM_SYNONYMS, aliases=("允许驻点形式",),
               note="省级主管部门同意的形式；空 = 都允许", example="蹲守驻点、流动驻点"),
        Column("形式批准文号", "approval_no", aliases=("批准文号",), note="形式报省同意的文号"),
        date_column("形式批准日期", "approval_date", "形式报省同意的日期", aliases=("批准日期",)),
        Column("一业一册版本", "task_book_version", note="任务清单版本", example="2026版"),
        date_column("一业一册日期", "task_book_date", "任务清单日期"),
        Column("周末值守", "weekend_coverage", Kind.ENUM, terms=tuple(WeekendCoverage),
               note="周末和节假日怎样值守；空 = 无。轮值：由在驻人员轮流，本计划只排到工作日，"
                    "哪天谁值守在月度日程中定；全覆盖：每天都要有人，换人也不断", example="轮值"),
        Column("行政检查上限", "inspection_caps", Kind.INTEGER_MAP, example="A:2;B:4;其他:6",
               note="公布的年度频次上限：官方风险等级:次数，按同一单位对同一对象计；空 = 只计数"),
    ),
    note="各单位主管的行业领域，每领域一行",
    needed=True, key=("code",), aliases=("行业", "行业表"),
)  # fmt: skip

MATRIX = Sheet(
    "派驻矩阵", "matrix", MatrixRow,
    (
        sector_column("行业编码", "sector", "空 = 所有行业；写了行业的行优先"),
        grade_column(required=True, note="该行适用的驻点等级"),
        Column("驻点形式", "forms", Kind.LIST, required=True, blank_allowed=True,
               terms=tuple(Form), synonyms=FORM_SYNONYMS, aliases=("形式", "驻点监督形式"),
               note="按优先次序；空 = 不派驻", example="流动驻点、蹲守驻点"),
        Column("岗位人数", "team_size", Kind.INTEGER, minimum=1, maximum=6,
               note="空 = 取行业的岗位人数", example="2"),
        Column("每月最少驻点日", "min_days_per_month", Kind.INTEGER, minimum=0, maximum=31,
               aliases=("每月最少天数",), note="空 = 按形式的规定", example="5"),
    ),
    note="各驻点等级用什么形式派驻；可整表空着，空表用默认矩阵",
    key=("sector", "grade", "forms"), aliases=("等级矩阵", "分类派驻矩阵"),
)  # fmt: skip

KEY_PERIODS = Sheet(
    "重点时段", "key_periods", KeyPeriod,
    (
        Column("名称", "name", required=True, aliases=("重点时段", "时段名称"), note="时段名称",
               example="2027全国两会"),
        date_column("起", "start", "第一天", required=True, example="2027-03-01",
                    aliases=("起始日期", "开始日期", "起始")),
        date_column("止", "end", "最后一天", required=True, example="2027-03-12",
                    aliases=("结束日期", "截止日期", "终止")),
        Column("类型", "kind", required=True, blank_allowed=True, example="重要会议",
               note="节假日、重要会议、重大活动、极端天气、事故易发、季节、临时"),
        Column("冻结轮换", "freeze_rotation", Kind.BOOLEAN, required=True, example="是",
               note="该时段内是否不换人"),
        Column("加强覆盖", "boost_coverage", Kind.BOOLEAN, required=True, example="是",
               note="该时段内是否加强在岗"),
        Column("范围", "scope", Kind.LIST, aliases=("适用范围",), example="全市",
               note="全市，或县市区、行业编码、对象编号；空 = 全市"),
        Column("一级要求", "required_first", Kind.ENUM, terms=_PRESENCE, note="一级对象的在岗要求",
               example="每日"),
        Column("二级要求", "required_second", Kind.ENUM, terms=_PRESENCE,
               note="二级对象的在岗要求", example="一次"),
        Column("三级要求", "required_third", Kind.ENUM, terms=_PRESENCE,
               note="三级对象的在岗要求", example="无"),
        Column("状态", "status", Kind.ENUM, required=True, terms=tuple(PeriodStatus),
               synonyms=PERIOD_STATUS_SYNONYMS,
               note="正式 已公布，暂定 按放假办法推算，待定 日期未公布、先占位，默认 按惯例；"
                    "四种同样执行，只说明日期从何而来", example="正式"),
        Column("依据", "basis", aliases=("来源",), note="通知文号或惯例"),
    ),
    note="不换人或加强在岗的时段；可整表空着，空表按日历推算默认时段。只要填了一行，就以本表为全部",
    key=("name", "start", "scope"), periods=(("start", "end"),),
)  # fmt: skip

ADJUSTMENTS = Sheet(
    "日历调整", "adjustments", CalendarDay,
    (
        date_column("日期", "day", "要调整的一天", required=True, example="2027-02-11"),
        Column("是否工作日", "workday", Kind.BOOLEAN, required=True, aliases=("工作日",),
               note="是 = 上班，否 = 放假", example="否"),
        Column("类型", "kind", note="如 节假日、调休上班", example="节假日"),
        Column("依据", "basis", aliases=("来源",), note="放假通知的文号"),
    ),
    note="新公布的放假安排填在这里，优先于内置日历；可空",
    key=("day",), aliases=("日历", "放假安排"),
)  # fmt: skip

DISTANCES = Sheet(
    "县区距离", "distances", Distance,
    (
        Column("起点", "origin", required=True, note="县市区", example="任城区"),
        Column("终点", "destination", required=True, note="县市区", example="邹城市"),
        Column("公里", "kilometres", Kind.NUMBER, required=True, minimum=0, maximum=2000,
               aliases=("距离", "距离公里"), note="两地距离，往返相同，只填一行", example="42"),
    ),
    note="用于就近派驻；可空",
    known_by=("origin", "destination"), aliases=("县市区距离", "距离"),
)  # fmt: skip
