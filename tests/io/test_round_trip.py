"""What is written is read back as it was, and the same content is the same file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.domain.instance import Instance
from planner.io.columns import Kind
from planner.io.reader import read_workbook
from planner.io.schema import GUIDE_TITLE, SHEETS
from planner.io.schema_scenarios import SCENARIOS
from planner.io.template import write_template
from planner.io.writer import write_workbook
from planner.samples import sample_instance

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(("size", "seed"), [("department", 1), ("default", 3)])
def test_a_sample_survives_writing_and_reading(size: Any, seed: int, tmp_path: Path) -> None:
    sample = sample_instance(size, seed)
    path = tmp_path / "in.xlsx"
    write_workbook(sample, path)
    result = read_workbook(path, today=TODAY)
    assert result.instance is not None
    for name in Instance.model_fields:
        if name not in {"ratings", "input_hash"}:
            assert getattr(result.instance, name) == getattr(sample, name), name
    assert {issue.sheet for issue in result.issues} == {"日历调整"}


def test_the_same_content_is_the_same_bytes_and_the_same_hash(tmp_path: Path) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for path in (one, other):
        write_workbook(sample_instance("department", 5), path)
    assert one.read_bytes() == other.read_bytes()
    workbook = openpyxl.load_workbook(one)
    workbook["驻点人员"]["B2"].font = openpyxl.styles.Font(bold=True)
    workbook.save(other)
    hashes = []
    for path in (one, other):
        instance = read_workbook(path, today=TODAY).instance
        assert instance is not None
        hashes.append(instance.input_hash)
    assert hashes[0] == hashes[1]
    workbook["驻点人员"]["B2"].value = "另一人"
    workbook.save(other)
    changed = read_workbook(other, today=TODAY).instance
    assert changed is not None
    assert changed.input_hash != hashes[0]


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    sample = sample_instance("department", 1)
    names = ("=1+1", "+A1", "-2", "@SUM(A1)")
    sites = tuple(
        site.model_copy(update={"address": names[n]}) if n < len(names) else site
        for n, site in enumerate(sample.sites)
    )
    path = tmp_path / "in.xlsx"
    write_workbook(sample.model_copy(update={"sites": sites}), path)
    instance = read_workbook(path, today=TODAY).instance
    assert instance is not None
    assert tuple(site.address for site in instance.sites[:4]) == names


def test_the_template_explains_itself(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(path)
    workbook = openpyxl.load_workbook(path)
    sheets = (*SHEETS, SCENARIOS)
    assert workbook.sheetnames == [GUIDE_TITLE, *(sheet.title for sheet in sheets)]
    guide = {str(cell.value) for row in workbook[GUIDE_TITLE].iter_rows() for cell in row}
    for sheet in sheets:
        assert sheet.title in guide
        worksheet = workbook[sheet.title]
        assert worksheet.freeze_panes in {"A2", "C2"}
        assert [cell.value for cell in worksheet[1]] == [c.heading for c in sheet.columns]
        assert all(cell.comment and cell.comment.text for cell in worksheet[1])
        ruled = "".join(str(rule.sqref) for rule in worksheet.data_validations.dataValidation)
        for cell, column in zip(worksheet[1], sheet.columns, strict=True):
            chosen = column.kind in {Kind.ENUM, Kind.BOOLEAN} or (
                column.refers_to and column.kind is Kind.CODE
            )
            if chosen:
                assert f"{cell.column_letter}2:" in ruled, (sheet.title, column.heading)


def test_the_template_asks_for_the_four_tables(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    write_template(path)
    result = read_workbook(path, today=TODAY)
    assert result.instance is None
    errors = [issue for issue in result.issues if issue.severity == "错误"]
    assert [issue.sheet for issue in errors] == ["部门单位", "行业领域", "驻点人员", "驻点对象"]
    assert all(issue.remedy for issue in errors)


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("official", "正式"), ("provisional", "暂定"), ("placeholder", "待定"),
        ("default", "默认"), ("占位", "待定"), ("待定", "待定"),
    ],
)  # fmt: skip
def test_key_periods_are_written_in_chinese_and_read_in_both(
    word: str, read: str, tmp_path: Path
) -> None:
    path = tmp_path / "in.xlsx"
    write_workbook(sample_instance("department", 1), path)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["重点时段"]
    (column,) = (cell.column for cell in sheet[1] if cell.value == "状态")
    assert {row[column - 1] for row in sheet.iter_rows(min_row=2, values_only=True)} <= {
        "正式", "暂定", "待定", "默认",
    }  # fmt: skip
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"正式,暂定,待定,默认"' in lists
    sheet.cell(2, column).value = word
    workbook.save(path)
    known = read_workbook(path, today=TODAY).instance
    assert known is not None
    assert known.key_periods[0].status.value == read
