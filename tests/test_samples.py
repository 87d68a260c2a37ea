"""Samples: the same for the same seed, of the promised size, and consistent in themselves."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations

import pytest
from stdnum.cn import uscc

from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.terms import (
    AppraisalFlag,
    Form,
    Grade,
    SiteStatus,
    StaffType,
    StageScale,
    StintStatus,
)
from planner.duplicates import duplicate_cases
from planner.priority import rate
from planner.samples import SampleSize, sample_instance
from planner.samples.names import organisation_code, uscc_check_digit
from tests.builders import day

SIZES: tuple[SampleSize, ...] = ("default", "department", "hard", "city")
ADMITTED = {
    Grade.FIRST: {Form.RESIDENT},
    Grade.SECOND: {Form.MOBILE, Form.RESIDENT},
    Grade.THIRD: {Form.REGULAR},
    Grade.FOURTH: set(),
}
EXPERT_SECTORS = {"HY01a", "HY08a", "HY08b", "HY10a"}
each_size = pytest.mark.parametrize("size", SIZES)


@cache
def sample(size: SampleSize, seed: int = 1) -> Instance:
    return sample_instance(size, seed)


def overlap(one: Stint, other: Stint) -> bool:
    return one.start <= (other.end or dt.date.max) and other.start <= (one.end or dt.date.max)


# -- seeds and sizes -------------------------------------------------------------------------------


@each_size
def test_the_same_seed_gives_an_equal_instance(size: SampleSize) -> None:
    assert sample_instance(size, 1) == sample(size)


def test_another_seed_gives_another_instance() -> None:
    assert sample("department", 2) != sample("department", 1)


def test_the_seed_alone_decides_whatever_the_hash_seed() -> None:
    code = (
        "import hashlib; from planner.samples import sample_instance;"
        "text = repr(sample_instance('department', 3)).encode();"
        "print(hashlib.sha256(text).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("size", "units", "sites", "people"),
    [
        ("default", (10, 10), (190, 210), (260, 260)),
        ("department", (1, 1), (45, 45), (70, 70)),
        ("hard", (1, 1), (100, 100), (150, 150)),
        ("city", (60, 120), (430, 450), (435, 435)),
    ],
)
def test_sizes(
    size: SampleSize, units: tuple[int, int], sites: tuple[int, int], people: tuple[int, int]
) -> None:
    found = sample(size)
    assert units[0] <= len(found.departments) <= units[1]
    assert sites[0] <= len(found.sites) <= sites[1]
    assert people[0] <= len(found.inspectors) <= people[1]


@pytest.mark.slow
def test_the_province_has_its_size_and_spread() -> None:
    found = sample("province")
    assert 6_900 <= len(found.sites) <= 7_100
    assert 6_900 <= len(found.inspectors) <= 7_100
    assert len({one.county for one in found.sites}) == 16 * 14
    assert 0.15 <= _shares(found)[Grade.FIRST] <= 0.19


# -- identities and references ---------------------------------------------------------------------


@each_size
def test_ids_are_unique_and_references_valid(size: SampleSize) -> None:
    found = sample(size)
    departments = [one.code for one in found.departments]
    people = [one.id for one in found.inspectors]
    sites = [one.id for one in found.sites]
    for ids in (departments, people, sites, [one.short_name for one in found.departments]):
        assert len(ids) == len(set(ids))
    known = {*people, ""}
    assert {one.department for one in found.inspectors} <= set(departments)
    assert {one.department for one in found.sites} <= set(departments)
    assert {one.parent for one in found.departments} - {""} <= set(departments)
    assert {one.direct_department for one in found.sites} <= {*departments, ""}
    for site in found.sites:
        assert site.sector in found.department_by_code[site.department].sectors
    for person in found.inspectors:
        own = found.department_by_code[person.department].sectors
        assert {code for code, _ in person.skills} <= set(own)
    named = {row.site_id for row in found.risk_factors} | {row.site_id for row in found.list_items}
    named |= {row.site_id for row in found.stages} | {row.site_id for row in found.stints}
    assert named <= set(sites)
    assert {row.inspector_id for row in found.stints} <= set(people)
    for absence in found.absences:
        assert absence.inspector_id in people
        assert absence.substitute_id in known - {absence.inspector_id}
        assert absence.start <= absence.end
    assert {one for row in found.trainings for one in row.inspector_ids} <= set(people)
    assert {row.inspector_id for row in found.conflicts} <= set(people)


@each_size
def test_credit_codes_are_valid_and_fictional(size: SampleSize) -> None:
    codes = [one.uscc for one in sample(size).sites if one.uscc]
    assert len(codes) >= 0.9 * len(sample(size).sites) - 20
    for code in codes:
        assert uscc.validate(code) == code
        assert code[8:12] == "FAKE"
        assert organisation_code(code[8:16]) == code[8:17]


def test_the_check_digit_of_a_known_code() -> None:
    assert uscc_check_digit("91110000600037341") == "L"


@each_size
def test_names_and_phones_are_fictional(size: SampleSize) -> None:
    found = sample(size)
    assert all(one.name.startswith("示例") for one in found.sites)
    phones = [one.phone for one in found.inspectors]
    phones += [one.contact_phone for one in found.departments]
    phones += [one.manager_phone for one in found.sites]
    assert all(re.fullmatch(r"1990\d{7}", phone) for phone in phones)
    assert len({one.phone for one in found.inspectors}) == len(found.inspectors)


# -- grades ----------------------------------------------------------------------------------------


def _shares(found: Instance) -> dict[Grade, float]:
    grades = Counter(one.grade for one in found.ratings)
    return {grade: grades[grade] / len(found.ratings) for grade in Grade}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("size", ["default", "city"])
def test_grades_come_out_as_expected(size: SampleSize, seed: int) -> None:
    shares = _shares(sample(size, seed))
    for grade, share in zip(Grade, (0.17, 0.26, 0.30, 0.27), strict=True):
        assert shares[grade] == pytest.approx(share, abs=0.035)


@each_size
def test_ratings_are_those_of_the_factors(size: SampleSize) -> None:
    assert rate(sample(size)) == sample(size).ratings


def test_the_default_shows_every_kind_of_grading() -> None:
    reasons = " ".join(text for one in sample("default").ratings for text in one.reasons)
    for word in ("煤矿", "最差级", "未销号", "不良记录", "最多降一级", "人工定为", "沿用2026Q4"):
        assert word in reasons
    assert any(one.unverified for one in sample("default").ratings)


# -- running stints --------------------------------------------------------------------------------


@each_size
def test_running_people_are_fit_for_their_posts(size: SampleSize) -> None:
    found = sample(size)
    assert found.running
    for stint in found.running:
        person = found.inspector_by_id[stint.inspector_id]
        site = found.site_by_id[stint.site_id]
        assert person.department == site.department == stint.department
        assert person.staff_type.formal
        assert person.hire_date is not None
        assert person.hire_date + dt.timedelta(days=365) <= stint.start
        assert person.skill(site.sector) >= 1
        assert person.underground_ok or site.sector != "HY10a"
        assert person.appraisal is not AppraisalFlag.SUSPENDED
        assert stint.form in person.forms
        assert person.available_from <= stint.start
        assert person.available_to >= found.round.start
        assert not any(row.concerns(site) for row in found.conflicts_of.get(person.id, ()))
        assert any(
            row.passed
            and site.sector in row.sectors
            and dt.timedelta(0) < stint.start - row.end <= dt.timedelta(days=365)
            for row in found.trainings_of[person.id]
        )


@each_size
def test_running_forms_are_admitted_and_sites_owed(size: SampleSize) -> None:
    found = sample(size)
    pending = {one for case in duplicate_cases(found) for one in case.pending_site_ids}
    for stint in found.running:
        assert stint.form in ADMITTED[found.rating_by_site[stint.site_id].grade]
        assert found.owed_window(found.site_by_id[stint.site_id]) is not None
        assert stint.site_id not in pending


@each_size
def test_running_stints_began_on_free_mondays_not_too_long_ago(size: SampleSize) -> None:
    found = sample(size)
    late = {(row.inspector_id, row.site_id) for row in found.extensions}
    for stint in found.running:
        assert stint.start.weekday() == 0
        assert found.calendar.is_workday(stint.start)
        assert not found.frozen(found.site_by_id[stint.site_id], stint.start)
        if stint.start < day("2026-07-13"):
            assert (stint.inspector_id, stint.site_id) in late
        assert stint.start <= day("2026-12-14")
        if stint.end is not None:
            assert 179 <= (stint.end - stint.start).days <= 184
    assert len({stint.start for stint in found.running}) >= 10
    assert {stint.end is None for stint in found.running} == {True, False}


@each_size
def test_teams_are_whole_and_expert(size: SampleSize) -> None:
    found = sample(size)
    teams: dict[str, dict[int, list[Stint]]] = defaultdict(lambda: defaultdict(list))
    for stint in found.running:
        teams[stint.site_id][stint.slot].append(stint)
    for site_id, slots in teams.items():
        site = found.site_by_id[site_id]
        assert all(len(rows) == 1 for rows in slots.values())
        people = {rows[0].inspector_id for rows in slots.values()}
        mobile = slots[1][0].form is Form.MOBILE
        size_owed = 2 if mobile else found.sector_by_code[site.sector].team_size
        assert sorted(slots) == list(range(1, size_owed + 1))
        assert len(people) == size_owed
        if site.sector in EXPERT_SECTORS:
            assert max(found.inspector_by_id[one].skill(site.sector) for one in people) >= 2


@each_size
def test_mobile_groups_are_whole(size: SampleSize) -> None:
    found = sample(size)
    rows: dict[str, list[Stint]] = defaultdict(list)
    for stint in found.running:
        assert bool(stint.group) == (stint.form is Form.MOBILE)
        if stint.group:
            rows[stint.group].append(stint)
    assert rows
    for stints in rows.values():
        sites = {stint.site_id for stint in stints}
        assert 2 <= len(sites) <= 4
        assert len({found.site_by_id[one].sector for one in sites}) == 1
        who = {
            site: {(s.slot, s.inspector_id) for s in stints if s.site_id == site} for site in sites
        }
        assert len({frozenset(people) for people in who.values()}) == 1


@each_size
def test_nobody_is_in_two_places(size: SampleSize) -> None:
    of_person: dict[str, list[Stint]] = defaultdict(list)
    for stint in sample(size).stints:
        of_person[stint.inspector_id].append(stint)
    for stints in of_person.values():
        for one, other in combinations(stints, 2):
            # Nobody comes back to an object either: no cool-off is broken.
            assert one.site_id != other.site_id
            if overlap(one, other):
                assert one.form is other.form
                same_group = one.form is Form.MOBILE and one.group == other.group
                assert same_group or one.form is Form.REGULAR
        running = [one for one in stints if one.status is StintStatus.RUNNING]
        if any(one.form is Form.REGULAR for one in running):
            assert len(running) <= 2


@each_size
def test_each_slot_has_one_person_at_a_time_for_at_most_half_a_year(size: SampleSize) -> None:
    slots: dict[tuple[str, int], list[Stint]] = defaultdict(list)
    for stint in sample(size).stints:
        slots[stint.site_id, stint.slot].append(stint)
        if stint.status is StintStatus.FINISHED:
            assert stint.end is not None
            assert (stint.end - stint.start).days <= 184
            assert stint.end < sample(size).round.start
    assert any(len(stints) > 1 for stints in slots.values())
    for stints in slots.values():
        assert not any(overlap(one, other) for one, other in combinations(stints, 2))


@each_size
def test_two_thirds_of_the_upper_objects_are_held(size: SampleSize) -> None:
    found = sample(size)
    held = {stint.site_id for stint in found.running}
    upper = [one.site_id for one in found.ratings if one.grade <= Grade.SECOND]
    upper = [one for one in upper if found.owed_window(found.site_by_id[one])]
    assert 0.5 <= sum(one in held for one in upper) / len(upper) <= 0.85


# -- what makes a sample worth looking at ----------------------------------------------------------


def test_the_default_has_a_case_of_everything() -> None:
    found = sample("default")
    staff = {one.staff_type for one in found.inspectors}
    assert {StaffType.AGENCY, StaffType.CONTRACT, StaffType.SECONDED} <= staff
    assert any(one.hire_date and one.hire_date > day("2026-06-30") for one in found.inspectors)
    leaving = [one.leaves_on for one in found.inspectors if one.leaves_on]
    assert 2 <= len(leaving) <= 3
    assert found.round.start < min(leaving) <= max(leaving) <= found.round.end
    trained = {one for row in found.trainings if row.passed for one in row.inspector_ids}
    assert any(one.id not in trained for one in found.inspectors)
    assert any(row.passed is False for row in found.trainings)
    assert any(row.end > found.round.start for row in found.trainings)
    assert {SiteStatus.STOPPED, SiteStatus.CLOSED, SiteStatus.TRIAL} <= {
        one.status for one in found.sites
    }
    assert {one.scale for one in found.stages} == set(StageScale)
    keys = list(found.site_key.values())
    assert len(keys) - len(set(keys)) == 4
    assert len(found.joint_postings) == 1
    assert any(row.until < found.round.start for row in found.extensions)
    assert any(row.until > found.round.start for row in found.extensions)
    assert len(found.overrides) == 1
    assert {bool(row.site_id) for row in found.conflicts} == {True, False}
    lengths = [len(found.calendar.workdays(row.start, row.end)) for row in found.absences]
    assert min(lengths) <= 2
    assert max(lengths) > 10
    assert found.kilometres("任城区", "微山县") == found.kilometres("微山县", "任城区")
    assert found.key_periods
    assert found.matrix


def test_some_departments_of_the_default_are_short_of_people() -> None:
    found = sample("default")
    short = []
    for department in found.departments:
        needed = 0.0
        for site in found.sites:
            if site.department == department.code and found.owed_window(site):
                grade = found.rating_by_site[site.id].grade
                team = found.sector_by_code[site.sector].team_size
                needed += team if grade is Grade.FIRST else 0.5 * (grade is Grade.SECOND)
        able = [
            one
            for one in found.inspectors
            if one.department == department.code
            and Form.RESIDENT in one.forms
            and one.staff_type.formal
        ]
        if len(able) <= needed:
            short.append(department.code)
    assert {"JN-ZJ", "JN-SC"} <= set(short)
    assert len(short) <= 4


def test_the_hard_department_has_about_130_posts() -> None:
    found = sample("hard")
    posts = 0.0
    for one in found.ratings:
        site = found.site_by_id[one.site_id]
        if found.owed_window(site):
            resident = found.sector_by_code[site.sector].team_size
            posts += {1: resident, 2: 0.6, 3: 1, 4: 0}[one.grade]
    assert 120 <= posts <= 140
