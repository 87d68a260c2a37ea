"""R02-3 · H · 计划与名单一致 / Plan and list agree.

第(二)条 “动态更新驻点监督企业名单”. Stints are for listed sites of the unit itself (or shared by
联合驻点) inside their owed window; every owed site of a planned unit has stints or a row of
未安排对象 (settled reading 14), which gives a reason and names no date on which somebody is there;
the plan repeats every running stint of its units. A site whose claim another unit of its level
serves owes nothing (settled reading 15).

Example: O1 on the list, no stint and no row of 未安排对象: a violation.

Encoding: services exist for owed sites only, each for the unit that the site belongs to, and end
with the owed window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from planner.domain.clock import last_day
from planner.domain.coverage import owed_part, stints_by_site
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.domain.terms import Level
from planner.rule import Article, BaseRule

Claim = tuple[str, Level]


class PlanMatchesList(BaseRule):
    """计划与名单一致."""

    article = Article(
        rule="R02-3",
        level="H",
        clause="第(二)条",
        title="计划与名单一致",
        title_en="Plan and list agree",
        quote="动态更新驻点监督企业名单",
    )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Set differences both ways, then the running rows."""
        running = {(s.inspector_id, s.site_id, s.slot, s.start) for s in instance.running}
        kept = set()
        named = {_claim(instance, row.site_id) for row in plan.shortages}
        for stint in plan.stints:
            kept.add((stint.inspector_id, stint.site_id, stint.slot, stint.start))
            if (stint.end or plan.round_end) >= plan.round_start:
                named.add(_claim(instance, stint.site_id))
        for stint in plan.stints:
            yield from self._off_list(instance, plan, stint, running)
        yield from self._wrong_shortages(instance, plan)
        units = set(plan.departments)
        for site in instance.sites:
            claim = _claim(instance, site.id)
            if site.department not in units or claim in named or not _owed(instance, site):
                continue
            if _all_planned(instance, claim, units):
                yield Violation(
                    rule=self.article.rule,
                    site_id=site.id,
                    department=site.department,
                    start=plan.round_start,
                    end=plan.round_end,
                    facts=(("缺", "既无派驻，也未列入未安排对象"),),
                )
        for stint in instance.running:
            row = (stint.inspector_id, stint.site_id, stint.slot, stint.start)
            if stint.department in units and row not in kept:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(("缺", "在驻人员的派驻记录被删去"),),
                )

    def _off_list(
        self,
        instance: Instance,
        plan: Plan,
        stint: Stint,
        running: set[tuple[str, str, int, dt.date]],
    ) -> Iterable[Violation]:
        site = instance.site_by_id[stint.site_id]
        last = stint.end or plan.round_end
        if (stint.inspector_id, stint.site_id, stint.slot, stint.start) in running:
            if last < plan.round_start:
                return
            begins = plan.round_start
        else:
            begins = stint.start
        owed = instance.owed_window(site)
        shared = any(
            row.site_id == site.id and stint.department in row.departments
            for row in instance.joint_postings
        )
        if stint.department != site.department and not shared:
            fact = f"对象的派出单位是{site.department}，{stint.department}派驻须登记联合驻点"
        elif owed is None:
            fact = "对象不在驻点名单，或已暂缓、退出、停产"
        elif begins < owed[0] or begins > owed[1]:
            window = f"{owed[0].isoformat()}至{owed[1].isoformat()}"
            fact = f"起始{begins.isoformat()}不在应驻点期间{window}"
        elif owed[1] < plan.round_end and last > owed[1]:
            fact = f"对象于{owed[1].isoformat()}退出，派驻至{last.isoformat()}"
        else:
            return
        yield Violation(
            rule=self.article.rule,
            site_id=stint.site_id,
            inspector_id=stint.inspector_id,
            department=stint.department,
            start=stint.start,
            end=stint.end,
            facts=(("缺", fact),),
        )

    def _wrong_shortages(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        stints = stints_by_site(plan)
        for row in plan.shortages:
            site = instance.site_by_id[row.site_id]
            fact = "" if row.reason.strip() else "未安排对象没有写明原因"
            for stint in stints.get(row.site_id, ()):
                both = (max(row.start, stint.start), min(row.end, last_day(stint)))
                span = owed_part(instance, site, both)
                if span is not None:
                    fact = f"{span[0].isoformat()}至{span[1].isoformat()}已有派驻，又列为未安排对象"
            if fact:
                yield Violation(
                    rule=self.article.rule,
                    site_id=row.site_id,
                    department=row.department,
                    start=row.start,
                    end=row.end,
                    facts=(("缺", fact),),
                )

    def explain(self, violation: Violation) -> str:
        """Say what does not agree."""
        return f"计划与名单不一致：{violation.fact('缺')}。"


def _claim(instance: Instance, site_id: str) -> Claim:
    return instance.site_key[site_id], instance.site_by_id[site_id].level


def _owed(instance: Instance, site: Site) -> bool:
    """Owed, and stationed by its grade, by a person's decision or because it is a coal mine."""
    if instance.owed_window(site) is None:
        return False
    if instance.sector_by_code[site.sector].coal:
        return True
    decided = instance.list_item(site.id)
    if decided is not None and decided.form is not None:
        return True
    allowed = instance.sector_by_code[site.sector].allowed_forms
    forms = {form for row in instance.matrix_rows(site) for form in row.forms}
    return bool(forms & set(allowed) if allowed else forms)


def _all_planned(instance: Instance, claim: Claim, units: set[str]) -> bool:
    """Whether every unit that claims the object is part of the plan."""
    return all(
        site.department in units
        for site in instance.sites
        if _claim(instance, site.id) == claim and _owed(instance, site)
    )


RULE = PlanMatchesList()
