"""The files of a plan: 附件1, 派驻计划.xlsx, 核查报告.html and plan.json."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from planner.catalogue import Entry
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.io.files import workbook_bytes
from planner.io.plan_json import plan_to_json
from planner.reports.attachment1 import attachment1
from planner.reports.changes import ChangeReport
from planner.reports.content import checks_of
from planner.reports.page import report_page
from planner.reports.plan_workbook import plan_workbook
from planner.verify import Verdict

PLAN_JSON = "plan.json"
PLAN_WORKBOOK = "派驻计划.xlsx"
ATTACHMENT_1 = "附件1-驻点情况统计表.xlsx"
REPORT = "核查报告.html"
REFUSED_REPORT = "核查报告-未通过.html"
"""The report of a plan with breaches, which gets no other file."""
AHEAD_WORKBOOK = "下一轮接续.xlsx"
"""What ``plan --ahead`` found, beside the others."""
FILES = (ATTACHMENT_1, PLAN_WORKBOOK, REPORT, PLAN_JSON)


def outputs(
    plan: Plan,
    instance: Instance,
    verdict: Verdict,
    *,
    catalogue: Sequence[Entry],
    issues: Sequence[InputIssue],
    as_of: dt.date,
    changed: ChangeReport | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The four files of a plan by name, and those ``beside`` them, workbooks that people edit.

    ``as_of`` is the reference date of 附件1; ``catalogue`` has a line for every rule; ``changed``
    is what differs from an earlier plan.
    """
    checks = checks_of(verdict, catalogue, instance, plan)
    workbooks = {
        ATTACHMENT_1: workbook_bytes(attachment1(instance, plan, as_of)),
        PLAN_WORKBOOK: workbook_bytes(plan_workbook(instance, plan, checks, changed)),
        **(beside or {}),
    }
    return {
        **workbooks,
        REPORT: report_page(instance, plan, checks, issues, changed).encode(),
        PLAN_JSON: plan_to_json(plan, instance, workbooks).encode(),
    }
