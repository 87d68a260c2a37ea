"""Sample units, objects, duplicates and the grades that their risk factors aim at."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.domain.tables import Department, Site
from planner.domain.terms import Grade, Level, SiteKind, SiteStatus
from planner.samples.catalogue import (
    BUREAUS,
    COUNTY_BUREAUS,
    COUNTY_BUREAUS_IN_TURN,
    SECTOR_BY_CODE,
    TRADES,
    Bureau,
    City,
    County,
)
from planner.samples.names import ROADS, TOWNS, Namer

# Bureaus that have fewer released people than their objects need.
SHORT_OF_PEOPLE = {"ZJ": 0.7, "SC": 0.6, "NW": 1.0}

_OFFICIAL_SCHEMES = {
    "HY01a": ("危化四色", ("红", "橙", "黄", "蓝")),
    "HY08b": ("危化四色", ("红", "橙", "黄", "蓝")),
    "HY08c": ("工贸ABCD", ("D", "C", "B", "A")),
    "HY10a": ("煤矿ABCD", ("D", "C", "B", "A")),
}
_WORST_SHARE = 0.3
_EMPLOYEES = {"HY10a": 900, "HY08b": 150, "HY08c": 420, "HY10b": 260}


@dataclass(frozen=True, slots=True)
class Unit:
    """A dispatching unit to be filled: its area, its objects by sector, its ease of staffing.

    ``staffing`` is the ratio of released people to the demand for them.
    """

    department: Department
    bureau: Bureau
    city: City
    counties: tuple[County, ...]
    counts: tuple[tuple[str, int], ...]
    staffing: float


def city_units(city: City, namer: Namer, staffing: float) -> list[Unit]:
    """The ten departments of a city at city level."""
    units = []
    for bureau in BUREAUS:
        counts = dict(bureau.counts)
        if "HY10a" in counts:
            counts["HY10a"] = city.coal_mines
        ratio = SHORT_OF_PEOPLE.get(bureau.code, staffing)
        units.append(_unit(city, bureau, None, tuple(counts.items()), ratio, namer))
    return units


def county_units(city: City, namer: Namer, staffing: float) -> list[Unit]:
    """Four bureaus in each county."""
    units = []
    for number, county in enumerate(city.counties):
        in_turn = COUNTY_BUREAUS_IN_TURN[number % len(COUNTY_BUREAUS_IN_TURN)]
        units += [
            _unit(city, bureau, county, bureau.county_counts, staffing, namer)
            for bureau in (*COUNTY_BUREAUS, in_turn)
        ]
    return units


def single_unit(
    city: City, bureau: Bureau, counts: tuple[tuple[str, int], ...], staffing: float, namer: Namer
) -> Unit:
    """One city department with chosen numbers of objects."""
    return _unit(city, bureau, None, counts, staffing, namer)


def _unit(
    city: City,
    bureau: Bureau,
    county: County | None,
    counts: tuple[tuple[str, int], ...],
    staffing: float,
    namer: Namer,
) -> Unit:
    city_code = f"{city.code}-{bureau.code}"
    city_short = "市" if city.code == "JN" else city.name
    if county is None:
        code, area, short = city_code, city.name, city_short
    else:
        number = city.counties.index(county) + 1
        code, area, short = f"{city.code}{number:02d}-{bureau.code}", county.name, county.name
    department = Department(
        code=code,
        name=area + bureau.name,
        short_name=short + bureau.short_name,
        level=Level.COUNTY if county else Level.CITY,
        county=county.name if county else "",
        parent=city_code if county else "",
        sectors=tuple(code for code, _ in counts),
        contact=namer.person(),
        contact_phone=namer.phone(),
    )
    counties = (county,) if county else city.counties
    return Unit(department, bureau, city, counties, counts, staffing)


# -- objects --------------------------------------------------------------------------------------


def build_sites(rng: random.Random, units: Sequence[Unit], namer: Namer) -> list[Site]:
    """Objects of all units, with ids in the order of the units."""
    sites: list[Site] = []
    for unit in units:
        for sector, count in unit.counts:
            for _ in range(count):
                sites.append(_site(rng, unit, sector, f"OBJ-{len(sites) + 1:04d}", namer))
    return _with_statuses(rng, sites)


def _site(rng: random.Random, unit: Unit, sector: str, site_id: str, namer: Namer) -> Site:
    trade = TRADES[sector]
    county = rng.choice(unit.counties)
    town = rng.choice(TOWNS)
    employees = max(8, round(rng.lognormvariate(0, 0.5) * _EMPLOYEES.get(sector, 90)))
    return Site(
        id=site_id,
        kind=trade.kind,
        name=namer.company(rng.choice(trade.suffixes)),
        uscc="" if trade.kind is SiteKind.AREA else namer.uscc(county.code),
        premises_no="" if trade.kind is SiteKind.AREA else "01",
        project_code=f"XM-{site_id[4:]}" if trade.kind is SiteKind.PROJECT else "",
        county=county.name,
        town=town,
        address=f"{county.name}{town}{rng.choice(ROADS)}{rng.randint(1, 199)}号",
        longitude=round(county.longitude + rng.uniform(-0.09, 0.09), 4),
        latitude=round(county.latitude + rng.uniform(-0.09, 0.09), 4),
        sector=sector,
        department=unit.department.code,
        direct_department=unit.department.code if rng.random() < 0.6 else "",
        level=unit.department.level,
        ownership=rng.choices(("民营", "市属", "省属", "央企", "外资"), (70, 10, 10, 6, 4))[0],
        corporation=f"示例集团{rng.randint(1, 9)}" if rng.random() < 0.12 else "",
        employees=employees,
        holiday_production=sector in {"HY07", "HY08b", "HY10a", "HY10b", "HY10c"},
        manager=namer.person(),
        manager_phone=namer.phone(),
        safety_director=namer.person() if employees >= 100 else "",
        safety_director_phone=namer.phone() if employees >= 100 else "",
    )


def _with_statuses(rng: random.Random, sites: list[Site]) -> list[Site]:
    """A few objects that are not in normal production; one mine stands still, R04-7 keeps it."""
    share = max(1, len(sites) // 100)
    special = [
        *[SiteStatus.TRIAL] * share,
        *[SiteStatus.OVERHAUL] * share,
        *[SiteStatus.STOPPED] * share,
        *[SiteStatus.CLOSED] * share,
    ]
    enterprises = [n for n, one in enumerate(sites) if one.sector in {"HY08b", "HY08c", "HY06"}]
    status = dict(zip(rng.sample(enterprises, len(special)), special, strict=True))
    mines = [n for n, one in enumerate(sites) if one.sector == "HY10a"]
    if mines:
        status[mines[0]] = SiteStatus.STOPPED
    projects = [n for n, one in enumerate(sites) if one.sector == "HY03"]
    if projects:
        status[projects[-1]] = SiteStatus.SUSPENDED
    return [
        one.model_copy(update={"status": status[n]}) if n in status else one
        for n, one in enumerate(sites)
    ]


def add_duplicates(
    rng: random.Random, sites: Sequence[Site], count: int
) -> tuple[list[Site], list[tuple[str, str]]]:
    """Let special-equipment units claim objects that others have; (first, second claim) ids.

    The first case has a unit in charge on record, the second has none, the third points to the
    second claimant; then again in turn.
    """
    by_id = {one.id: one for one in sites}
    owners = [
        one
        for one in sites
        if one.sector in {"HY08b", "HY08c", "HY10b", "HY06"} and one.status is SiteStatus.NORMAL
    ]
    claims = [one for one in sites if one.sector == "HY09"]
    count = min(count, len(claims), len(owners))
    pairs = []
    chosen = zip(rng.sample(owners, count), rng.sample(claims, count), strict=True)
    for number, (owner, claim) in enumerate(chosen):
        direct = (owner.department, "", claim.department)[number % 3]
        by_id[owner.id] = owner.model_copy(update={"direct_department": direct})
        same = {
            name: getattr(owner, name)
            for name in (
                "name",
                "uscc",
                "premises_no",
                "county",
                "town",
                "address",
                "longitude",
                "latitude",
                "corporation",
                "employees",
                "manager",
                "manager_phone",
                "safety_director",
                "safety_director_phone",
                "ownership",
            )
        }
        by_id[claim.id] = claim.model_copy(update={**same, "direct_department": direct})
        pairs.append((owner.id, claim.id))
    return [by_id[one.id] for one in sites], pairs


# -- grades to aim at -----------------------------------------------------------------------------


def target_grades(
    rng: random.Random, sites: Sequence[Site], shares: tuple[float, float, float]
) -> dict[str, Grade]:
    """A grade for every object that is not closed: coal 一级, chemistry at least 二级, the rest so
    that 一级, 二级 and 三级 have their ``shares``."""
    rated = [one for one in sites if one.status is not SiteStatus.CLOSED]
    left = [round(share * len(rated)) for share in shares]
    targets = {one.id: Grade.FIRST for one in rated if SECTOR_BY_CODE[one.sector].coal}
    chemical = {one.id for one in rated if SECTOR_BY_CODE[one.sector].chemical}
    others = [one.id for one in rated if one.id not in targets]
    # Chemistry is twice as likely to be 一级: the larger key comes first.
    others.sort(key=lambda one: rng.random() ** (0.5 if one in chemical else 1.0), reverse=True)
    first = max(0, left[0] - len(targets))
    targets |= dict.fromkeys(others[:first], Grade.FIRST)
    rest = others[first:]
    targets |= {one: Grade.SECOND for one in rest if one in chemical}
    rest = [one for one in rest if one not in chemical]
    rng.shuffle(rest)
    second = max(0, left[1] - sum(grade is Grade.SECOND for grade in targets.values()))
    for number, one in enumerate(rest):
        if number < second:
            targets[one] = Grade.SECOND
        else:
            targets[one] = Grade.THIRD if number < second + left[2] else Grade.FOURTH
    return targets


def with_official_grades(
    rng: random.Random, sites: Sequence[Site], targets: Mapping[str, Grade]
) -> list[Site]:
    """Official grades where a scheme exists; only 一级 objects may have the worst."""
    found = []
    for one in sites:
        scheme, letters = _OFFICIAL_SCHEMES.get(one.sector, ("", ()))
        if letters:
            worst = targets.get(one.id) is Grade.FIRST and rng.random() < _WORST_SHARE
            letter = letters[0] if worst else rng.choice(letters[1:])
            one = one.model_copy(update={"official_grade": letter, "grade_scheme": scheme})
        found.append(one)
    return found
