"""L-8 · S · 随机选派 / Random choice among equals.

山东省安全生产条例第42条: “随机抽取检查对象、随机选派检查人员”.

Among people who fit alike, those who were away less in the past year go first, nobody is sent
back to a site within ``VARIETY_MONTHS``, and what is still equal is settled by lot from the
stored seed.

Example: 120 days released in the past year: a new posting costs 4 (started 30 days: 120 // 30).

Encoding: constants of the candidates.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import new_postings
from planner.domain.terms import StintStatus
from planner.rule import Article, BaseRule, Penalty, Tier

DAYS_PER_STEP = 30
VARIETY_MONTHS = 12

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class FairChoice(BaseRule):
    """随机选派."""

    article = Article(
        rule="L-8",
        level="S",
        clause="山东省安全生产条例第42条",
        title="随机选派",
        title_en="Random choice among equals",
        quote="随机抽取检查对象、随机选派检查人员",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Past load, returns and the lot of all new postings."""
        instance = model.instance
        past = _past_days(instance)
        load, back, lots = [], [], []
        for one in model.stints:
            candidate = one.candidate
            if candidate.running:
                continue
            load.append((one.index, past[candidate.inspector_id] // DAYS_PER_STEP))
            if any(
                _returns(instance, candidate.inspector_id, site_id, candidate.start)
                for site_id in candidate.site_ids
            ):
                back.append((one.index, 1))
            first = min(candidate.site_ids)
            lots.append((one.index, lot(instance.seed, candidate.inspector_id, first)))
        policy = instance.policy
        return (
            Penalty(
                "past_load",
                "过去一年负荷",
                Tier.FAIRNESS,
                policy.weight_load_spread,
                "30日",
                tuple(load),
            ),
            Penalty(
                "returns_within_year",
                "一年内回原对象",
                Tier.FAIRNESS,
                policy.weight_variety,
                "段",
                tuple(back),
            ),
            Penalty("lots", "抽签", Tier.CHANCE, 1, "签", tuple(lots)),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the new postings."""
        record: dict[str, list[Stint]] = defaultdict(list)
        for row in instance.stints:
            if row.status is not StintStatus.DRAFT:
                record[row.inspector_id].append(row)
        postings = new_postings(plan)
        away = {
            person: _days_away(instance, record[person])
            for person in {one.inspector_id for one in postings}
        }
        back = 0
        for one in postings:
            earlier = [
                row
                for row in record[one.inspector_id]
                if row.site_id in one.site_ids and row.start < one.start
            ]
            left = [(row.end or one.start) + ONE_DAY for row in earlier]
            back += any(one.start < add_months(day, VARIETY_MONTHS) for day in left)
        return {
            "past_load": sum(away[one.inspector_id] // DAYS_PER_STEP for one in postings),
            "returns_within_year": back,
            "lots": sum(
                lot(instance.seed, one.inspector_id, min(one.site_ids)) for one in postings
            ),
        }


def lot(seed: int, inspector_id: str, site_id: str) -> int:
    """The lot of a person for a site: 0 … 99, from the stored seed alone."""
    digest = hashlib.sha256(f"{seed}|{inspector_id}|{site_id}".encode()).digest()
    return (digest[0] * 256 + digest[1]) % 100


def _past_days(instance: Instance) -> Mapping[str, int]:
    """For the encoding: released days (蹲守, 流动) of each person in the year before the round."""
    until = instance.round.start - ONE_DAY
    since = add_months(instance.round.start, -12)
    days: dict[str, set[int]] = defaultdict(set)
    for stint in instance.stints:
        if stint.form.released and stint.status is not StintStatus.DRAFT:
            first = max(stint.start, since).toordinal()
            last = min(stint.end or until, until).toordinal()
            days[stint.inspector_id].update(range(first, last + 1))
    return defaultdict(int, {person: len(found) for person, found in days.items()})


def _returns(instance: Instance, inspector_id: str, site_id: str, start: dt.date) -> bool:
    """For the encoding: whether the person was at the site within ``VARIETY_MONTHS``."""
    return any(
        stint.start < start and start < add_months((stint.end or start) + ONE_DAY, VARIETY_MONTHS)
        for stint in instance.stints_of.get((inspector_id, site_id), ())
    )


def _days_away(instance: Instance, record: Sequence[Stint]) -> int:
    """For the checker: released days in a person's record of the year before the round, each
    once."""
    count, day = 0, add_months(instance.round.start, -12)
    for row in sorted(record, key=lambda row: row.start):
        if row.form.released:
            after = min((row.end or instance.round.end) + ONE_DAY, instance.round.start)
            count += max(0, (after - max(row.start, day)).days)
            day = max(day, after)
    return count


RULE = FairChoice()
