"""The two witnesses of a rule: what its checker says of a plan, and what its encoding says.

The encoding is asked through a model that holds exactly the columns of the plan. They are fixed,
the columns that rules add stay free, and HiGHS says whether the rows can hold. So one table of
(plan, verdict) tests both, and a goal pays in the model what it counts in the plan.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate, Service
from planner.domain.terms import EndReason, Form, SiteStatus
from planner.model.answer import Effort, Ints, Limit, Question, holds
from planner.model.branch_and_bound import solve
from planner.model.build import PlanModel
from planner.posts import Post, every_day_owed
from planner.rule import Goal, Penalty, PrincipleRule, Rule, Tier
from tests import builders

ONE_DAY = dt.timedelta(days=1)
EFFORT = Effort(limit_seconds=None, node_limit=1000, workers=1, seed=0)

# Rules without an encoding of their own, with the words of their docstring that say what takes its
# place. Their tables ask the checker alone, or the encoding of the rules that they name.
CHECKER_ONLY: Mapping[str, str] = {
    "R02-3": "services exist for owed sites only",
    "R02-6": "claims are settled before the model",
    "R04-5": "the rows of R05-3 and the team of R04-4",
    "R04-6": "Encoding: none",
    "R04-7": "the owed window of a mine does not depend on list and status",
}


# Rules with breaches of an object, about nobody in particular.
OF_OBJECTS = {"R02-3", "R02-4", "R02-7", "R04-5", "R04-7", "R05-3"}


# Objects and a person that come first in every order.
IDLE, SERVED = builders.site("A1", status=SiteStatus.STOPPED), builders.site("A2")
NEIGHBOUR = builders.inspector("A3")


def checker_accepts(rule: Rule, instance: Instance, plan: Plan) -> bool:
    """Whether the checker finds nothing wrong; every breach must have a sentence with facts, dates,
    the object, its unit and the person."""
    found = list(rule.violations(instance, plan))
    for one in found:
        assert one.rule == rule.article.rule
        assert one.facts
        assert all(value not in {"", "None"} for _, value in one.facts)
        assert rule.explain(one).strip()
        stints = [s for s in (*plan.stints, *instance.running) if s.site_id == one.site_id]
        units = {instance.site_by_id[one.site_id].department, *(s.department for s in stints)}
        assert one.department in units
        assert one.start is not None
        assert one.end is not None or any(s.end is None for s in stints)
        people = {s.inspector_id for s in stints}
        assert one.inspector_id in people or (not one.inspector_id and one.rule in OF_OBJECTS)
    assert {str(one) for one in found} == {
        str(one)
        for one in rule.violations(*in_company(instance, plan))
        if one.site_id not in {IDLE.id, SERVED.id}
    }
    return not found


def in_company(instance: Instance, plan: Plan) -> tuple[Instance, Plan]:
    """The same case after an object without and one with a person, who has nothing to do with it:
    what is right with them must not end the search."""
    listed = [
        row.model_copy(update={"site_id": one.id, "department": "D1"})
        for row in instance.list_items[:1]
        for one in (IDLE, SERVED)
    ]
    added = {
        "sites": (IDLE, SERVED, *instance.sites),
        "ratings": (builders.rating(IDLE.id), builders.rating(SERVED.id), *instance.ratings),
        "inspectors": (NEIGHBOUR, *instance.inspectors),
        "trainings": (builders.trained(NEIGHBOUR.id), *instance.trainings),
        "list_items": (*listed, *instance.list_items),
    }
    served = builders.stint(SERVED.id, NEIGHBOUR.id)
    return (
        instance.model_copy(update=added),
        plan.model_copy(update={"stints": (served, *plan.stints)}),
    )


def model_accepts(rule: Rule, instance: Instance, plan: Plan, *others: Rule) -> bool:
    """Whether the pruning and the rows of the rule alone, or of it and ``others``, allow exactly
    this plan. Rows of 未安排对象 are written after the model and say nothing to it."""
    columns = columns_of(instance, plan)
    if isinstance(rule, PrincipleRule):
        assert_same_dates(rule, instance, plan, columns.planned)
    for one in (rule, *others):
        if not all(one.admits(instance, candidate) for candidate in columns.planned):
            return False
        columns.model.post_rules((one,))
    return columns.least(()) is not None


def assert_same_dates(
    rule: PrincipleRule, instance: Instance, plan: Plan, planned: Iterable[Candidate]
) -> None:
    """A row of 豁免 has to lift the same dates by both witnesses: what the pruning finds in a stint
    alone, the checker finds too, unless it accepts the plan for what the stint cannot know."""
    judged = {
        (one.site_id, one.inspector_id, one.breach or (one.start, one.start))
        for one in rule.violations(instance, plan)
    }
    pruned = {
        (breach.site_id, one.inspector_id, (breach.first, breach.last))
        for one in planned
        for breach in rule.breaches(instance, one)
    }
    assert not judged or pruned <= judged


def model_amounts(goal: Goal, instance: Instance, plan: Plan) -> dict[str, int]:
    """The least amount of every penalty of the goal in the model, with the plan's columns fixed."""
    columns = columns_of(instance, plan)
    penalties = goal.penalties(columns.model)
    for one in penalties:
        assert one.title
        assert one.unit
        assert one.tier in Tier
        assert one.weight > 0
    values = columns.least(penalties)
    assert values is not None, "penalties must not forbid a plan"
    return {penalty.name: columns.model.amount(penalty, values) for penalty in penalties}


def one_column_each(instance: Instance, plan: Plan) -> bool:
    """Whether columns can say what the plan says: one column stands for all sites of a group."""
    written = Counter(
        (one.inspector_id, one.slot, site_id, one.end)
        for one in columns_of(instance, plan).planned
        for site_id in one.site_ids
    )
    return written == Counter(
        (s.inspector_id, s.slot, s.site_id, s.end or instance.round.end) for s in plan.stints
    )


# -- the columns of a plan ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Columns:
    """A model with the columns of a plan; ``chosen`` are those of its stints."""

    model: PlanModel
    chosen: tuple[int, ...]

    @property
    def planned(self) -> tuple[Candidate, ...]:
        """The plan's stints as candidates."""
        return tuple(self.model.stints[index].candidate for index in self.chosen)

    def least(self, penalties: Iterable[Penalty]) -> Ints | None:
        """The columns at the least amount of the penalties, with the plan's stints chosen and each
        service given over their dates; None when the rows do not allow the plan."""
        model, size = self.model, len(self.model.upper)
        assert all(row.rule and row.subject for row in model.rows)
        objective = np.zeros(size, dtype=np.int64)
        for penalty in penalties:
            for column, coefficient in penalty.terms:
                objective[column] += coefficient
        keep, ones = np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.int64)
        keep[: len(model.stints)] = False
        ones[list(self.chosen)] = 1
        for service in model.services:
            begins, ends = model.begins(service), model.ends(service)
            keep[[*begins.values(), *ends.values()]] = False
            serving = [
                one
                for one in model.stints_of_service[service.id]
                if one.index in self.chosen and one.in_flow
            ]
            if serving:
                first = min(one.first for one in serving)
                ones[[begins[first], ends[max(one.candidate.until for one in serving)]]] = 1
        keep |= ones > 0
        question = Question(model, keep, objective, (Limit(-ones, -int(ones.sum())),))
        if keep.any():
            return solve(question, EFFORT).values
        return ones if holds(question, ones) else None


def columns_of(instance: Instance, plan: Plan) -> Columns:
    """The columns of the plan, off the change dates as they may be."""
    rows: dict[tuple[str, str, Form], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        rows[stint.department, stint.group or stint.site_id, stint.form].append(stint)
    starts = sorted({stint.start for stint in plan.stints})
    posts: list[Post] = []
    candidates: list[tuple[Candidate, ...]] = []
    chosen: list[int] = []
    for (department, name, form), stints in sorted(rows.items()):
        service = _service(instance, department, name, form, stints)
        for post, own in _posts(instance, service, stints):
            planned = _candidates(instance, plan, post, own, starts)
            first = sum(map(len, candidates))
            chosen += range(first, first + len(planned))
            posts.append(post)
            candidates.append(planned)
    served = {stint.site_id for stint in plan.stints}
    for site_id in sorted({row.site_id for row in plan.shortages} - served):
        department = instance.site_by_id[site_id].department
        service = _service(instance, department, site_id, Form.RESIDENT, ())
        posts += [post for post, _ in _posts(instance, service, ())]
    candidates += [()] * (len(posts) - len(candidates))
    return Columns(PlanModel(instance, posts, candidates), tuple(chosen))


def _service(
    instance: Instance, department: str, name: str, form: Form, stints: Sequence[Stint]
) -> Service:
    site_ids = tuple(sorted({stint.site_id for stint in stints})) or (name,)
    sites = [instance.site_by_id[site_id] for site_id in site_ids]
    windows = [instance.owed_window(site) for site in sites]
    owed = [one for one in windows if one] or [(instance.round.start, instance.round.end)]
    first = instance.calendar.workday_on_or_after(min(start for start, _ in owed))
    finish = max(end for _, end in owed) + ONE_DAY
    dates = {first, *(stint.start for stint in stints)}
    return Service(
        id=f"{department}/{name}/{form.value}",
        department=department,
        site_ids=site_ids,
        form=form,
        team_size=max((stint.slot for stint in stints), default=1),
        grid=tuple(sorted(day for day in dates if first <= day < finish)),
        finish=finish,
        group=stints[0].group if stints else "",
    )


def _posts(
    instance: Instance, service: Service, stints: Sequence[Stint]
) -> Iterable[tuple[Post, list[Stint]]]:
    """One post per running holder with the slot's other stints, one for the vacant slots."""
    held: dict[int, list[Stint]] = defaultdict(list)
    for row in instance.running:
        if row.site_id in service.site_ids and (row.form, row.group) == (
            service.form,
            service.group,
        ):
            held[row.slot].append(row)
    for slot, rows in sorted(held.items()):
        yield Post(service, (slot,), tuple(rows)), [one for one in stints if one.slot == slot]
    vacant = tuple(slot for slot in range(1, service.team_size + 1) if slot not in held)
    if vacant:
        yield Post(service, vacant), [one for one in stints if one.slot in vacant]


def _candidates(
    instance: Instance,
    plan: Plan,
    post: Post,
    stints: Sequence[Stint],
    starts: Sequence[dt.date],
) -> tuple[Candidate, ...]:
    """One candidate per person, slot and start; the running rows of a group are one."""
    service = post.service
    running = {(row.inspector_id, row.site_id, row.start) for row in post.held}
    found: dict[tuple[str, int, dt.date | None], list[Stint]] = defaultdict(list)
    for stint in stints:
        goes_on = (stint.inspector_id, stint.site_id, stint.start) in running
        found[stint.inspector_id, stint.slot, None if goes_on else stint.start].append(stint)
    candidates = []
    for (person, slot, start), rows in found.items():
        end = max(stint.end or instance.round.end for stint in rows)
        begin = start or min(stint.start for stint in rows)
        lifted = {
            (use.rule, use.site_id)
            for use in plan.overrides_used
            if (use.inspector_id, use.start) == (person, begin) and use.site_id in service.site_ids
        }
        candidates.append(
            Candidate(
                service=service,
                slot=slot,
                inspector_id=person,
                start=begin,
                end=end,
                until=_until(instance, service, end, starts),
                end_reason=rows[0].end_reason or EndReason.ROTATION,
                running=start is None,
                due=_due(plan, person, service) if start is None else None,
                overrides=tuple(sorted(lifted)),
            )
        )
    return tuple(candidates)


def _due(plan: Plan, inspector_id: str, service: Service) -> dt.date | None:
    """When the service would have needed somebody else, had the plan not moved the holder."""
    due = [
        row.due
        for row in plan.changes
        if row.inspector_id == inspector_id and row.site_id in service.site_ids
    ]
    return due[0] + ONE_DAY if due else None


def _until(
    instance: Instance, service: Service, end: dt.date, starts: Sequence[dt.date]
) -> dt.date:
    """The change date after the last day: at the latest the next owed date, earlier where somebody
    begins on a day off."""
    away = end + ONE_DAY
    full = any(every_day_owed(instance, instance.site_by_id[one]) for one in service.site_ids)
    latest = away if full else instance.calendar.workday_on_or_after(away)
    day = next((day for day in starts if away <= day <= latest), latest)
    return max(service.grid[0], min(day, service.finish))
