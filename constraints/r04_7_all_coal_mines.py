"""R04-7 · H · 煤矿全覆盖 / All coal mines.

第(四)条 “对所有煤矿开展驻矿监督”. Every coal mine of a planned unit, also an idle one and one off
the list, has stints or a row of 未安排对象 on every working day of the round. Where several units
claim one mine, it is enough that one of them is there or explains itself, and a mine that a unit
outside the plan claims as well is not judged (settled reading 15).

Example: an idle mine without any row: a violation.

Encoding: the owed window of a mine does not depend on list and status; a mine that no form is left
for is a service that nobody may fill.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Site
from planner.domain.terms import SiteStatus
from planner.rule import Article, BaseRule


class AllCoalMines(BaseRule):
    """煤矿全覆盖."""

    article = Article(
        rule="R04-7",
        level="H",
        clause="第(四)条",
        title="煤矿全覆盖",
        title_en="All coal mines",
        quote="对所有煤矿开展驻矿监督",
    )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Cover the round of every mine with the stints and shortages of all who claim it."""
        spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        for stint in plan.stints:
            key = instance.site_key[stint.site_id]
            spans[key].append((stint.start, stint.end or plan.round_end))
        for row in plan.shortages:
            spans[instance.site_key[row.site_id]].append((row.start, row.end))
        mines: dict[str, list[Site]] = defaultdict(list)
        for site in instance.sites:
            if instance.sector_by_code[site.sector].coal and site.status is not SiteStatus.CLOSED:
                mines[instance.site_key[site.id]].append(site)
        workdays = instance.calendar.workdays(plan.round_start, plan.round_end)
        for key, claims in mines.items():
            if any(site.department not in plan.departments for site in claims):
                continue
            open_days = [
                day
                for day in workdays
                if not any(first <= day <= last for first, last in spans[key])
            ]
            if open_days:
                yield Violation(
                    rule=self.article.rule,
                    site_id=claims[0].id,
                    department=claims[0].department,
                    start=open_days[0],
                    end=open_days[-1],
                    facts=(("工作日", str(len(open_days))), ("自", open_days[0].isoformat())),
                )

    def explain(self, violation: Violation) -> str:
        """Say how long the mine is open."""
        return (
            f"煤矿自{violation.fact('自')}起有{violation.fact('工作日')}个工作日无人驻矿，"
            "也未列入未安排对象。"
        )


RULE = AllCoalMines()
