"""What a sound workbook will not lead to: people who cannot be sent, objects that get nobody, rows
without effect.

Nothing here is an error: the plan can be made. But a coordinator who does not know it would take
an empty plan for a good one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from planner.domain.calendar import ONE_DAY, add_months, quarter_of
from planner.domain.clock import clock_start, half_year
from planner.domain.findings import InputIssue, Severity
from planner.domain.instance import Instance
from planner.domain.key_periods import HOLIDAY, default_key_periods
from planner.domain.plan import Stint
from planner.domain.stand_in import barred_by
from planner.domain.tables import Extension, Inspector
from planner.domain.terms import AppraisalFlag, Form, SiteStatus, StintStatus
from planner.duplicates import duplicate_cases
from planner.io.rows import Place, Places

SHOWN = 5


def outlook(instance: Instance, places: Places) -> tuple[InputIssue, ...]:
    """The warnings about a rated instance; ``places`` tells where its rows stand."""
    look = _Outlook(instance, places)
    return tuple(
        InputIssue(
            severity=Severity.WARNING, sheet=sheet, cell=cell, message=message, remedy=remedy
        )
        for sheet, cell, message, remedy in look.warnings()
    )


_Warning = tuple[str, str, str, str]
"""Sheet, cell, message, remedy."""


class _Outlook:
    def __init__(self, instance: Instance, places: Places) -> None:
        self.instance = instance
        self.places = places
        self.quarter = quarter_of(instance.round.start)

    def warnings(self) -> Iterator[_Warning]:
        yield from self._people()
        yield from self._grades()
        yield from self._list()
        yield from self._refused_grades()
        yield from self._duplicates()
        yield from self._absences()
        yield from self._stand_ins()
        yield from self._regular_load()
        yield from self._extensions()
        yield from self._fixed_rows()
        yield from self._holidays()

    # -- where rows stand -------------------------------------------------------------------

    def _at(self, table: str, index: int, field: str) -> tuple[str, str]:
        rows = self.places.get(table, ())
        if index >= len(rows):
            return "", ""
        place: Place = rows[index]
        return place.title, place.cell(field).rpartition("!")[2]

    def _together(
        self,
        table: str,
        field: str,
        wanted: Callable[[Any], bool],
        message: Callable[[int, str], str],
        remedy: str,
    ) -> Iterator[_Warning]:
        """One warning for all rows of a table that are ``wanted``, at the first one's cell."""
        found = [n for n, row in enumerate(getattr(self.instance, table)) if wanted(row)]
        if found:
            cells = [self._at(table, n, field)[1] for n in found]
            yield (*self._at(table, found[0], field), message(len(found), _some(cells)), remedy)

    # -- people -----------------------------------------------------------------------------

    def _people(self) -> Iterator[_Warning]:
        eligible = {row.id for row in self.instance.inspectors if self._may_be_sent(row)}
        yield from self._together(
            "inspectors", "hire_date",
            lambda row: row.id in eligible and not (row.hire_date or row.probation_end),
            lambda count, cells: f"{count} 人没有录用日期，无从判断试用期，都不能新派出去"
            f"（R09-2）：{cells}",
            "请补填录用日期，或填试用期截止",
        )  # fmt: skip
        trained = self._trained()
        yield from self._together(
            "inspectors", "id",
            lambda row: row.id in eligible and row.id not in trained,
            lambda count, cells: f"{count} 人没有本单位行业的有效培训，都不能新派出去"
            f"（R10-1 先培训后进驻）：{cells}",
            f"请在“培训”表补填：结束日期在进驻之前、进驻前{self._months}个月以内；"
            "计划中的培训也可填",
        )  # fmt: skip

    @property
    def _months(self) -> int:
        return self.instance.policy.training_valid_months

    def _may_be_sent(self, person: Inspector) -> bool:
        round = self.instance.round
        return (
            person.staff_type.formal
            and person.appraisal is not AppraisalFlag.SUSPENDED
            and person.available_from <= round.end
            and person.available_to >= round.start
        )

    def _trained(self) -> set[str]:
        oldest = add_months(self.instance.round.start, -self._months)
        home = {row.id: row.department for row in self.instance.inspectors}
        sectors = {row.code: set(row.sectors) for row in self.instance.departments}
        return {
            person
            for row in self.instance.trainings
            if False not in (row.passed, row.task_list, row.measures, row.hazard_criteria)
            and oldest <= row.end < self.instance.round.end
            for person in row.inspector_ids
            if not sectors.get(home.get(person, ""), set()).isdisjoint(row.sectors)
        }

    # -- objects ----------------------------------------------------------------------------

    def _grades(self) -> Iterator[_Warning]:
        every = [unit.code for unit in self.instance.departments]
        unstationed = {rating.site_id for rating in self.instance.not_stationed(every)}
        unknown = unstationed - {row.site_id for row in self.instance.risk_factors}
        blank = f"其中 {len(unknown)} 个没有填风险因素，" if unknown else ""
        yield from self._together(
            "sites", "id",
            lambda site: site.id in unstationed,
            lambda count, cells: f"{count} 个对象的等级按派驻矩阵不派驻（四级），{blank}"
            f"计划中不会出现：{cells}",
            "若应派驻，请补填“风险因素”，或在“驻点名单”中人工定级并写明等级理由",
        )  # fmt: skip

    def _duplicates(self) -> Iterator[_Warning]:
        """Claims that wait for the safety committee (R02-6)."""
        pending = {
            site_id
            for case in duplicate_cases(self.instance)
            if not case.decided
            for site_id in case.pending_site_ids
        }
        yield from self._together(
            "sites", "id",
            lambda site: site.id in pending,
            lambda count, cells: f"{count} 个对象与其他单位的是同一对象，还没有认定牵头单位："
            f"本轮只由建议的牵头单位派人，这些不派：{cells}",
            "请安委办认定，填入“重复认定”（R02-6）；不是同一对象的，请改正统一社会信用代码或场所编号",
        )  # fmt: skip

    def _list(self) -> Iterator[_Warning]:
        if not self.instance.list_items:
            return
        listed = self.instance.list_items_of
        yield from self._together(
            "sites", "id",
            lambda site: site.id not in listed
            and self.instance.owed_window(site) is None
            and site.status is not SiteStatus.CLOSED
            and not site.status.idle,
            lambda count, cells: f"{count} 个对象不在“驻点名单”中，不派驻：{cells}",
            "若应派驻，请列入“驻点名单”；名单整表空着则未关闭的对象都列入",
        )  # fmt: skip
        newest = max(row.quarter for row in self.instance.list_items)
        if newest < self.quarter:
            yield (
                *self._at("list_items", 0, "quarter"),
                f"“驻点名单”最新为 {newest}，本轮从 {self.quarter} 开始，暂按旧名单排",
                f"请按 {self.quarter} 的研判更新名单（每季度一次），季度改为 {self.quarter}",
            )

    def _refused_grades(self) -> Iterator[_Warning]:
        """A person's grade that was not adopted (catalogue §3)."""
        for n, item in enumerate(self.instance.list_items):
            rating = self.instance.rating_by_site.get(item.site_id)
            if rating is None or item.grade in {None, rating.grade}:
                continue
            newest = self.instance.list_item(item.site_id) is item
            if not newest or (item.quarter < self.quarter and not item.grade_reason.strip()):
                continue
            assert item.grade is not None
            unexplained = not item.grade_reason.strip()
            why = "没有写等级理由" if unexplained else "低于直接判定的等级，又没有批准人"
            yield (
                *self._at("list_items", n, "grade_reason" if unexplained else "approver"),
                f"人工等级{item.grade.label}没有采用，仍为{rating.grade.label}：{why}",
                "请补写等级理由" if unexplained else "请补填批准人；不批准的请删去人工等级",
            )

    # -- rows with less effect than they seem to have ---------------------------------------

    def _absences(self) -> Iterator[_Warning]:
        yield from self._together(
            "absences", "approved",
            lambda row: not row.approved and row.end >= self.instance.round.start,
            lambda count, cells: f"{count} 条请假未批准，排计划时仍照请假避开：{cells}",
            "批准后请改为“是”；不批准的请删去这一行",
        )  # fmt: skip

    def _stand_ins(self) -> Iterator[_Warning]:
        """替班人员 who may not serve objects of the unit; which one it is, the plan says."""
        known, round = self.instance, self.instance.round
        home = {row.id: row.department for row in known.inspectors}
        for n, row in enumerate(known.absences):
            unit = home[row.inspector_id]
            days = known.calendar.workdays(max(row.start, round.start), min(row.end, round.end))
            sites = [
                site.id
                for site in known.sites
                if site.department == unit and known.owed_window(site) is not None
            ]
            if not row.substitute_id or not days or not sites:
                continue
            barred = self._barred(row.substitute_id, unit, sites, days)
            always, parts = [], []
            for (rule, dates), there in sorted(barred.items()):
                where = self._places(rule, there) if len(there) < len(sites) else ""
                when = _spans(dates, days) if len(dates) < len(days) else ""
                if where or when:
                    parts.append(f"{rule}：{where}{' ' if where and when else ''}{when}")
                else:
                    always.append(rule)
            if barred:
                who = f"替班人员{self._person(row.substitute_id)}"
                some = f"{who}在这些对象或日子不得替班（{'；'.join(parts)}）"
                yield (
                    *self._at("absences", n, "substitute_id"),
                    f"{who}不得替班（{'、'.join(always)}），按无人替班"
                    if always
                    else f"{some}：日程那时不派，半年计划按无人替班",
                    "请改填本单位可投入的正式人员：试用期已满、熟悉该行业、进驻前已培训、不须回避",
                )

    def _barred(
        self, substitute: str, unit: str, site_ids: Iterable[str], days: Iterable[dt.date]
    ) -> dict[tuple[str, tuple[dt.date, ...]], list[str]]:
        """Objects by the rule that bars a 替班人员 there, and by the days on which it does."""
        barred: dict[tuple[str, tuple[dt.date, ...]], list[str]] = defaultdict(list)
        for site_id in site_ids:
            dates: dict[str, list[dt.date]] = defaultdict(list)
            for day in days:
                for rule in barred_by(self.instance, substitute, unit, site_id, day):
                    dates[rule].append(day)
            for rule, found in dates.items():
                barred[rule, tuple(found)].append(site_id)
        return barred

    def _places(self, rule: str, site_ids: Iterable[str]) -> str:
        """Objects of which somebody is kept away: by name of the object, or of the sector."""
        sites = [self.instance.site_by_id[one] for one in site_ids]
        if rule == "R17-1":
            return _some([site.id for site in sites])
        sectors = dict.fromkeys(self.instance.sector_by_code[site.sector].name for site in sites)
        return _some([f"{name}行业" for name in sectors])

    def _regular_load(self) -> Iterator[_Warning]:
        most = self.instance.policy.regular_max_objects
        held: dict[str, dict[str, int]] = defaultdict(dict)
        running = {id(stint) for stint in self.instance.running}
        for n, stint in enumerate(self.instance.stints):
            if id(stint) in running and stint.form is Form.REGULAR:
                held[stint.inspector_id][stint.site_id] = n
        for person, rows in held.items():
            if len(rows) > most:
                cells = _some([self._at("stints", n, "site_id")[1] for n in rows.values()])
                message = (
                    f"{self._person(person)}同时负责 {len(rows)} 个定期对象（{cells}），"
                    f"超过 {most} 个（R03-8）：可能因此排不出计划"
                )
                yield (
                    *self._at("stints", max(rows.values()), "site_id"),
                    message,
                    "已离开的请填结束日期、状态改为“结束”；确需如此的请在“豁免”写明 R03-8",
                )

    def _extensions(self) -> Iterator[_Warning]:
        for n, row in enumerate(self.instance.extensions):
            found = self._extension_fault(row)
            if found:
                field, message, remedy = found
                yield (*self._at("extensions", n, field), message, remedy)

    def _extension_fault(self, row: Extension) -> tuple[str, str, str] | None:
        """Why a row of 延长驻点 does nothing: field, message, remedy."""
        round, policy = self.instance.round, self.instance.policy
        who = f"{self._person(row.inspector_id)}在{self._site(row.site_id)}的延长"
        if row.until < round.start:
            return (
                "until", f"{who}到 {row.until} 为止，在本轮（{round.start} 起）之前，不起作用",
                "已经执行完的可以留着；要延到本轮内的请改日期",
            )  # fmt: skip
        running = [
            stint
            for stint in self.instance.running
            if (stint.inspector_id, stint.site_id) == (row.inspector_id, row.site_id)
        ]
        if not running:
            return (
                "inspector_id", f"{who}不起作用：该人本轮开始时不在该对象",
                "请核对人员编号和对象编号，或在“派驻记录”中补上这一段（状态“执行”）",
            )  # fmt: skip
        newest = max(running, key=lambda stint: stint.start)
        if newest.end is not None and newest.end < row.until:
            where = self._stint_cell(newest)
            return (
                "until", f"{who}不起作用：{where}写明 {newest.end} 结束，早于延至日 {row.until}",
                f"请把{where}改为 {row.until}，或清空",
            )  # fmt: skip
        first = clock_start(self.instance, row.inspector_id, row.site_id, newest.start)
        half = half_year(self.instance, row.inspector_id, row.site_id, first)
        latest = add_months(half.change, policy.extension_max_months) - ONE_DAY
        if row.until > latest:
            return (
                "until", f"{who}超过上限，整条不予采用：{half.due_day} 到期，最多延至 {latest}",
                f"请把延至改为 {latest} 或更早；确需更长的在“豁免”写明 R05-9",
            )  # fmt: skip
        if row.until <= half.latest_day:
            return (
                "until", f"{who}没有用处：不延长也可到 {half.latest_day}",
                "请核对延至日期",
            )  # fmt: skip
        return None

    def _fixed_rows(self) -> Iterator[_Warning]:
        """Rows of this round that somebody has approved already: planning does not keep to them."""
        start = self.instance.round.start
        yield from self._together(
            "stints", "status",
            lambda row: row.start >= start
            and row.status in {StintStatus.APPROVED, StintStatus.RUNNING},
            lambda count, cells: f"{count} 行派驻从本轮开始（{start} 起），不作为固定安排，"
            f"排计划时不予考虑：{cells}",
            "要固定某人到某对象的，排出后在“派驻计划.xlsx”中改好，再用 verify 核查、report 出表",
        )  # fmt: skip

    def _holidays(self) -> Iterator[_Warning]:
        """Rows of 重点时段 stand for all of them: holidays that were not copied are no windows."""
        known, round = self.instance, self.instance.round
        given = [period for period in known.key_periods if period.freeze_rotation]
        missing = [
            period.name
            for period in default_key_periods(round, known.calendar, known.policy)
            if period.kind == HOLIDAY
            and period.start <= round.end
            and period.end >= round.start
            and not any(one.start <= period.end and period.start <= one.end for one in given)
        ]
        if known.key_periods and missing:
            yield (
                *self._at("key_periods", 0, "name"),
                f"“重点时段”填了就以它为全部，其中没有 {'、'.join(missing)}，这些时段照常换人",
                "若这些时段不换人，请补填；整表空着则按日历推算全部默认时段",
            )

    def _stint_cell(self, stint: Stint) -> str:
        for n, row in enumerate(self.instance.stints):
            if row is stint:
                return "!".join(self._at("stints", n, "end"))
        return "“派驻记录”"

    def _person(self, inspector_id: str) -> str:
        found = self.instance.inspector_by_id.get(inspector_id)
        return f"{found.name}（{inspector_id}）" if found else inspector_id

    def _site(self, site_id: str) -> str:
        found = self.instance.site_by_id.get(site_id)
        return found.name if found else site_id


def _spans(chosen: Iterable[dt.date], among: Iterable[dt.date]) -> str:
    """``2027-03-01至2027-03-03``: the chosen dates, those that follow each other as one."""
    runs = [list(run) for taken, run in groupby(among, set(chosen).__contains__) if taken]
    return _some([f"{run[0]}至{run[-1]}" if run[1:] else f"{run[0]}" for run in runs])


def _some(names: Sequence[str] | Iterable[str]) -> str:
    """The first few, and how many there are."""
    every = list(names)
    shown = "、".join(every[:SHOWN])
    return shown + (f" 等 {len(every)} 处" if every[SHOWN:] else "")
