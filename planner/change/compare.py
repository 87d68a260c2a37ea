"""变动对照: two plans of the same dates, posting by posting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from planner.domain.plan import Stint
from planner.domain.terms import Form, StintNature

Span = tuple[dt.date, dt.date]


class ChangeKind(StrEnum):
    """变动."""

    SHORTENED = "提前结束"
    PROLONGED = "延后结束"
    MOVED = "起止调整"
    DROPPED = "取消"
    ADDED = "新派"
    SUBSTITUTE = "补位"


@dataclass(frozen=True, slots=True)
class StintChange:
    """One posting that differs: a person in one form at an object or mobile group, with the dates
    before and after (None where only one plan has it) and the rows that show it now."""

    department: str
    place: str
    site_ids: tuple[str, ...]
    slot: int
    inspector_id: str
    form: Form
    before: Span | None
    after: Span | None
    reason: str

    @property
    def kind(self) -> ChangeKind:
        """What happened to the posting."""
        if self.before is None:
            return ChangeKind.SUBSTITUTE if self.reason else ChangeKind.ADDED
        if self.after is None:
            return ChangeKind.DROPPED
        if self.before[0] != self.after[0]:
            return ChangeKind.MOVED
        return ChangeKind.SHORTENED if self.after[1] < self.before[1] else ChangeKind.PROLONGED


@dataclass(frozen=True, slots=True)
class _Posting:
    slot: int
    site_ids: tuple[str, ...]
    span: Span
    reason: str
    nature: StintNature


_Key = tuple[str, str, str, Form]


def changes_between(
    before: Sequence[Stint], after: Sequence[Stint], since: dt.date
) -> tuple[StintChange, ...]:
    """The postings that differ, by unit, place and date. Rows that are over before ``since`` count
    only where the other plan goes on with them: a plan does not repeat what ended before it."""
    old, new = _postings(before), _postings(after)
    found = []
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if was is not None and now is not None and was.span == now.span:
            continue
        if not any(one is not None and one.span[1] >= since for one in (was, now)):
            continue
        shown = now or was
        assert shown is not None
        unit, place, person, form = key
        found.append(
            StintChange(
                department=unit,
                place=place,
                site_ids=shown.site_ids,
                slot=shown.slot,
                inspector_id=person,
                form=form,
                before=was.span if was else None,
                after=now.span if now else None,
                reason=_reason(was, now),
            )
        )
    return tuple(sorted(found, key=_order))


def substitutes(before: Sequence[Stint], after: Iterable[Stint], since: dt.date) -> Iterator[Stint]:
    """The rows of the new plan, with 性质 补位 where somebody new stands at an object that the
    earlier plan serves with others."""
    known = {(row.inspector_id, row.group or row.site_id, row.form) for row in before}
    served = {row.site_id for row in before}
    for row in after:
        new = (row.inspector_id, row.group or row.site_id, row.form) not in known
        if new and row.start >= since and row.site_id in served:
            yield row.model_copy(update={"nature": StintNature.SUBSTITUTE})
        else:
            yield row


def _reason(was: _Posting | None, now: _Posting | None) -> str:
    if now is None:
        return "不再需要"
    if was is None:
        return str(now.nature) if now.nature is not StintNature.PLANNED else ""
    return now.reason


def _postings(rows: Sequence[Stint]) -> dict[_Key, _Posting]:
    found: dict[_Key, _Posting] = {}
    for row in sorted(rows, key=lambda one: (one.start, one.site_id)):
        assert row.end is not None
        key = row.department, row.group or row.site_id, row.inspector_id, row.form
        known = found.get(key)
        span = row.start, row.end
        if known is not None:
            span = min(known.span[0], row.start), max(known.span[1], row.end)
        found[key] = _Posting(
            slot=row.slot,
            site_ids=tuple(sorted({row.site_id, *(known.site_ids if known else ())})),
            span=span,
            reason=str(row.end_reason or ""),
            nature=row.nature,
        )
    return found


def _order(change: StintChange) -> tuple[str, str, int, dt.date, str]:
    span = change.after or change.before
    assert span is not None
    return change.department, change.place, change.slot, span[0], change.inspector_id
