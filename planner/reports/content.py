"""What the reports say about rules: one line per rule of the catalogue, with its findings."""

from __future__ import annotations

from dataclasses import dataclass

from planner.catalogue import entries
from planner.domain.findings import Violation
from planner.io.privacy import mask_phones
from planner.verify import RuleVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, lifted by 豁免 or not, with its Chinese sentence."""

    violation: Violation
    text: str


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """规则核查: one rule with its source and its findings in the plan.

    ``where`` says where the program holds the rule. A rule that is not ``checked`` was not judged:
    it is a document, a note for people, or belongs to a later plan.
    """

    rule: str
    level: str
    title: str
    clause: str
    where: str
    findings: tuple[Finding, ...] = ()
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
    def result(self) -> str:
        """The result in words."""
        if not self.checked:
            return "不在本次核查"
        if self.breaches:
            return f"违规{len(self.breaches)}处"
        return f"豁免后符合（{len(self.overridden)}处）" if self.overridden else "符合"


def checks_of(verdict: Verdict) -> tuple[RuleCheck, ...]:
    """A line for every rule of the catalogue, in its order: the judged ones with their result."""
    judged = {one.article.rule: one for one in verdict.rules}
    known = entries(())
    listed = {entry.rule for entry in known}
    return (
        *(
            _judged(judged[entry.rule])
            if entry.rule in judged
            else RuleCheck(
                entry.rule, entry.level, entry.title, entry.clause, entry.where, checked=False
            )
            for entry in known
        ),
        *(_judged(one) for one in verdict.rules if one.article.rule not in listed),
    )


def _judged(verdict: RuleVerdict) -> RuleCheck:
    article = verdict.article
    return RuleCheck(
        rule=article.rule,
        level=article.level,
        title=article.title,
        clause=article.clause,
        where="目标、核查" if verdict.costs else "模型、核查",
        findings=tuple(
            Finding(one.violation, mask_phones(one.sentence))
            for one in (*verdict.violations, *verdict.overridden)
        ),
    )
