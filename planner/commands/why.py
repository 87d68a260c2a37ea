"""Questions about a plan: explain and why-not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.commands.options import Jobs, Limit, PlanFile, RoundName, Workbook, day, valid_day
from planner.commands.plan import TextOrJson
from planner.commands.printing import print_answer, told
from planner.console import progress_display, tell_at_once

if TYPE_CHECKING:
    from planner.run.why import Reply

Object = Annotated[str, typer.Option("--object", metavar="ID", help="驻点对象的编号或名称")]
Style = Annotated[TextOrJson, typer.Option("--format", metavar="FORMAT", help="text 或 json")]


def explain(
    workbook: Workbook,
    plan_file: PlanFile,
    site: Object,
    round_name: RoundName = None,
    style: Style = TextOrJson.TEXT,
    limit: Limit = 180,
    jobs: Jobs = None,
) -> int:
    """说明一个对象为什么这样安排，或为什么没有人。

    列出等级、得分和排位；有人的，说明为什么是这些人：换成下一批人选时各层目标的差额，都经复算
    或求解；无人的，逐条规则列出筛去的人数、只差一条的人和他们差什么、谁排在前面。只求解该对象
    所在的单位。答出即退出码 0。

    例：planner explain 我的数据.xlsx 结果/plan.json --object QY-001
    """
    from planner.run import why

    with progress_display() as show:
        reply = why.explain(
            workbook,
            plan_file,
            site=site,
            round_name=round_name,
            search=why.Search(limit, jobs, show, tell_at_once),
        )
    return _answered(reply, workbook, style)


def why_not(
    workbook: Workbook,
    plan_file: PlanFile,
    inspector: Annotated[
        str, typer.Option("--inspector", metavar="ID", help="驻点人员的编号或姓名")
    ],
    site: Object,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="2027-03-31", callback=valid_day, help="这一天或以后进驻；不写则不限"
        ),
    ] = None,
    round_name: RoundName = None,
    style: Style = TextOrJson.TEXT,
    limit: Limit = 180,
    jobs: Jobs = None,
) -> int:
    """说明为什么不派某人到某对象：哪些规则不允许，或者派了要付什么代价。

    规则不允许的，列出全部规则、事实和日期；允许的，指定此人后重新求解该单位，列出各层目标的差额
    和变动的派驻；单条规则不反对而合起来排不出的，列出相互冲突的各项。答出即退出码 0，时限内没有
    结论为 4，那不等于不可以。

    例：planner why-not 我的数据.xlsx 结果/plan.json --inspector YJ-017 --object QY-001
    """
    from planner.run import why

    with progress_display() as show:
        reply = why.why_not(
            workbook,
            plan_file,
            inspector=inspector,
            site=site,
            since=day(since),
            round_name=round_name,
            search=why.Search(limit, jobs, show, tell_at_once),
        )
    return _answered(reply, workbook, style)


def _answered(reply: Reply, workbook: Path, style: TextOrJson) -> int:
    if style is TextOrJson.JSON and reply.answer is not None:
        print_answer(reply.answer)
        return reply.outcome.exit_code
    return told(reply.outcome, workbook)
