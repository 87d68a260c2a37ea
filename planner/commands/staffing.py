"""How many people are needed: ``planner staffing``."""

from __future__ import annotations

import sys

from planner.commands.options import Departments, Force, OutFolder, RoundName, Workbook, each
from planner.commands.printing import told


def staffing(
    workbook: Workbook,
    out: OutFolder,
    department: Departments = None,
    round_name: RoundName = None,
    force: Force = False,
) -> int:
    """测算各单位最少要多少人、缺哪些资质、多一人有什么用。

    写出人力测算.xlsx（最少人数、名册、增一人的价值、紧缺资质、人数曲线）、人力测算.html 和
    人数曲线的 PNG 图片。
    不排换人日期，不读也不写计划。

    例：planner staffing 我的数据.xlsx --out 测算 --department 市应急局
    """
    from planner.run import staffing as run

    outcome = run.staffing(
        workbook,
        out,
        departments=each(department),
        round_name=round_name,
        force=force,
        told=lambda step: print(f"正在测算 {step}", file=sys.stderr, flush=True),
    )
    return told(outcome, workbook)
