"""The files of a plan in a folder, the same for every command that makes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from constraints import DAY_RULES, RULES
from planner.catalogue import Entry, entries
from planner.domain.calendar import ONE_DAY
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.record import share_of
from planner.io.files import write_folder
from planner.reports.changes import ChangeReport
from planner.reports.destination import obsolete_files
from planner.reports.folder import PLAN_JSON, REFUSED_REPORT, outputs
from planner.verify import Verdict
from planner.verify import verify as judge


def catalogue() -> tuple[Entry, ...]:
    """All 86 rules with where each is enforced."""
    return entries(RULES, DAY_RULES)


def write_plan(
    out: Path,
    made: Plan,
    instance: Instance,
    verdict: Verdict,
    issues: tuple[InputIssue, ...],
    as_of: dt.date | None,
    *,
    changed: ChangeReport | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> list[Path]:
    """The files of the whole plan, and of each department in a folder when there are several.

    ``changed`` is what differs from an earlier plan; workbooks ``beside`` them are written along.
    What an earlier plan left there and this one does not have is removed.
    """
    day = as_of or reference_date(instance, dt.date.today())
    known = catalogue()
    parts = {"": (made, verdict)}
    if len(made.departments) > 1:
        for code in made.departments:
            part = share_of(instance, made, (code,))
            folder = f"{instance.department_by_code[code].short_name}/"
            parts[folder] = part, judge(instance, part, RULES)
    files = {
        f"{folder}{name}": content
        for folder, (part, judged) in parts.items()
        for name, content in outputs(
            part, instance, judged,
            catalogue=known, issues=issues, as_of=day, changed=_share(changed, folder, part),
            beside=None if folder else beside,
        ).items()
    }  # fmt: skip
    obsolete = [*obsolete_files(out, files), out / REFUSED_REPORT]
    return write_folder(out, files, last=PLAN_JSON, obsolete=obsolete)


def _share(changed: ChangeReport | None, folder: str, part: Plan) -> ChangeReport | None:
    """The changes of a department, for its own folder."""
    if changed is None or not folder:
        return changed
    own = tuple(one for one in changed.changes if one.department in part.departments)
    if not own:
        return None
    whole = len(own) == len(changed.changes)
    return ChangeReport(own, changed.proof if whole else f"各单位合计：{changed.proof}")


def reference_date(instance: Instance, today: dt.date) -> dt.date:
    """截至 of 附件1 (FA1): the last day of the month before ``today``, within the round."""
    last_month = today.replace(day=1) - ONE_DAY
    return min(max(instance.round.start, last_month), instance.round.end)
