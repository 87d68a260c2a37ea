"""备注: what a plan writes beside its rows, for the people whom they concern.

交接: the day on which the old holder comes once more, beside the new one, stands in both rows. It
is no second post (settled reading 9) and no part of the old holder's stint, which is over the day
before. It is planned only where both are free for it; whoever begins elsewhere or has to leave
hands over before.

请假或抽调: 结束原因 has no word for absences that are no 病产假; the row that ends for one says it.

A row of an earlier plan brings its remarks along. What this program wrote of an end or a handover
that was still to come is written anew; a person's own words stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planner.domain.away import long_absences
from planner.domain.calendar import ONE_DAY
from planner.domain.day_plan import DayPlan
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import EndReason

LEAVES_TO_FILL_IN = "调往他处补位"
TEAM_INCOMPLETE = "同岗人员配不齐，或没有符合各项规则的结束日期，提前结束"
POST_GONE = "该岗位本轮不再设置（对象的驻点形式、岗位人数、流动组或派出单位已变）"
HANDOVER = "交接"
"""What a person does who comes once more after the end of his posting."""
ABSENT, CAME, STAYED = (
    "{}起请假或抽调",
    "{}与前任{}在现场交接",
    "结束后于{}再到场，与接任的{}交接",
)
_DAY, _NAME = r"\d{4}-\d\d-\d\d", "[^；]+"
_DAYS = f"{_DAY}(?:、{_DAY})*"
_OF_THE_END = re.compile(
    "|".join(
        (
            *map(re.escape, (LEAVES_TO_FILL_IN, TEAM_INCOMPLETE, POST_GONE)),
            ABSENT.format(_DAY),
            STAYED.format(_DAYS, _NAME),
        )
    )
)
_OF_THE_BEGINNING = re.compile(CAME.format(_DAYS, _NAME))
_COMES_AGAIN = re.compile(STAYED.format(f"({_DAYS})", _NAME))


def with_remarks(instance: Instance, stints: Sequence[Stint]) -> list[Stint]:
    """The rows of a plan with their remarks; people who are new to the sector and are handed a post
    over get the leaving holder as 带教人."""
    before: dict[tuple[str, int], list[int]] = defaultdict(list)
    own: dict[str, list[Stint]] = defaultdict(list)
    for at, stint in enumerate(stints):
        before[stint.site_id, stint.slot].append(at)
        own[stint.inspector_id].append(stint)
    served = {
        (person, instance.site_by_id[site_id].sector) for person, site_id in instance.stints_of
    }
    written = [_with_remark(stint, _absence(instance, stint)) for stint in stints]
    for at, stint in enumerate(stints):
        rows = before[stint.site_id, stint.slot]
        followed = next((one for one in rows if _follows(instance, stint, stints[one])), None)
        if followed is None:
            continue
        old = stints[followed]
        days = _overlap(instance, stint, old, own)
        if not days:
            continue
        dates = "、".join(day.isoformat() for day in days)
        come, go = (instance.inspector_by_id[one.inspector_id].name for one in (stint, old))
        sector = instance.site_by_id[stint.site_id].sector
        mentor = "" if (stint.inspector_id, sector) in served else old.inspector_id
        written[at] = _with_remark(
            written[at].model_copy(update={"mentor_id": mentor}),
            CAME.format(dates, go),
        )
        written[followed] = _with_remark(written[followed], STAYED.format(dates, come))
    return written


def days_after_end(stint: Stint) -> tuple[dt.date, ...]:
    """The days after its end on which the holder of a row comes once more to hand over, by its
    remark: there he is no stranger, and his log is one of this posting (R05-4)."""
    parts = (one.strip() for one in stint.note.split("；"))
    told = (found[1].split("、") for one in parts if (found := _COMES_AGAIN.fullmatch(one)))
    days = (day for one in told for text in one if (day := _date(text)))
    return tuple(day for day in days if stint.end is not None and day > stint.end)


def handed_over_in(plan: Plan, days: DayPlan) -> list[tuple[dt.date, Stint]]:
    """The days of a day plan on which holders of its units come once more to hand over, each with
    their row of the plan, in order (R05-4)."""
    found = [
        (day, row)
        for row in plan.stints
        if row.department in days.departments
        for day in days_after_end(row)
        if days.first <= day <= days.last
    ]
    return sorted(found, key=lambda one: (one[0], one[1].site_id, one[1].inspector_id))


def _date(text: str) -> dt.date | None:
    """None for a date of no calendar: a remark may be edited by hand."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def lasting(instance: Instance, stint: Stint) -> str:
    """What of the remark of a row of an earlier plan holds in a new one, whatever end the row has
    there: a person's own words, and how a posting that has begun was taken over."""
    begun = stint.start <= instance.round.start
    parts = dict.fromkeys(one.strip() for one in stint.note.split("；"))
    return one_remark(
        one
        for one in parts
        if not _OF_THE_END.fullmatch(one) and (begun or not _OF_THE_BEGINNING.fullmatch(one))
    )


def one_remark(remarks: Iterable[str]) -> str:
    """Remarks as one, each once."""
    return "；".join(dict.fromkeys(filter(None, remarks)))


def carried_over(
    instance: Instance, before: Sequence[Stint], after: Iterable[Stint]
) -> Iterator[Stint]:
    """The rows of a new plan, each with what lasts of the remark that the same person's row at the
    same place and of the same first day has in the earlier one."""
    known = {(row.site_id, row.inspector_id, row.start): lasting(instance, row) for row in before}
    for row in after:
        old = known.get((row.site_id, row.inspector_id, row.start), "")
        missing = [one for one in old.split("；") if one and one not in row.note.split("；")]
        yield row.model_copy(update={"note": one_remark((*missing, row.note))}) if missing else row


def _with_remark(stint: Stint, remark: str) -> Stint:
    if not remark:
        return stint
    return stint.model_copy(update={"note": one_remark((*stint.note.split("；"), remark))})


def _absence(instance: Instance, stint: Stint) -> str:
    """The absence for which a stint ends, where 结束原因 cannot name it."""
    if stint.end is None or stint.end_reason is not EndReason.OTHER:
        return ""
    next_day = stint.end + ONE_DAY
    absent = any(first == next_day for first, _ in long_absences(instance, stint.inspector_id))
    return ABSENT.format(next_day) if absent else ""


def _follows(instance: Instance, stint: Stint, old: Stint) -> bool:
    """Whether the person takes the other one's place without a working day between."""
    return (
        old.end is not None
        and old.inspector_id != stint.inspector_id
        and instance.round.start <= old.end < stint.start
        and not instance.calendar.workdays(old.end + ONE_DAY, stint.start - ONE_DAY)
    )


def _overlap(
    instance: Instance, new: Stint, old: Stint, own: Mapping[str, Sequence[Stint]]
) -> list[dt.date]:
    """The first working days of the new person, if the old one has time for all of them."""
    wanted = instance.policy.handover_overlap_days
    day, days = new.start, list[dt.date]()
    while len(days) < wanted:
        day = instance.calendar.workday_on_or_after(day)
        days.append(day)
        day += ONE_DAY
    if not days or (old.end_reason is not None and old.end_reason.forced):
        return []
    person, site = instance.inspector_by_id[old.inspector_id], instance.site_by_id[old.site_id]
    elsewhere = any(
        row.form.released and row.start <= days[-1] and (row.end is None or row.end >= days[0])
        for row in own[old.inspector_id]
    )
    away = any(
        first <= days[-1] and last >= days[0]
        for first, last in long_absences(instance, old.inspector_id)
    )
    gone = person.available_to < days[-1] or (
        person.leaves_on is not None and person.leaves_on <= days[-1]
    )
    frozen = any(instance.frozen(site, one) for one in days)
    return [] if elsewhere or away or gone or frozen else days
