"""Judge any plan, without a solver.

Every rule's checker says what is wrong; rows of 豁免 lift exactly what they name; the plan's own
claims (overrides used, goal values) are recomputed. A plan with a violation is never written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.rule import Article, Goal, Rule


@dataclass(frozen=True, slots=True)
class Judged:
    """One breach with its sentence."""

    violation: Violation
    sentence: str


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What one rule says of a plan. ``costs`` are the recomputed amounts of a goal."""

    article: Article
    violations: tuple[Judged, ...]
    overridden: tuple[Judged, ...]
    costs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """核查结论: one entry per rule, and goal values of the plan that do not recompute."""

    rules: tuple[RuleVerdict, ...]
    wrong_amounts: tuple[tuple[str, int, int], ...] = ()

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
    return Verdict(verdicts, _wrong_amounts(plan, verdicts))


def _judge(instance: Instance, plan: Plan, rule: Rule) -> RuleVerdict:
    article = rule.article
    broken: list[Judged] = []
    lifted: list[Judged] = []
    for violation in rule.violations(instance, plan):
        sentence = rule.explain(violation)
        allowed = (
            article.in_principle
            and violation.start is not None
            and instance.lifted(
                article.rule, violation.inspector_id, violation.site_id, violation.start
            )
        )
        if allowed:
            lifted.append(Judged(violation.model_copy(update={"overridden": True}), sentence))
        else:
            broken.append(Judged(violation, sentence))
    costs = tuple(sorted(rule.costs(instance, plan).items())) if isinstance(rule, Goal) else ()
    return RuleVerdict(article, tuple(broken), tuple(lifted), costs)


def _wrong_amounts(plan: Plan, verdicts: Sequence[RuleVerdict]) -> tuple[tuple[str, int, int], ...]:
    """(title, claimed, recomputed) for each penalty of the proof that does not recompute."""
    if plan.proof is None:
        return ()
    recomputed = {name: value for verdict in verdicts for name, value in verdict.costs}
    return tuple(
        (penalty.title, penalty.amount, recomputed[penalty.name])
        for penalty in plan.proof.penalties
        if penalty.name in recomputed and recomputed[penalty.name] != penalty.amount
    )
