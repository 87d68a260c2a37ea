"""R05-7 · H* · 冷却期 / No immediate return.

Derived from 第(五)条 “驻点监督人员原则上每半年轮换一次” and from 第(十七)条 on integrity.

An inspector who left a site does not come back to it within ``cool_off_months`` of the day after
the last day there. Going on without a break (at most non-working days in between) is no return:
R05-1 judges that.

Example: away since 2026-09-01 (last day 2026-08-31), cool-off 6 months: may return on 2027-03-01.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from planner.domain.calendar import add_months
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.record import full_record
from planner.rule import Article, BaseRule

ONE_DAY = dt.timedelta(days=1)


class CoolOff(BaseRule):
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

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a newcomer whose last day at one of the sites is too near."""
        if candidate.running:
            return True
        months = instance.policy.cool_off_months
        for site_id in candidate.site_ids:
            for stint in instance.stints_of.get((candidate.inspector_id, site_id), ()):
                if stint.end is None or stint.start >= candidate.start:
                    continue
                away = stint.end + ONE_DAY
                unbroken = candidate.start <= instance.calendar.workday_on_or_after(away)
                if not unbroken and candidate.start < add_months(away, months):
                    return False
        return True

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the stints of each person at each site in order of time."""
        planned = {(s.inspector_id, s.site_id, s.start) for s in plan.stints}
        stays = defaultdict(list)
        for stint in full_record(instance, plan):
            stays[stint.inspector_id, stint.site_id].append(stint)
        for (inspector_id, site_id), stints in stays.items():
            last_day: dt.date | None = None
            for stint in stints:
                if last_day is not None and (inspector_id, site_id, stint.start) in planned:
                    idle = [d for d in _open_days(last_day, stint.start)
                            if instance.calendar.is_workday(d)]
                    earliest = add_months(last_day + ONE_DAY, instance.policy.cool_off_months)
                    if idle and stint.start < earliest:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=site_id,
                            inspector_id=inspector_id,
                            department=stint.department,
                            start=stint.start,
                            end=stint.end,
                            facts=(
                                ("上次离开", last_day.isoformat()),
                                ("再次进驻", stint.start.isoformat()),
                                ("最早可回", earliest.isoformat()),
                            ),
                        )
                end = stint.end or stint.start
                last_day = end if last_day is None else max(last_day, end)

    def explain(self, violation: Violation) -> str:
        """Say when the person left, returns and may return."""
        return (
            f"{violation.fact('上次离开')}离开该对象，{violation.fact('再次进驻')}又进驻，"
            f"未满冷却期，最早可于{violation.fact('最早可回')}返回。"
        )


def _open_days(left_on: dt.date, back_on: dt.date) -> list[dt.date]:
    return [left_on + n * ONE_DAY for n in range(1, (back_on - left_on).days)]


RULE = CoolOff()
