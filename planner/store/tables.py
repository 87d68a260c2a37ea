"""The schema: a table per sheet of the contract and per ledger, the plan versions, the change log.

The columns of a sheet are not written a second time: its table has a column per field, and a table
of its own for every field that holds several values (who, which sectors, which skills). Empty is
NULL, so that a workbook comes out as it went in. Vocabularies are kept as they are printed.

Every table has a row id. What people call a row by is its ``natural_key``, unique in its table;
other tables refer to it. Constraints between tables are judged when a transaction ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_origin

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator, TypeEngine

from planner.domain.base import Frozen
from planner.io.columns import Column, Kind, Sheet
from planner.io.schema import SHEETS
from planner.io.schema_ledgers import LEDGERS
from planner.io.schema_people import STINTS
from planner.io.schema_plan import UNSERVED

_TYPES: Mapping[Kind, type[TypeEngine[Any]]] = {
    Kind.INTEGER: Integer,
    Kind.NUMBER: Double,
    Kind.DATE: Date,
    Kind.MONTH: Date,
    Kind.BOOLEAN: Boolean,
}
"""Kinds of cells that are not text."""


class Moment(TypeDecorator[dt.datetime]):
    """A moment in UTC, also where the database knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """What is written, in UTC."""
        return value and value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """What was read, with its time zone."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    """The ground of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    row_id: Mapped[int] = mapped_column(primary_key=True, sort_order=-4)


class Logged:
    """A row whose every change is logged, under its natural key."""

    natural_key: Mapped[str] = mapped_column(Text, unique=True, sort_order=-3)


class Kept(Logged, Base):
    """A row of a sheet. ``gone`` rows have left the workbook and stay for the record;
    ``position`` is the order of the rows, which is kept and is no change."""

    __abstract__ = True

    position: Mapped[int] = mapped_column(sort_order=-2)
    gone: Mapped[bool] = mapped_column(default=False, sort_order=-1)


class Part(Base):
    """One of the values of a field that holds several; ``amount`` is given in maps, such as a
    skill. ``owner`` is the row that it belongs to."""

    __abstract__ = True
    if TYPE_CHECKING:
        owner: Any


class PlanVersion(Logged, Base):
    """一版计划: 草案 → 审核 → 批准 → 备案. What was saved never changes; from 批准 on, nothing does
    but the filing. Triggers hold this in the database.

    The natural key is round and number, ``2027H1-3``. ``plan_json`` is the file, byte for byte;
    ``proof`` what the solver showed, None for a plan that people made.
    """

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("round", "number"),)

    round: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(Text)
    input_hash: Mapped[str] = mapped_column(String(64))
    plan_hash: Mapped[str] = mapped_column(String(64))
    plan_json: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    approver: Mapped[str] = mapped_column(Text, default="")
    file_no: Mapped[str] = mapped_column(Text, default="")


class Change(Base):
    """变更记录: who changed what and when, with what it was before and what it is after.

    ``task`` is the command. ``table_name`` and ``natural_key`` name the row; ``before`` is None
    for a new row, ``after`` for a deleted one, and a changed row shows the fields that differ.
    Triggers refuse to change or delete an entry.
    """

    __tablename__ = "changes"

    at: Mapped[dt.datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(Text)
    task: Mapped[str] = mapped_column(Text)
    table_name: Mapped[str] = mapped_column(Text, index=True)
    natural_key: Mapped[str] = mapped_column(Text, index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


@dataclass(frozen=True)
class Shelf:
    """Where the rows of one sheet are kept: its columns, its class, and the classes of its fields
    that hold several values. Names that are there for reading only are looked up, not kept."""

    sheet: Sheet
    columns: tuple[Column, ...]
    row: type[Any]
    parts: Mapping[str, type[Any]]


def holds_several(model: type[Frozen] | None, field: str) -> bool:
    """Whether a field of a record holds several values."""
    if model is None:
        return False
    return get_origin(model.model_fields[field].annotation) in {tuple, frozenset}


def _reference(column: Column) -> ForeignKey | None:
    """Rows are referred to by what people call them; the check waits for the commit."""
    target = next((one.table for one in SHEETS if one.title == column.refers_to), "")
    if not target:
        return None
    return ForeignKey(f"{target}.natural_key", deferrable=True, initially="DEFERRED")


def _value_column(column: Column, *, nullable: bool) -> Any:
    return mapped_column(
        _TYPES.get(column.kind, Text), *filter(None, [_reference(column)]), nullable=nullable
    )


def _part_class(table: str, owner: str, column: Column) -> type[Any]:
    """The table of a field that holds several values."""
    fields: dict[str, Any] = {
        "__tablename__": f"{table}_{column.field}",
        "__table_args__": (UniqueConstraint("owner_id", "value"),),
        "owner_id": mapped_column(ForeignKey(f"{table}.row_id"), nullable=False),
        "position": mapped_column(Integer, nullable=False),
        "value": mapped_column(Text, *filter(None, [_reference(column)]), nullable=False),
        "owner": relationship(owner, back_populates=column.field),
    }
    if column.kind is Kind.INTEGER_MAP:
        fields["amount"] = mapped_column(Integer, nullable=False)
    elif column.kind is Kind.NUMBER_MAP:
        fields["amount"] = mapped_column(Double, nullable=False)
    return type(f"{owner}_{column.field}", (Part,), fields)


def _shelf(sheet: Sheet, table: str, *bases: type[Any], **more: Any) -> Shelf:
    """The classes of a sheet; ``more`` are columns that the sheet does not have."""
    known = sheet.model.model_fields if sheet.model else sheet.by_field
    kept = tuple(column for column in sheet.columns if column.field in known)
    name = f"Row_{table}"
    parts, fields = {}, {"__tablename__": table, **more}
    for column in kept:
        if holds_several(sheet.model, column.field):
            part = _part_class(table, name, column)
            parts[column.field] = part
            fields[column.field] = relationship(
                part, back_populates="owner", order_by=part.position, lazy="selectin",
                cascade="all, delete-orphan",
            )  # fmt: skip
        else:
            fields[column.field] = _value_column(column, nullable=not column.must_be_filled)
    return Shelf(sheet, kept, type(name, bases or (Kept,), fields), parts)


SHELVES: Mapping[str, Shelf] = {
    title: _shelf(sheet, sheet.table)
    for title, sheet in {sheet.title: sheet for sheet in (*SHEETS, *LEDGERS)}.items()
}
"""Where each sheet of the workbook and each ledger is kept, by its title."""


def _of_plan() -> Any:
    return mapped_column(ForeignKey("plans.row_id"), nullable=False, index=True)


PLAN_STINTS = _shelf(STINTS, "plan_stints", Logged, Base, plan_id=_of_plan())
"""The stints of the plan versions."""

PLAN_SHORTAGES = _shelf(UNSERVED, "plan_shortages", Logged, Base, plan_id=_of_plan())
"""未安排对象 of the plan versions."""
