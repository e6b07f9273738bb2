"""How many questions until the winner is fixed: asking what tells most, against asking in the order of the files and at random.

Every scenario is played with its answers hidden. A question whose answer the scenario does not hold is answered with "don't know", and
counts. Counted is the number of questions until the first place is the one that all answers together give, for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from statistics import mean, median

from advisor.engine.recommend import Engine
from advisor.errors import QueryError
from advisor.knowledge.base import Scenario
from advisor.knowledge.build import CHOICE
from benchmarks.table import Row

SEED = 20261125
SHUFFLES = 5


def by_worth(engine: Engine, scenario: Scenario) -> int:
    """Questions asked when each is the most telling one; what nobody knew is not asked again. It ends when nothing is worth asking."""
    given, known = dict(scenario.given), _choices(scenario)
    final = _first(engine, scenario, {**given})
    asked: list[str] = []
    fixed = 0 if _first(engine, scenario, known) == final else None
    while True:
        found = engine.next_questions(scenario.decision, known, scenario.priorities, scenario.only, limit=1, skip=asked)
        if not found:
            return fixed if fixed is not None else len(asked) + len(set(given) - set(known))
        question = found[0].trait
        asked.append(question)
        if question in given:
            known[question] = given[question]
            same = _first(engine, scenario, known) == final
            fixed = (len(asked) if fixed is None else fixed) if same else None


def in_order(engine: Engine, scenario: Scenario, order: list[str]) -> int:
    """Questions asked in a fixed order until the first place is final."""
    given, known = dict(scenario.given), _choices(scenario)
    final = _first(engine, scenario, {**given})
    fixed = 0 if _first(engine, scenario, known) == final else None
    for count, trait in enumerate(order, start=1):
        if trait in given:
            known[trait] = given[trait]
            same = _first(engine, scenario, known) == final
            fixed = (count if fixed is None else fixed) if same else None
    return fixed if fixed is not None else len(order)


def _choices(scenario: Scenario) -> dict[str, object]:
    """What is no question: the options of other decisions."""
    return {t: v for t, v in scenario.given.items() if t.startswith(CHOICE)}


def _first(engine: Engine, scenario: Scenario, known: dict[str, object]) -> tuple[str, ...]:
    return engine.recommend(scenario.decision, known, priorities=scenario.priorities, only=scenario.only, inquire=False).best


def measure(engine: Engine) -> Iterator[Row]:
    """The three ways over all scenarios that end in one winner."""
    counts: dict[str, list[float]] = {"worth": [], "file": [], "random": []}
    random = Random(SEED)
    place = {t: i for i, t in enumerate(engine.knowledge.traits)}
    for scenario in engine.knowledge.scenarios:
        try:
            if len(_first(engine, scenario, dict(scenario.given))) != 1:
                continue
        except QueryError:
            continue
        traits = [a.trait.id for a in engine.kernel(scenario.decision).axes if not a.trait.id.startswith(CHOICE)]
        counts["worth"].append(by_worth(engine, scenario))
        counts["file"].append(in_order(engine, scenario, sorted(traits, key=lambda t: place[t])))
        shuffled = []
        for _ in range(SHUFFLES):
            random.shuffle(traits)
            shuffled.append(in_order(engine, scenario, list(traits)))
        counts["random"].append(mean(shuffled))
    ours = counts["worth"]
    what = f"questions until the winner is fixed, {len(ours)} scenarios"
    for name, other in (("file", "file order"), ("random", "random order")):
        theirs = counts[name]
        yield Row(f"{what}: {other}", f"{mean(ours):.2f} (median {median(ours):g})", f"{mean(theirs):.2f} (median {median(theirs):g})",
                  f"{mean(ours) / mean(theirs):.0%}")  # fmt: skip
    within = sum(n <= 5 for n in ours) / len(ours)
    yield Row(f"{what}: share with at most five", f"{within:.0%}", "", "")
