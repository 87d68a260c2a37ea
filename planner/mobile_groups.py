"""流动组: running groups stay together, left-overs join them, new ones are formed near each other
(settled reading 12)."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.distance import site_kilometres
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.options import mobile_option, options_of

MayJoin = Callable[[Stint, Site], bool]
"""Whether the holder of a running mobile stint may take one more site from the round's start."""


def mobile_groups(
    instance: Instance, sites: Sequence[Site], may_join: MayJoin
) -> dict[tuple[str, str], tuple[Site, ...]]:
    """流动组 by unit and name: running groups as far as they keep the limits, left-overs joined,
    new ones of 2 … 4 near sites."""
    eligible = [
        site
        for site in sites
        if any(option.form is Form.MOBILE for option in options_of(instance, site))
    ]
    groups = _running_groups(instance, eligible, may_join)
    smallest = instance.policy.mobile_group_min
    placed = {site.id for members in groups.values() for site in members}
    whole = (instance.round.start, instance.round.end)
    waiting: dict[tuple[str, str, int], list[Site]] = defaultdict(list)
    for site in eligible:
        options = options_of(instance, site)
        if (
            site.id not in placed
            and instance.owed_window(site) == whole
            and options[0].form is Form.MOBILE
            and not _held_in_other_form(instance, site)
        ):
            team = mobile_option(instance, site).team_size
            waiting[site.department, site.sector, team].append(site)
    for (department, sector, _), singles in sorted(waiting.items()):
        largest = min(_most_members(instance, site) for site in singles)
        while singles and largest >= smallest:
            if len(singles) < smallest or len(singles) % largest == 1:
                single = singles[-1]
                home = _group_with_room(instance, groups, single, may_join)
                if home is not None:
                    groups[home].append(single)
                    singles.pop()
                    continue
            if len(singles) < smallest:
                break
            for members in _partition(instance, singles, smallest, largest):
                numbers = (f"{instance.round.name}-{sector}-{n:02d}" for n in itertools.count(1))
                name = next(one for one in numbers if (department, one) not in groups)
                groups[department, name] = members
            break
    return {
        name: tuple(sorted(members, key=lambda site: site.id))
        for name, members in sorted(groups.items())
        if len(members) >= smallest
    }


def _running_groups(
    instance: Instance, eligible: Sequence[Site], may_join: MayJoin
) -> dict[tuple[str, str], list[Site]]:
    """The groups that run, each with the members that it may keep (settled reading 12).

    A member at which a holder has no running row and may not begin leaves the group, because its
    people serve all of its members (R03-3). A group above the limits keeps the members of the
    highest rank. One that is too small, or will be because members leave in the round, waits for a
    left-over; a group of one is none: its last member may join another.
    """
    smallest = instance.policy.mobile_group_min
    groups: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in eligible:
        owed = instance.owed_window(site)
        if owed is None or owed[0] != instance.round.start:
            continue
        rows = instance.running_at.get(site.id, ())
        for name in sorted({(o.department, o.group) for o in rows if o.form is Form.MOBILE}):
            if name[1]:
                groups[name].append(site)

    def rank(site: Site) -> tuple[int, int, str]:
        rating = instance.rating_by_site[site.id]
        return rating.grade, -rating.score, site.id

    kept = {}
    for name, found in groups.items():
        members = _open_to_all_holders(instance, name, found, may_join)
        if members:
            most = min(_most_members(instance, one) for one in members)
            kept[name] = sorted(members, key=rank)[:most]
    return {name: members for name, members in kept.items() if len(members) >= smallest}


def _open_to_all_holders(
    instance: Instance, name: tuple[str, str], members: list[Site], may_join: MayJoin
) -> list[Site]:
    """The members at which the holder of every slot has a running row or may begin. A slot has one
    holder, the one who came last; who that is may depend on the members."""
    mine = [
        row
        for row in instance.running
        if row.form is Form.MOBILE and (row.department, row.group) == name
    ]
    rows = sorted(mine, key=lambda row: row.site_id)
    while members:
        ids = {site.id for site in members}
        team = max(mobile_option(instance, site).team_size for site in members)
        holders: dict[int, Stint] = {}
        for row in rows:
            known = holders.get(row.slot)
            newer = known is None or row.start > known.start
            if row.site_id in ids and row.slot <= team and newer:
                holders[row.slot] = row
        there = {(row.inspector_id, row.slot, row.site_id) for row in rows}
        kept = [
            site
            for site in members
            if all(
                (row.inspector_id, row.slot, site.id) in there or may_join(row, site)
                for row in holders.values()
            )
        ]
        if len(kept) == len(members):
            break
        members = kept
    return members


def _most_members(instance: Instance, site: Site) -> int:
    """The largest group for such a site: within the limit, and small enough that the shortest
    whole month of the round has the days for all."""
    month = add_months((instance.round.start - ONE_DAY).replace(day=1), 1)
    most = instance.policy.mobile_group_max
    days = mobile_option(instance, site).min_days_per_month
    while days and add_months(month, 1) - ONE_DAY <= instance.round.end:
        workdays = instance.calendar.workdays_of_month(month.year, month.month)
        most = min(most, len(workdays) // days)
        month = add_months(month, 1)
    return most


def group_finish(instance: Instance, members: Sequence[Site]) -> dt.date:
    """The day from which fewer members are owed than a group needs."""
    windows = [instance.owed_window(site) for site in members]
    last_days = sorted((window[1] for window in windows if window), reverse=True)
    return last_days[instance.policy.mobile_group_min - 1] + ONE_DAY


def _held_in_other_form(instance: Instance, site: Site) -> bool:
    """Whether somebody is there in another admitted form; such a site stays as it is."""
    admitted = {option.form for option in options_of(instance, site)}
    return any(
        stint.form is not Form.MOBILE and stint.form in admitted
        for stint in instance.running_at.get(site.id, ())
    )


def _group_with_room(
    instance: Instance,
    groups: dict[tuple[str, str], list[Site]],
    site: Site,
    may_join: MayJoin,
) -> tuple[str, str] | None:
    """The group that the site may join: one that would break up without it, else the nearest."""
    team = mobile_option(instance, site).team_size
    best: tuple[dt.date, float, tuple[str, str]] | None = None
    for name, members in sorted(groups.items()):
        same = all(
            (one.department, one.sector) == (site.department, site.sector)
            and mobile_option(instance, one).team_size == team
            for one in members
        )
        most = min(_most_members(instance, one) for one in (site, *members))
        holders = [one for one in instance.running if (one.department, one.group) == name]
        if same and len(members) < most and all(may_join(one, site) for one in holders):
            far = max(site_kilometres(instance, site, one) for one in members)
            found = (group_finish(instance, members), far, name)
            if best is None or found < best:
                best = found
    return best[2] if best else None


def _partition(
    instance: Instance, sites: list[Site], smallest: int, largest: int
) -> list[list[Site]]:
    """Groups of even sizes: the most remote site first, then its nearest neighbours."""
    count = math.ceil(len(sites) / largest)
    while count > 1 and len(sites) // count < smallest:
        count -= 1
    rest = sorted(sites, key=lambda site: site.id)
    result = []
    for left in range(count, 0, -1):
        size = min(largest, math.ceil(len(rest) / left))
        seed = max(
            rest,
            key=lambda one: (sum(site_kilometres(instance, one, other) for other in rest), one.id),
        )
        near = sorted(rest, key=lambda one: (site_kilometres(instance, seed, one), one.id))[:size]
        if seed not in near:
            near[-1] = seed
        result.append(near)
        rest = [site for site in rest if site not in near]
    return result
