"""Judge a roster without the model: by the checkers of the rules and by counting.

Nothing here is shared with ``planner.staffing.model``: the roster becomes a plan of plain stints,
which ``planner.verify`` judges like any other. Dates of change (article 5) and dates on which
nobody is there have no meaning here; teams, pairs, forms and skill are counted per post.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.rule import Rule
from planner.staffing.people import Unit, with_recruits, with_training
from planner.staffing.roster import Answer, Place
from planner.verify import verify

NOT_ASKED = frozenset({"R02-3", "R04-4", "R09-3"})
"""Rules about whom a plan leaves out of those who are there, and about who is there together on a
date: a roster says who, not when."""
ABOUT_CHANGES = "R05-"
LOWEST, MENTOR = 1, 2
PAIR = 2


def faults(unit: Unit, answer: Answer, rules: Sequence[Rule]) -> list[str]:
    """What is wrong with the roster of an answer, with ids alone; empty when it holds."""
    instance = _with_everybody(unit, answer)
    found = [*_counts(unit, answer)]
    for half in sorted({one.half for one in answer.places}):
        places = [one for one in answer.places if one.half == half]
        found += _teams(instance, places)
        found += _rule_breaches(unit, instance, places, rules, answer)
    stays = Counter(
        (one.person, site_id) for one in answer.places for site_id in one.duty.service.site_ids
    )
    found += [f"{person} {site_id}：重复" for (person, site_id), n in stays.items() if n > 1]
    return found


def _with_everybody(unit: Unit, answer: Answer) -> Instance:
    """The unit with the recruits of the roster, and after the one training."""
    instance = unit.instance
    if answer.trained:
        instance = with_training(instance, [answer.trained], answer.question.trainable)
    recruits = []
    for person in sorted(answer.people - set(instance.inspector_by_id)):
        name, _, number = person.removeprefix("增补").rpartition("-")
        recruits.append((tuple(name.split("、")), int(number)))
    return with_recruits(instance, unit.department, recruits)


def _counts(unit: Unit, answer: Answer) -> Iterator[str]:
    """The figures of the answer, recounted from its roster."""
    question, served = answer.question, {one.duty.id for one in answer.places}
    strangers = sum(one not in unit.instance.inspector_by_id for one in answer.people)
    if question.heads is None:
        missing = {one.id for one in question.duties} - served
        yield from (f"{one}：无人" for one in sorted(missing))
        if answer.values[0] != strangers or answer.values[1] < len(answer.people):
            yield f"人数 {answer.values}：名册 {strangers}、{len(answer.people)}"
    else:
        score = sum(one.score for one in question.duties if one.id in served)
        if answer.values != (score,):
            yield f"优先分 {answer.values}：名册 {score}"
        if len(answer.people) > question.heads:
            yield f"人数上限 {question.heads}：名册 {len(answer.people)}"
    most = question.most_recruits
    if most is not None and strangers > most:
        yield f"增补上限 {most}：名册 {strangers}"
    halves = {(one.half, one.duty.id) for one in answer.places}
    if question.rotating and len(halves) != 2 * len(served):
        yield "两个半年的岗位不一致"


def _teams(instance: Instance, places: Sequence[Place]) -> Iterator[str]:
    """Every duty that has anybody has its whole team, with the skill that R09-3 asks."""
    teams: dict[str, list[Place]] = defaultdict(list)
    for one in places:
        teams[one.duty.id].append(one)
    for duty_id, team in teams.items():
        service = team[0].duty.service
        people = {one.person for one in team}
        if len(people) != len(team) or len(team) != service.team_size:
            yield f"{duty_id}：{len(people)} 人，应 {service.team_size} 人"
        limits = instance.policy.mobile_group_min, instance.policy.mobile_group_max
        if service.group and not limits[0] <= len(service.site_ids) <= limits[1]:
            yield f"{duty_id}：{len(service.site_ids)} 个对象"
        for site_id in service.site_ids:
            if service.form not in _admitted(instance, instance.site_by_id[site_id]):
                yield f"{duty_id} {site_id}：{service.form.value}"
        for code in {instance.site_by_id[one].sector for one in service.site_ids}:
            sector = instance.sector_by_code[code]
            levels = [instance.inspector_by_id[one].skill(code) for one in people]
            wants_mentor = sector.chemical or sector.coal or code in instance.policy.skilled_sectors
            if sector.chemical and len(people) < PAIR:
                yield f"{duty_id}：化工危化不足两人"
            if min(levels) < LOWEST or (wants_mentor and max(levels) < MENTOR):
                yield f"{duty_id}：专业能力 {sorted(levels)}"


def _admitted(instance: Instance, site: Site) -> set[Form]:
    """The forms that a person or the matrix gives an object (R02-4)."""
    item = instance.list_item(site.id)
    if item is not None and item.form is not None:
        return {item.form}
    return {form for row in instance.matrix_rows(site) for form in row.forms}


def _rule_breaches(
    unit: Unit,
    instance: Instance,
    places: Sequence[Place],
    rules: Sequence[Rule],
    answer: Answer,
) -> Iterator[str]:
    """What the checkers of the rules say of the roster as a plan."""
    slots: Counter[str] = Counter()
    stints = []
    for one in places:
        service = one.duty.service
        slots[service.id] += 1
        span = answer.span(unit, one)
        if span is None:
            yield f"{one.person} {service.id}：没有可到位日期"
            continue
        if 2 * ((span[1] - span[0]).days + 1) <= (service.finish - service.grid[0]).days:
            yield f"{one.person} {service.id}：到位不足一半日期"
        stints += [
            Stint(
                site_id=site_id,
                department=unit.department,
                slot=slots[service.id],
                inspector_id=one.person,
                form=service.form,
                start=span[0],
                end=span[1],
                group=service.group,
            )
            for site_id in service.site_ids
        ]
    plan = Plan(
        round=instance.round.name,
        round_start=instance.round.start,
        round_end=instance.round.end,
        departments=(unit.department,),
        stints=tuple(stints),
    )
    judged = [
        rule
        for rule in rules
        if rule.article.rule not in NOT_ASKED and not rule.article.rule.startswith(ABOUT_CHANGES)
    ]
    for breach in verify(instance, plan, judged).violations:
        found = breach.violation
        if found.inspector_id:  # what is about nobody is about dates on which nobody is there
            yield f"{found.rule} {found.inspector_id} {found.site_id}：{breach.sentence}"
