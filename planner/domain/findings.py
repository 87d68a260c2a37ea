"""What the steps report: a violation of a plan, a problem of the input."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from planner.domain.base import Frozen


class Violation(Frozen):
    """违规: one breach of one rule by one plan, with the facts that prove it.

    ``facts`` are printable pairs such as ``("到期", "2027-01-12")``. ``overridden`` marks an H*
    breach that a row of 豁免 allows.

    ``start`` and ``end`` name the stint; ``breach`` holds the first and the last date on which
    the rule is broken, by default the stint's first day. A row of 豁免 lifts the breach when it
    covers both.
    """

    rule: str
    site_id: str = ""
    inspector_id: str = ""
    department: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    breach: tuple[dt.date, dt.date] | None = None
    facts: tuple[tuple[str, str], ...] = ()
    overridden: bool = False

    def fact(self, name: str) -> str:
        """The value of a named fact; empty when it is not given."""
        return dict(self.facts).get(name, "")


class Severity(StrEnum):
    """错误 stops the run; 警告 is listed; 更正 tells what the import changed by itself."""

    ERROR = "错误"
    WARNING = "警告"
    CHANGE = "更正"


class InputIssue(Frozen):
    """导入问题: where it is (sheet and cell), what is wrong and how to put it right."""

    severity: Severity
    sheet: str
    cell: str
    message: str
    remedy: str = ""
