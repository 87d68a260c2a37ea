"""台账: 工作日志, 隐患台账, 危险作业 and the others, in workbooks of their own.

People keep them apart from the workbook of a plan: one file of a unit, of a person or of a month.
What several files say is added up; a row that stands in two of them counts once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.io.issues import IssueLog
from planner.io.schema_ledgers import LEDGERS
from planner.io.sheets import write_blank
from planner.io.workbooks import read_tables


@dataclass(frozen=True)
class LedgerFiles:
    """What some files say: ``ledgers`` is None when ``issues`` hold an error."""

    ledgers: Ledgers | None
    issues: tuple[InputIssue, ...]


def read_ledgers(
    paths: Sequence[Path], instance: Instance, others: Iterable[Ledgers] = ()
) -> LedgerFiles:
    """The ledgers of some files together with others, with every problem of the files; ids and
    names are those of the instance. A sheet that a file does not have is as an empty one."""
    log, others = IssueLog(), tuple(others)
    kept = {
        sheet.table: tuple(chain.from_iterable(getattr(one, sheet.table) for one in others))
        for sheet in LEDGERS
    }
    tables = read_tables(paths, LEDGERS, instance, log, kept)
    ledgers = None if tables is None else Ledgers.model_validate(tables)
    return LedgerFiles(ledgers, tuple(log.issues))


def write_ledger_template(path: Path) -> None:
    """Write the blank workbook."""
    write_blank(path, "驻点监督台账（空白模板）", LEDGERS)
