"""A core names what cannot hold together, and nothing that can be left out."""

from __future__ import annotations

import pytest

from constraints import RULES
from planner.diagnose import conflicts
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
    lines = conflicts(TWICE, ["D1"], RULES)
    assert any(line.startswith("R03-5") and "P1" in line for line in lines)
    assert any(line.startswith("R05-2") and "P1" in line for line in lines)
    assert not any("O3" in line or "P2" in line for line in lines)


def test_a_possible_instance_has_no_core() -> None:
    assert conflicts(instance(), ["D1"], RULES) == ()


def test_the_solver_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    """Its banner goes past ``sys.stdout``, and would stand above the lines of a command."""
    assert conflicts(TWICE, ["D1"], RULES)
    assert capfd.readouterr() == ("", "")
