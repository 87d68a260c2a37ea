"""The store: ``planner db`` and its commands."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import Force, Workbook, day, valid_day
from planner.commands.printing import may_write, told
from planner.console import ChineseCommand, ChineseGroup, unwrapped
from planner.exit_codes import BAD_INPUT

Where = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="FILE|URL",
        envvar="PLANNER_DB",
        show_envvar=False,
        help="台账库：文件，或 postgresql:// 网址；不写则按环境变量 PLANNER_DB，再不写则为当前"
        "文件夹的 planner.db",
    ),
]


Who = Annotated[
    str | None,
    typer.Option("--who", metavar="NAME", help="操作人，记入变更记录；不写则取系统用户"),
]


class NextState(StrEnum):
    """The states that a plan is brought into."""

    REVIEW = "审核"
    APPROVED = "批准"
    FILED = "备案"


def init(where: Where = None) -> int:
    """建立空的台账库；已有的不动。

    例：planner db init
    """
    from planner.run import db

    return told(db.init(where))


def import_(workbook: Workbook, where: Where = None, who: Who = None) -> int:
    """导入工作簿，使台账库与它一致；没有台账库则先建立。

    先像 check 一样检查，有错误则不导入。只改有差别的行，每处改动记入变更记录；工作簿中没有了的行
    标为移出，不删除。同一工作簿再导入一次，什么也不变。

    例：planner db import 我的数据.xlsx
    """
    from planner.run import db

    return told(db.import_workbook(where, workbook, who), workbook)


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的工作簿")],
    ledger: Annotated[
        bool,
        typer.Option("--ledger", help="写出全部台账，不写工作簿；“培训”随工作簿写出"),
    ] = False,
    where: Where = None,
    force: Force = False,
) -> int:
    """写出台账库中的工作簿，与导入的相等；加 --ledger 写出台账。

    例：planner db export 我的数据.xlsx
    """
    if not may_write(out, force):
        return BAD_INPUT
    from planner.run import db

    return told(db.export_ledgers(where, out) if ledger else db.export_workbook(where, out))


def ledger(
    files: Annotated[list[Path], typer.Argument(metavar="LEDGER.xlsx", help="台账工作簿，可几个")],
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="文件由 db export --ledger 写出后改成：文件里各表中没有了的行标为移出；"
            "写出以后存入、改过的行保留，另加的“培训”只添、只改",
        ),
    ] = False,
    where: Where = None,
    who: Who = None,
) -> int:
    """存入台账：工作日志、隐患台账、危险作业等，按模板填写的工作簿。

    已有的编号按新填的改，文件中没有的行不动；每处改动记入变更记录。日志按日期、人员、对象认，这些
    填错了再改，是新的一行，错的一行还在：先 db export --ledger 写出，在上面改正或删去，再加 --whole
    存入。

    例：planner db ledger 二月台账.xlsx
    """
    if whole and len(files) > 1:
        print("--whole：只能给一个文件，由 planner db export --ledger 写出后改成的。")
        return BAD_INPUT
    from planner.run import db

    if whole:
        return told(db.keep_whole_ledger(where, files[0], who))
    return told(db.keep_ledgers(where, files, who))


def upgrade(where: Where = None) -> int:
    """把旧结构的台账库升级到本程序的结构，升级前自动备份。

    例：planner db upgrade
    """
    from planner.run import db

    return told(db.upgrade(where))


def backup(
    out: Annotated[Path, typer.Argument(metavar="OUT.db", help="要写出的备份文件")],
    where: Where = None,
    force: Force = False,
) -> int:
    """备份台账库到一个文件，别人正在用也可以。

    例：planner db backup 备份/2027-02-28.db
    """
    if out.is_dir() or (out.exists() and not force):
        print(f"{out}：已存在，未改动。请换一个文件名，或加 --force 覆盖。")
        return BAD_INPUT
    from planner.run import db

    return told(db.backup(where, out))


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP.db", help="备份文件")],
    where: Where = None,
    force: Annotated[
        bool, typer.Option("--force", help="台账库中已有内容也替换，替换前自动备份")
    ] = False,
) -> int:
    """用备份恢复台账库，变更记录一并恢复。

    例：planner db restore 备份/2027-02-28.db
    """
    from planner.run import db

    return told(db.restore(where, source, force=force))


def log(
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="SHEET", help="只列这张表，如 驻点人员")
    ] = "",
    key: Annotated[str, typer.Option("--key", metavar="ID", help="只列这一行，如 YJ-017")] = "",
    since: Annotated[
        str | None,
        typer.Option("--from", metavar="2027-03-31", callback=valid_day, help="从这一天起"),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="至多几条")] = 50,
    where: Where = None,
) -> int:
    """列出变更记录：何时、何人、哪张表、哪一行、改前和改后。

    电话遮盖，回避的内容不列。

    例：planner db log --sheet 驻点人员 --key YJ-017
    """
    from planner.run import db

    return told(db.log(where, title=sheet, key=key, since=day(since), limit=limit))


def add(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="plan.json")],
    where: Where = None,
    who: Who = None,
) -> int:
    """存入一版计划，状态为草案；存入后不能再改。

    例：planner db plan add 结果/plan.json
    """
    from planner.run import db

    return told(db.add_plan(where, plan_file, who))


def list_(where: Where = None) -> int:
    """列出各版计划：状态、单位、何时由何人推进。

    例：planner db plan list
    """
    from planner.run import db

    return told(db.list_plans(where))


def advance(
    key: Annotated[str, typer.Argument(metavar="KEY", help="计划的编号，如 2027H1-3")],
    state: Annotated[NextState, typer.Argument(metavar="STATE", help="审核、批准或备案")],
    approver: Annotated[
        str, typer.Option("--approver", metavar="NAME", help="批准人，批准时必填")
    ] = "",
    file_no: Annotated[str, typer.Option("--file-no", metavar="TEXT", help="备案文号，可空")] = "",
    where: Where = None,
    who: Who = None,
) -> int:
    """把一版计划推进一步：草案、审核、批准、备案。

    批准前按台账库现在的内容核查，有违规的不能批准（退出码 5）；形式没有省级同意的文号、没有一业
    一册的，提醒而不拦截。批准后计划不能再改。

    例：planner db plan advance 2027H1-3 批准 --approver 王五
    """
    from planner.domain.ledgers import PlanState
    from planner.run import db

    following = PlanState(state.value)
    return told(db.advance_plan(where, key, following, who=who, approver=approver, file_no=file_no))


def diff(
    key: Annotated[str, typer.Argument(metavar="KEY", help="原来的一版，如 2027H1-1")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="新的一版，如 2027H1-2")],
    where: Where = None,
) -> int:
    """比较两版计划：哪些派驻不同，可贴进通知。

    例：planner db plan diff 2027H1-1 2027H1-2
    """
    from planner.run import db

    return told(db.compare_plans(where, key, other))


def _group(help: str) -> typer.Typer:
    return typer.Typer(cls=ChineseGroup, rich_markup_mode=None, help=help)


app = _group("台账库：工作簿、计划版本和台账存在一处，改动都有记录。")
plan = _group("计划版本：存入、列出、比较、推进。")
_COMMANDS: tuple[tuple[typer.Typer, str, Callable[..., int]], ...] = (
    (app, "init", init),
    (app, "import", import_),
    (app, "export", export),
    (app, "ledger", ledger),
    (app, "log", log),
    (app, "backup", backup),
    (app, "restore", restore),
    (app, "upgrade", upgrade),
    (plan, "add", add),
    (plan, "list", list_),
    (plan, "diff", diff),
    (plan, "advance", advance),
)
for group, name, command in _COMMANDS:
    group.command(name, cls=ChineseCommand, help=unwrapped(command.__doc__ or ""))(command)
app.add_typer(plan, name="plan")
