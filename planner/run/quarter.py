"""The composition of ``planner list``: a workbook in, the lists of a quarter out."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from planner.domain.terms import ListAction
from planner.exit_codes import BAD_INPUT, OK
from planner.io.files import workbook_bytes, write_folder
from planner.io.reader import read_mark
from planner.io.writer import write_workbook
from planner.quarter.listing import Listing, listing, newest_quarter, quarters_of
from planner.reports.destination import standing
from planner.reports.labels import Names
from planner.reports.site_list import quarter_title, site_list
from planner.run.outcome import Outcome
from planner.run.reading import check, departments_named

LIST, WORKBOOK = "驻点监督企业名单-{}.xlsx", "工作簿-{}名单.xlsx"


def make_list(
    path: Path,
    out: Path,
    *,
    quarter: str | None = None,
    departments: tuple[str, ...] = (),
    force: bool = False,
) -> Outcome:
    """Write the list of a quarter for every unit and for all of them, and the workbook with the
    list in it, from which the next plan is made."""
    read = check(path)
    instance = read.instance
    if instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未提出名单。",), issues=read.issues)
    units, wrong = departments_named(instance, departments)
    known = quarters_of(instance.round)
    quarter = quarter or newest_quarter(instance)
    if not wrong and quarter not in known:
        wrong = f"--quarter {quarter}：不在本轮之内，请写 {'、'.join(known)}。"
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    with_sites = {site.department for site in instance.sites}
    units = tuple(
        row.code
        for row in instance.departments
        if row.code in with_sites and (not units or row.code in units)
    )
    made = listing(instance, quarter, units)
    files = dict(_files(made, units, read_mark(path)))
    there = standing(out, files, force=force)
    if there:
        return Outcome(BAD_INPUT, (there,))
    written = write_folder(out, files, last=WORKBOOK.format(quarter))
    return Outcome(OK, tuple(_lines(made)), tuple(written), read.issues)


def _files(made: Listing, units: tuple[str, ...], mark: str) -> Iterator[tuple[str, bytes]]:
    name = LIST.format(made.quarter)
    yield name, workbook_bytes(site_list(made, units))
    if len(units) > 1:
        for unit in units:
            folder = made.instance.department_by_code[unit].short_name
            yield f"{folder}/{name}", workbook_bytes(site_list(made, (unit,)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "工作簿.xlsx")
        write_workbook(made.instance, path, mark)
        yield WORKBOOK.format(made.quarter), path.read_bytes()


def _lines(made: Listing) -> Iterator[str]:
    names = Names(made.instance)
    actions = Counter(one.item.action for one in made.entries)
    counts = "、".join(f"{action.value} {actions[action]}" for action in ListAction)
    yield f"{quarter_title(made.quarter)}名单（研判日期 {made.judged_on}）：{counts}。"
    if not any(row.quarter == made.quarter for row in made.instance.risk_factors):
        yield (
            f"注意：“风险因素”中没有 {made.quarter} 的行，评分全部沿用以前的，这份名单还不能备案。"
            "请先补填本季度的风险因素。"
        )
    decided = sum(one.decided for one in made.entries)
    if decided:
        yield f"其中 {decided} 行已由人工写入本季度名单，原样采用；其余为建议。"
    for one in made.entries:
        if one.item.action is not ListAction.KEEP and not one.decided:
            yield (
                f"  {one.item.action.value} {names.department(one.item.department)} "
                f"{names.site(one.item.site_id)}（{one.item.site_id}）：{one.item.reason}"
            )
    yield "请逐行研判认定，再以新工作簿 plan；轮次已开始的用 replan --from 生效日期。"
