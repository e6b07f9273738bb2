"""Questions whose proposals are bare amounts ("Up to 35 days"): answered by what the catalogue states of the services asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.errors import QueryError
from advisor.knowledge.base import KnowledgeBase, Service
from advisor.language.capability import CapabilityIndex, capabilities_of
from advisor.language.naming import ancestors
from advisor.language.numbers import read_quantities
from advisor.quantities import parse_quantity

_MOST_WORDS = 7
_CLOSE = 0.08  # share by which two amounts may differ and still be one: pages write GB where they mean GiB

Amount = tuple[str, float]  # dimension, size in its base unit


def limits(knowledge: KnowledgeBase, text: str, proposals: Sequence[str], asked: Iterable[str]) -> list[float]:
    """Per proposal, how well a statement about what is asked holds its amount, 0 … 1; empty when the proposals are no amounts.

    A statement counts by the words of the question that it and the name of its service share.
    """
    amounts = [_only_amount(p) for p in proposals]
    if 2 * sum(a is not None for a in amounts) <= len(amounts):
        return []
    index = capabilities_of(knowledge)
    given = frozenset(asked)
    query = {t: w for t, w in index.query(text).items() if " " not in t}
    about = [knowledge.services[n] for n in sorted(knowledge.services) if n in given or ancestors(knowledge, n) & given]
    told = [(_weight(index, f"{text}. {service.name}", query), _amounts(text)) for service in about for text in _statements(service)]
    points = [max((w for w, stated in told if a is not None and any(_same(a, s) for s in stated)), default=0.0) for a in amounts]
    best = max(points, default=0.0)
    return [p / best for p in points] if best > 0 else []


def _only_amount(text: str) -> Amount | None:
    found = read_quantities(text)
    if len(found) != 1 or len(text.split()) > _MOST_WORDS:
        return None
    return _amount(found[0].dimension, found[0].text)


def _amount(dimension: str, text: str) -> Amount | None:
    try:
        return dimension, float(parse_quantity(text)[0])
    except (QueryError, ValueError):
        return None


def _statements(service: Service) -> list[str]:
    """What the catalogue says of a service, fact by fact and phrase by phrase."""
    facts = [f"{fact.name.replace('_', ' ')}: {fact.value}. {fact.text}" for fact in service.facts.values()]
    return [*facts, service.summary, *service.does]


def _amounts(text: str) -> list[Amount]:
    found = [_amount(q.dimension, q.text) for q in read_quantities(text)]
    return [a for a in found if a is not None]


def _same(one: Amount, other: Amount) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) <= _CLOSE * max(abs(one[1]), abs(other[1]))


def _weight(index: CapabilityIndex, text: str, query: dict[str, float]) -> float:
    words = set(filter(None, index.terms(text)))
    return sum(weight for term, weight in query.items() if term in words)
