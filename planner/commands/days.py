"""The month: days, verify-days and day-data."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import (
    Departments,
    Force,
    Jobs,
    Limit,
    OutFolder,
    PlanFile,
    Workbook,
    day,
    each,
    valid_day,
    valid_month,
)
from planner.commands.printing import may_write, me, told
from planner.console import counting_display, tell_at_once
from planner.exit_codes import BAD_INPUT, OK

Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        metavar="FILE.xlsx",
        help="有“危险作业”“约定事项”“天气预警”表的工作簿，台账也可以；可重复写",
    ),
]
Served = Annotated[
    list[Path] | None,
    typer.Option(
        "--served",
        metavar="DAYS.json",
        help="以前各月的 days.json，可重复写：值守均衡、到期补休、上次驻点由此而来",
    ),
]
Earlier = Annotated[
    Path | None,
    typer.Option("--earlier", metavar="DAYS.json", help="本月原来的 days.json，按变动最少重排"),
]


def days(
    workbook: Workbook,
    plan_file: PlanFile,
    month: Annotated[
        str, typer.Option("--month", metavar="2027-02", callback=valid_month, help="哪个月")
    ],
    out: OutFolder,
    department: Departments = None,
    data: Data = None,
    served: Served = None,
    earlier: Earlier = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="2027-02-10",
            callback=valid_day,
            help="从这一天起重排，此前的按 --earlier 不动",
        ),
    ] = None,
    limit: Limit = 60,
    jobs: Jobs = None,
    reproducible: Annotated[
        bool,
        typer.Option(
            "--reproducible",
            help="每次运行得到逐字节相同的 days.json；按固定的计算量停，不看 --limit",
        ),
    ] = False,
    force: Force = False,
) -> int:
    """排出一个月的逐日驻点日程，核查后写出全部表和日历。

    由已核查的半年计划排到每一天：定期的一周、蹲守的每个工作日、流动的轮次、重点时段值守和补休、
    危险作业到场、请假替班。排不下的列为缺口。写出月度驻点日程表、重点时段力量安排表、每日在岗表、
    各人的 .ics 日历和 days.json。

    例：planner days 我的数据.xlsx 结果/plan.json --month 2027-02 --out 二月
    """
    from planner.run import days as run

    with counting_display() as show:
        outcome = run.days(
            run.Inputs(workbook, plan_file, tuple(data or ()), tuple(served or ()), earlier),
            out,
            month=dt.date.fromisoformat(f"{month}-01"),
            since=day(since),
            departments=each(department),
            limit_seconds=limit,
            jobs=jobs,
            reproducible=reproducible,
            force=force,
            progress=show,
            notify=tell_at_once,
        )
    return told(outcome, workbook)


def verify_days(
    workbook: Workbook,
    plan_file: PlanFile,
    days_file: Annotated[
        Path,
        typer.Argument(metavar="DAYS", help="days.json，或人工改过的月度驻点日程表.xlsx"),
    ],
    department: Departments = None,
    data: Data = None,
    served: Served = None,
    earlier: Earlier = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="2027-02-10",
            callback=valid_day,
            help="月中重排的日程表.xlsx 从这一天起，此前的按 --earlier；days.json 自己写有",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="核查通过的，重写全部表、日历和 days.json 到这个文件夹"
        ),
    ] = None,
    force: Force = False,
) -> int:
    """核查一份逐日日程，逐条列出违规和没有列出的缺口。

    排日程时用了 --data、--served 和 --earlier 的，核查时也要写。月度驻点日程表.xlsx
    改“按人员”或“按对象”中的一张就行，违规的写明单元格；两张都改过而不一致的，按“按人员”，并指出格子。
    通过的用 --out 写成 days.json，以后各月的 --served、--earlier 由它接着排。

    例：planner verify-days 我的数据.xlsx 结果/plan.json 二月/days.json
    """
    from planner.run import days as run

    inputs = run.Inputs(workbook, plan_file, tuple(data or ()), tuple(served or ()), earlier)
    outcome = run.verify(
        inputs, days_file, since=day(since), departments=each(department), out=out, force=force
    )
    return told(outcome, workbook)


def day_data(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的空白工作簿")],
    force: Force = False,
) -> int:
    """写出空白的日程资料工作簿：危险作业（与台账的同名表一样）、约定事项、天气预警。

    例：planner day-data 二月资料.xlsx
    """
    if not may_write(out, force):
        return BAD_INPUT
    from planner.io.day_data import write_day_data_template

    write_day_data_template(out)
    print(f"已写出空白的日程资料 {out}。填好后用：{me()} days … --data {out}")
    return OK
