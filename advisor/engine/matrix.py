"""Scoring many workloads at once: the kernel's masks as NumPy arrays. Import this only when there are many.

A workload is one state number per axis of the kernel; a state is a set of possible cells, by default one cell. Several axes share one
table that gives, for their joint state, the clauses let through as 64-bit words; a workload's held clauses are the AND of a few words.
Held rules are read in blocks of bits, each with a table of packed sums: the points of several options travel in one word, a lane per
option. Exclusions come first among the bits, so that few blocks need a table of excluded lanes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from advisor.engine.completions import effects_of, unpacked_bits, words_of

if TYPE_CHECKING:
    from advisor.engine.kernel import Kernel

Words = NDArray[np.uint64]
Points = NDArray[np.int32]
Flags = NDArray[np.bool_]
Column: TypeAlias = "NDArray[np.integer] | int"  # state numbers of one axis, [n], or one number for all workloads
CHUNK = 1 << 15
JOINT_STATES = 2048  # rows of a table of several axes: it stays in the nearest cache


class Matrix:
    """Vectorised form of one kernel for one setting of priorities (half-point weights per pillar).

    states: per axis, the sets of possible cells that workloads may name; all single cells by default.
    """

    def __init__(self, kernel: Kernel, weights: tuple[int, ...], states: Sequence[Sequence[int]] | None = None) -> None:
        self.kernel = kernel
        self.states = [list(s) for s in states] if states is not None else [[1 << c for c in range(len(a))] for a in kernel.axes]
        effects = effects_of(kernel, weights)
        rules = len(kernel.rules)
        order = sorted(range(rules), key=lambda r: not effects.excludes[r].any()) + list(range(rules, kernel.width))
        self._order = order
        self._masks = [self._permuted([kernel.state(axis, s)[1] for s in found]) for axis, found in enumerate(self.states)]
        self._start = self._permuted([kernel.start])[0]
        self._sharp = [any(s.bit_count() > 1 for axis in multi.axes for s in self.states[axis]) for multi in kernel.multi]
        self._multi = [(self._mask(multi.group), self._mask(multi.bit)) for multi in kernel.multi]
        self._tables(effects.points[order[:rules]], effects.excludes[order[:rules]])

    def _permuted(self, masks: list[int]) -> Words:
        return words_of(unpacked_bits(masks, self.kernel.width)[:, self._order])

    def _mask(self, mask: int) -> Words:
        out: Words = self._permuted([mask])[0]
        return out

    def _tables(self, points: Points, excludes: Flags) -> None:
        """Per block of rule bits, packed sums and excluded lanes of each of its values."""
        rules, options = points.shape
        wide = int(np.abs(points).sum(axis=0).max(initial=0)) >= (1 << 15) - 1
        self._lane = np.dtype(np.uint32 if wide else np.uint16)
        self._bias = 1 << (self._lane.itemsize * 8 - 1)
        self._per_word = 8 // self._lane.itemsize
        self._lane_words = -(-options // self._per_word)
        self._block = 12 if rules <= 768 else 8
        lanes = np.zeros((rules, self._lane_words * self._per_word), dtype=self._lane)
        lanes[:, :options] = excludes * np.array(-1, dtype=np.int64).astype(self._lane)
        barred = lanes.view(np.uint64)
        signed = np.zeros((rules, self._lane_words), dtype=np.uint64)
        for option in range(options):
            word, place = divmod(option, self._per_word)
            shift = np.uint64(place * self._lane.itemsize * 8)
            signed[:, word] += points[:, option].astype(np.int64).view(np.uint64) << shift
        self._gains: list[Words | None] = []
        self._bars: list[Words | None] = []
        for low in range(0, rules, self._block):
            part = slice(low, low + self._block)
            self._gains.append(self._sums(signed[part], np.add) if signed[part].any() else None)
            self._bars.append(self._sums(barred[part], np.bitwise_or) if barred[part].any() else None)

    def _sums(self, lanes: Words, join: np.ufunc) -> Words:
        """[lane words, values of a block]: the lanes of all its set bits joined; bits beyond the rules add nothing."""
        table = np.zeros((self._lane_words, 1 << self._block), dtype=np.uint64)
        for bit in range(self._block):
            half = 1 << bit
            table[:, half : 2 * half] = join(table[:, :half], lanes[bit][:, None]) if bit < len(lanes) else table[:, :half]
        return table

    # ── judging ───────────────────────────────────────────────────────────────────────────────────────────────
    def _joints(self, columns: Sequence[Column]) -> tuple[Words, list[tuple[list[int], list[Words]]]]:
        """What the axes with one state for all let through, and groups of the other axes, each with its tables (one per word)."""
        base = self._start.copy()
        groups: list[tuple[list[int], Words]] = []
        for axis, column in enumerate(columns):
            masks = self._masks[axis]
            if isinstance(column, int):
                base &= masks[column]
            elif groups and len(groups[-1][1]) * len(masks) <= JOINT_STATES:
                axes, table = groups[-1]
                groups[-1] = ([*axes, axis], (table[:, None, :] & masks[None, :, :]).reshape(-1, masks.shape[1]))
            else:
                groups.append(([axis], masks))
        return base, [(axes, [np.ascontiguousarray(table[:, w]) for w in range(table.shape[1])]) for axes, table in groups]

    def _held(
        self, columns: Sequence[Column], part: slice, count: int, base: Words, joints: list[tuple[list[int], list[Words]]]
    ) -> list[Words]:
        """Held bits of one chunk, one array per word."""
        held = [np.full(count, word, dtype=np.uint64) for word in base]
        for axes, tables in joints:
            index = np.asarray(columns[axes[0]])[part].astype(np.uint16)
            for axis in axes[1:]:
                index *= np.uint16(len(self.states[axis]))
                index += np.asarray(columns[axis])[part].astype(np.uint16, copy=False)
            place = index.astype(np.intp)
            for word, table in zip(held, tables, strict=True):
                word &= table.take(place)
        for number, (group, bit) in enumerate(self._multi):
            hit = np.zeros(count, dtype=np.bool_)
            for word, wanted in zip(held, group.tolist(), strict=True):
                if wanted:
                    hit |= (word & np.uint64(wanted)) != 0
            if self._sharp[number]:
                hit |= self._together(number, columns, part, count)
            for word, wanted in zip(held, bit.tolist(), strict=True):
                if wanted:
                    word |= hit.astype(np.uint64) * np.uint64(wanted)
        return held

    def _together(self, multi: int, columns: Sequence[Column], part: slice, count: int) -> Flags:
        """Workloads where a rule of several clauses holds, though perhaps none of its clauses does alone."""
        axes = self.kernel.multi[multi].axes
        key = np.zeros(count, dtype=np.int64)
        for axis in axes:
            column = columns[axis]
            key = key * len(self.states[axis]) + (column if isinstance(column, int) else column[part])
        found, place = np.unique(key, return_inverse=True)
        truths = np.zeros(len(found), dtype=np.bool_)
        for i, code in enumerate(found.tolist()):
            cells = {}
            for axis in reversed(axes):
                code, state = divmod(code, len(self.states[axis]))
                cells[axis] = self.states[axis][state]
            truths[i] = bool(self.kernel.judge(cells)[0] & self.kernel.multi[multi].bit)
        return truths[place]

    def _lanes(self, held: list[Words]) -> tuple[list[Words], list[Words | None]]:
        """Packed biased points and excluded lanes, per lane word."""
        bias = sum(self._bias << (i * self._lane.itemsize * 8) for i in range(self._per_word))
        packed = [np.full(len(held[0]), bias, dtype=np.uint64) for _ in range(self._lane_words)]
        barred: list[Words | None] = [None] * self._lane_words
        mask = np.uint64((1 << self._block) - 1)
        for number, (gains, bars) in enumerate(zip(self._gains, self._bars, strict=True)):
            index = self._block_values(held, number * self._block, mask)
            for i in range(self._lane_words):
                if gains is not None:
                    packed[i] += gains[i].take(index)
                if bars is not None:
                    more, earlier = bars[i].take(index), barred[i]
                    barred[i] = more if earlier is None else earlier | more
        return packed, barred

    def _block_values(self, held: list[Words], first: int, mask: np.uint64) -> NDArray[np.int64]:
        word, shift = divmod(first, 64)
        value = held[word] >> np.uint64(shift)
        if shift + self._block > 64 and word + 1 < len(held):
            value |= held[word + 1] << np.uint64(64 - shift)
        value &= mask
        return value.view(np.int64)

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────
    def score(self, columns: Sequence[Column], count: int) -> tuple[Points, Flags]:
        """(half points, excluded), both [n, options], of `count` workloads; `columns` has the states of each axis, in their order."""
        options = len(self.kernel.options)
        points, excluded = np.empty((count, options), dtype=np.int32), np.zeros((count, options), dtype=np.bool_)
        base, joints = self._joints(columns)
        for low in range(0, count, CHUNK):
            part = slice(low, min(low + CHUNK, count))
            size = part.stop - low
            packed, barred = self._lanes(self._held(columns, part, size, base, joints))
            signed = np.int32 if self._lane.itemsize == 4 else np.int16
            points[part] = (self._by_option(packed) ^ self._lane.type(self._bias)).view(signed)  # the bias is the sign bit
            if any(out is not None for out in barred):
                nothing = np.zeros(size, dtype=np.uint64)
                excluded[part] = self._by_option([nothing if out is None else out for out in barred]) != 0
        return points, excluded

    def _by_option(self, packed: list[Words]) -> NDArray[np.unsignedinteger[Any]]:
        """[n, options] lanes of packed words."""
        together = np.stack(packed, axis=1).view(self._lane)
        lanes: NDArray[np.unsignedinteger[Any]] = together[:, : len(self.kernel.options)]
        return lanes

    def first(self, columns: Sequence[Column], count: int) -> tuple[NDArray[np.int16], Points, Flags]:
        """Of each workload, [n] each: the option that comes first (of several the first in order, -1 when nothing survives), its half
        points, and whether others share the first place.
        """
        best, top, tied = np.empty(count, dtype=np.int16), np.empty(count, dtype=np.int32), np.empty(count, dtype=np.bool_)
        base, joints = self._joints(columns)
        for low in range(0, count, CHUNK):
            part = slice(low, min(low + CHUNK, count))
            size = part.stop - low
            packed, barred = self._lanes(self._held(columns, part, size, base, joints))
            for word, out in zip(packed, barred, strict=True):
                if out is not None:
                    word &= ~out  # an excluded lane reads 0, below any sum
            lanes = [
                np.ascontiguousarray(packed[o // self._per_word].view(self._lane)[o % self._per_word :: self._per_word])
                for o in range(len(self.kernel.options))
            ]
            highest = lanes[0].copy()
            for lane in lanes[1:]:
                np.maximum(highest, lane, out=highest)
            who, level = np.zeros(size, dtype=np.int16), np.zeros(size, dtype=np.int16)
            for option in reversed(range(len(lanes))):
                same = lanes[option] == highest
                level += same
                np.copyto(who, np.int16(option), where=same)
            nobody = highest == 0
            who[nobody] = -1
            best[part], tied[part] = who, (level > 1) & np.logical_not(nobody)
            top[part] = highest.astype(np.int64) - self._bias
        return best, top, tied
