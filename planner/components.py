"""独立子问题: departments split into parts that share no people and no services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from planner.admission import may_join
from planner.candidates import Field, field_of
from planner.domain.instance import Instance
from planner.domain.posting import Candidate
from planner.offer import ORDINARY, Offer
from planner.posts import Post, build_services, owed_sites, posts_of
from planner.rule import Rule


@dataclass(frozen=True, slots=True)
class Component:
    """独立子问题: services and people that share nobody with the rest of the department."""

    department: str
    index: int
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
    """Split the departments into components, the largest first.

    Services of one sector stay together: they compete in R02-5 even without common people.
    """
    components: list[Component] = []
    for department, sites in owed_sites(instance, departments).items():
        part = instance.restricted_to(department)
        services = build_services(instance, sites, partial(may_join, instance, rules))
        field = field_of(part, posts_of(part, services), rules, offer)
        for index, members in enumerate(_connected(part, field)):
            components.append(
                Component(
                    department=department,
                    index=index,
                    instance=part,
                    posts=tuple(field.posts[i] for i in members),
                    candidates=tuple(field.by_post[i] for i in members),
                )
            )
    components.sort(key=lambda one: (-one.columns, one.department, one.index))
    return components


def _connected(instance: Instance, field: Field) -> list[list[int]]:
    """Post indices by component, in the order of the first post."""
    leader: dict[object, object] = {}

    def find(key: object) -> object:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for index, post in enumerate(field.posts):
        sectors = {instance.site_by_id[one].sector for one in post.service.site_ids}
        people = {one.inspector_id for one in field.by_post[index]}
        for key in (
            ("service", post.service.id),
            *(("site", one) for one in post.service.site_ids),
            *(("sector", one) for one in sorted(sectors)),
            *(("person", one) for one in sorted(people)),
        ):
            leader[find(key)] = find(index)
    groups: dict[object, list[int]] = defaultdict(list)
    for index in range(len(field.posts)):
        groups[find(index)].append(index)
    return sorted(groups.values())
