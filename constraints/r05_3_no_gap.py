"""R05-3 · H · 无衔接空挡 / No gap at handover.

第(五)条 “做好人员轮换，避免出现人员衔接空挡”.

For every object that has stints in the plan, on its owed dates (working days, every day under
周末值守 全覆盖):

- each slot is covered in one piece from its first to its last served date: a successor starts at
  the latest on the first working day after the predecessor's last;
- all slots are served over the same dates;
- owed dates before and after are explained by rows of 未安排对象. An object without any stint and
  without such a row is R02-3.

Nobody holds a post during an absence of more than ``absence_long_days`` working days (settled
reading 8), absences without a working day between them taken together; shorter ones are a penalty
elsewhere. Dates before the round are not judged.

Example: P1 until Friday 2027-04-16, P2 from Monday 2027-04-19: no gap. From Tuesday: one day.

Encoding: per post, a flow along the change dates: (columns ending on c) + (service begins on c) =
(columns beginning on c) + (service ends on c), with one begin and one end per service for all its
posts, never on one date. A column's ``until`` is the next change date, so no working day lies
between.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from planner.domain.away import long_absences
from planner.domain.calendar import ONE_DAY
from planner.domain.clock import last_day
from planner.domain.coverage import (
    Span,
    holes,
    owed_part,
    planned_sites,
    shortage_spans,
    stints_by_site,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.tables import Site
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class NoGap(BaseRule):
    """无衔接空挡."""

    article = Article(
        rule="R05-3",
        level="H",
        clause="第(五)条",
        title="无衔接空挡",
        title_en="No gap at handover",
        quote="做好人员轮换，避免出现人员衔接空挡",
    )
    dated = True

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a person who is away for long during the stint."""
        first = max(candidate.start, instance.round.start)
        if candidate.end < first:
            return True
        return all(
            end < first or start > candidate.end
            for start, end in long_absences(instance, candidate.inspector_id)
        )

    def post(self, model: PlanModel) -> None:
        """Flow through the change dates of each post: whoever leaves is followed at once, and all
        posts of a service begin and end together."""
        rule = self.article.rule
        for service in model.services:
            begun = [(column, 1) for column in model.begins(service).values()]
            ended = [(column, -1) for column in model.ends(service).values()]
            model.row(rule, service.id, begun, upper=1)
            model.row(rule, service.id, [*begun, *ended], lower=0, upper=0)
            ends = model.ends(service)
            for day, column in model.begins(service).items():
                if day in ends:  # a service of no days would count as given
                    model.row(rule, f"{service.id} {day}", [(column, 1), (ends[day], 1)], upper=1)
        for index, post in enumerate(model.posts):
            people = len(post.slots)
            balance: dict[dt.date, list[tuple[int, int]]] = defaultdict(list)
            for one in model.stints_of_post[index]:
                if one.in_flow:
                    balance[one.first].append((one.index, 1))
                    balance[one.candidate.until].append((one.index, -1))
            for day, column in model.begins(post.service).items():
                balance[day].append((column, -people))
            for day, column in model.ends(post.service).items():
                balance[day].append((column, people))
            for day, terms in sorted(balance.items()):
                model.row(rule, f"{post.service.id} {day}", terms, lower=0, upper=0)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the slots of every site, then the long absences of everybody."""
        stints, explained = stints_by_site(plan), shortage_spans(plan)
        for site, window in planned_sites(instance, plan):
            if site.id in stints:
                yield from self._of_site(
                    instance, site, window, stints[site.id], explained.get(site.id, ())
                )
        for stint in plan.stints:
            yield from self._long_absences(instance, stint)

    def _of_site(
        self,
        instance: Instance,
        site: Site,
        window: Span,
        stints: Sequence[Stint],
        explained: Sequence[Span],
    ) -> Iterable[Violation]:
        slots: dict[int, list[Stint]] = defaultdict(list)
        for stint in stints:
            there = max(stint.start, window[0]), min(last_day(stint), window[1])
            # Who leaves on the days off with which a round begins serves nothing in it.
            if owed_part(instance, site, there) is not None:
                slots[stint.slot].append(stint)
        if not slots:
            return  # R02-3 says whether anybody is owed here
        served: dict[int, Span] = {}
        for slot, rows in sorted(slots.items()):
            spans = [(row.start, last_day(row)) for row in rows]
            first = max(window[0], min(start for start, _ in spans))
            last = min(window[1], max(end for _, end in spans))
            part = owed_part(instance, site, (first, last))
            if part is None:
                continue
            served[slot] = part
            for hole in holes(spans, *part):
                yield from self._gap(instance, site, rows, slot, hole)
        yield from self._uneven(site, served)
        yield from self._unexplained(instance, site, window, served, explained)

    def _gap(
        self, instance: Instance, site: Site, rows: Sequence[Stint], slot: int, hole: Span
    ) -> Iterable[Violation]:
        span = owed_part(instance, site, hole)
        if span is None:
            return
        before = max((row for row in rows if last_day(row) < hole[0]), key=last_day)
        after = min((row for row in rows if row.start > hole[1]), key=lambda row: row.start)
        yield Violation(
            rule=self.article.rule,
            site_id=site.id,
            inspector_id=after.inspector_id,
            department=after.department,
            start=span[0],
            end=span[1],
            facts=(
                ("岗位", str(slot)),
                ("前任", before.inspector_id),
                ("前任结束", last_day(before).isoformat()),
                ("接任", after.inspector_id),
                ("接任起始", after.start.isoformat()),
                ("空挡起", span[0].isoformat()),
                ("空挡止", span[1].isoformat()),
            ),
        )

    def _uneven(self, site: Site, served: dict[int, Span]) -> Iterable[Violation]:
        if len(set(served.values())) > 1:
            parts = [f"岗位{slot}自{a}至{b}" for slot, (a, b) in sorted(served.items())]
            yield Violation(
                rule=self.article.rule,
                site_id=site.id,
                department=site.department,
                start=min(start for start, _ in served.values()),
                end=max(end for _, end in served.values()),
                facts=(("各岗位", "，".join(parts)),),
            )

    def _unexplained(
        self,
        instance: Instance,
        site: Site,
        window: Span,
        served: dict[int, Span],
        explained: Sequence[Span],
    ) -> Iterable[Violation]:
        """Owed dates outside the served part of the site without a row of 未安排对象."""
        covered = [*explained]
        if served:
            covered.append((min(a for a, _ in served.values()), max(b for _, b in served.values())))
        for hole in holes(covered, *window):
            span = owed_part(instance, site, hole)
            if span is not None:
                yield Violation(
                    rule=self.article.rule,
                    site_id=site.id,
                    department=site.department,
                    start=span[0],
                    end=span[1],
                    facts=(("无人起", span[0].isoformat()), ("无人止", span[1].isoformat())),
                )

    def _long_absences(self, instance: Instance, stint: Stint) -> Iterable[Violation]:
        judged = max(stint.start, instance.round.start), last_day(stint)
        for start, end in _spells(instance, stint.inspector_id):
            if judged[0] > judged[1] or end < judged[0] or start > judged[1]:
                continue
            days = len(instance.calendar.workdays(start, end))
            if days > instance.policy.absence_long_days:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(
                        ("缺勤起", start.isoformat()),
                        ("缺勤止", end.isoformat()),
                        ("工作日", str(days)),
                    ),
                )

    def explain(self, violation: Violation) -> str:
        """One sentence for each of the four ways to leave a gap."""
        fact = violation.fact
        if fact("岗位"):
            return (
                f"岗位{fact('岗位')}衔接有空挡：前任{fact('前任')}于{fact('前任结束')}结束，"
                f"接任{fact('接任')}于{fact('接任起始')}才到，"
                f"{fact('空挡起')}至{fact('空挡止')}无人。"
            )
        if fact("各岗位"):
            return f"各岗位的在岗日期应一致：{fact('各岗位')}。"
        if fact("无人起"):
            return (
                f"{fact('无人起')}至{fact('无人止')}应驻点而无人，"
                "请补派人员，或列入未安排对象并写明理由。"
            )
        return (
            f"{fact('缺勤起')}至{fact('缺勤止')}请假或另有任务共{fact('工作日')}个工作日，"
            "不能在此期间担任驻点岗位，请改派。"
        )


def _spells(instance: Instance, inspector_id: str) -> list[Span]:
    """The person's absences; those that follow each other without a working day are one."""
    joined: list[Span] = []
    for absence in instance.absences_of.get(inspector_id, ()):
        start, end = absence.start, absence.end
        apart = []
        for other in joined:
            between = (min(end, other[1]) + ONE_DAY, max(start, other[0]) - ONE_DAY)
            if instance.calendar.workdays(*between):
                apart.append(other)
            else:
                start, end = min(start, other[0]), max(end, other[1])
        joined = [*apart, (start, end)]
    return joined


RULE = NoGap()
