"""Records come back from JSON as they were."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given

from advisor.engine.reading import NotThatRecordError, read_record, read_records
from advisor.engine.recommend import Engine
from advisor.engine.results import Plan, Question, Recommendation, as_dict
from advisor.knowledge.base import KnowledgeBase
from tests.strategies import knowledge_bases, priorities, workloads


@dataclass(frozen=True, slots=True)
class Leaf:
    """A record for these tests."""

    name: str
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """A record of records."""

    leaves: tuple[Leaf, ...]
    by_name: dict[str, Leaf]
    groups: tuple[tuple[Leaf, ...], ...] = ()
    first: Leaf | int | None = None
    anything: Any = None
    tall: bool = False


@given(knowledge_bases(), workloads(), priorities())
def test_a_recommendation_survives_the_journey(knowledge: KnowledgeBase, traits: dict[str, Any], levels: dict[str, str]) -> None:
    """What is written as JSON reads back as the same record."""
    result = Engine(knowledge).recommend("trees", traits, priorities=levels)
    sent = json.loads(json.dumps(as_dict(result)))
    back = read_record(Recommendation, sent)
    assert as_dict(back) == sent
    assert back.best == result.best
    assert isinstance(back.ranking, tuple)


def test_nested_records_unions_and_maps() -> None:
    """Every shape that results use."""
    data = {
        "leaves": [{"name": "a", "size": 1}],
        "by_name": {"b": {"name": "b"}},
        "groups": [[{"name": "c", "size": None}], []],
        "first": {"name": "d"},
        "anything": [1],
        "tall": True,
    }
    assert read_record(Tree, data) == Tree((Leaf("a", 1),), {"b": Leaf("b")}, ((Leaf("c"),), ()), Leaf("d"), [1], True)
    assert read_record(Tree, {"leaves": [], "by_name": {}, "first": 3}).first == 3


def test_a_newer_server_is_understood() -> None:
    """Fields this version does not know are passed over."""
    assert read_records(Leaf, [{"name": "a", "colour": "red"}]) == (Leaf("a"),)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (Leaf, [], "Leaf expected, list found"),
        (Leaf, {}, "Leaf without 'name'"),
        (Leaf, {"name": 1}, "name: str expected, int found"),
        (Leaf, {"name": "a", "size": True}, "size: float expected, bool found"),
        (Tree, {"leaves": [{"name": "a"}, 1], "by_name": {}}, "leaves: 1: Leaf expected, int found"),
        (Tree, {"leaves": {}, "by_name": {}}, "leaves: array expected, dict found"),
        (Tree, {"leaves": [], "by_name": []}, "by_name: object expected, list found"),
        (Tree, {"leaves": [], "by_name": {}, "first": "x"}, "first: int expected, str found"),
        (Question, None, "Question expected, NoneType found"),
        (Plan, {"summary": "s"}, "Plan without 'decisions'"),
    ],
)
def test_what_is_no_such_record_is_refused_with_its_place(kind: type, data: Any, words: str) -> None:
    """The message names the place from the outside in."""
    with pytest.raises(NotThatRecordError, match=words):
        read_record(kind, data)
