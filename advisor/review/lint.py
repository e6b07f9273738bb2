"""What is wrong with knowledge that loads: dead and repeated rules, unused traits, values nobody tries, old facts."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from advisor.engine.cells import Axis
from advisor.engine.recommend import Engine
from advisor.errors import Diagnostic
from advisor.knowledge.base import KnowledgeBase, Rule
from advisor.knowledge.build import CHOICE, OTHER
from advisor.knowledge.conditions import traits_of

FACT_DAYS = 365
REVIEW_DAYS = 180


def lint_rules(engine: Engine, decision: str) -> Iterator[Diagnostic]:
    """Rules of one decision that can never fire, say the same twice, or contradict each other."""
    kernel = engine.kernel(decision)
    seen: dict[str, list[Rule]] = {}
    for rule, found in zip(kernel.rules, kernel.rule_clauses, strict=True):
        if rule.file == "lifecycle":
            continue
        alive = any(all(_inside(kernel.axes[kernel.axis_index[t]], allowed) for t, allowed in clause.items()) for clause in found)
        if not alive:
            yield Diagnostic(rule.file, rule.line, 5, "never-fires", f"{rule.id}: no workload meets this condition")
        seen.setdefault(repr(sorted((sorted((t, repr(_ordered(a))) for t, a in c.items())) for c in found)), []).append(rule)
    for twins in seen.values():
        for i, first in enumerate(twins):
            for second in twins[i + 1 :]:
                yield from _twins(first, second)


def _ordered(values: object) -> object:
    return sorted(map(str, values)) if isinstance(values, frozenset) else values


def _inside(axis: Axis, allowed: object) -> bool:
    return bool(axis.possible(allowed))  # type: ignore[arg-type]


def _twins(first: Rule, second: Rule) -> Iterator[Diagnostic]:
    if set(first.excludes) & set(second.excludes):
        both = sorted(set(first.excludes) & set(second.excludes))
        yield Diagnostic(
            second.file, second.line, 5, "repeated-rule", f"{second.id} rules out {', '.join(both)} under the condition of {first.id}"
        )
    one, two = dict(first.points), dict(second.points)
    for option in sorted(one.keys() & two.keys()):
        if (one[option] > 0) != (two[option] > 0) and first.pillar == second.pillar:
            yield Diagnostic(
                second.file,
                second.line,
                5,
                "contradiction",
                f"{second.id} says the opposite of {first.id} about {option}, under the same condition",
            )
        elif first.pillar == second.pillar:
            yield Diagnostic(
                second.file,
                second.line,
                5,
                "repeated-rule",
                f"{second.id} gives {option} points under the condition and pillar of {first.id}",
                "warning",
            )


def lint_traits(knowledge: KnowledgeBase, places: Mapping[str, tuple[str, int]]) -> Iterator[Diagnostic]:
    """Traits nothing reads, and values no scenario tries."""
    read: set[str] = set()
    for name in knowledge.decisions:
        decision = knowledge.decisions[name]
        read.update(traits_of(decision.relevant_when))
        for rule in decision.rules:
            read.update(traits_of(rule.when))
    for inference in knowledge.inference:
        read.update(traits_of(inference.when))
    for derived in knowledge.derived:
        read.update(derived.parts)
    tried: dict[str, set[str]] = {}
    cases = [s.given for s in knowledge.scenarios] + [p.given for p in knowledge.plan_scenarios]
    for given in cases:
        for key, value in given.items():
            for item in value if isinstance(value, list) else [value]:
                tried.setdefault(key, set()).add(str(item).lower())
    for name in sorted(knowledge.traits):
        if name.startswith(CHOICE):
            continue
        file, line = places.get(name, ("", 1))
        if name not in read:
            yield Diagnostic(file, line, 1, "unused-trait", f"no rule reads {name}", "warning")
            continue
        trait = knowledge.traits[name]
        missing = [str(v).lower() for v in trait.value_ids if v != OTHER and str(v).lower() not in tried.get(name, set())]
        if trait.type == "choice" and missing:
            yield Diagnostic(file, line, 1, "untried-value", f"no scenario gives {name} = {', '.join(missing)}", "warning")


def lint_dates(knowledge: KnowledgeBase, today: str, places: Mapping[str, tuple[str, int]]) -> Iterator[Diagnostic]:
    """Facts and packs past their review date. `today` as YYYY-MM-DD; deciding itself never reads a clock."""
    day = datetime.date.fromisoformat(today)
    for pack in knowledge.packs:
        if _age(pack.reviewed, day) > REVIEW_DAYS:
            yield Diagnostic("pack.yaml", 1, 1, "review-due", f"pack {pack.name} was last reviewed on {pack.reviewed}", "warning")
    for name in sorted(knowledge.services):
        file, line = places.get(name, ("", 1))
        for fact in knowledge.services[name].facts.values():
            if _age(fact.source.checked, day) > FACT_DAYS and not fact.checked_note:
                yield Diagnostic(
                    file,
                    line,
                    1,
                    "old-fact",
                    f"{fact.id} was read on {fact.source.checked}; read its page again, or say in checked_note why not",
                    "warning",
                )
            if fact.source.checked > today:
                yield Diagnostic(file, line, 1, "future-date", f"{fact.id} claims to have been read on {fact.source.checked}")


def _age(day: str, today: datetime.date) -> int:
    """Days since a date that may name only a year or a month."""
    parts = [int(p) for p in day.split("-")]
    try:
        return (today - datetime.date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)).days
    except ValueError:
        return 10**6
