"""R12-3 · A · 计划留有余地 / Reasonable plan, adjusted monthly.

第(十二)条: “实时优化调整工作任务、工作措施、工作要求”. A plan may be made again, but served days
stay, and running stints change only with a reason.

What disturbs people is paid in the second tier: a row of 豁免 that is used, a person who stays
past the half-year without an extension (overdue when the round begins in a freeze window, moved
behind one, or by a row of 豁免), and a running stint that is ended before it is due.

Example: due on 2027-04-12 and ended on 2027-03-14 without a forced reason: one change.

Encoding: constants of the candidates.

Days of a month: what was served before ``since`` stays. Where an earlier day plan is replaced, each
day of a person at an object (or at rest) that only one of the two has is a change.

Example: P1 moves from 2027-03-08 to 2027-03-09: two changes.

Encoding for days: served days are constants; Σ (1 − kept days) + Σ new days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import chains_of, clock_start, extensions_beyond
from planner.domain.day_plan import DayPlan, DayRow, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseDayRule, BaseRule, DayTier, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel

LOAD_CAP = "R03-8"
"""Its uses depend on what else a person serves: the rule counts them itself."""


class Stability(BaseRule, BaseDayRule):
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
        late = [
            (one.index, 1)
            for one in model.stints
            if one.candidate.running
            and one.candidate.end >= model.instance.round.start
            and _late(model.instance, one.candidate)
        ]
        return (
            Penalty(
                "late_rotations",
                "期满后留任的在驻人员",
                Tier.STABILITY,
                policy.weight_late_rotation,
                "段",
                tuple(late),
            ),
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
        teams: set[tuple[str, int, str]] = set()
        for change in plan.changes:
            group = next(
                (
                    s.group
                    for s in instance.running
                    if s.site_id == change.site_id and s.inspector_id == change.inspector_id
                ),
                "",
            )
            teams.add((group or change.site_id, change.slot, change.inspector_id))
        lifted = sum(one.rule != LOAD_CAP for one in plan.overrides_used)
        return {
            "late_rotations": len(_kept_late(instance, plan)),
            "overrides_used": lifted,
            "running_changes": len(teams),
        }

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Days that only one of the two day plans has."""
        case = model.case
        if case.earlier is None:
            return
        earlier = [row for row in case.earlier if row.day >= case.since]
        kept = {column for row in earlier if (column := model.column_of(row)) is not None}
        columns = (*model.whole.values(), *model.half.values(), *model.rests.values())
        terms = [
            (column, -1 if column in kept else 1) for column in columns if column not in model.fixed
        ]
        model.pay(
            "changed_days", "与原日程不同", 1, "人天", terms, constant=len(earlier),
            tier=DayTier.CHANGED,
        )  # fmt: skip

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Served days that are not as they were."""
        served = {row for row in case.served if case.first <= row.day < case.since}
        planned = {row for row in days.rows if row.day < case.since}
        for row in sorted(served ^ planned, key=lambda one: (one.day, one.inspector_id)):
            yield self.day_breach(
                row, (("日期", row.day.isoformat()), ("多出或缺少", row.kind.value))
            )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Rows of one of the two day plans alone."""
        if case.earlier is None:
            return {}

        def places(rows: Iterable[DayRow]) -> set[tuple[object, ...]]:
            return {
                (row.day, row.inspector_id, row.site_id, row.half)
                for row in rows
                if row.day >= case.since
            }

        return {"changed_days": len(places(case.earlier) ^ places(days.rows))}

    def explain_day(self, violation: Violation) -> str:
        """Which day."""
        fact = violation.fact
        return f"{fact('日期')}已经执行，不能改动：{fact('多出或缺少')}一行与已执行的不同。"


def _late(instance: Instance, candidate: Candidate) -> bool:
    """Whether a holder stays past the half-year at one of the sites without an extension."""
    for site_id in candidate.site_ids:
        person = candidate.inspector_id
        first = clock_start(instance, person, site_id, candidate.start)
        over = add_months(first, instance.policy.max_stint_months)
        extended = any(
            (row.inspector_id, row.site_id) == (person, site_id) and row.until >= over
            for row in instance.extensions
        )
        if candidate.end >= over and not extended:
            return True
    return False


def _kept_late(instance: Instance, plan: Plan) -> set[tuple[str, str, str, int]]:
    """Person, unit, group or site, and slot of every running stint that the plan keeps too long."""
    found = set()
    running = {(row.inspector_id, row.site_id, row.start) for row in instance.running}
    for chain in chains_of(instance, plan):
        newest = chain.newest
        if (newest.inspector_id, newest.site_id, newest.start) not in running:
            continue
        due = add_months(chain.first, instance.policy.max_stint_months) - ONE_DAY
        if chain.last < plan.round_start or chain.last <= due:
            continue
        if not extensions_beyond(instance, newest.inspector_id, newest.site_id, due):
            place = newest.group or newest.site_id
            found.add((newest.inspector_id, newest.department, place, newest.slot))
    return found


RULE = Stability()
