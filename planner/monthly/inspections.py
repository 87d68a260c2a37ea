"""涉企行政检查 (L-6): how often each object was formally inspected in a year, and by whom.

An object is an enterprise wherever it stands in the workbook; days of stationing are no inspection.
A cap is the workbook's own: none is built in, because the province's were not found.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.domain.instance import Instance
from planner.domain.ledgers import Inspection, Ledgers
from planner.domain.tables import Site
from planner.monthly.reminder import Reminder

NEAR_PERCENT = 80
"""From this share of the cap on it is near, and wherever one inspection is left."""
OTHER_GRADES = "其他"


@dataclass(frozen=True, slots=True)
class Inspected:
    """The inspections of one object from the first day of a year to a day.

    ``capped`` counts those that the cap is about, by authority, the most frequent first;
    ``cases`` the others. ``days_by_authority`` are the days of the month of the former.
    """

    site: Site
    capped: Mapping[str, int]
    cases: int
    cap: int | None
    days_by_authority: Mapping[str, frozenset[dt.date]]

    @property
    def several(self) -> tuple[str, ...]:
        """多头重复: the authorities of the month of which another came on other days, each without
        the other; who only came along with another is none."""
        days = self.days_by_authority
        return tuple(
            who
            for who, own in days.items()
            if any(own - other and other - own for other in days.values())
        )


def inspected(
    instance: Instance, ledgers: Ledgers, first: dt.date, last: dt.date
) -> tuple[Inspected, ...]:
    """Every object with an inspection in the year of ``last`` up to that day, in the order of the
    workbook; the month is from ``first`` to ``last``."""
    names = {
        name: one.short_name
        for one in instance.departments
        for name in (one.code, one.short_name, one.name)
    }
    known: dict[str, list[tuple[str, Inspection]]] = defaultdict(list)
    for row in ledgers.inspections:
        if row.day.year == last.year and row.day <= last:
            authority = names.get(row.authority, row.authority)
            known[instance.site_key[row.site_id]].append((authority, row))
    return tuple(
        _inspected(instance, site, known[key], first)
        for site in instance.sites
        if (key := instance.site_key[site.id]) in known
    )


def _inspected(
    instance: Instance, site: Site, rows: list[tuple[str, Inspection]], first: dt.date
) -> Inspected:
    capped = [(authority, one) for authority, one in rows if one.kind.capped]
    days: dict[str, set[dt.date]] = defaultdict(set)
    for authority, one in capped:
        if one.day >= first:
            days[authority].add(one.day)
    caps = dict(instance.sector_by_code[site.sector].inspection_caps)
    return Inspected(
        site=site,
        capped=dict(Counter(authority for authority, _ in capped).most_common()),
        cases=len(rows) - len(capped),
        cap=caps.get(site.official_grade, caps.get(OTHER_GRADES)),
        days_by_authority={authority: frozenset(own) for authority, own in days.items()},
    )


def inspection_reminders(
    instance: Instance, ledgers: Ledgers, first: dt.date, last: dt.date
) -> Iterator[Reminder]:
    """Caps that are near, reached or exceeded, and objects to which several authorities came in
    one month, each without the other."""
    for one in inspected(instance, ledgers, first, last):
        for authority, number in one.capped.items():
            if one.cap is None:
                continue
            if number >= one.cap - 1 or number * 100 >= NEAR_PERCENT * one.cap:
                state = "接近" if number < one.cap else "已达" if number == one.cap else "超过"
                text = f"{last.year}年{authority}行政检查{number}次，{state}年度上限{one.cap}次"
                yield _of(one.site, text)
        if one.several:
            who = "、".join(one.several)
            yield _of(one.site, f"本月{who}先后行政检查，请合并或联合进行")


def _of(site: Site, text: str) -> Reminder:
    return Reminder(rule="L-6", department=site.department, site_id=site.id, text=text)
