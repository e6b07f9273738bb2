"""YAML as plain data with places."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.documents import MAX_DEPTH, parse_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("12:30", "12:30"), ("2026-11-25", "2026-11-25"), ("true", True),
        ("False", False), ("~", None),
        ("null", None), ("", None), ("7", 7), ("-7", -7), ("0o17", "0o17"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("1.5", 1.5),
        ("1e3", 1000.0),
        (".inf", ".inf"), ("'7'", "7"), ('"true"', "true"), ("15 min", "15 min"), (">\n  folded\n  text", "folded text"),
    ],
)  # fmt: skip
def test_scalars(text: str, value: Any) -> None:
    """Only what looks like a number or a truth is one; dates, times and `no` stay text."""
    found = parse_document(f"key: {text}", "a.yaml").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_places() -> None:
    """Line and column of each key and value, from 1; a path that is not there falls back to what holds it."""
    document = parse_document("a:\n  - b: 1\n    c: [x, y]\n", "a.yaml")
    assert document.data == {"a": [{"b": 1, "c": ["x", "y"]}]}
    assert document.at(("a",)) == (1, 1)
    assert document.at(("a", 0, "b")) == (2, 5)
    assert document.at(("a", 0, "c", 1)) == (3, 12)
    assert document.at(("a", 0, "c", 7, "nothing")) == (3, 5)
    assert document.at(("nothing",)) == (1, 1)
    assert str(document.report(("a", 0, "c"), "code", "words")) == "a.yaml:3:5: code: words"


def test_a_repeated_key_is_told_where_it_is_repeated() -> None:
    """YAML would silently take the last one."""
    document = parse_document("a: 1\nb: 2\na: 3\n", "a.yaml")
    assert [str(d) for d in document.diagnostics] == ["a.yaml:3:1: repeated-key: 'a' stands twice in one map"]
    assert document.data == {"a": 1, "b": 2}


@pytest.mark.parametrize(("text", "line"), [("a: [1, 2\n", 2), ("a: b: c\n", 1), ("\tx: 1\n", 1), ("a: 'x\n", 2), ("a: *missing\n", 1)])
def test_broken_syntax_is_told(text: str, line: int) -> None:
    """A diagnostic at the line the parser stopped at."""
    (found,) = parse_document(text, "a.yaml").diagnostics
    assert (found.code, found.line) == ("yaml-syntax", line)


def test_depth_is_bounded() -> None:
    """Deep nesting is a mistake, not a stack overflow."""
    deep = parse_document("[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5), "a.yaml")
    assert {d.code for d in deep.diagnostics} == {"yaml-depth"}
    assert parse_document("[" * 100_000, "a.yaml").diagnostics


@given(st.text(max_size=60))
def test_any_text_is_data_or_a_diagnostic(text: str) -> None:
    """Nothing is ever raised."""
    document = parse_document(text, "a.yaml")
    assert document.data is None or not isinstance(document.data, set)
