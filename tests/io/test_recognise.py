"""A sound file in the wrong place is called by its name, and the right command is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from planner.domain.findings import InputIssue
from planner.io.ledgers import write_ledger_template
from planner.io.plan_workbook import read_plan
from planner.io.reader import read_workbook
from planner.io.schema_people import TRAININGS
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK
from tests.conftest import PlannedSample

TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.active.title = "工资表"
    workbook.active["A1"] = "姓名"
    workbook.save(tmp_path / "工资.xlsx")
    return tmp_path / "工资.xlsx"


def only(issues: tuple[InputIssue, ...]) -> str:
    (issue,) = issues
    assert issue.severity == "错误"
    return f"{issue.message}。{issue.remedy}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (PLAN_WORKBOOK, ("这是派驻计划", "planner verify", "planner report")),
        (ATTACHMENT_1, ("这是附件1", "数据工作簿")),
        (PLAN_JSON, ("json", "planner verify")),
    ],
)
def test_a_result_is_no_input(planned: PlannedSample, name: str, words: tuple[str, ...]) -> None:
    text = only(read_workbook(planned.folder / name, today=TODAY).issues)
    assert all(word in text for word in words), text


def test_a_foreign_workbook_is_no_input(foreign: Path) -> None:
    text = only(read_workbook(foreign, today=TODAY).issues)
    assert "没有一张认识的表（有“工资表”）" in text
    assert "planner template" in text


def test_a_ledger_is_no_input_though_it_has_trainings(tmp_path: Path) -> None:
    ledger = tmp_path / "台账.xlsx"
    write_ledger_template(ledger)
    assert TRAININGS.title in openpyxl.load_workbook(ledger).sheetnames
    text = only(read_workbook(ledger, today=TODAY).issues)
    assert "不是驻点监督的数据工作簿" in text


def test_neither_data_nor_attachment_nor_foreign_workbook_is_a_plan(
    planned: PlannedSample, foreign: Path
) -> None:
    for path, words in (
        (planned.workbook, "这是填报的数据工作簿，不是派驻计划"),
        (planned.folder / ATTACHMENT_1, "这是附件1（报送用的结果），不是派驻计划"),
        (foreign, "不是派驻计划：没有一张认识的表（有“工资表”）"),
    ):
        text = only(read_plan(path, planned.instance).issues)
        assert words in text
        assert "派驻计划.xlsx" in text


def test_a_plan_without_one_of_its_sheets_is_still_taken_for_a_plan(
    planned: PlannedSample, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)
    del workbook["未安排对象"]
    workbook.save(tmp_path / "计划.xlsx")
    text = only(read_plan(tmp_path / "计划.xlsx", planned.instance).issues)
    assert text.startswith("没有表“未安排对象”")
