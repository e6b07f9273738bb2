"""Sets of values of one trait: finite sets of names or booleans, and unions of intervals of numbers.

An edge is `(value, side)`: side 0 stands just before the value, side 1 just after it. The interval `> 15` begins at `(15, 1)`,
`>= 15` at `(15, 0)`, `<= 15` ends at `(15, 1)`. With this no interval needs an open or closed flag, and none is empty by accident.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

Edge: TypeAlias = tuple[float, int]
Span: TypeAlias = tuple[Edge, Edge]
Spans: TypeAlias = tuple[Span, ...]
Discrete: TypeAlias = "frozenset[str | bool]"
ValueSet: TypeAlias = "Spans | frozenset[str | bool]"

LOWEST: Edge = (-math.inf, 0)
HIGHEST: Edge = (math.inf, 1)
EVERYTHING: Spans = ((LOWEST, HIGHEST),)


def point(value: float) -> Spans:
    """The set of this one number."""
    return (((value, 0), (value, 1)),)


def merge(spans: Iterable[Span]) -> Spans:
    """Sorted, disjoint, non-empty spans that cover the same numbers."""
    out: list[Span] = []
    for lo, hi in sorted(s for s in spans if s[0] < s[1]):
        if out and lo <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], hi))
        else:
            out.append((lo, hi))
    return tuple(out)


def union(a: ValueSet, b: ValueSet) -> ValueSet:
    """Values in either set; both of one kind."""
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        return a | b
    assert isinstance(a, tuple)
    assert isinstance(b, tuple)
    return merge((*a, *b))


def intersect(a: ValueSet, b: ValueSet) -> ValueSet:
    """Values in both sets; both of one kind."""
    if isinstance(a, frozenset) and isinstance(b, frozenset):
        return a & b
    assert isinstance(a, tuple)
    assert isinstance(b, tuple)
    return merge((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)


def complement(spans: Spans) -> Spans:
    """All numbers that are not in the spans."""
    edges = LOWEST
    out: list[Span] = []
    for lo, hi in merge(spans):
        out.append((edges, lo))
        edges = hi
    out.append((edges, HIGHEST))
    return merge(out)


def whole(edge: Edge) -> Edge:
    """The same cut among whole numbers: always just before one of them, so that no cell lies between 3 and 4."""
    value, side = edge
    if math.isinf(value):
        return edge
    return (math.floor(value) + 1.0, 0) if side else (float(math.ceil(value)), 0)
