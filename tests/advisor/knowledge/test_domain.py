"""Sets of numbers obey the laws of sets, to the edge."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge.domain import EVERYTHING, HIGHEST, LOWEST, Edge, Spans, complement, intersect, merge, point, union, whole

edges = st.tuples(st.integers(-4, 4).map(float), st.integers(0, 1))
anywhere = st.one_of(edges, st.just(LOWEST), st.just(HIGHEST))
spans = st.lists(st.tuples(anywhere, anywhere), max_size=4).map(merge)
numbers = st.integers(-10, 10).map(lambda n: n / 2)


def inside(value: float, found: object) -> bool:
    """Whether a number lies in the spans."""
    assert isinstance(found, tuple)
    return any(low <= (value, 0) and (value, 1) <= high for low, high in found)


@given(spans, spans, numbers)
def test_sets_of_numbers(a: Spans, b: Spans, x: float) -> None:
    """Union, intersection and complement are what they are for single numbers."""
    assert inside(x, union(a, b)) == (inside(x, a) or inside(x, b))
    assert inside(x, intersect(a, b)) == (inside(x, a) and inside(x, b))
    assert inside(x, complement(a)) == (not inside(x, a))


@given(spans, spans, spans)
def test_laws(a: Spans, b: Spans, c: Spans) -> None:
    """Equal sets are equal spans: order, grouping and repetition change nothing."""
    assert union(a, b) == union(b, a)
    assert intersect(a, b) == intersect(b, a)
    assert union(a, union(b, c)) == union(union(a, b), c)
    assert intersect(a, intersect(b, c)) == intersect(intersect(a, b), c)
    assert intersect(a, union(b, c)) == union(intersect(a, b), intersect(a, c))
    assert complement(complement(a)) == a
    assert union(a, complement(a)) == EVERYTHING
    assert intersect(a, complement(a)) == ()
    assert complement(union(a, b)) == intersect(complement(a), complement(b))


@given(st.lists(st.tuples(anywhere, anywhere), max_size=6))
def test_merging_gives_sorted_disjoint_spans(raw: list[tuple[Edge, Edge]]) -> None:
    """Neither empty, nor touching, nor out of order; merging again changes nothing."""
    found = merge(raw)
    assert all(low < high for low, high in found)
    assert all(a[1] < b[0] for a, b in pairwise(found))
    assert merge(found) == found == merge(raw[::-1])


def test_a_point_is_the_number_alone() -> None:
    """Both neighbours are outside."""
    assert inside(3, point(3))
    assert not inside(math.nextafter(3, 4), point(3))
    assert not inside(math.nextafter(3, 2), point(3))


@given(edges, st.integers(-6, 6))
def test_whole_edges_cut_whole_numbers_at_the_same_place(edge: Edge, n: int) -> None:
    """Moved to just before a whole number, the edge has the same whole numbers on each side."""
    value, side = edge
    assert whole(edge)[1] == 0
    assert ((float(n), 0) >= whole(edge)) == ((float(n), 0) >= edge)
    half = (value + 0.5, side)
    assert ((float(n), 0) >= whole(half)) == ((float(n), 0) >= half)
    assert whole(LOWEST) == LOWEST
    assert whole(HIGHEST) == HIGHEST


def test_names_are_plain_sets() -> None:
    """Booleans and choices."""
    assert union(frozenset(["a"]), frozenset(["b"])) == {"a", "b"}
    assert intersect(frozenset(["a", "b"]), frozenset(["b", "c"])) == {"b"}
