"""替班人员 are judged by the rules on people, day by day, by both witnesses."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r01_1_sector_of_department import RULE as OWN_PEOPLE
from constraints.r03_4_released import RULE as RELEASED
from constraints.r09_1_formal_staff import RULE as FORMAL
from constraints.r09_2_no_probation import RULE as PROBATION
from constraints.r09_3_skill import RULE as SKILL
from constraints.r10_1_training_first import RULE as TRAINING
from constraints.r17_1_conflict_of_interest import RULE as CONFLICT
from planner.domain.day_plan import DayKind, DayRow, MonthCase
from planner.domain.stand_in import barred_by
from planner.domain.tables import Conflict
from planner.domain.terms import AppraisalFlag, Form, Relation, StaffType
from planner.rule import DayRule
from planner.verify import verify_days
from tests.builders import day, department, inspector, site, stint, trained
from tests.day_witnesses import agree, day_plan, model_says, month, rows
from tests.rules.rows import absence, override

COVER = rows("2027-03-01~05", inspector_id="P2", kind=DayKind.SUBSTITUTE)
LAST = rows("2027-03-05", inspector_id="P2", kind=DayKind.SUBSTITUTE)


def away(posted: str = "", /, **fields: Any) -> MonthCase:
    """P1 is away for the week, P2 stands in, and is ``posted`` at O1 himself from a date on.
    ``fields`` are P2's, but for tables of the instance."""
    tables = {
        name: fields.pop(name)
        for name in ("conflicts", "trainings", "overrides", "departments", "sites", "since")
        if name in fields
    }
    leave = absence("2027-03-01", "2027-03-05").model_copy(update={"substitute_id": "P2"})
    stints = [stint(form=Form.REGULAR)]
    if posted:
        stints.append(stint(inspector_id="P2", slot=2, start=posted, form=Form.REGULAR))
    return month(
        *stints,
        absences=(leave,),
        inspectors=(inspector("P1"), inspector("P2", **fields)),
        **tables,
    )


def conflict(start: str | None = None, end: str | None = None, **fields: Any) -> dict[str, Any]:
    row = Conflict(
        inspector_id="P2", relation=Relation.SPOUSE, start=day(start) if start else None,
        end=day(end) if end else None, **(fields or {"site_id": "O1"}),
    )  # fmt: skip
    return {"conflicts": (row,)}


def training(end: str = "2027-02-01", **fields: Any) -> dict[str, Any]:
    return {"trainings": (trained("P1"), trained("P2", end=day(end), **fields))}


AGENCY = {"staff_type": StaffType.AGENCY}
SUSPENDED = {"appraisal": AppraisalFlag.SUSPENDED}
MINE = {"sites": (site("O1", sector="CO"),)}
TWO_UNITS = {"departments": (department(), department("D2"))}

CASES: list[tuple[str, DayRule, MonthCase, tuple[DayRow, ...], bool]] = [
    ("own unit", OWN_PEOPLE, away(), COVER, True),
    ("another unit", OWN_PEOPLE, away(**TWO_UNITS, department="D2"), LAST, False),
    ("not 停派", RELEASED, away(appraisal=AppraisalFlag.CRITICISED), COVER, True),
    ("停派", RELEASED, away(**SUSPENDED), LAST, False),
    ("停派, but posted", RELEASED, away("2027-01-11", **SUSPENDED), LAST, True),
    ("available on the day", RELEASED, away(available_from=day("2027-03-05")), LAST, True),
    ("available the day after", RELEASED, away(available_from=day("2027-03-06")), LAST, False),
    ("available until the day", RELEASED, away(available_to=day("2027-03-05")), LAST, True),
    ("until the day before", RELEASED, away(available_to=day("2027-03-04")), LAST, False),
    ("retires the day after", RELEASED, away(leaves_on=day("2027-03-06")), LAST, True),
    ("retires on the day", RELEASED, away(leaves_on=day("2027-03-05")), LAST, False),
    ("fit for mines", RELEASED, away(**MINE, underground_ok=True), COVER, True),
    ("not fit for mines", RELEASED, away(**MINE, underground_ok=False), LAST, False),
    ("not fit, no mine", RELEASED, away(underground_ok=False), COVER, True),
    ("no form is his", RELEASED, away(forms=frozenset({Form.RESIDENT})), COVER, True),
    ("formal", FORMAL, away(staff_type=StaffType.ENFORCEMENT), COVER, True),
    ("not formal", FORMAL, away(**AGENCY), LAST, False),
    ("not formal, but posted", FORMAL, away("2027-01-11", **AGENCY), LAST, True),
    ("not formal, posted later", FORMAL, away("2027-03-08", **AGENCY), LAST, False),
    ("not formal, not sent", FORMAL, away(**AGENCY), (), True),
    ("probation over", PROBATION, away(probation_end=day("2027-03-04")), LAST, True),
    ("its last day", PROBATION, away(probation_end=day("2027-03-05")), LAST, False),
    ("hired a year ago", PROBATION, away(hire_date=day("2026-03-05")), LAST, True),
    ("hired a year ago tomorrow", PROBATION, away(hire_date=day("2026-03-06")), LAST, False),
    ("nothing known", PROBATION, away(hire_date=None), LAST, False),
    ("qualified", SKILL, away(skills=(("S1", 1),)), COVER, True),
    ("not qualified", SKILL, away(skills=(("CH", 3), ("S1", 0))), LAST, False),
    ("trained the day before", TRAINING, away(**training("2027-03-04")), LAST, True),
    ("trained on the day", TRAINING, away(**training("2027-03-05")), LAST, False),
    ("trained a year ago", TRAINING, away(**training("2026-03-05")), LAST, True),
    ("longer ago", TRAINING, away(**training("2026-03-04")), LAST, False),
    ("another sector", TRAINING, away(**training(sectors=("CH",))), LAST, False),
    ("failed", TRAINING, away(**training(passed=False)), LAST, False),
    ("without a content", TRAINING, away(**training(measures=False)), LAST, False),
    ("never trained", TRAINING, away(trainings=(trained("P1"),)), LAST, False),
    ("no conflict", CONFLICT, away(), COVER, True),
    ("a conflict", CONFLICT, away(**conflict()), LAST, False),
    ("elsewhere", CONFLICT, away(**conflict(site_id="O2")), COVER, True),
    ("from the next day", CONFLICT, away(**conflict("2027-03-06")), COVER, True),
    ("from the day", CONFLICT, away(**conflict("2027-03-05")), COVER, False),
    ("until the day before", CONFLICT, away(**conflict(end="2027-03-04")), LAST, True),
    ("until the day", CONFLICT, away(**conflict(end="2027-03-05")), LAST, False),
]


@pytest.mark.parametrize(
    ("rule", "case", "found", "accepted"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_both_witnesses(
    rule: DayRule, case: MonthCase, found: tuple[DayRow, ...], accepted: bool
) -> None:
    agree(rule, case, found, {} if accepted else None)


def test_served_days_are_not_judged() -> None:
    served = LAST[:1]
    case = away(**AGENCY, since="2027-03-06").model_copy(update={"served": served})
    agree(FORMAL, case, (), {})


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (FORMAL, AGENCY),
        (PROBATION, {"probation_end": day("2027-12-31")}),
        (SKILL, {"skills": ()}),
    ],
)
def test_a_row_of_exemption_lifts_what_holds_in_principle(
    rule: DayRule, fields: dict[str, Any]
) -> None:
    name = rule.article.rule
    lifting = override(name, inspector_id="P2", site_id="O1")
    case = away(**fields, overrides=(lifting,))
    assert model_says(rule, case, COVER) == {}
    verdict = verify_days(case, day_plan(case, COVER), (rule,))
    assert not verdict.violations
    assert len(verdict.overridden) == len(COVER)
    assert barred_by(away(**fields).instance, "P2", "D1", "O1", day("2027-03-01")) == (name,)


def test_no_exemption_lifts_training_or_a_conflict() -> None:
    lifting = tuple(override(one, inspector_id="P2") for one in ("R10-1", "R17-1"))
    case = away(**conflict(), trainings=(trained("P1"),), overrides=lifting)
    for rule in (TRAINING, CONFLICT):
        assert model_says(rule, case, LAST) is None
        assert verify_days(case, day_plan(case, LAST), (rule,)).violations


def test_the_relation_is_never_printed() -> None:
    case = away(**conflict())
    (found,) = CONFLICT.day_violations(case, day_plan(case, LAST))
    assert Relation.SPOUSE.value not in CONFLICT.explain_day(found) + repr(found)
