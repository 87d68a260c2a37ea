"""Composition root of the questions about a plan: why an object, why not a person."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from constraints import RULES
from planner.domain.base import Frozen
from planner.domain.plan import Plan
from planner.domain.tables import Site
from planner.exit_codes import BAD_INPUT, INTERRUPTED, NO_PLAN, OK
from planner.offer import Offer
from planner.rule import Rule
from planner.run.outcome import Outcome
from planner.run.reading import Judgement, judge_file
from planner.solve import Progress, Settings
from planner.why.explain import explain as explained
from planner.why.forced import Forced
from planner.why.look_up import LookUpError, found
from planner.why.why_not import Answer
from planner.why.why_not import why_not as refused
from planner.why.words import Words
from planner.workers import Interruption, solve_in_workers


@dataclass(frozen=True, slots=True)
class Search:
    """How to solve where a question needs it."""

    limit_seconds: float
    jobs: int | None
    progress: Callable[[Progress], None]
    notify: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """The outcome in words, and the answer itself for programs; None where there is none."""

    outcome: Outcome
    answer: Frozen | None = None


def explain(
    path: Path, plan_path: Path, *, site: str, round_name: str | None, search: Search
) -> Reply:
    """Why an object is served as it is, or not at all. The object is named by id or name."""
    read = judge_file(path, plan_path, (), round_name)
    if isinstance(read, Outcome):
        return Reply(read)
    try:
        meant = found(read.instance.sites, site, "--object")
        _planned(read, meant)
    except LookUpError as error:
        return Reply(Outcome(BAD_INPUT, (str(error),)))
    interruption = Interruption(search.notify)
    with interruption.watched():
        answer = explained(_forced(read, meant, search, interruption), meant)
    if interruption.happened:
        return _given_up()
    lines = (*_heads(read), *Words(read.instance).explanation(answer))
    return Reply(Outcome(OK, lines, issues=read.file.issues), answer)


def why_not(
    path: Path,
    plan_path: Path,
    *,
    inspector: str,
    site: str,
    since: dt.date | None,
    round_name: str | None,
    search: Search,
) -> Reply:
    """Why a person does not serve an object, begun on ``since`` or later: rules, price or core."""
    read = judge_file(path, plan_path, (), round_name)
    if isinstance(read, Outcome):
        return Reply(read)
    try:
        person = found(read.instance.inspectors, inspector, "--inspector")
        meant = found(read.instance.sites, site, "--object")
        _planned(read, meant)
        _in_round(read, since)
    except LookUpError as error:
        return Reply(Outcome(BAD_INPUT, (str(error),)))
    interruption = Interruption(search.notify)
    with interruption.watched():
        forced = _forced(read, meant, search, interruption)
        answer = refused(forced, person, meant, since)
    if interruption.happened and answer.answer in {Answer.UNKNOWN, Answer.PRICED}:
        return _given_up()
    code = NO_PLAN if answer.answer is Answer.UNKNOWN else OK
    lines = (*_heads(read), *Words(read.instance).why_not(answer))
    return Reply(Outcome(code, lines, issues=read.file.issues), answer)


def _forced(read: Judgement, site: Site, search: Search, interruption: Interruption) -> Forced:
    settings = Settings(search.limit_seconds, search.jobs or os.cpu_count() or 1)
    units = (site.department,)

    def resolve(rules: Sequence[Rule], offer: Offer) -> Plan:
        return solve_in_workers(
            read.instance, units, rules, settings, search.progress, interruption, offer
        )

    return Forced(read.instance, read.plan, site.department, RULES, resolve)


def _planned(read: Judgement, site: Site) -> None:
    if site.department not in read.plan.departments:
        unit = read.instance.department_by_code[site.department].short_name
        raise LookUpError(f"--object {site.id}：属于{unit}，这份计划不含该单位")


def _in_round(read: Judgement, since: dt.date | None) -> None:
    round = read.instance.round
    if since is not None and not round.start <= since <= round.end:
        raise LookUpError(
            f"--from {since}：不在本轮之内，请写 {round.start} 至 {round.end} 之间的日期"
        )


def _heads(read: Judgement) -> tuple[str, ...]:
    broken = len(read.verdict.violations)
    if not broken:
        return ()
    return (f"注意：这份计划有违规 {broken} 条（见 planner verify），以下按所给的计划回答。",)


def _given_up() -> Reply:
    return Reply(Outcome(INTERRUPTED, ("已中断，没有得出答案。",)))
