"""Which decisions a text is about: its words for decisions, the answers it gives, the services it names."""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Iterator

from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.conditions import All, AnyOf, Condition, Not, Test
from advisor.language.lexicon import Reading
from advisor.language.records import Mention, Raised, Understood
from advisor.language.topics import topics_of

_PHRASE_BASE, _PHRASE_WORD = 3.0, 2.0  # a decision's own phrase: what it counts, and what each of its words adds
_NUMBER = 2.0  # a number for a trait the decision compares
_OPTION = 2.0  # one of its options is named
_LEAST = 1.0
_TOPIC = 1.0  # a point of nearness to the decision's own description
_TOPIC_ALONE = 8.0  # points of nearness that raise a decision which nothing else does
_WORDS_TOLD = 4
_BELOW = 0.66


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test inside a condition, those under a `not` included."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from tests_of(condition.part)
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from tests_of(part)


class Routes:
    """For each answer (trait, value), the decisions in which it speaks and how loudly. Built once per knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.values: dict[tuple[str, str | bool], dict[str, float]] = {}
        self.numbers: dict[str, dict[str, float]] = {}
        self.bounds: dict[str, tuple[float, float]] = {}  # trait → least and greatest number that some rule compares it with
        self.options: dict[str, list[str]] = {}
        for name in sorted(knowledge.decisions):
            decision = knowledge.decisions[name]
            for option in decision.options:
                self.options.setdefault(option, []).append(name)
            for rule in decision.rules:
                loud = 4.0 if rule.is_exclusion else float(max((abs(p) for _, p in rule.points), default=0))
                self._take(name, tests_of(rule.when), loud)
            self._take(name, tests_of(decision.relevant_when), 4.0)

    def _take(self, decision: str, tests: Iterable[Test], loud: float) -> None:
        for test in tests:
            if isinstance(test.allowed, frozenset):
                for value in test.allowed:
                    row = self.values.setdefault((test.trait, value), {})
                    row[decision] = max(row.get(decision, 0.0), loud / len(test.allowed) ** 0.5)
            else:
                row = self.numbers.setdefault(test.trait, {})
                row[decision] = max(row.get(decision, 0.0), loud)
                for bound in (edge[0] for span in test.allowed for edge in span if 0 < edge[0] < math.inf):
                    low, high = self.bounds.get(test.trait, (bound, bound))
                    self.bounds[test.trait] = (min(low, bound), max(high, bound))

    def likeliest(self, traits: set[str], value: float) -> set[str]:
        """Of traits that one cue names alike, those whose thresholds lie nearest to the number (a year is no run time)."""
        nearest = min(self.far(t, value) for t in traits)
        return {t for t in traits if self.far(t, value) <= nearest}

    def far(self, trait: str, value: float) -> float:
        """By how many powers of ten a number lies outside all that rules compare the trait with; 0 inside."""
        low, high = self.bounds.get(trait, (value, value))
        if value <= 0 or low <= value <= high:
            return 0.0
        if value < low:  # far below a limit is nothing strange: three days of a year
            return round(_BELOW * math.log10(low / value), 3)
        return round(math.log10(value / high), 3)


_CACHE: weakref.WeakKeyDictionary[KnowledgeBase, Routes] = weakref.WeakKeyDictionary()


def routes_of(knowledge: KnowledgeBase) -> Routes:
    """The routes of this knowledge, built once."""
    found = _CACHE.get(knowledge)
    if found is None:
        found = _CACHE[knowledge] = Routes(knowledge)
    return found


def raised_decisions(
    knowledge: KnowledgeBase, reading: Reading, traits: tuple[Understood, ...], services: tuple[Mention, ...]
) -> tuple[Raised, ...]:
    """The decisions the text is about, the surest first; empty when it raises none."""
    routes = routes_of(knowledge)
    score: dict[str, float] = {}
    words: dict[str, dict[str, None]] = {}

    def add(decision: str, points: float, said: str) -> None:
        score[decision] = score.get(decision, 0.0) + points
        words.setdefault(decision, {})[said] = None

    for match in reading.matches:
        if match.inner and match.size == 1:
            continue
        for decision in dict.fromkeys(p.target for p in match.phrases if p.kind == "decision"):
            add(decision, _PHRASE_BASE + _PHRASE_WORD * match.size, reading.text[match.start : match.end])
    for understood in traits:
        said = understood.spans[0].words
        values = understood.value if isinstance(understood.value, list) else [understood.value]
        table: dict[str, float] = {}
        for value in values:
            for decision, loud in routes.values.get((understood.trait, value), {}).items():
                table[decision] = max(table.get(decision, 0.0), loud / len(values))
        if knowledge.traits[understood.trait].numeric:
            table = dict.fromkeys(routes.numbers.get(understood.trait, {}), _NUMBER)
        for decision, loud in table.items():
            add(decision, loud * understood.confidence / len(table) ** 0.5, said)
    for mention in services:
        offered = routes.options.get(mention.service, ())
        for decision in offered:
            add(decision, _OPTION / len(offered) ** 0.5, mention.span.words)
    topics = topics_of(knowledge)
    nearness, written = topics.nearness(reading)
    for decision in sorted(nearness):
        if decision in score or nearness[decision] >= _TOPIC_ALONE:
            score[decision] = score.get(decision, 0.0) + _TOPIC * nearness[decision]
            if decision not in words:
                words[decision] = dict.fromkeys(topics.shared(decision, written)[:_WORDS_TOLD])
    ranked = sorted(score.items(), key=lambda s: (-round(s[1], 6), s[0]))
    return tuple(Raised(d, knowledge.decisions[d].title, round(s, 2), tuple(words[d])) for d, s in ranked if s >= _LEAST)
