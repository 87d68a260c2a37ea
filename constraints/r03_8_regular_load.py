"""R03-8 · H* · 定期人员负荷上限 / Load cap of regular inspectors.

第(三)条 “蹲守驻点、流动驻点人员派驻期间与原工作脱钩”: 定期 people keep their original post.

So on any date of the round a person has at most ``regular_max_objects`` 定期 objects, and in every
month Σ 每月最少驻点日 is at most ``regular_max_load_percent`` of its working days.

A row of 豁免 that names the person, an object and the dates takes that object out of both counts;
every such object of a person whose counts exceed a limit is one use of the row.

Example: February 2027 has 16 working days, 65 % of them are 10.4: two objects of 5 days fit, 5 + 6
do not.

Encoding: per person and stretch between two changes, Σ (定期 columns active on it) ≤
``regular_max_objects`` and Σ 100 × 每月最少驻点日 × column ≤ percent × working days of each month
that it touches. An object that a row of 豁免 takes out is left out of that sum; with K as large as
the excess can be, (all columns) + K × (its column) ≤ limit + K + K × used.

Days of a month: a person's on-site working days at 定期 objects, without those that a row of 豁免
takes out, are at most the same percentage of the month's working days.

Encoding for days: per person Σ days ≤ the limit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.coverage import (
    SEVEN_DAYS,
    RegularLoad,
    months_worked,
    regular_days_per_month,
    regular_loads,
)
from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule, Breach, Penalty, PrincipleRule, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn
    from planner.model.days import DayModel


class RegularLoadCap(PrincipleRule, BaseDayRule):
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

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """Months of the stint of which a 定期 object alone takes too much."""
        if candidate.form is not Form.REGULAR:
            return
        first = max(candidate.start, instance.round.start)
        last = min(candidate.end, instance.round.end)
        for start, end, most in _months(instance, first, last):
            for site_id in candidate.site_ids:
                if 100 * _days_per_month(instance, site_id) > most:
                    yield Breach(site_id, start, end)

    def post(self, model: PlanModel) -> None:
        """Objects and days of each person, without those that rows of 豁免 take out."""
        tightest: dict[tuple[int, frozenset[tuple[int, int]]], str] = {}
        for subject, most, terms, opened in self._counted(model):
            counted = frozenset((one.index, k) for one, k in terms.items() if one not in opened)
            tightest.setdefault((most, counted), subject)
        for (most, counted), subject in tightest.items():
            if not any(most == other and counted < more for other, more in tightest):
                model.row(self.article.rule, subject, counted, upper=most)

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """The rows of 豁免 used."""
        flags: dict[int, int] = {}
        for subject, most, terms, opened in self._counted(model):
            excess = sum(terms.values()) - most
            everybody = [(one.index, k) for one, k in terms.items()]
            for one in opened:
                if one.index not in flags:
                    flags[one.index] = self._use(model, one)
                mine = [(one.index, excess), (flags[one.index], -excess)]
                model.row(self.article.rule, subject, [*everybody, *mine], upper=most + excess)
        return (
            Penalty(
                "load_overrides_used",
                "动用负荷豁免",
                Tier.STABILITY,
                model.instance.policy.weight_override,
                "人次",
                tuple((flag, 1) for flag in flags.values()),
            ),
        )

    def _counted(
        self, model: PlanModel
    ) -> Iterator[tuple[str, int, dict[StintColumn, int], list[StintColumn]]]:
        """Every count that can exceed its limit: a subject, the limit, what each column adds, and
        the columns that rows of 豁免 take out."""
        instance = model.instance
        for person, columns in model.stints_of_person.items():
            regular = [one for one in columns if one.candidate.form is Form.REGULAR]
            if len(regular) < 2:
                continue
            for first, last, most, days in _counts(instance, regular):
                active = [one for one in regular if one.active(first)]
                terms = {one: _days(instance, one) if days else 1 for one in active}
                if sum(terms.values()) > most:
                    opened = [one for one in active if self._opened(instance, one, first, last)]
                    yield f"{person} {first}", most, terms, opened

    def _use(self, model: PlanModel, one: StintColumn) -> int:
        """A column that says that the row of 豁免 is used for this object."""
        candidate = one.candidate
        column = model.column(f"load lifted {candidate.inspector_id} {candidate.site_ids[0]}")
        model.uses[column] = OverrideUse(
            rule=self.article.rule,
            inspector_id=candidate.inspector_id,
            site_id=candidate.site_ids[0],
            start=candidate.start,
        )
        return column

    def _opened(self, instance: Instance, one: StintColumn, first: dt.date, last: dt.date) -> bool:
        """Whether rows of 豁免 take the column's objects out of the counts on these dates."""
        return all(
            instance.lifted(self.article.rule, one.candidate.inspector_id, site_id, first, last)
            for site_id in one.candidate.site_ids
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the plan's own list."""
        return {
            "load_overrides_used": sum(one.rule == self.article.rule for one in plan.overrides_used)
        }

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Count objects on every stretch of dates, and days against every month it touches."""
        limit = instance.policy.regular_max_objects
        percent = instance.policy.regular_max_load_percent
        reported: set[tuple[str, int, int]] = set()
        for load in regular_loads(instance, plan):
            span = load.stretch.start, load.stretch.end
            weights = dict.fromkeys(load.site_ids, 1)
            count = (("对象数", str(len(weights))), ("上限", str(limit)))
            yield from self._exceeding(instance, load, weights, limit, span, count)
            weights = {one: regular_days_per_month(instance, one) for one in load.site_ids}
            for year, month in months_worked(instance, span):
                workdays = instance.calendar.workdays_of_month(year, month)
                begins = dt.date(year, month, 1)
                ends = add_months(begins, 1) - ONE_DAY
                facts = (
                    ("月份", f"{year}-{month:02d}"),
                    ("驻点日", str(sum(weights.values()))),
                    ("工作日", str(len(workdays))),
                    ("占比上限", f"{percent}%"),
                )
                inside = max(span[0], begins), min(span[1], ends)
                hundredfold = {one: 100 * days for one, days in weights.items()}
                most = percent * len(workdays)
                key = load.inspector_id, year, month
                for found in self._exceeding(instance, load, hundredfold, most, inside, facts):
                    lifted = self._lifts(instance, found)
                    if lifted or key not in reported:
                        yield found
                    if not lifted:
                        reported.add(key)

    def _lifts(self, instance: Instance, found: Violation) -> bool:
        """Whether a row of 豁免 lifts the breach; without one, once a month is enough."""
        assert found.breach is not None
        return instance.lifted(self.article.rule, found.inspector_id, found.site_id, *found.breach)

    def _exceeding(
        self,
        instance: Instance,
        load: RegularLoad,
        weights: Mapping[str, int],
        most: int,
        span: tuple[dt.date, dt.date],
        facts: tuple[tuple[str, str], ...],
    ) -> Iterable[Violation]:
        """The newest object, or all those that rows of 豁免 take out where that is enough."""
        if sum(weights.values()) <= most:
            return
        person = load.inspector_id
        opened = [one for one in weights if instance.lifted(self.article.rule, person, one, *span)]
        enough = sum(k for one, k in weights.items() if one not in opened) <= most
        others = [one for one in load.stretch.stints if one.site_id not in opened]
        blamed = opened if enough else [max(others, key=_by_start).site_id]
        for stint in load.stretch.stints:
            if stint.site_id in blamed:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=person,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    breach=span,
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

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """The cap on working days at 定期 objects."""
        case, policy = model.case, model.instance.policy
        month = case.instance.calendar.workdays_of_month(case.first.year, case.first.month)
        most = policy.regular_max_load_percent * len(month) // 100
        counted: dict[str, list[tuple[int, int]]] = {}
        for site_id, stints in case.stints_at.items():
            for stint in stints:
                person = stint.inspector_id
                lifted = case.instance.lifted(
                    "R03-8", person, site_id, case.first_of(stint), case.last_of(stint)
                )
                if stint.form is Form.REGULAR and not lifted:
                    for day in case.workdays:
                        if stint.covers(day):
                            counted.setdefault(person, []).extend(model.here(person, site_id, day))
        for person, terms in counted.items():
            model.row(self.article.rule, person, terms, upper=most)

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Count each person's days at 定期 objects; what was served before ``since`` is past."""
        workdays = case.instance.calendar.workdays_of_month(case.first.year, case.first.month)
        limit = case.instance.policy.regular_max_load_percent * len(workdays) / 100
        regular: dict[tuple[str, str], list[Stint]] = {}
        for site_id, stints in case.stints_at.items():
            for stint in stints:
                if stint.form is Form.REGULAR:
                    regular.setdefault((stint.inspector_id, site_id), []).append(stint)
        for person, rows in days.of_person.items():
            found = [
                row
                for row in rows
                if row.day in workdays
                and any(
                    one.covers(row.day)
                    and not case.instance.lifted(
                        "R03-8", person, row.site_id, case.first_of(one), case.last_of(one)
                    )
                    for one in regular.get((person, row.site_id), ())
                )
            ]
            if len(found) > limit and found[-1].day >= case.since:
                yield Violation(
                    rule=self.article.rule,
                    site_id=found[-1].site_id,
                    inspector_id=person,
                    department=found[-1].department,
                    start=found[0].day,
                    end=found[-1].day,
                    breach=(case.first, case.last),
                    facts=(("驻点日", str(len(found))), ("上限", f"{limit:g}")),
                )

    def explain_day(self, violation: Violation) -> str:
        """How many days, and how many are allowed."""
        fact = violation.fact
        return f"定期人员本月驻点{fact('驻点日')}个工作日，超过上限{fact('上限')}个。"


def _counts(
    instance: Instance, regular: Sequence[StintColumn]
) -> Iterator[tuple[dt.date, dt.date, int, bool]]:
    """First and last date, limit, and whether days are counted (in hundredths, else objects), of
    every stretch between two changes and of every month that it touches."""
    changes = {one.first for one in regular} | {one.candidate.until for one in regular}
    starts = sorted(day for day in changes if day <= instance.round.end)
    ends = [day - ONE_DAY for day in starts[1:]] + [instance.round.end]
    for first, last in zip(starts, ends, strict=True):
        yield first, last, instance.policy.regular_max_objects, False
        for begin, end, most in _months(instance, first, last):
            yield begin, end, most, True


def _months(
    instance: Instance, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, dt.date, int]]:
    """The part of each month inside the dates that has a working day, with 100 × the days that a
    person may be away in that month."""
    while first <= last:
        end = min(last, add_months(first.replace(day=1), 1) - ONE_DAY)
        if instance.calendar.workday_on_or_after(first) <= end:
            workdays = instance.calendar.workdays_of_month(first.year, first.month)
            yield first, end, instance.policy.regular_max_load_percent * len(workdays)
        first = end + ONE_DAY


def _days(instance: Instance, one: StintColumn) -> int:
    return 100 * sum(_days_per_month(instance, site_id) for site_id in one.candidate.site_ids)


def _days_per_month(instance: Instance, site_id: str) -> int:
    """每月最少驻点日 of a site under 定期驻点."""
    rows = instance.matrix_rows(instance.site_by_id[site_id])
    written = [row.min_days_per_month for row in rows if Form.REGULAR in row.forms]
    days = written[0] if written else None
    if days is None:
        days = instance.policy.regular_min_days_per_month
    return max(days, SEVEN_DAYS) if instance.policy.regular_week_mode == "seven_days" else days


def _by_start(stint: Stint) -> tuple[dt.date, str]:
    return stint.start, stint.site_id


RULE = RegularLoadCap()
