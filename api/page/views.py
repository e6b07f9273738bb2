"""Records → what a template shows: fields of the form, bars of the ranking, exports. Nothing here decides."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from advisor.engine.results import PlanQuestion, Question, RankedOption, Recommendation
from advisor.engine.workload import value_set
from advisor.errors import QueryError
from advisor.knowledge.base import PILLARS, KnowledgeBase, Trait
from advisor.knowledge.build import CHOICE
from advisor.quantities import trim
from api.page.answers import LEVELS, Asked, spelt
from api.page.frame import Addresses

PILLAR_NAMES = {p: p.replace("-", " ").capitalize() for p in PILLARS}
AREAS = {
    "compute": "Compute", "data": "Data", "storage": "Storage", "platform": "Operating and access",
    "adjacent": "Network, messages, security, cost",
}  # fmt: skip
EXAMPLES = {"s": "20 min", "B": "10 GB", "B/s": "100 MB/s", "rps": "500 rps", "USD": "$500", "USD/month": "$100/month", "percent": "99.9 %",
            "vcpu": "4 vCPU"}  # fmt: skip
MANY = 8  # values from which a list to pick from is easier to read than buttons
ICONS = {"decided": "Decided", "leading": "Leading", "tied": "Tied", "infeasible": "Nothing fits"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to pick. value: as it stands in the address."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form.

    control: buttons (one answer) | several (more than one is possible) | list (many values) | text (a number with its unit).
    suggestions: ranges that matter, for numbers.   bits, share: what the answer is worth, absolute and against the best question.
    """

    trait: str
    question: str
    why: str
    control: str
    choices: tuple[Choice, ...]
    text: str
    example: str
    suggestions: tuple[Choice, ...]
    unknown: bool
    notice: str | None
    bits: float | None
    share: int
    note: str = ""


def field_of(knowledge: KnowledgeBase, asked: Asked, trait: Trait, question: Question | PlanQuestion | None = None, best: float = 0.0,
             note: str = "", compact: bool = False) -> Field:  # fmt: skip
    """The field of a trait, filled with what was asked. compact: three values already make a list."""
    raw = asked.raw.get(trait.id, [])
    notice = next((n.text for n in asked.notices if n.field == trait.id), None)
    bits = question.information_bits if question else None
    share = max(4, round(100 * bits / best)) if bits and best else 0
    skipped = trait.id in asked.skipped
    if trait.numeric:
        suggested = tuple(Choice(spelt(a), _range_words(spelt(a)), spelt(a) in raw) for a in (question.answers if question else ()))
        example = EXAMPLES.get(trait.unit, "3") if trait.type == "quantity" else "3"
        text = raw[0] if raw else ""
        return Field(trait.id, trait.question, trait.why, "text", (), text, example, suggested, skipped, notice, bits, share, note)
    if trait.type == "boolean":
        pairs = [("true", "Yes"), ("false", "No")]
        said = {_yes_no(v) for v in raw}
    else:
        pairs = [(v.id, v.text or v.id) for v in trait.values]
        said = {v for word in raw for v in _value_ids(knowledge, trait, word)}
    choices = tuple(Choice(v, label, v in said) for v, label in pairs)
    control = "several" if sum(c.chosen for c in choices) > 1 else "list" if len(choices) > (2 if compact else MANY) else "buttons"
    return Field(trait.id, trait.question, trait.why, control, choices, "", "", (), skipped, notice, bits, share, note)


def _value_ids(knowledge: KnowledgeBase, trait: Trait, word: str) -> list[str]:
    """The values a word names, by id or by one of their phrases; none when it is wrong, which is told elsewhere."""
    try:
        found = value_set(knowledge, trait, word)
    except QueryError:
        return []
    return [str(v) for v in found] if isinstance(found, frozenset) else []


def _yes_no(value: str) -> str:
    return {"yes": "true", "y": "true", "1": "true", "on": "true", "no": "false", "n": "false", "0": "false", "off": "false"}.get(
        value.lower(), value.lower()
    )


def _range_words(text: str) -> str:
    for sign, word in ((">= ", "at least "), ("<= ", "at most "), ("> ", "more than "), ("< ", "less than ")):
        if text.startswith(sign):
            return word + text.removeprefix(sign)
    return text.replace(" .. ", " to ")


@dataclass(frozen=True, slots=True)
class Form:
    """The questions of a page: answered in the order of answering, then by worth, then those that make no difference now."""

    answered: tuple[Field, ...]
    next: tuple[Field, ...]
    rest: tuple[Field, ...]


def form_of(knowledge: KnowledgeBase, asked: Asked, questions: Sequence[Question | PlanQuestion], others: Sequence[str]) -> Form:
    """The form of a question. others: ids of traits that could be asked besides `questions`; sorted by their question."""
    mistaken = {n.field for n in asked.notices} & set(asked.raw)
    done = [t for t in (*asked.traits, *asked.skipped) if not t.startswith(CHOICE)]
    read = set(others) | {q.trait for q in questions}
    answered = tuple(
        field_of(knowledge, asked, knowledge.traits[t], note="" if t in read else "No rule here reads it.", compact=True) for t in done
    )
    open_questions = [q for q in questions if q.trait not in done]
    best = max((q.information_bits for q in open_questions), default=0.0)
    following = [field_of(knowledge, asked, knowledge.traits[q.trait], q, best) for q in open_questions]
    named = {*done, *(q.trait for q in open_questions)}
    wrong = [field_of(knowledge, asked, knowledge.traits[t]) for t in sorted(mistaken - named)]
    following.sort(key=lambda f: f.notice is None)  # what was misspelt stands first
    rest = sorted((t for t in others if t not in named and t not in mistaken), key=lambda t: (knowledge.traits[t].question, t))
    return Form(answered, (*wrong, *following), tuple(field_of(knowledge, asked, knowledge.traits[t]) for t in rest))


# ── the ranking ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bar:
    """One option's points on a scale shared by all: widths in percent of the whole bar; `zero` is where both meet."""

    plus: float
    minus: float
    zero: float
    plus_points: float
    minus_points: float
    segments: tuple[tuple[float, float, str], ...]  # (x, width, "for" | "against"), one per reason


def bars(ranking: Sequence[RankedOption]) -> dict[str, Bar]:
    """Option → its bar."""
    sums = {o.option: (sum(r.points or 0 for r in o.reasons_for), -sum(r.points or 0 for r in o.reasons_against)) for o in ranking}
    left = max((m for _, m in sums.values()), default=0)
    right = max((p for p, _ in sums.values()), default=0)
    scale = 100 / max(1.0, left + right)
    zero = left * scale
    out = {}
    for option in ranking:
        plus, minus = sums[option.option]
        segments, at = [], zero
        for reason in option.reasons_for:
            width = (reason.points or 0) * scale
            segments.append((round(at, 2), round(width, 2), "for"))
            at += width
        at = zero
        for reason in option.reasons_against:
            width = -(reason.points or 0) * scale
            at -= width
            segments.append((round(at, 2), round(width, 2), "against"))
        out[option.option] = Bar(plus * scale, minus * scale, round(zero, 2), plus, minus, tuple(segments))
    return out


def sliders(asked: Asked) -> list[dict[str, Any]]:
    """The priorities, one slider each."""
    levels = {p: asked.priorities.get(p, "normal") for p in PILLARS}
    return [{"pillar": p, "name": PILLAR_NAMES[p], "level": level, "index": LEVELS.index(level)} for p, level in levels.items()]


def spoken(result: Recommendation) -> str:
    """The ranking in a sentence, for whoever listens instead of looks."""
    if not result.ranking:
        return "Nothing fits any more: every option is ruled out."
    lead = [o for o in result.ranking if o.rank == 1]
    if len(lead) > 1:
        first = f"{len(lead)} options are level at {trim(lead[0].score)} points: {', '.join(o.name for o in lead[:4])}"
    else:
        then = f", then {result.ranking[1].name} with {trim(result.ranking[1].score)}" if len(result.ranking) > 1 else ""
        first = f"{ICONS[result.outcome]}: {lead[0].name} with {trim(lead[0].score)} points{then}"
    gone = len(result.ruled_out)
    return f"{first}. {gone} option{'s' * (gone != 1)} ruled out."


def overturning(result: Recommendation) -> list[dict[str, Any]]:
    """What could still rule out the leaders: their open exclusions."""
    return [
        {"option": o.option, "name": o.name, "when": r.when, "text": r.text, "reason": r}
        for o in result.ranking if o.rank == 1 for r in o.open if r.effect == "excludes"
    ]  # fmt: skip


def api_query(asked: Asked) -> list[tuple[str, str]]:
    """The same question for the API, which takes no `dont-know`."""
    return asked.pairs(skipped=False)


def curl_of(url: Addresses, path: str, body: Any) -> str:
    """The question as a command line."""
    return f"curl -s {shlex.quote(url.full(path))} -H 'content-type: application/json' -d {shlex.quote(orjson.dumps(body).decode())}"
