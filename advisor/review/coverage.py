"""The balance of a decision: rules per option, and how often each option wins."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from advisor.engine.kernel import Kernel
from advisor.engine.matrix import Matrix
from advisor.engine.recommend import Engine
from advisor.errors import QueryError
from advisor.review.sampling import random_cells

SAMPLE = 8192


@dataclass(frozen=True, slots=True)
class OptionCoverage:
    """One option of one decision. random_wins, scenario_wins: shares of random complete workloads and of scenarios that it wins.

    A shared first place counts in parts.
    """

    decision: str
    option: str
    rules_for: int
    rules_against: int
    exclusions: int
    random_wins: float
    scenario_wins: float
    lifecycle: str


@dataclass(frozen=True, slots=True)
class Balance:
    """The coverage of one decision, and the share of random workloads in which nothing survives (with one such workload)."""

    options: tuple[OptionCoverage, ...]
    infeasible: float
    example: str


def balance(engine: Engine, decision: str) -> Balance:
    """Rules and wins per option of one decision."""
    kernel = engine.kernel(decision)
    wins, infeasible, example = random_wins(kernel)
    won: dict[str, float] = defaultdict(float)
    total = 0
    for scenario in engine.knowledge.scenarios:
        if scenario.decision != decision:
            continue
        try:
            best = engine.recommend(decision, dict(scenario.given), priorities=scenario.priorities, only=scenario.only, inquire=False).best
        except QueryError:
            continue
        total += 1
        for option in best:
            won[option] += 1 / len(best)
    rows = []
    for index, option in enumerate(kernel.options):
        points = [dict(r.points).get(option, 0) for r in kernel.rules]
        rows.append(OptionCoverage(
            decision, option, sum(p > 0 for p in points), sum(p < 0 for p in points), sum(option in r.excludes for r in kernel.rules),
            float(wins[index]), won[option] / total if total else 0.0, engine.knowledge.services[option].lifecycle.status,
        ))  # fmt: skip
    return Balance(tuple(rows), infeasible, example)


def random_wins(kernel: Kernel) -> tuple[list[float], float, str]:
    """(share of wins per option, share without any survivor, one workload without a survivor)."""
    cells = random_cells(kernel, SAMPLE)
    points, excluded = Matrix(kernel, kernel.neutral).score([cells[:, axis] for axis in range(cells.shape[1])], len(cells))
    scores = np.where(excluded, np.iinfo(np.int32).min, points)
    best = scores.max(axis=1)
    first = (scores == best[:, None]) & ~excluded
    alive = first.any(axis=1)
    shares = (
        (first[alive] / first[alive].sum(axis=1, keepdims=True)).sum(axis=0) / max(1, len(cells))
        if alive.any()
        else np.zeros(len(kernel.options))
    )
    example = ""
    if not alive.all():
        row = cells[int(np.argmin(alive))]
        deciding = [i for i, axis in enumerate(kernel.axes) if len(axis) > 1]
        example = " ".join(f"{kernel.axes[i].trait.id}={kernel.axes[i].label(int(row[i]))}" for i in deciding[:12])
    return [float(s) for s in shares], float(1 - alive.mean()) if len(alive) else 0.0, example
