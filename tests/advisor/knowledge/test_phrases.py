"""Phrases and the conflicts between them."""

from __future__ import annotations

from typing import Any

from advisor.knowledge.phrases import all_phrases, phrase_conflicts
from tests.packs.talk import SERVICES, TRAITS, talking_knowledge


def with_traits(**traits: dict[str, Any]) -> list[str]:
    """The messages of the conflicts when these traits are added."""
    return [d.message for d in phrase_conflicts(talking_knowledge(traits={**TRAITS, **traits}))]


def test_no_conflict() -> None:
    """The same phrase on two numeric traits, or on traits that differ, is allowed."""
    assert phrase_conflicts(talking_knowledge()) == []
    assert with_traits(quick={"type": "boolean", "question": "Quick?", "why": "Speed.", "phrases": ["steady"]}) == []


def test_two_values_of_one_trait() -> None:
    """Inflections and articles do not hide a conflict."""
    values = {"a": {"text": "a", "phrases": ["the servers"]}, "b": {"text": "b", "phrases": ["server"]}}
    found = with_traits(kind={"type": "choice", "question": "Kind?", "why": "It matters.", "values": values})
    assert len(found) == 1
    assert "a and b" in found[0]


def test_yes_and_no() -> None:
    """A phrase cannot say yes and no."""
    found = with_traits(odd={"type": "boolean", "question": "Odd?", "why": "It matters.", "phrases": ["odd"], "phrases_no": ["odd"]})
    assert "false and true" in found[0]


def test_two_services_of_one_name_are_a_warning() -> None:
    """The answer could not tell them apart."""
    twin = {"name": "Lambda", "summary": "Another."}
    (found,) = phrase_conflicts(talking_knowledge(services={**SERVICES, "twin": {**twin, "name": "AWS Lambda"}}))
    assert (found.severity, found.code) == ("warning", "phrase-conflict")


def test_every_kind_of_phrase_is_collected() -> None:
    """Traits, cues, decisions, services, priorities and negations."""
    assert {p.kind for p in all_phrases(talking_knowledge())} == {"value", "cue", "decision", "service", "priority", "negation"}
