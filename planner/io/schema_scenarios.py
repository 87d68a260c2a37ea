"""The contract of 情景: named changes of the workbook.

It is no part of the problem that is planned: it stands beside the sheets of ``planner.io.schema``
and counts in no hash.
"""

from __future__ import annotations

from enum import StrEnum

from planner.domain.base import Frozen
from planner.io.columns import Column, Kind, Sheet
from planner.io.schema import SHEETS


class Operation(StrEnum):
    """操作: what a row of 情景 does."""

    ADD = "增加"
    CHANGE = "修改"
    REMOVE = "删除"


class ScenarioRow(Frozen):
    """A row of 情景, its cells still as they were written."""

    name: str
    operation: Operation
    table: str
    which: str = ""
    content: str = ""
    count: str = ""
    remark: str = ""


SCENARIOS = Sheet(
    "情景", "scenarios", ScenarioRow,
    (
        Column("名称", "name", required=True, aliases=("情景", "情景名称"), example="增加两人",
               note="情景的名称；同名的几行合成一个情景，依次执行"),
        Column("操作", "operation", Kind.ENUM, required=True, terms=tuple(Operation),
               synonyms={"新增": "增加", "减少": "删除", "改": "修改"}, note="做什么",
               example="增加"),
        Column("表", "table", Kind.ENUM, required=True, aliases=("表名",),
               terms=tuple(sheet.title for sheet in SHEETS if sheet.title != "派驻记录"),
               note="改哪张表；分数线、派驻月数等都在“参数”表", example="驻点人员"),
        Column("选行", "which", aliases=("行", "对象"), example="YJ-017",
               note="改或删哪些行：编号、姓名、名称、参数名，或“列名=值”，几项用；隔开。"
                    "增加人员或对象时，填一个编号表示照样增加"),
        Column("内容", "content", aliases=("值", "新值"), example="可投入止=2027-03-31",
               note="“列名=值”，几项用；隔开；参数只写值。"
                    "用 | 隔开几个值，就是几个情景，如 3|4|5。"
                    "“驻点对象”还可写 驻点等级、驻点形式"),
        Column("数量", "count", aliases=("人数", "个数"), example="1、2、3",
               note="增减几人或几个对象；写几个数或“1至3”，就是几个情景"),
        Column("备注", "remark", note="随意"),
    ),
    note="假如……会怎样：planner whatif 所用，plan 和 check 不看；可空",
    aliases=("情景表",),
)  # fmt: skip
