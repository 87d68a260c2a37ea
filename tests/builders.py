"""Tiny instances for tests: every builder takes only what the test is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from planner.domain.calendar import Round
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage, Stint
from planner.domain.tables import Department, Inspector, MatrixRow, Rating, Sector, Site, Training
from planner.domain.terms import Form, Grade, Level, SiteKind, StaffType, StintStatus

ROUND = Round.named("2027H1")


def day(text: str) -> dt.date:
    """A date from ISO text."""
    return dt.date.fromisoformat(text)


def department(code: str = "D1", **fields: Any) -> Department:
    """A city department in charge of the sectors S1 (plain), CH (chemical) and CO (coal)."""
    defaults: dict[str, Any] = {
        "code": code,
        "name": f"市{code}局",
        "short_name": code,
        "level": Level.CITY,
        "sectors": ("S1", "CH", "CO"),
    }
    return Department(**{**defaults, **fields})


def sector(code: str = "S1", **fields: Any) -> Sector:
    """A plain sector with teams of one."""
    return Sector(**{"code": code, "name": code, **fields})


SECTORS = (
    sector("S1"),
    sector("CH", chemical=True, team_size=2),
    sector("CO", coal=True, team_size=2),
)


def inspector(id: str = "P1", **fields: Any) -> Inspector:
    """A formal, experienced inspector of D1 who may do everything all year."""
    defaults: dict[str, Any] = {
        "id": id,
        "name": f"人员{id}",
        "department": "D1",
        "staff_type": StaffType.ADMINISTRATIVE,
        "hire_date": day("2015-07-01"),
        "skills": (("S1", 2), ("CH", 2), ("CO", 2)),
        "backbone": True,
        "forms": frozenset(Form),
        "available_from": day("2020-01-01"),
        "available_to": day("2035-12-31"),
        "phone": "13800000000",
    }
    return Inspector(**{**defaults, **fields})


def site(id: str = "O1", **fields: Any) -> Site:
    """A plain city-level enterprise of D1 in sector S1."""
    defaults: dict[str, Any] = {
        "id": id,
        "kind": SiteKind.ENTERPRISE,
        "name": f"企业{id}",
        "county": "任城区",
        "address": "某路1号",
        "sector": "S1",
        "department": "D1",
        "level": Level.CITY,
    }
    return Site(**{**defaults, **fields})


def stint(
    site_id: str = "O1",
    inspector_id: str = "P1",
    start: str = "2027-01-11",
    end: str | None = "2027-07-10",
    **fields: Any,
) -> Stint:
    """A planned resident stint in slot 1 over the whole round."""
    defaults: dict[str, Any] = {
        "site_id": site_id,
        "department": "D1",
        "slot": 1,
        "inspector_id": inspector_id,
        "form": Form.RESIDENT,
        "start": day(start),
        "end": day(end) if end else None,
    }
    return Stint(**{**defaults, **fields})


def past(site_id: str, inspector_id: str, start: str, end: str | None, **fields: Any) -> Stint:
    """A row of history: 结束, or 执行 when it reaches into the round or is open-ended."""
    over = end is not None and day(end) < ROUND.start
    status = StintStatus.FINISHED if over else StintStatus.RUNNING
    return stint(site_id, inspector_id, start, end, **{"status": status, **fields})


def rating(site_id: str, grade: Grade = Grade.FIRST, score: int = 50) -> Rating:
    """A rating without parts."""
    return Rating(
        site_id=site_id,
        score=score,
        completeness_percent=100,
        parts=(),
        computed_grade=grade,
        grade=grade,
    )


def trained(*inspector_ids: str, **fields: Any) -> Training:
    """A passed training in every test sector shortly before the round."""
    defaults: dict[str, Any] = {
        "inspector_ids": inspector_ids,
        "sectors": ("S1", "CH", "CO"),
        "end": day("2026-12-20"),
        "passed": True,
    }
    return Training(**{**defaults, **fields})


MATRIX = (
    MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)),
    MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE, Form.RESIDENT)),
    MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=5),
    MatrixRow(grade=Grade.FOURTH),
)


def instance(**fields: Any) -> Instance:
    """One department, one first-grade site O1, one inspector P1; no key periods.

    Every inspector is trained and every site is rated 一级 unless the test says otherwise.
    """
    sites = fields.get("sites", (site(),))
    people = fields.get("inspectors", (inspector(),))
    defaults: dict[str, Any] = {
        "round": ROUND,
        "departments": (department(),),
        "sectors": SECTORS,
        "matrix": MATRIX,
        "inspectors": people,
        "sites": sites,
        "ratings": tuple(rating(one.id) for one in sites),
        "trainings": (trained(*(one.id for one in people)),),
    }
    return Instance(**{**defaults, **fields})


def plan(*stints: Stint, shortages: tuple[Shortage, ...] = (), **fields: Any) -> Plan:
    """A plan of D1 for the round with these stints."""
    defaults: dict[str, Any] = {
        "round": ROUND.name,
        "round_start": ROUND.start,
        "round_end": ROUND.end,
        "departments": ("D1",),
        "stints": stints,
        "shortages": shortages,
    }
    return Plan(**{**defaults, **fields})


def shortage(site_id: str, start: str = "2027-01-11", end: str = "2027-07-11") -> Shortage:
    """Unserved dates of a site, explained."""
    return Shortage(
        site_id=site_id,
        department="D1",
        start=day(start),
        end=day(end),
        grade=Grade.FIRST,
        score=50,
        rank=1,
        reason="人员不足",
    )
