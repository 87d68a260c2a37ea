"""重点时段 by default: holidays, sessions, events and seasons of any year (catalogue §0.2, R05-5).

Holidays follow the calendar, so a published notice or 日历调整 moves them. Two switches stay
apart: ``freeze_rotation`` forbids a change of people, ``boost_coverage`` asks for more presence.
Seasons only boost: a frozen summer would forbid every summer rotation.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from planner.domain.calendar import (
    ONE_DAY,
    KeyPeriod,
    Round,
    WorkCalendar,
    add_months,
    second_monday,
)
from planner.domain.policy import Policy
from planner.domain.statutory import lunar, statutory_days
from planner.domain.terms import PeriodStatus
from planner.resources import data_file

HOLIDAY = "节假日"
"""类型 of the default periods around statutory holidays."""
RESUMPTION_DAYS = 18
# Most notices give days off at National Day until this day; years without one are planned so.
CUSTOMARY_NATIONAL_DAY_END = (10, 7)

# Presence that R04-1 asks for by grade; seasons leave it to the unit.
_FREEZING_DEMANDS: dict[str, Any] = {
    "required_first": "每日",
    "required_second": "一次",
    "required_third": "无",
}


def default_key_periods(
    round: Round, calendar: WorkCalendar, policy: Policy | None = None
) -> tuple[KeyPeriod, ...]:
    """The default 重点时段 around a round, by start.

    They cover the calendar years that the round touches and a half-year before and after, where
    history and due dates look. ``policy`` gives the buffers of long holidays, in days.
    """
    first = dt.date(round.start.year - 1, 7, 1)
    last = dt.date(round.end.year + 1, 6, 30)
    periods = [
        period
        for year in range(first.year, last.year + 1)
        for period in _periods_of_year(year, calendar, policy or Policy())
    ]
    around = [period for period in periods if period.start <= last and period.end >= first]
    return tuple(sorted(around, key=lambda period: period.start))


def _periods_of_year(year: int, calendar: WorkCalendar, policy: Policy) -> Iterator[KeyPeriod]:
    yield from _holidays(year, calendar, policy)
    yield from _meetings(year)
    yield from _one_off_events(year)
    yield from _seasons(year, calendar)


# -- holidays -----------------------------------------------------------------------------------


def _holidays(year: int, calendar: WorkCalendar, policy: Policy) -> Iterator[KeyPeriod]:
    known = calendar.published(year)
    status = PeriodStatus.OFFICIAL if known else PeriodStatus.PROVISIONAL
    source = "放假通知" if known else "放假办法推算"

    def holiday(name: str, start: dt.date, end: dt.date, basis: str) -> KeyPeriod:
        return _freezing(f"{year}{name}", start, end, HOLIDAY, status, basis)

    national = _national_day(year, calendar, policy)
    for name in ("元旦", "清明节", "端午节", "中秋节"):
        start, end = _days_off(year, name, calendar)
        if not (national[0] <= start and end <= national[1]):
            yield holiday(name, start - ONE_DAY, end, source)
    yield holiday(
        "春节(小年至元宵)",
        lunar(year - 1, 12, 23),
        lunar(year, 1, 15),
        "放假通知+农历推算" if known else "农历推算",
    )
    before, after = policy.holiday_buffer_before_days, policy.holiday_buffer_after_days
    buffers = f"+前{before}后{after}缓冲(缓冲为猜测)" if known else "+缓冲"
    start, end = _days_off(year, "劳动节", calendar)
    yield holiday("劳动节", start - before * ONE_DAY, end + after * ONE_DAY, source + buffers)
    yield holiday("国庆节", *national, source + buffers)


def _days_off(year: int, name: str, calendar: WorkCalendar) -> tuple[dt.date, dt.date]:
    """First and last day off in one piece around the statutory days of a holiday."""
    statutory = statutory_days(year)[name]
    start, end = statutory[0], statutory[-1]
    while not calendar.is_workday(start - ONE_DAY):
        start -= ONE_DAY
    while not calendar.is_workday(end + ONE_DAY):
        end += ONE_DAY
    return start, end


def _national_day(year: int, calendar: WorkCalendar, policy: Policy) -> tuple[dt.date, dt.date]:
    start, end = _days_off(year, "国庆节", calendar)
    customary = dt.date(year, *CUSTOMARY_NATIONAL_DAY_END)
    noticed = any(start <= day.day <= customary for day in calendar.adjustments)
    if not (calendar.published(year) or noticed):
        end = max(end, customary)
    return (
        start - policy.holiday_buffer_before_days * ONE_DAY,
        end + policy.holiday_buffer_after_days * ONE_DAY,
    )


# -- meetings, events and seasons -----------------------------------------------------------------


def _meetings(year: int) -> Iterator[KeyPeriod]:
    # The two working weeks after the recommended start of a round, so that the start stays free.
    session = second_monday(year, 1) + 7 * ONE_DAY
    placeholder = PeriodStatus.PLACEHOLDER
    yield _freezing(
        f"{year}省市两会",
        session,
        session + 11 * ONE_DAY,
        "重要会议",
        placeholder,
        "日期待公布,占位",
    )
    yield _freezing(
        f"{year}全国两会",
        dt.date(year, 3, 1),
        dt.date(year, 3, 12),
        "重要会议",
        placeholder,
        "惯例3月4/5日开幕,日期待公布",
    )
    yield _freezing(
        f"{year}孔子文化节/尼山论坛",
        dt.date(year, 9, 24),
        dt.date(year, 9, 28),
        "重大活动",
        placeholder,
        "往年9月26-28日",
    )


def _one_off_events(year: int) -> Iterator[KeyPeriod]:
    path = data_file("calendars", "key_periods_one_off.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            start = dt.date.fromisoformat(row["起"])
            if start.year == year:
                freezes = row["冻结轮换"] == "1"
                yield KeyPeriod(
                    name=row["名称"],
                    start=start,
                    end=dt.date.fromisoformat(row["止"]),
                    kind=row["类型"],
                    freeze_rotation=freezes,
                    boost_coverage=row["加强覆盖"] == "1",
                    status=PeriodStatus(row["状态"]),
                    basis=row["依据"],
                    **(_FREEZING_DEMANDS if freezes else {}),
                )


def _seasons(year: int, calendar: WorkCalendar) -> Iterator[KeyPeriod]:
    restart = calendar.workday_on_or_after(statutory_days(year)["春节"][-1] + ONE_DAY)
    february_end = add_months(dt.date(year, 12, 31), 2)
    for name, start, end, kind, basis in (
        ("节后复工复产", restart, restart + (RESUMPTION_DAYS - 1) * ONE_DAY, "事故易发", "惯例"),
        ("汛期", dt.date(year, 6, 1), dt.date(year, 9, 30), "季节", "山东汛期惯例"),
        ("安全生产月", dt.date(year, 6, 1), dt.date(year, 6, 30), "活动", "惯例"),
        ("高温期", dt.date(year, 7, 1), dt.date(year, 8, 31), "极端天气", "惯例"),
        ("岁末年初", dt.date(year, 12, 1), february_end, "季节", "惯例"),
    ):
        yield KeyPeriod(
            name=f"{year}{name}",
            start=start,
            end=end,
            kind=kind,
            freeze_rotation=False,
            boost_coverage=True,
            status=PeriodStatus.DEFAULT,
            basis=basis,
        )


def _freezing(
    name: str, start: dt.date, end: dt.date, kind: str, status: PeriodStatus, basis: str
) -> KeyPeriod:
    return KeyPeriod(
        name=name,
        start=start,
        end=end,
        kind=kind,
        freeze_rotation=True,
        boost_coverage=True,
        status=status,
        basis=basis,
        **_FREEZING_DEMANDS,
    )
