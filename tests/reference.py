"""A slow evaluator that is obviously right: concrete values, every combination, no bit masks. What the engine says must equal it.

Only the cutting into cells (and the cells' weights) is taken from the engine; each cell is stood for by one value inside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from advisor.engine.cells import Axis
from advisor.engine.kernel import Kernel
from advisor.knowledge.base import PILLARS, Rule
from advisor.knowledge.conditions import All, Condition, Not, Test

Value = bool | str | float


def stand_in(axis: Axis, cell: int) -> Value:
    """One value inside a cell."""
    values = axis.cells[cell]
    if isinstance(values, frozenset):
        return next(iter(values))
    (low, side), (high, _) = values[0]
    if low == high:
        return low
    if axis.trait.type == "count":
        return low if side == 0 else low + 1
    if math.isinf(high):
        return low + 1
    return (low + high) / 2


def holds(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Whether a condition holds for complete, concrete values."""
    if isinstance(condition, Test):
        value = values[condition.trait]
        if isinstance(condition.allowed, frozenset):
            return value in condition.allowed
        return any(low <= (value, 0) and (value, 1) <= high for low, high in condition.allowed)
    if isinstance(condition, Not):
        return not holds(condition.part, values)
    truths = [holds(p, values) for p in condition.parts]
    return all(truths) if isinstance(condition, All) else any(truths)


def combinations(kernel: Kernel, cells: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """Every way to give each axis one of its possible cells."""
    choices = [[c for c in range(len(a)) if cells.get(i, a.full) >> c & 1] for i, a in enumerate(kernel.axes)]
    for combination in product(*choices):
        yield dict(enumerate(combination))


def concrete(kernel: Kernel, completion: Mapping[int, int]) -> dict[str, Value]:
    """Trait → value of a completion; a trait the kernel has no axis for matters to no rule, so any value will do."""
    every = {t: (kernel.knowledge.traits[t].value_ids or (0.0,))[0] for t in kernel.knowledge.traits}
    return every | {kernel.axes[i].trait.id: stand_in(kernel.axes[i], c) for i, c in completion.items()}


@dataclass
class Standing:
    """The reference's verdict: half points, excluded options, held and open rule ids."""

    points: dict[str, int]
    excluded: set[str]
    held: set[str]
    open: set[str]

    def best(self, allowed: set[str] | None = None) -> set[str]:
        """The options with the most points among those that survive."""
        left = {o: p for o, p in self.points.items() if o not in self.excluded and (allowed is None or o in allowed)}
        return {o for o, p in left.items() if p == max(left.values())}


def effect(rule: Rule, weights: tuple[int, ...]) -> dict[str, int]:
    """Half points per option of a preference."""
    return {o: p * weights[PILLARS.index(rule.pillar)] for o, p in rule.points} if rule.pillar else {}


def standing(kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...], without: str | None = None) -> Standing:
    """Every rule tried on every combination of possible cells: true in all it holds, true in some it is open."""
    truths: dict[str, set[bool]] = {r.id: set() for r in kernel.rules}
    for completion in combinations(kernel, cells):
        values = concrete(kernel, completion)
        for rule in kernel.rules:
            truths[rule.id].add(holds(rule.when, values))
    held = {r for r, t in truths.items() if t == {True} and r != without}
    opened = {r for r, t in truths.items() if t == {True, False} and r != without}
    points = dict.fromkeys(kernel.options, 0)
    excluded: set[str] = set()
    for rule in kernel.rules:
        if rule.id in held:
            excluded |= set(rule.excludes)
            for option, half in effect(rule, weights).items():
                points[option] += half
    return Standing(points, excluded, held, opened)


def completions(kernel: Kernel, cells: Mapping[int, int]) -> list[tuple[float, dict[int, int]]]:
    """(share, cell per axis) of every completion that can occur, shares summing to 1.

    A constraint that the stated answers meet whatever the rest binds nobody; when nothing could occur, all constraints are dropped.
    """
    every = list(combinations(kernel, cells))
    met = {id(c): [holds(c, concrete(kernel, x)) for x in every] for c in kernel.constraints}
    binding = [c for c in kernel.constraints if not all(met[id(c)])]
    possible = [x for i, x in enumerate(every) if not any(met[id(c)][i] for c in binding)] or every
    weights = [math.prod(kernel.axes[i].weights[c] for i, c in x.items()) for x in possible]
    return [(w / sum(weights), x) for w, x in zip(weights, possible, strict=True)]


def winners(kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...]) -> list[tuple[float, dict[int, int], set[str]]]:
    """(share, completion, options that come first) of every completion."""
    return [(s, x, standing(kernel, {i: 1 << c for i, c in x.items()}, weights).best()) for s, x in completions(kernel, cells)]


def win_shares(kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...]) -> dict[str, float]:
    """Share of completions in which each option comes first, ties split evenly."""
    out = dict.fromkeys(kernel.options, 0.0)
    for share, _, best in winners(kernel, cells, weights):
        for option in best:
            out[option] += share / len(best)
    return out


def entropy(shares: Mapping[object, float]) -> float:
    """Bits of uncertainty."""
    return -sum(p * math.log2(p) for p in shares.values() if p > 0)


def gain(kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...], axis: int) -> float:
    """Expected reduction of the uncertainty about the winner by learning this axis."""
    found = winners(kernel, cells, weights)

    def outcomes(rows: list[tuple[float, dict[int, int], set[str]]]) -> dict[object, float]:
        total = sum(s for s, _, _ in rows)
        out: dict[object, float] = {}
        for share, _, best in rows:
            for option in best or {None}:
                out[option] = out.get(option, 0.0) + share / total / max(1, len(best))
        return out

    after = 0.0
    for cell in {x[axis] for _, x, _ in found}:
        rows = [r for r in found if r[1][axis] == cell]
        after += sum(s for s, _, _ in rows) * entropy(outcomes(rows))
    return entropy(outcomes(found)) - after
