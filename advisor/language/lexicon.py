"""All phrases of one knowledge base in one matcher: a text is read in a single pass, however many phrases there are."""

from __future__ import annotations

import math
import re
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import ahocorasick

from advisor.knowledge.base import KnowledgeBase, Service
from advisor.knowledge.phrases import GAP, Phrase, all_phrases
from advisor.knowledge.words import Token, stem, stems, tokens
from advisor.language.spellings import Speller
from advisor.quantities import parse_quantity

_FIRST, _BREAK, _UNKNOWN = 0x100, "\x01", "\x02"
_SURROGATES = (0xD800, 0xE000)
_MAX_FUZZY = 60  # misspelt words mended in one text; more is noise, and the time stays bounded
_MAX_VARIANTS = 6
_SHORTEST_ALONE = 6  # letters of a misspelt word that may stand for a phrase of one word
_WITHIN = 4  # words that may stand where a phrase has its gap


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: tokens [first, last], its characters [start, end), and all that it says.

    size: its own words, without those in its gaps.   inner: a longer match covers it.   fuzzy: with a misspelt word.
    gapped: with foreign words between.
    """

    first: int
    last: int
    start: int
    end: int
    size: int
    phrases: tuple[Phrase, ...]
    inner: bool = False
    fuzzy: bool = False
    gapped: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words and the phrases found in it. `unknown`: per token, whether no phrase has such a word."""

    text: str
    tokens: tuple[Token, ...]
    matches: tuple[Match, ...]
    sentence: tuple[int, ...]
    mended: dict[int, str]


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number that no cue claims is taken for `trait` from `least` to `most` (base unit), when the text says one value of each `when`.

    unit: what its unit must end in, when not empty.
    """

    trait: str
    least: float
    most: float
    unit: str
    when: tuple[tuple[str, frozenset[object]], ...]


def _bare(raw: Mapping[str, Any]) -> BareNumber:
    most = parse_quantity(raw["most"])[0] if raw.get("most") else math.inf
    when = raw.get("when", {})
    conditions = tuple((t, frozenset(when[t])) for t in sorted(when))
    return BareNumber(raw["trait"], parse_quantity(raw["least"])[0], most, raw.get("unit") or "", conditions)


class Lexicon:
    """The phrases of one knowledge base, compiled (Aho-Corasick over stems; the longest match covers the shorter)."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        raw = knowledge.lexicon
        self.synonyms = _synonyms(raw.get("synonyms", {}))
        self._synonyms_by_word: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for pair in self.synonyms:
            self._synonyms_by_word.setdefault(pair[0][0], []).append(pair)
        self.spellings = [(stems(o), stems(w)) for w in sorted(raw.get("synonyms", {})) for o in raw["synonyms"][w]
                          if stems(o) and _replaced(stems(w), stems(o), ("",)) is None]  # fmt: skip
        self.alike = {s: stem(word) for word in raw.get("alike", {}) for other in raw["alike"][word]
                      for s in stems(other) if len(stems(other)) == 1}  # fmt: skip
        self.ignored = frozenset(s for word in raw.get("ignore", ()) for s in stems(word))
        self.negations = frozenset(stems(word) for word in raw.get("negations", ()))
        self.negation_sizes: dict[str, list[int]] = {}  # first word → lengths of the negating expressions it begins, longest first
        for words in sorted(self.negations, key=lambda n: (-len(n), n)):
            if words:
                self.negation_sizes.setdefault(words[0], []).append(len(words))
        self.everyday = frozenset(stems(word) for word in raw.get("everyday_names", ()))
        self.shunned = frozenset(n for n in knowledge.services if is_shunned(knowledge.services[n]))
        self.bare_numbers = [_bare(b) for b in raw.get("bare_numbers", ())]
        self.symbols: dict[str, str] = {}
        table: dict[tuple[str, ...], dict[Phrase, None]] = {}
        parts: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        self._gapped: list[tuple[Phrase, int]] = []  # phrases with gaps, and of how many parts
        spoken: dict[str, None] = {}
        for phrase in all_phrases(knowledge):
            spoken.update(dict.fromkeys(re.findall(r"[^\W_]+", phrase.text.lower())))
            if GAP in phrase.text:
                self._take_apart(phrase, parts)
            for key in self._keys(phrase) if GAP not in phrase.text else ():
                table.setdefault(key, {})[phrase] = None
        self.size = len(table) + len(parts)
        self._matcher = ahocorasick.Automaton(ahocorasick.STORE_ANY, ahocorasick.KEY_STRING)
        for key in dict.fromkeys((*table, *parts)):
            later: dict[int, list[int]] = {}
            for index, place in parts.get(key, ()):
                later.setdefault(index, []).append(place)
            first = tuple(i for i, places in later.items() if 0 in places)
            found = (len(key), tuple(table.get(key, ())), first, {i: places for i, places in later.items() if places != [0]})
            self._matcher.add_word("".join(self._symbol(s) for s in key), found)
        self._matcher.make_automaton()
        self._speller = Speller(w for w in spoken if stem(w) in self.symbols)
        self.vocabulary = _words_of(knowledge)

    def _keys(self, phrase: Phrase) -> Iterable[tuple[str, ...]]:
        key = stems(phrase.text)
        if not key or len(key) > 14 or (len(key) == 1 and phrase.kind != "service" and _hollow(phrase.text)):
            return ()
        keys = {key: None}
        if phrase.kind == "service":
            bare = key[1:] if key[0] in ("amazon", "aws") and len(key) > 1 else key
            keys.update({bare: None, ("amazon", *bare): None, ("aws", *bare): None})
            if len(bare) > 2 and bare[-1] == "instanc":  # "memory optimized" for "memory optimized instances"
                keys[bare[:-1]] = None
        return self._variants(keys)

    def _variants(self, keys: dict[tuple[str, ...], None]) -> dict[tuple[str, ...], None]:
        """The keys with synonyms in their place."""
        words = dict.fromkeys(w for key in keys for w in key)
        for source, target in [pair for word in words for pair in self._synonyms_by_word.get(word, ())]:
            if len(keys) > _MAX_VARIANTS:
                break
            for old in list(keys):
                new = _replaced(old, source, target)
                if new is not None:
                    keys[new] = None
        return keys

    def _take_apart(self, phrase: Phrase, parts: dict[tuple[str, ...], list[tuple[int, int]]]) -> None:
        """Note the parts of a phrase with gaps."""
        pieces = [stems(piece) for piece in phrase.text.split(GAP)]
        if not all(pieces):
            return
        for place, piece in enumerate(pieces):
            for key in self._variants({piece: None}):
                parts.setdefault(key, []).append((len(self._gapped), place))
        self._gapped.append((phrase, len(pieces)))

    def canonical(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The words with every synonym in its first spelling."""
        for source, target in self.spellings:
            if source[0] in words:
                found = _replaced(words, source, target)
                while found is not None:
                    words = found
                    found = _replaced(words, source, target)
        return words

    def telling(self, text: str) -> list[str]:
        """The words of a text that carry a need, one spelling for all that are alike."""
        return self.telling_stems(stems(text))

    def telling_stems(self, words: tuple[str, ...]) -> list[str]:
        """The same for stems."""
        return [self.alike.get(w, w) for w in self.canonical(words) if w not in self.ignored]

    def _symbol(self, word: str) -> str:
        found = self.symbols.get(word)
        if found is None:
            code = _FIRST + len(self.symbols)
            if code >= _SURROGATES[0]:
                code += _SURROGATES[1] - _SURROGATES[0]
            found = self.symbols[word] = chr(code)
        return found

    def read(self, text: str, *, fuzzy: bool = True) -> Reading:
        """The words of the text and every phrase in it. Linear in the length of the text."""
        words = tokens(text)
        symbols: list[str] = []
        places: list[int] = []
        sentence: list[int] = []
        mended: dict[int, str] = {}
        number = 0
        for i, token in enumerate(words):
            if token.opens:
                symbols.append(_BREAK)
                places.append(-1)
                number += 1
            sentence.append(number)
            if not token.stem:
                continue
            symbol = self.symbols.get(token.stem)
            if symbol is None:
                symbol = _UNKNOWN
                if fuzzy and len(mended) < _MAX_FUZZY and text[token.start : token.end].lower() not in self.vocabulary:
                    word = self._speller.mend(text[token.start : token.end].lower())
                    if word is not None:
                        mended[i], symbol = word, self.symbols[stem(word)]
            symbols.append(symbol)
            places.append(i)
        found = self._found(text, words, "".join(symbols), places, mended) if symbols and self.size else []
        return Reading(text, tuple(words), tuple(_marked(_kept(found))), tuple(sentence), mended)

    def _found(self, text: str, words: Sequence[Token], symbols: str, places: Sequence[int], mended: Mapping[int, str]) -> list[Match]:
        """Every phrase, with those of several parts put together."""
        found: list[Match] = []
        parts: dict[int, dict[int, dict[int, int]]] = {}  # phrase with gaps → part → its first symbol → its last

        def add(start: int, end: int, size: int, phrases: tuple[Phrase, ...], gapped: bool = False) -> None:
            first, last = places[start], places[end]
            fuzzy = bool(mended) and any(i in mended for i in range(first, last + 1))
            if size == 2 and last - first == 1 and "," in text[words[first].end : words[last].start]:
                return  # "API keys, usage plans" speaks of no key usage
            if not fuzzy or size > 1 or words[last].end - words[first].start >= _SHORTEST_ALONE:
                found.append(Match(first, last, words[first].start, words[last].end, size, phrases, fuzzy=fuzzy, gapped=gapped))

        for end, (size, phrases, beginning, later) in self._matcher.iter(symbols):
            if phrases:
                add(end - size + 1, end, size, phrases)
            for index in beginning:
                parts.setdefault(index, {}).setdefault(0, {})[end - size + 1] = end
            for index in later.keys() & parts.keys() if later else ():  # only of phrases that have begun
                for place in later[index]:
                    parts[index].setdefault(place, {})[end - size + 1] = end
        for index in sorted(i for i in parts if len(parts[i]) == self._gapped[i][1]):
            phrase, count = self._gapped[index]
            for start, end in parts[index][0].items():
                size = end - start + 1
                for place in range(1, count):
                    following = parts[index][place]
                    then = next((s for s in range(end + 1, end + 2 + _WITHIN) if s in following), None)
                    if then is None or _BREAK in symbols[end:then]:
                        break
                    size, end = size + following[then] - then + 1, following[then]
                else:
                    add(start, end, size, (phrase,), gapped=True)
        return found


def is_shunned(service: Service) -> bool:
    """Whether an entry describes what one should never do: it is warned of where a proposal does it, and is no candidate itself."""
    return service.kind == "practice" and any(t.lower().startswith("always") for t in service.avoid_when)


def _hollow(text: str) -> bool:
    """Whether a phrase of several words comes down to one, and not by its article alone ("just upload")."""
    words = text.split()
    return len([w for w in words if w.lower() not in ("a", "an", "the")]) > 1 and "-" not in text


def _kept(found: Sequence[Match]) -> list[Match]:
    """The matches without the fixed expressions and whatever lies inside one: a "sliding window" is no Windows."""
    fixed = [m for m in found if any(p.kind == "expression" for p in m.phrases)]
    if not fixed:
        return list(found)
    cover: dict[int, Match] = {}
    for match in fixed:
        for i in range(match.first, match.last + 1):
            if i not in cover or cover[i].size < match.size:
                cover[i] = match
    out = []
    for match in found:
        over = cover.get(match.first)
        if over is None or over.last < match.last or over.size <= match.size:
            phrases = tuple(p for p in match.phrases if p.kind != "expression")
            if phrases:
                out.append(replace(match, phrases=phrases))
    return out


def _marked(found: Sequence[Match]) -> list[Match]:
    """The matches in order, those inside a longer one marked."""
    out: list[Match] = []
    reach = -1
    for match in sorted(found, key=lambda m: (m.first, -m.last)):
        inner = match.last <= reach
        out.append(
            Match(match.first, match.last, match.start, match.end, match.size, match.phrases, inner, match.fuzzy, match.gapped)
            if inner
            else match
        )
        reach = max(reach, match.last)
    return out


def _replaced(key: tuple[str, ...], source: tuple[str, ...], target: tuple[str, ...]) -> tuple[str, ...] | None:
    size = len(source)
    for i in range(len(key) - size + 1):
        if key[i : i + size] == source:
            return (*key[:i], *target, *key[i + size :])
    return None


def _synonyms(raw: dict[str, list[str]]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of (words, other words for them), both ways."""
    pairs: dict[tuple[tuple[str, ...], tuple[str, ...]], None] = {}
    for word in sorted(raw):
        for other in raw[word]:
            if stems(word) and stems(other) and stems(word) != stems(other):
                pairs[(stems(word), stems(other))] = None
                pairs[(stems(other), stems(word))] = None
    return list(pairs)


def _words_of(knowledge: KnowledgeBase) -> frozenset[str]:
    """All words that the knowledge itself uses, in small letters: they are no misspellings."""
    texts: list[str] = []
    for name in knowledge.services:
        service = knowledge.services[name]
        texts += [service.name, service.summary, *service.does, *service.choose_when, *service.avoid_when]
    for name in knowledge.decisions:
        decision = knowledge.decisions[name]
        texts += [decision.question, decision.summary, *(r.because for r in decision.rules)]
    for name in knowledge.traits:
        trait = knowledge.traits[name]
        texts += [trait.question, trait.why, *(v.text for v in trait.values)]
    return frozenset(re.findall(r"[^\W_]+", " ".join((*texts, _COMMON)).lower()))


_COMMON = (
    "about above across after again against almost along already although always among another anything around because become before "
    "began behind being below better between beyond bring brings cause certain change changes clear close common could currently daily "
    "different does doing done down during each early either else enough even ever every everyone everything example expect experience "
    "family final first five follow form found four frequently from full further general given gives giving going goes good great group "
    "half hand hard have head held here high himself hold however idea important inside instead into itself keep kind knew know known "
    "large largest last late later least leave left less letter letters level life light like likely line little local long longer look "
    "lower main make making many matter maybe mean means might million minute moment month monthly more morning most mostly move much "
    "must name near nearly never next night nothing notice number often once only open order other others outside over own part parts "
    "past people perhaps place places plan point possible present price problem problems process produce provide public purpose quickly "
    "quite rather ready real really reason receive recent recently remain report result results right room same second seem seems several "
    "shall share short should show side similar simple simply since single small some someone something soon special start state states "
    "still stop strong such sure system take taken takes tell than that their them then there these they thing things think third those "
    "though thousand three through time times today together toward towards turn under understand until upon usually various very want "
    "watch ways week weekly well were what when where whether which while whole whose wide will with within without word words work works "
    "world would write year yearly years young floor stone house metal"
)
_CACHE: weakref.WeakKeyDictionary[KnowledgeBase, Lexicon] = weakref.WeakKeyDictionary()


def lexicon_of(knowledge: KnowledgeBase) -> Lexicon:
    """The compiled phrases of this knowledge; built once."""
    found = _CACHE.get(knowledge)
    if found is None:
        found = _CACHE[knowledge] = Lexicon(knowledge)
    return found
