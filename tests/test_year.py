"""A year in the life of a department, by the commands that a coordinator types.

Import, list, plan, approve; twelve months with their days, ledgers and reports; an illness on the
way; the next round; the store killed while it is written, and restored. Everything that comes out
is judged again.
"""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from planner.cli import main
from planner.domain.ledgers import TaskGroup
from planner.domain.tables import ListItem
from planner.domain.terms import Form, Grade, ListAction
from planner.io.days_json import read_days
from planner.io.issues import IssueLog
from planner.io.ledgers import write_ledger_template
from planner.io.writer import write_workbook
from planner.reports.attachment2 import FIRST_ROW
from planner.reports.folder import ATTACHMENT_1, PLAN_JSON
from planner.run.monthly import ATTACHMENT_2, CHECKED
from planner.run.reading import check
from tests.builders import day, inspector, instance, past, site, trained

PEOPLE = ("P1", "P2", "P3", "P4")
ILL_FROM = dt.date(2027, 3, 10)


def first_workbook(path: Path) -> None:
    """One unit with two objects of the first grade, two residents and two who are free; whoever is
    trained is so for both rounds."""

    def listed(site_id: str) -> ListItem:
        return ListItem(
            quarter="2026Q4", department="D1", site_id=site_id, action=ListAction.KEEP,
            grade=Grade.FIRST, grade_reason="会商确定", approver="某某", form=Form.RESIDENT,
        )  # fmt: skip

    known = instance(
        inspectors=tuple(inspector(one, phone=f"1380000000{one[1]}") for one in PEOPLE),
        sites=(site("O1"), site("O2")),
        trainings=(trained(*PEOPLE), trained(*PEOPLE, end=day("2027-06-20"))),
        list_items=(listed("O1"), listed("O2")),
        stints=(past("O1", "P1", "2026-10-12", None), past("O2", "P2", "2026-12-14", None)),
    )
    write_workbook(known, path)


class Office:
    """A folder with the files of the unit, and what it does with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workbook = folder / "数据.xlsx"
        self.plan = folder / "无"
        self.store = folder / "台账库.db"
        self.ledger = folder / "台账.xlsx"
        self.version, self.key = 0, ""
        self.days: list[Path] = []
        self.cumulative: list[tuple[float, ...]] = []

    def run(self, *arguments: object, code: int = 0) -> None:
        assert main([str(one) for one in arguments]) == code, arguments

    def db(self, *arguments: object) -> None:
        self.run("db", *arguments, "--db", self.store)

    # -- quarter and round --

    def take_list(self, quarter: str) -> None:
        """The proposed list becomes the list of the workbook."""
        out = self.folder / f"名单{quarter}"
        self.run("list", self.workbook, "--quarter", quarter, "--out", out)
        form = openpyxl.load_workbook(out / f"驻点监督企业名单-{quarter}.xlsx")["备案表"]
        assert [form.cell(row, 3).value for row in (5, 6)] == ["企业O1", "企业O2"]
        self.workbook = out / f"工作簿-{quarter}名单.xlsx"
        self.run("check", self.workbook)

    def make_plan(self, name: str) -> None:
        out = self.folder / f"计划{name}"
        self.run("plan", self.workbook, "--out", out, "--limit", 60, "--jobs", 1, "--ahead")
        self.plan = out / PLAN_JSON
        self.approve()

    def approve(self) -> None:
        """From 草案 to 备案, judged by the store's present rows."""
        self.db("import", self.workbook)
        self.db("plan", "add", self.plan)
        known = check(self.workbook).instance
        assert known is not None
        self.version += 1
        self.key = f"{known.round.name}-{self.version}"
        self.db("plan", "advance", self.key, "审核")
        self.db("plan", "advance", self.key, "批准", "--approver", "分管领导")
        self.db("plan", "advance", self.key, "备案", "--file-no", "示例〔2027〕1号")

    # -- month --

    def plan_days(self, month: dt.date, *options: object) -> None:
        again = "重排" if options else ""
        half = "下" if "2027H2" in self.key else ""
        out = self.folder / f"日程{month:%Y-%m}{half}{again}"
        history = [one for path in self.days for one in ("--served", path)]
        self.run(
            "days", self.workbook, self.plan, "--month", f"{month:%Y-%m}", "--out", out,
            "--jobs", 1, *history, *options,
        )  # fmt: skip
        made = out / "days.json"
        self.run("verify-days", self.workbook, self.plan, made, *history, *options[:2])
        assert list(out.glob("**/*.ics"))
        self.latest = made

    def serve(self, month: dt.date) -> None:
        """Everybody was where the days say and wrote a log; one hazard is found and closed. An
        expert and an authority come to the first object; lists and tasks are kept up."""
        days = read_days(self.latest, IssueLog())
        assert days is not None
        workbook = openpyxl.load_workbook(self.ledger)
        logs, hazards = workbook["工作日志"], workbook["隐患台账"]
        columns = {cell.value: cell.column for cell in logs[1]}
        found = {cell.value: cell.column for cell in hazards[1]}
        served = [row for row in days.rows if row.site_id]
        assert served
        for row in served:
            at = logs.max_row + 1
            logs.cell(at, columns["日期"]).value = row.day
            logs.cell(at, columns["人员编号"]).value = row.inspector_id
            logs.cell(at, columns["对象编号"]).value = row.site_id
            logs.cell(at, columns["核查全员责任清单"]).value = 1
        first, at = served[0], hazards.max_row + 1
        for heading, value in (
            ("编号", f"YH-{len(self.days):02d}"), ("对象编号", first.site_id),
            ("发现日期", first.day),
            ("发现人", first.inspector_id), ("隐患内容", "示例隐患"), ("销号日期", first.day),
        ):  # fmt: skip
            hazards.cell(at, found[heading]).value = value
        number = len(self.days)
        firsts = {row.site_id: row for row in sorted(served, key=lambda one: one.day, reverse=True)}
        for site_id, row in firsts.items():
            workbook["一企一清单"].append((site_id, number + 2, row.day))
            for group in TaskGroup:
                workbook["任务完成"].append((site_id, group, row.day, "已检查"))
        came = firsts["O1"]
        workbook["专家服务"].append((came.day, "O1", "某甲", "HT-1", came.inspector_id))
        workbook["行政检查"].append(("O1", came.day, "D1"))
        workbook.save(self.ledger)
        self.days.append(self.latest)

    def log_before_the_round(self) -> None:
        """The days of January before the round, which no day plan of it holds."""
        workbook = openpyxl.load_workbook(self.ledger)
        known = check(self.workbook).instance
        assert known is not None
        for row in known.running:
            for one in known.calendar.workdays(dt.date(2027, 1, 1), dt.date(2027, 1, 10)):
                workbook["工作日志"].append((one, row.inspector_id, row.site_id))
            workbook["一企一清单"].append((row.site_id, 1, row.start))
        workbook["专家合同"].append(
            ("HT-1", "D1", "", "某甲", dt.date(2027, 1, 1), dt.date(2027, 12, 31), 36_500)
        )
        workbook["帮扶事项"].append(
            ("BF-1", "O1", dt.date(2027, 1, 5), "示例诉求", "", dt.date(2027, 2, 26))
        )
        workbook.save(self.ledger)

    def report(self, month: dt.date) -> None:
        out = self.folder / f"月报{month:%Y-%m}"
        own = [path for path in self.days if f"{month:%Y-%m}" in path.parent.name]
        planned = [one for path in own for one in ("--days", path)]
        self.db("ledger", self.ledger)
        # The first half-year reports from the workbook, the second from the store.
        ledger = self.ledger if month < dt.date(2027, 7, 1) else self.store
        self.run(
            "month", self.workbook, self.plan, "--month", f"{month:%Y-%m}", "--ledger", ledger,
            "--out", out, *planned,
        )  # fmt: skip
        for name in (ATTACHMENT_1, ATTACHMENT_2, CHECKED):
            assert (out / name).is_file()
        form = openpyxl.load_workbook(out / ATTACHMENT_2)["附件2"]
        total = next(
            row for row in form.iter_rows(min_row=FIRST_ROW, values_only=True) if row[1] == "合计"
        )
        self.cumulative.append(tuple(float(str(one)) for one in total[3:]))
        checked = openpyxl.load_workbook(out / CHECKED)
        checks = checked["日志核对"]
        assert checks["A2"].value is None, [cell.value for cell in checks[2]]
        asked = {row[1] for row in checked["提示"].iter_rows(min_row=2, values_only=True)}
        overdue = {"R08-1"} if month > dt.date(2027, 1, 1) else set()
        assert asked & {"R01-4", "R06-1", "R07-2", "R08-1", "L-6"} == overdue
        assert checked["行政检查"]["D2"].value == len(self.days)


def months(year: int, first: int, last: int) -> list[dt.date]:
    return [dt.date(year, one, 1) for one in range(first, last + 1)]


def killed_import(office: Office) -> None:
    """An import that is killed half-way leaves the store as it was, or as it was to become."""
    command = [sys.executable, "-m", "planner", "db", "import", str(office.workbook)]
    process = subprocess.Popen([*command, "--db", str(office.store)], stdout=subprocess.DEVNULL)
    time.sleep(1.0)
    process.send_signal(signal.SIGKILL)
    process.wait()


def export_of(office: Office, name: str) -> str:
    out = office.folder / name
    office.db("export", out, "--force")
    known = check(out).instance
    assert known is not None
    return known.input_hash


def test_a_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    office = Office(tmp_path)
    first_workbook(office.workbook)
    write_ledger_template(office.ledger)
    office.run("check", office.workbook)
    office.db("import", office.workbook)
    # The first half-year, with an illness in March.
    office.take_list("2027Q1")
    office.make_plan("上")
    office.log_before_the_round()
    for month in months(2027, 1, 2):
        office.plan_days(month)
        office.serve(month)
        office.report(month)
    march = dt.date(2027, 3, 1)
    office.plan_days(march)
    before = office.latest
    known = check(office.workbook).instance
    assert known is not None
    holder = next(row for row in known.running if row.site_id == "O2").inspector_id
    out = office.folder / "三月重排"
    office.run(
        "replan", office.workbook, office.plan, "--event", "病假", "--inspector", holder,
        "--from", ILL_FROM, "--to", "2027-06-30", "--out", out, "--jobs", 1,
    )  # fmt: skip
    office.workbook = out / f"工作簿-{ILL_FROM}起.xlsx"
    office.plan = out / PLAN_JSON
    office.run("verify", office.workbook, office.plan)
    office.approve()
    office.plan_days(march, "--earlier", before, "--from", ILL_FROM)
    office.serve(march)
    office.report(march)
    office.run("db", "plan", "diff", "2027H1-1", "2027H1-2", "--db", office.store)
    assert "与 2027H1-1 相比，自 2027-03-10 起不同" in capsys.readouterr().out
    # The store is killed while it is written, then restored from a backup.
    office.db("backup", tmp_path / "备份.db")
    kept = export_of(office, "库中.xlsx")
    killed_import(office)
    assert export_of(office, "被杀以后.xlsx") == kept
    office.store.unlink()
    office.db("restore", tmp_path / "备份.db")
    assert export_of(office, "恢复以后.xlsx") == kept
    for month in months(2027, 4, 6):
        office.plan_days(month)
        office.serve(month)
        office.report(month)
    office.run("due", office.workbook, "--from", "2027-06-01", "--to", "2027-07-05")
    # The second half-year; the first days of July belong to the first.
    office.plan_days(dt.date(2027, 7, 1))
    office.serve(dt.date(2027, 7, 1))
    following = tmp_path / "下一轮.xlsx"
    office.run("next", office.workbook, office.plan, following)
    office.workbook = following
    office.version = 0
    office.take_list("2027Q3")
    office.make_plan("下")
    for month in months(2027, 7, 12):
        office.plan_days(month)
        office.serve(month)
        office.report(month)
    assert len(office.cumulative) == 12
    for earlier, later in zip(office.cumulative, office.cumulative[1:], strict=False):
        assert all(a <= b for a, b in zip(earlier, later, strict=True)), "cumulative values fell"
    people, sites = office.cumulative[-1][0], office.cumulative[-1][2]
    assert people >= sites == 24, "two objects, twelve months, nobody away for a month"
