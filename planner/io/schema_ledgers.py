"""The contract of the ledgers (catalogue 2.5, 2.8, 2.10, 2.12): what the store keeps beside the
workbook, in the headings in which people fill it in."""

from __future__ import annotations

from planner.domain.ledgers import (
    CheckItem,
    DangerousOperation,
    DuplicateDecision,
    DuplicateKind,
    DuplicateRecord,
    EnterpriseList,
    ExpertContract,
    ExpertService,
    FilingStatus,
    FormChange,
    Hazard,
    HazardLevel,
    Inspection,
    InspectionKind,
    ListVersion,
    OperationKind,
    OperationLevel,
    OperationStatus,
    SpotCheck,
    Submission,
    SubmissionKind,
    SupportMatter,
    TaskGroup,
    TaskResult,
    WorkLog,
)
from planner.io.columns import (
    Column,
    Kind,
    Sheet,
    date_column,
    department_column,
    form_column,
    inspector_column,
    site_column,
)


def _quarter(note: str) -> Column:
    return Column("季度", "quarter", Kind.QUARTER, required=True, note=note, example="2027Q1")


def _number(name: str) -> Column:
    return Column("编号", "id", Kind.CODE, required=True, note="不得重复", example=name)


def _count(heading: str, field: str, note: str) -> Column:
    return Column(heading, field, Kind.INTEGER, minimum=0, note=f"{note}；空 = 0", example="1")


LIST_VERSIONS = Sheet(
    "名单版本", "list_versions", ListVersion,
    (
        _quarter("名单的季度"),
        department_column("单位编码", "department", "派出单位", required=True),
        Column("版本", "version", Kind.INTEGER, required=True, minimum=1, note="本季度第几版",
               example="1"),
        date_column("研判日期", "judged_on", "研判会的日期", happened=True),
        Column("研判人", "judged_by", Kind.PERSON_NAME, note="主持研判的人"),
        date_column("备案日期", "filed_on", "报同级安委会办公室的日期", happened=True),
        Column("备案文号", "file_no", note="可空"),
        Column("状态", "status", Kind.ENUM, terms=tuple(FilingStatus), note="空 = 草案",
               example="备案"),
    ),
    note="每单位每季度研判一次的名单，各对象见“驻点名单”",
    key=("quarter", "department", "version"),
)  # fmt: skip

FORM_CHANGES = Sheet(
    "形式变动", "form_changes", FormChange,
    (
        site_column(required=True),
        date_column("变动日期", "day", "新形式的第一天", required=True),
        form_column("原形式", "before", note="空 = 原来不驻点"),
        form_column("新形式", "after", note="空 = 不再驻点"),
        Column("理由", "reason", note="为何变动"),
        Column("批准人", "approver", Kind.PERSON_NAME, note="姓名"),
    ),
    note="驻点形式的每次变动，随月度材料报送",
    key=("site_id", "day"),
)  # fmt: skip

DUPLICATES = Sheet(
    "重复认定", "duplicates", DuplicateRecord,
    (
        Column("标识", "key", Kind.CODE, required=True,
               note="项目编码，或统一社会信用代码加场所编号", example="U:91110000600037341L:01"),
        Column("对象编号", "site_ids", Kind.LIST, required=True, refers_to="驻点对象",
               note="重复的各行", example="OBJ-0042、OBJ-0107"),
        department_column("单位编码", "departments", "各家单位", required=True, kind=Kind.LIST),
        date_column("发现日期", "found_on", "何时发现", required=True, happened=True),
        Column("类别", "kind", Kind.ENUM, required=True, terms=tuple(DuplicateKind),
               note="同码同址，或只是疑似", example="同码同址"),
        Column("结论", "decision", Kind.ENUM, terms=tuple(DuplicateDecision),
               note="空 = 尚未认定", example="牵头单位"),
        department_column("牵头单位", "lead_department", "结论为牵头单位的填"),
        Column("认定人", "decided_by", Kind.PERSON_NAME, note="姓名"),
        date_column("认定日期", "decided_on", "认定的日期", happened=True),
        Column("会议纪要号", "minutes_no", note="依据"),
    ),
    note="几家单位要驻同一对象的，安委会办公室怎样认定",
    key=("key",),
)  # fmt: skip

OPERATIONS = Sheet(
    "危险作业", "operations", DangerousOperation,
    (
        _number("WX-0001"),
        site_column(required=True),
        Column("作业种类", "kind", Kind.ENUM, required=True, terms=tuple(OperationKind),
               synonyms={"动火作业": "动火", "检维修": "设备检维修", "高处作业": "高处"},
               note="动火、设备检维修、高处必须到场", example="动火"),
        Column("作业级别", "level", Kind.ENUM, terms=tuple(OperationLevel), note="空 = 不分级",
               example="特级"),
        date_column("计划起", "planned_start", "第一天", required=True),
        date_column("计划止", "planned_end", "最后一天", required=True),
        Column("作业票号", "permit_no", Kind.CODE, note="可空"),
        date_column("报备日期", "notified_on", "企业何时报备", happened=True),
        Column("状态", "status", Kind.ENUM, terms=tuple(OperationStatus), note="空 = 已报备",
               example="已完成"),
        inspector_column("到场监督的人", heading="到场人员", field="attended_by", aliases=()),
        date_column("到场日期", "attended_on", "到场的日期", happened=True),
        Column("未到场原因", "reason_not_attended", note="没有到场的说明"),
    ),
    note="企业报备的危险作业和谁到场监督",
    key=("id",), periods=(("planned_start", "planned_end"), ("planned_start", "attended_on")),
)  # fmt: skip

WORK_LOGS = Sheet(
    "工作日志", "work_logs", WorkLog,
    (
        date_column("日期", "day", "驻点的日期", required=True, happened=True),
        inspector_column(required=True),
        site_column(required=True),
        Column("时长", "hours", Kind.NUMBER, minimum=0, maximum=24, note="小时", example="7.5"),
        Column("逐项检查", "checked", Kind.LIST, terms=tuple(CheckItem), note="当天检查了哪几项",
               example="全员责任清单、晨会制度"),
        _count("核查全员责任清单", "duty_lists_checked", "人数"),
        _count("指导完善规章制度", "rules_improved", "条数"),
        _count("督促召开晨会", "morning_meetings", "次数"),
        _count("督促召开警示教育", "warning_lessons", "场次"),
        _count("督促召开应急演练", "drills", "次数"),
        Column("督促落实有奖举报（元）", "reward_yuan", Kind.INTEGER, minimum=0,
               doubtful_below=100, aliases=("督促落实有奖举报",), example="500",
               note="金额，以元为单位，0.05万元写 500；附件2折算为万元；空 = 0"),
        _count("现场监督危险作业", "operations_attended", "次数"),
        Column("检查情况", "findings", note="发现的问题和处理"),
        Column("天气", "weather", note="可空"),
        Column("已签字", "signed", Kind.BOOLEAN, note="企业是否签字；空 = 否", example="是"),
    ),
    note="每人每个驻点日一行",
    key=("day", "inspector_id", "site_id"),
)  # fmt: skip

HAZARDS = Sheet(
    "隐患台账", "hazards", Hazard,
    (
        _number("YH-0001"),
        site_column(required=True),
        date_column("发现日期", "found_on", "何时发现", required=True, happened=True),
        inspector_column("发现人的编号", heading="发现人", field="found_by", required=True,
                         aliases=()),
        Column("隐患内容", "content", required=True, note="写明部位和问题"),
        Column("依据", "basis", note="法规或标准条款"),
        Column("级别", "level", Kind.ENUM, terms=tuple(HazardLevel), note="空 = 一般",
               example="重大"),
        Column("责任人", "responsible", Kind.PERSON_NAME, note="企业整改责任人"),
        Column("现场办公", "on_site_office", Kind.BOOLEAN, note="空 = 否", example="否"),
        date_column("整改期限", "deadline", "何时前改完"),
        date_column("销号日期", "closed_on", "空 = 尚未整改", happened=True),
        date_column("直报日期", "reported_on", "重大隐患须当日直报派出单位", happened=True),
        Column("执法立案号", "enforcement_no", Kind.CODE, note="提请执法的"),
        department_column("移交部门", "transfer_department", "不属本部门的，移交给谁"),
        date_column("移交日期", "transferred_on", "何时移交", happened=True),
    ),
    note="发现的隐患和整改，按周报派出单位",
    key=("id",),
    periods=tuple(
        ("found_on", one) for one in ("deadline", "closed_on", "reported_on", "transferred_on")
    ),
)  # fmt: skip

SPOT_CHECKS = Sheet(
    "抽查", "spot_checks", SpotCheck,
    (
        _number("CC-0001"),
        department_column("单位编码", "department", "组织抽查的单位", required=True),
        _quarter("抽查的季度"),
        date_column("抽查日期", "day", "应在该人的驻点日", required=True),
        Column("种子", "seed", Kind.INTEGER, required=True, minimum=0, note="抽样的种子，可复算",
               example="7"),
        site_column(required=True),
        inspector_column(required=True),
        date_column("派驻起始日期", "stint_start", "抽中的那段派驻的第一天", required=True),
        Column("在岗", "present", Kind.BOOLEAN, note="空 = 还没有抽查", example="是"),
        Column("核查任务数", "tasks_checked", Kind.INTEGER, minimum=0, note="项数", example="5"),
        Column("得分", "score", Kind.INTEGER, minimum=0, maximum=100, note="满分100",
               example="92"),
        Column("结论", "conclusion", note="抽查结论"),
        Column("后续处理", "follow_up", note="整改或问责"),
    ),
    note="每季度抽中的派驻和现场核查结果",
    key=("id",),
)  # fmt: skip

SUBMISSIONS = Sheet(
    "报送", "submissions", Submission,
    (
        Column("种类", "kind", Kind.ENUM, required=True, terms=tuple(SubmissionKind),
               note="报送什么", example="附件1"),
        Column("期间", "period", Kind.PERIOD, required=True, example="2027-02",
               note="附件1、附件2、文字材料、月度汇总、听取汇报填月 2027-02，周台账填周 2027-W07，"
                    "名单备案、会商填季度 2027Q1，方案备案填轮次 2027H1"),
        department_column("单位编码", "department", "报送的单位", required=True),
        date_column("应报日期", "due_on", "期限，含当日", required=True),
        date_column("报送日期", "sent_on", "空 = 尚未报送", happened=True),
        Column("文件哈希", "file_hash", Kind.CODE, note="所报文件的 SHA-256"),
    ),
    note="每期应报的材料和实际报送",
    key=("kind", "period", "department"),
)  # fmt: skip

EXPERT_CONTRACTS = Sheet(
    "专家合同", "expert_contracts", ExpertContract,
    (
        Column("合同编号", "contract_no", Kind.CODE, required=True, example="HT-2027-01",
               note="不得重复；不付费的填聘书等文号"),
        department_column("单位编码", "department", "购买服务的单位", required=True),
        Column("服务机构", "firm", note="专家所在的机构；可空"),
        Column("专家", "experts", Kind.PEOPLE, required=True, note="合同中的专家姓名",
               example="示例甲、示例乙"),
        date_column("合同起", "start", "第一天", required=True),
        date_column("合同止", "end", "最后一天，含当天", required=True, example="2027-12-31"),
        Column("金额", "amount_yuan", Kind.INTEGER, minimum=0, example="60000",
               note="合同总额，元；空 = 0"),
    ),
    note="购买专家服务的合同；服务日见“专家服务”",
    key=("contract_no",), periods=(("start", "end"),),
)  # fmt: skip

EXPERT_SERVICES = Sheet(
    "专家服务", "expert_services", ExpertService,
    (
        date_column("服务日期", "day", "专家到对象的日期", required=True, happened=True),
        site_column(required=True),
        Column("专家", "expert", Kind.PERSON_NAME, required=True, note="专家姓名",
               example="示例甲"),
        Column("合同编号", "contract_no", Kind.CODE, note="见“专家合同”", example="HT-2027-01"),
        inspector_column("陪同的驻点人员", heading="陪同人员", aliases=()),
        Column("服务内容", "content", note="做了什么"),
    ),
    note="专家到一个对象的一天；当天须有驻点人员在场，不计入附件2",
    key=("day", "site_id", "expert"),
)  # fmt: skip

SUPPORT_MATTERS = Sheet(
    "帮扶事项", "support_matters", SupportMatter,
    (
        _number("BF-0001"),
        site_column(required=True),
        date_column("提出日期", "raised_on", "企业何时提出", required=True, happened=True),
        Column("事项", "matter", required=True, note="痛点、难点、堵点和需要的帮助"),
        Column("办理人", "owner", Kind.PERSON_NAME, note="负责协调的人"),
        date_column("办理期限", "deadline", "何时前办结"),
        Column("结果", "result", note="办得怎样"),
        date_column("办结日期", "closed_on", "空 = 尚未办结", happened=True),
    ),
    note="企业提出的需要帮助的事项和办理结果",
    key=("id",), periods=(("raised_on", "closed_on"),),
)  # fmt: skip

ENTERPRISE_LISTS = Sheet(
    "一企一清单", "enterprise_lists", EnterpriseList,
    (
        site_column(required=True),
        Column("版本", "version", Kind.INTEGER, required=True, minimum=1, example="1",
               note="第几版；换人后更新的另起一行"),
        date_column("日期", "day", "形成或更新的日期", required=True, happened=True),
        date_column("移交日期", "handed_over_on", "何时移交给接任的人", happened=True),
    ),
    note="每个对象的任务清单，每版一行；换人后30天内更新",
    key=("site_id", "version"), periods=(("day", "handed_over_on"),),
)  # fmt: skip

TASK_RESULTS = Sheet(
    "任务完成", "task_results", TaskResult,
    (
        site_column(required=True),
        Column("共性任务", "group", Kind.ENUM, required=True, terms=tuple(TaskGroup),
               note="意见第六条的五类", example=TaskGroup.MEASURES),
        date_column("日期", "day", "检查的日期", required=True, happened=True),
        Column("结果", "result", required=True, note="检查结果"),
    ),
    note="五类重点共性任务的检查结果；每段派驻每类至少一次",
    key=("site_id", "group", "day"),
)  # fmt: skip

INSPECTIONS = Sheet(
    "行政检查", "inspections", Inspection,
    (
        site_column(required=True),
        date_column("检查日期", "day", "哪一天", required=True, happened=True),
        Column("检查单位", "authority", required=True, example="市应急局",
               note="任何机关；“部门单位”中有的写简称"),
        Column("检查类别", "kind", Kind.ENUM, terms=tuple(InspectionKind), example="日常检查",
               note="空 = 日常检查；因举报、转办、监测线索、企业申请的为个案检查，不计入上限"),
    ),
    note="涉企行政检查，驻点日不填；联合检查每个单位一行",
    key=("site_id", "day", "authority"),
)  # fmt: skip

LEDGERS: tuple[Sheet, ...] = (
    LIST_VERSIONS,
    FORM_CHANGES,
    DUPLICATES,
    OPERATIONS,
    WORK_LOGS,
    HAZARDS,
    SPOT_CHECKS,
    SUBMISSIONS,
    EXPERT_CONTRACTS,
    EXPERT_SERVICES,
    SUPPORT_MATTERS,
    ENTERPRISE_LISTS,
    TASK_RESULTS,
    INSPECTIONS,
)
"""Every ledger; of them, the workbook of a plan holds 重复认定 only, which it depends on."""
