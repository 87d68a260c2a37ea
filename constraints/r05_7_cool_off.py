"""R05-7 · H* · 冷却期 / No immediate return.

Derived from 第(五)条 “驻点监督人员原则上每半年轮换一次” and from 第(十七)条 on integrity.

An inspector who left a site does not come back to it within ``cool_off_months`` of the day after
the last day there. Going on without a break (at most non-working days in between) is no return:
R05-1 judges that. What was served of a running stint that a plan no longer shows counts as well.
Returns before the round are past: a running stint is not judged by its first day.

Example: away since 2026-09-01 (last day 2026-08-31), cool-off 6 months: may return on 2027-03-01.

Encoding: history decides for newcomers. A holder who is withdrawn as the round begins, and could
come back to the site in another form after a break within the cool-off: per such service,
(withdrawal) + Σ (returns) ≤ 1. No row of 豁免 lifts that. Returns within one service are R05-1.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import last_day, served_record
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.rule import Article, Breach, PrincipleRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class CoolOff(PrincipleRule):
    """冷却期."""

    article = Article(
        rule="R05-7",
        level="H*",
        clause="第(五)条、第(十七)条",
        title="冷却期",
        title_en="No immediate return",
        quote="驻点监督人员原则上每半年轮换一次",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The first day of a newcomer whose last day at one of the sites is too near."""
        if candidate.running:
            return
        for site_id in candidate.site_ids:
            rows = instance.stints_of.get((candidate.inspector_id, site_id), ())
            earlier = [row for row in rows if row.start < candidate.start]
            there = instance.running_at.get(site_id, ())
            if not earlier or any(row in there for row in earlier):
                continue
            away = max(row.end or row.start for row in earlier) + ONE_DAY
            if candidate.start < add_months(away, instance.policy.cool_off_months) and (
                instance.calendar.workdays(away, candidate.start - ONE_DAY)
            ):
                yield Breach(site_id, candidate.start, candidate.start)

    def post(self, model: PlanModel) -> None:
        """Whoever is withdrawn does not come back to the site in another form."""
        withdrawn = [one for one in model.stints if one.candidate.running and not one.in_flow]
        for held in withdrawn:
            returns: dict[str, list[tuple[int, int]]] = defaultdict(list)
            for one in model.stints_of_person.get(held.candidate.inspector_id, ()):
                if (
                    not one.candidate.running
                    and not set(held.candidate.site_ids).isdisjoint(one.candidate.site_ids)
                    and self._too_soon(model.instance, held.candidate, one.candidate)
                ):
                    returns[one.candidate.service.id].append((one.index, 1))
            for service_id, terms in returns.items():
                subject = f"{held.candidate.inspector_id} {service_id}"
                model.row(self.article.rule, subject, [(held.index, 1), *terms], upper=1)

        self._keep_out_who_lost_the_post(model)

    def _keep_out_who_lost_the_post(self, model: PlanModel) -> None:
        """Whose post is gone ends with the old round, and does not come back in it too soon."""
        instance, rule = model.instance, self.article.rule
        kept = {
            (one.candidate.inspector_id, site_id)
            for one in model.stints
            if one.candidate.running
            for site_id in one.candidate.site_ids
        }
        gone = {(row.inspector_id, row.site_id) for row in instance.running} - kept
        for one in model.stints:
            person, start = one.candidate.inspector_id, one.candidate.start
            for site_id in one.candidate.site_ids:
                if (person, site_id) not in gone:
                    continue
                lifted = instance.lifted(rule, person, site_id, start, start)
                if not lifted and self._within(instance, instance.round.start, start):
                    model.row(rule, f"{person} {site_id}", [(one.index, 1)], upper=0)

    def _too_soon(self, instance: Instance, held: Candidate, back: Candidate) -> bool:
        return self._within(instance, held.end + ONE_DAY, back.start)

    def _within(self, instance: Instance, away: dt.date, start: dt.date) -> bool:
        """Whether a return falls into the cool-off of who is away from a day on."""
        broken = instance.calendar.workdays(away, start - ONE_DAY)
        return bool(broken) and start < add_months(away, instance.policy.cool_off_months)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the stints of each person at each site in order of time."""
        running = {(row.inspector_id, row.site_id, row.start) for row in instance.running}
        planned = {
            id(stint)
            for stint in plan.stints
            if (stint.inspector_id, stint.site_id, stint.start) not in running
        }
        months = instance.policy.cool_off_months
        stays: dict[tuple[str, str], list[Stint]] = defaultdict(list)
        for stint in served_record(instance, plan):
            stays[stint.inspector_id, stint.site_id].append(stint)
        for stints in stays.values():
            left_on = dt.date.max
            for stint in stints:
                if id(stint) in planned and stint.start > left_on:
                    away = left_on + ONE_DAY
                    unbroken = stint.start <= instance.calendar.workday_on_or_after(away)
                    if not unbroken and stint.start < add_months(away, months):
                        yield self._violation(stint, left_on, add_months(away, months))
                ends = last_day(stint)
                left_on = ends if left_on == dt.date.max else max(left_on, ends)

    def _violation(self, stint: Stint, left_on: dt.date, earliest: dt.date) -> Violation:
        return Violation(
            rule=self.article.rule,
            site_id=stint.site_id,
            inspector_id=stint.inspector_id,
            department=stint.department,
            start=stint.start,
            end=stint.end,
            facts=(
                ("上次离开", left_on.isoformat()),
                ("再次进驻", stint.start.isoformat()),
                ("最早可回", earliest.isoformat()),
            ),
        )

    def explain(self, violation: Violation) -> str:
        """Say when the person left, returns and may return."""
        return (
            f"{violation.fact('上次离开')}离开该对象，{violation.fact('再次进驻')}又进驻，"
            f"未满冷却期，最早可于{violation.fact('最早可回')}返回。"
        )


RULE = CoolOff()
