"""批准前的提醒: papers that the approval of a plan should not wait for, and that are missing."""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.instance import Instance
from planner.domain.plan import Plan


def missing_papers(instance: Instance, plan: Plan) -> Iterator[str]:
    """A line per sector of the plan without consent to its forms (R03-6) or a task book (R07-1)."""
    sector_of = {site.id: site.sector for site in instance.sites}
    forms: dict[str, set[str]] = {}
    for stint in plan.stints:
        forms.setdefault(sector_of[stint.site_id], set()).add(stint.form)
    for code, used in sorted(forms.items()):
        sector = instance.sector_by_code[code]
        named = f"行业领域 {sector.name}（{code}）"
        outside = used - set(sector.allowed_forms) if sector.allowed_forms else set()
        if not (sector.approval_no and sector.approval_date):
            yield (
                f"R03-6 {named}：{'、'.join(sorted(used))}还没有省级主管部门同意的文号和日期。"
                "请补填“行业领域”的形式批准文号、形式批准日期"
            )
        elif outside:
            yield f"R03-6 {named}：{'、'.join(sorted(outside))}不在省级主管部门同意的形式中"
        if not (sector.task_book_version and sector.task_book_date):
            yield (
                f"R07-1 {named}：还没有“一业一册”任务清单。"
                "请补填“行业领域”的一业一册版本、一业一册日期"
            )
