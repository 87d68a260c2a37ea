"""重排: the plan of the rest of a round that changes least against an earlier one.

Units whose earlier plan still keeps every rule keep it, to the letter. The others are solved anew
from the day of the event on, close to the earlier plan (``planner.requests.LeastChange``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeVar

from planner.admission import may_join
from planner.change.compare import StintChange, changes_between, substitutes
from planner.domain.instance import Instance
from planner.domain.plan import (
    ComponentResult,
    Plan,
    Proof,
    Shortage,
    Stint,
    TierResult,
    sum_tiers,
    worst_status,
)
from planner.domain.record import joined, share_of
from planner.offer import Offer
from planner.posts import build_services, owed_sites
from planner.remarks import carried_over
from planner.requests import LOST, LeastChange
from planner.rolling import still_to_come
from planner.rule import CLOSENESS, Rule, Tier
from planner.verify import Verdict, verify

SOLVED = frozenset({"OPTIMAL", "FEASIBLE"})


class Solver(Protocol):
    """Solves some units with some rules and more candidates: ``planner.solve`` with settings."""

    def __call__(
        self, instance: Instance, departments: Sequence[str], rules: Sequence[Rule], /, *,
        offer: Offer,
    ) -> Plan: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class Replanned:
    """重排结果: the plan of the rest of the round and what differs from the earlier one.

    ``instance`` begins on the day of the event. ``solved`` are the units whose plan could not stay
    as it was, ``broken`` says why, by the verifier's judgement of the earlier plan. Without a plan
    for every solved unit ``plan`` has the status of the search and is not complete.
    """

    instance: Instance
    plan: Plan
    verdict: Verdict
    solved: tuple[str, ...]
    broken: Verdict
    changes: tuple[StintChange, ...]

    def tier(self, tier: Tier) -> TierResult:
        """Value and bound of a tier of closeness; zero where nothing had to be solved."""
        assert self.plan.proof is not None
        found = [one for one in self.plan.proof.tiers if one.tier == tier]
        return found[0] if found else TierResult(
            tier=tier, name=tier.title, value=0, bound=0, seconds=0
        )  # fmt: skip

    @property
    def status(self) -> str:
        """The status of the search."""
        assert self.plan.proof is not None
        return self.plan.proof.status

    @property
    def sound(self) -> bool:
        """Whether there is a plan and the verifier accepts it. Tiers that were not asked for claim
        nothing, so that they are not wrong."""
        wrong = [one for one in self.verdict.wrong_amounts if one[1] is not None]
        return self.status in SOLVED and not self.verdict.violations and not wrong

    @property
    def lost(self) -> tuple[int, ...]:
        """Working days without service that the earlier plan had, by grade from 一级 on."""
        return tuple(self.tier(tier).value for tier in LOST.values())

    @property
    def proved(self) -> bool:
        """Whether neither the loss nor the changes can be fewer."""
        return all(self.tier(one).value <= self.tier(one).bound for one in CLOSENESS)


def replan(
    instance: Instance,
    earlier: Plan,
    rules: Sequence[Rule],
    solver: Solver,
    requests: Sequence[Rule] = (),
    *,
    thorough: bool = True,
    only_at: frozenset[str] | None = None,
    start: tuple[Stint, ...] = (),
) -> Replanned:
    """Plan the rest of a round, of which ``instance`` is the state on its first day, close to
    ``earlier``.

    ``requests`` are further wishes, such as rows that have to stay; with any, every unit of the
    plan is solved unless it meets them as it is. The search sets out from ``start``, rows of a
    plan, or from a small search that changes nothing but at the places where the earlier plan does
    not hold: however short the time, the answer is no worse. Without ``thorough`` a large unit is
    offered changes once a month only, which is quicker; with ``only_at`` there is the small search
    alone, at these places, and the bounds are those of it.
    """
    since = instance.round.start
    rest = rest_of_plan(instance, earlier)
    broken = verify(instance, rest, [*rules, *requests])
    fine = {
        unit
        for unit in rest.departments
        if broken.accepted
        or verify(instance, share_of(instance, rest, (unit,)), [*rules, *requests]).accepted
    }
    solved = tuple(unit for unit in rest.departments if unit not in fine)
    kept = share_of(instance, rest, tuple(unit for unit in rest.departments if unit in fine))
    if not solved:
        plan = rest.model_copy(update={"proof": _proof(instance, rest, None, ())})
        return Replanned(instance, plan, verify(instance, plan, rules), (), broken, ())
    closeness = closeness_to(instance, rest.stints, solved, rules)
    wanted = [*rules, closeness, *requests]
    offer = Offer(thorough=thorough, earlier=rest.stints, only_at=only_at, start=start)
    if only_at is None and not start:
        small = replace(offer, only_at=_places_about(rest, broken))
        offer = replace(offer, start=solver(instance, solved, wanted, offer=small).stints)
    made = solver(instance, solved, wanted, offer=offer)
    rows = carried_over(instance, rest.stints, substitutes(rest.stints, made.stints, since))
    made = made.model_copy(update={"stints": tuple(rows)})
    verdict = verify(instance, made, wanted)
    plan = _merged(instance, rest, kept, made)
    changes = changes_between(rest.stints, plan.stints, since)
    return Replanned(instance, plan, verdict, solved, broken, changes)


def _places_about(rest: Plan, broken: Verdict) -> frozenset[str]:
    """The objects and groups at which an earlier plan breaks a rule, and those of the people who
    do."""
    sites = {one.violation.site_id for one in broken.violations}
    people = {one.violation.inspector_id for one in broken.violations} - {""}
    return frozenset(sites - {""}).union(
        row.group or row.site_id
        for row in rest.stints
        if row.site_id in sites or row.inspector_id in people
    )


def rest_of_plan(instance: Instance, earlier: Plan) -> Plan:
    """What an earlier plan says of the time from the first day of the instance on, in the units to
    which its objects belong now."""
    since = instance.round.start
    in_post = {(row.inspector_id, row.site_id, row.slot, row.start) for row in instance.running}
    to_come = {id(row) for row in still_to_come(earlier, since)}
    stints = tuple(
        _in_present_unit(instance, row)
        for row in earlier.stints
        if (id(row) in to_come or (row.inspector_id, row.site_id, row.slot, row.start) in in_post)
        and row.site_id in instance.site_by_id
        and row.inspector_id in instance.inspector_by_id
    )
    return earlier.model_copy(
        update={
            "round": instance.round.name,
            "round_start": since,
            "round_end": instance.round.end,
            "departments": tuple(
                unit for unit in earlier.departments if unit in instance.department_by_code
            ),
            "stints": stints,
            "shortages": tuple(
                _in_present_unit(instance, row.model_copy(update={"start": max(row.start, since)}))
                for row in earlier.shortages
                if row.end >= since and row.site_id in instance.site_by_id
            ),
            "changes": tuple(row for row in earlier.changes if row.new_end >= since),
            "proof": None,
            "input_hash": instance.input_hash,
        }
    )


Row = TypeVar("Row", Stint, Shortage)


def _in_present_unit(instance: Instance, row: Row) -> Row:
    """The row under the unit of its object, which may have another one since (机构改革). Units that
    serve an object together keep their own."""
    unit = instance.site_by_id[row.site_id].department
    together = any(
        joint.site_id == row.site_id and row.department in joint.departments
        for joint in instance.joint_postings
    )
    return row if together else row.model_copy(update={"department": unit})


def closeness_to(
    instance: Instance, rows: Sequence[Stint], units: Sequence[str], rules: Sequence[Rule]
) -> LeastChange:
    """The request to stay close to the rows of some units, at the places that there still are."""
    joins = partial(may_join, instance, rules)
    services = [
        service
        for sites in owed_sites(instance, units).values()
        for service in build_services(instance, sites, joins)
    ]
    return LeastChange([row for row in rows if row.department in units], services)


def _merged(instance: Instance, rest: Plan, kept: Plan, made: Plan) -> Plan:
    """One plan of all units: those that are kept, and those that were solved."""
    if not kept.departments:
        return made
    return joined((kept, made)).model_copy(
        update={
            "departments": rest.departments,
            "proof": _proof(instance, rest, made.proof, kept.departments),
        }
    )


def _proof(instance: Instance, rest: Plan, solved: Proof | None, unchanged: Sequence[str]) -> Proof:
    """The proof of the whole: a unit that keeps its plan changes nothing, which no plan can do
    better. Of the tiers after those nothing is claimed where not all units were solved."""
    units = unchanged if solved else rest.departments
    zero = tuple(
        TierResult(tier=tier, name=tier.title, value=0, bound=0, seconds=0) for tier in CLOSENESS
    )
    still = tuple(
        ComponentResult(
            department=unit, posts=0, inspectors=0, columns=0, status="OPTIMAL",
            seconds=0, tiers=zero,
        )
        for unit in units
    )  # fmt: skip
    components = (*(solved.components if solved else ()), *still)
    return Proof(
        status=worst_status([one.status for one in components]),
        seed=instance.seed,
        solver=solved.solver if solved else "",
        tiers=tuple(one for one in sum_tiers(components) if one.tier in CLOSENESS),
        penalties=(),
        components=components,
    )
