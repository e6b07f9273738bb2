"""What a model sends is checked, mended where that is safe, and refused with the nearest name where it is not."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import LimitError, QueryError
from advisor.knowledge.base import KnowledgeBase
from api.chat.parameters import checked
from api.tools import TOOLS
from tests.strategies import knowledge_of

KNOWLEDGE: KnowledgeBase = knowledge_of(
    [], decisions={n: {"options": ["apple", "birch"], "rules": [], "area": "woods"} for n in ("trees", "tall-trees")}
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


def take(tool: str, **arguments: Any) -> dict[str, Any]:
    """The checked arguments of a tool."""
    return checked(TOOLS[tool].input_schema(KNOWLEDGE), arguments)


def test_defaults_are_filled_in_and_null_is_left_out() -> None:
    """A model often sends null for what it does not know."""
    assert take("recommend", decision="trees", traits={"cold": None, "wet": True}, only=None) == {
        "decision": "trees", "traits": {"wet": True}, "detail": "brief",
    }  # fmt: skip
    assert take("what_if", decision="trees")["max_changes"] == 2


def test_nested_values_may_come_as_text() -> None:
    """Some models send objects and lists as JSON text, and one option as a word."""
    asked = take("recommend", decision="trees", traits='{"cold": true}', only="apple")
    assert asked["traits"] == {"cold": True}
    assert asked["only"] == ["apple"]
    assert take("recommend", decision="trees", only='["apple", "birch"]')["only"] == ["apple", "birch"]


@pytest.mark.parametrize("name", ["Tall Trees", "tall_trees", "TALL-TREES"])
def test_another_spelling_of_an_id_is_taken(name: str) -> None:
    """Capitals, spaces and underscores make no difference to a name."""
    assert take("recommend", decision=name)["decision"] == "tall-trees"


@pytest.mark.parametrize(
    ("arguments", "path", "suggestion"),
    [
        ({"decision": "treees"}, ("decision",), "trees"),
        ({"decision": "trees", "trait": {}}, ("trait",), "traits"),
        ({"decision": "trees", "detail": "breif"}, ("detail",), "brief"),
        ({}, ("decision",), None),
        ({"decision": 3}, ("decision",), None),
        ({"decision": "trees", "traits": [1]}, ("traits",), None),
        ({"decision": "trees", "traits": "{broken"}, ("traits",), None),
        ({"decision": "trees", "only": [1]}, ("only", 0), None),
    ],
)
def test_a_mistake_names_its_place_and_the_nearest_name(arguments: dict[str, Any], path: tuple[Any, ...], suggestion: str | None) -> None:
    """The model can mend its call from the message alone."""
    with pytest.raises(QueryError) as error:
        take("recommend", **arguments)
    assert (error.value.path, error.value.suggestion) == (path, suggestion)


def test_all_mistakes_are_told_together() -> None:
    """One more call mends them all."""
    with pytest.raises(QueryError) as error:
        take("recommend", decision="treees", detail="long", colour="red")
    assert {e.path for e in error.value.errors} == {("decision",), ("detail",), ("colour",)}


@pytest.mark.parametrize("value", [True, 1.5, "2", float("nan"), float("inf"), 0, 4, [1]])
def test_a_whole_number_within_bounds(value: Any) -> None:
    """Numbers that are none, or too large, are refused."""
    with pytest.raises(QueryError):
        take("what_if", decision="trees", max_changes=value)
    assert take("what_if", decision="trees", max_changes=3.0)["max_changes"] == 3


def test_sizes_are_limited() -> None:
    """Too many traits, too long a text."""
    with pytest.raises(LimitError):
        take("recommend", decision="trees", traits={f"t{i}": 1 for i in range(201)})
    with pytest.raises(LimitError):
        take("interpret", text="x" * 20_001)


@given(
    st.sampled_from(sorted(TOOLS)), st.dictionaries(st.sampled_from(["decision", "traits", "only", "text", "limit", "x"]), JSON, max_size=4)
)
def test_nothing_a_model_sends_raises_anything_else(tool: str, arguments: dict[str, Any]) -> None:
    """Either arguments or a QueryError."""
    with contextlib.suppress(QueryError):
        assert set(take(tool, **arguments)) <= set(TOOLS[tool].takes)
