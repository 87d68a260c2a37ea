"""重复驻点 (R02-6): several departments claim one object; who leads is proposed, people decide.

A person decides in the workbook: a lead unit in 重复认定, 退出 or 暂缓 in 驻点名单 for the one who
gives way, a row of 联合驻点, or a row of 豁免 for R02-6 that names the object. Claims of two levels
are no case: the import warns of them (settled reading 15). What is left undecided gets a proposed
lead unit: the department with 直接监管责任, else the claim with the higher score, else the one who
runs there already, else the first code.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.ledgers import DuplicateDecision
from planner.domain.tables import Site
from planner.domain.terms import Level

RULE = "R02-6"


class DuplicateCase(Frozen):
    """One object claimed by several units: the site row of the lead unit, proposed or ``decided``,
    and those of the others, which are not served."""

    key: str
    lead_site_id: str
    pending_site_ids: tuple[str, ...]
    reason: str
    decided: bool = False


def duplicate_cases(instance: Instance) -> tuple[DuplicateCase, ...]:
    """Every object that more than one department of a level owes service to, without a joint
    posting and without a row of 豁免."""
    claims: dict[tuple[str, Level], list[Site]] = defaultdict(list)
    for site in instance.sites:
        claims[instance.site_key[site.id], site.level].append(site)
    cases = []
    for (key, _), claimed in sorted(claims.items()):
        if len(claimed) == 1:
            continue
        # A claim whose grade has no form wants nobody and leaves the object to the others.
        sites = [
            site
            for site in claimed
            if instance.owed_window(site) is not None and instance.may_be_stationed(site)
        ]
        several = len({site.department for site in sites}) > 1
        if several and not _joint(instance, sites) and not _lifted(instance, sites):
            cases.append(_decided(instance, key, sites) or _propose(instance, key, sites))
    return tuple(cases)


def _decided(instance: Instance, key: str, sites: list[Site]) -> DuplicateCase | None:
    """The case as the safety committee has decided it last; None where it has not, or where the
    lead unit owes the object no service."""
    newest = sorted(
        instance.duplicates, key=lambda row: row.decided_on or dt.date.min, reverse=True
    )
    for row in newest:
        if row.decision is not DuplicateDecision.LEAD_UNIT:
            continue
        for lead in sites:
            if lead.department == row.lead_department and lead.id in row.site_ids:
                basis = f"，依据{row.minutes_no}" if row.minutes_no else ""
                others = sorted(site.id for site in sites if site is not lead)
                return DuplicateCase(
                    key=key,
                    lead_site_id=lead.id,
                    pending_site_ids=tuple(others),
                    reason=f"已认定由其牵头{basis}",
                    decided=True,
                )
    return None


def _lifted(instance: Instance, sites: list[Site]) -> bool:
    """Whether a row of 豁免 that names no person lifts R02-6 at one of the claims all round."""
    round = instance.round
    return any(instance.lifted(RULE, "", site.id, round.start, round.end) for site in sites)


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
