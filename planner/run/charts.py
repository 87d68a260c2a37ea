"""The composition of ``planner charts``: workbook and plan in, pictures out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from planner.change.compare import changes_between
from planner.change.replan import rest_of_plan
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.exit_codes import BAD_INPUT, OK
from planner.io.files import write_folder
from planner.io.plan_workbook import read_earlier_plan
from planner.reports.changes import ChangeReport
from planner.reports.charts import CHARTS_PAGE, SHORTAGES, chart_outputs, charts_in, rare_characters
from planner.reports.destination import refusal, standing
from planner.run.outcome import Outcome
from planner.run.reading import judge_file


def charts(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    before: Path | None = None,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    force: bool = False,
) -> Outcome:
    """Draw a plan that breaks no rule, and what differs from the plan ``before`` it."""
    old = charts_in(out)
    refused = refusal(out, force=True) or standing(out, (one.name for one in old), force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, round_name)
    if isinstance(found, Outcome):
        return found
    if found.verdict.violations:
        text = "计划有违规，没有画图：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    instance, plan = found.instance, found.plan
    changed: ChangeReport | None = None
    if before is not None:
        earlier = read_earlier_plan(before, instance, plan.departments)
        if earlier.plan is None:
            return Outcome(BAD_INPUT, issues=earlier.issues)
        changed = _changed(instance, earlier.plan, plan)
    files = chart_outputs(instance, plan, changed)
    obsolete = [one for one in old if one.name not in files]
    written = write_folder(out, files, last=CHARTS_PAGE, obsolete=obsolete)
    lines = tuple(_lines(instance, plan, changed, files.keys()))
    return Outcome(OK, lines, tuple(written), found.file.issues)


def _changed(instance: Instance, earlier: Plan, plan: Plan) -> ChangeReport:
    """What the plan changes of the time that it covers, in its units."""
    rows = [
        row for row in rest_of_plan(instance, earlier).stints if row.department in plan.departments
    ]
    changes = changes_between(rows, plan.stints, instance.round.start)
    return ChangeReport(changes, f"与原计划相比变动 {len(changes)} 段。")


def _lines(
    instance: Instance, plan: Plan, changed: ChangeReport | None, files: Collection[str]
) -> Iterator[str]:
    if changed:
        yield changed.proof
    if f"{SHORTAGES}.png" not in files:
        yield f"全部应派对象都有人，没有画“{SHORTAGES}”。"
    rare = rare_characters(instance, plan)
    if rare:
        yield f"图片的字体中没有这些字，图中显示为方框：{'、'.join(rare)}。图表.html 不受影响。"
