"""空白模板: the contract as an empty workbook that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.domain.policy import Policy
from planner.io.cleaning import show
from planner.io.columns import Column, label_of
from planner.io.files import workbook_bytes, write_atomically
from planner.io.parameters import parameter_unit
from planner.io.schema import GUIDE_TITLE, ROUND_PARAMETERS, SHEETS
from planner.io.schema_basis import PARAMETERS
from planner.io.schema_scenarios import SCENARIOS
from planner.io.sheets import FONT, HEADING_COLOUR, LAST_DROP_DOWN_ROW, add_sheet, write_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

STEPS = (
    "先填“部门单位”“行业领域”“驻点人员”“驻点对象”，这四张表必须有数据；其他表没有内容时可以空着。",
    "要有人可派，还须填录用日期和“培训”；要有对象可派，还须填“风险因素”，否则多半定为四级，不派驻。",
    "红色表头的列必填，蓝色表头的列选填；鼠标停在表头上可看每一列的意思、格式和例子。",
    "按列名认列，列的次序可以变，列名不要改；不认识的列不读入，会在检查时提示。",
    "有下拉列表的格子请从列表中选；一格填几项时用顿号隔开，例如：定期驻点、流动驻点。",
    "日期写成 2027-01-11；电话、信用代码按文本填，不要变成科学记数。",
    "不要填公式；从别处复制时请用“选择性粘贴—数值”。",
    "第一次使用，“派驻记录”填最近12个月的历史和现在在驻的人（状态“执行”）。",
    "放假通知公布后填“日历调整”，没有公布的不用填。",
    "“重点时段”空着即用默认时段；要改的须连春节等一起填全：填了一行，就以这张表为全部。",
    r"以下命令在命令行中运行，planner 写作 .venv/bin/planner（Windows：.venv\Scripts\planner）。",
    "填好后运行：planner check 文件名.xlsx，所有问题会一次列出，并写明在哪一格、怎么改。",
    "没有错误后运行：planner plan 文件名.xlsx --out 结果，得到核查报告（先看）、派驻计划和附件1。",
    "人工改过派驻计划.xlsx 后运行：planner report 文件名.xlsx 派驻计划.xlsx --out 新文件夹。",
    "下一轮由本轮的工作簿和计划接着做：planner next 文件名.xlsx 派驻计划.xlsx 下一轮.xlsx。",
    "想知道“假如……会怎样”的，填“情景”，运行：planner whatif 文件名.xlsx --out 比较。",
)

SOURCES = {
    "猜": "建议值，请按本地情况确认", "推": "由规定推算", "S4": "参照2021年省厅通知",
    "S8": "参照外地做法", "§3": "评分方案建议值", "第2层": "目标权重，建议值",
    "第3层": "目标权重，建议值", "第4层": "目标权重，建议值", "月度": "月度日程的权重，建议值",
}  # fmt: skip
"""What the marks of the policy's sources mean to a reader; articles and rules speak for
themselves."""


def write_template(path: Path) -> None:
    """Write the blank workbook, whole or not at all; OSError when that is impossible."""
    from openpyxl import Workbook as NewWorkbook

    workbook = NewWorkbook()
    workbook.properties.title = "驻点监督工作簿（空白模板）"
    guide = workbook.active
    guide.title = GUIDE_TITLE
    worksheets = {sheet.title: add_sheet(workbook, sheet) for sheet in (*SHEETS, SCENARIOS)}
    guide_rows = _write_guide(guide)
    _offer_parameters(worksheets[PARAMETERS.title], *guide_rows)
    write_atomically(path, workbook_bytes(workbook))


def _write_guide(guide: Worksheet) -> tuple[int, int]:
    """Fill 说明 and return the first and last row of its list of parameters."""
    from openpyxl.styles import Alignment, Font, PatternFill

    row = 0

    def line(*texts: str, bold: bool = False, size: int = 11, filled: bool = False) -> None:
        nonlocal row
        row += 1
        for at, text in enumerate(texts, start=1):
            cell = guide.cell(row, at)
            write_text(cell, text)
            cell.font = Font(name=FONT, size=size, bold=bold)
            cell.alignment = Alignment(vertical="top", wrap_text=len(texts) > 1)
            if filled:
                cell.fill = PatternFill("solid", fgColor=HEADING_COLOUR)

    line("驻点监督轮换计划 工作簿填写说明", bold=True, size=16)
    line("")
    line("怎么填", bold=True, size=13)
    for number, step in enumerate(STEPS, start=1):
        line(f"{number}. {step}")
    line("")
    line("各表", bold=True, size=13)
    line("表名", "是否必须", "填什么", "必填的列", bold=True, filled=True)
    for sheet in (*SHEETS, SCENARIOS):
        needed = "必须" if sheet.needed else "可空"
        required = "、".join(column.heading for column in sheet.columns if column.must_be_filled)
        line(sheet.title, needed, sheet.note, required)
    line("")
    line("参数（写在“参数”表；不写即用默认值）", bold=True, size=13)
    line("参数", "默认值", "意思", "单位和依据", bold=True, filled=True)
    first = row + 1
    for name, meaning in ROUND_PARAMETERS.items():
        line(name, "下一轮" if name != "seed" else "0", meaning, "")
    for name, info in Policy.model_fields.items():
        extra = info.json_schema_extra
        source = str(extra.get("source", "")) if isinstance(extra, dict) else ""
        basis = "；".join(filter(None, (parameter_unit(name), SOURCES.get(source, source))))
        line(name, _default(info.default), info.title or name, basis)
    for letter, width in zip("ABCD", (32, 16, 60, 60), strict=True):
        guide.column_dimensions[letter].width = width
    guide.sheet_view.showGridLines = False
    guide.page_setup.orientation = "landscape"
    guide.page_setup.paperSize = guide.PAPERSIZE_A4
    guide.page_setup.fitToHeight = 0
    guide.sheet_properties.pageSetUpPr.fitToPage = True
    return first, row


def _default(value: Any) -> str:
    if isinstance(value, tuple):
        return "、".join(map(label_of, value))
    return show(Column("", ""), value)


def _offer_parameters(worksheet: Worksheet, first: int, last: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(
        type="list", formula1=f"'{GUIDE_TITLE}'!$A${first}:$A${last}", allow_blank=True,
        showErrorMessage=False,
    )  # fmt: skip
    worksheet.add_data_validation(rule)
    rule.add(f"A2:A{LAST_DROP_DOWN_ROW}")
