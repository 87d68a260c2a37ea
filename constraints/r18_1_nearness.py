"""R18-1 · A · 经费测算 / Budget estimate.

第(十八)条: “各派出单位要厉行节约原则”. Prefer near postings: the distance from the county where
the inspector lives to the counties of the sites, in started tens of kilometres per new posting.

Example: home 任城区, site in 梁山县, 县区距离 62 km: 7.

Encoding: constants of the candidates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import new_postings
from planner.rule import Article, BaseRule, Penalty, Tier

UNLISTED_KILOMETRES = 50.0

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class Nearness(BaseRule):
    """经费测算."""

    article = Article(
        rule="R18-1",
        level="A",
        clause="第(十八)条",
        title="经费测算",
        title_en="Budget estimate",
        quote="厉行节约",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Tens of kilometres of all new postings."""
        instance = model.instance
        terms = []
        for one in model.stints:
            if not one.candidate.running:
                home = instance.inspector_by_id[one.candidate.inspector_id].home_county
                counties = [instance.site_by_id[s].county for s in one.candidate.site_ids]
                tens = max(_distance_term(instance, home, county) for county in counties)
                terms.append((one.index, tens))
        return (
            Penalty(
                "distance",
                "远近",
                Tier.FAIRNESS,
                instance.policy.weight_distance,
                "10公里",
                tuple(terms),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the new postings."""
        total = 0
        for posting in new_postings(plan):
            home = instance.inspector_by_id[posting.inspector_id].home_county
            total += max(
                _started_tens(instance, home, instance.site_by_id[one].county)
                for one in posting.site_ids
            )
        return {"distance": total}


def _distance_term(instance: Instance, home: str, county: str) -> int:
    """What the model pays for one county: an unknown home is near, an unlisted pair 50 km apart."""
    kilometres = instance.kilometres(home, county) if home else 0.0
    return math.ceil((UNLISTED_KILOMETRES if kilometres is None else kilometres) / 10)


def _started_tens(instance: Instance, home: str, county: str) -> int:
    """Started tens of kilometres, as the checker counts them."""
    if not home or home == county:
        return 0
    listed = instance.kilometres(home, county)
    distance = UNLISTED_KILOMETRES if listed is None else listed
    return int(distance // 10) + (distance % 10 > 0)


RULE = Nearness()
