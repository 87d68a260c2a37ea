"""Judge any plan, without a solver.

Every rule's checker says what is wrong; rows of 豁免 lift exactly what they name; the plan's own
claims (overrides used, goal values) are recomputed. A plan with a violation is never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.domain.day_plan import (
    GRADE_WEIGHTS,
    LONG_RUN,
    LONG_RUN_WEIGHT,
    DayPlan,
    DayShortage,
    MonthCase,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import PenaltyResult, Plan
from planner.rule import Article, DayRule, Goal, Rule

WrongAmount = tuple[str, int | None, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One breach with its sentence. ``unstated`` is the 缺口 that a day plan has to list, where
    that is what is wrong."""

    violation: Violation
    sentence: str
    unstated: DayShortage | None = None


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says of a plan. ``costs`` are the recomputed amounts of a goal."""

    article: Article
    violations: tuple[Judged, ...]
    overridden: tuple[Judged, ...]
    costs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """核查结论: one entry per rule, and goal values of the plan that do not recompute as (title,
    claimed, recomputed); claimed is None where the proof leaves a goal out."""

    rules: tuple[RuleVerdict, ...]
    wrong_amounts: tuple[WrongAmount, ...] = ()

    @property
    def violations(self) -> tuple[Judged, ...]:
        """All breaches that no override lifts."""
        return tuple(one for rule in self.rules for one in rule.violations)

    @property
    def overridden(self) -> tuple[Judged, ...]:
        """All breaches that rows of 豁免 lift."""
        return tuple(one for rule in self.rules for one in rule.overridden)

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations and not self.wrong_amounts


def verify(instance: Instance, plan: Plan, rules: Sequence[Rule]) -> Verdict:
    """Judge ``plan`` by every rule; the amounts of its proof, if it has one, are recomputed."""
    verdicts = tuple(_judge(instance, plan, rule) for rule in rules)
    goals = [
        verdict
        for rule, verdict in zip(rules, verdicts, strict=True)
        if isinstance(rule, Goal) and rule.paid_by_the_plan
    ]
    return Verdict(verdicts, _wrong_amounts(plan, goals))


def _judge(instance: Instance, plan: Plan, rule: Rule) -> RuleVerdict:
    found = (Judged(one, rule.explain(one)) for one in rule.violations(instance, plan))
    broken, lifted = _sorted_out(instance, rule.article, found)
    costs = tuple(sorted(rule.costs(instance, plan).items())) if isinstance(rule, Goal) else ()
    return RuleVerdict(rule.article, broken, lifted, costs)


def _sorted_out(
    instance: Instance, article: Article, found: Iterable[Judged]
) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    """The breaches that stand, and those that a row of 豁免 lifts."""
    broken: list[Judged] = []
    lifted: list[Judged] = []
    for one in found:
        if article.in_principle and _lifted(instance, one.violation):
            overridden = one.violation.model_copy(update={"overridden": True})
            lifted.append(replace(one, violation=overridden))
        else:
            broken.append(one)
    return tuple(broken), tuple(lifted)


def _lifted(instance: Instance, violation: Violation) -> bool:
    """Whether a row of 豁免 covers the dates of the breach, not merely those of the stint."""
    span = violation.breach
    if span is None:
        if violation.start is None:
            return False
        span = violation.start, violation.start
    return instance.lifted(violation.rule, violation.inspector_id, violation.site_id, *span)


def _wrong_amounts(plan: Plan, goals: Sequence[RuleVerdict]) -> tuple[WrongAmount, ...]:
    """The penalties of the proof that do not recompute or are left out. A proof without any
    penalties, such as that of one unit of several, claims nothing."""
    return _differing(plan.proof.penalties if plan.proof else (), goals)


def _differing(
    penalties: Sequence[PenaltyResult], goals: Sequence[RuleVerdict]
) -> tuple[WrongAmount, ...]:
    claimed = {one.name: one for one in penalties}
    if not claimed:
        return ()
    wrong: list[WrongAmount] = []
    for goal in goals:
        for name, amount in goal.costs:
            claim = claimed.get(name)
            if claim is None:
                wrong.append((f"{goal.article.title}（{name}）", None, amount))
            elif claim.amount != amount:
                wrong.append((claim.title, claim.amount, amount))
    return tuple(wrong)


# -- the days of a month ------------------------------------------------------------------------


def verify_days(case: MonthCase, days: DayPlan, rules: Sequence[DayRule]) -> Verdict:
    """Judge a day plan by every day rule.

    What the rows leave unmet has to stand among its shortages, row for row, and nothing else may;
    the amounts of its proof, if it has one, are recomputed.
    """
    verdicts = tuple(_judge_days(case, days, rule) for rule in rules)
    return Verdict(verdicts, _differing(days.proof.penalties if days.proof else (), verdicts))


def _judge_days(case: MonthCase, days: DayPlan, rule: DayRule) -> RuleVerdict:
    article = rule.article
    missing = sorted(rule.day_shortages(case, days), key=shortage_order)
    stated = {one for one in days.shortages if one.rule == article.rule}
    unstated = [one for one in missing if one not in stated]
    unfounded = sorted(stated - set(missing), key=shortage_order)
    found = [
        *(Judged(one, rule.explain_day(one)) for one in rule.day_violations(case, days)),
        *(
            Judged(_breach(one), f"{rule.explain_shortage(one)}，没有列入缺口。", one)
            for one in unstated
        ),
        *(Judged(_breach(one), "列为缺口，与日程不符，应改正或删去。") for one in unfounded),
    ]
    broken, lifted = _sorted_out(case.instance, article, found)
    costs, short = dict(rule.day_costs(case, days)), f"short_{article.rule}"
    if missing or (days.proof and any(one.name == short for one in days.proof.penalties)):
        costs[short] = sum(shortage_cost(case, one) for one in missing)
    return RuleVerdict(article, broken, lifted, tuple(sorted(costs.items())))


def shortage_cost(case: MonthCase, shortage: DayShortage) -> int:
    """What a shortage costs: each missing one by the grade of its object; of a person, as at an
    object of the first grade, and least where it is a day too many on end."""
    if shortage.about == LONG_RUN:
        return LONG_RUN_WEIGHT * shortage.missing
    grade = case.grade(shortage.site_id) if shortage.site_id else min(GRADE_WEIGHTS)
    return GRADE_WEIGHTS[grade] * shortage.missing


def shortage_order(shortage: DayShortage) -> tuple[str, str, str, str, str, str, str]:
    """The order of shortages in a day plan."""
    return (
        shortage.department, shortage.rule, shortage.site_id, shortage.inspector_id,
        shortage.start.isoformat(), shortage.operation_id, shortage.about,
    )  # fmt: skip


def _breach(shortage: DayShortage) -> Violation:
    return Violation(
        rule=shortage.rule,
        site_id=shortage.site_id,
        inspector_id=shortage.inspector_id,
        department=shortage.department,
        start=shortage.start,
        end=shortage.end,
        breach=(shortage.start, shortage.end),
        facts=(("缺", str(shortage.missing)),),
    )
