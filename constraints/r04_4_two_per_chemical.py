"""R04-4 · H · 化工和危化“两人一企” / Two people per chemical or hazardous-chemical enterprise.

第(四)条 “化工和危险化学品行业要按照全省化工行业整治提升部署，开展“两人一企”常态化驻点监督”.

At a site of a 化工危化 sector every owed date that is served at all has two different inspectors:
it is served by two or not at all (settled reading 10). That they are own formal staff is R09-1;
dates with nobody are R04-5, R05-3 and R02-3. The team size of coal mines is R02-4.

Example: P1 in slot 1 all round, P2 in slot 2 until 2027-04-11, P3 from 2027-04-13 (a Tuesday):
2027-04-12 has one person.

Encoding: chemical services have two posts or more (``admits``); that all posts of a service are
filled over the same dates is R05-3, that they hold different people is R03-5.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.coverage import owed_part, planned_sites, stints_by_site, stretches
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.rule import Article, BaseRule

TEAM = 2


class TwoPerChemical(BaseRule):
    """化工和危化“两人一企”."""

    article = Article(
        rule="R04-4",
        level="H",
        clause="第(四)条",
        title="化工和危化“两人一企”",
        title_en="Two people per chemical or hazardous-chemical enterprise",
        quote="化工和危险化学品行业要按照全省化工行业整治提升部署，开展“两人一企”常态化驻点监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse posts of a chemical site that is offered for fewer than two."""
        chemical = any(
            instance.sector_by_code[instance.site_by_id[site_id].sector].chemical
            for site_id in candidate.site_ids
        )
        return not chemical or candidate.service.team_size >= TEAM

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the owed window of every served chemical site."""
        stints = stints_by_site(plan)
        for site, (start, end) in planned_sites(instance, plan):
            if not instance.sector_by_code[site.sector].chemical:
                continue
            for stretch in stretches(stints.get(site.id, ()), start, end):
                span = owed_part(instance, site, (stretch.start, stretch.end))
                people = sorted({stint.inspector_id for stint in stretch.stints})
                if span is not None and len(people) == 1:
                    yield Violation(
                        rule=self.article.rule,
                        site_id=site.id,
                        inspector_id=people[0],
                        department=site.department,
                        start=span[0],
                        end=span[1],
                        facts=(
                            ("起", span[0].isoformat()),
                            ("止", span[1].isoformat()),
                            ("在岗", people[0]),
                        ),
                    )

    def explain(self, violation: Violation) -> str:
        """Say who is alone there and when."""
        fact = violation.fact
        dates = f"{fact('起')}至{fact('止')}"
        return f"化工和危险化学品企业应两人驻点，{dates}只有{fact('在岗')}一人在岗。"


RULE = TwoPerChemical()
