"""Verdicts of r02_6_no_duplicate_posting; no single candidate decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from constraints import RULES
from constraints.r02_6_no_duplicate_posting import RULE
from planner.domain.findings import Severity
from planner.domain.instance import Instance
from planner.domain.ledgers import DuplicateDecision as Decision
from planner.domain.ledgers import DuplicateKind, DuplicateRecord
from planner.domain.plan import Plan
from planner.domain.tables import JointPosting, ListItem
from planner.domain.terms import Level, ListAction
from planner.duplicates import duplicate_cases
from planner.io.reader import read_workbook
from planner.io.writer import write_workbook
from planner.samples import sample_instance
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import day, department, inspector, plan, site, stint
from tests.builders import instance as make
from tests.rules.rows import override
from tests.witnesses import checker_accepts

TWICE = {
    "departments": (department(), department("D2")),
    "inspectors": (inspector(), inspector("P2", department="D2")),
    "sites": (site(uscc="U"), site("O2", uscc="U", department="D2")),
}
SECOND = stint("O2", "P2", department="D2")


def joint(*departments: str) -> JointPosting:
    return JointPosting(
        site_id="O1",
        departments=departments,
        reason="联合",
        approver="甲",
        approved_on=day("2026-12-01"),
    )


def decided(
    lead: str, decision: Decision | None = Decision.LEAD_UNIT, on: str = "", key: str = "U:U:01"
) -> DuplicateRecord:
    return DuplicateRecord(
        key=key,
        site_ids=("O1", "O2"),
        departments=("D1", "D2"),
        found_on=day("2026-12-01"),
        kind=DuplicateKind.SAME,
        decision=decision,
        lead_department=lead,
        decided_on=day(on) if on else None,
        minutes_no="纪要3号",
    )


APRIL = decided("D2", on="2027-04-01")
OLDER = decided("D1", on="2026-12-01", key="旧案")
LEFT = ListItem(quarter="2027Q1", department="D2", site_id="O2", action=ListAction.LEAVE)
KEPT = ListItem(quarter="2027Q1", department="D1", site_id="O1", action=ListAction.KEEP)

CASES = [
    ("one unit", make(**TWICE), plan(stint()), True),
    ("two units", make(**TWICE), plan(stint(), SECOND), False),
    (
        "one after the other",
        make(**TWICE),
        plan(stint(end="2027-03-31"), stint("O2", "P2", "2027-04-01", department="D2")),
        True,
    ),
    (
        "on one common day",
        make(**TWICE),
        plan(stint(end="2027-04-01"), stint("O2", "P2", "2027-04-01", department="D2")),
        False,
    ),
    ("two units without an end", make(**TWICE), plan(stint(end=None), SECOND), False),
    (
        "on the first day of the round",
        make(**TWICE),
        plan(stint(start="2026-09-14", end="2027-01-11"), SECOND),
        False,
    ),
    ("joint", make(**TWICE, joint_postings=(joint("D1", "D2"),)), plan(stint(), SECOND), True),
    (
        "joint with another unit",
        make(**TWICE, joint_postings=(joint("D1", "D3"),)),
        plan(stint(), SECOND),
        False,
    ),
    ("the lead unit", make(**TWICE, duplicates=(decided("D1"),)), plan(stint()), True),
    ("another than the lead", make(**TWICE, duplicates=(decided("D2"),)), plan(stint()), False),
    (
        "another, which ends as the round begins",
        make(**TWICE, duplicates=(decided("D2"),)),
        plan(stint(start="2026-09-14", end="2027-01-10"), SECOND),
        True,
    ),
    (
        "another than a unit that joins",
        make(**TWICE, duplicates=(decided("D2"),), joint_postings=(joint("D1", "D2"),)),
        plan(stint(), SECOND),
        True,
    ),
    (
        "another than a lead that is off the list",
        make(**TWICE, duplicates=(decided("D2"),), list_items=(KEPT, LEFT)),
        plan(stint()),
        True,
    ),
    (
        "another up to the eve of the decision",
        make(**TWICE, duplicates=(APRIL,)),
        plan(stint(end="2027-03-31"), stint("O2", "P2", "2027-04-12", department="D2")),
        True,
    ),
    (
        "another on the day of the decision",
        make(**TWICE, duplicates=(APRIL,)),
        plan(stint(end="2027-04-01")),
        False,
    ),
    (
        "two units before the decision",
        make(**TWICE, duplicates=(APRIL,)),
        plan(stint(end="2027-03-31"), SECOND),
        False,
    ),
    (
        "the lead of the newer decision",
        make(**TWICE, duplicates=(OLDER, decided("D2", on="2026-12-02"))),
        plan(SECOND),
        True,
    ),
    (
        "the lead of the older decision",
        make(**TWICE, duplicates=(OLDER, decided("D2", on="2026-12-02"))),
        plan(stint()),
        False,
    ),
    ("not decided", make(**TWICE, duplicates=(decided("D2", None),)), plan(stint()), True),
    (
        "two levels",
        make(
            **{
                **TWICE,
                "sites": (
                    site(uscc="U"),
                    site("O2", uscc="U", department="D2", level=Level.COUNTY),
                ),
            }
        ),
        plan(stint(), SECOND),
        True,
    ),
    (
        "other premises",
        make(
            **{
                **TWICE,
                "sites": (site(uscc="U"), site("O2", uscc="U", premises_no="02", department="D2")),
            }
        ),
        plan(stint(), SECOND),
        True,
    ),
]


@pytest.mark.parametrize(
    ("instance", "made", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_checker(instance: Instance, made: Plan, accepted: bool) -> None:
    """The checker gives the verdict of the table."""
    assert checker_accepts(RULE, instance, made) is accepted


@pytest.mark.parametrize(("lead", "serves"), [("D1", "O1"), ("D2", "O2")])
def test_the_lead_unit_that_is_decided_serves(lead: str, serves: str) -> None:
    here = make(**TWICE, duplicates=(decided(lead),))
    (case,) = duplicate_cases(here)
    assert (case.decided, case.lead_site_id) == (True, serves)
    assert case.reason == "已认定由其牵头，依据纪要3号"
    made = solve(here, ["D1", "D2"], RULES, Settings(reproducible=True))
    assert {one.site_id for one in made.stints} == {serves}
    assert verify(here, made, RULES).accepted


def test_one_more_claim_waits_for_the_unit_that_is_decided() -> None:
    more = {
        "departments": (*TWICE["departments"], department("D3")),
        "sites": (*TWICE["sites"], site("O3", uscc="U", department="D3", direct_department="D3")),
    }
    (case,) = duplicate_cases(make(**{**TWICE, **more}, duplicates=(decided("D2"),)))
    assert (case.lead_site_id, case.pending_site_ids) == ("O2", ("O1", "O3"))


@pytest.mark.parametrize(
    "row",
    [decided("", None), decided("D9"), decided("", Decision.JOINT), decided("", Decision.NONE)],
)
def test_what_decides_on_no_lead_leaves_the_case_open(row: DuplicateRecord) -> None:
    (case,) = duplicate_cases(make(**TWICE, duplicates=(row,)))
    assert not case.decided


@pytest.mark.parametrize("reverse", [False, True])
def test_the_newest_of_several_decisions_holds(reverse: bool) -> None:
    rows = (OLDER, decided("D2", on="2026-12-02"))
    here = make(**TWICE, duplicates=rows[::-1] if reverse else rows)
    (case,) = duplicate_cases(here)
    assert case.lead_site_id == "O2"
    made = solve(here, ["D1", "D2"], RULES, Settings(reproducible=True))
    assert {one.site_id for one in made.stints} == {"O2"}
    assert verify(here, made, RULES).accepted


@pytest.mark.parametrize("since", ["", "2026-12-02", "2027-01-11"])
def test_two_units_against_a_decision_are_one_breach(since: str) -> None:
    here = make(**TWICE, duplicates=(decided("D2", on=since),))
    (found,) = RULE.violations(here, plan(stint(), SECOND))
    assert (found.site_id, found.fact("牵头")) == ("O1", "D2")


def test_two_units_before_and_after_a_decision_are_told_of_both() -> None:
    before, after = RULE.violations(make(**TWICE, duplicates=(APRIL,)), plan(stint(), SECOND))
    assert (before.fact("牵头"), after.fact("牵头")) == ("", "D2")
    assert after.start == day("2027-04-01")


def test_a_plan_against_the_decision_is_told_who_leads() -> None:
    (found,) = RULE.violations(make(**TWICE, duplicates=(decided("D2"),)), plan(stint()))
    assert RULE.explain(found).startswith("已认定由D2牵头，D1不应派驻")


def test_every_object_is_reported() -> None:
    sites = (*TWICE["sites"], site("O3", uscc="V"), site("O4", uscc="V", department="D2"))
    here = make(**{**TWICE, "sites": sites})
    made = plan(stint(), SECOND, stint("O3", "P3"), stint("O4", "P4", department="D2"))
    assert [one.site_id for one in RULE.violations(here, made)] == ["O2", "O4"]


@pytest.mark.parametrize("named", ["O1", "O2"])
def test_a_row_that_lifts_the_rule_lets_both_units_serve(named: str) -> None:
    here = make(
        **TWICE,
        overrides=(override(RULE.article.rule, inspector_id="", site_id=named),),
    )
    assert duplicate_cases(here) == ()
    made = solve(here, ["D1", "D2"], RULES, Settings(reproducible=True))
    assert {one.site_id for one in made.stints} == {"O1", "O2"}
    verdict = verify(here, made, RULES)
    assert verdict.accepted
    assert [one.violation.rule for one in verdict.overridden] == [RULE.article.rule]


@pytest.mark.parametrize(
    "fields",
    [{"start": day("2027-03-01")}, {"end": day("2027-03-01")}, {"inspector_id": "P2"}],
    ids=["from March", "to March", "for a person"],
)
def test_a_row_for_part_of_the_round_or_for_a_person_decides_nothing(
    fields: dict[str, object],
) -> None:
    row = override(RULE.article.rule, **{"inspector_id": "", "site_id": "O1", **fields})
    assert len(duplicate_cases(make(**TWICE, overrides=(row,)))) == 1


def test_claims_of_two_levels_are_no_case() -> None:
    county = site("O2", uscc="U", department="D2", level=Level.COUNTY)
    units = (department(), department("D2", level=Level.COUNTY))
    here = make(**{**TWICE, "departments": units, "sites": (site(uscc="U"), county)})
    assert duplicate_cases(here) == ()
    made = solve(here, ["D1", "D2"], RULES, Settings(reproducible=True))
    assert {one.site_id for one in made.stints} == {"O1", "O2"}
    assert verify(here, made, RULES).accepted


def test_the_import_warns_of_claims_of_two_levels(tmp_path: Path) -> None:
    here = sample_instance("department", 1)
    lead = next(one for one in here.sites if one.uscc and not one.project_code)
    county = lead.model_copy(update={"id": "X1", "department": "D2", "level": Level.COUNTY})
    unit = department("D2", level=Level.COUNTY, county="任城区", sectors=(lead.sector,))
    both = here.model_copy(
        update={"departments": (*here.departments, unit), "sites": (*here.sites, county)}
    )
    path = tmp_path / "two-levels.xlsx"
    write_workbook(both, path)
    warned = [
        one
        for one in read_workbook(path, today=day("2026-11-24")).issues
        if one.severity is Severity.WARNING and "两个层级" in one.message
    ]
    assert [one.sheet for one in warned] == ["驻点对象"]
    assert lead.id in warned[0].message
    assert "暂缓" in warned[0].remedy
