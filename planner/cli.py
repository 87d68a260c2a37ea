"""The command line: arguments, messages and exit codes; the work is done elsewhere.

Heavy imports happen inside the command that needs them, so that ``planner --help`` answers at
once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.console import (
    ChineseCommand,
    ChineseGroup,
    progress_display,
    stop_writing,
    system_message,
    tell_at_once,
    tolerate_any_code_page,
    usage_message,
    write_error_log,
)

if TYPE_CHECKING:
    import datetime as dt

    from planner.domain.findings import InputIssue
    from planner.run import Outcome

OK, INTERNAL, BAD_INPUT, IMPOSSIBLE, NO_PLAN, VIOLATIONS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (OK, "完成：plan 已写出计划（优劣见状态与差距），check 无错误，verify、report 无违规"),
    (INTERNAL, "程序内部错误：屏幕上给出日志文件的位置"),
    (BAD_INPUT, "输入或用法有误：未写出任何文件"),
    (IMPOSSIBLE, "已证明无法排出计划：列出相互冲突的规则、人员、对象和单元格，以及改法"),
    (
        NO_PLAN,
        "时限内没有计划（不等于无解，可放宽 --limit 再试），或有单位没通过核查（其余照写）",
    ),
    (VIOLATIONS, "verify、report、next 发现违规：report 只写核查报告，next 不写文件"),
    (INTERRUPTED, "被 Ctrl-C 中断，还没有可用的计划，未写出文件"),
)
"""Every exit code with its meaning; docs/cli.md prints this table."""


class SampleSize(StrEnum):
    """--size of ``planner sample``."""

    DEFAULT = "default"
    DEPARTMENT = "department"
    CITY = "city"
    PROVINCE = "province"


class TextOrJson(StrEnum):
    """--format."""

    TEXT = "text"
    JSON = "json"


ISSUES_SHOWN = 500
"""Problems that check prints as text; as JSON it prints all."""
WARNINGS_SHOWN = 15
"""Warnings that plan, verify and report print; check prints all."""

app = typer.Typer(
    cls=ChineseGroup,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"max_content_width": 100},
)


def _command(function: Callable[..., int]) -> Callable[..., int]:
    return app.command(cls=ChineseCommand)(function)


def _valid_round(name: str | None) -> str | None:
    if name is None:
        return None
    from planner.domain.calendar import Round

    try:
        return Round.named(name).name
    except ValueError:
        raise typer.BadParameter(f"轮次写作 2027H1 或 2027H2，不能是 {name}") from None


def _valid_day(text: str | None) -> str | None:
    if text is None:
        return None
    import datetime as dt

    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"日期写作 2027-03-31，不能是 {text}") from None


def _day(text: str | None) -> dt.date | None:
    import datetime as dt

    return dt.date.fromisoformat(text) if text else None


def _each(values: list[str] | None) -> tuple[str, ...]:
    """The departments of a repeated option, each value of which may name several."""
    text = "、".join(values or ())
    for separator in ",，;；":
        text = text.replace(separator, "、")
    return tuple(dict.fromkeys(code.strip() for code in text.split("、") if code.strip()))


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"planner {version('planner')}")
        except PackageNotFoundError:
            print("planner（源码，未安装）")
        raise typer.Exit


Workbook = Annotated[Path, typer.Argument(metavar="IN.xlsx", help="填好的工作簿")]
RoundName = Annotated[
    str | None,
    typer.Option("--round", metavar="2027H1", callback=_valid_round, help="轮次；不写则取下一轮"),
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的同名文件")]
ForceFolder = Annotated[bool, typer.Option("--force", help="覆盖结果文件夹中人工改过的文件")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹")]
PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", help="plan.json 或 派驻计划.xlsx，可人工改过")
]
Departments = Annotated[
    list[str] | None,
    typer.Option(
        "--department",
        metavar="UNIT",
        help="只管这些单位（编码、简称或全称）；可重复写，也可用顿号隔开",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="2027-03-31",
        callback=_valid_day,
        help="附件1的截至日期；不写则取上月末，早于本轮的取本轮第一天",
    ),
]


@app.callback()
def _planner(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本。"),
    ] = False,
) -> None:
    """驻点监督轮换计划：一个工作簿进，一份核查过的半年轮换计划和附件1出。

    先用 template 或 sample 得到工作簿，再 check、plan、verify；改过计划用 report，换轮次用 next。
    """


@_command
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的空白工作簿")],
    force: Force = False,
) -> int:
    """写出空白工作簿。

    例：planner template 我的数据.xlsx
    """
    if not _may_write(out, force):
        return BAD_INPUT
    from planner.io.template import write_template

    write_template(out)
    print(f"已写出空白工作簿 {out}。请先看其中的“说明”表，填好后运行：{_me()} check {out}")
    return OK


@_command
def sample(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的示例工作簿")],
    size: Annotated[
        SampleSize,
        typer.Option("--size", metavar="SIZE", help="规模，见上"),
    ] = SampleSize.DEFAULT,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="随机种子")] = 0,
    force: Force = False,
) -> int:
    """写出虚构的示例工作簿，同一种子得到同样的字节。

    规模：default 市本级十部门，department 一个部门，city 市县两级，province 全省。

    例：planner sample 示例.xlsx --size department
    """
    if not _may_write(out, force):
        return BAD_INPUT
    from planner.io.writer import write_workbook
    from planner.samples import sample_instance

    write_workbook(sample_instance(size.value, seed), out)
    print(f"已写出示例工作簿 {out}。下一步：{_me()} plan {out} --out 结果")
    return OK


@_command
def check(
    workbook: Workbook,
    round_name: RoundName = None,
    style: Annotated[
        TextOrJson, typer.Option("--format", metavar="FORMAT", help="text 或 json")
    ] = TextOrJson.TEXT,
) -> int:
    """检查工作簿，一次列出全部问题。

    例：planner check 我的数据.xlsx
    """
    from planner import run
    from planner.domain.findings import Severity

    issues = run.check(workbook, round_name=round_name).issues
    if style is TextOrJson.JSON:
        _print_json(workbook, issues)
    else:
        _print_issues(issues)
        counts = "，".join(f"{kind.value} {_count(issues, kind)} 条" for kind in Severity)
        print(f"检查完毕：{counts}。")
    return BAD_INPUT if _count(issues, Severity.ERROR) else OK


@_command
def plan(
    workbook: Workbook,
    out: OutFolder,
    department: Departments = None,
    round_name: RoundName = None,
    as_of: AsOf = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", metavar="N", min=0, help="同等人选的抽签种子；不写则取参数表"),
    ] = None,
    limit: Annotated[
        float, typer.Option("--limit", metavar="SECONDS", min=1, help="求解时限（秒）")
    ] = 180,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help="并行进程数；不写则取全部"),
    ] = None,
    reproducible: Annotated[
        bool,
        typer.Option(
            "--reproducible",
            help="每次运行得到逐字节相同的 plan.json；按固定的计算量停，不看 --limit",
        ),
    ] = False,
    force: ForceFolder = False,
) -> int:
    """排出半年轮换计划，核查后写出全部文件。

    有几个单位时，结果文件夹中另有以简称命名的各单位文件夹。人工改过的派驻计划.xlsx 和附件1
    不会被覆盖，除非加 --force。按一次 Ctrl-C 即收尾，保留此前最好的计划。

    例：planner plan 我的数据.xlsx --out 结果 --round 2027H1
    """
    from planner import run

    with progress_display() as show:
        outcome = run.plan(
            workbook,
            out,
            departments=_each(department),
            round_name=round_name,
            as_of=_day(as_of),
            seed=seed,
            limit_seconds=limit,
            jobs=jobs,
            reproducible=reproducible,
            force=force,
            progress=show,
            notify=tell_at_once,
        )
    return _told(outcome, workbook)


@_command
def verify(
    workbook: Workbook,
    plan_file: PlanFile,
    department: Departments = None,
    round_name: RoundName = None,
) -> int:
    """核查一份计划，逐条列出违规。

    按工作簿现在的内容核查：排出计划以后改过工作簿的，会有警告。派驻计划.xlsx 须包括工作簿中的
    全部单位；只核查一部分的，用 --department 指明。

    例：planner verify 我的数据.xlsx 结果/派驻计划.xlsx
    """
    from planner import run

    outcome = run.verify(workbook, plan_file, departments=_each(department), round_name=round_name)
    return _told(outcome, workbook)


@_command
def report(
    workbook: Workbook,
    plan_file: PlanFile,
    out: OutFolder,
    as_of: AsOf = None,
    department: Departments = None,
    round_name: RoundName = None,
    force: ForceFolder = False,
) -> int:
    """由计划重写附件1、轮换表和核查报告，不重排。

    用于每月报送，或人工改过派驻计划.xlsx 以后。先核查：有违规的只写“核查报告-未通过.html”，
    不写可报送的文件。

    例：planner report 我的数据.xlsx 结果/派驻计划.xlsx --out 三月 --as-of 2027-03-31
    """
    from planner import run

    outcome = run.report(
        workbook,
        plan_file,
        out,
        departments=_each(department),
        round_name=round_name,
        as_of=_day(as_of),
        force=force,
    )
    return _told(outcome, workbook)


@_command
def next(
    workbook: Workbook,
    plan_file: PlanFile,
    target: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的下一轮工作簿")],
    department: Departments = None,
    round_name: RoundName = None,
    force: Force = False,
) -> int:
    """由本轮工作簿和已批准的计划写出下一轮的工作簿。

    派驻记录含全部历史和这份计划，状态改为“执行”或“结束”；轮次、名单的季度顺延。写出后先
    核对提示的各项，再 check、plan。

    例：planner next 我的数据.xlsx 结果/派驻计划.xlsx 下一轮.xlsx
    """
    if not _may_write(target, force):
        return BAD_INPUT
    from planner import run

    outcome = run.start_next_round(
        workbook, plan_file, target, departments=_each(department), round_name=round_name
    )
    return _told(outcome, workbook)


@_command
def rules() -> int:
    """列出全部 86 条规则和各自的落实之处。"""
    from planner import run

    for entry in run.catalogue():
        print(f"{entry.rule:<7}{entry.level:<4}{entry.clause} {entry.title} [{entry.where}]")
    return OK


def _me() -> str:
    """What to type to call this program here, so that a command works as it is printed."""
    import shutil

    called = Path(sys.argv[0])
    return "planner" if called.stem != "planner" or shutil.which("planner") else str(called)


def _may_write(path: Path, force: bool) -> bool:
    """Whether a workbook may be written to a path; otherwise say why not."""
    if path.suffix.lower() != ".xlsx":
        reason = "文件名应以 .xlsx 结尾，如 我的数据.xlsx"
    elif path.is_dir():
        reason = "这是文件夹，请换一个文件名"
    elif path.exists() and not force:
        reason = "已存在，未改动。请换一个文件名，或加 --force 覆盖"
    else:
        return True
    print(f"{path}：{reason}。", file=sys.stderr)
    return False


def _told(outcome: Outcome, workbook: Path) -> int:
    """Print what a command found and did, and return its exit code."""
    from planner import run
    from planner.domain.findings import Severity

    if outcome.exit_code == BAD_INPUT:
        _print_issues(run.errors_of(outcome.issues))
    else:
        warnings = [one for one in outcome.issues if one.severity is Severity.WARNING]
        _print_issues(warnings[:WARNINGS_SHOWN])
        if warnings[WARNINGS_SHOWN:]:
            rest = len(warnings) - WARNINGS_SHOWN
            print(f"另有警告 {rest} 条，全部见：{_me()} check {workbook}")
    for message in outcome.messages:
        print(message)
    folders: dict[Path, int] = {}
    for file in outcome.files:
        folders[file.parent] = folders.get(file.parent, 0) + 1
    for file in outcome.files:
        if file.parent == outcome.files[0].parent:
            print(f"已写出 {file}")
    others = [folder for folder in folders if folder != outcome.files[0].parent]
    if others:
        names = "、".join(folder.name for folder in others)
        print(f"各单位的同样文件在 {len(others)} 个文件夹中：{names}")
    return int(outcome.exit_code)


def _count(issues: Sequence[InputIssue], severity: str) -> int:
    return sum(issue.severity == severity for issue in issues)


def _print_issues(issues: Sequence[InputIssue]) -> None:
    from planner.domain.findings import Severity

    order = list(Severity)
    shown = sorted(issues, key=lambda one: order.index(one.severity))
    for issue in shown[:ISSUES_SHOWN]:
        place = "!".join(filter(None, (issue.sheet, issue.cell)))
        remedy = f" 改法：{issue.remedy}" if issue.remedy else ""
        print(f"{issue.severity.value} {place} {issue.message}{remedy}")
    if shown[ISSUES_SHOWN:]:
        rest = len(shown) - ISSUES_SHOWN
        print(f"另有 {rest} 条没有显示；全部见 {_me()} check … --format json")


def _print_json(workbook: Path, issues: Sequence[InputIssue]) -> None:
    rows = [issue.model_dump(mode="json") for issue in issues]
    print(json.dumps({"file": str(workbook), "issues": rows}, ensure_ascii=True, indent=2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; no traceback ever reaches the user."""
    tolerate_any_code_page()
    try:
        code = int(app(args=arguments, prog_name="planner", standalone_mode=False) or OK)
        sys.stdout.flush()
        if code == INTERRUPTED:
            print("已中断。", file=sys.stderr)
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        stop_writing()
        return INTERNAL
    except typer.TyperException as error:
        print(usage_message(error), file=sys.stderr)
        return BAD_INPUT
    except OSError as error:
        print(system_message(error), file=sys.stderr)
        return BAD_INPUT
    except Exception as error:  # the last guard: a user never sees a traceback
        log = write_error_log(error)
        print(
            f"程序内部错误，未能完成。请把日志 {log} 交给维护人员，其中不含数据。",
            file=sys.stderr,
        )
        return INTERNAL
