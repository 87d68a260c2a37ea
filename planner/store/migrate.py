"""The schema and its versions: migrations are part of the package and run by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.stem[:4] for path in MIGRATIONS.glob("versions/[0-9]*.py")))
"""Every version of the schema, in order; they are named by their number."""
HEAD = REVISIONS[-1]
"""The version that this program reads and writes."""


@dataclass(frozen=True)
class Revision:
    """The version of the schema of a store."""

    name: str

    @property
    def current(self) -> bool:
        """Whether this program reads and writes it."""
        return self.name == HEAD

    @property
    def newer(self) -> bool:
        """Whether a later program made it."""
        return self.name not in REVISIONS


def revision_of(connection: Connection) -> Revision | None:
    """The version of a store; None where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    name = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return Revision(name) if name else None


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring the schema to a version, within the transaction of the connection."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
