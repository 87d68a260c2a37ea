"""What happens around a sample plan: the list, stages, leave, conflicts, overrides, distances."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from planner.domain.calendar import Round, WorkCalendar
from planner.domain.plan import Stint
from planner.domain.tables import (
    Absence,
    Conflict,
    ConstructionStage,
    Distance,
    Inspector,
    JointPosting,
    ListItem,
    Override,
    Site,
)
from planner.domain.terms import (
    AbsenceKind,
    Form,
    Grade,
    ListAction,
    Relation,
    SiteKind,
    SiteStatus,
    StageScale,
)
from planner.samples.catalogue import SECTOR_BY_CODE, City
from planner.samples.people import Staff

QUARTER = "2027Q1"
ENTRY, EXIT = dt.date(2027, 3, 15), dt.date(2027, 4, 27)
ROAD_DETOUR = 1.25
KILOMETRES_PER_DEGREE = 111.0
STAGES = (
    ("基坑", StageScale.OVERSIZE, dt.date(2027, 2, 22), dt.date(2027, 4, 16)),
    ("高支模", StageScale.OVERSIZE, dt.date(2027, 3, 15), dt.date(2027, 5, 28)),
    ("起重吊装", StageScale.HIGH_RISK, dt.date(2027, 4, 6), dt.date(2027, 6, 4)),
)
APPROVER = "示例分管领导"

Pairs = Sequence[tuple[str, str]]


def build_list(
    rng: random.Random, sites: Sequence[Site], targets: Mapping[str, Grade], pairs: Pairs
) -> tuple[list[ListItem], set[str]]:
    """驻点名单 of the quarter with a few entries, exits, delays and decisions of people; and the
    ids of objects at which nobody is running yet."""
    times = max(1, len(sites) // 200)
    duplicated = {one for pair in pairs for one in pair}
    plain = [
        one.id
        for one in sites
        if one.id in targets
        and one.id not in duplicated
        and not SECTOR_BY_CODE[one.sector].chemical
        and not SECTOR_BY_CODE[one.sector].coal
        and one.status is SiteStatus.NORMAL
    ]
    rng.shuffle(plain)
    free = {grade: [one for one in plain if targets[one] is grade] for grade in Grade}
    fields: dict[str, dict[str, object]] = {}

    def decide(aimed_at: Grade, /, **decided: object) -> set[str]:
        chosen, free[aimed_at] = free[aimed_at][:times], free[aimed_at][times:]
        fields.update(dict.fromkeys(chosen, decided))
        return set(chosen)

    new = decide(Grade.SECOND, action=ListAction.ADD, reason="新投产", valid_from=ENTRY)
    new |= decide(Grade.THIRD, action=ListAction.ADD, reason="季度研判新增")
    decide(Grade.THIRD, action=ListAction.LEAVE, reason="整改验收合格", valid_to=EXIT)
    waiting = decide(Grade.THIRD, action=ListAction.DEFER, reason="搬迁期间暂缓")
    decide(Grade.FOURTH, grade=Grade.THIRD, grade_reason="夜查发现违章指挥", approver=APPROVER)
    decide(Grade.FIRST, grade=Grade.SECOND, grade_reason="隐患装置已停用封存", approver=APPROVER)
    chosen_form = decide(Grade.SECOND, form=Form.RESIDENT, reason="周边居民集中，改为蹲守")
    by_id = {one.id: one for one in sites}
    for owner, claim in pairs[::4]:
        lead = by_id[owner].department
        fields[claim] = {"action": ListAction.DEFER, "reason": f"重复驻点，由{lead}牵头"}
    items = [
        ListItem(
            **{
                "quarter": QUARTER,
                "department": one.department,
                "site_id": one.id,
                "action": ListAction.KEEP,
                "reason": "季度研判保留",
                **fields.get(one.id, {}),
            }
        )
        for one in sites
        if one.id in targets
    ]
    empty = new | waiting | chosen_form | {claim for _, claim in pairs}
    # Unless it is in charge on record, who has the object may have to give it up.
    empty |= {
        owner for owner, _ in pairs if by_id[owner].direct_department != by_id[owner].department
    }
    return items, empty


def build_joint_postings(sites: Sequence[Site], pairs: Pairs) -> tuple[JointPosting, ...]:
    """Every fourth duplicate case is served jointly by agreement."""
    department_of = {one.id: one.department for one in sites}
    return tuple(
        JointPosting(
            site_id=owner,
            departments=(department_of[owner], department_of[claim]),
            reason="安委办协调，联合驻点",
            approver="示例安委办主任",
            approved_on=dt.date(2026, 12, 8),
        )
        for owner, claim in pairs[3::4]
    )


def build_stages(
    sites: Sequence[Site], targets: Mapping[str, Grade]
) -> tuple[ConstructionStage, ...]:
    """High-risk stages at projects that are stationed in full; three in two hundred objects."""
    projects = [
        one
        for one in sites
        if one.kind is SiteKind.PROJECT
        and one.status is SiteStatus.NORMAL
        and targets.get(one.id) in {Grade.FIRST, Grade.SECOND}
    ]
    number = len(STAGES) * max(1, len(sites) // 200)
    return tuple(
        ConstructionStage(
            id=f"JD-{n + 1:03d}",
            site_id=site.id,
            kind=STAGES[n % len(STAGES)][0],
            scale=STAGES[n % len(STAGES)][1],
            planned_start=STAGES[n % len(STAGES)][2],
            planned_end=STAGES[n % len(STAGES)][3],
            status="计划",
        )
        for n, site in enumerate(projects[:number])
    )


def build_absences(
    rng: random.Random, people: Sequence[Inspector], round: Round, calendar: WorkCalendar
) -> tuple[Absence, ...]:
    """Leave in the round: mostly short, some to be covered, a few that forbid a posting."""
    workdays = calendar.workdays(round.start, round.end)
    colleagues: dict[str, list[str]] = {}
    for person in people:
        colleagues.setdefault(person.department, []).append(person.id)
    found = []
    for person in people:
        chance = rng.random()
        if chance >= 0.2:
            continue
        if chance < 0.02:
            kind = rng.choice((AbsenceKind.SICK, AbsenceKind.MATERNITY, AbsenceKind.ASSIGNMENT))
            length = rng.randint(15, 60)
        elif chance < 0.1:
            kind = rng.choice((AbsenceKind.ANNUAL, AbsenceKind.TRAINING, AbsenceKind.FAMILY))
            length = rng.randint(3, 8)
        else:
            kind = rng.choice((AbsenceKind.OFFICIAL, AbsenceKind.COMPENSATORY))
            length = rng.randint(1, 2)
        first = rng.randrange(len(workdays) - length)
        others = [one for one in colleagues[person.department] if one != person.id]
        covered = 3 <= length <= 8 and rng.random() < 0.5
        found.append(
            Absence(
                inspector_id=person.id,
                kind=kind,
                start=workdays[first],
                end=workdays[first + length - 1],
                approved=rng.random() < 0.9,
                substitute_id=rng.choice(others) if covered and others else "",
            )
        )
    return tuple(found)


def build_conflicts(
    rng: random.Random,
    people: Sequence[Inspector],
    sites: Sequence[Site],
    stints: Sequence[Stint],
) -> tuple[Conflict, ...]:
    """Declared conflicts, by object, credit code or corporation; none where somebody served."""
    site_by_id = {one.id: one for one in sites}
    of_department: dict[str, list[Site]] = {}
    for site in sites:
        of_department.setdefault(site.department, []).append(site)
    served: dict[str, list[Site]] = {}
    for stint in stints:
        served.setdefault(stint.inspector_id, []).append(site_by_id[stint.site_id])
    found = []
    for person in people:
        if rng.random() >= 0.04:
            continue
        site = rng.choice(of_department[person.department])
        names: dict[str, str] = {"site_id": site.id}
        if site.corporation:
            names = {"corporation": site.corporation}
        elif site.uscc and rng.random() < 0.5:
            names = {"uscc": site.uscc}
        former = rng.random() < 0.2
        conflict = Conflict(
            inspector_id=person.id,
            **names,
            relation=Relation.FORMER_EMPLOYEE if former else rng.choice(list(Relation)[:5]),
            start=dt.date(2025, 3, 1) if former else None,
            end=dt.date(2028, 2, 29) if former else None,
            source=rng.choice(("本人申报", "核查")),
        )
        if not any(conflict.concerns(one) for one in served.get(person.id, ())):
            found.append(conflict)
    return tuple(found)


def build_overrides(staff: Staff, sites: Sequence[Site]) -> tuple[Override, ...]:
    """One seconded specialist may serve one object (R09-1)."""
    people = {one.id: one for one in staff.inspectors}
    for inspector_id in staff.special["seconded"]:
        person = people[inspector_id]
        for site in sites:
            if site.department == person.department and person.skill(site.sector) >= 1:
                return (
                    Override(
                        rule="R09-1",
                        inspector_id=person.id,
                        site_id=site.id,
                        reason="本单位无同专业正式人员，经研究同意选派",
                        approver=APPROVER,
                        approved_on=dt.date(2026, 12, 10),
                        document_no="示例字〔2026〕18号",
                    ),
                )
    return ()


def build_distances(cities: Collection[City]) -> tuple[Distance, ...]:
    """Road kilometres between the counties of each city, from the centres."""
    found = []
    for city in cities:
        for one, other in combinations(city.counties, 2):
            east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
            direct = KILOMETRES_PER_DEGREE * math.hypot(east, one.latitude - other.latitude)
            found.append(
                Distance(
                    origin=one.name,
                    destination=other.name,
                    kilometres=float(round(direct * ROAD_DETOUR)),
                )
            )
    return tuple(found)
