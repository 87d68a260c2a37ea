"""月内变动: who came, who went and which objects changed their form, by the postings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


class UnitChange(FormChange):
    """A change of form and the unit whose people change; the object's where the ledger alone tells
    it. Units that serve an object together (联合驻点) change each for itself."""

    department: str


def form_changes(
    instance: Instance, rows: Iterable[Stint], first: dt.date, last: dt.date
) -> tuple[UnitChange, ...]:
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
    found: dict[tuple[str, str, dt.date], UnitChange] = {}
    for (unit, site_id), own in sites.items():
        for row in own:
            earlier = [one for one in own if one.start < row.start]
            if row.start < first or not earlier:
                continue
            yesterday = instance.calendar.workday_before(row.start)
            held = [one for one in earlier if one.covers(yesterday)] or earlier[-1:]
            if row.form not in {one.form for one in held}:
                found[unit, site_id, row.start] = UnitChange(
                    department=unit, site_id=site_id, day=row.start, before=held[-1].form,
                    after=row.form,
                )  # fmt: skip
    return tuple(found.values())


def told_changes(
    instance: Instance, rows: Iterable[Stint], ledgers: Ledgers, first: dt.date, last: dt.date
) -> tuple[UnitChange, ...]:
    """The changes of form that postings show or the ledger tells, by day and object: each once,
    with the day and the forms of the postings and the reason of the ledger where both know it."""
    calendar = instance.calendar
    # A day off that the ledger has may lie in another month than the working day after it.
    begin = calendar.workday_before(first) + ONE_DAY
    until = calendar.workday_on_or_after(last + ONE_DAY)
    logged = [one for one in ledgers.form_changes if begin <= one.day <= last]
    shown = form_changes(instance, rows, first, until)
    row_of = _rows_of(shown, logged)
    found = [
        one.model_copy(update={"reason": row.reason, "approver": row.approver})
        if (row := row_of.get(one))
        else one
        for one in shown
    ]
    for row in logged:
        if row not in row_of.values():
            unit = instance.site_by_id[row.site_id].department
            found.append(UnitChange(department=unit, **row.model_dump()))
    return tuple(
        sorted(
            (one for one in found if first <= one.day <= last),
            key=lambda one: (one.day, one.site_id, one.department),
        )
    )


def _rows_of(
    shown: Iterable[UnitChange], logged: Sequence[FormChange]
) -> dict[UnitChange, FormChange]:
    """The rows of the ledger that tell what postings show: one of the same object and forms, on the
    nearest day, else one of the same day that tells nothing else. Units that serve an object
    together may share a row."""
    pairs = []
    for one in shown:
        for row in logged:
            alike = (one.before, one.after) == (row.before, row.after)
            if one.site_id == row.site_id and (alike or one.day == row.day):
                pairs.append((abs(one.day - row.day), not alike, one, row))
    found: dict[UnitChange, FormChange] = {}
    for _, differs, one, row in sorted(pairs, key=lambda pair: pair[:2]):
        units = {other.department for other, its in found.items() if its == row}
        if one not in found and one.department not in units and not (differs and units):
            found[one] = row
    return found
