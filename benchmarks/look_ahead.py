"""Our own knowledge: a recommendation with eight unknown traits on the largest decision, and a plan over all decisions."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from advisor.engine.kernel import Kernel
from advisor.engine.recommend import Engine
from advisor.knowledge.build import CHOICE
from advisor.knowledge.load import load_knowledge
from benchmarks.table import Row, limit
from benchmarks.timing import race

UNKNOWN = 8
ROUNDS = 15


def measure() -> Iterator[Row]:
    """Processor time per answer."""
    engine = Engine(load_knowledge())
    names = sorted(engine.knowledge.decisions)
    largest = max(names, key=lambda name: (len(engine.kernel(name).rules), name))
    asked = [_workload(engine, engine.kernel(largest), Random(seed)) for seed in range(ROUNDS * 20)]

    def recommend(workload: dict[str, Any]) -> object:
        return engine.recommend(largest, workload)

    def plan(workload: dict[str, Any]) -> object:
        return engine.plan(workload)

    for workload in asked[:20]:
        recommend(workload)
    found = race({"recommend": recommend}, [{"recommend": asked[i::ROUNDS]} for i in range(ROUNDS)])
    kernel = engine.kernel(largest)
    size = f"{len(kernel.rules)} rules, {len(kernel.options)} options, {len(kernel.axes)} traits"
    yield limit(f"recommend {largest} ({size}), {UNKNOWN} unknown, confidence and next question", found["recommend"].median_s, None)
    plan(asked[0])
    planned = race({"plan": plan}, [{"plan": [asked[i]]} for i in range(1, 6)])
    yield limit(f"a plan over all {len(names)} decisions, {len(asked[0])} traits known", planned["plan"].median_s, None)


def _workload(engine: Engine, kernel: Kernel, random: Random) -> dict[str, Any]:
    """Answers to all but eight of the decision's traits, a cell of each at random."""
    own = [a for a in kernel.axes if not a.trait.id.startswith(CHOICE)]
    known = random.sample(own, max(0, len(own) - UNKNOWN))
    return {a.trait.id: a.answer(random.randrange(len(a))) for a in sorted(known, key=lambda a: a.trait.id)}
