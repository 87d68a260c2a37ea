"""交接: what a plan writes about the days on which the old holder stays beside the new one.

The overlap is no second post (settled reading 9): it is a note in the new person's row. It is
planned only where both are free for it; whoever begins elsewhere or has to leave hands over
before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from planner.domain.away import long_absences
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Stint


def with_handovers(instance: Instance, stints: Sequence[Stint]) -> list[Stint]:
    """The rows of a plan, those of new people with their handover and, if they are new to the
    sector, with the leaving holder as 带教人."""
    before: dict[tuple[str, int], list[Stint]] = defaultdict(list)
    own: dict[str, list[Stint]] = defaultdict(list)
    for stint in stints:
        before[stint.site_id, stint.slot].append(stint)
        own[stint.inspector_id].append(stint)
    served = {
        (person, instance.site_by_id[site_id].sector) for person, site_id in instance.stints_of
    }
    written = []
    for stint in stints:
        old = _followed(instance, stint, before[stint.site_id, stint.slot])
        days = _overlap(instance, stint, old, own) if old is not None else []
        if old is not None and days:
            name = instance.inspector_by_id[old.inspector_id].name
            dates = "、".join(day.isoformat() for day in days)
            sector = instance.site_by_id[stint.site_id].sector
            mentor = "" if (stint.inspector_id, sector) in served else old.inspector_id
            stint = stint.model_copy(
                update={"note": f"交接日{dates}，由{name}到场交接", "mentor_id": mentor}
            )
        written.append(stint)
    return written


def _followed(instance: Instance, stint: Stint, rows: Iterable[Stint]) -> Stint | None:
    """Whose place the person takes without a working day between."""
    for row in rows:
        if (
            row.end is not None
            and row.inspector_id != stint.inspector_id
            and instance.round.start <= row.end < stint.start
            and not instance.calendar.workdays(row.end + ONE_DAY, stint.start - ONE_DAY)
        ):
            return row
    return None


def _overlap(
    instance: Instance, new: Stint, old: Stint, own: Mapping[str, Sequence[Stint]]
) -> list[dt.date]:
    """The first working days of the new person, if the old one has time for all of them."""
    wanted = instance.policy.handover_overlap_days
    day, days = new.start, list[dt.date]()
    while len(days) < wanted:
        day = instance.calendar.workday_on_or_after(day)
        days.append(day)
        day += ONE_DAY
    if not days or (old.end_reason is not None and old.end_reason.forced):
        return []
    person, site = instance.inspector_by_id[old.inspector_id], instance.site_by_id[old.site_id]
    elsewhere = any(
        row.form.released and row.start <= days[-1] and (row.end is None or row.end >= days[0])
        for row in own[old.inspector_id]
    )
    away = any(
        first <= days[-1] and last >= days[0]
        for first, last in long_absences(instance, old.inspector_id)
    )
    gone = person.available_to < days[-1] or (
        person.leaves_on is not None and person.leaves_on <= days[-1]
    )
    frozen = any(instance.frozen(site, one) for one in days)
    return [] if elsewhere or away or gone or frozen else days
