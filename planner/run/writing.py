"""The files of a plan in a folder, the same for every command that makes one."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from planner.reports.destination import in_the_way, obsolete_files
from planner.reports.folder import AHEAD_WORKBOOK, FILES, PLAN_JSON, REFUSED_REPORT, outputs
from planner.solve import WRITING_STAGE, Progress
from planner.verify import Verdict
from planner.verify import verify as judge
from planner.workers import all_in_workers


def catalogue() -> tuple[Entry, ...]:
    """All 86 rules with where each is enforced."""
    return entries(RULES, DAY_RULES)


def no_room(out: Path, instance: Instance, units: Sequence[str]) -> str:
    """Why the folders of some units have no place in ``out``, in Chinese with the remedy; empty
    when they have. It costs nothing to ask before the search, once the units are known."""
    folders = [_folder_of(instance, unit) for unit in _with_own_folder(units)]
    return in_the_way(out, [f"{folder}/{name}" for folder in folders for name in FILES])


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
    jobs: int | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
) -> list[Path]:
    """The files of the whole plan, and of each department in a folder when there are several.

    ``changed`` is what differs from an earlier plan; workbooks ``beside`` them are written along.
    What an earlier plan left there and this one does not have is removed. ``jobs`` processes make
    the files, by default one for every core; ``progress`` is told of each folder.
    """
    whole = _Whole(
        made, instance, verdict, catalogue(), issues,
        as_of or reference_date(instance, dt.date.today()), changed, beside,
    )  # fmt: skip
    folders = ("", *_with_own_folder(made.departments))

    def done(count: int) -> None:
        progress(Progress(count, len(folders), 0, 0, 0.0, "", WRITING_STAGE))

    done(0)
    contents = all_in_workers(folders, _files_of, whole, jobs or os.cpu_count() or 1, done)
    files = {name: content for part in contents for name, content in part.items()}
    gone = (out / name for name in (REFUSED_REPORT, AHEAD_WORKBOOK) if name not in files)
    obsolete = [*obsolete_files(out, files), *gone]
    return write_folder(out, files, last=PLAN_JSON, obsolete=obsolete)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the folders of one plan are made of."""

    plan: Plan
    instance: Instance
    verdict: Verdict
    known: tuple[Entry, ...]
    issues: tuple[InputIssue, ...]
    as_of: dt.date
    changed: ChangeReport | None
    beside: Mapping[str, bytes] | None


def _files_of(whole: _Whole, stopped: Callable[[], bool], unit: str) -> dict[str, bytes]:
    """The files of one unit's folder, or, without a unit, those of the whole plan."""
    if not unit:
        return outputs(
            whole.plan, whole.instance, whole.verdict,
            catalogue=whole.known, issues=whole.issues, as_of=whole.as_of, changed=whole.changed,
            beside=whole.beside,
        )  # fmt: skip
    instance = whole.instance.seen_from(unit)
    part = share_of(instance, whole.plan, (unit,))
    made = outputs(
        part, instance, judge(instance, part, RULES),
        catalogue=whole.known, issues=whole.issues, as_of=whole.as_of,
        changed=_share(whole.changed, part),
    )  # fmt: skip
    folder = _folder_of(instance, unit)
    return {f"{folder}/{name}": content for name, content in made.items()}


def _with_own_folder(units: Sequence[str]) -> Sequence[str]:
    """The units that get a folder: a single one has the whole plan."""
    return units if len(units) > 1 else ()


def _folder_of(instance: Instance, unit: str) -> str:
    return instance.department_by_code[unit].short_name


def _share(changed: ChangeReport | None, part: Plan) -> ChangeReport | None:
    """The changes of a department, for its own folder."""
    if changed is None:
        return None
    own = tuple(one for one in changed.changes if one.department in part.departments)
    if not own:
        return None
    whole = len(own) == len(changed.changes)
    return ChangeReport(own, changed.proof if whole else f"各单位合计：{changed.proof}")


def reference_date(instance: Instance, today: dt.date) -> dt.date:
    """截至 of 附件1 (FA1): the last day of the month before ``today``, within the round."""
    last_month = today.replace(day=1) - ONE_DAY
    return min(max(instance.round.start, last_month), instance.round.end)
