"""台账 for the commands that need them: from workbooks, from the store, or from both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, Submission
from planner.io.issues import IssueLog
from planner.io.ledgers import LedgerFiles, read_ledgers
from planner.io.schema_ledgers import SUBMISSIONS
from planner.io.schema_people import TRAININGS
from planner.io.workbooks import read_tables
from planner.store.errors import StoreError

SQLITE_HEADER = b"SQLite format 3\0"


def ledgers_of(sources: Sequence[str], instance: Instance) -> LedgerFiles:
    """All ledgers of some sources: paths of workbooks, paths or addresses of stores. Rows of a
    store about people or objects that the workbook does not have are left out, with a warning."""
    stores = [one for one in sources if _is_store(one)]
    files = [Path(one) for one in sources if one not in stores]
    issues: list[InputIssue] = []
    kept = []
    for one in stores:
        try:
            kept.append(_known(_of_store(one), instance, one, issues))
        except StoreError as error:
            issues.append(
                InputIssue(severity=Severity.ERROR, sheet=one, cell="", message=f"{error}。")
            )
    found = read_ledgers(files, instance, kept)
    failed = any(one.severity is Severity.ERROR for one in issues)
    unknown = set(found.trainings) - set(instance.trainings)
    if unknown:
        issues.append(
            InputIssue(
                severity=Severity.WARNING, sheet=TRAININGS.title, cell="",
                message=f"台账的培训有 {len(unknown)} 行不在工作簿中，计划和核查还没有用上",
                remedy="用 planner trainings 写出加上这些培训的工作簿，再用它",
            )
        )  # fmt: skip
    return LedgerFiles(None if failed else found.ledgers, (*issues, *found.issues))


def submissions_of(
    sources: Sequence[str], instance: Instance, log: IssueLog
) -> tuple[Submission, ...] | None:
    """报送 of some sources, where nothing is known but units; None when something is wrong. Rows of
    a store about other units are left out."""
    stores = [one for one in sources if _is_store(one)]
    kept: list[Submission] = []
    for source in stores:
        try:
            rows = _of_store(source).submissions
        except StoreError as error:
            log.error(source, "", f"{error}。")
            continue
        kept += (one for one in rows if one.department in instance.department_by_code)
    files = [Path(one) for one in sources if one not in stores]
    tables = read_tables(files, (SUBMISSIONS,), instance, log, {SUBMISSIONS.table: kept})
    return None if tables is None else Ledgers.model_validate(tables).submissions


def approved_units(sources: Sequence[str], round_name: str) -> frozenset[str] | None:
    """The units of which the stores among some sources hold an approved plan of a round; None
    where no source is a store. The sources have been read before."""
    stores = [one for one in sources if _is_store(one)]
    if not stores:
        return None
    from planner.store.database import Database, address_of
    from planner.store.plans import plan_history

    units: set[str] = set()
    for one in stores:
        with Database(address_of(one)).reading() as session:
            for record in plan_history(session):
                if record.round == round_name and record.state.final:
                    units.update(record.departments)
    return frozenset(units)


def _is_store(source: str) -> bool:
    if "://" in source:
        return True
    path = Path(source)
    if not path.is_file():
        return path.suffix.lower() == ".db"
    with path.open("rb") as stream:
        return stream.read(len(SQLITE_HEADER)) == SQLITE_HEADER


def _of_store(source: str) -> Ledgers:
    from planner.store.contents import ledgers
    from planner.store.database import Database, address_of

    with Database(address_of(source)).reading() as session:
        return ledgers(session)


def _known(whole: Ledgers, instance: Instance, source: str, issues: list[InputIssue]) -> Ledgers:
    """The rows about objects and people of the workbook."""
    left_out: Counter[str] = Counter()

    def fits(row: Any) -> bool:
        strangers = sorted(
            {one for one in _sites_of(row) if one not in instance.site_by_id}
            | {one for one in _people_of(row) if one not in instance.inspector_by_id}
        )
        left_out.update(strangers[:1])
        return not strangers

    tables = {name: tuple(filter(fits, getattr(whole, name))) for name in Ledgers.model_fields}
    if left_out:
        names = "、".join(list(left_out)[:5])
        issues.append(
            InputIssue(
                severity=Severity.WARNING, sheet=source, cell="",
                message=f"{left_out.total()} 行台账的对象或人员不在工作簿中，未计入：{names}",
                remedy="若应计入，请用含有它们的工作簿",
            )
        )  # fmt: skip
    return Ledgers(**tables)


def _sites_of(row: Any) -> Iterator[str]:
    yield from getattr(row, "site_ids", ())
    if getattr(row, "site_id", ""):
        yield row.site_id


def _people_of(row: Any) -> Iterator[str]:
    for field in ("inspector_id", "found_by", "attended_by"):
        if getattr(row, field, ""):
            yield getattr(row, field)
