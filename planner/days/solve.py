"""Make a day plan: split it into parts that share nobody, solve each, put them together.

People who serve one object and objects that share a person are one part; a department falls into
many small ones. Tiers are settled one after the other, each within what those before it reached.
"""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from planner.domain.day_plan import (
    DayKind,
    DayPlan,
    DayProof,
    DayRow,
    DayUnit,
    MonthCase,
    row_order,
)
from planner.domain.plan import PenaltyResult, TierResult, worst_status
from planner.model.days import DayModel
from planner.rule import DayRule, DayTier
from planner.verify import shortage_order
from planner.workers import Interruption, each_in_workers

if TYPE_CHECKING:
    from planner.model.answer import Answer, Ints

MOST_NODES = 2000
LEAST_SECONDS = 1.0
"""What a part gets at least, so that it has a plan even where time is up."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``limit_seconds`` for all parts together. ``reproducible`` searches by a fixed amount of work
    instead of the clock, so that the same input gives the same bytes."""

    limit_seconds: float
    jobs: int
    reproducible: bool = False


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """The free days of one part, its tiers and the unweighted amounts of its penalties; without
    rows and with status UNKNOWN where the time did not suffice."""

    status: str
    rows: tuple[DayRow, ...]
    tiers: tuple[TierResult, ...]
    penalties: tuple[PenaltyResult, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What the workers are sent once."""

    parts: tuple[MonthCase, ...]
    rules: tuple[DayRule, ...]
    limit_seconds: float | None
    deadline: float


def plan_days(
    case: MonthCase,
    rules: Sequence[DayRule],
    settings: Settings,
    interruption: Interruption,
    progress: Callable[[int, int, str], None] = lambda done, total, text: None,
) -> DayPlan | None:
    """The day plan of a month; None where some part has none yet when time is up."""
    parts = parts_of(case)
    limit = None if settings.reproducible else settings.limit_seconds
    given = Given(parts, tuple(rules), limit, time.time() + settings.limit_seconds)
    answers: dict[int, PartAnswer] = {}

    def done(index: int, answer: PartAnswer) -> None:
        answers[index] = answer
        progress(len(answers), len(parts), "")

    jobs = settings.jobs or os.cpu_count() or 1
    each_in_workers(range(len(parts)), solve_part, given, jobs, interruption, done)
    found = [answers.get(index) for index in range(len(parts))]
    if any(one is None or one.status in {"UNKNOWN", "MODEL_INVALID"} for one in found):
        return None
    return _together(case, rules, parts, [one for one in found if one is not None])


def parts_of(case: MonthCase) -> tuple[MonthCase, ...]:
    """The independent parts of a case, in the order of their first object."""
    group: dict[str, str] = {}

    def root(node: str) -> str:
        while group.setdefault(node, node) != node:
            node = group[node]
        return node

    def join(person: str, site_id: str) -> None:
        group[root(f"person {person}")] = root(f"site {site_id}" if site_id else f"person {person}")

    for site_id, stints in case.stints_at.items():
        for stint in stints:
            join(stint.inspector_id, site_id)
            for (holder, day), people in case.substitutes.items():
                if holder == stint.inspector_id and stint.covers(day):
                    for person in people:
                        join(person, site_id)
    # Days of people who have left, or were planned where they are no longer posted, count as well.
    for row in (*(one for one in case.served if one.day >= case.first), *(case.earlier or ())):
        join(row.inspector_id, row.site_id)
    # Who is posted nowhere any more may still have rest to take.
    owed: Counter[str] = Counter()
    for row in case.served:
        owed[row.inspector_id] += (row.kind is DayKind.DUTY) - (row.kind is DayKind.REST)
    for person in sorted(owed):
        if owed[person] > 0:
            root(f"person {person}")
    sites: dict[str, set[str]] = defaultdict(set)
    people_of: dict[str, set[str]] = defaultdict(set)
    for node in list(group):
        kind, _, name = node.partition(" ")
        (sites if kind == "site" else people_of)[root(node)].add(name)
    parts = {one: case.restricted_to(sites[one], people_of[one]) for one in people_of}
    return tuple(parts[one] for one in sorted(parts, key=lambda one: sorted(sites[one])[:1]))


def solve_part(given: Given, should_stop: Callable[[], bool], index: int) -> PartAnswer:
    """Solve one part tier by tier."""
    import numpy as np

    from planner.model import branch_and_bound, cpsat
    from planner.model.answer import Effort, Limit, Question

    part = given.parts[index]
    model = DayModel(part)
    model.post_rules(given.rules)
    keep = np.ones(len(model.upper), dtype=np.bool_)
    keep[list(model.fixed)] = False
    hint: Ints | None = None
    known = model.values_of(part.earlier) if part.earlier is not None else None
    if known is not None:
        hint = np.zeros(len(model.upper), dtype=np.int64)
        hint[list(known)] = list(known.values())
    limits: list[Limit] = []
    tiers: list[TierResult] = []
    statuses: list[str] = []
    values: Ints | None = None if keep.any() else np.zeros(len(keep), dtype=np.int64)
    for tier in DayTier:
        objective, constant = model.objective(tier)
        if values is not None and not objective.any():
            tiers.append(_tier(tier, constant, constant))
            continue
        seconds = None
        if given.limit_seconds is not None:
            seconds = max(
                LEAST_SECONDS, (given.deadline - time.time()) / (2 * (len(DayTier) - tier + 1))
            )
        effort = Effort(seconds, MOST_NODES, 1, part.instance.seed, should_stop=should_stop)
        question = Question(model, keep, objective, tuple(limits), hint)
        answer = branch_and_bound.solve(question, effort)
        if answer.status not in {"OPTIMAL", "INFEASIBLE"}:
            # CP-SAT finds days where the relaxation is loose.
            begun = question if answer.values is None else replace(question, hint=answer.values)
            answer = _better(answer, cpsat.solve(begun, effort), objective)
        if answer.values is not None:
            values, bound, status = answer.values, answer.bound, answer.status
        elif values is not None and answer.status == "UNKNOWN":
            # The tiers before stand; this one is left as it came.
            bound, status = int(np.minimum(objective, 0) @ np.asarray(model.upper)), "FEASIBLE"
        else:
            return PartAnswer(answer.status, (), (), ())
        value = int(objective @ values)
        tiers.append(_tier(tier, value + constant, bound + constant))
        statuses.append(status)
        limits.append(Limit(objective, value))
        hint = values
    assert values is not None
    rows = model.rows_of({column: int(value) for column, value in enumerate(values) if value})
    return PartAnswer(
        worst_status(statuses or ["OPTIMAL"]), rows, tuple(tiers), model.results(values)
    )


def _better(one: Answer, other: Answer, objective: Ints) -> Answer:
    """The better values of two searches with the better of their bounds."""
    if other.values is None or other.status == "OPTIMAL":
        return other if one.values is None or other.status == "OPTIMAL" else one
    bound = max(one.bound, other.bound)
    if one.values is not None and int(objective @ one.values) <= int(objective @ other.values):
        return replace(one, bound=bound)
    return replace(other, bound=bound)


def _tier(tier: DayTier, value: int, bound: int) -> TierResult:
    return TierResult(tier=tier, name=tier.title, value=value, bound=min(value, bound), seconds=0.0)


def _together(
    case: MonthCase,
    rules: Sequence[DayRule],
    parts: Sequence[MonthCase],
    answers: Sequence[PartAnswer],
) -> DayPlan:
    served = [row for row in case.served if case.first <= row.day < case.since]
    rows = [*served, *(row for one in answers for row in one.rows)]
    by_unit: dict[str, list[PartAnswer]] = defaultdict(list)
    for part, answer in zip(parts, answers, strict=True):
        units = {one.department for one in part.plan.stints}
        units |= {one.department for one in (*part.served, *(part.earlier or ()))}
        by_unit[min(units)].append(answer)
    days = DayPlan(
        month=f"{case.first:%Y-%m}",
        first=case.first,
        last=case.last,
        since=case.since,
        departments=case.plan.departments,
        rows=tuple(sorted(rows, key=row_order)),
        proof=DayProof(
            seed=case.instance.seed,
            solver=f"HiGHS {version('highspy')}, CP-SAT {version('ortools')}",
            units=tuple(_unit(unit, found) for unit, found in sorted(by_unit.items())),
        ),
        input_hash=case.instance.input_hash,
    )
    missing = [one for rule in rules for one in rule.day_shortages(case, days)]
    return days.model_copy(update={"shortages": tuple(sorted(missing, key=shortage_order))})


def _unit(department: str, answers: Sequence[PartAnswer]) -> DayUnit:
    """What was shown of a department, whose parts add up."""
    tiers = [
        _tier(
            tier,
            sum(one.value for answer in answers for one in answer.tiers if one.tier == tier),
            sum(one.bound for answer in answers for one in answer.tiers if one.tier == tier),
        )
        for tier in DayTier
    ]
    penalties: dict[tuple[int, str], PenaltyResult] = {}
    for one in (one for answer in answers for one in answer.penalties):
        known = penalties.get((one.tier, one.name))
        amount = one.amount + (known.amount if known else 0)
        penalties[one.tier, one.name] = one.model_copy(update={"amount": amount})
    return DayUnit(
        department=department,
        status=worst_status([one.status for one in answers]),
        parts=len(answers),
        tiers=tuple(tiers),
        penalties=tuple(one for _, one in sorted(penalties.items())),
    )
