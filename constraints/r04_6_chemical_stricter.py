"""R04-6 · S · 化工严于其他行业 / Chemical stricter than the others.

第(四)条: “驻点监督工作应严于其他行业”. For the same grade, chemical sites get at least as many
person-days a month as any other sector (coal excepted). Counted: grades for which 派驻矩阵 gives
them fewer. The plan cannot change the matrix: the amount is a finding for the coordinator.

An empty 每月最少驻点日 is the default of the form: ``regular_min_days_per_month`` or
``mobile_min_days_per_object_month``.

Example: 二级 elsewhere 流动 2 × 4 days = 8, chemical 定期 2 × 3 days = 6: one grade.

Encoding: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow, Sector
from planner.domain.terms import Form, Grade
from planner.rule import Article, BaseRule, Penalty

WORKDAYS_PER_MONTH = 21

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class ChemicalStricter(BaseRule):
    """化工严于其他行业."""

    article = Article(
        rule="R04-6",
        level="S",
        clause="第(四)条",
        title="化工严于其他行业",
        title_en="Chemical stricter than the others",
        quote="驻点监督工作应严于其他行业",
    )
    paid_by_the_plan = False

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """None: no choice of people changes the matrix."""
        return ()

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """The same count over the sites that the plan speaks of."""
        sites = {row.site_id for row in plan.stints} | {row.site_id for row in plan.shortages}
        return {"chemical_laxer_grades": _laxer_grades(instance, sites)}


def _laxer_grades(instance: Instance, site_ids: set[str]) -> int:
    if not any(_sector(instance, one).chemical for one in site_ids):
        return 0
    count = 0
    for grade in Grade:
        general = [row for row in instance.matrix if row.grade is grade and not row.sector]
        chemical, others = [], []
        for sector in instance.sectors:
            own = [
                row for row in instance.matrix if row.grade is grade and row.sector == sector.code
            ]
            days = max(
                (_person_days(instance.policy, row, sector) for row in own or general), default=0
            )
            if sector.chemical:
                chemical.append(days)
            elif not sector.coal:
                others.append(days)
        count += min(chemical, default=0) < max(others, default=0)
    return count


def _sector(instance: Instance, site_id: str) -> Sector:
    return instance.sector_by_code[instance.site_by_id[site_id].sector]


def _person_days(policy: Policy, row: MatrixRow, sector: Sector) -> int:
    """Person-days a month of a matrix row; a resident person counts every working day."""
    if not row.forms:
        return 0
    days = WORKDAYS_PER_MONTH
    if row.forms[0] is not Form.RESIDENT:
        by_default = {
            Form.REGULAR: policy.regular_min_days_per_month,
            Form.MOBILE: policy.mobile_min_days_per_object_month,
        }[row.forms[0]]
        days = by_default if row.min_days_per_month is None else row.min_days_per_month
    team = max(row.team_size or sector.team_size, 2 if sector.chemical else 1)
    return team * days


RULE = ChemicalStricter()
