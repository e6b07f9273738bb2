"""Questions of shared responsibility: who does what, AWS or the customer, from the `responsibility` rows of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from advisor.knowledge.base import KnowledgeBase
from advisor.language.capability import CapabilityIndex, capabilities_of

_ASKED = re.compile(r"responsib", re.I)
_CUSTOMER = re.compile(r"\b(customers?|users?|client|account owner|company|organi[sz]ation)\b", re.I)
_AWS = re.compile(r"\b(aws|amazon)\b", re.I)
_SHARED = re.compile(r"\b(both|shared|jointly|together)\b", re.I)


def duties(knowledge: KnowledgeBase, text: str, proposals: Sequence[str], asked: set[str]) -> list[float]:
    """Per proposal, how well it answers who is responsible, -1 … 1; empty when that is not the question.

    Proposals may be the parties ("The customer", "AWS") or the tasks ("Patching the guest operating system").
    """
    if not _ASKED.search(text):
        return []
    index = capabilities_of(knowledge)
    rows = _rows(knowledge, asked)
    if not rows:
        return []
    if all(_party(p) for p in proposals):
        lean = _lean(index, rows, text)
        return [_agrees(_party(p), lean) for p in proposals]
    party = "customer" if _CUSTOMER.search(_last_sentence(text)) and not re.search(r"aws('s)? responsib|responsib\w* of aws", text, re.I) else "aws"
    leans = [_lean(index, rows, p) for p in proposals]
    return [lean if party == "customer" else -lean for lean in leans]


def _last_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s+", text.strip())[-1]


def _party(text: str) -> str:
    """`customer`, `aws`, `both`, or "" when a proposal is not just a party."""
    if len(text.split()) > 6:
        return ""
    if _SHARED.search(text):
        return "both"
    return "customer" if _CUSTOMER.search(text) else "aws" if _AWS.search(text) else ""


def _agrees(party: str, lean: float) -> float:
    return {"customer": lean, "aws": -lean, "both": 0.0}.get(party, -1.0)


def _rows(knowledge: KnowledgeBase, asked: set[str]) -> list[tuple[str, str]]:
    """(party, task) of the services asked about, or of all when none of them tells."""

    def told(names: Iterable[str]) -> list[tuple[str, str]]:
        return [(party, row) for n in names for party, tasks in sorted(knowledge.services[n].responsibility.items()) for row in tasks]

    return told(sorted(asked)) or told(sorted(knowledge.services))


def _lean(index: CapabilityIndex, rows: Iterable[tuple[str, str]], text: str) -> float:
    """1 when the text names a task of the customer, -1 when one of AWS, by the row that shares most with it; between when both do."""
    words = set(filter(None, index.terms(text)))
    best = {"customer": 0.0, "aws": 0.0}
    for party, row in rows:
        terms = set(filter(None, index.terms(row)))
        total = sum(map(index.rarity, terms)) or 1.0
        common = sum(map(index.rarity, terms & words))
        best[party] = max(best.get(party, 0.0), common * common / total)
    most = max(best.values())
    return (best["customer"] - best["aws"]) / most if most else 0.0
