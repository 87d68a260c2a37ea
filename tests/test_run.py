"""What is written when not everything is well: refused units, and searches that were cut short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.exit_codes import NO_PLAN, OK
from planner.io.plan_json import plan_from_json
from planner.io.writer import write_workbook
from planner.run import main_job as run
from planner.run.outcome import Outcome
from planner.samples import sample_instance
from planner.verify import Judged, RuleVerdict, Verdict
from planner.verify import verify as judge
from planner.workers import solve_in_workers

SMALL = ("JN-GA", "JN-SW")


def planned(folder: Path, **options: Any) -> Outcome:
    """Two small units of the default city."""
    workbook = folder / "city.xlsx"
    if not workbook.exists():
        write_workbook(sample_instance("default", 1), workbook)
    settings: dict[str, Any] = {"departments": SMALL, "limit_seconds": 60, "jobs": 1}
    return run.plan(workbook, folder / "out", **{**settings, **options})


def test_one_refused_unit_does_not_cost_the_others_their_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suspicious(instance: Instance, plan: Plan, rules: Any) -> Verdict:
        verdict = judge(instance, plan, rules)
        if SMALL[0] not in plan.departments:
            return verdict
        wrong = Judged(Violation(rule="R05-3", department=SMALL[0]), "有空档")
        first = verdict.rules[0]
        return Verdict((RuleVerdict(first.article, (wrong,), ()), *verdict.rules[1:]))

    monkeypatch.setattr(run, "judge", suspicious)
    outcome = planned(tmp_path)
    assert outcome.exit_code == NO_PLAN
    assert any("有空档" in line and "市公安局" in line for line in outcome.messages)
    written = plan_from_json((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert written.departments == (SMALL[1],)
    assert written.stints


def test_a_search_cut_short_does_not_replace_a_better_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert planned(tmp_path).exit_code == OK
    before = (tmp_path / "out" / "plan.json").read_bytes()

    def cut_short(*arguments: Any) -> Plan:
        made = solve_in_workers(*arguments)
        assert made.proof is not None
        return made.model_copy(
            update={"proof": made.proof.model_copy(update={"status": "FEASIBLE"})}
        )

    monkeypatch.setattr(run, "solve_in_workers", cut_short)
    again = planned(tmp_path)
    assert again.exit_code == OK
    assert "未覆盖" in again.messages[0]
    assert not again.files
    assert (tmp_path / "out" / "plan.json").read_bytes() == before
