"""Values of the domain as the store keeps them, and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from planner.io.cleaning import show
from planner.io.columns import Column, Kind, Sheet, label_of
from planner.store.tables import SHELVES, Shelf

Row = Mapping[str, Any]
"""Values by field, as the domain has them; empty ones may be missing."""

_CONFIDENTIAL = frozenset(
    shelf.row.__tablename__ for shelf in SHELVES.values() if shelf.sheet.confidential
)
"""Tables of which the log of changes does not repeat what they say (L-5)."""


def natural_key(sheet: Sheet, row: Row) -> str:
    """What people call a row by: ``YJ-017``, ``OBJ-0042/2027Q1``."""
    fields = sheet.key or sheet.known_by
    return "/".join(show(sheet.by_field[name], row.get(name)) for name in fields)


def fill(row: Any, shelf: Shelf, values: Row) -> None:
    """Give a row of the store the values of a row of the sheet."""
    for column in shelf.columns:
        value = values.get(column.field)
        if column.field in shelf.parts:
            _fill_parts(row, column, shelf.parts[column.field], _several(column, value))
        else:
            put(row, column.field, _kept(value))


def _fill_parts(row: Any, column: Column, part: type[Any], values: Mapping[str, Any]) -> None:
    """Keep the parts that stay, so that only what differs is written."""
    there = {one.value: one for one in getattr(row, column.field)}
    parts = []
    for position, (value, amount) in enumerate(values.items(), start=1):
        one = there.get(value) or part(value=value, position=position)
        put(one, "position", position)
        if amount is not None:
            put(one, "amount", amount)
        parts.append(one)
    if parts != getattr(row, column.field):
        setattr(row, column.field, parts)


def _several(column: Column, value: Any) -> dict[str, Any]:
    """The values of a field with their amounts, in order; None where there are none."""
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return dict(value or ())
    ordered = [one for one in column.terms if one in value] if isinstance(value, frozenset) else (
        value or ()
    )  # fmt: skip
    return {label_of(one): None for one in ordered}


def _kept(value: Any) -> Any:
    if isinstance(value, Enum):
        return label_of(value)
    return None if value == "" else value


def put(row: Any, name: str, value: Any) -> None:
    """Change a field only where it differs, so that a row that says the same stays untouched."""
    if getattr(row, name) != value:
        setattr(row, name, value)


def sealed(table: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a row for the log of changes, which is never cleaned: those of a confidential table
    as hashes. They tell whether two are equal, which the merge of two edited exports asks, and
    nothing at a glance; they are no secret from whoever has the store, for the values are few and
    the rows of today stand beside them."""
    if table not in _CONFIDENTIAL:
        return dict(values)
    return {
        name: value if name == "gone" else _hash(table, key, name, value)
        for name, value in values.items()
    }


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def kept_content(shelf: Shelf, key: str, values: Row) -> dict[str, Any]:
    """What the log of changes would say of a row with these values under its natural key; empty
    ones are left out."""
    found: dict[str, Any] = {}
    for column in shelf.columns:
        value = values.get(column.field)
        if column.field in shelf.parts:
            several = _several(column, value).items()
            found[column.field] = [
                one if amount is None else [one, amount] for one, amount in several
            ]
        else:
            kept = _kept(value)
            found[column.field] = kept.isoformat() if isinstance(kept, dt.date) else kept
    said = {name: value for name, value in found.items() if value not in (None, "", [])}
    return sealed(shelf.row.__tablename__, key, said)


def told(row: Any, column: Column, shelf: Shelf) -> Any:
    """What a field of a row of the store is in the domain; None where it is empty."""
    value = getattr(row, column.field)
    if column.field not in shelf.parts:
        return column.term_by_label[value] if column.terms and value is not None else value
    if column.kind in {Kind.INTEGER_MAP, Kind.NUMBER_MAP}:
        return tuple((part.value, part.amount) for part in value) or None
    return tuple(column.term_by_label.get(part.value, part.value) for part in value) or None
