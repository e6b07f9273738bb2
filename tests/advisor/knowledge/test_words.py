"""Words as comparable stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.words import singular, stems, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("optimised data centres", "optimized data center"),
        ("cannot be interrupted", "can't be interrupted"),
        ("the company's servers", "company server"),
        ("Licences", "license"),
        ("running jobs", "runs job"),
        ("multi-AZ", "multi az"),
    ],
)
def test_two_ways_of_writing_one_thing(one: str, other: str) -> None:
    """British, American, plural, possessive and short forms are alike."""
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("one", "other"), [("server", "serverless"), ("available", "availability"), ("elastic", "elasticity"), ("less", "les")]
)
def test_what_stays_apart(one: str, other: str) -> None:
    """Words that a plain stemmer would merge."""
    assert stems(one) != stems(other)


def test_singular_keeps_other_endings() -> None:
    """Only the plural goes."""
    assert (singular("stages"), singular("staging"), singular("policies"), singular("status")) == ("stage", "staging", "policy", "status")


def test_breaks_open_sentences() -> None:
    """Full stops before a space, line ends and brackets break; dots inside words do not."""
    opened = [
        text for t in tokens("One two. Three (four) next.js") if t.opens for text in ["One two. Three (four) next.js"[t.start : t.end]]
    ]
    assert opened == ["Three", "four", "next"]


@given(st.text(max_size=120))
def test_tokens_lie_in_the_text(text: str) -> None:
    """In order, without overlap, inside the text."""
    last = 0
    for token in tokens(text):
        assert last <= token.start < token.end <= len(text)
        last = token.end
