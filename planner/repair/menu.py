"""修复菜单: remedies that a solve has proved, the cheapest first."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from planner.diagnose import clashes_of
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Shortage
from planner.domain.terms import Grade
from planner.edits import EditError, applied
from planner.model.core import Core
from planner.posts import ranked_sites
from planner.repair.claim import KEPT, Served
from planner.repair.inquiry import LENT, Guard, Inquiry, Member
from planner.repair.remedies import MOST_LENT, Approval, Remedies, Remedy
from planner.repair.standing import service_of
from planner.rule import Rule
from planner.solve import Settings, solve
from planner.verify import verify

MOST_TRIED = 16
"""Remedies, or pairs of them, that are tried for one object."""
MOST_SHOWN = 6
"""Proved remedies after which the search for one object ends."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a remedy changes for another object of the unit: owed days in percent, before, after."""

    site_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Repair:
    """A remedy that was proved: the unit was planned again with it, the object (if it is about
    one) is served throughout, nobody who comes before loses, and the verifier accepts the plan."""

    remedy: Remedy
    department: str
    site_id: str
    place: tuple[int, int, str]
    people: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an object is short: a ``core`` of what cannot hold together, None where that could not
    be settled.

    ``losers`` is empty where the object cannot be served beside those that come before it. Where
    it can, they are the objects that would lose, and the core holds their service as well.
    """

    shortages: tuple[Shortage, ...]
    core: Core[Member] | None
    losers: tuple[Effect, ...] = ()


@dataclass(slots=True)
class Search:
    """How a search is bounded and what it has done. ``tell`` gets a Chinese phrase per step."""

    limit_seconds: float
    tell: Callable[[str], None] = lambda text: None
    solves: int = 0
    untried: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.began >= self.limit_seconds

    @property
    def settings(self) -> Settings:
        """The settings of one solve."""
        return Settings(limit_seconds=max(5.0, self.limit_seconds))


class Planned:
    """The plans of the units of one instance, each made when it is first asked for."""

    def __init__(self, instance: Instance, rules: Sequence[Rule], search: Search) -> None:
        self.instance = instance
        self.rules = tuple(rules)
        self.search = search
        self._plans: dict[str, Plan] = {}

    def of(self, department: str) -> Plan:
        """The plan of a unit; its proof tells when there is none."""
        if department not in self._plans:
            name = self.instance.department_by_code[department].short_name
            self.search.tell(f"正在排{name}的计划")
            self._plans[department] = solve(
                self.instance, (department,), self.rules, self.search.settings
            )
        return self._plans[department]

    def impossible(self, department: str) -> bool:
        """Whether it is proved that a unit has no plan."""
        proof = self.of(department).proof
        return proof is not None and proof.status == "INFEASIBLE"

    def complete(self, department: str) -> bool:
        """Whether a unit has a whole plan."""
        return _whole(self.of(department))


def _whole(plan: Plan) -> bool:
    return plan.proof is not None and plan.proof.status in {"OPTIMAL", "FEASIBLE"}


class ShortObject:
    """One object that the plan of its unit does not serve throughout."""

    def __init__(self, planned: Planned, site_id: str, approval: Approval) -> None:
        self.planned = planned
        self.instance, self.rules = planned.instance, planned.rules
        self.site = self.instance.site_by_id[site_id]
        self.unit = self.site.department
        self.plan = planned.of(self.unit)
        self.shortages = tuple(row for row in self.plan.shortages if row.site_id == site_id)
        self.claim = Served.before_others(self.instance, self.plan, site_id)
        principle = [one.article.rule for one in self.rules if one.article.in_principle]
        self.remedies = Remedies(self.instance, approval, principle)
        self.since = min(row.start for row in self.shortages)
        first = self.shortages[0]
        self.place = (first.grade, -first.score, site_id)
        self.inquiry = Inquiry(self.instance, self.claim, self.rules)

    def cause(self) -> Cause:
        """Why it is short."""
        self.planned.search.tell(f"正在查找 {self.site.id} 的原因")
        core = self.inquiry.core(self.remedies.may_let_in)
        if core is not None:
            return Cause(self.shortages, core)
        forced = solve(
            self.instance, (self.unit,), (*self.rules, self.claim), self.planned.search.settings
        )
        if not _whole(forced):
            return Cause(self.shortages, None)
        changes = _effects(self.instance, self.plan, self.instance, forced, self.site.id)
        losers = tuple(one for one in changes if one.after < one.before)
        wider = Served.beside_others(self.instance, self.plan, self.site.id)
        self.inquiry = Inquiry(self.instance, wider, self.rules)
        return Cause(self.shortages, self.inquiry.core(self.remedies.may_let_in), losers)

    def repairs(self, cause: Cause) -> Iterator[Repair]:
        """Proved repairs: single ones, and pairs where no single one helps."""
        search, shown = self.planned.search, 0
        if cause.losers:
            search.untried.append(f"{self.site.id}：要其他对象减少服务的办法没有试")
        singles = sorted(self._singles(cause), key=lambda one: one.price)
        for one in self._proved(singles):
            shown += 1
            yield one
        if not shown and not search.over:
            yield from self._proved(self._ways(2, MOST_TRIED))
            search.untried.append(f"{self.site.id}：两项并用只试了培训、豁免和借用的组合")

    def _proved(self, tried: Iterable[Remedy]) -> Iterator[Repair]:
        search, shown = self.planned.search, 0
        for number, remedy in enumerate(tried, start=1):
            if search.over or number > MOST_TRIED or shown == MOST_SHOWN:
                bounds = f"每个对象只列 {MOST_SHOWN} 项、至多试 {MOST_TRIED} 项"
                why = "时限已到" if search.over else bounds
                search.untried.append(
                    f"{self.site.id}：从“{remedy.text}”起的其余办法没有试（{why}）"
                )
                return
            search.tell(f"正在试 {self.site.id} 的第 {number} 项修复")
            proved = self._try(remedy)
            if proved is not None:
                shown += 1
                yield proved

    def _singles(self, cause: Cause) -> Iterator[Remedy]:
        yield from self._ways(1, MOST_TRIED)
        yield from self.remedies.weaker_forms(self.site)
        about = [self.site.id, *(one.subject for one in _members(cause) if one.rule == KEPT)]
        for site_id in about:
            yield from self.remedies.extensions(self.instance.site_by_id[site_id])
        days = [*self.remedies.change_days(self.site), *(row.start for row in self.shortages)]
        yield from self.remedies.freezes(self.site, days)
        for one in _members(cause):
            held = one.subject in self.instance.inspector_by_id and not one.barred
            if held and one.rule in self.remedies.principle:
                sites = {
                    row.site_id for row in self.instance.running if row.inspector_id == one.subject
                }
                for site_id in sorted(sites):
                    yield self.remedies.override(one.rule, one.subject, (site_id,))

    # -- letting people in ------------------------------------------------------------------

    def _ways(self, most: int, number: int) -> Iterator[Remedy]:
        """The cheapest sets of ``most`` people and rules that make the claim possible."""
        others = [
            row.code
            for row in self.instance.departments
            if row.code != self.unit and self._has_qualified(row.code)
        ]
        plans = [(code, self.planned.of(code)) for code in others if self.planned.complete(code)]
        loans = dict(itertools.islice(self.remedies.loans(self.site, plans), MOST_LENT))
        inquiry = self.inquiry
        if loans:
            edits = [edit for one in loans.values() for edit in one.edits]
            inquiry = Inquiry(
                applied(self.instance, edits), inquiry.claim, self.rules, frozenset(loans)
            )
        offers: dict[Guard, Remedy] = {}
        prices: dict[Guard, int] = {}
        for guard, site_ids in inquiry.sites_of_guard.items():
            rule, person = guard
            if rule == LENT:
                offer: Remedy | None = loans[person]
            elif person in loans:
                offer = None
            else:
                offer = self.remedies.lets_in(rule, person, site_ids, self.since)
            if offer is not None:
                offers[guard] = offer
                skill = self.instance.inspector_by_id[person].skill(self.site.sector)
                prices[guard] = offer.price * 10 + 3 - skill
        for chosen in itertools.islice(inquiry.ways_in(prices, most), number):
            if chosen:
                first, *more = (offers[guard] for guard in chosen)
                for other in more:
                    first = first.with_(other)
                yield first

    def _has_qualified(self, unit: str) -> bool:
        return any(
            one.department == unit and one.skill(self.site.sector) >= 1
            for one in self.instance.inspectors
        )

    # -- proof ------------------------------------------------------------------------------

    def _try(self, remedy: Remedy) -> Repair | None:
        """Plan the unit again with a remedy; None when it does not keep its promise."""
        self.planned.search.solves += 1
        try:
            changed = applied(self.instance, remedy.edits)
        except EditError:
            return None
        if not self._may_hold(changed):
            return None
        plan = solve(changed, (self.unit,), self.rules, self.planned.search.settings)
        kept = _whole(plan) and not list(self.claim.violations(changed, plan))
        if not kept or not verify(changed, plan, self.rules).accepted:
            return None
        people = {row.inspector_id for row in plan.stints if row.site_id == self.site.id}
        return Repair(
            remedy,
            self.unit,
            self.site.id,
            self.place,
            tuple(sorted(people)),
            _effects(self.instance, self.plan, changed, plan, self.site.id),
        )

    def _may_hold(self, changed: Instance) -> bool:
        """Whether the claim can hold at all after a change: much sooner said than a plan made."""
        asked = Inquiry(changed, self.inquiry.claim, self.rules)
        return next(asked.ways_in({}, 0), None) is not None


def _members(cause: Cause) -> Iterable[Member]:
    return sorted(cause.core.members) if cause.core is not None else ()


def _effects(
    before: Instance, plan: Plan, after: Instance, made: Plan, site_id: str
) -> tuple[Effect, ...]:
    """The other objects that two plans of a unit serve differently, by rank."""
    was, now = service_of(before, plan), service_of(after, made)
    return tuple(
        Effect(site.id, was.get(site.id, 0), now.get(site.id, 0))
        for site in ranked_sites(before, plan.departments[0])
        if site.id != site_id and was.get(site.id, 0) != now.get(site.id, 0)
    )


def short_objects(planned: Planned, departments: Iterable[str]) -> list[str]:
    """The objects that the plans of some units leave wholly or partly unserved, the most important
    first."""
    rows = [
        row for code in departments if planned.complete(code) for row in planned.of(code).shortages
    ]
    rows.sort(key=lambda row: (row.grade, -row.score, row.site_id))
    return list(dict.fromkeys(row.site_id for row in rows))


def repairs_of_impossible(
    planned: Planned, department: str, approval: Approval
) -> Iterator[Repair]:
    """Overrides of rules that hold in principle which make a plan of a unit possible: of each core
    one, and two of a core where no one helps."""
    instance, search = planned.instance, planned.search
    principle = [one.article.rule for one in planned.rules if one.article.in_principle]
    remedies = Remedies(instance, approval, principle)
    options = []
    for core in clashes_of(instance, (department,), planned.rules):
        found: dict[tuple[str, str, str], Remedy] = {}
        for clash in core:
            if clash.article.rule not in remedies.principle:
                continue
            people = [clash.subject] if clash.subject in instance.inspector_by_id else clash.people
            for row in instance.running:
                if row.inspector_id in people and row.site_id in clash.site_ids:
                    key = clash.article.rule, row.inspector_id, row.site_id
                    found[key] = remedies.override(key[0], key[1], (key[2],))
        options.append(list(found.values()))
    if not options or not all(options):
        search.untried.append(f"{department}：冲突中没有可以豁免的规则，请核对派驻记录")
        return
    for size in (1, 2):
        ways = [list(itertools.combinations(one, min(size, len(one)))) for one in options]
        shown = 0
        for number, choice in enumerate(itertools.product(*ways), start=1):
            if search.over or number > MOST_TRIED or shown == MOST_SHOWN:
                search.untried.append(f"{department}：其余豁免组合没有试")
                break
            first, *more = itertools.chain(*choice)
            for other in more:
                first = first.with_(other)
            search.tell(f"正在试 {department} 的第 {number} 项修复")
            search.solves += 1
            changed = applied(instance, first.edits)
            plan = solve(changed, (department,), planned.rules, search.settings)
            if _whole(plan) and verify(changed, plan, planned.rules).accepted:
                shown += 1
                yield Repair(first, department, "", (Grade.FIRST - 1, 0, ""), (), ())
        if shown:
            return
