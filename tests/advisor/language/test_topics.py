"""What decisions are about."""

from __future__ import annotations

from advisor.language.lexicon import lexicon_of
from advisor.language.topics import topics_of
from tests.packs.talk import talking_knowledge

KNOWLEDGE = talking_knowledge()
TOPICS = topics_of(KNOWLEDGE)


def nearness(text: str) -> dict[str, tuple[float, tuple[str, ...]]]:
    """The points of each decision and the words shared."""
    return TOPICS.nearness(lexicon_of(KNOWLEDGE).read(text))


def test_a_text_is_near_what_its_words_describe() -> None:
    """Words of the question, of phrases and of options count; a word that all decisions have tells nothing apart."""
    near = nearness("something to react upon an event, at a discount")
    assert near["compute"][1] == ("event", "react")
    assert near["buying"][1] == ("discount",)
    assert near["compute"][0] > near["buying"][0] > 0


def test_words_count_once_and_alike_words_together() -> None:
    """Repeating a word makes nothing nearer; a machine is a server; misspelt words are read as meant."""
    assert nearness("discount discount") == nearness("discount")
    assert nearness("machines")["compute"][0] == nearness("servers")["compute"][0]
    assert nearness("purchaze")["buying"][0] == nearness("purchase")["buying"][0]


def test_words_that_nobody_describes() -> None:
    """They lead nowhere."""
    assert nearness("blue elephants of the") == {}


def test_built_once_per_knowledge() -> None:
    """The same knowledge gives the same topics."""
    assert topics_of(KNOWLEDGE) is TOPICS
