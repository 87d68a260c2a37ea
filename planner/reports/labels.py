"""Words of the reports: names of people, sites, rounds, dates and solver results."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof, TierResult
from planner.domain.tables import Site
from planner.domain.terms import Grade, Level
from planner.io.privacy import mask_phones
from planner.rule import Tier

_REGION = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,3}省|山东)?(?:[\u4e00-\u9fff]{2}市)?"
    r"(?:[\u4e00-\u9fff]{2}[县区])?(?=[\u4e00-\u9fff]{2})"
)
_COMPANY = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|集团$")
UNRATED = "未定级"


class Names:
    """Readable names of one instance; an unknown id stands for itself.

    People are shown by name and id, never with a relation, and a phone number that somebody wrote
    into a name is masked (L-5).
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def department(self, code: str) -> str:
        """简称 of a department."""
        found = self._instance.department_by_code.get(code)
        return found.short_name if found else code

    def department_in_full(self, code: str) -> str:
        """单位名称 of a department."""
        found = self._instance.department_by_code.get(code)
        return found.name if found else code

    def site(self, site_id: str) -> str:
        """Full name of a site."""
        found = self._instance.site_by_id.get(site_id)
        return mask_phones(found.name) if found else site_id

    def department_of(self, site_id: str) -> str:
        """简称 of the unit whose row claims a site."""
        found = self._instance.site_by_id.get(site_id)
        return self.department(found.department) if found else ""

    def short_site(self, site_id: str) -> str:
        """A site's name without region and legal form, for narrow cells."""
        name = self.site(site_id)
        return _COMPANY.sub("", _REGION.sub("", name)) or name

    def person(self, inspector_id: str) -> str:
        """``张三（YJ-017）``."""
        found = self._instance.inspector_by_id.get(inspector_id)
        return mask_phones(f"{found.name}（{found.id}）") if found else inspector_id

    def short_person(self, inspector_id: str) -> str:
        """The name alone; with the end of the id where colleagues share it."""
        found = self._instance.inspector_by_id.get(inspector_id)
        if found is None:
            return inspector_id
        shared = self._namesakes[found.department, found.name] > 1
        name = mask_phones(found.name)
        return f"{name}{found.id[-3:]}" if shared else name

    @cached_property
    def _namesakes(self) -> Counter[tuple[str, str]]:
        return Counter((row.department, row.name) for row in self._instance.inspectors)

    def grade(self, site_id: str) -> str:
        """驻点等级 of a site."""
        rating = self._instance.rating_by_site.get(site_id)
        return rating.grade.label if rating else UNRATED

    def score(self, site_id: str) -> int:
        """得分 of a site; 0 without a rating."""
        rating = self._instance.rating_by_site.get(site_id)
        return rating.score if rating else 0


def site_order(instance: Instance, site: Site) -> tuple[int, int, int, str]:
    """Sort key of rotation tables: department, grade, falling score, id."""
    codes = [row.code for row in instance.departments]
    rating = instance.rating_by_site.get(site.id)
    grade, score = (rating.grade, rating.score) if rating else (Grade.FOURTH + 1, 0)
    return (codes.index(site.department), int(grade), -score, site.id)


def department_order(instance: Instance, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Departments in the order of the workbook; unknown ones last."""
    known = [row.code for row in instance.departments if row.code in codes]
    return (*known, *sorted(set(codes) - set(known)))


def round_title(plan: Plan) -> str:
    """The half-year of a plan in words."""
    return half_year(Round(name=plan.round, start=plan.round_start, end=plan.round_end))


def half_year(round: Round) -> str:
    """``2027年上半年``, with the first day where only the rest of it is planned; the dates
    where the round has another name."""
    match = re.fullmatch(r"(\d{4})H([12])", round.name)
    if match is None:
        return f"{chinese_date(round.start)}至{chinese_date(round.end)}"
    whole = round.start <= Round.named(round.name).start
    rest = "" if whole else f"（{month_day(round.start)}起）"
    return f"{match[1]}年{'上' if match[2] == '1' else '下'}半年{rest}"


def owner_title(instance: Instance, units: Sequence[str]) -> str:
    """What stands after “部门：” on a form: the full name of the unit, or of the municipal
    department that reports for all of them, or how many there are."""
    reporters = {instance.reporter_of(one, units) for one in units}
    if len(reporters) == 1:
        return Names(instance).department_in_full(reporters.pop())
    return f"各派出部门（共{len(units)}个）"


def addressee(instance: Instance, units: Sequence[str]) -> str:
    """To whom the papers of a month go: the office of the safety committee, or the department
    above a county bureau that stands alone (R12-2)."""
    unit = instance.department_by_code[units[0]]
    if units[1:] or unit.level is not Level.COUNTY:
        return "市安委会办公室"
    return Names(instance).department_in_full(unit.parent) or "市有关部门"


def departments_title(instance: Instance, plan: Plan) -> str:
    """The department's full name, or how many there are."""
    if len(plan.departments) == 1:
        return Names(instance).department_in_full(plan.departments[0])
    return f"全部{len(plan.departments)}个派出单位"


def provisional_text(instance: Instance) -> str:
    """Why the plan is 暂定; empty when every holiday of the round is published."""
    missing = "、".join(str(year) for year in instance.provisional_years)
    return f"暂定：{missing}年放假安排尚未公布，节假日按推算" if missing else ""


def chinese_date(day: dt.date) -> str:
    """``2027年1月11日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def dotted_date(day: dt.date) -> str:
    """``2027.1.11``, for columns of a paper in which ``2027年1月11日`` would break."""
    return f"{day.year}.{day.month}.{day.day}"


def month_day(day: dt.date) -> str:
    """``1月11日``."""
    return f"{day.month}月{day.day}日"


def date_in(year: int, day: dt.date) -> str:
    """``1月11日`` in a text about a year; ``2028年1月11日`` where the day is of another one."""
    return month_day(day) if day.year == year else chinese_date(day)


def span_in(year: int, start: dt.date, end: dt.date) -> str:
    """``1月11日至7月10日`` in a text about a year."""
    return f"{date_in(year, start)}至{date_in(start.year, end)}"


def span(start: dt.date, end: dt.date | None) -> str:
    """``2027-01-11 至 2027-07-10``; an open end is 未定."""
    return f"{start.isoformat()} 至 {end.isoformat() if end else '未定'}"


def percent_above(share: float) -> str:
    """A share in percent with one decimal, rounded up, so that it is still an upper bound."""
    return f"{math.ceil(round(share * 1000, 6)) / 10:g}%"


def tier_text(tier: TierResult) -> str:
    """Whether the value of a tier is proved, in words."""
    return "已证明最优" if tier.gap == 0 else f"差距不超过{percent_above(tier.gap)}"


STATUS_WORDS = {
    "OPTIMAL": "已证明最优",
    "FEASIBLE": "可行，未证明最优",
    "INFEASIBLE": "已证明无法排出",
    "UNKNOWN": "时限内未得出结论",
    "MODEL_INVALID": "模型有误",
}
"""The solver's status in plain Chinese."""


def status_word(status: str) -> str:
    """The solver's status in plain Chinese; an unknown one stands for itself."""
    return STATUS_WORDS.get(status, status)


def status_title(proof: Proof | None) -> str:
    """How good the plan is, in a few words."""
    return status_word(proof.status) if proof else "未附求解证明"


def status_text(proof: Proof | None) -> str:
    """One sentence about how good the plan is."""
    if proof is None:
        return "本计划由人工编制或修改，没有附带求解证明，仅经规则核查。"
    if proof.status == "OPTIMAL":
        return f"全部{len(proof.tiers)}层目标均已证明最优：在可选的换人日期内不存在更好的安排。"
    if proof.status != "FEASIBLE":
        return "求解没有给出完整的计划。"
    proved = [tier for tier in proof.tiers if tier.gap == 0]
    open_tiers = [tier for tier in proof.tiers if tier.gap > 0]
    if not open_tiers:
        return "表中各层目标均已证明最优，其后各层没有求完，可加大时限再排。"
    words = [f"“{tier.name}”{tier_text(tier)}" for tier in open_tiers]
    head = f"求解未完成，可加大时限再排：{len(proof.tiers)}层目标中{len(proved)}层已证明最优"
    return f"{head}；{'，'.join(words)}。"


TIER_MEANINGS = {
    Tier.LOST_FIRST: "原计划有人、新计划无人的工作日",
    Tier.LOST_SECOND: "原计划有人、新计划无人的工作日",
    Tier.LOST_THIRD: "原计划有人、新计划无人的工作日",
    Tier.LOST_FOURTH: "原计划有人、新计划无人的工作日",
    Tier.CHANGED_STINTS: "与原计划起止不同、取消或新增的派驻",
    Tier.CHANGED_DAYS: "只在其中一个计划里有的人天",
    Tier.FILL_INS: "新派去补位、不满最短期即离开的派驻",
    Tier.SERVED_FIRST: "一级对象没有得到派驻的工作日，按得分加权；超规模危大工程阶段无人的工作日按"
    "100 分对象计；0 为全部按首选形式派驻",
    Tier.SERVED_SECOND: "二级对象没有得到派驻的工作日，按得分加权",
    Tier.SERVED_THIRD: "三级对象没有得到派驻的工作日，按得分加权",
    Tier.SERVED_FOURTH: "四级对象没有得到派驻的工作日，按得分加权",
    Tier.INVERSIONS: "形式弱于同单位同行业低分对象的对象数",
    Tier.AHEAD: "下一轮该去某对象的人，因本轮的派驻而去不了：按对象等级计分",
    Tier.STABILITY: "动用豁免、提前调整在驻人员、请假无人替班",
    Tier.QUALITY: "能力不足、新手无人带、两人同期轮换、交接无重叠、危大阶段无人",
    Tier.FAIRNESS: "路程远、过去一年已派驻多、一年内回原对象",
    Tier.CHANCE: "其他都相同时抽签决定",
}
"""What a tier counts, for people who read the table; less is better everywhere."""

UNIT_REMARK = (
    "单位“评分×日×0.1”：对象每缺一个工作日，计其得分的10倍；用次选形式的，按所减的效果计。"
)


def tier_meaning(tier: int) -> str:
    """What a tier counts; empty for a tier that this version does not know."""
    return next((text for known, text in TIER_MEANINGS.items() if known == tier), "")


GOAL_TITLES = {
    "unserved_first": ("一级对象未服务", "评分×日×0.1"),
    "unserved_second": ("二级对象未服务", "评分×日×0.1"),
    "unserved_third": ("三级对象未服务", "评分×日×0.1"),
    "unserved_fourth": ("四级对象未服务", "评分×日×0.1"),
    "oversize_stage_days": ("超规模危大工程阶段无人驻点", "工作日"),
    "high_risk_stage_days": ("危大工程阶段无人驻点", "工作日"),
    "inverted_sites": ("优先次序倒挂的对象", "个"),
    "overrides_used": ("动用豁免", "人次"),
    "late_rotations": ("期满后留任的在驻人员", "段"),
    "load_overrides_used": ("动用负荷豁免", "人次"),
    "running_changes": ("提前结束的在驻人员", "段"),
    "uncovered_absences": ("请假无人替班", "次"),
    "all_new_teams": ("全为新手的组", "组"),
    "handovers_without_overlap": ("交接无重叠", "次"),
    "low_skill": ("能力未达熟练", "级"),
    "not_backbone": ("非业务骨干", "段"),
    "unaccompanied_first_timers": ("首次驻点无人带教", "人"),
    "unstaggered_changes": ("两人同期轮换", "次"),
    "crowded_weeks": ("一周内轮换过于集中", "段"),
    "distance": ("远近", "10公里"),
    "past_load": ("过去一年负荷", "30日"),
    "returns_within_year": ("一年内回原对象", "段"),
}
"""Printed title and unit of each recounted amount; the proof of one unit's share has none. The sum
of the lots is left out: it tells a reader nothing."""


def amount_text(name: str, amount: int) -> str:
    """A recounted amount in words; empty for one that this version does not know."""
    title, unit = GOAL_TITLES.get(name, ("", ""))
    if not title:
        return ""
    counted = unit.isalpha()
    return f"{title} {amount} {unit}" if counted else f"{title} {amount}（单位：{unit}）"
