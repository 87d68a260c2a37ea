"""要求: what a person asks of one plan beyond the catalogue: few changes, or a certain posting.

Each is a rule in form, with an encoding and a checker that share no helper, so that the search and
the verifier treat it like any other. They are no rules of the catalogue and lift none.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from planner.domain.calendar import ONE_DAY, add_months, days_between
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Service
from planner.domain.terms import EndReason, Form, Grade
from planner.rule import Article, BaseRule, Penalty, Tier

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn

LOST = {
    Grade.FIRST: Tier.LOST_FIRST,
    Grade.SECOND: Tier.LOST_SECOND,
    Grade.THIRD: Tier.LOST_THIRD,
    Grade.FOURTH: Tier.LOST_FOURTH,
}
FILL_IN_DAYS = 14
"""Whoever leaves to fill in elsewhere begins there within so many days."""
WANTED_WEIGHTS = {Grade.FIRST: 100, Grade.SECOND: 20, Grade.THIRD: 5, Grade.FOURTH: 1}
"""What a posting of the next round is worth that this round makes impossible."""

PostingKey = tuple[str, str, str, Form]
"""One posting of a round: unit, place (mobile group or site), person and form."""

Span = tuple[dt.date, dt.date]


class LeastChange(BaseRule):
    """最少变动: stay close to ``earlier``, the rows that an earlier plan has from the first day of
    the round on.

    First no object loses service that the earlier plan gave it, grade by grade, where that can be
    helped: without this, leaving it alone would always be the smallest change. Then few changed
    postings, then few changed days. Where that leaves a choice, nobody comes for a short time
    only: who is there stays a little longer, or the next one comes earlier.

    A posting is a person in one form at one object or mobile group. It counts once when its first
    or last day differs, when it is dropped, or when it is new. Changed days are the person-days at
    a place that only one of the two plans has. A running holder may leave for 补位 only to begin
    elsewhere within ``FILL_IN_DAYS``, or where the service itself ends: whoever of a pair is left
    alone has to go. Whoever came to fill in goes when that is over, wherever to.

    ``services`` are all that the new plan can give; where an object or a group is gone, its
    postings end of necessity: they are no choice and not counted.
    """

    article: ClassVar[Article] = Article(
        rule="最少变动",
        level="S",
        clause="第(十二)条",
        title="对原计划变动最少",
        title_en="Least change",
        quote="实时优化调整工作任务、工作措施、工作要求",
    )

    def __init__(self, earlier: Sequence[Stint], services: Iterable[Service]) -> None:
        given = tuple(services)
        places = {(one.department, one.group or one.site_ids[0]) for one in given}
        sites = {site_id for one in given for site_id in one.site_ids}
        self.rows = tuple(row for row in earlier if row.site_id in sites)
        self.earlier: Mapping[PostingKey, Span] = {
            key: span for key, span in _postings(earlier).items() if key[:2] in places
        }

    def post(self, model: PlanModel) -> None:
        """Leaving for 补位 needs a beginning elsewhere, or that nobody serves there any more."""
        for person, columns in model.stints_of_person.items():
            begun = [one for one in columns if not one.candidate.running]
            self._fill_in(model, person, columns, begun)
        withdrawn = [one for one in model.stints if not one.in_flow]
        for one in withdrawn:
            person = one.candidate.inspector_id
            begun = [
                other
                for other in model.stints_of_person.get(person, ())
                if not other.candidate.running
            ]
            self._fill_in(model, person, [one], begun)

    def _fill_in(
        self,
        model: PlanModel,
        person: str,
        columns: Iterable[StintColumn],
        begun: Iterable[StintColumn],
    ) -> None:
        for one in columns:
            left = one.candidate
            if not left.running or left.end_reason is not EndReason.SUBSTITUTION:
                continue
            held = model.posts[one.post].held
            if any((row.end, row.end_reason) == (left.end, left.end_reason) for row in held):
                continue
            latest = left.until + FILL_IN_DAYS * ONE_DAY
            elsewhere = [
                (other.index, -1)
                for other in begun
                if left.until <= other.first <= latest
                and other.candidate.service.site_ids != left.service.site_ids
            ]
            after = model.active(left.service, left.until)
            model.row(self.article.rule, person, [(one.index, 1), *elsewhere, *after], upper=1)

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Lost service, changed postings, changed days and short stints of this component."""
        round = model.instance.round
        places = {(one.department, one.group or one.site_ids[0]) for one in model.services}
        known = {key: span for key, span in self.earlier.items() if key[:2] in places}
        spans: dict[tuple[str, str, str], list[Span]] = defaultdict(list)
        for (unit, where, person, _), (start, end) in known.items():
            spans[unit, where, person].append((max(start, round.start), min(end, round.end)))
        changed, days, fill_ins = [], [], []
        for one in model.stints:
            candidate, service = one.candidate, one.candidate.service
            place = service.department, service.group or service.site_ids[0]
            key = (*place, candidate.inspector_id, service.form)
            if key in known:
                kept = known[key] == (candidate.start, candidate.end)
                changed.append((one.index, -1 if kept else 0))
            elif candidate.end >= round.start:
                changed.append((one.index, 1))
                if candidate.end_reason is EndReason.SUBSTITUTION:
                    fill_ins.append((one.index, 1))
            first, last = max(candidate.start, round.start), min(candidate.end, round.end)
            common = sum(
                max(0, (min(last, end) - max(first, start)).days + 1)
                for start, end in spans[*place, candidate.inspector_id]
            )
            days.append((one.index, max(0, (last - first).days + 1) - 2 * common))
        before = sum(
            max(0, (end - start).days + 1) for found in spans.values() for start, end in found
        )
        return (
            *(self._lost(model, grade) for grade in Grade),
            Penalty(
                "changed_stints", "变动的派驻", Tier.CHANGED_STINTS, 1, "段",
                tuple(changed), len(known),
            ),
            Penalty(
                "changed_days", "变动的天数", Tier.CHANGED_DAYS, 1, "人天", tuple(days), before
            ),
            Penalty("fill_ins", "临时补位", Tier.FILL_INS, 1, "段", tuple(fill_ins)),
        )  # fmt: skip

    def _lost(self, model: PlanModel, grade: Grade) -> Penalty:
        """Working days of the earlier service that the new one does not give: a service that runs
        from one change date to another gives those that lie between them."""
        instance, terms, owed = model.instance, list[tuple[int, int]](), 0
        sites = {one for service in model.services for one in service.site_ids}
        for site_id in sorted(sites):
            if instance.rating_by_site[site_id].grade is not grade:
                continue
            days = sorted(self._served(instance, site_id))
            owed += len(days)
            for service in model.services:
                if site_id in service.site_ids:
                    terms += [
                        (column, bisect_left(days, day))
                        for day, column in model.begins(service).items()
                    ]
                    terms += [
                        (column, -bisect_left(days, day))
                        for day, column in model.ends(service).items()
                    ]
        return Penalty(
            f"lost_{grade.name.lower()}", f"{grade.label}对象少服务的工作日", LOST[grade], 1, "天",
            tuple(terms), owed,
        )  # fmt: skip

    def _served(self, instance: Instance, site_id: str) -> set[dt.date]:
        """The owed working days on which the earlier plan serves a site."""
        window = instance.owed_window(instance.site_by_id[site_id])
        if window is None:
            return set()
        found: set[dt.date] = set()
        for row in self.rows:
            if row.site_id == site_id and row.end is not None:
                first, last = max(row.start, window[0]), min(row.end, window[1])
                found |= set(instance.calendar.workdays(first, last))
        return found

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Compare the two sets of postings, and day by day who is where."""
        now = _postings(plan.stints)
        units = set(plan.departments)
        known = {key: span for key, span in self.earlier.items() if key[0] in units}
        changed = sum(
            known[key] != span if key in known else span[1] >= plan.round_start
            for key, span in now.items()
        )
        dropped = len(known.keys() - now.keys())
        return {
            **{f"lost_{grade.name.lower()}": 0 for grade in Grade},
            **_lost_days(instance, plan, self.rows),
            "changed_stints": changed + dropped,
            "changed_days": len(_person_days(now, plan) ^ _person_days(known, plan)),
            "fill_ins": len(
                {
                    _key(row)
                    for row in plan.stints
                    if row.end_reason is EndReason.SUBSTITUTION
                    and row.end is not None
                    and row.end >= plan.round_start
                }
                - known.keys()
            ),
        }

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Who left for 补位 and begins nowhere else, though others go on serving there."""
        begins: dict[str, list[Stint]] = defaultdict(list)
        serving: dict[tuple[str, Form], list[Stint]] = defaultdict(list)
        for row in plan.stints:
            begins[row.inspector_id].append(row)
            serving[row.site_id, row.form].append(row)
        over = {
            (row.inspector_id, row.site_id, row.start, row.end)
            for row in instance.running
            if row.end_reason is EndReason.SUBSTITUTION
        }
        for row in plan.stints:
            running = row.start < plan.round_start
            if not running or row.end is None or row.end_reason is not EndReason.SUBSTITUTION:
                continue
            if (row.inspector_id, row.site_id, row.start, row.end) in over:
                continue
            next_day = max(row.end + ONE_DAY, plan.round_start)
            needed = instance.calendar.workday_on_or_after(next_day)
            if not any(
                other.start <= needed and (other.end is None or needed <= other.end)
                for other in serving[row.site_id, row.form]
            ):
                continue
            limit = needed + FILL_IN_DAYS * ONE_DAY
            place = row.group or row.site_id
            if not any(
                (other.group or other.site_id) != place and row.end < other.start <= limit
                for other in begins[row.inspector_id]
            ):
                yield Violation(
                    rule=self.article.rule,
                    department=row.department,
                    site_id=row.site_id,
                    inspector_id=row.inspector_id,
                    start=row.start,
                    facts=(("离开", str(row.end)),),
                )


def _key(row: Stint) -> PostingKey:
    return row.department, row.group or row.site_id, row.inspector_id, row.form


def _postings(rows: Iterable[Stint]) -> dict[PostingKey, Span]:
    """First and last day of each posting."""
    found: dict[PostingKey, Span] = {}
    for row in rows:
        assert row.end is not None
        key = _key(row)
        start, end = found.get(key, (row.start, row.end))
        found[key] = min(start, row.start), max(end, row.end)
    return found


def _lost_days(instance: Instance, plan: Plan, earlier: Iterable[Stint]) -> Mapping[str, int]:
    """By grade, the owed working days of objects of the planned units with somebody of the earlier
    plan and nobody of the new one."""
    there: dict[str, set[dt.date]] = defaultdict(set)
    for row in plan.stints:
        last = plan.round_end if row.end is None else min(row.end, plan.round_end)
        there[row.site_id] |= set(days_between(max(row.start, plan.round_start), last))
    lost: dict[str, set[tuple[str, dt.date]]] = defaultdict(set)
    for row in earlier:
        site = instance.site_by_id.get(row.site_id)
        owed = instance.owed_window(site) if site is not None else None
        if site is None or owed is None or row.department not in plan.departments:
            continue
        grade = instance.rating_by_site[site.id].grade
        for day in days_between(max(row.start, owed[0]), min(row.end or owed[1], owed[1])):
            if instance.calendar.is_workday(day) and day not in there[site.id]:
                lost[f"lost_{grade.name.lower()}"].add((site.id, day))
    return {name: len(days) for name, days in lost.items()}


def _person_days(postings: Mapping[PostingKey, Span], plan: Plan) -> set[tuple[str, str, str, int]]:
    return {
        (unit, place, person, number)
        for (unit, place, person, _), (start, end) in postings.items()
        for number in range(
            max(start, plan.round_start).toordinal(), min(end, plan.round_end).toordinal() + 1
        )
    }


class FreeForNextRound(BaseRule):
    """为下一轮留人: this round keeps nobody from the postings that the next one wants.

    ``wanted`` are rows of a plan of the next round, with the grade of their objects. A posting of
    this round is in the way of a wanted one of the same person

    - at the same object (R05-7, R05-1), where it ends less than the cool-off before, unless it goes
      on past the round and the wanted one just continues it within its half-year;
    - at another object, where it goes on past the round, one of the two is 蹲守, and the wanted one
      begins before the person may leave (R05-2). Who is in post before this round may leave.

    It is a goal and no rule of a plan: what of it can be helped is helped.
    """

    article: ClassVar[Article] = Article(
        rule="为下一轮留人",
        level="S",
        clause="第(五)条",
        title="占用下一轮要用的人",
        title_en="Nobody is kept from the next round",
        quote="避免出现人员衔接空挡",
    )

    def __init__(self, wanted: Iterable[tuple[Stint, Grade]]) -> None:
        self.wanted: dict[str, list[tuple[Stint, int]]] = defaultdict(list)
        for row, grade in wanted:
            self.wanted[row.inspector_id].append((row, WANTED_WEIGHTS[grade]))

    def penalties(self, model: PlanModel) -> Sequence[Penalty]:
        """Constants of the candidates."""
        policy, terms = model.instance.policy, []
        goes_on_to = model.instance.calendar.workday_on_or_after(model.instance.round.end + ONE_DAY)
        for column in model.stints:
            one = column.candidate
            goes_on = one.end > model.instance.round.end
            back = add_months(one.end + ONE_DAY, policy.cool_off_months)
            released = min(add_months(one.start, policy.min_stint_months), one.end + ONE_DAY)
            cost = 0
            for row, weight in self.wanted.get(one.inspector_id, ()):
                assert row.end is not None
                if row.site_id in one.site_ids:
                    continued = goes_on and row.start <= goes_on_to and row.end <= one.end
                    blocked = not continued and row.start < back
                else:
                    resident = Form.RESIDENT in {row.form, one.service.form}
                    tied = goes_on and not one.running and resident
                    blocked = tied and row.start < released
                cost += weight * blocked
            if cost and one.end >= model.instance.round.start:
                terms.append((column.index, cost))
        return (
            Penalty("kept_from_next_round", self.article.title, Tier.AHEAD, 1, "分", tuple(terms)),
        )

    def costs(self, instance: Instance, plan: Plan) -> Mapping[str, int]:
        """Each posting of the plan that is in the way of each wanted row."""
        found = sum(weight for _, weight, _ in self.kept_from(instance, plan))
        return {"kept_from_next_round": found}

    def kept_from(self, instance: Instance, plan: Plan) -> Iterator[tuple[Stint, int, dt.date]]:
        """The wanted rows that postings of a plan are in the way of, with their weight and the
        first day on which the person may begin there."""
        there = [row for row in plan.stints if row.end is None or row.end >= plan.round_start]
        places: dict[tuple[str, str], set[str]] = defaultdict(set)
        for stint in there:
            places[stint.department, stint.group or stint.site_id].add(stint.site_id)
        for (unit, place, person, form), span in _postings(there).items():
            for row, weight in self.wanted.get(person, ()):
                if row.site_id in places[unit, place]:
                    free_from = self._may_return(instance, plan, span[1], row)
                else:
                    free_from = self._may_leave(instance, plan, form, span, row)
                if row.start < free_from:
                    yield row, weight, free_from

    def _may_return(self, instance: Instance, plan: Plan, end: dt.date, row: Stint) -> dt.date:
        """When the person may have the row at an object where a posting lasts to ``end``."""
        off = instance.calendar.workdays(plan.round_end + ONE_DAY, row.start - ONE_DAY)
        if end > plan.round_end and not off and row.end is not None and row.end <= end:
            return row.start
        return add_months(end + ONE_DAY, instance.policy.cool_off_months)

    def _may_leave(
        self, instance: Instance, plan: Plan, form: Form, span: Span, row: Stint
    ) -> dt.date:
        """When the person may begin the row if a posting elsewhere lasts over ``span``."""
        start, end = span
        if start < plan.round_start or end <= plan.round_end:
            return row.start
        if form is not Form.RESIDENT and row.form is not Form.RESIDENT:
            return row.start
        return min(add_months(start, instance.policy.min_stint_months), end + ONE_DAY)


class Demand(BaseRule):
    """指定派驻: a person serves an object, beginning on ``since`` or later and on ``by`` or earlier
    (any day if None)."""

    article: ClassVar[Article] = Article(
        rule="指定派驻",
        level="H",
        clause="",
        title="指定的人员到指定的对象",
        title_en="A posting that is asked for",
        quote="",
    )

    def __init__(
        self,
        inspector_id: str,
        site_id: str,
        since: dt.date | None = None,
        by: dt.date | None = None,
    ) -> None:
        self.inspector_id = inspector_id
        self.site_id = site_id
        self.since = since
        self.by = by

    def post(self, model: PlanModel) -> None:
        """At least one column of the person at the object."""
        if all(self.site_id not in service.site_ids for service in model.services):
            return
        wanted = [
            (one.index, 1)
            for one in model.stints_of_person.get(self.inspector_id, ())
            if self.site_id in one.candidate.site_ids
            and (self.since is None or one.first >= self.since)
            and (self.by is None or one.first <= self.by)
        ]
        model.row(self.article.rule, self.inspector_id, wanted, lower=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """The posting is missing."""
        found = any(
            (row.inspector_id, row.site_id) == (self.inspector_id, self.site_id)
            and (row.end is None or row.end >= plan.round_start)
            and (self.since is None or max(row.start, plan.round_start) >= self.since)
            and (self.by is None or row.start <= self.by)
            for row in plan.stints
        )
        if not found:
            yield Violation(
                rule=self.article.rule,
                inspector_id=self.inspector_id,
                site_id=self.site_id,
                start=self.since,
            )


class KeptRows(BaseRule):
    """保留的行: these rows, which a person has written, stand in the plan as they are."""

    article: ClassVar[Article] = Article(
        rule="保留的行",
        level="H",
        clause="",
        title="人工改动的行原样保留",
        title_en="Rows that a person has written are kept",
        quote="",
    )

    def __init__(self, rows: Sequence[Stint]) -> None:
        self.rows = tuple(rows)

    def post(self, model: PlanModel) -> None:
        """A column that is written as the row, for every row at an object of the component."""
        sites = {one for service in model.services for one in service.site_ids}
        for row in self.rows:
            if row.site_id not in sites:
                continue
            wanted = [
                (one.index, 1)
                for one in model.stints
                if one.candidate.inspector_id == row.inspector_id
                and row.site_id in one.candidate.site_ids
                and one.candidate.service.form is row.form
                and (one.candidate.start, one.candidate.end) == (row.start, row.end)
            ]
            model.row(self.article.rule, row.inspector_id, wanted, lower=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """The rows of the planned units that are not in the plan."""
        there = {
            (row.site_id, row.inspector_id, row.form, row.start, row.end) for row in plan.stints
        }
        for row in self.rows:
            if row.department not in plan.departments:
                continue
            if (row.site_id, row.inspector_id, row.form, row.start, row.end) not in there:
                yield Violation(
                    rule=self.article.rule,
                    department=row.department,
                    site_id=row.site_id,
                    inspector_id=row.inspector_id,
                    start=row.start,
                    end=row.end,
                )


class DroppedRows(BaseRule):
    """取消的行: these rows, which a person has taken out or replaced, do not come back."""

    article: ClassVar[Article] = Article(
        rule="取消的行",
        level="H",
        clause="",
        title="人工删去或改掉的行不再出现",
        title_en="Rows that a person has taken out stay out",
        quote="",
    )

    def __init__(self, rows: Sequence[Stint]) -> None:
        self.rows = tuple(rows)

    def post(self, model: PlanModel) -> None:
        """No column that would be written as one of the rows."""
        for row in self.rows:
            for one in model.stints:
                candidate = one.candidate
                if (
                    candidate.inspector_id == row.inspector_id
                    and row.site_id in candidate.site_ids
                    and candidate.service.form is row.form
                    and (candidate.start, candidate.end) == (row.start, row.end)
                ):
                    model.row(self.article.rule, row.inspector_id, [(one.index, 1)], upper=0)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """The rows that are in the plan."""
        out = {(row.site_id, row.inspector_id, row.form, row.start, row.end) for row in self.rows}
        for row in plan.stints:
            if (row.site_id, row.inspector_id, row.form, row.start, row.end) in out:
                yield Violation(
                    rule=self.article.rule,
                    department=row.department,
                    site_id=row.site_id,
                    inspector_id=row.inspector_id,
                    start=row.start,
                    end=row.end,
                )


class AsListed(BaseRule):
    """附件1所列: on one day these people are at these objects in these forms, and those are not;
    their first and last days are free."""

    article: ClassVar[Article] = Article(
        rule="附件1所列",
        level="H",
        clause="",
        title="附件1改动之处的人员保留",
        title_en="Who is where on the day of an edited form",
        quote="",
    )

    def __init__(
        self,
        day: dt.date,
        present: Iterable[tuple[str, str, Form]],
        absent: Iterable[tuple[str, str]],
    ) -> None:
        self.day = day
        self.present = tuple(sorted(present))
        self.absent = tuple(sorted(absent))

    def post(self, model: PlanModel) -> None:
        """A column over the day for each who is there, none for each who is not."""
        sites = {one for service in model.services for one in service.site_ids}
        there = [one for one in model.stints if one.first <= self.day < one.candidate.until]
        for person, site_id, form in self.present:
            if site_id in sites:
                wanted = [
                    (one.index, 1)
                    for one in there
                    if one.candidate.inspector_id == person
                    and site_id in one.candidate.site_ids
                    and one.candidate.service.form is form
                ]
                model.row(self.article.rule, person, wanted, lower=1)
        for person, site_id in self.absent:
            for one in there:
                if one.candidate.inspector_id == person and site_id in one.candidate.site_ids:
                    model.row(self.article.rule, person, [(one.index, 1)], upper=0)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Who is missing in the planned units, and who is there though taken out."""
        rows = [
            row for row in plan.stints
            if row.start <= self.day and (row.end is None or self.day <= row.end)
        ]  # fmt: skip
        listed = {(row.inspector_id, row.site_id, row.form) for row in rows}
        staying = {(row.inspector_id, row.site_id) for row in rows}
        wrong = {
            (person, site_id)
            for person, site_id, form in set(self.present) - listed
            if instance.site_by_id[site_id].department in plan.departments
        }
        for person, site_id in sorted(wrong | (staying & set(self.absent))):
            yield Violation(
                rule=self.article.rule,
                site_id=site_id,
                inspector_id=person,
                start=self.day,
            )
