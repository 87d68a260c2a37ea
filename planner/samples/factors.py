"""Sample risk factors: drawn at random until the rating says the grade that is aimed at."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

from planner.domain.instance import Instance
from planner.domain.tables import RiskFactors, Site
from planner.domain.terms import (
    AccidentLevel,
    Density,
    Grade,
    MajorHazardLevel,
    SiteKind,
    StandardLevel,
    WorkStage,
)
from planner.priority import rate
from planner.samples.catalogue import SECTOR_BY_CODE

NOW, BEFORE = "2027Q1", "2026Q4"
ROUNDS = 60

_HAZARDOUS = {"HY01a", "HY08b", "HY08c", "HY04b", "HY10c", "HY09"}
_INTENSITY = {Grade.FIRST: 0.75, Grade.SECOND: 0.6, Grade.THIRD: 0.33, Grade.FOURTH: 0.08}
# Factors that are left unknown here and there; all of them may score nothing.
_OPTIONAL = ("density", "hazards_1y", "reports_true", "penalties_3y", "red_points", "outdated")


def build_factors(
    rng: random.Random, instance: Instance, targets: Mapping[str, Grade]
) -> tuple[RiskFactors, ...]:
    """Factors of this and the last quarter for most objects; the grades come out as aimed at."""
    silent = _silent_sites(rng, instance.sites, targets)
    rows = {
        site.id: _draw(rng, site, targets[site.id])
        for site in instance.sites
        if site.id in targets and site.id not in silent
    }
    for _ in range(ROUNDS):
        found = rate(instance.model_copy(update={"risk_factors": tuple(rows.values())}))
        missed = [
            one.site_id
            for one in found
            if one.site_id in rows and one.grade is not targets[one.site_id]
        ]
        if not missed:
            break
        for site_id in missed:
            rows[site_id] = _draw(rng, instance.site_by_id[site_id], targets[site_id])
    return _two_quarters(rng, tuple(rows.values()), targets)


def _silent_sites(
    rng: random.Random, sites: Sequence[Site], targets: Mapping[str, Grade]
) -> set[str]:
    """Low objects of which nobody has reported factors yet."""
    low = [
        one.id
        for one in sites
        if targets.get(one.id) is Grade.FOURTH and not SECTOR_BY_CODE[one.sector].chemical
    ]
    return set(rng.sample(low, min(len(low), max(1, len(sites) // 50))))


def _draw(rng: random.Random, site: Site, target: Grade) -> RiskFactors:
    heat = _INTENSITY[target]
    fields = _natural(rng, site, heat)
    if target is Grade.FIRST and not SECTOR_BY_CODE[site.sector].coal:
        if rng.random() < 0.6:
            fields["open_major_hazards"] = rng.choices((1, 2, 3), (7, 2, 1))[0]
        elif rng.random() < 0.25:
            fields["accident_3y"] = AccidentLevel.FATAL
            fields["accident_on"] = dt.date(2026, rng.randint(2, 11), rng.randint(1, 28))
    return RiskFactors(
        site_id=site.id,
        quarter=NOW,
        source=rng.choice(("双重预防系统", "执法检查", "企业自报")),
        verified_on=dt.date(2026, 12, rng.randint(1, 11)),
        **fields,
    )


def _natural(rng: random.Random, site: Site, heat: float) -> dict[str, Any]:
    """Factors as they come in life; ``heat`` 0 … 1 makes all of them worse."""

    def hit(share: float) -> bool:
        return rng.random() < share * heat

    hazardous = site.sector in _HAZARDOUS and hit(0.9)
    penalties = int(rng.random() * heat * 6)
    accident = hit(0.12)
    return {
        "major_hazard": (
            rng.choices(
                (
                    MajorHazardLevel.FOURTH,
                    MajorHazardLevel.THIRD,
                    MajorHazardLevel.SECOND,
                    MajorHazardLevel.FIRST,
                ),
                (4, 3, 2, 1),
            )[0]
            if hazardous
            else MajorHazardLevel.NONE
        ),
        "red_points": rng.randint(1, 4) if hit(0.8) else 0,
        "open_major_hazards": 0,
        "outdated": hit(0.6),
        "standard_level": rng.choices(
            (StandardLevel.NONE, StandardLevel.THIRD, StandardLevel.SECOND, StandardLevel.FIRST),
            (4 * heat, 4, 3, 2 * (1 - heat)),
        )[0],
        "director_missing": hit(0.25),
        "production_start": (
            dt.date(2026, rng.randint(3, 11), rng.randint(1, 28))
            if hit(0.25)
            else dt.date(rng.randint(1995, 2024), rng.randint(1, 12), rng.randint(1, 28))
        ),
        "density": rng.choices((Density.DENSE, Density.SOME, Density.NO), (3 * heat, 3 * heat, 3))[
            0
        ],
        "penalties_3y": penalties,
        "penalties_1y": min(penalties, rng.choice((0, 1, 1, 2))),
        "accident_3y": AccidentLevel.SERIOUS if accident else AccidentLevel.NONE,
        "accident_on": dt.date(rng.choice((2024, 2025, 2026)), 5, 6) if accident else None,
        "hazards_1y": max(0, round(rng.gauss(4 + 22 * heat, 5))),
        "reports_true": 1 if hit(0.12) else 0,
        "stage": _stage(rng, site, heat),
    }


def _stage(rng: random.Random, site: Site, heat: float) -> WorkStage:
    if site.kind is SiteKind.PROJECT and rng.random() < heat:
        return rng.choice((WorkStage.HIGH_RISK, WorkStage.HIGH_RISK, WorkStage.OVERSIZE))
    if site.sector in _HAZARDOUS and rng.random() < 0.3 * heat:
        return WorkStage.OVERHAUL
    return WorkStage.NONE


def _two_quarters(
    rng: random.Random, rows: Sequence[RiskFactors], targets: Mapping[str, Grade]
) -> tuple[RiskFactors, ...]:
    """Add the quarter before: hazards found since; and two grades that fall slowly."""
    falling = set(
        [row.site_id for row in rows if targets[row.site_id] is Grade.FOURTH][: 1 + len(rows) // 90]
    )
    found: list[RiskFactors] = []
    for row in rows:
        before: dict[str, Any] = {"quarter": BEFORE, "verified_on": dt.date(2026, 9, 10)}
        if row.site_id in falling:
            before["open_major_hazards"] = 1
        elif row.open_major_hazards and rng.random() < 0.3:
            before["open_major_hazards"] = 0
        found.append(row.model_copy(update=before))
        late = rng.random()
        if late < 0.03 and row.site_id not in falling:
            continue
        unknown = [name for name in _OPTIONAL if getattr(row, name) in {0, Density.NO}]
        if late > 0.93 and targets[row.site_id] is not Grade.FIRST:
            row = row.model_copy(update=dict.fromkeys(unknown))
        found.append(row)
    return tuple(found)
