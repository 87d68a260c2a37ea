"""R02-4 · H · 安全等级与分类派驻 / Grade and differentiated posting.

第(二)条 “合理确定安全等级，实施分类派驻”. The form of a new stint is one of the forms that
派驻矩阵 names for the grade and that the sector allows; a person's decision in 驻点名单 wins over
the matrix. A running stint keeps its form until it ends (settled reading 13). A site has one form
at a time.

Example: 三级 with matrix 定期驻点: 蹲守驻点 is refused.

Encoding: candidates, and Σ services begun ≤ 1 per site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class FormByGrade(BaseRule):
    """安全等级与分类派驻."""

    article = Article(
        rule="R02-4",
        level="H",
        clause="第(二)条",
        title="安全等级与分类派驻",
        title_en="Grade and differentiated posting",
        quote="合理确定安全等级，实施分类派驻",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """The form is admitted at every site, or the person is there already."""
        return candidate.running or all(
            candidate.form in _admitted_forms(instance, instance.site_by_id[one])
            for one in candidate.site_ids
        )

    def post(self, model: PlanModel) -> None:
        """At most one service per site."""
        begun: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for service in model.services:
            for site_id in service.site_ids:
                begun[site_id] += [(one, 1) for one in model.begins(service).values()]
        for site_id, terms in begun.items():
            model.row(self.article.rule, site_id, terms, upper=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Form of every new stint against matrix, decision and sector."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        forms_at: dict[str, set[Form]] = defaultdict(set)
        for stint in plan.stints:
            if (stint.end or plan.round_end) >= plan.round_start:
                forms_at[stint.site_id].add(stint.form)
        for stint in plan.stints:
            if (stint.inspector_id, stint.site_id, stint.start) in running:
                continue
            site = instance.site_by_id[stint.site_id]
            decision = instance.list_item(site.id)
            if decision is not None and decision.form is not None:
                wanted = {decision.form}
            else:
                wanted = {form for row in instance.matrix_rows(site) for form in row.forms}
            allowed = instance.sector_by_code[site.sector].allowed_forms
            refused = stint.form not in wanted or (allowed and stint.form not in allowed)
            if refused or len(forms_at[site.id]) > 1:
                names = sorted(form.value for form in forms_at[site.id] | {stint.form})
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(
                        ("形式", "、".join(names)),
                        ("可用形式", "、".join(sorted(form.value for form in wanted)) or "无"),
                    ),
                )

    def explain(self, violation: Violation) -> str:
        """Name the form and the admitted ones."""
        return (
            f"驻点形式为{violation.fact('形式')}，按等级和行业可用："
            f"{violation.fact('可用形式')}（同一对象同一时期只用一种形式）。"
        )


def _admitted_forms(instance: Instance, site: Site) -> frozenset[Form]:
    decided = instance.list_item(site.id)
    allowed = instance.sector_by_code[site.sector].allowed_forms
    if decided is not None and decided.form is not None:
        forms = frozenset({decided.form})
    else:
        forms = frozenset(form for row in instance.matrix_rows(site) for form in row.forms)
    return forms & frozenset(allowed) if allowed else forms


RULE = FormByGrade()
