"""R03-3 · H · 流动驻点轮流 / Mobile form: circulating among objects.

第(三)条 “流动驻点指驻点监督人员在不同企业间轮流驻点监督”.

On every working day of the round a mobile group (派出单位 + 流动组号) has ``mobile_group_min`` to
``mobile_group_max`` objects, all of one department, and in each slot the same people at all of
them: the group is handed over as a whole. Visits and their days come with the month plan.

Example: group G1 of O1, O2, O3; P1 leaves O1 and O2 on 2027-04-11 but stays at O3: broken.

Encoding: none of its own; a service holds all sites of the group, so one column serves them all.

Days of a month: every object of the group is visited on at least 每月最少驻点日 working days (pro
rata where 流动 serves it for a part of the month; a half-day counts a half), each visit lasts at
least ``mobile_min_days_per_visit`` days, on working days on end (two half-days are one day), and
between two visits lie at most ``mobile_max_gap_days`` working days; where a month between them is
unknown, this is not asked. Whoever of the group comes, it is a visit. The people are released from
their original post: a working day without an object, leave or 补休 is counted.

Example: visits on 2027-03-01, 03-02 and 03-15, 03-16: four days, two visits, a gap of eight days.

Encoding for days: Σ half-days credited + missing ≥ twice the minimum, a credit only where somebody
comes; a visit that begins holds the days after it, or where there are half-days a column per day
grows with the credits of the visit and is full where it ends; each stretch of gap + 1 working days
+ missing ≥ 1.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months, days_between
from planner.domain.coverage import Stretch, stretches, working_part
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.options import options_of
from planner.rule import Article, BaseDayRule, BaseRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

Facts = tuple[tuple[str, str], ...]
Terms = list[tuple[int, int]]


DAYS_OF_MONTH = 30
"""A month for what is pro rata."""


class MobileGroup(BaseRule, BaseDayRule):
    """流动驻点轮流."""

    article = Article(
        rule="R03-3",
        level="H",
        clause="第(三)条",
        title="流动驻点轮流",
        title_en="Mobile form: circulating among objects",
        quote="流动驻点指驻点监督人员在不同企业间轮流驻点监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a mobile service of the wrong size or of several departments."""
        if candidate.form is not Form.MOBILE:
            return True
        policy = instance.policy
        owners = {instance.site_by_id[site_id].department for site_id in candidate.site_ids}
        fits = policy.mobile_group_min <= len(candidate.site_ids) <= policy.mobile_group_max
        return bool(candidate.service.group) and fits and len(owners) == 1

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Judge each group on every stretch of dates between two changes."""
        for (department, group), stints in _groups(plan).items():
            if not group:
                for stint in stints:
                    nowhere = (("问题", "未填流动组号"), ("对象", stint.site_id))
                    yield self._violation(stint, Stretch(stint.start, stint.start, ()), nowhere)
                continue
            seen: set[Facts] = set()
            last = max(stint.end or instance.round.end for stint in stints)
            for stretch in stretches(stints, instance.round.start, last):
                if stretch.stints and working_part(instance, (stretch.start, stretch.end)):
                    for facts in self._faults(instance, stretch.stints):
                        if facts not in seen:
                            seen.add(facts)
                            named = (("流动组", group), ("单位", department), *facts)
                            yield self._violation(stretch.stints[0], stretch, named)

    def _faults(self, instance: Instance, stints: Sequence[Stint]) -> Iterable[Facts]:
        policy = instance.policy
        sites = sorted({stint.site_id for stint in stints})
        named = ("对象", "、".join(sites))
        if not policy.mobile_group_min <= len(sites) <= policy.mobile_group_max:
            limits = f"{policy.mobile_group_min}至{policy.mobile_group_max}个"
            yield ("问题", f"有{len(sites)}个对象，应为{limits}"), named
        owners = sorted({instance.site_by_id[site_id].department for site_id in sites})
        if len(owners) > 1:
            yield ("问题", f"对象分属{'、'.join(owners)}"), named
        for slot in sorted({stint.slot for stint in stints}):
            people: dict[str, set[str]] = {site_id: set() for site_id in sites}
            for stint in stints:
                if stint.slot == slot:
                    people[stint.site_id].add(stint.inspector_id)
            if len({frozenset(found) for found in people.values()}) > 1:
                yield ("问题", f"岗位{slot}的人员在各对象不一致"), named

    def _violation(self, stint: Stint, stretch: Stretch, facts: Facts) -> Violation:
        return Violation(
            rule=self.article.rule,
            site_id=stint.site_id,
            inspector_id=stint.inspector_id,
            department=stint.department,
            start=stretch.start,
            end=stretch.end,
            facts=(*facts, ("起", stretch.start.isoformat())),
        )

    def explain(self, violation: Violation) -> str:
        """Say what is wrong with the group from when."""
        fact = violation.fact
        group = f"流动组{fact('流动组')}" if fact("流动组") else "流动驻点"
        return f"{group}（对象{fact('对象')}）自{fact('起')}起{fact('问题')}。"

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Days per object, length of visits and gaps."""
        for site_id in model.case.stints_at:
            days = _served_days(model.case, site_id)
            if days:
                credits = self._credits(model, site_id, days)
                terms = [term for day in days for term in credits[day]]
                need = 2 * _days_wanted(model.case, site_id, days)
                model.want(self.article, f"{site_id} days", terms, need, model.weight(site_id))
                if any(
                    model.halves_at(person, site_id, day)
                    for day in days
                    for person in model.people_at(site_id, day)
                ):
                    self._post_halved_visits(model, site_id, days, credits)
                else:
                    self._post_visits(model, site_id, days)
                self._post_gaps(model, site_id, days)
        self._post_idle(model)

    def _post_idle(self, model: DayModel) -> None:
        case, terms = model.case, []
        posted = {
            (one.inspector_id, day)
            for stints in case.stints_at.values()
            for one in stints
            if one.form is Form.MOBILE
            for day in case.instance.calendar.workdays(
                max(case.first_of(one), case.since), case.last_of(one)
            )
        }
        for person, day in sorted(posted):
            if not case.on_leave(person, day):
                idle = model.column(f"idle {person} {day}")
                busy = [*model.anywhere(person, day), *model.rest(person, day)]
                model.row(self.article.rule, f"{person} {day}", [(idle, 1), *busy], lower=1)
                terms.append((idle, 1))
        weight = model.instance.policy.weight_idle_day
        model.pay("mobile_idle_days", "流动人员空闲", weight, "人天", terms)

    def _credits(
        self, model: DayModel, site_id: str, days: Sequence[dt.date]
    ) -> Mapping[dt.date, Terms]:
        """Half-days that each day may count: two where somebody comes for the whole of it."""
        rule, credits = self.article.rule, dict[dt.date, Terms]()
        for day in days:
            subject = f"{site_id} {day}"
            people = model.people_at(site_id, day)
            whole = [(one, -1) for p in people for one, _ in model.whole_at(p, site_id, day)]
            half = [(one, -1) for p in people for one, _ in model.halves_at(p, site_id, day)]
            credited = model.column(f"whole credit {subject}")
            model.row(rule, subject, [(credited, 1), *whole], upper=0)
            terms = [(credited, 2)]
            if half:
                partly = model.column(f"half credit {subject}")
                model.row(rule, subject, [(partly, 1), *half], upper=0)
                model.row(rule, subject, [(credited, 1), (partly, 1)], upper=1)
                terms.append((partly, 1))
            credits[day] = terms
        return credits

    def _post_halved_visits(
        self,
        model: DayModel,
        site_id: str,
        days: Sequence[dt.date],
        credits: Mapping[dt.date, Terms],
    ) -> None:
        """How many half-days the visit of each day has had so far, until it has enough."""
        case, rule = model.case, self.article.rule
        enough = 2 * min(model.instance.policy.mobile_min_days_per_visit, len(days))
        there = {row.day for row in case.served_at.get(site_id, ()) if row.day < case.since}
        so_far: Terms = []
        known = enough * (case.instance.calendar.workday_before(days[0]) in there)
        for at, day in enumerate(days):
            if day < case.since:
                known = enough * (day in there)
                continue
            subject, count = f"{site_id} {day}", model.column(f"visit {site_id} {day}", enough)
            later = model.present(site_id, days[at + 1]) if at + 1 < len(days) else []
            here = [(column, enough) for column, _ in model.present(site_id, day)]
            minus = [(column, -k) for column, k in (*so_far, *credits[day])]
            model.row(rule, subject, [(count, 1), *minus], upper=known)
            model.row(rule, subject, [(count, 1), *((column, -k) for column, k in here)], upper=0)
            goes_on = [(column, -enough) for column, _ in later]
            model.row(rule, subject, [*here, *goes_on, (count, -1)], upper=0)
            so_far, known = [(count, 1)], 0

    def _post_visits(self, model: DayModel, site_id: str, days: Sequence[dt.date]) -> None:
        case, least = model.case, model.instance.policy.mobile_min_days_per_visit
        least = min(least, len(days))
        yesterday = case.instance.calendar.workday_before(days[0])
        came = any(row.day == yesterday for row in case.served_at.get(site_id, ()))
        for at, day in enumerate(days):
            if day < case.since or not model.anyone(site_id, day):
                continue
            here = model.present(site_id, day)
            if not at and came:
                continue
            before = model.present(site_id, days[at - 1]) if at else []
            earlier = [(one, -1) for one, _ in before]
            for following in range(at + 1, at + least):
                later = model.present(site_id, days[following]) if following < len(days) else []
                terms = [*here, *earlier, *((one, -1) for one, _ in later)]
                model.row(self.article.rule, f"{site_id} {day}", terms, upper=0)

    def _post_gaps(self, model: DayModel, site_id: str, days: Sequence[dt.date]) -> None:
        case, span = model.case, model.instance.policy.mobile_max_gap_days + 1
        visits = {row.day for row in case.served_at.get(site_id, ()) if row.day < days[0]}
        known = list(days)
        unit = case.stints_at[site_id][0].department
        begins = days[0] == case.instance.calendar.workday_on_or_after(case.first)
        if begins and visits and max(visits) >= case.known_from(unit):
            known = [*case.instance.calendar.workdays(max(visits), days[0] - ONE_DAY), *days]
        for at in range(len(known) - span + 1):
            window = known[at : at + span]
            if window[-1] >= case.since and not visits & set(window):
                terms = [term for day in window for term in model.present(site_id, day)]
                model.want(self.article, f"{site_id} {window[0]}", terms, 1, model.weight(site_id))

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Visits that begin on or after ``since`` and are too short."""
        for site_id, stints in case.stints_at.items():
            dates = mobile_dates(case, stints)
            least = min(case.instance.policy.mobile_min_days_per_visit, len(dates))
            visits = days.at_site.get(site_id, {})
            run: list[dt.date] = []
            for day in [*dates, None]:
                if day is not None and day in visits:
                    run.append(day)
                    continue
                halves = sum(max(row.halves for row in visits[one]) for one in run)
                if run and run[0] >= case.since and halves < 2 * least:
                    yesterday = case.instance.calendar.workday_before(run[0])
                    goes_on = run[0] == dates[0] and any(
                        row.day == yesterday for row in case.served_at.get(site_id, ())
                    )
                    if not goes_on:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=site_id,
                            department=stints[0].department,
                            start=run[0],
                            end=run[-1],
                            facts=(("天数", f"{halves / 2:g}"), ("至少", str(least))),
                        )
                run = []

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Half-days short of the minimum, and stretches without a visit, per object."""
        policy, calendar = case.instance.policy, case.instance.calendar
        for site_id, stints in case.stints_at.items():
            dates = mobile_dates(case, stints)
            if not dates:
                continue
            visits = days.at_site.get(site_id, {})
            credited = sum(max(row.halves for row in visits[day]) for day in dates if day in visits)
            site = case.instance.site_by_id[site_id]
            options = {one.form: one for one in options_of(case.instance, site)}
            mobile = options.get(Form.MOBILE)
            least = mobile.min_days_per_month if mobile else policy.mobile_min_days_per_object_month
            span = {day for day in case.dates if _is_mobile(stints, day)}
            begin = case.first.replace(day=1)
            month = (add_months(begin, 1) - begin).days
            if len(span) < month:
                least = min(least, math.ceil(least * len(span) / DAYS_OF_MONTH))
            short = 2 * min(least, len(dates)) - credited
            common = {
                "rule": self.article.rule, "department": stints[0].department, "site_id": site_id,
            }  # fmt: skip
            if short > 0:
                yield DayShortage(**common, start=dates[0], end=dates[-1], missing=short)
            past = [row.day for row in case.served_at.get(site_id, ())]
            past = [day for day in past if day < dates[0]]
            known = list(dates)
            unbroken = [day for day in past if day >= case.known_from(stints[0].department)]
            if unbroken and not calendar.workdays(case.first, dates[0] - ONE_DAY):
                known = calendar.workdays(max(past), dates[0] - ONE_DAY) + known
            for at, start in enumerate(known):
                window = known[at : at + policy.mobile_max_gap_days + 1]
                if len(window) <= policy.mobile_max_gap_days or window[-1] < case.since:
                    continue
                if not any(day in visits or day in past for day in window):
                    yield DayShortage(**common, start=start, end=window[-1], missing=1)

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Working days of the people on which they have nothing."""
        posted: dict[str, set[dt.date]] = defaultdict(set)
        for stints in case.stints_at.values():
            for stint in stints:
                if stint.form is Form.MOBILE:
                    posted[stint.inspector_id].update(
                        day for day in case.workdays if stint.covers(day) and day >= case.since
                    )
        count = 0
        for person, dates in posted.items():
            busy = {row.day for row in days.of_person.get(person, ())}
            count += len(dates - busy - case.leave.get(person, frozenset()))
        return {"mobile_idle_days": count}

    def explain_day(self, violation: Violation) -> str:
        """How long the visit is."""
        fact = violation.fact
        return f"流动驻点每次至少连续{fact('至少')}天，这次只有{fact('天数')}天（两个半天算一天）。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Half-days of the month."""
        return f"流动驻点对象本月缺{shortage.missing / 2:g}天，或两次驻点间隔过长"


def _groups(plan: Plan) -> Mapping[tuple[str, str], Sequence[Stint]]:
    found: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        if stint.form is Form.MOBILE:
            found[stint.department, stint.group].append(stint)
    return found


def mobile_dates(case: MonthCase, stints: Sequence[Stint]) -> list[dt.date]:
    """The working days of the month on which 流动 serves a site."""
    return [day for day in case.workdays if _is_mobile(stints, day)]


def _is_mobile(stints: Sequence[Stint], day: dt.date) -> bool:
    return any(one.form is Form.MOBILE and one.covers(day) for one in stints)


def _served_days(case: MonthCase, site_id: str) -> list[dt.date]:
    """For the encoding: the working days on which 流动 serves the site."""
    spans = [
        (case.first_of(one), case.last_of(one))
        for one in case.stints_at[site_id]
        if one.form is Form.MOBILE
    ]
    days = {day for span in spans for day in case.instance.calendar.workdays(*span)}
    return sorted(days)


def _days_wanted(case: MonthCase, site_id: str, days: Sequence[dt.date]) -> int:
    rows = case.instance.matrix_rows(case.instance.site_by_id[site_id])
    written = [row.min_days_per_month for row in rows if Form.MOBILE in row.forms]
    least = written[0] if written else None
    if least is None:
        least = case.instance.policy.mobile_min_days_per_object_month
    spans = [
        (max(one.start, case.first), case.last_of(one))
        for one in case.stints_at[site_id]
        if one.form is Form.MOBILE
    ]
    served = {day for span in spans for day in days_between(*span)}
    begin = case.first.replace(day=1)
    if len(served) < (add_months(begin, 1) - begin).days:
        least = min(least, -(-least * len(served) // DAYS_OF_MONTH))
    return min(least, len(days))


RULE = MobileGroup()
