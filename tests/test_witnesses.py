"""Every rule has two witnesses, and each of them is needed: take one away and a table disagrees."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence

import pytest

from constraints import RULES
from constraints.r02_3_plan_matches_list import RULE as PLAN_MATCHES_LIST
from constraints.r05_2_not_too_early import RULE as NOT_TOO_EARLY
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.model.build import PlanModel
from planner.rule import BaseRule, Goal, Penalty, Rule
from tests.builders import instance, plan
from tests.witnesses import CHECKER_ONLY, checker_accepts, columns_of, model_accepts, model_amounts

Amounts = Mapping[str, int]
GOALS = [rule for rule in RULES if isinstance(rule, Goal)]
PAYING = [goal for goal in GOALS if goal.paid_by_the_plan]
NAMES = [(goal, name) for goal in GOALS for name in goal.costs(instance(), plan())]

# Rows that are posted under one number and judged under another: a running holder has an end.
JUDGES: dict[Rule, Rule] = {NOT_TOO_EARLY: PLAN_MATCHES_LIST}


def number(rule: Rule) -> str:
    return rule.article.rule


def has_own(rule: Rule, method: str) -> bool:
    """Whether the rule does something of its own here."""
    return getattr(type(rule), method, None) is not getattr(BaseRule, method, None)


def tables_of(rule: Rule) -> Iterator[tuple[Instance, Plan, object]]:
    """The rows (instance, plan, verdict or amounts) of all tables of the rule's test file."""
    name = type(rule).__module__.rpartition(".")[2]
    module = importlib.import_module(f"tests.rules.test_{name}")
    for table in vars(module).values():
        for row in table if isinstance(table, list) else ():
            fields = (row.values if hasattr(row, "values") else row)[-3:]
            if len(fields) == 3 and isinstance(fields[1], Plan):
                yield fields


def verdicts_of(rule: Rule) -> list[tuple[Instance, Plan, bool]]:
    return [(here, made, said) for here, made, said in tables_of(rule) if isinstance(said, bool)]


def amounts_of(goal: Goal) -> list[tuple[Instance, Plan, Amounts]]:
    return [(here, made, paid) for here, made, paid in tables_of(goal) if isinstance(paid, dict)]


def fails(rule: Rule, rows: Sequence[tuple[Instance, Plan, bool]]) -> set[int]:
    """The rows on which the model does not give the verdict of the table."""
    return {
        index
        for index, (here, made, accepted) in enumerate(rows)
        if model_accepts(rule, here, made) is not accepted
    }


def test_only_the_named_rules_have_no_encoding() -> None:
    silent = {
        number(rule)
        for rule in RULES
        if not has_own(rule, "admits") and not has_own(rule, "post") and rule not in PAYING
    }
    assert silent == set(CHECKER_ONLY)


@pytest.mark.parametrize("rule", CHECKER_ONLY)
def test_the_docstring_says_what_takes_the_place_of_the_encoding(rule: str) -> None:
    (found,) = (one for one in RULES if number(one) == rule)
    text = " ".join((sys.modules[type(found).__module__].__doc__ or "").split())
    assert CHECKER_ONLY[rule] in text.partition("Encoding: ")[2] or "Encoding: none." in text


@pytest.mark.parametrize("rule", RULES, ids=number)
def test_every_rule_that_judges_has_an_accepting_and_a_refusing_row(rule: Rule) -> None:
    if has_own(rule, "violations"):
        assert {said for _, _, said in verdicts_of(rule)} == {True, False}


@pytest.mark.parametrize("rule", [r for r in RULES if has_own(r, "violations")], ids=number)
def test_a_checker_that_finds_nothing_is_noticed(
    rule: Rule, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = verdicts_of(rule)
    assert all(checker_accepts(rule, here, made) is said for here, made, said in rows)
    monkeypatch.setattr(type(rule), "violations", BaseRule.violations)
    assert not all(checker_accepts(rule, here, made) is said for here, made, said in rows)


def admits_all(self: Rule, instance: Instance, candidate: Candidate) -> bool:
    return True


def posts_nothing(self: Rule, model: PlanModel) -> None:
    pass


def pays_nothing(self: Goal, model: PlanModel) -> Sequence[Penalty]:
    return ()


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        pytest.param(rule, method, id=f"{number(rule)} {method}")
        for rule in RULES
        for method in ("admits", "post")
        if has_own(rule, method)
    ],
)
def test_an_encoding_that_does_nothing_is_noticed(
    rule: Rule, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = verdicts_of(rule)
    if method == "post":
        rows += verdicts_of(JUDGES.get(rule, rule))
    before = fails(rule, rows)
    nothing = {"admits": admits_all, "post": posts_nothing}[method]
    monkeypatch.setattr(type(rule), method, nothing)
    assert fails(rule, rows) - before


@pytest.mark.parametrize("goal", PAYING, ids=number)
def test_penalties_that_are_not_paid_are_noticed(
    goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = amounts_of(goal)
    assert all(model_amounts(goal, here, made) == goal.costs(here, made) for here, made, _ in rows)
    monkeypatch.setattr(type(goal), "penalties", pays_nothing)
    assert not all(
        model_amounts(goal, here, made) == goal.costs(here, made) for here, made, _ in rows
    )


@pytest.mark.parametrize("goal", GOALS, ids=number)
def test_the_proof_has_the_amounts_that_the_verifier_counts(goal: Goal) -> None:
    """The verifier misses every one that is left out; so it must know their names."""
    penalties = goal.penalties(columns_of(instance(), plan()).model)
    names = set(goal.costs(instance(), plan())) if goal in PAYING else set()
    assert {one.name for one in penalties} == names


@pytest.mark.parametrize(("goal", "name"), NAMES, ids=[name for _, name in NAMES])
def test_every_amount_is_counted_by_hand_where_it_is_due_and_where_not(
    goal: Goal, name: str
) -> None:
    counted = {paid[name] > 0 for _, _, paid in amounts_of(goal) if name in paid}
    assert counted == {True, False}
