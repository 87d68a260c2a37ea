"""R05-9 · H* · 延长驻点须说明 / Extension for continuing important work.

第(五)条 “重要延续性工作，可视情延长驻点监督时间或接续开展下一轮次驻点监督工作”.

A chain that goes beyond what R05-1 and R05-6 allow, and for which rows of 延长驻点 reach beyond
the due day, needs one of them that is in order: 延至 not before the last day of the chain, not
later than ``extension_max_months`` after the due day, 事项 and 批准人 filled in. A chain without
any such row is R05-1's or R05-6's; a row that no stint of the plan needs is not judged.

Example: due 2027-03-13, extended for the rectification of a major hazard to 2027-06-13: the latest
that three months allow.

Encoding: none; the clock of a candidate and the rows are known before the model.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import (
    OPEN_END,
    HalfYear,
    chains_of,
    clock_start,
    extensions_beyond,
    half_year,
)
from planner.domain.deadline import deadline
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.tables import Extension
from planner.rule import Article, Breach, PrincipleRule


class ExtensionExplained(PrincipleRule):
    """延长驻点须说明."""

    article = Article(
        rule="R05-9",
        level="H*",
        clause="第(五)条",
        title="延长驻点须说明",
        title_en="Extension for continuing important work",
        quote="重要延续性工作，可视情延长驻点监督时间或接续开展下一轮次驻点监督工作",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The days beyond the half-year whose extension is too short, too long or not in order."""
        person = candidate.inspector_id
        for site_id in candidate.site_ids:
            first = clock_start(instance, person, site_id, candidate.start)
            limit = deadline(instance, person, site_id, first)
            longest = add_months(limit.due + ONE_DAY, instance.policy.extension_max_months)
            good = any(
                candidate.end <= row.until < longest
                for row in limit.extensions
                if row.matter.strip() and row.approver.strip()
            )
            if limit.extensions and not good and candidate.end > limit.last:
                yield Breach(site_id, limit.last + ONE_DAY, candidate.end)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Look for a good row for every extended chain."""
        for chain in chains_of(instance, plan):
            person, site_id = chain.inspector_id, chain.site_id
            half = half_year(instance, person, site_id, chain.first)
            rows = extensions_beyond(instance, person, site_id, half.due_day)
            if chain.last <= half.latest_day or not rows:
                continue
            faults = [_fault(instance, half, row) for row in rows if row.until >= chain.last]
            if "" in faults:
                continue
            newest = max(rows, key=lambda row: row.until)
            last = "未填" if chain.last == OPEN_END else chain.last.isoformat()
            yield Violation(
                rule=self.article.rule,
                site_id=site_id,
                inspector_id=person,
                department=chain.newest.department,
                start=chain.newest.start,
                end=chain.newest.end,
                breach=(half.latest_day + ONE_DAY, chain.last),
                facts=(
                    ("到期", half.due_day.isoformat()),
                    ("延至", newest.until.isoformat()),
                    ("结束", last),
                    ("问题", faults[0] if faults else "延长期满后仍未结束"),
                ),
            )

    def explain(self, violation: Violation) -> str:
        """Say what is wrong with the extension."""
        fact = violation.fact
        return (
            f"{fact('到期')}到期，延长驻点记录延至{fact('延至')}，计划结束日期为{fact('结束')}："
            f"{fact('问题')}。"
        )


def _fault(instance: Instance, half: HalfYear, row: Extension) -> str:
    """What is wrong with a row of 延长驻点; empty when it is in order."""
    limit = add_months(half.change, instance.policy.extension_max_months) - ONE_DAY
    if row.until > limit:
        return f"延长超过上限，最多延至{limit.isoformat()}"
    if not row.matter.strip():
        return "未填延长事项"
    return "" if row.approver.strip() else "未填批准人"


RULE = ExtensionExplained()
