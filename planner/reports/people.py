"""未派人员: who of a unit is not sent in the round, and why; teams that change as a whole.

Conflicts of interest never count as a reason here (L-5): whom they keep out of some objects may be
sent to others.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from planner.domain.away import long_absences
from planner.domain.calendar import add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import full_record
from planner.domain.tables import PROBATION_MONTHS, QUALIFIED, Inspector, Site
from planner.domain.terms import AppraisalFlag, Form
from planner.options import options_of
from planner.posts import owed_sites
from planner.reports.labels import department_order
from planner.reports.rotation import in_round, weeks_of

USABLE = "可派而未用到"
USABLE_REMARK = (
    "可派而未用到：可以派到本单位的某些对象，但那里没有形式、专业、日期、搭档都相合的空岗，"
    "或更合适的人已经够用。无人的对象为什么用不上他们，见“未安排对象”的原因。"
)


@dataclass(frozen=True, slots=True)
class IdlePerson:
    """Somebody who has no stint in the round; ``usable`` when nothing forbids one."""

    inspector_id: str
    usable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class UnitPeople:
    """The people of one dispatching unit: how many there are, and who of them is not sent,
    the usable ones first."""

    department: str
    total: int
    idle: tuple[IdlePerson, ...]

    @property
    def sent(self) -> int:
        """How many have a stint in the round."""
        return self.total - len(self.idle)

    @property
    def usable(self) -> int:
        """How many could be sent and are not."""
        return sum(one.usable for one in self.idle)

    @property
    def text(self) -> str:
        """The numbers in words."""
        usable = f"，其中可派而未用到 {self.usable} 人" if self.usable else ""
        return f"共 {self.total} 人，派出 {self.sent} 人，未派 {len(self.idle)} 人{usable}"

    @property
    def by_reason(self) -> dict[str, list[str]]:
        """The ids of those who are not sent, by reason."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.idle:
            found[one.reason].append(one.inspector_id)
        return found


def people_of_units(instance: Instance, plan: Plan) -> tuple[UnitPeople, ...]:
    """Every unit of the plan with its people, in the order of the workbook."""
    sent = {stint.inspector_id for stint in in_round(plan)}
    calendar = instance.calendar
    days = [calendar.workday_on_or_after(week.start) for week in weeks_of(plan)]
    owed = owed_sites(instance, plan.departments)
    units = []
    for code in department_order(instance, plan.departments):
        own = [person for person in instance.inspectors if person.department == code]
        needs = _needs(instance, owed[code])
        idle = tuple(
            _idle(instance, person, needs, days) for person in own if person.id not in sent
        )
        units.append(
            UnitPeople(code, len(own), tuple(sorted(idle, key=lambda one: not one.usable)))
        )
    return tuple(units)


@dataclass(frozen=True, slots=True)
class _Need:
    """What an object of a unit asks of a person in one of its forms."""

    site_id: str
    form: Form
    sector: str
    coal: bool


def _needs(instance: Instance, sites: Sequence[Site]) -> frozenset[_Need]:
    """The needs of the objects that a unit has to serve."""
    return frozenset(
        _Need(site.id, option.form, site.sector, instance.sector_by_code[site.sector].coal)
        for site in sites
        for option in options_of(instance, site)
    )


def _idle(
    instance: Instance, person: Inspector, needs: frozenset[_Need], days: list[dt.date]
) -> IdlePerson:
    if not needs:
        return IdlePerson(person.id, False, "本单位本轮没有应派对象")
    found = [next(_obstacles(instance, person, needs, day), "") for day in days]
    reasons = list(dict.fromkeys(filter(None, found)))
    if all(found):
        return IdlePerson(person.id, False, "；".join(reasons))
    limits = [f"部分日期除外：{'、'.join(reasons)}"] if reasons else []
    if not {need.form for need in needs} <= person.forms:
        limits.insert(0, f"只担任{'、'.join(sorted(person.forms))}")
    return IdlePerson(person.id, True, USABLE + (f"（{'；'.join(limits)}）" if limits else ""))


def _obstacles(
    instance: Instance, person: Inspector, needs: frozenset[_Need], day: dt.date
) -> Iterator[str]:
    """Why the person could be sent to no object of the unit on a day, the plainest reason first:
    who is no formal staff of the unit (R09-1) is not sent whatever else holds."""

    def lifted(rule: str, need: _Need) -> bool:
        return instance.lifted(rule, person.id, need.site_id, day, day)

    formal, trained = person.staff_type.formal, _trained(instance, person, day)
    needs = frozenset(one for one in needs if formal or lifted("R09-1", one))
    if not needs:
        yield f"人员性质为{person.staff_type}，不是本单位正式人员"
        return
    if person.appraisal is AppraisalFlag.SUSPENDED:
        yield "年度状态为停派"
    if person.leaves_on is not None and person.leaves_on <= day:
        yield f"{person.leaves_on}退休或调离"
    if person.available_to < day:
        yield f"可投入至{person.available_to}"
    if day < person.available_from:
        yield f"{person.available_from}起才可投入"
    probation = _probation(person, day)
    tests: tuple[tuple[str, Callable[[_Need], bool]], ...] = (
        (probation, lambda need: not probation or lifted("R09-2", need)),
        (
            f"可担任形式为{'、'.join(sorted(person.forms)) or '空'}，本单位的对象用不到",
            lambda need: need.form in person.forms,
        ),
        (
            "没有本单位应派行业的专业能力",
            lambda need: person.skill(need.sector) >= QUALIFIED or lifted("R09-3", need),
        ),
        ("不能入井", lambda need: person.underground_ok or not need.coal),
        ("没有应派行业的有效培训", lambda need: need.sector in trained),
    )
    for words, suits in tests:
        needs = frozenset(filter(suits, needs))
        if not needs:
            yield words
            return
    for first, last in long_absences(instance, person.id):
        if first <= day <= last:
            kinds = [
                str(row.kind)
                for row in instance.absences_of[person.id]
                if row.start <= last and row.end >= first
            ]
            yield f"{'、'.join(dict.fromkeys(kinds))}（{first} 至 {last}）"


def _probation(person: Inspector, day: dt.date) -> str:
    """Whether the person is on probation on a day, in words; empty when not."""
    if person.probation_end is not None:
        return f"试用期至{person.probation_end}" if day <= person.probation_end else ""
    if person.hire_date is None:
        return "没有录用日期，无从判断试用期"
    over = add_months(person.hire_date, PROBATION_MONTHS)
    return f"{person.hire_date}录用，试用期未满" if day < over else ""


def _trained(instance: Instance, person: Inspector, day: dt.date) -> set[str]:
    """The sectors in which the person has a valid training when entering on a day (R10-1)."""
    oldest = add_months(day, -instance.policy.training_valid_months)
    return {
        sector
        for row in instance.trainings_of.get(person.id, ())
        if False not in (row.passed, row.task_list, row.measures, row.hazard_criteria)
        and oldest <= row.end < day
        for sector in row.sectors
    }


# -- teams --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WholeChange:
    """A team of which nobody stays on a date: nobody who knows the objects is left there."""

    day: dt.date
    site_ids: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def whole_changes(instance: Instance, plan: Plan) -> tuple[WholeChange, ...]:
    """Every team of the round whose people all change on one date, by date."""
    record = [one for one in full_record(instance, plan) if one.department in plan.departments]
    by_site = defaultdict(list)
    for stint in record:
        by_site[stint.site_id].append(stint)
    found: dict[tuple[dt.date, tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for site_id, stints in sorted(by_site.items()):
        days = {one.start for one in stints if plan.round_start <= one.start <= plan.round_end}
        for day in sorted(days):
            last = instance.calendar.workday_before(day)
            before = tuple(sorted({one.inspector_id for one in stints if one.covers(last)}))
            after = tuple(sorted({one.inspector_id for one in stints if one.covers(day)}))
            if len(before) > 1 and set(before).isdisjoint(after):
                found[day, before, after].append(site_id)
    return tuple(
        WholeChange(day, tuple(sites), before, after)
        for (day, before, after), sites in sorted(found.items())
    )
