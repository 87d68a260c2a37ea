"""The half-year clock: chains, stays and shifted due dates."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from planner.domain.clock import (
    OPEN_END,
    chains_of,
    clock_start,
    half_year,
    served_record,
    stay_start,
    stays_of,
)
from planner.domain.deadline import Shift, deadline
from planner.domain.terms import StintStatus
from tests.builders import day, instance, past, plan, stint
from tests.rules.rows import freeze, override

ONE_DAY = dt.timedelta(1)


def test_chains_join_what_the_cool_off_does_not_part() -> None:
    case = instance(
        stints=(
            past("O1", "P1", "2025-03-03", "2025-08-31"),
            past("O1", "P1", "2026-03-02", "2026-06-30"),
            past("O1", "P1", "2026-10-12", "2026-11-30"),
        )
    )
    (chain,) = chains_of(case, plan(stint()))
    assert (chain.first, chain.last) == (day("2026-03-02"), day("2027-07-10"))
    assert [one.start.isoformat() for one in chain.stints] == [
        "2026-03-02",
        "2026-10-12",
        "2027-01-11",
    ]
    (stay,) = stays_of(case, plan(stint()))
    assert stay.first == day("2027-01-11")


def test_the_end_of_a_chain_is_its_latest_day_not_its_last_row() -> None:
    (chain,) = chains_of(
        instance(), plan(stint(end="2027-07-10"), stint(start="2027-02-01", end="2027-03-01"))
    )
    assert chain.last == day("2027-07-10")
    assert chain.newest.start == day("2027-02-01")


def test_an_open_end_goes_beyond_every_plan() -> None:
    (chain,) = chains_of(instance(), plan(stint(end=None), stint(start="2027-06-01")))
    assert chain.last == OPEN_END


def test_chains_of_history_alone_are_left_out() -> None:
    case = instance(stints=(past("O1", "P2", "2026-03-02", "2026-06-30"),))
    assert [chain.inspector_id for chain in chains_of(case, plan(stint()))] == ["P1"]


def test_running_stints_that_the_plan_leaves_out_were_served_up_to_the_round() -> None:
    draft = past("O1", "P3", "2026-09-14", "2026-12-31", status=StintStatus.DRAFT)
    case = instance(stints=(past("O1", "P1", "2026-09-14", None), draft))
    rows = served_record(case, plan(stint(inspector_id="P2")))
    assert [(row.inspector_id, row.end) for row in rows] == [
        ("P1", day("2027-01-10")),
        ("P2", day("2027-07-10")),
    ]


def test_history_tells_the_start_of_the_clock_and_of_the_stay() -> None:
    case = instance(
        stints=(
            past("O1", "P1", "2026-07-13", "2026-09-30"),
            past("O1", "P1", "2026-11-02", "2027-01-08"),
        )
    )
    start = day("2027-01-11")
    assert clock_start(case, "P1", "O1", start) == day("2026-07-13")
    assert stay_start(case, "P1", "O1", start) == day("2026-11-02")
    assert clock_start(case, "P2", "O1", start) == start
    assert stay_start(case, "P1", "O2", start) == start


def test_a_stint_in_progress_may_be_kept_up_to_the_start_of_another() -> None:
    case = instance(stints=(past("O1", "P1", "2026-09-14", None),))
    assert stay_start(case, "P1", "O1", day("2027-03-01")) == day("2026-09-14")


@given(
    first=st.dates(dt.date(2026, 7, 13), dt.date(2027, 7, 1)),
    window_start=st.dates(dt.date(2026, 12, 1), dt.date(2027, 12, 31)),
    window_days=st.integers(1, 120),
    lifted=st.booleans(),
)
def test_the_shift_of_the_due_date_day_by_day(
    first: dt.date, window_start: dt.date, window_days: int, lifted: bool
) -> None:
    window_end = window_start + (window_days - 1) * ONE_DAY
    case = instance(
        key_periods=(freeze(window_start.isoformat(), window_end.isoformat()),),
        overrides=(override("R05-5"),) * lifted,
    )
    half = half_year(case, "P1", "O1", first)

    def free(one: dt.date) -> bool:
        return case.calendar.is_workday(one) and not window_start <= one <= window_end

    change_at_work = next(d for d in walk(half.change, 1) if case.calendar.is_workday(d))
    hit = any(window_start <= one <= window_end for one in (half.change, change_at_work))
    assert half.shifted is (hit and not lifted)
    if not half.shifted:
        latest_change = half.change
    else:
        earlier = next(d for d in walk(half.change - ONE_DAY, -1) if free(d))
        long_enough = (earlier - first).days >= 85 and (earlier.year, earlier.month) >= (
            (first.year + (first.month + 2) // 12, (first.month + 2) % 12 + 1)
        )
        assert half.before is None or (half.before == earlier and long_enough)
        later = next(d for d in walk(half.change, 1) if free(d))
        latest_change = half.before or min(later, half.change + 45 * ONE_DAY)
    if latest_change < case.round.start:
        assert half.overdue
        latest_change = next(d for d in walk(case.round.start, 1) if free(d))
    assert half.latest_day == latest_change - ONE_DAY

    # What encodings are told, by other code.
    limit = deadline(case, "P1", "O1", first)
    assert (limit.due, limit.last) == (half.due_day, half.latest_day)
    assert (limit.shift is Shift.OVERDUE) is half.overdue
    assert (limit.shift is Shift.BEHIND) is half.moved_behind
    assert (limit.shift is Shift.BEFORE) is (half.before is not None and not half.overdue)


def walk(start: dt.date, step: int) -> list[dt.date]:
    return [start + n * step * ONE_DAY for n in range(200)]
