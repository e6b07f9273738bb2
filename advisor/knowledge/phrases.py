"""Every phrase of the knowledge and what it says; and the phrases that say two things at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from advisor.errors import Diagnostic
from advisor.knowledge.base import KnowledgeBase
from advisor.knowledge.build import CHOICE
from advisor.knowledge.words import stems

GAP = "…"  # in a phrase: a few other words may stand here


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words and what they say.

    kind: value (of a choice or boolean) | cue (a numeric trait stands near) | decision | service | priority | negation |
    expression (its words say nothing by themselves).
    target: the trait, decision, service or pillar.   value: the value of a `value` phrase, else None.
    """

    text: str
    kind: str
    target: str
    value: str | bool | None = None


def trait_phrases(knowledge: KnowledgeBase) -> Iterator[Phrase]:
    """The phrases of all traits, by trait and value."""
    for name in sorted(t for t in knowledge.traits if not t.startswith(CHOICE)):
        trait = knowledge.traits[name]
        if trait.numeric:
            yield from (Phrase(p, "cue", name) for p in trait.phrases)
        elif trait.type == "boolean":
            yield from (Phrase(p, "value", name, True) for p in trait.phrases)
            yield from (Phrase(p, "value", name, False) for p in trait.phrases_no)
        else:
            yield from (Phrase(p, "value", name, v.id) for v in trait.values for p in v.phrases)


def all_phrases(knowledge: KnowledgeBase) -> Iterator[Phrase]:
    """Every phrase of traits, decisions, services and the lexicon, in a fixed order."""
    yield from trait_phrases(knowledge)
    for name in sorted(knowledge.decisions):
        decision = knowledge.decisions[name]
        yield from (Phrase(p, "decision", name) for p in (decision.title, *decision.phrases))
    for name in sorted(knowledge.services):
        service = knowledge.services[name]
        yield from (Phrase(p, "service", name) for p in (service.name, *service.aliases))
    lexicon = knowledge.lexicon
    for pillar in sorted(lexicon.get("priorities", {})):
        yield from (Phrase(p, "priority", pillar) for p in lexicon["priorities"][pillar])
    yield from (Phrase(p, "negation", "not") for p in lexicon.get("negations", ()))
    yield from (Phrase(p, "expression", "") for p in lexicon.get("expressions", ()))


def phrase_conflicts(knowledge: KnowledgeBase, places: Mapping[str, tuple[str, int]] | None = None) -> list[Diagnostic]:
    """Phrases that say two values of one trait, and services of one name; sorted.

    The same phrase on different traits is allowed, since one remark may tell several things; so are aliases that two services share.
    places: id → (file, line) where it is written.
    """
    claims: dict[tuple[str, str, tuple[str, ...]], dict[object, str]] = {}
    for phrase in all_phrases(knowledge):
        key = stems(phrase.text)
        if phrase.kind == "value" and key:
            claims.setdefault(("trait", phrase.target, key), {}).setdefault(phrase.value, phrase.text)
        elif phrase.kind == "service" and key and phrase.text == knowledge.services[phrase.target].name:
            claims.setdefault(("service", "", key), {}).setdefault(phrase.target, phrase.text)
    out = []
    for (kind, target, _), values in sorted(claims.items()):
        if len(values) < 2:
            continue
        names = sorted(str(v).lower() if isinstance(v, bool) else str(v) for v in values)
        words, claimed = sorted(values.values())[0], " and ".join(names)
        if kind == "trait":
            place, area = "traits", knowledge.traits[target].area
            message, severity = f"{target}: the phrase {words!r} is claimed by the values {claimed}", "error"
        else:
            place, area = "services", knowledge.services[names[0]].area
            message, severity = f"the name {words!r} is claimed by the services {claimed}", "warning"
        written = f"{place}/{area}.yaml" if area else place
        file, line = (places or {}).get(target if kind == "trait" else names[0], (written, 1))
        out.append(Diagnostic(file, line, 1, "phrase-conflict", message, severity))
    return sorted(out)
