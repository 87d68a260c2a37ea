"""Rows of the workbook that several rule tests need."""

from __future__ import annotations

from typing import Any

from planner.domain.calendar import KeyPeriod
from planner.domain.tables import Absence, Extension, ListItem, Override
from planner.domain.terms import AbsenceKind, ListAction
from tests.builders import day


def freeze(start: str, end: str, *scope: str, **fields: Any) -> KeyPeriod:
    """A key period of the whole city that freezes rotation."""
    defaults: dict[str, Any] = {
        "name": "春节",
        "start": day(start),
        "end": day(end),
        "freeze_rotation": True,
        "boost_coverage": False,
        "scope": scope or ("全市",),
    }
    return KeyPeriod(**{**defaults, **fields})


def extension(until: str, **fields: Any) -> Extension:
    """延长驻点 of P1 at O1."""
    defaults: dict[str, Any] = {
        "site_id": "O1",
        "inspector_id": "P1",
        "until": day(until),
        "matter": "重大隐患整改",
        "approver": "局长",
        "approved_on": day("2027-01-04"),
    }
    return Extension(**{**defaults, **fields})


def override(rule: str, **fields: Any) -> Override:
    """豁免 of one rule for P1."""
    defaults: dict[str, Any] = {
        "rule": rule,
        "inspector_id": "P1",
        "reason": "专案未结，确需继续驻点",
        "approver": "局长",
        "approved_on": day("2027-01-04"),
    }
    return Override(**{**defaults, **fields})


def absence(start: str, end: str, inspector_id: str = "P1") -> Absence:
    """A sick leave."""
    return Absence(inspector_id=inspector_id, kind=AbsenceKind.SICK, start=day(start), end=day(end))


def listed(
    site_id: str = "O1", start: str | None = None, end: str | None = None, **fields: Any
) -> ListItem:
    """A site on the list of the first quarter, from 生效日期 to 退出日期."""
    defaults: dict[str, Any] = {
        "quarter": "2027Q1",
        "department": "D1",
        "site_id": site_id,
        "action": ListAction.KEEP,
        "valid_from": day(start) if start else None,
        "valid_to": day(end) if end else None,
    }
    return ListItem(**{**defaults, **fields})
