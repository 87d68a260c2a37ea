"""R12-3: rows of 豁免 used and running stints ended early."""

from __future__ import annotations

from typing import Any

import pytest

from constraints.r12_3_stability import RULE
from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, Plan, PlanChange
from planner.domain.terms import EndReason, Form
from tests.builders import ROUND, day, inspector, instance, past, plan, site, stint
from tests.rules.rows import extension
from tests.witnesses import model_amounts

ONE = instance(sites=(site("O1"), site("O2")), stints=(past("O1", "P1", "2026-10-12", None),))
BOTH = instance(
    sites=(site("O1"), site("O2")),
    inspectors=(inspector("P1"), inspector("P2")),
    stints=(past("O1", "P1", "2026-10-12", None), past("O2", "P2", "2026-10-12", None)),
)
GROUP = instance(
    sites=(site("O1"), site("O2")),
    stints=tuple(
        past(one, "P1", "2026-10-12", None, form=Form.MOBILE, group="L-01") for one in ("O1", "O2")
    ),
)
BESIDE = instance(
    sites=(*GROUP.sites, site("O3")),
    stints=(*GROUP.stints, past("O3", "P1", "2026-10-12", None, form=Form.REGULAR)),
)


def change(site_id: str, inspector_id: str = "P1") -> PlanChange:
    return PlanChange(
        site_id=site_id, slot=1, inspector_id=inspector_id, due=day("2027-04-11"),
        new_end=day("2027-03-14"), reason="提前轮换",
    )  # fmt: skip


def ended(here: Instance, **fields: Any) -> Plan:
    """The plan that ends every running stint on 2027-03-14."""
    rows = (row.model_copy(update={"end": day("2027-03-14")}) for row in here.running)
    return plan(*rows, **fields)


def use(site_id: str, rule: str = "R05-1") -> OverrideUse:
    return OverrideUse(rule=rule, inspector_id="P1", site_id=site_id, start=day("2027-01-11"))


TEAM = tuple(stint(one, form=Form.MOBILE, group="L-01") for one in ("O1", "O2"))
NEW = instance(sites=(site("O1"), site("O2")))
LATE_ON_DAYS_OFF = instance(
    stints=(past("O1", "P1", "2026-10-10", None),),
    round=ROUND.model_copy(update={"start": day("2027-04-10")}),
)

CASES = [
    pytest.param(
        LATE_ON_DAYS_OFF,
        plan(
            stint(start="2026-10-10", end="2027-04-11", end_reason=EndReason.OTHER),
            stint(inspector_id="P2", start="2027-04-12"),
            round_start=day("2027-04-10"),
        ),
        {"late_rotations": 1},
        id="gone before the first working day, but after the half-year",
    ),
    pytest.param(
        NEW,
        plan(stint()),
        {"overrides_used": 0, "running_changes": 0},
        id="nothing lifted or moved",
    ),
    pytest.param(ONE, ended(ONE), {"running_changes": 0}, id="ended when due"),
    pytest.param(ONE, ended(ONE, changes=(change("O1"),)), {"running_changes": 1}, id="one"),
    pytest.param(
        GROUP,
        ended(GROUP, changes=(change("O1"), change("O2"))),
        {"running_changes": 1},
        id="a group is left as a whole",
    ),
    pytest.param(
        BESIDE,
        ended(BESIDE, changes=(change("O1"), change("O3"))),
        {"running_changes": 2},
        id="a group and an object beside it",
    ),
    pytest.param(
        BOTH,
        ended(BOTH, changes=(change("O1"), change("O2", "P2"))),
        {"running_changes": 2},
        id="two posts are two changes",
    ),
    pytest.param(
        NEW,
        plan(stint(), overrides_used=(use("O1"), use("O1", "R09-1"))),
        {"overrides_used": 2},
        id="two rules lifted",
    ),
    pytest.param(
        NEW,
        plan(*TEAM, overrides_used=(use("O1"), use("O2"))),
        {"overrides_used": 2},
        id="a rule lifted at two sites of a group",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(stint(start="2026-10-12", end="2027-04-11")),
        {"late_rotations": 0},
        id="to the due day",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-10-12", None),)),
        plan(stint(start="2026-10-12", end="2027-04-12")),
        {"late_rotations": 1},
        id="a day too long",
    ),
    pytest.param(
        BOTH.model_copy(update={"sites": (site("O0"), *BOTH.sites)}),
        plan(
            stint("O0", "P0"),
            stint("O1", "P1", "2026-10-12", "2027-04-11"),
            stint("O2", "P2", "2026-10-12", "2027-04-12"),
        ),
        {"late_rotations": 1},
        id="a newcomer, one in time, one too long",
    ),
    pytest.param(
        GROUP,
        plan(*(row.model_copy(update={"end": day("2027-04-12")}) for row in GROUP.running)),
        {"late_rotations": 1},
        id="a group that is kept too long",
    ),
    pytest.param(
        BESIDE,
        plan(*(row.model_copy(update={"end": day("2027-04-12")}) for row in BESIDE.running)),
        {"late_rotations": 2},
        id="a group and an object beside it that are kept too long",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-05-11", None),)),
        plan(stint(start="2026-05-11", end="2027-01-11")),
        {"late_rotations": 1},
        id="overdue and there on the first day of the round",
    ),
    pytest.param(
        instance(
            stints=(past("O1", "P1", "2026-10-12", None),), extensions=(extension("2027-06-30"),)
        ),
        plan(stint(start="2026-10-12", end="2027-06-30")),
        {"late_rotations": 0},
        id="extended",
    ),
    pytest.param(
        instance(stints=(past("O1", "P1", "2026-05-11", None),)),
        plan(stint(start="2026-05-11", end="2027-01-10")),
        {"late_rotations": 0},
        id="overdue and gone as the round begins",
    ),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_both_witnesses_pay_what_is_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
    assert model_amounts(RULE, here, made) == counted
