"""导入问题: what the import finds, collected in one place."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.domain.findings import InputIssue, Severity

LONGEST_MESSAGE = 300


@dataclass
class IssueLog:
    """Errors, warnings and changes in the order in which they were found."""

    issues: list[InputIssue] = field(default_factory=list)

    def error(self, sheet: str, cell: str, message: str, remedy: str = "") -> None:
        """A problem that stops the import."""
        self._add(Severity.ERROR, sheet, cell, message, remedy)

    def warning(self, sheet: str, cell: str, message: str, remedy: str = "") -> None:
        """Something that a person should look at."""
        self._add(Severity.WARNING, sheet, cell, message, remedy)

    def change(self, sheet: str, cell: str, message: str) -> None:
        """What the import changed by itself."""
        self._add(Severity.CHANGE, sheet, cell, message, "")

    def _add(self, severity: Severity, sheet: str, cell: str, message: str, remedy: str) -> None:
        if len(message) > LONGEST_MESSAGE:  # a cell can hold a whole page
            message = f"{message[: LONGEST_MESSAGE - 1]}…"
        self.issues.append(
            InputIssue(severity=severity, sheet=sheet, cell=cell, message=message, remedy=remedy)
        )

    @property
    def has_errors(self) -> bool:
        """Whether anything stops the import."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)


class UnreadableWorkbookError(Exception):
    """The file cannot be opened as a workbook; carries what to tell the user."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
