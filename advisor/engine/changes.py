"""Which answers could be changed, and who would then come first: the search behind what-if.

A move gives one changeable trait one cell: another answer, or an answer to what is open. Its consequences, inference included, are
worked out once; combinations of moves that share no inference are put together from these and scored as rows of a matrix, the others
are worked out one by one. Combinations that cannot occur are left out. Import this only for what-if: it loads NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from advisor.engine.cells import Axis
from advisor.engine.inquiry import sendable
from advisor.engine.kernel import bits_of
from advisor.engine.matrix import Matrix
from advisor.engine.recommend import Case, Engine
from advisor.engine.results import Change
from advisor.engine.workload import Answer, Answers, show
from advisor.knowledge.base import KnowledgeBase, Trait
from advisor.knowledge.build import CHOICE
from advisor.knowledge.conditions import All, Condition, Not, Test, clauses, traits_of, truth
from advisor.knowledge.domain import ValueSet

MOST_ROWS = 400_000  # combinations scored in one search
MOST_RERUNS = 3_000  # combinations whose inference is worked out one by one
NOBODY = -1  # no option is first alone


@dataclass(frozen=True, slots=True)
class Move:
    """One trait given one cell. cells, sets: what differs from now, per axis and per trait (None: no longer known)."""

    trait: str
    axis: Axis
    cell: int
    answer: Answer
    cells: dict[int, int]
    sets: dict[str, ValueSet | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A combination of moves and the options that are then first (bits)."""

    moves: tuple[Move, ...]
    first: int


@dataclass(slots=True)
class Search:
    """All combinations of so many moves. exact: False when a bound ended it."""

    engine: Engine
    case: Case
    moves: list[Move]
    exact: bool = True
    _reach: dict[str, frozenset[str]] = field(default_factory=dict)

    def outcomes(self, size: int) -> Iterator[Outcome]:
        """Every possible combination of `size` moves of different traits, with who is then first."""
        loose, tied = self._combinations(size)
        yield from self._scored(loose)
        if len(tied) > MOST_RERUNS:
            self.exact = False
        for chosen in tied[:MOST_RERUNS]:
            found = self._rerun([self.moves[i] for i in chosen])
            if found is not None:
                yield found

    def _combinations(self, size: int) -> tuple[NDArray[np.intp], list[tuple[int, ...]]]:
        """Indices of moves: those that are independent, as rows, and those that inference ties."""
        by_trait: dict[str, list[int]] = {}
        for i, move in enumerate(self.moves):
            by_trait.setdefault(move.trait, []).append(i)
        blocks: list[NDArray[np.intp]] = []
        tied: list[tuple[int, ...]] = []
        total = 0
        for traits in combinations(sorted(by_trait), size):
            grid = np.stack(np.meshgrid(*(np.array(by_trait[t]) for t in traits), indexing="ij"), axis=-1).reshape(-1, size)
            if any(self._tied(a, b) for a, b in combinations(traits, 2)):
                if len(tied) <= MOST_RERUNS:
                    tied += [tuple(int(i) for i in row) for row in grid]
                continue
            total += len(grid)
            if total > MOST_ROWS:
                self.exact = False
                break
            blocks.append(grid)
        return (np.concatenate(blocks) if blocks else np.zeros((0, size), dtype=np.intp)), tied

    def _tied(self, a: str, b: str) -> bool:
        return bool(self._reached(a) & self._reached(b))

    def _reached(self, trait: str) -> frozenset[str]:
        """Inferences and traits that an answer to this trait can touch, as long as the decision could notice."""
        found = self._reach.get(trait)
        if found is None:
            found = self._reach[trait] = reach(self.engine.knowledge, trait, frozenset(self.case.kernel.axis_index))
        return found

    def _scored(self, rows: NDArray[np.intp]) -> Iterator[Outcome]:
        """The outcomes of independent combinations."""
        if not len(rows):
            return
        kernel, case = self.case.kernel, self.case
        states: list[list[int]] = [[case.cells.get(i, a.full)] for i, a in enumerate(kernel.axes)]
        table = np.full((len(self.moves), len(states)), -1, dtype=np.intp)
        for m, move in enumerate(self.moves):
            for axis, possible in move.cells.items():
                if possible not in states[axis]:
                    states[axis].append(possible)
                table[m, axis] = states[axis].index(possible)
        matrix = Matrix(kernel, case.weights, states)
        for low in range(0, len(rows), 1 << 14):
            part = rows[low : low + (1 << 14)]
            picked = np.zeros((len(part), len(states)), dtype=np.intp)
            for column in range(part.shape[1]):
                moved = table[part[:, column]]
                picked = np.where(moved >= 0, moved, picked)
            points, excluded = matrix.score(list(picked.T), len(picked))
            for row, first in zip(part.tolist(), first_options(points, excluded, case.allowed), strict=True):
                yield Outcome(tuple(self.moves[i] for i in row), first)

    def _rerun(self, moves: Sequence[Move]) -> Outcome | None:
        case = self.case
        stated: Answers = {**case.stated, **{m.trait: m.answer for m in moves}}
        answers = self.engine.inferrer.extend(stated)
        changed = self.engine.case_of(case.kernel, stated, answers, case.priorities, case.allowed)
        verdict = case.kernel.evaluate(changed.cells, case.weights)
        return Outcome(tuple(moves), first_of(verdict.points, verdict.excluded, case.allowed))

    def possible(self, outcome: Outcome) -> bool:
        """Whether the combination can occur: it meets no constraint that is not met already."""
        before = {t: a.values for t, a in self.case.answers.items()}
        if len(outcome.moves) == 1 or not any(self._tied(a.trait, b.trait) for a, b in combinations(outcome.moves, 2)):
            after = dict(before)
            for move in outcome.moves:
                for trait, values in move.sets.items():
                    if values is None:
                        after.pop(trait, None)
                    else:
                        after[trait] = values
        else:
            stated: Answers = {**self.case.stated, **{m.trait: m.answer for m in outcome.moves}}
            after = {t: a.values for t, a in self.engine.inferrer.extend(stated).items()}
        changed = {t for t in {*before, *after} if before.get(t) != after.get(t)}
        return not any(
            truth(c, after) is True and truth(c, before) is not True for t in sorted(changed) for c in self.engine.constraints.get(t, ())
        )


def first_options(points: NDArray[np.int32], excluded: NDArray[np.bool_], allowed: int) -> list[int]:
    """Per row, the options that come first, as bits; 0 when nothing survives."""
    options = points.shape[1]
    out = excluded | np.array([not allowed >> o & 1 for o in range(options)])
    masked = np.where(out, np.int32(-(1 << 30)), points)
    first = (masked == masked.max(axis=1)[:, None]) & np.logical_not(out)
    if options <= 62:
        bits: list[int] = (first @ (np.int64(1) << np.arange(options, dtype=np.int64))).tolist()
        return bits
    return [sum(1 << int(o) for o in np.flatnonzero(row)) for row in first]


def first_of(points: Sequence[int], excluded: int, allowed: int) -> int:
    """The options that come first, as bits."""
    left = [o for o in bits_of(allowed) if not excluded >> o & 1]
    top = max((points[o] for o in left), default=0)
    return sum(1 << o for o in left if points[o] == top)


def constraints_by_trait(knowledge: KnowledgeBase) -> dict[str, tuple[Condition, ...]]:
    """Trait → conditions that cannot hold: impossible combinations, and an inference's premise without its conclusion."""
    every = [i.when for i in knowledge.impossible]
    every += [All((rule.when, Not(Test(trait, allowed)))) for rule in knowledge.inference for trait, allowed, _ in rule.then]
    out: dict[str, list[Condition]] = {}
    for condition in every:
        for trait in traits_of(condition):
            out.setdefault(trait, []).append(condition)
    return {t: tuple(c) for t, c in out.items()}


def reach(knowledge: KnowledgeBase, trait: str, watched: frozenset[str]) -> frozenset[str]:
    """Ids of the inferences (and names of the traits) that an answer to `trait` can touch on its way to a watched trait."""
    links: list[tuple[str, list[str], list[str]]] = [
        (rule.id, list(traits_of(rule.when)), [t for t, _, _ in rule.then]) for rule in knowledge.inference
    ]
    links += [(f"derived {d.trait}", list(d.parts), [d.trait]) for d in knowledge.derived]
    useful = set(watched)
    grown = True
    while grown:
        grown = False
        for _, premises, conclusions in links:
            if useful.intersection(conclusions) and not useful.issuperset(premises):
                useful.update(premises)
                grown = True
    traits, met = {trait}, set[str]()
    grown = True
    while grown:
        grown = False
        for name, premises, conclusions in links:
            if name not in met and traits.intersection(premises) and useful.intersection(conclusions):
                met.add(name)
                traits.update(conclusions)
                grown = True
    return frozenset(met | (traits if met or any(trait in c for _, _, c in links) else set()))


def moves_of(engine: Engine, case: Case) -> list[Move]:
    """Every single change: of stated and assumed answers, and answers to open traits, never of what `changeable: false` fixes.

    What is inferred follows from what is stated, so it is changed there. A stated trait that no rule of the decision reads counts when
    inference leads from it to one that is read.
    """
    kernel, knowledge = case.kernel, engine.knowledge
    out: list[Move] = []
    names = set(kernel.axis_index)
    for name, answer in case.answers.items():
        if name not in names and answer.origin in ("stated", "assumed") and reach(knowledge, name, frozenset(kernel.axis_index)) - {name}:
            names.add(name)
    for name in sorted(names):
        trait, known = knowledge.traits[name], case.answers.get(name)
        if name.startswith(CHOICE) or not trait.changeable or (known is not None and known.origin not in ("stated", "assumed", "derived")):
            continue
        index = kernel.axis_index.get(name)
        axis = kernel.axes[index] if index is not None else Axis(trait, inference_tests(knowledge, name))
        current = axis.possible(known.values) if known is not None else axis.full
        for cell in range(len(axis)):
            if current != 1 << cell:
                out.append(_move(engine, case, name, axis, cell))
    return [m for m in out if m.cells]


def inference_tests(knowledge: KnowledgeBase, name: str) -> Iterable[ValueSet]:
    """What the rules of inference ask of a trait."""

    def universe(t: str) -> ValueSet:
        return knowledge.traits[t].domain

    return [c[name] for rule in knowledge.inference for c in clauses(rule.when, universe) if name in c]


def _move(engine: Engine, case: Case, name: str, axis: Axis, cell: int) -> Move:
    answer = Answer(name, axis.cells[cell], show(axis.trait, axis.cells[cell]))
    answers = engine.inferrer.extend({**case.stated, name: answer})
    sets = {t: a.values for t, a in answers.items()}
    cells = case.kernel.cells_of(sets)
    full = [a.full for a in case.kernel.axes]
    moved = {i: cells.get(i, full[i]) for i in sorted({*cells, *case.cells}) if cells.get(i, full[i]) != case.cells.get(i, full[i])}
    before = {t: a.values for t, a in case.answers.items()}
    differ: dict[str, ValueSet | None] = {t: sets.get(t) for t in sorted({*sets, *before}) if sets.get(t) != before.get(t)}
    return Move(name, axis, cell, answer, moved, differ)


# ── telling ───────────────────────────────────────────────────────────────────────────────────────────────────────


def boxes(outcomes: Iterable[Outcome]) -> list[tuple[tuple[str, Axis, int], ...]]:
    """Combinations put together: per trait the set of cells (bits), so that every combination of a box is one of the outcomes.

    Numbers are joined to unbroken ranges, other values to lists.
    """
    grouped: dict[tuple[str, ...], set[tuple[int, ...]]] = {}
    axes: dict[str, Axis] = {}
    for outcome in outcomes:
        ordered = sorted(outcome.moves, key=lambda m: m.trait)
        axes.update((m.trait, m.axis) for m in ordered)
        grouped.setdefault(tuple(m.trait for m in ordered), set()).add(tuple(1 << m.cell for m in ordered))
    out = []
    for traits, found in sorted(grouped.items()):
        for position, trait in enumerate(traits):
            found = _joined(found, position, axes[trait])
        out += [tuple((t, axes[t], bits) for t, bits in zip(traits, box, strict=True)) for box in sorted(found)]
    return out


def _joined(found: set[tuple[int, ...]], position: int, axis: Axis) -> set[tuple[int, ...]]:
    """Boxes that differ in one position only become one, as far as the cells there are neighbours or the trait is no number.

    All numbers together would read like no answer, so they stay apart.
    """
    rest: dict[tuple[int, ...], list[int]] = {}
    for box in found:
        rest.setdefault(box[:position] + box[position + 1 :], []).append(box[position])
    out = set()
    for others, cells in rest.items():
        union = 0
        for bits in cells:
            union |= bits
        runs = [union]
        if axis.trait.numeric and union == axis.full:
            runs = cells
        elif axis.trait.numeric:
            runs, run = [], 0
            for cell in range(union.bit_length()):
                if union >> cell & 1:
                    run |= 1 << cell
                elif run:
                    runs.append(run)
                    run = 0
            runs.append(run)
        out |= {(*others[:position], bits, *others[position:]) for bits in runs}
    return out


def changes_of(answers: Mapping[str, Answer], box: tuple[tuple[str, Axis, int], ...]) -> tuple[Change, ...]:
    """The box in words."""
    out = []
    for trait, axis, bits in box:
        known, values = answers.get(trait), axis.values_of(bits)
        before = sendable(axis.trait, known.values) if known is not None else None
        now = f" instead of {_said(axis.trait, known.values)}" if known is not None else ""
        about = f"“{axis.trait.question}”" if axis.trait.type == "boolean" else f"{trait.replace('_', ' ')}:"
        out.append(Change(trait, before, sendable(axis.trait, values), f"{about} {_said(axis.trait, values)}{now}"))
    return tuple(out)


def _said(trait: Trait, values: ValueSet) -> str:
    """Values as a person would read them: those of a choice by their descriptions, not by their ids."""
    if trait.type != "choice" or not isinstance(values, frozenset):
        return show(trait, values)
    return " or ".join(f"“{v.text or v.id}”" for v in trait.values if v.id in values)
