"""The tables of the workbook, the ledgers, the plan versions and the change log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from planner.store.making import kept, known, may, need, of_plan, several, table, unique

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    kept("parameters", need("name"), need("value"), may("remark"))
    kept(
        "departments", need("code"), need("name"), need("short_name"), need("level"), may("county"),
        may("parent", refers_to="departments"), may("contact"), may("contact_phone"),
        may("formal_staff", sa.Integer),
    )  # fmt: skip
    kept(
        "sectors", need("code"), need("name"), need("chemical", sa.Boolean),
        need("coal", sa.Boolean), need("team_size", sa.Integer), may("approval_no"),
        may("approval_date", sa.Date), may("task_book_version"), may("task_book_date", sa.Date),
        may("weekend_coverage"),
    )  # fmt: skip
    several("departments", "sectors", refers_to="sectors")
    several("sectors", "allowed_forms")
    kept(
        "matrix", may("sector", refers_to="sectors"), need("grade"), may("team_size", sa.Integer),
        may("min_days_per_month", sa.Integer),
    )  # fmt: skip
    several("matrix", "forms")
    kept(
        "inspectors", need("id"), need("name"), may("gender"), may("birth", sa.Date),
        need("department", refers_to="departments"), may("office"), may("title"),
        need("staff_type"), may("work_start", sa.Date), may("hire_date", sa.Date),
        may("probation_end", sa.Date), may("leaves_on", sa.Date), may("education"),
        may("backbone", sa.Boolean), may("certificate_no"), may("certificate_valid_to", sa.Date),
        need("available_from", sa.Date), need("available_to", sa.Date), may("home_county"),
        may("underground_ok", sa.Boolean), need("phone"), may("appraisal"), may("note"),
    )  # fmt: skip
    several("inspectors", "skills", refers_to="sectors", amount=sa.Integer)
    several("inspectors", "sector_years", refers_to="sectors", amount=sa.Double)
    several("inspectors", "forms")
    kept(
        "sites", need("id"), need("kind"), need("name"), may("uscc"), may("premises_no"),
        may("project_code"), need("county"), may("town"), need("address"),
        may("longitude", sa.Double), may("latitude", sa.Double),
        need("sector", refers_to="sectors"), need("department", refers_to="departments"),
        may("direct_department", refers_to="departments"), need("level"), may("ownership"),
        may("corporation"), may("employees", sa.Integer), need("status"),
        may("holiday_production", sa.Boolean), may("manager"), may("manager_phone"),
        may("safety_director"), may("safety_director_phone"), may("official_grade"),
        may("grade_scheme"), may("note"),
    )  # fmt: skip
    kept(
        "risk_factors", need("site_id", refers_to="sites"), need("quarter"), may("major_hazard"),
        may("red_points", sa.Integer), may("open_major_hazards", sa.Integer),
        may("outdated", sa.Boolean), may("standard_level"), may("director_missing", sa.Boolean),
        may("production_start", sa.Date), may("density"), may("penalties_3y", sa.Integer),
        may("penalties_1y", sa.Integer), may("accident_3y"), may("accident_on", sa.Date),
        may("hazards_1y", sa.Integer), may("reports_true", sa.Integer), may("stage"), may("source"),
        may("verified_on", sa.Date),
    )  # fmt: skip
    kept(
        "list_items", need("quarter"), need("department", refers_to="departments"),
        need("site_id", refers_to="sites"), need("action"), may("reason"), may("grade"),
        may("grade_reason"), may("approver"), may("form"), may("valid_from", sa.Date),
        may("valid_to", sa.Date),
    )  # fmt: skip
    kept(
        "stints", may("round"), need("site_id", refers_to="sites"),
        need("department", refers_to="departments"), need("slot", sa.Integer),
        need("inspector_id", refers_to="inspectors"), need("form"), need("start", sa.Date),
        may("end", sa.Date), may("group"), may("nature"), may("mentor_id", refers_to="inspectors"),
        may("end_reason"), may("status"), may("note"),
    )  # fmt: skip
    kept(
        "absences", need("inspector_id", refers_to="inspectors"), need("kind"),
        need("start", sa.Date), need("end", sa.Date), may("half_day"), may("approved", sa.Boolean),
        may("substitute_id", refers_to="inspectors"),
    )  # fmt: skip
    kept(
        "conflicts", need("inspector_id", refers_to="inspectors"),
        may("site_id", refers_to="sites"), may("uscc"), may("corporation"), need("relation"),
        may("start", sa.Date), may("end", sa.Date), may("source"),
    )  # fmt: skip
    kept(
        "trainings", may("start", sa.Date), need("end", sa.Date), may("task_list", sa.Boolean),
        may("measures", sa.Boolean), may("hazard_criteria", sa.Boolean), may("passed", sa.Boolean),
    )  # fmt: skip
    several("trainings", "inspector_ids", refers_to="inspectors")
    several("trainings", "sectors", refers_to="sectors")
    kept(
        "key_periods", need("name"), need("start", sa.Date), need("end", sa.Date), may("kind"),
        need("freeze_rotation", sa.Boolean), need("boost_coverage", sa.Boolean),
        may("required_first"), may("required_second"), may("required_third"), need("status"),
        may("basis"),
    )  # fmt: skip
    several("key_periods", "scope")
    kept(
        "adjustments", need("day", sa.Date), need("workday", sa.Boolean), may("kind"), may("basis"),
    )  # fmt: skip
    kept(
        "stages", need("id"), need("site_id", refers_to="sites"), need("kind"), need("scale"),
        need("planned_start", sa.Date), need("planned_end", sa.Date), may("actual_start", sa.Date),
        may("actual_end", sa.Date), may("status"),
    )  # fmt: skip
    kept(
        "joint_postings", need("site_id", refers_to="sites"), need("reason"), need("approver"),
        need("approved_on", sa.Date),
    )  # fmt: skip
    several("joint_postings", "departments", refers_to="departments")
    kept(
        "extensions", need("site_id", refers_to="sites"),
        need("inspector_id", refers_to="inspectors"), need("until", sa.Date), need("matter"),
        need("approver"), need("approved_on", sa.Date),
    )  # fmt: skip
    kept(
        "overrides", need("rule"), may("inspector_id", refers_to="inspectors"),
        may("site_id", refers_to="sites"), may("start", sa.Date), may("end", sa.Date),
        need("reason"), need("approver"), need("approved_on", sa.Date), may("document_no"),
    )  # fmt: skip
    kept("distances", need("origin"), need("destination"), need("kilometres", sa.Double))
    kept(
        "list_versions", need("quarter"), need("department", refers_to="departments"),
        need("version", sa.Integer), may("judged_on", sa.Date), may("judged_by"),
        may("filed_on", sa.Date), may("file_no"), may("status"),
    )  # fmt: skip
    kept(
        "form_changes", need("site_id", refers_to="sites"), need("day", sa.Date), may("before"),
        may("after"), may("reason"), may("approver"),
    )  # fmt: skip
    kept(
        "duplicates", need("key"), need("found_on", sa.Date), need("kind"), may("decision"),
        may("lead_department", refers_to="departments"), may("decided_by"),
        may("decided_on", sa.Date), may("minutes_no"),
    )  # fmt: skip
    several("duplicates", "site_ids", refers_to="sites")
    several("duplicates", "departments", refers_to="departments")
    kept(
        "operations", need("id"), need("site_id", refers_to="sites"), need("kind"), may("level"),
        need("planned_start", sa.Date), need("planned_end", sa.Date), may("permit_no"),
        may("notified_on", sa.Date), may("status"), may("attended_by", refers_to="inspectors"),
        may("attended_on", sa.Date), may("reason_not_attended"),
    )  # fmt: skip
    kept(
        "work_logs", need("day", sa.Date), need("inspector_id", refers_to="inspectors"),
        need("site_id", refers_to="sites"), may("hours", sa.Double),
        may("duty_lists_checked", sa.Integer), may("rules_improved", sa.Integer),
        may("morning_meetings", sa.Integer), may("warning_lessons", sa.Integer),
        may("drills", sa.Integer), may("reward_yuan", sa.Integer),
        may("operations_attended", sa.Integer), may("findings"), may("weather"),
        may("signed", sa.Boolean),
    )  # fmt: skip
    several("work_logs", "checked")
    kept(
        "hazards", need("id"), need("site_id", refers_to="sites"), need("found_on", sa.Date),
        need("found_by", refers_to="inspectors"), need("content"), may("basis"), may("level"),
        may("responsible"), may("on_site_office", sa.Boolean), may("deadline", sa.Date),
        may("closed_on", sa.Date), may("reported_on", sa.Date), may("enforcement_no"),
        may("transfer_department", refers_to="departments"), may("transferred_on", sa.Date),
    )  # fmt: skip
    kept(
        "spot_checks", need("id"), need("department", refers_to="departments"), need("quarter"),
        need("day", sa.Date), need("seed", sa.Integer), need("site_id", refers_to="sites"),
        need("inspector_id", refers_to="inspectors"), need("stint_start", sa.Date),
        may("present", sa.Boolean), may("tasks_checked", sa.Integer), may("score", sa.Integer),
        may("conclusion"), may("follow_up"),
    )  # fmt: skip
    kept(
        "submissions", need("kind"), need("period"), need("department", refers_to="departments"),
        need("due_on", sa.Date), may("sent_on", sa.Date), may("file_hash"),
    )  # fmt: skip
    known(
        "plans", need("round"), need("number", sa.Integer), need("state"),
        need("input_hash", sa.String(64)), need("plan_hash", sa.String(64)),
        need("plan_json", sa.LargeBinary), may("proof", sa.JSON), need("approver"),
        need("file_no"), unique("plans", "round", "number"),
    )  # fmt: skip
    of_plan(
        "plan_stints", may("round"), need("site_id", refers_to="sites"),
        need("department", refers_to="departments"), need("slot", sa.Integer),
        need("inspector_id", refers_to="inspectors"), need("form"), need("start", sa.Date),
        may("end", sa.Date), may("group"), may("nature"), may("mentor_id", refers_to="inspectors"),
        may("end_reason"), may("status"), may("note"),
    )  # fmt: skip
    of_plan(
        "plan_shortages", need("rank", sa.Integer), need("site_id", refers_to="sites"),
        need("department", refers_to="departments"), need("grade"), need("score", sa.Integer),
        need("start", sa.Date), need("end", sa.Date), need("reason"),
    )  # fmt: skip
    table(
        "changes", need("at", sa.DateTime(timezone=True)), need("who"), need("task"),
        need("table_name"), need("natural_key"), may("before", sa.JSON), may("after", sa.JSON),
    )  # fmt: skip
    for column in ("table_name", "natural_key"):
        op.create_index(f"ix_changes_{column}", "changes", [column])
