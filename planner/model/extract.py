"""From the values of a model back to what a coordinator reads: stints, changes, overrides."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import OverrideUse, PlanChange, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import EndReason, StintNature
from planner.posts import Post
from planner.remarks import lasting, one_remark

EARLIER = "提前轮换，以便服务更高等级对象或保证同组同进同出"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen candidates of one post."""

    post: Post
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The parts of a plan that come from chosen candidates."""

    stints: tuple[Stint, ...]
    changes: tuple[PlanChange, ...]
    overrides_used: tuple[OverrideUse, ...]


def rows_of(instance: Instance, chosen: Sequence[Chosen]) -> Rows:
    """Write the chosen candidates as rows of 派驻记录, one per site."""
    stints: list[Stint] = []
    changes: list[PlanChange] = []
    lifted: list[OverrideUse] = []
    for one in chosen:
        for candidate, slot in _slots(one):
            if candidate.running:
                rows = _running_rows(instance, one.post, candidate)
                stints += rows
                changes += _changes(candidate, rows)
            else:
                stints += _new_rows(instance, candidate, candidate.site_ids, slot)
            lifted += [
                OverrideUse(
                    rule=rule,
                    inspector_id=candidate.inspector_id,
                    site_id=site_id,
                    start=candidate.start,
                )
                for rule, site_id in candidate.overrides
            ]
    return Rows(tuple(stints), tuple(changes), tuple(lifted))


def _slots(one: Chosen) -> Iterable[tuple[Candidate, int]]:
    """Give each candidate of a post a slot: the one that is free since its own start."""
    free_from = dict.fromkeys(one.post.slots, dt.date.min)
    for candidate in sorted(one.candidates, key=lambda c: (c.start, c.inspector_id)):
        ready = [slot for slot, day in sorted(free_from.items()) if day <= candidate.start]
        follows = [slot for slot in ready if free_from[slot] == candidate.start]
        slot = (follows or ready)[0]
        free_from[slot] = candidate.until
        yield candidate, slot


def _running_rows(instance: Instance, post: Post, candidate: Candidate) -> list[Stint]:
    rows = [
        held.model_copy(
            update={
                "end": (end := _clipped(instance, held.site_id, candidate.end)),
                "end_reason": candidate.end_reason if end == candidate.end else EndReason.OFF_LIST,
                "round": held.round or instance.round.name,
                "note": one_remark((lasting(instance, held), candidate.note)),
            }
        )
        for held in post.held
    ]
    joined = set(post.service.site_ids) - {held.site_id for held in post.held}
    if candidate.end >= instance.round.start:
        rows += _new_rows(instance, candidate, sorted(joined), post.slots[0])
    return rows


def _new_rows(
    instance: Instance, candidate: Candidate, site_ids: Iterable[str], slot: int
) -> list[Stint]:
    """One row per site that is owed service while the candidate is there."""
    service = candidate.service
    begin = instance.round.start if candidate.running else candidate.start
    rows = []
    for site_id in site_ids:
        owed = instance.owed_window(instance.site_by_id[site_id])
        start = max(begin, owed[0]) if owed else begin
        end = _clipped(instance, site_id, candidate.end)
        if start > end:
            continue  # a member that leaves the group before, or joins it after
        rows.append(
            Stint(
                site_id=site_id,
                department=service.department,
                slot=slot,
                inspector_id=candidate.inspector_id,
                form=service.form,
                start=start,
                end=end,
                round=instance.round.name,
                group=service.group,
                nature=StintNature.PLANNED,
                end_reason=candidate.end_reason if end == candidate.end else EndReason.OFF_LIST,
            )
        )
    return rows


def _clipped(instance: Instance, site_id: str, end: dt.date) -> dt.date:
    """A member of a group that leaves the list in the round ends with its own window."""
    owed = instance.owed_window(instance.site_by_id[site_id])
    leaves = owed is not None and owed[1] < instance.round.end
    return min(end, owed[1]) if leaves and owed is not None else end


def _changes(candidate: Candidate, rows: Sequence[Stint]) -> list[PlanChange]:
    if candidate.due is None or not candidate.moved:
        return []
    return [
        PlanChange(
            site_id=row.site_id,
            slot=row.slot,
            inspector_id=row.inspector_id,
            due=candidate.due - ONE_DAY,
            new_end=row.end or candidate.end,
            reason=candidate.note or EARLIER,
        )
        for row in rows
        if row.start < candidate.service.grid[0]
    ]


def served_until(chosen: Sequence[Chosen], begins: dt.date) -> dict[str, tuple[dt.date, dt.date]]:
    """For every served site the first and the last date of its service, over all posts, from
    ``begins`` on: the days off before the first change date belong to who is there already."""
    spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for one in chosen:
        for candidate in one.candidates:
            first = max(candidate.start, begins)
            last = min(candidate.until - ONE_DAY, candidate.end)
            if last >= first:
                for site_id in candidate.site_ids:
                    spans[site_id].append((first, last))
    return {
        site_id: (min(first for first, _ in found), max(last for _, last in found))
        for site_id, found in spans.items()
    }
