"""L-4: middle-long leave at a post that nobody else holds."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.l_4_leave_cover import RULE
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.policy import Policy
from planner.domain.tables import Absence, Conflict
from planner.domain.terms import AbsenceKind, AppraisalFlag, Form, Relation, StaffType
from tests.builders import SECTORS, day, inspector, instance, past, plan, site, stint, trained
from tests.rules.rows import listed, override
from tests.witnesses import model_amounts


def leave(start: str, end: str, substitute: str = "", **fields: Any) -> Instance:
    row = Absence(
        inspector_id="P1", kind=AbsenceKind.ANNUAL, start=day(start), end=day(end),
        substitute_id=substitute,
    )  # fmt: skip
    fields.setdefault("inspectors", (inspector("P1"), inspector("P9")))
    return instance(absences=(row,), sites=(site("O1"), site("O2")), **fields)


NAMED_TABLES = ("conflicts", "trainings", "overrides", "sectors")


def named(**fields: Any) -> Instance:
    """A week of leave for which P9 is named; ``fields`` are P9's, but for tables."""
    tables = {name: fields.pop(name) for name in NAMED_TABLES if name in fields}
    people = inspector("P1"), inspector("P9", **fields)
    return leave("2027-05-10", "2027-05-14", "P9", inspectors=people, **tables)


def married(site_id: str, start: str | None = None) -> dict[str, Any]:
    """P9 is married to somebody at an object."""
    row = Conflict(
        inspector_id="P9", site_id=site_id, relation=Relation.SPOUSE,
        start=day(start) if start else None,
    )  # fmt: skip
    return {"conflicts": (row,)}


TWICE = leave("2027-03-01", "2027-03-05", "P9").model_copy(
    update={
        "absences": tuple(
            leave(*row).absences[0]
            for row in (
                ("2027-03-01", "2027-03-05", "P9"),
                ("2027-05-10", "2027-05-14"),
                ("2027-06-21", "2027-06-25"),
            )
        )
    }
)
ONE_DAY = leave("2027-05-10", "2027-05-10").model_copy(
    update={"policy": Policy(absence_short_days=0)}
)
ALONE = plan(stint())
PAIR = plan(stint(), stint(inspector_id="P2", slot=2))

MINES = tuple(one.model_copy(update={"coal": one.code == "S1"}) for one in SECTORS)

NAMED = [
    ("of another unit", named(department="D2"), 1),
    ("停派", named(appraisal=AppraisalFlag.SUSPENDED), 1),
    ("available from the second day", named(available_from=day("2027-05-11")), 1),
    ("available from the first day", named(available_from=day("2027-05-10")), 0),
    ("available until the day before the last", named(available_to=day("2027-05-13")), 1),
    ("available until the last day", named(available_to=day("2027-05-14")), 0),
    ("retiring on the last day", named(leaves_on=day("2027-05-14")), 1),
    ("retiring the day after", named(leaves_on=day("2027-05-15")), 0),
    ("not fit for mines", named(underground_ok=False, sectors=MINES), 1),
    ("not fit for mines, at none", named(underground_ok=False), 0),
    ("fit for mines", named(underground_ok=True, sectors=MINES), 0),
    ("not formal", named(staff_type=StaffType.AGENCY), 1),
    ("on probation until the last day", named(probation_end=day("2027-05-14")), 1),
    ("on probation until the day before", named(probation_end=day("2027-05-09")), 0),
    ("hired less than a year ago", named(hire_date=day("2026-05-11")), 1),
    ("hired a year ago", named(hire_date=day("2026-05-10")), 0),
    ("of unknown probation", named(hire_date=None), 1),
    ("not qualified", named(skills=()), 1),
    ("untrained", named(trainings=(trained("P1"),)), 1),
    ("trained on the first day", named(trainings=(trained("P9", end=day("2027-05-10")),)), 1),
    ("trained before", named(trainings=(trained("P9", end=day("2027-05-09")),)), 0),
    ("trained too long ago", named(trainings=(trained("P9", end=day("2026-05-13")),)), 1),
    ("failed", named(trainings=(trained("P9", passed=False),)), 1),
    ("in conflict", named(**married("O1")), 1),
    ("in conflict from the last day", named(**married("O1", "2027-05-14")), 1),
    ("in conflict later", named(**married("O1", "2027-05-15")), 0),
    ("in conflict elsewhere", named(**married("O2")), 0),
    (
        "not formal, by a row of 豁免",
        named(
            staff_type=StaffType.AGENCY,
            overrides=(override("R09-1", inspector_id="P9", site_id="O1"),),
        ),
        0,
    ),
    (
        "untrained, which no row of 豁免 lifts",
        named(trainings=(), overrides=(override("R10-1", inspector_id="P9"),)),
        1,
    ),
    (
        "unknown to the part of the unit",
        leave("2027-05-10", "2027-05-14", "P9", inspectors=(inspector("P1"),)),
        1,
    ),
]

CASES = [
    # 2027-05-10 is a Monday of an ordinary month.
    pytest.param(
        leave("2027-05-10", "2027-05-14"), ALONE, {"uncovered_absences": 1}, id="five days"
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-14"),
        plan(stint(end=None)),
        {"uncovered_absences": 1},
        id="five days of a stint without an end",
    ),
    pytest.param(
        leave("2027-01-11", "2027-01-11").model_copy(update={"policy": ONE_DAY.policy}),
        plan(stint(end="2027-01-11")),
        {"uncovered_absences": 1},
        id="the first day of the round, the last of the stint",
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-11"), ALONE, {"uncovered_absences": 0}, id="two days"
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-12"), ALONE, {"uncovered_absences": 1}, id="three days"
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-24"),
        ALONE,
        {"uncovered_absences": 0},
        id="eleven days forbid the post (R05-3)",
    ),
    pytest.param(leave("2027-05-10", "2027-05-14"), PAIR, {"uncovered_absences": 0}, id="pair"),
    pytest.param(
        leave("2027-05-10", "2027-05-14", "P9"), ALONE, {"uncovered_absences": 0}, id="named"
    ),
    *(
        pytest.param(here, ALONE, {"uncovered_absences": amount}, id=f"named, {text}")
        for text, here, amount in NAMED
    ),
    *(
        pytest.param(
            named(**married("O2")).model_copy(
                update={"list_items": (listed("O1"), listed("O2", end=end))}
            ),
            plan(
                stint("O1", form=Form.MOBILE, group="L-01"),
                stint("O2", form=Form.MOBILE, group="L-01", end=end or "2027-07-10"),
            ),
            {"uncovered_absences": amount},
            id=f"a conflict at an object of the group that leaves {end}",
        )
        for end, amount in ((None, 1), ("2027-05-13", 1), ("2027-05-07", 0))
    ),
    pytest.param(
        leave("2027-07-12", "2027-07-16"), ALONE, {"uncovered_absences": 0}, id="after the round"
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-14"),
        plan(*PAIR.stints[1:], stint(inspector_id="P3"), stint("O2")),
        {"uncovered_absences": 1},
        id="a pair elsewhere covers nobody here",
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-14"),
        plan(*(stint(one, form=Form.REGULAR) for one in ("O1", "O2"))),
        {"uncovered_absences": 2},
        id="two 定期 posts of one person",
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-14").model_copy(
            update={"stints": (past("O2", "P2", "2026-07-13", None),)}
        ),
        plan(stint("O2", "P2", "2026-07-13", "2027-01-10"), *ALONE.stints),
        {"uncovered_absences": 1},
        id="who left before the round covers nobody",
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-21"), ALONE, {"uncovered_absences": 1}, id="ten days"
    ),
    pytest.param(
        TWICE, ALONE, {"uncovered_absences": 2}, id="two leaves after one with a stand-in"
    ),
    pytest.param(
        TWICE, plan(stint(start="2027-06-01")), {"uncovered_absences": 1}, id="before the stint"
    ),
    pytest.param(
        ONE_DAY, plan(stint(start="2027-05-10")), {"uncovered_absences": 1}, id="the first day"
    ),
    pytest.param(
        ONE_DAY, plan(stint(end="2027-05-10")), {"uncovered_absences": 1}, id="the last day"
    ),
    pytest.param(
        leave("2027-05-10", "2027-05-14").model_copy(
            update={"list_items": (listed("O1"), listed("O2", end="2027-03-31"))}
        ),
        plan(
            *(
                stint(one, form=Form.MOBILE, group="L-01", end=end)
                for one, end in (("O1", "2027-07-10"), ("O2", "2027-03-31"))
            )
        ),
        {"uncovered_absences": 1},
        id="after one object has left the mobile group",
    ),
    pytest.param(
        leave("2027-07-08", "2027-07-14"),
        plan(stint(end="2027-07-23")),
        {"uncovered_absences": 0},
        id="two days of it in the round",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
