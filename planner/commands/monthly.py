"""Once a month: ledger, trainings, month and due."""

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
    valid_day,
    valid_month,
)
from planner.commands.printing import may_write, told
from planner.exit_codes import BAD_INPUT


def ledger(
    target: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的空白台账")],
    force: Force = False,
) -> int:
    """写出空白台账：工作日志、隐患台账、危险作业、培训、专家、帮扶、清单、任务、行政检查等，供各单位每月填写。

    例：planner ledger 台账.xlsx
    """
    if not may_write(target, force):
        return BAD_INPUT
    from planner.run import monthly

    return told(monthly.ledger(target), target)


def trainings(
    workbook: Workbook,
    target: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的工作簿")],
    ledger: Annotated[
        list[Path],
        typer.Option("--ledger", metavar="FILE", help="填了“培训”的台账工作簿；可重复写"),
    ],
    force: Force = False,
) -> int:
    """把台账中的培训加进工作簿，另写一份：以后的 plan、replan、verify、month 都用它。

    同样的人、行业和结束日期的，以台账为准（如补填合格）；其余照原样。用台账库的，db ledger
    直接存入。

    例：planner trainings 我的数据.xlsx 新数据.xlsx --ledger 台账.xlsx
    """
    if not may_write(target, force):
        return BAD_INPUT
    from planner.run import monthly

    return told(monthly.take_trainings(workbook, ledger, target), workbook)


def month(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    month: Annotated[
        str, typer.Option("--month", metavar="2027-02", callback=valid_month, help="报哪个月")
    ],
    ledger: LedgerFiles = None,
    days: Annotated[
        list[Path] | None,
        typer.Option(
            "--days", metavar="DAYS.json", help="本月的 days.json：按它核对日志；可重复写"
        ),
    ] = None,
    department: Departments = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="2027-01-01",
            callback=valid_day,
            help="附件2从哪一天起累计；不写则从当年1月1日起",
        ),
    ] = None,
    templates: TemplateFolder = None,
    force: Force = False,
) -> int:
    """写出一个月的报送材料：附件1、附件2、月度文字材料和月度核对。

    附件1列月末在驻人员；附件2的15项数字由台账累计，以前各月的台账也要给出；人次、家次由日志计算：替班的算在所
    替的岗位，月中变了形式的按当月最后一个驻点日的形式只算一次。缺的日志、计划外的日志和隐患、没有登记的形式
    变动、与台账对不上的危险作业、未及时直报的重大隐患、无人到场的危险作业、没有合同或无人陪同的专家服务，逐条
    列出。文字材料的数字与附件2一致。各单位和汇总各一份。重排以后，本轮已过去的月份照样可报，当时在驻的人员取自
    “派驻记录”。

    例：planner month 我的数据.xlsx 结果/plan.json --month 2027-02 --ledger 台账.xlsx --out 二月
    """
    import datetime as dt

    from planner.run import monthly

    outcome = monthly.report_month(
        workbook, plan_file, out,
        first=dt.date.fromisoformat(f"{month}-01"), ledgers=tuple(ledger or ()),
        days_paths=tuple(days or ()), departments=each(department), since=day(since),
        templates=templates, force=force,
    )  # fmt: skip
    return told(outcome, workbook)


def merge(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="各部门报送的附件1、附件2，或放着它们的文件夹"),
    ],
    out: OutFolder,
    month: Annotated[
        str, typer.Option("--month", metavar="2027-02", callback=valid_month, help="汇总哪个月")
    ],
    last: Annotated[
        Path | None,
        typer.Option("--last", metavar="FILE", help="上月汇总的附件2：各部门的累计数不得比它少"),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="IN.xlsx",
            help="有“部门单位”“行业领域”的工作簿；不写则按文件所列的十个部门",
        ),
    ] = None,
    ledger: LedgerFiles = None,
    force: Force = False,
) -> int:
    """市安委办汇总各部门报送的附件1、附件2：写出全市的附件1、附件2和报送情况。

    认得本软件写出的、人工改过的和照表样手填的，按“部门：”分清是谁的。逐格核对：行业和形式、合计、
    负数、已整改不多于发现、累计数不比上月少；有错的一次列全，不写文件。未报、迟报、缺附件1的列在
    报送情况中，汇总不含未报的部门。

    例：planner merge 二月报送 --month 2027-02 --out 二月汇总
    """
    import datetime as dt

    from planner.run import merging

    outcome = merging.merge(
        sources, out,
        first=dt.date.fromisoformat(f"{month}-01"), data=data, ledgers=tuple(ledger or ()),
        last=last, force=force,
    )  # fmt: skip
    return told(outcome)


def due(
    workbook: Workbook,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="2027-02-01", callback=valid_day, help="从哪一天起；不写则从今天"
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="2027-02-28", callback=valid_day, help="到哪一天止；不写则到30天后"
        ),
    ] = None,
    ledger: LedgerFiles = None,
    department: Departments = None,
) -> int:
    """列出到期事项：月报、名单备案、周台账、抽查、会商等，哪天以前、依据哪条、报了没有。

    例：planner due 我的数据.xlsx --from 2027-02-01 --to 2027-02-28 --ledger 台账.xlsx
    """
    import datetime as dt

    from planner.run import monthly

    begin = day(first) or dt.date.today()
    outcome = monthly.due(
        workbook,
        first=begin,
        last=day(last) or begin + dt.timedelta(days=30),
        ledgers=tuple(ledger or ()),
        departments=each(department),
    )
    return told(outcome, workbook)
