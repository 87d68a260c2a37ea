"""R12-3: rows of 豁免 used and running stints ended early."""

from __future__ import annotations

import pytest

from constraints.r12_3_stability import RULE
from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, Plan, PlanChange
from planner.domain.terms import Form
from tests.builders import day, instance, past, plan, site


def change(site_id: str, inspector_id: str = "P1") -> PlanChange:
    return PlanChange(
        site_id=site_id, slot=1, inspector_id=inspector_id, due=day("2027-04-12"),
        new_end=day("2027-03-14"), reason="提前轮换",
    )  # fmt: skip


GROUP = instance(
    sites=(site("O1"), site("O2")),
    stints=tuple(
        past(one, "P1", "2026-10-12", None, form=Form.MOBILE, group="L-01") for one in ("O1", "O2")
    ),
)
USE = OverrideUse(rule="R05-1", inspector_id="P1", site_id="O1", start=day("2027-01-11"))

CASES = [
    pytest.param(instance(), plan(), {"overrides_used": 0, "running_changes": 0}, id="nothing"),
    pytest.param(instance(), plan(changes=(change("O1"),)), {"running_changes": 1}, id="one"),
    pytest.param(
        GROUP,
        plan(changes=(change("O1"), change("O2"))),
        {"running_changes": 1},
        id="a group is left as a whole",
    ),
    pytest.param(
        instance(),
        plan(changes=(change("O1"), change("O2"))),
        {"running_changes": 2},
        id="two posts are two changes",
    ),
    pytest.param(instance(), plan(overrides_used=(USE, USE)), {"overrides_used": 2}, id="rows"),
]


@pytest.mark.parametrize(("here", "made", "amounts"), CASES)
def test_amounts_are_those_counted_by_hand(
    here: Instance, made: Plan, amounts: dict[str, int]
) -> None:
    counted = RULE.costs(here, made)
    assert {name: counted[name] for name in amounts} == amounts
