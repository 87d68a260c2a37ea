"""认文件: a file that is sound but is not the one that a command wants is named for what it is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from planner.io.columns import Sheet
from planner.io.issues import UnreadableWorkbookError
from planner.io.layout import plain, sheet_of
from planner.io.schema import SHEETS
from planner.io.schema_ledgers import DUPLICATES, LEDGERS
from planner.io.schema_people import STINTS, TRAININGS
from planner.io.schema_plan import UNSERVED

IDLE_PEOPLE_TITLE = "未派人员"
OUTPUT_TITLES = frozenset(
    {
        "按对象轮换表",
        "按人员轮换表",
        UNSERVED.title,
        IDLE_PEOPLE_TITLE,
        "目标得分",
        "规则核查",
    }
)
"""Sheets of 派驻计划.xlsx that tell and are no input of a plan."""
ATTACHMENT_1_TITLE = "驻点情况统计表"
"""The only sheet of 附件1."""
TITLES_NAMED = 5

_WANTED = "这里要填好的数据工作簿"
_PLAN_WANTED = "这里要 plan 写出的 plan.json 或 派驻计划.xlsx"
_JUDGE = "核查计划用 planner verify 数据.xlsx 派驻计划.xlsx，重写附件1和报告用 planner report"


def refuse_other_input(titles: Collection[str]) -> None:
    """UnreadableWorkbookError where a workbook holds a plan, 附件1 or no sheet of the contract."""
    if _data_titles(titles):
        return
    if _is_attachment_1(titles):
        message = "这是附件1（报送用的结果），不是填报的数据工作簿"
        raise UnreadableWorkbookError(message, f"{_WANTED}；附件1不读入")
    if any(plain(title) in OUTPUT_TITLES for title in titles):
        message = "这是派驻计划（plan 写出的结果），不是填报的数据工作簿"
        raise UnreadableWorkbookError(message, f"{_WANTED}；{_JUDGE}")
    if not _has_stints(titles):
        remedy = "空白的用 planner template 写出；已有的数据请按其中的表名、列名填入"
        raise UnreadableWorkbookError(
            f"不是驻点监督的数据工作簿：没有一张认识的表（有{_named(titles)}）", remedy
        )


def refuse_json_as_input(path: Path) -> None:
    """UnreadableWorkbookError where plan.json is given for a workbook."""
    if path.suffix.lower() == ".json":
        raise UnreadableWorkbookError(
            "这是 json 文件（计划或检查结果），不是填报的数据工作簿", f"{_WANTED}；{_JUDGE}"
        )


def refuse_other_plan(titles: Collection[str]) -> None:
    """UnreadableWorkbookError where a workbook is no 派驻计划.xlsx."""
    if _data_titles(titles):
        message = "这是填报的数据工作簿，不是派驻计划"
    elif _is_attachment_1(titles):
        message = "这是附件1（报送用的结果），不是派驻计划"
    elif not _has_stints(titles) and UNSERVED.title not in map(plain, titles):
        message = f"不是派驻计划：没有一张认识的表（有{_named(titles)}）"
    else:
        return
    raise UnreadableWorkbookError(message, _PLAN_WANTED)


def refuse_data_workbook(titles: Collection[str], wanted: Collection[Sheet]) -> None:
    """UnreadableWorkbookError where the workbook of a plan's data is given for ledgers or day data,
    and none of its own sheets is wanted: those of the same names would be taken."""
    own = [one for one in wanted if one in SHEETS and one not in (TRAININGS, DUPLICATES)]
    if not own and _data_titles(titles):
        raise UnreadableWorkbookError(
            "这是填报的数据工作簿，不是台账或逐日资料",
            "空白台账用 planner ledger 写出；数据工作簿存入台账库用 planner db import",
        )


def _data_titles(titles: Collection[str]) -> list[str]:
    """The sheets of the contract that no output and no ledger has."""
    kept = [one for one in LEDGERS if one not in SHEETS]
    ledger = any(sheet_of(one, kept) for one in titles)
    others = (STINTS, TRAININGS, DUPLICATES) if ledger else (STINTS,)
    found = [title for title in titles if sheet_of(title, SHEETS)]
    return [title for title in found if not sheet_of(title, others)]


def _has_stints(titles: Collection[str]) -> bool:
    return any(sheet_of(title, (STINTS,)) for title in titles)


def _is_attachment_1(titles: Collection[str]) -> bool:
    return ATTACHMENT_1_TITLE in map(plain, titles)


def _named(titles: Collection[str]) -> str:
    shown = "、".join(f"“{title}”" for title in list(titles)[:TITLES_NAMED])
    return shown + ("等" if len(titles) > TITLES_NAMED else "")
