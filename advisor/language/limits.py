"""Questions whose proposals are bare amounts ("Up to 35 days"): answered by what the catalogue states of the services asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.errors import QueryError
from advisor.knowledge.base import KnowledgeBase, Service
from advisor.language.capability import CapabilityIndex, capabilities_of
from advisor.language.naming import ancestors
from advisor.language.numbers import Quantity, read_quantities
from advisor.quantities import parse_quantity

_MOST_WORDS = 8
_MOST_WORDS_OF_ONE = 4
_MOST_AMOUNTS = 2  # "1 year or 3 years", "3 to 5 hours"
_WHOLE = 0.02  # for each amount stated: "1 year or 3 years" says more of a statement than "3 years"
_CLOSE = 0.08  # share by which two amounts may differ and still be one: pages write GB where they mean GiB
_NEAR_WHOLE = 90  # percent
_NEAR = 24  # characters around an amount in which a word says whether it is a bound
_CLAUSE = re.compile(r"[;,.] |\band\b")
_SENSES = {
    "most": re.compile(r"\b(max|maximum|at most|longest|largest|highest|up to|limit|no more than|biggest)\b", re.I),
    "least": re.compile(r"\b(min|minimum|at least|shortest|smallest|lowest)\b", re.I),
    "default": re.compile(r"\b(default|unless)\b", re.I),
}
_TRUST_IN_TEXT = 0.8  # of an amount in running text ("one of them"), against the value of a fact
_AGREES, _DISAGREES, _DEFAULT_UNASKED = 1.3, 0.5, 0.6
_KNOWN_BY_WORDS = 0.5  # share of the question's words that a fact has, where the question names no service
_LEAST_WORDS = 3  # of the question, for the same

Amount = tuple[str, float]  # dimension, size in its base unit


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the catalogue states: how much the question speaks of it, and its amounts with their senses (see `_SENSES`, or "")."""

    weight: float
    amounts: tuple[tuple[Amount, str], ...]


def limits(knowledge: KnowledgeBase, text: str, proposals: Sequence[str], asked: Iterable[str]) -> list[float]:
    """Per proposal, how well a statement about what is asked holds its amount, 0 … 1; empty when the proposals are no amounts.

    A statement counts by the words of the question that it and the name of its service share; more when it is the bound asked for (the
    most, the least, the default). Where the question names no service, a statement counts that has half of its words.
    """
    amounts = [_only_amounts(p) for p in proposals]
    if 2 * sum(map(bool, amounts)) <= len(amounts):
        return []
    index = capabilities_of(knowledge)
    given = frozenset(asked)
    query = {t: w for t, w in index.query(text).items() if " " not in t}
    sense = _sense(text)
    own = [n for n in sorted(knowledge.services) if n in given or ancestors(knowledge, n) & given]
    points = _points(_statements(knowledge, index, own, query, 0.0), amounts, sense)
    if not any(points) and len(query) >= _LEAST_WORDS:
        points = _points(_statements(knowledge, index, sorted(knowledge.services), query, _KNOWN_BY_WORDS), amounts, sense)
    best = max(points, default=0.0)
    return [p / best for p in points] if best > 0 else []


def _statements(
    knowledge: KnowledgeBase, index: CapabilityIndex, services: Iterable[str], query: dict[str, float], least: float
) -> list[Statement]:
    total = sum(query.values())
    out = []
    for service in (knowledge.services[name] for name in services):
        for words, amounts, trust in _told(service):
            weight = trust * _weight(index, f"{words}. {service.name}", query) if amounts else 0.0
            if weight > least * total:
                out.append(Statement(weight, amounts))
    return out


def _told(service: Service) -> list[tuple[str, tuple[tuple[Amount, str], ...], float]]:
    """What the catalogue says of a service, fact by fact and phrase by phrase, with its amounts, their senses, and how far to trust it."""
    out = []
    for fact in service.facts.values():
        name = fact.name.replace("_", " ")
        told, stated = f"{name}. {fact.text}", _amounts(fact.text)
        values = [a for q in read_quantities(str(fact.value)) for a in _read(q)]
        senses = [_sense(name) or next((sense for amount, sense in stated if _same(amount, a)), "") for a in values]
        out += [(told, tuple(zip(values, senses, strict=True)), 1.0), (told, stated, _TRUST_IN_TEXT)]
    return out + [(text, _amounts(text), _TRUST_IN_TEXT) for text in (service.summary, *service.does)]


def _points(statements: Iterable[Statement], amounts: Sequence[list[Amount]], sense: str) -> list[float]:
    out = [0.0] * len(amounts)
    for statement in statements:
        for i, wanted in enumerate(amounts):
            if wanted:
                fit = min(_stated(statement, amount, sense) for amount in wanted)
                out[i] = max(out[i], statement.weight * fit * (1 + _WHOLE * len(wanted)))
    return out


def _stated(statement: Statement, amount: Amount, sense: str) -> float:
    """How well a fact states an amount in the sense asked for; 0 when it does not state it."""
    senses = {told for stated, told in statement.amounts if _same(amount, stated)}
    return max((_fit(told, sense) for told in senses), default=0.0)


def _fit(told: str, sense: str) -> float:
    if told == sense:
        return _AGREES if sense else 1.0
    if told == "default" and not sense:
        return _DEFAULT_UNASKED
    return _DISAGREES if told and sense else 1.0


def _sense(text: str) -> str:
    """The bound a text speaks of: `most`, `least`, `default`, or "" for none or several."""
    found = [name for name, words in _SENSES.items() if words.search(text)]
    return found[0] if len(found) == 1 else ""


def _only_amounts(text: str) -> list[Amount]:
    """The amounts of a text that holds little else; none when it is a name or a sentence."""
    found = read_quantities(text)
    words = len(text.split())
    if not 1 <= len(found) <= _MOST_AMOUNTS or words > _MOST_WORDS:
        return []
    if words > _MOST_WORDS_OF_ONE and all(q.dimension == "number" and q.text == "1" for q in found):
        return []  # "It is kept on one disk" says what it is
    return [a for q in found for a in _read(q)]


def _read(quantity: Quantity) -> list[Amount]:
    """A quantity as one amount, or as the two ends of its range."""
    return [a for part in (quantity.text, quantity.high) if part and (a := _amount(quantity.dimension, part)) is not None]


def _amount(dimension: str, text: str) -> Amount | None:
    try:
        return dimension, float(parse_quantity(text)[0])
    except (QueryError, ValueError):
        return None


def _amounts(text: str) -> tuple[tuple[Amount, str], ...]:
    """Every amount a text states, with its sense."""
    out: list[tuple[Amount, str]] = []
    for quantity in read_quantities(text):
        before = _CLAUSE.split(text[max(0, quantity.start - _NEAR) : quantity.start])[-1]
        after = _CLAUSE.split(text[quantity.end : quantity.end + _NEAR])[0]
        near = _sense(f"{before} {after}")
        told = [(a, near) for a in _read(quantity)]
        out += [(told[0][0], "least"), (told[1][0], "most")] if len(told) > 1 else told
    return tuple(out)


def _same(one: Amount, other: Amount) -> bool:
    """Whether two amounts are one; shares near the whole (99.9 %, 99.99 %) by what is missing."""
    if one[0] != other[0]:
        return False
    a, b = one[1], other[1]
    if one[0] == "percent" and min(a, b) > _NEAR_WHOLE:
        a, b = 100 - a, 100 - b
    return abs(a - b) <= _CLOSE * max(abs(a), abs(b))


def _weight(index: CapabilityIndex, text: str, query: dict[str, float]) -> float:
    words = set(filter(None, index.terms(text)))
    return sum(weight for term, weight in query.items() if term in words)
