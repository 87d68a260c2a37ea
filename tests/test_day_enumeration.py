"""Tiny months: every day plan that there is, judged by the checkers, against what is solved.

Each case has two or three people and a few dates. All combinations of where everybody is are tried;
the least that the checkers count, tier by tier, is what the solver has to reach and prove. And on
a sample of them each rule's encoding says the same as its checker.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from constraints import DAY_RULES
from constraints.r03_5_one_place import RULE as ONE_PLACE
from planner.days.solve import Given, solve_part
from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import (
    Appointment,
    AppointmentKind,
    DayData,
    DayKind,
    DayRow,
    HalfDay,
    MonthCase,
    WeatherAlert,
)
from planner.domain.ledgers import DangerousOperation, OperationKind, OperationLevel
from planner.domain.plan import Stint
from planner.domain.policy import Policy
from planner.domain.tables import Absence, Conflict, ConstructionStage
from planner.domain.terms import AbsenceKind, Form, Grade, Relation, StageScale
from planner.model.days import DayModel
from planner.rule import DayRule, DayTier
from planner.verify import shortage_cost, verify_days
from tests.builders import day, inspector, rating, site, stint
from tests.day_witnesses import checker_says, day_plan, model_says, month, rest, rows
from tests.rules.rows import freeze

MOST_PLANS, FEWEST_PLANS = 4000, 30
SAMPLE = 12


def random_case(seed: int) -> MonthCase:
    """Two or three people, one or two sites, four or five dates around a weekend of March 2027."""
    rng = random.Random(seed)
    chemical = rng.random() < 0.3
    town = "某镇" if rng.random() < 0.5 else ""
    sector = "CH" if chemical else "S1"
    count = rng.choice((1, 2))
    sites = tuple(
        site(f"O{n}", sector=sector, town=town, kind=rng.choice(("企业", "建设项目")))
        for n in range(1, count + 1)
    )
    form = Form.MOBILE if count == 2 and rng.random() < 0.6 else rng.choice(list(Form)[:2])
    grades = [rng.choice(list(Grade)[:3]) for _ in sites]
    people = [f"P{n}" for n in range(1, 4)]
    team = 2 if chemical or rng.random() < 0.3 else 1
    stints: list[Stint] = []
    for at, one in enumerate(sites):
        for slot in range(1, team + 1):
            person = people[slot - 1] if form is not Form.RESIDENT else people[(at + slot - 1) % 3]
            group = "G1" if form is Form.MOBILE else ""
            stints.append(stint(one.id, person, form=form, slot=slot, group=group))
    first = rng.choice(("2027-03-03", "2027-03-04", "2027-03-05"))
    absences = []
    if rng.random() < 0.5:
        away = rng.choice(("2027-03-04", "2027-03-05", "2027-03-08"))
        absences.append(
            Absence(
                inspector_id="P1", kind=AbsenceKind.ANNUAL, start=day(away),
                end=day(rng.choice((away, "2027-03-10"))),
                substitute_id=rng.choice(("", "P3")),
            )
        )  # fmt: skip
    if rng.random() < 0.3:
        absences.append(
            Absence(
                inspector_id=rng.choice(people[:2]), kind=AbsenceKind.ANNUAL,
                start=day("2027-03-04"), end=day(rng.choice(("2027-03-04", "2027-03-06"))),
                half_day=rng.choice(list(HalfDay)),
            )
        )  # fmt: skip
    known: dict[str, Any] = {
        "sites": sites,
        "inspectors": tuple(
            inspector(p, certificate_no=rng.choice(("", "37-1"))) for p in people
        ),
        "ratings": tuple(rating(s.id, g) for s, g in zip(sites, grades, strict=True)),
        "absences": tuple(absences),
        "policy": Policy(
            regular_week_mode=rng.choice(("workdays", "natural_week", "seven_days")),
            absence_short_days=rng.choice((0, 1, 2)), mobile_min_days_per_visit=rng.choice((1, 2)),
            longest_run_days=rng.choice((2, 6)), mobile_max_gap_days=rng.choice((2, 20)),
        ),
        "key_periods": tuple(
            freeze(
                "2027-03-04", rng.choice(("2027-03-06", "2027-03-20")), boost_coverage=True,
                required_first="每日", required_second=rng.choice(("一次", "无")),
                kind=rng.choice(("节假日", "事故易发")),
            )
            for _ in range(rng.random() < 0.6)
        ),
        "stages": tuple(
            ConstructionStage(
                id="SG", site_id="O1", kind="基坑", scale=rng.choice(list(StageScale)),
                planned_start=day("2027-03-05"), planned_end=day("2027-03-09"),
            )
            for _ in range(rng.random() < 0.4)
        ),
    }  # fmt: skip
    operations = tuple(
        DangerousOperation(
            id=f"OP{n}", site_id=rng.choice(sites).id, kind=rng.choice(list(OperationKind)[:4]),
            level=rng.choice((None, *OperationLevel)), planned_start=day("2027-03-05"),
            planned_end=day(rng.choice(("2027-03-05", "2027-03-06"))),
        )
        for n in range(rng.choice((0, 0, 1, 2)))
    )  # fmt: skip
    data = DayData(
        operations=operations,
        appointments=tuple(
            Appointment(site_id="O1", day=day("2027-03-05"), kind=rng.choice(list(AppointmentKind)))
            for _ in range(rng.random() < 0.3)
        ),
        alerts=tuple(
            WeatherAlert(start=day("2027-03-04"), end=day("2027-03-05"), kind="暴雨")
            for _ in range(rng.random() < 0.2)
        ),
    )
    last = day(first).replace(day=day(first).day + (4 if count == 1 else 3))
    served: tuple[DayRow, ...] = ()
    if rng.random() < 0.4:
        served = rows("2027-02-06", "2027-01-02", kind=DayKind.DUTY)
        served += rows("2027-02-18", "2027-03-02")
    since = first
    if rng.random() < 0.3:
        since = day(first).replace(day=day(first).day + 1).isoformat()
        served += rows(first, inspector_id=stints[0].inspector_id)
    earlier = None
    if rng.random() < 0.3:
        earlier = rows("2027-03-05", "2027-03-08", inspector_id=stints[0].inspector_id)
    if rng.random() < 0.3:  # P3 may not stand in at O1
        known["conflicts"] = (
            Conflict(inspector_id="P3", site_id="O1", relation=Relation.SPOUSE, end=day(first)),
        )
    return month(
        *stints, first=first, last=last.isoformat(), since=since, data=data, served=served,
        earlier=earlier, **known,
    )  # fmt: skip


def on_holiday(case: MonthCase) -> MonthCase:
    """The same dates 98 days later, where 2027-03-03 becomes 端午, at objects that do not produce
    then."""
    sites = tuple(
        one.model_copy(update={"holiday_production": False}) for one in case.instance.sites
    )
    period = freeze(
        "2027-03-03", "2027-03-06", boost_coverage=True, required_first="每日",
        required_second="一次",
    )  # fmt: skip
    known = case.instance.model_copy(update={"sites": sites, "key_periods": (period,)})
    case = case.model_copy(update={"instance": known})
    return MonthCase.model_validate(_later(case.model_dump(), dt.timedelta(days=98)))


def past_each_other(case: MonthCase) -> MonthCase:
    """The same month; on 2027-03-05 P1 is away before noon and P2 after it."""
    away = tuple(
        Absence(
            inspector_id=person, kind=AbsenceKind.ANNUAL, start=day("2027-03-05"),
            end=day("2027-03-05"), half_day=half,
        )
        for person, half in zip(("P1", "P2"), HalfDay, strict=True)
    )  # fmt: skip
    known = case.instance.model_copy(update={"absences": away})
    return case.model_copy(update={"instance": known})


def _later(value: Any, by: dt.timedelta) -> Any:
    if isinstance(value, dt.date):
        return value + by
    if isinstance(value, dict):
        return {key: _later(one, by) for key, one in value.items()}
    if isinstance(value, tuple | frozenset):
        return type(value)(_later(one, by) for one in value)
    return value


def attendable(case: MonthCase, site_id: str, one: dt.date) -> list[tuple[str, ...]]:
    """What a person at the site may attend: nothing or one operation."""
    return [
        (),
        *(
            (row.id,)
            for row in case.data.operations
            if row.site_id == site_id
            and row.planned_start <= one <= row.planned_end
            and row.kind.must_be_attended
            and case.stints_at[site_id][0].form is not Form.REGULAR
        ),
    ]


def choices(case: MonthCase, *, clashes: bool) -> Iterator[list[tuple[DayRow, ...]]]:
    """For each person and date, the rows that may stand there; ``clashes`` adds two places."""
    model = DayModel(case)
    by_key: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for person, site_id, one in (*model.whole, *(key[:3] for key in model.half)):
        if one >= case.since and site_id not in by_key[person, one]:
            by_key[person, one].append(site_id)
    for key in model.rests:
        if key[1] >= case.since:
            by_key[key] += []
    for (person, one), places in sorted(by_key.items()):
        text = one.isoformat()
        off = not case.instance.calendar.is_workday(one)
        kind = DayKind.DUTY if off else DayKind.POSTED
        options: list[tuple[DayRow, ...]] = [()]
        attended = {place: attendable(case, place, one) for place in places}
        away = case.half_on_leave(person, one)
        for place in places:
            if away is not None:
                left = HalfDay.AFTERNOON if away is HalfDay.MORNING else HalfDay.MORNING
                options += [
                    rows(
                        text, site_id=place, inspector_id=person, kind=kind, half=left,
                        operation_ids=which,
                    )
                    for which in attended[place]
                ]  # fmt: skip
                continue
            options += [
                rows(text, site_id=place, inspector_id=person, kind=kind, operation_ids=which)
                for which in attended[place]
            ]
        if (person, one) in model.rests:
            options.append(rest(text, inspector_id=person))
        halves = [
            place
            for place in places
            if all((person, place, one, half) in model.half for half in HalfDay)
        ]
        for order in itertools.permutations(halves, 2):
            options += [
                tuple(
                    row
                    for place, half, which in zip(order, HalfDay, both, strict=True)
                    for row in rows(
                        text, site_id=place, inspector_id=person, kind=kind, half=half,
                        operation_ids=which,
                    )
                )
                for both in itertools.product(*(attended[place] for place in order))
                if sum(map(len, both)) < 2
            ]  # fmt: skip
        if clashes and away is None and len(places) == 2:
            options.append(
                tuple(
                    row
                    for place in places
                    for row in rows(text, site_id=place, inspector_id=person, kind=kind)
                )
            )
        yield options


def all_plans(options: Sequence[Sequence[tuple[DayRow, ...]]]) -> Iterator[tuple[DayRow, ...]]:
    for chosen in itertools.product(*options):
        yield tuple(itertools.chain.from_iterable(chosen))


def size_of(options: Sequence[Sequence[object]]) -> int:
    size = 1
    for one in options:
        size *= len(one)
    return size


def judged(case: MonthCase, found: Sequence[DayRow]) -> tuple[int, int, int] | None:
    """The values of the three tiers by the checkers; None where a rule finds a violation."""
    days = day_plan(case, found)
    values = dict.fromkeys(DayTier, 0)
    for rule in DAY_RULES:
        if any(True for _ in rule.day_violations(case, days)):
            return None
        values[DayTier.SHORT] += sum(
            shortage_cost(case, one) for one in rule.day_shortages(case, days)
        )
        for name, amount in rule.day_costs(case, days).items():
            tier, weight = TIERS[name]
            values[tier] += weight * amount
    return values[DayTier.SHORT], values[DayTier.CHANGED], values[DayTier.GOOD]


def _tiers() -> dict[str, tuple[DayTier, int]]:
    model = DayModel(month(stint(), earlier=()))
    model.post_rules(DAY_RULES)
    return {one.name: (DayTier(one.tier), one.weight) for one in model.penalties}


TIERS = _tiers()


def enumerable(
    seed: int, change: Callable[[MonthCase], MonthCase] = lambda case: case
) -> tuple[MonthCase, list[list[tuple[DayRow, ...]]]]:
    """The next random case that leaves something to choose, shortened to so many day plans."""
    while True:
        case = change(random_case(seed))
        options = list(choices(case, clashes=False))
        while size_of(options) > MOST_PLANS:
            case = case.model_copy(update={"last": case.last - ONE_DAY})
            options = list(choices(case, clashes=False))
        if size_of(options) >= FEWEST_PLANS:
            return case, options
        seed += 1000


@pytest.mark.parametrize("seed", range(60))
def test_what_is_solved_is_the_least_of_all_day_plans(seed: int) -> None:
    solved_is_least(*enumerable(seed))


@pytest.mark.parametrize("seed", range(200, 220))
def test_what_is_solved_over_a_holiday_is_the_least_of_all_day_plans(seed: int) -> None:
    case, options = enumerable(seed, on_holiday)
    solved_is_least(case, options)


@pytest.mark.parametrize("seed", range(300, 320))
def test_what_is_solved_where_two_cannot_meet_is_the_least_of_all_day_plans(seed: int) -> None:
    solved_is_least(*enumerable(seed, past_each_other))


def solved_is_least(case: MonthCase, options: Sequence[Sequence[tuple[DayRow, ...]]]) -> None:
    values = [one for one in (judged(case, found) for found in all_plans(options)) if one]
    assert values
    given = Given((case,), DAY_RULES, None, time.time())
    answer = solve_part(given, lambda: False, 0)
    assert answer.status == "OPTIMAL"
    assert tuple(one.value for one in answer.tiers) == min(values)
    assert tuple(one.bound for one in answer.tiers) == min(values)
    solved = day_plan(case, answer.rows)
    assert judged(case, answer.rows) == min(values)
    missing = tuple(one for rule in DAY_RULES for one in rule.day_shortages(case, solved))
    assert verify_days(case, solved.model_copy(update={"shortages": missing}), DAY_RULES).accepted


@pytest.mark.parametrize("seed", range(100, 130))
def test_encoding_and_checker_say_the_same_of_any_days(seed: int) -> None:
    said_the_same(random_case(seed), random.Random(seed))


@pytest.mark.parametrize("seed", range(130, 150))
def test_encoding_and_checker_say_the_same_where_two_cannot_meet(seed: int) -> None:
    said_the_same(past_each_other(random_case(seed)), random.Random(seed))


def said_the_same(case: MonthCase, rng: random.Random) -> None:
    options = list(choices(case, clashes=True))
    verdicts: dict[DayRule, set[bool]] = defaultdict(set)
    for _ in range(SAMPLE):
        found = tuple(itertools.chain.from_iterable(rng.choice(one) for one in options))
        days = day_plan(case, found)
        # What clashes is for R03-5 alone to find: the others count whoever is in one place.
        clash = checker_says(ONE_PLACE, case, days) is None
        for rule in (ONE_PLACE,) if clash else DAY_RULES:
            said = checker_says(rule, case, days)
            assert model_says(rule, case, found) == said, (rule.article.rule, found)
            verdicts[rule].add(said is None)
    assert verdicts.keys() == set(DAY_RULES)
