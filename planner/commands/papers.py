"""Papers for people: papers, paper-templates and spot-check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import (
    Departments,
    Force,
    LedgerFiles,
    OutFolder,
    PlanFile,
    TemplateFolder,
    Workbook,
    day,
    each,
    folder,
    valid_day,
    valid_quarter,
)
from planner.commands.printing import told


def papers(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="KIND", help="只写这些文书，如 派驻通知；可重复写；不写则写全部"
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="2027-02-01", callback=valid_day, help="从哪一天起；不写则从本轮起"
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="2027-02-28", callback=valid_day, help="到哪一天止；不写则到本轮止"
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar="2027-02-28",
            callback=valid_day,
            help="成文日期，文书写到这天为止；不写则留空手填，写到今天",
        ),
    ] = None,
    ledger: LedgerFiles = None,
    department: Departments = None,
    templates: TemplateFolder = None,
    force: Force = False,
) -> int:
    """写出给人看的文书：派驻通知、交接单、基层工作经历证明等。

    派驻通知列 --from 至 --to 进驻的人（含电话）；交接单列同期换人的岗位，附未销号隐患和将要进行的
    危险作业；证明按派驻记录和工作日志计到成文日期，只是计划的派驻不计。模板是 Word 文件，可用
    paper-templates 写出，在 WPS 中修改，再以 --templates 使用。

    例：planner papers 我的数据.xlsx 结果/plan.json --ledger 台账.xlsx --out 文书
    """
    from planner.run import papers as work

    names = each(kind)
    unknown = [one for one in names if one not in tuple(work.Kind)]
    if unknown:
        choice = "、".join(work.Kind)
        raise typer.BadParameter(f"没有 {unknown[0]}，可写：{choice}", param_hint="--kind")
    outcome = work.write_papers(
        workbook, plan_file, out,
        kinds=tuple(work.Kind(one) for one in names), first=day(first), last=day(last),
        issued=day(date), ledgers=tuple(ledger or ()), departments=each(department),
        templates=templates, force=force,
    )  # fmt: skip
    return told(outcome, workbook)


def paper_templates(
    out: Annotated[Path, typer.Argument(metavar="DIR", parser=folder, help="模板文件夹")],
    force: Force = False,
) -> int:
    """写出文书的 Word 模板，供本单位在 WPS 中修改。

    花括号中是字段，如 {{ 单位 }}，可以移动或删去，不可改名；改好后 papers 加 --templates 使用。

    例：planner paper-templates 我的模板
    """
    from planner.run import papers as work

    return told(work.write_templates(out, force=force), out)


def spot_check(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    quarter: Annotated[
        str,
        typer.Option("--quarter", metavar="2027Q1", callback=valid_quarter, help="抽查哪个季度"),
    ],
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="抽样的种子，写入抽样表，可复算")
    ],
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="2027-02-15",
            callback=valid_day,
            help="最早的抽查日期；不写则季度首日",
        ),
    ] = None,
    ledger: LedgerFiles = None,
    days: Annotated[
        list[Path] | None,
        typer.Option("--days", metavar="days.json", help="planner days 写出的月度日程；可重复写"),
    ] = None,
    department: Departments = None,
    force: Force = False,
) -> int:
    """抽取一个季度的驻点监督抽查样本，写出抽样表和空白结果表。

    每个单位按形式、县市区、驻点等级分层，按 spot_check_rate_percent 抽取；前两个季度抽过的对象和
    人员（台账“抽查”）机会减半；给出月度日程的，日期
    取自日程。同一种子得同一样本，复算办法见 docs/spot-check.md。

    例：planner spot-check 我的数据.xlsx 结果/plan.json --quarter 2027Q1 --seed 7 --out 抽查
    """
    from planner.run import spot_check as work

    outcome = work.spot_check(
        workbook, plan_file, out,
        quarter=quarter, seed=seed, since=day(first), ledgers=tuple(ledger or ()),
        days_paths=tuple(days or ()),
        departments=each(department), force=force,
    )  # fmt: skip
    return told(outcome, workbook)
