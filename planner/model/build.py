"""PlanModel: one component as a linear 0-1 program, independent of any solver.

Columns: one per candidate (the person serves from ``start`` to ``until``), and per service one per
date on which it may begin or end. Rules add the rows and, for goals, further columns. The same
rows go to HiGHS as the relaxation and to CP-SAT as the truth, so that neither can drift.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, Stint
from planner.domain.posting import Candidate, Service
from planner.domain.terms import Form
from planner.model.program import Program, Row
from planner.posts import Post
from planner.rule import Goal, Rule


@dataclass(frozen=True, slots=True, eq=False)
class StintColumn:
    """The 0-1 column of one candidate of one post (indices into the model). ``first`` is the change
    date at which it begins inside the round."""

    index: int
    candidate: Candidate
    post: int
    first: dt.date

    @property
    def in_flow(self) -> bool:
        """False for the withdrawal of a running holder at the start: it serves nothing."""
        return self.candidate.until > self.candidate.service.grid[0]

    def active(self, day: dt.date) -> bool:
        """Whether the person holds the post on a change date."""
        return self.first <= day < self.candidate.until


class PlanModel(Program):
    """The program of one component; see the module docstring."""

    def __init__(
        self,
        instance: Instance,
        posts: Sequence[Post],
        candidates: Sequence[Sequence[Candidate]],
    ) -> None:
        super().__init__()
        self.instance = instance
        self.posts = tuple(posts)
        self.services: tuple[Service, ...] = tuple(
            {post.service.id: post.service for post in posts}.values()
        )
        self.uses: dict[int, OverrideUse] = {}
        """Rows of 豁免 whose use depends on other columns, by the column that says so."""
        self.stints: tuple[StintColumn, ...] = tuple(
            StintColumn(
                index=self.column(f"{one.inspector_id}@{one.service.id}@{one.start}"),
                candidate=one,
                post=index,
                first=max(one.start, one.service.grid[0]),
            )
            for index, found in enumerate(candidates)
            for one in found
        )
        self._begins: dict[str, dict[dt.date, int]] = {}
        self._ends: dict[str, dict[dt.date, int]] = {}
        for service in self.services:
            mine = [one for one in self.stints_of_service[service.id] if one.in_flow]
            begins = sorted({one.first for one in mine})
            ends = sorted({one.candidate.until for one in mine})
            self._begins[service.id] = {
                day: self.column(f"begin {service.id} {day}") for day in begins
            }
            self._ends[service.id] = {day: self.column(f"end {service.id} {day}") for day in ends}

    # -- building ---------------------------------------------------------------------------

    def post_rules(self, rules: Sequence[Rule]) -> None:
        """Let every rule post its rows and every goal its penalties."""
        for rule in rules:
            rule.post(self)
            if isinstance(rule, Goal):
                self.penalties += rule.penalties(self)

    # -- looking ----------------------------------------------------------------------------

    @cached_property
    def stints_of_service(self) -> Mapping[str, Sequence[StintColumn]]:
        """Stint columns by service id."""
        found: dict[str, list[StintColumn]] = {service.id: [] for service in self.services}
        for one in self.stints:
            found[one.candidate.service.id].append(one)
        return found

    @cached_property
    def stints_of_person(self) -> Mapping[str, Sequence[StintColumn]]:
        """Stint columns that serve inside the round, by inspector id."""
        found: dict[str, list[StintColumn]] = defaultdict(list)
        for one in self.stints:
            if one.in_flow:
                found[one.candidate.inspector_id].append(one)
        return dict(sorted(found.items()))

    @cached_property
    def stints_of_post(self) -> Sequence[Sequence[StintColumn]]:
        """Stint columns by post index."""
        found: list[list[StintColumn]] = [[] for _ in self.posts]
        for one in self.stints:
            found[one.post].append(one)
        return found

    def columns_of(self, rows: Iterable[Stint]) -> NDArray[np.bool_]:
        """Which stint columns the rows of a plan stand for: same person, place, form and dates."""
        last: dict[tuple[str, str, Form, dt.date], dt.date] = {}
        for row in rows:
            key = row.inspector_id, row.group or row.site_id, row.form, row.start
            last[key] = max(last.get(key, row.start), row.end or row.start)
        found = np.zeros(len(self.stints), dtype=np.bool_)
        for one in self.stints:
            service = one.candidate.service
            place = service.group or service.site_ids[0]
            key = one.candidate.inspector_id, place, service.form, one.candidate.start
            found[one.index] = last.get(key) == one.candidate.end
        return found

    def begins(self, service: Service) -> Mapping[dt.date, int]:
        """Columns of the dates on which the service may begin."""
        return self._begins[service.id]

    def ends(self, service: Service) -> Mapping[dt.date, int]:
        """Columns of the dates on which the service may end; its finish is one of them."""
        return self._ends[service.id]

    def active(self, service: Service, day: dt.date) -> list[tuple[int, int]]:
        """Terms that sum to 1 when the service is given on ``day``, else to 0."""
        terms = [(column, 1) for date, column in self.begins(service).items() if date <= day]
        return terms + [(column, -1) for date, column in self.ends(service).items() if date <= day]

    def cliques(
        self, stints: Sequence[StintColumn]
    ) -> Iterator[tuple[dt.date, Sequence[StintColumn]]]:
        """The maximal sets of ``stints`` that are active together, each with a date on which they
        are. Intervals that share a date in pairs share one all together, so a limit on every such
        set limits every date."""
        begun: dict[dt.date, list[StintColumn]] = defaultdict(list)
        for one in stints:
            begun[one.first].append(one)
        starts = sorted(begun)
        active: list[StintColumn] = []
        for start, following in zip(starts, [*starts[1:], dt.date.max], strict=True):
            active = [one for one in active if start < one.candidate.until] + begun[start]
            if following == dt.date.max or any(one.candidate.until <= following for one in active):
                yield start, active

    def floor_dates(
        self, service: Service, stints: Sequence[StintColumn], dates: Iterable[dt.date]
    ) -> list[dt.date]:
        """Those of ``dates`` on which a floor of ``stints`` under the service has to be posted: it
        may have begun, or one of them left, since the date before. Elsewhere it holds by itself."""
        falling = {*self.begins(service), *(one.candidate.until for one in stints)}
        kept, before = [], dt.date.min
        for day in sorted(dates):
            if any(before < one <= day for one in falling):
                kept.append(day)
            before = day
        return kept

    # -- for the solvers --------------------------------------------------------------------

    def with_rows(self, rows: Iterable[Row]) -> PlanModel:
        """The same columns under other rows."""
        other = copy(self)
        other.rows = list(rows)
        other.__dict__.pop("entries", None)
        return other
