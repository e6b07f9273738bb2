"""What each service is for, as searchable words: answers "which service does X" from the catalogue's own descriptions.

Weights follow BM25 (Robertson and Zaragoza 2009): rare words count more, repeats less and less. Words that stand side by side count as
pairs as well, and a whole short phrase of `does` that the question repeats counts once more by how much of it is there.
"""

from __future__ import annotations

import itertools
import math
import re
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.knowledge.base import KnowledgeBase, Service
from advisor.knowledge.conditions import Test
from advisor.knowledge.load import remembered
from advisor.knowledge.words import stems
from advisor.language.lexicon import Lexicon, lexicon_of
from advisor.language.routing import tests_of
from advisor.language.spellings import Speller

_HERE = Path(__file__).parent
_CODE = tuple(_HERE / f"{name}.py" for name in ("capability", "lexicon", "routing", "spellings")) + tuple(
    _HERE.parent / "knowledge" / f"{name}.py" for name in ("phrases", "words")
)  # what the documents depend on besides the knowledge
_K1 = 1.2
_PAIR = 0.6  # a pair of neighbouring words, against a single word of the same rarity
_MEANT_BEFORE = re.compile(r"\b(?:them|it)\b", re.I)
_NOT_DONE = re.compile(r"\b(?:not|never|no|without|avoid|instead of|rather than)\b(?:\s+[\w'-]+){0,6}", re.I)
_NEXT_DEED = re.compile(r"[,;.]\s|\band (?=(?:then )?(?:create|use|enable|do|add|give|store|attach|configure|let)\b)", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_DENYING = frozenset({"no", "not", "non", "without", "never", "avoid"})
_CLAUSE = frozenset({"but", "while", "because", "however"})
_PASSING_OVER = frozenset({("rather", "than"), ("instead", "of"), ("other", "than")})
_DENIED_WORDS = 3
_KIN = 3  # services a text without a name may stand for
_ALIKE = 0.7  # how much of two short texts must be common for one to name the other
_FIELDS = {"does": 2.0, "name": 1.5, "summary": 1.5, "choose": 1.0, "facts": 0.4, "rules": 0.8, "parent": 0.7}


@dataclass(frozen=True, slots=True)
class Document:
    """A service as words: term → weighted count; its phrases of `does` as terms; what speaks against it."""

    service: str
    terms: dict[str, float]
    phrases: tuple[tuple[str, ...], ...]
    against: dict[str, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """How well a service answers a question: points, and the words that earned them, weightiest first."""

    points: float
    words: tuple[tuple[str, float], ...]


class CapabilityIndex:
    """The catalogue as documents of words. Built once per knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.lexicon: Lexicon = lexicon_of(knowledge)
        self._speller: Speller | None = None  # the documents themselves are spelt rightly
        self._rule_texts: dict[str, list[tuple[str, float]]] = {}
        raw = remembered("words", _CODE, knowledge.digest, self._raw_documents)
        self.documents = {
            name: Document(name, terms, tuple(tuple(p) for p in phrases), against) for name, (terms, phrases, against) in raw.items()
        }
        self._never = [
            (name, frozenset(stems(label)))
            for name in self.documents
            if name in self.lexicon.shunned
            for label in (knowledge.services[name].name, *knowledge.services[name].aliases)
        ]
        written = {t.removeprefix("~") for d in self.documents.values() for t in d.terms if " " not in t}
        self._known = frozenset(written) | frozenset(self.lexicon.symbols) | frozenset(self.lexicon.alike) | _DENYING
        self._speller = Speller(self._known)
        counts: dict[str, int] = {}
        for document in self.documents.values():
            for term in document.terms:
                counts[term] = counts.get(term, 0) + 1
        total = len(self.documents) or 1
        self._rarity = {t: math.log(1 + (total - n + 0.5) / (n + 0.5)) for t, n in counts.items()}
        self._rarest = math.log(1 + total / 0.5)
        self._holding: dict[str, list[str]] = {}  # term → documents that have it
        for name, document in self.documents.items():
            for term in document.terms:
                self._holding.setdefault(term, []).append(name)

    def _raw_documents(self) -> dict[str, Any]:
        self._rule_texts = _texts_of_rules(self.knowledge)
        documents = [self._document(self.knowledge.services[name]) for name in sorted(self.knowledge.services)]
        return {d.service: [d.terms, d.phrases, d.against] for d in documents}

    def terms(self, text: str) -> list[str]:
        """The meaningful words of a text, one spelling each, in order; "" marks a gap between neighbours.

        A denied word is a term of its own (`~server` for "no servers"), so that "without servers" and "servers" do not meet. Words after
        "rather than" or "instead of" are what is not sought; they are left out. Neither reaches beyond its sentence.
        """
        return [term for sentence in _SENTENCE_END.split(text) for term in self._terms_of_sentence(sentence)]

    def _terms_of_sentence(self, text: str) -> list[str]:
        lexicon = self.lexicon
        out: list[str] = []
        denied = passed_over = 0
        words = lexicon.canonical(self._mended(stems(text)))
        for i, word in enumerate(words):
            if word in _DENYING:
                denied = 0 if denied > _DENIED_WORDS - 1 else _DENIED_WORDS
            elif word in _CLAUSE:
                denied = passed_over = 0
            elif words[i : i + 2] in _PASSING_OVER:
                passed_over = _DENIED_WORDS + 1
            if word in lexicon.ignored:
                out.append("")
                continue
            term = lexicon.alike.get(word, word)
            out.append("" if passed_over else f"~{term}" if denied else term)
            denied, passed_over = max(0, denied - 1), max(0, passed_over - 1)
        return out

    def _mended(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words, those that the knowledge never uses as the known word they most likely mean."""
        if self._speller is None:
            return words
        return tuple(w if w in self._known or w in self.lexicon.ignored else self._speller.mend(w) or w for w in words)

    def pairs(self, terms: Sequence[str]) -> list[str]:
        """Neighbouring meaningful words as terms of their own."""
        solid = [t for t in terms if t]
        return [f"{a} {b}" for a, b in itertools.pairwise(solid)]

    def rarity(self, term: str) -> float:
        """How telling a term is (inverse document frequency)."""
        value = self._rarity.get(term, self._rarest)
        return value * _PAIR if " " in term else value

    def _document(self, service: Service) -> Document:
        terms: dict[str, float] = {}

        def add(texts: Iterable[str], weight: float) -> None:
            for text in texts:
                words = self.terms(text)
                for term in (*filter(None, words), *self.pairs(words)):
                    terms[term] = terms.get(term, 0.0) + weight

        add(service.does, _FIELDS["does"])
        add((service.name, *service.aliases), _FIELDS["name"])
        add((service.summary,), _FIELDS["summary"])
        add(service.choose_when, _FIELDS["choose"])
        add((f.text for f in service.facts.values()), _FIELDS["facts"])
        for text, weight in self._rule_texts.get(service.id, ()):
            add((text,), _FIELDS["rules"] * weight)
        parent = self.knowledge.services.get(service.part_of or "")
        if parent is not None and parent.part_of is not None:  # a mode of a feature is one of its kind; a feature is not its service
            add((*parent.does, parent.summary), _FIELDS["parent"])
        against: dict[str, float] = {}
        for text in service.avoid_when:
            for term in filter(None, self.terms(text)):
                against[term] = against.get(term, 0.0) + 1.0
        phrases = tuple(p for p in (tuple(filter(None, self.terms(d))) for d in (*service.does, service.summary)) if p)
        return Document(service.id, terms, phrases, against)

    def query(self, text: str) -> dict[str, float]:
        """The terms of a question with their weights."""
        weights: dict[str, float] = {}
        words = self.terms(text)
        for term in (*filter(None, words), *self.pairs(words)):
            weights[term] = self.rarity(term)
        return weights

    def hit(self, services: Iterable[str], query: dict[str, float]) -> Hit:
        """How well these services together answer the question: each word counts for the service that knows it best."""
        earned: dict[str, float] = {}
        best_phrase = 0.0
        for name in services:
            document = self.documents.get(name)
            if document is None:
                continue
            for term, weight in query.items():
                count = document.terms.get(term, 0.0)
                if count:
                    points = weight * count * (_K1 + 1) / (count + _K1 * 2)
                    earned[term] = max(earned.get(term, 0.0), points)
            for term, count in document.against.items():
                if term in query and term not in document.terms:
                    earned[term] = min(earned.get(term, 0.0), -0.3 * query[term] * count / (count + 1))
            best_phrase = max(best_phrase, max((self._cover(p, query) for p in document.phrases), default=0.0))
        words = tuple(sorted(((t, round(p, 4)) for t, p in earned.items() if p), key=lambda w: (-w[1], w[0])))
        return Hit(sum(earned.values()) + best_phrase, words)

    def akin(self, terms: dict[str, float]) -> list[tuple[str, float]]:
        """Services and practices that a text may mean without naming them, with how surely, 0 … 1; the likeliest first.

        Sure is what speaks most of the text's words and is spoken of nowhere better.
        """
        total = sum(w for t, w in terms.items() if " " not in t)
        near = sorted({name for term in terms if " " not in term for name in self._holding.get(term, ())} - self.lexicon.shunned)
        found = []
        for name in near:
            if self.knowledge.services[name].kind == "external":
                continue
            hit = self.hit([name], terms)
            told = sum(terms[t] for t, p in hit.words if p > 0 and " " not in t)
            found.append((name, hit.points, told / total))
        found.sort(key=lambda f: (-f[1] * f[2], f[0]))
        best = found[0][1] if found else 0.0
        return [(name, points / best * told) for name, points, told in found[:_KIN]] if best > 0 else []

    def told(self, services: Iterable[str], terms: dict[str, float]) -> float:
        """Share of a text's words that the documents of these services hold."""
        total = sum(w for t, w in terms.items() if " " not in t)
        held = sum(w for t, w in terms.items() if " " not in t and any(t in self.documents[n].terms for n in services))
        return held / total if total else 1.0

    def named_by(self, text: str) -> list[str]:
        """Services for which a short text is one of their own phrases, nearly word for word ("object storage"); the nearest only."""
        words = set(filter(None, self.terms(text)))
        best: tuple[float, list[str]] = (0.0, [])
        for name, document in self.documents.items():
            service = self.knowledge.services[name]
            if service.kind in ("external", "practice") or service.lifecycle.status != "available":
                continue
            for phrase in document.phrases:
                common = sum(map(self.rarity, words.intersection(phrase)))
                total = sum(map(self.rarity, words.union(phrase)))
                share = round(common / total, 4) if total else 0.0
                if share >= _ALIKE and share > best[0]:
                    best = (share, [name])
                elif share >= _ALIKE and share == best[0] and name not in best[1]:
                    best[1].append(name)
        return best[1]

    def bad_practices(self, text: str, question: str = "") -> list[str]:
        """Practices that the catalogue says to avoid always, and all of whose words the text has ("embed access keys in the code").

        "Store them in the code" is read with the question, which says what they are; half of the words must be the text's own.
        """
        done = _NOT_DONE.sub(" ", text)
        asked = set(stems(question))
        clauses = []  # (its own words, all words that count for it)
        for part in _NEXT_DEED.split(done):
            own = set(stems(part))
            clauses.append((own, own | asked if _MEANT_BEFORE.search(part) else own))
        found = [n for n, label in self._never if any(label <= words and 2 * len(label & own) >= len(label) for own, words in clauses)]
        return list(dict.fromkeys(found))

    def _cover(self, phrase: tuple[str, ...], query: dict[str, float]) -> float:
        """Points of a phrase that the question repeats in full or in large part."""
        total = sum(self.rarity(t) for t in phrase)
        there = sum(self.rarity(t) for t in phrase if t in query)
        return there * (there / total) ** 2 if total else 0.0


def _texts_of_rules(knowledge: KnowledgeBase) -> dict[str, list[tuple[str, float]]]:
    """Per option, the phrases of the answers that rules favour it for, with the rule's strength (1 = decisive)."""
    out: dict[str, dict[str, float]] = {}
    for name in sorted(knowledge.decisions):
        for rule in knowledge.decisions[name].rules:
            said: list[str] = []
            for test in tests_of(rule.when) if isinstance(rule.when, Test) or not rule.is_exclusion else ():
                trait = knowledge.traits.get(test.trait)
                if trait is None or not isinstance(test.allowed, frozenset) or len(test.allowed) > 2:
                    continue
                if trait.type == "boolean":
                    said += trait.phrases if test.allowed == {True} else trait.phrases_no if test.allowed == {False} else ()
                else:
                    said += [t for v in trait.values if v.id in test.allowed for t in (v.text, *v.phrases)]
            for option, points in rule.points:
                if points >= 4:
                    row = out.setdefault(option, {})
                    for text in (*said, rule.because):
                        row[text] = max(row.get(text, 0.0), points / 8)
    return {option: list(texts.items()) for option, texts in out.items()}


_CACHE: weakref.WeakKeyDictionary[KnowledgeBase, CapabilityIndex] = weakref.WeakKeyDictionary()


def capabilities_of(knowledge: KnowledgeBase) -> CapabilityIndex:
    """The index of this knowledge; built once."""
    found = _CACHE.get(knowledge)
    if found is None:
        found = _CACHE[knowledge] = CapabilityIndex(knowledge)
    return found
