"""R04-4 · H · 化工和危化“两人一企” / Two people per chemical or hazardous-chemical enterprise.

第(四)条 “化工和危险化学品行业要按照全省化工行业整治提升部署，开展“两人一企”常态化驻点监督”.

At a site of a 化工危化 sector every owed date that is served at all has two different inspectors:
it is served by two or not at all (settled reading 10). That they are own formal staff is R09-1;
dates with nobody are R04-5, R05-3 and R02-3. The team size of coal mines is R02-4.

Example: P1 in slot 1 all round, P2 in slot 2 until 2027-04-11, P3 from 2027-04-13 (a Tuesday):
2027-04-12 has one person.

Encoding: chemical services have two posts or more (``admits``); that all posts of a service are
filled over the same dates is R05-3, that they hold different people is R03-5.

Days of a month: under 定期 and 流动 nobody is at a chemical site alone in either half of a day.
Under 蹲守 somebody is there on every working day, and two are at once on at least
``pair_both_percent`` of the working days on which two are posted: one before noon and the other
after it do not meet.

Example: 20 working days, two posted on all of them: both together on 12 or more.

Encoding for days: per half Σ presence is 0 or at least 2; Σ presence + missing ≥ 1; Σ days with
two in one of the halves + missing ≥ the share.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.coverage import owed_part, planned_sites, stints_by_site, stretches
from planner.domain.day_plan import DayPlan, DayShortage, MonthCase, people_by_half
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseDayRule, BaseRule

if TYPE_CHECKING:
    from planner.model.days import DayModel

TEAM = 2


class TwoPerChemical(BaseRule, BaseDayRule):
    """化工和危化“两人一企”."""

    article = Article(
        rule="R04-4",
        level="H",
        clause="第(四)条",
        title="化工和危化“两人一企”",
        title_en="Two people per chemical or hazardous-chemical enterprise",
        quote="化工和危险化学品行业要按照全省化工行业整治提升部署，开展“两人一企”常态化驻点监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse posts of a chemical site that is offered for fewer than two."""
        chemical = any(
            instance.sector_by_code[instance.site_by_id[site_id].sector].chemical
            for site_id in candidate.site_ids
        )
        return not chemical or candidate.service.team_size >= TEAM

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep the owed window of every served chemical site."""
        stints = stints_by_site(plan)
        for site, (start, end) in planned_sites(instance, plan):
            if not instance.sector_by_code[site.sector].chemical:
                continue
            for stretch in stretches(stints.get(site.id, ()), start, end):
                span = owed_part(instance, site, (stretch.start, stretch.end))
                people = sorted({stint.inspector_id for stint in stretch.stints})
                if span is not None and len(people) == 1:
                    yield Violation(
                        rule=self.article.rule,
                        site_id=site.id,
                        inspector_id=people[0],
                        department=site.department,
                        start=span[0],
                        end=span[1],
                        facts=(
                            ("起", span[0].isoformat()),
                            ("止", span[1].isoformat()),
                            ("在岗", people[0]),
                        ),
                    )

    def explain(self, violation: Violation) -> str:
        """Say who is alone there and when."""
        fact = violation.fact
        dates = f"{fact('起')}至{fact('止')}"
        return f"化工和危险化学品企业应两人驻点，{dates}只有{fact('在岗')}一人在岗。"

    # -- the days of a month ----------------------------------------------------------------

    def post_days(self, model: DayModel) -> None:
        """Nobody alone; under 蹲守 somebody always and two often."""
        case = model.case
        for site_id, stints in case.stints_at.items():
            site = model.instance.site_by_id[site_id]
            if not model.instance.sector_by_code[site.sector].chemical:
                continue
            together: list[tuple[int, int]] = []
            posted_days = 0
            for day in case.dates:
                free = day >= case.since
                subject = f"{site_id} {day}"
                if not any(s.form is Form.RESIDENT and s.covers(day) for s in stints):
                    if not free:
                        continue
                    self._post_nobody_alone(model, site_id, day)
                    continue
                if not model.instance.calendar.is_workday(day):
                    continue
                anyone = model.anyone(site_id, day)
                if free:
                    model.want(self.article, subject, anyone, 1, model.weight(site_id))
                if len({s.inspector_id for s in stints if s.covers(day)}) >= TEAM:
                    posted_days += 1
                    together += self._post_both(model, site_id, day)
            share = -(-model.instance.policy.pair_both_percent * posted_days // 100)
            model.want(self.article, f"{site_id} both", together, share, model.weight(site_id))

    def _post_nobody_alone(self, model: DayModel, site_id: str, day: dt.date) -> None:
        """In each half of the date nobody or at least two."""
        people = model.people_at(site_id, day)
        for half, terms in model.at_once(people, site_id, day).items():
            subject = f"{site_id} {day} {half}"
            if terms:
                pair = model.column(f"pair {subject}")
                model.row(self.article.rule, subject, [*terms, (pair, -TEAM)], lower=0)
                most = -max(TEAM, len(terms))
                model.row(self.article.rule, subject, [*terms, (pair, most)], upper=0)

    def _post_both(self, model: DayModel, site_id: str, day: dt.date) -> list[tuple[int, int]]:
        """Terms of which one is 1 where two are there at once."""
        both = []
        for half, terms in model.at_once(model.people_at(site_id, day), site_id, day).items():
            subject = f"{site_id} {day} {half}"
            column = model.column(f"both {subject}")
            model.row(self.article.rule, subject, [*terms, (column, -TEAM)], lower=0)
            both.append((column, 1))
        if len(both) > 1:
            model.row(self.article.rule, f"{site_id} {day} once", both, upper=1)
        return both

    def day_violations(self, case: MonthCase, days: DayPlan) -> Iterable[Violation]:
        """Dates on which one person is alone under 定期 or 流动."""
        for site_id, stints in case.stints_at.items():
            sector = case.instance.sector_by_code[case.instance.site_by_id[site_id].sector]
            if not sector.chemical:
                continue
            for day, rows in sorted(days.at_site.get(site_id, {}).items()):
                if day < case.since or _resident(stints, day):
                    continue
                halves = people_by_half(rows)
                for people in (one for at, one in enumerate(halves) if one not in halves[:at]):
                    if len(people) == 1:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=site_id,
                            inspector_id=min(people),
                            department=rows[0].department,
                            start=day,
                            end=day,
                            facts=(("日期", day.isoformat()), ("在岗", min(people))),
                        )

    def day_shortages(self, case: MonthCase, days: DayPlan) -> Iterable[DayShortage]:
        """Working days without anybody, and too few with two, at 蹲守 objects."""
        for site_id, stints in case.stints_at.items():
            sector = case.instance.sector_by_code[case.instance.site_by_id[site_id].sector]
            if not sector.chemical:
                continue
            owed = [day for day in case.workdays if _resident(stints, day)]
            paired = [
                day
                for day in owed
                if len({one.inspector_id for one in stints if one.covers(day)}) >= TEAM
            ]
            empty = [day for day in owed if day >= case.since and not days.people_at(site_id, day)]
            share = math.ceil(case.instance.policy.pair_both_percent * len(paired) / 100)
            rows = days.at_site.get(site_id, {})
            both = sum(
                max(len(people) for people in people_by_half(rows.get(day, ()))) >= TEAM
                for day in paired
            )
            for dates, missing in ((empty, len(empty)), (paired, share - both)):
                if missing > 0:
                    yield DayShortage(
                        rule=self.article.rule,
                        department=stints[0].department,
                        site_id=site_id,
                        start=dates[0],
                        end=dates[-1],
                        missing=missing,
                    )

    def explain_day(self, violation: Violation) -> str:
        """Who is alone and when."""
        fact = violation.fact
        return f"化工和危险化学品企业应两人同时在岗，{fact('日期')}只有{fact('在岗')}一人。"

    def explain_shortage(self, shortage: DayShortage) -> str:
        """Days."""
        return f"两人一企：无人或两人同在的天数缺{shortage.missing}个工作日"


def _resident(stints: Iterable[Stint], day: dt.date) -> bool:
    return any(one.form is Form.RESIDENT and one.covers(day) for one in stints)


RULE = TwoPerChemical()
