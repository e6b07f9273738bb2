"""Scoring many workloads at once: the kernel's masks as NumPy arrays. Import this only when there are many.

A workload is a row of state numbers, one per axis of the kernel; a state is a set of possible cells, by default one cell. Rules become
64-bit words of clause bits; a row's held clauses are the AND of one word vector per axis; held bits become points through byte tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from advisor.engine.kernel import Kernel

States = NDArray[np.intp]
Words = NDArray[np.uint64]
Points = NDArray[np.int32]
Flags = NDArray[np.bool_]
CHUNK = 1 << 15


class Matrix:
    """Vectorised form of one kernel for one setting of priorities (half-point weights per pillar).

    states: per axis, the sets of possible cells that rows may name; all single cells by default.
    """

    def __init__(self, kernel: Kernel, weights: tuple[int, ...], states: Sequence[Sequence[int]] | None = None) -> None:
        self.kernel = kernel
        self.states = [list(s) for s in states] if states is not None else [[1 << c for c in range(len(a))] for a in kernel.axes]
        self.words = max(1, -(-kernel.width // 64))
        self.axis_masks = [
            np.array([self._split(kernel.state(axis, s)[1]) for s in found], dtype=np.uint64) for axis, found in enumerate(self.states)
        ]
        self.start = np.array(self._split(kernel.start), dtype=np.uint64)
        self.sharp = [any(s.bit_count() > 1 for axis in multi.axes for s in self.states[axis]) for multi in kernel.multi]
        options, rules = len(kernel.options), len(kernel.rules)
        self.points = np.zeros((rules, options), dtype=np.int32)
        self.excludes = np.zeros((rules, options), dtype=np.bool_)
        for rule in range(rules):
            for option, points in kernel.rule_points(rule, weights):
                self.points[rule, option] += points
            mask = kernel.rule_excludes(rule)
            self.excludes[rule] = [bool(mask >> o & 1) for o in range(options)]
        self._byte_tables()

    def _split(self, mask: int) -> list[int]:
        return [(mask >> (64 * w)) & 0xFFFFFFFFFFFFFFFF for w in range(self.words)]

    def _byte_tables(self) -> None:
        """Per byte of rule bits: points and exclusions of each of its 256 values."""
        rules, options = self.points.shape
        blocks = -(-rules // 8) if rules else 0
        self.byte_points = np.zeros((blocks, 256, options), dtype=np.int32)
        self.byte_excluded = np.zeros((blocks, 256, options), dtype=np.bool_)
        for bit in range(blocks * 8):  # the last bits of the last byte may be clauses, which add nothing
            block, half = bit // 8, 1 << (bit % 8)
            points, excludes = (self.points[bit], self.excludes[bit]) if bit < rules else (np.int32(0), np.bool_(False))
            self.byte_points[block, half : 2 * half] = self.byte_points[block, :half] + points
            self.byte_excluded[block, half : 2 * half] = self.byte_excluded[block, :half] | excludes
        self.has_exclusion = [bool(self.byte_excluded[b].any()) for b in range(blocks)]
        self.has_points = [bool(self.byte_points[b].any()) for b in range(blocks)]

    def held(self, rows: States) -> Words:
        """Held rule bits, [n, words]; `rows` is [n, axes] of state numbers."""
        out = np.repeat(self.start[None, :], len(rows), axis=0)
        for axis, masks in enumerate(self.axis_masks):
            out &= masks[rows[:, axis]]
        for index, multi in enumerate(self.kernel.multi):
            group = np.array(self._split(multi.group), dtype=np.uint64)
            hit = np.any((out & group) != 0, axis=1)
            if self.sharp[index]:
                hit |= self._together(index, rows)
            out[hit] |= np.array(self._split(multi.bit), dtype=np.uint64)
        return out

    def _together(self, multi: int, rows: States) -> Flags:
        """Rows where a rule of several clauses holds, though perhaps none of its clauses does alone."""
        axes = self.kernel.multi[multi].axes
        key = np.zeros(len(rows), dtype=np.int64)
        for axis in axes:
            key = key * len(self.states[axis]) + rows[:, axis]
        found, place = np.unique(key, return_inverse=True)
        truths = np.zeros(len(found), dtype=np.bool_)
        for i, code in enumerate(found.tolist()):
            cells = {}
            for axis in reversed(axes):
                code, state = divmod(code, len(self.states[axis]))
                cells[axis] = self.states[axis][state]
            truths[i] = bool(self.kernel.judge(cells)[0] & self.kernel.multi[multi].bit)
        return truths[place]

    def tally(self, held: Words) -> tuple[Points, Flags]:
        """(half points, excluded), both [n, options], of held rule bits."""
        count, options = len(held), len(self.kernel.options)
        points = np.zeros((count, options), dtype=np.int32)
        excluded = np.zeros((count, options), dtype=np.bool_)
        bytes_of = np.ascontiguousarray(held).view(np.uint8)
        for block in range(len(self.byte_points)):
            index = bytes_of[:, block]
            if self.has_points[block]:
                points += self.byte_points[block][index]
            if self.has_exclusion[block]:
                excluded |= self.byte_excluded[block][index]
        return points, excluded

    def score(self, rows: States) -> tuple[Points, Flags]:
        """(half points, excluded), both [n, options]; `rows` is [n, axes] of state numbers."""
        points = np.empty((len(rows), len(self.kernel.options)), dtype=np.int32)
        excluded = np.empty(points.shape, dtype=np.bool_)
        for low in range(0, len(rows), CHUNK):
            part = slice(low, low + CHUNK)
            points[part], excluded[part] = self.tally(self.held(rows[part]))
        return points, excluded
