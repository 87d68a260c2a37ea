"""人力测算: the frontier of a unit: fewest people per level, worth of one more, and the curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.domain.instance import Instance
from planner.domain.terms import Grade
from planner.rule import Rule
from planner.staffing.demand import Duty
from planner.staffing.model import Question
from planner.staffing.people import SKILLED, Unit, is_recruit, unit_of
from planner.staffing.roster import Answer, answer

PERCENTS = tuple(range(60, 150, 10))
"""Head-counts of the curve as shares of the people there are."""


@dataclass(frozen=True, slots=True)
class Level:
    """保障水平 (一级, 一至二级 …): all objects up to a grade.

    ``fixed`` has the fewest people for one half-year, ``rotating`` for two in which nobody is at
    the same object twice.
    """

    grade: Grade
    title: str
    duties: tuple[Duty, ...]
    fixed: Answer
    rotating: Answer | None

    @property
    def released(self) -> int:
        """People in 蹲守 and 流动: one per post, whoever they are."""
        return sum(one.team for one in self.duties if one.released)

    @property
    def part_time(self) -> int:
        """People in 定期, by the roster."""
        return self.fixed.values[1] - self.released

    @property
    def part_time_bound(self) -> int:
        """As few are needed at least, with as few recruits."""
        return self.fixed.bounds[1] - self.released


@dataclass(frozen=True, slots=True)
class OneMore:
    """增一人的价值: what a recruit for some sectors, or the training of one person in a sector,
    adds to the served priority; for one half-year and for two with rotation."""

    kind: str
    sectors: tuple[str, ...]
    fixed: Answer
    rotating: Answer | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """资质: a sector, or the sectors of a mixed group, with what asks for it and who has it.

    ``released`` and ``regular`` are the people that its posts ask for at one time, ``able_…`` how
    many may fill one of them; ``skilled`` of all these have 专业能力 ≥ 2, ``only_here`` may fill
    nothing else. ``missing`` and ``missing_rotating`` are the recruits that serving all owed
    objects takes, in one half-year and in two.
    """

    sectors: tuple[str, ...]
    released: int
    able_released: int
    regular: int
    able_regular: int
    skilled: int
    only_here: int
    missing: int
    missing_rotating: int

    @property
    def scarcity(self) -> tuple[float, ...]:
        """The order of scarcity, the scarcest first."""
        asked = ((self.able_released, self.released), (self.able_regular, self.regular))
        share = min(able / wanted for able, wanted in asked if wanted)
        return -self.missing, -self.missing_rotating, share


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: at most ``heads`` people, ``percent`` of those there are."""

    percent: int
    heads: int
    fixed: Answer
    rotating: Answer | None


@dataclass(frozen=True, slots=True)
class Frontier:
    """人力测算 of one dispatching unit."""

    unit: Unit
    levels: tuple[Level, ...]
    base: Point
    more: tuple[OneMore, ...]
    certificates: tuple[Certificate, ...]
    curve: tuple[Point, ...]

    @property
    def score(self) -> int:
        """The scores of all owed objects that somebody could serve."""
        return sum(one.score for one in self.unit.duties)

    def answers(self) -> Iterator[Answer]:
        """Every answer with a roster, each once."""
        measured: tuple[Level | OneMore | Point, ...]
        measured = (*self.levels, self.base, *self.more, *self.curve)
        found = [one for each in measured for one in (each.fixed, each.rotating) if one]
        yield from {id(one): one for one in found}.values()


def frontier_of(instance: Instance, department: str, rules: Sequence[Rule]) -> Frontier | None:
    """Measure a unit; None when it owes nothing that anybody could serve."""
    unit = unit_of(instance, department, rules)
    if not unit.duties:
        return None
    levels = tuple(_levels(unit))
    base = _point(unit, 100)
    return Frontier(
        unit=unit,
        levels=levels,
        base=base,
        more=(*_hires(unit, base), *_trainings(unit, base)),
        certificates=_certificates(unit, levels[-1]),
        curve=tuple(
            base if percent == 100 else _point(unit, percent, base) for percent in PERCENTS
        ),
    )


def _ask(unit: Unit, question: Question) -> Answer:
    found = answer(unit, question)
    assert found is not None, "recruits of every kind can always fill one roster"
    return found


def _levels(unit: Unit) -> Iterator[Level]:
    for grade in sorted({one.grade for one in unit.duties}):
        duties = tuple(one for one in unit.duties if one.grade <= grade)
        recruits = _enough(unit, duties)
        title = grade.label if grade is Grade.FIRST else f"一至{grade.label}"
        fixed = _ask(unit, Question(duties, recruits))
        twice = {sectors: 2 * number for sectors, number in recruits.items()}
        rotating = answer(unit, Question(duties, twice, rotating=True))
        yield Level(grade, title, duties, fixed, rotating)


def _enough(unit: Unit, duties: Sequence[Duty]) -> dict[tuple[str, ...], int]:
    """As many recruits of each kind as could fill every post that they may fill."""
    return {
        sectors: sum(one.team for one in duties if one.id in spans)
        for sectors, spans in unit.recruits.items()
    }


def _point(unit: Unit, percent: int, base: Point | None = None) -> Point:
    """Below 100 % the most useful people stay; above, the most useful recruits come."""
    heads = round(len(unit.people) * percent / 100)
    extra = max(0, heads - len(unit.people))
    asked = Question(unit.duties, dict.fromkeys(unit.recruits, extra), heads, extra)
    return Point(percent, heads, *_most(unit, asked, base if extra else None))


def _hires(unit: Unit, base: Point) -> Iterator[OneMore]:
    for sectors in unit.recruits:
        asked = Question(unit.duties, {sectors: 1}, base.heads + 1, 1)
        yield OneMore("增补一人", sectors, *_most(unit, asked, base))


def _trainings(unit: Unit, base: Point) -> Iterator[OneMore]:
    for sector, pairs in unit.trained.items():
        if pairs:
            everybody = {*unit.people, *(person for person, _ in pairs)}
            asked = Question(unit.duties, {}, len(everybody), 0, trainable=sector)
            yield OneMore("培训一人", (sector,), *_most(unit, asked, base))


def _most(unit: Unit, asked: Question, base: Point | None) -> tuple[Answer, Answer | None]:
    """The highest served priority, in one half-year and in two. Where the ``base`` has fewer people
    and serves everything, its rosters are the answer."""
    every = sum(one.score for one in unit.duties)
    fixed, rotating = (base.fixed, base.rotating) if base else (None, None)
    if fixed is None or fixed.values[0] < every:
        fixed = _ask(unit, asked)
    if rotating is None or rotating.values[0] < every:
        rotating = answer(unit, replace(asked, rotating=True))
    return fixed, rotating


def _certificates(unit: Unit, level: Level) -> tuple[Certificate, ...]:
    """The scarcest first: recruits that are missing, then able people per post."""
    known = unit.instance.inspector_by_id
    found = []
    for sectors in unit.recruits:
        own = [one for one in unit.duties if one.sectors == sectors]
        released = [one for one in own if one.released]
        regular = [one for one in own if not one.released]
        able = _able(unit, own)
        found.append(
            Certificate(
                sectors=sectors,
                released=sum(one.team for one in released),
                able_released=len(_able(unit, released)),
                regular=sum(one.team for one in regular),
                able_regular=len(_able(unit, regular)),
                skilled=sum(
                    all(known[one].skill(code) >= SKILLED for code in sectors) for one in able
                ),
                only_here=len(able - _able(unit, [one for one in unit.duties if one not in own])),
                missing=_recruits_in(level.fixed, sectors),
                missing_rotating=_recruits_in(level.rotating, sectors),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.scarcity, one.sectors)))


def _able(unit: Unit, duties: Iterable[Duty]) -> set[str]:
    ids = {one.id for one in duties}
    return {person for person, duty_id in unit.spans if duty_id in ids}


def _recruits_in(found: Answer | None, sectors: Sequence[str]) -> int:
    people = found.people if found else frozenset[str]()
    return sum(is_recruit(one, sectors) for one in people)
