"""Counterfactuals are the smallest there are, and each one works."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings

from advisor.engine.cells import Axis
from advisor.engine.changes import constraints_by_trait
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import Change
from advisor.engine.workload import Answer, show, value_set
from advisor.errors import LimitError
from advisor.knowledge.conditions import truth
from tests import reference, strategies
from tests.strategies import TRAITS, knowledge_of, rule

FEW = settings(max_examples=60, deadline=None)
Cells = tuple[tuple[str, int], ...]


def broken(engine: Engine, case: Case) -> set[str]:
    """The constraints that a case meets for sure."""
    sets = {t: a.values for t, a in case.answers.items()}
    every = {repr(c): c for found in constraints_by_trait(engine.knowledge).values() for c in found}
    return {name for name, c in every.items() if truth(c, sets) is True}


def neighbours(engine: Engine, case: Case, size: int) -> Iterator[tuple[Cells, set[str]]]:
    """Every possible way to change `size` traits of the kernel that may be changed, and who is first then."""
    kernel = case.kernel
    candidates: list[tuple[str, Axis, int]] = []
    for axis in kernel.axes:
        known = case.answers.get(axis.trait.id)
        if axis.trait.changeable and (known is None or known.origin == "stated"):
            current = axis.possible(known.values) if known else axis.full
            candidates += [(axis.trait.id, axis, c) for c in range(len(axis)) if 1 << c != current]
    names = sorted({c[0] for c in candidates})
    before = broken(engine, case)
    for traits in combinations(names, size):
        for moves in product(*([c for c in candidates if c[0] == t] for t in traits)):
            stated = dict(case.stated)
            for trait, axis, cell in moves:
                stated[trait] = Answer(trait, axis.cells[cell], show(axis.trait, axis.cells[cell]))
            changed = engine.case_of(kernel, stated, engine.inferrer.extend(stated), case.priorities)
            if changed.cells == case.cells or broken(engine, changed) - before:
                continue
            yield tuple((t, c) for t, _, c in moves), reference.standing(kernel, changed.cells, case.weights).best()


def expanded(case: Case, changes: tuple[Change, ...]) -> set[Cells]:
    """The single cells that a told set of changes covers, read back from the answers as they would be sent."""
    kernel, out = case.kernel, []
    for change in changes:
        axis = kernel.axes[kernel.axis_index[change.trait]]
        values = value_set(kernel.knowledge, axis.trait, change.after)
        assert values is not None
        inside = axis.possible(values) if axis.trait.type == "count" else axis.inside(values)
        out.append([(change.trait, c) for c in range(len(axis)) if inside >> c & 1])
    return set(product(*out))


@FEW
@given(strategies.knowledge_bases(most_rules=4), strategies.workloads(), strategies.priorities())
def test_counterfactuals_and_dethronings_equal_exhaustive_search(knowledge, traits, levels):
    """For each option the smallest sets of changes, all of them and no others; likewise for the winner's fall."""
    engine = Engine(knowledge)
    case = engine.case("trees", traits, priorities=levels)
    told = engine.what_if("trees", traits, priorities=levels, max_changes=2)
    assume(all(t in case.kernel.axis_index for t in traits))  # what no rule reads can act through inference only
    now = reference.standing(case.kernel, case.cells, case.weights).best()
    found = {size: list(neighbours(engine, case, size)) for size in (1, 2)}
    assert told.exact
    assert {c.option for c in told.counterfactuals} == set(case.kernel.options) - (now if len(now) == 1 else set())
    for one in told.counterfactuals:
        wins = [{cells for cells, best in found[size] if best == {one.option}} for size in (1, 2)]
        expected = wins[0] or wins[1]
        mine = {cells for s in one.sets for cells in expanded(case, s)}
        assert mine <= expected
        if not one.omitted:
            assert mine == expected
    falls = [{(cells, frozenset(best)) for cells, best in found[size] if best != now} for size in (1, 2)]
    mine = {(cells, frozenset(d.best)) for d in told.dethroning for cells in expanded(case, d.changes)}
    assert mine == ((falls[0] or falls[1]) if len(now) == 1 else set())


RULES = [
    rule("limit", {"length": "> 5 min"}, exclude="apple"),
    rule("likes", {"wet": True}, favor={"apple": "strong"}),
    rule("else", {"cold": True}, favor={"birch": "moderate"}),
    rule("law", {"law": True}, favor={"birch": "decisive"}),
]


def test_numbers_are_told_as_the_threshold_that_matters():
    """Neighbouring cells become one range, and what may not be changed is never proposed."""
    told = Engine(knowledge_of(RULES, ("apple", "birch"))).what_if("trees", {"length": "1 h", "wet": True, "cold": True})
    (apple,) = told.counterfactuals
    assert [[(c.trait, c.before, c.after) for c in s] for s in apple.sets] == [[("length", "1 h", "<= 5 min")]]
    assert apple.sets[0][0].text == "length: at most 5 min instead of 1 h"
    assert not any(c.trait == "law" for d in told.dethroning for c in d.changes)


def test_open_exclusions_say_what_would_rule_an_option_out():
    """Of the surviving options only."""
    told = Engine(knowledge_of(RULES, ("apple", "birch"))).what_if("trees", {"wet": True})
    assert [(o.option, o.text) for o in told.open_exclusions] == [("apple", "Apple would be ruled out if length > 5 min.")]


def test_an_inferred_answer_is_changed_where_it_comes_from():
    """The trait that the decision reads follows from one that it does not read."""
    told = Engine(knowledge_of(
        [rule("a", {"wet": True}, favor={"apple": "strong"}), rule("b", {"wet": False}, favor={"birch": "strong"})],
        ("apple", "birch"),
        inference=[{"id": "red-is-wet", "when": {"colour": "red"}, "then": {"wet": True}, "because": "x"},
                   {"id": "blue-is-dry", "when": {"colour": "blue"}, "then": {"wet": False}, "because": "x"}],
    )).what_if("trees", {"colour": "red"})  # fmt: skip
    (birch,) = told.counterfactuals
    assert [[(c.trait, c.before, c.after) for c in s] for s in birch.sets] == [[("colour", "red", "blue")]]


def test_more_than_three_changes_at_once_are_refused():
    """The search grows with every change."""
    with pytest.raises(LimitError) as caught:
        Engine(knowledge_of(RULES)).what_if("trees", {}, max_changes=4)
    assert caught.value.path == ("max_changes",)


def test_the_summary_names_the_nearest_fall_and_the_hinge():
    """In sentences that a reviewer can paste."""
    told = Engine(knowledge_of(RULES, ("apple", "birch"))).what_if("trees", {"wet": True, "cold": True, "length": "1 min"})
    assert told.summary.startswith("Apple falls back with ")
    assert "likes" in told.summary


def test_answers_are_told_in_the_words_of_the_vocabulary():
    """A yes or no stands behind its question, a value of a choice is told by its description; ids stay for machines."""
    sea = {"type": "choice", "question": "Which sea?", "why": "It matters.", "values": {"deep-sea": "far out", "shore": "near land"}}
    rules = [
        rule("dry", {"wet": False}, favor={"birch": "strong"}), rule("far", {"sea": "deep-sea"}, favor={"birch": "strong"}),
        rule("near", {"wet": True}, favor={"apple": "slight"}),
    ]  # fmt: skip
    told = Engine(knowledge_of(rules, ("apple", "birch"), traits={**TRAITS, "sea": sea})).what_if("trees", {"wet": True, "sea": "shore"})
    (birch,) = told.counterfactuals
    assert [(c.trait, c.after, c.text) for s in birch.sets for c in s] == [
        ("sea", "deep-sea", "sea: “far out” instead of “near land”"),
        ("wet", False, "“Wet?” no instead of yes"),
    ]
