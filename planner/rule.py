"""What a rule is: its article, its pruning, its encoding, its checker and its words.

A rule has two witnesses. ``admits`` and ``post`` keep the model inside the rule; ``violations``
judges any plan without a solver. The two share parameters and never helpers: a helper shared by
both would hide one bug in both.

A rule that also, or only, holds for the days of a month is a ``DayRule``: ``post_days`` is its
encoding for them, ``day_shortages``, ``day_violations`` and ``day_costs`` are its checker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from planner.domain.day_plan import DayPlan, DayRow, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel


@dataclass(frozen=True, slots=True)
class Article:
    """The source of a rule: id and level of the catalogue, article of the opinion, titles."""

    rule: str
    level: str
    clause: str
    title: str
    title_en: str
    quote: str
    principle_part: bool = False
    """Whether a rule of another level has a part that holds 原则上 (settled reading 6)."""

    @property
    def in_principle(self) -> bool:
        """原则上: an H* rule, which a row of 豁免 may lift."""
        return self.level == "H*" or self.principle_part


@dataclass(frozen=True, slots=True)
class Breach:
    """What a candidate would break at one site, on the dates ``first`` … ``last``."""

    site_id: str
    first: dt.date
    last: dt.date


class Tier(IntEnum):
    """目标层: strict order; a lower number is settled first. Those below 11 count only where a plan
    has to stay close to an earlier one, AHEAD only where it is made with a view to the next round.
    """

    LOST_FIRST = 1
    LOST_SECOND = 2
    LOST_THIRD = 3
    LOST_FOURTH = 4
    CHANGED_STINTS = 5
    CHANGED_DAYS = 6
    FILL_INS = 7
    SERVED_FIRST = 11
    SERVED_SECOND = 12
    SERVED_THIRD = 13
    SERVED_FOURTH = 14
    INVERSIONS = 15
    AHEAD = 16
    STABILITY = 20
    QUALITY = 30
    FAIRNESS = 40
    CHANCE = 50

    @property
    def title(self) -> str:
        """The printed name."""
        return {
            Tier.LOST_FIRST: "一级对象比原计划少的服务",
            Tier.LOST_SECOND: "二级对象比原计划少的服务",
            Tier.LOST_THIRD: "三级对象比原计划少的服务",
            Tier.LOST_FOURTH: "四级对象比原计划少的服务",
            Tier.CHANGED_STINTS: "变动段数",
            Tier.CHANGED_DAYS: "变动天数",
            Tier.FILL_INS: "临时补位",
            Tier.SERVED_FIRST: "一级对象和超规模危大阶段未服务",
            Tier.SERVED_SECOND: "二级对象未服务",
            Tier.SERVED_THIRD: "三级对象未服务",
            Tier.SERVED_FOURTH: "四级对象未服务",
            Tier.INVERSIONS: "优先次序倒挂",
            Tier.AHEAD: "占用下一轮要用的人",
            Tier.STABILITY: "豁免、超期与在驻调整",
            Tier.QUALITY: "能力、以老带新、错峰、交接",
            Tier.FAIRNESS: "远近、负荷、变换",
            Tier.CHANCE: "同等人选随机",
        }[self]


CLOSENESS = tuple(tier for tier in Tier if tier < Tier.SERVED_FIRST)
"""The tiers that measure the distance to an earlier plan."""
SERVED = (Tier.SERVED_FIRST, Tier.SERVED_SECOND, Tier.SERVED_THIRD, Tier.SERVED_FOURTH)
"""The tiers of what objects go without, from 一级 on."""
TIERS_OF_A_ROUND = tuple(tier for tier in Tier if tier not in {*CLOSENESS, Tier.AHEAD})
"""The tiers of every plan."""


class DayTier(IntEnum):
    """目标层 of a day plan, in strict order: first as little as possible is left unmet, then as
    little as possible differs from an earlier day plan, then the days are good."""

    SHORT = 1
    CHANGED = 2
    GOOD = 3

    @property
    def title(self) -> str:
        """The printed name."""
        return {
            DayTier.SHORT: "未满足的要求",
            DayTier.CHANGED: "与原日程不同的人天",
            DayTier.GOOD: "连续、同行、均衡、事故易发阶段",
        }[self]


@dataclass(frozen=True, slots=True)
class Penalty:
    """A named term of a tier: ``weight`` × Σ coefficient × column, in ``unit``."""

    name: str
    title: str
    tier: Tier | DayTier
    weight: int
    unit: str
    terms: tuple[tuple[int, int], ...]
    constant: int = 0


@runtime_checkable
class Rule(Protocol):
    """One rule of the catalogue, in one file of ``constraints/``."""

    article: ClassVar[Article]
    dated: ClassVar[bool]

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Whether the rule lets the candidate into the model. Without ``dated`` the answer depends
        on person, sites and form alone."""

    def post(self, model: PlanModel) -> None:
        """Post the rows that a single candidate cannot decide."""

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Every breach in a finished plan; overrides are applied later, by the verifier."""

    def explain(self, violation: Violation) -> str:
        """One Chinese sentence with the facts of a breach."""


@runtime_checkable
class Goal(Rule, Protocol):
    """A rule that is, or is also, a measured quantity of an objective tier.

    Where no choice of a plan changes the amount, it is not ``paid_by_the_plan``: ``penalties`` is
    empty and ``costs`` a finding.
    """

    paid_by_the_plan: ClassVar[bool]

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """The terms that the model pays; the amounts equal ``costs`` on the same plan."""

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """The unweighted amount of each penalty, by name, that a finished plan pays."""


@runtime_checkable
class DayRule(Protocol):
    """One rule as it holds for the days of a month.

    What a month cannot meet is listed, never hidden: ``post_days`` states a demand as a want, and
    ``day_shortages`` recounts from the rows what is missing. What may be in no day plan at all is a
    row of the model and a violation.
    """

    article: ClassVar[Article]

    def post_days(self, model: DayModel) -> None:
        """Post the rows, the wants and what is paid."""

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Every demand that the rows leave unmet from ``since`` on."""

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """What no day plan may do; days before ``since`` are not judged."""

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """The unweighted amount of each penalty, by name, that the rows pay."""

    def explain_day(self, violation: Violation) -> str:
        """One Chinese sentence with the facts of a violation."""

    def explain_shortage(self, shortage: DayShortage) -> str:
        """What is missing and why, as a Chinese phrase without names and dates."""

    def suggest(self, shortage: DayShortage) -> str:
        """What a person could do about it."""


class BaseDayRule:
    """Defaults of a day rule: nothing is posted, nothing found. A rule overrides what it needs."""

    article: ClassVar[Article]

    def post_days(self, model: DayModel) -> None:
        """Nothing."""

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """None."""
        return ()

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """None."""
        return ()

    def day_breach(self, row: DayRow, facts: tuple[tuple[str, str], ...]) -> Violation:
        """The breach that a row of a day plan is, with its facts."""
        return Violation(
            rule=self.article.rule,
            site_id=row.site_id,
            inspector_id=row.inspector_id,
            department=row.department,
            start=row.day,
            end=row.day,
            facts=facts,
        )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """None."""
        return {}

    def explain_day(self, violation: Violation) -> str:
        """Title and facts."""
        facts = "；".join(f"{name}：{value}" for name, value in violation.facts)
        return f"{self.article.title}：{facts}"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """How many days."""
        return f"缺{shortage.missing}天"

    def suggest(self, shortage: DayShortage) -> str:
        """What helps with most rules."""
        return "请调人、改期或报批豁免"


class BaseRule:
    """Defaults: admits everyone, posts nothing, finds nothing. A rule overrides what it needs."""

    article: ClassVar[Article]
    dated: ClassVar[bool] = False
    paid_by_the_plan: ClassVar[bool] = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Everyone."""
        return True

    def post(self, model: PlanModel) -> None:
        """Nothing."""

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """None."""
        return ()

    def explain(self, violation: Violation) -> str:
        """Title and facts."""
        facts = "；".join(f"{name}：{value}" for name, value in violation.facts)
        return f"{self.article.title}：{facts}"


class PrincipleRule(BaseRule):
    """An H* rule (原则上): its pruning says what exactly a row of 豁免 would have to lift."""

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """Every site and its dates on which the candidate alone would break the rule."""
        return ()

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """No breach at all; whether a row of 豁免 lifts one is asked elsewhere."""
        return not any(True for _ in self.breaches(instance, candidate))
