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
    tolerate_any_code_page,
    usage_message,
    write_error_log,
)

if TYPE_CHECKING:
    from planner.domain.findings import InputIssue

OK, INTERNAL, BAD_INPUT, IMPOSSIBLE, NO_PLAN, VIOLATIONS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

EXIT_CODES: tuple[tuple[int, str], ...] = (
    (OK, "完成：plan 已写出计划（优劣见状态与差距），check 无错误，verify 无违规"),
    (INTERNAL, "程序内部错误：屏幕上给出日志文件的位置"),
    (BAD_INPUT, "输入或用法有误：未写出任何文件"),
    (IMPOSSIBLE, "已证明无法排出计划：列出相互冲突的规则、人员和对象"),
    (NO_PLAN, "时限内没有找到计划：不等于无解，可放宽 --limit 再试"),
    (VIOLATIONS, "verify 发现违规"),
    (INTERRUPTED, "被 Ctrl-C 中断，且还没有可用的计划"),
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


def _codes(values: list[str] | None) -> tuple[str, ...]:
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


@app.callback()
def _planner(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="显示版本。"),
    ] = False,
) -> None:
    """驻点监督轮换计划：一个工作簿进，一份核查过的半年轮换计划和附件1出。

    先用 template 或 sample 得到工作簿，再 check、plan、verify。
    """


@_command
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的空白工作簿")],
    force: Force = False,
) -> int:
    """写出空白工作簿。

    例：planner template 我的数据.xlsx
    """
    if _taken(out, force):
        return BAD_INPUT
    from planner.io.template import write_template

    write_template(out)
    print(f"已写出空白工作簿 {out}。请先看其中的“说明”表，填好后运行：planner check {out}")
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
    if _taken(out, force):
        return BAD_INPUT
    from planner.io.writer import write_workbook
    from planner.samples import sample_instance

    write_workbook(sample_instance(size.value, seed), out)
    print(f"已写出示例工作簿 {out}。下一步：planner plan {out} --out 结果")
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
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="结果文件夹")],
    department: Annotated[
        list[str] | None,
        typer.Option("--department", metavar="CODE", help="只排这些单位；可重复写，也可用顿号隔开"),
    ] = None,
    round_name: RoundName = None,
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
        bool, typer.Option("--reproducible", help="每次运行得到逐字节相同的 plan.json")
    ] = False,
) -> int:
    """排出半年轮换计划，核查后写出全部文件。

    例：planner plan 我的数据.xlsx --out 结果 --round 2027H1
    """
    from planner import run

    with progress_display() as show:
        outcome = run.plan(
            workbook,
            out,
            departments=_codes(department),
            round_name=round_name,
            seed=seed,
            limit_seconds=limit,
            jobs=jobs,
            reproducible=reproducible,
            progress=show,
        )
    if outcome.exit_code == BAD_INPUT:
        _print_issues(run.errors_of(outcome.issues))
    for message in outcome.messages:
        print(message)
    for file in outcome.files:
        print(f"已写出 {file}")
    return int(outcome.exit_code)


@_command
def verify(
    workbook: Workbook,
    plan_file: Annotated[
        Path, typer.Argument(metavar="PLAN", help="plan.json 或 派驻计划.xlsx，可人工改过")
    ],
) -> int:
    """核查一份计划，逐条列出违规。

    例：planner verify 我的数据.xlsx 结果/派驻计划.xlsx
    """
    from planner import run

    outcome = run.verify(workbook, plan_file)
    _print_issues(outcome.issues)
    for title, findings in (("违规", outcome.violations), ("已豁免", outcome.overridden)):
        for one in findings:
            subject = " ".join(filter(None, (one.violation.site_id, one.violation.inspector_id)))
            print(f"{title} {one.violation.rule} {subject}：{one.sentence}")
    for name, written, recomputed in outcome.wrong_amounts:
        claim = "未写" if written is None else f"写 {written}"
        print(f"得分不符 {name}：计划{claim}，复算为 {recomputed}")
    if outcome.exit_code != BAD_INPUT:
        print(f"核查完毕：违规 {len(outcome.violations)} 条，豁免 {len(outcome.overridden)} 条。")
    return int(outcome.exit_code)


@_command
def rules() -> int:
    """列出全部 86 条规则和各自的落实之处。"""
    from planner import run

    for entry in run.catalogue():
        print(f"{entry.rule:<7}{entry.level:<4}{entry.clause} {entry.title} [{entry.where}]")
    return OK


def _taken(path: Path, force: bool) -> bool:
    if path.exists() and not force:
        print(f"{path} 已存在，未改动。请换一个文件名，或加 --force 覆盖。", file=sys.stderr)
        return True
    return False


def _count(issues: Sequence[InputIssue], severity: str) -> int:
    return sum(issue.severity == severity for issue in issues)


def _print_issues(issues: Sequence[InputIssue]) -> None:
    from planner.domain.findings import Severity

    order = list(Severity)
    for issue in sorted(issues, key=lambda one: order.index(one.severity)):
        place = "!".join(filter(None, (issue.sheet, issue.cell)))
        remedy = f" 改法：{issue.remedy}" if issue.remedy else ""
        print(f"{issue.severity.value} {place} {issue.message}{remedy}")


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
