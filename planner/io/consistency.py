"""Rows that are readable one by one but contradict each other, or leave something open."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import combinations, pairwise

from rapidfuzz import fuzz

from planner.domain.calendar import CalendarDay, Round, WorkCalendar, quarter_of
from planner.domain.ledgers import DuplicateDecision, PeriodKind
from planner.domain.terms import TO_FILL_IN, Level, ListAction, SiteStatus
from planner.io.cleaning import tidy_site_name
from planner.io.files import LONGEST_FOLDER_NAME, is_folder_name
from planner.io.history import check_history
from planner.io.issues import IssueLog
from planner.io.rows import Record, Records
from planner.resources import data_file

SHORTEST_REASON = 10
"""Characters of the reason of an 豁免 row."""
PARTLY_IN_PRINCIPLE = frozenset({"R09-3"})
"""Rules of another level with a part that a row of 豁免 may lift (settled reading 6)."""
APPROVED = ("延长驻点", "豁免")
"""Sheets whose rows hold only when a person has approved them."""

SEPARATORS = re.compile(r"[、，,;；/]")
"""What stands between several names in one cell."""

MOST_NAMES_COMPARED = 1500
"""Every pair of names of a county is compared: beyond this the time is not worth it."""

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
        ("联合驻点", _check_joint_posting),
        ("豁免", _check_override),
    )
    for title, check in checks:
        for record in _sound(records, title):
            check(record, log)
    for title in APPROVED:
        for record in _sound(records, title):
            _check_filled_in(record, log)
    _check_short_names(_sound(records, "部门单位"), log)
    _check_sites(records, log)
    decisions = _sound(records, "重复认定")
    apart = {
        frozenset(pair)
        for row in decisions
        if row.get("decision") is DuplicateDecision.NONE
        for pair in combinations(row.get("site_ids"), 2)
    }
    _check_same_objects(_sound(records, "驻点对象"), apart, log)
    for row in decisions:
        _check_decision(row, records, log)
    _check_leads(decisions, log)
    _check_people(records, log)
    _check_claims(records, log)
    _check_distances(records, log)
    _check_leave(records, log)
    check_history(records, round, log)
    _check_adjustments(records, round, log)


def check_ledgers(records: Records, log: IssueLog) -> None:
    """Report contradictions within rows of the ledgers as errors and what a person should look at
    as warnings."""
    for record in _sound(records, "报送"):
        _check_submission(record, log)
    for record in _sound(records, "名单版本"):
        _check_list_version(record, log)


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


def _check_submission(record: Record, log: IssueLog) -> None:
    kind, period = record.get("kind"), record.get("period")
    found = PeriodKind.of(period)
    if found is not kind.period:
        record.fail(
            log, "period",
            f"“期间”{period} 是{found}，而“种类”{kind}按{kind.period}报送",
            f"请改期间为{kind.period}，写作 {kind.period.example}，或改种类",
        )  # fmt: skip


def _check_list_version(record: Record, log: IssueLog) -> None:
    """R02-1: the list of a quarter is judged within that quarter."""
    quarter, judged = record.get("quarter"), record.get("judged_on")
    if judged is None:
        if record.get("filed_on") is not None:
            record.warn(log, "judged_on", "名单已备案，没有研判日期（R02-1）", "请补填研判日期")
    elif quarter_of(judged) != quarter:
        record.warn(
            log, "judged_on", f"研判日期 {judged} 不在 {quarter} 之内（R02-1：每季度研判一次）",
            "请核对研判日期和季度",
        )  # fmt: skip


def _check_joint_posting(record: Record, log: IssueLog) -> None:
    if len(record.get("departments")) < 2:
        record.fail(log, "departments", "联合驻点只写了一个单位", "请写全参加的单位，至少两个")


def _check_conflict(record: Record, log: IssueLog) -> None:
    if not any(record.get(name) for name in ("site_id", "uscc", "corporation")):
        record.fail(
            log, "site_id", "对象编号、统一社会信用代码、集团名称都是空的", "三项中至少填一项"
        )


def _check_filled_in(record: Record, log: IssueLog) -> None:
    """What ``planner repair`` left for a person to decide."""
    for name in ("reason", "matter", "approver"):
        if str(record.get(name) or "").startswith(TO_FILL_IN):
            heading = record.sheet.by_field[name].heading
            record.fail(
                log, name, f"“{heading}”还是“{TO_FILL_IN}”",
                f"经批准后填写{heading}；没有批准的删去这一行",
            )  # fmt: skip


def _check_override(record: Record, log: IssueLog) -> None:
    if not record.get("inspector_id") and not record.get("site_id"):
        record.fail(log, "inspector_id", "人员编号和对象编号都是空的", "豁免须指明人员或对象")
    if len(record.get("reason")) < SHORTEST_REASON:
        record.fail(log, "reason", f"理由少于 {SHORTEST_REASON} 个字", "请写明具体理由")
    level = _levels().get(record.get("rule"))
    if level is None:
        remedy = "规则编号见 planner rules 或 docs/rules.md，写作 R05-1"
        record.fail(log, "rule", f"没有规则 {record.get('rule')}", remedy)
    elif level != "H*" and record.get("rule") not in PARTLY_IN_PRINCIPLE:
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


def _check_people(records: Records, log: IssueLog) -> None:
    for person in _sound(records, "驻点人员"):
        if SEPARATORS.search(person.get("name")):
            person.fail(log, "name", "一格中有几个人", "请每人一行，各有编号")


def _check_claims(records: Records, log: IssueLog) -> None:
    """Rows whose unit, level or target disagrees with 驻点对象."""
    sites = {row.get("id"): row for row in _sound(records, "驻点对象")}
    departments = {row.get("code"): row for row in _sound(records, "部门单位")}
    joint = {row.get("site_id") for row in _sound(records, "联合驻点")}
    for item in _sound(records, "驻点名单"):
        site = sites.get(item.get("site_id"))
        if site is not None and item.get("department") != site.get("department"):
            item.warn(
                log, "department",
                f"名单的单位是 {item.get('department')}，{site.title}!{site.cell('department')} "
                f"的派出单位是 {site.get('department')}",
                "请改为同一个单位；派驻按“驻点对象”的派出单位",
            )  # fmt: skip
    for site in sites.values():
        unit = departments.get(site.get("department"))
        known = unit is not None and site.get("id") not in joint
        if known and unit is not None and unit.get("level") is not site.get("level"):
            site.warn(
                log, "level",
                f"管辖层级是“{site.get('level')}”，派出单位{unit.get('short_name')}是"
                f"“{unit.get('level')}”级（R01-3）",
                "请核对两者；市县共同派驻的请填“联合驻点”",
            )  # fmt: skip
    named = {
        field: {site.get(field) for site in sites.values()} for field in ("uscc", "corporation")
    }
    for row in _sound(records, "回避"):
        targets = [field for field in named if row.get(field)]
        missing = [field for field in targets if row.get(field) not in named[field]]
        if missing and len(missing) == len(targets) and not row.get("site_id"):
            row.warn(
                log, missing[0], "这一行不对应任何驻点对象，不起作用",
                "请核对代码或集团名称的写法，或改填对象编号",
            )  # fmt: skip


def _check_distances(records: Records, log: IssueLog) -> None:
    known: dict[frozenset[str], Record] = {}
    for row in _sound(records, "县区距离"):
        earlier = known.setdefault(frozenset((row.get("origin"), row.get("destination"))), row)
        if earlier is not row and earlier.get("kilometres") != row.get("kilometres"):
            row.warn(
                log, "kilometres",
                f"与 {earlier.title}!{earlier.cell('kilometres')} 的公里数不同（往返应相同）",
                "请只保留一行",
            )  # fmt: skip


def _check_leave(records: Records, log: IssueLog) -> None:
    """Leave of one person that overlaps: each row against the one before it."""
    rows = sorted(
        _sound(records, "请假与任务"), key=lambda row: (row.get("inspector_id"), row.get("start"))
    )
    for one, other in pairwise(rows):
        same = one.get("inspector_id") == other.get("inspector_id")
        whole = not one.get("half_day") and not other.get("half_day")
        if same and whole and other.get("start") <= one.get("end"):
            other.warn(
                log, "start", f"与 {one.title}!{one.cell('start')} 的请假日期重叠",
                "请核对，只保留一行或改日期",
            )  # fmt: skip


def _check_decision(row: Record, records: Records, log: IssueLog) -> None:
    """重复认定: a decision that says other than the rest of the workbook, which holds."""
    decision, ids = row.get("decision"), set(row.get("site_ids"))
    sites = [one for one in _sound(records, "驻点对象") if one.get("id") in ids]
    units = {one.get("department") for one in sites}
    alike = len({_identity(one) for one in sites}) == 1
    if decision is None:
        return
    if decision is not DuplicateDecision.NONE and not alike:
        row.warn(
            log, "site_ids", f"认定为{decision}，但这几行的代码和场所编号不同，仍作几个对象",
            "请在“驻点对象”中填相同的统一社会信用代码和场所编号",
        )  # fmt: skip
    elif decision is DuplicateDecision.NONE and alike:
        row.warn(
            log, "decision", "认定为不重复，但这几行是同一代码、同一场所，仍作一个对象",
            "请在“驻点对象”中填不同的场所编号，或在“豁免”中写明 R02-6",
        )  # fmt: skip
    if decision is DuplicateDecision.LEAD_UNIT and row.get("lead_department") not in units:
        row.warn(
            log, "lead_department", "牵头单位没有填，或不是这几行的派出单位，认定不起作用",
            "请填其中一行的派出单位",
        )  # fmt: skip
    if (
        decision is DuplicateDecision.LEAD_UNIT
        and alike
        and len({one.get("level") for one in sites}) > 1
    ):
        row.warn(
            log, "site_ids", "这几行分属两个管辖层级，认定只管同一层级的几家，另一层级的照样派驻",
            "不派驻的一行，请在“驻点名单”中登记退出或暂缓",
        )  # fmt: skip
    joint = any(
        one.get("site_id") in ids and units <= set(one.get("departments"))
        for one in _sound(records, "联合驻点")
    )
    if decision is DuplicateDecision.JOINT and not joint:
        row.warn(
            log, "decision", "认定为联合驻点，但“联合驻点”没有这几个单位的一行，仍待认定",
            "请在“联合驻点”中登记",
        )  # fmt: skip


def _check_leads(decisions: Sequence[Record], log: IssueLog) -> None:
    """重复认定: two rows on the same objects that name different lead units."""
    earlier: dict[str, Record] = {}
    for row in decisions:
        if row.get("decision") is not DuplicateDecision.LEAD_UNIT or not row.get("lead_department"):
            continue
        others = (earlier.setdefault(one, row) for one in row.get("site_ids"))
        lead = row.get("lead_department")
        other = next((one for one in others if one.get("lead_department") != lead), None)
        if other is not None:
            row.warn(
                log, "lead_department",
                f"与第 {other.number} 行认定的牵头单位不同，按认定日期新的一行",
                "请核对，只保留有效的一行",
            )  # fmt: skip


_Apart = Collection[frozenset[str]]
"""Pairs of site ids that are decided to be two objects."""


def _check_same_objects(sites: Sequence[Record], apart: _Apart, log: IssueLog) -> None:
    """疑似重复 (R02-6): rows that may be one object; each is told once, against an earlier one."""
    by_code: dict[tuple[str, ...], Record] = {}
    by_name: dict[str, Record] = {}
    by_detail: dict[tuple[str, str], Record] = {}
    by_county: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for site in sites:
        if site.get("status") is SiteStatus.CLOSED:
            continue
        same = by_code.setdefault(_identity(site), site)
        if same is not site and same.get("department") == site.get("department"):
            site.warn(
                log, "uscc",
                f"与第 {same.number} 行（{same.get('id')}）是同一代码、同一场所",
                "若是两处厂区，请填不同的场所编号；若是重复，请删去一行",
            )  # fmt: skip
        elif same.get("level") is not site.get("level"):
            site.warn(
                log, "level",
                f"与第 {same.number} 行（{same.get('id')}）是同一对象，由两个层级的单位分别派驻",
                "请商定由一个层级派驻，另一行在“驻点名单”中登记退出或暂缓；确需分别派驻的可忽略",
            )  # fmt: skip
        name = tidy_site_name(site.get("name"))
        alike = by_name.setdefault(name, site)
        if alike is site:
            by_county[site.get("county")].append((name, site))
        elif _identity(alike) != _identity(site):
            _warn_of_one_object(alike, site, apart, log)
            continue
        _check_same_details(site, by_detail, apart, log)
    for county, group in by_county.items():
        if len(group) > MOST_NAMES_COMPARED:
            log.warning(
                "驻点对象", "", f"{county}的对象超过 {MOST_NAMES_COMPARED} 个，没有逐对比较名称",
                "请自行查找名称相近的重复对象",
            )  # fmt: skip
            continue
        _check_similar_names(group, apart, log)


def _check_same_details(
    site: Record, seen: dict[tuple[str, str], Record], apart: _Apart, log: IssueLog
) -> None:
    """One address or one phone of the person in charge under two codes."""
    for field, words in (("address", "地址"), ("manager_phone", "主要负责人电话")):
        if site.get(field):
            alike = seen.setdefault((field, site.get(field)), site)
            if alike is not site and _legal_person(alike) != _legal_person(site):
                _warn_of_one_object(alike, site, apart, log, f"{words}相同，")
                return


def _check_similar_names(group: Sequence[tuple[str, Record]], apart: _Apart, log: IssueLog) -> None:
    for at, (name, site) in enumerate(group):
        for earlier_name, earlier in group[:at]:
            if abs(len(name) - len(earlier_name)) > 2 or _identity(earlier) == _identity(site):
                continue
            if fuzz.ratio(name, earlier_name, score_cutoff=SAME_NAME_PERCENT):
                _warn_of_one_object(earlier, site, apart, log)
                break


def _warn_of_one_object(
    one: Record, other: Record, apart: _Apart, log: IssueLog, why: str = ""
) -> None:
    if frozenset((one.get("id"), other.get("id"))) in apart:
        return
    other.warn(
        log, "name",
        f"{why}疑似与第 {one.number} 行（{one.get('id')} {one.get('name')}）是同一对象",
        "若是同一对象，请填相同的统一社会信用代码和场所编号；若不是，请在名称中写明区别，或在“重复认定”中登记不重复",
    )  # fmt: skip


def _legal_person(site: Record) -> str:
    """Several sites of one enterprise share an address or a phone rightly."""
    return site.get("uscc") or site.get("project_code") or site.get("id")  # type: ignore[no-any-return]


def _identity(site: Record) -> tuple[str, ...]:
    if site.get("project_code"):
        return ("project", site.get("project_code"))
    if site.get("uscc"):
        return ("uscc", site.get("uscc"), site.get("premises_no") or "01")
    return ("row", site.get("id"))


def _check_adjustments(records: Records, round: Round, log: IssueLog) -> None:
    """Without the notice of the State Council, dates of a year are provisional (暂定)."""
    given = [day for row in _sound(records, "日历调整") if (day := row.get("day"))]
    calendar = WorkCalendar(adjustments=tuple(CalendarDay(day=day, workday=False) for day in given))
    for year in sorted({round.start.year, round.end.year}):
        missing = calendar.unannounced(year)
        if not missing:
            continue
        partly = any(day.year == year for day in given)
        still = f"；“日历调整”中还没有：{'、'.join(missing)}" if partly else ""
        log.warning(
            "日历调整", "",
            f"软件中没有 {year} 年的放假通知，节假日按法定日推算，计划为暂定{still}",
            "国务院办公厅公布后更新软件，或把全年的放假和调休日填入“日历调整”",
        )  # fmt: skip
