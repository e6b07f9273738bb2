"""A plan is what deciding one after the other by hand would give."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.engine.plan import deciding_order, dependencies
from advisor.engine.recommend import Engine
from advisor.errors import QueryError
from advisor.knowledge.conditions import truth
from tests import strategies
from tests.strategies import knowledge_of, rule

FEW = settings(max_examples=120, deadline=None)


def prefer(name: str, when: dict[str, Any], **favor: str) -> dict[str, Any]:
    """A rule that favours options."""
    return rule(name, when, "Since {option} fits.", favor=favor)


def chain() -> Engine:
    """`ground` is chosen first, `tree` only arises on clay, `fruit` reads the tree, `fence` waits for an answer."""
    return Engine(knowledge_of([], decisions={
        "tree": {"options": ["apple", "birch"], "relevant_when": {"choice.ground": "clay"},
                 "rules": [prefer("a", {"choice.ground": "clay", "cold": True}, birch="strong"),
                           rule("x", {"wet": True}, "{option} cannot.", exclude="apple"),
                           prefer("b", {"cold": False}, apple="strong")]},
        "ground": {"options": ["clay", "sand"],
                   "rules": [prefer("a", {"wet": True}, clay="strong"), prefer("b", {"wet": False}, sand="slight")]},
        "fruit": {"options": ["cider", "sap"], "rules": [prefer("a", {"choice.tree": "birch"}, sap="strong"),
                                                        prefer("b", {"cold": True}, cider="slight")]},
        "fence": {"options": ["post", "wall"], "relevant_when": {"law": True, "colour": ["red", "green", "blue"]},
                  "rules": [prefer("a", {"number": "> 3"}, post="strong")]},
    }))  # fmt: skip


def test_choices_feed_later_decisions():
    """Wet ground is clay, clay raises the tree, cold clay wants a birch, and a birch gives sap."""
    plan = chain().plan({"wet": True, "cold": True})
    assert plan.choices == {"ground": "clay", "tree": "birch", "fruit": "sap"}
    assert [d.decision.id for d in plan.decisions] == ["ground", "tree", "fruit"]
    assert plan.decisions[1].depends_on == ("ground",)
    assert {(e.source, e.target) for e in plan.edges if e.kind == "depends-on"} == {("tree", "ground"), ("fruit", "tree")}


def test_the_choice_of_a_decision_that_does_not_arise_has_no_value():
    """On sand no tree is asked for, so what wants a birch fails; it is not left open."""
    plan = chain().plan({"wet": False, "cold": True})
    assert plan.not_relevant == ("tree",)
    assert plan.choices == {"ground": "sand", "fruit": "cider"}
    assert [d.recommendation.outcome for d in plan.decisions] == ["decided", "decided"]


def test_open_relevance_is_told_with_its_condition_and_asked_for():
    """A condition that every value passes means that somebody spoke of the trait; only the other test can be asked for."""
    plan = chain().plan({"wet": True, "cold": True})
    (fence,) = plan.maybe
    assert fence.decision.id == "fence"
    assert fence.traits == ("law", "colour")
    assert "law = true" in fence.condition
    assert "colour is known" in fence.condition
    assert not plan.next_questions
    spoken = chain().plan({"wet": True, "cold": True, "colour": "red"})
    assert [(q.trait, q.relevance, q.decisions) for q in spoken.next_questions] == [("law", ("fence",), ())]
    assert spoken.next_questions[0].information_bits == pytest.approx(1.0)


def test_a_pinned_choice_is_kept_with_a_note_where_it_is_ruled_out():
    """The plan goes on from the asker's choice, says that it cannot work, and names what would come first where it is merely worse."""
    engine = chain()
    barred = engine.plan({"wet": True, "cold": True}, choices={"tree": "Apple"})
    tree = next(d for d in barred.decisions if d.decision.id == "tree")
    assert (tree.choice, tree.origin) == ("apple", "pinned")
    assert tree.note == "You chose Apple, but it is ruled out: Apple cannot."
    assert "ruled out" in barred.summary
    assert barred.choices["fruit"] == "cider"
    worse = engine.plan({"wet": True}, choices={"ground": "sand"})
    assert worse.decisions[0].note == "You chose Sand (0 points); Clay would come first with 4."
    unasked = engine.plan({"wet": False}, choices={"tree": "birch"})
    assert unasked.choices["tree"] == "birch"


def test_nothing_is_chosen_without_a_point_in_favour():
    """A lone survivor that nothing speaks for, and a tie, feed nothing forward."""
    plan = chain().plan({})
    assert plan.choices == {}
    assert [d.decision.id for d in plan.decisions] == ["ground", "fruit"]
    assert [m.decision.id for m in plan.maybe] == ["fence", "tree"]


def test_a_circle_of_decisions_ends():
    """Two decisions that read each other are entered at the first by id, and both are decided."""
    engine = Engine(knowledge_of([], decisions={
        "b": {"options": ["oak", "pine"],
              "rules": [prefer("a", {"choice.a": "oak"}, oak="strong"), prefer("w", {"wet": True}, pine="slight")]},
        "a": {"options": ["oak", "pine"],
              "rules": [prefer("a", {"choice.b": "pine"}, pine="strong"), prefer("w", {"wet": True}, oak="slight")]},
    }))  # fmt: skip
    assert deciding_order(dependencies(engine.knowledge)) == ["a", "b"]
    assert engine.plan({"wet": True}).choices == {"a": "oak", "b": "oak"}


def test_every_mistake_of_the_question_is_told_at_once():
    """Unknown traits, decisions and options, each at its place."""
    with pytest.raises(QueryError) as caught:
        chain().plan({"wett": True}, choices={"tree": "oak", "bush": "x"}, decisions=["grund"])
    assert sorted(e.code for e in caught.value.errors) == ["unknown-decision", "unknown-decision", "unknown-option", "unknown-trait"]
    assert {e.path for e in caught.value.errors} == {("traits", "wett"), ("choices", "tree"), ("choices", "bush"), ("decisions", 0)}


def test_services_are_what_the_options_belong_to():
    """A feature counts for its service, once, with every decision that led there."""
    plan = chain().plan({"wet": True, "cold": True})
    assert [(s.service, s.decisions) for s in plan.services] == [("clay", ("ground",)), ("birch", ("tree",)), ("sap", ("fruit",))]


@st.composite
def networks(draw: st.DrawFn) -> Engine:
    """Three decisions that may read each other's choices, in any direction."""
    names = ("one", "two", "three")
    out = {}
    for name in names:
        found = [draw(strategies.rules(i, strategies.OPTIONS[:3])) for i in range(draw(st.integers(1, 3)))]
        for raw in found:
            other = draw(st.sampled_from(names))
            if other != name and draw(st.booleans()):
                raw["when"] = {**raw["when"], f"choice.{other}": draw(st.sampled_from(strategies.OPTIONS[:3]))}
        relevance = draw(st.one_of(st.just({}), strategies.simple_conditions(1)))
        other = draw(st.sampled_from(names))
        if other != name and draw(st.booleans()):
            relevance = {**relevance, f"choice.{other}": draw(st.sampled_from(strategies.OPTIONS[:3]))}
        out[name] = {"options": list(strategies.OPTIONS[:3]), "rules": found, "relevant_when": relevance}
    return Engine(knowledge_of([], decisions=out))


@FEW
@given(networks(), strategies.workloads())
def test_a_plan_equals_deciding_one_after_the_other(engine, traits):
    """Each decision sees the choices made before it; it is planned where its condition holds, absent where it fails, else maybe."""
    plan = engine.plan(traits)
    place = {d.decision.id: d for d in plan.decisions}
    maybe, absent = {m.decision.id for m in plan.maybe}, set(plan.not_relevant)
    assert set(place) | maybe | absent == set(engine.knowledge.decisions)
    known = dict(traits)
    gone: set[str] = set()
    for name in deciding_order(dependencies(engine.knowledge)):
        case = engine.case(name, known)
        sets = {t: a.values for t, a in case.answers.items()} | {f"choice.{g}": frozenset() for g in gone}
        arises = truth(engine.knowledge.decisions[name].relevant_when, sets)
        assert (name in place, name in absent, name in maybe) == (arises is True, arises is False, arises is None)
        if arises is False:
            gone.add(name)
        if name not in place:
            continue
        if not gone:
            alone = engine.recommend(name, known)
            assert place[name].recommendation.best == alone.best
            assert [(o.option, o.score) for o in place[name].recommendation.ranking] == [(o.option, o.score) for o in alone.ranking]
        best = place[name].recommendation
        expected = best.best[0] if len(best.best) == 1 and best.ranking[0].score > 0 else None
        assert place[name].choice == expected
        if expected:
            known[f"choice.{name}"] = expected


@FEW
@given(networks(), strategies.workloads())
def test_questions_of_a_plan_are_ordered_by_what_they_tell_all_decisions_together(engine, traits):
    """A trait's worth is the sum of its worth to each decision, whether it tells of the winner or of whether the decision arises."""
    plan = engine.plan(traits)
    bits = [q.information_bits for q in plan.next_questions]
    assert bits == sorted(bits, reverse=True)
    for question in plan.next_questions:
        assert question.trait not in traits
        assert question.decisions or question.relevance
        assert not question.trait.startswith("choice.")
        assert len(question.answers) >= 2
