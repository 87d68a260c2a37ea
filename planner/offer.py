"""What a search may use beyond the ordinary candidates of a round.

A question about one person, or a plan that has to stay close to an earlier one, needs candidates
that a plan made from nothing can do without.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.plan import Stint


@dataclass(frozen=True, slots=True)
class Offer:
    """更多人选.

    ``thorough`` offers every change date, and part-time members of teams, in large units as well.
    ``earlier`` are rows of an earlier plan: each is offered as it stands, and whoever holds a post
    may leave it to fill in elsewhere (补位). ``asked`` are rows that somebody asks for: each is
    offered as it stands, and nothing else is. With ``only_at``, objects and mobile groups, all
    other places have the ``earlier`` rows and nobody else: a small search, whose answer is a plan
    and proves nothing by itself. ``start`` are the rows of a plan from which the search sets out,
    so that it ends with one that is no worse.
    """

    thorough: bool = False
    earlier: tuple[Stint, ...] = ()
    asked: tuple[Stint, ...] = ()
    only_at: frozenset[str] | None = None
    start: tuple[Stint, ...] = ()


ORDINARY = Offer()
"""Nothing beyond the ordinary candidates."""
