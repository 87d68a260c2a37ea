"""The composition of ``planner spot-check``: a plan and a seed in, a sample to be checked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from planner.domain.calendar import ONE_DAY, add_months, quarter_start
from planner.exit_codes import BAD_INPUT, OK
from planner.io.days_json import read_days
from planner.io.files import workbook_bytes, write_folder
from planner.io.issues import IssueLog
from planner.monthly.work import postings_of
from planner.papers.spot_check import Sample, draw
from planner.quarter.listing import quarters_of
from planner.reports.destination import refusal, standing
from planner.reports.labels import Names
from planner.reports.spot_check import checks_of, result_workbook, sample_workbook
from planner.run.ledgers import ledgers_of
from planner.run.outcome import Outcome
from planner.run.reading import judge_file

SAMPLE, RESULT = "抽查抽样表-{}.xlsx", "抽查结果表-{}.xlsx"


def spot_check(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    quarter: str,
    seed: int,
    since: dt.date | None = None,
    ledgers: Sequence[str] = (),
    days_paths: Sequence[Path] = (),
    departments: tuple[str, ...] = (),
    force: bool = False,
) -> Outcome:
    """Draw the sample of every unit of a plan and write it with the blank form of its results."""
    files = (SAMPLE.format(quarter), RESULT.format(quarter))
    refused = refusal(out, force=force) or standing(out, files, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    found = judge_file(path, plan_path, departments, None)
    if isinstance(found, Outcome):
        return found
    instance, plan = found.instance, found.plan
    wrong = _wrong_time(quarters_of(instance.round), quarter, since)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    read = ledgers_of(ledgers, instance)
    if read.ledgers is None:
        return Outcome(BAD_INPUT, ("台账有错误，未抽样。",), issues=read.issues)
    log = IssueLog()
    day_plans = [one for path in days_paths if (one := read_days(path, log)) is not None]
    if log.has_errors:
        return Outcome(BAD_INPUT, ("月度日程有错误，未抽样。",), issues=tuple(log.issues))
    if found.verdict.violations:
        text = "计划有违规，未抽样：请先改正，或在“豁免”中写明。"
        return found.refused(text)
    rows, begin = postings_of(instance, plan.stints), since or quarter_start(quarter)
    samples = [
        draw(instance, rows, read.ledgers.spot_checks, unit, quarter, seed, begin, day_plans)
        for unit in plan.departments
    ]
    drawn = [one for one in samples if one.drawn]
    if not drawn:
        return Outcome(OK, (f"{quarter} 自 {begin} 起没有可抽查的派驻。",), issues=read.issues)
    contents = (sample_workbook(instance, drawn, day_plans), result_workbook(drawn))
    made = dict(zip(files, map(workbook_bytes, contents), strict=True))
    written = write_folder(out, made, last=files[-1])
    issues = (*read.issues, *found.file.issues)
    return Outcome(OK, tuple(_lines(Names(instance), drawn)), tuple(written), issues)


def _wrong_time(known: Sequence[str], quarter: str, since: dt.date | None) -> str:
    if quarter not in known:
        return f"--quarter {quarter}：不在本轮之内，请写 {'、'.join(known)}。"
    end = add_months(quarter_start(quarter), 3) - ONE_DAY
    if since is not None and not quarter_start(quarter) <= since <= end:
        return f"--from {since}：不在 {quarter}（{quarter_start(quarter)} 至 {end}）之内。"
    return ""


def _lines(names: Names, samples: Sequence[Sample]) -> Iterator[str]:
    for one in samples:
        yield (
            f"{names.department(one.department)} {one.quarter}：{len(one.members)} 段派驻中"
            f"抽 {len(one.drawn)} 段（{one.rate_percent}%，种子 {one.seed}）："
        )
        for row in checks_of(one):
            yield f"  {row.day} {names.site(row.site_id)} {names.person(row.inspector_id)}"
