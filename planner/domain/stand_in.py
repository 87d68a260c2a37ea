"""替班: which rules keep a person from standing in for a colleague at an object on a date.

For the encodings and for what people are told; the checkers judge by code of their own. Each date
of standing in is judged like the first day of a stint, but for two things that a short absence does
not change: 可担任形式, for nobody is released from his own post for it (R03-4), and the skilled
member of a team (R09-3), which is asked of those who are posted. A substitute only needs to be
qualified himself.
"""

from __future__ import annotations

import datetime as dt

from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.tables import PROBATION_MONTHS, QUALIFIED
from planner.domain.terms import AppraisalFlag

IN_PRINCIPLE = frozenset({"R09-1", "R09-2", "R09-3"})
"""Those of the rules that a row of 豁免 may lift."""


def barred_by(
    instance: Instance, inspector_id: str, unit: str, site_id: str, day: dt.date
) -> tuple[str, ...]:
    """The rules by which the person may not stand in for somebody whom ``unit`` posts at a site:
    none where he may. People outside a part of the instance are another unit's."""
    person = instance.inspector_by_id.get(inspector_id)
    if person is None:
        return ("R01-1",)
    site = instance.site_by_id[site_id]
    probation = person.probation_end
    if probation is None and person.hire_date is not None:
        probation = add_months(person.hire_date, PROBATION_MONTHS) - ONE_DAY
    oldest = add_months(day, -instance.policy.training_valid_months)
    broken = {
        "R01-1": person.department != unit,
        "R03-4": person.appraisal is AppraisalFlag.SUSPENDED
        or not person.available_from <= day <= person.available_to
        or (person.leaves_on is not None and day >= person.leaves_on)
        or (instance.sector_by_code[site.sector].coal and not person.underground_ok),
        "R09-1": not person.staff_type.formal,
        "R09-2": probation is None or day <= probation,
        "R09-3": person.skill(site.sector) < QUALIFIED,
        "R10-1": not any(
            site.sector in row.sectors
            and False not in (row.passed, row.task_list, row.measures, row.hazard_criteria)
            and oldest <= row.end < day
            for row in instance.trainings_of.get(inspector_id, ())
        ),
        "R17-1": any(
            row.concerns(site) and (row.start or day) <= day <= (row.end or day)
            for row in instance.conflicts_of.get(inspector_id, ())
        ),
    }
    return tuple(
        rule
        for rule, fault in broken.items()
        if fault
        and not (rule in IN_PRINCIPLE and instance.lifted(rule, inspector_id, site_id, day, day))
    )
