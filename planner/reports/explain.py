"""Why the plan is as it is: inverted objects, postings that do not last half a year, absences."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY
from planner.domain.clock import HalfYear, clock_start, half_year
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.stand_in import barred_by
from planner.domain.tables import Absence, Inspector, Site
from planner.domain.terms import AbsenceKind, EndReason
from planner.model.extract import EARLIER
from planner.reports.labels import Names
from planner.reports.rotation import Posting, in_round, postings_of

SICK_OR_MATERNITY = (AbsenceKind.SICK, AbsenceKind.MATERNITY)
WEEKLY = "换人定在每周第一个工作日，取到期前最近的一个"
"""Why an end without any other reason is some days early: people change once a week."""
DAYS_OF_A_WEEK = 7
DAYS_TO_NEXT_POST = 14
"""Who starts elsewhere within this many days was moved there."""


# -- inverted objects (R02-5) -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inversion:
    """An object that a lower-scored one of the same unit and sector outdoes, with the reason."""

    site_id: str
    form: str
    below_id: str
    below_form: str
    reason: str


def inversions(instance: Instance, plan: Plan) -> tuple[Inversion, ...]:
    """Every inverted object with the strongest of the lower-scored ones, by unit and score."""
    best = _best_stints(instance, plan)
    groups: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in instance.sites:
        known = site.id in best and site.id in instance.rating_by_site
        if known and instance.owed_window(site) and instance.matrix_rows(site):
            groups[site.department, site.sector].append(site)
    found = []
    for _, sites in sorted(groups.items()):
        for site in sorted(sites, key=lambda one: (-_score(instance, one), one.id)):
            lower = [one for one in sites if _score(instance, one) < _score(instance, site)]
            rival = max(lower, key=lambda one: (_strength(best[one.id]), one.id), default=None)
            if rival is None or _strength(best[rival.id]) <= _strength(best[site.id]):
                continue
            found.append(_inversion(instance, plan, site, rival, best))
    return tuple(found)


def _best_stints(instance: Instance, plan: Plan) -> dict[str, Stint | None]:
    """The strongest form that each owed object gets on a working day of its window."""
    best: dict[str, Stint | None] = {one.site_id: None for one in plan.shortages}
    for stint in in_round(plan):
        site = instance.site_by_id[stint.site_id]
        owed = instance.owed_window(site)
        best.setdefault(site.id, None)
        if owed is None:
            continue
        first, last = max(stint.start, owed[0]), min(stint.end or owed[1], owed[1])
        if instance.calendar.workdays(first, last) and _strength(best[site.id]) < _strength(stint):
            best[site.id] = stint
    return best


def _strength(stint: Stint | None) -> int:
    return stint.form.strength if stint else 0


def _score(instance: Instance, site: Site) -> int:
    return instance.rating_by_site[site.id].score


def _inversion(
    instance: Instance, plan: Plan, site: Site, rival: Site, best: dict[str, Stint | None]
) -> Inversion:
    mine, theirs = best[site.id], best[rival.id]
    assert theirs is not None
    return Inversion(
        site_id=site.id,
        form=str(mine.form) if mine else "未安排",
        below_id=rival.id,
        below_form=str(theirs.form),
        reason="；".join(_why_inverted(instance, plan, site, rival, mine, theirs)),
    )


def _why_inverted(
    instance: Instance, plan: Plan, site: Site, rival: Site, mine: Stint | None, theirs: Stint
) -> list[str]:
    reasons = []
    upper, lower = instance.rating_by_site[site.id], instance.rating_by_site[rival.id]
    if mine is None:
        reasons.append("本对象人员不足，未能安排，原因见“未安排对象”")
    for label, one in (("本对象", site), ("低分对象", rival)):
        decided = instance.list_item(one.id)
        if decided is not None and decided.form is not None:
            reasons.append(f"{label}的形式由人指定为{decided.form}")
    if lower.grade < upper.grade:
        because = f"（{'、'.join(lower.reasons)}）" if lower.reasons else ""
        reasons.append(
            f"低分对象定为{lower.grade.label}{because}，本对象为{upper.grade.label}，"
            "按派驻矩阵分别派驻"
        )
    if reasons:
        return reasons
    for label, stint in (("本对象", mine), ("低分对象", theirs)):
        if stint is not None and stint.start < plan.round_start:
            reasons.append(f"{label}的在驻人员未到期，沿用原形式")
    if not reasons:
        reasons.append("两者同级，派驻矩阵允许几种形式；人员有限，加强本对象会减少其他对象的派驻")
    return reasons


# -- postings that do not last half a year ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OddEnd:
    """A posting that ends in the round before or after its half-year, with the reason."""

    posting: Posting
    due: dt.date
    end: dt.date
    reason: str

    @property
    def days(self) -> int:
        """Days after the due day; negative when it ends earlier."""
        return (self.end - self.due).days

    @property
    def weekly(self) -> bool:
        """Whether it is early by the days to the next weekly date alone."""
        return self.reason == WEEKLY


def odd_ends(instance: Instance, plan: Plan) -> tuple[OddEnd, ...]:
    """Those that end earlier, then those that end later, each by department and person."""
    people: dict[str, list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        people[stint.inspector_id].append(stint)
    found = []
    for person in instance.inspectors:
        for posting in postings_of(people[person.id]):
            if posting.end is None or not (
                plan.round_start - ONE_DAY <= posting.end <= plan.round_end
            ):
                continue
            half = _half_year(instance, posting)
            if posting.end != half.due_day:
                why = _why_odd(instance, plan, person, posting, half)
                found.append(OddEnd(posting, half.due_day, posting.end, why))
    order = {row.code: at for at, row in enumerate(instance.departments)}
    found.sort(key=lambda one: (one.days > 0, order[one.posting.stints[0].department]))
    return tuple(found)


def _half_year(instance: Instance, posting: Posting) -> HalfYear:
    """The half-year of the object whose clock has run longest."""
    clocks = []
    for one in posting.stints:
        first = clock_start(instance, one.inspector_id, one.site_id, one.start)
        clocks.append(half_year(instance, one.inspector_id, one.site_id, first))
    return min(clocks, key=lambda half: half.due_day)


def _why_odd(
    instance: Instance, plan: Plan, person: Inspector, posting: Posting, half: HalfYear
) -> str:
    end, reason = posting.end, posting.stints[0].end_reason
    assert end is not None
    site_ids = set(posting.site_ids)
    if end > half.due_day:
        return _why_late(instance, person, site_ids, half)
    moved = [c for c in plan.changes if c.inspector_id == person.id and c.site_id in site_ids]
    if reason is EndReason.RETIREMENT:
        return f"退休或调离（{person.leaves_on}）" if person.leaves_on else "退休或调离"
    if reason is EndReason.TRANSFER:
        return f"可投入止于{person.available_to}"
    if reason is EndReason.SICK_OR_MATERNITY:
        return _why_absent(instance.absences_of.get(person.id, ()), end)
    if reason is EndReason.OFF_LIST:
        return "对象退出名单"
    if reason is EndReason.POOR_PERFORMANCE:
        return "年度状态为停派"
    if moved:
        return _why_moved(instance, plan, person, posting, moved[0].reason)
    if half.shifted and half.before is not None and end <= half.latest_day:
        frozen = _frozen_name(instance, posting, half.change, half.change)
        return f"到期避开重点时段{frozen}，提前到时段之前换人"
    if reason is EndReason.OTHER and any(
        row.start == end + ONE_DAY for row in instance.absences_of.get(person.id, ())
    ):
        return _why_absent(instance.absences_of[person.id], end)
    if reason is not None and reason.forced:
        return str(reason)
    if (half.due_day - end).days < DAYS_OF_A_WEEK:
        return WEEKLY
    if reason is EndReason.EARLY:
        return EARLIER
    frozen = _frozen_name(instance, posting, end + ONE_DAY, half.due_day)
    return f"取到期前最近的换人日，其后为重点时段{frozen}" if frozen else "提前结束，没有写明原因"


def _why_late(instance: Instance, person: Inspector, site_ids: set[str], half: HalfYear) -> str:
    for row in instance.extensions:
        if row.inspector_id == person.id and row.site_id in site_ids and row.until > half.due_day:
            return f"延长驻点：{row.matter}（批准人{row.approver}）"
    if half.moved_behind:
        return "重点时段不轮换顺延"
    return "本轮开始前已到期，到本轮第一个可换人日更换" if half.overdue else "到期后顺延"


def _why_absent(absences: Sequence[Absence], end: dt.date) -> str:
    for row in absences:
        if row.start > end:
            kind = "病产假" if row.kind in SICK_OR_MATERNITY else str(row.kind)
            return f"{kind}（自{row.start}起，超过可由同组或替班人员代替的天数）"
    return str(EndReason.SICK_OR_MATERNITY)


def _why_moved(
    instance: Instance, plan: Plan, person: Inspector, posting: Posting, fallback: str
) -> str:
    end = posting.end
    assert end is not None
    latest = end + ONE_DAY * DAYS_TO_NEXT_POST
    following = [
        one for one in plan.stints if one.inspector_id == person.id and end < one.start <= latest
    ]
    if not following:
        return fallback
    names = Names(instance)
    nearest = min(following, key=lambda one: (one.start, one.site_id))
    place = f"“{names.short_site(nearest.site_id)}”（{names.grade(nearest.site_id)}）"
    return f"提前轮换：{nearest.start}起改派{place}"


def _frozen_name(instance: Instance, posting: Posting, first: dt.date, last: dt.date) -> str:
    """The freeze windows between two dates, or on the working day after them; empty if none."""
    site = instance.site_by_id[posting.site_ids[0]]
    workday = instance.calendar.workday_on_or_after(last)
    found = [one for one in instance.freezes_of(site) if one.start <= workday and first <= one.end]
    return "、".join(f"“{one.name}”" for one in found)


# -- absences inside a posting ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """Days on which somebody who stays in post is away, and who stands in; nobody when empty.
    ``barred`` are the rules by which the named 替班人员 may not."""

    inspector_id: str
    site_ids: tuple[str, ...]
    start: dt.date
    end: dt.date
    workdays: int
    substitute_id: str
    partners: tuple[str, ...]
    barred: tuple[str, ...] = ()

    @property
    def uncovered(self) -> bool:
        """Whether nobody stands in."""
        return not self.substitute_id and not self.partners


def absences_in_post(instance: Instance, plan: Plan) -> tuple[AbsenceLine, ...]:
    """Absences of medium length (settled by policy) inside postings; the uncovered ones first."""
    policy, found = instance.policy, []
    people: dict[str, list[Stint]] = defaultdict(list)
    for stint in in_round(plan):
        people[stint.inspector_id].append(stint)
    for person in instance.inspectors:
        for absence in instance.absences_of.get(person.id, ()):
            for posting in postings_of(people[person.id]):
                first = max(absence.start, posting.start, plan.round_start)
                last = min(absence.end, posting.end or plan.round_end, plan.round_end)
                days = len(instance.calendar.workdays(first, last)) if first <= last else 0
                if not policy.absence_short_days < days <= policy.absence_long_days:
                    continue
                partners = _partners(plan, posting, first, last)
                substitute = _substitute(absence)
                barred = _barred(instance, substitute, posting, first, last) if substitute else ()
                found.append(
                    AbsenceLine(
                        person.id, posting.site_ids, first, last, days,
                        "" if barred else substitute, partners, barred,
                    )
                )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.uncovered, one.start, one.inspector_id)))


def _substitute(absence: Absence) -> str:
    """Who is named to stand in; nobody can stand in for himself."""
    return absence.substitute_id if absence.substitute_id != absence.inspector_id else ""


def _barred(
    instance: Instance, substitute: str, posting: Posting, first: dt.date, last: dt.date
) -> tuple[str, ...]:
    """The rules that keep the 替班人员 from an object of the posting on one of its days."""
    found = {
        rule
        for day in instance.calendar.workdays(first, last)
        for one in posting.stints
        if one.covers(day)
        for rule in barred_by(instance, substitute, one.department, one.site_id, day)
    }
    return tuple(sorted(found))


def _partners(plan: Plan, posting: Posting, start: dt.date, end: dt.date) -> tuple[str, ...]:
    """Who else is at all objects of the posting on all of the dates."""
    there: dict[str, set[str]] = defaultdict(set)
    for one in plan.stints:
        mine = one.inspector_id == posting.stints[0].inspector_id
        if not mine and one.covers(start) and one.covers(end):
            there[one.inspector_id].add(one.site_id)
    wanted = set(posting.site_ids)
    return tuple(sorted(person for person, sites in there.items() if wanted <= sites))
