"""未覆盖作业: every operation that nobody attends is named, with the reason and a proposal."""

from __future__ import annotations

from typing import Any

import pytest

from constraints import DAY_RULES
from planner.domain.day_plan import DayData, DayPlan, MonthCase
from planner.domain.ledgers import (
    DangerousOperation,
    OperationKind,
    OperationLevel,
    OperationStatus,
)
from planner.domain.terms import Form
from planner.reports.days import UNATTENDED, DayReport
from planner.reports.unattended import unattended
from tests.builders import day, department, site, stint
from tests.day_witnesses import day_plan, month, rows

SITES = tuple(site(one) for one in ("O1", "O2", "O3", "O4", "O5"))
STINTS = (
    stint("O1", "P1", form=Form.MOBILE, group="G1"),
    stint("O2", "P1", form=Form.MOBILE, group="G1"),
    stint("O3", "P2"),
    stint("O4", "P3", form=Form.REGULAR),
)
FOUND = (
    *rows("2027-03-01~02"),
    *rows("2027-03-03~04", site_id="O2"),
    *rows("2027-03-01~04", site_id="O3", inspector_id="P2"),
    *rows("2027-03-02", site_id="O4", inspector_id="P3"),
)


def hot(id: str, site_id: str, start: str, end: str = "", **fields: Any) -> DangerousOperation:
    defaults: dict[str, Any] = {
        "id": id, "site_id": site_id, "kind": OperationKind.HOT_WORK,
        "planned_start": day(start), "planned_end": day(end or start),
    }  # fmt: skip
    return DangerousOperation(**{**defaults, **fields})


def asked(*operations: DangerousOperation, **fields: Any) -> tuple[MonthCase, DayPlan]:
    two = department(), department("D2")
    sites = (*SITES, site("O6", department="D2"))
    case = month(
        *STINTS, sites=sites, departments=two, data=DayData(operations=operations), **fields
    )
    return case, day_plan(case, FOUND)


CASES = [
    (
        "group elsewhere",
        hot("W", "O2", "2027-03-02"),
        "流动组当天在企业O1",
        "驻点的日子（3月3、4日）",
    ),
    ("group nowhere", hot("W", "O2", "2027-03-05"), "流动组当天不驻点", "请企业改到"),
    ("nobody posted", hot("W", "O5", "2027-03-02"), "没有派驻该对象", "行业主管部门"),
    ("regular, away", hot("W", "O4", "2027-03-03"), "定期驻点，第(六)条不要求", "（3月2日）"),
    ("regular, there", hot("W", "O4", "2027-03-02"), "当天在场1人", "可请在场人员到场"),
    ("resident away", hot("W", "O3", "2027-03-05"), "当天无人在岗", "派替班人员"),
    ("there, but not at it", hot("W", "O3", "2027-03-02"), "当天作业1处，在场1人", "错开日期"),
]


@pytest.mark.parametrize(
    ("operation", "why", "proposal"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_reason_and_a_proposal_are_told(
    operation: DangerousOperation, why: str, proposal: str
) -> None:
    (found,) = unattended(*asked(operation))
    assert found.operation == operation
    assert found.department == "D1"
    assert why in found.why
    assert proposal in found.proposal


def test_dates_of_one_reason_are_one_row_and_the_most_dangerous_come_first() -> None:
    case, days = asked(
        hot("W1", "O2", "2027-03-01", "2027-03-02", kind=OperationKind.HEIGHT),
        hot("W2", "O2", "2027-03-02", kind=OperationKind.MAINTENANCE),
        hot("W3", "O2", "2027-03-02"),
        hot("W4", "O2", "2027-03-05", level=OperationLevel.SPECIAL),
    )
    found = unattended(case, days)
    assert [one.operation.id for one in found] == ["W4", "W3", "W2", "W1"]
    assert found[-1].dates == (day("2027-03-01"), day("2027-03-02"))
    table = DayReport(case, days, DAY_RULES).operations()
    assert [row[0] for row in table.rows] == ["W4", "W3", "W2", "W1"]


@pytest.mark.parametrize(
    ("operation", "since"),
    [
        (hot("W", "O3", "2027-03-02", status=OperationStatus.CANCELLED), None),
        (hot("W", "O3", "2027-03-02", kind=OperationKind.LIFTING), None),
        (hot("W", "O3", "2027-03-02"), "2027-03-03"),
        (hot("W", "O3", "2027-03-09"), None),
        (hot("W", "O6", "2027-03-02"), None),
    ],
    ids=["cancelled", "not of the article", "past", "after the dates", "of another unit"],
)
def test_what_is_not_of_this_plan_is_not_named(
    operation: DangerousOperation, since: str | None
) -> None:
    assert unattended(*asked(operation, since=since)) == ()


def test_what_is_attended_is_not_named_and_the_sheet_says_so() -> None:
    case, days = asked(hot("W", "O3", "2027-03-02"))
    attended = [
        row.model_copy(update={"operation_ids": ("W",)})
        if (row.site_id, row.day) == ("O3", day("2027-03-02"))
        else row
        for row in days.rows
    ]
    days = days.model_copy(update={"rows": tuple(attended)})
    assert unattended(case, days) == ()
    report = DayReport(case, days, DAY_RULES)
    assert "都有人到场" in report.operations().notes[0]
    assert UNATTENDED in report.schedule().sheetnames
    assert UNATTENDED not in DayReport(*asked(), DAY_RULES).schedule().sheetnames
