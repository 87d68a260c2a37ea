"""R03-5 · H · 同一时间只在一处 / One person, one place.

Derived from the three definitions of 第(三)条, such as “蹲守驻点指驻点监督人员常驻企业开展监督”.

No two stints of a person share a date (settled reading 9), except 定期 stints at different objects
and stints of one mobile group at different objects. So 蹲守 or 流动 never goes beside anything
else, and nobody holds two slots of one object, in whatever form.

Example: 流动 group G1 until 2027-04-11, 定期 at O5 from 2027-04-12: allowed; from 2027-04-11: not.

Encoding: cumulative cliques; per person and change date c, Σ (new released posts begun at or
before c and not over) + (own released post that ends after c) ≤ 1, with 定期 columns in it by a
0-1 column “holds 定期 objects on c”; per service, Σ (columns of one person active on c) ≤ 1.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from planner.domain.clock import last_day
from planner.domain.coverage import stints_by_person
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel, StintColumn


class OnePlace(BaseRule):
    """同一时间只在一处."""

    article = Article(
        rule="R03-5",
        level="H",
        clause="第(三)条",
        title="同一时间只在一处",
        title_en="One person, one place",
        quote="蹲守驻点指驻点监督人员常驻企业开展监督",
    )

    def post(self, model: PlanModel) -> None:
        """Presence of a person: at most 1 in released posts, never beside 定期 posts, and one
        slot per object."""
        most = model.instance.policy.regular_max_objects
        rule = self.article.rule
        for person, columns in model.stints_of_person.items():
            released = [one for one in columns if one.candidate.form.released]
            regular = [one for one in columns if not one.candidate.form.released]
            held = model.presence(rule, f"{person} 脱钩", released, 1)
            if not regular:
                continue
            # R03-8 limits the number; here it only has to be large enough.
            count = model.presence(rule, f"{person} 定期", regular, len(regular))
            room = max(most, 1)
            for day in sorted({*held, *count}):
                terms = [(column, room) for column in _latest(held, day)]
                terms += [(column, 1) for column in _latest(count, day)]
                if len(terms) > 1:
                    model.row(rule, f"{person} {day}", terms, upper=room)
            by_service: dict[str, list[StintColumn]] = defaultdict(list)
            for one in regular:
                by_service[one.candidate.service.id].append(one)
            for service_id, mine in by_service.items():
                model.presence(rule, f"{person} {service_id}", mine, 1)

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep each person's stints; every one that meets an earlier one it may not meet."""
        for inspector_id, stints in stints_by_person(plan).items():
            held: list[Stint] = []
            for stint in stints:
                held = [one for one in held if last_day(one) >= stint.start]
                for other in held:
                    both_until = min(last_day(other), last_day(stint))
                    if both_until < plan.round_start:
                        continue  # what is over before the round is no fault of the plan
                    if not _compatible(other, stint):
                        yield Violation(
                            rule=self.article.rule,
                            site_id=stint.site_id,
                            inspector_id=inspector_id,
                            department=stint.department,
                            start=stint.start,
                            end=both_until,
                            facts=(
                                ("派驻", _named(stint)),
                                ("另一派驻", _named(other)),
                                ("重叠起", stint.start.isoformat()),
                                ("重叠止", both_until.isoformat()),
                            ),
                        )
                held.append(stint)

    def explain(self, violation: Violation) -> str:
        """Name the two stints and the dates they share."""
        fact = violation.fact
        return (
            f"{fact('重叠起')}至{fact('重叠止')}同一人同时在两处："
            f"{fact('另一派驻')}和{fact('派驻')}。"
        )


def _compatible(one: Stint, other: Stint) -> bool:
    if one.site_id == other.site_id or one.form is not other.form:
        return False
    if one.form is Form.MOBILE:
        return (one.department, one.group) == (other.department, other.group)
    return one.form is Form.REGULAR


def _named(stint: Stint) -> str:
    return f"{stint.site_id}岗位{stint.slot}（{stint.form.value}）"


def _latest(counts: Mapping[dt.date, int], day: dt.date) -> list[int]:
    """The running count that holds on a day."""
    reached = [date for date in counts if date <= day]
    return [counts[max(reached)]] if reached else []


RULE = OnePlace()
