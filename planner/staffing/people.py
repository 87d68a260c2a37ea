"""可派人员: who may fill which post for most of its dates, and what more people could.

Recruits and trained people are ordinary records beside those of the workbook, judged by the same
rules: what keeps even a recruit out keeps everybody out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.admission import first_block, needed_overrides
from planner.candidates import decides, first_of_each_month
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance, Window
from planner.domain.posting import Candidate
from planner.domain.tables import QUALIFIED, Inspector
from planner.domain.terms import EndReason, Form
from planner.edits import trained, with_people
from planner.rule import Rule
from planner.staffing.demand import Duty, days_of_shortest_month, duties_of

ROTATION_RULES = "R05-"
"""Article 5 is about when people change; a roster without dates is not judged by it."""
SKILLED = 2
Pair = tuple[str, str]
"""Ids of a person and of a duty."""


@dataclass(frozen=True, slots=True)
class Unit:
    """派出单位 as the model sees it.

    ``spans`` holds, for every person of the workbook and every duty that he may fill, the first
    and last day on which he could; ``recruits`` maps the sectors of a possible recruit to the
    duties that he may fill. ``trained`` maps a sector to the further pairs that a training in it
    would give. ``impossible`` are duties that not even a recruit may fill, ``without_form`` objects
    for which there is no form at all; neither takes part.
    """

    department: str
    instance: Instance
    duties: tuple[Duty, ...]
    people: tuple[str, ...]
    spans: Mapping[Pair, Window]
    recruits: Mapping[tuple[str, ...], Mapping[str, Window]]
    trained: Mapping[str, Mapping[Pair, Window]]
    impossible: tuple[Duty, ...]
    without_form: tuple[str, ...]
    days_per_month: int


def unit_of(instance: Instance, department: str, rules: Sequence[Rule]) -> Unit:
    """What a unit owes and who may serve it."""
    duties, without_form = duties_of(instance, department, rules)
    part = instance.restricted_to(department)
    recruits: dict[tuple[str, ...], dict[str, Window]] = {}
    for sectors in sorted({one.sectors for one in duties}):
        person = recruit_id(sectors, 1)
        joined = with_recruits(part, department, [(sectors, 1)])
        judge, recruit = _Judge(joined, rules), joined.inspector_by_id[person]
        recruits[sectors] = {
            duty.id: span for duty in duties if (span := judge.span(recruit, duty))
        }
    possible = tuple(one for one in duties if one.id in recruits[one.sectors])
    spans = _spans(part, possible, rules)
    trained = {
        sector: _gained(part, sector, possible, rules, spans)
        for sector in sorted({code for one in possible for code in one.sectors})
    }
    return Unit(
        department=department,
        instance=part,
        duties=possible,
        people=tuple(sorted({person for person, _ in spans})),
        spans=spans,
        recruits={
            sectors: recruits[sectors] for sectors in sorted({one.sectors for one in possible})
        },
        trained=trained,
        impossible=tuple(one for one in duties if one not in possible),
        without_form=without_form,
        days_per_month=days_of_shortest_month(part),
    )


def _spans(
    instance: Instance,
    duties: Iterable[Duty],
    rules: Sequence[Rule],
    known: Collection[Pair] = frozenset(),
) -> dict[Pair, Window]:
    """Who may fill which duty, beyond the pairs that are known already."""
    judge = _Judge(instance, rules)
    return {
        (person.id, duty.id): span
        for duty in duties
        for person in instance.inspectors
        if (person.id, duty.id) not in known and (span := judge.span(person, duty))
    }


def _gained(
    part: Instance,
    sector: str,
    duties: Sequence[Duty],
    rules: Sequence[Rule],
    known: Collection[Pair],
) -> dict[Pair, Window]:
    """The pairs that are allowed only after everybody has been trained in a sector."""
    after = with_training(part, [one.id for one in part.inspectors], sector)
    return _spans(after, [one for one in duties if sector in one.sectors], rules, known)


# -- more people --------------------------------------------------------------------------------


def recruit_id(sectors: Sequence[str], number: int) -> str:
    """The id of a person whom the unit does not have."""
    return f"增补{'、'.join(sectors)}-{number}"


def is_recruit(person: str, sectors: Sequence[str]) -> bool:
    """Whether an id is that of a recruit for these sectors."""
    return person.rpartition("-")[0] == recruit_id(sectors, 1).rpartition("-")[0]


def with_recruits(
    instance: Instance, department: str, wanted: Iterable[tuple[tuple[str, ...], int]]
) -> Instance:
    """The instance with recruits, each given by the sectors and a number: formal, 熟练 (专业能力
    2), trained, ready for every form throughout the round."""
    for sectors, number in wanted:
        ids = [recruit_id(sectors, number)]
        instance = with_people(instance, ids, department, sectors, SKILLED, frozenset(Form))
    return instance


def with_training(instance: Instance, people: Sequence[str], sector: str) -> Instance:
    """The instance after some people have passed a training in a sector before the round, and know
    it well enough to be sent (专业能力 at least 1)."""
    chosen = set(people)
    return instance.model_copy(
        update={
            "inspectors": tuple(
                _taught(one, sector) if one.id in chosen else one for one in instance.inspectors
            ),
            "trainings": (*instance.trainings, trained(instance, tuple(people), (sector,))),
        }
    )


def _taught(person: Inspector, sector: str) -> Inspector:
    if person.skill(sector) >= QUALIFIED:
        return person
    others = tuple(one for one in person.skills if one[0] != sector)
    return person.model_copy(update={"skills": (*others, (sector, QUALIFIED))})


def skilled(person: Inspector, duty: Duty) -> bool:
    """Whether the person is the one member with 专业能力 ≥ 2 whom a demanding duty wants."""
    return all(person.skill(code) >= SKILLED for code in duty.demanding_sectors)


# -- who may fill what --------------------------------------------------------------------------


class _Judge:
    """Asks the rules, except those about dates of change, for one person and one duty.

    Everybody is judged as if newly sent there, holders too: a roster is about the people that
    there are, not about where they are today.
    """

    def __init__(self, instance: Instance, rules: Sequence[Rule]) -> None:
        self._instance = instance
        asked = [
            one for one in rules if decides(one) and not one.article.rule.startswith(ROTATION_RULES)
        ]
        # A row of 豁免 may lift a standing rule on some dates only.
        self._standing = [
            one for one in asked if not one.dated and not instance.overrides_for(one.article.rule)
        ]
        # The later articles are about people and refuse most; what months hold is dear to ask.
        self._others = [one for one in reversed(asked) if one not in self._standing]

    def span(self, person: Inspector, duty: Duty) -> Window | None:
        """The dates on which the person may fill the duty: more than half of the owed window
        without a break, begun on its first day or on the first change date of a month."""
        service = duty.service
        if service.form not in person.forms:
            return None  # R03-4 says so too, but after dearer questions
        first, finish = service.grid[0], service.finish
        trial = Candidate(
            service=service,
            slot=1,
            inspector_id=person.id,
            start=first,
            end=finish - ONE_DAY,
            until=finish,
            end_reason=EndReason.ROTATION,
        )
        if self._refused(self._standing, trial):
            return None
        middle = first + (finish - first) / 2
        sites = [self._instance.site_by_id[one] for one in service.site_ids]
        for start in first_of_each_month(service.grid):
            block = first_block(self._instance, person, sites, start)
            until = min(block.day, finish)
            if start >= middle or 2 * (until - start) <= finish - first:
                continue
            end = until - ONE_DAY
            why = block.end_reason if block.day < finish else EndReason.ROTATION
            later = replace(trial, start=start, end=end, until=until, end_reason=why)
            if not self._refused(self._others, later):
                return start, end
        return None

    def _refused(self, rules: Iterable[Rule], trial: Candidate) -> bool:
        return any(needed_overrides(self._instance, one, trial) is None for one in rules)
