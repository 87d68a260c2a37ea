"""R03-5 · H · 同一时间只在一处 / One person, one place.

Derived from the three definitions of 第(三)条, such as “蹲守驻点指驻点监督人员常驻企业开展监督”.

No two stints of a person share a date (settled reading 9), except 定期 stints at different objects
and stints of one mobile group at different objects. So 蹲守 or 流动 never goes beside anything
else, and nobody holds two slots of one object, in whatever form.

Example: 流动 group G1 until 2027-04-11, 定期 at O5 from 2027-04-12: allowed; from 2027-04-11: not.

Encoding: cliques; per person and maximal set of columns that share a date, Σ (released columns) +
Σ (定期 columns of one service) ≤ 1, for every such service.

Days of a month: nobody is at two objects on one date, or at an object and at 补休; two objects of
one 流动 group in the same 镇街 may share the date, half a day each.

Half a day stands alone where the person is on leave for the other half, though not under 定期,
whose days are whole ones, and not for a 替班人员. Days off are never halved.

Example: 上午 at O1, 下午 at O2, both in 北宿镇 and in group G1: allowed; in two 镇街: not.

Encoding for days: per person, date and half Σ presence and 补休 ≤ 1; half a day at one object ≤ Σ
the other half at its neighbours. Half-days are counted: whole ones are preferred.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.clock import last_day
from planner.domain.coverage import stints_by_person
from planner.domain.day_plan import DayPlan, DayRow, HalfDay, MonthCase
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel
    from planner.model.days import DayModel

MORNING, AFTERNOON = HalfDay.MORNING, HalfDay.AFTERNOON


class OnePlace(BaseRule, BaseDayRule):
    """同一时间只在一处."""

    article = Article(
        rule="R03-5",
        level="H",
        clause="第(三)条",
        title="同一时间只在一处",
        title_en="One person, one place",
        quote="蹲守驻点指驻点监督人员常驻企业开展监督",
    )

    def post(self, model: PlanModel) -> None:
        """At most one released post on every date, none of them beside 定期 posts, and one slot
        per object."""
        rule = self.article.rule
        for person, columns in model.stints_of_person.items():
            for day, active in model.cliques(columns):
                released = [(one.index, 1) for one in active if one.candidate.form.released]
                regular: dict[str, list[tuple[int, int]]] = defaultdict(list)
                for one in active:
                    if not one.candidate.form.released:
                        regular[one.candidate.service.id].append((one.index, 1))
                if len(regular) > 1 and released:
                    held = model.column(f"released {person} {day}")
                    model.row(rule, f"{person} {day}", [*released, (held, -1)], 0, 0)
                    released = [(held, 1)]
                for terms in regular.values():
                    if len(terms) + len(released) > 1:
                        model.row(rule, f"{person} {day}", [*released, *terms], upper=1)
                if not regular and len(released) > 1:
                    model.row(rule, f"{person} {day}", released, upper=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep each person's stints; every one that meets an earlier one it may not meet."""
        for inspector_id, stints in stints_by_person(plan).items():
            held: list[Stint] = []
            for stint in stints:
                held = [one for one in held if last_day(one) >= stint.start]
                for other in held:
                    both_until = min(last_day(other), last_day(stint))
                    if both_until < plan.round_start:
                        continue  # what is over before the round is no fault of the plan
                    if not _compatible(other, stint):
                        yield Violation(
                            rule=self.article.rule,
                            site_id=stint.site_id,
                            inspector_id=inspector_id,
                            department=stint.department,
                            start=stint.start,
                            end=both_until,
                            facts=(
                                ("派驻", _named(stint)),
                                ("另一派驻", _named(other)),
                                ("重叠起", stint.start.isoformat()),
                                ("重叠止", both_until.isoformat()),
                            ),
                        )
                held.append(stint)

    def explain(self, violation: Violation) -> str:
        """Name the two stints and the dates they share."""
        fact = violation.fact
        return (
            f"{fact('重叠起')}至{fact('重叠止')}同一人同时在两处："
            f"{fact('另一派驻')}和{fact('派驻')}。"
        )

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """One place per date, and halves only in pairs."""
        rule, case = self.article.rule, model.case
        for person, sites in model.sites_of.items():
            for day in case.dates:
                if day < case.since:
                    continue
                all_day = model.rest(person, day)
                for site_id in sites:
                    all_day += model.whole_at(person, site_id, day)
                halved = [one for one in sites if model.halves_at(person, one, day)]
                for half, other in ((MORNING, AFTERNOON), (AFTERNOON, MORNING)):
                    mine = {one: model.half_at(person, one, day, half) for one in halved}
                    terms = [*all_day, *(term for found in mine.values() for term in found)]
                    if len(terms) > 1 and (halved or half is MORNING):
                        model.row(rule, f"{person} {day} {half}", terms, upper=1)
                    for site_id, here in mine.items():
                        if case.half_on_leave(person, day) is other:
                            continue
                        paired = [
                            (column, -1)
                            for near in halved
                            if near != site_id and _neighbours(model.instance, near, site_id)
                            for column, _ in model.half_at(person, near, day, other)
                        ]
                        subject = f"{person} {day} {half} {site_id}"
                        model.row(rule, subject, [*here, *paired], upper=0)
        halves = [(column, 1) for (_, _, day, _), column in model.half.items() if day >= case.since]
        model.pay("half_days", "流动驻点半天", model.instance.policy.weight_half_day, "个", halves)

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Every row that meets another one of the same person and date."""
        for person, rows in days.of_person.items():
            by_day: dict[dt.date, list[DayRow]] = defaultdict(list)
            for row in rows:
                if row.day >= case.since:
                    by_day[row.day].append(row)
            for day, found in by_day.items():
                whole = len(found) == 1 and found[0].half is None
                halved = case.instance.calendar.is_workday(day) and (
                    _half_left(case, found) or _two_halves(case, found)
                )
                if whole or halved:
                    continue
                places = "、".join(
                    f"{row.site_id or row.kind.value}{f'（{row.half.value}）' if row.half else ''}"
                    for row in found
                )
                last = max(found, key=lambda row: row.site_id)  # a day at rest names no object
                alone = len(found) == 1
                reason = (
                    _why_not_half(case, last) if alone else "同一天只能在一处，流动同镇街可各半天"
                )
                yield Violation(
                    rule=self.article.rule,
                    site_id=last.site_id,
                    inspector_id=person,
                    department=last.department,
                    start=day,
                    end=day,
                    facts=(("日期", day.isoformat()), ("安排", places), ("原因", reason)),
                )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Half-days, of which there should be few."""
        return {
            "half_days": sum(row.half is not None and row.day >= case.since for row in days.rows)
        }

    def explain_day(self, violation: Violation) -> str:
        """Name the places, and why they cannot be."""
        fact = violation.fact
        return f"{fact('日期')}同一人的安排为{fact('安排')}：{fact('原因')}。"


def _half_left(case: MonthCase, rows: Sequence[DayRow]) -> bool:
    """Whether one row is the half of a date that leave of the other half leaves, at an object at
    which the person is posted, and not under 定期."""
    row = rows[0]
    forms = {
        stint.form
        for stint in case.stints_at.get(row.site_id, ())
        if stint.inspector_id == row.inspector_id and stint.covers(row.day)
    }
    return len(rows) == 1 and _left(case, row) == [row.half] and bool(forms - {Form.REGULAR})


def _left(case: MonthCase, row: DayRow) -> list[HalfDay]:
    """The halves of a row's date that half-day leave of its person leaves."""
    away = {
        one.half_day
        for one in case.instance.absences_of.get(row.inspector_id, ())
        if one.half_day and one.start <= row.day <= one.end
    }
    return [half for half in HalfDay if half not in away]


def _why_not_half(case: MonthCase, row: DayRow) -> str:
    """Why half a day cannot stand alone."""
    if not row.site_id:
        return "补休不分半天"
    if not case.instance.calendar.is_workday(row.day):
        return "休息日不能只驻半天"
    left = _left(case, row)
    if row.half not in left:
        return "这半天请假"
    if len(left) > 1:
        return "不能只驻半天（没有请半天假）"
    return "定期驻点和替班不能只驻半天"


def _two_halves(case: MonthCase, rows: Sequence[DayRow]) -> bool:
    """Whether two rows are the two halves of a day at neighbouring objects of one group."""
    if [row.half for row in rows] != [MORNING, AFTERNOON]:
        return False
    one, other = rows
    if one.site_id == other.site_id or not (one.site_id and other.site_id):
        return False
    groups = [
        {
            (stint.department, stint.group)
            for stint in case.stints_at.get(row.site_id, ())
            if stint.form is Form.MOBILE
            and stint.inspector_id == row.inspector_id
            and stint.covers(row.day)
        }
        for row in rows
    ]
    places = [case.instance.site_by_id[row.site_id] for row in rows]
    towns = {(place.county, place.town) for place in places}
    return bool(groups[0] & groups[1]) and len(towns) == 1 and all(place.town for place in places)


def _neighbours(instance: Instance, one: str, other: str) -> bool:
    """For the encoding: whether two sites lie in one 镇街."""
    first, second = instance.site_by_id[one], instance.site_by_id[other]
    return bool(first.town) and (first.county, first.town) == (second.county, second.town)


def _compatible(one: Stint, other: Stint) -> bool:
    if one.site_id == other.site_id or one.form is not other.form:
        return False
    if one.form is Form.MOBILE:
        return (one.department, one.group) == (other.department, other.group)
    return one.form is Form.REGULAR


def _named(stint: Stint) -> str:
    return f"{stint.site_id}岗位{stint.slot}（{stint.form.value}）"


RULE = OnePlace()
