"""Rows that are readable one by one but contradict each other, or leave something open."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations

from rapidfuzz import fuzz

from planner.domain.calendar import Round, WorkCalendar
from planner.domain.statutory import statutory_days
from planner.domain.terms import Level, ListAction, SiteStatus
from planner.io.cleaning import tidy_site_name
from planner.io.files import LONGEST_FOLDER_NAME, is_folder_name
from planner.io.history import check_history
from planner.io.issues import IssueLog
from planner.io.rows import Record, Records
from planner.resources import data_file

SHORTEST_REASON = 10
"""Characters of the reason of an 豁免 row."""

SAME_NAME_PERCENT = 93.0
"""From this similarity on two names in one county are taken for one object (R02-6)."""


def check_consistency(records: Records, round: Round, log: IssueLog) -> None:
    """Report contradictions between rows as errors and what a person should look at as warnings."""
    checks: tuple[tuple[str, Callable[[Record, IssueLog], None]], ...] = (
        ("部门单位", _check_department),
        ("行业领域", _check_sector),
        ("驻点名单", _check_list_item),
        ("请假与任务", _check_absence),
        ("回避", _check_conflict),
        ("豁免", _check_override),
    )
    for title, check in checks:
        for record in _sound(records, title):
            check(record, log)
    _check_short_names(_sound(records, "部门单位"), log)
    _check_sites(records, log)
    _check_same_objects(_sound(records, "驻点对象"), log)
    check_history(records, round, log)
    _check_adjustments(records, round, log)


def _sound(records: Records, title: str) -> list[Record]:
    return [record for record in records.get(title, ()) if not record.broken]


def _check_department(record: Record, log: IssueLog) -> None:
    if record.get("level") is Level.COUNTY and not record.get("county"):
        record.fail(log, "county", "县级单位没有填县市区", "请填写该单位所在的县市区")
    if not is_folder_name(record.get("short_name")):
        record.fail(
            log, "short_name",
            f"简称不能用作文件夹名（结果按简称分文件夹，至多 {LONGEST_FOLDER_NAME} 字）",
            r'请改短，并去掉 . / \ : * ? " < > |',
        )  # fmt: skip


def _check_short_names(departments: Sequence[Record], log: IssueLog) -> None:
    """Two units of one 简称 would share one folder, and nobody could tell them apart in 附件1."""
    seen: dict[str, Record] = {}
    for record in departments:
        earlier = seen.setdefault(str(record.get("short_name")).casefold(), record)
        if earlier is not record:
            record.fail(
                log, "short_name",
                f"简称“{record.get('short_name')}”与 {earlier.title}!{earlier.cell('short_name')} "
                "相同",
                "请改为不同的简称，如加上县市区",
            )  # fmt: skip


def _check_sector(record: Record, log: IssueLog) -> None:
    if record.get("chemical") and record.get("team_size") < 2:
        record.fail(
            log, "team_size", "化工危化行业的岗位人数少于 2 人",
            "第(四)条要求化工危化企业派驻 2 人，请改为 2",
        )  # fmt: skip


def _check_list_item(record: Record, log: IssueLog) -> None:
    action = record.get("action")
    if action in {ListAction.LEAVE, ListAction.DEFER} and not record.get("reason"):
        record.warn(
            log, "reason", f"动作为“{action}”，但没有写理由", "请补写理由，名单备案和核查时要用"
        )


def _check_absence(record: Record, log: IssueLog) -> None:
    person = record.get("inspector_id")
    if person is not None and person == record.get("substitute_id"):
        record.fail(
            log, "substitute_id", f"替班人员就是请假人 {person} 自己",
            "请填另一个人的编号；没有替班人的请留空",
        )  # fmt: skip


def _check_conflict(record: Record, log: IssueLog) -> None:
    if not any(record.get(name) for name in ("site_id", "uscc", "corporation")):
        record.fail(
            log, "site_id", "对象编号、统一社会信用代码、集团名称都是空的", "三项中至少填一项"
        )


def _check_override(record: Record, log: IssueLog) -> None:
    if not record.get("inspector_id") and not record.get("site_id"):
        record.fail(log, "inspector_id", "人员编号和对象编号都是空的", "豁免须指明人员或对象")
    if len(record.get("reason")) < SHORTEST_REASON:
        record.fail(log, "reason", f"理由少于 {SHORTEST_REASON} 个字", "请写明具体理由")
    level = _levels().get(record.get("rule"))
    if level is None:
        remedy = "规则编号见 planner rules 或 docs/rules.md，写作 R05-1"
        record.fail(log, "rule", f"没有规则 {record.get('rule')}", remedy)
    elif level != "H*":
        record.fail(
            log, "rule", f"规则 {record.get('rule')} 不能豁免", "只有“原则上”的规则（H*）可以豁免"
        )


@cache
def _levels() -> dict[str, str]:
    with data_file("rules_index.csv").open(encoding="utf-8-sig", newline="") as index:
        return {row["id"]: row["level"] for row in csv.DictReader(index)}


def _check_sites(records: Records, log: IssueLog) -> None:
    departments = {row.get("code"): row for row in _sound(records, "部门单位")}
    for site in _sound(records, "驻点对象"):
        unit = departments.get(site.get("department"))
        if unit is None:
            continue
        if site.get("sector") not in unit.get("sectors"):
            site.warn(
                log, "sector",
                f"{unit.get('short_name')} 的行业领域中没有 {site.get('sector')}",
                "请核对派出单位，或在“部门单位”中补上该行业",
            )  # fmt: skip


def _check_same_objects(sites: Sequence[Record], log: IssueLog) -> None:
    """疑似重复 (R02-6): two rows that may be one object although their codes differ."""
    by_code: dict[tuple[str, ...], list[Record]] = defaultdict(list)
    by_county: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    by_name: dict[str, list[Record]] = defaultdict(list)
    for site in sites:
        if site.get("status") is SiteStatus.CLOSED:
            continue
        by_code[_identity(site)].append(site)
        name = tidy_site_name(site.get("name"))
        by_county[site.get("county")].append((name, site))
        by_name[name].append(site)
    for same in by_code.values():
        for one, other in combinations(same, 2):
            if one.get("department") == other.get("department"):
                other.warn(
                    log, "uscc",
                    f"与第 {one.number} 行（{one.get('id')}）是同一代码、同一场所",
                    "若是两处厂区，请填不同的场所编号；若是重复，请删去一行",
                )  # fmt: skip
            elif one.get("level") is not other.get("level"):
                other.warn(
                    log, "level",
                    f"与第 {one.number} 行（{one.get('id')}）是同一对象，由两个层级的单位分别派驻",
                    "请商定由一个层级派驻，另一行在“驻点名单”中登记退出或暂缓；确需分别派驻的可忽略",
                )  # fmt: skip
    for group in by_county.values():
        for (name, one), (other_name, other) in combinations(group, 2):
            same_length = abs(len(name) - len(other_name)) <= 2
            if not same_length or _identity(one) == _identity(other):
                continue
            if fuzz.ratio(name, other_name, score_cutoff=SAME_NAME_PERCENT):
                _warn_of_one_object(one, other, log)
    for same in by_name.values():
        for one, other in combinations(same, 2):
            if one.get("county") != other.get("county") and _identity(one) != _identity(other):
                _warn_of_one_object(one, other, log)


def _warn_of_one_object(one: Record, other: Record, log: IssueLog) -> None:
    other.warn(
        log, "name",
        f"疑似与第 {one.number} 行（{one.get('id')} {one.get('name')}）是同一对象",
        "若是同一对象，请填相同的统一社会信用代码和场所编号；若不是，请在名称中写明区别",
    )  # fmt: skip


def _identity(site: Record) -> tuple[str, ...]:
    if site.get("project_code"):
        return ("project", site.get("project_code"))
    if site.get("uscc"):
        return ("uscc", site.get("uscc"), site.get("premises_no") or "01")
    return ("row", site.get("id"))


def _check_adjustments(records: Records, round: Round, log: IssueLog) -> None:
    """Without the notice of the State Council, dates of a year are provisional (暂定).

    A notice names every statutory holiday: a year counts as entered when none is missing.
    """
    calendar = WorkCalendar()
    given = {row.get("day") for row in _sound(records, "日历调整")}
    for year in sorted({round.start.year, round.end.year}):
        if calendar.published(year):
            continue
        missing = [name for name, days in statutory_days(year).items() if not given & set(days)]
        if not missing:
            continue
        partly = any(day.year == year for day in given)
        still = f"；“日历调整”中还没有：{'、'.join(missing)}" if partly else ""
        log.warning(
            "日历调整", "",
            f"软件中没有 {year} 年的放假通知，节假日按法定日推算，计划为暂定{still}",
            "国务院办公厅公布后更新软件，或把全年的放假和调休日填入“日历调整”",
        )  # fmt: skip
