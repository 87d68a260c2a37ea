"""Who may come: days on which a person is away, and the overrides that an admission needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from planner.domain.away import long_absences
from planner.domain.calendar import ONE_DAY
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.domain.posting import Candidate, Service
from planner.domain.tables import Inspector, Site
from planner.domain.terms import AbsenceKind, AppraisalFlag, EndReason
from planner.rule import PrincipleRule, Rule


def needed_overrides(
    instance: Instance, rule: Rule, candidate: Candidate
) -> list[tuple[str, str]] | None:
    """The rule and the sites at which rows of 豁免 have to lift it; None when it refuses."""
    if not isinstance(rule, PrincipleRule):
        return [] if rule.admits(instance, candidate) else None
    name, person = rule.article.rule, candidate.inspector_id
    needed = []
    for breach in rule.breaches(instance, candidate):
        site_id = breach.site_id
        if not instance.lifted(name, person, site_id, breach.first, breach.last):
            return None
        needed.append((name, site_id))
    return list(dict.fromkeys(needed))


def may_join(instance: Instance, rules: Sequence[Rule], held: Stint, site: Site) -> bool:
    """Whether the holder of a running mobile stint may take one more site of its group as the
    round begins: by every rule for newcomers there, and without a change in a freeze window."""
    start = instance.round.start
    trial = Candidate(
        service=Service(
            id=held.group,
            department=held.department,
            site_ids=(held.site_id, site.id),
            form=held.form,
            team_size=2,
            grid=(start,),
            finish=start + ONE_DAY,
            group=held.group,
        ),
        slot=held.slot,
        inspector_id=held.inspector_id,
        start=start,
        end=start,
        until=start + ONE_DAY,
        end_reason=EndReason.OTHER,
    )
    person = instance.inspector_by_id[held.inspector_id]
    blocked, _ = first_block(instance, person, [site], start)
    return (
        blocked > start
        and not instance.frozen(site, start)
        and all(
            all(breach.site_id != site.id for breach in rule.breaches(instance, trial))
            if isinstance(rule, PrincipleRule)
            else rule.admits(instance, trial)
            for rule in rules
        )
    )


def first_block(
    instance: Instance, person: Inspector, sites: Sequence[Site], start: dt.date
) -> tuple[dt.date, EndReason]:
    """The first day from ``start`` on which the person cannot serve the sites, and why;
    ``date.max`` when there is none. Settled reading 8 decides which absences count."""
    blocks: list[tuple[dt.date, EndReason]] = []
    if person.appraisal is AppraisalFlag.SUSPENDED:
        blocks.append((start, EndReason.POOR_PERFORMANCE))
    if person.available_from > start:
        blocks.append((start, EndReason.OTHER))
    blocks.append((person.available_to + ONE_DAY, EndReason.TRANSFER))
    if person.leaves_on is not None:
        blocks.append((person.leaves_on, EndReason.RETIREMENT))
    for first, last in long_absences(instance, person.id):
        if last >= start:
            kinds = {
                row.kind
                for row in instance.absences_of.get(person.id, ())
                if row.start <= last and row.end >= first
            }
            ill = kinds <= {AbsenceKind.SICK, AbsenceKind.MATERNITY}
            blocks.append((first, EndReason.SICK_OR_MATERNITY if ill else EndReason.OTHER))
    for conflict in instance.conflicts_of.get(person.id, ()):
        over = conflict.end is not None and conflict.end < start
        if not over and any(conflict.concerns(site) for site in sites):
            blocks.append((conflict.start or start, EndReason.RECUSAL))
    day, reason = min(blocks, key=lambda block: block[0])
    return max(day, start), reason
