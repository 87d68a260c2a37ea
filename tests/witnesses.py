"""The two witnesses of a rule: what its checker says of a plan, and what its encoding says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate, Service
from planner.domain.terms import EndReason
from planner.rule import Rule

ONE_DAY = dt.timedelta(days=1)


def checker_accepts(rule: Rule, instance: Instance, plan: Plan) -> bool:
    """Whether the checker finds nothing wrong; every breach must have a sentence."""
    found = list(rule.violations(instance, plan))
    for violation in found:
        assert violation.rule == rule.article.rule
        assert rule.explain(violation).strip()
    return not found


def candidates_of(instance: Instance, plan: Plan) -> tuple[Candidate, ...]:
    """The plan's stints as candidates, off the grid as they may be."""
    by_service: dict[tuple[str, ...], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        name = stint.group or stint.site_id
        by_service[stint.department, name, stint.form.value].append(stint)
    running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
    found: list[Candidate] = []
    for (department, name, _), stints in sorted(by_service.items()):
        sites = tuple(sorted({stint.site_id for stint in stints}))
        dates = {instance.round.start}
        for stint in stints:
            dates |= {stint.start, (stint.end or instance.round.end) + ONE_DAY}
        finish = instance.round.end + ONE_DAY
        grid = tuple(sorted(d for d in dates if instance.round.start <= d < finish))
        service = Service(
            id=name,
            department=department,
            site_ids=sites,
            form=stints[0].form,
            team_size=max(stint.slot for stint in stints),
            value_percent=100,
            grid=grid,
            finish=finish,
            group=stints[0].group,
        )
        seen = set()
        for stint in stints:
            key = (stint.slot, stint.inspector_id, stint.start)
            if key in seen:
                continue
            seen.add(key)
            end = stint.end or instance.round.end
            found.append(
                Candidate(
                    service=service,
                    slot=stint.slot,
                    inspector_id=stint.inspector_id,
                    start=stint.start,
                    end=end,
                    until=min(end + ONE_DAY, finish),
                    end_reason=stint.end_reason or EndReason.ROTATION,
                    running=(stint.inspector_id, stint.site_id, stint.start) in running,
                )
            )
    return tuple(found)


def model_accepts(rule: Rule, instance: Instance, plan: Plan) -> bool:
    """Whether the rule's pruning and its rows alone allow exactly this plan."""
    candidates = candidates_of(instance, plan)
    return all(rule.admits(instance, candidate) for candidate in candidates)
