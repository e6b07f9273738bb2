"""Held rules → points, exclusions and the list of rules that spoke, for one setting of priorities.

Rule bits are read as bytes. Each byte has a table of its 256 values, filled on first use, so that eight rules cost one look-up. The
points of all options travel in one integer, a lane per option; a lane is wide enough for the sum of everything that could be added.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeAlias

Entry: TypeAlias = "tuple[int, int, tuple[int, ...]]"  # packed half points, excluded options, rules
Points: TypeAlias = "tuple[int, ...]"
NARROW, WIDE = (16, "h"), (32, "i")


class Tally:
    """Sums over rule bits.

    effects: per rule, its (option, half points) pairs, priority included, and the options it makes impossible as bits.
    """

    def __init__(self, effects: Sequence[tuple[Sequence[tuple[int, int]], int]], options: int) -> None:
        most = [0] * options
        for points, _ in effects:
            for option, half in points:
                most[option] += abs(half)
        lane, code = NARROW if max(most, default=0) < 1 << 15 else WIDE
        self._packed = [sum(half << (lane * option) for option, half in points) for points, _ in effects]
        self._excluded = [excluded for _, excluded in effects]
        self._numbers = list(range(len(effects)))  # one object per rule number, shared by all entries: they stay in the cache
        self._blocks: list[list[Entry | None]] = [[None] * 256 for _ in range(0, len(effects), 8)]
        self._bias = sum(1 << (lane * option + lane - 1) for option in range(options))
        self._bytes = options * lane // 8
        self._unpack = struct.Struct(f"<{options}{code}").unpack

    def of(self, held: int) -> tuple[Points, int, list[int]]:
        """Half points per option, the excluded options as bits, and the numbers of the held rules, rising."""
        packed = excluded = 0
        spoken: list[int] = []
        blocks = self._blocks
        for block, bits in zip(blocks, held.to_bytes(len(blocks), "little")):  # noqa: B905 - equally long; the check costs a tenth
            if bits:
                entry = block[bits]
                if entry is None:
                    entry = self._fill(block, bits)
                more, out, rules = entry
                packed += more
                excluded |= out
                spoken += rules
        bias = self._bias  # added and flipped back, a lane reads as a signed number and borrows from no neighbour
        return self._unpack(((packed + bias) ^ bias).to_bytes(self._bytes, "little")), excluded, spoken

    def _fill(self, block: list[Entry | None], bits: int) -> Entry:
        first = 8 * next(i for i, b in enumerate(self._blocks) if b is block)
        rules = tuple(self._numbers[first + i] for i in range(8) if bits >> i & 1)
        excluded = 0
        for rule in rules:
            excluded |= self._excluded[rule]
        entry = block[bits] = (sum(self._packed[rule] for rule in rules), excluded, rules)
        return entry
