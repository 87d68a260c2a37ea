"""核查报告.html: one page without network that a bureau leader can read and print."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage, Stint
from planner.domain.tables import Override, Rating
from planner.domain.terms import Grade, SiteStatus, WeekendCoverage
from planner.duplicates import duplicate_cases
from planner.priority import describe
from planner.reports import gantt
from planner.reports.changes import ChangeReport
from planner.reports.content import RuleCheck, grouped
from planner.reports.explain import absences_in_post, inversions, odd_ends
from planner.reports.labels import (
    UNIT_REMARK,
    Names,
    department_order,
    departments_title,
    percent_above,
    provisional_text,
    round_title,
    site_order,
    span,
    status_text,
    status_title,
    status_word,
    tier_meaning,
    tier_text,
)
from planner.reports.people import USABLE_REMARK, people_of_units, whole_changes
from planner.reports.rotation import changes_by_week, freezing, in_round, weeks_of
from planner.reports.shortage_chart import LEGEND as SHORTAGE_LEGEND
from planner.reports.shortage_chart import shortage_chart
from planner.reports.templates import template

UNITS_ON_FIRST_PAGE = 12
ROWS_ON_FIRST_PAGE = 18
"""Units and unserved objects together, so that all fits one A4 page."""
CONFIDENTIAL_SHEET = "回避"
"""Its findings are shown by ``planner check`` only: nothing of it is printed (L-5)."""
CHANGES_SHOWN = 200
"""Changes of the import that are printed; the rest is counted (planner check lists all)."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One dispatching unit in the summary."""

    name: str
    owed: int
    served: int
    partly: int
    unserved: int
    people: int
    starts: int
    cut: str


@dataclass(frozen=True, slots=True)
class WeekBar:
    """How many people start in a week, and whether a key period lies in it."""

    label: str
    starts: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class SiteShortage:
    """One object with its unserved dates; ``served`` when somebody is there on other dates."""

    rows: tuple[Shortage, ...]
    served: bool

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of all dates, each once."""
        return tuple(dict.fromkeys(row.reason for row in self.rows))


@dataclass(frozen=True, slots=True)
class CutLine:
    """排队线: the unserved objects of one unit, and up to which rank everybody is served."""

    name: str
    ranked: int
    served_through: int
    shortages: tuple[SiteShortage, ...]

    @property
    def text(self) -> str:
        """Where the line is, in words."""
        if not self.served_through:
            return "第1名起即有无人日期"
        through = "第1名" if self.served_through == 1 else f"前{self.served_through}名"
        return f"{through}全程有人"


def report_page(
    instance: Instance,
    plan: Plan,
    checks: Sequence[RuleCheck],
    issues: Sequence[InputIssue],
    changed: ChangeReport | None = None,
) -> str:
    """The HTML text; every value is escaped, nothing is loaded from elsewhere. ``changed`` is what
    differs from an earlier plan."""
    names = Names(instance)
    order = department_order(instance, plan.departments)
    changes = [one for one in issues if one.severity is Severity.CHANGE]
    changes_drawn = changed.changes if changed else ()
    warnings = [one for one in issues if one.severity is Severity.WARNING]
    shortages = _by_site(instance, plan)
    cuts = _cuts(instance, plan, shortages)
    units = _unit_lines(instance, plan, cuts)
    absences = absences_in_post(instance, plan)
    ends = odd_ends(instance, plan)
    odd = [one for one in ends if not one.weekly]
    return template("report.html").render(
        title=f"{departments_title(instance, plan)}{round_title(plan)}驻点监督核查报告",
        plan=plan,
        proof=plan.proof,
        status_title=status_title(plan.proof),
        status_text=status_text(plan.proof),
        status_word=status_word,
        accepted=not any(check.breaches for check in checks),
        provisional=provisional_text(instance),
        units=units,
        units_shown=_most_telling(units),
        grades=_grade_lines(instance, plan),
        not_owed=_not_owed(instance, plan),
        sites=sum(site.department in plan.departments for site in instance.sites),
        people=len({stint.inspector_id for stint in in_round(plan)}),
        shortages=shortages,
        shortages_shown=ROWS_ON_FIRST_PAGE - min(len(units), UNITS_ON_FIRST_PAGE),
        cuts=[cuts[code] for code in order if cuts[code].shortages],
        checks=checks,
        groups=grouped(checks),
        judged=sum(check.checked for check in checks),
        inversions=inversions(instance, plan),
        odd_ends=odd,
        weekly_ends=len(ends) - len(odd),
        early=[one for one in odd if one.days < 0],
        moved=[one for one in odd if one.days < 0 and one.reason.startswith("提前轮换")],
        whole_changes=whole_changes(instance, plan),
        on_rota=_on_rota(instance, plan),
        unit_people=people_of_units(instance, plan),
        usable_remark=USABLE_REMARK,
        absences=absences,
        uncovered=[one for one in absences if one.uncovered],
        weeks=_week_bars(instance, plan),
        freezing=[one for one in freezing(instance)
                  if one.start <= plan.round_end and plan.round_start <= one.end],
        policy=instance.policy,
        changed=changed,
        by_site=gantt.charts_by_site(instance, plan, changes_drawn),
        by_person=gantt.charts_by_person(instance, plan, changes_drawn),
        legend=gantt.legend(plan, changed=bool(changes_drawn)),
        gaps=shortage_chart(instance, plan),
        gaps_legend=SHORTAGE_LEGEND,
        ratings=_ratings(instance, plan),
        duplicates=[case for case in duplicate_cases(instance)
                    if not case.decided
                    and instance.site_by_id[case.lead_site_id].department in plan.departments],
        trainings=_planned_trainings(instance, plan),
        overrides=plan.overrides_used,
        override_rows=[
            (row, _times_used(row, plan))
            for row in instance.overrides
            if _concerns(instance, plan, row)
        ],
        changes=[one for one in changes if one.sheet != CONFIDENTIAL_SHEET][:CHANGES_SHOWN],
        changes_total=sum(one.sheet != CONFIDENTIAL_SHEET for one in changes),
        warnings=[one for one in warnings if one.sheet != CONFIDENTIAL_SHEET],
        confidential=sum(one.sheet == CONFIDENTIAL_SHEET for one in (*warnings, *changes)),
        names=names,
        span=span,
        percent_above=percent_above,
        tier_text=tier_text,
        tier_meaning=tier_meaning,
        unit_remark=UNIT_REMARK,
        places={tier.tier: at for at, tier in enumerate(plan.proof.tiers, 1)}
        if plan.proof else {},
    )  # fmt: skip


def _not_owed(instance: Instance, plan: Plan) -> list[tuple[str, int]]:
    """Why objects of the units are owed nobody in this round, with how many; in words."""
    led = {one: case for case in duplicate_cases(instance) for one in case.pending_site_ids}
    planned = {s.site_id for s in in_round(plan)} | {s.site_id for s in plan.shortages}
    reasons: Counter[str] = Counter()
    for site in instance.sites:
        if site.department not in plan.departments or site.id in planned:
            continue
        if site.id in led:
            decided = led[site.id].decided
            reasons[f"与其他单位重复，{'已认定由其牵头' if decided else '待定'}"] += 1
        elif site.status is SiteStatus.CLOSED or site.status.idle:
            reasons["停产、停建或关闭"] += 1
        elif instance.owed_window(site) is None:
            reasons["不在名单、暂缓或已退出"] += 1
        else:
            reasons[f"定为{Names(instance).grade(site.id)}，按派驻矩阵不派"] += 1
    return reasons.most_common()


def _on_rota(instance: Instance, plan: Plan) -> int:
    """How many objects of the plan have their weekends watched by turns, which it does not plan."""
    rota = {
        sector.code
        for sector in instance.sectors
        if sector.weekend_coverage is WeekendCoverage.ROTA
    }
    served = {stint.site_id for stint in in_round(plan)}
    return sum(instance.site_by_id[site_id].sector in rota for site_id in served)


def _most_telling(units: Sequence[UnitLine]) -> list[UnitLine]:
    """The units of the first page: all where they fit, else those with gaps and the largest."""
    if len(units) <= UNITS_ON_FIRST_PAGE:
        return list(units)
    ranked = sorted(units, key=lambda one: (-(one.partly + one.unserved), -one.owed))
    chosen = ranked[:UNITS_ON_FIRST_PAGE]
    return [one for one in units if one in chosen]


def _week_bars(instance: Instance, plan: Plan) -> list[WeekBar]:
    weeks = weeks_of(plan)
    return [
        WeekBar(
            label=f"{week.start.month}/{week.start.day}",
            starts=starts,
            frozen=any(week.meets(one.start, one.end) for one in freezing(instance)),
        )
        for week, starts in zip(weeks, changes_by_week(plan, weeks), strict=True)
    ]


def _by_site(instance: Instance, plan: Plan) -> list[SiteShortage]:
    """Each object with unserved dates once, by department and rank."""
    place = {code: n for n, code in enumerate(department_order(instance, plan.departments))}
    served = {stint.site_id for stint in in_round(plan)}
    rows: dict[str, list[Shortage]] = defaultdict(list)
    for one in sorted(plan.shortages, key=lambda s: (place[s.department], s.rank, s.start)):
        rows[one.site_id].append(one)
    return [SiteShortage(tuple(found), site in served) for site, found in rows.items()]


def _ratings(instance: Instance, plan: Plan) -> list[tuple[Rating, str]]:
    """The rating of every object of the plan with its parts, in the order of the tables."""
    sites = {stint.site_id for stint in plan.stints} | {one.site_id for one in plan.shortages}
    known = sorted(
        (instance.site_by_id[one] for one in sites if one in instance.site_by_id),
        key=lambda site: site_order(instance, site),
    )
    found = [instance.rating_by_site.get(one.id) for one in known]
    return [(rating, describe(rating)) for rating in found if rating]


def _concerns(instance: Instance, plan: Plan, row: Override) -> bool:
    """Whether a row of 豁免 names a person or an object of the units of the plan."""
    person = instance.inspector_by_id.get(row.inspector_id)
    site = instance.site_by_id.get(row.site_id)
    return any(one is not None and one.department in plan.departments for one in (person, site))


def _times_used(row: Override, plan: Plan) -> int:
    """How often the plan leans on a row of 豁免."""
    return sum(row.names(one.rule, one.inspector_id, one.site_id) for one in plan.overrides_used)


def _unit_lines(instance: Instance, plan: Plan, cuts: Mapping[str, CutLine]) -> list[UnitLine]:
    names = Names(instance)
    stints_of: dict[str, list[Stint]] = defaultdict(list)
    for stint in in_round(plan):
        stints_of[stint.department].append(stint)
    short_of: dict[str, set[str]] = defaultdict(set)
    for one in plan.shortages:
        short_of[one.department].add(one.site_id)
    lines = []
    for code, cut in cuts.items():
        stints = stints_of[code]
        served = {stint.site_id for stint in stints}
        short = short_of[code]
        starts = {
            (s.inspector_id, s.group or s.site_id) for s in stints if s.start >= plan.round_start
        }
        lines.append(
            UnitLine(
                name=names.department(code),
                owed=len(served | short),
                served=len(served - short),
                partly=len(served & short),
                unserved=len(short - served),
                people=len({stint.inspector_id for stint in stints}),
                starts=len(starts),
                cut=cut.text if short else "全部有人",
            )
        )
    return lines


def _grade_lines(instance: Instance, plan: Plan) -> list[tuple[str, int, int, int]]:
    """(grade, objects served throughout, in part, not at all); grades without objects left out."""
    served = {stint.site_id for stint in in_round(plan)}
    short = {one.site_id for one in plan.shortages}
    lines = []
    for grade in Grade:
        sites = {
            one for one in served | short
            if one in instance.rating_by_site and instance.rating_by_site[one].grade is grade
        }  # fmt: skip
        if sites:
            whole = len(sites - short)
            lines.append((grade.label, whole, len(sites & served & short), len(sites - served)))
    return lines


def _cuts(instance: Instance, plan: Plan, shortages: Sequence[SiteShortage]) -> dict[str, CutLine]:
    """The line of every unit up to which its objects are served throughout, in their order."""
    names = Names(instance)
    short_of: dict[str, list[SiteShortage]] = defaultdict(list)
    for one in shortages:
        short_of[one.rows[0].department].append(one)
    served_of: dict[str, set[str]] = defaultdict(set)
    for stint in in_round(plan):
        served_of[stint.department].add(stint.site_id)
    cuts = {}
    for code in department_order(instance, plan.departments):
        short = tuple(short_of[code])
        ranked = len(served_of[code] | {one.rows[0].site_id for one in short})
        cuts[code] = CutLine(
            name=names.department(code),
            ranked=ranked,
            served_through=short[0].rows[0].rank - 1 if short else ranked,
            shortages=short,
        )
    return cuts


def _planned_trainings(instance: Instance, plan: Plan) -> list[tuple[str, str, str]]:
    """(person, sectors, last day) of trainings still to come on which a stint depends."""
    sent = {stint.inspector_id for stint in plan.stints if stint.start >= plan.round_start}
    found = []
    for row in instance.trainings:
        if row.passed is not None or row.end < plan.round_start:
            continue
        found += [
            (one, "、".join(row.sectors), row.end.isoformat())
            for one in row.inspector_ids
            if one in sent
        ]
    return found
