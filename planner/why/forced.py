"""指定派驻的代价: a unit planned once more with one posting forced, against the plan as it is.

The base of a comparison is the given plan where it is proved optimal over the same candidates;
otherwise the unit is planned once more without the demand, over the same candidates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cached_property

from planner.components import Component, components_of
from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.offer import ORDINARY, Offer
from planner.requests import Demand
from planner.rule import Rule
from planner.verify import verify
from planner.why.price import Prices, StintChange, TierChange, stint_changes, unit_part

Resolve = Callable[[Sequence[Rule], Offer], Plan]
"""Plan the unit of a question by some rules over an offer."""

COMPLETE = frozenset({"OPTIMAL", "FEASIBLE"})


class Method(StrEnum):
    """How a price was found."""

    RESOLVED = "指定此人后重新求解本单位"
    SWAPPED = "只换这一人、其余不动，按各目标复算"


class Base(StrEnum):
    """What a price is compared with."""

    GIVEN = "所给的计划（已证明最优）"
    GIVEN_AS_IT_IS = "所给的计划（复算）"
    RESOLVED = "重新求解的本单位计划（所给的计划没有最优证明，或已人工改过）"
    RESOLVED_UNPROVED = "重新求解的本单位计划（所给的计划没有最优证明；这次也未证明最优）"
    WIDENED = "用同样的可选日期重新求解的本单位计划（计划的可选日期中没有这样的派驻）"


class Price(Frozen):
    """代价: how two plans of a unit differ. ``status`` is that of the changed plan."""

    inspector_id: str
    method: Method
    base: Base
    status: str
    tiers: tuple[TierChange, ...] = ()
    stints: tuple[StintChange, ...] = ()


class Forced:
    """Questions about one unit of a plan, answered by solving it again."""

    def __init__(
        self,
        instance: Instance,
        plan: Plan,
        department: str,
        rules: Sequence[Rule],
        resolve: Resolve,
    ) -> None:
        self.whole = instance
        self.department = department
        self.rules = tuple(rules)
        self.resolve = resolve
        self.instance, self.plan = unit_part(instance, plan, department)
        self.prices = Prices(self.instance, self.rules)
        self._bases: dict[Offer, tuple[Plan, Base]] = {}
        self._components: dict[Offer, Sequence[Component]] = {}

    @cached_property
    def accepted(self) -> bool:
        """Whether the verifier accepts the unit's share of the given plan."""
        return verify(self.instance, self.plan, self.rules).accepted

    def base(self, offer: Offer = ORDINARY) -> tuple[Plan, Base]:
        """The plan to compare with, and which one it is."""
        if offer not in self._bases:
            self._bases[offer] = self._find_base(offer)
        return self._bases[offer]

    def _find_base(self, offer: Offer) -> tuple[Plan, Base]:
        proof = self.plan.proof
        proved = proof is not None and proof.components and proof.status == "OPTIMAL"
        if proved and offer == ORDINARY and self.accepted:
            return self.plan, Base.GIVEN
        made = self.resolve(self.rules, offer)
        assert made.proof is not None
        if made.proof.status not in COMPLETE:
            return self.plan, Base.GIVEN_AS_IT_IS
        if offer != ORDINARY:
            return made, Base.WIDENED
        optimal = made.proof.status == "OPTIMAL"
        return made, Base.RESOLVED if optimal else Base.RESOLVED_UNPROVED

    def components(self, offer: Offer = ORDINARY) -> Sequence[Component]:
        """The candidates of the unit over an offer."""
        if offer not in self._components:
            self._components[offer] = components_of(
                self.whole, (self.department,), self.rules, offer
            )
        return self._components[offer]

    def offered(self, inspector_id: str, site_id: str, since: dt.date | None) -> bool:
        """Whether the ordinary candidates have the person at the object, from ``since`` on."""
        return any(
            one.inspector_id == inspector_id
            and site_id in one.site_ids
            and one.until > one.service.grid[0]
            and (since is None or max(one.start, one.service.grid[0]) >= since)
            for component in self.components()
            for found in component.candidates
            for one in found
        )

    def demanded(
        self, inspector_id: str, site_id: str, since: dt.date | None, offer: Offer
    ) -> Price:
        """The price of the person at the object; without tiers where no plan was found."""
        made = self.resolve((*self.rules, Demand(inspector_id, site_id, since)), offer)
        assert made.proof is not None
        if made.proof.status not in COMPLETE:
            return Price(
                inspector_id=inspector_id,
                method=Method.RESOLVED,
                base=Base.GIVEN_AS_IT_IS,
                status=made.proof.status,
            )
        before, base = self.base(offer)
        return Price(
            inspector_id=inspector_id,
            method=Method.RESOLVED,
            base=base,
            status=made.proof.status,
            tiers=self.prices.changes(before, made),
            stints=stint_changes(before, made),
        )
