"""The tables of 人力测算, once for the workbook and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.domain.instance import Instance
from planner.domain.terms import Grade
from planner.reports.labels import Names, percent_above, span
from planner.reports.tables import Cell, Table
from planner.staffing.demand import Duty
from planner.staffing.frontier import Certificate, Frontier, Level, OneMore, Point
from planner.staffing.people import is_recruit
from planner.staffing.roster import Answer, Place

TOTAL = "合计"
NOT_FOUND = "未找到名册"
PROVED = "已证明"
NOTHING = "无"


def remarks(instance: Instance, units: Sequence[Frontier]) -> tuple[str, ...]:
    """What the figures mean and what they leave out."""
    policy = instance.policy
    days = min((one.unit.days_per_month for one in units), default=0)
    return (
        (
            "测算的是一个半年内同时站满全部应派岗位所需的人，不排换人日期。每个应派对象按派驻矩阵的首选"
            "形式设岗，流动驻点整组设岗；脱产（蹲守、流动）每人一个岗位，兼职（定期）每人至多"
            f"{policy.regular_max_objects}个对象，每月驻点日之和不超过最短月份所能承担的{days}天。"
        ),
        (
            "可派：符合第（五）条轮换规定以外的全部规则，并能在该对象过半的应派日期连续在岗。在驻人员"
            "也按新派判断。增补人员按本单位正式、熟练（专业能力2）、已培训、三种形式均可担任计；"
            "培训一人指该人取得该行业有效培训并具备专业能力1。"
        ),
        (
            "“轮换”两栏按连续两个半年计：每个岗位前后两个半年都有人，任何人不在同一对象连续两个半年"
            "（第（五）条每半年轮换一次）。同行业岗位少、合格人员少的单位，轮换所需人数会多于一个半年。"
        ),
        (
            "与实际计划的差别：计划还要避开重点时段、衔接在驻人员的到期日、计入以往的冷却期、请假和"
            "错峰，通常需要更多的人；反之，只在部分日期应派的两个对象可由同一人先后承担，在驻人员可用"
            "原有资格驻满，所以这里的人数不是实际计划的严格下界。能否排出，以 plan 的结果为准。"
        ),
        (
            "优先分是有人服务的对象得分之和，不分等级先后；排计划时一级对象始终优先。"
            "每个结果都有名册，已由独立于求解的核查逐条判过；“下界”是求解器证明的数，"
            "下界等于结果时不可能更少（优先分：不可能更多）。"
        ),
    )


def tables(instance: Instance, units: Sequence[Frontier]) -> tuple[Table, ...]:
    """All tables in the order of the sheets."""
    return (
        _fewest(instance, units),
        _rosters(instance, units),
        _one_more(instance, units),
        _scarce(instance, units),
        _curves(instance, units),
    )


# -- 最少人数 -----------------------------------------------------------------------------------


def _fewest(instance: Instance, units: Sequence[Frontier]) -> Table:
    names = Names(instance)
    rows: list[tuple[Cell, ...]] = []
    for one in units:
        staff = len(one.unit.people)
        where = names.department(one.unit.department)
        rows += [(where, level.title, *_level_row([level]), staff) for level in one.levels]
    if len(units) > 1:
        staff = sum(len(one.unit.people) for one in units)
        for grade in sorted({level.grade for one in units for level in one.levels}):
            reached = [one for one in (_level_at(each, grade) for each in units) if one]
            title = max(reached, key=lambda one: one.grade).title
            rows.append((TOTAL, title, *_level_row(reached), staff))
    return Table(
        title="最少人数",
        headings=(
            "派出单位", "保障水平", "应派对象", "脱产人数", "兼职人数", "最少人数", "下界", "差距",
            "其中须增补", "增补下界", "轮换：最少人数", "轮换：下界", "轮换：须增补",
            "轮换：增补下界", "现有可派人数",
        ),
        widths=(17, 10, 9, 9, 9, 9, 7, 7, 9, 9, 10, 10, 10, 10, 10),
        rows=tuple(rows),
        notes=(
            "先求须增补的人最少，再求总人数最少；差距为0即已证明不可能更少。脱产人数等于脱产岗位数，与派谁无关。",
            *_impossible(instance, units),
        ),
        left=frozenset({0, 1}),
    )  # fmt: skip


def _level_at(frontier: Frontier, grade: Grade) -> Level | None:
    return next((one for one in reversed(frontier.levels) if one.grade <= grade), None)


def _level_row(levels: Sequence[Level]) -> tuple[Cell, ...]:
    """One level of a unit, or the same level of several together."""
    recruits, people = (sum(one.fixed.values[at] for one in levels) for at in (0, 1))
    least_recruits, least = (sum(one.fixed.bounds[at] for one in levels) for at in (0, 1))
    rotating = [one.rotating for one in levels if one.rotating is not None]
    twice: tuple[Cell, ...] = (NOT_FOUND,) * 4
    if len(rotating) == len(levels):
        twice = tuple(
            sum(side[at] for side in sides)
            for at in (1, 0)
            for sides in ([one.values for one in rotating], [one.bounds for one in rotating])
        )
    return (
        sum(len(duty.service.site_ids) for one in levels for duty in one.duties),
        sum(one.released for one in levels),
        sum(one.part_time for one in levels),
        people,
        least,
        _gap(people, least),
        recruits,
        least_recruits,
        *twice,
    )


def _gap(value: int, bound: int) -> str:
    return percent_above((value - bound) / max(1, value))


def _impossible(instance: Instance, units: Sequence[Frontier]) -> Iterator[str]:
    names = Names(instance)
    for one in units:
        where = names.department(one.unit.department)
        nobody = [site for duty in one.unit.impossible for site in duty.service.site_ids]
        for reason, sites in (
            (
                "没有可用的驻点形式（只能流动但无可编组的对象，或等级没有形式）",
                one.unit.without_form,
            ),
            ("增补的人也不能派（行业不归本单位、管辖层级不符或每月驻点日过多）", nobody),
        ):
            if sites:
                listed = "、".join(f"{names.site(each)}（{each}）" for each in sites)
                yield f"{where}未计入 {len(sites)} 个对象，{reason}：{listed}。"


# -- 名册 ---------------------------------------------------------------------------------------


def _rosters(instance: Instance, units: Sequence[Frontier]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in units:
        for level in one.levels:
            rows += _roster_rows(instance, one, level.title, level.fixed, ("一个半年",))
            if level.rotating is not None:
                halves = ("轮换：前半年", "轮换：后半年")
                rows += _roster_rows(instance, one, level.title, level.rotating, halves)
    return Table(
        title="名册",
        headings=("派出单位", "保障水平", "测算", "驻点对象", "等级", "形式", "人员", "可在岗日期"),
        widths=(17, 10, 13, 40, 7, 10, 22, 25),
        rows=tuple(rows),
        notes=("最少人数的一种派法，供核对；不是派驻计划。“增补”为现有人员之外须增加的人。",),
        left=frozenset({0, 1, 3, 6}),
    )


def _roster_rows(
    instance: Instance, frontier: Frontier, level: str, found: Answer, halves: Sequence[str]
) -> Iterator[tuple[Cell, ...]]:
    names = Names(instance)
    unit = names.department(frontier.unit.department)
    order = {duty.id: at for at, duty in enumerate(found.question.duties)}
    for one in sorted(found.places, key=lambda p: (p.half, order[p.duty.id], p.person)):
        sites = "、".join(names.site(each) for each in one.duty.service.site_ids)
        who = person_text(instance, frontier, one.person)
        dates = _dates(frontier, found, one)
        grade, form = one.duty.grade.label, str(one.duty.service.form)
        yield unit, level, halves[one.half], sites, grade, form, who, dates


def _dates(frontier: Frontier, found: Answer, place: Place) -> str:
    dates = found.span(frontier.unit, place)
    return span(*dates) if dates else ""


def person_text(instance: Instance, frontier: Frontier, person: str) -> str:
    """The name of somebody of the unit, or which recruit is meant."""
    for sectors in frontier.unit.recruits:
        if is_recruit(person, sectors):
            return f"增补{person.rpartition('-')[2]}（{sectors_text(instance, sectors)}）"
    return Names(instance).person(person)


def sectors_text(instance: Instance, sectors: Iterable[str]) -> str:
    """Names of sectors."""
    return "、".join(instance.sector_by_code[one].name for one in sectors)


# -- 增一人的价值 -------------------------------------------------------------------------------


def _one_more(instance: Instance, units: Sequence[Frontier]) -> Table:
    names = Names(instance)
    rows: list[tuple[Cell, ...]] = []
    for one in units:
        ranked = sorted(
            one.more, key=lambda m: (-_gain(m, one), -(_rotating_gain(m, one) or 0), m.kind)
        )
        for more in ranked:
            rotating = _rotating_gain(more, one)
            added = _gain(more, one)
            rows.append(
                (
                    names.department(one.unit.department),
                    more.kind,
                    sectors_text(instance, more.sectors),
                    one.base.fixed.values[0],
                    one.score,
                    added,
                    _more_objects(instance, one.base.fixed, more.fixed) if added else NOTHING,
                    NOT_FOUND if rotating is None else rotating,
                    _whom(instance, one, more, added, rotating),
                    PROVED if _proved(more, one) else "未全部证明",
                )
            )
    return Table(
        title="增一人的价值",
        headings=(
            "派出单位", "做法", "行业", "现有优先分", "全部应派", "增加优先分", "多保障的对象",
            "轮换：增加优先分", "培训谁", "证明",
        ),
        widths=(13, 10, 24, 9, 9, 9, 24, 10, 22, 10),
        rows=tuple(rows),
        notes=(
            ("现有可派人员各多一人（或多培训一人）后重算。增加为 0 的，缺的不是一个这样的人："
            "或已全部保障，或须同时增加两人以上（两人一组的岗位），见“最少人数”的须增补人数。"),
        ),
        left=frozenset({0, 2, 6, 8}),
    )  # fmt: skip


def _gain(more: OneMore, frontier: Frontier) -> int:
    return more.fixed.values[0] - frontier.base.fixed.values[0]


def _rotating_gain(more: OneMore, frontier: Frontier) -> int | None:
    if more.rotating is None or frontier.base.rotating is None:
        return None
    return more.rotating.values[0] - frontier.base.rotating.values[0]


def _proved(more: OneMore, frontier: Frontier) -> bool:
    concerned = (more.fixed, more.rotating, frontier.base.fixed, frontier.base.rotating)
    return all(one is not None and one.proved for one in concerned)


def _whom(
    instance: Instance, frontier: Frontier, more: OneMore, gain: int, rotating: int | None
) -> str:
    """Whom to train; empty where it would serve nobody more, or for a recruit."""
    if gain > 0:
        person = more.fixed.trained
    elif rotating and more.rotating:
        person = more.rotating.trained
    else:
        person = ""
    return person_text(instance, frontier, person) if person else ""


def _more_objects(instance: Instance, before: Answer, after: Answer) -> str:
    gained = served_by_grade(instance, after.served)
    gained.subtract(served_by_grade(instance, before.served))
    parts = [f"{grade.label} {count:+d}个" for grade, count in sorted(gained.items()) if count]
    return "、".join(parts) or "换为得分更高的对象"


def served_by_grade(instance: Instance, duties: Iterable[Duty]) -> Counter[Grade]:
    """How many objects of each grade some duties serve."""
    return Counter(
        instance.rating_by_site[site].grade for one in duties for site in one.service.site_ids
    )


# -- 紧缺资质 -----------------------------------------------------------------------------------


def _scarce(instance: Instance, units: Sequence[Frontier]) -> Table:
    names = Names(instance)
    found: list[tuple[Frontier, Certificate]] = [
        (one, certificate) for one in units for certificate in one.certificates
    ]
    found.sort(key=lambda pair: pair[1].scarcity)
    rows = []
    for rank, (one, certificate) in enumerate(found, start=1):
        rows.append(
            (
                rank,
                names.department(one.unit.department),
                sectors_text(instance, certificate.sectors),
                certificate.released,
                certificate.able_released,
                certificate.regular,
                certificate.able_regular,
                certificate.skilled,
                certificate.only_here,
                certificate.missing,
                certificate.missing_rotating,
            )
        )
    return Table(
        title="紧缺资质",
        headings=(
            "名次", "派出单位", "行业", "脱产岗位人次", "可派脱产人数", "定期岗位人次",
            "可派定期人数", "其中熟练", "只能派往本行业", "须增补", "轮换：须增补",
        ),
        widths=(6, 13, 28, 10, 10, 10, 10, 9, 11, 8, 10),
        rows=tuple(rows),
        notes=(
            ("按保障全部应派对象须增补的人数、轮换须增补的人数、每岗可派人数排名，最紧缺的在前。一人可既派脱产又派定期，也可派往几个行业。"
            "岗位人次为同时所需，一人可兼的定期对象分别计。"),
        ),
        left=frozenset({1, 2}),
    )  # fmt: skip


# -- 人数曲线 -----------------------------------------------------------------------------------


def _curves(instance: Instance, units: Sequence[Frontier]) -> Table:
    names = Names(instance)
    rows: list[tuple[Cell, ...]] = []
    for one in units:
        where = names.department(one.unit.department)
        rows += [(where, *_point_row(instance, [point], one.score)) for point in one.curve]
    if len(units) > 1:
        score = sum(one.score for one in units)
        merged = zip(*(one.curve for one in units), strict=True)
        rows += [(TOTAL, *_point_row(instance, points, score)) for points in merged]
    return Table(
        title="人数曲线",
        headings=(
            "派出单位", "占现有人数", "人数", "优先分", "上界", "占全部应派", "轮换：优先分",
            "轮换：上界", *(f"{one.label}对象" for one in Grade),
        ),
        widths=(13, 9, 7, 9, 9, 10, 10, 10, 9, 9, 9, 9),
        rows=tuple(rows),
        notes=(
            ("现有人数为至少能派往一个应派岗位的人数。低于100%时留下最有用的人；高于100%时增加最有用的"
            "增补人员。合计为各单位同一比例之和，单位之间不调剂。各等级对象数为一个半年测算所服务的。"),
        ),
    )  # fmt: skip


def _point_row(instance: Instance, points: Sequence[Point], score: int) -> tuple[Cell, ...]:
    fixed = [one.fixed for one in points]
    rotating = [one.rotating for one in points if one.rotating is not None]
    twice: tuple[Cell, Cell] = (NOT_FOUND, NOT_FOUND)
    if len(rotating) == len(points):
        twice = sum(one.values[0] for one in rotating), sum(one.bounds[0] for one in rotating)
    served: Mapping[Grade, int] = sum(
        (served_by_grade(instance, one.served) for one in fixed), Counter[Grade]()
    )
    value = sum(one.values[0] for one in fixed)
    return (
        f"{points[0].percent}%",
        sum(one.heads for one in points),
        value,
        sum(one.bounds[0] for one in fixed),
        f"{100 * value / score:.1f}%",
        *twice,
        *(served[grade] for grade in Grade),
    )
