"""The inputs of the commands: a workbook, and a plan file with its verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from constraints import RULES
from planner.domain.findings import InputIssue, Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.exit_codes import BAD_INPUT, VIOLATIONS
from planner.io.outlook import outlook
from planner.io.plan_workbook import PlanFile, read_plan
from planner.io.reader import ReadResult, read_workbook
from planner.io.rows import Places
from planner.priority import rate
from planner.reports.labels import Names
from planner.run.outcome import Outcome
from planner.verify import Judged, Verdict
from planner.verify import verify as judge


@dataclass(frozen=True, slots=True)
class Judgement:
    """A plan file with its workbook and its verdict."""

    instance: Instance
    issues: tuple[InputIssue, ...]
    file: PlanFile
    plan: Plan
    verdict: Verdict

    def refused(self, undone: str) -> Outcome:
        """The outcome where a plan with a breach is not worked with; ``undone`` says what was not
        done."""
        return Outcome(VIOLATIONS, (*self.lines(), undone), issues=self.file.issues)

    def lines(self) -> tuple[str, ...]:
        """A line per breach, per lifted breach and per wrong amount, and the count."""
        names, verdict = Names(self.instance), self.verdict
        place = _Rows(self.plan, self.file.places)
        return (
            *(f"违规 {_finding(names, place, one)}" for one in verdict.violations),
            *(f"已豁免 {_finding(names, place, one)}" for one in verdict.overridden),
            *wrong_amount_lines(verdict),
            f"核查完毕：违规 {len(verdict.violations)} 条，豁免 {len(verdict.overridden)} 条。",
        )


def wrong_amount_lines(verdict: Verdict, what: str = "计划") -> tuple[str, ...]:
    """A line per goal value that does not recompute; ``what`` claims it."""
    return tuple(
        f"得分不符 {name}：{what}{'未写' if written is None else f'写 {written}'}，"
        f"复算为 {recomputed}"
        for name, written, recomputed in verdict.wrong_amounts
    )


def check(path: Path, *, round_name: str | None = None, seed: int | None = None) -> ReadResult:
    """Read, clean and rate a workbook; every problem is in ``issues``."""
    result = read_workbook(path, round_name=round_name, seed=seed, today=dt.date.today())
    if result.instance is None:
        return result
    rated = result.instance.model_copy(update={"ratings": rate(result.instance)})
    return replace(result, instance=rated, issues=(*outlook(rated, result.places), *result.issues))


def judge_file(
    path: Path, plan_path: Path, departments: tuple[str, ...], round_name: str | None
) -> Judgement | Outcome:
    """The plan of a file with its verdict, or the outcome where the input is bad."""
    result = check(path, round_name=round_name)
    if result.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误。",), issues=result.issues)
    codes, wrong = departments_named(result.instance, departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    file = read_plan(plan_path, result.instance, codes)
    if file.plan is None:
        return Outcome(BAD_INPUT, issues=file.issues)
    verdict = judge(result.instance, file.plan, RULES)
    return Judgement(result.instance, result.issues, file, file.plan, verdict)


def departments_named(instance: Instance, wanted: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The codes that codes and names mean, and what is wrong with the option."""
    known = {
        name: row.code
        for row in instance.departments
        for name in (row.name, row.short_name, row.code)
    }
    unknown = [one for one in wanted if one not in known]
    if unknown:
        choice = "、".join(f"{row.short_name}（{row.code}）" for row in instance.departments)
        return (
            (),
            f"--department {'、'.join(unknown)}：没有这个单位。可填编码、简称或全称：{choice}",
        )
    return tuple(dict.fromkeys(known[one] for one in wanted)), ""


# -- words of the verifier ----------------------------------------------------------------------


class _Rows:
    """Which row of an edited workbook a breach is about."""

    def __init__(self, made: Plan | None, places: Places) -> None:
        stints = made.stints if made else ()
        self._rows = tuple(zip(stints, places.get("stints", ()), strict=False))

    def of(self, violation: Violation) -> str:
        """``派驻记录第 12 行``; empty where no row, or no single one, is meant."""
        found = [
            place
            for stint, place in self._rows
            if stint.inspector_id == violation.inspector_id
            and violation.site_id in {"", stint.site_id}
            and violation.start in {None, stint.start}
        ]
        return found[0].row if len(found) == 1 else ""


def finding_line(names: Names, one: Judged) -> str:
    """A breach of a plan that stands in no workbook: rule, whom and what it is about, sentence."""
    return _finding(names, _Rows(None, {}), one)


def _finding(names: Names, rows: _Rows, one: Judged) -> str:
    violation = one.violation
    return f"{violation.rule} {'，'.join(_facts(names, rows, violation))}：{one.sentence}"


def _facts(names: Names, rows: _Rows, violation: Violation) -> Iterator[str]:
    if violation.inspector_id:
        yield names.person(violation.inspector_id)
    if violation.site_id:
        yield f"{names.site(violation.site_id)}（{violation.site_id}）"
    if not violation.inspector_id and not violation.site_id and violation.department:
        yield names.department(violation.department)
    where = rows.of(violation)
    if where:
        yield where
