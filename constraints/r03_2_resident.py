"""R03-2 · H · 蹲守驻点常驻 / Residential form: permanently at one object.

第(三)条 “蹲守驻点指驻点监督人员常驻企业开展监督”.

A person in a 蹲守 stint has one object for the whole of it: no 蹲守 stint at another object shares
a date with it. 蹲守 beside 定期 or 流动 is two places at once (R03-5); that the object is covered
to the end is R05-3.

Example: O1 until 2027-04-11 and O2 from 2027-04-12: one object each day. O2 from 2027-04-11: two.

Encoding: none of its own; the cumulative rows of R03-5 hold every released post of a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.clock import last_day
from planner.domain.coverage import stints_by_person
from planner.domain.findings import Violation
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.posting import Candidate
from planner.domain.terms import Form
from planner.rule import Article, BaseRule


class Resident(BaseRule):
    """蹲守驻点常驻."""

    article = Article(
        rule="R03-2",
        level="H",
        clause="第(三)条",
        title="蹲守驻点常驻",
        title_en="Residential form: permanently at one object",
        quote="蹲守驻点指驻点监督人员常驻企业开展监督",
    )

    def admits(self, instance: Instance, candidate: Candidate) -> bool:
        """Refuse a 蹲守 service of several objects."""
        return candidate.form is not Form.RESIDENT or len(candidate.site_ids) == 1

    def violations(self, instance: Instance, plan: Plan) -> Iterable[Violation]:
        """Sweep each person's 蹲守 stints; every later one that meets an earlier one elsewhere."""
        for inspector_id, stints in stints_by_person(plan).items():
            held: list[Stint] = []
            for stint in stints:
                if stint.form is not Form.RESIDENT:
                    continue
                held = [one for one in held if last_day(one) >= stint.start]
                for other in held:
                    both_until = min(last_day(other), last_day(stint))
                    if both_until < plan.round_start:
                        continue  # what is over before the round is no fault of the plan
                    if other.site_id != stint.site_id:
                        yield Violation(
                            rule=self.article.rule,
                            site_id=stint.site_id,
                            inspector_id=inspector_id,
                            department=stint.department,
                            start=stint.start,
                            end=both_until,
                            facts=(
                                ("对象", stint.site_id),
                                ("另一对象", other.site_id),
                                ("重叠起", stint.start.isoformat()),
                                ("重叠止", both_until.isoformat()),
                            ),
                        )
                held.append(stint)

    def explain(self, violation: Violation) -> str:
        """Name the two objects and the dates they share."""
        fact = violation.fact
        return (
            f"蹲守人员应常驻一个对象，{fact('重叠起')}至{fact('重叠止')}"
            f"却同时蹲守{fact('另一对象')}和{fact('对象')}。"
        )


RULE = Resident()
