"""抽查: who is drawn, by whom it can be recomputed, and the files."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.cli import main
from planner.domain.day_plan import DayKind, DayPlan, DayRow
from planner.domain.instance import Instance
from planner.domain.ledgers import SpotCheck
from planner.domain.plan import Stint
from planner.domain.tables import Absence
from planner.domain.terms import AbsenceKind, Form, Grade
from planner.io.ledgers import read_ledgers
from planner.papers.spot_check import Sample, draw, name_of
from tests.builders import day, inspector, instance, rating, site, stint
from tests.conftest import PlannedSample

COUNTIES = ("任城区", "兖州区", "曲阜市")


def town(size: int, **fields: Any) -> tuple[Instance, tuple[Stint, ...]]:
    """``size`` objects in three counties, two grades and two forms, each with a person."""
    sites = tuple(site(f"O{n:02}", county=COUNTIES[n % 3]) for n in range(size))
    people = tuple(inspector(f"P{n:02}") for n in range(size))
    ratings = tuple(rating(f"O{n:02}", (Grade.FIRST, Grade.SECOND)[n % 2]) for n in range(size))
    rows = tuple(
        stint(
            f"O{n:02}", f"P{n:02}", "2027-01-11", "2027-07-09",
            form=Form.RESIDENT if n % 4 else Form.REGULAR,
        )
        for n in range(size)
    )  # fmt: skip
    return instance(sites=sites, inspectors=people, ratings=ratings, **fields), rows


def drawn(size: int, seed: int = 7, earlier: tuple[SpotCheck, ...] = (), **policy: int) -> Sample:
    known, rows = town(size)
    known = known.model_copy(update={"policy": known.policy.model_copy(update=policy)})
    return draw(known, rows, earlier, "D1", "2027Q1", seed, day("2027-02-15"))


def checked(site_id: str, inspector_id: str, quarter: str) -> SpotCheck:
    return SpotCheck(
        id="C", department="D1", quarter=quarter, day=day("2026-12-01"), seed=1,
        site_id=site_id, inspector_id=inspector_id, stint_start=day("2026-11-01"),
    )  # fmt: skip


def names(sample: Sample) -> set[str]:
    return {one.stint.site_id for one, _ in sample.drawn}


@pytest.mark.parametrize(
    ("size", "rate", "wanted"),
    [
        (30, 10, 3), (31, 10, 4), (30, 100, 30), (3, 90, 3),
        (1, 10, 1), (2, 10, 2), (4, 10, 3), (11, 10, 3), (20, 10, 3),
    ],
)  # fmt: skip
def test_the_share_is_rounded_up_and_three_at_least(size: int, rate: int, wanted: int) -> None:
    assert len(drawn(size, spot_check_rate_percent=rate).drawn) == wanted


def test_another_seed_draws_others_and_the_same_seed_the_same() -> None:
    assert drawn(30).drawn == drawn(30).drawn
    assert len({frozenset(names(drawn(30, seed))) for seed in range(10)}) > 5


@pytest.mark.parametrize("seed", range(25))
def test_every_stratum_has_its_share_but_for_one(seed: int) -> None:
    sample = drawn(60, seed, spot_check_rate_percent=20)
    total = sum(one.weight for one in sample.members)
    weights = Counter[tuple[str, str, str]]()
    for one in sample.members:
        weights[one.stratum] += one.weight
    found = Counter(one.stratum for one, _ in sample.drawn)
    for stratum, weight in weights.items():
        assert abs(found[stratum] - Fraction(len(sample.drawn) * weight, total)) < 1


def test_who_was_drawn_in_the_last_two_quarters_has_half_the_chance() -> None:
    earlier = (checked("O05", "P99", "2026Q4"), checked("O99", "P06", "2026Q3"))
    forgotten = (checked("O07", "P99", "2026Q2"), checked("O08", "P99", "2027Q1"))
    sample = drawn(30, earlier=(*earlier, *forgotten))
    assert {one.stint.site_id for one in sample.members if one.weight == 1} == {"O05", "O06"}
    counts = Counter[str]()
    for seed in range(600):
        counts.update(names(drawn(30, seed, (*earlier, *forgotten), spot_check_rate_percent=20)))
    usual = sum(counts[f"O{n:02}"] for n in range(30) if n not in {5, 6}) / 28
    for halved in ("O05", "O06"):
        assert 0.35 < counts[halved] / usual < 0.65


def test_whoever_outweighs_the_space_between_two_points_is_certain() -> None:
    earlier = tuple(checked(f"O{n:02}", "P99", "2026Q4") for n in range(3))
    sample = drawn(4, earlier=earlier, spot_check_rate_percent=70)
    assert "O03" in names(sample)
    assert len(sample.drawn) == 3
    assert {one.split("|")[0] for one in sample.certain} == {"O03"}


def test_a_check_falls_on_a_working_day_of_the_posting_without_leave() -> None:
    begin, end = day("2027-03-01"), day("2027-03-12")
    leave = Absence(inspector_id="P1", kind=AbsenceKind.SICK, start=begin, end=day("2027-03-11"))
    known = instance(absences=(leave,))
    row = stint("O1", "P1", str(begin), str(end))
    (only,) = draw(known, (row,), (), "D1", "2027Q1", 1, day("2027-01-01")).drawn
    assert only[1] == end
    assert draw(known, (row,), (), "D1", "2027Q1", 1, day("2027-03-13")).drawn == ()
    assert draw(known, (row,), (), "D2", "2027Q1", 1, day("2027-01-01")).members == ()
    days = {
        draw(known, (stint(),), (), "D1", "2027Q1", seed, begin).drawn[0][1] for seed in range(40)
    }
    assert all(known.calendar.is_workday(one) and begin <= one <= day("2027-03-31") for one in days)
    assert len(days) > 5


def test_the_day_plan_of_a_month_says_when_somebody_is_there() -> None:
    there = tuple(
        DayRow(
            day=day(date), department="D1", inspector_id=person, site_id=place,
            kind=DayKind.POSTED,
        )
        for date, person, place in (
            ("2027-03-02", "P1", "O1"), ("2027-03-03", "P1", "O2"), ("2027-03-04", "P2", "O1"),
        )
    )  # fmt: skip
    march = DayPlan(
        month="2027-03", first=day("2027-03-01"), last=day("2027-03-31"),
        since=day("2027-03-01"), departments=("D1",), rows=there,
    )  # fmt: skip
    row = stint("O1", "P1", "2027-01-11", "2027-07-09", form=Form.REGULAR)
    begin = day("2027-02-22")
    (member,) = draw(instance(), (row,), (), "D1", "2027Q1", 1, begin, (march,)).members
    february = instance().calendar.workdays(begin, day("2027-02-28"))
    assert member.days == (*february, day("2027-03-02"))
    others = march.model_copy(update={"departments": ("D2",)})
    (member,) = draw(instance(), (row,), (), "D1", "2027Q1", 1, begin, (others,)).members
    assert len(member.days) > 20


# -- recomputed from the file, by the document alone ----------------------------------------------


def number(*parts: object) -> int:
    digest = hashlib.sha256("|".join(map(str, parts)).encode("utf-8")).hexdigest()
    return int(digest[:16], 16)


def recomputed(
    rows: list[dict[str, Any]], seed: int, quarter: str, unit: str, rate: int
) -> set[tuple[Any, ...]]:
    """docs/spot-check.md, steps 2 to 6, on the rows of 总体."""

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["对象编号"], row["人员编号"], row["派驻起始"]

    order = ["定期驻点", "蹲守驻点", "流动驻点"]
    rows = sorted(
        rows,
        key=lambda row: (
            order.index(row["驻点形式"]), row["县市区"], row["驻点等级"],
            number(seed, quarter, *key(row)),
        ),
    )  # fmt: skip
    size = max(math.ceil(len(rows) * rate / 100), min(3, len(rows)))
    left, found = rows, set()
    while True:
        weight = sum(row["权重"] for row in left)
        sure = [row for row in left if row["权重"] * size >= weight]
        if not sure or size == 0:
            break
        found |= {key(row) for row in sure}
        left, size = [row for row in left if row not in sure], size - len(sure)
    if size and left:
        space = Fraction(sum(row["权重"] for row in left), size)
        begin = space * Fraction(number(seed, quarter, unit, "起点"), 2**64)
        for at in range(size):
            point, before = begin + at * space, 0
            for row in left:
                if before <= point < before + row["权重"]:
                    found.add(key(row))
                before += row["权重"]
    return found


def command(planned: PlannedSample, out: Path, *more: str) -> list[str]:
    return [
        "spot-check", str(planned.workbook), str(planned.folder / "plan.json"),
        "--quarter", "2027Q1", "--seed", "7", "--out", str(out), *more,
    ]  # fmt: skip


def table(path: Path, title: str) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(path)[title]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows if row[1] is not None]


def test_anybody_can_recompute_the_sample_from_the_file(
    planned: PlannedSample, tmp_path: Path
) -> None:
    out = tmp_path / "抽查"
    assert main(command(planned, out, "--from", "2027-02-15")) == 0
    members = table(out / "抽查抽样表-2027Q1.xlsx", "总体")
    (unit,) = planned.plan.departments
    found = {(row["对象编号"], row["人员编号"], row["派驻起始"]) for row in members if row["抽中"]}
    assert found == recomputed(members, 7, "2027Q1", unit, 10)
    assert len(found) == max(math.ceil(len(members) / 10), min(3, len(members)))
    calendar, away = planned.instance.calendar, planned.instance.absences_of
    for row in members:
        if row["抽中"]:
            first, last = (dt.date.fromisoformat(row[name]) for name in ("首日", "末日"))
            days = [
                one
                for one in calendar.workdays(first, last)
                if not any(a.start <= one <= a.end for a in away.get(row["人员编号"], ()))
            ]
            key = row["对象编号"], row["人员编号"], row["派驻起始"]
            chosen = days[number(7, "2027Q1", *key, "日期") % len(days)]
            assert row["抽查日期"] == str(chosen)
    shares = [row["累计权重"] for row in members]
    assert all(
        b - a == row["权重"] for (a, b), row in zip(pairwise(shares), members[1:], strict=True)
    )


def test_the_result_form_is_a_ledger_that_halves_the_next_draw(
    planned: PlannedSample, tmp_path: Path
) -> None:
    out = tmp_path / "抽查"
    assert main(command(planned, out)) == 0
    read = read_ledgers((out / "抽查结果表-2027Q1.xlsx",), planned.instance)
    assert read.ledgers is not None
    assert not read.issues
    rows = read.ledgers.spot_checks
    assert rows
    assert {(one.seed, one.quarter, one.present) for one in rows} == {(7, "2027Q1", None)}
    again = tmp_path / "再抽"
    more = ("--ledger", str(out / "抽查结果表-2027Q1.xlsx"))
    assert main([*command(planned, again, *more), "--quarter", "2027Q2"]) == 0
    members = table(again / "抽查抽样表-2027Q2.xlsx", "总体")
    known = {one.site_id for one in rows} | {one.inspector_id for one in rows}
    for row in members:
        assert (row["权重"] == 1) is bool({row["对象编号"], row["人员编号"]} & known)
    assert 1 in {row["权重"] for row in members}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--quarter", "2028Q1"), "不在本轮"),
        (("--quarter", "一季度"), "季度写作"),
        (("--from", "2027-04-01"), "不在 2027Q1"),
        (("--department", "没有的局"), "没有这个单位"),
        (("--days", "没有的.json"), "找不到文件"),
    ],
)
def test_wrong_options_are_refused(
    more: tuple[str, ...],
    said: str,
    planned: PlannedSample,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(command(planned, tmp_path / "x", *more)) == 2
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert not (tmp_path / "x").exists()


def test_a_sample_is_not_replaced(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(planned, tmp_path / "x")) == 0
    assert main(command(planned, tmp_path / "x")) == 2
    assert "--force" in capsys.readouterr().out


def test_names_of_postings_are_what_the_document_says() -> None:
    assert name_of(stint("O1", "P1", "2027-01-11")) == "O1|P1|2027-01-11"
