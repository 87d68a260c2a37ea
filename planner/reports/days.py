"""月度驻点日程表, 重点时段力量安排表 and 每日在岗表: a day plan on paper."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.domain.calendar import KeyPeriod, days_between
from planner.domain.day_plan import DayPlan, DayRow, DayShortage, MonthCase
from planner.domain.terms import Form, Grade
from planner.io.days_workbook import (
    BY_PERSON,
    BY_SITE,
    FINGERPRINT,
    LEAVE_MARK,
    MARKS,
    REST_MARK,
    entry_text,
    fingerprint,
)
from planner.io.privacy import mask_phones
from planner.io.schema_days import DAY_SHORTAGES
from planner.remarks import HANDOVER, handed_over_in
from planner.reports.labels import Names, department_order, site_order, status_word
from planner.reports.styles import (
    HEADING_FONT,
    SHADE,
    dress,
    height_of,
    new_workbook,
    print_on_a4,
    put,
    set_widths,
)
from planner.reports.tables import Cell, Table, write_table
from planner.reports.unattended import unattended
from planner.rule import DayRule

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

UNATTENDED = "未覆盖作业"
WEEKDAYS = "一二三四五六日"
KEY_SHADE = "EDEDED"
POINTS = 9
DAY_WIDTH = 3.4
LEFT_WIDTHS = (26.0, 5.0, 9.5, 20.0, 5.0)
PERSON_WIDTHS = (19.0, 14.0, 32.0, 5.0)
SITE_LEGEND = (
    "格中数字为“人员”栏中的人；“上”“下”为半天；“火”为到场监督危险作业。深灰为休息日，"
    "浅灰并标“●”为重点时段。改日程请改“按人员”表或本表，只改一张。"
)
PERSON_LEGEND = (
    "格中数字为“对象”栏中的对象；“上”“下”为半天，“火”为到场监督危险作业，“休”为补休，“假”为请假。"
    "改好后用 planner verify-days 核查本工作簿。"
)


class _Presence(NamedTuple):
    """Somebody who should be at an object on a date: a line of 每日在岗表."""

    day: dt.date
    department: str
    site_id: str
    half: str
    inspector_id: str
    form: str
    kind: str
    operation_ids: tuple[str, ...] = ()


class DayReport:
    """A day plan with what its tables need; ``rules`` give the words of the shortages."""

    def __init__(self, case: MonthCase, days: DayPlan, rules: Sequence[DayRule]) -> None:
        self.case, self.days = case, days
        self.instance, self.names = case.instance, Names(case.instance)
        self._words = {rule.article.rule: rule for rule in rules}

    @property
    def title(self) -> str:
        """``济宁市应急管理局2027年2月``."""
        units = self.days.departments
        whose = (
            self.names.department_in_full(units[0])
            if len(units) == 1
            else f"{len(units)}个派出单位"
        )
        return f"{whose}{self.days.first.year}年{self.days.first.month}月"

    def shortage_text(self, shortage: DayShortage) -> str:
        """What is missing, in words."""
        return self._words[shortage.rule].explain_shortage(shortage)

    # -- 月度驻点日程表 -----------------------------------------------------------------------

    def schedule(self) -> Workbook:
        """月度驻点日程表: by object, by person, what could not be met, how good it is."""
        from openpyxl.packaging.custom import StringProperty

        workbook = new_workbook(f"月度驻点日程表 {self.days.month}")
        both = [row for row in self.days.rows if row.site_id in self.case.stints_at]
        written = StringProperty(name=FINGERPRINT, value=fingerprint(both, self.case))
        workbook.custom_doc_props.append(written)
        self._by_site(workbook.create_sheet(BY_SITE))
        self._by_person(workbook.create_sheet(BY_PERSON))
        operations = (self.operations(),) if self.case.data.operations else ()
        for table in (self.shortages(), *operations, self.proof()):
            write_table(workbook.create_sheet(table.title), table, f"{self.title}{table.title}")
        return workbook

    def _by_site(self, sheet: Worksheet) -> None:
        heads = ("驻点对象", "等级", "驻点形式", "人员", "天数")
        self._head(sheet, heads, LEFT_WIDTHS)
        row = self._first_row
        sites = sorted(
            (self.instance.site_by_id[one] for one in self.case.stints_at),
            key=lambda site: site_order(self.instance, site),
        )
        for site in sites:
            stints = self.case.stints_at[site.id]
            visits = self.days.at_site.get(site.id, {})
            people = _by_entry(
                [
                    *((one.inspector_id, one.start) for one in stints),
                    *((one.inspector_id, day) for day in sorted(visits) for one in visits[day]),
                ]
            )
            mark = {person: MARKS[at % len(MARKS)] for at, person in enumerate(people)}
            forms = "、".join(dict.fromkeys(one.form.value for one in stints))
            who = " ".join(f"{mark[one]}{self.names.short_person(one)}" for one in people)
            texts = (
                self._site(site.id), self.names.grade(site.id), forms, who, str(len(visits)),
            )  # fmt: skip
            self._left(sheet, row, texts, LEFT_WIDTHS)
            for at, day in enumerate(self._dates):
                found = sorted(visits.get(day, ()), key=lambda one: people.index(one.inspector_id))
                text = "".join(entry_text(mark[one.inspector_id], one, self.case) for one in found)
                self._cell(sheet, row, len(LEFT_WIDTHS) + 1 + at, text, day)
            row += 1
        self._foot(sheet, row, SITE_LEGEND, BY_SITE)

    def _by_person(self, sheet: Worksheet) -> None:
        heads = ("人员", "单位", "对象", "天数")
        self._head(sheet, heads, PERSON_WIDTHS)
        row = self._first_row
        posted: dict[str, list[tuple[str, dt.date]]] = defaultdict(list)
        for site_id, stints in self.case.stints_at.items():
            for stint in stints:
                posted[stint.inspector_id].append((site_id, stint.start))
        for one in self.days.rows:
            if one.site_id:
                posted[one.inspector_id].append((one.site_id, one.day))
        units = department_order(
            self.instance,
            tuple({self.instance.inspector_by_id[one].department for one in posted}),
        )
        people = sorted(
            posted, key=lambda p: (units.index(self.instance.inspector_by_id[p].department), p)
        )
        for person in people:
            sites = _by_entry(posted[person])
            mark = {site_id: MARKS[at % len(MARKS)] for at, site_id in enumerate(sites)}
            rows = self.days.of_person.get(person, ())
            by_day: dict[dt.date, list[DayRow]] = defaultdict(list)
            for one in rows:
                by_day[one.day].append(one)
            where = " ".join(f"{mark[one]}{self._site(one)}" for one in sites)
            count = len({one.day for one in rows if one.site_id})
            unit = self.names.department(self.instance.inspector_by_id[person].department)
            texts = (f"{self._name(person)}（{person}）", unit, where, str(count))
            self._left(sheet, row, texts, PERSON_WIDTHS)
            for at, day in enumerate(self._dates):
                found = by_day.get(day, ())
                text = "".join(
                    entry_text(mark[one.site_id], one, self.case) if one.site_id else REST_MARK
                    for one in found
                )
                if not text and self.case.on_leave(person, day):
                    text = LEAVE_MARK
                self._cell(sheet, row, len(PERSON_WIDTHS) + 1 + at, text, day)
            row += 1
        self._foot(sheet, row, PERSON_LEGEND, BY_PERSON)

    def _site(self, site_id: str) -> str:
        """A short name with the id, by which the workbook is read back."""
        return f"{self.names.short_site(site_id)}（{site_id}）"

    @property
    def _dates(self) -> list[dt.date]:
        return days_between(self.days.first, self.days.last)

    _first_row = 3

    def _head(self, sheet: Worksheet, heads: Sequence[str], widths: Sequence[float]) -> None:
        for at, text in enumerate(heads, start=1):
            for row in (1, 2):
                put(sheet, row, at, text if row == 1 else "", font=HEADING_FONT, points=POINTS,
                    fill=SHADE)  # fmt: skip
            sheet.merge_cells(start_row=1, start_column=at, end_row=2, end_column=at)
        for at, day in enumerate(self._dates, start=len(heads) + 1):
            key = "●" if self._in_key_period(day) else ""
            put(sheet, 1, at, day, font=HEADING_FONT, points=POINTS, fill=self._fill(day),
                date_format="d")  # fmt: skip
            put(sheet, 2, at, f"{WEEKDAYS[day.weekday()]}{key}", font=HEADING_FONT, points=POINTS,
                fill=self._fill(day))  # fmt: skip
        set_widths(sheet, [*widths, *(DAY_WIDTH for _ in self._dates)])
        sheet.row_dimensions[2].height = 26
        sheet.freeze_panes = sheet.cell(self._first_row, len(heads) + 1)

    def _left(
        self, sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[float]
    ) -> None:
        for at, text in enumerate(texts, start=1):
            align = "left" if widths[at - 1] > 10 else "center"
            put(sheet, row, at, text, points=POINTS, align=align)
        sheet.row_dimensions[row].height = max(20.0, height_of(texts, widths, POINTS))

    def _cell(self, sheet: Worksheet, row: int, column: int, text: str, day: dt.date) -> None:
        look: dict[str, Any] = {"points": POINTS, "fill": self._fill(day), "line": "808080"}
        if text:
            put(sheet, row, column, text, **look)
            height = height_of((text,), (DAY_WIDTH,), POINTS)
            sheet.row_dimensions[row].height = max(sheet.row_dimensions[row].height, height)
        else:
            dress(sheet, row, column, **look)

    def _foot(self, sheet: Worksheet, row: int, legend: str, name: str) -> None:
        put(sheet, row + 1, 1, legend, border=False, align="left", points=POINTS, wrap=False)
        print_on_a4(
            sheet, heading_rows="1:2", landscape=True, title=f"{self.title}驻点日程表（{name}）"
        )

    def _fill(self, day: dt.date) -> str:
        if not self.instance.calendar.is_workday(day):
            return SHADE
        return KEY_SHADE if self._in_key_period(day) else ""

    def _in_key_period(self, day: dt.date) -> bool:
        return any(one.start <= day <= one.end for one in self.key_periods())

    # -- 重点时段 -----------------------------------------------------------------------------

    def key_periods(self) -> list[KeyPeriod]:
        """The key periods of the month that ask for presence."""
        return [
            one
            for one in self.instance.key_periods
            if one.boost_coverage
            and one.start <= self.days.last
            and one.end >= self.days.first
            and {one.required_first, one.required_second, one.required_third} - {"", "无"}
        ]

    def duty(self) -> Workbook | None:
        """重点时段力量安排表; None for a month without a key period that asks for presence."""
        periods = self.key_periods()
        if not periods:
            return None
        workbook = new_workbook(f"重点时段力量安排表 {self.days.month}")
        rows: list[tuple[Cell, ...]] = []
        for period in periods:
            rows += self._duty_rows(period)
        table = Table(
            "重点时段力量安排表",
            ("时段", "自", "至", "驻点对象", "等级", "要求", "在岗人员和日期", "无人"),
            (18, 15, 15, 28, 6, 6, 72, 12),
            tuple(rows),
            (
                "人员后为日期（日），休息日的日期带“*”，由此值守的应在60日内补休。",
                "“无人”为要求在岗而没有安排的日期；节假日不生产的对象，放假的日子不要求每日。",
                "时段内没有派驻的对象不列。",
            ),
            frozenset({0, 3, 6, 7}),
        )
        write_table(workbook.create_sheet(table.title), table, f"{self.title}{table.title}")
        return workbook

    def _duty_rows(self, period: KeyPeriod) -> list[tuple[Cell, ...]]:
        first, last = max(period.start, self.days.first), min(period.end, self.days.last)
        rows: list[tuple[Cell, ...]] = []
        sites = sorted(
            (self.instance.site_by_id[one] for one in self.case.stints_at),
            key=lambda site: site_order(self.instance, site),
        )
        asked = {
            Grade.FIRST: period.required_first,
            Grade.SECOND: period.required_second,
            Grade.THIRD: period.required_third,
        }
        for site in sites:
            wanted = asked.get(self.case.grade(site.id), "")
            applies = period.applies_to(site.county, site.sector, site.id)
            if wanted in {"", "无"} or not applies or site.status.idle:
                continue
            visits = self.days.at_site.get(site.id, {})
            served: dict[str, list[dt.date]] = defaultdict(list)
            for day in days_between(first, last):
                for one in visits.get(day, ()):
                    if day not in served[one.inspector_id]:
                        served[one.inspector_id].append(day)
            people = "\n".join(
                f"{self.names.short_person(person)}：{self._day_list(found)}"
                for person, found in served.items()
            )
            posted_on = [
                day
                for day in days_between(first, last)
                if any(one.covers(day) for one in self.case.stints_at[site.id])
            ]
            if not posted_on and not served:
                continue  # posted there in another part of the month only
            asked_on = [
                day
                for day in posted_on
                if wanted != "每日"
                or site.holiday_production
                or not self.instance.calendar.on_holiday(day)
            ]
            empty = [day for day in asked_on if day not in visits]
            missing = wanted == "每日" or len(empty) == len(asked_on)
            rows.append(
                (
                    period.name, first, last, self.names.short_site(site.id),
                    self.names.grade(site.id), wanted, people,
                    self._day_list(empty) if missing else "",
                )
            )  # fmt: skip
        return rows

    def _day_list(self, dates: Sequence[dt.date]) -> str:
        """``1、2、6*``: the days of the month, those off with a star."""
        is_workday = self.instance.calendar.is_workday
        return "、".join(f"{day.day}{'' if is_workday(day) else '*'}" for day in dates)

    # -- 每日在岗表 ---------------------------------------------------------------------------

    def roster(self) -> Workbook:
        """每日在岗表: who should be where on which date, as a list to filter, with whoever comes
        once more to hand over."""
        workbook = new_workbook(f"每日在岗表 {self.days.month}")
        operations = {one.id: one for one in self.case.data.operations}
        rows: list[tuple[Cell, ...]] = []
        order = {unit: at for at, unit in enumerate(self.days.departments)}
        present = [
            _Presence(
                row.day, row.department, row.site_id, row.half or "", row.inspector_id,
                self._form(row), row.kind.value, row.operation_ids,
            )
            for row in self.days.rows
            if row.site_id
        ]  # fmt: skip
        present += [
            _Presence(
                day, row.department, row.site_id, "", row.inspector_id, row.form.value, HANDOVER
            )
            for day, row in handed_over_in(self.case.plan, self.days)
        ]
        for one in sorted(
            present,
            key=lambda row: (
                row.day, order.get(row.department, 0), row.site_id, row.half, row.inspector_id,
            ),
        ):  # fmt: skip
            site = self.instance.site_by_id[one.site_id]
            attends = "、".join(
                f"{operations[each].kind.value}（{each}）" if each in operations else each
                for each in one.operation_ids
            )
            rows.append(
                (
                    one.day, WEEKDAYS[one.day.weekday()],
                    self.names.department(one.department), site.county,
                    self.names.site(site.id), site.address, one.form,
                    self.names.person(one.inspector_id), one.half or "全天", one.kind, attends,
                )
            )  # fmt: skip
        table = Table(
            "每日在岗表",
            (
                "日期", "星期", "派出单位", "县市区", "驻点对象", "地址", "驻点形式", "应在岗人员",
                "时间", "性质", "监督的危险作业",
            ),
            (15, 5, 18, 10, 30, 30, 10, 18, 6, 6, 18),
            tuple(rows),
            (
                "按日期筛选即为当天应在岗的人员，供明查暗访核对；补休和请假的不在表中。",
                "“交接”是已离岗、按计划再到场与接任者交接的人（R05-4）。",
            ),
            frozenset({2, 4, 5, 7, 10}),
        )  # fmt: skip
        sheet = workbook.create_sheet(table.title)
        write_table(sheet, table, f"{self.title}{table.title}")
        sheet.auto_filter.ref = f"A1:K{len(rows) + 1}"
        return workbook

    def _form(self, row: DayRow) -> str:
        for stint in self.case.stints_at.get(row.site_id, ()):
            if stint.covers(row.day):
                return stint.form.value
        return Form.RESIDENT.value

    # -- what is missing, how good it is ----------------------------------------------------------

    def shortages(self) -> Table:
        """缺口: every demand that the month leaves unmet."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                one.rule, self._words[one.rule].article.title,
                self.names.department(one.department),
                one.site_id, self.names.site(one.site_id) if one.site_id else "",
                one.inspector_id, self._name(one.inspector_id), one.operation_id,
                one.start, one.end, one.about, one.missing,
                self.shortage_text(one), self._words[one.rule].suggest(one),
            )
            for one in self.days.shortages
        )  # fmt: skip
        notes = ("注：每一行都是规则要求而本月排不出的。",)
        if not rows:
            notes = ("注：没有缺口，各项要求都已排入日程。",)
        return Table(
            DAY_SHORTAGES.title,
            tuple(one.heading for one in DAY_SHORTAGES.columns),
            (7, 18, 14, 11, 26, 11, 9, 9, 14, 14, 9, 5, 36, 40),
            rows,
            notes,
            frozenset({1, 2, 4, 12, 13}),
            ids=frozenset({3, 5, 7}),
        )

    def operations(self) -> Table:
        """未覆盖作业: every 危险作业 that nobody attends, with a proposal."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                one.operation.id, self.names.department(one.department),
                one.operation.site_id, self.names.site(one.operation.site_id),
                one.operation.kind.value, one.operation.level or "",
                one.dates[0], one.dates[-1], len(one.dates), one.why, one.proposal,
            )
            for one in unattended(self.case, self.days)
        )  # fmt: skip
        notes = "注：动火、设备检维修、高处作业当天无人到场的；应到场的同时列为缺口（R06-3）。"
        return Table(
            UNATTENDED,
            (
                "作业编号", "派出单位", "对象编号", "对象名称", "种类", "级别", "自", "至", "天数",
                "原因", "建议",
            ),
            (10, 14, 11, 26, 10, 6, 14, 14, 6, 36, 40),
            rows,
            (notes if rows else "注：报备的动火、设备检维修、高处作业都有人到场。",),
            frozenset({1, 3, 9, 10}),
            ids=frozenset({0, 2}),
        )  # fmt: skip

    def _name(self, inspector_id: str) -> str:
        found = self.instance.inspector_by_id.get(inspector_id)
        return mask_phones(found.name) if found else ""

    def proof(self) -> Table:
        """得分: tiers with bounds, and the named amounts."""
        proof = self.days.proof
        rows: list[tuple[Cell, ...]] = []
        for tier in proof.tiers if proof else ():
            gap = "已证明最优" if tier.gap == 0 else f"差距 {tier.gap:.1%}"
            rows.append((tier.name, tier.value, tier.bound, gap))
        rows += [
            (f"　{one.title}", one.amount, one.weight, one.unit)
            for one in (proof.penalties if proof else ())
        ]
        status = status_word(proof.status) if proof else "由人工修改，未附证明"
        return Table(
            "得分",
            ("项目", "数值", "下界或权重", "说明"),
            (36, 12, 12, 22),
            tuple(rows),
            (f"状态：{status}。各层按次序最小化；缩进的行是各层的组成。",),
            frozenset({0, 3}),
        )


def _by_entry(found: Iterable[tuple[str, dt.date]]) -> list[str]:
    """Ids by the first of their days, so that a number stays with its owner when the rest of a
    month is planned anew."""
    first: dict[str, dt.date] = {}
    for one, day in found:
        first[one] = min(day, first.get(one, day))
    return sorted(first, key=first.__getitem__)
