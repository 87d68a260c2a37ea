"""R05-5 · H* · 重点时段不轮换 / No rotation inside key periods.

第(五)条 “原则上重点时段不轮换驻点人员”.

Neither the first day of an unbroken stay at an object nor the day after its last lies in a freeze
window that applies to the object (settled reading 5), unless

- the object enters or exits then: it is new on the list, or its owed window begins or ends inside
  the round;
- the stay's own 结束原因 is forced (R05-2); or, for a first day, the predecessor in that slot ended
  for a forced reason.

Going on at the same object in another slot or form is no change of people. First days of running
stints and last days before the round are past and not judged; last days beyond the round are.

Example: 春节 window 2027-01-30 … 2027-02-20: the last day may be 2027-01-28 or 2027-02-20, the
first day 2027-01-29 or 2027-02-22.

Encoding: change dates are taken outside the freeze windows. On one that lies inside, for each
post, Σ (columns beginning on it) ≤ Σ (columns that end on it for a forced reason); entering
objects and people whom a row of 豁免 names are excepted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY
from planner.domain.clock import OPEN_END, Tenure, served_record, stays_of
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.tables import Site
from planner.domain.terms import EndReason, ListAction, StintStatus
from planner.posts import Post
from planner.rule import Article, Breach, PrincipleRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class NoChangeInKeyPeriod(PrincipleRule):
    """重点时段不轮换."""

    article = Article(
        rule="R05-5",
        level="H*",
        clause="第(五)条",
        title="重点时段不轮换",
        title_en="No rotation inside key periods",
        quote="原则上重点时段不轮换驻点人员",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """A voluntary end inside a freeze window, and a beginning that a row of 豁免 allows; other
        beginnings depend on the predecessor."""
        away = candidate.end + ONE_DAY
        for site_id in candidate.site_ids:
            site = instance.site_by_id[site_id]
            if self._begins_by_override(instance, candidate, site):
                yield Breach(site_id, candidate.start, candidate.start)
            if candidate.end_reason.forced or away < instance.round.start:
                continue
            window = instance.owed_window(site)
            exits = window is not None and window[1] < min(away, instance.round.end)
            if instance.frozen(site, away) and not exits:
                yield Breach(site_id, away, away)

    def post(self, model: PlanModel) -> None:
        """Beginnings inside a freeze window: no more than people who had to leave that day, or
        before the round."""
        instance = model.instance
        for index, post in enumerate(model.posts):
            columns = model.stints_of_post[index]
            begun: dict[dt.date, list[tuple[int, int]]] = defaultdict(list)
            for one in columns:
                if not one.candidate.running and any(
                    self._needs_successor(instance, one.candidate, instance.site_by_id[site_id])
                    for site_id in one.candidate.site_ids
                ):
                    begun[one.first].append((one.index, 1))
            vacated = sum(_vacated(instance, post, slot) for slot in post.slots)
            for day, terms in begun.items():
                left = [
                    (one.index, -1)
                    for one in columns
                    if one.candidate.until == day and one.candidate.end_reason.forced
                ]
                model.row(
                    self.article.rule, f"{post.service.id} {day}", [*terms, *left], upper=vacated
                )

    def _begins_by_override(self, instance: Instance, candidate: Candidate, site: Site) -> bool:
        """Whether a newcomer begins inside a freeze window where a row of 豁免 allows it."""
        day = candidate.start
        return (
            not candidate.running
            and instance.frozen(site, day)
            and not _enters(instance, site, day)
            and instance.lifted(self.article.rule, candidate.inspector_id, site.id, day, day)
        )

    def _needs_successor(self, instance: Instance, candidate: Candidate, site: Site) -> bool:
        """Whether a newcomer may begin only in place of somebody who had to leave."""
        day = candidate.start
        return (
            instance.frozen(site, day)
            and not _enters(instance, site, day)
            and not self._begins_by_override(instance, candidate, site)
        )

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Look at both ends of every unbroken stay."""
        running = {(row.inspector_id, row.site_id, row.start) for row in instance.running}
        before = _predecessors(instance, plan)
        planned = {id(stint) for stint in plan.stints}
        for stay in stays_of(instance, plan):
            head = stay.stints[0]
            begins = id(head) in planned and (
                (head.inspector_id, head.site_id, head.start) not in running
            )
            if begins and self._frozen_start(instance, head, before.get(id(head))):
                yield self._violation(instance, stay, "进驻", stay.first)
            if self._frozen_end(instance, stay):
                yield self._violation(instance, stay, "轮换离开", stay.last + ONE_DAY)

    def _frozen_start(self, instance: Instance, head: Stint, before: Stint | None) -> bool:
        site = instance.site_by_id[head.site_id]
        if not instance.frozen(site, head.start) or _forced(before.end_reason if before else None):
            return False
        window = instance.owed_window(site)
        if window is None:
            return True
        item = instance.list_item(site.id)
        listed_long_since = window[0] <= instance.round.start and (
            item is None or item.action is not ListAction.ADD
        )
        entry = instance.calendar.workday_on_or_after(window[0])
        return listed_long_since or not window[0] <= head.start <= entry

    def _frozen_end(self, instance: Instance, stay: Tenure) -> bool:
        if stay.last == OPEN_END or _forced(stay.newest.end_reason):
            return False
        away = stay.last + ONE_DAY
        site = instance.site_by_id[stay.site_id]
        if away < instance.round.start or not instance.frozen(site, away):
            return False
        window = instance.owed_window(site)
        return window is None or not (window[1] < away and window[1] < instance.round.end)

    def _violation(self, instance: Instance, stay: Tenure, change: str, day: dt.date) -> Violation:
        site = instance.site_by_id[stay.site_id]
        period = next(one for one in instance.freezes_of(site) if one.start <= day <= one.end)
        return Violation(
            rule=self.article.rule,
            site_id=stay.site_id,
            inspector_id=stay.inspector_id,
            department=stay.newest.department,
            start=stay.newest.start,
            end=stay.newest.end,
            breach=(day, day),
            facts=(
                ("变动", change),
                ("变动日期", day.isoformat()),
                ("重点时段", period.name),
                ("时段起", period.start.isoformat()),
                ("时段止", period.end.isoformat()),
            ),
        )

    def explain(self, violation: Violation) -> str:
        """Name the change, its date and the key period."""
        fact = violation.fact
        return (
            f"{fact('变动日期')}{fact('变动')}，落在重点时段“{fact('重点时段')}”"
            f"（{fact('时段起')}至{fact('时段止')}）内，该时段不轮换驻点人员。"
        )


def _enters(instance: Instance, site: Site, day: dt.date) -> bool:
    """Whether ``day`` is the first working day of an object that is new in this round."""
    owed, item = instance.owed_window(site), instance.list_item(site.id)
    added = item is not None and item.action is ListAction.ADD
    if owed is None or not (added or owed[0] > instance.round.start):
        return False
    return day <= instance.calendar.workday_on_or_after(owed[0])


def _vacated(instance: Instance, post: Post, slot: int) -> bool:
    """Whether the last person in a vacant slot had to leave, at each of the sites."""
    if post.holder is not None:
        return False
    for site_id in post.service.site_ids:
        past = [
            row
            for row in instance.stints
            if (row.site_id, row.slot) == (site_id, slot)
            and row.start < instance.round.start
            and row.status is not StintStatus.DRAFT
        ]
        newest = max(past, key=lambda row: row.start, default=None)
        if newest is None or newest.end_reason is None or not newest.end_reason.forced:
            return False
    return True


def _forced(reason: EndReason | None) -> bool:
    return reason is not None and reason.forced


def _predecessors(instance: Instance, plan: Plan) -> Mapping[int, Stint]:
    """By identity of a stint: the stint that began before it in the same slot of the object."""
    newest: dict[tuple[str, int], Stint] = {}
    found: dict[int, Stint] = {}
    waiting: dict[tuple[str, int], list[Stint]] = defaultdict(list)
    for stint in served_record(instance, plan):
        slot = stint.site_id, stint.slot
        same_day = waiting[slot]
        if same_day and same_day[0].start < stint.start:
            newest[slot] = same_day[-1]
            same_day.clear()
        same_day.append(stint)
        if slot in newest:
            found[id(stint)] = newest[slot]
    return found


RULE = NoChangeInKeyPeriod()
