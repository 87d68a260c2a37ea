"""Who may come: days on which a person is away, and the overrides that an admission needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

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
    blocked = first_block(instance, person, [site], start)
    return (
        blocked.day > start
        and not instance.frozen(site, start)
        and all(
            all(breach.site_id != site.id for breach in rule.breaches(instance, trial))
            if isinstance(rule, PrincipleRule)
            else rule.admits(instance, trial)
            for rule in rules
        )
    )


class Block(NamedTuple):
    """What keeps a person from serving: from which day, the 结束原因 of a stint that it ends, and
    the same in a coordinator's words."""

    day: dt.date
    end_reason: EndReason
    words: str


def first_block(
    instance: Instance, person: Inspector, sites: Sequence[Site], start: dt.date
) -> Block:
    """What first, from ``start`` on, keeps the person from serving the sites; ``available_to`` if
    nothing does before. Settled reading 8 decides which absences count."""
    blocks: list[Block] = []
    if person.appraisal is AppraisalFlag.SUSPENDED:
        blocks.append(Block(start, EndReason.POOR_PERFORMANCE, "已停派"))
    if person.available_from > start:
        blocks.append(Block(start, EndReason.OTHER, "尚未可投入"))
    blocks.append(Block(person.available_to + ONE_DAY, EndReason.TRANSFER, "已不可投入"))
    if person.leaves_on is not None:
        blocks.append(Block(person.leaves_on, EndReason.RETIREMENT, "已退休或调离"))
    for first, last in long_absences(instance, person.id):
        if last >= start:
            kinds = {
                row.kind
                for row in instance.absences_of.get(person.id, ())
                if row.start <= last and row.end >= first
            }
            ill = kinds <= {AbsenceKind.SICK, AbsenceKind.MATERNITY}
            reason = EndReason.SICK_OR_MATERNITY if ill else EndReason.OTHER
            blocks.append(Block(first, reason, "请假或抽调"))
    for conflict in instance.conflicts_of.get(person.id, ()):
        over = conflict.end is not None and conflict.end < start
        if not over and any(conflict.concerns(site) for site in sites):
            blocks.append(Block(conflict.start or start, EndReason.RECUSAL, "须回避"))
    first_one = min(blocks, key=lambda block: block.day)
    return first_one._replace(day=max(first_one.day, start))
