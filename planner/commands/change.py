"""Least change: replan and adopt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import (
    ForceFolder,
    Jobs,
    OutFolder,
    PlanFile,
    Workbook,
    day,
    each,
    valid_day,
)
from planner.commands.printing import told
from planner.console import progress_display, tell_at_once

Limit = Annotated[
    float,
    typer.Option(
        "--limit", metavar="SECONDS", min=1, help="总时限（秒），连读写文件在内；至少一半用来求解"
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="2027-03-03",
        callback=valid_day,
        help="从这一天起重排，此前的不变；不写则取今天",
    ),
]


def replan(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    event: Annotated[
        str, typer.Option("--event", metavar="WORD", help="事件，见上；不写则按工作簿现在的内容")
    ] = "",
    since: Since = None,
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="2027-04-30", callback=valid_day, help="事件的最后一天"),
    ] = None,
    inspector: Annotated[
        str, typer.Option("--inspector", metavar="ID", help="人员编号或姓名")
    ] = "",
    site: Annotated[str, typer.Option("--object", metavar="ID", help="对象编号或名称")] = "",
    grade: Annotated[
        str, typer.Option("--grade", metavar="一级", help="新的等级：一级、二级、三级、四级")
    ] = "",
    form: Annotated[str, typer.Option("--form", metavar="蹲守驻点", help="新的驻点形式")] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="接收行业的单位（编码、简称或全称）")
    ] = "",
    sector: Annotated[str, typer.Option("--sector", metavar="CODE", help="行业编码")] = "",
    county: Annotated[
        list[str] | None,
        typer.Option("--county", metavar="NAME", help="县市区；可重复写，也可用顿号隔开"),
    ] = None,
    limit: Limit = 60,
    jobs: Jobs = None,
    force: ForceFolder = False,
) -> int:
    """发生变化后重排本轮余下的部分，变动最少，并证明最少。

    已执行的日子不变。先保住原计划已有的服务，再使变动的段数最少、变动的天数最少。
    事件：病假、产假、抽调、退休、调离、履职不力、提前返岗、回避、新增对象、退出名单、停产、关闭、
    等级上升、事故、延长、放假、调休上班、会议、极端天气、危险作业、机构改革。各要哪些选项，见
    docs/cli.md 的表；漏写了会列出来。其他变化请直接改工作簿，不写 --event。写出新的计划
    （派驻计划.xlsx 中有“变动对照”）和余下部分的工作簿；以后核查、再重排都用这两个文件。--out 中
    上一次写出、没有改动过的“工作簿-…起.xlsx”会删去，人工改过的不动，并拒绝写出，除非换一个文件夹或加
    --force。

    例：planner replan 我的数据.xlsx 结果/plan.json --event 病假 --inspector 李四 --from 2027-03-03
    --to 2027-06-30 --out 三月重排
    """
    import datetime as dt

    from planner.run import change

    with progress_display() as show:
        outcome = change.replan(
            workbook,
            plan_file,
            out,
            word=event,
            named=change.Named(
                since=day(since) or dt.date.today(),
                until=day(until),
                inspector=inspector,
                site=site,
                grade=grade,
                form=form,
                unit=unit,
                sector=sector,
                counties=each(county),
            ),
            limit_seconds=limit,
            jobs=jobs,
            force=force,
            progress=show,
            notify=tell_at_once,
        )
    return told(outcome, workbook)


def adopt(
    workbook: Workbook,
    plan_file: PlanFile,
    edited: Annotated[
        Path, typer.Argument(metavar="EDITED.xlsx", help="人工改过的 派驻计划.xlsx 或附件1")
    ],
    out: OutFolder,
    limit: Limit = 60,
    jobs: Jobs = None,
    force: ForceFolder = False,
) -> int:
    """采纳人工改过的派驻计划或附件1：改动的行保留，其余的按最少变动修补。

    逐格列出与原计划的差别，独立核查；不符合规则的，保留改动的行，修补别的行，并证明变动最少。
    保留不了的，列出相互冲突之处，不写文件。附件1怎样读回见 docs/adopt.md。

    例：planner adopt 我的数据.xlsx 结果/plan.json 改过的派驻计划.xlsx --out 采纳
    """
    from planner.run import change

    with progress_display() as show:
        outcome = change.adopt(
            workbook,
            plan_file,
            edited,
            out,
            limit_seconds=limit,
            jobs=jobs,
            force=force,
            progress=show,
            notify=tell_at_once,
        )
    return told(outcome, workbook)
