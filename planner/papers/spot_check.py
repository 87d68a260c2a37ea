"""季度抽查 (R11-1, R11-2): which postings are checked on which day, drawn so that anybody can
recompute it. The steps are told in docs/spot-check.md; only SHA-256 and fractions are used.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from planner.domain.away import on_leave
from planner.domain.calendar import ONE_DAY, add_months, quarter_of, quarter_start
from planner.domain.day_plan import DayPlan
from planner.domain.instance import Instance
from planner.domain.ledgers import SpotCheck
from planner.domain.plan import Stint
from planner.domain.terms import Form

FULL, HALF = 2, 1
"""Weights: half for an object or person that was drawn in the last two quarters."""
LEAST = 3
"""Postings that a unit checks in a quarter at least; all, where it has fewer."""
QUARTERS_REMEMBERED = 2
HASHED = 2**64


@dataclass(frozen=True, slots=True)
class Member:
    """A posting that may be drawn: ``number`` orders its stratum by chance, ``share`` is the
    weight of all members up to and with it, ``days`` the days on which it may be checked."""

    stint: Stint
    stratum: tuple[str, str, str]
    weight: int
    number: int
    share: int
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """抽样: all members in the order of the draw, and the drawn ones with their day.

    ``start`` is the chance number of the systematic draw; ``certain`` are members with so much
    weight that they are drawn whatever it is.
    """

    department: str
    quarter: str
    seed: int
    rate_percent: int
    start: int
    members: tuple[Member, ...]
    certain: frozenset[str]
    drawn: tuple[tuple[Member, dt.date], ...]


def hash_number(*parts: object) -> int:
    """The first 64 bits of the SHA-256 of the parts, joined by ``|`` in UTF-8."""
    text = "|".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def name_of(row: Stint) -> str:
    """What a posting is called in the draw: object, person and first day."""
    return f"{row.site_id}|{row.inspector_id}|{row.start}"


def draw(
    instance: Instance,
    rows: Iterable[Stint],
    earlier: Sequence[SpotCheck],
    department: str,
    quarter: str,
    seed: int,
    since: dt.date,
    day_plans: Sequence[DayPlan] = (),
) -> Sample:
    """The sample of one unit: a systematic draw by weight from the postings in the order of their
    strata (form, county, grade), each checked on a chance day from ``since`` on.

    A posting without such a day in the quarter is no member. Empty where there is none.
    """
    own = [row for row in rows if row.department == department]
    known = [one for one in day_plans if department in one.departments]
    members = _members(instance, own, earlier, quarter, seed, since, known)
    rate = instance.policy.spot_check_rate_percent
    size = max(math.ceil(Fraction(len(members) * rate, 100)), min(LEAST, len(members)))
    start = hash_number(seed, quarter, department, "起点")
    certain, chosen = _systematic(members, size, start)
    drawn = [one for one in members if name_of(one.stint) in certain | chosen]
    return Sample(
        department=department,
        quarter=quarter,
        seed=seed,
        rate_percent=rate,
        start=start,
        members=members,
        certain=certain,
        drawn=tuple((one, _day(one, seed, quarter)) for one in drawn),
    )


def _members(
    instance: Instance,
    rows: Iterable[Stint],
    earlier: Sequence[SpotCheck],
    quarter: str,
    seed: int,
    since: dt.date,
    day_plans: Sequence[DayPlan],
) -> tuple[Member, ...]:
    begin = max(quarter_start(quarter), since)
    end = add_months(quarter_start(quarter), 3) - ONE_DAY
    known = _remembered(earlier, quarter)
    found = []
    for row in rows:
        site = instance.site_by_id.get(row.site_id)
        if site is None or row.inspector_id not in instance.inspector_by_id:
            continue
        days = _days_of(instance, row, begin, end, day_plans)
        if days:
            rating = instance.rating_by_site.get(site.id)
            stratum = (str(row.form), site.county, rating.grade.label if rating else "未定级")
            weight = HALF if {row.site_id, row.inspector_id} & known else FULL
            number = hash_number(seed, quarter, name_of(row))
            found.append(Member(row, stratum, weight, number, 0, days))
    found.sort(key=lambda one: (_rank(one), one.number))
    total, members = 0, []
    for one in found:
        total += one.weight
        members.append(Member(one.stint, one.stratum, one.weight, one.number, total, one.days))
    return tuple(members)


def _rank(member: Member) -> tuple[int, str, str]:
    """The order of the strata: form, county by its code points, grade."""
    form, county, grade = member.stratum
    return list(Form).index(Form(form)), county, grade


def _remembered(earlier: Iterable[SpotCheck], quarter: str) -> set[str]:
    """Objects and people that were drawn in the last two quarters."""
    start = quarter_start(quarter)
    last = {quarter_of(add_months(start, -3 * n)) for n in range(1, QUARTERS_REMEMBERED + 1)}
    rows = [one for one in earlier if one.quarter in last]
    return {one.site_id for one in rows} | {one.inspector_id for one in rows}


def _days_of(
    instance: Instance,
    row: Stint,
    begin: dt.date,
    end: dt.date,
    day_plans: Sequence[DayPlan],
) -> tuple[dt.date, ...]:
    """Working days of a posting on which the person should be there: by the day plan of the month,
    or without one wherever there is no leave."""

    def due(day: dt.date) -> bool:
        plan = day_plan_of(day_plans, day)
        if plan is not None:
            return row.inspector_id in plan.people_at(row.site_id, day)
        return not on_leave(instance, row.inspector_id, day)

    days = instance.calendar.workdays(max(row.start, begin), min(row.end or end, end))
    return tuple(day for day in days if due(day))


def day_plan_of(day_plans: Iterable[DayPlan], day: dt.date) -> DayPlan | None:
    """The day plan that holds a day."""
    return next((one for one in day_plans if one.first <= day <= one.last), None)


def _systematic(
    members: Sequence[Member], size: int, start: int
) -> tuple[frozenset[str], frozenset[str]]:
    """Who is drawn for certain, and who is hit by equally spaced points of the added weights.

    Whoever weighs as much as the space between two points is certain; the points are then laid
    anew through the others, until nobody is.
    """
    certain: set[str] = set()
    others = list(members)
    while others and size > 0:
        total = sum(one.weight for one in others)
        heavy = {name_of(one.stint) for one in others if one.weight * size >= total}
        if not heavy:
            break
        certain |= heavy
        others = [one for one in others if name_of(one.stint) not in heavy]
        size -= len(heavy)
    if not others or size <= 0:
        return frozenset(certain), frozenset()
    space = Fraction(sum(one.weight for one in others), size)
    point, passed, hit = space * Fraction(start, HASHED), 0, set[str]()
    for one in others:
        passed += one.weight
        if point < passed:
            hit.add(name_of(one.stint))
            point += space
    return frozenset(certain), frozenset(hit)


def _day(member: Member, seed: int, quarter: str) -> dt.date:
    number = hash_number(seed, quarter, name_of(member.stint), "日期")
    return member.days[number % len(member.days)]
