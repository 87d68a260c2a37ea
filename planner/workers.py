"""Solving in worker processes: Ctrl-C keeps the best plan, and a line tells that work goes on."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.offer import ORDINARY, Offer
from planner.rule import Rule
from planner.solve import Progress, Settings, TierNews, prepare_worker, solve

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Event

HEARTBEAT_SECONDS = 5.0
GRACE_SECONDS = 30.0
"""So long after the first Ctrl-C another one does no harm; then it gives up."""


class Interruption:
    """Ctrl-C between the start of the solve and the last file.

    The first one asks the workers for what they have; it is verified and written like any plan.
    Impatient further ones are ignored, because they would throw that plan away.
    """

    def __init__(self, notify: Callable[[str], None]) -> None:
        self._notify = notify
        self._asked_at: float | None = None
        self.stop: Event = multiprocessing.get_context().Event()

    @property
    def happened(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._asked_at is not None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Listen to Ctrl-C inside the block; only the main thread can."""
        previous = signal.signal(signal.SIGINT, self._on_signal)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self.stop.set()
            self._notify("正在收尾：取此前最好的计划，核查后写出，请稍候。")
        elif now - self._asked_at > GRACE_SECONDS:
            raise KeyboardInterrupt
        else:
            self._notify("正在收尾，请稍候。")


def solve_in_workers(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    settings: Settings,
    progress: Callable[[Progress], None],
    interruption: Interruption,
    offer: Offer = ORDINARY,
) -> Plan:
    """Solve in worker processes, so that Ctrl-C reaches us and the best plan can be kept."""
    context = multiprocessing.get_context()
    told: SimpleQueue[TierNews] = context.SimpleQueue()

    def news() -> Iterator[TierNews]:
        while not told.empty():
            yield told.get()

    with (
        heartbeat(progress, settings.limit_seconds) as show,
        ProcessPoolExecutor(
            settings.jobs,
            mp_context=context,
            initializer=_start_worker,
            initargs=(interruption.stop, told),
        ) as pool,
    ):
        return solve(
            instance,
            departments,
            rules,
            settings,
            offer=offer,
            executor=pool,
            progress=show,
            news=news,
        )


Given = TypeVar("Given")
Task = TypeVar("Task")
Found = TypeVar("Found")
Key = TypeVar("Key", bound=Hashable)


def each_in_workers(
    tasks: Sequence[Task],
    work: Callable[[Given, Callable[[], bool], Task], Found],
    given: Given,
    jobs: int,
    interruption: Interruption,
    done: Callable[[Task, Found], None],
) -> list[Task]:
    """Do many tasks in worker processes, to which ``given`` is sent once; ``done`` is called here
    as each is finished. ``work`` gets ``given``, a way to learn of an interruption, and the task.
    Returns the tasks that were not done: those after an interruption, and those that a process did
    not live to finish. An error of ``work`` is raised."""
    left = list(tasks)
    if not left:
        return left
    with ProcessPoolExecutor(
        min(jobs, len(left)),
        mp_context=multiprocessing.get_context(),
        initializer=_give,
        initargs=(interruption.stop, given),
    ) as pool:
        futures = {}
        with suppress(BrokenProcessPool):
            for task in tasks:
                futures[pool.submit(_do, work, task)] = task
        pending = set(futures)
        while pending:
            finished, pending = wait(pending, HEARTBEAT_SECONDS / 10, FIRST_COMPLETED)
            for future in finished:
                if future.cancelled() or isinstance(future.exception(), BrokenProcessPool):
                    continue
                task = futures[future]
                left.remove(task)
                done(task, future.result())
            if interruption.happened:
                for future in pending:
                    future.cancel()
    return left


def all_in_workers(
    tasks: Sequence[Key],
    work: Callable[[Given, Callable[[], bool], Key], Found],
    given: Given,
    jobs: int,
    done: Callable[[int], None],
) -> list[Found]:
    """What ``work`` makes of each task, in their order, whatever is pressed: what the worker
    processes did not finish is done here. ``done`` is told how many are finished."""
    found: dict[Key, Found] = {}
    never = Interruption(lambda text: None)

    def keep(task: Key, made: Found) -> None:
        found[task] = made
        done(len(found))

    several = min(jobs, len(tasks)) > 1
    for task in each_in_workers(tasks, work, given, jobs, never, keep) if several else tasks:
        keep(task, work(given, never.stop.is_set, task))
    return [found[task] for task in tasks]


_here: tuple[Event, Any] | None = None


def _give(stop: Event, given: Any) -> None:
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here = stop, given


def _do(work: Callable[[Any, Callable[[], bool], Any], Any], task: Any) -> Any:
    assert _here is not None
    stop, given = _here
    return work(given, stop.is_set, task)


def _start_worker(stop: Event, told: SimpleQueue[TierNews]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_worker(stop.is_set, told.put)


@contextmanager
def heartbeat(
    progress: Callable[[Progress], None], limit_seconds: float
) -> Iterator[Callable[[Progress], None]]:
    """Show the newest progress again every few seconds, from the very beginning."""
    began = time.monotonic()
    newest = Progress(0, 0, 0, 0, limit_seconds, "")
    over, lock = threading.Event(), threading.Lock()

    def show(step: Progress) -> None:
        nonlocal newest
        with lock:
            newest = step
            progress(step)

    def beat() -> None:
        while not over.wait(HEARTBEAT_SECONDS):
            with lock:
                left = max(0.0, limit_seconds - (time.monotonic() - began))
                progress(replace(newest, seconds_left=left))

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield show
    finally:
        over.set()
        thread.join()
