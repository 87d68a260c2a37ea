"""报送材料: the workbooks that departments send, found in files and folders and told apart by their
headings, whatever their names are."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.domain.ledgers import SubmissionKind
from planner.domain.tables import Department
from planner.io.archive import CellValue, Grid, open_workbook
from planner.io.attachment1 import SentPosting, read_sent_attachment1
from planner.io.attachment2 import (
    EACH_DEPARTMENT,
    SentRow,
    read_attachment2,
    read_each_department,
)
from planner.io.city import City
from planner.io.cleaning import CellError, is_blank, read_cell
from planner.io.columns import Column, Kind
from planner.io.issues import IssueLog, UnreadableWorkbookError
from planner.io.layout import HEADER_SEARCH_ROWS, plain

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})
"""What may be a workbook; old ones are refused with the remedy, never passed over."""
WHOLE = "各派出部门"
"""How the 部门 of a table of several departments begins."""

_HEADINGS = {
    SubmissionKind.ATTACHMENT_1: frozenset({"驻点企业名称", "驻点人员姓名"}),
    SubmissionKind.ATTACHMENT_2: frozenset({"行业领域", "驻点监督形式"}),
}
_NOT_A_FORM = frozenset({"月份"})
"""A heading of 各部门数字, which has those of 附件2 beside it."""
_DAY_LABELS = {
    SubmissionKind.ATTACHMENT_1: ("截至", "截至日期", "截止", "截止日期"),
    SubmissionKind.ATTACHMENT_2: ("填表日期", "填报日期", "制表日期"),
}
_DAY = Column("日期", "day", Kind.DATE)
_COLON = re.compile("[:：]")
_SEAL = re.compile(r"[（(](?:盖章|公章|章)[）)]")
_NEXT_LABEL = re.compile(r"(?:^|\s+)\w{2,6}\s*[:：]")


@dataclass(frozen=True)
class Sent:
    """What one department has sent in one sheet. ``day`` is 填表日期 of 附件2 or 截至 of 附件1."""

    department: Department
    file: str
    sheet: str
    day: dt.date | None
    day_cell: str
    sound: bool
    """Whether all of it could be read."""
    rows: tuple[SentRow, ...] = ()
    postings: tuple[SentPosting, ...] = ()

    @property
    def said(self) -> object:
        """What it says, wherever it stands: the same said twice counts once."""
        return self.day, [one.line for one in self.rows], self.postings


@dataclass
class Packages:
    """What was found: forms by kind and department code, the county units whose own forms were
    left out, as they are called, and the files that are none."""

    forms: dict[tuple[SubmissionKind, str], Sent] = field(default_factory=dict)
    bureaus: set[str] = field(default_factory=set)
    passed_over: list[Path] = field(default_factory=list)


def read_packages(paths: Sequence[Path], city: City, log: IssueLog) -> Packages:
    """The forms in some files and folders. In a folder, what is no form of a department is passed
    over, and so are those of county units, which their department adds up (R16-2); a file that is
    named has to be one."""
    found = Packages()
    for path, label, named in _workbooks(paths, log):
        try:
            with open_workbook(path) as workbook:
                grids = [workbook.grid(title) for title in workbook.titles]
        except UnreadableWorkbookError as error:
            log.error(label, "", error.message, error.remedy)
            continue
        forms = [(kind, grid) for grid in grids for kind in _kinds(grid)]
        whole = any(_department_of(grid)[1].startswith(WHOLE) for _, grid in forms) or any(
            plain(grid.title) == EACH_DEPARTMENT.title for grid in grids
        )
        if forms and not whole:
            for kind, grid in forms:
                unit = _department_of(grid)[1]
                if not named and city.is_bureau(unit):
                    found.bureaus.add(unit)
                else:
                    _add(found, kind, grid, label, city, log)
        elif not named:
            found.passed_over.append(path)
        elif whole:
            log.error(label, "", "这是几个部门的汇总表", "请给出各部门自己的附件1、附件2")
        else:
            log.error(
                label, "", "既不是附件1，也不是附件2",
                "请给出有“行业领域”“驻点监督形式”或“驻点企业名称”“驻点人员姓名”各列的表",
            )  # fmt: skip
    return found


def read_merged(path: Path, city: City, log: IssueLog) -> tuple[tuple[str, SentRow], ...]:
    """The months and rows of 各部门数字 in a merged 附件2, to compare the next with."""
    own = IssueLog()
    try:
        with open_workbook(path) as workbook:
            titles = [one for one in workbook.titles if plain(one) == EACH_DEPARTMENT.title]
            grids = [workbook.grid(one) for one in titles]
    except UnreadableWorkbookError as error:
        log.error(str(path), "", error.message, error.remedy)
        return ()
    if not grids:
        log.error(
            str(path), "", f"没有表“{EACH_DEPARTMENT.title}”",
            "--last 要 planner merge 写出的上月的附件2",
        )  # fmt: skip
    rows = [row for grid in grids for row in read_each_department(grid, city, own)]
    _take_over(own, path.name, log)
    return tuple(rows)


def _workbooks(paths: Sequence[Path], log: IssueLog) -> Iterator[tuple[Path, str, bool]]:
    """Every workbook once, what it is called in messages, and whether it was named itself."""
    count, seen = Counter(path.name for path in paths), set[Path]()
    for path in paths:
        named = not path.is_dir()
        inside = [path] if named else _inside(path)
        if not inside:
            log.error(str(path), "", "文件夹中没有工作簿", "请放入各部门报送的附件1、附件2")
        for one in inside:
            if one.resolve() in seen:
                continue
            seen.add(one.resolve())
            alone = path.name if count[path.name] == 1 else str(path)
            yield one, alone if named else str(one.relative_to(path.parent)), named


def _inside(folder: Path) -> list[Path]:
    """The workbooks of a folder; Excel and WPS begin the names of files in use with ``~``."""
    return sorted(
        one
        for one in folder.rglob("*")
        if one.suffix.lower() in SUFFIXES and one.is_file() and one.name[0] not in "~."
    )


def _kinds(grid: Grid) -> list[SubmissionKind]:
    """The forms of which a worksheet has the headings."""
    heads = [
        {plain(one) for one in values if isinstance(one, str)}
        for _, values in grid.rows[:HEADER_SEARCH_ROWS]
    ]
    return [
        kind
        for kind, wanted in _HEADINGS.items()
        if any(wanted <= head and not head & _NOT_A_FORM for head in heads)
    ]


def _add(
    found: Packages, kind: SubmissionKind, grid: Grid, label: str, city: City, log: IssueLog
) -> None:
    """Read a sheet and put it under its department."""
    own = IssueLog()
    cell, name = _department_of(grid)
    department = city.department(name)
    if department is None:
        units = "、".join(one.short_name for one in city.departments)
        own.error(
            grid.title, cell,
            f"“{name}”不是向市安委会办公室报送的部门" if name else "没有写“部门：”",
            f"请写 {units}；县级单位的请移出，其数字由上级业务部门汇总（R16-2）；"
            "另有的部门用 --data 给出",
        )  # fmt: skip
    else:
        second = kind is SubmissionKind.ATTACHMENT_2
        day_cell, day = _day_of(grid, _DAY_LABELS[kind], own)
        rows = read_attachment2(grid, city, department, own) if second else ()
        postings = () if second else read_sent_attachment1(grid, department.short_name, own)
        sound = not own.has_errors
        sent = Sent(department, label, grid.title, day, day_cell, sound, rows, postings)
        earlier = found.forms.setdefault((kind, department.code), sent)
        if earlier.said != sent.said:
            own.error(
                grid.title, cell,
                f"{department.short_name}的{kind}在“{earlier.file}”已有一份，内容不同",
                "请只留最后报的一份",
            )  # fmt: skip
    _take_over(own, label, log)


def _take_over(own: IssueLog, label: str, log: IssueLog) -> None:
    """Every problem names its file."""
    log.issues += [one.model_copy(update={"sheet": f"{label}：{one.sheet}"}) for one in own.issues]


# -- what stands beside a label ------------------------------------------------------------------


def _department_of(grid: Grid) -> tuple[str, str]:
    """The cell of “部门：” and the name in it."""
    cell, value = _labelled(grid, "部门", "部门单位", "填报部门", "填报单位")
    return cell, _SEAL.sub("", value).strip() if isinstance(value, str) else ""


def _day_of(grid: Grid, labels: Sequence[str], log: IssueLog) -> tuple[str, dt.date | None]:
    """The cell of a date and the date; paper forms have 年 月 日 where none is filled in."""
    cell, value = _labelled(grid, *labels)
    if isinstance(value, str):
        value = re.sub(r"\s+", "", value)
        if value == "年月日":
            return cell, None
    try:
        return cell, read_cell(_DAY, value).value
    except CellError as error:
        log.error(grid.title, cell, f"“{labels[0]}”{error.message}", error.remedy)
        return cell, None


def _labelled(grid: Grid, *labels: str) -> tuple[str, CellValue]:
    """The cell that has a label with a colon, and what follows: in it up to the next label, or in
    the next filled cell of its row that has none."""
    from openpyxl.utils import get_column_letter

    wanted = "|".join(r"\s*".join(label) for label in labels)
    pattern = re.compile(rf"(?:^|\s)(?:{wanted})\s*(?:{_SEAL.pattern})?\s*[:：]\s*(.*)", re.DOTALL)
    for number, values in grid.rows:
        for at, value in enumerate(values):
            match = pattern.search(value) if isinstance(value, str) else None
            if match is None:
                continue
            cell = f"{get_column_letter(at + 1)}{number}"
            rest = _NEXT_LABEL.split(match[1])[0].strip()
            if rest or _NEXT_LABEL.search(match[1]):
                return cell, rest
            after = next((one for one in values[at + 1 :] if not is_blank(one)), None)
            return cell, None if isinstance(after, str) and _COLON.search(after) else after
    return "", None
