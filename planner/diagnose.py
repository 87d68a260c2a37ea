"""Why there is no plan: the smallest set of rules and subjects that cannot hold together.

The rows of a component are grouped by rule and subject; ``planner.model.core`` leaves out what the
clash does not need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.components import Component, components_of
from planner.domain.instance import Instance
from planner.domain.plan import Stint
from planner.io.rows import Place, Places
from planner.model.build import PlanModel
from planner.model.core import core_of
from planner.model.program import Row
from planner.offer import ORDINARY, Offer
from planner.reports.labels import Names, span
from planner.rule import Article, Rule

DATES_SHOWN = 3
OBJECTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Clash:
    """One member of a core: a rule that cannot be kept for a subject (a person, an object or a
    group), with the dates that its rows name and the objects that they are about."""

    article: Article
    subject: str
    dates: tuple[str, ...]
    site_ids: tuple[str, ...]
    people: tuple[str, ...]


def conflicts(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    places: Places | None = None,
    offer: Offer = ORDINARY,
) -> tuple[str, ...]:
    """Chinese lines for the core of each component without a plan: every rule with people,
    objects, dates and cells, and then how to get out of it.

    ``places`` tells where the rows of the workbook stand.
    """
    words = _Words(instance, places or {})
    return tuple(
        line for core in clashes_of(instance, departments, rules, offer) for line in words.of(core)
    )


def clashes_of(
    instance: Instance,
    departments: Sequence[str],
    rules: Sequence[Rule],
    offer: Offer = ORDINARY,
) -> tuple[tuple[Clash, ...], ...]:
    """The core of each component without a plan; any one member less and the rest is possible."""
    articles = {rule.article.rule: rule.article for rule in rules}
    found = []
    for component in components_of(instance, departments, rules, offer):
        model = PlanModel(component.instance, component.posts, component.candidates)
        model.post_rules(rules)
        core = core_of(model, rule_and_subject, lambda key: False)
        if core is not None:
            found.append(
                tuple(
                    _clash(component, model, articles[rule], subject, rows)
                    for (rule, subject), rows in sorted(core.members.items())
                )
            )
    return tuple(found)


def rule_and_subject(row: Row) -> tuple[str, str]:
    """The group of a row: its rule, and whom or what the rule is about there."""
    return row.rule, row.subject.split(" ")[0]


def _clash(
    component: Component, model: PlanModel, article: Article, subject: str, rows: Iterable[Row]
) -> Clash:
    used = {column for row in rows for column in row.columns}
    candidates = [one.candidate for one in model.stints if one.index in used]
    # Newcomers could always be left out: where somebody is in post, that is what clashes.
    candidates = [one for one in candidates if one.running] or candidates
    dates = {part for row in rows for part in row.subject.split(" ")[1:]}
    named = {post.service.id: post.service.site_ids for post in component.posts}
    sites = {one for candidate in candidates for one in candidate.site_ids}
    return Clash(
        article=article,
        subject=subject,
        dates=tuple(sorted(date for date in dates if date[:4].isdigit())),
        site_ids=tuple(sorted(sites.union(named.get(subject, ())))),
        people=tuple(sorted({one.inspector_id for one in candidates})),
    )


# -- words --------------------------------------------------------------------------------------


class _Words:
    """The core of one component as a coordinator reads it."""

    def __init__(self, instance: Instance, places: Places) -> None:
        self._instance = instance
        self._names = Names(instance)
        self._place_of: Mapping[int, Place] = {
            id(stint): place
            for stint, place in zip(instance.stints, places.get("stints", ()), strict=False)
        }

    def of(self, core: Sequence[Clash]) -> Iterator[str]:
        """One line per rule, then the running rows that are concerned, then the remedies."""
        for clash in core:
            article = clash.article
            clause = f"（{article.clause}）" if article.clause else ""
            yield f"{article.rule} {article.title}{clause}：{self._subject(clash)}"
        concerned = self._running(core)
        for stint in concerned:
            yield f"在驻：{self._row(stint)}"
        yield from self._remedies(core, concerned)

    def _subject(self, clash: Clash) -> str:
        many = len(clash.dates) > DATES_SHOWN
        dates = f"自 {clash.dates[0]} 起" if many else "、".join(clash.dates)
        objects = "、".join(map(self._site, clash.site_ids[:OBJECTS_SHOWN]))
        if clash.site_ids[OBJECTS_SHOWN:]:
            objects += f" 等 {len(clash.site_ids)} 个对象"
        if clash.subject in self._instance.inspector_by_id:
            who = self._names.person(clash.subject)
            return "，".join(filter(None, (who, objects, dates)))
        return "，".join(filter(None, (objects or clash.subject, dates)))

    def _site(self, site_id: str) -> str:
        return f"{self._names.site(site_id)}（{site_id}）"

    def _running(self, core: Sequence[Clash]) -> list[Stint]:
        """The running rows of the people whom the core names, at the objects that it names."""
        people = {one.subject for one in core} & set(self._instance.inspector_by_id)
        people = people or {one for clash in core for one in clash.people}
        sites = {one for clash in core for one in clash.site_ids}
        return [
            stint
            for stint in self._instance.running
            if stint.inspector_id in people and stint.site_id in sites
        ]

    def _row(self, stint: Stint) -> str:
        place = self._place_of.get(id(stint))
        where = f"{place.cell('end')} " if place else ""
        return (
            f"{where}{self._names.person(stint.inspector_id)}在{self._site(stint.site_id)}，"
            f"{stint.form}，{span(stint.start, stint.end)}"
        )

    def _remedies(self, core: Sequence[Clash], concerned: Sequence[Stint]) -> Iterator[str]:
        if concerned:
            yield (
                "改法：核对上列“派驻记录”各行；已离开的填写结束日期、状态改为“结束”，"
                "写错人或对象的改正编号"
            )
        in_principle = sorted({one.article.rule for one in core if one.article.in_principle})
        if in_principle:
            people = sorted({stint.inspector_id for stint in concerned})
            whom = f"，人员编号 {'、'.join(people)}" if people else ""
            yield (
                f"{'或' if concerned else '改法'}：经批准后在“豁免”表为 {'、'.join(in_principle)} "
                f"各写一行{whom}，写明理由、批准人和批准日期"
            )
        if not concerned and not in_principle:
            yield "改法：核对上列对象和人员在“驻点名单”“驻点人员”“请假与任务”中的日期"
