"""追问: the claim for one object as a model of its unit, with the refused people as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.components import components_of
from planner.domain.instance import Instance
from planner.model import branch_and_bound
from planner.model.answer import Effort, Limit, Question
from planner.model.build import PlanModel
from planner.model.core import Core, core_of, possible
from planner.model.program import Row
from planner.repair.barred import with_barred
from planner.repair.claim import WHOLE, Served
from planner.rule import Rule

BARRED = "不得进驻 "
"""Before the rule in the rows that keep a refused person out."""
LINK = "人选"
"""Rows that let a refused candidate in only when every rule that refuses lets the person in."""
LENT = "借用"
"""Stands for a rule where a person belongs to another unit."""
NODES = 2000


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A member of a core: a rule and whom or what it is about; ``barred`` where the rule keeps the
    subject, a person, out of the object."""

    rule: str
    subject: str
    barred: bool


def member_of(row: Row) -> Member | None:
    """The member that a row belongs to; None for what always holds."""
    if row.rule in {LINK, WHOLE}:
        return None
    if row.rule == BARRED + LENT:
        return None
    subject = row.subject.split(" ")[0]
    return Member(row.rule.removeprefix(BARRED), subject, row.rule.startswith(BARRED))


Guard = tuple[str, str]
"""A rule and the person whom it keeps out of the object."""


class Inquiry:
    """The model of a unit in which an object is served as claimed.

    ``lent`` are people of other units who are already moved to this one in ``instance``: they may
    come only where a search decides so.
    """

    def __init__(
        self,
        instance: Instance,
        claim: Served,
        rules: Sequence[Rule],
        lent: frozenset[str] = frozenset(),
    ) -> None:
        self.claim = claim
        unit = instance.site_by_id[claim.site_id].department
        (whole,) = components_of(instance, (unit,), rules)
        candidates, refusals = with_barred(whole, claim.site_id, rules)
        self.model = PlanModel(whole.instance, whole.posts, candidates)
        self.model.post_rules([*rules, claim])
        self.guards: Mapping[Guard, int] = self._guard(refusals, lent)
        self.sites_of_guard: Mapping[Guard, Sequence[str]] = {
            guard: sorted(sites) for guard, sites in self._sites.items()
        }

    def _guard(self, refusals: Sequence[Sequence[str]], lent: frozenset[str]) -> dict[Guard, int]:
        kept_out: dict[Guard, list[int]] = defaultdict(list)
        self._sites: dict[Guard, set[str]] = defaultdict(set)
        for one, rules in zip(self.model.stints, refusals, strict=True):
            person = one.candidate.inspector_id
            for rule in (*rules, *((LENT,) if person in lent else ())):
                kept_out[rule, person].append(one.index)
                self._sites[rule, person].update(one.candidate.site_ids)
        guards = {}
        for (rule, person), columns in sorted(kept_out.items()):
            let_in = self.model.column(f"{rule} lets {person} in")
            for column in columns:
                self.model.row(LINK, person, [(column, 1), (let_in, -1)], upper=0)
            self.model.row(BARRED + rule, person, [(let_in, 1)], upper=0)
            guards[rule, person] = let_in
        return guards

    def core(self, fixable: Callable[[str], bool]) -> Core[Member] | None:
        """What keeps the claim from holding; None when it can hold. Of several rules that keep a
        person out the core rather names one that is not ``fixable``."""
        return core_of(self.model, member_of, lambda one: one.barred and not fixable(one.rule))

    def possible_without(self, core: Core[Member], dropped: Member) -> bool:
        """Whether the claim can hold with all members of a core but one."""
        return possible(self.model, member_of, core.members.keys() - {dropped})

    def ways_in(self, prices: Mapping[Guard, int], most: int) -> Iterator[tuple[Guard, ...]]:
        """The sets of at most ``most`` guards without which the claim can hold, the cheapest first;
        the empty set alone when it holds anyway. Guards without a price always hold."""
        columns = len(self.model.upper)
        priced = {guard: self.guards[guard] for guard in prices}
        objective, count = np.zeros(columns, dtype=np.int64), np.zeros(columns, dtype=np.int64)
        for guard, column in priced.items():
            objective[column], count[column] = prices[guard], 1
        limits = [Limit(count, most)]
        free = set(priced.values())
        open_model = self.model.with_rows(
            row
            for row in self.model.rows
            if not (row.rule.startswith(BARRED) and set(row.columns) <= free)
        )
        while True:
            keep = np.ones(columns, dtype=np.bool_)
            question = Question(open_model, keep, objective, tuple(limits))
            answer = branch_and_bound.solve(question, Effort(None, NODES, 1, 0))
            if answer.values is None:
                return
            chosen = tuple(guard for guard, one in priced.items() if answer.values[one])
            yield chosen
            again = np.zeros(columns, dtype=np.int64)
            for guard in chosen:
                again[priced[guard]] = 1
            limits.append(Limit(again, len(chosen) - 1))
            if not chosen:
                return
