"""Ctrl-C and the heartbeat of a long solve."""

from __future__ import annotations

import signal
import threading

import pytest

from planner import workers
from planner.console import progress_line
from planner.solve import Progress


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

    with workers._heartbeat(show, 60.0):
        assert enough.wait(30)
    assert "正在整理岗位和人选" in progress_line(beats[0])
    assert beats[0].seconds_left <= 60.0


def test_progress_without_a_finished_part_claims_no_value() -> None:
    line = progress_line(Progress(0, 4, 0, 0, 12.0, ""))
    assert line == "已排完单位 0/4，剩余至多 12 秒"
