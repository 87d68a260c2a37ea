"""planner repair: why objects are short or no plan is possible, and what would help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import Departments, Force, RoundName, Workbook, each
from planner.commands.printing import may_write, told
from planner.exit_codes import BAD_INPUT


def repair(
    workbook: Workbook,
    objects: Annotated[
        list[str] | None,
        typer.Option(
            "--object",
            metavar="ID",
            help="只查这些对象（对象编号）；可重复写；不写则取缺人的对象中排序最前的三个",
        ),
    ] = None,
    department: Departments = None,
    apply: Annotated[
        int | None, typer.Option("--apply", metavar="N", min=1, help="采用第 N 项，写出新工作簿")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="NEW.xlsx", help="--apply 写出的新工作簿")
    ] = None,
    approver: Annotated[
        str | None, typer.Option("--approver", metavar="NAME", help="豁免、延长的批准人")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="豁免、延长的理由，至少 10 个字")
    ] = None,
    limit: Annotated[
        float, typer.Option("--limit", metavar="SECONDS", min=1, help="查找的总时限（秒）")
    ] = 300,
    round_name: RoundName = None,
    force: Force = False,
) -> int:
    """说明为什么排不出计划或有对象缺人，列出证明有效的修复办法。

    先列不能同时满足的条款、人员、对象和日期；再列修复办法：培训、延长、借用、豁免、减弱形式、
    移动重点时段。每一项都重新排过计划：对象全程有人，排序更前的对象不受损，规则核查通过。
    代价见“参数”表 repair_cost_ 各项。

    例：planner repair 我的数据.xlsx --object OBJ-0042
    """
    wrong = _wrong_options(apply, out, reason)
    if wrong:
        print(wrong, file=sys.stderr)
        return BAD_INPUT
    if out is not None and not may_write(out, force):
        return BAD_INPUT
    from planner.run.repair import repair as run

    outcome = run(
        workbook,
        objects=each(objects),
        departments=each(department),
        round_name=round_name,
        limit_seconds=limit,
        apply=apply,
        out=out,
        approver=approver,
        reason=reason,
        tell=lambda text: print(text, file=sys.stderr, flush=True),
    )
    return told(outcome, workbook)


def _wrong_options(apply: int | None, out: Path | None, reason: str | None) -> str:
    if (apply is None) != (out is None):
        return "用法有误：--apply 和 --out 须一起写，如 --apply 1 --out 新工作簿.xlsx。"
    if reason is not None and len(reason.strip()) < 10:
        return "用法有误：--reason 少于 10 个字，请写明具体理由。"
    return ""
