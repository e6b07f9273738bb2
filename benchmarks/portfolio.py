"""A million complete workloads on one core against a plain NumPy matrix of rules by workloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.engine.kernel import Kernel
from advisor.engine.matrix import Matrix
from benchmarks.decisions import DisagreementError
from benchmarks.generated import BOOLEANS, CHOICES, OPTIONS, QUANTITIES, SEED, VALUES, GeneratedRule, Test, kernel_of, rules
from benchmarks.table import Row, faster
from benchmarks.timing import race

WORKLOADS = 1_000_000
PIECE = 1 << 15  # the peer too works in pieces that stay in the cache
Columns = dict[str, NDArray[Any]]


def columns(count: int) -> Columns:
    """Complete workloads as one array per trait: booleans, numbers of values, numbers."""
    random = np.random.default_rng(SEED)
    out: Columns = {t: random.random(count) < 0.5 for t in BOOLEANS}
    out |= {t: random.integers(0, len(VALUES), count, dtype=np.int8) for t in CHOICES}
    return out | {t: 10 ** random.uniform(0, 4, count) for t in QUANTITIES}


def plain_numpy(generated: list[GeneratedRule], data: Columns) -> tuple[NDArray[Any], NDArray[Any]]:
    """Points and exclusions by a truth matrix, a row per workload and a column per rule, times the effects of the rules."""
    effects = np.zeros((len(generated), len(OPTIONS)), dtype=np.float32)
    barred = np.zeros((len(generated), len(OPTIONS)), dtype=np.float32)
    for number, rule in enumerate(generated):
        for option, points in rule.points:
            effects[number, option] += points
        if rule.excludes is not None:
            barred[number, rule.excludes] = 1
    count = len(data[BOOLEANS[0]])
    points, excluded = np.empty((count, len(OPTIONS)), dtype=np.float32), np.empty((count, len(OPTIONS)), dtype=bool)
    for low in range(0, count, PIECE):
        part = {t: c[low : low + PIECE] for t, c in data.items()}
        truths = np.empty((len(part[BOOLEANS[0]]), len(generated)), dtype=np.float32)
        for number, rule in enumerate(generated):
            truths[:, number] = np.logical_and.reduce([_true(t, part[t.trait]) for t in rule.tests])
        points[low : low + PIECE] = truths @ effects
        excluded[low : low + PIECE] = (truths @ barred) > 0
    return points, excluded


def _true(test: Test, column: NDArray[Any]) -> NDArray[Any]:
    if test.op == "is":
        return column if test.value else ~column
    if isinstance(test.value, tuple):
        found: NDArray[Any] = np.logical_or.reduce([column == VALUES.index(v) for v in test.value])
        return found
    return column > test.value if test.op == ">" else column <= test.value  # type: ignore[no-any-return]


def cells(kernel: Kernel, data: Columns) -> list[NDArray[Any]]:
    """The cell of each workload on each axis of the kernel."""
    out = []
    for axis in kernel.axes:
        column = data[axis.trait.id]
        if axis.trait.numeric:
            out.append(np.searchsorted([np.nextafter(v, np.inf) if side else v for v, side in axis.cuts], column, side="right"))
        else:
            order = [v if isinstance(v, bool) else VALUES.index(v) for v in axis.trait.value_ids]
            place = np.zeros(len(VALUES), dtype=np.intp)
            place[np.array(order, dtype=np.intp)] = np.arange(len(order))
            out.append(place[column.astype(np.intp)])
    return out


def measure() -> Iterator[Row]:
    """Ours with and without the cutting of numbers into cells, against plain NumPy."""
    generated = rules(60)
    kernel = kernel_of(generated)
    matrix = Matrix(kernel, kernel.neutral)
    data = columns(WORKLOADS)
    cut = cells(kernel, data)
    points, excluded = matrix.score(cut, WORKLOADS)
    plain, barred = plain_numpy(generated, data)
    if not (np.array_equal(points, 2 * plain.astype(points.dtype)) and np.array_equal(excluded, barred)):
        raise DisagreementError("plain NumPy disagrees with the matrix")
    runners = {
        "ours": lambda _: matrix.score(cut, WORKLOADS),
        "with cells": lambda _: matrix.score(cells(kernel, data), WORKLOADS),
        "plain": lambda _: plain_numpy(generated, data),
    }
    found = race(runners, [dict.fromkeys(runners, (None,))] * 5)
    what = f"{WORKLOADS:,} complete workloads, 60 rules"
    yield faster(what, "plain NumPy", found["ours"].best_s, found["plain"].best_s, 2)
    yield faster(f"{what}, cutting into cells included", "plain NumPy", found["with cells"].best_s, found["plain"].best_s, None)
    speed = WORKLOADS / found["ours"].best_s / 1e6
    yield Row(what, f"{speed:.1f} M/s", "", "", "≥ 5 M/s", speed >= 5)
