"""经费测算 (R18-1): days on site of a unit's people in each quarter, times the rates of 参数, and
its contracts with experts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.domain.away import on_leave
from planner.domain.calendar import ONE_DAY, add_months, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.ledgers import ExpertContract
from planner.domain.plan import Stint


@dataclass(frozen=True, slots=True)
class Cost:
    """费用 of one unit and quarter; ``nights`` are spent outside the county where one lives."""

    department: str
    quarter: str
    people: int
    days: int
    nights: int
    meals_yuan: int
    travel_yuan: int
    lodging_yuan: int
    experts_yuan: int

    @property
    def total_yuan(self) -> int:
        """合计."""
        return self.meals_yuan + self.travel_yuan + self.lodging_yuan + self.experts_yuan


def costs_of(
    instance: Instance,
    rows: Iterable[Stint],
    units: Sequence[str],
    contracts: Iterable[ExpertContract] = (),
) -> tuple[Cost, ...]:
    """The costs of some units in the quarters that the round touches, within the round."""
    found = []
    by_unit: dict[str, list[Stint]] = defaultdict(list)
    for row in rows:
        if row.inspector_id in instance.inspector_by_id and row.site_id in instance.site_by_id:
            by_unit[row.department].append(row)
    experts = _expert_costs(instance, contracts)
    for unit in units:
        days: dict[str, dict[str, dict[dt.date, bool]]] = defaultdict(dict)
        for person, on_site in _days_on_site(instance, by_unit[unit]).items():
            for day, at_home in on_site.items():
                days[quarter_of(day)].setdefault(person, {})[day] = at_home
        found += [
            _cost(instance, unit, quarter, days[quarter], experts[unit, quarter])
            for quarter in sorted({*days, *(one for who, one in experts if who == unit)})
        ]
    return tuple(found)


def _expert_costs(
    instance: Instance, contracts: Iterable[ExpertContract]
) -> dict[tuple[str, str], int]:
    """What contracts cost their unit in each quarter of the round: every day of the period alike,
    rounded so that the parts of a contract add up to its amount."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for one in contracts:
        total = (one.end - one.start).days + 1
        day, last = max(one.start, instance.round.start), min(one.end, instance.round.end)
        while day <= last:
            quarter = quarter_of(day)
            following = min(add_months(quarter_start(quarter), 3), last + ONE_DAY)
            until, before = (
                one.amount_yuan * (to - one.start).days // total for to in (following, day)
            )
            found[one.department, quarter] += until - before
            day = following
    return found


def _cost(
    instance: Instance,
    unit: str,
    quarter: str,
    people: dict[str, dict[dt.date, bool]],
    experts_yuan: int,
) -> Cost:
    """Whoever is away on a day and the next, stays overnight."""
    policy = instance.policy
    days = sum(len(on_site) for on_site in people.values())
    nights = sum(
        not at_home and day + ONE_DAY in on_site
        for on_site in people.values()
        for day, at_home in on_site.items()
    )
    return Cost(
        department=unit,
        quarter=quarter,
        people=len(people),
        days=days,
        nights=nights,
        meals_yuan=days * policy.budget_meals_yuan,
        travel_yuan=days * policy.budget_travel_yuan,
        lodging_yuan=nights * policy.budget_lodging_yuan,
        experts_yuan=experts_yuan,
    )


def _days_on_site(instance: Instance, rows: Iterable[Stint]) -> dict[str, dict[dt.date, bool]]:
    """The days of each person, with whether an object of that day is where the person lives.

    蹲守 and 流动 people are on site on every working day without leave, 定期 people on the first
    working days of a month, as many as they owe: the day plan moves them, and not their number.
    """
    found: dict[str, dict[dt.date, bool]] = defaultdict(dict)
    for row in sorted(rows, key=lambda one: (one.start, one.site_id)):
        county = instance.site_by_id[row.site_id].county
        home = instance.inspector_by_id[row.inspector_id].home_county in {"", county}
        mine = found[row.inspector_id]
        for day in _days_of(instance, row, mine):
            mine[day] = mine.get(day, False) or home
    return {person: on_site for person, on_site in found.items() if on_site}


def _days_of(instance: Instance, row: Stint, taken: dict[dt.date, bool]) -> list[dt.date]:
    begin = max(row.start, instance.round.start)
    end = min(row.end or instance.round.end, instance.round.end)
    days = [
        day
        for day in instance.calendar.workdays(begin, end)
        if not on_leave(instance, row.inspector_id, day)
    ]
    if row.form.released:
        return days
    months: dict[tuple[int, int], list[dt.date]] = defaultdict(list)
    for day in days:
        month = months[day.year, day.month]
        if day not in taken and len(month) < instance.policy.regular_min_days_per_month:
            month.append(day)
    return [day for month in months.values() for day in month]
