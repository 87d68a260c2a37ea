"""A linear 0-1 program, independent of any solver: columns, rows and penalties in tiers."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.domain.plan import PenaltyResult
from planner.rule import Penalty

UNBOUNDED = 1 << 40
Terms = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """``lower`` ≤ Σ coefficient × column ≤ ``upper``, posted by a rule about a subject."""

    rule: str
    subject: str
    columns: tuple[int, ...]
    coefficients: tuple[int, ...]
    lower: int
    upper: int


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """All rows of a model as arrays: ``rows``, ``columns`` and ``coefficients`` have one place per
    entry, row by row; ``lower`` and ``upper`` one per row, infinite where there is no limit."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    coefficients: NDArray[np.int64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


class Program:
    """Integer columns 0 … ``upper``, the rows that hold between them, and what is paid."""

    def __init__(self) -> None:
        self.upper: list[int] = []
        self.names: list[str] = []
        self.rows: list[Row] = []
        self.penalties: list[Penalty] = []

    def column(self, name: str, upper: int = 1) -> int:
        """Add an integer column 0 … ``upper`` and return its index."""
        self.upper.append(upper)
        self.names.append(name)
        return len(self.upper) - 1

    def row(
        self, rule: str, subject: str, terms: Terms, lower: int = -UNBOUNDED, upper: int = UNBOUNDED
    ) -> None:
        """Post a row; equal columns are added up, empty rows that hold are dropped."""
        total: dict[int, int] = defaultdict(int)
        for column, coefficient in terms:
            total[column] += coefficient
        kept = sorted((column, value) for column, value in total.items() if value)
        if not kept and lower <= 0 <= upper:
            return
        self.rows.append(
            Row(
                rule,
                subject,
                tuple(column for column, _ in kept),
                tuple(value for _, value in kept),
                lower,
                upper,
            )
        )

    @cached_property
    def entries(self) -> Entries:
        """The rows as arrays, once all of them are posted."""
        lengths = [len(row.columns) for row in self.rows]
        return Entries(
            rows=np.repeat(np.arange(len(self.rows)), lengths),
            columns=_joined([row.columns for row in self.rows]),
            coefficients=_joined([row.coefficients for row in self.rows]),
            lower=np.array(
                [row.lower if row.lower > -UNBOUNDED else -math.inf for row in self.rows]
            ),
            upper=np.array([row.upper if row.upper < UNBOUNDED else math.inf for row in self.rows]),
        )

    @cached_property
    def tiers(self) -> tuple[int, ...]:
        """The tiers that have a penalty, in strict order."""
        return tuple(sorted({penalty.tier for penalty in self.penalties}))

    def objective(self, tier: int) -> tuple[NDArray[np.int64], int]:
        """Coefficients over all columns and the constant of one tier, to be minimised."""
        cost = np.zeros(len(self.upper), dtype=np.int64)
        constant = 0
        for penalty in self.penalties:
            if penalty.tier == tier:
                constant += penalty.weight * penalty.constant
                for column, coefficient in penalty.terms:
                    cost[column] += penalty.weight * coefficient
        return cost, constant

    def amount(self, penalty: Penalty, values: NDArray[np.int64]) -> int:
        """The unweighted amount of a penalty at a solution."""
        return penalty.constant + sum(int(values[column]) * k for column, k in penalty.terms)

    def results(self, values: NDArray[np.int64]) -> tuple[PenaltyResult, ...]:
        """Every penalty with its amount at a solution."""
        return tuple(
            PenaltyResult(
                name=one.name,
                title=one.title,
                tier=one.tier,
                weight=one.weight,
                amount=self.amount(one, values),
                unit=one.unit,
            )
            for one in self.penalties
        )


def _joined(parts: Iterable[Iterable[int]]) -> NDArray[np.int64]:
    return np.fromiter(itertools.chain.from_iterable(parts), dtype=np.int64)
