"""服务: how much of what it is owed a plan gives to each object."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

from planner.domain.calendar import days_between
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.options import options_of
from planner.posts import every_day_owed, owed_sites


def owed_days(instance: Instance, site: Site) -> Sequence[dt.date]:
    """The dates on which somebody is owed to an object: working days, or every day (周末值守)."""
    window = instance.owed_window(site)
    if window is None:
        return ()
    if every_day_owed(instance, site):
        return list(days_between(*window))
    return instance.calendar.workdays(*window)


def worth_percent(instance: Instance, site: Site, form: Form) -> int:
    """What a day in a form is worth at an object, against its preferred form."""
    worths = {one.form: one.value_percent for one in options_of(instance, site)}
    return worths.get(form, instance.policy.service_value_third_percent)


def service_of(instance: Instance, plan: Plan) -> Mapping[str, int]:
    """By object the owed days that a plan serves, each in percent of a day in the best form."""
    there: dict[str, dict[dt.date, Form]] = defaultdict(dict)
    for row in plan.stints:
        last = plan.round_end if row.end is None else min(row.end, plan.round_end)
        for day in days_between(max(row.start, plan.round_start), last):
            there[row.site_id][day] = row.form
    found = {}
    for site in chain.from_iterable(owed_sites(instance, plan.departments).values()):
        days = there[site.id]
        found[site.id] = sum(
            worth_percent(instance, site, days[day])
            for day in owed_days(instance, site)
            if day in days
        )
    return found


def wholly_served(instance: Instance, plan: Plan, site_id: str) -> bool:
    """Whether a plan has somebody at an object on every owed day."""
    days = {
        day
        for row in plan.stints
        if row.site_id == site_id
        for day in days_between(
            max(row.start, plan.round_start), min(row.end or plan.round_end, plan.round_end)
        )
    }
    return days.issuperset(owed_days(instance, instance.site_by_id[site_id]))
