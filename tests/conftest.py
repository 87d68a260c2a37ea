"""What several tests share: one planned department, made once by the command line itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.plan_workbook import read_plan
from planner.run.reading import check


@dataclass(frozen=True)
class PlannedSample:
    """The department sample as files, and as objects."""

    workbook: Path
    folder: Path
    instance: Instance
    plan: Plan


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> PlannedSample:
    """``planner sample`` and ``planner plan`` of the department sample."""
    folder = tmp_path_factory.mktemp("planned")
    workbook, out = folder / "示例.xlsx", folder / "结果"
    assert main(["sample", str(workbook), "--size", "department", "--seed", "1"]) == 0
    assert main(["plan", str(workbook), "--out", str(out), "--jobs", "1", "--reproducible"]) == 0
    instance = check(workbook).instance
    assert instance is not None
    read = read_plan(out / "plan.json", instance)
    assert read.plan is not None
    assert not read.issues
    return PlannedSample(workbook, out, instance, read.plan)
