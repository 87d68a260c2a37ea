"""Experts, support matters, lists and tasks of objects, formal inspections and their caps."""

from __future__ import annotations

import sqlalchemy as sa

from planner.store.making import kept, may, need, several

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; what is there stays as it is."""
    several("sectors", "inspection_caps", amount=sa.Integer)
    kept(
        "expert_contracts", need("contract_no"), need("department", refers_to="departments"),
        may("firm"), need("start", sa.Date), need("end", sa.Date), may("amount_yuan", sa.Integer),
    )  # fmt: skip
    several("expert_contracts", "experts")
    kept(
        "expert_services", need("day", sa.Date), need("site_id", refers_to="sites"),
        need("expert"), may("contract_no"), may("inspector_id", refers_to="inspectors"),
        may("content"),
    )  # fmt: skip
    kept(
        "support_matters", need("id"), need("site_id", refers_to="sites"),
        need("raised_on", sa.Date), need("matter"), may("owner"), may("deadline", sa.Date),
        may("result"), may("closed_on", sa.Date),
    )  # fmt: skip
    kept(
        "enterprise_lists", need("site_id", refers_to="sites"), need("version", sa.Integer),
        need("day", sa.Date), may("handed_over_on", sa.Date),
    )  # fmt: skip
    kept(
        "task_results", need("site_id", refers_to="sites"), need("group"), need("day", sa.Date),
        need("result"),
    )  # fmt: skip
    kept(
        "inspections", need("site_id", refers_to="sites"), need("day", sa.Date),
        need("authority"), may("kind"),
    )  # fmt: skip
