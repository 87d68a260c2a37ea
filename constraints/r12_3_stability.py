"""R12-3 · A · 计划留有余地 / Reasonable plan, adjusted monthly.

第(十二)条: “实时优化调整工作任务、工作措施、工作要求”. A plan may be made again, but served days
stay, and running stints change only with a reason.

What disturbs people is paid in the second tier: a row of 豁免 that is used, a person who stays
past the half-year although the plan could not know (overdue when the round begins), and a running
stint that is ended before it is due.

Example: due on 2027-04-12 and ended on 2027-03-14 without a forced reason: one change.

Encoding: constants of the candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel

LOAD_CAP = "R03-8"
"""Its uses depend on what else a person serves: the rule counts them itself."""


class Stability(BaseRule):
    """计划稳定."""

    article = Article(
        rule="R12-3",
        level="A",
        clause="第(十二)条",
        title="计划留有余地",
        title_en="Reasonable plan, adjusted monthly",
        quote="实时优化调整工作任务、工作措施、工作要求",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Overrides used and running stints moved forward."""
        policy = model.instance.policy
        lifted = [
            (one.index, len(one.candidate.overrides))
            for one in model.stints
            if one.candidate.overrides
        ]
        moved = [(one.index, 1) for one in model.stints if one.candidate.moved]
        return (
            Penalty(
                "overrides_used",
                "动用豁免",
                Tier.STABILITY,
                policy.weight_override,
                "人次",
                tuple(lifted),
            ),
            Penalty(
                "running_changes",
                "提前结束的在驻人员",
                Tier.STABILITY,
                policy.weight_running_change,
                "段",
                tuple(moved),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the plan's own lists; the verifier checks these lists against the stints."""
        teams: dict[tuple[str, int, str], int] = defaultdict(int)
        for change in plan.changes:
            group = next(
                (
                    s.group
                    for s in instance.running
                    if s.site_id == change.site_id and s.inspector_id == change.inspector_id
                ),
                "",
            )
            teams[group or change.site_id, change.slot, change.inspector_id] += 1
        lifted = sum(one.rule != LOAD_CAP for one in plan.overrides_used)
        return {"overrides_used": lifted, "running_changes": len(teams)}


RULE = Stability()
