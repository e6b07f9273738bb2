"""Answers are cut to a number of tokens, and say so."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.chat.budget import fit, tokens

WORDS = st.lists(st.text("ab ", max_size=60), max_size=40)


def test_tokens_are_a_quarter_of_the_characters() -> None:
    """Text counts as it is, data as the JSON that travels."""
    assert tokens("abcd" * 10) == 10
    assert tokens("a", {"k": 1}) == 2  # 1 + 7 characters


@given(WORDS, WORDS, st.integers(30, 300))
def test_what_can_be_left_out_is_until_it_fits(first: list[str], second: list[str], most: int) -> None:
    """Tails go, the less important list first; what went is counted; nothing goes without need."""
    data: dict[str, Any] = {"first": list(first), "inner": {"second": list(second)}}
    told = fit(data, "a line", [("first", 0), ("inner.second", 0)], most)
    left = told.get("left_out", {})
    assert tokens(told, "a line") < most
    assert told["first"] == first[: len(first) - left.get("first", 0)]
    assert told["inner"]["second"] == second[: len(second) - left.get("inner.second", 0)]
    assert not left.get("inner.second") or not told["first"]
    if tokens({"first": first, "inner": {"second": second}}, "a line") < most:
        assert not left


def test_the_least_stays() -> None:
    """A list keeps what must stay, and a field that is no list is passed over."""
    told = fit({"a": ["x" * 400] * 9, "b": "text"}, "", [("a", 2), ("b", 0), ("c.d", 0)], 50)
    assert len(told["a"]) == 2
    assert told["left_out"] == {"a": 7}
