"""Misspelt words."""

from __future__ import annotations

import pytest

from advisor.language.spellings import Speller

SPELLER = Speller(["serverless", "bursti", "databas", "gpu", "steadi"])


@pytest.mark.parametrize(
    ("word", "meant"),
    [("serverles", "serverless"), ("sreverless", "serverless"), ("dtabas", "databas"), ("databsa", "databas")],
)
def test_slips_are_mended(word: str, meant: str) -> None:
    """A letter too few, another one, or two swapped; two slips in a long word."""
    assert SPELLER.mend(word) == meant


@pytest.mark.parametrize("word", ["gpi", "xerverless", "d4tabas", "databéz", "ste", "elephant", ""])
def test_the_rest_is_left(word: str) -> None:
    """Short words, another first letter, digits, other scripts and words far from any."""
    assert SPELLER.mend(word) is None
