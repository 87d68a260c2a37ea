"""代价: what two plans of one unit pay, tier by tier and goal by goal, and where they differ.

Amounts are always the goals' own ``costs`` of a whole plan, the same that the verifier recounts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import share_of
from planner.domain.terms import Form
from planner.model.build import PlanModel
from planner.remarks import with_remarks
from planner.rule import DayTier, Goal, Penalty, Rule, Tier
from planner.verify import verify


class AmountChange(Frozen):
    """扣分项的变化: a named amount before and after."""

    name: str
    title: str
    unit: str
    before: int
    after: int


class TierChange(Frozen):
    """目标层的变化: its value before and after. ``least`` is proved: with the demand, and with all
    earlier tiers as they are, no plan has less; equal to ``after`` where that is optimal. None
    where nothing was solved."""

    tier: int
    title: str
    before: int
    after: int
    least: int | None = None
    amounts: tuple[AmountChange, ...] = ()


class StintChange(Frozen):
    """变动的派驻: one person at one object; a span is None where there is no such stint."""

    inspector_id: str
    site_id: str
    form: Form
    before: tuple[dt.date, dt.date | None] | None
    after: tuple[dt.date, dt.date | None] | None


def unit_part(instance: Instance, plan: Plan, department: str) -> tuple[Instance, Plan]:
    """The share of one unit in an instance and its plan; the proof is left to the caller."""
    return instance.restricted_to(department), share_of(instance, plan, (department,))


class Prices:
    """The goals of some rules, and what plans of an instance pay for them."""

    def __init__(self, instance: Instance, rules: Sequence[Rule]) -> None:
        self.instance = instance
        self.rules = tuple(rules)
        self.goals = [one for one in rules if isinstance(one, Goal) and one.paid_by_the_plan]
        empty = PlanModel(instance, (), ())
        self.penalties: tuple[Penalty, ...] = tuple(
            one for goal in self.goals for one in goal.penalties(empty)
        )

    def amounts(self, plan: Plan) -> Mapping[str, int]:
        """The unweighted amount of each goal, by name."""
        return {
            name: amount
            for goal in self.goals
            for name, amount in goal.costs(self.instance, plan).items()
        }

    def tiers(self, plan: Plan) -> tuple[int, ...]:
        """The values of the tiers in their order: the smaller tuple is the better plan."""
        amounts, values = self.amounts(plan), defaultdict[int, int](int)
        for one in self.penalties:
            values[one.tier] += one.weight * amounts[one.name]
        return tuple(value for _, value in sorted(values.items()))

    def changes(self, before: Plan, after: Plan) -> tuple[TierChange, ...]:
        """Every tier with what differs in it; ``least`` from the proof of ``after``, if any."""
        old, new = self.amounts(before), self.amounts(after)
        proved = {one.tier: one.bound for one in after.proof.tiers} if after.proof else {}
        tiers: dict[Tier | DayTier, list[Penalty]] = defaultdict(list)
        for one in self.penalties:
            tiers[one.tier].append(one)
        return tuple(
            TierChange(
                tier=tier,
                title=tier.title,
                before=sum(one.weight * old[one.name] for one in found),
                after=sum(one.weight * new[one.name] for one in found),
                least=proved.get(tier),
                amounts=tuple(
                    AmountChange(
                        name=one.name,
                        title=one.title,
                        unit=one.unit,
                        before=old[one.name],
                        after=new[one.name],
                    )
                    for one in found
                    if old[one.name] != new[one.name]
                ),
            )
            for tier, found in sorted(tiers.items())
        )

    def swapped(self, plan: Plan, rows: Sequence[Stint], inspector_id: str) -> Plan | None:
        """The plan with another person in these rows and nothing else changed but who hands over
        to whom at the objects; None where a rule forbids that."""
        places = {row.site_id for row in rows}
        stints = [
            row.model_copy(
                update={
                    "inspector_id": inspector_id if row in rows else row.inspector_id,
                    "mentor_id": "" if row.start >= plan.round_start else row.mentor_id,
                }
            )
            if row.site_id in places
            else row
            for row in plan.stints
        ]
        mentors = [row.mentor_id for row in with_remarks(self.instance, stints)]
        changed = plan.model_copy(
            update={
                "stints": tuple(
                    row.model_copy(update={"mentor_id": mentor}) if row.site_id in places else row
                    for row, mentor in zip(stints, mentors, strict=True)
                ),
                "proof": None,
            }
        )
        return changed if verify(self.instance, changed, self.rules).accepted else None


def stint_changes(before: Plan, after: Plan) -> tuple[StintChange, ...]:
    """The stints that differ, by object and first day; one that only moved is one change."""
    old, new = _spans(before), _spans(after)
    found: list[StintChange] = []
    for key in old.keys() | new.keys():
        gone, come = old.get(key, []), new.get(key, [])
        common = [one for one in gone if one in come]
        left = [one for one in gone if one not in common]
        joined = [one for one in come if one not in common]
        found += [
            StintChange(inspector_id=key[0], site_id=key[1], form=key[2], before=was, after=now)
            for was, now in zip_longest(left, joined)
        ]
    return tuple(sorted(found, key=_by_object))


def _by_object(one: StintChange) -> tuple[str, dt.date, str]:
    span = one.before or one.after
    assert span is not None
    return one.site_id, span[0], one.inspector_id


def _spans(
    plan: Plan,
) -> Mapping[tuple[str, str, Form], list[tuple[dt.date, dt.date | None]]]:
    found: dict[tuple[str, str, Form], list[tuple[dt.date, dt.date | None]]] = defaultdict(list)
    for row in sorted(plan.stints, key=lambda one: one.start):
        found[row.inspector_id, row.site_id, row.form].append((row.start, row.end))
    return found
