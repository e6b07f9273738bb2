"""Conditions: read with every mistake at its place, judged in three truths, turned into clauses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.conditions import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Not,
    Scope,
    clauses,
    parse_condition,
    traits_of,
    truth,
)
from advisor.knowledge.conditions import Test as UnaryTest
from advisor.knowledge.domain import EVERYTHING, HIGHEST, LOWEST, ValueSet, point
from tests.reference import Value, holds
from tests.strategies import TRAITS, knowledge_of

KNOWLEDGE: KnowledgeBase = knowledge_of([])
FACTS = {"lambda.max_run_time": "15 min", "lambda.slots": 4, "lambda.hot": True}
VALUES: dict[str, list[Value]] = {
    "cold": [True, False], "wet": [True, False], "colour": ["red", "green", "blue"], "length": [0.0, 59.0, 60.0, 61.0, 300.0, 1e6],
    "number": [0.0, 1.0, 3.0, 4.0, 9.0],
}  # fmt: skip
TESTS: dict[str, list[Any]] = {
    "cold": [True, False], "wet": [True, False], "colour": ["red", ["red", "blue"], ["green", "blue"]],
    "length": ["> 1 min", "<= 1 min", "1 min .. 5 min", "1 min", ["< 1 min", "> 5 min"]], "number": [3, "> 3", "<= 3", "1 .. 3", [0, 9]],
}  # fmt: skip


def scope() -> Scope:
    """Where the tests' names are looked up."""
    return Scope(KNOWLEDGE.traits, FACTS.__getitem__, set(), [])


def parsed(raw: Any) -> Condition:
    """A condition without mistakes."""
    here = scope()
    found = parse_condition(raw, here)
    assert not here.errors, here.errors[0].message
    return found


simple = st.sampled_from(sorted(TESTS)).flatmap(lambda t: st.sampled_from(TESTS[t]).map(lambda test: {t: test}))
trees: st.SearchStrategy[dict[str, Any]] = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)
complete = st.fixed_dictionaries({t: st.sampled_from(v) for t, v in VALUES.items()})


def as_set(value: Value) -> ValueSet:
    """The set of one value."""
    return point(value) if isinstance(value, float) else frozenset([value])


def universe(trait: str) -> ValueSet:
    """All values of a trait."""
    found = KNOWLEDGE.traits[trait]
    return EVERYTHING if found.numeric else frozenset(found.value_ids)


@given(trees, complete)
def test_truth_of_complete_answers(raw: dict[str, Any], values: dict[str, Value]) -> None:
    """With everything known there are two truths, those of the slow evaluator."""
    condition = parsed(raw)
    assert truth(condition, {t: as_set(v) for t, v in values.items()}) is holds(condition, values)


@given(trees, complete)
def test_clauses_hold_exactly_where_the_condition_does(raw: dict[str, Any], values: dict[str, Value]) -> None:
    """Disjunctive normal form, negation and numbers included."""
    condition = parsed(raw)
    found = clauses(condition, universe)
    by_clauses = any(all(holds(UnaryTest(t, allowed), values) for t, allowed in clause.items()) for clause in found)
    assert by_clauses is holds(condition, values)


@given(trees, complete, st.sets(st.sampled_from(sorted(VALUES)), max_size=4))
def test_an_answer_never_overturns_a_settled_truth(raw: dict[str, Any], values: dict[str, Value], hidden: set[str]) -> None:
    """What holds or fails with some traits unknown does so with all of them known."""
    condition = parsed(raw)
    early = truth(condition, {t: as_set(v) for t, v in values.items() if t not in hidden})
    assume(early is not None)
    assert early is holds(condition, values)


def test_nothing_known_is_open() -> None:
    """Unknown is never a no."""
    assert truth(parsed({"cold": True}), {}) is None
    assert truth(parsed({"not": {"cold": True}}), {}) is None
    assert truth(parsed({"any": [{"cold": True}, {"wet": True}]}), {"cold": frozenset([True])}) is True
    assert truth(parsed({"cold": True, "wet": True}), {"cold": frozenset([False])}) is False
    assert truth(ALWAYS, {}) is True


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        ("> 1 min", (((60.0, 1), HIGHEST),)), (">= 1 min", (((60.0, 0), HIGHEST),)), ("< 1 min", ((LOWEST, (60.0, 0)),)),
        ("<= 1 min", ((LOWEST, (60.0, 1)),)), ("= 1 min", point(60.0)), ("1 min", point(60.0)), ("1 min .. 2 min", (((60.0, 0),
        (120.0, 1)),)),
        ("> 1 min .. < 2 min", (((60.0, 1), (120.0, 0)),)), (".. 2 min", ((LOWEST, (120.0, 1)),)),
        ("> lambda.max_run_time", (((900.0, 1), HIGHEST),)), ([">2 min", "1 min"], (*point(60.0), ((120.0, 1), HIGHEST))),
    ],
)  # fmt: skip
def test_unary_tests_of_a_quantity(raw: Any, allowed: ValueSet) -> None:
    """Each way of writing a range, its ends where they belong."""
    assert parsed({"length": raw}) == UnaryTest("length", allowed)


def test_whole_numbers_have_no_gap() -> None:
    """`> 3` and `>= 4` are one test of a count."""
    assert parsed({"number": "> 3"}) == parsed({"number": ">= 4"})
    assert parsed({"number": "1 .. 3"}) == parsed({"number": "> 0 .. < 4"})


def test_what_a_condition_leans_on_is_noted() -> None:
    """Facts it quotes and traits it reads, each once, in order."""
    here = scope()
    condition = parse_condition({"length": "> lambda.max_run_time", "any": [{"cold": True}, {"length": "1 min"}]}, here)
    assert here.used_facts == {"lambda.max_run_time"}
    assert list(traits_of(condition)) == ["length", "cold"]


def test_shapes() -> None:
    """One part stands alone; several must all hold."""
    cold, wet = UnaryTest("cold", frozenset([True])), UnaryTest("wet", frozenset([False]))
    assert parsed({"cold": True}) == cold
    assert parsed({"cold": True, "wet": False}) == All((cold, wet))
    assert parsed({"any": [{"cold": True}, {"wet": False}]}) == AnyOf((cold, wet))
    assert parsed({"not": {"cold": True}}) == Not(cold)
    assert parsed({}) == ALWAYS


@pytest.mark.parametrize(
    ("raw", "path", "code", "words"),
    [
        ([], (), "bad-condition", "map"), ({"any": {}}, ("any",), "bad-condition", "list"),
        ({"all": []}, ("all",), "bad-condition", "list"),
        ({"any": [{"cold": True}, {"wett": True}]}, ("any", 1, "wett"), "unknown-trait", "did you mean 'wet'"),
        ({"not": {"colour": "rod"}}, ("not", "colour"), "unknown-value", "did you mean 'red'"),
        ({"cold": "cold"}, ("cold",), "unknown-value", "true, false"), ({"cold": 1}, ("cold",), "unknown-value", "true, false"),
        ({"cold": None}, ("cold",), "unknown-value", "None"), ({"colour": []}, ("colour",), "bad-test", "empty"),
        ({"colour": ["red", "rod"]}, ("colour", 1), "unknown-value", "red"),
        ({"length": "> 5 GB"}, ("length",), "bad-test", "measures data"),
        ({"length": 20}, ("length",), "bad-test", "no unit"), ({"length": True}, ("length",), "bad-test", "no number"),
        ({"length": "2 min .. 1 min"}, ("length",), "bad-test", "ends before"),
        ({"length": "> lambda.most"}, ("length",), "unknown-fact", "lambda"),
        ({"length": "> lambda.hot"}, ("length",), "bad-test", "not a number"),
        ({"number": "> 3 .. < 4"}, ("number",), "empty-range", "no number"),
    ],
)  # fmt: skip
def test_mistakes_stand_at_their_place(raw: Any, path: tuple[str | int, ...], code: str, words: str) -> None:
    """One mistake, its path, its code, and what would be right."""
    here = scope()
    parse_condition(raw, here)
    assert [(e.path, e.code) for e in here.errors] == [(path, code)]
    assert words in here.errors[0].message


def test_too_many_clauses_are_refused() -> None:
    """A condition that multiplies out beyond the bound is an overflow, not a pause."""
    pairs = [({"cold": True}, {"wet": True}), ({"colour": "red"}, {"number": 3}), ({"length": "1 min"}, {"law": True})]
    wide = {"all": [{"any": list(pair)} for pair in pairs]}
    assert len(clauses(parsed(wide), universe, limit=8)) == 8
    with pytest.raises(OverflowError):
        clauses(parsed(wide), universe, limit=4)


def test_the_traits_of_these_tests_are_known() -> None:
    """The table above follows the generators'."""
    assert set(VALUES) < set(TRAITS)
