"""谁被哪条规则挡住: every rule that keeps a person out of a service on a date.

A way (of taking a post) is a service and a change date. For each, the longest stint that the person
could begin there is put to every rule; where the person is away on that day, a stint of that one
day shows which rule minds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from planner.admission import may_join, needed_overrides
from planner.candidates import draft_of
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector, Site
from planner.domain.terms import EndReason
from planner.options import options_of
from planner.posts import build_services, owed_sites
from planner.rule import PrincipleRule, Rule

CONFIDENTIAL = "R17-1"
"""Of this rule nothing is told but 回避 (L-5)."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to come to an object: in which service, from which change date on."""

    service: Service
    day: dt.date


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to some ways: for each, the rules that refuse, in the order of the
    rules; an empty tuple where none does."""

    person: Inspector
    refused: Mapping[Way, tuple[Rule, ...]]

    @property
    def admissible(self) -> bool:
        """Whether no rule refuses on at least one way."""
        return any(not rules for rules in self.refused.values())

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that refuses on some way, each once, by the number of ways."""
        found: dict[str, list[Rule]] = {}
        for rules in self.refused.values():
            for rule in rules:
                found.setdefault(rule.article.rule, []).append(rule)
        return tuple(rows[0] for rows in sorted(found.values(), key=lambda rows: -len(rows)))

    def ways_refused_by(self, rule: Rule) -> list[Way]:
        """The ways on which this rule refuses, by date."""
        ways = [way for way, rules in self.refused.items() if rule in rules]
        return sorted(ways, key=lambda way: (way.day, way.service.id))

    @property
    def only_refusal(self) -> tuple[Way, Rule] | None:
        """The first way on which exactly one rule refuses; None for who is admissible anyway."""
        single = [(way, rules[0]) for way, rules in self.refused.items() if len(rules) == 1]
        if self.admissible or not single:
            return None
        return min(single, key=lambda one: (one[0].day, one[0].service.id))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the waterfall: the people whose last way this rule closes."""

    rule: Rule
    people: tuple[Inspector, ...]


class Refusals:
    """The rules' answers at one object of an instance."""

    def __init__(self, instance: Instance, site: Site, rules: Sequence[Rule]) -> None:
        self.instance = instance
        self.site = site
        self.rules = tuple(rules)
        forms = {option.form for option in options_of(instance, site)}
        joins = partial(may_join, instance, rules)
        owed = owed_sites(instance, (site.department,))[site.department]
        services = [one for one in build_services(instance, owed, joins) if site.id in one.site_ids]
        # A form that is only kept for a running stint takes nobody new.
        self.services = tuple([one for one in services if one.form in forms] or services)

    def ways(self, first: dt.date, last: dt.date) -> tuple[Way, ...]:
        """Every change date from ``first`` to ``last``, the first working day among them."""
        start = self.instance.calendar.workday_on_or_after(first)
        return tuple(
            Way(service, day)
            for service in self.services
            for day in sorted({*service.grid, *([start] if start >= service.grid[0] else [])})
            if first <= day <= last and day < service.finish
        )

    def standing(self, person: Inspector, ways: Iterable[Way]) -> Standing:
        """Ask every rule about a person on every way."""
        return Standing(
            person,
            {
                way: tuple(
                    rule
                    for rule in self.rules
                    if needed_overrides(self.instance, rule, trial) is None
                )
                for way in ways
                for trial in [self.trial(person, way)]
            },
        )

    def trial(self, person: Inspector, way: Way) -> Candidate:
        """The stint that the rules are asked about. Of a running holder of the service it is asked
        whether he may stay until that day."""
        held = self._held(person, way.service)
        if held is not None:
            return Candidate(
                service=way.service,
                slot=held.slot,
                inspector_id=person.id,
                start=held.start,
                end=way.day,
                until=way.day + ONE_DAY,
                end_reason=EndReason.OTHER,
                running=True,
            )
        draft = draft_of(self.instance, way.service, person, way.day)
        if draft is not None:
            return draft
        return Candidate(
            service=way.service,
            slot=1,
            inspector_id=person.id,
            start=way.day,
            end=way.day,
            until=way.day + ONE_DAY,
            end_reason=EndReason.OTHER,
        )

    def _held(self, person: Inspector, service: Service) -> Stint | None:
        """The oldest running row of the person in a service."""
        rows = [
            row
            for row in self.instance.running
            if row.inspector_id == person.id
            and row.site_id in service.site_ids
            and (row.form, row.group) == (service.form, service.group)
        ]
        return min(rows, key=lambda row: row.start, default=None)

    def fact(self, person: Inspector, way: Way, rule: Rule) -> str:
        """In words of the checker what stands against the person on a way on which the rule
        refuses; the title of the rule where a single stint cannot show it."""
        if rule.article.rule == CONFIDENTIAL:
            return "回避"
        found = [
            one
            for one in rule.violations(self.instance, self._alone(person, way))
            if one.inspector_id in {"", person.id}
        ]
        about = [one for one in found if one.site_id == self.site.id] or found
        return rule.explain(about[0]) if about else f"不符合“{rule.article.title}”。"

    def _alone(self, person: Inspector, way: Way) -> Plan:
        """A plan of this one stint."""
        round = self.instance.round
        return Plan(
            round=round.name,
            round_start=round.start,
            round_end=round.end,
            departments=(self.site.department,),
            stints=self.rows(person, way),
        )

    def rows(self, person: Inspector, way: Way) -> tuple[Stint, ...]:
        """The stint that the rules are asked about, as rows of 派驻记录: one per object."""
        trial = self.trial(person, way)
        return tuple(
            Stint(
                site_id=site_id,
                department=self.site.department,
                slot=1,
                inspector_id=person.id,
                form=way.service.form,
                start=trial.start,
                end=trial.end,
                group=way.service.group,
                end_reason=trial.end_reason,
            )
            for site_id in way.service.site_ids
        )


def waterfall(rules: Sequence[Rule], standings: Sequence[Standing]) -> tuple[Step, ...]:
    """Rule by rule, in their order, the people who fall away; the rest is admissible."""
    steps = []
    left = {one.person.id: set(one.refused) for one in standings}
    for rule in rules:
        fallen = []
        for one in standings:
            ways = left[one.person.id]
            open_before = bool(ways)
            ways -= {way for way in ways if rule in one.refused[way]}
            if open_before and not ways:
                fallen.append(one.person)
        if fallen:
            steps.append(Step(rule, tuple(fallen)))
    return tuple(steps)


def can_be_lifted(rule: Rule) -> bool:
    """Whether a row of 豁免 for a person and an object may lift what the rule refuses."""
    return isinstance(rule, PrincipleRule)
