"""What the reports say about rules: one line per rule of the catalogue, with its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.catalogue import Entry, Place
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.privacy import mask_phones
from planner.reports.labels import Names, amount_text
from planner.verify import Verdict


class Group(StrEnum):
    """The groups of 规则核查, in the order in which they are printed."""

    BROKEN = "不符合"
    LIFTED = "有豁免"
    KEPT = "已核查并符合"
    GOALS = "目标得分"
    FILED = "由工作簿和报送文件落实"
    LATER = "本次不涉及"

    @property
    def remark(self) -> str:
        """What the group means, for a reader who sees it first."""
        return {
            Group.BROKEN: "须改正后再报送",
            Group.LIFTED: "原则上的要求，已由批准人豁免",
            Group.KEPT: "排计划时遵守，排完后由另一套程序逐条复核",
            Group.GOALS: "尽量做到的要求，数量越少越好，不作为违规",
            Group.FILED: "读入工作簿或写出文件时落实",
            Group.LATER: "不属于轮换计划的内容，按月、按季或在日常工作中办理",
        }[self]


LEVELS = {"H": "必须", "H*": "原则上", "S": "尽量", "A": "提醒", "D": "报送记录"}
"""规则强度 in words."""

PLACES = {
    Place.MODEL: "排计划时遵守",
    Place.CHECKER: "排完后独立复核",
    Place.GOAL: "计入目标得分",
    Place.DAYS: "编制月度日程时落实",
    Place.INPUT: "读入工作簿时落实",
    Place.DOCUMENT: "写入报送文件",
    Place.REMINDER: "到时提醒",
}
"""执行位置 in words."""

OCCASIONS = {
    "R01": "汇总各部门计划时", "R02": "每季度研判、备案名单时", "R03": "报批或变动驻点形式时",
    "R04": "编制月度日程和休假安排时", "R06": "驻点日常工作中", "R07": "编制任务清单时",
    "R08": "日常帮扶中", "R09": "聘请专家、年度考核时", "R11": "每季度抽查时",
    "R12": "每日记录、每月汇总时", "R13": "发现、移交隐患时", "R14": "每季度会商时",
    "R15": "方案备案时", "R16": "每月报送和汇报时", "R17": "日常纪律检查中",
    "R18": "测算经费、购买服务时", "L": "编制月度日程、现场检查时", "FA2": "每月报送时",
}  # fmt: skip
"""When a rule is dealt with that a half-year plan does not touch, by the chapter of its id."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, lifted by 豁免 or not, with its Chinese sentence."""

    violation: Violation
    text: str


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """规则核查: one rule of the catalogue with its findings and its recounted amounts in words.

    ``gaps`` counts the unserved periods that touch the rule: they are explained, so that they are
    no breach, and yet the reader must hear of them. A rule that is not ``checked`` was not judged:
    it is a document, a note for people, or belongs to a later plan.
    """

    entry: Entry
    findings: tuple[Finding, ...] = ()
    amounts: tuple[str, ...] = ()
    gaps: int = 0
    checked: bool = True

    @property
    def breaches(self) -> tuple[Finding, ...]:
        """Findings that no row of 豁免 lifts."""
        return tuple(one for one in self.findings if not one.violation.overridden)

    @property
    def overridden(self) -> tuple[Finding, ...]:
        """Findings that rows of 豁免 lift."""
        return tuple(one for one in self.findings if one.violation.overridden)

    @property
    def group(self) -> Group:
        """Where the line is printed."""
        if self.breaches:
            return Group.BROKEN
        if self.overridden:
            return Group.LIFTED
        if not self.checked:
            later = {Place.DAYS, Place.REMINDER} & set(self.entry.places)
            return Group.LATER if later else Group.FILED
        held = set(self.entry.places) - {Place.DAYS}
        return Group.GOALS if held == {Place.GOAL} else Group.KEPT

    @property
    def result(self) -> str:
        """The result in words."""
        amounts = "，".join(self.amounts)
        match self.group:
            case Group.BROKEN:
                return f"违规{len(self.breaches)}处"
            case Group.LIFTED:
                return f"豁免后符合（{len(self.overridden)}处）"
            case Group.KEPT:
                kept = f"符合（{amounts}）" if amounts else "符合"
                return f"{kept}；另有无人可派{self.gaps}处，见“未安排对象”" if self.gaps else kept
            case Group.GOALS:
                return amounts or "计入得分"
            case Group.FILED:
                return "已落实"
            case Group.LATER:
                return "本次不涉及"

    @property
    def level(self) -> str:
        """规则强度 in words."""
        return LEVELS.get(self.entry.level, self.entry.level)

    @property
    def how(self) -> str:
        """How the program holds the rule, or when people deal with it."""
        if self.group is Group.LATER:
            chapter = self.entry.rule.partition("-")[0]
            return OCCASIONS.get(chapter, "日常工作中")
        places = "，".join(PLACES[one] for one in self.entry.places if one in PLACES)
        return f"{places}：{self.entry.note}" if self.entry.note else places


def checks_of(
    verdict: Verdict, catalogue: Sequence[Entry], instance: Instance, plan: Plan
) -> tuple[RuleCheck, ...]:
    """A line for every rule of the catalogue, in its order: the judged ones with their result."""
    judged = {one.article.rule: one for one in verdict.rules}
    names, gaps = Names(instance), _gaps(instance, plan)
    lines = []
    for entry in catalogue:
        one = judged.get(entry.rule)
        if one is None:
            lines.append(RuleCheck(entry, checked=False))
            continue
        findings = tuple(
            Finding(each.violation, mask_phones(f"{_whom(names, each.violation)}{each.sentence}"))
            for each in (*one.violations, *one.overridden)
        )
        amounts = tuple(filter(None, (amount_text(*cost) for cost in one.costs)))
        lines.append(RuleCheck(entry, findings, amounts, gaps[entry.rule]))
    return tuple(lines)


def _whom(names: Names, violation: Violation) -> str:
    """The person and the object of a breach, as far as it has them, before its sentence."""
    parts = []
    if violation.inspector_id:
        parts.append(names.person(violation.inspector_id))
    if violation.site_id:
        parts.append(f"{names.site(violation.site_id)}（{violation.site_id}）")
    return f"{'，'.join(parts)}：" if parts else ""


def _gaps(instance: Instance, plan: Plan) -> Counter[str]:
    """The unserved periods by the rules that want somebody there."""
    gaps: Counter[str] = Counter()
    for shortage in plan.shortages:
        site = instance.site_by_id[shortage.site_id]
        sector = instance.sector_by_code[site.sector]
        rules = ["R02-3", "R04-5"]
        rules += ["R04-7"] if sector.coal else []
        rules += ["R04-4"] if sector.chemical else []
        gaps.update(rules)
    return gaps


def grouped(checks: Sequence[RuleCheck]) -> tuple[tuple[Group, tuple[RuleCheck, ...]], ...]:
    """The lines by group; groups without a line are left out."""
    found = [(group, tuple(one for one in checks if one.group is group)) for group in Group]
    return tuple((group, lines) for group, lines in found if lines)
