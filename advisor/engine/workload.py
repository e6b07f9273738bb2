"""What the asker says of a workload: raw answers → checked answers, with what can be inferred from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from advisor.engine.cells import describe_values
from advisor.errors import LimitError, PriorityError, QueryError, TraitValueError, UnknownTraitError
from advisor.knowledge.base import PILLARS, PRIORITIES, Derived, KnowledgeBase, Service, Trait
from advisor.knowledge.build import CHOICE, TOKEN
from advisor.knowledge.conditions import number_spans, traits_of, truth
from advisor.knowledge.domain import Spans, ValueSet, intersect, merge, whole
from advisor.quantities import DIMENSIONS, EXAMPLES, UNITS, QuantityError, format_quantity
from advisor.spelling import closest, did_you_mean, fold

UNKNOWN_WORDS = frozenset({"", "unknown", "null", "none known", "don't know", "dont know", "?", "any"})
MAX_TRAITS = 1000
MAX_VALUES = 50
SIMPLE = (str, bool, int, float)
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one trait: the set of possible values, as shown to people, and how we came to know it.

    origin: stated | inferred | derived | assumed | chosen (the option of another decision).
    """

    trait: str
    values: ValueSet
    shown: str
    origin: str = "stated"
    because: str = ""
    rule: str = ""

    @property
    def value(self) -> bool | str | float | None:
        """The one possible value; None when there are several, or none."""
        if not self.single:
            return None
        return next(iter(self.values)) if isinstance(self.values, frozenset) else self.values[0][0][0]

    @property
    def single(self) -> bool:
        """Whether exactly one value is possible."""
        if isinstance(self.values, frozenset):
            return len(self.values) == 1
        return len(self.values) == 1 and self.values[0][0][0] == self.values[0][1][0]


Answers = dict[str, Answer]


def gather(errors: list[QueryError]) -> None:
    """Raise what was collected: the one mistake, or one error that holds them all."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        joined = QueryError("; ".join(e.message for e in errors), path=errors[0].path, code="several-mistakes")
        joined.errors = tuple(errors)
        raise joined


def read_answers(knowledge: KnowledgeBase, raw: Mapping[str, Any]) -> Answers:
    """Checked answers of a raw description; unknown ones (null, "unknown") are left out.

    Every mistake is found before the error is raised; `error.errors` holds them all.
    """
    if len(raw) > MAX_TRAITS:
        raise LimitError(f"{len(raw)} traits; at most {MAX_TRAITS} are taken", path=("traits",))
    answers: Answers = {}
    errors: list[QueryError] = []
    for name, value in raw.items():
        try:
            answer = read_answer(knowledge, name, value)
            if answer is not None:
                answers[answer.trait] = answer
        except QueryError as error:
            errors.append(error)
    gather(errors)
    return answers


def read_answer(knowledge: KnowledgeBase, name: str, value: Any) -> Answer | None:
    """One checked answer, or None when it says that the trait is unknown. Raises UnknownTraitError or TraitValueError.

    What was read once is remembered with the knowledge: most answers are one of few values.
    """
    kind = type(value)
    if kind not in SIMPLE or type(name) is not str:
        return _read_answer(knowledge, name, value)
    key = (name, kind, value)  # the type too: True and 1 are one key else
    remembered = knowledge.remembered
    if key in remembered:
        known: Answer | None = remembered[key]
        return known
    answer = _read_answer(knowledge, name, value)
    if len(remembered) >= MOST_REMEMBERED:
        remembered.clear()
    remembered[key] = answer
    return answer


def _read_answer(knowledge: KnowledgeBase, name: str, value: Any) -> Answer | None:
    trait = knowledge.traits.get(name) if isinstance(name, str) and len(name) <= 100 else None
    if trait is None:
        known = [t for t in knowledge.traits if not t.startswith(CHOICE)]
        raise UnknownTraitError(name, known, path=("traits", str(name)[:100]))
    values = value_set(knowledge, trait, value)
    return None if values is None else Answer(trait.id, values, show(trait, values))


def show(trait: Trait, values: ValueSet) -> str:
    """Values in the words a reason uses: names of options, `yes`/`no`, `spiky or rare`, `40 min`, `more than 15 min`."""
    if isinstance(values, frozenset):
        if trait.type == "boolean":
            return "yes" if values == {True} else "no" if values == {False} else "yes or no"
        names = {v.id: v.text for v in trait.values} if trait.id.startswith(CHOICE) else {}
        order = {v: i for i, v in enumerate(trait.value_ids)}
        return " or ".join(names.get(str(v), str(v)) for v in sorted(values, key=lambda v: order.get(v, 0)))
    text = describe_values(trait, values)
    for sign, word in ((">= ", "at least "), ("<= ", "at most "), ("> ", "more than "), ("< ", "less than ")):
        text = text.replace(sign, word)
    return text.replace(" .. ", " to ").replace(", ", " or ")


def value_set(knowledge: KnowledgeBase, trait: Trait, raw: Any) -> ValueSet | None:
    """The possible values an answer names; None for unknown. A list means "one of these", a mapping {"min", "max"} a range."""
    if raw is None or (isinstance(raw, str) and raw.strip().lower() in UNKNOWN_WORDS):
        return None
    if isinstance(raw, list | tuple | set | frozenset):
        items = list(raw)
        if len(items) > MAX_VALUES:
            raise TraitValueError(trait.id, f"{len(items)} values; at most {MAX_VALUES} are taken")
        if any(isinstance(item, list | tuple | set | frozenset) for item in items):
            raise TraitValueError(trait.id, "a list of possible values holds values, not lists")
        sets = [value_set(knowledge, trait, item) for item in items]
        if not sets or any(s is None for s in sets):
            return None
        if trait.numeric:
            return merge(span for s in sets if isinstance(s, tuple) for span in s)
        return frozenset(v for s in sets if isinstance(s, frozenset) for v in s)
    if isinstance(raw, dict):
        return _range(trait, raw)
    if trait.numeric:
        return _numbers(trait, raw)
    if trait.type == "boolean":
        return frozenset([_boolean(trait, raw)])
    return frozenset([_choice(knowledge, trait, raw)])


def _boolean(trait: Trait, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()[:20]
    if word in ("true", "yes", "y", "1", "on"):
        return True
    if word in ("false", "no", "n", "0", "off"):
        return False
    raise TraitValueError(trait.id, f"{_short(raw)} is neither yes nor no", allowed=("true", "false"))


def _choice(knowledge: KnowledgeBase, trait: Trait, raw: Any) -> str:
    ids = [v.id for v in trait.values]
    if isinstance(raw, str):
        if raw in ids:
            return raw
        wanted = fold(raw[:200])
        for value in trait.values:
            if wanted in (fold(value.id), fold(value.text), *(fold(p) for p in value.phrases)):
                return value.id
        if trait.id.startswith(CHOICE):
            found = find_service(knowledge, raw, ids)
            if found:
                return found
    names = {p: v.id for v in trait.values for p in (v.id, *v.phrases)}
    near = closest(raw, names)
    raise TraitValueError(trait.id, f"unknown value {_short(raw)}", allowed=ids, suggestion=names[near] if near else None)


def _short(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "...'"


def _numbers(trait: Trait, raw: Any) -> Spans:
    wanted = DIMENSIONS[trait.unit]
    example = EXAMPLES[wanted] if trait.type == "quantity" else "4"
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise TraitValueError(trait.id, f"{_short(raw)} is no {wanted}; write one such as {example!r}")
    if isinstance(raw, float) and not math.isfinite(raw):
        raise TraitValueError(trait.id, f"{raw} is no number one can compare; write a {wanted} such as {example!r}")
    try:
        text = raw.replace("≥", ">=").replace("≤", "<=") if isinstance(raw, str) else raw
        spans = number_spans(text, trait.unit)
    except (ValueError, OverflowError) as error:
        if isinstance(error, QuantityError) and error.unit is not None:
            near = closest(error.unit, UNITS[wanted])
            hint = did_you_mean(near) or f"; write a {wanted} such as {example!r}"
            raise TraitValueError(trait.id, f"unknown unit {error.unit!r}{hint}", allowed=UNITS[wanted]) from None
        raise TraitValueError(trait.id, str(error) if len(str(error)) < 200 else f"{_short(raw)} is no {wanted}") from None
    return _bounded(trait, spans, raw)


def _bounded(trait: Trait, spans: Spans, raw: Any) -> Spans:
    if trait.type == "count":
        if any(lo[0] == hi[0] and not float(lo[0]).is_integer() for lo, hi in spans):
            raise TraitValueError(trait.id, f"{_short(raw)} is no whole number")
        if not any(lo[0] == hi[0] for lo, hi in spans):
            spans = merge((whole(lo), whole(hi)) for lo, hi in spans)
    inside = intersect(spans, (((trait.low, 0), (trait.high, 1)),))
    if not inside:
        low, high = (format_quantity(v, trait.unit) if v else "0" for v in (trait.low, trait.high))
        bounds = f">= {low}" if math.isinf(trait.high) else f"{low} .. {high}"
        raise TraitValueError(trait.id, f"{_short(raw)} is out of range", allowed=(bounds,))
    assert isinstance(inside, tuple)
    return inside


def _range(trait: Trait, raw: Mapping[str, Any]) -> ValueSet:
    if not trait.numeric or not raw or not set(raw) <= {"min", "max"}:
        raise TraitValueError(trait.id, 'an answer is a value, a list of possible values, or for numbers {"min": …, "max": …}')
    low = _numbers(trait, raw["min"]) if raw.get("min") is not None else None
    high = _numbers(trait, raw["max"]) if raw.get("max") is not None else None
    lo = low[0][0] if low else (trait.low, 0)
    hi = high[-1][1] if high else (math.inf, 1)
    if lo >= hi:
        raise TraitValueError(trait.id, "the range ends before it begins")
    return _bounded(trait, ((lo, hi),), raw)


def find_service(knowledge: KnowledgeBase, name: str, among: Iterable[str] | None = None) -> str | None:
    """The id of the service or option with this id, name or alias (case and punctuation aside), or None."""
    pool = list(among) if among is not None else list(knowledge.services)
    if name in pool:
        return name
    wanted = fold(name[:200])
    short = fold(wanted.removeprefix("amazon ").removeprefix("aws "))
    for key in pool:
        service = knowledge.services.get(key)
        if service is not None and (wanted in _names(service) or short in _names(service)):
            return key
    return None


def _names(service: Service) -> set[str]:
    names = {fold(service.id), fold(service.name), *(fold(a) for a in service.aliases)}
    return names | {n.removeprefix("amazon ").removeprefix("aws ") for n in names}


def read_priorities(raw: Mapping[str, Any] | None) -> dict[str, str]:
    """Checked priorities: pillar → none | low | normal | high. Raises PriorityError."""
    out: dict[str, str] = {}
    errors: list[QueryError] = []
    for pillar, level in (raw or {}).items():
        name = str(pillar).strip().lower().replace("_", "-")
        path = ("priorities", str(pillar)[:60])
        if name not in PILLARS:
            near = closest(pillar, PILLARS)
            errors.append(PriorityError(f"unknown pillar {_short(pillar)}", path=path, allowed=PILLARS, suggestion=near))
        elif str(level).strip().lower() not in PRIORITIES:
            near = closest(level, PRIORITIES)
            errors.append(PriorityError(f"{name}: unknown priority {_short(level)}", path=path, allowed=PRIORITIES, suggestion=near))
        else:
            out[name] = str(level).strip().lower()
    gather(errors)
    return out


# ── inference ─────────────────────────────────────────────────────────────────────────────────────────────────────


def fill(text: str, knowledge: KnowledgeBase, answers: Mapping[str, Answer]) -> str:
    """A reason's text with `{trait}` and `{service.fact}` replaced by their values."""

    def value(token: str) -> str:
        if token in answers:
            return answers[token].shown
        if "." in token and not token.startswith(CHOICE):
            return show_fact(knowledge.fact(token).value)
        return token.replace("_", " ")

    return TOKEN.sub(lambda m: value(m.group(1)), text)


def show_fact(value: Any) -> str:
    """A fact's value in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


class Inferrer:
    """Forward chaining over what is known; built once per knowledge base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.knowledge = knowledge
        self.by_trait: dict[str, list[int]] = {}
        self.rules = knowledge.inference
        for i, rule in enumerate(self.rules):
            for trait in traits_of(rule.when):
                self.by_trait.setdefault(trait, []).append(i)
        self.derived_by_part: dict[str, list[Derived]] = {}
        for derived in knowledge.derived:
            for part in derived.parts:
                self.derived_by_part.setdefault(part, []).append(derived)
        self.assumed = [
            Answer(t.id, frozenset([t.assume]), show(t, frozenset([t.assume])), "assumed", t.assume_because)
            for t in (knowledge.traits[n] for n in knowledge.traits if not n.startswith(CHOICE))
            if t.assume is not None and not t.numeric
        ]

    def extend(self, stated: Answers) -> Answers:
        """The stated answers and everything that follows from them. What is stated is never overruled.

        Two inferences that disagree are narrowed to what both allow; when nothing is left, the first by id stands.
        """
        known: Answers = dict(stated)
        sets: dict[str, ValueSet] = {t: a.values for t, a in known.items()}
        queue = list(known)
        while queue:
            trait = queue.pop()
            for index in self.by_trait.get(trait, ()):
                rule = self.rules[index]
                if truth(rule.when, sets) is not True:
                    continue
                for target, values, _ in rule.then:
                    old = known.get(target)
                    if old is not None and old.origin != "inferred":
                        continue
                    new = values if old is None else intersect(old.values, values)
                    if not new or (old is not None and new == old.values):
                        continue
                    because = fill(rule.because, self.knowledge, known)
                    if old is not None:
                        because = f"{old.because} {because}"
                    known[target] = Answer(target, new, show(self.knowledge.traits[target], new), "inferred", because, rule.id)
                    sets[target] = new
                    queue.append(target)
            for derived in self.derived_by_part.get(trait, ()):
                if derived.trait not in known:
                    span = _compute(derived, sets)
                    if span is not None:
                        shown = show(self.knowledge.traits[derived.trait], span)
                        known[derived.trait] = Answer(derived.trait, span, shown, "derived", "", derived.formula)
                        because = fill(derived.because, self.knowledge, known)
                        known[derived.trait] = Answer(derived.trait, span, shown, "derived", because, derived.formula)
                        sets[derived.trait] = span
                        queue.append(derived.trait)
        for answer in self.assumed:
            known.setdefault(answer.trait, answer)
        return known


def _compute(derived: Derived, sets: Mapping[str, ValueSet]) -> Spans | None:
    """The range of a product or quotient of positive ranges, or None while a part is unknown."""
    words = derived.formula.split()
    low = high = 1.0
    for i, name in enumerate(words[::2]):
        spans = sets.get(name)
        if not isinstance(spans, tuple) or not spans:
            return None
        lo, hi = max(spans[0][0][0], 0.0), spans[-1][1][0]
        if i and words[2 * i - 1] == "/":
            if hi == 0:
                return None
            lo, hi = (0.0 if math.isinf(hi) else 1 / hi), (math.inf if lo == 0 else 1 / lo)
        low = low * lo if low and lo else 0.0
        high = high * hi if high and hi else 0.0
    if math.isnan(low) or math.isnan(high) or math.isinf(low):
        return None
    return (((low, 0), (high, 1)),)
