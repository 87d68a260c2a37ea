"""派驻记录 as a plan would leave it: history that is over, and the plan's own stints."""

from __future__ import annotations

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import StintStatus


def past_stints(instance: Instance) -> tuple[Stint, ...]:
    """Rows of 派驻记录 that were served and do not run into the round.

    The running ones are not here: a plan repeats them, with their planned end.
    """
    running = {id(stint) for stint in instance.running}
    return tuple(
        stint
        for stint in instance.stints
        if stint.status is not StintStatus.DRAFT and id(stint) not in running
    )


def full_record(instance: Instance, plan: Plan) -> tuple[Stint, ...]:
    """Past stints and the plan's stints, ordered by start, site and slot."""
    rows = (*past_stints(instance), *plan.stints)
    return tuple(sorted(rows, key=lambda s: (s.start, s.site_id, s.slot, s.inspector_id)))
