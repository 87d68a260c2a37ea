"""定级: risk factors → score of 100 points → 驻点等级, printable in parts (catalogue §3, R02-4).

Unknown factors score 0 and lower the completeness. Direct rules only raise a grade. A grade falls
by at most one per quarter; a rise is immediate. A person's grade with a reason wins.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, Round, add_months, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.tables import ListItem, Rating, RiskFactors, Site
from planner.domain.terms import (
    AccidentLevel,
    Density,
    Grade,
    MajorHazardLevel,
    SiteStatus,
    StageScale,
    StandardLevel,
    WorkStage,
)

DIMENSIONS = {"D1": "危险性", "D2": "本质安全", "D3": "历史", "D4": "阶段"}

# Official schemes, worst first: D is the worst of the ABCD schemes, 红 of the four colours.
OFFICIAL_SCHEMES: Mapping[str, tuple[str, ...]] = {
    "危化四色": ("红", "橙", "黄", "蓝"),
    "工贸ABCD": ("D", "C", "B", "A"),
    "煤矿ABCD": ("D", "C", "B", "A"),
}
RED = "红"

MAJOR_HAZARD_POINTS = {
    MajorHazardLevel.FIRST: 18,
    MajorHazardLevel.SECOND: 14,
    MajorHazardLevel.THIRD: 10,
    MajorHazardLevel.FOURTH: 7,
}
RED_POINT_POINTS = 8
OPEN_HAZARD_POINTS = ((3, 20), (2, 16), (1, 12))
OUTDATED_POINTS = 8
STANDARD_POINTS = {
    StandardLevel.NONE: 7,
    StandardLevel.THIRD: 4,
    StandardLevel.SECOND: 2,
    StandardLevel.FIRST: 0,
}
DIRECTOR_MISSING_POINTS = 7
NEW_POINTS, NEW_MONTHS = 5, 12
DENSITY_POINTS = {Density.DENSE: 5, Density.SOME: 3, Density.NO: 0}
PENALTY_POINTS = ((5, 8), (3, 6), (2, 4), (1, 2))
BAD_RECORD_PENALTIES, BAD_RECORD_POINTS = 2, 6
INJURY_POINTS, FATAL_POINTS = 6, 10
ACCIDENT_MONTHS, ACCIDENT_HALVED_MONTHS, ACCIDENT_DIRECT_MONTHS = 36, 24, 12
HAZARD_COUNT_POINTS = ((90, 7), (75, 4), (50, 2))
REPORT_POINTS, HAZARD_COUNT_LIMIT = 2, 7
STAGE_POINTS = {WorkStage.OVERSIZE: 12, WorkStage.HIGH_RISK: 9, WorkStage.OVERHAUL: 6}
# 山东省安全生产条例 article 21: from this many employees a safety director is owed.
DIRECTOR_EMPLOYEES_HIGH_RISK, DIRECTOR_EMPLOYEES = 100, 300

GRADES_TO_FALL = 3
"""一级 … 四级: a grade so many quarters ago holds nothing any more."""

FATAL = (AccidentLevel.FATAL, AccidentLevel.MAJOR)


def rate(instance: Instance, date: dt.date | None = None) -> tuple[Rating, ...]:
    """The 定级结果 of every site that is not 关闭, in the order of ``instance.sites``.

    Without a ``date`` the analysis date is the start of the round. Where the rest of a round is
    planned anew it stays so until a later quarter has rows: between two analyses the passing of
    time changes no grade. A site without factors in that quarter is judged by its newest earlier
    row. What is to come in the round counts: construction stages and 投产.
    """
    date = date or analysis_date(instance)
    now = _Analysis(instance, date, instance.round.end)
    earlier = tuple(
        _last_quarter(date, instance, quarters) for quarters in range(1, GRADES_TO_FALL)
    )
    return tuple(
        _rating(site, now, earlier)
        for site in instance.sites
        if site.status is not SiteStatus.CLOSED
    )


def describe(rating: Rating) -> str:
    """得分构成 in one line: total, dimensions with their items, completeness, grades, reasons."""
    dimensions = []
    for code, title in DIMENSIONS.items():
        items = [(name[3:], points) for name, points in rating.parts if name.startswith(code)]
        detail = "、".join(f"{name}{points:+d}" for name, points in items)
        total = sum(points for _, points in items)
        dimensions.append(f"{code}{title}{total}" + (f"（{detail}）" if detail else ""))
    verify = "（待核实）" if rating.unverified else ""
    grades = f"驻点等级{rating.grade.label}"
    if rating.grade is not rating.computed_grade:
        grades = f"自动等级{rating.computed_grade.label}，{grades}"
    reasons = "；" + "；".join(rating.reasons) if rating.reasons else ""
    return (
        f"{rating.score}分：{'，'.join(dimensions)}；"
        f"数据完整度{rating.completeness_percent}%{verify}；{grades}{reasons}"
    )


def owing_directors(instance: Instance, date: dt.date) -> frozenset[str]:
    """The sites that should have a safety director and have none, as known on a date (R06-6)."""
    known = _Analysis(instance, date, date)
    return frozenset(site.id for site in instance.sites if known.director_missing(site))


# -- one analysis (季度研判) -----------------------------------------------------------------------


def analysis_date(instance: Instance) -> dt.date:
    """The date on which the grades of a round, or of the rest of one, are found: a later quarter
    counts from its first day once it has rows of its own."""
    round = instance.round
    regular = Round.named(round.name).start
    if round.start <= regular:
        return round.start
    quarters = {row.quarter for row in instance.risk_factors}
    quarters |= {row.quarter for row in instance.list_items}
    since = [one for one in quarters if one <= quarter_of(round.start)]
    return max([regular, *map(quarter_start, since)])


def _last_quarter(now: dt.date, instance: Instance, quarters: int) -> _Analysis:
    """The analysis some quarters before ``now``, to the end of its quarter."""
    date = add_months(now, -3 * quarters)
    return _Analysis(instance, date, add_months(quarter_start(quarter_of(date)), 3) - ONE_DAY)


@dataclass(frozen=True, slots=True)
class _Direct:
    """A direct rule that holds: at least this grade, because of this."""

    grade: Grade
    reason: str


class _Analysis:
    """The factors of all sites as they stand on one date, for the time ``until`` a later one."""

    def __init__(self, instance: Instance, date: dt.date, until: dt.date) -> None:
        self.instance = instance
        self.date = date
        self.until = until
        self.quarter = quarter_of(date)
        self.factors = self._newest_rows()
        self._hazard_counts = self._counts_by_sector()

    def _newest_rows(self) -> dict[str, RiskFactors]:
        rows = sorted(self.instance.risk_factors, key=lambda row: row.quarter)
        return {row.site_id: row for row in rows if row.quarter <= self.quarter}

    def _counts_by_sector(self) -> Mapping[str, list[int]]:
        counts: dict[str, list[int]] = defaultdict(list)
        for site in self.instance.sites:
            row = self.factors.get(site.id)
            if site.status is SiteStatus.CLOSED or row is None or row.hazards_1y is None:
                continue
            counts[site.sector].append(row.hazards_1y)
        return {sector: sorted(values) for sector, values in counts.items()}

    def of(self, site: Site) -> RiskFactors:
        """The factors of a site; a row of unknowns when there is none yet."""
        known = self.factors.get(site.id)
        return known or RiskFactors(site_id=site.id, quarter=self.quarter)

    def months_ago(self, months: int) -> dt.date:
        """The analysis date some calendar months earlier."""
        return add_months(self.date, -months)

    def hazard_percentile(self, sector: str, count: int) -> float:
        """Share of the other sites of the sector with fewer hazards, in percent (PERCENTRANK.INC);
        0 without others."""
        counts = self._hazard_counts[sector]
        if len(counts) < 2:
            return 0.0
        return 100 * bisect_left(counts, count) / (len(counts) - 1)

    def stage(self, site: Site) -> WorkStage | None:
        """The most dangerous stage of the factor row, 施工阶段 from this quarter on and 检修."""
        stages = [stage for stage in (self.of(site).stage,) if stage is not None]
        for row in self.instance.stages_of.get(site.id, ()):
            if row.start <= self.until and quarter_of(row.end) >= self.quarter:
                oversize = row.scale is StageScale.OVERSIZE
                stages.append(WorkStage.OVERSIZE if oversize else WorkStage.HIGH_RISK)
        if site.status is SiteStatus.OVERHAUL:
            stages.append(WorkStage.OVERHAUL)
        return max(stages, key=lambda stage: STAGE_POINTS.get(stage, 0), default=None)

    def director_missing(self, site: Site) -> bool | None:
        """应设未设安全总监: as given, else by the number of employees and the name (R06-6)."""
        given = self.of(site).director_missing
        if given is not None or site.employees is None:
            return given
        sector = self.instance.sector_by_code[site.sector]
        listed = site.sector in self.instance.policy.director_sectors
        high_risk = sector.chemical or sector.coal or listed
        owed_from = DIRECTOR_EMPLOYEES_HIGH_RISK if high_risk else DIRECTOR_EMPLOYEES
        return site.employees >= owed_from and not site.safety_director

    def accident(self, site: Site) -> AccidentLevel | None:
        """The worst accident of the last 36 months; 无 when it is longer ago; None = unknown."""
        row = self.of(site)
        if row.accident_on is not None and row.accident_on < self.months_ago(ACCIDENT_MONTHS):
            return AccidentLevel.NONE
        return row.accident_3y

    # -- score ----------------------------------------------------------------------------------

    def parts(self, site: Site) -> tuple[tuple[str, int], ...]:
        """The items that score, each with its dimension, fact and points."""
        items = (*self._danger(site), *self._safety(site), *self._history(site), *self._stage(site))
        return tuple((name, points) for name, points in items if points)

    def _danger(self, site: Site) -> Iterator[tuple[str, int]]:
        row = self.of(site)
        if row.major_hazard in MAJOR_HAZARD_POINTS:
            yield f"D1 重大危险源{row.major_hazard}", MAJOR_HAZARD_POINTS[row.major_hazard]
        elif row.red_points:
            yield f"D1 重大风险点{row.red_points}个", RED_POINT_POINTS
        count = row.open_major_hazards or 0
        yield f"D1 未销号重大事故隐患{count}项", _step(OPEN_HAZARD_POINTS, count)

    def _safety(self, site: Site) -> Iterator[tuple[str, int]]:
        row = self.of(site)
        yield "D2 工艺设备落后", OUTDATED_POINTS if row.outdated else 0
        management = STANDARD_POINTS[row.standard_level] if row.standard_level else 0
        if self.director_missing(site) and management < DIRECTOR_MISSING_POINTS:
            yield "D2 应设未设安全总监", DIRECTOR_MISSING_POINTS
        else:
            yield f"D2 标准化{row.standard_level}", management
        if site.status is SiteStatus.TRIAL:
            yield "D2 试生产", NEW_POINTS
        elif row.production_start and (
            self.months_ago(NEW_MONTHS) <= row.production_start <= self.until
        ):
            yield "D2 新投产", NEW_POINTS
        yield f"D2 人员{row.density}", DENSITY_POINTS[row.density] if row.density else 0

    def _history(self, site: Site) -> Iterator[tuple[str, int]]:
        row = self.of(site)
        last_year = row.penalties_1y or 0
        count = max(row.penalties_3y or 0, last_year)
        points = _step(PENALTY_POINTS, count)
        if last_year >= BAD_RECORD_PENALTIES:
            points = max(points, BAD_RECORD_POINTS)
        yield f"D3 近3年处罚{count}次", points
        accident = self.accident(site)
        if accident not in {None, AccidentLevel.NONE}:
            points = FATAL_POINTS if accident in FATAL else INJURY_POINTS
            halved = row.accident_on and row.accident_on < self.months_ago(ACCIDENT_HALVED_MONTHS)
            yield f"D3 事故{accident}", points // 2 if halved else points
        points = 0
        if row.hazards_1y:
            percentile = self.hazard_percentile(site.sector, row.hazards_1y)
            points = _step(HAZARD_COUNT_POINTS, percentile)
        yield f"D3 近1年隐患{row.hazards_1y}项", points
        if row.reports_true:
            yield "D3 举报查实", min(REPORT_POINTS, HAZARD_COUNT_LIMIT - points)

    def _stage(self, site: Site) -> Iterator[tuple[str, int]]:
        stage = self.stage(site)
        if stage is not None:
            yield f"D4 {stage}", STAGE_POINTS.get(stage, 0)

    def completeness_percent(self, site: Site) -> int:
        """Known share of the factors that matter for the site, rounded down."""
        row = self.of(site)
        matters: list[object] = [
            row.major_hazard,
            row.open_major_hazards,
            row.outdated,
            row.standard_level,
            self.director_missing(site),
            row.density,
            row.penalties_3y,
            row.penalties_1y,
            row.accident_3y,
            row.hazards_1y,
            row.reports_true,
            self.stage(site),
        ]
        if row.major_hazard in {None, MajorHazardLevel.NONE}:
            matters.append(row.red_points)
        if site.status is not SiteStatus.TRIAL:
            matters.append(row.production_start)
        if row.accident_3y not in {None, AccidentLevel.NONE}:
            matters.append(row.accident_on)
        return 100 * sum(one is not None for one in matters) // len(matters)

    # -- grade ----------------------------------------------------------------------------------

    def directs(self, site: Site) -> tuple[_Direct, ...]:
        """The direct rules that hold, strictest first."""
        row, sector = self.of(site), self.instance.sector_by_code[site.sector]
        found: list[_Direct] = []

        def holds(condition: object, grade: Grade, reason: str) -> None:
            if condition:
                found.append(_Direct(grade, f"{reason}，至少{grade.label}"))

        fatal = (
            self.accident(site) in FATAL
            and row.accident_on is not None
            and row.accident_on >= self.months_ago(ACCIDENT_DIRECT_MONTHS)
        )
        bad_record = (
            (row.penalties_1y or 0) >= BAD_RECORD_PENALTIES
            or bool(row.reports_true)
            or self.accident(site) not in {None, AccidentLevel.NONE}
        )
        holds(sector.coal, Grade.FIRST, "煤矿")
        holds(row.open_major_hazards, Grade.FIRST, "有未销号重大事故隐患")
        holds(_officially_worst(site), Grade.FIRST, f"官方等级{site.official_grade}为最差级")
        holds(fatal, Grade.FIRST, "12个月内发生死亡事故")
        holds(sector.chemical, Grade.SECOND, "化工危化")
        holds(bad_record, Grade.THIRD, "条例第43条所列不良记录")
        return tuple(found)

    def grade(self, site: Site) -> Grade:
        """The grade by score and direct rules alone."""
        score = sum(points for _, points in self.parts(site))
        return min([self.grade_of(score), *(one.grade for one in self.directs(site))])

    def grade_of(self, score: int) -> Grade:
        """The grade of a score by the thresholds of the policy."""
        policy = self.instance.policy
        lines = (policy.grade_first_score, policy.grade_second_score, policy.grade_third_score)
        for grade, line in zip((Grade.FIRST, Grade.SECOND, Grade.THIRD), lines, strict=True):
            if score >= line:
                return grade
        return Grade.FOURTH


def _rating(site: Site, now: _Analysis, earlier: Sequence[_Analysis]) -> Rating:
    parts = now.parts(site)
    directs = now.directs(site)
    computed = now.grade(site)
    reasons = [one.reason for one in directs]
    row = now.factors.get(site.id)
    if row is not None and row.quarter != now.quarter:
        reasons.append(f"沿用{row.quarter}风险因素")
    reasons += _scheme_doubts(site)
    if now.accident(site) in FATAL and now.of(site).accident_on is None:
        reasons.append("死亡事故未填日期，无法判断是否在12个月内")
    previous = _grade_in(site, earlier)
    held = _held(computed, previous)
    if previous is not None and held is not computed:
        reasons.append(f"上季度为{previous.label}，每季度最多降一级，暂定{held.label}")
        computed = held
    grade, decided = _decided_grade(now, site, computed, directs)
    return Rating(
        site_id=site.id,
        score=sum(points for _, points in parts),
        completeness_percent=now.completeness_percent(site),
        parts=parts,
        computed_grade=computed,
        grade=grade,
        reasons=(*reasons, *decided),
    )


def _grade_in(site: Site, analyses: Sequence[_Analysis]) -> Grade | None:
    """The grade in the quarter of the first of some analyses, the newest first: as listed then,
    else by its factors and held by the quarter before, else unknown."""
    if not analyses:
        return None
    there, *before = analyses
    for item in there.instance.list_items_of.get(site.id, ()):
        if item.quarter == there.quarter and item.grade is not None:
            return item.grade
    if site.id not in there.factors:
        return None
    return _held(there.grade(site), _grade_in(site, before))


def _held(computed: Grade, previous: Grade | None) -> Grade:
    """A grade falls by at most one in a quarter."""
    return computed if previous is None else min(computed, Grade(min(previous + 1, Grade.FOURTH)))


def _decided_grade(
    now: _Analysis, site: Site, computed: Grade, directs: Iterable[_Direct]
) -> tuple[Grade, tuple[str, ...]]:
    """A person's grade of the list in force where it may win, and the words for it."""
    item: ListItem | None = now.instance.list_item(site.id)
    if item is None or item.grade is None or item.grade is computed:
        return computed, ()
    if not item.grade_reason.strip():
        # An earlier quarter's list records its grade; without a reason it decides nothing now.
        recorded_only = item.quarter < now.quarter
        return computed, () if recorded_only else (f"人工等级{item.grade.label}未写理由，未采用",)
    strictest = min((one.grade for one in directs), default=Grade.FOURTH)
    if item.grade > strictest and not item.approver.strip():
        return computed, (
            f"人工等级{item.grade.label}低于直接判定的{strictest.label}，无批准人，未采用",
        )
    approved = f"（{item.approver}批准）" if item.approver.strip() else ""
    return item.grade, (f"人工定为{item.grade.label}：{item.grade_reason}{approved}",)


def _step(steps: Iterable[tuple[int, int]], value: float) -> int:
    """The points of the first step that the value reaches; 0 below all."""
    return next((points for least, points in steps if value >= least), 0)


# -- official schemes ------------------------------------------------------------------------------


def _official_letter(site: Site) -> str:
    """The bare grade: 红色 → 红, d级 → D."""
    return site.official_grade.strip().upper()[:1]


def _officially_worst(site: Site) -> bool:
    """Whether the official grade is the worst of its scheme; 红 is so in every scheme."""
    letter = _official_letter(site)
    order = OFFICIAL_SCHEMES.get(site.grade_scheme, (RED,))
    return letter in {RED, order[0]}


def _scheme_doubts(site: Site) -> tuple[str, ...]:
    """Official grades that the scheme cannot place: their direction is unknown."""
    letter = _official_letter(site)
    if letter in {"", RED, *OFFICIAL_SCHEMES.get(site.grade_scheme, ())}:
        return ()
    scheme = site.grade_scheme or "未注明"
    return (f"官方等级{site.official_grade}（方案{scheme}）方向不明，未采用",)
