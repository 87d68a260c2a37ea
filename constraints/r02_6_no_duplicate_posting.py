"""R02-6 · H* · 不重复驻点 / No duplicate posting by two departments.

第(二)条 “避免对同一企业重复开展驻点监督”. On any date one object (same project code, or same
credit code and premises) has stints of at most one unit, unless 联合驻点 is on record. Where
重复认定 names the lead unit, and the lead's own row is to be served, they are that unit's from
认定日期 on, always where none is given; of several decisions the newest holds. Units of two levels
at one object are a warning of the import, not judged here (settled reading 15). A breach is
reported at the row of 驻点对象 that 豁免 names, where it names one.

Example: 市应急局 and 市市场监管局 at one credit code and premises on 2027-03-01: a violation.

Encoding: claims are settled before the model; the others get no service all round.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.ledgers import DuplicateDecision
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.domain.terms import Level
from planner.rule import Article, BaseRule


class NoDuplicatePosting(BaseRule):
    """不重复驻点."""

    article = Article(
        rule="R02-6",
        level="H*",
        clause="第(二)条",
        title="不重复驻点",
        title_en="No duplicate posting by two departments",
        quote="避免对同一企业重复开展驻点监督",
    )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the stints of each object by date."""
        at: dict[tuple[str, Level], list[Stint]] = defaultdict(list)
        named = {row.site_id for row in instance.overrides_for(self.article.rule)}
        for stint in plan.stints:
            if (stint.end or plan.round_end) >= plan.round_start:
                level = instance.site_by_id[stint.site_id].level
                at[instance.site_key[stint.site_id], level].append(stint)
        joint = {(row.site_id, one) for row in instance.joint_postings for one in row.departments}
        decided = self._against_decisions(instance, plan, at, joint, named)
        for stints in at.values():
            if len({stint.department for stint in stints}) < 2:
                continue
            stints.sort(key=lambda s: (s.start, s.department))
            for index, stint in enumerate(stints):
                for other in stints[:index]:
                    since = max(stint.start, plan.round_start)
                    together = stint.start <= (other.end or plan.round_end)
                    both = (stint, other)
                    told = any(
                        one in decided and (decided[one].start or since) <= since for one in both
                    )
                    sites = {one.site_id for one in both}
                    agreed = any(
                        (one, stint.department) in joint and (one, other.department) in joint
                        for one in sites
                    )
                    apart = other.department != stint.department
                    if together and apart and not agreed and not told:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=min(sites & named, default=stint.site_id),
                            inspector_id=stint.inspector_id,
                            department=stint.department,
                            start=since,
                            end=min(plan.round_end, *(one.end or plan.round_end for one in both)),
                            facts=(
                                ("单位", f"{other.department}、{stint.department}"),
                                ("自", since.isoformat()),
                            ),
                        )
                        break

        yield from decided.values()

    def _against_decisions(
        self,
        instance: Instance,
        plan: Plan,
        at: Mapping[tuple[str, Level], Sequence[Stint]],
        joint: Collection[tuple[str, str]],
        named: Collection[str],
    ) -> dict[Stint, Violation]:
        """The stints of a unit at an object that another one is decided to lead."""
        leads: dict[tuple[str, Level], tuple[dt.date, Site]] = {}
        for row in instance.duplicates:
            since = row.decided_on or dt.date.min
            for site_id in row.site_ids if row.decision is DuplicateDecision.LEAD_UNIT else ():
                site = instance.site_by_id.get(site_id)
                if site is None or site.department != row.lead_department:
                    continue
                if instance.owed_window(site) is not None and instance.may_be_stationed(site):
                    claim = instance.site_key[site_id], site.level
                    if claim not in leads or leads[claim][0] < since:
                        leads[claim] = since, site
        found: dict[Stint, Violation] = {}
        for claim, (since, lead) in leads.items():
            for stint in at.get(claim, ()):
                sites = {stint.site_id, lead.id}
                start = max(stint.start, plan.round_start, since)
                end = min(plan.round_end, stint.end or plan.round_end)
                agreed = any(
                    (one, stint.department) in joint and (one, lead.department) in joint
                    for one in sites
                )
                if stint.department != lead.department and not agreed and start <= end:
                    found[stint] = Violation(
                        rule=self.article.rule,
                        site_id=min(sites & set(named), default=stint.site_id),
                        inspector_id=stint.inspector_id,
                        department=stint.department,
                        start=start,
                        end=end,
                        facts=(("牵头", lead.department), ("单位", stint.department)),
                    )
        return found

    def explain(self, violation: Violation) -> str:
        """Name the units and the first common date, or who is decided to lead."""
        if violation.fact("牵头"):
            lead, unit = violation.fact("牵头"), violation.fact("单位")
            return f"已认定由{lead}牵头，{unit}不应派驻；请改派，或更正“重复认定”。"
        return (
            f"{violation.fact('单位')}自{violation.fact('自')}起对同一对象重复驻点，"
            "请确定牵头单位，或登记联合驻点。"
        )


RULE = NoDuplicatePosting()
