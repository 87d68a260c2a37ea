"""L-1 · H* · 检查须二人以上 / Inspections by two people.

山东省安全生产条例第42条 “应当由二人以上共同进行，出示有效的行政执法证件”.

Days of a month: on a date for which an 执法检查 is agreed at an object, two people with a valid
执法证 are there, in one half of it at least together. At other times one person may be there; but
where a post has several people under 定期 or 流动, they come together: a working day on which one
comes and meets nobody while two are free is counted. Chemical sites may not do otherwise (R04-4).

Example: 执法检查 on 2027-03-10; P1 is there, whose 执法证 expired on 2027-03-01, and P2: one
missing. P1 is there before noon, P2 after it: one missing.

Encoding: together + missing ≥ 2, where together ≤ Σ presence of certificate holders in whichever
half is chosen; per day a column ≥ somebody there − two there before noon − two there after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.day_plan import (
    AppointmentKind,
    DayPlan,
    DayShortage,
    HalfDay,
    MonthCase,
    people_by_half,
)
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

INSPECTORS = 2


class TwoInspectors(BaseDayRule):
    """检查须二人以上."""

    article = Article(
        rule="L-1",
        level="H*",
        clause="山东省安全生产条例第42条",
        title="检查须二人以上",
        title_en="Inspections by two people",
        quote="应当由二人以上共同进行，出示有效的行政执法证件",
    )

    def post_days(self, model: DayModel) -> None:
        """Two with certificates at inspections, and colleagues together."""
        case, instance = model.case, model.instance
        for site_id, day in _inspections(case):
            holders: list[str] = []
            for person in model.people_at(site_id, day):
                row = instance.inspector_by_id[person]
                valid = row.certificate_valid_to is None or row.certificate_valid_to >= day
                if row.certificate_no and valid:
                    holders.append(person)
            together = self._post_together(model, holders, site_id, day)
            subject = f"{site_id} {day}"
            model.want(self.article, subject, together, INSPECTORS, model.weight(site_id))
        apart: list[tuple[int, int]] = []
        for site_id, stints in case.stints_at.items():
            for day in case.workdays:
                forms = {one.form for one in stints if one.covers(day)}
                free = {
                    one.inspector_id
                    for one in stints
                    if one.covers(day) and not case.on_leave(one.inspector_id, day)
                }
                if day < case.since or Form.RESIDENT in forms or len(free) < INSPECTORS:
                    continue
                subject = f"{site_id} {day}"
                alone = (model.column(f"alone {subject}"), 1)
                people, met = model.people_at(site_id, day), list[tuple[int, int]]()
                for half, terms in model.at_once(people, site_id, day).items():
                    two = model.column(f"two {subject} {half}")
                    model.row(self.article.rule, subject, [*terms, (two, -INSPECTORS)], lower=0)
                    met.append((two, 1))
                minus = [(column, -1) for column, _ in model.present(site_id, day)]
                model.row(self.article.rule, subject, [alone, *met, *minus], lower=0)
                apart.append(alone)
        model.pay("apart", "同组人员不同行", instance.policy.weight_apart, "天", apart)

    def _post_together(
        self, model: DayModel, people: Sequence[str], site_id: str, day: dt.date
    ) -> list[tuple[int, int]]:
        """Terms that count those of the people, up to two, who are there in one half of a date."""
        at_once = model.at_once(people, site_id, day)
        if len(at_once) == 1:
            return at_once[HalfDay.MORNING]
        subject = f"{site_id} {day}"
        together = model.column(f"together {subject}", INSPECTORS)
        later = model.column(f"later {subject}")
        for half, ignored, least in (
            (HalfDay.MORNING, INSPECTORS, 0),
            (HalfDay.AFTERNOON, -INSPECTORS, -INSPECTORS),
        ):
            terms = [*at_once[half], (later, ignored), (together, -1)]
            model.row(self.article.rule, f"{subject} {half}", terms, lower=least)
        return [(together, 1)]

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Certificate holders missing at agreed inspections."""
        for site_id, day in sorted(
            {
                (one.site_id, one.day)
                for one in case.data.appointments
                if one.kind is AppointmentKind.INSPECTION and case.since <= one.day <= case.last
            }
        ):
            stints = case.stints_at.get(site_id, ())
            if day < case.first or not any(stint.covers(day) for stint in stints):
                continue
            rows = days.at_site.get(site_id, {}).get(day, ())
            holders = {
                one.id
                for one in (case.instance.inspector_by_id[row.inspector_id] for row in rows)
                if one.certificate_no and (one.certificate_valid_to or day) >= day
            }
            together = max(len(people & holders) for people in people_by_half(rows))
            if together < INSPECTORS:
                yield DayShortage(
                    rule=self.article.rule,
                    department=stints[0].department,
                    site_id=site_id,
                    start=day,
                    end=day,
                    missing=INSPECTORS - together,
                )

    def day_costs(self, case: MonthCase, days: DayPlan) -> Mapping[str, int]:
        """Working days on which one comes and meets nobody while two are free."""
        count = 0
        for site_id, stints in case.stints_at.items():
            for day, rows in days.at_site.get(site_id, {}).items():
                posted = [one for one in stints if one.covers(day)]
                available = {one.inspector_id for one in posted} - {
                    one.inspector_id for one in posted if case.on_leave(one.inspector_id, day)
                }
                count += (
                    day >= case.since
                    and case.instance.calendar.is_workday(day)
                    and all(one.form is not Form.RESIDENT for one in posted)
                    and len(available) >= INSPECTORS
                    and max(len(people) for people in people_by_half(rows)) < INSPECTORS
                )
        return {"apart": count}

    def explain_shortage(self, shortage: DayShortage) -> str:
        """People with certificates."""
        return f"执法检查应有2名持证人员同时在场，缺{shortage.missing}人"


def _inspections(case: MonthCase) -> list[tuple[str, dt.date]]:
    """For the encoding: objects and dates of agreed inspections that may still be planned."""
    agreed = {
        (one.site_id, one.day)
        for one in case.data.appointments
        if one.kind is AppointmentKind.INSPECTION
    }
    return [
        (site_id, day)
        for site_id, stints in case.stints_at.items()
        for day in case.dates
        if day >= case.since and (site_id, day) in agreed and any(one.covers(day) for one in stints)
    ]


RULE = TwoInspectors()
