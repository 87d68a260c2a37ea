"""派驻矩阵 by default (R02-4): which forms a grade admits, in order of preference."""

from __future__ import annotations

from planner.domain.tables import MatrixRow
from planner.domain.terms import Form, Grade

DEFAULT_MATRIX = (
    MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)),
    MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,), team_size=2, min_days_per_month=4),
    MatrixRow(grade=Grade.SECOND, forms=(Form.RESIDENT,)),
    MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=5),
    MatrixRow(grade=Grade.FOURTH),
)
"""Rows for every sector; an empty team size is the sector's own."""
