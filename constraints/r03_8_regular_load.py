"""R03-8 · H* · 定期人员负荷上限 / Load cap of regular inspectors.

第(三)条 “蹲守驻点、流动驻点人员派驻期间与原工作脱钩”: 定期 people keep their original post.

So on any date of the round a person has at most ``regular_max_objects`` 定期 objects, and in every
month Σ 每月最少驻点日 is at most ``regular_max_load_percent`` of its working days.

Example: February 2027 has 16 working days, 65 % of them are 10.4: two objects of 5 days fit, 5 + 6
do not.

Encoding: per person and change date, Σ (定期 columns active on it) ≤ ``regular_max_objects`` and
Σ 100 × 每月最少驻点日 × column ≤ percent × working days of each month up to the next change date.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.domain.calendar import add_months
from planner.domain.coverage import (
    RegularLoad,
    months_worked,
    regular_days_per_month,
    regular_loads,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class RegularLoadCap(BaseRule):
    """定期人员负荷上限."""

    article = Article(
        rule="R03-8",
        level="H*",
        clause="第(三)条",
        title="定期人员负荷上限",
        title_en="Load cap of regular inspectors",
        quote="蹲守驻点、流动驻点人员派驻期间与原工作脱钩",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a 定期 object that alone takes too much of a month of the stint."""
        if candidate.form is not Form.REGULAR:
            return True
        wanted = sum(regular_days_per_month(instance, one) for one in candidate.site_ids)
        day = max(candidate.start, instance.round.start)
        last = min(candidate.end, instance.round.end)
        while day <= last:
            workdays = instance.calendar.workdays_of_month(day.year, day.month)
            served = any(day <= one <= last for one in workdays)
            if served and wanted * 100 > instance.policy.regular_max_load_percent * len(workdays):
                return False
            day = add_months(day.replace(day=1), 1)
        return len(candidate.site_ids) <= instance.policy.regular_max_objects

    def post(self, model: PlanModel) -> None:
        """Presence in 定期 posts, and its days against every month up to the next change."""
        instance, rule = model.instance, self.article.rule
        policy = instance.policy
        for person, columns in model.stints_of_person.items():
            regular = [one for one in columns if one.candidate.form is Form.REGULAR]
            if len(regular) < 2 or self._lifted_for(instance, person):
                continue
            for day, together in model.cliques(regular):
                terms = [(one.index, 1) for one in together]
                model.row(rule, f"{person} {day}", terms, upper=policy.regular_max_objects)
            days = {
                one.index: sum(
                    regular_days_per_month(instance, site) for site in one.candidate.site_ids
                )
                for one in regular
            }
            heaviest = max(days.values()) * policy.regular_max_objects
            starts = sorted({one.first for one in regular})
            changes = [*starts, instance.round.end]
            for start, following in pairwise(changes):
                active = [
                    (one.index, 100 * days[one.index]) for one in regular if one.active(start)
                ]
                for year, month in months_worked(instance, (start, following)):
                    workdays = len(instance.calendar.workdays_of_month(year, month))
                    most = policy.regular_max_load_percent * workdays
                    if 100 * heaviest > most:
                        model.row(rule, f"{person} {year}-{month}", active, upper=most)

    def _lifted_for(self, instance: Instance, person: str) -> bool:
        """Whether a row of 豁免 lifts the cap for the person at every object and date."""
        return any(
            row.inspector_id == person and not row.site_id and row.start is None and row.end is None
            for row in instance.overrides_for(self.article.rule)
        )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Count objects on every stretch of dates, and days against every month it touches."""
        limit = instance.policy.regular_max_objects
        percent = instance.policy.regular_max_load_percent
        reported: set[tuple[str, int, int]] = set()
        for load in regular_loads(instance, plan):
            if len(load.site_ids) > limit:
                yield self._violation(
                    load,
                    (("对象数", str(len(load.site_ids))), ("上限", str(limit))),
                )
            wanted = sum(regular_days_per_month(instance, one) for one in load.site_ids)
            for year, month in months_worked(instance, (load.stretch.start, load.stretch.end)):
                workdays = len(instance.calendar.workdays_of_month(year, month))
                if (
                    wanted * 100 > percent * workdays
                    and (load.inspector_id, year, month) not in reported
                ):
                    reported.add((load.inspector_id, year, month))
                    facts = (
                        ("月份", f"{year}-{month:02d}"),
                        ("驻点日", str(wanted)),
                        ("工作日", str(workdays)),
                        ("占比上限", f"{percent}%"),
                    )
                    yield self._violation(load, facts)

    def _violation(self, load: RegularLoad, facts: tuple[tuple[str, str], ...]) -> Violation:
        newest = load.newest
        return Violation(
            rule=self.article.rule,
            site_id=newest.site_id,
            inspector_id=load.inspector_id,
            department=newest.department,
            start=newest.start,
            end=newest.end,
            facts=(
                ("对象", "、".join(load.site_ids)),
                ("自", load.stretch.start.isoformat()),
                *facts,
            ),
        )

    def explain(self, violation: Violation) -> str:
        """Say which limit the objects exceed."""
        fact = violation.fact
        if fact("对象数"):
            return (
                f"自{fact('自')}起同时负责{fact('对象数')}个定期驻点对象（{fact('对象')}），"
                f"超过上限{fact('上限')}个。"
            )
        return (
            f"{fact('月份')}负责定期驻点对象{fact('对象')}，至少需{fact('驻点日')}个驻点日，"
            f"超过当月{fact('工作日')}个工作日的{fact('占比上限')}。"
        )


RULE = RegularLoadCap()
