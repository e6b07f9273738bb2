"""Generated rules and workloads, the same for every engine that is measured.

Per 60 rules: 12 options, 20 traits (6 booleans, 8 choices of four values, 6 quantities), 112 effects. A rule tests one to three
traits; every fifth rule rules one option out, the others move two or three options.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from advisor.engine.kernel import Kernel
from advisor.knowledge.base import PILLARS, STRENGTHS
from advisor.knowledge.build import Builder, Store
from advisor.knowledge.domain import ValueSet, point

SEED = 20261125
OPTIONS = tuple(f"option-{i:02}" for i in range(12))
BOOLEANS = tuple(f"flag_{i}" for i in range(6))
CHOICES = tuple(f"kind_{i}" for i in range(8))
QUANTITIES = tuple(f"size_{i}" for i in range(6))
VALUES = ("ash", "birch", "cedar", "dune")
THRESHOLDS = (5, 10, 50, 100, 500, 1000, 5000)
TRAITS = (*BOOLEANS, *CHOICES, *QUANTITIES)
SOURCE = [{"url": "https://example.org/page", "checked": "2026-11-25"}]

Value = bool | str | float
Workload = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one trait. op: "is" (boolean), "in" (choice, values), ">" or "<=" (quantity, bound)."""

    trait: str
    op: str
    value: bool | tuple[str, ...] | int


@dataclass(frozen=True, slots=True)
class GeneratedRule:
    """A rule in the plainest form: all tests must hold. points: (option number, points); excludes: option number or None."""

    tests: tuple[Test, ...]
    points: tuple[tuple[int, int], ...]
    excludes: int | None


def rules(count: int, seed: int = SEED) -> list[GeneratedRule]:
    """That many rules, a multiple of 60; equal for equal arguments."""
    random = Random(f"rules {count} {seed}")
    return [_rule(random, i) for i in range(count)]


def _rule(random: Random, number: int) -> GeneratedRule:
    tests = tuple(_test(random, t) for t in sorted(random.sample(TRAITS, random.choices((1, 2, 3), (2, 5, 3))[0])))
    if number % 5 == 4:
        return GeneratedRule(tests, (), random.randrange(12))
    touched = random.sample(range(12), 3 if number % 60 in (0, 15, 30, 45) else 2)
    return GeneratedRule(tests, tuple((o, random.choice((1, 2, 4, 8)) * random.choice((1, 1, -1))) for o in touched), None)


def _test(random: Random, trait: str) -> Test:
    if trait in BOOLEANS:
        return Test(trait, "is", random.random() < 0.5)
    if trait in CHOICES:
        return Test(trait, "in", tuple(sorted(random.sample(VALUES, random.choice((1, 1, 2))))))
    return Test(trait, random.choice((">", "<=")), random.choice(THRESHOLDS))


def workloads(count: int, seed: int) -> list[Workload]:
    """Complete workloads: plain values, as a program holds them."""
    random = Random(f"workloads {seed}")
    return [
        {t: random.random() < 0.5 for t in BOOLEANS}
        | {t: random.choice(VALUES) for t in CHOICES}
        | {t: round(10 ** random.uniform(0, 4), 2) for t in QUANTITIES}
        for _ in range(count)
    ]


def answers(workload: Workload) -> dict[str, ValueSet]:
    """The same workload as checked answers, the form in which `Engine` hands it to its kernel."""
    return {t: point(v) if t in QUANTITIES else frozenset([v]) for t, v in workload.items()}  # type: ignore[list-item,arg-type]


def store_of(generated: list[GeneratedRule]) -> Store:
    """The rules as the contents of knowledge files, for our own builder."""
    about = {"question": "What?", "why": "It matters."}
    traits: dict[str, object] = {t: {"type": "boolean", **about} for t in BOOLEANS}
    traits |= {t: {"type": "choice", "values": {v: v for v in VALUES}, **about} for t in CHOICES}
    traits |= {t: {"type": "quantity", "unit": "1", **about} for t in QUANTITIES}
    return {
        "packs": [{"name": "generated", "version": "1", "reviewed": "2026-11-25"}], "traits": traits,
        "services": {o: {"name": o, "summary": "An option."} for o in OPTIONS},
        "decisions": {"generated": {"title": "Generated", "question": "Which?", "options": list(OPTIONS),
                                    "rules": [_entry(i, r) for i, r in enumerate(generated)]}},
        "scenarios": [], "plans": [], "inference": [], "derived": {}, "impossible": [], "lexicon": {},
    }  # fmt: skip


def _entry(number: int, rule: GeneratedRule) -> dict[str, object]:
    names = {points: name for name, points in STRENGTHS.items()}
    entry: dict[str, object] = {
        "id": f"rule-{number:05}", "because": f"Reason {number}.", "sources": SOURCE,
        "when": {t.trait: t.value if t.op == "is" else list(t.value) if isinstance(t.value, tuple) else f"{t.op} {t.value}"
                 for t in rule.tests},
    }  # fmt: skip
    if rule.excludes is not None:
        return entry | {"exclude": OPTIONS[rule.excludes]}
    favor = {OPTIONS[o]: names[p] for o, p in rule.points if p > 0}
    oppose = {OPTIONS[o]: names[-p] for o, p in rule.points if p < 0}
    return entry | {"favor": favor, "oppose": oppose, "pillar": PILLARS[number % len(PILLARS)]}


def kernel_of(generated: list[GeneratedRule]) -> Kernel:
    """Our engine's compiled form of the rules."""
    knowledge = Builder(store_of(generated)).knowledge("sha256:generated")
    return Kernel(knowledge, knowledge.decisions["generated"])
