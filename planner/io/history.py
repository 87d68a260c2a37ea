"""派驻记录 as a whole: rows that contradict one another, and rows that do not count as they stand.

What stands in 派驻记录 with 执行 or 批准 decides who is where as the round begins. Two such rows
that cannot both be true would make the plan impossible, or let it end somebody's posting for no
reason: they are errors, with both cells.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

from planner.domain.calendar import ONE_DAY, Round
from planner.domain.terms import Form, StintStatus
from planner.io.cleaning import tidy_site_name
from planner.io.issues import IssueLog
from planner.io.rows import Record, Records

HANDOVER_DAYS = 7
"""Two rows that meet on so few days are a handover."""

FORGOTTEN_DAYS = 60
"""So long before the round a row of status 执行 that is over has been forgotten."""

IN_POST = frozenset({StintStatus.RUNNING, StintStatus.APPROVED})
CELLS_SHOWN = 5


def check_history(records: Records, round: Round, log: IssueLog) -> None:
    """Report what is wrong with the rows of 派驻记录 among themselves."""
    rows = [row for row in records.get("派驻记录", ()) if not row.broken]
    people = _sound_by_id(records, "驻点人员")
    sites = _sound_by_id(records, "驻点对象")
    for row in rows:
        check_names(row, people, sites, log)
        _check_home(row, people, log)
    _check_states(rows, round, log)
    counting = [row for row in rows if row.get("status") is not StintStatus.DRAFT]
    _check_slots(counting, round, log)
    _check_people(counting, round, people, sites, log)


def check_names(
    row: Record, people: dict[str, Record], sites: dict[str, Record], log: IssueLog
) -> None:
    """姓名 must be the name of 人员编号: whoever changes one of the two forgets the other."""
    person, name = people.get(row.get("inspector_id")), row.get("inspector_name")
    if person is not None and name and name != person.get("name"):
        identity = person.get("id")
        row.fail(
            log, "inspector_name",
            f"姓名“{name}”与人员编号 {identity} 不符：{identity} 是{person.get('name')}",
            "请把姓名和人员编号改为同一个人；只改姓名不会换人",
        )  # fmt: skip
    site, title = sites.get(row.get("site_id")), row.get("site_name")
    if site is not None and title:
        known, given = tidy_site_name(site.get("name")), tidy_site_name(title)
        if given not in known and known not in given:
            row.warn(
                log, "site_name",
                f"对象名称“{title}”与对象编号 {site.get('id')} 不符，"
                f"按编号读作“{site.get('name')}”",
                "请把名称和编号改为同一个对象；只改名称不会换对象",
            )  # fmt: skip


def _sound_by_id(records: Records, title: str) -> dict[str, Record]:
    return {row.get("id"): row for row in records.get(title, ()) if not row.broken}


def _check_home(row: Record, people: dict[str, Record], log: IssueLog) -> None:
    person = people.get(row.get("inspector_id"))
    if person is not None and person.get("department") != row.get("department"):
        row.warn(
            log, "department",
            f"{_named(person)}现属 {person.get('department')}，不是该段的派出单位",
            "若已调动，可忽略；否则请改正",
        )  # fmt: skip


# -- 状态 ----------------------------------------------------------------------------------------


def _check_states(rows: Sequence[Record], round: Round, log: IssueLog) -> None:
    for row in rows:
        if row.get("status") is StintStatus.FINISHED and row.get("end") is None:
            row.fail(log, "end", "状态为“结束”，但没有结束日期", "请填写结束日期")
    drafts = [
        row
        for row in rows
        if row.get("status") is StintStatus.DRAFT and row.get("start") < round.start
    ]
    in_post = [row for row in drafts if _reaches(row, round.start)]
    if in_post:
        in_post[0].fail(
            log, "status",
            f"{len(in_post)} 行状态为“草案”，却应在本轮开始时在岗（{_cells(in_post, 'status')}）："
            "照此会当作无人在岗重新派人",
            "已执行的请把状态改为“执行”，未批准的请删去；"
            "用 planner next 生成下一轮工作簿，状态会自动改好",
        )  # fmt: skip
    over = [row for row in drafts if not _reaches(row, round.start)]
    if over:
        over[0].warn(
            log, "status",
            f"{len(over)} 行状态为“草案”，不计入历史（{_cells(over, 'status')}）："
            "冷却期和以往负荷都不会算上它们",
            "已执行完的请把状态改为“结束”，未批准的请删去",
        )  # fmt: skip
    forgotten = [
        row
        for row in rows
        if row.get("status") is StintStatus.RUNNING
        and row.get("end") is not None
        and row.get("end") < round.start - ONE_DAY * FORGOTTEN_DAYS
    ]
    if forgotten:
        forgotten[0].warn(
            log, "status",
            f"{len(forgotten)} 行状态为“执行”，但早已结束（{_cells(forgotten, 'end')}）",
            "若已结束，请把状态改为“结束”",
        )  # fmt: skip


def _reaches(row: Record, day: dt.date) -> bool:
    return row.get("end") is None or row.get("end") >= day


def _cells(rows: Sequence[Record], field: str) -> str:
    shown = "、".join(row.cell(field) for row in rows[:CELLS_SHOWN])
    return shown + (" 等" if rows[CELLS_SHOWN:] else "")


# -- two rows at once ---------------------------------------------------------------------------


def _check_slots(rows: Sequence[Record], round: Round, log: IssueLog) -> None:
    """Two people in one slot, or one person twice."""
    placed: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for row in rows:
        placed[row.get("site_id"), row.get("slot")].append(row)
    for held in placed.values():
        for one, other in pairwise(sorted(held, key=lambda row: row.get("start"))):
            end = one.get("end")
            if end is None and other.get("status") not in IN_POST:
                continue
            if not _together(one, other):
                continue
            same = one.get("inspector_id") == other.get("inspector_id")
            report = other.fail if same or _both_in_post(one, other, round) else other.warn
            report(
                log, "start",
                f"与 {one.title}!{one.cell('start')} 在同一岗位上的日期重叠",
                "请核对起止日期和岗位序：前一人已离开的填结束日期；两人一企的第二人岗位序为 2",
            )  # fmt: skip


def _check_people(
    rows: Sequence[Record],
    round: Round,
    people: dict[str, Record],
    sites: dict[str, Record],
    log: IssueLog,
) -> None:
    """One person, one place (R03-5): 蹲守 and 流动 release a person for one object or one group."""
    places: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        if row.get("status") in IN_POST and _reaches(row, round.start):
            places[row.get("inspector_id")].append(row)
    for person, held in places.items():
        for one, other in combinations(sorted(held, key=lambda row: row.get("start")), 2):
            if not _together(one, other) or _compatible(one, other):
                continue
            both = "和".join(
                f"{row.title}!{row.cell('site_id')}（{_site_name(row, sites)}，{row.get('form')}，"
                f"{row.get('start')} 起）"
                for row in (one, other)
            )
            name = _named(people[person]) if person in people else person
            other.fail(
                log, "site_id", f"{name}同时在两处在岗：{both}",
                "同一人同一时间只能在一处（R03-5）：请在已离开的那一行填结束日期，状态改为“结束”；"
                "若是同一流动组，请填同一流动组号；若写错了人，请改人员编号",
            )  # fmt: skip


def _together(one: Record, other: Record) -> bool:
    """Whether two rows, the earlier first, share more days than a handover takes."""
    end, start = one.get("end"), other.get("start")
    shortest = [last for last in (end, other.get("end")) if last is not None]
    return not shortest or (min(shortest) - start).days >= HANDOVER_DAYS


def _both_in_post(one: Record, other: Record, round: Round) -> bool:
    return all(
        row.get("status") in IN_POST
        and row.get("start") < round.start
        and _reaches(row, round.start)
        for row in (one, other)
    )


def _compatible(one: Record, other: Record) -> bool:
    """Several 定期 objects, the objects of one 流动 group, and one object's row twice (which the
    slots tell)."""
    if (one.get("site_id"), one.get("slot")) == (other.get("site_id"), other.get("slot")):
        return True
    forms = {one.get("form"), other.get("form")}
    if one.get("site_id") == other.get("site_id"):
        return False
    same_group = one.get("group") and one.get("group") == other.get("group")
    return forms == {Form.REGULAR} or (forms == {Form.MOBILE} and bool(same_group))


def _named(person: Record) -> str:
    return f"{person.get('name')}（{person.get('id')}）"


def _site_name(row: Record, sites: dict[str, Record]) -> str:
    site = sites.get(row.get("site_id"))
    return str(site.get("name")) if site else str(row.get("site_id"))
