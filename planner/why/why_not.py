"""为什么不派某人: the rules that keep a person from an object, or what it would cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from enum import StrEnum

from planner.diagnose import conflicts
from planner.domain.base import Frozen
from planner.domain.plan import Stint
from planner.domain.tables import Inspector, Site
from planner.io.rows import Places
from planner.offer import ORDINARY, Offer
from planner.posts import ranked_sites
from planner.requests import Demand
from planner.why.forced import Forced, Price
from planner.why.refusals import CONFIDENTIAL, Refusals, Standing, Way, can_be_lifted

THOROUGH = Offer(thorough=True)


class Answer(StrEnum):
    """What a question about a person and an object comes to."""

    POSTED = "计划中已经这样安排"
    NOT_OWED = "该对象本轮不需派驻"
    NO_OPENING = "该对象本轮没有岗位空出"
    FORBIDDEN = "规则不允许"
    PRICED = "可以派，代价如下"
    IMPOSSIBLE = "单条规则不反对，但已证明合在一起排不出计划"
    UNKNOWN = "时限内没有结论（不等于不可以）"


class Against(Frozen):
    """一条不允许的规则: its article, the fact, and the change dates on which it refuses: the first,
    the last and how many. The dates of a confidential rule are left out."""

    rule: str
    clause: str
    title: str
    fact: str
    liftable: bool
    dates: int
    first: dt.date | None = None
    last: dt.date | None = None


class WhyNot(Frozen):
    """The answer. ``dates`` are the first and the last change date at which a post of the object
    can be taken, and their number."""

    inspector_id: str
    site_id: str
    since: dt.date | None
    answer: Answer
    posted: tuple[Stint, ...] = ()
    dates: tuple[dt.date, dt.date, int] | None = None
    against: tuple[Against, ...] = ()
    price: Price | None = None
    core: tuple[str, ...] = ()


def why_not(
    forced: Forced,
    person: Inspector,
    site: Site,
    since: dt.date | None = None,
    places: Places | None = None,
) -> WhyNot:
    """Why the person does not serve the object, begun on ``since`` or later."""
    known = WhyNot(inspector_id=person.id, site_id=site.id, since=since, answer=Answer.UNKNOWN)
    found = offer_for(forced, person, site, since)
    if isinstance(found, WhyNot):
        return found
    price = forced.demanded(person.id, site.id, since, found)
    if price.tiers:
        return known.model_copy(update={"answer": Answer.PRICED, "price": price})
    if price.status != "INFEASIBLE":
        return known
    rules = (*forced.rules, Demand(person.id, site.id, since))
    core = conflicts(forced.whole, (forced.department,), rules, places, found)
    return known.model_copy(update={"answer": Answer.IMPOSSIBLE, "core": core})


def offer_for(
    forced: Forced, person: Inspector, site: Site, since: dt.date | None
) -> Offer | WhyNot:
    """What has to be offered so that the person can be asked for at the object, or the answer where
    there is nothing to ask: he is there, nothing is owed or open, or rules refuse."""
    instance, plan = forced.whole, forced.plan
    known = WhyNot(inspector_id=person.id, site_id=site.id, since=since, answer=Answer.NOT_OWED)
    if not list(Demand(person.id, site.id, since).violations(instance, plan)):
        rows = tuple(
            row for row in plan.stints if (row.inspector_id, row.site_id) == (person.id, site.id)
        )
        return known.model_copy(update={"answer": Answer.POSTED, "posted": rows})
    if site not in ranked_sites(instance, site.department):
        return known
    if forced.offered(person.id, site.id, since):
        return ORDINARY
    refusals = Refusals(instance, site, forced.rules)
    ways = _openings(forced, refusals, since)
    if not ways:
        return known.model_copy(update={"answer": Answer.NO_OPENING})
    standing = refusals.standing(person, ways)
    if standing.admissible:
        asked = tuple(
            row
            for way, refused in standing.refused.items()
            if not refused
            for row in refusals.rows(person, way)
        )
        return Offer(thorough=True, asked=asked)
    days = sorted({way.day for way in ways})
    return known.model_copy(
        update={
            "answer": Answer.FORBIDDEN,
            "dates": (days[0], days[-1], len(days)),
            "against": tuple(_against(refusals, standing)),
        }
    )


def _openings(forced: Forced, refusals: Refusals, since: dt.date | None) -> tuple[Way, ...]:
    """The ways on which somebody new could take a post: any change date of one that
    is vacant or can be vacated as the service begins, and those on which a holder is followed."""
    known = {service.id for service in refusals.services}
    found: dict[Way, None] = {}
    for component in forced.components(THOROUGH):
        for post, candidates in zip(component.posts, component.candidates, strict=True):
            service = post.service
            if service.id not in known:
                continue
            days = {one.until if one.running else one.start for one in candidates}
            if post.holder is None or service.grid[0] in days:
                days = set(service.grid)
            for day in sorted(days):
                if day < service.finish and (since is None or day >= since):
                    found[Way(service, day)] = None
    return tuple(found)


def _against(refusals: Refusals, standing: Standing) -> Iterator[Against]:
    for rule in standing.rules:
        ways = standing.ways_refused_by(rule)
        days = sorted({way.day for way in ways})
        told = rule.article.rule != CONFIDENTIAL
        yield Against(
            rule=rule.article.rule,
            clause=rule.article.clause,
            title=rule.article.title,
            fact=refusals.fact(standing.person, ways[0], rule),
            liftable=can_be_lifted(rule),
            dates=len(days) if told else 0,
            first=days[0] if told else None,
            last=days[-1] if told else None,
        )
