"""The peers of the benchmarks keep the rules: a peer whose plans the verifier refuses proves
nothing about speed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from benchmarks import trace
from benchmarks.engines import ENGINES, first_plan
from benchmarks.measure import Run, rated, run
from benchmarks.mutants import witnesses_of
from benchmarks.units import part_of
from planner.domain.instance import Instance

LIMIT_SECONDS = 60.0
PROVING = ["stint model, CP-SAT", "weekly model, CP-SAT"]


def tiny() -> Instance:
    """Some objects and people of the sample department: few enough for CP-SAT to prove all."""
    whole = rated("department")
    sites = {site.id for site in whole.sites[::6]}
    return part_of(whole, sites, {person.id for person in whole.inspectors[::3]})


@cache
def run_of(name: str) -> Run:
    """One run of an engine on the tiny department."""
    return run(tiny(), ENGINES[name], LIMIT_SECONDS)


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    yield
    run_of.cache_clear()


@pytest.mark.parametrize("name", ENGINES)
def test_the_verifier_accepts_the_plan(name: str) -> None:
    found = run_of(name)
    assert found.values is not None
    assert found.verdict.accepted
    assert {row.site_id for row in found.plan.stints} - {
        row.site_id for row in found.plan.shortages
    }, "a plan that serves nobody would prove nothing"


def test_the_greedy_is_no_better_than_our_proof() -> None:
    mine, theirs = run_of("ours"), run_of("greedy")
    assert mine.values is not None
    assert theirs.values is not None
    assert len(mine.proved) == len(mine.values)
    assert list(theirs.values.values()) >= list(mine.values.values())


@pytest.mark.parametrize("name", PROVING)
def test_a_peer_proves_the_same_optimum_by_another_way(name: str) -> None:
    mine, theirs = run_of("ours"), run_of(name)
    assert theirs.values is not None
    assert len(theirs.proved) == len(theirs.values)
    assert theirs.values == mine.values


def test_our_first_plan_is_a_whole_one() -> None:
    found = run(tiny(), first_plan, LIMIT_SECONDS)
    assert found.values is not None
    assert found.verdict.accepted


def test_our_plans_on_the_way_end_at_the_final_one() -> None:
    found = run_of("ours")
    assert found.values is not None
    when = trace.reached(found.moments, found.components, found.values)
    assert when is not None
    worse = {tier: value + 1 for tier, value in found.values.items()}
    assert trace.reached(found.moments, found.components, worse) is not None
    better = {tier: value - 1 for tier, value in found.values.items()}
    assert trace.reached(found.moments, found.components, better) is None


def test_a_mutant_counts_for_the_witness_that_its_function_serves() -> None:
    source = """
def post(self, model): self._rows(model)
def _rows(self, model): limit()
def violations(self, instance, plan): return self._broken(limit())
def _broken(self, limit): ...
def limit(): ...
def explain(self, violation): return _words()
def _words(): ...
"""
    assert witnesses_of(source) == {
        "post": "encoding",
        "_rows": "encoding",
        "violations": "checker",
        "_broken": "checker",
        "limit": "checker",
    }
