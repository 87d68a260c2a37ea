"""Statutory holidays of years without a published notice (全国年节及纪念日放假办法 2024)."""

from __future__ import annotations

import datetime as dt

from lunardate import LunarDate


def lunar(year: int, month: int, day: int) -> dt.date:
    """The Gregorian date of a day of the lunar year that begins in ``year``."""
    found: dt.date = LunarDate(year, month, day).to_solar_date()
    return found


def qingming(year: int) -> dt.date:
    """清明 of a year of the 21st century, by the usual approximation of the solar term."""
    short = year % 100
    return dt.date(year, 4, int(short * 0.2422 + 4.81) - short // 4)


def statutory_days(year: int) -> dict[str, tuple[dt.date, ...]]:
    """The statutory days of a year by holiday, without make-up days."""
    new_year = lunar(year, 1, 1)
    one = dt.timedelta(days=1)
    return {
        "元旦": (dt.date(year, 1, 1),),
        "春节": tuple(new_year + n * one for n in range(-1, 3)),
        "清明节": (qingming(year),),
        "劳动节": (dt.date(year, 5, 1), dt.date(year, 5, 2)),
        "端午节": (lunar(year, 5, 5),),
        "中秋节": (lunar(year, 8, 15),),
        "国庆节": tuple(dt.date(year, 10, day) for day in (1, 2, 3)),
    }


def statutory_holidays(year: int) -> dict[dt.date, str]:
    """Days off of a year with their holiday: statutory days, and for each one on a weekend the
    next free weekday (放假办法 article 6: 补假)."""
    days = {day: name for name, dates in statutory_days(year).items() for day in dates}
    for name, dates in statutory_days(year).items():
        for day in dates:
            if day.weekday() >= 5:
                made_up = day
                while made_up.weekday() >= 5 or made_up in days:
                    made_up += dt.timedelta(days=1)
                days[made_up] = name
    return days
