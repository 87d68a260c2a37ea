"""Why an object is served as it is, why a person is not there: each claim is put to the test."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from constraints import RULES
from planner.cli import main
from planner.domain.instance import Instance
from planner.domain.plan import Plan, Proof
from planner.domain.tables import Conflict, Site
from planner.domain.terms import Grade, Relation, StaffType
from planner.edits import AddRow, RemoveRows, applied
from planner.offer import ORDINARY, Offer
from planner.posts import ranked_sites
from planner.reports.folder import PLAN_JSON, PLAN_WORKBOOK
from planner.requests import Demand
from planner.rule import Rule
from planner.run import why as why_run
from planner.solve import Settings, solve
from planner.verify import verify
from planner.why.explain import explain
from planner.why.forced import Base, Forced, Method
from planner.why.look_up import LookUpError, found
from planner.why.refusals import Refusals, waterfall
from planner.why.why_not import Answer, WhyNot, why_not
from planner.why.words import Words
from tests.builders import day, inspector, instance, past, rating, site, trained
from tests.conftest import PlannedSample
from tests.enumeration import Enumeration
from tests.rules.rows import absence, override
from tests.test_enumeration import TINY

QUICK = Settings(limit_seconds=60)
BOTH = (site("O1"), site("O2"))
TRAINED = ("P1", "P2", "P3", "P4")


def unit(here: Instance, made: Plan | None = None, rules: Sequence[Rule] = RULES) -> Forced:
    """Questions about D1 of an instance; without a plan, about the best one."""

    def resolve(asked: Sequence[Rule], offer: Offer) -> Plan:
        return solve(here, ("D1",), asked, QUICK, offer=offer)

    return Forced(here, made or resolve(rules, ORDINARY), "D1", rules, resolve)


def asked(here: Instance, person: str, where: str = "O1", since: str | None = None) -> WhyNot:
    """``why_not`` about a person and an object of the best plan."""
    return why_not(
        unit(here),
        here.inspector_by_id[person],
        here.site_by_id[where],
        day(since) if since else None,
    )


def possible(here: Instance, person: str, where: str = "O1", rules: Sequence[Rule] = RULES) -> bool:
    """Whether a plan with this posting exists, found without any of the code under test."""
    asked_for = (*rules, Demand(person, where))
    made = solve(here, ("D1",), asked_for, QUICK, offer=Offer(thorough=True))
    assert made.proof is not None
    return made.proof.status == "OPTIMAL" and verify(here, made, asked_for).accepted


def lines(here: Instance, answer: WhyNot) -> str:
    return "\n".join(Words(here).why_not(answer))


# -- an object with nobody ----------------------------------------------------------------------

NOBODY = instance(
    inspectors=(
        inspector("P1"),
        inspector("P2", staff_type=StaffType.AGENCY),
        inspector("P3", staff_type=StaffType.AGENCY, skills=()),
        inspector("P4", skills=()),
    ),
    trainings=(trained("P2", "P3", "P4"),),
)
"""P1 lacks the training, P2 is not formal, P4 not qualified, P3 neither."""


def test_the_waterfall_counts_everybody_once_and_in_the_order_of_the_rules() -> None:
    gap = explain(unit(NOBODY), NOBODY.sites[0]).gaps[0]
    assert (gap.start, gap.end) == (NOBODY.round.start, NOBODY.round.end)
    assert [(one.rule, one.people) for one in gap.fallen] == [
        ("R09-1", 2),
        ("R09-3", 1),
        ("R10-1", 1),
    ]
    assert gap.people == 4
    assert not gap.able


def test_near_misses_are_who_is_kept_out_by_one_rule() -> None:
    gap = explain(unit(NOBODY), NOBODY.sites[0]).gaps[0]
    assert {(one.inspector_id, one.rule, one.liftable) for one in gap.misses} == {
        ("P1", "R10-1", False),
        ("P2", "R09-1", True),
        ("P4", "R09-3", True),
    }
    text = "\n".join(Words(NOBODY).explanation(explain(unit(NOBODY), NOBODY.sites[0])))
    assert "人员P1（P1）：只差先培训后进驻，R10-1：" in text
    assert "人员P2（P2）：只差正式人员，R09-1，可豁免：" in text
    assert "P3" not in text


@pytest.mark.parametrize("miss", ["P1", "P2", "P4"])
def test_what_a_near_miss_lacks_is_all_that_he_lacks(miss: str) -> None:
    """The training, or the row of 豁免, makes the posting possible."""
    gap = explain(unit(NOBODY), NOBODY.sites[0]).gaps[0]
    rule = next(one.rule for one in gap.misses if one.inspector_id == miss)
    row = (
        AddRow(table="trainings", row=trained(miss))
        if rule == "R10-1"
        else AddRow(table="overrides", row=override(rule, inspector_id=miss, site_id="O1"))
    )
    assert not possible(NOBODY, miss)
    assert possible(applied(NOBODY, (row,)).model_copy(update={"ratings": NOBODY.ratings}), miss)


@pytest.mark.parametrize(
    ("person", "claimed"),
    [("P1", ["R10-1"]), ("P2", ["R09-1"]), ("P3", ["R09-1", "R09-3"]), ("P4", ["R09-3"])],
)
def test_every_rule_that_forbids_is_named_and_without_them_it_is_possible(
    person: str, claimed: list[str]
) -> None:
    answer = asked(NOBODY, person)
    assert answer.answer is Answer.FORBIDDEN
    assert sorted(one.rule for one in answer.against) == claimed
    for kept in claimed:
        others = [one for one in RULES if one.article.rule not in set(claimed) - {kept}]
        assert not possible(NOBODY, person, rules=others), "each of them forbids it alone"
    rest = [one for one in RULES if one.article.rule not in claimed]
    assert possible(NOBODY, person, rules=rest)


def test_the_facts_are_those_of_the_checker() -> None:
    assert "没有行业S1的有效培训（最近：无）" in lines(NOBODY, asked(NOBODY, "P1"))


def test_who_outranks_the_object_is_named_and_forcing_it_is_dearer() -> None:
    here = instance(
        sites=BOTH,
        inspectors=(inspector("P1"), inspector("P2", hire_date=day("2026-09-01"))),
        ratings=(rating("O1", score=30), rating("O2", score=60)),
    )
    found = explain(unit(here), here.site_by_id["O1"])
    assert (found.rank, found.ranked) == (2, 2)
    gap = found.gaps[0]
    assert [(one.inspector_id, one.site_id, one.rank) for one in gap.able] == [("P1", "O2", 1)]
    price = gap.prices[0]
    assert price.inspector_id == "P1"
    assert price.tiers[0].after > price.tiers[0].before
    assert "已派到排序更前的对象 1 人：人员P1（P1）在第1位企业O2（O2）" in "\n".join(
        Words(here).explanation(found)
    )


@pytest.mark.parametrize("where", ["OBJ-0002", "OBJ-0007", "OBJ-0016"])
def test_on_the_sample_the_waterfall_adds_up_and_agrees_with_the_candidates(
    planned: PlannedSample, where: str
) -> None:
    """Whom the finder offers on a date, the rules admit there."""
    here = planned.instance
    department = here.departments[0].code
    place = here.site_by_id[where]
    assert place in ranked_sites(here, department)
    refusals = Refusals(here, place, RULES)
    ways = refusals.ways(here.round.start, here.round.end)
    standings = [refusals.standing(one, ways) for one in here.inspectors]
    steps = waterfall(RULES, standings)
    assert sum(len(one.people) for one in steps) + sum(one.admissible for one in standings) == len(
        here.inspectors
    )
    forced = Forced(here, planned.plan, department, RULES, lambda rules, offer: planned.plan)
    offered = {
        (one.inspector_id, one.service.id, one.start)
        for component in forced.components()
        for found in component.candidates
        for one in found
        if where in one.site_ids and not one.running
    }
    admitted = {
        (standing.person.id, way.service.id, way.day)
        for standing in standings
        for way, rules in standing.refused.items()
        if not rules
    }
    dates = {(way.service.id, way.day) for way in ways}
    assert {one for one in offered if one[1:] in dates} <= admitted


# -- an object that is served ---------------------------------------------------------------------

SERVED = instance(
    sites=BOTH,
    inspectors=(
        inspector("P1"),
        inspector("P2"),
        inspector("P3", backbone=False),
    ),
)


def test_the_price_of_a_swap_is_that_of_a_plan_that_the_verifier_accepts() -> None:
    forced = unit(SERVED)
    found = explain(forced, SERVED.site_by_id["O1"])
    price = next(one for one in found.served[0].prices if one.inspector_id == "P3")
    assert price.method is Method.SWAPPED
    assert found.served[0].free == 1
    posting = [found.served[0].stint]
    changed = forced.prices.swapped(forced.plan, posting, "P3")
    assert changed is not None
    assert verify(SERVED, changed, RULES).accepted
    now = {n: a for rule in verify(SERVED, changed, RULES).rules for n, a in rule.costs}
    before = {n: a for rule in verify(SERVED, forced.plan, RULES).rules for n, a in rule.costs}
    claimed = {one.name: one.after - one.before for tier in price.tiers for one in tier.amounts}
    assert claimed == {name: now[name] - before[name] for name in now if now[name] != before[name]}
    assert claimed["not_backbone"] == 1


def test_a_swap_is_never_cheaper_than_the_unit_solved_with_the_same_person() -> None:
    forced = unit(SERVED)
    stint = explain(forced, SERVED.site_by_id["O1"]).served[0].stint
    changed = forced.prices.swapped(forced.plan, [stint], "P3")
    assert changed is not None
    solved = forced.demanded("P3", "O1", None, ORDINARY)
    assert tuple(one.after for one in solved.tiers) <= forced.prices.tiers(changed)


def test_a_swap_that_a_rule_forbids_has_no_price() -> None:
    here = SERVED.model_copy(update={"trainings": (trained("P1", "P2"),)})
    forced = unit(here)
    stint = explain(forced, here.site_by_id["O1"]).served[0].stint
    assert forced.prices.swapped(forced.plan, [stint], "P3") is None


def test_a_holder_is_not_chosen_again() -> None:
    here = instance(stints=(past("O1", "P1", "2026-12-14", None),))
    found = explain(unit(here), here.site_by_id["O1"])
    assert found.served[0].running
    assert not found.served[0].prices


def test_an_object_that_is_not_owed_is_said_to_be_so() -> None:
    here = instance(ratings=(rating("O1", Grade.FOURTH, 3),))
    found = explain(unit(here), here.site_by_id["O1"])
    assert found.rank == 0
    assert "没有派驻要求" in "\n".join(Words(here).explanation(found))
    assert asked(here, "P1").answer is Answer.NOT_OWED


# -- a person and an object -----------------------------------------------------------------------


def test_who_is_there_is_said_to_be_there() -> None:
    here = instance()
    answer = asked(here, "P1")
    assert answer.answer is Answer.POSTED
    assert "2027-01-11 至 2027-07-10" in lines(here, answer)


def test_of_a_conflict_nothing_is_told_but_recusal() -> None:
    secret = Conflict(
        inspector_id="P1", site_id="O1", relation=Relation.SPOUSE, start=day("2027-01-04")
    )
    here = instance(inspectors=(inspector("P1"), inspector("P2")), conflicts=(secret,))
    answer = asked(here, "P1")
    assert [one.rule for one in answer.against] == ["R17-1"]
    text = lines(here, answer)
    assert text.splitlines()[-1] == "  R17-1 回避"
    assert "2027-01-04" not in text
    assert Relation.SPOUSE not in text + json.dumps(
        answer.model_dump(mode="json"), ensure_ascii=False
    )
    without = applied(here, (RemoveRows(table="conflicts", where=(("inspector_id", "P1"),)),))
    assert possible(without.model_copy(update={"ratings": here.ratings}), "P1")


def test_a_long_absence_forbids_the_dates_that_it_covers() -> None:
    here = instance(
        inspectors=(inspector("P1"), inspector("P2")),
        absences=(absence("2027-01-04", "2027-07-30"),),
    )
    answer = asked(here, "P1")
    assert answer.answer is Answer.FORBIDDEN
    assert [one.rule for one in answer.against] == ["R05-3"]


@pytest.mark.parametrize("name", ["two sites", "a pair", "a holder", "a mobile group"])
def test_prices_agree_with_all_plans_of_a_tiny_instance(name: str) -> None:
    """The cheapest enumerated plan with the posting costs no less than the forced one; where the
    enumerated dates hold the optimum, as much."""
    here, dates = TINY[name]
    enumeration = Enumeration(here, tuple(day(one) for one in dates))
    forced = unit(here)
    equal = 0
    for person in here.inspectors:
        for place in here.sites:
            demand = Demand(person.id, place.id)
            values = [
                forced.prices.tiers(made)
                for _, made, _ in enumeration.plans
                if not list(demand.violations(here, made))
            ]
            answer = why_not(forced, person, place)
            if not values:
                assert answer.answer in {Answer.FORBIDDEN, Answer.IMPOSSIBLE, Answer.NO_OPENING}
                continue
            if answer.answer is Answer.POSTED:
                after = forced.prices.tiers(forced.plan)
            else:
                assert answer.price is not None
                assert answer.price.base is Base.GIVEN
                after = tuple(one.after for one in answer.price.tiers)
                assert all(one.least == one.after for one in answer.price.tiers)
            assert after <= min(values)
            equal += after == min(values)
    assert equal


def test_the_changed_stints_are_the_difference_of_the_two_plans() -> None:
    forced = unit(SERVED)
    answer = why_not(forced, SERVED.inspector_by_id["P3"], SERVED.site_by_id["O1"])
    assert answer.price is not None
    gone = [one for one in answer.price.stints if one.after is None]
    come = [one for one in answer.price.stints if one.before is None]
    assert [(one.inspector_id, one.site_id) for one in come] == [("P3", "O1")]
    assert [one.site_id for one in gone] == ["O1"]


def test_a_later_begin_is_priced_though_the_plan_offers_none() -> None:
    answer = asked(SERVED, "P3", since="2027-03-01")
    assert answer.answer is Answer.PRICED
    assert answer.price is not None
    assert answer.price.base is Base.WIDENED
    new = next(one for one in answer.price.stints if one.inspector_id == "P3")
    assert new.after is not None
    assert new.after[0] >= day("2027-03-01")


BOUND = instance(
    sites=BOTH,
    inspectors=(inspector("P1"), inspector("P2")),
    stints=(past("O1", "P1", "2026-12-14", None),),
    absences=(absence("2027-03-08", "2027-07-30"),),
)


def test_what_no_single_rule_refuses_has_a_core_that_needs_each_of_its_rules() -> None:
    """P1 is bound to O1 for the time in which O2 could have him."""
    answer = asked(BOUND, "P1", "O2")
    assert answer.answer is Answer.IMPOSSIBLE
    rules = {line.split(" ")[0] for line in answer.core if line.startswith("R")}
    assert "R03-5" in rules
    assert "指定派驻 指定的人员到指定的对象：人员P1（P1）" in "\n".join(answer.core)
    assert not possible(BOUND, "P1", "O2")
    for rule in rules:  # every member, by a fresh solve without it
        rest = [one for one in RULES if one.article.rule != rule]
        made = solve(BOUND, ("D1",), (*rest, Demand("P1", "O2")), QUICK)
        assert made.proof is not None
        assert made.proof.status == "OPTIMAL", rule


def test_without_an_answer_nothing_is_called_impossible() -> None:
    here = SERVED
    best = unit(here).plan
    nothing = Proof(status="UNKNOWN", seed=0, solver="", tiers=(), penalties=(), components=())

    def gives_up(rules: Sequence[Rule], offer: Offer) -> Plan:
        return best.model_copy(update={"stints": (), "proof": nothing})

    forced = Forced(here, best, "D1", RULES, gives_up)
    answer = why_not(forced, here.inspector_by_id["P3"], here.site_by_id["O1"])
    assert answer.answer is Answer.UNKNOWN
    text = lines(here, answer)
    assert "时限内没有结论（不等于不可以）" in text
    assert "排不出" not in text


def test_a_plan_without_a_proof_is_compared_with_the_unit_solved_again() -> None:
    best = unit(SERVED).plan
    forced = unit(SERVED, best.model_copy(update={"proof": None}))
    answer = why_not(forced, SERVED.inspector_by_id["P3"], SERVED.site_by_id["O1"])
    assert answer.price is not None
    assert answer.price.base is Base.RESOLVED
    assert "所给的计划没有最优证明" in lines(SERVED, answer)


# -- whom is meant --------------------------------------------------------------------------------

PEOPLE = (
    inspector("YJ-001", name="张三"),
    inspector("YJ-002", name="李四"),
    inspector("YJ-003", name="张三"),
)


@pytest.mark.parametrize(("text", "meant"), [("YJ-002", "YJ-002"), ("yj-001", "YJ-001"),
                                             ("李四", "YJ-002")])  # fmt: skip
def test_a_person_is_found_by_id_or_name(text: str, meant: str) -> None:
    assert found(PEOPLE, text, "--inspector").id == meant


def test_a_shared_name_lists_everybody_who_has_it() -> None:
    with pytest.raises(LookUpError, match=r"有 2 个.*张三（YJ-001）、张三（YJ-003）"):
        found(PEOPLE, "张三", "--inspector")


def test_an_unknown_name_gets_the_nearest_ones() -> None:
    sites: tuple[Site, ...] = (site("O1", name="济宁东方化工厂"), site("O2", name="某小学"))
    with pytest.raises(LookUpError, match="最接近的：济宁东方化工厂（O1）"):
        found(sites, "济宁东方化工", "--object")


# -- the commands ----------------------------------------------------------------------------------


def run(planned: PlannedSample, command: str, *more: str, plan: str = PLAN_JSON) -> int:
    """A question about the planned sample."""
    return main([command, str(planned.workbook), str(planned.folder / plan), *more, "--jobs", "1"])


def test_explain_prints_the_answer(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    row = next(one for one in planned.plan.stints if one.start > planned.plan.round_start)
    assert run(planned, "explain", "--object", row.site_id) == 0
    out = capsys.readouterr().out
    assert "得分：" in out
    assert f"（{row.inspector_id}）" in out
    assert "为什么是此人" in out


def test_why_not_as_json(planned: PlannedSample, capsys: pytest.CaptureFixture[str]) -> None:
    agency = next(one for one in planned.instance.inspectors if not one.staff_type.formal)
    where = planned.plan.stints[0].site_id
    arguments = ["--inspector", agency.id, "--object", where, "--format", "json"]
    assert run(planned, "why-not", *arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["inspector_id"] == agency.id
    assert "R09-1" in [one["rule"] for one in answer["against"]]


def test_a_hand_edited_workbook_is_answered_too(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    agency = next(one for one in planned.instance.inspectors if not one.staff_type.formal)
    where = planned.plan.stints[0].site_id
    arguments = ["--inspector", agency.id, "--object", where]
    assert run(planned, "why-not", *arguments, plan=PLAN_WORKBOOK) == 0
    assert "规则不允许" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["why-not", "--inspector", "NOBODY-1", "--object", "OBJ-0001"], "--inspector NOBODY-1"),
        (["why-not", "--inspector", "JN-YJ-003", "--object", "OBJ-9"], "最接近的"),
        (
            ["why-not", "--inspector", "JN-YJ-003", "--object", "OBJ-0001", "--from", "2028-01-01"],
            "--from 2028-01-01：不在本轮之内",
        ),
        (
            ["why-not", "--inspector", "JN-YJ-003", "--object", "OBJ-0001", "--from", "明天"],
            "2027-03-31",
        ),
        (["explain", "--object", "没有这个厂"], "--object 没有这个厂"),
        (["explain"], "--object"),
    ],
)
def test_bad_input_is_told_with_code_2(
    planned: PlannedSample,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    told: str,
) -> None:
    assert run(planned, *arguments) == 2
    shown = capsys.readouterr()
    assert told in shown.out + shown.err


def test_a_missing_plan_is_bad_input(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(planned, "explain", "--object", "OBJ-0001", plan="没有.json") == 2
    assert "找不到文件" in capsys.readouterr().out


def test_no_answer_within_the_limit_has_code_4(
    planned: PlannedSample, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Proof(status="UNKNOWN", seed=0, solver="", tiers=(), penalties=(), components=())
    nobody = planned.plan.model_copy(update={"stints": (), "proof": nothing})
    monkeypatch.setattr(why_run, "solve_in_workers", lambda *given: nobody)
    arguments = ["--inspector", "JN-YJ-003", "--object", "OBJ-0007"]
    assert run(planned, "why-not", *arguments) == 4
    assert "不等于不可以" in capsys.readouterr().out
