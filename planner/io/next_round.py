"""下一轮工作簿: the workbook of the next round, from this one and its approved plan.

The plan is taken as carried out: what it ends before the next round is 结束, what goes on is 执行.
The whole history stays. What belongs to the old round is moved on or left out, and told.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.calendar import ONE_DAY, Round, quarter_of
from planner.domain.instance import Instance
from planner.domain.key_periods import default_key_periods
from planner.domain.matrix import DEFAULT_MATRIX
from planner.domain.plan import Plan
from planner.domain.tables import ListItem
from planner.domain.terms import ListAction, StintStatus
from planner.rolling import carried_out


def next_round(instance: Instance, plan: Plan) -> tuple[Instance, tuple[str, ...]]:
    """The instance of the round after the plan's, and Chinese lines on what a person has to look
    at in it."""
    following = _following(instance.round)
    stints = tuple(carried_out(instance, plan, following.start))
    items = tuple(_list_items(instance, following))
    own_periods = instance.key_periods != default_key_periods(
        instance.round, instance.calendar, instance.policy
    )
    periods = tuple(
        row for row in instance.key_periods if own_periods and row.end >= following.start
    )
    moved = instance.model_copy(
        update={
            "round": following,
            "matrix": () if instance.matrix == DEFAULT_MATRIX else instance.matrix,
            "stints": stints,
            "list_items": items,
            "key_periods": periods,
            "extensions": tuple(row for row in instance.extensions if row.until >= following.start),
            "overrides": tuple(
                row for row in instance.overrides if row.end is None or row.end >= following.start
            ),
        }
    )
    return moved, tuple(_notes(instance, moved, own_periods))


def _following(round: Round) -> Round:
    """The next round begins where this one ends, also where its dates are a person's own."""
    named = Round.following(round.end)
    return Round(name=named.name, start=round.end + ONE_DAY, end=named.end)


def _list_items(instance: Instance, following: Round) -> Iterator[ListItem]:
    """The newest row of each object, for the first quarter of the next round."""
    quarter = quarter_of(following.start)
    newest: dict[tuple[str, str], ListItem] = {}
    for row in sorted(instance.list_items, key=lambda one: one.quarter):
        newest[row.department, row.site_id] = row
    for row in newest.values():
        if row.quarter >= quarter:
            yield row
            continue
        over = row.valid_to is not None and row.valid_to < following.start
        gone = over or (row.action is ListAction.LEAVE and row.valid_to is None)
        if gone:
            continue
        added = row.action is ListAction.ADD
        begun = row.valid_from is None or row.valid_from <= following.start
        note = f"由{row.quarter}名单结转，待研判"
        reason = "；".join(filter(None, (note, row.own_reason)))
        yield row.model_copy(
            update={
                "quarter": quarter,
                "action": ListAction.KEEP if added else row.action,
                "reason": reason,
                "valid_from": None if begun else row.valid_from,
            }
        )


def _notes(instance: Instance, moved: Instance, own_periods: bool) -> Iterator[str]:
    round, quarter = moved.round, quarter_of(moved.round.start)
    running = sum(row.status is StintStatus.RUNNING for row in moved.stints)
    yield (
        f"派驻记录：历史 {len(moved.stints) - running} 行，在驻 {running} 行（按计划全部执行；"
        "实际有变动的，请改结束日期和状态）。"
    )
    yield f"参数：轮次改为 {round.name}，{round.start} 至 {round.end}。"
    if moved.list_items:
        yield (
            f"驻点名单：{len(moved.list_items)} 行结转到 {quarter}，已退出的不再列；"
            "请按新一季度的研判逐行核对。"
        )
    newest = max((row.quarter for row in moved.risk_factors), default="")
    if newest < quarter:
        yield f"风险因素：最新为 {newest or '空'}，请补填 {quarter}；没有补填的沿用旧数据。"
    if own_periods:
        yield (
            f"重点时段：留下 {len(moved.key_periods)} 行"
            + ("，请补齐本轮的时段。" if moved.key_periods else "，整表空着即按日历推算。")
        )
    left_out = len(instance.extensions) - len(moved.extensions)
    lapsed = len(instance.overrides) - len(moved.overrides)
    if left_out or lapsed:
        yield f"已过期的延长驻点 {left_out} 行、豁免 {lapsed} 行不再列。"
    yield "培训、请假与任务、回避照抄，请补填新的记录。"
