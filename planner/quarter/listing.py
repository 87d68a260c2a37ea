"""季度名单 (R02-1): who is on the list of a quarter, from the last list and the newest facts.

A proposal: what a person has decided in 驻点名单 for the quarter stands as it is. Every object that
stays out gets a reason too, so that nobody is forgotten in silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.domain.base import Frozen
from planner.domain.calendar import ONE_DAY, Round, add_months, quarter_of, quarter_start
from planner.domain.instance import Instance
from planner.domain.tables import ListItem, Rating, Site
from planner.domain.terms import Form, ListAction, SiteStatus
from planner.duplicates import DuplicateCase, duplicate_cases
from planner.options import options_of
from planner.priority import rate

FACTORS_SHOWN = 3
ON_LIST = frozenset({ListAction.ADD, ListAction.KEEP})
_BACK = {
    ListAction.DEFER: "上季度暂缓，本季度恢复",
    ListAction.LEAVE: "上季度退出，本季度达到派驻等级",
}


class Entry(Frozen):
    """名单条目: one object of a unit's list, with what the facts say now and said a quarter ago.

    ``decided`` marks a row that a person has written for the quarter. Without a ``form`` the object
    is not stationed. ``before`` is None where nothing was known of it then. ``note`` is what the
    unit has to decide or to check before it files the list.
    """

    item: ListItem
    rating: Rating | None
    before: Rating | None
    form: Form | None
    team_size: int
    decided: bool
    note: str = ""

    @property
    def listed(self) -> bool:
        """Whether somebody is owed to the object."""
        return self.item.action in ON_LIST


class Unlisted(Frozen):
    """未列入: an object that neither was on the list nor comes on it, and why."""

    site_id: str
    department: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """名单版本: the lists of one quarter. ``instance`` is the workbook with its rows in place; the
    entries are rated on ``judged_on`` (研判日期)."""

    quarter: str
    judged_on: dt.date
    instance: Instance
    entries: tuple[Entry, ...]
    unlisted: tuple[Unlisted, ...]


def quarters_of(round: Round) -> tuple[str, ...]:
    """The quarters whose lists serve a round: at least a month of each lies in it."""
    last = add_months(round.end + ONE_DAY, -1)
    return tuple(dict.fromkeys(quarter_of(day) for day in (round.start, last)))


def newest_quarter(instance: Instance) -> str:
    """The newest quarter of the round with risk factors; its first quarter without any."""
    known = quarters_of(instance.round)
    given = {row.quarter for row in instance.risk_factors}
    return max((one for one in known if one in given), default=known[0])


def listing(instance: Instance, quarter: str, units: Sequence[str]) -> Listing:
    """The lists of some units for a quarter of the round; the rows of other units stay."""
    judged_on = max(Round.named(instance.round.name).start, quarter_start(quarter))
    view = _seen_on(instance, judged_on)
    earlier = {row.site_id: row for row in rate(view, add_months(judged_on, -3))}
    known = {row.site_id for row in instance.risk_factors if row.quarter < quarter}
    draft = _Draft(view, quarter, judged_on, {key: earlier[key] for key in known & earlier.keys()})
    judged = [draft.judge(site) for site in instance.sites if site.department in units]
    entries = tuple(one for one in judged if isinstance(one, Entry))
    entries = _deferred(_with_rows(view, quarter, entries, units), entries)
    made = _with_rows(instance, quarter, entries, units)
    unlisted = tuple(one for one in judged if isinstance(one, Unlisted))
    return Listing(quarter, judged_on, made, entries, unlisted)


def _seen_on(instance: Instance, judged_on: dt.date) -> Instance:
    """The instance with the round's rest from a date on, so that the list of that date holds."""
    round = instance.round.model_copy(update={"start": max(instance.round.start, judged_on)})
    view = instance.model_copy(update={"round": round})
    return view.model_copy(update={"ratings": rate(view, judged_on)})


class _Draft:
    """Judges one object after the other on the day of the analysis."""

    def __init__(
        self, view: Instance, quarter: str, judged_on: dt.date, before: Mapping[str, Rating]
    ) -> None:
        self.view = view
        self.quarter = quarter
        self.before = before
        # What the list changes in the middle of a round takes effect when it has been filed.
        day = quarter_start(quarter).replace(day=view.policy.list_update_due_day)
        self.mid_round = judged_on > Round.named(view.round.name).start
        self.last_day_before = day
        self.takes_effect = view.calendar.workday_on_or_after(day + ONE_DAY)
        self.in_post = {row.site_id for row in view.running}
        self.has_list = {row.department for row in view.list_items}

    def judge(self, site: Site) -> Entry | Unlisted:
        """The entry of an object, or why it is not on the list."""
        last = self._last_row(site)
        if last is not None and last.quarter == self.quarter and not last.carried:
            return self._entry(site, last, decided=True)
        was_listed = (
            site.id in self.in_post
            if site.department not in self.has_list
            else last is not None and last.action is not ListAction.LEAVE
        )
        out = self._reason_out(site, was_listed)
        if out is not None and not was_listed:
            return Unlisted(site_id=site.id, department=site.department, reason=out[1])
        if out is not None:
            action, reason = out
            ends = self.mid_round and action is ListAction.LEAVE
            valid_to = self.last_day_before if ends else None
            return self._entry(site, self._row(site, action, reason, valid_to=valid_to))
        back = last is not None and last.action in _BACK
        if last is not None and back and not self._news_of(site):
            return self._still_out(site, last)
        if was_listed and not back:
            return self._entry(site, self._row(site, ListAction.KEEP, self._news(site), last=last))
        valid_from = self.takes_effect if self.mid_round else None
        reason = "；".join(([_BACK[last.action]] if last and back else []) + [self._facts(site)])
        return self._entry(site, self._row(site, ListAction.ADD, reason, valid_from=valid_from))

    def _news_of(self, site: Site) -> bool:
        """Whether anybody has entered factors of the object for this quarter."""
        return any(
            row.quarter == self.quarter for row in self.view.risk_factors if row.site_id == site.id
        )

    def _still_out(self, site: Site, last: ListItem) -> Entry | Unlisted:
        """Without new factors a person's decision of the last quarter goes on."""
        why = f"（{last.own_reason}）" if last.own_reason else ""
        reason = f"上季度{last.action.value}{why}，没有新的风险因素"
        if last.action is ListAction.LEAVE:
            return Unlisted(site_id=site.id, department=site.department, reason=reason)
        return self._entry(site, self._row(site, ListAction.DEFER, reason, last=last))

    def _last_row(self, site: Site) -> ListItem | None:
        rows = [
            row for row in self.view.list_items_of.get(site.id, ()) if row.quarter <= self.quarter
        ]
        return rows[-1] if rows else None

    def _reason_out(self, site: Site, was_listed: bool) -> tuple[ListAction, str] | None:
        """How and why the object is not to be served this quarter; None when it is on the list.
        Who is on it goes on with a grade that is not stationed: only a person takes it off."""
        if site.status is SiteStatus.CLOSED:
            return ListAction.LEAVE, "已关闭"
        if self.view.sector_by_code[site.sector].coal:
            return None
        if site.status.idle:
            return ListAction.DEFER, f"{site.status}，恢复生产后再派驻"
        if was_listed or self.view.may_be_stationed(site):
            return None
        return ListAction.LEAVE, self._not_stationed(site)

    def _not_stationed(self, site: Site) -> str:
        rating = self.view.rating_by_site[site.id]
        doubt = "（数据不全，待核实）" if rating.unverified else ""
        return f"{rating.score}分，{rating.grade.label}，按派驻矩阵不派驻{doubt}"

    def _row(
        self,
        site: Site,
        action: ListAction,
        reason: str,
        *,
        last: ListItem | None = None,
        valid_from: dt.date | None = None,
        valid_to: dt.date | None = None,
    ) -> ListItem:
        """The new row; a decision on grade or form that a person has made goes on with it."""
        rating = self.view.rating_by_site.get(site.id)
        return ListItem(
            quarter=self.quarter,
            department=site.department,
            site_id=site.id,
            action=action,
            reason=reason,
            grade=rating.grade if rating else None,
            grade_reason=last.grade_reason if last else "",
            approver=last.approver if last else "",
            form=last.form if last else None,
            valid_from=valid_from,
            valid_to=valid_to,
        )

    def _entry(self, site: Site, item: ListItem, *, decided: bool = False) -> Entry:
        options = options_of(self.view, site) if item.action in ON_LIST else ()
        return Entry(
            item=item,
            rating=self.view.rating_by_site.get(site.id),
            before=self.before.get(site.id),
            form=options[0].form if options else None,
            team_size=options[0].team_size if options else 0,
            decided=decided,
            note="" if decided else self._note(site),
        )

    def _note(self, site: Site) -> str:
        """What is to be decided or checked about the proposal."""
        rating = self.view.rating_by_site.get(site.id)
        if rating is None:
            return ""
        notes = [one for one in rating.reasons if one.startswith("沿用")]
        notes += ["数据不全，待核实"] if rating.unverified else []
        notes += [] if self.view.may_be_stationed(site) else ["不派驻，是否退出请认定"]
        return "；".join(notes)

    def _facts(self, site: Site) -> str:
        """Why the object comes on the list: what weighs most in its score, and the direct rules."""
        rating = self.view.rating_by_site[site.id]
        parts = sorted(rating.parts, key=lambda one: -one[1])[:FACTORS_SHOWN]
        facts = "、".join(name.split(" ", 1)[-1] for name, _ in parts)
        reasons = [one for one in rating.reasons if not one.startswith("沿用")]
        said = [f"{rating.score}分，{rating.grade.label}", facts, *reasons]
        return "；".join(filter(None, said))

    def _news(self, site: Site) -> str:
        """What is different from a quarter ago."""
        now, before = self.view.rating_by_site[site.id], self.before.get(site.id)
        news = [] if before else [self._facts(site)]
        if before and now.score != before.score:
            gone = dict(before.parts)
            moved = [name.split(" ", 1)[-1] for name, n in now.parts if gone.get(name) != n]
            why = f"（{'、'.join(moved[:FACTORS_SHOWN])}）" if moved else ""
            news.append(f"评分由{before.score}分变为{now.score}分{why}")
        if before and now.grade is not before.grade:
            news.append(f"等级由{before.grade.label}变为{now.grade.label}")
        if before and not self.view.may_be_stationed(site):
            news.append(f"{now.score}分，{now.grade.label}")
        if not self.view.may_be_stationed(site):
            news.append("按派驻矩阵不派驻，列入抽查")
        return "；".join(news or ["研判无变化"])


def _deferred(draft: Instance, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries with the claims put off that other units lead, or are proposed to (R02-6); what a
    person has written stays, and is told where it contradicts a decision."""
    lead = {pending: case for case in duplicate_cases(draft) for pending in case.pending_site_ids}
    return tuple(_put_off(draft, one, lead.get(one.item.site_id)) for one in entries)


def _put_off(draft: Instance, entry: Entry, case: DuplicateCase | None) -> Entry:
    if case is None:
        return entry
    unit = draft.department_by_code[draft.site_by_id[case.lead_site_id].department]
    said = case.reason if case.decided else "建议由其牵头，待认定"
    reason = f"与{unit.short_name}的{case.lead_site_id}是同一对象，{said}（R02-6）"
    if entry.decided:
        return entry.model_copy(update={"note": reason}) if case.decided else entry
    deferred = {"action": ListAction.DEFER, "reason": reason, "valid_from": None}
    item = entry.item.model_copy(update=deferred)
    return entry.model_copy(update={"form": None, "team_size": 0, "item": item})


def _with_rows(
    instance: Instance, quarter: str, entries: Sequence[Entry], units: Sequence[str]
) -> Instance:
    """The instance whose units have these entries as their list of the quarter."""
    others = [
        row
        for row in instance.list_items
        if not (row.quarter == quarter and row.department in units)
    ]
    rows = (*others, *(entry.item for entry in entries))
    return instance.model_copy(update={"list_items": rows})
