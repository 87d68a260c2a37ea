"""日程资料: the sheets that tell a month plan what the workbook does not know; 危险作业 is the
ledger of that name. And 缺口, the sheet of 月度驻点日程表 that says what the month cannot meet.
"""

from __future__ import annotations

from planner.domain.day_plan import (
    LONG_RUN,
    Appointment,
    AppointmentKind,
    DayShortage,
    WeatherAlert,
)
from planner.io.columns import (
    Column,
    Kind,
    Sheet,
    date_column,
    department_column,
    inspector_column,
    site_column,
)
from planner.io.schema_ledgers import OPERATIONS

APPOINTMENTS = Sheet(
    "约定事项", "appointments", Appointment,
    (
        site_column(required=True),
        date_column("日期", "day", "哪一天", required=True, example="2027-03-10"),
        Column("类别", "kind", Kind.ENUM, required=True, terms=tuple(AppointmentKind),
               example="执法检查", note="执法检查须两名持证人员，专家服务须有驻点人员在场"),
        Column("事项", "note", note="可空"),
    ),
    note="约定了日期的执法检查和专家服务；可空",
    key=("site_id", "day", "kind"),
)  # fmt: skip

ALERTS = Sheet(
    "天气预警", "alerts", WeatherAlert,
    (
        date_column("起", "start", "第一天", required=True, example="2027-07-20"),
        date_column("止", "end", "最后一天，含当天", required=True, example="2027-07-22"),
        Column("类别", "kind", required=True, example="暴雨", note="暴雨、大风、高温、寒潮等"),
        Column("范围", "scope", Kind.LIST, aliases=("适用范围",), example="全市",
               note="全市，或县市区、行业编码、对象编号；空 = 全市"),
    ),
    note="极端天气的日子，尽量在岗；可空",
    periods=(("start", "end"),),
)  # fmt: skip

DAY_SHEETS = (OPERATIONS, APPOINTMENTS, ALERTS)

DAY_SHORTAGES = Sheet(
    "缺口", "shortages", DayShortage,
    (
        Column("规则", "rule", required=True, example="L-3", note="规则编号"),
        Column("名称", "rule_title", note="仅供阅读"),
        department_column("派出单位", "department", "哪个单位的缺口", required=True),
        site_column("缺人的对象"),
        Column("驻点对象", "site_name", note="仅供阅读"),
        inspector_column("缺口所说的人", aliases=()),
        Column("姓名", "inspector_name", note="仅供阅读"),
        Column("作业编号", "operation_id", note="无人到场的危险作业"),
        date_column("自", "start", "缺口所说的第一天", required=True),
        date_column("至", "end", "最后一天", required=True),
        Column("要求", "about", Kind.ENUM, terms=(LONG_RUN,), note="规则有几项要求的，是哪一项"),
        Column("缺", "missing", Kind.INTEGER, required=True, minimum=1, note="缺多少"),
        Column("缺什么", "text", note="仅供阅读"),
        Column("建议", "advice", note="仅供阅读"),
    ),
    note="规则要求而本月排不出的",
    periods=(("start", "end"),),
)  # fmt: skip
