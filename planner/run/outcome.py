"""What a command did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.domain.findings import InputIssue, Severity


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: exit code, Chinese lines for the user, files written, input findings."""

    exit_code: int
    messages: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    issues: tuple[InputIssue, ...] = ()


def errors_of(issues: tuple[InputIssue, ...]) -> tuple[InputIssue, ...]:
    """The findings that stop a run."""
    return tuple(one for one in issues if one.severity is Severity.ERROR)
