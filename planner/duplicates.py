"""重复驻点 (R02-6): several departments claim one object; who leads is proposed, people decide.

A person decides in the workbook: 退出 or 暂缓 in 驻点名单 for the one who gives way, or a row of
联合驻点. What is left undecided gets a proposed lead unit: the department with 直接监管责任, else
the claim with the higher score, else the one whose runs there already, else the first code.
"""

from __future__ import annotations

from collections import defaultdict

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.tables import Site


class DuplicateCase(Frozen):
    """One object claimed by several units: the proposed lead site row and the others, 待定."""

    key: str
    lead_site_id: str
    pending_site_ids: tuple[str, ...]
    reason: str


def undecided_duplicates(instance: Instance) -> tuple[DuplicateCase, ...]:
    """Every object that more than one department owes service to, without a joint posting."""
    claims: dict[str, list[Site]] = defaultdict(list)
    for site in instance.sites:
        if instance.owed_window(site) is not None and _stationed(instance, site):
            claims[instance.site_key[site.id]].append(site)
    cases = []
    for key, sites in sorted(claims.items()):
        if len({site.department for site in sites}) > 1 and not _joint(instance, sites):
            cases.append(_propose(instance, key, sites))
    return tuple(cases)


def _stationed(instance: Instance, site: Site) -> bool:
    """Whether the claim wants anybody: a grade without a form leaves the object to the others."""
    item = instance.list_item(site.id)
    decided = item is not None and item.form is not None
    return decided or any(row.forms for row in instance.matrix_rows(site))


def _joint(instance: Instance, sites: list[Site]) -> bool:
    departments = {site.department for site in sites}
    ids = {site.id for site in sites}
    return any(
        row.site_id in ids and departments <= set(row.departments)
        for row in instance.joint_postings
    )


def _propose(instance: Instance, key: str, sites: list[Site]) -> DuplicateCase:
    running = {stint.site_id for stint in instance.running}

    def claim(site: Site) -> tuple[bool, int, bool, str]:
        rating = instance.rating_by_site.get(site.id)
        return (
            site.direct_department != site.department,
            -(rating.score if rating else 0),
            site.id not in running,
            site.department,
        )

    lead, *others = sorted(sites, key=claim)
    if lead.direct_department == lead.department:
        reason = "直接监管责任部门牵头"
    else:
        reason = "未登记直接监管部门，按行业评分较高者牵头"
    return DuplicateCase(
        key=key,
        lead_site_id=lead.id,
        pending_site_ids=tuple(sorted(site.id for site in others)),
        reason=reason,
    )
