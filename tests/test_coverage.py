"""Sweeps over covered and open dates."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.calendar import days_between
from planner.domain.coverage import (
    holes,
    months_worked,
    owed_part,
    regular_days_per_month,
    stretches,
    working_part,
)
from planner.domain.policy import Policy
from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade, WeekendCoverage
from tests.builders import SECTORS, day, instance, rating, sector, site, stint

ONE_DAY = dt.timedelta(1)
FIRST, LAST = dt.date(2027, 2, 1), dt.date(2027, 3, 15)
SPANS = st.tuples(st.dates(dt.date(2027, 1, 20), dt.date(2027, 3, 25)), st.integers(0, 15)).map(
    lambda pair: (pair[0], pair[0] + pair[1] * ONE_DAY)
)


@given(st.lists(SPANS, max_size=6))
def test_holes_are_the_maximal_open_parts(spans: list[tuple[dt.date, dt.date]]) -> None:
    found = list(holes(spans, FIRST, LAST))
    open_days = [
        one for one in days_between(FIRST, LAST) if not any(a <= one <= b for a, b in spans)
    ]
    assert [one for hole in found for one in days_between(*hole)] == open_days
    assert all(later[0] > earlier[1] + ONE_DAY for earlier, later in pairwise(found))


@given(st.lists(SPANS, max_size=5))
def test_stretches_cut_where_the_stints_change(spans: list[tuple[dt.date, dt.date]]) -> None:
    stints = [stint(start=a.isoformat(), end=b.isoformat()) for a, b in spans]
    found = list(stretches(stints, FIRST, LAST))
    assert [one for part in found for one in days_between(part.start, part.end)] == days_between(
        FIRST, LAST
    )
    for part in found:
        for one in days_between(part.start, part.end):
            assert list(part.stints) == [row for row in stints if row.covers(one)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-04-10", "2027-04-18", ("2027-04-12", "2027-04-16")),
        ("2027-04-10", "2027-04-11", None),
        ("2027-04-12", "2027-04-12", ("2027-04-12", "2027-04-12")),
        ("2027-04-12", "2027-04-11", None),
    ],
)
def test_the_working_part_of_a_span(start: str, end: str, expected: tuple[str, str] | None) -> None:
    wanted = (day(expected[0]), day(expected[1])) if expected else None
    assert working_part(instance(), (day(start), day(end))) == wanted
    assert owed_part(instance(), site(), (day(start), day(end))) == wanted


def test_full_weekend_coverage_owes_every_day() -> None:
    always = sector("S1", weekend_coverage=WeekendCoverage.FULL)
    case = instance(sectors=(always, *SECTORS[1:]))
    weekend = (day("2027-04-10"), day("2027-04-11"))
    assert owed_part(case, site(), weekend) == weekend
    assert owed_part(case, site(), weekend[::-1]) is None


def test_months_worked_leave_out_months_with_days_off_only() -> None:
    def months(start: str, end: str) -> list[tuple[int, int]]:
        return list(months_worked(instance(), (day(start), day(end))))

    assert months("2027-03-31", "2027-05-02") == [(2027, 3), (2027, 4)]
    assert months("2027-05-01", "2027-05-02") == []
    assert months("2027-01-30", "2027-02-01") == [(2027, 2)]
    assert months("2027-12-31", "2028-01-31") == [(2027, 12), (2028, 1)]


def test_the_days_of_a_regular_site_come_from_the_matrix_or_the_policy() -> None:
    rows = (
        MatrixRow(grade=Grade.THIRD, forms=(Form.MOBILE,), min_days_per_month=4),
        MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=7),
    )
    third = (rating("O1", Grade.THIRD),)
    assert regular_days_per_month(instance(matrix=rows, ratings=third), "O1") == 7
    policy = Policy(regular_min_days_per_month=6)
    assert regular_days_per_month(instance(matrix=rows, policy=policy), "O1") == 6
