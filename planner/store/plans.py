"""计划版本: every plan that was put before anybody, with its state and its proof.

A plan goes 草案 → 审核 → 批准 → 备案. What was saved never changes: another plan is another
version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.domain.ledgers import PlanState
from planner.domain.plan import Plan, Shortage, Stint
from planner.io.plan_json import file_hash
from planner.store.changes import LoggedSession
from planner.store.database import address_in
from planner.store.errors import StoreError
from planner.store.tables import (
    PLAN_SHORTAGES,
    PLAN_STINTS,
    SHELVES,
    Change,
    PlanVersion,
    Shelf,
)
from planner.store.values import fill, natural_key


@dataclass(frozen=True)
class Step:
    """When a plan version came into a state, and who brought it there."""

    state: PlanState
    at: dt.datetime
    who: str


@dataclass(frozen=True)
class PlanRecord:
    """A plan version. ``key`` is round and number, ``2027H1-3``; ``content`` is plan.json as it
    was saved; ``steps`` are in order."""

    key: str
    round: str
    state: PlanState
    input_hash: str
    plan_hash: str
    status: str
    departments: tuple[str, ...]
    approver: str
    file_no: str
    content: bytes
    steps: tuple[Step, ...]


def save_plan(session: LoggedSession, plan: Plan, content: bytes) -> str:
    """Save a plan as 草案 and return its key; ``content`` is its plan.json.

    The same file again is the version that is there already. StoreError when the plan names
    people, objects or units that the store does not know.
    """
    plan_hash = file_hash(content)
    there = session.scalar(
        select(PlanVersion).where(
            PlanVersion.round == plan.round, PlanVersion.plan_hash == plan_hash
        )
    )
    if there is not None:
        return there.natural_key
    _refuse_strangers(session, plan)
    newest = select(func.max(PlanVersion.number)).where(PlanVersion.round == plan.round)
    number = (session.scalar(newest) or 0) + 1
    version = PlanVersion(
        natural_key=f"{plan.round}-{number}",
        round=plan.round,
        number=number,
        state=PlanState.DRAFT.value,
        input_hash=plan.input_hash,
        plan_hash=plan_hash,
        plan_json=content,
        proof=plan.proof.model_dump(mode="json") if plan.proof else None,
        approver="",
        file_no="",
    )
    session.add(version)
    session.flush()
    _add_rows(session, version, PLAN_STINTS, plan.stints)
    _add_rows(session, version, PLAN_SHORTAGES, plan.shortages)
    session.flush()
    return version.natural_key


def _add_rows(
    session: LoggedSession, version: PlanVersion, shelf: Shelf, rows: Sequence[Stint | Shortage]
) -> None:
    for number, one in enumerate(rows, start=1):
        key = f"{version.natural_key}/{number}/{natural_key(shelf.sheet, dict(one))}"
        row = shelf.row(natural_key=key, plan_id=version.row_id)
        fill(row, shelf, dict(one))
        session.add(row)


def _refuse_strangers(session: Session, plan: Plan) -> None:
    stints, shortages = plan.stints, plan.shortages
    named = {
        "驻点人员": {one for row in stints for one in (row.inspector_id, row.mentor_id)},
        "驻点对象": {row.site_id for row in stints} | {row.site_id for row in shortages},
        "部门单位": {*plan.departments, *(row.department for row in stints)},
    }
    unknown = {}
    for title, keys in named.items():
        known = set(session.scalars(select(SHELVES[title].row.natural_key)))
        unknown[title] = sorted(keys - known - {""})
    lines = [f"{title} {'、'.join(keys[:10])}" for title, keys in unknown.items() if keys]
    if lines:
        raise StoreError(
            f"计划中有台账库不认识的：{'；'.join(lines)}。请先导入排出这份计划的工作簿"
        )


def advance(
    session: LoggedSession, key: str, state: PlanState, *, approver: str = "", file_no: str = ""
) -> None:
    """Bring a plan version into its next state.

    ``approver`` is needed for 批准, ``file_no`` may be given for 备案. Whoever approves has had the
    plan verified. StoreError when the state does not follow, or the plan is not there.
    """
    version = _version(session, key)
    states = list(PlanState)
    now = states.index(PlanState(version.state))
    if states.index(state) != now + 1:
        following = f"下一步是 {states[now + 1]}" if states[now + 1 :] else "已是最后一步"
        raise StoreError(f"计划 {key} 现为 {version.state}，不能改为 {state}：{following}")
    if state is PlanState.APPROVED and not approver:
        raise StoreError("批准要写明批准人：--approver 姓名")
    version.state = state.value
    if state is PlanState.APPROVED:
        version.approver = approver
    if state is PlanState.FILED:
        version.file_no = file_no
    session.flush()


def plan_history(session: Session) -> tuple[PlanRecord, ...]:
    """Every plan version, the oldest first."""
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.row_id)).all()
    return tuple(_record(session, version) for version in versions)


def find_plan(session: Session, key: str) -> PlanRecord:
    """One plan version; StoreError when it is not there."""
    return _record(session, _version(session, key))


def _version(session: Session, key: str) -> PlanVersion:
    version = session.scalar(select(PlanVersion).where(PlanVersion.natural_key == key))
    if version is None:
        listing = address_in(session).command("plan list")
        raise StoreError(f"没有计划 {key}。已有的计划见：{listing}")
    return version


def _record(session: Session, version: PlanVersion) -> PlanRecord:
    query = (
        select(Change)
        .where(
            Change.table_name == PlanVersion.__tablename__,
            Change.natural_key == version.natural_key,
        )
        .order_by(Change.row_id)
    )
    steps = tuple(
        Step(PlanState(one.after["state"]), one.at, one.who)
        for one in session.scalars(query)
        if one.after and "state" in one.after
    )
    units: set[str] = set()
    for row in (PLAN_STINTS.row, PLAN_SHORTAGES.row):
        units |= set(session.scalars(select(row.department).where(row.plan_id == version.row_id)))
    return PlanRecord(
        key=version.natural_key,
        round=version.round,
        state=PlanState(version.state),
        input_hash=version.input_hash,
        plan_hash=version.plan_hash,
        status=version.proof["status"] if version.proof else "",
        departments=tuple(sorted(units)),
        approver=version.approver,
        file_no=version.file_no,
        content=version.plan_json,
        steps=steps,
    )
