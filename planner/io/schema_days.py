"""日程资料: the sheets that tell a month plan what the workbook does not know."""

from __future__ import annotations

from planner.domain.day_plan import Appointment, AppointmentKind, WeatherAlert
from planner.domain.ledgers import (
    DangerousOperation,
    OperationKind,
    OperationLevel,
    OperationStatus,
)
from planner.io.columns import (
    Column,
    Kind,
    Sheet,
    date_column,
    inspector_column,
    site_column,
)

OPERATIONS = Sheet(
    "危险作业", "operations", DangerousOperation,
    (
        Column("编号", "id", Kind.CODE, required=True, aliases=("作业编号", "序号"),
               note="不得重复", example="ZY-001"),
        site_column(required=True),
        Column("类别", "kind", Kind.ENUM, required=True, terms=tuple(OperationKind),
               synonyms={"动火作业": "动火", "检维修": "设备检维修", "高处作业": "高处"},
               aliases=("作业类别",), example="动火",
               note="动火、设备检维修、高处必须到场，其余供参考"),
        Column("级别", "level", Kind.ENUM, terms=tuple(OperationLevel), example="一级",
               note="特级最危险；可空"),
        date_column("起始日期", "planned_start", "作业第一天", required=True,
                    example="2027-03-10"),
        date_column("结束日期", "planned_end", "作业最后一天，含当天", required=True,
                    example="2027-03-11"),
        Column("作业票号", "permit_no", note="可空"),
        date_column("报备日期", "notified_on", "企业报备的日期", example="2027-03-08"),
        Column("状态", "status", Kind.ENUM, terms=tuple(OperationStatus), example="已报备",
               note="空 = 已报备；已取消的不再安排"),
        inspector_column("到场监督的人员，事后填写", heading="到场人员", field="attended_by",
                         aliases=()),
        date_column("到场日期", "attended_on", "事后填写", example="2027-03-10"),
        Column("未到场原因", "reason_not_attended", note="事后填写"),
    ),
    note="企业报备的危险作业；可空",
    key=("id",), periods=(("planned_start", "planned_end"),),
)  # fmt: skip

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
