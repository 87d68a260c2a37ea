"""The store on the command line: make it, bring workbooks and plans in and out, keep it safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Concatenate, ParamSpec

from sqlalchemy.orm import Session

from constraints import RULES
from planner.change.compare import changes_between
from planner.domain.findings import InputIssue
from planner.domain.instance import Instance
from planner.domain.ledgers import Ledgers, PlanState
from planner.domain.plan import Plan
from planner.exit_codes import BAD_INPUT, OK, VIOLATIONS
from planner.io.columns import Sheet
from planner.io.ledgers import read_ledgers, write_ledgers
from planner.io.plan_json import plan_from_json
from planner.io.plan_workbook import read_plan
from planner.io.reader import read_mark, read_workbook, sheets_in
from planner.io.rows import Records
from planner.io.schema import SHEETS
from planner.io.schema_basis import DEPARTMENTS
from planner.io.schema_ledgers import DUPLICATES, LEDGERS
from planner.io.writer import Row, write_rows
from planner.priority import rate
from planner.reports.changes import change_lines
from planner.reports.labels import Names
from planner.run.outcome import Outcome, errors_of
from planner.run.reading import finding_line, wrong_amount_lines
from planner.store import copies, printed
from planner.store.approval import missing_papers
from planner.store.contents import (
    gone_of,
    instance_of,
    keep,
    keep_whole_ledgers,
    keep_workbook,
    records_of,
    rows_of,
)
from planner.store.database import Address, Database, address_of
from planner.store.errors import StoreError
from planner.store.merge import Others, mark, marked, on_a_new_export
from planner.store.migrate import HEAD
from planner.store.plans import PlanRecord, advance, find_plan, plan_history, save_plan
from planner.verify import Verdict
from planner.verify import verify as judge

P = ParamSpec("P")
_PROVED = {"OPTIMAL": "已证明最优", "FEASIBLE": "未证明最优"}


def _on_store(
    command: Callable[Concatenate[Address, P], Outcome],
) -> Callable[Concatenate[str | None, P], Outcome]:
    """A command on the store that ``--db`` means; what the store refuses is bad input."""

    @wraps(command)
    def told(where: str | None, /, *args: P.args, **kwargs: P.kwargs) -> Outcome:
        try:
            return command(address_of(where), *args, **kwargs)
        except StoreError as error:
            return Outcome(BAD_INPUT, (f"{error}。",))

    return told


# -- the store itself ---------------------------------------------------------------------------


@_on_store
def init(address: Address) -> Outcome:
    """Make an empty store; one that is there already stays as it is."""
    made = copies.prepare(address)
    return Outcome(OK, (f"{'已建立' if made else '已有'}台账库 {address}。",))


@_on_store
def upgrade(address: Address) -> Outcome:
    """Bring an older schema to this program's, after a backup."""
    found = copies.revision_at(address)
    if found.current:
        return Outcome(OK, (f"台账库 {address} 的结构已是最新（{HEAD}），未改动。",))
    safe = _side_file(address, "升级前")
    copies.backup(address, safe)
    copies.bring_up_to_date(address)
    return Outcome(OK, (f"台账库 {address} 的结构已由 {found.name} 升级到 {HEAD}。",), (safe,))


@_on_store
def backup(address: Address, target: Path) -> Outcome:
    """Copy the store to a file."""
    copies.backup(address, target)
    return Outcome(OK, (f"已备份台账库 {address}。",), (target,))


@_on_store
def restore(address: Address, source: Path, *, force: bool) -> Outcome:
    """Replace the store by a backup; what it held is backed up first."""
    keep = _side_file(address, "恢复前") if copies.holds_something(address) else None
    if keep and not force:
        raise StoreError(
            f"{address} 中已有内容，未改动。确要用备份替换它，请加 --force（会先备份现有内容）"
        )
    copies.restore(address, source, keep)
    text = f"台账库 {address} 已恢复为 {source} 的内容。"
    return Outcome(OK, (text,), (keep,) if keep else ())


def _side_file(address: Address, why: str) -> Path:
    """A new file beside the store, or in the current folder for a server."""
    now = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    beside = address.file or Path("planner.db")
    return beside.with_name(f"{beside.stem}-{why}-{now}.db")


def _operator(who: str | None) -> str:
    """Who stands in the log of changes: as told, or the user of this machine."""
    if who and who.strip():
        return who.strip()
    try:
        return getuser()
    except (KeyError, OSError):  # a machine that knows no users
        return "未署名"


# -- workbooks ----------------------------------------------------------------------------------


@_on_store
def import_workbook(address: Address, path: Path, who: str | None) -> Outcome:
    """Make the store's workbook what this one says; the store is made where there is none."""
    result = read_workbook(path, today=dt.date.today())
    if result.instance is None:
        return Outcome(BAD_INPUT, ("工作簿有错误，台账库未改动。",), issues=result.issues)
    made = copies.prepare(address)
    guide = read_mark(path)
    with Database(address).writing(_operator(who), f"导入 {path.name}") as session:
        others = Others(session, marked(session, guide))
        keep_workbook(session, result.records, others)
        kept, title = records_of(session), DUPLICATES.title
        if others or len(kept[title]) > len(result.records.get(title, ())):
            _refuse_contradictions(_read_again(kept, address), SHEETS, address)
        done = printed.summary(session.entries)
    lines = (
        f"{'已建立' if made else ''}台账库 {address}。",
        f"已导入 {path}：{done}。" if done else f"{path} 没有带来改动。",
        *([f"这份工作簿写出以后别人改过的 {len(others)} 行保留。"] if others else []),
    )
    return Outcome(OK, lines, issues=result.issues)


def _refuse_contradictions(
    issues: tuple[InputIssue, ...], sheets: Sequence[Sheet], address: Address
) -> None:
    """What is sound on either side may contradict itself when it comes together: ``issues`` are
    those of the file that it is now."""
    errors = errors_of(issues)
    if errors:
        lines = "\n".join(f"{one.sheet}!{one.cell} {one.message}" for one in errors)
        raise StoreError(
            f"{lines}\n与台账库中已有的合在一起，有以上矛盾（单元格按合并后的工作簿），没有导入。"
            f"{on_a_new_export(address, sheets)}"
        )


def _read_again(records: Records, address: Address) -> tuple[InputIssue, ...]:
    """What a check of the workbook of these records finds."""
    with TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / "合并.xlsx"
        _write(records, address, path)
        return read_workbook(path, today=dt.date.today()).issues


def _ledger_rows(session: Session) -> dict[str, list[Row]]:
    return {sheet.title: list(rows_of(session, sheet)) for sheet in LEDGERS}


@_on_store
def export_ledgers(address: Address, path: Path) -> Outcome:
    """Write the ledgers that the store holds; 培训 goes out with the workbook."""
    with Database(address).reading() as session:
        _instance(records_of(session), address)
        rows, guide = _ledger_rows(session), mark(session)
    write_ledgers(path, rows, guide)
    count = sum(map(len, rows.values()))
    return Outcome(OK, (f"台账库 {address} 的台账，共 {count} 行。",), (path,))


@_on_store
def export_workbook(address: Address, path: Path) -> Outcome:
    """Write the workbook that the store holds."""
    with Database(address).reading() as session:
        records = records_of(session)
        guide = mark(session) if any(records.values()) else ""
    round_name = _write(records, address, path, guide)
    return Outcome(OK, (f"台账库 {address} 的工作簿，轮次 {round_name}。",), (path,))


def _write(records: Records, address: Address, path: Path, guide: str = "") -> str:
    """Write the workbook of these records and return the name of its round."""
    name = _instance(records, address).round.name
    rows = {title: [one.values for one in found] for title, found in records.items()}
    write_rows(path, name, rows, guide)
    return name


@_on_store
def keep_ledgers(address: Address, paths: Sequence[Path], who: str | None) -> Outcome:
    """Add what these ledger files say; rows that the store knows are changed, others stay."""
    names = "、".join(path.name for path in paths)
    with Database(address).writing(_operator(who), f"记台账 {names}") as session:
        instance = _instance(records_of(session), address)
        found = read_ledgers(paths, instance, gone=gone_of(session))
        if found.ledgers is None:
            return Outcome(BAD_INPUT, ("台账有错误，没有存入。",), issues=found.issues)
        for table in Ledgers.model_fields:
            keep(session, getattr(found.ledgers, table))
        keep(session, found.trainings)
        done = printed.summary(session.entries)
    told = f"已存入 {names}：{done}。" if done else f"{names} 没有带来改动。"
    return Outcome(OK, (told,), issues=found.issues)


@_on_store
def keep_whole_ledger(address: Address, path: Path, who: str | None) -> Outcome:
    """Make the ledgers what an edited export of them says; rows that it no longer has are gone.
    Rows of 培训, which goes out with the workbook instead, are added or changed."""
    with Database(address).writing(_operator(who), f"记台账 {path.name}") as session:
        instance = _instance(records_of(session), address)
        gone = gone_of(session)
        found = read_ledgers((path,), instance, gone=gone)
        if found.ledgers is None:
            return Outcome(BAD_INPUT, ("台账有错误，没有存入。",), issues=found.issues)
        number = marked(session, read_mark(path))
        if number is None:
            export = address.command("export 台账.xlsx --ledger")
            raise StoreError(
                f"--whole {path.name}：不是这个台账库写出的台账，没有存入。"
                f"请先 {export}，改在它上面；只存入新的行，请不加 --whole"
            )
        sheets = sheets_in(path, LEDGERS)
        others = Others(session, number, sheets, with_own=True)
        keep_whole_ledgers(session, found.ledgers, sheets, others)
        keep(session, found.trainings)
        if others:
            with TemporaryDirectory(prefix="planner-") as folder:
                merged = Path(folder) / "合并.xlsx"
                write_ledgers(merged, _ledger_rows(session), "")
                issues = read_ledgers((merged,), instance, gone=gone).issues
            _refuse_contradictions(issues, LEDGERS, address)
        done = printed.summary(session.entries)
    lines = (
        f"已存入 {path.name}：{done}。" if done else f"{path.name} 没有带来改动。",
        *([f"这份台账写出以后存入、改过的 {len(others)} 行保留。"] if others else []),
    )
    return Outcome(OK, lines, issues=found.issues)


# -- the log ------------------------------------------------------------------------------------


@_on_store
def log(
    address: Address, *, title: str, key: str, since: dt.date | None, limit: int
) -> Outcome:  # fmt: skip
    """The newest entries of the log of changes."""
    known = list(dict.fromkeys(printed.TITLES.values()))
    if title and title not in known:
        raise StoreError(f"--sheet {title}：没有这张表。可填：{'、'.join(known)}")
    with Database(address).reading() as session:
        found = printed.changes(session, title=title, key=key, since=since, limit=limit)
        lines = tuple(printed.line(entry) for entry in found)
    more = (f"只列最近 {limit} 条，要看更多请加 --limit。",) if len(lines) == limit else ()
    return Outcome(OK, (*lines, *more) if lines else ("没有符合条件的变更。",))


# -- plans --------------------------------------------------------------------------------------


@_on_store
def add_plan(address: Address, path: Path, who: str | None) -> Outcome:
    """Save a plan.json as a new version, 草案."""
    if path.suffix.lower() != ".json":
        raise StoreError(
            f"{path.name} 不是 plan.json。人工改过的派驻计划.xlsx，请先用 planner report "
            "写成 plan.json"
        )
    with Database(address).writing(_operator(who), f"存计划 {path.name}") as session:
        instance = _instance(records_of(session), address)
        file = read_plan(path, instance)
        if file.plan is None:
            return Outcome(BAD_INPUT, ("计划有错误，没有存入。",), issues=file.issues)
        content = path.read_bytes()
        key = save_plan(session, plan_from_json(content.decode()), content)
        saved = bool(session.entries)
    verdict = judge(instance, file.plan, RULES)
    wrong = _wrong(verdict)
    told = f"核查有{wrong}，不能批准" if wrong else "核查无违规"
    return Outcome(
        OK,
        (
            *wrong_amount_lines(verdict),
            f"计划 {key} {'已存为草案' if saved else '早已存入，没有改动'}；{told}。",
        ),
        issues=file.issues,
    )


@_on_store
def list_plans(address: Address) -> Outcome:
    """Every plan version with its state."""
    with Database(address).reading() as session:
        records = plan_history(session)
        units = {row["code"]: row["short_name"] for row in rows_of(session, DEPARTMENTS)}
    lines = tuple(line for record in records for line in _plan_lines(record, units))
    add = address.command("plan add 结果/plan.json")
    return Outcome(OK, lines or (f"还没有计划。存入一版：{add}",))


def _plan_lines(record: PlanRecord, units: Mapping[str, str]) -> Iterator[str]:
    """Short names by code are those of today; a unit that is no more has its code alone."""
    named = (f"{units[one]}（{one}）" if one in units else one for one in record.departments)
    facts = [record.state.value, "、".join(named), f"哈希 {record.plan_hash[:12]}"]
    facts += [_PROVED.get(record.status, record.status)] if record.status else []
    facts += [f"批准人 {record.approver}"] if record.approver else []
    facts += [f"备案文号 {record.file_no}"] if record.file_no else []
    yield f"{record.key} {'，'.join(facts)}"
    yield from (
        f"    {step.at.astimezone():%Y-%m-%d %H:%M} {step.who} {step.state}"
        for step in record.steps
    )


@_on_store
def compare_plans(address: Address, key: str, other: str) -> Outcome:
    """What differs from one plan version to another."""
    with Database(address).reading() as session:
        instance = _instance(records_of(session), address)
        before, after = (
            plan_from_json(find_plan(session, one).content.decode()) for one in (key, other)
        )
    since = max(before.round_start, after.round_start)
    changes = changes_between(before.stints, after.stints, since)
    lines = tuple(change_lines(instance, changes))
    head = f"计划 {other} 与 {key} 相比，自 {since} 起不同 {len(changes)} 处"
    return Outcome(OK, (f"{head}：" if lines else f"{head}。", *lines))


@_on_store
def advance_plan(
    address: Address, key: str, state: PlanState, *, who: str | None, approver: str, file_no: str
) -> Outcome:
    """Bring a plan into its next state; one that breaks a rule, or whose proof claims amounts that
    do not recompute, is never approved.

    It is judged by the rows that the store holds now, which nobody can change meanwhile.
    """
    notes: tuple[str, ...] = ()
    with Database(address).writing(_operator(who), f"计划 {key} {state}") as session:
        if state is PlanState.APPROVED:
            instance = _instance(records_of(session), address)
            plan, notes = _as_judged_now(instance, find_plan(session, key))
            verdict = judge(instance, plan, RULES)
            if not verdict.accepted:
                names = Names(instance)
                lines = (
                    *(f"违规 {finding_line(names, one)}" for one in verdict.violations),
                    *wrong_amount_lines(verdict),
                    f"计划 {key} 有{_wrong(verdict)}，没有批准。",
                )
                return Outcome(VIOLATIONS, lines)
        advance(session, key, state, approver=approver, file_no=file_no)
    return Outcome(OK, (*notes, f"计划 {key} 已改为 {state}。"))


def _wrong(verdict: Verdict) -> str:
    """How much is wrong; empty for a plan that is accepted."""
    counts = (("违规", verdict.violations), ("得分不符", verdict.wrong_amounts))
    return "、".join(f"{what} {len(found)} 条" for what, found in counts if found)


def _as_judged_now(instance: Instance, record: PlanRecord) -> tuple[Plan, tuple[str, ...]]:
    """The plan of a version, with what a person should know before it is approved."""
    plan = plan_from_json(record.content.decode())
    if (plan.round_start, plan.round_end) != (instance.round.start, instance.round.end):
        raise StoreError(
            f"计划 {record.key} 的轮次是 {plan.round_start} 至 {plan.round_end}，"
            f"台账库现在是 {instance.round.start} 至 {instance.round.end}，不能再批准"
        )
    notes = [f"提醒 {one}。" for one in missing_papers(instance, plan)]
    if plan.input_hash != instance.input_hash:
        notes.append("提醒 台账库在排出这份计划以后改过：已按现在的内容逐条核查。")
        plan = plan.model_copy(update={"proof": None})
    return plan, tuple(notes)


def _instance(records: Records, address: Address) -> Instance:
    """The instance that the store holds now, with ratings."""
    found = instance_of(records, today=dt.date.today())
    if found is None:
        raise StoreError(
            f"台账库 {address} 是空的。请先运行：{address.command('import 工作簿.xlsx')}"
        )
    return found.model_copy(update={"ratings": rate(found)})
