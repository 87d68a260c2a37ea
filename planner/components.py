"""独立子问题: units share no people and no services; each is solved alone.

A unit goes three steps: a ``Unit`` is only counted, its ``Part`` is what is sent to a worker, and
the ``Component`` with all candidates, many times larger, is made where it is solved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from planner.admission import may_join
from planner.candidates import field_of
from planner.domain.instance import Instance
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Site
from planner.offer import ORDINARY, Offer
from planner.posts import Post, build_services, owed_sites, posts_of
from planner.rule import Rule


@dataclass(frozen=True, slots=True)
class Unit:
    """派出单位: a unit that owes service to ``sites`` and has so many ``people``."""

    department: str
    sites: tuple[Site, ...]
    people: int

    @property
    def pairs(self) -> int:
        """People × sites: the measure of size before any candidate is known."""
        return self.people * len(self.sites)


@dataclass(frozen=True, slots=True)
class Part:
    """What one unit needs to be planned alone."""

    department: str
    instance: Instance
    services: tuple[Service, ...]
    offer: Offer


@dataclass(frozen=True, slots=True)
class Component:
    """独立子问题: the services and the people of one unit."""

    department: str
    instance: Instance
    posts: tuple[Post, ...]
    candidates: tuple[tuple[Candidate, ...], ...]

    @property
    def columns(self) -> int:
        """The number of candidates: the measure of size."""
        return sum(len(found) for found in self.candidates)

    @property
    def inspectors(self) -> int:
        """The number of people who may serve in it."""
        return len({one.inspector_id for found in self.candidates for one in found})


def units_of(instance: Instance, departments: Sequence[str]) -> list[Unit]:
    """Every unit that owes any service, the largest first.

    A unit does not split further: its services compete for priority (R02-5), and the share of
    changes in a week is the whole unit's (R05-8).
    """
    people = Counter(row.department for row in instance.inspectors)
    units = [
        Unit(department, tuple(sites), people[department])
        for department, sites in owed_sites(instance, departments).items()
        if sites
    ]
    return sorted(units, key=lambda one: (-one.pairs, one.department))


def part_of(instance: Instance, unit: Unit, rules: Sequence[Rule], offer: Offer = ORDINARY) -> Part:
    """The rows and the services of one unit."""
    earlier = tuple(row for row in offer.earlier if row.department == unit.department)
    start = tuple(row for row in offer.start if row.department == unit.department)
    return Part(
        unit.department,
        instance.restricted_to(unit.department),
        build_services(instance, unit.sites, partial(may_join, instance, rules)),
        replace(offer, earlier=earlier, start=start),
    )


def component_of(part: Part, rules: Sequence[Rule]) -> Component:
    """Find the posts and the candidates of a unit."""
    posts = posts_of(part.instance, part.services)
    field = field_of(part.instance, posts, rules, part.offer)
    return Component(part.department, part.instance, field.posts, field.by_post)


def components_of(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    offer: Offer = ORDINARY,
) -> list[Component]:
    """One component per unit that owes any service, the largest unit first."""
    return [
        component_of(part_of(instance, unit, rules, offer), rules)
        for unit in units_of(instance, departments)
    ]
