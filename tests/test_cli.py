"""The command line as a coordinator meets it: files, messages and every exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from planner import run
from planner.cli import EXIT_CODES, main
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof
from planner.domain.tables import ListItem
from planner.domain.terms import Grade, ListAction
from planner.io.writer import write_workbook
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK, REPORT
from tests.conftest import PlannedSample
from tests.test_diagnose import TWICE

FILES = {ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK, REPORT}
ROOT = Path(__file__).parent.parent


def edited(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    """A copy of a workbook after a person's edit."""
    workbook = openpyxl.load_workbook(source)
    edit(workbook)
    workbook.save(target)
    return target


def test_plan_writes_the_four_files_and_verify_accepts_them(planned: PlannedSample) -> None:
    assert {path.name for path in planned.folder.iterdir()} == FILES
    for name in (PLAN_JSON, PLAN_WORKBOOK):
        assert main(["verify", str(planned.workbook), str(planned.folder / name)]) == 0


def test_same_input_gives_the_same_bytes_for_any_number_of_jobs(
    planned: PlannedSample, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    arguments = ["--out", str(out), "--jobs", "2", "--reproducible"]
    assert main(["plan", str(planned.workbook), *arguments]) == 0
    for name in FILES - {REPORT}:  # the report tells the seconds of each part
        assert (out / name).read_bytes() == (planned.folder / name).read_bytes(), name


def test_an_edit_that_breaks_a_rule_is_named(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def let_an_agency_worker_go(workbook: openpyxl.Workbook) -> None:
        agency = next(p for p in planned.instance.inspectors if not p.staff_type.formal)
        sheet = workbook["派驻记录"]
        row = next(n for n in range(2, sheet.max_row) if sheet.cell(n, 15).value == "草案")
        sheet.cell(row, 6).value, sheet.cell(row, 7).value = agency.id, agency.name

    source = planned.folder / PLAN_WORKBOOK
    changed = edited(source, tmp_path / "改过.xlsx", let_an_agency_worker_go)
    assert main(["verify", str(planned.workbook), str(changed)]) == 5
    assert "违规 R09-1" in capsys.readouterr().out


def test_an_unknown_person_in_an_edited_plan_is_bad_input(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def name_a_stranger(workbook: openpyxl.Workbook) -> None:
        workbook["派驻记录"].cell(2, 6).value = "YJ-999"

    changed = edited(planned.folder / PLAN_WORKBOOK, tmp_path / "改过.xlsx", name_a_stranger)
    assert main(["verify", str(planned.workbook), str(changed)]) == 2
    out = capsys.readouterr().out
    assert "派驻记录!F2" in out
    assert "YJ-999" in out


def test_bad_input_names_the_cell_and_writes_nothing(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_two_cells(workbook: openpyxl.Workbook) -> None:
        workbook["驻点对象"]["C3"].value = None
        workbook["驻点人员"]["H4"].value = "神仙"

    broken = edited(planned.workbook, tmp_path / "坏.xlsx", break_two_cells)
    out = tmp_path / "out"
    assert main(["plan", str(broken), "--out", str(out)]) == 2
    shown = capsys.readouterr().out
    assert "错误 驻点对象!C3" in shown
    assert "错误 驻点人员!H4" in shown
    assert not out.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["坏.xlsx"]


def test_check_as_json(planned: PlannedSample, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(planned.workbook), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert {issue["severity"] for issue in document["issues"]} == {"警告"}


def test_proved_impossible_names_rules_and_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook, out = tmp_path / "in.xlsx", tmp_path / "out"
    items = tuple(
        ListItem(
            quarter="2027Q1", department="D1", site_id=site.id, action=ListAction.KEEP,
            grade=Grade.FIRST, grade_reason="重大危险源",
        )
        for site in TWICE.sites
    )  # fmt: skip
    write_workbook(TWICE.model_copy(update={"list_items": items}), workbook)
    assert main(["plan", str(workbook), "--out", str(out), "--jobs", "1"]) == 3
    shown = capsys.readouterr().out
    assert "R03-5" in shown
    assert "P1" in shown
    assert not out.exists()


def without_a_plan(status: str, *, interrupted: bool) -> Callable[..., tuple[Plan, bool]]:
    """What the solver gives back when time is up, or Ctrl-C came, before a first plan."""

    def solved(instance: Instance, chosen: tuple[str, ...], *_: object) -> tuple[Plan, bool]:
        proof = Proof(status=status, seed=0, solver="", tiers=(), penalties=(), components=())
        span = {"round_start": instance.round.start, "round_end": instance.round.end}
        made = Plan(round="2027H1", departments=chosen, stints=(), proof=proof, **span)
        return made, interrupted

    return solved


@pytest.mark.parametrize(("interrupted", "code"), [(False, 4), (True, 130)])
def test_no_plan_yet(
    planned: PlannedSample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interrupted: bool,
    code: int,
) -> None:
    monkeypatch.setattr(run, "_solve", without_a_plan("UNKNOWN", interrupted=interrupted))
    out = tmp_path / "out"
    assert main(["plan", str(planned.workbook), "--out", str(out)]) == code
    assert not out.exists()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent differently there")
def test_interrupt_leaves_no_half_written_folder(planned: PlannedSample, tmp_path: Path) -> None:
    """Ctrl-C during the solve: the best verified plan is written whole, or nothing is."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "planner", "plan", str(planned.workbook), "--out", str(out)]
    running = subprocess.Popen(
        [*command, "--jobs", "1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    text = running.communicate(timeout=120)[0].decode("utf-8", "replace")
    assert running.returncode in {0, 130}, text
    assert "Traceback" not in text
    if running.returncode == 0:
        assert {path.name for path in out.iterdir()} == FILES
        assert main(["verify", str(planned.workbook), str(out / PLAN_JSON)]) == 0
    else:
        assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["plan"], "IN.xlsx"),
        (["nonsense"], "nonsense"),
        (["plan", "x.xlsx", "--out", "o", "--round", "2027H3"], "2027H1"),
        (["plan", "x.xlsx", "--out", "o", "--seed", "-1"], "--seed"),
        (["plan", "x.xlsx", "--out", "o", "--limit", "soon"], "--limit"),
        (["sample", "x.xlsx", "--size", "galaxy"], "galaxy"),
    ],
)
def test_usage_errors_are_chinese(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("用法有误")
    assert told in shown


def test_an_unknown_department_lists_the_known_ones(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--department", "JN-XX"]
    assert main(["plan", str(planned.workbook), *arguments]) == 2
    assert "JN-YJ" in capsys.readouterr().out


def test_existing_files_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_text("my work")
    for command in ("template", "sample"):
        assert main([command, str(mine)]) == 2
    assert mine.read_text() == "my work"
    assert "--force" in capsys.readouterr().err
    assert main(["template", str(mine), "--force"]) == 0
    assert openpyxl.load_workbook(mine).sheetnames[0] == "说明"


def test_an_unexpected_error_shows_no_traceback_and_no_data(
    planned: PlannedSample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    secret = "张" + "三" + " 13812345" + "678"
    monkeypatch.setattr(run, "check", fail)
    assert main(["check", str(planned.workbook)]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    log = Path(shown.split("日志 ")[1].split(" ")[0])
    text = log.read_text(encoding="utf-8")
    log.unlink()
    assert "RuntimeError" in text
    assert "张三" not in text
    assert "13812345678" not in text


def test_a_terminal_without_chinese_is_no_reason_to_fail(planned: PlannedSample) -> None:
    for encoding in ("gbk", "ascii"):
        result = subprocess.run(
            [sys.executable, "-m", "planner", "check", str(planned.workbook)],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr.decode(encoding, "replace")


def test_rules_lists_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 86


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for code, meaning in EXIT_CODES:
        assert f"| {code} | {meaning} |" in page
        assert f"\n| {code} | " in readme
