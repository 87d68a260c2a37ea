"""R09-3 · S · 骨干与行业经历优先 / Backbone and sector experience first.

第(九)条 “优先选派业务科室骨干、具有行业工作经历人员”. A new person has 专业能力 ≥ 1 in every
sector of the sites; on every date of a team at 化工, 危化, 煤矿 or a sector of
``skilled_sectors`` one member has ≥ 2 (both 原则硬, settled reading 6). Beyond that, less than
熟练 and not being 业务骨干 are paid.

Days of a month: a 替班人员 has 专业能力 ≥ 1 in the sector of the object. The skilled member is
asked of those who are posted: leave takes nobody out of the team.

People who are there already are not judged again, and a team of them stays as it is until somebody
new joins.

Example: skill 1: one step below 熟练, amount 1.

Encoding: candidates; for each post of a service, on every change date, Σ skilled people in the
team + Σ (others who hold this post since before the round) ≥ service given. So only a team in which
everybody is still there from before the round goes without. A row of 豁免 lets in a person who is
not qualified; the model never plans a team without a skilled member by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.record import new_postings
from planner.domain.tables import QUALIFIED
from planner.rule import Article, BaseDayRule, Breach, Penalty, PrincipleRule, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel

SKILLED = 2


class Skill(PrincipleRule, BaseDayRule):
    """骨干与行业经历优先."""

    article = Article(
        rule="R09-3",
        level="S",
        clause="第(九)条",
        title="骨干与行业经历优先",
        title_en="Backbone and sector experience first",
        quote="优先选派业务科室骨干、具有行业工作经历人员",
        principle_part=True,
    )

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The first day of a newcomer at every site for whose sector he is not qualified."""
        person = instance.inspector_by_id[candidate.inspector_id]
        for site_id in () if candidate.running else candidate.site_ids:
            if person.skill(instance.site_by_id[site_id].sector) < QUALIFIED:
                yield Breach(site_id, candidate.start, candidate.start)

    def post(self, model: PlanModel) -> None:
        """A skilled member on every change date of a demanding service."""
        instance, rule = model.instance, self.article.rule
        for service in model.services:
            sectors = {instance.site_by_id[one].sector for one in service.site_ids}
            demanding = [one for one in sectors if _demanding(instance, one)]
            columns = [one for one in model.stints_of_service[service.id] if one.in_flow]
            if not demanding or not columns:
                continue
            skilled = [
                one
                for one in columns
                if all(
                    instance.inspector_by_id[one.candidate.inspector_id].skill(code) >= SKILLED
                    for code in demanding
                )
            ]
            posts = {one.post for one in model.stints_of_service[service.id]}
            held = {
                post: [
                    one
                    for one in columns
                    if one.post == post and one.candidate.running and one not in skilled
                ]
                for post in sorted(posts)
            }
            newcomers = {one.first for one in columns if not one.candidate.running}
            stay = [one for found in held.values() for one in found]
            for day in model.floor_dates(service, [*skilled, *stay], newcomers):
                there = [(one.index, 1) for one in skilled if one.active(day)]
                given = [(column, -k) for column, k in model.active(service, day)]
                unmoved = [
                    [(o.index, 1) for o in found if o.active(day)] for found in held.values()
                ]
                for terms in unmoved if all(unmoved) else [[]]:
                    model.row(rule, f"{service.id} {day}", [*there, *terms, *given], lower=0)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Skill of every new stint, then of every demanding team on each date of a new stint."""
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        demanding = {row.code for row in instance.sectors if row.chemical or row.coal}
        demanding.update(instance.policy.skilled_sectors)
        teams: dict[str, list[Stint]] = defaultdict(list)
        for stint in plan.stints:
            teams[stint.site_id].append(stint)
        for stint in plan.stints:
            if (stint.inspector_id, stint.site_id, stint.start) in running:
                continue
            sector = instance.site_by_id[stint.site_id].sector
            own = instance.inspector_by_id[stint.inspector_id].skill(sector)
            best = max(
                instance.inspector_by_id[one.inspector_id].skill(sector)
                for one in teams[stint.site_id]
                if one.covers(stint.start)
            )
            lacking = own < QUALIFIED or (sector in demanding and best < SKILLED)
            if lacking:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(
                        ("行业", sector),
                        ("本人能力", str(own)),
                        ("同组最高", str(best)),
                    ),
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Days of 替班人员 at objects for whose sector they are not qualified."""
        for row in case.stand_ins(days):
            sector = case.instance.site_by_id[row.site_id].sector
            skill = case.instance.inspector_by_id[row.inspector_id].skill(sector)
            if skill < QUALIFIED:
                yield self.day_breach(row, (("行业", sector), ("本人能力", str(skill))))

    def explain_day(self, violation: Violation) -> str:
        """Name the sector and the level."""
        fact = violation.fact
        return f"行业{fact('行业')}：替班人员专业能力{fact('本人能力')}（至少{QUALIFIED}）。"

    def explain(self, violation: Violation) -> str:
        """Name the sector and both levels."""
        return (
            f"行业{violation.fact('行业')}：本人专业能力{violation.fact('本人能力')}（至少1），"
            f"同组最高{violation.fact('同组最高')}（化工危化、矿山至少一人为2）。"
        )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Steps below 熟练 and people who are no backbone, per new posting."""
        instance, policy = model.instance, model.instance.policy
        steps, others = [], []
        for one in model.stints:
            if one.candidate.running:
                continue
            person = instance.inspector_by_id[one.candidate.inspector_id]
            lowest = min(
                person.skill(instance.site_by_id[site].sector) for site in one.candidate.site_ids
            )
            steps.append((one.index, max(0, SKILLED - lowest)))
            others.append((one.index, int(not person.backbone)))
        return (
            Penalty(
                "low_skill",
                "能力未达熟练",
                Tier.QUALITY,
                policy.weight_low_skill,
                "级",
                tuple(steps),
            ),
            Penalty(
                "not_backbone",
                "非业务骨干",
                Tier.QUALITY,
                policy.weight_not_backbone,
                "段",
                tuple(others),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the new postings."""
        steps = others = 0
        for posting in new_postings(plan):
            person = instance.inspector_by_id[posting.inspector_id]
            sectors = [instance.site_by_id[one].sector for one in posting.site_ids]
            steps += max(0, SKILLED - min(person.skill(sector) for sector in sectors))
            others += not person.backbone
        return {"low_skill": steps, "not_backbone": others}


def _demanding(instance: Instance, sector: str) -> bool:
    """化工, 危化, 煤矿 and the sectors of the parameter (非煤矿山)."""
    row = instance.sector_by_code[sector]
    return row.chemical or row.coal or sector in instance.policy.skilled_sectors


RULE = Skill()
