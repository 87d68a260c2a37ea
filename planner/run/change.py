"""Least change: replan after an event, and take over what people have changed by hand."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from constraints import RULES
from planner.change.adopt import RowEdit, edits_between, kept_and_dropped
from planner.change.events import EVENT_BY_WORD, TO_BE_FILLED, Event, Particulars, edits_of
from planner.change.replan import Replanned, Solver, rest_of_plan
from planner.change.replan import replan as least_change
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Inspector, Site
from planner.domain.terms import Form, Grade
from planner.edits import EditError, applied, rows_of
from planner.exit_codes import BAD_INPUT, IMPOSSIBLE, INTERRUPTED, NO_PLAN, OK
from planner.io.attachment1 import read_edited_plan
from planner.io.plan_workbook import PlanFile, read_plan, workbook_name
from planner.io.reader import ReadResult, read_mark
from planner.io.rows import Places
from planner.io.schema_people import STINTS
from planner.io.writer import write_workbook
from planner.offer import Offer
from planner.reports.changes import ChangeReport, change_lines
from planner.reports.destination import refusal, rest_workbooks
from planner.reports.labels import Names, span
from planner.requests import AsListed, DroppedRows, KeptRows
from planner.rolling import rest_of_round
from planner.rule import Rule, Tier
from planner.run.outcome import Outcome
from planner.run.reading import check, finding_line
from planner.run.writing import no_room, write_plan
from planner.solve import Progress, Settings
from planner.why.look_up import LookUpError
from planner.why.look_up import found as looked_up
from planner.workers import Interruption, solve_in_workers


@dataclass(frozen=True, slots=True)
class Named:
    """The particulars of an event as a person writes them: ids or names, and words."""

    since: dt.date
    until: dt.date | None = None
    inspector: str = ""
    site: str = ""
    grade: str = ""
    form: str = ""
    unit: str = ""
    sector: str = ""
    counties: tuple[str, ...] = ()

    def found_in(self, instance: Instance) -> Particulars:
        """With the ids that the names mean; EditError names every option that means nothing."""
        wrong: list[str] = []

        def found(find: Callable[..., V], option: str, text: str, known: Any, empty: V) -> V:
            try:
                return find(option, text, known) if text else empty
            except EditError as error:
                wrong.append(str(error))
                return empty

        grades = {grade.label: grade for grade in Grade}
        forms = {name: form for form in Form for name in (form.value, form.value[:2])}
        counties = {name: name for name in (site.county for site in instance.sites)}
        for county in self.counties:
            found(_one_of, "--county", county, counties, "")
        units = {
            name: row.code
            for row in instance.departments
            for name in (row.code, row.short_name, row.name)
        }
        sectors = {name: row.code for row in instance.sectors for name in (row.code, row.name)}
        about = Particulars(
            since=self.since,
            until=self.until,
            inspector_id=found(_id_of, "--inspector", self.inspector, instance.inspectors, ""),
            site_id=found(_id_of, "--object", self.site, instance.sites, ""),
            grade=found(_one_of, "--grade", self.grade, grades, None),
            form=found(_one_of, "--form", self.form, forms, None),
            unit=found(_one_of, "--unit", self.unit, units, ""),
            sector=found(_one_of, "--sector", self.sector, sectors, ""),
            counties=self.counties,
        )
        if wrong:
            raise EditError("\n".join(wrong))
        return about


V = TypeVar("V")
CHOICES_SHOWN = 8
"""Up to so many possible values of an option are all listed; of more, the most alike."""


def _one_of(option: str, text: str, known: Mapping[str, V]) -> V:
    if text not in known:
        near = list(known)
        if len(near) > CHOICES_SHOWN:
            near = get_close_matches(text, known, cutoff=0.3) or sorted(known)[:CHOICES_SHOWN]
        raise EditError(f"{option} {text}：没有这一项。可写：{'、'.join(near)}")
    return known[text]


Row = TypeVar("Row", Inspector, Site)


def _id_of(option: str, text: str, rows: Sequence[Row]) -> str:
    """The id that an id or a name means; EditError when none or several are meant."""
    try:
        return looked_up(rows, text, option).id
    except LookUpError as error:
        raise EditError(str(error)) from error


KEPT = "人工改动"
BACK = "提前返岗"
NEXT_TIME = "以后再核查、重排，请用这份新计划和与它一同写出的“{}”。"
SMALL_SHARE = 0.3
"""Part of the time that the small search may take; the rest is for the full one."""
LEAST_SECONDS = 1.0
WRITING = 1.5
"""How long checking and writing a plan takes, in times of reading the workbook."""
SMALL_STAGE, FULL_STAGE = "先只动不再成立之处", "求最少变动并证明"
REASONS_SHOWN = 8
"""Breaches of the earlier plan that are printed as the reasons of a replan."""
CHANGES_SHOWN = 40
EXTENDED = "延长的驻点"
"""What an extension keeps, in the words of the proof."""
LOST = (
    (Tier.LOST_FIRST, "一级"),
    (Tier.LOST_SECOND, "二级"),
    (Tier.LOST_THIRD, "三级"),
    (Tier.LOST_FOURTH, "四级"),
)


def replan(
    path: Path,
    plan_path: Path,
    out: Path,
    *,
    word: str = "",
    named: Named,
    limit_seconds: float,
    jobs: int | None = None,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
    notify: Callable[[str], None] | None = None,
) -> Outcome:
    """Plan the rest of the round after an event with the fewest changes, and write the folder.

    Without an event (``word`` empty) what the workbook says now is the event. The folder gets the
    new plan, and the workbook of the rest of the round to which it belongs.
    """
    began = time.monotonic()
    refused = refusal(out, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    read = check(path)
    if read.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未重排。",), issues=read.issues)
    file = read_plan(plan_path, read.instance)
    if file.plan is None:
        return Outcome(BAD_INPUT, issues=file.issues)
    try:
        event = event_called(word) if word else None
        about = named.found_in(read.instance)
        state = state_on(read.instance, file.plan, event, about)
    except EditError as error:
        return Outcome(BAD_INPUT, (_at_its_cell(error, read),))
    instance, workbook, issues = as_written(state, read_mark(path))
    if instance is None:
        text = "事件与工作簿的内容相矛盾，未重排。请改正下列各项，或直接在工作簿中填写后重排。"
        return Outcome(BAD_INPUT, (text,), issues=issues)
    wrong = no_room(out, instance, rest_of_plan(instance, file.plan).departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=file.issues)
    kept = event.kept(instance, about) if event else ()
    interruption = Interruption(notify or _ignore)
    solver = _searches(began, limit_seconds, jobs, progress or _ignore, interruption)
    with interruption.watched():
        found = least_change(instance, file.plan, RULES, solver, (KeptRows(kept),) if kept else ())
        failed = _failure(found, interruption.happened, limit_seconds)
        if failed is not None:
            return failed
        earlier = rest_workbooks(out)
        files = write_plan(
            out, found.plan, instance, found.verdict, issues, None,
            changed=ChangeReport(found.changes, proof_text(found, EXTENDED if kept else "")),
            beside={workbook_name(instance.round.start): workbook},
            jobs=jobs, progress=progress or _ignore,
        )  # fmt: skip
    lines = (
        *_lines(found, word, EXTENDED if kept else ""),
        *_taken_over(read.instance, instance),
        *_removed(earlier),
    )
    return Outcome(OK, lines, tuple(files), file.issues)


def adopt(
    path: Path,
    plan_path: Path,
    edited_path: Path,
    out: Path,
    *,
    limit_seconds: float,
    jobs: int | None = None,
    force: bool = False,
    progress: Callable[[Progress], None] | None = None,
    notify: Callable[[str], None] | None = None,
) -> Outcome:
    """Take over what people have changed in 派驻计划.xlsx or 附件1: the changed rows stay, and
    where they break a rule, the others are repaired with the fewest changes."""
    began = time.monotonic()
    refused = refusal(out, force=force)
    if refused:
        return Outcome(BAD_INPUT, (refused,))
    read = check(path)
    instance = read.instance
    if instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，未采纳。",), issues=read.issues)
    original = read_plan(plan_path, instance)
    if original.plan is None:
        return Outcome(BAD_INPUT, issues=original.issues)
    edited = read_edited_plan(edited_path, instance, original.plan)
    if edited.plan is None:
        return Outcome(BAD_INPUT, issues=edited.issues)
    edits = edits_between(original.plan.stints, edited.plan.stints)
    lines = tuple(edit_lines(instance, edits, edited.places))
    if not edits:
        return Outcome(OK, (f"{edited_path.name} 与 {plan_path.name} 没有差别，未写出文件。",))
    wrong = no_room(out, instance, edited.plan.departments)
    if wrong:
        return Outcome(BAD_INPUT, (wrong,), issues=edited.issues)
    requests = _kept(edits, original.plan, edited)
    interruption = Interruption(notify or _ignore)
    solver = _searches(began, limit_seconds, jobs, progress or _ignore, interruption)
    with interruption.watched():
        found = least_change(instance, edited.plan, RULES, solver, requests)
        assert found.plan.proof is not None
        if found.plan.proof.status == "INFEASIBLE":
            judged = [finding_line(Names(instance), one) for one in found.broken.violations]
            text = "保留全部人工改动，排不出符合规则的计划（已证明）。改动后不符合之处："
            more = "请改正上列的行，或在“豁免”中写明后再采纳。"
            return Outcome(IMPOSSIBLE, (*lines, text, *dict.fromkeys(judged), more))
        failed = _failure(found, interruption.happened, limit_seconds)
        if failed is not None:
            return failed
        earlier = rest_workbooks(out)
        files = write_plan(
            out, found.plan, instance, found.verdict, read.issues, None,
            changed=ChangeReport(found.changes, proof_text(found, kept=KEPT)),
            jobs=jobs, progress=progress or _ignore,
        )  # fmt: skip
    said = (
        proof_text(found, kept=KEPT),
        *lines,
        *_repaired(found, edited),
        *_left_behind(found, edits),
        *_removed(earlier),
    )
    return Outcome(OK, said, tuple(files), edited.issues)


def _searches(
    began: float,
    limit_seconds: float,
    jobs: int | None,
    progress: Callable[[Progress], None],
    interruption: Interruption,
) -> Solver:
    """What solves the searches of one replan, the small one and the full one: they share the time
    that is left of the command's, at least half of it. Reading began at ``began``; writing takes
    somewhat longer than reading did."""
    now = time.monotonic()
    until = now + max(limit_seconds / 2, limit_seconds - (1 + WRITING) * (now - began))

    def solver(here: Instance, units: Sequence[str], rules: Sequence[Rule], offer: Offer) -> Plan:
        small = offer.only_at is not None
        left = max(LEAST_SECONDS, until - time.monotonic())
        settings = Settings(left * SMALL_SHARE if small else left, jobs or os.cpu_count() or 1)
        stage = SMALL_STAGE if small else FULL_STAGE
        return solve_in_workers(
            here, units, rules, settings, lambda step: progress(replace(step, stage=stage)),
            interruption, offer,
        )  # fmt: skip

    return solver


def edit_lines(instance: Instance, edits: Sequence[RowEdit], places: Places) -> Iterator[str]:
    """What people have changed, cell by cell."""
    names = Names(instance)
    where = places.get("stints", ())
    yield f"人工改动 {len(edits)} 行："
    for one in edits:
        row = one.after or one.before
        assert row is not None
        who = f"{names.site(row.site_id)}（{row.site_id}）岗位{row.slot}"
        if one.after is None:
            yield f"  删去：{who}，{names.person(row.inspector_id)}，{span(row.start, row.end)}"
        elif one.before is None:
            yield f"  新增：{who}，{names.person(row.inspector_id)}，{span(row.start, row.end)}"
        else:
            for field in one.fields:
                place = where[one.number] if one.number is not None and where else None
                cell = f"{place.cell(field)} " if place else ""
                heading = STINTS.by_field[field].heading
                was, now = (_shown(names, field, each) for each in (one.before, one.after))
                yield f"  {cell}{who}，{heading}：{was} 改为 {now}"


def _shown(names: Names, field: str, row: Stint) -> str:
    value = getattr(row, field)
    return names.person(value) if field == "inspector_id" else str(value or "空")


def _kept(edits: Sequence[RowEdit], original: Plan, edited: PlanFile) -> tuple[Rule, ...]:
    """What a person has decided: whole rows; on 附件1, which holds no first and last days, who is
    at the objects that were edited."""
    if edited.as_of is None:
        kept, dropped = kept_and_dropped(edits)
        return KeptRows(kept), DroppedRows(dropped)
    assert edited.plan is not None
    day = edited.as_of
    touched = {row.site_id for one in edits for row in (one.before, one.after) if row is not None}
    was, now = (
        [row for row in plan.stints if row.site_id in touched and row.covers(day)]
        for plan in (original, edited.plan)
    )
    there = {(row.inspector_id, row.site_id) for row in now}
    gone = {(row.inspector_id, row.site_id) for row in was} - there
    return (AsListed(day, {(row.inspector_id, row.site_id, row.form) for row in now}, gone),)


def _repaired(found: Replanned, edited: PlanFile) -> Iterator[str]:
    if not found.solved:
        yield "改动原样采纳。"
        return
    names = Names(found.instance)
    yield "改动后不符合之处："
    reasons = dict.fromkeys(finding_line(names, one) for one in found.broken.violations)
    yield from (f"  {line}" for line in list(reasons)[:REASONS_SHOWN])
    if len(reasons) > REASONS_SHOWN:
        yield f"  另有 {len(reasons) - REASONS_SHOWN} 处。"
    if edited.as_of is None:
        yield "人工改动的行原样保留，其余的行修补如下。"
    else:
        yield f"附件1改动之处 {edited.as_of} 的人员保留；起止日期和其余的行修补如下。"
    yield from change_lines(found.instance, found.changes)
    assert edited.plan is not None
    reasons_before = {_row(row): row.end_reason for row in edited.plan.stints}
    for row in found.plan.stints:
        before = reasons_before.get(_row(row), row.end_reason)
        if row.end_reason is not before:
            who = f"{names.site(row.site_id)}，{names.person(row.inspector_id)}"
            yield f"{who}，{span(row.start, row.end)}：结束原因记为“{row.end_reason or ''}”。"


def _row(row: Stint) -> tuple[object, ...]:
    return row.site_id, row.inspector_id, row.form, row.start, row.end


def _left_behind(found: Replanned, edits: Sequence[RowEdit]) -> Iterator[str]:
    """Who is where a row was taken out, or that nobody is."""
    names = Names(found.instance)
    for one in edits:
        old = one.before
        if old is None or one.after is not None:
            continue
        first, last = max(old.start, found.instance.round.start), old.end or dt.date.max
        there = [
            f"{names.person(row.inspector_id)}（{span(row.start, row.end)}）"
            for row in found.plan.stints
            if (row.site_id, row.slot) == (old.site_id, old.slot)
            and row.start <= last
            and (row.end is None or row.end >= first)
        ]
        gaps = [
            span(max(row.start, first), min(row.end, last))
            for row in found.plan.shortages
            if row.site_id == old.site_id and row.start <= last and row.end >= first
        ]
        text = f"删去{names.person(old.inspector_id)}（{span(old.start, old.end)}）以后，"
        text += f"{names.site(old.site_id)}岗位{old.slot}："
        text += f"现由{'、'.join(there)}" if there else "没有人接"
        text += f"；该对象 {'、'.join(gaps)} 无人，列入“未安排对象”" if gaps else ""
        yield f"{text}。"


def event_called(word: str) -> Event:
    """EditError, with all events, where there is none of this name."""
    event = EVENT_BY_WORD.get(word)
    if event is None:
        near = get_close_matches(word, EVENT_BY_WORD, n=1)
        meant = f"是不是“{near[0]}”？" if near else ""
        raise EditError(f"--event {word}：没有这种事件。{meant}可写：{'、'.join(EVENT_BY_WORD)}")
    return event


def state_on(instance: Instance, plan: Plan, event: Event | None, about: Particulars) -> Instance:
    """The rest of the round from the day of the event on, with the event in it. EditError names the
    option or the row that is wrong."""
    round = instance.round
    if not round.start <= about.since <= round.end:
        raise EditError(
            f"--from {about.since}：不在本轮之内，请写 {round.start} 至 {round.end} 之间的日期。"
        )
    rest = rest_of_round(instance, plan, about.since)
    return applied(rest, edits_of(event, rest, about) if event else ())


def _at_its_cell(error: EditError, read: ReadResult) -> str:
    """The message, after the cell of the workbook that it is about."""
    if read.instance is None or error.cell is None:
        return str(error)
    table, row, field = error.cell
    found = zip(rows_of(read.instance, table), read.places.get(table, ()), strict=False)
    cells = [f"{place.cell(field)}：" for one, place in found if one == row]
    return "".join((*cells[:1], str(error)))


def as_written(
    state: Instance, mark: str = ""
) -> tuple[Instance | None, bytes, tuple[InputIssue, ...]]:
    """The instance as the workbook says it that is written for it, with that workbook and what
    reading it found: the plan belongs to this workbook. ``mark`` is the store's
    line of the workbook that it comes from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "工作簿.xlsx")
        write_workbook(state, path, mark)
        read = check(path)
        return read.instance, path.read_bytes(), read.issues


def _failure(found: Replanned, interrupted: bool, limit_seconds: float) -> Outcome | None:
    """What to say when there is no new plan."""
    assert found.plan.proof is not None
    status = found.plan.proof.status
    if status == "INFEASIBLE":
        from planner.diagnose import conflicts

        lines = conflicts(found.instance, found.solved, RULES)
        text = "已证明从这一天起排不出计划。以下条款、人员和对象不能同时满足："
        return Outcome(IMPOSSIBLE, (text, *lines))
    if status in {"UNKNOWN", "MODEL_INVALID"}:
        if interrupted:
            return Outcome(INTERRUPTED, ("已中断，此前还没有可用的计划，未写出任何文件。",))
        text = f"{limit_seconds:.0f} 秒内没有找到完整的计划。这不等于无解：请放宽 --limit 再试。"
        return Outcome(NO_PLAN, (text,))
    if not found.verdict.accepted:
        names = Names(found.instance)
        lines = tuple(finding_line(names, one) for one in found.verdict.violations)
        wrong = tuple(f"{name}：求解值 {a}，复算 {b}" for name, a, b in found.verdict.wrong_amounts)
        text = "新计划没有通过独立核查，没有写出。请把这几行发给维护人员："
        return Outcome(NO_PLAN, (text, *lines, *wrong))
    return None


def proof_text(found: Replanned, kept: str = "") -> str:
    """Whether the changes are proved fewest, said first, and how much changes; ``kept`` names what
    had to stay besides."""
    if not found.solved:
        return (
            "改动后的计划符合全部规则。"
            if kept
            else "原计划在这一天以后仍然符合全部规则，不需要变动。"
        )
    stints, days = found.tier(Tier.CHANGED_STINTS), found.tier(Tier.CHANGED_DAYS)
    lost = [(found.tier(tier), label) for tier, label in LOST]
    cause = "改动" if kept == KEPT else "事件"
    changed = f"变动 {len(found.changes)} 段{_causes(found, cause)}、{days.value} 人天"
    short = [f"{label}对象少服务 {tier.value} 个工作日" for tier, label in lost if tier.value]
    open_loss = [
        f"{label}对象少服务当前 {tier.value} 个工作日、界 {tier.bound}"
        for tier, label in lost
        if tier.value > tier.bound
    ]
    inevitable = "" if open_loss else "（已证明不可避免）"
    changed += f"，{'、'.join(short)}{inevitable}。" if short else "，原有服务不减。"
    if open_loss or stints.value > stints.bound:
        now = [f"当前 {stints.value} 段，界 {stints.bound} 段", *open_loss]
        return f"未证明最少：{'；'.join(now)}。可加大 --limit 再试。{changed}"
    besides = f"保留{kept}、" if kept else ""
    necessary = len(found.changes) - stints.value
    beyond = f"除必然结束的 {necessary} 段外，" if necessary else ""
    if not stints.value:
        return f"已证明最少：{changed}{beyond}没有别的变动。"
    proof = f"在{besides}同样保住原计划服务的前提下，{beyond}少于 {stints.value} 段不可行"
    scope = "（在可选的换人日期和人员内）。"
    if days.value > days.bound:
        head = f"段数已证明最少，人天未证明：当前 {days.value} 人天，界 {days.bound} 人天。"
        return f"{head}可加大 --limit 再试。{changed}{proof}{scope}"
    more = f"，变动 {stints.value} 段时少于 {days.value} 人天不可行" if days.value else ""
    return f"已证明最少：{changed}{proof}{more}{scope}"


def _causes(found: Replanned, cause: str) -> str:
    """How many of the changes the event or edit brings by itself, and how many follow from it: a
    posting that the rules do not allow any more, and one at a place that is gone."""
    wrong = {(one.violation.inspector_id, one.violation.site_id) for one in found.broken.violations}
    wanted = {
        site.id for site in found.instance.sites if found.instance.owed_window(site) is not None
    }
    direct = sum(
        one.before is not None
        and (
            not wanted.intersection(one.site_ids)
            or any((one.inspector_id, site_id) in wrong for site_id in one.site_ids)
        )
        for one in found.changes
    )
    if not direct:
        return ""
    others = len(found.changes) - direct
    also = f"，由此另动 {others} 段" if others else "，没有另动的"
    return f"（{cause}直接引起 {direct} 段{also}）"


def _lines(found: Replanned, word: str, kept: str) -> Iterator[str]:
    instance = found.instance
    names = Names(instance)
    yield proof_text(found, kept)
    yield f"自 {instance.round.start} 起重排，此前已执行的不变。"
    if found.solved:
        broken = [
            one for one in found.broken.violations if one.violation.rule != KeptRows.article.rule
        ]
        reasons = list(dict.fromkeys(finding_line(names, one) for one in broken))
        if reasons:
            yield "原计划不再成立之处："
            yield from (f"  {line}" for line in reasons[:REASONS_SHOWN])
            if reasons[REASONS_SHOWN:]:
                yield f"  另有 {len(reasons) - REASONS_SHOWN} 处。"
        units = "、".join(map(names.department, found.solved))
        yield f"重排的单位：{units}；其余单位的计划原样保留。"
    lines = list(change_lines(instance, found.changes))
    yield from lines[:CHANGES_SHOWN]
    if lines[CHANGES_SHOWN:]:
        yield f"另有 {len(lines) - CHANGES_SHOWN} 处，见派驻计划.xlsx 的“变动对照”。"
    if word == BACK:
        yield "提前返岗的人可再派；已交给他人的岗位不自动交还，要交还的请改派驻计划.xlsx 后采纳。"
    yield from _to_be_filled(instance)
    yield NEXT_TIME.format(workbook_name(instance.round.start))


def _removed(earlier: Iterable[Path]) -> Iterator[str]:
    """The workbooks of an earlier replan that are no longer in the folder."""
    names = [path.name for path in earlier if not path.exists()]
    if names:
        yield f"结果文件夹中上一次写出的 {'、'.join(names)} 没有改动过，已删去，以免混用。"


def _taken_over(before: Instance, after: Instance) -> Iterator[str]:
    """The units that an event has put an end to."""
    for unit in before.departments:
        if unit.code not in after.department_by_code:
            yield (
                f"{unit.short_name}不再主管任何行业，新工作簿的“部门单位”不再列它；"
                "它的人员、对象、名单和派驻记录都已改到接收单位名下。"
            )


def _to_be_filled(instance: Instance) -> Iterable[str]:
    """What a person has to enter in the new workbook."""
    drafts = sum(row.approver == TO_BE_FILLED for row in instance.extensions)
    decisions = sum(row.approver == TO_BE_FILLED for row in instance.list_items)
    if drafts:
        yield f"新工作簿“延长驻点”中有 {drafts} 行的批准人待补，请补填后再报。"
    if decisions:
        yield f"新工作簿“驻点名单”中有 {decisions} 行的批准人待补，请补填后再报。"


def _ignore(step: object) -> None:
    """Nobody is listening."""
