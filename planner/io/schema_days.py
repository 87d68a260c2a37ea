"""日程资料: the sheets that tell a month plan what the workbook does not know. 危险作业 is the
ledger of that name."""

from __future__ import annotations

from planner.domain.day_plan import Appointment, AppointmentKind, WeatherAlert
from planner.io.columns import Column, Kind, Sheet, date_column, site_column
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
