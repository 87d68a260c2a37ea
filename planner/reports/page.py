"""核查报告.html: one page without network that a bureau leader can read and print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage
from planner.domain.terms import Grade
from planner.duplicates import undecided_duplicates
from planner.io.privacy import mask_phones
from planner.priority import describe
from planner.reports import gantt
from planner.reports.content import RuleCheck
from planner.reports.labels import (
    Names,
    department_order,
    departments_title,
    percent_above,
    round_title,
    site_order,
    span,
    status_text,
    status_title,
    tier_text,
)
from planner.reports.rotation import changes_by_week, freezing, in_round, weeks_of
from planner.resources import data_file

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


@dataclass(frozen=True, slots=True)
class CutLine:
    """排队线: the unserved objects of one unit, and up to which rank everybody is served."""

    name: str
    ranked: int
    served_through: int
    shortages: tuple[Shortage, ...]


def report_page(
    instance: Instance, plan: Plan, checks: Sequence[RuleCheck], issues: Sequence[InputIssue]
) -> str:
    """The HTML text; every value is escaped, nothing is loaded from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    names = Names(instance)
    environment = Environment(
        loader=FileSystemLoader(data_file("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    weeks, order = weeks_of(plan), department_order(instance, plan.departments)
    changes = [one for one in issues if one.severity is Severity.CHANGE]
    sites = {stint.site_id for stint in plan.stints} | {one.site_id for one in plan.shortages}
    known = sorted(
        (instance.site_by_id[one] for one in sites if one in instance.site_by_id),
        key=lambda site: site_order(instance, site),
    )
    ratings = [
        instance.rating_by_site[one.id] for one in known if one.id in instance.rating_by_site
    ]
    return environment.get_template("report.html").render(
        title=f"{departments_title(instance, plan)}{round_title(plan)}驻点监督核查报告",
        plan=plan,
        proof=plan.proof,
        status_title=status_title(plan.proof),
        status_text=status_text(plan.proof),
        accepted=not any(check.breaches for check in checks),
        provisional=not all(
            instance.calendar.published(year)
            for year in {plan.round_start.year, plan.round_end.year}
        ),
        units=[_unit_line(instance, plan, code) for code in order],
        grades=_grade_lines(instance, plan),
        people=len({stint.inspector_id for stint in in_round(plan)}),
        cuts=[cut for cut in (_cut(instance, plan, c) for c in order) if cut.shortages],
        checks=checks,
        judged=sum(check.checked for check in checks),
        weeks=list(zip(weeks, changes_by_week(plan, weeks), strict=True)),
        freezing=[one for one in freezing(instance)
                  if one.start <= plan.round_end and plan.round_start <= one.end],
        by_site=gantt.chart_by_site(instance, plan),
        by_person=gantt.chart_by_person(instance, plan),
        row_height=gantt.ROW_HEIGHT,
        head_height=gantt.HEAD_HEIGHT,
        label_width=gantt.LABEL_WIDTH,
        ratings=[(rating, describe(rating)) for rating in ratings],
        duplicates=[case for case in undecided_duplicates(instance)
                    if instance.site_by_id[case.lead_site_id].department in plan.departments],
        trainings=_planned_trainings(instance, plan),
        overrides=plan.overrides_used,
        override_rows=instance.overrides,
        changes=changes[:CHANGES_SHOWN],
        changes_total=len(changes),
        warnings=[one for one in issues if one.severity is Severity.WARNING],
        names=names,
        span=span,
        mask=mask_phones,
        percent_above=percent_above,
        tier_text=tier_text,
    )  # fmt: skip


def _unit_line(instance: Instance, plan: Plan, code: str) -> UnitLine:
    stints = [stint for stint in in_round(plan) if stint.department == code]
    served = {stint.site_id for stint in stints}
    short = {one.site_id for one in plan.shortages if one.department == code}
    starts = {(s.inspector_id, s.group or s.site_id) for s in stints if s.start >= plan.round_start}
    return UnitLine(
        name=Names(instance).department(code),
        owed=len(served | short),
        served=len(served - short),
        partly=len(served & short),
        unserved=len(short - served),
        people=len({stint.inspector_id for stint in stints}),
        starts=len(starts),
    )


def _grade_lines(instance: Instance, plan: Plan) -> list[tuple[str, int, int, int]]:
    """(grade, objects served throughout, in part, not at all)."""
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


def _cut(instance: Instance, plan: Plan, code: str) -> CutLine:
    rows = sorted(
        (one for one in plan.shortages if one.department == code),
        key=lambda one: (one.rank, one.start),
    )
    sites = {s.site_id for s in in_round(plan) if s.department == code} | {s.site_id for s in rows}
    return CutLine(
        name=Names(instance).department(code),
        ranked=len(sites),
        served_through=rows[0].rank - 1 if rows else len(sites),
        shortages=tuple(rows),
    )


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
