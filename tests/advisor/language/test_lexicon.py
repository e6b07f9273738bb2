"""Phrases found in a text."""

from __future__ import annotations

from advisor.language.lexicon import Lexicon, lexicon_of
from tests.packs.talk import LEXICON as WORDS
from tests.packs.talk import TRAITS, talking_knowledge

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


def gapped(*phrases: str, expressions: tuple[str, ...] = ()) -> Lexicon:
    """A lexicon in which these phrases say that a GPU is needed."""
    traits = {**TRAITS, "needs_gpu": {**TRAITS["needs_gpu"], "phrases": list(phrases)}}
    return Lexicon(talking_knowledge(traits=traits, lexicon={**WORDS, "expressions": list(expressions)}))


def test_a_gap_takes_a_few_words_of_one_sentence() -> None:
    """Up to four other words may stand in a gap, no end of a sentence; the words in it do not count as the phrase's own."""
    lexicon = gapped("nobody … delete … records")
    for text in ("nobody may delete records", "Nobody may alter, move or delete any of these records"):
        (match,) = lexicon.read(text).matches
        assert (match.start, match.end, match.size, match.gapped) == (0, len(text), 3, True)
    for text in ("nobody is here. delete records", "nobody who has anything else to do wants to delete records", "delete nobody records"):
        assert lexicon.read(text).matches == ()


def test_words_of_a_fixed_expression_say_nothing_alone() -> None:
    """A longer phrase around the expression still counts."""
    lexicon = gapped("window", "sliding window of time", expressions=("sliding window",))
    assert [m.size for m in lexicon.read("a window").matches] == [1]
    assert lexicon.read("the sliding window").matches == ()
    assert [m.size for m in lexicon.read("a sliding window of time").matches] == [4]


def test_two_words_across_a_comma_are_no_phrase() -> None:
    """A list of things is no compound."""
    lexicon = gapped("key usage")
    assert len(lexicon.read("the key usage").matches) == 1
    assert lexicon.read("API keys, usage plans").matches == ()
