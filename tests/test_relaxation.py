"""The bounds: columns by price, parity cuts, branches on services."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from constraints import RULES
from planner.components import components_of
from planner.domain.instance import Instance
from planner.domain.terms import Form, Grade
from planner.model import branch_and_bound, relaxation
from planner.model.answer import Effort, Ints, Limit, Question
from planner.model.branching import sharpen
from planner.model.build import PlanModel
from planner.model.parity import ParityCuts
from planner.model.relaxation import PRIMAL, Relaxation, Relaxed
from planner.model.tiers import Budget, solve_tiers
from planner.priority import rate
from planner.rule import Tier
from planner.samples import sample_instance
from tests.builders import inspector, instance, rating, site

EFFORT = Effort(None, None, 1, 0)
EPSILON = 1e-6


def model_of(here: Instance, department: str) -> PlanModel:
    """The largest component of a department, with all rules."""
    components = components_of(here, [department], RULES)
    model = PlanModel(here, components[0].posts, components[0].candidates)
    model.post_rules(RULES)
    return model


def short_of_people() -> Instance:
    """Three people for two pairs: the relaxation fills a pair and a half."""
    sites = (site("O1", sector="CH"), site("O2", sector="CH"))
    return instance(
        sites=sites,
        ratings=tuple(rating(one.id, Grade.FIRST, 50) for one in sites),
        inspectors=tuple(inspector(f"P{n}", forms=frozenset({Form.RESIDENT})) for n in (1, 2, 3)),
    )


@pytest.fixture(scope="module")
def department() -> PlanModel:
    sample = sample_instance("department", 1)
    return model_of(sample.model_copy(update={"ratings": rate(sample)}), "JN-YJ")


def minimised(model: PlanModel, objective: Ints, limits: tuple[Limit, ...] = ()) -> Ints:
    """A plan of least cost, by branch and bound over every column."""
    everybody = np.ones(len(model.upper), dtype=np.bool_)
    answer = branch_and_bound.solve(Question(model, everybody, objective, limits), EFFORT)
    assert answer.status == "OPTIMAL"
    assert answer.values is not None
    return answer.values


def relaxations(model: PlanModel) -> Iterator[Relaxed]:
    """The first tiers, each within the bounds of those before."""
    relaxed_model = Relaxation(model, 1)
    limits: list[Limit] = []
    for tier in model.tiers[:5]:
        objective, _ = model.objective(tier)
        relaxed_model.keep_limits(limits)
        relaxed = relaxed_model.minimise(objective, EFFORT, PRIMAL)
        assert relaxed is not None
        limits.append(Limit(objective, relaxed.bound))
        yield relaxed


def test_columns_by_price_give_the_bound_of_all_columns(
    department: PlanModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaxation, "SMALL_COLUMNS", 10**9)
    whole = [one.bound for one in relaxations(department)]
    monkeypatch.setattr(relaxation, "SMALL_COLUMNS", 0)
    priced = list(relaxations(department))
    assert [one.bound for one in priced] == whole
    outside = ~Relaxation(department, 1).pool
    assert outside.any(), "nothing had to be priced"


def test_reduced_costs_rule_out_only_what_cannot_be_better(department: PlanModel) -> None:
    """No plan uses columns whose reduced costs add up to more than it costs above the bound."""
    objective, _ = department.objective(Tier.SERVED_SECOND)
    relaxed = Relaxation(department, 1).minimise(objective, EFFORT, PRIMAL)
    assert relaxed is not None
    plan = minimised(department, objective)
    above = float(objective @ plan) - relaxed.safe_value
    assert float(relaxed.reduced_costs @ plan) <= above + EPSILON
    assert (relaxed.reduced_costs[plan > 0] <= above + EPSILON).all()


def test_half_a_pair_is_cut_off() -> None:
    model = model_of(short_of_people(), "D1")
    objective, constant = model.objective(Tier.SERVED_FIRST)
    best = int(objective @ minimised(model, objective))
    loose = Relaxation(model, 1)
    relaxed = loose.minimise(objective, EFFORT, PRIMAL)
    assert relaxed is not None
    assert relaxed.bound + constant < (best + constant) * 0.6, "no half pair to cut off"
    parity = ParityCuts(model)
    while cuts := parity.violated(relaxed.point):
        loose.add_cuts(cuts)
        relaxed = loose.minimise(objective, EFFORT, PRIMAL)
        assert relaxed is not None
    assert relaxed.bound == best


def test_every_plan_satisfies_the_cuts() -> None:
    model = model_of(short_of_people(), "D1")
    generator = np.random.default_rng(3)
    relaxed_model, parity = Relaxation(model, 1), ParityCuts(model)
    cuts: list[Limit] = []
    for _ in range(12):
        objective = generator.integers(-50, 50, len(model.upper))
        relaxed = relaxed_model.minimise(objective, EFFORT, PRIMAL)
        assert relaxed is not None
        found = parity.violated(relaxed.point)
        relaxed_model.add_cuts(found)
        cuts += found
    assert cuts
    for _ in range(12):
        plan = minimised(model, generator.integers(-50, 50, len(model.upper)))
        assert all(int(one.coefficients @ plan) <= one.upper for one in cuts)


def test_branches_hold_in_every_plan_of_the_settled_value() -> None:
    """Branching alone proves the optimum, and what it rules out the best plan does not use."""
    model = model_of(short_of_people(), "D1")
    objective, _ = model.objective(Tier.SERVED_FIRST)
    best = minimised(model, objective)
    value = int(objective @ best)
    relaxed_model = Relaxation(model, 1)
    root = relaxed_model.minimise(objective, EFFORT, PRIMAL)
    assert root is not None
    sharpened = sharpen(
        model, relaxed_model, ParityCuts(model), objective, (), root, lambda: EFFORT
    )
    assert root.bound < sharpened.bound <= value
    plans = [
        minimised(model, second, (Limit(objective, value),))
        for second in (model.objective(tier)[0] for tier in model.tiers)
    ]
    for limit in sharpened.implied(value):
        assert all(int(limit.coefficients @ plan) <= limit.upper for plan in [best, *plans])


def test_a_cut_off_search_keeps_a_plan_and_honest_bounds(department: PlanModel) -> None:
    """Without time there is still a plan, and no bound is above the proved optimum."""
    proved = solve_tiers(department, Budget(60.0, 1, 1, reproducible=False))
    assert proved.status == "OPTIMAL"
    hurried = solve_tiers(department, Budget(0.05, 1, 1, reproducible=False))
    assert hurried.values is not None
    assert hurried.status == "FEASIBLE"
    first, best = hurried.tiers[0], proved.tiers[0]
    assert first.bound <= best.value <= first.value
