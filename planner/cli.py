"""The command line: every command in the order in which help lists it, and the last guards.

The commands themselves are in ``planner.commands``; the work is done in ``planner.run``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from planner.commands import (
    change,
    charts,
    days,
    db,
    monthly,
    papers,
    plan,
    quarter,
    repair,
    robustness,
    staffing,
    whatif,
    why,
)
from planner.console import (
    ChineseCommand,
    ChineseGroup,
    stop_writing,
    system_message,
    tolerate_any_code_page,
    unwrapped,
    usage_message,
    write_error_log,
)
from planner.exit_codes import BAD_INPUT, INTERNAL, INTERRUPTED, OK

COMMANDS: tuple[Callable[..., int], ...] = (
    plan.template,
    plan.sample,
    plan.check,
    plan.plan,
    plan.verify,
    plan.report,
    charts.charts,
    plan.ahead,
    plan.next,
    quarter.list,
    days.days,
    days.verify_days,
    days.day_data,
    monthly.ledger,
    monthly.trainings,
    monthly.month,
    monthly.merge,
    monthly.due,
    papers.papers,
    papers.paper_templates,
    papers.spot_check,
    plan.rules,
    why.explain,
    why.why_not,
    change.replan,
    change.adopt,
    robustness.recommend,
    robustness.n_1,
    staffing.staffing,
    repair.repair,
    whatif.whatif,
    whatif.clauses,
)

app = typer.Typer(
    cls=ChineseGroup,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"max_content_width": 100},
)


def show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"planner {version('planner')}")
        except PackageNotFoundError:
            print("planner（源码，未安装）")
        raise typer.Exit


@app.callback()
def _planner(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="显示版本。"),
    ] = False,
) -> None:
    """驻点监督轮换计划：一个工作簿进，一份核查过的半年轮换计划和附件1出。

    先用 template 或 sample 得到工作簿，再 check、plan、verify；改过计划用 report，换轮次用 next。
    """


for one in COMMANDS:
    app.command(cls=ChineseCommand, help=unwrapped(one.__doc__ or ""))(one)
app.add_typer(db.app, name="db")


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
