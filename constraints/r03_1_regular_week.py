"""R03-1 · H · 定期驻点每月不少于1周 / Regular form: at least one week every month.

第(三)条 “定期驻点指驻点监督人员每月定期到企业开展驻点监督工作，时间不得少于1周”.

A half-year plan can only keep room for the weeks: a person's 定期 objects on any date must fit
into each month, Σ 每月最少驻点日 ≤ 5 × number of weeks. A week is 5 working days, so a month has
floor(working days / 5); under ``regular_week_mode`` natural_week it is a Monday-to-Sunday week
with 5 working days inside the month. The on-site day blocks themselves, and so the count of days
per object, come with the month plan and are judged there.

Example: May 2027 has 18 working days, so 3 weeks: three objects of 5 days fit, four do not.

Encoding: per person and change date, Σ 每月最少驻点日 × (定期 column active on it) ≤ the smallest
capacity of the months up to the next change date; only where the caps of R03-8 leave room for
more than that.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.coverage import months_worked, regular_days_per_month, regular_loads
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel

DAYS_OF_WEEK = 5


class RegularWeek(BaseRule):
    """定期驻点每月不少于1周 (month capacity)."""

    article = Article(
        rule="R03-1",
        level="H",
        clause="第(三)条",
        title="定期驻点每月不少于1周",
        title_en="Regular form: at least one week every month",
        quote="定期驻点指驻点监督人员每月定期到企业开展驻点监督工作，时间不得少于1周",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a 定期 object that alone does not fit into a month of the stint."""
        if candidate.form is not Form.REGULAR:
            return True
        wanted = sum(_days_per_month(instance, one) for one in candidate.site_ids)
        first = max(candidate.start, instance.round.start)
        last = min(candidate.end, instance.round.end)
        return all(
            wanted <= _capacity(instance, *month) for month in _months(instance, first, last)
        )

    def post(self, model: PlanModel) -> None:
        """Days of the active 定期 columns against the whole weeks of every month."""
        instance, rule = model.instance, self.article.rule
        for person, columns in model.stints_of_person.items():
            regular = [one for one in columns if one.candidate.form is Form.REGULAR]
            days = {
                one.index: sum(_days_per_month(instance, s) for s in one.candidate.site_ids)
                for one in regular
            }
            changes = {one.first for one in regular} | {one.candidate.until for one in regular}
            inside = sorted(day for day in changes if day <= instance.round.end)
            for start, following in pairwise([*inside, instance.round.end + ONE_DAY]):
                active = [(one.index, days[one.index]) for one in regular if one.active(start)]
                for year, month in _months(instance, start, following - ONE_DAY):
                    capacity = _capacity(instance, year, month)
                    if self._can_exceed(instance, active, capacity, year, month):
                        model.row(rule, f"{person} {year}-{month}", active, upper=capacity)

    def _can_exceed(
        self,
        instance: Instance,
        active: Sequence[tuple[int, int]],
        capacity: int,
        year: int,
        month: int,
    ) -> bool:
        """Whether the caps of R03-8 leave room for more; a row of 豁免 may lift them."""
        if sum(days for _, days in active) <= capacity:
            return False
        if instance.overrides_for("R03-8"):
            return True
        policy = instance.policy
        workdays = len(instance.calendar.workdays_of_month(year, month))
        heaviest = max(days for _, days in active) * policy.regular_max_objects
        by_share = policy.regular_max_load_percent * workdays // 100
        return min(heaviest, by_share) > capacity

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Compare each person's 定期 objects with the weeks of every month they touch."""
        reported: set[tuple[str, int, int]] = set()
        for load in regular_loads(instance, plan):
            wanted = sum(regular_days_per_month(instance, one) for one in load.site_ids)
            span = (load.stretch.start, load.stretch.end)
            for year, month in months_worked(instance, span):
                capacity = capacity_days(instance, year, month)
                if wanted <= capacity or (load.inspector_id, year, month) in reported:
                    continue
                reported.add((load.inspector_id, year, month))
                yield Violation(
                    rule=self.article.rule,
                    site_id=load.newest.site_id,
                    inspector_id=load.inspector_id,
                    department=load.newest.department,
                    start=load.newest.start,
                    end=load.newest.end,
                    facts=(
                        ("月份", f"{year}-{month:02d}"),
                        ("对象", "、".join(load.site_ids)),
                        ("需驻点日", str(wanted)),
                        ("可排驻点日", str(capacity)),
                    ),
                )

    def explain(self, violation: Violation) -> str:
        """Say what the objects want in the month and what it holds."""
        fact = violation.fact
        return (
            f"{fact('月份')}承担定期驻点对象{fact('对象')}，每月至少需{fact('需驻点日')}个驻点日，"
            f"当月整周只排得下{fact('可排驻点日')}个，无法保证每个对象每月不少于1周。"
        )


def _months(instance: Instance, first: dt.date, last: dt.date) -> Iterator[tuple[int, int]]:
    """Year and month of every month in which the dates hold a working day."""
    while first <= last:
        end = min(last, add_months(first.replace(day=1), 1) - ONE_DAY)
        if instance.calendar.workday_on_or_after(first) <= end:
            yield first.year, first.month
        first = end + ONE_DAY


def _days_per_month(instance: Instance, site_id: str) -> int:
    """每月最少驻点日 of a site under 定期驻点."""
    rows = instance.matrix_rows(instance.site_by_id[site_id])
    written = [row.min_days_per_month for row in rows if Form.REGULAR in row.forms]
    if written and written[0] is not None:
        return written[0]
    return instance.policy.regular_min_days_per_month


def _capacity(instance: Instance, year: int, month: int) -> int:
    """Working days of the month that its whole weeks hold."""
    days = instance.calendar.workdays_of_month(year, month)
    if instance.policy.regular_week_mode != "natural_week":
        return len(days) - len(days) % DAYS_OF_WEEK
    mondays = {day - dt.timedelta(days=day.weekday()) for day in days}
    whole = [
        monday
        for monday in mondays
        if sum(monday <= day < monday + dt.timedelta(days=7) for day in days) >= DAYS_OF_WEEK
    ]
    return DAYS_OF_WEEK * len(whole)


def capacity_days(instance: Instance, year: int, month: int) -> int:
    """Working days of a month that come in whole weeks, by the reading of “1周” in the policy."""
    workdays = instance.calendar.workdays_of_month(year, month)
    if instance.policy.regular_week_mode == "natural_week":
        weeks = Counter(day.isocalendar()[:2] for day in workdays)
        return DAYS_OF_WEEK * sum(count >= DAYS_OF_WEEK for count in weeks.values())
    return len(workdays) // DAYS_OF_WEEK * DAYS_OF_WEEK


RULE = RegularWeek()
