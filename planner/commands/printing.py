"""What commands print: findings, messages and the files that were written."""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.exit_codes import BAD_INPUT

if TYPE_CHECKING:
    from pydantic import BaseModel

    from planner.domain.findings import InputIssue
    from planner.run.outcome import Outcome

ISSUES_SHOWN = 500
"""Different problems that are printed as text; as JSON check prints all."""
RUN_FROM = 3
"""So many cells below one another are printed as a range."""
FOLDERS_SHOWN = 20
WARNINGS_SHOWN = 15
"""Different warnings that plan, verify and report print; check prints all."""


def me() -> str:
    """What to type to call this program here, so that a command works as it is printed."""
    import shutil

    called = Path(sys.argv[0])
    return "planner" if called.stem != "planner" or shutil.which("planner") else str(called)


def may_write(path: Path, force: bool) -> bool:
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


def told(outcome: Outcome, workbook: Path | None = None) -> int:
    """Print what a command found and did, and return its exit code. ``workbook`` is what it
    read, where ``check`` would list every warning."""
    from planner.domain.findings import Severity
    from planner.run.outcome import errors_of

    if outcome.exit_code == BAD_INPUT:
        if rest := print_issues(errors_of(outcome.issues)):
            print(f"另有 {rest} 条没有显示：请先改好以上各条，再运行一次")
    else:
        warnings = [one for one in outcome.issues if one.severity is Severity.WARNING]
        if rest := print_issues(warnings, WARNINGS_SHOWN):
            where = f"，全部见：{me()} check {workbook}" if workbook else ""
            print(f"另有警告 {rest} 条{where}")
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
        names = "、".join(folder.name for folder in others[:FOLDERS_SHOWN])
        more = "……" if others[FOLDERS_SHOWN:] else ""
        print(f"各单位的文件在 {len(others)} 个文件夹中：{names}{more}")
    return int(outcome.exit_code)


def count(issues: Sequence[InputIssue], severity: str) -> int:
    return sum(issue.severity == severity for issue in issues)


def print_issues(issues: Sequence[InputIssue], most: int = ISSUES_SHOWN) -> int:
    """Print problems, the worst first; how many were more than may be printed. One problem of many
    cells, such as a column in a wrong unit, is one line that names them all."""
    from planner.domain.findings import Severity

    order = list(Severity)
    cells: dict[tuple[Severity, str, str, str], list[str]] = defaultdict(list)
    for one in sorted(issues, key=lambda issue: order.index(issue.severity)):
        cells[one.severity, one.sheet, one.message, one.remedy].append(one.cell)
    alike = list(cells.items())
    for (severity, sheet, message, remedy), own in alike[:most]:
        place = "!".join(filter(None, (sheet, "、".join(_ranges(own)))))
        told_remedy = f" 改法：{remedy}" if remedy else ""
        print(f"{severity.value} {place} {message}{told_remedy}")
    return sum(len(own) for _, own in alike[most:])


def _ranges(cells: Sequence[str]) -> Iterator[str]:
    """Cells with those below one another as ``L2:L693``."""
    runs: list[list[str]] = []
    for cell in dict.fromkeys(filter(None, cells)):
        if runs and cell == _below(runs[-1][-1]):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    for run in runs:
        yield from run if len(run) < RUN_FROM else [f"{run[0]}:{run[-1]}"]


def _below(cell: str) -> str:
    """The cell under another one; empty where it is none."""
    found = re.fullmatch(r"([A-Z]+)(\d+)", cell)
    return f"{found[1]}{int(found[2]) + 1}" if found else ""


def print_json(workbook: Path, issues: Sequence[InputIssue]) -> None:
    rows = [issue.model_dump(mode="json") for issue in issues]
    print(json.dumps({"file": str(workbook), "issues": rows}, ensure_ascii=True, indent=2))


def print_answer(answer: BaseModel) -> None:
    """An answer for programs."""
    print(json.dumps(answer.model_dump(mode="json"), ensure_ascii=True, indent=2))
