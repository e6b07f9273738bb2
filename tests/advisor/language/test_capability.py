"""The catalogue searched by need."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.knowledge.load import load_knowledge
from advisor.language.capability import CapabilityIndex
from advisor.language.naming import services_named
from tests.packs import write_pack
from tests.packs.talk import SERVICES, talking_knowledge

INDEX = CapabilityIndex(talking_knowledge())


def points(service: str, text: str) -> float:
    """Points of one service for a question."""
    return INDEX.hit([service], INDEX.query(text)).points


def test_rare_words_count_more() -> None:
    """A word of one service tells more than a word of many."""
    assert INDEX.rarity("translat") > INDEX.rarity("code")


def test_a_denied_word_is_another_word() -> None:
    """ "without servers" meets "without servers" and not "virtual servers"."""
    assert "~server" in INDEX.terms("without servers")
    assert points("lambda", "run without servers") > points("ec2", "run without servers")
    assert points("ec2", "virtual servers") > points("lambda", "virtual servers")


def test_a_denial_ends_with_its_sentence() -> None:
    """What is not so in one sentence may be asked for in the next."""
    terms = INDEX.terms("The disk has no servers. Servers are wanted.")
    assert "~server" in terms
    assert "server" in terms


def test_what_is_not_sought_is_left_out() -> None:
    """Words after "rather than" do not count."""
    assert points("translate", "a backup rather than translation") == 0


def test_words_alike_meet() -> None:
    """ "machine" finds what is described with "server"."""
    assert points("ec2", "virtual machines") == points("ec2", "virtual servers")


def test_a_repeated_phrase_counts_once_more() -> None:
    """The whole phrase of `does` beats the same words scattered over two services."""
    whole = INDEX.hit(["backup"], INDEX.query("manage backups centrally"))
    part = INDEX.hit(["backup"], INDEX.query("manage backups"))
    assert whole.points > part.points > 0
    assert whole.words[0][1] >= whole.words[-1][1]


def test_a_need_names_its_service() -> None:
    """A short text that is one of a service's phrases names it; an ended service and a stray word are not named."""
    assert INDEX.named_by("translate text") == ["translate"]
    assert INDEX.named_by("Run code without servers") == ["lambda"]
    assert INDEX.named_by("purple") == []


SHUNNED = {
    "name": "Keys in code",
    "kind": "practice",
    "summary": "Keys leak.",
    "aliases": ["keys code", "share keys"],
    "avoid_when": ["Always."],
}


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        ("Store the keys in the code", "", ["keys"]),
        ("Store them in the code", "Where do keys belong?", ["keys"]),
        ("Rotate them", "Where do keys belong?", []),
        ("Do not store keys in the code", "", []),
        ("Use a role instead of keys in the code", "", []),
    ],
)
def test_bad_practices(text: str, question: str, found: list[str]) -> None:
    """What the catalogue says to avoid always is recognised by its words, unless it is denied; it is no service anybody names."""
    knowledge = talking_knowledge(services={**SERVICES, "keys": SHUNNED})
    assert CapabilityIndex(knowledge).bad_practices(text, question) == found
    assert services_named(knowledge, "keys code") == []


def test_the_next_process_finds_the_documents_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept in the cache folder is what would be made again, to the last digit."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    pack = [write_pack(tmp_path / "small")]
    made = CapabilityIndex(load_knowledge(pack))
    monkeypatch.setattr(CapabilityIndex, "_raw_documents", lambda index: {})  # whoever makes them now has none
    assert CapabilityIndex(load_knowledge(pack)).documents == made.documents
