"""Variants side by side: ``planner whatif`` and ``planner clauses``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import Departments, Force, OutFolder, RoundName, Workbook, each
from planner.commands.printing import told
from planner.console import counting_display, tell_at_once

Limit = Annotated[
    float,
    typer.Option("--limit", metavar="SECONDS", min=1, help="每个情景每个单位的求解时限（秒）"),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, help="并行进程数；不写则取全部")
]


def whatif(
    workbook: Workbook,
    out: OutFolder,
    scenarios: Annotated[
        Path | None,
        typer.Option(
            "--scenarios",
            metavar="FILE",
            help="TOML 文件，或有“情景”表的工作簿；不写则取 IN.xlsx 的“情景”表",
        ),
    ] = None,
    department: Departments = None,
    round_name: RoundName = None,
    limit: Limit = 60,
    jobs: Jobs = None,
    force: Force = False,
) -> int:
    """比较“假如……会怎样”：每个情景重排一次，与基准并列。

    情景是对工作簿的改动：增减人员、对象，改等级、分数线、形式、参数、日历、重点时段，可组合，
    可写范围。写出情景比较.xlsx、情景比较.html 和条形图的图片；有错的情景指出在哪一格、哪一行，其余
    照算。中断后用同样的命令再运行，接着算。

    例：planner whatif 我的数据.xlsx --scenarios 情景.toml --out 比较
    """
    from planner.run import whatif as run

    with counting_display() as show:
        outcome = run.whatif(
            workbook, scenarios, out,
            departments=each(department), round_name=round_name, limit_seconds=limit, jobs=jobs,
            force=force, progress=show, notify=tell_at_once,
        )  # fmt: skip
    return told(outcome, workbook)


def clauses(
    workbook: Workbook,
    out: OutFolder,
    department: Departments = None,
    round_name: RoundName = None,
    limit: Limit = 60,
    jobs: Jobs = None,
    force: Force = False,
) -> int:
    """测算条款的代价：每条“原则上”和每个主要参数放宽一次，各重排一次。

    写出条款代价.xlsx、条款代价.html 和条形图的图片：放宽以后能多安排多少对象，要动用多少次豁免。
    只是测算，放宽仍须按规定批准，并写在“豁免”或“参数”表里。

    例：planner clauses 我的数据.xlsx --out 代价
    """
    from planner.run import whatif as run

    with counting_display() as show:
        outcome = run.clauses(
            workbook, out,
            departments=each(department), round_name=round_name, limit_seconds=limit, jobs=jobs,
            force=force, progress=show, notify=tell_at_once,
        )  # fmt: skip
    return told(outcome, workbook)
