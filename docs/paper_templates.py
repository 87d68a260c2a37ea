"""Write the Word templates of data/templates/papers in the layout of GB/T 9704.

Run from the top of the checkout: ``python -m docs.paper_templates``. The same text gives the same
bytes. An office edits its own copies in WPS (``planner paper-templates``), not these.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from planner.io.word import document_bytes

FOLDER = Path(__file__).parents[1] / "data" / "templates" / "papers"
TITLE_FONT, HEADING_FONT, SUBHEADING_FONT = "方正小标宋简体", "黑体", "楷体_GB2312"
BODY_FONT, NUMBER_FONT = "仿宋_GB2312", "宋体"
BODY_POINTS, TITLE_POINTS, PAGE_NUMBER_POINTS, TABLE_POINTS = 16, 22, 14, 10.5
LINE_POINTS = 28
TEXT_WIDTH_MM = 156
CELL_MARGINS = {"top": 28, "left": 57, "bottom": 28, "right": 57}
"""Twentieths of a point: half a millimetre above and below, one at the sides."""
LOWEST_ROW_MM = 9
TWO_CHARACTERS = Pt(2 * BODY_POINTS)
FIXED_DAY = dt.datetime(2000, 1, 1)

LEFT, CENTRE, RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)


class Paper:
    """A document on A4 with the margins, fonts, line spacing and page numbers of the standard."""

    def __init__(self, title: str) -> None:
        self.document = Document()
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by = title, "驻点监督轮换计划", ""
        core.comments, core.created, core.modified = "", FIXED_DAY, FIXED_DAY
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        style = self.document.styles["Normal"]
        style.font.size = Pt(BODY_POINTS)
        _name_font(style, BODY_FONT)
        style.paragraph_format.space_after = Pt(0)
        self.document.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer.paragraphs[0], RIGHT)
        _page_number(section.even_page_footer.paragraphs[0], LEFT)

    def line(
        self,
        text: str,
        *,
        font: str = BODY_FONT,
        points: float = BODY_POINTS,
        align: Any = None,
        indent: bool = False,
        right_indent: int = 0,
        keep: bool = False,
        new_page: bool = False,
    ) -> None:
        """One paragraph; ``right_indent`` in characters."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.page_break_before = new_page
        _space(paragraph, LINE_POINTS if points <= BODY_POINTS else LINE_POINTS + 8)
        paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.first_line_indent = TWO_CHARACTERS
        if right_indent:
            paragraph.paragraph_format.right_indent = Pt(right_indent * BODY_POINTS)
        paragraph.paragraph_format.keep_with_next = keep
        _name_font_of_run(paragraph.add_run(text), font, points)

    def title(self, text: str) -> None:
        self.line(text, font=TITLE_FONT, points=TITLE_POINTS, align=CENTRE)

    def empty(self) -> None:
        self.line("")

    def text(self, *texts: str) -> None:
        for text in texts:
            self.line(text, indent=True)

    def heading(self, text: str) -> None:
        self.line(text, font=HEADING_FONT, indent=True, keep=True)

    def signature(self) -> None:
        """落款: the unit and the date, right of the page."""
        self.empty()
        self.line("{{ 单位 }}", align=RIGHT, right_indent=2, keep=True)
        self.line("{{ 日期 }}", align=RIGHT, right_indent=3)

    def lines(self, many: str) -> None:
        """A paragraph for each of ``many``."""
        self.document.add_paragraph(f"{{%p for 行 in {many} %}}")
        self.text("{{ 行 }}")
        self.document.add_paragraph("{%p endfor %}")

    def rows(
        self, many: str, headings: Sequence[str], widths_mm: Sequence[int], cells: Sequence[str]
    ) -> None:
        """A table with a row for each of ``many``; each is called 行 in the cells."""
        table = self._table(len(headings), widths_mm)
        _write_row(table.rows[0], headings, HEADING_FONT)
        _repeat(table.rows[0])
        _write_row(table.add_row(), [f"{{%tr for 行 in {many} %}}"], BODY_FONT)
        _write_row(table.add_row(), cells, BODY_FONT)
        _write_row(table.add_row(), ["{%tr endfor %}"], BODY_FONT)
        _set_widths(table, widths_mm)

    def pairs(self, rows: Sequence[Sequence[str]], widths_mm: Sequence[int]) -> None:
        """A table of headings with their values beside them, one or two pairs a row."""
        table = self._table(len(widths_mm), widths_mm)
        for at, cells in enumerate(rows):
            row = table.rows[0] if at == 0 else table.add_row()
            for place, text in enumerate(cells):
                _write_cell(row.cells[place], text, BODY_FONT if place % 2 else HEADING_FONT)
            if len(cells) < len(widths_mm):
                row.cells[len(cells) - 1].merge(row.cells[-1]).paragraphs[0].alignment = LEFT
            row.height = Mm(LOWEST_ROW_MM)
        _set_widths(table, widths_mm)

    def _table(self, columns: int, widths_mm: Sequence[int]) -> Any:
        assert sum(widths_mm) == TEXT_WIDTH_MM, widths_mm
        table = self.document.add_table(rows=1, cols=columns, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        margins = OxmlElement("w:tblCellMar")
        for side, width in CELL_MARGINS.items():
            edge = OxmlElement(f"w:{side}")
            edge.set(qn("w:w"), str(width))
            edge.set(qn("w:type"), "dxa")
            margins.append(edge)
        table._tbl.tblPr.append(margins)
        return table


def _name_font(style: Any, font: str) -> None:
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def _name_font_of_run(run: Any, font: str, points: float) -> None:
    run.font.size = Pt(points)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _space(paragraph: Any, points: float | None) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    if points is not None:
        spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)


def _page_number(paragraph: Any, align: Any) -> None:
    """“— 1 —”, a character from the edge."""
    paragraph.alignment = align
    side = "right_indent" if align is RIGHT else "left_indent"
    setattr(paragraph.paragraph_format, side, Pt(PAGE_NUMBER_POINTS))
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        _name_font_of_run(run, NUMBER_FONT, PAGE_NUMBER_POINTS)
        if text is None:
            for kind in ("begin", "instr", "end"):
                run._element.append(_field(kind))


def _field(kind: str) -> Any:
    if kind == "instr":
        element = OxmlElement("w:instrText")
        element.text = "PAGE"
        return element
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _write_row(row: Any, texts: Sequence[str], font: str) -> None:
    for cell, text in zip(row.cells, texts, strict=False):
        _write_cell(cell, text, font)
    row.height = Mm(LOWEST_ROW_MM)
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _write_cell(cell: Any, text: str, font: str) -> None:
    paragraph = cell.paragraphs[0]
    short = len(text) < 16 and "\n" not in text
    paragraph.alignment = CENTRE if font == HEADING_FONT or short else LEFT
    _space(paragraph, None)
    _name_font_of_run(paragraph.add_run(text), font, TABLE_POINTS)
    cell.vertical_alignment = 1


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _set_widths(table: Any, widths_mm: Sequence[int]) -> None:
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


# -- 派驻通知 -------------------------------------------------------------------------------------


def notice() -> Paper:
    """Who goes where from when to when, for the people and the objects of a unit."""
    paper = Paper("派驻通知")
    paper.title("关于选派安全生产驻点监督人员的通知")
    paper.empty()
    paper.line("各有关科室，各驻点企业（项目、场所）：")
    paper.text(
        "按照安全生产驻点监督工作安排，经研究，决定{{ 起始 }}至{{ 截止 }}期间选派{{ 人数 }}名"
        "驻点监督人员进驻{{ 对象数 }}个企业（项目、场所）。现将有关事项通知如下。"
    )
    paper.heading("一、派驻安排")
    paper.text(
        "派驻人员、驻点对象、驻点形式和起止时间见附件。其中蹲守驻点{{ 蹲守人数 }}人、流动驻点"
        "{{ 流动人数 }}人、定期驻点{{ 定期人数 }}人。蹲守、流动驻点期间与原工作岗位脱钩。"
    )
    paper.heading("二、工作要求")
    paper.text(
        "（一）进驻前参加业务培训，未经培训不得进驻。",
        "（二）按时到岗，与前任驻点人员当面交接，填写交接单；接收或者在进驻后"
        "{{ 清单期限 }}个工作日内形成“一企一清单”。",
        "（三）每日填写工作日志，隐患整改台账按周报派出单位；发现重大事故隐患立即直报。",
        "（四）严守廉洁纪律，应当回避的及时报告；食宿、交通费用由派出单位解决，不得增加企业"
        "负担、干扰生产经营。",
    )
    paper.text("附件：驻点监督人员派驻名单")
    paper.signature()
    paper.line("附件", font=HEADING_FONT, new_page=True)
    paper.line("驻点监督人员派驻名单", font=TITLE_FONT, points=TITLE_POINTS, align=CENTRE)
    paper.rows(
        "名单",
        ("序号", "驻点对象", "形式", "人员", "联系电话", "起始日期", "截止日期"),
        (11, 38, 12, 19, 28, 24, 24),
        ("{{ 行.序号 }}", "{{ 行.对象 }}（{{ 行.县市区 }}）", "{{ 行.形式 }}", "{{ 行.人员 }}",
         "{{ 行.电话 }}", "{{ 行.起 }}", "{{ 行.止 }}"),
    )  # fmt: skip
    return paper


# -- 交接单 ---------------------------------------------------------------------------------------


def handover() -> Paper:
    """What one holder of a post hands to the next."""
    paper = Paper("交接单")
    paper.title("驻点监督工作交接单")
    paper.line("派出单位：{{ 单位 }}", points=12)
    paper.pairs(
        (
            ("驻点对象", "{{ 对象 }}（{{ 对象编号 }}）"),
            ("地址", "{{ 县市区 }} {{ 地址 }}"),
            ("行业领域", "{{ 行业 }}", "驻点形式", "{{ 形式 }}，岗位{{ 岗位序 }}"),
            ("移交人", "{{ 移交人 }}", "驻点起止", "{{ 移交人起 }}至{{ 移交人止 }}"),
            ("接收人", "{{ 接收人 }}", "驻点起止", "{{ 接收人起 }}至{{ 接收人止 }}"),
            ("交接日期", "{{ 交接日期 }}", "当面交接", "{{ 重叠 }}"),
            ("主要负责人", "{{ 负责人 }}", "安全总监", "{{ 安全总监 }}"),
            ("一企一清单", "{{ 清单 }}"),
        ),
        (26, 52, 26, 52),
    )
    paper.line("一、未销号隐患（截至{{ 截至 }}）", font=HEADING_FONT, points=14, keep=True)
    paper.rows(
        "隐患", ("编号", "发现日期", "内容", "级别", "整改期限", "责任人、移交"),
        (22, 25, 45, 12, 25, 27),
        ("{{ 行.编号 }}", "{{ 行.发现 }}", "{{ 行.内容 }}", "{{ 行.级别 }}", "{{ 行.期限 }}",
         "{{ 行.责任人 }}"),
    )  # fmt: skip
    paper.line("二、即将进行的危险作业", font=HEADING_FONT, points=14, keep=True)
    paper.rows(
        "作业", ("编号", "作业种类", "级别", "计划起止", "作业票号"), (26, 32, 18, 52, 28),
        ("{{ 行.编号 }}", "{{ 行.种类 }}", "{{ 行.级别 }}", "{{ 行.起止 }}", "{{ 行.票号 }}"),
    )  # fmt: skip
    paper.line("三、五类重点共性任务", font=HEADING_FONT, points=14, keep=True)
    paper.rows(
        "任务", ("任务", "最近检查", "结果"), (50, 25, 81),
        ("{{ 行.任务 }}", "{{ 行.日期 }}", "{{ 行.结果 }}"),
    )  # fmt: skip
    paper.line("四、未办结的帮扶事项（空行供手填）", font=HEADING_FONT, points=14, keep=True)
    paper.rows(
        "帮扶", ("编号", "提出日期", "企业诉求", "办理期限", "办理人、进展"),
        (22, 25, 52, 25, 32),
        ("{{ 行.编号 }}", "{{ 行.提出 }}", "{{ 行.事项 }}", "{{ 行.期限 }}", "{{ 行.办理 }}"),
    )  # fmt: skip
    paper.line("五、其他移交事项", font=HEADING_FONT, points=14, keep=True)
    paper.pairs(
        (("资料物品", "□ 工作日志　□ 隐患台账　□ 防护用品　□ 其他：\n"),),
        (26, 130),
    )
    paper.line("移交人：　　　　接收人：　　　　监交人：　　　　年　月　日", points=14)
    return paper


# -- 基层工作经历证明 -----------------------------------------------------------------------------


def certificate() -> Paper:
    """R09-5: 蹲守 and 流动 count as grassroots experience."""
    paper = Paper("基层工作经历证明")
    paper.title("基层工作经历证明")
    paper.empty()
    paper.text(
        "{{ 姓名 }}（人员编号{{ 编号 }}），系我单位{{ 职务 }}。该同志截至{{ 截至 }}参加安全生产"
        "蹲守式、流动式驻点监督工作累计{{ 时长 }}，依照安全生产驻点监督工作有关规定，"
        "驻点监督时间视同基层工作经历。具体情况如下：",
    )
    paper.rows(
        "经历",
        ("序号", "驻点对象", "驻点形式", "起始日期", "截止日期", "日志日数"),
        (12, 50, 22, 26, 26, 20),
        ("{{ 行.序号 }}", "{{ 行.对象 }}", "{{ 行.形式 }}", "{{ 行.起 }}", "{{ 行.止 }}",
         "{{ 行.日数 }}"),
    )  # fmt: skip
    paper.line(
        "注：时间重叠的只计一次，相连的各段先合并；各段足月计月，余下天数相加，满30天折1个月。定期驻点不计入。"
        "日志日数取自工作日志，“—”为没有日志的以往派驻。",
        points=12,
    )
    paper.text("特此证明。")
    paper.signature()
    return paper


# -- 培训签到表 -----------------------------------------------------------------------------------


def sign_in() -> Paper:
    """R10-1, R10-2: whoever begins a posting is trained before, in three contents."""
    paper = Paper("培训签到表")
    paper.title("驻点监督人员进驻前业务培训签到表")
    paper.line("派出单位：{{ 单位 }}", points=12)
    paper.pairs(
        (
            ("培训时间", "", "培训地点", ""),
            ("授课人", "", "授课人单位", ""),
            ("培训内容", "□ 驻点监督任务清单　□ 相关制度措施　□ 重大隐患判定标准"),
        ),
        (26, 52, 26, 52),
    )
    paper.line("参训人员（{{ 人数 }}人）", font=HEADING_FONT, points=14, keep=True)
    paper.rows(
        "名单", ("序号", "姓名", "科室", "行业领域", "进驻日期", "签名", "考核结果"),
        (11, 34, 22, 26, 24, 20, 19),
        ("{{ 行.序号 }}", "{{ 行.人员 }}", "{{ 行.科室 }}", "{{ 行.行业 }}", "{{ 行.进驻 }}", "",
         ""),
    )  # fmt: skip
    paper.line(
        "注：培训应在进驻日期之前完成；完成后填入台账“培训”表，三项内容逐项打勾。", points=12
    )
    return paper


# -- 月度文字材料 ---------------------------------------------------------------------------------


def month_text() -> Paper:
    """R16-2: progress, postings and changes of form of a month, beside 附件1 and 附件2."""
    paper = Paper("月度文字材料")
    paper.title("{{ 月份 }}驻点监督工作情况")
    paper.line("{{ 单位 }}", align=CENTRE)
    paper.empty()
    paper.line("{{ 主送 }}：")
    paper.text("现将{{ 月份 }}驻点监督工作情况报告如下（累计数自{{ 起算 }}起，与附件2一致）。")
    paper.heading("一、工作进展")
    paper.text(
        "截至{{ 截至 }}，在驻对象{{ 对象数 }}个、驻点人员{{ 人数 }}名。累计派出驻点监督人员"
        "{{ 市级人次 + 县级人次 }}人次（市级{{ 市级人次 }}、县级{{ 县级人次 }}），派驻企业单位"
        "{{ 市级家次 + 县级家次 }}家次（市级{{ 市级家次 }}、县级{{ 县级家次 }}）。",
        "累计核查全员责任清单{{ 责任清单 }}人，指导完善规章制度{{ 规章制度 }}条，督促召开“晨会”"
        "{{ 晨会 }}次、警示教育{{ 警示教育 }}场次、应急演练{{ 应急演练 }}次，督促落实有奖举报"
        "{{ 有奖举报 }}万元，现场监督危险作业{{ 危险作业 }}次。本月日志{{ 日志 }}份。",
    )
    paper.heading("二、隐患排查整改和帮扶")
    paper.text(
        "累计发现隐患{{ 隐患 }}项、已整改{{ 已整改 }}项，其中重大事故隐患{{ 重大隐患 }}项、"
        "已整改{{ 重大已整改 }}项。本月新发现{{ 本月隐患 }}项；月末逾期未销号{{ 逾期 }}项。",
        "企业帮扶事项：{{ 帮扶事项 }}",
    )
    for number, name in enumerate(
        ("驻点形式变动", "人员调整", "豁免和延长驻点", "未派驻到位的对象", "日志和台账核对"),
        start=3,
    ):
        paper.heading(f"{'一二三四五六七八'[number - 1]}、{name}")
        paper.lines(name)
    paper.heading("八、存在的问题和下步打算")
    paper.text("（由单位填写）")
    paper.signature()
    return paper


# -- 季度会商材料 ---------------------------------------------------------------------------------


def consultation() -> Paper:
    """R14-1: what the quarterly consultation has before it."""
    paper = Paper("季度会商材料")
    paper.title("{{ 季度 }}驻点监督研究会商材料")
    paper.line("{{ 单位 }}", align=CENTRE)
    paper.empty()
    paper.text(
        "数据截至{{ 截至 }}；隐患和日志取自台账，派驻取自计划和派驻记录。"
        "缺口的原因逐个见派驻计划的“未安排对象”表。"
    )
    paper.heading("一、派驻覆盖")
    paper.rows(
        "覆盖", ("驻点等级", "应派驻对象", "蹲守", "流动", "定期", "未派驻"),
        (36, 24, 24, 24, 24, 24),
        ("{{ 行.等级 }}", "{{ 行.应派 }}", "{{ 行.蹲守 }}", "{{ 行.流动 }}", "{{ 行.定期 }}",
         "{{ 行.未派 }}"),
    )  # fmt: skip
    for number, name in enumerate(
        ("人力缺口", "隐患情况", "帮扶事项", "例外事项", "下季度名单"), start=2
    ):
        paper.heading(f"{'一二三四五六'[number - 1]}、{name}")
        paper.lines(name)
    paper.heading("七、需研究的问题和建议")
    paper.lines("问题")
    paper.text("会商意见：")
    paper.empty()
    paper.line("参加单位和人员：　　　　　　　　　　会商日期：", points=14)
    return paper


PAPERS: dict[str, Callable[[], Paper]] = {
    "派驻通知.docx": notice,
    "交接单.docx": handover,
    "基层工作经历证明.docx": certificate,
    "培训签到表.docx": sign_in,
    "月度文字材料.docx": month_text,
    "季度会商材料.docx": consultation,
}


def templates() -> dict[str, bytes]:
    """The templates by file name."""
    return {name: document_bytes(made().document) for name, made in PAPERS.items()}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in templates().items():
        (FOLDER / name).write_bytes(content)
