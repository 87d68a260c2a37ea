"""The command line as a coordinator meets it: files, messages and every exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import _RemoteTraceback
from pathlib import Path

import openpyxl
import pytest

from planner.cli import main
from planner.console import write_error_log
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof
from planner.domain.tables import ListItem
from planner.domain.terms import Form, Grade, ListAction, StintStatus
from planner.exit_codes import EXIT_CODES
from planner.io.writer import write_workbook
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON, PLAN_WORKBOOK, REFUSED_REPORT, REPORT
from planner.run import main_job, reading
from planner.run.outcome import errors_of
from planner.run.reading import check
from tests.builders import day, instance, past, site
from tests.conftest import PlannedSample

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


def test_proved_impossible_names_rules_people_and_cells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three young regular stints of one person: none may end yet, and only two may go on."""
    workbook, out = tmp_path / "in.xlsx", tmp_path / "out"
    known = instance(
        sites=tuple(site(one, name=f"第{one}厂") for one in ("O1", "O2", "O3")),
        stints=tuple(
            past(one, "P1", "2026-12-14", None, form=Form.REGULAR) for one in ("O1", "O2", "O3")
        ),
        list_items=tuple(
            ListItem(
                quarter="2027Q1", department="D1", site_id=one, action=ListAction.KEEP,
                grade=Grade.THIRD, grade_reason="一般",
            )
            for one in ("O1", "O2", "O3")
        ),
    )  # fmt: skip
    write_workbook(known, workbook)
    assert main(["plan", str(workbook), "--out", str(out), "--jobs", "1"]) == 3
    shown = capsys.readouterr().out
    for told in ("R03-8 定期人员负荷上限", "人员P1（P1）", "第O1厂（O1）", "派驻记录!J2", "改法"):
        assert told in shown, shown
    assert not out.exists()


def without_a_plan(status: str, *, interrupted: bool) -> Callable[..., Plan]:
    """What the solver gives back when time is up, or Ctrl-C came, before a first plan."""

    def solved(instance: Instance, chosen: tuple[str, ...], *others: object) -> Plan:
        if interrupted:
            signal.raise_signal(signal.SIGINT)
        proof = Proof(status=status, seed=0, solver="", tiers=(), penalties=(), components=())
        span = {"round_start": instance.round.start, "round_end": instance.round.end}
        return Plan(round="2027H1", departments=chosen, stints=(), proof=proof, **span)

    return solved


@pytest.mark.parametrize(("interrupted", "code"), [(False, 4), (True, 130)])
def test_no_plan_yet(
    planned: PlannedSample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interrupted: bool,
    code: int,
) -> None:
    solver = without_a_plan("UNKNOWN", interrupted=interrupted)
    monkeypatch.setattr(main_job, "solve_in_workers", solver)
    out = tmp_path / "out"
    assert main(["plan", str(planned.workbook), "--out", str(out)]) == code
    assert not out.exists()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent differently there")
@pytest.mark.parametrize("presses", [1, 3])
def test_interrupt_leaves_no_half_written_folder(
    planned: PlannedSample, tmp_path: Path, presses: int
) -> None:
    """Ctrl-C during the solve, once or impatiently: the best verified plan is written whole, or
    nothing is."""
    out = tmp_path / "out"
    command = [sys.executable, "-m", "planner", "plan", str(planned.workbook), "--out", str(out)]
    running = subprocess.Popen(
        [*command, "--jobs", "1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert running.stdout is not None
    first = running.stdout.readline()  # progress begins when Ctrl-C is listened to
    for _ in range(presses):
        running.send_signal(signal.SIGINT)
        time.sleep(0.3)
    text = (first + running.communicate(timeout=120)[0]).decode("utf-8", "replace")
    assert running.returncode in {0, 130}, text
    assert "正在收尾" in text
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
        (["plan", "x.xlsx", "--out", ""], "不能为空"),
        (["report", "x.xlsx", "plan.json", "--out", " "], "不能为空"),
        (["plan", "x.xlsx", "--out", "o", "--limit", "soon"], "--limit"),
        (["plan", "x.xlsx", "--out", "o", "--as-of", "三月底"], "2027-03-31"),
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
    assert "市应急局（JN-YJ）" in capsys.readouterr().out


def test_a_department_goes_by_its_name(planned: PlannedSample) -> None:
    unit = planned.instance.departments[0]
    for name in (unit.code, unit.short_name, unit.name):
        plan_file = str(planned.folder / PLAN_JSON)
        assert main(["verify", str(planned.workbook), plan_file, "--department", name]) == 0


# -- the folder of results ----------------------------------------------------------------------


def test_a_destination_that_cannot_be_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "文件").write_text("mine")
    for out in (tmp_path / "文件", tmp_path / "文件" / "结果"):
        assert main(["plan", "missing.xlsx", "--out", str(out)]) == 2
        shown = capsys.readouterr().out
        assert shown.startswith(f"--out {out}：“文件”是文件，不是文件夹")


def test_what_people_changed_is_not_replaced(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "结果"
    report = ["report", str(planned.workbook), str(planned.folder / PLAN_JSON), "--out", str(out)]
    assert main(report) == 0
    assert main(report) == 0  # what the program wrote it may replace
    plan_book = out / PLAN_WORKBOOK
    edited(plan_book, plan_book, lambda w: w["派驻记录"].__setitem__("P2", "王局已阅"))
    before = plan_book.read_bytes()
    assert main(["plan", str(planned.workbook), "--out", str(out)]) == 2
    shown = capsys.readouterr().out
    assert PLAN_WORKBOOK in shown
    assert "--force" in shown
    assert plan_book.read_bytes() == before
    assert main([*report, "--force"]) == 0
    assert plan_book.read_bytes() != before


def test_folders_of_departments_that_are_gone_are_removed(
    planned: PlannedSample, tmp_path: Path
) -> None:
    out = tmp_path / "结果"
    stale, foreign = out / "市老局", out / "我的文件夹"
    report = ["report", str(planned.workbook), str(planned.folder / PLAN_JSON), "--out"]
    assert main([*report, str(stale)]) == 0
    foreign.mkdir()
    (foreign / "笔记.txt").write_text("mine")
    assert main([*report, str(out)]) == 0
    assert {path.name for path in out.iterdir()} == FILES | {"我的文件夹"}


# -- a plan that people have edited -------------------------------------------------------------


def test_a_breach_is_told_with_names_and_row(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[int] = []
    agency = next(p for p in planned.instance.inspectors if not p.staff_type.formal)

    def let_an_agency_worker_go(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["派驻记录"]
        rows.append(next(n for n in range(2, sheet.max_row) if sheet.cell(n, 15).value == "草案"))
        sheet.cell(rows[0], 6).value, sheet.cell(rows[0], 7).value = agency.id, agency.name

    source = planned.folder / PLAN_WORKBOOK
    changed = edited(source, tmp_path / "改过.xlsx", let_an_agency_worker_go)
    out = tmp_path / "out"
    assert main(["report", str(planned.workbook), str(changed), "--out", str(out)]) == 5
    shown = capsys.readouterr().out
    line = next(one for one in shown.splitlines() if one.startswith("违规 R09-1"))
    assert f"{agency.name}（{agency.id}）" in line
    assert f"派驻记录第 {rows[0]} 行" in line
    assert [path.name for path in out.iterdir()] == [REFUSED_REPORT]
    target = tmp_path / "下一轮.xlsx"
    assert main(["next", str(planned.workbook), str(changed), str(target)]) == 5
    assert not target.exists()


def test_a_name_changed_without_its_id_is_bad_input(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change_the_name(workbook: openpyxl.Workbook) -> None:
        workbook["派驻记录"].cell(2, 7).value = "张无忌"

    changed = edited(planned.folder / PLAN_WORKBOOK, tmp_path / "改过.xlsx", change_the_name)
    assert main(["verify", str(planned.workbook), str(changed)]) == 2
    assert "派驻记录!G2 姓名“张无忌”与人员编号" in capsys.readouterr().out


def test_a_plan_without_its_rows_is_no_plan(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def remove_the_rows(workbook: openpyxl.Workbook) -> None:
        for title in ("派驻记录", "未安排对象"):
            workbook[title].delete_rows(2, workbook[title].max_row)

    emptied = edited(planned.folder / PLAN_WORKBOOK, tmp_path / "空.xlsx", remove_the_rows)
    assert main(["verify", str(planned.workbook), str(emptied)]) == 5
    document = json.loads((planned.folder / PLAN_JSON).read_text(encoding="utf-8"))
    none: dict[str, object] = {"departments": [], "stints": [], "shortages": [], "proof": None}
    (tmp_path / PLAN_JSON).write_text(json.dumps(document | none), encoding="utf-8")
    assert main(["verify", str(planned.workbook), str(tmp_path / PLAN_JSON)]) == 2
    assert "没有任何派出单位" in capsys.readouterr().out


def test_a_workbook_changed_since_is_told_and_judged_as_it_is_now(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def correct_an_address(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["驻点对象"]
        column = next(cell.column for cell in sheet[1] if cell.value == "地址")
        sheet.cell(2, column).value = "新地址 1 号"

    changed = edited(planned.workbook, tmp_path / "新.xlsx", correct_an_address)
    assert main(["verify", str(changed), str(planned.folder / PLAN_JSON)]) == 0
    assert "工作簿在排出这份计划以后改过" in capsys.readouterr().out


def test_a_report_of_another_day(planned: PlannedSample, tmp_path: Path) -> None:
    def stamp(folder: Path) -> str:
        sheet = openpyxl.load_workbook(folder / ATTACHMENT_1).active
        return next(str(c.value) for row in sheet for c in row if "截至" in str(c.value))

    out = tmp_path / "三月"
    command = ["report", str(planned.workbook), str(planned.folder / PLAN_WORKBOOK)]
    assert main([*command, "--out", str(out), "--as-of", "2027-03-31"]) == 0
    assert stamp(out) == "截至：2027年3月31日"
    assert main([*command, "--out", str(out), "--as-of", "2028-03-31"]) == 2


# -- the next round -----------------------------------------------------------------------------


def test_the_next_round_begins_with_the_plan_carried_out(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "下一轮.xlsx"
    command = ["next", str(planned.workbook), str(planned.folder / PLAN_WORKBOOK), str(target)]
    assert main(command) == 0
    assert "2027H2" in capsys.readouterr().out
    result = check(target)
    following = result.instance
    assert following is not None, errors_of(result.issues)
    assert (following.round.start, following.round.name) == (day("2027-07-12"), "2027H2")
    keys = {(s.inspector_id, s.site_id, s.slot, s.start) for s in following.stints}
    old = {
        (s.inspector_id, s.site_id, s.slot, s.start)
        for s in planned.instance.stints
        if s.status is not StintStatus.DRAFT
    }
    assert keys >= old | {(s.inspector_id, s.site_id, s.slot, s.start) for s in planned.plan.stints}
    going_on = [s for s in planned.plan.stints if s.end is None or s.end >= day("2027-07-12")]
    assert len(following.running) == len(going_on)
    assert {item.quarter for item in following.list_items} <= {"2027Q3"}
    assert main(command) == 2  # it is there already
    assert main([*command, "--force"]) == 0


def test_existing_files_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.xlsx"
    mine.write_text("my work")
    for command in ("template", "sample"):
        assert main([command, str(mine)]) == 2
        assert main([command, str(tmp_path), "--force"]) == 2
        assert main([command, str(tmp_path / "mine.xls")]) == 2
    assert mine.read_text() == "my work"
    assert not (tmp_path / "mine.xls").exists()
    assert "--force" in capsys.readouterr().err
    assert main(["template", str(mine), "--force"]) == 0
    assert openpyxl.load_workbook(mine).sheetnames[0] == "说明"


def test_an_unexpected_error_shows_no_traceback_and_no_data(
    planned: PlannedSample, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(secret)

    secret = "张" + "三" + " 13812345" + "678"
    monkeypatch.setattr(reading, "check", fail)
    assert main(["check", str(planned.workbook)]) == 1
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    log = Path(shown.split("日志 ")[1].split(" ")[0])
    text = log.read_text(encoding="utf-8")
    log.unlink()
    assert "RuntimeError" in text
    assert "张三" not in text
    assert "13812345678" not in text


def test_the_log_of_a_worker_keeps_positions_and_no_data() -> None:
    name = "张" + "三"
    error = RuntimeError(name)
    travelled = (
        f'"""\nTraceback (most recent call last):\n  File "model.py", line 3, in solve\n'
        f'    send("{name}")\nRuntimeError: {name}\n"""'
    )
    error.__cause__ = _RemoteTraceback(travelled)  # type: ignore[arg-type]
    log = write_error_log(error)
    text = log.read_text(encoding="utf-8")
    log.unlink()
    assert '  File "model.py", line 3, in solve\n' in text
    assert name not in text


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
