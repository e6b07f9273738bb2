"""Sums over rule bits equal sums over rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from advisor.engine.tally import Tally

OPTIONS = 5
Effects = list[tuple[list[tuple[int, int]], int]]
pairs = st.lists(st.tuples(st.integers(0, OPTIONS - 1), st.integers(-32, 32)), max_size=3)
effects = st.lists(st.tuples(pairs, st.integers(0, 2**OPTIONS - 1)), max_size=40)


def plain(rules: Effects, held: int) -> tuple[tuple[int, ...], int, list[int]]:
    """The same by adding up one rule after the other."""
    points, excluded, spoken = [0] * OPTIONS, 0, []
    for number, (moves, out) in enumerate(rules):
        if held >> number & 1:
            spoken.append(number)
            excluded |= out
            for option, half in moves:
                points[option] += half
    return tuple(points), excluded, spoken


@given(effects, st.data())
def test_equals_adding_one_rule_after_the_other(rules: Effects, data: st.DataObject) -> None:
    """Points, exclusions and the list of rules, the first time and when the tables are filled."""
    tally = Tally(rules, OPTIONS)
    held = data.draw(st.integers(0, 2 ** len(rules) - 1))
    assert tally.of(held) == plain(rules, held)
    assert tally.of(held) == plain(rules, held)


@given(st.lists(st.integers(-(2**20), 2**20), min_size=OPTIONS, max_size=OPTIONS))
def test_lanes_are_wide_enough_for_any_sum(halves: list[int]) -> None:
    """Points beyond 16 bits, of either sign, run into no neighbour."""
    rules: Effects = [([(o, h)], 0) for o, h in enumerate(halves)] * 2
    assert Tally(rules, OPTIONS).of(2 ** len(rules) - 1)[0] == tuple(2 * h for h in halves)


def test_the_widest_sum_of_a_narrow_lane_is_right() -> None:
    """32,767 half points, the most that 16 bits hold, and one more."""
    for most in (2**15 - 1, 2**15):
        for sign in (1, -1):
            rules: Effects = [([(1, sign * most), (2, -sign)], 0)]
            assert Tally(rules, OPTIONS).of(1)[0] == (0, sign * most, -sign, 0, 0)
