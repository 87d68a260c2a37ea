"""R03-5 · H · 同一时间只在一处 / One person, one place.

Derived from the three definitions of 第(三)条, such as “蹲守驻点指驻点监督人员常驻企业开展监督”.

No two stints of a person share a date (settled reading 9), except 定期 stints at different objects
and stints of one mobile group at different objects. So 蹲守 or 流动 never goes beside anything
else, and nobody holds two slots of one object, in whatever form.

Example: 流动 group G1 until 2027-04-11, 定期 at O5 from 2027-04-12: allowed; from 2027-04-11: not.

Encoding: cliques; per person and maximal set of columns that share a date, Σ (released columns) +
Σ (定期 columns of one service) ≤ 1, for every such service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.domain.clock import last_day
from planner.domain.coverage import stints_by_person
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form
from planner.rule import Article, BaseRule

if TYPE_CHECKING:
    from planner.model.build import PlanModel


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
        """At most one released post on every date, none of them beside 定期 posts, and one slot
        per object."""
        rule = self.article.rule
        for person, columns in model.stints_of_person.items():
            for day, active in model.cliques(columns):
                released = [(one.index, 1) for one in active if one.candidate.form.released]
                regular: dict[str, list[tuple[int, int]]] = defaultdict(list)
                for one in active:
                    if not one.candidate.form.released:
                        regular[one.candidate.service.id].append((one.index, 1))
                if len(regular) > 1 and released:
                    held = model.column(f"released {person} {day}")
                    model.row(rule, f"{person} {day}", [*released, (held, -1)], 0, 0)
                    released = [(held, 1)]
                for terms in regular.values():
                    if len(terms) + len(released) > 1:
                        model.row(rule, f"{person} {day}", [*released, *terms], upper=1)
                if not regular and len(released) > 1:
                    model.row(rule, f"{person} {day}", released, upper=1)

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


RULE = OnePlace()
