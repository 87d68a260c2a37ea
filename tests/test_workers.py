"""Ctrl-C and the heartbeat of a long solve."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

import pytest

from planner import workers
from planner.console import progress_display, progress_line
from planner.solve import WRITING_STAGE, Progress


def test_impatient_presses_are_ignored_until_the_grace_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    interruption = workers.Interruption(told.append)
    with interruption.watched():
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        assert interruption.happened
        assert interruption.stop.is_set()
        assert len(told) == 3
        assert "此前最好的计划" in told[0]
        monkeypatch.setattr(workers, "GRACE_SECONDS", -1.0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_progress_is_shown_again_while_nothing_is_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "HEARTBEAT_SECONDS", 0.01)
    beats: list[Progress] = []
    enough = threading.Event()

    def show(step: Progress) -> None:
        beats.append(step)
        if len(beats) == 3:
            enough.set()

    with workers.heartbeat(show, 60.0):
        assert enough.wait(30)
    assert "正在整理岗位和人选" in progress_line(beats[0])
    assert beats[0].seconds_left <= 60.0


def test_progress_without_a_finished_part_claims_no_value() -> None:
    line = progress_line(Progress(0, 4, 0, 0, 12.0, ""))
    assert line == "已排完单位 0/4，剩余至多 12 秒"


def test_progress_of_writing_counts_folders() -> None:
    step = Progress(3, 11, 0, 0, 0.0, "", WRITING_STAGE)
    assert progress_line(step) == "正在写文件：文件夹 3/11"


def test_a_plain_line_comes_for_the_first_and_the_last_unit_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with progress_display() as show:
        for done in range(1049):
            show(Progress(done, 1048, 0, 0, 9.0, ""))
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("，")[0] for line in lines] == [
        "已排完单位 0/1048",
        "已排完单位 1048/1048",
    ]


def doubled_or_dead(dies_at: int, stopped: Callable[[], bool], task: int) -> int:
    """Twice the task; the worker process that gets the task ``dies_at`` is gone."""
    if task == dies_at and multiprocessing.parent_process() is not None:
        os._exit(1)
    return 2 * task


@pytest.mark.parametrize(("jobs", "dies_at"), [(1, -1), (3, -1), (2, 4)])
def test_what_workers_find_comes_in_the_order_of_the_tasks_though_one_dies(
    jobs: int, dies_at: int
) -> None:
    counts: list[int] = []
    found = workers.all_in_workers(range(9), doubled_or_dead, dies_at, jobs, counts.append)
    assert found == [2 * task for task in range(9)]
    assert counts == list(range(1, 10))
