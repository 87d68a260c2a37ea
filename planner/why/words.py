"""The answers as a coordinator reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from planner.domain.instance import Instance
from planner.domain.tables import Site
from planner.domain.terms import SiteStatus
from planner.duplicates import duplicate_cases
from planner.reports.labels import GOAL_TITLES, Names, span
from planner.rule import Tier
from planner.why.explain import Engaged, Explanation, Gap, NearMiss, Served
from planner.why.forced import Method, Price
from planner.why.price import AmountChange, StintChange, TierChange
from planner.why.why_not import Against, Answer, WhyNot

ENGAGED_SHOWN = 8
STINTS_SHOWN = 40


class Words:
    """Chinese lines for the answers about one instance."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._names = Names(instance)

    # -- an object ----------------------------------------------------------------------------

    def explanation(self, found: Explanation) -> Iterator[str]:
        """What ``planner explain`` prints."""
        site = self._instance.site_by_id[found.site_id]
        unit = self._names.department(site.department)
        if not found.rank:
            yield f"{self._site(site.id)}：{self._not_owed(site)}"
            if found.score_line:
                yield f"得分：{found.score_line}"
            return
        yield (
            f"{self._site(site.id)}：{found.grade}，{found.score} 分，"
            f"在{unit}应派的 {found.ranked} 个对象中排第 {found.rank} 位"
        )
        yield f"得分：{found.score_line}"
        for one in found.served:
            yield from self._served(one)
        for gap in found.gaps:
            yield from self._gap(gap, found.rank)

    def _served(self, found: Served) -> Iterator[str]:
        row = found.stint
        yield ""
        yield (
            f"岗位 {row.slot}：{self._names.person(row.inspector_id)}，{row.form}，"
            f"{span(row.start, row.end)}"
        )
        if found.running:
            why = row.end_reason or "没有写明"
            yield f"  为什么是此人：本轮开始时已在驻，不重新选人；结束原因：{why}"
            return
        yield (
            f"  为什么是此人：{row.start} 可进驻的同事另有 {found.able} 人，"
            f"其中 {found.free} 人此期间未派"
        )
        if found.prices:
            yield "  换成别人，计划会怎样（“+”为更差；靠前的层优先）："
        for price in found.prices:
            yield f"    {self._names.person(price.inspector_id)}：{self.price(price)}"

    def _gap(self, gap: Gap, rank: int) -> Iterator[str]:
        yield ""
        yield f"无人：{span(gap.start, gap.end)}"
        yield f"  本单位 {gap.people} 人，按规则次序逐条筛去："
        left = gap.people
        for one in gap.fallen:
            left -= one.people
            clause = f"（{one.clause}）" if one.clause else ""
            yield f"    {one.rule} {one.title}{clause}：−{one.people} 人，余 {left} 人"
        yield f"  单看规则，此期间可派或可继续在驻 {len(gap.able)} 人"
        if gap.able:
            yield from self._engaged(gap.able, rank)
        if gap.reason:
            yield f"  未安排原因（计划所记）：{gap.reason}"
        if gap.prices:
            yield "  若硬派到这里，计划会怎样（“+”为更差；靠前的层优先）："
        for price in gap.prices:
            yield f"    {self._names.person(price.inspector_id)}：{self.price(price)}"
        if gap.misses:
            yield f"  只差一条的 {len(gap.misses)} 人："
            yield from (f"    {line}" for line in self._misses(gap.misses))

    def _engaged(self, able: Iterable[Engaged], rank: int) -> Iterator[str]:
        groups: dict[str, list[Engaged]] = {"before": [], "behind": [], "free": []}
        for one in able:
            key = "free" if not one.rank else "before" if one.rank < rank else "behind"
            groups[key].append(one)
        titles = {
            "before": "已派到排序更前的对象",
            "behind": "已派到排序靠后的对象",
            "free": "未派",
        }
        for key, title in titles.items():
            people = sorted(groups[key], key=lambda one: (one.rank, one.inspector_id))
            if people:
                listed = "、".join(self._whereabouts(one) for one in people[:ENGAGED_SHOWN])
                more = "等" if people[ENGAGED_SHOWN:] else ""
                yield f"    {title} {len(people)} 人：{listed}{more}"

    def _whereabouts(self, one: Engaged) -> str:
        who = self._names.person(one.inspector_id)
        return f"{who}在第{one.rank}位{self._site(one.site_id)}" if one.rank else who

    def _misses(self, misses: Iterable[NearMiss]) -> Iterator[str]:
        """One line for all who lack the same."""
        same: dict[tuple[str, str, bool, str], list[NearMiss]] = defaultdict(list)
        for one in misses:
            same[one.rule, one.title, one.liftable, one.fact].append(one)
        for (rule, title, liftable, fact), people in same.items():
            named = "、".join(self._names.person(one.inspector_id) for one in people)
            lift = "，可豁免" if liftable else ""
            yield f"{named}：只差{title}，{rule}{lift}：{fact}"

    def _not_owed(self, site: Site) -> str:
        """Why a unit does not have to serve an object in this round."""
        instance = self._instance
        for case in duplicate_cases(instance):
            if site.id in case.pending_site_ids:
                if case.decided:
                    lead = f"{self._names.department_of(case.lead_site_id)}的{case.lead_site_id}"
                    return f"与{lead}是同一对象，{case.reason}（R02-6）"
                return "与其他单位的对象疑似重复，认定由谁派驻以前不安排（R02-6）"
        if site.status is SiteStatus.CLOSED:
            return "已关闭，不需派驻"
        if instance.owed_window(site) is None:
            return f"本轮不需派驻：不在名单内、已退出或{site.status}（见“驻点名单”“驻点对象”）"
        grade = self._names.grade(site.id)
        return f"{grade}，派驻矩阵对该等级没有派驻要求（R02-4）"

    # -- a person and an object ------------------------------------------------------------------

    def why_not(self, found: WhyNot) -> Iterator[str]:
        """What ``planner why-not`` prints."""
        who, where = self._names.person(found.inspector_id), self._site(found.site_id)
        since = f"（{found.since} 起进驻）" if found.since else ""
        yield f"{who} → {where}{since}：{found.answer}"
        site = self._instance.site_by_id[found.site_id]
        if found.answer is Answer.POSTED:
            yield from (
                f"  岗位 {row.slot}，{row.form}，{span(row.start, row.end)}" for row in found.posted
            )
        elif found.answer is Answer.NOT_OWED:
            yield f"  {self._not_owed(site)}"
        elif found.answer is Answer.NO_OPENING:
            yield from self._holders(site, found)
        elif found.answer is Answer.FORBIDDEN:
            assert found.dates is not None
            first, last, number = found.dates
            yield (
                f"  该对象的岗位可在 {number} 个换人日进驻（{first} 至 {last}），"
                "每个日期都有规则不允许："
            )
            yield from (f"  {self._against(one, number)}" for one in found.against)
        elif found.answer is Answer.IMPOSSIBLE:
            if found.core:
                yield "  以下各项合在一起不能满足（已逐项删去无关的）："
            yield from (f"  {line}" for line in found.core)
        elif found.answer is Answer.UNKNOWN:
            yield "  请放宽 --limit 再试。"
        elif found.price is not None:
            yield from self._bill(found.price, found.site_id)

    def _against(self, one: Against, number: int) -> str:
        clause = f"（{one.clause}）" if one.clause else ""
        lift = "，可豁免" if one.liftable else ""
        if one.first is None or one.last is None:
            return f"{one.rule} {one.fact}"
        when = "全部日期" if one.dates == number else f"{one.first} 至 {one.last} 间 {one.dates} 个"
        return f"{one.rule} {one.title}{clause}{lift}：{when}。{one.fact}"

    def _holders(self, site: Site, found: WhyNot) -> Iterator[str]:
        for row in self._instance.running:
            if row.site_id == site.id:
                yield f"  在驻：{self._names.person(row.inspector_id)}，{row.start} 起"
        if found.since is not None:
            yield f"  {found.since} 起没有可换人的日期；不写 --from 可看整个轮次"

    def _bill(self, price: Price, site_id: str) -> Iterator[str]:
        yield f"  算法：{price.method}；对照：{price.base}"
        changed = [one for one in price.tiers if one.before != one.after or _open(one)]
        if not changed:
            yield "  各层目标都不变"
        for tier in changed:
            yield f"  {self._tier(tier)}"
        running = self._instance.running
        if any((row.inspector_id, row.site_id) == (price.inspector_id, site_id) for row in running):
            yield "  此人现在该对象在驻：这里指本轮内继续在驻，哪怕只留到下一个换人日"
        yield f"  变动的派驻 {len(price.stints)} 段（原 → 新）："
        yield from (f"    {self._stint(one)}" for one in price.stints[:STINTS_SHOWN])
        if price.stints[STINTS_SHOWN:]:
            yield f"    另有 {len(price.stints) - STINTS_SHOWN} 段，见 --format json"

    def _tier(self, tier: TierChange) -> str:
        proof = ""
        if tier.least is not None:
            proof = "，已证明最优" if not _open(tier) else f"，未证明最优，不会低于 {tier.least}"
        amounts = _amounts(tier)
        return (
            f"{tier.title}：{tier.before} → {tier.after}（{tier.after - tier.before:+d}{proof}）"
            + (f"：{amounts}" if amounts else "")
        )

    def _stint(self, one: StintChange) -> str:
        before, after = (span(*part) if part else "无" for part in (one.before, one.after))
        return (
            f"{self._site(one.site_id)} {self._names.person(one.inspector_id)} {one.form}："
            f"{before} → {after}"
        )

    # -- prices --------------------------------------------------------------------------------

    def price(self, price: Price) -> str:
        """A price in one line."""
        if not price.tiers:
            known = price.status == "INFEASIBLE"
            return (
                "已证明排不出这样的计划，原因见 planner why-not"
                if known
                else "时限内没有结论（不等于不可以），请放宽 --limit"
            )
        changed = [one for one in price.tiers if one.before != one.after]
        text = "；".join(_difference(one) for one in changed) or "各层目标都不变"
        against = f"，对照{price.base}" if price.method is Method.RESOLVED else ""
        unproved = any(_open(one) for one in price.tiers)
        mark = "，未证明最优" if unproved else ""
        return f"{text}（{price.method}{against}{mark}）"

    def _site(self, site_id: str) -> str:
        return f"{self._names.site(site_id)}（{site_id}）"


def _difference(tier: TierChange) -> str:
    """``“一级对象未服务”+120（一级对象未服务 +120 评分×日×0.1）``."""
    detail = "" if tier.tier == Tier.CHANCE else _amounts(tier)
    return f"“{tier.title}”{tier.after - tier.before:+d}" + (f"（{detail}）" if detail else "")


def _amounts(tier: TierChange) -> str:
    """The goals of a tier that differ; the draw of lots tells nothing."""
    if tier.tier == Tier.CHANCE:
        return ""
    return "，".join(_amount(one) for one in tier.amounts)


def _amount(one: AmountChange) -> str:
    title, unit = GOAL_TITLES.get(one.name, (one.title, one.unit))
    return f"{title} {one.after - one.before:+d} {unit}"


def _open(tier: TierChange) -> bool:
    """Whether a solved tier is not proved optimal."""
    return tier.least is not None and tier.least < tier.after
