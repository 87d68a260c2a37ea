"""What is to be filled: services, posts and the candidates for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from planner.domain.terms import EndReason, Form


@dataclass(frozen=True, slots=True)
class Service:
    """驻点安排: one way to serve one site, or one mobile group of sites, in the round.

    A site may have several services (its preferred form, weaker ones); at most one is used.
    ``team_size`` posts are filled together or not at all. ``grid`` holds the change dates: the
    first is the start of the owed window, every other one a date on which people may change;
    ``finish`` is the day after the owed window.
    """

    id: str
    department: str
    site_ids: tuple[str, ...]
    form: Form
    team_size: int
    grid: tuple[dt.date, ...]
    finish: dt.date
    group: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """人选: one inspector in one post from ``start`` to the planned ``end`` (inclusive).

    ``until`` is the day on which the service needs somebody else, or the service's ``finish``.
    ``running`` marks the holder who is there already: then ``start`` is the date of the running
    stint, and ``due`` the day on which the service needs somebody else at the latest when nothing
    moves the holder. ``overrides`` names rule and site of each H* breach that a row of 豁免 lifts
    for this candidate. ``note`` becomes the row's 备注.
    """

    service: Service
    slot: int
    inspector_id: str
    start: dt.date
    end: dt.date
    until: dt.date
    end_reason: EndReason
    running: bool = False
    due: dt.date | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def moved(self) -> bool:
        """Whether a running holder goes earlier than the due day."""
        return self.due is not None and self.until < self.due

    @property
    def site_ids(self) -> tuple[str, ...]:
        """The sites that the candidate would serve."""
        return self.service.site_ids

    @property
    def form(self) -> Form:
        """驻点形式."""
        return self.service.form
