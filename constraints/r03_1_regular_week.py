"""R03-1 · H · 定期驻点每月不少于1周 / Regular form: at least one week every month.

第(三)条 “定期驻点指驻点监督人员每月定期到企业开展驻点监督工作，时间不得少于1周”.

A half-year plan can only keep room for the weeks: a person's 定期 objects on any date must fit
into each month, Σ 每月最少驻点日 ≤ 5 × number of weeks. A week is 5 working days, so a month has
floor(working days / 5); under ``regular_week_mode`` natural_week it is a Monday-to-Sunday week
with 5 working days inside the month, under seven_days it is 7 working days.

Example: May 2027 has 18 working days, so 3 weeks: three objects of 5 days fit, four do not.

Encoding: per person and change date, Σ 每月最少驻点日 × (定期 column active on it) ≤ the smallest
capacity of the months up to the next change date; only where the caps of R03-8 leave room for
more than that.

Days of a month: a stint of 定期 that runs the whole month gets 每月最少驻点日 on-site days, one
that runs a part of it 1 for every started 6 days (pro rata for other minima), never more than the
part has working days. Working days count, and days off on which a key period wants presence. Of
several slots one has to reach it. Under natural_week a whole month wants all working days of one
Monday-to-Sunday week with 5 of them. Preferred are days in one piece (weekends and holidays do not
interrupt), the week of the month of the time before, and no more working days than the minimum:
the people keep their original post.

Example: stint from 2027-05-20, 12 days of May: 2 days at the object.

Encoding for days: per stint Σ (its days) + missing ≥ its minimum; a column per slot says which one
counts; a column per working day says that a piece begins, one per stint how many are too many.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.coverage import SEVEN_DAYS, months_worked, regular_days_per_month, regular_loads
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel

DAYS_OF_WEEK = 5
DAYS_OF_MONTH = 30
"""A month for what is pro rata: 5 days are then 1 for every started 6."""


class RegularWeek(BaseRule, BaseDayRule):
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

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """The minimum of every stint, pieces and weeks."""
        case, policy = model.case, model.instance.policy
        starts: list[tuple[int, int]] = []
        elsewhere: list[tuple[int, int]] = []
        extra: list[tuple[int, int]] = []
        for site_id, stints in case.stints_at.items():
            regular = [one for one in stints if one.form is Form.REGULAR]
            slots = sorted({one.slot for one in regular})
            counts = {slot: model.column(f"counts {site_id} {slot}") for slot in slots}
            if slots:
                chosen = [(column, 1) for column in counts.values()]
                model.row(self.article.rule, site_id, chosen, 1, 1)
            usual = _usual_week(case, site_id)
            for stint in regular:
                self._post_minimum(model, stint, counts[stint.slot])
                days = _workdays(case, stint)
                before: list[tuple[int, int]] = []
                more = model.column(f"more {stint.inspector_id} {site_id} {stint.start}", 31)
                there = [
                    (one, -1)
                    for day in days
                    for one, _ in model.here(stint.inspector_id, site_id, day)
                ]
                wanted = _days_wanted(case, stint)
                model.row(self.article.rule, site_id, [(more, 1), *there], lower=-wanted)
                extra.append((more, 1))
                for day in days:
                    here = model.here(stint.inspector_id, site_id, day)
                    if here:
                        start = model.column(f"piece {stint.inspector_id} {site_id} {day}")
                        minus = [(one, -1) for one, _ in here]
                        model.row(self.article.rule, site_id, [(start, 1), *minus, *before], 0)
                        starts.append((start, 1))
                    before = here
                    if usual is not None and (day.day - 1) // 7 != usual:
                        elsewhere += here
        model.pay(
            "regular_pieces", "定期驻点分段", policy.weight_split_week, "段",
            starts if policy.regular_contiguous else (),
        )  # fmt: skip
        model.pay(
            "regular_other_week", "定期驻点换了周次", policy.weight_other_week, "天", elsewhere
        )

        model.pay(
            "regular_extra_days", "定期驻点多于最少天数", policy.weight_extra_day, "天", extra
        )

    def _post_minimum(self, model: DayModel, stint: Stint, counts: int) -> None:
        case, site_id = model.case, stint.site_id
        subject, weight = f"{stint.inspector_id} {site_id} {stint.start}", model.weight(site_id)
        if case.instance.policy.regular_week_mode == "natural_week" and _whole_month(case, stint):
            weeks = []
            for week in _whole_weeks(case, stint):
                column = model.column(f"week {subject} {week[0]}")
                for day in week:
                    here = model.here(stint.inspector_id, site_id, day)
                    model.row(self.article.rule, subject, [(column, -1), *here], 0)
                weeks.append((column, 1))
            model.want(self.article, subject, [*weeks, (counts, -1)], 0, weight, most=1)
            return
        need = _days_wanted(case, stint)
        days = [
            term
            for day in case.dates
            if stint.covers(day) and _counts(case, site_id, day)
            for term in model.here(stint.inspector_id, site_id, day)
        ]
        model.want(self.article, subject, [*days, (counts, -need)], 0, weight, most=need)

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Per object the slot that misses least, stint by stint."""
        for site_id, stints in case.stints_at.items():
            missing: dict[int, list[tuple[Stint, int]]] = defaultdict(list)
            for stint in stints:
                if stint.form is Form.REGULAR:
                    missing[stint.slot].append((stint, days_missing(case, days, stint)))
            if not missing:
                continue
            best = min(missing, key=lambda slot: (sum(n for _, n in missing[slot]), slot))
            for stint, count in missing[best]:
                if count:
                    yield DayShortage(
                        rule=self.article.rule,
                        department=stint.department,
                        site_id=site_id,
                        inspector_id=stint.inspector_id,
                        start=case.first_of(stint),
                        end=case.last_of(stint),
                        missing=count,
                    )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Count pieces and days in another week."""
        pieces = elsewhere = extra = 0
        for site_id, stints in case.stints_at.items():
            weeks = Counter(
                (row.day.day - 1) // 7
                for row in case.served_at.get(site_id, ())
                if row.day < case.first
                and add_months(row.day.replace(day=1), 1) == case.first.replace(day=1)
                and case.instance.calendar.is_workday(row.day)
            )
            usual = min(weeks, key=lambda week: (-weeks[week], week)) if weeks else None
            for stint in stints:
                if stint.form is not Form.REGULAR:
                    continue
                before = False
                days_of_stint = case.instance.calendar.workdays(
                    case.first_of(stint), case.last_of(stint)
                )
                there = sum(
                    stint.inspector_id in days.people_at(site_id, day) for day in days_of_stint
                )
                extra += max(0, there - least_days(case, stint))
                for day in days_of_stint:
                    here = stint.inspector_id in days.people_at(site_id, day)
                    pieces += here and not before
                    elsewhere += here and usual is not None and (day.day - 1) // 7 != usual
                    before = here
        if not case.instance.policy.regular_contiguous:
            pieces = 0
        return {
            "regular_pieces": pieces,
            "regular_other_week": elsewhere,
            "regular_extra_days": extra,
        }

    def explain_shortage(self, shortage: DayShortage) -> str:
        """How many days, or the week."""
        return f"本月定期驻点不足1周，缺{shortage.missing}（按天计为天，按自然周计为周）"


def days_missing(case: MonthCase, days: DayPlan, stint: Stint) -> int:
    """What a stint of 定期 lacks in the month: days, or its one week."""
    instance, policy = case.instance, case.instance.policy
    first, last = case.first_of(stint), case.last_of(stint)
    workdays = instance.calendar.workdays(first, last)
    there = {
        day
        for day, rows in days.at_site.get(stint.site_id, {}).items()
        if first <= day <= last and any(one.inspector_id == stint.inspector_id for one in rows)
    }
    whole = first.day == 1 and (last + ONE_DAY).month != last.month
    if whole and policy.regular_week_mode == "natural_week":
        weeks: dict[tuple[int, int], set[dt.date]] = defaultdict(set)
        for day in workdays:
            weeks[day.isocalendar()[:2]].add(day)
        return int(not any(len(week) >= DAYS_OF_WEEK and week <= there for week in weeks.values()))
    site = instance.site_by_id[stint.site_id]
    boosted = {
        day
        for day in there
        for period in instance.key_periods
        if period.boost_coverage
        and period.applies_to(site.county, site.sector, site.id)
        and period.start <= day <= period.end
    }
    counted = len(there & (set(workdays) | boosted))
    return max(0, least_days(case, stint) - counted)


def least_days(case: MonthCase, stint: Stint) -> int:
    """How many days a stint of 定期 is to have in the month."""
    first, last = case.first_of(stint), case.last_of(stint)
    wanted = regular_days_per_month(case.instance, stint.site_id)
    if not (first.day == 1 and (last + ONE_DAY).month != last.month):
        wanted = min(wanted, math.ceil(wanted * ((last - first).days + 1) / DAYS_OF_MONTH))
    return min(wanted, len(case.instance.calendar.workdays(first, last)))


def _workdays(case: MonthCase, stint: Stint) -> list[dt.date]:
    return [day for day in case.workdays if stint.covers(day)]


def _whole_month(case: MonthCase, stint: Stint) -> bool:
    begin = case.first.replace(day=1)
    return (
        case.first == begin
        and case.last == add_months(begin, 1) - ONE_DAY
        and all(stint.covers(day) for day in (case.first, case.last))
    )


def _whole_weeks(case: MonthCase, stint: Stint) -> list[list[dt.date]]:
    """The working days of the Monday-to-Sunday weeks that have 5 of them in the month."""
    mondays: dict[dt.date, list[dt.date]] = {}
    for day in _workdays(case, stint):
        mondays.setdefault(day - dt.timedelta(days=day.weekday()), []).append(day)
    return [week for week in mondays.values() if len(week) >= DAYS_OF_WEEK]


def _days_wanted(case: MonthCase, stint: Stint) -> int:
    wanted = _days_per_month(case.instance, stint.site_id)
    if not _whole_month(case, stint):
        part = sum(stint.covers(day) for day in case.dates)
        wanted = min(wanted, -(-wanted * part // DAYS_OF_MONTH))
    return min(wanted, len(_workdays(case, stint)))


def _counts(case: MonthCase, site_id: str, day: dt.date) -> bool:
    """Working days, and days off in a key period."""
    site = case.instance.site_by_id[site_id]
    return case.instance.calendar.is_workday(day) or any(
        period.boost_coverage
        and period.start <= day <= period.end
        and period.applies_to(site.county, site.sector, site.id)
        for period in case.instance.key_periods
    )


def _usual_week(case: MonthCase, site_id: str) -> int | None:
    """The week of the month, from 0, on which the object was served last month."""
    since = add_months(case.first.replace(day=1), -1)
    weeks = [
        (row.day.day - 1) // 7
        for row in case.served_at.get(site_id, ())
        if since <= row.day < case.first.replace(day=1)
        and case.instance.calendar.is_workday(row.day)
    ]
    return max(sorted(set(weeks)), key=weeks.count) if weeks else None


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
    days = written[0] if written else None
    if days is None:
        days = instance.policy.regular_min_days_per_month
    return max(days, SEVEN_DAYS) if instance.policy.regular_week_mode == "seven_days" else days


def _capacity(instance: Instance, year: int, month: int) -> int:
    """Working days of the month that its whole weeks hold."""
    days = instance.calendar.workdays_of_month(year, month)
    if instance.policy.regular_week_mode != "natural_week":
        seven = instance.policy.regular_week_mode == "seven_days"
        return len(days) - len(days) % (SEVEN_DAYS if seven else DAYS_OF_WEEK)
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
    week = SEVEN_DAYS if instance.policy.regular_week_mode == "seven_days" else DAYS_OF_WEEK
    return len(workdays) // week * week


RULE = RegularWeek()
