"""Solve: from an instance to a plan with its proof.

Units share no people. Each is a component, and components are built and solved alone, side by
side, through any ``concurrent.futures.Executor``.
"""

from __future__ import annotations

import importlib.metadata
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace

from planner.components import Component, Part, Unit, component_of, part_of, units_of
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import (
    ComponentResult,
    OverrideUse,
    PenaltyResult,
    Plan,
    Proof,
    Stint,
    TierResult,
    sum_penalties,
    sum_tiers,
    worst_status,
)
from planner.domain.terms import EndReason
from planner.model.extract import Chosen, rows_of
from planner.offer import ORDINARY, Offer
from planner.remarks import POST_GONE, lasting, one_remark, with_remarks
from planner.rule import Rule, Tier
from planner.shortages import shortages_of

DEFAULT_LIMIT_SECONDS = 180.0
SMALLEST_SHARE_SECONDS = 2.0
FIXED_PAIRS = 20
PARTS_PER_JOB = 2
HEARTBEAT_SECONDS = 0.5
STATUS_WORDS = {
    "OPTIMAL": "各层均已证明最优",
    "FEASIBLE": "已有可行计划",
    "INFEASIBLE": "已证明无解",
    "UNKNOWN": "时限内没有计划",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How to search. ``limit_seconds`` bounds the whole run; ``reproducible`` makes the plan
    independent of the clock and of ``jobs``. Tiers after ``last_tier`` are left as they come: for
    questions to which the first ones are the answer."""

    limit_seconds: float = DEFAULT_LIMIT_SECONDS
    jobs: int = 1
    reproducible: bool = False
    last_tier: Tier = Tier.CHANCE


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """The outcome of one component; ``chosen`` is empty without a plan. ``overrides_used`` has the
    uses that no candidate alone decides."""

    component: ComponentResult
    chosen: tuple[Chosen, ...]
    overrides_used: tuple[OverrideUse, ...]


@dataclass(frozen=True, slots=True)
class TierNews:
    """A tier that a component has just settled: its value and proven bound."""

    department: str
    tier: int
    value: int
    bound: int

    def message(self, instance: Instance) -> str:
        """One Chinese phrase."""
        unit = instance.department_by_code[self.department].short_name
        proof = "已证明最优" if self.value <= self.bound else f"界 {self.bound}"
        return f"{unit}：{Tier(self.tier).title} {self.value}，{proof}"


WRITING_STAGE = "写文件"
"""The stage after the search; its components are folders."""
AHEAD_STAGE = "往下看一轮"
"""The stage in which each unit tries what it could leave to the next round: there is no one value
that all of it seeks."""


@dataclass(frozen=True, slots=True)
class Progress:
    """进度: sums over the finished components, the time that is left, and the latest news.
    ``components_total`` is 0 until the components are known; ``stage`` names the search where there
    are several in a row, or ``WRITING_STAGE``."""

    components_done: int
    components_total: int
    incumbent: int
    bound: int
    seconds_left: float
    message: str
    stage: str = ""

    @property
    def writing(self) -> bool:
        """Whether the search is over and files are written."""
        return self.stage == WRITING_STAGE

    @property
    def valued(self) -> bool:
        """Whether the stage seeks one value."""
        return self.stage != AHEAD_STAGE

    @property
    def gap(self) -> float:
        """Relative gap over the finished components."""
        if self.incumbent <= self.bound:
            return 0.0
        return (self.incumbent - self.bound) / max(1, self.incumbent)


def solve_part(
    part: Part,
    rules: Sequence[Rule],
    limit_seconds: float,
    workers: int,
    settings: Settings,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[TierNews], None] = lambda news: None,
) -> ComponentAnswer:
    """Find the candidates of one unit and solve it. Runs in a worker process: everything can be
    pickled. The seconds of the answer are those of both."""
    began = time.monotonic()
    component = component_of(part, rules)
    left = limit_seconds - (0.0 if settings.reproducible else time.monotonic() - began)
    answer = solve_component(
        component, rules, left, workers, settings, should_stop, report, part.offer.start
    )
    result = answer.component.model_copy(update={"seconds": time.monotonic() - began})
    return replace(answer, component=result)


def solve_component(
    component: Component,
    rules: Sequence[Rule],
    limit_seconds: float,
    workers: int,
    settings: Settings,
    should_stop: Callable[[], bool] = lambda: False,
    report: Callable[[TierNews], None] = lambda news: None,
    start: Sequence[Stint] = (),
) -> ComponentAnswer:
    """Build and solve the model of one component, from the rows of ``start`` on if there are
    any."""
    from planner.model.build import PlanModel
    from planner.model.tiers import Budget, solve_tiers

    def tell(tier: int, value: int, bound: int) -> None:
        report(TierNews(component.department, tier, value, bound))

    began = time.monotonic()
    model = PlanModel(component.instance, component.posts, component.candidates)
    model.post_rules(rules)
    solution = solve_tiers(
        model,
        Budget(
            limit_seconds=limit_seconds,
            workers=workers,
            seed=component.instance.seed,
            reproducible=settings.reproducible,
            should_stop=should_stop,
            report=tell,
            last_tier=settings.last_tier,
            started=began,
        ),
        model.columns_of(start) if start else None,
    )
    chosen: tuple[Chosen, ...] = ()
    penalties: tuple[PenaltyResult, ...] = ()
    uses: tuple[OverrideUse, ...] = ()
    if solution.values is not None:
        values = solution.values
        uses = tuple(use for column, use in model.uses.items() if values[column])
        chosen = tuple(
            Chosen(
                post=post,
                candidates=tuple(
                    one.candidate for one in model.stints_of_post[index] if values[one.index]
                ),
            )
            for index, post in enumerate(component.posts)
        )
        penalties = tuple(one for one in model.results(values) if one.tier <= settings.last_tier)
    result = ComponentResult(
        department=component.department,
        posts=len(component.posts),
        inspectors=component.inspectors,
        columns=component.columns,
        status=solution.status,
        seconds=time.monotonic() - began,
        tiers=tuple(
            TierResult(
                tier=one.tier,
                name=Tier(one.tier).title,
                value=one.value,
                bound=one.bound,
                seconds=one.seconds,
            )
            for one in solution.tiers
        ),
        penalties=penalties,
    )
    return ComponentAnswer(result, chosen, uses)


def solve(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    settings: Settings,
    *,
    offer: Offer = ORDINARY,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
    news: Callable[[], Iterable[TierNews]] = tuple,
    interrupted: Callable[[], bool] = lambda: False,
) -> Plan:
    """Plan the departments. Without an executor the units are solved one after another.

    ``news`` gives what the workers have reported since the last call. The status of the proof is
    the worst of the components': a component without a plan leaves its sites out and makes the
    whole UNKNOWN or INFEASIBLE.
    """
    began = time.monotonic()
    units = units_of(instance, departments)
    workers = 1 if settings.reproducible else max(1, settings.jobs // max(1, len(units)))
    total = sum(one.pairs + FIXED_PAIRS for one in units)
    answers: list[ComponentAnswer] = []
    message = ""

    def show(latest: str) -> None:
        nonlocal message
        message = latest or message
        tiers = [tier for one in answers for tier in one.component.tiers]
        progress(
            Progress(
                components_done=len(answers),
                components_total=len(units),
                incumbent=sum(tier.value for tier in tiers),
                bound=sum(tier.bound for tier in tiers),
                seconds_left=max(0.0, settings.limit_seconds - (time.monotonic() - began)),
                message=message,
            )
        )

    def done(answer: ComponentAnswer) -> None:
        answers.append(answer)
        one = answer.component
        name = instance.department_by_code[one.department].short_name
        show(f"{name}：{STATUS_WORDS.get(one.status, one.status)}")

    def share(unit: Unit) -> float:
        """Seconds for a unit: its part of all the work, on ``jobs`` processes."""
        part = settings.jobs * (unit.pairs + FIXED_PAIRS) / total
        if settings.reproducible:
            part /= settings.jobs  # equal for any number of processes
        return max(SMALLEST_SHARE_SECONDS, settings.limit_seconds * min(1.0, part))

    def work(unit: Unit) -> tuple[Part, Sequence[Rule], float, int, Settings]:
        part = part_of(instance, unit, rules, offer)
        return part, tuple(rules), share(unit), workers, settings

    # The large ones first: the small ones fill the time that the last large one takes.
    if executor is None:
        for unit in units:
            done(solve_part(*work(unit), interrupted, lambda told: show(told.message(instance))))
    else:
        waiting = iter(units)
        pending: set[Future[ComponentAnswer]] = set()
        show("")
        while True:
            # No more parts are made than soon go out, so that memory stays bounded.
            for unit in itertools.islice(waiting, PARTS_PER_JOB * settings.jobs - len(pending)):
                pending.add(executor.submit(solve_part_in_worker, *work(unit)))
            if not pending:
                break
            finished, pending = wait(pending, HEARTBEAT_SECONDS, FIRST_COMPLETED)
            for future in finished:
                done(future.result())
            show(" ".join([told.message(instance) for told in news()][-1:]))
    answers.sort(key=lambda one: one.component.department)
    return _assemble(instance, departments, rules, answers)


def _never() -> bool:
    return False


def _unheard(news: TierNews) -> None:
    """Nobody listens."""


_should_stop: Callable[[], bool] = _never
_report: Callable[[TierNews], None] = _unheard


def prepare_worker(should_stop: Callable[[], bool], report: Callable[[TierNews], None]) -> None:
    """Tell this worker process how to learn of an interruption and where to report (a pool's
    initialiser)."""
    global _should_stop, _report
    _should_stop, _report = should_stop, report


def solve_part_in_worker(
    part: Part,
    rules: Sequence[Rule],
    limit_seconds: float,
    workers: int,
    settings: Settings,
) -> ComponentAnswer:
    """``solve_part`` with this worker's way to learn of an interruption and to report."""
    return solve_part(part, rules, limit_seconds, workers, settings, _should_stop, _report)


# -- the plan -----------------------------------------------------------------------------------


def _assemble(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    answers: Sequence[ComponentAnswer],
) -> Plan:
    chosen = [one for answer in answers for one in answer.chosen]
    rows = rows_of(instance, chosen)
    uses = [*rows.overrides_used, *(use for one in answers for use in one.overrides_used)]
    stints = with_remarks(
        instance, [*rows.stints, *_ended_elsewhere(instance, departments, rows.stints)]
    )
    return Plan(
        round=instance.round.name,
        round_start=instance.round.start,
        round_end=instance.round.end,
        departments=tuple(departments),
        stints=tuple(
            sorted(stints, key=lambda s: (s.department, s.site_id, s.slot, s.start, s.inspector_id))
        ),
        shortages=shortages_of(instance, departments, rules, chosen),
        changes=tuple(sorted(rows.changes, key=lambda c: (c.site_id, c.slot, c.inspector_id))),
        overrides_used=tuple(
            sorted(uses, key=lambda o: (o.rule, o.site_id, o.inspector_id, o.start))
        ),
        proof=_proof(instance, answers),
        input_hash=instance.input_hash,
    )


def _ended_elsewhere(
    instance: Instance, departments: Iterable[str], written: Iterable[Stint]
) -> list[Stint]:
    """Running stints that have no post any more: the site left the list, or the form or group is
    gone. They end before the round, or with the site's own window."""
    kept = {(s.inspector_id, s.site_id, s.slot, s.start) for s in written}
    wanted = set(departments)
    rows = []
    for stint in instance.running:
        key = (stint.inspector_id, stint.site_id, stint.slot, stint.start)
        if stint.department in wanted and key not in kept:
            owed = instance.owed_window(instance.site_by_id[stint.site_id])
            waits = owed is None or owed[0] > instance.round.start
            gone = "" if waits else POST_GONE
            rows.append(
                stint.model_copy(
                    update={
                        "end": max(stint.start, instance.round.start - ONE_DAY),
                        "end_reason": EndReason.OTHER if gone else EndReason.OFF_LIST,
                        "note": one_remark((lasting(instance, stint), gone)),
                    }
                )
            )
    return rows


def _proof(instance: Instance, answers: Sequence[ComponentAnswer]) -> Proof:
    components = tuple(answer.component for answer in answers)
    versions = "、".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("ortools", "highspy")
    )
    return Proof(
        status=worst_status([one.status for one in components]),
        seed=instance.seed,
        solver=versions,
        tiers=sum_tiers(components),
        penalties=sum_penalties(components),
        components=components,
    )
