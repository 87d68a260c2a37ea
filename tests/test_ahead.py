"""往下看: for whom a plan has no continuation in the next round, and a plan that leads into no dead
end where there is one that is as good now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from constraints import RULES
from planner.ahead import LookAhead, Solver, look_ahead, values
from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Stint
from planner.domain.terms import Form, Grade
from planner.exit_codes import NO_PLAN, OK
from planner.io.next_round import next_round
from planner.io.plan_json import plan_from_json
from planner.io.writer import write_workbook
from planner.reports.folder import AHEAD_WORKBOOK, PLAN_JSON
from planner.requests import Demand, FreeForNextRound
from planner.rule import SERVED, Rule, Tier
from planner.run.ahead import dead_ends
from planner.solve import Settings, solve
from planner.verify import verify
from planner.workers import solve_in_workers
from tests.builders import (
    SECTORS,
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
from tests.conftest import PlannedSample
from tests.rules.rows import listed
from tests.witnesses import model_amounts

UNIT = "D1"


def test_who_is_served_to_the_end_and_not_after_is_a_dead_end() -> None:
    moved = instance(
        sites=tuple(site(one) for one in ("O1", "O2", "O3", "O4")),
        ratings=(rating("O1", Grade.THIRD), rating("O2"), rating("O3"), rating("O4")),
    )
    now = plan(
        stint("O1", "P1", "2027-01-11", "2027-07-09"),
        stint("O1", "P1", "2027-07-10", "2027-08-31"),
        stint("O2", "P2", "2027-01-11", "2027-07-09"),
        stint("O3", "P3", "2027-01-11", "2027-07-08"),
        stint("O4", "P3", "2027-06-01", "2027-07-11"),
    )
    following = plan(
        shortages=(
            shortage("O1", "2027-09-01", "2028-01-09"),
            shortage("O2", "2027-07-12", "2027-07-31"),
            shortage("O2", "2027-12-01", "2028-01-09"),
            shortage("O3", "2027-07-12", "2028-01-09"),
        )
    )
    found = dead_ends(moved, now, following)
    assert list(found) == ["O2", "O1"], (
        "O2 to the last working day, the stricter grade first; O3 not so long"
    )
    assert [row.start for row in found["O2"]] == [day("2027-07-12"), day("2027-12-01")]


def test_the_next_round_is_planned_from_this_one(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_file = str(planned.folder / "plan.json")
    assert main(["ahead", str(planned.workbook), plan_file, "--limit", "60"]) == 0
    said = capsys.readouterr().out
    assert "接着排了 2027H2（2027-07-12 至 2028-01-09" in said
    assert "本轮末有人" in said


# -- who is kept from the next round --------------------------------------------------------------

RESIDENT, REGULAR = Form.RESIDENT, Form.REGULAR


def wanted(site_id: str, start: str, end: str, form: Form = RESIDENT) -> Stint:
    return stint(site_id, "P1", start, end, form=form)


@pytest.mark.parametrize(
    ("now", "then", "kept_from"),
    [
        # The same object: away for six months from the day after the last one.
        (stint("O1", end="2027-02-26"), wanted("O1", "2027-08-27", "2027-12-31"), False),
        (stint("O1", end="2027-02-26"), wanted("O1", "2027-08-26", "2027-12-31"), True),
        (stint("O1", end="2027-07-11"), wanted("O1", "2027-07-12", "2027-08-31"), True),
        # Going on there, no longer than the half-year, and without a break.
        (
            stint("O1", start="2027-04-12", end="2027-10-11"),
            wanted("O1", "2027-07-12", "2027-10-11"),
            False,
        ),
        (
            stint("O1", start="2027-04-12", end="2027-10-11"),
            wanted("O1", "2027-07-12", "2027-10-12"),
            True,
        ),
        (
            stint("O1", start="2027-04-12", end="2027-10-11"),
            wanted("O1", "2027-07-13", "2027-10-11"),
            True,
        ),
        # Elsewhere: from the end of the shortest stint on, or from the last day on.
        (
            stint("O2", start="2027-06-14", end="2027-12-13"),
            wanted("O1", "2027-09-14", "2027-12-31"),
            False,
        ),
        (
            stint("O2", start="2027-06-14", end="2027-12-13"),
            wanted("O1", "2027-09-13", "2027-12-31"),
            True,
        ),
        (
            stint("O2", start="2027-06-14", end="2027-08-13"),
            wanted("O1", "2027-08-14", "2027-12-31"),
            False,
        ),
        (stint("O2", end="2027-07-11"), wanted("O1", "2027-07-12", "2027-12-31"), False),
        # Two postings of which neither is 蹲守 go together.
        (
            stint("O2", start="2027-06-14", end="2027-12-13", form=REGULAR),
            wanted("O1", "2027-07-12", "2027-12-31", REGULAR),
            False,
        ),
        (
            stint("O2", start="2027-06-14", end="2027-12-13", form=REGULAR),
            wanted("O1", "2027-07-12", "2027-12-31"),
            True,
        ),
        (stint("O1", "P2", end="2027-07-11"), wanted("O1", "2027-07-12", "2027-12-31"), False),
    ],
)
def test_both_witnesses_see_who_is_kept_from_the_next_round(
    now: Stint, then: Stint, kept_from: bool
) -> None:
    known = instance(sites=(site("O1"), site("O2")), inspectors=(inspector("P1"), inspector("P2")))
    rule = FreeForNextRound([(then, Grade.SECOND)])
    expected = {"kept_from_next_round": 20 * kept_from}
    made = plan(now)
    assert rule.costs(known, made) == expected
    assert model_amounts(rule, known, made) == expected
    found = list(rule.kept_from(known, made))
    assert [row for row, _, _ in found] == [then] * kept_from
    for _, _, free_from in found:
        later = then.model_copy(update={"start": free_from, "end": day("2028-06-30")})
        nothing = {"kept_from_next_round": 0}
        assert FreeForNextRound([(later, Grade.SECOND)]).costs(known, made) == nothing


def test_who_was_in_post_before_the_round_may_leave_for_another_object() -> None:
    held = past("O2", "P1", "2026-12-28", None)
    known = instance(sites=(site("O1"), site("O2")), stints=(held,))
    rule = FreeForNextRound([(wanted("O1", "2027-07-12", "2027-12-31"), Grade.FIRST)])
    made = plan(held.model_copy(update={"end": day("2027-08-27")}))
    assert rule.costs(known, made) == model_amounts(rule, known, made)
    assert rule.costs(known, made) == {"kept_from_next_round": 0}


def test_a_row_that_ended_before_the_round_is_in_nobodys_way() -> None:
    """O3 leaves the mobile group for a 蹲守 post of its own: what P1 goes on with is elsewhere."""
    sites = tuple(site(one) for one in ("O1", "O2", "O3"))
    known = instance(
        sites=sites,
        inspectors=tuple(inspector(f"P{one}") for one in range(1, 6)),
        ratings=(rating("O1", Grade.SECOND), rating("O2", Grade.SECOND), rating("O3")),
        stints=tuple(
            past(one.id, "P1", "2026-11-09", None, form=Form.MOBILE, group="G1") for one in sites
        ),
    )
    rule = FreeForNextRound([(wanted("O3", "2027-07-12", "2027-12-31"), Grade.SECOND)])
    made = solve(known, (UNIT,), [*RULES, rule], Settings(30))
    over = [row for row in made.stints if row.site_id == "O3" and row.inspector_id == "P1"]
    assert [row.end for row in over] == [day("2027-01-10")]
    assert verify(known, made, [*RULES, rule]).accepted


# -- a plan without a dead end --------------------------------------------------------------------


def two_halves(**fields: Any) -> Instance:
    """O1 can be served by A or B, O2 by B or, not as well, by C, and C leaves with this round:
    whoever sends B to O2 now has nobody for it in the next half-year."""
    people = (
        inspector("A", skills=(("S1", 2),)),
        inspector("B", skills=(("S1", 2), ("S2", 2))),
        inspector("C", skills=(("S2", 1),), available_to=day("2027-07-11")),
    )
    return instance(
        departments=(department(sectors=("S1", "S2")),),
        sectors=(*SECTORS, sector("S2")),
        inspectors=people,
        sites=(site("O1"), site("O2", sector="S2")),
        trainings=(trained("A", "B", "C", sectors=("S1", "S2")),),
        **fields,
    )


class Search:
    """``look_ahead`` from a plan that leads into a dead end, solved here."""

    def __init__(self, known: Instance) -> None:
        self.known = known
        self.calls = 0
        self.first = solve(known, (UNIT,), [*RULES, Demand("B", "O2")], Settings(30))
        assert values(self.first, SERVED) == (0, 0, 0, 0)

    def solver(self, here: Instance, rules: Sequence[Rule], *, last_tier: Tier) -> Plan:
        self.calls += 1
        return solve(here, (UNIT,), rules, Settings(30, last_tier=last_tier))

    def carried(self, made: Plan) -> Instance:
        moved = next_round(self.known, made)[0]
        # The ratings of these instances are written by hand, not found from risk factors.
        return moved.model_copy(update={"ratings": self.known.ratings})

    def run(self, solver: Solver | None = None, stop_after: int = 99) -> LookAhead:
        return look_ahead(
            self.known, self.first, RULES, solver or self.solver, self.carried,
            lambda: self.calls >= stop_after,
        )  # fmt: skip


def who(made: Plan) -> set[tuple[str, str]]:
    return {(row.site_id, row.inspector_id) for row in made.stints}


def test_of_two_plans_that_are_equally_good_the_one_without_a_dead_end_is_found() -> None:
    search = Search(two_halves())
    assert ("O2", "B") in who(search.first)
    found = search.run()
    assert found.before[0] > 0, "the first plan leads into a dead end"
    assert found.lost == (0, 0, 0, 0)
    assert found.tried
    assert found.better
    assert who(found.plan) == {("O1", "B"), ("O2", "C")}
    assert values(found.plan, SERVED) == values(search.first, SERVED)
    assert verify(search.known, found.plan, RULES).accepted
    assert found.following is not None
    assert who(found.following) >= {("O1", "A"), ("O2", "B")}
    assert not verify(search.carried(found.plan), found.following, RULES).violations
    assert found.plan.proof is not None
    ahead = next(one for one in found.plan.proof.tiers if one.tier == Tier.AHEAD)
    assert (ahead.value, ahead.bound) == (0, 0)


def test_service_now_comes_before_service_in_the_next_round() -> None:
    """Without C, B has to go to O2 now; that nobody can follow there is no reason to wait."""
    known = two_halves()
    search = Search(known.model_copy(update={"inspectors": known.inspectors[:2]}))
    found = search.run()
    assert found.tried
    assert not found.better
    assert found.plan is search.first


def test_what_cannot_be_kept_free_is_not_wanted_again() -> None:
    """Without C, each try bars B from O2 for one more time; the tries end before they are used up,
    when the next round wants nothing that is better."""
    known = two_halves()
    search = Search(known.model_copy(update={"inspectors": known.inspectors[:2]}))
    search.run()
    assert search.calls == 1 + 3 + 1, "the next round; one try; and that there is no other"


def test_where_the_next_round_is_well_served_nothing_is_tried() -> None:
    search = Search(two_halves())
    search.first = search.run().plan
    search.calls = 0
    found = search.run()
    assert not found.tried
    assert found.plan is search.first
    assert search.calls == 2, "the next round, and the next round as if nobody had served now"


@pytest.mark.parametrize("stop_after", [1, 2, 3, 4])
def test_whenever_it_is_stopped_the_first_plan_stands(stop_after: int) -> None:
    search = Search(two_halves())
    found = search.run(stop_after=stop_after)
    assert found.plan is search.first
    assert not found.better
    assert (found.following is None) == (stop_after == 1)


def test_what_was_won_before_it_was_stopped_is_kept() -> None:
    assert Search(two_halves()).run(stop_after=5).better


def test_a_search_without_an_answer_changes_nothing() -> None:
    search = Search(two_halves())

    def in_vain(here: Instance, rules: Sequence[Rule], *, last_tier: Tier) -> Plan:
        found = search.solver(here, rules, last_tier=last_tier)
        assert found.proof is not None
        if len(rules) == len(RULES):
            return found
        proof = found.proof.model_copy(update={"status": "UNKNOWN"})
        return found.model_copy(update={"proof": proof})

    found = search.run(in_vain)
    assert found.plan is search.first
    assert found.following is not None


def test_an_answer_that_the_verifier_refuses_is_not_taken() -> None:
    search = Search(two_halves())

    def wrong(here: Instance, rules: Sequence[Rule], *, last_tier: Tier) -> Plan:
        found = search.solver(here, rules, last_tier=last_tier)
        return found if len(rules) == len(RULES) else found.model_copy(update={"stints": ()})

    assert search.run(wrong).plan is search.first


def written(folder: Path) -> Path:
    """The workbook of ``two_halves``, with grades that a person has decided."""
    items = tuple(
        listed(site_id, grade=Grade.FIRST, grade_reason="会商确定", approver="某某")
        for site_id in ("O1", "O2")
    )
    workbook = folder / "数据.xlsx"
    write_workbook(two_halves(list_items=items), workbook)
    return workbook


def test_the_command_writes_the_plan_without_a_dead_end_and_says_what_it_won(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = written(tmp_path)

    def planned_with(*options: str) -> tuple[set[tuple[str, str]], str]:
        out = tmp_path / "结果"
        assert main(["plan", str(workbook), "--out", str(out), "--force", *options]) == OK
        made = plan_from_json((out / PLAN_JSON).read_text(encoding="utf-8"))
        assert main(["verify", str(workbook), str(out / PLAN_JSON)]) == OK
        assert main(["ahead", str(workbook), str(out / PLAN_JSON)]) == OK
        return who(made), capsys.readouterr().out

    made, said = planned_with()
    assert ("O2", "B") in made
    assert not (tmp_path / "结果" / AHEAD_WORKBOOK).exists()
    assert "接续不上的对象 1 个" in said
    assert "企业O2" in said
    assert "planner plan 加 --ahead" in said
    made, said = planned_with("--ahead")
    assert made == {("O1", "B"), ("O2", "C")}
    assert "为 2027H2 另排了 D1：本轮的服务和先后次序不变" in said
    assert "planner plan 加 --ahead" not in said
    assert (tmp_path / "结果" / AHEAD_WORKBOOK).exists()
    assert said.count("本轮末有人的对象，2027H2 全程都能接续。") == 2, "plan and ahead say the same"
    found = planned_with()
    assert ("O2", "B") in found[0]
    assert not (tmp_path / "结果" / AHEAD_WORKBOOK).exists(), "no file of an earlier plan stays"


def test_what_is_not_worked_out_is_no_dead_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook, out = written(tmp_path), tmp_path / "结果"
    assert main(["plan", str(workbook), "--out", str(out)]) == OK

    def cut_off(*given: Any) -> Plan:
        made = solve_in_workers(*given)
        assert made.proof is not None
        proof = made.proof.model_copy(update={"status": "FEASIBLE"})
        return made.model_copy(update={"proof": proof})

    monkeypatch.setattr("planner.run.ahead.solve_in_workers", cut_off)
    capsys.readouterr()
    assert main(["ahead", str(workbook), str(out / PLAN_JSON)]) == NO_PLAN
    said = capsys.readouterr().out
    assert "没有算完" in said
    assert "企业O2" not in said
