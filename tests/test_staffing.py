"""人力测算: agreement with full enumeration, rosters that hold, and what the command writes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from constraints import RULES
from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.policy import Policy
from planner.domain.tables import Inspector, MatrixRow, Override, Rating, Site, Training
from planner.domain.terms import Form, Grade, Level, SiteStatus, StaffType
from planner.io.writer import write_workbook
from planner.reports.staffing import STAFFING_FILES, STAFFING_PAGE, STAFFING_WORKBOOK
from planner.staffing.check import faults
from planner.staffing.frontier import Frontier, frontier_of
from planner.staffing.model import Question
from planner.staffing.people import Unit, unit_of
from planner.staffing.roster import Answer, Place, answer
from tests.builders import (
    day,
    department,
    inspector,
    instance,
    rating,
    sector,
    site,
    trained,
)
from tests.conftest import PlannedSample
from tests.staffing_enumeration import Need, fewest, highest, people_of, recruits_of

SEEDS = range(40)
FORMS = (
    frozenset(Form),
    frozenset({Form.REGULAR}),
    frozenset({Form.RESIDENT, Form.MOBILE}),
)
KINDS = {
    "resident": ("S1", Grade.FIRST, Form.RESIDENT),
    "resident pair": ("CH", Grade.FIRST, Form.RESIDENT),
    "mine": ("CO", Grade.FIRST, Form.RESIDENT),
    "group": ("S1", Grade.SECOND, Form.MOBILE),
    "regular": ("S1", Grade.THIRD, Form.REGULAR),
    "regular pair": ("CH", Grade.THIRD, Form.REGULAR),
}
"""Sector, grade and form of what a tiny unit owes."""


def tiny(seed: int) -> tuple[Instance, list[Need]]:
    """A random unit of up to four duties and six people, and what it owes."""
    rng = random.Random(seed)
    sites: list[Site] = []
    ratings: list[Rating] = []
    needs: list[Need] = []
    for kind in rng.choices(tuple(KINDS), k=rng.randint(2, 4)):
        code, grade, form = KINDS[kind]
        if kind == "group" and any(need.form is Form.MOBILE for need in needs):
            continue  # four left-over objects of a sector would make one group
        score = rng.randint(20, 60)
        ids = [f"O{len(sites) + n}" for n in range(2 if kind == "group" else 1)]
        sites += [site(one, sector=code) for one in ids]
        ratings += [rating(one, grade, score) for one in ids]
        team = 2 if code != "S1" else 1
        needs.append(Need(tuple(ids), code, form, team, code != "S1", score * len(ids)))
    people: list[Inspector] = []
    trainings: list[Training] = []
    for n in range(rng.randint(2, 6)):
        skills = tuple((code, rng.choice((0, 1, 1, 2))) for code in ("S1", "CH", "CO"))
        people.append(inspector(f"P{n}", skills=skills, forms=rng.choice(FORMS)))
        known = tuple(code for code in ("S1", "CH", "CO") if rng.random() < 0.8)
        if known:
            trainings.append(trained(f"P{n}", sectors=known))
    found = instance(
        sites=tuple(sites),
        inspectors=tuple(people),
        ratings=tuple(ratings),
        trainings=tuple(trainings),
        policy=Policy(regular_max_objects=rng.choice((1, 2))),
    )
    return found, needs


def question(unit: Unit, *, rotating: bool = False, heads: int | None = None) -> Question:
    """All duties, with recruits unless the people are counted."""
    posts = sum(one.team for one in unit.duties)
    recruits = dict.fromkeys(unit.recruits, 0 if heads is not None else 2 * posts)
    most = None if heads is None else 0
    return Question(unit.duties, recruits, heads, most, rotating=rotating)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_people_agree_with_enumeration(seed: int) -> None:
    known, needs = tiny(seed)
    unit = unit_of(known, "D1", RULES)
    assert {one.service.site_ids for one in unit.duties} == {one.sites for one in needs}
    most = known.policy.regular_max_objects
    everybody = [*people_of(known), *recruits_of(needs, halves=1)]
    found = answer(unit, question(unit))
    assert found is not None
    assert found.values == fewest(needs, everybody, most, halves=1)
    assert found.bounds <= found.values
    assert faults(unit, found, RULES) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_people_with_rotation_agree_with_enumeration(seed: int) -> None:
    known, needs = tiny(seed)
    unit = unit_of(known, "D1", RULES)
    most = known.policy.regular_max_objects
    everybody = [*people_of(known), *recruits_of(needs, halves=2)]
    found = answer(unit, question(unit, rotating=True))
    assert found is not None
    assert found.values == fewest(needs, everybody, most, halves=2)
    assert found.bounds <= found.values
    assert faults(unit, found, RULES) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("halves", [1, 2])
def test_the_curve_agrees_with_enumeration_and_never_falls(seed: int, halves: int) -> None:
    known, needs = tiny(seed)
    unit = unit_of(known, "D1", RULES)
    most = known.policy.regular_max_objects
    expected = highest(needs, people_of(known), most, halves)
    before = 0
    for heads in range(len(unit.people) + 1):
        found = answer(unit, question(unit, rotating=halves == 2, heads=heads))
        assert found is not None
        assert found.values == (expected[heads],)
        assert found.bounds >= found.values
        assert found.values[0] >= before
        assert faults(unit, found, RULES) == []
        before = found.values[0]


# -- what counts ---------------------------------------------------------------------------------


def regular_objects(*days: int) -> Unit:
    """A unit of 定期 objects with these 每月最少驻点日, each in a sector of its own, and as many
    people who may do everything."""
    codes = tuple(f"T{at}" for at in range(len(days)))
    people = tuple(f"P{at}" for at in range(len(days)))
    known = instance(
        sites=tuple(site(f"O{at}", sector=code) for at, code in enumerate(codes)),
        departments=(department(sectors=codes),),
        sectors=tuple(sector(code) for code in codes),
        matrix=tuple(
            MatrixRow(sector=code, grade=Grade.THIRD, forms=(Form.REGULAR,), min_days_per_month=one)
            for code, one in zip(codes, days, strict=True)
        ),
        inspectors=tuple(inspector(one, skills=tuple((c, 2) for c in codes)) for one in people),
        trainings=(trained(*people, sectors=codes),),
        ratings=tuple(rating(f"O{at}", Grade.THIRD) for at in range(len(days))),
    )
    return unit_of(known, "D1", RULES)


@pytest.mark.parametrize(
    ("days", "people", "bound"),
    [
        ((5, 5), 1, 1),
        ((5, 6), 2, 2),
        ((4, 6), 1, 1),
        ((6, 6, 6), 3, 3),
        ((6, 6, 5), 3, 2),  # the count of days alone would fit two people
    ],
)
def test_the_days_of_the_shortest_month_limit_a_part_time_person(
    days: tuple[int, ...], people: int, bound: int
) -> None:
    """65 % of the 16 working days of February 2027 hold 5 + 5 days, not 5 + 6."""
    unit = regular_objects(*days)
    found = answer(unit, question(unit))
    assert found is not None
    assert found.values == (0, people)
    assert found.bounds == (0, bound)
    assert faults(unit, found, RULES) == []


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        (inspector(available_from=day("2027-04-11")), False),
        (inspector(available_from=day("2027-04-01")), True),
        (inspector(available_to=day("2027-04-30")), True),
        (inspector(available_to=day("2027-04-09")), False),
        (inspector(leaves_on=day("2027-03-01")), False),
        (inspector(staff_type=StaffType.AGENCY), False),
        (inspector(skills=(("S1", 0),)), False),
        (inspector(forms=frozenset({Form.REGULAR})), False),
    ],
)
def test_who_can_be_there_for_more_than_half_of_the_time_counts(
    changed: Inspector, counts: bool
) -> None:
    unit = unit_of(instance(inspectors=(changed,)), "D1", RULES)
    assert (unit.people == ("P1",)) is counts
    found = answer(unit, question(unit))
    assert found is not None
    assert found.values == (0 if counts else 1, 1)
    assert faults(unit, found, RULES) == []


def test_an_exemption_counts_where_it_lifts_the_rule() -> None:
    agency = inspector(staff_type=StaffType.AGENCY)
    row = Override(
        rule="R09-1", inspector_id="P1", start=day("2027-01-01"), end=day("2027-12-31"),
        reason="人员紧缺经研究同意", approver="张局长", approved_on=day("2027-01-04"),
    )  # fmt: skip
    unit = unit_of(instance(inspectors=(agency,), overrides=(row,)), "D1", RULES)
    found = answer(unit, question(unit))
    assert found is not None
    assert found.values == (0, 1)
    assert faults(unit, found, RULES) == []


def test_one_post_takes_two_people_when_they_change_every_half_year() -> None:
    known = instance(inspectors=(inspector("P1"), inspector("P2")))
    found = frontier_of(known, "D1", RULES)
    assert found is not None
    level = found.levels[-1]
    assert level.fixed.values == (0, 1)
    assert level.rotating is not None
    assert level.rotating.values == level.rotating.bounds == (0, 2)


def test_a_training_is_worth_what_it_lets_serve_and_names_the_person() -> None:
    known = instance(
        sites=(site("O1"), site("O2", sector="CO", status=SiteStatus.NORMAL)),
        inspectors=(
            inspector("P1", skills=(("S1", 2), ("CO", 2))),
            inspector("P2", skills=(("S1", 2),)),
            inspector("P3", skills=(("S1", 2),)),
        ),
        ratings=(rating("O1", score=41), rating("O2", score=60)),
        trainings=(trained("P1", sectors=("CO",)), trained("P2", "P3", sectors=("S1",))),
    )
    found = frontier_of(known, "D1", RULES)
    assert found is not None
    assert found.base.fixed.values == (41,)
    worth = {(one.kind, one.sectors): one for one in found.more}
    training = worth["培训一人", ("CO",)].fixed
    assert training.values == (101,)
    assert training.trained in {"P2", "P3"}
    assert training.people >= {training.trained}
    assert worth["增补一人", ("CO",)].fixed.values == (101,)
    assert worth["增补一人", ("S1",)].fixed.values == (41,)
    assert found.certificates[0].sectors == ("CO",)
    assert found.certificates[0].missing == 1


def test_one_training_trains_one_person() -> None:
    known = instance(
        sites=(site("O1", sector="CO"),),
        inspectors=(inspector("P1"), inspector("P2", skills=(("CO", 1),))),
        trainings=(),
    )
    found = frontier_of(known, "D1", RULES)
    assert found is not None
    training = next(one for one in found.more if one.kind == "培训一人")
    assert training.fixed.values == training.fixed.bounds == (0,)


def test_objects_that_nobody_can_be_sent_to_are_told_apart() -> None:
    known = instance(
        sites=(site("O1"), site("O2"), site("O3", level=Level.COUNTY)),
        ratings=(rating("O1"), rating("O2", Grade.SECOND), rating("O3")),
        matrix=(
            MatrixRow(grade=Grade.FIRST, forms=(Form.RESIDENT,)),
            MatrixRow(grade=Grade.SECOND, forms=(Form.MOBILE,)),
        ),
    )
    unit = unit_of(known, "D1", RULES)
    assert [one.id for one in unit.duties] == ["O1/蹲守驻点"]
    assert unit.without_form == ("O2",)
    assert [one.id for one in unit.impossible] == ["O3/蹲守驻点"]


# -- the check -----------------------------------------------------------------------------------


@cache
def two_half_years() -> tuple[Unit, Answer]:
    """A pair at a chemical site, two 定期 objects and a resident post, with rotation."""
    known = instance(
        sites=(site("O1", sector="CH"), site("O2"), site("O3"), site("O4")),
        inspectors=(
            *(inspector(f"P{n}") for n in range(1, 6)),
            inspector("P6", skills=(("S1", 1), ("CH", 1))),
            inspector("P7", skills=(("S1", 1), ("CH", 1))),
            inspector("P8", skills=()),
        ),
        ratings=(
            rating("O1"), rating("O2", Grade.THIRD), rating("O3", Grade.THIRD), rating("O4")
        ),
    )  # fmt: skip
    unit = unit_of(known, "D1", RULES)
    found = answer(unit, question(unit, rotating=True))
    assert found is not None
    return unit, found


def everybody_of(found: Answer, duty: str, *people: str) -> Answer:
    """The answer with other people at one duty in the first half-year."""
    kept = [one for one in found.places if (one.half, one.duty.id) != (0, duty)]
    known = next(one.duty for one in found.places if one.duty.id == duty)
    return replace(found, places=(*kept, *(Place(one, known) for one in people)))


def without_a_post(found: Answer) -> Answer:
    """The first row gone."""
    return replace(found, places=found.places[1:])


def moved_beside(found: Answer) -> Answer:
    """Who is at a resident post has a 定期 object as well."""
    resident = next(one for one in found.places if (one.half, one.duty.id) == (0, "O4/蹲守驻点"))
    return everybody_of(found, "O2/定期驻点", resident.person)


def staying(found: Answer) -> Answer:
    """The same person at one object in both half-years."""
    later = next(one for one in found.places if (one.half, one.duty.id) == (1, "O4/蹲守驻点"))
    return everybody_of(found, "O4/蹲守驻点", later.person)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_a_post, "应"),
        (lambda one: everybody_of(one, "O1/蹲守驻点", "P1"), "1 人，应 2 人"),
        (lambda one: everybody_of(one, "O1/蹲守驻点", "P1", "P1"), "1 人，应 2 人"),
        (lambda one: everybody_of(one, "O1/蹲守驻点", "P6", "P7"), "专业能力 [1, 1]"),
        (lambda one: everybody_of(one, "O4/蹲守驻点", "P8"), "没有可到位日期"),
        (moved_beside, "R03-5"),
        (staying, "重复"),
        (lambda one: replace(one, values=(0, 1)), "人数"),
        (lambda one: replace(one, values=(1, 9)), "人数"),
    ],
)
def test_the_check_refuses_a_roster_with_a_fault(
    change: Callable[[Answer], Answer], words: str
) -> None:
    unit, found = two_half_years()
    assert faults(unit, found, RULES) == []
    assert any(words in one for one in faults(unit, change(found), RULES))


# -- the frontier of a real unit -----------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(planned: PlannedSample) -> Frontier:
    """The department sample."""
    found = frontier_of(planned.instance, planned.instance.departments[0].code, RULES)
    assert found is not None
    return found


def test_every_roster_of_the_sample_holds_and_is_proved(measured: Frontier) -> None:
    answers = list(measured.answers())
    assert len(answers) >= 2 * (len(measured.levels) + 5)
    for one in answers:
        assert faults(measured.unit, one, RULES) == []
        assert one.proved


def test_the_curve_and_the_levels_only_rise(measured: Frontier) -> None:
    for before, after in zip(measured.curve, measured.curve[1:], strict=False):
        assert before.heads < after.heads
        assert before.fixed.values <= after.fixed.values
        assert before.fixed.bounds <= after.fixed.bounds
    for lower, higher in zip(measured.levels, measured.levels[1:], strict=False):
        assert lower.fixed.values <= higher.fixed.values
    for point in measured.curve:
        assert point.rotating is not None
        assert point.rotating.values <= point.fixed.values <= point.fixed.bounds
    for level in measured.levels:
        assert level.rotating is not None
        assert level.fixed.values <= level.rotating.values
        assert level.released + level.part_time == level.fixed.values[1]
        assert level.part_time_bound == level.part_time


# -- the command ---------------------------------------------------------------------------------


def test_the_command_writes_a_workbook_and_a_page(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "测算"
    assert main(["staffing", str(planned.workbook), "--out", str(out)]) == 0
    curve = "人数曲线-市应急局.png"
    assert {path.name for path in out.iterdir()} == {*STAFFING_FILES, curve}
    assert "最少" in capsys.readouterr().out
    book = openpyxl.load_workbook(out / STAFFING_WORKBOOK)
    assert book.sheetnames == [
        "最少人数", "名册", "增一人的价值", "紧缺资质", "人数曲线", "口径",
    ]  # fmt: skip
    text = "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )
    page = (out / STAFFING_PAGE).read_text(encoding="utf-8")
    for person in planned.instance.inspectors:
        assert person.phone not in text
        assert person.phone not in page
    assert page.count("<svg") >= 3
    assert "http" not in page
    assert "src=" not in page
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert before[curve].startswith(b"\x89PNG")
    assert main(["staffing", str(planned.workbook), "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().out
    assert main(["staffing", str(planned.workbook), "--out", str(out), "--force"]) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_bad_input_writes_nothing(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "测算"
    arguments = ["--out", str(out), "--department", "不存在的局"]
    assert main(["staffing", str(planned.workbook), *arguments]) == 2
    assert "没有这个单位" in capsys.readouterr().out
    broken = tmp_path / "坏.xlsx"
    book = openpyxl.load_workbook(planned.workbook)
    book["驻点人员"]["H4"].value = "神仙"
    book.save(broken)
    assert main(["staffing", str(broken), "--out", str(out)]) == 2
    assert "错误 驻点人员!H4" in capsys.readouterr().out
    assert not out.exists()


def test_a_unit_that_owes_nothing_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook, out = tmp_path / "空.xlsx", tmp_path / "测算"
    write_workbook(instance(sites=(site(status=SiteStatus.STOPPED),)), workbook)
    assert main(["staffing", str(workbook), "--out", str(out)]) == 2
    assert "没有可以设岗的应派对象" in capsys.readouterr().out
    assert not out.exists()
