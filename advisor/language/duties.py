"""Questions of shared responsibility: who does what, AWS or the customer, from the `responsibility` rows of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from advisor.knowledge.base import KnowledgeBase
from advisor.language.capability import CapabilityIndex, capabilities_of

_ASKED = re.compile(
    r"responsib|shared control|in charge of|accountable for"
    r"|\bwho (?:must |should |has to )?(?:maintain|manage|patch|update|operate|secure|replace)s?\b"
    r"|\b(?:managed|handled|done|performed|patched|taken care of) by (?:aws|the customer)\b",
    re.I,
)
_CUSTOMER = re.compile(r"\b(customers?|users?|client|account owner|company|organi[sz]ation)\b", re.I)
_AWS = re.compile(r"\b(aws|amazon)\b", re.I)
_SHARED = re.compile(
    r"\b(both|jointly|together)\b|\bshared? (by|between|controls?)\b|\b(aws|customers?) and (the )?(aws|customers?)\b", re.I
)
_OF_AWS = re.compile(
    r"\baws('s)? (responsib|accountab|is|be|takes?|manages?|handles?|performs?)|(responsib|accountab)\w* (of|to|lies with|belongs? to) aws"
    r"|\b(does|is|will) aws\b|\bby aws\b|\baws's\b",
    re.I,
)
MODEL = "shared-responsibility-model"
_OWN = 1.5  # a row of the service asked about, against a row of the model, which is about any service

Row = tuple[str, str, float]  # party, task, weight


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
    parties = [_party(p) for p in proposals]
    if "aws" in parties and ("customer" in parties or 2 * sum(map(bool, parties)) > len(parties)):
        best = _best(index, rows, text)
        return [2 * best[party] - 1 if party else -1.0 for party in parties]
    party = _asked_party(last_sentence(text))
    found = [_best(index, rows, p) for p in proposals]
    return [f[party] - max(p for name, p in f.items() if name != party) for f in found]


def _asked_party(question: str) -> str:
    """Whose tasks are asked for: those of the `customer`, of `aws` or of `both`."""
    if _SHARED.search(question):
        return "both"
    return "customer" if _CUSTOMER.search(question) and not _OF_AWS.search(question) else "aws"


def last_sentence(text: str) -> str:
    """The sentence that asks."""
    return re.split(r"(?<=[.!?])\s+(?![(])", text.strip())[-1]


def _party(text: str) -> str:
    """`customer`, `aws`, `both`, or "" when a proposal is not just a party."""
    if len(text.split()) > 6:
        return ""
    if _SHARED.search(text):
        return "both"
    return "customer" if _CUSTOMER.search(text) else "aws" if _AWS.search(text) else ""


def _rows(knowledge: KnowledgeBase, asked: set[str]) -> list[Row]:
    """Tasks of the services asked about and of the model for any service; those of all services when neither tells."""

    def told(names: Iterable[str], weight: float) -> list[Row]:
        return [
            (party, row, weight) for n in names for party, tasks in sorted(knowledge.services[n].responsibility.items()) for row in tasks
        ]

    own = told(sorted(asked - {MODEL}), _OWN)
    model = told([MODEL], 1.0) if MODEL in knowledge.services else []
    return own + model or told(sorted(knowledge.services), 1.0)


def _best(index: CapabilityIndex, rows: Iterable[Row], text: str) -> dict[str, float]:
    """Party → how surely the text names one of its tasks, 0 … 1: by the row that shares most with it, the surest party 1."""
    words = set(filter(None, index.terms(text)))
    best = {"aws": 0.0, "both": 0.0, "customer": 0.0}
    for party, row, weight in rows:
        terms = set(filter(None, index.terms(row)))
        total = sum(map(index.rarity, terms)) or 1.0
        common = sum(map(index.rarity, terms & words))
        best[party] = max(best[party], weight * common * common / total)
    most = max(best.values())
    return {party: points / most for party, points in best.items()} if most else best
