"""派驻记录 as a plan would leave it: history that is over, and the plan's own stints."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint, sum_penalties, sum_tiers, worst_status
from planner.domain.terms import Form, StintStatus


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


def in_post(
    instance: Instance, plan: Plan, day: dt.date
) -> dict[tuple[str, str], tuple[Stint, ...]]:
    """Who is where on a day, by unit and object, in the order of the slots. On days off between
    two people it is who was there last."""
    there: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        if stint.covers(day):
            there[stint.department, stint.site_id].append(stint)
    before = instance.calendar.workday_before(day + ONE_DAY)
    held = {(key, one.slot) for key, rows in there.items() for one in rows}
    for stint in plan.stints:
        key = (stint.department, stint.site_id)
        if stint.covers(before) and (key, stint.slot) not in held:
            there[key].append(stint)
    return {
        key: tuple(sorted(rows, key=lambda one: (one.slot, one.start)))
        for key, rows in there.items()
    }


def share_of(instance: Instance, plan: Plan, departments: tuple[str, ...]) -> Plan:
    """The share of some departments in a merged plan, with their own proof."""
    sites = {site.id for site in instance.sites if site.department in departments}
    return plan.model_copy(
        update={
            "departments": departments,
            "stints": tuple(row for row in plan.stints if row.department in departments),
            "shortages": tuple(row for row in plan.shortages if row.department in departments),
            "changes": tuple(row for row in plan.changes if row.site_id in sites),
            "overrides_used": tuple(row for row in plan.overrides_used if row.site_id in sites),
            "proof": plan.proof.restricted_to(departments) if plan.proof else None,
        }
    )


def joined(plans: Sequence[Plan]) -> Plan:
    """One plan of all units of some plans of the same round, which have no unit in common. Its
    proof is theirs together, None where one has none."""
    proofs = [plan.proof for plan in plans if plan.proof]
    components = tuple(one for proof in proofs for one in proof.components)
    first = plans[0]
    return first.model_copy(
        update={
            "departments": tuple(unit for plan in plans for unit in plan.departments),
            "stints": tuple(
                sorted(
                    (row for plan in plans for row in plan.stints),
                    key=lambda s: (s.department, s.site_id, s.slot, s.start, s.inspector_id),
                )
            ),
            "shortages": tuple(row for plan in plans for row in plan.shortages),
            "changes": tuple(row for plan in plans for row in plan.changes),
            "overrides_used": tuple(row for plan in plans for row in plan.overrides_used),
            "proof": proofs[0].model_copy(
                update={
                    "status": worst_status([one.status for one in components]),
                    "tiers": sum_tiers(components),
                    "penalties": sum_penalties(components),
                    "components": components,
                }
            )
            if len(proofs) == len(plans)
            else None,
        }
    )


@dataclass(frozen=True, slots=True)
class Posting:
    """一次派驻: one person's stint in one post, with all sites of a mobile group together."""

    inspector_id: str
    department: str
    slot: int
    form: Form
    group: str
    site_ids: tuple[str, ...]
    start: dt.date
    end: dt.date

    @property
    def place(self) -> str:
        """The group, or the site of a single posting."""
        return self.group or self.site_ids[0]


def new_postings(plan: Plan) -> tuple[Posting, ...]:
    """The postings that begin in the plan; people whom it keeps where they are are left out."""
    there = {
        (one.inspector_id, one.group or one.site_id, one.form)
        for one in plan.stints
        if one.start < plan.round_start and (one.end is None or one.end >= plan.round_start)
    }
    rows: dict[tuple[str, str, int, dt.date], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        place = stint.group or stint.site_id
        begins = stint.start >= plan.round_start
        if begins and (stint.inspector_id, place, stint.form) not in there:
            rows[place, stint.inspector_id, stint.slot, stint.start].append(stint)
    return tuple(
        Posting(
            inspector_id=person,
            department=found[0].department,
            slot=slot,
            form=found[0].form,
            group=found[0].group,
            site_ids=tuple(sorted(stint.site_id for stint in found)),
            start=start,
            end=max(stint.end or plan.round_end for stint in found),
        )
        for (_, person, slot, start), found in sorted(rows.items())
    )
