"""Which services the text of a proposal names: in full, cut short ("Weighted", asked for a routing policy), or with words between."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.words import stems
from advisor.language.interpret import service_matches
from advisor.language.lexicon import Lexicon, lexicon_of
from advisor.language.records import Interpretation

_SHORT = 7  # words up to which a proposal is taken for a list of names
_BRACKETED = re.compile(r"\w \(([\w-]+)\)\.?$")
_SOUGHT = re.compile(r"\b(?:which|what)\s+(?:(?:type|kind|sort)s?\s+of\s+)?((?:[\w-]+\s+){0,3}[\w-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Context:
    """What a question says that helps to read its proposals: the services it names, and the words for what it seeks."""

    asked: frozenset[str] = frozenset()
    sought: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Interpretation) -> Context:
        """The context a question gives."""
        found = [m.group(1).split() for m in _SOUGHT.finditer(said.text)]
        sought = [" ".join(words[:n]) for words in reversed(found) for n in range(len(words), 0, -1)]
        return cls(frozenset(m.service for m in said.services), tuple(dict.fromkeys(sought)))


def services_named(knowledge: KnowledgeBase, text: str, context: Context = Context()) -> list[str]:
    """Ids of the services and options a proposal names, in its order.

    A feature stands for itself where its service is named just before it ("EC2 instance store"); "EFS with mount targets" names both.
    """
    lexicon = lexicon_of(knowledge)
    short = len(lexicon.read(text).tokens) <= _SHORT
    named = (short and _in_brackets(lexicon, text)) or _matched(lexicon, text, lenient=short)
    if short and not any(ancestors(knowledge, n) & context.asked for n in named):
        named = _completed(knowledge, lexicon, text, context) or named
    elif not short:
        named += [n for n in _matched(lexicon, text, lenient=True) if ancestors(knowledge, n) & context.asked]
    named = named or _nearest_name(knowledge, text)
    led_by = _led_by(knowledge, lexicon, text)
    return [s for s in dict.fromkeys(named) if s not in led_by]


def ancestors(knowledge: KnowledgeBase, service: str) -> set[str]:
    """What a service is a part of, and what that is a part of."""
    found: set[str] = set()
    parent = knowledge.services[service].part_of
    while parent is not None and parent not in found:
        found.add(parent)
        parent = knowledge.services[parent].part_of
    return found


def _in_brackets(lexicon: Lexicon, text: str) -> list[str]:
    """Services that the one word in brackets after a name names ("General Purpose SSD (gp2)"): it is the more exact of the two."""
    found = _BRACKETED.search(text)
    return _matched(lexicon, found.group(1), lenient=True) if found else []


def _led_by(knowledge: KnowledgeBase, lexicon: Lexicon, text: str) -> set[str]:
    """Services named only to say whose part the next words name."""
    found = service_matches(lexicon, lexicon.read(text), lenient=True)
    pairs = ((a, b) for (one, a), (other, b) in itertools.pairwise(found) if other.first == one.last + 1)
    return {p.target for a, b in pairs for p in a if any(p.target in ancestors(knowledge, part.target) for part in b)}


def _matched(lexicon: Lexicon, text: str, *, lenient: bool) -> list[str]:
    return [p.target for _, phrases in service_matches(lexicon, lexicon.read(text), lenient=lenient) for p in phrases]


def _completed(knowledge: KnowledgeBase, lexicon: Lexicon, text: str, context: Context) -> list[str]:
    """Services that a text cut short names together with the question.

    "Weighted" with the "routing policy" sought; "on-demand mode" after the name of the service asked about; or all the words of one part
    of that service ("People" of an adoption framework).
    """
    size = len(stems(text))
    for sought in context.sought:
        for match, phrases in service_matches(lexicon, lexicon.read(f"{text} {sought}"), lenient=True):
            if match.start == 0 and match.size > size:
                return [p.target for p in phrases]
    for service in sorted(context.asked):
        for label in (knowledge.services[service].name, *knowledge.services[service].aliases):
            for match, phrases in service_matches(lexicon, lexicon.read(f"{label} {text}"), lenient=True):
                found = [p.target for p in phrases if ancestors(knowledge, p.target) & context.asked]
                if match.start == 0 and match.end > len(label) and found:  # the text's own words must belong to the name
                    return found
    words = set(stems(text))
    holding = sorted({(len(parts), name) for name, parts in _labels_of_parts(knowledge, context.asked) if words and words <= parts})
    nearest = [name for size, name in holding if size == holding[0][0]]
    return nearest if len(nearest) == 1 else []


def _labels_of_parts(knowledge: KnowledgeBase, asked: frozenset[str]) -> list[tuple[str, set[str]]]:
    """(part of a service asked about, the words of one of its names)."""
    parts = [knowledge.services[n] for n in sorted(knowledge.services) if knowledge.services[n].part_of in asked]
    return [(part.id, set(stems(label))) for part in parts for label in (part.name, *part.aliases)]


def _nearest_name(knowledge: KnowledgeBase, text: str) -> list[str]:
    """Services all of whose name stands in the text with other words between; the longest such name."""
    words = set(stems(text))
    best: tuple[int, list[str]] = (0, [])
    shunned = lexicon_of(knowledge).shunned
    for name in sorted(n for n in knowledge.services if n not in shunned):
        service = knowledge.services[name]
        for label in (service.name, *service.aliases):
            parts = [s for s in stems(label) if s not in ("amazon", "aws")]
            if len(parts) > 1 and words.issuperset(parts):
                if len(parts) > best[0]:
                    best = (len(parts), [name])
                elif len(parts) == best[0] and name not in best[1]:
                    best[1].append(name)
    return best[1] if len(best[1]) <= 3 else []
