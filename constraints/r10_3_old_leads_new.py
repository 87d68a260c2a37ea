"""R10-3 · S · 以老带新 / Old hands lead new ones.

第(十)条: “组织前期驻点监督工作成效突出人员进行授课或现场带班，通过以老带新…”.

Each team has at least one person with a stint in the sector behind them (finished, or running when
the round begins); a first-time single inspector takes over from somebody who is there. Counted:
teams that at some change date consist of new people only, and first-time single inspectors at
sites where nobody is.

Example: P1 and P2 never served sector CH and begin together at O1: one all-new team.

Encoding: Σ experienced people in the team + all-new ≥ service given, on every change date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.record import new_postings
from planner.domain.terms import Form, StintStatus
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class OldLeadsNew(BaseRule):
    """以老带新."""

    article = Article(
        rule="R10-3",
        level="S",
        clause="第(十)条",
        title="以老带新",
        title_en="Old hands lead new ones",
        quote="通过以老带新、现场演练等方式",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """All-new teams and unaccompanied first-timers."""
        instance = model.instance
        known = _known_sectors(instance)
        occupied = {stint.site_id for stint in instance.running}
        policy = instance.policy
        teams, singles = [], []
        for service in model.services:
            sectors = {instance.site_by_id[one].sector for one in service.site_ids}
            columns = [one for one in model.stints_of_service[service.id] if one.in_flow]
            old = [one for one in columns if sectors <= known[one.candidate.inspector_id]]
            if service.team_size == 1:
                singles += [
                    (one.index, 1)
                    for one in columns
                    if not sectors <= known[one.candidate.inspector_id]
                    and not one.candidate.running
                    and occupied.isdisjoint(service.site_ids)
                ]
                continue
            if not columns:
                continue
            flag = model.column(f"all new {service.id}")
            for day in model.floor_dates(service, old, {one.first for one in columns}):
                there = [(one.index, 1) for one in old if one.active(day)]
                given = [(column, -k) for column, k in model.active(service, day)]
                model.row("R10-3", service.id, [*there, (flag, 1), *given], lower=0)
            teams.append((flag, 1))
        return (
            Penalty(
                "all_new_teams",
                "全为新手的组",
                Tier.QUALITY,
                policy.weight_all_new_pair,
                "组",
                tuple(teams),
            ),
            Penalty(
                "unaccompanied_first_timers",
                "首次驻点无人带教",
                Tier.QUALITY,
                policy.weight_unmentored,
                "人",
                tuple(singles),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the stints of each team."""
        known: dict[str, set[str]] = defaultdict(set)
        for row in instance.stints:
            if row.status is not StintStatus.DRAFT and row.start < plan.round_start:
                known[row.inspector_id].add(instance.site_by_id[row.site_id].sector)
        occupied = {stint.site_id for stint in instance.running}
        teams: dict[tuple[str, str, Form], list[Stint]] = defaultdict(list)
        for stint in plan.stints:
            if stint.end is None or stint.end >= plan.round_start:
                place = stint.group or stint.site_id
                teams[stint.department, place, stint.form].append(stint)
        all_new = 0
        for stints in teams.values():
            if len({stint.slot for stint in stints}) < 2:
                continue
            sectors = {instance.site_by_id[stint.site_id].sector for stint in stints}
            for day in {max(stint.start, plan.round_start) for stint in stints}:
                people = {stint.inspector_id for stint in stints if stint.covers(day)}
                if not any(sectors <= known[person] for person in people):
                    all_new += 1
                    break
        singles = 0
        for posting in new_postings(plan):
            team = teams[posting.department, posting.place, posting.form]
            slots = {stint.slot for stint in team}
            sectors = {instance.site_by_id[one].sector for one in posting.site_ids}
            if len(slots) == 1 and occupied.isdisjoint(posting.site_ids):
                singles += not sectors <= known[posting.inspector_id]
        return {"all_new_teams": all_new, "unaccompanied_first_timers": singles}


def _known_sectors(instance: Instance) -> Mapping[str, set[str]]:
    """Sectors in which each person has served before the round."""
    known: dict[str, set[str]] = defaultdict(set)
    for (person, site_id), stints in instance.stints_of.items():
        if any(stint.start < instance.round.start for stint in stints):
            known[person].add(instance.site_by_id[site_id].sector)
    return known


RULE = OldLeadsNew()
