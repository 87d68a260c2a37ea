"""断言: an object is served throughout while whatever comes before it keeps its service.

A rule in form, so that the model, the verifier and a core treat it like any other.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Site
from planner.posts import ranked_sites
from planner.repair.standing import owed_days, service_of, wholly_served, worth_percent
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel

WHOLE, KEPT = "全程服务", "现有服务"
"""Rows that serve the object itself, and rows that keep what better ranked objects have."""


class Served(BaseRule):
    """An object is served on its whole owed window, and every object ranked before it keeps at
    least ``floors``: served days, each in percent of a day in the best form."""

    article: ClassVar[Article] = Article(
        rule=WHOLE,
        level="H",
        clause="",
        title="该对象全程有人，排序更前的对象保持现有服务",
        title_en="Served throughout, at nobody's expense who comes before",
        quote="",
    )

    def __init__(self, site_id: str, floors: Mapping[str, int]) -> None:
        self.site_id = site_id
        self.floors = floors

    @classmethod
    def before_others(cls, instance: Instance, plan: Plan, site_id: str) -> Served:
        """With what a plan gives to the objects ranked before this one as floors."""
        ranked = [one.id for one in ranked_sites(instance, instance.site_by_id[site_id].department)]
        now = service_of(instance, plan)
        ahead = ranked[: ranked.index(site_id)]
        return cls(site_id, {one: now[one] for one in ahead if now[one]})

    @classmethod
    def beside_others(cls, instance: Instance, plan: Plan, site_id: str) -> Served:
        """With what a plan gives to all other objects of the unit as floors."""
        now = service_of(instance, plan)
        return cls(site_id, {one: days for one, days in now.items() if days and one != site_id})

    def post(self, model: PlanModel) -> None:
        """A service that runs from one change date to another gives the days between them."""
        instance = model.instance
        for site_id in (self.site_id, *self.floors):
            site = instance.site_by_id[site_id]
            days = owed_days(instance, site)
            if site_id == self.site_id:
                served = self._served(model, site, days, {})
                model.row(WHOLE, site_id, served, lower=len(days))
            else:
                worth = {
                    service.id: worth_percent(instance, site, service.form)
                    for service in model.services
                }
                served = self._served(model, site, days, worth)
                model.row(KEPT, site_id, served, lower=self.floors[site_id])

    def _served(
        self, model: PlanModel, site: Site, days: Sequence[dt.date], worth: Mapping[str, int]
    ) -> list[tuple[int, int]]:
        terms = []
        for service in model.services:
            if site.id in service.site_ids:
                each = worth.get(service.id, 1)
                for sign, columns in ((-1, model.begins(service)), (1, model.ends(service))):
                    terms += [
                        (column, sign * each * bisect_left(days, day))
                        for day, column in columns.items()
                    ]
        return terms

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """What is not served, and what has lost."""
        if not wholly_served(instance, plan, self.site_id):
            yield Violation(rule=WHOLE, site_id=self.site_id)
        now = service_of(instance, plan)
        for site_id, floor in self.floors.items():
            if now.get(site_id, 0) < floor:
                yield Violation(rule=KEPT, site_id=site_id)
