"""Word 文书: the fields that each template may use, and their values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from planner.domain.instance import Instance
from planner.domain.ledgers import EnterpriseList, Ledgers, TaskGroup
from planner.domain.plan import Plan
from planner.domain.record import new_postings
from planner.domain.terms import Form
from planner.io.privacy import mask_phone
from planner.monthly.due import enterprise_list_due
from planner.monthly.registers import LIST_UPDATE_DAYS
from planner.papers.experience import Experience
from planner.papers.handovers import (
    Handover,
    coming_operations,
    latest_list,
    open_hazards,
    open_matters,
    task_results,
)
from planner.reports.labels import (
    Names,
    chinese_date,
    date_in,
    dotted_date,
    owner_title,
    site_order,
    span_in,
)

Values = Mapping[str, Any]
UNDATED = "　　　　年　　月　　日"
"""Where a person writes the date by hand."""
NO_LOGS = "—"
NONE_KNOWN = "无"
NOT_ENTERED = "未登记"
ROWS_TO_WRITE_IN = 2
"""Empty rows of 交接单 for matters that stand in no ledger."""


def date_line(day: dt.date | None) -> str:
    """成文日期, or the room for it."""
    return chinese_date(day) if day else UNDATED


def notice(
    instance: Instance, plan: Plan, first: dt.date, last: dt.date, issued: dt.date | None
) -> Values:
    """派驻通知 of a unit: the only paper besides 附件1 that holds phone numbers."""
    names = Names(instance)
    rows = [
        (instance.site_by_id[site_id], one)
        for one in new_postings(plan)
        for site_id in one.site_ids
        if first <= one.start <= last
    ]
    rows.sort(key=lambda row: (row[1].start, site_order(instance, row[0]), row[1].slot))
    people = {form: {one.inspector_id for _, one in rows if one.form is form} for form in Form}
    return {
        "单位": owner_title(instance, plan.departments),
        "日期": date_line(issued),
        "起始": chinese_date(first),
        "截止": chinese_date(last),
        "人数": len({one.inspector_id for _, one in rows}),
        "对象数": len({site.id for site, _ in rows}),
        "蹲守人数": len(people[Form.RESIDENT]),
        "流动人数": len(people[Form.MOBILE]),
        "定期人数": len(people[Form.REGULAR]),
        "清单期限": instance.policy.enterprise_list_due_days,
        "名单": [
            {
                "序号": number,
                "对象": names.site(site.id),
                "县市区": site.county,
                "形式": _short(one.form),
                "人员": names.short_person(one.inspector_id),
                "电话": instance.inspector_by_id[one.inspector_id].phone,
                "起": date_in(first.year, one.start),
                "止": date_in(first.year, one.end),
            }
            for number, (site, one) in enumerate(rows, start=1)
        ],
    }


def handover(instance: Instance, one: Handover, ledgers: Ledgers, issued: dt.date | None) -> Values:
    """交接单 of a post; without rows in the ledgers its tables say 无."""
    names, site, new = Names(instance), instance.site_by_id[one.new.site_id], one.new
    day = min(issued or new.start, new.start)

    def told(some: dt.date | None) -> str:
        return date_in(new.start.year, some) if some else ""

    due = enterprise_list_due(instance, new.start)
    results = task_results(ledgers, one.old, day)
    return {
        "单位": names.department_in_full(new.department),
        "对象": names.site(site.id),
        "对象编号": site.id,
        "县市区": site.county,
        "地址": _within(site.county, site.address),
        "行业": instance.sector_by_code[site.sector].name,
        "形式": str(new.form),
        "岗位序": new.slot,
        "移交人": names.person(one.old.inspector_id),
        "移交人起": told(one.old.start),
        "移交人止": date_in(one.old.start.year, one.old.end) if one.old.end else "未定",
        "接收人": names.person(new.inspector_id),
        "接收人起": told(new.start),
        "接收人止": told(new.end) or "未定",
        "交接日期": chinese_date(one.together[0] if one.together else new.start),
        "重叠": _together(one),
        "负责人": _contact(site.manager, site.manager_phone),
        "安全总监": _contact(site.safety_director, site.safety_director_phone),
        "清单": _list_text(latest_list(ledgers, site.id, day), new.start, due),
        # Not in the shipped template any more, but in those that an office has made its own.
        "清单期限": told(due),
        "截至": chinese_date(day),
        "隐患": [
            {
                "编号": hazard.id,
                "发现": told(hazard.found_on),
                "内容": hazard.content,
                "级别": hazard.level.value,
                "期限": told(hazard.deadline),
                "责任人": _responsible(names, hazard.responsible, hazard.transfer_department),
            }
            for hazard in open_hazards(ledgers, site.id, day)
        ]
        or [_no_row("编号", "发现", "内容", "级别", "期限", "责任人")],
        "作业": [
            {
                "编号": operation.id,
                "种类": operation.kind.value,
                "级别": operation.level.value if operation.level else "",
                "起止": span_in(new.start.year, operation.planned_start, operation.planned_end),
                "票号": operation.permit_no,
            }
            for operation in coming_operations(ledgers, site.id, day)
        ]
        or [_no_row("编号", "种类", "级别", "起止", "票号")],
        "任务": [
            {
                "任务": group.value,
                "日期": told(results[group].day) if group in results else NOT_ENTERED,
                "结果": results[group].result if group in results else "",
            }
            for group in TaskGroup
        ],
        "帮扶": [
            *(
                {
                    "编号": matter.id,
                    "提出": told(matter.raised_on),
                    "事项": matter.matter,
                    "期限": told(matter.deadline),
                    "办理": "；".join(filter(None, (matter.owner, matter.result))),
                }
                for matter in open_matters(ledgers, site.id, day)
            ),
            *[dict.fromkeys(("编号", "提出", "事项", "期限", "办理"), "")] * ROWS_TO_WRITE_IN,
        ],
    }


def certificate(
    instance: Instance, one: Experience, until: dt.date, issued: dt.date | None
) -> Values:
    """基层工作经历证明 of a person."""
    names, person = Names(instance), instance.inspector_by_id[one.inspector_id]
    return {
        "单位": names.department_in_full(person.department),
        "日期": date_line(issued),
        "姓名": person.name,
        "编号": person.id,
        "职务": person.title or "工作人员",
        "截至": chinese_date(until),
        "时长": duration(one.months, one.days),
        "经历": [
            {
                "序号": number,
                "对象": names.site(row.stint.site_id),
                "形式": str(row.stint.form),
                "起": dotted_date(row.start),
                "止": dotted_date(row.end),
                "日数": NO_LOGS if row.days is None else row.days,
            }
            for number, row in enumerate(one.served, start=1)
        ],
    }


def sign_in(instance: Instance, plan: Plan, first: dt.date, last: dt.date) -> Values:
    """培训签到表 of everybody who begins a posting in some days."""
    names = Names(instance)
    entry: dict[str, dt.date] = {}
    sectors: dict[str, dict[str, None]] = {}
    for one in sorted(new_postings(plan), key=lambda row: row.start):
        if first <= one.start <= last:
            entry.setdefault(one.inspector_id, one.start)
            for site_id in one.site_ids:
                sector = instance.sector_by_code[instance.site_by_id[site_id].sector].name
                sectors.setdefault(one.inspector_id, {})[sector] = None
    return {
        "单位": owner_title(instance, plan.departments),
        "人数": len(entry),
        "名单": [
            {
                "序号": number,
                "人员": names.person(person),
                "科室": instance.inspector_by_id[person].office,
                "行业": "、".join(sectors[person]),
                "进驻": dotted_date(day),
            }
            for number, (person, day) in enumerate(entry.items(), start=1)
        ],
    }


def duration(months: int, days: int) -> str:
    """``3个月零4天``."""
    if not months:
        return f"{days}天"
    return f"{months}个月零{days}天" if days else f"{months}个月"


def _short(form: Form) -> str:
    return str(form).removesuffix("驻点")


def _together(one: Handover) -> str:
    """当面交接 of 交接单: when both are there."""
    if not one.together:
        return "移交人已离岗，须约定时间"
    if one.old.end is None or one.old.end >= one.new.start:
        return "当天两人均在岗"
    days = "、".join(date_in(one.new.start.year, day) for day in one.together)
    return f"移交人{days}再到场"


def _within(county: str, address: str) -> str:
    """An address without the county that it begins with, which the form names before it."""
    begin = rf"\s*(\w{{2,4}}省)?\s*(\w{{2,4}}市)?\s*{re.escape(county)}\s*"
    return re.sub(rf"\A{begin}", "", address) if county else address


def _contact(name: str, phone: str) -> str:
    return " ".join(filter(None, (name, mask_phone(phone)))) or NONE_KNOWN


def _responsible(names: Names, responsible: str, transferred: str) -> str:
    told = f"已移交{names.department(transferred)}" if transferred else ""
    return "；".join(filter(None, (responsible, told)))


def _list_text(known: EnterpriseList | None, entry: dt.date, due: dt.date) -> str:
    """一企一清单 of 交接单: the version that is handed over, or until when there has to be one."""
    if known is None:
        return f"□ 已移交　　□ 未建立，接收人于{date_in(entry.year, due)}前完成"
    given, year = known.handed_over_on, entry.year
    handed = f"{date_in(year, given)}已移交" if given else "□ 已移交"
    until = date_in(year, entry + LIST_UPDATE_DAYS)
    return f"第{known.version}版（{date_in(year, known.day)}），{handed}；接收人于{until}前更新"


def _no_row(*fields: str) -> dict[str, str]:
    """What a table says that has no row."""
    return {field: NONE_KNOWN if at == 0 else "" for at, field in enumerate(fields)}
