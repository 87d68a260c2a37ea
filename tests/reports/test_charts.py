"""Charts of a plan: changes are marked, gaps counted, pictures need no font of the machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from planner.change.compare import changes_between
from planner.cli import main
from planner.domain.terms import StintNature
from planner.reports.charts import CHARTS_PAGE, SHORTAGES, chart_outputs
from planner.reports.folder import PLAN_JSON
from planner.reports.gantt import Bar, Chart, charts_by_person, charts_by_site, legend
from planner.reports.labels import round_title
from planner.reports.picture import FONT_HANZI, not_in_font, picture
from planner.reports.shortage_chart import TOTAL, shortage_chart
from tests.builders import day, inspector, instance, plan, shortage, site, stint
from tests.conftest import PlannedSample

PNG = b"\x89PNG\r\n\x1a\n"
BEYOND = ("\U00020000", "\U00020001")
"""Two different characters that the font lacks."""


def bars_of(charts: tuple[Chart, ...]) -> dict[str, list[Bar]]:
    """The bars of each labelled lane, with those of the unlabelled lanes below it."""
    found: dict[str, list[Bar]] = {}
    label = ""
    for chart in charts:
        for lane in chart.lanes:
            label = lane.label or label
            found.setdefault(label, []).extend(lane.bars)
    return found


# -- changes --------------------------------------------------------------------------------------

PEOPLE = tuple(inspector(one, name=f"人员{one}") for one in ("P1", "P2", "P3"))
KNOWN = instance(inspectors=PEOPLE, sites=(site("O1"), site("O2"), site("O3")))
EARLIER = (stint("O1", "P1"), stint("O2", "P2"), stint("O3", "P3"))
LATER = (
    stint("O1", "P1", end="2027-04-30"),
    stint("O1", "P2", start="2027-05-03", nature=StintNature.SUBSTITUTE),
    stint("O3", "P3"),
)
CHANGES = changes_between(EARLIER, LATER, day("2027-01-11"))


def test_what_changed_is_marked_and_the_earlier_dates_stay_to_be_seen() -> None:
    lanes = bars_of(charts_by_site(KNOWN, plan(*LATER), CHANGES))
    shortened, substitute = lanes["企业O1"]
    assert (shortened.changed, substitute.changed) == (True, True)
    [(x, width)] = shortened.was
    assert x == shortened.x
    assert width > shortened.width + 60 * 2
    assert x + width > substitute.x
    assert substitute.was == ()
    assert "提前结束" in shortened.title
    assert [bar.changed for bar in lanes["企业O3"]] == [False]


def test_a_posting_that_is_no_more_is_a_line_with_a_name() -> None:
    by_site = bars_of(charts_by_site(KNOWN, plan(*LATER), CHANGES))
    [gone] = by_site["企业O2"]
    assert (gone.kind, gone.text) == ("was", "取消：人员P2")
    assert gone.was == ((gone.x, gone.width),)
    by_person = bars_of(charts_by_person(KNOWN, plan(*LATER), CHANGES))
    assert sorted(bar.kind for bar in by_person["人员P2（P2）"]) == ["new", "was"]


def test_whoever_is_sent_nowhere_any_more_is_still_in_the_chart() -> None:
    left = LATER[::2]
    changes = changes_between(EARLIER, left, day("2027-01-11"))
    by_person = bars_of(charts_by_person(KNOWN, plan(*left), changes))
    assert [bar.text for bar in by_person["人员P2（P2）"]] == ["取消：企业O2"]


def test_without_changes_nothing_is_marked() -> None:
    for charts in (charts_by_site(KNOWN, plan(*LATER)), charts_by_person(KNOWN, plan(*LATER))):
        bars = [bar for found in bars_of(charts).values() for bar in found]
        assert len(bars) == 3
        assert not [bar for bar in bars if bar.changed or bar.was or bar.kind == "was"]


def test_the_legend_speaks_of_the_day_on_which_the_plan_begins() -> None:
    """A replan begins within a round: what was served before the event is of the same round."""
    rest = plan(round_start=day("2027-03-15"))
    words = dict(legend(rest, changed=True))
    assert (words["held"], words["new"]) == ("3月15日前已在驻", "3月15日起新派")
    assert (words["past"], words["before"]) == ("3月15日前已结束", "3月15日以前")
    assert {"changed", "was"} == words.keys() - dict(legend(rest, changed=False)).keys()


# -- gaps -----------------------------------------------------------------------------------------


def test_a_title_tells_the_rest_of_a_round_from_the_whole() -> None:
    assert round_title(plan()) == "2027年上半年"
    assert round_title(plan(round_start=day("2027-03-03"))) == "2027年上半年（3月3日起）"


def test_gaps_are_counted_by_sector_and_county() -> None:
    sites = (
        site("O1", county="甲县"),
        site("O2", county="甲县"),
        site("O3", county="乙县"),
        site("O4", county="丙县", sector="CH"),
    )
    known = instance(sites=sites)
    gaps = (
        shortage("O2", "2027-03-01", "2027-03-07"),
        shortage("O2", "2027-03-15", "2027-03-15"),
        shortage("O3", "2027-03-01", "2027-03-02"),
    )
    chart = shortage_chart(known, plan(stint("O1"), stint("O2"), stint("O4"), shortages=gaps))
    assert chart is not None
    assert [text for _, _, text in chart.labels] == ["S1", TOTAL]
    assert ["".join(head.lines) for head in chart.heads] == ["甲县", "乙县", TOTAL]
    assert [cell.lines for cell in chart.cells] == [
        ("1/2", "6日"), ("1/1", "2日"), ("2/3", "8日"),
        ("1/2", "6日"), ("1/1", "2日"), ("2/4", "8日"),
    ]  # fmt: skip
    greys = [int(cell.fill[1:3], 16) for cell in chart.cells]
    assert greys[0] < greys[1] < greys[2] == 255


def test_a_plan_without_gaps_has_no_chart_of_them() -> None:
    assert shortage_chart(instance(), plan(stint())) is None
    assert f"{SHORTAGES}.png" not in chart_outputs(instance(), plan(stint()))


# -- pictures -------------------------------------------------------------------------------------


def drawn(title: str) -> bytes:
    chart = shortage_chart(instance(), plan(shortages=(shortage("O1"),)))
    assert chart is not None
    return picture("shortage", chart, title, (("cell", "图例"),))


def test_pictures_depend_on_the_chart_alone() -> None:
    assert drawn("甲").startswith(PNG)
    assert drawn("甲") == drawn("甲")


def test_the_font_has_what_it_is_said_to_have() -> None:
    box = drawn(BEYOND[0])
    assert drawn(BEYOND[1]) == box
    samples = [chr(block[at]) for block in FONT_HANZI for at in (0, len(block) // 2, -1)]
    for one in (*samples, "张", "〇", "“", "…", "（", "A", "7"):
        assert drawn(one) != box, one
    assert not_in_font(["张三（A）", f"李{BEYOND[0]}", *samples]) == [BEYOND[0]]


def test_what_people_wrote_is_text_and_phones_are_masked() -> None:
    name = '<script>alert(1)</script>&"厂13812345678'
    known = instance(sites=(site("O1", name=name), site("O2")))
    files = chart_outputs(known, plan(stint("O1"), shortages=(shortage("O2"),)))
    page = files[CHARTS_PAGE].decode()
    assert "<script" not in page
    assert "13812345678" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    pictures = [content for name, content in files.items() if name.endswith(".png")]
    assert len(pictures) == 3
    assert all(one.startswith(PNG) for one in pictures)


# -- the command ----------------------------------------------------------------------------------


def test_charts_writes_a_page_and_a_picture_of_each_chart(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, earlier = tmp_path / "图", planned.folder / PLAN_JSON
    command = ["charts", str(planned.workbook), str(earlier), "--out", str(out)]
    command += ["--before", str(earlier)]
    assert main(command) == 0
    assert "变动 0 段" in capsys.readouterr().out
    names = {path.name for path in out.iterdir()}
    assert CHARTS_PAGE in names
    assert {name[:7] for name in names if name.startswith("甘特图")} == {
        "甘特图-按对象", "甘特图-按人员",
    }  # fmt: skip
    assert (f"{SHORTAGES}.png" in names) == bool(planned.plan.shortages)

    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert main(command) == 2
    assert "--force" in capsys.readouterr().out
    stale = out / "甘特图-按对象-已撤单位.png"
    stale.write_bytes(PNG)
    assert main([*command, "--force"]) == 0
    assert not stale.exists()
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_charts_of_bad_input_writes_nothing(
    planned: PlannedSample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, good = tmp_path / "图", planned.folder / PLAN_JSON
    document = json.loads(good.read_text(encoding="utf-8"))
    other = tmp_path / "下半年.json"
    other.write_text(json.dumps({**document, "round_end": "2027-12-31"}), encoding="utf-8")
    broken = tmp_path / "违规.json"
    rows = [{**row, "inspector_id": document["stints"][0]["inspector_id"]}
            for row in document["stints"]]  # fmt: skip
    broken.write_text(json.dumps({**document, "stints": rows}), encoding="utf-8")
    for plan_file, options, code, words in (
        (good, ["--before", str(tmp_path / "没有.json")], 2, "找不到文件“没有.json”"),
        (good, ["--before", str(other)], 2, "请给出同一轮的原计划"),
        (tmp_path / "没有.json", [], 2, "找不到文件"),
        (broken, [], 5, "没有画图"),
    ):
        command = ["charts", str(planned.workbook), str(plan_file), "--out", str(out), *options]
        assert main(command) == code
        assert words in capsys.readouterr().out
        assert not out.exists()
