"""Every plan of a tiny instance on a few dates, written without the model and its candidates.

Services (which sites, which form, how many people) are those of ``planner.posts``; who serves when
is enumerated: each service is given over some of the dates or not at all, and on every stretch
between two dates each slot is held by anybody of the unit. A running holder who is not on the
first stretch left before the round. A forced 结束原因 is written only where it is true;
every other end is written 期满轮换, whatever word the planner has for it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from constraints import RULES
from planner.components import components_of
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.instance import Instance
from planner.domain.plan import Plan, PlanChange, Shortage, Stint
from planner.domain.posting import Candidate, Service
from planner.domain.terms import EndReason, StintStatus
from planner.model.answer import Effort, Ints, Limit, Question
from planner.model.branch_and_bound import solve
from planner.model.build import PlanModel
from planner.model.extract import Chosen, rows_of
from planner.rule import Rule
from planner.verify import Verdict, verify
from tests.builders import plan, shortage

UNIT = "D1"


@dataclass(frozen=True)
class Row:
    """A stint of a service: its person stays in the slot up to ``until``."""

    service: Service
    slot: int
    inspector_id: str
    start: dt.date
    end: dt.date
    until: dt.date
    reason: EndReason
    running: bool

    @property
    def serves(self) -> bool:
        """False for a holder who left before the round."""
        return self.until > self.service.grid[0]

    def on(self, other: Row) -> bool:
        """Whether both rows share a date of the round."""
        return (
            self.serves and other.serves and self.start < other.until and other.start < self.until
        )


Run = tuple[Row, ...]


@dataclass
class Enumeration:
    """All plans of an instance on ``dates``, and the model to compare them with."""

    here: Instance
    dates: tuple[dt.date, ...]
    rules: Sequence[Rule] = RULES
    latest: dict[tuple[str, str], dt.date] = field(init=False)

    def __post_init__(self) -> None:
        parts = components_of(self.here, (UNIT,), RULES)
        posts = [post for part in parts for post in part.posts]
        offered = [found for part in parts for found in part.candidates]
        self.model = PlanModel(self.here, posts, offered)
        self.services = self.model.services
        self.model.post_rules(RULES)
        self.latest = {}
        for one in (column.candidate for column in self.model.stints):
            if one.due is not None:
                self.latest[one.service.id, one.inspector_id] = one.due

    @cached_property
    def kept(self) -> list[list[Run]]:
        """Per service the runs that no rule refuses at its own sites; what is refused there is
        refused whatever happens elsewhere."""
        return [
            [run for run in self.runs(service) if not self.breaks(run)] for service in self.services
        ]

    @cached_property
    def plans(self) -> list[tuple[Run, Plan, Verdict]]:
        """Every combination of runs that the verifier accepts."""
        found = []
        for runs in itertools.product(*self.kept):
            if self._meet(runs):
                continue
            rows = tuple(itertools.chain(*runs))
            made = self.plan(rows)
            verdict = verify(self.here, made, self.rules)
            if verdict.accepted:
                found.append((rows, made, verdict))
        return found

    def breaks(self, run: Run) -> bool:
        """Whether some rule refuses the run at its own sites."""
        made, sites = self.plan(run), {one for row in run for one in row.service.site_ids}
        return any(
            one.site_id in sites for rule in self.rules for one in rule.violations(self.here, made)
        )

    @staticmethod
    def _meet(runs: Sequence[Run]) -> bool:
        """Whether two services are given at one site, or somebody released is at two places."""
        rows = [row for run in runs for row in run if row.serves]
        for one, other in itertools.combinations(rows, 2):
            if one.service is other.service:
                continue
            if not set(one.service.site_ids).isdisjoint(other.service.site_ids):
                return True
            released = one.service.form.released or other.service.form.released
            if one.inspector_id == other.inspector_id and released and one.on(other):
                return True
        return False

    # -- what one service can be ----------------------------------------------------------------

    def runs(self, service: Service) -> Iterator[Run]:
        """Nobody, then every stretch of dates with every choice of people."""
        inside = [one for one in self.dates if service.grid[0] < one < service.finish]
        dates = sorted({service.grid[0], *inside, service.finish})
        people = sorted(one.id for one in self.here.inspectors if one.department == UNIT)
        yield self._run(service, dates, 0, 0, ())
        for begin, end in itertools.combinations(range(len(dates)), 2):
            slots = itertools.product(people, repeat=end - begin)
            for held in itertools.product(slots, repeat=service.team_size):
                if all(len(set(team)) == len(team) for team in zip(*held, strict=True)):
                    yield self._run(service, dates, begin, end, held)

    def _run(
        self,
        service: Service,
        dates: Sequence[dt.date],
        begin: int,
        end: int,
        held: tuple[tuple[str, ...], ...],
    ) -> Run:
        rows = []
        for slot in range(1, service.team_size + 1):
            people = held[slot - 1] if held else ()
            goes_on = self._holder(service, slot)
            if goes_on is not None and not (
                people and begin == 0 and people[0] == goes_on.inspector_id
            ):
                last, why = self._withdrawn(goes_on, service)
                rows.append(
                    Row(
                        service,
                        slot,
                        goes_on.inspector_id,
                        goes_on.start,
                        last,
                        service.grid[0],
                        why,
                        True,
                    )
                )
                goes_on = None
            place = begin
            for person, group in itertools.groupby(people):
                start, place = dates[place], place + len(list(group))
                first = goes_on.start if goes_on is not None else start
                last, why = self._last_day(service, person, first, dates[place])
                rows.append(
                    Row(service, slot, person, first, last, dates[place], why, goes_on is not None)
                )
                goes_on = None
        return tuple(rows)

    def _holder(self, service: Service, slot: int) -> Stint | None:
        return next(
            (
                row
                for row in self.here.running
                if row.site_id in service.site_ids
                and (row.form, row.group, row.slot) == (service.form, service.group, slot)
            ),
            None,
        )

    def _last_day(
        self, service: Service, person: str, first: dt.date, until: dt.date
    ) -> tuple[dt.date, EndReason]:
        """The last day before ``until``, moved to the end of the half-year or of the person's own
        time where only days off lie between; beyond the round where the half-year goes there."""
        workday = self.here.calendar.workday_on_or_after
        last = until - ONE_DAY
        due = add_months(first, self.here.policy.max_stint_months) - ONE_DAY
        exits = until == service.finish and last < self.here.round.end
        if exits and workday(due + ONE_DAY) != until:
            return last, EndReason.OFF_LIST
        if workday(due + ONE_DAY) == until or (until == service.finish and due > last):
            last = due
        for block, _ in self._blocks(person, service.site_ids):
            if first < block <= last and workday(block) >= until:
                last = block - ONE_DAY
        return last, self._why(person, service, last)

    def _withdrawn(self, holder: Stint, service: Service) -> tuple[dt.date, EndReason]:
        """The last day of a holder who does not go on: before the first change date, or before he
        is kept away on the days off until then."""
        blocks = [day for day, _ in self._blocks(holder.inspector_id, service.site_ids)]
        until = [day for day in blocks if self.here.round.start <= day <= service.grid[0]]
        last = min([*until, service.grid[0]]) - ONE_DAY
        if last == service.finish - ONE_DAY:
            return last, EndReason.OFF_LIST
        return last, self._why(holder.inspector_id, service, last)

    def _why(self, person: str, service: Service, last: dt.date) -> EndReason:
        """The reason that is true on the day after."""
        return next(self._true_reasons(person, service.site_ids, last), EndReason.ROTATION)

    def reasons(self, stint: Stint) -> set[EndReason]:
        """All forced reasons that are true of the end of a stint."""
        assert stint.end is not None
        owed = self.here.owed_window(self.here.site_by_id[stint.site_id])
        over = owed is None or owed[1] == stint.end < self.here.round.end
        return {
            *self._true_reasons(stint.inspector_id, (stint.site_id,), stint.end),
            *([EndReason.OFF_LIST] if over else []),
        }

    def _true_reasons(
        self, person: str, site_ids: Iterable[str], last: dt.date
    ) -> Iterator[EndReason]:
        away = self.here.calendar.workday_on_or_after(last + ONE_DAY)
        for block, reason in self._blocks(person, site_ids):
            if last < block <= away:
                yield reason

    def _blocks(self, person: str, site_ids: Iterable[str]) -> Iterator[tuple[dt.date, EndReason]]:
        """Dates from which the person cannot serve, with the reason."""
        row = self.here.inspector_by_id[person]
        sites = [self.here.site_by_id[one] for one in site_ids]
        if row.leaves_on is not None:
            yield row.leaves_on, EndReason.RETIREMENT
        yield row.available_to + ONE_DAY, EndReason.TRANSFER
        for absence in self.here.absences_of.get(person, ()):
            days = self.here.calendar.workdays(absence.start, absence.end)
            if len(days) > self.here.policy.absence_long_days:
                yield absence.start, EndReason.SICK_OR_MATERNITY
        for conflict in self.here.conflicts_of.get(person, ()):
            if conflict.start is not None and any(conflict.concerns(one) for one in sites):
                yield conflict.start, EndReason.RECUSAL

    # -- as a plan, and as columns ---------------------------------------------------------------

    def plan(self, rows: Run) -> Plan:
        """The rows with all owed dates that they leave open explained."""
        stints, changes = [], []
        for row in rows:
            for site_id in row.service.site_ids:
                stints.append(
                    Stint(
                        site_id=site_id,
                        department=UNIT,
                        slot=row.slot,
                        inspector_id=row.inspector_id,
                        form=row.service.form,
                        start=row.start,
                        end=row.end,
                        group=row.service.group,
                        end_reason=row.reason,
                        status=StintStatus.RUNNING if row.running else StintStatus.DRAFT,
                    )
                )
                latest = self.latest.get((row.service.id, row.inspector_id), dt.date.min)
                if row.running and row.until < latest:
                    changes.append(
                        PlanChange(
                            site_id=site_id,
                            slot=row.slot,
                            inspector_id=row.inspector_id,
                            due=latest - ONE_DAY,
                            new_end=row.end,
                            reason="提前轮换",
                        )
                    )
        return plan(
            *stints,
            round_start=self.here.round.start,
            shortages=tuple(self._open(rows)),
            changes=tuple(changes),
        )

    def _open(self, rows: Sequence[Row | Candidate]) -> Iterator[Shortage]:
        """Rows of 未安排对象 for the owed dates before and after those of the rows."""
        sites = sorted({one for service in self.services for one in service.site_ids})
        for site_id in sites:
            owed = self.here.owed_window(self.here.site_by_id[site_id])
            assert owed is not None
            mine = [
                row
                for row in rows
                if row.until > row.service.grid[0] and site_id in row.service.site_ids
            ]
            if not mine:
                yield shortage(site_id, str(owed[0]), str(owed[1]))
                continue
            first = max(owed[0], min(row.start for row in mine))
            last = min(owed[1], max(row.until for row in mine) - ONE_DAY)
            for start, end in ((owed[0], first - ONE_DAY), (last + ONE_DAY, owed[1])):
                if self.here.calendar.workdays(start, end):
                    yield shortage(site_id, str(start), str(end))

    def columns(self, rows: Run) -> list[int] | None:
        """The columns of the rows; None when the model does not offer one of them."""
        found = []
        for row in rows:
            column = next(
                (
                    one.index
                    for one in self.model.stints_of_service[row.service.id]
                    if row.slot in self.model.posts[one.post].slots
                    and (one.candidate.inspector_id, one.candidate.start, one.candidate.until)
                    == (row.inspector_id, row.start, row.until)
                    and one.candidate.end == row.end
                    and _forced(one.candidate.end_reason) == _forced(row.reason)
                ),
                None,
            )
            if column is None:
                return None
            found.append(column)
        return found

    def choices(self) -> Iterator[tuple[int, ...]]:
        """Every choice of at most one column per person and service, whatever the rows say."""
        columns: dict[tuple[str, str], list[int | None]] = {}
        for one in self.model.stints:
            key = one.candidate.inspector_id, one.candidate.service.id
            columns.setdefault(key, [None]).append(one.index)
        for choice in itertools.product(*columns.values()):
            yield tuple(index for index in choice if index is not None)

    def written(self, columns: Sequence[int]) -> Plan:
        """The plan that the writer makes of the columns."""
        model = self.model
        chosen = []
        for post, offered in zip(model.posts, model.stints_of_post, strict=True):
            mine = tuple(one.candidate for one in offered if one.index in columns)
            chosen.append(Chosen(post, mine))
        rows = rows_of(self.here, chosen)
        served = [model.stints[index].candidate for index in columns]
        return plan(
            *rows.stints,
            changes=rows.changes,
            overrides_used=rows.overrides_used,
            shortages=tuple(self._open(served)),
        )

    def least(self, columns: Sequence[int]) -> Ints | None:
        """The values of the model with exactly these stints and the least penalties; None when
        its rows do not allow them."""
        size, stints = len(self.model.upper), len(self.model.stints)
        chosen = np.zeros(size, dtype=np.int64)
        chosen[list(columns)] = 1
        keep = np.ones(size, dtype=np.bool_)
        keep[:stints] = chosen[:stints] > 0
        paid = np.sum([self.model.objective(tier)[0] for tier in self.model.tiers], axis=0)
        question = Question(self.model, keep, paid, (Limit(-chosen, -int(chosen.sum())),))
        return solve(question, Effort(None, 1000, 1, 0)).values


def _forced(reason: EndReason) -> EndReason | None:
    return reason if reason.forced else None
