"""The common ground of all domain models."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable record that refuses unknown fields.

    pydantic freezes shallowly, so fields hold tuples, frozensets and scalars only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
