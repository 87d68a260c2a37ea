"""假如: plans of many variants of one instance, side by side, each verified, each solved once.

A plan falls into units that share nobody. The figures of a unit depend on what concerns it alone,
so that variants which leave a unit as it is share its figures, and a rerun finds those that were
reached before under the same key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.domain.base import Frozen
from planner.domain.instance import Instance
from planner.domain.plan import Plan, TierResult, worst_status
from planner.domain.terms import Grade
from planner.edits import Scenario, applied
from planner.rule import Rule
from planner.solve import Settings, solve
from planner.verify import verify
from planner.workers import Interruption

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

REFUSED, FAILED = "REFUSED", "FAILED"
"""Statuses beside the solver's: the verifier accepts the plan not, the program did not get through;
either way there are no figures."""
PLANNED = frozenset({"OPTIMAL", "FEASIBLE"})
SENTENCES_KEPT = 3


class GradeCount(Frozen):
    """Objects of one grade: served throughout, in part, not at all."""

    grade: Grade
    whole: int
    part: int
    unserved: int


class Figures(Frozen):
    """What the plan of one unit, or of several together, comes to.

    Tiers have no seconds. ``released`` people are in 蹲守 or 流动, ``part_time`` ones only in 定期.
    ``started`` counts new postings, ``changed`` running ones that end early, ``distance`` started
    tens of kilometres of new postings. ``days`` are the days in post of everybody posted, the
    fewest first. ``reasons`` say why the verifier refuses the plan.
    """

    status: str
    tiers: tuple[TierResult, ...] = ()
    grades: tuple[GradeCount, ...] = ()
    released: int = 0
    part_time: int = 0
    started: int = 0
    changed: int = 0
    overrides: int = 0
    distance: int = 0
    days: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def planned(self) -> bool:
        """Whether there is a verified plan."""
        return self.status in PLANNED

    @property
    def gap(self) -> float:
        """The widest relative gap of a tier."""
        return max((one.gap for one in self.tiers), default=0.0)

    @property
    def spread(self) -> int:
        """Days in post of the busiest person more than of the least busy one."""
        return self.days[-1] - self.days[0] if self.days else 0

    def tier(self, tier: int) -> int:
        """The value of a tier; 0 where nothing is in it."""
        return next((one.value for one in self.tiers if one.tier == tier), 0)

    def count(self, grade: Grade) -> GradeCount:
        """The objects of a grade."""
        none = GradeCount(grade=grade, whole=0, part=0, unserved=0)
        return next((one for one in self.grades if one.grade is grade), none)


@dataclass(frozen=True, slots=True)
class Result:
    """A scenario with the figures of each unit; a unit that was not reached is missing."""

    scenario: Scenario
    units: Mapping[str, Figures]
    wanted: int

    @property
    def complete(self) -> bool:
        """Whether every unit was reached."""
        return len(self.units) == self.wanted

    @property
    def whole(self) -> Figures:
        """All units together; without numbers unless each has a plan."""
        return together(list(self.units.values()))


def together(units: Sequence[Figures]) -> Figures:
    """The sum over units that share nobody."""
    statuses = {one.status for one in units}
    for status in (FAILED, REFUSED):
        if status in statuses:
            reasons = tuple(text for one in units for text in one.reasons)
            return Figures(status=status, reasons=reasons)
    status = worst_status(statuses) if units else "UNKNOWN"
    if status not in PLANNED:
        return Figures(status=status)
    tiers: dict[int, list[TierResult]] = {}
    for one in units:
        for tier in one.tiers:
            tiers.setdefault(tier.tier, []).append(tier)
    return Figures(
        status=status,
        tiers=tuple(
            rows[0].model_copy(
                update={
                    "value": sum(row.value for row in rows),
                    "bound": sum(row.bound for row in rows),
                }
            )
            for _, rows in sorted(tiers.items())
        ),
        grades=tuple(
            GradeCount(
                grade=grade,
                whole=sum(one.count(grade).whole for one in units),
                part=sum(one.count(grade).part for one in units),
                unserved=sum(one.count(grade).unserved for one in units),
            )
            for grade in Grade
        ),
        released=sum(one.released for one in units),
        part_time=sum(one.part_time for one in units),
        started=sum(one.started for one in units),
        changed=sum(one.changed for one in units),
        overrides=sum(one.overrides for one in units),
        distance=sum(one.distance for one in units),
        days=tuple(sorted(day for one in units for day in one.days)),
    )


# -- one unit -------------------------------------------------------------------------------------


def figures_of(instance: Instance, department: str, rules: Sequence[Rule], limit: float) -> Figures:
    """Solve one unit in this process, verify the plan and count it."""
    made = solve(instance, (department,), rules, Settings(limit, 1), interrupted=_stopped)
    assert made.proof is not None
    if made.proof.status not in PLANNED:
        return Figures(status=made.proof.status)
    verdict = verify(instance, made, rules)
    if not verdict.accepted:
        sentences = [
            f"{one.violation.site_id} {one.violation.inspector_id} "
            f"{one.violation.rule}：{one.sentence}".strip()
            for one in verdict.violations
        ]
        sentences += [
            f"{name}：求解值 {'缺' if a is None else a}，复算 {b}"
            for name, a, b in verdict.wrong_amounts
        ]
        return Figures(status=REFUSED, reasons=tuple(sentences[:SENTENCES_KEPT]))
    return counted(instance, made)


def counted(instance: Instance, made: Plan) -> Figures:
    """The figures of a verified plan with its proof."""
    assert made.proof is not None
    there = [
        row
        for row in made.stints
        if row.start <= made.round_end and (row.end is None or row.end >= made.round_start)
    ]
    served = {row.site_id for row in there}
    short = {row.site_id for row in made.shortages}
    people = {row.inspector_id for row in there}
    released = {row.inspector_id for row in there if row.form.released}
    days: dict[str, set[dt.date]] = {one: set() for one in people}
    for row in there:
        first = max(row.start, made.round_start)
        last = min(row.end or made.round_end, made.round_end)
        days[row.inspector_id].update(
            first + dt.timedelta(days=n) for n in range((last - first).days + 1)
        )
    starts = {
        (row.inspector_id, row.group or row.site_id, row.start)
        for row in there
        if row.start >= made.round_start
    }
    return Figures(
        status=made.proof.status,
        tiers=tuple(one.model_copy(update={"seconds": 0.0}) for one in made.proof.tiers),
        grades=tuple(_count(instance, grade, served, short) for grade in Grade),
        released=len(released),
        part_time=len(people - released),
        started=len(starts),
        changed=len(made.changes),
        overrides=len(made.overrides_used),
        distance=sum(one.amount for one in made.proof.penalties if one.name == "distance"),
        days=tuple(sorted(map(len, days.values()))),
    )


def _count(instance: Instance, grade: Grade, served: set[str], short: set[str]) -> GradeCount:
    own = {
        one
        for one in served | short
        if one in instance.rating_by_site and instance.rating_by_site[one].grade is grade
    }
    return GradeCount(
        grade=grade,
        whole=len(own - short),
        part=len(own & served & short),
        unserved=len(own - served),
    )


def key_of(
    instance: Instance,
    department: str,
    rules: Sequence[Rule],
    limit: float,
    only_looser: bool = False,
) -> str:
    """A digest of all that the figures of a unit depend on."""
    part = instance.restricted_to(department)
    own = {instance.site_key[site.id] for site in part.sites}
    twins = {
        site.id
        for site in instance.sites
        if site.department != department and instance.site_key[site.id] in own
    }
    concerned = {site.id for site in part.sites} | twins
    people = {row.id for row in part.inspectors}
    content = [
        importlib.metadata.version("planner"),
        department,
        float(limit),
        only_looser,
        [rule.article.rule for rule in rules],
        bool(instance.list_items),
        part.model_copy(
            update={
                "input_hash": "",
                "list_items": tuple(r for r in part.list_items if r.site_id in concerned),
                "trainings": tuple(
                    row.model_copy(
                        update={"inspector_ids": tuple(p for p in row.inspector_ids if p in people)}
                    )
                    for row in part.trainings
                ),
            }
        ).model_dump(),
        [
            row.model_dump()
            for rows in (instance.sites, instance.ratings, instance.stints)
            for row in rows
            if getattr(row, "site_id", getattr(row, "id", "")) in twins
        ],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


# -- many -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Task:
    key: str
    scenario: Scenario
    department: str


@dataclass
class Variants:
    """The scenarios of a run, the plan of each unit that they need, and what is known already.

    ``known`` maps keys to figures; ``keep`` is called with each new pair. Where the scenarios are
    ``only_looser``, a plan of the base that the verifier accepts there too and that is better than
    the one found takes its place: other due dates offer other candidates.
    """

    base: Instance
    departments: Sequence[str]
    rules: Sequence[Rule]
    limit: float
    known: dict[str, Figures]
    only_looser: bool = False
    keep: Callable[[str, Figures], None] = lambda key, figures: None
    keys: list[str] = field(default_factory=list)
    """The keys that the results need, each once, in order."""

    def results(
        self,
        scenarios: Sequence[Scenario],
        jobs: int,
        interruption: Interruption,
        progress: Callable[[int, int, str], None] = lambda done, total, text: None,
    ) -> list[Result]:
        """Figures of every scenario, in order. ``progress`` gets units done, in all, and the name
        of the scenario that was reached last. An interruption leaves units out."""
        tasks: dict[str, _Task] = {}
        keys: list[dict[str, str]] = []
        for scenario in scenarios:
            instance = applied(self.base, scenario.edits) if scenario.edits else self.base
            own = {one: key_of(instance, one, self.rules, self.limit) for one in self.departments}
            keys.append(own)
            for department, key in own.items():
                if key not in self.known:
                    tasks.setdefault(key, _Task(key, scenario, department))
        self.keys = list(dict.fromkeys(key for own in keys for key in own.values()))
        total = len(tasks)
        progress(0, total, "")

        def done(task: _Task, figures: Figures) -> None:
            self.known[task.key] = figures
            if figures.status != FAILED:
                self.keep(task.key, figures)
            progress(sum(one in self.known for one in tasks), total, task.scenario.name)

        lost = self._solve(list(tasks.values()), jobs, interruption, done)
        for task in lost:  # a process died: each alone, so that one costs no other
            again = self._solve([task], 1, interruption, done)
            for one in again:
                done(one, Figures(status=FAILED, reasons=("求解进程意外中止",)))
        return [
            Result(
                scenario,
                {one: self.known[key] for one, key in own.items() if key in self.known},
                len(self.departments),
            )
            for scenario, own in zip(scenarios, keys, strict=True)
        ]

    def _solve(
        self,
        tasks: Sequence[_Task],
        jobs: int,
        interruption: Interruption,
        done: Callable[[_Task, Figures], None],
    ) -> list[_Task]:
        """Solve in worker processes; return the tasks that were lost with a process."""
        if not tasks:
            return []
        lost = []
        context = multiprocessing.get_context()
        with ProcessPoolExecutor(
            min(jobs, len(tasks)),
            mp_context=context,
            initializer=_start,
            initargs=(
                interruption.stop,
                self.base,
                tuple(self.rules),
                self.limit,
                self.only_looser,
            ),
        ) as pool:
            futures: dict[Future[Figures | None], _Task] = {}
            for task in tasks:
                try:
                    futures[pool.submit(_work, task)] = task
                except BrokenProcessPool:
                    lost.append(task)
            pending = set(futures)
            while pending:
                finished, pending = wait(pending, 0.5, FIRST_COMPLETED)
                for future in finished:
                    task, error = futures[future], future.exception()
                    if isinstance(error, BrokenProcessPool):
                        lost.append(task)
                    elif error is not None:
                        reason = f"程序出错：{type(error).__name__}"
                        done(task, Figures(status=FAILED, reasons=(reason,)))
                    else:
                        figures = future.result()
                        if figures is not None:
                            done(task, figures)
        return lost


@dataclass(frozen=True, slots=True)
class _Given:
    """What a worker process knows from its start."""

    stop: Event
    base: Instance
    rules: tuple[Rule, ...]
    limit: float
    only_looser: bool
    plans: dict[str, Plan]


_given: _Given | None = None


def _start(
    stop: Event, base: Instance, rules: tuple[Rule, ...], limit: float, only_looser: bool
) -> None:
    global _given
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _given = _Given(stop, base, rules, limit, only_looser, {})


def _stopped() -> bool:
    return _given is not None and _given.stop.is_set()


def _work(task: _Task) -> Figures | None:
    """The figures of a task; None when it was cut short."""
    assert _given is not None
    if _stopped():
        return None
    edits, rules = task.scenario.edits, _given.rules
    instance = applied(_given.base, edits) if edits else _given.base
    figures = figures_of(instance, task.department, rules, _given.limit)
    if _given.only_looser and edits and figures.planned:
        before = _base_plan(_given, task.department)
        if _better(before, figures) and verify(instance, before, rules).accepted:
            figures = counted(instance, before)
    return None if _stopped() else figures


def _base_plan(given: _Given, department: str) -> Plan:
    """The plan of a unit as it is, made once in a process."""
    if department not in given.plans:
        settings = Settings(given.limit, 1)
        given.plans[department] = solve(
            given.base, (department,), given.rules, settings, interrupted=_stopped
        )
    return given.plans[department]


def _better(made: Plan, figures: Figures) -> bool:
    assert made.proof is not None
    values = [tier.value for tier in made.proof.tiers]
    return made.proof.status in PLANNED and values < [tier.value for tier in figures.tiers]


def read_stored(lines: Iterable[str]) -> dict[str, Figures]:
    """The figures of ``stored`` lines by key; a line that was cut off is left out."""
    found = {}
    for line in lines:
        try:
            row = json.loads(line)
            found[str(row["key"])] = Figures(**row["figures"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def stored(key: str, figures: Figures) -> str:
    """One line of the store."""
    row = {"key": key, "figures": figures.model_dump(mode="json")}
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"
