"""How much hangs on one person: n-1 and recommend."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from planner.commands.options import (
    Departments,
    Force,
    Jobs,
    OutFolder,
    PlanFile,
    Workbook,
    day,
    each,
    valid_day,
)
from planner.commands.plan import TextOrJson
from planner.commands.printing import told
from planner.console import counting_display, tell_at_once
from planner.exit_codes import OK

LimitOfCase = Annotated[
    float, typer.Option("--limit", metavar="SECONDS", min=1, help="每种情形的求解时限（秒）")
]


def n_1(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    department: Departments = None,
    limit: LimitOfCase = 3,
    jobs: Jobs = None,
    force: Force = False,
) -> int:
    """测算少一人会怎样：每个在岗的人从各月第一个工作日起缺位，能否补上、要动几段。

    每种情形都按最少变动重排并核查。写出单人缺位.xlsx 和单人缺位.html：稳健度、单点人员、人员各月的
    结果，越要紧的格颜色越深。中断后用同样的命令再运行，接着算；没有证明最少的（表中带*），放宽
    --limit 再运行，只重算它们。

    例：planner n-1 我的数据.xlsx 结果/plan.json --out 缺位
    """
    from planner.run import robustness

    with counting_display() as show:
        outcome = robustness.n_1(
            workbook, plan_file, out,
            departments=each(department), limit_seconds=limit, jobs=jobs, force=force,
            progress=show, notify=tell_at_once,
        )  # fmt: skip
    return told(outcome, workbook)


def recommend(
    workbook: Workbook,
    plan_file: PlanFile,
    site: Annotated[str, typer.Option("--object", metavar="ID", help="驻点对象的编号或名称")],
    slot: Annotated[int, typer.Option("--slot", metavar="N", min=1, help="岗位序")],
    since: Annotated[
        str,
        typer.Option("--from", metavar="2027-03-03", callback=valid_day, help="替补从这一天起进驻"),
    ],
    top: Annotated[int, typer.Option("--top", metavar="K", min=1, help="列出前几人")] = 5,
    style: Annotated[
        TextOrJson, typer.Option("--format", metavar="FORMAT", help="text 或 json")
    ] = TextOrJson.TEXT,
    limit: LimitOfCase = 20,
    jobs: Jobs = None,
) -> int:
    """推荐替补：谁可以从某日起接一个岗位，按影响从小到大。

    对规则允许的每个人，都把他放进该岗位，按最少变动重排并核查：少服务多少、动几段、动哪几段；
    相同的看专业能力、远近和近12个月在岗天数。不能派的按规则计数，只差一条的列出姓名。

    例：planner recommend 我的数据.xlsx 结果/plan.json --object QY-001 --slot 1 --from 2027-03-03
    """
    from planner.run import recommend as run

    begins = day(since)
    assert begins is not None
    with counting_display() as show:
        found = run.recommend(
            workbook, plan_file,
            site=site, slot=slot, since=begins, top=top, limit_seconds=limit, jobs=jobs,
            progress=show, notify=tell_at_once,
        )  # fmt: skip
    if style is TextOrJson.JSON and not found.outcome.exit_code:
        print(json.dumps(found.rows, ensure_ascii=True, indent=2))
        return OK
    return told(found.outcome, workbook)
