"""Names in proposals, whole and cut short."""

from __future__ import annotations

import pytest

from advisor.knowledge.base import KnowledgeBase
from advisor.language.naming import Context, ancestors, services_named
from tests.packs.talk import talking_knowledge

PARTS = {
    "ec2": {"name": "Amazon EC2", "summary": "Servers."},
    "key": {"name": "EC2 key pair", "kind": "feature", "part_of": "ec2", "aliases": ["key pairs"], "summary": "Keys."},
    "spot": {"name": "EC2 spot", "kind": "feature", "part_of": "ec2", "summary": "Cheap."},
    "weighted": {"name": "Weighted routing policy", "kind": "feature", "part_of": "dns", "summary": "Shares."},
    "dns": {"name": "Name service", "summary": "Names."},
    "other": {"name": "AWS Other", "summary": "Else."},
}
KNOWLEDGE: KnowledgeBase = talking_knowledge(services=PARTS, decisions={})


@pytest.mark.parametrize(
    ("text", "context", "named"),
    [
        ("EC2 spot", Context(), ["spot"]),
        ("Use Amazon EC2 with AWS Other", Context(), ["ec2", "other"]),
        ("Use an Amazon EC2 key pair", Context(), ["key"]),
        ("Use Amazon EC2 with key pairs", Context(), ["ec2", "key"]),
        ("Managed name service (EC2)", Context(), ["ec2"]),
        ("Amazon EC2 (nothing)", Context(), ["ec2"]),
        ("Weighted", Context(sought=("routing policy",)), ["weighted"]),
        ("Weighted", Context(), []),
        ("spot", Context(frozenset({"ec2"})), ["spot"]),
        ("AWS Other", Context(frozenset({"ec2", "key"})), ["other"]),
        ("purple", Context(frozenset({"ec2"})), []),
    ],
)
def test_named(text: str, context: Context, named: list[str]) -> None:
    """A part stands for itself; a text cut short is completed by the question; another service's name stays what it is."""
    assert services_named(KNOWLEDGE, text, context) == named


def test_ancestors() -> None:
    """The service a part belongs to, and nothing for a whole."""
    assert ancestors(KNOWLEDGE, "key") == {"ec2"}
    assert ancestors(KNOWLEDGE, "ec2") == set()
