"""未安排对象: the owed dates that a plan leaves unserved, and why (settled reading 14).

A reason tells how the people of the unit stand on those dates: who may be sent there and where
they are instead, who is away, and what keeps the others out. Objects are named by their rank.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.admission import first_block, needed_overrides
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Shortage
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector, Site
from planner.domain.terms import EndReason, Form
from planner.model.extract import Chosen, served_until
from planner.options import options_of
from planner.posts import every_day_owed, ranked_sites
from planner.rule import Rule

RANKS_NAMED = 5

WHY_NOT = {
    "R01-1": "单位不负责该行业",
    "R01-3": "单位层级与对象不符",
    "R03-1": "当月工作日不够",
    "R03-4": "不可投入、停派或不能入井",
    "R03-8": "定期驻点负荷超限",
    "R05-1": "在该对象已满或将满半年",
    "R05-2": "驻点时间过短",
    "R05-3": "期间长假或抽调",
    "R05-5": "进驻或离开落在重点时段",
    "R05-6": "在该对象已满或将满半年",
    "R05-7": "离开该对象未满冷却期",
    "R09-1": "不是本单位正式人员",
    "R09-2": "仍在试用期",
    "R09-3": "没有该行业专业能力",
    "R10-1": "没有该行业有效培训",
    "R17-1": "须回避",
}
"""In a coordinator's words what a rule says of a person whom it keeps out."""


@dataclass(frozen=True, slots=True)
class _Held:
    """Where a person is on some dates of the round: the best rank of the objects served."""

    first: dt.date
    last: dt.date
    rank: int


def shortages_of(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    chosen: Sequence[Chosen],
) -> tuple[Shortage, ...]:
    """The rows of 未安排对象, by department and rank."""
    served = served_until(chosen, instance.round.start)
    found: list[Shortage] = []
    for department in departments:
        ranked = ranked_sites(instance, department)
        ranks = {site.id: rank for rank, site in enumerate(ranked, start=1)}
        unit = _Unit(instance, department, rules, chosen, ranks)
        for site in ranked:
            rating = instance.rating_by_site[site.id]
            for start, end in _unserved(instance, site, served.get(site.id)):
                found.append(
                    Shortage(
                        site_id=site.id,
                        department=department,
                        start=start,
                        end=end,
                        grade=rating.grade,
                        score=rating.score,
                        rank=ranks[site.id],
                        reason=unit.reason(site, start, end),
                    )
                )
    return tuple(found)


def _unserved(
    instance: Instance, site: Site, served: tuple[dt.date, dt.date] | None
) -> list[tuple[dt.date, dt.date]]:
    """The owed dates before and after the served part, without spans that hold no owed day."""
    owed = instance.owed_window(site)
    assert owed is not None
    if served is None or served[1] < owed[0] or served[0] > owed[1]:
        return [owed]
    spans = [(owed[0], served[0] - ONE_DAY), (served[1] + ONE_DAY, owed[1])]
    full = every_day_owed(instance, site)
    return [
        span for span in spans if span[0] <= span[1] and (full or instance.calendar.workdays(*span))
    ]


# -- why -----------------------------------------------------------------------------------------


class _Unit:
    """The people of one dispatching unit, as a plan has placed them."""

    def __init__(
        self,
        instance: Instance,
        department: str,
        rules: Sequence[Rule],
        chosen: Sequence[Chosen],
        ranks: Mapping[str, int],
    ) -> None:
        self.instance = instance
        self.rules = rules
        self.ranks = ranks
        self.people = [one for one in instance.inspectors if one.department == department]
        self.services: dict[str, dict[str, Service]] = defaultdict(dict)
        self.held: dict[str, list[tuple[Service, _Held]]] = defaultdict(list)
        self.moved: dict[str, list[Candidate]] = defaultdict(list)
        for one in chosen:
            service = one.post.service
            if service.department != department:
                continue
            for site_id in service.site_ids:
                self.services[site_id][service.id] = service
            rank = min(ranks[site_id] for site_id in service.site_ids)
            for candidate in one.candidates:
                if candidate.moved and candidate.end_reason is EndReason.EARLY:
                    self.moved[candidate.inspector_id].append(candidate)
                first = max(candidate.start, service.grid[0])
                last = min(candidate.end, candidate.until - ONE_DAY)
                if first <= last:
                    held = _Held(first, last, rank)
                    self.held[candidate.inspector_id].append((service, held))

    def reason(self, site: Site, start: dt.date, end: dt.date) -> str:
        """Why nobody serves the site from ``start`` to ``end``."""
        forms = {option.form for option in options_of(self.instance, site)}
        services = [one for one in self.services.get(site.id, {}).values() if one.form in forms]
        limits = self.instance.policy
        if not forms:
            grade = self.instance.rating_by_site[site.id].grade.label
            return f"{grade}没有可用的驻点形式，但煤矿须驻矿，请在驻点名单中指定驻点形式"
        if not self.services.get(site.id):
            return "该对象所在的部分没有求出计划"
        if all(one.form is Form.MOBILE and not one.group for one in services):
            size = f"每组{limits.mobile_group_min}至{limits.mobile_group_max}个"
            return f"只能流动驻点，但没有可与之编组的对象（{size}）"
        if all(one.finish <= start for one in services):
            return f"流动组有对象退出，剩下的不足{limits.mobile_group_min}个"
        services = [one for one in services if one.finish > start]
        return self._about_people(site, services, start, end)

    def _about_people(
        self, site: Site, services: Sequence[Service], start: dt.date, end: dt.date
    ) -> str:
        rank = self.ranks[site.id]
        before: set[int] = set()
        behind: set[int] = set()
        counts: Counter[str] = Counter()
        kept_out: Counter[str] = Counter()
        for person in self.people:
            refusals = [self._refusal(person, one, start, end) for one in services]
            if None not in refusals and not self._might_have_stayed(person, site, start):
                kept_out[next(one for one in refusals if one is not None)] += 1
                continue
            ranks = {
                held.rank
                for service, held in self.held.get(person.id, ())
                if site.id not in service.site_ids and held.first <= end and held.last >= start
            }
            if not ranks:
                counts["free"] += 1
            elif min(ranks) < rank:
                counts["before"] += 1
                before.add(min(ranks))
            else:
                counts["behind"] += 1
                behind.add(min(ranks))
        able = counts.total()
        team = min(one.team_size for one in services)
        parts = []
        if counts["before"]:
            parts.append(f"{counts['before']}人已安排在排序更前的对象（{_named(before)}）")
        if counts["behind"]:
            parts.append(f"{counts['behind']}人已安排在其他对象（{_named(behind)}）")
        if counts["free"]:
            short = (
                f"不足每班{team}人"
                if counts["free"] < team
                else "但未能编入（日期与搭档、在驻人员到期日或其他对象衔接不上，或求解未完成）"
            )
            parts.append(f"{counts['free']}人未安排，{short}")
        others = "、".join(f"{why}{count}人" for why, count in kept_out.most_common())
        head = f"本单位{len(self.people)}人，此期间可派{able}人"
        text = f"{head}：{'，'.join(parts)}" if parts else head
        return f"{text}；其余{kept_out.total()}人：{others}" if others else text

    def _might_have_stayed(self, person: Inspector, site: Site, day: dt.date) -> bool:
        """Whether the plan takes a person away from a site before the half-year is up: nobody may
        begin anew there so soon, but who is there need not go."""
        return any(
            site.id in one.site_ids and one.until <= day and one.due is not None and day < one.due
            for one in self.moved.get(person.id, ())
        )

    def _refusal(
        self, person: Inspector, service: Service, start: dt.date, end: dt.date
    ) -> str | None:
        """What keeps a person out of a service on all its change dates of a span, judged by the
        first of them; None when nothing does on one of them."""
        if service.form not in person.forms:
            return f"不担任{service.form.value}"
        dates = [day for day in _monthly(service.grid) if day <= end]
        first_reason: str | None = None
        for day in [start, *(one for one in dates if one > start)]:
            why = self._refusal_on(person, service, self.instance.calendar.workday_on_or_after(day))
            if why is None:
                return None
            first_reason = first_reason or why
        return first_reason

    def _refusal_on(self, person: Inspector, service: Service, day: dt.date) -> str | None:
        instance = self.instance
        sites = [instance.site_by_id[site_id] for site_id in service.site_ids]
        blocked = first_block(instance, person, sites, day)
        if blocked.day <= day:
            return blocked.words
        last = add_months(day, instance.policy.max_stint_months) - ONE_DAY
        reason = EndReason.ROTATION
        if blocked.day <= last:
            last, reason = blocked.day - ONE_DAY, blocked.end_reason
        trial = Candidate(
            service=service,
            slot=1,
            inspector_id=person.id,
            start=day,
            end=last,
            until=min(last + ONE_DAY, service.finish),
            end_reason=reason,
        )
        for rule in self.rules:
            if needed_overrides(instance, rule, trial) is None:
                return WHY_NOT.get(rule.article.rule, f"不符合“{rule.article.title}”")
        return None


def _monthly(grid: Sequence[dt.date]) -> Iterator[dt.date]:
    """The first change date of each month."""
    seen: set[tuple[int, int]] = set()
    for day in grid:
        if (day.year, day.month) not in seen:
            seen.add((day.year, day.month))
            yield day


def _named(ranks: Iterable[int]) -> str:
    """第1、3位: the ranks of objects in the list of the unit."""
    listed = sorted(ranks)
    more = "等" if len(listed) > RANKS_NAMED else ""
    return f"第{'、'.join(str(one) for one in listed[:RANKS_NAMED])}位{more}"
