"""Phrases found in a text."""

from __future__ import annotations

from advisor.language.lexicon import Lexicon, lexicon_of
from tests.packs.talk import talking_knowledge

LEXICON = Lexicon(talking_knowledge())


def found(text: str) -> list[tuple[str, str, bool]]:
    """(words, target, inner) of every match."""
    reading = LEXICON.read(text)
    return [(text[m.start : m.end], p.target, m.inner) for m in reading.matches for p in m.phrases]


def test_inflections_and_spelling_do_not_matter() -> None:
    """Plural, case, punctuation and articles are the same phrase."""
    assert ("Serverless", "ops", False) in found("Serverless!")
    assert ("around-the-clock", "traffic", False) in found("around-the-clock use")


def test_a_phrase_does_not_cross_a_sentence() -> None:
    """A full stop ends a phrase."""
    assert found("sudden. bursts") == []


def test_the_longer_phrase_covers_the_shorter() -> None:
    """Inner matches are marked."""
    assert ("not steady", "traffic", False) in found("not steady")
    assert ("steady", "traffic", True) in found("not steady")


def test_misspelt_words_are_mended_but_known_ones_are_not() -> None:
    """One slip in a word of five letters or more; words of the knowledge itself are no slips; short words stay."""
    assert found("servrless") == [("servrless", "ops", False)]
    assert found("gpi") == []
    assert found("capacity") == []


def test_built_once_per_knowledge() -> None:
    """The same knowledge gives the same lexicon; another gives another."""
    knowledge = talking_knowledge()
    assert lexicon_of(knowledge) is lexicon_of(knowledge)
    assert lexicon_of(knowledge) is not lexicon_of(talking_knowledge())
