"""Once a quarter: list."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.commands.options import Departments, Force, OutFolder, Workbook, each, valid_quarter
from planner.commands.printing import told


def list(
    workbook: Workbook,
    out: OutFolder,
    quarter: Annotated[
        str | None,
        typer.Option(
            "--quarter",
            metavar="2027Q2",
            callback=valid_quarter,
            help="季度；不写则取本轮中填了风险因素的最新季度",
        ),
    ] = None,
    department: Departments = None,
    force: Force = False,
) -> int:
    """由上季度名单和本季度风险因素提出新一版驻点监督企业名单。

    每个对象写明新增、保留、退出或暂缓和理由，评分和等级与上季度对照；人工已写入的行原样采用。写出各单位和
    汇总的备案表，以及填好名单的工作簿。

    例：planner list 我的数据.xlsx --quarter 2027Q2 --out 二季度名单
    """
    from planner.run import quarter as work

    outcome = work.make_list(
        workbook, out, quarter=quarter, departments=each(department), force=force
    )
    return told(outcome, workbook)
