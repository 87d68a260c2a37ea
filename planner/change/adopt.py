"""采纳: what people have changed by hand in a plan, row by row and cell by cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.domain.plan import Stint
from planner.domain.terms import Form

COMPARED = ("slot", "inspector_id", "form", "start", "end", "group")
"""The fields of a row that a person may change; the others are remarks."""


@dataclass(frozen=True, slots=True)
class RowEdit:
    """人工改动: a row of the plan as it was and as it is now; None where only one of them has it.
    ``number`` is its place among the rows of the edited plan, None for a row taken out."""

    before: Stint | None
    after: Stint | None
    number: int | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ; none where the row is new or gone."""
        if self.before is None or self.after is None:
            return ()
        return tuple(
            name for name in COMPARED if getattr(self.before, name) != getattr(self.after, name)
        )


def edits_between(original: Sequence[Stint], edited: Sequence[Stint]) -> tuple[RowEdit, ...]:
    """What differs, in the order of the edited rows, then the rows taken out.

    Rows of one object are taken for the same row where slot and person agree, then where the slot
    does, then in their order.
    """
    before = _by_site(enumerate(original))
    after = _by_site(enumerate(edited))
    found: list[RowEdit] = []
    for site_id in sorted(before.keys() | after.keys()):
        found += _of_site(before.get(site_id, []), after.get(site_id, []))
    last = len(edited)
    return tuple(sorted(found, key=lambda one: last if one.number is None else one.number))


def kept_and_dropped(
    edits: Iterable[RowEdit],
) -> tuple[tuple[Stint, ...], tuple[Stint, ...]]:
    """The rows that people have written, and those that they have taken out or replaced.

    The slots of an object are filled alike, so that a row that only moves to another slot or group
    is not taken out, nor is one that two edits exchange for each other.
    """
    changed = tuple(edits)
    kept = tuple(one.after for one in changed if one.after is not None)
    there = {_posting(row) for row in kept}
    gone = (one.before for one in changed if one.before is not None)
    return kept, tuple(row for row in gone if _posting(row) not in there)


def _posting(row: Stint) -> tuple[str, str, Form, dt.date, dt.date | None]:
    """Who is where, in which form, from when to when."""
    return row.site_id, row.inspector_id, row.form, row.start, row.end


_Numbered = list[tuple[int, Stint]]


def _by_site(rows: Iterator[tuple[int, Stint]]) -> dict[str, _Numbered]:
    found: dict[str, _Numbered] = defaultdict(list)
    for number, row in rows:
        found[row.site_id].append((number, row))
    return found


def _of_site(before: _Numbered, after: _Numbered) -> Iterator[RowEdit]:
    """Pair the rows of one object, the most alike first."""
    old, new = list(before), list(after)
    for alike in (COMPARED, ("slot", "inspector_id", "start"), ("slot", "start"), ("slot",), ()):
        for number, row in list(new):
            match = next((one for one in old if _agree(one[1], row, alike)), None)
            if match is not None:
                old.remove(match)
                new.remove((number, row))
                if alike != COMPARED:
                    yield RowEdit(match[1], row, number)
    yield from (RowEdit(None, row, number) for number, row in new)
    yield from (RowEdit(row, None, None) for _, row in old)


def _agree(one: Stint, other: Stint, fields: Sequence[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in fields)
