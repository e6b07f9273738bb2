"""The ways in which what is unknown can turn out, as far as they can change the winner: the table every look ahead stands on.

A completion gives each open trait one cell. Only what can still change the winner is kept: options that a rival beats whatever the
answers are dropped, then rules that move all the others alike, then traits that no remaining rule reads, and cells that those rules
cannot tell apart become one. None of this changes a win share. Combinations that break a constraint are left out.
Import this only when something is unknown: it loads NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from advisor.engine.kernel import Kernel, Verdict, bits_of

EXACT_LIMIT = 4096  # completions scored one by one; beyond it a fixed sample stands for them
SAMPLES = 2048
FACTOR_LIMIT = EXACT_LIMIT  # twice as many joint rows of traits that constraints tie are listed; beyond it they are sampled
OUT = -(1 << 20)  # one exclusion weighs more than all points together

Bits = NDArray[np.uint8]
Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Effects:
    """points, excludes: [rules, options], half points under one setting of priorities."""

    points: NDArray[np.int32]
    excludes: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kernel's cells let through: one row per cell of every axis, axis after axis.

    rules: [cells, clauses].   words: the same as [cells, 64-bit words].   constraints: [cells, constraint clauses].   first: row of
    each axis's first cell.
    """

    rules: Bits
    words: Words
    constraints: Bits
    first: tuple[int, ...]


def layout_of(kernel: Kernel) -> Layout:
    """The kernel's layout, made once."""
    found = kernel.remembered.get("layout")
    if not isinstance(found, Layout):
        sizes = [len(a) for a in kernel.axes]
        rules = unpacked_bits([m for masks in kernel.masks for m in masks], kernel.width)
        found = Layout(
            rules,
            words_of(rules),
            unpacked_bits([m for masks in kernel.constraint_masks for m in masks], len(kernel.constraint_axes)),
            tuple(sum(sizes[:i]) for i in range(len(sizes))),
        )
        kernel.remembered["layout"] = found
    return found


def effects_of(kernel: Kernel, weights: tuple[int, ...]) -> Effects:
    """What each rule does to each option under these priorities, made once per setting."""
    found = kernel.remembered.get(weights)
    if not isinstance(found, Effects):
        shape = (len(kernel.rules), len(kernel.options))
        points, excludes = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.bool_)
        for rule in range(len(kernel.rules)):
            for option, half in kernel.rule_points(rule, weights):
                points[rule, option] += half
            for option in bits_of(kernel.rule_excludes(rule)):
                excludes[rule, option] = True
        found = Effects(points, excludes)
        if len(kernel.remembered) < 64:
            kernel.remembered[weights] = found
    return found


def unpacked_bits(masks: Sequence[int], width: int) -> Bits:
    """Rows of bits, [masks, width], of integers."""
    size = max(1, -(-width // 8))
    raw = np.frombuffer(b"".join(m.to_bytes(size, "little") for m in masks), dtype=np.uint8).reshape(len(masks), size)
    return np.unpackbits(raw, axis=1, bitorder="little")[:, :width]


def words_of(bits: Bits) -> Words:
    """Rows of bits as rows of 64-bit words."""
    packed = np.packbits(bits, axis=1, bitorder="little")
    out = np.zeros((len(bits), max(1, -(-packed.shape[1] // 8)) * 8), dtype=np.uint8)
    out[:, : packed.shape[1]] = packed
    return out.view(np.uint64)


@dataclass(frozen=True, slots=True)
class Stake:
    """What can still change the winner.

    candidates: options that can still come first (position in the kernel).   rules: open rules that can change who does.
    """

    candidates: tuple[int, ...]
    rules: tuple[int, ...]


def at_stake(kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...], allowed: int, verdict: Verdict) -> Stake:
    """Which options can still win and which open rules can change that.

    A rival is out when some option that nothing can exclude any more stays ahead of it whatever the answers: the least difference,
    summed over the traits (rules of one trait exclude each other, so a trait counts with its worst answer) and the remaining rules.
    """
    survivors = [o for o in bits_of(allowed) if not verdict.excluded >> o & 1]
    opened = bits_of(verdict.open)
    if not opened or not survivors:
        top = max((verdict.points[o] for o in survivors), default=0)
        return Stake(tuple(o for o in survivors if verdict.points[o] == top), ())
    effects = effects_of(kernel, weights)
    grid = np.ix_(opened, survivors)
    points, excludes = effects.points[grid], effects.excludes[grid]
    threatened = excludes.any(axis=0)
    base = np.array([verdict.points[o] for o in survivors], dtype=np.int64)
    safe = np.flatnonzero(np.logical_not(threatened))
    candidates = list(range(len(survivors)))
    if len(safe):
        least = base[safe, None] - base[None, :] + _least_differences(kernel, cells, opened, points, safe)
        beaten = np.any(least > 0, axis=0)
        candidates = [i for i in candidates if not beaten[i]]
    kept_points, kept_excludes = points[:, candidates], excludes[:, candidates]
    matters = (kept_points != kept_points[:, :1]).any(axis=1) | kept_excludes.any(axis=1)
    rules = tuple(opened[i] for i in np.flatnonzero(matters)) if len(candidates) > 1 or kept_excludes.any() else ()
    return Stake(tuple(survivors[i] for i in candidates), rules)


def _least_differences(
    kernel: Kernel, cells: Mapping[int, int], opened: list[int], points: NDArray[np.int32], safe: Indices
) -> NDArray[np.int64]:
    """[safe, survivors]: how far each safe option can fall behind each other one by open rules (at most 0)."""
    layout = layout_of(kernel)
    alone: dict[int, list[int]] = {}
    joint: list[int] = []
    for i, rule in enumerate(opened):
        axes = kernel.rule_axes[rule]
        if len(axes) == 1 and kernel.rule_bits[rule] == 1 << rule:
            alone.setdefault(axes[0], []).append(i)
        else:
            joint.append(i)
    out = np.zeros((len(safe), points.shape[1]), dtype=np.int64)
    if joint:
        part = points[joint]
        out += np.minimum(part[:, safe, None] - part[:, None, :], 0).sum(axis=0)
    if alone:
        rows: list[int] = []
        starts: list[int] = []
        columns: list[int] = []
        owner: list[int] = []
        for axis, indices in alone.items():
            possible = cells.get(axis, kernel.axes[axis].full)
            starts.append(len(rows))
            rows += [layout.first[axis] + c for c in bits_of(possible)]
            owner += [axis] * possible.bit_count()
            columns += indices
        table = layout.rules[np.ix_(rows, [opened[i] for i in columns])].astype(np.int32)
        reads = np.array([kernel.rule_axes[opened[i]][0] for i in columns])
        table *= reads[None, :] == np.array(owner)[:, None]
        gained = table @ points[columns]
        out += np.minimum.reduceat(gained[:, safe, None] - gained[:, None, :], starts, axis=0).sum(axis=0)
    return out


@dataclass(frozen=True, slots=True)
class Factor:
    """Axes that constraints tie together (often just one), with their possible joint answers.

    classes: per axis, sets of cells that the remaining rules cannot tell apart.   picks: [rows, axes] class of each axis.
    words: [rows, words] of what the rows let through.   shares: [rows], summing to 1.
    """

    axes: tuple[int, ...]
    classes: tuple[tuple[int, ...], ...]
    picks: NDArray[np.int32]
    words: Words
    shares: Floats


@dataclass(frozen=True, slots=True)
class Completions:
    """The completions, or the sample that stands for them.

    factors: independent of each other.   rows: [completions, factors] row of each factor, or None when all combinations stand in
    order (the last factor turns fastest).   shares: [completions].   winners: [completions, candidates + 1] each completion's share
    per candidate, ties split evenly, the last column for "nothing survives".   sole: completions where exactly one option is first.
    """

    stake: Stake
    factors: tuple[Factor, ...]
    rows: Indices | None
    shares: Floats
    winners: Floats
    sole: NDArray[np.bool_]
    exact: bool

    @property
    def win_shares(self) -> dict[int, float]:
        """Option → share of completions in which it comes first. Options that are missing never do."""
        row, column = self.winners.nonzero()
        total = np.bincount(column, self.winners[row, column] * self.shares[row], len(self.stake.candidates) + 1)
        return {o: float(total[i]) for i, o in enumerate(self.stake.candidates)}

    def always_first(self, option: int) -> bool:
        """Whether this option alone comes first in every completion scored."""
        if option not in self.stake.candidates:
            return False
        column = self.winners[:, self.stake.candidates.index(option)] > 0
        return bool((column & self.sole).all())


def completions_of(
    kernel: Kernel, cells: Mapping[int, int], weights: tuple[int, ...], allowed: int, verdict: Verdict,
    exact_limit: int = EXACT_LIMIT, samples: int = SAMPLES,
) -> Completions:  # fmt: skip
    """Every completion of the possible cells scored, up to `exact_limit`; beyond it `samples` rows of a fixed sequence.

    The sequence is that of Richtmyer: multiples of the square roots of primes, fractions only (a Kronecker sequence), one prime per
    factor. Source: R. D. Richtmyer (1951), The evaluation of definite integrals, and a quasi-Monte-Carlo method.
    """
    stake = at_stake(kernel, cells, weights, allowed, verdict)
    factors, exact, live = _factors(kernel, cells, stake)
    total = 1
    for factor in factors:
        total *= len(factor.shares)
        if total > exact_limit:
            break
    rows: Indices | None = None
    if total <= exact_limit:
        words, shares = np.full((1, _width(kernel)), ~np.uint64(0)), np.ones(1)
        for factor in factors:
            words = (words[:, None, :] & factor.words[None, :, :]).reshape(-1, words.shape[1])
            shares = (shares[:, None] * factor.shares[None, :]).ravel()
    else:
        exact = False
        points = _sequence(samples, len(factors))
        rows = np.empty(points.shape, dtype=np.intp)
        words = np.full((samples, _width(kernel)), ~np.uint64(0))
        for i, factor in enumerate(factors):
            ends = np.cumsum(factor.shares)[:-1]
            rows[:, i] = np.searchsorted(ends, points[:, i], side="right")
            words &= factor.words[rows[:, i]]
        shares = np.full(samples, 1 / samples)
    winners, sole = _first(kernel, weights, verdict, stake, live, words)
    return Completions(stake, factors, rows, shares, winners, sole, exact)


def _width(kernel: Kernel) -> int:
    return max(1, -(-kernel.width // 64))


def _first(
    kernel: Kernel, weights: tuple[int, ...], verdict: Verdict, stake: Stake, live: int, words: Words
) -> tuple[Floats, NDArray[np.bool_]]:
    """Who comes first in each row of held bits; ties split evenly."""
    candidates = list(stake.candidates)
    winners = np.zeros((len(words), len(candidates) + 1))
    if not candidates:
        winners[:, -1] = 1.0
        return winners, np.zeros(len(words), dtype=np.bool_)
    score = np.repeat(np.array([[verdict.points[o] for o in candidates]], dtype=np.int32), len(words), axis=0)
    if stake.rules:
        effects = effects_of(kernel, weights)
        grid = np.ix_(stake.rules, candidates)
        gains = effects.points[grid] + OUT * effects.excludes[grid]
        moves = np.zeros((kernel.width, len(candidates)), dtype=np.int32)
        for rule, gain in zip(stake.rules, gains, strict=True):
            own = kernel.rule_bits[rule] & live
            if own == 1 << rule:
                moves[rule] = gain
            else:
                score[(words & _mask_words(own, words.shape[1])).any(axis=1)] += gain
        blocks = sorted({bit // 8 for bit in bits_of(live) if bit < len(kernel.rules)})
        held, tables = words.view(np.uint8), byte_sums(moves, blocks)
        for block, table in zip(blocks, tables, strict=True):
            score += table.take(held[:, block], axis=0)
    best = score.max(axis=1)
    alive = best > OUT // 2
    first = (score == best[:, None]) & alive[:, None]
    count = first.sum(axis=1)
    np.divide(first, np.maximum(count, 1)[:, None], out=winners[:, :-1])
    winners[:, -1] = ~alive
    return winners, count == 1


def _mask_words(mask: int, size: int) -> Words:
    """One row of words with these bits."""
    return np.array([(mask >> (64 * w)) & 0xFFFFFFFFFFFFFFFF for w in range(size)], dtype=np.uint64)


def byte_sums(moves: NDArray[np.int32], blocks: Sequence[int]) -> NDArray[np.int32]:
    """Per byte of bits, what each of its 256 values adds up to: [blocks, 256, columns] of moves [bits, columns].

    Table look-ups rather than a matrix product: the numbers stay whole, and no thread pool of a linear algebra library wakes up.
    """
    columns = moves.shape[1]
    padded = np.zeros((len(blocks), 8, columns), dtype=np.int32)
    for i, block in enumerate(blocks):
        part = moves[block * 8 : block * 8 + 8]
        padded[i, : len(part)] = part
    table = np.zeros((len(blocks), 256, columns), dtype=np.int32)
    for bit in range(8):
        half = 1 << bit
        table[:, half : 2 * half] = table[:, :half] + padded[:, bit, None, :]
    return table


def _factors(kernel: Kernel, cells: Mapping[int, int], stake: Stake) -> tuple[tuple[Factor, ...], bool, int]:
    """The independent factors, whether they are complete, and the clause bits that are at stake."""
    if not stake.rules:
        return (), True, 0
    live = kernel.start
    for axis, full in enumerate(kernel.axes):
        live &= kernel.state(axis, cells.get(axis, full.full))[0]
    wanted = 0
    for rule in stake.rules:
        wanted |= kernel.rule_bits[rule]
    live &= wanted
    bound = kernel.open_constraints(cells)
    groups, relevant = _tied_axes(kernel, cells, live, bound)
    exact = True
    out = []
    for axes in groups:
        if relevant.intersection(axes):
            bars = [c for c in bits_of(bound) if set(kernel.constraint_axes[c]).intersection(axes)]
            if bars:
                factor, complete = _joint_factor(kernel, cells, axes, live, bars)
                exact = exact and complete
            else:
                factor = _factor(kernel, cells, axes[0], live)
            out.append(factor)
    return tuple(out), exact, live


def _tied_axes(kernel: Kernel, cells: Mapping[int, int], live: int, bound: int) -> tuple[list[list[int]], set[int]]:
    """Open axes grouped by the constraints that tie them, and those that the live clause bits tell apart."""
    open_axes = [i for i, a in enumerate(kernel.axes) if cells.get(i, a.full).bit_count() > 1]
    relevant = set()
    for axis in open_axes:
        may, must = kernel.state(axis, cells.get(axis, kernel.axes[axis].full))
        if (may & ~must) & live:
            relevant.add(axis)
    leader = {a: a for a in open_axes}

    def find(axis: int) -> int:
        while leader[axis] != axis:
            axis = leader[axis]
        return axis

    for clause in bits_of(bound):
        first, *others = [a for a in kernel.constraint_axes[clause] if a in leader]
        for other in others:
            a, b = find(first), find(other)
            leader[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for axis in open_axes:
        groups.setdefault(find(axis), []).append(axis)
    return list(groups.values()), relevant


def _classes(kernel: Kernel, cells: Mapping[int, int], axis: int, live: int, bars: int = 0) -> tuple[list[list[int]], Floats]:
    """The possible cells of an axis, those together that the live clauses and constraints cannot tell apart; and their shares."""
    groups: dict[tuple[int, int], list[int]] = {}
    masks, forbids = kernel.masks[axis], kernel.constraint_masks[axis]
    for cell in bits_of(cells.get(axis, kernel.axes[axis].full)):
        groups.setdefault((masks[cell] & live, forbids[cell] & bars), []).append(cell)
    weights = kernel.axes[axis].weights
    shares = np.array([sum(weights[c] for c in group) for group in groups.values()])
    return list(groups.values()), shares / shares.sum()


def _factor(kernel: Kernel, cells: Mapping[int, int], axis: int, live: int) -> Factor:
    """The factor of an axis that no constraint ties."""
    groups, shares = _classes(kernel, cells, axis, live)
    layout = layout_of(kernel)
    words = layout.words[[layout.first[axis] + g[0] for g in groups]]
    picks = np.arange(len(groups), dtype=np.int32)[:, None]
    return Factor((axis,), (tuple(sum(1 << c for c in g) for g in groups),), picks, words, shares)


def _joint_factor(kernel: Kernel, cells: Mapping[int, int], axes: list[int], live: int, bars: list[int]) -> tuple[Factor, bool]:
    """The joint answers of tied axes, and whether they are complete. bars: constraint clauses that tie them.

    Constraints that leave no answer at all contradict each other or what was stated; they are then left aside.
    """
    layout = layout_of(kernel)
    barred = sum(1 << b for b in bars)
    parts = [_classes(kernel, cells, axis, live, barred) for axis in axes]
    classes = tuple(tuple(sum(1 << c for c in group) for group in groups) for groups, _ in parts)
    words = [layout.words[[layout.first[axis] + g[0] for g in groups]] for axis, (groups, _) in zip(axes, parts, strict=True)]
    forbids = [
        layout.constraints[[layout.first[axis] + g[0] for g in groups]][:, bars] != 0 for axis, (groups, _) in zip(axes, parts, strict=True)
    ]
    picks, shares, complete = _possible_rows([s for _, s in parts], forbids)
    let = np.full((len(picks), _width(kernel)), ~np.uint64(0))
    for column, part in enumerate(words):
        let &= part[picks[:, column]]
    return Factor(tuple(axes), classes, picks, let, shares / shares.sum()), complete


def _possible_rows(shares: list[Floats], forbids: list[NDArray[np.bool_]]) -> tuple[NDArray[np.int32], Floats, bool]:
    """Joint rows ([rows, axes] of classes) that no constraint forbids, their shares, and whether they are all there are.

    shares, forbids: per axis, [classes] and [classes, constraints]; a row is forbidden when all its classes let one constraint through.
    Few combinations are listed; of many, a fixed sample is drawn and the forbidden ones left out.
    """
    sizes = [len(s) for s in shares]
    total = int(np.prod(sizes, dtype=np.float64))
    listed = total <= 2 * FACTOR_LIMIT
    if listed:
        picks = np.stack([i.ravel() for i in np.indices(sizes, dtype=np.int32)], axis=1)
    else:
        points = _sequence(4 * SAMPLES, len(sizes))
        columns = [np.searchsorted(np.cumsum(s)[:-1], points[:, i], side="right") for i, s in enumerate(shares)]
        picks = np.stack(columns, axis=1).astype(np.int32)
    broken = np.ones((len(picks), forbids[0].shape[1]), dtype=np.bool_)
    weight = np.ones(len(picks))
    for column, (part, share) in enumerate(zip(forbids, shares, strict=True)):
        broken &= part[picks[:, column]]
        if listed:
            weight *= share[picks[:, column]]
    keep: NDArray[np.intp] = np.flatnonzero(np.logical_not(np.any(broken, axis=1)))
    if not len(keep):
        keep = np.arange(len(picks))
    return picks[keep], weight[keep], listed


@lru_cache(maxsize=64)
def _sequence(count: int, dimensions: int) -> Floats:
    """[count, dimensions] of numbers in [0, 1), spread evenly; always the same."""
    primes: list[int] = []
    candidate = 2
    while len(primes) < dimensions:
        if all(candidate % p for p in primes):
            primes.append(candidate)
        candidate += 1
    steps: Floats = np.sqrt(np.array(primes, dtype=np.float64))
    out: Floats = (0.5 + np.arange(1, count + 1)[:, None] * steps[None, :]) % 1.0
    out.setflags(write=False)
    return out
