"""Seconds of questions about a plan: explain and why-not.

The plan is made first and not counted. The questions are spread evenly over the objects of the
sample; every one is asked afresh.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.engines import ours
from benchmarks.measure import rated, run
from constraints import RULES
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.tables import Site
from planner.offer import Offer
from planner.rule import Rule
from planner.solve import Settings, solve
from planner.why.explain import explain
from planner.why.forced import Forced
from planner.why.why_not import why_not

LIMIT_SECONDS = 180.0
ASKED = 8
SIZES = ("department", "default")

Question = Callable[[Instance, Plan, Site], str]


def questions(console: Console, sizes: Sequence[str] = SIZES) -> None:
    """Per sample and command: median and longest time, and what the answers were."""
    table = Table(title="questions, one process: seconds of one answer")
    for heading in ("sample", "command", "asked", "median", "longest", "answers"):
        table.add_column(heading, overflow="fold")
    for size in sizes:
        here = rated(size)
        plan = run(here, ours, LIMIT_SECONDS).plan
        unserved = {row.site_id for row in plan.shortages}
        served = {row.site_id for row in plan.stints} - unserved
        works: list[tuple[str, set[str], Question]] = [
            ("explain, served", served, _explained),
            ("explain, unserved", unserved, _explained),
            ("why-not", served | unserved, _asked),
        ]
        for name, ids, ask in works:
            sites = _spread([one for one in here.sites if one.id in ids])
            table.add_row(size, name, *_timed(here, plan, sites, ask))
    console.print(table)


def _forced(here: Instance, plan: Plan, department: str) -> Forced:
    def resolve(rules: Sequence[Rule], offer: Offer) -> Plan:
        return solve(here, (department,), rules, Settings(LIMIT_SECONDS), offer=offer)

    return Forced(here, plan, department, RULES, resolve)


def _explained(here: Instance, plan: Plan, site: Site) -> str:
    found = explain(_forced(here, plan, site.department), site)
    prices = sum(len(one.prices) for one in found.served) + sum(
        len(one.prices) for one in found.gaps
    )
    return f"{prices} prices"


def _asked(here: Instance, plan: Plan, site: Site) -> str:
    """About the qualified colleague with the lowest id who is not there."""
    there = {row.inspector_id for row in plan.stints if row.site_id == site.id}
    person = min(
        (
            one
            for one in here.inspectors
            if one.department == site.department and one.id not in there and one.skill(site.sector)
        ),
        key=lambda one: one.id,
    )
    return why_not(_forced(here, plan, site.department), person, site).answer.name


def _spread(sites: Sequence[Site]) -> Sequence[Site]:
    """At most ``ASKED`` of them, evenly."""
    return sites[:: max(1, -(-len(sites) // ASKED))]


def _timed(here: Instance, plan: Plan, sites: Sequence[Site], ask: Question) -> tuple[str, ...]:
    seconds, answers = [], []
    for site in sites:
        began = time.monotonic()
        answers.append(ask(here, plan, site))
        seconds.append(time.monotonic() - began)
    if not seconds:
        return "0", "-", "-", ""
    kinds = ", ".join(f"{kind} × {answers.count(kind)}" for kind in sorted(set(answers)))
    return str(len(seconds)), f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}", kinds
