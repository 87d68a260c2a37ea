"""The workbook contract (工作簿约定) as one data structure for reader, writer and template."""

from __future__ import annotations

from collections.abc import Mapping

from planner.io.columns import Sheet
from planner.io.schema_basis import (
    ADJUSTMENTS,
    DEPARTMENTS,
    DISTANCES,
    KEY_PERIODS,
    MATRIX,
    PARAMETERS,
    SECTORS,
)
from planner.io.schema_ledgers import DUPLICATES
from planner.io.schema_people import (
    ABSENCES,
    CONFLICTS,
    EXTENSIONS,
    INSPECTORS,
    OVERRIDES,
    STINTS,
    TRAININGS,
)
from planner.io.schema_sites import JOINT_POSTINGS, LIST_ITEMS, RISK_FACTORS, SITES, STAGES

SHEETS: tuple[Sheet, ...] = (
    PARAMETERS,
    DEPARTMENTS,
    SECTORS,
    MATRIX,
    INSPECTORS,
    SITES,
    RISK_FACTORS,
    LIST_ITEMS,
    STINTS,
    ABSENCES,
    CONFLICTS,
    TRAININGS,
    KEY_PERIODS,
    ADJUSTMENTS,
    STAGES,
    JOINT_POSTINGS,
    DUPLICATES,
    EXTENSIONS,
    OVERRIDES,
    DISTANCES,
)
"""Every sheet, in the order in which the workbook shows them."""

SHEET_BY_TITLE: Mapping[str, Sheet] = {sheet.title: sheet for sheet in SHEETS}

GUIDE_TITLE = "说明"
"""The sheet for the reader of the template; never read."""

ROUND_PARAMETERS: Mapping[str, str] = {
    "round_start": "轮次第一天（日期）",
    "round_end": "轮次最后一天（日期）",
    "seed": "同等人选抽签的种子（整数）",
}
"""Rows of 参数 that are not a field of Policy."""
