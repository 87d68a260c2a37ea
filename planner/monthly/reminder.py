"""一条提示: what every kind of reminder says."""

from __future__ import annotations

from planner.domain.base import Frozen


class Reminder(Frozen):
    """The rule, the unit, what it is about, and a Chinese sentence with the facts."""

    rule: str
    department: str
    site_id: str = ""
    inspector_id: str = ""
    text: str
