"""月内变动: who came, who went and which objects changed their form, by the postings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.ledgers import FormChange, Ledgers
from planner.domain.plan import Stint


@dataclass(frozen=True, slots=True)
class Move:
    """人员调整: what became of one person at one object. Without ``before`` the person came,
    without ``after`` went; with both the person stays in another form."""

    day: dt.date
    before: Stint | None
    after: Stint | None


def moves(
    instance: Instance, rows: Iterable[Stint], first: dt.date, last: dt.date
) -> tuple[Move, ...]:
    """The moves of some days, by day and object. Who goes on at the object in the same form,
    without a working day between, has not moved."""
    pairs: dict[tuple[str, str, str], list[Stint]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.start):
        pairs[row.department, row.site_id, row.inspector_id].append(row)
    found = (
        move
        for own in pairs.values()
        for before, after in pairwise((None, *own, None))
        for move in _between(instance, before, after)
    )
    return tuple(
        sorted(
            (one for one in found if first <= one.day <= last),
            key=lambda one: (one.day, one.after is not None, _site_of(one)),
        )
    )


def _site_of(move: Move) -> str:
    row = move.after or move.before
    return row.site_id if row else ""


def _between(instance: Instance, before: Stint | None, after: Stint | None) -> Iterator[Move]:
    """What happened between two postings of one person at one object that follow each other."""
    if before is not None and after is not None and _goes_on(instance, before, after):
        if before.form is not after.form:
            yield Move(after.start, before, after)
        return
    if before is not None and before.end is not None:
        yield Move(before.end, before, None)
    if after is not None:
        yield Move(after.start, None, after)


def _goes_on(instance: Instance, before: Stint, after: Stint) -> bool:
    """Whether no working day lies between."""
    if before.end is None:
        return True
    return not instance.calendar.workdays(before.end + ONE_DAY, after.start - ONE_DAY)


def form_changes(
    instance: Instance, rows: Iterable[Stint], first: dt.date, last: dt.date
) -> tuple[FormChange, ...]:
    """The changes of form that postings show in some days: somebody begins at an object in a form
    in which nobody was there the working day before, or, where nobody was there at all, in which
    nobody was last. Who was there on the eve of ``first`` counts, as in its 附件1 (R03-7). Objects
    that the workbook no longer has are left out."""
    eve = instance.calendar.workday_before(first)
    sites: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: (one.start, one.slot)):
        recent = row.start <= last and (row.end is None or row.end >= eve)
        if recent and row.site_id in instance.site_by_id:
            sites[row.department, row.site_id].append(row)
    found: dict[tuple[str, dt.date], FormChange] = {}
    for (_, site_id), own in sites.items():
        for row in own:
            earlier = [one for one in own if one.start < row.start]
            if row.start < first or not earlier:
                continue
            yesterday = instance.calendar.workday_before(row.start)
            held = [one for one in earlier if one.covers(yesterday)] or earlier[-1:]
            if row.form not in {one.form for one in held}:
                found[site_id, row.start] = FormChange(
                    site_id=site_id, day=row.start, before=held[-1].form, after=row.form
                )
    return tuple(found.values())


def told_changes(
    instance: Instance, rows: Iterable[Stint], ledgers: Ledgers, first: dt.date, last: dt.date
) -> tuple[FormChange, ...]:
    """The changes of form that postings show or the ledger tells, by day and object; with the
    forms of the postings and the reason of the ledger where both know one."""
    logged = {
        (one.day, one.site_id): one for one in ledgers.form_changes if first <= one.day <= last
    }
    found = dict(logged)
    for one in form_changes(instance, rows, first, last):
        key = one.day, one.site_id
        forms = {"before": one.before, "after": one.after}
        found[key] = logged.get(key, one).model_copy(update=forms)
    return tuple(found[key] for key in sorted(found))
