"""台账: 工作日志, 隐患台账, 危险作业 and the others, in workbooks of their own.

People keep them apart from the workbook of a plan: one file of a unit, of a person or of a month.
What several files say is added up; a row that stands in two of them counts once. 培训 is kept there
too: it is a sheet of the workbook, which takes the rows over (``with_trainings``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers
from planner.domain.tables import Training
from planner.io.issues import IssueLog
from planner.io.rows import Records
from planner.io.schema_ledgers import LEDGERS
from planner.io.schema_people import TRAININGS
from planner.io.sheets import write_blank
from planner.io.workbooks import read_tables
from planner.io.writer import Row, write_sheets

FILE_SHEETS = (*LEDGERS, TRAININGS)
"""The sheets of a ledger's file."""


@dataclass(frozen=True)
class LedgerFiles:
    """What some files say: ``ledgers`` is None when ``issues`` hold an error. ``trainings`` are the
    rows of the files alone."""

    ledgers: Ledgers | None
    issues: tuple[InputIssue, ...]
    trainings: tuple[Training, ...] = ()


def read_ledgers(
    paths: Sequence[Path],
    instance: Instance,
    others: Iterable[Ledgers] = (),
    gone: Records | None = None,
) -> LedgerFiles:
    """The ledgers of some files together with others, with every problem of the files; ids and
    names are those of the instance, and ids of rows ``gone`` from it. A sheet that a file does not
    have is as an empty one."""
    log, others = IssueLog(), tuple(others)
    kept = {
        sheet.table: tuple(chain.from_iterable(getattr(one, sheet.table) for one in others))
        for sheet in LEDGERS
    }
    tables = read_tables(paths, FILE_SHEETS, instance, log, kept, gone)
    if tables is None:
        return LedgerFiles(None, tuple(log.issues))
    trainings = tuple(one for one in tables.pop(TRAININGS.table) if isinstance(one, Training))
    return LedgerFiles(Ledgers.model_validate(tables), tuple(log.issues), trainings)


def with_trainings(instance: Instance, trainings: Iterable[Training]) -> Instance:
    """The instance with these rows of 培训; one of the same people, sectors and last day takes the
    place of the earlier one, as when 合格 is filled in."""

    def key(row: Training) -> tuple[object, ...]:
        return tuple(getattr(row, field) for field in TRAININGS.known_by)

    new = {key(row): row for row in trainings}
    kept = (row for row in instance.trainings if key(row) not in new)
    return instance.model_copy(update={"trainings": (*kept, *new.values())})


def write_ledger_template(path: Path) -> None:
    """Write the blank workbook."""
    write_blank(path, "驻点监督台账（空白模板）", FILE_SHEETS)


def write_ledgers(path: Path, rows: Mapping[str, Iterable[Row]], guide: str) -> None:
    """Write rows by sheet, as values by field; ``guide`` is the line in 说明 (``read_mark``)."""
    write_sheets(path, "驻点监督台账", LEDGERS, rows, guide)
