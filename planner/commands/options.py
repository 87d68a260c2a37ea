"""Arguments and options that several commands take, and what their values mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import datetime as dt


def valid_round(name: str | None) -> str | None:
    if name is None:
        return None
    from planner.domain.calendar import Round

    try:
        return Round.named(name).name
    except ValueError:
        raise typer.BadParameter(f"轮次写作 2027H1 或 2027H2，不能是 {name}") from None


def valid_day(text: str | None) -> str | None:
    if text is None:
        return None
    import datetime as dt

    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise typer.BadParameter(f"日期写作 2027-03-31，不能是 {text}") from None


def valid_month(text: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter(f"月份写作 2027-02，不能是 {text}")
    return text


def valid_quarter(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d{4}Q[1-4]", text):
        raise typer.BadParameter(f"季度写作 2027Q2，不能是 {text}")
    return text


def folder(text: str) -> Path:
    if not text.strip():
        raise typer.BadParameter("要写出结果文件夹的名字，不能为空")
    return Path(text)


def day(text: str | None) -> dt.date | None:
    import datetime as dt

    return dt.date.fromisoformat(text) if text else None


def each(values: list[str] | None) -> tuple[str, ...]:
    """The departments of a repeated option, each value of which may name several."""
    text = "、".join(values or ())
    for separator in ",，;；":
        text = text.replace(separator, "、")
    return tuple(dict.fromkeys(code.strip() for code in text.split("、") if code.strip()))


Workbook = Annotated[Path, typer.Argument(metavar="IN.xlsx", help="填好的工作簿")]
RoundName = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar="2027H1",
        callback=valid_round,
        help="轮次；不写则按参数表，表中也没有的取下一轮",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有的同名文件")]
ForceFolder = Annotated[bool, typer.Option("--force", help="覆盖结果文件夹中人工改过的文件")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", parser=folder, help="结果文件夹")]
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
LedgerFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--ledger", metavar="FILE", help="台账工作簿或台账库（planner.db）；可重复写，几处合计"
    ),
]
TemplateFolder = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        metavar="DIR",
        parser=folder,
        help="本单位改过的文书模板的文件夹；其中没有的用自带的",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="2027-03-31",
        callback=valid_day,
        help="附件1的截至日期；不写则取上月末，早于本轮的取本轮第一天",
    ),
]
Limit = Annotated[float, typer.Option("--limit", metavar="SECONDS", min=1, help="求解时限（秒）")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="并行进程数；不写则取全部"),
]
