"""What has to be filled: from owed sites to services with their change dates.

A site gets one service per form that the matrix admits for its grade, in order of preference.
流动 needs a group: running groups stay together, new ones are formed near each other. A site for
which there is no service at all gets one that no rule lets anybody into, so that its loss is
counted and its shortage has a reason.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.posting import Service
from planner.domain.tables import Site
from planner.domain.terms import Form, WeekendCoverage
from planner.duplicates import duplicate_cases
from planner.mobile_groups import MayJoin, group_finish, mobile_groups
from planner.options import Option, mobile_option, options_of


@dataclass(frozen=True, slots=True)
class Due:
    """到期: the latest date of the change and the last day that may be written before it."""

    change: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class Post:
    """岗位: the slots of a service that are filled alike.

    A post with a ``holder`` has one slot; the vacant slots of a service form one post together,
    because the people in them are interchangeable. ``held`` are the running rows of the holder:
    one, or one per site of a mobile group.
    """

    service: Service
    slots: tuple[int, ...]
    held: tuple[Stint, ...] = ()

    @property
    def holder(self) -> Stint | None:
        """The running row with the oldest start, or None when the post is vacant."""
        return min(self.held, key=lambda row: row.start, default=None)


def owed_sites(instance: Instance, departments: Iterable[str]) -> Mapping[str, Sequence[Site]]:
    """Sites that each of the departments has to serve: owed, stationed by grade or a coal mine
    (R04-7), no pending duplicate."""
    pending = {one for case in duplicate_cases(instance) for one in case.pending_site_ids}
    found: dict[str, list[Site]] = {department: [] for department in departments}
    for site in instance.sites:
        if (
            site.department in found
            and site.id not in pending
            and instance.owed_window(site) is not None
            and instance.may_be_stationed(site)
        ):
            found[site.department].append(site)
    return found


def ranked_sites(instance: Instance, department: str) -> tuple[Site, ...]:
    """The objects that a unit owes service, in the order of 未安排对象: grade, score, id."""
    return tuple(
        sorted(
            owed_sites(instance, (department,))[department],
            key=lambda site: (
                instance.rating_by_site[site.id].grade,
                -instance.rating_by_site[site.id].score,
                site.id,
            ),
        )
    )


def build_services(
    instance: Instance, sites: Sequence[Site], may_join: MayJoin
) -> tuple[Service, ...]:
    """Every service of one department's owed sites, in the order of their ids."""
    services = [
        _group_service(instance, group, members)
        for (_, group), members in mobile_groups(instance, sites, may_join).items()
    ]
    grouped = {site_id for service in services for site_id in service.site_ids}
    for site in sites:
        options = [
            option
            for option in (*options_of(instance, site), *_kept_option(instance, site))
            if option.form is not Form.MOBILE
        ]
        if not options and site.id not in grouped:
            options = [_hopeless_option(instance, site)]
        services += [_single_service(instance, site, option) for option in options]
    return tuple(sorted(services, key=lambda service: service.id))


def _group_service(instance: Instance, group: str, members: Sequence[Site]) -> Service:
    """流动 at the members of a group, until too few of them are owed."""
    finish = group_finish(instance, members)
    return Service(
        id=f"{members[0].department}/{group}",
        department=members[0].department,
        site_ids=tuple(site.id for site in members),
        form=Form.MOBILE,
        team_size=max(mobile_option(instance, site).team_size for site in members),
        grid=_change_dates(instance, members, finish),
        finish=finish,
        group=group,
    )


def _single_service(instance: Instance, site: Site, option: Option) -> Service:
    owed = instance.owed_window(site)
    assert owed is not None
    finish = owed[1] + ONE_DAY
    return Service(
        id=f"{site.id}/{option.form.value}",
        department=site.department,
        site_ids=(site.id,),
        form=option.form,
        team_size=option.team_size,
        grid=_change_dates(instance, (site,), finish),
        finish=finish,
    )


def _hopeless_option(instance: Instance, site: Site) -> Option:
    """流动 without a group (R03-3), or 蹲守 at a mine whose grade has no form (R02-4)."""
    options = options_of(instance, site)
    if options:
        return options[0]
    team_size = instance.sector_by_code[site.sector].team_size
    return Option(Form.RESIDENT, team_size, 0, instance.policy.service_value_third_percent)


def _kept_option(instance: Instance, site: Site) -> tuple[Option, ...]:
    """The form of a running stint that the matrix no longer admits: better than nobody until the
    stint is due, but nobody may follow in it (R02-4)."""
    admitted = {option.form for option in options_of(instance, site)}
    running = instance.running_at.get(site.id, ())
    forms = {row.form for row in running} - admitted - {Form.MOBILE}
    percent = instance.policy.service_value_third_percent
    days = instance.policy.regular_min_days_per_month
    return tuple(
        Option(form, max(row.slot for row in running), days, percent) for form in sorted(forms)
    )


def posts_of(instance: Instance, services: Sequence[Service]) -> tuple[Post, ...]:
    """The posts of every service: one per running holder, one for all vacant slots together.

    Nobody holds a post over the dates before a service begins: who is at a site that is put off
    to later in the round leaves.
    """
    first_workday = instance.calendar.workday_on_or_after(instance.round.start)
    posts: list[Post] = []
    for service in services:
        held: dict[int, list[Stint]] = defaultdict(list)
        for site_id in service.site_ids:
            for row in instance.running_at.get(site_id, ()):
                same = row.form is service.form and row.group == service.group
                if same and service.grid[0] <= first_workday:
                    held[row.slot].append(row)
        for slot, rows in sorted(held.items()):
            newest = max(rows, key=lambda row: row.start).inspector_id
            mine = tuple(row for row in rows if row.inspector_id == newest)
            if slot <= service.team_size:
                posts.append(Post(service, (slot,), mine))
        vacant = tuple(slot for slot in range(1, service.team_size + 1) if slot not in held)
        if vacant:
            posts.append(Post(service, vacant))
    return tuple(posts)


# -- change dates -------------------------------------------------------------------------------


def _change_dates(
    instance: Instance, sites: Sequence[Site], finish: dt.date
) -> tuple[dt.date, ...]:
    """The first owed day, then the first free working day of each week, then the dates that
    running stints force. Freeze windows of any of the sites block (R05-5), except on days
    that a row of 豁免 opens for somebody."""
    windows = [instance.owed_window(site) for site in sites]
    first = min(window[0] for window in windows if window)
    last = finish - ONE_DAY
    every_day = any(every_day_owed(instance, site) for site in sites)
    start = first if every_day else instance.calendar.workday_on_or_after(first)
    dates = {start}
    monday = start - dt.timedelta(days=start.weekday())
    while monday <= last:
        for day in instance.calendar.workdays(monday, monday + 6 * ONE_DAY):
            if start < day <= last and not _closed(instance, sites, day):
                dates.add(day)
                break
        monday += 7 * ONE_DAY
    for site in sites:
        for stint in instance.running_at.get(site.id, ()):
            due = due_of(instance, stint.inspector_id, chain_start(instance, stint), stint, sites)
            if start < due.change <= last:
                dates.add(due.change)
    return tuple(sorted(dates))


def _frozen(instance: Instance, sites: Iterable[Site], day: dt.date) -> bool:
    return any(instance.frozen(site, day) for site in sites)


def _closed(instance: Instance, sites: Iterable[Site], day: dt.date) -> bool:
    """Frozen at one of the sites, and no row of 豁免 lifts that for anybody."""
    return any(
        instance.frozen(site, day)
        and not any(
            row.site_id in {"", site.id} and row.covers(day, day)
            for row in instance.overrides_for("R05-5")
        )
        for site in sites
    )


def chain_start(instance: Instance, stint: Stint) -> dt.date:
    """First day of the chain that the running stint continues (settled reading 4)."""
    first = stint.start
    earlier = instance.stints_of.get((stint.inspector_id, stint.site_id), ())
    for row in reversed(earlier):
        if row.start < first and row.end is not None:
            back = add_months(row.end + ONE_DAY, instance.policy.cool_off_months)
            if first < back:
                first = row.start
    return first


def due_of(
    instance: Instance,
    inspector_id: str,
    clock_start: dt.date,
    running: Stint | None,
    sites: Sequence[Site],
    *,
    by_override: bool = True,
) -> Due:
    """The latest date on which somebody else takes over (R05-1, moved by R05-6, R05-9).

    ``clock_start`` begins the half-year; ``running`` may have a written end, which holds unless
    it is earlier than R05-2 allows. A group is left as a whole: it is extended as far as all of
    its sites are. The date is a working day outside the freeze windows of the sites; with
    ``by_override`` it may lie inside one where a row of 豁免 lets the person change then.
    """
    policy, calendar = instance.policy, instance.calendar
    nominal = add_months(clock_start, policy.max_stint_months)
    if running is not None:
        nominal = min(
            max(
                (
                    row.until + ONE_DAY
                    for row in instance.extensions
                    if (row.inspector_id, row.site_id) == (inspector_id, site.id)
                    and row.until >= nominal
                ),
                default=nominal,
            )
            for site in sites
        )
        if running.end is not None:
            earliest = add_months(running.start, policy.min_stint_months)
            nominal = min(nominal, max(running.end + ONE_DAY, earliest))
    change = calendar.workday_on_or_after(nominal)
    if change > nominal and any(every_day_owed(instance, site) for site in sites):
        change = calendar.workday_before(nominal)
    frozen = [
        site for site in sites if instance.frozen(site, change) or instance.frozen(site, nominal)
    ]
    between = min(nominal, change), max(nominal, change)
    if not frozen or (
        by_override
        and all(instance.lifted("R05-5", inspector_id, site.id, *between) for site in frozen)
    ):
        return Due(change, min(change, nominal) - ONE_DAY)
    before = change
    while _frozen(instance, sites, before) or before > nominal:
        before = calendar.workday_before(before)
    if before >= add_months(clock_start, policy.min_stint_months):
        return Due(before, before - ONE_DAY)
    after = change
    while _frozen(instance, sites, after):
        after = calendar.workday_on_or_after(after + ONE_DAY)
    return Due(after, after - ONE_DAY)


def every_day_owed(instance: Instance, site: Site) -> bool:
    """周末值守 全覆盖: weekends and holidays are owed as well as working days."""
    return instance.sector_by_code[site.sector].weekend_coverage is WeekendCoverage.FULL
