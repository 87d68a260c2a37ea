"""Replanning after an event and taking over hand edits: few changes, proved and verified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from constraints import RULES
from planner.change.adopt import edits_between, kept_and_dropped
from planner.change.compare import ChangeKind, changes_between
from planner.change.events import EVENT_BY_WORD, EVENTS, Particulars, edits_of
from planner.change.replan import Replanned, replan
from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.domain.terms import EndReason, Grade, StintStatus, WeekendCoverage
from planner.edits import EditError, applied
from planner.offer import Offer
from planner.requests import DroppedRows, KeptRows
from planner.rolling import rest_of_round, still_to_come
from planner.rule import Rule, Tier
from planner.solve import Settings, solve
from planner.verify import verify
from tests.builders import (
    day,
    department,
    inspector,
    instance,
    past,
    plan,
    rating,
    sector,
    shortage,
    site,
    stint,
    trained,
)
from tests.rules.rows import absence, listed

UNIT = "D1"
MARCH = day("2027-03-03")


def three_people(**fields: Any) -> Instance:
    """P1 and P2 hold one object each since the autumn, P3 is free."""
    people = ("P1", "P2", "P3")
    return instance(
        inspectors=tuple(inspector(one) for one in people),
        sites=(site("O1"), site("O2")),
        ratings=(rating("O1"), rating("O2", Grade.SECOND, 40)),
        trainings=(trained(*people),),
        stints=(past("O1", "P1", "2026-12-07", None), past("O2", "P2", "2026-12-14", None)),
        **fields,
    )


def planned(known: Instance) -> Plan:
    return solve(known, (UNIT,), RULES, Settings(30))


def solver(known: Instance, units: Sequence[str], rules: Sequence[Rule], offer: Offer) -> Plan:
    return solve(known, units, rules, Settings(30), offer=offer)


def after(known: Instance, made: Plan, word: str, **about: Any) -> Replanned:
    since = about.pop("since", MARCH)
    rest = rest_of_round(known, made, since)
    state = applied(rest, edits_of(EVENT_BY_WORD[word], rest, Particulars(since, **about)))
    # The ratings of these instances are written by hand, not found from risk factors.
    return replan(state.model_copy(update={"ratings": known.ratings}), made, RULES, solver)


def test_nothing_changes_where_the_plan_still_holds() -> None:
    known = three_people()
    found = after(known, planned(known), "放假", since=day("2027-03-10"))
    assert found.solved == ()
    assert found.changes == ()
    assert found.verdict.accepted


def test_in_a_long_illness_the_successor_comes_earlier() -> None:
    known = three_people()
    found = after(known, planned(known), "病假", inspector_id="P1", until=day("2027-07-11"))
    assert found.verdict.accepted
    assert [found.tier(tier).value for tier in (Tier.LOST_FIRST, Tier.LOST_SECOND)] == [0, 0]
    stints = found.tier(Tier.CHANGED_STINTS)
    assert stints.value == stints.bound
    held = {one.inspector_id: one for one in found.changes if one.place == "O1"}
    assert held["P1"].kind is ChangeKind.SHORTENED
    assert held["P1"].after == (day("2026-12-07"), MARCH - dt.timedelta(days=1))
    assert held["P1"].reason == EndReason.SICK_OR_MATERNITY
    new = [row for row in found.plan.stints if row.start == MARCH]
    assert [(row.site_id, row.inspector_id) for row in new] == [("O1", "P3")]


def test_served_days_never_change() -> None:
    known = three_people()
    made = planned(known)
    found = after(known, made, "退休", inspector_id="P2")
    served = {
        (row.site_id, row.inspector_id, row.start) for row in made.stints if row.start < MARCH
    }
    kept = {(row.site_id, row.inspector_id, row.start) for row in found.plan.stints}
    assert served <= kept


def test_the_amounts_of_closeness_are_recounted() -> None:
    known = three_people()
    found = after(known, planned(known), "回避", inspector_id="P1", site_id="O1")
    assert found.plan.proof is not None
    claimed = {one.name: one.amount for one in found.plan.proof.penalties}
    assert claimed["changed_stints"] == len(found.changes) > 0
    assert found.verdict.wrong_amounts == ()


def test_remarks_are_written_anew_and_a_persons_own_words_stay() -> None:
    """Three replans in a row: no handover that is off is left, none stands twice."""
    known = three_people()
    first, *others = known.stints
    known = known.model_copy(
        update={"stints": (first.model_copy(update={"note": "住厂区；住厂区"}), *others)}
    )
    made = planned(known)
    (held,) = [row for row in made.stints if row.start == first.start]
    assert held.note == "住厂区；结束后于2027-06-07再到场，与接任的人员P3交接"
    events: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("2027-03-03", "病假", {"inspector_id": "P1", "until": day("2027-05-01")}),
        ("2027-04-07", "病假", {"inspector_id": "P2", "until": day("2027-05-01")}),
        ("2027-05-12", "回避", {"inspector_id": "P3", "site_id": "O1"}),
    )
    written = []
    for since, word, about in events:
        found = after(known, made, word, since=day(since), **about)
        known, made = found.instance, found.plan
        written.append({(row.site_id, row.inspector_id): row.note for row in made.stints})
    assert written[0] == {
        ("O1", "P1"): "住厂区",
        ("O1", "P3"): "",
        ("O2", "P2"): "结束后于2027-06-14再到场，与接任的人员P1交接",
        ("O2", "P1"): "2027-06-14与前任人员P2在现场交接",
    }
    assert [note for rows in written[1:] for note in rows.values() if note] == []


def test_own_words_on_a_row_to_come_stay() -> None:
    known = three_people()
    made = planned(known)
    rows = [
        row.model_copy(update={"note": f"{row.note}；带安全帽"}) if row.site_id == "O2" else row
        for row in made.stints
    ]
    hand = made.model_copy(update={"stints": tuple(rows)})
    found = after(known, hand, "病假", inspector_id="P1", until=day("2027-05-01"))
    (new,) = [row for row in found.plan.stints if row.site_id == "O2" and row.start > MARCH]
    assert new.note == "带安全帽；2027-06-14与前任人员P2在现场交接"


def test_out_of_time_a_replan_is_no_worse_than_its_small_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The full search has no time at all: it ends with the people from which it set out."""
    monkeypatch.setattr("planner.solve.SMALLEST_SHARE_SECONDS", 0.0)
    known = three_people()
    made = planned(known)
    rest = rest_of_round(known, made, MARCH)
    about = Particulars(MARCH, inspector_id="P1", until=day("2027-07-11"))
    state = applied(rest, edits_of(EVENT_BY_WORD["病假"], rest, about))
    state = state.model_copy(update={"ratings": known.ratings})
    small: list[Plan] = []

    def hurried(here: Instance, units: Sequence[str], rules: Sequence[Rule], offer: Offer) -> Plan:
        whole = offer.only_at is None
        found = solve(here, units, rules, Settings(0.0 if whole else 30.0), offer=offer)
        small.extend([] if whole else [found])
        return found

    found = replan(state, made, RULES, hurried)
    assert found.plan.proof is not None
    assert found.plan.proof.status == "FEASIBLE"
    assert found.verdict.accepted
    (first,) = small
    assert first.proof is not None
    reached = [tier.value for tier in found.plan.proof.tiers]
    assert reached <= [tier.value for tier in first.proof.tiers]


def test_a_first_grade_object_gets_the_only_free_person() -> None:
    """With nobody free, the object of the second grade gives way."""
    known = three_people()
    known = known.model_copy(update={"inspectors": known.inspectors[:2]})
    found = after(known, planned(known), "退休", inspector_id="P1")
    assert found.verdict.accepted
    assert found.tier(Tier.LOST_FIRST).value == 0
    lost = found.tier(Tier.LOST_SECOND)
    assert lost.value == lost.bound > 0


def test_whoever_of_a_pair_is_left_alone_goes_too() -> None:
    """Two people hold a chemical object and nobody is free: one retires, and the other may go
    though there is no place to fill in."""
    people = ("P1", "P2")
    known = instance(
        inspectors=tuple(inspector(one) for one in people),
        sites=(site("O1", sector="CH"),),
        ratings=(rating("O1"),),
        trainings=(trained(*people),),
        stints=(
            past("O1", "P1", "2026-12-07", None, slot=1),
            past("O1", "P2", "2026-12-14", None, slot=2),
        ),
    )
    found = after(known, planned(known), "退休", inspector_id="P1")
    assert found.verdict.accepted
    assert found.tier(Tier.LOST_FIRST).value > 0
    assert all(row.end is not None and row.end < MARCH for row in found.plan.stints)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.word)
def test_an_event_names_the_options_that_it_needs(event: Any) -> None:
    known = three_people()
    if event.needs:
        with pytest.raises(EditError, match="还需要"):
            edits_of(event, known, Particulars(MARCH))


def test_an_event_refuses_what_it_does_not_use() -> None:
    about = Particulars(MARCH, inspector_id="P1", sector="S1")
    with pytest.raises(EditError, match="用不到 --sector"):
        edits_of(EVENT_BY_WORD["退休"], three_people(), about)


def test_a_rest_outside_the_round_is_refused() -> None:
    known = three_people()
    with pytest.raises(ValueError, match="2028"):
        rest_of_round(known, planned(known), day("2028-01-01"))


def test_edits_are_found_cell_by_cell() -> None:
    made = planned(three_people())
    first, *others = made.stints
    changed = first.model_copy(update={"inspector_id": "P3"})
    (edit,) = edits_between(made.stints, (changed, *others))
    assert edit.fields == ("inspector_id",)
    (gone,) = edits_between(made.stints, others)
    assert (gone.before, gone.after) == (first, None)
    assert edits_between(made.stints, made.stints) == ()


def test_a_row_that_is_kept_says_nothing_of_other_units() -> None:
    """The plan of another unit need not hold it: it stays as it is."""
    known = three_people()
    made = planned(known)
    gone = KeptRows([made.stints[0].model_copy(update={"inspector_id": "P3"})])
    assert [one.inspector_id for one in gone.violations(known, made)] == ["P3"]
    assert not list(gone.violations(known, made.model_copy(update={"departments": ("D2",)})))


def test_changed_rows_stay_and_the_others_are_repaired() -> None:
    """P3 is put where P1's successor was: whoever is left takes the rest."""
    known = three_people()
    made = planned(known)
    new = next(row for row in made.stints if row.start >= known.round.start)
    other = next(
        one.id
        for one in known.inspectors
        if one.id not in {row.inspector_id for row in made.stints if row.site_id == new.site_id}
    )
    edited = new.model_copy(update={"inspector_id": other})
    rows = tuple(edited if row is new else row for row in made.stints)
    requests = (KeptRows([edited]), DroppedRows([new]))
    hand = made.model_copy(update={"stints": rows, "proof": None})
    found = replan(known, hand, RULES, solver, requests)
    assert found.plan.proof is not None
    if found.plan.proof.status != "INFEASIBLE":
        assert verify(known, found.plan, [*RULES, *requests]).violations == ()
        assert any(
            (row.inspector_id, row.site_id, row.start) == (other, new.site_id, new.start)
            for row in found.plan.stints
        )


def test_who_retires_on_a_day_off_leaves_the_day_before() -> None:
    """The first change date of the rest, 2027-05-04, is later than its first day."""
    known = three_people()
    made = planned(known)
    row = next(one for one in still_to_come(made, day("2027-05-01")) if one.start < MARCH)
    found = after(known, made, "退休", inspector_id=row.inspector_id, since=day("2027-05-01"))
    assert found.sound
    (left,) = [one for one in found.plan.stints if one.inspector_id == row.inspector_id]
    assert left.end == day("2027-04-30")


def test_where_weekends_are_owed_a_pair_is_followed_on_a_day_off() -> None:
    """Nobody of a pair stays alone until the next working day."""
    full = sector("CH", chemical=True, team_size=2, weekend_coverage=WeekendCoverage.FULL)
    people = ("P1", "P2", "P3", "P4")
    known = instance(
        sectors=(full,),
        sites=(site("O1", sector="CH"),),
        inspectors=tuple(inspector(one) for one in people),
        trainings=(trained(*people),),
        stints=tuple(
            past("O1", one, "2026-12-07", None, slot=n) for n, one in ((1, "P1"), (2, "P2"))
        ),
    )
    found = after(known, planned(known), "退休", inspector_id="P1", since=day("2027-05-08"))
    assert found.sound
    assert found.lost == (0, 0, 0, 0)
    assert day("2027-05-08") in {row.start for row in found.plan.stints}


def test_the_partner_of_who_falls_ill_may_be_withdrawn() -> None:
    """Nobody can follow in the pair: that the partner could leave to fill in elsewhere is not
    enough, there may be nothing to fill in."""
    chemical = (site("O1", sector="CH"),)
    people = (inspector("P1"), inspector("P2"))
    known = instance(sites=chemical, inspectors=people, trainings=(trained("P1", "P2"),))
    found = after(known, planned(known), "病假", inspector_id="P1", until=day("2027-07-16"))
    assert found.sound
    assert {row.end for row in found.plan.stints} == {MARCH - dt.timedelta(days=1)}


def test_the_amounts_are_right_where_an_object_is_gone_before_the_earlier_end() -> None:
    known = three_people()
    made = planned(known)
    rest = rest_of_round(known, made, MARCH)
    items = (listed("O1", end="2027-04-01"), listed("O2"))
    found = replan(rest.model_copy(update={"list_items": items}), made, RULES, solver)
    assert found.sound
    assert found.tier(Tier.CHANGED_STINTS).value == len(found.changes) > 0


def test_nobody_who_has_left_the_unit_is_offered_as_before() -> None:
    known = three_people(departments=(department("D1"), department("D2")))
    made = planned(known)
    later = next(row.inspector_id for row in made.stints if row.start > MARCH)
    rest = rest_of_round(known, made, MARCH)
    moved = tuple(
        one.model_copy(update={"department": "D2"}) if one.id == later else one
        for one in rest.inspectors
    )
    found = replan(rest.model_copy(update={"inspectors": moved}), made, RULES, solver)
    assert found.sound
    assert all(row.start < MARCH for row in found.plan.stints if row.inspector_id == later)


def test_who_is_there_stays_rather_than_that_somebody_comes_for_a_week() -> None:
    """A hand edit lets the successor come a week later. One posting changes by seven days either
    way."""
    known = three_people()
    holder = past("O1", "P1", "2026-12-07", "2027-05-09", end_reason=EndReason.ROTATION)
    other = past("O2", "P2", "2026-12-14", "2027-06-13", end_reason=EndReason.ROTATION)
    edited = stint("O1", "P3", "2027-05-17", "2027-11-16", end_reason=EndReason.ROTATION)
    hand = plan(holder, edited, other, shortages=(shortage("O2", "2027-06-14"),))
    found = replan(known, hand, RULES, solver, (KeptRows([edited]),))
    assert found.sound
    assert found.tier(Tier.FILL_INS).value == 0
    ends = {row.inspector_id: row.end for row in found.plan.stints if row.site_id == "O1"}
    assert ends == {"P1": day("2027-05-16"), "P3": edited.end}


def test_another_slot_is_no_row_taken_out() -> None:
    made = planned(three_people())
    first, *others = made.stints
    moved = first.model_copy(update={"slot": 2})
    edits = edits_between(made.stints, (moved, *others))
    assert kept_and_dropped(edits) == ((moved,), ())


def test_people_who_change_slots_are_not_taken_out() -> None:
    one, other = stint("O1", "P1"), stint("O1", "P2", slot=2)
    swapped = (one.model_copy(update={"slot": 2}), other.model_copy(update={"slot": 1}))
    kept, dropped = kept_and_dropped(edits_between((one, other), swapped))
    assert sorted(row.inspector_id for row in kept) == ["P1", "P2"]
    assert dropped == ()


def test_a_row_with_another_person_is_taken_out() -> None:
    row = stint("O1", "P1")
    changed = row.model_copy(update={"inspector_id": "P2"})
    assert kept_and_dropped(edits_between((row,), (changed,))) == ((changed,), (row,))


def test_who_came_to_fill_in_goes_when_that_is_over() -> None:
    """And need not begin elsewhere then, in a second replan either."""
    known = three_people()
    filling = past("O1", "P3", "2027-02-15", "2027-04-04", end_reason=EndReason.SUBSTITUTION)
    gone = past("O1", "P1", "2026-12-07", "2027-02-14", status=StintStatus.FINISHED)
    known = known.model_copy(
        update={
            "round": known.round.model_copy(update={"start": MARCH}),
            "stints": (gone, filling, past("O2", "P2", "2026-12-14", None)),
            "inspectors": (*known.inspectors, inspector("P4"), inspector("P5")),
            "trainings": (trained("P1", "P2", "P3", "P4", "P5"),),
            "absences": (absence("2027-03-03", "2027-05-31", "P2"),),
        }
    )
    earlier = plan(
        filling,
        stint("O1", "P4", "2027-04-06", "2027-10-05", end_reason=EndReason.ROTATION),
        past("O2", "P2", "2026-12-14", "2027-06-13", end_reason=EndReason.ROTATION),
        stint("O2", "P5", "2027-06-14", "2027-12-13", end_reason=EndReason.ROTATION),
        round_start=MARCH,
    )
    found = replan(known, earlier, RULES, solver)
    assert found.sound
    assert filling.end in {row.end for row in found.plan.stints if row.inspector_id == "P3"}


def test_what_ended_before_the_later_plan_begins_is_no_difference() -> None:
    ended = stint("O1", "P1", "2026-09-07", "2027-03-02")
    runs_on = stint("O2", "P2", "2026-12-07", "2027-06-06")
    new = stint("O1", "P3", "2027-03-03", "2027-07-11")
    cut = runs_on.model_copy(update={"end": day("2027-03-02")})
    assert changes_between((ended, runs_on, new), (runs_on, new), MARCH) == ()
    for later, kinds in (
        ((cut, new), [ChangeKind.SHORTENED]),
        ((new,), [ChangeKind.DROPPED]),
        ((runs_on, new, ended.model_copy(update={"end": MARCH})), [ChangeKind.PROLONGED]),
    ):
        found = changes_between((ended, runs_on, new), later, MARCH)
        assert [one.kind for one in found] == kinds
