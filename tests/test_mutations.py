"""The verifier's own quality: a valid plan is broken in every way we can think of, and each
mutant must be refused under the rule that it breaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache

import pytest

from constraints import RULES
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import (
    Absence,
    Conflict,
    Extension,
    Inspector,
    ListItem,
    MatrixRow,
    Site,
    Training,
)
from planner.domain.terms import (
    AbsenceKind,
    AppraisalFlag,
    Form,
    Grade,
    Level,
    ListAction,
    Relation,
    SiteStatus,
    StaffType,
    StintStatus,
)
from planner.priority import rate
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import verify

Case = tuple[Instance, Plan]
Mutation = Callable[[Instance, Plan], Case]

WEEK = dt.timedelta(days=7)
BUREAU = "JN-YJ"


@cache
def solved(size: str, department: str) -> Case:
    """A sample and its plan; the department sample has every form, pairs, groups and history."""
    sample = sample_instance(size, 1)  # type: ignore[arg-type]
    here = sample.model_copy(update={"ratings": rate(sample)})
    return here, solve(here, (department,), RULES, Settings(limit_seconds=60))


# -- tools --------------------------------------------------------------------------------------


def pick(
    here: Instance, made: Plan, form: Form, *, new: bool = True, chemical: bool = False
) -> Stint:
    """The first stint of this kind whose site has no other people before or after in the slot."""
    for one in made.stints:
        site = here.site_by_id[one.site_id]
        kind = here.sector_by_code[site.sector].chemical is chemical
        fresh = one.start == made.round_start if new else one.status is StintStatus.RUNNING
        if one.form is form and kind and fresh:
            return one
    raise AssertionError("the sample lacks such a stint")


def put(made: Plan, old: Stint, **fields: object) -> Plan:
    """The plan with one stint changed, without its proof."""
    rows = tuple(one.model_copy(update=fields) if one is old else one for one in made.stints)
    return made.model_copy(update={"stints": rows, "proof": None})


def without(made: Plan, *gone: Stint) -> Plan:
    rows = tuple(one for one in made.stints if one not in gone)
    return made.model_copy(update={"stints": rows, "proof": None})


def plus(made: Plan, *more: Stint) -> Plan:
    return made.model_copy(update={"stints": (*made.stints, *more), "proof": None})


def person(here: Instance, old: Stint, **fields: object) -> Instance:
    """The instance with the holder of a stint changed."""
    rows = tuple(
        one.model_copy(update=fields) if one.id == old.inspector_id else one
        for one in here.inspectors
    )
    return here.model_copy(update={"inspectors": rows})


def place(here: Instance, old: Stint, **fields: object) -> Instance:
    """The instance with the site of a stint changed."""
    rows = tuple(
        one.model_copy(update=fields) if one.id == old.site_id else one for one in here.sites
    )
    return here.model_copy(update={"sites": rows})


def table(here: Instance, **fields: object) -> Instance:
    return here.model_copy(update=fields)


def holder(here: Instance, old: Stint) -> Inspector:
    return here.inspector_by_id[old.inspector_id]


def site_of(here: Instance, old: Stint) -> Site:
    return here.site_by_id[old.site_id]


def somebody(here: Instance, wanted: Callable[[Inspector], bool]) -> Inspector:
    return next(one for one in here.inspectors if wanted(one))


def listed(here: Instance, old: Stint, **fields: object) -> Instance:
    """The instance with another row of 驻点名单 for a site."""
    row = ListItem(
        **{
            "quarter": "2027Q1", "department": old.department, "site_id": old.site_id,
            "action": ListAction.KEEP, **fields,
        }
    )  # fmt: skip
    others = [one for one in here.list_items if one.site_id != old.site_id]
    return table(here, list_items=(*others, row))


def retrained(here: Instance, old: Stint, **fields: object) -> Instance:
    """The instance in which the holder's only training is this one."""
    kept = tuple(
        row.model_copy(
            update={"inspector_ids": tuple(i for i in row.inspector_ids if i != old.inspector_id)}
        )
        for row in here.trainings
    )
    own = Training(
        **{
            "inspector_ids": (old.inspector_id,), "sectors": (site_of(here, old).sector,),
            "end": dt.date(2026, 12, 20), "passed": True, **fields,
        }
    )  # fmt: skip
    return table(here, trainings=(*kept, own))


def pair(here: Instance, made: Plan) -> tuple[Stint, Stint]:
    """The two new residents of a chemical site."""
    first = next(
        one for one in made.stints
        if one.form is Form.RESIDENT and one.slot == 1 and one.status is StintStatus.DRAFT
        and here.sector_by_code[site_of(here, one).sector].chemical
    )  # fmt: skip
    second = next(
        one for one in made.stints
        if one.site_id == first.site_id and one.slot == 2 and one.status is StintStatus.DRAFT
    )  # fmt: skip
    return first, second


def group(made: Plan) -> list[Stint]:
    """All new stints of one mobile group that nobody held before."""
    old = {one.group for one in made.stints if one.status is StintStatus.RUNNING}
    name = next(
        one.group for one in made.stints if one.form is Form.MOBILE and one.group not in old
    )
    return [one for one in made.stints if one.group == name]


def idle_person(here: Instance, made: Plan, form: Form, sector: str) -> Inspector:
    """A formal person of the bureau who could serve but is not sent."""
    busy = {one.inspector_id for one in made.stints}
    return somebody(
        here,
        lambda one: (
            one.id not in busy
            and one.staff_type.formal
            and form in one.forms
            and one.skill(sector) >= 2
            and one.appraisal is not AppraisalFlag.SUSPENDED
        ),
    )


# -- mutations ----------------------------------------------------------------------------------


def by_person(form: Form, **fields: object) -> Mutation:
    """Somebody is sent whose record says otherwise."""

    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, form)
        return person(here, old, **fields), made.model_copy(update={"proof": None})

    return mutate


def by_site(form: Form, **fields: object) -> Mutation:
    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, form)
        changed = place(here, old, **fields)
        return changed, made.model_copy(update={"proof": None})

    return mutate


def by_stint(form: Form, change: Callable[[Stint], dict[str, object]], **which: bool) -> Mutation:
    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, form, **which)
        return here, put(made, old, **change(old))

    return mutate


def by_list(**fields: object) -> Mutation:
    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, Form.RESIDENT)
        return listed(here, old, **fields), made.model_copy(update={"proof": None})

    return mutate


def before_it_joins(here: Instance, made: Plan) -> Case:
    """A new object with 生效日期 after the stint began; nobody was there before."""
    old = pick(here, made, RESIDENT)
    here = listed(here, old, action=ListAction.ADD, valid_from=dt.date(2027, 3, 15))
    rows = tuple(one for one in here.stints if one.site_id != old.site_id)
    gone = [one for one in made.stints if one.site_id == old.site_id and one is not old]
    return table(here, stints=rows), without(made, *gone)


def by_training(**fields: object) -> Mutation:
    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, Form.RESIDENT)
        return retrained(here, old, **fields), made.model_copy(update={"proof": None})

    return mutate


def by_conflict(name: str) -> Mutation:
    def mutate(here: Instance, made: Plan) -> Case:
        old = pick(here, made, Form.RESIDENT)
        here = place(here, old, corporation="某某集团")
        site = site_of(here, old)
        key = {"site_id": site.id, "uscc": site.uscc, "corporation": site.corporation}[name]
        row = Conflict(**{"inspector_id": old.inspector_id, "relation": Relation.SPOUSE, name: key})
        return table(here, conflicts=(*here.conflicts, row)), made.model_copy(
            update={"proof": None}
        )

    return mutate


def forgotten_site(here: Instance, made: Plan) -> Case:
    old = pick(here, made, Form.REGULAR)
    return here, without(made, *(one for one in made.stints if one.site_id == old.site_id))


def deleted_running_row(here: Instance, made: Plan) -> Case:
    return here, without(made, pick(here, made, Form.REGULAR, new=False))


def deleted_shortage(here: Instance, made: Plan) -> Case:
    return here, made.model_copy(update={"shortages": made.shortages[1:], "proof": None})


def second_department(here: Instance, made: Plan) -> Case:
    """Another unit goes to the same object."""
    old = pick(here, made, Form.RESIDENT)
    double = site_of(here, old).model_copy(update={"id": "OBJ-X", "department": "JN-X"})
    unit = here.department_by_code[BUREAU].model_copy(update={"code": "JN-X", "name": "某局"})
    guest = holder(here, old).model_copy(update={"id": "X-1", "department": "JN-X"})
    score = here.rating_by_site[old.site_id].model_copy(update={"site_id": "OBJ-X"})
    here = table(
        here, sites=(*here.sites, double), departments=(*here.departments, unit),
        inspectors=(*here.inspectors, guest), ratings=(*here.ratings, score),
    )  # fmt: skip
    more = old.model_copy(update={"site_id": "OBJ-X", "department": "JN-X", "inspector_id": "X-1"})
    both = plus(made, more)
    return here, both.model_copy(update={"departments": (BUREAU, "JN-X")})


def two_residences(here: Instance, made: Plan) -> Case:
    one, other = [
        row for row in made.stints
        if row.form is Form.RESIDENT and row.start == made.round_start and row.slot == 1
    ][:2]  # fmt: skip
    return here, put(made, other, inspector_id=one.inspector_id)


def resident_and_regular(here: Instance, made: Plan) -> Case:
    old, other = pick(here, made, Form.REGULAR), pick(here, made, Form.RESIDENT)
    return here, put(made, old, inspector_id=other.inspector_id, start=other.start, end=other.end)


def third_regular_object(here: Instance, made: Plan) -> Case:
    """One person gets all the 定期 objects that begin with the round."""
    rows = [
        one for one in made.stints if one.form is Form.REGULAR and one.start == made.round_start
    ]
    assert len({one.site_id for one in rows}) >= 3
    for row in rows:
        made = put(made, row, inspector_id=rows[0].inspector_id)
    return here, made


def longer_visits(here: Instance, made: Plan) -> Case:
    """The matrix wants more days in a month than it holds whole weeks."""
    row = MatrixRow(grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=20)
    rest = tuple(one for one in here.matrix if one.grade is not Grade.THIRD)
    return table(here, matrix=(*rest, row)), made.model_copy(update={"proof": None})


def half_a_group_leaves(here: Instance, made: Plan) -> Case:
    row = group(made)[0]
    return here, put(made, row, end=dt.date(2027, 5, 21))


def group_of_one(here: Instance, made: Plan) -> Case:
    row = group(made)[0]
    for one in group(made):
        if one.site_id == row.site_id:
            made = put(made, one, group="2027H1-单-01")
    return here, made


def group_of_many(here: Instance, made: Plan) -> Case:
    rows = [one for one in made.stints if one.form is Form.MOBILE]
    for one in rows:
        made = put(made, one, group="2027H1-全-01")
    return here, made


def group_without_name(here: Instance, made: Plan) -> Case:
    return here, put(made, group(made)[0], group="")


def other_person_at_one_object(here: Instance, made: Plan) -> Case:
    row = group(made)[0]
    sector = site_of(here, row).sector
    return here, put(made, row, inspector_id=idle_person(here, made, Form.MOBILE, sector).id)


def pair_of_one(here: Instance, made: Plan) -> Case:
    return here, without(made, pair(here, made)[1])


def pair_of_the_same(here: Instance, made: Plan) -> Case:
    first, second = pair(here, made)
    return here, put(made, second, inspector_id=first.inspector_id)


def pair_uneven(here: Instance, made: Plan) -> Case:
    second = pair(here, made)[1]
    return here, put(made, second, start=second.start + WEEK)


def pair_of_beginners(here: Instance, made: Plan) -> Case:
    for one in pair(here, made):
        here = person(here, one, skills=((site_of(here, one).sector, 1),))
    return here, made.model_copy(update={"proof": None})


def over_half_a_year(here: Instance, made: Plan) -> Case:
    old = pick(here, made, Form.RESIDENT)
    assert old.end is not None
    return here, put(made, old, end=add_months(old.end, 2))


def open_end(here: Instance, made: Plan) -> Case:
    return here, put(made, pick(here, made, Form.RESIDENT), end=None)


def follows_himself(here: Instance, made: Plan) -> Case:
    """The running holder of a site is sent there again when the half-year is over."""
    for old in made.stints:
        if old.status is not StintStatus.RUNNING or old.end is None or old.form is Form.MOBILE:
            continue
        after = [
            one for one in made.stints
            if one.site_id == old.site_id and one.slot == old.slot and one.start > old.start
        ]  # fmt: skip
        if after:
            return here, put(made, after[0], inspector_id=old.inspector_id)
    raise AssertionError("nobody is followed")


def gap_of_a_week(here: Instance, made: Plan) -> Case:
    for old in made.stints:
        earlier = [
            one for one in made.stints
            if one.site_id == old.site_id and one.slot == old.slot and one.start < old.start
        ]  # fmt: skip
        if earlier and old.end is not None and old.start > made.round_start:
            return here, put(made, old, start=old.start + WEEK)
    raise AssertionError("nobody is followed")


def gap_of_a_day(here: Instance, made: Plan) -> Case:
    for old in made.stints:
        later = [
            one for one in made.stints
            if one.site_id == old.site_id and one.slot == old.slot and one.start > old.start
        ]  # fmt: skip
        if later and old.end is not None:
            last = here.calendar.workday_before(later[0].start)
            return here, put(made, old, end=last - ONE_DAY)
    raise AssertionError("nobody is followed")


def starts_in_the_festival(here: Instance, made: Plan) -> Case:
    """The first day is moved to a working day in the freeze before the spring festival."""
    return here, put(made, pick(here, made, Form.REGULAR), start=dt.date(2027, 2, 1))


def hands_over_in_the_festival(here: Instance, made: Plan) -> Case:
    """A change of people on a working day of the frozen weeks of March."""
    old = pick(here, made, Form.RESIDENT)
    other = somebody(here, lambda one: one.id != old.inspector_id)
    early = put(made, old, end=dt.date(2027, 3, 2))
    later = old.model_copy(update={"inspector_id": other.id, "start": dt.date(2027, 3, 3)})
    return here, plus(early, later)


def too_soon_back(here: Instance, made: Plan) -> Case:
    """History says that the holder left the site three months before."""
    old = pick(here, made, Form.RESIDENT)
    row = old.model_copy(
        update={
            "start": dt.date(2026, 4, 1), "end": dt.date(2026, 10, 1),
            "status": StintStatus.FINISHED,
        }
    )  # fmt: skip
    return table(here, stints=(*here.stints, row)), made.model_copy(update={"proof": None})


def long_leave(here: Instance, made: Plan) -> Case:
    old = pick(here, made, Form.RESIDENT)
    row = Absence(
        inspector_id=old.inspector_id, kind=AbsenceKind.SICK, start=dt.date(2027, 4, 6),
        end=dt.date(2027, 5, 31),
    )  # fmt: skip
    return table(here, absences=(*here.absences, row)), made.model_copy(update={"proof": None})


def endless_extension(here: Instance, made: Plan) -> Case:
    """An extension of a year, and a stint that makes use of it."""
    old = pick(here, made, Form.RESIDENT, new=False)
    row = Extension(
        site_id=old.site_id, inspector_id=old.inspector_id, until=dt.date(2027, 12, 31),
        matter="重大危险源整改", approver="局长", approved_on=dt.date(2026, 12, 1),
    )  # fmt: skip
    here = table(here, extensions=(*here.extensions, row))
    return here, put(made, old, end=dt.date(2027, 12, 31))


def false_claim(here: Instance, made: Plan) -> Case:
    """The proof says that less is paid than is."""
    assert made.proof is not None
    paid = next(one for one in made.proof.penalties if one.amount > 0)
    rows = tuple(
        one.model_copy(update={"amount": one.amount - 1}) if one is paid else one
        for one in made.proof.penalties
    )
    proof = made.proof.model_copy(update={"penalties": rows})
    return here, made.model_copy(update={"proof": proof})


AGENCY, SECONDED, CONTRACT = StaffType.AGENCY, StaffType.SECONDED, StaffType.CONTRACT
RESIDENT, REGULAR = Form.RESIDENT, Form.REGULAR
HIRED_LAST_MONTH = {"hire_date": dt.date(2026, 12, 1), "probation_end": None}

MUTATIONS: tuple[tuple[str, str, Mutation], ...] = (
    ("R01-1", "a sector that the unit is not in charge of", by_site(RESIDENT, sector="HY10a")),
    ("R01-3", "an object of the province", by_site(RESIDENT, level=Level.PROVINCE)),
    ("R01-3", "an object of the county", by_site(REGULAR, level=Level.COUNTY)),
    ("R02-3", "an owed object forgotten", forgotten_site),
    ("R02-3", "a running row deleted", deleted_running_row),
    ("R02-3", "an idle object served", by_site(RESIDENT, status=SiteStatus.STOPPED)),
    ("R02-3", "a closed object served", by_site(REGULAR, status=SiteStatus.CLOSED)),
    ("R02-3", "an object that left the list", by_list(action=ListAction.LEAVE)),
    ("R02-3", "an object put off", by_list(action=ListAction.DEFER)),
    ("R02-3", "before it joins the list", before_it_joins),
    ("R02-3", "after it has left the list", by_list(valid_to=dt.date(2027, 3, 15))),
    ("R02-4", "a form too weak", by_stint(RESIDENT, lambda _: {"form": REGULAR})),
    ("R02-4", "a form that nobody decided", by_stint(REGULAR, lambda _: {"form": RESIDENT})),
    ("R02-4", "a person's decision ignored", by_list(form=REGULAR)),
    ("R02-6", "two units at one object", second_department),
    ("R03-1", "more days than the month has weeks", longer_visits),
    ("R03-2", "one person lives at two objects", two_residences),
    ("R03-3", "half a group leaves early", half_a_group_leaves),
    ("R03-3", "a group of one", group_of_one),
    ("R03-3", "a group of far too many", group_of_many),
    ("R03-3", "a mobile stint without a group", group_without_name),
    ("R03-3", "another person at one object of the group", other_person_at_one_object),
    ("R03-4", "a form not taken", by_person(RESIDENT, forms=frozenset({REGULAR}))),
    ("R03-5", "resident and 定期 at once", resident_and_regular),
    ("R03-8", "all the 定期 objects for one person", third_regular_object),
    ("R04-4", "one person at a chemical plant", pair_of_one),
    ("R04-4", "the same person twice", pair_of_the_same),
    ("R05-1", "two months over the half-year", over_half_a_year),
    ("R05-1", "no end at all", open_end),
    ("R05-1", "somebody follows himself", follows_himself),
    ("R05-2", "away after two months", by_stint(RESIDENT, lambda _: {"end": dt.date(2027, 2, 26)})),
    ("R05-3", "a gap of a week", gap_of_a_week),
    ("R05-3", "a gap of a working day", gap_of_a_day),
    ("R05-3", "the end left open", by_stint(RESIDENT, lambda _: {"end": dt.date(2027, 5, 28)})),
    ("R05-3", "the beginning left open", by_stint(RESIDENT, lambda s: {"start": s.start + WEEK})),
    ("R05-3", "the second of a pair comes later", pair_uneven),
    ("R05-3", "ill for two months", long_leave),
    ("R05-5", "begins before the spring festival", starts_in_the_festival),
    ("R05-5", "handed over during the two sessions", hands_over_in_the_festival),
    ("R05-7", "back after three months", too_soon_back),
    ("R05-9", "an extension of a year", endless_extension),
    ("R09-1", "agency staff", by_person(RESIDENT, staff_type=AGENCY)),
    ("R09-1", "seconded staff", by_person(REGULAR, staff_type=SECONDED)),
    ("R09-1", "contract staff", by_person(RESIDENT, staff_type=CONTRACT)),
    ("R09-2", "a probationer", by_person(RESIDENT, probation_end=dt.date(2027, 6, 1))),
    ("R09-2", "hired last month", by_person(REGULAR, **HIRED_LAST_MONTH)),
    ("R09-3", "nothing known of the sector", by_person(RESIDENT, skills=())),
    ("R09-3", "a chemical pair of beginners", pair_of_beginners),
    ("R10-1", "never trained", by_training(inspector_ids=())),
    ("R10-1", "failed", by_training(passed=False)),
    ("R10-1", "trained after the first day", by_training(end=dt.date(2027, 6, 30))),
    ("R10-1", "trained two years ago", by_training(end=dt.date(2024, 12, 20))),
    ("R10-1", "trained in another sector", by_training(sectors=("HY10a",))),
    ("R17-1", "a spouse at the object", by_conflict("site_id")),
    ("R17-1", "a spouse in the company", by_conflict("uscc")),
    ("R17-1", "a spouse in the corporation", by_conflict("corporation")),
)  # fmt: skip


def test_the_plans_themselves_are_accepted() -> None:
    for base in (("department", BUREAU), ("default", "JN-ZJ")):
        assert verify(*solved(*base), RULES).accepted


@pytest.mark.parametrize(
    ("rule", "mutation"),
    [pytest.param(rule, change, id=f"{rule} {name}") for rule, name, change in MUTATIONS],
)
def test_mutant_is_refused_under_its_rule(rule: str, mutation: Mutation) -> None:
    verdict = verify(*mutation(*solved("department", BUREAU)), RULES)
    broken = {one.violation.rule for one in verdict.violations}
    assert rule in broken
    assert all(one.sentence for one in verdict.violations)


def test_a_deleted_shortage_is_missed() -> None:
    verdict = verify(*deleted_shortage(*solved("default", "JN-ZJ")), RULES)
    assert {one.violation.rule for one in verdict.violations} & {"R02-3", "R05-3"}


def test_a_false_claim_is_recomputed() -> None:
    verdict = verify(*false_claim(*solved("department", BUREAU)), RULES)
    assert not verdict.accepted
    assert verdict.wrong_amounts


def test_a_claim_left_out_is_missed() -> None:
    """A proof that says nothing of one goal is wrong even where nothing is to be paid."""
    here, made = solved("department", BUREAU)
    assert made.proof is not None
    for left_out in made.proof.penalties:
        rest = tuple(one for one in made.proof.penalties if one is not left_out)
        proof = made.proof.model_copy(update={"penalties": rest})
        verdict = verify(here, made.model_copy(update={"proof": proof}), RULES)
        ((title, claimed, recomputed),) = verdict.wrong_amounts
        assert (claimed, recomputed) == (None, left_out.amount)
        assert left_out.name in title


def test_a_proof_of_one_unit_of_several_claims_nothing() -> None:
    here, made = solved("department", BUREAU)
    assert made.proof is not None
    own = made.model_copy(update={"proof": made.proof.restricted_to((BUREAU,))})
    assert verify(here, own, RULES).accepted


def test_there_are_enough_mutants() -> None:
    assert len(MUTATIONS) >= 40
    assert len({rule for rule, _, _ in MUTATIONS}) >= 20
