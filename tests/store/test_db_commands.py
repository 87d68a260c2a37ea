"""``planner db`` as a coordinator meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from planner.cli import main
from planner.domain.tables import Sector
from planner.domain.terms import Form
from planner.io.reader import read_workbook
from planner.reports.folder import PLAN_JSON, PLAN_WORKBOOK
from planner.store.approval import missing_papers
from planner.store.database import address_of
from tests.builders import day, instance, plan, sector, site, stint
from tests.conftest import PlannedSample
from tests.store.test_contents import TODAY


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and nothing configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNER_DB", raising=False)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command prints; it must end with this exit code."""
    capsys.readouterr()
    found = main(["db", *arguments])
    shown = capsys.readouterr()
    assert found == code, shown
    return shown.out + shown.err


def test_nothing_needs_to_be_configured(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"没有 {here / 'planner.db'}" in said(capsys, "log", code=2)
    assert not list(here.iterdir())
    assert f"已建立台账库 {here / 'planner.db'}。" in said(capsys, "import", str(planned.workbook))
    assert "没有带来改动" in said(capsys, "import", str(planned.workbook))
    said(capsys, "export", "写出.xlsx")
    read = read_workbook(Path("写出.xlsx"), today=TODAY).instance
    assert read is not None
    assert read.input_hash == planned.instance.input_hash
    assert "--force" in said(capsys, "export", "写出.xlsx", code=2)
    said(capsys, "backup", "备份.db")
    assert "--force" in said(capsys, "backup", "备份.db", code=2)
    assert "已恢复" in said(capsys, "restore", "备份.db", "--db", "另一个.db")


def test_the_environment_names_the_store(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_DB", "某处.db")
    assert "某处.db" in said(capsys, "init")
    assert "另一处.db" in said(capsys, "init", "--db", "另一处.db")
    assert {one.name for one in here.glob("*.db")} == {"另一处.db", "某处.db"}


def test_who_did_it_stands_in_the_log(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "import", str(planned.workbook), "--who", "张三")
    person = planned.instance.inspectors[0].id
    shown = said(capsys, "log", "--sheet", "驻点人员", "--key", person)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 张三 导入 示例\.xlsx \| 驻点人员 \S+ 新增\n", shown
    )
    assert "没有这张表" in said(capsys, "log", "--sheet", "员工", code=2)


def test_a_bad_workbook_is_told_by_its_cells(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", "空.xlsx"]) == 0
    shown = said(capsys, "import", "空.xlsx", code=2)
    assert "错误 驻点人员!A2" in shown
    assert "台账库未改动" in shown
    assert not Path("planner.db").exists()


def test_a_plan_goes_its_way(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "import", str(planned.workbook))
    file = str(planned.folder / PLAN_JSON)
    assert "还没有计划" in said(capsys, "plan", "list")
    assert "计划 2027H1-1 已存为草案；核查无违规" in said(
        capsys, "plan", "add", file, "--who", "甲"
    )
    assert "早已存入" in said(capsys, "plan", "add", file)
    approve = ("plan", "advance", "2027H1-1", "批准")
    assert "下一步是 审核" in said(capsys, *approve, "--approver", "王五", code=2)
    said(capsys, "plan", "advance", "2027H1-1", "审核", "--who", "乙")
    assert "--approver" in said(capsys, *approve, code=2)
    said(capsys, *approve, "--approver", "王五", "--who", "乙")
    said(capsys, "plan", "advance", "2027H1-1", "备案", "--file-no", "济安办1号", "--who", "丙")
    shown = said(capsys, "plan", "list")
    for one in planned.instance.departments:
        assert f"{one.short_name}（{one.code}）" in shown
    assert re.findall(r"    \S+ \S+ (\S+ \S+)", shown) == [
        "甲 草案",
        "乙 审核",
        "乙 批准",
        "丙 备案",
    ]
    assert "批准人 王五，备案文号 济安办1号" in shown
    assert "没有计划 2027H1-9" in said(capsys, "plan", "advance", "2027H1-9", "审核", code=2)
    workbook = str(planned.folder / PLAN_WORKBOOK)
    assert "不是 plan.json" in said(capsys, "plan", "add", workbook, code=2)


def test_a_plan_with_a_violation_is_never_approved(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "import", str(planned.workbook))
    document = json.loads((planned.folder / PLAN_JSON).read_text(encoding="utf-8"))
    agency = next(one for one in planned.instance.inspectors if not one.staff_type.formal)
    new = next(one for one in document["stints"] if one["status"] == "草案")
    new["inspector_id"] = agency.id
    Path("违规.json").write_text(json.dumps(document), encoding="utf-8")
    assert re.search(r"有违规 \d+ 条.*不能批准", said(capsys, "plan", "add", "违规.json"))
    said(capsys, "plan", "advance", "2027H1-1", "审核")
    arguments = ("plan", "advance", "2027H1-1", "批准", "--approver", "王五")
    shown = said(capsys, *arguments, code=5)
    assert "违规 R09-1" in shown
    assert "没有批准" in shown
    assert "2027H1-1 审核" in said(capsys, "plan", "list")


def test_a_plan_with_false_amounts_is_never_approved(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "import", str(planned.workbook))
    document = json.loads((planned.folder / PLAN_JSON).read_text(encoding="utf-8"))
    document["proof"]["penalties"][0]["amount"] += 7
    Path("虚报.json").write_text(json.dumps(document), encoding="utf-8")
    shown = said(capsys, "plan", "add", "虚报.json")
    assert "核查有得分不符 1 条，不能批准" in shown
    assert re.search(r"得分不符 \S+：计划写 \d+，复算为 \d+", shown)
    said(capsys, "plan", "advance", "2027H1-1", "审核")
    shown = said(capsys, "plan", "advance", "2027H1-1", "批准", "--approver", "王五", code=5)
    assert "得分不符 1 条，没有批准" in shown
    assert "2027H1-1 审核" in said(capsys, "plan", "list")


def test_a_plan_of_other_data_is_judged_by_what_the_store_holds(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the plan was made, one of its people turns out to be no formal member of staff."""
    import openpyxl

    said(capsys, "import", str(planned.workbook))
    said(capsys, "plan", "add", str(planned.folder / PLAN_JSON))
    said(capsys, "plan", "advance", "2027H1-1", "审核")
    new = next(one for one in planned.plan.stints if one.start >= planned.plan.round_start)
    number = [one.id for one in planned.instance.inspectors].index(new.inspector_id) + 2
    workbook = openpyxl.load_workbook(planned.workbook)
    headings = [cell.value for cell in workbook["驻点人员"][1]]
    workbook["驻点人员"].cell(number, headings.index("人员性质") + 1).value = "劳务派遣"
    workbook.save("改过.xlsx")
    said(capsys, "import", "改过.xlsx")
    arguments = ("plan", "advance", "2027H1-1", "批准", "--approver", "王五")
    assert "违规 R09-1" in said(capsys, *arguments, code=5)
    said(capsys, "import", str(planned.workbook))
    said(capsys, *arguments)


PAPERS = {
    "approval_no": "鲁应急〔2026〕1号", "approval_date": day("2026-09-01"),
    "task_book_version": "2026版", "task_book_date": day("2026-09-01"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("papers", "missing"),
    [
        (PAPERS, []),
        ({**PAPERS, "allowed_forms": (Form.RESIDENT,)}, []),
        ({**PAPERS, "allowed_forms": (Form.REGULAR,)}, ["R03-6"]),
        ({**PAPERS, "approval_no": ""}, ["R03-6"]),
        ({**PAPERS, "approval_date": None}, ["R03-6"]),
        ({**PAPERS, "task_book_version": ""}, ["R07-1"]),
        ({}, ["R03-6", "R07-1"]),
    ],
)
def test_missing_papers_are_named(papers: dict[str, object], missing: list[str]) -> None:
    sectors: tuple[Sector, ...] = (sector("S1", **papers), sector("S2"))
    known = instance(sectors=sectors, sites=(site("O1"), site("O2", sector="S2")))
    lines = list(missing_papers(known, plan(stint("O1"))))
    assert [line.partition(" ")[0] for line in lines] == missing
    assert all("S1" in line for line in lines)


@pytest.mark.parametrize(
    ("db", "typed"),
    [
        (None, "planner db init"),
        ("old3.db", "planner db init --db old3.db"),
        ("一 年/old3.db", 'planner db init --db "一 年/old3.db"'),
        ("postgresql://u:secret@h/d", "planner db init --db postgresql://u:***@h/d"),
    ],
)
def test_a_command_that_is_advised_names_the_store(db: str | None, typed: str) -> None:
    assert address_of(db).command("init") == typed


def test_where_there_is_no_store_the_advice_makes_the_one_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["db", "plan", "list", "--db", "old3.db"]) == 2
    assert "planner db init --db old3.db" in "".join(capsys.readouterr().out.split("\n"))


def test_every_advice_goes_on_with_the_store_that_was_named(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    def advised(*arguments: str, code: int = 0) -> str:
        return said(capsys, *arguments, "--db", "另一个.db", code=code).replace("\n", "")

    advised("import", str(planned.workbook))
    advised("backup", "备份.db")
    assert "planner db plan add 结果/plan.json --db 另一个.db" in advised("plan", "list")
    unknown = advised("plan", "advance", "2027H1-9", "审核", code=2)
    assert "planner db plan list --db 另一个.db" in unknown
    for name in ("另一个.db", "备份.db"):
        file = Path(name)
        for beside in here.glob(f"{name}-*"):
            beside.unlink()
        content = bytearray(file.read_bytes())
        content[100:4096] = b"\xff" * 3996  # the page that lists the tables
        file.write_bytes(content)
    assert "planner db restore 备份.db --db 另一个.db" in advised("plan", "list", code=2)
    broken = said(capsys, "restore", "备份.db", "--db", "新的.db", code=2).replace("\n", "")
    assert "备份.db 已损坏，不能用。请换一份备份" in broken
    assert "planner db restore" not in broken


def test_ledgers_are_written_and_one_file_of_them_is_the_whole(
    here: Path, planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "import", str(planned.workbook))
    assert "共 0 行" in said(capsys, "export", "台账.xlsx", "--ledger")
    assert "没有带来改动" in said(capsys, "ledger", "台账.xlsx", "--whole")
    shown = said(capsys, "ledger", "台账.xlsx", "台账.xlsx", "--whole", code=2)
    assert "只能给一个文件" in shown
    for options in (("--whole",), ()):
        shown = said(capsys, "ledger", str(planned.workbook), *options, code=2)
        assert "这是填报的数据工作簿" in shown, "though it has a sheet 培训"


def test_a_password_is_never_shown() -> None:
    assert "geheim" not in str(address_of("postgresql://u:geheim@h/x"))
