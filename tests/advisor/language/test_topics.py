"""What decisions are about."""

from __future__ import annotations

from advisor.language.lexicon import lexicon_of
from advisor.language.topics import topics_of
from tests.packs.talk import talking_knowledge

KNOWLEDGE = talking_knowledge()
TOPICS = topics_of(KNOWLEDGE)


def near(text: str) -> dict[str, float]:
    """The points of each decision."""
    return TOPICS.nearness(lexicon_of(KNOWLEDGE).read(text))[0]


def test_a_text_is_near_what_its_words_describe() -> None:
    """Words of the question, of phrases and of options count; the shared words are told as the text writes them."""
    points, written = TOPICS.nearness(lexicon_of(KNOWLEDGE).read("Reacting upon events, with a Discount"))
    assert points["compute"] > points["buying"] > 0
    assert TOPICS.shared("compute", written) == ["Reacting", "events"]
    assert TOPICS.shared("buying", written) == ["Discount"]


def test_words_count_once_and_alike_words_together() -> None:
    """Repeating a word makes nothing nearer; a machine is a server; misspelt words are read as meant."""
    assert near("discount discount") == near("discount")
    assert near("machines") == near("servers")
    assert near("purchaze") == near("purchase")


def test_words_that_nobody_describes() -> None:
    """They lead nowhere."""
    assert near("blue elephants of the") == {}


def test_built_once_per_knowledge() -> None:
    """The same knowledge gives the same topics."""
    assert topics_of(KNOWLEDGE) is TOPICS
