"""Cutting a trait's domain into cells at exactly the places where something tests it.

All that rules can see of a workload is one cell, or a set of possible cells, per trait. A set of cells is an integer with bit `i` for
cell `i`. Booleans and choices have a cell per value, numbers a cell per interval between thresholds.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from advisor.knowledge.base import Trait
from advisor.knowledge.domain import HIGHEST, LOWEST, Edge, Span, ValueSet, intersect, merge, whole
from advisor.quantities import format_quantity

MOST_REMEMBERED = 1024


class Axis:
    """One trait cut into cells.

    cells: value sets, disjoint and together the whole domain, in rising order for numbers.   full: all cells as an integer.
    weights: relative share of each cell when the answer is unknown, summing to 1 (from the trait's `typical`).
    """

    def __init__(self, trait: Trait, tests: Iterable[ValueSet]) -> None:
        self.trait = trait
        self.cells: tuple[ValueSet, ...]
        if trait.numeric:
            low: Edge = (trait.low, 0) if not math.isinf(trait.low) else LOWEST
            high: Edge = (trait.high, 1) if not math.isinf(trait.high) else HIGHEST
            if trait.type == "count":
                low, high = whole(low), whole(high) if math.isinf(high[0]) else (math.floor(high[0]) + 1.0, 0)
            inner = {e for test in tests if isinstance(test, tuple) for span in test for e in span if low < e < high}
            cuts = [low, *sorted(inner), high]
            self.cuts: list[Edge] = cuts[1:-1]  # between the cells, rising
            self.cells = tuple(((a, b),) for a, b in pairwise(cuts))
        else:
            self.cells = tuple(frozenset([v]) for v in trait.value_ids)
            self._index = {v: i for i, v in enumerate(trait.value_ids)}
        self.full = (1 << len(self.cells)) - 1
        self._possible: dict[ValueSet, int] = {}
        self.weights = _weights(trait, self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def possible(self, values: ValueSet) -> int:
        """The cells that hold at least one of the values, as bits; 0 when the values lie outside the trait's range."""
        bits = self._possible.get(values)
        if bits is None:
            bits = self._bits(values)
            if len(self._possible) < MOST_REMEMBERED:
                self._possible[values] = bits
        return bits

    def _bits(self, values: ValueSet) -> int:
        if isinstance(values, frozenset):
            bits = 0
            for value in values:
                bits |= 1 << self._index[value]
            return bits
        if len(values) == 1 and values[0][0][0] == values[0][1][0]:  # one number
            return 1 << self.cell_of(values[0][0][0])
        bits = 0
        for i, cell in enumerate(self.cells):
            if intersect(cell, values):
                bits |= 1 << i
        return bits

    def cell_of(self, number: float) -> int:
        """The index of the cell that holds this number."""
        return bisect_right(self.cuts, (number, 0.5))

    def inside(self, values: ValueSet) -> int:
        """The cells that lie wholly inside the values, as bits."""
        bits = 0
        for i, cell in enumerate(self.cells):
            if intersect(cell, values) == cell:
                bits |= 1 << i
        return bits

    def values_of(self, bits: int) -> ValueSet:
        """The values that a set of cells covers."""
        chosen = [c for i, c in enumerate(self.cells) if bits >> i & 1]
        if self.trait.numeric:
            return merge(s for c in chosen for s in c if isinstance(s, tuple))
        return frozenset(v for c in chosen for v in c if not isinstance(v, tuple))

    def label(self, cell: int) -> str:
        """The cell as a person writes it: `true`, `spiky`, `> 15 min`, `1 GB .. 4 GB`."""
        return describe_values(self.trait, self.cells[cell])

    def answer(self, cell: int) -> object:
        """The cell as an answer one can send back: a boolean, a value id, or the text of a range."""
        values = self.cells[cell]
        if isinstance(values, frozenset):
            return next(iter(values))
        return self.label(cell)


def _weights(trait: Trait, cells: tuple[ValueSet, ...]) -> tuple[float, ...]:
    """Shares of the cells. A typical share is split evenly over the cells it touches; what none touches weighs 1."""
    if trait.other_share and trait.type == "choice":
        named = _shares(trait, cells[:-1])  # the value `other` stands last
        return (*(w * (1 - trait.other_share) for w in named), trait.other_share)
    return _shares(trait, cells)


def _shares(trait: Trait, cells: tuple[ValueSet, ...]) -> tuple[float, ...]:
    raw = [0.0] * len(cells)
    touched = [False] * len(cells)
    for allowed, share in trait.typical:
        hit = [i for i, cell in enumerate(cells) if intersect(cell, allowed)]
        for i in hit:
            raw[i] += share / len(hit)
            touched[i] = True
    filled = [w if t else 1.0 for w, t in zip(raw, touched, strict=True)]
    total = sum(filled)
    return tuple(w / total for w in filled)


def describe_values(trait: Trait, values: ValueSet) -> str:
    """A value set in the notation of the files, so that it can be read and sent back."""
    if isinstance(values, frozenset):
        order = {v: i for i, v in enumerate(trait.value_ids)}
        return ", ".join(str(v).lower() if isinstance(v, bool) else v for v in sorted(values, key=lambda v: order.get(v, 0)))
    return ", ".join(_describe_span(trait, span) for span in values) or "nothing"


def _describe_span(trait: Trait, span: Span) -> str:
    (low, low_side), (high, high_side) = span

    def write(number: float) -> str:
        return format_quantity(number, trait.unit)

    if trait.type == "count":
        first = low if low_side == 0 else low + 1
        last = high if high_side == 1 else high - 1
        if math.isinf(last):
            return f">= {write(first)}"
        if first <= trait.low:
            return f"<= {write(last)}"
        return write(first) if first == last else f"{write(first)} .. {write(last)}"
    if low == high:
        return write(low)
    below = math.isinf(low) or (low == trait.low and low_side == 0)
    if math.isinf(high):
        return "any" if below else f"{'>' if low_side else '>='} {write(low)}"
    if below:
        return f"{'<=' if high_side else '<'} {write(high)}"
    return f"{'> ' * low_side}{write(low)} .. {'' if high_side else '< '}{write(high)}"
