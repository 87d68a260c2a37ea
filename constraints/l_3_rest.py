"""L-3 · H · 法定休息与补休 / Rest and compensatory leave.

公务员法第82条 “在法定工作日之外加班的，应当给予相应的补休”.

Days of a month: a day off on duty (值守) earns a working day of 补休, to be taken after it and
within ``rest_within_days`` days; the oldest duty is made good first. What was earned and taken
before comes from the served days. Nobody rests before having earned it. Rest that is still open at
the end of the month is counted.

放假办法第7条: 假期前后连续工作一般不超过6天, with exceptions. So no bound is hard: somebody who
holds an object alone may stay longer on end where somebody has to be there every day. But each date
on which a person has been at objects for more than ``longest_run_days`` dates on end is missed, and
listed. A free day that a run needs costs less than an empty date at an 一级 object, and more than
one at other objects.

Example: duty on 2027-02-06 and no 补休 until 2027-04-07: in the plan of April one day is missing.
At an object from 2027-01-18 to 2027-02-20: 8 dates too many in January, 20 in February.

Whoever has been on duty counts, posted in this month or not, 替班人员 as well.

Encoding: per due date Σ 补休 until then + missing ≥ what is due, for what the month itself earns
only where it is earned; per date Σ 补休 − Σ duty before ≤ what was open; per stretch of
``longest_run_days`` + 1 dates Σ presence − missing ≤ ``longest_run_days``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import (
    LONG_RUN,
    LONG_RUN_WEIGHT,
    DayKind,
    DayPlan,
    DayShortage,
    HalfDay,
    MonthCase,
)
from planner.domain.findings import Violation
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

WEIGHT = 8
"""A missing day of rest weighs as much as a missing day at an 一级 object."""


class Rest(BaseDayRule):
    """法定休息与补休."""

    article = Article(
        rule="L-3",
        level="H",
        clause="公务员法第82条",
        title="法定休息与补休",
        title_en="Rest and compensatory leave",
        quote="在法定工作日之外加班的，应当给予相应的补休",
    )

    def post_days(self, model: DayModel) -> None:
        """Rest that falls due, none in advance, little left open, few long stretches."""
        case, rule = model.case, self.article.rule
        open_rest: list[tuple[int, int]] = []
        constant = 0
        posted = {one.inspector_id for stints in case.stints_at.values() for one in stints}
        people = posted | set(case.served_by) | set(model.people)
        for person in sorted(one for one in people if case.owns(one)):
            due = _open_dues(case, person)
            rests = [
                (day, model.rests[person, day])
                for day in case.workdays
                if day >= case.since and (person, day) in model.rests
            ]
            self._post_dues(model, person, due, rests)
            duty = [
                (day, term)
                for day in case.dates
                if day >= case.since and not model.instance.calendar.is_workday(day)
                for term in _days_of(model, person, day)
            ]
            for day, _ in rests:
                taken = [(column, 1) for when, column in rests if when <= day]
                earned = [(column, -1) for when, (column, _) in duty if when < day]
                model.row(rule, f"{person} {day}", [*taken, *earned], upper=len(due))
            constant += len(due)
            open_rest += [term for _, term in duty]
            open_rest += [(column, -1) for _, column in rests]
        weight = model.instance.policy.weight_open_rest
        model.pay("open_rest", "月末未补休", weight, "天", open_rest, constant=constant)
        self._limit_runs(model)

    def _post_dues(
        self,
        model: DayModel,
        person: str,
        due: Sequence[dt.date],
        rests: Sequence[tuple[dt.date, int]],
    ) -> None:
        """Rest until each date on which some falls due; what the month itself may earn falls due
        only where it is earned."""
        case, late = model.case, model.instance.policy.rest_within_days * ONE_DAY
        earning = {
            day + late: model.anywhere(person, day)
            for day in case.dates
            if day >= case.since and not model.instance.calendar.is_workday(day)
        }
        earning = {day: terms for day, terms in earning.items() if terms and day <= case.last}
        for day in sorted({one for one in due if one <= case.last} | set(earning)):
            owed = sum(one <= day for one in due)
            earned = [term for one, terms in earning.items() if one <= day for term in terms]
            most = owed + len(earned)
            terms = [(column, 1) for when, column in rests if when <= day]
            terms += [(column, -1) for column, _ in earned]
            if day not in due:
                terms += [(column, -most) for column, _ in earning[day]]
                owed -= most
            model.want(self.article, f"{person} {day}", terms, owed, WEIGHT, most)

    def _limit_runs(self, model: DayModel) -> None:
        case, longest = model.case, model.instance.policy.longest_run_days
        for person in model.people:
            before = {row.day for row in case.served_by.get(person, ()) if row.site_id}
            for end in case.dates:
                window = [end - n * ONE_DAY for n in range(longest + 1)]
                days = [
                    (day in before and day < case.first, _days_of(model, person, day))
                    for day in window
                ]
                if end < case.since or not all(there or columns for there, columns in days):
                    continue
                past = sum(there for there, _ in days)
                presence = [(one, -k) for _, columns in days for one, k in columns]
                subject = f"{person} until {end}"
                model.want(self.article, subject, presence, past - longest, LONG_RUN_WEIGHT, most=1)

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Rest that falls due in the month and is not taken, per person and due date; dates of
        each run that is too long, per person."""
        department_of = {
            person: case.instance.inspector_by_id[person].department
            for person in (*case.served_by, *days.of_person)
        }
        for stints in case.stints_at.values():
            department_of |= {one.inspector_id: one.department for one in stints}
        within = dt.timedelta(days=case.instance.policy.rest_within_days)
        for person, department in sorted(department_of.items()):
            if not case.owns(person):
                continue
            balance = _due_dates(case, person)
            balance += [
                row.day + within
                for row in days.of_person.get(person, ())
                if row.kind is not DayKind.REST
                and row.day >= case.since
                and not case.instance.calendar.is_workday(row.day)
            ]
            taken = sorted(
                row.day
                for row in days.of_person.get(person, ())
                if row.kind is DayKind.REST and row.day >= case.since
            )
            for due in sorted(set(balance)):
                if due <= case.last:
                    owed = sum(one <= due for one in balance)
                    missing = owed - sum(day <= due for day in taken)
                    if missing > 0:
                        yield DayShortage(
                            rule=self.article.rule,
                            department=department,
                            inspector_id=person,
                            start=case.since,
                            end=due,
                            missing=missing,
                        )
            for run, missing in _long_runs(case, days, person):
                yield DayShortage(
                    rule=self.article.rule,
                    department=department,
                    inspector_id=person,
                    start=run[0],
                    end=run[-1],
                    missing=missing,
                    about=LONG_RUN,
                )

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """补休 on a day off, and more than has been earned."""
        calendar = case.instance.calendar
        for person, rows in days.of_person.items():
            balance = len(_due_dates(case, person))
            for row in rows:
                if row.day < case.since:
                    continue
                if row.kind is DayKind.REST:
                    balance -= 1
                    if balance < 0 or not calendar.is_workday(row.day):
                        yield Violation(
                            rule=self.article.rule,
                            inspector_id=person,
                            department=row.department,
                            start=row.day,
                            end=row.day,
                            facts=(("日期", row.day.isoformat()),),
                        )
                elif not calendar.is_workday(row.day):
                    balance += 1

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Rest that stays open."""
        calendar = case.instance.calendar
        posted = {one.inspector_id for stints in case.stints_at.values() for one in stints}
        still_open = 0
        for person in filter(case.owns, posted | set(case.served_by) | set(days.of_person)):
            still_open += len(_due_dates(case, person))
            for row in days.of_person.get(person, ()):
                if row.day >= case.since:
                    if row.kind is DayKind.REST:
                        still_open -= 1
                    else:
                        still_open += not calendar.is_workday(row.day)
        return {"open_rest": still_open}

    def explain_day(self, violation: Violation) -> str:
        """Which day."""
        day = violation.fact("日期")
        return f"{day}的补休没有相应的值守（补休须在值守之后、安排在工作日）。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Days of rest, or how long the run is and how much of the month is too long."""
        if shortage.about == LONG_RUN:
            length = (shortage.end - shortage.start).days + 1
            return f"连续驻点{length}天，没有人轮换，本月过长的{shortage.missing}天"
        return f"值守后到期应补休，没有人替出，缺{shortage.missing}天"

    def suggest(self, shortage: DayShortage) -> str:
        """A second person; the allowance that the law has where no rest is possible."""
        relief = "请派第二人轮值，或在“请假与任务”中写明他休息的日子和替班人员"
        if shortage.about == LONG_RUN:
            return relief
        return f"{relief}；确实不能补休的，按公务员法第82条给予补助"


def _long_runs(case: MonthCase, days: DayPlan, person: str) -> Iterator[tuple[list[dt.date], int]]:
    """Runs of dates of a person at objects that go on into the free days, and how many of these
    come after the longest run that is allowed."""
    rows = (*days.of_person.get(person, ()), *case.served_by.get(person, ()))
    present = {row.day for row in rows if row.site_id and row.day <= case.last}
    run: list[dt.date] = []
    for day in sorted(present):
        run = [*run, day] if run and day == run[-1] + ONE_DAY else [day]
        if day + ONE_DAY not in present:
            late = run[case.instance.policy.longest_run_days :]
            missing = sum(one >= case.since for one in late)
            if missing:
                yield run, missing


def _due_dates(case: MonthCase, person: str) -> list[dt.date]:
    """Until when what a person has earned and not taken before ``since`` is to be taken. What is
    overdue already is to be taken by the end of the month."""
    own = [row for row in case.served_by.get(person, ()) if row.day < case.since]
    earned = sorted(row.day for row in own if row.kind is DayKind.DUTY)
    for taken in sorted(row.day for row in own if row.kind is DayKind.REST):
        made_good = next((day for day in earned if day < taken), None)
        if made_good is not None:
            earned.remove(made_good)
    within = dt.timedelta(days=case.instance.policy.rest_within_days)
    dues = [day + within for day in earned]
    return sorted(due if due >= case.since else case.last for due in dues)


def _open_dues(case: MonthCase, person: str) -> list[dt.date]:
    """For the encoding: due dates of the rest that is open when the free days begin."""
    waiting: list[dt.date] = []
    served = case.served_by.get(person, ())
    for row in sorted(served, key=lambda one: (one.day, one.kind is DayKind.REST)):
        if row.day >= case.since:
            continue
        if row.kind is DayKind.DUTY:
            waiting.append(row.day)
        elif row.kind is DayKind.REST and waiting:
            waiting.pop(0)
    late = case.instance.policy.rest_within_days * ONE_DAY
    return sorted(case.last if day + late < case.since else day + late for day in waiting)


def _days_of(model: DayModel, person: str, day: dt.date) -> list[tuple[int, int]]:
    """Terms that count 1 when the person is anywhere on the date: halves come in pairs, unless one
    of them is leave."""
    away_in_the_morning = model.case.half_on_leave(person, day) is HalfDay.MORNING
    half = HalfDay.AFTERNOON if away_in_the_morning else HalfDay.MORNING
    found: list[tuple[int, int]] = []
    for site_id in model.sites_of.get(person, ()):
        found += model.whole_at(person, site_id, day)
        found += model.half_at(person, site_id, day, half)
    return found


RULE = Rest()
