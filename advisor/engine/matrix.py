"""Scoring many workloads at once: the kernel's masks as NumPy arrays. Import this only when there are many.

A workload is a row of cell numbers, one per axis of the kernel. Rules become 64-bit words of clause bits; a row's held clauses are the
AND of one word vector per axis; held bits become points through byte tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from advisor.engine.kernel import Kernel

Cells = NDArray[np.int64]
Points = NDArray[np.int32]
Flags = NDArray[np.bool_]
CHUNK = 1 << 15


class Matrix:
    """Vectorised form of one kernel for one setting of priorities (half-point weights per pillar)."""

    def __init__(self, kernel: Kernel, weights: tuple[int, ...]) -> None:
        self.kernel = kernel
        self.words = max(1, -(-kernel.width // 64))
        self.axis_masks = [np.array([self._split(m) for m in masks], dtype=np.uint64) for masks in kernel.masks]
        self.start = np.array(self._split(kernel.start), dtype=np.uint64)
        options, rules = len(kernel.options), len(kernel.rules)
        self.points = np.zeros((rules, options), dtype=np.int32)
        self.excludes = np.zeros((rules, options), dtype=bool)
        for rule in range(rules):
            for option, points in kernel.rule_points(rule, weights):
                self.points[rule, option] += points
            mask = kernel.rule_excludes(rule)
            self.excludes[rule] = [bool(mask >> o & 1) for o in range(options)]
        self._byte_tables()

    def _split(self, mask: int) -> list[int]:
        return [(mask >> (64 * w)) & 0xFFFFFFFFFFFFFFFF for w in range(self.words)]

    def _byte_tables(self) -> None:
        """Per byte of rule bits: points and exclusions of each of its 256 values, exclusions folded in as a count beside."""
        rules, options = self.points.shape
        blocks = -(-rules // 8) if rules else 0
        bits = (np.arange(256)[:, None] >> np.arange(8)) & 1
        self.byte_points = np.zeros((blocks, 256, options), dtype=np.int32)
        self.byte_excluded = np.zeros((blocks, 256, options), dtype=bool)
        for block in range(blocks):
            part = slice(block * 8, min(block * 8 + 8, rules))
            width = part.stop - part.start
            self.byte_points[block] = bits[:, :width] @ self.points[part]
            self.byte_excluded[block] = (bits[:, :width] @ self.excludes[part].astype(np.int32)) > 0
        self.has_exclusion = [bool(self.byte_excluded[b].any()) for b in range(blocks)]
        self.has_points = [bool(self.byte_points[b].any()) for b in range(blocks)]

    def held(self, cells: Cells, axes: Sequence[int] | None = None, base: NDArray[np.uint64] | None = None) -> NDArray[np.uint64]:
        """Held rule bits, [n, words]: rows of `cells` give the cell of each axis in `axes` (all axes by default).

        `base` holds what the other axes let through, [words].
        """
        order = range(len(self.axis_masks)) if axes is None else axes
        start = self.start if base is None else base
        out = np.broadcast_to(start, (len(cells), self.words)).copy()
        for column, axis in enumerate(order):
            out &= self.axis_masks[axis][cells[:, column]]
        for multi in self.kernel.multi:
            group = np.array(self._split(multi.group), dtype=np.uint64)
            rule = np.array(self._split(multi.bit), dtype=np.uint64)
            hit = ((out & group) != 0).any(axis=1)
            out[hit] |= rule
        return out

    def tally(self, held: NDArray[np.uint64]) -> tuple[Points, Flags]:
        """(half points, excluded), both [n, options], of held rule bits."""
        count, options = len(held), len(self.kernel.options)
        points = np.zeros((count, options), dtype=np.int32)
        excluded = np.zeros((count, options), dtype=bool)
        for block in range(len(self.byte_points)):
            word, shift = divmod(block * 8, 64)
            byte = (held[:, word] >> np.uint64(shift)) & np.uint64(0xFF)
            index = byte.astype(np.intp)
            if self.has_points[block]:
                points += self.byte_points[block][index]
            if self.has_exclusion[block]:
                excluded |= self.byte_excluded[block][index]
        return points, excluded

    def score(self, cells: Cells) -> tuple[Points, Flags]:
        """(half points, excluded), both [n, options]; `cells` is [n, axes] of cell numbers, complete workloads."""
        points = np.empty((len(cells), len(self.kernel.options)), dtype=np.int32)
        excluded = np.empty(points.shape, dtype=bool)
        for low in range(0, len(cells), CHUNK):
            part = slice(low, low + CHUNK)
            points[part], excluded[part] = self.tally(self.held(cells[part]))
        return points, excluded
