"""条款代价: every 原则上 rule lifted and every main parameter a step looser, one at a time.

A rule is lifted by a row of 豁免 that names nobody and nothing, so that search and verifier treat
it as the workbook would; how often the plan uses it is counted with the other overrides. The
freeze windows (R05-5) are lifted where they are written, because due dates are reckoned from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from planner.domain.instance import Instance
from planner.domain.tables import Override
from planner.edits import AddRow, ChangeRows, Edit, EditError, Scenario, SetParameter
from planner.rule import Rule

FREEZE_RULE = "R05-5"
LOOSER: Mapping[str, int] = {
    "max_stint_months": 1,
    "min_stint_months": -1,
    "cool_off_months": -1,
    "extension_max_months": 1,
    "rotation_shift_tolerance_days": 15,
    "regular_max_objects": 1,
    "regular_max_load_percent": 10,
    "regular_min_days_per_month": -1,
    "mobile_group_min": -1,
    "mobile_group_max": 1,
    "mobile_min_days_per_object_month": -1,
    "handover_overlap_days": -1,
    "stagger_days": -7,
    "weekly_change_share_percent": 10,
    "training_valid_months": 3,
    "absence_short_days": 1,
    "absence_long_days": 5,
    "holiday_buffer_before_days": -1,
    "holiday_buffer_after_days": -1,
}
"""One step looser, in the unit of the parameter; one that has no room for it is left out."""


def relaxations(instance: Instance, rules: Sequence[Rule]) -> Iterator[Scenario]:
    """A scenario per 原则上 rule, in the order of the rules, then one per parameter."""
    for rule in rules:
        article = rule.article
        if not article.in_principle:
            continue
        lifted: Edit = AddRow(
            table="overrides",
            row=Override(
                rule=article.rule,
                reason="测算这一条的代价，不是批准的豁免",
                approver="测算",
                approved_on=instance.round.start,
            ),
        )
        text = f"{article.clause}“原则上”的要求全部放开"
        if article.rule == FREEZE_RULE:
            if not any(period.freeze_rotation for period in instance.key_periods):
                continue
            lifted = ChangeRows(
                table="key_periods",
                where=(("freeze_rotation", True),),
                values=(("freeze_rotation", False),),
            )
            text = f"{article.clause}重点时段都可以换人"
        yield Scenario(name=f"{article.rule} {article.title}", edits=(lifted,), text=text)
    fields = type(instance.policy).model_fields
    for name, step in LOOSER.items():
        now = getattr(instance.policy, name)
        edit = SetParameter(name=name, value=now + step)
        try:
            edit.made(instance)
        except EditError:
            continue
        title = fields[name].title or name
        yield Scenario(name=title, edits=(edit,), text=f"{name}：{now} 改为 {now + step}")
