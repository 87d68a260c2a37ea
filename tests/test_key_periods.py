"""Default key periods: the reviewed file, the two switches, buffers and notices."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from planner.domain.calendar import CalendarDay, KeyPeriod, Round, WorkCalendar
from planner.domain.key_periods import default_key_periods
from planner.domain.policy import Policy
from planner.domain.terms import PeriodStatus
from planner.resources import data_file
from tests.builders import day

ROUND = Round.named("2027H1")


def periods(
    round: Round = ROUND,
    calendar: WorkCalendar | None = None,
    policy: Policy | None = None,
) -> dict[str, KeyPeriod]:
    found = default_key_periods(round, calendar or WorkCalendar(), policy)
    return {period.name: period for period in found}


def printed(period: KeyPeriod) -> tuple[str, ...]:
    return (
        period.name,
        period.start.isoformat(),
        period.end.isoformat(),
        period.kind,
        str(int(period.freeze_rotation)),
        str(int(period.boost_coverage)),
        period.status.value,
        period.basis,
    )


def reviewed() -> list[tuple[str, ...]]:
    path = data_file("calendars", "key_periods_default_2027.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def test_the_reviewed_file_is_reproduced() -> None:
    derived = [printed(period) for period in periods().values()]
    names = {row[0] for row in reviewed()}
    assert len(names) == 18
    assert [row for row in derived if row[0] in names] == reviewed()
    assert {row[0] for row in derived if row[0].startswith("2027")} <= names


def test_history_and_due_dates_find_their_windows() -> None:
    found = periods()
    assert found["2026国庆节"].start == day("2026-09-28")
    assert found["2028春节(小年至元宵)"].end == day("2028-02-09")
    assert "2026劳动节" not in found
    assert "2028高温期" not in found


def test_a_round_over_new_year_reaches_a_half_year_further() -> None:
    assert "2029春节(小年至元宵)" in periods(Round.named("2027H2"))


def test_seasons_boost_and_never_freeze() -> None:
    seasons = [one for one in periods().values() if one.kind in {"季节", "极端天气", "活动"}]
    assert len(seasons) >= 6
    assert not any(one.freeze_rotation for one in seasons)
    assert all(one.boost_coverage for one in seasons)


@pytest.mark.parametrize("year", range(2024, 2060))
def test_recommended_boundaries_are_free(year: int) -> None:
    for name in (f"{year}H1", f"{year}H2"):
        start = Round.named(name).start
        frozen = [
            one.name
            for one in periods(Round.named(name)).values()
            if one.freeze_rotation and one.start <= start <= one.end
        ]
        # An early Spring Festival reaches a late second Monday; the boundary then moves (R05-6).
        assert all("春节" in one for one in frozen)
        assert not frozen or start.day >= 9


def test_buffers_are_parameters_of_long_holidays_only() -> None:
    found = periods(policy=Policy(holiday_buffer_before_days=5, holiday_buffer_after_days=2))
    assert (found["2027劳动节"].start, found["2027劳动节"].end) == (
        day("2027-04-26"),
        day("2027-05-06"),
    )
    assert found["2026国庆节"].basis == "放假通知+前5后2缓冲(缓冲为猜测)"
    assert found["2027端午节"].start == day("2027-06-08")


def test_a_notice_in_the_overlay_moves_the_windows() -> None:
    off = [CalendarDay(day=dt.date(2027, 10, 6), workday=False)]
    bridge = [CalendarDay(day=dt.date(2027, 6, n), workday=False) for n in (10, 11)]
    found = periods(calendar=WorkCalendar(adjustments=(*off, *bridge)))
    assert found["2027国庆节"].end == day("2027-10-07")
    assert (found["2027端午节"].start, found["2027端午节"].end) == (
        day("2027-06-08"),
        day("2027-06-13"),
    )


def test_mid_autumn_inside_national_day_is_one_window() -> None:
    found = periods(Round.named("2028H2"))
    assert "2028中秋节" not in found
    assert found["2028国庆节"].start <= day("2028-10-03") <= found["2028国庆节"].end


def test_official_and_provisional_years_are_told_apart() -> None:
    found = periods()
    assert found["2026中秋节"].status is PeriodStatus.OFFICIAL
    assert found["2027中秋节"].status is PeriodStatus.PROVISIONAL
    assert found["2027党的二十一大"].status is PeriodStatus.PLACEHOLDER


def test_missing_resources_are_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"data/calendars/none\.csv"):
        data_file("calendars", "none.csv")
