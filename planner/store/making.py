"""What migrations make tables with: columns, keys and references as every version has them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def need(name: str, type_: Any = sa.Text, *, refers_to: str = "") -> sa.Column[Any]:
    """A column that is never empty."""
    return sa.Column(name, type_, nullable=False, info={"refers_to": refers_to})


def may(name: str, type_: Any = sa.Text, *, refers_to: str = "") -> sa.Column[Any]:
    """A column that may be empty."""
    return sa.Column(name, type_, info={"refers_to": refers_to})


def table(name: str, *columns: Any) -> None:
    """A table with its row id; references are judged when a transaction ends."""
    references = [
        sa.ForeignKeyConstraint(
            [column.name], [f"{column.info['refers_to']}.natural_key"],
            name=f"fk_{name}_{column.name}", deferrable=True, initially="DEFERRED",
        )
        for column in columns
        if isinstance(column, sa.Column) and column.info["refers_to"]
    ]  # fmt: skip
    key = sa.PrimaryKeyConstraint("row_id", name=f"pk_{name}")
    op.create_table(name, sa.Column("row_id", sa.Integer), *columns, key, *references)


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    """Columns that do not repeat."""
    return sa.UniqueConstraint(*columns, name=f"uq_{name}_{columns[0]}")


def known(name: str, *columns: Any) -> None:
    """A table whose rows have a natural key."""
    table(name, need("natural_key"), *columns, unique(name, "natural_key"))


def kept(name: str, *columns: sa.Column[Any]) -> None:
    """A table of a sheet or a ledger."""
    known(name, need("position", sa.Integer), need("gone", sa.Boolean), *columns)


def several(owner: str, field: str, *, refers_to: str = "", amount: Any = None) -> None:
    """The table of a field that holds several values."""
    name = f"{owner}_{field}"
    table(
        name,
        need("owner_id", sa.Integer),
        need("position", sa.Integer),
        need("value", refers_to=refers_to),
        *([need("amount", amount)] if amount else []),
        sa.ForeignKeyConstraint(["owner_id"], [f"{owner}.row_id"], name=f"fk_{name}_owner_id"),
        unique(name, "owner_id", "value"),
    )


def of_plan(name: str, *columns: sa.Column[Any]) -> None:
    """A table of rows of a plan version."""
    known(
        name,
        need("plan_id", sa.Integer),
        *columns,
        sa.ForeignKeyConstraint(["plan_id"], ["plans.row_id"], name=f"fk_{name}_plan_id"),
    )
    op.create_index(f"ix_{name}_plan_id", name, ["plan_id"])
