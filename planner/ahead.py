"""往下看一轮: of the plans that are equally good now, one that does not lead into a dead end.

What a plan leaves to the next round is found by planning that round, too: whoever served an object
may not come back before the cool-off is over, whoever has just come somewhere stays. So the next
round is first planned as if nobody had served in this one. What it then wants this round keeps
free, as far as that costs no service and no order of priority now (``FreeForNextRound``); and the
next round is planned again, from what this one really leaves. What could not be kept free is no
longer wanted, and so again. Only a plan whose next round is better takes the place of the first.

That shows what can be done, not that nothing more can: the two rounds are not one program. Units
share no people, so each looks ahead alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from planner.change.replan import SOLVED
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Conflict
from planner.domain.terms import Relation, StintStatus
from planner.requests import FreeForNextRound
from planner.rule import SERVED, Rule, Tier
from planner.verify import verify

TRIES = 5

Values = tuple[int, ...]
"""The values of some tiers, in their order."""


class Solver(Protocol):
    """Solves a unit with some rules up to a tier: ``planner.solve`` with settings."""

    def __call__(
        self, instance: Instance, rules: Sequence[Rule], /, *, last_tier: Tier
    ) -> Plan: ...  # fmt: skip


@dataclass(frozen=True, slots=True)
class LookAhead:
    """往下看的结果 of one unit: its plan, and the plan of the next round that follows it, None if
    that was not planned to an end. ``lost`` are the values of the tiers ``SERVED`` in that round,
    ``before`` those after the first plan; ``tried`` tells whether they might have been better."""

    plan: Plan
    following: Plan | None
    before: Values = ()
    lost: Values = ()
    tried: bool = False

    @property
    def better(self) -> bool:
        """Whether another plan than the first was found."""
        return self.lost < self.before


def look_ahead(
    instance: Instance,
    plan: Plan,
    rules: Sequence[Rule],
    solver: Solver,
    carried: Callable[[Plan], Instance],
    stopped: Callable[[], bool],
) -> LookAhead:
    """Search for a plan of one unit that is as good as ``plan`` up to the order of priority and
    leaves more to the next round. ``carried`` is the next round once a plan is carried out; when
    ``stopped``, the best plan so far stands."""

    def following(moved: Instance) -> Plan | None:
        found = solver(moved, rules, last_tier=Tier.SERVED_FOURTH)
        # What is not worked out to the end may leave objects out that could be served.
        done = found.proof is not None and found.proof.status == "OPTIMAL" and not stopped()
        return found if done and not verify(moved, found, rules).violations else None

    left = carried(plan)
    first = following(left)
    if first is None:
        return LookAhead(plan, None)
    best = LookAhead(plan, first, values(first, SERVED), values(first, SERVED))
    free = without_this_round(left, instance)
    for _ in range(TRIES):
        guide = solver(free, rules, last_tier=Tier.SERVED_FOURTH)
        if not _solved(guide) or stopped() or values(guide, SERVED) >= best.lost:
            break
        best = replace(best, tried=True)
        request = _kept_free(free, guide)
        made = solver(instance, [*rules, request], last_tier=Tier.CHANCE)
        if not _as_good(made, plan) or not verify(instance, made, [*rules, request]).accepted:
            break
        found = following(carried(made))
        if found is None:
            break
        lost = values(found, SERVED)
        if lost < best.lost:
            best = replace(best, plan=made, following=found, lost=lost)
        elif best.better:
            break
        free = _barred(free, instance, request, made)
    return best


def values(plan: Plan, tiers: Sequence[Tier]) -> Values:
    """The values of some tiers in the proof of a plan; 0 where there is nothing to pay."""
    assert plan.proof is not None
    found = {one.tier: one.value for one in plan.proof.tiers}
    return tuple(found.get(tier, 0) for tier in tiers)


def without_this_round(moved: Instance, instance: Instance) -> Instance:
    """The next round as if nobody had been in post in the round of ``instance``."""
    return moved.model_copy(
        update={
            "stints": tuple(
                row
                for row in moved.stints
                if row.status is StintStatus.FINISHED
                and row.end is not None
                and row.end < instance.round.start
            )
        }
    )


def _kept_free(moved: Instance, guide: Plan) -> FreeForNextRound:
    """The request to keep people free for the postings of a plan of the next round."""
    return FreeForNextRound((row, moved.rating_by_site[row.site_id].grade) for row in guide.stints)


def _barred(free: Instance, instance: Instance, request: FreeForNextRound, made: Plan) -> Instance:
    """The next round without what this one cannot keep free: whoever is kept from an object is
    barred from it until he may begin there."""
    bars = tuple(
        Conflict(
            inspector_id=row.inspector_id,
            site_id=row.site_id,
            start=row.start,
            end=until - ONE_DAY,
            relation=Relation.OTHER,
        )
        for row, _, until in request.kept_from(instance, made)
    )
    return free.model_copy(update={"conflicts": (*free.conflicts, *bars)})


def _as_good(made: Plan, plan: Plan) -> bool:
    """Whether a plan loses nothing against another, in service and in the order of priority."""
    now = (*SERVED, Tier.INVERSIONS)
    return _solved(made) and values(made, now) <= values(plan, now)


def _solved(plan: Plan) -> bool:
    return plan.proof is not None and plan.proof.status in SOLVED
