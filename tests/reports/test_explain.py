"""What the report tells about a plan: inverted objects, odd ends, absences, groups of rules."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import openpyxl
import pytest

from constraints import DAY_RULES, RULES
from planner.catalogue import Place, entries
from planner.domain.calendar import KeyPeriod
from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.plan import PlanChange
from planner.domain.tables import Absence, Conflict, Extension, Override
from planner.domain.terms import AbsenceKind, EndReason, Form, Grade, Relation
from planner.reports.content import Group, checks_of, grouped
from planner.reports.explain import absences_in_post, inversions, odd_ends
from planner.reports.folder import PLAN_WORKBOOK, REPORT
from planner.reports.gantt import charts_by_person, charts_by_site
from planner.reports.labels import GOAL_TITLES, TIER_MEANINGS
from planner.reports.page import report_page
from planner.reports.rotation import rows_by_person
from planner.rule import Tier
from planner.verify import verify
from tests.builders import day, inspector, instance, past, plan, rating, shortage, site, stint
from tests.conftest import PlannedSample

# -- inverted objects ---------------------------------------------------------------------------


def two_sites(**fields: Any) -> Instance:
    """O1 scores 60, O2 scores 40; both 一级 unless the test says otherwise."""
    defaults: dict[str, Any] = {
        "sites": (site("O1"), site("O2")),
        "inspectors": (inspector("P1"), inspector("P2")),
        "ratings": (rating("O1", score=60), rating("O2", score=40)),
    }
    return instance(**{**defaults, **fields})


def test_an_unserved_object_is_inverted_by_a_lower_scored_one() -> None:
    known = two_sites()
    made = plan(stint("O2", "P2"), shortages=(shortage("O1"),))
    (found,) = inversions(known, made)
    assert (found.site_id, found.form, found.below_id) == ("O1", "未安排", "O2")
    assert "人员不足" in found.reason


def test_a_higher_grade_of_the_lower_scored_object_is_the_reason() -> None:
    known = two_sites(ratings=(rating("O1", Grade.SECOND, 60), rating("O2", Grade.FIRST, 40)))
    made = plan(stint("O1", "P1", form=Form.REGULAR), stint("O2", "P2"))
    (found,) = inversions(known, made)
    assert "低分对象定为一级" in found.reason
    assert "本对象为二级" in found.reason


def test_whoever_is_there_already_is_the_reason() -> None:
    known = two_sites()
    made = plan(stint("O1", "P1", form=Form.REGULAR), stint("O2", "P2", "2026-12-01", "2027-05-31"))
    (found,) = inversions(known, made)
    assert found.reason == "低分对象的在驻人员未到期，沿用原形式"


def test_equal_forms_are_no_inversion() -> None:
    assert not inversions(two_sites(), plan(stint("O1", "P1"), stint("O2", "P2")))


def test_the_report_names_as_many_inversions_as_the_plan_pays_for(planned: PlannedSample) -> None:
    assert planned.plan.proof is not None
    (paid,) = [one for one in planned.plan.proof.penalties if one.name == "inverted_sites"]
    assert len(inversions(planned.instance, planned.plan)) == paid.amount > 0


# -- ends -----------------------------------------------------------------------------------------


def end_reason(known: Instance, *stints: Any, **fields: Any) -> str:
    """The reason of the only odd end."""
    (found,) = odd_ends(known, plan(*stints, **fields))
    return found.reason


def test_a_full_half_year_needs_no_reason() -> None:
    assert not odd_ends(instance(), plan(stint()))


@pytest.mark.parametrize(
    ("reason", "person", "expected"),
    [
        (EndReason.TRANSFER, {"available_to": "2027-03-31"}, "可投入止于2027-03-31"),
        (EndReason.RETIREMENT, {"leaves_on": "2027-04-01"}, "退休或调离（2027-04-01）"),
        (EndReason.OFF_LIST, {}, "对象退出名单"),
        (EndReason.RECUSAL, {}, "回避"),
        (EndReason.COMPLETION, {}, "完工"),
    ],
)
def test_forced_ends_name_their_cause(
    reason: EndReason, person: dict[str, str], expected: str
) -> None:
    dates: dict[str, Any] = {name: day(text) for name, text in person.items()}
    people = (inspector(**dates),)
    row = stint(end="2027-03-31", end_reason=reason)
    assert end_reason(instance(inspectors=people), row) == expected


def test_a_long_absence_is_named_without_the_illness() -> None:
    leave = Absence(
        inspector_id="P1", kind=AbsenceKind.SICK, start=day("2027-04-01"), end=day("2027-06-30")
    )
    row = stint(end="2027-03-31", end_reason=EndReason.SICK_OR_MATERNITY)
    found = end_reason(instance(absences=(leave,)), row)
    assert found.startswith("病产假（自2027-04-01起")


def test_a_due_date_in_a_key_period_is_named() -> None:
    festival = KeyPeriod(
        name="春节", start=day("2027-01-18"), end=day("2027-02-20"), kind="节假日",
        freeze_rotation=True, boost_coverage=True,
    )  # fmt: skip
    since = past("O1", "P1", "2026-08-03", None)
    row = stint(start="2026-08-03", end="2027-01-14", end_reason=EndReason.ROTATION)
    known = instance(key_periods=(festival,), stints=(since,))
    assert "避开重点时段“春节”" in end_reason(known, row)


def test_an_early_move_names_where_the_person_goes() -> None:
    known = instance(sites=(site("O1"), site("O2", name="北山煤矿有限公司")))
    moved = PlanChange(
        site_id="O1", slot=1, inspector_id="P1", due=day("2027-05-31"), new_end=day("2027-03-14"),
        reason="提前轮换",
    )  # fmt: skip
    row = stint(start="2026-12-01", end="2027-03-14", end_reason=EndReason.ROTATION)
    following = stint("O2", "P1", "2027-03-15", "2027-09-14")
    found = end_reason(known, row, following, changes=(moved,))
    assert found == "提前轮换：2027-03-15起改派“北山煤矿”（一级）"


def test_a_few_days_to_the_weekly_date_are_told_apart() -> None:
    (found,) = odd_ends(instance(), plan(stint(end="2027-07-04", end_reason=EndReason.ROTATION)))
    assert (found.days, found.weekly) == (-6, True)
    (early,) = odd_ends(instance(), plan(stint(end="2027-06-04", end_reason=EndReason.ROTATION)))
    assert not early.weekly
    assert early.reason == "提前结束，没有写明原因"


def test_an_extension_is_a_late_end() -> None:
    known = instance(
        stints=(past("O1", "P1", "2026-08-03", None),),
        extensions=(
            Extension(
                site_id="O1", inspector_id="P1", until=day("2027-04-30"), matter="重大隐患整改",
                approver="王局", approved_on=day("2027-01-05"),
            ),
        ),
    )  # fmt: skip
    (found,) = odd_ends(known, plan(stint(start="2026-08-03", end="2027-04-30")))
    assert found.days > 0
    assert found.reason == "延长驻点：重大隐患整改（批准人王局）"


# -- absences -------------------------------------------------------------------------------------


def leave(**fields: Any) -> Absence:
    """Five working days of P1 in April."""
    defaults: dict[str, Any] = {
        "inspector_id": "P1", "kind": AbsenceKind.ANNUAL,
        "start": day("2027-04-12"), "end": day("2027-04-16"),
    }  # fmt: skip
    return Absence(**{**defaults, **fields})


def test_who_is_away_without_a_substitute_is_named() -> None:
    (found,) = absences_in_post(instance(absences=(leave(),)), plan(stint()))
    assert found.uncovered
    assert (found.inspector_id, found.site_ids, found.workdays) == ("P1", ("O1",), 5)


def test_a_substitute_or_a_partner_covers() -> None:
    known = two_sites(absences=(leave(substitute_id="P2"),))
    (named,) = absences_in_post(known, plan(stint()))
    assert (named.uncovered, named.substitute_id) == (False, "P2")
    known = two_sites(absences=(leave(),))
    (paired,) = absences_in_post(known, plan(stint(), stint(inspector_id="P2", slot=2)))
    assert (paired.uncovered, paired.partners) == (False, ("P2",))


def test_who_may_not_stand_in_covers_nobody() -> None:
    row = Conflict(inspector_id="P2", site_id="O1", relation=Relation.SPOUSE)
    known = two_sites(absences=(leave(substitute_id="P2"),), conflicts=(row,))
    (named,) = absences_in_post(known, plan(stint()))
    assert (named.uncovered, named.barred) == (True, ("R17-1",))


def test_nobody_stands_in_for_himself() -> None:
    known = instance(absences=(leave(substitute_id="P1"),))
    assert absences_in_post(known, plan(stint()))[0].uncovered


# -- rules ----------------------------------------------------------------------------------------


def test_rules_are_grouped_so_that_what_was_not_due_alarms_nobody(planned: PlannedSample) -> None:
    verdict = verify(planned.instance, planned.plan, RULES)
    checks = checks_of(verdict, entries(RULES, DAY_RULES), planned.instance, planned.plan)
    groups = dict(grouped(checks))
    assert Group.BROKEN not in groups
    assert sum(len(lines) for lines in groups.values()) == len(checks) == 86
    assert {check.result for check in groups[Group.LATER]} == {"本次不涉及"}
    later = {Place.REMINDER, Place.DAYS}
    assert all(later.intersection(check.entry.places) for check in groups[Group.LATER])
    assert all(check.how for check in checks)
    (handover,) = [check for check in checks if check.entry.rule == "R05-4"]
    assert handover.group is Group.GOALS
    assert "交接无重叠" in handover.result


def test_a_kept_rule_tells_of_unserved_dates() -> None:
    known = instance()
    made = plan(shortages=(shortage("O1"),))
    checks = checks_of(verify(known, made, RULES), entries(RULES, DAY_RULES), known, made)
    results = {check.entry.rule: check.result for check in checks}
    assert results["R04-5"] == "符合；另有无人可派1处，见“未安排对象”"
    assert results["R03-5"] == "符合"


def test_a_breach_names_person_and_object() -> None:
    known = instance(sites=(site("O1"), site("O2")))
    made = plan(stint("O1"), stint("O2"))
    checks = checks_of(verify(known, made, RULES), entries(RULES, DAY_RULES), known, made)
    (double,) = [check for check in checks if check.entry.rule == "R03-5"]
    assert double.group is Group.BROKEN
    assert "人员P1（P1）" in double.findings[0].text


def test_every_amount_and_tier_has_its_words(planned: PlannedSample) -> None:
    assert planned.plan.proof is not None
    for one in planned.plan.proof.penalties:
        if one.name != "lots":
            title, unit = GOAL_TITLES[one.name]
            assert one.title.startswith(title)
            assert one.unit == unit
    assert set(TIER_MEANINGS) == set(Tier)


def test_no_word_of_the_solver_reaches_a_clerk(planned: PlannedSample) -> None:
    words = ("OPTIMAL", "FEASIBLE", "official", "placeholder", "尚未：")
    page = (planned.folder / REPORT).read_text(encoding="utf-8")
    cells = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)
        for row in sheet.iter_rows()
        for cell in row
    ]
    for word in words:
        assert word not in page
        assert not [text for text in cells if word in text]


# -- people with several objects ------------------------------------------------------------------


def test_objects_at_the_same_time_never_hide_one_another() -> None:
    sites = tuple(site(f"O{n}") for n in range(1, 5))
    known = instance(sites=sites)
    team = [stint(f"O{n}", form=Form.MOBILE, group="L1") for n in (1, 2, 3)]
    (row,) = rows_by_person(known, plan(*team))
    assert row.postings[0].site_ids == ("O1", "O2", "O3")
    apart = [
        stint("O1", form=Form.REGULAR, end="2027-04-30"),
        stint("O2", form=Form.REGULAR, start="2027-03-01", end="2027-06-30"),
        stint("O3", form=Form.REGULAR, start="2027-05-03"),
    ]
    rows = rows_by_person(known, plan(*apart))
    assert [[p.site_ids for p in row.postings] for row in rows] == [
        [("O1",), ("O3",)], [("O2",)],
    ]  # fmt: skip


def test_bars_of_one_lane_do_not_overlap(planned: PlannedSample) -> None:
    charts = (
        *charts_by_site(planned.instance, planned.plan),
        *charts_by_person(planned.instance, planned.plan),
    )
    lanes = [lane for chart in charts for lane in chart.lanes]
    assert len(lanes) > 60
    for lane in lanes:
        bars = sorted(lane.bars, key=lambda bar: bar.x)
        for before, after in pairwise(bars):
            assert before.x + before.width <= after.x + 0.1, lane.label
    assert {bar.kind for lane in lanes for bar in lane.bars} == {"past", "held", "new"}


# -- the page -------------------------------------------------------------------------------------


def page_of(planned: PlannedSample, *issues: InputIssue) -> str:
    verdict = verify(planned.instance, planned.plan, RULES)
    checks = checks_of(verdict, entries(RULES, DAY_RULES), planned.instance, planned.plan)
    return report_page(planned.instance, planned.plan, checks, issues)


def test_nothing_of_the_sheet_of_recusals_is_printed(planned: PlannedSample) -> None:
    told = InputIssue(severity=Severity.WARNING, sheet="回避", cell="E2", message="甲与乙厂：配偶")
    changed = InputIssue(severity=Severity.CHANGE, sheet="回避", cell="E3", message="改为直系血亲")
    other = InputIssue(severity=Severity.WARNING, sheet="培训", cell="A2", message="须补培训")
    page = page_of(planned, told, changed, other)
    assert "须补培训" in page
    assert "配偶" not in page
    assert "直系血亲" not in page
    assert "“回避”表有 2 处提示" in page


def test_overrides_of_other_units_stay_in_their_reports(planned: PlannedSample) -> None:
    row = Override(
        rule="R09-1", inspector_id="别局-1", reason="本单位无同专业正式人员", approver="别局局长",
        approved_on=day("2027-01-04"),
    )  # fmt: skip
    known = planned.instance.model_copy(update={"overrides": (*planned.instance.overrides, row)})
    checks = checks_of(
        verify(known, planned.plan, RULES), entries(RULES, DAY_RULES), known, planned.plan
    )
    assert "别局局长" not in report_page(known, planned.plan, checks, ())


def test_the_first_page_answers_what_how_good_and_who_is_left_out(planned: PlannedSample) -> None:
    page = page_of(planned)
    first = page[page.index('id="summary"') : page.index('id="shortages"')]
    for words in ("安排：", "核查：", "质量：", "应派对象", "本轮不派", "优先次序倒挂"):
        assert words in first
    assert "size: A4" in page
    assert ".first { break-after: page; }" in page
    assert "图例" in page


def test_printed_sheets_have_titles_pages_and_readable_rows(planned: PlannedSample) -> None:
    workbook = openpyxl.load_workbook(planned.folder / PLAN_WORKBOOK)
    for sheet in workbook:
        assert "&P" in sheet.oddFooter.center.text
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert max(row.height or 0 for row in sheet.row_dimensions.values()) <= 409.5
    for title in ("派驻记录", "未安排对象", "目标得分", "规则核查"):
        assert title in workbook[title].oddHeader.center.text
    for title in ("按对象轮换表", "按人员轮换表"):
        legend = {cell.value for cell in workbook[title][3]}
        assert {"图例：", "1月11日前已在驻", "1月11日起新派", "无人"} <= legend
