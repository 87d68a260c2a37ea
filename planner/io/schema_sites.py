"""The contract of the sheets about objects: 驻点对象, 风险因素, 驻点名单, 施工阶段, 联合驻点."""

from __future__ import annotations

from planner.domain.tables import ConstructionStage, JointPosting, ListItem, RiskFactors, Site
from planner.domain.terms import (
    AccidentLevel,
    Density,
    Level,
    ListAction,
    MajorHazardLevel,
    SiteKind,
    SiteStatus,
    StageScale,
    StandardLevel,
    WorkStage,
)
from planner.io.columns import (
    LEVEL_SYNONYMS,
    Column,
    Kind,
    Sheet,
    date_column,
    department_column,
    form_column,
    grade_column,
    sector_column,
    site_column,
)


def _quarter(note: str) -> Column:
    return Column("季度", "quarter", Kind.QUARTER, required=True, aliases=("所属季度",),
                  note=note, example="2027Q1")  # fmt: skip


def _count(heading: str, field: str, note: str, aliases: tuple[str, ...] = ()) -> Column:
    return Column(heading, field, Kind.INTEGER, minimum=0, aliases=aliases,
                  note=f"{note}；空 = 未知", example="0")  # fmt: skip


SITES = Sheet(
    "驻点对象", "sites", Site,
    (
        Column("对象编号", "id", Kind.CODE, required=True, aliases=("编号", "企业编号", "序号"),
               note="每个对象一个，不得重复", example="OBJ-0042"),
        Column("对象类型", "kind", Kind.ENUM, required=True, terms=tuple(SiteKind),
               aliases=("类型",), note="对象是什么", example="企业"),
        Column("名称", "name", Kind.SITE_NAME, required=True,
               aliases=("对象名称", "驻点企业名称", "企业名称", "单位名称", "项目名称"),
               note="营业执照或项目的全名；括号统一为全角", example="济宁某某化工有限公司"),
        Column("统一社会信用代码", "uscc", Kind.CREDIT_CODE, aliases=("信用代码", "社会信用代码"),
               note="18位，按文本填；重点地区可空", example="91110000600037341L"),
        Column("场所编号", "premises_no", Kind.CODE, digits=2, aliases=("厂区",),
               note="同一代码有几处厂区时填 01、02…", example="01"),
        Column("项目编码", "project_code", Kind.CODE,
               aliases=("项目代码", "施工许可证号"), note="建设项目填"),
        Column("县市区", "county", required=True, aliases=("属地", "所在县市区", "县（市、区）"),
               note="对象所在县市区", example="邹城市"),
        Column("镇街", "town", aliases=("乡镇", "镇街（园区）", "园区"), note="所在镇街或园区"),
        Column("地址", "address", required=True,
               aliases=("驻点企业地址", "企业地址", "详细地址"), note="附件1所印的地址"),
        Column("经度", "longitude", Kind.NUMBER, minimum=73, maximum=136, note="十进制度数",
               example="116.587"),
        Column("纬度", "latitude", Kind.NUMBER, minimum=3, maximum=54, note="十进制度数",
               example="35.415"),
        sector_column("行业编码", "sector", "所属行业领域", required=True),
        department_column("派出单位", "department", "牵头派驻的单位", required=True,
                          aliases=("行业主管部门", "监管部门", "牵头单位", "单位编码",
                                   "部门单位")),
        department_column("直接监管部门", "direct_department", "许可、执法的部门，用于判断重复"),
        Column("管辖层级", "level", Kind.ENUM, required=True, terms=tuple(Level),
               synonyms=LEVEL_SYNONYMS, aliases=("监管层级",), note="由哪一级负责", example="市"),
        Column("隶属", "ownership", Kind.ENUM, terms=("央企", "省属", "市属", "民营", "外资"),
               aliases=("隶属关系", "企业性质"), note="隶属关系", example="民营"),
        Column("集团名称", "corporation", Kind.SITE_NAME, aliases=("所属集团",),
               note="回避可按集团适用"),
        Column("从业人员数", "employees", Kind.INTEGER, minimum=0,
               aliases=("职工人数", "从业人数"), note="人数", example="320"),
        Column("生产状态", "status", Kind.ENUM, required=True, terms=tuple(SiteStatus),
               aliases=("状态",), note="停产、停建不派驻（煤矿除外），关闭不列入", example="正常"),
        Column("节假日生产", "holiday_production", Kind.BOOLEAN, aliases=("节假日是否生产",),
               note="否 = 法定节假日放假的日子停产，不要求每日有人；空 = 是", example="是"),
        Column("主要负责人", "manager", Kind.PERSON_NAME,
               aliases=("主要负责人姓名", "企业负责人"), note="交接单用"),
        Column("主要负责人电话", "manager_phone", Kind.PHONE, note="按文本填"),
        Column("安全总监", "safety_director", Kind.PERSON_NAME, aliases=("安全总监姓名",),
               note="交接单用"),
        Column("安全总监电话", "safety_director_phone", Kind.PHONE, note="按文本填"),
        Column("官方风险等级", "official_grade", aliases=("安全风险等级", "风险等级"),
               note="红/橙/黄/蓝或A/B/C/D（官方D最差），不是驻点等级", example="橙"),
        Column("等级方案", "grade_scheme", note="危化四色、工贸ABCD、煤矿ABCD或自定",
               example="危化四色"),
        Column("备注", "note", note="随意"),
    ),
    note="企业、项目、景区、场所等，每对象一行；可分几张表，如“驻点对象（市应急局）”",
    needed=True, key=("id",), aliases=("对象", "企业", "驻点企业", "企业名单"),
)  # fmt: skip

RISK_FACTORS = Sheet(
    "风险因素", "risk_factors", RiskFactors,
    (
        site_column(required=True),
        _quarter("这些数据属于哪个季度"),
        Column("重大危险源级别", "major_hazard", Kind.ENUM, terms=tuple(MajorHazardLevel),
               note="最高级别；空 = 未知", example="三级"),
        _count("重大风险点数", "red_points", "重大（红色）风险点", ("重大（红色）风险点数",)),
        _count("未销号重大事故隐患数", "open_major_hazards", "未整改销号的", ("未销号重大隐患数",)),
        Column("工艺设备落后", "outdated", Kind.BOOLEAN, note="淘汰落后或老旧装置；空 = 未知",
               example="否"),
        Column("标准化等级", "standard_level", Kind.ENUM, terms=tuple(StandardLevel),
               note="安全生产标准化；空 = 未知", example="二级"),
        Column("应设未设安全总监", "director_missing", Kind.BOOLEAN,
               aliases=("未设安全总监", "未设安全总监（应设）"), note="空 = 未知", example="否"),
        date_column("投产日期", "production_start", "一年内为新投产"),
        Column("人员密集", "density", Kind.ENUM, terms=tuple(Density), note="空 = 未知",
               example="较密集"),
        _count("近3年行政处罚次数", "penalties_3y", "近36个月", ("近三年行政处罚次数",)),
        _count("近1年行政处罚次数", "penalties_1y", "近12个月", ("近一年行政处罚次数",)),
        Column("近3年事故", "accident_3y", Kind.ENUM, terms=tuple(AccidentLevel),
               aliases=("近三年事故", "近3年事故（最严重）"), note="最严重的一起；空 = 未知",
               example="无"),
        date_column("最近事故日期", "accident_on", "最近一起事故", example="2025-06-30"),
        _count("近1年检查发现隐患数", "hazards_1y", "近12个月", ("近一年检查发现隐患数",)),
        _count("举报查实", "reports_true", "近12个月查实的举报", ("举报查实数",)),
        Column("在建危大阶段", "stage", Kind.ENUM, terms=tuple(WorkStage), note="空 = 未知",
               example="无"),
        Column("来源", "source", note="数据来源"),
        date_column("核实日期", "verified_on", "何时核实", example="2026-12-15"),
    ),
    note="定级依据，每对象每季度一行；空格 = 未知，会降低数据完整度",
    key=("site_id", "quarter"), aliases=("风险",),
)  # fmt: skip

LIST_ITEMS = Sheet(
    "驻点名单", "list_items", ListItem,
    (
        _quarter("名单的季度"),
        department_column("单位编码", "department", "派出单位", required=True,
                          aliases=("派出单位", "部门单位")),
        site_column(required=True),
        Column("动作", "action", Kind.ENUM, required=True, terms=tuple(ListAction),
               aliases=("变动",), note="对名单的变动", example="新增"),
        Column("理由", "reason", aliases=("变动理由",), note="新增、退出、暂缓须说明"),
        grade_column(note="人工定级，优先于算出的等级"),
        Column("等级理由", "grade_reason", note="人工定级须说明"),
        Column("批准人", "approver", Kind.PERSON_NAME, note="下调直接定级的须有批准人"),
        form_column("驻点形式", "form", note="人工指定形式，优先于矩阵"),
        date_column("生效日期", "valid_from", "自哪天起派驻；空 = 轮次开始"),
        date_column("退出日期", "valid_to", "派驻到哪天；空 = 轮次结束"),
    ),
    note="每季度研判的名单；可空，空表 = 未关闭的对象都列入",
    key=("quarter", "department", "site_id"), periods=(("valid_from", "valid_to"),),
    aliases=("名单", "驻点监督企业名单"),
)  # fmt: skip

STAGES = Sheet(
    "施工阶段", "stages", ConstructionStage,
    (
        Column("编号", "id", Kind.CODE, required=True, aliases=("阶段编号", "序号"),
               note="不得重复", example="SG-01"),
        site_column(required=True),
        Column("类型", "kind", required=True, example="基坑",
               note="基坑、高支模、起重吊装、脚手架、拆除、暗挖、其他"),
        Column("规模", "scale", Kind.ENUM, required=True, terms=tuple(StageScale),
               synonyms={"超规模危大": "超规模"}, note="危大或超规模", example="危大"),
        date_column("计划起", "planned_start", "计划第一天", required=True),
        date_column("计划止", "planned_end", "计划最后一天", required=True, example="2027-03-31"),
        date_column("实际起", "actual_start", "实际第一天，优先于计划"),
        date_column("实际止", "actual_end", "实际最后一天，优先于计划"),
        Column("状态", "status", note="随意"),
    ),
    note="建设项目的危大工程阶段，期间须在岗；可空",
    key=("id",), periods=(("planned_start", "planned_end"), ("actual_start", "actual_end")),
)  # fmt: skip

JOINT_POSTINGS = Sheet(
    "联合驻点", "joint_postings", JointPosting,
    (
        site_column(required=True),
        department_column("单位编码", "departments", "一起派驻的单位，至少两个", required=True,
                          kind=Kind.LIST, aliases=("派出单位", "联合单位")),
        Column("理由", "reason", required=True, note="为何联合"),
        Column("批准人", "approver", Kind.PERSON_NAME, required=True, note="姓名"),
        date_column("批准日期", "approved_on", "批准的日期", required=True),
    ),
    note="商定由几个单位共同派驻的对象；可空",
    key=("site_id",),
)  # fmt: skip
