"""planner days: a month from workbook and plan to files, judged again, and planned again."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from icalendar import Calendar

from constraints import DAY_RULES
from constraints.l_3_rest import RULE as REST
from planner.cli import main
from planner.days.solve import Given, Settings, parts_of, plan_days, solve_part
from planner.domain.day_plan import LONG_RUN, Appointment, DayKind, DayPlan, MonthCase
from planner.domain.terms import Form, Grade
from planner.exit_codes import BAD_INPUT, OK, VIOLATIONS
from planner.io.day_data import read_day_data, write_day_data_template
from planner.io.days_json import days_to_json, read_days
from planner.io.issues import IssueLog
from planner.io.schema_days import DAY_SHEETS
from planner.model import branch_and_bound, cpsat
from planner.model.answer import Answer, Effort, Question
from planner.reports.days import DayReport
from planner.run.days import known_since, tell_of_missing_history
from planner.verify import verify_days
from planner.workers import Interruption
from tests.builders import day, department, inspector, rating, site, stint
from tests.conftest import PlannedSample
from tests.day_witnesses import month, rows
from tests.rules.rows import absence, freeze

MONTH = "2027-03"


@dataclass(frozen=True)
class Month:
    """What ``planner days`` wrote for March, with one dangerous operation."""

    sample: PlannedSample
    data: Path
    folder: Path
    days: DayPlan
    site_id: str

    @property
    def inputs(self) -> list[str]:
        return [str(self.sample.workbook), str(self.sample.folder / "plan.json")]


def reread(path: Path) -> DayPlan:
    log = IssueLog()
    days = read_days(path, log)
    assert days is not None, log.issues
    return days


def write_rows(path: Path, title: str, *rows: tuple[Any, ...]) -> None:
    """Rows under the headings of a blank 日程资料."""
    workbook = openpyxl.load_workbook(path)
    for row in rows:
        workbook[title].append(row)
    workbook.save(path)


def plan_month(known: Month, out: Path, *options: str) -> int:
    arguments = [*known.inputs, "--month", MONTH, "--out", str(out), "--jobs", "1"]
    return main(["days", *arguments, "--reproducible", *options])


@pytest.fixture(scope="module")
def march(planned: PlannedSample, tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("march")
    data, out = folder / "资料.xlsx", folder / "三月"
    resident = next(
        one for one in planned.plan.stints
        if one.form.value == "蹲守驻点" and one.start <= day("2027-02-01")
        and (one.end or planned.plan.round_end) >= day("2027-04-30")
    )  # fmt: skip
    write_day_data_template(data)
    write_rows(
        data, "危险作业",
        ("ZY-1", resident.site_id, "动火", "一级", dt.date(2027, 3, 13), dt.date(2027, 3, 13)),
    )  # fmt: skip
    inputs = [str(planned.workbook), str(planned.folder / "plan.json")]
    arguments = [*inputs, "--month", MONTH, "--out", str(out), "--jobs", "1", "--reproducible"]
    assert main(["days", *arguments, "--data", str(data)]) == OK
    return Month(planned, data, out, reread(out / "days.json"), resident.site_id)


def test_the_month_is_written_and_judged_again(
    march: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {path.name for path in march.folder.iterdir()}
    assert names == {
        "days.json", "月度驻点日程表.xlsx", "重点时段力量安排表.xlsx", "每日在岗表.xlsx", "日历",
    }  # fmt: skip
    proof = march.days.proof
    assert proof is not None
    assert proof.status == "OPTIMAL"
    assert all(tier.gap == 0 for tier in proof.tiers)
    code = main(
        ["verify-days", *march.inputs, str(march.folder / "days.json"), "--data", str(march.data)]
    )
    assert code == OK
    assert "违规 0 条" in capsys.readouterr().out
    # Somebody comes on the Saturday of the operation, and is at the operation.
    (attending,) = [row for row in march.days.rows if row.operation_ids]
    assert attending.day == day("2027-03-13")
    assert attending.site_id == march.site_id
    assert attending.kind is DayKind.DUTY


def test_operations_that_nobody_attends_are_named(
    march: Month, planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posted = {stint.site_id for stint in planned.plan.stints}
    elsewhere = next(one.id for one in planned.instance.sites if one.id not in posted)
    data, date = tmp_path / "作业.xlsx", dt.date(2027, 3, 15)
    write_day_data_template(data)
    write_rows(
        data, "危险作业",
        ("ZY-2", elsewhere, "高处", "", date, date),
        ("ZY-3", march.site_id, "动火", "", date, date),
    )  # fmt: skip
    assert plan_month(march, tmp_path / "三月", "--data", str(data)) == OK
    (told,) = [one for one in capsys.readouterr().out.splitlines() if "未覆盖作业 " in one]
    assert "ZY-2" in told
    assert "03-15至03-15：计划没有派驻该对象" in told


def test_the_same_input_gives_the_same_bytes(march: Month, tmp_path: Path) -> None:
    assert plan_month(march, tmp_path / "again", "--data", str(march.data)) == OK
    for path in sorted(march.folder.rglob("*.*")):
        other = tmp_path / "again" / path.relative_to(march.folder)
        assert other.read_bytes() == path.read_bytes(), path.name


def test_days_json_comes_back_as_it_was(march: Month) -> None:
    text = (march.folder / "days.json").read_text(encoding="utf-8")
    assert days_to_json(march.days) == text


def test_a_day_plan_given_as_the_plan_is_named_for_what_it_is(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = str(march.folder / "days.json")
    more = ("--month", "2027-03", "--out", str(tmp_path / "三月"))
    assert main(["days", march.inputs[0], days, *more]) == BAD_INPUT
    assert "这是月度日程（days.json），不是计划" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["rows"].pop(0), "没有列入缺口"),
        (lambda d: d["rows"].append(dict(d["rows"][0])), "同一天只能在一处"),
        (lambda d: d["proof"]["units"][0]["penalties"][-1].update(amount=99), "得分不符"),
    ],
)
def test_a_changed_day_plan_is_refused(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Any, said: str
) -> None:
    document = json.loads((march.folder / "days.json").read_text(encoding="utf-8"))
    change(document)
    changed = tmp_path / "days.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    code = main(["verify-days", *march.inputs, str(changed), "--data", str(march.data)])
    assert code == VIOLATIONS
    assert said in capsys.readouterr().out


def changed_days(march: Month, path: Path, **fields: Any) -> str:
    """A copy of the day plan of March with other fields."""
    document = json.loads((march.folder / "days.json").read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, **fields}), encoding="utf-8")
    return str(path)


def test_a_day_plan_does_not_say_itself_what_is_past(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything deleted, and all but the last day said to be served."""
    nothing: dict[str, Any] = {"since": "2027-03-31", "rows": [], "shortages": [], "proof": None}
    forged = changed_days(march, tmp_path / "days.json", **nothing)
    command = ["verify-days", *march.inputs, forged, "--data", str(march.data)]
    assert main(command) == VIOLATIONS
    told = capsys.readouterr().out
    assert "没有列入缺口" in told
    assert "没有用 --earlier" in told
    assert main([*command, "--earlier", str(march.folder / "days.json")]) == VIOLATIONS
    assert "已经执行，不能改动" in capsys.readouterr().out


def test_a_day_plan_has_the_days_of_the_month(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shortened = changed_days(march, tmp_path / "days.json", first="2027-03-30", rows=[])
    assert main(["verify-days", *march.inputs, shortened]) == BAD_INPUT
    assert "2027-03-01 至 2027-03-31" in capsys.readouterr().out
    out = tmp_path / "重排"
    assert plan_month(march, out, "--earlier", shortened) == BAD_INPUT
    assert "2027-03-01 至 2027-03-31" in capsys.readouterr().out
    assert not out.exists()


def test_one_unit_of_a_day_plan_is_judged_alone(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (unit,) = march.days.departments
    document = json.loads((march.folder / "days.json").read_text(encoding="utf-8"))
    foreign = [{**row, "department": "别的单位"} for row in document["rows"]]
    several = changed_days(
        march, tmp_path / "days.json",
        departments=[unit, "别的单位"], rows=document["rows"] + foreign,
    )  # fmt: skip
    command = ["verify-days", *march.inputs, "--data", str(march.data), "--department", unit]
    assert main([*command, several]) == OK
    other = changed_days(march, tmp_path / "other.json", departments=["别的单位"], rows=foreign)
    assert main([*command, other]) == BAD_INPUT
    assert f"没有单位 {unit}" in capsys.readouterr().out


def test_a_unit_without_a_plan_is_refused(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook, out = tmp_path / "两个单位.xlsx", tmp_path / "结果"
    workbook.write_bytes(march.sample.workbook.read_bytes())
    sheet = openpyxl.load_workbook(workbook)["部门单位"]
    titles = [cell.value for cell in sheet[1]]
    row = list(next(sheet.iter_rows(min_row=2, values_only=True)))
    for title, value in (("单位编码", "D-2"), ("单位名称", "另一单位"), ("简称", "另一单位")):
        row[titles.index(title)] = value
    write_rows(workbook, "部门单位", tuple(row))
    plan = str(march.sample.folder / "plan.json")
    command = ["days", str(workbook), plan, "--month", MONTH, "--out", str(out)]
    assert main([*command, "--department", "另一单位"]) == BAD_INPUT
    assert "不在这份计划中" in capsys.readouterr().out
    assert not out.exists()


def test_served_days_stay_and_little_changes(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new operation on a Sunday, known on the 10th: one more day on duty, and little else."""
    data, out = tmp_path / "资料.xlsx", tmp_path / "重排"
    data.write_bytes(march.data.read_bytes())
    write_rows(
        data, "危险作业",
        ("ZY-2", march.site_id, "高处", "", dt.date(2027, 3, 21), dt.date(2027, 3, 21)),
    )  # fmt: skip
    options = ["--data", str(data), "--earlier", str(march.folder / "days.json")]
    assert plan_month(march, out, *options, "--from", "2027-03-10") == OK
    changed = int(re.findall(r"不同的 (\d+) 人天", capsys.readouterr().out)[0])
    new = reread(out / "days.json")
    since = day("2027-03-10")
    assert [r for r in new.rows if r.day < since] == [r for r in march.days.rows if r.day < since]
    old_keys = {(r.day, r.inspector_id, r.site_id) for r in march.days.rows}
    new_keys = {(r.day, r.inspector_id, r.site_id) for r in new.rows}
    assert len(old_keys ^ new_keys) == changed == 1
    (more,) = new_keys - old_keys
    assert more[0] == day("2027-03-21")
    assert more[2] == march.site_id
    command = ["verify-days", *march.inputs, str(out / "days.json")]
    assert main([*command, *options]) == OK


def test_the_edited_workbook_is_judged_cell_by_cell(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule = march.folder / "月度驻点日程表.xlsx"
    command = ["verify-days", *march.inputs, "--data", str(march.data)]
    assert main([*command, str(schedule)]) == OK
    told = capsys.readouterr().out
    assert "违规 0 条" in told
    assert "按对象" not in told
    workbook = openpyxl.load_workbook(schedule)
    sheet = workbook["按人员"]
    row = [row for row in march.days.rows if row.site_id == march.site_id][-1]
    resident, removed = row.inspector_id, row.day
    cells = next(line for line in sheet.iter_rows(min_row=3) if f"（{resident}）" in line[0].value)
    cell = cells[3 + removed.day]
    cell.value = None
    changed, out = tmp_path / "改过.xlsx", tmp_path / "改后"
    workbook.save(changed)
    assert main([*command, str(changed), "--out", str(out)]) == VIOLATIONS
    assert not out.exists()
    told = capsys.readouterr().out
    assert f"违规 按人员!{cell.coordinate} R03-2" in told
    assert "没有列入缺口" in told
    assert "只有“按人员”表改过，以它为准。" in told
    assert "不一致" not in told
    (row_to_write,) = re.findall(r"让“缺口”表有这一行：(.+)。", told)
    told_cells = dict(one.split(" ") for one in row_to_write.split("，"))
    unit = march.days.departments[0]
    assert told_cells == {
        "规则": "R03-2", "派出单位": unit, "对象编号": march.site_id, "人员编号": resident,
        "自": f"{removed}", "至": f"{removed}", "缺": "1",
    }  # fmt: skip
    titles = [cell.value for cell in workbook["缺口"][1]]
    workbook["缺口"].append([told_cells.get(one, "") for one in titles])
    last = workbook["缺口"].max_row
    workbook["缺口"].cell(last, titles.index("缺") + 1).value = 3
    workbook.save(changed)
    assert main([*command, str(changed)]) == VIOLATIONS
    told = capsys.readouterr().out
    assert f"让“缺口”表有这一行：{row_to_write}。" in told
    assert f"违规 缺口第 {last} 行 R03-2" in told
    assert "应改正或删去" in told
    workbook["缺口"].cell(last, titles.index("缺") + 1).value = 1
    workbook.save(changed)
    assert main([*command, str(changed), "--out", str(out)]) == OK
    assert "以它为准，另一张表按它重写。" in capsys.readouterr().out
    assert main([*command, str(out / schedule.name)]) == OK
    assert "按对象" not in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {path.name for path in march.folder.iterdir()}
    kept = reread(out / "days.json")
    assert set(march.days.rows) - set(kept.rows) == {row}
    assert not set(kept.rows) - set(march.days.rows)
    assert main([*command, str(out / "days.json")]) == OK
    assert main([*command, str(changed), "--out", str(out)]) == BAD_INPUT
    assert "--force" in capsys.readouterr().out


def test_an_edited_workbook_says_from_when_it_is_new(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier, out = str(march.folder / "days.json"), tmp_path / "重排"
    options = ["--data", str(march.data), "--from", "2027-03-10"]
    assert plan_month(march, out, *options, "--earlier", earlier) == OK
    command, schedule = ["verify-days", *march.inputs, *options], str(out / "月度驻点日程表.xlsx")
    assert main([*command, schedule]) == BAD_INPUT
    assert "--earlier" in capsys.readouterr().out
    assert main([*command, schedule, "--earlier", earlier]) == OK
    assert main([*command, earlier, "--earlier", earlier]) == BAD_INPUT
    assert "去掉 --from" in capsys.readouterr().out
    wrong = str(march.sample.folder / "派驻计划.xlsx")
    assert main(["verify-days", *march.inputs, wrong]) == BAD_INPUT
    assert "没有表“按人员”" in capsys.readouterr().out


def test_what_becomes_of_another_plans_days_is_told(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The days of somebody who is not posted there are not taken over in silence."""
    rows_of_march = json.loads((march.folder / "days.json").read_text(encoding="utf-8"))["rows"]
    first = next(row for row in rows_of_march if row["day"] > "2027-03-10" and row["site_id"])
    last = rows_of_march[-1]["site_id"]
    moved = [{**row, "site_id": last} if row == first else row for row in rows_of_march]
    moved[0] = {**moved[0], "site_id": "", "kind": "补休"}
    moved[1] = {**moved[1], "half": "上午"}
    earlier = changed_days(march, tmp_path / "days.json", rows=moved, input_hash="")
    options = ["--data", str(march.data), "--earlier", earlier, "--from", "2027-03-10"]
    assert plan_month(march, tmp_path / "重排", *options) == OK
    told = capsys.readouterr().out
    served = sum(row["day"] < "2027-03-10" for row in rows_of_march) - 1.5
    assert f"2027-03-10 以前的 {served:g} 人天照原样保留" in told
    assert "有 1 人天的人已不派驻在那里，重新安排" in told
    judged = ["verify-days", *march.inputs, str(tmp_path / "重排" / "days.json"), *options[:4]]
    assert main(judged) == OK
    told = capsys.readouterr().out
    assert f"2027-03-10 以前的 {served:g} 人天应与它一致" in told
    assert "有 1 人天的人已不派驻在那里" in told
    assert "重新安排" not in told
    options[3] = str(march.folder / "days.json")
    assert plan_month(march, tmp_path / "再排", *options) == OK
    assert "已不派驻" not in capsys.readouterr().out
    other = changed_days(march, tmp_path / "other.json", departments=["别的单位"], rows=[])
    assert plan_month(march, tmp_path / "三排", "--earlier", other) == BAD_INPUT
    assert "--earlier：其中没有单位" in capsys.readouterr().out


def test_a_later_month_knows_what_was_served(
    march: Month, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served = ["--served", str(march.folder / "days.json")]
    arguments = [*march.inputs, "--month", "2027-04", "--out", str(tmp_path / "四月")]
    assert main(["days", *arguments, "--jobs", "1", *served]) == OK
    april = str(tmp_path / "四月" / "days.json")
    assert main(["verify-days", *march.inputs, april, *served]) == OK
    assert "没有给出 2027-01、2027-02 的 days.json" in capsys.readouterr().out
    # Without March what was earned and is rested in April comes from nowhere.
    assert main(["verify-days", *march.inputs, april]) == VIOLATIONS
    told = capsys.readouterr().out
    assert "违规 L-3" in told
    assert "没有给出 2027-01、2027-02、2027-03 的 days.json" in told


def test_the_units_of_which_an_earlier_month_is_missing_are_named(march: Month) -> None:
    units = department("D1", short_name="甲局"), department("D2", short_name="乙局")
    case = month(departments=units)
    both = case.model_copy(
        update={"plan": case.plan.model_copy(update={"departments": ("D1", "D2")})}
    )
    known = [
        march.days.model_copy(update={"month": "2027-01", "departments": ("D1", "D2")}),
        march.days.model_copy(update={"month": "2027-02", "departments": ("D1",)}),
    ]
    told = []
    for history in (known, known[:1], []):
        log = IssueLog()
        tell_of_missing_history(both, history, log)
        told += [one.message.split(" 的 ")[0] for one in log.issues]
    assert told == ["没有给出 2027-02（乙局）", "没有给出 2027-02", "没有给出 2027-01、2027-02"]


def test_what_is_known_goes_back_to_the_first_month_that_is_missing(march: Month) -> None:
    def of(first: str, last: str, *units: str) -> DayPlan:
        fields = {"first": day(first), "last": day(last), "departments": units}
        return march.days.model_copy(update=fields)

    january = of("2027-01-11", "2027-01-31", "D1", "D2")
    february = of("2027-02-01", "2027-02-28", "D1")
    before = of("2026-12-01", "2027-01-10", "D1")
    history = [february, january, None, before]
    assert known_since("D1", history, day("2027-03-01")) == day("2026-12-01")
    assert known_since("D2", history, day("2027-03-01")) == day("2027-03-01")
    assert known_since("D1", [january], day("2027-03-01")) == day("2027-03-01")
    assert known_since("D1", [february, before], day("2027-03-01")) == day("2027-02-01")
    assert known_since("D1", [], day("2027-03-01")) == day("2027-03-01")


def test_no_phone_leaves_the_workbook_and_calendars_are_sound(march: Month) -> None:
    phones = {one.phone for one in march.sample.instance.inspectors}
    for path in march.folder.rglob("*.xlsx"):
        workbook = openpyxl.load_workbook(path)
        cells = {str(c.value) for sheet in workbook for row in sheet.iter_rows() for c in row}
        assert not [one for one in phones if any(one in text for text in cells)]
    identities: list[str] = []
    days_of: dict[str, set[dt.date]] = {}
    for path in (march.folder / "日历").iterdir():
        text = path.read_bytes()
        assert not [one for one in phones if one.encode() in text]
        person = path.name.split("_")[0]
        calendar: Any = Calendar.from_ical(text)
        for event in calendar.walk("VEVENT"):
            identities.append(str(event["uid"]))
            first, after = event["dtstart"].dt, event["dtend"].dt
            while first < after:
                days_of.setdefault(person, set()).add(first)
                first += dt.timedelta(days=1)
    assert len(identities) == len(set(identities))
    wanted: dict[str, set[dt.date]] = {}
    for row in march.days.rows:
        wanted.setdefault(row.inspector_id, set()).add(row.day)
    for date, person in handovers_of(march):
        wanted.setdefault(person, set()).add(date)
    assert days_of == wanted


def handovers_of(march: Month) -> set[tuple[dt.date, str]]:
    """Who comes once more in the month, by the remarks of the plan."""
    found = {
        (day(date), row.inspector_id)
        for row in march.sample.plan.stints
        for dates in re.findall("结束后于(.*?)再到场", row.note)
        for date in dates.split("、")
        if date.startswith(MONTH)
    }
    assert found, "the month of the sample has a handover"
    return found


def test_the_schedule_says_who_is_where(march: Month) -> None:
    sheet = openpyxl.load_workbook(march.folder / "每日在岗表.xlsx").active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    listed = {(row[0].date(), row[7].split("（")[1].rstrip("）")) for row in rows if row[7]}
    served = {(r.day, r.inspector_id) for r in march.days.rows if r.site_id}
    assert listed == served | handovers_of(march)
    coming = {row[0].date() for row in rows if row[9] == "交接"}
    assert coming == {date for date, _ in handovers_of(march)}
    by_site = openpyxl.load_workbook(march.folder / "月度驻点日程表.xlsx")["按对象"]
    counts = [row[4] for row in by_site.iter_rows(min_row=3, values_only=True) if row[4]]
    assert sorted(counts) == sorted(str(len(days)) for days in march.days.at_site.values())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--month", "2027-13"], "月份写作"),
        (["--month", "2028-01"], "不在这份计划的轮次"),
        (["--month", MONTH, "--from", "2027-03-10"], "--earlier"),
        (["--month", MONTH, "--earlier", "没有.json"], "找不到文件"),
        (["--month", MONTH, "--served", "{plan}"], "不是月度日程文件"),
        (["--month", MONTH, "--served", "{days}"], "不在要排的日子"),
        (["--month", "2027-04", "--served", "{days}", "--served", "{days}"], "同一时段"),
        (["--month", "2027-04", "--earlier", "{days}"], "2027-03"),
        (["--month", MONTH, "--earlier", "{days}", "--from", "2027-04-02"], "应在"),
        (["--month", MONTH, "--department", "无此单位"], "没有这个单位"),
        (["--month", MONTH, "--data", "{plan}"], "xlsx"),
    ],
)
def test_wrong_options_are_refused(
    march: Month,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    places = {"plan": march.sample.folder / "plan.json", "days": march.folder / "days.json"}
    filled = [one.format(**places) for one in options]
    out = tmp_path / "结果"
    assert main(["days", *march.inputs, "--out", str(out), *filled]) == BAD_INPUT
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert not out.exists()


def test_what_is_there_is_not_overwritten(march: Month, capsys: pytest.CaptureFixture[str]) -> None:
    before = (march.folder / "days.json").read_bytes()
    assert plan_month(march, march.folder) == BAD_INPUT
    assert "--force" in capsys.readouterr().out
    assert (march.folder / "days.json").read_bytes() == before


def test_day_data_names_sheet_and_cell(march: Month, tmp_path: Path) -> None:
    path = tmp_path / "资料.xlsx"
    assert main(["day-data", str(path)]) == OK
    write_rows(
        path, "危险作业",
        ("ZY-1", "无此对象", "动火", "", dt.date(2027, 3, 2), dt.date(2027, 3, 1)),
        ("ZY-1", march.site_id, "跳舞", "", dt.date(2027, 3, 2), dt.date(2027, 3, 2)),
    )  # fmt: skip
    write_rows(path, "天气预警", (dt.date(2027, 3, 1), dt.date(2027, 3, 2), "暴雨", "火星"))
    data, issues = read_day_data((path,), march.sample.instance)
    assert data is None
    found = {(one.sheet, one.cell) for one in issues}
    operations, weather = "资料.xlsx：危险作业", "资料.xlsx：天气预警"
    assert {(operations, "B2"), (operations, "F2"), (operations, "C3"), (weather, "D2")} <= found


def test_day_data_of_several_files_adds_up(march: Month, tmp_path: Path) -> None:
    path = tmp_path / "约定.xlsx"
    write_day_data_template(path)
    write_rows(path, "约定事项", (march.site_id, dt.date(2027, 3, 3), "执法检查", ""))
    data, issues = read_day_data((march.data, path, march.data), march.sample.instance)
    assert not issues
    assert data is not None
    assert [one.id for one in data.operations] == ["ZY-1"]
    kind = data.appointments[0].kind
    assert data.appointments == (
        Appointment(site_id=march.site_id, day=day("2027-03-03"), kind=kind),
    )
    assert read_day_data((), march.sample.instance)[0] is not None


def test_day_data_that_contradict_each_other_name_both_places(march: Month, tmp_path: Path) -> None:
    path = tmp_path / "约定.xlsx"
    write_day_data_template(path)
    first = dt.date(2027, 3, 8)
    write_rows(path, "危险作业", ("ZY-1", march.site_id, "动火", "", first, first))
    data, issues = read_day_data((march.data, path), march.sample.instance)
    assert data is None
    assert [(one.sheet, one.cell) for one in issues] == [("约定.xlsx：危险作业", "A2")]
    assert f"与“{march.data.name}：危险作业!A2”各有一行，内容不同" in issues[0].message


def test_template_has_every_sheet(tmp_path: Path) -> None:
    write_day_data_template(tmp_path / "空.xlsx")
    titles = openpyxl.load_workbook(tmp_path / "空.xlsx").sheetnames
    assert titles == [sheet.title for sheet in DAY_SHEETS]


def case_of_three() -> MonthCase:
    sites = tuple(site(f"O{n}") for n in (1, 2, 3))
    return month(
        stint("O1", "P1"), stint("O2", "P2"), stint("O3", "P3"),
        sites=sites, ratings=tuple(rating(one.id) for one in sites),
        inspectors=tuple(inspector(f"P{n}") for n in range(1, 5)),
    )  # fmt: skip


def test_parts_share_nobody() -> None:
    case = case_of_three()
    assert [tuple(part.stints_at) for part in parts_of(case)] == [("O1",), ("O2",), ("O3",)]
    away = absence("2027-03-02", "2027-03-03").model_copy(update={"substitute_id": "P3"})
    known = case.instance.model_copy(update={"absences": (away,)})
    joined = case.model_copy(update={"instance": known})
    assert [tuple(part.stints_at) for part in parts_of(joined)] == [("O1", "O3"), ("O2",)]


def test_a_tier_that_ran_out_of_time_claims_no_more_than_is_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rest for what was earned lowers the last tier, of which nothing is known."""
    case = month(stint(form=Form.REGULAR), served=rows("2027-02-06", kind=DayKind.DUTY))
    given = Given((case,), (REST,), None, time.time())
    least = solve_part(given, lambda: False, 0).tiers[-1].value
    search = branch_and_bound.solve

    def only_the_first(question: Question, effort: Effort) -> Answer:
        if question.objective.any():
            return Answer("UNKNOWN", None, 0)
        return search(question, effort)

    monkeypatch.setattr(branch_and_bound, "solve", only_the_first)
    monkeypatch.setattr(cpsat, "solve", only_the_first)
    stopped = solve_part(given, lambda: False, 0)
    assert stopped.status == "FEASIBLE"
    assert stopped.tiers[-1].bound <= least < stopped.tiers[-1].value


def test_only_what_is_proved_is_called_so(
    march: Month,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The bounds of a search that was broken off may happen to be reached."""
    proof = march.days.proof
    assert proof is not None
    units = tuple(one.model_copy(update={"status": "FEASIBLE"}) for one in proof.units)
    open_proof = proof.model_copy(update={"units": units})
    made = march.days.model_copy(update={"proof": open_proof})
    monkeypatch.setattr("planner.run.days.plan_days", lambda *given: made)
    assert plan_month(march, tmp_path / "三月", "--data", str(march.data)) == OK
    told = capsys.readouterr().out
    assert "未全部证明最优" in told
    assert "均已证明最优" not in told


@pytest.mark.parametrize(("grade", "too_long"), [(Grade.FIRST, 7), (Grade.SECOND, 0)])
def test_who_is_alone_is_never_there_too_long_in_silence(grade: Grade, too_long: int) -> None:
    """Somebody is asked for on each of 13 dates and one person is posted: at an 一级 object that
    comes before a free day, and the dates too many are listed; elsewhere the free day does."""
    period = freeze(
        "2027-03-01", "2027-03-13", boost_coverage=True, required_first="每日",
        required_second="每日",
    )  # fmt: skip
    case = month(stint(), last="2027-03-13", key_periods=(period,), ratings=(rating("O1", grade),))
    given = Settings(limit_seconds=60, jobs=1, reproducible=True)
    made = plan_days(case, DAY_RULES, given, Interruption(lambda text: None))
    assert made is not None
    missing = {(one.rule, one.about): one.missing for one in made.shortages}
    assert missing == ({("L-3", LONG_RUN): too_long} if too_long else {("R04-1", ""): 1})
    table = DayReport(case, made, DAY_RULES).shortages()
    assert ("轮值" in str(table.rows)) is bool(too_long)
    assert verify_days(case, made, DAY_RULES).accepted


def test_who_is_posted_nowhere_takes_the_rest_that_is_due() -> None:
    """P2 was on duty at the site that P1 has now: no other part counts that duty."""
    duty = rows("2027-01-02", inspector_id="P2", kind=DayKind.DUTY)
    case = month(stint("O1", "P1"), served=duty)
    given = Settings(limit_seconds=60, jobs=1, reproducible=True)
    made = plan_days(case, DAY_RULES, given, Interruption(lambda text: None))
    assert made is not None
    assert [row.inspector_id for row in made.rows if row.kind is DayKind.REST] == ["P2"]
    assert not [one for one in made.shortages if one.rule == "L-3"]
    assert verify_days(case, made, DAY_RULES).accepted


def test_every_day_rule_is_listed_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == OK
    lines = capsys.readouterr().out.splitlines()
    held = {line.split()[0] for line in lines if "月度日程" in line.rpartition("[")[2]}
    assert held == {rule.article.rule for rule in DAY_RULES}
