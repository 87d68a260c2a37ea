"""Working days, rounds and half-year arithmetic."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter

import pytest

from planner.domain.calendar import (
    CalendarDay,
    Round,
    WorkCalendar,
    add_months,
    days_between,
    second_monday,
)
from planner.resources import data_file
from tests.builders import day


def reviewed_days() -> dict[dt.date, bool]:
    path = data_file("calendars", "calendar_2026_2027.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {
            dt.date.fromisoformat(row["date"]): row["is_workday"] == "1"
            for row in csv.DictReader(file)
        }


def test_every_day_of_two_years_agrees_with_the_reviewed_calendar() -> None:
    calendar = WorkCalendar()
    reviewed = reviewed_days()
    assert len(reviewed) == 730
    assert {one: calendar.is_workday(one) for one in reviewed} == reviewed


@pytest.mark.parametrize(
    ("year", "counts"),
    [
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
        (2027, [20, 16, 23, 21, 19, 21, 22, 22, 21, 18, 22, 23]),
    ],
)
def test_working_days_per_month(year: int, counts: list[int]) -> None:
    found = WorkCalendar().workdays(dt.date(year, 1, 1), dt.date(year, 12, 31))
    months = Counter(one.month for one in found)
    assert [months[month] for month in range(1, 13)] == counts
    assert len(found) == 248


def test_only_noticed_years_are_published() -> None:
    calendar = WorkCalendar()
    assert calendar.published(2026)
    assert not calendar.published(2027)


def test_adjustments_win_over_notice_and_statute() -> None:
    swapped = WorkCalendar(
        adjustments=(
            CalendarDay(day=day("2026-10-08"), workday=False),
            CalendarDay(day=day("2026-10-07"), workday=True),
            CalendarDay(day=day("2027-02-05"), workday=True),
            CalendarDay(day=day("2027-02-11"), workday=False),
        )
    )
    assert not swapped.is_workday(day("2026-10-08"))
    assert swapped.is_workday(day("2026-10-07"))
    assert swapped.is_workday(day("2027-02-05"))
    assert not swapped.is_workday(day("2027-02-11"))
    assert swapped.is_workday(day("2027-02-12"))


def test_steps_over_the_spring_festival() -> None:
    calendar = WorkCalendar()
    assert calendar.workday_on_or_after(day("2027-02-05")) == day("2027-02-11")
    assert calendar.workday_on_or_after(day("2027-02-11")) == day("2027-02-11")
    assert calendar.workday_before(day("2027-02-11")) == day("2027-02-04")
    assert calendar.workdays(day("2027-02-05"), day("2027-02-10")) == []


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2027H1", "2027-01-11", "2027-07-11"),
        ("2027H2", "2027-07-12", "2028-01-09"),
        ("2026H2", "2026-07-13", "2027-01-10"),
        ("2029H1", "2029-01-08", "2029-07-08"),
    ],
)
def test_named_rounds(name: str, start: str, end: str) -> None:
    found = Round.named(name)
    assert (found.start, found.end) == (day(start), day(end))


@pytest.mark.parametrize("name", ["2027", "2027H3", "27H1", "2027h1", "２０２７H1", "", "2027H1 "])
def test_other_names_of_rounds_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="^" + name + "$"):
        Round.named(name)


@pytest.mark.parametrize(
    ("today", "name"),
    [
        ("2026-11-24", "2027H1"),
        ("2027-01-11", "2027H1"),
        ("2027-01-12", "2027H2"),
        ("2027-07-13", "2028H1"),
    ],
)
def test_the_following_round(today: str, name: str) -> None:
    assert Round.following(day(today)).name == name


@pytest.mark.parametrize("year", range(2020, 2050))
def test_rounds_follow_one_another_without_a_gap(year: int) -> None:
    first, second = Round.named(f"{year}H1"), Round.named(f"{year}H2")
    assert first.end + dt.timedelta(days=1) == second.start
    assert second.end + dt.timedelta(days=1) == Round.named(f"{year + 1}H1").start
    assert first.start.weekday() == 0
    assert 8 <= first.start.day <= 14


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2027-01-11", 6, "2027-07-11"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2027-01-15", 0, "2027-01-15"),
        ("2027-01-15", 24, "2029-01-15"),
    ],
)
def test_add_months(start: str, months: int, expected: str) -> None:
    assert add_months(day(start), months) == day(expected)


def test_small_helpers() -> None:
    assert second_monday(2027, 2) == day("2027-02-08")
    assert second_monday(2027, 3) == day("2027-03-08")
    assert days_between(day("2027-03-01"), day("2027-02-28")) == []
    assert len(days_between(day("2027-03-01"), day("2027-03-31"))) == 31


@pytest.mark.parametrize(
    ("text", "holiday"),
    [
        ("2027-04-03", True),  # the Saturday before 清明, a Monday
        ("2027-04-05", True),
        ("2027-04-06", False),
        ("2027-04-10", False),  # a weekend of its own
        ("2026-12-31", False),
        ("2027-01-03", True),  # the Sunday after 元旦, a Friday
        ("2028-01-01", True),
    ],
)
def test_the_days_off_of_a_holiday_are_in_one_piece(text: str, holiday: bool) -> None:
    assert WorkCalendar().on_holiday(day(text)) is holiday


def test_a_day_that_is_worked_is_no_holiday() -> None:
    worked = CalendarDay(day=day("2027-04-04"), workday=True)
    calendar = WorkCalendar(adjustments=(worked,))
    assert not calendar.on_holiday(day("2027-04-03"))
    assert not calendar.on_holiday(day("2027-04-04"))
    assert calendar.on_holiday(day("2027-04-05"))
