"""R05-4 · S · 交接重叠 / Overlap for handover.

Derived from 第(五)条 “避免出现人员衔接空挡” and 第(十)条 “以老带新”.

The old holder stays one more working day beside the new one. That works only where the old holder
has no new post on the day of the change: such a change has no overlap and is counted.

The plan writes the overlap as a note in the new person's row, where the old holder is free.

Whoever is withdrawn as the round begins left before it, and is not counted.

Example: P1 leaves O1 on 2027-04-11, begins at O2 on 2027-04-12: no overlap at O1.

Encoding: per person and change date, (running post ends) + (new post begins) ≤ 1 + missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import new_postings
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn


class HandoverOverlap(BaseRule):
    """交接重叠."""

    article = Article(
        rule="R05-4",
        level="S",
        clause="第(五)条、第(十)条",
        title="交接重叠",
        title_en="Overlap for handover",
        quote="避免出现人员衔接空挡",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Changes at which the old holder begins elsewhere on the same date."""
        missing = []
        leaving_of: dict[str, list[StintColumn]] = defaultdict(list)
        for one in model.stints:
            # Whoever is gone before the round begins, such as on days off, hands over in none.
            left_before = one.candidate.end < model.instance.round.start
            if one.candidate.running and one.candidate.form.released and not left_before:
                leaving_of[one.candidate.inspector_id].append(one)
        for person, columns in model.stints_of_person.items():
            leaving = leaving_of[person]
            for day in sorted({one.candidate.until for one in leaving}):
                begins = [
                    (one.index, 1)
                    for one in columns
                    if not one.candidate.running
                    and one.first == day
                    and one.candidate.form.released
                ]
                if begins:
                    flag = model.column(f"no overlap {person} {day}")
                    ends = [(one.index, 1) for one in leaving if one.candidate.until == day]
                    model.row("R05-4", person, [*begins, *ends, (flag, -1)], upper=1)
                    missing.append((flag, 1))
        return (
            Penalty(
                "handovers_without_overlap",
                "交接无重叠",
                Tier.QUALITY,
                model.instance.policy.weight_no_overlap,
                "次",
                tuple(missing),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Count new stints that begin on the working day after the person left a running one."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        left = {
            (s.inspector_id, instance.calendar.workday_on_or_after(s.end + ONE_DAY))
            for s in plan.stints
            if (s.inspector_id, s.site_id, s.start) in running
            and s.form.released
            and s.end is not None
            and s.end >= plan.round_start
        }
        begun = {
            (posting.inspector_id, posting.start)
            for posting in new_postings(plan)
            if posting.form.released
        }
        return {"handovers_without_overlap": len(left & begun)}


RULE = HandoverOverlap()
