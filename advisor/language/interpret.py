"""Text → what it says of a workload: traits with the words that say so, priorities, services, the decisions it raises.

No language model: phrases of the knowledge, numbers with units, negation, and nothing else. What is not understood is told, not guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from advisor.engine.recommend import Engine
from advisor.errors import LimitError, QueryError
from advisor.knowledge.base import KnowledgeBase, Trait
from advisor.knowledge.phrases import Phrase
from advisor.knowledge.words import light, singular, stems
from advisor.language.lexicon import Lexicon, Match, Reading, lexicon_of
from advisor.language.numbers import Quantity, read_quantities
from advisor.language.records import Interpretation, Mention, PriorityHeard, Raised, Span, Understood
from advisor.language.routing import raised_decisions, routes_of
from advisor.quantities import DIMENSIONS, parse_quantity

__all__ = ["Interpretation", "Mention", "PriorityHeard", "Raised", "Span", "Understood", "interpret"]

MAX_CHARACTERS = 20_000
_SCOPE = 4  # words a negation reaches forward
_REACH = 6  # words between a number and the cue of its trait
_IMPLAUSIBLE = 2.0  # powers of ten outside everything the rules compare a trait with
_UPPER = re.compile(r"\b(largest|longest|greatest|most|peak)\b")  # a question for a greatest value: "up to 2 MB" answers 2 MB
_REST = 3  # values that may remain when others are denied; more tell nothing
_UNCUED = 0.5  # confidence in a number read without a cue
_LONGEST = 40  # no phrase spans more words of a text than this
_ACROSS_COMMA = 2.0  # added to the distance of a cue beyond a comma: "RPO of 5 minutes, RTO of 2 hours"
_LOOKS_AHEAD = re.compile(r"\b(?:within|for|up to|at most|at least)$", re.I)  # "10 years, within 12 hours": of what follows
_THE_LAST = re.compile(r"\b(?:the|in|over|next) last$", re.I)  # "the last 3 days" do not last three days
_VAGUE_CUE = 4.0  # added to the distance of a cue of empty words, such as "for at least"
_VAGUE = frozenset(s for w in ("least", "next", "period", "runs", "takes", "last", "needs", "lasting") for s in stems(w))
_CLAUSE_END = frozenset({"but", "and", "or", "however", "though", "so", "because", "while", "whose", "which", "then"})
_NEW_CLAUSE = frozenset({"if", "even", "when", "unless"})  # "no data may be lost even if a region fails" denies no failure
_AWAY = frozenset(s for w in ("leave", "leaves", "lose", "exceed", "miss", "harm", "harming", "impacting") for s in stems(w))
_WANTED = frozenset(s for w in ("needed", "required", "necessary", "wanted", "allowed", "possible", "used") for s in stems(w))
_EXISTING = frozenset(s for w in ("existing", "current", "legacy", "on-premises", "premises", "today", "migrate", "migrating", "moved",
                                  "already", "has", "have", "runs", "running", "uses", "using", "from") for s in stems(w))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Evidence:
    value: str | bool
    match: Match
    negated: bool


def interpret(engine: Engine, text: str) -> Interpretation:
    """What the text says. Raises LimitError beyond 20,000 characters and QueryError when it is no text."""
    if not isinstance(text, str):
        raise QueryError("the text must be a string", path=("text",), code="bad-text")
    if len(text) > MAX_CHARACTERS:
        raise LimitError(f"{len(text):,} characters; at most {MAX_CHARACTERS:,} are read", path=("text",))
    knowledge = engine.knowledge
    lexicon = lexicon_of(knowledge)
    reading = lexicon.read(text)
    denials = _denials(_negators(lexicon, reading), reading)
    quantities = read_quantities(text)
    evidence: dict[str, list[_Evidence]] = {}
    priorities: dict[str, list[tuple[Match, bool]]] = {}
    cues: list[tuple[Match, Phrase]] = []
    covered: list[tuple[int, int]] = []
    for match in reading.matches:
        denied = (denials[match.first] + _waved_away(match, reading)) % 2 == 1
        for phrase in match.phrases:
            if phrase.kind == "value":
                if not _shadowed(match, phrase, reading):
                    assert phrase.value is not None
                    evidence.setdefault(phrase.target, []).append(_Evidence(phrase.value, match, denied))
                    covered.append((match.first, match.last))
            elif phrase.kind == "cue":
                cues.append((match, phrase))
            elif phrase.kind == "priority" and not match.inner:
                priorities.setdefault(phrase.target, []).append((match, denied))
                covered.append((match.first, match.last))
            elif phrase.kind == "decision":
                covered.append((match.first, match.last))
    services = _mentions(knowledge, lexicon, reading)
    in_place = frozenset(i + d for i, t in enumerate(reading.tokens) if t.stem in _EXISTING for d in (1, 2, 3))
    understood = [_conclude(knowledge.traits[t], found, text, in_place) for t, found in evidence.items()]
    told = {u.trait: u.value for u in understood if u is not None}
    understood += _numeric(knowledge, reading, lexicon, quantities, cues, told)
    stated = {u.trait for u in understood if u is not None}
    understood += _in_place(knowledge, services, stated)
    traits = tuple(sorted((u for u in understood if u is not None), key=lambda u: (u.spans[0].start, u.trait)))
    heard = tuple(_priority(p, found, text) for p, found in sorted(priorities.items()))
    decisions = raised_decisions(knowledge, reading, traits, services)
    spans = [*((reading.tokens[a].start, reading.tokens[b].end) for a, b in covered), *((m.span.start, m.span.end) for m in services),
             *((s.start, s.end) for t in traits for s in t.spans)]  # fmt: skip
    missed = _not_understood(lexicon, reading, spans)
    return Interpretation(text, bool(traits or heard or services or decisions), traits, heard, services, decisions, missed)


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])


# ── negation ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _negators(lexicon: Lexicon, reading: Reading) -> list[tuple[int, int]]:
    """(first, last) token of each negating expression, in order."""
    found: list[tuple[int, int]] = []
    places = [i for i, t in enumerate(reading.tokens) if t.stem]
    stop = 0
    for position, place in enumerate(places):
        sizes = lexicon.negation_sizes.get(reading.tokens[place].stem)
        if not sizes or position < stop:
            continue
        for size in sizes:
            here = places[position : position + size]
            if tuple(reading.tokens[i].stem for i in here) in lexicon.negations:
                found.append((place, here[-1]))
                stop = position + size
                break
    return found


def _denials(negators: list[tuple[int, int]], reading: Reading) -> list[int]:
    """Per token, how many negations before it reach it: each reaches a few words, inside its clause."""
    tokens, text = reading.tokens, reading.text
    counts = [0] * len(tokens)
    for _, last in negators:
        words, end = 0, tokens[last].end
        for i in range(last + 1, min(len(tokens), last + 1 + 3 * _SCOPE)):
            token = tokens[i]
            if token.opens or "," in text[end : token.start] or words > _SCOPE:
                break
            if token.stem in _NEW_CLAUSE:
                break
            counts[i] += 1
            if token.stem in _CLAUSE_END or token.stem in _AWAY:  # "must not leave our building" keeps it there
                break
            words += bool(token.stem)
            end = token.end
    return counts


def _waved_away(match: Match, reading: Reading) -> bool:
    """Whether the words after the match deny it: "GPUs are not needed", "Kubernetes isn't required"."""
    place, tokens = match.last + 1, reading.tokens
    if place + 2 >= len(tokens) or tokens[place].opens or tokens[place].stem not in ("be", "not"):
        return False
    after = [t.stem for t in tokens[place : place + 5] if t.stem and t.stem != "be" and not t.opens]
    return len(after) > 1 and after[0] == "not" and after[1] in _WANTED


def _first(match: Match) -> int:
    return match.first


def _shadowed(match: Match, phrase: Phrase, reading: Reading) -> bool:
    """Whether it does not count: a longer match takes its words for the same trait, or one word only shares its stem."""
    words = reading.text[match.start : match.end]
    if match.size == 1 and not match.fuzzy and stems(words) == stems(phrase.text) and singular(words) not in _singular_words(phrase.text):
        return True
    if not match.inner:
        return False
    start = bisect_left(reading.matches, match.first - _LONGEST, key=_first)
    for other in islice(reading.matches, start, None):
        if other.first <= match.first and other.last >= match.last and other.size > match.size:
            if any(p.target == phrase.target and p.kind == "value" for p in other.phrases):
                return True
            if any(p.kind == "service" for p in other.phrases) and phrase.target.startswith("existing_"):
                return True
        if other.first > match.last:
            break
    return False


@lru_cache(maxsize=8192)
def _same_name(words: str, name: str) -> bool:
    """Whether two texts of equal stems are one name: "Compute optimized" is no "Compute Optimizer"."""
    if stems(words) != stems(name):  # a synonym, or the name without Amazon or AWS
        words, name = (" ".join(w for w in re.findall(r"[^\W_]+", t) if w.lower() not in ("amazon", "aws")) for t in (words, name))
        if stems(words) != stems(name):
            return True
    ours, theirs = ([light(w) for w in re.findall(r"[^\W_]+", t) if stems(w)] for t in (words, name))
    return ours == theirs


@lru_cache(maxsize=8192)
def _singular_words(phrase: str) -> frozenset[str]:
    return frozenset(singular(w) for w in phrase.replace("-", " ").split())


# ── traits ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _conclude(trait: Trait, found: list[_Evidence], text: str, in_place: frozenset[int]) -> Understood | None:
    """One answer from all that was said of a trait: the best supported value, or several when they stand level."""
    weight: dict[str | bool, float] = {}
    denied: dict[str | bool, float] = {}
    for value, first, size, negated in sorted({(e.value, e.match.first, e.match.size, e.negated) for e in found}, key=str):
        table = denied if negated else weight
        table[value] = table.get(value, 0.0) + size
        if trait.id.startswith("existing_") and first in in_place:
            table[value] += 1.5
    if trait.type == "boolean":
        for value, points in denied.items():
            weight[not value] = weight.get(not value, 0.0) + points
        if weight.get(True, 0) == weight.get(False, 0):
            return None
        answer = weight.get(True, 0) > weight.get(False, 0)
        spans = [e for e in found if (e.value is answer) != e.negated]
        return _understood(trait, answer, spans, text, any(e.negated for e in spans), len(weight) > 1)
    if weight:
        top = max(weight.values())
        best = [v for v in trait.value_ids if weight.get(v, 0) == top]
        if len(best) > 1 and top == 1:  # single words: who says the rarer one means it ("the clickstream of our shop")
            share = {v: _share(trait, v) for v in best}
            rarer = [v for v in best if share[v] == min(share.values())]
            best = rarer if len(rarer) == 1 else best
        if len(best) > 1 and trait.id.startswith("existing_"):  # "from Oracle to PostgreSQL"
            best = [min((e for e in found if e.value in best and not e.negated), key=lambda e: e.match.first).value]
        kept = [e for e in found if e.value in best and not e.negated]
        return _understood(trait, best[0] if len(best) == 1 else best, kept, text, False, len(weight) > 1)
    rest = [v for v in trait.value_ids if v not in denied]
    if not rest or len(rest) > _REST:
        return None
    return _understood(trait, rest[0] if len(rest) == 1 else rest, found, text, True, False)


def _share(trait: Trait, value: str | bool) -> float:
    """How usual the value is: its relative share among workloads."""
    return next((weight for values, weight in trait.typical if isinstance(values, frozenset) and value in values), 1.0)


def _understood(trait: Trait, value: object, found: list[_Evidence], text: str, negated: bool, contested: bool) -> Understood:
    spans = tuple(_span(text, s, e) for s, e in sorted({(i.match.start, i.match.end) for i in found}))
    size = max(i.match.size for i in found)
    confidence = min(0.95, 0.6 + 0.15 * size)
    if contested or isinstance(value, list):
        confidence -= 0.2
    if any(i.match.fuzzy for i in found):
        confidence -= 0.15
    return Understood(trait.id, value, spans, negated, round(max(0.1, confidence), 2))


def _numeric(
    knowledge: KnowledgeBase,
    reading: Reading,
    lexicon: Lexicon,
    quantities: list[Quantity],
    cues: list[tuple[Match, Phrase]],
    told: Mapping[str, Any],
) -> list[Understood]:
    """Numbers with the traits whose cue stands nearest, in the same sentence and of the same dimension."""
    if not quantities:
        return []
    routes = routes_of(knowledge)
    starts = [t.start for t in reading.tokens]
    places = [match.first for match, _ in cues]
    taken = [(m.start, m.end) for m in reading.matches if any(p.kind == "value" for p in m.phrases) and m.size > 1 and not m.gapped]
    left: list[int] = []  # quantities that no cue claims
    best: dict[str, tuple[float, int, Match]] = {}
    for index, quantity in enumerate(quantities):
        first, last = _tokens_in(starts, quantity)
        if any(s <= quantity.start and quantity.end <= e for s, e in taken):
            continue
        if quantity.dimension == "number" and reading.text[quantity.start : quantity.end].lower() == "one":  # seldom a count
            continue
        near: list[tuple[float, Match, str]] = []
        begin = bisect_left(places, first - _LONGEST - _REACH)
        for match, phrase in islice(cues, begin, bisect_left(places, last + _REACH + 2)):
            trait = knowledge.traits[phrase.target]
            wanted = "number" if trait.type == "count" else DIMENSIONS[trait.unit]
            if wanted != quantity.dimension or reading.sentence[match.first] != reading.sentence[first]:
                continue
            if _THE_LAST.search(reading.text, max(0, match.start - 4), match.end):
                continue
            if match.first > last and _LOOKS_AHEAD.search(phrase.text):
                continue
            gap = _gap(first, last, match)
            reach = 2 if quantity.dimension == "number" else _REACH
            inside = match.first >= first and match.last <= last  # "12 writes per second" can mean nothing else
            far = 0.0 if inside else routes.far(trait.id, parse_quantity(quantity.text)[0])
            if gap <= reach and far <= _IMPLAUSIBLE:
                vague = _VAGUE_CUE if all(s in lexicon.ignored or s in _VAGUE for s in stems(phrase.text)) else 0.0
                if "," in _between(reading, match, first, last):
                    vague += _ACROSS_COMMA
                near.append((gap + vague - 0.25 * match.size + (0.0 if match.last < first else 0.1), match, phrase.target))
        if not near:
            left.append(index)
            continue
        nearest = min(n[0] for n in near)
        level = {target for distance, _, target in near if distance == nearest}
        likely = routes.likeliest(level, parse_quantity(quantity.text)[0]) if len(level) > 1 else level
        for distance, match, target in near:
            if distance == nearest and target in likely and (target not in best or distance < best[target][0]):
                best[target] = (distance, index, match)
    out = []
    for target, (distance, index, match) in best.items():
        quantity, trait = quantities[index], knowledge.traits[target]
        value = quantity.answer(limit=DIMENSIONS[trait.unit] == "time" or bool(_UPPER.search(trait.question)))
        spans = sorted({(quantity.start, quantity.end), (match.start, match.end)})
        confidence = round(max(0.5, 0.95 - 0.05 * max(0.0, distance)), 2)
        out.append(Understood(target, value, tuple(_span(reading.text, s, e) for s, e in spans), False, confidence))
    return out + _uncued(knowledge, reading.text, lexicon, [quantities[i] for i in left], set(best), told)


def _uncued(
    knowledge: KnowledgeBase, text: str, lexicon: Lexicon, left: list[Quantity], known: set[str], told: Mapping[str, Any]
) -> list[Understood]:
    """Numbers that no cue claims, with the trait that the lexicon names for such; the greatest one where there are several."""
    out: dict[str, Understood] = {}
    free = list(left)
    for bare in lexicon.bare_numbers:
        trait = knowledge.traits[bare.trait]
        wanted = "number" if trait.type == "count" else DIMENSIONS[trait.unit]
        of_kind = [q for q in free if q.dimension == wanted and q.text.endswith(bare.unit)]
        fitting = [q for q in of_kind if bare.least <= parse_quantity(q.high or q.text)[0] <= bare.most]
        if not fitting or bare.trait in known or bare.trait in out or not all(_says(told.get(t), values) for t, values in bare.when):
            continue
        quantity = max(fitting, key=lambda q: parse_quantity(q.high or q.text)[0])
        free.remove(quantity)
        value = quantity.answer(limit=DIMENSIONS[trait.unit] == "time" or bool(_UPPER.search(trait.question)))
        out[bare.trait] = Understood(bare.trait, value, (_span(text, quantity.start, quantity.end),), False, _UNCUED)
    return list(out.values())


def _says(value: object, wanted: frozenset[object]) -> bool:
    return any(v in wanted for v in (value if isinstance(value, list) else [value]))


def _between(reading: Reading, match: Match, first: int, last: int) -> str:
    """The text between a cue and the words [first, last] of a number."""
    if match.last < first:
        return reading.text[match.end : reading.tokens[first].start]
    return reading.text[reading.tokens[last].end : match.start] if match.first > last else ""


def _tokens_in(starts: list[int], quantity: Quantity) -> tuple[int, int]:
    first = bisect_left(starts, quantity.start)
    return min(first, len(starts) - 1), max(first, bisect_left(starts, quantity.end) - 1)


def _gap(first: int, last: int, match: Match) -> int:
    if match.last < first:
        return first - match.last - 1
    return max(0, match.first - last - 1)


# ── services ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _mentions(knowledge: KnowledgeBase, lexicon: Lexicon, reading: Reading) -> tuple[Mention, ...]:
    """Services named, the longest name winning; an everyday word counts only with a capital or after AWS or Amazon."""
    out = []
    for match, phrases in service_matches(lexicon, reading):
        for service in dict.fromkeys(p.target for p in phrases):
            before = [t.stem for t in reading.tokens[max(0, match.first - 4) : match.first]]
            role = "existing" if any(w in _EXISTING for w in before) else "candidate"
            out.append(Mention(service, knowledge.services[service].name, role, _span(reading.text, match.start, match.end)))
    return tuple(out)


def service_matches(lexicon: Lexicon, reading: Reading, *, lenient: bool = False) -> list[tuple[Match, list[Phrase]]]:
    """Matches that name services, outermost names only. `lenient`: everyday words are names too (in a list of names)."""
    out: list[tuple[Match, list[Phrase]]] = []
    reach = -1
    for match in reading.matches:
        phrases = [p for p in match.phrases if p.kind == "service" and p.target not in lexicon.shunned]
        if not phrases or match.last <= reach:
            continue
        words = reading.text[match.start : match.end]
        if match.fuzzy and len(words) < 7:
            continue
        if not match.fuzzy:
            phrases = [p for p in phrases if _same_name(words, p.text)]
        if not phrases:
            continue
        if not lenient and stems(words) in lexicon.everyday and (words == words.lower() or match.start == 0):
            continue
        reach = match.last
        out.append((match, phrases))
    return out


def _in_place(knowledge: KnowledgeBase, services: tuple[Mention, ...], stated: set[str]) -> list[Understood]:
    """What is in place today, as answers to the traits that ask for it (`existing_engine`, `existing_platform` …)."""
    out: dict[str, Understood] = {}
    for mention in services:
        if mention.role != "existing":
            continue
        for name in sorted(knowledge.traits):
            free = name.startswith("existing_") and name not in stated and name not in out
            if free and mention.service in knowledge.traits[name].value_ids:
                out[name] = Understood(name, mention.service, (mention.span,), False, 0.7)
    return list(out.values())


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _priority(pillar: str, found: list[tuple[Match, bool]], text: str) -> PriorityHeard:
    level = "low" if all(denied for _, denied in found) else "high"
    kept = [m for m, denied in found if denied == (level == "low")]
    return PriorityHeard(pillar, level, tuple(_span(text, s, e) for s, e in sorted({(m.start, m.end) for m in kept})))


def _not_understood(lexicon: Lexicon, reading: Reading, spans: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """Runs of words that carry something and that nothing was read from."""
    covered = bytearray(len(reading.text) + 1)
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    out: list[Span] = []
    for i, token in enumerate(reading.tokens):
        if not token.stem or token.stem in lexicon.ignored or covered[token.start] or token.stem in _CLAUSE_END:
            continue
        if out and not token.opens and i and reading.tokens[i - 1].end == out[-1].end:
            out[-1] = _span(reading.text, out[-1].start, token.end)
        else:
            out.append(_span(reading.text, token.start, token.end))
    return tuple(out)
