"""R02-4 · H · 安全等级与分类派驻 / Grade and differentiated posting.

第(二)条 “合理确定安全等级，实施分类派驻”. The form of a new stint is one of the forms that
派驻矩阵 names for the grade and that the sector allows; a person's decision in 驻点名单 wins over
the matrix. A running stint keeps its form until it ends (settled reading 13). A site has one form
at a time.

On every owed date that is served there are as many different people as the matrix (else the
sector) wants for the form; where only running stints are left, as many as were there when the
round began. A mobile group can give each object its 每月最少驻点日: over a whole calendar month
they come to no more than its working days.

Example: 三级 with matrix 定期驻点: 蹲守驻点 is refused, and so is one person where 岗位人数 is 2.

Encoding: candidates (form, team, days of the group), and Σ services begun ≤ 1 per site.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.clock import last_day
from planner.domain.coverage import (
    Span,
    holes,
    owed_part,
    planned_sites,
    stints_by_site,
    stretches,
    working_part,
)
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.tables import Site
from planner.domain.terms import Form
from planner.options import mobile_days_owed, options_of
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


class FormByGrade(BaseRule):
    """安全等级与分类派驻."""

    article = Article(
        rule="R02-4",
        level="H",
        clause="第(二)条",
        title="安全等级与分类派驻",
        title_en="Grade and differentiated posting",
        quote="合理确定安全等级，实施分类派驻",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Form, team and days are those of every site, or the person is there already."""
        if candidate.running:
            return True
        for site_id in candidate.site_ids:
            offered = options_of(instance, instance.site_by_id[site_id])
            teams = [one.team_size for one in offered if one.form is candidate.form]
            if not teams or candidate.service.team_size < min(teams):
                return False
        return candidate.form is not Form.MOBILE or mobile_days_owed(
            instance, candidate.site_ids
        ) <= min(_workdays_of_whole_months(instance, candidate), default=31)

    def post(self, model: PlanModel) -> None:
        """At most one service per site."""
        begun: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for service in model.services:
            for site_id in service.site_ids:
                begun[site_id] += [(one, 1) for one in model.begins(service).values()]
        for site_id, terms in begun.items():
            model.row(self.article.rule, site_id, terms, upper=1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Forms of new stints, then the people on every owed date, then the days of groups."""
        yield from self._wrong_forms(instance, plan)
        stints = stints_by_site(plan)
        for site, window in planned_sites(instance, plan):
            yield from self._too_few(instance, site, window, stints.get(site.id, ()))
        yield from self._too_many_days(instance, plan)

    def _wrong_forms(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        running = {(s.inspector_id, s.site_id, s.start) for s in instance.running}
        forms_at: dict[str, set[Form]] = defaultdict(set)
        for stint in plan.stints:
            if (stint.end or plan.round_end) >= plan.round_start:
                forms_at[stint.site_id].add(stint.form)
        for stint in plan.stints:
            if (stint.inspector_id, stint.site_id, stint.start) in running:
                continue
            site = instance.site_by_id[stint.site_id]
            decision = instance.list_item(site.id)
            if decision is not None and decision.form is not None:
                wanted = {decision.form}
            else:
                wanted = {form for row in instance.matrix_rows(site) for form in row.forms}
            allowed = instance.sector_by_code[site.sector].allowed_forms
            refused = stint.form not in wanted or (allowed and stint.form not in allowed)
            if refused or len(forms_at[site.id]) > 1:
                names = sorted(form.value for form in forms_at[site.id] | {stint.form})
                yield Violation(
                    rule=self.article.rule,
                    site_id=stint.site_id,
                    inspector_id=stint.inspector_id,
                    department=stint.department,
                    start=stint.start,
                    end=stint.end,
                    facts=(
                        ("形式", "、".join(names)),
                        ("可用形式", "、".join(sorted(form.value for form in wanted)) or "无"),
                    ),
                )

    def _too_few(
        self, instance: Instance, site: Site, window: Span, stints: Sequence[Stint]
    ) -> Iterable[Violation]:
        there = {
            (stint.inspector_id, stint.start)
            for stint in instance.running
            if stint.site_id == site.id
        }
        at_first = len({person for person, _ in there})
        for stretch in stretches(stints, *window):
            span = owed_part(instance, site, (stretch.start, stretch.end))
            if span is None or not stretch.stints:
                continue
            wanted = max(_team(instance, site, stint.form) for stint in stretch.stints)
            if all((stint.inspector_id, stint.start) in there for stint in stretch.stints):
                wanted = min(wanted, at_first)
            people = {stint.inspector_id for stint in stretch.stints}
            if len(people) < wanted:
                yield Violation(
                    rule=self.article.rule,
                    site_id=site.id,
                    department=site.department,
                    start=span[0],
                    end=span[1],
                    facts=(
                        ("起", span[0].isoformat()),
                        ("止", span[1].isoformat()),
                        ("在岗人数", str(len(people))),
                        ("岗位人数", str(wanted)),
                    ),
                )

    def _too_many_days(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        groups: dict[tuple[str, str], dict[str, list[Span]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for stint in plan.stints:
            if stint.form is Form.MOBILE and stint.group:
                spans = groups[stint.department, stint.group][stint.site_id]
                spans.append((stint.start, last_day(stint)))
        for (department, group), sites in groups.items():
            for first, last in _whole_months(plan.round_start, plan.round_end):
                visited = [
                    site_id
                    for site_id, spans in sorted(sites.items())
                    if not any(working_part(instance, hole) for hole in holes(spans, first, last))
                ]
                days = sum(_mobile_days(instance, site_id) for site_id in visited)
                workdays = len(instance.calendar.workdays(first, last))
                if days > workdays:
                    yield Violation(
                        rule=self.article.rule,
                        site_id=visited[0],
                        department=department,
                        start=first,
                        end=last,
                        facts=(
                            ("流动组", group),
                            ("月份", f"{first:%Y-%m}"),
                            ("驻点日", str(days)),
                            ("工作日", str(workdays)),
                        ),
                    )
                    break

    def explain(self, violation: Violation) -> str:
        """Name the form and the admitted ones, the people who are missing, or the days."""
        fact = violation.fact
        if fact("岗位人数"):
            return (
                f"{fact('起')}至{fact('止')}在岗{fact('在岗人数')}人，"
                f"按等级和行业应有{fact('岗位人数')}人。"
            )
        if fact("流动组"):
            return (
                f"流动组{fact('流动组')}各对象每月最少驻点日合计{fact('驻点日')}天，"
                f"{fact('月份')}只有{fact('工作日')}个工作日。"
            )
        return (
            f"驻点形式为{fact('形式')}，按等级和行业可用："
            f"{fact('可用形式')}（同一对象同一时期只用一种形式）。"
        )


def _workdays_of_whole_months(instance: Instance, candidate: Candidate) -> Iterator[int]:
    """Working days of each calendar month of the round that the candidate serves from end to
    end."""
    first = max(candidate.start, instance.round.start)
    month = add_months((first - ONE_DAY).replace(day=1), 1)
    last = min(candidate.end, instance.round.end)
    while add_months(month, 1) - ONE_DAY <= last:
        yield len(instance.calendar.workdays_of_month(month.year, month.month))
        month = add_months(month, 1)


def _whole_months(start: dt.date, end: dt.date) -> Iterator[Span]:
    """First and last day of each calendar month that lies in ``start`` … ``end``."""
    for index in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        first = dt.date(index // 12, index % 12 + 1, 1)
        last = add_months(first, 1) - ONE_DAY
        if start <= first and last <= end:
            yield first, last


def _team(instance: Instance, site: Site, form: Form) -> int:
    """The people that the matrix, else the sector, wants at a site in a form."""
    sector = instance.sector_by_code[site.sector]
    for row in instance.matrix_rows(site):
        if form in row.forms:
            return row.team_size or sector.team_size
    return sector.team_size


def _mobile_days(instance: Instance, site_id: str) -> int:
    """每月最少驻点日 of an object under 流动, as the matrix says, else the default."""
    rows = instance.matrix_rows(instance.site_by_id[site_id])
    row = next((one for one in rows if Form.MOBILE in one.forms), None)
    days = row.min_days_per_month if row else None
    return instance.policy.mobile_min_days_per_object_month if days is None else days


RULE = FormByGrade()
