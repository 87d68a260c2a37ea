"""The causes and the menu as a coordinator reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from planner.domain.instance import Instance
from planner.edits import AddRow, ChangeRows, rows_of
from planner.io.schema import SHEETS
from planner.repair.claim import KEPT
from planner.repair.inquiry import Member
from planner.repair.menu import Cause, Effect, Repair
from planner.reports.labels import Names, span
from planner.rule import Article
from planner.shortages import WHY_NOT

KEPT_OUT = {**WHY_NOT, "R03-4": "不担任该驻点形式、不可投入、停派或不能入井"}
"""What a rule says of those whom it keeps out; a core does not tell these reasons apart."""
NAMED = 12
"""People or objects that one line names."""


class Words:
    """Sentences about one instance; ``articles`` by rule."""

    def __init__(self, instance: Instance, articles: Mapping[str, Article]) -> None:
        self._instance = instance
        self._articles = articles
        self._names = Names(instance)

    # -- why --------------------------------------------------------------------------------

    def cause(self, cause: Cause) -> Iterator[str]:
        """The object, what cannot hold together, and who would pay for it."""
        first = cause.shortages[0]
        rank = f"{first.grade.label}，{first.score}分，本单位第{first.rank}位"
        dates = "、".join(span(row.start, row.end) for row in cause.shortages)
        yield f"{self._site(first.site_id)}（{rank}）无人的日期：{dates}"
        if cause.losers:
            lost = "、".join(map(self.effect, cause.losers))
            yield f"排序更前的对象不受损时它也可以全程有人，但要由排序更后的对象让出：{lost}。"
        if cause.core is None:
            yield "没有找出相互冲突的条款：在可选的换人日期内未能得出结论。"
            return
        beside = "其他对象" if cause.losers else "排序更前的对象"
        proof = "去掉任何一条，其余就能同时满足" if cause.core.minimal else "其中可能有多余的条目"
        checked = "已重新求解证明" if cause.core.confirmed else "复核未完成"
        yield f"它全程有人、{beside}保持现有服务，与以下各条不能同时满足（{checked}；{proof}）："
        groups: dict[tuple[bool, str], list[Member]] = defaultdict(list)
        for member in sorted(cause.core.members):
            groups[not member.barred, member.rule].append(member)
        for (_, rule), members in sorted(groups.items()):
            yield f"  {self._line(rule, members)}"

    def _line(self, rule: str, members: Sequence[Member]) -> str:
        subjects = [one.subject for one in members]
        if rule == KEPT:
            return f"{len(subjects)} 个对象保持现有服务：{self._listed(subjects)}"
        article = self._articles[rule]
        head = f"{rule} {article.title}（{article.clause}）"
        people = [one for one in subjects if one in self._instance.inspector_by_id]
        places = list(
            dict.fromkeys(
                site
                for one in subjects
                if one not in self._instance.inspector_by_id
                for site in self._sites_of(one)
            )
        )
        if members[0].barred:
            why = KEPT_OUT.get(rule, f"不符合“{article.title}”")
            return f"{head}：{len(people)} 人不能进驻（{why}）：{self._listed(people)}"
        parts = []
        if people:
            parts.append(f"{len(people)} 人：{self._listed(people)}")
        if places:
            parts.append(f"对象：{self._listed(places)}")
        return f"{head}：{'；'.join(parts)}"

    def _sites_of(self, subject: str) -> Sequence[str]:
        """The objects of a service (``O1/蹲守驻点``, ``D1/L-01``) or the object itself."""
        if subject in self._instance.site_by_id:
            return (subject,)
        before, _, after = subject.partition("/")
        if before in self._instance.site_by_id:
            return (before,)
        group = [row.site_id for row in self._instance.running if row.group == after]
        return tuple(dict.fromkeys(group)) or (f"流动组{after}" if after else subject,)

    def _listed(self, ids: Sequence[str]) -> str:
        shown = "、".join(
            self._names.person(one) if one in self._instance.inspector_by_id else self._site(one)
            for one in ids[:NAMED]
        )
        return f"{shown} 等" if ids[NAMED:] else shown

    def _site(self, site_id: str) -> str:
        known = site_id in self._instance.site_by_id
        return f"{self._names.site(site_id)}（{site_id}）" if known else site_id

    # -- what helps -------------------------------------------------------------------------

    def menu(self, repairs: Sequence[Repair]) -> Iterator[str]:
        """The numbered menu."""
        for number, one in enumerate(repairs, start=1):
            approval = "，须批准" if one.remedy.needs_approval else ""
            yield f"{number}. 〔代价 {one.remedy.price}{approval}〕{one.remedy.text}"
            yield f"   结果：{self._result(one)}"

    def _result(self, one: Repair) -> str:
        if not one.site_id:
            return f"{self._names.department(one.department)}可以排出计划，已通过全部规则核查"
        people = self._listed(one.people)
        effects = "、".join(map(self.effect, one.effects))
        others = f"；同时变化：{effects}" if effects else "；其他对象的服务不变"
        return f"{self._site(one.site_id)}全程有人（{people}）{others}"

    def effect(self, one: Effect) -> str:
        """How many days, counted in the best form, an object gains or loses."""
        change = (one.after - one.before) / 100
        return f"{self._site(one.site_id)}{'增加' if change > 0 else '减少'}{abs(change):g}天"

    def written(self, repair: Repair) -> Iterator[str]:
        """Sheet and row of each change, as the writer puts them."""
        titles = {sheet.table: sheet.title for sheet in SHEETS}
        added: dict[str, int] = defaultdict(int)
        for edit in repair.remedy.edits:
            if isinstance(edit, AddRow):
                added[edit.table] += 1
                number = len(rows_of(self._instance, edit.table)) + added[edit.table] + 1
                yield f"{titles[edit.table]}第 {number} 行：新增"
            elif isinstance(edit, ChangeRows):
                for index, row in enumerate(rows_of(self._instance, edit.table)):
                    if all(getattr(row, name) == value for name, value in edit.where):
                        headings = self._headings(edit)
                        yield f"{titles[edit.table]}第 {index + 2} 行：改{headings}"

    def _headings(self, edit: ChangeRows) -> str:
        sheet = next(one for one in SHEETS if one.table == edit.table)
        return "、".join(f"“{sheet.by_field[name].heading}”" for name, _ in edit.values)
