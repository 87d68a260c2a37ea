"""R04-7 · H · 煤矿全覆盖 / All coal mines.

第(四)条 “对所有煤矿开展驻矿监督”. Every coal mine of a planned unit, also an idle one and one off
the list, has stints or a row of 未安排对象 on every working day of the round.

Example: an idle mine without any row: a violation.

Encoding: the owed window of a mine does not depend on list and status.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
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
        """Cover the round of every mine with its stints and shortages."""
        spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
        for stint in plan.stints:
            spans[stint.site_id].append((stint.start, stint.end or plan.round_end))
        for row in plan.shortages:
            spans[row.site_id].append((row.start, row.end))
        for site in instance.sites:
            sector = instance.sector_by_code[site.sector]
            closed = site.status is SiteStatus.CLOSED
            if not sector.coal or closed or site.department not in plan.departments:
                continue
            open_days = [
                day
                for day in instance.calendar.workdays(plan.round_start, plan.round_end)
                if not any(first <= day <= last for first, last in spans[site.id])
            ]
            if open_days:
                yield Violation(
                    rule=self.article.rule,
                    site_id=site.id,
                    department=site.department,
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
