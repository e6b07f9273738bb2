"""Conditions on traits: parsed once, evaluated in three truths, and turned into clauses for compilation.

A condition is a tree of `All`, `AnyOf`, `Not` over `Test`; a test allows a set of values of one trait.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from advisor.knowledge.domain import HIGHEST, LOWEST, Spans, ValueSet, complement, intersect, merge, point, union, whole
from advisor.quantities import QuantityError, quantity_in
from advisor.spelling import closest, did_you_mean

HOLDS, FAILS, OPEN = True, False, None
Truth: TypeAlias = "bool | None"


class TraitShape(Protocol):
    """What a condition needs to know of a trait."""

    @property
    def id(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def numeric(self) -> bool: ...

    @property
    def value_ids(self) -> tuple[str | bool, ...]: ...


@dataclass(frozen=True, slots=True)
class Test:
    """The trait's value lies in `allowed`."""

    trait: str
    allowed: ValueSet


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, it always holds."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part fails."""

    part: Condition


Condition: TypeAlias = "Test | All | AnyOf | Not"
ALWAYS = All()
Clause: TypeAlias = "dict[str, ValueSet]"


class ConditionError(ValueError):
    """One mistake in a condition, at a path inside it."""

    def __init__(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        self.path, self.code, self.message = path, code, message
        super().__init__(message)


@dataclass
class Scope:
    """Where names of a condition are looked up, and what it was found to lean on."""

    traits: Mapping[str, TraitShape]
    fact: Callable[[str], Any]  # the value of `service.name`; KeyError when unknown
    used_facts: set[str]
    errors: list[ConditionError]

    def fail(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note a mistake at a path inside the condition; parsing goes on."""
        self.errors.append(ConditionError(path, code, message))


_COMPARE = re.compile(r"(>=|<=|>|<|=)\s*(.+)\Z", re.DOTALL)
_FACT = re.compile(r"[a-z0-9-]+\.[a-z][a-z0-9_]*\Z")


def parse_condition(raw: Any, scope: Scope, path: tuple[str | int, ...] = ()) -> Condition:
    """The condition a file states. Mistakes go to `scope.errors`, and the part concerned is left out."""
    if not isinstance(raw, Mapping):
        scope.fail(path, "bad-condition", "a condition is a map of trait to test")
        return ALWAYS
    parts: list[Condition] = []
    for key, test in raw.items():
        here = (*path, key)
        if key in ("any", "all"):
            if not isinstance(test, list) or not test:
                scope.fail(here, "bad-condition", f"{key!r} takes a list of conditions")
                continue
            inner = tuple(parse_condition(t, scope, (*here, i)) for i, t in enumerate(test))
            parts.append(AnyOf(inner) if key == "any" else All(inner))
        elif key == "not":
            parts.append(Not(parse_condition(test, scope, here)))
        else:
            trait = scope.traits.get(key)
            if trait is None:
                scope.fail(here, "unknown-trait", f"{key!r}{did_you_mean(closest(key, scope.traits))}")
                continue
            allowed = parse_test(test, trait, scope, here)
            if allowed is not None:
                parts.append(Test(key, allowed))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def parse_test(raw: Any, trait: TraitShape, scope: Scope, path: tuple[str | int, ...]) -> ValueSet | None:
    """The set of values a unary test allows, or None after a mistake."""
    if isinstance(raw, list):
        if not raw:
            scope.fail(path, "bad-test", "an empty list allows nothing")
            return None
        sets = [parse_test(item, trait, scope, (*path, i)) for i, item in enumerate(raw)]
        found = [s for s in sets if s is not None]
        if len(found) < len(sets):
            return None
        total = found[0]
        for more in found[1:]:
            total = union(total, more)
        return total
    if trait.numeric:
        return _number_test(raw, trait, scope, path)
    values = trait.value_ids
    if isinstance(raw, str) and trait.type == "boolean" and raw in ("true", "false"):
        raw = raw == "true"
    if raw is None or raw not in values or (isinstance(raw, bool) != (trait.type == "boolean")):
        known = ", ".join(str(v).lower() if isinstance(v, bool) else v for v in values)
        scope.fail(path, "unknown-value", f"{raw!r} is no value of {trait.id} ({known}){did_you_mean(closest(raw, values))}")
        return None
    return frozenset([raw])


def _number_test(raw: Any, trait: TraitShape, scope: Scope, path: tuple[str | int, ...]) -> Spans | None:
    try:
        spans = number_spans(raw, trait.unit, scope.fact, scope.used_facts)
    except KeyError as error:
        scope.fail(path, "unknown-fact", f"{str(error.args[0])!r}")
        return None
    except ValueError as error:
        scope.fail(path, "bad-test", f"{trait.id}: {error}")
        return None
    if trait.type == "count":
        spans = merge((whole(lo), whole(hi)) for lo, hi in spans)
    if not spans:
        scope.fail(path, "empty-range", f"{raw!r} allows no number")
        return None
    return spans


def number_spans(raw: Any, unit: str, fact: Callable[[str], Any] | None = None, used: set[str] | None = None) -> Spans:
    """The numbers that `raw` names: a value, `"> 15 min"`, `"1 GB .. 16 TB"` with both ends, `"> 1 GB .. < 16 TB"` without them.

    A list is the caller's affair.

    Raises ValueError with what is wrong, or KeyError for a fact nobody knows.
    """

    def value(text: str) -> float:
        text = text.strip()
        if fact is not None and _FACT.match(text) and not text[0].isdigit():
            found = fact(text)
            if used is not None:
                used.add(text)
            if isinstance(found, bool):
                raise ValueError(f"the fact {text} is {found}, not a number")
            return quantity_in(str(found), unit)
        return quantity_in(text, unit)

    if isinstance(raw, bool) or raw is None:
        raise ValueError(f"{raw!r} is no number")
    if isinstance(raw, int | float):
        if not math.isfinite(raw):
            raise ValueError(f"{raw!r} is no number")
        return point(quantity_in(repr(raw), unit))
    if not isinstance(raw, str):
        raise ValueError("a test of a number is text such as '> 15 min'")
    text = raw.strip()
    if ".." in text:
        low, _, high = (part.strip() for part in text.partition(".."))
        over, under = low[:1] == ">" and low[:2] != ">=", high[:1] == "<" and high[:2] != "<="
        lo: tuple[float, int] = LOWEST if not low else (value(low.lstrip(">=")), int(over))
        hi: tuple[float, int] = HIGHEST if not high else (value(high.lstrip("<=")), int(not under))
        if lo >= hi:
            raise ValueError(f"{text!r} ends before it begins")
        return ((lo, hi),)
    match = _COMPARE.match(text)
    if not match:
        return point(value(text))
    operator, number = match.group(1), value(match.group(2))
    return {
        ">": (((number, 1), HIGHEST),),
        ">=": (((number, 0), HIGHEST),),
        "<": ((LOWEST, (number, 0)),),
        "<=": ((LOWEST, (number, 1)),),
        "=": point(number),
    }[operator]


def traits_of(condition: Condition) -> Iterator[str]:
    """The traits a condition tests, each once, in order."""
    seen: dict[str, None] = {}

    def walk(node: Condition) -> None:
        if isinstance(node, Test):
            seen.setdefault(node.trait)
        elif isinstance(node, Not):
            walk(node.part)
        else:
            for part in node.parts:
                walk(part)

    walk(condition)
    return iter(seen)


def truth(condition: Condition, answers: Mapping[str, ValueSet]) -> Truth:
    """HOLDS, FAILS or OPEN for possible values per trait; a trait that is missing may have any value.

    Exact when no trait stands twice in the tree; otherwise it may say OPEN where the truth is fixed, never the reverse.
    """
    if isinstance(condition, Test):
        known = answers.get(condition.trait)
        if known is None:
            return OPEN
        common = intersect(known, condition.allowed)
        return FAILS if not common else (HOLDS if common == known else OPEN)
    if isinstance(condition, Not):
        inner = truth(condition.part, answers)
        return None if inner is None else not inner
    truths = [truth(part, answers) for part in condition.parts]
    decisive = not isinstance(condition, All)  # the truth that settles it: False for All, True for AnyOf
    if any(t is decisive for t in truths):
        return decisive
    return OPEN if OPEN in truths else not decisive


def clauses(condition: Condition, universe: Callable[[str], ValueSet], limit: int = 256) -> list[Clause]:
    """Disjunctive normal form: the condition holds exactly where all tests of one clause hold. Contradictory clauses are left out.

    `universe` gives all values of a trait, needed to complement a test. Raises OverflowError beyond `limit` clauses.
    """

    def negate(node: Condition) -> Condition:
        if isinstance(node, Test):
            every = universe(node.trait)
            if isinstance(node.allowed, frozenset):
                assert isinstance(every, frozenset)
                return Test(node.trait, every - node.allowed)
            return Test(node.trait, complement(node.allowed))
        if isinstance(node, Not):
            return node.part
        if isinstance(node, All):
            return AnyOf(tuple(negate(p) for p in node.parts))
        return All(tuple(negate(p) for p in node.parts))

    def walk(node: Condition) -> list[Clause]:
        if isinstance(node, Test):
            return [{node.trait: node.allowed}] if node.allowed else []
        if isinstance(node, Not):
            return walk(negate(node.part))
        if isinstance(node, AnyOf):
            return _joined([clause for part in node.parts for clause in walk(part)])
        product: list[Clause] = [{}]
        for part in node.parts:
            grown: list[Clause] = []
            for left in product:
                for right in walk(part):
                    both = dict(left)
                    for trait, allowed in right.items():
                        both[trait] = intersect(both[trait], allowed) if trait in both else allowed
                    if all(both.values()):
                        grown.append(both)
                if len(grown) > limit:
                    raise OverflowError(f"more than {limit} clauses")
            product = grown
        return product

    return _joined(walk(condition))


def _joined(found: list[Clause]) -> list[Clause]:
    """Clauses that differ in one trait only become one, so that a test of one trait never opens twice."""
    changed = True
    while changed and len(found) > 1:
        changed = False
        for i, a in enumerate(found):
            for j in range(i + 1, len(found)):
                b = found[j]
                if a.keys() == b.keys():
                    differ = [t for t in a if a[t] != b[t]]
                    if len(differ) <= 1:
                        merged = dict(a)
                        for t in differ:
                            merged[t] = union(a[t], b[t])
                        found = [c for k, c in enumerate(found) if k not in (i, j)] + [merged]
                        changed = True
                        break
            if changed:
                break
    return found


__all__ = [
    "ALWAYS",
    "FAILS",
    "HOLDS",
    "OPEN",
    "All",
    "AnyOf",
    "Clause",
    "Condition",
    "ConditionError",
    "Not",
    "QuantityError",
    "Scope",
    "Test",
    "Truth",
    "clauses",
    "number_spans",
    "parse_condition",
    "parse_test",
    "traits_of",
    "truth",
]  # fmt: skip
