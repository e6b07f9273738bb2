"""What each decision is about, in all its words: a text is near a decision when it shares the telling ones (Okapi BM25).

Phrases say exactly what they say; this is the softer measure beside them, for texts that say it otherwise.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Mapping

from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.words import stem
from advisor.language.lexicon import Lexicon, Reading, lexicon_of

_TITLE, _PHRASE, _QUESTION, _OPTIONS = 3.0, 2.0, 2.0, 2.0  # weight of a word by the place where it stands; that of options is shared
_K1, _B = 1.2, 0.5  # BM25: how soon a repeated word counts no more, how much a long description is held against it
_MOST_WORDS = 400  # of a text that count
_REMEMBERED = 20_000


class Topics:
    """The words of every decision with their weights. Built once per knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._lexicon: Lexicon = lexicon_of(knowledge)
        documents = {name: self._document(knowledge, name) for name in sorted(knowledge.decisions)}
        mean = sum(sum(d.values()) for d in documents.values()) / max(1, len(documents))
        holding: dict[str, list[tuple[str, float]]] = {}
        for name, words in documents.items():
            length = 1 - _B + _B * sum(words.values()) / mean if mean else 1.0
            for word, weight in words.items():
                holding.setdefault(word, []).append((name, weight * (_K1 + 1) / (weight + _K1 * length)))
        total = len(documents)
        self._spelt: dict[str, list[str]] = {}
        self._points = {
            word: {name: math.log(1 + (total - len(row) + 0.5) / (len(row) + 0.5)) * points for name, points in row}
            for word, row in holding.items()
        }

    def _document(self, knowledge: KnowledgeBase, name: str) -> dict[str, float]:
        decision = knowledge.decisions[name]
        words: dict[str, float] = {}

        def add(texts: Iterable[str], weight: float) -> None:
            for text in texts:
                for word in self._lexicon.telling(text):
                    words[word] = words.get(word, 0.0) + weight

        add((decision.title,), _TITLE)
        add(decision.phrases, _PHRASE)
        add((decision.question, decision.summary), _QUESTION)
        for option in decision.options:
            service = knowledge.services[option]
            add((service.name, service.summary, *service.does), _OPTIONS / math.sqrt(len(decision.options)))
        return words

    def nearness(self, reading: Reading) -> tuple[dict[str, float], dict[str, str]]:
        """Points of each decision that shares words with the text, and the telling words of the text as they are written there."""
        points: dict[str, float] = {}
        written: dict[str, str] = {}
        for i, token in enumerate(reading.tokens):
            for word in self._telling(stem(reading.mended[i]) if i in reading.mended else token.stem):
                if word in written or len(written) >= _MOST_WORDS:
                    continue
                written[word] = reading.text[token.start : token.end]
                for name, value in self._points[word].items():
                    points[name] = points.get(name, 0.0) + value
        return points, written

    def _telling(self, word: str) -> list[str]:
        """The words that a stem stands for here; none when no description has it."""
        known = self._spelt.get(word)
        if known is None:
            known = [w for w in self._lexicon.telling_stems((word,)) if w in self._points] if word else []
            if len(self._spelt) < _REMEMBERED:
                self._spelt[word] = known
        return known

    def shared(self, decision: str, written: Mapping[str, str]) -> list[str]:
        """The words that a text shares with a decision, the most telling first."""
        return [
            text for _, text in sorted((-self._points[w][decision], text) for w, text in written.items() if decision in self._points[w])
        ]


_CACHE: weakref.WeakKeyDictionary[KnowledgeBase, Topics] = weakref.WeakKeyDictionary()


def topics_of(knowledge: KnowledgeBase) -> Topics:
    """The topics of this knowledge, built once."""
    found = _CACHE.get(knowledge)
    if found is None:
        found = _CACHE[knowledge] = Topics(knowledge)
    return found
