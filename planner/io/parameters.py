"""参数: policy, round and seed from the rows of the sheet and the options of the command."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from planner.domain.calendar import ONE_DAY, Round
from planner.domain.policy import Policy
from planner.io.cleaning import CellError, half_width, read_cell
from planner.io.columns import Column, Kind
from planner.io.issues import IssueLog
from planner.io.rows import Record
from planner.io.schema import ROUND_PARAMETERS

LONGEST_ROUND_DAYS = 366
ROUND_YEARS = range(2000, 2091)
"""Years for which holidays and due dates can be worked out."""

_ROUND_COLUMNS = {
    "round_start": Column("round_start", "value", Kind.DATE, required=True),
    "round_end": Column("round_end", "value", Kind.DATE, required=True),
    "seed": Column("seed", "value", Kind.INTEGER, required=True, minimum=0),
}
_KINDS = {int: Kind.INTEGER, bool: Kind.BOOLEAN, str: Kind.TEXT}


@dataclass(frozen=True)
class Settings:
    """What 参数 and the options decide."""

    policy: Policy
    round: Round
    seed: int


def read_settings(
    records: Sequence[Record],
    log: IssueLog,
    *,
    round_name: str | None,
    seed: int | None,
    today: dt.date,
) -> Settings:
    """Policy, round and seed; options win over rows, rows over defaults. Problems are reported."""
    given: dict[str, tuple[Any, Record]] = {}
    for record in records:
        if record.broken:
            continue
        name = parameter_name(record, log)
        if not name:
            continue
        if name in given:
            earlier = given[name][1]
            record.fail(log, "name", f"参数 {name} 与第 {earlier.number} 行重复", "请只保留一行")
            continue
        value = parameter_value(record, name, log)
        if value is not None:
            given[name] = value, record
    policy = Policy(**{name: value for name, (value, _) in given.items()
                       if name not in ROUND_PARAMETERS})  # fmt: skip
    _check_policy(policy, given, log)
    values = {name: value for name, (value, _) in given.items()}
    return Settings(
        policy=policy,
        round=_round(given, log, round_name, today),
        seed=seed if seed is not None else values.get("seed", 0),
    )


def parameter_column(name: str) -> Column:
    """How the value of a parameter is read: kind, limits and choices."""
    if name in _ROUND_COLUMNS:
        return _ROUND_COLUMNS[name]
    info = Policy.model_fields[name]
    unit = parameter_unit(name)
    limits: dict[str, Any] = {"minimum": None, "maximum": None}
    choices: tuple[str, ...] = ()
    for limit in info.metadata:
        limits["minimum"] = getattr(limit, "ge", limits["minimum"])
        limits["maximum"] = getattr(limit, "le", limits["maximum"])
        if getattr(limit, "pattern", None):
            choices = tuple(unit.split("/"))
    kind = Kind.ENUM if choices else _KINDS.get(cast(type, info.annotation), Kind.LIST)
    return Column(name, "value", kind, required=True, terms=choices, **limits)


def parameter_unit(name: str) -> str:
    """The unit of a policy parameter, as printed."""
    extra = Policy.model_fields[name].json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def parameter_name(record: Record, log: IssueLog) -> str:
    """The parameter that a row means: its name, its title, or the catalogue's shorter name."""
    text = str(record.get("name")).strip()
    fields = Policy.model_fields
    if text in fields or text in ROUND_PARAMETERS:
        return text
    found = [name for name, info in fields.items() if info.title == text]
    found = found or [name for name in fields if name.startswith(f"{text}_")]
    if len(found) == 1:
        log.change(record.title, record.cell("name"), f"参数“{text}”按 {found[0]} 读入")
        return found[0]
    if found:
        remedy = "请写明是哪一个：" + "、".join(found)
    else:
        remedy = "请从下拉列表中选；全部参数见模板的“说明”表"
    record.fail(log, "name", f"没有参数“{text}”", remedy)
    return ""


def parameter_value(record: Record, name: str, log: IssueLog) -> Any:
    """The value of a row of 参数 for the parameter; None where it cannot be read (reported)."""
    raw: Any = record.get("value")
    if name.endswith("_percent"):
        raw = _without_percent_sign(str(raw))
    try:
        reading = read_cell(parameter_column(name), raw)
    except CellError as error:
        record.fail(log, "value", f"参数 {name} 的值{error.message}", error.remedy)
        return None
    if reading.shown != str(record.get("value")):
        message = f"参数 {name} 的值“{record.get('value')}”按“{reading.shown}”读入"
        log.change(record.title, record.cell("value"), message)
    return reading.value


def _without_percent_sign(text: str) -> str:
    """``65%`` and the fraction 0.65 that Excel stores for it as ``65``."""
    text = half_width(text).strip()
    if text.endswith("%"):
        return text[:-1]
    return f"{float(text) * 100:g}" if re.fullmatch(r"0\.\d+", text) else text


def contradictions(policy: Policy) -> list[tuple[tuple[str, ...], str]]:
    """Parameters that contradict one another, with what is wrong in Chinese."""
    found = (
        (
            policy.mobile_group_min > policy.mobile_group_max,
            ("mobile_group_min", "mobile_group_max"),
            "流动组对象数的下限大于上限",
        ),
        (
            not policy.grade_first_score > policy.grade_second_score > policy.grade_third_score,
            ("grade_first_score", "grade_second_score", "grade_third_score"),
            "分数线应为 一级 > 二级 > 三级",
        ),
        (
            policy.min_stint_months > policy.max_stint_months,
            ("min_stint_months", "max_stint_months"),
            "最短驻点长于最长驻点",
        ),
        (
            policy.absence_short_days > policy.absence_long_days,
            ("absence_short_days", "absence_long_days"),
            "短假的天数大于长假",
        ),
    )
    return [(names, message) for wrong, names, message in found if wrong]


def _check_policy(policy: Policy, given: dict[str, tuple[Any, Record]], log: IssueLog) -> None:
    for names, message in contradictions(policy):
        record = next((given[name][1] for name in names if name in given), None)
        if record is not None:
            record.fail(log, "value", message, "请核对参数 " + "、".join(names))


def _round(
    given: dict[str, tuple[Any, Record]],
    log: IssueLog,
    round_name: str | None,
    today: dt.date,
) -> Round:
    default = Round.following(today)
    if round_name is not None:
        try:
            wanted = Round.named(round_name)
        except ValueError:
            wanted = None
        if wanted is None or wanted.start.year not in ROUND_YEARS:
            log.error("", "--round", f"没有轮次“{round_name}”", "写作 2027H1 或 2027H2")
            return default
        return wanted
    start, end = (given.get(name, (None, None))[0] for name in ("round_start", "round_end"))
    if start is None and end is None:
        return default
    named = nearest_round(start) if start is not None and start.year in ROUND_YEARS else default
    first, last = start or named.start, end or named.end
    if start is not None and end is not None and end.year in ROUND_YEARS:
        named = round_sharing_most(first, last)
    record = given["round_end" if end is not None else "round_start"][1]
    long_enough = dt.timedelta() <= last - first < dt.timedelta(days=LONGEST_ROUND_DAYS)
    if not long_enough or first.year not in ROUND_YEARS:
        record.fail(
            log,
            "value",
            f"轮次 {first} 至 {last} 不合理",
            "请核对年份；最后一天不得早于第一天，且不超过一年",
        )
        return default
    return Round(name=named.name, start=first, end=last)


def round_sharing_most(first: dt.date, last: dt.date) -> Round:
    """The named round that shares the most days with these: the rest of a half-year belongs to
    it however late it begins."""
    following = Round.following(first)
    before = Round.following(following.start - dt.timedelta(days=200))
    return max((before, following), key=lambda one: min(one.end, last) - max(one.start, first))


def nearest_round(start: dt.date) -> Round:
    """The named round whose recommended first day lies nearest to ``start``."""
    following = Round.following(start)
    before = Round.following(following.start - dt.timedelta(days=200))
    return min((before, following), key=lambda one: abs((one.start - start) // ONE_DAY))
