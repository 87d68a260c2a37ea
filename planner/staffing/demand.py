"""应派岗位: what the owed objects of a dispatching unit ask for, each in its preferred form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from planner.admission import may_join
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.coverage import SEVEN_DAYS, regular_days_per_month
from planner.domain.instance import Instance
from planner.domain.posting import Service
from planner.domain.terms import Form, Grade
from planner.options import options_of
from planner.posts import build_services, owed_sites
from planner.rule import Rule

DAYS_OF_WEEK = 5


@dataclass(frozen=True, slots=True)
class Duty:
    """应派岗位: one owed object, or one mobile group, with the team that it wants at one time.

    ``grade`` is the strictest of its objects, ``score`` the sum of their scores.
    ``demanding_sectors`` are those of which one member of the team has 专业能力 ≥ 2 (R09-3);
    ``days`` is 每月最少驻点日 of a 定期 object, at most what the shortest month holds (whether a
    person can give one object alone its days is for the rules to say); 0 for released forms.
    """

    service: Service
    grade: Grade
    score: int
    sectors: tuple[str, ...]
    demanding_sectors: tuple[str, ...]
    days: int

    @property
    def id(self) -> str:
        """The id of the service."""
        return self.service.id

    @property
    def released(self) -> bool:
        """Whether its people are released from their posts (脱产): 蹲守 and 流动."""
        return self.service.form.released

    @property
    def team(self) -> int:
        """岗位人数."""
        return self.service.team_size


def duties_of(
    instance: Instance, department: str, rules: Sequence[Rule]
) -> tuple[tuple[Duty, ...], tuple[str, ...]]:
    """The duties of a unit by grade and score, and the objects that no form can serve.

    A member of a mobile group is served by its group; any other object in the first form that the
    matrix admits for it and that needs no group.
    """
    sites = owed_sites(instance, (department,))[department]
    services = build_services(instance, sites, partial(may_join, instance, rules))
    groups = [one for one in services if one.group]
    grouped = {site_id for one in groups for site_id in one.site_ids}
    single = {(one.site_ids[0], one.form): one for one in services if not one.group}
    chosen, without = list(groups), []
    for site in sites:
        if site.id in grouped:
            continue
        forms = [one.form for one in options_of(instance, site) if one.form is not Form.MOBILE]
        if forms:
            chosen.append(single[site.id, forms[0]])
        else:
            without.append(site.id)
    duties = [_duty(instance, one) for one in chosen]
    return tuple(sorted(duties, key=lambda one: (one.grade, -one.score, one.id))), tuple(without)


def _duty(instance: Instance, service: Service) -> Duty:
    ratings = [instance.rating_by_site[one] for one in service.site_ids]
    sectors = tuple(sorted({instance.site_by_id[one].sector for one in service.site_ids}))
    rows = [instance.sector_by_code[one] for one in sectors]
    days = 0
    if not service.form.released:
        days = sum(regular_days_per_month(instance, one) for one in service.site_ids)
        days = min(days, days_of_shortest_month(instance))
    return Duty(
        service=service,
        grade=min(one.grade for one in ratings),
        score=sum(one.score for one in ratings),
        sectors=sectors,
        demanding_sectors=tuple(
            row.code
            for row in rows
            if row.chemical or row.coal or row.code in instance.policy.skilled_sectors
        ),
        days=days,
    )


def days_of_shortest_month(instance: Instance) -> int:
    """定期 days that one person can give in every month of the round (R03-1, R03-8): the working
    days of its whole weeks, and at most ``regular_max_load_percent`` of all."""
    policy, calendar = instance.policy, instance.calendar
    found = []
    month = instance.round.start.replace(day=1)
    while month <= instance.round.end:
        last = min(add_months(month, 1) - ONE_DAY, instance.round.end)
        if calendar.workdays(max(month, instance.round.start), last):
            days = calendar.workdays_of_month(month.year, month.month)
            week = SEVEN_DAYS if policy.regular_week_mode == "seven_days" else DAYS_OF_WEEK
            whole = len(days) - len(days) % week
            if policy.regular_week_mode == "natural_week":
                weeks = [day.isocalendar()[:2] for day in days]
                full = {one for one in weeks if weeks.count(one) >= DAYS_OF_WEEK}
                whole = DAYS_OF_WEEK * len(full)
            found.append(min(whole, policy.regular_max_load_percent * len(days) // 100))
        month = add_months(month, 1)
    return max(1, min(found))
