"""修复办法: what a coordinator could do about a rule, a person or a date, as edits with a price.

Nothing here is promised: every remedy is tried by a solve before it is shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planner.domain.calendar import ONE_DAY, KeyPeriod, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.tables import Extension, Inspector, Override, Site, Training
from planner.domain.terms import TO_FILL_IN, Form, StaffType
from planner.edits import AddRow, ChangeRows, Edit
from planner.options import options_of
from planner.posts import chain_start, due_of
from planner.reports.labels import Names

TRAINING, FORMAL_STAFF = "R10-1", "R09-1"
MOST_LENT = 4


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves what needs approval, and why; without them a row says 待填 and ``check`` asks
    for it."""

    on: dt.date
    approver: str = TO_FILL_IN
    reason: str = f"{TO_FILL_IN}：请写明具体理由"


APPROVED = ("approver", "reason", "matter")
"""The fields of 豁免 and 延长驻点 that an approval fills."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """修复办法: what to do in words, the edits that write it down, and the price."""

    text: str
    edits: tuple[Edit, ...]
    price: int

    @property
    def needs_approval(self) -> bool:
        """Whether who approves it, or why, is still to be filled in."""
        rows = [getattr(edit, "row", None) for edit in self.edits]
        written = [getattr(row, name, "") for row in rows for name in APPROVED]
        written += [value for edit in self.edits for _, value in getattr(edit, "values", ())]
        return any(str(value).startswith(TO_FILL_IN) for value in written)

    def with_(self, other: Remedy) -> Remedy:
        """Both together."""
        return Remedy(
            f"{self.text}；并且{other.text}", (*self.edits, *other.edits), self.price + other.price
        )


class Remedies:
    """The remedies of one instance; dates are those on which an object is short."""

    def __init__(self, instance: Instance, approval: Approval, principle: Iterable[str]) -> None:
        self._instance = instance
        self._approval = approval
        self.principle = frozenset(principle)
        self._names = Names(instance)

    # -- people -----------------------------------------------------------------------------

    def lets_in(
        self, rule: str, person: str, site_ids: Sequence[str], since: dt.date
    ) -> Remedy | None:
        """What lets a person in whom a rule keeps out of some objects from a date on: training
        where the skill is there, a row of 豁免 where the rule holds in principle; else None."""
        if rule == TRAINING:
            return self._training(person, site_ids, since)
        if rule in self.principle:
            return self.override(rule, person, site_ids)
        return None

    def may_let_in(self, rule: str) -> bool:
        """Whether ``lets_in`` knows a way past a rule at all."""
        return rule == TRAINING or rule in self.principle

    def _training(self, person: str, site_ids: Sequence[str], since: dt.date) -> Remedy | None:
        instance = self._instance
        sectors = tuple(sorted({instance.site_by_id[one].sector for one in site_ids}))
        inspector = instance.inspector_by_id[person]
        if any(inspector.skill(sector) < 1 for sector in sectors):
            return None
        day = instance.calendar.workday_before(since)
        row = Training(
            inspector_ids=(person,), sectors=sectors, end=day,
            task_list=True, measures=True, hazard_criteria=True,
        )  # fmt: skip
        names = "、".join(instance.sector_by_code[one].name for one in sectors)
        return Remedy(
            f"培训{self._names.person(person)}：{day} 前完成{names}行业培训，三项内容齐全",
            (AddRow(table="trainings", row=row),),
            instance.policy.repair_cost_train,
        )

    def override(self, rule: str, person: str, site_ids: Sequence[str]) -> Remedy:
        """A row of 豁免 for each object, for the dates of the round."""
        instance, approval = self._instance, self._approval
        rows = tuple(
            AddRow(
                table="overrides",
                row=Override(
                    rule=rule, inspector_id=person, site_id=site_id, start=instance.round.start,
                    end=instance.round.end, reason=approval.reason, approver=approval.approver,
                    approved_on=approval.on,
                ),
            )
            for site_id in site_ids
        )  # fmt: skip
        where = "、".join(map(self._site, site_ids))
        return Remedy(
            f"经批准豁免 {rule}：{self._names.person(person)}在{where}",
            rows,
            instance.policy.repair_cost_override * len(rows),
        )

    def loans(self, site: Site, plans: Iterable[tuple[str, Plan]]) -> Iterator[tuple[str, Remedy]]:
        """People of other units who are qualified for an object and idle in the plan of their own
        unit, so that it loses nothing; the nearest first."""
        instance = self._instance
        busy = {row.inspector_id for row in instance.running}
        found: list[Inspector] = []
        for unit, plan in plans:
            placed = busy | {row.inspector_id for row in plan.stints}
            found += [
                one
                for one in instance.inspectors
                if one.department == unit and one.id not in placed and one.staff_type.formal
                and one.skill(site.sector) >= 1
            ]  # fmt: skip

        def near(one: Inspector) -> tuple[float, int, str]:
            far = instance.kilometres(one.home_county, site.county)
            return (float("inf") if far is None else far, -one.skill(site.sector), one.id)

        for one in sorted(found, key=near):
            yield one.id, self._loan(one, site)

    def _loan(self, person: Inspector, site: Site) -> Remedy:
        edit = ChangeRows(
            table="inspectors",
            where=(("id", person.id),),
            values=(("department", site.department), ("staff_type", StaffType.SECONDED)),
        )
        lifted = self.override(FORMAL_STAFF, person.id, (site.id,))
        unit = self._names.department(person.department)
        return Remedy(
            f"从{unit}借用{self._names.person(person.id)}（在原单位的计划中没有任务；"
            f"借调人员须经批准豁免 {FORMAL_STAFF}）",
            (edit, *lifted.edits),
            self._instance.policy.repair_cost_borrow,
        )

    # -- objects and dates ------------------------------------------------------------------

    def weaker_forms(self, site: Site) -> Iterator[Remedy]:
        """Forms that the sector allows and that are weaker than the strongest of now, written into
        the row of 驻点名单 in force."""
        instance = self._instance
        item = instance.list_item(site.id)
        now = {one.form for one in options_of(instance, site)}
        if item is None or not now:
            return
        allowed = instance.sector_by_code[site.sector].allowed_forms or tuple(Form)
        strongest = max(form.strength for form in now)
        for form in sorted(set(allowed) - now, key=lambda one: -one.strength):
            if form.strength < strongest:
                where = (("quarter", item.quarter), ("site_id", site.id))
                was = "、".join(sorted(one.value for one in now))
                yield Remedy(
                    f"{self._site(site.id)}的驻点形式由{was}改为{form.value}",
                    (ChangeRows(table="list_items", where=where, values=(("form", form),)),),
                    instance.policy.repair_cost_form,
                )

    def extensions(self, site: Site) -> Iterator[Remedy]:
        """Those in post at an object whose half-year ends in the round stay as long as R05-9
        allows, at most until the round ends."""
        instance = self._instance
        for held in instance.running:
            if held.site_id != site.id:
                continue
            due = due_of(instance, held.inspector_id, chain_start(instance, held), held, (site,))
            until = self._extended(held)
            if due.last_day >= until or due.last_day >= instance.round.end:
                continue
            yield self._extension(held, due.last_day, until)

    def _extended(self, held: Stint) -> dt.date:
        """The last day that 延长驻点 may allow to somebody in post."""
        policy = self._instance.policy
        first = chain_start(self._instance, held)
        over = add_months(first, policy.max_stint_months)
        latest = add_months(over, policy.extension_max_months) - ONE_DAY
        return min(latest, self._instance.round.end)

    def _extension(self, held: Stint, due: dt.date, until: dt.date) -> Remedy:
        instance, approval = self._instance, self._approval
        row = Extension(
            site_id=held.site_id, inspector_id=held.inspector_id, until=until,
            matter=approval.reason, approver=approval.approver, approved_on=approval.on,
        )  # fmt: skip
        same = (("site_id", held.site_id), ("inspector_id", held.inspector_id))
        known = any(
            (one.site_id, one.inspector_id) == (held.site_id, held.inspector_id)
            for one in instance.extensions
        )
        values = tuple(dict(row).items())
        edit: Edit = (
            ChangeRows(table="extensions", where=same, values=values)
            if known
            else AddRow(table="extensions", row=row)
        )
        return Remedy(
            f"经批准延长{self._names.person(held.inspector_id)}在{self._site(held.site_id)}的驻点 "
            f"{(until - due).days} 天，至 {until}",
            (edit,),
            instance.policy.repair_cost_extend,
        )

    def freezes(self, site: Site, days: Iterable[dt.date]) -> Iterator[Remedy]:
        """The windows in which people may not change at an object on one of these days: end
        before it, or begin after it."""
        for period in self._instance.freezes_of(site):
            for day in sorted(set(days)):
                if period.start <= day <= period.end:
                    if period.start < day:
                        yield self._freeze(period, "end", day - ONE_DAY)
                    if day < period.end:
                        yield self._freeze(period, "start", day + ONE_DAY)

    def _freeze(self, period: KeyPeriod, edge: str, day: dt.date) -> Remedy:
        where = tuple((name, getattr(period, name)) for name in ("name", "start", "end", "scope"))
        words = {"start": "推迟开始", "end": "提前结束"}
        return Remedy(
            f"重点时段“{period.name}”（{period.start} 至 {period.end}）{words[edge]}：改为 {day}",
            (ChangeRows(table="key_periods", where=where, values=((edge, day),)),),
            self._instance.policy.repair_cost_freeze,
        )

    def change_days(self, site: Site) -> Iterator[dt.date]:
        """The days on which those in post at an object would have to change."""
        instance = self._instance
        for held in instance.running:
            if held.site_id == site.id:
                first = chain_start(instance, held)
                over = add_months(first, instance.policy.max_stint_months)
                yield over
                yield instance.calendar.workday_on_or_after(over)

    def _site(self, site_id: str) -> str:
        return f"{self._names.site(site_id)}（{site_id}）"
