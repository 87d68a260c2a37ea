"""R02-5 · S · 重点对象优先 / Priority objects first.

第(二)条: objects of high danger, low inherent safety, a bad record or in a dangerous stage are
“作为驻点监督重点”.

When people are short, service goes grade by grade, 一级 first. Inside a grade the loss of a site
is score × lost working days × worth, where the worth of a form is measured against the form that
the matrix prefers for that site (in tenths). Then as few sites as possible are *inverted*: a site
is inverted when a lower-scored site of the same department and sector is served in a stronger form.

Example: score 50, 120 owed days, served from day 21 on in the preferred form: loses 50 × 20 × 10.

Encoding: begin and end columns of the services carry the loss; for each strength k a running
maximum over the lower-scored sites, M ≥ (served at k or more below), (served at k or more) + w ≥
M.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Service
from planner.domain.tables import Site
from planner.domain.terms import Form, Grade
from planner.options import options_of
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel

STRONGEST = 3
PERCENT_PER_TENTH = 10
TIERS = {
    Grade.FIRST: Tier.SERVED_FIRST,
    Grade.SECOND: Tier.SERVED_SECOND,
    Grade.THIRD: Tier.SERVED_THIRD,
    Grade.FOURTH: Tier.SERVED_FOURTH,
}


class PriorityFirst(BaseRule):
    """重点对象优先."""

    article = Article(
        rule="R02-5",
        level="S",
        clause="第(二)条",
        title="重点对象优先",
        title_en="Priority objects first",
        quote="作为驻点监督重点",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Loss per grade, and the number of inverted sites."""
        return (*self._losses(model), self._inversions(model))

    def _losses(self, model: PlanModel) -> list[Penalty]:
        instance = model.instance
        terms: dict[Grade, list[tuple[int, int]]] = {grade: [] for grade in Grade}
        constants: dict[Grade, int] = dict.fromkeys(Grade, 0)
        for site_id in sorted({one for service in model.services for one in service.site_ids}):
            site = instance.site_by_id[site_id]
            rating = instance.rating_by_site[site_id]
            owed = instance.owed_window(site)
            if owed is None:
                continue
            score = max(1, rating.score)
            constants[rating.grade] += score * 10 * len(instance.calendar.workdays(*owed))
            for service in model.services:
                if site_id not in service.site_ids:
                    continue
                worth = score * (_offered_percent(instance, site, service) // PERCENT_PER_TENTH)
                for sign, columns in ((1, model.begins(service)), (-1, model.ends(service))):
                    for day, column in columns.items():
                        last = min(day - ONE_DAY, owed[1])
                        before = len(instance.calendar.workdays(owed[0], last))
                        terms[rating.grade].append((column, sign * worth * before))
        return [
            Penalty(
                name=f"unserved_{grade.name.lower()}",
                title=f"{grade.label}对象未服务（评分×工作日×0.1）",
                tier=TIERS[grade],
                weight=1,
                unit="评分×日×0.1",
                terms=tuple(terms[grade]),
                constant=constants[grade],
            )
            for grade in Grade
        ]

    def _inversions(self, model: PlanModel) -> Penalty:
        instance = model.instance
        sites = {one for service in model.services for one in service.site_ids}
        flags: dict[str, int] = {}
        levels: dict[tuple[str, str], dict[int, list[Site]]] = defaultdict(dict)
        for site_id in sorted(sites):
            site = instance.site_by_id[site_id]
            score = instance.rating_by_site[site_id].score
            levels[site.department, site.sector].setdefault(score, []).append(site)
        for _, by_score in sorted(levels.items()):
            ranked = [by_score[score] for score in sorted(by_score)]
            for strength in range(1, STRONGEST + 1):
                self._post_inversions(model, ranked, strength, flags)
        inverted = [(flag, 1) for flag in flags.values()]
        return Penalty(
            name="inverted_sites",
            title="优先次序倒挂的对象",
            tier=Tier.INVERSIONS,
            weight=1,
            unit="个",
            terms=tuple(inverted),
        )

    def _post_inversions(
        self, model: PlanModel, ranked: list[list[Site]], strength: int, flags: dict[str, int]
    ) -> None:
        """Flag sites below ``strength`` above which a lower-scored one has it; step by step with
        coefficients of one, so that the relaxation stays tight."""
        given: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for service in model.services:
            if service.form.strength >= strength:
                for site_id in service.site_ids:
                    given[site_id] += [(one, 1) for one in model.begins(service).values()]
        below: int | None = None
        for level in ranked:
            if below is not None:
                for site in level:
                    if site.id not in flags:
                        flags[site.id] = model.column(f"inverted {site.id}")
                    terms = [*given[site.id], (flags[site.id], 1), (below, -1)]
                    model.row(self.article.rule, site.id, terms, lower=0)
            top = model.column(f"strength {strength} from {level[0].id}")
            for site in level:
                held = [(one, -k) for one, k in given[site.id]]
                model.row(self.article.rule, site.id, [(top, 1), *held], lower=0)
            if below is not None:
                model.row(self.article.rule, level[0].id, [(top, 1), (below, -1)], lower=0)
            below = top

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount both from the stints alone."""
        lost = {f"unserved_{grade.name.lower()}": 0 for grade in Grade}
        stints_at = defaultdict(list)
        for stint in plan.stints:
            if stint.end is None or stint.end >= plan.round_start:
                stints_at[stint.site_id].append(stint)
        strength: dict[str, int] = {}
        owed_here = {row.site_id for row in plan.shortages} | set(stints_at)
        for site_id in owed_here:
            site = instance.site_by_id[site_id]
            rating = instance.rating_by_site.get(site_id)
            window = instance.owed_window(site)
            if rating is None or window is None:
                continue
            served: dict[dt.date, Form] = {}
            for stint in stints_at[site_id]:
                last = min(stint.end or window[1], window[1])
                for day in instance.calendar.workdays(max(stint.start, window[0]), last):
                    served[day] = stint.form
            tenths = 0
            for form in served.values():
                tenths += _worth_percent(instance, site, form) // PERCENT_PER_TENTH
            days = len(instance.calendar.workdays(*window))
            name = f"unserved_{rating.grade.name.lower()}"
            lost[name] += max(1, rating.score) * (10 * days - tenths)
            strength[site_id] = max((form.strength for form in served.values()), default=0)
        inverted = 0
        for group in _by_unit_and_sector(instance, strength).values():
            inverted += sum(
                any(score > lower and strength[one] < strength[other] for other, lower in group)
                for one, score in group
            )
        return {**lost, "inverted_sites": inverted}


def _offered_percent(instance: Instance, site: Site, service: Service) -> int:
    """The worth of a service at one of its sites, by what the site is offered (a kept form: the
    least)."""
    worths = {one.form: one.value_percent for one in options_of(instance, site)}
    return worths.get(service.form, instance.policy.service_value_third_percent)


def _worth_percent(instance: Instance, site: Site, form: Form) -> int:
    policy = instance.policy
    decided = instance.list_item(site.id)
    allowed = instance.sector_by_code[site.sector].allowed_forms
    preferred = [one for row in instance.matrix_rows(site) for one in row.forms]
    if decided is not None and decided.form is not None:
        preferred = [decided.form]
    elif allowed:
        preferred = [one for one in preferred if one in allowed]
    worth = (100, policy.service_value_second_percent, policy.service_value_third_percent)
    preferred = list(dict.fromkeys(preferred))
    place = preferred.index(form) if form in preferred else len(worth) - 1
    return worth[min(place, len(worth) - 1)]


def _by_unit_and_sector(
    instance: Instance, site_ids: Iterable[str]
) -> Mapping[tuple[str, str], Sequence[tuple[str, int]]]:
    """Site ids with their scores, per department and sector."""
    groups: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for site_id in site_ids:
        site = instance.site_by_id[site_id]
        rating = instance.rating_by_site[site_id]
        groups[site.department, site.sector].append((site_id, rating.score))
    return groups


RULE = PriorityFirst()
