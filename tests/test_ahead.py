"""往下排: for whom a plan has no continuation in the next round."""

from __future__ import annotations

import pytest

from planner.cli import main
from planner.domain.terms import Grade
from planner.run.ahead import dead_ends
from tests.builders import day, instance, plan, rating, shortage, site, stint
from tests.conftest import PlannedSample


def test_who_is_served_to_the_end_and_not_after_is_a_dead_end() -> None:
    moved = instance(
        sites=tuple(site(one) for one in ("O1", "O2", "O3", "O4")),
        ratings=(rating("O1", Grade.THIRD), rating("O2"), rating("O3"), rating("O4")),
    )
    now = plan(
        stint("O1", "P1", "2027-01-11", "2027-07-09"),
        stint("O1", "P1", "2027-07-10", "2027-08-31"),
        stint("O2", "P2", "2027-01-11", "2027-07-11"),
        stint("O3", "P3", "2027-01-11", "2027-05-31"),
        stint("O4", "P3", "2027-06-01", "2027-07-11"),
    )
    following = plan(
        shortages=(
            shortage("O1", "2027-09-01", "2028-01-09"),
            shortage("O2", "2027-07-12", "2027-07-31"),
            shortage("O2", "2027-12-01", "2028-01-09"),
            shortage("O3", "2027-07-12", "2028-01-09"),
        )
    )
    found = dead_ends(moved, now, following)
    assert list(found) == ["O2", "O1"], "the stricter grade first; O3 ended before, O4 goes on"
    assert [row.start for row in found["O2"]] == [day("2027-07-12"), day("2027-12-01")]


def test_the_next_round_is_planned_from_this_one(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_file = str(planned.folder / "plan.json")
    assert main(["ahead", str(planned.workbook), plan_file, "--limit", "60"]) == 0
    said = capsys.readouterr().out
    assert "接着排了 2027H2（2027-07-12 至 2028-01-09" in said
    assert "本轮末有人" in said
