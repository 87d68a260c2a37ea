"""独立子问题: units share no people and no services; each is solved alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from planner.admission import may_join
from planner.candidates import field_of
from planner.domain.instance import Instance
from planner.domain.posting import Candidate
from planner.offer import ORDINARY, Offer
from planner.posts import Post, build_services, owed_sites, posts_of
from planner.rule import Rule


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


def components_of(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    offer: Offer = ORDINARY,
) -> list[Component]:
    """One component per unit that owes any service, the largest first.

    A unit does not split further: its services compete for priority (R02-5), and the share of
    changes in a week is the whole unit's (R05-8).
    """
    components: list[Component] = []
    for department, sites in owed_sites(instance, departments).items():
        part = instance.restricted_to(department)
        services = build_services(instance, sites, partial(may_join, instance, rules))
        field = field_of(part, posts_of(part, services), rules, offer)
        if field.posts:
            components.append(Component(department, part, field.posts, field.by_post))
    components.sort(key=lambda one: (-one.columns, one.department))
    return components
