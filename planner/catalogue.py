"""规则目录: all rules of ``data/rules_index.csv`` with where each is enforced.

What a rule file does is read off the rule itself; what is not a rule file (documents, the reading
of the workbook) is listed here, and every rule is one or the other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from planner.resources import data_file
from planner.rule import BaseRule, DayRule, Goal, Rule


class Place(StrEnum):
    """执行位置: where the program holds a rule."""

    MODEL = "模型"
    CHECKER = "核查"
    GOAL = "目标"
    DAYS = "月度日程"
    INPUT = "导入"
    DOCUMENT = "文件"
    REMINDER = "提醒"


@dataclass(frozen=True)
class Entry:
    """One rule of the catalogue.

    ``level`` is H, H*, S, A or D; ``clause`` the article of the opinion or the law; ``note`` says
    what a document holds, or what else is done.
    """

    rule: str
    level: str
    clause: str
    title: str
    title_en: str
    places: tuple[Place, ...]
    file: str = ""
    note: str = ""

    @cached_property
    def where(self) -> str:
        """The places and the note in one line."""
        places = "、".join(self.places)
        return f"{places}：{self.note}" if self.note else places


REMINDED = "月度核对.xlsx 的提示列出"

ELSEWHERE: dict[str, tuple[Place, str]] = {
    "R01-2": (Place.INPUT, "部门单位、行业领域由工作簿给出，可增加"),
    "R01-4": (
        Place.REMINDER,
        f"{REMINDED}有名单对象而不在计划中的单位，给出台账库的还列出没有已批准计划的单位",
    ),
    "R02-1": (
        Place.DOCUMENT,
        "驻点监督企业名单-季度.xlsx（planner list）；台账“名单版本”的研判日期不在季度之内的警告",
    ),
    "R02-2": (
        Place.DOCUMENT,
        f"驻点监督企业名单-季度.xlsx 的备案表；{REMINDED}到期没有备案日期的单位",
    ),
    "R03-6": (Place.REMINDER, "批准计划时（planner db plan advance）"),
    "R03-7": (Place.DOCUMENT, "月度核对.xlsx 和月度文字材料.docx 的形式变动，取自派驻和台账"),
    "R05-10": (
        Place.DOCUMENT,
        "派驻计划.xlsx 的按对象、按人员轮换表；版本与审批存入台账库（planner db plan）",
    ),
    "R06-1": (
        Place.DOCUMENT,
        f"台账“任务完成”；{REMINDED}过半、结束的派驻还缺的几类；交接单.docx 列出各类的结果",
    ),
    "R06-2": (Place.DOCUMENT, "月度核对.xlsx 列出未及时直报的重大隐患"),
    "R06-5": (Place.REMINDER, f"{REMINDED}对象当月日志没有检查过的事项"),
    "R06-6": (Place.REMINDER, f"{REMINDED}应设未设安全总监的在驻对象；评分也计入"),
    "R07-1": (
        Place.REMINDER,
        f"批准计划时（planner db plan advance）；{REMINDED}已派驻而没有版本的行业",
    ),
    "R07-2": (
        Place.DOCUMENT,
        f"台账“一企一清单”；{REMINDED}没有、迟到、换人后没有更新的；交接单.docx 写明版次",
    ),
    "R08-1": (
        Place.DOCUMENT,
        f"台账“帮扶事项”；{REMINDED}逾期的；交接单.docx 列出未办结的；月度、季度材料写明件数",
    ),
    "R09-5": (Place.DOCUMENT, "基层工作经历证明.docx（planner papers）"),
    "R10-2": (Place.INPUT, "培训表的三项内容，标为“否”的不算，见 R10-1；培训签到表.docx"),
    "R11-1": (Place.DOCUMENT, "抽查抽样表、抽查结果表（planner spot-check）；planner due 提醒"),
    "R11-2": (Place.DOCUMENT, "抽样可凭种子复算，见 docs/spot-check.md"),
    "R11-3": (
        Place.INPUT,
        f"年度状态为停派的人员不选派；{REMINDED}受通报批评仍在派驻的，12月列出评优应优先的和不参加评优的",
    ),
    "R12-1": (Place.DOCUMENT, "台账“工作日志”；月度核对.xlsx 列出缺的和计划外的日志"),
    "R12-2": (Place.DOCUMENT, "月度核对.xlsx 的个人汇总；planner due 提醒，台账“报送”登记"),
    "R13-1": (Place.DOCUMENT, "隐患整改周台账.xlsx；planner due 提醒，逾期未改的列入月度核对.xlsx"),
    "R13-2": (Place.REMINDER, f"{REMINDED}没有执法立案号的重大隐患；直报见 R06-2"),
    "R13-3": (Place.REMINDER, f"{REMINDED}移交超过30天未销号的隐患；交接单.docx 写明移交"),
    "R14-1": (Place.DOCUMENT, "季度会商材料.docx；planner due 提醒"),
    "R15-1": (Place.REMINDER, "planner due"),
    "R15-2": (Place.REMINDER, f"{REMINDED}没有联系人或电话的单位"),
    "R04-8": (
        Place.REMINDER,
        f"{REMINDED}机动人员不足的单位；加派用 planner replan --event 极端天气、planner days",
    ),
    "R09-4": (
        Place.DOCUMENT,
        "台账“专家合同”“专家服务”；日程资料的约定事项“专家服务”；当天须有驻点人员在场，见 R16-1",
    ),
    "R16-2": (
        Place.DOCUMENT,
        "planner month 写出附件1、附件2、文字材料、月度核对；planner due 提醒；planner merge 汇总",
    ),
    "R16-3": (Place.DOCUMENT, "附件1-驻点情况统计表.xlsx"),
    "R16-4": (Place.DOCUMENT, "附件2-驻点监督工作情况统计表.xlsx"),
    "R16-5": (Place.REMINDER, "planner due，台账“报送”登记"),
    "R17-2": (
        Place.REMINDER,
        f"{REMINDED}几家单位同一周在一家企业的；派驻通知.docx 写明费用不由企业承担",
    ),
    "R17-3": (Place.DOCUMENT, f"每日在岗表.xlsx（planner days）；{REMINDED}抽查不在岗的人员"),
    "L-2": (Place.REMINDER, f"{REMINDED}没有执法证或在派驻期内到期的人员"),
    "L-5": (Place.DOCUMENT, "电话只进附件1和派驻通知，其他文件遮盖；回避关系从不写出"),
    "L-7": (Place.INPUT, "处罚、举报、事故、人员密集等按风险因素计分定级"),
    "R18-2": (Place.DOCUMENT, "台账“专家合同”；月度核对.xlsx 列出没有合同、不在合同期内的专家服务"),
    "L-6": (
        Place.REMINDER,
        "月度核对.xlsx 的行政检查表按年计数，提示列出接近或超过上限的和多头检查的；上限由工作簿填",
    ),
    "FA1": (Place.DOCUMENT, "附件1-驻点情况统计表.xlsx"),
    "FA2": (Place.DOCUMENT, "附件2-驻点监督工作情况统计表.xlsx"),
}
"""Rules that no rule file holds, with what the program does about them."""

BESIDES: dict[str, str] = {
    "R16-1": "专家服务当天须有驻点人员；月度核对.xlsx 列出事后查出没有的",
    "R18-1": "就近选派；合计见经费测算.xlsx，含专家合同的金额",
    "L-4": f"短假有替班，替班人员也照人员的规则判定；{REMINDED}10月起没有休满年休假的",
}
"""What the program does besides about rules that have a file."""

BY_CONSTRUCTION = frozenset({"R02-3", "R02-6", "R04-5", "R04-7"})
"""Rules that the model cannot break because of the posts that it is built from."""

LAWS: dict[str, str] = {
    "L-1": "山东省安全生产条例第42条",
    "L-2": "安全生产法第67条、行政处罚法第42条",
    "L-3": "公务员法第82条",
    "L-4": "职工带薪年休假条例第3条",
    "L-5": "个人信息保护法",
    "L-6": "国务院办公厅2025年1月3日意见",
    "L-7": "山东省安全生产条例第43条",
    "L-8": "山东省安全生产条例第42条",
    "FA1": "附件1",
    "FA2": "附件2",
}
"""The source of the rules that are not an article of the opinion."""

ARTICLE_NUMBERS = (
    "一", "二", "三", "四", "五", "六", "七", "八", "九",
    "十", "十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八",
)  # fmt: skip


def entries(rules: Sequence[Rule], day_rules: Sequence[DayRule]) -> tuple[Entry, ...]:
    """Every rule of the index, in its order; the tuples are those of the rule files, for plans of a
    round and for the days of a month."""
    by_id = {rule.article.rule: rule for rule in rules}
    by_day = {rule.article.rule: rule for rule in day_rules}
    with data_file("rules_index.csv").open(encoding="utf-8-sig", newline="") as index:
        return tuple(
            _entry(row, by_id.get(row["id"]), by_day.get(row["id"]))
            for row in csv.DictReader(index)
        )


def _entry(row: dict[str, str], rule: Rule | None, day_rule: DayRule | None) -> Entry:
    title, _, title_en = row["title"].partition(" / ")
    file = rule or day_rule
    places = places_of(rule) if rule else ()
    if day_rule:
        places += (Place.DAYS,)
    note = BESIDES.get(row["id"], "")
    if file is None:
        place, note = ELSEWHERE[row["id"]]
        places = (place,)
    return Entry(
        rule=row["id"],
        level=row["level"],
        clause=file.article.clause if file else _clause(row["id"]),
        title=title,
        title_en=title_en,
        places=places,
        file=_file_of(file) if file else "",
        note=note,
    )


def places_of(rule: Rule) -> tuple[Place, ...]:
    """Where a rule acts: the methods that its file defines tell, and how posts are made."""
    found = []
    built_in = rule.article.rule in BY_CONSTRUCTION
    if built_in or _defines(rule, "admits") or _defines(rule, "post"):
        found.append(Place.MODEL)
    if _defines(rule, "violations"):
        found.append(Place.CHECKER)
    if isinstance(rule, Goal):
        found.append(Place.GOAL)
    return tuple(found)


def _defines(rule: Rule, method: str) -> bool:
    return getattr(type(rule), method) is not getattr(BaseRule, method)


def _file_of(rule: Rule | DayRule) -> str:
    return type(rule).__module__.replace(".", "/") + ".py"


def _clause(rule_id: str) -> str:
    if rule_id in LAWS:
        return LAWS[rule_id]
    match = re.fullmatch(r"R(\d\d)-\d+", rule_id)
    if match is None:
        raise ValueError(rule_id)
    return f"第({ARTICLE_NUMBERS[int(match[1]) - 1]})条"
