"""A core names what cannot hold together, and nothing that can be left out."""

from __future__ import annotations

import pytest

from constraints import RULES
from planner.diagnose import conflicts
from planner.io.rows import Place
from planner.solve import Settings, solve
from tests.builders import inspector, instance, past, site

TWICE = instance(
    sites=(site("O1"), site("O2"), site("O3")),
    inspectors=(inspector("P1"), inspector("P2")),
    stints=(past("O1", "P1", "2026-12-14", None), past("O2", "P1", "2026-12-14", None)),
)


def test_one_person_running_at_two_sites_is_impossible() -> None:
    """Both stints are too young to end (R05-2) and cannot go on together (R03-5)."""
    made = solve(TWICE, ["D1"], RULES, Settings(limit_seconds=20))
    assert made.proof is not None
    assert made.proof.status == "INFEASIBLE"
    text = "\n".join(conflicts(TWICE, ["D1"], RULES))
    for told in ("R03-5 同一时间只在一处", "R05-2 不过早轮换", "人员P1（P1）", "企业O1（O1）"):
        assert told in text
    assert "O3" not in text
    assert "P2" not in text


def test_the_way_out_names_the_cells_and_the_rules_that_can_be_lifted() -> None:
    places = {"stints": [Place("派驻记录", n, {"end": "I"}) for n in (7, 9)]}
    lines = conflicts(TWICE, ["D1"], RULES, places)
    assert [line for line in lines if line.startswith("在驻：派驻记录!I7 人员P1（P1）在企业O1")]
    assert [line for line in lines if line.startswith("在驻：派驻记录!I9 人员P1（P1）在企业O2")]
    lifted = next(line for line in lines if "“豁免”" in line)
    assert "R05-2" in lifted
    assert "R03-5" not in lifted  # a hard rule cannot be lifted


def test_a_possible_instance_has_no_core() -> None:
    assert conflicts(instance(), ["D1"], RULES) == ()


def test_the_solver_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Its banner goes past ``sys.stdout``, and would stand above the lines of a command."""
    assert conflicts(TWICE, ["D1"], RULES)
    assert capfd.readouterr() == ("", "")
