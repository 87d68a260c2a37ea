"""变更记录 in words. Phones are masked, and what is confidential is not printed (L-5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.io.columns import Sheet
from planner.io.privacy import mask_phones
from planner.store.tables import (
    PLAN_SHORTAGES,
    PLAN_STINTS,
    SHELVES,
    Change,
    PlanVersion,
)

_SHEETS: Mapping[str, Sheet] = {shelf.row.__tablename__: shelf.sheet for shelf in SHELVES.values()}
_PLAN_TITLES = {
    PlanVersion.__tablename__: "计划版本",
    PLAN_STINTS.row.__tablename__: "计划各段",
    PLAN_SHORTAGES.row.__tablename__: "计划未安排",
}
_PLAN_HEADINGS = {"state": "状态", "approver": "批准人", "file_no": "备案文号"}
_LONGEST_KEY = 60
KINDS = ("新增", "修改", "移出", "恢复", "删除")

TITLES: Mapping[str, str] = {
    **{table: sheet.title for table, sheet in _SHEETS.items()},
    **_PLAN_TITLES,
}
"""What the log calls each table."""


def changes(
    session: Session,
    *,
    title: str = "",
    key: str = "",
    since: dt.date | None = None,
    limit: int,
) -> tuple[Change, ...]:
    """The newest ``limit`` entries, the oldest of them first.

    ``title`` is a sheet's; without one the single rows of plans are left out, which come with
    their plan. ``since`` is a day of this machine's clock.
    """
    query = select(Change).order_by(Change.row_id.desc()).limit(limit)
    if title:
        tables = [table for table, name in TITLES.items() if name == title]
        query = query.where(Change.table_name.in_(tables))
    else:
        rows = [PLAN_STINTS.row.__tablename__, PLAN_SHORTAGES.row.__tablename__]
        query = query.where(Change.table_name.not_in(rows))
    if key:
        query = query.where(Change.natural_key == key)
    if since:
        query = query.where(Change.at >= dt.datetime.combine(since, dt.time()).astimezone())
    return tuple(session.scalars(query))[::-1]


def kind_of(entry: Change) -> str:
    """What happened to the row, one of ``KINDS``."""
    if entry.before is None:
        return "新增"
    if entry.after is None:
        return "删除"
    if entry.after.get("gone"):
        return "移出"
    return "恢复" if entry.before.get("gone") else "修改"


def line(entry: Change) -> str:
    """One entry as one line. Of a confidential row not even the key is told: who has to stay away
    from whom is what has been declared."""
    sheet = _SHEETS.get(entry.table_name)
    key = "（内容保密）" if sheet and sheet.confidential else mask_phones(entry.natural_key)
    key = key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…"
    told = "；".join(_fields(entry))
    what = f"{TITLES[entry.table_name]} {key} {kind_of(entry)}" + (f"：{told}" if told else "")
    return f"{entry.at.astimezone():%Y-%m-%d %H:%M:%S} {entry.who} {entry.task} | {what}"


def _fields(entry: Change) -> Iterator[str]:
    """Every changed field with its two values."""
    if entry.before is None or entry.after is None:
        return
    sheet = _SHEETS.get(entry.table_name)
    if sheet and sheet.confidential:
        return
    for name in (one for one in entry.after if one != "gone"):
        heading = sheet.by_field[name].heading if sheet else _PLAN_HEADINGS.get(name, name)
        yield f"{heading} {shown(entry.before[name])} → {shown(entry.after[name])}"


def shown(value: Any) -> str:
    """A value of the log for people, phones masked."""
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        parts = [":".join(map(str, one)) if isinstance(one, list) else str(one) for one in value]
        return mask_phones("、".join(parts))
    return mask_phones(str(value))


def summary(entries: Iterable[Change]) -> str:
    """How much happened to each table: ``驻点人员 新增 3、修改 1；驻点对象 移出 2``."""
    counts: dict[str, Counter[str]] = {}
    for entry in entries:
        counts.setdefault(TITLES[entry.table_name], Counter())[kind_of(entry)] += 1
    return "；".join(
        f"{title} " + "、".join(f"{kind} {found[kind]}" for kind in KINDS if found[kind])
        for title, found in counts.items()
    )
