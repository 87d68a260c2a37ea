"""逐日日程 of every month of a round: all units of a sample on two processes, judged again."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks.measure import JOBS, cpu_seconds, rated
from constraints import DAY_RULES, RULES
from planner.days.solve import Settings, parts_of, plan_days
from planner.domain.calendar import ONE_DAY, add_months
from planner.domain.day_plan import DayPlan, MonthCase
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.solve import Settings as PlanSettings
from planner.solve import solve
from planner.verify import verify_days
from planner.workers import Interruption

LIMIT_SECONDS = 60.0
PLAN_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One month of one sample; seconds of the wall clock and of the processors."""

    size: str
    month: str
    parts: int
    rows: int
    gap: float
    shortages: int
    accepted: bool
    seconds: float
    cpu_seconds: float
    verify_seconds: float


def measure(size: str, told: Callable[[Measured], None]) -> None:
    """Every month of the round, each with the days served before it."""
    instance = rated(size)
    units = tuple(row.code for row in instance.departments)
    with ProcessPoolExecutor(JOBS) as pool:
        plan = solve(instance, units, RULES, PlanSettings(PLAN_SECONDS, JOBS), executor=pool)
    served: list[DayPlan] = []
    month = instance.round.start.replace(day=1)
    while month <= instance.round.end:
        row, days = _month(size, instance, plan, month, served)
        told(row)
        served.append(days)
        month = add_months(month, 1)


def _month(
    size: str, instance: Instance, plan: Plan, month: dt.date, served: list[DayPlan]
) -> tuple[Measured, DayPlan]:
    first = max(month, instance.round.start)
    case = MonthCase(
        instance=instance,
        plan=plan,
        first=first,
        last=min(add_months(month, 1) - ONE_DAY, instance.round.end),
        since=first,
        served=tuple(row for one in served for row in one.rows),
    )
    used, began = cpu_seconds(), time.monotonic()
    days = plan_days(case, DAY_RULES, Settings(LIMIT_SECONDS, JOBS), Interruption(print))
    seconds, used = time.monotonic() - began, cpu_seconds() - used
    assert days is not None
    assert days.proof is not None
    began = time.monotonic()
    verdict = verify_days(case, days, DAY_RULES)
    row = Measured(
        size=size,
        month=days.month,
        parts=len(parts_of(case)),
        rows=len(days.rows),
        gap=max(tier.gap for tier in days.proof.tiers),
        shortages=len(days.shortages),
        accepted=verdict.accepted,
        seconds=seconds,
        cpu_seconds=used,
        verify_seconds=time.monotonic() - began,
    )
    return row, days
