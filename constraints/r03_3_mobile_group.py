"""R03-3 · H · 流动驻点轮流 / Mobile form: circulating among objects.

第(三)条 “流动驻点指驻点监督人员在不同企业间轮流驻点监督”.

On every working day of the round a mobile group (派出单位 + 流动组号) has ``mobile_group_min`` to
``mobile_group_max`` objects, all of one department, and in each slot the same people at all of
them: the group is handed over as a whole. Visits and their days come with the month plan.

Example: group G1 of O1, O2, O3; P1 leaves O1 and O2 on 2027-04-11 but stays at O3: broken.

Encoding: none of its own; a service holds all sites of the group, so one column serves them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from planner.domain.coverage import Stretch, stretches, working_part
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

Facts = tuple[tuple[str, str], ...]


class MobileGroup(BaseRule):
    """流动驻点轮流."""

    article = Article(
        rule="R03-3",
        level="H",
        clause="第(三)条",
        title="流动驻点轮流",
        title_en="Mobile form: circulating among objects",
        quote="流动驻点指驻点监督人员在不同企业间轮流驻点监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a mobile service of the wrong size or of several departments."""
        if candidate.form is not Form.MOBILE:
            return True
        policy = instance.policy
        owners = {instance.site_by_id[site_id].department for site_id in candidate.site_ids}
        fits = policy.mobile_group_min <= len(candidate.site_ids) <= policy.mobile_group_max
        return bool(candidate.service.group) and fits and len(owners) == 1

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Judge each group on every stretch of dates between two changes."""
        for (department, group), stints in _groups(plan).items():
            if not group:
                for stint in stints:
                    nowhere = (("问题", "未填流动组号"), ("对象", stint.site_id))
                    yield self._violation(stint, Stretch(stint.start, stint.start, ()), nowhere)
                continue
            seen: set[Facts] = set()
            last = max(stint.end or instance.round.end for stint in stints)
            for stretch in stretches(stints, instance.round.start, last):
                if stretch.stints and working_part(instance, (stretch.start, stretch.end)):
                    for facts in self._faults(instance, stretch.stints):
                        if facts not in seen:
                            seen.add(facts)
                            named = (("流动组", group), ("单位", department), *facts)
                            yield self._violation(stretch.stints[0], stretch, named)

    def _faults(self, instance: Instance, stints: Sequence[Stint]) -> Iterable[Facts]:
        policy = instance.policy
        sites = sorted({stint.site_id for stint in stints})
        named = ("对象", "、".join(sites))
        if not policy.mobile_group_min <= len(sites) <= policy.mobile_group_max:
            limits = f"{policy.mobile_group_min}至{policy.mobile_group_max}个"
            yield ("问题", f"有{len(sites)}个对象，应为{limits}"), named
        owners = sorted({instance.site_by_id[site_id].department for site_id in sites})
        if len(owners) > 1:
            yield ("问题", f"对象分属{'、'.join(owners)}"), named
        for slot in sorted({stint.slot for stint in stints}):
            people: dict[str, set[str]] = {site_id: set() for site_id in sites}
            for stint in stints:
                if stint.slot == slot:
                    people[stint.site_id].add(stint.inspector_id)
            if len({frozenset(found) for found in people.values()}) > 1:
                yield ("问题", f"岗位{slot}的人员在各对象不一致"), named

    def _violation(self, stint: Stint, stretch: Stretch, facts: Facts) -> Violation:
        return Violation(
            rule=self.article.rule,
            site_id=stint.site_id,
            inspector_id=stint.inspector_id,
            department=stint.department,
            start=stretch.start,
            end=stretch.end,
            facts=(*facts, ("起", stretch.start.isoformat())),
        )

    def explain(self, violation: Violation) -> str:
        """Say what is wrong with the group from when."""
        fact = violation.fact
        group = f"流动组{fact('流动组')}" if fact("流动组") else "流动驻点"
        return f"{group}（对象{fact('对象')}）自{fact('起')}起{fact('问题')}。"


def _groups(plan: Plan) -> Mapping[tuple[str, str], Sequence[Stint]]:
    found: dict[tuple[str, str], list[Stint]] = defaultdict(list)
    for stint in plan.stints:
        if stint.form is Form.MOBILE:
            found[stint.department, stint.group].append(stint)
    return found


RULE = MobileGroup()
