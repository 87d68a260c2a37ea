"""Composition root of ``planner repair``: causes, a proved menu, and a workbook with one of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from constraints import RULES
from planner.diagnose import conflicts
from planner.domain.instance import Instance
from planner.domain.terms import TO_FILL_IN
from planner.edits import applied
from planner.exit_codes import BAD_INPUT, NO_PLAN, OK
from planner.io.reader import ReadResult, read_mark
from planner.io.writer import write_workbook
from planner.repair.menu import (
    Planned,
    Repair,
    Search,
    ShortObject,
    repairs_of_impossible,
    short_objects,
)
from planner.repair.remedies import Approval
from planner.repair.words import Words
from planner.reports.labels import Names
from planner.run.outcome import Outcome
from planner.run.reading import check, departments_named

MOST_OBJECTS = 3
"""Objects that are looked into when none is named."""


def repair(
    path: Path,
    *,
    objects: tuple[str, ...] = (),
    departments: tuple[str, ...] = (),
    round_name: str | None = None,
    limit_seconds: float,
    apply: int | None = None,
    out: Path | None = None,
    approver: str | None = None,
    reason: str | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Outcome:
    """Say why objects are short or units impossible and what would help; with ``apply`` write the
    workbook with that repair to ``out``."""
    result = check(path, round_name=round_name)
    instance = result.instance
    if instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未查找修复办法。",), issues=result.issues)
    codes, wrong = departments_named(instance, departments)
    wrong = wrong or _unknown(instance, objects)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,))
    if objects:
        named = {instance.site_by_id[one].department for one in objects}
        codes = tuple(row.code for row in instance.departments if row.code in named)
    codes = codes or tuple(row.code for row in instance.departments)
    words = Words(instance, {rule.article.rule: rule.article for rule in RULES})
    planned = Planned(instance, RULES, Search(limit_seconds, tell))
    given = {"approver": approver, "reason": reason}
    approval = Approval(dt.date.today(), **{name: one for name, one in given.items() if one})
    lines, repairs = _looked_into(result, planned, codes, objects, approval, words)
    if apply is not None:
        return _applied(instance, repairs, apply, out, words, read_mark(path))
    found = list(words.menu(repairs))
    lines += ["修复办法（每一项都已重新排计划证明，代价小的在前）：", *found] if found else []
    untried = planned.search.untried
    lines += ["没有试的：", *(f"  {one}" for one in untried)] if untried else []
    incomplete = [code for code in codes if not _settled(planned, code)]
    if incomplete:
        units = "、".join(map(Names(instance).department, incomplete))
        lines.append(f"时限内没有排出计划的单位：{units}，请放宽 --limit 再试。")
    if found:
        lines.append("采用其中一项：在本命令后加 --apply 编号 --out 新工作簿.xlsx。")
        if any(one.remedy.needs_approval for one in repairs):
            lines.append(
                f"标“须批准”的（豁免、延长、借用）再加 --approver 批准人 --reason 理由（至少 10 个"
                f"字）；不加的，新工作簿中写着“{TO_FILL_IN}”，填好以前不能排计划。"
            )
    return Outcome(
        NO_PLAN if incomplete else OK,
        tuple(lines) or ("所查单位的对象全程有人，没有要修复的。",),
    )


def _looked_into(
    result: ReadResult,
    planned: Planned,
    codes: Sequence[str],
    objects: Sequence[str],
    approval: Approval,
    words: Words,
) -> tuple[list[str], list[Repair]]:
    """Lines about every impossible unit and every short object, and the menu."""
    instance = planned.instance
    lines: list[str] = []
    repairs: list[Repair] = []
    for code in codes:
        if planned.impossible(code):
            name = instance.department_by_code[code].short_name
            lines.append(f"{name}：已证明无法排出计划。以下各条不能同时满足：")
            lines += [f"  {line}" for line in conflicts(instance, (code,), RULES, result.places)]
            repairs += repairs_of_impossible(planned, code, approval)
    short = short_objects(planned, codes)
    wanted = list(objects) or short[:MOST_OBJECTS]
    for site_id in wanted:
        if site_id in short:
            one = ShortObject(planned, site_id, approval)
            cause = one.cause()
            lines += words.cause(cause)
            repairs += one.repairs(cause)
        elif planned.complete(instance.site_by_id[site_id].department):
            lines.append(f"{_named(instance, site_id)}：计划中没有缺人的日期。")
    rest = [one for one in short if one not in wanted]
    if rest and not objects:
        planned.search.untried.append(
            f"另有 {len(rest)} 个未安排或部分无人的对象，用 --object 指明："
            f"{'、'.join(_named(instance, one) for one in rest[:10])}"
            + (" 等" if rest[10:] else "")
        )
    repairs.sort(key=lambda one: (one.remedy.price, one.place))
    return lines, repairs


def _named(instance: Instance, site_id: str) -> str:
    return f"{Names(instance).site(site_id)}（{site_id}）"


def _settled(planned: Planned, code: str) -> bool:
    return planned.complete(code) or planned.impossible(code)


def _unknown(instance: Instance, objects: Sequence[str]) -> str:
    unknown = [one for one in objects if one not in instance.site_by_id]
    if unknown:
        return f"--object {'、'.join(unknown)}：“驻点对象”中没有这样的对象编号。"
    return ""


def _applied(
    instance: Instance,
    repairs: Sequence[Repair],
    number: int,
    out: Path | None,
    words: Words,
    mark: str,
) -> Outcome:
    """Write the workbook with one repair and say what is different in it."""
    assert out is not None
    if not 1 <= number <= len(repairs):
        text = f"--apply {number}：修复办法只有 {len(repairs)} 项，未写出文件。"
        return Outcome(BAD_INPUT, (text,))
    chosen = repairs[number - 1]
    write_workbook(applied(instance, chosen.remedy.edits), out, mark)
    lines = [
        f"已采用第 {number} 项：{chosen.remedy.text}",
        *(f"改动 {one}" for one in words.written(chosen)),
        *_still_open(chosen),
    ]
    return Outcome(OK, tuple(lines), (out,))


def _still_open(chosen: Repair) -> Iterator[str]:
    if chosen.remedy.needs_approval:
        yield f"其中写着“{TO_FILL_IN}”的格须经批准后填写，填好以前 check 报错，不能排计划。"
