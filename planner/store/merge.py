"""两人各改一份: what a workbook brings in is told from what others have done since it was written.

The export writes down, in the sheet 说明, after which change it was written. When it comes back,
the log tells what every row was then. What the workbook left as it was stays as others have made it
since; what both have changed, differently, is nobody's to decide but theirs, and is refused. A
workbook without the mark is taken as it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from planner.io.columns import Column, Sheet
from planner.io.reader import STORE_MARK
from planner.io.schema import SHEETS
from planner.store.changes import LoggedSession, Values, content
from planner.store.database import Address
from planner.store.printed import shown
from planner.store.tables import Change, Shelf
from planner.store.values import Row, kept_content, told

_MARK = re.compile(r"第 (\d{1,15}) 号变更（(\S+)）")


def mark(session: Session) -> str:
    """What an export says of itself: after which change it was written."""
    last = session.scalars(select(Change).order_by(Change.row_id.desc()).limit(1)).one()
    return (
        f"{STORE_MARK}在第 {last.row_id} 号变更（{_moment(last)}）之后写出。"
        "再导入时据此分辨其间别人的改动，请勿删改本表。"
    )


def marked(session: Session, text: str) -> int | None:
    """The number of the change after which a workbook was written; None for one that this store
    did not write, or not since it was restored."""
    found = _MARK.search(text)
    if found is None:
        return None
    entry = session.get(Change, int(found[1]))
    return entry.row_id if entry is not None and _moment(entry) == found[2] else None


def _moment(entry: Change) -> str:
    return entry.at.astimezone(dt.UTC).isoformat()


def on_a_new_export(address: Address, sheets: Sequence[Sheet]) -> str:
    """What to do with edits of some sheets that do not go together with those of others."""
    export = "export 新工作簿.xlsx" if sheets is SHEETS else "export 新台账.xlsx --ledger"
    return f"请重新 {address.command(export)}，改在新的文件上再导入"


class Others:
    """What others have done to some sheets after a change, or nothing (None). ``conflicts`` are
    lines about what both they and the workbook have changed; ``marked`` tells an export of this
    store.

    The same person's earlier imports of the same file are no others': one may go on editing a
    workbook that one has imported already. Not so ``with_own``: rows of ledgers come from many
    files of one name, often under one account, and a file tells only what its export had.
    """

    def __init__(
        self,
        session: LoggedSession,
        number: int | None,
        sheets: Sequence[Sheet] = SHEETS,
        *,
        with_own: bool = False,
    ) -> None:
        self.marked = number is not None
        self.conflicts: list[str] = []
        self._before: dict[tuple[str, str], Values | None] = {}
        if number is not None:
            tables = [sheet.table for sheet in sheets]
            query = select(Change).where(Change.row_id > number, Change.table_name.in_(tables))
            if not with_own:
                query = query.where(~and_(Change.who == session.who, Change.task == session.task))
            for entry in session.scalars(query.order_by(Change.row_id.desc())):
                key = entry.table_name, entry.natural_key
                earlier = self._before.get(key) or {}
                self._before[key] = None if entry.before is None else {**earlier, **entry.before}

    def __len__(self) -> int:
        """How many rows they have changed."""
        return len(self._before)

    def settle(self, shelf: Shelf, row: Any, values: Row) -> Row | None:
        """What a row that both have is to say; None where others have removed it and the workbook
        did not touch it."""
        key = shelf.row.__tablename__, row.natural_key
        if key not in self._before:
            return values
        mine, now = kept_content(shelf, row.natural_key, values), content(row)
        was = self._before[key]
        if was is None:  # both have added it
            was = dict.fromkeys({*mine, *now})
        removed = row.gone and not was.get("gone", True)
        if removed and mine == _without_empty({**now, **was}):
            return None
        settled = dict(values)
        for column in shelf.columns:
            name = column.field
            if name not in was or mine.get(name) == now.get(name):
                continue
            if mine.get(name) == was[name]:
                settled[name] = told(row, column, shelf)
            elif now.get(name) != was[name]:
                self._conflict(shelf, row, column, now.get(name), mine.get(name))
        if removed:
            self._tell(shelf, row, "工作簿改了它，台账库其间已把它移出")
        return settled

    def may_go(self, shelf: Shelf, row: Any) -> bool:
        """Whether a row that the workbook does not have is to be marked gone: not where the
        workbook never had it."""
        key = shelf.row.__tablename__, row.natural_key
        if key not in self._before:
            return True
        was = self._before[key]
        if was is None or was.get("gone") or row.gone:
            return False
        self._tell(shelf, row, "工作簿删去了它，台账库其间改了它")
        return False

    def _conflict(self, shelf: Shelf, row: Any, column: Column, now: Any, mine: Any) -> None:
        values = f"：工作簿为 {shown(mine)}，台账库为 {shown(now)}"
        values = "" if shelf.sheet.confidential else values
        self._tell(shelf, row, f"“{column.heading}”两边都改了{values}")

    def _tell(self, shelf: Shelf, row: Any, what: str) -> None:
        self.conflicts.append(f"{shelf.sheet.title} {row.natural_key} {what}")


def _without_empty(values: Mapping[str, Any]) -> Values:
    return {name: value for name, value in values.items() if name != "gone" and value is not None}
