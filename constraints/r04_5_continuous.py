"""R04-5 · H · 常态化 / Continuous, no gap in the year.

第(四)条 “开展“两人一企”常态化驻点监督”.

At a site of a 化工危化 sector every owed date has two assigned inspectors or is explained by a row
of 未安排对象. The handover from the last round counts too: where a plan ends running stints before
the round begins, the working days from then on need as many people as were there, at most two.

A site that the plan does not name at all is R02-3's, or another department's (R02-6). So is one of
which the plan only ends what ran before the round, where another department claims the same object.

Example: round from 2027-01-11, P1 and P2 run since autumn; the plan ends P2 on 2026-12-31 and
starts P3 on 2027-01-11: the working days from 2027-01-04 to 2027-01-08 have one person.

Encoding: none of its own. Inside the round the rows of R05-3 and the team of R04-4 leave no such
date; running holders stay at least to the first change date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from planner.domain.calendar import ONE_DAY
from planner.domain.clock import last_day
from planner.domain.coverage import (
    Span,
    holes,
    owed_part,
    planned_sites,
    shortage_spans,
    stints_by_site,
    stretches,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.rule import Article, BaseRule

TEAM = 2


class Continuous(BaseRule):
    """常态化."""

    article = Article(
        rule="R04-5",
        level="H",
        clause="第(四)条",
        title="常态化",
        title_en="Continuous, no gap in the year",
        quote="开展“两人一企”常态化驻点监督",
    )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep every owed chemical site from the first day that the plan decides."""
        stints, explained = stints_by_site(plan), shortage_spans(plan)
        for site, window in planned_sites(instance, plan):
            inside = any(last_day(one) >= plan.round_start for one in stints.get(site.id, ()))
            named = site.id in stints and (
                inside or (instance.may_be_stationed(site) and not _claimed(instance, site))
            )
            if (named or site.id in explained) and instance.sector_by_code[site.sector].chemical:
                yield from self._of_site(
                    instance, site, window, stints.get(site.id, ()), explained.get(site.id, ())
                )

    def _of_site(
        self,
        instance: Instance,
        site: Site,
        window: Span,
        stints: Sequence[Stint],
        explained: Sequence[Span],
    ) -> Iterable[Violation]:
        start, end = window
        if start == instance.round.start:
            for day, needed in _before_round(instance, site, stints):
                yield from self._lacks(instance, site, stints, explained, (*day, needed))
        yield from self._lacks(instance, site, stints, explained, (start, end, TEAM))

    def _lacks(
        self,
        instance: Instance,
        site: Site,
        stints: Sequence[Stint],
        explained: Sequence[Span],
        wanted: tuple[dt.date, dt.date, int],
    ) -> Iterable[Violation]:
        start, end, needed = wanted
        for stretch in stretches(stints, start, end):
            people = len({stint.inspector_id for stint in stretch.stints})
            if people >= needed:
                continue
            for hole in holes(explained, stretch.start, stretch.end):
                span = owed_part(instance, site, hole)
                if span is not None:
                    yield Violation(
                        rule=self.article.rule,
                        site_id=site.id,
                        department=site.department,
                        start=span[0],
                        end=span[1],
                        facts=(
                            ("起", span[0].isoformat()),
                            ("止", span[1].isoformat()),
                            ("在岗人数", str(people)),
                            ("应有人数", str(needed)),
                        ),
                    )

    def explain(self, violation: Violation) -> str:
        """Say how many are there and when."""
        fact = violation.fact
        return (
            f"化工和危险化学品企业须常态化驻点，{fact('起')}至{fact('止')}"
            f"在岗{fact('在岗人数')}人，应有{fact('应有人数')}人，也未列入未安排对象。"
        )


def _claimed(instance: Instance, site: Site) -> bool:
    """Whether another department of the level has the same object."""
    return any(
        instance.site_key[other.id] == instance.site_key[site.id]
        and other.level is site.level
        and other.department != site.department
        for other in instance.sites
    )


def _before_round(
    instance: Instance, site: Site, stints: Sequence[Stint]
) -> Iterable[tuple[Span, int]]:
    """The days before the round that the plan takes from running stints, and the people needed."""
    running = {(row.inspector_id, row.start) for row in instance.running if row.site_id == site.id}
    kept = [stint for stint in stints if (stint.inspector_id, stint.start) in running]
    first_free = min((last_day(stint) for stint in kept), default=instance.round.start) + ONE_DAY
    if first_free < instance.round.start:
        there = len({stint.inspector_id for stint in kept})
        yield (first_free, instance.round.start - ONE_DAY), min(TEAM, there)


RULE = Continuous()
