"""What one person less costs, and who could take over: answered by replans, ranked, resumable."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from constraints import RULES
from planner.change.compare import ChangeKind
from planner.change.recommend import FOLLOWED, Substitute, standings, tried, vacancy_of
from planner.change.recommend import Given as Trials
from planner.change.robustness import (
    Fallout,
    Given,
    Month,
    fallouts,
    month_starts,
    months_of,
    robustness_of,
    single_points,
    unit_plans,
)
from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Inspector
from planner.domain.terms import Grade
from planner.exit_codes import BAD_INPUT, INTERRUPTED, OK
from planner.io.plan_json import plan_to_json
from planner.io.writer import write_workbook
from planner.reports.robustness import fallout_text, percent_text, robustness_page
from planner.run import robustness as robustness_run
from planner.run.reading import check
from tests.builders import day, plan
from tests.rules.rows import listed
from tests.test_change import MARCH, UNIT, planned, three_people

LIMIT = 20.0


def never() -> bool:
    return False


def given(known: Instance, made: Plan) -> Given:
    return Given(unit_plans(known, made), tuple(RULES), LIMIT)


def two_people() -> Instance:
    known = three_people()
    return known.model_copy(update={"inspectors": known.inspectors[:2]})


def test_a_month_begins_on_its_first_working_day() -> None:
    days = month_starts(three_people())
    assert days[:4] == (day("2027-01-11"), day("2027-02-01"), day("2027-03-01"), day("2027-04-01"))
    assert days[-1] == day("2027-07-01")


def test_with_somebody_free_nothing_is_lost() -> None:
    known = three_people()
    made = planned(known)
    cases = fallouts(given(known, made), never, Month(UNIT, day("2027-03-01"), ("P1", "P2", "P3")))
    assert all(one.covered and one.proved for one in cases)
    assert robustness_of(cases).percent == 100
    assert single_points(cases) == ()


def test_with_nobody_free_the_lower_grade_loses_and_the_figure_says_so() -> None:
    known = two_people()
    made = planned(known)
    cases = fallouts(given(known, made), never, Month(UNIT, day("2027-03-01"), ("P1", "P2")))
    since, due, end = day("2027-03-01"), day("2027-06-07"), known.round.end
    all_days, late = (len(known.calendar.workdays(first, end)) for first in (since, due))
    # Without P2 nobody can follow P1, whose half-year at O1 is over in June; he goes to O2 then.
    assert [one.lost for one in cases] == [(0, all_days, 0, 0), (late, all_days - late, 0, 0)]
    figure = robustness_of(cases)
    assert (figure.cases, figure.covered, figure.percent) == (2, 0, 0)
    assert {one.inspector_id for one in single_points(cases)} == {"P1", "P2"}


def test_who_has_no_posting_any_more_is_missed_by_nobody() -> None:
    known = two_people()
    made = planned(known)
    shortened = made.model_copy(
        update={"stints": tuple(row for row in made.stints if row.inspector_id != "P2")}
    )
    (case,) = fallouts(given(known, shortened), never, Month(UNIT, MARCH, ("P2",)))
    assert not case.posted
    assert case.covered
    assert robustness_of((case,)).cases == 0


def test_a_stop_leaves_the_rest_of_the_month() -> None:
    known = three_people()
    month = Month(UNIT, MARCH, ("P1", "P2", "P3"))
    assert fallouts(given(known, planned(known)), lambda: True, month) == ()


def test_every_person_of_the_plan_has_a_case_in_every_month() -> None:
    known = three_people()
    made = planned(known)
    months = months_of(known, made)
    assert [one.day for one in months] == list(month_starts(known))
    assert {one.people for one in months} == {("P1", "P2", "P3")}


def test_substitutes_are_ranked_by_what_they_cost() -> None:
    known = three_people()
    made = planned(known)
    unit = unit_plans(known, made)[UNIT]
    vacancy = vacancy_of(unit, known.site_by_id["O1"], 1, MARCH)
    assert vacancy.holder is not None
    assert vacancy.holder.inspector_id == "P1"
    people = [one.person for one in standings(vacancy, RULES) if one.admissible]
    assert [one.id for one in people] == ["P2", "P3"]
    trials = Trials(vacancy, tuple(RULES), LIMIT)
    found = sorted(
        (one for person in people if (one := tried(trials, never, person))),
        key=lambda one: one.rank,
    )
    assert [one.inspector_id for one in found] == ["P3", "P2"]
    best = found[0]
    assert best.proved
    assert best.free
    assert not any(best.lost)
    left = next(one for one in best.changes if one.inspector_id == "P1" and one.place == "O1")
    assert (left.kind, left.reason) == (ChangeKind.SHORTENED, FOLLOWED)


# -- the commands -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workbook whose grades a person has decided, and its plan."""
    folder = tmp_path_factory.mktemp("single")
    items = tuple(
        listed(site_id).model_copy(
            update={"grade": grade, "grade_reason": "研判", "approver": "某局长"}
        )
        for site_id, grade in (("O1", Grade.FIRST), ("O2", Grade.SECOND))
    )
    workbook = folder / "数据.xlsx"
    write_workbook(three_people(list_items=items), workbook)
    read = check(workbook).instance
    assert read is not None
    plan_file = folder / "plan.json"
    plan_file.write_text(plan_to_json(planned(read), read), encoding="utf-8")
    return workbook, plan_file


def cases_in(store: Path) -> list[Fallout]:
    rows = [json.loads(line) for line in store.read_text(encoding="utf-8").splitlines()]
    return [Fallout(**{name: row[name] for name in row if name != "key"}) for row in rows]


def test_a_run_that_was_cut_off_goes_on_and_ends_with_the_same_bytes(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    command = ["n-1", *map(str, files), "--out", str(tmp_path), "--jobs", "1"]
    assert main(command) == OK
    store, table = tmp_path / "单人缺位.jsonl", tmp_path / "单人缺位.xlsx"
    whole, shown = store.read_bytes(), table.read_bytes()
    first = whole.splitlines(keepends=True)
    marked = first[0].replace(b'"changed_days": 0', b'"changed_days": 7777')
    kept = [marked, *first[1:5], first[5][:40]]
    store.write_bytes(b"".join(kept))
    assert main(command) == OK
    assert len(cases_in(store)) == len(first)
    again = store.read_bytes().splitlines(keepends=True)
    assert again[0] == marked  # it was taken from the store
    assert again[1:] == first[1:]
    store.write_bytes(whole)
    assert main(command) == OK
    assert (store.read_bytes(), table.read_bytes()) == (whole, shown)


def test_the_page_shows_the_worst_cells_darkest() -> None:
    known = three_people()

    def case(person: str, when: str, **fields: Any) -> Fallout:
        about = {"department": UNIT, "inspector_id": person, "day": day(when), "posted": True}
        return Fallout(**{**about, **fields})

    page = robustness_page(
        known,
        plan(),
        (
            case("P1", "2027-02-01", lost=(5, 0, 0, 0), changed_stints=1),
            case("P1", "2027-03-01", lost=(0, 0, 3, 0), changed_stints=2, proved=False),
            case("P2", "2027-02-01", changed_stints=2),
            case("P2", "2027-03-01"),
            case("P3", "2027-02-01", status="INFEASIBLE"),
            case("P3", "2027-03-01", posted=False),
        ),
    )
    for cell in (
        '<td class="point">少5日（一级5）</td>',
        '<td class="lost">至多少3日（三级3）*</td>',
        '<td class="moved">动2段</td>',
        "<td>不变</td>",
        '<td class="open">排不出</td>',
        "<td>—</td>",
    ):
        assert page.count(cell) == 1, cell
    assert "人员P1（P1）" in page
    assert "http" not in page


def test_what_is_not_proved_is_said_to_be_at_most() -> None:
    about: dict[str, Any] = {"department": UNIT, "day": MARCH, "posted": True, "changed_stints": 1}
    sure = Fallout(**about, inspector_id="P1", lost=(1, 0, 0, 0))
    unsure = Fallout(**about, inspector_id="P2", lost=(9, 0, 0, 0), proved=False)
    found = robustness_of((unsure, sure, Fallout(**about, inspector_id="P3")))
    assert percent_text(found) == ("至少33%", "至少33%")
    assert percent_text(robustness_of((sure,))) == ("0%", "0%")
    assert single_points((unsure, sure)) == (sure, unsure)
    known = three_people()
    assert fallout_text(known, sure).endswith("：少1日（一级1），变动 1 段")
    assert fallout_text(known, unsure).endswith("：至多少9日（一级9），变动 1 段（未证明最少）")


def test_the_page_stands_beside_the_workbook(files: tuple[Path, Path], tmp_path: Path) -> None:
    assert main(["n-1", *map(str, files), "--out", str(tmp_path), "--jobs", "1"]) == OK
    assert {path.name for path in tmp_path.iterdir()} == {
        "单人缺位.xlsx", "单人缺位.html", "单人缺位.jsonl",
    }  # fmt: skip


def test_a_longer_limit_seeks_only_what_was_not_proved(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["n-1", *map(str, files), "--out", str(tmp_path), "--jobs", "1"]
    assert main([*command, "--limit", "3"]) == OK
    store = tmp_path / "单人缺位.jsonl"
    lines = store.read_text("utf-8").splitlines()
    posted = [n for n, line in enumerate(lines) if json.loads(line)["posted"]]
    # One answer as a search that was cut off would leave it, and a mark on a proved one.
    doubtful, proved = posted[0], posted[1]
    truth = json.loads(lines[doubtful])
    lines[doubtful] = json.dumps({**truth, "changed_stints": 99, "proved": False})
    lines[proved] = json.dumps({**json.loads(lines[proved]), "changed_days": 7777})
    store.write_text("\n".join(lines), "utf-8")
    capsys.readouterr()
    assert main([*command, "--limit", "3"]) == OK  # no longer than before: nothing to gain
    assert "有 1 种未证明最少（表中带*，是至多的数）" in capsys.readouterr().out
    assert cases_in(store)[doubtful].changed_stints == 99
    assert main([*command, "--limit", "20"]) == OK
    assert "未证明最少" not in capsys.readouterr().out
    again = cases_in(store)
    assert again[doubtful] == Fallout(
        **{name: value for name, value in truth.items() if name not in {"key", "limit_seconds"}},
        limit_seconds=20,
    )
    assert again[proved].changed_days == 7777  # it was taken from the store


def test_a_longer_run_that_is_cut_off_says_so(
    files: tuple[Path, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    command = ["n-1", *map(str, files), "--out", str(tmp_path), "--jobs", "1"]
    assert main([*command, "--limit", "3"]) == OK
    store = tmp_path / "单人缺位.jsonl"
    rows = [json.loads(line) for line in store.read_text("utf-8").splitlines()]
    open_rows = [json.dumps({**row, "proved": not row["posted"]}) for row in rows]
    store.write_text("\n".join(open_rows), "utf-8")
    capsys.readouterr()
    monkeypatch.setattr(robustness_run, "each_in_workers", lambda tasks, *rest: list(tasks))
    assert main([*command, "--limit", "20"]) == INTERRUPTED
    said = capsys.readouterr().out
    assert f"已中断：算完 {sum(not row['posted'] for row in rows)}/{len(rows)} 种" in said
    assert "放宽 --limit" not in said


def test_the_better_of_two_answers_stays() -> None:
    about = {"department": UNIT, "inspector_id": "P1", "day": MARCH, "posted": True}
    short = Fallout(**about, lost=(0, 2, 0, 0), changed_stints=3, proved=False, limit_seconds=3)
    longer = {**about, "limit_seconds": 9}
    worse = Fallout(**longer, lost=(1, 0, 0, 0), changed_stints=1, proved=False)
    assert worse.better(short) == short.model_copy(update={"limit_seconds": 9})
    unknown = Fallout(**longer, status="UNKNOWN", proved=False)
    assert unknown.better(short) == short.model_copy(update={"limit_seconds": 9})
    better = Fallout(**longer, lost=(0, 2, 0, 0), changed_stints=2, proved=False)
    assert better.better(short) == better
    more_days = Fallout(**longer, lost=(0, 2, 0, 0), changed_stints=3, changed_days=9, proved=False)
    assert more_days.better(short) == short.model_copy(update={"limit_seconds": 9})
    proved = Fallout(**longer, lost=(0, 2, 0, 0), changed_stints=3)
    assert proved.better(short) == proved
    assert better.better(unknown) == better


def test_recommend_names_people_and_tells_programs(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    about = ["--object", "O1", "--slot", "1", "--from", str(MARCH), "--jobs", "1"]
    assert main(["recommend", *map(str, files), *about]) == OK
    said = capsys.readouterr().out
    assert "1. 人员P3（P3）" in said
    assert "服务不减（已证明最少）" in said
    assert main(["recommend", *map(str, files), *about, "--format", "json"]) == OK
    rows = json.loads(capsys.readouterr().out)
    assert [row["inspector_id"] for row in rows] == ["P3", "P2"]


def test_recommend_counts_who_can_be_sent_not_who_was_tried(
    files: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("planner.run.recommend.tried", no_answer_for_p2)
    about = ["--object", "O1", "--slot", "1", "--from", str(MARCH), "--jobs", "1"]
    assert main(["recommend", *map(str, files), *about]) == OK
    said = capsys.readouterr().out
    assert "规则允许的 2 人逐一试排，可派 1 人" in said
    assert "人员P2（P2）：时限内没有结论" in said


def no_answer_for_p2(
    trials: Trials, stopped: Callable[[], bool], person: Inspector
) -> Substitute | None:
    found = tried(trials, stopped, person)
    return found and replace(found, status="UNKNOWN" if person.id == "P2" else found.status)


def test_recommend_says_when_it_begins_later_and_how_it_ranks(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    about = ["--object", "O1", "--slot", "1", "--jobs", "1", "--from"]
    assert main(["recommend", *map(str, files), *about, "2027-03-07"]) == OK
    said = capsys.readouterr().out
    assert "--from 2027-03-07 是休息日，按其后第一个工作日 2027-03-08 计" in said
    assert "自 2027-03-08 起" in said
    assert "可派 2 人" in said
    assert "planner replan 不指定人选" in said
    assert main(["recommend", *map(str, files), *about, "2027-07-11"]) == BAD_INPUT
    assert "--from 2027-07-11：此后本轮没有工作日了" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--object", "O9", "--slot", "1", "--from", "2027-03-03"), "--object O9"),
        (("--object", "O1", "--slot", "3", "--from", "2027-03-03"), "--slot 3"),
        (("--object", "O1", "--slot", "1", "--from", "2028-03-03"), "--from 2028-03-03"),
    ],
)
def test_a_wrong_option_of_recommend_is_named(
    files: tuple[Path, Path],
    options: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["recommend", *map(str, files), *options]) == BAD_INPUT
    assert words in capsys.readouterr().out


def test_a_foreign_file_is_not_replaced(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "单人缺位.xlsx").write_text("别人的", encoding="utf-8")
    assert main(["n-1", *map(str, files), "--out", str(tmp_path)]) == BAD_INPUT
    assert (tmp_path / "单人缺位.xlsx").read_text(encoding="utf-8") == "别人的"
