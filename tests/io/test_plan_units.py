"""The file of one unit is not taken for the plan of all: its other rows were not taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.findings import Severity
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.attachment1 import read_edited_plan
from planner.io.files import workbook_bytes
from planner.io.plan_json import plan_to_json
from planner.io.plan_workbook import read_plan
from planner.reports.attachment1 import attachment1
from planner.reports.plan_workbook import plan_workbook
from tests.builders import day, department, inspector, instance, plan, site, stint, trained

UNITS = ("D1", "D2", "D3")
KNOWN = instance(
    departments=tuple(department(one) for one in UNITS),
    inspectors=tuple(inspector(f"P{one}", department=one) for one in UNITS),
    sites=tuple(site(f"O{one}", department=one) for one in UNITS),
    trainings=(trained(*(f"P{one}" for one in UNITS)),),
)


def plan_of(*units: str) -> Plan:
    rows = (stint(f"O{one}", f"P{one}", department=one) for one in units)
    return plan(*rows, departments=units, input_hash=KNOWN.input_hash)


def written(folder: Path, made: Plan, *, with_json: bool) -> Path:
    """派驻计划.xlsx, with the plan.json of its folder or alone."""
    folder.mkdir()
    path = folder / "派驻计划.xlsx"
    content = workbook_bytes(plan_workbook(KNOWN, made, ()))
    path.write_bytes(content)
    if with_json:
        text = plan_to_json(made, KNOWN, {path.name: content})
        (folder / "plan.json").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("with_json", [True, False])
def test_the_workbook_of_one_unit_asks_for_the_unit(tmp_path: Path, with_json: bool) -> None:
    path = written(tmp_path / "D1", plan_of("D1"), with_json=with_json)
    refused = read_plan(path, KNOWN)
    assert refused.plan is None
    (issue,) = refused.issues
    assert issue.severity is Severity.ERROR
    assert "只是 D1 的" in issue.message
    assert "--department D1；" in issue.remedy
    accepted = read_plan(path, KNOWN, ("D1",))
    assert accepted.plan is not None
    assert accepted.plan.departments == ("D1",)


def test_edits_of_one_unit_are_not_compared_with_the_plan_of_all(tmp_path: Path) -> None:
    path = written(tmp_path / "D1", plan_of("D1"), with_json=True)
    for edited in (path, path.parent / "plan.json"):
        refused = read_edited_plan(edited, KNOWN, plan_of(*UNITS))
        assert refused.plan is None
        assert "只是 D1 的" in refused.issues[-1].message
        assert read_edited_plan(edited, KNOWN, plan_of("D1")).plan is not None


def test_the_form_of_one_unit_is_not_compared_with_the_plan_of_all(tmp_path: Path) -> None:
    path = tmp_path / "附件1.xlsx"
    path.write_bytes(workbook_bytes(attachment1(KNOWN, plan_of("D1"), day("2027-02-01"))))
    refused = read_edited_plan(path, KNOWN, plan_of(*UNITS))
    assert refused.plan is None
    assert "只是 D1 的" in refused.issues[-1].message
    assert read_edited_plan(path, KNOWN, plan_of("D1")).plan is not None


def test_a_unit_whose_rows_were_taken_out_of_the_plan_of_all_is_judged(tmp_path: Path) -> None:
    """plan.json beside it says that the plan was of all; several units say so too."""
    whole = written(tmp_path / "全部", plan_of(*UNITS), with_json=True)
    without = workbook_bytes(plan_workbook(KNOWN, plan_of("D1"), ()))
    whole.write_bytes(without)
    alone = written(tmp_path / "两家", plan_of("D1", "D2"), with_json=False)
    for path in (whole, alone):
        read = read_plan(path, KNOWN)
        assert read.plan is not None
        assert read.plan.departments == UNITS


def test_a_unit_that_owes_nothing_is_not_missed(tmp_path: Path) -> None:
    idle: Instance = KNOWN.model_copy(update={"sites": KNOWN.sites[:1]})
    path = written(tmp_path / "D1", plan_of("D1"), with_json=False)
    assert read_plan(path, idle).plan is not None
    assert idle.owed_window(idle.sites[0]) == (day("2027-01-11"), day("2027-07-11"))
