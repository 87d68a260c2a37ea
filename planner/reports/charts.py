"""The files of ``planner charts``: 图表.html and a PNG of each chart, for notices and reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.reports import gantt, shortage_chart
from planner.reports.changes import ChangeReport
from planner.reports.gantt import Chart
from planner.reports.labels import departments_title, provisional_text, round_title, span
from planner.reports.picture import not_in_font, picture
from planner.reports.templates import template

CHARTS_PAGE = "图表.html"
BY_SITE, BY_PERSON = "甘特图-按对象", "甘特图-按人员"
SHORTAGES = "缺口-行业县区"
PICTURES = (BY_SITE, BY_PERSON, SHORTAGES)
"""What the names of the pictures begin with."""


def chart_outputs(
    instance: Instance, plan: Plan, changed: ChangeReport | None = None
) -> dict[str, bytes]:
    """The page and the pictures by name: Gantt charts of each unit and page by object and by
    person, and the gaps where there are any. ``changed`` is what differs from an earlier plan."""
    changes = changed.changes if changed else ()
    when = f"{round_title(plan)}驻点监督"
    legend = gantt.legend(plan, changed=bool(changes))
    drawn = {
        BY_SITE: gantt.charts_by_site(instance, plan, changes),
        BY_PERSON: gantt.charts_by_person(instance, plan, changes),
    }
    gaps = shortage_chart.shortage_chart(instance, plan)
    files: dict[str, bytes] = {}
    for kind, charts in drawn.items():
        for one in charts:
            title = f"{one.title}{when}{kind}"
            files[_name(kind, one)] = picture("gantt", one, title, legend)
    if gaps:
        title = f"{departments_title(instance, plan)}{when}{gaps.title}"
        files[f"{SHORTAGES}.png"] = picture("shortage", gaps, title, shortage_chart.LEGEND)
    page = template("charts.html").render(
        title=f"{departments_title(instance, plan)}{when}图表",
        span=span(plan.round_start, plan.round_end),
        provisional=provisional_text(instance),
        changed=changed,
        by_site=drawn[BY_SITE],
        by_person=drawn[BY_PERSON],
        legend=legend,
        gaps=gaps,
        gaps_legend=shortage_chart.LEGEND,
    )
    return {**files, CHARTS_PAGE: page.encode()}


def charts_in(folder: Path) -> list[Path]:
    """The charts that stand in a folder already."""
    found = [folder / CHARTS_PAGE]
    for name in PICTURES:
        found += sorted(folder.glob(f"{name}*.png"))
    return [path for path in found if path.is_file()]


def rare_characters(instance: Instance, plan: Plan) -> list[str]:
    """Characters of names in the charts that pictures show as an empty box."""
    return not_in_font(_names(instance, plan))


def _names(instance: Instance, plan: Plan) -> Iterator[str]:
    yield from (one.name for one in instance.inspectors if one.department in plan.departments)
    yield from (one.name for one in instance.sites if one.department in plan.departments)
    yield from (one.short_name for one in instance.departments)
    yield from (one.name for one in instance.sectors)


def _name(kind: str, chart: Chart) -> str:
    """``甘特图-按对象-市应急局-2.png``."""
    page = f"-{chart.page}" if chart.page else ""
    return f"{kind}-{chart.unit}{page}.png"
