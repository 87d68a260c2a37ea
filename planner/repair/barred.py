"""进不来的人: the people of a unit whom rules keep out of an object before there is a model.

Each becomes a column that rows forbid, one for every rule and person, so that a core can name them
and a search can ask what it would cost to let them in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from planner.admission import needed_overrides
from planner.candidates import drafts_of
from planner.components import Component
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.posting import Candidate
from planner.domain.terms import AppraisalFlag, EndReason
from planner.posts import Post
from planner.rule import Rule

HALF_YEAR = "R05-1"
FOLLOWS_FROM_HALF_YEAR = frozenset({"R05-6", "R05-9"})


@dataclass(frozen=True, slots=True)
class Barred:
    """A candidate whom some rules refuse, all of them named."""

    candidate: Candidate
    rules: tuple[str, ...]


def barred_from(
    instance: Instance, post: Post, admitted: Sequence[Candidate], rules: Iterable[Rule]
) -> tuple[Barred, ...]:
    """Who would hold a post as long as possible, from its beginning or from a date on which an
    admitted candidate leaves it, but for the rules."""
    service = post.service
    asked = tuple(rules)
    starts = {service.grid[0], *(one.until for one in admitted if one.until < service.finish)}
    wished = list(drafts_of(_without_limits(instance), post, starts))
    holders = [one for one in admitted if one.running]
    if holders:
        latest = max(holders, key=lambda one: one.until)
        wished.append(_to_the_end(instance, latest))
    known = {(one.inspector_id, one.start, one.until) for one in admitted}
    found = []
    for one in wished:
        if (one.inspector_id, one.start, one.until) in known:
            continue
        refusing = tuple(
            rule.article.rule for rule in asked if needed_overrides(instance, rule, one) is None
        )
        if HALF_YEAR in refusing:  # the two others only say what follows from it
            refusing = tuple(rule for rule in refusing if rule not in FOLLOWS_FROM_HALF_YEAR)
        if refusing:
            found.append(Barred(one, refusing))
    return tuple(found)


def with_barred(
    component: Component, site_id: str, rules: Sequence[Rule]
) -> tuple[list[Sequence[Candidate]], list[tuple[str, ...]]]:
    """The candidates of each post, those barred from the posts of one object added, and in the
    order of all candidates the rules that refuse each."""
    candidates: list[Sequence[Candidate]] = []
    refusals: list[tuple[str, ...]] = []
    for post, admitted in zip(component.posts, component.candidates, strict=True):
        barred: tuple[Barred, ...] = ()
        if site_id in post.service.site_ids:
            barred = barred_from(component.instance, post, admitted, rules)
        candidates.append((*admitted, *(one.candidate for one in barred)))
        refusals += [()] * len(admitted) + [one.rules for one in barred]
    return candidates, refusals


def _to_the_end(instance: Instance, held: Candidate) -> Candidate:
    """The holder staying as long as the service is owed."""
    finish = held.service.finish
    leaves = finish <= instance.round.end
    return replace(
        held,
        until=finish,
        end=finish - ONE_DAY,
        end_reason=EndReason.OFF_LIST if leaves else EndReason.ROTATION,
        overrides=(),
        note="",
    )


def _without_limits(instance: Instance) -> Instance:
    """As if everybody were there all the time and had nothing to avoid."""
    always = {
        "available_from": dt.date.min,
        "available_to": dt.date.max - ONE_DAY,
        "leaves_on": None,
        "appraisal": AppraisalFlag.NORMAL,
    }
    people = tuple(one.model_copy(update=always) for one in instance.inspectors)
    return instance.model_copy(update={"inspectors": people, "absences": (), "conflicts": ()})
