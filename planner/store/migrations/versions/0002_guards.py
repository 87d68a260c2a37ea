"""What must never change is held by the database itself: triggers on the log and on plans."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

LOG = "变更记录只能增加，不能修改或删除"
SAVED = "已存的计划不能修改或删除，请另存一版"
ORDER = "计划只能按 草案、审核、批准、备案 的次序推进"
EMPTIED = "这张表不能清空"
ROWS = "计划的各行与计划一起写入，之后不能增删改"

CONTENT = ("row_id", "natural_key", "round", "number", "input_hash", "plan_hash", "plan_json")
"""Columns of a plan that never change; the proof is compared as text, because JSON has no equal."""

CHANGED = " OR ".join(
    [
        *(f"NEW.{column} <> OLD.{column}" for column in CONTENT),
        "coalesce(CAST(NEW.proof AS TEXT), '') <> coalesce(CAST(OLD.proof AS TEXT), '')",
    ]
)
OUT_OF_ORDER = (
    "NOT (OLD.state = NEW.state AND NEW.approver = OLD.approver AND NEW.file_no = OLD.file_no"
    " OR OLD.state = '草案' AND NEW.state = '审核' AND NEW.approver = '' AND NEW.file_no = ''"
    " OR OLD.state = '审核' AND NEW.state = '批准' AND NEW.approver <> '' AND NEW.file_no = ''"
    " OR OLD.state = '批准' AND NEW.state = '备案' AND NEW.approver = OLD.approver)"
)

REFUSALS: tuple[tuple[str, str, str, str], ...] = (
    ("changes", "UPDATE", "", LOG),
    ("changes", "DELETE", "", LOG),
    ("plans", "UPDATE", CHANGED, SAVED),
    ("plans", "UPDATE", OUT_OF_ORDER, ORDER),
    ("plans", "INSERT", "NEW.state <> '草案'", ORDER),
    ("plans", "DELETE", "", SAVED),
    *(
        (table, event, "", ROWS)
        for table in ("plan_stints", "plan_shortages")
        for event in ("UPDATE", "DELETE")
    ),
)
"""Table, event, condition (empty = always) and what the database says."""


def upgrade() -> None:
    """Make every trigger."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(
            "CREATE FUNCTION planner_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$"
        )
        op.execute(
            "CREATE FUNCTION planner_refuse_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF (SELECT state FROM plans WHERE row_id = NEW.plan_id) <> '草案' THEN"
            " RAISE EXCEPTION '%', TG_ARGV[0]; END IF; RETURN NEW; END $$"
        )
    for number, (table, event, condition, says) in enumerate(REFUSALS, start=1):
        when = f" WHEN ({condition})" if condition else ""
        name = f"{table}_{event.lower()}_{number}"
        action = (
            f"EXECUTE FUNCTION planner_refuse('{says}')"
            if postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{when} {action}")
    for table in ("plan_stints", "plan_shortages"):
        action = (
            f" EXECUTE FUNCTION planner_refuse_row('{ROWS}')"
            if postgresql
            else " WHEN (SELECT state FROM plans WHERE row_id = NEW.plan_id) <> '草案'"
            f" BEGIN SELECT RAISE(ABORT, '{ROWS}'); END"
        )
        op.execute(f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} FOR EACH ROW{action}")
    if postgresql:
        for table in ("changes", "plans", "plan_stints", "plan_shortages"):
            op.execute(
                f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION planner_refuse('{EMPTIED}')"
            )
