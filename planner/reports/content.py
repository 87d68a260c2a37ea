"""What the reports say about rules: one line per rule of the catalogue, with its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.catalogue import Entry
from planner.domain.findings import Violation
from planner.io.privacy import mask_phones
from planner.verify import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach, lifted by 豁免 or not, with its Chinese sentence."""

    violation: Violation
    text: str


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """规则核查: one rule of the catalogue with its findings in the plan.

    A rule that is not ``checked`` was not judged: it is a document, a note for people, or belongs
    to a later plan.
    """

    entry: Entry
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


def checks_of(verdict: Verdict, catalogue: Sequence[Entry]) -> tuple[RuleCheck, ...]:
    """A line for every rule of the catalogue, in its order: the judged ones with their result."""
    judged = {one.article.rule: one for one in verdict.rules}
    lines = []
    for entry in catalogue:
        one = judged.get(entry.rule)
        if one is None:
            lines.append(RuleCheck(entry, checked=False))
            continue
        found = (*one.violations, *one.overridden)
        findings = tuple(Finding(each.violation, mask_phones(each.sentence)) for each in found)
        lines.append(RuleCheck(entry, findings))
    return tuple(lines)
