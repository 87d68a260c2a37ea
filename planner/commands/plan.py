"""The main job: template, sample, check, plan, verify, report, next and rules.

Heavy imports happen inside the command that needs them, so that ``planner --help`` answers at
once.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from planner.commands.options import (
    AsOf,
    Departments,
    Force,
    ForceFolder,
    Jobs,
    Limit,
    OutFolder,
    PlanFile,
    RoundName,
    Workbook,
    day,
    each,
)
from planner.commands.printing import (
    count,
    may_write,
    me,
    print_issues,
    print_json,
    told,
)
from planner.console import progress_display, tell_at_once
from planner.exit_codes import BAD_INPUT, OK


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


def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="要写出的空白工作簿")],
    force: Force = False,
) -> int:
    """写出空白工作簿。

    例：planner template 我的数据.xlsx
    """
    if not may_write(out, force):
        return BAD_INPUT
    from planner.io.template import write_template

    write_template(out)
    print(f"已写出空白工作簿 {out}。请先看其中的“说明”表，填好后运行：{me()} check {out}")
    return OK


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
    if not may_write(out, force):
        return BAD_INPUT
    from planner.io.writer import write_workbook
    from planner.samples import sample_instance

    write_workbook(sample_instance(size.value, seed), out)
    print(f"已写出示例工作簿 {out}。下一步：{me()} plan {out} --out 结果")
    return OK


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
    from planner.domain.findings import Severity
    from planner.run import reading

    issues = reading.check(workbook, round_name=round_name).issues
    if style is TextOrJson.JSON:
        print_json(workbook, issues)
    else:
        if rest := print_issues(issues):
            print(f"另有 {rest} 条没有显示；全部见：{me()} check {workbook} --format json")
        counts = "，".join(f"{kind.value} {count(issues, kind)} 条" for kind in Severity)
        print(f"检查完毕：{counts}。")
    return BAD_INPUT if count(issues, Severity.ERROR) else OK


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
    limit: Limit = 180,
    jobs: Jobs = None,
    reproducible: Annotated[
        bool,
        typer.Option(
            "--reproducible",
            help="每次运行得到逐字节相同的 plan.json；按固定的计算量停，不看 --limit",
        ),
    ] = False,
    view_ahead: Annotated[
        bool,
        typer.Option(
            "--ahead",
            help="接着排下一轮，在本轮同样好的计划中找下一轮更接得上的，并列出接续不上的对象；"
            "至多多用一个 --limit 的时间",
        ),
    ] = False,
    force: ForceFolder = False,
) -> int:
    """排出半年轮换计划，核查后写出全部文件。

    有几个单位时，结果文件夹中另有以简称命名的各单位文件夹。人工改过的派驻计划.xlsx 和附件1
    不会被覆盖，除非加 --force。按一次 Ctrl-C 即收尾，保留此前最好的计划。

    例：planner plan 我的数据.xlsx --out 结果 --round 2027H1
    """
    from planner.run import main_job

    with progress_display() as show:
        outcome = main_job.plan(
            workbook,
            out,
            departments=each(department),
            round_name=round_name,
            as_of=day(as_of),
            seed=seed,
            limit_seconds=limit,
            jobs=jobs,
            reproducible=reproducible,
            view_ahead=view_ahead,
            force=force,
            progress=show,
            notify=tell_at_once,
        )
    return told(outcome, workbook)


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
    from planner.run import main_job

    outcome = main_job.verify(
        workbook, plan_file, departments=each(department), round_name=round_name
    )
    return told(outcome, workbook)


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
    from planner.run import main_job

    outcome = main_job.report(
        workbook,
        plan_file,
        out,
        departments=each(department),
        round_name=round_name,
        as_of=day(as_of),
        force=force,
    )
    return told(outcome, workbook)


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
    if not may_write(target, force):
        return BAD_INPUT
    from planner.run import main_job

    outcome = main_job.start_next_round(
        workbook, plan_file, target, departments=each(department), round_name=round_name
    )
    return told(outcome, workbook)


def ahead(
    workbook: Workbook,
    plan_file: PlanFile,
    department: Departments = None,
    limit: Limit = 120,
    jobs: Jobs = None,
) -> int:
    """这份计划执行完以后，下一个半年接不接得上：按它接着排下一轮，列出接续不上的对象。

    不写文件。风险因素、名单、培训按现有的沿用；列出的对象可提前培训、借调或增人。

    例：planner ahead 我的数据.xlsx 结果/plan.json
    """
    from planner.run import ahead as work

    with progress_display() as show:
        outcome = work.ahead(
            workbook, plan_file,
            departments=each(department), limit_seconds=limit, jobs=jobs, progress=show,
            notify=tell_at_once,
        )  # fmt: skip
    return told(outcome, workbook)


def rules() -> int:
    """列出全部 86 条规则和各自的落实之处。"""
    from planner.run import writing

    for entry in writing.catalogue():
        print(f"{entry.rule:<7}{entry.level:<4}{entry.clause} {entry.title} [{entry.where}]")
    return OK
