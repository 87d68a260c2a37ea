"""L-4 · S · 年休假 / Annual leave.

职工带薪年休假条例第2、3条: leave is due, so the plan works around it (settled reading 8).

An absence of 3 … 10 working days inside a stint wants a second person at the post or a named
替班人员 who may serve there on each of these days (R01-1, R03-4, R09-1, R09-2, R09-3, R10-1,
R17-1). Where there is neither, it is counted and listed for the month plan.

Example: single post, five working days of leave in April, nobody named: 1.

Encoding: constants of the candidates.

Days of a month: nobody is planned on a whole day of leave, nor in a half of it; half a day leaves
the other half, in which nobody rests (补休). At 蹲守 objects leave of more than
``absence_short_days`` working days has somebody else there on each of them: the other holder or the
named 替班人员. And leave and 补休 together never leave the object empty for longer than
``absence_short_days`` working days on end.

Example: five days of leave, nobody named: five days missing.

Encoding for days: per day of long leave Σ presence of others + missing ≥ 1; per stretch of
``absence_short_days`` + 1 working days outside it Σ presence + missing ≥ 1.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months, days_between
from planner.domain.day_plan import DayPlan, DayShortage, HalfDay, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.stand_in import barred_by
from planner.domain.tables import PROBATION_MONTHS, QUALIFIED, Inspector
from planner.domain.terms import AppraisalFlag, Form
from planner.rule import Article, BaseDayRule, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel

Post = tuple[str, str, Form]
"""Unit, mobile group or site, and form."""


class LeaveCover(BaseRule, BaseDayRule):
    """年休假."""

    article = Article(
        rule="L-4",
        level="S",
        clause="职工带薪年休假条例第3条",
        title="年休假",
        title_en="Annual leave",
        quote="单位应当保证职工享受年休假",
    )

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Uncovered absences in single posts."""
        instance = model.instance
        terms = [
            (one.index, _uncovered(instance, one.candidate, one.first))
            for one in model.stints
            if one.in_flow and one.candidate.service.team_size == 1
        ]
        return (
            Penalty(
                "uncovered_absences",
                "请假无人替班",
                Tier.STABILITY,
                instance.policy.weight_uncovered_absence,
                "次",
                tuple(terms),
            ),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Recount from the stints, one per mobile group and person."""
        policy, calendar = instance.policy, instance.calendar
        slots: dict[Post, set[int]] = defaultdict(set)
        served: dict[str, dict[Post, dict[dt.date, set[str]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(set))
        )
        for stint in plan.stints:
            last = min(stint.end or plan.round_end, plan.round_end)
            if last >= plan.round_start:
                post = stint.department, stint.group or stint.site_id, stint.form
                slots[post].add(stint.slot)
                for day in calendar.workdays(max(stint.start, plan.round_start), last):
                    served[stint.inspector_id][post][day].add(stint.site_id)
        medium = range(policy.absence_short_days + 1, policy.absence_long_days + 1)
        count = 0
        for absence in instance.absences:
            away = set(days_between(absence.start, absence.end))
            for post, there in served[absence.inspector_id].items():
                days_away = there.keys() & away
                if len(slots[post]) == 1 and len(days_away) in medium:
                    places = {(site_id, day) for day in days_away for site_id in there[day]}
                    count += not _covers(instance, absence.substitute_id, post[0], places)
        return {"uncovered_absences": count}

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Cover of long leave, and no long empty stretch."""
        case, short = model.case, model.instance.policy.absence_short_days
        for site_id, stints in case.stints_at.items():
            resident = [one for one in stints if one.form is Form.RESIDENT]
            long = {
                day
                for one in resident
                for day in _long_leave(case, one.inspector_id)
                if one.covers(day)
            }
            owed = [day for day in case.workdays if any(one.covers(day) for one in resident)]
            weight = model.weight(site_id)
            for day in owed:
                if day in long and day >= case.since:
                    others = model.anyone(site_id, day)
                    model.want(self.article, f"{site_id} {day}", others, 1, weight)
            for at in range(len(owed) - short):
                window = owed[at : at + short + 1]
                if window[-1] >= case.since and not long & set(window):
                    terms = [term for day in window for term in model.anyone(site_id, day)]
                    model.want(self.article, f"{site_id} from {window[0]}", terms, 1, weight)

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Rows on a day of leave."""
        for row in days.rows:
            away = [
                one.half_day
                for one in case.instance.absences_of.get(row.inspector_id, ())
                if one.start <= row.day <= one.end
                and (not one.half_day or row.half in {None, one.half_day})
            ]
            all_day = "" in away or set(away) >= set(HalfDay)
            if away and row.day >= case.since:
                yield self.day_breach(
                    row,
                    (
                        ("日期", row.day.isoformat()),
                        ("安排", row.kind.value),
                        ("请假", "全天" if all_day else away[0]),
                    ),
                )

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Days of long leave without anybody, and empty stretches, per 蹲守 object."""
        short, calendar = case.instance.policy.absence_short_days, case.instance.calendar
        for site_id, stints in case.stints_at.items():
            owed: set[dt.date] = set()
            long: set[dt.date] = set()
            for stint in stints:
                if stint.form is Form.RESIDENT:
                    mine = calendar.workdays(case.first_of(stint), case.last_of(stint))
                    owed.update(mine)
                    for spell in _spells(case, stint.inspector_id):
                        long.update(spell & set(mine) if len(spell) > short else ())
            empty = [day for day in sorted(owed) if not days.people_at(site_id, day)]
            bare = [day for day in empty if day in long and day >= case.since]
            runs: list[dt.date] = []
            window: list[dt.date] = []
            for day in sorted(owed):
                window = [*window[-short:], day] if short else [day]
                bare_window = set(window) <= set(empty) and not long & set(window)
                if len(window) == short + 1 and bare_window and day >= case.since:
                    runs.append(day)
            for dates in (bare, runs):
                if dates:
                    yield DayShortage(
                        rule=self.article.rule,
                        department=stints[0].department,
                        site_id=site_id,
                        start=dates[0],
                        end=dates[-1],
                        missing=len(dates),
                    )

    def explain_day(self, violation: Violation) -> str:
        """Who is planned while away."""
        fact = violation.fact
        return f"{fact('日期')}{fact('请假')}请假，却安排了{fact('安排')}。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Days without a substitute."""
        return f"蹲守人员请假或补休期间无人替班{shortage.missing}天"


def _long_leave(case: MonthCase, inspector_id: str) -> set[dt.date]:
    """For the encoding: working days of leave that lasts longer than may be ignored. Absences
    without a working day between them are one; what lies outside the month counts."""
    calendar, rows = case.instance.calendar, case.instance.absences_of.get(inspector_id, ())
    found: set[dt.date] = set()
    spell: list[dt.date] = []
    last: dt.date | None = None
    for row in sorted(rows, key=lambda one: (one.start, one.end)):
        if row.half_day:
            continue
        if last is None or row.start > calendar.workday_on_or_after(last + dt.timedelta(days=1)):
            spell = []
        spell += [day for day in calendar.workdays(row.start, row.end) if day not in spell]
        last = row.end if last is None else max(last, row.end)
        if len(spell) > case.instance.policy.absence_short_days:
            found.update(spell)
    return found


def _spells(case: MonthCase, inspector_id: str) -> list[set[dt.date]]:
    """Maximal runs of working days of leave."""
    calendar = case.instance.calendar
    away = {
        day
        for row in case.instance.absences_of.get(inspector_id, ())
        if not row.half_day
        for day in calendar.workdays(row.start, row.end)
    }
    spells: list[set[dt.date]] = []
    for day in sorted(away):
        if spells and calendar.workday_before(day) in spells[-1]:
            spells[-1].add(day)
        else:
            spells.append({day})
    return spells


def _uncovered(instance: Instance, candidate: Candidate, start: dt.date) -> int:
    """For the encoding: absences of medium length from ``start`` on without a 替班人员 who may
    serve all objects of the candidate on each of their days."""
    policy, unit, count = instance.policy, candidate.service.department, 0
    end = min(candidate.end, instance.round.end)
    for absence in instance.absences_of.get(candidate.inspector_id, ()):
        if absence.end < start or absence.start > end:
            continue
        days = instance.calendar.workdays(max(absence.start, start), min(absence.end, end))
        if policy.absence_short_days < len(days) <= policy.absence_long_days:
            count += not absence.substitute_id or any(
                barred_by(instance, absence.substitute_id, unit, site_id, day)
                for site_id in candidate.site_ids
                for day in days
                if _served(instance, candidate, site_id, day)
            )
    return count


def _served(instance: Instance, candidate: Candidate, site_id: str, day: dt.date) -> bool:
    """Whether an object of a group is the candidate's on a date: it may come later or leave."""
    owed = instance.owed_window(instance.site_by_id[site_id])
    if owed is None:
        return True
    held = candidate.running and any(
        one.inspector_id == candidate.inspector_id for one in instance.running_at.get(site_id, ())
    )
    leaves = owed[1] < instance.round.end
    return (held or owed[0] <= day) and not (leaves and day > owed[1])


def _covers(
    instance: Instance, inspector_id: str, unit: str, places: Iterable[tuple[str, dt.date]]
) -> bool:
    """For the checker: whether a 替班人员 may serve at each of the places."""
    person = instance.inspector_by_id.get(inspector_id)
    return (
        person is not None
        and person.department == unit
        and all(_may_serve(instance, person, *place) for place in places)
    )


def _may_serve(instance: Instance, person: Inspector, site_id: str, day: dt.date) -> bool:
    site = instance.site_by_id[site_id]
    for row in instance.conflicts_of.get(person.id, ()):
        since, until = row.start or dt.date.min, row.end or dt.date.max
        if row.concerns(site) and since <= day <= until:
            return False
    trained = [
        row.end
        for row in instance.trainings_of.get(person.id, ())
        if site.sector in row.sectors
        and False not in {row.passed, row.task_list, row.measures, row.hazard_criteria}
    ]
    first = add_months(day, -instance.policy.training_valid_months)
    if not any(first <= end < day for end in trained):
        return False
    gone = person.leaves_on is not None and person.leaves_on <= day
    if gone or day < person.available_from or day > person.available_to:
        return False
    unfit = instance.sector_by_code[site.sector].coal and not person.underground_ok
    if unfit or person.appraisal is AppraisalFlag.SUSPENDED:
        return False
    free_from = person.probation_end and person.probation_end + ONE_DAY
    if free_from is None and person.hire_date is not None:
        free_from = add_months(person.hire_date, PROBATION_MONTHS)
    needed = {
        "R09-1": not person.staff_type.formal,
        "R09-2": free_from is None or day < free_from,
        "R09-3": person.skill(site.sector) < QUALIFIED,
    }
    return all(
        instance.lifted(rule, person.id, site_id, day, day)
        for rule, wanted in needed.items()
        if wanted
    )


RULE = LeaveCover()
