"""A plan: stints (派驻), shortages (未安排) and what was allowed by override (豁免)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from pydantic import model_validator

from planner.domain.base import Frozen
from planner.domain.terms import EndReason, Form, Grade, StintNature, StintStatus


class Stint(Frozen):
    """一段派驻: one inspector in one slot of one site; a row of 派驻记录.

    Dates are inclusive. ``end`` is None only for a running stint without a written end: its
    half-year clock (R05-1) says when it is due. A mobile team has one row per site, slot and
    person, held together by ``group``.
    """

    site_id: str
    department: str
    slot: int
    inspector_id: str
    form: Form
    start: dt.date
    end: dt.date | None = None
    round: str = ""
    group: str = ""
    nature: StintNature = StintNature.PLANNED
    status: StintStatus = StintStatus.DRAFT
    end_reason: EndReason | None = None
    mentor_id: str = ""
    note: str = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Stint:
        if self.end is not None and self.end < self.start:
            raise ValueError("结束日期早于起始日期")
        return self

    def covers(self, day: dt.date) -> bool:
        """Whether the stint runs on ``day``."""
        return self.start <= day and (self.end is None or day <= self.end)


class Shortage(Frozen):
    """未安排对象: owed dates of a site that a plan leaves unserved, with the reason."""

    site_id: str
    department: str
    start: dt.date
    end: dt.date
    grade: Grade
    score: int
    rank: int
    reason: str


class PlanChange(Frozen):
    """调整: a running stint that the plan ends earlier than its due date."""

    site_id: str
    slot: int
    inspector_id: str
    due: dt.date
    new_end: dt.date
    reason: str


class OverrideUse(Frozen):
    """动用豁免: an H* rule that a new stint could only meet by a row of 豁免."""

    rule: str
    inspector_id: str
    site_id: str
    start: dt.date


class TierResult(Frozen):
    """目标层: value and proven bound of one tier. Every tier is minimised; the integer units are
    those of its penalties."""

    tier: int
    name: str
    value: int
    bound: int
    seconds: float

    @property
    def gap(self) -> float:
        """Relative distance to the bound: 0 is proved optimal; the value itself when bound is 0."""
        if self.value <= self.bound:
            return 0.0
        return (self.value - self.bound) / max(1, abs(self.value))


class PenaltyResult(Frozen):
    """扣分项: how much of one named penalty was paid."""

    name: str
    title: str
    tier: int
    weight: int
    amount: int
    unit: str


class ComponentResult(Frozen):
    """独立子问题: one dispatching unit, solved alone."""

    department: str
    posts: int
    inspectors: int
    columns: int
    status: str
    seconds: float
    tiers: tuple[TierResult, ...]
    penalties: tuple[PenaltyResult, ...] = ()


def sum_tiers(components: Iterable[ComponentResult]) -> tuple[TierResult, ...]:
    """Tier by tier the values, bounds and seconds of independent components together."""
    found: dict[int, list[TierResult]] = defaultdict(list)
    for component in components:
        for tier in component.tiers:
            found[tier.tier].append(tier)
    return tuple(
        TierResult(
            tier=tier,
            name=rows[0].name,
            value=sum(one.value for one in rows),
            bound=sum(one.bound for one in rows),
            seconds=sum(one.seconds for one in rows),
        )
        for tier, rows in sorted(found.items())
    )


def sum_penalties(components: Iterable[ComponentResult]) -> tuple[PenaltyResult, ...]:
    """Penalty by penalty the amounts of independent components together."""
    found: dict[tuple[int, str], list[PenaltyResult]] = defaultdict(list)
    for component in components:
        for one in component.penalties:
            found[one.tier, one.name].append(one)
    return tuple(
        rows[0].model_copy(update={"amount": sum(one.amount for one in rows)})
        for _, rows in sorted(found.items())
    )


def worst_status(statuses: Collection[str]) -> str:
    """The status of a whole whose parts have these."""
    for status in ("MODEL_INVALID", "INFEASIBLE", "UNKNOWN", "FEASIBLE"):
        if status in statuses:
            return status
    return "OPTIMAL"


class Proof(Frozen):
    """证明: what the solver showed. ``status`` is one of OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN,
    MODEL_INVALID."""

    status: str
    seed: int
    solver: str
    tiers: tuple[TierResult, ...]
    penalties: tuple[PenaltyResult, ...]
    components: tuple[ComponentResult, ...]

    def restricted_to(self, departments: Collection[str]) -> Proof:
        """The proof of some dispatching units; one that claims no penalties claims none of its
        units."""
        own = tuple(one for one in self.components if one.department in departments)
        return self.model_copy(
            update={
                "status": worst_status([one.status for one in own]),
                "tiers": sum_tiers(own),
                "penalties": sum_penalties(own) if self.penalties else (),
                "components": own,
            }
        )


class Plan(Frozen):
    """A half-year rotation plan of one or more departments.

    ``stints`` holds the running stints that go on (with the planned end) and the new ones;
    history that is over stays in the instance.
    """

    round: str
    round_start: dt.date
    round_end: dt.date
    departments: tuple[str, ...]
    stints: tuple[Stint, ...]
    shortages: tuple[Shortage, ...] = ()
    changes: tuple[PlanChange, ...] = ()
    overrides_used: tuple[OverrideUse, ...] = ()
    proof: Proof | None = None
    input_hash: str = ""
