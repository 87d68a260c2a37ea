"""Charts for notices and reports: ``planner charts``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import (
    Departments,
    Force,
    OutFolder,
    PlanFile,
    RoundName,
    Workbook,
    each,
)
from planner.commands.printing import told


def charts(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    before: Annotated[
        Path | None,
        typer.Option(
            "--before",
            metavar="PLAN",
            help="原计划（plan.json 或 派驻计划.xlsx）：在图上标出变动和原来的起止",
        ),
    ] = None,
    department: Departments = None,
    round_name: RoundName = None,
    force: Force = False,
) -> int:
    """由计划画图，供通知和报告使用。

    写出图表.html（可打印）和可插入 Word、WPS 的 PNG 图片：各单位的甘特图（按对象、按人员）和
    缺口图（行业和县市区）。图片自带中文字体，电脑上没有中文字体也能正确显示。

    例：planner charts 三月重排/工作簿-2027-03-03起.xlsx 三月重排/plan.json --before 结果/plan.json
    --out 图
    """
    from planner.run import charts as run

    outcome = run.charts(
        workbook,
        plan_file,
        out,
        before=before,
        departments=each(department),
        round_name=round_name,
        force=force,
    )
    return told(outcome, workbook)
