"""汇总: the figures of the departments added up to those of the city, and held against last month's
(FA2)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum

from planner.domain.instance import Instance
from planner.domain.terms import Form
from planner.monthly.work import Line, Quantities


def merged(instance: Instance, lines: Iterable[Line]) -> tuple[Line, ...]:
    """One row for every sector and form, whoever sent it, in the order of the sectors; the levels
    stay apart as the departments have them."""
    found: dict[tuple[str, Form], Quantities] = defaultdict(Quantities)
    for line in lines:
        found[line.sector, line.form] += line.quantities
    sectors = {row.code: at for at, row in enumerate(instance.sectors)}
    forms = {form: at for at, form in enumerate(Form)}
    order = sorted(found, key=lambda one: (sectors[one[0]], forms[one[1]]))
    return tuple(Line("", sector, form, found[sector, form]) for sector, form in order)


def fallen(before: Quantities, now: Quantities) -> tuple[str, ...]:
    """The quantities that are less than they were: cumulative ones never fall."""
    return tuple(
        one.name for one in fields(Quantities) if getattr(now, one.name) < getattr(before, one.name)
    )


class State(StrEnum):
    """How a department stands with the report of a month."""

    IN_TIME = "已报"
    UNDATED = "已报，日期不明"
    LATE = "迟报"
    INCOMPLETE = "不全"
    AWAITED = "未报"
    OVERDUE = "逾期未报"
    NO_FILE = "已登记报送，没有文件"


def state_of(
    sent: int, wanted: int, sent_on: dt.date | None, due: dt.date, today: dt.date
) -> State:
    """The state where ``sent`` of the ``wanted`` forms are there."""
    if sent == 0 and sent_on is not None:
        return State.NO_FILE
    if sent == 0:
        return State.OVERDUE if today > due else State.AWAITED
    if sent < wanted:
        return State.INCOMPLETE
    if sent_on is None:
        return State.UNDATED
    return State.LATE if sent_on > due else State.IN_TIME
