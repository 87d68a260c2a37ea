"""The composition of ``planner staffing``: workbook in, measured and verified frontiers out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from constraints import RULES
from planner.exit_codes import BAD_INPUT, NO_PLAN, OK
from planner.io.files import write_folder
from planner.reports.destination import refusal, standing
from planner.reports.labels import Names, department_order
from planner.reports.staffing import STAFFING_FILES, curves_in, staffing_outputs, summary_lines
from planner.run.outcome import Outcome
from planner.run.reading import check, departments_named
from planner.staffing.check import faults
from planner.staffing.frontier import Frontier, frontier_of


def staffing(
    path: Path,
    out: Path,
    *,
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    force: bool = False,
    told: Callable[[str], None] = lambda step: None,
) -> Outcome:
    """Measure the departments of a workbook (all of them by default) and write the folder.

    A unit with a roster that the independent check refuses is left out.
    """
    refused = refusal(out, force=True) or standing(out, STAFFING_FILES, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    result = check(path, round_name=round_name)
    if result.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未测算。",), issues=result.issues)
    instance = result.instance
    codes, wrong = departments_named(instance, departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=result.issues)
    chosen = department_order(instance, codes or tuple(row.code for row in instance.departments))
    units: list[Frontier] = []
    broken: list[str] = []
    said: list[str] = []
    for at, code in enumerate(chosen, start=1):
        name = Names(instance).department(code)
        told(f"{at}/{len(chosen)} {name}")
        unit = frontier_of(instance, code, RULES)
        if unit is None:
            said.append(f"{name}：没有可以设岗的应派对象，未计入。")
            continue
        bad = [line for one in unit.answers() for line in faults(unit.unit, one, RULES)]
        broken += [f"{name} {line}" for line in dict.fromkeys(bad)]
        if not bad:
            units.append(unit)
    if broken:
        head = "以下单位的名册没有通过独立核查，没有写出。请把这几行发给维护人员："
        said = [*said, head, *broken]
    if not units:
        return Outcome(NO_PLAN if broken else BAD_INPUT, tuple(said), issues=result.issues)
    made = staffing_outputs(instance, units)
    obsolete = [path for path in curves_in(out) if path.name not in made]
    files = write_folder(out, made, last=STAFFING_FILES[-1], obsolete=obsolete)
    lines = (*said, *summary_lines(instance, units))
    return Outcome(NO_PLAN if broken else OK, lines, tuple(files), result.issues)
