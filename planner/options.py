"""驻点形式选项: the forms in which a site may be served, by the matrix or a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.domain.instance import Instance
from planner.domain.tables import Site
from planner.domain.terms import Form


@dataclass(frozen=True, slots=True)
class Option:
    """驻点形式选项: a form that the matrix admits for a site, with its team and its worth."""

    form: Form
    team_size: int
    min_days_per_month: int
    value_percent: int


def options_of(instance: Instance, site: Site) -> tuple[Option, ...]:
    """The admitted forms of a site in order of preference (R02-4); a person's form wins. Of several
    rows of 派驻矩阵 that name one form the first holds."""
    policy = instance.policy
    sector = instance.sector_by_code[site.sector]
    worth = (100, policy.service_value_second_percent, policy.service_value_third_percent)
    decided = instance.list_item(site.id)
    decided_form = decided.form if decided else None
    default_days = {
        Form.REGULAR: policy.regular_min_days_per_month,
        Form.MOBILE: policy.mobile_min_days_per_object_month,
        Form.RESIDENT: 0,
    }
    found: list[Option] = []
    rows = [(form, row) for row in instance.matrix_rows(site) for form in row.forms]
    if decided_form is not None:
        rows = [(form, row) for form, row in rows if form is decided_form]
    for form, row in rows:
        if sector.allowed_forms and form not in sector.allowed_forms:
            continue
        if any(one.form is form for one in found):
            continue
        team = max(row.team_size or sector.team_size, 2 if sector.chemical else 1)
        days = default_days[form] if row.min_days_per_month is None else row.min_days_per_month
        found.append(Option(form, team, days, worth[min(len(found), 2)]))
    if decided_form is not None and not found:
        team = max(sector.team_size, 2 if sector.chemical else 1)
        found.append(Option(decided_form, team, default_days[decided_form], 100))
    return tuple(found)


def mobile_days_owed(instance: Instance, site_ids: Iterable[str]) -> int:
    """每月最少驻点日 of some objects under 流动 together (working days)."""
    sites = [instance.site_by_id[site_id] for site_id in site_ids]
    return sum(mobile_option(instance, site).min_days_per_month for site in sites)


def mobile_option(instance: Instance, site: Site) -> Option:
    return next(one for one in options_of(instance, site) if one.form is Form.MOBILE)
