"""R05-2 · H* · 不过早轮换 / Not much earlier than six months.

第(五)条 “每半年轮换一次”.

An unbroken stay of a person at an object lasts at least ``min_stint_months``, or its last stint
carries a forced 结束原因 (调离, 退休, 病产假, 回避, 履职不力, 退出名单, 完工, 补位, 其他). A stay
that ends on the days off right before the working day of the change counts up to that day. Running
stints that a plan ends earlier are judged as well; going on without a break at the same object, in
another slot or form, is one stay. A mobile group is left as a whole, so an object that joins it
later counts from the person's first day in the group. A stay is not too early either when the
chain that it continues (R05-1) has lasted ``max_stint_months``: who came back after a short break
and is overdue has to go.

Example: from 2027-01-11: three months are over on 2027-04-11 (a Sunday), so 2027-04-09 (a Friday)
is late enough: the next working day is 2027-04-12. 2027-04-08 is not.

Encoding: none for new stints; ends of running holders earlier than this are not offered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import OPEN_END, Tenure, chains_of, clock_start, stay_start, stays_of
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, Breach, PrincipleRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class NotTooEarly(PrincipleRule):
    """不过早轮换."""

    article = Article(
        rule="R05-2",
        level="H*",
        clause="第(五)条",
        title="不过早轮换",
        title_en="Not much earlier than six months",
        quote="每半年轮换一次",
    )
    dated = True

    def breaches(self, instance: Instance, candidate: Candidate) -> Iterable[Breach]:
        """The day after a short stint that ends without a forced reason, at each of the sites."""
        if candidate.end_reason.forced:
            return
        policy, person = instance.policy, candidate.inspector_id
        away = candidate.end + ONE_DAY
        for site_id in candidate.site_ids:
            first = stay_start(instance, person, site_id, candidate.start)
            earliest = add_months(first, policy.min_stint_months)
            chain = clock_start(instance, person, site_id, candidate.start)
            over = add_months(chain, policy.max_stint_months)
            if instance.calendar.workdays(away, min(earliest, over) - ONE_DAY):
                yield Breach(site_id, away, away)

    def post(self, model: PlanModel) -> None:
        """A running holder ends on exactly one of the dates that the rules leave."""
        for index, post in enumerate(model.posts):
            if post.holder is not None:
                ends = [
                    (one.index, 1) for one in model.stints_of_post[index] if one.candidate.running
                ]
                model.row(self.article.rule, post.holder.inspector_id, ends, lower=1, upper=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Measure every unbroken stay from its first day to the working day after its last."""
        stays = stays_of(instance, plan)
        in_group = _by_group(stays)
        chain_first = {
            id(stint): chain.first for chain in chains_of(instance, plan) for stint in chain.stints
        }
        for stay in stays:
            reason = stay.newest.end_reason
            if stay.last == OPEN_END or (reason is not None and reason.forced):
                continue
            together = in_group.get(_group(stay), ())
            first = min(
                (one.first for one in together if one.first <= stay.first <= one.last),
                default=stay.first,
            )
            earliest = min(
                add_months(first, instance.policy.min_stint_months),
                add_months(chain_first[id(stay.newest)], instance.policy.max_stint_months),
            )
            if instance.calendar.workday_on_or_after(stay.last + ONE_DAY) < earliest:
                yield Violation(
                    rule=self.article.rule,
                    site_id=stay.site_id,
                    inspector_id=stay.inspector_id,
                    department=stay.newest.department,
                    start=stay.newest.start,
                    end=stay.newest.end,
                    breach=(stay.last + ONE_DAY, stay.last + ONE_DAY),
                    facts=(
                        ("起算", first.isoformat()),
                        ("结束", stay.last.isoformat()),
                        ("最早可换", earliest.isoformat()),
                        ("结束原因", reason.value if reason else "未填"),
                    ),
                )

    def explain(self, violation: Violation) -> str:
        """Say how short the stay is and which reasons would do."""
        fact = violation.fact
        return (
            f"自{fact('起算')}进驻，{fact('结束')}即结束（结束原因：{fact('结束原因')}），"
            f"最早应于{fact('最早可换')}轮换；更早结束的，结束原因须是调离、退休、病产假、回避、履职不力、"
            "退出名单、完工、补位或其他。"
        )


def _group(stay: Tenure) -> tuple[str, str, str]:
    return stay.inspector_id, stay.newest.department, stay.newest.group


def _by_group(stays: Iterable[Tenure]) -> Mapping[tuple[str, str, str], Sequence[Tenure]]:
    """The stays of each person in each mobile group."""
    found: dict[tuple[str, str, str], list[Tenure]] = defaultdict(list)
    for stay in stays:
        if stay.newest.form is Form.MOBILE and stay.newest.group:
            found[_group(stay)].append(stay)
    return found


RULE = NotTooEarly()
