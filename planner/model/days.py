"""DayModel: the days of a month as a linear 0-1 program, for the people and objects of one part.

Columns: per person, object and date one for the whole day, for a 流动 object that shares its 镇街
with another of the group one for each half of it, and per person and working day one for 补休. On a
working day with half a day of leave there is the other half alone, and none at 定期 objects.
There is a column only where a stint posts the person, or names the person as 替班人员 and no rule
on people refuses it, and where the date is a working day or somebody may be wanted on it. Rules add
rows, wants and penalties.

Days before ``since`` are constants: ``row`` and ``pay`` put in what was served, and where that
alone breaks a row, the row asks for no more than can still be done.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from planner.domain.day_plan import (
    GRADE_WEIGHTS,
    DayKind,
    DayRow,
    HalfDay,
    MonthCase,
    row_order,
)
from planner.domain.ledgers import DangerousOperation
from planner.domain.plan import Stint
from planner.domain.stand_in import barred_by
from planner.domain.terms import Form, WeekendCoverage
from planner.model.program import UNBOUNDED, Program, Terms
from planner.rule import Article, DayRule, DayTier, Penalty

Place = tuple[str, str, dt.date]
"""Person, site and date."""
HALVES = tuple(HalfDay)
NOT_REQUIRED = {"", "无"}
EVERY_DAY = "每日"


class DayModel(Program):
    """The program of one part of a month; see the module docstring."""

    def __init__(self, case: MonthCase) -> None:
        super().__init__()
        self.case = case
        self.instance = case.instance
        self.fixed: dict[int, int] = {}
        self.whole: dict[Place, int] = {}
        self.half: dict[tuple[str, str, dt.date, HalfDay], int] = {}
        self.rests: dict[tuple[str, dt.date], int] = {}
        self.attends: dict[tuple[str, str, dt.date], int] = {}
        self._short: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._titles: dict[str, str] = {}
        self._present: dict[tuple[str, dt.date], int] = {}
        self._offer_presence()
        self._keep_served()
        self._offer_rest()

    # -- columns ----------------------------------------------------------------------------

    def _offer_presence(self) -> None:
        case = self.case
        for site_id, stints in case.stints_at.items():
            for day in case.dates:
                if day < case.since or not self._may_be_wanted(site_id, stints, day):
                    continue
                for stint in stints:
                    if not stint.covers(day):
                        continue
                    if case.on_leave(stint.inspector_id, day):
                        for person in sorted(case.substitutes.get((stint.inspector_id, day), ())):
                            if self._may_stand_in(person, stint, day):
                                self._offer(person, site_id, day)
                    else:
                        self._offer_own(stint, day)

    def _offer_own(self, stint: Stint, day: dt.date) -> None:
        person, form = stint.inspector_id, stint.form
        workday = self.instance.calendar.is_workday(day)
        away = self.case.half_on_leave(person, day)
        if away is None:
            self._offer(person, stint.site_id, day)
            halves = form is Form.MOBILE and bool(self._neighbours(stint))
        else:
            halves = form is not Form.REGULAR
        for half in HALVES if workday and halves else ():
            if half is not away:
                key = person, stint.site_id, day, half
                self.half[key] = self.column(f"half {key}")

    def _offer(self, person: str, site_id: str, day: dt.date) -> None:
        key = person, site_id, day
        if key not in self.whole and person in self.instance.inspector_by_id:
            self.whole[key] = self.column(f"{person}@{site_id}@{day}")

    def _may_stand_in(self, person: str, stint: Stint, day: dt.date) -> bool:
        away = self.case.half_on_leave(person, day) or self.case.on_leave(person, day)
        return not away and not barred_by(
            self.instance, person, stint.department, stint.site_id, day
        )

    def _may_be_wanted(self, site_id: str, stints: Sequence[Stint], day: dt.date) -> bool:
        """Working days, and days off for which somebody could be asked to come."""
        case, site = self.case, self.instance.site_by_id[site_id]
        if self.instance.calendar.is_workday(day):
            return True
        forms = {stint.form for stint in stints if stint.covers(day)}
        cover = self.instance.sector_by_code[site.sector].weekend_coverage
        if Form.RESIDENT in forms and cover is not WeekendCoverage.NONE:
            return True
        if any(one.day == day and one.site_id == site_id for one in case.data.appointments):
            return True
        released = bool(forms & {Form.RESIDENT, Form.MOBILE})
        if released and case.operations_on(site_id, day):
            return True
        shut = not site.holiday_production and self.instance.calendar.on_holiday(day)
        quiet = NOT_REQUIRED | ({EVERY_DAY} if shut else set())
        grade = case.grade(site_id)
        return any(
            period.start <= day <= period.end
            and period.boost_coverage
            and period.applies_to(site.county, site.sector, site.id)
            and (period.required_first, period.required_second, period.required_third, "")[
                grade - 1
            ]
            not in quiet
            for period in self.instance.key_periods
        )

    def _neighbours(self, stint: Stint) -> list[str]:
        """The other sites of a mobile group in the same 镇街."""
        town = self.instance.site_by_id[stint.site_id].town
        return [
            one
            for one in self.case.stints_at
            if town
            and one != stint.site_id
            and self.instance.site_by_id[one].town == town
            and self.instance.site_by_id[one].county
            == self.instance.site_by_id[stint.site_id].county
            and any(
                (row.department, row.group, row.form) == (stint.department, stint.group, stint.form)
                for row in self.case.stints_at[one]
            )
        ]

    def _keep_served(self) -> None:
        for row in self.case.served:
            if not self.case.first <= row.day < self.case.since:
                continue
            if row.kind is DayKind.REST:
                column = self.rests[row.inspector_id, row.day] = self.column("served rest")
            else:
                key = row.inspector_id, row.site_id, row.day
                column = self.column(f"served {key}")
                if row.half is None:
                    self.whole[key] = column
                else:
                    self.half[*key, row.half] = column
            self.fixed[column] = 1

    def _offer_rest(self) -> None:
        case, is_workday = self.case, self.instance.calendar.is_workday
        earned = {row.inspector_id for row in case.served if row.kind is DayKind.DUTY}
        earned |= {person for person, _, day in self.whole if not is_workday(day)}
        for person in sorted(one for one in earned if case.owns(one)):
            for day in case.workdays:
                free = not case.on_leave(person, day) and not case.half_on_leave(person, day)
                if day >= case.since and free:
                    self.rests[person, day] = self.column(f"rest {person} {day}")

    # -- looking ----------------------------------------------------------------------------

    @cached_property
    def _places(self) -> tuple[Place, ...]:
        """Who may be where and when, for all of the date or half of it."""
        return tuple(dict.fromkeys((*self.whole, *(key[:3] for key in self.half))))

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Everybody who has a column."""
        return tuple(sorted({person for person, _, _ in self._places}))

    @cached_property
    def _people_at(self) -> Mapping[tuple[str, dt.date], Sequence[str]]:
        found: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
        for person, site_id, day in self._places:
            found[site_id, day].add(person)
        return {key: sorted(people) for key, people in found.items()}

    def people_at(self, site_id: str, day: dt.date) -> Sequence[str]:
        """Who may come to a site on a date."""
        return self._people_at.get((site_id, day), ())

    @cached_property
    def sites_of(self) -> Mapping[str, Sequence[str]]:
        """The sites of each person."""
        found: dict[str, set[str]] = defaultdict(set)
        for person, site_id, _ in self._places:
            found[person].add(site_id)
        return {person: sorted(sites) for person, sites in sorted(found.items())}

    def here(self, person: str, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """Terms that are 1 when the person is at the site on the date, for however long."""
        return [*self.whole_at(person, site_id, day), *self.halves_at(person, site_id, day)]

    def whole_at(self, person: str, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """A term that is 1 when the person is at the site all day."""
        column = self.whole.get((person, site_id, day))
        return [] if column is None else [(column, 1)]

    def halves_at(self, person: str, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """Terms that are 1 when the person is at the site for half of the date."""
        return [term for half in HALVES for term in self.half_at(person, site_id, day, half)]

    def half_at(
        self, person: str, site_id: str, day: dt.date, half: HalfDay
    ) -> list[tuple[int, int]]:
        """A term that is 1 when the person is at the site for this half of the date alone."""
        column = self.half.get((person, site_id, day, half))
        return [] if column is None else [(column, 1)]

    def at_once(
        self, people: Sequence[str], site_id: str, day: dt.date
    ) -> Mapping[HalfDay, list[tuple[int, int]]]:
        """Terms that count those of the people who are at a site at one time: in each half of the
        date; the morning stands for both where nobody may come for half a day."""
        whole = [term for one in people for term in self.whole_at(one, site_id, day)]
        halved = any(self.halves_at(one, site_id, day) for one in people)
        return {
            half: [
                *whole,
                *(term for one in people for term in self.half_at(one, site_id, day, half)),
            ]
            for half in (HALVES if halved else HALVES[:1])
        }

    def anyone(self, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """Terms that count the people at a site on a date."""
        return [
            term
            for person in self.people_at(site_id, day)
            for term in self.here(person, site_id, day)
        ]

    def anywhere(self, person: str, day: dt.date) -> list[tuple[int, int]]:
        """Terms that count the sites at which a person is on a date."""
        return [
            term
            for site_id in self.sites_of.get(person, ())
            for term in self.here(person, site_id, day)
        ]

    def present(self, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """A term that is 1 when anybody is at the site on the date, else 0."""
        people = self.people_at(site_id, day)
        if not people:
            return []
        if len(people) == 1:
            return self.here(people[0], site_id, day)
        key = site_id, day
        if key not in self._present:
            column = self._present[key] = self.column(f"present {key}")
            self.row("在场", f"{key}", [(column, -1), *self.anyone(*key)], lower=0)
            for person in people:
                mine = [(one, -1) for one, _ in self.here(person, site_id, day)]
                self.row("在场", f"{person} {key}", [(column, 1), *mine], lower=0)
        return [(self._present[key], 1)]

    def rest(self, person: str, day: dt.date) -> list[tuple[int, int]]:
        """A term that is 1 when the person rests on the date."""
        column = self.rests.get((person, day))
        return [] if column is None else [(column, 1)]

    def attend(self, person: str, operation: DangerousOperation, day: dt.date) -> int:
        """The column that says that the person attends an operation."""
        key = person, operation.id, day
        if key not in self.attends:
            self.attends[key] = self.column(f"attend {key}")
        return self.attends[key]

    # -- building ---------------------------------------------------------------------------

    def row(
        self, rule: str, subject: str, terms: Terms, lower: int = -UNBOUNDED, upper: int = UNBOUNDED
    ) -> None:
        """Post a row over what may still be decided; see the module docstring."""
        free, served = self._split(terms)
        if served is None:
            super().row(rule, subject, free, lower, upper)
            return
        total: dict[int, int] = defaultdict(int)
        for column, coefficient in free:
            total[column] += coefficient
        ends = [(k * self.upper[column]) for column, k in total.items()]
        least, most = (sum(f(0, one) for one in ends) for f in (min, max))
        lower = min(lower - served, most) if lower > -UNBOUNDED else lower
        upper = max(upper - served, least) if upper < UNBOUNDED else upper
        super().row(rule, subject, total.items(), lower, upper)

    def _split(self, terms: Terms) -> tuple[list[tuple[int, int]], int | None]:
        """The terms that may be decided, and the sum of the served ones; None without any."""
        free, served = [], None
        for column, coefficient in terms:
            if column in self.fixed:
                served = (served or 0) + coefficient * self.fixed[column]
            else:
                free.append((column, coefficient))
        return free, served

    def want(
        self,
        article: Article,
        subject: str,
        terms: Terms,
        least: int,
        weight: int,
        most: int | None = None,
    ) -> None:
        """Ask for Σ terms ≥ ``least``; each that is missing, at most ``most`` (by default all),
        costs ``weight`` in the first tier."""
        most = least if most is None else most
        if most <= 0:
            return
        missing = self.column(f"missing {article.rule} {subject}", most)
        self.row(article.rule, subject, [*terms, (missing, 1)], lower=least)
        self._titles[article.rule] = article.title
        self._short[article.rule].append((missing, weight))

    def weight(self, site_id: str) -> int:
        """What a missing day costs at a site."""
        return GRADE_WEIGHTS[self.case.grade(site_id)]

    def pay(
        self,
        name: str,
        title: str,
        weight: int,
        unit: str,
        terms: Terms,
        *,
        constant: int = 0,
        tier: DayTier = DayTier.GOOD,
    ) -> None:
        """Let a tier pay Σ terms."""
        free, served = self._split(terms)
        self.penalties.append(
            Penalty(name, title, tier, weight, unit, tuple(free), constant + (served or 0))
        )

    def post_rules(self, rules: Sequence[DayRule]) -> None:
        """Let every rule post what it has to say about days."""
        for rule in rules:
            rule.post_days(self)
        for rule_id, terms in self._short.items():
            title = f"{self._titles[rule_id]}未满足"
            self.pay(short_name(rule_id), title, 1, "加权天", terms, tier=DayTier.SHORT)

    # -- rows of a day plan ------------------------------------------------------------------

    def rows_of(self, values: Mapping[int, int]) -> tuple[DayRow, ...]:
        """The rows that the columns stand for, without the served days."""
        rows: list[DayRow] = []
        for (person, site_id, day, half), column in self.half.items():
            if column not in self.fixed and values.get(column):
                rows.append(self._row(person, site_id, day, values, half))
        for key, column in self.whole.items():
            if column not in self.fixed and values.get(column):
                rows.append(self._row(*key, values, None))
        for (person, day), column in self.rests.items():
            if column not in self.fixed and values.get(column):
                rows.append(self.case.rest(person, day))
        return tuple(sorted(rows, key=row_order))

    def _row(
        self, person: str, site_id: str, day: dt.date, values: Mapping[int, int],
        half: HalfDay | None,
    ) -> DayRow:  # fmt: skip
        attended = sorted(
            operation_id
            for (who, operation_id, when), column in self.attends.items()
            if (who, when) == (person, day)
            and values.get(column)
            and any(one.id == operation_id for one in self.case.operations_at.get(site_id, ()))
        )
        return self.case.presence(person, site_id, day, half, tuple(attended))

    def column_of(self, row: DayRow) -> int | None:
        """The column of presence or rest that a row stands for, or None."""
        if row.kind is DayKind.REST:
            return self.rests.get((row.inspector_id, row.day))
        key = row.inspector_id, row.site_id, row.day
        return self.whole.get(key) if row.half is None else self.half.get((*key, row.half))

    def values_of(self, rows: Iterable[DayRow]) -> dict[int, int] | None:
        """The values of presence, rest and attendance columns that say what the rows say; None
        where a row has no column."""
        tables = (self.whole.values(), self.half.values(), self.rests.values())
        values = {column: 0 for table in (*tables, self.attends.values()) for column in table}
        for row in rows:
            column = self.column_of(row)
            if column is None:
                return None
            values[column] = 1
            for operation_id in row.operation_ids:
                attended = self.attends.get((row.inspector_id, operation_id, row.day))
                if attended is None:
                    return None
                values[attended] = 1
        return values


def short_name(rule: str) -> str:
    """The name of the penalty for what a rule misses."""
    return f"short_{rule}"
