"""Working days, key periods, freeze windows and half-year arithmetic (Asia/Shanghai dates)."""

from __future__ import annotations

import calendar as _month_lengths
import datetime as dt
from bisect import bisect_left, bisect_right
from functools import cached_property, lru_cache

import chinese_calendar

from planner.domain.base import Frozen
from planner.domain.statutory import statutory_days, statutory_holidays
from planner.domain.terms import PeriodStatus

ONE_DAY = dt.timedelta(days=1)
WHOLE_CITY = "全市"


@lru_cache(maxsize=1 << 16)
def add_months(day: dt.date, months: int) -> dt.date:
    """``day`` plus calendar months; the last day of the month where the target month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = _month_lengths.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def quarter_of(day: dt.date) -> str:
    """The quarter of a date, e.g. ``2027Q1``; quarters sort as text."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_start(quarter: str) -> dt.date:
    """The first day of a quarter: 2027-04-01 for ``2027Q2``."""
    return dt.date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)


def second_monday(year: int, month: int) -> dt.date:
    """The recommended boundary of a round (catalogue R05-6): the 2nd Monday of the month."""
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(7 - first.weekday()) % 7 + 7)


def days_between(start: dt.date, end: dt.date) -> list[dt.date]:
    """All dates from ``start`` to ``end``, both included; empty when ``end`` is earlier."""
    return [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]


class Round(Frozen):
    """轮次: the half-year that is planned; ``end`` is inclusive."""

    name: str
    start: dt.date
    end: dt.date

    @classmethod
    def named(cls, name: str) -> Round:
        """The round with a name such as ``2027H1``; ValueError for any other text."""
        year, half = name[:4], name[4:]
        if not (year.isascii() and year.isdigit()) or half not in {"H1", "H2"}:
            raise ValueError(name)
        start = second_monday(int(year), 1 if half == "H1" else 7)
        after = second_monday(int(year), 7) if half == "H1" else second_monday(int(year) + 1, 1)
        return cls(name=name, start=start, end=after - ONE_DAY)

    @property
    def whole_start(self) -> dt.date:
        """The first day of the half-year of which this may be only the rest, as after a replan."""
        return min(self.start, Round.named(self.name).start)

    @classmethod
    def following(cls, day: dt.date) -> Round:
        """The round whose recommended boundary comes next, on or after ``day``."""
        for name in (f"{day.year}H1", f"{day.year}H2"):
            if cls.named(name).start >= day:
                return cls.named(name)
        return cls.named(f"{day.year + 1}H1")


class CalendarDay(Frozen):
    """日历调整: one day whose kind a newly published notice decides."""

    day: dt.date
    workday: bool
    kind: str = ""
    basis: str = ""


class KeyPeriod(Frozen):
    """重点时段 with its two independent switches (catalogue §0.2); dates are inclusive.

    ``scope`` names 全市, counties, sector codes or site ids (settled reading 16).
    """

    name: str
    start: dt.date
    end: dt.date
    kind: str = ""
    freeze_rotation: bool
    boost_coverage: bool
    scope: tuple[str, ...] = (WHOLE_CITY,)
    required_first: str = ""
    required_second: str = ""
    required_third: str = ""
    status: PeriodStatus = PeriodStatus.OFFICIAL
    basis: str = ""

    def applies_to(self, county: str, sector: str, site_id: str) -> bool:
        """Whether a site with these attributes lies in the scope."""
        return not {WHOLE_CITY, county, sector, site_id}.isdisjoint(self.scope)


class WorkCalendar(Frozen):
    """工作日历: published notices, statutory days for years without one, and local adjustments."""

    adjustments: tuple[CalendarDay, ...] = ()

    @cached_property
    def _adjusted(self) -> dict[dt.date, CalendarDay]:
        return {day.day: day for day in self.adjustments}

    @cached_property
    def _statutory(self) -> dict[int, frozenset[dt.date]]:
        return {}

    @cached_property
    def _workday_cache(self) -> dict[dt.date, bool]:
        return {}

    def published(self, year: int) -> bool:
        """Whether the State Council notice of ``year`` is known."""
        return year in _published_years()

    def unannounced(self, year: int) -> tuple[str, ...]:
        """The statutory holidays of ``year`` of which neither a known notice nor the adjustments
        say when they are; with any of them results are 暂定. A notice names every holiday."""
        if self.published(year):
            return ()
        days = statutory_days(year)
        return tuple(name for name in days if self._adjusted.keys().isdisjoint(days[name]))

    def is_workday(self, day: dt.date) -> bool:
        """Whether ``day`` is a working day (weekdays without holidays, swapped days included)."""
        known = self._workday_cache.get(day)
        if known is None:
            known = self._workday_cache[day] = self._judge(day)
        return known

    def _judge(self, day: dt.date) -> bool:
        if day in self._adjusted:
            return self._adjusted[day].workday
        if self.published(day.year):
            return bool(chinese_calendar.is_workday(day))
        if day.year not in self._statutory:
            self._statutory[day.year] = frozenset(statutory_holidays(day.year))
        return day.weekday() < 5 and day not in self._statutory[day.year]

    @cached_property
    def _holiday_cache(self) -> dict[dt.date, bool]:
        return {}

    def on_holiday(self, day: dt.date) -> bool:
        """Whether ``day`` is one of the days off of a statutory holiday: those in one piece with
        its statutory days, weekends included."""
        if day not in self._holiday_cache:
            first, after = self.workday_before(day) + ONE_DAY, self.workday_on_or_after(day)
            piece = days_between(first, after - ONE_DAY)  # of a working day: without the day itself
            statutory = {
                one
                for year in {first.year, after.year}
                for days in statutory_days(year).values()
                for one in days
            }
            self._holiday_cache[day] = day in piece and not statutory.isdisjoint(piece)
        return self._holiday_cache[day]

    def workdays(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The working days from ``start`` to ``end``, both included."""
        found: list[dt.date] = []
        for year in range(start.year, end.year + 1):
            days = self._workdays_of_year(year)
            found += days[bisect_left(days, start) : bisect_right(days, end)]
        return found

    @cached_property
    def _year_cache(self) -> dict[int, list[dt.date]]:
        return {}

    def _workdays_of_year(self, year: int) -> list[dt.date]:
        if year not in self._year_cache:
            days = days_between(dt.date(year, 1, 1), dt.date(year, 12, 31))
            self._year_cache[year] = [day for day in days if self.is_workday(day)]
        return self._year_cache[year]

    @cached_property
    def _month_cache(self) -> dict[tuple[int, int], tuple[dt.date, ...]]:
        return {}

    def workdays_of_month(self, year: int, month: int) -> tuple[dt.date, ...]:
        """The working days of a calendar month."""
        if (year, month) not in self._month_cache:
            last = _month_lengths.monthrange(year, month)[1]
            days = self.workdays(dt.date(year, month, 1), dt.date(year, month, last))
            self._month_cache[year, month] = tuple(days)
        return self._month_cache[year, month]

    def workday_on_or_after(self, day: dt.date) -> dt.date:
        """The first working day that is not before ``day``."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def workday_before(self, day: dt.date) -> dt.date:
        """The last working day before ``day``."""
        day -= ONE_DAY
        while not self.is_workday(day):
            day -= ONE_DAY
        return day


def _published_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)
